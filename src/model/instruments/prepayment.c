/* model/instruments/prepayment.c - a buyer pays deliveries in advance: a loan without interest, repaid by credits on
 * invoices in equal quarters. What is delivered moves through the market as it would anyway. */
#include <math.h>

#include "model/instruments/support.h"

struct prepayment_terms {
  struct support_terms support;
  double amount_usd, credit_start, credit_years;
};

#define ROW prepayment_terms
static const struct field fields[] = {
    SUPPORT_FIELDS, NUMBER(ROW, amount_usd, "USD", NULL, 0, 1e15, "What is paid in advance"),
    DATE(ROW, credit_start, NULL, "Deliveries are credited from"),
    NUMBER(ROW, credit_years, "y", "5", 0.25, 60, "In equal quarters over so long"), FIELD_END};
#undef ROW

static void write(const struct bound_instrument *instrument, const struct dataset *, struct support_flows *flows)
{
  const struct prepayment_terms *terms = instrument->terms;
  const int count = (int)fmax(1, round(4 * terms->credit_years));
  support_draw(instrument, terms->amount_usd, PARTY_AGENCY, "prepayment", flows);
  for (int i = 0; i < count; i++)
    support_flow_add(flows, (struct support_flow){terms->credit_start + i / 4.0, terms->amount_usd / count, PARTY_FIRM,
                                                  PARTY_AGENCY, "prepayment credited"});
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct prepayment_terms *terms = instrument->terms;
  if (terms->credit_start < instrument->instrument->start)
    return term_error(error, instrument, "credit_start", "found %g, before the start", terms->credit_start);
  return support_bind(network, instrument, write, arena, error);
}

const struct instrument_kind kind_prepayment = {
    .name = "prepayment",
    .help = "A buyer pays deliveries in advance: money without interest, credited on invoices",
    .fields = fields,
    .terms_size = sizeof(struct prepayment_terms),
    .bind = bind,
    .adjust = support_adjust,
    .settle = support_settle,
    .advance = support_advance,
    .worth = worth_nothing,
    .drawn = support_drawn,
    .pays = true,
    .basis = BASIS_NONE,
};
