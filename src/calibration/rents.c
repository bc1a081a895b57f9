/* calibration/rents.c - who earns the gap between price and cost where something is full (theory, E98).
 *
 * Plants used to 95 per cent or more, and limits of law that bind, may have a rent: the data cost of what they count
 * stands, and the rents take as much of the gap as non-negative rents can, in the sense of least squares weighed by
 * value. A plant that earns one is full: its capacity is what it used.
 */
#include "calibration/base.h"

#include <assert.h>
#include <math.h>

#include "calibration/programme.h"

static const double full = 0.95;
static const double binding = 1e-6; /* of the magnitude of the limit */

/* Unknowns that may be rents: the variable of each, -1 for the others. */
static int *candidates(const struct base *base, const double *f, struct programme *programme)
{
  const struct network *network = base->network;
  const struct mcp *problem = base->problem;
  int *variable = ARENA_ARRAY(base->arena, problem->n, int);
  for (int i = 0; i < problem->n; i++) {
    const struct unknown *what = &base->window->unknowns[i];
    bool may = false;
    if (what->kind == UNKNOWN_CAPACITY_RENT) {
      double used = 0;
      for (int j = network->facility_first[what->index]; j < network->facility_first[what->index + 1]; j++)
        used += base->activity[j] * network->activities[j].capacity_use;
      may = used > 0 && used >= full * base->window->blocks[0].facility_terms[what->index].capacity;
    }
    if (what->kind == UNKNOWN_INSTRUMENT)
      may = problem->lower[i] == 0 && problem->upper[i] > 0 && fabs(f[i]) <= binding * problem->f_scale[i];
    variable[i] = may ? programme_variable(programme, 0, problem->upper[i], 0,
                                           1e-9 / (problem->z_scale[i] * problem->z_scale[i]), problem->z_scale[i])
                      : -1;
  }
  return variable;
}

/* Value of what an act moves, kUSD a year; 0 for what is idle, and for what takes no wedge. */
static double value_at_stake(const struct base *base, int i)
{
  const struct unknown *what = &base->window->unknowns[i];
  if (what->kind == UNKNOWN_ACTIVITY) return base->activity[what->index] * base_output_value(base, what->index);
  if (what->kind == UNKNOWN_ARC)
    return base->flow[what->index] * fabs(base->price[base->network->arcs[what->index].to]);
  return 0;
}

/* One row for each act that a candidate reaches: wedge + sum of rents = - F. */
static int add_gaps(const struct base *base, const double *f, const double *jacobian, const int *variable,
                    struct programme *programme)
{
  const struct mcp *problem = base->problem;
  int rows = 0;
  double largest = 0;
  for (int i = 0; i < problem->n; i++) largest = fmax(largest, value_at_stake(base, i));
  for (int i = 0; i < problem->n; i++) {
    const double value = value_at_stake(base, i);
    int row = -1;
    for (int e = problem->row_start[i]; e < problem->row_start[i + 1] && value > 0; e++) {
      if (variable[problem->column[e]] < 0 || jacobian[e] == 0) continue;
      const double scale = problem->f_scale[i];
      if (row < 0) {
        row = programme_row(programme, -f[i], true, scale);
        const double weight = fmax(1e-6, value / largest) / (scale * scale);
        programme_add(programme, row, programme_variable(programme, -INFINITY, INFINITY, 0, weight, scale), 1);
        rows++;
      }
      programme_add(programme, row, variable[problem->column[e]], jacobian[e]);
    }
  }
  return rows;
}

static void read_rents(struct base *base, const int *variable, const double *x)
{
  const struct network *network = base->network;
  for (int i = 0; i < base->problem->n; i++) {
    if (variable[i] < 0) continue;
    const struct unknown *what = &base->window->unknowns[i];
    const double rent = x[variable[i]] > 1e-9 * base->problem->z_scale[i] ? x[variable[i]] : 0;
    if (what->kind == UNKNOWN_INSTRUMENT) {
      base->instrument[i] = rent;
      continue;
    }
    base->capacity_rent[what->index] = rent;
    if (rent == 0) continue;
    double used = 0;
    for (int j = network->facility_first[what->index]; j < network->facility_first[what->index + 1]; j++)
      used += base->activity[j] * network->activities[j].capacity_use;
    base->capacity_factor[what->index] = used / base->window->blocks[0].facility_terms[what->index].capacity;
  }
}

void rents_share(struct base *base)
{
  const struct mcp *problem = base->problem;
  double *z = ARENA_ARRAY(base->arena, problem->n, double), *f = ARENA_ARRAY(base->arena, problem->n, double);
  double *jacobian = ARENA_ARRAY(base->arena, problem->row_start[problem->n], double);
  struct programme *programme = programme_new(base->arena);
  base_point(base, z);
  base_evaluate(base, z, f, jacobian);
  const int *variable = candidates(base, f, programme);
  if (add_gaps(base, f, jacobian, variable, programme) == 0) return;
  read_rents(base, variable, programme_solve(programme, base->arena)->x);
}
