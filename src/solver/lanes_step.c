/* solver/lanes_step.c - one iteration of every lane: along the central path, or an active-set step at its end.
 *
 * The path is that of interior.h, the steps are its predictor and corrector with one step length, halved until the
 * infeasibility falls, which the next look tells; the active-set steps are those of polish.h. Both need one
 * factorisation an iteration, so lanes in either phase share it. An iteration is a handful of sweeps over the rows,
 * each of which does all that can be done while a row is at hand: sweep_look (conditions, right sides, pivots), the
 * elimination, sweep_foresee (U \, how far the predictor gets), sweep_aim and sweep_direct (the direction),
 * sweep_correct and sweep_direct again, sweep_move. Sums run over rows in one order; every decision is a lane's own.
 */
#include <stddef.h>

#include "solver/lanes_rows.h"
#include "solver/path.h"

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
static const double infeasible_close = 1e-9; /* as good as none */
static const double close_sure = 1e-9;       /* mu below which the path tells no more about what is active */

/* What a sweep over all rows adds up, a lane each. */
struct totals {
  lane products;  /* sum of x a + u b, and so below */
  lane targets;   /* of what they should become */
  lane curvature; /* of dx da - dx db */
  lane blocking;  /* largest decrease of anything positive over its size */
  lane square;    /* of the infeasibility */
  lane judged;    /* the same by the conditions that the last step was made for */
  lane residual;  /* natural; infinite where anything is not a number */
};

/* What the rows of a sweep need to know of the lanes. */
struct course {
  lane_mask path, close;
  bool any_close;
  lane smoothing, proximal, shift;
  lane pull, pull_before; /* the latter: how much more it was for the last step */
  lane weight;            /* of active-set steps: see close_weights */
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
    width[l] = s->control[l].phase == LANE_PATH ? fmin(smoothing_max, 0.3 * sqrt(s->control[l].rounded)) : 0;
  return width;
}

/* Where pairs are zero twice an active set may have no solution: the steps solve the conditions plus a term weight (x -
 * x_now), which gives every active set one (Rockafellar 1976, SIAM J. Control 14, 877); after a failure with more
 * weight, which is slower. */
static lane close_weights(const struct lanes *s)
{
  static const double weights[weights_count] = {1e-6, 1e-4, 1e-2};
  lane weight = {0};
  for (int l = 0; l < LANES; l++)
    if (s->control[l].phase == LANE_CLOSE) weight[l] = weights[s->control[l].tries];
  return weight;
}

/* Prices that nobody pays may be anything above some level; the path would take them to infinity. Adding a share of mu
 * times the distance from zero to each condition keeps them near, and is gone at the end. */
static lane pulls(const struct lanes *s, size_t of_mu)
{
  return lane_select(lanes_control_mask(s, LANE_PATH), pull_share * control_lane(s, of_mu), lane_all(0));
}

static struct course course_begin(struct lanes *s)
{
  struct course course = {.path = lanes_control_mask(s, LANE_PATH),
                          .close = lanes_control_mask(s, LANE_CLOSE),
                          .smoothing = smoothing_widths(s),
                          .pull = pulls(s, offsetof(struct lane_control, pulled)),
                          .proximal = control_lane(s, offsetof(struct lane_control, proximal)),
                          .weight = close_weights(s)};
  course.pull_before = pulls(s, offsetof(struct lane_control, rounded)) - course.pull;
  course.any_close = lane_any(course.close);
  course.shift = lane_select(course.close, lane_all(close_shift), lane_all(path_shift));
  return course;
}

/* ---- where the lanes are ---- */

/* The lanes where row i, k-th of those bounded above, has one value only. */
static inline lane_mask row_fixed(const struct lanes *s, int i, int k)
{
  return s->layout->free[i] ? (lane_mask){0} : (lane_mask)(s->width[k] == lane_all(0));
}

