/* ensemble/shapley.c - orders, conditional draws, and the averages over them.
 *
 * Conditional draws of a Gaussian copula need no conditional covariance: with the inputs listed in the reverse of the
 * order, what is known comes first, and z = L n with L the Cholesky factor of the correlations in that list. Keeping
 * the leading entries of n and drawing the others anew draws the rest given what is known.
 */
#include "ensemble/shapley.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/normal.h"
#include "base/random.h"

static int outer_of(const struct shapley_design *design)
{
  return design->outer > 0 ? design->outer : 1;
}

static int inner_of(const struct shapley_design *design)
{
  return design->inner > 0 ? design->inner : 3;
}

static int orders_of(const struct shapley_design *design)
{
  return (design->orders + design->groups - 1) / design->groups * design->groups;
}

static int rows_of_order(const struct shapley_design *design)
{
  return (design->groups - 1) * outer_of(design) * inner_of(design);
}

int shapley_rows(const struct shapley_design *design)
{
  return design->variance_rows + orders_of(design) * rows_of_order(design);
}

/* Order number k: a random one (Fisher and Yates), rotated by k modulo groups. */
static void order_fill(const struct shapley_design *design, int k, int *order)
{
  const int groups = design->groups, turn = k % groups;
  const struct random random = {design->seed, (uint64_t)(k / groups), random_stream("shapley order")};
  int shuffled[shapley_groups_max];
  for (int g = 0; g < groups; g++) shuffled[g] = g;
  for (int g = groups - 1; g > 0; g--) {
    const int other = random_below(random, (uint32_t)g, g + 1), kept = shuffled[g];
    shuffled[g] = shuffled[other];
    shuffled[other] = kept;
  }
  for (int g = 0; g < groups; g++) order[g] = shuffled[(g + turn) % groups];
}

/* Lower factor of the correlations of the inputs in the list; false when they are not positive definite. */
static bool factor_fill(const struct shapley_design *design, const int *list, double *lower)
{
  const int d = design->inputs;
  for (int i = 0; i < d; i++)
    for (int j = 0; j <= i; j++) {
      double sum = design->correlation != NULL ? design->correlation[list[i] * d + list[j]] : i == j;
      for (int k = 0; k < j; k++) sum -= lower[i * d + k] * lower[j * d + k];
      if (i == j && sum <= 1e-12) return false;
      lower[i * d + j] = i == j ? sqrt(sum) : sum / lower[j * d + j];
    }
  return true;
}

/* One row of uniforms from independent normals. */
static void row_fill(const struct shapley_design *design, const int *list, const double *lower, const double *normals,
                     double *row)
{
  const int d = design->inputs;
  for (int i = 0; i < d; i++) {
    double z = 0;
    for (int j = 0; j <= i; j++) z += lower[i * d + j] * normals[j];
    row[list[i]] = fmin(fmax(normal_below(z), 0x1p-53), 1 - 0x1p-53);
  }
}

/* The inputs by group, the order's last group first; known[p]: how many are known when its first p groups are not. */
static void list_fill(const struct shapley_design *design, const int *order, int *list, int *known)
{
  int count = 0;
  for (int p = design->groups - 1; p >= 0; p--) {
    known[p + 1] = count;
    for (int i = 0; i < design->inputs; i++)
      if (design->group[i] == order[p]) list[count++] = i;
  }
  known[0] = count;
}

/* All rows of order k, from `row` on. */
static bool order_sample(const struct shapley_design *design, int k, double *row, struct arena *arena)
{
  const int d = design->inputs;
  int *order = ARENA_ARRAY(arena, design->groups, int), *known = ARENA_ARRAY(arena, design->groups + 1, int);
  int *list = ARENA_ARRAY(arena, d, int);
  double *lower = ARENA_ARRAY(arena, d * d, double), *normals = ARENA_ARRAY(arena, d, double);
  const struct random random = {design->seed, (uint64_t)k, random_stream("shapley draws")};
  uint32_t next = 0;
  order_fill(design, k, order);
  list_fill(design, order, list, known);
  if (!factor_fill(design, list, lower)) return false;
  for (int p = 1; p < design->groups; p++)
    for (int o = 0; o < outer_of(design); o++) {
      for (int i = 0; i < known[p]; i++) normals[i] = random_normal(random, next++);
      for (int draw = 0; draw < inner_of(design); draw++, row += d) {
        for (int i = known[p]; i < d; i++) normals[i] = random_normal(random, next++);
        row_fill(design, list, lower, normals, row);
      }
    }
  return true;
}

