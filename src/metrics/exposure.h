/* metrics/exposure.h - single points of failure: plants through which much of a product passes that is made outside the
 * region where most of it is made.
 *
 * What passed a plant is traced by content through recipes and flows of one year, so a mine counts for the magnets made
 * of its ore. Others that would step in are not considered: this is what stands still first, not what a year later
 * is missing. Oxides, metals, alloys and magnets are looked at. A row without an owner stands for many plants and is
 * left out, unless no row names one.
 */
#ifndef METRICS_EXPOSURE_H
#define METRICS_EXPOSURE_H
#include "metrics/base_year.h"
#include "model/outcome.h"

struct exposure {
  int material, dominant; /* region that makes most of it */
  int facility;
  double share;      /* of what is made of the material elsewhere */
  double outside;    /* t/y made elsewhere */
  double worth_kusd; /* of what passed the plant, at base prices */
};
struct exposures {
  int count;
  const struct exposure *rows; /* largest worth first */
};

/* Only shares of at least `limit`. */
[[nodiscard]] struct exposures exposures_of_base(const struct base_year *base, double limit, struct arena *arena);
[[nodiscard]] struct exposures exposures_of_period(const struct outcome *outcome, int p, double limit,
                                                   struct arena *arena);
#endif
