/* tests/oracle/clp.c - Clp as the other road: its barrier method for a quadratic objective and then its quadratic
 * simplex method, on the programme in units of one (Clp's tolerances are absolute).
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include <coin/Clp_C_Interface.h>

#include "agreement.h"

struct columns { /* a matrix by columns */
  int *start, *row;
  double *value;
};

static struct columns columns_of_a(const struct qp *qp, struct arena *arena)
{
  int n = qp->variables, entries = qp->a_start[qp->rows];
  struct columns a = {.start = ARENA_ARRAY(arena, n + 1, int),
                      .row = ARENA_ARRAY(arena, entries, int),
                      .value = ARENA_ARRAY(arena, entries, double)};
  int *next = ARENA_ARRAY(arena, n, int);
  for (int p = 0; p < entries; p++) a.start[qp->a_column[p] + 1]++;
  for (int i = 0; i < n; i++) a.start[i + 1] += a.start[i];
  memcpy(next, a.start, (size_t)n * sizeof *next);
  for (int k = 0; k < qp->rows; k++) {
    for (int p = qp->a_start[k]; p < qp->a_start[k + 1]; p++) {
      int i = qp->a_column[p], to = next[i]++;
      a.row[to] = k;
      a.value[to] = qp->a_value[p] * qp->x_scale[i] / qp->row_scale[k];
    }
  }
  return a;
}

static void load(Clp_Simplex *clp, const struct qp *qp, double value, struct arena *arena)
{
  int n = qp->variables, m = qp->rows, count = 0;
  struct columns a = columns_of_a(qp, arena);
  double *figures[5];
  for (int k = 0; k < 5; k++) figures[k] = ARENA_ARRAY(arena, n + m, double);
  int *h_start = ARENA_ARRAY(arena, n + 1, int), *h_row = ARENA_ARRAY(arena, qp->h_start[n], int);
  double *h_value = ARENA_ARRAY(arena, qp->h_start[n], double);
  for (int i = 0; i < n; i++) {
    figures[0][i] = qp->lower[i] / qp->x_scale[i];
    figures[1][i] = isfinite(qp->upper[i]) ? qp->upper[i] / qp->x_scale[i] : 1e30;
    figures[2][i] = qp->cost[i] * qp->x_scale[i] / value;
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1]; p++) {
      if (qp->h_value[p] == 0) continue;
      h_row[count] = qp->h_column[p];
      h_value[count++] = qp->h_value[p] * qp->x_scale[i] * qp->x_scale[qp->h_column[p]] / value;
    }
    h_start[i + 1] = count;
  }
  for (int k = 0; k < m; k++) {
    figures[3][k] = qp->row_lower[k] / qp->row_scale[k];
    figures[4][k] = 1e30;
  }
  Clp_loadProblem(clp, n, m, a.start, a.row, a.value, figures[0], figures[1], figures[2], figures[3], figures[4]);
  Clp_loadQuadraticObjective(clp, n, h_start, h_row, h_value);
}

/* Clp's presolve loses quadratic terms and its crossover stops short of them (seen on these markets), so neither is
 * used: the barrier method brings the point near, the quadratic simplex method finishes from there. */
static void solve(Clp_Simplex *clp, double tolerance)
{
  Clp_setPrimalTolerance(clp, tolerance);
  Clp_setDualTolerance(clp, tolerance);
  Clp_setPerturbation(clp, 100); /* none */
  Clp_Solve *options = ClpSolve_new();
  ClpSolve_setSolveType(options, 4, -1);    /* barrier, no crossover */
  ClpSolve_setPresolveType(options, 1, -1); /* off */
  Clp_initialSolveWithOptions(clp, options);
  ClpSolve_delete(options);
  Clp_primal(clp, 1);
}

static double clp_solve(const struct generated *market, const struct mcp *problem, int attempt, double *x, double *y,
                        struct arena *arena)
{
  const double tolerances[] = {1e-10, 1e-9, 1e-8, 1e-12, 1e-7}; /* degenerate markets need one or another */
  const struct qp *qp = market->qp;
  double value = road_value(qp);
  (void)problem;
  Clp_Simplex *clp = Clp_newModel();
  Clp_setLogLevel(clp, 0);
  load(clp, qp, value, arena);
  solve(clp, tolerances[attempt]);
  const double *primal = Clp_getColSolution(clp), *dual = Clp_getRowPrice(clp);
  for (int i = 0; i < qp->variables; i++) x[i] = primal[i] * qp->x_scale[i];
  for (int k = 0; k < qp->rows; k++) y[k] = dual[k] * value / qp->row_scale[k];
  Clp_deleteModel(clp);
  return 0;
}

int main(int argc, char **argv)
{
  const struct road road = {.name = "Clp", .solve = clp_solve, .attempts = 5, .good = 1e-9, .tolerance = 1e-6};
  return agreement_main(&road, argc, argv);
}
