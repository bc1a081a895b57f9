/* solver/qp.c - Mehrotra's predictor-corrector method, then active-set steps to full precision.
 *
 * Method: Mehrotra, SIAM Journal on Optimization 2 (1992) 575-601, for a convex quadratic objective, with one step
 * length, from a cold start one magnitude inside every bound. The path is weighted: products go to mu times what one
 * unit of the pair is worth, so that a small market is solved nearly as well as a large one beside it. Steps that get
 * nowhere are taken back towards the centre. The final
 * steps guess which bounds and rows bind and solve for the rest; whichever point has the smaller residual is kept.
 * Finds no certificate that a programme has no solution: it stalls.
 */
#include "solver/qp.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/kkt.h"

static const double shift_interior = 1e-8;
static const double shift_polish = 1e-9;
static const int refinements = 6;
static const double product_least = 1e-4;                   /* of the mean one */
static const double length_wanted[] = {HUGE_VAL, 0.3, 0.1}; /* before the next attempt is not made */

struct point { /* scaled; low = x - lower, high = upper - x; a, b their multipliers; s the rows' slacks */
  double *x, *y, *low, *high, *a, *b, *s;
};

struct iteration {
  const struct qp *qp;
  struct kkt kkt;
  int variables, rows, pairs;
  bool *has_low, *has_high, *fixed; /* [variables] */
  bool *inequality;                 /* [rows] */
  double *x_worth, *y_worth;        /* [variables], [rows] what a product of a pair should be where mu is 1 */
  struct point at, step;
  double *gradient, *slack;                    /* Hx + c - A'y, Ax - b at the point */
  double *dual_defect, *row_defect;            /* what a Newton step takes away */
  double *second_low, *second_high, *second_s; /* the predictor's own products */
  double *target_low, *target_high, *target_s; /* what it adds to each product */
  double *right_x, *right_y;
  double *best_x, *best_y, best; /* the best point met and its natural residual */
};

/* ---- set-up ---- */

static struct point point_new(int variables, int rows, struct arena *arena)
{
  struct point point;
  double **of_variables[] = {&point.x, &point.low, &point.high, &point.a, &point.b};
  double **of_rows[] = {&point.y, &point.s};
  for (int k = 0; k < 5; k++) *of_variables[k] = ARENA_ARRAY(arena, variables, double);
  for (int k = 0; k < 2; k++) *of_rows[k] = ARENA_ARRAY(arena, rows, double);
  return point;
}

static struct iteration iteration_new(const struct qp *qp, struct arena *arena)
{
  int n = qp->variables, m = qp->rows;
  struct iteration it = {.qp = qp, .kkt = kkt_new(qp, arena), .variables = n, .rows = m, .best = HUGE_VAL};
  double **of_variables[] = {&it.x_worth,    &it.gradient,    &it.dual_defect, &it.target_low, &it.target_high,
                             &it.second_low, &it.second_high, &it.right_x,     &it.best_x};
  double **of_rows[] = {&it.y_worth, &it.slack, &it.row_defect, &it.target_s, &it.second_s, &it.right_y, &it.best_y};
  for (int k = 0; k < 9; k++) *of_variables[k] = ARENA_ARRAY(arena, n, double);
  for (int k = 0; k < 7; k++) *of_rows[k] = ARENA_ARRAY(arena, m, double);
  it.has_low = ARENA_ARRAY(arena, n, bool);
  it.has_high = ARENA_ARRAY(arena, n, bool);
  it.fixed = ARENA_ARRAY(arena, n, bool);
  it.inequality = ARENA_ARRAY(arena, m, bool);
  it.at = point_new(n, m, arena);
  it.step = point_new(n, m, arena);
  return it;
}

/* Between the value of a unit of the pair and the typical value of any: with the first alone one rent with a large
 * magnitude bends the path, with the second alone small markets are solved last. */
static void set_worth(struct iteration *it)
{
  const struct kkt *kkt = &it->kkt;
  int n = it->variables, m = it->rows;
  double sum = 0;
  for (int i = 0; i < n; i++) sum += log(kkt->x_value_root[i]);
  for (int k = 0; k < m; k++) sum += log(kkt->y_value_root[k]);
  double typical = exp(sum / (n + m > 0 ? n + m : 1));
  for (int i = 0; i < n; i++) it->x_worth[i] = kkt->x_value_root[i] * typical;
  for (int k = 0; k < m; k++) it->y_worth[k] = kkt->y_value_root[k] * typical;
}

