/* run/crew.c - threads that take the next job from a list: a run to solve, or a window to judge once its run is solved.
 *
 * One lock guards the list and all that jobs leave behind. Windows of a run that is not to keep them live in an arena
 * of their own until the last of them is judged.
 */
#include "run/crew.h"

#include <pthread.h>
#include <unistd.h>

enum { threads_max = 8 };

/* How far a run is. */
struct progress_of_run {
  bool begun, ended;
  int next, judged; /* windows: the next to be judged, and how many are */
  struct arena *windows;
};

struct crew {
  struct crew_run *runs;
  struct progress_of_run *states;
  int count;
  void (*told)(void *context);
  void *context;
  bool failed;
  pthread_mutex_t lock;
  pthread_cond_t changed;
};

struct job {
  int run, window; /* window -1: the run is to be solved */
};

/* ---- the list, under the lock ---- */

/* The next window of a run that has to be judged; false: none. */
static bool next_window(struct crew *crew, int r, int *window)
{
  struct progress_of_run *state = &crew->states[r];
  if (!state->ended || !crew->runs[r].solved) return false;
  const struct outcome *outcome = crew->runs[r].run->outcome;
  while (state->next < outcome->windows_count && !outcome->windows[state->next].pending) state->next++, state->judged++;
  *window = state->next;
  return state->next < outcome->windows_count;
}

static bool find_job(struct crew *crew, struct job *job)
{
  for (int r = 0; r < crew->count && !crew->failed; r++)
    if (!crew->states[r].begun) {
      *job = (struct job){r, -1};
      return crew->states[r].begun = true;
    }
  for (int r = 0; r < crew->count && !crew->failed; r++)
    if (next_window(crew, r, &job->window)) {
      job->run = r;
      crew->states[r].next++;
      return true;
    }
  return false;
}

static bool any_under_way(const struct crew *crew)
{
  for (int r = 0; r < crew->count; r++)
    if (crew->states[r].begun && !crew->states[r].ended) return true;
  return false;
}

/* False: there will be none. */
static bool job_take(struct crew *crew, struct job *job)
{
  bool found;
  while (!(found = find_job(crew, job)) && any_under_way(crew)) pthread_cond_wait(&crew->changed, &crew->lock);
  return found;
}

static void tell(struct crew *crew)
{
  if (crew->told != NULL && !crew->failed) crew->told(crew->context);
  pthread_cond_broadcast(&crew->changed);
}

/* ---- jobs, outside the lock ---- */

/* Whether it solved: for others to know under the lock alone. */
static bool run_solve_one(struct crew_run *item, struct arena *windows)
{
  if (item->run == NULL) item->run = run_load(item->scenario_path, &item->load, item->arena, &item->error);
  if (item->run == NULL) return false;
  struct solve_options solve = item->solve;
  if (!solve.keep_windows) solve.windows = windows;
  run_solve(item->run, &solve);
  if (item->run->outcome->solved) return true;
  const char *failure = item->run->outcome->failure;
  if (item->said != NULL)
    return error_set(&item->error, item->scenario_path, 0, NULL, "with %s: not solved: %s", item->said, failure);
  return error_set(&item->error, item->scenario_path, 0, NULL, "not solved: %s", failure);
}

static void solve_job(struct crew *crew, int r)
{
  pthread_mutex_unlock(&crew->lock);
  const bool solved = run_solve_one(&crew->runs[r], crew->states[r].windows);
  pthread_mutex_lock(&crew->lock);
  crew->runs[r].solved = solved;
  crew->states[r].ended = true;
  crew->failed = crew->failed || !crew->runs[r].solved;
  tell(crew);
}

static void judge_job(struct crew *crew, struct job job, struct arena *scratch)
{
  struct crew_run *item = &crew->runs[job.run];
  const struct outcome *outcome = item->run->outcome;
  struct progress_of_run *state = &crew->states[job.run];
  pthread_mutex_unlock(&crew->lock);
  const struct window_report report = outcome_judge(outcome, job.window, &item->solve, scratch);
  const bool on =
      item->solve.progress == NULL || item->solve.progress(item->solve.progress_context, 1, "trying other starts");
  pthread_mutex_lock(&crew->lock);
  if (!on && !crew->failed)
    crew->failed = !error_set(&item->error, item->scenario_path, 0, NULL, "the run was stopped");
  outcome->windows[job.window] = report;
  int window;
  state->judged++;
  if (!next_window(crew, job.run, &window) && state->judged == outcome->windows_count) {
    arena_free(state->windows);
    state->windows = NULL;
  }
  tell(crew);
}

static void *work(void *context)
{
  struct crew *crew = context;
  struct arena *scratch = arena_new();
  struct job job;
  pthread_mutex_lock(&crew->lock);
  while (job_take(crew, &job))
    if (job.window < 0)
      solve_job(crew, job.run);
    else
      judge_job(crew, job, scratch);
  pthread_mutex_unlock(&crew->lock);
  arena_free(scratch);
  return NULL;
}

/* ---- all ---- */

static void work_together(struct crew *crew)
{
  pthread_t threads[threads_max];
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  int started = 0;
  while (started + 1 < processors && started < threads_max && pthread_create(&threads[started], NULL, work, crew) == 0)
    started++;
  work(crew);
  for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
}

bool crew_solve(struct crew_run *runs, int count, void (*told)(void *context), void *context, struct error *error)
{
  struct arena *arena = arena_new();
  struct crew crew = {.runs = runs,
                      .states = ARENA_ARRAY(arena, count, struct progress_of_run),
                      .count = count,
                      .told = told,
                      .context = context,
                      .lock = PTHREAD_MUTEX_INITIALIZER,
                      .changed = PTHREAD_COND_INITIALIZER};
  for (int r = 0; r < count; r++) crew.states[r].windows = arena_new(), runs[r].solve.judge_later = true;
  work_together(&crew);
  for (int r = 0; r < count; r++) arena_free(crew.states[r].windows);
  arena_free(arena);
  arena_trim();
  for (int r = 0; r < count; r++)
    if (runs[r].error.set) {
      *error = runs[r].error;
      return false;
    }
  return true;
}
