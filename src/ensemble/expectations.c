/* ensemble/expectations.c - fixed point of the expected price, then a long simulation of what it means.
 *
 * Plain iteration: solve every market (shock x knot) at today's function, average, compare, again. First on few knots;
 * then the places where storing begins are located (each is a kink of the function), the full grid is laid around them,
 * and the iteration goes on from there, twice. The grid grows when stocks leave it. Nothing is extrapolated in the end
 * result but what the simulation never reaches.
 */
#include "ensemble/expectations.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "ensemble/distributions.h"
#include "ensemble/vary.h"

enum { rounds_max = 400, stores_max = 2 };

/* A shock's market: its own network, warm start and memory. */
struct shock {
  const struct network *network;
  struct state *state;
  struct solve_memory memory;
  struct arena *arenas[2]; /* of the last solve and the one before, its warm start */
  struct arena_mark empty[2];
  int turn;
};

struct fitting {
  const struct run *run;
  struct expectations *result;
  struct expectations_options options;
  struct shock *shocks;
  double top[stores_max]; /* of the grid, t */
  struct arena *arena;    /* of the result */
  struct error *error;
};

/* ---- the scenario's shocks ---- */

/* Values and weights of a variable's law. */
struct node_list {
  int count;
  const double *values, *weights;
};

/* A continuous law in parts of equal probability, each at the mean of 64 of its quantiles. */
static struct node_list nodes_of_law(const struct law *law, int parts, struct arena *arena)
{
  enum { quantiles = 64 };
  const bool discrete = law->kind == LAW_DISCRETE;
  const int count = discrete ? law->count : parts;
  double *values = ARENA_ARRAY(arena, count, double), *weights = ARENA_ARRAY(arena, count, double);
  for (int i = 0; i < count; i++) {
    weights[i] = discrete ? law->until[i] - (i > 0 ? law->until[i - 1] : 0) : 1.0 / count;
    if (discrete) values[i] = law->values[i];
    for (int q = 0; !discrete && q < quantiles; q++)
      values[i] += law_inverse(law, (i + (q + 0.5) / quantiles) / count) / quantiles;
  }
  return (struct node_list){count, values, weights};
}

/* All combinations of the variables' nodes. */
static bool combine_shocks(struct fitting *fit)
{
  const struct chance *chance = fit->run->dataset->chance;
  struct node_list *lists = ARENA_ARRAY(fit->arena, chance->variables_count, struct node_list);
  double shocks = 1;
  for (int v = 0; v < chance->variables_count; v++) {
    lists[v] = nodes_of_law(&chance->variables[v].law, fit->options.nodes, fit->arena);
    shocks *= lists[v].count;
  }
  if (chance->variables_count == 0 || shocks > 400)
    return error_set(fit->error, fit->run->scenario_path, 0, "economy.expectations",
                     "rational, with %.0f combinations of what is drawn; expected distributions, and at most 400 "
                     "combinations of their values",
                     chance->variables_count == 0 ? 0 : shocks);
  struct expectations *result = fit->result;
  result->shocks = (int)shocks;
  double *weight = ARENA_ARRAY(fit->arena, result->shocks, double);
  double *drawn = ARENA_ARRAY(fit->arena, result->shocks * chance->variables_count, double);
  for (int k = 0; k < result->shocks; k++) {
    weight[k] = 1;
    for (int v = 0, rest = k; v < chance->variables_count; rest /= lists[v].count, v++) {
      drawn[k * chance->variables_count + v] = lists[v].values[rest % lists[v].count];
      weight[k] *= lists[v].weights[rest % lists[v].count];
    }
  }
  result->weight = weight;
  result->drawn = drawn;
  return true;
}

static void open_shocks(struct fitting *fit)
{
  const struct dataset *dataset = fit->run->dataset;
  struct expectations *result = fit->result;
  fit->shocks = ARENA_ARRAY(fit->arena, result->shocks, struct shock);
  for (int k = 0; k < result->shocks; k++) {
    struct shock *shock = &fit->shocks[k];
    const struct redraw redraw = {.values = result->drawn + k * dataset->chance->variables_count};
    shock->network = network_vary(fit->run->network, &redraw, fit->arena);
    shock->state = state_new(shock->network, fit->arena);
    shock->memory.arena = fit->arena;
    for (int i = 0; i < 2; i++) {
      shock->arenas[i] = arena_new();
      shock->empty[i] = arena_mark(shock->arenas[i]);
    }
  }
}

