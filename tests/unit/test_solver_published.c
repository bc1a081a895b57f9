/* tests/unit/test_solver_published.c - complementarity problems with published or exact answers, from every start
 * that is listed for them, by both methods, each solution certified. */
#include "problem.h"

enum { both = 2 }; /* the full method and the fallback alone */

static void method_set(struct problem *p, int method)
{
  p->options.fallback_only = method == 1;
}

/* ---- one unknown: (x - 1)^2 - 1.01, whose merit function has a stationary point near -0.005 (S. Billups) ---- */

static void billups(const void *, const double *z, double *f, double *jacobian)
{
  f[0] = (z[0] - 1) * (z[0] - 1) - 1.01;
  if (jacobian != NULL) jacobian[0] = 2 * (z[0] - 1);
}

static void test_billups(void **)
{
  const double starts[] = {0, 3, 1};
  struct problem p = problem_dense(1, NULL, NULL, billups, NULL);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    for (int s = 0; s < 3; s++) assert_near(problem_solve_from(&p, &starts[s])->z[0], 2.00498756211, 1e-9);
  }
  problem_free(&p);
}

/* ---- Josephy, and Kojima and Shindo (J. Oper. Res. Soc. Japan 29, 1986): four unknowns ---- */

struct quartet {
  double x3, x4, constant; /* what differs: F_2 in x3, F_3 in x4 and its constant */
};

static void quartet(const void *context, const double *z, double *f, double *jacobian)
{
  const struct quartet *c = context;
  double a = z[0], b = z[1];
  f[0] = 3 * a * a + 2 * a * b + 2 * b * b + z[2] + 3 * z[3] - 6;
  f[1] = 2 * a * a + a + b * b + c->x3 * z[2] + 2 * z[3] - 2;
  f[2] = 3 * a * a + a * b + 2 * b * b + 2 * z[2] + c->x4 * z[3] - c->constant;
  f[3] = a * a + 3 * b * b + 2 * z[2] + 3 * z[3] - 3;
  if (jacobian == NULL) return;
  const double rows[4][4] = {{6 * a + 2 * b, 2 * a + 4 * b, 1, 3},
                             {4 * a + 1, 2 * b, c->x3, 2},
                             {6 * a + b, a + 4 * b, 2, c->x4},
                             {2 * a, 6 * b, 2, 3}};
  memcpy(jacobian, rows, sizeof rows);
}

static const double quartet_starts[8][4] = {{0, 0, 0, 0}, {1, 1, 1, 1}, {100, 100, 100, 100}, {1, 0, 1, 0},
                                            {1, 0, 0, 0}, {0, 1, 1, 0}, {0, 1, 0, 1},         {1.25, 0, 0, 0.5}};

static void test_josephy(void **)
{
  const struct quartet data = {3, 3, 1};
  const double expected[4] = {1.22474487139159, 0, 0, 0.5}, expected_f[4] = {0, 3.2247448714, 5, 0};
  struct problem p = problem_dense(4, NULL, NULL, quartet, &data);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    for (int s = 0; s < 8; s++) {
      const struct mcp_solution *solution = problem_solve_from(&p, quartet_starts[s]);
      assert_true(near_all(4, solution->z, expected, 1e-8));
      assert_true(near_all(4, solution->f, expected_f, 1e-8));
    }
  }
  problem_free(&p);
}

static void test_kojshin(void **)
{
  const struct quartet data = {10, 9, 9};
  const double first[4] = {1.22474487139159, 0, 0, 0.5}, second[4] = {1, 0, 3, 0};
  struct problem p = problem_dense(4, NULL, NULL, quartet, &data);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    for (int s = 0; s < 8; s++) {
      const double *z = problem_solve_from(&p, quartet_starts[s])->z;
      assert_true(near_all(4, z, first, 1e-6) || near_all(4, z, second, 1e-6));
    }
  }
  problem_free(&p);
}

/* ---- Mathiesen 1987 (Math. Programming 37): one activity, three goods, p_2 the numeraire ---- */

static void mathiesen(const void *, const double *z, double *f, double *jacobian)
{
  double y = z[0], p1 = z[1], p3 = z[2], income = 5 + 3 * p3; /* endowments 0, 5, 3; p2 = 1 */
  f[0] = -(p1 - 1 - p3);
  f[1] = y - 0.9 * income / p1;
  f[2] = 3 - y;
  if (jacobian == NULL) return;
  const double rows[3][3] = {{0, -1, 1}, {1, 0.9 * income / (p1 * p1), -0.9 * 3 / p1}, {-1, 0, 0}};
  memcpy(jacobian, rows, sizeof rows);
}

