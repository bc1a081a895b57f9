/* solver/lanes_step.c - one iteration of every lane: along the central path, or an active-set step at its end.
 *
 * The path is that of interior.h, the steps are its predictor and corrector with one step length, halved until the
 * infeasibility falls; the active-set steps are those of polish.h. Both need one factorisation an iteration, so lanes
 * in either phase share it. Sums run over rows in one order; every decision is a lane's own.
 */
#include "solver/lanes_state.h"

static const double path_shift = 1e-10, close_shift = 1e-9; /* of the factorisation, taken out by refinement */
static const double smoothing_max = 0.03; /* widest rounding of a kink, in magnitudes of its unknown */
static const double share = 0.999;        /* of the way to the nearest bound */
static const double mu_growth_max = 2;    /* in one step */
static const double step_least = 1e-4, step_slow = 0.2;
static const double proximal_first = 1e-4, proximal_last = 1e2;
static const double residual_goal = 1e-12, residual_accepted = 1e-10, residual_hopeful = 0.1;
static const double rounding = 1e-11;                     /* an infeasibility below it says nothing */
static const double centred_low = 0.1, centred_high = 10; /* products in this range of mu count as centred */
enum { close_steps_max = 12, correctors_max = 3, weights_count = 3 };
static const double close_sure = 1e-9; /* mu below which the path tells no more about what is active */

/* What a pass over all rows adds up, a lane each. */
struct totals {
  lane products;  /* sum of x a + u b over worth, and so below */
  lane targets;   /* of what they should become */
  lane curvature; /* of dy da - dy db */
  lane blocking;  /* largest decrease of anything positive over its size */
  lane square;    /* of the infeasibility */
};

static lane control_lane(const struct lanes *s, size_t offset)
{
  lane value = {0};
  for (int l = 0; l < LANES; l++) value[l] = *(const double *)((const char *)&s->control[l] + offset);
  return value;
}

static lane smoothing_widths(const struct lanes *s)
{
  lane width = {0};
  for (int l = 0; l < LANES; l++)
    width[l] = s->control[l].phase == LANE_PATH ? fmin(smoothing_max, 0.3 * sqrt(s->control[l].mu)) : 0;
  return width;
}

/* ---- the path ---- */

/* 1 / distance where there is a multiplier, else 0 */
static lane per_distance(lane distance, lane multiplier)
{
  const lane zero = {0};
  return lane_select((lane_mask)(multiplier > zero), 1 / distance, zero);
}

/* Distances, diagonal a/x + b/u + proximal, right side -g of the predictor; measures products and infeasibility. */
static struct totals path_linearise(struct lanes *s)
{
  const lane proximal = control_lane(s, offsetof(struct lane_control, proximal));
  const lane most = lane_all(1e-3 * lane_pinned), pinned = lane_all(lane_pinned), zero = {0};
  struct totals sum = {0};
  for (int i = 0; i < s->layout->n; i++) {
    const int k = s->upper_place[i];
    const lane a = s->a[i], x = s->y[i] - s->lower[i], worth = s->per_worth[i], per = per_distance(x, a);
    lane h = s->g[i] - a, diagonal = proximal, right = -s->g[i];
    sum.products = lane_fma(a * worth, x, sum.products);
    if (k >= 0) {
      const lane_mask fixed = (lane_mask)(s->lower[i] == s->upper[i]);
      const lane b = s->b[k], u = s->upper[i] - s->y[i];
      s->per_upper[k] = per_distance(u, b);
      sum.products = lane_fma(b * worth, u, sum.products);
      h = lane_select(fixed, zero, h + b);
      right = lane_select(fixed, zero, right);
      diagonal = lane_select(fixed, pinned, lane_fma(b, s->per_upper[k], diagonal));
    }
    s->per_lower[i] = per;
    diagonal = lane_fma(a, per, diagonal);
    s->diagonal[i] = lane_select((lane_mask)(diagonal >= pinned), pinned, lane_min(diagonal, most));
    s->right[i] = right;
    sum.square = lane_fma(h, h, sum.square);
  }
  return sum;
}

