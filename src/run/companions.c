/* run/companions.c - the same scenario with other settings, as many at a time as there are processors. */
#include "run/companions.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { tasks_max = 4 };

static const char *const deals_off = "deals.*.enabled=no", *const deals_in_cash = "deals.*.settlement=cash";

struct load_options load_options_with(const struct load_options *options, const char *const *sets, int count,
                                      struct arena *arena)
{
  struct load_options with = *options;
  const char **all = ARENA_ARRAY(arena, options->sets_count + count, const char *);
  for (int i = 0; i < options->sets_count; i++) all[i] = options->sets[i];
  for (int i = 0; i < count; i++) all[options->sets_count + i] = sets[i];
  with.sets = all;
  with.sets_count = options->sets_count + count;
  return with;
}

/* One companion, solved by whichever thread takes it. */
struct task {
  const struct run *run;
  const struct run_options *options;
  const struct load_options load;
  const char *said; /* the setting that tells it apart */
  struct arena *arena;
  const struct run *solved;
  struct error error;
};

static void task_solve(struct task *task)
{
  struct run *run = run_load(task->run->scenario_path, &task->load, task->arena, &task->error);
  if (run == NULL) return;
  struct solve_options solve = task->options->solve;
  solve.keep_windows = false;
  run_solve(run, &solve);
  task->solved = run->outcome->solved ? run : NULL;
  if (!run->outcome->solved)
    error_set(&task->error, task->run->scenario_path, 0, NULL, "with %s: not solved: %s", task->said,
              run->outcome->failure);
}

struct crew { /* threads that share a list of tasks */
  struct task *const *tasks;
  int count;
  atomic_int next;
};

static void *crew_work(void *context)
{
  struct crew *crew = context;
  for (int i = atomic_fetch_add(&crew->next, 1); i < crew->count; i = atomic_fetch_add(&crew->next, 1))
    task_solve(crew->tasks[i]);
  return NULL;
}

/* Each task has its own arena and reads what no other writes: the order in which they end does not matter. */
static bool tasks_solve(struct task *const *tasks, int count, struct error *error)
{
  struct crew crew = {.tasks = tasks, .count = count};
  pthread_t threads[tasks_max];
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  int started = 0;
  while (started + 1 < count && started + 1 < processors)
    if (pthread_create(&threads[started], NULL, crew_work, &crew) == 0)
      started++;
    else
      break;
  crew_work(&crew);
  for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < count; i++) {
    if (tasks[i]->solved != NULL) continue;
    *error = tasks[i]->error;
    return false;
  }
  return true;
}

static struct task *task_new(const struct run *run, const struct run_options *options, const char *const *sets,
                             int count)
{
  struct task *task = ARENA_NEW(run->arena, struct task);
  const struct task made = {.run = run,
                            .options = options,
                            .load = load_options_with(&options->load, sets, count, run->arena),
                            .said = sets[count - 1],
                            .arena = arena_child(run->arena)};
  memcpy(task, &made, sizeof made);
  return task;
}

const struct run *companion_solve(const struct run *run, const struct run_options *options, const char *const *sets,
                                  int count, struct error *error)
{
  struct task *task = task_new(run, options, sets, count);
  return tasks_solve(&task, 1, error) ? task->solved : NULL;
}

bool companions_solve(const struct run *run, const struct run_options *options, struct companions *companions,
                      struct error *error)
{
  *companions = (struct companions){0};
  if (run->dataset->deals_count == 0) return true;
  const struct field_list *stress = &run->dataset->scenario->stress;
  const char **sets = ARENA_ARRAY(run->arena, stress->count + 1, const char *);
  for (int i = 0; i < stress->count; i++) sets[i] = stress->names[i];
  sets[stress->count] = deals_off;
  struct task *tasks[tasks_max] = {task_new(run, options, &deals_off, 1), task_new(run, options, &deals_in_cash, 1)};
  int count = 2;
  if (stress->count > 0) {
    tasks[count++] = task_new(run, options, sets, stress->count);
    tasks[count++] = task_new(run, options, sets, stress->count + 1);
  }
  if (!tasks_solve(tasks, count, error)) return false;
  companions->without = tasks[0]->solved;
  companions->in_cash = tasks[1]->solved;
  if (count == 2) return true;
  companions->stressed = tasks[2]->solved;
  companions->stressed_without = tasks[3]->solved;
  return true;
}
