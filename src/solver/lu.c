/* solver/lu.c - numeric factorisation and solve on a plan's pattern, in straight loops.
 *
 * Light rows change the few entries that their schedule lists. The others are eliminated by rows: row i is spread over a
 * dense work row, the earlier rows of U that it meets are subtracted in ascending order, and what remains is row i of
 * U. No pivoting, no allocation, no decision that depends on a value except the replacement of vanishing pivots.
 */
#include "solver/lu.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/schedule.h"
#include "solver/vector.h"

struct lu lu_new(const struct mcp_plan *plan, struct arena *arena)
{
  double *numbers = ARENA_ARRAY(arena, plan->schedule->count, double);
  return (struct lu){
      .plan = plan,
      .numbers = numbers,
      .pivot_inverse = numbers + plan->schedule->pivot,
      .work = ARENA_ARRAY(arena, SCHEDULE_ROWS * plan->schedule->heavy_count, double),
      .permuted = ARENA_ARRAY(arena, plan->n, double),
      .heavy = ARENA_ARRAY(arena, plan->schedule->heavy_count, double),
  };
}

/* The numbers of A + diag at their places, zeros where there will be fill. */
static void matrix_place(const struct lu *lu, const double *values, const double *diagonal)
{
  const struct mcp_plan *plan = lu->plan;
  const struct lu_schedule *schedule = plan->schedule;
  double *restrict numbers = lu->numbers;
  memset(numbers, 0, (size_t)schedule->count * sizeof *numbers);
  for (int p = 0; p < plan->entries_count; p++) numbers[schedule->entry_place[p]] = values[plan->entry_source[p]];
  for (int k = 0; k < plan->n; k++) lu->pivot_inverse[k] += diagonal[plan->order[k]];
}

/* The inverse of a pivot, or of the least one allowed in its place. */
static double pivot_invert(double pivot, double pivot_min, int *replaced)
{
  if (fabs(pivot) >= pivot_min) return 1 / pivot;
  ++*replaced;
  return pivot < 0 ? -1 / pivot_min : 1 / pivot_min;
}

/* Light row after light row: its column of L divided by the pivot, and the changes it makes. */
static int light_eliminate(struct lu *lu, double pivot_min)
{
  const struct mcp_plan *plan = lu->plan;
  const struct lu_schedule *schedule = plan->schedule;
  double *numbers = lu->numbers;
  const int *target = schedule->target;
  int replaced = 0;
  for (int t = 0; t < schedule->light_count; t++) {
    const int k = schedule->light_row[t], start = plan->upper_start[k], width = plan->upper_start[k + 1] - start;
    const double *upper = numbers + start;
    double *lower = numbers + schedule->light + start, *pivot = lu->pivot_inverse + k;
    *pivot = pivot_invert(*pivot, pivot_min, &replaced);
    for (int a = 0; a < width; a++, target += width) {
      const double multiplier = lower[a] * *pivot;
      lower[a] = multiplier;
      for (int b = 0; b < width; b++) numbers[target[b]] -= multiplier * upper[b];
    }
  }
  return replaced;
}

/* ---- heavy rows ---- */

/* One number for each row of a block. */
typedef double rows __attribute__((vector_size(SCHEDULE_ROWS * sizeof(double)), aligned(8), may_alias));

/* What a block's elimination goes through. */
struct block {
  const struct lu_schedule *schedule;
  const int *upper_start, *heavy_row, *upper_column;
  double *numbers, *pivot_inverse;
  rows *work; /* [heavy_count] zero between calls */
  int first, count;
};

/* Puts the block's rows of A, and what light rows have changed there, side by side. */
static inline __attribute__((always_inline)) void block_spread(const struct block *block, int b)
{
  const struct lu_schedule *schedule = block->schedule;
  const double *lower = block->numbers + schedule->block_lower[b];
  for (int s = schedule->block_segment[b]; s < schedule->block_segment[b + 1]; s++)
    for (int k = schedule->segment_first[s]; k < schedule->segment_end[s]; k++, lower += SCHEDULE_ROWS)
      block->work[k] = *(const rows *)lower;
  for (int r = 0; r < block->count; r++, lower += SCHEDULE_ROWS) block->work[block->first + r] = *(const rows *)lower;
  for (int r = 0; r < block->count; r++) {
    const int row = block->heavy_row[block->first + r];
    block->work[block->first + r][r] = block->pivot_inverse[row];
    for (int s = block->upper_start[row]; s < block->upper_start[row + 1]; s++)
      block->work[block->upper_column[s]][r] = block->numbers[s];
  }
}

