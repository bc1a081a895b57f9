/* bench/generator.c - turns a sketch into equations, and where it has a potential into the programme as well.
 *
 * Every unknown is added through one of two functions, quantity_new and price_new, which also fix the magnitudes of
 * the unknown and of its row. A quantity's row is a price condition and a price's row a balance, both weighted by the
 * discount factor of their period, so that with linear curves and no tax the system is skew but for the slopes.
 */
#include "generator.h"

#include <assert.h>
#include <math.h>

#include "base/text.h"
#include "sketch.h"

static const double discount = 0.95;
static const double planted_zero_share = 0.1; /* of the idle unknowns of a planted market; see README.md for 0.3 */

enum role { ROLE_QUANTITY, ROLE_PRICE, ROLE_RENT, ROLE_WORTH };

struct builder {
  struct equations *equations;
  const struct sketch *sketch;
  struct draws draws;
  double weight; /* of the period at hand */
  enum role *role;
  bool *dual;
  int *prices, *consumptions, *consumption_prices;
  int prices_count, consumptions_count, unknowns_max;
  int *price_row; /* [goods * regions] of the period at hand */
  int *arc_row;   /* [arcs] of the period at hand */
};

static int unknown_new(struct builder *b, double lower, double upper, double z_scale, double f_scale, enum role role)
{
  int i = equations_unknown(b->equations, lower, upper, z_scale, f_scale, b->weight, (double)NAN);
  assert(i < b->unknowns_max);
  b->role[i] = role;
  b->dual[i] = role != ROLE_QUANTITY;
  return i;
}

static int quantity_new(struct builder *b, double most, double tonnes, double usd_per_kg)
{
  return unknown_new(b, 0, most, tonnes, usd_per_kg, ROLE_QUANTITY);
}

static int price_new(struct builder *b, double least, double usd_per_kg, double tonnes)
{
  return unknown_new(b, least, HUGE_VAL, usd_per_kg, tonnes, ROLE_PRICE);
}

static int rent_new(struct builder *b, double usd_per_kg, double tonnes)
{
  return unknown_new(b, 0, HUGE_VAL, usd_per_kg, tonnes, ROLE_RENT);
}

/* quantity takes amount (gives, where negative) of what price pays for: the skew pair of entries. */
static void pays(struct builder *b, int quantity, int price, double amount)
{
  equations_linear(b->equations, quantity, price, amount);
  equations_linear(b->equations, price, quantity, -amount);
}

static double shaken(struct builder *b, double value)
{
  return b->sketch->periods == 1 ? value : value * draws_between(&b->draws, 0.9, 1.15);
}

/* ---- one period ---- */

static void add_prices(struct builder *b)
{
  const struct sketch *sketch = b->sketch;
  for (int g = 0; g < sketch->goods_count; g++) {
    const struct good *good = &sketch->goods[g];
    for (int r = 0; r < sketch->regions; r++) {
      int node = g * sketch->regions + r;
      int row = price_new(b, -good->disposal_usd_per_kg, good->price_usd_per_kg, sketch->node_t[node]);
      b->price_row[node] = b->prices[b->prices_count++] = row;
    }
  }
}

/* What the producers of one good are paid beyond its price: max(0, floor - p) - share max(0, p - trigger) a unit. */
static void add_insurance(struct builder *b, int quantity, const struct good *good, int price, double amount)
{
  if (!isnan(good->floor)) equations_hinge(b->equations, quantity, -amount, price, good->floor, -1);
  if (!isnan(good->upside_at)) {
    equations_hinge(b->equations, quantity, amount * good->upside_share, price, -good->upside_at, 1);
  }
}

static void add_limit(struct builder *b, int quantity, const struct plant *plant, double limit)
{
  double tonnes = limit > 0 ? limit : plant->base_t;
  int rent = rent_new(b, plant->scale_usd_per_kg, tonnes);
  pays(b, quantity, rent, 1);
  equations_constant(b->equations, rent, limit);
}

