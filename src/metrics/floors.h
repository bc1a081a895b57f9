/* metrics/floors.h - prices that a government tops up to: from which price on a floor costs nothing, and what it
 * bought. */
#ifndef METRICS_FLOORS_H
#define METRICS_FLOORS_H
#include "model/ledger.h"
#include "model/outcome.h"

struct price_floor {
  int instrument;
  int material, region;       /* of the index; -1: what is sold, where it is sold */
  int first, last;            /* periods, the first and the last that it is in force in */
  double *nominal_usd_per_kg; /* [periods] of the index as the contract quotes it: at this price and above a settlement
                               * pays nothing; NAN where it is not in force */
  double paid_musd;           /* present value */
  double bought; /* share of it that went to output that was not there without, 0..1; NAN: nothing was paid */
};
struct price_floors {
  int count;
  const struct price_floor *items; /* in the order of the instruments; those in force in some period */
};

/* Of the floors that a region's agencies pay. without: the same data without the policies, or NULL: then nothing is
 * said of what was bought. */
[[nodiscard]] struct price_floors price_floors_of(const struct outcome *outcome, const struct ledger *ledgers,
                                                  int region, const struct outcome *without, struct arena *arena);
#endif
