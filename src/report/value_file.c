/* report/value_file.c - reads the section `value` of a deal's file, and the dated prices it names.
 * Every column is described once, in a table of fields; paths over time and lists are read beside it.
 */
#include <math.h>
#include <stdlib.h>

#include "base/field.h"
#include "base/text.h"
#include "io/csv.h"
#include "io/file.h"
#include "io/yaml.h"
#include "report/value.h"

#define COLUMN(row, name, type, unit, fallback, low, high, choices, help)                                              \
  {                                                                                                                    \
#name, type, offsetof(struct row, name), unit, fallback, low, high, choices, NULL, help                            \
  }
#define AMOUNT(row, name, unit, fallback, low, high, help)                                                             \
  COLUMN(row, name, FIELD_NUMBER, unit, fallback, low, high, NULL, help)

static const char process_names[] = "geometric|reverting|jumps|deck";

#define ROW value_terms
const struct field value_fields[] = {
    COLUMN(ROW, date, FIELD_DATE, "", "", 0, 0, NULL, "Day of valuation. Absent: the first start of its price terms"),
    AMOUNT(ROW, price_usd_per_kg, "USD/kg", "", 1e-6, 1e9,
           "What the contract looks at, on that day. Absent: the last of the dated points by then"),
    COLUMN(ROW, history, FIELD_TEXT, "", "", 0, 0, NULL, "CSV of yearly mean prices that processes are fitted to"),
    AMOUNT(ROW, index_ratio, "1", "1", 1e-6, 1e6, "What the contract looks at over the prices of that history"),
    COLUMN(ROW, points, FIELD_TEXT, "", "", 0, 0, NULL, "CSV of dated prices, of what the contract looks at"),
    COLUMN(ROW, process, FIELD_CHOICE, "", "reverting", 0, 0, process_names, "Process that is shown in full"),
    AMOUNT(ROW, drift_per_year, "per year", "0", -1, 1, "geometric: growth of the mean price"),
    AMOUNT(ROW, volatility, "per sqrt(year)", "", 0, 5, "Of the logarithm. Absent: fitted to the history"),
    AMOUNT(ROW, level_usd_per_kg, "USD/kg", "", 1e-6, 1e9, "reverting: level drawn to. Absent: fitted"),
    AMOUNT(ROW, reversion_per_year, "per year", "", 0, 100, "reverting: how fast. Absent: fitted"),
    AMOUNT(ROW, jumps_per_year, "per year", "0.125", 0, 100,
           "jumps: how often; a guess where a dozen years do not say"),
    AMOUNT(ROW, jump_mean, "1", "0.5", -5, 5, "jumps: mean step of the logarithm"),
    AMOUNT(ROW, jump_deviation, "1", "0.25", 0, 5, "jumps: its standard deviation"),
    AMOUNT(ROW, dispersion, "1", "", 0, 2, "Scatter of prices inside a year, a guess. Absent: of the dated points"),
    AMOUNT(ROW, dispersion_low, "1", "", 0, 2, "Lower end of the guess"),
    AMOUNT(ROW, dispersion_high, "1", "", 0, 2, "Upper end of the guess"),
    AMOUNT(ROW, discount_rate, "per year", "0.05", -0.5, 1, "Nominal and effective, for all price terms"),
    COLUMN(ROW, arrears_quarters, FIELD_INTEGER, "", "1", 0, 8, NULL, "Quarters from a quarter's end to its payment"),
    AMOUNT(ROW, volume_low, "1", "", 0, 100, "Low end of the volume, over what is stated"),
    AMOUNT(ROW, volume_high, "1", "", 0, 100, "High end of the volume"),
    COLUMN(ROW, upside_start, FIELD_DATE, "", "", 0, 0, NULL,
           "When a share of the upside that waits for a plant is taken to begin. Absent: never"),
    AMOUNT(ROW, treasury_rate, "per year", "", 0, 1, "Effective rate of the government's own borrowing"),
    AMOUNT(ROW, risk_premium, "per year", "", 0, 1, "Above it for fair value"),
    AMOUNT(ROW, private_rate, "per year", "", 0, 1, "Rate a private lender would ask, effective"),
    AMOUNT(ROW, default_per_year, "per year", "", 0, 1, "Chance that a loan fails. Absent: as the loan says"),
    AMOUNT(ROW, recovery, "1", "", 0, 1, "Share of the balance then recovered. Absent: as the loan says"),
    AMOUNT(ROW, cost_usd_per_kg, "USD/kg", "", 0, 1e9,
           "Cash cost of what the volume counts; with it, what lenders would lend on the price terms is shown"),
    AMOUNT(ROW, cost_usd_per_kg_low, "USD/kg", "", 0, 1e9, "Lower end"),
    AMOUNT(ROW, cost_usd_per_kg_high, "USD/kg", "", 0, 1e9, "Upper end"),
    AMOUNT(ROW, cover, "1", "1.5", 0.1, 100,
           "Cash over debt service that lenders ask for; a habit, not a figure of the deal"),
    AMOUNT(ROW, share_usd, "USD/share", "", 0, 1e9, "Price of a share on the day of valuation"),
    AMOUNT(ROW, share_volatility, "per sqrt(year)", "", 0, 5, "Of that price"),
    AMOUNT(ROW, shares_outstanding, "shares", "", 1, 1e15, "Of the company, before the issue"),
    COLUMN(ROW, contract, FIELD_TEXT, "", "", 0, 0, NULL, "Instrument that the volume is of; only said, not used"),
    COLUMN(ROW, unit, FIELD_TEXT, "", "", 0, 0, NULL, "What the volume counts"),
    COLUMN(ROW, source, FIELD_TEXT, "", "", 0, 0, NULL, "Where these figures are from"),
    COLUMN(ROW, quality, FIELD_TEXT, "", "", 0, 0, NULL, "A official, B filing, C press, D estimate or guess"),
    COLUMN(ROW, note, FIELD_TEXT, "", "", 0, 0, NULL, "What was assumed, and within which range"),
    FIELD_END};
