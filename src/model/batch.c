/* model/batch.c - rolls several runs through their windows side by side. Read outcomes_compute_batch.
 *
 * Assembling a window and reading its solution are done run by run; solving is done for all runs at once
 * (solver/batch.h). A window's memory is given back when all have taken it.
 */
#include "model/batch.h"

#include <assert.h>
#include <pthread.h>

#include "base/team.h"
#include "model/conduct.h"
#include "model/rolling.h"
#include "solver/batch.h"

struct outcome_batch {
  const struct network *network;
  int windows_count;
  const struct batch **windows;         /* [windows_count] */
  const struct window_report **reports; /* [windows_count] of the deterministic run */
  const struct window **models;         /* likewise: the windows that those of all runs are like */
};

/* ---- what draws start from ---- */

/* Windows that are prepared side by side: what draws of one need does not hang on another's. */
struct preparation {
  struct outcome_batch *batch;
  const struct mcp_plan **plans; /* [windows_count] */
  struct batch_options options;
  struct arena **arenas; /* one a thread */
  pthread_mutex_t lock;
  int next; /* window to be taken, under the lock */
};

static bool window_take(struct preparation *all, int *p)
{
  pthread_mutex_lock(&all->lock);
  *p = all->next++;
  pthread_mutex_unlock(&all->lock);
  return *p < all->batch->windows_count;
}

static void prepare(void *context, int member)
{
  struct preparation *all = context;
  const struct outcome_batch *batch = all->batch;
  for (int p; window_take(all, &p);)
    batch->windows[p] = batch_new(batch->models[p]->equations, all->plans[p], &all->options, all->arenas[member]);
}

static void windows_prepare(struct outcome_batch *batch, const struct mcp_plan **plans, double tolerance, int threads,
                            struct arena *arena)
{
  const int count = threads < batch->windows_count ? threads : batch->windows_count;
  struct preparation all = {.batch = batch,
                            .plans = plans,
                            .options = {.tolerance = tolerance},
                            .arenas = ARENA_ARRAY(arena, count, struct arena *)};
  for (int i = 0; i < count; i++) all.arenas[i] = arena_child(arena);
  pthread_mutex_init(&all.lock, NULL);
  team_work(count, prepare, &all);
  pthread_mutex_destroy(&all.lock);
}

/* ---- the deterministic run ---- */

/* Solves its windows one after the other, and then prepares each. What a solve needs is given back once its successor,
 * whose warm start it may be, is done: a batch keeps windows, not workings. */
const struct outcome_batch *outcome_batch_new(const struct network *network, const struct solve_options *options,
                                              int threads, struct arena *arena)
{
  const struct solve_options defaults = {0}, *given = options != NULL ? options : &defaults;
  assert(threads >= 1);
  if (conduct_present(network) || given->expected != NULL) return NULL;
  const struct solve_options plain = {.tolerance = given->tolerance, .one_start = true};
  const int periods = network->scenario->periods_count;
  struct outcome_batch *batch = ARENA_NEW(arena, struct outcome_batch);
  *batch = (struct outcome_batch){network, periods, ARENA_ARRAY(arena, periods, const struct batch *),
                                  ARENA_ARRAY(arena, periods, const struct window_report *),
                                  ARENA_ARRAY(arena, periods, const struct window *)};
  const struct mcp_plan **plans = ARENA_ARRAY(arena, periods, const struct mcp_plan *);
  struct outcome *outcome = outcome_begin(network, &plain, arena);
  struct state *state = state_new(network, arena);
  struct solve_memory memory = {.arena = arena};
  struct arena *workings[] = {arena_new(), arena_new()};
  const struct arena_mark empty = arena_mark(workings[0]);
  bool solved = true;
  for (int p = 0; p < periods && solved; p++) {
    arena_reset(workings[p % 2], empty);
    batch->models[p] = window_assemble(network, state, p, NULL, arena);
    const struct window_solution found = window_solve(network, state, p, &plain, &memory, workings[p % 2]);
    solved = outcome_take(outcome, &found, &plain, state, arena);
    batch->reports[p] = &outcome->windows[p];
    plans[p] = memory.plan;
  }
  for (int i = 0; i < 2; i++) arena_free(workings[i]);
  if (!solved) return NULL;
  windows_prepare(batch, plans, given->tolerance, threads, arena);
  return batch;
}

