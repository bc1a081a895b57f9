/* metrics/payments.h - what each instrument moved: who paid, who received, how much, by period. */
#ifndef METRICS_PAYMENTS_H
#define METRICS_PAYMENTS_H
#include "model/ledger.h"
#include "model/outcome.h"

struct payment { /* one kind of payment of one instrument */
  int instrument;
  enum account_kind payer, payee; /* kinds: parties of the same kind are taken together */
  int payer_index, payee_index;   /* the party where all postings share it, else -1 */
  const char *reason;
  double *kusd_per_year;       /* [periods] */
  double *quantity_t_per_year; /* [periods] */
};

struct payments {
  int count;
  struct payment *rows;           /* by instrument, then in the order of first posting */
  double *wedges_kusd_per_year;   /* [periods] gross: what calibration wedges move */
  double *turnover_kusd_per_year; /* [periods] all purchases of goods */
};

[[nodiscard]] struct payments payments_sum(const struct outcome *outcome, const struct ledger *ledgers,
                                           struct arena *arena);

/* Is the payment part of a figure in force (a cost, a tax rate), rather than a term of its own in a condition? */
bool posting_in_figures(const struct posting *posting);

/* "government of china", "holders of rents of us-tariff": a party in the user's words. */
const char *account_name(const struct network *network, struct account account, struct arena *arena);
const char *account_kind_name(enum account_kind kind);
#endif
