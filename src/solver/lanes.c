/* solver/lanes.c - deals problems to lanes, sees each through, and deals the next to the lane that is free.
 *
 * A problem starts at a point of the model's central path, moved to its own bounds; where that leads nowhere, cold. Near
 * the end of the path active-set steps take over; if they do not settle the path goes on, closer. When no problem is
 * left, free lanes idle: their numbers no longer move. (lanes_step.c has the iteration)
 */
#include "solver/lanes_state.h"

static const double close_first = 1e-8;      /* mu at which the end is first tried */
static const double infeasible_close = 1e-9; /* as good as none */
static const double mu_last = 1e-14;         /* nothing is left of the path */
static const double barred = 100;            /* a condition so far above zero holds an unknown at its bound */

/* ---- starts ---- */

/* The distance x > 0 at which x (level + slope x) = product. */
static double distance_on_path(double level, double slope, double product)
{
  const double root = sqrt(level * level + 4 * slope * product);
  return level > 0 || slope == 0 ? 2 * product / (level + root) : (root - level) / (2 * slope);
}

/* How steeply condition k rises with its own unknown where the extras were last evaluated. */
static double own_slope(const struct lanes *s, int l, int k)
{
  const struct layout *layout = s->layout;
  double slope = 0;
  for (int p = layout->plan->entry_start[k]; p < layout->plan->entry_start[k + 1]; p++)
    if (layout->plan->entry_column[p] == k) slope = s->linear[p][l];
  for (int p = layout->extra_start[k]; p < layout->extra_start[k + 1]; p++)
    if (layout->extra_column[p] == k) slope += s->extra[p][l];
  return fmax(slope, 0);
}

/* How far from a bound an unknown joins the path: where it is, or where its multiplier takes on its condition, which
 * changes on the way there. */
static double distance_joined(double distance, double g, double slope, double product, double width)
{
  const double root = sqrt(product);
  const double room = fmin(slope > 1 ? distance_on_path(0, slope, product) : root, 0.25 * width);
  if (distance > g) return fmin(fmax(distance, room), width - room);
  const double joined = slope > 0 ? distance_on_path(g - slope * distance, slope, product) : product / fmax(g, root);
  return fmin(joined, 0.5 * width);
}

/* Every product where the path has it; of distance and multiplier the one that matters stays as it is. */
static void start_row(struct lanes *s, int l, int k, double product)
{
  const int place = s->upper_place[k];
  const double lower = s->lower[k][l], upper = s->upper[k][l], width = upper - lower;
  const bool fixed = lower == upper, below = lower > -1e149 && !fixed, above = upper < 1e149 && !fixed;
  const double g = fmin(fmax(s->trial_g[k][l], -1e6), 1e6), slope = own_slope(s, l, k);
  double y = fixed ? lower : s->y[k][l];
  if (below && (g >= 0 || !above))
    y = lower + distance_joined(fmax(y - lower, 0), g, slope, product, width);
  else if (above)
    y = upper - distance_joined(fmax(upper - y, 0), -g, slope, product, width);
  if (below) y = fmax(y, lower + fmin(1e-8, 0.25 * width));
  if (above) y = fmin(y, upper - fmin(1e-8, 0.25 * width));
  s->y[k][l] = y;
  s->a[k][l] = below ? product / (y - lower) : 0;
  if (place >= 0) s->b[place][l] = above ? product / (upper - y) : 0;
}

/* From a point of the model's path, at the same distances from the lower bounds, onto the problem's own. */
static void start_on_path(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  const struct equations *model = layout->model;
  const struct path_point *start = s->task->start;
  for (int k = 0; k < layout->n; k++) {
    const int i = layout->plan->order[k];
    const double move = e->lower[i] > -HUGE_VAL ? (e->lower[i] - model->lower[i]) / e->z_scale[i] : 0;
    s->y[k][l] = start->y[k] * model->z_scale[i] / e->z_scale[i] + move;
  }
  lanes_evaluate(s, s->y, lane_all(fmin(0.03, 0.3 * sqrt(start->mu))), s->trial_g, true);
  for (int k = 0; k < layout->n; k++) start_row(s, l, k, start->mu * s->worth[k][l]);
}