/* ---- the runs ---- */

/* One run on its way. */
struct rolling {
  struct outcome *outcome;
  struct state *state;
  const struct window *window; /* the one being solved */
};

static struct window_solution solution_of(const struct outcome_batch *batch, const struct rolling *run,
                                          const struct batch_member *member, int p, struct arena *arena)
{
  const struct network *network = run->outcome->network;
  const bool accepted = member->certificate.accepted;
  const struct window_report report = {
      .first = p,
      .unknowns = run->window->equations->n,
      .activities = network->activities_count + network->arcs_count,
      .prices = network->nodes_count,
      .status = member->solution.status,
      .method = member->solution.method,
      .iterations = member->solution.iterations,
      .fallback_iterations = member->solution.fallback_iterations,
      .solves = 1,
      .certificate = member->certificate,
      .worst = accepted ? "" : window_unknown_name(run->window, member->certificate.residual_row, arena),
      .class = batch->reports[p]->class,
      .solutions = 1,
  };
  return (struct window_solution){
      .window = run->window, .solution = &member->solution, .report = report, .judged = true};
}

/* The p-th windows of all runs that go on: assembled, solved together, taken. */
static void windows_solve(const struct outcome_batch *batch, struct rolling *runs, int count, int p,
                          const struct solve_options *options, struct arena *window_arena, struct arena *arena)
{
  struct batch_member *members = ARENA_ARRAY(window_arena, count, struct batch_member);
  int *run_of = ARENA_ARRAY(window_arena, count, int), going = 0;
  for (int r = 0; r < count; r++) {
    if (!runs[r].outcome->solved) continue;
    runs[r].window = window_assemble_like(batch->models[p], runs[r].outcome->network, runs[r].state, p, window_arena);
    members[going].equations = runs[r].window->equations;
    run_of[going++] = r;
  }
  batch_solve(batch->windows[p], members, going, window_arena);
  for (int m = 0; m < going; m++) {
    struct rolling *run = &runs[run_of[m]];
    const struct window_solution found = solution_of(batch, run, &members[m], p, arena);
    run->outcome->solved = outcome_take(run->outcome, &found, options, run->state, arena);
  }
}

static void runs_stop(struct rolling *runs, int count)
{
  for (int r = 0; r < count; r++) {
    if (!runs[r].outcome->solved) continue;
    runs[r].outcome->solved = false;
    runs[r].outcome->failure = "the run was stopped";
  }
}

void outcomes_compute_batch(const struct outcome_batch *batch, const struct network *const *networks, int count,
                            const struct solve_options *options, const struct outcome **outcomes, struct arena *arena)
{
  const struct solve_options defaults = {0};
  if (options == NULL) options = &defaults;
  assert(!options->keep_windows && options->expected == NULL);
  struct rolling *runs = ARENA_ARRAY(arena, count, struct rolling);
  for (int r = 0; r < count; r++) {
    runs[r] = (struct rolling){outcome_begin(networks[r], options, arena), state_new(networks[r], arena), NULL};
    runs[r].outcome->solved = true;
    outcomes[r] = runs[r].outcome;
  }
  struct arena *window_arena = arena_new();
  const struct arena_mark empty = arena_mark(window_arena);
  for (int p = 0; p < batch->windows_count; p++) {
    arena_reset(window_arena, empty);
    windows_solve(batch, runs, count, p, options, window_arena, arena);
    const double done = (p + 1.0) / batch->windows_count;
    if (options->progress == NULL || options->progress(options->progress_context, done, "solving")) continue;
    if (p + 1 < batch->windows_count) runs_stop(runs, count);
    break;
  }
  arena_free(window_arena);
}
