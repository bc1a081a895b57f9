/* Present values, internal rates of return and loan schedules against published and hand-made figures. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "finance/cash.h"
#include "finance/loan.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

static void test_present_value(void **)
{
  const double flow[] = {-100, 60, 60};
  assert_near(cash_present_value(flow, 3, 0.1), -100 + 60 / 1.1 + 60 / 1.21, 1e-12);
  assert_near(cash_annuity(0.05, 20), 12.4622103425, 1e-9); /* printed annuity tables */
  assert_near(cash_annuity(0, 7), 7, 0);
  assert_near(cash_annuity(1e-10, 7), 7, 1e-8);
  assert_near(cash_recovery(0.05, 20) * cash_annuity(0.05, 20), 1, 1e-15);
  assert_near(cash_discount(0.21, 0.5), 1 / 1.1, 1e-15);
}

static void test_irr(void **)
{
  const double simple[] = {-100, 110}, bond[] = {-100, 8, 8, 108}, losing[] = {-100, 30, 30};
  assert_int_equal(cash_irr(simple, 2).status, IRR_ONE);
  assert_near(cash_irr(simple, 2).rate, 0.1, 1e-12);
  assert_near(cash_irr(bond, 4).rate, 0.08, 1e-12);
  assert_near(cash_irr(losing, 3).rate, (30 + sqrt(900 + 12000)) / 200 - 1, 1e-12); /* -28.2 % */
  const double gift[] = {0, 5, 5};
  assert_int_equal(cash_irr(gift, 3).status, IRR_NONE);
  assert_true(isnan(cash_irr(gift, 3).rate));
  /* The oil-pump example of Lorie and Savage (1955): 25 % and 400 % both. */
  const double pump[] = {-1600, 10000, -10000};
  assert_int_equal(cash_irr(pump, 3).status, IRR_SEVERAL);
  assert_int_equal(cash_irr(pump, 3).count, 2);
  assert_near(cash_irr(pump, 3).rate, 0.25, 1e-12);
  const double none[] = {100, -150, 100}; /* changes sign twice, but has no real rate */
  assert_int_equal(cash_irr(none, 3).status, IRR_NONE);
}

/* The single-owner case of NREL's System Advisor Model as printed in GEOPHIRES-X, tests/examples/
 * example_SAM-single-owner-PPA.out: 90,323,414 USD at 5 % over 20 years, whole dollars. */
static void test_level_loan(void **)
{
  struct arena *arena = arena_new();
  const struct loan_terms terms = {.principal_usd = 90323414, .rate_per_year = 0.05, .tenor_periods = 20};
  const struct loan_schedule loan = loan_schedule(&terms, NULL, arena);
  assert_near(loan_payment(&loan, 1), 7247784, 1);
  assert_near(loan.interest[1], 4516171, 1);
  assert_near(loan.principal[1], 2731614, 1);
  assert_near(loan.interest[2], 4379590, 1);
  assert_near(loan_payment(&loan, 20), loan_payment(&loan, 1), 1e-6);
  assert_near(loan.balance[20], 0, 1e-6);
  assert_near(loan_payments_value(&loan, 0.05), terms.principal_usd, 1e-6);
  arena_free(arena);
}

/* The note of August 2025 behind the samarium project: 150 M USD at 5.38 %, twelve years, read as an annual bullet. */
static void test_bullet_and_grant(void **)
{
  struct arena *arena = arena_new();
  const struct loan_terms terms = {
      .principal_usd = 150e6, .rate_per_year = 0.0538, .tenor_periods = 12, .shape = LOAN_BULLET};
  const struct loan_schedule loan = loan_schedule(&terms, NULL, arena);
  assert_near(loan.interest[7], 8.07e6, 1);
  assert_near(loan_payment(&loan, 12), 158.07e6, 1);
  assert_near(loan_grant_element(&loan, 0.12) / 1e6, 61.5, 0.05);
  assert_near(loan_grant_element(&loan, 0.12) / 150e6, 0.41, 0.005);
  assert_near(loan_grant_element(&loan, 0.0538), 0, 1e-6);
  arena_free(arena);
}

/* 620 M USD at 5.38 %, three years of interest capitalised, then nine level payments of 103.8 M USD. */
static void test_capitalised_interest(void **)
{
  struct arena *arena = arena_new();
  const struct loan_terms terms = {
      .principal_usd = 620e6, .rate_per_year = 0.0538, .tenor_periods = 12, .capitalised_periods = 3};
  const struct loan_schedule loan = loan_schedule(&terms, NULL, arena);
  assert_near(loan.balance[3], 620e6 * pow(1.0538, 3), 1e-3);
  assert_near(loan_payment(&loan, 2), 0, 0);
  assert_near(loan_payment(&loan, 4) / 1e6, 103.8, 0.05);
  assert_near(loan_payment(&loan, 12) / 1e6, 103.8, 0.05);
  assert_near(loan.balance[12], 0, 1e-5);
  arena_free(arena);
}

