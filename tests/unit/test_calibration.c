/* tests/unit/test_calibration.c - a base year small enough to reconcile, price and fit by hand, and the shipped worlds.
 *
 * A mine and a plant in the north, a maker and users in the south: ore -> oxide (with sand) -> magnet. Two tonnes of
 * ore make one of oxide, half a tonne of oxide makes one of magnet, so one number, the plant's activity x, says it all:
 * mine 2x, shipped x, made and used 2x. Every figure pulls it with its weight; prices follow from the oxide's, 20
 * USD/kg.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"
#include "calibration/calibration.h"

static const char *project;

#define HEAD                                                                                                           \
  "schema_version: 1\nscenario: by-hand\nhorizon: {from: 2024, to: 2026, window: 2}\n"                                 \
  "economy: {discount_rate: 0.1, base_year: 2024, calibrate: yes}\ntables:\n"
#define PLACES                                                                                                         \
  "  regions: {north: {}, south: {}, west: {}}\n"                                                                      \
  "  materials:\n"                                                                                                     \
  "    ore: {stage: ore, price_usd_per_kg: 3, payability: 0.25}\n"                                                     \
  "    oxide: {stage: oxide, price_usd_per_kg: 20}\n"                                                                  \
  "    sand: {stage: other, price_usd_per_kg: 0.01}\n"                                                                 \
  "    magnet: {stage: magnet, price_usd_per_kg: 16}\n"                                                                \
  "  prices: [{material: oxide, region: north, date: 2024, price_usd_per_kg: 20}]\n"                                   \
  "  processes: {mining: {stage: ore}, separating: {stage: oxide}, making: {stage: magnet}}\n"                         \
  "  yields:\n"                                                                                                        \
  "    - {process: mining, material: ore, amount: 1}\n"                                                                \
  "    - {process: separating, material: ore, amount: -2}\n"                                                           \
  "    - {process: separating, material: oxide, amount: 1}\n"                                                          \
  "    - {process: separating, material: sand, amount: 0.9}\n"                                                         \
  "    - {process: making, material: oxide, amount: -0.5}\n"                                                           \
  "    - {process: making, material: magnet, amount: 1}\n"
#define MINE                                                                                                           \
  "    mine: {region: north, processes: mining, cost_usd_per_kg: 1, capacity_t_per_year: 300, output_t_per_year: "     \
  "210, quality: A}\n"
#define PLANT(capacity)                                                                                                \
  "    plant: {region: north, processes: separating, cost_usd_per_kg: 2, capacity_t_per_year: " capacity               \
  ", capacity_basis: feed}\n"
#define MAKER(capacity)                                                                                                \
  "    maker: {region: south, processes: making, cost_usd_per_kg: 5, capacity_t_per_year: " capacity "}\n"
#define LINKS                                                                                                          \
  "  links:\n"                                                                                                         \
  "    sea: {from: north, to: south, materials: oxide, freight_usd_per_kg: 1, tariff_rate: 0.1}\n"                     \
  "    air: {from: north, to: south, materials: magnet, freight_usd_per_kg: 1, flow_t_per_year: 0}\n"
#define USERS                                                                                                          \
  "  segments: {users: {region: south, material: magnet, quantity_t_per_year: 190, price_usd_per_kg: 15, elasticity: " \
  "0.5, quality: B}}\n"
#define TOTAL                                                                                                          \
  "  observations:\n"                                                                                                  \
  "    all-magnets: {what: output, stages: magnet, value_t_per_year: 206, low: 200, high: 208, quality: A}\n"

static struct calibration const *calibrate(const char *text, const struct network **network, struct arena *arena,
                                           struct error *error)
{
  char *path = arena_copy(arena, "/tmp/didymium-calibration-XXXXXX");
  const int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
  const struct load_options options = {0};
  const struct dataset *dataset = dataset_load(path, &options, arena, error);
  unlink(path);
  char message[1024] = "";
  error_print(error, message, sizeof message);
  if (dataset == NULL) fail_msg("%s", message);
  *network = network_build(dataset, arena, error);
  assert_non_null(*network);
  const struct calibration *calibration = calibration_fit(*network, arena, error);
  error_print(error, message, sizeof message);
  if (calibration == NULL) print_message("# %s\n", message);
  return calibration;
}

static void assert_near(double found, double expected, double tolerance, int line)
{
  if (!(fabs(found - expected) <= tolerance)) fail_msg("line %d: found %.12g, expected %.12g", line, found, expected);
}
#define NEAR(found, expected) assert_near(found, expected, 1e-6 * fmax(1, fabs((double)(expected))), __LINE__)

static int activity_named(const struct network *network, const char *name)
{
  for (int j = 0; j < network->activities_count; j++)
    if (strcmp(network->activities[j].name, name) == 0) return j;
  fail_msg("no activity %s", name);
  return -1;
}

static int node_named(const struct network *network, const char *name)
{
  for (int n = 0; n < network->nodes_count; n++)
    if (strcmp(network->nodes[n].name, name) == 0) return n;
  fail_msg("no node %s", name);
  return -1;
}

static int arc_named(const struct network *network, const char *name)
{
  for (int a = 0; a < network->arcs_count; a++)
    if (strcmp(network->arcs[a].name, name) == 0) return a;
  fail_msg("no arc %s", name);
  return -1;
}

static void assert_replicates(const struct calibration *calibration, struct arena *arena)
{
  const struct replication replication = calibration_replicate(calibration, arena);
  assert_true(replication.solved);
  if (!(replication.price <= 1e-6) || !(replication.quantity <= 1e-6))
    fail_msg("price of %s off by %.2e, quantity of %s by %.2e", replication.price_name, replication.price,
             replication.quantity_name, replication.quantity);
}

/* The activity of the plant that weighted figures about 2x ask for. */
static double plant_activity(int count, const double *stated, const double *error)
{
  double above = 0, below = 0;
  for (int i = 0; i < count; i++) above += 2 * stated[i] / (error[i] * error[i]), below += 4 / (error[i] * error[i]);
  return above / below;
}

