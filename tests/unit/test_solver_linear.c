/* tests/unit/test_solver_linear.c - the static LU against the pivoting one, on random patterns; refinement; plans. */
#include "problem.h"

#include "solver/lu.h"
#include "solver/schedule.h"
#include "solver/newton.h"
#include "solver/pivoting.h"

/* A sparse matrix with a structurally present diagonal: positive diagonal, skew and general couplings. */
struct random_matrix {
  int n;
  int *row_start, *column;
  double *values;
};

static double random_number(uint64_t *state)
{
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double)(*state >> 11) * 0x1p-53;
}

/* skew: a_ij = -a_ji on a symmetric pattern, where diagonals may vanish; else a dominant diagonal and no symmetry. */
static struct random_matrix matrix_new(int n, double density, bool skew, uint64_t seed, struct arena *arena)
{
  double *dense = ARENA_ARRAY(arena, n * n, double);
  bool *present = ARENA_ARRAY(arena, n * n, bool);
  struct random_matrix m = {n, ARENA_ARRAY(arena, n + 1, int), ARENA_ARRAY(arena, n * n, int),
                            ARENA_ARRAY(arena, n * n, double)};
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < i; j++) {
      if (random_number(&seed) > density) continue;
      dense[i * n + j] = 2 * random_number(&seed) - 1;
      dense[j * n + i] = skew ? -dense[i * n + j] : 2 * random_number(&seed) - 1;
      present[i * n + j] = true;
      present[j * n + i] = skew || random_number(&seed) < 0.5;
    }
    present[i * n + i] = true;
  }
  for (int i = 0; i < n; i++) {
    double sum = 0;
    for (int j = 0; j < n; j++) sum += present[i * n + j] ? fabs(dense[i * n + j]) : 0;
    dense[i * n + i] = skew ? (i % 3 == 0 ? 0 : random_number(&seed)) : 0.5 + sum;
    m.row_start[i + 1] = m.row_start[i];
    for (int j = 0; j < n; j++) {
      if (!present[i * n + j]) continue;
      m.column[m.row_start[i + 1]] = j;
      m.values[m.row_start[i + 1]++] = dense[i * n + j];
    }
  }
  return m;
}

static double defect(const struct random_matrix *m, const double *x, const double *b)
{
  double largest = 0;
  for (int i = 0; i < m->n; i++) {
    double sum = -b[i];
    for (int p = m->row_start[i]; p < m->row_start[i + 1]; p++) sum += m->values[p] * x[m->column[p]];
    largest = fmax(largest, fabs(sum));
  }
  return largest;
}

static void compare_with_pivoting(const struct random_matrix *m, double shift, double tolerance, struct arena *arena)
{
  const struct mcp_plan *plan = mcp_plan_new(m->n, m->row_start, m->column, arena);
  struct lu lu = lu_new(plan, arena);
  double *diagonal = ARENA_ARRAY(arena, m->n, double), *b = ARENA_ARRAY(arena, m->n, double);
  double *x = ARENA_ARRAY(arena, m->n, double), *y = ARENA_ARRAY(arena, m->n, double);
  for (int i = 0; i < m->n; i++) {
    diagonal[i] = shift;
    b[i] = y[i] = sin(1.0 + i);
  }
  assert_int_equal(lu_factor(&lu, m->values, diagonal, 1e-13), 0);
  lu_solve(&lu, b, x);
  for (int i = 0; i < SCHEDULE_ROWS * plan->schedule->heavy_count; i++) assert_true(lu.work[i] == 0);
  for (int i = 0; i < m->n; i++) { /* the pivoting one gets the shift in its values */
    for (int p = m->row_start[i]; p < m->row_start[i + 1]; p++) m->values[p] += m->column[p] == i ? shift : 0;
  }
  struct pivoting *pivoting = pivoting_open(m->n, m->row_start, m->column, plan->order, arena);
  assert_non_null(pivoting);
  assert_true(pivoting_factor(pivoting, m->values));
  assert_true(pivoting_condition(pivoting) > 1e-15);
  pivoting_solve(pivoting, y);
  pivoting_close(pivoting);
  assert_true(defect(m, y, b) < 1e-10);
  assert_true(defect(m, x, b) < tolerance);
  assert_true(near_all(m->n, x, y, tolerance));
}

