/* tests/unit/test_solver_equations.c - problems written as data: values, derivatives against differences, pattern. */
#include "problem.h"

/* Two of every kind of term, overlapping places, a zero that must keep its place. */
static struct problem every_term(void)
{
  struct problem p = problem_new(4);
  struct equations *e = p.equations;
  equations_constant(e, 0, 3);
  equations_constant(e, 0, -1);
  equations_linear(e, 0, 1, 2);
  equations_linear(e, 0, 1, 0.5);
  equations_linear(e, 2, 3, 0);
  equations_power(e, 0, 2, 1, 4, -0.7, -1);
  equations_power(e, 1, -3, 2, 0.5, 1.3, 0);
  equations_power(e, 1, 1.5, 2, 2, 2, 2); /* the factor is its own variable */
  equations_power(e, 2, 1.5, 0, 2, 1, 3); /* a product of two unknowns */
  equations_hinge(e, 3, 2, 1, 5, -1);
  equations_hinge(e, 3, -0.5, 2, -1, 3);
  problem_close(&p);
  return p;
}

static void test_values(void **)
{
  struct problem p = every_term();
  const double z[4] = {1.5, 2, 0.75, 3};
  double f[4];
  p.mcp->evaluate(p.mcp->context, z, f, NULL);
  assert_near(f[0], 2 + 2.5 * 2 + 2 * pow(2 / 4.0, -0.7), 1e-13);
  assert_near(f[1], -3 * pow(0.75 / 0.5, 1.3) * 1.5 + 1.5 * pow(0.75 / 2, 2) * 0.75, 1e-13);
  assert_near(f[2], 1.5 * 1.5 / 2 * 3, 1e-13);
  assert_near(f[3], 2 * 3 - 0.5 * 1.25, 1e-13);
  problem_free(&p);
}

static void test_pattern(void **)
{
  struct problem p = every_term();
  const int expected_start[5] = {0, 2, 5, 8, 11};
  const int expected_column[11] = {0, 1, 0, 1, 2, 0, 2, 3, 1, 2, 3};
  assert_memory_equal(p.mcp->row_start, expected_start, sizeof expected_start);
  assert_memory_equal(p.mcp->column, expected_column, sizeof expected_column);
  assert_false(p.mcp->affine);
  problem_free(&p);
}

/* Central differences of F, entry by entry, at a point and with a smoothing. */
static void derivatives_check(const struct problem *p, const double *z, double smoothing)
{
  const struct mcp *mcp = p->mcp;
  double f[4], jacobian[16], above[4], below[4];
  mcp->evaluate_smooth(mcp->context, z, smoothing, f, jacobian);
  for (int j = 0; j < mcp->n; j++) {
    double moved[4], step = 1e-6;
    memcpy(moved, z, sizeof moved);
    moved[j] = z[j] + step;
    mcp->evaluate_smooth(mcp->context, moved, smoothing, above, NULL);
    moved[j] = z[j] - step;
    mcp->evaluate_smooth(mcp->context, moved, smoothing, below, NULL);
    for (int i = 0; i < mcp->n; i++) {
      double entry = 0;
      for (int q = mcp->row_start[i]; q < mcp->row_start[i + 1]; q++) entry += mcp->column[q] == j ? jacobian[q] : 0;
      assert_near(entry, (above[i] - below[i]) / (2 * step), 1e-7);
    }
  }
}

static void test_derivatives(void **)
{
  struct problem p = every_term();
  const double points[3][4] = {{1.5, 2, 0.75, 3}, {0.3, 7, 0.2, 0}, {4, 5.01, 0.34, 2}};
  for (int k = 0; k < 3; k++) {
    derivatives_check(&p, points[k], 0);
    derivatives_check(&p, points[k], 0.1);
  }
  problem_free(&p);
}