static void test_mathiesen(void **)
{
  const double lower[3] = {0, 0.001, 0}, start[3] = {1, 1, 1}, expected[3] = {3, 6, 5};
  struct problem p = problem_dense(3, lower, NULL, mathiesen, NULL);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    assert_true(near_all(3, problem_solve_from(&p, start)->z, expected, 1e-8));
    assert_true(near_all(3, problem_solve(&p)->z, expected, 1e-8));
  }
  problem_free(&p);
}

/* ---- Munson: three unknowns, linear; solution (1, 0, 0) by hand ---- */

static struct problem linear_problem(int n, const double *matrix, const double *constant)
{
  struct problem p = problem_new(n);
  for (int i = 0; i < n; i++) {
    equations_constant(p.equations, i, constant[i]);
    for (int j = 0; j < n; j++) equations_linear(p.equations, i, j, matrix[i * n + j]);
  }
  return p;
}

static void test_munson(void **)
{
  const double matrix[9] = {1, 2, 3, 0, 1, -1, 1, 1, 0}, constant[3] = {-1, 1, 1}, expected[3] = {1, 0, 0};
  const double starts[2][3] = {{0, 0, 0}, {10, 10, 10}};
  struct problem p = linear_problem(3, matrix, constant);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    for (int s = 0; s < 2; s++) assert_true(near_all(3, problem_solve_from(&p, starts[s])->z, expected, 1e-9));
  }
  problem_free(&p);
}

/* ---- Murphy, Sherali and Soyster 1982 (Math. Programming 24): five Cournot firms, isoelastic demand ---- */

static const double mss_cost[5] = {10, 8, 6, 4, 2}, mss_beta[5] = {1.2, 1.1, 1.0, 0.9, 0.8};

struct mss {
  double gamma;
  double price; /* found */
  double quantity[5];
};

static const struct mss mss_table[6] = {
    {1.0, 20.635085462, {47.8109806691, 51.1428975383, 51.3221214635, 48.5513331737, 43.4784239763}},
    {1.1, 18.300581052, {36.9325108157, 41.8181416604, 43.7065785223, 42.6592397433, 39.1789525166}},
    {1.2, 16.463459344, {28.2265455084, 34.26507928, 37.4895443106, 37.8224720145, 35.6345317598}},
    {1.3, 14.986760025, {21.2179149271, 28.0814311679, 32.3448477338, 33.790161274, 32.663894353}},
    {1.5, 12.775461804, {10.9587833858, 18.7149608861, 24.3912736565, 27.4695617959, 27.9631443905}},
    {1.7, 11.212701273, {4.2421406819, 12.1310730823, 18.5958442565, 22.7537698011, 24.3997505191}},
};

/* Marginal cost of firm i and its slope. */
static double mss_marginal(int i, double q, double *slope)
{
  double ratio = fmax(q, 1e-9) / 5, exponent = 1 / mss_beta[i], power = pow(ratio, exponent);
  *slope = exponent * power / (ratio * 5);
  return mss_cost[i] + power;
}

/* The price eliminated: p = (5000 / Q)^(1 / gamma). */
static void mss_eliminated(const void *context, const double *z, double *f, double *jacobian)
{
  double gamma = ((const struct mss *)context)->gamma, total = 0;
  for (int i = 0; i < 5; i++) total += z[i];
  total = fmax(total, 1e-6);
  double p = pow(5000 / total, 1 / gamma), dp = -p / (gamma * total);
  for (int i = 0; i < 5; i++) {
    double slope;
    f[i] = mss_marginal(i, z[i], &slope) - p + z[i] * p / (gamma * total);
    if (jacobian == NULL) continue;
    for (int j = 0; j < 5; j++) {
      double own = i == j ? slope + p / (gamma * total) : 0;
      jacobian[5 * i + j] = own - dp + z[i] * (dp - p / total) / (gamma * total);
    }
  }
}

