/* metrics/trace.c - all stages at once, one loop of the chain after another.
 *
 * What shares pass through are vertices: the nodes, then the activities, then the stores. What a vertex receives comes
 * from its sources. Vertices that feed each other (scrap goes back to the smelter, goods go both ways over a border)
 * form a loop; loops are found, sources first, by Tarjan's depth-first search (1972), and each is solved by
 * Gauss-Seidel sweeps of its own: every loop loses or adds content, so it contracts. Vertices outside loops need one
 * visit.
 */
#include "metrics/trace.h"

#include <math.h>

#include "solver/vector.h"

static const double settled = 1e-9; /* change of a vertex's shares in the last sweep of a loop */
static const double dust = 1e-9;    /* of a node's usual year: a stock so small is what a solver leaves of none */
enum { sweeps_max = 500, columns_at_once = 4, columns_max = 2 * stages_count + columns_at_once };

/* Tonnes a year at a node, content at an activity that runs; over all that the vertex receives. */
struct origin {
  int vertex;
  double share;
};

struct trace {
  const struct network *network;
  double *weight; /* [materials] content a tonne */
  int width;      /* columns, padded: for each stage at which anything is made, in any region and in the dominant */
  int column[stages_count]; /* the first of a stage's, -1: nothing is made there */
  int *own;                 /* [stores] of an activity: the column of its product's stage, else -1 */
  int stores;               /* the first store's vertex; those before it are computed */
  double *phi;              /* [vertices x width] */
  int *first, *next;        /* [stores + 1], [stores]: the sources of each vertex; scratch */
  struct origin *sources;
  double *received;           /* [stores] sum over the sources */
  double *counts;             /* [stores] of a node: what it received over its usual quantity, at most 1; else 0 */
  bool *here;                 /* [stores] an activity in the region that is dominant at its stage */
  int *order, order_count;    /* [stores] vertices by loops, sources first */
  int *loop_end, loops_count; /* [stores] where in the order each loop ends */
  int *seen, *low, clock;     /* [stores] of the search: when a vertex was seen, the earliest it leads back to */
  int *waiting, waiting_count;
  double *passed; /* [regions x width] */
};

static double *content_weights(const struct dataset *dataset, struct arena *arena)
{
  double *weight = ARENA_ARRAY(arena, dataset->materials_count, double);
  for (int c = 0; c < dataset->contents_count; c++) weight[dataset->contents[c].material] += dataset->contents[c].share;
  if (dataset->contents_count == 0)
    for (int m = 0; m < dataset->materials_count; m++) weight[m] = dataset->materials[m].price_usd_per_kg;
  return weight;
}

static int stage_made(const struct network *network, int activity)
{
  const struct activity *made = &network->activities[activity];
  return network->dataset->materials[network->nodes[made->io[made->product].node].material].stage;
}

/* Columns of the stages at which something can be made. */
static void lay_columns(struct trace *trace, struct arena *arena)
{
  const struct network *network = trace->network;
  trace->own = ARENA_ARRAY(arena, trace->stores, int);
  for (int v = 0; v < network->nodes_count; v++) trace->own[v] = -1;
  for (int s = 0; s < stages_count; s++) trace->column[s] = -1;
  for (int j = 0; j < network->activities_count; j++) {
    int *column = &trace->column[stage_made(network, j)];
    if (*column < 0) *column = trace->width, trace->width += 2;
    trace->own[network->nodes_count + j] = *column;
  }
  while (trace->width % columns_at_once != 0) trace->width++;
}

struct trace *trace_new(const struct network *network, struct arena *arena)
{
  const int stores = network->nodes_count + network->activities_count;
  int amounts = 0;
  for (int j = 0; j < network->activities_count; j++) amounts += network->activities[j].io_count;
  struct trace *trace = ARENA_NEW(arena, struct trace);
  trace->network = network;
  trace->weight = content_weights(network->dataset, arena);
  trace->stores = stores;
  lay_columns(trace, arena);
  trace->phi = ARENA_ARRAY(arena, (stores + network->stores_count) * trace->width, double);
  trace->first = ARENA_ARRAY(arena, stores + 1, int);
  trace->next = ARENA_ARRAY(arena, stores, int);
  trace->sources = ARENA_ARRAY(arena, amounts + network->arcs_count + network->stores_count, struct origin);
  trace->received = ARENA_ARRAY(arena, stores, double);
  trace->counts = ARENA_ARRAY(arena, stores, double);
  trace->here = ARENA_ARRAY(arena, stores, bool);
  trace->order = ARENA_ARRAY(arena, stores, int);
  trace->loop_end = ARENA_ARRAY(arena, stores, int);
  trace->seen = ARENA_ARRAY(arena, stores, int);
  trace->low = ARENA_ARRAY(arena, stores, int);
  trace->waiting = ARENA_ARRAY(arena, stores, int);
  trace->passed = ARENA_ARRAY(arena, network->dataset->regions_count * trace->width + 2, double);
  return trace;
}

