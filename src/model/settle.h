/* model/settle.h - one carried-out period as payments: the skeleton of the market, and every instrument on it.
 *
 * Goods pass through the clearing account of their node, which closes when the node's balance and the complementarity
 * of its price hold. Traders keep the rent of a limited arc, half of what rising transport cost brings in, and, on
 * sales of owners with conduct, the mark-up. (docs/theory.md, section 9)
 */
#ifndef MODEL_SETTLE_H
#define MODEL_SETTLE_H
#include "model/ledger.h"
#include "model/outcome.h"

/* Posts everything that was paid in period p. */
void outcome_settle(const struct outcome *outcome, int p, struct ledger *ledger);
#endif
