/* Credit subsidies against closed forms, their composition, and the rules that hold for every loan. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "finance/cash.h"
#include "finance/subsidy.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

static const double at[] = {1}, four[] = {0.04};
static const struct yield_curve flat = {1, at, four};

static struct loan_schedule level_loan(double rate, struct arena *arena)
{
  const struct loan_terms terms = {.principal_usd = 100, .rate_per_year = rate, .tenor_periods = 10};
  return loan_schedule(&terms, NULL, arena);
}

/* 100 lent at 4 % for ten level payments, Treasury 4 %: closed form by hand, 2 % of the survivors failing each year
 * instead of paying and half of the balance recovered gives 5.078548; at 6 % 13.495043, and 9.256792 without
 * default. */
static void test_closed_form(void **)
{
  struct arena *arena = arena_new();
  const struct loan_schedule loan = level_loan(0.04, arena);
  const struct credit_risk none = {0, 0}, risk = {0.02, 0.5};
  assert_near(loan_subsidy(&loan, &none, &flat, 0, NULL).total_usd, 0, 1e-9);
  assert_near(100 * loan_subsidy(&loan, &risk, &flat, 0, NULL).rate, 5.078548, 5e-7);
  assert_near(loan_subsidy(&loan, &risk, &flat, 0.02, NULL).total_usd, 13.495043, 5e-7);
  assert_near(loan_subsidy(&loan, &none, &flat, 0.02, NULL).total_usd, 9.256792, 5e-7);
  arena_free(arena);
}

/* The parts stand for themselves: a cheap rate is interest, failure is defaults, fees and warrants are negative;
 * they add up. */
static void test_composition(void **)
{
  struct arena *arena = arena_new();
  struct loan_terms terms = {.principal_usd = 100, .rate_per_year = 0.02, .tenor_periods = 10, .upfront_fee = 0.01};
  const struct loan_schedule loan = loan_schedule(&terms, NULL, arena);
  double warrants[11] = {0};
  warrants[10] = 5;
  const struct credit_risk risk = {0.02, 0.5};
  const struct credit_subsidy s = loan_subsidy(&loan, &risk, &flat, 0, warrants);
  assert_near(s.interest_usd, 100 - 100 * cash_recovery(0.02, 10) * cash_annuity(0.04, 10), 1e-9);
  assert_near(s.fees_usd, -1, 1e-12);
  assert_near(s.other_usd, -5 * pow(1.04, -10), 1e-12);
  assert_true(s.defaults_usd > 0);
  assert_near(s.defaults_usd + s.interest_usd + s.fees_usd + s.other_usd, s.total_usd, 1e-12);
  assert_near(s.disbursed_usd, 100, 1e-12);
  arena_free(arena);
}

/* Fair value exceeds the budget's figure for every loan with a premium, whatever rate, default or shape (the
 * direction of all of CBO's yearly totals for 2021 to 2026, e.g. publication 62030). */
static void test_fair_value_is_more(void **)
{
  struct arena *arena = arena_new();
  for (int shape = LOAN_LEVEL; shape <= LOAN_EQUAL; shape++)
    for (int rate = 0; rate <= 8; rate += 2)
      for (int fails = 0; fails <= 10; fails += 5) {
        const struct loan_terms terms = {.principal_usd = 100,
                                         .rate_per_year = rate / 100.0,
                                         .tenor_periods = 12,
                                         .grace_periods = 2,
                                         .shape = (enum loan_shape)shape};
        const struct loan_schedule loan = loan_schedule(&terms, NULL, arena);
        const struct credit_risk risk = {fails / 100.0, 0.4};
        assert_true(loan_subsidy(&loan, &risk, &flat, 0.015, NULL).total_usd >
                    loan_subsidy(&loan, &risk, &flat, 0, NULL).total_usd);
      }
  arena_free(arena);
}

/* One payment, so it can be done in the head: 100 covered to 80 %, fails with 10 %, a quarter comes back: 6 / 1.04
 * less the fee of 1 % on 80 that nine in ten pay. */
static void test_guarantee(void **)
{
  struct arena *arena = arena_new();
  const struct loan_terms terms = {.principal_usd = 100, .rate_per_year = 0.09, .tenor_periods = 1};
  const struct loan_schedule loan = loan_schedule(&terms, NULL, arena);
  const struct credit_subsidy s =
      guarantee_subsidy(&loan, &(struct guarantee_terms){0.8, 0.01}, &(struct credit_risk){0.1, 0.25}, &flat, 0);
  assert_near(s.defaults_usd, 6 / 1.04, 1e-12);
  assert_near(s.fees_usd, -0.72 / 1.04, 1e-12);
  assert_near(s.interest_usd, 0, 0);
  assert_near(s.rate, 5.28 / 104, 1e-12);
  arena_free(arena);
}

/* For guarantees too, whatever the fees: what a premium adds is the price of the risk that was taken over. */
static void test_fair_value_of_guarantees(void **)
{
  struct arena *arena = arena_new();
  for (int fails = 0; fails <= 10; fails += 5)
    for (int years = 5; years <= 15; years += 5) {
      const struct loan_terms terms = {.principal_usd = 100, .rate_per_year = 0.055, .tenor_periods = years};
      const struct loan_schedule loan = loan_schedule(&terms, NULL, arena);
      const struct guarantee_terms guarantee = {0.9, 0.005};
      const struct credit_risk risk = {fails / 100.0, 0.4};
      assert_true(guarantee_subsidy(&loan, &guarantee, &risk, &flat, 0.015).total_usd >
                  guarantee_subsidy(&loan, &guarantee, &risk, &flat, 0).total_usd);
    }
  arena_free(arena);
}

static void test_curve(void **)
{
  const double years[] = {1, 5, 10}, rate[] = {0.04, 0.042, 0.045};
  const struct yield_curve curve = {3, years, rate};
  assert_near(yield_at(&curve, 0.25), 0.04, 0);
  assert_near(yield_at(&curve, 3), 0.041, 1e-15);
  assert_near(yield_at(&curve, 30), 0.045, 0);
}

/* 500 M USD of credit subsidy for up to 100 bn USD of loans means a rate of 0.5 %. */
static void test_lending(void **)
{
  assert_near(subsidy_lending(500e6, 0.005), 100e9, 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_closed_form),
      cmocka_unit_test(test_composition),
      cmocka_unit_test(test_fair_value_is_more),
      cmocka_unit_test(test_guarantee),
      cmocka_unit_test(test_fair_value_of_guarantees),
      cmocka_unit_test(test_curve),
      cmocka_unit_test(test_lending),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
