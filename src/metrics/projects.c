/* metrics/projects.c - ledgers summed into the accounts of a project, one per supported owner.
 *
 * Accounts are kept by calendar year, whatever the periods of the horizon: a posting is a yearly rate during its period
 * and stands in every year that the period reaches into.
 */
#include "metrics/projects.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/text.h"

static const double covenant_cover = 1.3; /* a usual least cover of debt service; a guess, range 1.1 to 1.5 */

struct accounts { /* [years] nominal USD */
  int first_year, years;
  double *revenue, *support, *cost, *capital, *depreciation, *draw, *interest, *principal;
};

static struct accounts accounts_new(const struct outcome *outcome, struct arena *arena)
{
  const struct period last = outcome->periods[outcome->periods_count - 1].period;
  struct accounts accounts = {.first_year = (int)floor(outcome->periods[0].period.start + 1e-9)};
  accounts.years = (int)ceil(last.start + last.length - 1e-9) - accounts.first_year;
  double **const all[] = {&accounts.revenue,      &accounts.support, &accounts.cost,     &accounts.capital,
                          &accounts.depreciation, &accounts.draw,    &accounts.interest, &accounts.principal};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) *all[i] = ARENA_ARRAY(arena, accounts.years, double);
  return accounts;
}

/* Does a facility belong to the project of the owner, or stand alone? */
static bool is_member(const struct dataset *dataset, const struct support *support, int facility, int owner, int alone)
{
  if (support->present_value_musd[facility] <= 0) return false;
  return owner >= 0 ? dataset->facilities[facility].owner == owner : facility == alone;
}

/* Reasons with an account of their own, and what a receipt counts there. */
static const struct {
  const char *reason;
  size_t account;
  int receipt;
} reasons[] = {{"capital", offsetof(struct accounts, capital), -1},
               {"loan paid out", offsetof(struct accounts, draw), 1},
               {"loan interest", offsetof(struct accounts, interest), -1},
               {"loan repaid", offsetof(struct accounts, principal), -1}};

/* Where a receipt or payment of a member stands; *counts: what a dollar of it adds. */
static double *account_of(const struct accounts *accounts, const struct posting *posting, bool receipt, int *counts)
{
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
    if (!text_equal(posting->reason, reasons[i].reason)) continue;
    *counts = receipt ? reasons[i].receipt : -reasons[i].receipt;
    return *(double *const *)(const void *)((const char *)accounts + reasons[i].account);
  }
  *counts = receipt || posting->instrument < 0 ? 1 : -1;
  return posting->instrument >= 0 ? accounts->support : receipt ? accounts->revenue : accounts->cost;
}

/* Into the years that the period reaches into. */
static void book(const struct accounts *accounts, const struct period_outcome *period, const struct posting *posting,
                 bool receipt)
{
  int counts;
  double *account = account_of(accounts, posting, receipt, &counts);
  for (int y = 0; y < accounts->years; y++) {
    const double year = accounts->first_year + y;
    const double from = fmax(year, period->period.start),
                 to = fmin(year + 1, period->period.start + period->period.length);
    if (to > from) account[y] += counts * 1000 * (to - from) * period->deflator * posting->kusd_per_year;
  }
}

static void book_period(const struct accounts *accounts, const struct period_outcome *period,
                        const struct ledger *ledger, const bool *member)
{
  for (int i = 0; i < ledger->count; i++) {
    const struct posting *posting = &ledger->postings[i];
    const bool paid = posting->payer.kind == ACCOUNT_FACILITY && member[posting->payer.index];
    const bool got = posting->payee.kind == ACCOUNT_FACILITY && member[posting->payee.index];
    if (paid == got) continue; /* not theirs, or from one member to another */
    book(accounts, period, posting, got);
  }
}

/* Capital spent in a year is written off evenly over a plant's life from the next one on. */
static void depreciate(const struct accounts *accounts, double life_years)
{
  for (int p = 0; p < accounts->years; p++)
    for (int q = p + 1; q < accounts->years && q <= p + (int)life_years; q++)
      accounts->depreciation[q] += accounts->capital[p] / life_years;
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
  const struct accounts accounts = accounts_new(outcome, arena);
  for (int p = 0; p < outcome->periods_count; p++) book_period(&accounts, &outcome->periods[p], &ledgers[p], member);
  depreciate(&accounts, fmax(1, largest->life_years));
  project.first_year = accounts.first_year;
  const struct project terms = {.periods = accounts.years,
                                .periods_per_year = 1,
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
  while (from < accounts.years - 1 && accounts.support[from] <= 0) from++;
  double best = 0;
  for (int p = 0; p < accounts.years; p++) best = fmax(best, project.result.equity[p]);
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
