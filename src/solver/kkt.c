/* solver/kkt.c - scaling, assembly, factorisation and refined solution. The sign of dy is turned, which makes the
 * matrix symmetric quasidefinite; the regularisation acts like a proximal term, and refinement against the true
 * matrix undoes it, also where that matrix is singular but the system has a solution.
 */
#include "solver/kkt.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static double scale_at(const double *scale, int i)
{
  return scale != NULL ? scale[i] : 1;
}

static void scale_programme(struct kkt *kkt, struct arena *arena)
{
  const struct qp *qp = kkt->qp;
  int n = kkt->variables, m = kkt->rows;
  kkt->h_value = ARENA_ARRAY(arena, qp->h_start[n], double);
  kkt->a_value = ARENA_ARRAY(arena, qp->a_start[m], double);
  for (int i = 0; i < n; i++) {
    double x = scale_at(qp->x_scale, i), dual = scale_at(qp->dual_scale, i);
    kkt->x_unit[i] = sqrt(x / dual);
    kkt->x_value_root[i] = sqrt(x * dual);
  }
  for (int k = 0; k < m; k++) {
    double y = scale_at(qp->y_scale, k), row = scale_at(qp->row_scale, k);
    kkt->y_unit[k] = sqrt(y / row);
    kkt->y_value_root[k] = sqrt(y * row);
    kkt->row_lower[k] = qp->row_lower[k] * kkt->y_unit[k];
    for (int p = qp->a_start[k]; p < qp->a_start[k + 1]; p++) {
      kkt->a_value[p] = qp->a_value[p] * kkt->y_unit[k] * kkt->x_unit[qp->a_column[p]];
    }
  }
  for (int i = 0; i < n; i++) {
    kkt->cost[i] = qp->cost[i] * kkt->x_unit[i];
    kkt->lower[i] = qp->lower[i] / kkt->x_unit[i];
    kkt->upper[i] = qp->upper[i] / kkt->x_unit[i];
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1]; p++) {
      kkt->h_value[p] = qp->h_value[p] * kkt->x_unit[i] * kkt->x_unit[qp->h_column[p]];
    }
  }
}

/* The lower triangle by rows, diagonals last: H below and on its diagonal, then A with a diagonal. */
static int *assemble_pattern(struct kkt *kkt, struct arena *arena)
{
  const struct qp *qp = kkt->qp;
  int n = kkt->variables, m = kkt->rows, count = 0;
  int *start = ARENA_ARRAY(arena, n + m + 1, int);
  int *column = ARENA_ARRAY(arena, qp->h_start[n] + qp->a_start[m] + m, int);
  for (int i = 0; i < n; i++) {
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1] && qp->h_column[p] <= i; p++) column[count++] = qp->h_column[p];
    assert(count > start[i] && column[count - 1] == i);
    start[i + 1] = count;
  }
  for (int k = 0; k < m; k++) {
    for (int p = qp->a_start[k]; p < qp->a_start[k + 1]; p++) column[count++] = qp->a_column[p];
    column[count++] = n + k;
    start[n + k + 1] = count;
  }
  kkt->row_start = start;
  kkt->values = ARENA_ARRAY(arena, count, double);
  return column;
}

struct kkt kkt_new(const struct qp *qp, struct arena *arena)
{
  int n = qp->variables, m = qp->rows;
  struct kkt kkt = {.qp = qp, .variables = n, .rows = m};
  double **of_variables[] = {&kkt.x_unit, &kkt.x_value_root, &kkt.cost, &kkt.lower, &kkt.upper, &kkt.x_diagonal};
  double **of_rows[] = {&kkt.y_unit, &kkt.y_value_root, &kkt.row_lower, &kkt.y_diagonal};
  double **of_both[] = {&kkt.sign, &kkt.right, &kkt.step};
  for (int k = 0; k < 6; k++) *of_variables[k] = ARENA_ARRAY(arena, n, double);
  for (int k = 0; k < 4; k++) *of_rows[k] = ARENA_ARRAY(arena, m, double);
  for (int k = 0; k < 3; k++) *of_both[k] = ARENA_ARRAY(arena, n + m, double);
  scale_programme(&kkt, arena);
  int *column = assemble_pattern(&kkt, arena);
  for (int i = 0; i < n + m; i++) kkt.sign[i] = i < n ? 1 : -1;
  kkt.ldl = ldl_new(n + m, kkt.row_start, column, arena);
  return kkt;
}

