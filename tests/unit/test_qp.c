/* The quadratic programme: textbook cases, hard shapes, and which complementarity problems have one behind them. */
#include "problem.h"

#include "solver/ldl.h"
#include "solver/qp.h"

/* A dense programme; h and a by rows. */
static struct qp programme(int n, int m, const double *h, const double *a, const double *cost, const double *row_lower,
                           struct arena *arena)
{
  int *h_start = ARENA_ARRAY(arena, n + 1, int), *h_column = ARENA_ARRAY(arena, n * n, int);
  int *a_start = ARENA_ARRAY(arena, m + 1, int), *a_column = ARENA_ARRAY(arena, m * n, int);
  double *lower = ARENA_ARRAY(arena, n, double), *upper = ARENA_ARRAY(arena, n, double);
  for (int i = 0; i <= n; i++) h_start[i] = i * n;
  for (int k = 0; k <= m; k++) a_start[k] = k * n;
  for (int p = 0; p < n * n; p++) h_column[p] = p % n;
  for (int p = 0; p < m * n; p++) a_column[p] = p % n;
  for (int i = 0; i < n; i++) upper[i] = HUGE_VAL;
  return (struct qp){.variables = n,
                     .rows = m,
                     .h_start = h_start,
                     .h_column = h_column,
                     .h_value = h,
                     .a_start = a_start,
                     .a_column = a_column,
                     .a_value = a,
                     .cost = cost,
                     .row_lower = row_lower,
                     .lower = lower,
                     .upper = upper};
}

/* Nocedal and Wright, Numerical Optimization (2006), example 16.4. */
static void inequalities(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const double h[] = {2, 0, 0, 2}, a[] = {1, -2, -1, -2, -1, 2}, cost[] = {-2, -5}, row_lower[] = {-2, -6, -2};
  struct qp qp = programme(2, 3, h, a, cost, row_lower, arena);
  for (int interior_only = 0; interior_only < 2; interior_only++) {
    const struct qp_options options = {.interior_only = interior_only, .tolerance = 1e-9};
    const struct qp_solution *solution = qp_solve(&qp, &options, arena);
    assert_int_equal(solution->status, QP_SOLVED);
    assert_true(near_all(2, solution->x, (const double[]){1.4, 1.7}, 1e-8));
    assert_true(near_all(3, solution->y, (const double[]){0.8, 0, 0}, 1e-8));
    assert_near(solution->objective, 0.16 + 0.64 - 7.25, 1e-8); /* without the constant 1 + 2.5^2 */
  }
  arena_free(arena);
}

