/* solver/qp.h - the second road to a market with a potential: one convex quadratic programme.
 *
 *     minimise  1/2 x'Hx + c'x   subject to   A x >= b  (or = b),   lower <= x <= upper,   H symmetric, H >= 0
 *
 * Quantities are the variables x and prices and rents the multipliers y of the rows:
 *     Hx + c - A'y  in the sense of x's box,      A x - b >= 0  _|_  y >= 0   (y free where the row is an equation).
 * It shares with mcp_solve the ordering of a matrix and nothing else, which is what makes its agreement worth having.
 */
#ifndef SOLVER_QP_H
#define SOLVER_QP_H
#include <stdbool.h>

#include "base/arena.h"
#include "solver/mcp.h"

struct qp {
  int variables, rows;
  const int *h_start, *h_column; /* H by rows, both triangles, every diagonal entry present, columns ascending */
  const double *h_value;
  const int *a_start, *a_column; /* A by rows */
  const double *a_value;
  const double *cost;          /* [variables] */
  const double *row_lower;     /* [rows] b */
  const bool *equation;        /* [rows] or NULL (none) */
  const double *lower, *upper; /* [variables]; infinite where there is no bound; equal fixes x */
  /* Magnitudes fixed by the data, in the sense of mcp.h; each may be NULL (ones). */
  const double *x_scale, *y_scale;      /* of x and of the multipliers */
  const double *dual_scale, *row_scale; /* of Hx + c - A'y [variables] and of A x - b [rows] */
};

enum qp_status {
  QP_SOLVED,   /* natural residual, data-scaled, at or below the tolerance */
  QP_STALLED,  /* no further progress: no solution exists, or the figures are beyond double precision */
  QP_EXHAUSTED /* iteration limit */
};

struct qp_options {
  double tolerance;   /* 0: 1e-11, on the natural residual of the conditions above */
  int iterations_max; /* 0: 200 */
  bool interior_only; /* for tests: leave the interior point's answer as it is, without the final active-set step */
};

struct qp_solution {
  enum qp_status status;
  const double *x, *y; /* [variables], [rows] */
  double objective;
  double residual; /* data-scaled natural residual */
  int iterations;
  int polish_iterations; /* active-set steps after the interior point method */
};

/* Never NULL. H not positive semidefinite is a wrong program; it shows as QP_STALLED. */
[[nodiscard]] const struct qp_solution *qp_solve(const struct qp *qp, const struct qp_options *options,
                                                 struct arena *arena);

/* A complementarity problem that is the optimality system of a quadratic programme, and that programme. */
struct potential {
  const struct qp *qp;
  const bool *dual;           /* [n] whether unknown i is a multiplier */
  const int *place;           /* [n] its variable, or its row */
  const double *shift, *sign; /* [n] z_i = shift_i + sign_i times the variable or multiplier */
  int n;
};

/* NULL when the problem has no potential that can be read off its pattern: it must be affine and its unknowns must
 * fall in two kinds so that, with the rows weighted, M is [H -A'; A D], H symmetric and without a negative diagonal, D
 * diagonal and non-negative. Pairs M_ij = M_ji put i and j in the same kind, M_ij = -M_ji in opposite kinds. A
 * multiplier with two bounds or with a D of its own becomes a row with elastic variables, at most two a row. */
[[nodiscard]] const struct potential *mcp_potential(const struct mcp *problem, struct arena *arena);

/* The point of the complementarity problem that a solution of the programme stands for. z [n]. */
void potential_point(const struct potential *potential, const struct qp_solution *solution, double *z);
#endif