static void add_plant(struct builder *b, const struct plant *plant)
{
  const struct sketch *sketch = b->sketch;
  int x = quantity_new(b, HUGE_VAL, plant->base_t, plant->scale_usd_per_kg);
  equations_constant(b->equations, x, shaken(b, plant->cost));
  equations_linear(b->equations, x, x, plant->slope);
  if (plant->power > 0) equations_power(b->equations, x, plant->power, x, plant->base_t, plant->exponent, -1);
  for (int k = 0; k < plant->goods_count; k++) {
    const struct good *good = &sketch->goods[plant->goods[k]];
    int price = b->price_row[plant->goods[k] * sketch->regions + plant->region];
    pays(b, x, price, -plant->amounts[k]);
    if (plant->insured && plant->amounts[k] > 0) add_insurance(b, x, good, price, plant->amounts[k]);
  }
  if (isfinite(plant->capacity_t)) add_limit(b, x, plant, plant->capacity_t);
  if (isfinite(plant->quota_t)) add_limit(b, x, plant, plant->quota_t);
}

/* (p_from + freight)(1 + tariff) + slope f - p_to >= 0 _|_ f >= 0 */
static int add_arc(struct builder *b, const struct arc *arc)
{
  const struct sketch *sketch = b->sketch;
  int f = quantity_new(b, arc->limit_t, arc->base_t, sketch->goods[arc->good].price_usd_per_kg);
  int from = b->price_row[arc->good * sketch->regions + arc->from];
  int to = b->price_row[arc->good * sketch->regions + arc->to];
  equations_constant(b->equations, f, arc->freight * (1 + arc->tariff_rate));
  equations_linear(b->equations, f, f, arc->slope);
  pays(b, f, from, 1);
  pays(b, f, to, -1);
  equations_linear(b->equations, f, from, arc->tariff_rate);
  return f;
}

static void consumption_note(struct builder *b, int consumption, int price)
{
  b->consumptions[b->consumptions_count] = consumption;
  b->consumption_prices[b->consumptions_count++] = price;
}

/* Linear: p - choke + slope d >= 0 _|_ d >= 0. */
static void add_linear_user(struct builder *b, const struct user *user, int price)
{
  double base_price = b->sketch->goods[user->good].price_usd_per_kg;
  double slope = base_price / (user->elasticity * user->base_t);
  int d = quantity_new(b, HUGE_VAL, user->base_t, base_price);
  equations_constant(b->equations, d, -shaken(b, base_price * (1 + 1 / user->elasticity)));
  equations_linear(b->equations, d, d, slope);
  pays(b, d, price, 1);
  consumption_note(b, d, price);
}

/* Isoelastic with worth w, unserved u: p - w _|_ d in [0, most];  d + u - D(w) = 0;  choke - w >= 0 _|_ u >= 0. */
static void add_isoelastic_user(struct builder *b, const struct user *user, int price)
{
  double base_price = b->sketch->goods[user->good].price_usd_per_kg, base = user->base_t;
  int d = quantity_new(b, user->most_t, base, base_price);
  int w = unknown_new(b, 0, HUGE_VAL, base_price, base, ROLE_WORTH);
  int u = quantity_new(b, HUGE_VAL, base, base_price);
  pays(b, d, price, 1);
  pays(b, d, w, -1);
  pays(b, u, w, -1);
  equations_constant(b->equations, u, user->choke_usd_per_kg);
  equations_power(b->equations, w, -shaken(b, base), w, base_price, -user->elasticity, -1);
  consumption_note(b, d, price);
}

static void add_users(struct builder *b)
{
  const struct sketch *sketch = b->sketch;
  for (int k = 0; k < sketch->users_count; k++) {
    const struct user *user = &sketch->users[k];
    int price = b->price_row[user->good * sketch->regions + user->region];
    if (user->isoelastic)
      add_isoelastic_user(b, user, price);
    else
      add_linear_user(b, user, price);
  }
}

/* amount - content * sum of flows >= 0 _|_ rent >= 0 */
static void add_quota(struct builder *b, const struct quota *quota)
{
  const struct sketch *sketch = b->sketch;
  double price_max = 0.5;
  for (int a = 0; a < sketch->arcs_count; a++) {
    double price = sketch->goods[sketch->arcs[a].good].price_usd_per_kg;
    if (quota_counts(quota, &sketch->arcs[a]) && price > price_max) price_max = price;
  }
  int rent = rent_new(b, price_max, quota->amount_t);
  equations_constant(b->equations, rent, quota->amount_t);
  for (int a = 0; a < sketch->arcs_count; a++) {
    if (quota_counts(quota, &sketch->arcs[a])) pays(b, b->arc_row[a], rent, quota->content);
  }
}

