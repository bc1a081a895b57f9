/* The public contracts of 2025 and 2026, settled by hand: terms as published by the parties, figures to the digits
 * given here. Where a published text leaves a term open, the comment says what is assumed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "finance/border.h"
#include "finance/incentive.h"
#include "finance/inventory.h"
#include "finance/loan.h"
#include "finance/offtake.h"
#include "finance/option.h"
#include "finance/preferred.h"
#include "finance/price_contract.h"
#include "finance/protection.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))
/* Millions, to a printed digit. */
#define assert_million(found, expected, digit) assert_near((found) / 1e6, expected, 0.5 * (digit) + 1e-9)

enum { tonne = 1000 };

/* ---- contracts on a price ---- */

/* Payment rule of the British contracts for differences (lowcarboncontracts.uk/payments): strike 110, cap 1,200. */
static void test_two_way(void **)
{
  assert_near(two_way_payment(110, 59, 1000, 1200), 51000, 1e-9);
  assert_near(two_way_payment(110, 130, 1000, 1200), -20000, 1e-9);
  assert_near(two_way_payment(110, 59, 1500, 1200), 61200, 1e-9);
  assert_near(floor_payment(110, 59, 1000) - upside_payment(0.3, 110, 59, 1000), 51000, 1e-9);
  assert_near(floor_payment(110, 130, 1000) - upside_payment(0.3, 110, 130, 1000), -6000, 1e-9);
}

/* What is expected over the prices of a period is the closed form of finance/option.h: exactly where the strike is the
 * mean, with the little that intervals leave out elsewhere. */
static void test_payoffs_inside_a_period(void **)
{
  const struct settlement_prices scattered = settlement_prices(0.12, NULL, 0), once = settlement_prices(0, NULL, 0);
  const struct payoff floor = payoff_floor(110), upside = payoff_upside(0.3, 110);
  assert_near(payoff_expected(&floor, &scattered, 110), 5.26288, 5e-6);
  assert_near(payoff_expected(&floor, &scattered, 110), option_floor_inside(110, 110, 0.12), 1e-12);
  assert_near(payoff_expected(&upside, &scattered, 110), -0.3 * option_upside_inside(110, 110, 0.12), 1e-12);
  assert_near(payoff_expected(&floor, &once, 110), 0, 0);
  assert_near(payoff_expected(&floor, &scattered, 1), 109, 1e-10); /* deep in the money: the mean counts */
  assert_near(payoff_expected(&floor, &scattered, 300), 0, 0);
  for (double mean = 70; mean <= 150; mean += 1) {
    assert_near(payoff_expected(&floor, &scattered, mean), option_floor_inside(mean, 110, 0.12), 0.18);
    const double slope =
        (payoff_expected(&floor, &scattered, mean + 1e-6) - payoff_expected(&floor, &scattered, mean - 1e-6)) / 2e-6;
    assert_near(payoff_expected_slope(&floor, &scattered, mean), slope, 1e-6);
  }
}

/* Seasons have the mean that they are given; a cap ends each piece where it is reached. */
static void test_payoffs_with_seasons_and_caps(void **)
{
  const double season[] = {1.2, 1, 1, 0.8};
  const struct settlement_prices prices = settlement_prices(0, season, 4);
  const struct payoff floor = payoff_floor(110), two_way = payoff_two_way(110);
  assert_near(payoff_expected(&floor, &prices, 110), 22 / 4.0, 1e-12);
  assert_near(payoff_expected(&two_way, &prices, 100), 10, 1e-12);
  const struct payoff capped = payoff_capped(two_way, 15);
  const double price[] = {60, 100, 110, 120, 200}, paid[] = {15, 10, 0, -10, -15};
  for (int i = 0; i < 5; i++) assert_near(payoff_value(&capped, price[i]), paid[i], 1e-12);
  const struct payoff rebate = payoff_capped(payoff_upside(0.3, 150), 2);
  assert_near(payoff_value(&rebate, 156.67), -2, 0.001); /* Lynas and JARE: 10 M USD over 5,000 t */
  assert_near(payoff_value(&rebate, 200), -2, 1e-12);
}

/* MP Materials and the US Department of Defense, July 2025 (8-K of 10 July 2025; notes to the 10-Q for Q3 2025):
 * floor of 110 USD/kg from October 2025 to the end of 2035, 30 % of the price above it once the new magnet plant is
 * at capacity. */
