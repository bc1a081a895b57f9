/* solver/kkt.h - the linear systems of a quadratic programme, in units in which they are symmetric and near one.
 *
 *     [ H + S   -A' ] [dx]   [a]
 *     [ A        T  ] [dy] = [b]        S, T diagonal, >= 0
 *
 * Unknowns are scaled by (x_scale / dual_scale)^1/2 and rows likewise, which keeps the system symmetric and makes a
 * complementarity product a money value; value_root holds the root of the value that one unit of each pair is worth.
 */
#ifndef SOLVER_KKT_H
#define SOLVER_KKT_H
#include "base/arena.h"
#include "solver/ldl.h"
#include "solver/qp.h"

struct kkt {
  const struct qp *qp;
  int variables, rows;
  double *x_unit, *y_unit; /* x = x_unit times scaled x; so for y */
  double *x_value_root, *y_value_root;
  double *h_value, *a_value, *cost, *row_lower, *lower, *upper; /* the programme, scaled */
  double *x_diagonal, *y_diagonal; /* S and T, set by the caller before kkt_factor; kkt_pinned holds an unknown */
  struct ldl ldl;
  const int *row_start; /* of the lower triangle handed to ldl */
  double *values, *sign;
  double *right, *step; /* [variables + rows] work */
};

static const double kkt_pinned = 1e40;

struct kkt kkt_new(const struct qp *qp, struct arena *arena);

/* Factors with the regularisation shift I and -shift I. */
void kkt_factor(struct kkt *kkt, double shift);

/* Solves by at most `rounds` of refinement, which take the shift out again. a and b are overwritten by the defect. */
void kkt_solve(struct kkt *kkt, double *a, double *b, double *dx, double *dy, int rounds);

/* gradient = Hx + c - A'y, slack = Ax - b, both scaled. */
void kkt_residuals(const struct kkt *kkt, const double *x, const double *y, double *gradient, double *slack);
#endif
