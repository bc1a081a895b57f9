/* solver/lanes.c - deals problems to lanes, sees each through, and deals the next to the lane that is free.
 *
 * A problem starts at a point of the model's central path, moved to its own bounds; where that leads nowhere, cold.
 * Near the end of the path active-set steps take over; if they do not settle the path goes on, closer. When no problem
 * is left, free lanes idle: their numbers no longer move. (lanes_step.c has the iteration)
 */
#include "solver/path.h"
#include "solver/lanes_state.h"

static const double close_first = 1e-8; /* mu at which the end is first tried */
static const double mu_last = 1e-14;    /* nothing is left of the path */
static const double barred = 100;       /* a condition so far above zero holds an unknown at its bound */

/* ---- starts ---- */

/* Row k of a lane that starts, in magnitudes of its unknown and condition: the layout's unit taken out again. The
 * unknown is counted from its lower bound. */
struct start_row {
  double unit, lower, upper, width; /* lower: 0, or -HUGE_VAL */
  double x, g, slope;               /* slope: how steeply the condition rises with its own unknown */
  bool fixed, below, above;
};

static double own_slope(const struct lanes *s, int l, int k)
{
  const struct layout *layout = s->layout;
  double slope = lanes_entry(s, layout->own_place[k])[l];
  for (int p = layout->extra_start[k]; p < layout->extra_start[k + 1]; p++)
    if (layout->extra_column[p] == k) slope += s->extra[p][l];
  return fmax(slope, 0);
}

static double condition_at(const struct lanes *s, int l, int k)
{
  const struct layout *layout = s->layout;
  double sum = s->constant[k][l] + (layout->has_terms[k] ? s->term[k][l] : 0);
  for (int p = layout->entry_start[k]; p < layout->entry_start[k + 1]; p++)
    sum += lanes_entry(s, p)[l] * s->here.x[layout->entry_column[p]][l];
  return sum;
}

static struct start_row row_read(const struct lanes *s, int l, int k)
{
  const int place = s->upper_place[k];
  struct start_row row = {.unit = s->layout->unit[k]};
  row.lower = s->layout->free[k] ? -HUGE_VAL : 0;
  row.above = place >= 0 && s->width[place][l] < 0.1 * lane_far;
  row.upper = row.above ? s->width[place][l] * row.unit : HUGE_VAL;
  row.width = row.upper - row.lower;
  row.fixed = row.width == 0;
  row.below = !s->layout->free[k] && !row.fixed;
  row.above &= !row.fixed;
  row.x = s->here.x[k][l] * row.unit;
  row.g = s->condition[k] * row.unit;
  row.slope = own_slope(s, l, k);
  return row;
}

/* Evaluates lane l where it is. */
static void start_evaluate(struct lanes *s, int l, double smoothing)
{
  lanes_terms(s, s->here.x, lane_all(smoothing));
  for (int k = 0; k < s->layout->n; k++) s->condition[k] = condition_at(s, l, k);
}

static void row_start(struct lanes *s, int l, int k, double x, double a, double b)
{
  const double unit = s->layout->unit[k];
  s->here.x[k][l] = x / unit;
  s->here.a[k][l] = a / unit;
  if (s->upper_place[k] >= 0) s->here.b[s->upper_place[k]][l] = b / unit;
}

/* Every product where the path has it; of distance and multiplier the one that matters stays as it is. */
static void start_row(struct lanes *s, int l, int k, double mu)
{
  const struct start_row row = row_read(s, l, k);
  const double product = mu * row.unit * row.unit, g = fmin(fmax(row.g, -1e6), 1e6);
  double x = row.fixed ? 0 : row.x;
  if (row.below && (g >= 0 || !row.above))
    x = distance_joined(fmax(x, 0), g, row.slope, product, row.width);
  else if (row.above)
    x = row.upper - distance_joined(fmax(row.upper - x, 0), -g, row.slope, product, row.width);
  if (row.below) x = fmax(x, fmin(1e-8, 0.25 * row.width));
  if (row.above) x = fmin(x, row.upper - fmin(1e-8, 0.25 * row.width));
  row_start(s, l, k, x, row.below ? product / x : 0, row.above ? product / (row.upper - x) : 0);
}

/* From a point of the model's path, at the same distances from the lower bounds, onto the problem's own. */
static void start_on_path(struct lanes *s, int l)
{
  const struct path_point *start = s->task->start;
  for (int k = 0; k < s->layout->n; k++) s->here.x[k][l] = start->x[k];
  start_evaluate(s, l, fmin(0.03, 0.3 * sqrt(start->mu)));
  for (int k = 0; k < s->layout->n; k++) start_row(s, l, k, start->mu);
}

/* Well inside the box, with multipliers that take on what they can of g. base: what the unknown is counted from. */
static double cold_x(const struct start_row *row, double start, double base)
{
  const double room = fmin(0.5, 0.25 * row->width);
  double x = start - base;
  if (row->fixed) return 0;
  if (!isfinite(x) && row->width <= 2) x = 0.5 * (row->lower + row->upper);
  if (!isfinite(x)) x = fmin(fmax(-base, row->lower + 1), row->upper - 1);
  return fmin(fmax(x, row->lower + room), row->upper - room);
}

static double cold_multiplier(double g, double distance, double product)
{
  const double root = 0.5 * (fabs(g) + sqrt(g * g + 4 * product)), plus = g > 0 ? root : product / root;
  return fmax(plus, 0.1 * product / distance);
}

