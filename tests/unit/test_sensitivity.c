/* Sobol indices and Shapley effects of functions whose indices are known in closed form. Each estimate lies within its
 * own bootstrap interval of the truth and within 0.01; the intervals are neither empty nor wide. */
#include <math.h>
#include <string.h>

#include "base/normal.h"
#include "base/random.h"
#include "base/sobol_sequence.h"
#include "ensemble/shapley.h"
#include "ensemble/sobol.h"
#include "unit.h"

static double from_sequence(const void *context, int row, int column)
{
  return sobol_sequence_uniform(context, (uint32_t)row, column);
}

static double from_chance(const void *context, int row, int column)
{
  return random_uniform((struct random){*(const uint64_t *)context, (uint64_t)row, 0}, (uint32_t)column);
}

typedef double function(const double *uniforms);

/* sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1, x uniform on -pi .. pi (Ishigami and Homma 1990): variance
 * a^2/8 + b pi^4/5 + b^2 pi^8/18 + 1/2. */
static double ishigami(const double *u)
{
  double x[3];
  for (int i = 0; i < 3; i++) x[i] = acos(-1.0) * (2 * u[i] - 1);
  return sin(x[0]) + 7 * sin(x[1]) * sin(x[1]) + 0.1 * pow(x[2], 4) * sin(x[0]);
}

static double ishigami_raised(const double *u)
{
  return ishigami(u) + 1000;
}

static const double g_weights[8] = {0, 1, 4.5, 9, 99, 99, 99, 99};

/* Sobol's product function (Saltelli and others 2010). */
static double sobol_g(const double *u)
{
  double product = 1;
  for (int i = 0; i < 8; i++) product *= (fabs(4 * u[i] - 2) + g_weights[i]) / (1 + g_weights[i]);
  return product;
}

static struct sobol_indices *indices_of(function *f, int inputs, const int *group, int groups, int rows,
                                        bool second_order, uniform_source *source, const void *context,
                                        struct arena *arena)
{
  const struct sobol_design design = {inputs, groups, group, rows, second_order};
  const int count = sobol_rows(&design);
  double *uniforms = ARENA_ARRAY(arena, (size_t)count * inputs, double), *values = ARENA_ARRAY(arena, count, double);
  sobol_sample(&design, source, context, uniforms);
  for (int r = 0; r < count; r++) values[r] = f(uniforms + (size_t)r * inputs);
  const struct bootstrap_options options = {60, 0.99, 5};
  return sobol_indices(&design, values, &options, arena);
}

static void assert_holds(struct interval interval, double truth, double tolerance)
{
  assert_true(fabs(interval.estimate - truth) <= tolerance);
  assert_true(interval.low <= truth + 1e-12 && truth - 1e-12 <= interval.high);
  assert_true(interval.high - interval.low < 0.1);
}

static const int apart[8] = {0, 1, 2, 3, 4, 5, 6, 7};

static void ishigami_indices(void **state)
{
  (void)state;
  static const double first[3] = {0.31390519114781146, 0.4424111447900409, 0};
  static const double total[3] = {0.5575888552099592, 0.4424111447900409, 0.2436836640621477};
  struct arena *arena = arena_new();
  const struct sobol_sequence *sequence = sobol_sequence_new(6, 1, arena);
  const struct sobol_indices *plain = indices_of(ishigami, 3, apart, 3, 1 << 14, true, from_sequence, sequence, arena);
  const struct sobol_indices *raised =
      indices_of(ishigami_raised, 3, apart, 3, 1 << 14, true, from_sequence, sequence, arena);
  assert_true(fabs(plain->mean - 3.5) < 0.005 && fabs(plain->variance - 13.844587940719254) < 0.05);
  for (int i = 0; i < 3; i++) {
    assert_holds(plain->first[i], first[i], 0.01);
    assert_holds(plain->total[i], total[i], 0.01);
    assert_true(fabs(plain->first[i].estimate - raised->first[i].estimate) < 1e-9);
    assert_true(fabs(plain->total[i].estimate - raised->total[i].estimate) < 1e-9);
  }
  assert_holds(plain->second[0 * 3 + 2], 0.2436836640621477, 0.01);
  assert_holds(plain->second[0 * 3 + 1], 0, 0.01);
  arena_free(arena);
}