/* The path's row: diagonal a/x + b/u + proximal and the rest, right side -g of the predictor. Returns the diagonal. */
static inline lane path_linearise(struct lanes *s, const struct course *course, int i, lane g, struct totals *sum)
{
  const lane most = lane_all(1e-3 * lane_pinned), pinned = lane_all(lane_pinned), zero = {0};
  const int k = s->upper_place[i];
  const lane a = s->here.a[i], x = s->here.x[i], product = a * x, away = x - s->layout->pulled_to[i];
  const lane per = lane_select((lane_mask)(a > zero), 1 / product, zero), pulled = lane_fma(course->pull, away, g);
  lane h = pulled - a, diagonal = lane_fma(a * a, per, course->proximal + course->pull), right = -pulled;
  sum->products += product;
  if (k >= 0) {
    const lane b = s->here.b[k], width = s->width[k], above = b * (width - x);
    const lane_mask fixed = row_fixed(s, i, k);
    const lane per_upper = lane_select((lane_mask)(b > zero), 1 / above, zero);
    s->per_upper[k] = per_upper;
    sum->products += above;
    h = lane_select(fixed, zero, h + b);
    right = lane_select(fixed, zero, right);
    diagonal = lane_select(fixed, pinned, lane_fma(b * b, per_upper, diagonal));
  }
  s->per_product[i] = per;
  s->right[i] = right;
  const lane unit = lane_all(s->layout->unit[i]), before = unit * lane_fma(course->pull_before, away, h);
  h *= unit;
  sum->square = lane_fma(h, h, sum->square);
  sum->judged = lane_fma(before, before, sum->judged);
  return lane_select((lane_mask)(diagonal >= pinned), pinned, lane_min(diagonal, most));
}

/* How far x is from where its condition would have it. */
static inline lane row_residual(const struct lanes *s, int i, lane x, lane g)
{
  const int k = s->upper_place[i];
  lane target = x - g;
  if (!s->layout->free[i]) target = lane_max(target, lane_all(0));
  if (k >= 0) target = lane_min(target, s->width[k]);
  return lane_abs(x - target) * s->layout->unit[i];
}

/* The active set's: an unknown nearer to a bound than its condition is to zero goes to the bound and is held there; for
 * the others the conditions are linearised. Of a condition that rises steeply with its own unknown the way to zero is
 * short: both are measured by what they change in the condition. */
static inline lane close_linearise(struct lanes *s, const struct course *course, int i, lane g, lane diagonal,
                                   struct totals *sum)
{
  const lane pinned = lane_all(lane_pinned), far = lane_all(lane_far), x = s->here.x[i], numbers = (x - g) * 0;
  const int k = s->upper_place[i];
  const lane to_lower = s->layout->free[i] ? far : x, to_upper = k >= 0 ? s->width[k] - x : far;
  const lane steep = lane_max(lanes_entry(s, s->layout->own_place[i]), lane_all(1));
  const lane_mask down = (lane_mask)(steep * to_lower <= g), up = ~down & (lane_mask)(steep * to_upper <= -g);
  const lane right = lane_select(down, -to_lower * pinned, lane_select(up, to_upper * pinned, -g));
  const lane residual = lane_max(row_residual(s, i, x, g), sum->residual);
  s->right[i] = lane_select(course->close, right, s->right[i]);
  sum->residual = lane_select((lane_mask)(numbers == lane_all(0)), residual, lane_all(HUGE_VAL));
  return lane_select(course->close, lane_select(down | up, pinned, course->weight), diagonal);
}

/* The conditions and their linearisation: right sides, pivots; what the elimination starts from. */
static struct totals sweep_look(struct lanes *s, const struct course *course)
{
  const struct layout *layout = s->layout;
  struct totals sum = {0};
  lanes_terms(s, s->here.x, course->smoothing);
  for (int i = 0; i < layout->n; i++) {
    const lane g = lanes_condition(s, i, s->here.x);
    lane diagonal = path_linearise(s, course, i, g, &sum);
    if (course->any_close) diagonal = close_linearise(s, course, i, g, diagonal, &sum);
    s->numbers[i] = lanes_entry(s, layout->own_place[i]) + (diagonal + course->shift);
  }
  return sum;
}

/* ---- whether the last step was any good ---- */