/* The same book, example 16.2: free variables, equations, H off its diagonal. */
static void equations(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const double h[] = {6, 2, 1, 2, 5, 2, 1, 2, 4}, a[] = {1, 0, 1, 0, 1, 1}, cost[] = {-8, -3, -3};
  const double row_lower[] = {3, 0}, lower[] = {-HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
  const bool equation[] = {true, true};
  struct qp qp = programme(3, 2, h, a, cost, row_lower, arena);
  qp.equation = equation;
  qp.lower = lower;
  const struct qp_solution *solution = qp_solve(&qp, NULL, arena);
  assert_int_equal(solution->status, QP_SOLVED);
  assert_true(near_all(3, solution->x, (const double[]){2, -1, 1}, 1e-10));
  assert_true(near_all(2, solution->y, (const double[]){3, -2}, 1e-10));
  arena_free(arena);
}

/* A linear objective with ties, an upper bound, a fixed variable and a row stated twice. */
static void degenerate(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const double h[16] = {0}, a[] = {1, 1, 1, 1, 1, 1, 1, 1}, cost[] = {1, 1, 2, 5}, row_lower[] = {6, 6};
  const double lower[] = {0, 0, 0, 0.5}, upper[] = {2, 2, HUGE_VAL, 0.5};
  struct qp qp = programme(4, 2, h, a, cost, row_lower, arena);
  qp.lower = lower;
  qp.upper = upper;
  const struct qp_solution *solution = qp_solve(&qp, NULL, arena);
  assert_int_equal(solution->status, QP_SOLVED);
  assert_true(near_all(4, solution->x, (const double[]){2, 2, 1.5, 0.5}, 1e-9));
  assert_near(solution->y[0] + solution->y[1], 2, 1e-9);
  arena_free(arena);
}

static void what_cannot_be_met_is_not_solved(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const double h[] = {1}, a[] = {1, -1}, cost[] = {0}, row_lower[] = {2, -1}; /* x >= 2 and x <= 1 */
  struct qp qp = programme(1, 2, h, a, cost, row_lower, arena);
  const struct qp_solution *solution = qp_solve(&qp, NULL, arena);
  assert_int_not_equal(solution->status, QP_SOLVED);
  assert_true(solution->residual > 0.1);
  arena_free(arena);
}

/* A market: supply x at cost 2 + x, demand d at worth 10 - 2 d, price p in the given box with the given slope. */
static struct problem market(double lower, double upper, double slope)
{
  struct problem p = problem_new(3);
  equations_constant(p.equations, 0, 2);
  equations_linear(p.equations, 0, 0, 1);
  equations_linear(p.equations, 0, 2, -1);
  equations_constant(p.equations, 1, -10);
  equations_linear(p.equations, 1, 1, 2);
  equations_linear(p.equations, 1, 2, 1);
  equations_linear(p.equations, 2, 0, 1);
  equations_linear(p.equations, 2, 1, -1);
  equations_linear(p.equations, 2, 2, slope);
  p.equations->lower[2] = lower;
  p.equations->upper[2] = upper;
  return p;
}

/* Every kind of box and slope of the multiplier, both roads. */
static void multipliers_of_every_kind(void **state)
{
  (void)state;
  const double boxes[][2] = {
      {0, HUGE_VAL}, {-HUGE_VAL, HUGE_VAL}, {0, 4}, {4.5, HUGE_VAL}, {-HUGE_VAL, 4}, {5, 6}, {-3, -2}, {4, 4}};
  for (int box = 0; box < 8; box++) {
    for (double slope = 0; slope < 1; slope += 0.3) {
      struct problem p = market(boxes[box][0], boxes[box][1], slope);
      const struct mcp_solution *own = problem_solve(&p);
      const struct potential *potential = mcp_potential(p.mcp, p.arena);
      assert_non_null(potential);
      const struct qp_solution *solution = qp_solve(potential->qp, NULL, p.arena);
      assert_int_equal(solution->status, QP_SOLVED);
      double z[3];
      potential_point(potential, solution, z);
      assert_true(near_all(3, z, own->z, 1e-8));
      problem_free(&p);
    }
  }
}

static void weights_are_seen_through(void **state)
{
  (void)state;
  struct problem p = market(0, HUGE_VAL, 0);
  for (int k = 0; k < p.equations->entries_count; k++) p.equations->values[k] *= p.equations->places[k].row + 1;
  for (int i = 0; i < 3; i++) {
    p.equations->constant[i] *= i + 1;
    p.equations->weight[i] = 1.0 / (i + 1);
  }
  const struct mcp_solution *own = problem_solve(&p);
  const struct potential *potential = mcp_potential(p.mcp, p.arena);
  assert_non_null(potential);
  double z[3];
  potential_point(potential, qp_solve(potential->qp, NULL, p.arena), z);
  assert_true(near_all(3, z, own->z, 1e-9));
  assert_near(z[2], 14.0 / 3, 1e-9); /* p - 2 = x = d = (10 - p) / 2 */
  problem_free(&p);
}

static void what_has_no_potential_is_refused(void **state)
{
  (void)state;
  struct problem tariff = market(0, HUGE_VAL, 0), curved = market(0, HUGE_VAL, 0), concave = market(0, HUGE_VAL, 0);
  equations_linear(tariff.equations, 1, 2, 0.1); /* what the buyer pays is not what the seller gets */
  problem_close(&tariff);
  assert_null(mcp_potential(tariff.mcp, tariff.arena));
  equations_power(curved.equations, 0, 1, 0, 1, 2, -1);
  problem_close(&curved);
  assert_null(mcp_potential(curved.mcp, curved.arena));
  equations_linear(concave.equations, 0, 0, -3);
  problem_close(&concave);
  assert_null(mcp_potential(concave.mcp, concave.arena));
  problem_free(&tariff);
  problem_free(&curved);
  problem_free(&concave);
}

/* Against a dense product: a random quasidefinite matrix of 60 rows, a tenth of it full. */
static void factorisation_solves(void **state)
{
  (void)state;
  enum { n = 60, positive = 35 };
  struct arena *arena = arena_new();
  static const double pivot_min = 1e-12;
  double dense[n][n] = {{0}}, values[n * n], sign[n], x[n], b[n] = {0};
  int row_start[n + 1] = {0}, column[n * n], count = 0;
  unsigned bits = 12345;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j <= i; j++) {
      bits = bits * 1664525u + 1013904223u;
      double draw = (bits >> 8) / 16777216.0;
      bool present = i == j || (draw < 0.1 && (i < positive) != (j < positive));
      if (!present) continue;
      dense[i][j] = dense[j][i] = i != j ? 20 * draw - 1 : i < positive ? 1 + draw : -1 - draw;
      column[count] = j;
      values[count++] = dense[i][j];
    }
    row_start[i + 1] = count;
    sign[i] = i < positive ? 1 : -1;
  }
  struct ldl ldl = ldl_new(n, row_start, column, arena);
  assert_int_equal(ldl_factor(&ldl, values, sign, pivot_min), 0);
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) b[i] += dense[i][j] * (j - 20);
  }
  ldl_solve(&ldl, b, x);
  for (int i = 0; i < n; i++) assert_near(x[i], i - 20, 1e-10);
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(inequalities),
      cmocka_unit_test(equations),
      cmocka_unit_test(degenerate),
      cmocka_unit_test(what_cannot_be_met_is_not_solved),
      cmocka_unit_test(multipliers_of_every_kind),
      cmocka_unit_test(weights_are_seen_through),
      cmocka_unit_test(what_has_no_potential_is_refused),
      cmocka_unit_test(factorisation_solves),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
