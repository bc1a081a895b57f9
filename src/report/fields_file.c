/* report/fields_file.c - counts to netCDF and back. What is read back needs nothing but the file: bounds of bins come
 * from its own variables' references and the rule of ensemble/fields.h.
 */
#include "report/fields_file.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "io/csv.h"
#include "io/file.h"
#include "report/highlights.h"

/* ---- writing ---- */

static void add_bins(struct netcdf *file, int dimension)
{
  double *from = ARENA_ARRAY(file->arena, field_bins, double), *to = ARENA_ARRAY(file->arena, field_bins, double);
  for (int bin = 0; bin < field_bins; bin++) {
    const struct field_range range = field_bin_range(bin, 1);
    from[bin] = range.low, to[bin] = range.high;
  }
  netcdf_add_numbers(file, "bin_from", "1", "where the bin begins, in references; NaN: no figure", &dimension, 1, from);
  netcdf_add_numbers(file, "bin_to", "1", "where it ends", &dimension, 1, to);
}

static int add_periods(struct netcdf *file, const struct outcome *outcome)
{
  const int count = outcome->periods_count, period = netcdf_add_dimension(file, "period", count);
  double *starts = ARENA_ARRAY(file->arena, count, double), *lengths = ARENA_ARRAY(file->arena, count, double);
  for (int p = 0; p < count; p++)
    starts[p] = outcome->periods[p].period.start, lengths[p] = outcome->periods[p].period.length;
  netcdf_add_numbers(file, "period", "year", "start of the period, calendar year with fraction", &period, 1, starts);
  netcdf_add_numbers(file, "period_length", "year", "length of the period", &period, 1, lengths);
  return period;
}

static void add_field(struct netcdf *file, const struct ensemble *ensemble, const struct field_block *field, int period,
                      int bin)
{
  struct arena *arena = file->arena;
  int axis = netcdf_dimension_find(file, field->axis);
  if (axis < 0) {
    axis = netcdf_add_dimension(file, field->axis, field->entries_count);
    netcdf_add_texts(file, field->axis, "what the figures are of", &axis, 1, field->labels);
  }
  const int dimensions[] = {period, axis, bin};
  netcdf_add_numbers(file, arena_format(arena, "%s_reference", field->name), field->unit,
                     arena_format(arena, "%s: what the bounds of bins are multiples of", field->help), dimensions, 2,
                     ensemble->fields->reference + field->first);
  const int counts = netcdf_add_integers(file, arena_format(arena, "%s_draws", field->name), "1",
                                         arena_format(arena, "%s: certified draws in the bin", field->help), dimensions,
                                         3, ensemble->counts + field->first * field_bins);
  netcdf_pack(file, counts);
}

void fields_file_add(struct netcdf *file, const struct ensemble *ensemble)
{
  const int period = add_periods(file, ensemble->run->outcome), bin = netcdf_add_dimension(file, "bin", field_bins);
  add_bins(file, bin);
  for (int kind = 0; kind < field_kinds; kind++)
    if (ensemble->fields->items[kind].entries_count > 0)
      add_field(file, ensemble, &ensemble->fields->items[kind], period, bin);
}

/* ---- reading ---- */

const struct netcdf *draws_file_open(const char *folder, struct arena *arena, struct error *error)
{
  const char *path = path_join(folder, "draws.nc", arena);
  return path_exists(path) ? netcdf_read(path, arena, error) : NULL;
}

struct field_view { /* one kind of figure in a file */
  const char *name, *unit;
  int entries_count;
  const char *const *labels;
  const double *reference;
  const int *counts;
};

