/* calibration/programme.c - collects variables, rows and coefficients, and hands them over in compressed rows.
 */
#include "calibration/programme.h"

#include <assert.h>
#include <math.h>

/* Typical multiplier of a row, in objective over the row's magnitude: squared standard errors a share moved. With 10 the
 * method needs half the iterations that it needs with 1. */
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

/* Coefficients by rows with ascending columns: sorted by columns first, then, keeping that order, by rows; what falls on
 * one place is summed. */
static void compress(const struct programme *p, struct qp *qp, struct arena *arena)
{
  int *by_column = ARENA_ARRAY(arena, p->variables + 1, int), *order = ARENA_ARRAY(arena, p->count, int);
  for (int i = 0; i < p->count; i++) by_column[p->coefficients[i].variable + 1]++;
  for (int v = 0; v < p->variables; v++) by_column[v + 1] += by_column[v];
  for (int i = 0; i < p->count; i++) order[by_column[p->coefficients[i].variable]++] = i;

  int *first = ARENA_ARRAY(arena, p->rows + 1, int), *place = ARENA_ARRAY(arena, p->rows, int);
  for (int i = 0; i < p->count; i++) first[p->coefficients[i].row + 1]++;
  for (int r = 0; r < p->rows; r++) first[r + 1] += first[r];
  for (int r = 0; r < p->rows; r++) place[r] = first[r];
  struct coefficient *sorted = ARENA_ARRAY(arena, p->count, struct coefficient);
  for (int i = 0; i < p->count; i++) sorted[place[p->coefficients[order[i]].row]++] = p->coefficients[order[i]];

  int *start = ARENA_ARRAY(arena, p->rows + 1, int), *column = ARENA_ARRAY(arena, p->count, int), count = 0;
  double *value = ARENA_ARRAY(arena, p->count, double);
  for (int r = 0; r < p->rows; r++) {
    start[r] = count;
    for (int i = first[r]; i < first[r + 1]; i++) {
      if (count > start[r] && column[count - 1] == sorted[i].variable)
        value[count - 1] += sorted[i].value;
      else
        column[count] = sorted[i].variable, value[count++] = sorted[i].value;
    }
  }
  start[p->rows] = count;
  qp->a_start = start, qp->a_column = column, qp->a_value = value;
}

const struct qp_solution *programme_solve(const struct programme *p, struct arena *arena)
{
  struct qp *qp = ARENA_NEW(arena, struct qp);
  int *h_start = ARENA_ARRAY(arena, p->variables + 1, int), *h_column = ARENA_ARRAY(arena, p->variables, int);
  double *dual_scale = ARENA_ARRAY(arena, p->variables, double), *y_scale = ARENA_ARRAY(arena, p->rows, double);
  for (int v = 0; v < p->variables; v++) {
    h_start[v + 1] = v + 1, h_column[v] = v;
    dual_scale[v] = worth / p->scale[v];
  }
  for (int r = 0; r < p->rows; r++) y_scale[r] = worth / p->row_scale[r];
  *qp = (struct qp){.variables = p->variables,
                    .rows = p->rows,
                    .h_start = h_start,
                    .h_column = h_column,
                    .h_value = p->curvature,
                    .cost = p->cost,
                    .row_lower = p->right,
                    .equation = p->equation,
                    .lower = p->lower,
                    .upper = p->upper,
                    .x_scale = p->scale,
                    .y_scale = y_scale,
                    .dual_scale = dual_scale,
                    .row_scale = p->row_scale};
  compress(p, qp, arena);
  return qp_solve(qp, &(struct qp_options){.tolerance = tolerance}, arena);
}
