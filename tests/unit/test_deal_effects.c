/* tests/unit/test_deal_effects.c - a deal on the shipped world: off it leaves no trace, low it moves nothing, higher it
 * never lowers what it supports, and in cash only it pays on the market without it. And all kinds at once add up.
 *
 * The calibrated world of data/rare-earths, 2024 and 2025, each year alone. Where the data leave a choice (two plants
 * or two routes at one cost) a solution is not unique, so what must not move is what each region makes of each good and
 * what it uses, and the solution without the deal must solve the market with it. The deal is a floor on the content
 * that Mountain Pass makes and one on the magnets of an American plant. And draws of the shipped deals are solved side
 * by side. Argument: the source tree.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"
#include "ensemble/draws.h"
#include "ensemble/solve.h"
#include "ensemble/vary.h"
#include "io/file.h"
#include "model/instruments.h"
#include "model/settle.h"
#include "run/run.h"

static const char *project;

static const char deal[] =
    "schema_version: 1\ndeal: two-floors\ntitle: Two floors\nsigned: 2024-07-01\nstatus: binding\ninstruments:\n"
    "  - {id: oxide-floor, kind: price_protection, facilities: [mountain-pass-stage-ii, mountain-pass], "
    "materials: ndpr-oxide, stockpiled_materials: conc-mountain-pass, stockpiled_share: 0.3, elements: NdPr, "
    "index_material: ndpr-oxide, index_region: china, floor_usd_per_kg: 110, real: yes, start: 2025}\n"
    "  - {id: magnet-floor, kind: floor_topup, facilities: noveon-san-marcos, floor_usd_per_kg: 60, real: yes, "
    "start: 2025}\n"
    "recorded:\n  - {title: A loan, why: its terms are not published}\n";

enum { NO_DEAL, DEAL, DRAWN_DEAL, ONE_DOLLAR };
static const char *const chosen[] = {
    "", "instruments: [two-floors]\n",
    "instruments: [two-floors]\ndistributions:\n"
    "  - {id: oxide, path: instruments.oxide-floor.floor_usd_per_kg, kind: uniform, low: 0.9, high: 1.1}\n"
    "  - {id: magnet, path: instruments.magnet-floor.floor_usd_per_kg, kind: uniform, low: 0.9, high: 1.1}\n"
    "correlations:\n  - {id: floors, members: [oxide, magnet], ranks: 0.5}\n",
    "instruments:\n  - {id: everywhere, kind: floor_topup, materials: ndpr-oxide, floor_usd_per_kg: 1}\n"};

static const char *scenario_path(int deal_chosen, struct arena *arena)
{
  char folder[] = "/tmp/didymium-deals-XXXXXX";
  struct error error = {0};
  assert_non_null(mkdtemp(folder));
  const char *scenarios = arena_format(arena, "%s/scenarios", folder), *deals = arena_format(arena, "%s/deals", folder);
  assert_int_equal(mkdir(scenarios, 0777), 0);
  assert_int_equal(mkdir(deals, 0777), 0);
  assert_true(file_write(arena_format(arena, "%s/two-floors.yaml", deals), deal, strlen(deal), &error));
  const char *text = arena_format(arena,
                                  "schema_version: 1\nscenario: effects\nextends: %s/scenarios/world-baseline.yaml\n"
                                  "horizon: {from: 2024, to: 2025, window: 1, tail: no}\n%s",
                                  project, chosen[deal_chosen]);
  const char *path = arena_format(arena, "%s/effects.yaml", scenarios);
  assert_true(file_write(path, text, strlen(text), &error));
  return path;
}

static struct run *solve(int deal_chosen, const char *const *sets, int sets_count)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  char line[1024];
  const struct load_options options = {.sets = sets, .sets_count = sets_count};
  const char *path = scenario_path(deal_chosen, arena);
  struct run *run = run_load(path, &options, arena, &error);
  assert_int_equal(system(arena_format(arena, "rm -r '%s'", path_folder(path_folder(path, arena), arena))), 0);
  error_print(&error, line, sizeof line);
  if (run == NULL) fail_msg("%s", line);
  run->outcome = outcome_compute(run->network, &(struct solve_options){.keep_windows = true}, arena);
  if (!run->outcome->solved) fail_msg("%s", run->outcome->failure);
  return run;
}

static struct run *solve_with(const char *set)
{
  return solve(DEAL, &set, 1);
}

/* ---- figures ---- */

static double output_of(const struct run *run, const char *facility, int p)
{
  const int f = dataset_find(run->network->dataset, "facilities", facility);
  double sum = 0;
  for (int j = run->network->facility_first[f]; j < run->network->facility_first[f + 1]; j++)
    sum += run->outcome->periods[p].activity[j];
  return sum;
}

static double paid(const struct run *run, const char *instrument, int p)
{
  struct ledger ledger = ledger_new(run->arena);
  const int k = dataset_find(run->network->dataset, "instruments", instrument);
  outcome_settle(run->outcome, p, &ledger);
  return -ledger_net(&ledger, (struct account){ACCOUNT_AGENCY, k});
}

