/* report/value_capital.c - the parts of a deal that do not depend on a price: loans and guarantees with what they
 * cost the budget, preferred stock, grants, prepayments, guaranteed earnings.
 */
#include <math.h>

#include "base/text.h"
#include "report/value_work.h"

static bool loan_of(const struct work *work, const struct instrument *instrument, struct value_capital *capital)
{
  static const char *const shapes[] = {"level", "bullet", "equal"};
  const struct value_terms *terms = &work->value->terms;
  enum loan_shape shape = LOAN_LEVEL;
  for (int k = 0; k < 3; k++)
    if (text_equal(value_term_text(instrument, "shape"), shapes[k])) shape = (enum loan_shape)k;
  const double rate = value_term(instrument, "rate_per_year"),
               spread = or_else(value_term(instrument, "spread_per_year"), 0);
  const struct loan_terms loan = {.principal_usd = value_term(instrument, "principal_usd"),
                                  .rate_per_year = or_else(rate, terms->treasury_rate + spread),
                                  .periods_per_year = 4,
                                  .tenor_periods = (int)lround(4 * value_term(instrument, "tenor_years")),
                                  .grace_periods = (int)lround(4 * or_else(value_term(instrument, "grace_years"), 0)),
                                  .capitalised_periods =
                                      (int)lround(4 * or_else(value_term(instrument, "capitalised_years"), 0)),
                                  .shape = shape,
                                  .upfront_fee = or_else(value_term(instrument, "upfront_fee"), 0),
                                  .ticking_fee_per_year = or_else(value_term(instrument, "ticking_fee_per_year"), 0)};
  if (isnan(loan.rate_per_year))
    return value_refuse(work, instrument, "rate_per_year",
                        "its rate is not stated; give it, or treasury_rate in the section value");
  if (!loan_check(&loan, NULL, work->error)) return false;
  struct loan_paths paths = {0};
  const double drawn_until = value_term_date(instrument, "drawn_until");
  if (!isnan(drawn_until) && drawn_until > instrument->start) {
    const int draws = (int)fmin(loan.tenor_periods, ceil(4 * (drawn_until - instrument->start) - 1e-9));
    double *share = ARENA_ARRAY(work->arena, loan.tenor_periods, double);
    for (int k = 0; k < draws; k++) share[k] = 1.0 / draws;
    paths.draw_share = share;
  }
  capital->amount_usd = loan.principal_usd;
  capital->rate_per_year = loan.rate_per_year;
  capital->schedule = loan_schedule(&loan, &paths, work->arena);
  const int first = (loan.grace_periods > loan.capitalised_periods ? loan.grace_periods : loan.capitalised_periods) + 1;
  for (int k = first; k < first + 4 && k <= loan.tenor_periods; k++) {
    capital->interest_per_year_usd += capital->schedule.interest[k];
    capital->payment_per_year_usd += loan_payment(&capital->schedule, k);
  }
  return true;
}

static void cost_of_credit(const struct work *work, const struct instrument *instrument, struct value_capital *capital)
{
  const struct value_terms *terms = &work->value->terms;
  const double *at = ARENA_ARRAY(work->arena, 1, double);
  const struct yield_curve curve = {1, at, &terms->treasury_rate};
  const struct credit_risk risk = {
      or_else(terms->default_per_year, or_else(value_term(instrument, "default_per_year"), 0)),
      or_else(terms->recovery, or_else(value_term(instrument, "recovery"), 0))};
  const double premium = or_else(terms->risk_premium, 0);
  if (isnan(terms->treasury_rate)) {
    capital->subsidy.total_usd = capital->fair.total_usd = NAN;
    return;
  }
  if (capital->kind == VALUE_LOAN) {
    capital->subsidy = loan_subsidy(&capital->schedule, &risk, &curve, 0, NULL);
    capital->fair = loan_subsidy(&capital->schedule, &risk, &curve, premium, NULL);
    return;
  }
  const struct guarantee_terms guarantee = {or_else(value_term(instrument, "cover"), 1),
                                            or_else(value_term(instrument, "fee_per_year"), 0)};
  capital->subsidy = guarantee_subsidy(&capital->schedule, &guarantee, &risk, &curve, 0);
  capital->fair = guarantee_subsidy(&capital->schedule, &guarantee, &risk, &curve, premium);
}

