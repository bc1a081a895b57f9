/* report/highlights.c - picks by value (price times tonnes, the largest of the periods shown). */
#include "report/highlights.h"

#include <math.h>
#include <string.h>

static void add_period(struct highlights *highlights, int period)
{
  int at = 0;
  while (at < highlights->periods_count && highlights->periods[at] < period) at++;
  if (at < highlights->periods_count && highlights->periods[at] == period) return;
  if (highlights->periods_count == highlight_periods_max) return;
  for (int i = highlights->periods_count++; i > at; i--) highlights->periods[i] = highlights->periods[i - 1];
  highlights->periods[at] = period;
}

/* The period that holds the date; clipped to the horizon. */
static int period_at(const struct outcome *outcome, double date)
{
  int p = 0;
  while (p + 1 < outcome->periods_count && outcome->periods[p + 1].period.start <= date + 1e-6) p++;
  return p;
}

static void choose_periods(struct highlights *highlights, const struct run *run)
{
  const struct outcome *outcome = run->outcome;
  const int last = outcome->periods_count - 1;
  if (last < 0) return;
  if (outcome->periods_count <= highlight_periods_max) {
    for (int p = 0; p <= last; p++) add_period(highlights, p);
    return;
  }
  const double start = outcome->periods[0].period.start, end = outcome->periods[last].period.start;
  add_period(highlights, 0);
  add_period(highlights, last);
  for (int e = 0; e < run->dataset->events_count; e++)
    if (run->dataset->events[e].start > start && run->dataset->events[e].start < end && highlights->periods_count < 4)
      add_period(highlights, period_at(outcome, run->dataset->events[e].start));
  for (int years = 5; years <= 10; years += 5)
    if (start + years < end) add_period(highlights, period_at(outcome, start + years));
}

/* Value of what comes in at a place, the largest of the periods shown. */
static double place_value(const struct highlights *highlights, const struct run *run, int material, int region)
{
  double value = 0;
  for (int i = 0; i < highlights->periods_count; i++) {
    const struct tally *tally = &run->metrics->tallies[highlights->periods[i]];
    const int place = tally_index(tally, material, region);
    if (!isnan(tally->price[place]))
      value = fmax(value, (fabs(tally->price[place]) + 1e-6) *
                              (tally->production[place] + tally->imports[place] + tally->consumption[place]));
  }
  return value;
}

/* Keeps the `count` largest of values; the rest become 0. */
static void keep_largest(double *values, int length, int count)
{
  for (;;) {
    int kept = 0, smallest = -1;
    for (int i = 0; i < length; i++) {
      if (!(values[i] > 0)) continue;
      kept++;
      if (smallest < 0 || values[i] < values[smallest]) smallest = i;
    }
    if (kept <= count) return;
    values[smallest] = 0;
  }
}

/* Oxides, metals, magnets and products before what they are made from and what is left over. */
static double stage_weight(int stage)
{
  return stage == STAGE_ORE || stage == STAGE_CONCENTRATE || stage == STAGE_COMPOUND || stage == STAGE_SCRAP ? 0.02 : 1;
}

/* With more places than fit: the materials that matter most, of each its largest market and the largest outside it. */
static void keep_two_markets(double *values, const struct dataset *dataset, struct arena *arena)
{
  const int regions = dataset->regions_count;
  double *best = ARENA_ARRAY(arena, dataset->materials_count, double);
  for (int m = 0; m < dataset->materials_count; m++) {
    keep_largest(&values[m * regions], regions, 2);
    for (int r = 0; r < regions; r++)
      best[m] = fmax(best[m], values[m * regions + r] * stage_weight(dataset->materials[m].stage));
  }
  keep_largest(best, dataset->materials_count, highlight_places_max / 2);
  for (int i = 0; i < dataset->materials_count * regions; i++)
    if (!(best[i / regions] > 0)) values[i] = 0;
}

static void choose_places(struct highlights *highlights, const struct run *run, struct arena *arena)
{
  const struct dataset *dataset = run->dataset;
  const int regions = dataset->regions_count, length = dataset->materials_count * regions;
  double *values = ARENA_ARRAY(arena, length, double);
  int positive = 0;
  for (int i = 0; i < length; i++) {
    values[i] = place_value(highlights, run, i / regions, i % regions);
    positive += values[i] > 0;
  }
  if (positive > highlight_places_max) keep_two_markets(values, dataset, arena);
  for (int i = 0; i < length; i++)
    if (values[i] > 0)
      highlights->places[highlights->places_count++] = (struct highlight_place){i / regions, i % regions};
}

static void choose_materials(struct highlights *highlights, const struct run *run, struct arena *arena)
{
  const struct dataset *dataset = run->dataset;
  double *values = ARENA_ARRAY(arena, dataset->materials_count, double);
  for (int m = 0; m < dataset->materials_count; m++)
    for (int i = 0; i < highlights->periods_count; i++) {
      const struct tally *tally = &run->metrics->tallies[highlights->periods[i]];
      const struct material *material = &dataset->materials[m];
      const double weight = material->stage == STAGE_SCRAP || material->stage == STAGE_OTHER ? 0.02 : 1;
      values[m] = fmax(values[m], weight * tally_world(tally, tally->production, m) * material->price_usd_per_kg);
    }
  keep_largest(values, dataset->materials_count, highlight_materials_max);
  for (int m = 0; m < dataset->materials_count; m++)
    if (values[m] > 0) highlights->materials[highlights->materials_count++] = m;
}

struct highlights highlights_choose(const struct run *run, struct arena *arena)
{
  struct highlights highlights = {0};
  choose_periods(&highlights, run);
  choose_places(&highlights, run, arena);
  choose_materials(&highlights, run, arena);
  return highlights;
}

const char *period_label(struct period period, struct arena *arena)
{
  const int year = (int)floor(period.start + 1e-6);
  const double part = period.start - year;
  if (period.length > 1 - 1e-6) return arena_format(arena, "%d", year);
  if (fabs(period.length - 0.25) < 1e-6) return arena_format(arena, "%d Q%d", year, (int)(part * 4 + 1.001));
  return arena_format(arena, "%d-%02d", year, (int)(part * 12 + 1.001));
}

const char *region_label(const struct dataset *dataset, int region)
{
  const struct region *row = &dataset->regions[region];
  return row->name != NULL ? row->name : row->record.id;
}

const char *material_label(const struct dataset *dataset, int material)
{
  const struct material *row = &dataset->materials[material];
  return row->name != NULL ? row->name : row->record.id;
}

static const char *shortened(const char *name, struct arena *arena)
{
  enum { columns_most = 38 };
  const char *bracket = strstr(name, " (");
  size_t length = bracket != NULL ? (size_t)(bracket - name) : strlen(name);
  int columns = 0;
  for (size_t i = 0; i < length; i++) {
    columns += ((unsigned char)name[i] & 0xC0u) != 0x80u; /* not a continuation byte of UTF-8 */
    if (columns <= columns_most) continue;
    return arena_format(arena, "%.*s\u2026", (int)i - 1, name);
  }
  return arena_format(arena, "%.*s", (int)length, name);
}

const char *region_short(const struct dataset *dataset, int region, struct arena *arena)
{
  return shortened(region_label(dataset, region), arena);
}

const char *material_short(const struct dataset *dataset, int material, struct arena *arena)
{
  return shortened(material_label(dataset, material), arena);
}
