/* report/value.c - from a deal's file to its value: terms become legs, schedules and stock; prices are drawn.
 *
 * Kinds that pay on a price become legs of finance/valuation.h on a stated volume; those that lend, guarantee, buy
 * stock or give are looked at with their schedules. What acts on quantities has no value of its own and is named.
 */
#include "report/value.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "finance/price_contract.h"
#include "io/file.h"
#include "model/instruments.h"

enum { draws_default = 10000, fit_draws = 400, match_draws = 2000, years_default = 10, legs_per_instrument = 2 };

struct work {
  struct deal_value *value;
  const struct value_options *options;
  struct arena *arena;
  struct error *error;
};

/* ---- terms of an instrument, as numbers ---- */

static const struct instrument_term *term_find(const struct instrument *instrument, const char *name)
{
  for (int k = 0; k < instrument->terms_count; k++)
    if (text_equal(instrument->terms[k].name, name)) return &instrument->terms[k];
  return NULL;
}

static const char *term_text(const struct instrument *instrument, const char *name)
{
  const struct instrument_term *term = term_find(instrument, name);
  const struct instrument_kind *kind = instrument_kind_find(instrument->kind);
  const struct field *field = kind == NULL ? NULL : field_find(kind->fields, name);
  return term != NULL ? term->text : field != NULL ? field->fallback : NULL;
}

/* What the file says, else the kind's default, else NAN; numbers were checked when the kind is read. */
static double term(const struct instrument *instrument, const char *name)
{
  const char *text = term_text(instrument, name);
  double number;
  return text != NULL && parse_number(text, &number) ? number : NAN;
}

static double term_date(const struct instrument *instrument, const char *name)
{
  const char *text = term_text(instrument, name);
  double date;
  return text != NULL && parse_date(text, &date) ? date : NAN;
}

static double or_else(double number, double other)
{
  return isnan(number) ? other : number;
}

static bool refuse(const struct work *work, const struct instrument *instrument, const char *name, const char *message)
{
  return error_set(work->error, instrument->record.place.file, instrument->record.place.line,
                   arena_format(work->arena, "instruments.%s.%s", instrument->record.id, name), "%s", message);
}

static bool is_kind(const struct instrument *instrument, const char *kind)
{
  return text_equal(instrument->kind, kind);
}

/* ---- price terms: legs ---- */

enum case_of_volume { VOLUME_STATED, VOLUME_LOW, VOLUME_HIGH };

static double path_at(const struct value_path *path, double date, enum case_of_volume which)
{
  double value = path->count > 0 ? 0 : NAN;
  for (int k = 0; k < path->count && path->points[k].date <= date + 1e-6; k++) {
    const struct value_point *point = &path->points[k];
    value = which == VOLUME_LOW ? point->low : which == VOLUME_HIGH ? point->high : point->value;
  }
  return value;
}

/* t a year at a date: what was asked for on the command line, of the instrument, of all, of the instrument's terms. */
static double volume_at(const struct work *work, const struct instrument *instrument, double date,
                        enum case_of_volume which)
{
  const struct value_terms *terms = &work->value->terms;
  if (work->options->volume_t_per_year > 0) return work->options->volume_t_per_year;
  for (int k = 0; k < terms->volumes_count; k++)
    if (text_equal(terms->volumes[k].instrument, instrument->record.id))
      return path_at(&terms->volumes[k].t_per_year, date, which);
  if (is_kind(instrument, "cfd_deemed")) return term(instrument, "volume_t_per_year");
  if (is_kind(instrument, "take_or_pay"))
    return term(instrument, "volume_t_per_year") * term(instrument, "minimum_share");
  return path_at(&terms->volume_t_per_year, date, which);
}

static const double *leg_kg(const struct work *work, const struct instrument *instrument, enum case_of_volume which)
{
  const struct price_contract *contract = &work->value->contract;
  const double content = or_else(term(instrument, "content"), 1), cap = term(instrument, "volume_cap_t_per_year");
  double *kg = ARENA_ARRAY(work->arena, contract->quarters, double);
  for (int q = 0; q < contract->quarters; q++) {
    double tonnes = volume_at(work, instrument, contract->first_quarter + 0.25 * q + 0.125, which) * content;
    if (!isnan(cap)) tonnes = fmin(tonnes, cap);
    if (isnan(tonnes)) {
      (void)refuse(work, instrument, "volume",
                   "no volume is stated; give --tonnes T, or volume_t_per_year in the section value of the deal");
      return NULL;
    }
    kg[q] = tonnes * 1000 / 4;
  }
  return kg;
}

