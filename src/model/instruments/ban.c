/* model/instruments/ban.c - a flow is forbidden; a stated share of what moved before may leak (E52).
 *
 * A quota of zero (a prohibitive cost) or of leakage x reference. In force for a part of a period, the rest of the
 * period lets the reference through; without a reference the ban counts from half a period on.
 */
#include <math.h>

#include "model/instruments/quota.h"

struct ban_terms {
  struct selector select;
  double leakage, reference_t_per_year;
  int rent_to;
};

#define ROW ban_terms
static const struct field fields[] = {
    SELECT_MATERIALS,
    SELECT_FROM,
    SELECT_TO,
    NUMBER(ROW, leakage, "1", "0", 0, 1, "Share of the reference flow that gets through"),
    NUMBER(ROW, reference_t_per_year, "t/y", "", 0, 1e12,
           "What moves without the ban. Absent: the links' observed flow"),
    CHOICE(ROW, rent_to, "exporter", RENT_CHOICES, "Who gains from what leaks"),
    FIELD_END};
#undef ROW

/* Observed flow of the links meant, NAN where one is not stated. */
static double observed_flow(const struct network *network, const struct bound_instrument *instrument)
{
  double sum = 0;
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int link = network->arcs[instrument->arcs[i]].link;
    bool first = true;
    for (int j = 0; j < i; j++) first = first && network->arcs[instrument->arcs[j]].link != link;
    if (first) sum += network->dataset->links[link].flow_t_per_year;
  }
  return instrument->arcs_count == 0 ? (double)NAN : sum;
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct ban_terms *terms = instrument->terms;
  const struct field_list gross = {.count = 0};
  if (!bind_arcs(network, instrument, arena, error)) return false;
  if (terms->leakage > 0 && isnan(terms->reference_t_per_year) && instrument->arcs_count > 0 &&
      isnan(observed_flow(network, instrument)))
    return term_error(error, instrument, "reference_t_per_year",
                      "missing; expected the flow of which %g leaks, in t a year", terms->leakage);
  instrument->extra = quota_of_arcs(network, instrument, &gross, (enum rent_holder)terms->rent_to, arena);
  return true;
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const double stated = instrument_term(instrument, window, b, "reference_t_per_year");
  const double reference = isnan(stated) ? observed_flow(window->network, instrument) : stated;
  const double leakage = instrument_term(instrument, window, b, "leakage");
  quota_add(instrument->extra, k, window, b,
            quota_limit(leakage > 0 ? leakage * reference : 0, reference, window->blocks[b].instruments[k].share));
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  quota_settle(instrument->extra, k, outcome, p, ledger);
}

const struct instrument_kind kind_ban = {
    .name = "ban",
    .help = "Forbids a flow, but for a share that leaks",
    .fields = fields,
    .terms_size = sizeof(struct ban_terms),
    .bind = bind,
    .add = add,
    .settle = settle,
};
