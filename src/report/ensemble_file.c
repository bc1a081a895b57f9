/* report/ensemble_file.c - the draws as draws.nc and ensemble.json, each written beside its place and renamed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "io/file.h"
#include "io/json.h"
#include "io/netcdf.h"
#include "report/ensemble.h"
#include "report/ensemble_figures.h"
#include "report/fields_file.h"

/* ---- netCDF ---- */

static const char **names_of(const struct ensemble *ensemble, bool units, struct arena *arena)
{
  const int count = ensemble->indicators->count;
  const char **names = ARENA_ARRAY(arena, count, const char *);
  for (int i = 0; i < count; i++)
    names[i] = units ? ensemble->indicators->items[i].unit : ensemble->indicators->items[i].name;
  return names;
}

static void add_indicators(struct netcdf *file, const struct ensemble *ensemble, int draw, struct arena *arena)
{
  const int count = ensemble->indicators->count, indicator = netcdf_add_dimension(file, "indicator", count);
  const int both[] = {draw, indicator};
  double *central = ARENA_ARRAY(arena, count, double);
  for (int i = 0; i < count; i++) central[i] = ensemble->indicators->items[i].central;
  netcdf_add_texts(file, "indicator", "what was measured", &indicator, 1, names_of(ensemble, false, arena));
  netcdf_add_texts(file, "unit", "unit of the indicator", &indicator, 1, names_of(ensemble, true, arena));
  netcdf_add_numbers(file, "without_draws", NULL, "indicators of the run without draws", &indicator, 1, central);
  netcdf_add_numbers(file, "value", NULL, "indicators by draw; NaN: no such figure", both, 2, ensemble->values);
}

static void add_inputs(struct netcdf *file, const struct ensemble *ensemble, int draw, struct arena *arena)
{
  const struct chance *chance = ensemble->run->dataset->chance;
  const int count = chance->variables_count;
  const char **names = ARENA_ARRAY(arena, count, const char *);
  const char **episodes = ARENA_ARRAY(arena, ensemble->wanted, const char *);
  double *values = ARENA_ARRAY(arena, ensemble->wanted * count, double);
  const int both[] = {draw, netcdf_add_dimension(file, "input", count)};
  for (int v = 0; v < count; v++) names[v] = chance->variables[v].name;
  struct arena *scratch = arena_new();
  const struct arena_mark empty = arena_mark(scratch);
  for (long d = 0; d < ensemble->wanted; d++, arena_reset(scratch, empty)) {
    const struct draw_inputs *inputs = draws_make(ensemble->draws, d, scratch);
    memcpy(values + d * count, inputs->redraw.values, sizeof *values * (size_t)count);
    episodes[d] = draw_episodes_text(ensemble->draws, inputs, arena);
  }
  arena_free(scratch);
  netcdf_add_texts(file, "input", "what was drawn", &both[1], 1, names);
  netcdf_add_numbers(file, "drawn", NULL, "factor, value or shift drawn", both, 2, values);
  netcdf_add_texts(file, "episodes", "when events that come by chance were in force", &draw, 1, episodes);
}

static const struct netcdf *draws_netcdf(const struct ensemble *ensemble, const char *version, struct arena *arena)
{
  struct netcdf *file = netcdf_new(arena);
  const int draw = netcdf_add_dimension(file, "draw", (int)ensemble->wanted);
  int *numbers = ARENA_ARRAY(arena, ensemble->wanted, int), *states = ARENA_ARRAY(arena, ensemble->wanted, int);
  const char **failures = ARENA_ARRAY(arena, ensemble->wanted, const char *);
  for (long d = 0; d < ensemble->wanted; d++) {
    numbers[d] = (int)d, states[d] = ensemble->state[d] == DRAW_CERTIFIED;
    failures[d] = ensemble->failure[d] != NULL ? ensemble->failure[d] : "";
  }
  netcdf_add_attribute(file, -1, "title", "draws");
  netcdf_add_attribute(file, -1, "source", arena_format(arena, "didymium %s", version));
  netcdf_add_attribute(file, -1, "scenario", ensemble->run->dataset->scenario->id);
  netcdf_add_attribute(file, -1, "seed", arena_format(arena, "%llu", (unsigned long long)ensemble->seed));
  netcdf_add_attribute(file, -1, "sampling", ensemble->sampling == SAMPLING_SOBOL ? "sobol" : "random");
  netcdf_add_integers(file, "draw", NULL, "number of the draw", &draw, 1, numbers);
  netcdf_add_integers(file, "certified", NULL, "1: solved and certified", &draw, 1, states);
  netcdf_add_texts(file, "failure", "why it was not", &draw, 1, failures);
  add_indicators(file, ensemble, draw, arena);
  add_inputs(file, ensemble, draw, arena);
  fields_file_add(file, ensemble);
  return file;
}

