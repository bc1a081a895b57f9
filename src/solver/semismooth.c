/* solver/semismooth.c - semismooth Newton on the Fischer-Burmeister equations of the box.
 *
 * phi(a, b) = sqrt(a^2 + b^2) - a - b vanishes where a, b >= 0 and a b = 0; bounds on both sides nest it (Billups
 * 1995). Newton steps with an element of the generalised Jacobian, a line search that tolerates some growth of the
 * merit 1/2 |Phi|^2 (De Luca, Facchinei, Kanzow 1996), a gradient step where Newton's is no descent. Where that stalls,
 * the conditions are perturbed by a proximal term whose centre follows the iterates, and then other starts are tried in
 * a fixed order. Near a solution steps of the min-map finish (quadratic also where pairs are degenerate).
 */
#include "solver/semismooth.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "solver/pivoting.h"

static const double finish_goal = 1e-12;
static const double work_max = 5e6; /* unknowns times iterations of all runs: tens of seconds */

enum { memory = 6, iterations_a_run = 60, starts_max = 24 };

struct search {
  const struct scaled *scaled;
  struct pivoting *pivoting;
  double goal;
  double *best_y, *best_g, best;            /* the best point of all runs */
  double *y, *g, *jacobian, *matrix;        /* the iterate */
  double *phi, *slope_y, *slope_g;          /* Phi and its derivatives: dPhi = slope_y dy + slope_g dg */
  double *step, *trial, *gradient, *centre; /* work; centre of the proximal term */
  double proximal;
  double merits[memory];
  int iterations, iterations_max;
};

static bool search_over(const struct search *s)
{
  return s->best <= s->goal || s->iterations >= s->iterations_max;
}

/* phi and its two derivatives. */
static double fischer(double a, double b, double *da, double *db)
{
  double norm = hypot(a, b);
  *da = (norm > 0 ? a / norm : 0.7071067811865476) - 1;
  *db = (norm > 0 ? b / norm : 0.7071067811865476) - 1;
  return a + b > 0 ? -2 * a * b / (norm + a + b) : norm - a - b; /* without cancellation */
}

/* Phi of one unknown, rising in g. */
static double residual_of(const struct scaled *scaled, int i, double y, double g, double *slope_y, double *slope_g)
{
  double inner = g, inner_y = 0, inner_g = 1, da, db;
  if (scaled_has_upper(scaled, i)) {
    inner = fischer(scaled->upper[i] - y, -g, &da, &db);
    inner_y = -da;
    inner_g = -db;
  }
  *slope_y = inner_y;
  *slope_g = inner_g;
  if (!scaled_has_lower(scaled, i)) return inner;
  double outer = -fischer(y - scaled->lower[i], inner, &da, &db);
  *slope_y = -da - db * inner_y;
  *slope_g = -db * inner_g;
  return outer;
}

/* Evaluates at y: g with its proximal term, Phi, merit. The unperturbed g is judged for the best point. */
static double search_evaluate(struct search *s, const double *y, bool with_jacobian)
{
  const struct scaled *scaled = s->scaled;
  scaled_evaluate(scaled, y, 0, s->g, with_jacobian ? s->jacobian : NULL);
  double residual = scaled_residual(scaled, y, s->g, NULL);
  if (residual < s->best) {
    s->best = residual;
    memcpy(s->best_y, y, (size_t)scaled->n * sizeof *y);
    memcpy(s->best_g, s->g, (size_t)scaled->n * sizeof *y);
  }
  double sum = 0;
  for (int i = 0; i < scaled->n; i++) {
    double g = s->g[i] + s->proximal * (y[i] - s->centre[i]);
    s->phi[i] = residual_of(scaled, i, y[i], g, &s->slope_y[i], &s->slope_g[i]);
    sum += s->phi[i] * s->phi[i];
  }
  return isfinite(sum) ? 0.5 * sum : HUGE_VAL;
}