/* A quotation with VAT is the price times 1 + v: the same as a strike over, and a share times, that. */
static struct price_leg leg_new(const struct instrument *instrument, enum leg_kind kind, const char *strike,
                                double share, const double *kg)
{
  const double vat = 1 + or_else(term(instrument, "index_vat_rate"), 0);
  return (struct price_leg){.name = instrument->record.id,
                            .kind = kind,
                            .strike_usd_per_kg = term(instrument, strike) / vat,
                            .escalator_per_year = or_else(term(instrument, "escalation_per_year"), 0),
                            .share = share * vat,
                            .start = or_else(instrument->start, -INFINITY),
                            .end = or_else(instrument->end, INFINITY),
                            .unappropriated = 1 - instrument->appropriation_probability,
                            .cap_usd_per_year = or_else(term(instrument, "cash_cap_usd_per_year"), INFINITY),
                            .kg = kg};
}

/* The legs of an instrument; their number, 0 for one that does not pay on a price. */
static int legs_of(const struct work *work, const struct instrument *instrument, const double *kg,
                   struct price_leg *legs)
{
  const double share = or_else(term(instrument, "share"), 1);
  if (is_kind(instrument, "floor_topup") || is_kind(instrument, "price_protection")) {
    legs[0] = leg_new(instrument, LEG_FLOOR, "floor_usd_per_kg", 1, kg);
    return 1;
  }
  if (is_kind(instrument, "upside_share")) {
    legs[0] = leg_new(instrument, LEG_UPSIDE, "trigger_usd_per_kg", share, kg);
    if (term_find(instrument, "fires_when_facility") != NULL)
      legs[0].start = fmax(legs[0].start, or_else(work->value->terms.upside_start, INFINITY));
    return 1;
  }
  if (is_kind(instrument, "collar")) {
    legs[0] = leg_new(instrument, LEG_FLOOR, "floor_usd_per_kg", 1, kg);
    legs[1] = leg_new(instrument, LEG_UPSIDE, "ceiling_usd_per_kg", share, kg);
    return 2;
  }
  if (is_kind(instrument, "take_or_pay")) {
    legs[0] = leg_new(instrument, LEG_TWO_WAY, "price_usd_per_kg", 1, kg);
    return 1;
  }
  const bool one_sided = text_equal(term_text(instrument, "sides"), "one");
  if (!is_kind(instrument, "two_way_cfd") && !is_kind(instrument, "cfd_deemed")) return 0;
  legs[0] = leg_new(instrument, one_sided ? LEG_FLOOR : LEG_TWO_WAY, "strike_usd_per_kg", 1, kg);
  return 1;
}

static bool pays_on_price(const struct instrument *instrument)
{
  static const char *const kinds[] = {"floor_topup", "price_protection", "upside_share", "collar",
                                      "take_or_pay", "two_way_cfd",      "cfd_deemed"};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
    if (is_kind(instrument, kinds[k])) return true;
  return false;
}

/* From the first start of the price terms, not before the day of valuation, to their last end. */
static void find_span(struct work *work)
{
  struct deal_value *value = work->value;
  double first = INFINITY, last = -INFINITY;
  for (int i = 0; i < value->deal->instruments_count; i++) {
    const struct instrument *instrument = &value->deal->instruments[i];
    if (!pays_on_price(instrument)) continue;
    const double start = or_else(instrument->start, or_else(value->terms.date, 2026));
    first = fmin(first, start);
    last = fmax(last, or_else(instrument->end, start + years_default));
  }
  struct price_contract *contract = &value->contract;
  contract->date = or_else(value->terms.date, first);
  contract->first_quarter = ceil(4 * fmax(first, contract->date) - 1e-6) / 4;
  contract->quarters = (int)fmax(0, ceil(4 * (last - contract->first_quarter) - 1e-6));
  contract->arrears_quarters = value->terms.arrears_quarters;
  contract->discount_rate = value->terms.discount_rate;
}

