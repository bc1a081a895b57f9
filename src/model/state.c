/* model/state.c - the state between windows (docs/theory.md, section 5). */
#include "model/state.h"

#include <assert.h>
#include <math.h>

#include "model/instruments.h"
#include "model/outcome.h"
#include "model/terms.h"

static struct past_consumption past_of(const struct network *network, int segment, struct period period,
                                       double quantity)
{
  const struct segment *data = &network->dataset->segments[segment];
  return (struct past_consumption){segment,
                                   network->scrap_node[segment],
                                   period.start,
                                   period.length,
                                   quantity,
                                   period.start + data->scrap_life_years,
                                   data->scrap_t_per_t * quantity};
}

struct state *state_new(const struct network *network, struct arena *arena)
{
  const struct dataset *dataset = network->dataset;
  struct state *state = ARENA_NEW(arena, struct state);
  state->date = network->scenario->periods[0].start;
  state->stock_t = ARENA_ARRAY(arena, network->stores_count, double);
  for (int s = 0; s < network->stores_count; s++) /* opening stocks carry no class */
    if (network->nodes[network->stores[s].node].class == 0)
      state->stock_t[s] = dataset->stocks[network->stores[s].stock].opening_t;
  state->demand_factor = ARENA_ARRAY(arena, dataset->segments_count, double);
  for (int k = 0; k < dataset->segments_count; k++) state->demand_factor[k] = 1;
  state->output_total_t = ARENA_ARRAY(arena, dataset->facilities_count, double);
  state->idle_years = ARENA_ARRAY(arena, dataset->facilities_count, double);
  state->closed = ARENA_ARRAY(arena, dataset->facilities_count, bool);
  state->order_first = ARENA_ARRAY(arena, dataset->facilities_count, int);
  for (int f = 0; f < dataset->facilities_count; f++) state->order_first[f] = -1;
  state->instrument_stock_t = ARENA_ARRAY(arena, network->instruments_count, double);
  state->instrument_paid = ARENA_ARRAY(arena, network->instruments_count, double);
  state->instrument_index = ARENA_ARRAY(arena, network->instruments_count, double);
  for (int k = 0; k < network->instruments_count; k++) state->instrument_index[k] = NAN;
  state->instrument_fired = ARENA_ARRAY(arena, network->instruments_count, bool);
  state->consumption_count = state->consumption_max = dataset->cohorts_count;
  state->consumption = ARENA_ARRAY(arena, dataset->cohorts_count, struct past_consumption);
  for (int c = 0; c < dataset->cohorts_count; c++) {
    const struct cohort *cohort = &dataset->cohorts[c];
    state->consumption[c] = past_of(network, cohort->segment, (struct period){cohort->date, 1}, cohort->quantity_t);
  }
  return state;
}

/* Years that two spans share. */
static double overlap(double a_start, double a_length, double b_start, double b_length)
{
  const double a_end = a_start + a_length, b_end = b_start + b_length;
  const double end = a_end < b_end ? a_end : b_end, start = a_start > b_start ? a_start : b_start;
  return end > start ? end - start : 0;
}

/* E44: what was consumed a life ago returns now. */
void state_scrap(const struct network *network, const struct state *state, struct period period, double *scrap)
{
  for (int n = 0; n < network->nodes_count; n++) scrap[n] = 0;
  for (int c = 0; c < state->consumption_count; c++) {
    const struct past_consumption *past = &state->consumption[c];
    if (past->node < 0) continue;
    const double years = overlap(past->returns, past->length, period.start, period.length);
    if (years > 0) scrap[past->node] += past->scrap_t_per_year * years / period.length;
  }
}

double state_ordered_t_per_year(const struct network *network, const struct state *state, int facility, double date)
{
  double capacity = 0;
  for (int o = state->order_first[facility]; o >= 0; o = state->orders[o].next) {
    const struct order *order = &state->orders[o];
    const struct facility *data = &network->dataset->facilities[facility];
    if (date > order->online + data->life_years) continue;
    capacity += order->capacity_t_per_year * ramp_share(network->dataset, data->ramp, date - order->online);
  }
  return capacity;
}

/* ---- advancing ---- */

static void advance_stocks(const struct network *network, struct state *state, const struct period_outcome *done)
{
  for (int s = 0; s < network->stores_count; s++) {
    const struct material *material = &network->dataset->materials[network->nodes[network->stores[s].node].material];
    state->stock_t[s] = done->stock[s] * pow(1 - material->decay_per_year, done->period.length);
  }
}

/* An order worth remembering: not the dust of a solver. */
static bool ordered(const struct network *network, const struct period_outcome *done, int f)
{
  const int first = network->facility_first[f];
  if (first == network->facility_first[f + 1]) return false;
  return done->order[f] > 1e-9 * network->activities[first].quantity_t_per_year;
}

