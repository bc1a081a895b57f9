/* model/outcome.c - rolls the windows over the horizon and reads each first period's solution. Read outcome_compute.
 *
 * A window is judged (its class, its other starts) while the next ones are solved. Its memory is given back once that
 * is done and the next one has been solved (it is its warm start), unless the caller keeps the windows. The first
 * uncertified window ends the run: what was found is never reported as a result.
 */
#include "model/outcome.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "model/aside.h"
#include "model/expect.h"
#include "model/instruments.h"
#include "model/rolling.h"

static double *copy_doubles(const double *from, int count, struct arena *arena)
{
  double *copy = ARENA_ROOM(arena, count, double);
  memcpy(copy, from, sizeof(double) * (size_t)count);
  return copy;
}

static double *gather(const int *index, int count, const double *z, double missing, struct arena *arena)
{
  double *values = ARENA_ROOM(arena, count, double);
  for (int i = 0; i < count; i++) values[i] = index[i] >= 0 ? z[index[i]] : missing;
  return values;
}

/* ---- reading the first period of a window ---- */

static void read_processes(const struct window_solution *found, struct period_outcome *period, struct arena *arena)
{
  const struct network *network = found->window->network;
  const struct block *block = &found->window->blocks[0];
  const double *z = found->solution->z, *f = found->solution->f;
  const int facilities = network->dataset->facilities_count;
  period->activity = gather(block->activity, network->activities_count, z, 0, arena);
  period->activity_margin = gather(block->activity, network->activities_count, f, 0, arena);
  period->capacity_rent = gather(block->capacity_rent, facilities, z, 0, arena);
  period->order = gather(block->order, facilities, z, 0, arena);
  period->capacity = ARENA_ROOM(arena, facilities, double);
  for (int i = 0; i < facilities; i++) period->capacity[i] = block->facility_terms[i].capacity;
}

static void read_sales(const struct window_solution *found, struct period_outcome *period, struct arena *arena)
{
  const struct network *network = found->window->network;
  const struct sale_terms none = {.response = NAN, .slope = NAN, .volume = NAN}, *sales = found->window->sales;
  double *response = ARENA_ROOM(arena, network->arcs_count, double);
  double *slope = sales == NULL ? response : ARENA_ROOM(arena, network->arcs_count, double);
  double *volume = sales == NULL ? response : ARENA_ROOM(arena, network->arcs_count, double);
  for (int a = 0; a < network->arcs_count; a++) {
    const struct sale_terms *terms = sales != NULL && network->arcs[a].kind == ARC_SALE ? &sales[a] : &none;
    response[a] = terms->response, slope[a] = terms->slope, volume[a] = terms->volume;
  }
  period->sale_response = response, period->sale_slope = slope, period->sale_volume = volume;
}

static void read_arcs(const struct window_solution *found, struct period_outcome *period, struct arena *arena)
{
  const struct network *network = found->window->network;
  const struct block *block = &found->window->blocks[0];
  period->flow = gather(block->arc, network->arcs_count, found->solution->z, 0, arena);
  period->flow_margin = gather(block->arc, network->arcs_count, found->solution->f, 0, arena);
  period->arc_rent = ARENA_ROOM(arena, network->arcs_count, double);
  for (int a = 0; a < network->arcs_count; a++)
    period->arc_rent[a] = period->flow_margin[a] < 0 ? -period->flow_margin[a] : 0;
  read_sales(found, period, arena);
}

static void read_demand(const struct window_solution *found, struct period_outcome *period, struct arena *arena)
{
  const struct network *network = found->window->network;
  const struct block *block = &found->window->blocks[0];
  period->consumption = gather(block->consumption, network->consumers_count, found->solution->z, 0, arena);
  period->unserved = gather(block->unserved, network->consumers_count, found->solution->z, 0, arena);
  period->value = gather(block->value, network->consumers_count, found->solution->z, NAN, arena);
}

