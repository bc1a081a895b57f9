/* tests/oracle/ipopt.c - Ipopt as the other road: the programme handed over through its C interface, in units of one.
 *
 * Variables and rows are divided by their magnitudes and the objective by the mean value of a unit of anything, since
 * Ipopt's tolerances are absolute. It sees no more than the matrices: function values, gradients and a constant
 * Hessian.
 */
#include <math.h>
#include <stddef.h>

#include <coin/IpStdCInterface.h>

#include "agreement.h"

struct scaled_programme {
  const struct qp *qp;
  double value; /* money that one unit of the objective stands for */
};

static double product(const struct qp *qp, int i, const double *u) /* of row i of H, in USD per unit of x_i */
{
  double sum = 0;
  for (int p = qp->h_start[i]; p < qp->h_start[i + 1]; p++) {
    sum += qp->h_value[p] * qp->x_scale[qp->h_column[p]] * u[qp->h_column[p]];
  }
  return sum;
}

static Bool objective(Index n, Number *u, Bool new_u, Number *result, UserDataPtr data)
{
  const struct scaled_programme *programme = data;
  const struct qp *qp = programme->qp;
  (void)new_u;
  *result = 0;
  for (int i = 0; i < n; i++) {
    *result += (qp->cost[i] + 0.5 * product(qp, i, u)) * qp->x_scale[i] * u[i] / programme->value;
  }
  return TRUE;
}

static Bool gradient(Index n, Number *u, Bool new_u, Number *result, UserDataPtr data)
{
  const struct scaled_programme *programme = data;
  const struct qp *qp = programme->qp;
  (void)new_u;
  for (int i = 0; i < n; i++) result[i] = (qp->cost[i] + product(qp, i, u)) * qp->x_scale[i] / programme->value;
  return TRUE;
}

static Bool rows(Index n, Number *u, Bool new_u, Index m, Number *result, UserDataPtr data)
{
  const struct qp *qp = ((const struct scaled_programme *)data)->qp;
  (void)n, (void)new_u;
  for (int k = 0; k < m; k++) {
    result[k] = 0;
    for (int p = qp->a_start[k]; p < qp->a_start[k + 1]; p++) {
      result[k] += qp->a_value[p] * qp->x_scale[qp->a_column[p]] * u[qp->a_column[p]] / qp->row_scale[k];
    }
  }
  return TRUE;
}

static Bool jacobian(Index n, Number *u, Bool new_u, Index m, Index count, Index *row, Index *column, Number *values,
                     UserDataPtr data)
{
  const struct qp *qp = ((const struct scaled_programme *)data)->qp;
  (void)n, (void)u, (void)new_u, (void)count;
  for (int k = 0; k < m; k++) {
    for (int p = qp->a_start[k]; p < qp->a_start[k + 1]; p++) {
      if (values == NULL) row[p] = k;
      if (values == NULL) column[p] = qp->a_column[p];
      if (values != NULL) values[p] = qp->a_value[p] * qp->x_scale[qp->a_column[p]] / qp->row_scale[k];
    }
  }
  return TRUE;
}

static Bool hessian(Index n, Number *u, Bool new_u, Number factor, Index m, Number *multipliers, Bool new_multipliers,
                    Index count, Index *row, Index *column, Number *values, UserDataPtr data)
{
  const struct scaled_programme *programme = data;
  const struct qp *qp = programme->qp;
  int at = 0;
  (void)u, (void)new_u, (void)m, (void)multipliers, (void)new_multipliers, (void)count;
  for (int i = 0; i < n; i++) {
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1] && qp->h_column[p] <= i; p++, at++) {
      double scale = qp->x_scale[i] * qp->x_scale[qp->h_column[p]] / programme->value;
      if (values == NULL) row[at] = i;
      if (values == NULL) column[at] = qp->h_column[p];
      if (values != NULL) values[at] = factor * qp->h_value[p] * scale;
    }
  }
  return TRUE;
}

static int lower_entries(const struct qp *qp)
{
  int count = 0;
  for (int i = 0; i < qp->variables; i++) {
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1]; p++) count += qp->h_column[p] <= i;
  }
  return count;
}

static IpoptProblem open_problem(const struct qp *qp, struct arena *arena)
{
  int n = qp->variables, m = qp->rows;
  double *lower = ARENA_ARRAY(arena, n, double), *upper = ARENA_ARRAY(arena, n, double);
  double *row_lower = ARENA_ARRAY(arena, m, double), *row_upper = ARENA_ARRAY(arena, m, double);
  for (int i = 0; i < n; i++) {
    lower[i] = qp->lower[i] / qp->x_scale[i];
    upper[i] = qp->upper[i] / qp->x_scale[i];
  }
  for (int k = 0; k < m; k++) {
    row_lower[k] = qp->row_lower[k] / qp->row_scale[k];
    row_upper[k] = 2e19;
  }
  return CreateIpoptProblem(n, lower, upper, m, row_lower, row_upper, qp->a_start[m], lower_entries(qp), 0, objective,
                            rows, gradient, jacobian, hessian);
}

static void set_options(IpoptProblem problem, double tolerance, bool plain)
{
  AddIpoptIntOption(problem, "print_level", 0);
  AddIpoptStrOption(problem, "sb", "yes");
  AddIpoptIntOption(problem, "max_iter", 150);
  AddIpoptStrOption(problem, "nlp_scaling_method", "none");
  AddIpoptStrOption(problem, "jac_d_constant", "yes");
  AddIpoptStrOption(problem, "hessian_constant", "yes");
  if (!plain) AddIpoptStrOption(problem, "mehrotra_algorithm", "yes");
  AddIpoptNumOption(problem, "bound_relax_factor", 0);
  AddIpoptNumOption(problem, "tol", tolerance);
  AddIpoptNumOption(problem, "dual_inf_tol", fmax(tolerance, 1e-12));
  AddIpoptNumOption(problem, "compl_inf_tol", tolerance);
  AddIpoptNumOption(problem, "constr_viol_tol", fmax(tolerance, 1e-13));
}

/* Fast first, by Mehrotra's rule, to what gives a residual of 1e-8 or so; then at the edge of rounding; where that went
 * astray, again with Ipopt's usual safeguards. */
static double ipopt_solve(const struct generated *market, const struct mcp *problem, int attempt, double *x, double *y,
                          struct arena *arena)
{
  const struct qp *qp = market->qp;
  struct scaled_programme programme = {.qp = qp, .value = road_value(qp)};
  double value;
  (void)problem;
  for (int i = 0; i < qp->variables; i++) x[i] = fmin(1, qp->upper[i] / qp->x_scale[i]);
  IpoptProblem ipopt = open_problem(qp, arena);
  set_options(ipopt, attempt > 0 ? 1e-15 : 1e-12, attempt > 1);
  IpoptSolve(ipopt, x, NULL, &value, y, NULL, NULL, &programme);
  FreeIpoptProblem(ipopt);
  for (int i = 0; i < qp->variables; i++) x[i] *= qp->x_scale[i];
  for (int k = 0; k < qp->rows; k++) y[k] *= -programme.value / qp->row_scale[k];
  return 0;
}

int main(int argc, char **argv)
{
  const struct road road = {.name = "Ipopt", .solve = ipopt_solve, .attempts = 3, .good = 1e-8, .tolerance = 1e-6};
  return agreement_main(&road, argc, argv);
}