static bool build_legs(struct work *work)
{
  struct deal_value *value = work->value;
  const int room = legs_per_instrument * value->deal->instruments_count;
  struct price_leg *legs = ARENA_ARRAY(work->arena, room, struct price_leg);
  const struct instrument **owners = ARENA_ARRAY(work->arena, room, const struct instrument *);
  find_span(work);
  for (int i = 0; i < value->deal->instruments_count && value->contract.quarters > 0; i++) {
    const struct instrument *instrument = &value->deal->instruments[i];
    if (!pays_on_price(instrument)) continue;
    const double *kg = leg_kg(work, instrument, VOLUME_STATED);
    if (kg == NULL) return false;
    const int more = legs_of(work, instrument, kg, legs + value->contract.leg_count);
    for (int k = 0; k < more; k++) {
      if (isnan(legs[value->contract.leg_count].strike_usd_per_kg))
        return refuse(work, instrument, "price", "its price is not stated");
      owners[value->contract.leg_count++] = instrument;
    }
    value->contract.lapse_per_year = fmax(value->contract.lapse_per_year, instrument->end_hazard_per_year);
  }
  value->contract.legs = legs;
  value->leg_instrument = owners;
  return true;
}

/* ---- prices ---- */

/* Paths of the section start from the deal's folder, or from where the command is given. */
static bool read_series(const struct work *work, const char *name, struct value_series *series)
{
  if (name == NULL) return true;
  const char *beside = path_join(work->value->terms.folder, name, work->arena);
  return value_series_read(path_exists(beside) ? beside : name, series, work->arena, work->error);
}

/* Scatter of the dated points of each year that has some. */
static void find_years(struct work *work)
{
  const struct value_series *points = &work->value->points;
  struct value_year *years = ARENA_ARRAY(work->arena, points->count, struct value_year);
  int count = 0;
  for (int k = 0; k < points->count;) {
    const int year = (int)floor(points->dates[k] + 1e-9);
    int end = k;
    while (end < points->count && (int)floor(points->dates[end] + 1e-9) == year) end++;
    years[count++] = (struct value_year){year, end - k, points_dispersion(points->usd_per_kg + k, end - k)};
    k = end;
  }
  work->value->years = years, work->value->years_count = count;
}

static double dispersion_of(const struct deal_value *value)
{
  double latest = NAN;
  for (int k = 0; k < value->years_count; k++)
    if (!isnan(value->years[k].dispersion)) latest = value->years[k].dispersion;
  return or_else(value->terms.dispersion, or_else(latest, 0));
}

/* Today's price: asked for, stated, or the last dated point by the day of valuation. */
static double price_today(const struct work *work)
{
  const struct deal_value *value = work->value;
  double price = NAN;
  if (work->options->forward_usd_per_kg > 0) return work->options->forward_usd_per_kg;
  if (!isnan(value->terms.price_usd_per_kg)) return value->terms.price_usd_per_kg;
  for (int k = 0; k < value->points.count && value->points.dates[k] <= value->contract.date + 1e-6; k++)
    price = value->points.usd_per_kg[k];
  return price;
}

static bool set_deck(struct work *work, struct price_process *process)
{
  const struct deal_value *value = work->value;
  struct value_series deck;
  if (work->options->prices == NULL)
    return error_set(work->error, NULL, 0, "process", "a deck needs its prices: --prices DECK.csv");
  if (!value_series_read(work->options->prices, &deck, work->arena, work->error)) return false;
  double *years = ARENA_ARRAY(work->arena, deck.count, double);
  for (int k = 0; k < deck.count; k++) years[k] = deck.dates[k] - value->contract.date;
  *process = (struct price_process){.kind = PROCESS_DECK,
                                    .deck_count = deck.count,
                                    .deck_years = years,
                                    .deck_usd_per_kg = deck.usd_per_kg,
                                    .dispersion = dispersion_of(value)};
  if (work->options->volatility > 0) process->dispersion = work->options->volatility;
  return true;
}

