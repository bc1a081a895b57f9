/* finance/inventory.c - stock rules. When stocks are released is the model's matter, not this file's. */
#include <assert.h>
#include <math.h>

#include "finance/inventory.h"

double stockpile_purchase_kg(double goal_kg, double stock_kg, double horizon_periods, double budget_usd, double price)
{
  assert(horizon_periods > 0);
  return fmax(0, fmin((goal_kg - stock_kg) / horizon_periods, budget_kg(budget_usd, price)));
}

double inventory_fee(const struct held_inventory *terms, double committed_kg)
{
  return terms->fee_share * terms->price_usd_per_kg * committed_kg;
}

double inventory_carry(const struct held_inventory *terms, double held_kg)
{
  return (terms->interest_rate + terms->storage_rate) * terms->price_usd_per_kg * held_kg;
}

double inventory_put(const struct held_inventory *terms, double market_price, double held_kg)
{
  return fmax(0, terms->price_usd_per_kg - market_price) * held_kg;
}

double prepayment_balance(double balance_usd, double drawn_usd, double credit_usd_per_kg, double delivered_kg)
{
  return fmax(0, balance_usd + drawn_usd - credit_usd_per_kg * delivered_kg);
}

double budget_kg(double budget_usd, double price_usd_per_kg)
{
  assert(price_usd_per_kg > 0);
  return budget_usd / price_usd_per_kg;
}
