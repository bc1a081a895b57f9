/* metrics/budget.c - postings of one government and its agencies, spread over fiscal years.
 *
 * A posting is a yearly rate during a period; what it comes to is spread evenly over the part of the period in which
 * its instrument was in force (all of it for taxes of the data), shifted by the quarter in which contracts are settled.
 */
#include "metrics/budget.h"

#include <math.h>

#include "base/text.h"
#include "metrics/welfare.h"
#include "model/instruments.h"

static const double settled_after_years = 0.25; /* contracts pay in the quarter after the act */

struct booking {
  const struct outcome *outcome;
  const struct dataset *dataset;
  struct arena *arena;
  struct budget *budget;
  struct budget_line *lines;
  double
      fiscal_start; /* of a fiscal year, as a fraction of the calendar year before the one that names it; 1: January */
};

static bool is_public(const struct dataset *dataset, struct account account, int region)
{
  if (account.kind == ACCOUNT_GOVERNMENT) return account.index == region;
  return account.kind == ACCOUNT_AGENCY &&
         instrument_payer_region(dataset, &dataset->instruments[account.index]) == region;
}

const char *budget_basis_name(enum budget_basis basis)
{
  static const char *const names[] = {"cash", "tax", "customs", "credit"};
  return names[basis];
}

static bool on_credit(const struct network *network, int k)
{
  if (k < 0 || network->instruments[k].kind->subsidy == NULL) return false;
  const int stated = network->dataset->instruments[k].fiscal_basis;
  return stated == BASIS_CREDIT || (stated == BASIS_OF_KIND && network->instruments[k].kind->basis == BASIS_CREDIT);
}

static enum budget_basis basis_of(const struct network *network, const struct posting *posting, struct account account)
{
  if (on_credit(network, posting->instrument)) return BUDGET_CREDIT;
  if (text_equal(posting->reason, "tariff") || text_equal(posting->reason, "border floor")) return BUDGET_CUSTOMS;
  if (account.kind == ACCOUNT_GOVERNMENT || text_equal(posting->reason, "production credit")) return BUDGET_TAX;
  return BUDGET_CASH;
}

static struct budget_line *line_of(struct booking *booking, int instrument, enum budget_basis basis)
{
  struct budget *budget = booking->budget;
  for (int i = 0; i < budget->lines_count; i++)
    if (booking->lines[i].instrument == instrument && booking->lines[i].basis == basis) return &booking->lines[i];
  booking->lines =
      arena_grow(booking->arena, booking->lines, budget->lines_count, budget->lines_count + 1, sizeof *booking->lines);
  booking->lines[budget->lines_count] = (struct budget_line){
      .instrument = instrument,
      .basis = basis,
      .outlay_musd = ARENA_ARRAY(booking->arena, budget->years_count, double),
      .receipt_musd = ARENA_ARRAY(booking->arena, budget->years_count, double),
      .financing_musd = ARENA_ARRAY(booking->arena, budget->years_count, double),
      .discretion_musd = ARENA_ARRAY(booking->arena, budget->years_count, double),
  };
  return &booking->lines[budget->lines_count++];
}

struct span {
  double from, to;
};

/* When the acts of a period's posting took place; and, shifted, when they were paid. */
static struct span span_of(const struct booking *booking, const struct posting *posting, int p, enum budget_basis basis)
{
  const struct period period = booking->outcome->periods[p].period;
  struct span span = {period.start, period.start + period.length};
  if (posting->instrument < 0) return span;
  const struct instrument *instrument = &booking->dataset->instruments[posting->instrument];
  if (instrument->start > span.from && instrument->start < span.to) span.from = instrument->start;
  if (instrument->end > span.from && instrument->end < span.to) span.to = instrument->end;
  const double shift = basis == BUDGET_CASH ? settled_after_years : 0;
  return (struct span){span.from + shift, span.to + shift};
}

static void spread(const struct booking *booking, double musd, struct span span, double *years)
{
  const struct budget *budget = booking->budget;
  for (int y = 0; y < budget->years_count; y++) {
    const double begin = budget->first_year + y - 1 + booking->fiscal_start;
    const double overlap = fmin(span.to, begin + 1) - fmax(span.from, begin);
    if (overlap > 0) years[y] += musd * overlap / (span.to - span.from);
  }
}

