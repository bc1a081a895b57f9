/* tests/unit/test_solver_behaviour.c - what the solver promises beside the answer: statuses, options, warm starts,
 * scales, sensitivities, the same result twice. */
#include "problem.h"

/* One good, n plants with rising cost and capacities, linear demand: prices and flows have closed forms. */
static struct problem market(int plants, double money, double tonnes)
{
  struct problem p = problem_new(0);
  struct equations *e = p.equations;
  int price = equations_unknown(e, 0, HUGE_VAL, money, tonnes, 1, (double)NAN);
  equations_constant(e, price, -tonnes); /* demand tonnes (1 - p / (10 money)) */
  equations_linear(e, price, price, tonnes / (10 * money));
  for (int k = 0; k < plants; k++) {
    int x = equations_unknown(e, 0, HUGE_VAL, tonnes, money, 1, (double)NAN);
    int rent = equations_unknown(e, 0, HUGE_VAL, money, tonnes, 1, (double)NAN);
    equations_constant(e, x, (k + 1) * money);
    equations_linear(e, x, x, money / tonnes);
    equations_linear(e, x, price, -1);
    equations_linear(e, x, rent, 1);
    equations_linear(e, price, x, 1);
    equations_constant(e, rent, tonnes / 5);
    equations_linear(e, rent, x, -1);
  }
  return p;
}

static void test_scales(void **)
{
  for (double money = 1e-2; money < 2e4; money *= 100) {
    for (double tonnes = 1e-1; tonnes < 1e7; tonnes *= 100) {
      struct problem p = market(5, money, tonnes);
      const struct mcp_solution *s = problem_solve(&p);
      /* plants 1 to 3 are full, the fourth is at the margin: 0.6 + x = 1 - p / 10, p = 4 + x */
      assert_near(s->z[0] / money, 4, 1e-8);
      assert_near(s->z[1] / tonnes, 0.2, 1e-8);
      assert_near(s->z[2] / money, 2.8, 1e-8);
      assert_near(s->z[9], 0, 1e-8 * tonnes);
      assert_true(s->fallback_iterations == 0);
      problem_free(&p);
    }
  }
}

static void test_repeats(void **)
{
  struct problem p = market(8, 50, 1000);
  const struct mcp_solution *first = problem_solve(&p), *second = problem_solve(&p);
  assert_memory_equal(first->z, second->z, (size_t)p.mcp->n * sizeof *first->z);
  assert_int_equal(first->iterations, second->iterations);
  problem_free(&p);
}

static void test_warm(void **)
{
  struct problem p = market(8, 50, 1000);
  const struct mcp_solution *cold = problem_solve(&p);
  p.equations->constant[0] *= 1.001; /* a little more demand */
  p.options.warm = cold->z;
  const struct mcp_solution *warm = problem_solve(&p);
  assert_true(warm->iterations < cold->iterations);
  p.options.warm = NULL;
  const struct mcp_solution *again = problem_solve(&p);
  assert_true(near_all(p.mcp->n, warm->z, again->z, 1e-7));
  double *far = ARENA_ARRAY(p.arena, p.mcp->n, double); /* a warm start that is nonsense does no harm */
  for (int i = 0; i < p.mcp->n; i++) far[i] = i % 2 == 0 ? 1e7 : -1e7;
  p.options.warm = far;
  assert_true(near_all(p.mcp->n, problem_solve(&p)->z, again->z, 1e-7));
  problem_free(&p);
}

/* F = 1 + z^2 on the whole line has no zero; F = -1 on [0, infinity) drives z away. */
static void test_no_solution(void **)
{
  struct problem p = problem_new(1);
  p.equations->lower[0] = -HUGE_VAL;
  equations_constant(p.equations, 0, 1);
  equations_power(p.equations, 0, 1, 0, 1, 1, 0);
  assert_int_not_equal(problem_try(&p, NULL)->status, MCP_SOLVED);
  problem_free(&p);
  p = problem_new(1);
  equations_constant(p.equations, 0, -1);
  const struct mcp_solution *s = problem_try(&p, NULL);
  assert_int_not_equal(s->status, MCP_SOLVED);
  assert_false(certificate_check(p.mcp, s->z, 0, p.arena).accepted);
  assert_true(isfinite(s->z[0]));
  problem_free(&p);
}

static void test_empty_and_fixed(void **)
{
  struct problem p = problem_new(0);
  assert_int_equal(problem_try(&p, NULL)->status, MCP_SOLVED);
  problem_free(&p);
  p = problem_new(2);
  p.equations->lower[0] = p.equations->upper[0] = 3;
  equations_constant(p.equations, 0, -7);
  equations_linear(p.equations, 1, 0, -2);
  equations_linear(p.equations, 1, 1, 1);
  const struct mcp_solution *s = problem_solve(&p);
  assert_true(s->z[0] == 3);
  assert_near(s->z[1], 6, 1e-12);
  problem_free(&p);
}

static void test_iteration_limit(void **)
{
  struct problem p = market(8, 50, 1000);
  p.options.iterations_max = 2;
  p.options.interior_only = true;
  p.options.tolerance = 1e-15;
  const struct mcp_solution *s = problem_try(&p, NULL);
  assert_int_equal(s->status, MCP_EXHAUSTED);
  assert_true(s->iterations <= 2);
  problem_free(&p);
}

