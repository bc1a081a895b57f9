/* finance/cash.c - discounting, and internal rates of return by counting signs and bisection.
 *
 * In x = 1/(1 + rate) the present value is a polynomial: by Descartes' rule one change of sign is one positive root.
 * With more changes a grid over log(1 + rate) is searched; two roots closer than its step (0.2 %) can hide from it.
 */
#include <assert.h>
#include <math.h>

#include "finance/cash.h"

double cash_discount(double rate, double time)
{
  assert(rate > -1);
  return pow(1 + rate, -time);
}

double cash_present_value(const double *flow, int count, double rate)
{
  assert(rate > -1);
  const double x = 1 / (1 + rate);
  double value = 0;
  for (int k = count - 1; k >= 0; k--) value = value * x + flow[k]; /* Horner */
  return value;
}

double cash_annuity(double rate, double periods)
{
  assert(rate > -1);
  if (fabs(rate) < 1e-12) return periods;
  return -expm1(-periods * log1p(rate)) / rate;
}

double cash_recovery(double rate, double periods)
{
  assert(periods > 0);
  return 1 / cash_annuity(rate, periods);
}

static int sign_changes(const double *flow, int count)
{
  int changes = 0;
  double last = 0;
  for (int k = 0; k < count; k++) {
    if (flow[k] == 0) continue;
    if (last != 0 && (last > 0) != (flow[k] > 0)) changes++;
    last = flow[k];
  }
  return changes;
}

/* Bisection over g = log(1 + rate); the present values at both ends differ in sign, or one is zero. */
static double crossing(const double *flow, int count, double low, double high)
{
  const double at_low = cash_present_value(flow, count, expm1(low));
  for (int step = 0; step < 200 && high - low > 1e-15 * (1 + fabs(low)); step++) {
    const double middle = 0.5 * (low + high);
    const double value = cash_present_value(flow, count, expm1(middle));
    if ((value > 0) == (at_low > 0) && value != 0)
      low = middle;
    else
      high = middle;
  }
  return expm1(0.5 * (low + high));
}

struct irr cash_irr(const double *flow, int count)
{
  const double lowest = log(0.01), highest = log(101), step = 0.002;
  struct irr irr = {IRR_NONE, NAN, 0};
  if (sign_changes(flow, count) == 0) return irr;
  double low = lowest, at_low = cash_present_value(flow, count, expm1(low));
  while (low < highest) {
    const double high = low + step, at_high = cash_present_value(flow, count, expm1(high));
    if (at_low == 0 || (at_low > 0) != (at_high > 0)) {
      if (irr.count++ == 0) irr.rate = crossing(flow, count, low, high);
    }
    low = high, at_low = at_high == 0 ? -at_low : at_high; /* a zero on the grid is counted once, on its left */
  }
  irr.status = irr.count == 0 ? IRR_NONE : irr.count == 1 ? IRR_ONE : IRR_SEVERAL;
  return irr;
}
