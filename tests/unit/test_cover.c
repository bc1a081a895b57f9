/* What of defence need is left without a region, by hand: a grade whose scarcest input decides, scrap, stocks. */
#include <math.h>

#include "base/text.h"
#include "dataset_files.h"
#include "metrics/cover.h"
#include "metrics/defence.h"
#include "metrics/indicator.h"
#include "run/run.h"
#include "unit.h"

/* Magnets of a light and a heavy oxide. The east makes most oxides of both sorts; the west has light oxide of its
 * own for all it makes, and heavy oxide for less than half of it (20 of 50 t); the rest of the heavy comes from the
 * east. */
#define CHAIN                                                                                                          \
  "schema_version: 1\nscenario: chain\nhorizon: {from: 2025, to: 2026, window: 1, tail: no}\n"                         \
  "tables:\n"                                                                                                          \
  "  regions: [{id: east}, {id: west}]\n"                                                                              \
  "  materials:\n"                                                                                                     \
  "    light: {stage: oxide, price_usd_per_kg: 10}\n"                                                                  \
  "    heavy: {stage: oxide, price_usd_per_kg: 20}\n"                                                                  \
  "    magnet: {stage: magnet, price_usd_per_kg: 40}\n"                                                                \
  "  processes: [{id: make-light}, {id: make-heavy}, {id: press}]\n"                                                   \
  "  yields:\n"                                                                                                        \
  "    - {process: make-light, material: light, amount: 1}\n"                                                          \
  "    - {process: make-heavy, material: heavy, amount: 1}\n"                                                          \
  "    - {process: press, material: light, amount: -1}\n"                                                              \
  "    - {process: press, material: heavy, amount: -0.5}\n"                                                            \
  "    - {process: press, material: magnet, amount: 1}\n"                                                              \
  "  facilities:\n"                                                                                                    \
  "    - {id: east-light, region: east, processes: make-light, capacity_t_per_year: 500, cost_usd_per_kg: 8}\n"        \
  "    - {id: east-heavy, region: east, processes: make-heavy, capacity_t_per_year: 500, cost_usd_per_kg: 15}\n"       \
  "    - {id: west-light, region: west, processes: make-light, capacity_t_per_year: 500, cost_usd_per_kg: 8}\n"        \
  "    - {id: west-heavy, region: west, processes: make-heavy, capacity_t_per_year: 20, cost_usd_per_kg: 10}\n"        \
  "    - {id: west-press, region: west, processes: press, capacity_t_per_year: 500, cost_usd_per_kg: 5}\n"             \
  "    - {id: west-qualified, region: west, processes: press, capacity_t_per_year: 0, cost_usd_per_kg: 5}\n"           \
  "    - {id: east-press, region: east, processes: press, capacity_t_per_year: 500, cost_usd_per_kg: 5}\n"             \
  "  segments:\n"                                                                                                      \
  "    - {id: cars, region: west, material: magnet, quantity_t_per_year: 80, price_usd_per_kg: 40, elasticity: "       \
  "0.01,\n"                                                                                                            \
  "       choke_usd_per_kg: 500}\n"                                                                                    \
  "    - {id: forces, region: west, material: magnet, sector: defence, quantity_t_per_year: 20, price_usd_per_kg: "    \
  "40,\n       elasticity: 0.01, choke_usd_per_kg: 500}\n"                                                             \
  "    - {id: east-cars, region: east, material: magnet, quantity_t_per_year: 300, price_usd_per_kg: 40,\n"            \
  "       elasticity: 0.01, choke_usd_per_kg: 500}\n"                                                                  \
  "  links: [{id: heavy-over, from: east, to: west, materials: heavy, freight_usd_per_kg: 1}]\n"

static const struct run *solved(struct files *files, const char *text)
{
  struct error error = {0};
  files_add(files, "a.yaml", text);
  struct run *run = run_load(path_join(files->folder, "a.yaml", files->arena), &files->options, files->arena, &error);
  if (run == NULL) fail_msg("%s: %s %s", error.file, error.field, error.message);
  run_solve(run, NULL);
  if (!run->outcome->solved) fail_msg("%s", run->outcome->failure);
  return run;
}

static double cover(const struct run *run, const char *material, const char *region)
{
  const struct indicator_run *asked = indicator_run_new(run->dataset, run->outcome, run->metrics, run->arena);
  const struct indicator_question question = {.dataset = run->dataset,
                                              .run = asked,
                                              .name = "defence_cover",
                                              .arguments_count = 3,
                                              .arguments = (const char *const[]){material, region, "2025"}};
  return indicator_ask(&question, run->arena).value;
}

/* 100 t of magnets take 50 t of heavy oxide, of which 20 are from the west: 40 t of magnets are left for 20 t of
 * need. */
