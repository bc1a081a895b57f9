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

/* Solves a loaded run too, unless that is done. The run and the same without its deals are solved first; from then on
 * told (or NULL) is called, by one thread at a time, whenever more is in *companions or in a report of a window. True
 * also where there are no deals, and so nothing to compare with: the run is left as it is. False with error set where
 * one of them cannot be loaded, or is not solved: then nothing is compared. */
bool companions_solve(struct run *run, const struct run_options *options, struct companions *companions,
                      void (*told)(void *context), void *context, struct error *error);

/* The run's scenario once more, with further settings; NULL with error set where it is not loaded or not solved. */
[[nodiscard]] const struct run *companion_solve(const struct run *run, const struct run_options *options,
                                                const char *const *sets, int count, struct error *error);

/* The options of a run with further settings behind its own. */
[[nodiscard]] struct load_options load_options_with(const struct load_options *options, const char *const *sets,
                                                    int count, struct arena *arena);
#endif
