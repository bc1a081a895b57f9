/* solver/semismooth.h - the fallback: semismooth Newton with restarts, on an LU with pivoting. */
#ifndef SOLVER_SEMISMOOTH_H
#define SOLVER_SEMISMOOTH_H
#include "solver/scaled.h"

struct semismooth_result {
  double residual; /* natural residual of the best point met */
  int iterations;
};

/* Searches from y [n], then from other starts, for a point with natural residual at or below goal. y and g [n] become
 * the best point met. Only the natural residual decides: a stationary point of the merit function is never a result. */
struct semismooth_result semismooth_search(const struct scaled *scaled, double goal, double *y, double *g,
                                           struct arena *scratch);
#endif
