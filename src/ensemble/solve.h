/* ensemble/solve.h - variations of a run, solved: side by side in the processor's vectors where the model allows it.
 */
#ifndef ENSEMBLE_SOLVE_H
#define ENSEMBLE_SOLVE_H
#include "model/batch.h"

/* All periods of its scenario, each certified. */
bool outcome_is_whole(const struct outcome *outcome);

/* outcomes[count] of networks[count], which vary the network that batch was made for. What does not solve beside others
 * is solved once more by itself. batch NULL: each by itself. several_starts [count]: solved by itself, from several
 * starts; NULL: none. Each outcome depends on its own network alone. options->progress is called after each window;
 * when it returns false the rest is left as it is. */
void variations_solve(const struct outcome_batch *batch, const struct network *const *networks,
                      const bool *several_starts, int count, const struct solve_options *options,
                      const struct outcome **outcomes, struct arena *arena);
#endif
