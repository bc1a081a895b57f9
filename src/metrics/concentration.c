/* metrics/concentration.c - shares, and content traced through flows.
 *
 * For the embodied measure every node carries phi, the share of its content that passed the stage in question in the
 * dominant region (and, in a second pass, in any region, to divide by): phi_node = sum of inflow phi_source / sum of
 * inflow, where an activity of that stage in that region gives 1 and any other gives the mean of its inputs, weighted
 * by content (by base value where the data state no contents). Stocks keep the mixture they were filled with. The
 * linear system is solved by Gauss-Seidel sweeps in the order of the chain: every loop of it loses or adds content, so
 * it contracts. Qualification and time lags are not considered.
 */
#include "metrics/concentration.h"

#include <math.h>
#include <stdlib.h>

static void concentration_of_production(struct concentration *result, const struct tally *tally)
{
  for (int m = 0; m < tally->materials_count; m++) {
    const double world = tally_world(tally, tally->production, m);
    result->dominant[m] = -1;
    result->index[m] = world > 0 ? 0 : (double)NAN;
    result->dominant_share[m] = world > 0 ? 0 : (double)NAN;
    for (int r = 0; r < tally->regions_count && world > 0; r++) {
      const double share = tally->production[tally_index(tally, m, r)] / world;
      result->index[m] += share * share;
      if (share > result->dominant_share[m]) result->dominant_share[m] = share, result->dominant[m] = r;
    }
  }
}

static void concentration_of_trade(struct concentration *result, const struct tally *tally)
{
  for (int m = 0; m < tally->materials_count; m++)
    for (int r = 0; r < tally->regions_count; r++) {
      const int place = tally_index(tally, m, r);
      const double used = tally_apparent_use(tally, m, r), net = tally->imports[place] - tally->exports[place];
      result->reliance[place] = used > 1e-9 ? fmin(1, fmax(0, net / used)) : (double)NAN;
    }
}

/* Which region makes most of a stage's main products, at base prices. */
static void concentration_of_stages(struct concentration *result, const struct network *network,
                                    const struct period_outcome *period, struct arena *arena)
{
  const struct dataset *dataset = network->dataset;
  double *worth = ARENA_ARRAY(arena, stages_count * dataset->regions_count, double);
  double total[stages_count] = {0};
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    const struct input_output *product = &activity->io[activity->product];
    const struct node *node = &network->nodes[product->node];
    const int stage = dataset->materials[node->material].stage;
    const double value = product->amount * period->activity[j] * dataset->materials[node->material].price_usd_per_kg;
    if (!(value > 0)) continue;
    worth[stage * dataset->regions_count + node->region] += value;
    total[stage] += value;
  }
  for (int stage = 0; stage < stages_count; stage++) {
    result->stage_dominant[stage] = -1;
    result->stage_share[stage] = NAN;
    for (int r = 0; r < dataset->regions_count && total[stage] > 0; r++) {
      const double share = worth[stage * dataset->regions_count + r] / total[stage];
      if (result->stage_dominant[stage] >= 0 && share <= result->stage_share[stage]) continue;
      result->stage_dominant[stage] = r;
      result->stage_share[stage] = share;
    }
  }
}

/* Share of a region's inflow of the stage's materials, at base prices, that came straight from the dominant one. */
static void concentration_direct(struct concentration *result, const struct network *network,
                                 const struct period_outcome *period, const struct tally *tally, struct arena *arena)
{
  const struct dataset *dataset = network->dataset;
  const int regions = dataset->regions_count;
  double *from = ARENA_ARRAY(arena, stages_count * regions, double),
         *all = ARENA_ARRAY(arena, stages_count * regions, double);
  for (int m = 0; m < tally->materials_count; m++)
    for (int r = 0; r < regions; r++) {
      const struct material *material = &dataset->materials[m];
      const int place = tally_index(tally, m, r), cell = material->stage * regions + r;
      all[cell] += material->price_usd_per_kg * (tally->production[place] + tally->imports[place]);
      if (result->stage_dominant[material->stage] == r)
        from[cell] += material->price_usd_per_kg * tally->production[place];
    }
  for (int a = 0; a < network->arcs_count; a++) {
    const struct node *source = &network->nodes[network->arcs[a].from], *target = &network->nodes[network->arcs[a].to];
    const struct material *material = &dataset->materials[source->material];
    if (source->region == target->region || source->region != result->stage_dominant[material->stage]) continue;
    from[material->stage * regions + target->region] += material->price_usd_per_kg * period->flow[a];
  }
  for (int cell = 0; cell < stages_count * regions; cell++) {
    result->direct[cell] = all[cell] > 1e-9 ? fmin(1, from[cell] / all[cell]) : (double)NAN;
  }
}