static void add_period(struct builder *b)
{
  const struct sketch *sketch = b->sketch;
  add_prices(b);
  for (int k = 0; k < sketch->plants_count; k++) add_plant(b, &sketch->plants[k]);
  for (int a = 0; a < sketch->arcs_count; a++) b->arc_row[a] = add_arc(b, &sketch->arcs[a]);
  add_users(b);
  for (int k = 0; k < sketch->quotas_count; k++) {
    for (int copy = 0; copy < sketch->quotas[k].copies; copy++) add_quota(b, &sketch->quotas[k]);
  }
}

/* p_now + holding - discount (1 - decay) p_next >= 0 _|_ h: paid out of this period's rows into the next one's. */
static void add_stores(struct builder *b, const int *price_now, const int *price_next)
{
  const struct sketch *sketch = b->sketch;
  for (int k = 0; k < sketch->stores_count; k++) {
    const struct store *store = &sketch->stores[k];
    double price = sketch->goods[store->good].price_usd_per_kg;
    int node = store->good * sketch->regions + store->region;
    int h = quantity_new(b, store->limit_t, store->base_t, price);
    equations_constant(b->equations, h, store->holding_rate * price);
    equations_linear(b->equations, h, h, 0);
    pays(b, h, price_now[node], 1);
    equations_linear(b->equations, h, price_next[node], -discount * (1 - store->decay));
    equations_linear(b->equations, price_next[node], h, 1 - store->decay);
  }
}

static void add_opening_stocks(struct builder *b)
{
  for (int k = 0; k < b->sketch->stores_count; k++) {
    const struct store *store = &b->sketch->stores[k];
    double opening = store->base_t * draws_between(&b->draws, 0, 1.5);
    equations_constant(b->equations, b->price_row[store->good * b->sketch->regions + store->region], opening);
  }
}

static void add_periods(struct builder *b)
{
  int nodes = b->sketch->goods_count * b->sketch->regions;
  int *before = NULL;
  b->weight = 1;
  for (int t = 0; t < b->sketch->periods; t++) {
    b->price_row = ARENA_ARRAY(b->equations->arena, nodes, int);
    if (t > 0) b->weight *= discount;
    add_period(b);
    if (t == 0) add_opening_stocks(b);
    if (t > 0) {
      b->weight /= discount; /* a stock belongs to the period it is laid in */
      add_stores(b, before, b->price_row);
      b->weight *= discount;
    }
    before = b->price_row;
  }
}

/* ---- a planted equilibrium ---- */

static double planted_value(struct builder *b, int i)
{
  const struct equations *equations = b->equations;
  double lower = equations->lower[i], upper = equations->upper[i], scale = equations->z_scale[i];
  static const double idle[] = {[ROLE_QUANTITY] = 0.4, [ROLE_PRICE] = 0.1, [ROLE_RENT] = 0.6, [ROLE_WORTH] = 0};
  if (draws_chance(&b->draws, idle[b->role[i]])) return lower;
  if (isfinite(upper) && draws_chance(&b->draws, 0.2)) return upper;
  return fmin(upper, fmax(lower, 0) + scale * draws_between(&b->draws, 0.3, 1.5));
}

/* Draws a point and moves the constants so that it solves the problem; one in ten of the unknowns at a bound has a
 * condition that is zero as well, and half the hinges are at their kink. */
static void plant_equilibrium(struct builder *b)
{
  struct equations *equations = b->equations;
  int n = equations->n;
  double *z = ARENA_ARRAY(equations->arena, n, double), *f = ARENA_ARRAY(equations->arena, n, double);
  for (int i = 0; i < n; i++) z[i] = planted_value(b, i);
  for (int k = 0; k < equations->hinges_count; k++) {
    const struct equations_hinge *hinge = &equations->hinges[k];
    if (draws_chance(&b->draws, 0.5)) z[hinge->variable] = -hinge->constant / hinge->slope;
  }
  const struct mcp *problem = equations_problem(equations, equations->arena);
  problem->evaluate(problem->context, z, f, NULL);
  for (int i = 0; i < n; i++) {
    double slack =
        draws_chance(&b->draws, planted_zero_share) ? 0 : equations->f_scale[i] * draws_between(&b->draws, 0, 1);
    if (z[i] > equations->lower[i]) slack = z[i] >= equations->upper[i] ? -slack : 0;
    equations_constant(equations, i, slack - f[i]);
  }
}

