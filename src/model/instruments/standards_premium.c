/* model/instruments/standards_premium.c - users of certified goods pay more for them, as far as their demand goes.
 *
 * Eligible demand is a volume: while less than that is certified the premium is paid in full; once more is, it falls
 * until no more is certified than is asked for, at last to zero. Without a compliant class (`index_rules` has no part
 * in it) what is certified is what the selected facilities make, sell or transfer.
 */
#include <math.h>

#include "model/instruments/payment.h"

struct standards_premium_terms {
  struct payment_terms payment;
  double premium_usd_per_kg, premium_rate, eligible_t_per_year;
};

#define ROW standards_premium_terms
static const struct field fields[] = {
    PAYMENT_FIELDS, NUMBER(ROW, premium_usd_per_kg, "USD/kg", "0", 0, 1e9, "Premium, less the cost of the certificate"),
    NUMBER(ROW, premium_rate, "1", "0", 0, 10, "Premium as a share of the index price, beside that"),
    NUMBER(ROW, eligible_t_per_year, "t/y", NULL, 1e-6, 1e12, "Demand that pays it"), FIELD_END};
#undef ROW

static struct payoff payoff_at(const struct bound_instrument *instrument, struct moment moment)
{
  return (struct payoff){.count = 1,
                         .pieces = {{PAYOFF_DIFFERENCE, -term_at(instrument, moment, "premium_rate"), 0}},
                         .constant = payment_strike(instrument, moment, "premium_usd_per_kg")};
}

static const struct payment_rule rule = {
    .payoff = payoff_at, .reason = "standards premium", .volume_cap = "eligible_t_per_year"};

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  if (!payment_bind(network, instrument, &rule, arena, error)) return false;
  return payment_one_index(instrument) ||
         term_error(error, instrument, "eligible_t_per_year",
                    "a volume shared by several index prices; expected index_region and index_material");
}

/* The premium that is paid: of each kilogram certified the rent of the volume, so that at the cap it is what
 * remains. */
static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct payment *payment = instrument->extra;
  const bool in_cash = instrument_in_cash(outcome->network->dataset, instrument->instrument);
  if (in_cash) {
    payment_settle(instrument, k, outcome, p, ledger);
    return;
  }
  for (int i = 0; payment->count > 0 && i < payment->count; i++) {
    const struct payment_target *target = &payment->targets[i];
    const double quantity =
        target->amount * (target->arc ? period->flow[target->index] : period->activity[target->index]);
    const struct account seller =
        target->arc ? (struct account){ACCOUNT_TRADER, target->index}
                    : (struct account){ACCOUNT_FACILITY, outcome->network->activities[target->index].facility};
    ledger_post(ledger, (struct account){ACCOUNT_AGENCY, k}, seller, k, period->instrument[k][1] * quantity, quantity,
                rule.reason);
  }
}

const struct instrument_kind kind_standards_premium = {
    .name = "standards_premium",
    .help = "Users of certified goods pay a premium, as far as their demand goes; beyond it the premium falls",
    .fields = fields,
    .terms_size = sizeof(struct standards_premium_terms),
    .needs = payment_needs,
    .bind = bind,
    .open = payment_open,
    .pays = true,
    .basis = BASIS_NONE,
    .add = payment_add,
    .settle = settle,
    .advance = payment_advance,
    .worth = payment_worth,
    .received_slope = payment_received_slope,
    .received = payment_received,
};