static void close_shocks(struct fitting *fit)
{
  for (int k = 0; k < 2 * fit->result->shocks; k++) arena_free(fit->shocks[k / 2].arenas[k % 2]);
}

static bool within_limits(const struct run *run, struct error *error)
{
  const struct dataset *dataset = run->dataset;
  const struct scenario *scenario = run->dataset->scenario;
  const char *why = NULL;
  if (run->network->stores_count < 1 || run->network->stores_count > stores_max) why = "one or two stores";
  if (scenario->tail) why = "no tail (horizon.tail: no)";
  if (scenario->window != 1) why = "a window of one period (horizon.window: 1)";
  if (scenario->calibrate) why = "no calibration";
  for (int p = 1; p < scenario->periods_count; p++)
    if (fabs(scenario->periods[p].length - scenario->periods[0].length) > 1e-9) why = "periods of one length";
  for (int f = 0; f < dataset->facilities_count; f++)
    if (isfinite(dataset->facilities[f].capital_usd_per_kg_year)) why = "no plant that can be expanded";
  if (dataset->chance->chains_count > 0 || dataset->price_paths_count > 0) why = "no regimes and no price paths";
  if (why == NULL) return true;
  return error_set(error, run->scenario_path, 0, "economy.expectations", "rational expectations want %s", why);
}

/* ---- one market ---- */

static void evaluate_expected(const void *context, const double *stock, double *price, double *slope)
{
  const struct expectations *result = context;
  double opening[stores_max];
  for (int s = 0; s < result->stores; s++) opening[s] = result->kept[s] * stock[s];
  for (int s = 0; s < result->stores; s++) {
    price[s] = price_function_at(&result->expected[s], opening, slope + s * result->stores);
    for (int j = 0; j < result->stores; j++) slope[s * result->stores + j] *= result->kept[j];
  }
}

/* Prices at the stores and what they leave, under shock k with these opening stocks. */
static bool market_solve(struct fitting *fit, int k, const double *opening, double *price, double *left)
{
  struct shock *shock = &fit->shocks[k];
  const int stores = fit->result->stores;
  const struct solve_options options = {0};
  struct arena *arena = shock->arenas[shock->turn];
  arena_reset(arena, shock->empty[shock->turn]);
  shock->turn = 1 - shock->turn;
  memcpy(shock->state->stock_t, opening, (size_t)stores * sizeof *opening);
  const struct window_solution found =
      expect_solve(shock->network, shock->state, 0, &fit->result->prices, &options, &shock->memory, arena);
  fit->result->solves++;
  if (!found.report.certificate.accepted || found.report.status != MCP_SOLVED)
    return error_set(fit->error, fit->run->scenario_path, 0, "economy.expectations",
                     "the market with an opening stock of %.6g t was not solved under shock %d: %s (residual %.1e)",
                     opening[0], k + 1, found.report.note != NULL ? found.report.note : found.report.worst,
                     found.report.certificate.residual);
  for (int s = 0; s < stores; s++) {
    const int stock = found.window->blocks[0].stock[s];
    price[s] = window_price(found.window, 0, shock->network->stores[s].node, found.solution->z);
    left[s] = stock >= 0 ? found.solution->z[stock] : 0;
  }
  return true;
}

/* ---- a grid and the values on it ---- */

struct grid {
  struct price_knots knots;
  int points;
  double *price, *left; /* [shocks x stores x points] */
  double *expected;     /* [stores x points] */
};

/* Denser where stocks are mostly found: near nothing. */
static double graded(double top, int i, int count)
{
  return top * pow((double)i / (count - 1), 1.7);
}

static double *graded_axis(double top, int count, struct arena *arena)
{
  double *axis = ARENA_ARRAY(arena, count, double);
  for (int i = 0; i < count; i++) axis[i] = graded(top, i, count);
  return axis;
}

static struct grid *grid_new(const struct fitting *fit, struct price_knots knots)
{
  const int stores = fit->result->stores, points = price_knots_points(&knots);
  struct grid *grid = ARENA_NEW(fit->arena, struct grid);
  grid->knots = knots;
  grid->points = points;
  grid->price = ARENA_ARRAY(fit->arena, fit->result->shocks * stores * points, double);
  grid->left = ARENA_ARRAY(fit->arena, fit->result->shocks * stores * points, double);
  grid->expected = ARENA_ARRAY(fit->arena, stores * points, double);
  return grid;
}

