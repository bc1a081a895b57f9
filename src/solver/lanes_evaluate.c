/* solver/lanes_evaluate.c - equations into lanes, and their values and derivatives there.
 *
 * Loading scales every number once (y = z / z_scale, g = F / f_scale), so that an evaluation is a product with the
 * linear part and two straight loops over the terms. The definitions of the terms are those of equations.c.
 */
#include "solver/lanes_state.h"

#include <string.h>

static lane *lanes_array(struct arena *arena, int count)
{
  return arena_alloc(arena, (size_t)count, sizeof(lane));
}

static void lanes_arrays_new(struct lanes *s, struct arena *arena)
{
  const struct layout *layout = s->layout;
  const int n = layout->n;
  lane **const rows[] = {
      &s->lower,          &s->constant,  &s->y,        &s->a,       &s->path_y,   &s->term,           &s->diagonal,
      &s->right,          &s->per_lower, &s->ahead.dy, &s->trial_y, &s->first.dy, &s->first.target_a, &s->second.dy,
      &s->second.target_a};
  lane **const doubly[] = {&s->upper, &s->b, &s->per_upper, &s->first.target_b, &s->second.target_b};
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) *rows[k] = lanes_array(arena, n);
  for (size_t k = 0; k < sizeof doubly / sizeof *doubly; k++) *doubly[k] = lanes_array(arena, s->upper_count);
  s->condition = ARENA_ARRAY(arena, n, double);
  s->numbers = lanes_array(arena, layout->numbers_count);
  s->panels = lanes_array(arena, layout->fronts->panel_count);
  s->updates = lanes_array(arena, layout->fronts->update_count);
  s->gathered = lanes_array(arena, layout->fronts->border_max);
}

/* Rows without an upper bound in any problem need no second multiplier. Where one is carried along for the sake of another
 * problem it stays zero and adds nothing to any sum. */
static void upper_rows_find(struct lanes *s, struct arena *arena)
{
  const struct layout *layout = s->layout;
  int *row = ARENA_ARRAY(arena, layout->n, int), *place = ARENA_ARRAY(arena, layout->n, int);
  for (int k = 0; k < layout->n; k++) {
    const int i = layout->order[k];
    bool bounded = layout->model->upper[i] < HUGE_VAL;
    for (int m = 0; m < s->task->count && !bounded; m++) bounded = s->task->problems[m]->upper[i] < HUGE_VAL;
    place[k] = bounded ? s->upper_count : -1;
    if (bounded) row[s->upper_count++] = k;
  }
  s->upper_row = row;
  s->upper_place = place;
}

struct lanes *lanes_new(const struct lanes_task *task, struct arena *arena)
{
  const struct layout *layout = task->layout;
  const struct equations *model = layout->model;
  struct lanes *s = ARENA_NEW(arena, struct lanes);
  *s = (struct lanes){.layout = layout, .task = task};
  upper_rows_find(s, arena);
  s->linear = lanes_array(arena, layout->entries_count + 1);
  lane **const powers[] = {&s->power_ratio, &s->power_exponent, &s->power_coefficient, &s->power_times};
  lane **const hinges[] = {&s->hinge_constant, &s->hinge_slope, &s->hinge_coefficient, &s->hinge_width};
  for (size_t k = 0; k < sizeof powers / sizeof *powers; k++) *powers[k] = lanes_array(arena, model->powers_count);
  for (size_t k = 0; k < sizeof hinges / sizeof *hinges; k++) *hinges[k] = lanes_array(arena, model->hinges_count);
  s->extra = lanes_array(arena, layout->extra_count);
  lanes_arrays_new(s, arena);
  return s;
}

static void terms_load(struct lanes *s, int l, const struct equations *e)
{
  const int *position = s->layout->position;
  const double *unit = s->layout->unit;
  for (int t = 0; t < e->powers_count; t++) {
    const struct equations_power *power = &e->powers[t];
    s->power_ratio[t][l] = e->z_scale[power->variable] * unit[position[power->variable]] / power->scale;
    s->power_exponent[t][l] = power->exponent;
    s->power_coefficient[t][l] = power->coefficient / (e->f_scale[power->row] * unit[position[power->row]]);
    s->power_times[t][l] = power->times < 0 ? 1 : e->z_scale[power->times] * unit[position[power->times]];
  }
  for (int t = 0; t < e->hinges_count; t++) {
    const struct equations_hinge *hinge = &e->hinges[t];
    s->hinge_constant[t][l] = hinge->constant;
    s->hinge_width[t][l] = hinge->slope * e->z_scale[hinge->variable];
    s->hinge_slope[t][l] = s->hinge_width[t][l] * unit[position[hinge->variable]];
    s->hinge_coefficient[t][l] = hinge->coefficient / (e->f_scale[hinge->row] * unit[position[hinge->row]]);
  }
}

