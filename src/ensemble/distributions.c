/* ensemble/distributions.c - inverse distributions, each in closed form but for the beta family.
 *
 * A PERT law is a beta law on (low, high) with alpha = 1 + 4 (mode - low) / (high - low), beta likewise from the other
 * side (Malcolm, Roseboom, Clark and Fazar, Operations Research 7, 1959).
 */
#include "ensemble/distributions.h"

#include <assert.h>
#include <math.h>

#include "base/normal.h"

/* ---- beta ---- */

/* Lentz's method for the continued fraction of the incomplete beta function. */
static double beta_fraction(double x, double a, double b)
{
  const double tiny = 1e-300;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (fabs(d) < tiny ? tiny : d);
  double value = d;
  for (int m = 1; m <= 500; m++) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    for (int part = 0; part < 2; part++) {
      const double step = part == 0 ? even : odd;
      d = 1 + step * d, c = 1 + step / c;
      d = 1 / (fabs(d) < tiny ? tiny : d);
      c = fabs(c) < tiny ? tiny : c;
      value *= c * d;
    }
    if (fabs(c * d - 1) < 1e-16) break;
  }
  return value;
}

static double log_gamma(double x)
{
  int sign; /* lgamma itself writes a global */
  return lgamma_r(x, &sign);
}

double beta_below(double x, double alpha, double beta)
{
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front =
      exp(log_gamma(alpha + beta) - log_gamma(alpha) - log_gamma(beta) + alpha * log(x) + beta * log1p(-x));
  if (x < (alpha + 1) / (alpha + beta + 2)) return front * beta_fraction(x, alpha, beta) / alpha;
  return 1 - front * beta_fraction(1 - x, beta, alpha) / beta;
}

/* Newton's step where it stays inside the bracket, else its middle. */
double beta_inverse(double u, double alpha, double beta)
{
  double low = 0, high = 1, x = alpha / (alpha + beta);
  const double scale = log_gamma(alpha + beta) - log_gamma(alpha) - log_gamma(beta);
  for (int round = 0; round < 200 && high - low > 1e-15; round++) {
    const double error = beta_below(x, alpha, beta) - u;
    if (error > 0)
      high = x;
    else
      low = x;
    const double density = exp(scale + (alpha - 1) * log(x) + (beta - 1) * log1p(-x));
    const double next = x - error / density;
    const double before = x;
    x = next > low && next < high ? next : (low + high) / 2;
    if (fabs(x - before) < 1e-15) break;
  }
  return x;
}

/* ---- the others ---- */

static double triangular(const struct law *law, double u)
{
  const double width = law->high - law->low, left = law->mode - law->low, right = law->high - law->mode;
  return u * width < left ? law->low + sqrt(u * width * left) : law->high - sqrt((1 - u) * width * right);
}

static double pert(const struct law *law, double u)
{
  const double width = law->high - law->low;
  const double alpha = 1 + 4 * (law->mode - law->low) / width, beta = 1 + 4 * (law->high - law->mode) / width;
  return law->low + width * beta_inverse(u, alpha, beta);
}

/* A standard normal between two of its values, NAN: no bound there. */
static double normal_between(double low, double high, double u)
{
  const double from = isnan(low) ? 0 : normal_below(low), to = isnan(high) ? 1 : normal_below(high);
  const double p = from + (to - from) * u;
  return normal_inverse(fmin(fmax(p, 0x1p-60), 1 - 0x1p-53));
}

static double bounded(const struct law *law, double value)
{
  return fmin(fmax(value, isnan(law->low) ? -HUGE_VAL : law->low), isnan(law->high) ? HUGE_VAL : law->high);
}

static double normal(const struct law *law, double u)
{
  const double low = (law->low - law->mean) / law->deviation, high = (law->high - law->mean) / law->deviation;
  return bounded(law, law->mean + law->deviation * normal_between(low, high, u));
}

static double lognormal(const struct law *law, double u)
{
  const double low = law->low > 0 ? log(law->low / law->median) / law->deviation : (double)NAN;
  const double high = law->high > 0 ? log(law->high / law->median) / law->deviation : (double)NAN;
  return bounded(law, law->median * exp(law->deviation * normal_between(low, high, u)));
}

static double discrete(const struct law *law, double u)
{
  int i = 0;
  while (i + 1 < law->count && u >= law->until[i]) i++;
  return law->values[i];
}

double law_inverse(const struct law *law, double u)
{
  assert(u > 0 && u < 1);
  switch ((enum law_kind)law->kind) {
  case LAW_UNIFORM: return law->low + (law->high - law->low) * u;
  case LAW_TRIANGULAR: return triangular(law, u);
  case LAW_PERT: return pert(law, u);
  case LAW_NORMAL: return normal(law, u);
  case LAW_LOGNORMAL: return lognormal(law, u);
  case LAW_BETA: return law->low + (law->high - law->low) * beta_inverse(u, law->alpha, law->beta);
  case LAW_DISCRETE: return discrete(law, u);
  }
  return 0;
}