static void product_function_indices(void **state)
{
  (void)state;
  double variances[8], all = 1;
  for (int i = 0; i < 8; i++) {
    variances[i] = 1 / (3 * (1 + g_weights[i]) * (1 + g_weights[i]));
    all *= 1 + variances[i];
  }
  struct arena *arena = arena_new();
  const struct sobol_sequence *sequence = sobol_sequence_new(16, 2, arena);
  const struct sobol_indices *indices =
      indices_of(sobol_g, 8, apart, 8, 1 << 14, false, from_sequence, sequence, arena);
  assert_true(fabs(all - 1 - 0.4654244319022067) < 1e-12);
  assert_true(fabs(indices->variance / (all - 1) - 1) < 0.01);
  for (int i = 0; i < 8; i++) {
    assert_holds(indices->first[i], variances[i] / (all - 1), 0.01);
    assert_holds(indices->total[i], variances[i] * all / (1 + variances[i]) / (all - 1), 0.01);
  }
  arena_free(arena);
}

/* Inputs 1 and 3 of Ishigami's function as one group: all but the second's part; nothing is left between groups. */
static void groups_are_one_input(void **state)
{
  (void)state;
  static const int group[3] = {0, 1, 0};
  struct arena *arena = arena_new();
  const struct sobol_sequence *sequence = sobol_sequence_new(6, 3, arena);
  const struct sobol_indices *indices =
      indices_of(ishigami, 3, group, 2, 1 << 13, false, from_sequence, sequence, arena);
  for (int g = 0; g < 2; g++) {
    const double truth = g == 0 ? 1 - 0.4424111447900409 : 0.4424111447900409;
    assert_holds(indices->first[g], truth, 0.01);
    assert_holds(indices->total[g], truth, 0.01);
  }
  arena_free(arena);
}

/* Thirty ensembles of chance draws: 90 % intervals hold the truth about that often. */
static void intervals_hold_as_often_as_they_say(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  int held = 0, asked = 0;
  for (uint64_t seed = 0; seed < 30; seed++) {
    const struct arena_mark mark = arena_mark(arena);
    const struct sobol_design design = {3, 3, apart, 400, false};
    double *uniforms = ARENA_ARRAY(arena, 3 * 2000, double), *values = ARENA_ARRAY(arena, 2000, double);
    sobol_sample(&design, from_chance, &seed, uniforms);
    for (int r = 0; r < 2000; r++) values[r] = ishigami(uniforms + 3 * r);
    const struct bootstrap_options options = {100, 0.9, seed};
    const struct sobol_indices *indices = sobol_indices(&design, values, &options, arena);
    const double first[3] = {0.313905, 0.442411, 0}, total[3] = {0.557589, 0.442411, 0.243684};
    for (int i = 0; i < 3; i++, asked += 2) {
      held += indices->first[i].low <= first[i] && first[i] <= indices->first[i].high;
      held += indices->total[i].low <= total[i] && total[i] <= indices->total[i].high;
    }
    arena_reset(arena, mark);
  }
  assert_int_equal(asked, 180);
  assert_true(held >= 146 && held < 180);
  arena_free(arena);
}

