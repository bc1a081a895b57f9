/* ensemble/distributions.h - laws by their inverse: the value below which a share u of all draws lie. */
#ifndef ENSEMBLE_DISTRIBUTIONS_H
#define ENSEMBLE_DISTRIBUTIONS_H
#include "dataset/chance.h"

/* 0 < u < 1. Rises with u. Normal and lognormal laws with bounds are those between them, not heaps at the bounds. */
double law_inverse(const struct law *law, double u);

/* P(X <= x) of a beta variable on (0, 1): the continued fraction 8.17.22 of the NIST Digital Library of Mathematical
 * Functions. alpha, beta > 0. Good to about 1e-14. */
double beta_below(double x, double alpha, double beta);
double beta_inverse(double u, double alpha, double beta); /* to about 1e-12 */
#endif
