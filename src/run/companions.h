/* run/companions.h - what a run with deals in it is compared with.
 *
 * The same scenario three more ways: without its deals; with them settled in cash only, so that prices and quantities
 * stay those without; and, where the scenario states a stress (its list of settings `stress`), both with and without
 * the deals under that stress. All are solved like the run itself.
 */
#ifndef RUN_COMPANIONS_H
#define RUN_COMPANIONS_H
#include "run/run.h"

struct companions {
  const struct run *without; /* NULL: the scenario has no deals */
  const struct run *in_cash;
  const struct run *stressed, *stressed_without; /* NULL: no stress is stated */
};

/* True also where there is nothing to compare with. False with error set where one of them cannot be loaded, or is not
 * solved: then nothing is compared. */
bool companions_solve(const struct run *run, const struct run_options *options, struct companions *companions,
                      struct error *error);

/* The run's scenario once more, with further settings; NULL with error set where it is not loaded or not solved. */
[[nodiscard]] const struct run *companion_solve(const struct run *run, const struct run_options *options,
                                                const char *const *sets, int count, struct error *error);

/* The options of a run with further settings behind its own. */
[[nodiscard]] struct load_options load_options_with(const struct load_options *options, const char *const *sets,
                                                    int count, struct arena *arena);
#endif
