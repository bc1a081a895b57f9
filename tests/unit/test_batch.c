/* tests/unit/test_batch.c - the batched solver against the plain one: the same answers in 1, 4 and 8 lanes, a draw's
 * bytes whatever company it is in, and nothing from a poisoned neighbour. */
#include "problem.h"

#include "generator.h"
#include "solver/batch.h"

enum { MEMBERS = 11 }; /* not a multiple of any width */

/* A market and variations of it: constants, coefficients, elasticities and bounds moved by up to a few percent. */
struct variations {
  struct arena *arena;
  const struct generated *market;
  const struct mcp_plan *plan;
  struct equations equations[MEMBERS];
};

/* A number in [-1, 1] that depends on its arguments alone. */
static double draw(uint64_t member, uint64_t item)
{
  uint64_t x = (member + 1) * 0x9e3779b97f4a7c15u + item * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return (double)((x ^ (x >> 31)) >> 11) * 0x1p-52 - 1;
}

static void vary(struct equations *e, uint64_t member, double amount, struct arena *arena)
{
  double *constant = arena_grow(arena, e->constant, (size_t)e->n, (size_t)e->n, sizeof(double));
  double *upper = arena_grow(arena, e->upper, (size_t)e->n, (size_t)e->n, sizeof(double));
  struct equations_power *powers =
      arena_grow(arena, e->powers, (size_t)e->powers_count, (size_t)e->powers_count, sizeof *e->powers);
  for (int i = 0; i < e->n; i++) {
    const double room = fmin(fabs(constant[i]), 3 * e->f_scale[i]);
    constant[i] += amount * draw(member, (uint64_t)i) * room;
    upper[i] *= 1 + amount * fabs(draw(member, (uint64_t)(e->n + i)));
    if (member % 3 == 1 && i % 7 == 0 && isinf(upper[i])) upper[i] = 1e5 * e->z_scale[i]; /* a bound of its own */
  }
  for (int t = 0; t < e->powers_count; t++)
    powers[t].coefficient *= 1 + amount * draw(member, (uint64_t)(2 * e->n + t));
  e->constant = constant;
  e->upper = upper;
  e->powers = powers;
}

static struct variations variations_new(uint64_t index, int unknowns_max, double amount)
{
  struct variations v = {.arena = arena_new()};
  const struct generator_options options = {.seed = 7, .unknowns_max = unknowns_max};
  v.market = generator_market(&options, index, v.arena);
  const struct mcp *problem = equations_problem(v.market->equations, v.arena);
  v.plan = mcp_plan_new(problem->n, problem->row_start, problem->column, v.arena);
  for (int m = 0; m < MEMBERS; m++) {
    v.equations[m] = *v.market->equations;
    vary(&v.equations[m], (uint64_t)m, amount, v.arena);
  }
  return v;
}

static const struct batch *batch_of(const struct variations *v, int width)
{
  return batch_new(v->market->equations, v->plan, &(struct batch_options){.width = width}, v->arena);
}

/* Largest difference in what is consumed, in units of its scale: unique in every market whose sellers are alike. */
static double consumption_difference(const struct generated *market, const double *a, const double *b)
{
  double most = 0;
  for (int k = 0; k < market->consumptions_count; k++) {
    const int i = market->consumptions[k];
    most = fmax(most, fabs(a[i] - b[i]) / market->equations->z_scale[i]);
  }
  return most;
}

static void test_agrees(void **)
{
  int alone = 0, compared = 0;
  for (uint64_t index = 0; index < 40; index++) {
    struct variations v = variations_new(index, 700, 0.03);
    for (int width = 1; width <= 8; width = width == 1 ? 4 : 2 * width) {
      const struct batch *batch = batch_of(&v, width);
      struct batch_member members[MEMBERS] = {0};
      for (int m = 0; m < MEMBERS; m++) members[m].equations = &v.equations[m];
      batch_solve(batch, members, MEMBERS, v.arena);
      for (int m = 0; m < MEMBERS; m++) {
        const struct mcp *problem = equations_problem(&v.equations[m], v.arena);
        assert_int_equal(members[m].solution.status, MCP_SOLVED);
        assert_true(certificate_check(problem, members[m].solution.z, 1e-9, v.arena).accepted);
        alone += members[m].alone;
        if (v.market->hinge_unsafe) continue;
        const struct mcp_solution *expected = mcp_solve(problem, v.plan, NULL, v.arena);
        compared++;
        assert_true(consumption_difference(v.market, members[m].solution.z, expected->z) <= 1e-9);
      }
    }
    arena_free(v.arena);
  }
  assert_true(compared > 1000);
  assert_true(alone <= compared / 50); /* nearly all stay in their lanes */
}

/* Solves the members listed, in that order, and demands the bytes of the first time. */
static void expect_same(const struct batch *batch, struct variations *v, const int *list, int count,
                        const struct batch_member *first)
{
  struct batch_member members[MEMBERS] = {0};
  for (int k = 0; k < count; k++) members[k].equations = &v->equations[list[k]];
  batch_solve(batch, members, count, v->arena);
  const size_t bytes = (size_t)v->market->equations->n * sizeof(double);
  for (int k = 0; k < count; k++) {
    assert_memory_equal(members[k].solution.z, first[list[k]].solution.z, bytes);
    assert_memory_equal(members[k].solution.f, first[list[k]].solution.f, bytes);
    assert_int_equal(members[k].solution.iterations, first[list[k]].solution.iterations);
    assert_true(members[k].certificate.residual == first[list[k]].certificate.residual);
  }
}

