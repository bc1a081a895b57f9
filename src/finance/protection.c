/* finance/protection.c - settlement of a price protection with two pools of stock, and its check against a reported
 * payment. Concentrate, oxide and metal are one stock of content here: a process inside the producer moves nothing.
 */
#include <assert.h>
#include <math.h>

#include "finance/price_contract.h"
#include "finance/protection.h"

/* Takes kg from the two pools in the order given; what came from the unpaid one. */
static double take(struct protection_stock *stock, double kg, bool paid_first)
{
  const double unpaid = paid_first ? fmax(0, kg - stock->paid_kg) : fmin(kg, stock->unpaid_kg);
  stock->unpaid_kg -= unpaid;
  stock->paid_kg -= kg - unpaid;
  assert(stock->unpaid_kg >= -1e-6 * (1 + kg) && stock->paid_kg >= -1e-6 * (1 + kg)); /* no more leaves than is there */
  return unpaid;
}

struct protection_payment protection_settle(const struct protection_terms *terms,
                                            const struct protection_quarter *quarter,
                                            const struct protection_election *election, struct protection_stock *stock)
{
  struct protection_payment payment = {0};
  const bool counts = quarter->date >= terms->start - 1e-9 && quarter->date < terms->end - 1e-9;
  stock->unpaid_kg += quarter->made_kg;
  payment.transferred_kg = take(stock, quarter->transferred_kg, election->sell_paid_first);
  payment.sold_kg = take(stock, quarter->sold_kg, election->sell_paid_first);
  if (!counts) return (struct protection_payment){0};
  payment.stock_kg = election->stock_share * stock->unpaid_kg;
  stock->unpaid_kg -= payment.stock_kg;
  stock->paid_kg += payment.stock_kg;
  payment.eligible_kg = payment.stock_kg + payment.transferred_kg + payment.sold_kg;
  payment.floor_usd = floor_payment(terms->floor_usd_per_kg, quarter->benchmark_usd_per_kg, payment.eligible_kg);
  if (quarter->date >= terms->upside_start - 1e-9)
    payment.upside_usd = upside_payment(terms->upside_share, terms->upside_above_usd_per_kg,
                                        quarter->sale_price_usd_per_kg, quarter->sold_kg + quarter->transferred_kg);
  payment.net_usd = payment.floor_usd - payment.upside_usd;
  return payment;
}

struct protection_range protection_discretion(const struct protection_terms *terms,
                                              const struct protection_quarter *quarters, int count)
{
  struct protection_range range = {-INFINITY, INFINITY};
  for (int choice = 0; choice < 4; choice++) {
    const struct protection_election election = {.stock_share = choice & 1, .sell_paid_first = choice >> 1};
    struct protection_stock stock = {0};
    double net = 0;
    for (int q = 0; q < count; q++) net += protection_settle(terms, &quarters[q], &election, &stock).net_usd;
    range.best_usd = fmax(range.best_usd, net);
    range.worst_usd = fmin(range.worst_usd, net);
  }
  return range;
}

/* ---- a reported payment ---- */

const char *protection_basis_name(enum protection_basis basis)
{
  static const char *const names[] = {"oxide made", "oxide sold", "oxide made and net stock of content",
                                      "all content mined"};
  assert(basis < PROTECTION_BASES);
  return names[basis];
}

double protection_net_stock(const struct protection_content *content)
{
  return content->concentrate_kg * content->content_share - content->oxide_made_kg / content->separation_recovery;
}

double protection_eligible(const struct protection_content *content, enum protection_basis basis)
{
  switch (basis) {
  case PROTECTION_MADE: return content->oxide_made_kg;
  case PROTECTION_SOLD: return content->oxide_sold_kg;
  case PROTECTION_MADE_AND_STOCK: return content->oxide_made_kg + protection_net_stock(content);
  case PROTECTION_ALL:
  case PROTECTION_BASES: break;
  }
  return content->concentrate_kg * content->content_share;
}

double protection_implied_kg(double floor, double benchmark, double payment_usd)
{
  return benchmark < floor ? payment_usd / (floor - benchmark) : INFINITY;
}

double protection_implied_benchmark(double floor, double kg, double payment_usd)
{
  return floor - payment_usd / kg;
}

double protection_claimed_kg(const struct protection_content *content, double share)
{
  return share * protection_eligible(content, PROTECTION_ALL) + (1 - share) * content->oxide_made_kg;
}

double protection_claimed_share(const struct protection_content *content, double floor, double benchmark,
                                double payment_usd)
{
  const double claimable = protection_eligible(content, PROTECTION_ALL) - content->oxide_made_kg;
  return (protection_implied_kg(floor, benchmark, payment_usd) - content->oxide_made_kg) / claimable;
}

double protection_predicted(const struct protection_content *content, double floor, double benchmark, double share)
{
  return floor_payment(floor, benchmark, protection_claimed_kg(content, share));
}

double protection_slope(const struct protection_content *content, double floor, double benchmark, double share)
{
  return benchmark < floor ? -protection_claimed_kg(content, share) : 0;
}
