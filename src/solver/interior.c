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

#include "solver/path.h"
#include "solver/vector.h"

static const double shift = 1e-10;                        /* of the factorisation, taken out by refinement */
static const double refine_goal = 1e-8;                   /* relative defect of a direction */
static const double centred_low = 0.1, centred_high = 10; /* products in this range of mu count as centred */
static const double smoothing_max = 0.03;                 /* widest rounding of a kink, in magnitudes of its unknown */

static const double weight_range = 1e4;
static const double product_share_min = 1e-8; /* of the mean: no product falls below */
static const double infeasible_share = 100;   /* of the goal for mu is good enough: polishing evaluates anew */
static const double centre_infeasible = 10;   /* times mu, of a point worth remembering */
static const double mu_growth_max = 2;        /* in one step */
static const double step_slow = 0.2, step_short = 0.1, step_least = 1e-4;
/* Prices that nobody pays may be anything above some level, and the path would take them to infinity. A share of mu
 * times the distance from where the path began, added to each condition, keeps them near and is gone at the end. */
static const double pull_share = 1e-2;
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

/* Infeasibility at the iterate, fixed unknowns apart; fills ip->infeasible. */
VECTOR_CLONES static double infeasibility_measure(struct interior *ip)
{
  const int n = ip->newton->scaled->n;
  const double *y = ip->y, *begin = ip->begin, *g = ip->g, *a = ip->a, *b = ip->b;
  const double *lower = ip->newton->scaled->lower, *upper = ip->newton->scaled->upper;
  eight sum = {0};
  for (int i = 0; i < n; i += 8) {
    eight left = EIGHT_READ(g, i) + ip->pull * (EIGHT_READ(y, i) - EIGHT_READ(begin, i));
    left += EIGHT_READ(b, i) - EIGHT_READ(a, i);
    left = EIGHT_SELECT(EIGHT_READ(lower, i) == EIGHT_READ(upper, i), (eight){0}, left);
    EIGHT_AT(ip->infeasible, i) = left;
    sum += left * left;
  }
  return n > 0 ? sqrt(EIGHT_SUM(sum) / n) : 0;
}

/* Where there is no bound its multiplier is zero, its distance large and finite, the product nothing. */
VECTOR_CLONES static void products_measure(struct interior *ip)
{
  const struct scaled *scaled = ip->newton->scaled;
  const double *y = ip->y, *a = ip->a, *b = ip->b, *lower = scaled->lower, *upper = scaled->upper;
  eight sum = {0};
  for (int i = 0; i < scaled->n; i += 8) {
    const eight at = EIGHT_READ(y, i);
    const eight both = EIGHT_READ(a, i) * (at - EIGHT_READ(lower, i)) + EIGHT_READ(b, i) * (EIGHT_READ(upper, i) - at);
    sum += both * EIGHT_READ(ip->per_worth, i);
  }
  ip->products = EIGHT_SUM(sum);
  ip->mu = ip->bounds_count > 0 ? ip->products / ip->bounds_count : 0;
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

/* A warm start: every product is where the path has it, and of distance and multiplier the one that matters stays as
 * it is. Pairs that are decided hardly move, so that the balances remain nearly kept. */
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
  double **const arrays[] = {&ip.y,        &ip.a,        &ip.b,       &ip.g,        &ip.infeasible, &ip.way.dy,
                             &ip.way.da,   &ip.way.db,   &ip.right,   &ip.target_a, &ip.target_b,   &ip.spare.dy,
                             &ip.spare.da, &ip.spare.db, &ip.trial_y, &ip.trial_g,  &ip.per_lower,  &ip.per_upper,
                             &ip.per_a,    &ip.per_b,    &ip.weight,  &ip.centre,   &ip.begin,      &ip.per_worth};
  for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
    *arrays[k] = ARENA_ARRAY(arena, EIGHTS(newton->scaled->n), double);
  for (int i = 0; i < newton->scaled->n; i++) ip.bounds_count += bounded_below(&ip, i) + bounded_above(&ip, i);
  worth_weights(newton->scaled, ip.weight);
  for (int i = 0; i < newton->scaled->n; i++) ip.per_worth[i] = 1 / ip.weight[i];
  (mu < 1 ? interior_join : interior_centre)(&ip, start, mu);
  memcpy(ip.begin, ip.y, (size_t)newton->scaled->n * sizeof *ip.y);
  products_measure(&ip);
  return ip;
}