static void test_dominant(void **)
{
  for (int k = 0; k < 60; k++) {
    struct arena *arena = arena_new();
    int n = 1 + 5 * k;
    struct random_matrix m = matrix_new(n, k % 3 == 0 ? 0.3 : 4.0 / n, false, 11 + k, arena);
    compare_with_pivoting(&m, 0, 1e-11, arena);
    arena_free(arena);
  }
}

static void test_skew(void **)
{
  for (int k = 0; k < 60; k++) {
    struct arena *arena = arena_new();
    int n = 2 + 4 * k;
    struct random_matrix m = matrix_new(n, k % 3 == 0 ? 0.2 : 3.0 / n, true, 911 + k, arena);
    compare_with_pivoting(&m, 0.1, 1e-9, arena);
    arena_free(arena);
  }
}

static void test_singular(void **)
{
  struct arena *arena = arena_new();
  int row_start[] = {0, 2, 4}, column[] = {0, 1, 0, 1};
  double values[] = {1, 2, 2, 4};
  struct pivoting *pivoting = pivoting_open(2, row_start, column, NULL, arena);
  assert_non_null(pivoting);
  bool regular = pivoting_factor(pivoting, values) && pivoting_condition(pivoting) > 1e-14;
  assert_false(regular);
  pivoting_close(pivoting);
  pivoting_close(NULL);
  const struct mcp_plan *plan = mcp_plan_new(2, row_start, column, arena);
  struct lu lu = lu_new(plan, arena);
  double diagonal[] = {0, 0};
  assert_int_equal(lu_factor(&lu, values, diagonal, 1e-13), 1); /* its last pivot vanishes and is replaced */
  arena_free(arena);
}

/* An arrow: eliminated from its tip there is no fill at all, from its head everything fills. */
static void test_plan_order(void **)
{
  enum { n = 200 };
  struct arena *arena = arena_new();
  int *row_start = ARENA_ARRAY(arena, n + 1, int), *column = ARENA_ARRAY(arena, 3 * n, int), next = 0;
  for (int i = 0; i < n; i++) {
    for (int j = 0; j < n; j++) {
      if (i == 0 || j == 0 || i == j) column[next++] = j;
    }
    row_start[i + 1] = next;
  }
  const struct mcp_plan *plan = mcp_plan_new(n, row_start, column, arena);
  assert_int_equal(plan->upper_start[n], n - 1);
  for (int i = 0; i < n; i++) { /* segments cover each row of L once, in order */
    int t = plan->lower_start[i];
    for (int s = plan->segment_start[i]; s < plan->segment_start[i + 1]; s++) {
      for (int k = plan->segment_first[s]; k < plan->segment_end[s]; k++) assert_int_equal(plan->lower_column[t++], k);
    }
    assert_int_equal(t, plan->lower_start[i + 1]);
  }
  arena_free(arena);
}

/* x + y = 2 twice: singular but consistent. Refinement takes the shift out and picks the point nearest to zero. */
static void test_consistent(void **)
{
  struct problem p = problem_new(2);
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 2; j++) equations_linear(p.equations, i, j, 1);
  }
  problem_close(&p);
  struct scaled scaled = scaled_new(p.mcp, p.arena);
  struct newton newton = newton_new(&scaled, p.plan, p.arena);
  double z[2] = {0, 0}, f[2], b[8] = {2, 2}, x[2]; /* b as long as EIGHTS says */
  scaled_evaluate(&scaled, z, 0, f, newton.values);
  newton_factor(&newton, 1e-8);
  assert_true(newton_solve(&newton, b, x, 5, 1e-12) < 1e-12);
  assert_near(x[0] + x[1], 2, 1e-12);
  assert_near(x[0], 1, 1e-6);
  newton.diagonal[1] = newton_pinned; /* the second is held: its step is zero, whatever its row says */
  newton_factor(&newton, 1e-8);
  newton_solve(&newton, b, x, 5, 1e-12);
  assert_near(x[1], 0, 1e-20);
  assert_near(x[0], 2, 1e-10);
  problem_free(&p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dominant),   cmocka_unit_test(test_skew),       cmocka_unit_test(test_singular),
      cmocka_unit_test(test_plan_order), cmocka_unit_test(test_consistent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
