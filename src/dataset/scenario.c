/* dataset/scenario.c - the scenario's own figures, and the horizon into periods.
 *
 * Periods begin on months: their starts are computed as parse_date computes dates, so that an event of 2028-04 begins
 * exactly with the quarter 2028Q2.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"

enum { periods_max = 2400 };

/* ---- months ---- */

static double month_date(int month)
{
  return month / 12 + (month % 12) / 12.0;
}

/* Months since year 0. False when the date is not the first of a month. */
static bool month_of(double date, int *month)
{
  *month = (int)lround(date * 12);
  return fabs(date - month_date(*month)) < 1e-9;
}

/* The months that a date spans as written: 2025, 2025Q2, 2025-04. 0 for a single day. */
static int months_spanned(const char *text)
{
  if (strchr(text, 'Q') != NULL) return 3;
  const size_t length = strlen(text);
  return length == 4 ? 12 : length == 7 && text[4] == '-' ? 1 : 0;
}

static bool read_month(const char *text, int *month)
{
  double date;
  return parse_date(text, &date) && month_of(date, month);
}

struct span {
  int first, last; /* months; last not included */
  int length;      /* of a period, in months */
};

static int period_months(int choice)
{
  return choice == PERIOD_YEAR ? 12 : choice == PERIOD_QUARTER ? 3 : 1;
}

static int span_count(struct span span)
{
  return (span.last - span.first) / span.length;
}

static void add_periods(struct span span, struct period *periods, int *count)
{
  for (int month = span.first; month < span.last; month += span.length)
    periods[(*count)++] = (struct period){month_date(month), span.length / 12.0};
}

static bool expect_whole(struct span span, struct place place, const char *where, struct error *error)
{
  if (span.last <= span.first) return error_set(error, place.file, place.line, where, "the end is not after the start");
  if ((span.last - span.first) % span.length != 0)
    return error_set(error, place.file, place.line, where, "%d months are not a whole number of periods of %d months",
                     span.last - span.first, span.length);
  if (span_count(span) > periods_max)
    return error_set(error, place.file, place.line, where, "more than %d periods", periods_max);
  return true;
}

/* ---- a list of spans ---- */

struct span_row {
  const char *from, *to;
  int length;
};
#define ROW span_row
static const struct field span_fields[] = {
    {"from", FIELD_TEXT, offsetof(struct ROW, from), "", NULL, 0, 0, NULL, NULL, "Start"},
    {"to", FIELD_TEXT, offsetof(struct ROW, to), "", NULL, 0, 0, NULL, NULL, "End, not included"},
    CHOICE(ROW, length, "year", "year|quarter|month", "Length of a period"),
    FIELD_END};
#undef ROW

static bool read_span(const struct yaml *node, struct arena *arena, struct span *span, struct error *error)
{
  static const char *const keys[] = {"from", "to", "length"};
  const struct place place = {node->file, node->line};
  if (!yaml_expect(node, YAML_MAP, "horizon.periods", error)) return false;
  if (!draft_expect_keys(node, keys, 3, "horizon.periods", arena, error)) return false;
  struct row row = {.place = place};
  for (int i = 0; i < node->count; i++) {
    const char *text;
    if (!yaml_words(node->items[i], "horizon.periods", &text, arena, error)) return false;
    const char *name = node->keys[i].text;
    if (text != NULL) row_set(&row, (struct cell){name, text, field_find(span_fields, name), place}, arena);
  }
  struct span_row read;
  field_defaults(span_fields, &read, arena);
  if (!record_read(&row, span_fields, "horizon.periods", &read, arena, error)) return false;
  if (!read_month(read.from, &span->first) || !read_month(read.to, &span->last))
    return error_set(error, place.file, place.line, "horizon.periods",
                     "found '%s' to '%s', expected years, quarters or months", read.from, read.to);
  span->length = period_months(read.length);
  return expect_whole(*span, place, "horizon.periods", error);
}