/* ---- JSON ---- */

/* What is worked out for one indicator takes several numbers a draw, and is given back. */
static void add_fan(struct json_writer *writer, const struct ensemble *ensemble, int indicator)
{
  const struct ensemble_indicator *item = &ensemble->indicators->items[indicator];
  struct arena *scratch = arena_new();
  const struct fan fan = fan_of(ensemble, indicator, scratch);
  arena_free(scratch);
  json_map_open(writer, NULL);
  json_add_text(writer, "name", item->name);
  json_add_text(writer, "unit", item->unit);
  json_add_number(writer, "without_draws", item->central);
  json_add_integer(writer, "draws", fan.count);
  if (fan.count > 1) {
    json_add_numbers(writer, "quantiles", fan.quantiles, fan_quantiles);
    json_add_number(writer, "mean", fan.mean.mean);
    json_add_number(writer, "error_of_mean", fan.mean.error);
    json_add_number(writer, "deviation", fan.mean.deviation);
    json_add_number(writer, "mean_of_lowest_twentieth", fan.low_tail);
    json_add_number(writer, "mean_of_highest_twentieth", fan.high_tail);
    json_add_number(writer, "below_run_without_draws", fan.below.probability.estimate);
  }
  json_map_close(writer);
}

static void add_failed(struct json_writer *writer, const struct ensemble *ensemble, struct arena *arena)
{
  json_list_open(writer, "not_certified");
  for (long d = 0; d < ensemble->wanted; d++) {
    if (ensemble->state[d] != DRAW_FAILED) continue;
    json_map_open(writer, NULL);
    json_add_integer(writer, "draw", d);
    json_add_text(writer, "why", ensemble->failure[d]);
    json_add_text(writer, "drawn", draw_inputs_text(ensemble->draws, draws_make(ensemble->draws, d, arena), arena));
    json_map_close(writer);
  }
  json_list_close(writer);
}

const char *ensemble_json(const struct ensemble *ensemble, const char *version, struct arena *arena)
{
  struct json_writer writer = json_writer_new(arena, 2);
  json_map_open(&writer, NULL);
  json_add_integer(&writer, "schema_version", SCHEMA_VERSION);
  json_add_text(&writer, "program", "didymium");
  json_add_text(&writer, "version", version);
  json_add_text(&writer, "scenario", ensemble->run->dataset->scenario->id);
  json_add_text(&writer, "seed", arena_format(arena, "%llu", (unsigned long long)ensemble->seed));
  json_add_text(&writer, "sampling", ensemble->sampling == SAMPLING_SOBOL ? "sobol" : "random");
  json_add_integer(&writer, "draws_wanted", ensemble->wanted);
  json_add_integer(&writer, "draws_done", ensemble->done);
  json_add_numbers(&writer, "quantile_levels", fan_levels, fan_quantiles);
  json_list_open(&writer, "indicators");
  for (int i = 0; i < ensemble->indicators->count; i++) add_fan(&writer, ensemble, i);
  json_list_close(&writer);
  add_failed(&writer, ensemble, arena);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}

