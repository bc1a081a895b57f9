/* solver/lanes_lu.c - one elimination schedule, LANES matrices: factors, substitutes, refines.
 *
 * Up-looking by rows as lu.c, with a register in place of a number. A lane's factors do not fit in the nearest caches, so
 * what counts is how often they are read: blocks of neighbouring rows are eliminated together (layout.h), four columns of
 * a run at a time. No pivoting and no decision that depends on a value, except the replacement of vanishing pivots.
 */
#include "solver/lanes_state.h"

static const double pivot_min = 1e-13;

/* Rows of a block lie side by side in the work array: work[column * LANES_BLOCK_ROWS + row]. */
struct elimination {
  struct lanes *s;
  int row, rows;              /* the block */
  int next[LANES_BLOCK_ROWS]; /* of each row: its next place in L */
};

/* work = row i of the Jacobian + diagonal */
static void row_spread(struct lanes *s, int i, int r, lane shift)
{
  const struct mcp_plan *plan = s->layout->plan;
  lane *restrict work = s->work + r;
  for (int p = plan->entry_start[i]; p < plan->entry_start[i + 1]; p++)
    work[plan->entry_column[p] * LANES_BLOCK_ROWS] = s->linear[p];
  for (int p = s->layout->extra_start[i]; p < s->layout->extra_start[i + 1]; p++)
    work[s->layout->extra_column[p] * LANES_BLOCK_ROWS] += s->extra[p];
  work[i * LANES_BLOCK_ROWS] += s->diagonal[i] + shift;
}

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
  const lane least = lane_all(pivot_min), zero = {0};
  lane *restrict work = s->work + r;
  for (int k = e->row; k < i; k++) {
    const lane m = column_divide(e, k, r, 0);
    for (int t = plan->upper_start[k]; t < plan->upper_start[k + 1]; t++) {
      const int column = plan->upper_column[t] * LANES_BLOCK_ROWS;
      work[column] = lane_fnma(m, s->u[t], work[column]);
    }
  }
  lane pivot = work[i * LANES_BLOCK_ROWS];
  pivot =
      lane_select((lane_mask)(lane_abs(pivot) >= least), pivot, lane_select((lane_mask)(pivot < zero), -least, least));
  s->pivot_inverse[i] = 1 / pivot;
  work[i * LANES_BLOCK_ROWS] = zero;
  for (int t = plan->upper_start[i]; t < plan->upper_start[i + 1]; t++) {
    s->u[t] = work[plan->upper_column[t] * LANES_BLOCK_ROWS];
    work[plan->upper_column[t] * LANES_BLOCK_ROWS] = zero;
  }
}

void lanes_factor(struct lanes *s, lane shift)
{
  const struct layout *layout = s->layout;
  for (int block = 0; block < layout->block_count; block++) {
    struct elimination e = {.s = s, .row = layout->block_row[block]};
    e.rows = layout->block_row[block + 1] - e.row;
    for (int r = 0; r < e.rows; r++) {
      e.next[r] = layout->plan->lower_start[e.row + r];
      row_spread(s, e.row + r, r, shift);
    }
    segments_eliminate(&e, block);
    for (int r = 0; r < e.rows; r++) row_finish(&e, r);
  }
}

void lanes_substitute(const struct lanes *s, const lane *b, lane *x)
{
  const struct mcp_plan *plan = s->layout->plan;
  for (int i = 0; i < plan->n; i++) { /* x = L\b */
    lane sum = b[i];
    for (int t = plan->lower_start[i]; t < plan->lower_start[i + 1]; t++)
      sum = lane_fnma(s->l[t], x[plan->lower_column[t]], sum);
    x[i] = sum;
  }
  for (int i = plan->n - 1; i >= 0; i--) { /* x = U\x */
    lane sum = x[i];
    for (int t = plan->upper_start[i]; t < plan->upper_start[i + 1]; t++)
      sum = lane_fnma(s->u[t], x[plan->upper_column[t]], sum);
    x[i] = sum * s->pivot_inverse[i];
  }
}

/* defect = b - (Jacobian + diag) x, zero in rows that are held; returns the largest of each lane. */
static lane defect_measure(struct lanes *s, const lane *b, const lane *x)
{
  const struct layout *layout = s->layout;
  const struct mcp_plan *plan = layout->plan;
  const lane pinned = lane_all(lane_pinned), zero = {0};
  lane largest = zero;
  for (int i = 0; i < plan->n; i++) {
    lane sum = lane_fnma(s->diagonal[i], x[i], b[i]);
    for (int p = plan->entry_start[i]; p < plan->entry_start[i + 1]; p++)
      sum = lane_fnma(s->linear[p], x[plan->entry_column[p]], sum);
    for (int p = layout->extra_start[i]; p < layout->extra_start[i + 1]; p++)
      sum = lane_fnma(s->extra[p], x[layout->extra_column[p]], sum);
    sum = lane_select((lane_mask)(s->diagonal[i] < pinned), sum, zero);
    s->defect[i] = sum;
    largest = lane_max(lane_abs(sum), largest);
  }
  return largest;
}

static lane size_unpinned(const struct lanes *s, const lane *b)
{
  const lane pinned = lane_all(lane_pinned), zero = {0};
  lane largest = zero;
  for (int i = 0; i < s->layout->n; i++)
    largest = lane_max(lane_select((lane_mask)(s->diagonal[i] < pinned), lane_abs(b[i]), zero), largest);
  return largest;
}

/* Which of the lanes asked for take another round: those whose defect is too large and still falls. */
static lane_mask refinement_wanted(const struct lanes *s, lane_mask asked, lane left, lane size, const bool *stopped,
                                   int round)
{
  lane_mask wanted = {0};
  for (int l = 0; l < LANES; l++) {
    const struct lane_control *control = &s->control[l];
    const bool wants = asked[l] && !stopped[l] && round < control->rounds && left[l] > control->goal * size[l];
    wanted[l] = wants ? -1 : 0;
  }
  return wanted;
}

void lanes_refine(struct lanes *s, const lane *b, lane *x, lane_mask asked)
{
  const int n = s->layout->n;
  bool stopped[LANES] = {false};
  lanes_substitute(s, b, x);
  const lane size = size_unpinned(s, b);
  lane left = defect_measure(s, b, x);
  for (int round = 0;; round++) {
    const lane_mask wanted = refinement_wanted(s, asked, left, size, stopped, round);
    if (!lane_any(wanted)) break;
    lanes_substitute(s, s->defect, s->correction);
    for (int i = 0; i < n; i++) {
      s->kept[i] = x[i];
      x[i] = lane_select(wanted, x[i] + s->correction[i], x[i]);
    }
    const lane next = defect_measure(s, b, x);
    const lane_mask undone = wanted & ~(lane_mask)(next < left);
    if (lane_any(undone))
      for (int i = 0; i < n; i++) x[i] = lane_select(undone, s->kept[i], x[i]);
    for (int l = 0; l < LANES; l++)
      if (wanted[l]) stopped[l] = undone[l] || next[l] > 0.5 * left[l];
    left = lane_select(wanted & ~undone, next, left);
  }
}
