/* ensemble/vary.h - the network of one draw: everything but the drawn figures is shared with the run's own. */
#ifndef ENSEMBLE_VARY_H
#define ENSEMBLE_VARY_H
#include "model/network.h"

/* redraw: of draws_make, or all zero: then the network gives the run's own outcome, bit for bit. */
[[nodiscard]] const struct network *network_vary(const struct network *network, const struct redraw *redraw,
                                                 struct arena *arena);

/* Whether every drawn term of an instrument is a number of its kind; false with error set. */
bool network_expect_terms(const struct network *network, struct arena *arena, struct error *error);
#endif