/* What the predictor, which aims at products of zero, would do: how far it gets and how its products bend. */
static struct totals path_foresee(const struct lanes *s)
{
  const struct layout *layout = s->layout;
  struct totals sum = {.blocking = lane_all(1)};
  for (int i = 0; i < layout->n; i++) {
    const lane a = s->a[i], dy = s->dy[i], part = s->per_lower[i] * dy;
    sum.blocking = lane_max(lane_max(-part, 1 + part), sum.blocking);
    sum.curvature = lane_fnma(dy * s->per_worth[i], a * (1 + part), sum.curvature); /* da = -a (1 + dy / x) */
  }
  for (int k = 0; k < s->upper_count; k++) {
    const int i = s->upper_row[k];
    const lane b = s->b[k], dy = s->dy[i], part = s->per_upper[k] * dy;
    sum.blocking = lane_max(lane_max(part, 1 - part), sum.blocking);
    sum.curvature = lane_fma(dy * s->per_worth[i], b * (1 - part), sum.curvature); /* db = -b (1 - dy / u) */
  }
  return sum;
}

/* The targets become mu, and what the predictor left out; right goes with them. */
static void path_aim(struct lanes *s, lane mu, lane bend)
{
  const struct layout *layout = s->layout;
  const lane_mask path = (lane_mask)lanes_control_mask(s, LANE_PATH);
  const lane zero = {0};
  for (int i = 0; i < layout->n; i++) {
    const lane dy = s->dy[i], per = s->per_lower[i];
    const lane target = lane_fma(bend * dy, s->a[i] * (1 + per * dy), mu * s->worth[i]);
    s->target_a[i] = target;
    s->right[i] = lane_select(path, lane_fma(target, per, s->right[i]), s->right[i]);
  }
  for (int k = 0; k < s->upper_count; k++) {
    const int i = s->upper_row[k];
    const lane dy = s->dy[i], per = s->per_upper[k];
    const lane target = lane_fnma(bend * dy, s->b[k] * (1 - per * dy), mu * s->worth[i]);
    const lane right = lane_fnma(target, per, s->right[i]);
    s->target_b[k] = target;
    const lane_mask fixed = (lane_mask)(s->lower[i] == s->upper[i]);
    s->right[i] = lane_select(path, lane_select(fixed, zero, right), s->right[i]);
  }
}

/* The steps of the multipliers that go with dy, so that x a and u b become their targets in linear order. */
static inline lane step_a(const struct lanes *s, int i)
{
  const lane per = s->per_lower[i];
  return lane_fma(s->target_a[i], per, -s->a[i] * (1 + per * s->dy[i]));
}
static inline lane step_b(const struct lanes *s, int k, int i)
{
  const lane per = s->per_upper[k];
  return lane_fma(s->target_b[k], per, -s->b[k] * (1 - per * s->dy[i]));
}

/* How far all may go together along the direction, and what the products become on the way. */
static struct totals path_direct(const struct lanes *s)
{
  const struct layout *layout = s->layout;
  const lane zero = {0};
  struct totals sum = {.blocking = lane_all(share)};
  for (int i = 0; i < layout->n; i++) {
    const lane a = s->a[i], dy = s->dy[i], da = step_a(s, i);
    const lane_mask has = (lane_mask)(a > zero);
    sum.blocking = lane_max(lane_max(-s->per_lower[i] * dy, lane_select(has, -da / a, zero)), sum.blocking);
    sum.curvature = lane_fma(dy * s->per_worth[i], da, sum.curvature);
    sum.targets = lane_fma(s->per_worth[i], lane_select(has, s->target_a[i], zero), sum.targets);
  }
  for (int k = 0; k < s->upper_count; k++) {
    const int i = s->upper_row[k];
    const lane b = s->b[k], dy = s->dy[i], db = step_b(s, k, i);
    const lane_mask has = (lane_mask)(b > zero);
    sum.blocking = lane_max(lane_max(s->per_upper[k] * dy, lane_select(has, -db / b, zero)), sum.blocking);
    sum.curvature = lane_fnma(dy * s->per_worth[i], db, sum.curvature);
    sum.targets = lane_fma(s->per_worth[i], lane_select(has, s->target_b[k], zero), sum.targets);
  }
  return sum;
}

