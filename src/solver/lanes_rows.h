/* solver/lanes_rows.h - what the sweeps do with the factors of leaves. Included by lanes_step.c only.
 *
 * A leaf's row of U is the matrix's; its column of L is that of the matrix over its pivot. Neither is stored.
 */
#ifndef SOLVER_LANES_ROWS_H
#define SOLVER_LANES_ROWS_H
#include "solver/lanes_state.h"

/* Eliminates leaf k, whose pivot is known, from the numbers and from x, which it has. Its targets begin at target; returns
 * where the next one's do. */
static inline const int *leaf_eliminate(struct lanes *s, int k, lane pivot, const int *target, lane *x)
{
  const struct layout *layout = s->layout;
  const int start = layout->upper_start[k], end = layout->upper_start[k + 1];
  const lane inverse = lanes_pivot_inverse(pivot), right = x[k];
  s->numbers[k] = inverse;
  for (int a = start; a < end; a++) {
    const lane m = s->linear[layout->leaf_below[a]] * inverse;
    const int row = layout->upper_column[a];
    x[row] = lane_fnma(m, right, x[row]);
    for (int b = start; b < end; b++, target++)
      s->numbers[*target] = lane_fnma(m, s->linear[layout->leaf_right[b]], s->numbers[*target]);
  }
  return target;
}

/* x[k] = right, and what that leaves in the rows that leaf k meets. */
static inline void leaf_forward(const struct lanes *s, int k, lane right, lane *x)
{
  const struct layout *layout = s->layout;
  const lane share = right * s->numbers[k];
  x[k] = right;
  for (int a = layout->upper_start[k]; a < layout->upper_start[k + 1]; a++) {
    const int row = layout->upper_column[a];
    x[row] = lane_fnma(s->linear[layout->leaf_below[a]], share, x[row]);
  }
}

static inline void leaf_backward(const struct lanes *s, int k, lane *x)
{
  const struct layout *layout = s->layout;
  lane sum = x[k];
  for (int b = layout->upper_start[k]; b < layout->upper_start[k + 1]; b++)
    sum = lane_fnma(s->linear[layout->leaf_right[b]], x[layout->upper_column[b]], sum);
  x[k] = sum * s->numbers[k];
}
#endif
