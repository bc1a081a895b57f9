/* Random numbers by counting, and the normal distribution beneath them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <math.h>
#include <cmocka.h>

#include "base/normal.h"
#include "base/random.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

/* Quantiles of printed tables (Abramowitz and Stegun, table 26.5 and 26.1). */
static void test_normal_tables(void **)
{
  assert_near(normal_inverse(0.5), 0, 1e-15);
  assert_near(normal_inverse(0.975), 1.959963984540054, 1e-13);
  assert_near(normal_inverse(0.05), -1.644853626951472, 1e-13);
  assert_near(normal_inverse(1e-10), -6.361340902404056, 1e-12);
  assert_near(normal_below(1), 0.841344746068543, 1e-14);
  assert_near(normal_density(0), 0.398942280401433, 1e-14);
  for (int k = 1; k < 200; k++) assert_near(normal_below(normal_inverse(k / 200.0)), k / 200.0, 1e-15);
}

/* The same four integers give the same number; each of them matters. */
static void test_places(void **)
{
  const struct random place = {7, 3, 11};
  const double u = random_uniform(place, 5);
  assert_true(u == random_uniform((struct random){7, 3, 11}, 5));
  assert_true(u != random_uniform(place, 6));
  assert_true(u != random_uniform((struct random){8, 3, 11}, 5));
  assert_true(u != random_uniform((struct random){7, 4, 11}, 5));
  assert_true(u != random_uniform((struct random){7, 3, 12}, 5));
  assert_true(u != random_uniform((struct random){7 + (1ull << 32), 3, 11}, 5));
  assert_true(u != random_uniform((struct random){7, 3 + (1ull << 32), 11}, 5));
  assert_true(random_stream("price") != random_stream("volume"));
}

/* Key and counter zero: the known answer of philox4x32-10 in the authors' kat_vectors, first words 6627e8d5
 * e169c58d. */
static void test_known_answer(void **)
{
  const uint64_t bits = 0xe169c58d6627e8d5ull;
  assert_true(random_uniform((struct random){0, 0, 0}, 0) == ((double)(bits >> 12) + 0.5) * 0x1p-52);
}

/* Moments of 100,000 numbers over draws and over indices, each within five standard errors. */
static void test_moments(void **)
{
  enum { count = 100000 };
  double sum = 0, square = 0, cross = 0, last = 0, uniform = 0;
  for (uint32_t k = 0; k < count; k++) {
    const double x = random_normal((struct random){1, k / 100, 2}, k % 100);
    sum += x, square += x * x, cross += x * last, last = x;
    uniform += random_uniform((struct random){1, k, 9}, 0);
  }
  const double error = 5 / sqrt(count);
  assert_near(sum / count, 0, error);
  assert_near(square / count, 1, error * sqrt(2));
  assert_near(cross / count, 0, error);
  assert_near(uniform / count, 0.5, error / sqrt(12));
}

static void test_below(void **)
{
  int seen[6] = {0};
  for (uint32_t k = 0; k < 6000; k++) seen[random_below((struct random){5, k, 1}, 0, 6)]++;
  for (int face = 0; face < 6; face++) assert_in_range(seen[face], 850, 1150);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_normal_tables), cmocka_unit_test(test_places), cmocka_unit_test(test_known_answer),
      cmocka_unit_test(test_moments),       cmocka_unit_test(test_below),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
