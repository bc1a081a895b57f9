/* bench/sketch.c - draws a market whose prices and quantities fit together.
 *
 * Prices go up the chain (ore < its oxides' value; metal = oxide and conversion; product = its inputs and making),
 * quantities go down it (mines, then what separation yields, then what plants take, then what users get), so that the
 * base point is near an equilibrium of a prosperous market; random factors then pull each figure away from it. The
 * last step fills up with arcs to the size asked for.
 */
#include "sketch.h"

#include <assert.h>
#include <math.h>

static double larger(double a, double b)
{
  return a > b ? a : b;
}

static double smaller(double a, double b)
{
  return a < b ? a : b;
}

static int within(int low, int value, int high)
{
  return value < low ? low : value > high ? high : value;
}

/* ---- goods ---- */

static int draw_sizes(struct sketch *sketch, int target)
{
  struct draws *draws = &sketch->draws;
  sketch->storage = draws_chance(draws, 0.4) && target >= 120;
  sketch->periods = sketch->storage ? 2 + draws_below(draws, within(1, target / 60 - 1, 4)) : 1;
  int per_period = target / sketch->periods;
  double nodes = per_period * (sketch->potential ? draws_between(draws, 0.12, 0.2) : draws_between(draws, 0.14, 0.28));
  sketch->regions = within(2, (int)lround(sqrt(nodes) * draws_between(draws, 0.5, 1.2)), 40);
  sketch->goods_count = within(3, (int)lround(nodes / sketch->regions), 32);
  int goods = sketch->goods_count;
  sketch->ores = within(1, goods / 8, 3);
  sketch->products = within(1, goods / 6, 6);
  int rest = goods - sketch->ores - sketch->products;
  sketch->metals = rest / 2;
  sketch->oxides = rest - sketch->metals;
  return per_period;
}

static int first_oxide(const struct sketch *sketch)
{
  return sketch->ores;
}

static int first_metal(const struct sketch *sketch)
{
  return sketch->ores + sketch->oxides;
}

static int first_product(const struct sketch *sketch)
{
  return sketch->ores + sketch->oxides + sketch->metals;
}

static void draw_goods(struct sketch *sketch)
{
  struct draws *draws = &sketch->draws;
  sketch->goods = ARENA_ARRAY(sketch->arena, sketch->goods_count, struct good);
  for (int g = 0; g < sketch->goods_count; g++) {
    struct good *good = &sketch->goods[g];
    good->floor = good->upside_at = (double)NAN;
    if (g < first_oxide(sketch)) {
      good->level = LEVEL_ORE;
    } else if (g < first_metal(sketch)) {
      good->level = LEVEL_OXIDE;
      good->price_usd_per_kg = draws_log(draws, 0.8, 1000);
      bool burden = good->price_usd_per_kg < 5 && draws_chance(draws, 0.3);
      if (burden) good->disposal_usd_per_kg = good->price_usd_per_kg * draws_between(draws, 0.02, 0.3);
    } else {
      good->level = g < first_product(sketch) ? LEVEL_METAL : LEVEL_PRODUCT;
    }
  }
}

/* ---- plants ---- */

static struct plant *add_plant(struct sketch *sketch, int region)
{
  assert(sketch->plants_count < sketch->plants_max);
  struct plant *plant = &sketch->plants[sketch->plants_count++];
  *plant = (struct plant){.region = region, .capacity_t = HUGE_VAL, .quota_t = HUGE_VAL};
  return plant;
}

static void plant_good(struct plant *plant, int good, double amount)
{
  for (int k = 0; k < plant->goods_count; k++) {
    if (plant->goods[k] == good) {
      plant->amounts[k] += amount;
      return;
    }
  }
  assert(plant->goods_count < GOODS_OF_PLANT_MAX);
  plant->goods[plant->goods_count] = good;
  plant->amounts[plant->goods_count++] = amount;
}

