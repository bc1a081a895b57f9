/* run/run.c - one run, from files to measured outcome. Read this first.
 *
 * Every step hands its product to the next as a const struct: dataset.h, network.h, outcome.h, metrics.h describe
 * them. The periods are rolled through, window by window, inside outcome_compute (model/outcome.c).
 */
#include "run/run.h"

struct run *run_load(const char *scenario_path, const struct load_options *options, struct arena *arena,
                     struct error *error)
{
  struct run *run = ARENA_NEW(arena, struct run);
  run->arena = arena;
  run->scenario_path = arena_copy(arena, scenario_path);
  run->dataset = dataset_load(scenario_path, options, arena, error);
  if (run->dataset == NULL) return NULL;
  run->network = network_build(run->dataset, arena, error);
  if (run->network == NULL || !run->dataset->scenario->calibrate) return run->network != NULL ? run : NULL;
  run->calibration = calibration_fit(run->network, arena, error);
  if (run->calibration == NULL) return NULL;
  run->network = run->calibration->network;
  return run;
}

void run_solve(struct run *run, const struct solve_options *options)
{
  run->outcome = outcome_compute(run->network, options, run->arena);
  run->metrics = metrics_compute(run->outcome, run->arena);
}
