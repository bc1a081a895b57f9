/* solver/interior.c - primal-dual interior point method with predictor and corrector, safeguarded.
 *
 * Each iteration: evaluate and linearise; predictor to mu = 0; corrector towards a centred point (after Mehrotra);
 * one step length for all unknowns, because the conditions tie prices and quantities together; the step is halved
 * until the infeasibility falls as it should. A failing step raises a proximal term and centres more. It ends near a
 * solution, not on it: polish.h does the last digits. It promises nothing for problems that are not monotone.
 */
#include "solver/interior.h"

#include <math.h>
#include <string.h>

static const double shift = 1e-10;                        /* of the factorisation, taken out by refinement */
static const double refine_goal = 1e-8;                   /* relative defect of a direction */
static const double centred_low = 0.1, centred_high = 10; /* products in this range of mu count as centred */
static const double smoothing_max = 0.03;                 /* widest rounding of a kink, in magnitudes of its unknown */

static const double weight_range = 1e4;
static const double product_share_min = 1e-8; /* of the mean: no product falls below */
static const double infeasible_share = 100;   /* of the goal for mu is good enough: polishing evaluates anew */
static const double centre_infeasible = 10;   /* times mu, of a point worth remembering */
static const double mu_growth_max = 2;        /* in one step */
static const double pull_share = 1e-2;        /* of mu, see pulled */
static const double step_slow = 0.2, step_short = 0.1, step_least = 1e-4;
enum { correctors_max = 3, bends_max = 2, short_steps_max = 4 };

static double to_lower(const struct interior *ip, const double *y, int i)
{
  return y[i] - ip->newton->scaled->lower[i];
}
static double to_upper(const struct interior *ip, const double *y, int i)
{
  return ip->newton->scaled->upper[i] - y[i];
}
/* Unlike fmax and fmin these become single instructions; a value that is not a number goes unnoticed as the first. */
static double larger(double a, double b)
{
  return a > b ? a : b;
}
static double smaller(double a, double b)
{
  return a < b ? a : b;
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

/* Prices that nobody pays may be anything above some level, and the path would take them to infinity. A share of mu times
 * the distance from where the path began, added to each condition, keeps them near and is gone at the end. */
static double pulled(const struct interior *ip, const double *y, int i)
{
  return ip->pull * (y[i] - ip->begin[i]);
}

/* Infeasibility at the iterate, fixed unknowns apart; fills `infeasible`. */
static double infeasibility_measure(const struct interior *ip, double *infeasible)
{
  int n = ip->newton->scaled->n;
  double sum = 0;
  for (int i = 0; i < n; i++) {
    infeasible[i] = fixed(ip, i) ? 0 : ip->g[i] + pulled(ip, ip->y, i) - ip->a[i] + ip->b[i];
    sum += infeasible[i] * infeasible[i];
  }
  return n > 0 ? sqrt(sum / n) : 0;
}

/* Mean product over its weight. Where there is no bound its multiplier is zero, its distance large and finite, the product nothing. */
static double mu_measure(const struct interior *ip)
{
  double sum_a = 0, sum_b = 0;
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    sum_a += ip->a[i] * to_lower(ip, ip->y, i) / ip->weight[i];
    sum_b += ip->b[i] * to_upper(ip, ip->y, i) / ip->weight[i];
  }
  return ip->bounds_count > 0 ? (sum_a + sum_b) / ip->bounds_count : 0;
}

/* Inside the box by a margin that the box allows. */
static double pushed_inside(const struct scaled *scaled, int i, double y, double margin)
{
  double width = scaled->upper[i] - scaled->lower[i];
  double room = fmin(margin, 0.25 * width);
  return fmin(fmax(y, scaled->lower[i] + room), scaled->upper[i] - room);
}

static const double barred = 100; /* a condition so far above zero, in its magnitudes, holds an unknown at its bound */

/* The weights of the pairs. A pair of unknown and condition is worth the product of their magnitudes (a price times a
 * quantity) and its row's weight. In units of worth alone all products would go down together, which is what makes a
 * step long on monotone problems; in magnitudes alone each pair would be as precise as the data ask. Half way between:
 * the inverse root of the worth over its geometric mean. */
static void worth_weights(const struct scaled *scaled, double *weight)
{
  const double *row_weight = scaled->problem->weight;
  double sum = 0;
  for (int i = 0; i < scaled->n; i++) {
    weight[i] = scaled->z_scale[i] / scaled->f_inverse[i] * (row_weight == NULL ? 1 : row_weight[i]);
    sum += log(weight[i]);
  }
  const double mean = exp(sum / fmax(1, scaled->n));
  for (int i = 0; i < scaled->n; i++) weight[i] = fmin(fmax(sqrt(mean / weight[i]), 1 / weight_range), weight_range);
}

