/* tests/oracle/road.c - a market by another road: its best point, and what that is worth. */
#include "agreement.h"

#include <math.h>
#include <string.h>

#include "solver/certificate.h"
#include "stopwatch.h"

double road_objective(const struct qp *qp, const double *x)
{
  double sum = 0;
  for (int i = 0; i < qp->variables; i++) {
    double product = 0;
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1]; p++) product += qp->h_value[p] * x[qp->h_column[p]];
    sum += (qp->cost[i] + 0.5 * product) * x[i];
  }
  return sum;
}

double road_value(const struct qp *qp)
{
  double sum = 0;
  for (int i = 0; i < qp->variables; i++) sum += log(qp->x_scale[i] * qp->dual_scale[i]);
  return exp(sum / qp->variables);
}

static double residual_at(const struct generated *market, const struct mcp *problem, const double *x, const double *y,
                          struct arena *arena)
{
  double *z = ARENA_ARRAY(arena, problem->n, double);
  for (int i = 0; i < problem->n; i++) {
    double value = market->dual[i] ? y[market->place[i]] + problem->lower[i] : x[market->place[i]];
    z[i] = fmin(fmax(value, problem->lower[i]), problem->upper[i]);
  }
  return certificate_check(problem, z, 0, arena).residual;
}

double road_travel(const struct road *road, const struct generated *market, const struct mcp *problem, double *x,
                   double *y, double *seconds, struct arena *arena)
{
  int n = market->qp->variables, m = market->qp->rows;
  double *trial_x = ARENA_ARRAY(arena, n, double), *trial_y = ARENA_ARRAY(arena, m, double), best = HUGE_VAL;
  double best_s = 0;
  for (int attempt = 0; attempt < road->attempts && best > road->good; attempt++) {
    const double start_s = stopwatch_processor_s();
    const double elsewhere_s = road->solve(market, problem, attempt, trial_x, trial_y, arena);
    const double taken_s = stopwatch_processor_s() - start_s + elsewhere_s;
    double residual = residual_at(market, problem, trial_x, trial_y, arena);
    if (!(residual < best)) continue;
    best = residual;
    best_s = taken_s;
    memcpy(x, trial_x, (size_t)n * sizeof *x);
    memcpy(y, trial_y, (size_t)m * sizeof *y);
  }
  *seconds += best_s;
  return best;
}
