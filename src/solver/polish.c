/* solver/polish.c - active-set identification and refined solve.
 *
 * Newton's method on min-map residuals: an unknown nearer to a bound than its condition is to zero goes to the bound,
 * for all others the linearised conditions are solved. Where every pair is decided this ends in a step or two at
 * rounding error; degenerate and undetermined parts are met by the shift and its refinement (newton.c). Local only.
 */
#include "solver/polish.h"

#include <math.h>
#include <string.h>

static const int steps_max = 12, refine_rounds = 8;
static const double refine_goal = 1e-12; /* more digits would be rounding */
static const double shift = 1e-9;

/* The step's system: identity rows for unknowns that go to a bound, linearised conditions for the others. */
static void polish_system(struct newton *newton, const double *y, const double *g, double *right)
{
  const struct scaled *scaled = newton->scaled;
  for (int i = 0; i < scaled->n; i++) {
    double to_lower = y[i] - scaled->lower[i], to_upper = scaled->upper[i] - y[i];
    if (to_lower <= g[i] || to_upper <= 0) {
      newton->diagonal[i] = newton_pinned;
      right[i] = (to_lower <= g[i] ? -to_lower : to_upper) * newton_pinned;
    } else if (to_upper <= -g[i]) {
      newton->diagonal[i] = newton_pinned;
      right[i] = to_upper * newton_pinned;
    } else {
      newton->diagonal[i] = 0;
      right[i] = -g[i];
    }
  }
}

double polish(struct newton *newton, double goal, int patience, double *y, double *g, struct arena *scratch)
{
  const struct scaled *scaled = newton->scaled;
  int n = scaled->n;
  struct arena_mark mark = arena_mark(scratch);
  double *x = ARENA_ARRAY(scratch, n, double), *gx = ARENA_ARRAY(scratch, n, double);
  double *right = ARENA_ARRAY(scratch, n, double), *step = ARENA_ARRAY(scratch, n, double);
  memcpy(x, y, (size_t)n * sizeof *x);
  scaled_project(scaled, x);
  double best = HUGE_VAL;
  int worse = 0;
  for (int k = 0; k <= steps_max && worse < patience; k++) {
    scaled_evaluate(scaled, x, 0, gx, newton->values);
    double residual = scaled_residual(scaled, x, gx, NULL);
    if (residual < best) {
      worse = residual > 0.5 * best ? worse + 1 : 0;
      best = residual;
      memcpy(y, x, (size_t)n * sizeof *x);
      memcpy(g, gx, (size_t)n * sizeof *x);
    } else {
      worse++;
    }
    if (best <= goal || !isfinite(residual)) break;
    polish_system(newton, x, gx, right);
    newton_factor(newton, shift);
    newton_solve(newton, right, step, refine_rounds, refine_goal);
    for (int i = 0; i < n; i++) x[i] += step[i];
    scaled_project(scaled, x);
  }
  arena_reset(scratch, mark);
  return best;
}