/* One magnitude inside the bounds (half way where they are closer), multipliers to match, mu = 1. */
static void start(struct iteration *it)
{
  const struct kkt *kkt = &it->kkt;
  struct point *at = &it->at;
  for (int i = 0; i < it->variables; i++) {
    double lower = kkt->lower[i], upper = kkt->upper[i], one = kkt->x_value_root[i];
    it->fixed[i] = lower >= upper;
    it->has_low[i] = isfinite(lower) && !it->fixed[i];
    it->has_high[i] = isfinite(upper) && !it->fixed[i];
    double room = it->has_low[i] && it->has_high[i] ? fmin(one, 0.5 * (upper - lower)) : one;
    at->x[i] = it->fixed[i] || (it->has_low[i] && !it->has_high[i]) ? lower : it->has_high[i] ? upper : 0;
    if (it->has_low[i])
      at->x[i] = lower + room;
    else if (it->has_high[i])
      at->x[i] = upper - room;
    at->low[i] = it->has_low[i] ? at->x[i] - lower : 0;
    at->high[i] = it->has_high[i] ? upper - at->x[i] : 0;
    at->a[i] = it->has_low[i] ? it->x_worth[i] / at->low[i] : 0;
    at->b[i] = it->has_high[i] ? it->x_worth[i] / at->high[i] : 0;
    it->pairs += it->has_low[i] + it->has_high[i];
  }
  for (int k = 0; k < it->rows; k++) {
    it->inequality[k] = it->qp->equation == NULL || !it->qp->equation[k];
    at->y[k] = it->inequality[k] ? kkt->y_value_root[k] : 0;
    at->s[k] = it->inequality[k] ? it->y_worth[k] / at->y[k] : 0;
    it->pairs += it->inequality[k];
  }
}

/* ---- measures ---- */

static double natural_residual(const struct iteration *it, const double *x, const double *y)
{
  const struct kkt *kkt = &it->kkt;
  double most = 0;
  kkt_residuals(kkt, x, y, it->gradient, it->slack);
  for (int i = 0; i < it->variables; i++) {
    double moved = fmin(fmax(x[i] - it->gradient[i], kkt->lower[i]), kkt->upper[i]);
    most = fmax(most, fabs(x[i] - moved) / kkt->x_value_root[i]);
    if (isnan(moved) || isnan(x[i])) return HUGE_VAL;
  }
  for (int k = 0; k < it->rows; k++) {
    double off = it->inequality[k] ? fmin(y[k], it->slack[k]) : it->slack[k];
    most = fmax(most, fabs(off) / kkt->y_value_root[k]);
    if (isnan(off)) return HUGE_VAL;
  }
  return most;
}

static double keep_best(struct iteration *it, const double *x, const double *y)
{
  double residual = natural_residual(it, x, y);
  if (residual < it->best) {
    it->best = residual;
    memcpy(it->best_x, x, (size_t)it->variables * sizeof *x);
    memcpy(it->best_y, y, (size_t)it->rows * sizeof *y);
  }
  return residual;
}

/* Mean product, in units of each pair's value, after a step of the given length. */
static double mean_product(const struct iteration *it, double length)
{
  const struct point *at = &it->at, *step = &it->step;
  double sum = 0;
  for (int i = 0; i < it->variables; i++) {
    double value = it->x_worth[i];
    if (it->has_low[i]) sum += (at->low[i] + length * step->low[i]) * (at->a[i] + length * step->a[i]) / value;
    if (it->has_high[i]) sum += (at->high[i] + length * step->high[i]) * (at->b[i] + length * step->b[i]) / value;
  }
  for (int k = 0; k < it->rows; k++) {
    double value = it->y_worth[k];
    if (it->inequality[k]) sum += (at->s[k] + length * step->s[k]) * (at->y[k] + length * step->y[k]) / value;
  }
  return it->pairs > 0 ? sum / it->pairs : 0;
}

/* ---- one step ---- */

static void residuals(struct iteration *it)
{
  struct point *at = &it->at;
  kkt_residuals(&it->kkt, at->x, at->y, it->gradient, it->slack);
  for (int i = 0; i < it->variables; i++) it->dual_defect[i] = -(it->gradient[i] - at->a[i] + at->b[i]);
  for (int k = 0; k < it->rows; k++) it->row_defect[k] = -(it->slack[k] - at->s[k]);
}

