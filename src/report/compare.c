/* report/compare.c - runs side by side. The first is the yardstick: others are shown with their difference from it.
 *
 * Rows are matched by id of material and region, columns by period label, so scenarios may differ in data and horizon;
 * what one run does not have is left blank.
 */
#include <math.h>

#include "base/text.h"
#include "io/json.h"
#include "report/alternatives.h"
#include "report/columns.h"
#include "report/highlights.h"
#include "report/summary.h"

struct sheet {
  const struct run *const *runs;
  int count;
  struct highlights highlights; /* of the first run */
  struct text text;
  struct arena *arena;
  const struct summary_view *view;
};

/* The period of `run` that begins where the first run's does, or -1. */
static int matching_period(const struct sheet *sheet, const struct run *run, int first_period)
{
  const double start = sheet->runs[0]->outcome->periods[first_period].period.start;
  for (int p = 0; p < run->outcome->periods_count; p++)
    if (fabs(run->outcome->periods[p].period.start - start) < 1e-6) return p;
  return -1;
}

/* The place of the same ids in another run's tallies, or -1. */
static int matching_place(const struct sheet *sheet, const struct run *run, int material, int region)
{
  const struct dataset *first = sheet->runs[0]->dataset;
  const int m = dataset_find(run->dataset, "materials", first->materials[material].record.id);
  const int r = region < 0 ? 0 : dataset_find(run->dataset, "regions", first->regions[region].record.id);
  return m >= 0 && r >= 0 ? m * run->dataset->regions_count + r : -1;
}

enum measure { MEASURE_PRICE, MEASURE_PRODUCTION, MEASURE_CONSUMPTION, MEASURE_UNSERVED };

/* region -1: the world. NAN where the run does not have it. */
static double measure(const struct sheet *sheet, const struct run *run, enum measure what, int material, int region,
                      int first_period)
{
  const int p = matching_period(sheet, run, first_period), place = matching_place(sheet, run, material, region);
  if (p < 0 || place < 0) return NAN;
  const struct tally *tally = &run->metrics->tallies[p];
  const double *values = what == MEASURE_PRICE         ? tally->price
                         : what == MEASURE_PRODUCTION  ? tally->production
                         : what == MEASURE_CONSUMPTION ? tally->consumption
                                                       : tally->unserved;
  return region >= 0 ? values[place] : tally_world(tally, values, place / tally->regions_count);
}

static void add_names(const struct sheet *sheet, struct columns *columns, int left)
{
  const int row = columns_add_row(columns);
  for (int i = 0; i < sheet->count; i++) {
    columns_set(columns, row, left + (i == 0 ? 0 : 2 * i - 1), sheet->runs[i]->dataset->scenario->id);
    if (i > 0) columns_set(columns, row, left + 2 * i, "change");
  }
}

static void add_cells(const struct sheet *sheet, struct columns *columns, int row, int left, enum measure what,
                      int material, int region, int period)
{
  const double first = measure(sheet, sheet->runs[0], what, material, region, period);
  for (int i = 0; i < sheet->count; i++) {
    const double value = measure(sheet, sheet->runs[i], what, material, region, period);
    columns_set(columns, row, left + (i == 0 ? 0 : 2 * i - 1), figure(value, sheet->arena));
    if (i == 0) continue;
    const double change = (value - first) / fabs(first);
    const bool share = fabs(first) > 1e-9 && isfinite(change);
    const char *percent = fabs(change) < 0.0005 ? "=" : arena_format(sheet->arena, "%+.1f %%", 100 * change);
    columns_set(columns, row, left + 2 * i, share ? percent : figure_signed(value - first, sheet->arena));
  }
}

static void add_heading(struct sheet *sheet, const char *heading)
{
  text_add(&sheet->text, sheet->view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n", heading);
}

static void add_prices(struct sheet *sheet, int period, const char *when)
{
  struct columns columns = columns_new(2, sheet->arena);
  add_names(sheet, &columns, 2);
  for (int i = 0; i < sheet->highlights.places_count; i++) {
    const struct highlight_place place = sheet->highlights.places[i];
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, material_short(sheet->runs[0]->dataset, place.material, sheet->arena));
    columns_set(&columns, row, 1, region_short(sheet->runs[0]->dataset, place.region, sheet->arena));
    add_cells(sheet, &columns, row, 2, MEASURE_PRICE, place.material, place.region, period);
  }
  add_heading(sheet, arena_format(sheet->arena, "Prices in %s, USD/kg (real, %.0f)", when,
                                  sheet->runs[0]->dataset->scenario->base_year));
  columns_print(&columns, &sheet->text, 2, 2);
}

