/* solver/certificate.c - residuals of a point, from the definition alone.
 *
 * Evaluates F once at z and measures, in magnitudes of the data: the natural residual, the distance from the box, and
 * the complementarity gap. Uses nothing of the solver but the statement of the problem.
 */
#include "solver/certificate.h"

#include <math.h>

static double magnitude(const double *scale, int i)
{
  return scale == NULL ? 1 : scale[i];
}

/* Keeps the larger; a NaN is larger than everything and stays. */
static void largest_keep(double candidate, int row, double *largest, int *largest_row)
{
  if (isnan(*largest) || candidate <= *largest) return;
  *largest = candidate;
  *largest_row = row;
}

/* |y - mid(l, y - F, u)| in scaled quantities. */
static double natural_residual(double y, double f, double low, double high)
{
  double target = y - f;
  if (target < low) target = low;
  if (target > high) target = high;
  return fabs(y - target);
}

static double distance_from_box(double y, double low, double high)
{
  if (isnan(y)) return (double)NAN;
  return y < low ? low - y : y > high ? y - high : 0;
}

/* The smaller of |F| and the distance to the bound at which this sign of F would be allowed. */
static double complementarity_gap(double y, double f, double low, double high)
{
  if (isnan(y) || isnan(f)) return (double)NAN;
  double distance = fabs(f > 0 ? y - low : high - y);
  return fmin(distance, fabs(f));
}

struct certificate certificate_check(const struct mcp *problem, const double *z, double tolerance,
                                     struct arena *scratch)
{
  struct certificate certificate = {.residual_row = 0};
  struct arena_mark mark = arena_mark(scratch);
  double *f = ARENA_ARRAY(scratch, problem->n, double);
  problem->evaluate(problem->context, z, f, NULL);
  for (int i = 0; i < problem->n; i++) {
    double size = magnitude(problem->z_scale, i);
    double y = z[i] / size, low = problem->lower[i] / size, high = problem->upper[i] / size;
    double g = f[i] / magnitude(problem->f_scale, i);
    largest_keep(natural_residual(y, g, low, high), i, &certificate.residual, &certificate.residual_row);
    largest_keep(distance_from_box(y, low, high), i, &certificate.bound_violation, &certificate.bound_row);
    largest_keep(complementarity_gap(y, g, low, high), i, &certificate.complementarity,
                 &certificate.complementarity_row);
  }
  arena_reset(scratch, mark);
  double limit = tolerance > 0 ? tolerance : 1e-8;
  certificate.accepted =
      certificate.residual <= limit && certificate.bound_violation <= limit && certificate.complementarity <= limit;
  return certificate;
}