static void test_murphy_sherali_soyster(void **)
{
  const double starts[2][5] = {{10, 10, 10, 10, 10}, {1, 1, 1, 1, 1}};
  for (int c = 0; c < 6; c++) {
    struct problem p = problem_dense(5, NULL, NULL, mss_eliminated, &mss_table[c]);
    for (int k = 0; k < 2 * both; k++) {
      method_set(&p, k / 2);
      const double *z = problem_solve_from(&p, starts[k % 2])->z;
      double total = z[0] + z[1] + z[2] + z[3] + z[4];
      assert_true(near_all(5, z, mss_table[c].quantity, 1e-6));
      assert_near(pow(5000 / total, 1 / mss_table[c].gamma), mss_table[c].price, 1e-8);
    }
    problem_free(&p);
  }
}

/* The same with gamma 1.1 and the price an unknown: all terms are powers. */
static void test_murphy_sherali_soyster_price(void **)
{
  struct problem p = problem_new(6);
  const double starts[2][6] = {{10, 10, 10, 10, 10, 10}, {1, 1, 1, 1, 1, 1}};
  for (int i = 0; i < 5; i++) {
    equations_constant(p.equations, i, mss_cost[i]);
    equations_power(p.equations, i, 1, i, 5, 1 / mss_beta[i], -1);
    equations_linear(p.equations, i, 5, -1);
    equations_power(p.equations, i, 1 / 5500.0, 5, 1, 2.1, i); /* q p^2.1 / 5500 = q p / (1.1 Q) */
    equations_linear(p.equations, 5, i, 1);
  }
  equations_power(p.equations, 5, -5000, 5, 1, -1.1, -1);
  for (int k = 0; k < 2 * both; k++) {
    method_set(&p, k / 2);
    const double *z = problem_solve_from(&p, starts[k % 2])->z;
    assert_true(near_all(5, z, mss_table[1].quantity, 1e-6));
    assert_near(z[5], mss_table[1].price, 1e-8);
  }
  problem_free(&p);
}

/* ---- the nonlinear example of the PATH solver's C interface, with the correct derivative of 2 x2^3 ---- */

static void path_nonlinear(const void *, const double *z, double *f, double *jacobian)
{
  f[0] = -z[2] * z[2] - z[3] + 2;
  f[1] = pow(z[2], 3) - 2 * z[3] * z[3] + 2;
  f[2] = pow(z[0], 5) - z[1] + 2 * z[2] - 2 * z[3] - 2;
  f[3] = z[0] + 2 * pow(z[1], 3) - 2 * z[2] + 4 * z[3] - 6;
  if (jacobian == NULL) return;
  const double rows[4][4] = {{0, 0, -2 * z[2], -1},
                             {0, 0, 3 * z[2] * z[2], -4 * z[3]},
                             {5 * pow(z[0], 4), -1, 2, -2},
                             {1, 6 * z[1] * z[1], -2, 4}};
  memcpy(jacobian, rows, sizeof rows);
}

static void test_path_nonlinear(void **)
{
  const double upper[4] = {10, 10, 10, 10}, start[4] = {1, 1, 1, 1};
  const double expected[4] = {1.2847523445, 0.9729164266, 0.9093761567, 1.1730350055};
  struct problem p = problem_dense(4, NULL, upper, path_nonlinear, NULL);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    assert_true(near_all(4, problem_solve_from(&p, start)->z, expected, 1e-9));
  }
  problem_free(&p);
}

/* ---- the linear example of the PATH documentation: monotone, singular symmetric part ---- */

static void test_path_linear(void **)
{
  const double matrix[16] = {0, 0, -1, -1, 0, 0, 1, -2, 1, -1, 2, -2, 1, 2, -2, 4}, constant[4] = {2, 2, -2, -6};
  const double starts[2][4] = {{0, 0, 0, 0}, {-10, 10, -5, 5}}, expected[4] = {2.8, 0, 0.8, 1.2};
  for (int bounded = 0; bounded < 2; bounded++) {
    struct problem p = linear_problem(4, matrix, constant);
    for (int i = 0; bounded && i < 4; i++) p.equations->upper[i] = 10;
    for (int k = 0; k < 2 * both; k++) {
      method_set(&p, k / 2);
      assert_true(near_all(4, problem_solve_from(&p, starts[k % 2])->z, expected, 1e-9));
    }
    assert_int_equal(class_of(p.mcp, NULL, expected, p.arena).class, CLASS_MONOTONE);
    problem_free(&p);
  }
}

/* ---- Scarf's activity analysis (Scarf and Hansen; GAMS library scarfmcp) ---- */

enum { goods = 6, activities = 8, consumers = 5 };
enum { capeop, nondurbl, durable, capbop, skillab, unsklab };