/* Marginal cost at the base throughput is a share of the value added, so that most plants earn something. */
static void draw_cost(struct sketch *sketch, struct plant *plant, bool must_rise)
{
  struct draws *draws = &sketch->draws;
  double outputs = 0, inputs = 0;
  for (int k = 0; k < plant->goods_count; k++) {
    double value = plant->amounts[k] * sketch->goods[plant->goods[k]].price_usd_per_kg;
    if (value > 0) outputs += value;
    if (value < 0) inputs -= value;
  }
  double margin = larger(outputs - inputs, 0.02 * outputs) * draws_between(draws, 0.5, 1.1);
  plant->scale_usd_per_kg = outputs;
  double kind = draws_unit(draws);
  bool constant = !must_rise && kind < 0.35;
  if (constant) {
    plant->cost = margin;
  } else if (!sketch->potential && kind > 0.8) {
    plant->exponent = draws_between(draws, 1, 4);
    plant->cost = margin * draws_between(draws, 0.4, 0.8);
    plant->power = must_rise ? outputs / (3 * plant->exponent) : margin - plant->cost;
  } else {
    double elasticity = draws_between(draws, 1, 3);
    plant->slope = (must_rise ? outputs : margin) / (elasticity * plant->base_t);
    plant->cost = larger(margin - plant->slope * plant->base_t, 0.1 * margin);
  }
  if (constant || draws_chance(draws, 0.5)) plant->capacity_t = plant->base_t * draws_between(draws, 0.7, 1.6);
}

static bool makes_insured(const struct sketch *sketch, const struct plant *plant)
{
  for (int k = 0; k < plant->goods_count; k++) {
    const struct good *good = &sketch->goods[plant->goods[k]];
    if (plant->amounts[k] > 0 && (!isnan(good->floor) || !isnan(good->upside_at))) return true;
  }
  return false;
}

static void finish_plant(struct sketch *sketch, struct plant *plant)
{
  for (int k = 0; k < plant->goods_count; k++) {
    struct good *good = &sketch->goods[plant->goods[k]];
    double *node = &sketch->node_t[plant->goods[k] * sketch->regions + plant->region];
    double tonnes = plant->amounts[k] * plant->base_t;
    if (tonnes > 0) good->quantity_t += tonnes;
    if (tonnes < 0) good->use_t -= tonnes;
    *node = larger(*node, fabs(tonnes));
  }
  bool insured = makes_insured(sketch, plant);
  draw_cost(sketch, plant, insured);
  plant->insured = insured && (!sketch->unsafe || draws_chance(&sketch->draws, 0.5));
}

static void draw_mines_and_separation(struct sketch *sketch, int mines, int separators)
{
  struct draws *draws = &sketch->draws;
  for (int ore = 0; ore < sketch->ores; ore++) {
    double size = draws_log(draws, 500, 6e4), total = 0;
    double yields[GOODS_OF_PLANT_MAX], sum = 0, value = 0;
    int products[GOODS_OF_PLANT_MAX], count = within(1, sketch->oxides, GOODS_OF_PLANT_MAX - 1);
    int first = sketch->oxides > count ? draws_below(draws, sketch->oxides) : 0;
    for (int k = 0; k < count; k++) {
      products[k] = first_oxide(sketch) + (first + k) % sketch->oxides;
      yields[k] = draws_log(draws, 0.3, 3) * pow(sketch->goods[products[k]].price_usd_per_kg, -0.6);
      sum += yields[k];
    }
    for (int k = 0; k < count; k++) {
      yields[k] = larger(yields[k] / sum * draws_between(draws, 0.6, 0.98), 0.001);
      value += yields[k] * sketch->goods[products[k]].price_usd_per_kg;
    }
    sketch->goods[ore].price_usd_per_kg = larger(0.5, value * draws_between(draws, 0.3, 0.7));
    for (int k = ore; k < mines; k += sketch->ores) {
      struct plant *mine = add_plant(sketch, draws_below(draws, sketch->regions));
      plant_good(mine, ore, 1);
      mine->base_t = size * draws_log(draws, 0.05, 1);
      total += mine->base_t;
      finish_plant(sketch, mine);
    }
    int plants = (separators - ore + sketch->ores - 1) / sketch->ores;
    for (int k = 0; k < plants; k++) {
      struct plant *separator = add_plant(sketch, draws_below(draws, sketch->regions));
      separator->base_t = total / plants * draws_between(draws, 0.6, 1.3);
      plant_good(separator, ore, -1);
      for (int j = 0; j < count; j++) plant_good(separator, products[j], yields[j] * draws_between(draws, 0.95, 1));
      finish_plant(sketch, separator);
    }
  }
}

