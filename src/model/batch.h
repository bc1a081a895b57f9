/* model/batch.h - many runs of one network with other figures, rolled through their windows together.
 *
 * The run that all are variations of (the deterministic one) is solved first; its windows, with a point of each one's
 * central path, are what a draw's windows start from. A draw's outcome depends on its own network and on that run, not
 * on the draws beside it. What is reported of a draw's windows: status, certificate and iterations as of any window
 * (method "lanes", or another where a lane did not settle); the class is that of the deterministic window, and no other
 * starts are tried.
 */
#ifndef MODEL_BATCH_H
#define MODEL_BATCH_H
#include "model/outcome.h"

struct outcome_batch; /* immutable once made; for any number of threads */

/* NULL where runs can only be computed one by one (outcome_compute): owners with market power, expected prices, or a
 * deterministic run that does not solve. options: tolerance is used; may be NULL. The windows are solved one after the
 * other, and their points of the path found in so many threads. */
[[nodiscard]] const struct outcome_batch *
outcome_batch_new(const struct network *network, const struct solve_options *options, int threads, struct arena *arena);

/* outcomes[count], each as outcome_compute gives it. networks: variations of the batch's own network. progress is
 * called after each window with the share of windows done. */
void outcomes_compute_batch(const struct outcome_batch *batch, const struct network *const *networks, int count,
                            const struct solve_options *options, const struct outcome **outcomes, struct arena *arena);
#endif
