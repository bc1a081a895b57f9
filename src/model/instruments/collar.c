/* model/instruments/collar.c - a floor and a share of what lies above a ceiling, on actual output (E61). */
#include "model/instruments/payment.h"

struct collar_contract {
  struct payment_terms payment;
  double floor_usd_per_kg, ceiling_usd_per_kg, share;
};

#define ROW collar_contract
static const struct field fields[] = {
    PAYMENT_FIELDS, NUMBER(ROW, floor_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Price up to which the seller is topped up"),
    NUMBER(ROW, ceiling_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Price above which the seller gives up a share"),
    NUMBER(ROW, share, "1", "1", 0, 1, "That share"), FIELD_END};
#undef ROW

static struct payoff payoff_at(const struct bound_instrument *instrument, struct moment moment)
{
  const struct collar_terms collar = {.floor = payment_strike(instrument, moment, "floor_usd_per_kg"),
                                      .ceiling = payment_strike(instrument, moment, "ceiling_usd_per_kg"),
                                      .share = term_at(instrument, moment, "share")};
  return payoff_collar(&collar);
}

static const struct payment_rule rule = {.payoff = payoff_at, .reason = "collar payment"};

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct collar_contract *terms = instrument->terms;
  if (terms->ceiling_usd_per_kg < terms->floor_usd_per_kg)
    return term_error(error, instrument, "ceiling_usd_per_kg", "found %g, expected at least the floor of %g",
                      terms->ceiling_usd_per_kg, terms->floor_usd_per_kg);
  return payment_bind(network, instrument, &rule, arena, error);
}

const struct instrument_kind kind_collar = {
    .name = "collar",
    .help = "A floor, and a share given up above a ceiling, on actual output",
    .fields = fields,
    .open = payment_open,
    .pays = true,
    .terms_size = sizeof(struct collar_contract),
    .needs = payment_needs,
    .bind = bind,
    .add = payment_add,
    .settle = payment_settle,
    .advance = payment_advance,
    .worth = payment_worth,
    .received_slope = payment_received_slope,
    .received = payment_received,
};