static void draw_smelters(struct sketch *sketch, int smelters)
{
  struct draws *draws = &sketch->draws;
  for (int metal = 0; metal < sketch->metals; metal++) {
    int oxide = first_oxide(sketch) + metal;
    double yield = draws_between(draws, 0.75, 0.97);
    struct good *good = &sketch->goods[first_metal(sketch) + metal];
    good->price_usd_per_kg = sketch->goods[oxide].price_usd_per_kg / yield * draws_between(draws, 1.05, 1.4);
    double available = sketch->goods[oxide].quantity_t * draws_between(draws, 0.3, 0.9);
    int plants = (smelters - metal + sketch->metals - 1) / sketch->metals;
    for (int k = 0; k < plants; k++) {
      struct plant *smelter = add_plant(sketch, draws_below(draws, sketch->regions));
      smelter->base_t = larger(0.1, available / plants * draws_between(draws, 0.6, 1.3));
      plant_good(smelter, oxide, -1);
      plant_good(smelter, first_metal(sketch) + metal, yield);
      finish_plant(sketch, smelter);
    }
  }
}

/* A product takes one to three metals (or oxides, where the chain has no metals); some makers return scrap as oxide. */
static void draw_makers(struct sketch *sketch, int makers)
{
  struct draws *draws = &sketch->draws;
  int first = sketch->metals > 0 ? first_metal(sketch) : first_oxide(sketch);
  int choices = sketch->metals > 0 ? sketch->metals : sketch->oxides;
  for (int product = 0; product < sketch->products; product++) {
    int good = first_product(sketch) + product, count = within(1, 1 + draws_below(draws, 3), choices);
    int start = draws_below(draws, choices);
    double price = draws_log(draws, 5, 2000), cost = 0, available = HUGE_VAL, amounts[3];
    for (int k = 0; k < count; k++) {
      const struct good *input = &sketch->goods[first + (start + k) % choices];
      amounts[k] = smaller(1.2, price * 0.7 / count / input->price_usd_per_kg) * draws_between(draws, 0.5, 1);
      cost += amounts[k] * input->price_usd_per_kg;
      available = smaller(available, (input->quantity_t - input->use_t) / amounts[k]);
    }
    sketch->goods[good].price_usd_per_kg = within(1, (int)ceil(cost * draws_between(draws, 1.15, 1.8)), 2000);
    int plants = (makers - product + sketch->products - 1) / sketch->products;
    available *= draws_between(draws, 0.4, 0.95);
    for (int j = 0; j < plants; j++) {
      struct plant *maker = add_plant(sketch, draws_below(draws, sketch->regions));
      maker->base_t = smaller(3e5, larger(0.1, available / plants * draws_between(draws, 0.6, 1.3)));
      for (int k = 0; k < count; k++) plant_good(maker, first + (start + k) % choices, -amounts[k]);
      plant_good(maker, good, 1);
      int scrap = first_oxide(sketch) + (first + start - first_metal(sketch) + sketch->oxides) % sketch->oxides;
      if (sketch->metals > 0 && draws_chance(draws, 0.3)) plant_good(maker, scrap, 0.2 * amounts[0]);
      finish_plant(sketch, maker);
    }
  }
}

/* Which goods' producers are insured is drawn before their plants (they need a rising cost), at what price after. */
static void draw_insured_goods(struct sketch *sketch)
{
  struct draws *draws = &sketch->draws;
  int count = 1 + draws_below(draws, 2);
  for (int k = 0; k < count; k++) {
    struct good *good = &sketch->goods[draws_below(draws, sketch->goods_count)];
    if (draws_chance(draws, 0.6)) good->floor = draws_between(draws, 0.8, 1.5);
    if (isnan(good->floor) || draws_chance(draws, 0.2)) {
      good->upside_at = draws_between(draws, 1.5, 2) * (isnan(good->floor) ? draws_between(draws, 0.5, 0.9) : 1);
      good->upside_share = draws_between(draws, 0.1, 0.7);
    }
  }
}

static void price_insurance(struct sketch *sketch)
{
  for (int g = 0; g < sketch->goods_count; g++) {
    sketch->goods[g].floor *= sketch->goods[g].price_usd_per_kg;
    sketch->goods[g].upside_at *= sketch->goods[g].price_usd_per_kg;
  }
}

static void draw_plants(struct sketch *sketch, int count)
{
  int stages[4] = {sketch->ores, sketch->ores, sketch->metals, sketch->products};
  for (int k = 0, left = count - 2 * sketch->ores - sketch->metals - sketch->products; k < left; k++) {
    int stage = draws_below(&sketch->draws, 4);
    if (stage != 2 || sketch->metals > 0) stages[stage]++;
  }
  sketch->plants_max = 2 * (stages[0] + stages[1] + stages[2] + stages[3]) + 4; /* twice: twins come later */
  sketch->plants = ARENA_ARRAY(sketch->arena, sketch->plants_max, struct plant);
  draw_mines_and_separation(sketch, stages[0], stages[1]);
  draw_smelters(sketch, stages[2]);
  draw_makers(sketch, stages[3]);
}

