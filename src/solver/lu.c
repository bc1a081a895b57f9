/* solver/lu.c - numeric factorisation and solve on a plan's pattern, in straight loops.
 *
 * Light rows change the few entries that their schedule lists. The others are eliminated by rows: row i is spread over
 * a dense work row, the earlier rows of U that it meets are subtracted in ascending order, and what remains is row i of
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
  };
}

/* The numbers of A + diag at their places, zeros where there will be fill. */
static void matrix_place(const struct lu *lu, const double *values, const double *diagonal)
{
  const struct mcp_plan *plan = lu->plan;
  const struct lu_schedule *schedule = plan->schedule;
  double *restrict numbers = lu->numbers;
  memset(numbers, 0, (size_t)schedule->count * sizeof *numbers);
  for (int p = 0; p < plan->entries_count; p++) numbers[schedule->entry_place[p]] = values[p];
  for (int k = 0; k < plan->n; k++) lu->pivot_inverse[k] += diagonal[schedule->row[k]];
}

/* The inverse of a pivot, or of the least one allowed in its place. */
static double pivot_invert(double pivot, double pivot_min, int *replaced)
{
  if (fabs(pivot) >= pivot_min) return 1 / pivot;
  ++*replaced;
  return pivot < 0 ? -1 / pivot_min : 1 / pivot_min;
}

/* ---- light rows ---- */

/* A group of light rows on the way through all. */
struct group {
  double *numbers, *pivot_inverse; /* all; of its first row */
  double *own;                     /* of its first row: U, then L */
  double *y;                       /* right-hand side, all */
  const int *target, *column;      /* of its first row */
  int first, count, width;
};

/* Moves on to group g; before the first group it is empty. */
static void group_next(struct group *group, const struct lu_schedule *schedule, int g)
{
  group->own += 2 * group->width * group->count;
  group->target += group->width * group->width * group->count;
  group->column += group->width * group->count;
  group->pivot_inverse += group->count;
  group->first = schedule->group_first[g];
  group->count = schedule->group_first[g + 1] - group->first;
  group->width = schedule->group_width[g];
}

/* Moves back to group g; after the last it is empty. */
static void group_before(struct group *group, const struct lu_schedule *schedule, int g)
{
  group->first = schedule->group_first[g];
  group->count = schedule->group_first[g + 1] - group->first;
  group->width = schedule->group_width[g];
  group->own -= 2 * group->width * group->count;
  group->column -= group->width * group->count;
  group->pivot_inverse -= group->count;
}

/* Row after row: its column of L divided by the pivot, and the changes it makes. */
static inline __attribute__((always_inline)) int rows_eliminate(const struct group *group, int width, double pivot_min)
{
  double *numbers = group->numbers, *pivot = group->pivot_inverse, *own = group->own;
  const int *target = group->target;
  int replaced = 0;
  for (int t = 0; t < group->count; t++, own += 2 * width) {
    pivot[t] = pivot_invert(pivot[t], pivot_min, &replaced);
    for (int a = 0; a < width; a++, target += width) {
      const double multiplier = own[width + a] * pivot[t];
      own[width + a] = multiplier;
      for (int b = 0; b < width; b++) numbers[target[b]] -= multiplier * own[b];
    }
  }
  return replaced;
}

/* y = L\y of the rows */
static inline __attribute__((always_inline)) void rows_lower_solve(const struct group *group, int width)
{
  double *restrict y = group->y;
  const double *restrict own = group->own;
  const int *column = group->column;
  for (int t = 0; t < group->count; t++, own += 2 * width, column += width)
    for (int a = 0; a < width; a++) y[column[a]] -= own[width + a] * y[group->first + t];
}

/* y = U\y of the rows */
static inline __attribute__((always_inline)) void rows_upper_solve(const struct group *group, int width)
{
  double *restrict y = group->y;
  const double *restrict own = group->own;
  const int *column = group->column;
  for (int t = 0; t < group->count; t++, own += 2 * width, column += width) {
    double sum = y[group->first + t];
    for (int a = 0; a < width; a++) sum -= own[a] * y[column[a]];
    y[group->first + t] = sum * group->pivot_inverse[t];
  }
}

