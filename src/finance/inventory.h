/* finance/inventory.h - public stocks, stocks held for a maker at a fixed price, and prepaid deliveries. USD, kg;
 * formulas F42 to F45 of docs/finance.md. */
#ifndef FINANCE_INVENTORY_H
#define FINANCE_INVENTORY_H

/* F42: what a stockpile buys in a period: an equal part of what is missing over the horizon, as far as the budget
 * goes. */
double stockpile_purchase_kg(double goal_kg, double stock_kg, double horizon_periods, double budget_usd, double price);

/* F43: an inventory kept for a maker: a fee on what it commits to, yearly carrying cost on what lies there, and the
 * maker's duty to take it back at the same price, which is a put of the holder. Rates per year. */
struct held_inventory {
  double price_usd_per_kg;
  double fee_share, interest_rate, storage_rate;
};
double inventory_fee(const struct held_inventory *terms, double committed_kg);
double inventory_carry(const struct held_inventory *terms, double held_kg);
double inventory_put(const struct held_inventory *terms, double market_price, double held_kg);

/* F44: a prepayment after a period: what was owed and drawn, less what deliveries are credited with; never below
 * zero. */
double prepayment_balance(double balance_usd, double drawn_usd, double credit_usd_per_kg, double delivered_kg);

/* F45: kilograms that a budget buys at a price. */
double budget_kg(double budget_usd, double price_usd_per_kg);
#endif