static void read_stores(const struct window_solution *found, struct period_outcome *period, struct arena *arena)
{
  const struct network *network = found->window->network;
  period->stock = gather(found->window->blocks[0].stock, network->stores_count, found->solution->z, 0, arena);
  period->stock_before = copy_doubles(found->window->state->stock_t, network->stores_count, arena);
}

/* What a curve of the node's own region and material supplies at the solution's prices. */
static double curve_supply(const struct window_solution *found, int node)
{
  const struct network *network = found->window->network;
  const struct dataset *dataset = network->dataset;
  const struct block *block = &found->window->blocks[0];
  const struct node *data = &network->nodes[node];
  double supply = 0;
  for (int c = 0; c < dataset->curves_count; c++) {
    const struct curve *curve = &dataset->curves[c];
    if (curve->side != CURVE_SUPPLY || curve->material != data->material || curve->region != data->region) continue;
    const int other = curve->price_of < 0 ? -1 : network_node(network, curve->price_of, curve->region, 0);
    supply += curve->value * (other < 0 ? 1 : found->solution->z[block->price[other]]);
  }
  return data->holder == HOLDER_MARKET ? supply : 0;
}

static void read_throughput(const struct window_solution *found, struct period_outcome *period, struct arena *arena)
{
  const struct network *network = found->window->network;
  const double years = period->period.length;
  double *in = ARENA_ROOM(arena, network->nodes_count, double);
  for (int n = 0; n < network->nodes_count; n++) in[n] = period->scrap[n] + curve_supply(found, n);
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++) {
      const struct input_output *io = &network->activities[j].io[i];
      if (io->amount > 0) in[io->node] += io->amount * period->activity[j];
    }
  for (int a = 0; a < network->arcs_count; a++) in[network->arcs[a].to] += period->flow[a];
  for (int s = 0; s < network->stores_count; s++)
    in[network->stores[s].node] += fmax(0, period->stock_before[s] - period->stock[s]) / years;
  period->throughput = in;
}

/* A node through which nothing flows has no price: its unknown is an arbitrary point of an interval. */
static void read_nodes(const struct window_solution *found, struct period_outcome *period, struct arena *arena)
{
  const struct network *network = found->window->network;
  const struct block *block = &found->window->blocks[0];
  period->multiplier = ARENA_ROOM(arena, network->nodes_count, double);
  for (int n = 0; n < network->nodes_count; n++)
    period->multiplier[n] = window_price(found->window, 0, n, found->solution->z);
  period->surplus = gather(block->price, network->nodes_count, found->solution->f, 0, arena);
  period->price = ARENA_ROOM(arena, network->nodes_count, double);
  period->scrap = ARENA_ROOM(arena, network->nodes_count, double);
  state_scrap(network, found->window->state, period->period, period->scrap);
  read_throughput(found, period, arena);
  for (int n = 0; n < network->nodes_count; n++)
    if (block->price[n] < 0) period->surplus[n] = period->throughput[n]; /* a dead end gets rid of all that comes */
  double *asked = ARENA_ARRAY(arena, network->nodes_count, double);
  for (int k = 0; k < network->consumers_count; k++) asked[network->consumers[k].node] += period->consumption[k];
  for (int n = 0; n < network->nodes_count; n++) {
    const bool flows = (period->throughput[n] > asked[n] ? period->throughput[n] : asked[n]) >
                       1e-7 * network->nodes[n].quantity_t_per_year;
    period->price[n] = flows ? period->multiplier[n] : NAN;
  }
}

static void read_instruments(const struct window_solution *found, struct period_outcome *period, struct arena *arena)
{
  const struct network *network = found->window->network;
  period->instrument = arena_alloc(arena, (size_t)network->instruments_count, sizeof *period->instrument);
  period->instrument_share = ARENA_ARRAY(arena, network->instruments_count, double);
  for (int k = 0; k < network->instruments_count; k++) {
    const struct instrument_block *block = &found->window->blocks[0].instruments[k];
    period->instrument_share[k] = block->settled;
    for (int u = 0; u < block->unknowns_count; u++) period->instrument[k][u] = found->solution->z[block->unknowns[u]];
  }
}