static void stock_of(const struct instrument *instrument, struct value_capital *capital)
{
  capital->amount_usd = value_term(instrument, "amount_usd");
  capital->preferred = (struct preferred_terms){
      .stated_usd = capital->amount_usd,
      .dividend_per_year =
          text_equal(value_term_text(instrument, "in_kind"), "no") ? 0 : value_term(instrument, "dividend_per_year"),
      .compounding_per_year = (int)value_term(instrument, "payments_per_year"),
      .conversion_usd_per_share = value_term(instrument, "conversion_usd"),
      .warrants = or_else(value_term(instrument, "warrants"), 0),
      .strike_usd_per_share = or_else(value_term(instrument, "strike_usd"), 0),
      .warrant_years = or_else(value_term(instrument, "exit_years"), 10)};
}

static void earnings_of(const struct instrument *instrument, struct value_capital *capital)
{
  capital->earnings = (struct guarantee_of_earnings){
      .threshold_usd = value_term(instrument, "threshold_usd_per_year"),
      .escalator = or_else(value_term(instrument, "growth_per_year"), 0),
      .years = (int)lround(or_else(value_term(instrument, "years"), 1)),
      .advance_share = or_else(value_term(instrument, "advance_share"), 0),
      .first_excess_usd = or_else(value_term(instrument, "excess_first_usd_per_year"), 0),
      .first_excess_to_buyer = or_else(value_term(instrument, "excess_first_to_buyer"), 0),
      .rest_to_buyer = or_else(value_term(instrument, "excess_share_to_buyer"), 0),
      .reimbursement_cap_usd = or_else(value_term(instrument, "reimbursement_cap_usd_per_year"), 0)};
  capital->amount_usd = earnings_threshold_total(&capital->earnings);
}

/* False for kinds that are not capital, or with error set. */
static bool capital_of(const struct work *work, const struct instrument *instrument, struct value_capital *capital)
{
  static const char *const kinds[] = {"loan", "guarantee", "equity", "grant", "prepayment", "cost_plus"};
  enum { kinds_count = sizeof kinds / sizeof *kinds };
  int kind = instrument->enabled && instrument->status != INSTRUMENT_LAPSED ? 0 : kinds_count;
  while (kind < kinds_count && !is_kind(instrument, kinds[kind])) kind++;
  if (kind == kinds_count) return false;
  *capital = (struct value_capital){.kind = (enum value_capital_kind)kind, .instrument = instrument, .grant_usd = NAN};
  if (capital->kind == VALUE_EQUITY) {
    stock_of(instrument, capital);
    return true;
  }
  if (capital->kind == VALUE_EARNINGS) {
    earnings_of(instrument, capital);
    return true;
  }
  if (capital->kind == VALUE_GRANT || capital->kind == VALUE_PREPAYMENT) {
    capital->amount_usd = value_term(instrument, "amount_usd");
    return true;
  }
  if (!loan_of(work, instrument, capital)) return false;
  cost_of_credit(work, instrument, capital);
  if (capital->kind == VALUE_LOAN && !isnan(work->value->terms.private_rate))
    capital->grant_usd = loan_grant_element(&capital->schedule, work->value->terms.private_rate);
  return true;
}

bool value_look_at_capital(struct work *work)
{
  struct deal_value *value = work->value;
  const int count = value->deal->instruments_count;
  struct value_capital *capital = ARENA_ARRAY(work->arena, count, struct value_capital);
  const struct instrument **left = ARENA_ARRAY(work->arena, count, const struct instrument *);
  for (int i = 0; i < count; i++) {
    const struct instrument *instrument = &value->deal->instruments[i];
    if (value_pays_on_price(instrument)) continue;
    if (capital_of(work, instrument, &capital[value->capital_count]))
      value->capital_count++;
    else if (work->error->set)
      return false;
    else
      left[value->left_count++] = instrument;
  }
  value->capital = capital, value->left = left;
  return true;
}