static struct grid *graded_grid(const struct fitting *fit, int count)
{
  struct price_knots knots = {.dimensions = fit->result->stores};
  for (int s = 0; s < fit->result->stores; s++) {
    knots.count[s] = count;
    knots.at[s] = graded_axis(fit->top[s], count, fit->arena);
  }
  return grid_new(fit, knots);
}

static void point_stocks(const struct grid *grid, int point, double *stocks)
{
  stocks[0] = grid->knots.at[0][point % grid->knots.count[0]];
  if (grid->knots.dimensions == 2) stocks[1] = grid->knots.at[1][point / grid->knots.count[0]];
}

/* The grid's expected prices become the function that markets see. */
static void use_expected(struct fitting *fit, const struct grid *grid, struct price_function *functions,
                         struct arena *arena)
{
  for (int s = 0; s < fit->result->stores; s++)
    functions[s] = price_function_new(&grid->knots, grid->expected + s * grid->points, arena);
  fit->result->expected = functions;
  fit->result->knots = &grid->knots;
}

/* Solves every market of the grid; false when one failed. */
static bool solve_grid(struct fitting *fit, struct grid *grid)
{
  const int stores = fit->result->stores;
  double opening[stores_max], price[stores_max], left[stores_max];
  for (int k = 0; k < fit->result->shocks; k++)
    for (int i = 0; i < grid->points; i++) {
      point_stocks(grid, i, opening);
      if (!market_solve(fit, k, opening, price, left)) return false;
      for (int s = 0; s < stores; s++) {
        grid->price[(k * stores + s) * grid->points + i] = price[s];
        grid->left[(k * stores + s) * grid->points + i] = left[s];
      }
    }
  return true;
}

/* Averages the prices into the expected ones; the largest change. */
static double average_prices(const struct fitting *fit, struct grid *grid)
{
  double change = 0;
  for (int s = 0; s < fit->result->stores; s++)
    for (int i = 0; i < grid->points; i++) {
      double mean = 0;
      for (int k = 0; k < fit->result->shocks; k++)
        mean += fit->result->weight[k] * grid->price[(k * fit->result->stores + s) * grid->points + i];
      change = fmax(change, fabs(mean - grid->expected[s * grid->points + i]));
      grid->expected[s * grid->points + i] = mean;
    }
  return change;
}

static double price_scale(const struct fitting *fit)
{
  double scale = 0;
  for (int s = 0; s < fit->result->stores; s++)
    scale = fmax(scale, fit->run->network->nodes[fit->run->network->stores[s].node].price_usd_per_kg);
  return scale;
}

static bool iterate(struct fitting *fit, struct grid *grid, double tolerance)
{
  struct arena *scratch[2] = {arena_new(), arena_new()}; /* the function in use lives in one while the next is made */
  const struct arena_mark empty[2] = {arena_mark(scratch[0]), arena_mark(scratch[1])};
  bool solved = true, settled = false;
  for (int round = 0; round < rounds_max && solved && !settled; round++) {
    arena_reset(scratch[round % 2], empty[round % 2]);
    use_expected(fit, grid, ARENA_ARRAY(scratch[round % 2], fit->result->stores, struct price_function),
                 scratch[round % 2]);
    solved = solve_grid(fit, grid);
    fit->result->change = solved ? average_prices(fit, grid) : INFINITY;
    fit->result->iterations++;
    settled = fit->result->change <= tolerance * price_scale(fit);
  }
  use_expected(fit, grid, ARENA_ARRAY(fit->arena, fit->result->stores, struct price_function), fit->arena);
  arena_free(scratch[0]);
  arena_free(scratch[1]);
  if (!solved) return false;
  return settled ||
         error_set(fit->error, fit->run->scenario_path, 0, "economy.expectations",
                   "the expected prices still change by %.3g USD/kg after %d rounds", fit->result->change, rounds_max);
}

/* Prices and stocks of every shock as functions of opening stocks. */
static void use_outcomes(const struct fitting *fit, const struct grid *grid, struct arena *arena)
{
  struct expectations *result = fit->result;
  const int count = result->shocks * result->stores;
  struct price_function *price = ARENA_ARRAY(arena, count, struct price_function);
  struct price_function *stock = ARENA_ARRAY(arena, count, struct price_function);
  for (int i = 0; i < count; i++) {
    price[i] = price_function_new(&grid->knots, grid->price + i * grid->points, arena);
    stock[i] = price_function_new(&grid->knots, grid->left + i * grid->points, arena);
  }
  result->price = price;
  result->stock = stock;
}

