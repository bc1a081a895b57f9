/* report/iamc.c - one row a series, one column a calendar year, ids made readable. */
#include "report/iamc.h"

#include <math.h>
#include <stddef.h>

#include "base/text.h"
#include "io/csv.h"
#include "report/highlights.h"

struct sheet {
  const struct run *run;
  struct text text;
  struct arena *arena;
  const char *model;
  int first_year, years;
  const char **cells; /* [5 + years] */
};

/* Mean over the calendar year of a series by period, by the time each period covers; NAN where nothing is known. */
static double year_mean(const struct sheet *sheet, const double *series, int year)
{
  double sum = 0, covered = 0;
  for (int p = 0; p < sheet->run->outcome->periods_count; p++) {
    const struct period period = sheet->run->outcome->periods[p].period;
    const double overlap = fmin(period.start + period.length, year + 1) - fmax(period.start, year);
    if (overlap <= 1e-9 || isnan(series[p])) continue;
    sum += overlap * series[p];
    covered += overlap;
  }
  return covered > 0 ? sum / covered : (double)NAN;
}

static void add_row(struct sheet *sheet, const char *region, const char *variable, const char *unit,
                    const double *series)
{
  sheet->cells[0] = sheet->model;
  sheet->cells[1] = sheet->run->dataset->scenario->id;
  sheet->cells[2] = region;
  sheet->cells[3] = variable;
  sheet->cells[4] = unit;
  for (int y = 0; y < sheet->years; y++) {
    const double value = year_mean(sheet, series, sheet->first_year + y);
    struct text number = text_new(sheet->arena);
    if (!isnan(value)) text_add_number(&number, value);
    sheet->cells[5 + y] = isnan(value) ? NULL : number.bytes;
  }
  csv_add_row(&sheet->text, sheet->cells, 5 + sheet->years);
}

static void add_header(struct sheet *sheet)
{
  static const char *const names[] = {"model", "scenario", "region", "variable", "unit"};
  for (int i = 0; i < 5; i++) sheet->cells[i] = names[i];
  for (int y = 0; y < sheet->years; y++) sheet->cells[5 + y] = arena_format(sheet->arena, "%d", sheet->first_year + y);
  csv_add_row(&sheet->text, sheet->cells, 5 + sheet->years);
}

static const struct quantity {
  const char *name;
  size_t member;
  bool price, world;
} quantities[] = {
    {"Price", offsetof(struct tally, price), true, false},
    {"Price Paid", offsetof(struct tally, price_paid), true, false},
    {"Production", offsetof(struct tally, production), false, true},
    {"Use", offsetof(struct tally, use), false, true},
    {"Consumption", offsetof(struct tally, consumption), false, true},
    {"Unserved Demand", offsetof(struct tally, unserved), false, true},
    {"Imports", offsetof(struct tally, imports), false, false},
    {"Exports", offsetof(struct tally, exports), false, false},
};

static double tally_value(const struct tally *tally, const struct quantity *quantity, int place)
{
  const double *const *array = (const double *const *)(const void *)((const char *)tally + quantity->member);
  return (*array)[place];
}

static void add_material(struct sheet *sheet, const struct quantity *quantity, int material, const char *price_unit)
{
  const struct dataset *dataset = sheet->run->dataset;
  const int periods = sheet->run->metrics->periods_count;
  double *series = ARENA_ARRAY(sheet->arena, periods, double), *world = ARENA_ARRAY(sheet->arena, periods, double);
  const char *variable = arena_format(sheet->arena, "%s|%s", quantity->name, material_label(dataset, material));
  const char *unit = quantity->price ? price_unit : "t/yr";
  bool any = false;
  for (int r = 0; r < dataset->regions_count; r++) {
    bool here = false;
    for (int p = 0; p < periods; p++) {
      const struct tally *tally = &sheet->run->metrics->tallies[p];
      series[p] = tally_value(tally, quantity, tally_index(tally, material, r));
      here = here || (quantity->price ? !isnan(series[p]) : series[p] > 0);
      world[p] += quantity->price ? 0 : series[p];
    }
    if (here) add_row(sheet, region_label(dataset, r), variable, unit, series);
    any = any || here;
  }
  if (any && quantity->world) add_row(sheet, "World", variable, unit, world);
}

const char *iamc_csv(const struct run *run, const char *version, struct arena *arena)
{
  const struct outcome *outcome = run->outcome;
  struct sheet sheet = {.run = run, .text = text_new(arena), .arena = arena};
  sheet.model = arena_format(arena, "Didymium %s", version);
  if (outcome->periods_count > 0) {
    const struct period first = outcome->periods[0].period, last = outcome->periods[outcome->periods_count - 1].period;
    sheet.first_year = (int)floor(first.start + 1e-6);
    sheet.years = (int)ceil(last.start + last.length - 1e-6) - sheet.first_year;
  }
  sheet.cells = ARENA_ARRAY(arena, 5 + sheet.years, const char *);
  add_header(&sheet);
  const char *price_unit = arena_format(arena, "USD_%.0f/kg", run->dataset->scenario->base_year);
  for (size_t q = 0; q < sizeof quantities / sizeof *quantities; q++)
    for (int m = 0; m < run->dataset->materials_count; m++) add_material(&sheet, &quantities[q], m, price_unit);
  return sheet.text.bytes;
}
