/* model/instruments/foreign_direct_product.c - a licence for foreign goods with content or technology of a country.
 *
 * Which goods these are is a rule of origin, a bit of the class (`rules`: covered stages, regions, owners); the
 * threshold of the law says how the rule's table was written. Flows whose class lacks one of the bits share a quota of
 * the approved part of a reference; the rest of the world may turn to goods of the compliant class.
 */
#include <math.h>

#include "model/instruments/quota.h"

struct foreign_direct_product_terms {
  struct selector select;
  struct field_list rules;
  double approval, reference_t_per_year, threshold_share;
};

#define ROW foreign_direct_product_terms
static const struct field fields[] = {
    SELECT_MATERIALS,
    SELECT_FROM,
    SELECT_TO,
    LIST(ROW, rules, NULL, "rules", "Goods that break one of these rules need a licence"),
    NUMBER(ROW, approval, "1", "0", 0, 1, "Share of the reference that is licensed"),
    NUMBER(ROW, reference_t_per_year, "t/y", "", 0, 1e12, "What moves without the rule; needed with an approval"),
    NUMBER(ROW, threshold_share, "1", "", 0, 1, "Share of value from which the law counts content, for the record"),
    FIELD_END};
#undef ROW

static void needs(const struct dataset *, const void *terms, class_mask *classes, bool *)
{
  *classes |= rules_mask(&((const struct foreign_direct_product_terms *)terms)->rules);
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct foreign_direct_product_terms *terms = instrument->terms;
  const class_mask rules = rules_mask(&terms->rules);
  const struct field_list gross = {.count = 0};
  if (terms->approval > 0 && isnan(terms->reference_t_per_year))
    return term_error(error, instrument, "reference_t_per_year", "missing; expected the flow of which %g is licensed",
                      terms->approval);
  if (!bind_arcs(network, instrument, arena, error)) return false;
  int *arcs = ARENA_ARRAY(arena, instrument->arcs_count, int), count = 0;
  for (int i = 0; i < instrument->arcs_count; i++)
    if ((network->nodes[network->arcs[instrument->arcs[i]].from].class & rules) != rules)
      arcs[count++] = instrument->arcs[i];
  instrument->arcs = arcs, instrument->arcs_count = count;
  instrument->extra = quota_of_arcs(network, instrument, &gross, RENT_BUYER, arena);
  return true;
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const double reference = instrument_term(instrument, window, b, "reference_t_per_year");
  const double approval = instrument_term(instrument, window, b, "approval");
  quota_add(instrument->extra, k, window, b,
            quota_limit(approval > 0 ? approval * reference : 0, reference, window->blocks[b].instruments[k].share));
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  quota_settle(instrument->extra, k, outcome, p, ledger);
}

const struct instrument_kind kind_foreign_direct_product = {
    .name = "foreign_direct_product",
    .help = "A licence for foreign goods with a country's content or technology: the goods are a class of origin",
    .fields = fields,
    .terms_size = sizeof(struct foreign_direct_product_terms),
    .needs = needs,
    .bind = bind,
    .add = add,
    .settle = settle,
    .basis = BASIS_NONE,
};