/* ---- what moves in a period ---- */

static double opening_t(const struct network *network, const struct period_outcome *period, int store)
{
  const double usual = network->nodes[network->stores[store].node].quantity_t_per_year;
  return period->stock_before[store] > dust * usual ? period->stock_before[store] : 0;
}

bool trace_goes_on(const struct network *network, const struct period_outcome *period)
{
  for (int s = 0; s < network->stores_count; s++)
    if (opening_t(network, period, s) > 0) return true;
  return false;
}

/* Calls visit for all that moves, in one fixed order. */
static void each_source(struct trace *trace, const struct period_outcome *period,
                        void (*visit)(struct trace *trace, int to, int from, double amount))
{
  const struct network *network = trace->network;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    if (!(period->activity[j] > 0)) continue;
    for (int i = 0; i < activity->io_count; i++) {
      const struct input_output *io = &activity->io[i];
      const int vertex = network->nodes_count + j;
      if (io->amount > 0)
        visit(trace, io->node, vertex, io->amount * period->activity[j]);
      else if (io->amount < 0)
        visit(trace, vertex, io->node, -io->amount * trace->weight[network->nodes[io->node].material]);
    }
  }
  for (int a = 0; a < network->arcs_count; a++)
    visit(trace, network->arcs[a].to, network->arcs[a].from, period->flow[a]);
  for (int s = 0; s < network->stores_count; s++)
    visit(trace, network->stores[s].node, trace->stores + s, opening_t(network, period, s) / period->period.length);
}

static void source_count(struct trace *trace, int to, int from, double amount)
{
  (void)from;
  if (amount > 0) trace->first[to + 1]++;
}

static void source_add(struct trace *trace, int to, int from, double amount)
{
  if (!(amount > 0)) return;
  trace->sources[trace->next[to]++] = (struct origin){from, amount};
  trace->received[to] += amount;
}

/* The largest source first: the search for loops then follows what counts, so that a sweep in its order leaves
 * little. */
static void sort_sources(struct origin *sources, int count)
{
  for (int i = 1; i < count; i++)
    for (int j = i; j > 0 && sources[j].share > sources[j - 1].share; j--) {
      const struct origin larger = sources[j];
      sources[j] = sources[j - 1];
      sources[j - 1] = larger;
    }
}

static void gather_sources(struct trace *trace, const struct period_outcome *period)
{
  trace->first[0] = 0;
  for (int v = 0; v < trace->stores; v++) trace->first[v + 1] = 0, trace->received[v] = 0;
  each_source(trace, period, source_count);
  for (int v = 0; v < trace->stores; v++) trace->first[v + 1] += trace->first[v];
  for (int v = 0; v < trace->stores; v++) trace->next[v] = trace->first[v];
  each_source(trace, period, source_add);
  for (int v = 0; v < trace->stores; v++)
    sort_sources(trace->sources + trace->first[v], trace->first[v + 1] - trace->first[v]);
  for (int v = 0; v < trace->stores; v++)
    for (int i = trace->first[v]; i < trace->first[v + 1]; i++) trace->sources[i].share /= trace->received[v];
  for (int n = 0; n < trace->network->nodes_count; n++)
    trace->counts[n] = fmin(1, trace->received[n] / trace->network->nodes[n].quantity_t_per_year);
}

/* ---- loops, sources first ---- */

/* What waits and was seen after the first vertex of a loop is the rest of it, each behind its sources as far as can
 * be. */
static void loop_close(struct trace *trace, int first)
{
  int start = trace->waiting_count;
  trace->waiting[trace->waiting_count++] = first;
  while (start > 0 && trace->seen[trace->waiting[start - 1]] > trace->seen[first]) start--;
  for (int i = start; i < trace->waiting_count; i++) {
    trace->low[trace->waiting[i]] = trace->stores + 1; /* in no loop to come */
    trace->order[trace->order_count++] = trace->waiting[i];
  }
  trace->waiting_count = start;
  trace->loop_end[trace->loops_count++] = trace->order_count;
}

static void loop_search(struct trace *trace, int vertex)
{
  trace->seen[vertex] = trace->low[vertex] = ++trace->clock;
  for (int i = trace->first[vertex]; i < trace->first[vertex + 1]; i++) {
    const int source = trace->sources[i].vertex;
    if (source >= trace->stores) continue;
    if (trace->seen[source] == 0) loop_search(trace, source);
    if (trace->low[source] < trace->low[vertex]) trace->low[vertex] = trace->low[source];
  }
  if (trace->low[vertex] == trace->seen[vertex])
    loop_close(trace, vertex);
  else
    trace->waiting[trace->waiting_count++] = vertex;
}

static void find_loops(struct trace *trace)
{
  trace->order_count = trace->loops_count = trace->waiting_count = trace->clock = 0;
  for (int v = 0; v < trace->stores; v++) trace->seen[v] = 0;
  for (int v = 0; v < trace->stores; v++)
    if (trace->seen[v] == 0) loop_search(trace, v);
}

