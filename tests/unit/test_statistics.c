/* Statistics of draws against figures worked out by hand, published tables, and their own promises on repeated
 * trials. */
#include <math.h>

#include "base/random.h"
#include "ensemble/statistics.h"
#include "unit.h"

#define assert_near(value, expected, tolerance) assert_true(fabs((value) - (expected)) <= (tolerance))

static void quantiles_by_hand(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const double draws[] = {7, 1, 3, 10, 4};
  const double *sorted = draws_sorted(draws, 5, arena);
  assert_true(sorted[0] == 1 && sorted[2] == 4 && sorted[4] == 10);
  assert_near(quantile(sorted, 5, 0), 1, 0);
  assert_near(quantile(sorted, 5, 0.1), 1.8, 1e-15); /* 1 + 0.4 of the way to 3 */
  assert_near(quantile(sorted, 5, 0.5), 4, 0);
  assert_near(quantile(sorted, 5, 0.9), 8.8, 1e-14);
  assert_near(quantile(sorted, 5, 1), 10, 0);
  assert_near(quantile(sorted, 1, 0.3), 1, 0);
  arena_free(arena);
}

static void means_and_their_errors_by_hand(void **state)
{
  (void)state;
  const double draws[] = {2, 4, 4, 6};
  const struct estimate estimate = mean_estimate(draws, 4);
  assert_near(estimate.mean, 4, 0);
  assert_near(estimate.deviation, sqrt(8.0 / 3), 1e-15);
  assert_near(estimate.error, sqrt(2.0 / 3), 1e-15);
  const struct estimate two = mean_of_replicates(draws, 2, 2); /* means 3 and 5 */
  assert_near(two.mean, 4, 0);
  assert_near(two.error, 1, 1e-15);
  assert_near(two.deviation, sqrt(8.0 / 3), 1e-15);
  const struct interval interval = mean_interval(estimate, 4, 0.95); /* t with 3 degrees: 3.182 */
  assert_near(interval.high - 4, 3.182 * sqrt(2.0 / 3), 0.05);
  assert_true(isnan(mean_estimate(draws, 1).error));
}

/* Abramowitz and Stegun, table 26.10: t for a two-sided probability of 0.95 and 0.99. */
static void student_quantiles_from_the_table(void **state)
{
  (void)state;
  assert_near(student_quantile(0.975, 1), 12.706, 5e-4);
  assert_near(student_quantile(0.975, 2), 4.303, 5e-4);
  assert_near(student_quantile(0.975, 5), 2.571, 2e-3);
  assert_near(student_quantile(0.975, 10), 2.228, 5e-4);
  assert_near(student_quantile(0.995, 10), 3.169, 1e-3);
  assert_near(student_quantile(0.975, 30), 2.042, 5e-4);
  assert_near(student_quantile(0.025, 30), -2.042, 5e-4);
  assert_near(student_quantile(0.975, 100000), 1.95998, 1e-4);
}

static void draws_needed_follow_the_square(void **state)
{
  (void)state;
  const struct estimate estimate = {100, 5, 2, 0.2};
  assert_near(draws_needed(estimate, 0.1, 0.95), 1537, 0); /* (1.959964 x 2 / 0.1)^2 = 1536.6 */
  assert_near(draws_needed(estimate, 0.05, 0.95), 6147, 0);
  assert_near(draws_needed(estimate, 100, 0.95), 2, 0);
}

/* Wilson's interval for 8 of 10 at 95 %: 0.4902 to 0.9433 (Newcombe, Statistics in Medicine 17 (1998), method 3 by its
 * formula); never outside 0 and 1. */
static void shares_have_wilsons_interval(void **state)
{
  (void)state;
  const struct interval interval = share_interval(8, 10, 0.95);
  assert_near(interval.estimate, 0.8, 1e-15);
  assert_near(interval.low, 0.4902, 5e-5);
  assert_near(interval.high, 0.9433, 5e-5);
  const struct interval none = share_interval(0, 10, 0.95), all = share_interval(10, 10, 0.95);
  assert_true(none.low == 0 && none.high > 0.2 && none.high < 0.3);
  assert_true(all.high == 1 && all.low > 0.7 && all.low < 0.8);
}