/* The diagonal of the Jacobian at a point, and the conditions there: how steeply each rises with its own unknown. */
static void own_slopes(struct interior *ip, const double *y, double mu, double *slope)
{
  const struct scaled *scaled = ip->newton->scaled;
  const int *row_start = scaled->problem->row_start, *column = scaled->problem->column;
  scaled_evaluate(scaled, y, smoothing_width(mu), ip->g, ip->newton->values);
  for (int i = 0; i < scaled->n; i++)
    for (int p = row_start[i]; p < row_start[i + 1]; p++)
      if (column[p] == i) slope[i] = larger(ip->newton->values[p], 0);
}

/* The distance x > 0 at which x (level + slope x) = product. */
static double distance_on_path(double level, double slope, double product)
{
  const double root = sqrt(level * level + 4 * slope * product);
  return level > 0 || slope == 0 ? 2 * product / (level + root) : (root - level) / (2 * slope);
}

/* A cold start: well inside the box, with multipliers that take on what they can of g. */
static void interior_centre(struct interior *ip, const double *start, double mu)
{
  const struct scaled *scaled = ip->newton->scaled;
  const double margin = fmin(0.5, sqrt(mu));
  double *slope = ip->right;
  own_slopes(ip, start, mu, slope);
  for (int i = 0; i < scaled->n; i++) {
    ip->y[i] = fixed(ip, i) ? scaled->lower[i] : pushed_inside(scaled, i, start[i], margin);
    if (bounded_below(ip, i) && slope[i] * to_lower(ip, ip->y, i) > 1) /* a steep condition would be far from zero */
      ip->y[i] = scaled->lower[i] + smaller(to_lower(ip, ip->y, i), distance_on_path(-1, slope[i], mu * ip->weight[i]));
  }
  scaled_evaluate(scaled, ip->y, smoothing_width(mu), ip->g, NULL);
  for (int i = 0; i < scaled->n; i++) {
    const double product = mu * ip->weight[i];
    if (bounded_below(ip, i) && !bounded_above(ip, i) && ip->g[i] > barred) { /* at its bound, whatever happens */
      ip->y[i] = fmin(ip->y[i], scaled->lower[i] + product / ip->g[i]);
      ip->a[i] = ip->g[i];
      ip->b[i] = 0;
      continue;
    }
    double g = fmin(fmax(ip->g[i], -100), 100); /* NaN becomes a number too */
    ip->a[i] = bounded_below(ip, i) ? fmax(smooth_plus(g, product), 0.1 * product / to_lower(ip, ip->y, i)) : 0;
    ip->b[i] = bounded_above(ip, i) ? fmax(smooth_plus(-g, product), 0.1 * product / to_upper(ip, ip->y, i)) : 0;
  }
}

/* How far from a bound an unknown joins the path: where it is, or where its multiplier takes on its condition, which
 * changes on the way there. */
static double distance_joined(double distance, double g, double slope, double product, double width)
{
  const double root = sqrt(product);
  const double room = fmin(slope > 1 ? distance_on_path(0, slope, product) : root, 0.25 * width);
  if (distance > g) return fmin(fmax(distance, room), width - room);
  const double level = g - slope * distance;
  const double joined = slope > 0 ? distance_on_path(level, slope, product) : product / fmax(g, root);
  return fmin(joined, 0.5 * width);
}

/* A warm start: every product is where the path has it, and of distance and multiplier the one that matters stays as it is. Pairs that
 * are decided hardly move, so that the balances remain nearly kept. */
static void interior_join(struct interior *ip, const double *start, double mu)
{
  const struct scaled *scaled = ip->newton->scaled;
  double *slope = ip->right;
  own_slopes(ip, start, mu, slope);
  for (int i = 0; i < scaled->n; i++) {
    double lower = scaled->lower[i], upper = scaled->upper[i], y = start[i], product = mu * ip->weight[i];
    double g = fmin(fmax(ip->g[i], -1e6), 1e6), least = fmin(1e-8, 0.25 * (upper - lower));
    bool below = bounded_below(ip, i), above = bounded_above(ip, i), nearer_below = g >= 0;
    if (below && (nearer_below || !above))
      y = lower + distance_joined(y - lower, g, slope[i], product, upper - lower);
    else if (above)
      y = upper - distance_joined(upper - y, -g, slope[i], product, upper - lower);
    if (below) y = fmax(y, lower + least);
    if (above) y = fmin(y, upper - least);
    ip->y[i] = y;
    ip->a[i] = below ? product / to_lower(ip, ip->y, i) : 0;
    ip->b[i] = above ? product / to_upper(ip, ip->y, i) : 0;
  }
}

