/* Contracts on simulated prices against closed forms, caps, lapses, sensitivities; and a plant's cash flow. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "finance/cash.h"
#include "finance/option.h"
#include "finance/project.h"
#include "finance/valuation.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

enum { quarters = 40, draws = 4000 };

static const struct price_process flat = {
    .kind = PROCESS_GEOMETRIC, .start_usd_per_kg = 75, .volatility = 0.35, .level_usd_per_kg = 75};

/* A floor at 110 and 30 % of what is above it, 1,000 kg a quarter for ten years. */
struct deal {
  double kg[quarters];
  struct price_leg legs[2];
  struct price_contract contract;
};

static struct deal *deal_new(struct arena *arena)
{
  struct deal *deal = ARENA_NEW(arena, struct deal);
  for (int q = 0; q < quarters; q++) deal->kg[q] = 1000;
  deal->legs[0] = (struct price_leg){.name = "floor",
                                     .kind = LEG_FLOOR,
                                     .strike_usd_per_kg = 110,
                                     .share = 1,
                                     .start = 2026,
                                     .end = 2036,
                                     .cap_usd_per_year = INFINITY,
                                     .kg = deal->kg};
  deal->legs[1] = deal->legs[0];
  deal->legs[1].name = "upside", deal->legs[1].kind = LEG_UPSIDE, deal->legs[1].share = 0.3;
  deal->contract = (struct price_contract){.leg_count = 2,
                                           .legs = deal->legs,
                                           .date = 2026,
                                           .first_quarter = 2026,
                                           .quarters = quarters,
                                           .discount_rate = 0.04};
  return deal;
}

/* Closed form and simulation agree within four standard errors: together, leg by leg, and quarter by quarter. */
static void test_agreement(void **)
{
  struct arena *arena = arena_new();
  struct deal *deal = deal_new(arena);
  struct price_process reverting = flat, deck = {.kind = PROCESS_DECK, .deck_count = 2, .dispersion = 0.2};
  reverting.kind = PROCESS_REVERTING, reverting.reversion_per_year = 0.4;
  const double years[] = {0, 10}, prices[] = {60, 140};
  deck.deck_years = years, deck.deck_usd_per_kg = prices;
  const struct price_process *all[] = {&flat, &reverting, &deck};
  for (int k = 0; k < 3; k++) {
    const struct contract_value v = valuation_simulate(&deal->contract, all[k], draws, 3, arena);
    assert_near(v.value_usd.mean, v.closed_usd, 4 * v.value_usd.error);
    for (int q = 0; q < quarters; q++)
      assert_near(v.quarter[q].net_usd.mean, v.quarter[q].closed_usd, 5 * v.quarter[q].net_usd.error + 1e-6);
  }
  arena_free(arena);
}

/* The table can be added up again: net is paid less received, and the discounted nets are the value. */
static void test_readable_table(void **)
{
  struct arena *arena = arena_new();
  struct deal *deal = deal_new(arena);
  const struct contract_value v = valuation_simulate(&deal->contract, &flat, 500, 3, arena);
  double value = 0;
  for (int q = 0; q < quarters; q++) {
    const struct quarter_value *row = &v.quarter[q];
    assert_near(row->net_usd.mean, row->paid_usd.mean - row->received_usd.mean, 1e-6);
    value += row->net_usd.mean * pow(1.04, -(q + 1) / 4.0);
  }
  assert_near(value, v.value_usd.mean, 1e-6 * fabs(value));
  arena_free(arena);
}

/* A floor just below the price: nothing on the mean path, something on average. */
static void test_one_sided(void **)
{
  struct arena *arena = arena_new();
  struct deal *deal = deal_new(arena);
  deal->legs[0].strike_usd_per_kg = 70;
  deal->contract.leg_count = 1;
  const struct contract_value v = valuation_simulate(&deal->contract, &flat, 1000, 3, arena);
  assert_near(v.mean_path_usd, 0, 0);
  assert_true(v.value_usd.low >= 0 && v.value_usd.mean > 4 * v.value_usd.error);
  arena_free(arena);
}

/* On a price that is known a capped share takes 10 M a year: 30 % of 30 USD on 5,000 t are 45 M. */
static void test_yearly_cap(void **)
{
  struct arena *arena = arena_new();
  struct deal *deal = deal_new(arena);
  const double years[] = {0}, prices[] = {180};
  const struct price_process deck = {
      .kind = PROCESS_DECK, .deck_count = 1, .deck_years = years, .deck_usd_per_kg = prices};
  for (int q = 0; q < quarters; q++) deal->kg[q] = 1.25e6;
  deal->legs[1].strike_usd_per_kg = 150, deal->legs[1].cap_usd_per_year = 10e6;
  deal->contract.first_quarter = 2026.5, deal->contract.quarters = 6; /* two quarters, then a whole year */
  const struct contract_value v = valuation_simulate(&deal->contract, &deck, 10, 3, arena);
  const double expected[] = {10e6, 0, 10e6, 0, 0, 0};
  for (int q = 0; q < 6; q++) assert_near(v.quarter[q].received_usd.mean, expected[q], 1e-3);
  assert_true(isnan(v.closed_usd));
  arena_free(arena);
}