static const double scarf_endowment[goods][consumers] = {[capbop] = {3, 0.1, 2, 1, 6},
                                                         [skillab] = {5, 0.1, 6, 0.1, 0.1},
                                                         [unsklab] = {0.1, 7, 0.1, 8, 0.5},
                                                         [durable] = {1, 2, 1.5, 1, 2}};
static const double scarf_demand[goods][consumers] = {[capeop] = {4, 0.4, 2, 5, 3},
                                                      [skillab] = {0.2, 0, 0.5, 0, 0},
                                                      [unsklab] = {0, 0.6, 0, 0.2, 0.2},
                                                      [nondurbl] = {2, 4, 2, 5, 4},
                                                      [durable] = {3.2, 1, 1.5, 4.5, 2}};
static const double scarf_elasticity[consumers] = {1.2, 1.6, 0.8, 0.5, 0.6};
static const double scarf_technology[activities][goods] = {
    [0] = {[durable] = 4, [capeop] = 4, [capbop] = -5.3, [skillab] = -2, [unsklab] = -1},
    [1] = {[durable] = 3.5, [capeop] = 4, [capbop] = -5, [skillab] = -1, [unsklab] = -6},
    [2] = {[nondurbl] = 6, [capeop] = 1.6, [capbop] = -2, [skillab] = -2, [unsklab] = -3},
    [3] = {[nondurbl] = 8, [capeop] = 1.6, [capbop] = -2, [skillab] = -4, [unsklab] = -1},
    [4] = {[nondurbl] = 7, [capeop] = 1.6, [capbop] = -2, [skillab] = -1, [unsklab] = -8},
    [5] = {[capeop] = 0.9, [capbop] = -1},
    [6] = {[capeop] = 7, [capbop] = -4, [skillab] = -3, [unsklab] = -1},
    [7] = {[capeop] = 8, [capbop] = -5, [skillab] = -2, [unsklab] = -8}};

/* Demand of consumer h at prices p and its derivatives, subtracted from the balances. The first income is fixed: the
 * numeraire. */
static void scarf_consumer(int h, const double *p, double *f, double *jacobian, int n)
{
  double s = scarf_elasticity[h], total = 0, income = 0, index = 0, share[goods];
  for (int c = 0; c < goods; c++) total += scarf_demand[c][h];
  for (int c = 0; c < goods; c++) {
    share[c] = scarf_demand[c][h] / total;
    income += h == 0 ? scarf_endowment[c][h] : p[c] * scarf_endowment[c][h];
    index += share[c] * pow(p[c], 1 - s);
  }
  for (int c = 0; c < goods; c++) {
    double taken = income * share[c] * pow(p[c], -s) / index;
    f[c] -= taken;
    for (int k = 0; jacobian != NULL && k < goods; k++) {
      double through_income = h == 0 ? 0 : taken / income * scarf_endowment[k][h];
      double through_index = -taken / index * share[k] * (1 - s) * pow(p[k], -s);
      jacobian[c * n + k] -= through_income + through_index - (c == k ? s * taken / p[c] : 0);
    }
  }
}

static void scarf(const void *, const double *z, double *f, double *jacobian)
{
  enum { n = goods + activities };
  const double *y = z + goods;
  double p[goods];
  if (jacobian != NULL) memset(jacobian, 0, (size_t)(n * n) * sizeof *jacobian);
  for (int c = 0; c < goods; c++) {
    p[c] = fmax(z[c], 1e-6);
    f[c] = 0;
    for (int h = 0; h < consumers; h++) f[c] += scarf_endowment[c][h];
    for (int a = 0; a < activities; a++) f[c] += scarf_technology[a][c] * y[a];
  }
  for (int a = 0; a < activities; a++) {
    f[goods + a] = 0;
    for (int c = 0; c < goods; c++) {
      f[goods + a] -= scarf_technology[a][c] * z[c];
      if (jacobian == NULL) continue;
      jacobian[(goods + a) * n + c] = -scarf_technology[a][c];
      jacobian[c * n + goods + a] = scarf_technology[a][c];
    }
  }
  for (int h = 0; h < consumers; h++) scarf_consumer(h, p, f, jacobian, n);
}