static void read_terms(const struct window_solution *found, struct period_outcome *period, struct arena *arena)
{
  const struct network *network = found->window->network;
  const struct block *block = &found->window->blocks[0];
  const size_t facilities = (size_t)network->dataset->facilities_count;
  const size_t activities = (size_t)network->activities_count, arcs = (size_t)network->arcs_count;
  const size_t consumers = (size_t)network->consumers_count;
  period->arc_terms = arena_grow(arena, block->arc_terms, arcs, arcs, sizeof(struct arc_terms));
  period->activity_terms =
      arena_grow(arena, block->activity_terms, activities, activities, sizeof(struct activity_terms));
  period->facility_terms =
      arena_grow(arena, block->facility_terms, facilities, facilities, sizeof(struct facility_terms));
  period->consumer_terms =
      arena_grow(arena, block->consumer_terms, consumers, consumers, sizeof(struct consumer_terms));
}

static struct period_outcome read_period(const struct window_solution *found, struct arena *arena)
{
  struct period_outcome period = {.period = found->window->blocks[0].period,
                                  .known = found->window->known,
                                  .deflator = found->window->blocks[0].deflator};
  read_processes(found, &period, arena);
  read_arcs(found, &period, arena);
  read_demand(found, &period, arena);
  read_stores(found, &period, arena);
  read_nodes(found, &period, arena);
  read_instruments(found, &period, arena);
  read_terms(found, &period, arena);
  return period;
}

/* ---- rolling ---- */

static const char *status_words(enum mcp_status status)
{
  switch (status) {
  case MCP_SOLVED:
  case MCP_MET: return "solved";
  case MCP_STALLED: return "no method made progress";
  case MCP_EXHAUSTED: return "the iteration limit was reached";
  case MCP_DIVERGED: return "quantities or prices ran off, so most likely no equilibrium exists";
  }
  return "";
}

static const char *failure_of(const struct network *network, const struct window_report *report, struct arena *arena)
{
  const double date = network->scenario->periods[report->first].start;
  if (report->status == MCP_SOLVED && report->note != NULL)
    return arena_format(arena, "the window from %.6g has no accepted equilibrium: %s", date, report->note);
  return arena_format(arena,
                      "the window from %.6g was not solved: %s; the condition farthest from holding is the %s "
                      "(residual %.1e, allowed 1e-8)",
                      date, status_words(report->status), report->worst, report->certificate.residual);
}

static bool report_progress(const struct solve_options *options, double share, const char *what)
{
  return options->progress == NULL || options->progress(options->progress_context, share, what);
}

struct outcome *outcome_begin(const struct network *network, const struct solve_options *options, struct arena *arena)
{
  const int periods = network->scenario->periods_count;
  struct outcome *outcome = ARENA_NEW(arena, struct outcome);
  outcome->network = network;
  outcome->periods = ARENA_ARRAY(arena, periods, struct period_outcome);
  outcome->windows = ARENA_ARRAY(arena, periods, struct window_report);
  if (options->keep_windows) {
    outcome->assembled = ARENA_ARRAY(arena, periods, const struct window *);
    outcome->solutions = ARENA_ARRAY(arena, periods, const struct mcp_solution *);
  }
  if (options->judge_later) outcome->pending = ARENA_ARRAY(arena, periods, struct window_solution *);
  return outcome;
}

bool outcome_take(struct outcome *outcome, const struct window_solution *found, const struct solve_options *options,
                  struct state *state, struct arena *arena)
{
  const int p = outcome->windows_count;
  outcome->windows[p] = found->report;
  outcome->windows_count++;
  if (options->keep_windows) {
    outcome->assembled[p] = found->window;
    outcome->solutions[p] = found->solution;
  }
  if (!found->report.certificate.accepted || found->report.status != MCP_SOLVED) {
    outcome->failure = failure_of(outcome->network, &found->report, arena);
    return false;
  }
  outcome->periods[p] = read_period(found, arena);
  outcome->periods_count++;
  state_advance(outcome->network, state, outcome, p, arena);
  return true;
}

