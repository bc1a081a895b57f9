/* ensemble/price_function.c - Hermite cubics on one axis, products of them on two. */
#include "ensemble/price_function.h"

#include <assert.h>
#include <math.h>
#include <string.h>

int price_knots_points(const struct price_knots *knots)
{
  return knots->count[0] * (knots->dimensions == 2 ? knots->count[1] : 1);
}

static double secant(const struct price_knots *knots, const double *value, int i)
{
  return (value[i + 1] - value[i]) / (knots->at[0][i + 1] - knots->at[0][i]);
}

/* Not against, nor steeper than three times, the flatter of the neighbouring secants. */
static double limited(double slope, double one, double other)
{
  if (one * other <= 0) return 0;
  const double most = 3 * fmin(fabs(one), fabs(other));
  return slope * one <= 0 ? 0 : fmax(-most, fmin(most, slope));
}

/* Slope at knot i of the parabola through three knots that begin at `first`. */
static double parabola_slope(const struct price_knots *knots, const double *value, int first, int i)
{
  const double *x = knots->at[0];
  const double d1 = secant(knots, value, first), d2 = secant(knots, value, first + 1);
  const double bend = (d2 - d1) / (x[first + 2] - x[first]);
  return d1 + bend * (2 * x[i] - x[first] - x[first + 1]);
}

/* Slopes of the knots first .. last, between two kinks. */
static void fill_smooth_part(const struct price_knots *knots, const double *value, int first, int last, double *before,
                             double *after)
{
  for (int i = first; i <= last; i++) {
    double slope = secant(knots, value, i < last ? i : i - 1);
    if (last - first >= 2) {
      const int start = i == first ? first : i == last ? last - 2 : i - 1;
      const double own = secant(knots, value, i < last ? i : i - 1);
      const double other = secant(knots, value, i > first && i < last ? i - 1 : i < last ? i : i - 1);
      slope = limited(parabola_slope(knots, value, start, i), own, other);
    }
    if (i > first) before[i] = slope;
    if (i < last) after[i] = slope;
  }
}

struct price_function price_function_new(const struct price_knots *knots, const double *values, struct arena *arena)
{
  const int points = price_knots_points(knots);
  double *value = ARENA_ARRAY(arena, points, double);
  memcpy(value, values, (size_t)points * sizeof *value);
  struct price_function function = {knots, value, NULL, NULL};
  if (knots->dimensions == 2) return function;
  assert(points >= 2);
  double *before = ARENA_ARRAY(arena, points, double), *after = ARENA_ARRAY(arena, points, double);
  for (int first = 0, i = 1; i < points; i++)
    if (i == points - 1 || (knots->kink != NULL && knots->kink[i])) {
      fill_smooth_part(knots, value, first, i, before, after);
      first = i;
    }
  before[0] = after[0];
  after[points - 1] = before[points - 1];
  function.before = before;
  function.after = after;
  return function;
}

/* The interval of an axis that holds x; the outermost ones beyond its ends. */
static int interval_of(const double *at, int count, double x)
{
  int low = 0, high = count - 1;
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    if (at[middle] <= x)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static double cubic_at(const struct price_function *function, double x, double *slope)
{
  const struct price_knots *knots = function->knots;
  const int count = knots->count[0], i = interval_of(knots->at[0], count, x);
  const double *at = knots->at[0], *value = function->value;
  const double width = at[i + 1] - at[i], t = (x - at[i]) / width;
  const double m0 = function->after[i] * width, m1 = function->before[i + 1] * width;
  if (t < 0 || t > 1) {
    const int edge = t < 0 ? i : i + 1;
    const double tangent = t < 0 ? function->after[i] : function->before[i + 1];
    if (slope != NULL) *slope = tangent;
    return value[edge] + tangent * (x - at[edge]);
  }
  const double rise = value[i + 1] - value[i], c2 = 3 * rise - 2 * m0 - m1, c3 = m0 + m1 - 2 * rise;
  if (slope != NULL) *slope = (m0 + t * (2 * c2 + t * 3 * c3)) / width;
  return value[i] + t * (m0 + t * (c2 + t * c3));
}

/* Slope at knot i of the parabola through it and its neighbours, of the first or last three knots at the ends. */
static double knot_slope(const double *at, const double *value, int count, int i)
{
  if (count == 2) return (value[1] - value[0]) / (at[1] - at[0]);
  const int first = i == 0 ? 0 : i == count - 1 ? count - 3 : i - 1;
  const double d1 = (value[first + 1] - value[first]) / (at[first + 1] - at[first]);
  const double d2 = (value[first + 2] - value[first + 1]) / (at[first + 2] - at[first + 1]);
  return d1 + (d2 - d1) / (at[first + 2] - at[first]) * (2 * at[i] - at[first] - at[first + 1]);
}

/* A cubic with continuous slope through values on an axis, linear in the values: so it serves derivatives as well. */
static double smooth_at(const double *at, const double *value, int count, double x, double *slope)
{
  const int i = interval_of(at, count, x);
  const double width = at[i + 1] - at[i], t = (x - at[i]) / width;
  const double low = knot_slope(at, value, count, i), high = knot_slope(at, value, count, i + 1);
  if (t < 0 || t > 1) {
    *slope = t < 0 ? low : high;
    return value[t < 0 ? i : i + 1] + *slope * (x - at[t < 0 ? i : i + 1]);
  }
  const double rise = value[i + 1] - value[i], m0 = low * width, m1 = high * width;
  const double c2 = 3 * rise - 2 * m0 - m1, c3 = m0 + m1 - 2 * rise;
  *slope = (m0 + t * (2 * c2 + t * 3 * c3)) / width;
  return value[i] + t * (m0 + t * (c2 + t * c3));
}

/* Along the first axis in the rows that matter, then along the second. */
static double patch_at(const struct price_function *function, const double *stock, double *slope)
{
  const struct price_knots *knots = function->knots;
  const int columns = knots->count[0], rows = knots->count[1];
  const int row = interval_of(knots->at[1], rows, stock[1]);
  const int first = row - 2 > 0 ? row - 2 : 0, end = row + 4 < rows ? row + 4 : rows;
  double value[6], derivative[6], own[2], unused;
  for (int j = first; j < end; j++)
    value[j - first] =
        smooth_at(knots->at[0], function->value + (size_t)j * columns, columns, stock[0], &derivative[j - first]);
  const double result = smooth_at(knots->at[1] + first, value, end - first, stock[1], &own[1]);
  own[0] = smooth_at(knots->at[1] + first, derivative, end - first, stock[1], &unused);
  if (slope != NULL) memcpy(slope, own, sizeof own);
  return result;
}

double price_function_at(const struct price_function *function, const double *stock, double *slope)
{
  return function->knots->dimensions == 1 ? cubic_at(function, stock[0], slope) : patch_at(function, stock, slope);
}
