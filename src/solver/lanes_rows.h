/* solver/lanes_rows.h - what the sweeps do with the factors of leaves. Included by lanes_step.c only.
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

LEAF_INLINE const int *leaf_subtract(struct lanes *s, int k, const int *target, lane *x, bool varies)
{
  const struct layout *layout = s->layout;
  const int start = layout->upper_start[k], end = layout->upper_start[k + 1];
  const lane inverse = lanes_pivot_inverse(s->numbers[k]), right = x[k];
  s->numbers[k] = inverse;
  for (int a = start; a < end; a++) {
    const lane m = leaf_below(s, a, varies) * inverse;
    const int row = layout->upper_column[a];
    x[row] = lane_fnma(m, right, x[row]);
    for (int b = start; b < end; b++, target++)
      s->numbers[*target] = lane_fnma(m, leaf_right(s, b, varies), s->numbers[*target]);
  }
  return target;
}

/* Eliminates leaf k from the numbers and from x. Its targets begin at target; returns where the next one's do. */
static inline const int *leaf_eliminate(struct lanes *s, int k, const int *target, lane *x)
{
  return s->varies[k] ? leaf_subtract(s, k, target, x, true) : leaf_subtract(s, k, target, x, false);
}

/* x[k] = right, and what that leaves in the rows that leaf k meets. */
static inline void leaf_forward(const struct lanes *s, int k, lane right, lane *x)
{
  const struct layout *layout = s->layout;
  const int *const column = layout->upper_column, start = layout->upper_start[k], end = layout->upper_start[k + 1];
  const lane share = right * s->numbers[k];
  x[k] = right;
  if (s->varies[k]) {
    for (int a = start; a < end; a++) x[column[a]] = lane_fnma(leaf_below(s, a, true), share, x[column[a]]);
  } else {
    for (int a = start; a < end; a++) x[column[a]] = lane_fnma(leaf_below(s, a, false), share, x[column[a]]);
  }
}

static inline lane leaf_backward(const struct lanes *s, int k, const lane *x)
{
  const struct layout *layout = s->layout;
  const int *const column = layout->upper_column, start = layout->upper_start[k], end = layout->upper_start[k + 1];
  lane sum = x[k];
  if (s->varies[k]) {
    for (int b = start; b < end; b++) sum = lane_fnma(leaf_right(s, b, true), x[column[b]], sum);
  } else {
    for (int b = start; b < end; b++) sum = lane_fnma(leaf_right(s, b, false), x[column[b]], sum);
  }
  return sum * s->numbers[k];
}
#endif
