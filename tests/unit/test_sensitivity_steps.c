/* The whole analysis on functions with known answers: what is screened, grouped, shared out and said in words. */
#include <math.h>
#include <string.h>

#include "base/normal.h"
#include "ensemble/sensitivity.h"
#include "unit.h"

/* Twelve inputs: a and b correlated by 0.6, c, d, and eight that hardly matter; e happens over time. */
enum { inputs = 13, over_time = 12 };

struct counted {
  int rows;
  int stop_after;
};

static double value(void *context, int input, double rank)
{
  (void)context;
  return input < 4 ? normal_inverse(rank) : rank;
}

static bool evaluate(void *context, const double *ranks, int rows, double *figures, double *facts)
{
  struct counted *counted = context;
  counted->rows += rows;
  for (int r = 0; r < rows; r++) {
    const double *row = ranks + r * inputs;
    double sum = 0;
    for (int i = 0; i < 4; i++) sum += value(NULL, i, row[i]) * (i < 2 ? 1 : i == 2 ? 2 : 1);
    for (int i = 4; i < over_time; i++) sum += 0.01 * row[i];
    const bool happens = row[over_time] < 0.25; /* NAN: it does not */
    figures[2 * r] = sum;
    figures[2 * r + 1] = value(NULL, 2, row[2]) > 1 || happens ? 10 + 0.01 * row[5] : 0.01 * row[5];
    facts[r] = happens ? 1 : 0;
  }
  return counted->stop_after == 0 || counted->rows <= counted->stop_after;
}

static struct sensitivity_problem problem_of(struct counted *counted, struct arena *arena)
{
  static const char *const names[inputs] = {"a",  "b",  "c",  "d",  "n1", "n2",    "n3",
                                            "n4", "n5", "n6", "n7", "n8", "events"};
  static const struct sensitivity_output outputs[2] = {{"sum", "USD"}, {"step", "USD"}};
  static const struct prim_input fact = {PRIM_FLAG, "it happens", ""};
  struct sensitivity_input *input = ARENA_ARRAY(arena, inputs, struct sensitivity_input);
  double *correlation = ARENA_ARRAY(arena, inputs * inputs, double);
  for (int i = 0; i < inputs; i++) {
    input[i] = (struct sensitivity_input){names[i], "USD/kg", i < 1 ? 0 : i - 1, i == over_time};
    correlation[i * inputs + i] = 1;
  }
  correlation[1] = correlation[inputs] = 0.6;
  return (struct sensitivity_problem){.inputs = inputs,
                                      .blocks = inputs - 1,
                                      .outputs = 2,
                                      .facts = 1,
                                      .input = input,
                                      .correlation = correlation,
                                      .output = outputs,
                                      .fact = &fact,
                                      .value = value,
                                      .evaluate = evaluate,
                                      .context = counted};
}

static void every_step_finds_what_is_there(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct error error = {0};
  struct counted counted = {0};
  const struct sensitivity_problem problem = problem_of(&counted, arena);
  const struct sensitivity_options options = {.rows = 1500, .groups_max = 4, .seed = 3};
  const struct sensitivity *found = sensitivity_compute(&problem, &options, arena, &error);
  assert_non_null(found);
  assert_int_equal(found->rows, 2048);
  assert_int_equal(found->evaluations, counted.rows);
  assert_int_equal(found->failed, 0);
  /* Variance: a and b 3.2, c 4, d 1. */
  const struct sensitivity_figure *sum = &found->figures[0];
  assert_true(fabs(sum->estimate.mean - 0.04) < 0.1 &&
              fabs(sum->estimate.deviation * sum->estimate.deviation - 8.2) < 0.5);
  assert_true(fabs(sum->base - 0.04) < 1e-12);
  assert_true(fabs(sum->bars[2].high - sum->bars[2].low - 4 * 1.2815515655) < 1e-6);
  assert_true(fabs(sum->bars[2].high_value - 1.2815515655) < 1e-9 && isnan(sum->bars[over_time].low_value));
  assert_int_equal(found->groups, 5);
  const char *expected[] = {"a, b", "c", "d"};
  const double share[] = {3.2 / 8.2, 4 / 8.2, 1 / 8.2};
  for (int k = 0; k < 3; k++)
    for (int g = 0; g <= 5; g++) {
      assert_true(g < 5); /* one of them has the name */
      if (strcmp(found->group_name[g], expected[k]) != 0) continue;
      assert_true(fabs(sum->indices->first[g].estimate - share[k]) < 0.02);
      assert_true(fabs(sum->indices->total[g].estimate - share[k]) < 0.02);
      break;
    }
  assert_string_equal(found->group_name[4], "the other 8");
  assert_true(fabs(sum->indices->total[4].estimate) < 1e-3);
  /* The pair's part, one half each; the others together. */
  assert_int_equal(found->players, 3);
  assert_string_equal(found->player_name[0], "a");
  assert_true(fabs(sum->effects->effect[0].estimate - 1.6 / 8.2) < 0.05);
  assert_true(fabs(sum->effects->effect[1].estimate - 1.6 / 8.2) < 0.05);
  assert_true(fabs(sum->effects->effect[2].estimate - 5 / 8.2) < 0.05);
  arena_free(arena);
}

static void boxes_name_inputs_and_events(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct error error = {0};
  struct counted counted = {0};
  const struct sensitivity_problem problem = problem_of(&counted, arena);
  const struct sensitivity_options options = {.rows = 1024, .seed = 4};
  const struct sensitivity *found = sensitivity_compute(&problem, &options, arena, &error);
  const struct sensitivity_figure *step = &found->figures[1];
  assert_int_equal(found->conditions, inputs); /* twelve with values and the fact */
  const char *words = prim_result_words(step->boxes[1], &step->discovery[1], found->condition, "it is high", arena);
  assert_non_null(strstr(words, "it happens"));
  const struct prim_box *box = &step->boxes[1]->boxes[0];
  assert_true(box->density > 0.95 && box->coverage > 0.6 && box->limited <= 2);
  arena_free(arena);
}

static void a_stopped_evaluation_ends_it(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct error error = {0};
  struct counted counted = {.stop_after = 100};
  struct sensitivity_problem problem = problem_of(&counted, arena);
  assert_null(sensitivity_compute(&problem, NULL, arena, &error));
  assert_false(error.set);
  double *correlation = ARENA_ARRAY(arena, inputs * inputs, double);
  problem.correlation = correlation; /* not even ones on the diagonal */
  assert_null(sensitivity_compute(&problem, NULL, arena, &error));
  assert_true(error.set);
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_step_finds_what_is_there),
      cmocka_unit_test(boxes_name_inputs_and_events),
      cmocka_unit_test(a_stopped_evaluation_ends_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