bool shapley_sample(const struct shapley_design *design, double *uniforms, struct arena *arena)
{
  assert(design->groups >= 2 && design->groups <= shapley_groups_max && design->variance_rows >= 2);
  const int d = design->inputs;
  const struct arena_mark mark = arena_mark(arena);
  int *list = ARENA_ARRAY(arena, d, int);
  double *lower = ARENA_ARRAY(arena, d * d, double), *normals = ARENA_ARRAY(arena, d, double);
  for (int i = 0; i < d; i++) list[i] = i;
  bool possible = factor_fill(design, list, lower);
  for (int r = 0; possible && r < design->variance_rows; r++) {
    const struct random random = {design->seed, (uint64_t)r, random_stream("shapley variance")};
    for (int i = 0; i < d; i++) normals[i] = random_normal(random, (uint32_t)i);
    row_fill(design, list, lower, normals, uniforms + (size_t)r * d);
  }
  double *row = uniforms + (size_t)design->variance_rows * d;
  for (int k = 0; possible && k < orders_of(design); k++, row += (size_t)rows_of_order(design) * d) {
    const struct arena_mark inside = arena_mark(arena);
    possible = order_sample(design, k, row, arena);
    arena_reset(arena, inside);
  }
  arena_reset(arena, mark);
  return possible;
}

/* Variance left to the first p groups of an order when the others are known, from its values. NAN where one is. */
static double variance_left(const struct shapley_design *design, const double *values, int p)
{
  const int outer = outer_of(design), inner = inner_of(design);
  const double *draws = values + (size_t)(p - 1) * outer * inner;
  double sum = 0;
  for (int o = 0; o < outer; o++, draws += inner) {
    const double deviation = mean_estimate(draws, inner).deviation;
    sum += deviation * deviation;
  }
  return sum / outer;
}

/* What each order says: by order, what each group adds, and at which place it stood. */
struct additions {
  int groups, orders, variance_rows;
  const double *added, *left_first, *left_last; /* [orders x groups]; left_*: NAN unless it stood first, last */
  const double *plain;                          /* [variance_rows] */
};

/* effect, first and total of every group into shares[3 x groups], from resampled orders and plain draws. */
static double shares_of(const struct additions *additions, const int *orders, const int *rows, double *shares)
{
  const int groups = additions->groups;
  double mean = 0, variance = 0;
  for (int r = 0; r < additions->variance_rows; r++) mean += additions->plain[rows[r]] / additions->variance_rows;
  for (int r = 0; r < additions->variance_rows; r++) {
    const double off = additions->plain[rows[r]] - mean;
    variance += off * off / (additions->variance_rows - 1);
  }
  for (int g = 0; g < groups; g++) {
    double added = 0, first = 0, last = 0;
    int firsts = 0, lasts = 0, not_last = 0;
    for (int k = 0; k < additions->orders; k++) {
      const int place = orders[k] * groups + g;
      const bool is_last = !isnan(additions->left_last[place]);
      if (is_last) {
        last += additions->left_last[place];
        lasts++;
      } else {
        added += additions->added[place];
        not_last++;
      }
      if (!isnan(additions->left_first[place])) {
        first += additions->left_first[place];
        firsts++;
      }
    }
    /* Standing last, a group adds what is left of the whole variance: the part that the plain draws know. */
    const double share_last = 1.0 / groups, adds_last = variance - last / lasts;
    shares[g] = (share_last * adds_last + (1 - share_last) * added / not_last) / variance;
    shares[groups + g] = adds_last / variance;
    shares[2 * groups + g] = first / firsts / variance;
  }
  return variance;
}

