/* finance/offtake.c - the yearly account of a guarantee of earnings. The true-up is taken once a year; its timing
 * inside the year is not modelled.
 */
#include <assert.h>
#include <math.h>

#include "finance/offtake.h"

double earnings_threshold(const struct guarantee_of_earnings *terms, int year)
{
  assert(year >= 1);
  return terms->threshold_usd * pow(1 + terms->escalator, year - 1);
}

double earnings_threshold_total(const struct guarantee_of_earnings *terms)
{
  double total = 0;
  for (int year = 1; year <= terms->years; year++) total += earnings_threshold(terms, year);
  return total;
}

double earnings_advance(const struct guarantee_of_earnings *terms, int year)
{
  return terms->advance_share * earnings_threshold(terms, year);
}

struct earnings_settlement earnings_settle(const struct guarantee_of_earnings *terms, int year, double earnings_usd,
                                           double incremental_costs_usd)
{
  struct earnings_settlement s = {.threshold_usd = earnings_threshold(terms, year)};
  const double excess = fmax(0, earnings_usd - s.threshold_usd);
  const double first = fmin(excess, terms->first_excess_usd), rest = excess - first;
  s.advances_usd = 4 * earnings_advance(terms, year);
  s.support_usd = fmax(0, s.threshold_usd - earnings_usd);
  s.true_up_usd = s.advances_usd - s.support_usd;
  s.reimbursed_usd = fmin(incremental_costs_usd, terms->reimbursement_cap_usd);
  s.excess_to_buyer_usd = terms->first_excess_to_buyer * first + terms->rest_to_buyer * rest;
  s.excess_to_plant_usd = excess - s.excess_to_buyer_usd;
  s.plant_earnings_usd = s.threshold_usd + s.excess_to_plant_usd;
  return s;
}

double earnings_per_kg(const struct guarantee_of_earnings *terms, int year, double kg)
{
  return earnings_threshold(terms, year) / kg;
}
