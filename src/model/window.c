/* model/window.c - assembles a window: lays out blocks and unknowns, then has every module write its rows. */
#include "model/window.h"

#include <assert.h>
#include <math.h>

#include "base/text.h"
#include "model/conduct.h"
#include "model/instruments.h"
#include "model/rows.h"
#include "model/terms.h"

static double longest_life(const struct dataset *dataset)
{
  double life = 0;
  for (int f = 0; f < dataset->facilities_count; f++)
    if (isfinite(dataset->facilities[f].capital_usd_per_kg_year)) life = fmax(life, dataset->facilities[f].life_years);
  return life > 0 ? life : 20;
}

static void index_arrays(const struct network *network, struct block *block, struct arena *arena)
{
  const int facilities = network->dataset->facilities_count;
  block->price = ARENA_ROOM(arena, network->nodes_count, int);
  block->activity = ARENA_ROOM(arena, network->activities_count, int);
  block->total = ARENA_ROOM(arena, network->activities_count, int);
  block->rising = ARENA_ROOM(arena, network->activities_count, int);
  block->capacity_rent = ARENA_ROOM(arena, facilities, int);
  block->arc = ARENA_ROOM(arena, network->arcs_count, int);
  block->consumption = ARENA_ROOM(arena, network->consumers_count, int);
  block->value = ARENA_ROOM(arena, network->consumers_count, int);
  block->unserved = ARENA_ROOM(arena, network->consumers_count, int);
  block->stock = ARENA_ROOM(arena, network->stores_count, int);
  block->order = ARENA_ROOM(arena, facilities, int);
}

static void terms_arrays(const struct network *network, struct block *block, struct arena *arena)
{
  const int facilities = network->dataset->facilities_count;
  block->instruments = ARENA_ARRAY(arena, network->instruments_count, struct instrument_block);
  block->arc_terms = ARENA_ROOM(arena, network->arcs_count, struct arc_terms);
  block->activity_terms = ARENA_ROOM(arena, network->activities_count, struct activity_terms);
  block->facility_terms = ARENA_ROOM(arena, facilities, struct facility_terms);
  block->consumer_terms = ARENA_ROOM(arena, network->consumers_count, struct consumer_terms);
}

/* Dates, discounting and weights (E27, E28). A tail starts where the last period ends. */
static void lay_out_block(struct window *window, int b, bool tail)
{
  const struct scenario *scenario = window->network->scenario;
  const struct dataset *dataset = window->network->dataset;
  struct block *block = &window->blocks[b];
  const struct period last = b > 0 ? window->blocks[b - 1].period : (struct period){0};
  block->tail = tail;
  block->period =
      tail ? (struct period){last.start + last.length, longest_life(dataset)} : scenario->periods[window->first + b];
  block->discount = pow(1 + scenario->discount_rate, -(block->period.start - window->start));
  block->weight =
      block->discount * (tail ? annuity(scenario->discount_rate, block->period.length) : block->period.length);
  const double date = tail ? block->period.start + scenario->tail_years_after : block->period.start;
  block->deflator = index_at(dataset, "deflator", date, 1) / index_at(dataset, "deflator", scenario->base_year, 1);
  terms_arrays(window->network, block, window->arena);
}

/* Of the years of a tail, discounted. */
static const double *tail_weights(const struct window *window, const struct block *block)
{
  const double beta = 1 / (1 + window->network->scenario->discount_rate);
  const int years = (int)block->period.length;
  double *weight = ARENA_ROOM(window->arena, years, double);
  for (int k = 0; k < years; k++) weight[k] = pow(beta, k);
  return weight;
}

/* Share of a block in force; in the tail by the weights of its years. */
static double share_in_force(const struct window *window, const struct block *block,
                             const struct instrument *instrument, const double *weight)
{
  const struct dataset *dataset = window->network->dataset;
  if (!block->tail) return instrument_share(dataset, instrument, block->period, window->known);
  if (isnan(instrument->end) && instrument->end_hazard_per_year == 0 && dataset->events_count == 0)
    return instrument_share(dataset, instrument, block->period, window->known);
  double sum = 0, weights = 0;
  for (int k = 0; k < (int)block->period.length; k++) {
    sum +=
        weight[k] * instrument_share(dataset, instrument, (struct period){block->period.start + k, 1}, window->known);
    weights += weight[k];
  }
  return weights > 0 ? sum / weights : 0;
}

/* What is settled in cash only is paid on the outcome of the market without it. */
static void put_in_force(struct window *window, struct block *block, int k, const double *tail_weight)
{
  const struct bound_instrument *instrument = &window->network->instruments[k];
  const bool open = instrument->kind->open == NULL || instrument->kind->open(instrument, k, window->state);
  struct instrument_block *force = &block->instruments[k];
  force->settled = open ? share_in_force(window, block, instrument->instrument, tail_weight) : 0;
  if (!instrument_in_cash(window->network->dataset, instrument->instrument))
    force->share = force->settled;
  else if (!instrument->kind->pays)
    force->settled = 0;
}

