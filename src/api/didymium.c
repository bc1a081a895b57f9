/* api/didymium.c - the public header over the layers below: options in, statuses and texts out.
 *
 * Nothing is computed here. A workspace is an arena and the last error; a run keeps what it was made from.
 */
#include "didymium.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/listing.h"
#include "api/workspace.h"
#include "base/field.h"
#include "base/text.h"
#include "build_info.h"
#include "io/catalogue.h"
#include "io/file.h"
#include "metrics/explain.h"
#include "report/alternatives.h"
#include "report/archive.h"
#include "report/audit.h"
#include "report/check.h"
#include "report/deal_text.h"
#include "report/expectations_text.h"
#include "report/explain_text.h"
#include "report/fields_file.h"
#include "report/help.h"
#include "report/iamc.h"
#include "report/mcp_json.h"
#include "report/summary.h"
#include "report/tables_csv.h"
#include "report/value.h"
#include "report/workbook.h"

const char *didymium_version(void)
{
  return DIDYMIUM_VERSION;
}

/* The workspace itself stands in its arena. */
struct didymium *didymium_new(void)
{
  struct arena *arena = arena_new();
  struct didymium *workspace = ARENA_NEW(arena, struct didymium);
  workspace->arena = arena;
  return workspace;
}

void didymium_free(struct didymium *workspace)
{
  if (workspace != NULL) arena_free(workspace->arena);
}

const char *didymium_message(const struct didymium *workspace)
{
  return workspace->message;
}

static enum didymium_status give(struct didymium *workspace, const char *text, const struct error *error,
                                 const char **result)
{
  *result = text;
  return text != NULL ? DIDYMIUM_SUCCESS : fail(workspace, DIDYMIUM_BAD_INPUT, error);
}

