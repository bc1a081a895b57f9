/* ensemble/indicators.h - the named figures that every draw yields: about a hundred, the same for all draws.
 *
 * A scenario's table `indicators` names them as claims do (metrics/indicator.h), with or without a date; without one,
 * each period has its figure. Where the table is empty they are chosen from the run without draws: prices inside and
 * outside the largest market of the dearest goods, what is made of them, who depends on whom, what the state pays.
 * Budgets and surpluses follow in either case; where there are deals also what each costs by fiscal year, and, where
 * a government pays, what such money is meant to change there in the period of effects (metrics/metrics.h).
 */
#ifndef ENSEMBLE_INDICATORS_H
#define ENSEMBLE_INDICATORS_H
#include "metrics/indicator.h"
#include "run/run.h"

enum indicator_source {
  SOURCE_ASKED,
  SOURCE_OUTLAY,
  SOURCE_RECEIPT,
  SOURCE_COST, /* outlays less receipts of one instrument in one fiscal year */
  SOURCE_BUDGET_WORTH,
  SOURCE_WELFARE,
  SOURCE_USERS
};

struct ensemble_indicator {
  const char *name, *unit; /* "price[ndpr-oxide, china, 2030]" */
  enum indicator_source source;
  const char *question; /* asked of metrics/indicator.h */
  int arguments_count;
  const char *const *arguments;
  struct indicator_looked_up looked_up;
  int index;      /* fiscal year, or region, or instrument */
  int year;       /* fiscal, of an instrument */
  double central; /* in the run without draws; NAN: not there */
  bool headline;  /* among the few that a screen shows */
};

struct ensemble_indicators {
  int count;
  const struct ensemble_indicator *items;
  struct measured wanted; /* of metrics, that they read */
};

/* NULL with error set: an indicator that does not exist. */
[[nodiscard]] const struct ensemble_indicators *indicators_choose(const struct run *run, struct arena *arena,
                                                                  struct error *error);
/* Some of them, of runs with so many periods; items stay where they are. */
struct ensemble_indicators indicators_of(const struct ensemble_indicator *items, int count, int periods,
                                         struct arena *arena);
/* Into values[count]; NAN where an outcome has no such figure. metrics: of that outcome, what is `wanted` at least;
 * budget_region: of the run without draws. */
void indicators_measure(const struct ensemble_indicators *indicators, const struct outcome *outcome,
                        const struct metrics *metrics, int budget_region, double *values, struct arena *arena);
#endif
