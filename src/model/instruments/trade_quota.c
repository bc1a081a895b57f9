/* model/instruments/trade_quota.c - export and import quotas: one limit on flows, one rent per kilogram counted.
 *
 * Both kinds are one row of quota.c; they differ in who holds the rent unless the terms say so.
 */
#include <math.h>

#include "model/instruments/quota.h"

struct trade_quota_terms {
  struct selector select;
  double quantity_t_per_year, reference_t_per_year;
  struct field_list elements;
  int rent_to;
};

#define ROW trade_quota_terms
#define TRADE_QUOTA_FIELDS(rent_to_default)                                                                            \
  SELECT_MATERIALS, SELECT_FROM, SELECT_TO,                                                                            \
      NUMBER(ROW, quantity_t_per_year, "t/y", NULL, 0, 1e12, "The quota, shared by all flows selected"),               \
      NUMBER(ROW, reference_t_per_year, "t/y", "", 0, 1e12,                                                            \
             "What moves without it: weighs the part of a period in which it is not in force. Absent: it counts from " \
             "half a period on"),                                                                                      \
      LIST(ROW, elements, "", NULL, "Counted by content of these elements. Absent: gross weight"),                     \
      CHOICE(ROW, rent_to, rent_to_default, RENT_CHOICES, "Who keeps the rent"), FIELD_END
static const struct field export_fields[] = {TRADE_QUOTA_FIELDS("exporter")};
static const struct field import_fields[] = {TRADE_QUOTA_FIELDS("buyer")};
#undef ROW

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct trade_quota_terms *terms = instrument->terms;
  if (!bind_arcs(network, instrument, arena, error)) return false;
  struct quota *quota = quota_of_arcs(network, instrument, &terms->elements, (enum rent_holder)terms->rent_to, arena);
  instrument->extra = quota;
  return quota->count > 0 || instrument->arcs_count == 0 ||
         term_error(error, instrument, "elements",
                    "nothing counts: none of the materials contains %s according to "
                    "the table contents",
                    terms->elements.names[0]);
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

const struct instrument_kind kind_export_quota = {
    .name = "export_quota",
    .help = "A limit on exports, shared by several materials and destinations at one rent per kilogram counted",
    .fields = export_fields,
    .terms_size = sizeof(struct trade_quota_terms),
    .bind = bind,
    .add = add,
    .settle = settle,
};

const struct instrument_kind kind_import_quota = {
    .name = "import_quota",
    .help = "A limit on imports, shared by several materials and origins at one rent per kilogram counted",
    .fields = import_fields,
    .terms_size = sizeof(struct trade_quota_terms),
    .bind = bind,
    .add = add,
    .settle = settle,
};
