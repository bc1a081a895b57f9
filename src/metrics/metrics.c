/* metrics/metrics.c - the order in which a finished outcome is measured. */
#include "metrics/metrics.h"

#include "model/settle.h"

const struct metrics *metrics_compute_some(const struct outcome *outcome, unsigned parts, struct arena *arena)
{
  const int periods = outcome->periods_count;
  struct metrics *metrics = ARENA_NEW(arena, struct metrics);
  struct ledger *ledgers = ARENA_ARRAY(arena, periods, struct ledger);
  struct tally *tallies = ARENA_ARRAY(arena, periods, struct tally);
  struct welfare *welfare = ARENA_ARRAY(arena, periods, struct welfare);
  for (int p = 0; p < periods; p++) {
    ledgers[p] = ledger_new(arena);
    if (p > 0) ledger_reserve(&ledgers[p], ledgers[p - 1].count + ledgers[p - 1].count / 8); /* years are alike */
    outcome_settle(outcome, p, &ledgers[p]);
    tallies[p] = tally_period(outcome, p, &ledgers[p], arena);
    welfare[p] = welfare_period(outcome, p, &ledgers[p], arena);
  }
  metrics->periods_count = periods;
  metrics->ledgers = ledgers;
  metrics->tallies = tallies;
  metrics->welfare = welfare;
  if ((parts & MEASURED_CONCENTRATION) != 0) metrics->concentrations = concentration_compute(outcome, tallies, arena);
  if ((parts & MEASURED_PAYMENTS) != 0) metrics->payments = payments_sum(outcome, ledgers, arena);
  if ((parts & MEASURED_BUDGET) != 0)
    metrics->budget = budget_compute(outcome, ledgers, budget_region(outcome, ledgers, arena), arena);
  if ((parts & MEASURED_SUPPORT) != 0) metrics->support = support_compute(outcome, ledgers, -1, arena);
  if ((parts & MEASURED_REST) == 0) return metrics;
  metrics->projects = projects_compute(outcome, ledgers, &metrics->support, arena);
  metrics->balance = balance_check(outcome, ledgers, arena);
  metrics->score = score_compute(outcome, tallies, arena);
  return metrics;
}

const struct metrics *metrics_compute(const struct outcome *outcome, struct arena *arena)
{
  return metrics_compute_some(outcome, MEASURED_ALL, arena);
}

int effects_period(const struct outcome *outcome)
{
  const double wanted = outcome->periods[0].period.start + 11;
  int best = outcome->periods_count - 1;
  for (int p = outcome->periods_count - 1; p >= 0; p--)
    if (outcome->periods[p].period.start >= wanted - 1e-9) best = p;
  return best;
}