/* What brings a product into the range that counts as centred; not too much at once. */
static inline lane correction(lane product, lane mu)
{
  const lane wanted = lane_min(lane_max(product, centred_low * mu), centred_high * mu);
  return lane_max(wanted - product, -centred_high * mu);
}

/* Pulls what the products would become after `step` towards that range, in the lanes asked for; keeps what was. */
static void path_correct(struct lanes *s, lane_mask asked, lane step, lane mu)
{
  const struct layout *layout = s->layout;
  const lane zero = {0};
  for (int i = 0; i < layout->n; i++) {
    const lane per = s->per_lower[i], dy = s->dy[i];
    const lane_mask has = asked & (lane_mask)(s->a[i] > zero);
    const lane product = (s->y[i] - s->lower[i] + step * dy) * (s->a[i] + step * step_a(s, i));
    const lane change = lane_select(has, correction(product, mu * s->worth[i]), zero);
    s->trial_y[i] = dy;
    s->trial_g[i] = s->target_a[i];
    s->target_a[i] += change;
    s->right[i] = lane_fma(change, per, s->right[i]);
  }
  for (int k = 0; k < s->upper_count; k++) {
    const int i = s->upper_row[k];
    const lane dy = s->trial_y[i];
    const lane_mask has = asked & (lane_mask)(s->b[k] > zero);
    const lane product = (s->upper[i] - s->y[i] - step * dy) * (s->b[k] + step * step_b(s, k, i));
    const lane change = lane_select(has, correction(product, mu * s->worth[i]), zero);
    s->kept_b[k] = s->target_b[k];
    s->target_b[k] += change;
    s->right[i] = lane_fnma(change, s->per_upper[k], s->right[i]);
  }
}

static void path_restore(struct lanes *s, lane_mask lanes)
{
  for (int i = 0; i < s->layout->n; i++) {
    s->dy[i] = lane_select(lanes, s->trial_y[i], s->dy[i]);
    s->target_a[i] = lane_select(lanes, s->trial_g[i], s->target_a[i]);
  }
  for (int k = 0; k < s->upper_count; k++) s->target_b[k] = lane_select(lanes, s->kept_b[k], s->target_b[k]);
}

/* The mean product after a step of a lane. */
static double mu_after(const struct lane_control *control, const struct totals *sum, int l, double step)
{
  const double products = sum->products[l];
  return (products + step * (sum->targets[l] - products) + step * step * sum->curvature[l]) / control->products_count;
}

/* How much of mu to keep: little where the predictor got far. Mehrotra's rule with a higher power: the correctors make up
 * for boldness. */
static double centring(const struct lanes *s, struct lane_control *control, const struct totals *ahead, int l)
{
  const double step = 1 / ahead->blocking[l];
  const double left = fmax(0, mu_after(control, ahead, l, step) / control->mu);
  const double cube = left * left * left;
  double keep = fmin(fmax(cube * cube, 1e-6), 1);
  control->predicted = step;
  if (control->proximal > 1e-6) keep = fmax(keep, 0.3);
  if (control->short_steps > 0) keep = fmax(keep, 0.8); /* recover first what the linearisation missed */
  if (s->task->centre == NULL) return keep;
  const double wanted = s->task->centre->mu / control->mu; /* there: only centring, as the path is meant */
  if (wanted > 0.5) control->predicted = 0;
  return wanted > 0.5 ? wanted : fmax(keep, wanted);
}

