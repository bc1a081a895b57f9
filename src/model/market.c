/* model/market.c - the conditions of one period (docs/theory.md, section 3): processes, capacities, arcs, sales,
 * demand, nodes. Rows are in natural units (USD/kg or t/y); the block's weight makes them comparable over time.
 *
 * Bounds stand for simple limits (a link's capacity, a build limit): the rent is then minus the row at that bound.
 */
#include <assert.h>
#include <math.h>

#include "model/rows.h"

static struct unknown what(enum unknown_kind kind, int b, int index)
{
  return (struct unknown){.kind = kind, .block = b, .index = index};
}

static double deck_value(const struct dataset *dataset, const struct node *node, double date)
{
  double value = NAN, last = -INFINITY;
  for (int d = 0; d < dataset->deck_count; d++) {
    const struct deck_price *deck = &dataset->deck[d];
    if (deck->material != node->material || deck->region != node->region) continue;
    const double from = isnan(deck->date) ? -1e9 : deck->date;
    if (from <= date + 1e-9 && from >= last) value = deck->price_usd_per_kg, last = from;
  }
  return value;
}

/* ---- unknowns ---- */

static void price_unknowns(struct window *window, int b)
{
  const struct network *network = window->network;
  struct block *block = &window->blocks[b];
  for (int n = 0; n < network->nodes_count; n++) {
    const struct node *node = &network->nodes[n];
    block->price[n] = -1;
    if (network->dead_end != NULL && network->dead_end[n]) continue;
    block->price[n] = window_unknown(window, what(UNKNOWN_PRICE, b, n), -INFINITY, INFINITY, node->price_usd_per_kg,
                                     node->quantity_t_per_year, block->weight);
  }
}

static void price_bounds(struct window *window, int b)
{
  const struct network *network = window->network;
  struct equations *equations = window->equations;
  const struct block *block = &window->blocks[b];
  for (int n = 0; n < network->nodes_count; n++) {
    const struct node *node = &network->nodes[n];
    const int price = block->price[n];
    if (price < 0) continue;
    const double deck = node->holder == HOLDER_MARKET ? deck_value(network->dataset, node, block->period.start) : NAN;
    const bool free = isnan(deck);
    equations->lower[price] = free ? -network->dataset->materials[node->material].disposal_usd_per_kg : deck;
    equations->upper[price] = free ? INFINITY : deck;
    equations->start[price] = free ? node->price_usd_per_kg : deck;
  }
}

/* Where one process makes several classes at a plant, what they make together and the rising cost they share. */
static void group_unknowns(struct window *window, int b, int j)
{
  const struct activity *activity = &window->network->activities[j];
  struct block *block = &window->blocks[b];
  block->total[j] = block->rising[j] = -1;
  if (activity->group != j || activity->group_count == 1) return;
  const double value = activity->value_usd_per_kg, quantity = activity->quantity_t_per_year;
  block->total[j] = window_unknown(window, what(UNKNOWN_TOTAL, b, j), 0, INFINITY, quantity, value, block->weight);
  block->rising[j] =
      window_unknown(window, what(UNKNOWN_RISING_COST, b, j), -INFINITY, INFINITY, value, quantity, block->weight);
}

static double larger(double a, double b)
{
  return a > b ? a : b;
}

static void process_unknowns(struct window *window, int b)
{
  const struct network *network = window->network;
  struct block *block = &window->blocks[b];
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const int first = network->facility_first[f], end = network->facility_first[f + 1];
    block->capacity_rent[f] = -1;
    double value = 0, quantity = 0;
    for (int j = first; j < end; j++) {
      const struct activity *activity = &network->activities[j];
      block->activity[j] = window_unknown(window, what(UNKNOWN_ACTIVITY, b, j), 0, INFINITY,
                                          activity->quantity_t_per_year, activity->value_usd_per_kg, block->weight);
      group_unknowns(window, b, j);
      value = larger(value, activity->value_usd_per_kg / activity->capacity_use);
      quantity = larger(quantity, activity->quantity_t_per_year * activity->capacity_use);
    }
    if (first < end && isfinite(block->facility_terms[f].capacity))
      block->capacity_rent[f] =
          window_unknown(window, what(UNKNOWN_CAPACITY_RENT, b, f), 0, INFINITY, value, quantity, block->weight);
  }
}

