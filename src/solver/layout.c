/* solver/layout.c - orders the rows, and finds the places of entries and terms in that order.
 *
 * Light rows are sorted by how many others they depend on one after the other, and then by length and bounds, so that
 * neighbours are treated alike; heavy ones by subtrees (fronts.h). What light rows change is listed number by number.
 * Works on the pattern and the model's values alone; the numbers of a problem are loaded by lanes_evaluate.c.
 */
#include "solver/layout.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <stdlib.h>

enum { light_width_max = 16 };

/* What is only needed while a layout is built. */
struct building {
  struct layout *layout;
  struct arena *arena;
  int *row_of, *position_of; /* [n] the plan's row of each, and the inverse */
};

/* ---- order ---- */

/* Rows that terms add to or whose unknown they have: these are no leaves. */
static bool *rows_in_terms(const struct equations *model, struct arena *arena)
{
  bool *in = ARENA_ARRAY(arena, model->n, bool);
  for (int t = 0; t < model->powers_count; t++) {
    in[model->powers[t].row] = in[model->powers[t].variable] = true;
    if (model->powers[t].times >= 0) in[model->powers[t].times] = true;
  }
  for (int t = 0; t < model->hinges_count; t++) in[model->hinges[t].row] = in[model->hinges[t].variable] = true;
  return in;
}

enum row_kind { ROW_LEAF, ROW_LIGHT, ROW_HEAVY };

/* [n] of the plan's rows. A row depends on those whose first column it is, and on what they depend on. */
static const enum row_kind *kinds_find(const struct equations *model, const struct mcp_plan *plan, struct arena *arena)
{
  const bool *in_terms = rows_in_terms(model, arena);
  enum row_kind *kind = ARENA_ARRAY(arena, plan->n, enum row_kind);
  for (int k = 0; k < plan->n; k++) {
    const int start = plan->upper_start[k], width = plan->upper_start[k + 1] - start;
    const bool first = plan->lower_start[k] == plan->lower_start[k + 1];
    if (width > light_width_max) kind[k] = ROW_HEAVY;
    if (kind[k] == ROW_HEAVY && width > 0) kind[plan->upper_column[start]] = ROW_HEAVY;
    if (kind[k] != ROW_HEAVY) kind[k] = first && !in_terms[plan->order[k]] ? ROW_LEAF : ROW_LIGHT;
  }
  return kind;
}

/* What a row is sorted by, so that neighbours are treated alike. */
struct row_key {
  int level, width, entries, bounds, row;
};