/* ---- a path of stocks and prices ---- */

struct path {
  double stock[stores_max]; /* opening */
  double price[stores_max];
};

static int shock_drawn(const struct expectations *result, double u)
{
  int k = 0;
  for (double until = result->weight[0]; until < u && k + 1 < result->shocks;) until += result->weight[++k];
  return k;
}

static void path_step(const struct expectations *result, struct path *path, int k)
{
  double left[stores_max];
  for (int s = 0; s < result->stores; s++) {
    path->price[s] = price_function_at(&result->price[k * result->stores + s], path->stock, NULL);
    left[s] = fmax(0, price_function_at(&result->stock[k * result->stores + s], path->stock, NULL));
  }
  for (int s = 0; s < result->stores; s++) path->stock[s] = result->kept[s] * left[s];
}

/* Do 20,000 periods find more in store than the grid holds? Then it grows; else it ends a third above the most. */
static bool outgrown(struct fitting *fit, const struct grid *grid)
{
  const struct arena_mark mark = arena_mark(fit->arena);
  const struct random random = {fit->options.seed, 0, random_stream("rational expectations, reach")};
  struct path path = {{0}, {0}};
  double most[stores_max] = {0};
  bool grown = false;
  use_outcomes(fit, grid, fit->arena);
  for (uint32_t t = 0; t < 20000; t++) {
    path_step(fit->result, &path, shock_drawn(fit->result, random_uniform(random, t)));
    for (int s = 0; s < fit->result->stores; s++) most[s] = fmax(most[s], path.stock[s]);
  }
  for (int s = 0; s < fit->result->stores; s++) {
    grown = grown || most[s] > fit->top[s];
    const double enough = fmax(4.0 / 3 * most[s], 1e-3 * fit->top[s]);
    fit->top[s] = most[s] > fit->top[s] ? 1.5 * fit->top[s] : fmin(fit->top[s], enough);
  }
  arena_reset(fit->arena, mark);
  return grown;
}

/* A grid of few knots, large enough for all that is ever stored. */
static struct grid *coarse_grid(struct fitting *fit, int count)
{
  for (int attempt = 0; attempt < 40; attempt++) {
    struct grid *grid = graded_grid(fit, count);
    for (int s = 0; s < fit->result->stores; s++)
      for (int i = 0; i < grid->points; i++) {
        double stocks[stores_max];
        point_stocks(grid, i, stocks);
        grid->expected[s * grid->points + i] = fit->result->expected != NULL
                                                   ? price_function_at(&fit->result->expected[s], stocks, NULL)
                                                   : price_scale(fit);
      }
    if (!iterate(fit, grid, 1e-4)) return NULL;
    if (!outgrown(fit, grid)) return grid;
  }
  error_set(fit->error, fit->run->scenario_path, 0, "economy.expectations", "stocks grow without bound");
  return NULL;
}

/* ---- kinks ---- */

/* The opening stock at which storing begins under shock k, between two knots; by bisection. */
static bool locate_kink(struct fitting *fit, int k, double low, double high, double *kink)
{
  double price[stores_max], left[stores_max];
  for (int step = 0; step < 48 && high - low > 1e-9 * fit->top[0]; step++) {
    const double middle = low + (high - low) / 2;
    if (!market_solve(fit, k, &middle, price, left)) return false;
    *(left[0] > 1e-9 * fit->top[0] ? &high : &low) = middle;
  }
  *kink = low;
  return true;
}

/* All kinks inside the grid, in rising order; -1 when a market failed. */
static int find_kinks(struct fitting *fit, const struct grid *grid, double *kinks)
{
  int count = 0;
  for (int k = 0; k < fit->result->shocks; k++) {
    const double *left = grid->left + k * grid->points;
    for (int i = 0; i + 1 < grid->points; i++) {
      if (left[i] > 1e-9 * fit->top[0] || left[i + 1] <= 1e-9 * fit->top[0]) continue;
      if (!locate_kink(fit, k, grid->knots.at[0][i], grid->knots.at[0][i + 1], &kinks[count])) return -1;
      count++;
    }
  }
  for (int i = 1; i < count; i++) /* few: insertion */
    for (int j = i; j > 0 && kinks[j] < kinks[j - 1]; j--) {
      const double swapped = kinks[j];
      kinks[j] = kinks[j - 1];
      kinks[j - 1] = swapped;
    }
  return count;
}

