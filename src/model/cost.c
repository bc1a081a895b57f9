/* model/cost.c - see cost.h. */
#include "model/cost.h"

#include <math.h>

double cost_group(const struct network *network, int activity, const int *index, const double *values)
{
  const struct activity *first = &network->activities[network->activities[activity].group];
  double total = 0;
  for (int i = 0; i < first->group_count; i++) {
    const int j = first->group + i;
    total += values[index != NULL ? index[j] : j];
  }
  return total;
}

double cost_marginal(const struct activity_terms *terms, double total)
{
  double cost = terms->cost + terms->slope * total;
  if (terms->power != 0) cost += terms->power * pow(fmax(total, 0) / terms->power_scale, terms->power_exponent);
  return cost;
}

double cost_of(const struct activity_terms *terms, double x, double total)
{
  double rising = terms->slope * total * total / 2;
  if (terms->power != 0)
    rising += terms->power * terms->power_scale / (terms->power_exponent + 1) *
              pow(fmax(total, 0) / terms->power_scale, terms->power_exponent + 1);
  return terms->cost * x + (total > 0 ? rising * x / total : 0);
}