static void add_world(struct sheet *sheet, enum measure what, int period, const char *heading)
{
  struct columns columns = columns_new(1, sheet->arena);
  add_names(sheet, &columns, 1);
  for (int row_at = 0; row_at < sheet->highlights.materials_count; row_at++) {
    const int m = sheet->highlights.materials[row_at];
    double largest = 0;
    for (int i = 0; i < sheet->count; i++) largest = fmax(largest, measure(sheet, sheet->runs[i], what, m, -1, period));
    if (!(largest > 1e-6)) continue;
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, material_short(sheet->runs[0]->dataset, m, sheet->arena));
    add_cells(sheet, &columns, row, 1, what, m, -1, period);
  }
  if (columns.rows < 2) return;
  add_heading(sheet, heading);
  columns_print(&columns, &sheet->text, 2, 2);
}

/* Sum over the horizon of what an account kind got from instruments less what it paid, million USD. */
static double public_cost(const struct run *run)
{
  double cost = 0;
  for (int i = 0; i < run->metrics->payments.count; i++) {
    const struct payment *payment = &run->metrics->payments.rows[i];
    const bool pays = payment->payer == ACCOUNT_GOVERNMENT || payment->payer == ACCOUNT_AGENCY;
    const bool gets = payment->payee == ACCOUNT_GOVERNMENT || payment->payee == ACCOUNT_AGENCY;
    for (int p = 0; p < run->outcome->periods_count; p++)
      cost += (pays - gets) * payment->kusd_per_year[p] * run->outcome->periods[p].period.length / 1000;
  }
  return cost;
}

static void add_public_cost(struct sheet *sheet)
{
  struct columns columns = columns_new(1, sheet->arena);
  add_names(sheet, &columns, 1);
  const int row = columns_add_row(&columns);
  columns_set(&columns, row, 0, "all years");
  const double first = public_cost(sheet->runs[0]);
  for (int i = 0; i < sheet->count; i++) {
    const double cost = public_cost(sheet->runs[i]);
    columns_set(&columns, row, 1 + (i == 0 ? 0 : 2 * i - 1), figure(cost, sheet->arena));
    if (i > 0) columns_set(&columns, row, 1 + 2 * i, figure_signed(cost - first, sheet->arena));
  }
  add_heading(sheet, "What instruments cost the public, net of what they raise, million USD (real, undiscounted)");
  columns_print(&columns, &sheet->text, 2, 2);
}

/* The period in which the runs differ most: largest mean relative change of the shown prices. */
static int most_different_period(const struct sheet *sheet)
{
  int best = sheet->runs[0]->outcome->periods_count - 1;
  double best_change = 0;
  for (int p = 0; p < sheet->runs[0]->outcome->periods_count; p++) {
    double change = 0;
    for (int k = 0; k < sheet->highlights.places_count; k++)
      for (int i = 1; i < sheet->count; i++) {
        const struct highlight_place place = sheet->highlights.places[k];
        const double a = measure(sheet, sheet->runs[0], MEASURE_PRICE, place.material, place.region, p);
        const double b = measure(sheet, sheet->runs[i], MEASURE_PRICE, place.material, place.region, p);
        if (a > 0 && b > 0) change += fabs(log(b / a));
      }
    if (change > best_change * (1 + 1e-9)) best_change = change, best = p;
  }
  return best;
}

static void add_period(struct sheet *sheet, int period)
{
  const char *when = period_label(sheet->runs[0]->outcome->periods[period].period, sheet->arena);
  add_prices(sheet, period, when);
  add_world(sheet, MEASURE_PRODUCTION, period, arena_format(sheet->arena, "World production in %s, t/y", when));
  add_world(sheet, MEASURE_CONSUMPTION, period, arena_format(sheet->arena, "World consumption in %s, t/y", when));
  add_world(sheet, MEASURE_UNSERVED, period, arena_format(sheet->arena, "Unserved demand in %s, t/y", when));
}

static const struct run *const *runs_of(const struct alternative *policies, int count, struct arena *arena)
{
  const struct run **runs = ARENA_ARRAY(arena, count, const struct run *);
  for (int i = 0; i < count; i++) runs[i] = policies[i].run;
  return runs;
}

