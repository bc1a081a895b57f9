/* finance/offtake.h - a plant whose buyer guarantees its yearly earnings (EBITDA): advances, true-up, excess,
 * reimbursement.
 *
 * Earnings before the guarantee count what is sold commercially; what the buyer takes it pays at cost, so it adds
 * none. Formulas F31 to F33 of docs/finance.md.
 */
#ifndef FINANCE_OFFTAKE_H
#define FINANCE_OFFTAKE_H

struct guarantee_of_earnings {
  double threshold_usd; /* of year 1 */
  double escalator;     /* per year */
  int years;
  double advance_share;         /* of the year's threshold, each quarter */
  double first_excess_usd;      /* the first so much above the threshold ... */
  double first_excess_to_buyer; /* ... of which this share goes to the buyer */
  double rest_to_buyer;         /* share of the rest */
  double reimbursement_cap_usd; /* incremental costs, per year */
};

/* F31: the threshold of contract year 1, 2, ... ; and its sum: the most that is owed if nothing is sold. */
double earnings_threshold(const struct guarantee_of_earnings *terms, int year);
double earnings_threshold_total(const struct guarantee_of_earnings *terms);
double earnings_advance(const struct guarantee_of_earnings *terms, int year); /* per quarter */

/* F32: a year settled. advances - true_up_usd = support_usd, so a positive true-up is paid back. */
struct earnings_settlement {
  double threshold_usd;
  double advances_usd;
  double support_usd;    /* top-up to the threshold */
  double true_up_usd;    /* back to the buyer at year end */
  double reimbursed_usd; /* incremental costs, up to the cap */
  double excess_to_buyer_usd, excess_to_plant_usd;
  double plant_earnings_usd; /* threshold plus the plant's share of an excess; never below the threshold */
};
struct earnings_settlement earnings_settle(const struct guarantee_of_earnings *terms, int year, double earnings_usd,
                                           double incremental_costs_usd);

/* F33: the threshold as a price per kg of magnet at full output. */
double earnings_per_kg(const struct guarantee_of_earnings *terms, int year, double kg);
#endif