/* The same function for each of the usual widths, so that its loops are straight. */
#define BY_WIDTH(width, call)                                                                                          \
  switch (width) {                                                                                                     \
  case 1: call(1); break;                                                                                              \
  case 2: call(2); break;                                                                                              \
  case 3: call(3); break;                                                                                              \
  case 4: call(4); break;                                                                                              \
  case 5: call(5); break;                                                                                              \
  case 6: call(6); break;                                                                                              \
  default: call(width); break;                                                                                         \
  }

static int light_eliminate(struct lu *lu, double pivot_min)
{
  const struct lu_schedule *schedule = lu->plan->schedule;
  struct group group = {
      lu->numbers, lu->pivot_inverse, lu->numbers, NULL, schedule->target, schedule->light_column, 0, 0, 0};
  int replaced = 0;
  for (int g = 0; g < schedule->groups_count; g++) {
    group_next(&group, schedule, g);
#define ELIMINATE(width) replaced += rows_eliminate(&group, width, pivot_min)
    BY_WIDTH(group.width, ELIMINATE)
#undef ELIMINATE
  }
  return replaced;
}

static void light_lower_solve(const struct lu *lu, double *y)
{
  const struct lu_schedule *schedule = lu->plan->schedule;
  struct group group = {
      lu->numbers, lu->pivot_inverse, lu->numbers, y, schedule->target, schedule->light_column, 0, 0, 0};
  for (int g = 0; g < schedule->groups_count; g++) {
    group_next(&group, schedule, g);
#define SOLVE(width) rows_lower_solve(&group, width)
    BY_WIDTH(group.width, SOLVE)
#undef SOLVE
  }
}

static void light_upper_solve(const struct lu *lu, double *y)
{
  const struct lu_schedule *schedule = lu->plan->schedule;
  struct group group = {.pivot_inverse = lu->pivot_inverse + schedule->light_count,
                        .own = lu->numbers + schedule->upper,
                        .column = schedule->light_column + schedule->upper / 2,
                        .y = y};
  for (int g = schedule->groups_count - 1; g >= 0; g--) {
    group_before(&group, schedule, g);
#define SOLVE(width) rows_upper_solve(&group, width)
    BY_WIDTH(group.width, SOLVE)
#undef SOLVE
  }
}

/* ---- heavy rows ---- */

/* One number for each row of a block. */
typedef double rows __attribute__((vector_size(SCHEDULE_ROWS * sizeof(double)), aligned(8), may_alias));

/* What a block's elimination goes through. */
struct block {
  const struct lu_schedule *schedule;
  const int *upper_start, *upper_column;
  double *numbers, *upper, *pivot_inverse; /* all; heavy rows of U; of heavy rows */
  rows *work;                              /* [heavy_count] zero between calls */
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
    const int h = block->first + r;
    block->work[h][r] = block->pivot_inverse[h];
    for (int s = block->upper_start[h]; s < block->upper_start[h + 1]; s++)
      block->work[block->upper_column[s]][r] = block->upper[s];
  }
}

/* The multipliers of column k, which is thereby done. */
#define MULTIPLIERS(k) (block->work[k] * block->pivot_inverse[k])

/* Subtracts four columns of a run: each target is loaded and stored once for four products. Leaves the multipliers at
 * lower. */
