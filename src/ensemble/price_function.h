/* ensemble/price_function.h - a figure as a function of one or two stocks, through its values at knots.
 *
 * One stock: cubic between knots, with slopes from the three nearest knots on the same side of every kink (Hermite's
 * form; slopes limited so that it rises and falls only where its values do: Fritsch and Carlson, SIAM J. Numer. Anal.
 * 17 (1980)). At a kink the two sides have slopes of their own. Two stocks: a cubic along one axis of cubics along the
 * other, with slopes from three knots, neither kinked nor limited; the first stock's index runs fastest. Outside the
 * knots it goes on as the tangent at the edge.
 */
#ifndef ENSEMBLE_PRICE_FUNCTION_H
#define ENSEMBLE_PRICE_FUNCTION_H
#include <stdbool.h>

#include "base/arena.h"

struct price_knots {
  int dimensions; /* 1 or 2 */
  int count[2];
  const double *at[2]; /* rising */
  const bool *kink;    /* [count[0]] of one stock; NULL: none */
};

struct price_function {
  const struct price_knots *knots;
  const double *value;          /* [points] */
  const double *before, *after; /* [points] slopes on both sides of a knot; one stock only */
};

int price_knots_points(const struct price_knots *knots);
/* values are copied. */
[[nodiscard]] struct price_function price_function_new(const struct price_knots *knots, const double *values,
                                                       struct arena *arena);
/* slope[dimensions] may be NULL. At a kink itself: the slope of the side above. */
double price_function_at(const struct price_function *function, const double *stock, double *slope);
#endif
