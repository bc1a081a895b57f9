/* solver/lanes_lu.c - one elimination schedule, LANES matrices: a block of rows at a time.
 *
 * Up-looking by rows as lu.c, with a register in place of a number; what the rows above make of the right side goes along.
 * Blocks of neighbouring rows are eliminated together (layout.h), up to four columns of a run at a time, so that the
 * rows of U are read, and the targets loaded and stored, as seldom as may be. No pivoting and no decision that depends
 * on a value, except the replacement of vanishing pivots (lanes_pivot_inverse).
 */
#include <assert.h>

#include "solver/lanes_state.h"

/* Rows of a block lie side by side in the work array: work[column * LANES_BLOCK_ROWS + row]. */
struct elimination {
  lane *work, *u, *l; /* l: the next place of the block */
  const lane *pivot_inverse, *x;
  const int *upper_start, *upper_column;
  lane right[LANES_BLOCK_ROWS]; /* of each row: its right side */
};

/* The multipliers of `columns` neighbouring columns in row r, each taken out of those that follow it. */
static inline __attribute__((always_inline)) void columns_divide(struct elimination *e, int k, int columns, int rows,
                                                                 int r, lane m[4][LANES_BLOCK_ROWS])
{
  lane *const work = e->work + k * LANES_BLOCK_ROWS + r;
  lane value[4], right = e->right[r];
  for (int c = 0; c < columns; c++) {
    value[c] = work[c * LANES_BLOCK_ROWS];
    work[c * LANES_BLOCK_ROWS] = (lane){0};
  }
  for (int c = 0; c < columns; c++) {
    const lane *u = e->u + e->upper_start[k + c];
    m[c][r] = value[c] * e->pivot_inverse[k + c];
    for (int j = c + 1; j < columns; j++) value[j] = lane_fnma(m[c][r], u[j - c - 1], value[j]);
    e->l[c * rows + r] = m[c][r];
    right = lane_fnma(m[c][r], e->x[k + c], right);
  }
  e->right[r] = right;
}

/* Columns k.. of a run: work[column] -= m[0] u0 + m[1] u1 + ... in the columns that all of their rows of U have. columns
 * and rows are constants wherever this is called. */
static inline __attribute__((always_inline)) void columns_subtract(struct elimination *e, int k, int columns, int rows)
{
  const int start = e->upper_start[k + columns - 1], count = e->upper_start[k + columns] - start;
  const int *restrict column = e->upper_column + start;
  lane *const all = e->work;
  const lane *u[4];
  lane m[4][LANES_BLOCK_ROWS];
  for (int c = 0; c < columns; c++) u[c] = e->u + e->upper_start[k + c] + columns - 1 - c;
  for (int r = 0; r < rows; r++) columns_divide(e, k, columns, rows, r, m);
  e->l += columns * rows;
  for (int t = 0; t < count; t++) {
    lane *const work = all + column[t] * LANES_BLOCK_ROWS;
    lane sum[LANES_BLOCK_ROWS];
    for (int r = 0; r < rows; r++) sum[r] = work[r];
    for (int c = 0; c < columns; c++) {
      const lane value = u[c][t];
      for (int r = 0; r < rows; r++) sum[r] = lane_fnma(m[c][r], value, sum[r]);
    }
    for (int r = 0; r < rows; r++) work[r] = sum[r];
  }
}

/* Columns first..end lie in one run: each one's row of U is the next column and the next one's row. */
static inline __attribute__((always_inline)) void segment_eliminate(struct elimination *e, int first, int end, int rows)
{
  int k = first;
  for (; k + 4 <= end; k += 4) columns_subtract(e, k, 4, rows);
  switch (end - k) {
  case 3: columns_subtract(e, k, 3, rows); break;
  case 2: columns_subtract(e, k, 2, rows); break;
  case 1: columns_subtract(e, k, 1, rows); break;
  default: break;
  }
}

/* What is left of row r of the block in work is its row of U. */
static void row_keep(struct elimination *e, int i, int r)
{
  const int start = e->upper_start[i], end = e->upper_start[i + 1];
  const int *restrict column = e->upper_column;
  lane *const work = e->work + r, *const u = e->u;
  for (int t = start; t < end; t++) {
    u[t] = work[column[t] * LANES_BLOCK_ROWS];
    work[column[t] * LANES_BLOCK_ROWS] = (lane){0};
  }
}

/* The row above it in its block out of the last row. */
static void row_subtract(struct elimination *e, int above, lane m)
{
  const int start = e->upper_start[above], end = e->upper_start[above + 1];
  const int *restrict column = e->upper_column;
  lane *const work = e->work + 1;
  const lane *const u = e->u;
  for (int t = start; t < end; t++)
    work[column[t] * LANES_BLOCK_ROWS] = lane_fnma(m, u[t], work[column[t] * LANES_BLOCK_ROWS]);
}

static lane pivot_take(struct elimination *e, int i, int r)
{
  lane *const work = e->work + i * LANES_BLOCK_ROWS + r;
  const lane pivot = work[0];
  work[0] = (lane){0};
  return lanes_pivot_inverse(pivot);
}

void lanes_block_eliminate(struct lanes *s, int block, lane *x)
{
  static_assert(LANES_BLOCK_ROWS == 2, "one row, or one below another");
  const struct layout *layout = s->layout;
  const int i = layout->block_row[block], rows = layout->block_row[block + 1] - i;
  struct elimination e = {s->work,
                          s->u,
                          s->l + layout->block_lower[block],
                          s->pivot_inverse,
                          x,
                          layout->plan->upper_start,
                          layout->plan->upper_column,
                          {x[i]}};
  if (rows > 1) e.right[1] = x[i + 1];
  for (int t = layout->block_segment[block]; t < layout->block_segment[block + 1]; t++) {
    if (rows == 1)
      segment_eliminate(&e, layout->segment_first[t], layout->segment_end[t], 1);
    else
      segment_eliminate(&e, layout->segment_first[t], layout->segment_end[t], 2);
  }
  s->pivot_inverse[i] = pivot_take(&e, i, 0);
  x[i] = e.right[0];
  row_keep(&e, i, 0);
  if (rows == 1) return;
  const lane m = s->work[i * LANES_BLOCK_ROWS + 1] * s->pivot_inverse[i];
  s->work[i * LANES_BLOCK_ROWS + 1] = (lane){0};
  *e.l = m;
  row_subtract(&e, i, m);
  s->pivot_inverse[i + 1] = pivot_take(&e, i + 1, 1);
  x[i + 1] = lane_fnma(m, x[i], e.right[1]);
  row_keep(&e, i + 1, 1);
}