/* ---- users, arcs, stocks ---- */

static void add_user(struct sketch *sketch, int good, int region, double base_t)
{
  struct draws *draws = &sketch->draws;
  assert(sketch->users_count < sketch->users_max);
  struct user *user = &sketch->users[sketch->users_count++];
  *user = (struct user){.good = good, .region = region, .base_t = smaller(3e5, larger(0.1, base_t))};
  user->elasticity = draws_log(draws, sketch->potential ? 0.2 : 0.05, 2);
  user->isoelastic = !sketch->potential && sketch->isoelastic && draws_chance(draws, 0.5);
  user->choke_usd_per_kg = sketch->goods[good].price_usd_per_kg * draws_log(draws, 2, 20);
  user->most_t = user->base_t * pow(draws_between(draws, 0.02, 0.3), -user->elasticity);
  if (user->elasticity > 0.3 && draws_chance(draws, 0.3)) user->most_t = HUGE_VAL;
  double *node = &sketch->node_t[good * sketch->regions + region];
  *node = larger(*node, user->base_t);
}

/* What plants leave goes to users: every final product has some, oxides and metals only what is left of them. */
static void draw_users(struct sketch *sketch, int count)
{
  struct draws *draws = &sketch->draws;
  int nodes = sketch->goods_count * sketch->regions, first = first_oxide(sketch);
  sketch->users_max = nodes + count + sketch->goods_count;
  sketch->users = ARENA_ARRAY(sketch->arena, sketch->users_max, struct user);
  int *wanted = ARENA_ARRAY(sketch->arena, sketch->goods_count, int);
  for (int k = 0; k < count || k < sketch->goods_count - first; k++) {
    int good = k < sketch->goods_count - first ? first + k : first + draws_below(draws, sketch->goods_count - first);
    wanted[good]++;
  }
  for (int good = first; good < sketch->goods_count; good++) {
    double left =
        larger(sketch->goods[good].quantity_t - sketch->goods[good].use_t, 0.05 * sketch->goods[good].quantity_t);
    for (int k = 0; k < wanted[good]; k++) {
      add_user(sketch, good, draws_below(draws, sketch->regions), left / wanted[good] * draws_between(draws, 0.5, 1.6));
    }
  }
  if (!sketch->potential) return;
  for (int node = 0; node < nodes; node++) {
    double base = sketch->node_t[node] > 0 ? sketch->node_t[node] : sketch->goods[node / sketch->regions].quantity_t;
    add_user(sketch, node / sketch->regions, node % sketch->regions, base * draws_between(draws, 0.02, 0.06));
  }
}

static void add_arc(struct sketch *sketch, int good, int from, int to)
{
  struct draws *draws = &sketch->draws;
  assert(from != to && sketch->arcs_count < sketch->arcs_max);
  struct arc *arc = &sketch->arcs[sketch->arcs_count++];
  double price = sketch->goods[good].price_usd_per_kg;
  double *ends[2] = {&sketch->node_t[good * sketch->regions + from], &sketch->node_t[good * sketch->regions + to]};
  *arc = (struct arc){.good = good, .from = from, .to = to, .limit_t = HUGE_VAL};
  arc->base_t = larger(0.1, larger(*ends[0], *ends[1]) * draws_between(draws, 0.1, 0.7));
  arc->freight = price * draws_log(draws, 0.005, 0.2);
  if (draws_chance(draws, 0.5)) arc->slope = price / (draws_between(draws, 2.5, 20) * arc->base_t);
  if (draws_chance(draws, 0.1)) arc->limit_t = arc->base_t * draws_between(draws, 0.5, 2);
  bool taxed = sketch->ad_valorem && sketch->goods[good].disposal_usd_per_kg <= 0 && draws_chance(draws, 0.3);
  if (taxed) arc->tariff_rate = draws_between(draws, 0.02, 0.6);
  for (int k = 0; k < 2; k++) *ends[k] = larger(*ends[k], arc->base_t);
}