static int key_compare(const void *a, const void *b)
{
  const struct row_key *x = a, *y = b;
  if (x->level != y->level) return x->level < y->level ? -1 : 1;
  if (x->width != y->width) return x->width < y->width ? -1 : 1;
  if (x->entries != y->entries) return x->entries < y->entries ? -1 : 1;
  if (x->bounds != y->bounds) return x->bounds < y->bounds ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

/* Leaves, and after them light rows by how many others they depend on one after the other: none depends on its like, so
 * that their order is free. */
static int light_order(const struct layout *layout, const enum row_kind *kind, int *row_of, struct arena *arena)
{
  const struct mcp_plan *plan = layout->plan;
  struct row_key *key = ARENA_ARRAY(arena, plan->n, struct row_key);
  int *level = ARENA_ARRAY(arena, plan->n, int), count = 0;
  for (int k = 0; k < plan->n; k++) {
    const int i = plan->order[k], start = plan->upper_start[k], end = plan->upper_start[k + 1];
    const bool free = !(layout->model->lower[i] > -HUGE_VAL), above = layout->model->upper[i] < HUGE_VAL;
    if (kind[k] == ROW_HEAVY) continue;
    if (kind[k] == ROW_LIGHT && level[k] == 0) level[k] = 1;
    for (int t = start; t < end; t++)
      if (level[plan->upper_column[t]] <= level[k]) level[plan->upper_column[t]] = level[k] + 1;
    key[count++] =
        (struct row_key){level[k], end - start, plan->entry_start[k + 1] - plan->entry_start[k], 2 * above + free, k};
  }
  qsort(key, (size_t)count, sizeof *key, key_compare);
  for (int k = 0; k < count; k++) row_of[k] = key[k].row;
  return count;
}

static void rows_order(struct building *b)
{
  struct layout *layout = b->layout;
  const struct mcp_plan *plan = layout->plan;
  const int n = plan->n;
  const enum row_kind *kind = kinds_find(layout->model, plan, b->arena);
  int *row_of = ARENA_ARRAY(b->arena, n, int), *position_of = ARENA_ARRAY(b->arena, n, int);
  int count = light_order(layout, kind, row_of, b->arena);
  for (int k = 0; k < n; k++) layout->leaf_count += kind[k] == ROW_LEAF;
  layout->light_count = count;
  for (int k = 0; k < n; k++)
    if (kind[k] == ROW_HEAVY) row_of[count++] = k;
  fronts_order(plan, row_of + layout->light_count, n - layout->light_count, b->arena);
  int *order = ARENA_ARRAY(b->arena, n, int), *position = ARENA_ARRAY(b->arena, n, int);
  for (int k = 0; k < n; k++) {
    position_of[row_of[k]] = k;
    order[k] = plan->order[row_of[k]];
    position[order[k]] = k;
  }
  layout->order = order;
  layout->position = position;
  b->row_of = row_of;
  b->position_of = position_of;
}

/* ---- units ---- */

/* The products of a pair of distance and multiplier all go to mu on the path, in units of what the pair is worth: an
 * unknown and its condition are worth the product of their magnitudes (a price times a quantity) and the row's weight.
 * In those units a monotone path is straight; half-way between them and the scales' own (the root) it was shortest in
 * trials. Both of a pair are measured in the root of that worth. */
static void units_lay(struct building *b)
{
  struct layout *layout = b->layout;
  const struct equations *model = layout->model;
  const double range = 1e4;
  double *unit = ARENA_ARRAY(b->arena, model->n, double), sum = 0;
  double *unknown = ARENA_ARRAY(b->arena, model->n, double), *condition = ARENA_ARRAY(b->arena, model->n, double);
  double *pulled_to = ARENA_ARRAY(b->arena, model->n, double);
  bool *free = ARENA_ARRAY(b->arena, model->n, bool);
  for (int i = 0; i < model->n; i++) sum += log(model->z_scale[i] * model->f_scale[i] * model->weight[i]);
  const double mean = model->n > 0 ? exp(sum / model->n) : 1;
  for (int k = 0; k < model->n; k++) {
    const int i = layout->order[k];
    const double worth = sqrt(mean / (model->z_scale[i] * model->f_scale[i] * model->weight[i]));
    unit[k] = sqrt(fmin(fmax(worth, 1 / range), range));
    unknown[k] = model->z_scale[i] * unit[k];
    condition[k] = model->f_scale[i] * unit[k];
    free[k] = !(model->lower[i] > -HUGE_VAL);
    pulled_to[k] = free[k] ? 0 : fmax(0, -model->lower[i]) / unknown[k];
  }
  layout->unit = unit;
  layout->unknown_unit = unknown;
  layout->condition_unit = condition;
  layout->pulled_to = pulled_to;
  layout->free = free;
}

/* ---- the matrix ---- */

/* Index of (row, column) in the plan's pattern, original numbering. */
static int pattern_place(const struct mcp_plan *plan, int row, int column)
{
  int low = plan->row_start[row], high = plan->row_start[row + 1];
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (plan->column[middle] < column)
      low = middle + 1;
    else
      high = middle;
  }
  assert(low < plan->row_start[row + 1] && plan->column[low] == column);
  return low;
}

/* Appends the entries of a row that are in leaves' columns, or those that are not; returns their new count. */
static int row_lay(const struct building *b, int k, bool leaves, int *column, int *placed, int count)
{
  const struct mcp_plan *plan = b->layout->plan;
  const int row = b->row_of[k];
  for (int p = plan->entry_start[row]; p < plan->entry_start[row + 1]; p++) {
    const int at = b->position_of[plan->entry_column[p]];
    if ((at < b->layout->leaf_count) != leaves) continue;
    placed[plan->entry_source[p]] = count;
    column[count++] = at;
  }
  return count;
}

