/* metrics/scarcity.c - reads flows around a node in two periods, and follows its tonnes down to final users.
 *
 * The way down is by shares: what leaves a node divides over its takers as its tonnes do, and a recipe passes an input
 * on to its main product. What comes back to the node is not sent out again, and scrap is not followed. Nothing is
 * solved.
 */
#include "metrics/scarcity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/instruments.h"

enum { steps_max = 60 };
static const double user_share_min = 0.001;

static bool closed(const struct outcome *outcome, int p, int arc, int *instrument)
{
  const struct network *network = outcome->network;
  for (int k = 0; k < network->instruments_count; k++) {
    const struct bound_instrument *bound = &network->instruments[k];
    if (!text_equal(bound->kind->name, "ban") || !(outcome->periods[p].instrument_share[k] > 0)) continue;
    for (int i = 0; i < bound->arcs_count; i++)
      if (bound->arcs[i] == arc) return *instrument = k, true;
  }
  return false;
}

static bool touches(const struct network *network, int arc, int node)
{
  return network->arcs[arc].from == node || network->arcs[arc].to == node;
}

/* The last period before p in which none of the routes that are closed now was closed; else the one before p. */
static int period_before(const struct outcome *outcome, int p, int node)
{
  for (int q = p - 1; q >= 0; q--) {
    bool open = true;
    for (int a = 0, k; a < outcome->network->arcs_count && open; a++)
      open = !touches(outcome->network, a, node) || !closed(outcome, p, a, &k) || !closed(outcome, q, a, &k);
    if (open) return q;
  }
  return p - 1;
}

static void find_routes(struct scarcity *scarcity, const struct outcome *outcome, struct arena *arena)
{
  const struct network *network = outcome->network;
  struct closed_route *routes = ARENA_ARRAY(arena, network->arcs_count, struct closed_route);
  for (int a = 0, k; a < network->arcs_count; a++) {
    if (!touches(network, a, scarcity->node) || !closed(outcome, scarcity->period, a, &k)) continue;
    const double before = scarcity->before < 0 ? 0 : outcome->periods[scarcity->before].flow[a];
    routes[scarcity->routes_count++] = (struct closed_route){a, k, network->arcs[a].to == scarcity->node, before};
  }
  scarcity->routes = routes;
}

/* ---- who takes it there ---- */

static int compare_takers(const void *left, const void *right)
{
  const struct taker *a = left, *b = right;
  const double one = fmax(a->now, a->before), two = fmax(b->now, b->before);
  return one < two ? 1 : one > two ? -1 : strcmp(a->name, b->name);
}

static void add_taker(struct scarcity *scarcity, struct taker *takers, const char *name, double now, double before)
{
  if (!(now > 0) && !(before > 0)) return;
  int i = 0;
  while (i < scarcity->takers_count && !text_equal(takers[i].name, name)) i++;
  if (i == scarcity->takers_count) takers[scarcity->takers_count++] = (struct taker){.name = name};
  takers[i].now += now, takers[i].before += before;
}

static double input_amount(const struct activity *activity, int node)
{
  double amount = 0;
  for (int i = 0; i < activity->io_count; i++)
    if (activity->io[i].node == node && activity->io[i].amount < 0) amount -= activity->io[i].amount;
  return amount;
}

static void find_takers(struct scarcity *scarcity, const struct outcome *outcome, struct arena *arena)
{
  const struct network *network = outcome->network;
  const struct dataset *dataset = network->dataset;
  const struct period_outcome *now = &outcome->periods[scarcity->period],
                              *before = &outcome->periods[scarcity->before < 0 ? scarcity->period : scarcity->before];
  const int all = network->activities_count + network->arcs_count + network->consumers_count;
  struct taker *takers = ARENA_ARRAY(arena, all, struct taker);
  for (int j = 0; j < network->activities_count; j++) {
    const double amount = input_amount(&network->activities[j], scarcity->node);
    if (amount > 0)
      add_taker(scarcity, takers, dataset->processes[network->activities[j].process].record.id,
                amount * now->activity[j], amount * before->activity[j]);
  }
  for (int a = 0; a < network->arcs_count; a++)
    if (network->arcs[a].from == scarcity->node)
      add_taker(scarcity, takers, arena_format(arena, "to %s", network->nodes[network->arcs[a].to].name), now->flow[a],
                before->flow[a]);
  for (int k = 0; k < network->consumers_count; k++)
    if (network->consumers[k].node == scarcity->node)
      add_taker(scarcity, takers, network->consumers[k].name, now->consumption[k], before->consumption[k]);
  qsort(takers, (size_t)scarcity->takers_count, sizeof *takers, compare_takers);
  scarcity->takers = takers;
}

/* ---- whom it reaches ---- */

struct descent {
  const struct network *network;
  const struct period_outcome *period;
  double *out;       /* [nodes] t/y that leave it */
  double *at, *next; /* [nodes] t/y of the good on their way */
  double *reached;   /* [consumers] */
};

