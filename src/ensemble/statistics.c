/* ensemble/statistics.c - sums over draws in index order, order statistics, resampling by counting.
 *
 * Means are two-pass. Bootstrap intervals are percentiles: simple, and symmetric statistics are all that is asked of
 * them here; they do not correct for bias. Nothing is parallel: a caller that wants speed splits indicators.
 */
#include "ensemble/statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/normal.h"
#include "base/random.h"

static int compare_numbers(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double *draws_sorted(const double *draws, int count, struct arena *arena)
{
  double *sorted = ARENA_ARRAY(arena, count, double);
  memcpy(sorted, draws, (size_t)count * sizeof *sorted);
  qsort(sorted, (size_t)count, sizeof *sorted, compare_numbers);
  return sorted;
}

/* ---- one indicator ---- */

double quantile(const double *sorted, int count, double p)
{
  assert(count >= 1 && p >= 0 && p <= 1);
  const double position = (count - 1) * p;
  const int below = (int)position;
  if (below >= count - 1) return sorted[count - 1];
  const double share = position - below;
  return share > 0 ? sorted[below] + share * (sorted[below + 1] - sorted[below]) : sorted[below];
}

static double mean_of(const double *draws, int count)
{
  double sum = 0;
  for (int i = 0; i < count; i++) sum += draws[i];
  return sum / count;
}

static double variance_of(const double *draws, int count, double mean)
{
  double squares = 0;
  for (int i = 0; i < count; i++) squares += (draws[i] - mean) * (draws[i] - mean);
  return squares / (count - 1);
}

struct estimate mean_estimate(const double *draws, int count)
{
  assert(count >= 1);
  const double mean = mean_of(draws, count);
  if (count == 1) return (struct estimate){1, mean, NAN, NAN};
  const double deviation = sqrt(variance_of(draws, count, mean));
  return (struct estimate){count, mean, deviation, deviation / sqrt(count)};
}

struct estimate mean_of_replicates(const double *draws, int replicates, int count_each)
{
  assert(replicates >= 2 && count_each >= 1);
  const int count = replicates * count_each;
  const double mean = mean_of(draws, count);
  double squares = 0;
  for (int r = 0; r < replicates; r++) {
    const double difference = mean_of(draws + r * count_each, count_each) - mean;
    squares += difference * difference;
  }
  return (struct estimate){count, mean, sqrt(variance_of(draws, count, mean)),
                           sqrt(squares / (replicates - 1) / replicates)};
}

double student_quantile(double p, int degrees)
{
  assert(degrees >= 1 && p > 0 && p < 1);
  if (degrees == 1) return tan(acos(-1.0) * (p - 0.5));
  if (degrees == 2) return (2 * p - 1) / sqrt(2 * p * (1 - p));
  const double z = normal_inverse(p), n = degrees, z2 = z * z;
  const double first = z * (z2 + 1) / 4, second = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double third = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  const double fourth = z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
  return z + (first + (second + (third + fourth / n) / n) / n) / n;
}

struct interval mean_interval(struct estimate estimate, int count, double confidence)
{
  if (count < 2) return (struct interval){estimate.mean, -INFINITY, INFINITY};
  const double half = student_quantile(0.5 + confidence / 2, count - 1) * estimate.error;
  return (struct interval){estimate.mean, estimate.mean - half, estimate.mean + half};
}

double draws_needed(struct estimate estimate, double half_width, double confidence)
{
  assert(half_width > 0);
  const double ratio = normal_inverse(0.5 + confidence / 2) * estimate.deviation / half_width;
  return fmax(2, ceil(ratio * ratio));
}

struct interval share_interval(int hits, int count, double confidence)
{
  assert(count >= 1 && hits >= 0 && hits <= count);
  const double z = normal_inverse(0.5 + confidence / 2), n = count, share = hits / n;
  const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return (struct interval){share, hits == 0 ? 0 : middle - half, hits == count ? 1 : middle + half};
}

/* ---- tails ---- */

double value_at_risk(const double *sorted, int count, double level)
{
  assert(count >= 1 && level >= 0 && level <= 1);
  /* A level such as 0.95 is a little off in binary: 0.95 x 100 draws means the 95th. */
  const int rank = (int)ceil(level * count * (1 - 1e-12));
  return sorted[rank < 1 ? 0 : rank - 1];
}

double conditional_value_at_risk(const double *sorted, int count, double level)
{
  assert(level < 1);
  const double tail = (1 - level) * count;
  double sum = 0, taken = 0;
  for (int i = count - 1; i >= 0 && taken < tail; i--) {
    const double part = fmin(1, tail - taken);
    sum += part * sorted[i];
    taken += part;
  }
  return sum / taken;
}

/* Number of sorted draws that do not exceed x. */
static int count_up_to(const double *sorted, int count, double x)
{
  int low = 0, high = count;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (sorted[middle] <= x)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

double exceedance(const double *sorted, int count, double x)
{
  return (double)(count - count_up_to(sorted, count, x)) / count;
}

struct exceedance_point *exceedance_curve(const double *sorted, int count, int points_count, double confidence,
                                          struct arena *arena)
{
  assert(points_count >= 2);
  struct exceedance_point *points = ARENA_ARRAY(arena, points_count, struct exceedance_point);
  for (int i = 0; i < points_count; i++) {
    const double value = quantile(sorted, count, (double)i / (points_count - 1));
    points[i].value = value;
    points[i].probability = share_interval(count - count_up_to(sorted, count, value), count, confidence);
  }
  return points;
}

struct shortfall shortfall_below(const double *draws, int count, double target, double confidence)
{
  int short_count = 0;
  double sum = 0;
  for (int i = 0; i < count; i++)
    if (draws[i] < target) {
      short_count++;
      sum += target - draws[i];
    }
  return (struct shortfall){share_interval(short_count, count, confidence), sum / count,
                            short_count > 0 ? sum / short_count : 0};
}

/* ---- policies draw by draw ---- */

struct paired paired_difference(const double *a, const double *b, int count, double confidence)
{
  assert(count >= 2);
  const double mean_a = mean_of(a, count), mean_b = mean_of(b, count), mean = mean_a - mean_b;
  double squares = 0;
  int larger = 0;
  for (int i = 0; i < count; i++) {
    const double off = a[i] - b[i] - mean;
    squares += off * off;
    larger += a[i] > b[i];
  }
  const double variance = squares / (count - 1);
  const double unpaired = variance_of(a, count, mean_a) + variance_of(b, count, mean_b);
  struct paired paired = {.difference = {count, mean, sqrt(variance), sqrt(variance / count)}};
  paired.interval = mean_interval(paired.difference, count, confidence);
  paired.share_larger = share_interval(larger, count, confidence);
  paired.variance_ratio = unpaired > 0 ? variance / unpaired : NAN;
  return paired;
}

/* Place of each policy in one draw: how many are better. */
static void places_of(const double *values, int stride, int policies, bool higher_is_better, int *place)
{
  for (int p = 0; p < policies; p++) {
    place[p] = 0;
    for (int q = 0; q < policies; q++) {
      const double mine = values[p * stride], other = values[q * stride];
      place[p] += higher_is_better ? other > mine : other < mine;
    }
  }
}

/* Places as one number, eight to a digit; equal numbers are equal orders. */
static int order_code(const int *place, int policies)
{
  int code = 0;
  for (int p = 0; p < policies; p++) code = code * ranked_policies_max + place[p];
  return code;
}

static int compare_codes(const void *a, const void *b)
{
  const int x = *(const int *)a, y = *(const int *)b;
  return (x > y) - (x < y);
}

/* The more frequent first; of equals the one whose first policy stands better. */
static int compare_rankings(const void *a, const void *b)
{
  const struct ranking *x = a, *y = b;
  if (x->probability.estimate != y->probability.estimate)
    return x->probability.estimate < y->probability.estimate ? 1 : -1;
  return memcmp(x->place, y->place, sizeof x->place);
}

struct ranking *ranking_probabilities(const double *values, int policies, int count, bool higher_is_better,
                                      double confidence, int *rankings_count, struct arena *arena)
{
  assert(policies >= 1 && policies <= ranked_policies_max && count >= 1);
  int *codes = ARENA_ARRAY(arena, count, int), place[ranked_policies_max];
  for (int i = 0; i < count; i++) {
    places_of(values + i, count, policies, higher_is_better, place);
    codes[i] = order_code(place, policies);
  }
  qsort(codes, (size_t)count, sizeof *codes, compare_codes);
  int found = 0;
  for (int i = 0; i < count; i++) found += i == 0 || codes[i] != codes[i - 1];
  struct ranking *rankings = ARENA_ARRAY(arena, found, struct ranking);
  *rankings_count = found;
  for (int i = 0, r = 0; i < count; r++) {
    int same = 0, code = codes[i];
    while (i + same < count && codes[i + same] == code) same++;
    for (int p = policies - 1; p >= 0; p--, code /= ranked_policies_max)
      rankings[r].place[p] = code % ranked_policies_max;
    rankings[r].probability = share_interval(same, count, confidence);
    i += same;
  }
  qsort(rankings, (size_t)found, sizeof *rankings, compare_rankings);
  return rankings;
}

double ranking_reliability(const double *values, int policies, int count, const struct bootstrap_options *given,
                           struct arena *arena)
{
  assert(policies >= 1 && policies <= ranked_policies_max && count >= 1);
  const struct bootstrap_options options = bootstrap_defaults(given);
  const struct arena_mark mark = arena_mark(arena);
  int *rows = ARENA_ARRAY(arena, count, int), place[ranked_policies_max], reference[ranked_policies_max], same = 0;
  double sum[ranked_policies_max];
  for (int p = 0; p < policies; p++) sum[p] = mean_of(values + p * count, count);
  places_of(sum, 1, policies, true, reference);
  for (int r = 0; r < options.resamples; r++) {
    bootstrap_rows(&options, r, count, rows);
    for (int p = 0; p < policies; p++) {
      sum[p] = 0;
      for (int i = 0; i < count; i++) sum[p] += values[p * count + rows[i]];
    }
    places_of(sum, 1, policies, true, place);
    same += memcmp(place, reference, (size_t)policies * sizeof *place) == 0;
  }
  arena_reset(arena, mark);
  return (double)same / options.resamples;
}

/* ---- any statistic ---- */

struct bootstrap_options bootstrap_defaults(const struct bootstrap_options *options)
{
  struct bootstrap_options result = {0};
  if (options != NULL) result = *options;
  if (result.resamples == 0) result.resamples = 1000;
  if (result.confidence == 0) result.confidence = 0.95;
  return result;
}

void bootstrap_rows(const struct bootstrap_options *options, int resample, int count, int *rows)
{
  const struct random random = {options->seed, (uint64_t)resample, random_stream("bootstrap")};
  for (int i = 0; i < count; i++) rows[i] = random_below(random, (uint32_t)i, count);
}

struct interval bootstrap_interval(statistic_function *statistic, const void *context, int count,
                                   const struct bootstrap_options *given, struct arena *arena)
{
  const struct bootstrap_options options = bootstrap_defaults(given);
  const struct arena_mark mark = arena_mark(arena);
  int *rows = ARENA_ARRAY(arena, count, int);
  double *values = ARENA_ARRAY(arena, options.resamples, double);
  for (int i = 0; i < count; i++) rows[i] = i;
  struct interval interval = {.estimate = statistic(context, rows, count)};
  for (int r = 0; r < options.resamples; r++) {
    bootstrap_rows(&options, r, count, rows);
    values[r] = statistic(context, rows, count);
  }
  qsort(values, (size_t)options.resamples, sizeof *values, compare_numbers);
  interval.low = quantile(values, options.resamples, (1 - options.confidence) / 2);
  interval.high = quantile(values, options.resamples, (1 + options.confidence) / 2);
  arena_reset(arena, mark);
  return interval;
}

/* A tail measure of resampled draws; the draws are sorted, so sorting the rows sorts them. */
struct tail {
  const double *sorted;
  double level;
  double (*measure)(const double *sorted, int count, double level);
  int *rows;
  double *resampled;
};

static double tail_of_rows(const void *context, const int *rows, int count)
{
  const struct tail *tail = context;
  memcpy(tail->rows, rows, (size_t)count * sizeof *rows);
  qsort(tail->rows, (size_t)count, sizeof *rows, compare_codes);
  for (int i = 0; i < count; i++) tail->resampled[i] = tail->sorted[tail->rows[i]];
  return tail->measure(tail->resampled, count, tail->level);
}

static struct interval tail_interval(const double *draws, int count, double level,
                                     double (*measure)(const double *, int, double),
                                     const struct bootstrap_options *options, struct arena *arena)
{
  const struct arena_mark mark = arena_mark(arena);
  const struct tail tail = {draws_sorted(draws, count, arena), level, measure, ARENA_ARRAY(arena, count, int),
                            ARENA_ARRAY(arena, count, double)};
  const struct interval interval = bootstrap_interval(tail_of_rows, &tail, count, options, arena);
  arena_reset(arena, mark);
  return interval;
}

struct interval value_at_risk_interval(const double *draws, int count, double level,
                                       const struct bootstrap_options *options, struct arena *arena)
{
  return tail_interval(draws, count, level, value_at_risk, options, arena);
}

struct interval conditional_value_at_risk_interval(const double *draws, int count, double level,
                                                   const struct bootstrap_options *options, struct arena *arena)
{
  return tail_interval(draws, count, level, conditional_value_at_risk, options, arena);
}

/* ---- a fan beside what happened ---- */

static double binomial_log(int hits, int count, double probability)
{
  if (probability <= 0) return hits == 0 ? 0 : -INFINITY;
  if (probability >= 1) return hits == count ? 0 : -INFINITY;
  int sign; /* lgamma itself would write to a variable that threads share */
  return lgamma_r(count + 1.0, &sign) - lgamma_r(hits + 1.0, &sign) - lgamma_r(count - hits + 1.0, &sign) +
         hits * log(probability) + (count - hits) * log1p(-probability);
}

double binomial_above(int hits, int count, double probability)
{
  double sum = 0;
  for (int k = count; k >= (hits < 0 ? 0 : hits); k--) sum += exp(binomial_log(k, count, probability));
  return fmin(1, sum);
}

/* Of all outcomes that are no likelier than this one. */
static double binomial_two_sided(int hits, int count, double probability)
{
  const double mine = binomial_log(hits, count, probability);
  double sum = 0;
  for (int k = 0; k <= count; k++) {
    const double other = binomial_log(k, count, probability);
    if (other <= mine + 1e-9) sum += exp(other);
  }
  return fmin(1, sum);
}

struct coverage fan_coverage(const double *observed, const double *draws, int figures_count, int count, double level,
                             double confidence, struct arena *arena)
{
  assert(figures_count >= 1);
  struct coverage coverage = {.level = level, .count = figures_count};
  for (int i = 0; i < figures_count; i++) {
    const struct arena_mark mark = arena_mark(arena);
    const double *sorted = draws_sorted(draws + (size_t)i * count, count, arena);
    coverage.inside += observed[i] >= quantile(sorted, count, (1 - level) / 2) &&
                       observed[i] <= quantile(sorted, count, (1 + level) / 2);
    arena_reset(arena, mark);
  }
  coverage.share = share_interval(coverage.inside, figures_count, confidence);
  coverage.probability = binomial_two_sided(coverage.inside, figures_count, level);
  return coverage;
}
