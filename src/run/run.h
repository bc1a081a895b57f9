/* run/run.h - one run, from files to measured outcome. */
#ifndef RUN_RUN_H
#define RUN_RUN_H
#include "calibration/calibration.h"
#include "metrics/metrics.h"
#include "model/outcome.h"

struct run_options {
  struct load_options load;
  struct solve_options solve;
};

struct run {
  struct arena *arena;
  const char *scenario_path; /* as the user gave it */
  const struct dataset *dataset;
  const struct network *network;
  const struct calibration *calibration; /* NULL: the scenario does not ask for one */
  const struct outcome *outcome;
  const struct metrics *metrics; /* of the periods that were carried out */
};

/* Files to dataset to network, calibrated if asked for. NULL with error set where the input is wrong: `check` stops
 * here. */
[[nodiscard]] struct run *run_load(const char *scenario_path, const struct load_options *options, struct arena *arena,
                                   struct error *error);
/* Solves and measures a loaded run. How well it was solved: run->outcome->solved. */
void run_solve(struct run *run, const struct solve_options *options);
#endif
