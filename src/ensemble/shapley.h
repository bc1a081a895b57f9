/* ensemble/shapley.h - a figure's variance divided among inputs that depend on each other (Gaussian copula), fairly.
 *
 * An input's Shapley effect is what it adds to the variance explained, averaged over all orders in which inputs may be
 * learned. Effects are never negative and add up to the variance, whatever the dependence; without it they lie between
 * first-order and total indices. With dependence first-order indices may exceed total ones and add up to more than one:
 * that is no error, they answer other questions. Both are estimated here on the side.
 *
 * Method: random orders with nested draws, Song, Nelson and Staum, "Shapley effects for global sensitivity analysis:
 * theory and computation", SIAM/ASA J. Uncertainty Quantification 4 (2016), algorithm 1: the variance that a set of
 * inputs leaves when all others are known, E[Var(Y | others)], from `inner` draws of the set given the others, `outer`
 * times. Each random order is used in all its rotations, so every group stands equally often at every place. Groups of
 * inputs count as one player.
 *
 * Use: as sobol.h. shapley_sample gives uniform numbers that already carry the correlation.
 */
#ifndef ENSEMBLE_SHAPLEY_H
#define ENSEMBLE_SHAPLEY_H
#include <stdbool.h>

#include "ensemble/statistics.h"

enum { shapley_groups_max = 256 };
struct shapley_design {
  int inputs, groups;        /* 2 .. shapley_groups_max */
  const int *group;          /* [inputs] 0 .. groups - 1; every group has an input */
  const double *correlation; /* [inputs x inputs] of the underlying normal scores; NULL: independent */
  int variance_rows;         /* plain draws for the variance of the figure */
  int orders;                /* rounded up to a multiple of groups */
  int outer, inner;          /* 0: 1 and 3, which the authors recommend */
  uint64_t seed;
};

/* variance_rows + orders x (groups - 1) x outer x inner */
int shapley_rows(const struct shapley_design *design);
/* uniforms[shapley_rows x inputs]. False when the correlations are not those of any distribution. */
bool shapley_sample(const struct shapley_design *design, double *uniforms, struct arena *arena);

struct shapley_effects {
  int orders_used; /* orders with a NAN among their values are left out */
  double mean, variance;
  struct interval *effect;        /* [groups] shares of the variance; NAN where the figure does not vary */
  struct interval *first, *total; /* [groups] Var(E[Y | group]) and E[Var(Y | all others)], shares likewise */
};
/* values[shapley_rows]. Intervals: bootstrap over orders and over the draws for the variance, of the resamples that
 * have a group first, last and in between as its share needs; NAN where fewer than half have. */
[[nodiscard]] struct shapley_effects *shapley_effects(const struct shapley_design *design, const double *values,
                                                      const struct bootstrap_options *options, struct arena *arena);
#endif
