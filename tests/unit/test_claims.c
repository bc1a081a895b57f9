/* Claims: formulas, ranges at corners, verdicts from thresholds, what is refused; the tables of docs/claims.md.
 *
 * Argument: docs/claims.md. With --fields the generated part of that page is printed instead. */
#include <math.h>

#include "dataset/describe.h"
#include "dataset_files.h"
#include "metrics/indicator.h"
#include "report/audit.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

static const char *document;
static const char marker[] = "checked in `make test`.\n";

/* ---- formulas ---- */

static double value_of(struct files *files, const char *text, const double *values)
{
  struct error error = {0};
  const struct expression *expression = expression_parse(text, (struct place){"x", 1}, "compute", files->arena, &error);
  if (expression == NULL) fail_msg("%s: %s", text, error.message);
  return expression_value(expression, values);
}

static void formulas_have_the_usual_precedence(void **state)
{
  struct files *files = *state;
  assert_near(value_of(files, "1 + 2 * 3 - 4 / 8", NULL), 6.5, 0);
  assert_near(value_of(files, "-(1 + 2) * 3", NULL), -9, 0);
  assert_near(value_of(files, "2 ^ 3 ^ 2 - 1", NULL), 511, 0);
  assert_near(value_of(files, "10 - 3 - 2", NULL), 5, 0);
  assert_near(value_of(files, "min(3, 1, 2) + max(3, 1 + 4) + sum(1, 2, 3) + abs(0 - 4)", NULL), 16, 0);
  assert_near(value_of(files, "share(30, 50, 20)", NULL), 0.3, 1e-15);
  assert_near(value_of(files, "hhi(50, 30, 20)", NULL), 0.38, 1e-15);
  assert_near(value_of(files, "400e6 * (1 + 0.07 / 4) ^ 40 / 1e6", NULL), 800.6, 0.05);
}

static void a_name_keeps_its_hyphens_arguments_and_date(void **state)
{
  struct files *files = *state;
  struct error error = {0};
  const struct expression *expression =
      expression_parse("run.price[ndpr-oxide, rest-of-world, 2028Q2] - deals.mp-2025.floor@2026-04 - floor - 2 * floor",
                       (struct place){"x", 1}, "compute", files->arena, &error);
  assert_non_null(expression);
  assert_int_equal(expression->names_count, 3);
  assert_string_equal(expression->names[0].path, "run.price");
  assert_int_equal(expression->names[0].arguments_count, 3);
  assert_string_equal(expression->names[0].arguments[1], "rest-of-world");
  assert_string_equal(expression->names[1].path, "deals.mp-2025.floor");
  assert_string_equal(expression->names[1].date, "2026-04");
  assert_near(expression_value(expression, (double[]){100, 20, 10}), 50, 0);
}

static void wrong_formulas_are_refused(void **state)
{
  struct files *files = *state;
  static const char *const texts[][2] = {
      {"1 +", "found the end in '1 +', expected a number, a name or '('"},
      {"(1", "found the end in '(1', expected ')'"},
      {"a b", "found 'b' in 'a b', expected an operator or the end"},
      {"mx(1)", "there is no function 'mx'; did you mean 'max'?"},
      {"share(1)", "found ')' in 'share(1)', expected 2 or more arguments of share"},
      {"x[", "found the end in 'x[', expected an id or a date"},
      {"2x", "found '2x' in '2x', expected a number"},
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct error error = {0};
    assert_null(expression_parse(texts[i][0], (struct place){"x", 1}, "compute", files->arena, &error));
    assert_string_equal(error.message, texts[i][1]);
  }
}

static void deep_brackets_are_refused(void **state)
{
  struct files *files = *state;
  struct error error = {0};
  char text[202];
  memset(text, '(', 200);
  text[200] = '1', text[201] = '\0';
  assert_null(expression_parse(text, (struct place){"x", 1}, "compute", files->arena, &error));
}

/* ---- verdicts ---- */

#define HEAD "schema_version: 1\naudit: small\narticle: Invented\nsources: {own: {title: Invented}}\n"
#define FIGURES                                                                                                        \
  "figures:\n"                                                                                                         \
  "  floor: {value: 110, source: own}\n"                                                                               \
  "  quoted: {value: %s, low: 61, high: 65, source: own}\n"                                                            \
  "  bare: {compute: quoted / 1.13}\n"
