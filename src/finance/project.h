/* finance/project.h - a plant's money by year (or quarter): cash, tax, debt service, cover, returns, what it can
 * borrow and for how long it can wait.
 *
 * Arrays have `periods` places; period 0 is the one of the decision. Nominal USD throughout. Formulas F61 to F69 of
 * docs/finance.md.
 */
#ifndef FINANCE_PROJECT_H
#define FINANCE_PROJECT_H
#include <stdbool.h>

#include "base/arena.h"
#include "finance/cash.h"

/* NULL arrays are zero. */
struct project {
  int periods, periods_per_year;
  const double *revenue, *support;    /* support: floors, credits, advances */
  const double *cost;                 /* operating */
  const double *capital;              /* spent on the plant */
  const double *depreciation;         /* for tax */
  const double *draw;                 /* of debt */
  const double *interest, *principal; /* paid, and repaid */
  double tax_rate;                    /* losses are carried forward without limit */
  double discount_rate;               /* effective yearly, for net present values */
  double covenant_cover;              /* least debt service cover that lenders allow; 0: none */
  double cash_at_start;
};

struct project_result {
  int periods;
  double *tax, *available; /* cash available for debt service: revenue + support - cost - tax */
  double *cover;           /* DSCR: available over interest and principal; INFINITY where nothing is due */
  double *loan_life_cover; /* LLCR: value of available while debt is left, at its interest rate, over the debt */
  double *equity;          /* to owners: available - capital + draw - debt service */
  double *cash;            /* cash_at_start and all equity flows so far */
  double *debt;            /* after the period */
  double project_npv, equity_npv;
  struct irr project_irr, equity_irr; /* per period */
  double least_cover, least_loan_life_cover;
  int breaches; /* periods with debt service whose cover is below the covenant */
  bool liquid;  /* cash never below zero */
};
struct project_result project_run(const struct project *project, struct arena *arena);

/* F66: months a plant that earns nothing lasts from the start of period `from`: cash at hand against costs and debt
 * service as they fall due; INFINITY if it outlasts the periods. */
double project_months_of_delay(const struct project *project, int from, double cash);

/* F67: debt that a stream of cash carries at a cover, sculpted: sum of available[k] / cover, k = 1 .. periods,
 * discounted at the loan's rate per period. available[0] is not used. */
double debt_capacity(const double *available, int periods, double rate, double cover);

/* F68: the same for a producer of kg[k] at cost[k] USD: at a low price for lenders (the one exceeded in 90 % of
 * cases), and with a floor under it. Less than nothing counts as nothing. */
struct floor_capacity {
  double without_usd, with_usd;
};
struct floor_capacity debt_capacity_with_floor(const double *kg, const double *cost, const double *low_price,
                                               int periods, double floor, double rate, double cover);

/* F69: own margin after support has ended: revenue less cost over revenue; negative: the plant does not stand alone. */
double graduation_margin(double revenue, double cost);
#endif
