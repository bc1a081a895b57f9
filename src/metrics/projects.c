/* metrics/projects.c - ledgers summed into the accounts of a project, one per supported owner. */
#include "metrics/projects.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"

static const double covenant_cover = 1.3; /* a usual least cover of debt service; a guess, range 1.1 to 1.5 */

struct accounts { /* [periods] nominal USD */
  double *revenue, *support, *cost, *capital, *depreciation, *draw, *interest, *principal;
};

static struct accounts accounts_new(int periods, struct arena *arena)
{
  struct accounts accounts;
  double **const all[] = {&accounts.revenue,      &accounts.support, &accounts.cost,     &accounts.capital,
                          &accounts.depreciation, &accounts.draw,    &accounts.interest, &accounts.principal};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) *all[i] = ARENA_ARRAY(arena, periods, double);
  return accounts;
}

/* Does a facility belong to the project of the owner, or stand alone? */
static bool is_member(const struct dataset *dataset, const struct support *support, int facility, int owner, int alone)
{
  if (support->present_value_musd[facility] <= 0) return false;
  return owner >= 0 ? dataset->facilities[facility].owner == owner : facility == alone;
}

/* Where a receipt (sign 1) or payment (-1) of a member stands. */
static void book(struct accounts *accounts, int p, const struct posting *posting, double usd, int sign)
{
  const char *reason = posting->reason;
  if (text_equal(reason, "capital"))
    accounts->capital[p] -= sign * usd;
  else if (text_equal(reason, "loan paid out"))
    accounts->draw[p] += sign * usd;
  else if (text_equal(reason, "loan interest"))
    accounts->interest[p] -= sign * usd;
  else if (text_equal(reason, "loan repaid"))
    accounts->principal[p] -= sign * usd;
  else if (posting->instrument >= 0)
    accounts->support[p] += sign * usd;
  else if (sign > 0)
    accounts->revenue[p] += usd;
  else
    accounts->cost[p] += usd;
}

static void book_period(struct accounts *accounts, const struct outcome *outcome, const struct ledger *ledger, int p,
                        const bool *member)
{
  const struct period_outcome *period = &outcome->periods[p];
  const double scale = 1000 * period->period.length * period->deflator;
  for (int i = 0; i < ledger->count; i++) {
    const struct posting *posting = &ledger->postings[i];
    const bool paid = posting->payer.kind == ACCOUNT_FACILITY && member[posting->payer.index];
    const bool got = posting->payee.kind == ACCOUNT_FACILITY && member[posting->payee.index];
    if (paid == got) continue; /* not theirs, or from one member to another */
    book(accounts, p, posting, scale * posting->kusd_per_year, got ? 1 : -1);
  }
}

/* Capital spent in a period is written off evenly over a plant's life from the next one on. */
static void depreciate(struct accounts *accounts, int periods, double life_periods)
{
  for (int p = 0; p < periods; p++)
    for (int q = p + 1; q < periods && q <= p + (int)life_periods; q++)
      accounts->depreciation[q] += accounts->capital[p] / life_periods;
}

static int periods_per_year(const struct outcome *outcome)
{
  return (int)lround(1 / outcome->periods[0].period.length);
}

static double nominal_rate(const struct outcome *outcome, int owner)
{
  const struct dataset *dataset = outcome->network->dataset;
  const double hurdle = owner >= 0 ? dataset->owners[owner].hurdle_rate : NAN;
  const double real = isnan(hurdle) ? dataset->scenario->discount_rate : hurdle;
  const struct period_outcome *first = &outcome->periods[0], *last = &outcome->periods[outcome->periods_count - 1];
  const double years = last->period.start - first->period.start;
  return (1 + real) * (years > 0 ? pow(last->deflator / first->deflator, 1 / years) : 1) - 1;
}

static struct owner_project project_of(const struct outcome *outcome, const struct ledger *ledgers,
                                       const struct support *support, int owner, int alone, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  const int periods = outcome->periods_count;
  struct owner_project project = {.owner = owner, .facility = -1};
  bool *member = ARENA_ARRAY(arena, support->facilities_count, bool);
  for (int f = 0; f < support->facilities_count; f++) {
    member[f] = is_member(dataset, support, f, owner, alone);
    if (!member[f]) continue;
    project.facilities_count++;
    project.support_musd += support->present_value_musd[f];
    if (project.facility < 0 || support->present_value_musd[f] > support->present_value_musd[project.facility])
      project.facility = f;
  }
  if (project.facility < 0) return project;
  const struct facility *largest = &dataset->facilities[project.facility];
  struct accounts accounts = accounts_new(periods, arena);
  for (int p = 0; p < periods; p++) book_period(&accounts, outcome, &ledgers[p], p, member);
  const int a_year = periods_per_year(outcome);
  depreciate(&accounts, periods, fmax(1, largest->life_years * a_year));
  const struct project terms = {.periods = periods,
                                .periods_per_year = a_year,
                                .revenue = accounts.revenue,
                                .support = accounts.support,
                                .cost = accounts.cost,
                                .capital = accounts.capital,
                                .depreciation = accounts.depreciation,
                                .draw = accounts.draw,
                                .interest = accounts.interest,
                                .principal = accounts.principal,
                                .tax_rate = dataset->regions[largest->region].profit_tax_rate,
                                .discount_rate = nominal_rate(outcome, owner),
                                .covenant_cover = covenant_cover};
  project.result = project_run(&terms, arena);
  int from = 0;
  while (from < periods - 1 && accounts.support[from] <= 0) from++;
  double best = 0;
  for (int p = 0; p < periods; p++) best = fmax(best, project.result.equity[p]);
  project.months_of_delay = project_months_of_delay(&terms, from, best);
  project.margin_after = support_margin_after(support, outcome, ledgers, project.facility);
  return project;
}

static int compare_projects(const void *a, const void *b)
{
  const struct owner_project *left = a, *right = b;
  if (left->support_musd != right->support_musd) return left->support_musd > right->support_musd ? -1 : 1;
  return left->facility - right->facility;
}

struct projects projects_compute(const struct outcome *outcome, const struct ledger *ledgers,
                                 const struct support *support, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  struct owner_project *items =
      ARENA_ARRAY(arena, dataset->owners_count + support->facilities_count, struct owner_project);
  struct projects projects = {0};
  if (support->total_musd <= 0) return projects;
  for (int o = 0; o < dataset->owners_count; o++) {
    items[projects.count] = project_of(outcome, ledgers, support, o, -1, arena);
    projects.count += items[projects.count].facility >= 0;
  }
  for (int f = 0; f < support->facilities_count; f++) {
    if (dataset->facilities[f].owner >= 0 || support->present_value_musd[f] <= 0) continue;
    items[projects.count++] = project_of(outcome, ledgers, support, -1, f, arena);
  }
  qsort(items, (size_t)projects.count, sizeof *items, compare_projects);
  projects.items = items;
  return projects;
}
