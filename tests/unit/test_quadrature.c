/* Averages over a normal variable: tabled nodes, exact moments, and a published model whose payoff has a kink. */
#include <math.h>
#include <string.h>

#include "base/normal.h"
#include "base/quadrature.h"
#include "unit.h"

#define assert_near(value, expected, tolerance) assert_true(fabs((value) - (expected)) <= (tolerance))

static void nodes_are_the_tabled_ones(void **state)
{
  (void)state;
  double nodes[64], weights[64];
  gauss_hermite(3, nodes, weights); /* -sqrt 3, 0, sqrt 3 with 1/6, 2/3, 1/6 */
  assert_near(nodes[0], -sqrt(3), 1e-14);
  assert_near(nodes[1], 0, 1e-14);
  assert_near(weights[1], 2.0 / 3, 1e-14);
  gauss_legendre(2, nodes, weights);
  assert_near(nodes[1], 1 / sqrt(3), 1e-14);
  assert_near(weights[0], 0.5, 1e-14);
  gauss_legendre(10, nodes, weights); /* Abramowitz and Stegun, table 25.4; there the weights add up to 2 */
  assert_near(nodes[9], 0.973906528517172, 1e-14);
  assert_near(weights[9], 0.066671344308688 / 2, 1e-14);
  gauss_hermite(20, nodes, weights); /* table 25.10, nodes of exp(-x^2): times sqrt 2 */
  assert_near(nodes[19], 5.3874808900112 * sqrt(2), 1e-11);
}

static void even_moments_are_exact(void **state)
{
  (void)state;
  double nodes[64], weights[64];
  for (int count = 1; count <= quadrature_nodes_max; count++) {
    gauss_hermite(count, nodes, weights);
    double one = 0, two = 0, four = 0, odd = 0;
    for (int i = 0; i < count; i++) {
      one += weights[i];
      two += weights[i] * nodes[i] * nodes[i];
      four += weights[i] * pow(nodes[i], 4);
      odd += weights[i] * pow(nodes[i], 3);
      assert_true(i == 0 || nodes[i] > nodes[i - 1]);
    }
    assert_near(one, 1, 1e-12);
    if (count >= 2) assert_near(two, 1, 1e-11);
    if (count >= 3) assert_near(four, 3, 1e-10);
    assert_near(odd, 0, 1e-10);
  }
}

static double above(const void *context, double z)
{
  return fmax(0, z - *(const double *)context);
}

/* E[max(0, z - k)] = density(k) - k P(z > k). */
static void kinks_are_split(void **state)
{
  (void)state;
  for (double k = -3; k <= 3; k += 0.37)
    assert_near(normal_expectation(above, &k, &k, 1), normal_density(k) - k * normal_below(-k), 1e-14);
  const double k = 0.3, twice[2] = {0.3, 0.3};
  assert_near(normal_expectation(above, &k, twice, 2), normal_density(k) - k * normal_below(-k), 1e-14);
}

/* Acreage under rational expectations and a price floor (Miranda and Fackler 2002, Applied Computational Economics and
 * Finance;
 * https://randall-romero.github.io/CompEcon/notebooks/intro/02%20Rational%20Expectations%20Agricultural%20Market%20Model.html):
 * a = 0.5 + 0.5 E[max(1.5 - 0.5 a y, 1)], log y normal with mean -0.02 and deviation 0.2. */
struct harvest {
  double acreage;
  int figure;
};

enum { FARM_PRICE, MARKET_PRICE, REVENUE, GOVERNMENT };

static double harvest_figure(const void *context, double z)
{
  const struct harvest *harvest = context;
  const double yield = exp(-0.02 + 0.2 * z), market = 1.5 - 0.5 * harvest->acreage * yield, farm = fmax(market, 1);
  const double figures[] = {farm, market, harvest->acreage * yield * farm, harvest->acreage * yield * (farm - market)};
  return figures[harvest->figure];
}

static double by_nodes(const struct harvest *harvest)
{
  double nodes[25], weights[25], sum = 0;
  gauss_hermite(25, nodes, weights);
  for (int i = 0; i < 25; i++) sum += weights[i] * harvest_figure(harvest, nodes[i]);
  return sum;
}

/* The floor begins to pay where a y = 1. */
static double by_pieces(const struct harvest *harvest)
{
  const double kink = (-log(harvest->acreage) + 0.02) / 0.2;
  return normal_expectation(harvest_figure, harvest, &kink, 1);
}

static double expected_acreage(double (*average)(const struct harvest *), double start, int rounds)
{
  struct harvest harvest = {start, FARM_PRICE};
  for (int round = 0; round < rounds; round++) harvest.acreage = 0.5 + 0.5 * average(&harvest);
  return harvest.acreage;
}

static void acreage_under_a_price_floor(void **state)
{
  (void)state;
  static const double published[4] = {1.0198, 1.0171, 1.0175, 1.0174}; /* iterates from 1 */
  for (int round = 1; round <= 4; round++)
    assert_near(expected_acreage(by_nodes, 1, round), published[round - 1], 1e-4);
  struct harvest harvest = {expected_acreage(by_nodes, 1, 100), MARKET_PRICE};
  assert_near(harvest.acreage, 1.0174, 1e-4);
  assert_near(by_nodes(&harvest), 0.9913, 1e-4);
  harvest.figure = FARM_PRICE;
  assert_near(by_nodes(&harvest), 1.03483, 1e-4);
  harvest.figure = REVENUE;
  assert_near(by_nodes(&harvest), 1.0447, 1e-4);
  harvest.figure = GOVERNMENT;
  const double rough = by_nodes(&harvest);
  assert_near(rough, 0.057264, 1e-4);
  static const double exact[] = {1.03586, 0.991035, 1.046266, 0.058606};
  harvest.acreage = expected_acreage(by_pieces, 1, 100);
  assert_near(harvest.acreage, 1.01793, 1e-5);
  for (harvest.figure = FARM_PRICE; harvest.figure <= GOVERNMENT; harvest.figure++)
    assert_near(by_pieces(&harvest), exact[harvest.figure], 1e-5);
  harvest.figure = GOVERNMENT; /* what the kink costs who ignores it: two percent */
  assert_true(rough < 0.98 * by_pieces(&harvest));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nodes_are_the_tabled_ones),
      cmocka_unit_test(even_moments_are_exact),
      cmocka_unit_test(kinks_are_split),
      cmocka_unit_test(acreage_under_a_price_floor),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