static const struct protection_terms mp = {.floor_usd_per_kg = 110,
                                           .start = 2025.75,
                                           .end = 2036,
                                           .upside_share = 0.3,
                                           .upside_above_usd_per_kg = 110,
                                           .upside_start = 2029};

static struct protection_payment quarter(double date, double benchmark, double price, double sold_kg)
{
  const struct protection_quarter q = {.date = date,
                                       .made_kg = sold_kg,
                                       .sold_kg = sold_kg,
                                       .benchmark_usd_per_kg = benchmark,
                                       .sale_price_usd_per_kg = price};
  struct protection_stock stock = {0};
  return protection_settle(&mp, &q, &(struct protection_election){1, false}, &stock);
}

static void test_protection(void **)
{
  assert_million(quarter(2026, 70, 70, 720 * tonne).net_usd, 28.8, 0.1);
  const struct protection_payment after = quarter(2029.25, 130, 130, 800 * tonne);
  assert_million(after.upside_usd, 4.8, 0.1);
  assert_near((130 * 800e3 + after.net_usd) / 800e3, 124, 1e-9); /* what is left per kg */
  assert_near(quarter(2027, 130, 130, 800 * tonne).net_usd, 0, 0);
  assert_near(quarter(2025.5, 70, 70, 800 * tonne).net_usd, 0, 0); /* before it begins */
  assert_near(quarter(2036, 70, 70, 800 * tonne).net_usd, 0, 0);   /* after it ends */
  assert_million(quarter(2035.75, 70, 70, 800 * tonne).net_usd, 32, 0.1);
}

/* Whatever is elected, no kilogram is paid twice, and what is never claimed as stock is paid when it leaves. */
static void test_each_kilogram_once(void **)
{
  const double made[] = {900, 1000, 800, 0, 0}, left[] = {300, 400, 1100, 500, 400};
  for (int choice = 0; choice < 8; choice++) {
    const struct protection_election election = {.stock_share = (choice / 2) / 3.0, .sell_paid_first = choice % 2};
    struct protection_stock stock = {0};
    double paid = 0, produced = 0;
    for (int q = 0; q < 5; q++) {
      const struct protection_quarter terms = {.date = 2026 + 0.25 * q,
                                               .made_kg = made[q],
                                               .sold_kg = left[q] / 2,
                                               .transferred_kg = left[q] / 2,
                                               .benchmark_usd_per_kg = 60};
      paid += protection_settle(&mp, &terms, &election, &stock).eligible_kg;
      produced += made[q];
      assert_true(paid <= produced + 1e-9);
    }
    assert_near(paid, produced, 1e-9); /* all of it has left by then */
    assert_near(stock.unpaid_kg + stock.paid_kg, 0, 1e-9);
  }
}

/* A price that falls: who claims at once is paid less than who waits, and the difference is the worth of choosing. */
static void test_discretion(void **)
{
  const struct protection_quarter quarters[] = {
      {.date = 2026, .made_kg = 1000, .benchmark_usd_per_kg = 100},
      {.date = 2026.25, .sold_kg = 1000, .benchmark_usd_per_kg = 60},
  };
  const struct protection_range range = protection_discretion(&mp, quarters, 2);
  assert_near(range.best_usd, 50000, 1e-9);
  assert_near(range.worst_usd, 10000, 1e-9);
}

/* The first payment reported: 51.0 M USD for Q4 2025, with 718 t of NdPr oxide made, 562 t sold and 12,080 t of
 * rare-earth oxide in concentrate of which about 15.7 % is NdPr (the company's results for 2025). Oxide alone would
 * need a benchmark of 39 USD/kg, which no series shows; near 70 the payment is for about 1,275 t. */
static void test_reported_payment(void **)
{
  const struct protection_content q4 = {718e3, 562e3, 12080e3, 0.157, 0.95};
  assert_near(protection_implied_benchmark(110, protection_eligible(&q4, PROTECTION_MADE), 51.0e6), 39, 0.5);
  assert_near(protection_implied_kg(110, 70, 51.0e6), 1275e3, 500);
  assert_near(protection_eligible(&q4, PROTECTION_ALL), 1897e3, 500);
  assert_near(protection_implied_kg(110, 59, 51.0e6), 1000e3, 500);
  assert_near(protection_implied_kg(110, 63, 51.0e6), 1085e3, 500);
  assert_million(floor_payment(110, 59, protection_eligible(&q4, PROTECTION_SOLD)), 28.7, 0.1);
  /* All content at 16.3 %: the benchmark was at most 84. */
  assert_near(protection_implied_benchmark(110, 12080e3 * 0.163, 51.0e6), 84, 0.5);
  const double share = protection_claimed_share(&q4, 110, 70, 51.0e6);
  assert_near(protection_predicted(&q4, 110, 70, share), 51.0e6, 1e-6);
  assert_near(protection_predicted(&q4, 110, 71, share) - 51.0e6, protection_slope(&q4, 110, 70, share), 1e-6);
  assert_near(protection_slope(&q4, 110, 70, share), -1275e3, 500);
  assert_true(share > 0 && share < 1);
}

