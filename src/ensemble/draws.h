/* ensemble/draws.h - the inputs of a draw: one value a variable, the episodes of events, the paths of imposed prices.
 *
 * Everything is a function of (seed, draw, name): the same draw has the same values for every policy, thread and rank,
 * and a variable that is added moves no other. With SAMPLING_SOBOL the variables' values come from scrambled Sobol
 * points instead, a coordinate a variable in the order of the tables, so there new ones belong at the end; eight
 * scrambles of their own take turns (draw % 8), so that their spread tells the error. What happens over time (episodes,
 * regimes, price paths) is always drawn at random. docs/uncertainty.md
 */
#ifndef ENSEMBLE_DRAWS_H
#define ENSEMBLE_DRAWS_H
#include <stdint.h>

#include "dataset/dataset.h"

enum sampling { SAMPLING_RANDOM, SAMPLING_SOBOL };
enum { sobol_replicates = 8 };

struct draws {
  const struct dataset *dataset;
  uint64_t seed;
  enum sampling sampling;
  const uint32_t *stream;                  /* [variables] */
  const struct sobol_sequence **sequences; /* [sobol_replicates], NULL: random */
};
[[nodiscard]] const struct draws *draws_new(const struct dataset *dataset, uint64_t seed, enum sampling sampling,
                                            struct arena *arena);

struct draw_inputs {
  long draw;
  struct redraw redraw; /* values, episodes, deck factors, public money */
  uint64_t digest;      /* of all of them: equal inputs, equal digests */
};
[[nodiscard]] const struct draw_inputs *draws_make(const struct draws *draws, long draw, struct arena *arena);
/* The same with values[variables] that the caller chose; what happens over time is that of the draw. */
[[nodiscard]] const struct draw_inputs *draws_make_with(const struct draws *draws, long draw, const double *values,
                                                        struct arena *arena);

/* "ev-growth = 0.071, ...; chinese-ban 2029.31 to 2030.05": what was drawn, for a person. */
[[nodiscard]] const char *draw_episodes_text(const struct draws *draws, const struct draw_inputs *inputs,
                                             struct arena *arena); /* of the events alone */
[[nodiscard]] const char *draw_inputs_text(const struct draws *draws, const struct draw_inputs *inputs,
                                           struct arena *arena);
#endif