/* Behind the facility's earlier ones. */
static void remember_order(struct state *state, struct order order)
{
  int *place = &state->order_first[order.facility];
  while (*place >= 0) place = &state->orders[*place].next;
  *place = state->orders_count;
  order.next = -1;
  state->orders[state->orders_count++] = order;
}

static void advance_orders(const struct network *network, struct state *state, const struct period_outcome *done,
                           struct arena *arena)
{
  int more = 0;
  for (int f = 0; f < network->dataset->facilities_count; f++) more += ordered(network, done, f);
  if (more == 0) return;
  state->orders = arena_grow(arena, state->orders, (size_t)state->orders_count, (size_t)(state->orders_count + more),
                             sizeof(struct order));
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const struct facility *facility = &network->dataset->facilities[f];
    if (!ordered(network, done, f)) continue;
    remember_order(state, (struct order){.facility = f,
                                         .ordered = done->period.start,
                                         .online = done->period.start + facility->lead_time_years,
                                         .capacity_t_per_year = done->order[f]});
  }
}

/* E42, E43: the reference quantity moves toward the long-run curve at today's price; thrift flagged as irreversible
 * never lets it rise again. */
static void advance_demand(const struct network *network, struct state *state, const struct period_outcome *done)
{
  for (int k = 0; k < network->consumers_count; k++) {
    const struct consumer *consumer = &network->consumers[k];
    const struct segment *segment = &network->dataset->segments[consumer->segment];
    if (consumer->eligible || !(segment->adjustment_per_year > 0) || !isfinite(segment->elasticity_long)) continue;
    const struct consumer_terms *terms = &done->consumer_terms[k];
    const double price = isfinite(done->value[k]) ? done->value[k] : done->price[consumer->node];
    if (!(price > 0) || !(terms->price > 0)) continue;
    const double further = fabs(segment->elasticity_long) - fabs(segment->elasticity);
    const double target = fmin(4, fmax(0.1, pow(price / terms->price, -further)));
    const double speed = 1 - pow(1 - fmin(1, segment->adjustment_per_year), done->period.length);
    double next = state->demand_factor[consumer->segment];
    next += speed * (target - next);
    if (segment->thrifting) next = fmin(next, state->demand_factor[consumer->segment]);
    state->demand_factor[consumer->segment] = next;
  }
}

static void advance_facilities(const struct network *network, struct state *state, const struct period_outcome *done)
{
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const struct facility *facility = &network->dataset->facilities[f];
    double output = 0, scale = 0;
    for (int j = network->facility_first[f]; j < network->facility_first[f + 1]; j++) {
      output += done->activity[j] * network->activities[j].capacity_use;
      scale = fmax(scale, network->activities[j].quantity_t_per_year);
    }
    state->output_total_t[f] += output * done->period.length;
    const bool there = done->facility_terms[f].capacity > 1e-9 * fmax(scale, 1e-9);
    state->idle_years[f] = !there || output > 1e-6 * scale ? 0 : state->idle_years[f] + done->period.length;
    const double idle = state->idle_years[f];
    if (isfinite(facility->patience_years) && idle > 0 && idle >= facility->patience_years - 1e-9)
      state->closed[f] = true;
  }
}

static void remember_consumption(const struct network *network, struct state *state, const struct period_outcome *done,
                                 struct arena *arena)
{
  int more = 0;
  for (int k = 0; k < network->consumers_count; k++)
    more += network->dataset->segments[network->consumers[k].segment].scrap >= 0;
  if (more == 0) return;
  if (state->consumption_count + more > state->consumption_max) {
    state->consumption_max = 2 * (state->consumption_count + more);
    state->consumption = arena_grow(arena, state->consumption, (size_t)state->consumption_count,
                                    (size_t)state->consumption_max, sizeof(struct past_consumption));
  }
  for (int k = 0; k < network->consumers_count; k++) {
    const int segment = network->consumers[k].segment;
    if (network->dataset->segments[segment].scrap < 0) continue;
    state->consumption[state->consumption_count++] = past_of(network, segment, done->period, done->consumption[k]);
  }
}

void state_advance(const struct network *network, struct state *state, const struct outcome *outcome, int p,
                   struct arena *arena)
{
  const struct period_outcome *done = &outcome->periods[p];
  advance_stocks(network, state, done);
  advance_orders(network, state, done, arena);
  advance_demand(network, state, done);
  advance_facilities(network, state, done);
  remember_consumption(network, state, done, arena);
  for (int k = 0; k < network->instruments_count; k++)
    if (network->instruments[k].kind->advance != NULL)
      network->instruments[k].kind->advance(&network->instruments[k], k, outcome, p, state);
  state->date = done->period.start + done->period.length;
}
