/* finance/price_contract.c - payments of price contracts, one period at a time. Averages, triggers in time and
 * quantities are the caller's: finance/protection.h and finance/valuation.h.
 */
#include <math.h>

#include "finance/price_contract.h"

double floor_payment(double floor, double benchmark, double kg)
{
  const struct payoff payoff = payoff_floor(floor);
  return payoff_value(&payoff, benchmark) * kg;
}

double upside_payment(double share, double trigger, double price, double kg)
{
  const struct payoff payoff = payoff_upside(share, trigger);
  return -payoff_value(&payoff, price) * kg;
}

double upside_payment_capped(double share, double trigger, double price, double kg, double cap_usd, double already_usd)
{
  return fmin(upside_payment(share, trigger, price, kg), fmax(0, cap_usd - already_usd));
}

double upside_cap_price(double share, double trigger, double kg, double cap_usd)
{
  return trigger + cap_usd / (share * kg);
}

double two_way_payment(double strike, double reference, double output_kg, double cap_kg)
{
  const struct payoff payoff = payoff_two_way(strike);
  return payoff_value(&payoff, reference) * fmin(output_kg, cap_kg);
}

double collar_payment(const struct collar_terms *terms, double benchmark, double kg)
{
  const struct payoff payoff = payoff_collar(terms);
  return payoff_value(&payoff, benchmark) * kg;
}

double take_or_pay_payment(double delivered_kg, double contract_kg, double theta, double price)
{
  return fmax(delivered_kg, theta * contract_kg) * price;
}

double resale_cost(double contract_price, double resale_price, double kg, double handling_usd)
{
  return (contract_price - resale_price) * kg + handling_usd;
}

double quotation_usd_per_kg(double cny_per_t, double cny_per_usd, double vat)
{
  return cny_per_t / 1000 / cny_per_usd / (1 + vat);
}
