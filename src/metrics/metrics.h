/* metrics/metrics.h - all that is always measured, period by period; explanations are made when asked for. */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H
#include "metrics/balance.h"
#include "metrics/budget.h"
#include "metrics/concentration.h"
#include "metrics/payments.h"
#include "metrics/projects.h"
#include "metrics/score.h"
#include "metrics/support.h"
#include "metrics/tally.h"
#include "metrics/welfare.h"

struct metrics {
  int periods_count;
  const struct ledger *ledgers;               /* [periods] who paid whom */
  const struct tally *tallies;                /* [periods] tonnes and prices by material and region */
  const struct concentration *concentrations; /* [periods] */
  struct payments payments;                   /* what each instrument moved */
  const struct welfare *welfare;              /* [periods] who is how well off */
  struct budget budget;                       /* of the government that pays most through contracts, by fiscal year */
  struct projects projects;                   /* of the owners whose plants are supported */
  struct support support;                     /* public money to plants, of all governments */
  struct balance balance;                     /* how well everything adds up */
  struct score score;                         /* forecasts beside what happened */
};

[[nodiscard]] const struct metrics *metrics_compute(const struct outcome *outcome, struct arena *arena);

/* The parts that cost time of their own, for callers that need only some (indicator_parts says which): those that are not
 * asked for stay empty. Ledgers, tallies and welfare are always there. */
enum measured {
  MEASURED_CONCENTRATION = 1 << 0,
  MEASURED_PAYMENTS = 1 << 1,
  MEASURED_BUDGET = 1 << 2,
  MEASURED_SUPPORT = 1 << 3,
  MEASURED_REST = 1 << 4, /* projects, balance, score */
  MEASURED_ALL = (1 << 5) - 1
};
[[nodiscard]] const struct metrics *metrics_compute_some(const struct outcome *outcome, unsigned parts,
                                                         struct arena *arena);

/* The period in which effects of policies are shown: eleven years on, because plants need time; else the last. */
int effects_period(const struct outcome *outcome);
#endif