static void failed_rows_are_left_out_and_constants_have_no_indices(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct sobol_design design = {3, 3, apart, 64, false};
  const struct sobol_sequence *sequence = sobol_sequence_new(6, 1, arena);
  double *uniforms = ARENA_ARRAY(arena, 3 * 320, double), values[320];
  sobol_sample(&design, from_sequence, sequence, uniforms);
  for (int r = 0; r < 320; r++) values[r] = ishigami(uniforms + 3 * r);
  values[7] = values[64 + 7] = values[4 * 64 + 20] = NAN;
  const struct sobol_indices *indices = sobol_indices(&design, values, NULL, arena);
  assert_int_equal(indices->rows_used, 62);
  double without[310]; /* the same without rows 7 and 20 */
  int kept = 0;
  for (int r = 0; r < 320; r++)
    if (r % 64 != 7 && r % 64 != 20) without[kept++] = values[r];
  const struct sobol_design fewer = {3, 3, apart, 62, false};
  const struct sobol_indices *expected = sobol_indices(&fewer, without, NULL, arena);
  assert_true(indices->mean == expected->mean && indices->variance == expected->variance);
  for (int i = 0; i < 3; i++) {
    assert_true(indices->first[i].estimate == expected->first[i].estimate);
    assert_true(indices->total[i].estimate == expected->total[i].estimate);
    assert_true(indices->total[i].low == expected->total[i].low && indices->total[i].high == expected->total[i].high);
  }
  for (int r = 0; r < 320; r++) values[r] = 4;
  indices = sobol_indices(&design, values, NULL, arena);
  assert_true(isnan(indices->first[0].estimate) && isnan(indices->total[0].low));
  arena_free(arena);
}

/* ---- dependent inputs ---- */

static const struct shapley_effects *effects_of(function *f, const struct shapley_design *design, struct arena *arena)
{
  const int count = shapley_rows(design);
  double *uniforms = ARENA_ARRAY(arena, (size_t)count * design->inputs, double);
  double *values = ARENA_ARRAY(arena, count, double);
  assert_true(shapley_sample(design, uniforms, arena));
  for (int r = 0; r < count; r++) values[r] = f(uniforms + (size_t)r * design->inputs);
  const struct bootstrap_options options = {60, 0.99, 5};
  return shapley_effects(design, values, &options, arena);
}

static double sum_of_two(const double *u)
{
  return normal_inverse(u[0]) + normal_inverse(u[1]);
}

/* Y = x1 + x2, standard normal, correlation 0.6: first (1 + rho)^2 / (2 + 2 rho) = 0.8, total (1 - rho^2) / (2 + 2 rho)
 * = 0.2, Shapley a half each (Iooss and Prieur 2019). Whoever ignores the correlation finds a half for all and variance
 * 2. */
static void correlated_inputs_share_the_variance(void **state)
{
  (void)state;
  static const double correlation[4] = {1, 0.6, 0.6, 1};
  struct arena *arena = arena_new();
  const struct shapley_design design = {2, 2, apart, correlation, 60000, 40000, 0, 0, 11};
  const struct shapley_effects *effects = effects_of(sum_of_two, &design, arena);
  assert_true(fabs(effects->variance - 3.2) < 0.06);
  for (int i = 0; i < 2; i++) {
    assert_holds(effects->effect[i], 0.5, 0.01);
    assert_holds(effects->first[i], 0.8, 0.01);
    assert_holds(effects->total[i], 0.2, 0.01);
  }
  assert_true(fabs(effects->effect[0].estimate + effects->effect[1].estimate - 1) < 0.005);
  arena_free(arena);
}

static double weighted_sum(const double *u)
{
  return normal_inverse(u[0]) + normal_inverse(u[1]) + 2 * normal_inverse(u[2]);
}

/* Y = x1 + x2 + 2 x3 with rho between the last two: Iooss and Prieur 2019, theorem 2 for linear functions of Gaussian
 * inputs, one independent: effect of 1 is its variance 1; 2 and 3 have b^2 (1 - rho^2/2) + b c rho + c^2 rho^2 / 2. */
