/* metrics/gains.c - differences of surplus between two runs, discounted and summed. */
#include "metrics/gains.h"

#include <assert.h>
#include <math.h>

#include "base/text.h"
#include "metrics/stocks_left.h"

bool gains_comparable(const struct outcome *with, const struct outcome *without)
{
  const struct dataset *a = with->network->dataset, *b = without->network->dataset;
  if (a->regions_count != b->regions_count || a->facilities_count != b->facilities_count) return false;
  for (int r = 0; r < a->regions_count; r++)
    if (!text_equal(a->regions[r].record.id, b->regions[r].record.id)) return false;
  for (int f = 0; f < a->facilities_count; f++)
    if (!text_equal(a->facilities[f].record.id, b->facilities[f].record.id)) return false;
  return true;
}

static void add_parties(struct gains *gains, const struct welfare *welfare, double weight)
{
  for (int r = 0; r < gains->regions_count; r++) {
    gains->users[r] += weight * welfare->users[r];
    gains->firms[r] += weight * welfare->firms[r];
    gains->governments[r] += weight * welfare->governments[r];
  }
  gains->agencies += weight * welfare->agencies;
  gains->traders += weight * welfare->traders;
  gains->stockholders += weight * welfare->stockholders;
  gains->rents += weight * welfare->rents;
  gains->outside += weight * welfare->outside;
  gains->wedges += weight * welfare->wedges;
  gains->total += weight * welfare_total(welfare);
}

/* Every plant's receipts less payments, times weight, into the group that it belongs to. */
static void add_plants(struct gains *gains, const struct dataset *dataset, const struct ledger *ledger,
                       const struct support *support, int dominant, double weight)
{
  for (int i = 0; i < ledger->count; i++) {
    const struct posting *posting = &ledger->postings[i];
    for (int side = 0; side < 2; side++) {
      const struct account account = side == 0 ? posting->payer : posting->payee;
      if (account.kind != ACCOUNT_FACILITY) continue;
      double *group = support->present_value_musd[account.index] > 0          ? &gains->supported
                      : dataset->facilities[account.index].region == dominant ? &gains->dominant
                                                                              : &gains->rivals;
      *group += (side == 0 ? -weight : weight) * posting->kusd_per_year;
    }
  }
}

static void add_stocks(struct gains *gains, const struct outcome *outcome, int sign, struct arena *arena)
{
  const struct stocks_left left = stocks_left_compute(outcome, arena);
  double public = left.agencies;
  for (int r = 0; r < gains->regions_count; r++) public += left.governments[r];
  gains->public_stocks += sign * public;
  gains->private_stocks += sign * left.firms;
  gains->total += sign * (public + left.firms);
}

struct gains gains_between(const struct outcome *with, const struct metrics *with_metrics,
                           const struct outcome *without, const struct metrics *without_metrics, int dominant,
                           struct arena *arena)
{
  assert(gains_comparable(with, without));
  const struct dataset *dataset = with->network->dataset;
  const int regions = dataset->regions_count;
  const int periods = with->periods_count < without->periods_count ? with->periods_count : without->periods_count;
  struct gains gains = {.regions_count = regions,
                        .users = ARENA_ARRAY(arena, regions, double),
                        .firms = ARENA_ARRAY(arena, regions, double),
                        .governments = ARENA_ARRAY(arena, regions, double)};
  for (int p = 0; p < periods; p++) {
    const double weight = present_value_musd(with, p, 1);
    add_parties(&gains, &with_metrics->welfare[p], weight);
    add_parties(&gains, &without_metrics->welfare[p], -weight);
    add_plants(&gains, dataset, &with_metrics->ledgers[p], &with_metrics->support, dominant, weight);
    add_plants(&gains, dataset, &without_metrics->ledgers[p], &with_metrics->support, dominant, -weight);
  }
  if (with->periods_count == without->periods_count) {
    add_stocks(&gains, with, 1, arena);
    add_stocks(&gains, without, -1, arena);
  }
  gains.inframarginal = support_inframarginal(&with_metrics->support, with, without);
  return gains;
}
