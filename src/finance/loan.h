/* finance/loan.h - who owes what when on a loan: draws, interest, principal, fees, balance, by period.
 *
 * Period k runs from date k - 1 to date k; arrays have periods + 1 places, place 0 is closing. A draw falls at a
 * date and bears interest from the next period on. Interest of a period is rate / periods_per_year times the balance
 * at its start (a nominal yearly rate). Formulas F5 to F8 of docs/finance.md.
 *
 *   level      equal payments; where the rate floats the payment is set anew each period for the time that is left
 *   bullet     interest only, principal at the end
 *   equal      equal principal
 *   sculpted   payments proportional to the cash available for debt service; principal is negative in a period whose
 *              share does not cover its interest
 *
 * Default is no matter of this file: finance/subsidy.h costs it.
 */
#ifndef FINANCE_LOAN_H
#define FINANCE_LOAN_H
#include "base/arena.h"
#include "base/error.h"

enum loan_shape { LOAN_LEVEL, LOAN_BULLET, LOAN_EQUAL, LOAN_SCULPTED };

/* Zero means: level, yearly payments, no grace, no fee. */
struct loan_terms {
  double principal_usd;    /* the commitment */
  double rate_per_year;    /* nominal; the spread over base_rate where one is given */
  int periods_per_year;    /* 1, 2, 4 or 12; 0 is 1 */
  int tenor_periods;       /* closing to the last payment */
  int grace_periods;       /* no principal is due in these */
  int capitalised_periods; /* interest of these is added to the balance; they are periods of grace too */
  enum loan_shape shape;
  double upfront_fee;          /* share of the commitment, paid at closing */
  double ticking_fee_per_year; /* share of what is committed and not drawn, each period */
};

/* Paths of period dates, any of them NULL. */
struct loan_paths {
  const double *draw_share; /* [tenor] shares of the commitment drawn at dates 0 .. tenor - 1; NULL: all at closing */
  const double
      *base_rate; /* [tenor + 1] yearly base rate that period k pays, place 0 unused; NULL: the rate is fixed */
  const double *available_usd; /* [tenor + 1] cash available for debt service; needed by LOAN_SCULPTED, else unused */
};

struct loan_schedule {
  int periods, periods_per_year;
  /* [periods + 1], USD */
  double *draw;
  double *interest;    /* due, paid or capitalised */
  double *capitalised; /* the part of it that is added to the balance */
  double *principal;   /* repaid */
  double *fee;
  double *balance; /* after the draws and payments of the date */
};

/* What is wrong with the terms, in the words of their fields; true if nothing. */
bool loan_check(const struct loan_terms *terms, const struct loan_paths *paths, struct error *error);

/* The terms must pass loan_check. paths may be NULL. */
struct loan_schedule loan_schedule(const struct loan_terms *terms, const struct loan_paths *paths, struct arena *arena);

/* Cash from the borrower at date k: interest not capitalised, principal and fee. */
double loan_payment(const struct loan_schedule *schedule, int k);

/* Present values at closing, at an effective yearly rate: of the payments, of the draws. */
double loan_payments_value(const struct loan_schedule *schedule, double rate_per_year);
double loan_draws_value(const struct loan_schedule *schedule, double rate_per_year);

/* F8: the grant in a cheap loan, USD: draws minus payments, both at the yearly effective rate a private lender would
 * ask. */
double loan_grant_element(const struct loan_schedule *schedule, double private_rate_per_year);
#endif