/* The matrix of this iteration: J + a/x + b/u + proximal. */
VECTOR_CLONES static void diagonal_fill(struct interior *ip)
{
  const struct scaled *scaled = ip->newton->scaled;
  const double *y = ip->y, *lower = scaled->lower, *upper = scaled->upper;
  const eight zero = {0}, pinned = zero + newton_pinned, most = zero + 1e-3 * newton_pinned;
  for (int i = 0; i < scaled->n; i += 8) {
    const eight at = EIGHT_READ(y, i), low = EIGHT_READ(lower, i), high = EIGHT_READ(upper, i);
    const eight a = EIGHT_READ(ip->a, i), b = EIGHT_READ(ip->b, i);
    const eight per_lower = EIGHT_SELECT(a > zero, 1 / (at - low), zero);
    const eight per_upper = EIGHT_SELECT(b > zero, 1 / (high - at), zero);
    const eight diagonal = (ip->proximal + ip->pull) + (a * per_lower + b * per_upper);
    EIGHT_AT(ip->per_lower, i) = per_lower;
    EIGHT_AT(ip->per_upper, i) = per_upper;
    EIGHT_AT(ip->per_a, i) = EIGHT_SELECT(a > zero, 1 / a, zero);
    EIGHT_AT(ip->per_b, i) = EIGHT_SELECT(b > zero, 1 / b, zero);
    EIGHT_AT(ip->newton->diagonal, i) = EIGHT_SELECT(low == high, pinned, EIGHT_SMALLER(diagonal, most));
  }
}

VECTOR_CLONES static void right_fill(struct interior *ip, const double *infeasible)
{
  for (int i = 0; i < ip->newton->scaled->n; i += 8) {
    const eight a = EIGHT_READ(ip->target_a, i) * EIGHT_READ(ip->per_lower, i) - EIGHT_READ(ip->a, i);
    const eight b = EIGHT_READ(ip->target_b, i) * EIGHT_READ(ip->per_upper, i) - EIGHT_READ(ip->b, i);
    EIGHT_AT(ip->right, i) = (a - b) - EIGHT_READ(infeasible, i);
  }
}

/* What follows from the steps of the unknowns. */
VECTOR_CLONES static void way_measure(struct interior *ip)
{
  const struct scaled *scaled = ip->newton->scaled;
  struct direction *way = &ip->way;
  eight blocking = {0}, linear = {0}, squared = {0};
  for (int i = 0; i < scaled->n; i += 8) {
    const eight at = EIGHT_READ(ip->y, i), dy = EIGHT_READ(way->dy, i), per_worth = EIGHT_READ(ip->per_worth, i);
    const eight a = EIGHT_READ(ip->a, i), b = EIGHT_READ(ip->b, i);
    const eight per_lower = EIGHT_READ(ip->per_lower, i), per_upper = EIGHT_READ(ip->per_upper, i);
    const eight da = (EIGHT_READ(ip->target_a, i) - a * dy) * per_lower - a;
    const eight db = (EIGHT_READ(ip->target_b, i) + b * dy) * per_upper - b;
    const eight of_x = EIGHT_LARGER(-dy * per_lower, dy * per_upper);
    const eight of_a = EIGHT_LARGER(-da * EIGHT_READ(ip->per_a, i), -db * EIGHT_READ(ip->per_b, i));
    const eight most = EIGHT_LARGER(of_x, of_a);
    blocking = EIGHT_LARGER(most, blocking);
    linear += (((at - EIGHT_READ(scaled->lower, i)) * da + (EIGHT_READ(scaled->upper, i) - at) * db) + dy * (a - b)) *
              per_worth;
    squared += dy * (da - db) * per_worth;
    EIGHT_AT(way->da, i) = da;
    EIGHT_AT(way->db, i) = db;
  }
  way->blocking = 0;
  for (int k = 0; k < 8; k++) way->blocking = larger(blocking[k], way->blocking);
  way->linear = EIGHT_SUM(linear);
  way->squared = EIGHT_SUM(squared);
}

