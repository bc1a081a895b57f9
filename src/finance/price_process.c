/* finance/price_process.c - paths by exact transitions, moments in closed form, and a fit by simulated moments.
 *
 * Jumps of a step come at uniform times inside it and fade with the reversion until its end. At most 15 a step.
 */
#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "finance/option.h"
#include "finance/price_process.h"

enum { jumps_per_date_max = (process_numbers_per_date - 2) / 2 };

/* ---- paths ---- */

static double deck_at(const struct price_process *process, double years)
{
  const int n = process->deck_count;
  if (years <= process->deck_years[0]) return process->deck_usd_per_kg[0];
  for (int k = 1; k < n; k++) {
    const double from = process->deck_years[k - 1], to = process->deck_years[k];
    if (years > to) continue;
    const double weight = (years - from) / (to - from);
    return (1 - weight) * process->deck_usd_per_kg[k - 1] + weight * process->deck_usd_per_kg[k];
  }
  return process->deck_usd_per_kg[n - 1];
}

/* exp(-reversion years), and what a unit of variance a year adds up to over so many years of fading. */
static double fading(const struct price_process *process, double years)
{
  return process->kind == PROCESS_REVERTING ? exp(-process->reversion_per_year * years) : 1;
}

static double faded_time(const struct price_process *process, double years)
{
  const double twice = 2 * process->reversion_per_year;
  return process->kind == PROCESS_REVERTING && twice > 0 ? -expm1(-twice * years) / twice : years;
}

/* How many jumps: the inverse of the Poisson distribution. */
static int jump_count(double mean, double uniform)
{
  double probability = exp(-mean), below = probability;
  int count = 0;
  while (uniform > below && count < jumps_per_date_max) {
    count++;
    probability *= mean / count;
    below += probability;
  }
  return count;
}

static double jumps_in(const struct price_process *process, double years, struct random random, uint32_t index)
{
  if (!(process->jumps_per_year > 0)) return 0;
  const int count = jump_count(process->jumps_per_year * years, random_uniform(random, index + 1));
  double sum = 0;
  for (int j = 0; j < count; j++) {
    const uint32_t at = index + 2 + 2 * (uint32_t)j;
    const double left = years * random_uniform(random, at); /* from the jump to the end of the step */
    sum += fading(process, left) * (process->jump_mean + process->jump_deviation * random_normal(random, at + 1));
  }
  return sum;
}

/* The mean growth of P that jumps of ln P bring, per year. */
static double jump_growth(const struct price_process *process)
{
  return process->jumps_per_year * expm1(process->jump_mean + 0.5 * process->jump_deviation * process->jump_deviation);
}

/* The part of the step of ln P that is not random. */
static double drifted(const struct price_process *process, double log_price, double years)
{
  const double variance = process->volatility * process->volatility;
  if (process->kind == PROCESS_GEOMETRIC)
    return log_price + (process->drift_per_year - 0.5 * variance - jump_growth(process)) * years;
  const double level = log(process->level_usd_per_kg);
  return level + fading(process, years) * (log_price - level);
}

void process_path(const struct price_process *process, const double *years, int count, struct random random,
                  double *usd_per_kg)
{
  double now = 0, log_price = process->kind == PROCESS_DECK ? 0 : log(process->start_usd_per_kg);
  for (int k = 0; k < count; k++) {
    const uint32_t index = (uint32_t)k * process_numbers_per_date;
    const double s = process->dispersion;
    if (process->kind == PROCESS_DECK) {
      const double scatter = s > 0 ? exp(s * random_normal(random, index) - 0.5 * s * s) : 1;
      usd_per_kg[k] = deck_at(process, years[k]) * scatter;
      continue;
    }
    const double step = years[k] - now;
    assert(step >= 0);
    log_price = drifted(process, log_price, step) +
                process->volatility * sqrt(faded_time(process, step)) * random_normal(random, index) +
                jumps_in(process, step, random, index);
    now = years[k];
    usd_per_kg[k] = exp(log_price);
  }
}

/* ---- moments ---- */

/* F52: ln of the mean factor that jumps bring by a date: rate times the integral of E exp(J e^(-reversion s)) - 1. */
static double log_jump_factor(const struct price_process *process, double years)
{
  enum { panels = 64 };
  double sum = 0;
  if (!(process->jumps_per_year > 0)) return 0;
  for (int k = 0; k <= panels; k++) { /* Simpson's rule */
    const double a = fading(process, years * k / panels), d = a * process->jump_deviation;
    const double weight = k == 0 || k == panels ? 1 : k % 2 == 1 ? 4 : 2;
    sum += weight * expm1(a * process->jump_mean + 0.5 * d * d);
  }
  return process->jumps_per_year * sum * years / (3 * panels);
}

double process_forward(const struct price_process *process, double years)
{
  if (process->kind == PROCESS_DECK) return deck_at(process, years);
  const double variance = process->volatility * process->volatility * faded_time(process, years);
  return exp(drifted(process, log(process->start_usd_per_kg), years) + 0.5 * variance +
             log_jump_factor(process, years));
}