/* A Chinese quotation includes 13 % VAT: 450,000 yuan a tonne at 7.15 are 62.9 USD/kg with it and 55.7 without. */
static void test_quotation(void **)
{
  assert_near(quotation_usd_per_kg(450000, 7.15, 0), 62.9, 0.05);
  assert_near(quotation_usd_per_kg(450000, 7.15, 0.13), 55.7, 0.05);
}

/* Lynas and the Japanese buyer JARE, March 2026: 5,000 t a year at no less than 110 USD/kg; 30 % above 150 USD/kg
 * goes back, at most 10 M USD a year. The base of the rebate is not published; the 5,000 t are assumed. */
static void test_capped_rebate(void **)
{
  const double kg = 5000.0 * tonne;
  assert_million(80 * kg + floor_payment(110, 80, kg), 550, 1);
  assert_million(floor_payment(110, 80, kg), 150, 1);
  assert_million(upside_payment_capped(0.3, 150, 155, kg, 10e6, 0), 7.5, 0.1);
  assert_million(upside_payment_capped(0.3, 150, 180, kg, 10e6, 0), 10, 0.1);
  assert_million(upside_payment_capped(0.3, 150, 180, kg, 10e6, 7.5e6), 2.5, 0.1);
  assert_near(upside_cap_price(0.3, 150, kg, 10e6), 156.67, 0.005);
}

/* The collar Australian developers proposed in January 2026; levels are examples. */
static void test_collar(void **)
{
  const struct collar_terms collar = {90, 140, 1};
  assert_million(collar_payment(&collar, 70, 4000 * tonne), 80, 0.1);
  assert_million(collar_payment(&collar, 150, 4000 * tonne), -40, 0.1);
  assert_near(collar_payment(&collar, 100, 4000 * tonne), 0, 0);
}

/* Take-or-pay; and goods a government buys and sells again (Canada's offtakes of October 2025): 1,000 t at 100, sold
 * at 80. */
static void test_take_or_pay(void **)
{
  assert_near(take_or_pay_payment(600, 1000, 0.8, 50), 40000, 1e-9);
  assert_near(take_or_pay_payment(900, 1000, 0.8, 50), 45000, 1e-9);
  assert_million(resale_cost(100, 80, 1000 * tonne, 0), 20, 0.1);
}

/* ---- guaranteed earnings ---- */

/* Offtake of MP's 10X plant (notes to the 10-Q for Q3 2025): 140 M USD a year, 2 % more each year, ten years; a
 * quarter of it in advance each quarter; first 30 M USD of an excess named a payment, half of the rest; costs up to
 * 30 M USD a year. Who gets the first 30 M is not visible: both readings. */
static const struct guarantee_of_earnings tenx = {140e6, 0.02, 10, 0.25, 30e6, 1, 0.5, 30e6};

static void test_guaranteed_earnings(void **)
{
  assert_million(earnings_advance(&tenx, 1), 35.0, 0.1);
  assert_million(earnings_threshold(&tenx, 1), 140.0, 0.1);
  assert_million(earnings_threshold(&tenx, 2), 142.8, 0.1);
  assert_million(earnings_threshold(&tenx, 10), 167.3, 0.1);
  assert_million(earnings_threshold_total(&tenx), 1533, 1);
  assert_near(earnings_per_kg(&tenx, 1, 7000 * tonne), 20.0, 0.05);
  const struct earnings_settlement poor = earnings_settle(&tenx, 1, 90e6, 41e6);
  assert_million(poor.support_usd, 50, 0.1);
  assert_million(poor.true_up_usd, 90, 0.1);
  assert_million(poor.reimbursed_usd, 30, 0.1);
  assert_million(poor.plant_earnings_usd, 140, 0.1);
  const struct earnings_settlement rich = earnings_settle(&tenx, 1, 220e6, 0);
  assert_million(rich.excess_to_buyer_usd, 55, 0.1);
  assert_million(rich.excess_to_plant_usd, 25, 0.1);
  assert_million(rich.plant_earnings_usd, 165, 0.1);
  struct guarantee_of_earnings other = tenx;
  other.first_excess_to_buyer = 0;
  assert_million(earnings_settle(&other, 1, 220e6, 0).excess_to_buyer_usd, 25, 0.1);
  assert_million(earnings_settle(&other, 1, 220e6, 0).plant_earnings_usd, 195, 0.1);
}

