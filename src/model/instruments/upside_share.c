/* model/instruments/upside_share.c - the seller gives up a share of its price above a trigger (E59), from the start or
 * once a named facility has reached its full capacity. */
#include "model/instruments/payment.h"
#include "model/instruments/trigger.h"

struct upside_share_terms {
  struct payment_terms payment;
  double share, trigger_usd_per_kg, full_share;
  int fires_when_facility;
};

#define ROW upside_share_terms
static const struct field fields[] = {
    PAYMENT_FIELDS,
    NUMBER(ROW, share, "1", NULL, 0, 1, "Share of the price above the trigger"),
    NUMBER(ROW, trigger_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Price above which it is due"),
    REFERENCE(ROW, fires_when_facility, "", "facilities", "Due only once this facility runs full. Absent: at once"),
    NUMBER(ROW, full_share, "1", "0.95", 0, 1, "Share of what its nameplate yields that counts as full"),
    FIELD_END};
#undef ROW

static struct payoff payoff_at(const struct bound_instrument *instrument, struct moment moment)
{
  return payoff_upside(term_at(instrument, moment, "share"), payment_strike(instrument, moment, "trigger_usd_per_kg"));
}

static const struct payment_rule rule = {.payoff = payoff_at, .reason = "upside share"};

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  return payment_bind(network, instrument, &rule, arena, error);
}

/* Not in force before it has fired. */
static bool is_open(const struct bound_instrument *instrument, int k, const struct state *state)
{
  const struct upside_share_terms *terms = instrument->terms;
  return payment_open(instrument, k, state) && (terms->fires_when_facility < 0 || state->instrument_fired[k]);
}

static void advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct state *state)
{
  const struct upside_share_terms *terms = instrument->terms;
  payment_advance(instrument, k, outcome, p, state);
  if (terms->fires_when_facility < 0) return;
  if (trigger_full(outcome, p, terms->fires_when_facility, terms->full_share)) state->instrument_fired[k] = true;
}

const struct instrument_kind kind_upside_share = {
    .name = "upside_share",
    .help = "The seller gives up a share of its price above a trigger",
    .fields = fields,
    .terms_size = sizeof(struct upside_share_terms),
    .needs = payment_needs,
    .bind = bind,
    .open = is_open,
    .pays = true,
    .add = payment_add,
    .settle = payment_settle,
    .advance = advance,
    .worth = payment_worth,
    .received_slope = payment_received_slope,
    .received = payment_received,
};