static void arc_unknowns(struct window *window, int b)
{
  const struct network *network = window->network;
  struct block *block = &window->blocks[b];
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    block->arc[a] = window_unknown(window, what(UNKNOWN_ARC, b, a), 0, INFINITY, arc->quantity_t_per_year,
                                   network->nodes[arc->to].price_usd_per_kg, block->weight);
  }
}

static void arc_bounds(struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  for (int a = 0; a < window->network->arcs_count; a++) {
    const double capacity = block->arc_terms[a].capacity;
    assert(capacity >= 0);
    window->equations->upper[block->arc[a]] = capacity;
  }
}

/* Linear demand up to its intercept needs its quantity alone; a choke below it, or isoelastic demand, also the value
 * of the last unit and what goes unserved (theory, E13-E15). Where figures are drawn a choke may come to lie below the
 * intercept in one draw and not in another: there every choke counts, so that all draws have the same unknowns. */
static bool has_value(const struct network *network, const struct consumer_terms *terms)
{
  const struct chance *chance = network->dataset->chance; /* NULL in a data set made by hand */
  const bool drawn = chance != NULL && chance->any && isfinite(terms->choke);
  return terms->form == DEMAND_ISOELASTIC || terms->choke < terms->intercept || drawn;
}

/* Isoelastic demand would grow without bound as the price falls to nothing; below this share of its reference price it
 * takes no more. A glut is then disposed of at price zero, like any other. */
static const double satiation = 1e-3;

static double most_wanted(const struct consumer_terms *terms)
{
  if (terms->form != DEMAND_ISOELASTIC) return INFINITY;
  return terms->quantity * pow(satiation, -terms->elasticity);
}

static void demand_unknowns(struct window *window, int b)
{
  const struct network *network = window->network;
  struct block *block = &window->blocks[b];
  for (int k = 0; k < network->consumers_count; k++) {
    const struct consumer_terms *terms = &block->consumer_terms[k];
    const double price = network->nodes[network->consumers[k].node].price_usd_per_kg;
    block->value[k] = block->unserved[k] = -1;
    block->consumption[k] =
        window_unknown(window, what(UNKNOWN_CONSUMPTION, b, k), 0, INFINITY, price, price, block->weight);
    if (!has_value(network, terms)) continue;
    block->value[k] =
        window_unknown(window, what(UNKNOWN_VALUE, b, k), -INFINITY, INFINITY, price, price, block->weight);
    if (isfinite(terms->choke))
      block->unserved[k] =
          window_unknown(window, what(UNKNOWN_UNSERVED, b, k), 0, INFINITY, price, price, block->weight);
  }
}

/* Quantities are measured by what is wanted in the block. */
static void demand_bounds(struct window *window, int b)
{
  const struct network *network = window->network;
  struct equations *equations = window->equations;
  const struct block *block = &window->blocks[b];
  for (int k = 0; k < network->consumers_count; k++) {
    const struct consumer_terms *terms = &block->consumer_terms[k];
    const struct node *node = &network->nodes[network->consumers[k].node];
    const double quantity = larger(terms->quantity, 1e-9 * node->quantity_t_per_year);
    const int consumption = block->consumption[k], value = block->value[k], unserved = block->unserved[k];
    equations->upper[consumption] = most_wanted(terms);
    equations->z_scale[consumption] = quantity;
    if (value < 0) continue;
    equations->lower[value] = terms->form == DEMAND_ISOELASTIC ? satiation * terms->price : -INFINITY;
    equations->f_scale[value] = quantity;
    equations->start[value] = fmin(node->price_usd_per_kg, terms->choke);
    if (unserved >= 0) equations->z_scale[unserved] = quantity;
  }
}

void market_unknowns(struct window *window, int b)
{
  price_unknowns(window, b);
  process_unknowns(window, b);
  arc_unknowns(window, b);
  demand_unknowns(window, b);
}

void market_bounds(struct window *window, int b)
{
  price_bounds(window, b);
  arc_bounds(window, b);
  demand_bounds(window, b);
}