/* Fitted where there is a history, with what is stated put over it. */
static bool set_drawn(struct work *work, struct value_run *run)
{
  const struct deal_value *value = work->value;
  const struct value_terms *terms = &value->terms;
  struct price_process process = {.kind = run->name == VALUE_GEOMETRIC ? PROCESS_GEOMETRIC : PROCESS_REVERTING,
                                  .drift_per_year = terms->drift_per_year,
                                  .volatility = NAN,
                                  .level_usd_per_kg = NAN,
                                  .reversion_per_year = NAN};
  if (run->name == VALUE_JUMPS) {
    process.jumps_per_year = terms->jumps_per_year;
    process.jump_mean = terms->jump_mean, process.jump_deviation = terms->jump_deviation;
  }
  if (value->history.count >= 5) {
    process =
        process_fit(&process, value->history.usd_per_kg, value->history.count, fit_draws, value->seed, work->arena);
    run->match =
        process_match(&process, value->history.usd_per_kg, value->history.count, match_draws, value->seed, work->arena);
    run->matched = true;
    process.level_usd_per_kg *= terms->index_ratio;
  }
  if (!isnan(terms->volatility)) process.volatility = terms->volatility, run->matched = false;
  if (!isnan(terms->level_usd_per_kg)) process.level_usd_per_kg = terms->level_usd_per_kg;
  if (!isnan(terms->reversion_per_year)) process.reversion_per_year = terms->reversion_per_year, run->matched = false;
  if (work->options->volatility > 0) process.volatility = work->options->volatility, run->matched = false;
  process.start_usd_per_kg = price_today(work);
  run->process = process;
  if (isnan(process.start_usd_per_kg))
    return error_set(
        work->error, NULL, 0, "value.price_usd_per_kg",
        "no price on the day of valuation; give --forward P, or price_usd_per_kg or points in the section value");
  if (isnan(process.volatility))
    return error_set(work->error, NULL, 0, "value.history",
                     "no volatility; give --volatility S, or a history in the section value");
  if (process.kind == PROCESS_REVERTING && (isnan(process.level_usd_per_kg) || isnan(process.reversion_per_year)))
    return error_set(work->error, NULL, 0, "value.history",
                     "a reverting price needs a level and a reversion: a history, or both in the section value");
  return true;
}

/* ---- processes ---- */

static bool add_run(struct work *work, enum value_process name)
{
  struct deal_value *value = work->value;
  for (int k = 0; k < value->runs_count; k++)
    if (value->runs[k].name == name) return true;
  struct value_run *run = &value->runs[value->runs_count++];
  run->name = name;
  if (name == VALUE_DECK ? !set_deck(work, &run->process) : !set_drawn(work, run)) return false;
  run->spread = run->process.kind != PROCESS_DECK || run->process.dispersion > 0;
  run->valuation = valuation_simulate(&value->contract, &run->process, value->draws, value->seed, work->arena);
  return true;
}

static bool add_named(struct work *work, const char *names)
{
  for (const char *at = names; *at != '\0';) {
    const size_t length = strcspn(at, ",");
    const char *const word = arena_format(work->arena, "%.*s", (int)length, at);
    int name = 0;
    while (name < VALUE_PROCESSES && !text_equal(word, value_process_name((enum value_process)name))) name++;
    if (name == VALUE_PROCESSES)
      return error_set(work->error, NULL, 0, "process", "found '%s', expected geometric, reverting, jumps or deck",
                       word);
    if (!add_run(work, (enum value_process)name)) return false;
    at += length + (at[length] == ',');
  }
  return true;
}

/* A deck alone where there is one; else what is asked; else the file's own first, and the others beside it. */
static bool run_processes(struct work *work)
{
  const struct deal_value *value = work->value;
  if (work->options->processes != NULL) return add_named(work, work->options->processes);
  if (work->options->prices != NULL) return add_run(work, VALUE_DECK);
  if (!add_run(work, (enum value_process)value->terms.process)) return false;
  if (value->history.count < 5) return true;
  return add_run(work, VALUE_REVERTING) && add_run(work, VALUE_JUMPS) && add_run(work, VALUE_GEOMETRIC);
}

static bool volume_has_range(const struct value_terms *terms)
{
  bool range = !isnan(terms->volume_low) && !isnan(terms->volume_high);
  for (int k = 0; k < terms->volume_t_per_year.count; k++)
    range = range || terms->volume_t_per_year.points[k].low < terms->volume_t_per_year.points[k].high;
  return range;
}

/* Worth of the first process with the volume of a case, from the same draws. */
static double worth_with(const struct work *work, enum case_of_volume which)
{
  const struct deal_value *value = work->value;
  if (!volume_has_range(&value->terms) || work->options->volume_t_per_year > 0) return NAN;
  const double stated = which == VOLUME_LOW ? value->terms.volume_low : value->terms.volume_high;
  const double factor = or_else(stated, 1);
  struct price_contract contract = value->contract;
  struct price_leg *legs = ARENA_ARRAY(work->arena, contract.leg_count, struct price_leg);
  for (int l = 0; l < contract.leg_count; l++) {
    legs[l] = contract.legs[l];
    legs[l].kg = leg_kg(work, value->leg_instrument[l], which);
  }
  contract.legs = legs;
  return factor *
         valuation_simulate(&contract, &value->runs[0].process, value->draws, value->seed, work->arena).value_usd.mean;
}