/* ---- the programme ---- */

/* A matrix by rows from unsorted entries of the equations between unknowns of two kinds, rows weighted. */
struct matrix {
  int *start, *column;
  double *value;
};

static struct matrix matrix_between(const struct builder *b, const int *place, bool row_dual, int rows, int columns)
{
  const struct equations *equations = b->equations;
  struct arena *arena = equations->arena;
  struct matrix by[2]; /* by columns, then from those by rows: each pass sorts by the other index */
  int lengths[2] = {columns, rows}, count = 0;
  for (int pass = 0; pass < 2; pass++) {
    by[pass].start = ARENA_ARRAY(arena, lengths[pass] + 1, int);
    by[pass].column = ARENA_ARRAY(arena, equations->entries_count, int);
    by[pass].value = ARENA_ARRAY(arena, equations->entries_count, double);
  }
  for (int e = 0; e < equations->entries_count; e++) {
    const struct equations_entry entry = equations_entry(equations, e);
    if (b->dual[entry.row] != row_dual || b->dual[entry.column]) continue;
    by[0].start[place[entry.column] + 1]++;
    by[1].start[place[entry.row] + 1]++;
    count++;
  }
  for (int pass = 0; pass < 2; pass++) {
    for (int k = 0; k < lengths[pass]; k++) by[pass].start[k + 1] += by[pass].start[k];
  }
  int *next = ARENA_ARRAY(arena, columns, int), *source = ARENA_ARRAY(arena, count + 1, int);
  for (int k = 0; k < columns; k++) next[k] = by[0].start[k];
  for (int e = 0; e < equations->entries_count; e++) {
    const struct equations_entry entry = equations_entry(equations, e);
    if (b->dual[entry.row] == row_dual && !b->dual[entry.column]) source[next[place[entry.column]]++] = e;
  }
  next = ARENA_ARRAY(arena, rows, int);
  for (int k = 0; k < rows; k++) next[k] = by[1].start[k];
  for (int k = 0; k < count; k++) {
    const struct equations_entry entry = equations_entry(equations, source[k]);
    int to = next[place[entry.row]]++;
    by[1].column[to] = place[entry.column];
    by[1].value[to] = equations->weight[entry.row] * entry.value;
  }
  return by[1];
}

static const struct qp *programme(const struct builder *b, const int *place, int variables, int rows)
{
  const struct equations *equations = b->equations;
  struct arena *arena = equations->arena;
  struct qp *qp = ARENA_NEW(arena, struct qp);
  double *figures[8];
  for (int k = 0; k < 8; k++) figures[k] = ARENA_ARRAY(arena, variables + rows, double);
  struct matrix h = matrix_between(b, place, false, variables, variables);
  struct matrix a = matrix_between(b, place, true, rows, variables);
  *qp = (struct qp){.variables = variables,
                    .rows = rows,
                    .h_start = h.start,
                    .h_column = h.column,
                    .h_value = h.value,
                    .a_start = a.start,
                    .a_column = a.column,
                    .a_value = a.value,
                    .cost = figures[0],
                    .row_lower = figures[1],
                    .lower = figures[2],
                    .upper = figures[3],
                    .x_scale = figures[4],
                    .y_scale = figures[5],
                    .dual_scale = figures[6],
                    .row_scale = figures[7]};
  for (int i = 0; i < equations->n; i++) {
    double weight = equations->weight[i];
    int k = place[i];
    if (b->dual[i]) {
      figures[1][k] = -weight * equations->constant[i];
      figures[5][k] = equations->z_scale[i];
      figures[7][k] = weight * equations->f_scale[i];
    } else {
      figures[0][k] = weight * equations->constant[i];
      figures[2][k] = equations->lower[i];
      figures[3][k] = equations->upper[i];
      figures[4][k] = equations->z_scale[i];
      figures[6][k] = weight * equations->f_scale[i];
    }
  }
  for (int e = 0; e < equations->entries_count; e++) { /* multipliers are z - lower: what lower does to the cost */
    const struct equations_entry entry = equations_entry(equations, e);
    if (b->dual[entry.row] || !b->dual[entry.column]) continue;
    figures[0][place[entry.row]] += equations->weight[entry.row] * entry.value * equations->lower[entry.column];
  }
  return qp;
}

