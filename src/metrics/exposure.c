/* metrics/exposure.c - one trace a plant over places (material and region), whatever the classes and holders.
 *
 * phi of a place is the share of its inflow that passed the plant: its own outputs have 1, outputs of others the mean
 * of their inputs weighted by content, arrivals that of where they came from. Swept until nothing moves by more than
 * a thousandth; content that a loop carries shrinks with every turn.
 */
#include "metrics/exposure.h"

#include <math.h>
#include <stdlib.h>

enum { sweeps_max = 60 };

struct chain_act {
  int facility, first, count; /* of the chain's amounts */
};
struct chain_amount {
  int place;
  double tonnes; /* outputs positive, inputs negative */
};
struct chain_flow {
  int from, to;
  double tonnes;
};
struct chain {
  const struct dataset *dataset;
  const double *content; /* [materials] weight of a tonne */
  int acts_count, amounts_count, flows_count;
  struct chain_act *acts;
  struct chain_amount *amounts;
  struct chain_flow *flows;
  double *unknown;            /* [places] t/y of inflow that nobody told the origin of: passed no plant */
  double *phi, *sum, *inflow; /* [places] */
};

static struct chain chain_new(const struct dataset *dataset, int acts, int amounts, int flows, struct arena *arena)
{
  const int places = dataset->materials_count * dataset->regions_count;
  double *content = ARENA_ARRAY(arena, dataset->materials_count, double);
  for (int c = 0; c < dataset->contents_count; c++)
    content[dataset->contents[c].material] += dataset->contents[c].share;
  for (int m = 0; m < dataset->materials_count && dataset->contents_count == 0; m++)
    content[m] = dataset->materials[m].price_usd_per_kg;
  return (struct chain){.dataset = dataset,
                        .content = content,
                        .acts = ARENA_ARRAY(arena, acts, struct chain_act),
                        .amounts = ARENA_ARRAY(arena, amounts, struct chain_amount),
                        .flows = ARENA_ARRAY(arena, flows, struct chain_flow),
                        .unknown = ARENA_ARRAY(arena, places, double),
                        .phi = ARENA_ARRAY(arena, places, double),
                        .sum = ARENA_ARRAY(arena, places, double),
                        .inflow = ARENA_ARRAY(arena, places, double)};
}

static void chain_add_amount(struct chain *chain, int place, double tonnes)
{
  chain->amounts[chain->amounts_count++] = (struct chain_amount){place, tonnes};
  chain->acts[chain->acts_count - 1].count++;
}

static void chain_add_act(struct chain *chain, int facility)
{
  chain->acts[chain->acts_count++] = (struct chain_act){facility, chain->amounts_count, 0};
}

static void chain_add_flow(struct chain *chain, int from, int to, double tonnes)
{
  if (tonnes > 0) chain->flows[chain->flows_count++] = (struct chain_flow){from, to, tonnes};
}

static int material_of(const struct chain *chain, int place)
{
  return place / chain->dataset->regions_count;
}

/* ---- the trace ---- */

static double act_phi(const struct chain *chain, const struct chain_act *act, int facility)
{
  double sum = 0, weight = 0;
  if (act->facility == facility) return 1;
  for (int i = act->first; i < act->first + act->count; i++) {
    const struct chain_amount *amount = &chain->amounts[i];
    const double content = -amount->tonnes * chain->content[material_of(chain, amount->place)];
    if (amount->tonnes >= 0) continue;
    sum += content * chain->phi[amount->place];
    weight += content;
  }
  return weight > 0 ? sum / weight : 0;
}

