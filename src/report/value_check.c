/* report/value_check.c - a reported payment of a price protection: the benchmark of its quarter from dated prices,
 * what each basis would have paid, and the claimed share that fits it. The share in the file stays as it is.
 */
#include <math.h>

#include "base/field.h"
#include "finance/price_contract.h"
#include "report/value_work.h"

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

/* What the election alone decides in this quarter: everything in the producer's products made in it, or only what was
 * sold. Content is stock at first, of which nothing was paid before. */
static struct protection_range discretion_of(const struct value_check *check)
{
  const struct protection_terms terms = {.floor_usd_per_kg = check->floor_usd_per_kg,
                                         .start = check->payment->quarter,
                                         .end = check->payment->quarter + 0.25,
                                         .upside_start = INFINITY};
  const struct protection_quarter quarter = {.date = check->payment->quarter,
                                             .made_kg = protection_eligible(&check->content, PROTECTION_ALL),
                                             .sold_kg = protection_eligible(&check->content, PROTECTION_SOLD),
                                             .benchmark_usd_per_kg = check->benchmark,
                                             .sale_price_usd_per_kg = check->benchmark};
  return protection_discretion(&terms, &quarter, 1);
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
                                .floor_usd_per_kg = value_term(protection, "floor_usd_per_kg"),
                                .content = content_of(payment, payment->content_share),
                                .frozen = value_term(protection, "stockpiled_share")};
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
  check->discretion = discretion_of(check);
  const double share = or_else(check->frozen, check->share);
  check->predicted_usd = protection_predicted(&check->content, check->floor_usd_per_kg, check->benchmark, share);
  check->slope_usd = protection_slope(&check->content, check->floor_usd_per_kg, check->benchmark, share);
  return true;
}

bool value_check_payments(struct work *work)
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
