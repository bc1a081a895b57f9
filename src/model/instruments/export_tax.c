/* model/instruments/export_tax.c - a tax on exports, ad valorem on the price inside with the VAT kept in it, or
 * specific per kilogram, or both (E9). */
#include "model/instruments/kind.h"

struct export_tax_terms {
  struct selector select;
  double rate, usd_per_kg;
};

#define ROW export_tax_terms
static const struct field fields[] = {SELECT_MATERIALS,
                                      SELECT_FROM,
                                      SELECT_TO,
                                      NUMBER(ROW, rate, "1", "0", 0, 100, "Rate on the price inside"),
                                      NUMBER(ROW, usd_per_kg, "USD/kg", "0", 0, 1e9, "Specific rate"),
                                      FIELD_END};
#undef ROW

static void adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  const double rate = block->instruments[k].share * instrument_term(instrument, window, b, "rate");
  const double specific = block->instruments[k].share * instrument_term(instrument, window, b, "usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) {
    block->arc_terms[instrument->arcs[i]].export_tax_rate += rate;
    block->arc_terms[instrument->arcs[i]].export_tax_specific += specific;
  }
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct network *network = outcome->network;
  const struct moment moment = moment_of_outcome(outcome, p);
  const double rate = period->instrument_share[k] * term_at(instrument, moment, "rate");
  const double specific = period->instrument_share[k] * term_at(instrument, moment, "usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int arc = instrument->arcs[i], from = network->arcs[arc].from;
    const double base = (1 + period->arc_terms[arc].vat_rate) * period->multiplier[from];
    ledger_post(ledger, (struct account){ACCOUNT_TRADER, arc},
                (struct account){ACCOUNT_GOVERNMENT, network->nodes[from].region}, k,
                (rate * base + specific) * period->flow[arc], period->flow[arc], "export tax");
  }
}

const struct instrument_kind kind_export_tax = {
    .name = "export_tax",
    .help = "A tax on exports, on the price inside; the exporting government collects it",
    .fields = fields,
    .terms_size = sizeof(struct export_tax_terms),
    .bind = bind_arcs,
    .adjust = adjust,
    .settle = settle,
};
