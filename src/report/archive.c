/* report/archive.c - what makes a run's folder, in order, and how it is opened.
 *
 * Inputs are copied below the folder that all of them share, so that what they call each other by stays true. A file
 * named by an absolute path is read where it was; its digest tells whether it is still the same.
 */
#include "report/archive.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ensemble/expectations.h"
#include "io/file.h"
#include "io/folder.h"
#include "io/json.h"
#include "report/iamc.h"
#include "report/summary.h"
#include "report/workbook.h"

static const char marker[] = "provenance.json";

/* ---- copies of the inputs ---- */

/* Absolute, without links and dots. */
static const char *path_true(const char *path, struct arena *arena)
{
  char *resolved = realpath(path, NULL);
  if (resolved == NULL) return path;
  const char *copy = arena_copy(arena, resolved);
  free(resolved);
  return copy;
}

struct copies {
  int count;
  const char **from; /* true paths */
  const char **name; /* below inputs/ */
};

static size_t shared_length(const char *a, const char *b)
{
  size_t length = 0, slash = 0;
  while (a[length] != '\0' && a[length] == b[length]) {
    if (a[length] == '/') slash = length + 1;
    length++;
  }
  return slash;
}

static struct copies copies_plan(const struct dataset *dataset, struct arena *arena)
{
  struct copies copies = {.count = dataset->inputs_count};
  copies.from = ARENA_ARRAY(arena, copies.count, const char *);
  copies.name = ARENA_ARRAY(arena, copies.count, const char *);
  size_t shared = SIZE_MAX;
  for (int i = 0; i < copies.count; i++) {
    copies.from[i] = path_true(dataset->inputs[i], arena);
    const size_t length =
        i == 0 ? (size_t)(path_name(copies.from[0]) - copies.from[0]) : shared_length(copies.from[0], copies.from[i]);
    if (length < shared) shared = length;
  }
  for (int i = 0; i < copies.count; i++) copies.name[i] = copies.from[i] + shared;
  return copies;
}

static const char *copies_name_of(const struct copies *copies, const char *path, struct arena *arena)
{
  const char *resolved = path_true(path, arena);
  for (int i = 0; i < copies->count; i++)
    if (strcmp(copies->from[i], resolved) == 0) return copies->name[i];
  return NULL;
}

static bool copies_write(const struct copies *copies, const struct folder *folder, struct arena *arena,
                         struct error *error)
{
  for (int i = 0; i < copies->count; i++) {
    size_t length;
    const char *bytes = file_read(copies->from[i], &length, arena, error);
    if (bytes == NULL) return false;
    if (!folder_write(folder, path_join("inputs", copies->name[i], arena), bytes, length, error)) return false;
  }
  return true;
}

/* ---- writing ---- */

static const char *provenance_text(const struct run *run, const struct run_options *options,
                                   const struct copies *copies, const struct archive_stamp *stamp, struct error *error)
{
  struct json_writer writer = json_writer_new(run->arena, 2);
  json_map_open(&writer, NULL);
  json_add_integer(&writer, "schema_version", SCHEMA_VERSION);
  json_add_text(&writer, "program", "didymium");
  json_add_text(&writer, "version", stamp->version);
  json_add_text(&writer, "date", stamp->date);
  json_add_number(&writer, "seconds", stamp->seconds);
  json_add_text(&writer, "scenario", copies_name_of(copies, run->scenario_path, run->arena));
  json_map_open(&writer, "options");
  json_add_texts(&writer, "set", options->load.sets, options->load.sets_count);
  json_add_text(&writer, "prices",
                options->load.prices != NULL ? copies_name_of(copies, options->load.prices, run->arena) : NULL);
  if (options->load.as_of > 0)
    json_add_number(&writer, "as_of", options->load.as_of);
  else
    json_add_null(&writer, "as_of");
  json_add_number(&writer, "tolerance", options->solve.tolerance > 0 ? options->solve.tolerance : 1e-8);
  json_add_flag(&writer, "two_starts", options->solve.two_starts);
  json_map_close(&writer);
  json_list_open(&writer, "inputs");
  for (int i = 0; i < copies->count; i++) {
    const char *digest = file_digest(copies->from[i], run->arena, error);
    if (digest == NULL) return NULL;
    json_map_open(&writer, NULL);
    json_add_text(&writer, "file", copies->name[i]);
    json_add_text(&writer, "read_from", run->dataset->inputs[i]);
    json_add_text(&writer, "sha256", digest);
    json_map_close(&writer);
  }
  json_list_close(&writer);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}

