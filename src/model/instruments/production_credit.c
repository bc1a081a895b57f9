/* model/instruments/production_credit.c - a credit per kilogram made, or a share of production cost (E6).
 *
 * Phasing out is a schedule on the term. Eligible cost is what the facility and its process cost by the data, rising
 * cost included, without inputs, wedge and royalty.
 */
#include <math.h>

#include "model/instruments/kind.h"

struct production_credit_terms {
  struct selector select;
  double usd_per_kg, cost_share;
  struct field_list elements;
};

#define ROW production_credit_terms
static const struct field fields[] = {
    SELECT_MATERIALS,
    SELECT_FACILITIES,
    SELECT_OWNERS,
    SELECT_REGIONS,
    NUMBER(ROW, usd_per_kg, "USD/kg", "0", 0, 1e9, "Credit per kilogram of the materials (else of the main product)"),
    NUMBER(ROW, cost_share, "1", "0", 0, 0.99, "Share of the cost of production that is paid back"),
    LIST(ROW, elements, "", NULL, "Per kilogram contained of these elements. Absent: gross weight"),
    FIELD_END};
#undef ROW

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  if (!term_given(instrument, "usd_per_kg") && !term_given(instrument, "cost_share"))
    return term_error(error, instrument, "usd_per_kg", "missing; expected usd_per_kg, or cost_share");
  return bind_activities(network, instrument, false, arena, error);
}

static double counted(const struct network *network, const struct bound_instrument *instrument, int activity)
{
  const struct production_credit_terms *terms = instrument->terms;
  return activity_count(network, activity, &terms->select, &terms->elements, false);
}

static void adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct network *network = window->network;
  const struct moment moment = moment_of_block(window, b);
  const double force = window->blocks[b].instruments[k].share;
  const double rate = force * term_at(instrument, moment, "usd_per_kg");
  const double share = force * term_at(instrument, moment, "cost_share");
  for (int i = 0; i < instrument->activities_count; i++) {
    const int j = instrument->activities[i];
    struct activity_terms *terms = &window->blocks[b].activity_terms[j];
    terms->cost -= (rate != 0 ? rate * counted(network, instrument, j) : 0) +
                   (share != 0 ? share * own_cost(network, j, moment) : 0);
    terms->slope *= 1 - share;
    terms->power *= 1 - share;
  }
}

/* Rising cost up to x, by the terms in force. */
static double rising_cost(const struct activity_terms *terms, double x)
{
  const double power = terms->power > 0 ? terms->power * terms->power_scale / (terms->power_exponent + 1) *
                                              pow(fmax(x, 0) / terms->power_scale, terms->power_exponent + 1)
                                        : 0;
  return terms->slope * x * x / 2 + power;
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  const double force = period->instrument_share[k], rate = force * term_at(instrument, moment, "usd_per_kg");
  const double share = force * term_at(instrument, moment, "cost_share");
  const double left = instrument_in_cash(network->dataset, instrument->instrument) ? 1 : 1 - share; /* in the terms */
  for (int i = 0; i < instrument->activities_count; i++) {
    const int j = instrument->activities[i];
    const double x = period->activity[j], quantity = counted(network, instrument, j) * x;
    const double of_cost =
        share * (own_cost(network, j, moment) * x + rising_cost(&period->activity_terms[j], x) / left);
    ledger_post(ledger, (struct account){ACCOUNT_AGENCY, k},
                (struct account){ACCOUNT_FACILITY, network->activities[j].facility}, k, rate * quantity + of_cost,
                quantity, "production credit");
  }
}

const struct instrument_kind kind_production_credit = {
    .name = "production_credit",
    .help = "A credit per kilogram made, or a share of the cost of production",
    .fields = fields,
    .pays = true,
    .terms_size = sizeof(struct production_credit_terms),
    .bind = bind,
    .adjust = adjust,
    .settle = settle,
};