static void by_hand(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  const struct calibration *calibration = calibrate(
      HEAD PLACES "  facilities:\n" MINE PLANT("208") MAKER("400") LINKS USERS TOTAL, &network, arena, &error);
  assert_non_null(calibration);

  /* mine A 2 % of 210, users B 5 % of 190, the total by its range of 8 t */
  const double x = plant_activity(3, (double[]){210, 190, 206}, (double[]){4.2, 9.5, 2});
  const int mine = activity_named(network, "mine"), plant = activity_named(network, "plant"),
            maker = activity_named(network, "maker");
  const int sea = arc_named(network, "oxide from north to south");
  assert_near(calibration->activity[mine], 2 * x, 0.05, __LINE__); /* a weak pull on what nobody observed */
  NEAR(calibration->activity[plant] * 2, calibration->activity[mine]);
  NEAR(calibration->flow[sea], calibration->activity[plant]);
  NEAR(calibration->activity[maker], 2 * calibration->flow[sea]);
  NEAR(calibration->consumption[0], calibration->activity[maker]);
  NEAR(calibration->surplus[node_named(network, "sand in north")], 0.9 * calibration->activity[plant]);

  /* oxide south (20 + 1) 1.1; magnet half of it and 5; ore a quarter of what two tonnes of it give */
  NEAR(calibration->price[node_named(network, "oxide in north")], 20);
  NEAR(calibration->price[node_named(network, "oxide in south")], 23.1);
  NEAR(calibration->price[node_named(network, "magnet in south")], 16.55);
  NEAR(calibration->price[node_named(network, "ore in north")], 2.5);
  NEAR(calibration->price[node_named(network, "sand in north")], 0);
  assert_int_equal(calibration->price_rule[node_named(network, "oxide in south")], PRICE_IMPORT);
  assert_int_equal(calibration->price_rule[node_named(network, "magnet in south")], PRICE_MADE);
  assert_int_equal(calibration->price_rule[node_named(network, "ore in north")], PRICE_PAYABLE);

  /* the plant is full and earns 20 - 2 - 5 on two tonnes of feed; the mine has 1.5 that its cost does not explain */
  NEAR(calibration->capacity_rent[network->activities[plant].facility], 6.5);
  const struct fit *fit = calibration->network->fit;
  NEAR(fit->activities[mine].wedge, 1.5);
  NEAR(fit->activities[plant].wedge, 0);
  NEAR(fit->activities[maker].wedge, 0);
  NEAR(fit->arcs[sea].wedge, 0);
  NEAR(fit->arcs[sea].slope, 23.1 / (2.5 * calibration->flow[sea]));
  NEAR(fit->consumers[0].price, 16.55);
  NEAR(fit->consumers[0].quantity_factor * 190, calibration->consumption[0]);
  NEAR(fit->capacity_factor[network->activities[plant].facility], calibration->activity[mine] / 208);
  assert_int_equal(calibration->flat_costs, 2);
  assert_int_equal(calibration->faults_count, 0);

  /* of 2.5 a tonne of ore, 1.5 is a wedge */
  double value = 0;
  for (int i = 0; i < calibration->wedges_count; i++) value += calibration->wedges[i].value_kusd;
  NEAR(calibration->value_kusd, value);
  NEAR(calibration->value_beyond_kusd, 2.5 * calibration->activity[mine]);
  assert_int_equal(calibration->wedges[0].index, mine);
  assert_replicates(calibration, arena);
  arena_free(arena);
}

