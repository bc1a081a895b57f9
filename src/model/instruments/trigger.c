/* model/instruments/trigger.c - reads in the outcome whether a plant has reached its full capacity. */
#include "model/instruments/trigger.h"

#include <math.h>

bool trigger_full(const struct outcome *outcome, int p, int facility, double share)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  const double nameplate = network->dataset->facilities[facility].capacity_t_per_year;
  double used = 0;
  for (int j = network->facility_first[facility]; j < network->facility_first[facility + 1]; j++)
    used += network->activities[j].capacity_use * period->activity[j];
  return used > 0 && used >= share * nameplate * period->facility_terms[facility].factor;
}

double trigger_date(const struct outcome *outcome, int p, int facility, double share)
{
  for (int q = 0; q <= p; q++)
    if (trigger_full(outcome, q, facility, share))
      return outcome->periods[q].period.start + outcome->periods[q].period.length;
  return INFINITY;
}