static void look_around(struct work *work)
{
  static const double steps[value_grid_volatilities] = {0.5, 1, 1.5, 2}, prices[] = {50, 70, 90, 110, 130, 150};
  struct deal_value *value = work->value;
  const struct price_process *process = &value->runs[0].process;
  const int draws = value->draws < 2000 ? value->draws : 2000; /* differences from the same draws are exact enough */
  const double around = process->kind == PROCESS_DECK ? fmax(process->dispersion, 0.1) : process->volatility;
  value->low_volume_usd = worth_with(work, VOLUME_LOW);
  value->high_volume_usd = worth_with(work, VOLUME_HIGH);
  value->sensitivities = valuation_sensitivities(&value->contract, process, value->draws, value->seed, work->arena);
  for (int k = 0; k < value_grid_volatilities; k++) value->grid.volatility[k] = steps[k] * around;
  memcpy(value->grid.price, prices, sizeof prices);
  valuation_grid(&value->contract, process, value->grid.volatility, value_grid_volatilities, value->grid.price,
                 value_grid_prices, draws, value->seed, value->grid.usd, work->arena);
}

/* ---- loans, guarantees, stock, grants ---- */

static bool loan_of(const struct work *work, const struct instrument *instrument, struct value_capital *capital)
{
  static const char *const shapes[] = {"level", "bullet", "equal"};
  const struct value_terms *terms = &work->value->terms;
  enum loan_shape shape = LOAN_LEVEL;
  for (int k = 0; k < 3; k++)
    if (text_equal(term_text(instrument, "shape"), shapes[k])) shape = (enum loan_shape)k;
  const double rate = term(instrument, "rate_per_year"), spread = or_else(term(instrument, "spread_per_year"), 0);
  const struct loan_terms loan = {.principal_usd = term(instrument, "principal_usd"),
                                  .rate_per_year = or_else(rate, terms->treasury_rate + spread),
                                  .periods_per_year = 4,
                                  .tenor_periods = (int)lround(4 * term(instrument, "tenor_years")),
                                  .grace_periods = (int)lround(4 * or_else(term(instrument, "grace_years"), 0)),
                                  .capitalised_periods =
                                      (int)lround(4 * or_else(term(instrument, "capitalised_years"), 0)),
                                  .shape = shape,
                                  .upfront_fee = or_else(term(instrument, "upfront_fee"), 0),
                                  .ticking_fee_per_year = or_else(term(instrument, "ticking_fee_per_year"), 0)};
  if (isnan(loan.rate_per_year))
    return refuse(work, instrument, "rate_per_year",
                  "its rate is not stated; give it, or treasury_rate in the section value");
  if (!loan_check(&loan, NULL, work->error)) return false;
  struct loan_paths paths = {0};
  const double drawn_until = term_date(instrument, "drawn_until");
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
  const struct credit_risk risk = {or_else(terms->default_per_year, or_else(term(instrument, "default_per_year"), 0)),
                                   or_else(terms->recovery, or_else(term(instrument, "recovery"), 0))};
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
  const struct guarantee_terms guarantee = {or_else(term(instrument, "cover"), 1),
                                            or_else(term(instrument, "fee_per_year"), 0)};
  capital->subsidy = guarantee_subsidy(&capital->schedule, &guarantee, &risk, &curve, 0);
  capital->fair = guarantee_subsidy(&capital->schedule, &guarantee, &risk, &curve, premium);
}

static void stock_of(const struct instrument *instrument, struct value_capital *capital)
{
  capital->amount_usd = term(instrument, "amount_usd");
  capital->preferred = (struct preferred_terms){.stated_usd = capital->amount_usd,
                                                .dividend_per_year = text_equal(term_text(instrument, "in_kind"), "no")
                                                                         ? 0
                                                                         : term(instrument, "dividend_per_year"),
                                                .compounding_per_year = (int)term(instrument, "payments_per_year"),
                                                .conversion_usd_per_share = term(instrument, "conversion_usd"),
                                                .warrants = or_else(term(instrument, "warrants"), 0),
                                                .strike_usd_per_share = or_else(term(instrument, "strike_usd"), 0),
                                                .warrant_years = or_else(term(instrument, "exit_years"), 10)};
}

