/* tests/unit/test_solver_certificate.c - the judge accepts solutions and nothing else; what the class tests say. */
#include "problem.h"

/* Four unknowns, one of each kind of end: at lower, at upper, inside, free; scales far from one. */
static struct problem mixed(void)
{
  struct problem p = problem_new(4);
  struct equations *e = p.equations;
  const double constant[4] = {5, -40, -6, 3e4}, z_scale[4] = {1, 20, 2, 100}, f_scale[4] = {5, 10, 1, 1000};
  for (int i = 0; i < 4; i++) {
    equations_constant(e, i, constant[i]);
    e->z_scale[i] = z_scale[i];
    e->f_scale[i] = f_scale[i];
    equations_linear(e, i, i, i == 3 ? 100 : 1);
  }
  e->upper[1] = 30;
  e->upper[2] = 50;
  e->lower[3] = -HUGE_VAL;
  return p; /* solution: 0, 30, 6, -300 */
}

static void test_accepts_solution(void **)
{
  struct problem p = mixed();
  const double expected[4] = {0, 30, 6, -300};
  assert_true(near_all(4, problem_solve(&p)->z, expected, 1e-9));
  struct certificate c = certificate_check(p.mcp, expected, 0, p.arena);
  assert_true(c.accepted);
  assert_near(c.residual + c.bound_violation + c.complementarity, 0, 1e-15);
  problem_free(&p);
}

static void test_rejects_perturbed(void **)
{
  struct problem p = mixed();
  problem_close(&p);
  for (int i = 0; i < 4; i++) {
    for (int sign = -1; sign <= 1; sign += 2) {
      double z[4] = {0, 30, 6, -300};
      z[i] += sign * 1e-6 * p.mcp->z_scale[i];
      struct certificate c = certificate_check(p.mcp, z, 0, p.arena);
      assert_false(c.accepted);
      assert_int_equal(c.residual_row, i);
      assert_true(certificate_check(p.mcp, z, 1e-3, p.arena).accepted);
    }
  }
  problem_free(&p);
}

static void test_measures(void **)
{
  struct problem p = mixed();
  problem_close(&p);
  const double z[4] = {2, 34, 6, -290}; /* F: 7, -6, 0, 1000 */
  struct certificate c = certificate_check(p.mcp, z, 0, p.arena);
  assert_near(c.residual, 1.4, 1e-14); /* min(2 / 1, 7 / 5) */
  assert_int_equal(c.residual_row, 0);
  assert_near(c.bound_violation, 0.2, 1e-14); /* (34 - 30) / 20 */
  assert_int_equal(c.bound_row, 1);
  assert_near(c.complementarity, 1.4, 1e-14);
  problem_free(&p);
}

static void test_rejects_nan(void **)
{
  struct problem p = mixed();
  problem_close(&p);
  for (int i = 0; i < 4; i++) {
    double z[4] = {0, 30, 6, -300};
    z[i] = (double)NAN;
    assert_false(certificate_check(p.mcp, z, 1e9, p.arena).accepted);
  }
  problem_free(&p);
}

static enum problem_class class_of_matrix(int n, const double *matrix, const double *weight, bool affine)
{
  struct problem p = problem_new(n);
  for (int i = 0; i < n; i++) {
    if (weight != NULL) p.equations->weight[i] = weight[i];
    for (int j = 0; j < n; j++) equations_linear(p.equations, i, j, matrix[i * n + j]);
  }
  if (!affine) equations_hinge(p.equations, 0, 1, 0, -100, 1);
  problem_close(&p);
  double *z = ARENA_ARRAY(p.arena, n, double);
  for (int i = 0; i < n; i++) z[i] = 1;
  enum problem_class class = class_of(p.mcp, NULL, z, p.arena).class;
  problem_free(&p);
  return class;
}

static void test_class(void **)
{
  const double skew[4] = {1, -3, 3, 0}, weighted[4] = {1, -3, 6, 0}, weight[2] = {2, 1};
  const double p_matrix[4] = {1, -3, 0, 1}, negative[4] = {1, 2, 2, 1}, indefinite[4] = {-1, 0, 0, 1};
  assert_int_equal(class_of_matrix(2, skew, NULL, true), CLASS_MONOTONE);
  assert_int_equal(class_of_matrix(2, weighted, weight, true), CLASS_MONOTONE);
  assert_int_equal(class_of_matrix(2, p_matrix, NULL, true), CLASS_P); /* its symmetric part is indefinite */
  assert_int_equal(class_of_matrix(2, negative, NULL, true), CLASS_UNKNOWN);
  assert_int_equal(class_of_matrix(2, indefinite, NULL, true), CLASS_UNKNOWN);
  assert_int_equal(class_of_matrix(2, p_matrix, NULL, false), CLASS_P);
}

/* A Laplacian is singular and semidefinite; with one entry raised it is indefinite, and no diagonal test sees it. */
static void test_class_large(void **)
{
  enum { n = 400 };
  for (int indefinite = 0; indefinite < 2; indefinite++) {
    struct problem p = problem_new(n);
    for (int i = 0; i < n; i++) {
      equations_linear(p.equations, i, i, 2);
      equations_linear(p.equations, i, (i + 1) % n, -1);
      equations_linear(p.equations, i, (i + n - 1) % n, -1);
    }
    if (indefinite) equations_linear(p.equations, 7, 7, -1e-3);
    problem_close(&p);
    struct classification c = class_of(p.mcp, NULL, NULL, p.arena);
    assert_int_equal(c.class, indefinite ? CLASS_UNKNOWN : CLASS_MONOTONE);
    assert_true(strlen(c.reason) > 0 && strlen(class_name(c.class)) > 0);
    problem_free(&p);
  }
}

static void test_class_figures(void **)
{
  const double z[2] = {1, 1};
  struct problem p = problem_new(2);
  const double matrix[4] = {2, 1, 1, 2}; /* scaled to a unit diagonal: eigenvalues 1/2 and 3/2 */
  for (int k = 0; k < 4; k++) equations_linear(p.equations, k / 2, k % 2, matrix[k]);
  problem_close(&p);
  struct classification c = class_of(p.mcp, NULL, z, p.arena);
  assert_near(c.eigenvalue_min, 0.5, 1e-9);
  assert_int_equal(c.determinant_sign, 0); /* monotone by theorem: not asked */
  problem_free(&p);
  p = problem_new(2);
  equations_linear(p.equations, 0, 1, 1);
  equations_linear(p.equations, 1, 0, 1);
  problem_close(&p);
  assert_int_equal(class_of(p.mcp, NULL, z, p.arena).determinant_sign, -1);
  problem_free(&p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_accepts_solution),
      cmocka_unit_test(test_rejects_perturbed),
      cmocka_unit_test(test_measures),
      cmocka_unit_test(test_rejects_nan),
      cmocka_unit_test(test_class),
      cmocka_unit_test(test_class_large),
      cmocka_unit_test(test_class_figures),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