static void test_scarf(void **)
{
  const double lower[goods + activities] = {1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4};
  const double start[goods + activities] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  const double expected[goods + activities] = {1.13249948, 0.54526016, 1.06188496, 1.29053501, 0.82765412,
                                               0.28239396, 0.46349293, 0,          3.93919506, 0.00602299,
                                               0,          0,          0.43826284, 0};
  struct problem p = problem_dense(goods + activities, lower, NULL, scarf, NULL);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    assert_true(near_all(goods + activities, problem_solve_from(&p, start)->z, expected, 1e-8));
  }
  problem_free(&p);
}

/* ---- chemical equilibrium of Wall, free unknowns, badly scaled (GAMS library wallmcp) ---- */

static void wall(const void *, const double *z, double *f, double *jacobian)
{
  double ba = z[0], so4 = z[1], baoh = z[2], oh = z[3], hso4 = z[4], h = z[5];
  f[0] = ba * so4 - 1;
  f[1] = baoh / ba / oh - 4.8;
  f[2] = hso4 / so4 / h - 0.98;
  f[3] = h * oh - 1;
  f[4] = ba + 1e-7 * baoh - so4 - 1e-5 * hso4;
  f[5] = 2 * ba + 1e-7 * baoh + 1e-2 * h - 2 * so4 - 1e-5 * hso4 - 1e-2 * oh;
  if (jacobian == NULL) return;
  const double rows[6][6] = {
      {so4, ba, 0, 0, 0, 0},
      {-baoh / ba / ba / oh, 0, 1 / ba / oh, -baoh / ba / oh / oh, 0, 0},
      {0, -hso4 / so4 / so4 / h, 0, 0, 1 / so4 / h, -hso4 / so4 / h / h},
      {0, 0, 0, h, 0, oh},
      {1, -1, 1e-7, 0, -1e-5, 0},
      {2, -2, 1e-7, -1e-2, -1e-5, 1e-2},
  };
  memcpy(jacobian, rows, sizeof rows);
}

static void test_wall(void **)
{
  const double low = -HUGE_VAL, lower[6] = {low, low, low, low, low, low}, start[6] = {1, 1, 1, 1, 1, 1};
  const double expected[6] = {1.00000466, 0.99999534, 4.80225853, 1.00046587, 0.9795391, 0.99953435};
  struct problem p = problem_dense(6, lower, NULL, wall, NULL);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    assert_true(near_all(6, problem_solve_from(&p, start)->z, expected, 1e-8));
  }
  problem_free(&p);
}

/* ---- Cournot firms under a shared limit (Gabriel et al. 2013, Complementarity Modeling, example 1.2.1) ---- */

static void cournot_shared(int firms, const double *cost, double slope, double limit, const double *expected)
{
  struct problem p = problem_new(firms + 1);
  for (int i = 0; i < firms; i++) {
    equations_constant(p.equations, i, cost[i] - 10);
    for (int j = 0; j < firms; j++) equations_linear(p.equations, i, j, i == j ? 2 * slope : slope);
    equations_linear(p.equations, i, firms, 1);
    equations_linear(p.equations, firms, i, -1);
  }
  equations_constant(p.equations, firms, limit);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    assert_true(near_all(firms + 1, problem_solve(&p)->z, expected, 1e-10));
  }
  assert_int_equal(class_of(p.mcp, NULL, expected, p.arena).class, CLASS_MONOTONE);
  problem_free(&p);
}

static void test_cournot_shared(void **)
{
  cournot_shared(2, (const double[]){1, 2}, 5, 1.06, (const double[]){0.63, 0.43, 0.55});
  cournot_shared(5, (const double[]){1, 1.25, 1.5, 1.75, 2}, 2, 3.25,
                 (const double[]){0.9, 0.775, 0.65, 0.525, 0.4, 0.7});
}

/* ---- a market whose price is split in two unbounded parts, supply not unique (closed form) ---- */

static void test_degenerate_supply(void **)
{
  const double cost[5] = {10, 2, 5, 2, 3};
  struct problem p = problem_new(7);
  equations_constant(p.equations, 0, -10);
  equations_constant(p.equations, 1, 10);
  for (int i = 0; i < 5; i++) {
    equations_constant(p.equations, 2 + i, cost[i]);
    for (int side = 0; side < 2; side++) {
      equations_linear(p.equations, side, 2 + i, side == 0 ? 1 : -1);
      equations_linear(p.equations, 2 + i, side, side == 0 ? -1 : 1);
    }
  }
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    const double *z = problem_solve(&p)->z;
    assert_near(z[0] - z[1], 2, 1e-8);
    assert_near(z[3] + z[5], 10, 1e-8);
    assert_near(z[2] + z[4] + z[6], 0, 1e-8);
  }
  problem_free(&p);
}