/* ---- equity and loans ---- */

/* MP's Series A preferred and warrant (10-Q for Q3 2025): 400 M USD, 7 % in kind each quarter, 30.03 USD a share,
 * 11,201,659 warrants at the same price for ten years. */
static const struct preferred_terms series_a = {400e6, 0.07, 4, 30.03, 11201659, 30.03, 10};

static void test_preferred(void **)
{
  assert_near(preferred_shares(&series_a, 0), 13320013, 0.5);
  assert_near(preferred_shares(&series_a, 0) + series_a.warrants, 24521672, 0.5);
  assert_near(preferred_share_before(&series_a, 163.5e6), 0.15, 0.0005);
  assert_near(preferred_share_after(&series_a, 163.5e6), 0.130, 0.0005);
  struct preferred_terms bare = series_a;
  bare.warrants = 0;
  assert_near(preferred_share_after(&bare, 163.5e6), 0.075, 0.0005);
  assert_million(preferred_value(&series_a, 10), 800.6, 0.1);
  assert_million(preferred_shares(&series_a, 10), 26.7, 0.1);
  assert_million(preferred_shares(&series_a, 0.8), 14.08, 0.01);
  assert_million(preferred_converted(&series_a, 0.8, 60.73), 855, 1);
  assert_million(preferred_payoff(&series_a, 0.8, 60.73), 855, 1);
  assert_million(preferred_payoff(&series_a, 10, 20), 800.6, 0.1); /* liquidation is worth more */
  assert_million(warrant_intrinsic(&series_a, 60.73), 344, 1);
  assert_true(warrant_value(&series_a, 0.8, 60.73, 0.04, 0.6) > warrant_intrinsic(&series_a, 60.73));
  assert_near(warrant_value(&series_a, 10, 60.73, 0.04, 0.6), warrant_intrinsic(&series_a, 60.73), 1e-6);
}

/* The two loans to magnet start-ups announced in November 2025, with what was announced beside them: 1,380 M USD,
 * rounded to 1.4 bn, of which 750 M (54 %) federal. */
static void test_package(void **)
{
  const double parts[] = {620, 50, 550, 80, 80}, federal = 620 + 50 + 80;
  double sum = 0;
  for (int k = 0; k < 5; k++) sum += parts[k];
  assert_near(sum, 1380, 0);
  assert_near(federal / sum, 0.54, 0.005);
}

/* Apple's prepayment of July 2025, 200 M USD; credited evenly over five years (assumed) it takes 40 M a year off
 * invoices. */
static void test_prepayment(void **)
{
  double balance = prepayment_balance(0, 200e6, 0, 0);
  for (int year = 1; year <= 5; year++) {
    const double before = balance;
    balance = prepayment_balance(balance, 0, 40, 1000 * tonne);
    assert_million(before - balance, 40, 0.1);
  }
  assert_near(balance, 0, 1e-6);
}

/* ---- credits, stocks, borders ---- */

/* Lynas and the US Department of War, March 2026: 96 M USD in four years; all on NdPr at 110 USD/kg it buys 873 t,
 * 218 t a year. */
static void test_budget(void **)
{
  assert_near(budget_kg(96e6, 110), 873 * tonne, 500);
  assert_near(budget_kg(96e6, 110) / 4, 218 * tonne, 500);
}