const char *compare_text(const struct alternative *policies, const struct ensemble *const *futures, int count,
                         const struct summary_view *view, struct arena *arena)
{
  const struct run *const *runs = runs_of(policies, count, arena);
  struct sheet sheet = {.runs = runs, .count = count, .text = text_new(arena), .arena = arena, .view = view};
  sheet.highlights = highlights_choose(runs[0], arena);
  for (int i = 0; i < count; i++) {
    const struct scenario *scenario = runs[i]->dataset->scenario;
    text_add(&sheet.text, "%s%s%s%s\n", scenario->id, scenario->title != NULL ? ": " : "",
             scenario->title != NULL ? scenario->title : "", i == 0 ? " (what the others are compared with)" : "");
  }
  text_add(&sheet.text, "%s", alternatives_text(policies, futures, count, view, arena));
  const int last = runs[0]->outcome->periods_count - 1, differs = most_different_period(&sheet);
  if (differs != last) add_period(&sheet, differs);
  add_period(&sheet, last);
  add_public_cost(&sheet);
  return sheet.text.bytes;
}

/* A list a run, in their order, each by period of the first. */
static void add_json_series(struct sheet *sheet, struct json_writer *writer, const char *key, enum measure what,
                            int material, int region)
{
  const int periods = sheet->runs[0]->outcome->periods_count;
  double *values = ARENA_ARRAY(sheet->arena, periods, double);
  json_list_open(writer, key);
  for (int i = 0; i < sheet->count; i++) {
    for (int p = 0; p < periods; p++) values[p] = measure(sheet, sheet->runs[i], what, material, region, p);
    json_add_numbers(writer, NULL, values, periods);
  }
  json_list_close(writer);
}

const char *compare_json(const struct alternative *policies, const struct ensemble *const *futures, int count,
                         const char *version, struct arena *arena)
{
  const struct run *const *runs = runs_of(policies, count, arena);
  const struct summary_view view = {0};
  struct sheet sheet = {.runs = runs, .count = count, .text = text_new(arena), .arena = arena, .view = &view};
  const struct dataset *dataset = runs[0]->dataset;
  struct json_writer writer = json_writer_new(arena, 2);
  json_map_open(&writer, NULL);
  json_add_text(&writer, "program", "didymium");
  json_add_text(&writer, "version", version);
  json_list_open(&writer, "runs");
  for (int i = 0; i < count; i++) {
    json_map_open(&writer, NULL);
    json_add_text(&writer, "scenario", runs[i]->dataset->scenario->id);
    json_add_text(&writer, "title", runs[i]->dataset->scenario->title);
    json_add_number(&writer, "public_cost_musd", public_cost(runs[i]));
    json_add_text(&writer, "dial", alternative_dial_text(&policies[i], arena));
    json_map_close(&writer);
  }
  json_list_close(&writer);
  const struct alternatives alternatives = alternatives_of(policies, futures, count, arena);
  json_list_open(&writer, "alternatives");
  for (int r = 0; r < alternatives.rows_count; r++) {
    json_map_open(&writer, NULL);
    json_add_text(&writer, "section", alternative_section_title(alternatives.rows[r].section));
    json_add_text(&writer, "measure", alternatives.rows[r].measure);
    json_add_text(&writer, "unit", alternatives.rows[r].unit);
    json_add_numbers(&writer, "values", alternatives.rows[r].values, count);
    if (alternatives.rows[r].low != NULL) {
      json_add_numbers(&writer, "at_5_percent", alternatives.rows[r].low, count);
      json_add_numbers(&writer, "at_95_percent", alternatives.rows[r].high, count);
    }
    json_map_close(&writer);
  }
  json_list_close(&writer);
  double *starts = ARENA_ARRAY(arena, runs[0]->outcome->periods_count, double);
  for (int p = 0; p < runs[0]->outcome->periods_count; p++) starts[p] = runs[0]->outcome->periods[p].period.start;
  json_add_numbers(&writer, "periods", starts, runs[0]->outcome->periods_count);
  json_list_open(&writer, "markets");
  for (int m = 0; m < dataset->materials_count; m++)
    for (int r = 0; r < dataset->regions_count; r++) {
      json_map_open(&writer, NULL);
      json_add_text(&writer, "material", dataset->materials[m].record.id);
      json_add_text(&writer, "region", dataset->regions[r].record.id);
      add_json_series(&sheet, &writer, "price", MEASURE_PRICE, m, r);
      add_json_series(&sheet, &writer, "production", MEASURE_PRODUCTION, m, r);
      add_json_series(&sheet, &writer, "consumption", MEASURE_CONSUMPTION, m, r);
      add_json_series(&sheet, &writer, "unserved", MEASURE_UNSERVED, m, r);
      json_map_close(&writer);
    }
  json_list_close(&writer);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}