/* What shares pass through are vertices: the nodes, then the activities, then the stores. What a vertex receives comes
 * from its sources: tonnes a year at a node, content at an activity that runs. */
struct origin {
  int vertex;
  double amount;
};

struct trace {
  const struct network *network;
  const struct period_outcome *period;
  const double *weight; /* [materials] content a tonne */
  int stage, region;    /* region -1: any */
  int stores;           /* the first store's vertex; those before it are computed */
  double *phi;          /* [vertices] share that passed the stage */
  int *first, *next;    /* [stores + 1], [stores]: the sources of each vertex; scratch */
  struct origin *sources;
  double *received; /* [stores] sum over the sources */
  double *counts;   /* [stores] of a node: what it received over its usual quantity, at most 1; else 0 */
  bool *here;       /* [stores] an activity at the stage, in the dominant region */
  int *order;       /* [order_count] vertices that receive anything, behind their sources as far as that can be */
  int order_count;
  bool *seen; /* [stores] */
};

static double *content_weights(const struct dataset *dataset, struct arena *arena)
{
  double *weight = ARENA_ARRAY(arena, dataset->materials_count, double);
  for (int c = 0; c < dataset->contents_count; c++) weight[dataset->contents[c].material] += dataset->contents[c].share;
  if (dataset->contents_count == 0)
    for (int m = 0; m < dataset->materials_count; m++) weight[m] = dataset->materials[m].price_usd_per_kg;
  return weight;
}

static struct trace trace_new(const struct network *network, struct arena *arena)
{
  const int stores = network->nodes_count + network->activities_count;
  int amounts = 0;
  for (int j = 0; j < network->activities_count; j++) amounts += network->activities[j].io_count;
  return (struct trace){
      .network = network,
      .weight = content_weights(network->dataset, arena),
      .stores = stores,
      .phi = ARENA_ARRAY(arena, stores + network->stores_count, double),
      .first = ARENA_ARRAY(arena, stores + 1, int),
      .next = ARENA_ARRAY(arena, stores, int),
      .sources = ARENA_ARRAY(arena, amounts + network->arcs_count + network->stores_count, struct origin),
      .received = ARENA_ARRAY(arena, stores, double),
      .counts = ARENA_ARRAY(arena, stores, double),
      .here = ARENA_ARRAY(arena, stores, bool),
      .order = ARENA_ARRAY(arena, stores, int),
      .seen = ARENA_ARRAY(arena, stores, bool),
  };
}

/* Calls visit for all that moves in a period, in one fixed order. */
static void each_source(struct trace *trace, void (*visit)(struct trace *trace, int to, int from, double amount))
{
  const struct network *network = trace->network;
  const struct period_outcome *period = trace->period;
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
    visit(trace, network->stores[s].node, trace->stores + s, period->stock_before[s] / period->period.length);
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

static void order_from(struct trace *trace, int vertex)
{
  if (vertex >= trace->stores || trace->seen[vertex]) return;
  trace->seen[vertex] = true;
  for (int i = trace->first[vertex]; i < trace->first[vertex + 1]; i++) order_from(trace, trace->sources[i].vertex);
  trace->order[trace->order_count++] = vertex;
}

/* What moves in a period: the same for every stage and region that is looked for. */
static void trace_period(struct trace *trace, const struct period_outcome *period)
{
  trace->period = period;
  trace->order_count = trace->first[0] = 0;
  for (int v = 0; v < trace->stores; v++) trace->first[v + 1] = 0, trace->received[v] = 0, trace->seen[v] = false;
  each_source(trace, source_count);
  for (int v = 0; v < trace->stores; v++) trace->first[v + 1] += trace->first[v];
  for (int v = 0; v < trace->stores; v++) trace->next[v] = trace->first[v];
  each_source(trace, source_add);
  for (int v = 0; v < trace->stores; v++) order_from(trace, v);
  for (int n = 0; n < trace->network->nodes_count; n++)
    trace->counts[n] = fmin(1, trace->received[n] / trace->network->nodes[n].quantity_t_per_year);
}

static void trace_stage(struct trace *trace)
{
  const struct network *network = trace->network;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    const struct node *product = &network->nodes[activity->io[activity->product].node];
    trace->here[network->nodes_count + j] = (trace->region < 0 || product->region == trace->region) &&
                                            network->dataset->materials[product->material].stage == trace->stage;
  }
}