/* ---- the market ---- */

/* The sketch whose size lies between the limits: the chain may need more unknowns than asked for, then ask for less. */
static const struct sketch *sketch_of_size(const struct generator_options *options, uint64_t index, struct arena *arena)
{
  int low = options->unknowns_min > 0 ? options->unknowns_min : 50;
  int high = options->unknowns_max > 0 ? options->unknowns_max : 5000;
  assert(low < high);
  const struct sketch *sketch = NULL;
  for (uint64_t attempt = 0; attempt < 100; attempt++) {
    struct draws draws = draws_of(options->seed, index, attempt);
    int target = (int)draws_log(&draws, low, high);
    sketch = sketch_new(draws, options->potential, target, arena);
    int unknowns = sketch_unknowns(sketch);
    if (low <= unknowns && unknowns <= high) break;
  }
  return sketch;
}

static bool any_tariff(const struct sketch *sketch)
{
  for (int a = 0; a < sketch->arcs_count; a++) {
    if (sketch->arcs[a].tariff_rate > 0) return true;
  }
  return false;
}

static bool any_isoelastic(const struct sketch *sketch)
{
  for (int k = 0; k < sketch->users_count; k++) {
    if (sketch->users[k].isoelastic) return true;
  }
  return false;
}

const struct generated *generator_market(const struct generator_options *options, uint64_t index, struct arena *arena)
{
  const struct sketch *sketch = sketch_of_size(options, index, arena);
  int n = sketch_unknowns(sketch);
  struct builder b = {.equations = equations_new(arena), .sketch = sketch, .unknowns_max = n};
  b.draws = draws_of(options->seed, index, 1000);
  b.dual = ARENA_ARRAY(arena, n, bool);
  b.prices = ARENA_ARRAY(arena, n, int);
  b.role = ARENA_ARRAY(arena, n, enum role);
  b.consumptions = ARENA_ARRAY(arena, n, int);
  b.consumption_prices = ARENA_ARRAY(arena, n, int);
  b.arc_row = ARENA_ARRAY(arena, sketch->arcs_count, int);
  add_periods(&b);
  assert(b.equations->n == n);
  if (sketch->planted) plant_equilibrium(&b);
  struct generated *market = ARENA_NEW(arena, struct generated);
  *market = (struct generated){.equations = b.equations,
                               .regions = sketch->regions,
                               .materials = sketch->goods_count,
                               .periods = sketch->periods,
                               .degenerate = sketch->degenerate,
                               .ad_valorem = any_tariff(sketch),
                               .hinge = b.equations->hinges_count > 0,
                               .hinge_unsafe = b.equations->hinges_count > 0 && sketch->unsafe,
                               .quota = sketch->quotas_count > 0,
                               .isoelastic = any_isoelastic(sketch),
                               .storage = sketch->stores_count > 0,
                               .prices_count = b.prices_count,
                               .consumptions_count = b.consumptions_count,
                               .prices = b.prices,
                               .consumptions = b.consumptions,
                               .consumption_prices = b.consumption_prices};
  if (options->potential) {
    int *place = ARENA_ARRAY(arena, n, int), counts[2] = {0, 0};
    for (int i = 0; i < n; i++) place[i] = counts[b.dual[i]]++;
    market->dual = b.dual;
    market->place = place;
    market->qp = programme(&b, place, counts[0], counts[1]);
  }
  return market;
}

const char *generated_text(const struct generated *market, const struct generator_options *options, uint64_t index,
                           struct arena *arena)
{
  struct text text = text_new(arena);
  text_add(&text, "seed %llu index %llu: %d unknowns, %d regions, %d materials, %d periods",
           (unsigned long long)options->seed, (unsigned long long)index, market->equations->n, market->regions,
           market->materials, market->periods);
  if (options->potential) text_add(&text, ", potential");
  if (market->degenerate) text_add(&text, ", degenerate");
  if (market->ad_valorem) text_add(&text, ", ad valorem");
  if (market->hinge) text_add(&text, market->hinge_unsafe ? ", unequal hinge" : ", hinge");
  if (market->quota) text_add(&text, ", quota");
  if (market->isoelastic) text_add(&text, ", isoelastic");
  if (market->storage) text_add(&text, ", storage");
  return text.bytes;
}
