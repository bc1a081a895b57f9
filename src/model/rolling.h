/* model/rolling.h - the steps of outcome_compute, for whoever rolls several runs at once. */
#ifndef MODEL_ROLLING_H
#define MODEL_ROLLING_H
#include "model/solve.h"

/* An outcome without periods yet. */
[[nodiscard]] struct outcome *outcome_begin(const struct network *network, const struct solve_options *options,
                                            struct arena *arena);

/* Takes a window's first period into the outcome and advances the state; false, with outcome->failure set, where the
 * window was not certified. */
bool outcome_take(struct outcome *outcome, const struct window_solution *found, const struct solve_options *options,
                  struct state *state, struct arena *arena);
#endif