static void the_scarcest_input_decides(void **state)
{
  struct files *files = *state;
  const struct run *run = solved(files, CHAIN);
  const int east = dataset_find(run->dataset, "regions", "east"), west = dataset_find(run->dataset, "regions", "west");
  const int magnet = dataset_find(run->dataset, "materials", "magnet");
  const int heavy = dataset_find(run->dataset, "materials", "heavy");
  const int light = dataset_find(run->dataset, "materials", "light");
  const double *missing = missing_without(run->outcome, 0, east, files->arena);
  const int oxide = network_node(run->network, heavy, west, 0);
  const double received = run->outcome->periods[0].throughput[oxide];
  assert_true(fabs(received - 50) < 0.5);
  assert_true(fabs(missing[oxide] - (1 - 20 / received)) < 1e-6);
  assert_true(fabs(missing[network_node(run->network, light, west, 0)]) < 1e-9);
  assert_true(missing[network_node(run->network, magnet, west, 0)] == missing[oxide]);
  assert_true(missing[network_node(run->network, magnet, east, 0)] == 1);
  assert_true(defence_cover(run->outcome, 0, west, magnet, missing, files->arena) == 1);
  assert_true(isnan(defence_cover(run->outcome, 0, east, magnet, missing, files->arena))); /* no forces there */
  assert_true(cover(run, "magnet", "west") == 1);
}

/* With 4 t of heavy oxide of its own 8 t of magnets are left: 0.4 of the need. */
static void what_is_left_falls_short(void **state)
{
  struct files *files = *state;
  files->options.sets = (const char *const[]){"facilities.west-heavy.capacity_t_per_year=4"};
  files->options.sets_count = 1;
  assert_true(fabs(cover(solved(files, CHAIN), "magnet", "west") - 0.4) < 1e-6);
}

/* With heavy oxide of its own the west loses nothing. But its large press is not qualified before 2034, and a small one
 * that is makes 8 t of the 20 t that the forces want: the cars' 80 t are no cover. */
static void only_what_qualifies_counts(void **state)
{
  struct files *files = *state;
  files->options.sets = (const char *const[]){
      "segments.forces.defence=yes", "facilities.west-press.start=2024", "facilities.west-press.qualification_years=10",
      "facilities.west-qualified.capacity_t_per_year=8", "facilities.west-heavy.capacity_t_per_year=500"};
  files->options.sets_count = 5;
  const struct run *run = solved(files, CHAIN);
  const int west = dataset_find(run->dataset, "regions", "west"),
            magnet = dataset_find(run->dataset, "materials", "magnet");
  const int press = dataset_find(run->dataset, "facilities", "west-press");
  assert_true(facility_output(run->outcome, 0, press) > 79);
  assert_true(fabs(defence_met(run->outcome, 0, west, magnet) - 0.4) < 1e-6);
  assert_true(fabs(cover(run, "magnet", "west") - 0.4) < 1e-6);
}

/* Goods that go round in circles come from nowhere. */
static void without_any_source_all_is_missing(void **state)
{
  struct files *files = *state;
  files->options.sets = (const char *const[]){"facilities.west-heavy.capacity_t_per_year=0"};
  files->options.sets_count = 1;
  assert_true(cover(solved(files, CHAIN), "magnet", "west") == 0);
}

static const char *refusal(const struct run *run, const char *name, int count, const char *const *arguments)
{
  const struct indicator_run *asked = indicator_run_new(run->dataset, run->outcome, run->metrics, run->arena);
  const struct indicator_question question = {
      .dataset = run->dataset, .run = asked, .name = name, .arguments_count = count, .arguments = arguments};
  const struct indicator_answer answer = indicator_ask(&question, run->arena);
  assert_true(isnan(answer.value));
  return answer.refusal;
}

/* What has no sum over regions refuses to be asked of the world. */
static void the_world_is_no_region(void **state)
{
  struct files *files = *state;
  const struct run *run = solved(files, CHAIN);
  static const char *const names[] = {"dependence", "direct_dependence", "defence_met", "defence_cover"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const char *what = i < 2 ? "oxide" : "magnet";
    assert_string_equal(refusal(run, names[i], 3, (const char *const[]){what, "world", "2025"}),
                        "needs a region, not the world");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_scarcest_input_decides, files_begin, files_end),
      cmocka_unit_test_setup_teardown(what_is_left_falls_short, files_begin, files_end),
      cmocka_unit_test_setup_teardown(only_what_qualifies_counts, files_begin, files_end),
      cmocka_unit_test_setup_teardown(without_any_source_all_is_missing, files_begin, files_end),
      cmocka_unit_test_setup_teardown(the_world_is_no_region, files_begin, files_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