static void test_company_does_not_matter(void **)
{
  for (uint64_t index = 0; index < 16; index++) {
    struct variations v = variations_new(index, 400, index < 12 ? 0.05 : 0.5); /* the last lose their way and recover */
    for (int width = 1; width <= 8; width = width == 1 ? 4 : 2 * width) {
      const struct batch *batch = batch_of(&v, width);
      struct batch_member first[MEMBERS] = {0};
      for (int m = 0; m < MEMBERS; m++) first[m].equations = &v.equations[m];
      batch_solve(batch, first, MEMBERS, v.arena);
      const int backwards[MEMBERS] = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, some[3] = {4, 0, 9}, one[1] = {6};
      const int twice[MEMBERS] = {3, 3, 3, 5, 5, 5, 5, 3, 3, 0, 0};
      expect_same(batch, &v, backwards, MEMBERS, first);
      expect_same(batch, &v, some, 3, first);
      expect_same(batch, &v, one, 1, first);
      expect_same(batch, &v, twice, MEMBERS, first);
    }
    arena_free(v.arena);
  }
}

/* Among the members one that cannot be solved (its condition falls for ever) and one that holds no number. */
static void test_poison_stays(void **)
{
  struct variations v = variations_new(3, 300, 0.03);
  const struct batch *batch = batch_of(&v, 0);
  struct batch_member first[MEMBERS] = {0}, poisoned[MEMBERS] = {0};
  for (int m = 0; m < MEMBERS; m++) first[m].equations = poisoned[m].equations = &v.equations[m];
  batch_solve(batch, first, MEMBERS, v.arena);
  v.equations[2].constant[v.market->prices[0]] = (double)NAN;
  for (int i = 0; i < v.equations[5].n; i++) v.equations[5].constant[i] = -1e12 * v.equations[5].f_scale[i];
  batch_solve(batch, poisoned, MEMBERS, v.arena);
  assert_false(poisoned[2].certificate.accepted);
  assert_true(poisoned[2].alone);
  const size_t bytes = (size_t)v.market->equations->n * sizeof(double);
  for (int m = 0; m < MEMBERS; m++) {
    if (m == 2 || m == 5) continue;
    assert_memory_equal(poisoned[m].solution.z, first[m].solution.z, bytes);
    assert_true(poisoned[m].certificate.accepted);
  }
  arena_free(v.arena);
}

/* Iterations of all members in their lanes; prices may fall to -`below` magnitudes. */
static int iterations_with_prices_down_to(double below)
{
  struct variations v = variations_new(5, 300, 0.03);
  struct equations model = *v.market->equations;
  int sum = 0;
  for (int m = -1; m < MEMBERS; m++) {
    struct equations *e = m < 0 ? &model : &v.equations[m];
    e->lower = arena_grow(v.arena, e->lower, (size_t)e->n, (size_t)e->n, sizeof(double));
    for (int p = 0; p < v.market->prices_count; p++)
      e->lower[v.market->prices[p]] = -below * e->z_scale[v.market->prices[p]];
  }
  struct batch_member members[MEMBERS] = {0};
  for (int m = 0; m < MEMBERS; m++) members[m].equations = &v.equations[m];
  batch_solve(batch_new(&model, v.plan, NULL, v.arena), members, MEMBERS, v.arena);
  for (int m = 0; m < MEMBERS; m++) {
    assert_true(members[m].certificate.accepted);
    assert_false(members[m].alone);
    sum += members[m].solution.iterations;
  }
  arena_free(v.arena);
  return sum;
}

/* What may not be got rid of has a bound far below zero, which must not draw the path away. */
static void test_far_bounds_do_not_matter(void **)
{
  const int near = iterations_with_prices_down_to(10), far = iterations_with_prices_down_to(1e4);
  assert_true(far < near + near / 2);
}

/* A member with one entry more is not of the pattern: it is solved all the same, alone. */
static void test_other_pattern_is_solved_alone(void **)
{
  struct variations v = variations_new(1, 200, 0.02);
  const struct batch *batch = batch_of(&v, 0);
  struct equations *other = &v.equations[1];
  other->entries_max = other->entries_count; /* so that the entries are copied */
  equations_reserve(other, other->n, other->entries_count + 1);
  equations_linear(other, v.market->prices[0], v.market->prices[1], 0);
  struct batch_member members[2] = {{.equations = &v.equations[0]}, {.equations = other}};
  batch_solve(batch, members, 2, v.arena);
  assert_false(members[0].alone);
  assert_true(members[1].alone && members[1].certificate.accepted);
  arena_free(v.arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_agrees),
      cmocka_unit_test(test_company_does_not_matter),
      cmocka_unit_test(test_poison_stays),
      cmocka_unit_test(test_far_bounds_do_not_matter),
      cmocka_unit_test(test_other_pattern_is_solved_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
