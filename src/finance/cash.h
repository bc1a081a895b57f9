/* finance/cash.h - what money at different dates is worth today, and the rate that a project yields.
 *
 * Rates are effective per period: 0.05 is 5 % a period. flow[k] falls at the end of period k; flow[0] is now and is not
 * discounted. Formulas F1 to F4 of docs/finance.md; any text on corporate finance has them.
 */
#ifndef FINANCE_CASH_H
#define FINANCE_CASH_H

/* (1 + rate)^-time, rate > -1; time in the periods of the rate, a fraction is fine. */
double cash_discount(double rate, double time);

/* F1: the sum of flow[k] (1 + rate)^-k, k = 0 .. count - 1. */
double cash_present_value(const double *flow, int count, double rate);

/* F2: the present value of 1 at the end of each of so many periods; at rate 0 their number. */
double cash_annuity(double rate, double periods);

/* F3: the level payment that repays 1 over so many periods: the capital recovery factor, 1 / F2. */
double cash_recovery(double rate, double periods);

/* F4: the rates at which the present value of the flows is zero. A series whose sign changes once has exactly one;
 * with no change it has none. Otherwise every crossing between -99 % and 10,000 % a period is looked for on a grid
 * of rates: `count` says how many there are, `rate` is the lowest. With several there is no such thing as the yield
 * of the project, and the caller says so. */
enum irr_status { IRR_NONE, IRR_ONE, IRR_SEVERAL };
struct irr {
  enum irr_status status;
  double rate; /* NaN with IRR_NONE */
  int count;
};
struct irr cash_irr(const double *flow, int count);
#endif
