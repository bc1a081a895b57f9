/* metrics/cover.c - shares that go missing, by sweeps over all that moves until they stand still.
 *
 * They begin at one everywhere, so that goods which only go round in circles count as missing.
 */
#include "metrics/cover.h"

#include <math.h>

#include "metrics/defence.h"

static const double settled = 1e-9, years = 2;
enum { sweeps_max = 1000 };

struct tracing {
  const struct network *network;
  const struct period_outcome *period;
  int region;
  double *missing;         /* [nodes] */
  double *received, *lost; /* [nodes] t/y, and how much of it would be missing */
};

static int region_of(const struct network *network, int activity)
{
  const struct activity *made = &network->activities[activity];
  return network->nodes[made->io[made->product].node].region;
}

/* Of the output of an activity: as its scarcest input. */
static double missing_of(const struct tracing *tracing, int activity)
{
  const struct activity *made = &tracing->network->activities[activity];
  double most = 0;
  if (region_of(tracing->network, activity) == tracing->region) return 1;
  for (int i = 0; i < made->io_count; i++)
    if (made->io[i].amount < 0 && tracing->missing[made->io[i].node] > most) most = tracing->missing[made->io[i].node];
  return most;
}

static void receive(struct tracing *tracing, int node, double tonnes, double missing)
{
  tracing->received[node] += tonnes;
  tracing->lost[node] += tonnes * missing;
}

static double sweep(struct tracing *tracing)
{
  const struct network *network = tracing->network;
  const struct period_outcome *period = tracing->period;
  double change = 0;
  for (int n = 0; n < network->nodes_count; n++) tracing->received[n] = period->scrap[n], tracing->lost[n] = 0;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    if (!(period->activity[j] > 0)) continue;
    const double missing = missing_of(tracing, j);
    for (int i = 0; i < activity->io_count; i++)
      if (activity->io[i].amount > 0)
        receive(tracing, activity->io[i].node, activity->io[i].amount * period->activity[j], missing);
  }
  for (int a = 0; a < network->arcs_count; a++)
    if (period->flow[a] > 0)
      receive(tracing, network->arcs[a].to, period->flow[a], tracing->missing[network->arcs[a].from]);
  for (int n = 0; n < network->nodes_count; n++) {
    const bool there = network->nodes[n].region == tracing->region || !(tracing->received[n] > 0);
    const double missing = there ? 1 : tracing->lost[n] / tracing->received[n];
    change = fmax(change, fabs(missing - tracing->missing[n]));
    tracing->missing[n] = missing;
  }
  return change;
}

double *missing_without(const struct outcome *outcome, int p, int region, struct arena *arena)
{
  const int nodes = outcome->network->nodes_count;
  struct tracing tracing = {.network = outcome->network,
                            .period = &outcome->periods[p],
                            .region = region,
                            .missing = ARENA_ARRAY(arena, nodes, double),
                            .received = ARENA_ARRAY(arena, nodes, double),
                            .lost = ARENA_ARRAY(arena, nodes, double)};
  for (int n = 0; n < nodes; n++) tracing.missing[n] = 1;
  for (int k = 0; k < sweeps_max && sweep(&tracing) > settled; k++) continue;
  return tracing.missing;
}

/* Is the node one of the grade's in that region? */
static bool is_at(const struct network *network, int node, int at, int material)
{
  return network->nodes[node].region == at && network->nodes[node].material == material;
}

double defence_cover(const struct outcome *outcome, int p, int at, int material, const double *missing)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  double left = 0, wanted = 0;
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++) {
      const struct input_output *io = &network->activities[j].io[i];
      const double share = 1 - missing[io->node]; /* of the node: what comes in is mixed there */
      if (io->amount > 0 && is_at(network, io->node, at, material)) left += share * io->amount * period->activity[j];
    }
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    if (network->nodes[arc->from].region != at && is_at(network, arc->to, at, material))
      left += (1 - missing[arc->to]) * period->flow[a];
  }
  for (int s = 0; s < network->stores_count; s++)
    if (is_at(network, network->stores[s].node, at, material)) left += period->stock[s] / years;
  for (int k = 0; k < network->consumers_count; k++) {
    const struct segment *segment = &network->dataset->segments[network->consumers[k].segment];
    if (segment_is_defence(segment) && segment->region == at && segment->material == material)
      wanted += period->consumer_terms[k].quantity;
  }
  return wanted > 0 ? fmin(1, left / wanted) : (double)NAN;
}
