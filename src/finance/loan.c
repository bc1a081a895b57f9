/* finance/loan.c - a loan walked period by period: interest on what is owed, then the principal its shape asks for.
 * The last payment clears the balance whatever the shape. Knows no calendar and no default.
 */
#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "finance/cash.h"
#include "finance/loan.h"

static int per_year(const struct loan_terms *terms)
{
  return terms->periods_per_year == 0 ? 1 : terms->periods_per_year;
}

static int free_periods(const struct loan_terms *terms)
{
  return terms->grace_periods > terms->capitalised_periods ? terms->grace_periods : terms->capitalised_periods;
}

bool loan_check(const struct loan_terms *terms, const struct loan_paths *paths, struct error *error)
{
  const int p = per_year(terms);
  if (!(terms->principal_usd > 0)) return error_set(error, NULL, 0, "principal_usd", "expected more than 0");
  if (p != 1 && p != 2 && p != 4 && p != 12)
    return error_set(error, NULL, 0, "periods_per_year", "found %d, expected 1, 2, 4 or 12", p);
  if (terms->tenor_periods < 1)
    return error_set(error, NULL, 0, "tenor_periods", "found %d, expected at least 1", terms->tenor_periods);
  if (terms->grace_periods < 0 || terms->capitalised_periods < 0 || free_periods(terms) >= terms->tenor_periods)
    return error_set(error, NULL, 0, "grace_periods", "grace must end before the last of %d payments",
                     terms->tenor_periods);
  if (!(terms->rate_per_year > -1)) return error_set(error, NULL, 0, "rate_per_year", "expected more than -1");
  if (terms->shape == LOAN_SCULPTED && (paths == NULL || paths->available_usd == NULL))
    return error_set(error, NULL, 0, "shape", "a sculpted loan needs the cash available for debt service");
  return true;
}

static double period_rate(const struct loan_terms *terms, const struct loan_paths *paths, int k)
{
  const double base = paths != NULL && paths->base_rate != NULL ? paths->base_rate[k] : 0;
  return (base + terms->rate_per_year) / per_year(terms);
}

static double draw_at(const struct loan_terms *terms, const struct loan_paths *paths, int k)
{
  if (paths == NULL || paths->draw_share == NULL) return k == 0 ? terms->principal_usd : 0;
  return k < terms->tenor_periods ? paths->draw_share[k] * terms->principal_usd : 0;
}

/* F7: one over the cover that a sculpted loan has from period k on: balance over the value of the cash available. */
static double sculpted_share(const struct loan_terms *terms, const struct loan_paths *paths, int k, double balance)
{
  double factor = 1, value = 0;
  for (int j = k; j <= terms->tenor_periods; j++) {
    factor /= 1 + period_rate(terms, paths, j);
    value += factor * paths->available_usd[j];
  }
  return value > 0 ? balance / value : 0;
}

static double principal_due(const struct loan_terms *terms, const struct loan_paths *paths, int k, double balance,
                            double interest)
{
  const int left = terms->tenor_periods - k + 1; /* payments, this one included */
  if (left == 1) return balance;
  if (k <= free_periods(terms)) return 0;
  switch (terms->shape) {
  case LOAN_LEVEL: return balance * cash_recovery(period_rate(terms, paths, k), left) - interest; /* F5 */
  case LOAN_EQUAL: return balance / left;
  case LOAN_SCULPTED: return sculpted_share(terms, paths, k, balance) * paths->available_usd[k] - interest;
  case LOAN_BULLET: break;
  }
  return 0;
}

static struct loan_schedule schedule_new(const struct loan_terms *terms, struct arena *arena)
{
  const int places = terms->tenor_periods + 1;
  return (struct loan_schedule){
      .periods = terms->tenor_periods,
      .periods_per_year = per_year(terms),
      .draw = ARENA_ARRAY(arena, places, double),
      .interest = ARENA_ARRAY(arena, places, double),
      .capitalised = ARENA_ARRAY(arena, places, double),
      .principal = ARENA_ARRAY(arena, places, double),
      .fee = ARENA_ARRAY(arena, places, double),
      .balance = ARENA_ARRAY(arena, places, double),
  };
}

struct loan_schedule loan_schedule(const struct loan_terms *terms, const struct loan_paths *paths, struct arena *arena)
{
  assert(loan_check(terms, paths, NULL));
  struct loan_schedule schedule = schedule_new(terms, arena);
  double undrawn = terms->principal_usd, balance = 0;
  for (int k = 0; k <= schedule.periods; k++) {
    schedule.fee[k] = k == 0 ? terms->upfront_fee * terms->principal_usd
                             : terms->ticking_fee_per_year / schedule.periods_per_year * undrawn;
    if (k > 0) {
      schedule.interest[k] = period_rate(terms, paths, k) * balance;
      schedule.capitalised[k] = k <= terms->capitalised_periods ? schedule.interest[k] : 0;
      schedule.principal[k] = principal_due(terms, paths, k, balance, schedule.interest[k]);
    }
    schedule.draw[k] = draw_at(terms, paths, k);
    undrawn -= schedule.draw[k];
    balance += schedule.draw[k] + schedule.capitalised[k] - schedule.principal[k];
    schedule.balance[k] = balance;
  }
  assert(undrawn >= -1e-9 * terms->principal_usd); /* no more is drawn than was committed */
  return schedule;
}

double loan_payment(const struct loan_schedule *schedule, int k)
{
  return schedule->interest[k] - schedule->capitalised[k] + schedule->principal[k] + schedule->fee[k];
}

double loan_payments_value(const struct loan_schedule *schedule, double rate_per_year)
{
  double value = 0;
  for (int k = 0; k <= schedule->periods; k++)
    value += loan_payment(schedule, k) * cash_discount(rate_per_year, (double)k / schedule->periods_per_year);
  return value;
}

double loan_draws_value(const struct loan_schedule *schedule, double rate_per_year)
{
  double value = 0;
  for (int k = 0; k <= schedule->periods; k++)
    value += schedule->draw[k] * cash_discount(rate_per_year, (double)k / schedule->periods_per_year);
  return value;
}

double loan_grant_element(const struct loan_schedule *schedule, double private_rate_per_year)
{
  return loan_draws_value(schedule, private_rate_per_year) - loan_payments_value(schedule, private_rate_per_year);
}
