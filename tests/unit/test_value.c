/* Deals valued alone: every shipped deal; a small one with figures known beforehand; what is refused, and in which
 * words. Argument: the source folder. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "finance/cash.h"
#include "io/file.h"
#include "io/json.h"
#include "report/value.h"
#include "unit.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

static const char *root;

static const struct deal_value *shipped(const char *deal, const struct value_options *options, struct arena *arena)
{
  struct error error = {0};
  const char *path = arena_format(arena, "%s/deals/%s.yaml", root, deal);
  const struct deal_value *value = deal_value_compute(path, options, arena, &error);
  if (value == NULL) fail_msg("%s: %s: %s", path, error.field, error.message);
  return value;
}

/* A file in a new folder. */
static const char *written(const char *name, const char *text, struct arena *arena)
{
  struct error error = {0};
  char folder[] = "/tmp/didymium-value-XXXXXX";
  if (mkdtemp(folder) == NULL) fail_msg("no folder");
  const char *path = path_join(folder, name, arena);
  if (!file_write(path, text, strlen(text), &error)) fail_msg("%s", error.message);
  return path;
}

#define HEAD                                                                                                           \
  "schema_version: 1\n"                                                                                                \
  "deal: small\n"                                                                                                      \
  "instruments:\n"                                                                                                     \
  "  - {id: floor, kind: floor_topup, floor_usd_per_kg: 110, start: 2026, end: 2028}\n"                                \
  "  - {id: share, kind: upside_share, share: 0.3, trigger_usd_per_kg: 110, start: 2026, end: 2028, "                  \
  "fires_when_facility: plant}\n"

static void test_every_shipped_deal(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  int count = 0, valued = 0;
  const char *const *names = path_list(path_join(root, "deals", arena), &count, arena, &error);
  assert_non_null(names);
  for (int i = 0; i < count; i++) {
    if (!path_has_ending(names[i], ".yaml")) continue;
    const char *name = arena_format(arena, "%.*s", (int)strlen(names[i]) - 5, names[i]);
    const struct deal_value *value = shipped(name, &(struct value_options){.draws = 100}, arena);
    const struct summary_view view = {0};
    assert_true(strlen(deal_value_text(value, &view, arena)) > 100);
    const char *json = deal_value_json(value, "test", arena);
    assert_non_null(json_parse(json, strlen(json), name, arena, &error));
    valued += value->runs_count > 0;
  }
  assert_true(valued >= 3);
  arena_free(arena);
}

/* The table of quarters adds up to the value, closed form agrees with the draws, and history is nothing unusual. */
static void test_table_and_closed_form(void **)
{
  struct arena *arena = arena_new();
  const struct deal_value *value = shipped("mp-2025", &(struct value_options){.draws = 2000}, arena);
  assert_true(value->runs_count >= 3);
  for (int k = 0; k < value->runs_count; k++) {
    const struct value_run *run = &value->runs[k];
    double sum = 0;
    for (int q = 0; q < run->valuation.quarters; q++) {
      const struct quarter_value *row = &run->valuation.quarter[q];
      const double years = row->date + 0.25 * (1 + value->contract.arrears_quarters) - value->contract.date;
      sum += row->net_usd.mean * cash_discount(value->contract.discount_rate, years);
    }
    assert_near(sum / run->valuation.value_usd.mean, 1, 1e-9);
    if (!isnan(run->valuation.closed_usd))
      assert_near(run->valuation.value_usd.mean, run->valuation.closed_usd, 4 * run->valuation.value_usd.error);
    assert_true(run->matched);
    assert_true(run->match.below.volatility > 0.025 && run->match.below.volatility < 0.975);
    assert_true(run->match.below.autocorrelation > 0.025 && run->match.below.autocorrelation < 0.975);
    assert_true(run->match.below.range > 0.025 && run->match.below.range < 0.975);
  }
  arena_free(arena);
}

/* The payment of the last quarter of 2025: the share in the file is the one that fits, and no oxide basis does. */
static void test_reported_payment(void **)
{
  struct arena *arena = arena_new();
  const struct deal_value *value =
      shipped("mp-2025", &(struct value_options){.draws = 20, .check_payment = "2025Q4"}, arena);
  assert_int_equal(value->checks_count, 1);
  const struct value_check *check = &value->checks[0];
  assert_near(check->share, check->frozen, 0.0015);
  assert_near(check->predicted_usd, 51.0e6, 0.1e6);
  assert_true(check->share_low < check->share && check->share < check->share_high);
  assert_near(check->bases[PROTECTION_MADE].implied_benchmark, 39, 0.5);
  assert_near(check->bases[PROTECTION_ALL].eligible_kg, 1897e3, 500);
  assert_true(check->bases[PROTECTION_SOLD].predicted_usd < 0.5 * 51e6);
  assert_true(check->bases[PROTECTION_ALL].predicted_usd > 1.3 * 51e6);
  assert_near(check->slope_usd, -check->predicted_usd / (110 - check->benchmark), 1);
  arena_free(arena);
}

