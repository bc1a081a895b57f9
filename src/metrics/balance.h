/* metrics/balance.h - does everything add up? Tonnes at every node, elements in every activity, dollars in every
 * account, and the value of every active basket. Recomputed from the outcome, not taken from the solver.
 */
#ifndef METRICS_BALANCE_H
#define METRICS_BALANCE_H
#include "model/ledger.h"
#include "model/outcome.h"

struct balance_worst {
  double relative; /* the largest gap over what went through */
  int index;       /* node or activity, -1 where nothing was measured */
  int period;
};

struct balance {
  struct balance_worst mass;   /* node: inflow against outflow and disposal, over throughput. As a node holds one
                                * material, this is also the balance of each of its elements */
  struct balance_worst value;  /* activity: worth of its outputs against inputs, cost, rents and payments */
  struct balance_worst ledger; /* node: receipts of its clearing account against payments, over turnover */
  struct balance_worst gain;   /* activity: an element that leaves it but did not enter, over what left. A fault of
                                * the data, not of the solution; -1 where there is none */
  const char *gain_element;
};

[[nodiscard]] struct balance balance_check(const struct outcome *outcome, const struct ledger *ledgers,
                                           struct arena *arena);
#endif
