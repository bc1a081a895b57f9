/* model/instruments/floor_topup.c - a floor: the seller is topped up from the index price to it, on actual output
 * (E58).
 *
 * With a volume cap only so many tonnes a year are paid: the payment then has a rent of its own, which falls to zero
 * once output exceeds the cap.
 */
#include <math.h>

#include "model/instruments/payment.h"

struct floor_topup_terms {
  struct payment_terms payment;
  double floor_usd_per_kg, volume_cap_t_per_year;
};

#define ROW floor_topup_terms
static const struct field fields[] = {
    PAYMENT_FIELDS, NUMBER(ROW, floor_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Price up to which the seller is topped up"),
    NUMBER(ROW, volume_cap_t_per_year, "t/y", "", 1e-6, 1e12, "At most so many tonnes a year are paid. Absent: all"),
    FIELD_END};
#undef ROW

static struct payoff payoff_at(const struct bound_instrument *instrument, struct moment moment)
{
  return payoff_floor(payment_strike(instrument, moment, "floor_usd_per_kg"));
}

static const struct payment_rule rule = {
    .payoff = payoff_at, .reason = "floor payment", .volume_cap = "volume_cap_t_per_year"};

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct floor_topup_terms *terms = instrument->terms;
  if (!payment_bind(network, instrument, &rule, arena, error)) return false;
  return isnan(terms->volume_cap_t_per_year) || payment_one_index(instrument) ||
         term_error(error, instrument, "volume_cap_t_per_year",
                    "a cap shared by several index prices; expected index_region and index_material");
}

const struct instrument_kind kind_floor_topup = {
    .name = "floor_topup",
    .help = "A floor: the seller is topped up from the index price, per kilogram produced, sold or transferred",
    .fields = fields,
    .open = payment_open,
    .pays = true,
    .terms_size = sizeof(struct floor_topup_terms),
    .needs = payment_needs,
    .bind = bind,
    .add = payment_add,
    .settle = payment_settle,
    .advance = payment_advance,
    .worth = payment_worth,
    .received_slope = payment_received_slope,
    .received = payment_received,
};