/* t/y of a process in a region in the last year. */
static double made(const struct run *run, int process, int region)
{
  const struct network *network = run->network;
  double sum = 0;
  for (int j = 0; j < network->activities_count; j++)
    if (network->activities[j].process == process &&
        network->dataset->facilities[network->activities[j].facility].region == region)
      sum += run->outcome->periods[1].activity[j];
  return sum;
}

/* The largest difference of what is made and used, over its scale. */
static double distance(const struct run *a, const struct run *b)
{
  const struct dataset *dataset = a->network->dataset;
  const struct period_outcome *x = &a->outcome->periods[1], *y = &b->outcome->periods[1];
  double largest = 0;
  for (int process = 0; process < dataset->processes_count; process++)
    for (int region = 0; region < dataset->regions_count; region++) {
      const double before = made(a, process, region);
      largest = fmax(largest, fabs(before - made(b, process, region)) / fmax(1, before));
    }
  for (int k = 0; k < a->network->consumers_count; k++)
    largest = fmax(largest, fabs(x->consumption[k] - y->consumption[k]) / fmax(1, x->consumption[k]));
  return largest;
}

/* Residual of one run's solution in another's problem of the last year; both have the same unknowns. */
static double residual_in(const struct run *solved, const struct run *problem)
{
  const struct window *window = problem->outcome->assembled[1];
  const struct mcp *mcp = equations_problem(window->equations, problem->arena);
  assert_int_equal(solved->outcome->assembled[1]->equations->n, window->equations->n);
  return certificate_check(mcp, solved->outcome->solutions[1]->z, 0, problem->arena).residual;
}

static bool same_bits(const double *a, const double *b, int count)
{
  return memcmp(a, b, sizeof *a * (size_t)count) == 0;
}

/* ---- the tests ---- */

static void assert_same_bits(const struct run *without, const struct run *off)
{
  const struct network *network = without->network;
  for (int p = 0; p < without->outcome->periods_count; p++) {
    const struct period_outcome *x = &without->outcome->periods[p], *y = &off->outcome->periods[p];
    assert_true(same_bits(x->multiplier, y->multiplier, network->nodes_count));
    assert_true(same_bits(x->activity, y->activity, network->activities_count));
    assert_true(same_bits(x->flow, y->flow, network->arcs_count));
    assert_true(same_bits(x->consumption, y->consumption, network->consumers_count));
    assert_true(same_bits(x->order, y->order, network->dataset->facilities_count));
    assert_true(same_bits(x->stock, y->stock, network->stores_count));
  }
}

static void a_deal_that_is_off_leaves_no_trace(void **)
{
  struct run *without = solve(NO_DEAL, NULL, 0), *off = solve_with("deals.two-floors.enabled=no");
  assert_int_equal(off->network->instruments_count, without->network->instruments_count);
  assert_same_bits(without, off);
  arena_free(without->arena);
  arena_free(off->arena);
}

static void what_is_drawn_of_a_deal_goes_with_it(void **)
{
  const char *set = "deals.two-floors.enabled=no";
  struct run *drawn = solve(DRAWN_DEAL, NULL, 0), *off = solve(DRAWN_DEAL, &set, 1);
  assert_int_equal(drawn->network->dataset->chance->variables_count, 2);
  assert_int_equal(drawn->network->dataset->chance->groups_count, 1);
  assert_int_equal(off->network->dataset->chance->variables_count, 0);
  assert_int_equal(off->network->dataset->chance->groups_count, 0);
  arena_free(drawn->arena);
  arena_free(off->arena);
}

static void a_low_floor_moves_nothing(void **)
{
  const char *low[] = {"instruments.oxide-floor.floor_usd_per_kg=1", "instruments.magnet-floor.floor_usd_per_kg=1"};
  struct run *without = solve(NO_DEAL, NULL, 0), *run = solve(DEAL, low, 2);
  const double moved = distance(without, run), residual = residual_in(without, run);
  print_message(
      "floors of 1 USD/kg move what is made and used by %.1e of it; without them all solves with them to %.1e\n", moved,
      residual);
  assert_true(moved < 1e-8 && residual < 1e-8);
  for (int p = 0; p < 2; p++) assert_true(paid(run, "oxide-floor", p) == 0 && paid(run, "magnet-floor", p) == 0);
  arena_free(without->arena);
  arena_free(run->arena);
}

/* What is rounded off near a kink is exact elsewhere (theory, E76). */
static void a_floor_of_one_dollar_for_all_leaves_no_trace(void **)
{
  struct run *without = solve(NO_DEAL, NULL, 0), *run = solve(ONE_DOLLAR, NULL, 0);
  assert_int_equal(run->network->instruments_count, without->network->instruments_count + 1);
  assert_same_bits(without, run);
  arena_free(without->arena);
  arena_free(run->arena);
}

