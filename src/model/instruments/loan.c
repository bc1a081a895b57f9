/* model/instruments/loan.c - a public loan: its schedule (finance/loan.h) as flows; the grant in it is in support.c.
 *
 * With a chance of default each quarter's payments are those of loans still alive, and what is recovered of those that
 * fail: the expected cash of the public lender. The borrower reckons with the same, so a loan that may fail and is not
 * priced for it is a grant too.
 */
#include "model/instruments/loan.h"

#include <assert.h>
#include <math.h>

enum { quarters_a_year = 4 };

#define ROW loan_contract
static const struct field fields[] = {LOAN_FIELDS, FIELD_END};
#undef ROW

double loan_rate(const struct bound_instrument *instrument, const struct dataset *dataset)
{
  const struct loan_contract *terms = instrument->terms;
  if (!isnan(terms->rate_per_year)) return terms->rate_per_year;
  return index_at(dataset, terms->index, instrument->instrument->start, NAN) + terms->spread_per_year;
}

static int quarters_of(double years)
{
  return (int)lround(years * quarters_a_year);
}

static struct loan_terms terms_of(const struct bound_instrument *instrument, const struct dataset *dataset)
{
  static const enum loan_shape shapes[] = {LOAN_LEVEL, LOAN_BULLET, LOAN_EQUAL};
  const struct loan_contract *terms = instrument->terms;
  return (struct loan_terms){.principal_usd = terms->principal_usd,
                             .rate_per_year = loan_rate(instrument, dataset),
                             .periods_per_year = quarters_a_year,
                             .tenor_periods = quarters_of(terms->tenor_years),
                             .grace_periods = quarters_of(terms->grace_years),
                             .capitalised_periods = quarters_of(terms->capitalised_years),
                             .shape = shapes[terms->shape],
                             .upfront_fee = terms->upfront_fee,
                             .ticking_fee_per_year = terms->ticking_fee_per_year};
}

/* Equal quarters until drawn_until; within the tenor. */
static struct loan_paths paths_of(const struct bound_instrument *instrument, int tenor, struct arena *arena)
{
  const struct support_terms *terms = instrument->terms;
  if (isnan(terms->drawn_until)) return (struct loan_paths){0};
  const double years = terms->drawn_until - instrument->instrument->start;
  const int draws = (int)fmin(tenor, fmax(1, ceil(years * quarters_a_year - 1e-9)));
  double *share = ARENA_ARRAY(arena, tenor, double);
  for (int i = 0; i < draws; i++) share[i] = 1.0 / draws;
  return (struct loan_paths){.draw_share = share};
}

bool loan_bind(const struct network *network, struct bound_instrument *instrument, support_write *write,
               struct arena *arena, struct error *error)
{
  if (!support_bind(network, instrument, write, arena, error)) return false;
  const double rate = loan_rate(instrument, network->dataset);
  if (isnan(rate))
    return term_error(error, instrument, "rate_per_year", "missing, and the table indices has no such index at %g",
                      instrument->instrument->start);
  const struct loan_terms terms = terms_of(instrument, network->dataset);
  const struct loan_paths paths = paths_of(instrument, terms.tenor_periods, arena);
  struct error wrong = {0};
  return loan_check(&terms, &paths, &wrong) || term_error(error, instrument, "tenor_years", "%s", wrong.message);
}

double loan_alive(const struct loan_contract *terms, int i)
{
  return pow(1 - terms->default_per_year, (double)i / quarters_a_year);
}

struct loan_schedule loan_contract_schedule(const struct bound_instrument *instrument, const struct dataset *dataset,
                                            struct arena *arena)
{
  const struct loan_terms terms = terms_of(instrument, dataset);
  const struct loan_paths paths = paths_of(instrument, terms.tenor_periods, arena);
  return loan_schedule(&terms, &paths, arena);
}

void loan_flows(const struct bound_instrument *instrument, const struct dataset *dataset, enum party lender,
                enum party fees_to, struct support_flows *flows, struct loan_schedule *schedule)
{
  const struct loan_contract *contract = instrument->terms;
  *schedule = loan_contract_schedule(instrument, dataset, flows->arena);
  for (int i = 0; i <= schedule->periods; i++) {
    const double date = instrument->instrument->start + (double)i / quarters_a_year;
    const double alive = loan_alive(contract, i), failed = i == 0 ? 0 : loan_alive(contract, i - 1) - alive;
    const double balance = i == 0 ? 0 : schedule->balance[i - 1];
    support_flow_add(flows,
                     (struct support_flow){date, alive * schedule->draw[i], lender, PARTY_FIRM, "loan paid out"});
    support_flow_add(flows, (struct support_flow){date, alive * (schedule->interest[i] - schedule->capitalised[i]),
                                                  PARTY_FIRM, lender, "loan interest"});
    support_flow_add(flows,
                     (struct support_flow){date, alive * schedule->principal[i], PARTY_FIRM, lender, "loan repaid"});
    support_flow_add(flows, (struct support_flow){date, alive * schedule->fee[i], PARTY_FIRM, fees_to, "loan fee"});
    support_flow_add(flows, (struct support_flow){date, failed * contract->recovery * balance, PARTY_FIRM, lender,
                                                  "recovered from a loan"});
  }
}

static void write(const struct bound_instrument *instrument, const struct dataset *dataset, struct support_flows *flows)
{
  struct loan_schedule schedule;
  loan_flows(instrument, dataset, PARTY_AGENCY, PARTY_AGENCY, flows, &schedule);
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  return loan_bind(network, instrument, write, arena, error);
}

/* Chances of default are stated a year, the schedule counts quarters. */
static struct credit_subsidy subsidy(const struct bound_instrument *instrument, const struct dataset *dataset,
                                     const struct yield_curve *treasury, double premium, struct arena *arena)
{
  const struct loan_contract *terms = instrument->terms;
  const struct loan_schedule schedule = loan_contract_schedule(instrument, dataset, arena);
  const struct credit_risk risk = {terms->default_per_year, terms->recovery};
  return loan_subsidy(&schedule, &risk, treasury, premium, NULL);
}

const struct instrument_kind kind_loan = {
    .name = "loan",
    .help =
        "A public loan: the grant in it, at the rate of private money, comes off the capital cost of what it builds",
    .fields = fields,
    .terms_size = sizeof(struct loan_contract),
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