#define DOUBLE                                                                                                         \
  "claims:\n"                                                                                                          \
  "  - id: double\n"                                                                                                   \
  "    statement: The floor is nearly double.\n"                                                                       \
  "    figure: 2\n"                                                                                                    \
  "    at_least: 1.8\n"                                                                                                \
  "    readings:\n"                                                                                                    \
  "      - {id: taxed, compute: floor / quoted}\n"                                                                     \
  "      - {id: bare, compute: floor / bare}\n"

static const struct audit *audit_try(struct files *files, const char *text)
{
  struct error error = {0};
  files_add(files, "claims.yaml", text);
  const struct audit *audit =
      audit_claims(path_join(files->folder, "claims.yaml", files->arena), NULL, NULL, files->arena, &error);
  (void)snprintf(files->line, sizeof files->line, "%d: %s: %s", error.line, error.field, error.message);
  assert_int_equal(audit == NULL, error.set);
  return audit;
}

static const struct claim_verdict *judge(struct files *files, const char *text)
{
  const struct audit *audit = audit_try(files, text);
  if (audit == NULL) fail_msg("%s", files->line);
  return audit->verdicts->rows;
}

static void a_verdict_follows_from_figures_and_thresholds(void **state)
{
  struct files *files = *state;
  const char *base = HEAD FIGURES DOUBLE;
  const struct claim_verdict *claim = judge(files, arena_format(files->arena, base, "63"));
  assert_int_equal(claim->verdict, VERDICT_HOLDS_ON_SOME);
  assert_string_equal(claim->words, "holds on reading bare only");
  assert_near(claim->readings[0].result.value, 110.0 / 63, 1e-12);
  assert_string_equal(claim->readings[0].why, "1.75 is below 1.8");
  assert_false(claim->readings[0].certain); /* at 61 it would be 1.803 */
  assert_int_equal(judge(files, arena_format(files->arena, base, "61"))->verdict, VERDICT_HOLDS);
}

static void a_changed_figure_turns_the_verdict(void **state)
{
  struct files *files = *state;
  static const char text[] = HEAD "figures:\n  market: {value: %s, source: own}\n"
                                  "claims:\n"
                                  "  - {id: near, statement: Near 63., figure: 63, within: 0.05, readings: [{id: one, "
                                  "compute: market}]}\n";
  assert_int_equal(judge(files, arena_format(files->arena, text, "60"))->verdict, VERDICT_HOLDS);
  assert_int_equal(judge(files, arena_format(files->arena, text, "55"))->verdict, VERDICT_FAILS);
  assert_true(audit_try(files, arena_format(files->arena, text, "55"))->contradicted);
  assert_false(audit_try(files, arena_format(files->arena, text, "66.1"))->contradicted);
}

static void a_range_is_that_of_the_corners(void **state)
{
  struct files *files = *state;
  const struct claim_verdict *claim =
      judge(files, HEAD
            "figures:\n"
            "  a: {value: 2, low: 1, high: 3, source: own}\n"
            "  b: {value: 5, low: 4, high: 8, source: own}\n"
            "claims:\n"
            "  - id: x\n"
            "    statement: X.\n"
            "    at_most: 1\n"
            "    readings: [{id: one, compute: a / b}, {id: same, compute: a - a}, {id: both, compute: \"max(a, b) "
            "- a\"}]\n");
  assert_near(claim->readings[0].result.low, 0.125, 1e-15);
  assert_near(claim->readings[0].result.high, 0.75, 1e-15);
  assert_true(claim->readings[0].certain);
  assert_near(claim->readings[1].result.high, 0, 0); /* a figure is the same wherever it stands */
  assert_near(claim->readings[2].result.low, 1, 0);
  assert_near(claim->readings[2].result.high, 7, 0);
}

