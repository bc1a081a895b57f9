/* solver/interior.c - primal-dual interior point method with predictor and corrector, safeguarded.
 *
 * Each iteration: evaluate and linearise; predictor to mu = 0; corrector towards a centred point (Mehrotra's rule);
 * one step length for all unknowns, because the conditions tie prices and quantities together; the step is halved
 * until the infeasibility falls as it should. A failing step raises a proximal term and centres more. It ends near a
 * solution, not on it: polish.h does the last digits. It promises nothing for problems that are not monotone.
 */
#include "solver/interior.h"

#include <math.h>
#include <string.h>

static const double shift = 1e-10;        /* of the factorisation, taken out by refinement */
static const double smoothing_max = 0.03; /* widest rounding of a kink, in magnitudes of its unknown */

static double to_lower(const struct interior *ip, const double *y, int i)
{
  return y[i] - ip->newton->scaled->lower[i];
}
static double to_upper(const struct interior *ip, const double *y, int i)
{
  return ip->newton->scaled->upper[i] - y[i];
}
static bool fixed(const struct interior *ip, int i)
{
  return ip->newton->scaled->lower[i] == ip->newton->scaled->upper[i];
}
static bool bounded_below(const struct interior *ip, int i)
{
  return scaled_has_lower(ip->newton->scaled, i) && !fixed(ip, i);
}
static bool bounded_above(const struct interior *ip, int i)
{
  return scaled_has_upper(ip->newton->scaled, i) && !fixed(ip, i);
}

static double smoothing_width(double mu)
{
  return fmin(smoothing_max, 0.3 * sqrt(mu));
}

/* The positive root of t (t - g) = mu: how much of g a multiplier takes on. */
static double smooth_plus(double g, double mu)
{
  double root = 0.5 * (fabs(g) + sqrt(g * g + 4 * mu));
  return g > 0 ? root : mu / root;
}

/* Infeasibility at a point, fixed unknowns apart; fills `infeasible`. */
static double infeasibility_measure(const struct interior *ip, const double *g, const double *a, const double *b,
                                    double *infeasible)
{
  int n = ip->newton->scaled->n;
  double sum = 0;
  for (int i = 0; i < n; i++) {
    infeasible[i] = fixed(ip, i) ? 0 : g[i] - a[i] + b[i];
    sum += infeasible[i] * infeasible[i];
  }
  return n > 0 ? sqrt(sum / n) : 0;
}

static double mu_measure(const struct interior *ip)
{
  double sum = 0;
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    if (ip->a[i] > 0) sum += ip->a[i] * to_lower(ip, ip->y, i);
    if (ip->b[i] > 0) sum += ip->b[i] * to_upper(ip, ip->y, i);
  }
  return ip->bounds_count > 0 ? sum / ip->bounds_count : 0;
}

/* Inside the box by a margin that the box allows. */
static double pushed_inside(const struct scaled *scaled, int i, double y, double margin)
{
  double width = scaled->upper[i] - scaled->lower[i];
  double room = fmin(margin, 0.25 * width);
  return fmin(fmax(y, scaled->lower[i] + room), scaled->upper[i] - room);
}

static void interior_centre(struct interior *ip, const double *start, double mu)
{
  const struct scaled *scaled = ip->newton->scaled;
  double margin = fmin(0.5, sqrt(mu));
  for (int i = 0; i < scaled->n; i++) {
    ip->y[i] = fixed(ip, i) ? scaled->lower[i] : pushed_inside(scaled, i, start[i], margin);
  }
  scaled_evaluate(scaled, ip->y, smoothing_width(mu), ip->g, NULL);
  for (int i = 0; i < scaled->n; i++) {
    double g = fmin(fmax(ip->g[i], -100), 100); /* NaN becomes a number too */
    ip->a[i] = bounded_below(ip, i) ? fmax(smooth_plus(g, mu), 0.1 * mu / to_lower(ip, ip->y, i)) : 0;
    ip->b[i] = bounded_above(ip, i) ? fmax(smooth_plus(-g, mu), 0.1 * mu / to_upper(ip, ip->y, i)) : 0;
    ip->bounds_count += bounded_below(ip, i) + bounded_above(ip, i);
  }
  ip->mu = mu_measure(ip);
}

struct interior interior_new(struct newton *newton, const double *start, double mu, struct arena *arena)
{
  struct interior ip = {.newton = newton};
  double **const arrays[] = {&ip.y,  &ip.a,     &ip.b,        &ip.g,        &ip.infeasible, &ip.dy,     &ip.da,
                             &ip.db, &ip.right, &ip.target_a, &ip.target_b, &ip.trial_y,    &ip.trial_g};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
    *arrays[k] = ARENA_ARRAY(arena, newton->scaled->n, double);
  interior_centre(&ip, start, mu);
  return ip;
}

/* The matrix of this iteration: J + a/x + b/u + proximal. */
static void interior_factor(struct interior *ip)
{
  struct newton *newton = ip->newton;
  for (int i = 0; i < newton->scaled->n; i++) {
    double diagonal = ip->proximal;
    if (ip->a[i] > 0) diagonal += ip->a[i] / to_lower(ip, ip->y, i);
    if (ip->b[i] > 0) diagonal += ip->b[i] / to_upper(ip, ip->y, i);
    newton->diagonal[i] = fixed(ip, i) ? newton_pinned : fmin(diagonal, 1e-3 * newton_pinned);
  }
  newton_factor(newton, shift);
}

