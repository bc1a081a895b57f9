/* run/companions.c - the same scenario with other settings, solved one after another. */
#include "run/companions.h"

#include <string.h>

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

static const struct run *solve_with(const struct run *run, const struct run_options *options, const char *const *sets,
                                    int count, struct error *error)
{
  const struct load_options load = load_options_with(&options->load, sets, count, run->arena);
  struct run *other = run_load(run->scenario_path, &load, run->arena, error);
  if (other == NULL) return NULL;
  struct solve_options solve = options->solve;
  solve.keep_windows = false;
  run_solve(other, &solve);
  if (other->outcome->solved) return other;
  error_set(error, run->scenario_path, 0, NULL, "with %s: not solved: %s", sets[count - 1], other->outcome->failure);
  return NULL;
}

bool companions_solve(const struct run *run, const struct run_options *options, struct companions *companions,
                      struct error *error)
{
  *companions = (struct companions){0};
  if (run->dataset->deals_count == 0) return true;
  const struct field_list *stress = &run->dataset->scenario->stress;
  const char **sets = ARENA_ARRAY(run->arena, stress->count + 1, const char *);
  for (int i = 0; i < stress->count; i++) sets[i] = stress->names[i];
  companions->without = solve_with(run, options, &deals_off, 1, error);
  if (companions->without == NULL) return false;
  companions->in_cash = solve_with(run, options, &deals_in_cash, 1, error);
  if (companions->in_cash == NULL) return false;
  if (stress->count == 0) return true;
  companions->stressed = solve_with(run, options, sets, stress->count, error);
  sets[stress->count] = deals_off;
  if (companions->stressed != NULL)
    companions->stressed_without = solve_with(run, options, sets, stress->count + 1, error);
  return companions->stressed_without != NULL;
}