/* With one chance in ten a year that money is no longer voted, year k pays 0.9^k of what it would. */
static void test_lapse(void **)
{
  struct arena *arena = arena_new();
  struct deal *deal = deal_new(arena);
  const double years[] = {0}, prices[] = {100};
  const struct price_process deck = {
      .kind = PROCESS_DECK, .deck_count = 1, .deck_years = years, .deck_usd_per_kg = prices};
  deal->contract.lapse_per_year = 0.1;
  const struct contract_value v = valuation_simulate(&deal->contract, &deck, draws, 5, arena);
  assert_near(v.value_usd.mean, v.closed_usd, 4 * v.value_usd.error);
  for (int q = 0; q < quarters; q++) assert_near(v.quarter[q].closed_usd, 10000 * pow(0.9, q / 4), 1e-6);
  assert_near(v.mean_path_usd, v.closed_usd, 1e-6);
  arena_free(arena);
}

/* A floor that is not appropriated in one year of five, by lot, pays four fifths on average, whole years at a time. */
static void test_unappropriated_years(void **)
{
  struct arena *arena = arena_new();
  struct deal *deal = deal_new(arena);
  const double years[] = {0}, prices[] = {100};
  const struct price_process deck = {
      .kind = PROCESS_DECK, .deck_count = 1, .deck_years = years, .deck_usd_per_kg = prices};
  deal->legs[0].unappropriated = 0.2;
  const struct contract_value v = valuation_simulate(&deal->contract, &deck, draws, 5, arena);
  assert_near(v.value_usd.mean, v.closed_usd, 4 * v.value_usd.error);
  assert_near(v.quarter[7].closed_usd, 8000, 1e-6);
  assert_near(v.quarter[4].net_usd.mean, v.quarter[7].net_usd.mean, 1e-9);
  assert_near(v.quarter[4].net_usd.low, 0, 0);
  assert_near(v.quarter[4].net_usd.high, 10000, 1e-9);
  arena_free(arena);
}

static void test_sensitivities(void **)
{
  struct arena *arena = arena_new();
  struct deal *deal = deal_new(arena);
  const double base = valuation_closed(&deal->contract, &flat);
  const struct sensitivities s = valuation_sensitivities(&deal->contract, &flat, draws, 3, arena);
  struct price_process wilder = flat;
  wilder.volatility *= 1.1;
  assert_near(s.volatility_up_tenth, valuation_closed(&deal->contract, &wilder) - base, 0.02 * base);
  assert_near(s.volume_up_tenth, 0.1 * base, 0.02 * base);
  assert_true(s.forward_up_1_usd < 0 && s.discount_up_point < 0);
  /* A wilder price with the same mean is worth more to who holds a floor, also where the price reverts. */
  struct price_process reverting = flat;
  reverting.kind = PROCESS_REVERTING, reverting.reversion_per_year = 0.3;
  deal->contract.leg_count = 1;
  assert_true(valuation_sensitivities(&deal->contract, &reverting, draws, 3, arena).volatility_up_tenth > 0);
  deal->contract.leg_count = 2;
  const double volatility[] = {0.2, 0.35}, price[] = {60, 75, 90};
  double grid[6];
  valuation_grid(&deal->contract, &flat, volatility, 2, price, 3, 100, 3, grid, arena);
  assert_near(grid[4], base, 1e-9);
  assert_true(grid[3] > grid[4] && grid[4] > grid[5]);
  arena_free(arena);
}

/* The yearly strip of the option tests, as a contract: paid at year end on the price of that date. */
static void test_same_as_strip(void **)
{
  struct arena *arena = arena_new();
  struct deal *deal = deal_new(arena);
  double expected = 0;
  deal->contract.leg_count = 1;
  for (int q = 0; q < quarters; q++) {
    const double price_years = 0.25 * q + 0.125, paid_years = 0.25 * (q + 1);
    expected += 1000 * option_put_expected(75, 110, 0.35 * sqrt(price_years)) * pow(1.04, -paid_years);
  }
  assert_near(valuation_closed(&deal->contract, &flat), expected, 1e-6);
  arena_free(arena);
}

/* ---- a plant ---- */

/* 1,000 spent, half of it borrowed at 10 % over two years; 800 a year for two years less 100 of costs, tax 20 %,
 * written off evenly. By hand: year 1 income 800 - 100 - 500 - 50 = 150, tax 30, available 670, due 50 + 238.10;
 * year 2 interest 26.19, tax 34.76. */