static double chain_sweep(struct chain *chain, int facility)
{
  const int places = chain->dataset->materials_count * chain->dataset->regions_count;
  double change = 0;
  for (int i = 0; i < places; i++) chain->sum[i] = 0, chain->inflow[i] = chain->unknown[i];
  for (int a = 0; a < chain->acts_count; a++) {
    const struct chain_act *act = &chain->acts[a];
    const double phi = act_phi(chain, act, facility);
    for (int i = act->first; i < act->first + act->count; i++)
      if (chain->amounts[i].tonnes > 0) {
        chain->sum[chain->amounts[i].place] += phi * chain->amounts[i].tonnes;
        chain->inflow[chain->amounts[i].place] += chain->amounts[i].tonnes;
      }
  }
  for (int f = 0; f < chain->flows_count; f++) {
    chain->sum[chain->flows[f].to] += chain->phi[chain->flows[f].from] * chain->flows[f].tonnes;
    chain->inflow[chain->flows[f].to] += chain->flows[f].tonnes;
  }
  for (int i = 0; i < places; i++) {
    const double phi = chain->inflow[i] > 0 ? chain->sum[i] / chain->inflow[i] : 0;
    change = fmax(change, fabs(phi - chain->phi[i]));
    chain->phi[i] = phi;
  }
  return change;
}

/* ---- products made outside the largest region ---- */

struct product {
  int material, dominant;
  double outside, passed;
};

static int list_products(const struct chain *chain, struct product *products, struct arena *arena)
{
  const struct dataset *dataset = chain->dataset;
  const int regions = dataset->regions_count;
  double *made = ARENA_ARRAY(arena, dataset->materials_count * regions, double);
  int count = 0;
  for (int i = 0; i < chain->amounts_count; i++)
    if (chain->amounts[i].tonnes > 0) made[chain->amounts[i].place] += chain->amounts[i].tonnes;
  for (int m = 0; m < dataset->materials_count; m++) {
    struct product product = {.material = m, .dominant = 0};
    if (dataset->materials[m].stage < STAGE_OXIDE || dataset->materials[m].stage > STAGE_MAGNET) continue;
    for (int r = 1; r < regions; r++)
      if (made[m * regions + r] > made[m * regions + product.dominant]) product.dominant = r;
    for (int r = 0; r < regions; r++) product.outside += r != product.dominant ? made[m * regions + r] : 0;
    if (product.outside > 0) products[count++] = product;
  }
  return count;
}

static void measure_facility(struct chain *chain, int facility, struct product *products, int count)
{
  const int regions = chain->dataset->regions_count;
  for (int i = 0; i < chain->dataset->materials_count * regions; i++) chain->phi[i] = 0;
  for (int sweep = 0; sweep < sweeps_max && chain_sweep(chain, facility) > 1e-3; sweep++) continue;
  for (int k = 0; k < count; k++) products[k].passed = 0;
  for (int a = 0; a < chain->acts_count; a++) {
    const struct chain_act *act = &chain->acts[a];
    const double phi = act_phi(chain, act, facility);
    for (int i = act->first; i < act->first + act->count && phi > 0; i++)
      for (int k = 0; k < count && chain->amounts[i].tonnes > 0; k++)
        if (material_of(chain, chain->amounts[i].place) == products[k].material &&
            chain->amounts[i].place % regions != products[k].dominant)
          products[k].passed += phi * chain->amounts[i].tonnes;
  }
}

static int exposure_compare(const void *left, const void *right)
{
  const struct exposure *a = left, *b = right;
  if (a->worth_kusd != b->worth_kusd) return a->worth_kusd < b->worth_kusd ? 1 : -1;
  return a->material != b->material ? a->material - b->material : a->facility - b->facility;
}

/* Which facilities are plants of their own. */
static bool *list_plants(const struct dataset *dataset, struct arena *arena)
{
  bool *plant = ARENA_ARRAY(arena, dataset->facilities_count, bool), any = false;
  for (int f = 0; f < dataset->facilities_count; f++) any = any || dataset->facilities[f].owner >= 0;
  for (int f = 0; f < dataset->facilities_count; f++) plant[f] = !any || dataset->facilities[f].owner >= 0;
  return plant;
}

