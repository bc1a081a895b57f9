/* solver/schedule.c - tells light rows from heavy ones, makes blocks of these, and writes down where everything goes. */
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

/* [n] number among the heavy rows, -1: light. A row depends on those whose first column it is, and on what they depend
 * on. */
static int *rows_part(struct lu_schedule *schedule, const struct mcp_plan *plan, struct arena *arena)
{
  const int n = plan->n;
  int *heavy = ARENA_ARRAY(arena, n, int), *light_row = ARENA_ARRAY(arena, n, int);
  int *heavy_row = ARENA_ARRAY(arena, n, int);
  for (int k = 0; k < n; k++) heavy[k] = width_of(plan, k) <= light_width_max ? -1 : 0;
  for (int k = 0; k < n; k++) {
    if (heavy[k] < 0) {
      light_row[schedule->light_count++] = k;
      continue;
    }
    heavy[k] = schedule->heavy_count;
    heavy_row[schedule->heavy_count++] = k;
    if (width_of(plan, k) > 0) heavy[plan->upper_column[plan->upper_start[k]]] = 0;
  }
  schedule->light_row = light_row, schedule->heavy_row = heavy_row;
  int *column = ARENA_ARRAY(arena, plan->upper_start[n], int);
  for (int h = 0; h < schedule->heavy_count; h++) {
    const int k = heavy_row[h];
    for (int s = plan->upper_start[k]; s < plan->upper_start[k + 1]; s++) column[s] = heavy[plan->upper_column[s]];
  }
  schedule->upper_column = column;
  return heavy;
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
  const int row = schedule->heavy_row[h];
  struct cursor cursor = {plan, heavy, before, plan->segment_start[row], plan->segment_start[row + 1], 0, 0};
  (void)cursor_next(&cursor);
  return cursor;
}

/* The union of the segments of heavy rows [h, h + rows), written after list->count; of columns before h only. Segments of
 * one run end alike or at h, so those that overlap are parts of the one that begins first. Returns the products. */
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
    for (int k = first; k < end; k++) products += rows * (double)width_of(plan, schedule->heavy_row[k]);
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
  int *segment = ARENA_ARRAY(arena, schedule->heavy_count + 1, int), count = 0, next = schedule->heavy;
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

/* [fill] where (i, j) of L is, at the place of (j, i) in U. */
static int *lower_places(const struct lu_schedule *schedule, const struct mcp_plan *plan, struct arena *arena)
{
  const int fill = plan->upper_start[plan->n];
  int *place = ARENA_ARRAY(arena, fill, int), *at = ARENA_ARRAY(arena, schedule->heavy_count, int);
  for (int q = 0; q < fill; q++) place[q] = schedule->light + q;
  for (int b = 0; b < schedule->block_count; b++) {
    const int first = schedule->block_row[b], end = schedule->block_row[b + 1];
    int next = schedule->block_lower[b];
    for (int s = schedule->block_segment[b]; s < schedule->block_segment[b + 1]; s++)
      for (int k = schedule->segment_first[s]; k < schedule->segment_end[s]; k++, next += SCHEDULE_ROWS) at[k] = next;
    for (int k = first; k < end; k++, next += SCHEDULE_ROWS) at[k] = next;
    for (int s = schedule->block_segment[b]; s < schedule->block_segment[b + 1]; s++)
      for (int k = schedule->segment_first[s]; k < schedule->segment_end[s]; k++) {
        const int row = schedule->heavy_row[k];
        for (int q = plan->upper_start[row]; q < plan->upper_start[row + 1]; q++) {
          const int h = schedule->upper_column[q];
          if (h >= first && h < end) place[q] = at[k] + (h - first);
        }
      }
    for (int k = first; k < end; k++) {
      const int row = schedule->heavy_row[k];
      for (int q = plan->upper_start[row]; q < plan->upper_start[row + 1] && schedule->upper_column[q] < end; q++)
        place[q] = at[k] + (schedule->upper_column[q] - first);
    }
  }
  return place;
}

static int place_of(const struct lu_schedule *schedule, const struct mcp_plan *plan, const int *lower_place, int i,
                    int j)
{
  if (i == j) return schedule->pivot + i;
  return i < j ? upper_place(plan, i, j) : lower_place[upper_place(plan, j, i)];
}

static void light_targets(struct lu_schedule *schedule, const struct mcp_plan *plan, const int *lower_place,
                          struct arena *arena)
{
  int count = 0, next = 0;
  for (int l = 0; l < schedule->light_count; l++) {
    const int width = width_of(plan, schedule->light_row[l]);
    count += width * width;
  }
  int *target = ARENA_ARRAY(arena, count, int);
  for (int l = 0; l < schedule->light_count; l++) {
    const int width = width_of(plan, schedule->light_row[l]);
    const int *column = plan->upper_column + plan->upper_start[schedule->light_row[l]];
    for (int a = 0; a < width; a++)
      for (int b = 0; b < width; b++) target[next++] = place_of(schedule, plan, lower_place, column[a], column[b]);
  }
  schedule->target = target;
}

static void entries_place(struct lu_schedule *schedule, const struct mcp_plan *plan, const int *lower_place,
                          struct arena *arena)
{
  int *place = ARENA_ARRAY(arena, plan->entries_count, int);
  for (int i = 0; i < plan->n; i++)
    for (int p = plan->entry_start[i]; p < plan->entry_start[i + 1]; p++)
      place[p] = place_of(schedule, plan, lower_place, i, plan->entry_column[p]);
  schedule->entry_place = place;
}

const struct lu_schedule *lu_schedule_new(const struct mcp_plan *plan, struct arena *arena)
{
  const int fill = plan->upper_start[plan->n];
  struct lu_schedule *schedule = ARENA_NEW(arena, struct lu_schedule);
  *schedule = (struct lu_schedule){.light = fill, .heavy = 2 * fill};
  const int *heavy = rows_part(schedule, plan, arena);
  blocks_build(schedule, plan, heavy, arena);
  const int *lower_place = lower_places(schedule, plan, arena);
  light_targets(schedule, plan, lower_place, arena);
  entries_place(schedule, plan, lower_place, arena);
  return schedule;
}
