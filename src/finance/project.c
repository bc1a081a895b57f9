/* finance/project.c - a cash-flow model of one plant: tax with losses carried forward, covers, returns, liquidity.
 * Timing inside a period, working capital and deferred tax are left out.
 */
#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "finance/project.h"

static double at(const double *array, int k)
{
  return array == NULL ? 0 : array[k];
}

static double service(const struct project *project, int k)
{
  return at(project->interest, k) + at(project->principal, k);
}

/* F61: taxable income less losses carried forward. */
static void compute_tax(const struct project *project, double *tax)
{
  double losses = 0;
  for (int k = 0; k < project->periods; k++) {
    double income = at(project->revenue, k) + at(project->support, k) - at(project->cost, k) -
                    at(project->depreciation, k) - at(project->interest, k);
    const double used = fmin(losses, fmax(0, income));
    losses += fmax(0, -income) - used;
    tax[k] = project->tax_rate * fmax(0, income - used);
  }
}

/* F64: from the end back: value of the cash available in periods with debt before them, at the rate then paid. */
static void compute_loan_life(const struct project *project, struct project_result *r)
{
  double value = 0;
  r->least_loan_life_cover = INFINITY;
  for (int k = project->periods - 1; k >= 1; k--) {
    const double before = r->debt[k - 1];
    if (!(before > 1e-9)) {
      value = 0;
      r->loan_life_cover[k] = INFINITY;
      continue;
    }
    value = (value + r->available[k]) / (1 + at(project->interest, k) / before);
    r->loan_life_cover[k] = value / before;
    r->least_loan_life_cover = fmin(r->least_loan_life_cover, r->loan_life_cover[k]);
  }
  r->loan_life_cover[0] = INFINITY;
}

static struct project_result result_new(const struct project *project, struct arena *arena)
{
  const int n = project->periods;
  return (struct project_result){.periods = n,
                                 .tax = ARENA_ARRAY(arena, n, double),
                                 .available = ARENA_ARRAY(arena, n, double),
                                 .cover = ARENA_ARRAY(arena, n, double),
                                 .loan_life_cover = ARENA_ARRAY(arena, n, double),
                                 .equity = ARENA_ARRAY(arena, n, double),
                                 .cash = ARENA_ARRAY(arena, n, double),
                                 .debt = ARENA_ARRAY(arena, n, double),
                                 .least_cover = INFINITY,
                                 .liquid = true};
}

struct project_result project_run(const struct project *project, struct arena *arena)
{
  assert(project->periods >= 1);
  struct project_result r = result_new(project, arena);
  double *unlevered = ARENA_ARRAY(arena, project->periods, double);
  double cash = project->cash_at_start, debt = 0;
  compute_tax(project, r.tax);
  for (int k = 0; k < project->periods; k++) {
    const double due = service(project, k);
    r.available[k] = at(project->revenue, k) + at(project->support, k) - at(project->cost, k) - r.tax[k];
    r.cover[k] = due > 0 ? r.available[k] / due : INFINITY;
    r.equity[k] = r.available[k] - at(project->capital, k) + at(project->draw, k) - due;
    unlevered[k] = r.available[k] - at(project->capital, k);
    debt += at(project->draw, k) - at(project->principal, k);
    cash += r.equity[k];
    r.debt[k] = debt, r.cash[k] = cash;
    r.least_cover = fmin(r.least_cover, r.cover[k]);
    if (due > 0 && r.cover[k] < project->covenant_cover) r.breaches++;
    if (cash < 0) r.liquid = false;
  }
  compute_loan_life(project, &r);
  const double rate = pow(1 + project->discount_rate, 1.0 / project->periods_per_year) - 1;
  r.project_npv = cash_present_value(unlevered, project->periods, rate);
  r.equity_npv = cash_present_value(r.equity, project->periods, rate);
  r.project_irr = cash_irr(unlevered, project->periods);
  r.equity_irr = cash_irr(r.equity, project->periods);
  return r;
}

double project_months_of_delay(const struct project *project, int from, double cash)
{
  const double months_each = 12.0 / project->periods_per_year;
  double months = 0;
  for (int k = from; k < project->periods; k++) {
    const double burn = at(project->cost, k) + service(project, k);
    if (burn > cash) return months + months_each * fmax(0, cash) / burn;
    cash -= burn;
    months += months_each;
  }
  return INFINITY;
}

double debt_capacity(const double *available, int periods, double rate, double cover)
{
  double capacity = 0;
  for (int k = 1; k <= periods; k++) capacity += fmax(0, available[k]) / cover * cash_discount(rate, k);
  return capacity;
}

struct floor_capacity debt_capacity_with_floor(const double *kg, const double *cost, const double *low_price,
                                               int periods, double floor, double rate, double cover)
{
  struct floor_capacity capacity = {0, 0};
  for (int k = 1; k <= periods; k++) {
    const double factor = cash_discount(rate, k) / cover;
    capacity.without_usd += factor * fmax(0, kg[k] * low_price[k] - cost[k]);
    capacity.with_usd += factor * fmax(0, kg[k] * fmax(floor, low_price[k]) - cost[k]);
  }
  return capacity;
}

double graduation_margin(double revenue, double cost)
{
  return (revenue - cost) / revenue;
}
