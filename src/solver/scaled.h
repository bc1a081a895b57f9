/* solver/scaled.h - a problem in dimensionless unknowns, as every method of this folder sees it.
 *
 * y = z / z_scale and g = F / f_scale, so that one unit of anything is one magnitude of the data and the natural
 * residual of (y, g) is the residual the certificate measures. Dividing rows by other factors than the weights bends
 * the symmetry between prices and quantities, but neither the solutions, nor the pivots' relative accuracy, nor the
 * sign of principal minors depend on positive row factors.
 */
#ifndef SOLVER_SCALED_H
#define SOLVER_SCALED_H
#include <stdbool.h>

#include "base/arena.h"
#include "solver/mcp.h"

static const double scaled_far = 1e150; /* stands for an infinite bound; bounds beyond half of it are absent */

/* Arrays [n] end with zeros up to EIGHTS(n) of vector.h. */
struct scaled {
  const struct mcp *problem;
  int n;
  double *lower, *upper;       /* [n] of y; -scaled_far and scaled_far where there is no bound */
  double *start;               /* [n] of y, inside the box */
  double *z_scale, *f_inverse; /* [n] */
  double *entry_scale;         /* [entries] z_scale of the column over f_scale of the row */
  double *z;                   /* [n] work */
};

struct scaled scaled_new(const struct mcp *problem, struct arena *arena);

/* g [n] and its Jacobian in y (NULL: only g), with kinks rounded off over `smoothing`. */
void scaled_evaluate(const struct scaled *scaled, const double *y, double smoothing, double *g, double *jacobian);

/* max_i |y_i - mid(lower_i, y_i - g_i, upper_i)|; INFINITY when anything is not a number. worst may be NULL. */
double scaled_residual(const struct scaled *scaled, const double *y, const double *g, int *worst);

void scaled_project(const struct scaled *scaled, double *y); /* onto the box */

/* result = b - (A + diag(diagonal)) x with A on the problem's pattern. */
void scaled_defect(const struct scaled *scaled, const double *values, const double *diagonal, const double *x,
                   const double *b, double *result);

static inline bool scaled_has_lower(const struct scaled *scaled, int i)
{
  return scaled->lower[i] > -0.5 * scaled_far;
}
static inline bool scaled_has_upper(const struct scaled *scaled, int i)
{
  return scaled->upper[i] < 0.5 * scaled_far;
}
#endif