static void earnings_of(const struct instrument *instrument, struct value_capital *capital)
{
  capital->earnings = (struct guarantee_of_earnings){
      .threshold_usd = term(instrument, "threshold_usd_per_year"),
      .escalator = or_else(term(instrument, "growth_per_year"), 0),
      .years = (int)lround(or_else(term(instrument, "years"), 1)),
      .advance_share = or_else(term(instrument, "advance_share"), 0),
      .first_excess_usd = or_else(term(instrument, "excess_first_usd_per_year"), 0),
      .first_excess_to_buyer = or_else(term(instrument, "excess_first_to_buyer"), 0),
      .rest_to_buyer = or_else(term(instrument, "excess_share_to_buyer"), 0),
      .reimbursement_cap_usd = or_else(term(instrument, "reimbursement_cap_usd_per_year"), 0)};
  capital->amount_usd = earnings_threshold_total(&capital->earnings);
}

/* False for kinds that are not capital, or with error set. */
static bool capital_of(const struct work *work, const struct instrument *instrument, struct value_capital *capital)
{
  static const char *const kinds[] = {"loan", "guarantee", "equity", "grant", "prepayment", "cost_plus"};
  enum { kinds_count = sizeof kinds / sizeof *kinds };
  int kind = 0;
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
    capital->amount_usd = term(instrument, "amount_usd");
    return true;
  }
  if (!loan_of(work, instrument, capital)) return false;
  cost_of_credit(work, instrument, capital);
  if (capital->kind == VALUE_LOAN && !isnan(work->value->terms.private_rate))
    capital->grant_usd = loan_grant_element(&capital->schedule, work->value->terms.private_rate);
  return true;
}

