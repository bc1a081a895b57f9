/* model/instruments/grant.c - a grant: a sum, or a share of the capital of what is ordered, up to a sum.
 *
 * A sum is paid out by dates and comes off the capital cost of the capacity stated. A share of capital is paid with the
 * orders, until the sum, if there is one, is spent; the last period before that may overshoot it.
 */
#include <math.h>

#include "model/instruments/support.h"

struct grant_terms {
  struct support_terms support;
  double amount_usd, cost_share;
};

#define ROW grant_terms
static const struct field fields[] = {
    SUPPORT_FIELDS, NUMBER(ROW, amount_usd, "USD", "", 0, 1e15, "The sum; with cost_share the most that is paid"),
    NUMBER(ROW, cost_share, "1", "", 0, 1, "Share of the capital of orders that is paid back"), FIELD_END};
#undef ROW

static bool by_cost(const struct bound_instrument *instrument)
{
  return !isnan(((const struct grant_terms *)instrument->terms)->cost_share);
}

static void write(const struct bound_instrument *instrument, const struct dataset *, struct support_flows *flows)
{
  const struct grant_terms *terms = instrument->terms;
  if (!by_cost(instrument)) support_draw(instrument, terms->amount_usd, PARTY_AGENCY, "grant", flows);
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct grant_terms *terms = instrument->terms;
  if (isnan(terms->amount_usd) && !by_cost(instrument))
    return term_error(error, instrument, "amount_usd", "missing; expected amount_usd, or cost_share");
  return support_bind(network, instrument, write, arena, error);
}

static bool is_open(const struct bound_instrument *instrument, int k, const struct state *state)
{
  const struct grant_terms *terms = instrument->terms;
  return !by_cost(instrument) || !(state->instrument_paid[k] >= terms->amount_usd / 1000);
}

/* USD per kg/y of an order. */
static double share_of_capital(const struct bound_instrument *instrument, struct moment moment, int facility)
{
  const struct facility *data = &moment.dataset->facilities[facility];
  const double capital = dataset_mean(moment.dataset, &data->capital_usd_per_kg_year, moment.period, moment.known);
  return isnan(capital) ? 0 : term_at(instrument, moment, "cost_share") * capital * data->capital_factor;
}

static void adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct support *support = instrument->extra;
  struct block *block = &window->blocks[b];
  if (!by_cost(instrument)) {
    support_adjust(instrument, k, window, b);
    return;
  }
  for (int i = 0; i < support->facilities_count; i++)
    block->facility_terms[support->facilities[i]].capital_cut +=
        block->instruments[k].share * share_of_capital(instrument, moment_of_block(window, b), support->facilities[i]);
}

/* kUSD a year, real, of one facility's orders. */
static double paid_on_order(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                            int facility)
{
  const struct period_outcome *period = &outcome->periods[p];
  return period->instrument_share[k] * share_of_capital(instrument, moment_of_outcome(outcome, p), facility) *
         period->order[facility] / period->period.length;
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct support *support = instrument->extra;
  if (!by_cost(instrument)) {
    support_settle(instrument, k, outcome, p, ledger);
    return;
  }
  for (int i = 0; i < support->facilities_count; i++) {
    const int f = support->facilities[i];
    ledger_post(ledger, (struct account){ACCOUNT_AGENCY, k}, (struct account){ACCOUNT_FACILITY, f}, k,
                paid_on_order(instrument, k, outcome, p, f), outcome->periods[p].order[f], "grant");
  }
}

static void advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct state *state)
{
  const struct support *support = instrument->extra;
  if (!by_cost(instrument)) {
    support_advance(instrument, k, outcome, p, state);
    return;
  }
  for (int i = 0; i < support->facilities_count; i++)
    state->instrument_paid[k] +=
        nominal_kusd(instrument, outcome, p, paid_on_order(instrument, k, outcome, p, support->facilities[i]));
}

/* A share of capital is paid with the orders: nothing of it waits for them. */
static struct drawn drawn(const struct bound_instrument *instrument, const struct outcome *outcome, struct arena *arena)
{
  static const struct tranche at_once = {1, 0};
  return by_cost(instrument) ? (struct drawn){1, 1, &at_once} : support_drawn(instrument, outcome, arena);
}

const struct instrument_kind kind_grant = {
    .name = "grant",
    .help = "A grant: a sum by dates, or a share of the capital of orders; it comes off their capital cost",
    .fields = fields,
    .terms_size = sizeof(struct grant_terms),
    .bind = bind,
    .open = is_open,
    .adjust = adjust,
    .settle = settle,
    .advance = advance,
    .worth = worth_nothing,
    .drawn = drawn,
    .pays = true,
    .basis = BASIS_CASH,
};