static bool write_text(const struct folder *folder, const char *name, const char *text, struct error *error)
{
  return text != NULL && folder_write(folder, name, text, strlen(text), error);
}

static bool write_outcome(const struct run *run, const struct folder *folder, const char *version, struct error *error)
{
  struct netcdf *file = netcdf_new(run->arena);
  netcdf_add_attribute(file, -1, "title",
                       run->dataset->scenario->title != NULL ? run->dataset->scenario->title
                                                             : run->dataset->scenario->id);
  netcdf_add_attribute(file, -1, "source", arena_format(run->arena, "didymium %s", version));
  netcdf_add_attribute(file, -1, "scenario", run->dataset->scenario->id);
  netcdf_add_attribute(file, -1, "comment",
                       "prices and costs are real USD/kg of the scenario's base year, quantities rates a year");
  outcome_file_add(file, run->outcome);
  return netcdf_write(file, folder_file(folder, "run.nc"), error);
}

/* The tables for people, written beside the rest: of the run and the folder only the arenas are others. */
struct tables {
  struct run run;
  struct folder folder;
  const char *version;
  struct error error;
  bool written;
};

static void *tables_write(void *context)
{
  struct tables *tables = context;
  const struct run *run = &tables->run;
  tables->written = workbook_write(run, tables->version, folder_file(&tables->folder, "tables.xlsx"), &tables->error) &&
                    write_text(&tables->folder, "iamc.csv", iamc_csv(run, tables->version, run->arena), &tables->error);
  return NULL;
}

static bool write_rest(const struct run *run, const struct run_options *options, const struct folder *folder,
                       const struct archive_stamp *stamp, struct error *error)
{
  const struct copies copies = copies_plan(run->dataset, run->arena);
  return write_outcome(run, folder, stamp->version, error) &&
         write_text(folder, "summary.json", summary_json(run, stamp->version, run->arena), error) &&
         copies_write(&copies, folder, run->arena, error) &&
         write_text(folder, marker, provenance_text(run, options, &copies, stamp, error), error);
}

/* Where no thread can be had the tables come last. */
static bool write_files(const struct run *run, const struct run_options *options, const struct folder *folder,
                        const struct archive_stamp *stamp, struct error *error)
{
  struct tables tables = {.run = *run, .folder = *folder, .version = stamp->version};
  tables.run.arena = tables.folder.arena = arena_child(run->arena);
  pthread_t thread;
  const bool threaded = pthread_create(&thread, NULL, tables_write, &tables) == 0;
  const bool written = write_rest(run, options, folder, stamp, error);
  if (threaded)
    pthread_join(thread, NULL);
  else
    tables_write(&tables);
  if (written && !tables.written) *error = tables.error;
  return written && tables.written;
}

bool archive_write(const struct run *run, const struct run_options *options, const char *target,
                   const struct archive_stamp *stamp, struct error *error)
{
  assert(run->outcome->solved);
  struct folder *folder = folder_begin(target, marker, run->arena, error);
  if (folder == NULL) return false;
  if (write_files(run, options, folder, stamp, error)) return folder_finish(folder, error);
  folder_abandon(folder);
  return false;
}

/* ---- opening ---- */

bool archive_is_run(const char *path, struct arena *arena)
{
  return path_is_folder(path) && path_exists(path_join(path, marker, arena)) &&
         path_exists(path_join(path, "run.nc", arena));
}

static bool check_inputs(const char *folder, const struct json *provenance, struct arena *arena, struct error *error)
{
  const struct json *inputs = json_get(provenance, "inputs");
  for (int i = 0; inputs != NULL && i < inputs->count; i++) {
    const char *name = json_text_of(inputs->items[i], "file"), *digest = json_text_of(inputs->items[i], "sha256");
    if (name == NULL || digest == NULL) return error_set(error, folder, 0, marker, "an input without file or sha256");
    const char *path = path_join(path_join(folder, "inputs", arena), name, arena);
    const char *found = file_digest(path, arena, error);
    if (found == NULL) return false;
    if (strcmp(found, digest) != 0)
      return error_set(error, path, 0, NULL, "it was changed after the run: its SHA-256 is not the one in %s", marker);
  }
  return true;
}

