/* metrics/welfare.h - who is how well off: surplus of users, firms, governments and the rest, by region and period.
 *
 * From the ledger alone, except for what goods are worth to their users, which is the area under their demand curves.
 * Levels depend on where a demand curve is taken to begin; differences between two runs of the same data do not. Sums
 * over all parties change by what a policy creates or destroys; everything else is transfer. (theory, section 9)
 */
#ifndef METRICS_WELFARE_H
#define METRICS_WELFARE_H
#include "model/ledger.h"
#include "model/outcome.h"

struct welfare { /* of one period; thousand USD a year, real */
  int regions_count;
  double *users;       /* [regions] worth of what they use, less what they pay */
  double *firms;       /* [regions] receipts less payments of the plants there, capital outlays included */
  double *governments; /* [regions] taxes, tariffs and payments; public agencies whose payer is that region included */
  double agencies;     /* public payers that name no region of the data */
  double traders, stockholders, rents, outside;
  double wedges; /* what calibration wedges take: costs the data do not explain */
};

[[nodiscard]] struct welfare welfare_period(const struct outcome *outcome, int p, const struct ledger *ledger,
                                            struct arena *arena);
double welfare_total(const struct welfare *welfare); /* over all parties */

/* Worth of d t/y to a segment: the area under its demand curve up to d, thousand USD a year. Isoelastic demand without
 * a choke counts from a hundredth of its reference quantity. */
double demand_worth(const struct consumer_terms *terms, double d);

/* The region whose government stands behind an instrument: its `government`, else the region by whose id or name its
 * payer begins. -1: none. */
int instrument_payer_region(const struct dataset *dataset, const struct instrument *instrument);
#endif
