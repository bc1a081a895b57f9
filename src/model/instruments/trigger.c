/* model/instruments/trigger.c - reads in the outcome whether, and when, a plant has reached its full capacity.
 *
 * A period's output is a mean: a plant that ran at 0.5 in one year and at 0.9 in the next is taken to have grown evenly
 * through the next. So the date moves with the ramp by days, where a test of yearly means would move it by a year.
 */
#include "model/instruments/trigger.h"

#include <math.h>

/* What ran in period p over what the nameplate yields; 0 before the first period. */
static double utilisation(const struct outcome *outcome, int p, int facility)
{
  if (p < 0) return 0;
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  const double nameplate = network->dataset->facilities[facility].capacity_t_per_year;
  const double full = nameplate * period->facility_terms[facility].factor;
  double used = 0;
  for (int j = network->facility_first[facility]; j < network->facility_first[facility + 1]; j++)
    used += network->activities[j].capacity_use * period->activity[j];
  return used > 0 && full > 0 ? used / full : 0;
}

bool trigger_full(const struct outcome *outcome, int p, int facility, double share)
{
  const double found = utilisation(outcome, p, facility);
  return found > 0 && found >= share;
}

double trigger_date(const struct outcome *outcome, int p, int facility, double share)
{
  for (int q = 0; q <= p; q++) {
    if (!trigger_full(outcome, q, facility, share)) continue;
    const struct period period = outcome->periods[q].period;
    const double before = utilisation(outcome, q - 1, facility), now = utilisation(outcome, q, facility);
    return period.start + period.length * (share > before ? (share - before) / (now - before) : 0);
  }
  return INFINITY;
}
