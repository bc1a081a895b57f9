/* base/normal.c - the normal distribution by the C library's erfc, its inverse by Halley's method. */
#include <assert.h>
#include <math.h>

#include "base/normal.h"

static const double sqrt_two = 1.41421356237309504880, density_at_zero = 0.39894228040143267794;

double normal_density(double x)
{
  return density_at_zero * exp(-0.5 * x * x);
}

double normal_below(double x)
{
  return 0.5 * erfc(-x / sqrt_two);
}

/* p <= 1/2, so the answer is at most zero and nothing cancels. */
static double inverse_below_half(double p)
{
  const double t = sqrt(-2 * log(p));
  double x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (int step = 0; step < 2; step++) {
    const double newton = (normal_below(x) - p) / normal_density(x);
    x -= newton / (1 + 0.5 * x * newton); /* the second derivative of the distribution is -x times its density */
  }
  return x;
}

double normal_inverse(double p)
{
  assert(p > 0 && p < 1);
  return p <= 0.5 ? inverse_below_half(p) : -inverse_below_half(1 - p);
}