static void a_stated_range_is_met_inside_it(void **state)
{
  struct files *files = *state;
  static const char text[] =
      HEAD "figures: {m: {value: %s, source: own}}\n"
           "claims:\n"
           "  - {id: m, statement: M., figure: 6, figure_high: 6.5, within: 0.1, readings: [{id: one, "
           "compute: m}]}\n";
  assert_int_equal(judge(files, arena_format(files->arena, text, "5.4"))->verdict, VERDICT_HOLDS);
  assert_int_equal(judge(files, arena_format(files->arena, text, "7.15"))->verdict, VERDICT_HOLDS);
  assert_int_equal(judge(files, arena_format(files->arena, text, "7.2"))->verdict, VERDICT_FAILS);
}

static void a_day_counts_in_years(void **state)
{
  struct files *files = *state;
  const struct claim_verdict *claim =
      judge(files, HEAD
            "figures:\n"
            "  lapse: {day: 2026-11, source: own}\n"
            "  start: {day: 2028-07, day_low: 2028-01, day_high: 2029-07, source: own}\n"
            "claims:\n"
            "  - {id: gap, statement: A gap., at_least: 0, readings: [{id: months, compute: 12 * (start - lapse)}]}\n");
  assert_near(claim->readings[0].result.value, 20, 1e-9);
  assert_near(claim->readings[0].result.low, 14, 1e-9);
  assert_near(claim->readings[0].result.high, 32, 1e-9);
}

static void what_is_no_quantity_names_a_proxy(void **state)
{
  struct files *files = *state;
  const struct claim_verdict *claim = judge(
      files, HEAD "figures: {a: {value: 3, source: own}}\n"
                  "claims:\n"
                  "  - {id: q, kind: not_a_quantity, statement: Q., proxy: three, readings: [{id: one, compute: a}]}\n"
                  "  - {id: u, kind: unverified, statement: U., reason: no test was published}\n");
  assert_int_equal(claim[0].verdict, VERDICT_NOT_A_QUANTITY);
  assert_near(claim[0].readings[0].result.value, 3, 0);
  assert_int_equal(claim[1].verdict, VERDICT_UNVERIFIED);
}

static void without_its_run_a_claim_says_which_it_needs(void **state)
{
  struct files *files = *state;
  const struct claim_verdict *claim = judge(
      files, HEAD "run: scenarios/x.yaml\nclaims:\n"
                  "  - {id: p, statement: P., at_most: 9, readings: [{id: one, compute: \"run.price[oxide, china, "
                  "2030]\"}]}\n");
  assert_int_equal(claim->verdict, VERDICT_NOT_COMPUTED);
  assert_string_equal(claim->words, "needs a run");
  assert_non_null(strstr(claim->readings[0].why, "didymium run scenarios/x.yaml"));
}

static void a_division_by_zero_is_no_figure(void **state)
{
  struct files *files = *state;
  const struct claim_verdict *claim =
      judge(files, HEAD "figures: {z: {value: 0, source: own}}\nclaims:\n"
                        "  - {id: p, statement: P., at_most: 9, readings: [{id: one, compute: 1 / z}]}\n");
  assert_int_equal(claim->verdict, VERDICT_NOT_COMPUTED);
}

static void terms_of_deals_are_found_by_path_and_date(void **state)
{
  struct files *files = *state;
  files_add(files, "deals/two.yaml",
            "schema_version: 1\ndeal: two\nsigned: 2025-07-01\n"
            "instruments:\n"
            "  - {id: two-floor, kind: floor_topup, floor_usd_per_kg: {2025: 100, 2027: 110}, start: 2025}\n"
            "recorded: [{id: two-loan, title: Loan, amount_usd: 20e6, why: rate unknown}]\n"
            "value: {volume_t_per_year: {2026: {value: 300, low: 200, high: 500}}}\n");
  const struct claim_verdict *claim =
      judge(files, HEAD "deals: deals\nclaims:\n"
                        "  - id: p\n"
                        "    statement: P.\n"
                        "    at_least: 0\n"
                        "    readings:\n"
                        "      - {id: before, compute: deals.two.two-floor.floor_usd_per_kg@2026}\n"
                        "      - {id: after, compute: deals.two.two-floor.floor_usd_per_kg@2027-06}\n"
                        "      - {id: piece, compute: deals.two.two-loan.amount_usd / 1e6}\n"
                        "      - {id: signed, compute: deals.two.signed}\n"
                        "      - {id: volume, compute: deals.two.value.volume_t_per_year@2026Q3}\n");
  static const double expected[] = {100, 110, 20, 2025.5, 300};
  for (int i = 0; i < 5; i++) assert_near(claim->readings[i].result.value, expected[i], 1e-9);
  assert_near(claim->readings[4].result.high, 500, 0);
}