static void add_outflow(struct descent *descent)
{
  const struct network *network = descent->network;
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++) {
      const struct input_output *io = &network->activities[j].io[i];
      if (io->amount < 0) descent->out[io->node] -= io->amount * descent->period->activity[j];
    }
  for (int a = 0; a < network->arcs_count; a++) descent->out[network->arcs[a].from] += descent->period->flow[a];
  for (int k = 0; k < network->consumers_count; k++)
    descent->out[network->consumers[k].node] += descent->period->consumption[k];
}

static double leaving(const struct descent *descent, int node, double tonnes)
{
  return descent->at[node] > 0 && descent->out[node] > 0 ? descent->at[node] * tonnes / descent->out[node] : 0;
}

static void step_down(struct descent *descent)
{
  const struct network *network = descent->network;
  for (int i = 0; i < network->nodes_count; i++) descent->next[i] = 0;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    const int product = activity->io[activity->product].node;
    for (int i = 0; i < activity->io_count; i++)
      if (activity->io[i].amount < 0)
        descent->next[product] +=
            leaving(descent, activity->io[i].node, -activity->io[i].amount * descent->period->activity[j]);
  }
  for (int a = 0; a < network->arcs_count; a++)
    descent->next[network->arcs[a].to] += leaving(descent, network->arcs[a].from, descent->period->flow[a]);
  for (int k = 0; k < network->consumers_count; k++)
    descent->reached[k] += leaving(descent, network->consumers[k].node, descent->period->consumption[k]);
  double *swap = descent->at;
  descent->at = descent->next, descent->next = swap;
}

static int compare_users(const void *left, const void *right)
{
  const struct final_user *a = left, *b = right;
  return a->tonnes < b->tonnes ? 1 : a->tonnes > b->tonnes ? -1 : a->consumer - b->consumer;
}

static void find_users(struct scarcity *scarcity, const struct outcome *outcome, struct arena *arena)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[scarcity->period];
  struct descent descent = {.network = network, .period = period};
  descent.out = ARENA_ARRAY(arena, network->nodes_count, double);
  descent.at = ARENA_ARRAY(arena, network->nodes_count, double);
  descent.next = ARENA_ARRAY(arena, network->nodes_count, double);
  descent.reached = ARENA_ARRAY(arena, network->consumers_count, double);
  add_outflow(&descent);
  const double start = descent.out[scarcity->node];
  descent.at[scarcity->node] = start;
  for (int step = 0; step < steps_max; step++) {
    step_down(&descent);
    descent.at[scarcity->node] = 0;
  }
  struct final_user *users = ARENA_ARRAY(arena, network->consumers_count, struct final_user);
  for (int k = 0; k < network->consumers_count; k++) {
    if (!(descent.reached[k] > user_share_min * start)) continue;
    const struct consumer_terms *terms = &period->consumer_terms[k];
    const double price = period->multiplier[network->consumers[k].node];
    users[scarcity->users_count++] =
        (struct final_user){k, descent.reached[k], period->consumption[k], terms->quantity, price, terms->choke};
  }
  qsort(users, (size_t)scarcity->users_count, sizeof *users, compare_users);
  scarcity->users = users;
}

/* ---- what is made along with it ---- */

double scarcity_surplus(const struct outcome *outcome, int p, int node)
{
  const double tonnes = outcome->periods[p].surplus[node];
  return tonnes > 1e-6 * outcome->network->nodes[node].quantity_t_per_year ? tonnes : 0;
}

static void find_outputs(struct scarcity *scarcity, const struct outcome *outcome, struct arena *arena)
{
  if (scarcity->maker < 0) return;
  const struct activity *activity = &outcome->network->activities[scarcity->maker];
  const int p = scarcity->period;
  const struct period_outcome *period = &outcome->periods[p];
  struct joint_output *outputs = ARENA_ARRAY(arena, activity->io_count, struct joint_output);
  double proceeds = 0;
  for (int i = 0; i < activity->io_count; i++) {
    const struct input_output *io = &activity->io[i];
    const bool lost = outcome->network->dead_end != NULL && outcome->network->dead_end[io->node];
    if (io->amount <= 0 || lost) continue;
    const double worth = io->amount * fmax(0, period->multiplier[io->node]);
    proceeds += worth;
    outputs[scarcity->outputs_count++] = (struct joint_output){io->node, worth, scarcity_surplus(outcome, p, io->node)};
  }
  for (int i = 0; i < scarcity->outputs_count; i++) outputs[i].share /= proceeds > 0 ? proceeds : 1;
  if (scarcity->outputs_count < 2) scarcity->outputs_count = 0;
  scarcity->outputs = outputs;
}

const struct scarcity *scarcity_at(const struct outcome *outcome, int p, int node, int maker, struct arena *arena)
{
  struct scarcity *scarcity = ARENA_NEW(arena, struct scarcity);
  *scarcity = (struct scarcity){.node = node, .period = p, .maker = maker};
  scarcity->before = period_before(outcome, p, node);
  find_routes(scarcity, outcome, arena);
  find_takers(scarcity, outcome, arena);
  find_users(scarcity, outcome, arena);
  find_outputs(scarcity, outcome, arena);
  return scarcity;
}
