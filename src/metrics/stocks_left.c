/* metrics/stocks_left.c - tonnes by owner from the outcome, at the last price. Whether anybody would buy them is not
 * asked. */
#include "metrics/stocks_left.h"

#include <math.h>

#include "metrics/welfare.h"
#include "model/instruments.h"

/* Million USD, present value, of so many tonnes at a node at the end of the run. */
static double worth(const struct outcome *outcome, int node, double tonnes)
{
  const struct scenario *scenario = outcome->network->scenario;
  const struct period_outcome *last = &outcome->periods[outcome->periods_count - 1];
  const double price = isnan(last->price[node]) ? last->multiplier[node] : last->price[node];
  const double years = last->period.start + last->period.length - scenario->base_year;
  return tonnes * fmax(0, price) * (1 - SALE_DISCOUNT) / 1000 * pow(1 + scenario->discount_rate, -years);
}

static void add_public(struct stocks_left *left, const struct outcome *outcome, int k)
{
  const struct dataset *dataset = outcome->network->dataset;
  const struct bound_instrument *bound = &outcome->network->instruments[k];
  if (bound->kind->held == NULL || !dataset->instruments[k].enabled) return;
  const struct held held = bound->kind->held(bound, k, outcome, outcome->periods_count - 1);
  if (held.node < 0) return;
  const double musd = worth(outcome, held.node, held.tonnes);
  const int region = instrument_payer_region(dataset, &dataset->instruments[k]);
  if (held.by_firm)
    left->firms += musd;
  else if (region >= 0)
    left->governments[region] += musd;
  else
    left->agencies += musd;
}

struct stocks_left stocks_left_compute(const struct outcome *outcome, struct arena *arena)
{
  const struct network *network = outcome->network;
  struct stocks_left left = {.governments = ARENA_ARRAY(arena, network->dataset->regions_count, double)};
  if (outcome->periods_count == 0) return left;
  for (int k = 0; k < network->instruments_count; k++) add_public(&left, outcome, k);
  for (int s = 0; s < network->stores_count; s++)
    left.firms += worth(outcome, network->stores[s].node, outcome->periods[outcome->periods_count - 1].stock[s]);
  return left;
}