bool market_is_alike(const struct window *window, int b, const struct window *other)
{
  const struct network *network = window->network;
  const struct block *block = &window->blocks[b], *like = &other->blocks[b];
  if (block->weight != like->weight || block->discount != like->discount || block->tail != like->tail) return false;
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const bool has_rent =
        network->facility_first[f] < network->facility_first[f + 1] && isfinite(block->facility_terms[f].capacity);
    if (has_rent != (like->capacity_rent[f] >= 0)) return false;
  }
  for (int k = 0; k < network->consumers_count; k++) {
    const struct consumer_terms *terms = &block->consumer_terms[k];
    const bool value = has_value(network, terms);
    if (value != (like->value[k] >= 0) || terms->form != like->consumer_terms[k].form) return false;
    if ((value && isfinite(terms->choke)) != (like->unserved[k] >= 0)) return false;
  }
  return true;
}

/* ---- rows ---- */

/* x units leave or reach a node: the coupling of an act with a price, in both rows. */
static void exchange(struct equations *equations, int act, int price, double amount)
{
  equations_linear(equations, act, price, -amount);
  equations_linear(equations, price, act, amount);
}

/* The same at a node: nothing is drawn from a dead end. */
static void exchange_at(struct window *window, int b, int act, int node, double amount)
{
  const int price = window->blocks[b].price[node];
  if (price >= 0) exchange(window->equations, act, price, amount);
}

/* What is got rid of at a dead end costs its disposal. */
static void dispose_at(struct window *window, int b, int act, int node, double amount)
{
  if (window->blocks[b].price[node] < 0)
    equations_constant(window->equations, act, -amount * network_dead_end_price(window->network, node));
}

/* The part of marginal cost that rises with the quantity of that row's unknown; entry: the place of its own. */
static void rising_cost(struct equations *equations, int row, int entry, const struct activity_terms *terms)
{
  equations_value(equations, entry, terms->slope);
  if (terms->power > 0)
    equations_power(equations, row, terms->power, row, terms->power_scale, terms->power_exponent, -1);
}

/* Rows are written in two steps: places, the same in all draws, with what the network says; then the figures in force.
 * E5: marginal cost + inputs + capacity rent - outputs >= 0. E7: capacity - use >= 0. */
static void process_places(struct window *window, int b)
{
  const struct network *network = window->network;
  struct equations *equations = window->equations;
  struct block *block = &window->blocks[b];
  block->activity_entry = ARENA_ROOM(window->arena, network->activities_count, int);
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    const int row = block->activity[j], rent = block->capacity_rent[activity->facility];
    const int total = block->total[activity->group], rising = block->rising[activity->group];
    block->activity_entry[j] = equations->entries_count;
    if (total < 0)
      equations_linear(equations, row, row, 0);
    else
      exchange(equations, row, rising, -1);
    if (total >= 0 && activity->group == j) {
      equations_linear(equations, total, total, 0);
      exchange(equations, total, rising, 1);
    }
    for (int i = 0; i < activity->io_count; i++)
      exchange_at(window, b, row, activity->io[i].node, activity->io[i].amount);
    if (rent >= 0) exchange(equations, row, rent, -activity->capacity_use);
  }
}

static void process_figures(struct window *window, int b)
{
  const struct network *network = window->network;
  struct equations *equations = window->equations;
  const struct block *block = &window->blocks[b];
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    const struct activity_terms *terms = &block->activity_terms[j];
    const int row = block->activity[j], entry = block->activity_entry[j], total = block->total[activity->group];
    equations_constant(equations, row, terms->cost);
    if (total < 0) rising_cost(equations, row, entry, terms);
    if (total >= 0 && activity->group == j) rising_cost(equations, total, entry + 2, terms); /* after an exchange */
    for (int i = 0; i < activity->io_count; i++)
      dispose_at(window, b, row, activity->io[i].node, activity->io[i].amount);
  }
}

/* A plant that cannot run is an idle plant with a little room and a prohibitive cost, so that its rent stays bounded
 * and every draw has the same rows. */
static void capacity_rows(struct window *window, int b)
{
  const struct network *network = window->network;
  const struct block *block = &window->blocks[b];
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const int rent = block->capacity_rent[f];
    if (rent < 0) continue;
    const double capacity = block->facility_terms[f].capacity, scale = window->equations->f_scale[rent];
    const bool absent = capacity <= 1e-9 * scale && !time_adds_capacity(window, f, b);
    equations_constant(window->equations, rent, absent ? 1e-3 * scale : capacity);
    for (int j = network->facility_first[f]; absent && j < network->facility_first[f + 1]; j++)
      equations_constant(window->equations, block->activity[j], network->prohibitive_usd_per_kg);
  }
}

