/* solver/layout.c - finds the places of entries and terms in a plan's numbering, by bisection in its rows. */
#include "solver/layout.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <stdlib.h>

static const double zeros_worth = 1.25; /* products with zeros cost less than reading the rows of U again */

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

static const int *places_of_entries(const struct equations *model, const struct mcp_plan *plan, struct arena *arena)
{
  int *permuted = ARENA_ARRAY(arena, plan->entries_count, int), *place = ARENA_ARRAY(arena, model->entries_count, int);
  for (int p = 0; p < plan->entries_count; p++) permuted[plan->entry_source[p]] = p;
  for (int t = 0; t < model->entries_count; t++)
    place[t] = permuted[pattern_place(plan, model->places[t].row, model->places[t].column)];
  return place;
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

/* ---- blocks of rows ---- */

/* A list of segments that grows; columns of one run that touch or overlap become one. */
struct segments {
  int count;
  int *first, *end;
};

/* The union of the segments of rows [row, row + rows) in ascending order, written after list->count. Segments of one
 * run end alike or at the row itself, so equal beginnings of later columns merge. Returns the products it costs. */
static double segments_join(const struct mcp_plan *plan, int row, int rows, struct segments *list)
{
  const int before = list->count;
  int next[16];
  double products = 0;
  assert(rows <= (int)(sizeof next / sizeof *next));
  for (int r = 0; r < rows; r++) next[r] = plan->segment_start[row + r];
  for (;;) {
    int least = -1;
    for (int r = 0; r < rows; r++) {
      if (next[r] == plan->segment_start[row + r + 1] || plan->segment_first[next[r]] >= row) continue;
      if (least < 0 || plan->segment_first[next[r]] < plan->segment_first[next[least]]) least = r;
    }
    if (least < 0) break;
    const int first = plan->segment_first[next[least]];
    const int end = plan->segment_end[next[least]] < row ? plan->segment_end[next[least]] : row;
    next[least]++;
    if (list->count > before && first < list->end[list->count - 1]) continue; /* a part of the one before */
    list->first[list->count] = first;
    list->end[list->count++] = end;
    for (int k = first; k < end; k++) products += rows * (double)(plan->upper_start[k + 1] - plan->upper_start[k]);
  }
  return products;
}

static double row_products(const struct mcp_plan *plan, int row)
{
  double products = 0;
  for (int t = plan->lower_start[row]; t < plan->lower_start[row + 1]; t++) {
    const int k = plan->lower_column[t];
    products += plan->upper_start[k + 1] - plan->upper_start[k];
  }
  return products;
}

/* How many rows from `row` on are worth eliminating together. */
static int block_rows(const struct mcp_plan *plan, int row, int rows_max, struct segments *list)
{
  const int before = list->count;
  for (int rows = rows_max; rows > 1; rows--) {
    if (row + rows > plan->n) continue;
    double alone = 0;
    for (int r = 0; r < rows; r++) alone += row_products(plan, row + r);
    const double together = segments_join(plan, row, rows, list);
    list->count = before;
    if (together > 0 && together <= zeros_worth * alone) return rows;
  }
  return 1;
}

/* Places of the blocks' rows of L, and which blocks are nested. */
static void blocks_lay(struct layout *layout, struct arena *arena)
{
  const struct mcp_plan *plan = layout->plan;
  int *lower = ARENA_ARRAY(arena, layout->block_count + 1, int);
  bool *nested = ARENA_ARRAY(arena, layout->block_count, bool);
  for (int block = 0; block < layout->block_count; block++) {
    const int i = layout->block_row[block], rows = layout->block_row[block + 1] - i, *start = plan->upper_start + i;
    int columns = 0;
    for (int t = layout->block_segment[block]; t < layout->block_segment[block + 1]; t++)
      columns += layout->segment_end[t] - layout->segment_first[t];
    lower[block + 1] = lower[block] + columns * rows + rows * (rows - 1) / 2;
    nested[block] = rows == 2 && start[1] > start[0] && plan->upper_column[start[0]] == i + 1 &&
                    start[2] - start[1] == start[1] - start[0] - 1;
  }
  layout->block_lower = lower;
  layout->block_nested = nested;
}

static void blocks_build(struct layout *layout, int rows_max, struct arena *arena)
{
  const struct mcp_plan *plan = layout->plan;
  const int most = plan->segment_start[plan->n];
  struct segments list = {0, ARENA_ARRAY(arena, most, int), ARENA_ARRAY(arena, most, int)};
  int *row = ARENA_ARRAY(arena, plan->n + 1, int), *segment = ARENA_ARRAY(arena, plan->n + 1, int), count = 0;
  for (int i = 0; i < plan->n; count++) {
    const int rows = block_rows(plan, i, rows_max, &list);
    row[count] = i;
    segment[count] = list.count;
    (void)segments_join(plan, i, rows, &list);
    i += rows;
  }
  row[count] = plan->n;
  segment[count] = list.count;
  layout->block_count = count;
  layout->block_row = row;
  layout->block_segment = segment;
  layout->segment_first = list.first;
  layout->segment_end = list.end;
  blocks_lay(layout, arena);
}

/* Finds the leaves and where the entries of their rows lie in U. */
static void leaves_find(struct layout *layout, struct arena *arena)
{
  const struct mcp_plan *plan = layout->plan;
  bool *leaf = ARENA_ARRAY(arena, layout->block_count, bool);
  int *entry = ARENA_ARRAY(arena, plan->entries_count, int), *upper = ARENA_ARRAY(arena, plan->entries_count, int);
  for (int block = 0; block < layout->block_count; block++) {
    const int i = layout->block_row[block];
    leaf[block] = layout->block_row[block + 1] == i + 1 && plan->lower_start[i] == plan->lower_start[i + 1] &&
                  layout->extra_start[i] == layout->extra_start[i + 1];
    if (!leaf[block]) continue;
    for (int p = plan->entry_start[i]; p < plan->entry_start[i + 1]; p++)
      for (int t = plan->upper_start[i]; t < plan->upper_start[i + 1]; t++) {
        if (plan->upper_column[t] != plan->entry_column[p]) continue;
        entry[layout->leaf_count] = p;
        upper[layout->leaf_count++] = t;
      }
  }
  layout->block_leaf = leaf;
  layout->leaf_entry = entry;
  layout->leaf_upper = upper;
}

/* ---- units ---- */

/* The products of a pair of distance and multiplier all go to mu on the path, in units of what the pair is worth: an
 * unknown and its condition are worth the product of their magnitudes (a price times a quantity) and the row's weight.
 * In those units a monotone path is straight; half-way between them and the scales' own (the root) it was shortest in
 * trials. Both of a pair are measured in the root of that worth. */
static const double *units_of(const struct equations *model, const struct mcp_plan *plan, struct arena *arena)
{
  const double range = 1e4;
  double *unit = ARENA_ARRAY(arena, model->n, double), sum = 0;
  for (int i = 0; i < model->n; i++) sum += log(model->z_scale[i] * model->f_scale[i] * model->weight[i]);
  const double mean = model->n > 0 ? exp(sum / model->n) : 1;
  for (int k = 0; k < model->n; k++) {
    const int i = plan->order[k];
    const double worth = sqrt(mean / (model->z_scale[i] * model->f_scale[i] * model->weight[i]));
    unit[k] = sqrt(fmin(fmax(worth, 1 / range), range));
  }
  return unit;
}

static const int *own_places(const struct mcp_plan *plan, struct arena *arena)
{
  int *place = ARENA_ARRAY(arena, plan->n, int);
  for (int k = 0; k < plan->n; k++)
    for (int p = plan->entry_start[k]; p < plan->entry_start[k + 1]; p++)
      if (plan->entry_column[p] == k) place[k] = p;
  return place;
}

const struct layout *layout_new(const struct equations *model, const struct mcp_plan *plan, int block_rows_max,
                                struct arena *arena)
{
  assert(model->n == plan->n);
  struct layout *layout = ARENA_NEW(arena, struct layout);
  int *position = ARENA_ARRAY(arena, plan->n, int);
  for (int k = 0; k < plan->n; k++) position[plan->order[k]] = k;
  *layout = (struct layout){.model = model, .plan = plan, .n = plan->n, .position = position};
  layout->entry_place = places_of_entries(model, plan, arena);
  layout->own_place = own_places(plan, arena);
  layout->unit = units_of(model, plan, arena);
  struct extras extras = extras_collect(model, position, arena);
  extras_order(layout, &extras, arena);
  int *times = extras.owner + model->powers_count;
  for (int t = 0; t < model->powers_count; t++)
    if (model->powers[t].times < 0) times[t] = -1;
  layout->power_extra = extras.owner;
  layout->power_times_extra = times;
  layout->hinge_extra = extras.owner + 2 * model->powers_count;
  layout->has_terms = rows_with_terms(model, position, arena);
  blocks_build(layout, block_rows_max, arena);
  leaves_find(layout, arena);
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
