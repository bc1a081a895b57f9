/* solver/lanes_evaluate.c - equations into lanes, and their values and derivatives there.
 *
 * Loading scales every number once and counts unknowns from their lower bounds, so that an evaluation is a product with
 * the linear part and two straight loops over the terms. The definitions of the terms are those of equations.c.
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
  const struct equations *model = layout->model;
  lane **const rows[] = {&s->lower,    &s->constant, &s->here.x,   &s->here.a,    &s->before.x,
                         &s->before.a, &s->path_x,   &s->term,     &s->right,     &s->per_product,
                         &s->ahead.dx, &s->first.dx, &s->first.da, &s->second.dx, &s->second.da};
  lane **const doubly[] = {&s->width, &s->here.b, &s->before.b, &s->per_upper, &s->first.db, &s->second.db};
  lane **const powers[] = {&s->power_ratio,       &s->power_shift, &s->power_exponent,
                           &s->power_coefficient, &s->power_times, &s->power_times_shift};
  lane **const hinges[] = {&s->hinge_constant, &s->hinge_slope, &s->hinge_coefficient, &s->hinge_width};
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) *rows[k] = lanes_array(arena, layout->n);
  for (size_t k = 0; k < sizeof doubly / sizeof *doubly; k++) *doubly[k] = lanes_array(arena, s->upper_count);
  for (size_t k = 0; k < sizeof powers / sizeof *powers; k++) *powers[k] = lanes_array(arena, model->powers_count);
  for (size_t k = 0; k < sizeof hinges / sizeof *hinges; k++) *hinges[k] = lanes_array(arena, model->hinges_count);
  s->extra = lanes_array(arena, layout->extra_count);
  s->condition = ARENA_ARRAY(arena, layout->n, double);
  s->numbers = lanes_array(arena, layout->numbers_count);
  s->panels = lanes_array(arena, layout->fronts->panel_count);
  s->updates = lanes_array(arena, layout->fronts->update_count);
  s->gathered = lanes_array(arena, layout->fronts->border_max);
}

/* Rows without an upper bound in any problem need no second multiplier. Where one is carried along for the sake of
 * another problem it stays zero and adds nothing to any sum. */
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

/* Which of the model's entries some problem has otherwise. */
static const bool *models_vary(const struct lanes *s, struct arena *arena)
{
  const struct equations *model = s->layout->model;
  bool *varies = ARENA_ARRAY(arena, model->entries_count, bool);
  for (int m = 0; m < s->task->count; m++) {
    const double *values = s->task->problems[m]->values;
    if (values == model->values) continue;
    for (int t = 0; t < model->entries_count; t++) varies[t] |= values[t] != model->values[t];
  }
  return varies;
}

/* Rows that have entries that vary, and leaves that have them in their columns. */
static void rows_vary(struct lanes *s, struct arena *arena)
{
  const struct layout *layout = s->layout;
  bool *varies = ARENA_ARRAY(arena, layout->n, bool);
  for (int i = 0; i < layout->n; i++)
    for (int p = layout->entry_start[i]; p < layout->entry_start[i + 1]; p++) {
      if (s->entry_varying[p] < 0) continue;
      varies[i] = true;
      if (layout->entry_column[p] < layout->leaf_count) varies[layout->entry_column[p]] = true;
    }
  s->varies = varies;
}

static void varying_find(struct lanes *s, struct arena *arena)
{
  const struct layout *layout = s->layout;
  const int models = layout->model->entries_count, *const source = layout->number_entry - layout->n;
  const bool *model_varies = models_vary(s, arena);
  int *of_entry = ARENA_ARRAY(arena, layout->entries_count + 1, int), *model = ARENA_ARRAY(arena, models, int);
  for (int t = 0; t < models; t++) of_entry[layout->entry_place[t]] |= model_varies[t];
  for (int t = 0; t < models; t++)
    if (of_entry[layout->entry_place[t]]) model[s->varying_models++] = t;
  for (int p = 0; p <= layout->entries_count; p++) of_entry[p] = of_entry[p] ? s->varying_count++ : -1;
  int *number = ARENA_ARRAY(arena, s->varying_count, int), *from = ARENA_ARRAY(arena, s->varying_count, int);
  for (int k = layout->n; k < layout->numbers_count; k++) {
    if (of_entry[source[k]] < 0) continue;
    number[s->varying_numbers] = k;
    from[s->varying_numbers++] = of_entry[source[k]];
  }
  s->entry_varying = of_entry;
  s->varying_model = model;
  s->varying_number = number;
  s->varying_source = from;
  s->varying = lanes_array(arena, s->varying_count);
  rows_vary(s, arena);
}

struct lanes *lanes_new(const struct lanes_task *task, struct arena *arena)
{
  struct lanes *s = ARENA_NEW(arena, struct lanes);
  *s = (struct lanes){.layout = task->layout, .task = task};
  upper_rows_find(s, arena);
  varying_find(s, arena);
  lanes_arrays_new(s, arena);
  return s;
}

/* Where an unknown is counted from. */
static double base_of(const struct equations *e, int i)
{
  return e->lower[i] > -HUGE_VAL ? e->lower[i] : 0;
}

