/* solver/schedule.c - tells light rows from heavy ones, makes blocks of these, and writes down where everything
 * goes. */
#include "solver/schedule.h"

#include <limits.h>

#include "solver/lu.h"

enum { light_width_max = 12 };
static const double zeros_worth = 2; /* products with zeros cost less than another pass over the same rows */

/* Where (row, column) of U is, row < column. */
static int upper_place(const struct mcp_plan *plan, int row, int column)
{
  int low = plan->upper_start[row], high = plan->upper_start[row + 1] - 1;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (plan->upper_column[middle] < column)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int width_of(const struct mcp_plan *plan, int row)
{
  return plan->upper_start[row + 1] - plan->upper_start[row];
}

/* ---- light rows and heavy ones ---- */

/* Where the plan's rows and entries come to stand. */
struct places {
  int *heavy;         /* [n] number among the heavy rows, -1: light */
  int *position;      /* [n] among all rows of the schedule */
  int *upper, *lower; /* [fill] of the numbers of (i, j) of U and (j, i) of L */
};

/* [n] number among the heavy rows, -1: light. A row depends on those whose first column it is, and on what they depend
 * on. */
static int *heavy_rows(struct lu_schedule *schedule, const struct mcp_plan *plan, struct arena *arena)
{
  int *heavy = ARENA_ARRAY(arena, plan->n, int);
  for (int k = 0; k < plan->n; k++) heavy[k] = width_of(plan, k) <= light_width_max ? -1 : 0;
  for (int k = 0; k < plan->n; k++) {
    if (heavy[k] < 0) continue;
    heavy[k] = schedule->heavy_count++;
    if (width_of(plan, k) > 0) heavy[plan->upper_column[plan->upper_start[k]]] = 0;
  }
  schedule->light_count = plan->n - schedule->heavy_count;
  return heavy;
}

/* [n] kind of each light row: rows of one kind are equally wide and equally many steps from the rows that depend on no
 * other, so that none depends on another. Returns the number of kinds. */
static int light_kinds(const struct mcp_plan *plan, const int *heavy, int *kind)
{
  int kinds = 0;
  for (int k = 0; k < plan->n; k++) {
    if (heavy[k] >= 0) continue;
    const int level = kind[k];
    kind[k] = level * (light_width_max + 1) + width_of(plan, k);
    if (kind[k] >= kinds) kinds = kind[k] + 1;
    for (int q = plan->upper_start[k]; q < plan->upper_start[k + 1]; q++) {
      const int j = plan->upper_column[q];
      if (kind[j] <= level) kind[j] = level + 1;
    }
  }
  return kinds;
}

/* Numbers all rows: light ones by kinds, then heavy ones. */
static int *rows_number(struct lu_schedule *schedule, const struct mcp_plan *plan, const int *heavy,
                        struct arena *arena)
{
  const int n = plan->n;
  int *position = ARENA_ARRAY(arena, n, int), *row = ARENA_ARRAY(arena, n, int), *kind = ARENA_ARRAY(arena, n, int);
  const int kinds = light_kinds(plan, heavy, kind);
  int *start = ARENA_ARRAY(arena, kinds + 1, int), *first = ARENA_ARRAY(arena, kinds + 1, int);
  int *width = ARENA_ARRAY(arena, kinds, int);
  for (int k = 0; k < n; k++)
    if (heavy[k] < 0) start[kind[k] + 1]++;
  for (int c = 0; c < kinds; c++) {
    if (start[c + 1] > 0) {
      first[schedule->groups_count] = start[c];
      width[schedule->groups_count++] = c % (light_width_max + 1);
    }
    start[c + 1] += start[c];
  }
  first[schedule->groups_count] = schedule->light_count;
  for (int k = 0; k < n; k++) {
    position[k] = heavy[k] < 0 ? start[kind[k]]++ : schedule->light_count + heavy[k];
    row[position[k]] = k;
  }
  schedule->group_first = first, schedule->group_width = width;
  schedule->row = row; /* the plan's, until all is placed */
  return position;
}

/* Gives the light rows' numbers and U's their places. */
static void upper_place_all(struct lu_schedule *schedule, const struct mcp_plan *plan, struct places *places,
                            struct arena *arena)
{
  const int fill = plan->upper_start[plan->n];
  int *light_column = ARENA_ARRAY(arena, fill, int), *column = ARENA_ARRAY(arena, fill, int);
  int *start = ARENA_ARRAY(arena, schedule->heavy_count + 1, int);
  int next = 0, listed = 0;
  for (int t = 0; t < schedule->light_count; t++) {
    const int k = schedule->row[t], width = width_of(plan, k);
    for (int a = 0; a < width; a++) {
      const int q = plan->upper_start[k] + a;
      light_column[listed++] = places->position[plan->upper_column[q]];
      places->upper[q] = next + a;
      places->lower[q] = next + width + a;
    }
    next += 2 * width;
  }
  schedule->upper = next;
  for (int h = 0; h < schedule->heavy_count; h++) {
    const int k = schedule->row[schedule->light_count + h];
    start[h] = next - schedule->upper;
    for (int q = plan->upper_start[k]; q < plan->upper_start[k + 1]; q++) {
      column[next - schedule->upper] = places->heavy[plan->upper_column[q]];
      places->upper[q] = next++;
    }
  }
  start[schedule->heavy_count] = next - schedule->upper;
  schedule->lower = next;
  schedule->light_column = light_column;
  schedule->upper_start = start, schedule->upper_column = column;
}

/* ---- blocks ---- */

/* Runs of heavy columns, one after the other. */
struct segments {
  int count;
  int *first, *end;
};

/* The heavy segments of a heavy row before column `before`, from the plan's; a run's light rows come first in it. */
struct cursor {
  const struct mcp_plan *plan;
  const int *heavy;
  int before;
  int at, last; /* segments of the plan */
  int first, end;
};

static bool cursor_next(struct cursor *cursor)
{
  const struct mcp_plan *plan = cursor->plan;
  for (; cursor->at < cursor->last; cursor->at++) {
    int first = plan->segment_first[cursor->at];
    const int end = plan->segment_end[cursor->at];
    while (first < end && cursor->heavy[first] < 0) first++;
    if (first == end || cursor->heavy[first] >= cursor->before) continue;
    cursor->first = cursor->heavy[first];
    cursor->end = cursor->heavy[end - 1] + 1 < cursor->before ? cursor->heavy[end - 1] + 1 : cursor->before;
    cursor->at++;
    return true;
  }
  cursor->first = cursor->end = INT_MAX;
  return false;
}

static struct cursor cursor_of(const struct lu_schedule *schedule, const struct mcp_plan *plan, const int *heavy, int h,
                               int before)
{
  const int row = schedule->row[schedule->light_count + h];
  struct cursor cursor = {plan, heavy, before, plan->segment_start[row], plan->segment_start[row + 1], 0, 0};
  (void)cursor_next(&cursor);
  return cursor;
}

/* The union of the segments of heavy rows [h, h + rows), written after list->count; of columns before h only. Segments
 * of one run end alike or at h, so those that overlap are parts of the one that begins first. Returns the products. */
static double segments_join(const struct lu_schedule *schedule, const struct mcp_plan *plan, const int *heavy, int h,
                            int rows, struct segments *list)
{
  struct cursor cursors[SCHEDULE_ROWS];
  double products = 0;
  const int start = list->count;
  for (int r = 0; r < rows; r++) cursors[r] = cursor_of(schedule, plan, heavy, h + r, h);
  for (;;) {
    struct cursor *least = &cursors[0];
    for (int r = 1; r < rows; r++)
      if (cursors[r].first < least->first) least = &cursors[r];
    const int first = least->first, end = least->end;
    if (first == INT_MAX) return products;
    (void)cursor_next(least);
    if (list->count > start && first < list->end[list->count - 1]) continue;
    list->first[list->count] = first;
    list->end[list->count++] = end;
    for (int k = first; k < end; k++)
      products += rows * (double)(schedule->upper_start[k + 1] - schedule->upper_start[k]);
  }
}

/* How many rows from h on are worth eliminating together. */
static int block_rows(const struct lu_schedule *schedule, const struct mcp_plan *plan, const int *heavy, int h,
                      struct segments *list)
{
  const int before = list->count;
  double alone[SCHEDULE_ROWS + 1] = {0};
  for (int r = 0; r < SCHEDULE_ROWS && h + r < schedule->heavy_count; r++) {
    alone[r + 1] = alone[r] + segments_join(schedule, plan, heavy, h + r, 1, list);
    list->count = before;
  }
  for (int rows = SCHEDULE_ROWS; rows > 1; rows--) {
    if (h + rows > schedule->heavy_count) continue;
    const double together = segments_join(schedule, plan, heavy, h, rows, list);
    list->count = before;
    if (together > 0 && together <= zeros_worth * alone[rows]) return rows;
  }
  return 1;
}

static void blocks_build(struct lu_schedule *schedule, const struct mcp_plan *plan, const int *heavy,
                         struct arena *arena)
{
  const int most = plan->segment_start[plan->n];
  struct segments list = {0, ARENA_ARRAY(arena, most, int), ARENA_ARRAY(arena, most, int)};
  int *row = ARENA_ARRAY(arena, schedule->heavy_count + 1, int),
      *lower = ARENA_ARRAY(arena, schedule->heavy_count + 1, int);
  int *segment = ARENA_ARRAY(arena, schedule->heavy_count + 1, int), count = 0, next = schedule->lower;
  for (int h = 0; h < schedule->heavy_count; count++) {
    const int rows = block_rows(schedule, plan, heavy, h, &list);
    row[count] = h, segment[count] = list.count, lower[count] = next;
    (void)segments_join(schedule, plan, heavy, h, rows, &list);
    for (int s = segment[count]; s < list.count; s++) next += SCHEDULE_ROWS * (list.end[s] - list.first[s]);
    next += SCHEDULE_ROWS * SCHEDULE_ROWS;
    h += rows;
  }
  row[count] = schedule->heavy_count, segment[count] = list.count, lower[count] = next;
  schedule->block_count = count;
  schedule->block_row = row, schedule->block_segment = segment, schedule->block_lower = lower;
  schedule->segment_first = list.first, schedule->segment_end = list.end;
  schedule->pivot = next;
  schedule->count = next + plan->n;
}

/* ---- places ---- */

/* Where the columns of a heavy row of L that lie before its block's last row stand; at [heavy_count], of its block. */
static void lower_place_row(const struct lu_schedule *schedule, const struct mcp_plan *plan, struct places *places,
                            const int *at, int k, int first, int end)
{
  const int *start = schedule->upper_start, *column = schedule->upper_column;
  const int from = plan->upper_start[schedule->row[schedule->light_count + k]];
  for (int s = start[k]; s < start[k + 1] && column[s] < end; s++)
    if (column[s] >= first) places->lower[from + s - start[k]] = at[k] + (column[s] - first);
}

static void lower_place_all(const struct lu_schedule *schedule, const struct mcp_plan *plan, struct places *places,
                            struct arena *arena)
{
  int *at = ARENA_ARRAY(arena, schedule->heavy_count, int);
  for (int b = 0; b < schedule->block_count; b++) {
    const int first = schedule->block_row[b], end = schedule->block_row[b + 1];
    int next = schedule->block_lower[b];
    for (int s = schedule->block_segment[b]; s < schedule->block_segment[b + 1]; s++)
      for (int k = schedule->segment_first[s]; k < schedule->segment_end[s]; k++, next += SCHEDULE_ROWS) {
        at[k] = next;
        lower_place_row(schedule, plan, places, at, k, first, end);
      }
    for (int k = first; k < end; k++, next += SCHEDULE_ROWS) {
      at[k] = next;
      lower_place_row(schedule, plan, places, at, k, first, end);
    }
  }
}

static int place_of(const struct lu_schedule *schedule, const struct mcp_plan *plan, const struct places *places, int i,
                    int j)
{
  if (i == j) return schedule->pivot + places->position[i];
  return i < j ? places->upper[upper_place(plan, i, j)] : places->lower[upper_place(plan, j, i)];
}

static void light_targets(struct lu_schedule *schedule, const struct mcp_plan *plan, const struct places *places,
                          struct arena *arena)
{
  int count = 0, next = 0;
  for (int t = 0; t < schedule->light_count; t++) {
    const int width = width_of(plan, schedule->row[t]);
    count += width * width;
  }
  int *target = ARENA_ARRAY(arena, count, int);
  for (int t = 0; t < schedule->light_count; t++) {
    const int width = width_of(plan, schedule->row[t]);
    const int *column = plan->upper_column + plan->upper_start[schedule->row[t]];
    for (int a = 0; a < width; a++)
      for (int b = 0; b < width; b++) target[next++] = place_of(schedule, plan, places, column[a], column[b]);
  }
  schedule->target = target;
}

static void entries_place(struct lu_schedule *schedule, const struct mcp_plan *plan, const struct places *places,
                          struct arena *arena)
{
  int *place = ARENA_ARRAY(arena, plan->entries_count, int);
  for (int i = 0; i < plan->n; i++)
    for (int p = plan->entry_start[i]; p < plan->entry_start[i + 1]; p++)
      place[plan->entry_source[p]] = place_of(schedule, plan, places, i, plan->entry_column[p]);
  schedule->entry_place = place;
}

const struct lu_schedule *lu_schedule_new(const struct mcp_plan *plan, struct arena *arena)
{
  const int n = plan->n, fill = plan->upper_start[n];
  struct lu_schedule *schedule = ARENA_NEW(arena, struct lu_schedule);
  struct places places = {.upper = ARENA_ARRAY(arena, fill, int), .lower = ARENA_ARRAY(arena, fill, int)};
  places.heavy = heavy_rows(schedule, plan, arena);
  places.position = rows_number(schedule, plan, places.heavy, arena);
  upper_place_all(schedule, plan, &places, arena);
  blocks_build(schedule, plan, places.heavy, arena);
  lower_place_all(schedule, plan, &places, arena);
  light_targets(schedule, plan, &places, arena);
  entries_place(schedule, plan, &places, arena);
  int *row = ARENA_ARRAY(arena, n, int);
  for (int k = 0; k < n; k++) row[k] = plan->order[schedule->row[k]];
  schedule->row = row;
  return schedule;
}
