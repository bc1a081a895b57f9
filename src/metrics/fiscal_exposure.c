/* metrics/fiscal_exposure.c - promises read from the terms of contracts, quantities from the ledger.
 *
 * A floor owes floor x tonnes if the index is nothing; guaranteed earnings owe their whole stream; loans, grants and
 * shares what is drawn of their amount; everything else what it pays. Nothing is solved again: these are bounds and
 * first derivatives.
 */
#include "metrics/fiscal_exposure.h"

#include <math.h>

#include "base/field.h"
#include "base/text.h"
#include "metrics/welfare.h"
#include "model/instruments/payment.h"

/* A numeric term as it stands in the file; NAN where it is not given or changes over time by more than its dates. */
static double term_number(const struct dataset *dataset, const struct instrument *instrument, const char *name,
                          double date)
{
  double value = NAN;
  for (int t = 0; t < instrument->terms_count; t++)
    if (text_equal(instrument->terms[t].name, name) && !parse_number(instrument->terms[t].text, &value)) return NAN;
  return isnan(value) ? NAN : dataset_named_at(dataset, "instruments", instrument->record.id, name, value, date, date);
}

/* The whole of a guaranteed stream, nominal USD. */
static double promised_earnings(const struct dataset *dataset, const struct instrument *instrument)
{
  const double first = term_number(dataset, instrument, "threshold_usd_per_year", instrument->start);
  const double growth = term_number(dataset, instrument, "growth_per_year", instrument->start);
  const double years = term_number(dataset, instrument, "years", instrument->start);
  const double span = isnan(years) ? 10 : years, rate = isnan(growth) ? 0 : growth;
  return first * (fabs(rate) < 1e-12 ? span : (pow(1 + rate, span) - 1) / rate);
}

static bool is_public_side(const struct dataset *dataset, struct account account, int region)
{
  return account.kind == ACCOUNT_AGENCY &&
         instrument_payer_region(dataset, &dataset->instruments[account.index]) == region;
}

struct paid {
  double musd;         /* nominal, all periods */
  double owed_musd;    /* nominal, floor x tonnes */
  double tonnes_years; /* t a year, summed over the periods that pay */
  int periods;
};

/* What an instrument pays out, and what it would pay at an index of nothing. */
static struct paid sum_paid(const struct outcome *outcome, const struct ledger *ledgers, int region, int k)
{
  const struct dataset *dataset = outcome->network->dataset;
  struct paid paid = {0};
  for (int p = 0; p < outcome->periods_count; p++) {
    const struct period_outcome *period = &outcome->periods[p];
    const double floor_usd = payment_strike_quoted(&outcome->network->instruments[k], outcome, p, "floor_usd_per_kg");
    double tonnes = 0;
    for (int i = 0; i < ledgers[p].count; i++) {
      const struct posting *posting = &ledgers[p].postings[i];
      if (posting->instrument != k || !is_public_side(dataset, posting->payer, region)) continue;
      paid.musd += posting->kusd_per_year * period->period.length * period->deflator / 1000;
      tonnes += posting->quantity_t_per_year;
    }
    if (!(tonnes > 0) || isnan(floor_usd)) continue;
    paid.owed_musd += floor_usd * tonnes * period->period.length / 1000;
    paid.tonnes_years += tonnes;
    paid.periods++;
  }
  return paid;
}

/* The sum of a loan, guarantee, grant, prepayment or stock, million USD; NAN: the contract is not about a sum. */
static double promised_sum(const struct dataset *dataset, const struct instrument *instrument)
{
  const double principal = term_number(dataset, instrument, "principal_usd", instrument->start);
  return (isfinite(principal) ? principal : term_number(dataset, instrument, "amount_usd", instrument->start)) / 1e6;
}

static double drawn_share(const struct outcome *outcome, int k, struct arena *arena)
{
  const struct bound_instrument *bound = &outcome->network->instruments[k];
  return bound->kind->drawn == NULL ? 1 : bound->kind->drawn(bound, outcome, arena).share;
}

static double gross_of(const struct outcome *outcome, int k, const struct paid *paid, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  const double sum = promised_sum(dataset, &dataset->instruments[k]);
  const double earnings = promised_earnings(dataset, &dataset->instruments[k]);
  if (paid->musd <= 0 && isnan(sum)) return 0;
  if (isfinite(earnings)) return fmax(earnings / 1e6, paid->musd);
  if (isfinite(sum)) return sum * drawn_share(outcome, k, arena);
  return fmax(paid->owed_musd, paid->musd);
}

static double not_drawn_of(const struct outcome *outcome, int k, struct arena *arena)
{
  const struct instrument *instrument = &outcome->network->dataset->instruments[k];
  const double sum = promised_sum(outcome->network->dataset, instrument);
  const bool off = instrument->status == INSTRUMENT_LAPSED || instrument->status == INSTRUMENT_SUSPENDED;
  return isnan(sum) || off ? 0 : sum * (1 - drawn_share(outcome, k, arena));
}

/* Customs value of what comes in under a tariff, thousand USD a year. */
static double value_under_tariff(const struct outcome *outcome, int p, int region)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  double value = 0;
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc_terms *terms = &period->arc_terms[a];
    if (network->nodes[network->arcs[a].to].region != region || terms->tariff_rate <= 0) continue;
    value += period->flow[a] * fmax(0, period->multiplier[network->arcs[a].from]);
  }
  return value;
}

struct fiscal_exposure fiscal_exposure_compute(const struct outcome *outcome, const struct ledger *ledgers, int region,
                                               int period, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  struct fiscal_exposure exposure = {.gross_musd = ARENA_ARRAY(arena, dataset->instruments_count, double),
                                     .not_drawn_musd = ARENA_ARRAY(arena, dataset->instruments_count, double)};
  for (int k = 0; k < dataset->instruments_count; k++) {
    const struct instrument *instrument = &dataset->instruments[k];
    if (!instrument->enabled || instrument_payer_region(dataset, instrument) != region) continue;
    const struct paid paid = sum_paid(outcome, ledgers, region, k);
    exposure.gross_musd[k] = gross_of(outcome, k, &paid, arena);
    exposure.gross_total_musd += exposure.gross_musd[k];
    exposure.not_drawn_musd[k] = not_drawn_of(outcome, k, arena);
    exposure.not_drawn_total_musd += exposure.not_drawn_musd[k];
    if (paid.periods > 0) exposure.per_usd_musd += paid.tonnes_years / paid.periods / 1000;
  }
  exposure.per_ten_points_musd = 0.1 * value_under_tariff(outcome, period, region) / 1000;
  return exposure;
}
