/* api/turns.c - ensembles begun one after the other, then stepped through together.
 *
 * A run with a folder keeps its draws there: the log while they are made, draws.nc and ensemble.json once all are
 * there.
 */
#include "api/turns.h"

#include "build_info.h"
#include "ensemble/comm.h"
#include "io/file.h"
#include "report/ensemble.h"

/* Each step prepares its windows anew: steps grow, so that this is a small part of them. */
enum { first_step = 32, step_large = 512, step_share = 4, draws_max = 100000000 };

static bool forward(void *context, const struct ensemble *ensemble)
{
  const struct turns *turns = context;
  (void)ensemble;
  return turns->progress(turns->context, turns);
}

struct didymium_draw_state turns_state(const struct turns *turns)
{
  struct didymium_draw_state state = {0};
  for (int i = 0; i < turns->count; i++) {
    const struct ensemble *draws = turns->parts[i].run->draws;
    state.wanted += turns->parts[i].wanted;
    if (draws != NULL) state.done += draws->done, state.failed += draws->failed;
  }
  state.per_second = (double)(state.done - turns->taken) / (seconds_now() - turns->started + 1e-9);
  return state;
}

/* ---- one run ---- */

static enum didymium_status begin(struct turns *turns, const struct turn *part)
{
  struct didymium_run *run = part->run;
  const struct didymium_draw_options *given = turns->options;
  struct error error = {0};
  struct ensemble_options options = {.draws = part->wanted,
                                     .seed = given->seed,
                                     .threads = given->threads,
                                     .sampling = given->sobol != 0 ? SAMPLING_SOBOL : SAMPLING_RANDOM};
  if (part->wanted < 1 || part->wanted > draws_max) {
    error_set(&error, NULL, 0, "draws", "found %ld, expected 1 to 100,000,000", part->wanted);
    return fail(run->workspace, DIDYMIUM_BAD_INPUT, &error);
  }
  options.inputs = inputs_digest(run, &error);
  if (options.inputs == NULL) return fail(run->workspace, DIDYMIUM_BAD_INPUT, &error);
  if (comm_here().rank == 0) {
    if (run->folder != NULL) options.log = path_join(run->folder, "draws.log", run->workspace->arena);
    if (turns->progress != NULL) options.progress = forward, options.context = turns;
  }
  if (run->folder != NULL && run->windows != NULL) { /* what they are saved from is no longer needed */
    arena_clear(run->windows);
    run->windows = NULL;
    run->whole = false;
  }
  run->work = ensemble_begin(run->run, &options, run->workspace->arena, &error);
  if (run->work == NULL) return fail(run->workspace, DIDYMIUM_BAD_INPUT, &error);
  run->draws = ensemble_so_far(run->work);
  turns->taken += run->draws->taken;
  return DIDYMIUM_SUCCESS;
}

static enum didymium_status step(const struct turn *part, long until)
{
  struct error error = {0};
  return ensemble_step(part->run->work, until, &error) ? DIDYMIUM_SUCCESS
                                                       : fail(part->run->workspace, DIDYMIUM_FAILED, &error);
}

static enum didymium_status end(const struct turn *part, enum didymium_status status)
{
  struct didymium_run *run = part->run;
  struct error error = {0};
  if (run->work == NULL) return status;
  ensemble_end(run->work);
  run->work = NULL;
  if (status != DIDYMIUM_SUCCESS || run->folder == NULL || run->draws->done < part->wanted) return status;
  const char *inputs = inputs_digest(run, &error);
  struct arena *scratch = arena_new();
  const bool written =
      inputs != NULL && ensemble_write(run->draws, run->folder, inputs, DIDYMIUM_VERSION, scratch, &error);
  arena_free(scratch);
  return written ? DIDYMIUM_SUCCESS : fail(run->workspace, DIDYMIUM_FAILED, &error);
}

/* ---- all ---- */

static enum didymium_status take_turns(struct turns *turns, long until, int *stopped)
{
  enum didymium_status status = DIDYMIUM_SUCCESS;
  for (turns->at = 0; turns->at < turns->count && status == DIDYMIUM_SUCCESS && *stopped == 0; turns->at++) {
    const struct turn *part = &turns->parts[turns->at];
    status = step(part, until);
    unsigned char over = part->run->draws->stopped;
    comm_share(&over, 1);
    *stopped = over;
  }
  return status;
}

static long step_after(long until)
{
  if (until == 0) return first_step * comm_here().size;
  if (until < step_large) return until;
  return until / step_share > step_large ? until / step_share : step_large;
}

enum didymium_status turns_draw(struct turns *turns, int *stopped)
{
  enum didymium_status status = DIDYMIUM_SUCCESS;
  long most = 0;
  *stopped = 0;
  turns->taken = 0;
  for (int i = 0; i < turns->count && status == DIDYMIUM_SUCCESS; i++) {
    status = begin(turns, &turns->parts[i]);
    if (turns->parts[i].wanted > most) most = turns->parts[i].wanted;
  }
  turns->started = seconds_now();
  for (long until = 0; status == DIDYMIUM_SUCCESS && *stopped == 0 && until < most;) {
    until = turns->count == 1 ? most : until + step_after(until);
    status = take_turns(turns, until, stopped);
  }
  for (int i = 0; i < turns->count; i++) status = end(&turns->parts[i], status);
  return status;
}
