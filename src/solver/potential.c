/* solver/potential.c - recognises a quadratic programme behind a complementarity problem, and writes it down.
 *
 * The pattern is coloured: a symmetric pair of weighted entries ties two unknowns to the same kind, a skew pair to
 * opposite kinds; a contradiction means that there is no potential to be read off. In each connected part the kind
 * with more curvature is taken for the variables. What a multiplier has beyond y >= 0 becomes elastic variables of
 * its row: curvature D is a free one, D/2 s^2 with A x - b + D s; an upper bound is one that costs that bound.
 * Does not look for potentials that need unknowns combined, nor prove H positive semidefinite off its diagonal.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/qp.h"

struct colouring {
  const struct mcp *problem;
  int n;
  const double *values; /* weighted Jacobian */
  double *q;            /* weighted F(0) */
  const int *mirror;    /* [entries] position of the transposed entry, -1 for none */
  int *part, parts;     /* [n] connected part */
  bool *dual;           /* [n] */
};

/* ---- what the problem is ---- */

static int *mirrors(const struct mcp *problem, struct arena *arena)
{
  int *mirror = ARENA_ARRAY(arena, problem->row_start[problem->n], int);
  int *next = ARENA_ARRAY(arena, problem->n, int);
  memcpy(next, problem->row_start, (size_t)problem->n * sizeof *next);
  for (int i = 0; i < problem->n; i++) { /* rows in order: each row j meets its columns i in ascending order */
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      int j = problem->column[p], *at = &next[j];
      while (*at < problem->row_start[j + 1] && problem->column[*at] < i) ++*at;
      mirror[p] = *at < problem->row_start[j + 1] && problem->column[*at] == i ? *at : -1;
    }
  }
  return mirror;
}

static struct colouring colouring_new(const struct mcp *problem, struct arena *arena)
{
  int n = problem->n, entries = problem->row_start[n];
  struct colouring colouring = {.problem = problem, .n = n};
  double *values = ARENA_ARRAY(arena, entries, double), *zero = ARENA_ARRAY(arena, n, double);
  colouring.q = ARENA_ARRAY(arena, n, double);
  problem->evaluate(problem->context, zero, colouring.q, values);
  for (int i = 0; i < n && problem->weight != NULL; i++) {
    colouring.q[i] *= problem->weight[i];
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) values[p] *= problem->weight[i];
  }
  colouring.values = values;
  colouring.mirror = mirrors(problem, arena);
  colouring.part = ARENA_ARRAY(arena, n, int);
  colouring.dual = ARENA_ARRAY(arena, n, bool);
  return colouring;
}

/* ---- colouring ---- */

enum tie { TIE_NONE, TIE_SAME, TIE_OPPOSITE, TIE_BROKEN };

static enum tie tie_of(const struct colouring *colouring, int p)
{
  double a = colouring->values[p], b = colouring->mirror[p] >= 0 ? colouring->values[colouring->mirror[p]] : 0;
  double rounding = 1e-12 * fmax(fabs(a), fabs(b));
  if (a == 0 && b == 0) return TIE_NONE;
  if (fabs(a - b) <= rounding) return TIE_SAME;
  return fabs(a + b) <= rounding ? TIE_OPPOSITE : TIE_BROKEN;
}

/* Spreads the kind of `from` over its connected part; false at a contradiction. */
static bool colour_part(struct colouring *colouring, int from, int *queue)
{
  const struct mcp *problem = colouring->problem;
  int part = ++colouring->parts, count = 0;
  queue[count++] = from;
  colouring->part[from] = part;
  for (int k = 0; k < count; k++) {
    int i = queue[k];
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      int j = problem->column[p];
      enum tie tie = j == i ? TIE_NONE : tie_of(colouring, p);
      if (tie == TIE_NONE) continue;
      bool kind = tie == TIE_SAME ? colouring->dual[i] : !colouring->dual[i];
      if (tie == TIE_BROKEN || (colouring->part[j] == part && colouring->dual[j] != kind)) return false;
      if (colouring->part[j] == part) continue;
      colouring->part[j] = part;
      colouring->dual[j] = kind;
      queue[count++] = j;
    }
  }
  return true;
}

/* Turns each part so that its variables hold the entries that only H may have (off the diagonal, or more diagonal
 * ones). False when both kinds of a part have entries off the diagonal, or a diagonal entry is negative. */