/* Solves for the way, given where x a and u b should go. */
static void interior_direction(struct interior *ip, const double *infeasible, int rounds)
{
  right_fill(ip, infeasible);
  newton_solve(ip->newton, ip->right, ip->way.dy, rounds, refine_goal);
  way_measure(ip);
}

/* The longest step in [0, 1] that leaves everything at least (1 - share) of its distance. */
static double step_max(const struct interior *ip, double share)
{
  return share / larger(ip->way.blocking, share);
}

static double mu_after(const struct interior *ip, double step)
{
  const double change = step * (ip->way.linear + step * ip->way.squared);
  return ip->bounds_count > 0 ? larger(ip->products + change, 0) / ip->bounds_count : 0;
}

VECTOR_CLONES static void targets_set(struct interior *ip, double mu, double bend)
{
  for (int i = 0; i < ip->newton->scaled->n; i += 8) {
    const eight mean = mu * EIGHT_READ(ip->weight, i), dy = bend * EIGHT_READ(ip->way.dy, i);
    EIGHT_AT(ip->target_a, i) = mean - dy * EIGHT_READ(ip->way.da, i);
    EIGHT_AT(ip->target_b, i) = mean + dy * EIGHT_READ(ip->way.db, i);
  }
}

/* Whether every product keeps a fair share of the mean after a step: the iterate must not hug the boundary. */
VECTOR_CLONES static bool stays_centred(const struct interior *ip, double step, double mu)
{
  const double *lower = ip->newton->scaled->lower, *upper = ip->newton->scaled->upper;
  eight_mask below = {0};
  for (int i = 0; i < ip->newton->scaled->n; i += 8) {
    const eight y = EIGHT_READ(ip->y, i) + step * EIGHT_READ(ip->way.dy, i);
    const eight least = product_share_min * mu * EIGHT_READ(ip->weight, i), a = EIGHT_READ(ip->a, i);
    const eight b = EIGHT_READ(ip->b, i), zero = {0};
    const eight of_a = (y - EIGHT_READ(lower, i)) * (a + step * EIGHT_READ(ip->way.da, i));
    const eight of_b = (EIGHT_READ(upper, i) - y) * (b + step * EIGHT_READ(ip->way.db, i));
    below |= (eight_mask)(a > zero) & (eight_mask)(of_a < least);
    below |= (eight_mask)(b > zero) & (eight_mask)(of_b < least);
  }
  long long any = 0;
  for (int k = 0; k < 8; k++) any |= below[k];
  return any == 0;
}