static void figures_beyond_their_range(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  const struct calibration *calibration =
      calibrate(HEAD PLACES "  facilities:\n" MINE PLANT("208") MAKER("400") LINKS
                "  segments: {users: {region: south, material: magnet, quantity_t_per_year: 120, price_usd_per_kg: "
                "15, elasticity: 0.5, quality: D}}\n" TOTAL,
                &network, arena, &error);
  assert_non_null(calibration);
  int beyond = 0;
  for (int i = 0; i < calibration->figures_count; i++) {
    const struct calibration_figure *figure = &calibration->figures[i];
    assert_true(figure->beyond == (figure->reconciled < figure->low || figure->reconciled > figure->high));
    if (strcmp(figure->name, "output of mine") == 0) {
      NEAR(figure->low, 210 - 2 * 4.2);
      NEAR(figure->high, 210 + 2 * 4.2);
      assert_int_equal(figure->quality, 'A');
    }
    if (strcmp(figure->name, "all-magnets") == 0) {
      NEAR(figure->error, 2);
      NEAR(figure->low, 200);
    }
    beyond += figure->beyond;
  }
  assert_int_equal(calibration->figures_count, 3);
  assert_int_equal(beyond, 0); /* 120 is moved to about 207, within two of its 40 per cent */
  assert_replicates(calibration, arena);
  arena_free(arena);
}

/* A maker in the north that does nothing would earn 20/2 + 1 + freight 1 against 16.55: something must hold it. */
static void idle_that_would_pay(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  const struct calibration *calibration = calibrate(
      HEAD PLACES "  facilities:\n" MINE PLANT("208")
          MAKER("400") "    rival: {region: north, processes: making, cost_usd_per_kg: 1, capacity_t_per_year: 50, "
                       "output_t_per_year: 0}\n" LINKS USERS TOTAL,
      &network, arena, &error);
  assert_non_null(calibration);
  const int rival = activity_named(network, "rival"), air = arc_named(network, "magnet from north to south");
  assert_true(calibration->activity[rival] == 0 && calibration->flow[air] == 0);
  const struct fit *fit = calibration->network->fit;
  const double held = fit->activities[rival].wedge + fit->arcs[air].wedge;
  assert_near(held, 16.55 - 12, 0.05, __LINE__); /* each of the two loses a thousandth */
  assert_true(held >= 16.55 - 12);
  assert_true(calibration->faults_count > 0);
  assert_int_equal(calibration->faults[0].kind, FAULT_MARGIN);
  assert_non_null(strstr(calibration->faults[0].text, "rival"));
  assert_replicates(calibration, arena);
  arena_free(arena);
}

