/* model/instruments/vat_rebate.c - value-added tax that is not given back at the border (E9): raw products without
 * rebate, worked ones with it. The link's own share is added to. */
#include "model/instruments/kind.h"

struct vat_rebate_terms {
  struct selector select;
  double vat_rate, not_rebated;
};

#define ROW vat_rebate_terms
static const struct field fields[] = {
    SELECT_MATERIALS,
    SELECT_FROM,
    SELECT_TO,
    NUMBER(ROW, vat_rate, "1", NULL, 0, 1, "Rate of value-added tax inside"),
    NUMBER(ROW, not_rebated, "1", "1", 0, 1, "Share of it that exporters do not get back"),
    FIELD_END};
#undef ROW

static void adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  const double rate = block->instruments[k].share * instrument_term(instrument, window, b, "vat_rate") *
                      instrument_term(instrument, window, b, "not_rebated");
  for (int i = 0; i < instrument->arcs_count; i++) block->arc_terms[instrument->arcs[i]].vat_rate += rate;
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct network *network = outcome->network;
  const struct moment moment = moment_of_outcome(outcome, p);
  const double rate = period->instrument_share[k] * term_at(instrument, moment, "vat_rate") *
                      term_at(instrument, moment, "not_rebated");
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int arc = instrument->arcs[i], from = network->arcs[arc].from;
    ledger_post(ledger, (struct account){ACCOUNT_TRADER, arc},
                (struct account){ACCOUNT_GOVERNMENT, network->nodes[from].region}, k,
                rate * period->multiplier[from] * period->flow[arc], period->flow[arc], "VAT not rebated");
  }
}

const struct instrument_kind kind_vat_rebate = {
    .name = "vat_rebate",
    .help = "Value-added tax that exporters do not get back",
    .fields = fields,
    .terms_size = sizeof(struct vat_rebate_terms),
    .bind = bind_arcs,
    .adjust = adjust,
    .settle = settle,
};