/* One sweep, sources first, so that only goods that go round in circles need another; the largest change at a node,
 * where little flows less of it. */
static double trace_sweep(struct trace *trace)
{
  double change = 0;
  for (int k = 0; k < trace->order_count; k++) {
    const int vertex = trace->order[k];
    double sum = 0;
    for (int i = trace->first[vertex]; i < trace->first[vertex + 1]; i++)
      sum += trace->sources[i].amount * trace->phi[trace->sources[i].vertex];
    const double mean = trace->received[vertex] > 0 ? sum / trace->received[vertex] : 0;
    const double phi = trace->here[vertex] ? 1 : mean; /* what it passes on */
    const double moved = trace->counts[vertex] * fabs(phi - trace->phi[vertex]);
    if (moved > change) change = moved;
    trace->phi[vertex] = phi;
  }
  return change;
}

/* Content of final consumption that passed the stage in trace->region, t/y by region of the consumer. stock[stores]: of
 * what is stored, at the start of the period, then at its end. */
static double *trace_consumption(struct trace *trace, double *stock, struct arena *arena)
{
  const struct network *network = trace->network;
  double *stored = trace->phi + trace->stores;
  double *passed = ARENA_ARRAY(arena, network->dataset->regions_count, double);
  for (int v = 0; v < trace->stores; v++) trace->phi[v] = 0;
  trace_stage(trace);
  for (int s = 0; s < network->stores_count; s++) stored[s] = stock[s];
  for (int sweep = 0; sweep < 500 && trace_sweep(trace) > 1e-9; sweep++) continue;
  for (int k = 0; k < network->consumers_count; k++) {
    const struct node *node = &network->nodes[network->consumers[k].node];
    passed[node->region] +=
        trace->period->consumption[k] * trace->weight[node->material] * trace->phi[network->consumers[k].node];
  }
  for (int s = 0; s < network->stores_count; s++) stock[s] = trace->phi[network->stores[s].node];
  return passed;
}

static void concentration_embodied(struct concentration *result, struct trace *trace, double *stocks, int stage,
                                   struct arena *arena)
{
  const int regions = trace->network->dataset->regions_count, stores = trace->network->stores_count;
  trace->stage = stage;
  trace->region = -1;
  const double *all = trace_consumption(trace, stocks, arena);
  trace->region = result->stage_dominant[stage];
  const double *dominant = trace_consumption(trace, stocks + stores, arena);
  for (int r = 0; r < regions; r++)
    result->embodied[stage * regions + r] = all[r] > 1e-9 ? fmin(1, dominant[r] / all[r]) : (double)NAN;
}

static struct concentration concentration_new(const struct dataset *dataset, struct arena *arena)
{
  const int materials = dataset->materials_count, regions = dataset->regions_count;
  return (struct concentration){
      .index = ARENA_ARRAY(arena, materials, double),
      .dominant = ARENA_ARRAY(arena, materials, int),
      .dominant_share = ARENA_ARRAY(arena, materials, double),
      .reliance = ARENA_ARRAY(arena, materials * regions, double),
      .direct = ARENA_ARRAY(arena, stages_count * regions, double),
      .embodied = ARENA_ARRAY(arena, stages_count * regions, double),
  };
}

struct concentration *concentration_compute(const struct outcome *outcome, const struct tally *tallies,
                                            struct arena *arena)
{
  const struct network *network = outcome->network;
  const struct dataset *dataset = network->dataset;
  struct concentration *results = ARENA_ARRAY(arena, outcome->periods_count, struct concentration);
  struct trace trace = trace_new(network, arena);
  double *stocks = ARENA_ARRAY(arena, 2 * stages_count * network->stores_count, double);
  for (int p = 0; p < outcome->periods_count; p++) {
    results[p] = concentration_new(dataset, arena);
    concentration_of_production(&results[p], &tallies[p]);
    concentration_of_trade(&results[p], &tallies[p]);
    concentration_of_stages(&results[p], network, &outcome->periods[p], arena);
    concentration_direct(&results[p], network, &outcome->periods[p], &tallies[p], arena);
    trace_period(&trace, &outcome->periods[p]);
    for (int cell = 0; cell < stages_count * dataset->regions_count; cell++) results[p].embodied[cell] = NAN;
    for (int stage = 0; stage < stages_count; stage++)
      if (results[p].stage_dominant[stage] >= 0)
        concentration_embodied(&results[p], &trace, &stocks[2 * stage * network->stores_count], stage, arena);
  }
  return results;
}
