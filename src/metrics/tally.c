/* metrics/tally.c - sums over the network's classes and holders.
 *
 * The spot price of a place is that of its widest origin class (no rule complied with), the one anybody can buy; where
 * that node lies idle, of the node with the largest throughput. The paid price spreads the inflow over its sources:
 * home output and open trade at the spot price, licensed trade less the rent that its buyer keeps, by the ledger.
 */
#include "metrics/tally.h"

#include <math.h>

#include "base/text.h"
#include "model/instruments.h"

static double *numbers_new(const struct tally *tally, double value, struct arena *arena)
{
  const int count = tally->materials_count * tally->regions_count;
  double *numbers = ARENA_ARRAY(arena, count, double);
  for (int i = 0; i < count; i++) numbers[i] = value;
  return numbers;
}

static struct tally tally_new(const struct dataset *dataset, struct arena *arena)
{
  struct tally tally = {.materials_count = dataset->materials_count, .regions_count = dataset->regions_count};
  tally.production = numbers_new(&tally, 0, arena);
  tally.use = numbers_new(&tally, 0, arena);
  tally.consumption = numbers_new(&tally, 0, arena);
  tally.unserved = numbers_new(&tally, 0, arena);
  tally.imports = numbers_new(&tally, 0, arena);
  tally.exports = numbers_new(&tally, 0, arena);
  tally.surplus = numbers_new(&tally, 0, arena);
  tally.stock = numbers_new(&tally, 0, arena);
  tally.node = ARENA_ARRAY(arena, tally.materials_count * tally.regions_count, int);
  for (int i = 0; i < tally.materials_count * tally.regions_count; i++) tally.node[i] = -1;
  tally.price = numbers_new(&tally, NAN, arena);
  tally.price_paid = numbers_new(&tally, NAN, arena);
  return tally;
}

static int place_of(const struct tally *tally, const struct network *network, int node)
{
  return tally_index(tally, network->nodes[node].material, network->nodes[node].region);
}

static void tally_activities(struct tally *tally, const struct network *network, const struct period_outcome *period)
{
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    for (int i = 0; i < activity->io_count; i++) {
      const double tonnes = activity->io[i].amount * period->activity[j];
      const int place = place_of(tally, network, activity->io[i].node);
      if (tonnes > 0)
        tally->production[place] += tonnes;
      else
        tally->use[place] -= tonnes;
    }
  }
}

static void tally_arcs(struct tally *tally, const struct network *network, const struct period_outcome *period)
{
  for (int a = 0; a < network->arcs_count; a++) {
    const struct node *from = &network->nodes[network->arcs[a].from], *to = &network->nodes[network->arcs[a].to];
    if (from->region == to->region) continue;
    tally->exports[tally_index(tally, from->material, from->region)] += period->flow[a];
    tally->imports[tally_index(tally, to->material, to->region)] += period->flow[a];
  }
}

static void tally_consumers(struct tally *tally, const struct network *network, const struct period_outcome *period)
{
  for (int k = 0; k < network->consumers_count; k++) {
    const int place = place_of(tally, network, network->consumers[k].node);
    tally->consumption[place] += period->consumption[k];
    tally->unserved[place] += period->unserved[k];
  }
}

double tally_curve(const struct outcome *outcome, int p, int curve, int *node)
{
  const struct network *network = outcome->network;
  const struct curve *row = &network->dataset->curves[curve];
  const struct period_outcome *period = &outcome->periods[p];
  const double value = dataset_mean(network->dataset, &row->value, period->period, period->known);
  *node = network_node(network, row->material, row->region, 0);
  if (row->price_of < 0) return value;
  return value * outcome->periods[p].multiplier[network_node(network, row->price_of, row->region, 0)];
}

static void tally_curves(struct tally *tally, const struct outcome *outcome, int p)
{
  for (int c = 0; c < outcome->network->dataset->curves_count; c++) {
    int node;
    const double tonnes = tally_curve(outcome, p, c, &node);
    const bool supply = outcome->network->dataset->curves[c].side == CURVE_SUPPLY;
    (supply ? tally->production : tally->consumption)[place_of(tally, outcome->network, node)] += tonnes;
  }
}

