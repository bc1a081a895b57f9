/* metrics/support.h - public money to plants: to whom, at which stage, for what that would have happened anyway.
 *
 * Support is what public agencies (and governments, through credits) pay to facilities, less what these pay back
 * under the same instruments. Money is real, thousand USD a year by period, or million USD of present value.
 */
#ifndef METRICS_SUPPORT_H
#define METRICS_SUPPORT_H
#include "model/ledger.h"
#include "model/outcome.h"

enum { support_stages = STAGE_OTHER + 1 };

struct support {
  int periods_count, facilities_count;
  double *net_kusd_per_year;                 /* [periods x facilities] */
  double *present_value_musd;                /* [facilities] */
  double total_musd;                         /* present value, positive facilities only */
  double by_stage_musd[support_stages];      /* present value of support */
  double rent_by_stage_musd[support_stages]; /* present value of what scarce capacity earns at plants of that stage */
  int largest_owner;                         /* -1: nobody is supported */
  double largest_share;                      /* of the total */
  double herfindahl;                         /* of shares by owner, 0..10,000; plants without an owner stand alone */
};

/* region: only what that region's government and agencies pay; -1: all. */
[[nodiscard]] struct support support_compute(const struct outcome *outcome, const struct ledger *ledgers, int region,
                                             struct arena *arena);
/* The same, of one instrument alone. */
[[nodiscard]] struct support support_by_instrument(const struct outcome *outcome, const struct ledger *ledgers,
                                                   int region, int instrument, struct arena *arena);

/* Share of the support of `with` that bought no further output: by plant and period min(1, output without / output
 * with); before a plant runs, that of all its output; 1 where it never runs. 0..1; NAN where nothing is paid. Both runs
 * have the same facilities. */
double support_inframarginal(const struct support *support, const struct outcome *with, const struct outcome *without);

/* USD/kg of product, mean over the periods after the last one in which the plant was supported: receipts from goods
 * less inputs and running cost. Negative: it does not stand on its own. NAN: supported to the end, or not running. */
double support_margin_after(const struct support *support, const struct outcome *outcome, const struct ledger *ledgers,
                            int facility);

/* Present value, million USD real at the scenario's rate and from its base year on, of a yearly flow during a
 * period. */
double present_value_musd(const struct outcome *outcome, int p, double kusd_per_year);

/* t/y of product of a facility in a period. */
double facility_output(const struct outcome *outcome, int p, int facility);
#endif
