/* solver/lu.c - numeric factorisation and solve on a plan's pattern, in straight loops.
 *
 * Up-looking by rows: row i of A is spread over a dense work row, the earlier rows of U that it meets are subtracted in
 * ascending order, and what remains is row i of U. No pivoting, no allocation, no decision that depends on a value
 * except the replacement of vanishing pivots, so that the same loops serve several matrices at once, one per lane.
 */
#include "solver/lu.h"

#include <assert.h>
#include <math.h>

#include "solver/vector.h"

struct lu lu_new(const struct mcp_plan *plan, struct arena *arena)
{
  int fill = plan->upper_start[plan->n];
  return (struct lu){
      .plan = plan,
      .lower = ARENA_ARRAY(arena, fill, double),
      .upper = ARENA_ARRAY(arena, fill, double),
      .pivot_inverse = ARENA_ARRAY(arena, plan->n, double),
      .work = ARENA_ARRAY(arena, plan->n, double),
      .permuted = ARENA_ARRAY(arena, plan->n, double),
      .sum = ARENA_ARRAY(arena, plan->width_max, double),
  };
}

/* work = row i of A + diag */
static void row_spread(const struct mcp_plan *plan, int i, const double *values, const double *diagonal, double *work)
{
  for (int p = plan->entry_start[i]; p < plan->entry_start[i + 1]; p++) {
    work[plan->entry_column[p]] = values[plan->entry_source[p]];
  }
  work[i] += diagonal[plan->order[i]];
}

/* target -= l[0] u[0] + ... + l[3] u[3]: four rows at once, so that the target is loaded and stored once. */
static void rows_subtract(double *restrict target, int count, const double *l, const double *const u[4])
{
  const double *u0 = u[0], *u1 = u[1], *u2 = u[2], *u3 = u[3];
  double l0 = l[0], l1 = l[1], l2 = l[2], l3 = l[3];
  int t = 0;
  for (; t + VECTOR_DOUBLES <= count; t += VECTOR_DOUBLES) {
    VECTOR_AT(target, t) -=
        (l0 * VECTOR_READ(u0, t) + l1 * VECTOR_READ(u1, t)) + (l2 * VECTOR_READ(u2, t) + l3 * VECTOR_READ(u3, t));
  }
  for (; t < count; t++) target[t] -= (l0 * u0[t] + l1 * u1[t]) + (l2 * u2[t] + l3 * u3[t]);
}

static void row_subtract(double *restrict target, int count, double l, const double *restrict u)
{
  int t = 0;
  for (; t + VECTOR_DOUBLES <= count; t += VECTOR_DOUBLES) VECTOR_AT(target, t) -= l * VECTOR_READ(u, t);
  for (; t < count; t++) target[t] -= l * u[t];
}

/* Multipliers of the columns first..end of a segment, L(i,k) = work(k) / U(k,k), each taken out of the ones after it. */
static void columns_divide(const struct lu *lu, int first, int end, double *restrict multipliers, double *restrict work)
{
  for (int k = first; k < end; k++) {
    const double *upper = lu->upper + lu->plan->upper_start[k] - (k + 1);
    double multiplier = work[k] * lu->pivot_inverse[k];
    work[k] = 0;
    multipliers[k - first] = multiplier;
    for (int j = k + 1; j < end; j++) work[j] -= multiplier * upper[j];
  }
}

/* One segment of row i, four columns at a time: the rest of the segment lies side by side in the work row, what is
 * beyond is gathered in lu->sum and subtracted at the end. */
static void segment_eliminate(const struct lu *lu, int first, int end, double *multipliers, double *restrict work)
{
  const struct mcp_plan *plan = lu->plan;
  int start = plan->upper_start[end - 1], count = plan->upper_start[end] - start, k = first;
  const int *restrict column = plan->upper_column + start;
  double *restrict sum = lu->sum;
  for (int t = 0; t < count; t++) sum[t] = 0;
  for (; k + 4 <= end; k += 4) {
    const double *inside[4], *beyond[4], *l = multipliers + (k - first);
    columns_divide(lu, k, k + 4, multipliers + (k - first), work);
    for (int r = 0; r < 4; r++) {
      inside[r] = lu->upper + plan->upper_start[k + r] + (3 - r);
      beyond[r] = lu->upper + plan->upper_start[k + r + 1] - count;
    }
    rows_subtract(work + k + 4, end - (k + 4), l, inside);
    rows_subtract(sum, count, l, beyond);
  }
  columns_divide(lu, k, end, multipliers + (k - first), work);
  for (; k < end; k++) row_subtract(sum, count, multipliers[k - first], lu->upper + plan->upper_start[k + 1] - count);
  for (int t = 0; t < count; t++) work[column[t]] += sum[t];
}

/* Subtracts from the work row what rows of U above it contribute; leaves row i of L. */
static void row_eliminate(const struct lu *lu, int i, double *restrict work)
{
  const struct mcp_plan *plan = lu->plan;
  double *multipliers = lu->lower + plan->lower_start[i];
  for (int s = plan->segment_start[i]; s < plan->segment_start[i + 1]; s++) {
    int first = plan->segment_first[s], end = plan->segment_end[s];
    if (end > first + 1) {
      segment_eliminate(lu, first, end, multipliers, work);
    } else { /* most segments: one column */
      double multiplier = work[first] * lu->pivot_inverse[first];
      work[first] = 0;
      *multipliers = multiplier;
      for (int t = plan->upper_start[first]; t < plan->upper_start[end]; t++) {
        work[plan->upper_column[t]] -= multiplier * lu->upper[t];
      }
    }
    multipliers += end - first;
  }
}

int lu_factor(struct lu *lu, const double *values, const double *diagonal, double pivot_min)
{
  const struct mcp_plan *plan = lu->plan;
  double *restrict work = lu->work;
  int replaced = 0;
  assert(pivot_min > 0);
  for (int i = 0; i < plan->n; i++) {
    row_spread(plan, i, values, diagonal, work);
    row_eliminate(lu, i, work);
    double pivot = work[i];
    work[i] = 0;
    if (!(fabs(pivot) >= pivot_min)) {
      pivot = pivot < 0 ? -pivot_min : pivot_min;
      replaced++;
    }
    lu->pivot_inverse[i] = 1 / pivot;
    for (int s = plan->upper_start[i]; s < plan->upper_start[i + 1]; s++) {
      lu->upper[s] = work[plan->upper_column[s]];
      work[plan->upper_column[s]] = 0;
    }
  }
  return replaced;
}

void lu_solve(const struct lu *lu, const double *b, double *x)
{
  const struct mcp_plan *plan = lu->plan;
  double *restrict y = lu->permuted;
  for (int i = 0; i < plan->n; i++) { /* y = L\b */
    double sum = b[plan->order[i]];
    for (int t = plan->lower_start[i]; t < plan->lower_start[i + 1]; t++)
      sum -= lu->lower[t] * y[plan->lower_column[t]];
    y[i] = sum;
  }
  for (int i = plan->n - 1; i >= 0; i--) { /* y = U\y */
    double sum = y[i];
    for (int s = plan->upper_start[i]; s < plan->upper_start[i + 1]; s++)
      sum -= lu->upper[s] * y[plan->upper_column[s]];
    y[i] = sum * lu->pivot_inverse[i];
  }
  for (int i = 0; i < plan->n; i++) x[plan->order[i]] = y[i];
}