/* ---- shares ---- */

/* What the inner functions below are compiled with for each usual width, so that all columns stay in registers. */
#define FOR_ANY_WIDTH static inline __attribute__((always_inline))

/* sum = what the sources of a vertex pass on. */
FOR_ANY_WIDTH void mix(const struct trace *trace, int vertex, int width, double *restrict sum)
{
  const struct origin *end = trace->sources + trace->first[vertex + 1];
  double columns[columns_max] = {0};
  for (const struct origin *source = trace->sources + trace->first[vertex]; source < end; source++) {
    const double *from = trace->phi + source->vertex * width;
    for (int t = 0; t < width; t++) columns[t] += source->share * from[t];
  }
  for (int t = 0; t < width; t++) sum[t] = columns[t];
}

/* Puts in what a vertex passes on; the square of the change over all columns, where little flows less of it. */
FOR_ANY_WIDTH double visit(struct trace *trace, int vertex, int width)
{
  const int own = trace->own[vertex];
  double *phi = trace->phi + vertex * width, sum[columns_max], squares[columns_at_once] = {0}, change = 0;
  mix(trace, vertex, width, sum);
  if (own >= 0) sum[own] = 1;
  if (own >= 0 && trace->here[vertex]) sum[own + 1] = 1;
  for (int c = 0; c < width; c += columns_at_once)
    for (int t = 0; t < columns_at_once; t++) {
      const double moved = sum[c + t] - phi[c + t];
      squares[t] += moved * moved;
      phi[c + t] = sum[c + t];
    }
  for (int t = 0; t < columns_at_once; t++) change += squares[t];
  return trace->counts[vertex] * trace->counts[vertex] * change;
}

FOR_ANY_WIDTH void sweep_loop(struct trace *trace, int first, int end, int width)
{
  const int sweeps = end == first + 1 ? 1 : sweeps_max;
  for (int sweep = 0; sweep < sweeps; sweep++) {
    double most = 0;
    for (int k = first; k < end; k++) {
      const double change = visit(trace, trace->order[k], width);
      most = change > most ? change : most;
    }
    if (most <= settled * settled) return;
  }
}

VECTOR_CLONES static void settle_loop(struct trace *trace, int first, int end)
{
  switch (trace->width) {
  case columns_at_once: sweep_loop(trace, first, end, columns_at_once); break;
  case 2 * columns_at_once: sweep_loop(trace, first, end, 2 * columns_at_once); break;
  case 3 * columns_at_once: sweep_loop(trace, first, end, 3 * columns_at_once); break;
  default: sweep_loop(trace, first, end, trace->width); break;
  }
}

static void settle_shares(struct trace *trace, const int *dominant)
{
  const struct network *network = trace->network;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    trace->here[network->nodes_count + j] =
        network->nodes[activity->io[activity->product].node].region == dominant[stage_made(network, j)];
  }
  for (int i = 0; i < trace->stores * trace->width; i++) trace->phi[i] = 0;
  for (int l = 0, first = 0; l < trace->loops_count; first = trace->loop_end[l++])
    settle_loop(trace, first, trace->loop_end[l]);
}

/* What of the content consumed in each region has passed, t/y by column. */
static void sum_consumption(struct trace *trace, const struct period_outcome *period)
{
  const struct network *network = trace->network;
  const int width = trace->width;
  for (int i = 0; i < network->dataset->regions_count * width; i++) trace->passed[i] = 0;
  for (int k = 0; k < network->consumers_count; k++) {
    const struct node *node = &network->nodes[network->consumers[k].node];
    const double content = period->consumption[k] * trace->weight[node->material];
    const double *phi = trace->phi + network->consumers[k].node * width;
    for (int c = 0; c < width; c++) trace->passed[node->region * width + c] += content * phi[c];
  }
}

/* At the period's end stocks have the mixture of their nodes. */
static void keep_mixture(struct trace *trace)
{
  const int width = trace->width;
  for (int s = 0; s < trace->network->stores_count; s++)
    for (int c = 0; c < width; c++)
      trace->phi[(trace->stores + s) * width + c] = trace->phi[trace->network->stores[s].node * width + c];
}

void trace_period(struct trace *trace, const struct period_outcome *period, const int *dominant, double *embodied)
{
  const int regions = trace->network->dataset->regions_count;
  gather_sources(trace, period);
  find_loops(trace);
  settle_shares(trace, dominant);
  sum_consumption(trace, period);
  for (int stage = 0; stage < stages_count; stage++)
    for (int r = 0; r < regions; r++) {
      const double *passed = &trace->passed[r * trace->width + (dominant[stage] >= 0 ? trace->column[stage] : 0)];
      const bool any = dominant[stage] >= 0 && passed[0] > 1e-9;
      embodied[stage * regions + r] = any ? fmin(1, passed[1] / passed[0]) : (double)NAN;
    }
  keep_mixture(trace);
}
