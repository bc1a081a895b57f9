/* Rational expectations: the published storage model, on the engine's own market, from its scenario file; functions
 * through knots; what is beyond the method is refused. */
#include <math.h>
#include <string.h>

#include "dataset_files.h"
#include "ensemble/expectations.h"
#include "unit.h"

#define assert_near(value, expected, tolerance) assert_true(fabs((value) - (expected)) <= (tolerance))

static const struct run *load(const char *root, const char *set, struct arena *arena)
{
  struct error error = {0};
  const struct load_options options = {.sets = &set, .sets_count = set != NULL};
  const char *path = arena_format(arena, "%s/scenarios/storage-rational.yaml", root);
  const struct run *run = run_load(path, &options, arena, &error);
  if (run == NULL) fail_msg("%s: %s", error.field, error.message);
  return run;
}

/* Demand 600 - 5 c, harvest 100 + 10 z with ten equally likely z, interest 5 %: moments of the stationary distribution
 * of the linear example of Deaton and Laroque, "On the behaviour of commodity prices", Review of Economic Studies 59
 * (1992), with its ten nodes; moments and kink computed again independently, by iterating the price function on a grid
 * of 32,000 points: the kink is 113.91797 there, 113.9181 on a coarser one. */
static void storage_model_has_its_published_moments(void **state)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct run *run = load(*state, NULL, arena);
  const struct expectations *found = expectations_fit(run, NULL, arena, &error);
  assert_non_null(found);
  assert_near(found->store_below[0], 113.9181, 2e-4);
  static const double published[moments_count] = {100, 0.23546, 1.7125, 0.49779, 11.397, 0.15962};
  for (int m = 0; m < moments_count; m++) {
    const struct moment moment = found->moments[0][m];
    assert_near(moment.estimate, published[m], 4 * moment.error);
    assert_true(moment.error > 0 && moment.error < 0.02 * published[m]);
  }
  assert_int_equal(found->shocks, 10);
  /* Where storing pays, today's price is the discounted expected one; where it does not, it is above. */
  for (double opening = 0; opening < 40; opening += 2.3)
    for (int k = 0; k < found->shocks; k++) {
      const double price = price_function_at(&found->price[k], &opening, NULL);
      const double left = price_function_at(&found->stock[k], &opening, NULL);
      const double worth = price_function_at(found->expected, &left, NULL) / 1.05;
      if (left > 0.5) assert_near(price, worth, 0.01); /* of what the knots leave between them */
      if (left < 1e-9) assert_true(price >= worth - 0.01);
      const double harvest = found->drawn[k];
      assert_near(600 - 5 * (harvest + opening - left), price, 0.01);
    }
  arena_free(arena);
}

/* Nothing is stored where interest eats the gain: the price is that of the harvest alone. */
static void dear_money_stores_less(void **state)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct expectations_options few = {.knots = 40, .periods = 2000};
  const struct expectations *usual = expectations_fit(load(*state, NULL, arena), &few, arena, &error);
  const struct expectations *dear =
      expectations_fit(load(*state, "scenario.discount_rate=0.5", arena), &few, arena, &error);
  const struct expectations *rotting =
      expectations_fit(load(*state, "materials.grain.decay_per_year=0.2", arena), &few, arena, &error);
  assert_non_null(usual);
  assert_non_null(dear);
  assert_non_null(rotting);
  assert_true(dear->moments[0][MOMENT_MEAN_STOCK].estimate < 0.3 * usual->moments[0][MOMENT_MEAN_STOCK].estimate);
  assert_true(rotting->moments[0][MOMENT_MEAN_STOCK].estimate < 0.7 * usual->moments[0][MOMENT_MEAN_STOCK].estimate);
  assert_true(dear->store_below[0] < 75); /* mean price about 100, at 50 % interest */
  assert_true(dear->moments[0][MOMENT_VARIATION].estimate > usual->moments[0][MOMENT_VARIATION].estimate);
  arena_free(arena);
}