/* Reads the values of every whole order; plain draws that are NAN are dropped as well. */
static struct additions additions_of(const struct shapley_design *design, const double *values, struct arena *arena)
{
  const int groups = design->groups, orders = orders_of(design);
  double *added = ARENA_ARRAY(arena, orders * groups, double),
         *plain = ARENA_ARRAY(arena, design->variance_rows, double);
  double *first = ARENA_ARRAY(arena, orders * groups, double), *last = ARENA_ARRAY(arena, orders * groups, double);
  int *order = ARENA_ARRAY(arena, groups, int), kept = 0, plain_count = 0;
  for (int r = 0; r < design->variance_rows; r++)
    if (!isnan(values[r])) plain[plain_count++] = values[r];
  for (int k = 0; k < orders; k++) {
    const double *draws = values + design->variance_rows + (size_t)k * rows_of_order(design);
    bool whole = true;
    for (int r = 0; r < rows_of_order(design); r++) whole = whole && !isnan(draws[r]);
    if (!whole) continue;
    order_fill(design, k, order);
    double before = 0;
    for (int p = 0; p < groups; p++) {
      const int place = kept * groups + order[p];
      const double left = p + 1 < groups ? variance_left(design, draws, p + 1) : NAN;
      added[place] = left - before;
      first[place] = p == 0 ? left : NAN;
      last[place] = p + 1 == groups ? before : NAN;
      before = left;
    }
    kept++;
  }
  return (struct additions){groups, kept, plain_count, added, first, last, plain};
}

/* Resamples of few orders may have none in which a group stands last: what is not known of them goes. How many are. */
static int known_first(double *sampled, int count)
{
  int known = 0;
  for (int r = 0; r < count; r++)
    if (isfinite(sampled[r])) sampled[known++] = sampled[r];
  return known;
}

struct shapley_effects *shapley_effects(const struct shapley_design *design, const double *values,
                                        const struct bootstrap_options *given, struct arena *arena)
{
  const struct bootstrap_options options = bootstrap_defaults(given);
  const int groups = design->groups, columns = 3 * groups;
  struct shapley_effects *effects = ARENA_NEW(arena, struct shapley_effects);
  struct interval *places[3];
  for (int part = 0; part < 3; part++) places[part] = ARENA_ARRAY(arena, groups, struct interval);
  const struct arena_mark mark = arena_mark(arena);
  const struct additions additions = additions_of(design, values, arena);
  int *orders = ARENA_ARRAY(arena, additions.orders, int), *rows = ARENA_ARRAY(arena, additions.variance_rows, int);
  double *estimate = ARENA_ARRAY(arena, columns, double);
  double *sampled = ARENA_ARRAY(arena, (size_t)columns * options.resamples, double),
         *row = ARENA_ARRAY(arena, columns, double);
  for (int k = 0; k < additions.orders; k++) orders[k] = k;
  for (int r = 0; r < additions.variance_rows; r++) rows[r] = r;
  *effects = (struct shapley_effects){additions.orders, NAN, NAN, places[0], places[1], places[2]};
  if (additions.variance_rows > 0) effects->mean = mean_estimate(additions.plain, additions.variance_rows).mean;
  effects->variance = shares_of(&additions, orders, rows, estimate);
  const struct bootstrap_options other = {options.resamples, options.confidence, options.seed + 1};
  for (int r = 0; r < options.resamples; r++) {
    bootstrap_rows(&options, r, additions.orders, orders);
    bootstrap_rows(&other, r, additions.variance_rows, rows);
    shares_of(&additions, orders, rows, row);
    for (int c = 0; c < columns; c++) sampled[(size_t)c * options.resamples + r] = row[c];
  }
  const bool varies = effects->variance > 1e-20 * effects->mean * effects->mean;
  for (int c = 0; c < columns; c++) {
    struct interval *place = &places[c / groups][c % groups];
    double *known = sampled + (size_t)c * options.resamples;
    const int count = known_first(known, options.resamples);
    *place = (struct interval){varies ? estimate[c] : (double)NAN, NAN, NAN};
    if (!varies || 2 * count < options.resamples) continue;
    const double *sorted = draws_sorted(known, count, arena);
    place->low = quantile(sorted, count, (1 - options.confidence) / 2);
    place->high = quantile(sorted, count, (1 + options.confidence) / 2);
  }
  arena_reset(arena, mark);
  return effects;
}
