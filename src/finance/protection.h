/* finance/protection.h - a producer's price protection: floor on all of its content, once a kilogram, and a share of
 * the upside after a trigger.
 *
 * At the end of a quarter the producer may designate a kilogram as stockpiled (made, not sold), transferred to an
 * affiliate or sold; whichever comes first is paid, and the kilogram never again. Two pools keep that: content in
 * stock that was paid and content that was not. How much of the unpaid stock is claimed (stock_share) and which pool
 * a sale takes from are elections of the producer, and the value of the choice is value_of_discretion. Formulas F27
 * to F30 of docs/finance.md.
 */
#ifndef FINANCE_PROTECTION_H
#define FINANCE_PROTECTION_H
#include <stdbool.h>

struct protection_terms {
  double floor_usd_per_kg;
  double start, end; /* dates in years; a quarter counts if it lies between them */
  double upside_share;
  double upside_above_usd_per_kg;
  double upside_start; /* first quarter after full capacity; INFINITY: never */
};

/* kg of content. made: content that came into the producer's products in the quarter. */
struct protection_quarter {
  double date; /* its first day, years */
  double made_kg, sold_kg, transferred_kg;
  double benchmark_usd_per_kg, sale_price_usd_per_kg;
};

struct protection_election {
  double stock_share;   /* of the unpaid stock at the end of the quarter, 0 .. 1 */
  bool sell_paid_first; /* a sale takes content that was paid as stock before content that was not */
};

struct protection_stock {
  double unpaid_kg, paid_kg;
};

struct protection_payment {
  double stock_kg, transferred_kg, sold_kg; /* on which the floor is counted, each kilogram once */
  double eligible_kg;                       /* their sum */
  double floor_usd, upside_usd, net_usd;    /* net = floor - upside, to the producer */
};

/* F27: settles a quarter and moves the stock. Sales and transfers must be covered by stock and output. */
struct protection_payment protection_settle(const struct protection_terms *terms,
                                            const struct protection_quarter *quarter,
                                            const struct protection_election *election, struct protection_stock *stock);

/* F28: the most and the least the payer can owe over some quarters by election alone, undiscounted; stock at the
 * start unpaid. Elections are compared that are held throughout: nothing or everything claimed, either pool first. */
struct protection_range {
  double best_usd, worst_usd; /* for the producer */
};
struct protection_range protection_discretion(const struct protection_terms *terms,
                                              const struct protection_quarter *quarters, int count);

/* ---- a reported payment against what could have been paid for ---- */

/* Content of a quarter by the ways to count it, kg. */
struct protection_content {
  double oxide_made_kg, oxide_sold_kg;
  double concentrate_kg;      /* rare-earth oxide in the concentrate that was mined */
  double content_share;       /* of the protected oxides in it */
  double separation_recovery; /* oxide made per content taken from concentrate */
};
enum protection_basis { PROTECTION_MADE, PROTECTION_SOLD, PROTECTION_MADE_AND_STOCK, PROTECTION_ALL, PROTECTION_BASES };
const char *protection_basis_name(enum protection_basis basis);

/* F29: eligible kg under a basis. Made and stock: the oxide, and the content of concentrate mined beyond what was
 * separated. */
double protection_eligible(const struct protection_content *content, enum protection_basis basis);
double protection_net_stock(const struct protection_content *content);

/* The kg that a payment was for at a benchmark, and the benchmark at which it was for so many kg. */
double protection_implied_kg(double floor, double benchmark, double payment_usd);
double protection_implied_benchmark(double floor, double kg, double payment_usd);

/* F30: a share phi of what is mined is claimed while it is stockpiled, the rest of it once it is oxide: eligible is
 * phi content + (1 - phi) oxide made. The phi that makes a payment come out; below 0 or above 1: none does. */
double protection_claimed_share(const struct protection_content *content, double floor, double benchmark,
                                double payment_usd);
double protection_claimed_kg(const struct protection_content *content, double share);
/* The payment with the share frozen, and by how much it moves per 1 USD/kg of benchmark (negative while below the
 * floor). */
double protection_predicted(const struct protection_content *content, double floor, double benchmark, double share);
double protection_slope(const struct protection_content *content, double floor, double benchmark, double share);
#endif
