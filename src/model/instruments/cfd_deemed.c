/* model/instruments/cfd_deemed.c - a contract on a deemed volume: what is paid does not depend on what is made (E63).
 *
 * A price taker's output does not move. An owner with conduct has already sold V at the strike: V stands in its sale
 * row. One-sided, V counts only while the market price is below the strike.
 */
#include <math.h>

#include "model/instruments/payment.h"

enum { SIDES_TWO, SIDES_ONE };

struct cfd_deemed_terms {
  struct selector select;
  double strike_usd_per_kg, volume_t_per_year;
  int material, index_region, sides;
  struct field_list index_rules;
};

#define ROW cfd_deemed_terms
static const struct field fields[] = {
    SELECT_FACILITIES,
    SELECT_OWNERS,
    REFERENCE(ROW, material, NULL, "materials", "Material of the index price"),
    REFERENCE(ROW, index_region, NULL, "regions", "Region of the index price"),
    LIST(ROW, index_rules, "", "rules", "Index of goods that comply with these rules. Absent: of any"),
    NUMBER(ROW, strike_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Strike price"),
    NUMBER(ROW, volume_t_per_year, "t/y", NULL, 0, 1e12, "Deemed volume"),
    CHOICE(ROW, sides, "two", "two|one", "Whether the seller pays when the price is above the strike"),
    FIELD_END};
#undef ROW

struct deemed { /* who the cash goes to */
  struct account seller;
};

static int first_facility(const struct dataset *dataset, const struct selector *select)
{
  for (int f = 0; f < dataset->facilities_count; f++)
    if (selector_holds_facility(select, dataset, f)) return f;
  return -1;
}

static bool meant(const struct dataset *dataset, const struct selector *select, int owner)
{
  for (int f = 0; f < dataset->facilities_count; f++)
    if (dataset->facilities[f].owner == owner && selector_holds_facility(select, dataset, f)) return true;
  return false;
}

static void needs(const struct dataset *dataset, const void *terms, class_mask *classes, bool *owner_apart)
{
  const struct cfd_deemed_terms *deemed = terms;
  *classes |= rules_mask(&deemed->index_rules);
  for (int o = 0; o < dataset->owners_count; o++)
    if (meant(dataset, &deemed->select, o)) owner_apart[o] = true;
}

/* The owner's sales at the index node: there the strike replaces the market price. */
static void bind_sales(const struct network *network, struct bound_instrument *instrument, struct arena *arena)
{
  int *arcs = ARENA_ARRAY(arena, network->arcs_count, int), count = 0;
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    if (arc->kind == ARC_SALE && arc->to == instrument->node && meant(network->dataset, instrument->terms, arc->owner))
      arcs[count++] = a;
  }
  instrument->arcs = arcs, instrument->arcs_count = count;
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct cfd_deemed_terms *terms = instrument->terms;
  const int facility = first_facility(network->dataset, &terms->select);
  if (terms->select.facilities.count == 0 && terms->select.owners.count == 0)
    return term_error(error, instrument, "facilities", "missing; expected facilities, or owners");
  if (facility < 0) return term_error(error, instrument, "facilities", "applies to nothing: no facility fits");
  instrument->node =
      bind_node(network, instrument, terms->material, terms->index_region, &terms->index_rules, "index_region", error);
  if (instrument->node < 0) return false;
  bind_sales(network, instrument, arena);
  struct deemed *deemed = ARENA_NEW(arena, struct deemed);
  deemed->seller = (struct account){ACCOUNT_FACILITY, facility};
  instrument->extra = deemed;
  return true;
}

/* USD/kg at a market price. */
static double difference(const struct bound_instrument *instrument, struct moment moment, double price)
{
  const struct cfd_deemed_terms *terms = instrument->terms;
  const double strike = term_at(instrument, moment, "strike_usd_per_kg");
  const struct payoff payoff = terms->sides == SIDES_ONE ? payoff_floor(strike) : payoff_two_way(strike);
  return payoff_value(&payoff, price);
}

static bool holds(const struct bound_instrument *instrument, int arc)
{
  for (int i = 0; i < instrument->arcs_count; i++)
    if (instrument->arcs[i] == arc) return true;
  return false;
}

static double contract_volume(const struct bound_instrument *instrument, int k, const struct window *window, int b,
                              int arc, double price)
{
  const struct cfd_deemed_terms *terms = instrument->terms;
  const struct moment moment = moment_of_block(window, b);
  if (!holds(instrument, arc)) return 0;
  if (terms->sides == SIDES_ONE && price >= term_at(instrument, moment, "strike_usd_per_kg")) return 0;
  return window->blocks[b].instruments[k].share * term_at(instrument, moment, "volume_t_per_year") /
         instrument->arcs_count;
}

static double contract_cash(const struct bound_instrument *instrument, int k, const struct window *window, int b,
                            int arc, double price)
{
  const struct moment moment = moment_of_block(window, b);
  if (!holds(instrument, arc)) return 0;
  return window->blocks[b].instruments[k].share * difference(instrument, moment, price) *
         term_at(instrument, moment, "volume_t_per_year") / instrument->arcs_count;
}

static double cash_of(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                      double *volume)
{
  const struct moment moment = moment_of_outcome(outcome, p);
  *volume = outcome->periods[p].instrument_share[k] * term_at(instrument, moment, "volume_t_per_year");
  return *volume * difference(instrument, moment, outcome->periods[p].multiplier[instrument->node]);
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct deemed *deemed = instrument->extra;
  double volume;
  const double cash = cash_of(instrument, k, outcome, p, &volume);
  ledger_post(ledger, (struct account){ACCOUNT_AGENCY, k}, deemed->seller, k, cash, volume, "deemed volume");
}

static void advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct state *state)
{
  double volume;
  const double cash = cash_of(instrument, k, outcome, p, &volume);
  state->instrument_paid[k] += nominal_kusd(instrument, outcome, p, cash);
}

const struct instrument_kind kind_cfd_deemed = {
    .name = "cfd_deemed",
    .help = "A contract for differences on a deemed volume, two-sided or one-sided: cash that moves no price taker",
    .fields = fields,
    .pays = true,
    .terms_size = sizeof(struct cfd_deemed_terms),
    .needs = needs,
    .bind = bind,
    .settle = settle,
    .worth = worth_nothing,
    .advance = advance,
    .contract_volume = contract_volume,
    .contract_cash = contract_cash,
};
