/* calibration/prices.c - a price for every node that carries flow, by stated rules (theory, E97; docs/calibration.md).
 *
 * Prices belong to places (a material in a region): all classes and holders there share one, but for what an owner with
 * conduct adds. Stated prices and surpluses come first; then the rules are tried in their order, again and again, each
 * looking only at places that have a price already. What no rule reaches gets the typical price, largest place first.
 */
#include "calibration/base.h"

#include <math.h>

#include "model/terms.h"

struct place_price {
  double price;   /* NAN: none yet */
  double through; /* t/y that came in */
  enum price_rule rule;
};

struct filling {
  struct base *base;
  int regions;
  struct place_price *places; /* [materials x regions] */
};

static int place_of(const struct filling *filling, int node)
{
  const struct node *data = &filling->base->network->nodes[node];
  return data->material * filling->regions + data->region;
}

static double price_of(const struct filling *filling, int node)
{
  return filling->places[place_of(filling, node)].price;
}

/* ---- what needs no rule ---- */

/* Everything that enters the market's nodes of a place: made, moved there from elsewhere, scrap, curves. */
static void measure_places(struct filling *filling)
{
  const struct base *base = filling->base;
  const struct network *network = base->network;
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++)
      if (network->activities[j].io[i].amount > 0)
        filling->places[place_of(filling, network->activities[j].io[i].node)].through +=
            network->activities[j].io[i].amount * base->activity[j];
  for (int a = 0; a < network->arcs_count; a++)
    if (arc_between_regions(network, a))
      filling->places[place_of(filling, network->arcs[a].to)].through += base->flow[a];
  for (int n = 0; n < network->nodes_count; n++) /* scrap, curves, stocks stand in the constants of the balances */
    filling->places[place_of(filling, n)].through +=
        fabs(base->window->equations->constant[base->window->blocks[0].price[n]]);
  for (int k = 0; k < network->consumers_count; k++) /* of curves and outsiders alone: what is consumed came in */
    if (filling->places[place_of(filling, network->consumers[k].node)].through == 0)
      filling->places[place_of(filling, network->consumers[k].node)].through = base->consumption[k];
}

/* The observed price of the place nearest to the base year; NAN where there is none. */
static double stated_price(const struct dataset *dataset, int material, int region)
{
  double best = INFINITY, found = NAN;
  for (int p = 0; p < dataset->prices_count; p++) {
    const struct price *price = &dataset->prices[p];
    if (price->material != material || price->region != region) continue;
    const double age = isnan(price->date) ? 0 : fabs(price->date - dataset->scenario->base_year);
    if (age < best) best = age, found = price->price_usd_per_kg;
  }
  return found;
}

static void take(struct place_price *place, double price, enum price_rule rule)
{
  place->price = price, place->rule = rule;
}

static void take_stated(struct filling *filling)
{
  const struct base *base = filling->base;
  const struct dataset *dataset = base->network->dataset;
  for (int p = 0; p < dataset->materials_count * filling->regions; p++) {
    struct place_price *place = &filling->places[p];
    const double stated = stated_price(dataset, p / filling->regions, p % filling->regions);
    if (place->through > 0 && stated > 0) take(place, stated, PRICE_STATED);
  }
  for (int n = 0; n < base->network->nodes_count; n++) { /* imposed by a price deck */
    const int unknown = base->window->blocks[0].price[n];
    if (base->problem->lower[unknown] == base->problem->upper[unknown])
      take(&filling->places[place_of(filling, n)], base->problem->lower[unknown], PRICE_STATED);
  }
}

static void take_surplus(struct filling *filling)
{
  struct base *base = filling->base;
  for (int n = 0; n < base->network->nodes_count; n++) {
    if (base->surplus[n] <= 0) continue;
    struct place_price *place = &filling->places[place_of(filling, n)];
    const struct node *node = &base->network->nodes[n];
    const double lost = base->surplus[n] * (place->rule == PRICE_STATED ? place->price : node->price_usd_per_kg);
    if (place->rule == PRICE_STATED)
      base_fault(base, FAULT_SURPLUS, lost,
                 "%s is worth %.4g USD/kg by the data, but %.6g t/y of it find no use: its price falls to nothing",
                 node->name, place->price, base->surplus[n]);
    take(place, -base->network->dataset->materials[node->material].disposal_usd_per_kg, PRICE_SURPLUS);
  }
}

/* ---- rules ---- */

/* Landed cost of an arc at its exporter's price, without wedge and rising cost (E10). */
static double landed(const struct base *base, int a, double price)
{
  const struct arc_terms *terms = &base->window->blocks[0].arc_terms[a];
  const double value = price * (1 + terms->vat_rate) * (1 + terms->export_tax_rate) + terms->export_tax_specific;
  const double freight = terms->freight * (terms->fob ? 1 : 1 + terms->tariff_rate);
  return value * (1 + terms->tariff_rate) + freight + terms->tariff_specific + terms->value_cost_rate * price;
}

/* The exporter's price at which an arc lands at that price. */
static double netback(const struct base *base, int a, double price)
{
  const double nothing = landed(base, a, 0), slope = landed(base, a, 1) - nothing;
  return (price - nothing) / slope;
}

