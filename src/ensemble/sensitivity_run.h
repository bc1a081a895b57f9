/* ensemble/sensitivity_run.h - what the figures of a run depend on: sensitivity.h with the market as its function.
 *
 * Inputs are the scenario's drawn variables, with one more for all that happens over time (hazards, regimes, price
 * paths) where there is any. Figures are the run's headline indicators (indicators.h), or those named. Every row is a
 * run of the whole horizon, solved and certified as any other; a row that is not certified has no figures.
 */
#ifndef ENSEMBLE_SENSITIVITY_RUN_H
#define ENSEMBLE_SENSITIVITY_RUN_H
#include "ensemble/indicators.h"
#include "ensemble/sensitivity.h"

struct sensitivity_run_options {
  struct sensitivity_options analysis;
  int threads;        /* 0: one */
  const char *output; /* name of an indicator, '*' and '?' allowed; NULL: the headline ones */
  /* Called now and then, by one thread at a time, with rows done of about so many. False ends the work. May be NULL. */
  bool (*progress)(void *context, long done, long wanted);
  void *context;
};

/* The run must be solved. NULL with error set: nothing is drawn, no such indicator. NULL without: stopped. */
[[nodiscard]] const struct sensitivity *sensitivity_run(const struct run *run,
                                                        const struct sensitivity_run_options *options,
                                                        struct arena *arena, struct error *error);
#endif