/* The loan, the stock and the guaranteed earnings of the same deal, as published or by hand. */
static void test_capital(void **)
{
  struct arena *arena = arena_new();
  const struct deal_value *value = shipped("mp-2025", &(struct value_options){.draws = 20}, arena);
  int seen = 0;
  for (int k = 0; k < value->capital_count; k++) {
    const struct value_capital *c = &value->capital[k];
    if (c->kind == VALUE_LOAN) {
      assert_near(c->interest_per_year_usd / 1e6, 8.07, 0.005);
      assert_true(c->fair.total_usd > c->subsidy.total_usd);
      seen |= 1;
    }
    if (c->kind == VALUE_EQUITY) {
      assert_near(preferred_shares(&c->preferred, 0), 13320013, 0.5);
      assert_near(preferred_value(&c->preferred, 10) / 1e6, 800.6, 0.05);
      seen |= 2;
    }
    if (c->kind == VALUE_EARNINGS) {
      assert_near(c->amount_usd / 1e6, 1533, 0.5);
      assert_near(earnings_advance(&c->earnings, 1) / 1e6, 35.0, 0.05);
      seen |= 4;
    }
  }
  assert_int_equal(seen, 7);
  arena_free(arena);
}

/* On given prices, 70 for a year and then 130, 2,880 t a year: 28.8 M USD a quarter, then nothing, and 30 % of 20
 * USD on 720 t once the share begins in July 2027. */
static void test_deck(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const char *path =
      written("small.yaml", HEAD "value:\n  date: 2026\n  upside_start: 2027-07\n  volume_t_per_year: 2880\n", arena);
  const char *deck = written("deck.csv", "date,price_usd_per_kg\n2026,70\n2026-12,70\n2027,130\n2028,130\n", arena);
  const struct deal_value *value =
      deal_value_compute(path, &(struct value_options){.prices = deck, .draws = 3}, arena, &error);
  if (value == NULL) fail_msg("%s", error.message);
  assert_int_equal(value->runs_count, 1);
  assert_false(value->runs[0].spread);
  const double expected[] = {28.8, 28.8, 28.8, 28.8, 0, 0, -4.32, -4.32};
  for (int q = 0; q < 8; q++) assert_near(value->runs[0].valuation.quarter[q].net_usd.mean / 1e6, expected[q], 1e-9);
  arena_free(arena);
}

static void refused(const char *text, const struct value_options *options, const char *message)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  assert_null(deal_value_compute(written("small.yaml", text, arena), options, arena, &error));
  if (strstr(error.message, message) == NULL) fail_msg("'%s' instead of '%s'", error.message, message);
  arena_free(arena);
}

static void test_refusals(void **)
{
  const struct value_options none = {0}, odd = {.processes = "geometric,odd", .forward_usd_per_kg = 70},
                             deck = {.processes = "deck"}, quarter = {.check_payment = "2025Q4"};
  refused(HEAD, &none, "no volume is stated");
  refused(HEAD "value: {volume_t_per_year: 100}\n", &none, "no price on the day of valuation");
  refused(HEAD "value: {volume_t_per_year: 100, price_usd_per_kg: 70}\n", &none, "no volatility");
  refused(HEAD "value: {volume_t_per_year: 100, volatility: 0.3, process: geometric}\n", &odd,
          "expected geometric, reverting");
  refused(HEAD "value: {volume_t_per_year: 100}\n", &deck, "--prices DECK.csv");
  refused(HEAD "value: {volume_t_per_year: 100}\n", &quarter, "records no payment for 2025Q4");
  refused(HEAD "value: {volatilty: 0.3}\n", &none, "did you mean 'volatility'");
  refused(HEAD "value: {volume_t_per_year: {2026: -5}}\n", &none, "expected tonnes a year");
  refused(HEAD "value: {volume_t_per_year: {2027: 5, 2026: 5}}\n", &none, "dates do not ascend");
  refused("schema_version: 1\ndeal: small\ninstruments:\n  - {id: floor, kind: floor_topup, floor_usd_per_kg: {2026: "
          "110, 2027: "
          "120}, start: 2026, end: 2028}\nvalue: {volume_t_per_year: 100}\n",
          &none, "changes over time");
  refused(HEAD "value: {payments: [{quarter: 2025Q4}]}\n", &none, "paid_usd is missing");
}

/* Options stand over the file, and one stated figure is enough where nothing is fitted. */
static void test_options(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct value_options options = {
      .processes = "geometric", .draws = 500, .volatility = 0.2, .forward_usd_per_kg = 80, .volume_t_per_year = 400};
  const struct deal_value *value = deal_value_compute(written("small.yaml", HEAD, arena), &options, arena, &error);
  if (value == NULL) fail_msg("%s", error.message);
  assert_near(value->runs[0].process.volatility, 0.2, 0);
  assert_near(value->runs[0].process.start_usd_per_kg, 80, 0);
  assert_near(value->contract.legs[0].kg[0], 100e3, 1e-9);
  assert_int_equal(value->contract.quarters, 8);
  assert_true(isinf(value->contract.legs[1].start)); /* waits for a plant, and no date is assumed */
  arena_free(arena);
}

/* Every key of the section stands in its page. */
static void test_page(void **)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const char *page = file_read(path_join(root, "docs/finance.md", arena), NULL, arena, &error);
  if (page == NULL) fail_msg("%s", error.message);
  const struct field *const tables[] = {value_fields, value_payment_fields};
  for (int t = 0; t < 2; t++)
    for (const struct field *field = tables[t]; field->name != NULL; field++)
      if (strstr(page, arena_format(arena, "`%s`", field->name)) == NULL)
        fail_msg("%s is not in the page", field->name);
  arena_free(arena);
}

int main(int count, char **words)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_shipped_deal),
      cmocka_unit_test(test_table_and_closed_form),
      cmocka_unit_test(test_reported_payment),
      cmocka_unit_test(test_capital),
      cmocka_unit_test(test_deck),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_options),
      cmocka_unit_test(test_page),
  };
  if (count != 2) return 2;
  root = words[1];
  return cmocka_run_group_tests(tests, NULL, NULL);
}
