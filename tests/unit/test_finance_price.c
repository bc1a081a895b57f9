/* Price processes: moments against simulation, closed forms, and thirteen years of prices. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "finance/option.h"
#include "finance/price_process.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

static const struct price_process geometric = {
    .kind = PROCESS_GEOMETRIC, .start_usd_per_kg = 75, .drift_per_year = 0.02, .volatility = 0.35};
static const struct price_process jumping = {.kind = PROCESS_GEOMETRIC,
                                             .start_usd_per_kg = 75,
                                             .volatility = 0.3,
                                             .jumps_per_year = 0.5,
                                             .jump_mean = 0.2,
                                             .jump_deviation = 0.25};
static const struct price_process reverting = {.kind = PROCESS_REVERTING,
                                               .start_usd_per_kg = 120,
                                               .level_usd_per_kg = 60,
                                               .reversion_per_year = 0.5,
                                               .volatility = 0.35};

struct sample {
  double mean, mean_error, put, put_error, log_deviation;
};

/* Price after three years, reached in steps of half a year, over 40,000 draws. */
static struct sample simulate(const struct price_process *process)
{
  enum { draws = 40000 };
  static const double years[] = {0.5, 1, 1.5, 2, 2.5, 3};
  double sum = 0, square = 0, put = 0, put_square = 0, logs = 0, log_square = 0, price[6];
  for (int d = 0; d < draws; d++) {
    process_path(process, years, 6, (struct random){11, (uint64_t)d, random_stream("test")}, price);
    const double p = price[5], payoff = fmax(0, 80 - p);
    sum += p, square += p * p, put += payoff, put_square += payoff * payoff;
    logs += log(p), log_square += log(p) * log(p);
  }
  const double n = draws, mean = sum / n, floor = put / n;
  return (struct sample){mean, sqrt((square / n - mean * mean) / n), floor, sqrt((put_square / n - floor * floor) / n),
                         sqrt(log_square / n - logs / n * (logs / n))};
}

/* Every moment within four standard errors, deviation of the logarithm to 2 %. */
static void test_moments(void **)
{
  struct price_process both = reverting;
  both.jumps_per_year = 0.5, both.jump_mean = 0.3, both.jump_deviation = 0.2;
  const struct price_process *all[] = {&geometric, &jumping, &reverting, &both};
  for (int k = 0; k < 4; k++) {
    const struct sample sample = simulate(all[k]);
    assert_near(sample.mean, process_forward(all[k], 3), 4 * sample.mean_error);
    assert_near(sample.log_deviation / process_deviation(all[k], 3), 1, 0.02);
    const double closed = process_put(all[k], 3, 80);
    if (k < 3)
      assert_near(sample.put, closed, 4 * sample.put_error);
    else
      assert_true(isnan(closed));
  }
}

static void test_forwards(void **)
{
  assert_near(process_forward(&geometric, 3), 75 * exp(0.06), 1e-9);
  assert_near(process_forward(&jumping, 3), 75, 1e-6); /* jumps are compensated */
  assert_near(process_forward(&reverting, 0), 120, 1e-9);
  assert_near(process_deviation(&reverting, 1e3), 0.35, 1e-9); /* sigma / sqrt(2 kappa) */
  assert_near(process_put(&geometric, 2, 110) - process_call(&geometric, 2, 110), 110 - 75 * exp(0.04), 1e-9);
  assert_near(process_put(&jumping, 2, 110) - process_call(&jumping, 2, 110), 35, 1e-6);
}

static void test_deck(void **)
{
  const double years[] = {0, 2}, prices[] = {60, 100}, dates[] = {0, 0.5, 2, 9};
  const struct price_process deck = {
      .kind = PROCESS_DECK, .deck_count = 2, .deck_years = years, .deck_usd_per_kg = prices};
  double price[4];
  process_path(&deck, dates, 4, (struct random){1, 0, 0}, price);
  const double expected[] = {60, 70, 100, 100};
  for (int k = 0; k < 4; k++) assert_near(price[k], expected[k], 1e-12);
  assert_near(process_put(&deck, 0.5, 110), 40, 1e-12);
  struct price_process scattered = deck;
  scattered.dispersion = 0.12;
  assert_near(process_put(&scattered, 2, 100), option_floor_inside(100, 100, 0.12), 1e-12);
}

