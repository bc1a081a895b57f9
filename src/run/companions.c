/* run/companions.c - the same scenario with other settings; a crew solves them (run/crew.h). */
#include "run/companions.h"

#include "run/crew.h"

enum { itself, without, in_cash, stressed, stressed_without, runs_max };

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

static struct crew_run companion(const struct run *run, const struct run_options *options, const char *const *sets,
                                 int count)
{
  struct crew_run item = {.scenario_path = run->scenario_path,
                          .load = load_options_with(&options->load, sets, count, run->arena),
                          .said = sets[count - 1],
                          .arena = arena_child(run->arena),
                          .solve = options->solve};
  item.solve.keep_windows = false;
  item.solve.windows = NULL;
  item.solve.expected = NULL; /* what stocks left are worth is known for the run itself alone */
  return item;
}

const struct run *companion_solve(const struct run *run, const struct run_options *options, const char *const *sets,
                                  int count, struct error *error)
{
  struct crew_run item = companion(run, options, sets, count);
  return crew_solve(&item, 1, NULL, NULL, error) ? item.run : NULL;
}

/* ---- all of them ---- */

struct company {
  struct crew_run *runs;
  struct companions *companions;
  void (*told)(void *context);
  void *context;
};

static const struct run *solved(const struct crew_run *item)
{
  return item->solved ? item->run : NULL;
}

static void hand_on(struct company *company)
{
  struct companions *companions = company->companions;
  companions->without = solved(&company->runs[without]);
  companions->in_cash = solved(&company->runs[in_cash]);
  companions->stressed = solved(&company->runs[stressed]);
  companions->stressed_without = solved(&company->runs[stressed_without]);
}

static void tell(void *context)
{
  struct company *company = context;
  hand_on(company);
  const bool first_there = company->runs[itself].solved && company->runs[without].solved;
  if (first_there && company->told != NULL) company->told(company->context);
}

bool companions_solve(struct run *run, const struct run_options *options, struct companions *companions,
                      void (*told)(void *context), void *context, struct error *error)
{
  *companions = (struct companions){0};
  if (run->dataset->deals_count == 0) return true;
  const struct field_list *stress = &run->dataset->scenario->stress;
  const char **sets = ARENA_ARRAY(run->arena, stress->count + 1, const char *);
  for (int i = 0; i < stress->count; i++) sets[i] = stress->names[i];
  sets[stress->count] = deals_off;
  struct crew_run runs[runs_max] = {
      {.scenario_path = run->scenario_path, .run = run, .arena = run->arena, .solve = options->solve},
      companion(run, options, &deals_off, 1),
      companion(run, options, &deals_in_cash, 1)};
  if (stress->count > 0) {
    runs[stressed] = companion(run, options, sets, stress->count);
    runs[stressed_without] = companion(run, options, sets, stress->count + 1);
  }
  runs[itself].solved = run->outcome != NULL;
  struct company company = {runs, companions, told, context};
  const int first = run->outcome != NULL ? without : itself, count = stress->count > 0 ? runs_max : stressed;
  const bool all = crew_solve(runs + first, count - first, tell, &company, error);
  hand_on(&company);
  if (!all) *companions = (struct companions){0};
  return all;
}
