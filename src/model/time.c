/* model/time.c - what ties the periods of a window together: stocks and investment (docs/theory.md, section 5).
 *
 * Both are written so that the weighted problem stays monotone: whatever a stock or an order adds to a node or a
 * capacity row, its own row takes back at the same weight.
 */
#include <assert.h>
#include <math.h>

#include "model/rows.h"
#include "model/terms.h"

static const struct scenario *scenario_of(const struct window *window)
{
  return window->network->scenario;
}

/* Is it part of the base year of a calibrated network? That year is history: stocks move as they did, and nothing that
 * is ordered now adds to it. */
static bool history(const struct window *window, const struct block *block)
{
  const double base = scenario_of(window)->base_year;
  return window->network->fit != NULL && !block->tail && block->period.start > base - 1e-9 &&
         block->period.start + block->period.length < base + 1 + 1e-9;
}

/* ---- which facilities can be expanded, and what an order adds where ---- */

static double build_limit(const struct window *window, int f, struct period period)
{
  const struct facility *facility = &window->network->dataset->facilities[f];
  if (!isfinite(facility->capital_usd_per_kg_year) || facility->status == STATUS_CANCELLED) return 0;
  const double stated =
      dataset_mean(window->network->dataset, &facility->build_limit_t_per_year, period, window->known);
  const double limit = isnan(stated) ? facility->capacity_t_per_year : stated;
  const double online = period.start + facility->lead_time_years;
  if (facility->start > online + 1e-9 || window->state->closed[f]) return 0;
  return fmax(0, limit) * period.length;
}

static bool expandable(const struct window *window, int f)
{
  const struct facility *facility = &window->network->dataset->facilities[f];
  return isfinite(facility->capital_usd_per_kg_year) && facility->status != STATUS_CANCELLED &&
         window->network->facility_first[f] < window->network->facility_first[f + 1];
}

/* Share of block s in which what was ordered in block t runs, ramp counted (E36). */
static double order_share(const struct window *window, int f, int t, int s)
{
  const struct facility *facility = &window->network->dataset->facilities[f];
  const struct block *ordered = &window->blocks[t], *used = &window->blocks[s];
  if (history(window, used)) return 0;
  if (used->tail) {
    const double r = scenario_of(window)->discount_rate;
    return annuity(r, facility->life_years) * used->discount / used->weight;
  }
  const double online = ordered->period.start + facility->lead_time_years;
  return ramp_mean(window->network->dataset, facility->ramp, used->period.start - online, used->period.length,
                   facility->life_years);
}

/* Capacity in block s per t/y ordered in block t: attainment x availability x ramp, for the plant's life (E36). */
static double order_gain(const struct window *window, int f, int t, int s)
{
  return window->blocks[s].facility_terms[f].factor * order_share(window, f, t, s);
}

bool time_adds_capacity(const struct window *window, int facility, int b)
{
  if (!expandable(window, facility)) return false;
  for (int t = 0; t <= b && !window->blocks[t].tail; t++)
    if (order_gain(window, facility, t, b) > 0 && build_limit(window, facility, window->blocks[t].period) > 0)
      return true;
  return false;
}

/* ---- unknowns ---- */

/* What a private stock holds at the end of a period of the base year: what it opened with, and its changes so far. */
static double stock_then(const struct window *window, const struct block *block, int s)
{
  const struct network *network = window->network;
  const struct stock *stock = &network->dataset->stocks[network->stores[s].stock];
  const double opening = network->nodes[network->stores[s].node].class == 0 ? stock->opening_t : 0;
  const double years = block->period.start + block->period.length - network->scenario->base_year;
  return fmax(0, opening + years * network->fit->stock_change[s]);
}

static void stock_unknowns(struct window *window, int b)
{
  const struct network *network = window->network;
  struct block *block = &window->blocks[b];
  for (int s = 0; s < network->stores_count; s++) {
    block->stock[s] = -1;
    if (block->tail || (b + 1 == window->blocks_count && window->state->carry == NULL)) continue;
    const struct node *node = &network->nodes[network->stores[s].node];
    block->stock[s] = window_unknown(window, (struct unknown){.kind = UNKNOWN_STOCK, .block = b, .index = s}, 0,
                                     INFINITY, node->quantity_t_per_year, node->price_usd_per_kg, block->discount);
  }
}

static void stock_bounds(struct window *window, int b)
{
  const struct network *network = window->network;
  struct equations *equations = window->equations;
  const struct block *block = &window->blocks[b];
  const bool known = history(window, block);
  for (int s = 0; s < network->stores_count; s++) {
    const int row = block->stock[s];
    if (row < 0) continue;
    const struct stock *stock = &network->dataset->stocks[network->stores[s].stock];
    const double room = dataset_mean(network->dataset, &stock->capacity_t, block->period, window->known);
    const double least = known ? stock_then(window, block, s) : 0;
    equations->lower[row] = least;
    equations->upper[row] = known ? least : isnan(room) ? INFINITY : room;
    equations->z_scale[row] = fmax(network->nodes[network->stores[s].node].quantity_t_per_year, stock->opening_t);
  }
}

static void order_unknowns(struct window *window, int b)
{
  const struct network *network = window->network;
  struct block *block = &window->blocks[b];
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    block->order[f] = -1;
    if (block->tail || !expandable(window, f) || block->capacity_rent[f] < 0) continue;
    const double scale = fmax(window->equations->f_scale[block->capacity_rent[f]], 1e-9);
    block->order[f] = window_unknown(window, (struct unknown){.kind = UNKNOWN_ORDER, .block = b, .index = f}, 0,
                                     INFINITY, scale, 1, block->discount);
  }
}