static void figures_of_a_data_set_are_found(void **state)
{
  struct files *files = *state;
  files_add(
      files, "data/datapackage.json",
      "{\"name\": \"d\", \"schema_version\": 1, \"resources\": [{\"name\": \"regions\", \"path\": \"regions.csv\"},"
      "{\"name\": \"materials\", \"path\": \"materials.csv\"}]}");
  files_add(files, "data/regions.csv", "id,source\nnorth,x\n");
  files_add(files, "data/materials.csv", "id,stage,price_usd_per_kg\noxide.one,oxide,48\n");
  static const char text[] = HEAD "data: data\nclaims:\n"
                                  "  - {id: p, statement: P., figure: 48, within: 0, readings: [{id: one, compute: "
                                  "data.materials.%s.price_usd_per_kg}]}\n";
  assert_int_equal(judge(files, arena_format(files->arena, text, "oxide.one"))->verdict, VERDICT_HOLDS);
  assert_null(audit_try(files, arena_format(files->arena, text, "oxide.two")));
  assert_non_null(strstr(files->line, "there is no 'oxide.two' in materials"));
}

/* ---- the shipped files ---- */

static const struct audit *audit_shipped(struct files *files, const char *name)
{
  struct error error = {0};
  const char *root = path_folder(path_folder(document, files->arena), files->arena);
  const char *path = path_join(root, arena_format(files->arena, "claims/%s.yaml", name), files->arena);
  const struct audit *audit = audit_claims(path, NULL, NULL, files->arena, &error);
  if (audit == NULL) fail_msg("%s:%d: %s: %s", error.file, error.line, error.field, error.message);
  return audit;
}

static const struct claim_verdict *verdict_on(const struct audit *audit, const char *id)
{
  for (int i = 0; i < audit->verdicts->claims->count; i++)
    if (text_equal(audit->verdicts->rows[i].claim->record.id, id)) return &audit->verdicts->rows[i];
  fail_msg("there is no claim '%s'", id);
  return NULL;
}

static double reading_of(const struct claim_verdict *verdict, const char *id)
{
  for (int i = 0; i < verdict->claim->readings_count; i++)
    if (text_equal(verdict->readings[i].reading->record.id, id)) return verdict->readings[i].result.value;
  fail_msg("there is no reading '%s'", id);
  return (double)NAN;
}

static void the_price_floor_article_is_judged(void **state)
{
  struct files *files = *state;
  const struct audit *audit = audit_shipped(files, "price-floor-article");
  assert_near(reading_of(verdict_on(audit, "largest-holder"), "of-shares-before-issue"), 0.15 / 0.086, 0.001);
  assert_near(reading_of(verdict_on(audit, "bypassed-congress"), "guaranteed-earnings"), 1532.96 / (1532.96 + 550),
              1e-5);
  assert_string_equal(verdict_on(audit, "nearly-double")->words, "holds on reading with-vat, without-vat only");
  assert_string_equal(verdict_on(audit, "exceeds-need")->words, "holds on reading need-500, need-4000 only");
  assert_string_equal(verdict_on(audit, "upside-30")->words, "holds on reading after-full-capacity only");
  assert_int_equal(verdict_on(audit, "distortion")->verdict, VERDICT_NOT_COMPUTED);
}

static void the_startups_article_is_judged(void **state)
{
  struct files *files = *state;
  const struct audit *audit = audit_shipped(files, "startups-article");
  assert_near(reading_of(verdict_on(audit, "package-1400"), "all-announced"), 1380, 1e-9);
  assert_near(reading_of(verdict_on(audit, "package-1400"), "federal"), 750, 1e-9);
  assert_near(reading_of(verdict_on(audit, "twenty-per-cent"), "package"), 1380.0 / 6250, 1e-9);
  assert_int_equal(verdict_on(audit, "four-commitments")->verdict, VERDICT_FAILS);
  assert_int_equal(verdict_on(audit, "unproven-technology")->verdict, VERDICT_UNVERIFIED);
  assert_true(audit->contradicted);
}

