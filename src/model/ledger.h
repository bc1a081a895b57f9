/* model/ledger.h - who pays whom: postings, each with a payer, a payee, a reason and a period.
 *
 * Amounts are thousand USD a year, real. Every purchase and sale of a good goes through the clearing account of its
 * node, which must close to zero when the node's balance holds (market.md calls this the skeleton); traders, links
 * and stores are accounts too, so that no dollar disappears.
 */
#ifndef MODEL_LEDGER_H
#define MODEL_LEDGER_H
#include "base/arena.h"

enum account_kind {
  ACCOUNT_NODE,       /* clearing of a node: index = node */
  ACCOUNT_FACILITY,   /* firm, by facility */
  ACCOUNT_CONSUMER,   /* consumers, by consumer */
  ACCOUNT_TRADER,     /* by arc */
  ACCOUNT_STORE,      /* private stockholder, by store */
  ACCOUNT_GOVERNMENT, /* by region */
  ACCOUNT_AGENCY,     /* public buyer or payer behind an instrument: index = instrument */
  ACCOUNT_RESOURCES,  /* factor suppliers: real cost of production, freight, storage; index 0 */
  ACCOUNT_RENT,       /* holders of quota and licence rents, by instrument */
  ACCOUNT_WEDGE,      /* calibration wedges; index 0 */
  ACCOUNT_OUTSIDE     /* parties outside the model (a seller, a price deck's rest of the world), index 0 */
};
struct account {
  enum account_kind kind;
  int index;
};
struct posting {
  struct account payer, payee;
  int instrument; /* or -1 */
  double kusd_per_year, quantity_t_per_year;
  const char *reason; /* a literal: "output", "input", "tariff", "freight", "capacity rent" ... */
};
struct ledger {
  struct arena *arena;
  int count, capacity;
  struct posting *postings;
};
struct ledger ledger_new(struct arena *arena);
/* Room for so many postings at once: nothing is copied until they are exceeded. */
void ledger_reserve(struct ledger *ledger, int capacity);
/* Negative amounts are turned round. Zero amounts are dropped: of what may be posted most are. */
static inline void ledger_post(struct ledger *ledger, struct account payer, struct account payee, int instrument,
                               double kusd_per_year, double quantity_t_per_year, const char *reason);
/* Receipts minus payments of an account. */
double ledger_net(const struct ledger *ledger, struct account account);

/* ---- inside ---- */

void ledger_add(struct ledger *ledger, struct account payer, struct account payee, int instrument, double kusd_per_year,
                double quantity_t_per_year, const char *reason); /* of an amount that is not zero */

static inline void ledger_post(struct ledger *ledger, struct account payer, struct account payee, int instrument,
                               double kusd_per_year, double quantity_t_per_year, const char *reason)
{
  if (kusd_per_year != 0) ledger_add(ledger, payer, payee, instrument, kusd_per_year, quantity_t_per_year, reason);
}
#endif