/* Root mean square of the infeasibility at a trial point, given the step there. */
static lane path_infeasible(const struct lanes *s, lane step)
{
  const lane zero = {0};
  lane square = zero;
  for (int i = 0; i < s->layout->n; i++) {
    const int k = s->upper_place[i];
    lane h = s->trial_g[i] - lane_fma(step, step_a(s, i), s->a[i]);
    if (k >= 0) {
      h += lane_fma(step, step_b(s, k, i), s->b[k]);
      h = lane_select((lane_mask)(s->lower[i] == s->upper[i]), zero, h);
    }
    square = lane_fma(h, h, square);
  }
  return lane_sqrt(square / s->layout->n);
}

/* ---- the active-set steps ---- */

/* Where pairs are zero twice an active set may have no solution: after a failure the steps solve the conditions plus
 * a term weight (y - y_now), which gives every active set one (Rockafellar 1976, SIAM J. Control 14, 877). */
static lane close_weights(const struct lanes *s)
{
  static const double weights[weights_count] = {0, 1e-4, 1e-2};
  lane weight = {0};
  for (int l = 0; l < LANES; l++)
    if (s->control[l].phase == LANE_CLOSE) weight[l] = weights[s->control[l].tries];
  return weight;
}

/* An unknown nearer to a bound than its condition is to zero goes to the bound and is held there; for the others the
 * conditions are linearised. */
static void close_linearise(struct lanes *s)
{
  const lane_mask close = (lane_mask)lanes_control_mask(s, LANE_CLOSE);
  const lane pinned = lane_all(lane_pinned), weight = close_weights(s);
  for (int i = 0; i < s->layout->n; i++) {
    const lane g = s->g[i], to_lower = s->y[i] - s->lower[i], to_upper = s->upper[i] - s->y[i];
    const lane_mask down = (lane_mask)(to_lower <= g), up = ~down & (lane_mask)(to_upper <= -g);
    const lane right = lane_select(down, -to_lower * pinned, lane_select(up, to_upper * pinned, -g));
    s->diagonal[i] = lane_select(close, lane_select(down | up, pinned, weight), s->diagonal[i]);
    s->right[i] = lane_select(close, right, s->right[i]);
  }
}

lane lanes_residual(const struct lanes *s, const lane *y, const lane *g)
{
  lane largest = {0}, sum = {0};
  for (int i = 0; i < s->layout->n; i++) {
    const lane target = lane_min(lane_max(y[i] - g[i], s->lower[i]), s->upper[i]);
    const lane gap = lane_abs(y[i] - target);
    largest = lane_max(gap, largest);
    sum += (y[i] - g[i]) * 0; /* zero, or not a number */
  }
  for (int l = 0; l < LANES; l++)
    if (!(sum[l] == 0)) largest[l] = HUGE_VAL;
  return largest;
}

/* ---- one iteration ---- */

static void controls_prepare(struct lanes *s, lane *shift)
{
  for (int l = 0; l < LANES; l++) {
    struct lane_control *control = &s->control[l];
    const bool close = control->phase == LANE_CLOSE;
    control->iterations += control->phase == LANE_PATH || close;
    control->rounds = close ? 8 : 1;
    control->goal = close ? 1e-12 : 1e-8;
    (*shift)[l] = close ? close_shift : path_shift;
  }
}

/* Gondzio's correctors: one for the sake of the centring, more as long as each lengthens the step enough to pay for its
 * solve. */
