/* Sobol's points: the table is what it should be, every dyadic part is hit once, scrambling is uniform and pays. */
#include <math.h>
#include <string.h>

#include "base/sobol_directions.h"
#include "base/sobol_sequence.h"
#include "unit.h"

/* Smallest n > 0 with x^n = 1 modulo the polynomial: 2^degree - 1 where it is primitive. */
static int order_of_x(uint32_t polynomial, int degree)
{
  uint32_t power = 1;
  for (int n = 1; n <= 1 << degree; n++) {
    power <<= 1;
    if ((power >> degree) & 1) power ^= polynomial;
    if (power == 1) return n;
  }
  return 0;
}

static void polynomials_are_primitive_and_numbers_odd(void **state)
{
  (void)state;
  for (int d = 1; d < sobol_dimensions_max; d++) {
    const struct sobol_direction *row = &sobol_directions[d];
    int degree = 0;
    while (row->polynomial >> (degree + 1) != 0) degree++;
    assert_true(row->polynomial > sobol_directions[d - 1].polynomial);
    assert_int_equal(order_of_x(row->polynomial, degree), (1 << degree) - 1);
    for (int k = 0; k < degree; k++) assert_true(row->initial[k] % 2 == 1 && row->initial[k] < 1 << (k + 1));
  }
}

/* The first eight points of the plane, in Gray code order, as printed in SciPy's documentation of scipy.stats.qmc.Sobol
 * (https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.qmc.Sobol.html). */
static void first_points_are_the_published_ones(void **state)
{
  (void)state;
  static const double expected[8][2] = {{0, 0},         {0.5, 0.5},     {0.75, 0.25},   {0.25, 0.75},
                                        {0.375, 0.375}, {0.875, 0.875}, {0.625, 0.125}, {0.125, 0.625}};
  struct arena *arena = arena_new();
  const struct sobol_sequence *sequence = sobol_sequence_new(2, 0, arena);
  for (uint32_t i = 0; i < 8; i++)
    for (int d = 0; d < 2; d++)
      assert_true(sobol_sequence_digits(sequence, i ^ (i >> 1), d) * 0x1p-32 == expected[i][d]);
  arena_free(arena);
}

static void every_dyadic_part_is_hit_once(void **state)
{
  (void)state;
  enum { count = 256 };
  struct arena *arena = arena_new();
  const struct sobol_sequence *sequence = sobol_sequence_new(sobol_dimensions_max, 7, arena);
  for (int d = 0; d < sobol_dimensions_max; d++)
    for (uint32_t first = 0; first <= 5 * count; first += 5 * count) {
      int hits[count] = {0};
      for (uint32_t i = first; i < first + count; i++) hits[(int)(sobol_sequence_uniform(sequence, i, d) * count)]++;
      for (int k = 0; k < count; k++) assert_int_equal(hits[k], 1);
    }
  arena_free(arena);
}

/* The first two coordinates are a net of quality zero: every box 2^-a by 2^-b with a + b = 8 holds one of 256
 * points. */
static void every_dyadic_box_of_the_plane_is_hit_once(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct sobol_sequence *sequence = sobol_sequence_new(2, 12345, arena);
  for (int a = 0; a <= 8; a++) {
    int hits[256] = {0};
    for (uint32_t i = 0; i < 256; i++) {
      const int column = (int)(sobol_sequence_uniform(sequence, i, 0) * (1 << a));
      const int row = (int)(sobol_sequence_uniform(sequence, i, 1) * (1 << (8 - a)));
      hits[column << (8 - a) | row]++;
    }
    for (int k = 0; k < 256; k++) assert_int_equal(hits[k], 1);
  }
  arena_free(arena);
}

static void coordinates_do_not_depend_on_how_many_there_are(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct sobol_sequence *few = sobol_sequence_new(3, 42, arena), *many = sobol_sequence_new(900, 42, arena);
  const struct sobol_sequence *other = sobol_sequence_new(3, 43, arena);
  int same = 0;
  for (uint32_t i = 0; i < 500; i++)
    for (int d = 0; d < 3; d++) {
      assert_true(sobol_sequence_uniform(few, i, d) == sobol_sequence_uniform(many, i, d));
      same += sobol_sequence_uniform(few, i, d) == sobol_sequence_uniform(other, i, d);
    }
  assert_int_equal(same, 0);
  arena_free(arena);
}

/* A scrambled point is uniform, and two points in one half fall on the same side of its middle as a coin decides, not
 * as the unscrambled ones do. Bounds: four standard errors over 4,000 seeds. */
static void scrambled_points_are_uniform_over_seeds(void **state)
{
  (void)state;
  enum { seeds = 4000 };
  struct arena *arena = arena_new();
  double sum = 0, squares = 0, product = 0;
  for (int s = 0; s < seeds; s++) {
    const struct arena_mark mark = arena_mark(arena);
    const struct sobol_sequence *sequence = sobol_sequence_new(3, (uint64_t)s, arena);
    const double x = sobol_sequence_uniform(sequence, 5, 2), y = sobol_sequence_uniform(sequence, 5, 1);
    sum += x;
    squares += x * x;
    product += (x - 0.5) * (y - 0.5);
    arena_reset(arena, mark);
  }
  assert_true(fabs(sum / seeds - 0.5) < 4 * sqrt(1.0 / 12 / seeds));
  assert_true(fabs(squares / seeds - 1.0 / 3) < 4 * sqrt((1.0 / 5 - 1.0 / 9) / seeds));
  assert_true(fabs(product / seeds) < 4 / 12.0 / sqrt(seeds));
  arena_free(arena);
}

/* Mean of a smooth product over six coordinates: exact 1; the error over 20 seeds is far below that of plain draws, and
 * falls faster. */
static double spread_of_means(int count, struct arena *arena)
{
  double squares = 0;
  for (int s = 0; s < 20; s++) {
    const struct sobol_sequence *sequence = sobol_sequence_new(6, 1000 + (uint64_t)s, arena);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double f = 1;
      for (int d = 0; d < 6; d++) f *= 1 + (sobol_sequence_uniform(sequence, (uint32_t)i, d) - 0.5) / (d + 1);
      sum += f;
    }
    squares += (sum / count - 1) * (sum / count - 1);
  }
  return sqrt(squares / 20);
}

static void averages_converge_faster_than_by_chance(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  double variance = 1; /* of the product */
  for (int d = 0; d < 6; d++) variance *= 1 + 1.0 / 12 / ((d + 1) * (d + 1));
  variance -= 1;
  const double coarse = spread_of_means(256, arena), fine = spread_of_means(4096, arena);
  assert_true(fine < sqrt(variance / 4096) / 10);
  assert_true(fine > 0 && coarse / fine > 8); /* plain draws: 4 */
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(polynomials_are_primitive_and_numbers_odd),
      cmocka_unit_test(first_points_are_the_published_ones),
      cmocka_unit_test(every_dyadic_part_is_hit_once),
      cmocka_unit_test(every_dyadic_box_of_the_plane_is_hit_once),
      cmocka_unit_test(coordinates_do_not_depend_on_how_many_there_are),
      cmocka_unit_test(scrambled_points_are_uniform_over_seeds),
      cmocka_unit_test(averages_converge_faster_than_by_chance),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