/* The graded knots, and one at every kink; no graded one closer to a kink than a fifth of the spacing there. */
static struct grid *kinked_grid(struct fitting *fit, const double *kinks, int kinks_count, int count)
{
  const double top = fit->top[0];
  double *at = ARENA_ARRAY(fit->arena, count + kinks_count, double);
  bool *kink = ARENA_ARRAY(fit->arena, count + kinks_count, bool);
  int points = 0, next = 0;
  for (int i = 0; i < count; i++) {
    const double knot = graded(top, i, count);
    const double near = (i + 1 < count ? graded(top, i + 1, count) - knot : knot - graded(top, i - 1, count)) / 5;
    for (; next < kinks_count && kinks[next] <= knot + near; next++) {
      if (kinks[next] <= 0 || kinks[next] >= top || kinks[next] - at[points - 1] < 1e-9 * top) continue;
      if (points > 1 && !kink[points - 1] && kinks[next] - at[points - 1] < near) points--;
      at[points] = kinks[next];
      kink[points++] = true;
    }
    if (points > 0 && i < count - 1 && kink[points - 1] && knot - at[points - 1] < near) continue;
    at[points] = knot;
    kink[points++] = false;
  }
  return grid_new(fit, (struct price_knots){.dimensions = 1, .count = {points, 0}, .at = {at, NULL}, .kink = kink});
}

/* One store: the full grid around the kinks, where they lie by the function found so far. */
static struct grid *refine(struct fitting *fit, const struct grid *coarse, double tolerance)
{
  double *kinks = ARENA_ARRAY(fit->arena, fit->result->shocks * coarse->points, double);
  const int count = fit->result->stores == 1 ? find_kinks(fit, coarse, kinks) : 0;
  if (count < 0) return NULL;
  struct grid *grid = fit->result->stores == 1 ? kinked_grid(fit, kinks, count, fit->options.knots)
                                               : graded_grid(fit, fit->options.knots);
  double stocks[stores_max];
  for (int s = 0; s < fit->result->stores; s++)
    for (int i = 0; i < grid->points; i++) {
      point_stocks(grid, i, stocks);
      grid->expected[s * grid->points + i] = price_function_at(&fit->result->expected[s], stocks, NULL);
    }
  return iterate(fit, grid, tolerance) ? grid : NULL;
}

/* ---- what it means: simulation ---- */

/* Moments of one store in one replicate, from the sums of its periods. */
static void moments_of_path(const double *price, const double *stock, int periods, double empty, double *moments)
{
  const double mean = mean_estimate(price, periods).mean;
  double two = 0, three = 0, lagged = 0, stocks = 0, none = 0;
  for (int t = 0; t < periods; t++) {
    const double off = price[t] - mean;
    two += off * off / periods;
    three += off * off * off / periods;
    if (t > 0) lagged += off * (price[t - 1] - mean) / periods;
    stocks += stock[t] / periods;
    none += (stock[t] <= empty) / (double)periods;
  }
  moments[MOMENT_MEAN_PRICE] = mean;
  moments[MOMENT_VARIATION] = sqrt(two) / mean;
  moments[MOMENT_SKEWNESS] = two > 0 ? three / pow(two, 1.5) : 0;
  moments[MOMENT_AUTOCORRELATION] = two > 0 ? lagged / two : 0;
  moments[MOMENT_MEAN_STOCK] = stocks;
  moments[MOMENT_EMPTY] = none;
}

static void simulate(struct fitting *fit)
{
  enum { settling = 200 };
  struct expectations *result = fit->result;
  const int replicates = fit->options.replicates, periods = fit->options.periods, stores = result->stores;
  double *price = ARENA_ARRAY(fit->arena, stores * periods, double),
         *stock = ARENA_ARRAY(fit->arena, stores * periods, double);
  double *found = ARENA_ARRAY(fit->arena, stores * moments_count * replicates, double), one[moments_count];
  for (int r = 0; r < replicates; r++) {
    const struct random random = {fit->options.seed, (uint64_t)r, random_stream("rational expectations")};
    struct path path = {{0}, {0}};
    for (int t = -settling; t < periods; t++) {
      path_step(result, &path, shock_drawn(result, random_uniform(random, (uint32_t)(t + settling))));
      for (int s = 0; s < stores && t >= 0; s++) {
        price[s * periods + t] = path.price[s];
        stock[s * periods + t] = path.stock[s] / result->kept[s];
      }
    }
    for (int s = 0; s < stores; s++) {
      moments_of_path(price + s * periods, stock + s * periods, periods, 1e-7 * fit->top[s], one);
      for (int m = 0; m < moments_count; m++) found[(s * moments_count + m) * replicates + r] = one[m];
    }
  }
  result->moments = arena_alloc(fit->arena, (size_t)stores, sizeof *result->moments);
  for (int s = 0; s < stores; s++)
    for (int m = 0; m < moments_count; m++) {
      const struct estimate estimate = mean_estimate(found + (s * moments_count + m) * replicates, replicates);
      result->moments[s][m] = (struct moment){estimate.mean, estimate.error};
    }
  result->simulated = replicates * periods;
}