static bool turn_parts(struct colouring *colouring, struct arena *arena)
{
  const struct mcp *problem = colouring->problem;
  int *curved[2], *coupled[2];
  for (int kind = 0; kind < 2; kind++) {
    curved[kind] = ARENA_ARRAY(arena, colouring->parts + 1, int);
    coupled[kind] = ARENA_ARRAY(arena, colouring->parts + 1, int);
  }
  for (int i = 0; i < colouring->n; i++) {
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      int j = problem->column[p], kind = colouring->dual[i];
      if (colouring->values[p] == 0) continue;
      if (j == i && colouring->values[p] < 0) return false;
      if (j == i)
        curved[kind][colouring->part[i]]++;
      else if (colouring->dual[j] == kind)
        coupled[kind][colouring->part[i]]++;
    }
  }
  for (int part = 1; part <= colouring->parts; part++) {
    if (coupled[0][part] > 0 && coupled[1][part] > 0) return false;
  }
  for (int i = 0; i < colouring->n; i++) {
    int part = colouring->part[i];
    bool turn = coupled[1][part] > 0 || (coupled[0][part] == 0 && curved[1][part] > curved[0][part]);
    if (turn) colouring->dual[i] = !colouring->dual[i];
  }
  return true;
}

static bool colour(struct colouring *colouring, struct arena *arena)
{
  int *queue = ARENA_ARRAY(arena, colouring->n, int);
  for (int i = 0; i < colouring->n; i++) {
    if (colouring->part[i] == 0 && !colour_part(colouring, i, queue)) return false;
  }
  return turn_parts(colouring, arena);
}

/* ---- the programme ---- */

struct writer {
  const struct colouring *colouring;
  struct qp *qp;
  struct potential *potential;
  double *shift, *sign, *diagonal; /* [n] */
  int *place;
  int variables, rows, elastic; /* elastic variables come after the others */
  double *cost, *row_lower, *lower, *upper, *x_scale, *y_scale, *dual_scale, *row_scale;
  bool *equation;
};

static double scale_at(const double *scale, int i)
{
  return scale != NULL ? scale[i] : 1;
}

static double diagonal_at(const struct colouring *colouring, int i)
{
  const struct mcp *problem = colouring->problem;
  for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
    if (problem->column[p] == i) return colouring->values[p];
  }
  return 0;
}

/* A multiplier bounded above alone is turned round, one bounded below is counted from its bound. */
static void place_unknowns(struct writer *writer)
{
  const struct mcp *problem = writer->colouring->problem;
  for (int i = 0; i < problem->n; i++) {
    writer->sign[i] = 1;
    if (!writer->colouring->dual[i]) {
      writer->place[i] = writer->variables++;
      continue;
    }
    bool low = isfinite(problem->lower[i]), high = isfinite(problem->upper[i]);
    writer->place[i] = writer->rows++;
    writer->diagonal[i] = diagonal_at(writer->colouring, i);
    if (!low && high) writer->sign[i] = -1;
    if (low)
      writer->shift[i] = problem->lower[i];
    else if (high)
      writer->shift[i] = problem->upper[i];
    writer->elastic += (writer->diagonal[i] > 0) + (low && high);
  }
}

/* H by rows: the entries between variables, then one diagonal entry for each elastic variable. */
static void write_h(struct writer *writer, struct arena *arena)
{
  const struct colouring *colouring = writer->colouring;
  const struct mcp *problem = colouring->problem;
  int total = writer->variables + writer->elastic, count = 0, row = 0;
  int *start = ARENA_ARRAY(arena, total + 1, int);
  int *column = ARENA_ARRAY(arena, problem->row_start[problem->n] + writer->elastic, int);
  double *value = ARENA_ARRAY(arena, problem->row_start[problem->n] + writer->elastic, double);
  for (int i = 0; i < problem->n; i++) {
    if (colouring->dual[i]) continue;
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      int j = problem->column[p];
      if (colouring->dual[j] || (colouring->values[p] == 0 && j != i)) continue;
      column[count] = writer->place[j];
      value[count++] = colouring->values[p];
    }
    start[++row] = count;
  }
  for (; row < total; start[++row] = count) column[count++] = row;
  writer->qp->h_start = start;
  writer->qp->h_column = column;
  writer->qp->h_value = value;
}

static void write_variable(struct writer *writer, int i)
{
  const struct mcp *problem = writer->colouring->problem;
  int k = writer->place[i];
  double weight = scale_at(problem->weight, i);
  writer->lower[k] = problem->lower[i];
  writer->upper[k] = problem->upper[i];
  writer->x_scale[k] = scale_at(problem->z_scale, i);
  writer->dual_scale[k] = weight * scale_at(problem->f_scale, i);
  double cost = writer->colouring->q[i]; /* of z = 0: multipliers there are counted from their shifts */
  for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
    int j = problem->column[p];
    if (writer->colouring->dual[j]) cost += writer->colouring->values[p] * writer->shift[j];
  }
  writer->cost[k] = cost;
}