#undef ROW

#define ROW value_payment
const struct field value_payment_fields[] = {
    COLUMN(ROW, quarter, FIELD_DATE, "", NULL, 0, 0, NULL, "Quarter that was paid for: 2025Q4"),
    AMOUNT(ROW, paid_usd, "USD", NULL, 0, 1e15, "What was reported"),
    AMOUNT(ROW, paid_within_usd, "USD", "0", 0, 1e15, "How far it may be off by rounding"),
    AMOUNT(ROW, oxide_made_t, "t", NULL, 0, 1e12, "Protected oxide made"),
    AMOUNT(ROW, oxide_sold_t, "t", NULL, 0, 1e12, "Protected oxide sold"),
    AMOUNT(ROW, concentrate_t, "t", NULL, 0, 1e12, "Rare-earth oxide in the concentrate mined"),
    AMOUNT(ROW, content_share, "1", NULL, 0, 1, "Protected oxides in it"),
    AMOUNT(ROW, content_share_low, "1", "", 0, 1, "Lower end"),
    AMOUNT(ROW, content_share_high, "1", "", 0, 1, "Upper end"),
    AMOUNT(ROW, separation_recovery, "1", "0.95", 0.01, 1, "Oxide made per content separated"),
    AMOUNT(ROW, benchmark_usd_per_kg, "USD/kg", "", 0, 1e9, "Mean benchmark. Absent: from the dated points"),
    AMOUNT(ROW, benchmark_low, "USD/kg", "", 0, 1e9, "Lower end. Absent: lowest point in or next to the quarter"),
    AMOUNT(ROW, benchmark_high, "USD/kg", "", 0, 1e9, "Upper end"),
    COLUMN(ROW, source, FIELD_TEXT, "", "", 0, 0, NULL, "Where the report is"),
    COLUMN(ROW, note, FIELD_TEXT, "", "", 0, 0, NULL, "What was assumed"),
    FIELD_END};
#undef ROW

const char *value_process_name(enum value_process process)
{
  static const char *const names[] = {"geometric", "reverting", "jumps", "deck"};
  return names[process];
}

/* ---- the section ---- */

static bool read_one(const struct field *field, const struct yaml *node, void *record, const char *where,
                     struct arena *arena, struct error *error)
{
  const char *words;
  if (!yaml_words(node, where, &words, arena, error)) return false;
  return words == NULL ||
         field_parse(field, words, record, (struct place){node->file, node->line}, where, arena, error);
}

/* content_share -> content_share_low; benchmark_usd_per_kg -> benchmark_low: the unit goes. */
static const char *end_of(const char *name, const char *end, struct arena *arena)
{
  if (text_equal(name, "benchmark_usd_per_kg")) name = "benchmark";
  return arena_format(arena, "%s_%s", name, end);
}

