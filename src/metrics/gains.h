/* metrics/gains.h - two runs of the same data, one with a policy and one without: who gains, who pays for it.
 *
 * Present values, million USD, real, at the first run's discount rate, over the periods both have.
 */
#ifndef METRICS_GAINS_H
#define METRICS_GAINS_H
#include "metrics/metrics.h"

struct gains {
  int regions_count;
  double *users, *firms, *governments; /* [regions] change of each party's surplus */
  double agencies, traders, stockholders, rents, outside, wedges;
  double supported; /* change of what supported plants earn, support included */
  double rivals;    /* change of what plants without support earn, anywhere but in the dominant region */
  double dominant;  /* the same of plants in the dominant region */
  double public_stocks, private_stocks; /* change of what lies in stores when the runs end (metrics/stocks_left.h) */
  double total;         /* of all parties, those goods included: what the policy creates, less what it wastes */
  double inframarginal; /* share of the support that went to output which was there without it; NAN: no support */
};

/* Each outcome with its metrics; dominant: a region, or -1. The runs must have the same regions and facilities. */
[[nodiscard]] struct gains gains_between(const struct outcome *with, const struct metrics *with_metrics,
                                         const struct outcome *without, const struct metrics *without_metrics,
                                         int dominant, struct arena *arena);

/* The same data tables, row by row: differences of the two make sense. */
bool gains_comparable(const struct outcome *with, const struct outcome *without);
#endif