static void adjust_terms(struct window *window, int b)
{
  const struct network *network = window->network;
  for (int k = 0; k < network->instruments_count; k++) {
    const struct bound_instrument *instrument = &network->instruments[k];
    if (instrument->kind->adjust != NULL && window->blocks[b].instruments[k].share > 0)
      instrument->kind->adjust(instrument, k, window, b);
  }
}

static void add_rows(struct window *window, int b, const struct window *like)
{
  const struct network *network = window->network;
  market_rows(window, b, like);
  time_rows(window, b);
  for (int k = 0; k < network->instruments_count; k++)
    if (network->instruments[k].kind->add != NULL &&
        !instrument_in_cash(network->dataset, network->instruments[k].instrument))
      network->instruments[k].kind->add(&network->instruments[k], k, window, b);
}

/* About as much room as the window takes: most rows have a handful of entries. */
static void reserve(struct window *window)
{
  const struct network *network = window->network;
  const int blocks = window->blocks_count, facilities = network->dataset->facilities_count;
  int amounts = 0;
  for (int j = 0; j < network->activities_count; j++) amounts += network->activities[j].io_count;
  const int n = network->nodes_count + network->activities_count + facilities + network->arcs_count +
                2 * network->consumers_count + network->stores_count;
  const int entries = 2 * amounts + 4 * network->activities_count + 5 * network->arcs_count +
                      6 * network->consumers_count + 4 * network->stores_count + blocks * facilities;
  window->equations = equations_new(window->arena);
  equations_reserve(window->equations, blocks * n, blocks * entries);
  window->unknowns_max = blocks * n;
  window->unknowns = window->own_unknowns = ARENA_ROOM(window->arena, blocks * n, struct unknown);
}

/* Room for what another window has, in its places. */
static void reserve_like(struct window *window, const struct window *like)
{
  window->equations = equations_like(like->equations, window->arena);
  window->unknowns = like->unknowns;
  window->unknowns_max = window->unknowns_shared = like->equations->n;
}

/* Blocks with the figures in force, before there are unknowns. */
static struct window *window_new(const struct network *network, const struct state *state, int first,
                                 struct arena *arena)
{
  const struct scenario *scenario = network->scenario;
  const int left = scenario->periods_count - first;
  const int periods = left < scenario->window ? left : scenario->window;
  assert(periods > 0);
  struct window *window = ARENA_NEW(arena, struct window);
  *window = (struct window){.network = network,
                            .state = state,
                            .arena = arena,
                            .start = scenario->periods[first].start,
                            .known = scenario->periods[first].start + (1 - 1e-9) * scenario->periods[first].length,
                            .first = first,
                            .blocks_count = periods + scenario->tail};
  window->blocks = ARENA_ARRAY(arena, window->blocks_count, struct block);
  for (int b = 0; b < window->blocks_count; b++) {
    lay_out_block(window, b, b == periods);
    const double *tail_weight = b == periods ? tail_weights(window, &window->blocks[b]) : NULL;
    for (int k = 0; k < network->instruments_count; k++) put_in_force(window, &window->blocks[b], k, tail_weight);
  }
  terms_fill(window);
  for (int b = 0; b < window->blocks_count; b++) adjust_terms(window, b);
  return window;
}

static bool has_sales(const struct network *network)
{
  if (conduct_present(network)) return true;
  for (int a = 0; a < network->arcs_count; a++)
    if (network->arcs[a].kind == ARC_SALE) return true;
  return false;
}

/* Are all unknowns of the market those of the other window, and its rows? */
static bool is_alike(const struct window *window, const struct window *other)
{
  const struct network *network = window->network, *like = other->network;
  if (network->nodes != like->nodes || network->arcs != like->arcs || network->activities != like->activities ||
      network->dead_end != like->dead_end || network->scenario != like->scenario)
    return false; /* they may be of draws: the same graph, other figures */
  if (window->sales != NULL || other->sales != NULL || window->blocks_count != other->blocks_count) return false;
  for (int b = 0; b < window->blocks_count; b++)
    if (!market_is_alike(window, b, other) || !time_is_alike(window, b, other)) return false;
  return true;
}

static void share_unknowns(struct window *window, const struct window *other)
{
  for (int b = 0; b < window->blocks_count; b++) {
    struct block *block = &window->blocks[b];
    const struct block *like = &other->blocks[b];
    block->price = like->price, block->activity = like->activity, block->arc = like->arc;
    block->total = like->total, block->rising = like->rising, block->capacity_rent = like->capacity_rent;
    block->consumption = like->consumption, block->value = like->value, block->unserved = like->unserved;
    block->stock = like->stock, block->order = like->order;
  }
  equations_unknowns_like(window->equations, other->equations, other->market_unknowns);
}

