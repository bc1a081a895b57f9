/* tests/oracle/agreement.c - solves, compares, reports. Differences are relative: of the objective to itself (or a
 * millionth of the market's base turnover, where nothing is worth doing), of a price and of a consumption to the larger
 * of itself and its base magnitude.
 */
#include "agreement.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "solver/certificate.h"
#include "stopwatch.h"

struct difference {
  double objective, price, consumption;
  const char *missing; /* which road found no solution, NULL: both did */
};

static double relative(double a, double b, double magnitude)
{
  double most = fmax(fmax(fabs(a), fabs(b)), magnitude);
  return most > 0 ? fabs(a - b) / most : 0;
}

static struct difference compare(const struct generated *market, const double *z, const double *x, const double *y,
                                 struct arena *arena)
{
  const struct equations *equations = market->equations;
  struct difference difference = {0};
  double *own = ARENA_ARRAY(arena, market->qp->variables, double);
  for (int i = 0; i < equations->n; i++) {
    if (!market->dual[i]) own[market->place[i]] = z[i];
  }
  double turnover = 0;
  for (int i = 0; i < market->qp->variables; i++) turnover += market->qp->x_scale[i] * market->qp->dual_scale[i];
  difference.objective = relative(road_objective(market->qp, own), road_objective(market->qp, x), 1e-6 * turnover);
  for (int k = 0; k < market->consumptions_count; k++) {
    int d = market->consumptions[k], p = market->consumption_prices[k];
    double other = relative(z[d], x[market->place[d]], equations->z_scale[d]);
    difference.consumption = fmax(difference.consumption, other);
    if (z[d] < 1e-6 * equations->z_scale[d]) continue;
    other = relative(z[p], y[market->place[p]] + equations->lower[p], equations->z_scale[p]);
    difference.price = fmax(difference.price, other);
  }
  return difference;
}

/* One market both ways; adds the seconds each took. */
static struct difference difference_of(const struct generated *market, const struct road *road, double *own_s,
                                       double *other_s, struct arena *arena)
{
  const struct mcp *problem = equations_problem(market->equations, arena);
  double *x = ARENA_ARRAY(arena, market->qp->variables, double), *y = ARENA_ARRAY(arena, market->qp->rows, double);
  double start = stopwatch_processor_s();
  const struct mcp_plan *plan = mcp_plan_new(problem->n, problem->row_start, problem->column, arena);
  const struct mcp_options options = {.tolerance = 1e-12};
  const struct mcp_solution *solution = mcp_solve(problem, plan, &options, arena);
  *own_s += stopwatch_processor_s() - start;
  bool certified = certificate_check(problem, solution->z, 0, arena).accepted;
  bool arrived = road_travel(road, market, problem, x, y, other_s, arena) <= 1e-6;
  if (certified && arrived) return compare(market, solution->z, x, y, arena);
  return (struct difference){.objective = HUGE_VAL,
                             .price = HUGE_VAL,
                             .consumption = HUGE_VAL,
                             .missing = certified ? " (the other road found no solution)" : " (mcp_solve found none)"};
}

static void widen(struct difference *worst, const struct difference *at)
{
  worst->objective = fmax(worst->objective, at->objective);
  worst->price = fmax(worst->price, at->price);
  worst->consumption = fmax(worst->consumption, at->consumption);
}

/* One TAP case. Returns whether it failed. */
static int report(const char *name, const char *what, double worst, double tolerance)
{
  bool good = worst <= tolerance;
  printf("%sok - %s: %s agree to %.0e (worst %.1e)\n", good ? "" : "not ", name, what, tolerance, worst);
  return !good;
}

int agreement_main(const struct road *road, int argc, char **argv)
{
  int count = argc > 1 ? atoi(argv[1]) : 1000, first = argc > 2 ? atoi(argv[2]) : 0;
  struct generator_options options = {.seed = 1, .potential = true, .unknowns_max = argc > 3 ? atoi(argv[3]) : 400};
  struct difference worst = {0};
  double own_s = 0, other_s = 0;
  for (int index = first; index < first + count; index++) {
    struct arena *arena = arena_new();
    const struct generated *market = generator_market(&options, (uint64_t)index, arena);
    struct difference at = difference_of(market, road, &own_s, &other_s, arena);
    if (!(fmax(fmax(at.objective, at.price), at.consumption) <= road->tolerance)) {
      printf("# %s: %s: objective %.1e price %.1e consumption %.1e%s\n", road->name,
             generated_text(market, &options, (uint64_t)index, arena), at.objective, at.price, at.consumption,
             at.missing != NULL ? at.missing : "");
    }
    widen(&worst, &at);
    arena_free(arena);
  }
  printf("# %d markets of up to %d unknowns: %.3f s by %s, %.3f s by mcp_solve\n", count, options.unknowns_max, other_s,
         road->name, own_s);
  printf("# ratio %s / mcp_solve: %.1f\n1..3\n", road->name, other_s / own_s);
  int failed = report(road->name, "objectives", worst.objective, road->tolerance) +
               report(road->name, "prices", worst.price, road->tolerance) +
               report(road->name, "consumptions", worst.consumption, road->tolerance);
  return failed > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
