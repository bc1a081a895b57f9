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

/* Row k of a lane that starts, in magnitudes of its unknown and condition: the layout's unit taken out again. */
struct start_row {
  double unit, lower, upper, width;
  double y, g, slope; /* slope: how steeply the condition rises with its own unknown */
  bool fixed, below, above;
};

static double own_slope(const struct lanes *s, int l, int k)
{
  const struct layout *layout = s->layout;
  double slope = s->linear[layout->own_place[k]][l];
  for (int p = layout->extra_start[k]; p < layout->extra_start[k + 1]; p++)
    if (layout->extra_column[p] == k) slope += s->extra[p][l];
  return fmax(slope, 0);
}

static double condition_at(const struct lanes *s, int l, int k)
{
  const struct layout *layout = s->layout;
  double sum = s->constant[k][l] + (layout->has_terms[k] ? s->term[k][l] : 0);
  for (int p = layout->entry_start[k]; p < layout->entry_start[k + 1]; p++)
    sum += s->linear[p][l] * s->y[layout->entry_column[p]][l];
  return sum;
}

static struct start_row row_read(const struct lanes *s, int l, int k)
{
  const int place = s->upper_place[k];
  struct start_row row = {.unit = s->layout->unit[k]};
  row.lower = s->lower[k][l] * row.unit;
  row.upper = place < 0 ? HUGE_VAL : s->upper[place][l] * row.unit;
  row.width = row.upper - row.lower;
  row.fixed = row.lower == row.upper;
  row.below = s->lower[k][l] > -0.1 * lane_far && !row.fixed;
  row.above = place >= 0 && s->upper[place][l] < 0.1 * lane_far && !row.fixed;
  row.y = s->y[k][l] * row.unit;
  row.g = s->condition[k] * row.unit;
  row.slope = own_slope(s, l, k);
  return row;
}

/* Evaluates lane l where it is. */
static void start_evaluate(struct lanes *s, int l, double smoothing)
{
  lanes_terms(s, s->y, lane_all(smoothing), true);
  for (int k = 0; k < s->layout->n; k++) s->condition[k] = condition_at(s, l, k);
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
static void start_row(struct lanes *s, int l, int k, double mu)
{
  const struct start_row row = row_read(s, l, k);
  const double product = mu * row.unit * row.unit, g = fmin(fmax(row.g, -1e6), 1e6);
  double y = row.fixed ? row.lower : row.y;
  if (row.below && (g >= 0 || !row.above))
    y = row.lower + distance_joined(fmax(y - row.lower, 0), g, row.slope, product, row.width);
  else if (row.above)
    y = row.upper - distance_joined(fmax(row.upper - y, 0), -g, row.slope, product, row.width);
  if (row.below) y = fmax(y, row.lower + fmin(1e-8, 0.25 * row.width));
  if (row.above) y = fmin(y, row.upper - fmin(1e-8, 0.25 * row.width));
  s->y[k][l] = row.fixed ? s->lower[k][l] : y / row.unit;
  s->a[k][l] = row.below ? product / (y - row.lower) / row.unit : 0;
  if (s->upper_place[k] >= 0) s->b[s->upper_place[k]][l] = row.above ? product / (row.upper - y) / row.unit : 0;
}

/* From a point of the model's path, at the same distances from the lower bounds, onto the problem's own. */
static void start_on_path(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  const struct equations *model = layout->model;
  const struct path_point *start = s->task->start;
  for (int k = 0; k < layout->n; k++) {
    const int i = layout->order[k];
    const double move = e->lower[i] > -HUGE_VAL ? (e->lower[i] - model->lower[i]) / layout->unit[k] : 0;
    s->y[k][l] = (start->y[k] * model->z_scale[i] + move) / e->z_scale[i];
  }
  start_evaluate(s, l, fmin(0.03, 0.3 * sqrt(start->mu)));
  for (int k = 0; k < layout->n; k++) start_row(s, l, k, start->mu);
}

/* Well inside the box, with multipliers that take on what they can of g. */
static double cold_y(const struct start_row *row, double start)
{
  const double room = fmin(0.5, 0.25 * row->width);
  double y = start;
  if (row->fixed) return row->lower;
  if (!isfinite(y) && row->width <= 2) y = 0.5 * (row->lower + row->upper);
  if (!isfinite(y)) y = fmin(fmax(0, row->lower + 1), row->upper - 1);
  return fmin(fmax(y, row->lower + room), row->upper - room);
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
  double y = row.y, a = 0;
  if (row.below && !row.above && row.g > barred) { /* at its bound, whatever happens */
    y = fmin(y, row.lower + product / row.g);
    a = row.g;
  } else if (row.below) {
    a = cold_multiplier(g, y - row.lower, product);
  }
  s->y[k][l] = row.fixed ? s->lower[k][l] : y / row.unit;
  s->a[k][l] = a / row.unit;
  if (s->upper_place[k] >= 0)
    s->b[s->upper_place[k]][l] = row.above ? cold_multiplier(-g, row.upper - y, product) / row.unit : 0;
}

static void start_cold(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  for (int k = 0; k < layout->n; k++) {
    const struct start_row row = row_read(s, l, k);
    const int i = layout->order[k];
    s->y[k][l] = row.fixed ? s->lower[k][l] : cold_y(&row, e->start[i] / e->z_scale[i]) / row.unit;
  }
  start_evaluate(s, l, 0.03);
  for (int k = 0; k < layout->n; k++) { /* a steep condition would be far from zero */
    const struct start_row row = row_read(s, l, k);
    const double x = row.y - row.lower;
    if (!row.below || !(row.slope * x > 1)) continue;
    s->y[k][l] = (row.lower + fmin(x, distance_on_path(-1, row.slope, row.unit * row.unit))) / row.unit;
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
    start_on_path(s, l, equations);
  double products = 0;
  for (int k = 0; k < layout->n; k++) {
    if (!(s->a[k][l] > 0)) continue;
    control->products_count++;
    products += s->a[k][l] * (s->y[k][l] - s->lower[k][l]);
  }
  for (int k = 0; k < s->upper_count; k++) {
    const int i = s->upper_row[k];
    if (!(s->b[k][l] > 0)) continue;
    control->products_count++;
    products += s->b[k][l] * (s->upper[k][l] - s->y[i][l]);
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
    const int i = s->layout->order[k];
    const int place = s->upper_place[k];
    const double y = s->y[k][l];
    double z = y * e->z_scale[i] * s->layout->unit[k];
    if (place >= 0 && y >= s->upper[place][l]) z = e->upper[i];
    if (y <= s->lower[k][l]) z = e->lower[i];
    result->z[i] = z;
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
    const double product = s->a[k][l] * (s->y[k][l] - s->lower[k][l]);
    if (s->a[k][l] > 0 && !(product >= 0.5 * mu && product <= 2 * mu)) return false;
  }
  return true;
}

/* Leaves the path for the active set that its point suggests. */
static void lane_close(struct lanes *s, int l)
{
  struct lane_control *control = &s->control[l];
  for (int k = 0; k < s->layout->n; k++) {
    const int place = s->upper_place[k];
    s->path_y[k][l] = s->y[k][l];
    s->y[k][l] = fmax(s->y[k][l], s->lower[k][l]);
    if (place >= 0) s->y[k][l] = fmin(s->y[k][l], s->upper[place][l]);
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