/* matrix = diag(slope_y) + diag(slope_g) (J + proximal I) + shift I; gradient = (matrix without shift)' Phi. */
static void search_linearise(struct search *s, double shift)
{
  const struct mcp *problem = s->scaled->problem;
  memset(s->gradient, 0, (size_t)s->scaled->n * sizeof *s->gradient);
  for (int i = 0; i < s->scaled->n; i++) {
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      bool diagonal = problem->column[p] == i;
      double value = s->slope_g[i] * (s->jacobian[p] + (diagonal ? s->proximal : 0)) + (diagonal ? s->slope_y[i] : 0);
      s->gradient[problem->column[p]] += value * s->phi[i];
      s->matrix[p] = value + (diagonal ? shift : 0);
    }
  }
}

/* Newton's step, shifted until the matrix is regular; the gradient's where Newton's does not descend. */
static double search_direction(struct search *s, double merit)
{
  int n = s->scaled->n;
  bool regular = false;
  for (double shift = 0; !regular && shift<1; shift = shift> 0 ? 100 * shift : 1e-12) {
    search_linearise(s, shift);
    regular = pivoting_factor(s->pivoting, s->matrix) && pivoting_condition(s->pivoting) > 1e-15;
  }
  double slope = 0, size = 0, steepness = 0;
  for (int i = 0; i < n; i++) s->step[i] = -s->phi[i];
  if (regular) pivoting_solve(s->pivoting, s->step);
  for (int i = 0; i < n; i++) {
    slope += s->step[i] * s->gradient[i];
    size += s->step[i] * s->step[i];
    steepness += s->gradient[i] * s->gradient[i];
  }
  if (regular && isfinite(size) && slope <= -1e-9 * pow(size, 1.05)) return slope;
  double length = steepness > 0 ? fmin(1, merit / steepness) : 0;
  for (int i = 0; i < n; i++) s->step[i] = -length * s->gradient[i];
  return -length * steepness;
}

static double merit_reference(const struct search *s)
{
  double reference = 0;
  for (int k = 0; k < memory; k++) reference = fmax(reference, s->merits[k]);
  return reference;
}

/* Moves along the step; false when no length helps. */
static bool search_move(struct search *s, double slope)
{
  int n = s->scaled->n;
  double reference = merit_reference(s);
  for (double length = 1; length > 1e-12; length *= 0.5) {
    for (int i = 0; i < n; i++) s->trial[i] = s->y[i] + length * s->step[i];
    double merit = search_evaluate(s, s->trial, false);
    if (merit > reference + 1e-4 * length * slope) continue;
    memcpy(s->y, s->trial, (size_t)n * sizeof *s->y);
    return true;
  }
  return false;
}

/* Min-map Newton steps from the best point: the last digits. */
static void search_finish(struct search *s)
{
  const struct scaled *scaled = s->scaled;
  double before = HUGE_VAL;
  while (s->best > s->goal && s->best < 0.5 * before) {
    before = s->best;
    memcpy(s->y, s->best_y, (size_t)scaled->n * sizeof *s->y);
    scaled_project(scaled, s->y);
    search_evaluate(s, s->y, true);
    for (int i = 0; i < scaled->n; i++) {
      double low = s->y[i] - scaled->lower[i], high = scaled->upper[i] - s->y[i];
      bool at_lower = low <= s->g[i], at_upper = !at_lower && high <= -s->g[i];
      s->slope_g[i] = at_lower || at_upper ? 0 : 1;
      s->slope_y[i] = at_lower || at_upper ? 1 : 0;
      s->phi[i] = at_lower ? low : at_upper ? -high : s->g[i];
    }
    search_direction(s, 0.5);
    for (int i = 0; i < scaled->n; i++) s->y[i] += s->step[i];
    scaled_project(scaled, s->y);
    search_evaluate(s, s->y, false);
  }
}

/* One descent from s->y with the present proximal term. True when the goal is met. */
static bool search_descend(struct search *s)
{
  for (int k = 0; k < memory; k++) s->merits[k] = 0;
  for (int k = 0; k < iterations_a_run && s->iterations < s->iterations_max; k++) {
    s->iterations++;
    double merit = search_evaluate(s, s->y, true);
    if (s->best <= s->goal) return true;
    if (!isfinite(merit)) return false;
    if (k == 0)
      for (int m = 0; m < memory; m++) s->merits[m] = merit;
    s->merits[k % memory] = merit;
    double slope = search_direction(s, merit);
    if (slope > -1e-26 || !search_move(s, slope)) return false;
  }
  return false;
}

