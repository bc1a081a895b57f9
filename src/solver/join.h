/* solver/join.h - where an unknown joins the central path: x (g(x)) = product, as far as its own row tells. Included by
 * interior.c and lanes.c, which follow that path one problem at a time and several. */
#ifndef SOLVER_JOIN_H
#define SOLVER_JOIN_H
#include <math.h>

/* The distance x > 0 at which x (level + slope x) = product. */
static inline double distance_on_path(double level, double slope, double product)
{
  const double root = sqrt(level * level + 4 * slope * product);
  return level > 0 || slope == 0 ? 2 * product / (level + root) : (root - level) / (2 * slope);
}

/* How far from a bound an unknown joins the path: where it is, or where its multiplier takes on its condition, which
 * changes on the way there. width: to the other bound. */
static inline double distance_joined(double distance, double g, double slope, double product, double width)
{
  const double root = sqrt(product);
  const double room = fmin(slope > 1 ? distance_on_path(0, slope, product) : root, 0.25 * width);
  if (distance > g) return fmin(fmax(distance, room), width - room);
  const double joined = slope > 0 ? distance_on_path(g - slope * distance, slope, product) : product / fmax(g, root);
  return fmin(joined, 0.5 * width);
}
#endif
