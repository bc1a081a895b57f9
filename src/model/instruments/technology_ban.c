/* model/instruments/technology_ban.c - a region stops exporting technology and equipment (E39).
 *
 * Facilities elsewhere that run on it cost more and pay a royalty, as their rows say; those that have not started when
 * the ban begins start later by their technology delay. The delay shifts their own ramp; capacity ordered inside the
 * run keeps its lead time.
 */
#include <math.h>

#include "model/instruments/kind.h"
#include "model/terms.h"

struct technology_ban_terms {
  struct selector select;
};

static const struct field fields[] = {SELECT(from, "regions", "Regions whose technology is no longer to be had"),
                                      SELECT_FACILITIES, SELECT_REGIONS, FIELD_END};

static bool runs_on_it(const struct dataset *dataset, const struct technology_ban_terms *terms, int f)
{
  const struct facility *facility = &dataset->facilities[f];
  return facility->technology_region >= 0 && facility->technology_region != facility->region &&
         selected(&terms->select.from, facility->technology_region) &&
         selector_holds_facility(&terms->select, dataset, f);
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct technology_ban_terms *terms = instrument->terms;
  if (terms->select.from.count == 0 && !term_given(instrument, "from"))
    return term_error(error, instrument, "from", "missing; expected the regions whose technology is banned");
  int *activities = ARENA_ARRAY(arena, network->activities_count, int), count = 0;
  for (int j = 0; j < network->activities_count; j++)
    if (runs_on_it(network->dataset, terms, network->activities[j].facility)) activities[count++] = j;
  instrument->activities = activities, instrument->activities_count = count;
  return true;
}

/* What the ramp gives in a block when the start moves by `later` years: mean over its length. */
static double late_ramp(const struct window *window, int f, int b, double later)
{
  const struct dataset *dataset = window->network->dataset;
  const struct facility *facility = &dataset->facilities[f];
  const struct period period = window->blocks[b].period;
  const double start = facility->start + facility->delay_years + later;
  return ramp_mean(dataset, facility->ramp, period.start - start, period.length, INFINITY);
}

/* Share of its capacity that a facility keeps in the block when the ban delays it. */
static double kept(const struct bound_instrument *instrument, const struct window *window, int b, int f)
{
  const struct facility *facility = &window->network->dataset->facilities[f];
  const double began = instrument->instrument->start;
  const double start = facility->start + facility->delay_years;
  const bool waits = !isnan(start) && facility->technology_delay_years > 0 && (isnan(began) || start > began);
  const double without = waits ? late_ramp(window, f, b, 0) : 1;
  return waits && without > 0 ? late_ramp(window, f, b, facility->technology_delay_years) / without : 1;
}

static void adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct network *network = window->network;
  const struct block *block = &window->blocks[b];
  const double share = block->instruments[k].share;
  for (int i = 0; i < instrument->activities_count; i++) {
    const int f = network->activities[instrument->activities[i]].facility;
    const struct facility *facility = &network->dataset->facilities[f];
    struct activity_terms *terms = &block->activity_terms[instrument->activities[i]];
    const double dearer = 1 + share * (facility->technology_cost_factor - 1);
    terms->cost += (dearer - 1) * own_cost(network, instrument->activities[i], moment_of_block(window, b)) +
                   share * facility->royalty_usd_per_kg;
    terms->slope *= dearer;
    terms->power *= dearer;
    const bool first = i == 0 || network->activities[instrument->activities[i - 1]].facility != f;
    if (first && isfinite(block->facility_terms[f].capacity))
      block->facility_terms[f].capacity *= 1 - share * (1 - kept(instrument, window, b, f));
  }
}

/* Royalties leave the model; the higher cost is a real one. */
static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  for (int i = 0; i < instrument->activities_count; i++) {
    const int j = instrument->activities[i], f = network->activities[j].facility;
    ledger_post(ledger, (struct account){ACCOUNT_FACILITY, f}, (struct account){ACCOUNT_OUTSIDE, 0}, k,
                period->instrument_share[k] * network->dataset->facilities[f].royalty_usd_per_kg * period->activity[j],
                period->activity[j], "royalty");
  }
}

const struct instrument_kind kind_technology_ban = {
    .name = "technology_ban",
    .help = "A region stops exporting technology: plants elsewhere that need it are delayed, dearer, and pay royalties",
    .fields = fields,
    .terms_size = sizeof(struct technology_ban_terms),
    .bind = bind,
    .adjust = adjust,
    .settle = settle,
};