struct interior interior_new(struct newton *newton, const double *start, double mu, struct arena *arena)
{
  struct interior ip = {.newton = newton};
  double **const arrays[] = {&ip.y,       &ip.a,       &ip.b,       &ip.g,        &ip.infeasible, &ip.dy,
                             &ip.da,      &ip.db,      &ip.right,   &ip.target_a, &ip.target_b,   &ip.spare_y,
                             &ip.spare_a, &ip.spare_b, &ip.trial_y, &ip.trial_g,  &ip.per_lower,  &ip.per_upper,
                             &ip.weight,  &ip.centre,  &ip.begin};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
    *arrays[k] = ARENA_ARRAY(arena, newton->scaled->n, double);
  for (int i = 0; i < newton->scaled->n; i++) ip.bounds_count += bounded_below(&ip, i) + bounded_above(&ip, i);
  worth_weights(newton->scaled, ip.weight);
  (mu < 1 ? interior_join : interior_centre)(&ip, start, mu);
  memcpy(ip.begin, ip.y, (size_t)newton->scaled->n * sizeof *ip.y);
  ip.mu = mu_measure(&ip);
  return ip;
}

/* The matrix of this iteration: J + a/x + b/u + proximal. */
static void interior_factor(struct interior *ip)
{
  struct newton *newton = ip->newton;
  for (int i = 0; i < newton->scaled->n; i++) {
    ip->per_lower[i] = ip->a[i] > 0 ? 1 / to_lower(ip, ip->y, i) : 0;
    ip->per_upper[i] = ip->b[i] > 0 ? 1 / to_upper(ip, ip->y, i) : 0;
    double diagonal = ip->proximal + ip->pull + ip->a[i] * ip->per_lower[i] + ip->b[i] * ip->per_upper[i];
    newton->diagonal[i] = fixed(ip, i) ? newton_pinned : smaller(diagonal, 1e-3 * newton_pinned);
  }
  newton_factor(newton, shift);
}

/* Solves for dy, da, db given where x a and u b should go. */
static void interior_direction(struct interior *ip, const double *infeasible, int rounds)
{
  const int n = ip->newton->scaled->n;
  const double *a = ip->a, *b = ip->b, *per_lower = ip->per_lower, *per_upper = ip->per_upper;
  const double *target_a = ip->target_a, *target_b = ip->target_b;
  double *restrict right = ip->right, *restrict dy = ip->dy, *restrict da = ip->da, *restrict db = ip->db;
  for (int i = 0; i < n; i++) {
    right[i] = (target_a[i] * per_lower[i] - a[i]) - (target_b[i] * per_upper[i] - b[i]) - infeasible[i];
  }
  newton_solve(ip->newton, right, dy, rounds, refine_goal);
  for (int i = 0; i < n; i++) {
    da[i] = (target_a[i] - a[i] * dy[i]) * per_lower[i] - a[i];
    db[i] = (target_b[i] + b[i] * dy[i]) * per_upper[i] - b[i];
  }
}

/* The longest step in [0, 1] that leaves everything at least (1 - share) of its distance. */
static double step_max(const struct interior *ip, double share)
{
  double lower = share, upper = share, a = share, b = share; /* the largest decrease over the distance from zero */
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    lower = larger(-ip->dy[i] * ip->per_lower[i], lower);
    upper = larger(ip->dy[i] * ip->per_upper[i], upper);
    a = larger(ip->a[i] > 0 ? -ip->da[i] / ip->a[i] : 0, a);
    b = larger(ip->b[i] > 0 ? -ip->db[i] / ip->b[i] : 0, b);
  }
  return share / larger(larger(lower, upper), larger(a, b));
}

static double mu_after(const struct interior *ip, double step)
{
  double sum_a = 0, sum_b = 0;
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    double dy = step * ip->dy[i];
    sum_a += (to_lower(ip, ip->y, i) + dy) * (ip->a[i] + step * ip->da[i]) / ip->weight[i];
    sum_b += (to_upper(ip, ip->y, i) - dy) * (ip->b[i] + step * ip->db[i]) / ip->weight[i];
  }
  return ip->bounds_count > 0 ? (sum_a + sum_b) / ip->bounds_count : 0;
}