static void cold_multipliers(struct lanes *s, int l, int k)
{
  const struct start_row row = row_read(s, l, k);
  const double product = row.unit * row.unit, g = fmin(fmax(row.g, -barred), barred);
  double x = row.fixed ? 0 : row.x, a = 0;
  if (row.below && !row.above && row.g > barred) { /* at its bound, whatever happens */
    x = fmin(x, product / row.g);
    a = row.g;
  } else if (row.below) {
    a = cold_multiplier(g, x, product);
  }
  row_start(s, l, k, x, a, row.above ? cold_multiplier(-g, row.upper - x, product) : 0);
}

static void start_cold(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  for (int k = 0; k < layout->n; k++) {
    const struct start_row row = row_read(s, l, k);
    const int i = layout->order[k];
    const double scale = layout->model->z_scale[i], base = s->lower[k][l] * row.unit;
    s->here.x[k][l] = cold_x(&row, e->start[i] / scale, base) / row.unit;
  }
  start_evaluate(s, l, 0.03);
  for (int k = 0; k < layout->n; k++) { /* a steep condition would be far from zero */
    const struct start_row row = row_read(s, l, k);
    if (!row.below || !(row.slope * row.x > 1)) continue;
    s->here.x[k][l] = fmin(row.x, distance_on_path(-1, row.slope, row.unit * row.unit)) / row.unit;
  }
  start_evaluate(s, l, 0.03);
  for (int k = 0; k < layout->n; k++) cold_multipliers(s, l, k);
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
    start_on_path(s, l);
  double products = 0;
  for (int k = 0; k < layout->n; k++) {
    if (!(s->here.a[k][l] > 0)) continue;
    control->products_count++;
    products += s->here.a[k][l] * s->here.x[k][l];
  }
  for (int k = 0; k < s->upper_count; k++) {
    const int i = s->upper_row[k];
    if (!(s->here.b[k][l] > 0)) continue;
    control->products_count++;
    products += s->here.b[k][l] * (s->width[k][l] - s->here.x[i][l]);
  }
  control->mu = control->products_count > 0 ? products / control->products_count : 0;
  control->rounded = control->pulled = control->mu;
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
    const int i = s->layout->order[k];
    const int place = s->upper_place[k];
    const bool free = s->layout->free[k];
    const double x = s->here.x[k][l];
    double z = (free ? 0 : e->lower[i]) + x * s->layout->unknown_unit[k];
    if (place >= 0 && x >= s->width[place][l]) z = e->upper[i];
    if (!free && x <= 0) z = e->lower[i];
    result->z[i] = z;
  }
}

static void centre_write(const struct lanes *s, int l)
{
  const struct path_point *point = s->task->centre;
  for (int k = 0; k < s->layout->n; k++) {
    point->x[k] = s->here.x[k][l];
    point->a[k] = s->here.a[k][l];
  }
  for (int k = 0; k < s->upper_count; k++) point->b[s->upper_row[k]] = s->here.b[k][l];
}

/* On the path and at the mu asked for. */
static bool centred(const struct lanes *s, int l)
{
  const double mu = s->task->centre->mu;
  const struct lane_control *control = &s->control[l];
  if (!(fabs(control->mu - mu) <= 0.1 * mu && control->infeasible <= mu && control->step > 0.9)) return false;
  for (int k = 0; k < s->layout->n; k++) {
    const double product = s->here.a[k][l] * s->here.x[k][l];
    if (s->here.a[k][l] > 0 && !(product >= 0.5 * mu && product <= 2 * mu)) return false;
  }
  return true;
}

/* Whether a lane, where it has been looked at, is done: its end, or a cold start. */
static bool lane_ends(struct lanes *s, int l)
{
  struct lane_control *control = &s->control[l];
  if (control->phase == LANE_PATH && s->task->centre != NULL && centred(s, l)) {
    centre_write(s, l);
    control->phase = LANE_SOLVED;
  }
  if (control->phase == LANE_PATH && control->mu < mu_last) control->phase = LANE_FAILED;
  if ((control->phase == LANE_PATH || control->phase == LANE_CLOSE) &&
      control->iterations >= s->task->iterations_max * (control->cold ? 2 : 1))
    control->phase = LANE_FAILED;
  return control->phase == LANE_SOLVED || control->phase == LANE_FAILED;
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

/* What comes after an end: a start without the path, or the next problem. */
static void lane_goes_on(struct lanes *s, int l, int *next)
{
  if (s->control[l].phase == LANE_FAILED && !s->control[l].cold) {
    lane_start(s, l, true);
    return;
  }
  result_write(s, l);
  lane_deal(s, l, next);
}

void lanes_solve(const struct lanes_task *task, struct arena *scratch)
{
  if (task->count == 0) return;
  const struct arena_mark mark = arena_mark(scratch);
  struct lanes *s = lanes_new(task, scratch);
  int next = 0;
  lanes_fill(s, &next);
  while (lanes_busy(s)) {
    bool again = lanes_look(s);
    for (int l = 0; l < LANES; l++) {
      if (!lane_ends(s, l)) continue;
      lane_goes_on(s, l, &next);
      again |= s->control[l].phase != LANE_IDLE;
    }
    if (!again) lanes_step(s);
  }
  arena_reset(scratch, mark);
}
