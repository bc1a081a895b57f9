/* solver/path.h - what those who follow the central path have in common: interior.c one problem at a time, lanes.c and
 * lanes_step.c several. */
#ifndef SOLVER_PATH_H
#define SOLVER_PATH_H
#include <math.h>

/* How much of the predictor's products of steps the corrector takes back (Mehrotra 1992 takes all; Colombo and Gondzio
 * 2008, Comput. Optim. Appl. 41, 277, weigh correctors): of a step that gets nowhere they say little. */
static inline double path_bend(double predicted_step)
{
  return fmin(1, 3 * predicted_step);
}

/* The distance x > 0 at which x (level + slope x) = product: where an unknown joins the path as far as its row tells. */
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