static struct exposures chain_exposures(struct chain *chain, double limit, struct arena *arena)
{
  const struct dataset *dataset = chain->dataset;
  struct product *products = ARENA_ARRAY(arena, dataset->materials_count, struct product);
  const int count = list_products(chain, products, arena);
  struct exposure *rows = ARENA_ARRAY(arena, count * dataset->facilities_count, struct exposure);
  const bool *plant = list_plants(dataset, arena);
  struct exposures exposures = {.rows = rows};
  for (int a = 0, before = -1; a < chain->acts_count; before = chain->acts[a++].facility) {
    const int facility = chain->acts[a].facility;
    if (facility == before || !plant[facility]) continue;
    measure_facility(chain, facility, products, count);
    for (int k = 0; k < count; k++) {
      const struct product *product = &products[k];
      if (product->passed < limit * product->outside) continue;
      rows[exposures.count++] = (struct exposure){
          product->material, product->dominant,
          facility,          product->passed / product->outside,
          product->outside,  product->passed * dataset->materials[product->material].price_usd_per_kg};
    }
  }
  qsort(rows, (size_t)exposures.count, sizeof *rows, exposure_compare);
  return exposures;
}

/* ---- the chain of the tables, and of a period ---- */

struct exposures exposures_of_base(const struct base_year *base, double limit, struct arena *arena)
{
  const struct dataset *dataset = base->dataset;
  int amounts = 0, flows = 0;
  for (int a = 0; a < base->acts_count; a++) {
    const int process = base->acts[a].process;
    amounts += base->recipe_first[process + 1] - base->recipe_first[process];
  }
  for (int l = 0; l < dataset->links_count; l++) flows += dataset->links[l].materials.count;
  struct chain chain = chain_new(dataset, base->acts_count, amounts, flows, arena);
  for (int a = 0; a < base->acts_count; a++) {
    const struct base_act *act = &base->acts[a];
    const struct yield *yield;
    if (!(act->tonnes > 0)) continue;
    chain_add_act(&chain, act->facility);
    for (int k = 0; (yield = base_yield(base, act->process, k)) != NULL; k++)
      chain_add_amount(&chain, base_place(base, yield->material, dataset->facilities[act->facility].region),
                       act->tonnes * yield->amount);
  }
  for (int i = 0; i < dataset->materials_count * dataset->regions_count; i++)
    chain.unknown[i] = fmax(0, -base_left(base, i));
  for (int l = 0; l < dataset->links_count; l++) {
    const struct link *link = &dataset->links[l];
    for (int i = 0; i < link->materials.count && link->flow_t_per_year > 0; i++) {
      const int m = link->materials.indices[i];
      chain_add_flow(&chain, base_place(base, m, link->from), base_place(base, m, link->to),
                     base_link_flow(base, link, i));
    }
  }
  return chain_exposures(&chain, limit, arena);
}

static int place_of(const struct network *network, int node)
{
  return network->nodes[node].material * network->dataset->regions_count + network->nodes[node].region;
}

struct exposures exposures_of_period(const struct outcome *outcome, int p, double limit, struct arena *arena)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  int amounts = 0;
  for (int j = 0; j < network->activities_count; j++) amounts += network->activities[j].io_count;
  struct chain chain = chain_new(network->dataset, network->activities_count, amounts, network->arcs_count, arena);
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    if (!(period->activity[j] > 0)) continue;
    chain_add_act(&chain, activity->facility);
    for (int i = 0; i < activity->io_count; i++)
      chain_add_amount(&chain, place_of(network, activity->io[i].node), period->activity[j] * activity->io[i].amount);
  }
  for (int a = 0; a < network->arcs_count; a++) {
    const int from = place_of(network, network->arcs[a].from), to = place_of(network, network->arcs[a].to);
    if (from != to) chain_add_flow(&chain, from, to, period->flow[a]);
  }
  return chain_exposures(&chain, limit, arena);
}