/* A region that makes the good, found by walking the plants from a random one. */
static int producer_of(struct sketch *sketch, int good)
{
  int start = draws_below(&sketch->draws, sketch->plants_count);
  for (int k = 0; k < sketch->plants_count; k++) {
    const struct plant *plant = &sketch->plants[(start + k) % sketch->plants_count];
    for (int j = 0; j < plant->goods_count; j++) {
      if (plant->goods[j] == good && plant->amounts[j] > 0) return plant->region;
    }
  }
  return draws_below(&sketch->draws, sketch->regions);
}

static bool has_supply(const struct sketch *sketch, int good, int region)
{
  for (int k = 0; k < sketch->arcs_count; k++) {
    if (sketch->arcs[k].good == good && sketch->arcs[k].to == region) return true;
  }
  for (int k = 0; k < sketch->plants_count; k++) {
    const struct plant *plant = &sketch->plants[k];
    for (int j = 0; plant->region == region && j < plant->goods_count; j++) {
      if (plant->goods[j] == good && plant->amounts[j] > 0) return true;
    }
  }
  return false;
}

static void connect(struct sketch *sketch, int good, int region)
{
  if (has_supply(sketch, good, region)) return;
  int from = producer_of(sketch, good);
  if (from != region) add_arc(sketch, good, from, region);
}

static void draw_arcs(struct sketch *sketch, int per_period)
{
  struct draws *draws = &sketch->draws;
  sketch->arcs_max = 2 * sketch->goods_count * sketch->regions + 2 * per_period + sketch->plants_count;
  sketch->arcs = ARENA_ARRAY(sketch->arena, sketch->arcs_max, struct arc);
  for (int k = 0; k < sketch->plants_count; k++) {
    const struct plant *plant = &sketch->plants[k];
    for (int j = 0; j < plant->goods_count; j++) {
      if (plant->amounts[j] < 0) connect(sketch, plant->goods[j], plant->region);
    }
  }
  for (int k = 0; k < sketch->users_count; k++) {
    if (draws_chance(draws, 0.9)) connect(sketch, sketch->users[k].good, sketch->users[k].region);
  }
  while (sketch_unknowns(sketch) < per_period * sketch->periods) {
    int good = draws_below(draws, sketch->goods_count), from = producer_of(sketch, good);
    int to = (from + 1 + draws_below(draws, sketch->regions - 1)) % sketch->regions;
    if (draws_chance(draws, 0.2)) from = (to + 1 + draws_below(draws, sketch->regions - 1)) % sketch->regions;
    add_arc(sketch, good, from, to);
  }
}

static void draw_stores(struct sketch *sketch)
{
  struct draws *draws = &sketch->draws;
  int nodes = sketch->goods_count * sketch->regions, count = 1 + draws_below(draws, within(1, nodes / 3, 60));
  sketch->stores = ARENA_ARRAY(sketch->arena, count, struct store);
  for (int k = 0, node = draws_below(draws, nodes); k < count; k++, node = (node + 1 + nodes / count / 2) % nodes) {
    double base = larger(0.1, 0.3 * sketch->node_t[node]);
    bool seen = false;
    for (int j = 0; j < sketch->stores_count; j++) {
      seen = seen || sketch->stores[j].good * sketch->regions + sketch->stores[j].region == node;
    }
    if (seen) continue;
    sketch->stores[sketch->stores_count++] =
        (struct store){.good = node / sketch->regions,
                       .region = node % sketch->regions,
                       .base_t = base,
                       .holding_rate = draws_between(draws, 0.005, 0.05),
                       .decay = draws_chance(draws, 0.5) ? 0 : draws_between(draws, 0, 0.02),
                       .limit_t = HUGE_VAL};
    if (draws_chance(draws, 0.3)) sketch->stores[sketch->stores_count - 1].limit_t = base;
  }
}

/* ---- quotas and degeneracy ---- */

bool quota_counts(const struct quota *quota, const struct arc *arc)
{
  return arc->from == quota->region && (quota->group >> (arc->good % 4) & 1) != 0;
}

static void draw_quotas(struct sketch *sketch)
{
  struct draws *draws = &sketch->draws;
  int count = 1 + draws_below(draws, 3);
  sketch->quotas = ARENA_ARRAY(sketch->arena, count, struct quota);
  for (int k = 0; k < count; k++) {
    struct quota quota = {.region = sketch->plants[draws_below(draws, sketch->plants_count)].region, .copies = 1};
    quota.group = 1 + draws_below(draws, 15);
    quota.content = draws_between(draws, 0.5, 1);
    double flow = 0;
    for (int a = 0; a < sketch->arcs_count; a++) {
      if (quota_counts(&quota, &sketch->arcs[a])) flow += quota.content * sketch->arcs[a].base_t;
    }
    if (flow <= 0) continue;
    quota.amount_t = flow * draws_between(draws, 0.1, 0.8);
    if (sketch->degenerate) quota.copies = 2;
    sketch->quotas[sketch->quotas_count++] = quota;
  }
}