/* False: the file has no such kind. name_draws: of the variable. */
static bool view_field(const struct netcdf *file, const struct netcdf_variable *counts, struct field_view *view)
{
  enum { room = 64 };
  char name[room];
  const size_t length = strlen(counts->name), tail = strlen("_draws");
  if (counts->type != NETCDF_INTEGER || counts->dimensions_count != 3 || length <= tail || length + 4 >= room ||
      !text_equal(counts->name + length - tail, "_draws") ||
      file->dimensions[counts->dimensions[2]].length != field_bins)
    return false;
  memcpy(name, counts->name, length - tail);
  memcpy(name + length - tail, "_reference", sizeof "_reference");
  const struct netcdf_variable *reference = netcdf_find(file, name);
  const struct netcdf_variable *labels = netcdf_find(file, file->dimensions[counts->dimensions[1]].name);
  if (reference == NULL || labels == NULL || reference->type != NETCDF_NUMBER || labels->type != NETCDF_TEXT)
    return false;
  if (reference->values_count * field_bins != counts->values_count) return false;
  *view = (struct field_view){.unit = netcdf_attribute_find(file, reference, "units"),
                              .entries_count = labels->values_count,
                              .labels = labels->texts,
                              .reference = reference->numbers,
                              .counts = counts->integers};
  return true;
}

static struct field_fan fan_at(const struct field_view *view, long cell)
{
  struct field_fan fan;
  for (int q = 0; q < fan_quantiles; q++)
    fan.quantiles[q] =
        field_quantile(view->counts + cell * field_bins, view->reference[cell], fan_levels[q], &fan.draws);
  return fan;
}

struct field_fan field_fan_read(const struct netcdf *file, const char *name, const char *label, int period)
{
  char variable[64];
  struct field_view view;
  (void)snprintf(variable, sizeof variable, "%s_draws", name);
  const struct netcdf_variable *counts = netcdf_find(file, variable);
  if (counts == NULL || !view_field(file, counts, &view)) return (struct field_fan){0};
  for (int e = 0; e < view.entries_count; e++)
    if (text_equal(view.labels[e], label)) return fan_at(&view, (long)period * view.entries_count + e);
  return (struct field_fan){0};
}

/* ---- as a table ---- */

static void add_bound(const char **cell, double value, struct arena *arena)
{
  struct text number = text_new(arena);
  if (isfinite(value)) text_add(&number, "%.6g", value);
  *cell = number.bytes;
}

static void add_row(struct text *text, const struct field_view *view, long cell, const char *label, const char *period,
                    struct arena *arena)
{
  enum { head = 5 };
  const char *cells[head + 2 * fan_quantiles] = {view->name, label, period, view->unit};
  const struct field_fan fan = fan_at(view, cell);
  if (fan.draws == 0 || view->counts[cell * field_bins + BIN_ZERO] == fan.draws) return;
  cells[head - 1] = arena_format(arena, "%ld", fan.draws);
  for (int q = 0; q < fan_quantiles; q++) {
    add_bound(&cells[head + 2 * q], fan.quantiles[q].low, arena);
    add_bound(&cells[head + 2 * q + 1], fan.quantiles[q].high, arena);
  }
  csv_add_row(text, cells, head + 2 * fan_quantiles);
}

static void add_head(struct text *text, struct arena *arena)
{
  enum { head = 5 };
  const char *cells[head + 2 * fan_quantiles] = {"quantity", "what", "period", "unit", "draws"};
  for (int q = 0; q < fan_quantiles; q++) {
    cells[head + 2 * q] = arena_format(arena, "p%02.0f_from", 100 * fan_levels[q]);
    cells[head + 2 * q + 1] = arena_format(arena, "p%02.0f_to", 100 * fan_levels[q]);
  }
  csv_add_row(text, cells, head + 2 * fan_quantiles);
}

const char *fields_csv(const struct netcdf *file, const struct run *run, struct arena *arena)
{
  struct text text = text_new(arena);
  struct arena *scratch = arena_new();
  const struct arena_mark empty = arena_mark(scratch);
  add_head(&text, arena);
  for (int v = 0; v < file->variables_count; v++) {
    struct field_view view;
    if (!view_field(file, &file->variables[v], &view)) continue;
    view.name =
        arena_format(arena, "%.*s", (int)(strlen(file->variables[v].name) - strlen("_draws")), file->variables[v].name);
    for (int p = 0; p < run->outcome->periods_count; p++)
      for (int e = 0; e < view.entries_count; e++) {
        arena_reset(scratch, empty);
        add_row(&text, &view, (long)p * view.entries_count + e, view.labels[e],
                period_label(run->outcome->periods[p].period, scratch), scratch);
      }
  }
  arena_free(scratch);
  return text.bytes;
}
