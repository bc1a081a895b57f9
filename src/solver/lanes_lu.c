/* solver/lanes_lu.c - one elimination schedule, LANES matrices: factors, substitutes, refines.
 *
 * The loops of lu.c with a register in place of a number. What a row of L meets in a run of rows with nested patterns
 * (mcp_plan.segment_first) is subtracted four rows at a time, so that the target is loaded and stored once for four
 * products. No pivoting and no decision that depends on a value, except the replacement of vanishing pivots.
 */
#include "solver/lanes_state.h"

static const double pivot_min = 1e-13;

/* work = row i of the Jacobian + diagonal */
static void row_spread(struct lanes *s, int i, lane shift)
{
  const struct mcp_plan *plan = s->layout->plan;
  lane *restrict work = s->work;
  for (int p = plan->entry_start[i]; p < plan->entry_start[i + 1]; p++) work[plan->entry_column[p]] = s->linear[p];
  for (int p = s->layout->extra_start[i]; p < s->layout->extra_start[i + 1]; p++)
    work[s->layout->extra_column[p]] += s->extra[p];
  work[i] += s->diagonal[i] + shift;
}

/* work[column] -= m[0] u0 + ... + m[3] u3 */
static void rows_subtract(lane *restrict work, const int *restrict column, int count, const lane *m, const lane *u0,
                          const lane *u1, const lane *u2, const lane *u3)
{
  const lane m0 = m[0], m1 = m[1], m2 = m[2], m3 = m[3];
  for (int t = 0; t < count; t++) {
    lane value = work[column[t]];
    value = lane_fnma(m0, u0[t], value);
    value = lane_fnma(m1, u1[t], value);
    value = lane_fnma(m2, u2[t], value);
    work[column[t]] = lane_fnma(m3, u3[t], value);
  }
}

static void row_subtract(lane *restrict work, const int *restrict column, int count, lane m, const lane *restrict u)
{
  for (int t = 0; t < count; t++) work[column[t]] = lane_fnma(m, u[t], work[column[t]]);
}

/* The multiplier of column k, taken out of the `inside` columns that follow it. */
static lane column_divide(struct lanes *s, int k, int inside)
{
  const lane *u = s->u + s->layout->plan->upper_start[k];
  lane *restrict work = s->work;
  const lane m = work[k] * s->pivot_inverse[k];
  work[k] = (lane){0};
  for (int j = 0; j < inside; j++) work[k + 1 + j] = lane_fnma(m, u[j], work[k + 1 + j]);
  return m;
}

/* Columns first..end of row i lie in one run: each one's row of U is the next column and the next one's row. */
static void segment_eliminate(struct lanes *s, int first, int end, lane *restrict multipliers)
{
  const struct mcp_plan *plan = s->layout->plan;
  int k = first;
  for (; k + 4 <= end; k += 4) {
    lane *m = multipliers + (k - first);
    for (int r = 0; r < 4; r++) m[r] = column_divide(s, k + r, 3 - r);
    const int start = plan->upper_start[k + 3];
    rows_subtract(s->work, plan->upper_column + start, plan->upper_start[k + 4] - start, m,
                  s->u + plan->upper_start[k] + 3, s->u + plan->upper_start[k + 1] + 2,
                  s->u + plan->upper_start[k + 2] + 1, s->u + start);
  }
  for (; k < end; k++) {
    const int start = plan->upper_start[k];
    multipliers[k - first] = column_divide(s, k, 0);
    row_subtract(s->work, plan->upper_column + start, plan->upper_start[k + 1] - start, multipliers[k - first],
                 s->u + start);
  }
}

void lanes_factor(struct lanes *s, lane shift)
{
  const struct mcp_plan *plan = s->layout->plan;
  lane *restrict work = s->work;
  const lane least = lane_all(pivot_min), zero = {0};
  for (int i = 0; i < plan->n; i++) {
    lane *multipliers = s->l + plan->lower_start[i];
    row_spread(s, i, shift);
    for (int t = plan->segment_start[i]; t < plan->segment_start[i + 1]; t++) {
      segment_eliminate(s, plan->segment_first[t], plan->segment_end[t], multipliers);
      multipliers += plan->segment_end[t] - plan->segment_first[t];
    }
    lane pivot = work[i];
    pivot = lane_select((lane_mask)(lane_abs(pivot) >= least), pivot,
                        lane_select((lane_mask)(pivot < zero), -least, least));
    s->pivot_inverse[i] = 1 / pivot;
    work[i] = zero;
    for (int t = plan->upper_start[i]; t < plan->upper_start[i + 1]; t++) {
      s->u[t] = work[plan->upper_column[t]];
      work[plan->upper_column[t]] = zero;
    }
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

/* Which lanes take another round: those whose defect is too large and still falls. */
static lane_mask refinement_wanted(const struct lanes *s, lane left, lane size, const bool *stopped, int round)
{
  lane_mask wanted = {0};
  for (int l = 0; l < LANES; l++) {
    const struct lane_control *control = &s->control[l];
    const bool wants = (control->phase == LANE_PATH || control->phase == LANE_CLOSE) && !stopped[l] &&
                       round < control->rounds && left[l] > control->goal * size[l];
    wanted[l] = wants ? -1 : 0;
  }
  return wanted;
}

void lanes_refine(struct lanes *s, const lane *b, lane *x)
{
  const int n = s->layout->n;
  bool stopped[LANES] = {false};
  lanes_substitute(s, b, x);
  const lane size = size_unpinned(s, b);
  lane left = defect_measure(s, b, x);
  for (int round = 0;; round++) {
    const lane_mask wanted = refinement_wanted(s, left, size, stopped, round);
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
