/* calibration/programme.c - collects variables, rows and coefficients, and hands over the conditions of the optimum.
 */
#include "calibration/programme.h"

#include <assert.h>
#include <math.h>

#include "solver/equations.h"

/* Typical multiplier of a row, in objective over the row's magnitude: squared standard errors a share moved. With 10
 * the method needs half the iterations that it needs with 1. */
static const double worth = 10;
static const double tolerance = 1e-10;

struct coefficient {
  int row, variable;
  double value;
};

struct programme {
  struct arena *arena;
  int variables, variables_max;
  double *lower, *upper, *cost, *curvature, *scale;
  int rows, rows_max;
  double *right, *row_scale;
  bool *equation;
  int count, count_max;
  struct coefficient *coefficients;
};

struct programme *programme_new(struct arena *arena)
{
  struct programme *programme = ARENA_NEW(arena, struct programme);
  programme->arena = arena;
  return programme;
}

static int larger(int max)
{
  return max == 0 ? 256 : 2 * max;
}

static void variables_grow(struct programme *p)
{
  double **const columns[] = {&p->lower, &p->upper, &p->cost, &p->curvature, &p->scale};
  const int max = larger(p->variables_max);
  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
    *columns[c] = arena_grow(p->arena, *columns[c], (size_t)p->variables, (size_t)max, sizeof(double));
  p->variables_max = max;
}

int programme_variable(struct programme *p, double lower, double upper, double cost, double curvature, double scale)
{
  assert(lower <= upper && curvature >= 0 && scale > 0 && isfinite(cost));
  if (p->variables == p->variables_max) variables_grow(p);
  const int variable = p->variables++;
  p->lower[variable] = lower, p->upper[variable] = upper;
  p->cost[variable] = cost, p->curvature[variable] = curvature, p->scale[variable] = scale;
  return variable;
}

void programme_pull(struct programme *p, int variable, double cost, double curvature)
{
  assert(variable >= 0 && variable < p->variables && curvature >= 0);
  p->cost[variable] += cost;
  p->curvature[variable] += curvature;
}

int programme_row(struct programme *p, double right, bool equation, double scale)
{
  assert(isfinite(right) && scale > 0);
  if (p->rows == p->rows_max) {
    const int max = larger(p->rows_max);
    p->right = arena_grow(p->arena, p->right, (size_t)p->rows, (size_t)max, sizeof(double));
    p->row_scale = arena_grow(p->arena, p->row_scale, (size_t)p->rows, (size_t)max, sizeof(double));
    p->equation = arena_grow(p->arena, p->equation, (size_t)p->rows, (size_t)max, sizeof(bool));
    p->rows_max = max;
  }
  p->right[p->rows] = right, p->equation[p->rows] = equation, p->row_scale[p->rows] = scale;
  return p->rows++;
}

void programme_add(struct programme *p, int row, int variable, double value)
{
  assert(row >= 0 && row < p->rows && variable >= 0 && variable < p->variables && isfinite(value));
  if (value == 0) return;
  if (p->count == p->count_max) {
    p->count_max = larger(p->count_max);
    p->coefficients =
        arena_grow(p->arena, p->coefficients, (size_t)p->count, (size_t)p->count_max, sizeof(struct coefficient));
  }
  p->coefficients[p->count++] = (struct coefficient){row, variable, value};
}

void programme_right(struct programme *p, int row, double value)
{
  assert(row >= 0 && row < p->rows && isfinite(value));
  p->right[row] += value;
}

void programme_equate(struct programme *p, int row)
{
  p->equation[row] = true;
}

/* The conditions of the optimum: cost + curvature x - sum of multipliers >= 0 for x, rows - right >= 0 for y, as a
 * complementarity problem like the market's own, solved by the same method. */
static const struct equations *conditions(const struct programme *p, struct arena *arena)
{
  struct equations *equations = equations_new(arena);
  for (int v = 0; v < p->variables; v++) {
    equations_unknown(equations, p->lower[v], p->upper[v], p->scale[v], worth / p->scale[v], 1, NAN);
    equations_constant(equations, v, p->cost[v]);
    equations_linear(equations, v, v, p->curvature[v]);
  }
  for (int r = 0; r < p->rows; r++) {
    const int y = equations_unknown(equations, p->equation[r] ? -INFINITY : 0, INFINITY, worth / p->row_scale[r],
                                    p->row_scale[r], 1, p->equation[r] ? 0 : NAN);
    equations_constant(equations, y, -p->right[r]);
  }
  for (int i = 0; i < p->count; i++) {
    const struct coefficient *c = &p->coefficients[i];
    equations_linear(equations, c->variable, p->variables + c->row, -c->value);
    equations_linear(equations, p->variables + c->row, c->variable, c->value);
  }
  return equations;
}

const struct mcp_solution *programme_solve(const struct programme *p, struct arena *arena)
{
  const struct mcp *problem = equations_problem(conditions(p, arena), arena);
  const struct mcp_plan *plan = mcp_plan_new(problem->n, problem->row_start, problem->column, arena);
  const struct mcp_options options = {.tolerance = tolerance};
  return mcp_solve(problem, plan, &options, arena);
}
