/* finance/subsidy.h - what a loan or a guarantee costs the government, by the rule of the Federal Credit Reform Act
 * of 1990 (2 U.S.C. 661a(5)): the present value at closing of what it expects to pay less what it expects to
 * receive, at Treasury rates of the flow's maturity, administration left out. Fair value is the same sum with a
 * premium for market risk on top of the rates (Congressional Budget Office, publication 53886). Estimated once: no
 * reestimates. Formulas F9 to F13 of docs/finance.md.
 *
 * Default: each period a share of the loans that are still alive fails to pay, for good; what is recovered, at the
 * same date, is a share of the balance before that payment. Draws end with the loan.
 */
#ifndef FINANCE_SUBSIDY_H
#define FINANCE_SUBSIDY_H
#include "finance/loan.h"

/* Zero-coupon yields, effective yearly; straight lines between the years, flat beyond. One point is a flat curve. */
struct yield_curve {
  int count;
  const double *years, *rate; /* years ascending */
};
double yield_at(const struct yield_curve *curve, double years);

struct credit_risk {
  double default_per_year; /* of the loans alive, 0 .. 1 */
  double recovery;         /* of the balance before the missed payment, 0 .. 1 */
};

/* USD at closing, positive is a cost to the government. The four parts are those of OMB Circular A-11, section 185,
 * and add up: interest is the cost of a sound loan at its terms without fees, defaults what default adds net of
 * recoveries, fees and other (warrants, equity received) what comes in beside. */
struct credit_subsidy {
  double defaults_usd, interest_usd, fees_usd, other_usd;
  double total_usd;
  double disbursed_usd; /* present value of the expected draws (of the guaranteed loan) */
  double rate;          /* total over disbursed */
};

/* other_usd[periods + 1]: expected receipts beside the loan, by date; NULL for none. premium 0 is the budget's
 * figure. */
struct credit_subsidy loan_subsidy(const struct loan_schedule *schedule, const struct credit_risk *risk,
                                   const struct yield_curve *treasury, double premium, const double *other_usd);

/* The guarantor pays cover times the balance when the loan fails and keeps the same share of what is recovered. It
 * is paid the fees of the schedule, and fee_per_year times the guaranteed balance at the start of each period. */
struct guarantee_terms {
  double cover;
  double fee_per_year;
};
struct credit_subsidy guarantee_subsidy(const struct loan_schedule *schedule, const struct guarantee_terms *terms,
                                        const struct credit_risk *risk, const struct yield_curve *treasury,
                                        double premium);

/* The subsidy of a contract of which only a share is drawn: every sum times the share, the rate as it is. */
struct credit_subsidy subsidy_share(struct credit_subsidy subsidy, double share);

/* What an appropriation for subsidy carries at a rate: 500 M USD at 0.5 % are 100 bn USD of loans. */
double subsidy_lending(double appropriation_usd, double subsidy_rate);
#endif
