/* Scenario discovery finds what was planted, says so in words, and finds nothing where there is nothing. */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "ensemble/prim.h"
#include "unit.h"

enum { rows = 4000, inputs = 6 };

struct drawn {
  double x[rows * inputs];
  bool hit[rows];
};

/* Prices 40 to 120, dates 2026 to 2034, a flag, three that do not matter. */
static void draw_inputs(struct drawn *drawn, uint64_t seed)
{
  for (int r = 0; r < rows; r++)
    for (int i = 0; i < inputs; i++) {
      const double u = random_uniform((struct random){seed, (uint64_t)r, 0}, (uint32_t)i);
      drawn->x[r * inputs + i] = i == 0 ? 40 + 80 * u : i == 1 ? 2026 + 8 * u : i == 2 ? u < 0.3 : u;
    }
}

static double chance(int row, uint32_t index)
{
  return random_uniform((struct random){99, (uint64_t)row, 1}, index);
}

/* Losses below 74 USD/kg after 2029: nine of ten there, one of fifty elsewhere. */
static void planted_box_is_found(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct drawn *drawn = ARENA_NEW(arena, struct drawn);
  draw_inputs(drawn, 1);
  int planted = 0, planted_hits = 0, all_hits = 0;
  for (int r = 0; r < rows; r++) {
    const bool in = drawn->x[r * inputs] < 74 && drawn->x[r * inputs + 1] > 2029;
    drawn->hit[r] = chance(r, 0) < (in ? 0.9 : 0.02);
    planted += in;
    planted_hits += in && drawn->hit[r];
    all_hits += drawn->hit[r];
  }
  const struct prim_data data = {rows, inputs, drawn->x, drawn->hit};
  const struct prim_result *result = prim_search(&data, NULL, arena);
  assert_int_equal(result->hits, all_hits);
  assert_true(result->boxes_count >= 1);
  const struct prim_box *box = &result->boxes[0];
  assert_int_equal(box->limited, 2);
  assert_true(fabs(box->high[0] - 74) < 1.5 && box->low[0] == -INFINITY);
  assert_true(fabs(box->low[1] - 2029) < 0.2 && box->high[1] == INFINITY);
  assert_true(box->p_value[0] < 1e-10 && box->p_value[1] < 1e-10 && isnan(box->p_value[3]));
  assert_true(fabs(box->coverage - (double)planted_hits / all_hits) < 0.03);
  assert_true(fabs(box->density - (double)planted_hits / planted) < 0.03);
  int inside = 0, hits = 0; /* the stated limits hold exactly the stated draws */
  for (int r = 0; r < rows; r++) {
    const bool in = drawn->x[r * inputs] < box->high[0] && drawn->x[r * inputs + 1] > box->low[1];
    inside += in;
    hits += in && drawn->hit[r];
  }
  assert_int_equal(inside, box->inside);
  assert_int_equal(hits, box->hits);
  arena_free(arena);
}

static const struct prim_input names[inputs] = {
    {PRIM_NUMBER, "the price of NdPr inside China", "USD/kg"},
    {PRIM_DATE, "the start of 10X", ""},
    {PRIM_FLAG, "an export ban is in force", ""},
    {PRIM_NUMBER, "noise 1", ""},
    {PRIM_NUMBER, "noise 2", ""},
    {PRIM_NUMBER, "noise 3", ""},
};

static void flags_are_found_and_said(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct drawn *drawn = ARENA_NEW(arena, struct drawn);
  draw_inputs(drawn, 2);
  for (int r = 0; r < rows; r++)
    drawn->hit[r] = drawn->x[r * inputs + 2] == 1 && drawn->x[r * inputs] > 60 && drawn->x[r * inputs] < 100;
  const struct prim_data data = {rows, inputs, drawn->x, drawn->hit};
  const struct prim_result *result = prim_search(&data, NULL, arena);
  const struct prim_box *box = &result->boxes[0];
  assert_int_equal(box->limited, 2);
  assert_true(box->density > 0.98 && box->coverage > 0.98);
  assert_true(box->low[2] >= 0 && box->low[2] < 1 && box->high[2] == INFINITY);
  const char *words = prim_words(box, names, inputs, "there is a shortage", arena);
  assert_non_null(strstr(words, "there is a shortage when "));
  assert_non_null(strstr(words, "an export ban is in force"));
  assert_non_null(strstr(words, "the price of NdPr inside China is between "));
  assert_non_null(strstr(words, " % of the draws inside"));
  assert_null(strstr(words, "noise"));
  arena_free(arena);
}