static void factor(struct iteration *it)
{
  const struct point *at = &it->at;
  for (int i = 0; i < it->variables; i++) {
    double sum = 0;
    if (it->has_low[i]) sum += at->a[i] / at->low[i];
    if (it->has_high[i]) sum += at->b[i] / at->high[i];
    it->kkt.x_diagonal[i] = it->fixed[i] ? kkt_pinned : sum;
  }
  for (int k = 0; k < it->rows; k++) it->kkt.y_diagonal[k] = it->inequality[k] ? at->s[k] / at->y[k] : 0;
  kkt_factor(&it->kkt, shift_interior);
}

/* Products change by the targets: low da + a dlow = target_low and so on, with the defects going to zero. */
static void solve_step(struct iteration *it)
{
  const struct point *at = &it->at;
  struct point *step = &it->step;
  for (int i = 0; i < it->variables; i++) {
    it->right_x[i] = it->fixed[i] ? 0 : it->dual_defect[i];
    if (it->has_low[i]) it->right_x[i] += it->target_low[i] / at->low[i];
    if (it->has_high[i]) it->right_x[i] -= it->target_high[i] / at->high[i];
  }
  for (int k = 0; k < it->rows; k++) {
    it->right_y[k] = it->row_defect[k] + (it->inequality[k] ? it->target_s[k] / at->y[k] : 0);
  }
  kkt_solve(&it->kkt, it->right_x, it->right_y, step->x, step->y, refinements);
  for (int i = 0; i < it->variables; i++) {
    if (it->fixed[i]) step->x[i] = 0;
    step->low[i] = it->has_low[i] ? step->x[i] : 0;
    step->high[i] = it->has_high[i] ? -step->x[i] : 0;
    step->a[i] = it->has_low[i] ? (it->target_low[i] - at->a[i] * step->low[i]) / at->low[i] : 0;
    step->b[i] = it->has_high[i] ? (it->target_high[i] - at->b[i] * step->high[i]) / at->high[i] : 0;
  }
  for (int k = 0; k < it->rows; k++) {
    step->s[k] = it->inequality[k] ? (it->target_s[k] - at->s[k] * step->y[k]) / at->y[k] : 0;
  }
}

/* What a full step along the predictor leaves of each product: the second-order term that the corrector takes away. */
static void note_products(struct iteration *it)
{
  const struct point *step = &it->step;
  for (int i = 0; i < it->variables; i++) {
    it->second_low[i] = step->low[i] * step->a[i];
    it->second_high[i] = step->high[i] * step->b[i];
  }
  for (int k = 0; k < it->rows; k++) it->second_s[k] = step->s[k] * step->y[k];
}

/* target = mu value - product - share of the second-order term; mu 0 and share 0 give the predictor. */
static void set_targets(struct iteration *it, double mu, double share)
{
  const struct point *at = &it->at;
  for (int i = 0; i < it->variables; i++) {
    double goal = mu * it->x_worth[i];
    it->target_low[i] = goal - at->low[i] * at->a[i] - share * it->second_low[i];
    it->target_high[i] = goal - at->high[i] * at->b[i] - share * it->second_high[i];
  }
  for (int k = 0; k < it->rows; k++) {
    double goal = mu * it->y_worth[k];
    it->target_s[k] = goal - at->s[k] * at->y[k] - share * it->second_s[k];
  }
}

static double length_to_zero(double value, double step, double length)
{
  return value + length * step < 0 ? -value / step : length;
}

static double step_length(const struct iteration *it)
{
  const struct point *at = &it->at, *step = &it->step;
  double length = 1;
  for (int i = 0; i < it->variables; i++) {
    if (it->has_low[i]) length = length_to_zero(at->low[i], step->low[i], length);
    if (it->has_low[i]) length = length_to_zero(at->a[i], step->a[i], length);
    if (it->has_high[i]) length = length_to_zero(at->high[i], step->high[i], length);
    if (it->has_high[i]) length = length_to_zero(at->b[i], step->b[i], length);
  }
  for (int k = 0; k < it->rows; k++) {
    if (it->inequality[k]) length = length_to_zero(at->s[k], step->s[k], length);
    if (it->inequality[k]) length = length_to_zero(at->y[k], step->y[k], length);
  }
  return length;
}

static void move(double *at, const double *step, double length, int count)
{
  for (int i = 0; i < count; i++) at[i] += length * step[i];
}