/* The plan's entries by rows in the new order, and where the model's are among them. */
static void entries_lay(struct building *b)
{
  struct layout *layout = b->layout;
  const struct mcp_plan *plan = layout->plan;
  const struct equations *model = layout->model;
  int *start = ARENA_ARRAY(b->arena, plan->n + 1, int), *column = ARENA_ARRAY(b->arena, plan->entries_count, int);
  int *own = ARENA_ARRAY(b->arena, plan->n, int), *placed = ARENA_ARRAY(b->arena, plan->entries_count, int), count = 0;
  int *rest = ARENA_ARRAY(b->arena, plan->n, int);
  for (int k = 0; k < plan->n; k++) {
    count = rest[k] = row_lay(b, k, true, column, placed, count);
    count = start[k + 1] = row_lay(b, k, false, column, placed, count);
    for (int p = start[k]; p < count; p++)
      if (column[p] == k) own[k] = p;
  }
  int *place = ARENA_ARRAY(b->arena, model->entries_count, int);
  double *value = ARENA_ARRAY(b->arena, count + 1, double);
  for (int t = 0; t < model->entries_count; t++) {
    place[t] = placed[pattern_place(plan, model->places[t].row, model->places[t].column)];
    value[place[t]] += layout_value(layout, model, t);
  }
  layout->entries_count = count;
  layout->entry_start = start;
  layout->entry_column = column;
  layout->entry_rest = rest;
  layout->value = value;
  layout->entry_place = place;
  layout->own_place = own;
}

/* Places in the Jacobian that terms add to, before they are put in order. */
struct extras {
  int count;
  int *row, *column, *owner; /* elimination order; owner: where the caller wants to know the place */
};

static void extras_add(struct extras *extras, const int *position, int row, int column)
{
  extras->row[extras->count] = position[row];
  extras->column[extras->count++] = position[column];
}

static struct extras extras_collect(const struct equations *model, const int *position, struct arena *arena)
{
  const int most = 2 * model->powers_count + model->hinges_count;
  struct extras extras = {0, ARENA_ARRAY(arena, most, int), ARENA_ARRAY(arena, most, int),
                          ARENA_ARRAY(arena, most, int)};
  for (int t = 0; t < model->powers_count; t++)
    extras_add(&extras, position, model->powers[t].row, model->powers[t].variable);
  for (int t = 0; t < model->powers_count; t++) {
    const int times = model->powers[t].times;
    extras_add(&extras, position, model->powers[t].row, times >= 0 ? times : model->powers[t].variable);
  }
  for (int t = 0; t < model->hinges_count; t++)
    extras_add(&extras, position, model->hinges[t].row, model->hinges[t].variable);
  return extras;
}

/* Puts the extras in the order of their rows; each keeps a place of its own. */
static void extras_order(struct layout *layout, struct extras *extras, struct arena *arena)
{
  int *start = ARENA_ARRAY(arena, layout->n + 1, int), *column = ARENA_ARRAY(arena, extras->count, int);
  for (int k = 0; k < extras->count; k++) start[extras->row[k] + 1]++;
  for (int i = 0; i < layout->n; i++) start[i + 1] += start[i];
  int *next = arena_grow(arena, start, (size_t)layout->n, (size_t)layout->n + 1, sizeof(int));
  for (int k = 0; k < extras->count; k++) {
    extras->owner[k] = next[extras->row[k]]++;
    column[extras->owner[k]] = extras->column[k];
  }
  layout->extra_count = extras->count;
  layout->extra_start = start;
  layout->extra_column = column;
}

static const bool *rows_with_terms(const struct equations *model, const int *position, struct arena *arena)
{
  bool *has = ARENA_ARRAY(arena, model->n, bool);
  for (int t = 0; t < model->powers_count; t++) has[position[model->powers[t].row]] = true;
  for (int t = 0; t < model->hinges_count; t++) has[position[model->hinges[t].row]] = true;
  return has;
}

/* ---- light rows ---- */

/* Entry (row, column) of the matrix; the zero where it has none. */
static int entry_find(const struct layout *layout, int row, int column)
{
  for (int p = layout->entry_start[row]; p < layout->entry_start[row + 1]; p++)
    if (layout->entry_column[p] == column) return p;
  return layout->entries_count;
}

