/* base/normal.h - the normal distribution: density, probability below, and its inverse. */
#ifndef BASE_NORMAL_H
#define BASE_NORMAL_H

double normal_density(double x);
double normal_below(double x); /* P(X <= x), relative accuracy in the lower tail too */

/* x with normal_below(x) = p, 0 < p < 1, to about 1e-15: the rational start of Abramowitz and Stegun 26.2.23 and two
 * steps of Halley's method, in the nearer tail. */
double normal_inverse(double p);
#endif
