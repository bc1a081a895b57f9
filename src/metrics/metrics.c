/* metrics/metrics.c - the order in which a finished outcome is measured. */
#include "metrics/metrics.h"

#include "model/settle.h"

/* Does anything but the market alone stand behind it: an instrument, or public money? */
static bool is_of_policy(const struct posting *posting)
{
  return posting->instrument >= 0 || posting->payer.kind == ACCOUNT_GOVERNMENT ||
         posting->payee.kind == ACCOUNT_GOVERNMENT || posting->payer.kind == ACCOUNT_AGENCY ||
         posting->payee.kind == ACCOUNT_AGENCY;
}

/* Those postings of a ledger, in a list as long as they are. */
static struct ledger ledger_of_policy(const struct ledger *whole, struct arena *arena)
{
  struct ledger ledger = ledger_new(arena);
  int count = 0;
  for (int i = 0; i < whole->count; i++) count += is_of_policy(&whole->postings[i]);
  ledger_reserve(&ledger, count);
  for (int i = 0; i < whole->count; i++)
    if (is_of_policy(&whole->postings[i])) ledger.postings[ledger.count++] = whole->postings[i];
  return ledger;
}

/* Period by period, while its ledger is at hand; only a whole ledger that is asked for is kept. */
static void measure_periods(const struct outcome *outcome, bool whole, struct metrics *metrics, struct arena *arena)
{
  const int periods = outcome->periods_count;
  struct ledger *ledgers = ARENA_ARRAY(arena, periods, struct ledger), ledger = ledger_new(arena);
  struct tally *tallies = ARENA_ARRAY(arena, periods, struct tally);
  struct welfare *welfare = ARENA_ARRAY(arena, periods, struct welfare);
  for (int p = 0; p < periods; p++) {
    const int before = ledger.count;
    ledger.count = 0;
    if (whole) ledger = ledger_new(arena);
    ledger_reserve(&ledger, before + before / 8); /* years are alike */
    outcome_settle(outcome, p, &ledger);
    tallies[p] = tally_period(outcome, p, &ledger, arena);
    welfare[p] = welfare_period(outcome, p, &ledger, arena);
    ledgers[p] = whole ? ledger : ledger_of_policy(&ledger, arena);
  }
  metrics->periods_count = periods;
  metrics->ledgers = ledgers;
  metrics->tallies = tallies;
  metrics->welfare = welfare;
}

const struct metrics *metrics_compute_some(const struct outcome *outcome, const struct measured *wanted,
                                           struct arena *arena)
{
  const unsigned parts = wanted->parts;
  const bool whole = (parts & MEASURED_REST) != 0;
  struct metrics *metrics = ARENA_NEW(arena, struct metrics);
  measure_periods(outcome, whole, metrics, arena);
  const struct ledger *ledgers = metrics->ledgers;
  if ((parts & MEASURED_CONCENTRATION) != 0)
    metrics->concentrations = concentration_compute(outcome, metrics->tallies, wanted->concentrated, arena);
  if ((parts & MEASURED_PAYMENTS) != 0) metrics->payments = payments_sum(outcome, ledgers, arena);
  if (!whole) metrics->payments.turnover_kusd_per_year = metrics->payments.wedges_kusd_per_year = NULL;
  if ((parts & MEASURED_BUDGET) != 0)
    metrics->budget = budget_compute(outcome, ledgers, budget_region(outcome, ledgers, arena), arena);
  if ((parts & MEASURED_SUPPORT) != 0) metrics->support = support_compute(outcome, ledgers, -1, arena);
  if (!whole) return metrics;
  metrics->projects = projects_compute(outcome, ledgers, &metrics->support, arena);
  metrics->balance = balance_check(outcome, ledgers, arena);
  metrics->score = score_compute(outcome, metrics->tallies, arena);
  return metrics;
}

const struct metrics *metrics_compute(const struct outcome *outcome, struct arena *arena)
{
  return metrics_compute_some(outcome, &(struct measured){.parts = MEASURED_ALL}, arena);
}

int effects_period(const struct outcome *outcome)
{
  const double wanted = outcome->periods[0].period.start + 11;
  int best = outcome->periods_count - 1;
  for (int p = outcome->periods_count - 1; p >= 0; p--)
    if (outcome->periods[p].period.start >= wanted - 1e-9) best = p;
  return best;
}