/* A number with its range, {value, low, high}: the ends go to the fields of the same name with _low and _high. */
static bool read_range(const struct field *fields, const struct field *field, const struct yaml *map, void *record,
                       const char *where, struct arena *arena, struct error *error)
{
  for (int k = 0; k < map->count; k++) {
    const char *key = map->keys[k].text;
    const bool end = text_equal(key, "low") || text_equal(key, "high");
    if (!end && !text_equal(key, "value"))
      return error_set(error, map->file, map->keys[k].line, where, "found '%s', expected value, low, high", key);
    const struct field *own = end ? field_find(fields, end_of(field->name, key, arena)) : field;
    if (own != NULL && !read_one(own, map->items[k], record, where, arena, error)) return false;
  }
  return true;
}

/* Figures that other readers of the file take (claims) stand here too; a slip of the pen in a known name is refused. */
static bool refuse_unknown(const struct yaml *map, int k, const struct field *fields, const char *where,
                           struct error *error)
{
  const char *names[64];
  int count = 0;
  for (const struct field *field = fields; field->name != NULL && count < 64; field++) names[count++] = field->name;
  const char *near = text_nearest(map->keys[k].text, names, count);
  if (near == NULL) return true;
  return error_set(error, map->file, map->keys[k].line, where, "there is no key '%s'; did you mean '%s'?",
                   map->keys[k].text, near);
}

typedef bool read_other(const struct yaml *node, const char *name, void *record, bool *known, struct arena *arena,
                        struct error *error);

static bool read_record(const struct yaml *map, const struct field *fields, void *record, const char *where,
                        read_other *other, struct arena *arena, struct error *error)
{
  field_defaults(fields, record, arena);
  for (int k = 0; k < map->count; k++) {
    const struct yaml *node = map->items[k];
    const struct field *field = field_find(fields, map->keys[k].text);
    bool known = field != NULL, read = true;
    if (field == NULL && other != NULL)
      read = other(node, map->keys[k].text, record, &known, arena, error);
    else if (field != NULL && node->kind == YAML_MAP && field->type == FIELD_NUMBER)
      read = read_range(fields, field, node, record, where, arena, error);
    else if (field != NULL)
      read = read_one(field, node, record, where, arena, error);
    if (!read || (!known && !refuse_unknown(map, k, fields, where, error))) return false;
  }
  for (const struct field *field = fields; field->name != NULL; field++)
    if (field->fallback == NULL && yaml_is_null(yaml_get(map, field->name)))
      return error_set(error, map->file, map->line, where, "%s is missing", field->name);
  return true;
}

static const char volume_field[] = "value.volume_t_per_year";

static bool read_tonnes(const struct yaml *node, double *tonnes, struct error *error)
{
  if (yaml_text(node) != NULL && parse_number(node->text, tonnes) && *tonnes >= 0) return true;
  return error_set(error, node->file, node->line, volume_field, "expected tonnes a year, 0 or more");
}

static bool read_point(const struct yaml *node, struct value_point *point, struct error *error)
{
  const struct yaml *low = yaml_get(node, "low"), *high = yaml_get(node, "high");
  const struct yaml *value = node->kind == YAML_MAP ? yaml_get(node, "value") : node;
  if (value == NULL) return error_set(error, node->file, node->line, volume_field, "value is missing");
  if (!read_tonnes(value, &point->value, error)) return false;
  point->low = point->high = point->value;
  return (low == NULL || read_tonnes(low, &point->low, error)) &&
         (high == NULL || read_tonnes(high, &point->high, error));
}

/* One figure, or dates to figures. */
static bool read_path(const struct yaml *node, struct value_path *path, struct arena *arena, struct error *error)
{
  const bool single = node->kind == YAML_SCALAR || yaml_get(node, "value") != NULL;
  const int count = single ? 1 : node->count;
  struct value_point *points = ARENA_ARRAY(arena, count, struct value_point);
  if (!single && !yaml_expect(node, YAML_MAP, volume_field, error)) return false;
  for (int k = 0; k < count; k++) {
    points[k].date = -INFINITY;
    if (!single && !parse_date(node->keys[k].text, &points[k].date))
      return error_set(error, node->file, node->keys[k].line, volume_field, "found '%s', expected a date",
                       node->keys[k].text);
    if (!read_point(single ? node : node->items[k], &points[k], error)) return false;
    if (k > 0 && points[k].date <= points[k - 1].date)
      return error_set(error, node->file, node->keys[k].line, volume_field, "dates do not ascend");
  }
  *path = (struct value_path){count, points};
  return true;
}

static bool read_volumes(const struct yaml *node, struct value_terms *terms, struct arena *arena, struct error *error)
{
  if (!yaml_expect(node, YAML_MAP, "value.volumes", error)) return false;
  struct value_volume *volumes = ARENA_ARRAY(arena, node->count, struct value_volume);
  for (int k = 0; k < node->count; k++) {
    volumes[k].instrument = node->keys[k].text;
    if (!read_path(node->items[k], &volumes[k].t_per_year, arena, error)) return false;
  }
  terms->volumes = volumes, terms->volumes_count = node->count;
  return true;
}