static void book(struct booking *booking, const struct posting *posting, int p, struct account account, bool pays)
{
  const struct period_outcome *period = &booking->outcome->periods[p];
  const enum budget_basis basis = basis_of(booking->outcome->network, posting, account);
  const double real = posting->kusd_per_year * period->period.length / 1000;
  const struct span span = span_of(booking, posting, p, basis);
  struct budget_line *line = line_of(booking, posting->instrument, basis);
  if (basis == BUDGET_CREDIT) {
    spread(booking, (pays ? 1 : -1) * real * period->deflator, span, line->financing_musd);
    return;
  }
  spread(booking, real * period->deflator, span, pays ? line->outlay_musd : line->receipt_musd);
  if (posting->instrument < 0) return;
  const struct scenario *scenario = booking->dataset->scenario;
  const double years = (span.from + span.to) / 2 - scenario->base_year;
  const double present = (pays ? real : -real) * pow(1 + scenario->discount_rate, -years);
  booking->budget->present_value_musd += present;
  if (basis != BUDGET_CUSTOMS) booking->budget->support_present_value_musd += present;
}

/* A loan or guarantee that the region stands behind and that begins within the horizon. */
static bool is_credit_of(const struct booking *booking, int k, int region)
{
  const struct instrument *instrument = &booking->dataset->instruments[k];
  const struct period last = booking->outcome->periods[booking->outcome->periods_count - 1].period;
  return on_credit(booking->outcome->network, k) && instrument->enabled && instrument->status != INSTRUMENT_LAPSED &&
         instrument_payer_region(booking->dataset, instrument) == region &&
         instrument->start < last.start + last.length;
}

/* A tranche of a credit's subsidy, in the fiscal year in which it is paid out. */
static void book_tranche(struct booking *booking, struct budget_line *line, double musd, double date)
{
  const struct dataset *dataset = booking->dataset;
  const struct scenario *scenario = dataset->scenario;
  const double deflator =
      index_at(dataset, "deflator", date, 1) / index_at(dataset, "deflator", scenario->base_year, 1);
  const double present = musd / deflator * pow(1 + scenario->discount_rate, -(date - scenario->base_year));
  spread(booking, musd, (struct span){date, date + 1e-6}, line->outlay_musd);
  booking->budget->present_value_musd += present;
  booking->budget->support_present_value_musd += present;
}

/* The subsidy of each loan and guarantee, tranche by tranche; of what is never drawn there is none. */
static void book_credit(struct booking *booking, int region)
{
  const struct outcome *outcome = booking->outcome;
  const struct network *network = outcome->network;
  const struct dataset *dataset = booking->dataset;
  static const struct tranche at_once = {1, 0};
  const double one = 1;
  for (int k = 0; k < network->instruments_count; k++) {
    if (!is_credit_of(booking, k, region)) continue;
    const struct bound_instrument *bound = &network->instruments[k];
    const struct drawn drawn = bound->kind->drawn == NULL ? (struct drawn){1, 1, &at_once}
                                                          : bound->kind->drawn(bound, outcome, booking->arena);
    const double rate = index_at(dataset, "treasury_10y", bound->instrument->start, NAN);
    if (isnan(rate)) continue;
    const struct yield_curve treasury = {1, &one, &rate};
    struct budget_line *line = line_of(booking, k, BUDGET_CREDIT);
    line->subsidy = subsidy_share(bound->kind->subsidy(bound, dataset, &treasury, 0, booking->arena), drawn.share);
    line->fair_value =
        subsidy_share(bound->kind->subsidy(bound, dataset, &treasury, FAIR_VALUE_PREMIUM, booking->arena), drawn.share);
    for (int t = 0; t < drawn.tranches_count; t++)
      book_tranche(booking, line, drawn.tranches[t].share / drawn.share * line->subsidy.total_usd / 1e6,
                   bound->instrument->start + drawn.tranches[t].years_later);
  }
}