/* Well inside the box, with multipliers that take on what they can of g. */
static double cold_y(const struct lanes *s, int l, int k, const struct equations *e)
{
  const int i = s->layout->plan->order[k];
  const double lower = s->lower[k][l], upper = s->upper[k][l], room = fmin(0.5, 0.25 * (upper - lower));
  double y = e->start[i] / e->z_scale[i];
  if (!isfinite(y)) y = upper - lower <= 2 ? 0.5 * (lower + upper) : fmin(fmax(0, lower + 1), upper - 1);
  return lower == upper ? lower : fmin(fmax(y, lower + room), upper - room);
}

static double cold_multiplier(double g, double distance, double product)
{
  const double root = 0.5 * (fabs(g) + sqrt(g * g + 4 * product)), plus = g > 0 ? root : product / root;
  return fmax(plus, 0.1 * product / distance);
}

static void start_cold(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  for (int k = 0; k < layout->n; k++) s->y[k][l] = cold_y(s, l, k, e);
  lanes_evaluate(s, s->y, lane_all(0.03), s->trial_g, true);
  for (int k = 0; k < layout->n; k++) { /* a steep condition would be far from zero */
    const double lower = s->lower[k][l], x = s->y[k][l] - lower, slope = own_slope(s, l, k);
    if (lower > -1e149 && slope * x > 1) s->y[k][l] = lower + fmin(x, distance_on_path(-1, slope, s->worth[k][l]));
  }
  lanes_evaluate(s, s->y, lane_all(0.03), s->trial_g, false);
  for (int k = 0; k < layout->n; k++) {
    const double lower = s->lower[k][l], upper = s->upper[k][l], g = s->trial_g[k][l];
    const bool below = lower > -1e149 && lower < upper;
    if (below && upper > 1e149 && g > barred) { /* at its bound, whatever happens */
      s->y[k][l] = fmin(s->y[k][l], lower + s->worth[k][l] / g);
      s->a[k][l] = g;
    } else {
      s->a[k][l] = below ? cold_multiplier(fmin(fmax(g, -barred), barred), s->y[k][l] - lower, s->worth[k][l]) : 0;
    }
  }
  for (int k = 0; k < s->upper_count; k++) {
    const int i = s->upper_row[k];
    const double room = s->upper[i][l] - s->y[i][l], g = fmin(fmax(s->trial_g[i][l], -barred), barred);
    const bool bounded = s->upper[i][l] < 1e149 && s->lower[i][l] < s->upper[i][l];
    s->b[k][l] = bounded ? cold_multiplier(-g, room, s->worth[i][l]) : 0;
  }
}

static void lane_start(struct lanes *s, int l, bool cold)
{
  struct lane_control *control = &s->control[l];
  const struct equations *equations = s->task->problems[control->problem];
  const struct layout *layout = s->layout;
  const int iterations = control->iterations, problem = control->problem;
  *control = (struct lane_control){
      .problem = problem, .phase = LANE_PATH, .cold = cold, .iterations = iterations, .close_at = close_first};
  if (cold)
    start_cold(s, l, equations);
  else
    start_on_path(s, l, equations);
  double products = 0;
  for (int k = 0; k < layout->n; k++) {
    if (!(s->a[k][l] > 0)) continue;
    control->products_count++;
    products += s->a[k][l] * (s->y[k][l] - s->lower[k][l]) * s->per_worth[k][l];
  }
  for (int k = 0; k < s->upper_count; k++) {
    const int i = s->upper_row[k];
    if (!(s->b[k][l] > 0)) continue;
    control->products_count++;
    products += s->b[k][l] * (s->upper[i][l] - s->y[i][l]) * s->per_worth[i][l];
  }
  control->mu = control->products_count > 0 ? products / control->products_count : 0;
  if (control->products_count == 0) control->products_count = 1;
}

/* ---- ends ---- */

/* The point as the caller numbers and measures it; what is at a bound is exactly there. */
static void result_write(const struct lanes *s, int l)
{
  const struct lane_control *control = &s->control[l];
  const struct equations *e = s->task->problems[control->problem];
  struct lanes_result *result = &s->task->results[control->problem];
  result->solved = control->phase == LANE_SOLVED;
  result->iterations = control->iterations;
  if (!result->solved) return;
  for (int k = 0; k < s->layout->n; k++) {
    const int i = s->layout->plan->order[k];
    const double y = s->y[k][l];
    result->z[i] = y <= s->lower[k][l] ? e->lower[i] : y >= s->upper[k][l] ? e->upper[i] : y * e->z_scale[i];
  }
}