static bool look_at_capital(struct work *work)
{
  struct deal_value *value = work->value;
  const int count = value->deal->instruments_count;
  struct value_capital *capital = ARENA_ARRAY(work->arena, count, struct value_capital);
  const struct instrument **left = ARENA_ARRAY(work->arena, count, const struct instrument *);
  for (int i = 0; i < count; i++) {
    const struct instrument *instrument = &value->deal->instruments[i];
    if (pays_on_price(instrument)) continue;
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

/* ---- reported payments ---- */

/* Mean of the dated points over the quarter; lowest and highest of those in it and next to it. */
static void find_benchmark(const struct deal_value *value, struct value_check *check)
{
  const struct value_payment *payment = check->payment;
  const struct value_series *points = &value->points;
  const double from = payment->quarter, to = from + 0.25;
  check->benchmark = payment->benchmark_usd_per_kg;
  double low = INFINITY, high = -INFINITY;
  for (int k = 0; k < points->count; k++) {
    const bool before = k + 1 < points->count && points->dates[k] < from && points->dates[k + 1] >= from;
    const bool inside = points->dates[k] >= from && points->dates[k] < to + 1e-6;
    if (!before && !inside) continue;
    low = fmin(low, points->usd_per_kg[k]), high = fmax(high, points->usd_per_kg[k]);
  }
  if (isnan(check->benchmark)) {
    /* The last price quoted in the quarter stands until its end. */
    double last = to;
    for (int k = 0; k < points->count; k++)
      if (points->dates[k] <= to + 1e-6) last = points->dates[k];
    check->benchmark = points_average(points->dates, points->usd_per_kg, points->count, from, fmin(to, last));
    check->benchmark_from_points = true;
  }
  check->benchmark_low = or_else(payment->benchmark_low, isinf(low) ? check->benchmark : low);
  check->benchmark_high = or_else(payment->benchmark_high, isinf(high) ? check->benchmark : high);
}

static struct protection_content content_of(const struct value_payment *payment, double content_share)
{
  return (struct protection_content){1000 * payment->oxide_made_t, 1000 * payment->oxide_sold_t,
                                     1000 * payment->concentrate_t, content_share, payment->separation_recovery};
}

static void fit_share(struct value_check *check)
{
  const struct value_payment *payment = check->payment;
  const double floor = check->floor_usd_per_kg, within = payment->paid_within_usd;
  const struct protection_content poor =
      content_of(payment, or_else(payment->content_share_low, payment->content_share));
  const struct protection_content rich =
      content_of(payment, or_else(payment->content_share_high, payment->content_share));
  check->share = protection_claimed_share(&check->content, floor, check->benchmark, payment->paid_usd);
  check->share_low = protection_claimed_share(&rich, floor, check->benchmark_low, payment->paid_usd - within);
  check->share_high = protection_claimed_share(&poor, floor, check->benchmark_high, payment->paid_usd + within);
}

static bool check_payment(const struct work *work, const struct value_payment *payment, struct value_check *check)
{
  const struct deal_value *value = work->value;
  const struct instrument *protection = NULL;
  for (int i = 0; i < value->deal->instruments_count; i++)
    if (is_kind(&value->deal->instruments[i], "price_protection")) protection = &value->deal->instruments[i];
  if (protection == NULL)
    return error_set(work->error, value->terms.folder, 0, "value.payments",
                     "no price_protection that could have been paid");
  *check = (struct value_check){.payment = payment,
                                .floor_usd_per_kg = term(protection, "floor_usd_per_kg"),
                                .content = content_of(payment, payment->content_share),
                                .frozen = term(protection, "stockpiled_share")};
  find_benchmark(value, check);
  if (isnan(check->benchmark))
    return error_set(work->error, NULL, 0, "value.payments",
                     "no benchmark: dated points do not reach over the quarter; state benchmark_usd_per_kg");
  for (int b = 0; b < PROTECTION_BASES; b++) {
    struct value_basis *basis = &check->bases[b];
    basis->eligible_kg = protection_eligible(&check->content, (enum protection_basis)b);
    basis->implied_benchmark =
        protection_implied_benchmark(check->floor_usd_per_kg, basis->eligible_kg, payment->paid_usd);
    basis->predicted_usd = floor_payment(check->floor_usd_per_kg, check->benchmark, basis->eligible_kg);
  }
  fit_share(check);
  const double share = or_else(check->frozen, check->share);
  check->predicted_usd = protection_predicted(&check->content, check->floor_usd_per_kg, check->benchmark, share);
  check->slope_usd = protection_slope(&check->content, check->floor_usd_per_kg, check->benchmark, share);
  return true;
}

static bool check_payments(struct work *work)
{
  struct deal_value *value = work->value;
  const struct value_terms *terms = &value->terms;
  double asked = NAN;
  if (work->options->check_payment != NULL && !parse_date(work->options->check_payment, &asked))
    return error_set(work->error, NULL, 0, "check-payment", "found '%s', expected a quarter: 2025Q4",
                     work->options->check_payment);
  struct value_check *checks = ARENA_ARRAY(work->arena, terms->payments_count, struct value_check);
  for (int k = 0; k < terms->payments_count; k++) {
    if (!isnan(asked) && fabs(terms->payments[k].quarter - asked) > 1e-6) continue;
    if (!check_payment(work, &terms->payments[k], &checks[value->checks_count++])) return false;
  }
  value->checks = checks;
  if (!isnan(asked) && value->checks_count == 0)
    return error_set(work->error, NULL, 0, "check-payment", "the deal records no payment for %s",
                     work->options->check_payment);
  return true;
}

/* ---- the whole ---- */

static bool compute(struct work *work, const char *path)
{
  struct deal_value *value = work->value;
  value->deal = dataset_load_deal(path, work->arena, work->error);
  if (value->deal == NULL || !value_terms_read(path, &value->terms, work->arena, work->error) ||
      !read_series(work, value->terms.history, &value->history) ||
      !read_series(work, value->terms.points, &value->points))
    return false;
  find_years(work);
  if (!build_legs(work) || !look_at_capital(work) || !check_payments(work)) return false;
  if (value->contract.leg_count == 0 || value->contract.quarters == 0) return true;
  if (!run_processes(work)) return false;
  look_around(work);
  return true;
}

const struct deal_value *deal_value_compute(const char *path, const struct value_options *options, struct arena *arena,
                                            struct error *error)
{
  static const struct value_options none = {0};
  struct deal_value *value = ARENA_NEW(arena, struct deal_value);
  struct work work = {value, options != NULL ? options : &none, arena, error};
  value->draws = work.options->draws > 0 ? work.options->draws : draws_default;
  value->seed = work.options->seed > 0 ? work.options->seed : 1;
  return compute(&work, path) ? value : NULL;
}
