/* tests/unit/problem.h - a small complementarity problem in ten lines, and solving it from any start.
 *
 *     struct problem p = problem_new(2);                 two unknowns in [0, infinity), all scales 1
 *     equations_linear(p.equations, 0, 1, -1);           F_0 = -z_1 + ...
 *     p.equations->upper[1] = 10;
 *     const struct mcp_solution *s = problem_solve(&p);  certified, or the test fails
 *     problem_free(&p);
 *
 * Problems whose F is not made of the terms of equations.h are given by two plain functions (problem_dense).
 */
#ifndef TESTS_PROBLEM_H
#define TESTS_PROBLEM_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "solver/certificate.h"
#include "solver/class.h"
#include "solver/equations.h"
#include "solver/mcp.h"

struct problem {
  struct arena *arena;
  struct equations *equations;
  const struct mcp *mcp; /* made by the first solve, or by problem_dense */
  const struct mcp_plan *plan;
  struct mcp_options options;
};

[[maybe_unused]] static struct problem problem_new(int n)
{
  struct problem p = {.arena = arena_new()};
  p.equations = equations_new(p.arena);
  for (int i = 0; i < n; i++) equations_unknown(p.equations, 0, HUGE_VAL, 1, 1, 1, (double)NAN);
  return p;
}

[[maybe_unused]] static void problem_free(struct problem *p)
{
  arena_free(p->arena);
}

/* A problem with a full Jacobian [n][n]: evaluate has the signature of struct mcp. lower NULL: zero; upper NULL:
 * none. */
[[maybe_unused]] static struct problem problem_dense(int n, const double *lower, const double *upper,
                                                     void (*evaluate)(const void *, const double *, double *, double *),
                                                     const void *context)
{
  struct problem p = {.arena = arena_new()};
  struct mcp *mcp = ARENA_NEW(p.arena, struct mcp);
  double *low = ARENA_ARRAY(p.arena, n, double), *high = ARENA_ARRAY(p.arena, n, double);
  int *row_start = ARENA_ARRAY(p.arena, n + 1, int), *column = ARENA_ARRAY(p.arena, n * n, int);
  for (int i = 0; i < n; i++) {
    low[i] = lower == NULL ? 0 : lower[i];
    high[i] = upper == NULL ? HUGE_VAL : upper[i];
    row_start[i + 1] = (i + 1) * n;
    for (int j = 0; j < n; j++) column[i * n + j] = j;
  }
  *mcp = (struct mcp){.n = n,
                      .lower = low,
                      .upper = high,
                      .row_start = row_start,
                      .column = column,
                      .evaluate = evaluate,
                      .context = context};
  p.mcp = mcp;
  return p;
}

[[maybe_unused]] static void problem_close(struct problem *p)
{
  if (p->mcp == NULL) p->mcp = equations_problem(p->equations, p->arena);
  if (p->plan == NULL) p->plan = mcp_plan_new(p->mcp->n, p->mcp->row_start, p->mcp->column, p->arena);
}

/* Solves from a start (NULL: the problem's own); the caller judges. */
[[maybe_unused]] static const struct mcp_solution *problem_try(struct problem *p, const double *start)
{
  problem_close(p);
  struct mcp mcp = *p->mcp;
  if (start != NULL) mcp.start = start;
  return mcp_solve(&mcp, p->plan, &p->options, p->arena);
}

[[maybe_unused]] static const struct mcp_solution *problem_solve_from(struct problem *p, const double *start)
{
  const struct mcp_solution *solution = problem_try(p, start);
  assert_int_equal(solution->status, MCP_SOLVED);
  struct certificate certificate = certificate_check(p->mcp, solution->z, 1e-9, p->arena);
  if (!certificate.accepted) print_error("residual %g in row %d\n", certificate.residual, certificate.residual_row);
  assert_true(certificate.accepted);
  return solution;
}

[[maybe_unused]] static const struct mcp_solution *problem_solve(struct problem *p)
{
  return problem_solve_from(p, NULL);
}

[[maybe_unused]] static bool near_all(int n, const double *value, const double *expected, double tolerance)
{
  for (int i = 0; i < n; i++) {
    if (!(fabs(value[i] - expected[i]) <= tolerance)) return false;
  }
  return true;
}

/* Fails with both values in the message. */
#define assert_near(value, expected, tolerance)                                                                        \
  do {                                                                                                                 \
    double value_ = (value), expected_ = (expected);                                                                   \
    if (!(fabs(value_ - expected_) <= (tolerance))) print_error("%.15g is not %.15g\n", value_, expected_);            \
    assert_true(fabs(value_ - expected_) <= (tolerance));                                                              \
  } while (0)
#endif