static void a_higher_floor_never_lowers_output(void **)
{
  double before = 0, first = 0;
  for (double floor = 20; floor <= 140; floor += 30) {
    char set[64];
    (void)snprintf(set, sizeof set, "instruments.magnet-floor.floor_usd_per_kg=%g", floor);
    struct run *run = solve_with(set);
    const double output = output_of(run, "noveon-san-marcos", 1);
    assert_true(output >= before - 1e-6 * fmax(1, before));
    if (floor < 30) first = output;
    before = output;
    arena_free(run->arena);
  }
  assert_true(before > first + 1);
}

static void cash_only_pays_on_the_market_without_it(void **)
{
  struct run *without = solve(NO_DEAL, NULL, 0), *cash = solve_with("deals.two-floors.settlement=cash");
  struct run *market = solve(DEAL, NULL, 0);
  assert_same_bits(without, cash);
  const double apart = output_of(market, "noveon-san-marcos", 1) - output_of(cash, "noveon-san-marcos", 1);
  print_message(
      "magnet floor of 60 in 2025: %.0f t/y in the market, %.0f in cash only; paid %.1f and %.1f million USD\n",
      output_of(market, "noveon-san-marcos", 1), output_of(cash, "noveon-san-marcos", 1),
      paid(market, "magnet-floor", 1) / 1000, paid(cash, "magnet-floor", 1) / 1000);
  assert_true(apart > 1);
  assert_true(paid(cash, "magnet-floor", 1) > 0);
  assert_true(paid(market, "magnet-floor", 1) > paid(cash, "magnet-floor", 1));
  arena_free(without->arena);
  arena_free(cash->arena);
  arena_free(market->arena);
}

/* Tonnes, dollars and the worth of every unit that is made add up with all kinds of instruments in force. */
static void every_kind_at_once_adds_up(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  char line[1024];
  const struct load_options options = {0};
  const char *path = arena_format(arena, "%s/tests/cases/every-kind-at-once/model.yaml", project);
  struct run *run = run_load(path, &options, arena, &error);
  error_print(&error, line, sizeof line);
  if (run == NULL) fail_msg("%s", line);
  int kinds;
  (void)instrument_kinds(&kinds);
  assert_int_equal(run->network->instruments_count, kinds);
  run_solve(run, &(struct solve_options){0});
  assert_true(run->outcome->solved);
  const struct balance *balance = &run->metrics->balance;
  print_message("%d kinds at once: tonnes close to %.0e, dollars to %.0e, units made to %.0e\n", kinds,
                balance->mass.relative, balance->ledger.relative, balance->value.relative);
  assert_true(balance->mass.relative < 1e-9 && balance->ledger.relative < 1e-9 && balance->value.relative < 1e-9);
  arena_free(arena);
}

/* The shipped deals with all that is uncertain: draws are cheap as long as nearly all of their windows settle side by
 * side. */
static void drawn_deals_settle_in_lanes(void **)
{
  enum { DRAWS = 8 };
  struct arena *arena = arena_new();
  struct error error = {0};
  char line[1024];
  const char *const sets[] = {"scenario.to=2030"};
  const struct load_options load_options = {.sets = sets, .sets_count = 1};
  const char *path = arena_format(arena, "%s/scenarios/floor-package-uncertain.yaml", project);
  struct run *run = run_load(path, &load_options, arena, &error);
  error_print(&error, line, sizeof line);
  if (run == NULL) fail_msg("%s", line);
  assert_true(network_expect_terms(run->network, arena, &error));
  const struct outcome_batch *batch = outcome_batch_new(run->network, NULL, 2, arena);
  const struct draws *draws = draws_new(run->dataset, 1, SAMPLING_RANDOM, arena);
  const struct network *networks[DRAWS];
  const struct outcome *outcomes[DRAWS];
  for (int d = 0; d < DRAWS; d++) networks[d] = network_vary(run->network, &draws_make(draws, d, arena)->redraw, arena);
  variations_solve(batch, networks, NULL, DRAWS, &(struct solve_options){0}, outcomes, arena);
  int windows = 0, in_lanes = 0;
  for (int d = 0; d < DRAWS; d++) {
    assert_true(outcome_is_whole(outcomes[d]));
    for (int w = 0; w < outcomes[d]->windows_count; w++, windows++)
      in_lanes += strcmp(outcomes[d]->windows[w].method, "lanes") == 0;
  }
  print_message("%d of %d windows of %d draws settled in lanes\n", in_lanes, windows, DRAWS);
  assert_true(windows >= 4 * DRAWS && in_lanes >= windows - windows / 10);
  arena_free(arena);
}

int main(int count, char **arguments)
{
  if (count < 2) return 2;
  project = arguments[1];
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_deal_that_is_off_leaves_no_trace),
      cmocka_unit_test(what_is_drawn_of_a_deal_goes_with_it),
      cmocka_unit_test(a_low_floor_moves_nothing),
      cmocka_unit_test(a_floor_of_one_dollar_for_all_leaves_no_trace),
      cmocka_unit_test(a_higher_floor_never_lowers_output),
      cmocka_unit_test(every_kind_at_once_adds_up),
      cmocka_unit_test(cash_only_pays_on_the_market_without_it),
      cmocka_unit_test(drawn_deals_settle_in_lanes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