static void lay_out_unknowns(struct window *window)
{
  for (int b = 0; b < window->blocks_count; b++) {
    index_arrays(window->network, &window->blocks[b], window->arena);
    market_unknowns(window, b);
    time_unknowns(window, b);
  }
}

/* like: NULL, or a window whose places may be its own. */
static void add_equations(struct window *window, const struct window *like)
{
  if (window->sales == NULL && has_sales(window->network))
    window->sales = conduct_first(window, CONDUCT_ABOVE, window->arena);
  const bool alike = like != NULL && is_alike(window, like);
  if (alike)
    share_unknowns(window, like);
  else
    lay_out_unknowns(window);
  window->market_unknowns = window->equations->n;
  for (int b = 0; b < window->blocks_count; b++) market_bounds(window, b), time_bounds(window, b);
  for (int b = 0; b < window->blocks_count; b++) add_rows(window, b, alike ? like : NULL);
}

struct window *window_assemble(const struct network *network, const struct state *state, int first,
                               const struct sale_terms *sales, struct arena *arena)
{
  struct window *window = window_new(network, state, first, arena);
  window->sales = sales;
  reserve(window);
  add_equations(window, NULL);
  return window;
}

struct window *window_assemble_like(const struct window *like, const struct network *network, const struct state *state,
                                    int first, struct arena *arena)
{
  struct window *window = window_new(network, state, first, arena);
  reserve_like(window, like);
  add_equations(window, like);
  return window;
}

void window_note_unknown(struct window *window, int index, struct unknown what)
{
  if (window->own_unknowns == NULL || index >= window->unknowns_max) {
    const struct unknown *before = window->unknowns;
    const int max = index < window->unknowns_max ? window->unknowns_max : 2 * index + 64;
    window->own_unknowns = ARENA_ROOM(window->arena, max, struct unknown);
    if (index > 0) memcpy(window->own_unknowns, before, (size_t)index * sizeof what);
    window->unknowns = window->own_unknowns;
    window->unknowns_max = max, window->unknowns_shared = 0;
  }
  window->own_unknowns[index] = what;
}

int window_instrument_unknown(struct window *window, int b, int k, double lower, double upper, double z_scale,
                              double f_scale)
{
  struct instrument_block *instrument = &window->blocks[b].instruments[k];
  assert(instrument->unknowns_count < (int)(sizeof instrument->unknowns / sizeof *instrument->unknowns));
  const struct unknown what = {.kind = UNKNOWN_INSTRUMENT, .block = b, .index = k, .slot = instrument->unknowns_count};
  const int index = window_unknown(window, what, lower, upper, z_scale, f_scale, window->blocks[b].weight);
  instrument->unknowns[instrument->unknowns_count++] = index;
  return index;
}

double window_price(const struct window *window, int b, int node, const double *z)
{
  const int price = window->blocks[b].price[node];
  return price >= 0 ? z[price] : network_dead_end_price(window->network, node);
}

static const char *period_name(const struct block *block, struct arena *arena)
{
  if (block->tail) return "in the years after the window";
  const double year = floor(block->period.start + 1e-6);
  if (block->period.length > 0.99) return arena_format(arena, "%.0f", year);
  const double parts = round(1 / block->period.length);
  return arena_format(arena, "%.0f%s%.0f", year, parts > 4.5 ? "-" : "Q",
                      round((block->period.start - year) * parts) + 1);
}

const char *window_unknown_name(const struct window *window, int unknown, struct arena *arena)
{
  static const char *const words[] = {
      "price of",           "activity of", "capacity rent of",    "flow of",   "consumption of", "value to",
      "unserved demand of", "stock of",    "capacity ordered by", "output of", "rising cost of", "instrument"};
  const struct network *network = window->network;
  const struct unknown *what = &window->unknowns[unknown];
  const char *name = "";
  switch (what->kind) {
  case UNKNOWN_PRICE: name = network->nodes[what->index].name; break;
  case UNKNOWN_TOTAL:
  case UNKNOWN_RISING_COST:
  case UNKNOWN_ACTIVITY: name = network->activities[what->index].name; break;
  case UNKNOWN_ARC: name = network->arcs[what->index].name; break;
  case UNKNOWN_CONSUMPTION:
  case UNKNOWN_VALUE:
  case UNKNOWN_UNSERVED: name = network->consumers[what->index].name; break;
  case UNKNOWN_STOCK: name = network->nodes[network->stores[what->index].node].name; break;
  case UNKNOWN_CAPACITY_RENT:
  case UNKNOWN_ORDER: name = network->dataset->facilities[what->index].record.id; break;
  case UNKNOWN_INSTRUMENT:
    name = network->instruments[what->index].instrument->record.id;
    if (what->slot > 0) name = arena_format(arena, "%s (%d)", name, what->slot + 1);
    break;
  }
  return arena_format(arena, "%s %s, %s", words[what->kind], name, period_name(&window->blocks[what->block], arena));
}