void kkt_factor(struct kkt *kkt, double shift)
{
  const struct qp *qp = kkt->qp;
  int n = kkt->variables, count = 0;
  for (int i = 0; i < n; i++) {
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1] && qp->h_column[p] <= i; p++) {
      kkt->values[count++] = kkt->h_value[p];
    }
    kkt->values[count - 1] += kkt->x_diagonal[i] + shift;
  }
  for (int k = 0; k < kkt->rows; k++) {
    for (int p = qp->a_start[k]; p < qp->a_start[k + 1]; p++) kkt->values[count++] = kkt->a_value[p];
    kkt->values[count++] = -kkt->y_diagonal[k] - shift;
  }
  ldl_factor(&kkt->ldl, kkt->values, kkt->sign, shift > 0 ? 0.01 * shift : 1e-14);
}

/* a -= (H + S) dx - A' dy,  b -= A dx + T dy;  nothing is asked of pinned unknowns. */
static void subtract_product(const struct kkt *kkt, const double *dx, const double *dy, double *a, double *b)
{
  const struct qp *qp = kkt->qp;
  for (int i = 0; i < kkt->variables; i++) {
    double sum = kkt->x_diagonal[i] * dx[i];
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1]; p++) sum += kkt->h_value[p] * dx[qp->h_column[p]];
    a[i] -= sum;
  }
  for (int k = 0; k < kkt->rows; k++) {
    double sum = kkt->y_diagonal[k] * dy[k];
    for (int p = qp->a_start[k]; p < qp->a_start[k + 1]; p++) {
      sum += kkt->a_value[p] * dx[qp->a_column[p]];
      a[qp->a_column[p]] += kkt->a_value[p] * dy[k];
    }
    b[k] -= sum;
  }
  for (int i = 0; i < kkt->variables; i++) {
    if (kkt->x_diagonal[i] >= kkt_pinned) a[i] = 0;
  }
  for (int k = 0; k < kkt->rows; k++) {
    if (kkt->y_diagonal[k] >= kkt_pinned) b[k] = 0;
  }
}

static double norm_max(const double *a, int count)
{
  double most = 0;
  for (int i = 0; i < count; i++) most = fmax(most, fabs(a[i]));
  return most;
}

void kkt_solve(struct kkt *kkt, double *a, double *b, double *dx, double *dy, int rounds)
{
  int n = kkt->variables, m = kkt->rows;
  double before = fmax(norm_max(a, n), norm_max(b, m)), goal = 1e-15 * before;
  memset(dx, 0, (size_t)n * sizeof *dx);
  memset(dy, 0, (size_t)m * sizeof *dy);
  for (int round = 0; round <= rounds; round++) {
    memcpy(kkt->right, a, (size_t)n * sizeof *a);
    memcpy(kkt->right + n, b, (size_t)m * sizeof *b);
    ldl_solve(&kkt->ldl, kkt->right, kkt->step);
    for (int k = 0; k < m; k++) kkt->step[n + k] = -kkt->step[n + k];
    for (int i = 0; i < n; i++) dx[i] += kkt->step[i];
    for (int k = 0; k < m; k++) dy[k] += kkt->step[n + k];
    subtract_product(kkt, kkt->step, kkt->step + n, a, b);
    double defect = fmax(norm_max(a, n), norm_max(b, m));
    if (!(defect > goal) || !isfinite(defect)) break;
    if (defect > 2 * before) { /* refinement makes it worse: keep what was there */
      for (int i = 0; i < n; i++) dx[i] -= kkt->step[i];
      for (int k = 0; k < m; k++) dy[k] -= kkt->step[n + k];
      break;
    }
    before = defect;
  }
}

void kkt_residuals(const struct kkt *kkt, const double *x, const double *y, double *gradient, double *slack)
{
  const struct qp *qp = kkt->qp;
  for (int i = 0; i < kkt->variables; i++) {
    double sum = kkt->cost[i];
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1]; p++) sum += kkt->h_value[p] * x[qp->h_column[p]];
    gradient[i] = sum;
  }
  for (int k = 0; k < kkt->rows; k++) {
    double sum = -kkt->row_lower[k];
    for (int p = qp->a_start[k]; p < qp->a_start[k + 1]; p++) {
      sum += kkt->a_value[p] * x[qp->a_column[p]];
      gradient[qp->a_column[p]] -= kkt->a_value[p] * y[k];
    }
    slack[k] = sum;
  }
}