static void test_credits(void **)
{
  /* 26 U.S.C. 45X as amended in 2025 (critical minerals): 100 % to 2030, then 75, 50, 25 %, none from 2034. */
  static const double shares[] = {1, 0.75, 0.5, 0.25, 0};
  const struct phased_credit credit = {0.10, 2030, 5, shares};
  assert_near(phased_credit_per_cost(&credit, 2029, 60), 6.0, 1e-9);
  assert_near(phased_credit_per_cost(&credit, 2032, 60), 3.0, 1e-9);
  assert_near(phased_credit_per_cost(&credit, 2034, 60), 0, 0);
  assert_near(phased_credit_per_cost(&credit, 2040, 60), 0, 0);
  /* A magnet credit proposed and not law (S. 3521, 118th Congress): 20 USD/kg, 30 with 90 % of components from home. */
  const struct content_credit magnets = {20, 30, 0.9};
  assert_million(content_credit_payment(&magnets, 1000 * tonne, 0.5), 20, 0.1);
  assert_million(content_credit_payment(&magnets, 1000 * tonne, 0.9), 30, 0.1);
  /* Australia's offset of 10 % of processing cost (Act 9 of 2025): A$15M on A$150M. */
  const double whole[] = {1};
  assert_million(phased_credit_per_cost(&(struct phased_credit){0.10, 2028, 1, whole}, 2030, 150e6), 15, 0.1);
  /* India's scheme of December 2025: on average 2,150 rupees a kg, 24.4 USD at 88; at most 40 % of sales, and a cap. */
  assert_near(sales_incentive(2150, 1, 0.4, 1e9, 1e9) / 88, 24.4, 0.05);
  assert_near(sales_incentive(2150, 1000, 0.4, 4e6, 1e9), 1.6e6, 1e-6);
  assert_near(sales_incentive(2150, 1e6, 0.4, 1e10, 1e9), 1e9, 1e-3);
  /* Expenditure reimbursed up to a cap (Lynas' heavy plant, 258 M USD). */
  assert_million(cost_share_payment(1, 100e6, 258e6, 200e6), 58, 0.1);
}

static void test_stocks(void **)
{
  /* The National Defense Stockpile's budget rule: 100 M USD at 90 USD/kg buys 1,111 t. */
  assert_near(stockpile_purchase_kg(20e6, 0, 5, 100e6, 90), 1111 * tonne, 500);
  assert_near(stockpile_purchase_kg(5e6, 4e6, 5, 100e6, 90), 200 * tonne, 1e-6);
  /* Project Vault: 500 t at 100 USD/kg, interest and storage 8 %: 4.0 M USD a year; the maker takes back at 100. */
  const struct held_inventory vault = {100, 0.02, 0.05, 0.03};
  assert_million(inventory_carry(&vault, 500 * tonne), 4.0, 0.1);
  assert_million(inventory_fee(&vault, 500 * tonne), 1.0, 0.1);
  assert_million(inventory_put(&vault, 70, 500 * tonne), 15, 0.1);
}

static void test_borders(void **)
{
  /* China's old wedge: 17 % VAT not refunded and 25 % duty make 100 to 146.25. */
  assert_near(export_price(&(struct export_terms){0.17, 1, 0.25, 0}, 100), 146.25, 1e-9);
  /* 25 % on Chinese magnets from January 2026: 15 USD on 60. */
  assert_near(landed_price(60, 0.25, 0, 0) - 60, 15, 1e-9);
  assert_near(border_floor(110, 75), 35, 1e-9);
  assert_near(border_floor(110, 120), 0, 0);
  /* China's announcement 61 of October 2025: 0.1 % of a motor of 5,000 USD are 5 USD. */
  assert_near(de_minimis_value(5000, 0.001), 5.00, 1e-9);
  assert_true(de_minimis_controlled(5, 5000, 0.001));
  assert_false(de_minimis_controlled(4.99, 5000, 0.001));
  assert_near(licensed_shipments(1000, 0.5, 0.25, 1), 375, 1e-9);
  assert_near(standards_price(80, 0.15), 92, 1e-9);
  /* The EU's 40 % benchmark for processing: at 5 % of 20,000 t the gap is 7,000 t a year. */
  assert_near(share_gap(0.40, 0.05, 20000), 7000, 1e-9);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_two_way),
      cmocka_unit_test(test_payoffs_inside_a_period),
      cmocka_unit_test(test_payoffs_with_seasons_and_caps),
      cmocka_unit_test(test_protection),
      cmocka_unit_test(test_each_kilogram_once),
      cmocka_unit_test(test_discretion),
      cmocka_unit_test(test_reported_payment),
      cmocka_unit_test(test_quotation),
      cmocka_unit_test(test_capped_rebate),
      cmocka_unit_test(test_collar),
      cmocka_unit_test(test_take_or_pay),
      cmocka_unit_test(test_guaranteed_earnings),
      cmocka_unit_test(test_preferred),
      cmocka_unit_test(test_package),
      cmocka_unit_test(test_prepayment),
      cmocka_unit_test(test_budget),
      cmocka_unit_test(test_credits),
      cmocka_unit_test(test_stocks),
      cmocka_unit_test(test_borders),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