/* What the payees may elect of each payment, most less least, in the years in which it would be paid. */
static void book_discretion(struct booking *booking, int region)
{
  const struct outcome *outcome = booking->outcome;
  for (int k = 0; k < outcome->network->instruments_count; k++) {
    const struct bound_instrument *bound = &outcome->network->instruments[k];
    const struct account agency = {ACCOUNT_AGENCY, k};
    if (bound->kind->elected == NULL || !is_public(booking->dataset, agency, region)) continue;
    for (int p = 0; p < outcome->periods_count; p++) {
      const struct period_outcome *period = &outcome->periods[p];
      const struct elected elected = bound->kind->elected(bound, k, outcome, p);
      const struct posting posting = {.payer = agency, .instrument = k, .reason = ""};
      const double musd = (elected.most - elected.least) * period->period.length * period->deflator / 1000;
      if (musd > 0)
        spread(booking, musd, span_of(booking, &posting, p, BUDGET_CASH),
               line_of(booking, k, BUDGET_CASH)->discretion_musd);
    }
  }
}

static void totals_sum(struct budget *budget, struct arena *arena)
{
  budget->outlay_musd = ARENA_ARRAY(arena, budget->years_count, double);
  budget->receipt_musd = ARENA_ARRAY(arena, budget->years_count, double);
  for (int i = 0; i < budget->lines_count; i++)
    for (int y = 0; y < budget->years_count && budget->lines[i].instrument >= 0; y++) {
      budget->outlay_musd[y] += budget->lines[i].outlay_musd[y];
      budget->receipt_musd[y] += budget->lines[i].receipt_musd[y];
    }
}

struct budget budget_compute(const struct outcome *outcome, const struct ledger *ledgers, int region,
                             struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  struct budget budget = {.region = region};
  if (region < 0 || outcome->periods_count == 0) return budget;
  const struct period last = outcome->periods[outcome->periods_count - 1].period;
  const int month = dataset->regions[region].fiscal_year_start_month;
  struct booking booking = {.outcome = outcome,
                            .dataset = dataset,
                            .arena = arena,
                            .budget = &budget,
                            .fiscal_start = month > 1 ? (month - 1) / 12.0 : 1};
  budget.first_year = (int)floor(outcome->periods[0].period.start + (month > 1 ? 1 - booking.fiscal_start : 0) + 1e-9);
  budget.years_count = (int)ceil(last.start + last.length + settled_after_years - 1e-9) + 1 - budget.first_year;
  for (int p = 0; p < outcome->periods_count; p++)
    for (int i = 0; i < ledgers[p].count; i++) {
      const struct posting *posting = &ledgers[p].postings[i];
      if (is_public(dataset, posting->payer, region)) book(&booking, posting, p, posting->payer, true);
      if (is_public(dataset, posting->payee, region)) book(&booking, posting, p, posting->payee, false);
    }
  book_credit(&booking, region);
  book_discretion(&booking, region);
  budget.lines = booking.lines;
  totals_sum(&budget, arena);
  return budget;
}

int budget_region(const struct outcome *outcome, const struct ledger *ledgers, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  double *paid = ARENA_ARRAY(arena, dataset->regions_count, double);
  int best = -1;
  for (int p = 0; p < outcome->periods_count; p++)
    for (int i = 0; i < ledgers[p].count; i++) {
      const struct posting *posting = &ledgers[p].postings[i];
      if (posting->payer.kind != ACCOUNT_AGENCY) continue;
      const int region = instrument_payer_region(dataset, &dataset->instruments[posting->payer.index]);
      if (region >= 0) paid[region] += posting->kusd_per_year;
    }
  for (int r = 0; r < dataset->regions_count; r++)
    if (paid[r] > (best < 0 ? 0 : paid[best])) best = r;
  for (int k = 0; k < dataset->instruments_count && best < 0; k++)
    if (outcome->network->instruments[k].kind->drawn != NULL && dataset->instruments[k].enabled)
      best = instrument_payer_region(dataset, &dataset->instruments[k]);
  return best;
}
