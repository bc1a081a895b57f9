/* The market as the function: a price whose shares of variance are known by hand; the same for any count of threads. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "dataset_files.h"
#include "ensemble/sensitivity_run.h"
#include "unit.h"

/* Two farms sell all they have to users who pay 200 - d: the price is 200 less both harvests. A flood that takes nine
 * tenths of the second farm comes, and stays, with a hazard of 0.3 a year. */
#define FARMS                                                                                                          \
  "schema_version: 1\nscenario: farms\nhorizon: {from: 2025, to: 2027, window: 1}\n"                                   \
  "tables:\n"                                                                                                          \
  "  regions: {land: {}}\n"                                                                                            \
  "  materials: {grain: {price_usd_per_kg: 100}}\n"                                                                    \
  "  processes: {grow: {}}\n"                                                                                          \
  "  yields: [{process: grow, material: grain, amount: 1}]\n"                                                          \
  "  facilities:\n"                                                                                                    \
  "    - {id: large, region: land, processes: grow, capacity_t_per_year: 20}\n"                                        \
  "    - {id: small, region: land, processes: grow, capacity_t_per_year: 15}\n"                                        \
  "  segments: {users: {region: land, material: grain, intercept_usd_per_kg: 200, slope_usd_per_kg_per_t: 1}}\n"       \
  "distributions:\n"                                                                                                   \
  "  - {id: large, path: facilities.large.capacity_t_per_year, use: value, kind: uniform, low: 10, high: 30}\n"        \
  "  - {id: small, path: facilities.small.capacity_t_per_year, use: value, kind: uniform, low: 10, high: 20}\n"
#define TOGETHER "correlations: [{id: weather, members: [large, small], ranks: 0.5}]\n"
#define FLOOD    "events: [{id: flood, change: facilities.small.availability, factor: 0.1, hazard_per_year: 0.3}]\n"

static const struct run *solved(struct files *files, const char *text)
{
  struct error error = {0};
  files_add(files, "a.yaml", text);
  struct run *run = run_load(path_join(files->folder, "a.yaml", files->arena), &files->options, files->arena, &error);
  if (run == NULL) fail_msg("%s: %s", error.field, error.message);
  run_solve(run, NULL);
  if (!run->outcome->solved) fail_msg("%s", run->outcome->failure);
  return run;
}

static const struct sensitivity *analysed(const struct run *run, int rows, int threads, const char *output)
{
  struct error error = {0};
  const struct sensitivity_run_options options = {
      .analysis = {.rows = rows, .seed = 2}, .threads = threads, .output = output};
  const struct sensitivity *found = sensitivity_run(run, &options, run->arena, &error);
  if (found == NULL) fail_msg("%s: %s", error.field, error.message);
  return found;
}

static void shares_of_a_price_by_hand(void **state)
{
  struct files *files = *state;
  const struct run *run = solved(files, FARMS);
  const struct sensitivity *found = analysed(run, 512, 1, "price[grain, land, 2026]"),
                           *again = analysed(run, 512, 2, "price[grain, land, 2026]");
  const struct sensitivity_figure *price = &found->figures[0];
  assert_int_equal(found->problem->outputs, 1);
  assert_int_equal(found->groups, 2);
  assert_int_equal(found->failed, 0);
  assert_true(fabs(price->base - 165) < 1e-6);
  assert_true(fabs(price->estimate.mean - 165) < 0.05);
  assert_true(fabs(price->estimate.deviation - sqrt((400 + 100) / 12.0)) < 0.05);
  for (int i = 0; i < 2; i++) {
    assert_true(fabs(price->bars[i].low - price->bars[i].high - 0.8 * (i == 0 ? 20 : 10)) < 1e-6);
    const double share = strcmp(found->group_name[i], "large") == 0 ? 0.8 : 0.2;
    assert_true(fabs(price->indices->first[i].estimate - share) < 0.01);
    assert_true(fabs(price->indices->total[i].estimate - share) < 0.01);
    assert_true(price->indices->first[i].estimate == again->figures[0].indices->first[i].estimate);
  }
  const char *words =
      prim_result_words(price->boxes[1], &price->discovery[1], found->condition, "it is dear", run->arena);
  assert_non_null(strstr(words, "it is dear when large is below "));
}

