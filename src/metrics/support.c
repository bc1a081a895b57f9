/* metrics/support.c - the ledger read from the side of the supported plant. Sums and shares; no judgement. */
#include "metrics/support.h"

#include <math.h>

#include "base/text.h"
#include "metrics/welfare.h"

static bool pays_support(const struct dataset *dataset, struct account account, int region)
{
  if (account.kind == ACCOUNT_GOVERNMENT) return region < 0 || account.index == region;
  if (account.kind != ACCOUNT_AGENCY) return false;
  return region < 0 || instrument_payer_region(dataset, &dataset->instruments[account.index]) == region;
}

double present_value_musd(const struct outcome *outcome, int p, double kusd_per_year)
{
  const struct scenario *scenario = outcome->network->scenario;
  const struct period period = outcome->periods[p].period;
  const double years = period.start + period.length / 2 - scenario->base_year;
  return kusd_per_year * period.length / 1000 * pow(1 + scenario->discount_rate, -years);
}

static int stage_of(const struct network *network, int facility)
{
  const int j = network->facility_first[facility];
  if (j == network->facility_first[facility + 1]) return STAGE_OTHER;
  const struct activity *activity = &network->activities[j];
  return network->dataset->materials[network->nodes[activity->io[activity->product].node].material].stage;
}

/* instrument -1: of all. */
static void sum_postings(struct support *support, const struct outcome *outcome, const struct ledger *ledgers,
                         int region, int instrument)
{
  const struct dataset *dataset = outcome->network->dataset;
  for (int p = 0; p < outcome->periods_count; p++)
    for (int i = 0; i < ledgers[p].count; i++) {
      const struct posting *posting = &ledgers[p].postings[i];
      double *net = support->net_kusd_per_year + (size_t)p * (size_t)support->facilities_count;
      if (posting->instrument < 0 || (instrument >= 0 && posting->instrument != instrument)) continue;
      if (posting->payee.kind == ACCOUNT_FACILITY && pays_support(dataset, posting->payer, region))
        net[posting->payee.index] += posting->kusd_per_year;
      if (posting->payer.kind == ACCOUNT_FACILITY && pays_support(dataset, posting->payee, region))
        net[posting->payer.index] -= posting->kusd_per_year;
    }
}

static void sum_stages(struct support *support, const struct outcome *outcome)
{
  const struct network *network = outcome->network;
  for (int f = 0; f < support->facilities_count; f++) {
    const int stage = stage_of(network, f);
    for (int p = 0; p < outcome->periods_count; p++) {
      const struct period_outcome *period = &outcome->periods[p];
      support->present_value_musd[f] +=
          present_value_musd(outcome, p, support->net_kusd_per_year[(size_t)p * (size_t)support->facilities_count + f]);
      if (isfinite(period->capacity[f]))
        support->rent_by_stage_musd[stage] +=
            present_value_musd(outcome, p, fmax(0, period->capacity_rent[f]) * period->capacity[f]);
    }
    if (support->present_value_musd[f] <= 0) continue;
    support->by_stage_musd[stage] += support->present_value_musd[f];
    support->total_musd += support->present_value_musd[f];
  }
}

static void sum_owners(struct support *support, const struct dataset *dataset, struct arena *arena)
{
  double *owned = ARENA_ARRAY(arena, dataset->owners_count, double);
  support->largest_owner = -1;
  if (support->total_musd <= 0) return;
  for (int f = 0; f < support->facilities_count; f++) {
    const double paid = fmax(0, support->present_value_musd[f]), share = paid / support->total_musd;
    if (dataset->facilities[f].owner >= 0)
      owned[dataset->facilities[f].owner] += paid;
    else
      support->herfindahl += 1e4 * share * share;
  }
  for (int o = 0; o < dataset->owners_count; o++) {
    const double share = owned[o] / support->total_musd;
    support->herfindahl += 1e4 * share * share;
    if (share > support->largest_share) support->largest_owner = o, support->largest_share = share;
  }
}

