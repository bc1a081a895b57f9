/* finance/subsidy.c - credit subsidies by walking a schedule with the share of loans that is still alive.
 * No reestimates, no prepayment, no lag of recoveries.
 */
#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "finance/cash.h"
#include "finance/subsidy.h"

double yield_at(const struct yield_curve *curve, double years)
{
  assert(curve->count >= 1);
  if (years <= curve->years[0]) return curve->rate[0];
  for (int k = 1; k < curve->count; k++) {
    if (years > curve->years[k]) continue;
    const double weight = (years - curve->years[k - 1]) / (curve->years[k] - curve->years[k - 1]);
    return curve->rate[k - 1] + weight * (curve->rate[k] - curve->rate[k - 1]);
  }
  return curve->rate[curve->count - 1];
}

/* The date's factor, and the shares of loans alive before it and failing at it. */
struct date {
  double factor, alive, failing;
};

static struct date first_date(void)
{
  return (struct date){.factor = 1, .alive = 1, .failing = 0};
}

static struct date next_date(struct date date, int k, const struct loan_schedule *schedule,
                             const struct credit_risk *risk, const struct yield_curve *treasury, double premium)
{
  const double years = (double)k / schedule->periods_per_year;
  const double failing = 1 - pow(1 - risk->default_per_year, 1.0 / schedule->periods_per_year);
  date.alive -= date.failing;
  date.failing = date.alive * failing;
  date.factor = cash_discount(yield_at(treasury, years) + premium, years);
  return date;
}

static double scheduled(const struct loan_schedule *schedule, int k)
{
  return loan_payment(schedule, k) - schedule->fee[k];
}

static void sum_up(struct credit_subsidy *subsidy)
{
  subsidy->total_usd = subsidy->defaults_usd + subsidy->interest_usd + subsidy->fees_usd + subsidy->other_usd;
  subsidy->rate = subsidy->disbursed_usd > 0 ? subsidy->total_usd / subsidy->disbursed_usd : 0;
}

struct credit_subsidy loan_subsidy(const struct loan_schedule *schedule, const struct credit_risk *risk,
                                   const struct yield_curve *treasury, double premium, const double *other_usd)
{
  struct credit_subsidy subsidy = {0};
  struct date date = first_date();
  for (int k = 0; k <= schedule->periods; k++) {
    if (k > 0) date = next_date(date, k, schedule, risk, treasury, premium);
    const double paying = date.alive - date.failing;
    const double recovered = k > 0 ? date.failing * risk->recovery * schedule->balance[k - 1] : 0;
    const double sound = schedule->draw[k] - scheduled(schedule, k); /* outflow if nothing fails */
    const double expected = paying * sound - recovered;
    subsidy.interest_usd += date.factor * sound;
    subsidy.defaults_usd += date.factor * (expected - sound);
    subsidy.fees_usd -= date.factor * paying * schedule->fee[k];
    subsidy.other_usd -= other_usd != NULL ? date.factor * other_usd[k] : 0;
    subsidy.disbursed_usd += date.factor * paying * schedule->draw[k];
  }
  sum_up(&subsidy);
  return subsidy;
}

/* F12: what the lender has with the guarantee, sure money, less what the loan alone is worth. Without a premium the two
 * differ by the claims net of recoveries. */
struct credit_subsidy guarantee_subsidy(const struct loan_schedule *schedule, const struct guarantee_terms *terms,
                                        const struct credit_risk *risk, const struct yield_curve *treasury,
                                        double premium)
{
  struct credit_subsidy subsidy = {0};
  struct date risky = first_date(), sure = first_date();
  for (int k = 0; k <= schedule->periods; k++) {
    if (k > 0) {
      risky = next_date(risky, k, schedule, risk, treasury, premium);
      sure = next_date(sure, k, schedule, risk, treasury, 0);
    }
    const double paying = risky.alive - risky.failing, balance = k > 0 ? schedule->balance[k - 1] : 0;
    const double kept = paying * (scheduled(schedule, k) - schedule->draw[k]);
    const double with = kept + risky.failing * balance, without = kept + risky.failing * risk->recovery * balance;
    const double fee = schedule->fee[k] + terms->cover * balance * terms->fee_per_year / schedule->periods_per_year;
    subsidy.defaults_usd += terms->cover * (sure.factor * with - risky.factor * without);
    subsidy.fees_usd -= risky.factor * paying * fee;
    subsidy.disbursed_usd += risky.factor * paying * schedule->draw[k];
  }
  sum_up(&subsidy);
  return subsidy;
}

struct credit_subsidy subsidy_share(struct credit_subsidy subsidy, double share)
{
  double *const sums[] = {&subsidy.defaults_usd, &subsidy.interest_usd, &subsidy.fees_usd,
                          &subsidy.other_usd,    &subsidy.total_usd,    &subsidy.disbursed_usd};
  for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) *sums[i] *= share;
  return subsidy;
}

double subsidy_lending(double appropriation_usd, double subsidy_rate)
{
  assert(subsidy_rate > 0);
  return appropriation_usd / subsidy_rate;
}