static void take_step(struct iteration *it, double length)
{
  struct point *at = &it->at, *step = &it->step;
  int n = it->variables, m = it->rows;
  move(at->x, step->x, length, n);
  move(at->low, step->low, length, n);
  move(at->high, step->high, length, n);
  move(at->a, step->a, length, n);
  move(at->b, step->b, length, n);
  move(at->y, step->y, length, m);
  move(at->s, step->s, length, m);
  for (int i = 0; i < n; i++) { /* a bound close by is known better from the distance than from x */
    if (it->has_low[i] && at->low[i] < 1e-3 * fabs(it->kkt.lower[i])) at->x[i] = it->kkt.lower[i] + at->low[i];
    if (it->has_high[i] && at->high[i] < 1e-3 * fabs(it->kkt.upper[i])) at->x[i] = it->kkt.upper[i] - at->high[i];
  }
}

/* The smallest product after a step, in units of its pair's value. */
static double least_product(const struct iteration *it, double length)
{
  const struct point *at = &it->at, *step = &it->step;
  double least = HUGE_VAL;
  for (int i = 0; i < it->variables; i++) {
    double value = it->x_worth[i];
    double low = (at->low[i] + length * step->low[i]) * (at->a[i] + length * step->a[i]) / value;
    double high = (at->high[i] + length * step->high[i]) * (at->b[i] + length * step->b[i]) / value;
    if (it->has_low[i] && low < least) least = low;
    if (it->has_high[i] && high < least) least = high;
  }
  for (int k = 0; k < it->rows; k++) {
    double value = it->y_worth[k];
    double slack = (at->s[k] + length * step->s[k]) * (at->y[k] + length * step->y[k]) / value;
    if (it->inequality[k] && slack < least) least = slack;
  }
  return least;
}

/* Short of the first pair that vanishes, and with no product far below the others. */
static double safe_length(const struct iteration *it, double mu)
{
  double length = step_length(it);
  if (length < 1) length *= fmin(fmax(0.99, 1 - mu), 1 - 1e-4);
  for (int k = 0; k < 20 && least_product(it, length) < product_least * mean_product(it, length); k++) length *= 0.9;
  return length;
}

/* The predictor says how much centring is due; the combined step is taken back towards the centre, with less of the
 * second-order term, where it gets nowhere. Returns the length of the step taken. */
static double advance(struct iteration *it)
{
  residuals(it);
  factor(it);
  double mu = mean_product(it, 0), length = 0;
  set_targets(it, 0, 0);
  solve_step(it);
  note_products(it);
  double affine = step_length(it), ratio = mu > 0 ? fmax(mean_product(it, affine), 0) / mu : 0;
  double centring = fmin(1, ratio * ratio * ratio), share = 1;
  for (int attempt = 0; attempt < 3 && length < length_wanted[attempt]; attempt++) {
    set_targets(it, centring * mu, share);
    solve_step(it);
    length = safe_length(it, mu);
    centring = fmax(centring, attempt == 0 ? 0.3 : 0.9);
    share = attempt == 0 ? affine * affine : 0;
  }
  take_step(it, length);
  return length;
}

/* ---- active-set steps ---- */

/* Puts what binds on its bound and pins it; the rest keeps its value and must meet its condition. */
static void choose_active(struct iteration *it, double *x, double *y)
{
  struct kkt *kkt = &it->kkt;
  kkt_residuals(kkt, x, y, it->gradient, it->slack);
  for (int i = 0; i < it->variables; i++) {
    bool at_low = it->fixed[i] || (it->has_low[i] && x[i] - kkt->lower[i] <= it->gradient[i]);
    bool at_high = !at_low && it->has_high[i] && kkt->upper[i] - x[i] <= -it->gradient[i];
    if (at_low) x[i] = kkt->lower[i];
    if (at_high) x[i] = kkt->upper[i];
    kkt->x_diagonal[i] = at_low || at_high ? kkt_pinned : 0;
  }
  for (int k = 0; k < it->rows; k++) {
    bool slack = it->inequality[k] && y[k] <= it->slack[k];
    if (slack) y[k] = 0;
    kkt->y_diagonal[k] = slack ? kkt_pinned : 0;
  }
}