/* Below 1e-9 of its scale a power goes on as its tangent: finite, continuous, rising outwards. */
static void test_tangent(void **)
{
  struct problem p = problem_new(1);
  equations_power(p.equations, 0, 1, 0, 2, -0.5, -1);
  problem_close(&p);
  const double z[3] = {2e-9, 2e-9 * (1 - 1e-7), -1};
  double f[3], slope[3];
  for (int k = 0; k < 3; k++) p.mcp->evaluate(p.mcp->context, &z[k], &f[k], &slope[k]);
  assert_near(f[0], pow(1e-9, -0.5), 1e-6);
  assert_near(f[1] / f[0], 1 + 0.5e-7, 1e-12);
  assert_near(slope[1] / slope[0], 1, 1e-12);
  assert_true(isfinite(f[2]) && f[2] > f[0]);
  problem_free(&p);
}

static void test_start(void **)
{
  struct problem p = problem_new(5);
  const double lower[5] = {-HUGE_VAL, 0, -3, -HUGE_VAL, 1}, upper[5] = {HUGE_VAL, HUGE_VAL, 3, -2, 2};
  const double expected[5] = {0, 1, 0, -3, 1.5};
  for (int i = 0; i < 5; i++) {
    p.equations->lower[i] = lower[i];
    p.equations->upper[i] = upper[i];
  }
  problem_close(&p);
  assert_true(p.mcp->affine);
  assert_null(p.mcp->evaluate_smooth);
  assert_true(near_all(5, p.mcp->start, expected, 0));
  problem_free(&p);
}

/* Many unknowns and terms: arrays grow and keep what was in them. */
static void test_growth(void **)
{
  enum { n = 1000 };
  struct problem p = problem_new(n);
  for (int i = 0; i < n; i++) {
    for (int k = 0; k < 5; k++) equations_linear(p.equations, i, (7 * i + 13 * k) % n, k + 1);
  }
  problem_close(&p);
  double *z = ARENA_ARRAY(p.arena, n, double), *f = ARENA_ARRAY(p.arena, n, double);
  for (int i = 0; i < n; i++) z[i] = i;
  p.mcp->evaluate(p.mcp->context, z, f, NULL);
  for (int i = 0; i < n; i++) {
    double expected = 0;
    for (int k = 0; k < 5; k++) expected += (k + 1) * ((7 * i + 13 * k) % n);
    assert_near(f[i], expected, 1e-9);
    for (int q = p.mcp->row_start[i]; q + 1 < p.mcp->row_start[i + 1]; q++) {
      assert_true(p.mcp->column[q] < p.mcp->column[q + 1]);
    }
  }
  problem_free(&p);
}

/* Entries of a chain of n unknowns; from row `other` on they lie elsewhere than those of the chain with another -1. */
static void add_chain(struct equations *e, int n, int other, double value)
{
  for (int i = 0; i < n; i++) (void)equations_unknown(e, 0, HUGE_VAL, 1, 1, 1, 0);
  for (int i = 0; i < n; i++) equations_linear(e, i, other >= 0 && i >= other ? 0 : (i + 1) % n, value + i);
}

/* Equations that are like others are what they would be without them, wherever they part from them. */
static void test_like(void **)
{
  enum { n = 100 };
  struct arena *arena = arena_new();
  struct equations *others = equations_new(arena);
  add_chain(others, n, -1, 1);
  const int partings[] = {-1, 0, 50, n};
  for (int k = 0; k < 4; k++) {
    const int parting = partings[k];
    struct equations *alone = equations_new(arena), *like = equations_like(others, arena);
    add_chain(alone, n, parting, 7);
    add_chain(like, n, parting, 7);
    if (parting < 0) equations_linear(alone, 3, 4, 5), equations_linear(like, 3, 4, 5); /* one more than the others */
    assert_int_equal(like->entries_count, alone->entries_count);
    for (int t = 0; t < alone->entries_count; t++) {
      const struct equations_entry a = equations_entry(alone, t), b = equations_entry(like, t);
      assert_true(a.row == b.row && a.column == b.column && a.value == b.value);
    }
    assert_int_equal(like->places == others->places, parting == n);
  }
  assert_true(equations_entry(others, n - 1).value == n && others->entries_count == n);
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_values),  cmocka_unit_test(test_pattern), cmocka_unit_test(test_derivatives),
      cmocka_unit_test(test_tangent), cmocka_unit_test(test_start),   cmocka_unit_test(test_growth),
      cmocka_unit_test(test_like),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