/* Two draws of a commitment of 1,000 at 10 %, equal principal after a year of grace, 2 % ticking fee and 2 % at
 * closing: interest 60, 100, 50; principal 0, 500, 500. */
static void test_draws_and_fees(void **)
{
  struct arena *arena = arena_new();
  const double share[] = {0.6, 0.4, 0};
  const struct loan_terms terms = {.principal_usd = 1000,
                                   .rate_per_year = 0.1,
                                   .tenor_periods = 3,
                                   .grace_periods = 1,
                                   .shape = LOAN_EQUAL,
                                   .upfront_fee = 0.02,
                                   .ticking_fee_per_year = 0.02};
  const struct loan_schedule loan = loan_schedule(&terms, &(struct loan_paths){.draw_share = share}, arena);
  const double paid[] = {20, 60 + 8, 100 + 500, 50 + 500}, owed[] = {600, 1000, 500, 0};
  for (int k = 0; k <= 3; k++) {
    assert_near(loan_payment(&loan, k), paid[k], 1e-9);
    assert_near(loan.balance[k], owed[k], 1e-9);
  }
  /* A year in which none of 1.30 bn USD is drawn costs 26.0 M USD at a ticking fee of 2 %. */
  const double late[] = {0, 1};
  const struct loan_terms waiting = {
      .principal_usd = 1.3e9, .rate_per_year = 0.06, .tenor_periods = 2, .ticking_fee_per_year = 0.02};
  assert_near(loan_schedule(&waiting, &(struct loan_paths){.draw_share = late}, arena).fee[1], 26.0e6, 1e-3);
  arena_free(arena);
}

static void test_floating_and_sculpted(void **)
{
  struct arena *arena = arena_new();
  const double base[] = {0, 0.04, 0.04, 0.06, 0.06};
  const struct loan_terms floating = {.principal_usd = 1000, .rate_per_year = 0.01, .tenor_periods = 4};
  const struct loan_schedule loan = loan_schedule(&floating, &(struct loan_paths){.base_rate = base}, arena);
  assert_near(loan_payment(&loan, 2), 1000 * 0.05 / (1 - pow(1.05, -4)), 1e-9);
  assert_near(loan.interest[3], 0.07 * loan.balance[2], 1e-9);
  assert_near(loan_payment(&loan, 3), loan_payment(&loan, 4), 1e-9); /* set anew once, for the two that are left */
  assert_near(loan.balance[4], 0, 1e-9);

  const double cash[] = {0, 300, 500, 200};
  const struct loan_terms sculpted = {
      .principal_usd = 600, .rate_per_year = 0.08, .tenor_periods = 3, .shape = LOAN_SCULPTED};
  const struct loan_schedule shaped = loan_schedule(&sculpted, &(struct loan_paths){.available_usd = cash}, arena);
  const double cover = cash_present_value(cash, 4, 0.08) / 600;
  for (int k = 1; k <= 3; k++) assert_near(cash[k] / loan_payment(&shaped, k), cover, 1e-9);
  arena_free(arena);
}

static void test_quarters(void **)
{
  struct arena *arena = arena_new();
  const struct loan_terms terms = {.principal_usd = 150e6,
                                   .rate_per_year = 0.0538,
                                   .periods_per_year = 4,
                                   .tenor_periods = 48,
                                   .shape = LOAN_BULLET};
  const struct loan_schedule loan = loan_schedule(&terms, NULL, arena);
  assert_near(loan.interest[1] * 4, 8.07e6, 1);
  assert_near(loan_grant_element(&loan, pow(1 + 0.0538 / 4, 4) - 1), 0, 1e-5); /* its own effective rate */
  arena_free(arena);
}

static void test_wrong_terms(void **)
{
  struct error error = {0};
  const struct loan_terms terms = {.principal_usd = 5, .tenor_periods = 3, .grace_periods = 3};
  assert_false(loan_check(&terms, NULL, &error));
  assert_string_equal(error.field, "grace_periods");
  struct error other = {0};
  assert_false(
      loan_check(&(struct loan_terms){.principal_usd = 5, .tenor_periods = 3, .shape = LOAN_SCULPTED}, NULL, &other));
  assert_string_equal(other.field, "shape");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_present_value),
      cmocka_unit_test(test_irr),
      cmocka_unit_test(test_level_loan),
      cmocka_unit_test(test_bullet_and_grant),
      cmocka_unit_test(test_capitalised_interest),
      cmocka_unit_test(test_draws_and_fees),
      cmocka_unit_test(test_floating_and_sculpted),
      cmocka_unit_test(test_quarters),
      cmocka_unit_test(test_wrong_terms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
