/* report/reconciled_text.c - figures as stated and as they must be for everything to add up. */
#include "report/reconciled_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/network.h"
#include "report/columns.h"

static double moved_errors(const struct calibration_figure *moved)
{
  return moved->error > 0 ? fabs(moved->reconciled - moved->stated) / moved->error : 0;
}

static int figure_compare(const void *left, const void *right)
{
  const struct calibration_figure *a = left, *b = right;
  if (a->beyond != b->beyond) return b->beyond - a->beyond;
  const double x = moved_errors(a), y = moved_errors(b);
  return x != y ? (x < y ? 1 : -1) : strcmp(a->name, b->name);
}

struct reconciled reconciled_of(const struct calibration_figure *figures, int count, struct arena *arena)
{
  struct calibration_figure *sorted = arena_grow(arena, figures, (size_t)count, (size_t)count, sizeof *figures);
  struct reconciled reconciled = {.count = count, .figures = sorted};
  qsort(sorted, (size_t)count, sizeof *sorted, figure_compare);
  for (int i = 0; i < count; i++) {
    reconciled.beyond += sorted[i].beyond;
    reconciled.moved += fabs(sorted[i].reconciled - sorted[i].stated) > 0.01 * fabs(sorted[i].stated);
  }
  return reconciled;
}

/* The data set asked about its base year alone. */
static const struct dataset *one_year(const struct dataset *dataset, double year, struct arena *arena)
{
  struct dataset *copy = ARENA_NEW(arena, struct dataset);
  struct scenario *scenario = ARENA_NEW(arena, struct scenario);
  struct period *period = ARENA_NEW(arena, struct period);
  *period = (struct period){year, 1};
  field_defaults(scenario_fields(), scenario, arena);
  scenario->id = dataset->name != NULL ? dataset->name : "base-year";
  scenario->base_year = year;
  scenario->window = 1;
  scenario->tail = false;
  scenario->periods_count = 1;
  scenario->periods = period;
  *copy = *dataset;
  copy->scenario = scenario;
  copy->owners = arena_grow(arena, dataset->owners, (size_t)dataset->owners_count, (size_t)dataset->owners_count,
                            sizeof *dataset->owners);
  for (int i = 0; i < copy->owners_count; i++)
    if (isnan(copy->owners[i].hurdle_rate)) copy->owners[i].hurdle_rate = scenario->discount_rate;
  return copy;
}

struct reconciled reconciled_new(const struct dataset *dataset, double year, struct arena *arena)
{
  struct error error = {0};
  int count = 0;
  if (isnan(year)) return (struct reconciled){.failure = "no observed price says which year is the base"};
  const struct network *network = network_build(one_year(dataset, year, arena), arena, &error);
  const struct calibration_figure *figures =
      network != NULL ? calibration_reconcile(network, &count, arena, &error) : NULL;
  if (figures == NULL) return (struct reconciled){.failure = arena_copy(arena, error.message)};
  return reconciled_of(figures, count, arena);
}

void reconciled_add_text(struct text *text, const struct reconciled *reconciled, int most)
{
  struct arena *arena = text->arena;
  if (reconciled->failure != NULL) {
    text_add_folded(text, arena_format(arena, "not possible: %s", reconciled->failure), 2, 118);
    return;
  }
  text_add(text, "  %d figures, %d moved by more than 1 %%, %d out of their range\n", reconciled->count,
           reconciled->moved, reconciled->beyond);
  struct columns columns = columns_new(1, arena);
  const int head = columns_add_row(&columns);
  static const char *const heads[] = {"stated, t/y", "becomes", "change", "errors", "quality", ""};
  for (int i = 0; i < 6; i++) columns_set(&columns, head, 1 + i, heads[i]);
  for (int i = 0; i < reconciled->count && i < most; i++) {
    const struct calibration_figure *moved = &reconciled->figures[i];
    if (moved_errors(moved) < 1e-3) break;
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, moved->name);
    columns_set(&columns, row, 1, figure(moved->stated, arena));
    columns_set(&columns, row, 2, figure(moved->reconciled, arena));
    if (moved->stated != 0)
      columns_set(&columns, row, 3, arena_format(arena, "%+.0f %%", 100 * (moved->reconciled / moved->stated - 1)));
    columns_set(&columns, row, 4, arena_format(arena, "%.1f", moved_errors(moved)));
    columns_set(&columns, row, 5, arena_format(arena, "%c", moved->quality));
    columns_set(&columns, row, 6, moved->beyond ? "out of range" : "");
  }
  if (columns.rows > 1) columns_print(&columns, text, 2, 2);
}

void reconciled_add_json(struct json_writer *writer, const struct reconciled *reconciled)
{
  json_map_open(writer, "reconciled");
  json_add_text(writer, "failure", reconciled->failure);
  json_add_integer(writer, "figures", reconciled->count);
  json_add_integer(writer, "moved", reconciled->moved);
  json_add_integer(writer, "beyond_range", reconciled->beyond);
  json_list_open(writer, "changes");
  for (int i = 0; i < reconciled->count; i++) {
    const struct calibration_figure *moved = &reconciled->figures[i];
    json_map_open(writer, NULL);
    json_add_text(writer, "figure", moved->name);
    json_add_text(writer, "table", moved->table);
    json_add_text(writer, "id", moved->record->id);
    json_add_number(writer, "stated_t", moved->stated);
    json_add_number(writer, "reconciled_t", moved->reconciled);
    json_add_number(writer, "standard_error_t", moved->error);
    json_add_number(writer, "low_t", moved->low);
    json_add_number(writer, "high_t", moved->high);
    json_add_flag(writer, "beyond_range", moved->beyond);
    json_map_close(writer);
  }
  json_list_close(writer);
  json_map_close(writer);
}
