/* solver/lanes_lu.c - one elimination schedule, LANES matrices: a block of rows at a time.
 *
 * Up-looking by rows as lu.c, with a register in place of a number; what the rows above make of the right side goes along.
 * Blocks of neighbouring rows are eliminated together (layout.h), four columns of a run at a time, so that the rows of U
 * are read as seldom as may be. No pivoting and no decision that depends on a value, except the replacement of
 * vanishing pivots (lanes_pivot_inverse).
 */
#include "solver/lanes_state.h"

/* Rows of a block lie side by side in the work array: work[column * LANES_BLOCK_ROWS + row]. */
struct elimination {
  struct lanes *s;
  lane *x;                      /* the right side, as far as it is gone through */
  int row, rows;                /* the block */
  int next[LANES_BLOCK_ROWS];   /* of each row: its next place in L */
  lane right[LANES_BLOCK_ROWS]; /* of each row: its right side */
};

/* The multiplier of column k in row r, taken out of the `inside` columns that follow it, and kept in L. */
static inline lane column_divide(struct elimination *e, int k, int r, int inside)
{
  struct lanes *s = e->s;
  const struct mcp_plan *plan = s->layout->plan;
  const lane *u = s->u + plan->upper_start[k];
  lane *restrict work = s->work + k * LANES_BLOCK_ROWS + r;
  const lane m = work[0] * s->pivot_inverse[k];
  work[0] = (lane){0};
  for (int j = 0; j < inside; j++)
    work[(j + 1) * LANES_BLOCK_ROWS] = lane_fnma(m, u[j], work[(j + 1) * LANES_BLOCK_ROWS]);
  e->right[r] = lane_fnma(m, e->x[k], e->right[r]);
  const int place = e->next[r];
  if (plan->lower_column[place] == k) { /* else a zero of this block */
    s->l[place] = m;
    e->next[r] = place + (place + 1 < plan->lower_start[e->row + r + 1]);
  }
  return m;
}

/* Four columns of `rows` rows: each target is loaded and stored once for four products, each entry of U once for all
 * rows. work[column] -= m[0] u0 + ... + m[3] u3. rows is a constant wherever this is called. */
static inline __attribute__((always_inline)) void four_subtract(struct elimination *e, int k, int rows)
{
  struct lanes *s = e->s;
  const struct mcp_plan *plan = s->layout->plan;
  const int start = plan->upper_start[k + 3], count = plan->upper_start[k + 4] - start;
  const int *restrict column = plan->upper_column + start;
  const lane *restrict u0 = s->u + plan->upper_start[k] + 3, *restrict u1 = s->u + plan->upper_start[k + 1] + 2;
  const lane *restrict u2 = s->u + plan->upper_start[k + 2] + 1, *restrict u3 = s->u + start;
  lane *const all = s->work;
  lane m[4][LANES_BLOCK_ROWS];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < 4; c++) m[c][r] = column_divide(e, k + c, r, 3 - c);
  for (int t = 0; t < count; t++) {
    lane *restrict work = all + column[t] * LANES_BLOCK_ROWS;
    const lane v0 = u0[t], v1 = u1[t], v2 = u2[t], v3 = u3[t];
    for (int r = 0; r < rows; r++)
      work[r] = lane_fnma(m[3][r], v3, lane_fnma(m[2][r], v2, lane_fnma(m[1][r], v1, lane_fnma(m[0][r], v0, work[r]))));
  }
}

static inline __attribute__((always_inline)) void one_subtract(struct elimination *e, int k, int rows)
{
  struct lanes *s = e->s;
  const struct mcp_plan *plan = s->layout->plan;
  const int start = plan->upper_start[k], count = plan->upper_start[k + 1] - start;
  const int *restrict column = plan->upper_column + start;
  const lane *restrict u = s->u + start;
  lane *const all = s->work;
  lane m[LANES_BLOCK_ROWS];
  for (int r = 0; r < rows; r++) m[r] = column_divide(e, k, r, 0);
  for (int t = 0; t < count; t++) {
    lane *restrict work = all + column[t] * LANES_BLOCK_ROWS;
    const lane v = u[t];
    for (int r = 0; r < rows; r++) work[r] = lane_fnma(m[r], v, work[r]);
  }
}

/* Columns first..end lie in one run: each one's row of U is the next column and the next one's row. */
static inline __attribute__((always_inline)) void segment_eliminate(struct elimination *e, int first, int end, int rows)
{
  int k = first;
  for (; k + 4 <= end; k += 4) four_subtract(e, k, rows);
  for (; k < end; k++) one_subtract(e, k, rows);
}

static void segments_eliminate(struct elimination *e, int block)
{
  const struct layout *layout = e->s->layout;
  for (int t = layout->block_segment[block]; t < layout->block_segment[block + 1]; t++) {
    const int first = layout->segment_first[t], end = layout->segment_end[t];
    switch (e->rows) {
    case 1: segment_eliminate(e, first, end, 1); break;
    case 2: segment_eliminate(e, first, end, 2); break;
    default: segment_eliminate(e, first, end, LANES_BLOCK_ROWS);
    }
  }
}

/* Row r of the block is done but for the rows of the block above it: subtracts those, keeps what is left as row of U. */
static void row_finish(struct elimination *e, int r)
{
  struct lanes *s = e->s;
  const struct mcp_plan *plan = s->layout->plan;
  const int i = e->row + r;
  const lane zero = {0};
  lane *restrict work = s->work + r;
  for (int k = e->row; k < i; k++) {
    const lane m = column_divide(e, k, r, 0);
    for (int t = plan->upper_start[k]; t < plan->upper_start[k + 1]; t++) {
      const int column = plan->upper_column[t] * LANES_BLOCK_ROWS;
      work[column] = lane_fnma(m, s->u[t], work[column]);
    }
  }
  s->pivot_inverse[i] = lanes_pivot_inverse(work[i * LANES_BLOCK_ROWS]);
  work[i * LANES_BLOCK_ROWS] = zero;
  for (int t = plan->upper_start[i]; t < plan->upper_start[i + 1]; t++) {
    s->u[t] = work[plan->upper_column[t] * LANES_BLOCK_ROWS];
    work[plan->upper_column[t] * LANES_BLOCK_ROWS] = zero;
  }
  e->x[i] = e->right[r];
}

void lanes_block_eliminate(struct lanes *s, int block, lane *x)
{
  const struct layout *layout = s->layout;
  struct elimination e = {.s = s, .x = x, .row = layout->block_row[block]};
  e.rows = layout->block_row[block + 1] - e.row;
  for (int r = 0; r < e.rows; r++) {
    e.next[r] = layout->plan->lower_start[e.row + r];
    e.right[r] = x[e.row + r];
  }
  segments_eliminate(&e, block);
  for (int r = 0; r < e.rows; r++) row_finish(&e, r);
}