double process_deviation(const struct price_process *process, double years)
{
  if (process->kind == PROCESS_DECK) return process->dispersion;
  const double jump = process->jump_mean * process->jump_mean + process->jump_deviation * process->jump_deviation;
  const double variance = process->volatility * process->volatility + process->jumps_per_year * jump;
  return sqrt(variance * faded_time(process, years));
}

struct price_process process_with_volatility(struct price_process process, double volatility)
{
  const double far = 50, before = process.kind == PROCESS_REVERTING ? process_forward(&process, far) : 0;
  if (process.kind == PROCESS_DECK)
    process.dispersion = volatility;
  else
    process.volatility = volatility;
  if (process.kind == PROCESS_REVERTING && process.reversion_per_year > 0)
    process.level_usd_per_kg *=
        pow(before / process_forward(&process, far), -1 / expm1(-process.reversion_per_year * far));
  return process;
}

typedef double expected_payoff(double forward, double strike, double deviation);

/* Merton's sum: given the number of jumps the price is lognormal. */
static double over_jumps(const struct price_process *process, double years, double strike, expected_payoff *payoff)
{
  const double mean = process->jumps_per_year * years,
               jump_variance = process->jump_deviation * process->jump_deviation;
  const double step = process->jump_mean + 0.5 * jump_variance;
  const double base = process->start_usd_per_kg * exp((process->drift_per_year - jump_growth(process)) * years);
  double probability = exp(-mean), sum = 0;
  for (int n = 0; n < 200 && (n < mean || probability > 1e-16); n++) {
    const double variance = process->volatility * process->volatility * years + n * jump_variance;
    sum += probability * payoff(base * exp(n * step), strike, sqrt(variance));
    probability *= mean / (n + 1);
  }
  return sum;
}

static double expected(const struct price_process *process, double years, double strike, expected_payoff *payoff)
{
  if (process->kind == PROCESS_DECK || !(process->jumps_per_year > 0))
    return payoff(process_forward(process, years), strike, process_deviation(process, years));
  return process->kind == PROCESS_GEOMETRIC ? over_jumps(process, years, strike, payoff) : NAN;
}

double process_put(const struct price_process *process, double years, double strike)
{
  return expected(process, years, strike, option_put_expected);
}

double process_call(const struct price_process *process, double years, double strike)
{
  return expected(process, years, strike, option_call_expected);
}

/* ---- against history ---- */

struct series_statistics series_statistics(const double *yearly, int count)
{
  assert(count >= 3);
  double mean = 0, low = yearly[0], high = yearly[0];
  for (int k = 0; k < count; k++) {
    mean += log(yearly[k]) / count;
    low = fmin(low, yearly[k]);
    high = fmax(high, yearly[k]);
  }
  const double trend = log(yearly[count - 1] / yearly[0]) / (count - 1);
  double changes = 0, cross = 0, square = 0;
  for (int k = 0; k < count; k++) {
    const double here = log(yearly[k]) - mean;
    square += here * here;
    if (k == 0) continue;
    const double before = log(yearly[k - 1]) - mean;
    cross += before * here;
    changes += (here - before - trend) * (here - before - trend);
  }
  return (struct series_statistics){sqrt(changes / (count - 2)), cross / square, high / low, exp(mean)};
}

void process_yearly_means(const struct price_process *process, int count, struct random random, double *yearly)
{
  enum { points = 4, years_at_once = 64 };
  double years[points * years_at_once] = {0}, price[points * years_at_once];
  assert(count <= years_at_once);
  for (int k = 0; k < points * count; k++) years[k] = (k + 0.5) / points;
  process_path(process, years, points * count, random, price);
  for (int y = 0; y < count; y++) {
    yearly[y] = 0;
    for (int k = 0; k < points; k++) yearly[y] += price[points * y + k] / points;
  }
}

static struct random history_draw(uint64_t seed, int draw)
{
  return (struct random){seed, (uint64_t)draw, random_stream("price history")};
}

static struct series_statistics mean_statistics(const struct price_process *process, int count, int draws,
                                                uint64_t seed, double *yearly)
{
  struct series_statistics mean = {0};
  for (int d = 0; d < draws; d++) {
    process_yearly_means(process, count, history_draw(seed, d), yearly);
    const struct series_statistics s = series_statistics(yearly, count);
    mean.volatility += s.volatility / draws;
    mean.autocorrelation += s.autocorrelation / draws;
    mean.median += log(s.median) / draws;
  }
  mean.median = exp(mean.median);
  return mean;
}

/* The volatility at which the simulated one is the target, others given: secants, since it is nearly proportional. */
static void fit_volatility(struct price_process *process, double target, int count, int draws, uint64_t seed,
                           double *yearly)
{
  double last = 0, last_found = 0, now = process->volatility > 0 ? process->volatility : target;
  if (process->jumps_per_year > 0) { /* jumps alone move the price */
    process->volatility = 0;
    last_found = mean_statistics(process, count, draws, seed, yearly).volatility;
  }
  for (int step = 0; step < 12; step++) {
    process->volatility = now;
    const double found = mean_statistics(process, count, draws, seed, yearly).volatility;
    if (fabs(found - target) < 1e-5 * target || found == last_found) return;
    const double next = now + (target - found) * (now - last) / (found - last_found);
    last = now, last_found = found;
    now = fmax(1e-4, next);
  }
}