static struct support support_of(const struct outcome *outcome, const struct ledger *ledgers, int region,
                                 int instrument, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  const int facilities = dataset->facilities_count, periods = outcome->periods_count;
  struct support support = {.periods_count = periods,
                            .facilities_count = facilities,
                            .net_kusd_per_year = ARENA_ARRAY(arena, periods * facilities, double),
                            .present_value_musd = ARENA_ARRAY(arena, facilities, double)};
  sum_postings(&support, outcome, ledgers, region, instrument);
  sum_stages(&support, outcome);
  sum_owners(&support, dataset, arena);
  return support;
}

struct support support_compute(const struct outcome *outcome, const struct ledger *ledgers, int region,
                               struct arena *arena)
{
  return support_of(outcome, ledgers, region, -1, arena);
}

struct support support_by_instrument(const struct outcome *outcome, const struct ledger *ledgers, int region,
                                     int instrument, struct arena *arena)
{
  return support_of(outcome, ledgers, region, instrument, arena);
}

double facility_output(const struct outcome *outcome, int p, int facility)
{
  const struct network *network = outcome->network;
  double output = 0;
  for (int j = network->facility_first[facility]; j < network->facility_first[facility + 1]; j++) {
    const struct activity *activity = &network->activities[j];
    output += activity->io[activity->product].amount * outcome->periods[p].activity[j];
  }
  return output;
}

/* Part of a plant's output, over all periods and discounted, that it also had without; 1 where it never makes
 * anything. */
static double anyway_over_all_periods(const struct outcome *with, const struct outcome *without, int periods,
                                      int facility)
{
  double output = 0, before = 0;
  for (int p = 0; p < periods; p++) {
    output += present_value_musd(with, p, facility_output(with, p, facility));
    before += present_value_musd(with, p, facility_output(without, p, facility));
  }
  return output > 0 ? fmin(1, before / output) : 1;
}

double support_inframarginal(const struct support *support, const struct outcome *with, const struct outcome *without)
{
  double paid = 0, anyway = 0;
  const int periods = with->periods_count < without->periods_count ? with->periods_count : without->periods_count;
  for (int f = 0; f < support->facilities_count; f++) {
    const double over_all = anyway_over_all_periods(with, without, periods, f);
    for (int p = 0; p < periods; p++) {
      const double net = support->net_kusd_per_year[(size_t)p * (size_t)support->facilities_count + f];
      if (net <= 0) continue;
      const double output = facility_output(with, p, f), before = facility_output(without, p, f);
      const double value = present_value_musd(with, p, net);
      paid += value;
      anyway += value * (output > 0 ? fmin(1, before / output) : over_all);
    }
  }
  return paid > 0 ? anyway / paid : NAN;
}

/* Receipts from goods less what they cost to make, thousand USD a year; instruments and capital apart. */
static double own_margin(const struct ledger *ledger, int facility)
{
  double margin = 0;
  for (int i = 0; i < ledger->count; i++) {
    const struct posting *posting = &ledger->postings[i];
    if (posting->instrument >= 0 || text_equal(posting->reason, "capital")) continue;
    if (posting->payee.kind == ACCOUNT_FACILITY && posting->payee.index == facility) margin += posting->kusd_per_year;
    if (posting->payer.kind == ACCOUNT_FACILITY && posting->payer.index == facility) margin -= posting->kusd_per_year;
  }
  return margin;
}

double support_margin_after(const struct support *support, const struct outcome *outcome, const struct ledger *ledgers,
                            int facility)
{
  int last = -1;
  for (int p = 0; p < support->periods_count; p++)
    if (support->net_kusd_per_year[(size_t)p * (size_t)support->facilities_count + facility] > 0) last = p;
  double margin = 0, output = 0;
  for (int p = last + 1; p < support->periods_count; p++) {
    margin += own_margin(&ledgers[p], facility) * outcome->periods[p].period.length;
    output += facility_output(outcome, p, facility) * outcome->periods[p].period.length;
  }
  return output > 1e-9 ? margin / output : NAN;
}