/* Proximal point iterations: the term pulls towards where the last descent ended, ever more weakly. */
static bool search_proximal(struct search *s)
{
  size_t bytes = (size_t)s->scaled->n * sizeof *s->y;
  for (double weight = 1; weight > 1e-7 && !search_over(s); weight *= 0.2) {
    s->proximal = weight;
    memcpy(s->centre, s->y, bytes);
    search_descend(s);
  }
  s->proximal = 0;
  return s->best <= s->goal || search_descend(s);
}

/* Deterministic numbers in [0, 1) (splitmix64). */
static double number_next(uint64_t *state)
{
  uint64_t x = *state += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return (double)((x ^ (x >> 31)) >> 11) * 0x1p-53;
}

/* The k-th start after the given one: the problem's own, its mirror images at growing distances from the bounds. */
static void start_set(const struct search *s, int k, double *y)
{
  const struct scaled *scaled = s->scaled;
  uint64_t state = 77u + (uint64_t)k;
  double reach = pow(10, 0.25 * (k % 8) - 1); /* 0.1 to 6 magnitudes */
  for (int i = 0; i < scaled->n; i++) {
    double low = fmax(scaled->lower[i], scaled->start[i] - 10), high = fmin(scaled->upper[i], scaled->start[i] + 10);
    double base = k % 2 == 0 ? scaled->start[i] : scaled_has_lower(scaled, i) ? scaled->lower[i] : 0;
    double random = 2 * number_next(&state) - (scaled_has_lower(scaled, i) ? 0 : 1);
    y[i] = k == 1 ? scaled->start[i] : fmin(fmax(base + reach * random, low), fmax(low, high));
  }
}

static void search_run(struct search *s)
{
  size_t bytes = (size_t)s->scaled->n * sizeof *s->y;
  double *first = s->trial;
  memcpy(s->y, s->best_y, bytes);
  search_finish(s);
  for (int k = 0; k < starts_max && !search_over(s); k++) {
    if (k > 0) start_set(s, k, first);
    if (k > 0) memcpy(s->y, first, bytes);
    if (k == 0) memcpy(s->y, s->best_y, bytes);
    if (!search_descend(s)) search_finish(s);
    if (s->best > s->goal && !search_proximal(s)) search_finish(s);
  }
  s->goal = fmin(s->goal, finish_goal); /* what is found cheaply is found to the last digit */
  search_finish(s);
}

struct semismooth_result semismooth_search(const struct scaled *scaled, double goal, double *y, double *g,
                                           struct arena *scratch)
{
  const struct mcp *problem = scaled->problem;
  struct arena_mark mark = arena_mark(scratch);
  struct search s = {.scaled = scaled, .goal = goal, .best_y = y, .best_g = g, .best = HUGE_VAL};
  s.iterations_max = (int)fmin(work_max / fmax(scaled->n, 1), 1e6);
  double **const arrays[] = {&s.y, &s.g, &s.phi, &s.slope_y, &s.slope_g, &s.step, &s.trial, &s.gradient, &s.centre};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) *arrays[k] = ARENA_ARRAY(scratch, scaled->n, double);
  s.jacobian = ARENA_ARRAY(scratch, problem->row_start[scaled->n], double);
  s.matrix = ARENA_ARRAY(scratch, problem->row_start[scaled->n], double);
  memcpy(s.y, y, (size_t)scaled->n * sizeof *y);
  search_evaluate(&s, s.y, false);
  s.pivoting = pivoting_open(scaled->n, problem->row_start, problem->column, NULL, scratch);
  if (s.pivoting != NULL) search_run(&s);
  pivoting_close(s.pivoting);
  arena_reset(scratch, mark);
  return (struct semismooth_result){s.best, s.iterations};
}