/* A path that comes to a solution known before is left; one that goes elsewhere is followed to its end. */
static void test_known(void **)
{
  struct problem p = market(8, 50, 1000);
  p.equations->constant[0] *= 1.05; /* the fourth plant is no longer about to begin */
  const struct mcp_solution *first = problem_solve(&p);
  const int price = 0, rent = 2;
  struct mcp_known known = {.z = first->z, .count = 1, .unknowns = &price, .distance = 1e-3};
  p.options.known = &known;
  const struct mcp_solution *met = problem_try(&p, NULL);
  assert_int_equal(met->status, MCP_MET);
  assert_near(met->z[0], first->z[0], 1e-3 * 50);
  assert_true(met->iterations <= first->iterations);
  double *elsewhere = arena_grow(p.arena, first->z, (size_t)p.mcp->n, (size_t)p.mcp->n, sizeof(double));
  elsewhere[rent] += 0.1 * 50;
  known = (struct mcp_known){.z = elsewhere, .count = 1, .unknowns = &rent, .distance = 1e-3};
  const struct mcp_solution *other = problem_solve(&p);
  assert_int_equal(other->status, MCP_SOLVED);
  assert_near(other->z[0], first->z[0], 1e-8 * 50);
  problem_free(&p);
}

/* Demand grows by one tonne: every slack plant and the price move as differences of two solutions say. */
static void test_sensitivity(void **)
{
  struct problem p = market(5, 10, 100);
  const struct mcp_solution *s = problem_solve(&p);
  int n = p.mcp->n;
  double *df = ARENA_ARRAY(p.arena, n, double), *dz = ARENA_ARRAY(p.arena, n, double);
  bool *held = ARENA_ARRAY(p.arena, n, bool);
  p.equations->constant[0] -= 1; /* now the fourth plant runs */
  s = problem_solve(&p);
  df[0] = -1;
  assert_true(mcp_sensitivity(p.mcp, s->z, NULL, df, dz, p.arena));
  assert_near(dz[0], 1 / (10 + 1.0), 1e-9); /* slopes: plant 10, demand 1 t per USD/kg */
  p.equations->constant[0] -= 1;
  const struct mcp_solution *moved = problem_solve(&p);
  for (int i = 0; i < n; i++) assert_near(moved->z[i] - s->z[i], dz[i], 1e-7);
  held[0] = true; /* a held price moves nothing */
  assert_true(mcp_sensitivity(p.mcp, s->z, held, df, dz, p.arena));
  for (int i = 0; i < n; i++) assert_near(dz[i], 0, 1e-15);
  problem_free(&p);
}

/* Two unknowns that only their sum determines: no derivative. */
static void test_sensitivity_singular(void **)
{
  struct problem p = problem_new(2);
  for (int k = 0; k < 4; k++) equations_linear(p.equations, k / 2, k % 2, 1);
  problem_close(&p);
  const double z[2] = {1, 1}, df[2] = {1, 1};
  double dz[2];
  assert_false(mcp_sensitivity(p.mcp, z, NULL, df, dz, p.arena));
  problem_free(&p);
}

/* A floor as a hinge: sellers get max(p, 12), the market clears below it. */
static void test_hinge(void **)
{
  struct problem p = problem_new(2);
  struct equations *e = p.equations;
  equations_linear(e, 0, 0, 1); /* x: cost x - p - max(0, 12 - p) */
  equations_linear(e, 0, 1, -1);
  equations_hinge(e, 0, -1, 1, 12, -1);
  equations_constant(e, 1, -20); /* p: x - (20 - p) */
  equations_linear(e, 1, 1, 1);
  equations_linear(e, 1, 0, 1);
  const double expected[2] = {12, 8};
  assert_true(near_all(2, problem_solve(&p)->z, expected, 1e-10));
  e->constant[1] = -24; /* the price is exactly at the kink */
  const double kink[2] = {12, 12};
  assert_true(near_all(2, problem_solve(&p)->z, kink, 1e-9));
  problem_free(&p);
}

/* A warm start at the wrong bound is let go at once, by the active-set steps alone. */
static void test_warm_at_bound(void **)
{
  struct problem p = problem_new(1);
  p.equations->upper[0] = 1;
  p.equations->constant[0] = -0.5; /* z = 0.5 */
  equations_linear(p.equations, 0, 0, 1);
  for (double bound = 0; bound <= 1; bound++) {
    p.options.warm = &bound;
    const struct mcp_solution *s = problem_solve(&p);
    assert_near(s->z[0], 0.5, 1e-12);
    assert_int_equal(s->iterations, 0);
  }
  problem_free(&p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scales),
      cmocka_unit_test(test_repeats),
      cmocka_unit_test(test_warm),
      cmocka_unit_test(test_warm_at_bound),
      cmocka_unit_test(test_no_solution),
      cmocka_unit_test(test_empty_and_fixed),
      cmocka_unit_test(test_iteration_limit),
      cmocka_unit_test(test_known),
      cmocka_unit_test(test_sensitivity),
      cmocka_unit_test(test_sensitivity_singular),
      cmocka_unit_test(test_hinge),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