static void centre_write(const struct lanes *s, int l)
{
  const struct path_point *point = s->task->centre;
  for (int k = 0; k < s->layout->n; k++) {
    point->y[k] = s->y[k][l];
    point->a[k] = s->a[k][l];
  }
  for (int k = 0; k < s->upper_count; k++) point->b[s->upper_row[k]] = s->b[k][l];
}

/* On the path and at the mu asked for. */
static bool centred(const struct lanes *s, int l)
{
  const double mu = s->task->centre->mu;
  const struct lane_control *control = &s->control[l];
  if (!(fabs(control->mu - mu) <= 0.1 * mu && control->infeasible <= mu && control->step > 0.9)) return false;
  for (int k = 0; k < s->layout->n; k++) {
    const double product = s->a[k][l] * (s->y[k][l] - s->lower[k][l]) * s->per_worth[k][l];
    if (s->a[k][l] > 0 && !(product >= 0.5 * mu && product <= 2 * mu)) return false;
  }
  return true;
}

/* Leaves the path for the active set that its point suggests. */
static void lane_close(struct lanes *s, int l)
{
  struct lane_control *control = &s->control[l];
  for (int k = 0; k < s->layout->n; k++) {
    s->path_y[k][l] = s->y[k][l];
    s->y[k][l] = fmin(fmax(s->y[k][l], s->lower[k][l]), s->upper[k][l]);
  }
  control->phase = LANE_CLOSE;
  control->phase_steps = control->tries = 0;
  control->residual = HUGE_VAL;
}

/* What a lane does next, after an iteration. */
static void lane_decide(struct lanes *s, int l)
{
  struct lane_control *control = &s->control[l];
  if (control->phase == LANE_PATH && s->task->centre != NULL && centred(s, l)) {
    centre_write(s, l);
    control->phase = LANE_SOLVED;
  }
  if (control->phase == LANE_PATH && s->task->centre == NULL && control->mu <= control->close_at &&
      control->infeasible <= fmax(1e2 * control->mu, infeasible_close))
    lane_close(s, l);
  if (control->phase == LANE_PATH && control->mu < mu_last) control->phase = LANE_FAILED;
  if ((control->phase == LANE_PATH || control->phase == LANE_CLOSE) &&
      control->iterations >= s->task->iterations_max * (control->cold ? 2 : 1))
    control->phase = LANE_FAILED;
  if (control->phase == LANE_FAILED && !control->cold) lane_start(s, l, true);
}

/* A free lane takes the next problem, if there is one. */
static void lane_deal(struct lanes *s, int l, int *next)
{
  struct lane_control *control = &s->control[l];
  control->phase = LANE_IDLE;
  if (*next == s->task->count) return;
  control->problem = (*next)++;
  control->iterations = 0;
  lanes_load(s, l, s->task->problems[control->problem]);
  lane_start(s, l, s->task->start == NULL);
}

/* Lanes that never had a problem hold a harmless one: a copy of the first. */
static void lanes_fill(struct lanes *s, int *next)
{
  for (int l = 0; l < LANES; l++) {
    lane_deal(s, l, next);
    if (s->control[l].phase != LANE_IDLE) continue;
    s->control[l].problem = 0;
    lanes_load(s, l, s->task->problems[0]);
    lane_start(s, l, s->task->start == NULL);
    s->control[l].phase = LANE_IDLE;
  }
}

static bool lanes_busy(const struct lanes *s)
{
  for (int l = 0; l < LANES; l++)
    if (s->control[l].phase != LANE_IDLE) return true;
  return false;
}

void lanes_solve(const struct lanes_task *task, struct arena *scratch)
{
  if (task->count == 0) return;
  const struct arena_mark mark = arena_mark(scratch);
  struct lanes *s = lanes_new(task, scratch);
  int next = 0;
  lanes_fill(s, &next);
  while (lanes_busy(s)) {
    lanes_iterate(s);
    for (int l = 0; l < LANES; l++) {
      lane_decide(s, l);
      if (s->control[l].phase != LANE_SOLVED && s->control[l].phase != LANE_FAILED) continue;
      result_write(s, l);
      lane_deal(s, l, &next);
    }
  }
  arena_reset(scratch, mark);
}