static void effects_add_up_with_unequal_weights(void **state)
{
  (void)state;
  const double rho = -0.5, variance = 1 + 1 + 4 + 2 * 2 * rho;
  const double correlation[9] = {1, 0, 0, 0, 1, rho, 0, rho, 1};
  const double truth[3] = {1, 1 * (1 - rho * rho / 2) + 2 * rho + 4 * rho * rho / 2,
                           4 * (1 - rho * rho / 2) + 2 * rho + 1 * rho * rho / 2};
  assert_true(fabs(truth[0] + truth[1] + truth[2] - variance) < 1e-12);
  struct arena *arena = arena_new();
  const struct shapley_design design = {3, 3, apart, correlation, 40000, 21000, 0, 0, 12};
  const struct shapley_effects *effects = effects_of(weighted_sum, &design, arena);
  double sum = 0;
  for (int i = 0; i < 3; i++) {
    assert_holds(effects->effect[i], truth[i] / variance, 0.02);
    sum += effects->effect[i].estimate;
  }
  assert_true(fabs(sum - 1) < 0.01);
  static const int group[3] = {0, 1, 1}; /* the dependent pair as one player: independent of the other */
  const struct shapley_design pair = {3, 2, group, correlation, 40000, 12000, 0, 0, 13};
  const struct shapley_effects *grouped = effects_of(weighted_sum, &pair, arena);
  assert_holds(grouped->effect[0], 1 / variance, 0.02);
  assert_holds(grouped->first[1], 1 - 1 / variance, 0.02);
  assert_holds(grouped->total[1], 1 - 1 / variance, 0.02);
  arena_free(arena);
}

/* Without dependence: half of the interaction of 1 and 3 goes to each. */
static void independent_effects_lie_between_the_indices(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct shapley_design design = {3, 3, apart, NULL, 30000, 18000, 0, 0, 14};
  const struct shapley_effects *effects = effects_of(ishigami, &design, arena);
  static const double truth[3] = {0.31390519 + 0.24368366 / 2, 0.44241114, 0.24368366 / 2};
  for (int i = 0; i < 3; i++) assert_holds(effects->effect[i], truth[i], 0.02);
  arena_free(arena);
}

/* A resample of few orders may have none in which a group stands last, and then no share of it. */
static void few_orders_have_intervals_of_what_is_known(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct shapley_design three = {3, 3, apart, NULL, 300, 6, 0, 0, 15},
                              two = {2, 2, apart, NULL, 300, 2, 0, 0, 15};
  const struct shapley_effects *six = effects_of(ishigami, &three, arena), *pair = effects_of(sum_of_two, &two, arena);
  for (int i = 0; i < 3; i++) {
    assert_true(isfinite(six->effect[i].low) && six->effect[i].low <= six->effect[i].high);
    assert_true(isfinite(six->effect[i].high) && six->effect[i].high - six->effect[i].low > 0.01);
    assert_true(six->effect[i].low <= six->effect[i].estimate && six->effect[i].estimate <= six->effect[i].high);
  }
  for (int i = 0; i < 2; i++) { /* half of the resamples have both orders */
    const struct interval effect = pair->effect[i];
    assert_true(fabs(effect.estimate - 0.5) < 0.3);
    assert_true(isnan(effect.low) ? isnan(effect.high)
                                  : effect.low <= effect.estimate && effect.estimate <= effect.high);
  }
  /* Two orders say the same of both: what one adds last is what the other leaves. */
  assert_true(fabs(pair->effect[0].estimate + pair->effect[1].estimate - 1) < 1e-12);
  arena_free(arena);
}

static void impossible_correlations_are_refused(void **state)
{
  (void)state;
  static const double correlation[9] = {1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1};
  struct arena *arena = arena_new();
  const struct shapley_design design = {3, 3, apart, correlation, 10, 6, 0, 0, 15};
  double *uniforms = ARENA_ARRAY(arena, (size_t)shapley_rows(&design) * 3, double);
  assert_int_equal(shapley_rows(&design), 10 + 6 * 2 * 3);
  assert_false(shapley_sample(&design, uniforms, arena));
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ishigami_indices),
      cmocka_unit_test(product_function_indices),
      cmocka_unit_test(groups_are_one_input),
      cmocka_unit_test(intervals_hold_as_often_as_they_say),
      cmocka_unit_test(failed_rows_are_left_out_and_constants_have_no_indices),
      cmocka_unit_test(correlated_inputs_share_the_variance),
      cmocka_unit_test(effects_add_up_with_unequal_weights),
      cmocka_unit_test(few_orders_have_intervals_of_what_is_known),
      cmocka_unit_test(independent_effects_lie_between_the_indices),
      cmocka_unit_test(impossible_correlations_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
