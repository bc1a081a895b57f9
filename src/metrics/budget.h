/* metrics/budget.h - what policies cost one government by fiscal year, in nominal money.
 *
 * Contracts are on a cash basis: a year's payments are spread over the time in which the contract was in force, and
 * fall due a quarter later. Taxes and tariffs are received as they arise. Loans and guarantees are on a credit basis
 * (Federal Credit Reform Act of 1990): their outlay is the subsidy, booked when the contract begins; what the public
 * lends and gets back is financing, and stands apart. Fair value is beside it: the same flows with a premium for market
 * risk. A kind says its basis (model/instruments.h); an instrument's fiscal_basis overrides it. Fiscal years begin in
 * the region's fiscal_year_start_month and are named by the year in which they end.
 */
#ifndef METRICS_BUDGET_H
#define METRICS_BUDGET_H
#include "finance/subsidy.h"
#include "model/ledger.h"
#include "model/outcome.h"

enum budget_basis { BUDGET_CASH, BUDGET_TAX, BUDGET_CUSTOMS, BUDGET_CREDIT };
enum { budget_bases = BUDGET_CREDIT + 1 };
const char *budget_basis_name(enum budget_basis basis);

struct budget_line {
  int instrument; /* -1: the data's own taxes and tariffs */
  enum budget_basis basis;
  double *outlay_musd;     /* [years] nominal */
  double *receipt_musd;    /* [years] nominal */
  double *financing_musd;  /* [years] credit alone: lent less repaid, nominal, outside the outlays */
  double *discretion_musd; /* [years] nominal: what the payee's own elections may move, best for it less worst */
  struct credit_subsidy subsidy, fair_value; /* credit alone: with its parts, USD at the start */
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

/* Market risk that fair value counts and the budget does not: a year, on top of Treasury rates. A guess; the range of
 * published estimates for loans to firms is about 0.01 to 0.05 (docs/finance.md). */
#define FAIR_VALUE_PREMIUM 0.03

[[nodiscard]] struct budget budget_compute(const struct outcome *outcome, const struct ledger *ledgers, int region,
                                           struct arena *arena);

/* The region whose instruments pay most through public agencies; where none pays, the first that promises a sum for
 * plants; -1: none does. */
int budget_region(const struct outcome *outcome, const struct ledger *ledgers, struct arena *arena);
#endif
