/* finance/option.c - Black's formula and what follows from it. */
#include <assert.h>
#include <math.h>

#include "base/normal.h"
#include "finance/option.h"

static double positive(double x)
{
  return x > 0 ? x : 0;
}

double option_put_expected(double forward, double strike, double deviation)
{
  assert(forward >= 0 && deviation >= 0);
  if (forward <= 0 || strike <= 0 || deviation < 1e-12) return positive(strike - forward);
  const double d1 = log(forward / strike) / deviation + 0.5 * deviation;
  return strike * normal_below(deviation - d1) - forward * normal_below(-d1);
}

double option_call_expected(double forward, double strike, double deviation)
{
  assert(forward >= 0 && deviation >= 0);
  if (forward <= 0 || strike <= 0 || deviation < 1e-12) return positive(forward - strike);
  const double d1 = log(forward / strike) / deviation + 0.5 * deviation;
  return forward * normal_below(d1) - strike * normal_below(d1 - deviation);
}

double option_put(double forward, double strike, double rate, double years, double volatility)
{
  return exp(-rate * years) * option_put_expected(forward, strike, volatility * sqrt(years));
}

double option_call(double forward, double strike, double rate, double years, double volatility)
{
  return exp(-rate * years) * option_call_expected(forward, strike, volatility * sqrt(years));
}

double option_put_strip(const double *forward, int periods, double periods_per_year, double strike, double rate,
                        double volatility)
{
  double value = 0;
  for (int k = 0; k < periods; k++)
    value += option_put(forward[k], strike, rate, (k + 1) / periods_per_year, volatility);
  return value;
}

double option_call_strip(const double *forward, int periods, double periods_per_year, double strike, double rate,
                         double volatility)
{
  double value = 0;
  for (int k = 0; k < periods; k++)
    value += option_call(forward[k], strike, rate, (k + 1) / periods_per_year, volatility);
  return value;
}

double option_floor_inside(double mean, double floor, double dispersion)
{
  return option_put_expected(mean, floor, dispersion);
}

double option_upside_inside(double mean, double trigger, double dispersion)
{
  return option_call_expected(mean, trigger, dispersion);
}

double option_average_deviation(double volatility, double start_years, double end_years)
{
  const double variance = volatility * volatility, x = variance * (end_years - start_years);
  assert(start_years >= 0 && end_years >= start_years);
  /* The mean square of the average is exp(variance start) 2 (e^x - 1 - x) / x^2; a series where x is small. */
  const double inside = x < 1e-4 ? log1p(x / 3 + x * x / 12) : log(2 * (expm1(x) - x) / (x * x));
  return sqrt(variance * start_years + inside);
}

struct invest_option option_to_invest(double value, double investment, double rate, double payout, double volatility)
{
  assert(volatility > 0 && payout > 0 && investment > 0);
  const double variance = volatility * volatility, tilt = (rate - payout) / variance - 0.5;
  struct invest_option option = {.beta = -tilt + sqrt(tilt * tilt + 2 * rate / variance)};
  option.threshold = option.beta / (option.beta - 1) * investment;
  option.value = value >= option.threshold
                     ? value - investment
                     : (option.threshold - investment) * pow(value / option.threshold, option.beta);
  return option;
}

void option_grid(const struct option_strip *strip, const double *volatility, int volatility_count,
                 const double *forward, int forward_count, double *grid)
{
  for (int v = 0; v < volatility_count; v++)
    for (int f = 0; f < forward_count; f++) {
      double value = 0;
      for (int k = 1; k <= strip->periods; k++) {
        const double years = k / strip->periods_per_year;
        value += strip->side == OPTION_FLOOR
                     ? option_put(forward[f], strip->strike, strip->rate, years, volatility[v])
                     : option_call(forward[f], strip->strike, strip->rate, years, volatility[v]);
      }
      grid[v * forward_count + f] = strip->share * value;
    }
}