/* Makes it and factors it. */
static void interior_factor(struct interior *ip)
{
  diagonal_fill(ip);
  newton_factor(ip->newton, shift);
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

/* What is infeasible after a step to trial_y, into trial_g, which holds the conditions there. */
VECTOR_CLONES static double trial_measure(struct interior *ip, double step)
{
  const struct scaled *scaled = ip->newton->scaled;
  eight sum = {0};
  for (int i = 0; i < scaled->n; i += 8) {
    const eight a = EIGHT_READ(ip->a, i) + step * EIGHT_READ(ip->way.da, i);
    const eight b = EIGHT_READ(ip->b, i) + step * EIGHT_READ(ip->way.db, i);
    eight left = EIGHT_READ(ip->trial_g, i) + ip->pull * (EIGHT_READ(ip->trial_y, i) - EIGHT_READ(ip->begin, i));
    left += b - a;
    left = EIGHT_SELECT(EIGHT_READ(scaled->lower, i) == EIGHT_READ(scaled->upper, i), (eight){0}, left);
    EIGHT_AT(ip->trial_g, i) = left;
    sum += left * left;
  }
  return sqrt(EIGHT_SUM(sum) / scaled->n);
}

/* The infeasibility after a step, evaluated; fills trial_y and trial_g, the latter with what is infeasible. */
static double infeasibility_after(struct interior *ip, double step)
{
  const struct scaled *scaled = ip->newton->scaled;
  for (int i = 0; i < scaled->n; i++) ip->trial_y[i] = ip->y[i] + step * ip->way.dy[i];
  scaled_evaluate(scaled, ip->trial_y, smoothing_width(ip->mu), ip->trial_g, NULL);
  return trial_measure(ip, step);
}

static bool acceptable(const struct interior *ip, double step, double infeasibility)
{
  return infeasibility <= (1 - 0.1 * step) * ip->infeasibility || infeasibility <= mu_after(ip, step);
}

static bool interior_move(struct interior *ip, double step)
{
  memcpy(ip->y, ip->trial_y, (size_t)ip->newton->scaled->n * sizeof *ip->y);
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    ip->a[i] += step * ip->way.da[i];
    ip->b[i] += step * ip->way.db[i];
  }
  ip->short_steps = step < step_slow ? ip->short_steps + 1 : 0;
  return true;
}

static void directions_swap(struct interior *ip)
{
  const struct direction swap = ip->way;
  ip->way = ip->spare;
  ip->spare = swap;
}

/* Another direction, whose right-hand side includes what the last trial step found and the linearisation had not
 * foreseen: a second-order correction for curved conditions. */
static void direction_bend(struct interior *ip, double step)
{
  for (int i = 0; i < ip->newton->scaled->n; i++) {
    const double unforeseen = ip->trial_g[i] - (1 - step) * ip->infeasible[i];
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
#define CORRECTION(product, mean)                                                                                      \
  EIGHT_LARGER(EIGHT_SMALLER(EIGHT_LARGER(product, centred_low *(mean)), centred_high *(mean)) - (product),            \
               -centred_high * (mean))

/* Pulls what the products would become after a longer step towards the range that counts as centred. */
VECTOR_CLONES static void targets_correct(struct interior *ip, double step, double mu)
{
  const double *lower = ip->newton->scaled->lower, *upper = ip->newton->scaled->upper;
  for (int i = 0; i < ip->newton->scaled->n; i += 8) {
    const eight y = EIGHT_READ(ip->y, i) + step * EIGHT_READ(ip->way.dy, i), mean = mu * EIGHT_READ(ip->weight, i);
    const eight a = EIGHT_READ(ip->a, i) + step * EIGHT_READ(ip->way.da, i);
    const eight b = EIGHT_READ(ip->b, i) + step * EIGHT_READ(ip->way.db, i);
    const eight of_a = (y - EIGHT_READ(lower, i)) * a, of_b = (EIGHT_READ(upper, i) - y) * b;
    EIGHT_AT(ip->target_a, i) += CORRECTION(of_a, mean);
    EIGHT_AT(ip->target_b, i) += CORRECTION(of_b, mean);
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

/* How much of mu to keep: little where the predictor got far. Mehrotra's rule with a higher power: the correctors make
 * up for boldness. */
static double interior_predict(struct interior *ip, double *step)
{
  targets_set(ip, 0, 0);
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
  targets_set(ip, centring * ip->mu, path_bend(predicted));
  interior_direction(ip, ip->infeasible, 1);
  double step = step_centred(ip, interior_correct(ip, centring * ip->mu, share));
  if (step < step_short) { /* corrections may mislead: is a plain centring direction longer? */
    directions_swap(ip);
    targets_set(ip, fmax(centring, 0.5) * ip->mu, 0);
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
    ip->infeasibility = infeasibility_measure(ip);
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
    products_measure(ip);
  }
  return INTERIOR_FAILED;
}
