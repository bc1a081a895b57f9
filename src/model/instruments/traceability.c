/* model/instruments/traceability.c - proof of origin costs something on every kilogram that crosses the border. */
#include "model/instruments/kind.h"

struct traceability_terms {
  struct selector select;
  double cost_usd_per_kg;
};

#define ROW traceability_terms
static const struct field fields[] = {SELECT_MATERIALS, SELECT_FROM, SELECT_TO,
                                      NUMBER(ROW, cost_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Cost of papers a kilogram"),
                                      FIELD_END};
#undef ROW

static void adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  const double cost = block->instruments[k].share * instrument_term(instrument, window, b, "cost_usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) block->arc_terms[instrument->arcs[i]].cost += cost;
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const double cost =
      period->instrument_share[k] * term_at(instrument, moment_of_outcome(outcome, p), "cost_usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int arc = instrument->arcs[i];
    ledger_post(ledger, (struct account){ACCOUNT_TRADER, arc}, (struct account){ACCOUNT_RESOURCES, 0}, k,
                cost * period->flow[arc], period->flow[arc], "traceability");
  }
}

const struct instrument_kind kind_traceability = {
    .name = "traceability",
    .help = "Proof of origin: a real cost on every kilogram traded",
    .fields = fields,
    .terms_size = sizeof(struct traceability_terms),
    .bind = bind_arcs,
    .adjust = adjust,
    .settle = settle,
};