/* Windows under way: the one being solved, its predecessor (its warm start), and those still being judged. */
enum { open_one_thread = 2, open_most = 4 };

struct roll {
  int open;
  struct arena *arenas[open_most]; /* [open], and below */
  struct arena_mark empty[open_most];
  struct aside asides[open_most];
};

static struct roll roll_begin(bool one_thread)
{
  struct roll roll = {.open = one_thread ? open_one_thread : open_most};
  for (int i = 0; i < roll.open; i++) roll.arenas[i] = arena_new(), roll.empty[i] = arena_mark(roll.arenas[i]);
  return roll;
}

static void roll_join(struct roll *roll, struct outcome *outcome, int p)
{
  if (p >= 0 && p < outcome->windows_count) aside_join(&roll->asides[p % roll->open], &outcome->windows[p]);
}

static void roll_end(struct roll *roll, struct outcome *outcome)
{
  for (int p = outcome->windows_count - roll->open; p < outcome->windows_count; p++) roll_join(roll, outcome, p);
  for (int i = 0; i < roll->open; i++) arena_free(roll->arenas[i]), aside_end(&roll->asides[i]);
}

/* Judging begins in a thread of its own, or is left to outcome_judge. */
static void judge(struct outcome *outcome, int p, const struct window_solution *found, struct aside *aside,
                  const struct solve_options *options, struct arena *arena)
{
  if (found->judged) return;
  if (!options->judge_later) {
    aside_begin(aside, found, options);
    return;
  }
  outcome->windows[p].pending = true;
  outcome->pending[p] = ARENA_NEW(arena, struct window_solution);
  *outcome->pending[p] = *found;
}

struct window_report outcome_judge(const struct outcome *outcome, int window, const struct solve_options *options,
                                   struct arena *scratch)
{
  assert(outcome->pending != NULL && outcome->pending[window] != NULL);
  struct window_solution found = *outcome->pending[window];
  const struct arena_mark mark = arena_mark(scratch);
  window_judge(&found, options, scratch);
  arena_reset(scratch, mark);
  return found.report;
}

const struct outcome *outcome_compute(const struct network *network, const struct solve_options *options,
                                      struct arena *arena)
{
  const struct solve_options defaults = {0};
  if (options == NULL) options = &defaults;
  const int periods = network->scenario->periods_count;
  struct outcome *outcome = outcome_begin(network, options, arena);
  struct state *state = state_new(network, arena);
  struct solve_memory memory = {.arena = arena};
  struct roll roll = roll_begin(options->one_thread);
  const bool kept = options->keep_windows || options->judge_later;
  struct arena *keeps = options->windows != NULL ? options->windows : arena;
  outcome->solved = true;
  for (int p = 0; p < periods && outcome->solved; p++) {
    const int slot = p % roll.open;
    struct arena *window_arena = kept ? keeps : roll.arenas[slot];
    roll_join(&roll, outcome, p - roll.open);
    if (!kept) arena_reset(window_arena, roll.empty[slot]);
    struct window_solution found =
        options->expected == NULL ? window_find(network, state, p, options, &memory, window_arena)
                                  : expect_solve(network, state, p, options->expected, options, &memory, window_arena);
    if (memory.class == NULL) window_classify(&found, &memory, window_arena);
    outcome->solved = outcome_take(outcome, &found, options, state, arena);
    judge(outcome, p, &found, &roll.asides[slot], options, arena);
    if (outcome->solved && !report_progress(options, (p + 1.0) / periods, "solving")) {
      outcome->failure = "the run was stopped";
      outcome->solved = p + 1 == periods;
    }
  }
  roll_end(&roll, outcome);
  return outcome;
}
