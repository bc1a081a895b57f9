/* model/instruments/tariff.c - a tariff, ad valorem on the customs value or specific per kilogram, or both (E10).
 *
 * The government of the importing region collects it. It adds to what the link itself states.
 */
#include "model/instruments/quota.h"

struct tariff_terms {
  struct selector select;
  double rate, usd_per_kg;
};

#define ROW tariff_terms
static const struct field fields[] = {SELECT_MATERIALS,
                                      SELECT_FROM,
                                      SELECT_TO,
                                      NUMBER(ROW, rate, "1", "0", 0, 100, "Ad-valorem rate on the customs value"),
                                      NUMBER(ROW, usd_per_kg, "USD/kg", "0", 0, 1e9, "Specific rate"),
                                      FIELD_END};
#undef ROW

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  if (!term_given(instrument, "rate") && !term_given(instrument, "usd_per_kg"))
    return term_error(error, instrument, "rate", "missing; expected a rate, or usd_per_kg");
  return bind_arcs(network, instrument, arena, error);
}

static void adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  const double share = block->instruments[k].share;
  const double rate = instrument_term(instrument, window, b, "rate");
  const double specific = instrument_term(instrument, window, b, "usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) {
    struct arc_terms *terms = &block->arc_terms[instrument->arcs[i]];
    terms->tariff_rate += share * rate;
    terms->tariff_specific += share * specific;
  }
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  const double rate = term_at(instrument, moment, "rate"), specific = term_at(instrument, moment, "usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int arc = instrument->arcs[i];
    const int to = outcome->network->nodes[outcome->network->arcs[arc].to].region;
    const double value = customs_value(outcome, p, arc) + quota_rent_in_value(outcome, p, arc);
    ledger_post(ledger, (struct account){ACCOUNT_TRADER, arc}, (struct account){ACCOUNT_GOVERNMENT, to}, k,
                period->instrument_share[k] * (rate * value + specific) * period->flow[arc], period->flow[arc],
                "tariff");
  }
}

const struct instrument_kind kind_tariff = {
    .name = "tariff",
    .help = "A tariff on imports, ad valorem or per kilogram; the importing government collects it",
    .fields = fields,
    .terms_size = sizeof(struct tariff_terms),
    .bind = bind,
    .adjust = adjust,
    .settle = settle,
};