static void tails_by_hand(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  double losses[100];
  for (int i = 0; i < 100; i++) losses[i] = i + 1;
  assert_near(value_at_risk(losses, 100, 0.95), 95, 0);
  assert_near(value_at_risk(losses, 100, 0.951), 96, 0);
  assert_near(value_at_risk(losses, 100, 1), 100, 0);
  assert_near(value_at_risk(losses, 100, 0), 1, 0);
  assert_near(conditional_value_at_risk(losses, 100, 0.95), 98, 1e-12);                      /* 96 to 100 */
  assert_near(conditional_value_at_risk(losses, 100, 0.945), (490 + 0.5 * 95) / 5.5, 1e-12); /* five and a half draws */
  assert_near(conditional_value_at_risk(losses, 100, 0), 50.5, 1e-12);
  assert_near(exceedance(losses, 100, 95), 0.05, 1e-15);
  assert_near(exceedance(losses, 100, 95.5), 0.05, 1e-15);
  assert_near(exceedance(losses, 100, 0), 1, 0);
  assert_near(exceedance(losses, 100, 100), 0, 0);
  const struct exceedance_point *curve = exceedance_curve(losses, 100, 5, 0.95, arena);
  assert_near(curve[0].value, 1, 0);
  assert_near(curve[2].value, 50.5, 1e-12);
  assert_near(curve[2].probability.estimate, 0.5, 0);
  assert_near(curve[4].probability.estimate, 0, 0);
  const double output[] = {5, 10, 8, 12};
  const struct shortfall shortfall = shortfall_below(output, 4, 10, 0.95);
  assert_near(shortfall.probability.estimate, 0.5, 0); /* 10 itself is enough */
  assert_near(shortfall.mean, 7 / 4.0, 1e-15);
  assert_near(shortfall.mean_when_short, 3.5, 1e-15);
  assert_near(shortfall_below(output, 4, 1, 0.95).mean_when_short, 0, 0);
  arena_free(arena);
}

/* b is a plus a little: the mean difference is known far better from pairs than from two separate sets. */
static void pairs_know_small_differences(void **state)
{
  (void)state;
  double a[200], b[200];
  for (int i = 0; i < 200; i++) {
    a[i] = 100 * random_normal((struct random){1, (uint64_t)i, 0}, 0);
    b[i] = a[i] - 1 + 0.5 * random_normal((struct random){1, (uint64_t)i, 1}, 0);
  }
  const struct paired paired = paired_difference(a, b, 200, 0.99);
  assert_true(paired.interval.low < 1 && paired.interval.high > 1);
  assert_true(paired.interval.high - paired.interval.low < 0.3);
  assert_near(paired.variance_ratio, 0.25 / 20000, 1e-5);
  assert_true(paired.share_larger.estimate > 0.95 && paired.share_larger.estimate < 1);
  const double c[] = {1, 2, 3}, d[] = {0, 2, 5}; /* differences 1, 0, -2 */
  const struct paired few = paired_difference(c, d, 3, 0.95);
  assert_near(few.difference.mean, -1.0 / 3, 1e-15);
  assert_near(few.difference.deviation, sqrt(7.0 / 3), 1e-14);
  assert_near(few.share_larger.estimate, 1.0 / 3, 1e-15);
}

static void rankings_are_counted_with_their_ties(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const double values[] = {3, 3, 1, 3, 3, /* first policy, five draws */
                           2, 2, 2, 3, 2, /* second */
                           1, 1, 3, 1, 1};
  int count;
  const struct ranking *rankings = ranking_probabilities(values, 3, 5, true, 0.95, &count, arena);
  assert_int_equal(count, 3);
  assert_near(rankings[0].probability.estimate, 0.6, 1e-15);
  assert_true(rankings[0].place[0] == 0 && rankings[0].place[1] == 1 && rankings[0].place[2] == 2);
  assert_true(rankings[1].place[0] == 0 && rankings[1].place[1] == 0 && rankings[1].place[2] == 2);
  assert_true(rankings[2].place[0] == 2 && rankings[2].place[1] == 1 && rankings[2].place[2] == 0);
  rankings = ranking_probabilities(values, 3, 5, false, 0.95, &count, arena);
  assert_true(rankings[0].place[0] == 2 && rankings[0].place[2] == 0);
  /* The means 13, 11, 7 fifths: sure of the last place more than of the first. Far apart: certain. Equal: a coin. */
  const double reliability = ranking_reliability(values, 3, 5, NULL, arena);
  assert_true(reliability > 0.4 && reliability < 0.9);
  const double apart[] = {10, 11, 12, 1, 2, 3};
  assert_near(ranking_reliability(apart, 2, 3, NULL, arena), 1, 0);
  arena_free(arena);
}