static struct run_options options_of(const struct json *provenance, const char *inputs, struct arena *arena)
{
  const struct json *options = json_get(provenance, "options"), *sets = json_get(options, "set");
  const char *prices = json_text_of(options, "prices");
  struct load_options load = {.as_of = json_number_of(options, "as_of", 0)};
  load.prices = prices != NULL ? path_join(inputs, prices, arena) : NULL;
  const char **texts = ARENA_ARRAY(arena, sets != NULL ? sets->count : 0, const char *);
  for (int i = 0; sets != NULL && i < sets->count; i++)
    if (sets->items[i]->kind == JSON_TEXT) texts[load.sets_count++] = sets->items[i]->text;
  load.sets = texts;
  const struct json *two_starts = json_get(options, "two_starts");
  return (struct run_options){.load = load, .solve.two_starts = two_starts != NULL && two_starts->flag};
}

struct archive *archive_open(const char *folder, struct arena *arena, struct error *error)
{
  if (!archive_is_run(folder, arena)) {
    error_set(error, folder, 0, NULL, "expected the folder of a finished run (with run.nc and %s)", marker);
    return NULL;
  }
  struct archive *archive = ARENA_NEW(arena, struct archive);
  const struct json *provenance = json_read(path_join(folder, marker, arena), arena, error);
  if (provenance == NULL || !check_inputs(folder, provenance, arena, error)) return NULL;
  const char *inputs = path_join(folder, "inputs", arena), *scenario = json_text_of(provenance, "scenario");
  if (scenario == NULL) {
    error_set(error, folder, 0, marker, "it names no scenario");
    return NULL;
  }
  archive->folder = folder;
  archive->version = json_text_of(provenance, "version");
  archive->date = json_text_of(provenance, "date");
  archive->options = options_of(provenance, inputs, arena);
  archive->run = run_load(path_join(inputs, scenario, arena), &archive->options.load, arena, error);
  if (archive->run == NULL) return NULL;
  const char *path = path_join(folder, "run.nc", arena);
  const struct netcdf *file = netcdf_read(path, arena, error);
  if (file == NULL) return NULL;
  archive->run->outcome = outcome_file_read(file, path, archive->run->network, &archive->windows, arena, error);
  if (archive->run->outcome == NULL) return NULL;
  archive->run->metrics = metrics_compute(archive->run->outcome, arena);
  return archive;
}

/* ---- the problems again ---- */

/* Stored sales, spread over all arcs of all blocks as window_assemble wants them; NULL where nobody has conduct. */
static const struct sale_terms *spread_sales(const struct network *network, const struct stored_window *stored,
                                             struct arena *arena)
{
  if (stored->sales_count == 0) return NULL;
  int arcs = 0;
  for (int a = 0; a < network->arcs_count; a++) arcs += network->arcs[a].kind == ARC_SALE;
  const int blocks = stored->sales_count / arcs;
  struct sale_terms *sales = ARENA_ARRAY(arena, blocks * network->arcs_count, struct sale_terms);
  for (int i = 0, at = 0; i < blocks * network->arcs_count; i++)
    if (network->arcs[i % network->arcs_count].kind == ARC_SALE) sales[i] = stored->sales[at++];
  return sales;
}

bool archive_reassemble(const struct archive *archive,
                        bool (*body)(void *context, const struct window *window, const struct mcp *problem,
                                     const double *z),
                        void *context, struct error *error)
{
  const struct network *network = archive->run->network;
  const struct outcome *outcome = archive->run->outcome;
  struct arena *arena = archive->run->arena;
  struct state *state = state_new(network, arena);
  const struct expectations *expectations = NULL;
  if (network->scenario->expectations == EXPECTATIONS_RATIONAL) {
    expectations = expectations_fit(archive->run, NULL, arena, error);
    if (expectations == NULL) return false;
  }
  for (int w = 0, p = 0; w < outcome->windows_count; w++) {
    const struct stored_window *stored = &archive->windows[w];
    const struct sale_terms *sales = spread_sales(network, stored, arena);
    if (expectations != NULL)
      state->carry = expect_carry(&expectations->prices, outcome->periods[p].stock, network->stores_count, arena);
    const struct window *window = window_assemble(network, state, outcome->windows[w].first, sales, arena);
    if (window->equations->n != stored->unknowns_count)
      return error_set(error, archive->folder, 0, "solution", "window %d has %d unknowns, its inputs make %d", w + 1,
                       stored->unknowns_count, window->equations->n);
    if (!body(context, window, equations_problem(window->equations, arena), stored->z)) return false;
    const int next = w + 1 < outcome->windows_count ? outcome->windows[w + 1].first : outcome->periods_count;
    for (; p < next; p++) state_advance(network, state, outcome, p, arena);
  }
  return true;
}
