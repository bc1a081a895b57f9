/* finance/incentive.c - credits, incentives and cost shares. */
#include <assert.h>
#include <math.h>

#include "finance/incentive.h"

double phased_credit_per_cost(const struct phased_credit *credit, int year, double eligible_cost)
{
  assert(credit->count >= 1);
  int place = year - credit->first_year;
  if (place < 0) place = 0;
  if (place >= credit->count) place = credit->count - 1;
  return credit->rate * credit->share_in_year[place] * eligible_cost;
}

double content_credit_payment(const struct content_credit *credit, double kg, double home_share)
{
  return (home_share >= credit->home_share ? credit->usd_per_kg_home : credit->usd_per_kg) * kg;
}

double sales_incentive(double rate_per_kg, double kg, double share_of_sales, double net_sales, double cap)
{
  return fmin(fmin(rate_per_kg * kg, share_of_sales * net_sales), cap);
}

double cost_share_payment(double share, double eligible_spending, double cap, double already)
{
  return fmin(share * eligible_spending, fmax(0, cap - already));
}