static void two_regions_need_two_boxes(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct drawn *drawn = ARENA_NEW(arena, struct drawn);
  draw_inputs(drawn, 3);
  for (int r = 0; r < rows; r++)
    drawn->hit[r] = drawn->x[r * inputs + 3] > 0.8 || (drawn->x[r * inputs + 4] < 0.2 && drawn->x[r * inputs] < 80);
  const struct prim_data data = {rows, inputs, drawn->x, drawn->hit};
  const struct prim_result *result = prim_search(&data, NULL, arena);
  assert_true(result->boxes_count >= 2);
  assert_true(result->coverage > 0.9);
  assert_true(fabs(result->boxes[0].low[3] - 0.8) < 0.02);
  assert_true(fabs(result->boxes[1].high[4] - 0.2) < 0.02);
  arena_free(arena);
}

/* Hits by pure chance: no box, or one that says little, in 20 sets; none and all hits are said as such. */
static void chance_is_not_a_condition(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  int limited = 0;
  for (uint64_t seed = 0; seed < 20; seed++) {
    const struct arena_mark mark = arena_mark(arena);
    struct drawn *drawn = ARENA_NEW(arena, struct drawn);
    draw_inputs(drawn, 100 + seed);
    for (int r = 0; r < rows; r++) drawn->hit[r] = chance(r, 1 + (uint32_t)seed) < 0.3;
    const struct prim_data data = {rows, inputs, drawn->x, drawn->hit};
    const struct prim_result *result = prim_search(&data, NULL, arena);
    limited += result->boxes_count > 0;
    arena_reset(arena, mark);
  }
  assert_true(limited <= 2);
  struct drawn *drawn = ARENA_NEW(arena, struct drawn);
  draw_inputs(drawn, 5);
  const struct prim_data data = {rows, inputs, drawn->x, drawn->hit};
  assert_string_equal(prim_result_words(prim_search(&data, NULL, arena), &data, names, "it fails", arena),
                      "it fails in none of 4000 draws\n");
  for (int r = 0; r < rows; r++) drawn->hit[r] = true;
  assert_string_equal(prim_result_words(prim_search(&data, NULL, arena), &data, names, "it fails", arena),
                      "it fails in all of 4000 draws\n");
  arena_free(arena);
}

static void words_are_exact(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  double low[3] = {-INFINITY, 2029, -INFINITY}, high[3] = {74, INFINITY, 0.5}, p[3] = {1e-9, 1e-4, 1e-2};
  struct prim_box box = {low, high, p, 3, 100, 92, 0.81, 0.92};
  assert_string_equal(
      prim_words(&box, names, 3, "the deal loses money", arena),
      "the deal loses money when the price of NdPr inside China is below 74 USD/kg, the start of 10X is "
      "after 2029 and not (an export ban is in force): 81 % of all such outcomes, and 92 % of the draws "
      "inside");
  low[1] = 2029 + 4 / 12.0;
  box.limited = 1;
  high[0] = INFINITY;
  high[2] = INFINITY;
  assert_string_equal(
      prim_words(&box, names, 3, "it fails", arena),
      "it fails when the start of 10X is after 2029-05: 81 % of all such outcomes, and 92 % of the draws "
      "inside");
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(planted_box_is_found),
      cmocka_unit_test(flags_are_found_and_said),
      cmocka_unit_test(two_regions_need_two_boxes),
      cmocka_unit_test(chance_is_not_a_condition),
      cmocka_unit_test(words_are_exact),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