bool periods_read(struct draft *draft, const struct yaml *list, struct error *error)
{
  if (!yaml_expect(list, YAML_LIST, "horizon.periods", error)) return false;
  int count = 0;
  struct span *spans = ARENA_ARRAY(draft->arena, list->count, struct span);
  for (int i = 0; i < list->count; i++) {
    const struct yaml *item = list->items[i];
    if (!read_span(item, draft->arena, &spans[i], error)) return false;
    if (i > 0 && spans[i].first != spans[i - 1].last)
      return error_set(error, item->file, item->line, "horizon.periods", "does not begin where the one before it ends");
    count += span_count(spans[i]);
  }
  if (count == 0 || count > periods_max)
    return error_set(error, list->file, list->line, "horizon.periods", "%d periods; expected 1 to %d", count,
                     periods_max);
  struct period *periods = ARENA_ARRAY(draft->arena, count, struct period);
  draft->periods_count = 0;
  for (int i = 0; i < list->count; i++) add_periods(spans[i], periods, &draft->periods_count);
  draft->periods = periods;
  return true;
}

/* ---- from, to and period ---- */

static bool expect_date(const struct row *row, const char *name, int *month, int *spanned, struct error *error)
{
  const struct cell *cell = row_cell(row, name);
  const char *where = strcmp(name, "from") == 0 ? "horizon.from" : "horizon.to";
  if (cell == NULL)
    return error_set(error, row->place.file, row->place.line, where, "missing; expected a year, quarter or month");
  *spanned = months_spanned(cell->text);
  if (*spanned > 0 && read_month(cell->text, month)) return true;
  return error_set(error, cell->place.file, cell->place.line, where,
                   "found '%s', expected a year, quarter or month such as 2025, 2025Q2 or 2025-04", cell->text);
}

static bool read_short_horizon(struct draft *draft, const struct horizon *horizon, struct error *error)
{
  const struct row *row = &draft->scenario;
  struct span span = {.length = period_months(horizon->period)};
  int spanned;
  if (!expect_date(row, "from", &span.first, &spanned, error)) return false;
  if (!expect_date(row, "to", &span.last, &spanned, error)) return false;
  span.last += spanned;
  if (!expect_whole(span, row_cell(row, "to")->place, "horizon.to", error)) return false;
  struct period *periods = ARENA_ARRAY(draft->arena, span_count(span), struct period);
  draft->periods_count = 0;
  add_periods(span, periods, &draft->periods_count);
  draft->periods = periods;
  return true;
}

/* ---- the scenario ---- */

/* Something carries over from one period to the next: stocks, new capacity. */
static bool periods_tied(const struct dataset *dataset)
{
  bool tied = dataset->stocks_count > 0;
  for (int i = 0; i < dataset->facilities_count; i++)
    tied = tied || !isnan(dataset->facilities[i].capital_usd_per_kg_year);
  return tied;
}

/* The cells that are fields of one of the two structs. */
static struct row row_part(const struct row *row, const struct field *fields, struct arena *arena)
{
  struct row part = {.place = row->place};
  for (int i = 0; i < row->cells_count; i++)
    if (field_find(fields, row->cells[i].name) != NULL) row_set(&part, row->cells[i], arena);
  return part;
}

static void read_all_window(struct row *row)
{
  for (int i = 0; i < row->cells_count; i++)
    if (text_equal(row->cells[i].name, "window") && text_equal(row->cells[i].text, "all"))
      row->cells[i].text = "1000000000";
}

const struct scenario *scenario_read(struct draft *draft, const struct dataset *dataset, struct error *error)
{
  struct arena *arena = draft->arena;
  struct scenario *scenario = ARENA_NEW(arena, struct scenario);
  struct horizon horizon = {0};
  field_defaults(scenario_fields(), scenario, arena);
  field_defaults(horizon_fields(), &horizon, arena);
  struct row own = row_part(&draft->scenario, scenario_fields(), arena);
  const struct row span = row_part(&draft->scenario, horizon_fields(), arena);
  read_all_window(&own);
  if (!record_read(&own, scenario_fields(), "scenario", scenario, arena, error)) return NULL;
  if (!record_read(&span, horizon_fields(), "horizon", &horizon, arena, error)) return NULL;
  if (draft->periods_count == 0 && !read_short_horizon(draft, &horizon, error)) return NULL;
  scenario->file = draft->scenario.place.file;
  scenario->periods = draft->periods;
  scenario->periods_count = draft->periods_count;
  if (scenario->window > scenario->periods_count) scenario->window = scenario->periods_count;
  if (isnan(scenario->base_year)) scenario->base_year = floor(scenario->periods[0].start);
  if (row_cell(&own, "tail") == NULL) scenario->tail = periods_tied(dataset);
  return scenario;
}
