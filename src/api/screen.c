/* api/screen.c - the first screen of a run with deals, its ranges while futures come in, and the finished run shown
 * again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/listing.h"
#include "api/turns.h"
#include "base/text.h"
#include "build_info.h"
#include "didymium.h"
#include "io/file.h"
#include "report/deal_draws.h"
#include "report/ensemble.h"
#include "report/first_screen.h"

/* ---- the screen ---- */

static const struct ensemble *draws_of(const struct didymium_run *run)
{
  return run != NULL ? run->draws : NULL;
}

const char *screen_text(const struct didymium_run *run, int columns, struct arena *arena)
{
  const struct futures futures = {run->draws, draws_of(run->without), draws_of(run->stressed),
                                  draws_of(run->stressed_without)};
  const struct summary_view view = {.columns = columns, .folder = run->folder};
  return first_screen_text(run->run, &run->companions, &futures, &view, arena);
}

const char *didymium_screen(const struct didymium_run *run, const struct didymium_view *view)
{
  return screen_text(run, view != NULL ? view->columns : 0, run->workspace->arena);
}

enum didymium_status didymium_solve_deals(struct didymium_run *run)
{
  return runs_beside(run);
}

/* ---- draws of all policies ---- */

enum { parts_max = 4, stressed_max = 1000 }; /* futures under stress: they give ranges to two rows, not to costs */

struct deal_draws {
  struct didymium_run *run;
  double due; /* the next screen */
};

/* Asked after every draw; the screen is made so seldom that it takes a twentieth of the time at most. */
static bool forward_screen(void *context, const struct turns *turns)
{
  struct deal_draws *draws = context;
  struct didymium_draw_state state = turns_state(turns);
  const double before = seconds_now();
  struct arena *arena = NULL;
  if (before >= draws->due) {
    arena = arena_new();
    state.screen = screen_text(draws->run, turns->options->columns, arena);
    draws->due = seconds_now() + fmax(0.5, 20 * (seconds_now() - before));
  }
  const bool on = turns->options->progress(turns->options->progress_context, &state) != 0;
  if (arena != NULL) arena_free(arena);
  return on;
}

enum didymium_status didymium_draw_deals(struct didymium_run *run, const struct didymium_draw_options *options,
                                         int *stopped)
{
  struct deal_draws draws = {.run = run};
  struct turn parts[parts_max];
  struct turns turns = {.parts = parts,
                        .options = options,
                        .progress = options->progress != NULL ? forward_screen : NULL,
                        .context = &draws};
  *stopped = 0;
  const enum didymium_status status = runs_beside(run);
  if (status != DIDYMIUM_SUCCESS) return status;
  struct didymium_run *const all[parts_max] = {run, run->without, run->stressed, run->stressed_without};
  for (int i = 0; i < parts_max; i++)
    if (all[i] != NULL)
      parts[turns.count++] =
          (struct turn){all[i], i >= 2 && options->draws > stressed_max ? stressed_max : options->draws};
  return turns_draw(&turns, stopped);
}

/* ---- kept in the run's folder ---- */

static const char *const details_file = "details.txt", *const wide_file = "screen.txt",
                         *const narrow_file = "screen-80.txt";

/* First line of the details: what a screen was made from, and how many futures it shows. */
static const char *made_from(struct didymium_run *run, struct error *error)
{
  const char *digest = inputs_digest(run, error);
  if (digest == NULL) return NULL;
  return arena_format(run->workspace->arena, "%s, didymium %s, inputs %.16s", run->run->dataset->scenario->id,
                      DIDYMIUM_VERSION, digest);
}

/* As many as have been made of the run and of all that is drawn beside it, each of as many as were wanted of it. */
static long futures_made(const struct didymium_run *run)
{
  const struct didymium_run *const all[parts_max] = {run, run->without, run->stressed, run->stressed_without};
  long made = run->draws != NULL ? run->draws->done : 0;
  for (int i = 1; i < parts_max; i++) {
    if (all[i] == NULL) continue;
    const struct ensemble *draws = all[i]->draws;
    if (draws == NULL || (draws->done < draws->wanted && draws->done < made)) made = draws != NULL ? draws->done : 0;
  }
  return made;
}

static const char *drawn_with(const struct didymium_draw_options *draws, long done, struct arena *arena)
{
  if (draws == NULL || draws->draws == 0) return "";
  return arena_format(arena, ", %s draws, seed %llu: %ld", draws->sobol != 0 ? "Sobol" : "random", draws->seed, done);
}

