/* metrics/stocks_left.h - what the goods are worth that lie in public and private stores when a run ends.
 *
 * Tonnes at the end of the last period, at that period's price where they lie, less SALE_DISCOUNT: whoever sells a
 * whole store at once moves the price against himself. Present value at the scenario's rate, million USD, real. Without
 * it a policy that buys goods looks as if it had burnt them.
 */
#ifndef METRICS_STOCKS_LEFT_H
#define METRICS_STOCKS_LEFT_H
#include "model/outcome.h"

/* A guess; range 0 (sold over years) to 0.3 (sold at once). */
#define SALE_DISCOUNT 0.1

struct stocks_left {
  double *governments; /* [regions] in stores of public agencies with a region behind them */
  double agencies;     /* the same, no region is named */
  double firms;        /* stocks that a contract pays firms to hold, and private stocks */
};
[[nodiscard]] struct stocks_left stocks_left_compute(const struct outcome *outcome, struct arena *arena);
#endif