/* ---- the whole ---- */

/* The price below which storing pays at all. */
static void keep_functions(struct fitting *fit, const struct grid *grid)
{
  struct expectations *result = fit->result;
  const struct network *network = fit->run->network;
  const struct period period = fit->run->dataset->scenario->periods[0];
  const double beta = pow(1 + fit->run->dataset->scenario->discount_rate, -period.length);
  const double none[stores_max] = {0};
  double *above = ARENA_ARRAY(fit->arena, result->stores, double);
  use_outcomes(fit, grid, fit->arena);
  for (int s = 0; s < result->stores; s++) {
    const struct material *material = &network->dataset->materials[network->nodes[network->stores[s].node].material];
    const double holding = dataset_mean(network->dataset, &material->holding_usd_per_kg_year, period, period.start);
    above[s] = result->kept[s] * beta * price_function_at(&result->expected[s], none, NULL) - holding * period.length;
  }
  result->store_below = above;
}

static struct expectations_options options_of(const struct expectations_options *given, int stores)
{
  struct expectations_options options = {0};
  if (given != NULL) options = *given;
  if (options.knots == 0) options.knots = stores == 1 ? 256 : 16;
  if (options.nodes == 0) options.nodes = 10;
  if (options.replicates == 0) options.replicates = 20;
  if (options.periods == 0) options.periods = 10000;
  return options;
}

static void size_stores(struct fitting *fit)
{
  const struct network *network = fit->run->network;
  const struct scenario *scenario = fit->run->dataset->scenario;
  double *kept = ARENA_ARRAY(fit->arena, fit->result->stores, double);
  for (int s = 0; s < fit->result->stores; s++) {
    const struct node *node = &network->nodes[network->stores[s].node];
    const struct stock *stock = &network->dataset->stocks[network->stores[s].stock];
    kept[s] = pow(1 - network->dataset->materials[node->material].decay_per_year, scenario->periods[0].length);
    fit->top[s] = fmax(stock->opening_t, node->quantity_t_per_year * scenario->periods[0].length / 4);
    if (isfinite(stock->capacity_t)) fit->top[s] = fmax(stock->capacity_t, 1e-6);
  }
  fit->result->kept = kept;
}

static bool fit_functions(struct fitting *fit)
{
  struct grid *grid = coarse_grid(fit, fit->result->stores == 1 ? 17 : 7);
  if (grid != NULL) grid = refine(fit, grid, 1e-6);
  if (grid != NULL && fit->result->stores == 1) grid = refine(fit, grid, 1e-10);
  if (grid == NULL) return false;
  keep_functions(fit, grid);
  return true;
}

const struct expectations *expectations_fit(const struct run *run, const struct expectations_options *options,
                                            struct arena *arena, struct error *error)
{
  if (!within_limits(run, error)) return NULL;
  struct expectations *result = ARENA_NEW(arena, struct expectations);
  struct fitting fit = {.run = run, .result = result, .arena = arena, .error = error};
  result->network = run->network;
  result->stores = run->network->stores_count;
  result->prices = (struct expected_prices){result, evaluate_expected};
  fit.options = options_of(options, result->stores);
  size_stores(&fit);
  if (!network_expect_terms(run->network, arena, error) || !combine_shocks(&fit)) return NULL;
  open_shocks(&fit);
  const bool fitted = fit_functions(&fit);
  close_shocks(&fit);
  if (!fitted) return NULL;
  simulate(&fit);
  return result;
}

const char *moment_name(enum moment_kind kind)
{
  static const char *const names[moments_count] = {"mean price", "coefficient of variation",
                                                   "skewness",   "autocorrelation from one period to the next",
                                                   "mean stock", "share of periods with nothing in store"};
  return names[kind];
}
