/* solver/newton.h - a linear solve good enough for a Newton step: static LU, regularised, then refined. */
#ifndef SOLVER_NEWTON_H
#define SOLVER_NEWTON_H
#include "solver/lu.h"
#include "solver/scaled.h"

struct newton {
  const struct scaled *scaled;
  struct lu lu;
  double *values;              /* [entries] Jacobian of the scaled problem, filled by the caller */
  double *diagonal;            /* [n] added to it, filled by the caller; newton_pinned there holds an unknown */
  double *shifted;             /* [n] diagonal plus regularisation, as factored */
  double *defect, *correction; /* [n] work */
};

static const double newton_pinned = 1e30; /* a diagonal this large makes the step of its unknown zero */

struct newton newton_new(const struct scaled *scaled, const struct mcp_plan *plan, struct arena *arena);

/* Factors values + diag(diagonal) + shift I. */
void newton_factor(struct newton *newton, double shift);

/* x ~ (values + diag(diagonal))^-1 b by at most `rounds` of iterative refinement, which takes the shift out again as
 * far as the system allows. Returns the largest defect left over the largest |b|, pinned rows apart; at goal or below
 * it no round follows. b ends with zeros up to EIGHTS(n) of vector.h. */
double newton_solve(struct newton *newton, const double *b, double *x, int rounds, double goal);
#endif