static void terms_load(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  const int *position = layout->position;
  const double *unknown = layout->unknown_unit, *condition = layout->condition_unit;
  for (int t = 0; t < e->powers_count; t++) {
    const struct equations_power *power = &e->powers[t];
    s->power_ratio[t][l] = unknown[position[power->variable]] / power->scale;
    s->power_shift[t][l] = base_of(e, power->variable) / power->scale;
    s->power_exponent[t][l] = power->exponent;
    s->power_coefficient[t][l] = power->coefficient / condition[position[power->row]];
    s->power_times[t][l] = power->times < 0 ? 0 : unknown[position[power->times]];
    s->power_times_shift[t][l] = power->times < 0 ? 1 : base_of(e, power->times);
  }
  for (int t = 0; t < e->hinges_count; t++) {
    const struct equations_hinge *hinge = &e->hinges[t];
    s->hinge_constant[t][l] = hinge->constant + hinge->slope * base_of(e, hinge->variable);
    s->hinge_width[t][l] = hinge->slope * layout->model->z_scale[hinge->variable];
    s->hinge_slope[t][l] = hinge->slope * unknown[position[hinge->variable]];
    s->hinge_coefficient[t][l] = hinge->coefficient / condition[position[hinge->row]];
  }
}

/* Entries that vary, and what all entries make of the lower bounds. */
static void entries_load(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  for (int v = 0; v < s->varying_count; v++) s->varying[v][l] = 0;
  for (int v = 0; v < s->varying_models; v++) {
    const int t = s->varying_model[v];
    s->varying[s->entry_varying[layout->entry_place[t]]][l] += layout_value(layout, e, t);
  }
  for (int t = 0; t < e->entries_count; t++) {
    const double base = base_of(e, e->places[t].column);
    const int row = layout->position[e->places[t].row];
    if (base != 0) s->constant[row][l] += e->values[t] * base / layout->condition_unit[row];
  }
}

void lanes_load(struct lanes *s, int l, const struct equations *e)
{
  const struct layout *layout = s->layout;
  for (int k = 0; k < layout->n; k++) {
    const int i = layout->order[k], place = s->upper_place[k];
    s->lower[k][l] = base_of(e, i) / layout->unknown_unit[k];
    s->constant[k][l] = e->constant[i] / layout->condition_unit[k];
    if (place >= 0) s->width[place][l] = fmin((e->upper[i] - base_of(e, i)) / layout->unknown_unit[k], lane_far);
  }
  entries_load(s, l, e);
  terms_load(s, l, e);
}

static void powers_add(struct lanes *s, const lane *x)
{
  const struct layout *layout = s->layout;
  const struct equations *model = layout->model;
  for (int t = 0; t < model->powers_count; t++) {
    const struct equations_power *power = &model->powers[t];
    const int row = layout->position[power->row];
    const lane ratio = lane_fma(x[layout->position[power->variable]], s->power_ratio[t], s->power_shift[t]);
    const lane base = lane_max(ratio, lane_all(equations_power_floor));
    const lane raised = lane_pow(base, s->power_exponent[t]);
    const lane slope = s->power_exponent[t] * raised / base;
    const lane value = lane_fma(slope, ratio - base, raised);
    lane factor = s->power_coefficient[t];
    if (power->times >= 0)
      factor *= lane_fma(s->power_times[t], x[layout->position[power->times]], s->power_times_shift[t]);
    s->term[row] = lane_fma(factor, value, s->term[row]);
    s->extra[layout->power_extra[t]] = factor * slope * s->power_ratio[t];
    if (power->times >= 0) s->extra[layout->power_times_extra[t]] = s->power_coefficient[t] * s->power_times[t] * value;
  }
}

/* max(0, t) rounded off as in equations.c: a parabola between -reach and reach. */
static void hinges_add(struct lanes *s, const lane *x, lane smoothing)
{
  const struct layout *layout = s->layout;
  const struct equations *model = layout->model;
  const lane zero = {0}, half = lane_all(0.5), least = lane_all(1e-300);
  for (int t = 0; t < model->hinges_count; t++) {
    const struct equations_hinge *hinge = &model->hinges[t];
    const int row = layout->position[hinge->row];
    const lane slope = s->hinge_slope[t];
    const lane argument = lane_fma(slope, x[layout->position[hinge->variable]], s->hinge_constant[t]);
    const lane reach = lane_max(equations_hinge_reach * smoothing * lane_abs(s->hinge_width[t]), least);
    const lane near = lane_min(lane_max(argument + reach, zero), 2 * reach);
    const lane derivative = half * (near / reach);
    const lane value = lane_fma(half * near, derivative, lane_max(argument - reach, zero));
    s->term[row] = lane_fma(s->hinge_coefficient[t], value, s->term[row]);
    s->extra[layout->hinge_extra[t]] = s->hinge_coefficient[t] * slope * derivative;
  }
}

void lanes_terms(struct lanes *s, const lane *x, lane smoothing)
{
  const struct layout *layout = s->layout;
  const struct equations *model = layout->model;
  for (int t = 0; t < model->powers_count; t++) s->term[layout->position[model->powers[t].row]] = (lane){0};
  for (int t = 0; t < model->hinges_count; t++) s->term[layout->position[model->hinges[t].row]] = (lane){0};
  powers_add(s, x);
  hinges_add(s, x, smoothing);
}
