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

/* The parts that cost time of their own, for callers that need only some: those that are not asked for stay empty.
 * Tallies and welfare are always there. Unless the rest is asked for, ledgers hold only what was paid under instruments
 * or by and to governments and public agencies, and payments know neither turnover nor wedges (NULL). */
enum measured_part {
  MEASURED_CONCENTRATION = 1 << 0,
  MEASURED_PAYMENTS = 1 << 1,
  MEASURED_BUDGET = 1 << 2,
  MEASURED_SUPPORT = 1 << 3,
  MEASURED_REST = 1 << 4, /* projects, balance, score */
  MEASURED_ALL = (1 << 5) - 1
};
struct measured {
  unsigned parts;           /* of MEASURED_... */
  const bool *concentrated; /* [periods of the scenario] whose concentrations are asked for; NULL: all. The others are
                             * empty: their arrays are NULL */
};
[[nodiscard]] const struct metrics *metrics_compute_some(const struct outcome *outcome, const struct measured *wanted,
                                                         struct arena *arena);

/* The period in which effects of policies are shown: eleven years on, because plants need time; else the last. */
int effects_period(const struct outcome *outcome);
#endif