/* With both harvests going together: variance 400/12 + 100/12 + 2 r sqrt(400 x 100)/12, r the rank correlation. */
static void correlated_harvests_share_their_part(void **state)
{
  struct files *files = *state;
  const struct run *run = solved(files, FARMS TOGETHER);
  const struct sensitivity *found = analysed(run, 512, 2, "price[grain, land, 2026]");
  const struct sensitivity_figure *price = &found->figures[0];
  assert_int_equal(found->groups, 1);
  assert_string_equal(found->group_name[0], "large, small");
  assert_true(fabs(price->estimate.deviation * price->estimate.deviation - 700 / 12.0) < 1.5);
  assert_int_equal(found->players, 2);
  /* First order of each in a linear model: (b1 + r b2)^2 and total b1^2 (1 - r^2), nearly, so Shapley between. */
  const double variance = 700 / 12.0, first = pow(20 + 0.5 * 10, 2) / 12 / variance, total = 400 * 0.75 / 12 / variance;
  assert_true(fabs(price->effects->effect[0].estimate - (first + total) / 2) < 0.06);
  assert_true(price->effects->effect[0].low < (first + total) / 2 &&
              (first + total) / 2 < price->effects->effect[0].high);
}

static void events_are_an_input_and_a_condition(void **state)
{
  struct files *files = *state;
  const struct run *run = solved(files, FARMS FLOOD);
  const struct sensitivity *found = analysed(run, 4096, 2, "price[grain, land, 2027]");
  const struct sensitivity_figure *price = &found->figures[0];
  assert_int_equal(found->problem->facts, 1);
  assert_true(fabs(price->base - 165) < 1e-6); /* no flood where all is at its median */
  /* The flood holds for a share F of 2027, of mean 0.359978 and mean square 0.328025: its day is exponential from 2026,
   * the second period, on. The price is 200 less the large harvest and s (1 - 0.9 F), s the small one: mean 169.860,
   * variance 400/12 + var(s (1 - 0.9 F)) = 74.647, of which F alone and with s 0.4845 and 0.5024. */
  assert_true(fabs(price->estimate.mean - 169.860) < 0.4);
  assert_true(fabs(price->estimate.deviation * price->estimate.deviation - 74.647) < 3);
  bool named = false;
  for (int g = 0; g < found->groups; g++) {
    if (strcmp(found->group_name[g], "what happens over time") != 0) continue;
    named = true;
    assert_true(fabs(price->indices->first[g].estimate - 0.4845) < 0.04);
    assert_true(fabs(price->indices->total[g].estimate - 0.5024) < 0.04);
  }
  assert_true(named);
  const char *words =
      prim_result_words(price->boxes[1], &price->discovery[1], found->condition, "it is dear", run->arena);
  assert_non_null(strstr(words, "the start of flood is before "));
}

static bool stop_after_forty(void *context, long done, long wanted)
{
  (void)context;
  return done < 40 && wanted > 40;
}

static void what_is_not_there_is_refused_and_work_stops(void **state)
{
  struct files *files = *state;
  const struct run *run = solved(files, FARMS);
  struct error error = {0};
  struct sensitivity_run_options options = {.output = "price[grain, land, 2035]"};
  assert_null(sensitivity_run(run, &options, run->arena, &error));
  assert_non_null(strstr(error.message, "there is no indicator"));
  assert_non_null(strstr(error.message, "did you mean"));
  struct error none = {0};
  options = (struct sensitivity_run_options){.progress = stop_after_forty, .threads = 2};
  assert_null(sensitivity_run(run, &options, run->arena, &none));
  assert_false(none.set);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(shares_of_a_price_by_hand, files_begin, files_end),
      cmocka_unit_test_setup_teardown(correlated_harvests_share_their_part, files_begin, files_end),
      cmocka_unit_test_setup_teardown(events_are_an_input_and_a_condition, files_begin, files_end),
      cmocka_unit_test_setup_teardown(what_is_not_there_is_refused_and_work_stops, files_begin, files_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