static inline __attribute__((always_inline)) void four_subtract(const struct block *block, int k, double *lower)
{
  rows *restrict work = block->work;
  const int *start = block->upper_start;
  const int from = start[k + 3], end = start[k + 4];
  const double *u0 = block->upper + start[k], *u1 = block->upper + start[k + 1];
  const double *u2 = block->upper + start[k + 2], *u3 = block->upper + from;
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

/* The same for two columns. */
static inline __attribute__((always_inline)) void two_subtract(const struct block *block, int k, double *lower)
{
  rows *restrict work = block->work;
  const int from = block->upper_start[k + 1], count = block->upper_start[k + 2] - from;
  const double *u0 = block->upper + block->upper_start[k] + 1, *u1 = block->upper + from;
  const rows m0 = MULTIPLIERS(k);
  work[k + 1] -= m0 * u0[-1];
  const rows m1 = MULTIPLIERS(k + 1);
  rows *kept = (rows *)lower;
  kept[0] = m0, kept[1] = m1;
  const int *restrict column = block->upper_column + from;
  for (int t = 0; t < count; t++) work[column[t]] -= m0 * u0[t] + m1 * u1[t];
}

static inline __attribute__((always_inline)) void one_subtract(const struct block *block, int k, const rows *multiplier)
{
  rows *restrict work = block->work;
  const rows m = *multiplier;
  for (int s = block->upper_start[k]; s < block->upper_start[k + 1]; s++)
    work[block->upper_column[s]] -= m * block->upper[s];
}

/* The block's own triangle: row after row is finished and subtracted from those below it; what is left are rows of
 * U. */
static inline __attribute__((always_inline)) int block_finish(const struct block *block, double *lower,
                                                              double pivot_min)
{
  int replaced = 0;
  for (int r = 0; r < block->count; r++, lower += SCHEDULE_ROWS) {
    const int h = block->first + r;
    double *pivot = &block->pivot_inverse[h];
    *pivot = pivot_invert(block->work[h][r], pivot_min, &replaced);
    rows multiplier = block->work[h] * *pivot;
    for (int above = 0; above <= r; above++) multiplier[above] = 0;
    *(rows *)lower = multiplier;
    block->work[h] = (rows){0};
    for (int s = block->upper_start[h]; s < block->upper_start[h + 1]; s++)
      block->upper[s] = block->work[block->upper_column[s]][r];
    one_subtract(block, h, &multiplier);
  }
  for (int r = 0; r < block->count; r++) {
    const int h = block->first + r;
    for (int s = block->upper_start[h]; s < block->upper_start[h + 1]; s++)
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
    const struct block here = {
        schedule,         schedule->upper_start,         schedule->upper_column,
        lu->numbers,      lu->numbers + schedule->upper, lu->pivot_inverse + schedule->light_count,
        (rows *)lu->work, schedule->block_row[b],        schedule->block_row[b + 1] - schedule->block_row[b]};
    const struct block *block = &here;
    double *lower = lu->numbers + schedule->block_lower[b];
    block_spread(block, b);
    for (int s = schedule->block_segment[b]; s < schedule->block_segment[b + 1]; s++) {
      int k = schedule->segment_first[s];
      for (; k + 4 <= schedule->segment_end[s]; k += 4, lower += 4 * SCHEDULE_ROWS) {
        four_subtract(block, k, lower);
        for (int c = 0; c < 4; c++) block->work[k + c] = (rows){0};
      }
      if (k + 2 <= schedule->segment_end[s]) {
        two_subtract(block, k, lower);
        for (int c = 0; c < 2; c++) block->work[k + c] = (rows){0};
        k += 2, lower += 2 * SCHEDULE_ROWS;
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

/* x = L\x of the heavy rows */
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

/* x = U\x of the heavy rows; four sums, since one would wait for itself. */
static void heavy_upper_solve(const struct lu *lu, double *restrict x)
{
  const struct lu_schedule *schedule = lu->plan->schedule;
  const double *upper = lu->numbers + schedule->upper, *pivot_inverse = lu->pivot_inverse + schedule->light_count;
  const int *column = schedule->upper_column;
  for (int h = schedule->heavy_count - 1; h >= 0; h--) {
    const int end = schedule->upper_start[h + 1];
    double sum[4] = {x[h]};
    int s = schedule->upper_start[h];
    for (; s + 4 <= end; s += 4)
      for (int k = 0; k < 4; k++) sum[k] -= upper[s + k] * x[column[s + k]];
    for (; s < end; s++) sum[0] -= upper[s] * x[column[s]];
    x[h] = ((sum[0] + sum[1]) + (sum[2] + sum[3])) * pivot_inverse[h];
  }
}

void lu_solve(const struct lu *lu, const double *b, double *x)
{
  const struct lu_schedule *schedule = lu->plan->schedule;
  double *y = lu->permuted, *heavy = y + schedule->light_count;
  for (int k = 0; k < lu->plan->n; k++) y[k] = b[schedule->row[k]];
  light_lower_solve(lu, y);
  heavy_lower_solve(lu, heavy);
  heavy_upper_solve(lu, heavy);
  light_upper_solve(lu, y);
  for (int k = 0; k < lu->plan->n; k++) x[schedule->row[k]] = y[k];
}