/* One row of A, with its elastic variables from column *next on. Returns the new number of entries. */
static int write_row(struct writer *writer, int i, int *column, double *value, double *h_value, int count, int *next)
{
  const struct mcp *problem = writer->colouring->problem;
  int k = writer->place[i];
  double weight = scale_at(problem->weight, i), sign = writer->sign[i], diagonal = writer->diagonal[i];
  for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
    int j = problem->column[p];
    if (writer->colouring->dual[j] || writer->colouring->values[p] == 0) continue;
    column[count] = writer->place[j];
    value[count++] = sign * writer->colouring->values[p];
  }
  writer->row_lower[k] = -sign * (writer->colouring->q[i] + diagonal * writer->shift[i]);
  writer->equation[k] = !isfinite(problem->lower[i]) && !isfinite(problem->upper[i]);
  writer->y_scale[k] = scale_at(problem->z_scale, i);
  writer->row_scale[k] = weight * scale_at(problem->f_scale, i);
  bool capped = isfinite(problem->lower[i]) && isfinite(problem->upper[i]);
  for (int kind = diagonal > 0 ? 0 : 1; kind < (capped ? 2 : 1); kind++) {
    int e = (*next)++;
    bool curved = kind == 0;
    column[count] = e;
    value[count++] = curved ? diagonal : 1;
    h_value[writer->qp->h_start[e]] = curved ? diagonal : 0;
    writer->cost[e] = curved ? 0 : problem->upper[i] - problem->lower[i];
    writer->lower[e] = curved ? -HUGE_VAL : 0;
    writer->upper[e] = HUGE_VAL;
    writer->x_scale[e] = curved ? writer->y_scale[k] : writer->row_scale[k];
    writer->dual_scale[e] = curved ? writer->row_scale[k] : writer->y_scale[k];
  }
  return count;
}

static void write_rows(struct writer *writer, struct arena *arena)
{
  const struct mcp *problem = writer->colouring->problem;
  int count = 0, row = 0, next = writer->variables, entries = problem->row_start[problem->n] + writer->elastic;
  int *start = ARENA_ARRAY(arena, writer->rows + 1, int), *column = ARENA_ARRAY(arena, entries, int);
  double *value = ARENA_ARRAY(arena, entries, double);
  double *h_value = ARENA_ARRAY(arena, writer->qp->h_start[writer->variables + writer->elastic], double);
  memcpy(h_value, writer->qp->h_value, (size_t)writer->qp->h_start[writer->variables] * sizeof *h_value);
  for (int i = 0; i < problem->n; i++) {
    if (!writer->colouring->dual[i]) continue;
    count = write_row(writer, i, column, value, h_value, count, &next);
    start[++row] = count;
  }
  assert(next == writer->variables + writer->elastic && row == writer->rows);
  writer->qp->a_start = start;
  writer->qp->a_column = column;
  writer->qp->a_value = value;
  writer->qp->h_value = h_value;
}

static const struct potential *write_potential(const struct colouring *colouring, struct arena *arena)
{
  int n = colouring->n;
  struct writer writer = {.colouring = colouring, .qp = ARENA_NEW(arena, struct qp)};
  writer.shift = ARENA_ARRAY(arena, n, double);
  writer.sign = ARENA_ARRAY(arena, n, double);
  writer.diagonal = ARENA_ARRAY(arena, n, double);
  writer.place = ARENA_ARRAY(arena, n, int);
  place_unknowns(&writer);
  int variables = writer.variables + writer.elastic;
  double **of_variables[] = {&writer.cost, &writer.lower, &writer.upper, &writer.x_scale, &writer.dual_scale};
  double **of_rows[] = {&writer.row_lower, &writer.y_scale, &writer.row_scale};
  for (int k = 0; k < 5; k++) *of_variables[k] = ARENA_ARRAY(arena, variables, double);
  for (int k = 0; k < 3; k++) *of_rows[k] = ARENA_ARRAY(arena, writer.rows, double);
  writer.equation = ARENA_ARRAY(arena, writer.rows, bool);
  write_h(&writer, arena);
  for (int i = 0; i < n; i++) {
    if (!colouring->dual[i]) write_variable(&writer, i);
  }
  write_rows(&writer, arena);
  struct qp *qp = writer.qp;
  qp->variables = variables;
  qp->rows = writer.rows;
  qp->cost = writer.cost;
  qp->row_lower = writer.row_lower;
  qp->equation = writer.equation;
  qp->lower = writer.lower;
  qp->upper = writer.upper;
  qp->x_scale = writer.x_scale;
  qp->y_scale = writer.y_scale;
  qp->dual_scale = writer.dual_scale;
  qp->row_scale = writer.row_scale;
  struct potential *potential = ARENA_NEW(arena, struct potential);
  *potential = (struct potential){
      .qp = qp, .dual = colouring->dual, .place = writer.place, .shift = writer.shift, .sign = writer.sign, .n = n};
  return potential;
}

const struct potential *mcp_potential(const struct mcp *problem, struct arena *arena)
{
  if (!problem->affine) return NULL;
  struct colouring colouring = colouring_new(problem, arena);
  return colour(&colouring, arena) ? write_potential(&colouring, arena) : NULL;
}

void potential_point(const struct potential *potential, const struct qp_solution *solution, double *z)
{
  for (int i = 0; i < potential->n; i++) {
    const double *from = potential->dual[i] ? solution->y : solution->x;
    z[i] = potential->shift[i] + potential->sign[i] * from[potential->place[i]];
  }
}