/* Plant and maker both full: their rents could share the gap in any way, so the smaller one is a wedge instead. */
static void full_plants_in_a_row(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  const struct calibration *calibration = calibrate(
      HEAD PLACES "    \n  facilities:\n" MINE PLANT("208") MAKER(
          "207") "  links: {sea: {from: north, to: south, materials: oxide, freight_usd_per_kg: 1, tariff_rate: 0.1}}\n"
                 "  segments: {users: {region: south, material: magnet, quantity_t_per_year: 206, price_usd_per_kg: "
                 "30, elasticity: 0.5, quality: A}}\n",
      &network, arena, &error);
  assert_non_null(calibration);
  assert_replicates(calibration, arena);
  arena_free(arena);
}

/* A stock gave up 3 t in the base year: the plant makes that much less, and a run begins with it. */
static void stocks_are_history(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  const struct calibration *calibration =
      calibrate(HEAD PLACES "  facilities:\n" MINE PLANT("208") MAKER("400") LINKS USERS
                "  stocks: {oxide-north: {material: oxide, region: north, opening_t: 50}}\n" TOTAL
                "    out-of-stock: {what: stock_change, materials: oxide, value_t_per_year: -3, error: 0.001}\n",
                &network, arena, &error);
  assert_non_null(calibration);
  assert_near(calibration->stock_change[0], -3, 0.01, __LINE__);
  const int plant = activity_named(network, "plant");
  NEAR(calibration->activity[plant] - calibration->stock_change[0],
       calibration->flow[arc_named(network, "oxide from north to south")]);
  assert_replicates(calibration, arena);

  const struct solve_options options = {0};
  const struct outcome *outcome = outcome_compute(calibration->network, &options, arena);
  assert_true(outcome->solved);
  NEAR(outcome->periods[0].stock[0], 50 + calibration->stock_change[0]);
  NEAR(outcome->periods[0].activity[plant], calibration->activity[plant]);
  NEAR(outcome->periods[0].price[node_named(network, "magnet in south")], 16.55);
  arena_free(arena);
}

/* A quota used to 99.5 % counts as used up, and the mine's gap is its rent. */
static void quota_taken_up(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  const struct calibration *calibration =
      calibrate(HEAD PLACES "  facilities:\n" MINE PLANT("300") MAKER("400") LINKS
                "  segments: {users: {region: south, material: magnet, quantity_t_per_year: 190, price_usd_per_kg: "
                "15, elasticity: 0.5, quality: D}}\n"
                "instruments:\n  - {id: cap, kind: production_quota, facilities: mine, quantity_t_per_year: 211}\n",
                &network, arena, &error);
  assert_non_null(calibration);
  const int mine = activity_named(network, "mine");
  NEAR(calibration->activity[mine], 211);
  NEAR(calibration->network->fit->activities[mine].wedge, 0);
  const struct solve_options options = {0};
  const struct outcome *outcome = outcome_compute(calibration->base, &options, arena);
  assert_true(outcome->solved);
  NEAR(outcome->periods[0].instrument[0][0], 1.5);
  assert_replicates(calibration, arena);
  arena_free(arena);
}

/* An owner who reckons with a fifth of the slope of demand sells below the market's price in its own books. */
static void owner_with_conduct(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  const struct calibration *calibration =
      calibrate(HEAD "  owners: {magnetics: {conduct: 0.2, price_response: residual}}\n" PLACES
                     "  facilities:\n" MINE PLANT("300") "    maker: {region: south, owner: magnetics, processes: "
                                                         "making, cost_usd_per_kg: 5, capacity_t_per_year: "
                                                         "400}\n" LINKS USERS TOTAL,
                &network, arena, &error);
  assert_non_null(calibration);
  const double market = calibration->price[node_named(network, "magnet in south")];
  const double own = calibration->price[node_named(network, "magnet in south, made by magnetics")];
  NEAR(market, 16.55);
  NEAR(own, market * (1 - 0.2 / 0.5)); /* the only seller: conduct over elasticity */
  assert_replicates(calibration, arena);
  arena_free(arena);
}

