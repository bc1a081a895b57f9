/* solver/scaled.c - the problem in dimensionless unknowns: bounds, start, evaluation, residual. */
#include "solver/scaled.h"

#include <assert.h>
#include <math.h>

#include "solver/vector.h"

static double clamp(double value, double low, double high)
{
  return value < low ? low : value > high ? high : value;
}

/* Where the problem gives no start: zero, or one scale inside a bound, or the middle of a narrow box. */
static double start_default(double lower, double upper)
{
  if (upper - lower <= 2) return 0.5 * (lower + upper);
  return clamp(0, lower + 1, upper - 1);
}

struct scaled scaled_new(const struct mcp *problem, struct arena *arena)
{
  int n = problem->n;
  struct scaled scaled = {problem, n, NULL, NULL, NULL, NULL, NULL, NULL, NULL};
  double **const arrays[] = {&scaled.lower,   &scaled.upper,     &scaled.start,
                             &scaled.z_scale, &scaled.f_inverse, &scaled.z};
  for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) *arrays[a] = ARENA_ARRAY(arena, EIGHTS(n), double);
  for (int i = 0; i < n; i++) {
    double scale = problem->z_scale == NULL ? 1 : problem->z_scale[i];
    assert(scale > 0 && problem->lower[i] <= problem->upper[i]);
    scaled.z_scale[i] = scale;
    scaled.f_inverse[i] = problem->f_scale == NULL ? 1 : 1 / problem->f_scale[i];
    scaled.lower[i] = fmax(problem->lower[i] / scale, -scaled_far);
    scaled.upper[i] = fmin(problem->upper[i] / scale, scaled_far);
    double start = problem->start == NULL ? (double)NAN : problem->start[i] / scale;
    if (!isfinite(start)) start = start_default(scaled.lower[i], scaled.upper[i]);
    scaled.start[i] = clamp(start, scaled.lower[i], scaled.upper[i]);
  }
  scaled.entry_scale = ARENA_ARRAY(arena, problem->row_start[n], double);
  for (int i = 0; i < n; i++) {
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      scaled.entry_scale[p] = scaled.z_scale[problem->column[p]] * scaled.f_inverse[i];
    }
  }
  return scaled;
}

void scaled_evaluate(const struct scaled *scaled, const double *y, double smoothing, double *g, double *jacobian)
{
  const struct mcp *problem = scaled->problem;
  for (int i = 0; i < scaled->n; i++) scaled->z[i] = y[i] * scaled->z_scale[i];
  if (problem->evaluate_smooth != NULL && smoothing > 0) {
    problem->evaluate_smooth(problem->context, scaled->z, smoothing, g, jacobian);
  } else {
    problem->evaluate(problem->context, scaled->z, g, jacobian);
  }
  for (int i = 0; i < scaled->n; i++) g[i] *= scaled->f_inverse[i];
  if (jacobian == NULL) return;
  int entries = problem->row_start[scaled->n];
  for (int p = 0; p < entries; p++) jacobian[p] *= scaled->entry_scale[p];
}

double scaled_residual(const struct scaled *scaled, const double *y, const double *g, int *worst)
{
  double largest = 0;
  int row = 0;
  for (int i = 0; i < scaled->n; i++) {
    double gap = fabs(y[i] - clamp(y[i] - g[i], scaled->lower[i], scaled->upper[i]));
    if (gap <= largest) continue; /* a NaN goes on */
    largest = gap;
    row = i;
    if (!isfinite(gap)) break;
  }
  if (worst != NULL) *worst = row;
  return isfinite(largest) ? largest : HUGE_VAL;
}

void scaled_project(const struct scaled *scaled, double *y)
{
  for (int i = 0; i < scaled->n; i++) y[i] = clamp(y[i], scaled->lower[i], scaled->upper[i]);
}

void scaled_defect(const struct scaled *scaled, const double *values, const double *diagonal, const double *x,
                   const double *b, double *result)
{
  const int *row_start = scaled->problem->row_start, *column = scaled->problem->column;
  for (int i = 0; i < scaled->n; i++) {
    double sum = b[i] - diagonal[i] * x[i];
    for (int p = row_start[i]; p < row_start[i + 1]; p++) sum -= values[p] * x[column[p]];
    result[i] = sum;
  }
}
