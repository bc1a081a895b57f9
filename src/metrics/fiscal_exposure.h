/* metrics/fiscal_exposure.h - what a government has promised at most, and what its own books gain when prices move.
 *
 * Of a sum promised for plants only what is drawn counts; the rest is told apart.
 * It is payer, shareholder and tariff setter at once: the figures say which way its own interest pulls.
 */
#ifndef METRICS_FISCAL_EXPOSURE_H
#define METRICS_FISCAL_EXPOSURE_H
#include "model/ledger.h"
#include "model/outcome.h"

struct fiscal_exposure {
  double *gross_musd; /* [instruments] nominal, all years: owed if the index fell to nothing, plants sold
                                * nothing else and loans were not repaid; 0 where the region pays nothing */
  double gross_total_musd;
  double *not_drawn_musd; /* [instruments] nominal: promised for plants that nobody orders, and so never paid out */
  double not_drawn_total_musd;
  double per_usd_musd; /* saved a year for each USD/kg on the index, nominal, mean over the years that pay */
  double
      per_ten_points_musd; /* a year: ten more points of tariff on what tariffs of deals and policies bear already, at
                                * unchanged flows, in the first year of the effects; real */
};

/* period: the one for which the tariff is reckoned. */
[[nodiscard]] struct fiscal_exposure fiscal_exposure_compute(const struct outcome *outcome,
                                                             const struct ledger *ledgers, int region, int period,
                                                             struct arena *arena);
#endif
