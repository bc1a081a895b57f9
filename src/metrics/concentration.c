/* metrics/concentration.c - shares of production, trade and content.
 *
 * Shares of production and trade are sums over a tally; what is embodied is traced by metrics/trace.h.
 */
#include "metrics/concentration.h"

#include <math.h>

#include "metrics/trace.h"

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

/* Those that are asked for, and those before them that left stocks, whose mixture is traced on. */
static const bool *periods_traced(const struct outcome *outcome, const bool *wanted, struct arena *arena)
{
  bool *traced = ARENA_ARRAY(arena, outcome->periods_count, bool);
  for (int p = outcome->periods_count - 1; p >= 0; p--) {
    const bool goes_on = p + 1 < outcome->periods_count && traced[p + 1];
    traced[p] = wanted == NULL || wanted[p] || (goes_on && trace_goes_on(outcome->network, &outcome->periods[p + 1]));
  }
  return traced;
}

struct concentration *concentration_compute(const struct outcome *outcome, const struct tally *tallies,
                                            const bool *wanted, struct arena *arena)
{
  const struct network *network = outcome->network;
  struct concentration *results = ARENA_ARRAY(arena, outcome->periods_count, struct concentration);
  const bool *traced = periods_traced(outcome, wanted, arena);
  struct trace *trace = trace_new(network, arena);
  for (int p = 0; p < outcome->periods_count; p++) {
    if (!traced[p]) continue;
    const struct period_outcome *period = &outcome->periods[p];
    struct concentration result = concentration_new(network->dataset, arena);
    concentration_of_stages(&result, network, period, arena);
    trace_period(trace, period, result.stage_dominant, result.embodied);
    if (wanted != NULL && !wanted[p]) continue;
    concentration_of_production(&result, &tallies[p]);
    concentration_of_trade(&result, &tallies[p]);
    concentration_direct(&result, network, period, &tallies[p], arena);
    results[p] = result;
  }
  return results;
}