static void add_pair(struct json_writer *writer, const struct ensemble *first, const struct ensemble *other,
                     const char *name, struct arena *arena)
{
  struct pairing pairing;
  if (!pairing_of(first, other, name, &pairing, arena)) return;
  const struct paired paired = paired_difference(pairing.b, pairing.a, pairing.count, 0.95);
  json_map_open(writer, NULL);
  json_add_text(writer, "name", name);
  json_add_integer(writer, "draws", pairing.count);
  json_add_number(writer, "difference", paired.difference.mean);
  json_add_number(writer, "error", paired.difference.error);
  json_add_numbers(writer, "interval_95", (double[]){paired.interval.low, paired.interval.high}, 2);
  json_add_number(writer, "share_higher", paired.share_larger.estimate);
  json_add_number(writer, "variance_ratio", paired.variance_ratio);
  json_map_close(writer);
}

static void add_orders(struct json_writer *writer, const struct ensemble *const *ensembles, int count, const char *name,
                       struct arena *arena)
{
  struct table_of_policies table;
  int orders;
  if (count > ranked_policies_max || !policies_of(ensembles, count, name, &table, arena)) return;
  const struct ranking *rankings = ranking_probabilities(table.values, count, table.count, true, 0.95, &orders, arena);
  json_map_open(writer, NULL);
  json_add_text(writer, "by", name);
  json_list_open(writer, "orders");
  for (int k = 0; k < orders; k++) {
    json_map_open(writer, NULL);
    json_add_integers(writer, "places", rankings[k].place, count);
    json_add_number(writer, "probability", rankings[k].probability.estimate);
    json_add_numbers(writer, "interval_95", (double[]){rankings[k].probability.low, rankings[k].probability.high}, 2);
    json_map_close(writer);
  }
  json_list_close(writer);
  json_map_close(writer);
}

const char *ensembles_json(const struct ensemble *const *ensembles, int count, const char *version, struct arena *arena)
{
  struct json_writer writer = json_writer_new(arena, 2);
  const struct ensemble_indicators *indicators = ensembles[0]->indicators;
  struct arena *scratch = arena_new(); /* of one indicator */
  const struct arena_mark empty = arena_mark(scratch);
  json_map_open(&writer, NULL);
  json_add_integer(&writer, "schema_version", SCHEMA_VERSION);
  json_add_text(&writer, "version", version);
  json_add_text(&writer, "status_quo", ensembles[0]->run->dataset->scenario->id);
  json_list_open(&writer, "policies");
  for (int k = 0; k < count; k++) {
    json_map_open(&writer, NULL);
    json_add_text(&writer, "scenario", ensembles[k]->run->dataset->scenario->id);
    json_add_integer(&writer, "draws", ensembles[k]->done);
    json_list_open(&writer, "differences");
    for (int i = 0; k > 0 && i < indicators->count; i++, arena_reset(scratch, empty))
      add_pair(&writer, ensembles[0], ensembles[k], indicators->items[i].name, scratch);
    json_list_close(&writer);
    add_failed(&writer, ensembles[k], arena);
    json_map_close(&writer);
  }
  json_list_close(&writer);
  json_list_open(&writer, "rankings");
  for (int i = 0; i < indicators->count; i++, arena_reset(scratch, empty))
    if (indicators->items[i].source == SOURCE_WELFARE || indicators->items[i].source == SOURCE_BUDGET_WORTH)
      add_orders(&writer, ensembles, count, indicators->items[i].name, scratch);
  arena_free(scratch);
  json_list_close(&writer);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}

/* ---- the folder ---- */

bool ensemble_write(const struct ensemble *ensemble, const char *folder, const char *inputs, const char *version,
                    struct arena *arena, struct error *error)
{
  const char *path = path_join(folder, "draws.nc", arena), *part = path_join(folder, "draws.nc.part", arena);
  const char *json = ensemble_json(ensemble, version, arena);
  if (!netcdf_write(draws_netcdf(ensemble, version, arena), part, error)) return false;
  if (rename(part, path) != 0) return error_set(error, path, 0, NULL, "cannot be replaced");
  return file_write(path_join(folder, "ensemble.json", arena), json, strlen(json), error) &&
         ensemble_log_sort(ensemble, path_join(folder, "draws.log", arena), inputs, arena, error);
}