static int polish(struct iteration *it, double tolerance, double *x, double *y)
{
  int worse = 0, count = 0;
  struct kkt *kkt = &it->kkt;
  for (double last = HUGE_VAL; count < 15 && worse < 4 && it->best > 1e-3 * tolerance; count++) {
    choose_active(it, x, y);
    kkt_residuals(kkt, x, y, it->gradient, it->slack);
    for (int i = 0; i < it->variables; i++) it->right_x[i] = kkt->x_diagonal[i] > 0 ? 0 : -it->gradient[i];
    for (int k = 0; k < it->rows; k++) it->right_y[k] = kkt->y_diagonal[k] > 0 ? 0 : -it->slack[k];
    kkt_factor(kkt, shift_polish);
    kkt_solve(kkt, it->right_x, it->right_y, it->step.x, it->step.y, 2 * refinements);
    move(x, it->step.x, 1, it->variables);
    move(y, it->step.y, 1, it->rows);
    for (int i = 0; i < it->variables; i++) x[i] = fmin(fmax(x[i], kkt->lower[i]), kkt->upper[i]);
    for (int k = 0; k < it->rows; k++) y[k] = it->inequality[k] ? fmax(y[k], 0) : y[k];
    double residual = keep_best(it, x, y);
    worse = residual < 0.5 * last ? 0 : worse + 1;
    last = fmin(last, residual);
  }
  return count;
}

/* ---- the method ---- */

static const struct qp_solution *solution_new(struct iteration *it, struct qp_solution figures, struct arena *arena)
{
  struct qp_solution *solution = ARENA_NEW(arena, struct qp_solution);
  const struct qp *qp = it->qp;
  double *x = ARENA_ARRAY(arena, it->variables, double), *y = ARENA_ARRAY(arena, it->rows, double);
  for (int i = 0; i < it->variables; i++) {
    x[i] = fmin(fmax(it->best_x[i] * it->kkt.x_unit[i], qp->lower[i]), qp->upper[i]);
  }
  for (int k = 0; k < it->rows; k++) y[k] = it->best_y[k] * it->kkt.y_unit[k];
  *solution = figures;
  solution->x = x;
  solution->y = y;
  solution->residual = it->best;
  for (int i = 0; i < it->variables; i++) {
    double product = 0;
    for (int p = qp->h_start[i]; p < qp->h_start[i + 1]; p++) product += qp->h_value[p] * x[qp->h_column[p]];
    solution->objective += (qp->cost[i] + 0.5 * product) * x[i];
  }
  return solution;
}

/* Polishes from where the interior point method is, at a few levels of mu on the way down. */
static int polish_here(struct iteration *it, double tolerance, struct arena *arena)
{
  struct arena_mark mark = arena_mark(arena);
  double *x = ARENA_ARRAY(arena, it->variables, double), *y = ARENA_ARRAY(arena, it->rows, double);
  memcpy(x, it->at.x, (size_t)it->variables * sizeof *x);
  memcpy(y, it->at.y, (size_t)it->rows * sizeof *y);
  int count = polish(it, tolerance, x, y);
  arena_reset(arena, mark);
  return count;
}

const struct qp_solution *qp_solve(const struct qp *qp, const struct qp_options *options, struct arena *arena)
{
  double tolerance = options != NULL && options->tolerance > 0 ? options->tolerance : 1e-11;
  int iterations_max = options != NULL && options->iterations_max > 0 ? options->iterations_max : 200;
  bool polishing = options == NULL || !options->interior_only;
  struct iteration it = iteration_new(qp, arena);
  struct qp_solution figures = {.status = QP_EXHAUSTED};
  double polish_at = 1e-8;
  set_worth(&it);
  start(&it);
  keep_best(&it, it.at.x, it.at.y);
  for (int stuck = 0; figures.iterations < iterations_max && stuck < 8;) {
    double mu = mean_product(&it, 0);
    if (it.best <= tolerance) break;
    if (polishing && mu < polish_at) {
      figures.polish_iterations += polish_here(&it, tolerance, arena);
      polish_at = 1e-3 * mu;
      if (it.best <= tolerance) break;
    }
    double before = it.best, length = advance(&it);
    figures.iterations++;
    double residual = keep_best(&it, it.at.x, it.at.y);
    stuck = length < 1e-4 || (mu < 1e-16 && residual > 0.9 * before) || !isfinite(residual) ? stuck + 1 : 0;
    if (stuck == 8) figures.status = QP_STALLED;
  }
  if (polishing) figures.polish_iterations += polish_here(&it, tolerance, arena);
  if (it.best <= tolerance) figures.status = QP_SOLVED;
  return solution_new(&it, figures, arena);
}
