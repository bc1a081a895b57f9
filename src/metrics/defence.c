/* metrics/defence.c - sums over consumers. More than is wanted by one does not make up for less at another. */
#include "metrics/defence.h"

#include <math.h>

#include "base/text.h"

bool segment_is_defence(const struct segment *segment)
{
  return segment->defence || text_equal(segment->sector, "defence");
}

double defence_met(const struct outcome *outcome, int p, int region, int material)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  double wanted = 0, got = 0;
  for (int k = 0; k < network->consumers_count; k++) {
    const struct segment *segment = &network->dataset->segments[network->consumers[k].segment];
    if (!segment_is_defence(segment) || segment->region != region || segment->material != material) continue;
    wanted += period->consumer_terms[k].quantity;
    got += fmin(period->consumption[k], period->consumer_terms[k].quantity);
  }
  return wanted > 0 ? got / wanted : NAN;
}