static void make_degenerate(struct sketch *sketch)
{
  struct draws *draws = &sketch->draws;
  sketch->planted = draws_chance(draws, 0.5);
  if (sketch->planted) { /* constants will move, and flat arcs that cost nothing must not run in circles for ever */
    for (int a = 0; a < sketch->arcs_count; a++) {
      struct arc *arc = &sketch->arcs[a];
      if (arc->slope <= 0 && !isfinite(arc->limit_t)) arc->limit_t = 3 * arc->base_t;
    }
    return;
  }
  int twins = within(1, sketch->plants_count / 5, sketch->plants_max - sketch->plants_count);
  for (int k = 0; k < twins; k++) {
    struct plant *plant = &sketch->plants[draws_below(draws, sketch->plants_count)];
    switch (draws_below(draws, 3)) {
    case 0: /* the same constant cost, each with half the capacity: output is not unique between them */
      plant->cost += plant->slope * plant->base_t + plant->power;
      plant->slope = plant->power = 0;
      if (!isfinite(plant->capacity_t)) plant->capacity_t = plant->base_t;
      if (!plant->insured) sketch->plants[sketch->plants_count++] = *plant;
      break;
    case 1: plant->capacity_t = 0; break; /* shut: no output, no slack */
    default:                              /* two limits that bind together: their rents are not unique */
      if (!isfinite(plant->capacity_t)) plant->capacity_t = 0.8 * plant->base_t;
      plant->quota_t = plant->capacity_t;
    }
  }
  for (int k = 0, count = sketch->arcs_count; k < 1 + count / 20 && sketch->arcs_count < sketch->arcs_max; k++) {
    struct arc *arc = &sketch->arcs[draws_below(draws, count)];
    arc->slope = 0;
    sketch->arcs[sketch->arcs_count++] = *arc;
  }
}

/* ---- the sketch ---- */

int sketch_unknowns(const struct sketch *sketch)
{
  int count = sketch->goods_count * sketch->regions + sketch->arcs_count;
  for (int k = 0; k < sketch->plants_count; k++) {
    count += 1 + isfinite(sketch->plants[k].capacity_t) + isfinite(sketch->plants[k].quota_t);
  }
  for (int k = 0; k < sketch->users_count; k++) count += sketch->users[k].isoelastic ? 3 : 1;
  for (int k = 0; k < sketch->quotas_count; k++) count += sketch->quotas[k].copies;
  return count * sketch->periods + sketch->stores_count * (sketch->periods - 1);
}

const struct sketch *sketch_new(struct draws draws, bool potential, int target, struct arena *arena)
{
  struct sketch *sketch = ARENA_NEW(arena, struct sketch);
  *sketch = (struct sketch){.arena = arena, .draws = draws, .potential = potential};
  sketch->degenerate = draws_chance(&sketch->draws, 0.1);
  sketch->ad_valorem = draws_chance(&sketch->draws, 0.3) && !potential;
  sketch->hinge = draws_chance(&sketch->draws, 0.3) && !potential;
  sketch->quota = draws_chance(&sketch->draws, 0.3);
  sketch->unsafe = draws_chance(&sketch->draws, 0.2) && sketch->hinge;
  sketch->isoelastic = draws_chance(&sketch->draws, 0.5) && !potential;
  int per_period = draw_sizes(sketch, target), nodes = sketch->goods_count * sketch->regions;
  sketch->node_t = ARENA_ARRAY(arena, nodes, double);
  draw_goods(sketch);
  if (sketch->hinge) draw_insured_goods(sketch);
  draw_plants(sketch, (int)(0.18 * (per_period - nodes)));
  if (sketch->hinge) price_insurance(sketch);
  draw_users(sketch, (int)((sketch->isoelastic ? 0.09 : 0.18) * (per_period - nodes)));
  if (sketch->storage) draw_stores(sketch);
  draw_arcs(sketch, per_period);
  if (sketch->quota) draw_quotas(sketch);
  if (sketch->degenerate) make_degenerate(sketch);
  for (int node = 0; node < nodes; node++) sketch->node_t[node] = larger(sketch->node_t[node], 0.1);
  return sketch;
}
