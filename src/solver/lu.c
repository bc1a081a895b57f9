/* solver/lu.c - numeric factorisation and solve on a plan's pattern, in straight loops.
 *
 * Up-looking by rows: row i of A is spread over a dense work row, the earlier rows of U that it meets are subtracted in
 * ascending order, and what remains is row i of U. No pivoting, no allocation, no decision that depends on a value
 * except the replacement of vanishing pivots, so that the same loops serve several matrices at once, one per lane.
 */
#include "solver/lu.h"

#include <assert.h>
#include <math.h>

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

/* Subtracts from the work row what rows of U above it contribute; leaves row i of L. */
static void row_eliminate(const struct lu *lu, int i, double *restrict work)
{
  const struct mcp_plan *plan = lu->plan;
  const int *restrict upper_column = plan->upper_column;
  const double *restrict upper = lu->upper;
  for (int t = plan->lower_start[i]; t < plan->lower_start[i + 1]; t++) {
    int k = plan->lower_column[t];
    double multiplier = work[k] * lu->pivot_inverse[k]; /* L(i,k) = work(k) / U(k,k) */
    work[k] = 0;
    lu->lower[t] = multiplier;
    int end = plan->upper_start[k + 1];
    for (int s = plan->upper_start[k]; s < end; s++) {
      work[upper_column[s]] -= multiplier * upper[s]; /* work -= L(i,k) U(k,:) */
    }
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
