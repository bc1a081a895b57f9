/* model/instruments/covenant.c - what a firm may not do while the covenant runs: export to some regions; or a flag.
 *
 * A price taker's goods mix with those of others where it produces, so the ban is on what leaves those places; where
 * others make the same material there, that must be accepted in so many words. Owners who deliver their own goods are
 * banned alone. Covenants on shares, boards or consent move nothing: forbids: nothing records them as a flag.
 */
#include <math.h>

#include "model/instruments/quota.h"

enum { FORBIDS_EXPORTS, FORBIDS_NOTHING };

struct covenant_terms {
  struct selector select;
  int forbids;
  bool others_too;
  const char *scope;
};

#define ROW covenant_terms
static const struct field fields[] = {
    SELECT_OWNERS,
    SELECT_MATERIALS,
    SELECT_TO,
    CHOICE(ROW, forbids, "nothing", "exports|nothing", "What it stops; nothing: a flag for reports"),
    FLAG(ROW, others_too, "no", "Others who make the material in the same region may be stopped with them"),
    TEXT(ROW, scope, "What it says, and while what it runs"),
    FIELD_END};
#undef ROW

static int owner_of(const struct network *network, int activity)
{
  return network->dataset->facilities[network->activities[activity].facility].owner;
}

/* Who makes the material in the region: an owner meant, and whether anybody else does. */
static bool makes_there(const struct network *network, const struct covenant_terms *terms, int material, int region,
                        bool *others)
{
  bool meant = false;
  *others = false;
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++) {
      const struct node *node = &network->nodes[network->activities[j].io[i].node];
      if (network->activities[j].io[i].amount <= 0 || node->material != material || node->region != region) continue;
      const int owner = owner_of(network, j);
      const bool mine = owner >= 0 && selected(&terms->select.owners, owner);
      meant = meant || mine;
      *others = *others || !mine;
    }
  return meant;
}

static bool banned(const struct network *network, const struct bound_instrument *instrument, int a, bool *fits,
                   struct error *error)
{
  const struct covenant_terms *terms = instrument->terms;
  const struct arc *arc = &network->arcs[a];
  const struct node *from = &network->nodes[arc->from];
  bool others;
  *fits = false;
  if (!selector_holds_arc(&terms->select, network, a)) return true;
  if (arc->owner >= 0) {
    *fits = selected(&terms->select.owners, arc->owner);
    return true;
  }
  if (!makes_there(network, terms, from->material, from->region, &others)) return true;
  *fits = true;
  return !others || terms->others_too ||
         term_error(error, instrument, "others_too",
                    "others make %s in %s too, and goods of price takers mix there; expected yes, or an owner that "
                    "delivers",
                    network->dataset->materials[from->material].record.id,
                    network->dataset->regions[from->region].record.id);
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct covenant_terms *terms = instrument->terms;
  const struct field_list gross = {.count = 0};
  if (terms->select.owners.count == 0)
    return term_error(error, instrument, "owners", "missing; expected who is bound by it");
  int *arcs = ARENA_ARRAY(arena, network->arcs_count, int), count = 0;
  for (int a = 0; terms->forbids == FORBIDS_EXPORTS && a < network->arcs_count; a++) {
    bool fits;
    if (!banned(network, instrument, a, &fits, error)) return false;
    if (fits) arcs[count++] = a;
  }
  instrument->arcs = arcs, instrument->arcs_count = count;
  instrument->extra = quota_of_arcs(network, instrument, &gross, RENT_BUYER, arena);
  return true;
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct quota *quota = instrument->extra;
  if (quota->count > 0) quota_add(quota, k, window, b, quota_limit(0, NAN, window->blocks[b].instruments[k].share));
}

const struct instrument_kind kind_covenant = {
    .name = "covenant",
    .help = "What a firm may not do while a contract runs: export to some regions, or a flag that moves nothing",
    .fields = fields,
    .terms_size = sizeof(struct covenant_terms),
    .bind = bind,
    .add = add,
    .basis = BASIS_NONE,
};