static void targets_set(struct interior *ip, double mu, bool second_order)
{
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    double bend = second_order ? ip->dy[i] : 0;
    ip->target_a[i] = mu * ip->weight[i] - bend * ip->da[i];
    ip->target_b[i] = mu * ip->weight[i] + bend * ip->db[i];
  }
}

/* Whether every product keeps a fair share of the mean after a step: the iterate must not hug the boundary. */
static bool stays_centred(const struct interior *ip, double step, double mu)
{
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    double dy = step * ip->dy[i], least = product_share_min * mu * ip->weight[i];
    if (ip->a[i] > 0 && (to_lower(ip, ip->y, i) + dy) * (ip->a[i] + step * ip->da[i]) < least) return false;
    if (ip->b[i] > 0 && (to_upper(ip, ip->y, i) - dy) * (ip->b[i] + step * ip->db[i]) < least) return false;
  }
  return true;
}

static double step_centred(const struct interior *ip, double step)
{
  for (int k = 0; k < 20; k++) {
    double mu = mu_after(ip, step);
    if (mu <= mu_growth_max * ip->mu && stays_centred(ip, step, mu)) break;
    step *= 0.7;
  }
  return step;
}

/* The infeasibility after a step, evaluated; fills trial_y and trial_g, the latter with what is infeasible. */
static double infeasibility_after(struct interior *ip, double step)
{
  const struct scaled *scaled = ip->newton->scaled;
  double sum = 0;
  for (int i = 0; i < scaled->n; i++) ip->trial_y[i] = ip->y[i] + step * ip->dy[i];
  scaled_evaluate(scaled, ip->trial_y, smoothing_width(ip->mu), ip->trial_g, NULL);
  for (int i = 0; i < scaled->n; i++) {
    double left = ip->trial_g[i] + pulled(ip, ip->trial_y, i);
    left += (ip->b[i] + step * ip->db[i]) - (ip->a[i] + step * ip->da[i]);
    ip->trial_g[i] = fixed(ip, i) ? 0 : left;
    sum += ip->trial_g[i] * ip->trial_g[i];
  }
  return sqrt(sum / scaled->n);
}

static bool acceptable(const struct interior *ip, double step, double infeasibility)
{
  return infeasibility <= (1 - 0.1 * step) * ip->infeasibility || infeasibility <= mu_after(ip, step);
}

static bool interior_move(struct interior *ip, double step)
{
  memcpy(ip->y, ip->trial_y, (size_t)ip->newton->scaled->n * sizeof *ip->y);
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    ip->a[i] += step * ip->da[i];
    ip->b[i] += step * ip->db[i];
  }
  ip->short_steps = step < step_slow ? ip->short_steps + 1 : 0;
  return true;
}

static void directions_swap(struct interior *ip)
{
  double **const pairs[3][2] = {{&ip->dy, &ip->spare_y}, {&ip->da, &ip->spare_a}, {&ip->db, &ip->spare_b}};
  for (int k = 0; k < 3; k++) {
    double *swap = *pairs[k][0];
    *pairs[k][0] = *pairs[k][1];
    *pairs[k][1] = swap;
  }
}

/* Another direction, whose right-hand side includes what the last trial step found and the linearisation had not
 * foreseen: a second-order correction for curved conditions. */
static void direction_bend(struct interior *ip, double step)
{
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    double unforeseen = ip->trial_g[i] - (1 - step) * ip->infeasible[i];
    ip->trial_g[i] = ip->infeasible[i] + unforeseen / step;
  }
  directions_swap(ip);
  interior_direction(ip, ip->trial_g, 1);
}

/* A step along the direction, or its bent version, that makes the infeasibility fall; moves there. False: none does. */
static bool interior_step(struct interior *ip, double step, double share)
{
  double infeasibility = infeasibility_after(ip, step);
  for (int halving = 0; halving < 12 && step > step_least; halving++) {
    if (acceptable(ip, step, infeasibility)) return interior_move(ip, step);
    if (halving < bends_max && isfinite(infeasibility)) {
      direction_bend(ip, step);
      double bent = step_centred(ip, fmin(step, step_max(ip, share)));
      if (bent > 0.6 * step && acceptable(ip, bent, infeasibility_after(ip, bent))) return interior_move(ip, bent);
      directions_swap(ip);
    }
    step *= 0.5;
    infeasibility = infeasibility_after(ip, step);
  }
  return false;
}