/* The lane's point becomes that part of the way from the one before it. */
static void lane_retreat(struct lanes *s, int l, double part)
{
  const struct lanes_point *from = &s->before, *to = &s->here;
  for (int i = 0; i < s->layout->n; i++) {
    to->x[i][l] = from->x[i][l] + part * (to->x[i][l] - from->x[i][l]);
    to->a[i][l] = from->a[i][l] + part * (to->a[i][l] - from->a[i][l]);
  }
  for (int k = 0; k < s->upper_count; k++) to->b[k][l] = from->b[k][l] + part * (to->b[k][l] - from->b[k][l]);
}

static void lane_return(struct lanes *s, int l, const lane *x)
{
  for (int i = 0; i < s->layout->n; i++) s->here.x[i][l] = x[i][l];
}

static void path_settle(struct lane_control *control, double step)
{
  control->length = 0;
  control->step = step;
  control->short_steps = step < step_slow ? control->short_steps + 1 : 0;
  if (step > 0)
    control->proximal = control->proximal > 1e-8 ? 0.2 * control->proximal : 0;
  else
    control->proximal = fmax(proximal_first, 10 * control->proximal);
  if (control->proximal > proximal_last) control->phase = LANE_FAILED;
}

/* Halves the step until the infeasibility falls as it should; none where it never does. True: the lane is elsewhere, or
 * its proximal term is: whether others make it look again must not tell. */
static bool path_judge(struct lanes *s, int l, double mu, double infeasible, double judged)
{
  struct lane_control *control = &s->control[l];
  const double length = control->length, proximal = control->proximal;
  if (length > 0) {
    const bool good = judged <= (1 - 0.1 * length) * control->infeasible || judged <= fmax(mu, rounding);
    const double shorter = length > step_least ? 0.5 * length : 0;
    if (!good) {
      lane_retreat(s, l, shorter / length);
      control->length = shorter;
      control->pulled = control->rounded;
      if (shorter == 0) path_settle(control, 0);
      return true;
    }
    path_settle(control, length);
  }
  control->mu = mu;
  control->infeasible = infeasible;
  if (!(mu > 0)) control->phase = LANE_FAILED;
  return control->proximal != proximal;
}

/* What follows from the residual that an active-set step has reached. True: the lane is elsewhere. */
static bool close_judge(struct lanes *s, int l, double residual)
{
  struct lane_control *control = &s->control[l];
  const bool better = residual <= 0.5 * control->residual && residual < residual_lost;
  const double enough = control->tries == 0 ? residual_accepted : 10 * residual_accepted;
  if (control->length == 0) return false; /* it comes from the path */
  control->length = 0;
  control->phase_steps++;
  if (better) control->residual = residual;
  if (control->residual <= residual_goal || (!better && control->residual <= enough)) {
    if (!better) lane_return(s, l, s->before.x);
    control->phase = LANE_SOLVED;
    return false;
  }
  if (better && control->phase_steps < close_steps_max) return false;
  lane_return(s, l, s->path_x);
  control->residual = HUGE_VAL;
  control->phase_steps = 0;
  control->tries++;
  if (control->mu <= close_sure && control->tries < weights_count) return true; /* again, with more weight */
  control->phase = LANE_PATH;                                                   /* too early: on along the path */
  control->rounded = control->mu;
  control->close_at = 1e-2 * control->mu;
  return true;
}

bool lanes_look(struct lanes *s)
{
  const struct course course = course_begin(s);
  const struct totals sum = sweep_look(s, &course);
  const lane infeasible = lane_sqrt(sum.square / s->layout->n), judged = lane_sqrt(sum.judged / s->layout->n);
  bool elsewhere = false;
  for (int l = 0; l < LANES; l++) {
    const struct lane_control *control = &s->control[l];
    if (control->phase == LANE_PATH)
      elsewhere |= path_judge(s, l, sum.products[l] / control->products_count, infeasible[l], judged[l]);
    else if (control->phase == LANE_CLOSE)
      elsewhere |= close_judge(s, l, sum.residual[l]);
  }
  return elsewhere;
}

/* ---- the sweeps of the direction ---- */