/* Rational expectations under a floor price (Miranda and Fackler): acreage a = 1/2 + 1/2 E max(3/2 - a y / 2, 1), y
 * lognormal with log-mean -0.02 and deviation 0.2. With E max in closed form a = 1.01793, mean market price 0.991035
 * and farm price 1.03586 by exact integration; 25 quadrature nodes, as published, give 1.0174. */
static void test_floor_in_expectations(void **)
{
  const double mean_yield = exp(-0.02 + 0.5 * 0.04);
  double a = 1, farm = 0;
  for (int k = 0; k < 100; k++) {
    farm = 1 + 0.5 * a * option_put_expected(mean_yield, 1 / a, 0.2);
    a = 0.5 + 0.5 * farm;
  }
  assert_near(a, 1.01793, 1e-5);
  assert_near(farm, 1.03586, 1e-5);
  assert_near(1.5 - 0.5 * a * mean_yield, 0.991035, 1e-5);
}

/* NdPr oxide f.o.b. China, yearly means in USD/kg, 2013 to 2025: data/prices/ndpr-yearly.csv says from where. */
static const double history[] = {74.5, 63, 47, 39.5, 49.5, 49, 44, 48, 92, 124, 75, 55, 69};
enum { history_years = sizeof history / sizeof *history };

static void test_series(void **)
{
  const struct series_statistics s = series_statistics(history, history_years);
  assert_near(s.range, 124 / 39.5, 1e-12);
  assert_near(s.volatility, 0.320, 0.0005);
  assert_near(s.autocorrelation, 0.541, 0.0005);
  assert_near(s.median, 60.48, 0.005);
}

/* Each process, fitted, is a world in which those thirteen years are nothing unusual: volatility, autocorrelation
 * and range all lie within the 95 % of its simulated series; and a wrong one is found out. */
static void test_fitted_to_history(void **)
{
  struct arena *arena = arena_new();
  struct price_process kinds[3] = {
      {.kind = PROCESS_GEOMETRIC}, {.kind = PROCESS_REVERTING}, {.kind = PROCESS_REVERTING}};
  kinds[2].jumps_per_year = 0.125, kinds[2].jump_mean = 0.5, kinds[2].jump_deviation = 0.25;
  for (int k = 0; k < 3; k++) {
    const struct price_process fitted = process_fit(&kinds[k], history, history_years, 400, 1, arena);
    const struct process_match m = process_match(&fitted, history, history_years, 2000, 1, arena);
    assert_true(m.below.volatility > 0.025 && m.below.volatility < 0.975);
    assert_true(m.below.autocorrelation > 0.025 && m.below.autocorrelation < 0.975);
    assert_true(m.below.range > 0.025 && m.below.range < 0.975);
  }
  const struct price_process calm = {
      .kind = PROCESS_GEOMETRIC, .start_usd_per_kg = 60, .level_usd_per_kg = 60, .volatility = 0.1};
  assert_true(process_match(&calm, history, history_years, 500, 1, arena).below.volatility > 0.975);
  arena_free(arena);
}

static void test_points(void **)
{
  /* Spot prices in China without VAT, 2025 (data/prices/ndpr-points.csv). */
  const double date[] = {2025.41, 2025.46, 2025.5, 2025.52, 2025.68, 2025.71, 2025.88, 2025.98, 2026};
  const double price[] = {53.83, 54.6, 54.79, 56.03, 74.04, 71.99, 69.08, 74.61, 76.24};
  assert_near(points_dispersion(price, 9), 0.155, 0.0005);
  assert_true(isnan(points_dispersion(price, 3)));
  assert_true(isnan(points_average(date, price, 9, 2025.0, 2025.25)));
  const double two[] = {0, 1, 2}, line[] = {10, 20, 0};
  assert_near(points_average(two, line, 3, 0.5, 1), 17.5, 1e-12);
  assert_near(points_average(two, line, 3, 0, 2), 12.5, 1e-12);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_moments), cmocka_unit_test(test_forwards),
      cmocka_unit_test(test_deck),    cmocka_unit_test(test_floor_in_expectations),
      cmocka_unit_test(test_series),  cmocka_unit_test(test_fitted_to_history),
      cmocka_unit_test(test_points),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
