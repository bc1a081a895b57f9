/* finance/price_contract.h - what a contract on a price pays for one settlement: kg, USD per kg, USD.
 *
 * Positive is paid to the producer. What is paid per kilogram stands in finance/payoff.h. Formulas F21 to F26 of
 * docs/finance.md.
 */
#ifndef FINANCE_PRICE_CONTRACT_H
#define FINANCE_PRICE_CONTRACT_H
#include "finance/payoff.h"

/* F21: one-sided floor, (floor - benchmark) per kg where that is positive. */
double floor_payment(double floor, double benchmark, double kg);

/* F22: what the producer gives back of prices above a trigger: share (price - trigger) per kg where positive; at
 * most cap_usd in the span the cap is for, of which already_usd are used. cap_usd INFINITY: none. The result is
 * positive and is owed by the producer. */
double upside_payment(double share, double trigger, double price, double kg);
double upside_payment_capped(double share, double trigger, double price, double kg, double cap_usd, double already_usd);
/* The price above which a capped share takes nothing more. */
double upside_cap_price(double share, double trigger, double kg, double cap_usd);

/* F23: two-way contract for differences: (strike - reference) on the output up to a most. The rule and the figures
 * of the tests are those of the British scheme (lowcarboncontracts.uk/payments). cap_kg INFINITY: none. */
double two_way_payment(double strike, double reference, double output_kg, double cap_kg);

/* F24: a collar: floor below, share of the excess above the ceiling given back. */
double collar_payment(const struct collar_terms *terms, double benchmark, double kg);

/* F25: take-or-pay: the buyer pays for what is delivered, at least for the share theta of the contract quantity, at the
 * contract's price. */
double take_or_pay_payment(double delivered_kg, double contract_kg, double theta, double price);
/* What the buyer loses by selling again: quantity (contract price - resale price) + handling. */
double resale_cost(double contract_price, double resale_price, double kg, double handling_usd);

/* F26: a quotation in yuan per tonne as USD per kg; vat is the rate that the quotation includes, 0 for none. */
double quotation_usd_per_kg(double cny_per_t, double cny_per_usd, double vat);
#endif
