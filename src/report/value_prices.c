/* report/value_prices.c - price terms of a deal as legs: strikes, shares, dates and caps of its instruments on the
 * volume that the deal's section states. Says of which kinds it knows how they pay; the others are no legs.
 */
#include <math.h>

#include "base/text.h"
#include "report/value_work.h"

enum { years_default = 10, legs_per_instrument = 2 };

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
  if (is_kind(instrument, "cfd_deemed")) return value_term(instrument, "volume_t_per_year");
  if (is_kind(instrument, "take_or_pay"))
    return value_term(instrument, "volume_t_per_year") * value_term(instrument, "minimum_share");
  return path_at(&terms->volume_t_per_year, date, which);
}

const double *value_leg_kg(const struct work *work, const struct instrument *instrument, enum case_of_volume which)
{
  const struct price_contract *contract = &work->value->contract;
  const double content = or_else(value_term(instrument, "content"), 1),
               cap = value_term(instrument, "volume_cap_t_per_year");
  double *kg = ARENA_ARRAY(work->arena, contract->quarters, double);
  for (int q = 0; q < contract->quarters; q++) {
    double tonnes = volume_at(work, instrument, contract->first_quarter + 0.25 * q + 0.125, which) * content;
    if (!isnan(cap)) tonnes = fmin(tonnes, cap);
    if (isnan(tonnes)) {
      (void)value_refuse(work, instrument, "volume",
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
  const double vat = 1 + or_else(value_term(instrument, "index_vat_rate"), 0);
  return (struct price_leg){.name = instrument->record.id,
                            .kind = kind,
                            .strike_usd_per_kg = value_term(instrument, strike) / vat,
                            .escalator_per_year = or_else(value_term(instrument, "escalation_per_year"), 0),
                            .share = share * vat,
                            .start = or_else(instrument->start, -INFINITY),
                            .end = or_else(instrument->end, INFINITY),
                            .unappropriated = 1 - instrument->appropriation_probability,
                            .cap_usd_per_year = or_else(value_term(instrument, "cash_cap_usd_per_year"), INFINITY),
                            .kg = kg};
}

/* The legs of an instrument; their number, 0 for one that does not pay on a price. */
static int legs_of(const struct work *work, const struct instrument *instrument, const double *kg,
                   struct price_leg *legs)
{
  const double share = or_else(value_term(instrument, "share"), 1);
  if (is_kind(instrument, "floor_topup") || is_kind(instrument, "price_protection")) {
    legs[0] = leg_new(instrument, LEG_FLOOR, "floor_usd_per_kg", 1, kg);
    return 1;
  }
  if (is_kind(instrument, "upside_share")) {
    legs[0] = leg_new(instrument, LEG_UPSIDE, "trigger_usd_per_kg", share, kg);
    if (value_term_given(instrument, "fires_when_facility"))
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
  const bool one_sided = text_equal(value_term_text(instrument, "sides"), "one");
  if (!is_kind(instrument, "two_way_cfd") && !is_kind(instrument, "cfd_deemed")) return 0;
  legs[0] = leg_new(instrument, one_sided ? LEG_FLOOR : LEG_TWO_WAY, "strike_usd_per_kg", 1, kg);
  return 1;
}

bool value_pays_on_price(const struct instrument *instrument)
{
  static const char *const kinds[] = {"floor_topup", "price_protection", "upside_share", "collar",
                                      "take_or_pay", "two_way_cfd",      "cfd_deemed"};
  if (!instrument->enabled || instrument->status == INSTRUMENT_LAPSED) return false;
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
    if (!value_pays_on_price(instrument)) continue;
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

/* A figure that changes over time has no one strike; the market reads it, this does not. */
static bool is_constant(const struct work *work, const struct instrument *instrument)
{
  const struct dataset *deal = work->value->deal;
  for (int k = 0; k < deal->schedules_count; k++) {
    const struct schedule *schedule = &deal->schedules[k];
    if (text_equal(schedule->table, "instruments") && text_equal(schedule->row, instrument->record.id))
      return value_refuse(work, instrument, schedule->field,
                          "changes over time, which a deal valued alone can not have; expected one figure");
  }
  return true;
}

static bool add_legs(struct work *work, const struct instrument *instrument, struct price_leg *legs,
                     const struct instrument **owners)
{
  struct price_contract *contract = &work->value->contract;
  if (!is_constant(work, instrument)) return false;
  const double *kg = value_leg_kg(work, instrument, VOLUME_STATED);
  if (kg == NULL) return false;
  const int more = legs_of(work, instrument, kg, legs + contract->leg_count);
  for (int k = 0; k < more; k++) {
    struct price_leg *leg = &legs[contract->leg_count];
    if (isnan(leg->strike_usd_per_kg)) return value_refuse(work, instrument, "price", "its price is not stated");
    if (leg->start == -INFINITY) leg->start = contract->first_quarter; /* escalation counts from there */
    owners[contract->leg_count++] = instrument;
  }
  contract->lapse_per_year = fmax(contract->lapse_per_year, instrument->end_hazard_per_year);
  return true;
}

bool value_build_legs(struct work *work)
{
  struct deal_value *value = work->value;
  const int room = legs_per_instrument * value->deal->instruments_count;
  struct price_leg *legs = ARENA_ARRAY(work->arena, room, struct price_leg);
  const struct instrument **owners = ARENA_ARRAY(work->arena, room, const struct instrument *);
  find_span(work);
  for (int i = 0; i < value->deal->instruments_count && value->contract.quarters > 0; i++) {
    const struct instrument *instrument = &value->deal->instruments[i];
    if (value_pays_on_price(instrument) && !add_legs(work, instrument, legs, owners)) return false;
  }
  value->contract.legs = legs;
  value->leg_instrument = owners;
  return true;
}