/* The reversion at which the simulated autocorrelation is the target, over a range of 0.01 to 10 a year: halving. */
static void fit_reversion(struct price_process *process, double target, int count, int draws, uint64_t seed,
                          double *yearly)
{
  double low = log(0.01), high = log(10);
  while (high - low > 0.002) {
    process->reversion_per_year = exp(0.5 * (low + high));
    const bool more = mean_statistics(process, count, draws, seed, yearly).autocorrelation > target;
    *(more ? &low : &high) = log(process->reversion_per_year);
  }
}

struct price_process process_fit(const struct price_process *process, const double *yearly, int count, int draws,
                                 uint64_t seed, struct arena *arena)
{
  struct price_process fitted = *process;
  double *simulated = ARENA_ARRAY(arena, count, double);
  const struct series_statistics target = series_statistics(yearly, count);
  fitted.level_usd_per_kg = fitted.start_usd_per_kg = target.median;
  if (fitted.kind == PROCESS_DECK) return fitted;
  if (fitted.kind == PROCESS_GEOMETRIC) {
    fit_volatility(&fitted, target.volatility, count, draws, seed, simulated);
    return fitted;
  }
  fitted.volatility = target.volatility;
  /* Without jumps the autocorrelation does not depend on the volatility. */
  for (int round = 0; round < (fitted.jumps_per_year > 0 ? 3 : 1); round++) {
    fit_reversion(&fitted, target.autocorrelation, count, draws, seed, simulated);
    fit_volatility(&fitted, target.volatility, count, draws, seed, simulated);
  }
  /* Jumps and averaging lift the median above the level: shift it back. */
  const double median = mean_statistics(&fitted, count, draws, seed, simulated).median;
  fitted.level_usd_per_kg *= target.median / median;
  fitted.start_usd_per_kg = fitted.level_usd_per_kg;
  return fitted;
}

static int ascending(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Median, range and place of the observed value among n simulated ones, which are sorted. */
static void place(double *values, int n, double observed, double *low, double *middle, double *high, double *below)
{
  qsort(values, (size_t)n, sizeof *values, ascending);
  int count = 0;
  while (count < n && values[count] < observed) count++;
  *low = values[(int)(0.025 * (n - 1))];
  *middle = values[(n - 1) / 2];
  *high = values[(int)(0.975 * (n - 1))];
  *below = (double)count / n;
}

struct process_match process_match(const struct price_process *process, const double *yearly, int count, int draws,
                                   uint64_t seed, struct arena *arena)
{
  struct process_match m = {.observed = series_statistics(yearly, count)};
  double *simulated = ARENA_ARRAY(arena, count, double);
  double *volatility = ARENA_ARRAY(arena, draws, double), *lag = ARENA_ARRAY(arena, draws, double);
  double *range = ARENA_ARRAY(arena, draws, double), *median = ARENA_ARRAY(arena, draws, double);
  for (int d = 0; d < draws; d++) {
    process_yearly_means(process, count, history_draw(seed + 1, d), simulated);
    const struct series_statistics s = series_statistics(simulated, count);
    volatility[d] = s.volatility, lag[d] = s.autocorrelation, range[d] = s.range, median[d] = s.median;
  }
  place(volatility, draws, m.observed.volatility, &m.low.volatility, &m.middle.volatility, &m.high.volatility,
        &m.below.volatility);
  place(lag, draws, m.observed.autocorrelation, &m.low.autocorrelation, &m.middle.autocorrelation,
        &m.high.autocorrelation, &m.below.autocorrelation);
  place(range, draws, m.observed.range, &m.low.range, &m.middle.range, &m.high.range, &m.below.range);
  place(median, draws, m.observed.median, &m.low.median, &m.middle.median, &m.high.median, &m.below.median);
  return m;
}

double points_dispersion(const double *usd_per_kg, int count)
{
  if (count < 4) return NAN;
  double mean = 0, square = 0;
  for (int k = 0; k < count; k++) mean += log(usd_per_kg[k]) / count;
  for (int k = 0; k < count; k++) square += (log(usd_per_kg[k]) - mean) * (log(usd_per_kg[k]) - mean);
  return sqrt(square / (count - 1));
}

double points_average(const double *dates, const double *usd_per_kg, int count, double from, double to)
{
  if (count < 2 || dates[0] > from || dates[count - 1] < to || !(to > from)) return NAN;
  double area = 0;
  for (int k = 1; k < count; k++) {
    const double a = fmax(from, dates[k - 1]), b = fmin(to, dates[k]);
    if (!(b > a)) continue;
    const double slope = (usd_per_kg[k] - usd_per_kg[k - 1]) / (dates[k] - dates[k - 1]);
    const double middle = usd_per_kg[k - 1] + slope * (0.5 * (a + b) - dates[k - 1]);
    area += middle * (b - a);
  }
  return area / (to - from);
}