/* What brings a product into the range that counts as centred; not too much at once. */
static double correction(double product, double mu)
{
  double wanted = smaller(larger(product, centred_low * mu), centred_high * mu);
  return larger(wanted - product, -centred_high * mu);
}

/* Pulls what the products would become after a longer step towards the range that counts as centred. */
static void targets_correct(struct interior *ip, double step, double mu)
{
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    double dy = step * ip->dy[i], mean = mu * ip->weight[i];
    ip->target_a[i] += correction((to_lower(ip, ip->y, i) + dy) * (ip->a[i] + step * ip->da[i]), mean);
    ip->target_b[i] += correction((to_upper(ip, ip->y, i) - dy) * (ip->b[i] + step * ip->db[i]), mean);
  }
}

/* Gondzio's correctors, as long as each lengthens the step enough to pay for its solve. Returns the step. */
static double interior_correct(struct interior *ip, double mu, double share)
{
  double step = step_max(ip, share);
  for (int k = 0; k < correctors_max && step < 0.9; k++) {
    targets_correct(ip, fmin(1, step + 0.3), mu);
    directions_swap(ip);
    interior_direction(ip, ip->infeasible, 0);
    double longer = step_max(ip, share);
    if (longer < step + 0.03) {
      directions_swap(ip);
      break;
    }
    step = longer;
  }
  return step;
}

/* How much of mu to keep: little where the predictor got far. Mehrotra's rule with a higher power: the correctors make up
 * for boldness. */
static double interior_predict(struct interior *ip, double *step)
{
  targets_set(ip, 0, false);
  interior_direction(ip, ip->infeasible, 0);
  *step = step_max(ip, 1);
  double ratio = ip->mu > 0 ? fmax(0, mu_after(ip, *step) / ip->mu) : 0;
  const double cube = ratio * ratio * ratio;
  double centring = fmin(fmax(cube * cube, 1e-6), 1);
  if (ip->proximal > 1e-6) centring = fmax(centring, 0.3);
  return ip->short_steps > 0 ? fmax(centring, 0.8) : centring; /* recover first what the linearisation missed */
}

/* One iteration. False when no step of any length worth the name was found. */
static bool interior_iterate(struct interior *ip)
{
  double predicted, share = fmax(0.99, 1 - ip->mu);
  interior_factor(ip);
  double centring = interior_predict(ip, &predicted);
  targets_set(ip, centring * ip->mu, predicted > 0.1);
  interior_direction(ip, ip->infeasible, 1);
  double step = step_centred(ip, interior_correct(ip, centring * ip->mu, share));
  if (step < step_short) { /* corrections may mislead: is a plain centring direction longer? */
    directions_swap(ip);
    targets_set(ip, fmax(centring, 0.5) * ip->mu, false);
    interior_direction(ip, ip->infeasible, 2);
    double plain = step_centred(ip, step_max(ip, share));
    if (plain < step) directions_swap(ip);
    step = fmax(plain, step);
  }
  return interior_step(ip, step, share);
}

/* The last point of the path at which mu is not yet small, once the conditions hold about as well as the products. */
static void remember_centre(struct interior *ip)
{
  if (ip->centred || ip->mu > interior_centre_mu || ip->infeasibility > centre_infeasible * ip->mu) return;
  ip->centred = true;
  memcpy(ip->centre, ip->y, (size_t)ip->newton->scaled->n * sizeof *ip->y);
}

enum interior_outcome interior_advance(struct interior *ip, double mu_goal, int iterations_max)
{
  struct newton *newton = ip->newton;
  ip->short_steps = 0;
  while (ip->iterations < iterations_max) {
    scaled_evaluate(newton->scaled, ip->y, smoothing_width(ip->mu), ip->g, newton->values);
    ip->pull = pull_share * ip->mu;
    ip->infeasibility = infeasibility_measure(ip, ip->infeasible);
    if (!isfinite(ip->infeasibility)) return INTERIOR_FAILED;
    if (ip->mu <= mu_goal && ip->infeasibility <= infeasible_share * mu_goal) return INTERIOR_ARRIVED;
    if (ip->short_steps >= short_steps_max) return INTERIOR_SLOW;
    ip->iterations++;
    remember_centre(ip);
    if (interior_iterate(ip)) {
      ip->proximal = ip->proximal > 1e-8 ? 0.2 * ip->proximal : 0;
    } else {
      ip->proximal = fmax(1e-4, 10 * ip->proximal);
      if (ip->proximal > 1e4) return INTERIOR_FAILED;
    }
    ip->mu = mu_measure(ip);
  }
  return INTERIOR_FAILED;
}
