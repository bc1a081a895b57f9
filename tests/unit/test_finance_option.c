/* Options against printed tables and closed forms. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "finance/option.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

/* Haug (1998), The Complete Guide to Option Pricing Formulas, pages 2 to 8 and 24, as carried by QuantLib's
 * test-suite/europeanoption.cpp; those rows in which the payout equals the rate, so that the spot is a forward. */
static void test_black_tables(void **)
{
  static const struct {
    int put;
    double forward, strike, rate, years, volatility, value;
  } rows[] = {{0, 19, 19, 0.1, 0.75, 0.28, 1.7011},   {0, 90, 100, 0.1, 0.1, 0.15, 0.0205},
              {0, 110, 100, 0.1, 0.1, 0.15, 9.9413},  {0, 100, 100, 0.1, 0.1, 0.25, 3.1217},
              {0, 90, 100, 0.1, 0.1, 0.35, 0.9474},   {0, 110, 100, 0.1, 0.1, 0.35, 11.1381},
              {0, 100, 100, 0.1, 0.5, 0.15, 4.0232},  {0, 90, 100, 0.1, 0.5, 0.25, 2.7026},
              {0, 110, 100, 0.1, 0.5, 0.25, 12.7857}, {0, 100, 100, 0.1, 0.5, 0.35, 9.3679},
              {1, 90, 100, 0.1, 0.1, 0.15, 9.9210},   {1, 110, 100, 0.1, 0.1, 0.15, 0.0408},
              {1, 100, 100, 0.1, 0.1, 0.25, 3.1217},  {1, 90, 100, 0.1, 0.1, 0.35, 10.8479},
              {1, 110, 100, 0.1, 0.1, 0.35, 1.2376},  {1, 100, 100, 0.1, 0.5, 0.15, 4.0232},
              {1, 90, 100, 0.1, 0.5, 0.25, 12.2149},  {1, 110, 100, 0.1, 0.5, 0.25, 3.2734},
              {1, 100, 100, 0.1, 0.5, 0.35, 9.3679}};
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    const double value = (rows[k].put ? option_put : option_call)(rows[k].forward, rows[k].strike, rows[k].rate,
                                                                  rows[k].years, rows[k].volatility);
    assert_near(value, rows[k].value, 1e-4);
  }
  assert_near(option_put(60, 60, 0.09, 4.0 / 12, 0.25), 3.3499, 5e-5);
}

static void test_parity(void **)
{
  for (int k = 1; k <= 20; k++) {
    const double forward = 10.0 * k, put = option_put(forward, 110, 0.04, 2, 0.35);
    const double call = option_call(forward, 110, 0.04, 2, 0.35);
    assert_near(call - put, exp(-0.08) * (forward - 110), 1e-10);
  }
  assert_near(option_put(75, 110, 0.04, 1, 0), 35 * exp(-0.04), 1e-12);
}

/* Ten yearly puts at 110 on a driftless lognormal price around 75, rate 4 %, 1 kg each. */
static void test_floor_strip(void **)
{
  double forward[10], grid[2];
  for (int k = 0; k < 10; k++) forward[k] = 75;
  assert_near(option_put_strip(forward, 10, 1, 110, 0.04, 0.35), 390.0256, 5e-5);
  assert_near(option_put_strip(forward, 10, 1, 110, 0.04, 0), 282.7390, 5e-5);
  assert_near(0.3 * option_call_strip(forward, 10, 1, 110, 0.04, 0.35), 32.1860, 5e-5);
  const double volatility[] = {0, 0.35};
  option_grid(&(struct option_strip){OPTION_FLOOR, 110, 1, 0.04, 10, 1}, volatility, 2, forward, 1, grid);
  assert_near(grid[0], 282.7390, 5e-5);
  assert_near(grid[1], 390.0256, 5e-5);
  option_grid(&(struct option_strip){OPTION_UPSIDE, 110, 0.3, 0.04, 10, 1}, volatility + 1, 1, forward, 1, grid);
  assert_near(grid[0], 32.1860, 5e-5);
}

static void test_inside_a_period(void **)
{
  assert_near(option_floor_inside(110, 110, 0.12), 5.3, 0.05);
  assert_near(option_floor_inside(110, 110, 0), 0, 0);
  assert_near(option_upside_inside(110, 110, 0.12), option_floor_inside(110, 110, 0.12), 1e-12);
  assert_near(option_floor_inside(70, 110, 0.12), 40, 0.01);
}

/* A short average is the price at its date; an average from now on has a third of the variance. */
static void test_average(void **)
{
  assert_near(option_average_deviation(0.3, 2, 2), 0.3 * sqrt(2), 1e-12);
  assert_near(option_average_deviation(0.3, 2, 2.0001), 0.3 * sqrt(2 + 0.0001 / 3), 1e-8);
  assert_near(option_average_deviation(0.1, 0, 1), 0.1 / sqrt(3), 1e-4);
  assert_near(option_average_deviation(0.3, 0, 0.0012), option_average_deviation(0.3, 0, 0.0011),
              1e-3); /* branches meet */
}

/* Dixit and Pindyck (1994), chapter 5: rate and payout 4 %, volatility 20 %. */
static void test_waiting(void **)
{
  const struct invest_option option = option_to_invest(1, 1, 0.04, 0.04, 0.2);
  assert_near(option.beta, 2, 1e-12);
  assert_near(option.threshold, 2, 1e-12);
  assert_near(option.value, 0.25, 1e-12);
  assert_near(option_to_invest(3, 1, 0.04, 0.04, 0.2).value, 2, 1e-12);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_black_tables),    cmocka_unit_test(test_parity),  cmocka_unit_test(test_floor_strip),
      cmocka_unit_test(test_inside_a_period), cmocka_unit_test(test_average), cmocka_unit_test(test_waiting),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