/* The largest inflow (out: outflow) of a place whose other end has a price, or -1. */
static int largest_arc(const struct filling *filling, int place, bool out)
{
  const struct network *network = filling->base->network;
  int best = -1;
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    if (!arc_between_regions(network, a) || filling->base->flow[a] <= 0) continue;
    const int here = out ? arc->from : arc->to, there = out ? arc->to : arc->from;
    if (place_of(filling, here) != place || isnan(price_of(filling, there))) continue;
    if (best < 0 || filling->base->flow[a] > filling->base->flow[best]) best = a;
  }
  return best;
}

/* What a unit of activity costs at its plant: its own marginal cost there, without the wedge of the data. */
static double own_cost(const struct base *base, int j)
{
  const struct activity_terms *terms = &base->window->blocks[0].activity_terms[j];
  const struct activity *activity = &base->network->activities[j];
  double total = 0;
  for (int i = activity->group; i < activity->group + activity->group_count; i++) total += base->activity[i];
  double cost = terms->cost + terms->slope * total;
  if (terms->power > 0) cost += terms->power * pow(total / terms->power_scale, terms->power_exponent);
  return cost - terms_activity_wedge(base->network, j, base->window->blocks[0].period, base->window->known);
}

/* Sum of amount x price over the goods of an activity on one side, those of a place left out. NAN where one has none
 * yet; by-products without a price count as nothing. */
static double goods(const struct filling *filling, int j, bool outputs, int except)
{
  const struct activity *activity = &filling->base->network->activities[j];
  double sum = 0;
  for (int i = 0; i < activity->io_count; i++) {
    const struct input_output *io = &activity->io[i];
    if ((io->amount > 0) != outputs || place_of(filling, io->node) == except) continue;
    const double price = price_of(filling, io->node);
    if (isnan(price) && !outputs) return NAN;
    if (isfinite(price)) sum += fabs(io->amount) * price;
  }
  return sum;
}

static double amount_of(const struct filling *filling, int j, bool output, int place)
{
  const struct activity *activity = &filling->base->network->activities[j];
  double sum = 0;
  for (int i = 0; i < activity->io_count; i++)
    if ((activity->io[i].amount > 0) == output && place_of(filling, activity->io[i].node) == place)
      sum += fabs(activity->io[i].amount);
  return sum;
}

/* Made goods: by the largest activity whose main product it is and whose inputs all have a price. */
static double price_made(const struct filling *filling, int place)
{
  const struct base *base = filling->base;
  double best = 0, price = NAN;
  for (int j = 0; j < base->network->activities_count; j++) {
    const struct activity *activity = &base->network->activities[j];
    const struct input_output *product = &activity->io[activity->product];
    const double made = base->activity[j] * product->amount;
    if (product->amount <= 0 || made <= best || place_of(filling, product->node) != place) continue;
    const double inputs = goods(filling, j, false, -1), amount = amount_of(filling, j, true, place);
    if (isnan(inputs)) continue;
    best = made;
    price = (inputs + own_cost(base, j) - goods(filling, j, true, place)) / amount;
  }
  return price;
}

/* Do all outputs have prices, or at least the main product? */
static bool outputs_priced(const struct filling *filling, int j, bool all)
{
  const struct activity *activity = &filling->base->network->activities[j];
  for (int i = 0; i < activity->io_count; i++)
    if (activity->io[i].amount > 0 && (all || i == activity->product) && isnan(price_of(filling, activity->io[i].node)))
      return false;
  return true;
}

/* Feeds: by the largest activity that uses it and whose outputs have prices: all of them, or (loose) the main one. */
static double price_payable(const struct filling *filling, int place, bool loose)
{
  const struct base *base = filling->base;
  const double payability = base->network->dataset->materials[place / filling->regions].payability;
  double best = 0, price = NAN;
  for (int j = 0; j < base->network->activities_count; j++) {
    const double amount = amount_of(filling, j, false, place), used = base->activity[j] * amount;
    if (used <= best || !outputs_priced(filling, j, !loose)) continue;
    const double worth = goods(filling, j, true, -1), others = goods(filling, j, false, place);
    if (isnan(others)) continue;
    best = used;
    price = isfinite(payability) ? payability * worth / amount : (worth - others - own_cost(base, j)) / amount;
  }
  return price;
}

static bool is_feed(int stage)
{
  return stage == STAGE_ORE || stage == STAGE_CONCENTRATE || stage == STAGE_COMPOUND || stage == STAGE_SCRAP;
}

/* The rules in the order in which they are tried. */
struct attempt {
  enum price_rule rule;
  bool loose;
};
static const struct attempt attempts[] = {
    {PRICE_IMPORT, false}, {PRICE_MADE, false}, {PRICE_PAYABLE, false}, {PRICE_EXPORT, false}, {PRICE_PAYABLE, true}};