/* The multipliers of column k, which is thereby done. */
#define MULTIPLIERS(k) (block->work[k] * block->pivot_inverse[block->heavy_row[k]])

/* Subtracts four columns of a run: each target is loaded and stored once for four products. Leaves the multipliers at
 * lower. */
static inline __attribute__((always_inline)) void four_subtract(const struct block *block, int k, double *lower)
{
  rows *restrict work = block->work;
  const int *start = block->upper_start;
  const int end = start[block->heavy_row[k + 3] + 1], from = start[block->heavy_row[k + 3]];
  const double *u0 = block->numbers + start[block->heavy_row[k]], *u1 = block->numbers + start[block->heavy_row[k + 1]];
  const double *u2 = block->numbers + start[block->heavy_row[k + 2]], *u3 = block->numbers + from;
  const rows m0 = MULTIPLIERS(k);
  work[k + 1] -= m0 * u0[0];
  const rows m1 = MULTIPLIERS(k + 1);
  work[k + 2] -= m0 * u0[1] + m1 * u1[0];
  const rows m2 = MULTIPLIERS(k + 2);
  work[k + 3] -= m0 * u0[2] + m1 * u1[1] + m2 * u2[0];
  const rows m3 = MULTIPLIERS(k + 3);
  rows *kept = (rows *)lower;
  kept[0] = m0, kept[1] = m1, kept[2] = m2, kept[3] = m3;
  u0 += 3, u1 += 2, u2 += 1;
  const int *restrict column = block->upper_column + from;
  for (int t = 0; t < end - from; t++) work[column[t]] -= (m0 * u0[t] + m1 * u1[t]) + (m2 * u2[t] + m3 * u3[t]);
}

static inline __attribute__((always_inline)) void one_subtract(const struct block *block, int k, const rows *multiplier)
{
  rows *restrict work = block->work;
  const rows m = *multiplier;
  const int row = block->heavy_row[k];
  for (int s = block->upper_start[row]; s < block->upper_start[row + 1]; s++)
    work[block->upper_column[s]] -= m * block->numbers[s];
}

/* The block's own triangle: row after row is finished and subtracted from those below it; what is left are rows of U. */
static inline __attribute__((always_inline)) int block_finish(const struct block *block, double *lower,
                                                              double pivot_min)
{
  int replaced = 0;
  for (int r = 0; r < block->count; r++, lower += SCHEDULE_ROWS) {
    const int h = block->first + r, row = block->heavy_row[h];
    double *pivot = &block->pivot_inverse[row];
    *pivot = pivot_invert(block->work[h][r], pivot_min, &replaced);
    rows multiplier = block->work[h] * *pivot;
    for (int above = 0; above <= r; above++) multiplier[above] = 0;
    *(rows *)lower = multiplier;
    block->work[h] = (rows){0};
    for (int s = block->upper_start[row]; s < block->upper_start[row + 1]; s++)
      block->numbers[s] = block->work[block->upper_column[s]][r];
    one_subtract(block, h, &multiplier);
  }
  for (int r = 0; r < block->count; r++) {
    const int row = block->heavy_row[block->first + r];
    for (int s = block->upper_start[row]; s < block->upper_start[row + 1]; s++)
      block->work[block->upper_column[s]] = (rows){0};
  }
  return replaced;
}

/* Subtracts from the rows of each block what heavy rows above contribute; leaves rows of L and U. */
VECTOR_CLONES static int heavy_eliminate(struct lu *lu, double pivot_min)
{
  const struct lu_schedule *schedule = lu->plan->schedule;
  int replaced = 0;
  for (int b = 0; b < schedule->block_count; b++) {
    const struct block here = {schedule,
                               lu->plan->upper_start,
                               schedule->heavy_row,
                               schedule->upper_column,
                               lu->numbers,
                               lu->pivot_inverse,
                               (rows *)lu->work,
                               schedule->block_row[b],
                               schedule->block_row[b + 1] - schedule->block_row[b]};
    const struct block *block = &here;
    double *lower = lu->numbers + schedule->block_lower[b];
    block_spread(block, b);
    for (int s = schedule->block_segment[b]; s < schedule->block_segment[b + 1]; s++) {
      int k = schedule->segment_first[s];
      for (; k + 4 <= schedule->segment_end[s]; k += 4, lower += 4 * SCHEDULE_ROWS) {
        four_subtract(block, k, lower);
        for (int c = 0; c < 4; c++) block->work[k + c] = (rows){0};
      }
      for (; k < schedule->segment_end[s]; k++, lower += SCHEDULE_ROWS) {
        *(rows *)lower = MULTIPLIERS(k);
        block->work[k] = (rows){0};
        one_subtract(block, k, (const rows *)lower);
      }
    }
    replaced += block_finish(block, lower, pivot_min);
  }
  return replaced;
}

