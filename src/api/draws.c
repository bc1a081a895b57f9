/* api/draws.c - draws of runs through the public header; turns.c makes them.
 *
 * What a log was begun from is told by a digest of the run's inputs and options.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "api/turns.h"
#include "base/text.h"
#include "build_info.h"
#include "didymium.h"
#include "ensemble/comm.h"
#include "io/file.h"
#include "report/ensemble.h"

bool inputs_read(struct didymium_run *run, struct error *error)
{
  struct arena *arena = run->workspace->arena;
  const struct dataset *dataset = run->run->dataset;
  struct text text = text_new(arena);
  if (run->files_digests != NULL) return true;
  for (int i = 0; i < dataset->inputs_count; i++) {
    const char *digest = file_digest(dataset->inputs[i], arena, error);
    if (digest == NULL) return false;
    text_add(&text, "%s\n", digest);
  }
  run->files_digests = text.bytes;
  return true;
}

const char *inputs_digest(struct didymium_run *run, struct error *error)
{
  struct arena *arena = run->workspace->arena;
  const struct load_options *load = &run->options.load;
  if (!inputs_read(run, error)) return NULL;
  struct text text = text_new(arena);
  text_add(&text, "%s", run->files_digests);
  for (int i = 0; i < load->sets_count; i++) text_add(&text, "set %s\n", load->sets[i]);
  if (load->as_of > 0) text_add(&text, "as of %.17g\n", load->as_of);
  return bytes_digest(text.bytes, text.length, arena);
}

/* ---- progress ---- */

struct draw_progress {
  double shown; /* when */
};

/* Asked after every draw; figures are worked out for the screen once in a while only. */
static bool forward(void *context, const struct turns *turns)
{
  struct draw_progress *progress = context;
  const double now = seconds_now();
  const bool shown = now - progress->shown > 0.5;
  struct arena *arena = shown ? arena_new() : NULL;
  struct didymium_draw_state state = turns_state(turns);
  if (shown) {
    state.headline = ensemble_line(turns->parts[turns->at].run->draws, 2, arena);
    progress->shown = now;
  }
  const bool on = turns->options->progress(turns->options->progress_context, &state) != 0;
  if (arena != NULL) arena_free(arena);
  return on;
}

/* ---- ranks ---- */

int didymium_ranks_begin(void)
{
  return comm_begin().rank;
}

void didymium_ranks_end(int failed)
{
  comm_end(failed != 0);
}

/* ---- draws ---- */

enum didymium_status didymium_draw_all(struct didymium_run *const *runs, int count,
                                       const struct didymium_draw_options *given, int *stopped)
{
  struct draw_progress progress = {0};
  struct turn *parts = ARENA_ARRAY(runs[0]->workspace->arena, count, struct turn);
  for (int i = 0; i < count; i++) parts[i] = (struct turn){runs[i], given->draws};
  struct turns turns = {.parts = parts,
                        .count = count,
                        .options = given,
                        .progress = given->progress != NULL ? forward : NULL,
                        .context = &progress};
  return turns_draw(&turns, stopped);
}

long didymium_draws_shared(struct didymium_run *const *runs, int count)
{
  long shared = 0, reach = -1;
  for (int i = 0; i < count; i++) {
    const long here = runs[i]->draws != NULL ? runs[i]->draws->reach : 0;
    if (reach < 0 || here < reach) reach = here;
  }
  for (long d = 0; d < reach; d++) {
    bool all = true;
    for (int i = 0; i < count; i++) all = all && runs[i]->draws->state[d] == DRAW_CERTIFIED;
    shared += all;
  }
  return shared;
}

enum didymium_status didymium_draw(struct didymium_run *run, const struct didymium_draw_options *given, int *stopped)
{
  return didymium_draw_all(&run, 1, given, stopped);
}

enum didymium_status didymium_draws_begun(struct didymium_run *run, struct didymium_draw_options *options)
{
  struct arena *arena = run->workspace->arena;
  struct error error = {0};
  struct log_options begun;
  if (run->folder == NULL) {
    error_set(&error, NULL, 0, "resume", "needs the folder of a run");
    return fail(run->workspace, DIDYMIUM_BAD_INPUT, &error);
  }
  if (!ensemble_log_read(path_join(run->folder, "draws.log", arena), &begun, arena, &error))
    return fail(run->workspace, DIDYMIUM_BAD_INPUT, &error);
  options->draws = begun.draws, options->seed = begun.seed, options->sobol = begun.sampling == SAMPLING_SOBOL;
  return DIDYMIUM_SUCCESS;
}

/* ---- what they say ---- */