static void uppers_lay(struct building *b)
{
  struct layout *layout = b->layout;
  const struct mcp_plan *plan = layout->plan;
  int *start = ARENA_ARRAY(b->arena, layout->light_count + 1, int);
  for (int k = 0; k < layout->light_count; k++)
    start[k + 1] = start[k] + plan->upper_start[b->row_of[k] + 1] - plan->upper_start[b->row_of[k]];
  const int leaves = start[layout->leaf_count];
  int *column = ARENA_ARRAY(b->arena, start[layout->light_count], int);
  int *right = ARENA_ARRAY(b->arena, leaves, int), *below = ARENA_ARRAY(b->arena, leaves, int);
  double *right_value = ARENA_ARRAY(b->arena, leaves, double), *below_value = ARENA_ARRAY(b->arena, leaves, double);
  for (int k = 0; k < layout->light_count; k++)
    for (int t = start[k]; t < start[k + 1]; t++) {
      column[t] = b->position_of[plan->upper_column[plan->upper_start[b->row_of[k]] + t - start[k]]];
      if (k >= layout->leaf_count) continue;
      right[t] = entry_find(layout, k, column[t]);
      below[t] = entry_find(layout, column[t], k);
      right_value[t] = layout->value[right[t]];
      below_value[t] = layout->value[below[t]];
    }
  layout->upper_start = start;
  layout->upper_column = column;
  layout->leaf_right = right;
  layout->leaf_below = below;
  layout->right_value = right_value;
  layout->below_value = below_value;
}

/* ---- numbers ---- */

/* Which pairs of heavy rows the matrix, the terms or light rows meet: marked by place among the panels. */
struct heavy_pairs {
  const struct layout *layout;
  int *number; /* [panel_count] -1: none */
};

/* The place among the numbers of what is at (row, column), neither of them a leaf's, once pairs are numbered. */
static int number_place(const struct heavy_pairs *pairs, int row, int column)
{
  const struct layout *layout = pairs->layout;
  const int least = row < column ? row : column, other = row < column ? column : row;
  if (row == column) return row;
  if (least >= layout->light_count) return pairs->number[fronts_place(layout->fronts, row, column)];
  const int start = layout->upper_start[least], width = layout->upper_start[least + 1] - start;
  int t = 0;
  while (t < width && layout->upper_column[start + t] != other) t++;
  assert(t < width && least >= layout->leaf_count);
  return layout_light_place(layout, least) + t + (row < column ? 0 : width);
}

static void pair_mark(struct heavy_pairs *pairs, int row, int column)
{
  if (row < pairs->layout->light_count || column < pairs->layout->light_count || row == column) return;
  pairs->number[fronts_place(pairs->layout->fronts, row, column)] = 0;
}

static void pairs_mark(struct heavy_pairs *pairs)
{
  const struct layout *layout = pairs->layout;
  const struct fronts *fronts = layout->fronts;
  for (int place = 0; place < fronts->panel_count; place++) pairs->number[place] = -1;
  for (int k = layout->light_count; k < layout->n; k++) {
    for (int p = layout->entry_start[k]; p < layout->entry_start[k + 1]; p++)
      pair_mark(pairs, k, layout->entry_column[p]);
    for (int p = layout->extra_start[k]; p < layout->extra_start[k + 1]; p++)
      pair_mark(pairs, k, layout->extra_column[p]);
  }
  for (int k = 0; k < layout->light_count; k++)
    for (int a = layout->upper_start[k]; a < layout->upper_start[k + 1]; a++)
      for (int b = layout->upper_start[k]; b < layout->upper_start[k + 1]; b++)
        pair_mark(pairs, layout->upper_column[a], layout->upper_column[b]);
}

/* Numbers the pairs in the order of the panels, and notes where each goes. */
static void pairs_number(struct heavy_pairs *pairs, struct layout *layout, struct arena *arena)
{
  const struct fronts *fronts = layout->fronts;
  const int light = layout_light_place(layout, layout->light_count);
  int *start = ARENA_ARRAY(arena, fronts->count + 1, int), *assembly = ARENA_ARRAY(arena, fronts->panel_count, int);
  int count = 0;
  for (int f = 0; f < fronts->count; f++) {
    const struct front *front = &fronts->front[f];
    const int size = front->pivots * (front->pivots + 2 * front->border);
    start[f] = light + count;
    for (int place = front->panel; place < front->panel + size; place++) {
      if (pairs->number[place] < 0) continue;
      assembly[count] = place;
      pairs->number[place] = light + count++;
    }
  }
  start[fronts->count] = layout->numbers_count = light + count;
  layout->assembly_start = start;
  layout->assembly = assembly;
}

