/* ensemble/sobol.c - sampling by exchanging columns, and the sums that estimate the indices.
 *
 * One pass over the rows for an estimate, one for each resample; rows are resampled whole, so all blocks of a row stay
 * together. Does not correct indices that chance makes negative: their interval says so.
 */
#include "ensemble/sobol.h"

#include <assert.h>
#include <math.h>

static int blocks_of(const struct sobol_design *design)
{
  return 2 + design->groups * (design->second_order ? 2 : 1);
}

int sobol_rows(const struct sobol_design *design)
{
  return design->rows * blocks_of(design);
}

void sobol_sample(const struct sobol_design *design, uniform_source *source, const void *context, double *uniforms)
{
  const int inputs = design->inputs, groups = design->groups, blocks = blocks_of(design);
  for (int b = 0; b < blocks; b++) {
    const bool from_b = b == 1 || b >= 2 + groups;       /* what most columns come from */
    const int exchanged = b < 2 ? -1 : (b - 2) % groups; /* the group that comes from the other */
    for (int r = 0; r < design->rows; r++)
      for (int i = 0; i < inputs; i++) {
        const bool second_half = from_b != (design->group[i] == exchanged);
        uniforms[((size_t)b * design->rows + r) * inputs + i] = source(context, r, second_half ? inputs + i : i);
      }
  }
}

/* What a resample needs: centred values by block, of the rows that are whole. */
struct blocks {
  int rows, groups;
  bool second_order;
  const double *values; /* [block x rows] */
};

/* Indices from the rows given: first[groups], total[groups], second[groups x groups]; returns the variance. */
static double indices_of_rows(const struct blocks *blocks, const int *rows, double *first, double *total,
                              double *second)
{
  const int n = blocks->rows, k = blocks->groups;
  const double *a = blocks->values, *b = a + n;
  double sum = 0, squares = 0;
  for (int j = 0; j < n; j++) {
    const double x = a[rows[j]], y = b[rows[j]];
    sum += x + y;
    squares += x * x + y * y;
  }
  const double mean = sum / (2.0 * n), variance = squares / (2.0 * n) - mean * mean;
  for (int i = 0; i < k; i++) {
    const double *ab = a + (size_t)(2 + i) * n;
    double product = 0, distance = 0;
    for (int j = 0; j < n; j++) {
      const double x = a[rows[j]], y = b[rows[j]], z = ab[rows[j]];
      product += (y - mean) * (z - x);
      distance += (x - z) * (x - z);
    }
    first[i] = product / n / variance;
    total[i] = distance / (2.0 * n) / variance;
  }
  for (int i = 0; blocks->second_order && i < k; i++)
    for (int l = i + 1; l < k; l++) {
      const double *ba = a + (size_t)(2 + k + i) * n, *ab = a + (size_t)(2 + l) * n;
      double together = 0;
      for (int j = 0; j < n; j++)
        together += (ba[rows[j]] - mean) * (ab[rows[j]] - mean) - (a[rows[j]] - mean) * (b[rows[j]] - mean);
      second[i * k + l] = together / n / variance - first[i] - first[l];
    }
  return variance;
}

/* Rows without a NAN, centred by the mean of A and B. */
static struct blocks blocks_of_values(const struct sobol_design *design, const double *values, double *mean,
                                      struct arena *arena)
{
  const int n = design->rows, count = blocks_of(design);
  int *whole = ARENA_ARRAY(arena, n, int), kept = 0;
  double sum = 0;
  for (int j = 0; j < n; j++) {
    bool there = true;
    for (int b = 0; b < count; b++) there = there && !isnan(values[(size_t)b * n + j]);
    if (!there) continue;
    whole[kept++] = j;
    sum += values[j] + values[n + j];
  }
  *mean = kept > 0 ? sum / (2.0 * kept) : NAN;
  double *centred = ARENA_ARRAY(arena, (size_t)count * kept, double);
  for (int b = 0; b < count; b++)
    for (int j = 0; j < kept; j++) centred[(size_t)b * kept + j] = values[(size_t)b * n + whole[j]] - *mean;
  return (struct blocks){kept, design->groups, design->second_order, centred};
}

/* estimate, and quantiles of a column of the resamples: sampled[resample x columns]. */
static struct interval interval_of_column(double estimate, const double *sampled, int columns, int column,
                                          const struct bootstrap_options *options, struct arena *arena)
{
  double *values = ARENA_ARRAY(arena, options->resamples, double);
  for (int r = 0; r < options->resamples; r++) values[r] = sampled[(size_t)r * columns + column];
  const double *sorted = draws_sorted(values, options->resamples, arena);
  return (struct interval){estimate, quantile(sorted, options->resamples, (1 - options->confidence) / 2),
                           quantile(sorted, options->resamples, (1 + options->confidence) / 2)};
}

struct sobol_indices *sobol_indices(const struct sobol_design *design, const double *values,
                                    const struct bootstrap_options *given, struct arena *arena)
{
  const struct bootstrap_options options = bootstrap_defaults(given);
  const int k = design->groups, columns = design->second_order ? 2 * k + k * k : 2 * k;
  struct sobol_indices *indices = ARENA_NEW(arena, struct sobol_indices);
  indices->first = ARENA_ARRAY(arena, k, struct interval);
  indices->total = ARENA_ARRAY(arena, k, struct interval);
  indices->second = design->second_order ? ARENA_ARRAY(arena, k * k, struct interval) : NULL;
  const struct arena_mark mark = arena_mark(arena);
  const struct blocks blocks = blocks_of_values(design, values, &indices->mean, arena);
  int *rows = ARENA_ARRAY(arena, blocks.rows, int);
  double *estimate = ARENA_ARRAY(arena, columns, double);
  double *sampled = ARENA_ARRAY(arena, (size_t)options.resamples * columns, double);
  indices->rows_used = blocks.rows;
  for (int j = 0; j < blocks.rows; j++) rows[j] = j;
  indices->variance = indices_of_rows(&blocks, rows, estimate, estimate + k, estimate + 2 * k);
  const bool varies = blocks.rows > 0 && indices->variance > 1e-20 * indices->mean * indices->mean;
  for (int r = 0; varies && r < options.resamples; r++) {
    double *row = sampled + (size_t)r * columns;
    bootstrap_rows(&options, r, blocks.rows, rows);
    indices_of_rows(&blocks, rows, row, row + k, row + 2 * k);
  }
  for (int c = 0; c < columns; c++) {
    struct interval *place = c < k       ? &indices->first[c]
                             : c < 2 * k ? &indices->total[c - k]
                                         : &indices->second[c - 2 * k];
    const struct interval none = {NAN, NAN, NAN};
    *place = varies ? interval_of_column(estimate[c], sampled, columns, c, &options, arena) : none;
  }
  arena_reset(arena, mark);
  return indices;
}
