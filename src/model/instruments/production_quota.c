/* model/instruments/production_quota.c - a limit on what facilities make, or take in, together (E47, E54).
 *
 * Strategic firms under one quota have a continuum of equilibria; equal rents are the traded licence. Stated weights
 * on the facilities' rents select another equilibrium: they do not change what is counted.
 */
#include <math.h>

#include "base/text.h"
#include "model/instruments/quota.h"

struct production_quota_terms {
  struct selector select;
  double quantity_t_per_year, reference_t_per_year;
  struct field_list elements, stages, rent_weights;
  int counts;
};

enum { COUNTS_OUTPUT, COUNTS_FEED };

#define ROW production_quota_terms
static const struct field fields[] = {
    SELECT_MATERIALS,
    SELECT_FACILITIES,
    SELECT_OWNERS,
    SELECT_REGIONS,
    LIST(ROW, stages, "", NULL, "Stages of the processes it applies to. Absent: all"),
    NUMBER(ROW, quantity_t_per_year, "t/y", NULL, 0, 1e12, "The quota, shared by all facilities selected"),
    NUMBER(ROW, reference_t_per_year, "t/y", "", 0, 1e12,
           "What is made without it: weighs the part of a period in which it is not in force"),
    CHOICE(ROW, counts, "output", "output|feed", "Whether what comes out counts or what goes in"),
    LIST(ROW, elements, "", NULL, "Counted by content of these elements. Absent: gross weight"),
    LIST(ROW, rent_weights, "", NULL, "Weight of the rent for each of the facilities listed. Absent: 1"),
    FIELD_END};
#undef ROW

static const char *const stage_names[] = {"ore",   "concentrate", "compound", "oxide", "metal",
                                          "alloy", "magnet",      "product",  "scrap", "other"};
enum { stages_count = sizeof stage_names / sizeof *stage_names };

static bool stages_known(const struct bound_instrument *instrument, struct error *error)
{
  const struct production_quota_terms *terms = instrument->terms;
  for (int i = 0; i < terms->stages.count; i++) {
    bool known = false;
    for (int s = 0; s < stages_count; s++) known = known || text_equal(terms->stages.names[i], stage_names[s]);
    if (!known)
      return term_error(error, instrument, "stages", "found '%s', expected one of " STAGE_CHOICES,
                        terms->stages.names[i]);
  }
  return true;
}

/* Leaves out what belongs to other stages. */
static void keep_stages(const struct network *network, struct bound_instrument *instrument, struct arena *arena)
{
  const struct production_quota_terms *terms = instrument->terms;
  int *kept = ARENA_ARRAY(arena, instrument->activities_count, int), count = 0;
  for (int i = 0; i < instrument->activities_count; i++) {
    const int stage = network->dataset->processes[network->activities[instrument->activities[i]].process].stage;
    if (selected_name(&terms->stages, stage_names[stage])) kept[count++] = instrument->activities[i];
  }
  instrument->activities = kept, instrument->activities_count = count;
}

/* A quota with the weights of its facilities; NULL with error set. */
static const struct quota *weighted(const struct network *network, const struct bound_instrument *instrument,
                                    struct quota *quota, struct arena *arena, struct error *error)
{
  const struct production_quota_terms *terms = instrument->terms;
  const struct field_list *facilities = &terms->select.facilities, *weights = &terms->rent_weights;
  if (weights->count == 0) return quota;
  if (weights->count != facilities->count)
    return term_error(error, instrument, "rent_weights", "found %d for %d facilities; expected one weight for each",
                      weights->count, facilities->count),
           NULL;
  struct quota_target *targets = ARENA_ARRAY(arena, quota->count, struct quota_target);
  for (int i = 0; i < quota->count; i++) {
    targets[i] = quota->targets[i];
    for (int f = 0; f < facilities->count; f++) {
      const bool mine = facilities->indices[f] == network->activities[targets[i].index].facility;
      if (mine && (!parse_number(weights->names[f], &targets[i].weight) || !(targets[i].weight > 0)))
        return term_error(error, instrument, "rent_weights", "found '%s', expected a number above 0",
                          weights->names[f]),
               NULL;
    }
  }
  quota->targets = targets;
  return quota;
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct production_quota_terms *terms = instrument->terms;
  const bool feed = terms->counts == COUNTS_FEED;
  if (!stages_known(instrument, error) || !bind_activities(network, instrument, feed, arena, error)) return false;
  keep_stages(network, instrument, arena);
  struct quota *quota = quota_of_activities(network, instrument, &terms->elements, feed, arena);
  instrument->extra = weighted(network, instrument, quota, arena, error);
  return instrument->extra != NULL;
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const double quantity = instrument_term(instrument, window, b, "quantity_t_per_year");
  const double reference = instrument_term(instrument, window, b, "reference_t_per_year");
  quota_add(instrument->extra, k, window, b, quota_limit(quantity, reference, window->blocks[b].instruments[k].share));
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  quota_settle(instrument->extra, k, outcome, p, ledger);
}

const struct instrument_kind kind_production_quota = {
    .name = "production_quota",
    .help = "A limit on what facilities make or take in, together; strategic firms may weigh its rent unequally",
    .fields = fields,
    .terms_size = sizeof(struct production_quota_terms),
    .bind = bind,
    .add = add,
    .settle = settle,
};
