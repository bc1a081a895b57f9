/* finance/payoff.h - what contracts pay per kilogram, as straight pieces of a settlement price, and what to expect of
 * it inside a period. USD/kg, positive to the producer.
 *
 * The one place of these formulas: the rows and the ledger of the market model, settlements by quarter and values on
 * price processes all take them from here. A contract is settled several times a period at prices that scatter around
 * the period's mean: `dispersion` is the standard deviation of their logarithm, as finance/option.h reads it, and the
 * lognormal is cut into intervals, each at its own mean, with a cut at the mean of all. So a kink becomes a sum of
 * kinks; a strike on a cut is exact (at the money: 5.26 USD/kg of 110 at 12 %), between cuts a little is left out.
 * Formulas F21 to F24 and F17 of docs/finance.md.
 */
#ifndef FINANCE_PAYOFF_H
#define FINANCE_PAYOFF_H

enum payoff_shape {
  PAYOFF_BELOW,     /* max(0, strike - p) */
  PAYOFF_ABOVE,     /* max(0, p - strike) */
  PAYOFF_DIFFERENCE /* strike - p */
};
struct payoff_piece {
  enum payoff_shape shape;
  double coefficient, strike;
};
enum { payoff_pieces_max = 4 };
struct payoff {
  int count;
  struct payoff_piece pieces[payoff_pieces_max];
  double constant;
};

struct collar_terms {
  double floor, ceiling, share;
};
struct payoff payoff_floor(double floor);                      /* F21 */
struct payoff payoff_upside(double share, double trigger);     /* F22: what the producer gives up, negative */
struct payoff payoff_two_way(double strike);                   /* F23 */
struct payoff payoff_collar(const struct collar_terms *terms); /* F24 */
/* Each piece ends where it has come to `most` USD/kg, either way. At most half of the pieces may be taken. */
struct payoff payoff_capped(struct payoff payoff, double most);

/* At one settlement price. */
double payoff_value(const struct payoff *payoff, double price);

/* Settlement prices of a period over its mean, with their probabilities. */
enum { settlement_intervals = 12, settlement_seasons_max = 4 };
struct settlement_prices {
  int count;
  double ratio[settlement_intervals * settlement_seasons_max], weight[settlement_intervals * settlement_seasons_max];
};
/* season[seasons]: prices of the parts of the period over their mean, NULL where seasons is 0: all 1. */
struct settlement_prices settlement_prices(double dispersion, const double *season, int seasons);

/* F17: expected over the settlement prices of a period with that mean, and how that changes with the mean. */
double payoff_expected(const struct payoff *payoff, const struct settlement_prices *prices, double mean);
double payoff_expected_slope(const struct payoff *payoff, const struct settlement_prices *prices, double mean);
#endif