static void test_project(void **)
{
  struct arena *arena = arena_new();
  const double payment = 500 * cash_recovery(0.1, 2), first = payment - 50;
  const double revenue[] = {0, 800, 800}, cost[] = {0, 100, 100}, capital[] = {1000, 0, 0}, worn[] = {0, 500, 500};
  const double draw[] = {500, 0, 0}, interest[] = {0, 50, (500 - first) * 0.1}, principal[] = {0, first, 500 - first};
  const struct project project = {.periods = 3,
                                  .periods_per_year = 1,
                                  .revenue = revenue,
                                  .cost = cost,
                                  .capital = capital,
                                  .depreciation = worn,
                                  .draw = draw,
                                  .interest = interest,
                                  .principal = principal,
                                  .tax_rate = 0.2,
                                  .discount_rate = 0.1,
                                  .covenant_cover = 2.32,
                                  .cash_at_start = 600};
  const struct project_result r = project_run(&project, arena);
  assert_near(r.tax[1], 30, 1e-9);
  assert_near(r.tax[2], 0.2 * (200 - interest[2]), 1e-9);
  assert_near(r.cover[1], 670 / payment, 1e-9);
  assert_near(r.least_cover, (700 - r.tax[2]) / payment, 1e-9);
  assert_int_equal(r.breaches, 1); /* 2.326 holds, 2.309 does not */
  assert_near(r.loan_life_cover[1], (670 / 1.1 + r.available[2] / 1.21) / 500, 1e-9);
  assert_near(r.debt[2], 0, 1e-9);
  assert_near(r.project_npv, -1000 + 670 / 1.1 + r.available[2] / 1.21, 1e-9);
  assert_near(r.equity_npv, r.project_npv, 1e-9); /* debt at the discount rate adds nothing */
  assert_int_equal(r.project_irr.status, IRR_ONE);
  assert_near(cash_present_value((double[]){-1000, 670, r.available[2]}, 3, r.project_irr.rate), 0, 1e-9);
  assert_true(r.equity_irr.rate > r.project_irr.rate);
  assert_true(r.liquid);
  arena_free(arena);
}

static void test_losses_carried_forward(void **)
{
  struct arena *arena = arena_new();
  const double revenue[] = {0, 100, 100, 100}, cost[] = {0, 160, 50, 80};
  const struct project project = {
      .periods = 4, .periods_per_year = 1, .revenue = revenue, .cost = cost, .tax_rate = 0.5};
  const struct project_result r = project_run(&project, arena);
  assert_near(r.tax[1], 0, 0);
  assert_near(r.tax[2], 0, 0);     /* 50 against a loss of 60 */
  assert_near(r.tax[3], 5, 1e-12); /* 20 against the last 10 of it */
  assert_false(r.liquid);
  arena_free(arena);
}

/* 100 at hand; the plant costs 30 a quarter and owes 10: seven and a half months. */
static void test_delay(void **)
{
  const double cost[] = {30, 30, 30, 30}, interest[] = {10, 10, 10, 10};
  const struct project project = {.periods = 4, .periods_per_year = 4, .cost = cost, .interest = interest};
  assert_near(project_months_of_delay(&project, 0, 100), 7.5, 1e-12);
  assert_true(isinf(project_months_of_delay(&project, 0, 1000)));
}

/* 10 kg a year at a cost of 600: nothing can be borrowed on a low price of 55, and on a floor of 110 500 / 1.5 a
 * year. */
static void test_capacity(void **)
{
  const double kg[] = {0, 10, 10}, cost[] = {0, 600, 600}, low[] = {0, 55, 55};
  const struct floor_capacity c = debt_capacity_with_floor(kg, cost, low, 2, 110, 0.08, 1.5);
  assert_near(c.without_usd, 0, 0);
  assert_near(c.with_usd, 500 / 1.5 * cash_annuity(0.08, 2), 1e-9);
  const double available[] = {0, 500, 500};
  assert_near(debt_capacity(available, 2, 0.08, 1.5), c.with_usd, 1e-9);
  assert_near(graduation_margin(80, 100), -0.25, 1e-12);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_agreement),     cmocka_unit_test(test_readable_table),
      cmocka_unit_test(test_one_sided),     cmocka_unit_test(test_yearly_cap),
      cmocka_unit_test(test_lapse),         cmocka_unit_test(test_unappropriated_years),
      cmocka_unit_test(test_sensitivities), cmocka_unit_test(test_same_as_strip),
      cmocka_unit_test(test_project),       cmocka_unit_test(test_losses_carried_forward),
      cmocka_unit_test(test_delay),         cmocka_unit_test(test_capacity),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
