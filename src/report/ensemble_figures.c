/* report/ensemble_figures.c - columns of draws into statistics. */
#include "report/ensemble_figures.h"

#include <math.h>

#include "base/text.h"

const double fan_levels[fan_quantiles] = {0.05, 0.25, 0.5, 0.75, 0.95};

/* Sobol draws take turns among their scrambles; each scramble's draws one after another, all of one length. */
static struct estimate mean_of(const struct ensemble *ensemble, const double *column, long count, struct arena *arena)
{
  const long each = count / sobol_replicates;
  if (ensemble->sampling != SAMPLING_SOBOL || count != ensemble->wanted || each < 1)
    return mean_estimate(column, (int)count);
  double *sets = ARENA_ARRAY(arena, each * sobol_replicates, double);
  for (long d = 0; d < each * sobol_replicates; d++)
    sets[(d % sobol_replicates) * each + d / sobol_replicates] = column[d];
  struct estimate estimate = mean_of_replicates(sets, sobol_replicates, (int)each);
  estimate.mean = mean_estimate(column, (int)count).mean;
  return estimate;
}

struct fan fan_of(const struct ensemble *ensemble, int indicator, struct arena *arena)
{
  struct fan fan = {0};
  long count;
  const double *column = ensemble_column(ensemble, indicator, &count, arena);
  const double central = ensemble->indicators->items[indicator].central;
  fan.count = (int)count;
  if (count < 1) return fan;
  const double *sorted = draws_sorted(column, fan.count, arena);
  double *losses = ARENA_ARRAY(arena, count, double);
  for (long d = 0; d < count; d++) losses[d] = -sorted[count - 1 - d];
  for (int q = 0; q < fan_quantiles; q++) fan.quantiles[q] = quantile(sorted, fan.count, fan_levels[q]);
  fan.mean = mean_of(ensemble, column, count, arena);
  fan.high_tail = conditional_value_at_risk(sorted, fan.count, 0.95);
  fan.low_tail = -conditional_value_at_risk(losses, fan.count, 0.95);
  const double none = (double)NAN;
  fan.below = isnan(central) ? (struct shortfall){{none, none, none}, none, none}
                             : shortfall_below(column, fan.count, central, 0.95);
  return fan;
}

static int find(const struct ensemble *ensemble, const char *name)
{
  for (int i = 0; i < ensemble->indicators->count; i++)
    if (text_equal(ensemble->indicators->items[i].name, name)) return i;
  return -1;
}

bool policies_of(const struct ensemble *const *ensembles, int policies, const char *name,
                 struct table_of_policies *table, struct arena *arena)
{
  long most = ensembles[0]->reach;
  int *at = ARENA_ARRAY(arena, policies, int);
  for (int k = 0; k < policies; k++) {
    at[k] = find(ensembles[k], name);
    if (at[k] < 0) return false;
    if (ensembles[k]->reach < most) most = ensembles[k]->reach;
  }
  double *rows = ARENA_ARRAY(arena, policies * most, double);
  table->count = 0;
  for (long d = 0; d < most; d++) {
    bool whole = true;
    for (int k = 0; k < policies; k++) {
      const double value = ensembles[k]->values[d * ensembles[k]->indicators->count + at[k]];
      rows[k * most + table->count] = value;
      whole = whole && ensembles[k]->state[d] == DRAW_CERTIFIED && !isnan(value);
    }
    table->count += whole;
  }
  table->values = ARENA_ARRAY(arena, policies * table->count, double);
  for (int k = 0; k < policies; k++)
    for (int d = 0; d < table->count; d++) table->values[k * table->count + d] = rows[k * most + d];
  return table->count >= 2;
}

bool pairing_of(const struct ensemble *a, const struct ensemble *b, const char *name, struct pairing *pairing,
                struct arena *arena)
{
  const struct ensemble *both[] = {a, b};
  struct table_of_policies table;
  if (!policies_of(both, 2, name, &table, arena)) return false;
  *pairing = (struct pairing){table.count, table.values, table.values + table.count};
  return true;
}
