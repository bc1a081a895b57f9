/* model/instruments/export_licence.c - exports need a licence: a share is approved, after a delay, at a cost (E49,
 * E50).
 *
 * The quota is approval x reference flow; in the period in which the regime starts the delay takes its part of the
 * year. Interest on goods that wait, and the fee, are paid on every licensed kilogram. Different destinations with
 * different approval are different instruments.
 */
#include <math.h>

#include "model/instruments/quota.h"

struct export_licence_terms {
  struct selector select;
  double approval, delay_days, hold_days, fee_usd_per_kg, interest_rate;
  double reference_t_per_year, reference_date, demand_growth;
  struct field_list elements;
  int rent_to;
};

#define ROW export_licence_terms
static const struct field fields[] = {
    SELECT_MATERIALS,
    SELECT_FROM,
    SELECT_TO,
    NUMBER(ROW, approval, "1", "1", 0, 1, "Share of the reference flow that is approved"),
    NUMBER(ROW, delay_days, "days", "0", 0, 3650, "From application to licence, calendar days"),
    NUMBER(ROW, hold_days, "days", "0", 0, 3650, "Held at the border on query, calendar days"),
    NUMBER(ROW, fee_usd_per_kg, "USD/kg", "0", 0, 1e9, "Cost of papers and tests a licensed kilogram"),
    NUMBER(ROW, interest_rate, "1/y", "", 0, 1, "On goods that wait. Absent: the scenario's discount rate"),
    NUMBER(ROW, reference_t_per_year, "t/y", "", 0, 1e12,
           "Flow of the last year before the regime, same season. Absent: no quantity limit"),
    DATE(ROW, reference_date, "", "Year of the reference flow. Absent: the year before the start"),
    NUMBER(ROW, demand_growth, "1/y", "0", -0.9, 10, "Growth of what would be applied for"),
    LIST(ROW, elements, "", NULL, "Counted by content of these elements. Absent: gross weight"),
    CHOICE(ROW, rent_to, "buyer", RENT_CHOICES, "Who keeps the difference between outside and inside price"),
    FIELD_END};
#undef ROW

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct export_licence_terms *terms = instrument->terms;
  if (term_given(instrument, "approval") && !term_given(instrument, "reference_t_per_year"))
    return term_error(error, instrument, "reference_t_per_year",
                      "missing; expected the flow of which %g is approved, in t a year", terms->approval);
  if (!bind_arcs(network, instrument, arena, error)) return false;
  instrument->extra = quota_of_arcs(network, instrument, &terms->elements, (enum rent_holder)terms->rent_to, arena);
  return true;
}

/* Cost of waiting, a share of the price inside. */
static double waiting_rate(const struct bound_instrument *instrument, struct moment moment)
{
  const struct export_licence_terms *terms = instrument->terms;
  const double rate = isnan(terms->interest_rate) ? moment.dataset->scenario->discount_rate
                                                  : term_at(instrument, moment, "interest_rate");
  return rate * (term_at(instrument, moment, "delay_days") + term_at(instrument, moment, "hold_days")) / 365;
}

static void adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  const struct moment moment = moment_of_block(window, b);
  const double share = block->instruments[k].share;
  const double waiting = waiting_rate(instrument, moment), fee = term_at(instrument, moment, "fee_usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) {
    struct arc_terms *terms = &block->arc_terms[instrument->arcs[i]];
    terms->value_cost_rate += share * waiting;
    terms->cost += share * fee;
  }
}

/* Share of the period lost to the delay: only where the regime was not in force in the period before. */
static double lost_to_delay(const struct bound_instrument *instrument, const struct window *window, int b)
{
  const struct period now = window->blocks[b].period;
  const struct period before = {now.start - now.length, now.length};
  if (window->blocks[b].tail) return 0;
  if (instrument_share(window->network->dataset, instrument->instrument, before, window->known) > 0) return 0;
  return fmin(1, instrument_term(instrument, window, b, "delay_days") / 365 / now.length);
}

static double reference_flow(const struct bound_instrument *instrument, const struct window *window, int b)
{
  const struct export_licence_terms *terms = instrument->terms;
  const struct moment moment = moment_of_block(window, b);
  const double start = instrument->instrument->start;
  const double stated = isnan(terms->reference_date)
                            ? (isnan(start) ? moment.dataset->scenario->base_year : floor(start) - 1)
                            : terms->reference_date;
  const double years = moment.period.start + moment.period.length / 2 - (stated + 0.5);
  return term_at(instrument, moment, "reference_t_per_year") *
         pow(1 + term_at(instrument, moment, "demand_growth"), fmax(0, years));
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct export_licence_terms *terms = instrument->terms;
  if (isnan(terms->reference_t_per_year)) return;
  const double reference = reference_flow(instrument, window, b);
  const double licensed =
      reference * instrument_term(instrument, window, b, "approval") * (1 - lost_to_delay(instrument, window, b));
  quota_add(instrument->extra, k, window, b, quota_limit(licensed, reference, window->blocks[b].instruments[k].share));
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct export_licence_terms *terms = instrument->terms;
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  const double waiting = waiting_rate(instrument, moment), fee = term_at(instrument, moment, "fee_usd_per_kg");
  for (int i = 0; i < instrument->arcs_count; i++) {
    const int arc = instrument->arcs[i];
    const double price = period->multiplier[outcome->network->arcs[arc].from];
    ledger_post(ledger, (struct account){ACCOUNT_TRADER, arc}, (struct account){ACCOUNT_RESOURCES, 0}, k,
                period->instrument_share[k] * (waiting * price + fee) * period->flow[arc], period->flow[arc],
                "licence cost");
  }
  if (!isnan(terms->reference_t_per_year)) quota_settle(instrument->extra, k, outcome, p, ledger);
}

const struct instrument_kind kind_export_licence = {
    .name = "export_licence",
    .help = "Exports need a licence: a share is approved, after a delay, at the cost of waiting and a fee",
    .fields = fields,
    .terms_size = sizeof(struct export_licence_terms),
    .bind = bind,
    .adjust = adjust,
    .add = add,
    .settle = settle,
};