static void beyond_the_method_is_refused(void **state)
{
  struct arena *arena = arena_new();
  struct error tail = {0}, window = {0};
  assert_null(expectations_fit(load(*state, "scenario.tail=yes", arena), NULL, arena, &tail));
  assert_non_null(strstr(tail.message, "no tail"));
  assert_null(expectations_fit(load(*state, "scenario.window=2", arena), NULL, arena, &window));
  assert_non_null(strstr(window.message, "a window of one period"));
  arena_free(arena);
}

/* Cubic between smooth knots, two slopes at a kink, tangents beyond the ends. */
static void functions_pass_through_their_knots(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  double at[21], values[21], slope;
  bool kink[21] = {false};
  kink[10] = true;
  for (int i = 0; i <= 20; i++) {
    at[i] = 0.1 * i;
    values[i] = at[i] <= 1 ? 3 - at[i] : 2 - 0.2 * (at[i] - 1) + 0.05 * (at[i] - 1) * (at[i] - 1);
  }
  const struct price_knots knots = {1, {21, 0}, {at, NULL}, kink};
  const struct price_function function = price_function_new(&knots, values, arena);
  for (int i = 0; i <= 20; i++) assert_near(price_function_at(&function, &at[i], NULL), values[i], 1e-14);
  const double left = 0.95, right = 1.55, beyond = 3;
  assert_near(price_function_at(&function, &left, &slope), 2.05, 1e-13);
  assert_near(slope, -1, 1e-12);
  assert_near(price_function_at(&function, &right, &slope), 2 - 0.11 + 0.05 * 0.3025, 1e-12);
  assert_near(slope, -0.2 + 0.055, 1e-12);
  assert_near(price_function_at(&function, &beyond, NULL), values[20] - 0.1, 1e-12);
  /* Two axes: whatever is quadratic in each is reproduced, with its slopes. */
  const double grid[4] = {0, 1, 2.5, 4}, point[2] = {1.7, 0.4};
  double plane[16], slopes[2];
  for (int i = 0; i < 16; i++) plane[i] = (2 - grid[i % 4] + 0.1 * grid[i % 4] * grid[i % 4]) * (1 + 0.5 * grid[i / 4]);
  const struct price_knots both = {2, {4, 4}, {grid, grid}, NULL};
  const struct price_function patch = price_function_new(&both, plane, arena);
  assert_near(price_function_at(&patch, point, slopes), (2 - 1.7 + 0.289) * 1.2, 1e-13);
  assert_near(slopes[0], (-1 + 0.34) * 1.2, 1e-13);
  assert_near(slopes[1], (2 - 1.7 + 0.289) * 0.5, 1e-13);
  arena_free(arena);
}

/* One region, or two that trade nothing or everything; three harvests each. */
#define REGION(name) "    farm-" name ": {region: " name ", processes: grow, capacity_t_per_year: 100}\n"
#define USERS(name)                                                                                                    \
  "    users-" name ": {region: " name ", material: grain, intercept_usd_per_kg: 600, slope_usd_per_kg_per_t: 5}\n"
#define HARVEST(name)                                                                                                  \
  "  harvest-" name ": {path: facilities.farm-" name ".capacity_t_per_year, kind: discrete, use: value, "              \
  "values: [85, 100, 115]}\n"
#define HEAD                                                                                                           \
  "schema_version: 1\nscenario: stores\nhorizon: {from: 2025, to: 2026, window: 1, tail: no}\n"                        \
  "economy: {discount_rate: 0.05, expectations: rational}\ntables:\n"                                                  \
  "  materials: {grain: {price_usd_per_kg: 100}}\n  processes: {grow: {}}\n"                                           \
  "  yields: [{process: grow, material: grain, amount: 1}]\n"
#define ONE                                                                                                            \
  HEAD "  regions: {east: {}}\n  stocks: [{id: e, material: grain, region: east}]\n  facilities:\n" REGION(            \
      "east") "  segments:\n" USERS("east") "distributions:\n" HARVEST("east")
#define TWO(links)                                                                                                     \
  HEAD "  regions: {east: {}, west: {}}\n"                                                                             \
       "  stocks: [{id: e, material: grain, region: east}, {id: w, material: grain, region: west}]\n  "                \
       "facilities:\n" REGION("east") REGION("west") "  segments:\n" USERS("east") USERS("west") links                 \
      "distributions:\n" HARVEST("east") HARVEST("west")
