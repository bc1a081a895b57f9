/* solver/lanes_step.c - one iteration of every lane: along the central path, or an active-set step at its end.
 *
 * The path is that of interior.h, the steps are its predictor and corrector with one step length, halved until the
 * infeasibility falls; the active-set steps are those of polish.h. Both need one factorisation an iteration, so lanes
 * in either phase share it. An iteration is a handful of sweeps over the rows, each of which does all that can be done
 * while a row is at hand: sweep_factor (conditions, elimination, L \ right), sweep_foresee (U \, how far the predictor
 * gets), sweep_aim and sweep_direct (the same for the direction), sweep_correct, sweep_try and sweep_move.
 * Sums run over rows in one order; every decision is a lane's own.
 */
#include <stddef.h>

#include "solver/lanes_rows.h"

static const double path_shift = 1e-10, close_shift = 1e-9; /* of the factorisation */
static const double smoothing_max = 0.03; /* widest rounding of a kink, in magnitudes of its unknown */
static const double pull_share = 1e-2;    /* see pulls */
static const double share = 0.999;        /* of the way to the nearest bound */
static const double mu_growth_max = 2;    /* in one step */
static const double step_least = 1e-4, step_slow = 0.2;
static const double proximal_first = 1e-4, proximal_last = 1e2;
static const double residual_goal = 1e-12, residual_accepted = 1e-10, residual_lost = 1e9;
static const double rounding = 1e-11;                     /* an infeasibility below it says nothing */
static const double centred_low = 0.1, centred_high = 10; /* products in this range of mu count as centred */
enum { close_steps_max = 12, weights_count = 3 };
static const double close_sure = 1e-9; /* mu below which the path tells no more about what is active */

/* What a sweep over all rows adds up, a lane each. */
struct totals {
  lane products;  /* sum of x a + u b, and so below */
  lane targets;   /* of what they should become */
  lane curvature; /* of dy da - dy db */
  lane blocking;  /* largest decrease of anything positive over its size */
  lane square;    /* of the infeasibility */
  lane residual;  /* natural; infinite where anything is not a number */
};