static struct summary_view view_of(const struct didymium_view *view)
{
  return view != NULL ? (struct summary_view){.columns = view->columns, .bold = view->bold != 0}
                      : (struct summary_view){0};
}

const char *didymium_draws_text(const struct didymium_run *run, const struct didymium_view *view)
{
  const struct summary_view shown = view_of(view);
  return run->draws != NULL ? ensemble_text(run->draws, &shown, run->workspace->arena) : "";
}

const char *didymium_draws_json(const struct didymium_run *run)
{
  return run->draws != NULL ? ensemble_json(run->draws, DIDYMIUM_VERSION, run->workspace->arena) : "null\n";
}

const struct ensemble *const *draws_of_all(struct didymium_run *const *runs, int count)
{
  const struct ensemble **ensembles = ARENA_ARRAY(runs[0]->workspace->arena, count, const struct ensemble *);
  for (int i = 0; i < count; i++) ensembles[i] = runs[i]->draws;
  return ensembles;
}

static bool folder_there(const char *path, struct error *error)
{
  return mkdir(path, 0777) == 0 || errno == EEXIST || error_set(error, path, 0, NULL, "%s", strerror(errno));
}

/* The companion under a name of its own, for tables that show both. */
static struct run *run_renamed(const struct run *run, const char *id, struct arena *arena)
{
  struct run *named = ARENA_NEW(arena, struct run);
  struct dataset *dataset = ARENA_NEW(arena, struct dataset);
  struct scenario *scenario = ARENA_NEW(arena, struct scenario);
  *named = *run, *dataset = *run->dataset, *scenario = *run->dataset->scenario;
  scenario->id = id;
  dataset->scenario = scenario;
  named->dataset = dataset;
  named->arena = arena;
  return named;
}

/* A companion as a run of its own, with settings behind those of the run and a folder inside the run's. */
static struct didymium_run *run_beside(struct didymium_run *run, const struct run *companion, const char *words,
                                       const char *const *sets, int count, struct error *error)
{
  struct arena *arena = run->workspace->arena;
  struct didymium_run *beside = ARENA_NEW(arena, struct didymium_run);
  *beside = (struct didymium_run){.workspace = run->workspace,
                                  .options = run->options,
                                  .dial = run->dial,
                                  .started = run->started,
                                  .files_digests = run->files_digests};
  beside->run = run_renamed(companion, arena_format(arena, "%s %s", run->run->dataset->scenario->id, words), arena);
  beside->options.load = load_options_with(&run->options.load, sets, count, arena);
  if (run->folder == NULL) return beside;
  char *name = arena_copy(arena, words);
  for (char *at = name; *at != '\0'; at++)
    if (*at == ' ') *at = '-';
  beside->folder = path_join(run->folder, name, arena);
  return comm_here().rank == 0 && !folder_there(beside->folder, error) ? NULL : beside;
}

enum didymium_status runs_beside(struct didymium_run *run)
{
  struct arena *arena = run->workspace->arena;
  struct error error = {0};
  const struct companions *runs = &run->companions;
  const struct field_list *stress = &run->run->dataset->scenario->stress;
  if (runs->without == NULL && !companions_solve(run->run, &run->options, &run->companions, NULL, NULL, &error))
    return fail(run->workspace, DIDYMIUM_FAILED, &error);
  if (runs->without == NULL || run->without != NULL) return DIDYMIUM_SUCCESS;
  const char **sets = ARENA_ARRAY(arena, stress->count + 1, const char *);
  for (int i = 0; i < stress->count; i++) sets[i] = stress->names[i];
  sets[stress->count] = "deals.*.enabled=no";
  run->without = run_beside(run, runs->without, "without deals", &sets[stress->count], 1, &error);
  if (runs->stressed != NULL) {
    run->stressed = run_beside(run, runs->stressed, "under stress", sets, stress->count, &error);
    run->stressed_without =
        run_beside(run, runs->stressed_without, "under stress without deals", sets, stress->count + 1, &error);
  }
  return error.set ? fail(run->workspace, DIDYMIUM_FAILED, &error) : DIDYMIUM_SUCCESS;
}

const char *didymium_compare_draws(struct didymium_run *const *runs, int count, const struct didymium_view *view)
{
  const struct summary_view shown = view_of(view);
  return ensembles_text(draws_of_all(runs, count), count, &shown, runs[0]->workspace->arena);
}

const char *didymium_compare_draws_json(struct didymium_run *const *runs, int count)
{
  return ensembles_json(draws_of_all(runs, count), count, DIDYMIUM_VERSION, runs[0]->workspace->arena);
}