/* ---- a transport problem whose flows are not unique (Gabriel et al. 2013, example 4.4.1.1) ---- */

static void test_transport(void **)
{
  const double supply[4] = {20, 30, 35, 15}, demand[5] = {20, 25, 10, 10, 35};
  const double cost[4][5] = {{10, 20, 30, 5, 6}, {3, 15, 12, 5, 6}, {17, 40, 5, 3, 7}, {50, 23, 28, 12, 4}};
  struct problem p = problem_new(29); /* 20 flows, 4 rents of origins, 5 prices at destinations */
  for (int i = 0; i < 4; i++) {
    equations_constant(p.equations, 20 + i, supply[i]);
    for (int j = 0; j < 5; j++) {
      int flow = 5 * i + j;
      equations_constant(p.equations, flow, cost[i][j]);
      equations_linear(p.equations, flow, 20 + i, 1);
      equations_linear(p.equations, flow, 24 + j, -1);
      equations_linear(p.equations, 20 + i, flow, -1);
      equations_linear(p.equations, 24 + j, flow, 1);
    }
  }
  for (int j = 0; j < 5; j++) equations_constant(p.equations, 24 + j, -demand[j]);
  for (int method = 0; method < both; method++) {
    method_set(&p, method);
    const double *z = problem_solve(&p)->z;
    double objective = 0;
    for (int flow = 0; flow < 20; flow++) objective += cost[flow / 5][flow % 5] * z[flow];
    assert_near(objective, 785, 1e-6);
  }
  problem_free(&p);
}

/* ---- the obstacle problem of MCPLIB on 50 x 50 points ---- */

static double obstacle_wave(int i, int j)
{
  return sin(9.2 * i / 51.0) * sin(9.3 * j / 51.0);
}

static void test_obstacle(void **)
{
  enum { side = 50 };
  struct problem p = problem_new(side * side);
  for (int i = 0; i < side; i++) {
    for (int j = 0; j < side; j++) {
      int v = side * i + j;
      double wave = obstacle_wave(i + 1, j + 1);
      p.equations->lower[v] = wave * wave * wave;
      p.equations->upper[v] = wave * wave + 0.2;
      equations_constant(p.equations, v, -1.0 / 51 / 51);
      equations_linear(p.equations, v, v, 4);
      if (i > 0) equations_linear(p.equations, v, v - side, -1);
      if (i < side - 1) equations_linear(p.equations, v, v + side, -1);
      if (j > 0) equations_linear(p.equations, v, v - 1, -1);
      if (j < side - 1) equations_linear(p.equations, v, v + 1, -1);
    }
  }
  const struct mcp_solution *s = problem_solve(&p);
  double sum = 0, largest = 0, smallest = 1, objective = 0;
  int at_lower = 0, at_upper = 0;
  for (int v = 0; v < side * side; v++) {
    double b = 1.0 / 51 / 51, slope = s->f[v] + b; /* A v */
    objective += 0.5 * s->z[v] * slope - b * s->z[v];
    sum += s->z[v];
    largest = fmax(largest, s->z[v]);
    smallest = fmin(smallest, s->z[v]);
    at_lower += s->z[v] == p.equations->lower[v];
    at_upper += s->z[v] == p.equations->upper[v];
  }
  assert_near(objective, 5.830852318415098, 1e-9);
  assert_near(sum, 624.5530849569357, 1e-7);
  assert_near(largest, 0.9980198639421055, 1e-9);
  assert_near(smallest, 0.01320510662495682, 1e-9);
  assert_int_equal(at_lower, 137);
  assert_int_equal(at_upper, 294);
  problem_free(&p);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_billups),
      cmocka_unit_test(test_josephy),
      cmocka_unit_test(test_kojshin),
      cmocka_unit_test(test_mathiesen),
      cmocka_unit_test(test_munson),
      cmocka_unit_test(test_murphy_sherali_soyster),
      cmocka_unit_test(test_murphy_sherali_soyster_price),
      cmocka_unit_test(test_path_nonlinear),
      cmocka_unit_test(test_path_linear),
      cmocka_unit_test(test_scarf),
      cmocka_unit_test(test_wall),
      cmocka_unit_test(test_cournot_shared),
      cmocka_unit_test(test_degenerate_supply),
      cmocka_unit_test(test_transport),
      cmocka_unit_test(test_obstacle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