#define ROAD "  links: [{from: east, to: west, freight_usd_per_kg: 5}, {from: west, to: east, freight_usd_per_kg: 5}]\n"

static const struct expectations *fitted(struct files *files, const char *text, int knots)
{
  struct error error = {0};
  files_add(files, "a.yaml", text);
  const struct run *run =
      run_load(path_join(files->folder, "a.yaml", files->arena), &files->options, files->arena, &error);
  if (run == NULL) fail_msg("%s: %s", error.field, error.message);
  const struct expectations_options options = {.knots = knots, .replicates = 4, .periods = 2000};
  const struct expectations *found = expectations_fit(run, &options, files->arena, &error);
  if (found == NULL) fail_msg("%s: %s", error.field, error.message);
  return found;
}

/* A normal harvest in ten parts of equal probability is nearly the published model, whose nodes are rounded. */
static void continuous_laws_are_cut_into_parts(void **state)
{
  struct files *files = *state;
  const struct expectations *found =
      fitted(files,
             HEAD "  regions: {east: {}}\n  stocks: [{id: e, material: grain, region: east}]\n  facilities:\n" REGION(
                 "east") "  segments:\n" USERS("east") "distributions:\n  harvest: {path: "
                                                       "facilities.farm-east.capacity_t_per_year, "
                                                       "kind: normal, use: value, mean: 100, deviation: 10}\n",
             100);
  assert_int_equal(found->shocks, 10);
  assert_near(found->weight[3], 0.1, 1e-15);
  assert_near(found->drawn[0], 82.45, 0.05);
  assert_near(found->drawn[6], 103.86, 0.01);
  assert_near(found->store_below[0], 113.918, 0.02);
}

/* Two stores that have nothing to do with each other behave as one alone; with a road between them, harvests make up
 * for each other: prices move less, and less is stored. */
static void two_stores_know_of_each_other(void **state)
{
  struct files *files = *state;
  const struct expectations *one = fitted(files, ONE, 40), *apart = fitted(files, TWO(""), 10);
  const struct expectations *joined = fitted(files, TWO(ROAD), 10);
  assert_int_equal(apart->stores, 2);
  assert_int_equal(apart->shocks, 9);
  for (int s = 0; s < 2; s++) {
    const struct moment *own = apart->moments[s], *road = joined->moments[s], *alone = one->moments[0];
    assert_near(apart->store_below[s], one->store_below[0], 0.01 * one->store_below[0]);
    assert_near(own[MOMENT_MEAN_STOCK].estimate, alone[MOMENT_MEAN_STOCK].estimate,
                0.15 * alone[MOMENT_MEAN_STOCK].estimate);
    assert_true(road[MOMENT_VARIATION].estimate < 0.9 * own[MOMENT_VARIATION].estimate);
    assert_true(road[MOMENT_MEAN_STOCK].estimate < own[MOMENT_MEAN_STOCK].estimate);
  }
  /* Apart, the other's stock means nothing; joined, it lowers the price here. */
  const double none[2] = {0, 0}, other[2] = {0, 10};
  const double here = price_function_at(&apart->expected[0], none, NULL);
  assert_near(price_function_at(&apart->expected[0], other, NULL), here, 1e-6 * here);
  assert_true(price_function_at(&joined->expected[0], other, NULL) <
              price_function_at(&joined->expected[0], none, NULL) - 1);
}

int main(int count, char **words)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(storage_model_has_its_published_moments, count > 1 ? words[1] : "."),
      cmocka_unit_test_prestate(dear_money_stores_less, count > 1 ? words[1] : "."),
      cmocka_unit_test_prestate(beyond_the_method_is_refused, count > 1 ? words[1] : "."),
      cmocka_unit_test_setup_teardown(continuous_laws_are_cut_into_parts, files_begin, files_end),
      cmocka_unit_test_setup_teardown(two_stores_know_of_each_other, files_begin, files_end),
      cmocka_unit_test(functions_pass_through_their_knots),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