int lu_factor(struct lu *lu, const double *values, const double *diagonal, double pivot_min)
{
  assert(pivot_min > 0);
  matrix_place(lu, values, diagonal);
  const int replaced = light_eliminate(lu, pivot_min);
  return replaced + heavy_eliminate(lu, pivot_min);
}

/* ---- solving ---- */

static void light_lower_solve(const struct lu *lu, double *restrict y)
{
  const struct mcp_plan *plan = lu->plan;
  const struct lu_schedule *schedule = plan->schedule;
  const double *light = lu->numbers + schedule->light;
  for (int t = 0; t < schedule->light_count; t++) {
    const int k = schedule->light_row[t];
    const double here = y[k];
    for (int s = plan->upper_start[k]; s < plan->upper_start[k + 1]; s++) y[plan->upper_column[s]] -= light[s] * here;
  }
}

/* x = L\x of the heavy rows, x in their numbering */
VECTOR_CLONES static void heavy_lower_solve(const struct lu *lu, double *restrict x)
{
  const struct lu_schedule *schedule = lu->plan->schedule;
  for (int b = 0; b < schedule->block_count; b++) {
    const double *lower = lu->numbers + schedule->block_lower[b];
    const int first = schedule->block_row[b], count = schedule->block_row[b + 1] - first;
    rows sum = {0};
    for (int s = schedule->block_segment[b]; s < schedule->block_segment[b + 1]; s++)
      for (int k = schedule->segment_first[s]; k < schedule->segment_end[s]; k++, lower += SCHEDULE_ROWS)
        sum += *(const rows *)lower * x[k];
    for (int r = 0; r < count; r++, lower += SCHEDULE_ROWS) {
      x[first + r] -= sum[r];
      sum += *(const rows *)lower * x[first + r];
    }
  }
}

static void heavy_upper_solve(const struct lu *lu, double *restrict x)
{
  const struct mcp_plan *plan = lu->plan;
  const struct lu_schedule *schedule = plan->schedule;
  for (int h = schedule->heavy_count - 1; h >= 0; h--) {
    const int row = schedule->heavy_row[h];
    double sum = x[h];
    for (int s = plan->upper_start[row]; s < plan->upper_start[row + 1]; s++)
      sum -= lu->numbers[s] * x[schedule->upper_column[s]];
    x[h] = sum * lu->pivot_inverse[row];
  }
}

static void light_upper_solve(const struct lu *lu, double *restrict y)
{
  const struct mcp_plan *plan = lu->plan;
  const struct lu_schedule *schedule = plan->schedule;
  for (int t = schedule->light_count - 1; t >= 0; t--) {
    const int k = schedule->light_row[t];
    double sum = y[k];
    for (int s = plan->upper_start[k]; s < plan->upper_start[k + 1]; s++)
      sum -= lu->numbers[s] * y[plan->upper_column[s]];
    y[k] = sum * lu->pivot_inverse[k];
  }
}

void lu_solve(const struct lu *lu, const double *b, double *x)
{
  const struct mcp_plan *plan = lu->plan;
  const struct lu_schedule *schedule = plan->schedule;
  double *restrict y = lu->permuted, *restrict heavy = lu->heavy;
  for (int i = 0; i < plan->n; i++) y[i] = b[plan->order[i]];
  light_lower_solve(lu, y);
  for (int h = 0; h < schedule->heavy_count; h++) heavy[h] = y[schedule->heavy_row[h]];
  heavy_lower_solve(lu, heavy);
  heavy_upper_solve(lu, heavy);
  for (int h = 0; h < schedule->heavy_count; h++) y[schedule->heavy_row[h]] = heavy[h];
  light_upper_solve(lu, y);
  for (int i = 0; i < plan->n; i++) x[plan->order[i]] = y[i];
}
