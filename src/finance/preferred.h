/* finance/preferred.h - convertible preferred stock with dividends in kind, and warrants beside it.
 *
 * Formulas F34 to F37 of docs/finance.md. Prices in USD per share; no dilution protection, no cap on ownership.
 */
#ifndef FINANCE_PREFERRED_H
#define FINANCE_PREFERRED_H

struct preferred_terms {
  double stated_usd;        /* paid in */
  double dividend_per_year; /* in kind: added to the stated value */
  int compounding_per_year;
  double conversion_usd_per_share;
  double warrants;             /* shares that may be bought ... */
  double strike_usd_per_share; /* ... at this price */
  double warrant_years;
};

/* F34: stated value after so many years (a fraction is fine), and the shares it converts into. */
double preferred_value(const struct preferred_terms *terms, double years);
double preferred_shares(const struct preferred_terms *terms, double years);

/* F35: what the holder has at a share price: the better of stated value and shares; the warrant exercised. */
double preferred_converted(const struct preferred_terms *terms, double years, double share_price);
double preferred_payoff(const struct preferred_terms *terms, double years, double share_price);
double warrant_intrinsic(const struct preferred_terms *terms, double share_price);

/* F36: the holder's share of the company, all converted at the start: of the shares before the issue (how a limit
 * may be written) and after it. outstanding: shares of the others. */
double preferred_share_before(const struct preferred_terms *terms, double outstanding);
double preferred_share_after(const struct preferred_terms *terms, double outstanding);

/* F37: the warrant before its term ends, by Black's formula on the share's forward (no dividends; rate continuous). */
double warrant_value(const struct preferred_terms *terms, double years, double share_price, double rate,
                     double volatility);
#endif