/* Factors the matrix; ahead = L \ right. */
static void sweep_eliminate(struct lanes *s)
{
  const struct layout *layout = s->layout;
  const int *target = layout->target, *const entry = layout->number_entry - layout->n;
  for (int k = layout->n; k < layout->numbers_count; k++) s->numbers[k] = lane_all(layout->value[entry[k]]);
  for (int v = 0; v < s->varying_numbers; v++) s->numbers[s->varying_number[v]] = s->varying[s->varying_source[v]];
  for (int p = 0; p < layout->extra_count; p++) s->numbers[layout->extra_number[p]] += s->extra[p];
  lane *const x = s->ahead.dx;
  for (int k = 0; k < layout->leaf_count; k++) {
    target = leaf_eliminate(s, k, target);
    x[k] = s->right[k] * s->numbers[k];
  }
  for (int i = layout->leaf_count; i < layout->n; i++) x[i] = row_forward(s, i, s->right[i], x);
  lanes_factor(s, x);
}

static inline void row_foresee(const struct lanes *s, int i, lane dx, struct totals *sum)
{
  const int k = s->upper_place[i];
  const lane a = s->here.a[i], part = s->per_product[i] * a * dx;
  sum->blocking = lane_max(lane_max(-part, 1 + part), sum->blocking);
  sum->curvature = lane_fnma(dx, a * (1 + part), sum->curvature); /* da = -a (1 + dx / x) */
  if (k < 0) return;
  const lane b = s->here.b[k], rise = s->per_upper[k] * b * dx;
  sum->blocking = lane_max(lane_max(rise, 1 - rise), sum->blocking);
  sum->curvature = lane_fma(dx, b * (1 - rise), sum->curvature); /* db = -b (1 - dx / u) */
}

/* ahead = U \ ahead: what the predictor, which aims at products of zero, would do: how far it gets and how its products
 * bend. */
static struct totals sweep_foresee(struct lanes *s)
{
  const struct layout *layout = s->layout;
  lane *const dx = s->ahead.dx;
  struct totals sum = {.blocking = lane_all(1)};
  lanes_backward(s, dx);
  for (int i = layout->leaf_count; i < layout->n; i++) row_foresee(s, i, dx[i], &sum);
  for (int i = 0; i < layout->leaf_count; i++) {
    dx[i] = leaf_backward(s, i, dx);
    row_foresee(s, i, dx[i], &sum);
  }
  return sum;
}

/* What the products of row i should become: mu, and what the predictor left out. */
static inline lane target_lower(const struct lanes *s, const struct course *course, int i)
{
  const lane a = s->here.a[i], dx = s->ahead.dx[i];
  return lane_fma(course->bend * dx, a * (1 + s->per_product[i] * a * dx), course->mu);
}
static inline lane target_upper(const struct lanes *s, const struct course *course, int k, int i)
{
  const lane b = s->here.b[k], dx = s->ahead.dx[i];
  return lane_fnma(course->bend * dx, b * (1 - s->per_upper[k] * b * dx), course->mu);
}

/* Keeps the targets of a path's row; its right side. */
static inline lane row_aimed(const struct lanes *s, struct direction *d, int i, lane target_a, lane target_b)
{
  const int k = s->upper_place[i];
  const lane right = lane_fma(target_a, s->per_product[i] * s->here.a[i], s->right[i]), zero = {0};
  d->da[i] = target_a;
  if (k < 0) return right;
  d->db[k] = target_b;
  return lane_select(row_fixed(s, i, k), zero, lane_fnma(target_b, s->per_upper[k] * s->here.b[k], right));
}

static inline lane row_aim(struct lanes *s, const struct course *course, int i)
{
  const int k = s->upper_place[i];
  const lane target_b = k < 0 ? (lane){0} : target_upper(s, course, k, i);
  return row_aimed(s, &s->first, i, target_lower(s, course, i), target_b);
}

/* first = L \ right */
static void sweep_aim(struct lanes *s, const struct course *course)
{
  const struct layout *layout = s->layout;
  lane *const x = s->first.dx;
  for (int i = 0; i < layout->leaf_count; i++) x[i] = row_aim(s, course, i) * s->numbers[i];
  for (int i = layout->leaf_count; i < layout->n; i++) x[i] = row_forward(s, i, row_aim(s, course, i), x);
  lanes_forward(s, x);
}