static double mean_of_rows(const void *context, const int *rows, int count)
{
  const double *draws = context;
  double sum = 0;
  for (int i = 0; i < count; i++) sum += draws[rows[i]];
  return sum / count;
}

/* 200 trials of 40 exponential draws: a 90 % interval of the mean holds the truth in about 87 % of them (the percentile
 * bootstrap runs a little short on skew draws); and it is the same interval when asked twice. */
static void bootstrap_intervals_hold_as_often_as_they_say(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  int held = 0, t_held = 0;
  for (int trial = 0; trial < 200; trial++) {
    double draws[40];
    for (int i = 0; i < 40; i++) draws[i] = -log(random_uniform((struct random){9, (uint64_t)trial, 0}, (uint32_t)i));
    const struct bootstrap_options options = {400, 0.9, (uint64_t)trial};
    const struct interval interval = bootstrap_interval(mean_of_rows, draws, 40, &options, arena);
    const struct interval again = bootstrap_interval(mean_of_rows, draws, 40, &options, arena);
    assert_true(interval.low == again.low && interval.high == again.high);
    assert_near(interval.estimate, mean_estimate(draws, 40).mean, 1e-14);
    held += interval.low <= 1 && interval.high >= 1;
    const struct interval t = mean_interval(mean_estimate(draws, 40), 40, 0.9);
    t_held += t.low <= 1 && t.high >= 1;
  }
  assert_true(held >= 160 && held <= 192);
  assert_true(t_held >= 160 && t_held <= 194);
  arena_free(arena);
}

static void tail_measures_have_intervals(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  double draws[2000];
  for (int i = 0; i < 2000; i++) draws[i] = random_normal((struct random){3, (uint64_t)i, 0}, 0);
  const struct interval var = value_at_risk_interval(draws, 2000, 0.95, NULL, arena);
  assert_true(var.low < 1.6449 && var.high > 1.6449 && var.high - var.low < 0.25);
  const struct interval tail = conditional_value_at_risk_interval(draws, 2000, 0.95, NULL, arena);
  assert_true(tail.low < 2.0627 && tail.high > 2.0627 && tail.high - tail.low < 0.25); /* density(1.6449) / 0.05 */
  assert_true(tail.estimate > var.estimate && var.low <= var.estimate && var.estimate <= var.high);
  arena_free(arena);
}

static void fans_are_judged_by_what_they_hold(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  double draws[10 * 101], observed[10];
  for (int i = 0; i < 10; i++)
    for (int k = 0; k <= 100; k++) draws[i * 101 + k] = k;
  for (int i = 0; i < 10; i++) observed[i] = 12 * i; /* 0, 12, ..., 108: 12 to 84 lie within 10 to 90 */
  const struct coverage coverage = fan_coverage(observed, draws, 10, 101, 0.8, 0.95, arena);
  assert_int_equal(coverage.inside, 7);
  /* Binomial(10, 0.8): outcomes no likelier than 7 are all but 8 and 9: 1 - 0.301990 - 0.268435. */
  assert_near(coverage.probability, 0.429575, 1e-6);
  assert_near(binomial_above(9, 10, 0.8), 0.268435 + 0.107374, 1e-6);
  assert_near(binomial_above(0, 10, 0.8), 1, 1e-12);
  assert_near(binomial_above(3, 3, 0.5), 0.125, 1e-12);
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quantiles_by_hand),
      cmocka_unit_test(means_and_their_errors_by_hand),
      cmocka_unit_test(student_quantiles_from_the_table),
      cmocka_unit_test(draws_needed_follow_the_square),
      cmocka_unit_test(shares_have_wilsons_interval),
      cmocka_unit_test(tails_by_hand),
      cmocka_unit_test(pairs_know_small_differences),
      cmocka_unit_test(rankings_are_counted_with_their_ties),
      cmocka_unit_test(bootstrap_intervals_hold_as_often_as_they_say),
      cmocka_unit_test(tail_measures_have_intervals),
      cmocka_unit_test(fans_are_judged_by_what_they_hold),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
