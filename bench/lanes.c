/* bench/lanes.c - what a draw costs in a batch: 1, 4 and 8 lanes against mcp_solve, at the same certified residual.
 *
 *   lanes [SCENARIO | UNKNOWNS [DRAWS]]
 *
 * On the first window of a scenario, on a generated market of so many unknowns, or without either on markets of 200 to
 * 5,000. Draws are variations by a few percent of every constant, drawn by counting (draws.h). Prints milliseconds of
 * processor time a draw, iterations, who had to be solved alone, and the ratio to mcp_solve from a cold start; fails
 * when a draw is not certified. The floating-point rate counts the multiply-adds of the factorisations alone, over the
 * whole time.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "draws.h"
#include "generator.h"
#include "model/window.h"
#include "run/run.h"
#include "solver/batch.h"
#include "solver/lu.h"
#include "stopwatch.h"

enum { WIDTHS = 3, ALONE_MAX = 8 };

struct bench {
  struct arena *arena;
  const struct equations *model;
  const struct mcp_plan *plan;
  int draws;
  struct batch_member *members;
  const char *name;
};

/* The model with every constant moved by up to `amount` of itself, or of three magnitudes of its row if that is
 * less. */
static const struct equations *vary(const struct bench *bench, int draw, double amount)
{
  struct equations *e = ARENA_NEW(bench->arena, struct equations);
  *e = *bench->model;
  struct draws draws = draws_of(5, (uint64_t)draw, 0);
  e->constant = arena_grow(bench->arena, e->constant, (size_t)e->n, (size_t)e->n, sizeof(double));
  for (int i = 0; i < e->n; i++)
    e->constant[i] += amount * draws_between(&draws, -1, 1) * fmin(fabs(e->constant[i]), 3 * e->f_scale[i]);
  return e;
}

static struct bench bench_new(const struct equations *model, const char *name, int draws, struct arena *arena)
{
  const struct mcp *problem = equations_problem(model, arena);
  struct bench bench = {.arena = arena, .model = model, .draws = draws, .name = name};
  bench.plan = mcp_plan_new(problem->n, problem->row_start, problem->column, arena);
  bench.members = ARENA_ARRAY(arena, draws, struct batch_member);
  for (int d = 0; d < draws; d++) bench.members[d].equations = vary(&bench, d, 0.03);
  return bench;
}

static double multiply_adds(const struct mcp_plan *plan)
{
  double sum = 0;
  for (int k = 0; k < plan->n; k++) {
    const double length = plan->upper_start[k + 1] - plan->upper_start[k];
    sum += length * length + length;
  }
  return sum;
}

/* Seconds a draw by mcp_solve from a cold start, on the first few draws. */
static double measure_alone(const struct bench *bench)
{
  const int count = bench->draws < ALONE_MAX ? bench->draws : ALONE_MAX;
  const double start = stopwatch_processor_s();
  int iterations = 0;
  for (int d = 0; d < count; d++) {
    const struct mcp *problem = equations_problem(bench->members[d].equations, bench->arena);
    iterations += mcp_solve(problem, bench->plan, NULL, bench->arena)->iterations;
  }
  const double seconds = (stopwatch_processor_s() - start) / count;
  printf("# %-24s alone   %8.2f ms a draw, %5.1f iterations\n", bench->name, 1e3 * seconds, (double)iterations / count);
  return seconds;
}

/* Seconds a draw. *certified: all draws were. */
static double measure_lanes(const struct bench *bench, int width, bool *certified)
{
  const struct batch_options options = {.width = width};
  const struct batch *batch = batch_new(bench->model, bench->plan, &options, bench->arena);
  const double start = stopwatch_processor_s();
  batch_solve(batch, bench->members, bench->draws, bench->arena);
  const double seconds = (stopwatch_processor_s() - start) / bench->draws;
  int alone = 0, iterations = 0, accepted = 0;
  for (int d = 0; d < bench->draws; d++) {
    alone += bench->members[d].alone;
    iterations += bench->members[d].solution.iterations;
    accepted += bench->members[d].certificate.accepted;
  }
  const double mean = (double)iterations / bench->draws;
  printf("# %-24s %d lanes %8.2f ms a draw, %5.1f iterations, %d of %d alone, %.1f GFlop/s in factorisations\n",
         bench->name, batch_width(batch), 1e3 * seconds, mean, alone, bench->draws,
         2e-9 * mean * multiply_adds(bench->plan) / seconds);
  *certified &= accepted == bench->draws;
  return seconds;
}

static bool measure(const struct bench *bench)
{
  static const int widths[WIDTHS] = {1, 4, 8};
  const double alone_s = measure_alone(bench);
  double seconds[WIDTHS];
  bool certified = true;
  for (int w = 0; w < WIDTHS; w++) seconds[w] = measure_lanes(bench, widths[w], &certified);
  printf("# ratio mcp_solve / 1 lane: %.2f\n", alone_s / seconds[0]);
  for (int w = 1; w < WIDTHS; w++) printf("# ratio mcp_solve / %d lanes: %.2f\n", widths[w], alone_s / seconds[w]);
  for (int w = 1; w < WIDTHS; w++) printf("# ratio 1 lane / %d lanes: %.2f\n", widths[w], seconds[0] / seconds[w]);
  return certified;
}

static bool measure_generated(int unknowns, int draws)
{
  struct arena *arena = arena_new();
  const struct generator_options options = {
      .seed = 3, .unknowns_min = unknowns - unknowns / 10, .unknowns_max = unknowns};
  const struct generated *market = generator_market(&options, 1, arena);
  const struct bench bench =
      bench_new(market->equations, arena_format(arena, "market of %d", market->equations->n), draws, arena);
  const bool certified = measure(&bench);
  arena_free(arena);
  return certified;
}

static bool measure_scenario(const char *path, int draws)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct load_options options = {0};
  const struct run *run = run_load(path, &options, arena, &error);
  bool certified = false;
  if (run != NULL) {
    const struct window *window = window_assemble(run->network, state_new(run->network, arena), 0, NULL, arena);
    const struct bench bench = bench_new(window->equations, "first window", draws, arena);
    certified = measure(&bench);
  }
  arena_free(arena);
  return certified;
}

int main(int argc, char **argv)
{
  const int draws = argc > 2 ? atoi(argv[2]) : 32, sizes[] = {200, 1000, 5000};
  bool certified = true;
  if (argc > 1 && atoi(argv[1]) > 0)
    certified = measure_generated(atoi(argv[1]), draws);
  else if (argc > 1)
    certified = measure_scenario(argv[1], draws);
  else
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) certified &= measure_generated(sizes[k], draws);
  printf("1..1\n%s 1 - every draw of every batch is certified\n", certified ? "ok" : "not ok");
  return certified ? 0 : 1;
}
