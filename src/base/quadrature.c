/* base/quadrature.c - Gauss nodes by Newton's method on the orthogonal polynomials' recurrences (Abramowitz and Stegun
 * 22.7, 25.4.29, 25.4.46), each root from the ones found before it by deflation.
 */
#include "base/quadrature.h"

#include <assert.h>
#include <math.h>

#include "base/normal.h"

/* Orthonormal polynomials p_0 .. p_count at x: value of the last, its derivative, and the sum of squares of the others,
 * whose inverse is the weight of a node. b_k are the off-diagonal recurrence coefficients. */
struct polynomial {
  double value, slope, squares;
};

static double recurrence(int k, int hermite)
{
  return hermite ? sqrt(k) : k / sqrt(4.0 * k * k - 1);
}

static struct polynomial polynomial_at(int count, int hermite, double x)
{
  double before = 0, now = 1, slope_before = 0, slope = 0, squares = 0;
  for (int k = 0; k < count; k++) {
    squares += now * now;
    const double b = recurrence(k + 1, hermite), c = k > 0 ? recurrence(k, hermite) : 0;
    const double next = (x * now - c * before) / b, slope_next = (now + x * slope - c * slope_before) / b;
    before = now, now = next;
    slope_before = slope, slope = slope_next;
  }
  return (struct polynomial){now, slope, squares};
}

static void gauss(int count, int hermite, double *nodes, double *weights)
{
  assert(count >= 1 && count <= quadrature_nodes_max);
  const double edge = hermite ? 2 * sqrt(count) + 1 : 1;
  for (int i = 0; i < count; i++) {
    double x = i == 0 ? -edge : nodes[i - 1];
    /* From the left of all roots left over, Newton's steps on p / prod (x - found) never pass the next one. */
    for (int step = 0; step < 500; step++) {
      if (i > 0 && step == 0) x += 1e-6 * edge;
      const struct polynomial p = polynomial_at(count, hermite, x);
      double deflation = 0;
      for (int j = 0; j < i; j++) deflation += 1 / (x - nodes[j]);
      const double move = p.value / (p.slope - p.value * deflation);
      x -= move;
      if (fabs(move) < 1e-15 * edge) break;
    }
    nodes[i] = x;
    weights[i] = 1 / polynomial_at(count, hermite, x).squares;
  }
}

void gauss_hermite(int count, double *nodes, double *weights)
{
  gauss(count, 1, nodes, weights);
}

void gauss_legendre(int count, double *nodes, double *weights)
{
  gauss(count, 0, nodes, weights);
}

/* One smooth piece, cut into equal parts no longer than two. */
static double piece(function_of_normal *function, const void *context, double low, double high)
{
  enum { count = 32 };
  double nodes[count], weights[count], sum = 0;
  gauss_legendre(count, nodes, weights);
  const int parts = (int)fmax(1, ceil((high - low) / 2));
  const double half = (high - low) / parts / 2;
  for (int part = 0; part < parts; part++)
    for (int i = 0; i < count; i++) {
      const double z = low + half * (2 * part + 1 + nodes[i]);
      sum += 2 * half * weights[i] * normal_density(z) * function(context, z);
    }
  return sum;
}

double normal_expectation(function_of_normal *function, const void *context, const double *kinks, int kinks_count)
{
  const double far = 10;
  double sum = 0, low = -far;
  for (int k = 0; k <= kinks_count; k++) {
    const double high = k < kinks_count ? fmin(fmax(kinks[k], low), far) : far;
    if (high > low) sum += piece(function, context, low, high);
    low = high;
  }
  return sum;
}