static const char *date_now(struct arena *arena)
{
  const time_t now = time(NULL);
  struct tm parts;
  char text[32];
  gmtime_r(&now, &parts);
  (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return arena_copy(arena, text);
}

/* ---- runs ---- */

static bool options_read(struct didymium *workspace, const struct didymium_run_options *given,
                         struct run_options *options, struct error *error)
{
  const struct didymium_run_options none = {0};
  if (given == NULL) given = &none;
  const char **sets = ARENA_ARRAY(workspace->arena, given->sets_count, const char *);
  for (int i = 0; i < given->sets_count; i++) sets[i] = arena_copy(workspace->arena, given->sets[i]);
  options->load = (struct load_options){.sets = sets, .sets_count = given->sets_count};
  options->load.prices = given->prices != NULL ? arena_copy(workspace->arena, given->prices) : NULL;
  if (given->as_of != NULL && !parse_date(given->as_of, &options->load.as_of))
    return error_set(error, NULL, 0, "as-of", "found '%s', expected a date like 2026-04-01", given->as_of);
  options->solve = (struct solve_options){.keep_windows = true, .two_starts = given->several_starts != 0};
  return true;
}

/* What the caller is told, by whichever thread has something to tell. */
struct watch {
  const struct didymium_run_options *given;
  const struct didymium_run *run;
  pthread_mutex_t lock;
  int steps, done; /* windows to be solved and judged, of all runs */
  int runs_shown;  /* on the last screen */
  double due;      /* the next screen with nothing but more windows judged */
};

static bool watch_step(void *context, double share, const char *what)
{
  struct watch *watch = context;
  (void)share;
  pthread_mutex_lock(&watch->lock);
  const double done = fmin(1, (double)++watch->done / watch->steps);
  const bool on = watch->given->progress(watch->given->progress_context, done, what) != 0;
  pthread_mutex_unlock(&watch->lock);
  return on;
}

static int runs_there(const struct companions *runs)
{
  return (runs->without != NULL) + (runs->in_cash != NULL) + (runs->stressed != NULL) +
         (runs->stressed_without != NULL);
}

/* At once where a run has been added; else so seldom that it takes a twentieth of the time at most. */
static void watch_screen(void *context)
{
  struct watch *watch = context;
  const double before = seconds_now();
  const int there = runs_there(&watch->run->companions);
  if (there == watch->runs_shown && before < watch->due) return;
  struct arena *arena = arena_new();
  const char *text = screen_text(watch->run, watch->given->columns, arena);
  pthread_mutex_lock(&watch->lock);
  if (text[0] != '\0') watch->given->screen(watch->given->progress_context, text);
  pthread_mutex_unlock(&watch->lock);
  arena_free(arena);
  watch->runs_shown = there;
  watch->due = seconds_now() + fmax(0.5, 20 * (seconds_now() - before));
}

/* Windows to be solved; with deals also those of the runs beside it, and all to be judged. */
static int steps_of(const struct dataset *dataset)
{
  const int windows = dataset->scenario->periods_count;
  if (dataset->deals_count == 0) return windows;
  return 2 * windows * (dataset->scenario->stress.count > 0 ? 5 : 3);
}

/* Where the scenario's expectations are rational: what they are, before the run and for it. */
static bool expect(struct didymium_run *run, struct error *error)
{
  if (run->run->dataset->scenario->expectations != EXPECTATIONS_RATIONAL) return true;
  run->expectations = expectations_fit(run->run, NULL, run->workspace->arena, error);
  return run->expectations != NULL;
}

enum didymium_status run_read(struct didymium *workspace, const char *scenario,
                              const struct didymium_run_options *options, struct didymium_run **result)
{
  struct error error = {0};
  struct didymium_run *run = ARENA_NEW(workspace->arena, struct didymium_run);
  *result = NULL;
  run->workspace = workspace;
  run->dial = NAN;
  run->started = seconds_now();
  if (!options_read(workspace, options, &run->options, &error)) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  run->run = run_load(listing_scenario(scenario, workspace->arena), &run->options.load, workspace->arena, &error);
  if (run->run == NULL || !inputs_read(run, &error)) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  *result = run;
  return DIDYMIUM_SUCCESS;
}

enum didymium_status didymium_run(struct didymium *workspace, const char *scenario,
                                  const struct didymium_run_options *options, struct didymium_run **result)
{
  struct error error = {0};
  struct didymium_run *run;
  *result = NULL;
  const enum didymium_status status = run_read(workspace, scenario, options, &run);
  if (status != DIDYMIUM_SUCCESS) return status;
  if (!expect(run, &error)) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  struct watch watch = {
      .given = options, .run = run, .lock = PTHREAD_MUTEX_INITIALIZER, .steps = steps_of(run->run->dataset)};
  struct run_options solved_with = run->options;
  run->windows = solved_with.solve.windows = arena_child(workspace->arena);
  if (run->expectations != NULL) solved_with.solve.expected = &run->expectations->prices;
  if (options != NULL && options->progress != NULL)
    solved_with.solve.progress = watch_step, solved_with.solve.progress_context = &watch;
  void (*told)(void *context) = options != NULL && options->screen != NULL ? watch_screen : NULL;
  if (!companions_solve(run->run, &solved_with, &run->companions, told, &watch, &error))
    return fail(workspace, DIDYMIUM_FAILED, &error);
  if (run->run->outcome == NULL) run_solve(run->run, &solved_with.solve);
  if (!run->run->outcome->solved) {
    error_set(&error, scenario, 0, NULL, "not solved: %s", run->run->outcome->failure);
    return fail(workspace, DIDYMIUM_FAILED, &error);
  }
  run->whole = true;
  *result = run;
  return DIDYMIUM_SUCCESS;
}

enum didymium_status didymium_run_at_equal_outlays(struct didymium *workspace, const char *scenario,
                                                   const struct didymium_run_options *options,
                                                   const struct didymium_run *status_quo,
                                                   const struct didymium_run *model, struct didymium_run **result,
                                                   double *dial, int *reached)
{
  struct error error = {0};
  struct didymium_run *run = ARENA_NEW(workspace->arena, struct didymium_run);
  *result = NULL;
  run->workspace = workspace;
  run->dial = NAN;
  run->started = seconds_now();
  if (!options_read(workspace, options, &run->options, &error)) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  const int region = model->run->metrics->budget.region;
  if (region < 0) {
    error_set(&error, scenario, 0, "equal-outlays", "no public money is spent in %s",
              model->run->dataset->scenario->id);
    return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  }
  const double target =
      outlays_present_value_musd(model->run, region) - outlays_present_value_musd(status_quo->run, region);
  const struct scaled_run scaled = scaled_run_solve(listing_scenario(scenario, workspace->arena), &run->options,
                                                    status_quo->run, region, target, workspace->arena, &error);
  if (scaled.run == NULL) return fail(workspace, DIDYMIUM_FAILED, &error);
  run->run = scaled.run;
  run->dial = scaled.dial, run->reached = scaled.reached, run->whole = true;
  if (scaled.set != NULL) run->options.load = load_options_with(&run->options.load, &scaled.set, 1, workspace->arena);
  *dial = scaled.dial;
  *reached = scaled.reached;
  *result = run;
  return DIDYMIUM_SUCCESS;
}

/* "baseline"; with options that change the figures, "baseline-3fa21c" by their digest. */
static const char *default_name(const struct didymium_run *run, struct arena *arena)
{
  const struct load_options *load = &run->options.load;
  const char *id = run->run->dataset->scenario->id;
  struct text options = text_new(arena);
  for (int i = 0; i < load->sets_count; i++) text_add(&options, "set %s\n", load->sets[i]);
  if (load->prices != NULL) text_add(&options, "prices %s\n", load->prices);
  if (load->as_of > 0) text_add(&options, "as of %.17g\n", load->as_of);
  if (options.length == 0) return id;
  return arena_format(arena, "%s-%.6s", id, bytes_digest(options.bytes, options.length, arena));
}

const char *run_folder(const struct didymium_run *run)
{
  return path_join(listing_runs_folder(), default_name(run, run->workspace->arena), run->workspace->arena);
}

/* One line in the catalogue of the runs folder. Runs written elsewhere are listed where there is a runs folder. */
static bool catalogue_note(const struct didymium_run *run, const char *folder, const char *date, struct error *error)
{
  struct arena *arena = run->workspace->arena;
  const struct dataset *dataset = run->run->dataset;
  if (!path_is_folder(listing_runs_folder())) return true;
  double residual = 0;
  for (int w = 0; w < run->run->outcome->windows_count; w++)
    residual = fmax(residual, run->run->outcome->windows[w].certificate.residual);
  const struct catalogue_figure figures[] = {{"residual", "1", residual},
                                             {"periods", "1", run->run->outcome->periods_count}};
  struct text digests = text_new(arena);
  for (int i = 0; i < dataset->inputs_count; i++) {
    const char *digest = file_digest(dataset->inputs[i], arena, error);
    if (digest == NULL) return false;
    text_add(&digests, "%s\n", digest);
  }
  const struct catalogue_run row = {
      .id = path_name(folder),
      .scenario = dataset->scenario->id,
      .title = dataset->scenario->title,
      .scenario_hash = file_digest(run->run->scenario_path, arena, NULL),
      .data_hash = bytes_digest(digests.bytes, digests.length, arena),
      .date = date,
      .folder = folder,
      .status = "solved",
      .version = DIDYMIUM_VERSION,
      .figures_count = 2,
      .figures = figures,
  };
  return catalogue_add(path_join(listing_runs_folder(), "catalogue.sqlite", arena), &row, error);
}

enum didymium_status didymium_save(struct didymium_run *run, const char *folder, const char **written)
{
  struct arena *arena = run->workspace->arena;
  struct error error = {0};
  const char *target = folder != NULL ? arena_copy(arena, folder) : run_folder(run);
  const struct archive_stamp stamp = {date_now(arena), DIDYMIUM_VERSION, seconds_now() - run->started};
  *written = NULL;
  if (!run->whole) {
    error_set(&error, target, 0, NULL, "a run that was opened, or saved and drawn, is not saved again");
    return fail(run->workspace, DIDYMIUM_FAILED, &error);
  }
  if (!archive_write(run->run, &run->options, target, &stamp, &error))
    return fail(run->workspace, DIDYMIUM_FAILED, &error);
  run->folder = target;
  *written = target;
  if (!catalogue_note(run, target, stamp.date, &error)) return fail(run->workspace, DIDYMIUM_FAILED, &error);
  return DIDYMIUM_SUCCESS;
}

enum didymium_status didymium_open(struct didymium *workspace, const char *folder, struct didymium_run **result)
{
  struct error error = {0};
  struct didymium_run *run = ARENA_NEW(workspace->arena, struct didymium_run);
  *result = NULL;
  const struct archive *archive = archive_open(folder, workspace->arena, &error);
  if (archive == NULL) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  run->workspace = workspace;
  run->dial = NAN;
  run->run = archive->run;
  run->options = archive->options;
  run->folder = arena_copy(workspace->arena, folder);
  if (!expect(run, &error)) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  *result = run;
  return DIDYMIUM_SUCCESS;
}

/* ---- what a run says ---- */

static struct summary_view view_of(const struct didymium_view *view, const char *folder)
{
  if (view == NULL) return (struct summary_view){.folder = folder};
  return (struct summary_view){.columns = view->columns, .bold = view->bold != 0, .folder = folder};
}

const char *didymium_summary(const struct didymium_run *run, const struct didymium_view *view)
{
  struct summary_view shown = view_of(view, run->folder);
  shown.deals = deal_text(run->run, &run->companions, &shown, run->workspace->arena);
  const char *text = summary_text(run->run, &shown, run->workspace->arena);
  if (run->expectations == NULL) return text;
  return arena_format(run->workspace->arena, "%s%s", text,
                      expectations_text(run->expectations, &shown, run->workspace->arena));
}

const char *didymium_summary_json(const struct didymium_run *run)
{
  return summary_json(run->run, DIDYMIUM_VERSION, run->workspace->arena);
}

static const struct alternative *policies_of(struct didymium_run *const *runs, int count)
{
  assert(count >= 1);
  struct alternative *policies = ARENA_ARRAY(runs[0]->workspace->arena, count, struct alternative);
  for (int i = 0; i < count; i++)
    policies[i] = (struct alternative){.run = runs[i]->run,
                                       .in_cash = runs[i]->companions.in_cash,
                                       .stressed = runs[i]->companions.stressed,
                                       .dial = runs[i]->dial,
                                       .reached = runs[i]->reached};
  return policies;
}

enum didymium_status didymium_solve_beside(struct didymium_run *const *runs, int count)
{
  for (int i = 0; i < count; i++) {
    struct error error = {0};
    struct alternative policy = policies_of(runs, count)[i];
    if (!alternative_solve_beside(&policy, runs[0]->run, &runs[i]->options, &error))
      return fail(runs[i]->workspace, DIDYMIUM_FAILED, &error);
    runs[i]->companions.in_cash = policy.in_cash;
    runs[i]->companions.stressed = policy.stressed;
  }
  return DIDYMIUM_SUCCESS;
}

enum didymium_status didymium_compare_file(struct didymium_run *const *runs, int count, const char *path)
{
  struct error error = {0};
  if (alternatives_write(policies_of(runs, count), draws_of_all(runs, count), count, DIDYMIUM_VERSION, path,
                         runs[0]->workspace->arena, &error))
    return DIDYMIUM_SUCCESS;
  return fail(runs[0]->workspace, DIDYMIUM_FAILED, &error);
}

const char *didymium_compare(struct didymium_run *const *runs, int count, const struct didymium_view *view)
{
  const struct summary_view shown = view_of(view, NULL);
  return compare_text(policies_of(runs, count), draws_of_all(runs, count), count, &shown, runs[0]->workspace->arena);
}

const char *didymium_compare_json(struct didymium_run *const *runs, int count)
{
  return compare_json(policies_of(runs, count), draws_of_all(runs, count), count, DIDYMIUM_VERSION,
                      runs[0]->workspace->arena);
}

/* Row of the id, or -1 with error set and the nearest id named. */
static int find_row(const struct run *run, const char *table, const char *id, struct error *error)
{
  const int row = dataset_find(run->dataset, table, id);
  if (row >= 0) return row;
  const struct entity *entity = dataset_entity(table);
  const int count = *(const int *)(const void *)((const char *)run->dataset + entity->count);
  const char *const *rows = (const char *const *)(const void *)((const char *)run->dataset + entity->array);
  const char **ids = ARENA_ARRAY(run->arena, count, const char *);
  for (int i = 0; i < count; i++)
    ids[i] = ((const struct record *)(const void *)(*rows + (size_t)i * entity->size))->id;
  const char *nearest = text_nearest(id, ids, count);
  error_set(error, NULL, 0, table, "there is no '%s'%s%s%s", id, nearest != NULL ? "; did you mean '" : "",
            nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
  return -1;
}

static int find_period(const struct run *run, const char *text, struct error *error)
{
  const struct outcome *outcome = run->outcome;
  double date;
  if (!parse_date(text, &date)) {
    error_set(error, NULL, 0, "year", "found '%s', expected a date like 2028 or 2028Q2", text);
    return -1;
  }
  for (int p = 0; p < outcome->periods_count; p++) {
    const struct period period = outcome->periods[p].period;
    if (date >= period.start - 1e-6 && date < period.start + period.length - 1e-6) return p;
  }
  const struct period last = outcome->periods[outcome->periods_count - 1].period;
  error_set(error, NULL, 0, "year", "%s is not in the run, which goes from %.6g to the end of %.0f", text,
            outcome->periods[0].period.start, ceil(last.start + last.length - 1e-6) - 1);
  return -1;
}

/* The file of draws beside the run; NULL: it has none, or error is set. */
static const struct netcdf *draws_of(const struct didymium_run *run, struct error *error)
{
  return run->folder != NULL ? draws_file_open(run->folder, run->workspace->arena, error) : NULL;
}

static const char *export_fields(const struct didymium_run *run, struct error *error)
{
  const struct netcdf *draws = draws_of(run, error);
  if (draws != NULL) return fields_csv(draws, run->run, run->workspace->arena);
  error_set(error, NULL, 0, "format", "fields needs the folder of a run whose draws are done");
  return NULL;
}

enum didymium_status didymium_explain(struct didymium_run *handle, const char *material, const char *region,
                                      const char *date, int json, const struct didymium_view *view, const char **text)
{
  struct didymium *workspace = handle->workspace;
  const struct run *run = handle->run;
  struct error error = {0};
  *text = NULL;
  const int m = find_row(run, "materials", material, &error), r = find_row(run, "regions", region, &error);
  const int p = find_period(run, date, &error);
  if (error.set) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  const struct tally *tally = &run->metrics->tallies[p];
  const int node = tally->node[tally_index(tally, m, r)];
  if (node < 0) {
    error_set(&error, NULL, 0, NULL, "no %s flows through %s in %s, so it has no price there", material, region, date);
    return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  }
  const struct explanation *explanation =
      explain_price(run->outcome, p, &run->metrics->ledgers[p], node, workspace->arena);
  const struct summary_view shown = view_of(view, NULL);
  struct field_fan fan = {0};
  const struct netcdf *draws = draws_of(handle, &error);
  if (error.set) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  if (draws != NULL) fan = field_fan_read(draws, "price", run->network->nodes[node].name, p);
  *text = json != 0 ? explain_json(run, explanation, &fan, workspace->arena)
                    : explain_text(run, explanation, &fan, &shown, workspace->arena);
  return DIDYMIUM_SUCCESS;
}

enum didymium_status didymium_export(struct didymium_run *run, const char *format, const char **text)
{
  struct arena *arena = run->workspace->arena;
  struct error error = {0};
  static const char *const formats[] = {"mcp-json", "iamc", "csv", "xlsx", "fields"};
  if (text_equal(format, "iamc"))
    return give(run->workspace, iamc_csv(run->run, DIDYMIUM_VERSION, arena), &error, text);
  if (text_equal(format, "csv")) return give(run->workspace, tables_csv(run->run, arena), &error, text);
  if (text_equal(format, "fields")) return give(run->workspace, export_fields(run, &error), &error, text);
  *text = NULL;
  if (text_equal(format, "mcp-json")) {
    if (run->folder == NULL) error_set(&error, NULL, 0, "format", "mcp-json needs a run that has been saved");
    const struct archive *archive = run->folder != NULL ? archive_open(run->folder, arena, &error) : NULL;
    return give(run->workspace, archive != NULL ? mcp_json(archive, arena, &error) : NULL, &error, text);
  }
  if (text_equal(format, "xlsx")) {
    error_set(&error, NULL, 0, "format", "a workbook is no text; expected a file to write it to");
    return fail(run->workspace, DIDYMIUM_BAD_INPUT, &error);
  }
  const char *nearest = text_nearest(format, formats, sizeof formats / sizeof *formats);
  error_set(&error, NULL, 0, "format", "found '%s', expected mcp-json, iamc, xlsx, csv or fields%s%s%s", format,
            nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
  return fail(run->workspace, DIDYMIUM_BAD_INPUT, &error);
}

/* A file, or the bare id of one in a folder beside scenarios/: deals/, claims/. */
static const char *shipped_file(const char *folder, const char *name, struct arena *arena)
{
  const char *shipped = arena_format(arena, "%s/%s.yaml", folder, name);
  return !path_exists(name) && path_exists(shipped) ? shipped : name;
}

enum didymium_status didymium_audit(struct didymium *workspace, const char *claims, const struct didymium_run *run,
                                    const struct didymium_run *against, int json, const struct didymium_view *view,
                                    int *contradicted, const char **text)
{
  struct error error = {0};
  *text = NULL;
  *contradicted = 0;
  const struct audit *audit =
      audit_claims(shipped_file("claims", claims, workspace->arena), run != NULL ? run->run : NULL,
                   against != NULL ? against->run : NULL, workspace->arena, &error);
  if (audit == NULL) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  const struct summary_view shown = view_of(view, NULL);
  *contradicted = audit->contradicted;
  *text =
      json != 0 ? audit_json(audit, DIDYMIUM_VERSION, workspace->arena) : audit_text(audit, &shown, workspace->arena);
  return DIDYMIUM_SUCCESS;
}

enum didymium_status didymium_value(struct didymium *workspace, const char *deal,
                                    const struct didymium_value_options *given, int json,
                                    const struct didymium_view *view, const char **text)
{
  struct error error = {0};
  struct value_options options = {0};
  *text = NULL;
  if (given != NULL)
    options = (struct value_options){.processes = given->processes,
                                     .prices = given->prices,
                                     .check_payment = given->check_payment,
                                     .draws = given->draws,
                                     .seed = given->seed,
                                     .volatility = given->volatility,
                                     .forward_usd_per_kg = given->forward_usd_per_kg,
                                     .volume_t_per_year = given->tonnes_per_year};
  const struct deal_value *value =
      deal_value_compute(shipped_file("deals", deal, workspace->arena), &options, workspace->arena, &error);
  if (value == NULL) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  const struct summary_view shown = view_of(view, NULL);
  *text = json != 0 ? deal_value_json(value, DIDYMIUM_VERSION, workspace->arena)
                    : deal_value_text(value, &shown, workspace->arena);
  return DIDYMIUM_SUCCESS;
}

enum didymium_status didymium_export_file(struct didymium_run *run, const char *format, const char *path)
{
  struct error error = {0};
  const char *text;
  if (text_equal(format, "xlsx"))
    return workbook_write(run->run, DIDYMIUM_VERSION, path, &error) ? DIDYMIUM_SUCCESS
                                                                    : fail(run->workspace, DIDYMIUM_FAILED, &error);
  const enum didymium_status status = didymium_export(run, format, &text);
  if (status != DIDYMIUM_SUCCESS) return status;
  return file_write(path, text, strlen(text), &error) ? DIDYMIUM_SUCCESS
                                                      : fail(run->workspace, DIDYMIUM_FAILED, &error);
}

/* ---- checks, lists, help ---- */

enum didymium_status didymium_check(struct didymium *workspace, const char *path,
                                    const struct didymium_run_options *given, int json, const char **text)
{
  struct error error = {0};
  struct run_options options;
  *text = NULL;
  if (!options_read(workspace, given, &options, &error)) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  const char *found = path_is_folder(path) ? path : listing_scenario(path, workspace->arena);
  const struct check_result *result = check_path(found, &options.load, workspace->arena, &error);
  if (result == NULL) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  *text = json != 0 ? check_json(found, result, workspace->arena)
                    : arena_format(workspace->arena, "%s: %s\n", path, result->text);
  if (result->passed) return DIDYMIUM_SUCCESS;
  error_set(&error, path, 0, NULL, "%s", result->text);
  return fail(workspace, DIDYMIUM_FAILED, &error);
}

enum didymium_status didymium_list(struct didymium *workspace, int json, const struct didymium_view *view,
                                   const char **text)
{
  struct error error = {0};
  const struct summary_view shown = view_of(view, NULL);
  const char *listing =
      json != 0 ? listing_json(workspace->arena, &error) : listing_text(&shown, workspace->arena, &error);
  return give(workspace, listing, &error, text);
}

enum didymium_status didymium_help_table(struct didymium *workspace, const char *table, const char **text)
{
  struct error error = {0};
  return give(workspace, help_table(table, workspace->arena, &error), &error, text);
}

enum didymium_status didymium_help_instrument(struct didymium *workspace, const char *kind, const char **text)
{
  struct error error = {0};
  return give(workspace, help_instrument(kind, workspace->arena, &error), &error, text);
}

const char *didymium_nearest(const char *word, const char *const *candidates, int count)
{
  return text_nearest(word, candidates, count);
}
