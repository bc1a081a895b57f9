/* model/instruments/sales_incentive.c - the lesser of a rate per kilogram and a share of the price (E54), until what
 * has been paid reaches the budget. The last period before that may overshoot it. */
#include "model/instruments/payment.h"

struct sales_incentive_terms {
  struct payment_terms payment;
  double usd_per_kg, price_share, budget_kusd;
};

#define ROW sales_incentive_terms
static const struct field fields[] = {
    PAYMENT_FIELDS, NUMBER(ROW, usd_per_kg, "USD/kg", NULL, 0, 1e9, "Incentive per kilogram"),
    NUMBER(ROW, price_share, "1", NULL, 1e-6, 1, "At most this share of the selling price"),
    NUMBER(ROW, budget_kusd, "kUSD", "", 0, 1e12, "Ends once so much was paid, in money of the day. Absent: never"),
    FIELD_END};
#undef ROW

static struct payoff payoff_at(const struct bound_instrument *instrument, struct moment moment)
{
  const double rate = term_at(instrument, moment, "usd_per_kg"), share = term_at(instrument, moment, "price_share");
  /* min(rate, share p) = rate - share max(0, rate / share - p) */
  return (struct payoff){.count = 1, .pieces = {{PAYOFF_BELOW, -share, rate / share}}, .constant = rate};
}

static const struct payment_rule rule = {.payoff = payoff_at, .reason = "sales incentive"};

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  return payment_bind(network, instrument, &rule, arena, error);
}

static bool is_open(const struct bound_instrument *instrument, int k, const struct state *state)
{
  const struct sales_incentive_terms *terms = instrument->terms;
  return payment_open(instrument, k, state) && !(state->instrument_paid[k] >= terms->budget_kusd);
}

const struct instrument_kind kind_sales_incentive = {
    .name = "sales_incentive",
    .help = "A sales-linked incentive: the lesser of a rate and a share of the price, until a budget is spent",
    .fields = fields,
    .terms_size = sizeof(struct sales_incentive_terms),
    .needs = payment_needs,
    .bind = bind,
    .open = is_open,
    .pays = true,
    .add = payment_add,
    .settle = payment_settle,
    .advance = payment_advance,
    .worth = payment_worth,
    .received_slope = payment_received_slope,
    .received = payment_received,
};
