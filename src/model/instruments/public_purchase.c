/* model/instruments/public_purchase.c - a public buyer holds a price up by buying, as far as its cap goes (E62), and
 * perhaps sells again above another price.
 *
 * Only what was in store when a period began is resold in it, and the market does not reckon with resales of later
 * periods: a stock that buys and sells by rule is a stockpile_rule.
 *
 * The purchase is boxed by the cap; once the cap binds, the price falls below the floor, and the sellers who are
 * served earn the difference.
 */
#include <math.h>

#include "model/instruments/kind.h"

struct public_purchase_terms {
  int material, region;
  struct field_list rules;
  double price_usd_per_kg, cap_t_per_year, resell_above_usd_per_kg, resell_t_per_year;
};

#define ROW public_purchase_terms
static const struct field fields[] = {
    REFERENCE(ROW, material, NULL, "materials", "What is bought"),
    REFERENCE(ROW, region, NULL, "regions", "Where it is bought"),
    LIST(ROW, rules, "", "rules", "Buys only what complies with these rules. Absent: anything"),
    NUMBER(ROW, price_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Price at which it buys whatever is offered"),
    NUMBER(ROW, cap_t_per_year, "t/y", "", 0, 1e12, "At most so much a year. Absent: no limit"),
    NUMBER(ROW, resell_above_usd_per_kg, "USD/kg", "1e9", 0, 1e9,
           "Sells what it holds above this price. Absent: never"),
    NUMBER(ROW, resell_t_per_year, "t/y", "0", 0, 1e12, "At this rate at most"),
    FIELD_END};
#undef ROW

enum { BOUGHT, RESOLD };

static void needs(const struct dataset *, const void *terms, class_mask *classes, bool *)
{
  *classes |= rules_mask(&((const struct public_purchase_terms *)terms)->rules);
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *,
                 struct error *error)
{
  const struct public_purchase_terms *terms = instrument->terms;
  instrument->node = bind_node(network, instrument, terms->material, terms->region, &terms->rules, "region", error);
  if (instrument->node < 0) return false;
  if (terms->resell_above_usd_per_kg < terms->price_usd_per_kg)
    return term_error(error, instrument, "resell_above_usd_per_kg", "found %g, expected at least its price, %g",
                      terms->resell_above_usd_per_kg, terms->price_usd_per_kg);
  const double dearest = network->prohibitive_usd_per_kg / network->scenario->prohibitive_factor;
  return isfinite(terms->cap_t_per_year) || terms->price_usd_per_kg < dearest ||
         term_error(error, instrument, "cap_t_per_year",
                    "missing; a price of %g is above all that anybody would pay (%g), expected a cap",
                    terms->price_usd_per_kg, dearest);
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  const struct node *node = &window->network->nodes[instrument->node];
  const double share = block->instruments[k].share, cap = instrument_term(instrument, window, b, "cap_t_per_year");
  const double most = share > 0 ? (isnan(cap) ? (double)INFINITY : share * cap) : 0;
  const int bought =
      window_instrument_unknown(window, b, k, 0, most, node->quantity_t_per_year, node->price_usd_per_kg);
  equations_linear(window->equations, bought, block->price[instrument->node], 1);
  equations_linear(window->equations, block->price[instrument->node], bought, -1);
  equations_constant(window->equations, bought, -instrument_term(instrument, window, b, "price_usd_per_kg"));
  const double rate = instrument_term(instrument, window, b, "resell_t_per_year");
  const double held = b == 0 ? fmax(0, window->state->instrument_stock_t[k]) / block->period.length : 0;
  const int resold = window_instrument_unknown(window, b, k, 0, fmin(share * rate, held), node->quantity_t_per_year,
                                               node->price_usd_per_kg);
  equations_linear(window->equations, resold, block->price[instrument->node], -1);
  equations_linear(window->equations, block->price[instrument->node], resold, 1);
  equations_constant(window->equations, resold, instrument_term(instrument, window, b, "resell_above_usd_per_kg"));
}

/* The agency pays its price; what lies above the market price goes to those who were served. */
static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const double bought = period->instrument[k][BOUGHT], resold = period->instrument[k][RESOLD],
               price = period->multiplier[instrument->node];
  const double floor = term_at(instrument, moment_of_outcome(outcome, p), "price_usd_per_kg");
  const struct account agency = {ACCOUNT_AGENCY, k};
  ledger_post(ledger, agency, (struct account){ACCOUNT_NODE, instrument->node}, k, price * bought, bought,
              "public purchase");
  ledger_post(ledger, agency, (struct account){ACCOUNT_RENT, k}, k, fmax(0, floor - price) * bought, bought,
              "public purchase above the market");
  ledger_post(ledger, (struct account){ACCOUNT_NODE, instrument->node}, agency, k, price * resold, resold,
              "public resale");
}

static void advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct state *state)
{
  const struct period_outcome *period = &outcome->periods[p];
  const double bought = period->instrument[k][BOUGHT], resold = period->instrument[k][RESOLD];
  const double floor = term_at(instrument, moment_of_outcome(outcome, p), "price_usd_per_kg");
  const double price = period->multiplier[instrument->node];
  state->instrument_stock_t[k] += (bought - resold) * period->period.length;
  state->instrument_paid[k] += nominal_kusd(instrument, outcome, p, bought * fmax(floor, price) - resold * price);
}

static struct held held(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p)
{
  double tonnes = 0;
  for (int q = 0; q <= p; q++) {
    const struct period_outcome *period = &outcome->periods[q];
    tonnes += (period->instrument[k][BOUGHT] - period->instrument[k][RESOLD]) * period->period.length;
  }
  return (struct held){.tonnes = fmax(0, tonnes), .node = instrument->node};
}

const struct instrument_kind kind_public_purchase = {
    .name = "public_purchase",
    .help = "A public buyer takes whatever is offered at its price, up to a cap; what it bought is kept",
    .fields = fields,
    .terms_size = sizeof(struct public_purchase_terms),
    .needs = needs,
    .bind = bind,
    .add = add,
    .settle = settle,
    .advance = advance,
    .held = held,
    .basis = BASIS_ASSET,
};
