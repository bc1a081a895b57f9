/* solver/lanes_rows.h - what the sweeps do with the factors of leaves. Included by lanes_step.c and
 * bench/kernels_lanes.c.
 *
 * A leaf's row of U is the matrix's; its column of L is that of the matrix over its pivot. Neither is stored, and the
 * matrix's numbers are the model's, but for leaves that vary.
 */
#ifndef SOLVER_LANES_ROWS_H
#define SOLVER_LANES_ROWS_H
#include "solver/lanes_state.h"

#define LEAF_INLINE static inline __attribute__((always_inline))

/* The t-th number right of, or below, a leaf's pivot; varies is a constant wherever these are called. */
LEAF_INLINE lane leaf_right(const struct lanes *s, int t, bool varies)
{
  return varies ? lanes_entry(s, s->layout->leaf_right[t]) : lane_all(s->layout->right_value[t]);
}
LEAF_INLINE lane leaf_below(const struct lanes *s, int t, bool varies)
{
  return varies ? lanes_entry(s, s->layout->leaf_below[t]) : lane_all(s->layout->below_value[t]);
}

LEAF_INLINE const int *leaf_subtract(struct lanes *s, int k, const int *target, bool varies)
{
  const struct layout *layout = s->layout;
  const int start = layout->upper_start[k], end = layout->upper_start[k + 1];
  const lane inverse = lanes_pivot_inverse(s->numbers[k]);
  s->numbers[k] = inverse;
  for (int a = start; a < end; a++) {
    const lane m = leaf_below(s, a, varies) * inverse;
    for (int b = start; b < end; b++, target++)
      s->numbers[*target] = lane_fnma(m, leaf_right(s, b, varies), s->numbers[*target]);
  }
  return target;
}

/* Eliminates leaf k from the numbers. Its targets begin at target; returns where the next one's do. */
static inline const int *leaf_eliminate(struct lanes *s, int k, const int *target)
{
  return s->varies[k] ? leaf_subtract(s, k, target, true) : leaf_subtract(s, k, target, false);
}

/* L \ x of leaves is kept over their pivots, which is what both the rows below and U \ x need of it. This is what is
 * left of row i's right side, i not a leaf, once it is there. */
static inline lane row_forward(const struct lanes *s, int i, lane right, const lane *x)
{
  const struct layout *layout = s->layout;
  const int *const column = layout->entry_column, start = layout->entry_start[i], end = layout->entry_rest[i];
  if (s->varies[i]) {
    for (int p = start; p < end; p++) right = lane_fnma(lanes_entry(s, p), x[column[p]], right);
  } else {
    for (int p = start; p < end; p++) right = lane_fnma(lane_all(layout->value[p]), x[column[p]], right);
  }
  return right;
}

static inline lane leaf_backward(const struct lanes *s, int k, const lane *x)
{
  const struct layout *layout = s->layout;
  const int *const column = layout->upper_column, start = layout->upper_start[k], end = layout->upper_start[k + 1];
  lane sum = {0};
  if (s->varies[k]) {
    for (int b = start; b < end; b++) sum = lane_fma(leaf_right(s, b, true), x[column[b]], sum);
  } else {
    for (int b = start; b < end; b++) sum = lane_fma(leaf_right(s, b, false), x[column[b]], sum);
  }
  return lane_fnma(sum, s->numbers[k], x[k]);
}
#endif