/* E10: landed cost - price there >= 0, for trade and for transfers inside an owner's chain. */
static void trade_places(struct window *window, int b, int a)
{
  const struct arc *arc = &window->network->arcs[a];
  const struct block *block = &window->blocks[b];
  struct equations *equations = window->equations;
  const int row = block->arc[a], from = block->price[arc->from];
  equations_linear(equations, row, row, 0);
  equations_linear(equations, row, from, 0);
  equations_linear(equations, from, row, -1);
  exchange_at(window, b, row, arc->to, 1);
}

static void trade_figures(struct window *window, int b, int a)
{
  const struct block *block = &window->blocks[b];
  const struct arc_terms *terms = &block->arc_terms[a];
  struct equations *equations = window->equations;
  const int row = block->arc[a], entry = block->arc_entry[a];
  const double inside = (1 + terms->vat_rate) * (1 + terms->export_tax_rate) * (1 + terms->tariff_rate);
  const double freight = terms->freight * (terms->fob ? 1 : 1 + terms->tariff_rate);
  const double taxed = terms->export_tax_specific * (1 + terms->tariff_rate);
  equations_constant(equations, row,
                     freight + taxed + terms->tariff_specific + terms->cost - terms->slope * terms->slope_base);
  equations_value(equations, entry, terms->slope);
  equations_value(equations, entry + 1, inside + terms->value_cost_rate);
}

/* E19: own value - net price received + theta b T' (q - V) >= 0. Contract payments are the instruments' to add. */
static void sale_row(struct window *window, int b, int a)
{
  const struct network *network = window->network;
  const struct arc *arc = &network->arcs[a];
  const struct block *block = &window->blocks[b];
  const struct sale_terms *sale = &window->sales[b * network->arcs_count + a];
  struct equations *equations = window->equations;
  const int row = block->arc[a], price = block->price[arc->to];
  exchange(equations, row, block->price[arc->from], -1);
  exchange(equations, row, price, 1);
  const double theta =
      dataset_mean(network->dataset, &network->dataset->owners[arc->owner].conduct, block->period, window->known) *
      sale->slope;
  if (theta == 0) return;
  if (isfinite(sale->response)) {
    equations_linear(equations, row, row, theta * sale->response);
    equations_constant(equations, row, -theta * sale->response * sale->volume);
    return;
  }
  for (int k = 0; k < network->consumers_count; k++) { /* isoelastic: b = p / (eps Q(p)), Q = Q0 (p/p0)^-eps */
    if (network->consumers[k].node != arc->to) continue;
    const struct consumer_terms *terms = &block->consumer_terms[k];
    const double factor = theta * terms->price / (terms->elasticity * terms->quantity);
    equations_power(equations, row, factor, price, terms->price, 1 + terms->elasticity, row);
    if (sale->volume != 0)
      equations_power(equations, row, -factor * sale->volume, price, terms->price, 1 + terms->elasticity, -1);
  }
}

static void arc_places(struct window *window, int b)
{
  struct block *block = &window->blocks[b];
  block->arc_entry = ARENA_ROOM(window->arena, window->network->arcs_count, int);
  for (int a = 0; a < window->network->arcs_count; a++) {
    const struct arc *arc = &window->network->arcs[a];
    block->arc_entry[a] = window->equations->entries_count;
    switch (arc->kind) {
    case ARC_TRADE:
    case ARC_TRANSFER: trade_places(window, b, a); break;
    case ARC_SALE: sale_row(window, b, a); break;
    case ARC_DOWNGRADE:
    case ARC_PURCHASE:
      exchange(window->equations, block->arc[a], block->price[arc->from], -1);
      exchange_at(window, b, block->arc[a], arc->to, 1);
      break;
    }
  }
}

static void arc_figures(struct window *window, int b)
{
  for (int a = 0; a < window->network->arcs_count; a++) {
    const struct arc *arc = &window->network->arcs[a];
    if (arc->kind == ARC_TRADE || arc->kind == ARC_TRANSFER) trade_figures(window, b, a);
    if (arc->kind != ARC_SALE) dispose_at(window, b, window->blocks[b].arc[a], arc->to, 1);
  }
}