static double price_by(const struct filling *filling, int place, struct attempt attempt)
{
  const struct network *network = filling->base->network;
  const int stage = network->dataset->materials[place / filling->regions].stage;
  switch (attempt.rule) {
  case PRICE_IMPORT: {
    const int arc = largest_arc(filling, place, false);
    return arc < 0 ? (double)NAN : landed(filling->base, arc, price_of(filling, network->arcs[arc].from));
  }
  case PRICE_EXPORT: {
    const int arc = largest_arc(filling, place, true);
    return arc < 0 ? (double)NAN : netback(filling->base, arc, price_of(filling, network->arcs[arc].to));
  }
  case PRICE_MADE: return is_feed(stage) || stage == STAGE_OXIDE ? (double)NAN : price_made(filling, place);
  case PRICE_PAYABLE: return stage == STAGE_OXIDE ? (double)NAN : price_payable(filling, place, attempt.loose);
  default: return NAN;
  }
}

/* A price is never below a hundredth of the typical one: what would be is a fault of the data. */
static void take_ruled(struct filling *filling, int p, double price, enum price_rule rule)
{
  const struct dataset *dataset = filling->base->network->dataset;
  const struct material *material = &dataset->materials[p / filling->regions];
  struct place_price *place = &filling->places[p];
  const double least = 0.01 * material->price_usd_per_kg;
  if (price < least)
    base_fault(filling->base, FAULT_PRICE, place->through * (least - price),
               "%s in %s would have a price of %.4g USD/kg by the rule that fills it (%s); it is put at %.4g",
               material->record.id, dataset->regions[p % filling->regions].record.id, price,
               calibration_rule_name(rule), least);
  take(place, fmax(price, least), rule);
}

/* The first rule that gives some place a price gives it to all it can; false when none does. */
static bool fill_one_round(struct filling *filling)
{
  const int places = filling->base->network->dataset->materials_count * filling->regions;
  bool any = false;
  for (size_t r = 0; r < sizeof attempts / sizeof *attempts && !any; r++)
    for (int p = 0; p < places; p++) {
      if (filling->places[p].through <= 0 || isfinite(filling->places[p].price)) continue;
      const double price = price_by(filling, p, attempts[r]);
      if (isnan(price)) continue;
      take_ruled(filling, p, price, attempts[r].rule);
      any = true;
    }
  return any;
}

/* The largest place still without a price gets the observed price of elsewhere, or the typical one. */
static bool fill_typical(struct filling *filling)
{
  const struct network *network = filling->base->network;
  int best = -1;
  double price = NAN;
  for (int n = 0; n < network->nodes_count; n++) {
    const int p = place_of(filling, n);
    if (filling->places[p].through <= 0 || isfinite(filling->places[p].price)) continue;
    if (best < 0 || filling->places[p].through > filling->places[best].through)
      best = p, price = network->nodes[n].price_usd_per_kg;
  }
  if (best >= 0) take(&filling->places[best], price, PRICE_TYPICAL);
  return best >= 0;
}

/* ---- owners ---- */

/* Bought: the market's price. Otherwise what the cheapest of the owner's own make that reaches it is worth. */
static void value_bought(struct base *base, int node)
{
  const struct network *network = base->network;
  double own = INFINITY;
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    if (arc->to != node) continue;
    if (arc->kind == ARC_PURCHASE && base->flow[a] > 0) return;
    if (arc->kind == ARC_TRANSFER) own = fmin(own, landed(base, a, base->price[arc->from]));
  }
  base->price[node] = fmin(base->price[node], own);
  base->price_rule[node] = PRICE_OWNER;
}

/* An owner sells at the margin: its own value is the market's price less mark-up, plus what contracts pay (E19). */
static void value_owners(struct base *base)
{
  const struct network *network = base->network;
  double *z = ARENA_ARRAY(base->arena, base->problem->n, double),
         *f = ARENA_ARRAY(base->arena, base->problem->n, double);
  base_point(base, z);
  base_evaluate(base, z, f, NULL);
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    if (arc->kind != ARC_SALE || isnan(base->price[arc->to]) || base->price_rule[arc->to] == PRICE_NONE) continue;
    base->price[arc->from] -= f[base->window->blocks[0].arc[a]];
    base->price_rule[arc->from] = PRICE_OWNER;
  }
  for (int n = 0; n < network->nodes_count; n++)
    if (network->nodes[n].holder == HOLDER_BOUGHT && base->price_rule[n] != PRICE_NONE) value_bought(base, n);
}

void prices_fill(struct base *base)
{
  const struct network *network = base->network;
  const int regions = network->dataset->regions_count, places = network->dataset->materials_count * regions;
  struct filling filling = {base, regions, ARENA_ARRAY(base->arena, places, struct place_price)};
  for (int p = 0; p < places; p++) filling.places[p].price = NAN;
  measure_places(&filling);
  take_stated(&filling);
  take_surplus(&filling);
  while (fill_one_round(&filling) || fill_typical(&filling)) {
  }
  for (int n = 0; n < network->nodes_count; n++) {
    const struct place_price *place = &filling.places[place_of(&filling, n)];
    base->price_rule[n] = place->rule;
    base->price[n] = isfinite(place->price) ? place->price : network->nodes[n].price_usd_per_kg;
  }
  value_owners(base);
}