static struct totals lanes_correct(struct lanes *s, struct totals sum, lane mu)
{
  lane_mask asked = (lane_mask)lanes_control_mask(s, LANE_PATH);
  for (int round = 0; round < correctors_max; round++) {
    lane ahead = {0};
    lane_mask worse = {0};
    for (int l = 0; l < LANES; l++) {
      const double step = share / sum.blocking[l];
      if (!(step < 0.9) && round > 0) asked[l] = 0;
      ahead[l] = fmin(1, step + 0.3);
    }
    if (!lane_any(asked)) break;
    path_correct(s, asked, ahead, mu);
    lanes_refine(s, s->right, s->dy, asked);
    struct totals next = path_direct(s);
    for (int l = 0; l < LANES; l++)
      if (!asked[l] ||
          !(share / next.blocking[l] >= (round == 0 ? 0.95 * share / sum.blocking[l] : share / sum.blocking[l] + 0.03)))
        worse[l] = -1;
    path_restore(s, worse);
    asked &= ~worse;
    sum.blocking = lane_select(asked, next.blocking, sum.blocking);
    sum.curvature = lane_select(asked, next.curvature, sum.curvature);
    sum.targets = lane_select(asked, next.targets, sum.targets);
  }
  return sum;
}

/* Predictor and correctors; dy and the targets that belong to it. */
static struct totals lanes_direction(struct lanes *s, const struct totals *here)
{
  lane mu = {0}, bend = {0};
  lanes_substitute(s, s->right, s->dy);
  struct totals ahead = path_foresee(s);
  ahead.products = here->products;
  for (int l = 0; l < LANES; l++) {
    struct lane_control *control = &s->control[l];
    if (control->phase != LANE_PATH) continue;
    mu[l] = control->mu * centring(s, control, &ahead, l);
    bend[l] = control->predicted > 0.1 ? 1 : 0;
  }
  path_aim(s, mu, bend);
  lanes_refine(s, s->right, s->dy,
               (lane_mask)lanes_control_mask(s, LANE_PATH) | (lane_mask)lanes_control_mask(s, LANE_CLOSE));
  struct totals sum = path_direct(s);
  sum.products = here->products;
  return lanes_correct(s, sum, mu);
}

/* The longest step allowed that does not raise mu much; 1 in active-set steps, 0 where nothing moves. */
static lane steps_first(const struct lanes *s, const struct totals *sum)
{
  lane steps = {0};
  for (int l = 0; l < LANES; l++) {
    const struct lane_control *control = &s->control[l];
    double step = control->phase == LANE_CLOSE ? 1 : 0;
    if (control->phase == LANE_PATH) {
      step = share / sum->blocking[l];
      for (int k = 0; k < 20 && !(mu_after(control, sum, l, step) <= mu_growth_max * control->mu); k++) step *= 0.7;
    }
    steps[l] = step;
  }
  return steps;
}

static void trial_set(struct lanes *s, lane step)
{
  const lane_mask close = (lane_mask)lanes_control_mask(s, LANE_CLOSE);
  const lane_mask moves = close | (lane_mask)lanes_control_mask(s, LANE_PATH);
  for (int i = 0; i < s->layout->n; i++) {
    const lane y = s->y[i], there = lane_fma(step, s->dy[i], y);
    const lane inside = lane_min(lane_max(there, s->lower[i]), s->upper[i]);
    s->trial_y[i] = lane_select(moves, lane_select(close, inside, there), y);
  }
}

/* Halves the steps of lanes on the path until their infeasibility falls as it should; 0 where it never does. */
static lane steps_accepted(struct lanes *s, const struct totals *sum, lane step)
{
  const lane smoothing = smoothing_widths(s);
  bool settled[LANES];
  for (int l = 0; l < LANES; l++) settled[l] = s->control[l].phase != LANE_PATH;
  for (;;) {
    trial_set(s, step);
    lanes_evaluate(s, s->trial_y, smoothing, s->trial_g, false);
    const lane infeasible = path_infeasible(s, step);
    bool open = false;
    for (int l = 0; l < LANES; l++) {
      struct lane_control *control = &s->control[l];
      if (settled[l]) continue;
      settled[l] = step[l] == 0 || infeasible[l] <= (1 - 0.1 * step[l]) * control->infeasible ||
                   infeasible[l] <= fmax(mu_after(control, sum, l, step[l]), rounding);
      if (settled[l]) {
        control->infeasible = infeasible[l];
        continue;
      }
      step[l] = step[l] > step_least ? 0.5 * step[l] : 0;
      open = true;
    }
    if (!open) return step;
  }
}

