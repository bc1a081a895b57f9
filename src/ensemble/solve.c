/* ensemble/solve.c - all at once, then those that did not settle and those that were asked for, one by one. */
#include "ensemble/solve.h"

bool outcome_is_whole(const struct outcome *outcome)
{
  return outcome->solved && outcome->periods_count == outcome->network->scenario->periods_count;
}

static bool goes_on(const struct solve_options *options)
{
  return options->progress == NULL || options->progress(options->progress_context, 0, "");
}

void variations_solve(const struct outcome_batch *batch, const struct network *const *networks,
                      const bool *several_starts, int count, const struct solve_options *options,
                      const struct outcome **outcomes, struct arena *arena)
{
  if (batch != NULL) outcomes_compute_batch(batch, networks, count, options, outcomes, arena);
  for (int i = 0; i < count; i++) {
    struct solve_options alone = *options;
    alone.two_starts = several_starts != NULL && several_starts[i];
    if (batch == NULL || alone.two_starts || (!outcome_is_whole(outcomes[i]) && goes_on(options)))
      outcomes[i] = outcome_compute(networks[i], &alone, arena);
  }
}