/* Of the market nodes of a place: class 0 first, else the one through which most flows. */
static void tally_prices(struct tally *tally, const struct network *network, const struct period_outcome *period,
                         struct arena *arena)
{
  double *best = numbers_new(tally, -1, arena);
  for (int i = 0; i < network->nodes_count; i++) {
    const struct node *node = &network->nodes[i];
    const int place = place_of(tally, network, i);
    const double rank = node->class == 0 ? (double)INFINITY : period->throughput[i];
    if (node->holder != HOLDER_MARKET || isnan(period->price[i]) || rank <= best[place]) continue;
    best[place] = rank;
    tally->node[place] = i;
    tally->price[place] = period->price[i];
  }
}

/* Does the licensed buyer keep the rent of this quota or licence? Such kinds state it in their term rent_to. */
static bool buyer_keeps_rent(const struct bound_instrument *instrument, struct arena *arena)
{
  const struct field *field = field_find(instrument->kind->fields, "rent_to");
  return field != NULL && text_equal(field_format(field, instrument->terms, arena), "buyer");
}

enum answer { UNASKED, YES, NO };

/* The bill of a place's node: all inflow at the spot price, less the rents its buyers keep. */
static void tally_prices_paid(struct tally *tally, const struct network *network, const struct period_outcome *period,
                              const struct ledger *ledger, struct arena *arena)
{
  double *kept = ARENA_ARRAY(arena, network->nodes_count, double); /* kUSD a year */
  enum answer *keeps = ARENA_ARRAY(arena, network->instruments_count, enum answer);
  for (int k = 0; k < ledger->count; k++) {
    const struct posting *posting = &ledger->postings[k];
    if (posting->payer.kind != ACCOUNT_TRADER || posting->payee.kind != ACCOUNT_RENT) continue;
    enum answer *answer = &keeps[posting->instrument];
    if (*answer == UNASKED) *answer = buyer_keeps_rent(&network->instruments[posting->instrument], arena) ? YES : NO;
    if (*answer == YES) kept[network->arcs[posting->payer.index].to] += posting->kusd_per_year;
  }
  for (int place = 0; place < tally->materials_count * tally->regions_count; place++) {
    const int node = tally->node[place];
    if (node < 0) continue;
    const double through = period->throughput[node];
    tally->price_paid[place] = period->price[node] - (through > 0 ? kept[node] / through : 0);
  }
}

struct tally tally_period(const struct outcome *outcome, int p, const struct ledger *ledger, struct arena *arena)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  struct tally tally = tally_new(network->dataset, arena);
  tally_activities(&tally, network, period);
  tally_arcs(&tally, network, period);
  tally_consumers(&tally, network, period);
  tally_curves(&tally, outcome, p);
  for (int i = 0; i < network->nodes_count; i++) tally.surplus[place_of(&tally, network, i)] += period->surplus[i];
  for (int s = 0; s < network->stores_count; s++)
    tally.stock[place_of(&tally, network, network->stores[s].node)] += period->stock[s];
  tally_prices(&tally, network, period, arena);
  tally_prices_paid(&tally, network, period, ledger, arena);
  return tally;
}

double tally_world(const struct tally *tally, const double *values, int material)
{
  double sum = 0;
  for (int r = 0; r < tally->regions_count; r++) sum += values[tally_index(tally, material, r)];
  return sum;
}

int tally_largest_market(const struct tally *tally, int material)
{
  int best = -1;
  double best_tonnes = 0;
  for (int r = 0; r < tally->regions_count; r++) {
    const int place = tally_index(tally, material, r);
    const double tonnes = tally->production[place] + tally->imports[place];
    if (tonnes > best_tonnes) best = r, best_tonnes = tonnes;
  }
  return best;
}

double tally_apparent_use(const struct tally *tally, int material, int region)
{
  const int place = tally_index(tally, material, region);
  return tally->production[place] + tally->imports[place] - tally->exports[place];
}

double tally_stage_output(const struct tally *tally, const struct dataset *dataset, int stage, int region)
{
  double sum = 0;
  for (int m = 0; m < dataset->materials_count; m++)
    if (dataset->materials[m].stage == stage) sum += tally->production[tally_index(tally, m, region)];
  return sum;
}

int tally_main_material(const struct tally *tally, const struct dataset *dataset, int stage)
{
  int best = -1;
  double most = 0;
  for (int m = 0; m < dataset->materials_count; m++) {
    const double worth = tally_world(tally, tally->production, m) * dataset->materials[m].price_usd_per_kg;
    if (dataset->materials[m].stage == stage && worth > most) best = m, most = worth;
  }
  return best;
}