static void path_settle(struct lane_control *control, const struct totals *sum, int l, double step)
{
  control->step = step;
  control->short_steps = step < step_slow ? control->short_steps + 1 : 0;
  if (step > 0) {
    control->mu = mu_after(control, sum, l, step);
    control->proximal = control->proximal > 1e-8 ? 0.2 * control->proximal : 0;
  } else {
    control->proximal = fmax(proximal_first, 10 * control->proximal);
  }
  if (!(control->mu > 0) || control->proximal > proximal_last) control->phase = LANE_FAILED;
}

/* Whether an active-set step is taken; what follows from the residual it reaches. back: it led nowhere, and the lane
 * returns to its point of the path. */
static bool close_settle(struct lane_control *control, double residual, bool *back)
{
  const bool better = residual <= fmin(0.5 * control->residual, residual_hopeful);
  const double enough = control->tries == 0 ? residual_accepted : 10 * residual_accepted;
  control->phase_steps++;
  if (better) control->residual = residual;
  if (control->residual <= residual_goal || (!better && control->residual <= enough)) {
    control->phase = LANE_SOLVED;
    return better;
  }
  *back = !better || control->phase_steps == close_steps_max;
  if (!*back) return true;
  control->residual = HUGE_VAL;
  control->phase_steps = 0;
  control->tries++;
  if (control->mu <= close_sure && control->tries < weights_count) return false; /* again, with more weight */
  control->phase = LANE_PATH;                                                    /* too early: on along the path */
  control->close_at = 1e-2 * control->mu;
  return false;
}

/* Takes the steps; lanes whose active-set steps led nowhere return to where they left the path. */
static void lanes_move(struct lanes *s, const struct totals *sum, lane step)
{
  const lane_mask path = (lane_mask)lanes_control_mask(s, LANE_PATH);
  const lane_mask close = (lane_mask)lanes_control_mask(s, LANE_CLOSE);
  const lane residual = lane_any(close) ? lanes_residual(s, s->trial_y, s->trial_g) : lane_all(0);
  lane_mask back = {0}, moved = path;
  for (int l = 0; l < LANES; l++) {
    if (path[l]) path_settle(&s->control[l], sum, l, step[l]);
    if (!close[l]) continue;
    bool returns = false;
    moved[l] = close_settle(&s->control[l], residual[l], &returns) ? -1 : 0;
    back[l] = returns ? -1 : 0;
  }
  const lane along = lane_select(path, step, lane_all(0));
  for (int i = 0; i < s->layout->n; i++) {
    s->y[i] = lane_select(back, s->path_y[i], lane_select(moved, s->trial_y[i], s->y[i]));
    s->a[i] = lane_select(path, lane_fma(along, step_a(s, i), s->a[i]), s->a[i]);
  }
  for (int k = 0; k < s->upper_count; k++) {
    const lane b = lane_fma(along, step_b(s, k, s->upper_row[k]), s->b[k]);
    s->b[k] = lane_select(path, b, s->b[k]);
  }
}

void lanes_iterate(struct lanes *s)
{
  lane shift = {0};
  controls_prepare(s, &shift);
  lanes_evaluate(s, s->y, smoothing_widths(s), s->g, true);
  const struct totals here = path_linearise(s);
  const lane infeasible = lane_sqrt(here.square / s->layout->n);
  for (int l = 0; l < LANES; l++) {
    struct lane_control *control = &s->control[l];
    if (control->phase != LANE_PATH) continue;
    control->mu = here.products[l] / control->products_count;
    control->infeasible = infeasible[l];
  }
  if (lane_any((lane_mask)lanes_control_mask(s, LANE_CLOSE))) close_linearise(s);
  lanes_factor(s, shift);
  const struct totals sum = lanes_direction(s, &here);
  lanes_move(s, &sum, steps_accepted(s, &sum, steps_first(s, &sum)));
}
