/* metrics/budget.h - what policies cost one government by fiscal year, in nominal money.
 *
 * Contracts are on a cash basis: a year's payments are spread over the time in which the contract was in force, and
 * fall due a quarter later. Taxes and tariffs are received as they arise. Fiscal years begin in the region's fiscal_year_start_month and are named by the year in
 * which they end.
 */
#ifndef METRICS_BUDGET_H
#define METRICS_BUDGET_H
#include "model/ledger.h"
#include "model/outcome.h"

enum budget_basis { BUDGET_CASH, BUDGET_TAX, BUDGET_CUSTOMS };

struct budget_line {
  int instrument; /* -1: the data's own taxes and tariffs */
  enum budget_basis basis;
  double *outlay_musd;  /* [years] nominal */
  double *receipt_musd; /* [years] nominal */
};

struct budget {
  int region; /* whose; -1: nobody pays or receives anything */
  int first_year, years_count;
  int lines_count;
  const struct budget_line *lines;
  double *outlay_musd, *receipt_musd; /* [years] sums over the instruments; the data's own taxes apart */
  double present_value_musd;          /* of outlays less receipts of instruments, real, at the scenario's rate */
  double support_present_value_musd;  /* the same of contracts and credits alone: customs duties stand apart */
};

[[nodiscard]] struct budget budget_compute(const struct outcome *outcome, const struct ledger *ledgers, int region,
                                           struct arena *arena);

/* The region whose instruments pay most through public agencies; -1: none does. */
int budget_region(const struct outcome *outcome, const struct ledger *ledgers, struct arena *arena);
#endif