/* What the rows of a sweep need to know of the lanes. */
struct course {
  lane_mask path, close;
  bool any_close;
  lane smoothing, pull, proximal, shift;
  lane weight; /* of active-set steps: see close_weights */
  lane mu, bend;
  lane step;
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

/* Where pairs are zero twice an active set may have no solution: the steps solve the conditions plus a term
 * weight (y - y_now), which gives every active set one (Rockafellar 1976, SIAM J. Control 14, 877); after a failure with
 * more weight, which is slower. */
static lane close_weights(const struct lanes *s)
{
  static const double weights[weights_count] = {1e-6, 1e-4, 1e-2};
  lane weight = {0};
  for (int l = 0; l < LANES; l++)
    if (s->control[l].phase == LANE_CLOSE) weight[l] = weights[s->control[l].tries];
  return weight;
}

/* Prices that nobody pays may be anything above some level; the path would take them to infinity. Adding a share of mu
 * times the distance from the lower bound to each condition keeps them near, and is gone at the end. */
static lane pulls(const struct lanes *s)
{
  lane pull = {0};
  for (int l = 0; l < LANES; l++)
    if (s->control[l].phase == LANE_PATH) pull[l] = pull_share * s->control[l].mu;
  return pull;
}

static struct course course_begin(struct lanes *s)
{
  struct course course = {.path = (lane_mask)lanes_control_mask(s, LANE_PATH),
                          .close = (lane_mask)lanes_control_mask(s, LANE_CLOSE),
                          .smoothing = smoothing_widths(s),
                          .pull = pulls(s),
                          .proximal = control_lane(s, offsetof(struct lane_control, proximal)),
                          .weight = close_weights(s)};
  course.any_close = lane_any(course.close);
  course.shift = lane_select(course.close, lane_all(close_shift), lane_all(path_shift));
  for (int l = 0; l < LANES; l++) s->control[l].iterations += course.path[l] || course.close[l];
  return course;
}

static inline lane pulled(const struct course *course, lane y, lane lower)
{
  return course->pull * lane_select((lane_mask)(lower > lane_all(-0.1 * lane_far)), y - lower, y);
}

/* ---- rows ---- */

/* 1 / distance where there is a multiplier, else 0 */
static inline lane per_distance(lane distance, lane multiplier)
{
  const lane zero = {0};
  return lane_select((lane_mask)(multiplier > zero), 1 / distance, zero);
}

/* The path's row: distances, diagonal a/x + b/u + proximal and the rest, right side -g of the predictor. */
static inline void path_linearise(struct lanes *s, const struct course *course, int i, lane g, struct totals *sum)
{
  const lane most = lane_all(1e-3 * lane_pinned), pinned = lane_all(lane_pinned), zero = {0};
  const int k = s->upper_place[i];
  const lane a = s->a[i], x = s->y[i] - s->lower[i], per = per_distance(x, a);
  lane h = g - a, diagonal = lane_fma(a, per, course->proximal + course->pull), right = -g;
  sum->products = lane_fma(a, x, sum->products);
  if (k >= 0) {
    const lane_mask fixed = (lane_mask)(s->lower[i] == s->upper[k]);
    const lane b = s->b[k], u = s->upper[k] - s->y[i];
    s->per_upper[k] = per_distance(u, b);
    sum->products = lane_fma(b, u, sum->products);
    h = lane_select(fixed, zero, h + b);
    right = lane_select(fixed, zero, right);
    diagonal = lane_select(fixed, pinned, lane_fma(b, s->per_upper[k], diagonal));
  }
  s->per_lower[i] = per;
  s->diagonal[i] = lane_select((lane_mask)(diagonal >= pinned), pinned, lane_min(diagonal, most));
  s->right[i] = right;
  h *= s->layout->unit[i];
  sum->square = lane_fma(h, h, sum->square);
}

/* The active set's: an unknown nearer to a bound than its condition is to zero goes to the bound and is held there; for
 * the others the conditions are linearised. */
static inline void close_linearise(struct lanes *s, const struct course *course, int i, lane g)
{
  const lane pinned = lane_all(lane_pinned);
  const int k = s->upper_place[i];
  const lane to_lower = s->y[i] - s->lower[i];
  lane to_upper = lane_all(lane_far);
  if (k >= 0) to_upper = s->upper[k] - s->y[i];
  const lane_mask down = (lane_mask)(to_lower <= g), up = ~down & (lane_mask)(to_upper <= -g);
  const lane right = lane_select(down, -to_lower * pinned, lane_select(up, to_upper * pinned, -g));
  s->diagonal[i] = lane_select(course->close, lane_select(down | up, pinned, course->weight), s->diagonal[i]);
  s->right[i] = lane_select(course->close, right, s->right[i]);
}

/* How far y is from where its condition would have it. */
static inline lane row_residual(const struct lanes *s, int i, lane y, lane g)
{
  const int k = s->upper_place[i];
  lane target = lane_max(y - g, s->lower[i]);
  if (k >= 0) target = lane_min(target, s->upper[k]);
  return lane_abs(y - target) * s->layout->unit[i];
}

/* What the predictor leaves of row i's right side. */
static inline lane row_defect(const struct lanes *s, int i, const lane *x)
{
  const struct layout *layout = s->layout;
  const lane pinned = lane_all(lane_pinned), zero = {0};
  lane sum = lane_fnma(s->diagonal[i], x[i], s->right[i]);
  for (int p = layout->entry_start[i]; p < layout->entry_start[i + 1]; p++)
    sum = lane_fnma(s->linear[p], x[layout->entry_column[p]], sum);
  for (int p = layout->extra_start[i]; p < layout->extra_start[i + 1]; p++)
    sum = lane_fnma(s->extra[p], x[layout->extra_column[p]], sum);
  return lane_select((lane_mask)(s->diagonal[i] < pinned), sum, zero);
}

/* ---- the sweep that factors ---- */

/* Row i at y: what it adds to sums, its right side and pivot. Returns the pivot. */
static inline lane row_linearise(struct lanes *s, const struct course *course, int i, struct totals *sum)
{
  const lane g = lanes_condition(s, i, s->y);
  path_linearise(s, course, i, g + pulled(course, s->y[i], s->lower[i]), sum);
  if (course->any_close) close_linearise(s, course, i, g);
  s->ahead.dy[i] = s->right[i];
  return s->linear[s->layout->own_place[i]] + s->diagonal[i] + course->shift;
}

/* The conditions and their linearisation at y, factored; ahead = L \ right. */
static struct totals sweep_factor(struct lanes *s, const struct course *course)
{
  const struct layout *layout = s->layout;
  const int *target = layout->target, *const entry = layout->number_entry - layout->n;
  struct totals sum = {0};
  lanes_terms(s, s->y, course->smoothing, true);
  for (int k = layout->n; k < layout->numbers_count; k++) s->numbers[k] = s->linear[entry[k]];
  for (int i = layout->leaf_count; i < layout->n; i++) s->numbers[i] = row_linearise(s, course, i, &sum);
  for (int p = 0; p < layout->extra_count; p++) s->numbers[layout->extra_number[p]] += s->extra[p];
  for (int i = 0; i < layout->leaf_count; i++)
    target = leaf_eliminate(s, i, row_linearise(s, course, i, &sum), target, s->ahead.dy);
  lanes_factor(s, s->ahead.dy);
  return sum;
}

/* ---- the sweeps of the direction ---- */

static inline void row_foresee(const struct lanes *s, int i, lane dy, struct totals *sum)
{
  const int k = s->upper_place[i];
  const lane a = s->a[i], part = s->per_lower[i] * dy;
  sum->blocking = lane_max(lane_max(-part, 1 + part), sum->blocking);
  sum->curvature = lane_fnma(dy, a * (1 + part), sum->curvature); /* da = -a (1 + dy / x) */
  if (k < 0) return;
  const lane b = s->b[k], rise = s->per_upper[k] * dy;
  sum->blocking = lane_max(lane_max(rise, 1 - rise), sum->blocking);
  sum->curvature = lane_fma(dy, b * (1 - rise), sum->curvature); /* db = -b (1 - dy / u) */
}

/* ahead = U \ ahead: what the predictor, which aims at products of zero, would do: how far it gets and how its products
 * bend. */
static struct totals sweep_foresee(struct lanes *s)
{
  const struct layout *layout = s->layout;
  struct totals sum = {.blocking = lane_all(1)};
  lanes_backward(s, s->ahead.dy);
  for (int i = layout->leaf_count; i < layout->n; i++) row_foresee(s, i, s->ahead.dy[i], &sum);
  for (int i = 0; i < layout->leaf_count; i++) {
    leaf_backward(s, i, s->ahead.dy);
    row_foresee(s, i, s->ahead.dy[i], &sum);
  }
  return sum;
}

/* The right side of a path's row whose products aim at target_a and target_b. */
static inline lane right_aimed(const struct lanes *s, int i, lane target_a, lane target_b)
{
  const int k = s->upper_place[i];
  const lane right = lane_fma(target_a, s->per_lower[i], s->right[i]), zero = {0};
  if (k < 0) return right;
  const lane_mask fixed = (lane_mask)(s->lower[i] == s->upper[k]);
  return lane_select(fixed, zero, lane_fnma(target_b, s->per_upper[k], right));
}

static inline lane row_aim(struct lanes *s, const struct course *course, int i)
{
  const lane mu = course->mu, bend = course->bend, dy = s->ahead.dy[i];
  const int k = s->upper_place[i];
  const lane target_a = lane_fma(bend * dy, s->a[i] * (1 + s->per_lower[i] * dy), mu);
  lane target_b = {0};
  s->first.target_a[i] = target_a;
  if (k >= 0) {
    target_b = lane_fnma(bend * dy, s->b[k] * (1 - s->per_upper[k] * dy), mu);
    s->first.target_b[k] = target_b;
  }
  const lane right = right_aimed(s, i, target_a, target_b);
  if (!course->any_close) return right;
  return lane_select(course->close, row_defect(s, i, s->ahead.dy), right);
}

/* The targets become mu, and what the predictor left out; first = L \ right. In active-set steps: what the
 * predictor's rounding left. */
static void sweep_aim(struct lanes *s, const struct course *course)
{
  const struct layout *layout = s->layout;
  lane *const x = s->first.dy;
  for (int i = layout->leaf_count; i < layout->n; i++) x[i] = row_aim(s, course, i);
  for (int i = 0; i < layout->leaf_count; i++) leaf_forward(s, i, row_aim(s, course, i), x);
  lanes_forward(s, x);
}

/* The steps of the multipliers that go with dy, so that x a and u b become their targets in linear order. */
static inline lane step_a(const struct lanes *s, const struct direction *d, int i)
{
  const lane per = s->per_lower[i];
  return lane_fma(d->target_a[i], per, -s->a[i] * (1 + per * d->dy[i]));
}
static inline lane step_b(const struct lanes *s, const struct direction *d, int k, int i)
{
  const lane per = s->per_upper[k];
  return lane_fma(d->target_b[k], per, -s->b[k] * (1 - per * d->dy[i]));
}

static inline void row_direct(const struct lanes *s, const struct direction *d, int i, struct totals *sum)
{
  const int k = s->upper_place[i];
  const lane a = s->a[i], dy = d->dy[i], da = step_a(s, d, i), zero = {0};
  const lane_mask has = (lane_mask)(a > zero);
  sum->blocking = lane_max(lane_max(-s->per_lower[i] * dy, lane_select(has, -da / a, zero)), sum->blocking);
  sum->curvature = lane_fma(dy, da, sum->curvature);
  sum->targets += lane_select(has, d->target_a[i], zero);
  if (k < 0) return;
  const lane b = s->b[k], db = step_b(s, d, k, i);
  const lane_mask above = (lane_mask)(b > zero);
  sum->blocking = lane_max(lane_max(s->per_upper[k] * dy, lane_select(above, -db / b, zero)), sum->blocking);
  sum->curvature = lane_fnma(dy, db, sum->curvature);
  sum->targets += lane_select(above, d->target_b[k], zero);
}

/* dy = U \ dy; how far all may go together along it, and what the products become on the way. */
static struct totals sweep_direct(struct lanes *s, struct direction *d)
{
  const struct layout *layout = s->layout;
  struct totals sum = {.blocking = lane_all(share)};
  lanes_backward(s, d->dy);
  for (int i = layout->leaf_count; i < layout->n; i++) row_direct(s, d, i, &sum);
  for (int i = 0; i < layout->leaf_count; i++) {
    leaf_backward(s, i, d->dy);
    row_direct(s, d, i, &sum);
  }
  return sum;
}

/* What brings a product into the range that counts as centred; not too much at once. */
static inline lane correction(lane product, lane mu)
{
  const lane wanted = lane_min(lane_max(product, centred_low * mu), centred_high * mu);
  return lane_max(wanted - product, -centred_high * mu);
}

static inline lane row_correct(struct lanes *s, const struct course *course, int i)
{
  const struct direction *from = &s->first;
  const lane step = course->step, mu = course->mu, dy = from->dy[i], zero = {0};
  const int k = s->upper_place[i];
  const lane product = (s->y[i] - s->lower[i] + step * dy) * lane_fma(step, step_a(s, from, i), s->a[i]);
  const lane change = lane_select((lane_mask)(s->a[i] > zero), correction(product, mu), zero);
  const lane target_a = from->target_a[i] + change;
  lane target_b = zero;
  s->second.target_a[i] = target_a;
  if (k >= 0) {
    const lane above = (s->upper[k] - s->y[i] - step * dy) * lane_fma(step, step_b(s, from, k, i), s->b[k]);
    target_b = from->target_b[k] + lane_select((lane_mask)(s->b[k] > zero), correction(above, mu), zero);
    s->second.target_b[k] = target_b;
  }
  return right_aimed(s, i, target_a, target_b);
}

/* Pulls what the products would become along the first direction towards that range; second = L \ right. */
static void sweep_correct(struct lanes *s, const struct course *course)
{
  const struct layout *layout = s->layout;
  lane *const x = s->second.dy;
  for (int i = layout->leaf_count; i < layout->n; i++) x[i] = row_correct(s, course, i);
  for (int i = 0; i < layout->leaf_count; i++) leaf_forward(s, i, row_correct(s, course, i), x);
  lanes_forward(s, x);
}

/* ---- the direction ---- */

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

/* Gondzio's corrector: the second direction, taken in the lanes where the step along it is not much shorter. */
static lane_mask lanes_correct(struct lanes *s, struct course *course, struct totals *sum)
{
  lane_mask second = course->path;
  if (!lane_any(second)) return second;
  for (int l = 0; l < LANES; l++) course->step[l] = fmin(1, share / sum->blocking[l] + 0.3);
  sweep_correct(s, course);
  const struct totals next = sweep_direct(s, &s->second);
  for (int l = 0; l < LANES; l++)
    if (!(share / next.blocking[l] >= 0.95 * (share / sum->blocking[l]))) second[l] = 0;
  sum->blocking = lane_select(second, next.blocking, sum->blocking);
  sum->curvature = lane_select(second, next.curvature, sum->curvature);
  sum->targets = lane_select(second, next.targets, sum->targets);
  return second;
}

/* Predictor and corrector. */
static struct totals lanes_direction(struct lanes *s, struct course *course, const struct totals *here,
                                     lane_mask *second)
{
  struct totals ahead = sweep_foresee(s);
  ahead.products = here->products;
  for (int l = 0; l < LANES; l++) {
    struct lane_control *control = &s->control[l];
    if (control->phase != LANE_PATH) continue;
    course->mu[l] = control->mu * centring(s, control, &ahead, l);
    course->bend[l] = control->predicted > 0.1 ? 1 : 0;
  }
  sweep_aim(s, course);
  struct totals sum = sweep_direct(s, &s->first);
  sum.products = here->products;
  *second = lanes_correct(s, course, &sum);
  return sum;
}

/* ---- steps ---- */

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

/* Where the steps lead: trial_y. */
static void trial_set(struct lanes *s, const struct course *course, lane_mask second, lane step)
{
  const lane_mask moves = course->close | course->path;
  for (int i = 0; i < s->layout->n; i++) {
    const int k = s->upper_place[i];
    const lane y = s->y[i];
    lane dy = lane_select(second, s->second.dy[i], s->first.dy[i]);
    if (course->any_close) dy = lane_select(course->close, s->ahead.dy[i] + s->first.dy[i], dy);
    lane there = lane_fma(step, dy, y);
    if (course->any_close) {
      lane inside = lane_max(there, s->lower[i]);
      if (k >= 0) inside = lane_min(inside, s->upper[k]);
      there = lane_select(course->close, inside, there);
    }
    s->trial_y[i] = lane_select(moves, there, y);
  }
}

/* Infeasibility there, given the step, and the natural residual. */
static struct totals sweep_try(struct lanes *s, const struct course *course, lane_mask second, lane step)
{
  const lane zero = {0};
  struct totals sum = {0};
  lane numbers = zero;
  trial_set(s, course, second, step);
  lanes_terms(s, s->trial_y, course->smoothing, false);
  for (int i = 0; i < s->layout->n; i++) {
    const int k = s->upper_place[i];
    const lane y = s->trial_y[i], g = lanes_condition(s, i, s->trial_y);
    const lane da = lane_select(second, step_a(s, &s->second, i), step_a(s, &s->first, i));
    lane h = g + pulled(course, y, s->lower[i]) - lane_fma(step, da, s->a[i]);
    if (k >= 0) {
      const lane db = lane_select(second, step_b(s, &s->second, k, i), step_b(s, &s->first, k, i));
      h += lane_fma(step, db, s->b[k]);
      h = lane_select((lane_mask)(s->lower[i] == s->upper[k]), zero, h);
    }
    h *= s->layout->unit[i];
    sum.square = lane_fma(h, h, sum.square);
    if (!course->any_close) continue;
    sum.residual = lane_max(row_residual(s, i, y, g), sum.residual);
    numbers += (y - g) * 0; /* zero, or not a number */
  }
  for (int l = 0; l < LANES; l++)
    if (!(numbers[l] == 0)) sum.residual[l] = HUGE_VAL;
  return sum;
}

/* Halves the steps of lanes on the path until their infeasibility falls as it should; 0 where it never does. Returns the
 * residual reached. */
static lane steps_accept(struct lanes *s, const struct course *course, const struct totals *sum, lane_mask second,
                         lane *step)
{
  bool settled[LANES];
  for (int l = 0; l < LANES; l++) settled[l] = s->control[l].phase != LANE_PATH;
  for (;;) {
    const struct totals there = sweep_try(s, course, second, *step);
    const lane infeasible = lane_sqrt(there.square / s->layout->n);
    bool open = false;
    for (int l = 0; l < LANES; l++) {
      struct lane_control *control = &s->control[l];
      const double length = (*step)[l];
      if (settled[l]) continue;
      settled[l] = length == 0 || infeasible[l] <= (1 - 0.1 * length) * control->infeasible ||
                   infeasible[l] <= fmax(mu_after(control, sum, l, length), rounding);
      if (settled[l]) {
        control->infeasible = infeasible[l];
        continue;
      }
      (*step)[l] = length > step_least ? 0.5 * length : 0;
      open = true;
    }
    if (!open) return there.residual;
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
  const bool better = residual <= 0.5 * control->residual && residual < residual_lost;
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

/* The multipliers take their steps, y becomes trial_y, but for the lanes that stay or go back to where they left the
 * path. */
static void sweep_move(struct lanes *s, const struct course *course, lane_mask second, lane step, lane_mask stay,
                       lane_mask back)
{
  const bool any = lane_any(stay | back);
  const lane along = lane_select(course->path, step, lane_all(0));
  for (int i = 0; i < s->layout->n; i++) {
    const int k = s->upper_place[i];
    const lane da = lane_select(second, step_a(s, &s->second, i), step_a(s, &s->first, i));
    s->a[i] = lane_select(course->path, lane_fma(along, da, s->a[i]), s->a[i]);
    if (k >= 0) {
      const lane db = lane_select(second, step_b(s, &s->second, k, i), step_b(s, &s->first, k, i));
      s->b[k] = lane_select(course->path, lane_fma(along, db, s->b[k]), s->b[k]);
    }
    if (any) s->trial_y[i] = lane_select(back, s->path_y[i], lane_select(stay, s->y[i], s->trial_y[i]));
  }
  lane *const left = s->y;
  s->y = s->trial_y;
  s->trial_y = left;
}

static void lanes_move(struct lanes *s, const struct course *course, const struct totals *sum, lane_mask second)
{
  lane step = steps_first(s, sum);
  const lane residual = steps_accept(s, course, sum, second, &step);
  lane_mask back = {0}, stay = {0};
  for (int l = 0; l < LANES; l++) {
    if (course->path[l]) path_settle(&s->control[l], sum, l, step[l]);
    if (!course->close[l]) continue;
    bool returns = false;
    stay[l] = close_settle(&s->control[l], residual[l], &returns) ? 0 : -1;
    back[l] = returns ? -1 : 0;
  }
  sweep_move(s, course, second, step, stay, back);
}

void lanes_iterate(struct lanes *s)
{
  struct course course = course_begin(s);
  const struct totals here = sweep_factor(s, &course);
  const lane infeasible = lane_sqrt(here.square / s->layout->n);
  for (int l = 0; l < LANES; l++) {
    struct lane_control *control = &s->control[l];
    if (control->phase != LANE_PATH) continue;
    control->mu = here.products[l] / control->products_count;
    control->infeasible = infeasible[l];
  }
  lane_mask second = {0};
  const struct totals sum = lanes_direction(s, &course, &here, &second);
  lanes_move(s, &course, &sum, second);
}
