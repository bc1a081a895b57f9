/* model/instruments/stockpile_rule.c - a public stock that buys below one price and releases above another (E67).
 *
 * Purchases and releases are steps bounded by their rates. Inside a window no more is released than was in store at its
 * beginning, and no more bought than was missing to the goal then: what is bought for its price alone never depends on
 * what it could be sold for later. Where the store cannot serve every period in which it would release, it serves the
 * dearest first. In the tail a tonne is spread over all its years.
 */
#include <math.h>

#include "model/instruments/stockpile.h"

static const struct field fields[] = {STOCKPILE_FIELDS, FIELD_END};

enum { BOUGHT = STOCKPILE_BOUGHT, RELEASED = STOCKPILE_RELEASED };

void stockpile_needs(const struct dataset *dataset, const void *terms, class_mask *classes, bool *owner_apart)
{
  (void)dataset, (void)owner_apart;
  *classes |= rules_mask(&((const struct stockpile_terms *)terms)->rules);
}

bool stockpile_bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                    struct error *error)
{
  const struct stockpile_terms *terms = instrument->terms;
  (void)arena;
  if (terms->release_above_usd_per_kg < terms->buy_below_usd_per_kg)
    return term_error(error, instrument, "release_above_usd_per_kg",
                      "found %g, expected at least buy_below_usd_per_kg, %g", terms->release_above_usd_per_kg,
                      terms->buy_below_usd_per_kg);
  if (terms->goal_t < terms->opening_t)
    return term_error(error, instrument, "goal_t", "found %g, expected at least opening_t, %g", terms->goal_t,
                      terms->opening_t);
  instrument->node = bind_node(network, instrument, terms->material, terms->region, &terms->rules, "region", error);
  return instrument->node >= 0;
}

/* Years over which a block's yearly flow accumulates. */
static double years_of(const struct block *block)
{
  return block->weight / block->discount;
}

/* What flowed in block `from` (slot: bought or released) uses up the row of `rent` in block b, tonne for tonne; the
 * rent enters its row at block b's weight against its own, which keeps the window monotone. */
static void link_store(struct window *window, int k, int b, int from, int slot, int rent)
{
  const struct block *then = &window->blocks[from], *now = &window->blocks[b];
  const int flow = then->instruments[k].unknowns[slot];
  equations_linear(window->equations, rent, flow, -years_of(then));
  equations_linear(window->equations, flow, rent, now->weight / then->discount);
}

static void add_flows(const struct bound_instrument *instrument, int k, struct window *window, int b,
                      struct stockpile_steps steps)
{
  const struct node *node = &window->network->nodes[instrument->node];
  const double quantity = node->quantity_t_per_year;
  const int price = window->blocks[b].price[instrument->node];
  const int bought = window_instrument_unknown(window, b, k, 0, steps.buy, quantity, node->price_usd_per_kg);
  const int released = window_instrument_unknown(window, b, k, 0, steps.release, quantity, node->price_usd_per_kg);
  equations_linear(window->equations, bought, price, 1);
  equations_linear(window->equations, price, bought, -1);
  equations_constant(window->equations, bought, -steps.buy_below);
  equations_linear(window->equations, released, price, -1);
  equations_linear(window->equations, price, released, 1);
  equations_constant(window->equations, released, steps.release_above);
}

double stockpile_opening(const struct bound_instrument *instrument, int k, const struct window *window)
{
  return ((const struct stockpile_terms *)instrument->terms)->opening_t + window->state->instrument_stock_t[k];
}

void stockpile_rows(const struct bound_instrument *instrument, int k, struct window *window, int b,
                    struct stockpile_steps steps)
{
  const struct stockpile_terms *terms = instrument->terms;
  const struct node *node = &window->network->nodes[instrument->node];
  const double opening = stockpile_opening(instrument, k, window);
  const double price = node->price_usd_per_kg, quantity = fmax(node->quantity_t_per_year, opening);
  add_flows(instrument, k, window, b, steps);
  const int empty = window_instrument_unknown(window, b, k, 0, INFINITY, price, quantity);
  equations_constant(window->equations, empty, opening);
  for (int from = 0; from <= b; from++) link_store(window, k, b, from, RELEASED, empty);
  if (isnan(terms->goal_t)) return;
  const int full = window_instrument_unknown(window, b, k, 0, INFINITY, price, quantity);
  equations_constant(window->equations, full, fmax(0, instrument_term(instrument, window, b, "goal_t") - opening));
  for (int from = 0; from <= b; from++) link_store(window, k, b, from, BOUGHT, full);
}

struct stockpile_steps stockpile_steps(const struct bound_instrument *instrument, int k, const struct window *window,
                                       int b)
{
  const double share = window->blocks[b].instruments[k].share;
  return (struct stockpile_steps){.buy = share * instrument_term(instrument, window, b, "buy_t_per_year"),
                                  .buy_below = instrument_term(instrument, window, b, "buy_below_usd_per_kg"),
                                  .release = share * instrument_term(instrument, window, b, "release_t_per_year"),
                                  .release_above = instrument_term(instrument, window, b, "release_above_usd_per_kg")};
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  stockpile_rows(instrument, k, window, b, stockpile_steps(instrument, k, window, b));
}

void stockpile_settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                      struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const double *flows = period->instrument[k], price = period->multiplier[instrument->node];
  const struct account agency = {ACCOUNT_AGENCY, k}, node = {ACCOUNT_NODE, instrument->node};
  ledger_post(ledger, agency, node, k, price * flows[BOUGHT], flows[BOUGHT], "stockpile purchase");
  ledger_post(ledger, node, agency, k, price * flows[RELEASED], flows[RELEASED], "stockpile release");
}

void stockpile_advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                       struct state *state)
{
  const struct period_outcome *period = &outcome->periods[p];
  const double net = period->instrument[k][BOUGHT] - period->instrument[k][RELEASED];
  state->instrument_stock_t[k] += net * period->period.length;
  state->instrument_paid[k] += nominal_kusd(instrument, outcome, p, net * period->multiplier[instrument->node]);
}

struct held stockpile_held(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p)
{
  double held = ((const struct stockpile_terms *)instrument->terms)->opening_t;
  for (int q = 0; q <= p; q++)
    held += (outcome->periods[q].instrument[k][BOUGHT] - outcome->periods[q].instrument[k][RELEASED]) *
            outcome->periods[q].period.length;
  return (struct held){.tonnes = fmax(0, held), .node = instrument->node};
}

const struct instrument_kind kind_stockpile_rule = {
    .name = "stockpile_rule",
    .help = "A public stock that buys below one price until a goal and releases above another while it lasts",
    .fields = fields,
    .terms_size = sizeof(struct stockpile_terms),
    .needs = stockpile_needs,
    .bind = stockpile_bind,
    .add = add,
    .settle = stockpile_settle,
    .advance = stockpile_advance,
    .held = stockpile_held,
    .basis = BASIS_ASSET,
    .supplies = true,
};
