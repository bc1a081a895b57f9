/* solver/polish.c - active-set identification and refined solve.
 *
 * Newton's method on min-map residuals: an unknown nearer to a bound than its condition is to zero goes to the bound,
 * for all others the linearised conditions are solved. Where pairs are zero twice the active set may have no solution
 * at all: a term weight (y - y_now) gives every active set one, and vanishes as its centre moves along (Rockafellar
 * 1976, SIAM J. Control 14, 877). Steps carry a large weight first, while unknowns still change sides, then a small
 * one: two or three of them end at rounding error. polish_proximal solves each such subproblem to its end, for the ends
 * that are worst. Local only.
 */
#include "solver/polish.h"

#include <math.h>
#include <string.h>

#include "solver/vector.h"

static const double refine_goal = 1e-12; /* more digits would be rounding */
static const double weight_early = 1e-3; /* of the proximal term in the first step */
static const double defect_max = 1e-6;   /* relative, of a step with the factors of the one before */
static const double weight_first = 1e-2; /* of the term in polish_proximal */
static const double weight_last = 1e3;   /* more than this would move nothing */
static const double inner_far = 1e6;     /* a subproblem with such a residual is lost */
enum { steps_max = 12, refine_rounds = 8, inner_steps_max = 40, centres_max = 60 };

/* A point on its way, and work. */
struct polishing {
  struct newton *newton;
  double *x, *g, *right, *step; /* [n] */
  double *centre, *h;           /* [n] of the proximal term; g with that term */
  signed char *side;            /* [n] bound an unknown goes to, -1 or 1, or 0, as factored */
  double weight;                /* as factored; 0: nothing is */
};

static struct polishing polishing_new(struct newton *newton, struct arena *arena)
{
  struct polishing p = {.newton = newton};
  double **const arrays[] = {&p.x, &p.g, &p.right, &p.step, &p.centre, &p.h};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
    *arrays[k] = ARENA_ARRAY(arena, EIGHTS(newton->scaled->n), double);
  p.side = ARENA_ARRAY(arena, newton->scaled->n, signed char);
  return p;
}

/* Which bound each unknown goes to; false when all go where they went before. */
static bool sides_choose(struct polishing *p, const double *h)
{
  const struct scaled *scaled = p->newton->scaled;
  int changes = 0;
  for (int i = 0; i < scaled->n; i++) {
    const double to_lower = p->x[i] - scaled->lower[i], to_upper = scaled->upper[i] - p->x[i];
    const signed char side = to_lower <= h[i] ? -1 : to_upper <= -h[i] ? 1 : 0;
    changes += side != p->side[i];
    p->side[i] = side;
  }
  return changes > 0;
}

/* One step from x with conditions h whose linearisation is newton->values, plus weight on the diagonal: unknowns that
 * go to a bound have identity rows. */
static void polishing_step(struct polishing *p, const double *h, double weight)
{
  struct newton *newton = p->newton;
  const struct scaled *scaled = newton->scaled;
  const bool factored = !sides_choose(p, h) && weight == p->weight; /* but for the curvature of the conditions */
  for (int i = 0; i < scaled->n; i++) {
    const double to_lower = p->x[i] - scaled->lower[i], to_upper = scaled->upper[i] - p->x[i];
    newton->diagonal[i] = p->side[i] != 0 ? newton_pinned : weight;
    p->right[i] = p->side[i] < 0 ? -to_lower * newton_pinned : p->side[i] > 0 ? to_upper * newton_pinned : -h[i];
  }
  p->weight = weight;
  if (!factored || newton_solve(newton, p->right, p->step, refine_rounds, refine_goal) > defect_max) {
    newton_factor(newton, 0);
    newton_solve(newton, p->right, p->step, refine_rounds, refine_goal);
  }
  for (int i = 0; i < scaled->n; i++) p->x[i] += p->step[i];
  scaled_project(scaled, p->x);
}

/* Keeps x and g in y and best_g. */
static void polishing_keep(const struct polishing *p, double *y, double *best_g)
{
  size_t bytes = (size_t)p->newton->scaled->n * sizeof *y;
  memcpy(y, p->x, bytes);
  memcpy(best_g, p->g, bytes);
}

double polish(struct newton *newton, double weight, double goal, int patience, double *y, double *g,
              struct arena *scratch)
{
  const struct scaled *scaled = newton->scaled;
  struct arena_mark mark = arena_mark(scratch);
  struct polishing p = polishing_new(newton, scratch);
  memcpy(p.x, y, (size_t)scaled->n * sizeof *y);
  scaled_project(scaled, p.x);
  double best = HUGE_VAL;
  int worse = 0;
  for (int k = 0; k <= steps_max && worse < patience; k++) {
    scaled_evaluate(scaled, p.x, 0, p.g, newton->values);
    double residual = scaled_residual(scaled, p.x, p.g, NULL);
    worse = residual > 0.5 * best ? worse + 1 : 0;
    if (residual < best) {
      best = residual;
      polishing_keep(&p, y, g);
    }
    if (best <= goal || !isfinite(residual)) break;
    polishing_step(&p, p.g, k == 0 ? weight_early : weight);
  }
  arena_reset(scratch, mark);
  return best;
}

/* Solves g + weight (x - centre) from x as far as rounding allows; returns its natural residual. */
static double polishing_subproblem(struct polishing *p, double weight, double goal)
{
  const struct scaled *scaled = p->newton->scaled;
  double residual = HUGE_VAL;
  for (int k = 0;; k++) {
    double before = residual;
    scaled_evaluate(scaled, p->x, 0, p->g, p->newton->values);
    for (int i = 0; i < scaled->n; i++) p->h[i] = p->g[i] + weight * (p->x[i] - p->centre[i]);
    residual = scaled_residual(scaled, p->x, p->h, NULL);
    bool rounding = residual <= 0.1 * goal && residual > 0.5 * before;
    if (residual <= 1e-3 * goal || rounding || !(residual < inner_far) || k == inner_steps_max) return residual;
    polishing_step(p, p->h, weight);
  }
}

double polish_proximal(struct newton *newton, double goal, double *y, double *g, struct arena *scratch)
{
  const struct scaled *scaled = newton->scaled;
  size_t bytes = (size_t)scaled->n * sizeof *y;
  struct arena_mark mark = arena_mark(scratch);
  struct polishing p = polishing_new(newton, scratch);
  memcpy(p.centre, y, bytes);
  scaled_project(scaled, p.centre);
  double best = HUGE_VAL, weight = weight_first, weight_least = 0;
  for (int k = 0; k < centres_max && best > goal && weight < weight_last; k++) {
    memcpy(p.x, p.centre, bytes);
    double left = polishing_subproblem(&p, weight, goal);
    double residual = scaled_residual(scaled, p.x, p.g, NULL);
    if (residual < best) {
      best = residual;
      polishing_keep(&p, y, g);
    }
    if (left <= 0.1 * goal || left <= 0.01 * residual) { /* solved: on from there, with less of the term */
      memcpy(p.centre, p.x, bytes);
      weight = fmax(0.3 * weight, weight_least);
      weight_least *= 0.5;
    } else {
      weight_least = 3 * weight;
      weight *= 10;
    }
  }
  arena_reset(scratch, mark);
  return best;
}
