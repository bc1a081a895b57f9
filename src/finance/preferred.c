/* finance/preferred.c - a preferred that grows in kind, converted or redeemed at the end of a holding. */
#include <math.h>

#include "finance/option.h"
#include "finance/preferred.h"

double preferred_value(const struct preferred_terms *terms, double years)
{
  const double n = terms->compounding_per_year;
  return terms->stated_usd * pow(1 + terms->dividend_per_year / n, n * years);
}

double preferred_shares(const struct preferred_terms *terms, double years)
{
  return preferred_value(terms, years) / terms->conversion_usd_per_share;
}

double preferred_converted(const struct preferred_terms *terms, double years, double share_price)
{
  return preferred_shares(terms, years) * share_price;
}

double preferred_payoff(const struct preferred_terms *terms, double years, double share_price)
{
  return fmax(preferred_value(terms, years), preferred_converted(terms, years, share_price));
}

double warrant_intrinsic(const struct preferred_terms *terms, double share_price)
{
  return terms->warrants * fmax(0, share_price - terms->strike_usd_per_share);
}

double preferred_share_before(const struct preferred_terms *terms, double outstanding)
{
  return (preferred_shares(terms, 0) + terms->warrants) / outstanding;
}

double preferred_share_after(const struct preferred_terms *terms, double outstanding)
{
  const double held = preferred_shares(terms, 0) + terms->warrants;
  return held / (outstanding + held);
}

double warrant_value(const struct preferred_terms *terms, double years, double share_price, double rate,
                     double volatility)
{
  const double left = fmax(0, terms->warrant_years - years);
  const double forward = share_price * exp(rate * left);
  return terms->warrants * option_call(forward, terms->strike_usd_per_share, rate, left, volatility);
}
