/* metrics/welfare.c - surplus by party. One pass over the ledger; demand curves are integrated in closed form. */
#include "metrics/welfare.h"

#include <math.h>

#include "base/text.h"

static const double isoelastic_from = 0.01; /* of the reference quantity, where there is no choke */

/* Area under p = p0 (d/d0)^(-1/eps) between two quantities. */
static double isoelastic_area(const struct consumer_terms *terms, double from, double to)
{
  const double power = 1 - 1 / terms->elasticity;
  const double scale = terms->price * terms->quantity;
  if (fabs(power) < 1e-9) return scale * log(to / from);
  return scale / power * (pow(to / terms->quantity, power) - pow(from / terms->quantity, power));
}

static double isoelastic_worth(const struct consumer_terms *terms, double d)
{
  const bool choked = isfinite(terms->choke);
  const double first =
      terms->quantity * (choked ? pow(terms->choke / terms->price, -terms->elasticity) : isoelastic_from);
  const double height = choked ? terms->choke : terms->price * pow(isoelastic_from, -1 / terms->elasticity);
  if (d <= first) return height * d;
  return height * first + isoelastic_area(terms, first, d);
}

static double linear_worth(const struct consumer_terms *terms, double d)
{
  const double choke = fmin(terms->choke, terms->intercept);
  const double first = terms->slope > 0 ? (terms->intercept - choke) / terms->slope : 0;
  if (d <= first) return choke * d;
  const double price = terms->intercept - terms->slope * d;
  return choke * first + 0.5 * (choke + price) * (d - first);
}

double demand_worth(const struct consumer_terms *terms, double d)
{
  if (!(d > 0) || !(terms->quantity > 0)) return 0;
  return terms->form == DEMAND_ISOELASTIC ? isoelastic_worth(terms, d) : linear_worth(terms, d);
}

int instrument_payer_region(const struct dataset *dataset, const struct instrument *instrument)
{
  if (instrument->government != NULL) return dataset_find(dataset, "regions", instrument->government);
  if (instrument->payer == NULL) return -1;
  int best = -1;
  size_t best_length = 0;
  for (int r = 0; r < dataset->regions_count; r++) {
    const char *const names[] = {dataset->regions[r].record.id, dataset->regions[r].name};
    for (int i = 0; i < 2; i++) {
      if (names[i] == NULL || !text_starts(instrument->payer, names[i])) continue;
      const size_t length = (size_t)text_columns(names[i]);
      if (length > best_length) best = r, best_length = length;
    }
  }
  return best;
}

/* The sum that an account's receipts and payments belong to; NULL: clearing, and factors paid at their cost. */
static double *party(struct welfare *welfare, const struct network *network, struct account account)
{
  const struct dataset *dataset = network->dataset;
  switch (account.kind) {
  case ACCOUNT_FACILITY: return &welfare->firms[dataset->facilities[account.index].region];
  case ACCOUNT_CONSUMER: return &welfare->users[dataset->segments[network->consumers[account.index].segment].region];
  case ACCOUNT_GOVERNMENT: return &welfare->governments[account.index];
  case ACCOUNT_AGENCY: {
    const int region = instrument_payer_region(dataset, &dataset->instruments[account.index]);
    return region >= 0 ? &welfare->governments[region] : &welfare->agencies;
  }
  case ACCOUNT_TRADER: return &welfare->traders;
  case ACCOUNT_STORE: return &welfare->stockholders;
  case ACCOUNT_RENT: return &welfare->rents;
  case ACCOUNT_OUTSIDE: return &welfare->outside;
  case ACCOUNT_WEDGE: return &welfare->wedges;
  case ACCOUNT_NODE:
  case ACCOUNT_RESOURCES: break;
  }
  return NULL;
}

struct welfare welfare_period(const struct outcome *outcome, int p, const struct ledger *ledger, struct arena *arena)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  const int regions = network->dataset->regions_count;
  struct welfare welfare = {.regions_count = regions,
                            .users = ARENA_ARRAY(arena, regions, double),
                            .firms = ARENA_ARRAY(arena, regions, double),
                            .governments = ARENA_ARRAY(arena, regions, double)};
  for (int i = 0; i < ledger->count; i++) {
    const struct posting *posting = &ledger->postings[i];
    double *payer = party(&welfare, network, posting->payer), *payee = party(&welfare, network, posting->payee);
    if (payer != NULL) *payer -= posting->kusd_per_year;
    if (payee != NULL) *payee += posting->kusd_per_year;
  }
  for (int k = 0; k < network->consumers_count; k++)
    welfare.users[network->dataset->segments[network->consumers[k].segment].region] +=
        demand_worth(&period->consumer_terms[k], period->consumption[k]);
  return welfare;
}

double welfare_total(const struct welfare *welfare)
{
  double total = welfare->agencies + welfare->traders + welfare->stockholders + welfare->rents + welfare->outside +
                 welfare->wedges;
  for (int r = 0; r < welfare->regions_count; r++)
    total += welfare->users[r] + welfare->firms[r] + welfare->governments[r];
  return total;
}
