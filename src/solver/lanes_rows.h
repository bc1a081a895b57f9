/* solver/lanes_rows.h - what the sweeps do to the rows of a block with its factors. Included by lanes_step.c only.
 *
 * A block has one row or two (layout.h). What two share, the unknowns they meet, is read once for both.
 */
#ifndef SOLVER_LANES_ROWS_H
#define SOLVER_LANES_ROWS_H
#include "solver/lanes_state.h"

/* x = L \ right in the rows of a block, once it is in those above; right [rows]. */
static inline void block_forward(const struct lanes *s, int block, lane *right, lane *x)
{
  const struct layout *layout = s->layout;
  const int i = layout->block_row[block], rows = layout->block_row[block + 1] - i;
  const int *const first = layout->segment_first, *const end = layout->segment_end;
  const lane *l = s->l + layout->block_lower[block];
  if (rows == 1) {
    lane sum = right[0];
    for (int t = layout->block_segment[block], last = layout->block_segment[block + 1]; t < last; t++)
      for (int k = first[t]; k < end[t]; k++) sum = lane_fnma(*l++, x[k], sum);
    x[i] = sum;
    return;
  }
  lane upper = right[0], lower = right[1];
  for (int t = layout->block_segment[block], last = layout->block_segment[block + 1]; t < last; t++)
    for (int k = first[t]; k < end[t]; k++, l += 2) {
      upper = lane_fnma(l[0], x[k], upper);
      lower = lane_fnma(l[1], x[k], lower);
    }
  x[i] = upper;
  x[i + 1] = lane_fnma(*l, upper, lower);
}

/* Row i of U \ x, once it is in those below. */
static inline lane row_backward(const struct lanes *s, int i, const lane *x)
{
  const struct mcp_plan *plan = s->layout->plan;
  const int *const column = plan->upper_column;
  const lane *const u = s->u;
  lane sum = x[i];
  for (int t = plan->upper_start[i], end = plan->upper_start[i + 1]; t < end; t++)
    sum = lane_fnma(u[t], x[column[t]], sum);
  return sum * s->pivot_inverse[i];
}

/* The rows of U \ x of a block, once it is in those below: solved [rows]. */
static inline void block_backward(const struct lanes *s, int block, const lane *x, lane *solved)
{
  const struct layout *layout = s->layout;
  const struct mcp_plan *plan = layout->plan;
  const int i = layout->block_row[block], rows = layout->block_row[block + 1] - i;
  if (rows == 1) {
    solved[0] = row_backward(s, i, x);
    return;
  }
  const int start = plan->upper_start[i + 1], count = plan->upper_start[i + 2] - start;
  const int *const column = plan->upper_column + start;
  const lane *const lower = s->u + start, *const upper = s->u + plan->upper_start[i];
  if (layout->block_nested[block]) {
    lane sum = x[i], next = x[i + 1];
    for (int t = 0; t < count; t++) {
      const lane value = x[column[t]];
      sum = lane_fnma(upper[t + 1], value, sum);
      next = lane_fnma(lower[t], value, next);
    }
    solved[1] = next * s->pivot_inverse[i + 1];
    solved[0] = lane_fnma(upper[0], solved[1], sum) * s->pivot_inverse[i];
    return;
  }
  solved[1] = row_backward(s, i + 1, x);
  lane sum = x[i];
  const int *const all = plan->upper_column;
  for (int t = plan->upper_start[i]; t < start; t++) {
    const lane *value = all[t] == i + 1 ? &solved[1] : &x[all[t]];
    sum = lane_fnma(s->u[t], *value, sum);
  }
  solved[0] = sum * s->pivot_inverse[i];
}
#endif
