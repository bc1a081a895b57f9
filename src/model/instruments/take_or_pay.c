/* model/instruments/take_or_pay.c - a buyer takes a volume at a contract price, or pays for its minimum share anyway.
 *
 * Seller outside the model: two steps of supply, the minimum at no marginal cost (it is paid anyway) and the rest at
 * the contract price (E64). Seller inside: its flows to the buyer's region carry at least the minimum, with a slack at
 * a default cost, and the contract price is settled in cash (E65); what the seller failed to deliver is not owed.
 */
#include <math.h>

#include "model/instruments/kind.h"

enum { SELLER_OUTSIDE, SELLER_INSIDE };

struct take_or_pay_terms {
  struct selector select;
  int material, region, seller;
  struct field_list rules;
  double volume_t_per_year, minimum_share, price_usd_per_kg, default_cost_usd_per_kg;
};

#define ROW take_or_pay_terms
static const struct field fields[] = {
    REFERENCE(ROW, material, NULL, "materials", "What is delivered"),
    REFERENCE(ROW, region, NULL, "regions", "Where the buyer takes it"),
    LIST(ROW, rules, "", "rules", "It complies with these rules (seller outside). Absent: with none"),
    CHOICE(ROW, seller, "outside", "outside|inside", "Whether the seller is part of the model"),
    SELECT(from, "regions", "Seller inside: the regions it ships from. Absent: all"),
    SELECT(owners, "owners", "Seller inside: sales of these owners in the region, instead of trade"),
    NUMBER(ROW, volume_t_per_year, "t/y", NULL, 1e-9, 1e12, "Contracted volume"),
    NUMBER(ROW, minimum_share, "1", NULL, 0, 1, "Share of it that is paid whether taken or not"),
    NUMBER(ROW, price_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Contract price"),
    NUMBER(ROW, default_cost_usd_per_kg, "USD/kg", "", 0, 1e9,
           "Seller inside: cost of a kilogram not delivered. Absent: above everything anybody would pay"),
    FIELD_END};
#undef ROW

enum { LIFTED_PAID, LIFTED_MORE }; /* seller outside */
enum { MINIMUM_RENT, SHORT };      /* seller inside */

static void needs(const struct dataset *dataset, const void *terms, class_mask *classes, bool *owner_apart)
{
  const struct take_or_pay_terms *contract = terms;
  *classes |= rules_mask(&contract->rules);
  for (int i = 0; i < contract->select.owners.count; i++) owner_apart[contract->select.owners.indices[i]] = true;
  (void)dataset;
}

/* Sales of the owners at the node's region, or trade that enters it. */
static bool delivers(const struct network *network, const struct take_or_pay_terms *terms, int a)
{
  const struct arc *arc = &network->arcs[a];
  const struct node *from = &network->nodes[arc->from], *to = &network->nodes[arc->to];
  if (to->material != terms->material || to->region != terms->region) return false;
  if (terms->select.owners.count > 0) return arc->kind == ARC_SALE && selected(&terms->select.owners, arc->owner);
  return arc->kind == ARC_TRADE && from->region != to->region && selected(&terms->select.from, from->region);
}

static bool bind_inside(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                        struct error *error)
{
  int *arcs = ARENA_ARRAY(arena, network->arcs_count, int), count = 0;
  for (int a = 0; a < network->arcs_count; a++)
    if (delivers(network, instrument->terms, a)) arcs[count++] = a;
  instrument->arcs = arcs, instrument->arcs_count = count;
  return count > 0 || term_error(error, instrument, term_given(instrument, "owners") ? "owners" : "from",
                                 "applies to nothing: no such seller can deliver there");
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct take_or_pay_terms *terms = instrument->terms;
  const bool inside = terms->seller == SELLER_INSIDE;
  const char *odd = term_given(instrument, "from") ? "from" : term_given(instrument, "owners") ? "owners" : NULL;
  if (!inside && odd != NULL)
    return term_error(error, instrument, odd, "a seller outside has none; expected it with seller: inside");
  instrument->node = bind_node(network, instrument, terms->material, terms->region, &terms->rules, "region", error);
  return instrument->node >= 0 && (!inside || bind_inside(network, instrument, arena, error));
}

/* ---- seller outside ---- */

static void add_step(struct window *window, int b, int k, int node, double most, double cost)
{
  const struct node *data = &window->network->nodes[node];
  const int price = window->blocks[b].price[node];
  const int lifted =
      window_instrument_unknown(window, b, k, 0, most, data->quantity_t_per_year, data->price_usd_per_kg);
  equations_linear(window->equations, lifted, price, -1);
  equations_linear(window->equations, price, lifted, 1);
  equations_constant(window->equations, lifted, cost);
}

static void add_outside(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const double volume =
      window->blocks[b].instruments[k].share * instrument_term(instrument, window, b, "volume_t_per_year");
  const double minimum = instrument_term(instrument, window, b, "minimum_share");
  const double price = instrument_term(instrument, window, b, "price_usd_per_kg");
  add_step(window, b, k, instrument->node, minimum * volume, 0);
  add_step(window, b, k, instrument->node, (1 - minimum) * volume, price);
}

static double owed_outside(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p)
{
  const struct moment moment = moment_of_outcome(outcome, p);
  const struct period_outcome *period = &outcome->periods[p];
  const double minimum = term_at(instrument, moment, "minimum_share") *
                         term_at(instrument, moment, "volume_t_per_year") * period->instrument_share[k];
  return minimum + period->instrument[k][LIFTED_MORE];
}

static void settle_outside(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                           struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const double lifted = period->instrument[k][LIFTED_PAID] + period->instrument[k][LIFTED_MORE];
  const double owed = owed_outside(instrument, k, outcome, p);
  const double contract = term_at(instrument, moment_of_outcome(outcome, p), "price_usd_per_kg");
  const struct account buyer = {ACCOUNT_AGENCY, k};
  ledger_post(ledger, (struct account){ACCOUNT_NODE, instrument->node}, buyer, k,
              period->multiplier[instrument->node] * lifted, lifted, "contract lifting");
  ledger_post(ledger, buyer, (struct account){ACCOUNT_OUTSIDE, 0}, k, contract * owed, owed, "take-or-pay");
}

/* ---- seller inside ---- */

/* flows + short - minimum >= 0 _|_ rent;  default cost - rent >= 0 _|_ short;  each flow: - rent. */
static void add_inside(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  const struct node *node = &window->network->nodes[instrument->node];
  struct equations *equations = window->equations;
  const double stated = instrument_term(instrument, window, b, "default_cost_usd_per_kg");
  const double minimum = block->instruments[k].share * instrument_term(instrument, window, b, "minimum_share") *
                         instrument_term(instrument, window, b, "volume_t_per_year");
  const int rent =
      window_instrument_unknown(window, b, k, 0, INFINITY, node->price_usd_per_kg, node->quantity_t_per_year);
  const int missing =
      window_instrument_unknown(window, b, k, 0, INFINITY, node->quantity_t_per_year, node->price_usd_per_kg);
  equations_constant(equations, rent, -minimum);
  equations_linear(equations, rent, missing, 1);
  equations_linear(equations, missing, rent, -1);
  equations_constant(equations, missing, isnan(stated) ? window->network->prohibitive_usd_per_kg : stated);
  for (int i = 0; i < instrument->arcs_count; i++) {
    equations_linear(equations, rent, block->arc[instrument->arcs[i]], 1);
    equations_linear(equations, block->arc[instrument->arcs[i]], rent, -1);
  }
}

/* The contract price against the market's on what was lifted under it, shared by the sellers as they delivered. */
static void settle_inside(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                          struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  const double volume = period->instrument_share[k] * term_at(instrument, moment, "volume_t_per_year");
  const double contract = term_at(instrument, moment, "price_usd_per_kg");
  double delivered = 0;
  for (int i = 0; i < instrument->arcs_count; i++) delivered += period->flow[instrument->arcs[i]];
  const double share = delivered > volume ? volume / delivered : 1;
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int arc = instrument->arcs[i];
    const double lifted = share * period->flow[arc], market = period->multiplier[outcome->network->arcs[arc].to];
    ledger_post(ledger, (struct account){ACCOUNT_AGENCY, k}, (struct account){ACCOUNT_TRADER, arc}, k,
                (contract - market) * lifted, lifted, "contract price");
  }
}

/* ---- either ---- */

static bool is_inside(const struct bound_instrument *instrument)
{
  return ((const struct take_or_pay_terms *)instrument->terms)->seller == SELLER_INSIDE;
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  if (is_inside(instrument))
    add_inside(instrument, k, window, b);
  else
    add_outside(instrument, k, window, b);
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  if (is_inside(instrument))
    settle_inside(instrument, k, outcome, p, ledger);
  else
    settle_outside(instrument, k, outcome, p, ledger);
}

const struct instrument_kind kind_take_or_pay = {
    .name = "take_or_pay",
    .help = "A buyer takes a volume at a contract price, or pays for its minimum share whether it takes it or not",
    .fields = fields,
    .terms_size = sizeof(struct take_or_pay_terms),
    .needs = needs,
    .bind = bind,
    .add = add,
    .settle = settle,
    .supplies = true,
};