static void entries_load(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  const double *unit = layout->unit;
  for (int p = 0; p < layout->entries_count; p++) s->linear[p][l] = 0;
  for (int t = 0; t < e->entries_count; t++) {
    const struct equations_place place = e->places[t];
    const double column = e->z_scale[place.column] * unit[layout->position[place.column]];
    const double row = e->f_scale[place.row] * unit[layout->position[place.row]];
    s->linear[layout->entry_place[t]][l] += e->values[t] * column / row;
  }
}

void lanes_load(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  for (int k = 0; k < layout->n; k++) {
    const int i = layout->order[k], place = s->upper_place[k];
    const double scale = e->z_scale[i] * layout->unit[k];
    s->lower[k][l] = fmax(e->lower[i] / scale, -lane_far);
    s->constant[k][l] = e->constant[i] / (e->f_scale[i] * layout->unit[k]);
    if (place >= 0) s->upper[place][l] = fmin(e->upper[i] / scale, lane_far);
  }
  entries_load(s, l, e);
  terms_load(s, l, e);
}

static void powers_add(struct lanes *s, const lane *y, bool extra)
{
  const struct layout *layout = s->layout;
  const struct equations *model = layout->model;
  for (int t = 0; t < model->powers_count; t++) {
    const struct equations_power *power = &model->powers[t];
    const int row = layout->position[power->row];
    const lane ratio = y[layout->position[power->variable]] * s->power_ratio[t];
    const lane base = lane_max(ratio, lane_all(equations_power_floor));
    const lane raised = lane_pow(base, s->power_exponent[t]);
    const lane slope = s->power_exponent[t] * raised / base;
    const lane value = lane_fma(slope, ratio - base, raised);
    lane factor = s->power_coefficient[t];
    if (power->times >= 0) factor *= s->power_times[t] * y[layout->position[power->times]];
    s->term[row] = lane_fma(factor, value, s->term[row]);
    if (!extra) continue;
    s->extra[layout->power_extra[t]] = factor * slope * s->power_ratio[t];
    if (power->times >= 0) s->extra[layout->power_times_extra[t]] = s->power_coefficient[t] * s->power_times[t] * value;
  }
}

/* max(0, t) rounded off as in equations.c: a parabola between -reach and reach. */
static void hinges_add(struct lanes *s, const lane *y, lane smoothing, bool extra)
{
  const struct layout *layout = s->layout;
  const struct equations *model = layout->model;
  const lane zero = {0}, half = lane_all(0.5), least = lane_all(1e-300);
  for (int t = 0; t < model->hinges_count; t++) {
    const struct equations_hinge *hinge = &model->hinges[t];
    const int row = layout->position[hinge->row];
    const lane slope = s->hinge_slope[t];
    const lane argument = lane_fma(slope, y[layout->position[hinge->variable]], s->hinge_constant[t]);
    const lane reach = lane_max(equations_hinge_reach * smoothing * lane_abs(s->hinge_width[t]), least);
    const lane near = lane_min(lane_max(argument + reach, zero), 2 * reach);
    const lane derivative = half * (near / reach);
    const lane value = lane_fma(half * near, derivative, lane_max(argument - reach, zero));
    s->term[row] = lane_fma(s->hinge_coefficient[t], value, s->term[row]);
    if (extra) s->extra[layout->hinge_extra[t]] = s->hinge_coefficient[t] * slope * derivative;
  }
}

void lanes_terms(struct lanes *s, const lane *y, lane smoothing, bool extra)
{
  const struct layout *layout = s->layout;
  const struct equations *model = layout->model;
  for (int t = 0; t < model->powers_count; t++) s->term[layout->position[model->powers[t].row]] = (lane){0};
  for (int t = 0; t < model->hinges_count; t++) s->term[layout->position[model->hinges[t].row]] = (lane){0};
  powers_add(s, y, extra);
  hinges_add(s, y, smoothing, extra);
}