/* The steps of the multipliers that go with dx, so that x a and u b become their targets in linear order. */
static inline void row_direct(const struct lanes *s, struct direction *d, int i, struct totals *sum)
{
  const int k = s->upper_place[i];
  const lane a = s->here.a[i], dx = d->dx[i], per = s->per_product[i], zero = {0}, target = d->da[i];
  const lane part = per * a * dx, fall = lane_fnma(target, per, 1 + part), da = -a * fall;
  const lane_mask has = (lane_mask)(a > zero);
  d->da[i] = da;
  sum->blocking = lane_max(lane_max(-part, lane_select(has, fall, zero)), sum->blocking);
  sum->curvature = lane_fma(dx, da, sum->curvature);
  sum->targets += lane_select(has, target, zero);
  if (k < 0) return;
  const lane b = s->here.b[k], per_upper = s->per_upper[k], wanted = d->db[k];
  const lane rise = per_upper * b * dx, drop = lane_fnma(wanted, per_upper, 1 - rise), db = -b * drop;
  const lane_mask above = (lane_mask)(b > zero);
  d->db[k] = db;
  sum->blocking = lane_max(lane_max(rise, lane_select(above, drop, zero)), sum->blocking);
  sum->curvature = lane_fnma(dx, db, sum->curvature);
  sum->targets += lane_select(above, wanted, zero);
}

