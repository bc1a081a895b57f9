/* model/instruments/guarantee.c - a loan of others that a public agency guarantees: the firm pays the guaranteed rate
 * instead of the private one, the agency takes fees and pays the expected claims. */
#include <math.h>

#include "model/instruments/loan.h"

struct guarantee_contract {
  struct loan_contract loan;
  double cover, fee_per_year;
};

#define ROW guarantee_contract
static const struct field fields[] = {
    LOAN_FIELDS, NUMBER(ROW, cover, "1", "1", 0, 1, "Share of the balance that is guaranteed"),
    NUMBER(ROW, fee_per_year, "per year", "0", 0, 1, "Fee on the guaranteed balance"), FIELD_END};
#undef ROW

static void write(const struct bound_instrument *instrument, const struct dataset *dataset, struct support_flows *flows)
{
  const struct guarantee_contract *terms = instrument->terms;
  struct loan_schedule schedule;
  loan_flows(instrument, dataset, PARTY_OUTSIDE, PARTY_AGENCY, flows, &schedule);
  for (int i = 1; i <= schedule.periods; i++) {
    const double date = instrument->instrument->start + (double)i / schedule.periods_per_year;
    const double alive = loan_alive(&terms->loan, i), failed = loan_alive(&terms->loan, i - 1) - alive;
    const double balance = terms->cover * schedule.balance[i - 1];
    support_flow_add(flows,
                     (struct support_flow){date, alive * balance * terms->fee_per_year / schedule.periods_per_year,
                                           PARTY_FIRM, PARTY_AGENCY, "guarantee fee"});
    support_flow_add(flows, (struct support_flow){date, failed * (1 - terms->loan.recovery) * balance, PARTY_AGENCY,
                                                  PARTY_OUTSIDE, "guarantee called"});
  }
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  return loan_bind(network, instrument, write, arena, error);
}

static struct credit_subsidy subsidy(const struct bound_instrument *instrument, const struct dataset *dataset,
                                     const struct yield_curve *treasury, double premium, struct arena *arena)
{
  const struct guarantee_contract *terms = instrument->terms;
  const struct loan_schedule schedule = loan_contract_schedule(instrument, dataset, arena);
  const struct credit_risk risk = {terms->loan.default_per_year, terms->loan.recovery};
  const struct guarantee_terms guarantee = {terms->cover, terms->fee_per_year};
  return guarantee_subsidy(&schedule, &guarantee, &risk, treasury, premium);
}

const struct instrument_kind kind_guarantee = {
    .name = "guarantee",
    .help = "A public guarantee of a private loan: the guaranteed rate instead of the private one, for a fee",
    .fields = fields,
    .terms_size = sizeof(struct guarantee_contract),
    .bind = bind,
    .adjust = support_adjust,
    .settle = support_settle,
    .advance = support_advance,
    .worth = worth_nothing,
    .subsidy = subsidy,
    .drawn = support_drawn,
    .pays = true,
    .basis = BASIS_CREDIT,
};