/* What is at first where, and what changes what. */
static void numbers_lay(struct building *b)
{
  struct layout *layout = b->layout;
  struct heavy_pairs pairs = {layout, ARENA_ARRAY(b->arena, layout->fronts->panel_count, int)};
  pairs_mark(&pairs);
  pairs_number(&pairs, layout, b->arena);
  int *entry = ARENA_ARRAY(b->arena, layout->numbers_count - layout->n, int);
  int *extra = ARENA_ARRAY(b->arena, layout->extra_count, int), targets = 0;
  for (int k = layout->n; k < layout->numbers_count; k++) entry[k - layout->n] = layout->entries_count;
  for (int k = layout->leaf_count; k < layout->n; k++) {
    for (int p = layout->entry_start[k]; p < layout->entry_start[k + 1]; p++) {
      const int column = layout->entry_column[p];
      if (column < layout->leaf_count || column == k) continue;
      entry[number_place(&pairs, k, column) - layout->n] = p;
    }
    for (int p = layout->extra_start[k]; p < layout->extra_start[k + 1]; p++)
      extra[p] = number_place(&pairs, k, layout->extra_column[p]);
  }
  for (int k = 0; k < layout->light_count; k++) {
    const int width = layout->upper_start[k + 1] - layout->upper_start[k];
    targets += width * width;
    if (k < layout->leaf_count) layout->leaf_targets = targets;
  }
  int *target = ARENA_ARRAY(b->arena, targets, int);
  layout->target = target;
  for (int k = 0; k < layout->light_count; k++)
    for (int i = layout->upper_start[k]; i < layout->upper_start[k + 1]; i++)
      for (int j = layout->upper_start[k]; j < layout->upper_start[k + 1]; j++)
        *target++ = number_place(&pairs, layout->upper_column[i], layout->upper_column[j]);
  layout->number_entry = entry;
  layout->extra_number = extra;
}

static void terms_lay(struct building *b)
{
  struct layout *layout = b->layout;
  const struct equations *model = layout->model;
  struct extras extras = extras_collect(model, layout->position, b->arena);
  extras_order(layout, &extras, b->arena);
  int *times = extras.owner + model->powers_count;
  for (int t = 0; t < model->powers_count; t++)
    if (model->powers[t].times < 0) times[t] = -1;
  layout->power_extra = extras.owner;
  layout->power_times_extra = times;
  layout->hinge_extra = extras.owner + 2 * model->powers_count;
  layout->has_terms = rows_with_terms(model, layout->position, b->arena);
}

const struct layout *layout_new(const struct equations *model, const struct mcp_plan *plan, struct arena *arena)
{
  assert(model->n == plan->n);
  struct layout *layout = ARENA_NEW(arena, struct layout);
  struct building building = {.layout = layout, .arena = arena};
  *layout = (struct layout){.model = model, .plan = plan, .n = plan->n};
  rows_order(&building);
  units_lay(&building);
  entries_lay(&building);
  terms_lay(&building);
  uppers_lay(&building);
  layout->fronts = fronts_new(plan, building.row_of, building.position_of, layout->light_count, arena);
  numbers_lay(&building);
  return layout;
}

static bool terms_fit(const struct equations *model, const struct equations *other)
{
  for (int t = 0; t < model->powers_count; t++) {
    const struct equations_power *a = &model->powers[t], *b = &other->powers[t];
    if (a->row != b->row || a->variable != b->variable || a->times != b->times) return false;
  }
  for (int t = 0; t < model->hinges_count; t++) {
    const struct equations_hinge *a = &model->hinges[t], *b = &other->hinges[t];
    if (a->row != b->row || a->variable != b->variable) return false;
  }
  return true;
}

bool layout_fits(const struct layout *layout, const struct equations *equations)
{
  const struct equations *model = layout->model, *e = equations;
  if (e->n != model->n || e->entries_count != model->entries_count || e->powers_count != model->powers_count ||
      e->hinges_count != model->hinges_count)
    return false;
  for (int i = 0; i < e->n; i++)
    if ((e->lower[i] > -HUGE_VAL) != (model->lower[i] > -HUGE_VAL)) return false;
  const size_t places_bytes = (size_t)e->entries_count * sizeof *e->places;
  if (places_bytes > 0 && e->places != model->places && memcmp(e->places, model->places, places_bytes) != 0)
    return false;
  return terms_fit(model, e);
}
