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

/* ---- what is left for defence ---- */

/* Goods of a grade in a region that are left, at the nodes where they come in: a node's class says what they are good
 * for. */
struct left {
  const struct network *network;
  int region, material;
  double *tonnes; /* [nodes] a year */
};

static void leave(struct left *left, int node, double tonnes)
{
  const struct node *at = &left->network->nodes[node];
  if (at->region == left->region && at->material == left->material) left->tonnes[node] += tonnes;
}

/* A share that is missing is one of the node: what comes in is mixed there. */
static void leave_period(struct left *left, const struct period_outcome *period, const double *missing)
{
  const struct network *network = left->network;
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++) {
      const struct input_output *io = &network->activities[j].io[i];
      if (io->amount > 0) leave(left, io->node, (1 - missing[io->node]) * io->amount * period->activity[j]);
    }
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    if (network->nodes[arc->from].region != left->region)
      leave(left, arc->to, (1 - missing[arc->to]) * period->flow[a]);
  }
  for (int s = 0; s < network->stores_count; s++) leave(left, network->stores[s].node, period->stock[s] / years);
}

/* Of the nodes whose goods comply with all that is asked for, the one of least use to others; -1: nothing is left. */
static int plainest_fit(const struct left *left, class_mask asked)
{
  int best = -1;
  for (int n = 0; n < left->network->nodes_count; n++) {
    const class_mask class = left->network->nodes[n].class;
    if (!(left->tonnes[n] > 0) || (class & asked) != asked) continue;
    if (best < 0 || __builtin_popcount(class) < __builtin_popcount(left->network->nodes[best].class)) best = n;
  }
  return best;
}

/* Takes what a need gets, t/y. */
static double take(struct left *left, class_mask asked, double wanted)
{
  double got = 0;
  for (int n; got < wanted && (n = plainest_fit(left, asked)) >= 0;) {
    const double taken = fmin(wanted - got, left->tonnes[n]);
    got += taken;
    left->tonnes[n] = taken < left->tonnes[n] ? left->tonnes[n] - taken : 0;
  }
  return got;
}

/* The consumer that asks for most, of those not served yet; -1: none. */
static int strictest(const struct left *left, const bool *served)
{
  int best = -1, most = -1;
  for (int k = 0; k < left->network->consumers_count; k++) {
    const struct consumer *consumer = &left->network->consumers[k];
    const struct segment *segment = &left->network->dataset->segments[consumer->segment];
    const int asked = __builtin_popcount(left->network->nodes[consumer->node].class);
    if (served[k] || segment->region != left->region || segment->material != left->material) continue;
    if (segment_is_defence(segment) && asked > most) best = k, most = asked;
  }
  return best;
}

double defence_cover(const struct outcome *outcome, int p, int at, int material, const double *missing,
                     struct arena *arena)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  struct left left = {network, at, material, ARENA_ARRAY(arena, network->nodes_count, double)};
  bool *served = ARENA_ARRAY(arena, network->consumers_count, bool);
  double got = 0, wanted = 0;
  leave_period(&left, period, missing);
  for (int k; (k = strictest(&left, served)) >= 0; served[k] = true) {
    const double quantity = period->consumer_terms[k].quantity;
    wanted += quantity;
    got += take(&left, network->nodes[network->consumers[k].node].class, quantity);
  }
  return wanted > 0 ? fmin(1, got / wanted) : (double)NAN; /* sums are rounded */
}