/* How many futures a kept screen shows; -1: it was made from something else. */
static long futures_kept(const char *line, const char *made, const struct didymium_draw_options *draws,
                         struct arena *arena)
{
  if (!text_starts(line, made)) return -1;
  line += strlen(made);
  if (draws == NULL || draws->draws == 0 || line[0] == '\n') return line[0] == '\n' || line[0] == ',' ? 0 : -1;
  const char *drawn = drawn_with(draws, 0, arena);
  const size_t length = strlen(drawn) - 1; /* without its 0 */
  return strncmp(line, drawn, length) == 0 ? strtol(line + length, NULL, 10) : -1;
}

static const char *details_of(struct didymium_run *run, const char *first_line)
{
  const struct didymium_view view = {.columns = first_screen_columns};
  const struct summary_view shown = {.columns = first_screen_columns};
  struct text text = text_new(run->workspace->arena);
  text_add(&text, "%s\n\n%s", first_line, didymium_summary(run, &view));
  if (run->draws == NULL || run->without == NULL || run->without->draws == NULL) return text.bytes;
  if (run->draws->reach < 2 || run->without->draws->reach < 2) return text.bytes;
  const struct ensemble *const pair[] = {run->without->draws, run->draws};
  text_add(&text, "%s%s%s", deal_draws_text(run->draws, run->without->draws, &shown, run->workspace->arena),
           ensemble_text(run->draws, &shown, run->workspace->arena),
           ensembles_text(pair, 2, &shown, run->workspace->arena));
  return text.bytes;
}

static bool write_beside(const struct didymium_run *run, const char *name, const char *text, struct error *error)
{
  return file_write(path_join(run->folder, name, run->workspace->arena), text, strlen(text), error);
}

enum didymium_status didymium_save_screen(struct didymium_run *run, const struct didymium_draw_options *draws)
{
  struct arena *arena = run->workspace->arena;
  struct error error = {0};
  const char *made = run->folder != NULL ? made_from(run, &error) : NULL;
  const char *first_line =
      arena_format(arena, "%s%s", made != NULL ? made : "", drawn_with(draws, futures_made(run), arena));
  if (made != NULL && write_beside(run, wide_file, screen_text(run, first_screen_columns, arena), &error) &&
      write_beside(run, narrow_file, screen_text(run, first_screen_columns_least, arena), &error) &&
      write_beside(run, details_file, details_of(run, first_line), &error))
    return DIDYMIUM_SUCCESS;
  if (run->folder == NULL)
    error_set(&error, NULL, 0, NULL, "the screen of a run is kept in its folder, and it has none");
  return fail(run->workspace, DIDYMIUM_FAILED, &error);
}

static double written_at(const char *path)
{
  struct stat status;
  return stat(path, &status) == 0 ? (double)status.st_mtim.tv_sec : 0;
}

enum didymium_status didymium_kept_screen(struct didymium *workspace, const char *scenario,
                                          const struct didymium_run_options *options,
                                          const struct didymium_draw_options *draws, const char *folder,
                                          const struct didymium_view *view, struct didymium_kept *kept)
{
  struct error error = {0};
  struct didymium_run *run;
  *kept = (struct didymium_kept){0};
  const enum didymium_status status = run_read(workspace, scenario, options, &run);
  if (status != DIDYMIUM_SUCCESS) return status;
  const char *target = folder != NULL ? folder : run_folder(run), *made = made_from(run, &error);
  if (made == NULL) return fail(workspace, DIDYMIUM_BAD_INPUT, &error);
  const char *details = file_read(path_join(target, details_file, workspace->arena), NULL, workspace->arena, &error);
  const long futures = details != NULL ? futures_kept(details, made, draws, workspace->arena) : -1;
  if (futures < 0) return DIDYMIUM_SUCCESS;
  const bool narrow = view != NULL && view->columns > 0 && view->columns < first_screen_columns;
  const char *path = path_join(target, narrow ? narrow_file : wide_file, workspace->arena);
  kept->text = file_read(path, NULL, workspace->arena, &error);
  kept->whole = draws == NULL || futures >= draws->draws;
  kept->written = written_at(path);
  kept->folder = target;
  return DIDYMIUM_SUCCESS;
}

enum didymium_status didymium_go_on(struct didymium_run *run, const char *folder)
{
  struct arena *arena = run->workspace->arena;
  struct error error = {0};
  const char *made = made_from(run, &error);
  const char *details = file_read(path_join(folder, details_file, arena), NULL, arena, &error);
  if (made != NULL && details != NULL && text_starts(details, made)) {
    run->folder = arena_copy(arena, folder);
    return DIDYMIUM_SUCCESS;
  }
  error_set(&error, folder, 0, NULL, "it was made from other inputs, with other options or by another version");
  return fail(run->workspace, DIDYMIUM_BAD_INPUT, &error);
}
