/* model/instruments/two_way_cfd.c - a two-way contract on actual output: the seller always receives the strike
 * (E60). */
#include "model/instruments/payment.h"

struct two_way_cfd_terms {
  struct payment_terms payment;
  double strike_usd_per_kg;
};

#define ROW two_way_cfd_terms
static const struct field fields[] = {PAYMENT_FIELDS,
                                      NUMBER(ROW, strike_usd_per_kg, "USD/kg", NULL, 0, 1e9,
                                             "Price that the seller ends up with when it sells at the index"),
                                      FIELD_END};
#undef ROW

static struct payoff payoff_at(const struct bound_instrument *instrument, struct moment moment)
{
  return payoff_two_way(payment_strike(instrument, moment, "strike_usd_per_kg"));
}

static const struct payment_rule rule = {.payoff = payoff_at, .reason = "two-way payment"};

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  return payment_bind(network, instrument, &rule, arena, error);
}

const struct instrument_kind kind_two_way_cfd = {
    .name = "two_way_cfd",
    .help = "A two-way contract on actual output: strike less index price, whoever owes it",
    .fields = fields,
    .open = payment_open,
    .pays = true,
    .terms_size = sizeof(struct two_way_cfd_terms),
    .needs = payment_needs,
    .bind = bind,
    .add = payment_add,
    .settle = payment_settle,
    .advance = payment_advance,
    .worth = payment_worth,
    .received_slope = payment_received_slope,
    .received = payment_received,
};