static void order_bounds(struct window *window, int b)
{
  const struct network *network = window->network;
  struct equations *equations = window->equations;
  const struct block *block = &window->blocks[b];
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const int row = block->order[f];
    if (row < 0) continue;
    equations->upper[row] = build_limit(window, f, block->period);
    equations->f_scale[row] = fmax(network->dataset->facilities[f].capital_usd_per_kg_year, 1e-9);
  }
}

void time_unknowns(struct window *window, int b)
{
  stock_unknowns(window, b);
  order_unknowns(window, b);
}

void time_bounds(struct window *window, int b)
{
  stock_bounds(window, b);
  order_bounds(window, b);
}

bool time_is_alike(const struct window *window, int b, const struct window *other)
{
  const struct block *block = &window->blocks[b], *like = &other->blocks[b];
  for (int f = 0; f < window->network->dataset->facilities_count; f++) {
    const bool orders = !block->tail && expandable(window, f) && like->capacity_rent[f] >= 0;
    if (orders != (like->order[f] >= 0)) return false;
  }
  return window->state->carry == NULL && other->state->carry == NULL;
}

/* ---- rows ---- */

/* What a store leaves at the window's end is worth the price that is expected of it (E104). */
static void carry_terms(struct window *window, int b, int s, double kept)
{
  const struct carry *carry = window->state->carry;
  const struct block *block = &window->blocks[b];
  const int stores = window->network->stores_count;
  const double beta = kept * pow(1 + scenario_of(window)->discount_rate, -block->period.length);
  double constant = carry->price[s];
  for (int j = 0; j < stores; j++) {
    const double slope = carry->slope[s * stores + j];
    if (block->stock[j] < 0) continue;
    constant -= slope * carry->stock[j];
    equations_linear(window->equations, block->stock[s], block->stock[j], -beta * slope);
  }
  equations_constant(window->equations, block->stock[s], -beta * constant);
}

/* E30: price + holding - discounted price of what is left next >= 0; the last period's stock serves the tail. */
static void stock_rows(struct window *window, int b)
{
  const struct network *network = window->network;
  struct equations *equations = window->equations;
  const struct block *block = &window->blocks[b];
  for (int s = 0; s < network->stores_count; s++) {
    const int row = block->stock[s], node = network->stores[s].node;
    if (row < 0) continue;
    const struct material *material = &network->dataset->materials[network->nodes[node].material];
    const double kept = pow(1 - material->decay_per_year, block->period.length);
    const double holding =
        dataset_mean(network->dataset, &material->holding_usd_per_kg_year, block->period, window->known);
    equations_constant(equations, row, block->period.length * holding);
    equations_linear(equations, row, block->price[node], 1);
    equations_linear(equations, block->price[node], row, -1 / block->period.length);
    if (b + 1 == window->blocks_count) {
      carry_terms(window, b, s, kept);
      continue;
    }
    const struct block *next = &window->blocks[b + 1];
    const double years = next->tail ? next->weight / next->discount : next->period.length;
    equations_linear(equations, row, next->price[node], -kept * next->discount / block->discount);
    equations_linear(equations, next->price[node], row, kept / years);
  }
}

static void opening_stocks(struct window *window)
{
  const struct network *network = window->network;
  const struct block *block = &window->blocks[0];
  for (int s = 0; s < network->stores_count; s++)
    equations_constant(window->equations, block->price[network->stores[s].node],
                       window->state->stock_t[s] / block->period.length);
}

/* Capital recovery factor: the yearly payment, at each year's end, that pays back 1. */
static double recovery(double rate, double years)
{
  return (1 + rate) / annuity(rate, years);
}

/* Capital per kg/y, less what grants and cheap money take off it (model/instruments/support.h), in the owner's eyes:
 * his hurdle rate against the window's discount factor (E37). */
static double capital_cost(const struct window *window, int f, const struct block *block)
{
  const struct facility_terms *terms = &block->facility_terms[f];
  const struct dataset *dataset = window->network->dataset;
  const struct facility *facility = &dataset->facilities[f];
  const double r = scenario_of(window)->discount_rate;
  const double own = facility->owner >= 0 ? dataset->owners[facility->owner].hurdle_rate : NAN;
  const double hurdle = terms->hurdle > 0 ? terms->hurdle : own;
  const double dearer =
      isfinite(hurdle) ? recovery(hurdle, facility->life_years) / recovery(r, facility->life_years) : 1;
  const double capital = dataset_mean(dataset, &facility->capital_usd_per_kg_year, block->period, window->known);
  return fmax(0, capital * facility->capital_factor - terms->capital_cut) * dearer;
}

/* E34: capital - discounted rents of the capacity it gives >= 0. */
static void order_rows(struct window *window, int b)
{
  const struct network *network = window->network;
  struct equations *equations = window->equations;
  const struct block *block = &window->blocks[b];
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const int row = block->order[f];
    if (row < 0) continue;
    equations_constant(equations, row, capital_cost(window, f, block));
    for (int s = b; s < window->blocks_count; s++) {
      const struct block *used = &window->blocks[s];
      if (order_share(window, f, b, s) == 0 || used->capacity_rent[f] < 0) continue;
      const double gain = order_gain(window, f, b, s); /* zero where the plant fails: the place stays */
      equations_linear(equations, used->capacity_rent[f], row, gain);
      equations_linear(equations, row, used->capacity_rent[f], -gain * used->weight / block->discount);
    }
  }
}

void time_rows(struct window *window, int b)
{
  if (b == 0) opening_stocks(window);
  if (window->blocks[b].tail) return;
  stock_rows(window, b);
  order_rows(window, b);
}