/* dx = U \ dx; how far all may go together along it, and what the products become on the way. */
static struct totals sweep_direct(struct lanes *s, struct direction *d)
{
  const struct layout *layout = s->layout;
  struct totals sum = {.blocking = lane_all(share)};
  lanes_backward(s, d->dx);
  for (int i = layout->leaf_count; i < layout->n; i++) row_direct(s, d, i, &sum);
  for (int i = 0; i < layout->leaf_count; i++) {
    d->dx[i] = leaf_backward(s, i, d->dx);
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
  const lane step = course->step, mu = course->mu, x = s->here.x[i], a = s->here.a[i], dx = s->first.dx[i], zero = {0};
  const int k = s->upper_place[i];
  const lane product = lane_fma(step, dx, x) * lane_fma(step, s->first.da[i], a);
  const lane target = target_lower(s, course, i) + lane_select((lane_mask)(a > zero), correction(product, mu), zero);
  if (k < 0) return row_aimed(s, &s->second, i, target, zero);
  const lane b = s->here.b[k], above = lane_fnma(step, dx, s->width[k] - x) * lane_fma(step, s->first.db[k], b);
  const lane change = lane_select((lane_mask)(b > zero), correction(above, mu), zero);
  return row_aimed(s, &s->second, i, target, target_upper(s, course, k, i) + change);
}

/* Pulls what the products would become along the first direction towards that range; second = L \ right. */
static void sweep_correct(struct lanes *s, const struct course *course)
{
  const struct layout *layout = s->layout;
  lane *const x = s->second.dx;
  for (int i = 0; i < layout->leaf_count; i++) x[i] = row_correct(s, course, i) * s->numbers[i];
  for (int i = layout->leaf_count; i < layout->n; i++) x[i] = row_forward(s, i, row_correct(s, course, i), x);
  lanes_forward(s, x);
}

/* ---- the direction ---- */

/* The mean product after a step of a lane. */
static double mu_after(const struct lane_control *control, const struct totals *sum, int l, double step)
{
  const double products = sum->products[l];
  return (products + step * (sum->targets[l] - products) + step * step * sum->curvature[l]) / control->products_count;
}

/* How much of mu to keep: little where the predictor got far. Mehrotra's rule with a higher power: the correctors make
 * up for boldness. */
static double centring(const struct lanes *s, struct lane_control *control, const struct totals *ahead, int l)
{
  const double step = 1 / ahead->blocking[l];
  const double left = fmax(0, mu_after(control, ahead, l, step) / control->mu);
  const double cube = left * left * left;
  double keep = fmin(fmax(cube * cube, 1e-6), 1);
  control->predicted = step;
  if (control->proximal > 1e-6 || control->short_steps > 0) keep = fmax(keep, 0.3); /* recover first */
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
static struct totals lanes_direction(struct lanes *s, struct course *course, lane_mask *second)
{
  struct totals ahead = sweep_foresee(s);
  lane products = {0};
  for (int l = 0; l < LANES; l++) products[l] = s->control[l].mu * s->control[l].products_count;
  ahead.products = products;
  for (int l = 0; l < LANES; l++) {
    struct lane_control *control = &s->control[l];
    if (control->phase != LANE_PATH) continue;
    course->mu[l] = control->mu * centring(s, control, &ahead, l);
    course->bend[l] = path_bend(control->predicted);
  }
  sweep_aim(s, course);
  struct totals sum = sweep_direct(s, &s->first);
  sum.products = products;
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

static inline lane bounded(const struct lanes *s, int i, lane x)
{
  const int k = s->upper_place[i];
  if (!s->layout->free[i]) x = lane_max(x, lane_all(0));
  return k >= 0 ? lane_min(x, s->width[k]) : x;
}

/* Where the steps lead; the point left is kept. */
static void sweep_move(struct lanes *s, const struct course *course, lane_mask second, lane step)
{
  const struct lanes_point from = s->here, to = s->before;
  const lane_mask moves = course->path | course->close;
  for (int i = 0; i < s->layout->n; i++) {
    const int k = s->upper_place[i];
    const lane x = from.x[i], a = from.a[i];
    lane dx = lane_select(second, s->second.dx[i], s->first.dx[i]);
    const lane da = lane_select(second, s->second.da[i], s->first.da[i]);
    if (course->any_close) dx = lane_select(course->close, s->ahead.dx[i], dx);
    lane there = lane_fma(step, dx, x);
    if (course->any_close) there = lane_select(course->close, bounded(s, i, there), there);
    to.x[i] = lane_select(moves, there, x);
    to.a[i] = lane_select(course->path, lane_fma(step, da, a), a);
    if (k < 0) continue;
    const lane db = lane_select(second, s->second.db[k], s->first.db[k]), b = from.b[k];
    to.b[k] = lane_select(course->path, lane_fma(step, db, b), b);
  }
  s->here = to;
  s->before = from;
}

/* Leaves the path for the active set that its point suggests. */
static void lane_close(struct lanes *s, int l)
{
  struct lane_control *control = &s->control[l];
  for (int i = 0; i < s->layout->n; i++) {
    const double x = s->here.x[i][l];
    s->path_x[i][l] = x;
    s->here.x[i][l] = bounded(s, i, s->here.x[i])[l];
  }
  control->phase = LANE_CLOSE;
  control->length = 0;
  control->phase_steps = control->tries = 0;
  control->residual = HUGE_VAL;
}

/* What lanes on the path have taken on; near its end they leave it. */
static void path_goes(struct lanes *s, const struct totals *sum, int l, double step)
{
  struct lane_control *control = &s->control[l];
  const double mu = mu_after(control, sum, l, step), left = (1 - step) * control->infeasible;
  control->rounded = control->mu; /* a step is judged by the conditions that it was made for */
  control->length = step;
  control->mu = control->pulled = mu;
  if (s->task->centre != NULL || !(mu <= control->close_at) || !(left <= fmax(1e2 * mu, infeasible_close))) return;
  lane_close(s, l);
}

void lanes_step(struct lanes *s)
{
  struct course course = {.path = lanes_control_mask(s, LANE_PATH), .close = lanes_control_mask(s, LANE_CLOSE)};
  course.any_close = lane_any(course.close);
  lane_mask second = {0};
  sweep_eliminate(s);
  const struct totals sum = lanes_direction(s, &course, &second);
  const lane step = steps_first(s, &sum);
  sweep_move(s, &course, second, step);
  for (int l = 0; l < LANES; l++) {
    struct lane_control *control = &s->control[l];
    control->iterations += course.path[l] || course.close[l];
    if (course.close[l]) control->length = 1;
    if (course.path[l]) path_goes(s, &sum, l, step[l]);
  }
}
