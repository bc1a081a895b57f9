/* model/instruments/eligibility.c - segments or a sector must buy from a class of origin (E55).
 *
 * The network splits such segments over two nodes and the figures in force move demand between them (model/terms.c);
 * here stands only whom the rule is about. It brings no payment: the premium is in the price of the class.
 */
#include "base/text.h"
#include "model/instruments/kind.h"

struct eligibility_terms {
  struct selector select;
  struct field_list sectors, rules;
};

#define ROW eligibility_terms
static const struct field fields[] = {SELECT_SEGMENTS,
                                      LIST(ROW, sectors, "", NULL, "Sectors whose segments it applies to. Absent: all"),
                                      SELECT_MATERIALS,
                                      SELECT_REGIONS,
                                      LIST(ROW, rules, NULL, "rules", "Rules that purchases must comply with"),
                                      FIELD_END};
#undef ROW

static bool applies(const struct dataset *dataset, const struct eligibility_terms *terms, int segment)
{
  const struct segment *s = &dataset->segments[segment];
  return selected(&terms->select.segments, segment) && selected(&terms->select.materials, s->material) &&
         selected(&terms->select.regions, s->region) && selected_name(&terms->sectors, s->sector);
}

static class_mask eligible(const struct dataset *dataset, const void *terms, int segment)
{
  const struct eligibility_terms *rule = terms;
  return applies(dataset, rule, segment) ? rules_mask(&rule->rules) : 0;
}

static void needs(const struct dataset *, const void *terms, class_mask *classes, bool *)
{
  *classes |= rules_mask(&((const struct eligibility_terms *)terms)->rules);
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const int self = (int)(instrument - network->instruments);
  int *consumers = ARENA_ARRAY(arena, network->consumers_count, int), count = 0;
  bool meant = false;
  for (int s = 0; s < network->dataset->segments_count; s++)
    meant = meant || applies(network->dataset, instrument->terms, s);
  for (int c = 0; c < network->consumers_count; c++)
    if (network->consumers[c].instrument == self) consumers[count++] = c;
  instrument->consumers = consumers, instrument->consumers_count = count;
  return meant || term_error(error, instrument, term_given(instrument, "sectors") ? "sectors" : "segments",
                             "applies to nothing: no segment fits the selection");
}

const struct instrument_kind kind_eligibility = {
    .name = "eligibility",
    .help = "Segments or sectors must buy goods that comply with rules of origin",
    .fields = fields,
    .terms_size = sizeof(struct eligibility_terms),
    .needs = needs,
    .bind = bind,
    .eligible = eligible,
};
