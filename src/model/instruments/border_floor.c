/* model/instruments/border_floor.c - a border-adjusted floor: imports below a reference price pay the difference (E53).
 *
 * The customs value depends on the exporter's price and on the rents of quotas kept on the exporting side. Where there
 * are such quotas it gets an unknown of its own, and the kink stands on that; else it stands on the price itself.
 */
#include "model/instruments/border_floor.h"

#include <math.h>

#include "model/instruments/quota.h"

struct border_floor_terms {
  struct selector select;
  double reference_usd_per_kg;
  struct field_list members;
};

#define ROW border_floor_terms
static const struct field fields[] = {SELECT_MATERIALS,
                                      SELECT_FROM,
                                      SELECT_TO,
                                      NUMBER(ROW, reference_usd_per_kg, "USD/kg", NULL, 0, 1e9,
                                             "Reference price: what the customs value falls short, the importer pays"),
                                      LIST(ROW, members, "", "regions", "Exporting regions that are exempt"),
                                      FIELD_END};
#undef ROW

/* Which of the instrument's arcs have a customs value of their own, in the order of arcs. */
struct border_floor {
  const bool *valued; /* [arcs_count] */
};

static bool has_rents(const struct network *network, int arc)
{
  for (int k = 0; k < network->instruments_count; k++) {
    const struct bound_instrument *other = &network->instruments[k];
    const bool quota = other->kind == &kind_export_quota || other->kind == &kind_import_quota ||
                       other->kind == &kind_export_licence || other->kind == &kind_ban;
    if (quota && selector_holds_arc(other->terms, network, arc)) return true;
  }
  return false;
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct border_floor_terms *terms = instrument->terms;
  if (!bind_arcs(network, instrument, arena, error)) return false;
  int *arcs = ARENA_ARRAY(arena, instrument->arcs_count, int), count = 0;
  bool *valued = ARENA_ARRAY(arena, instrument->arcs_count, bool);
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int region = network->nodes[network->arcs[instrument->arcs[i]].from].region;
    if (terms->members.count > 0 && selected(&terms->members, region)) continue;
    valued[count] = has_rents(network, instrument->arcs[i]);
    arcs[count++] = instrument->arcs[i];
  }
  struct border_floor *floor = ARENA_NEW(arena, struct border_floor);
  floor->valued = valued;
  instrument->arcs = arcs, instrument->arcs_count = count, instrument->extra = floor;
  return true;
}

/* value - (1 + v)(1 + x) p - freight (c.i.f.) - rents = 0, value free; slot: the position of the arc. Out of force it
 * looks at neither price nor rents, so that the problem stays as symmetric as it was. */
static int add_value(struct window *window, int b, int k, int slot, int arc)
{
  const struct block *block = &window->blocks[b];
  const struct arc *a = &window->network->arcs[arc];
  const struct arc_terms *terms = &block->arc_terms[arc];
  const double price = window->network->nodes[a->from].price_usd_per_kg;
  const struct unknown what = {.kind = UNKNOWN_INSTRUMENT, .block = b, .index = k, .slot = slot};
  const int value = window_unknown(window, what, -INFINITY, INFINITY, price, price, block->weight);
  const bool in_force = block->instruments[k].share > 0;
  equations_linear(window->equations, value, value, 1);
  equations_linear(window->equations, value, block->price[a->from], in_force ? -customs_price_factor(terms) : 0);
  equations_constant(window->equations, value, -customs_constant(terms));
  for (int other = 0; other < window->network->instruments_count; other++)
    quota_add_value(window, b, other, arc, value, in_force ? -1 : 0);
  return value;
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  const struct border_floor *floor = instrument->extra;
  const double share = block->instruments[k].share;
  const double reference = instrument_term(instrument, window, b, "reference_usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int arc = instrument->arcs[i];
    const struct arc_terms *terms = &block->arc_terms[arc];
    if (floor->valued[i]) {
      equations_hinge(window->equations, block->arc[arc], share, add_value(window, b, k, i, arc), reference, -1);
      continue;
    }
    equations_hinge(window->equations, block->arc[arc], share, block->price[window->network->arcs[arc].from],
                    reference - customs_constant(terms), -customs_price_factor(terms));
  }
}

/* The unknown customs value of instrument k's arc in the block, or -1. */
static int value_of(const struct window *window, int b, int k, int slot)
{
  for (int i = 0; i < window->equations->n; i++) {
    const struct unknown *what = &window->unknowns[i];
    if (what->kind == UNKNOWN_INSTRUMENT && what->block == b && what->index == k && what->slot == slot) return i;
  }
  return -1;
}

void border_floor_add_rents(const struct window *window, int b, int k, int arc)
{
  const struct network *network = window->network;
  for (int other = 0; other < k; other++) {
    const struct bound_instrument *instrument = &network->instruments[other];
    if (instrument->kind != &kind_border_floor) continue;
    for (int i = 0; i < instrument->arcs_count; i++) {
      const int value = instrument->arcs[i] == arc ? value_of(window, b, other, i) : -1;
      const double coefficient = window->blocks[b].instruments[other].share > 0 ? -1 : 0;
      if (value >= 0) quota_add_value(window, b, k, arc, value, coefficient);
    }
  }
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const double reference = term_at(instrument, moment_of_outcome(outcome, p), "reference_usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int arc = instrument->arcs[i];
    const int to = outcome->network->nodes[outcome->network->arcs[arc].to].region;
    const double value = customs_value(outcome, p, arc) + quota_rent_in_value(outcome, p, arc);
    ledger_post(ledger, (struct account){ACCOUNT_TRADER, arc}, (struct account){ACCOUNT_GOVERNMENT, to}, k,
                period->instrument_share[k] * fmax(0, reference - value) * period->flow[arc], period->flow[arc],
                "border floor");
  }
}

const struct instrument_kind kind_border_floor = {
    .name = "border_floor",
    .help = "Imports whose customs value is below a reference price pay the difference at the border",
    .fields = fields,
    .terms_size = sizeof(struct border_floor_terms),
    .bind = bind,
    .add = add,
    .settle = settle,
};