/* Solves for dy, da, db given where x a and u b should go. */
static void interior_direction(struct interior *ip, int rounds)
{
  int n = ip->newton->scaled->n;
  for (int i = 0; i < n; i++) {
    double right = -ip->infeasible[i];
    if (ip->a[i] > 0) right += ip->target_a[i] / to_lower(ip, ip->y, i) - ip->a[i];
    if (ip->b[i] > 0) right -= ip->target_b[i] / to_upper(ip, ip->y, i) - ip->b[i];
    ip->right[i] = fixed(ip, i) ? 0 : right;
  }
  newton_solve(ip->newton, ip->right, ip->dy, rounds);
  for (int i = 0; i < n; i++) {
    double x = to_lower(ip, ip->y, i), u = to_upper(ip, ip->y, i);
    ip->da[i] = ip->a[i] > 0 ? (ip->target_a[i] - ip->a[i] * ip->dy[i]) / x - ip->a[i] : 0;
    ip->db[i] = ip->b[i] > 0 ? (ip->target_b[i] + ip->b[i] * ip->dy[i]) / u - ip->b[i] : 0;
  }
}

/* The longest step in [0, 1] that leaves everything at least (1 - share) of its distance. */
static double step_max(const struct interior *ip, double share)
{
  double steepest = share; /* the largest decrease of anything over its distance from zero */
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    if (ip->a[i] > 0) {
      steepest = fmax(steepest, -ip->dy[i] / to_lower(ip, ip->y, i));
      steepest = fmax(steepest, -ip->da[i] / ip->a[i]);
    }
    if (ip->b[i] > 0) {
      steepest = fmax(steepest, ip->dy[i] / to_upper(ip, ip->y, i));
      steepest = fmax(steepest, -ip->db[i] / ip->b[i]);
    }
  }
  return share / steepest;
}

static double mu_after(const struct interior *ip, double step)
{
  double sum = 0;
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    double dy = step * ip->dy[i];
    if (ip->a[i] > 0) sum += (to_lower(ip, ip->y, i) + dy) * (ip->a[i] + step * ip->da[i]);
    if (ip->b[i] > 0) sum += (to_upper(ip, ip->y, i) - dy) * (ip->b[i] + step * ip->db[i]);
  }
  return ip->bounds_count > 0 ? sum / ip->bounds_count : 0;
}

static void targets_set(struct interior *ip, double mu, bool second_order)
{
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    double bend = second_order ? ip->dy[i] : 0;
    ip->target_a[i] = mu - bend * ip->da[i];
    ip->target_b[i] = mu + bend * ip->db[i];
  }
}

/* Shortens the step until the infeasibility falls with it; moves there. False: it never did. */
static bool interior_step(struct interior *ip, double step)
{
  const struct scaled *scaled = ip->newton->scaled;
  double width = smoothing_width(ip->mu);
  for (int halving = 0; halving < 12; halving++, step *= 0.5) {
    double sum = 0;
    for (int i = 0; i < scaled->n; i++) ip->trial_y[i] = ip->y[i] + step * ip->dy[i];
    scaled_evaluate(scaled, ip->trial_y, width, ip->trial_g, NULL);
    for (int i = 0; i < scaled->n; i++) {
      double left = ip->trial_g[i] - (ip->a[i] + step * ip->da[i]) + (ip->b[i] + step * ip->db[i]);
      sum += fixed(ip, i) ? 0 : left * left;
    }
    double infeasibility = sqrt(sum / scaled->n);
    double mu = mu_after(ip, step);
    bool falls = infeasibility <= (1 - 0.1 * step) * ip->infeasibility;
    if (!falls && !(infeasibility <= 0.1 * mu)) continue;
    memcpy(ip->y, ip->trial_y, (size_t)scaled->n * sizeof *ip->y);
    for (int i = 0; i < scaled->n; i++) {
      ip->a[i] += step * ip->da[i];
      ip->b[i] += step * ip->db[i];
    }
    return true;
  }
  return false;
}

/* One iteration. False when no acceptable step was found. */
static bool interior_iterate(struct interior *ip)
{
  interior_factor(ip);
  targets_set(ip, 0, false);
  interior_direction(ip, 1);
  double step = step_max(ip, 1);
  double ratio = ip->mu > 0 ? mu_after(ip, step) / ip->mu : 0;
  double centring = ratio < 0 ? 0 : ratio * ratio * ratio;
  centring = fmin(fmax(centring, 1e-6), 1);
  if (ip->proximal > 1e-6) centring = fmax(centring, 0.3);
  targets_set(ip, centring * ip->mu, step > 0.1);
  interior_direction(ip, 2);
  if (interior_step(ip, step_max(ip, fmax(0.99, 1 - ip->mu)))) return true;
  targets_set(ip, ip->mu, false);
  interior_direction(ip, 3);
  return interior_step(ip, step_max(ip, 0.9));
}

bool interior_advance(struct interior *ip, double mu_goal, int iterations_max)
{
  struct newton *newton = ip->newton;
  while (ip->iterations < iterations_max) {
    scaled_evaluate(newton->scaled, ip->y, smoothing_width(ip->mu), ip->g, newton->values);
    ip->infeasibility = infeasibility_measure(ip, ip->g, ip->a, ip->b, ip->infeasible);
    if (!isfinite(ip->infeasibility)) return false;
    if (ip->mu <= mu_goal && ip->infeasibility <= mu_goal) return true;
    ip->iterations++;
    if (interior_iterate(ip)) {
      ip->proximal = ip->proximal > 1e-8 ? 0.2 * ip->proximal : 0;
    } else {
      ip->proximal = fmax(1e-4, 10 * ip->proximal);
      if (ip->proximal > 1e4) return false;
    }
    ip->mu = mu_measure(ip);
  }
  return false;
}