/* E13 (linear: price - intercept + slope d), or E13-E15 with the value of the last unit and the unserved. */
static void demand_places(struct window *window, int b)
{
  const struct network *network = window->network;
  struct equations *equations = window->equations;
  struct block *block = &window->blocks[b];
  block->consumer_entry = ARENA_ROOM(window->arena, network->consumers_count, int);
  for (int k = 0; k < network->consumers_count; k++) {
    const int row = block->consumption[k], value = block->value[k], unserved = block->unserved[k];
    exchange(equations, row, block->price[network->consumers[k].node], -1);
    if (value >= 0) exchange(equations, row, value, 1);
    block->consumer_entry[k] = equations->entries_count;
    if (value < 0) equations_linear(equations, row, row, 0);
    if (value >= 0 && block->consumer_terms[k].form != DEMAND_ISOELASTIC) equations_linear(equations, value, value, 0);
    if (unserved >= 0) exchange(equations, unserved, value, 1);
  }
}

static void demand_figures(struct window *window, int b)
{
  struct equations *equations = window->equations;
  const struct block *block = &window->blocks[b];
  for (int k = 0; k < window->network->consumers_count; k++) {
    const struct consumer_terms *terms = &block->consumer_terms[k];
    const int row = block->consumption[k], value = block->value[k], entry = block->consumer_entry[k];
    if (value < 0) {
      equations_constant(equations, row, -terms->intercept);
      equations_value(equations, entry, terms->slope);
    } else if (terms->form == DEMAND_ISOELASTIC) {
      equations_power(equations, value, -terms->quantity, value, terms->price, -terms->elasticity, -1);
    } else {
      equations_constant(equations, value, -terms->intercept / terms->slope);
      equations_value(equations, entry, 1 / terms->slope);
    }
    if (block->unserved[k] >= 0) equations_constant(equations, block->unserved[k], terms->choke);
  }
}

/* Supply and demand stated as linear functions of several prices stand in the rows of the nodes themselves. */
static void curve_rows(struct window *window, int b)
{
  const struct network *network = window->network;
  const struct dataset *dataset = network->dataset;
  const struct block *block = &window->blocks[b];
  for (int c = 0; c < dataset->curves_count; c++) {
    const struct curve *curve = &dataset->curves[c];
    const int node = network_node(network, curve->material, curve->region, 0);
    const double value =
        (curve->side == CURVE_SUPPLY ? 1 : -1) * dataset_mean(dataset, &curve->value, block->period, window->known);
    if (curve->price_of < 0) {
      equations_constant(window->equations, block->price[node], value);
      continue;
    }
    const int other = network_node(network, curve->price_of, curve->region, 0);
    equations_linear(window->equations, block->price[node], block->price[other], value);
  }
}

/* Scrap from past consumption arrives whatever its price. */
static void scrap_rows(struct window *window, int b)
{
  const struct network *network = window->network;
  const struct block *block = &window->blocks[b];
  double *scrap = ARENA_ARRAY(window->arena, network->nodes_count, double);
  state_scrap(network, window->state, block->period, scrap);
  for (int n = 0; n < network->nodes_count; n++)
    if (block->price[n] >= 0 && scrap[n] > 0) equations_constant(window->equations, block->price[n], scrap[n]);
}

void market_rows(struct window *window, int b, const struct window *like)
{
  struct block *block = &window->blocks[b];
  const struct block *other = like != NULL ? &like->blocks[b] : NULL;
  const bool placed = other != NULL && equations_entries_like(window->equations, like->equations, other->market_first,
                                                              other->market_end);
  block->market_first = placed ? other->market_first : window->equations->entries_count;
  if (placed) {
    block->activity_entry = other->activity_entry;
    block->arc_entry = other->arc_entry;
    block->consumer_entry = other->consumer_entry;
  }
  if (!placed) process_places(window, b);
  process_figures(window, b);
  capacity_rows(window, b);
  if (!placed) arc_places(window, b);
  arc_figures(window, b);
  if (!placed) demand_places(window, b);
  demand_figures(window, b);
  block->market_end = window->equations->entries_count;
  curve_rows(window, b);
  scrap_rows(window, b);
}