/* One payment, or a list of them. */
static bool read_payments(const struct yaml *node, struct value_terms *terms, struct arena *arena, struct error *error)
{
  const bool single = node->kind == YAML_MAP;
  const int count = single ? 1 : node->count;
  if (!single && !yaml_expect(node, YAML_LIST, "value.payments", error)) return false;
  struct value_payment *payments = ARENA_ARRAY(arena, count, struct value_payment);
  for (int k = 0; k < count; k++) {
    const struct yaml *map = single ? node : node->items[k];
    if (!yaml_expect(map, YAML_MAP, "value.payments", error) ||
        !read_record(map, value_payment_fields, &payments[k], "value.payments", NULL, arena, error))
      return false;
  }
  terms->payments = payments, terms->payments_count = count;
  return true;
}

/* What is no single figure. */
static bool read_lists(const struct yaml *node, const char *name, void *record, bool *known, struct arena *arena,
                       struct error *error)
{
  struct value_terms *terms = record;
  *known = true;
  if (text_equal(name, "volume_t_per_year")) return read_path(node, &terms->volume_t_per_year, arena, error);
  if (text_equal(name, "volumes")) return read_volumes(node, terms, arena, error);
  if (text_equal(name, "payments")) return read_payments(node, terms, arena, error);
  *known = false;
  return true;
}

bool value_terms_read(const char *path, struct value_terms *terms, struct arena *arena, struct error *error)
{
  *terms = (struct value_terms){.folder = path_folder(path, arena)};
  const struct yaml *root = yaml_read(path, arena, error);
  if (root == NULL) return false;
  const struct yaml *section = yaml_get(root, "value");
  if (yaml_is_null(section)) {
    field_defaults(value_fields, terms, arena);
    return true;
  }
  return yaml_expect(section, YAML_MAP, "value", error) &&
         read_record(section, value_fields, terms, "value", read_lists, arena, error);
}

/* ---- dated prices ---- */

static bool one_of_a_kind(const struct table *table, const char *column, struct error *error)
{
  const int at = table_column(table, column);
  for (int row = 1; at >= 0 && row < table->rows; row++)
    if (!text_equal(table_cell(table, row, at), table_cell(table, 0, at)))
      return error_set(error, table->file, table->lines[row], column,
                       "found '%s' beside '%s'; expected one good in one place", table_cell(table, row, at),
                       table_cell(table, 0, at));
  return true;
}

static int by_date(const void *a, const void *b)
{
  const double x = ((const struct value_point *)a)->date, y = ((const struct value_point *)b)->date;
  return (x > y) - (x < y);
}

bool value_series_read(const char *path, struct value_series *series, struct arena *arena, struct error *error)
{
  const struct table *table = csv_read(path, "prices", arena, error);
  if (table == NULL || !one_of_a_kind(table, "material", error) || !one_of_a_kind(table, "region", error)) return false;
  const int date = table_column(table, table_column(table, "date") >= 0 ? "date" : "year");
  const int price = table_column(table, "price_usd_per_kg");
  if (date < 0 || price < 0)
    return error_set(error, path, 1, NULL, "expected the columns date (or year) and price_usd_per_kg");
  struct value_point *points = ARENA_ARRAY(arena, table->rows, struct value_point);
  for (int row = 0; row < table->rows; row++) {
    const char *when = table_cell(table, row, date), *what = table_cell(table, row, price);
    if (when == NULL || !parse_date(when, &points[row].date))
      return error_set(error, path, table->lines[row], "date", "found '%s', expected a date", when == NULL ? "" : when);
    if (what == NULL || !parse_number(what, &points[row].value) || !(points[row].value > 0))
      return error_set(error, path, table->lines[row], "price_usd_per_kg", "found '%s', expected more than 0",
                       what == NULL ? "" : what);
  }
  if (table->rows == 0) return error_set(error, path, 1, NULL, "expected at least one price");
  qsort(points, (size_t)table->rows, sizeof *points, by_date);
  double *dates = ARENA_ARRAY(arena, table->rows, double), *prices = ARENA_ARRAY(arena, table->rows, double);
  for (int k = 0; k < table->rows; k++) dates[k] = points[k].date, prices[k] = points[k].value;
  *series = (struct value_series){table->rows, dates, prices, path};
  return true;
}