/* Users who ask for magnets not made in the south, beside others who do not care: every class has its own nodes, and
 * one wedge serves all classes of a plant. */
static void classes_share_a_wedge(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  const struct calibration *calibration = calibrate(
      HEAD "  rules: {not-west: {stages: [ore, oxide], regions: west}}\n" PLACES "  facilities:\n" MINE PLANT("300")
          MAKER("400") "    west-mine: {region: west, processes: mining, cost_usd_per_kg: 1, capacity_t_per_year: 100, "
                       "output_t_per_year: 40, quality: A}\n"
                       "  links:\n"
                       "    sea: {from: north, to: south, materials: oxide, freight_usd_per_kg: 1, tariff_rate: 0.1}\n"
                       "    rail: {from: west, to: north, materials: ore, freight_usd_per_kg: 0.5}\n"
                       "  segments:\n"
                       "    users: {region: south, material: magnet, quantity_t_per_year: 190, price_usd_per_kg: 15, "
                       "elasticity: 0.5, quality: B}\n"
                       "    careful: {region: south, material: magnet, quantity_t_per_year: 50, price_usd_per_kg: 15, "
                       "elasticity: 0.5, quality: B, requires: not-west}\n",
      &network, arena, &error);
  assert_non_null(calibration);
  const struct fit *fit = calibration->network->fit;
  for (int j = 0; j < network->activities_count; j++)
    NEAR(fit->activities[j].wedge, fit->activities[network->activities[j].group].wedge);
  assert_replicates(calibration, arena);
  arena_free(arena);
}

static void nothing_observed(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  assert_null(calibrate(HEAD "  regions: {north: {}}\n  materials: {ore: {}}\n  processes: {mining: {}}\n"
                             "  yields: [{process: mining, material: ore, amount: 1}]\n"
                             "  facilities: {mine: {region: north, processes: mining, capacity_t_per_year: 9}}\n",
                        &network, arena, &error));
  assert_non_null(strstr(error.message, "nothing was observed"));
  assert_string_equal(error.field, "economy.calibrate");
  arena_free(arena);
}

/* ---- shipped worlds ---- */

static void replicate_world(const char *data, double official_beyond_most)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct network *network;
  const char *text = arena_format(arena,
                                  "schema_version: 1\nscenario: world\ndata: %s/data/%s\n"
                                  "horizon: {from: 2024, to: 2024}\neconomy: {base_year: 2024, calibrate: yes}\n",
                                  project, data);
  const struct calibration *calibration = calibrate(text, &network, arena, &error);
  assert_non_null(calibration);
  int official = 0, beyond = 0;
  for (int i = 0; i < calibration->figures_count; i++)
    if (calibration->figures[i].quality == 'A') official++, beyond += calibration->figures[i].beyond;
  assert_true(official > 0 && beyond <= official_beyond_most * official);
  assert_replicates(calibration, arena);
  arena_free(arena);
}

static void replicate_ndpr_chain(void **)
{
  replicate_world("ndpr-chain", 0.1);
}

static void replicate_rare_earths(void **)
{
  replicate_world("rare-earths", 0.1);
}

int main(int count, char **arguments)
{
  project = count > 1 ? arguments[1] : ".";
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(by_hand),
      cmocka_unit_test(figures_beyond_their_range),
      cmocka_unit_test(idle_that_would_pay),
      cmocka_unit_test(full_plants_in_a_row),
      cmocka_unit_test(stocks_are_history),
      cmocka_unit_test(quota_taken_up),
      cmocka_unit_test(owner_with_conduct),
      cmocka_unit_test(classes_share_a_wedge),
      cmocka_unit_test(nothing_observed),
      cmocka_unit_test(replicate_ndpr_chain),
      cmocka_unit_test(replicate_rare_earths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