static void the_summit_is_judged(void **state)
{
  const struct audit *audit = audit_shipped(*state, "summit-commitments");
  assert_int_equal(verdict_on(audit, "all-eight")->verdict, VERDICT_FAILS);
  assert_int_equal(verdict_on(audit, "october-controls")->verdict, VERDICT_HOLDS_ON_SOME);
}

/* The deal says 150 instead of 110: what was nearly double is no longer, and the floor is not 110. */
static void an_edited_deal_turns_verdicts(void **state)
{
  struct files *files = *state;
  struct error error = {0};
  const char *root = realpath(path_folder(path_folder(document, files->arena), files->arena), NULL);
  assert_int_equal(system(arena_format(files->arena,
                                       "cp -r '%s/deals' '%s/deals' && sed -i 's/floor_usd_per_kg: 110/"
                                       "floor_usd_per_kg: 150/' '%s/deals/mp-2025.yaml' && sed 's#^data: .*#data: "
                                       "%s/data/rare-earths#; s#^deals: .*#deals: deals#' "
                                       "'%s/claims/price-floor-article.yaml' > '%s/claims.yaml'",
                                       root, files->folder, files->folder, root, root, files->folder)),
                   0);
  const struct audit *audit =
      audit_claims(path_join(files->folder, "claims.yaml", files->arena), NULL, NULL, files->arena, &error);
  assert_non_null(audit);
  assert_int_equal(verdict_on(audit, "floor-110")->verdict, VERDICT_FAILS);
  assert_string_equal(verdict_on(audit, "nearly-double")->words, "holds on reading august-2025 only");
  free((void *)root);
}

/* ---- what is refused ---- */

