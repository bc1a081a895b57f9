/* tests/oracle/draws.c - what a draw of a market costs in lanes and by the other road.
 *
 * One market with a potential, in variations by a few per cent of every cost and every buyer's willingness to pay,
 * drawn by counting. All draws are solved in lanes, the first few by the other road too, each from nothing. Both points
 * are judged by the same certificate; the objectives must agree. Prints processor time a draw and the ratio; the
 * model's own solution and the plan, which draws share, are counted among them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement.h"
#include "draws.h"
#include "solver/batch.h"
#include "stopwatch.h"

enum { OTHER_MAX = 4 };
static const double residual_asked = 1e-8; /* of both: what a certificate asks */

struct measure {
  int draws, others;
  double own_s, other_s;
  double own_residual, other_residual, objective; /* largest residuals and relative difference */
  bool certified;
};

/* Every constant of a quantity's condition (a cost, or less what a buyer would pay) moved by up to `amount` of itself;
 * the programme's costs with it. */
static struct generated vary(const struct generated *market, int draw, double amount, struct arena *arena)
{
  struct generated varied = *market;
  struct equations *e = ARENA_NEW(arena, struct equations);
  struct qp *qp = ARENA_NEW(arena, struct qp);
  struct draws draws = draws_of(5, (uint64_t)draw, 0);
  *e = *market->equations;
  *qp = *market->qp;
  e->constant = arena_grow(arena, e->constant, (size_t)e->n, (size_t)e->n, sizeof(double));
  double *cost = arena_grow(arena, qp->cost, (size_t)qp->variables, (size_t)qp->variables, sizeof(double));
  for (int i = 0; i < e->n; i++) {
    const double change = amount * draws_between(&draws, -1, 1) * e->constant[i];
    if (market->dual[i]) continue;
    e->constant[i] += change;
    cost[market->place[i]] += e->weight[i] * change;
  }
  qp->cost = cost;
  varied.equations = e;
  varied.qp = qp;
  return varied;
}

/* All draws in lanes, the plan and the model's path counted. */
static void measure_lanes(struct measure *measure, const struct generated *market, const struct generated *varied,
                          struct batch_member *members, struct arena *arena)
{
  for (int d = 0; d < measure->draws; d++) members[d].equations = varied[d].equations;
  const double start = stopwatch_processor_s();
  const struct mcp *problem = equations_problem(market->equations, arena);
  const struct mcp_plan *plan = mcp_plan_new(problem->n, problem->row_start, problem->column, arena);
  const struct batch *batch = batch_new(market->equations, plan, NULL, arena);
  batch_solve(batch, members, measure->draws, arena);
  measure->own_s = (stopwatch_processor_s() - start) / measure->draws;
  measure->certified = true;
  for (int d = 0; d < measure->draws; d++) {
    measure->certified &= members[d].certificate.accepted;
    measure->own_residual = fmax(measure->own_residual, members[d].certificate.residual);
  }
}

static void measure_other(struct measure *measure, const struct road *road, const struct generated *varied,
                          const struct batch_member *members, struct arena *arena)
{
  struct road asked = *road;
  asked.good = residual_asked;
  for (int d = 0; d < measure->others; d++) {
    const struct generated *market = &varied[d];
    const struct qp *qp = market->qp;
    const struct mcp *problem = equations_problem(market->equations, arena);
    double *x = ARENA_ARRAY(arena, qp->variables, double), *y = ARENA_ARRAY(arena, qp->rows, double);
    double *own = ARENA_ARRAY(arena, qp->variables, double);
    double seconds = 0;
    const double residual = road_travel(&asked, market, problem, x, y, &seconds, arena);
    measure->other_s += seconds / measure->others;
    measure->other_residual = fmax(measure->other_residual, residual);
    for (int i = 0; i < problem->n; i++)
      if (!market->dual[i]) own[market->place[i]] = members[d].solution.z[i];
    const double a = road_objective(qp, own), b = road_objective(qp, x);
    measure->objective = fmax(measure->objective, fabs(a - b) / fmax(fabs(a), fabs(b)));
  }
}

int agreement_main(const struct road *road, int argc, char **argv)
{
  struct arena *arena = arena_new();
  const int draws = argc > 1 ? atoi(argv[1]) : 64, unknowns = argc > 3 ? atoi(argv[3]) : 1000;
  const uint64_t index = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
  const struct generator_options options = {
      .seed = 1, .unknowns_min = unknowns - unknowns / 10, .unknowns_max = unknowns, .potential = true};
  const struct generated *market = generator_market(&options, index, arena);
  struct generated *varied = ARENA_ARRAY(arena, draws, struct generated);
  struct batch_member *members = ARENA_ARRAY(arena, draws, struct batch_member);
  struct measure measure = {.draws = draws, .others = draws < OTHER_MAX ? draws : OTHER_MAX};
  for (int d = 0; d < draws; d++) varied[d] = vary(market, d, 0.03, arena);
  measure_lanes(&measure, market, varied, members, arena);
  measure_other(&measure, road, varied, members, arena);
  printf("# %s, %d draws\n# a draw in lanes %.3f ms, residual at most %.1e; by %s %.1f ms, residual at most %.1e\n",
         generated_text(market, &options, index, arena), draws, 1e3 * measure.own_s, measure.own_residual, road->name,
         1e3 * measure.other_s, measure.other_residual);
  const char *reached = measure.other_residual <= residual_asked
                            ? ""
                            : arena_format(arena, " (to a residual of %.0e only)", measure.other_residual);
  printf("# ratio %s%s / lanes, a draw: %.1f\n1..2\n", road->name, reached, measure.other_s / measure.own_s);
  const bool agree = measure.objective <= road->tolerance;
  printf("%sok 1 - every draw is certified\n", measure.certified ? "" : "not ");
  printf("%sok 2 - objectives agree: %.1e\n", agree ? "" : "not ", measure.objective);
  arena_free(arena);
  return measure.certified && agree ? EXIT_SUCCESS : EXIT_FAILURE;
}