static void wrong_files_are_refused(void **state)
{
  struct files *files = *state;
  static const char *const cases[][2] = {
      {"claims: [{id: a, statement: A., at_most: 1, readings: [{id: r, compute: flor}]}]\nfigures: {floor: {value: 1, "
       "source: own}}\n",
       "5: claims.readings.compute: there is no figure 'flor'; did you mean 'floor'?"},
      {"figures: {a: {compute: b}, b: {compute: a}}\n", "5: figures.compute: 'a' needs itself"},
      {"figures: {a: {value: 1}}\n", "5: figures.source: 'a': missing; expected where the figure is from"},
      {"figures: {a: {value: 1, source: owm}}\n", "5: figures: there is no 'owm' in sources; did you mean 'own'?"},
      {"figures: {a: {value: 1, low: 2, high: 3, source: own}}\n", "5: figures: 'a': lies outside its own range"},
      {"claims: [{id: a, statement: A., readings: [{id: r, compute: 1}]}]\n",
       "5: claims.within: 'a': missing; expected within, at_least or at_most"},
      {"claims: [{id: a, statement: A., at_most: 1}]\n",
       "5: claims.readings: 'a': missing; expected at least one, or another `kind`"},
      {"claims: [{id: a, statement: A., knd: unverified}]\n", "5: claims: there is no key 'knd'; did you mean 'kind'?"},
      {"claims: [{id: a, statement: A., kind: not_a_quantity}]\n",
       "5: claims.proxy: 'a': missing; expected the nearest thing that is a quantity"},
      {"claims: [{id: a, statement: A., at_most: 1, readings: [{id: r, compute: \"run.prices[x, y, 2030]\"}]}]\n",
       "5: claims.readings.compute: there is no indicator 'prices' of a run; did you mean 'price'?"},
      {"claims: [{id: a, statement: A., at_most: 1, readings: [{id: r, compute: \"run.price[x, 2030]\"}]}]\n",
       "5: claims.readings.compute: price takes [material, region, date]"},
      {"claims: [{id: a, statement: A., at_most: 1, readings: [{id: r, compute: deals.x.y}]}]\n",
       "5: claims.readings.compute: the file names no deals; expected `deals: FOLDER`"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_null(audit_try(files, arena_format(files->arena, HEAD "%s", cases[i][0])));
    assert_string_equal(files->line, cases[i][1]);
  }
}

/* ---- numbers as words, and the page ---- */

static void numbers_have_about_four_digits(void **state)
{
  struct files *files = *state;
  static const struct {
    double value;
    const char *words;
  } cases[] = {{63, "63"},       {1.7460, "1.75"}, {0.6923, "0.692"},    {7000, "7,000"}, {1234567, "1,234,567"},
               {-12.5, "-12.5"}, {0, "0"},         {0.00123, "0.00123"}, {160, "160"},    {NAN, "-"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(claim_number(cases[i].value, files->arena), cases[i].words);
}

static const char *page_generated(struct arena *arena)
{
  struct text text = text_new(arena);
  text_add(&text, "### Indicators\n\n%s", indicators_markdown(arena));
  text_add(&text, "\n### The head\n\n`audit`, the id of the file, and:\n\n");
  fields_markdown(claims_head_fields(), NULL, &text);
  text_add(&text, "\n### figures\n\n");
  fields_markdown(claim_figure_fields(), NULL, &text);
  text_add(&text, "\n### claims\n\nWith a list of `readings`.\n\n");
  fields_markdown(claim_fields(), NULL, &text);
  text_add(&text, "\n### readings\n\n");
  fields_markdown(claim_reading_fields(), NULL, &text);
  return text.bytes;
}

static void the_page_is_up_to_date(void **state)
{
  struct files *files = *state;
  struct error error = {0};
  const char *page = file_read(document, NULL, files->arena, &error);
  assert_non_null(page);
  const char *generated = strstr(page, marker);
  assert_non_null(generated);
  assert_string_equal(generated + strlen(marker) + 1, page_generated(files->arena));
}

static void the_example_of_the_page_has_the_verdicts_it_tells(void **state)
{
  struct files *files = *state;
  struct error error = {0};
  const char *page = file_read(document, NULL, files->arena, &error);
  const char *begin = strchr(strstr(page, "file=claims/floor.yaml"), '\n') + 1;
  const char *end = strstr(begin, "```");
  const struct claim_verdict *claim = judge(files, arena_format(files->arena, "%.*s", (int)(end - begin), begin));
  assert_string_equal(claim[0].words, "holds on reading without-vat only");
  assert_int_equal(claim[1].verdict, VERDICT_HOLDS);
  assert_int_equal(claim[2].verdict, VERDICT_NOT_A_QUANTITY);
}

static int print_page(void)
{
  struct arena *arena = arena_new();
  fputs(page_generated(arena), stdout);
  arena_free(arena);
  return 0;
}

int main(int count, char **arguments)
{
  if (count == 2 && strcmp(arguments[1], "--fields") == 0) return print_page();
  document = count == 2 ? arguments[1] : "docs/claims.md";
  const struct CMUnitTest tests[] = {
      FILES_TEST(formulas_have_the_usual_precedence),
      FILES_TEST(a_name_keeps_its_hyphens_arguments_and_date),
      FILES_TEST(wrong_formulas_are_refused),
      FILES_TEST(deep_brackets_are_refused),
      FILES_TEST(a_verdict_follows_from_figures_and_thresholds),
      FILES_TEST(a_changed_figure_turns_the_verdict),
      FILES_TEST(a_range_is_that_of_the_corners),
      FILES_TEST(a_stated_range_is_met_inside_it),
      FILES_TEST(a_day_counts_in_years),
      FILES_TEST(what_is_no_quantity_names_a_proxy),
      FILES_TEST(without_its_run_a_claim_says_which_it_needs),
      FILES_TEST(a_division_by_zero_is_no_figure),
      FILES_TEST(terms_of_deals_are_found_by_path_and_date),
      FILES_TEST(figures_of_a_data_set_are_found),
      FILES_TEST(the_price_floor_article_is_judged),
      FILES_TEST(the_startups_article_is_judged),
      FILES_TEST(the_summit_is_judged),
      FILES_TEST(an_edited_deal_turns_verdicts),
      FILES_TEST(wrong_files_are_refused),
      FILES_TEST(numbers_have_about_four_digits),
      FILES_TEST(the_page_is_up_to_date),
      FILES_TEST(the_example_of_the_page_has_the_verdicts_it_tells),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
