/* dataset/index.c - deflators, exchange rates, interest rates: straight between their points.
 *
 * Before the first point the first value holds. After the last one the growth rate between the last two goes on; where
 * a value is not positive, or there is one point only, the last value holds.
 */
#include <math.h>

#include "base/text.h"
#include "dataset/timeline.h"

static struct series *find_series(const struct timeline *timeline, const char *name)
{
  for (int i = 0; i < timeline->series_count; i++)
    if (text_equal(timeline->series[i].name, name)) return &timeline->series[i];
  return NULL;
}

static double beyond(const struct series *series, double date)
{
  const struct point last = series->points[series->count - 1];
  if (series->count == 1) return last.value;
  const struct point before = series->points[series->count - 2];
  if (before.value <= 0 || last.value <= 0 || last.date <= before.date) return last.value;
  return last.value * pow(last.value / before.value, (date - last.date) / (last.date - before.date));
}

static double between(const struct series *series, double date)
{
  int low = 0, high = series->count - 1; /* points[low].date <= date < points[high].date */
  while (high - low > 1) {
    const int middle = (low + high) / 2;
    if (series->points[middle].date <= date)
      low = middle;
    else
      high = middle;
  }
  const struct point from = series->points[low], to = series->points[high];
  return from.value + (to.value - from.value) * (date - from.date) / (to.date - from.date);
}

double index_at(const struct dataset *dataset, const char *index, double date, double fallback)
{
  const struct series *series = dataset->timeline != NULL ? find_series(dataset->timeline, index) : NULL;
  if (series == NULL) return fallback;
  if (date <= series->points[0].date) return series->points[0].value;
  if (date >= series->points[series->count - 1].date) return beyond(series, date);
  return between(series, date);
}

void timeline_add_series(struct timeline *timeline, const struct dataset *dataset, struct arena *arena)
{
  timeline->series = ARENA_ARRAY(arena, dataset->indices_count, struct series);
  for (int i = 0; i < dataset->indices_count; i++) {
    const struct index_value *row = &dataset->indices[i];
    struct series *series = find_series(timeline, row->index);
    if (series == NULL) {
      series = &timeline->series[timeline->series_count++];
      *series = (struct series){.name = row->index, .points = ARENA_ARRAY(arena, dataset->indices_count, struct point)};
    }
    series->points[series->count++] = (struct point){row->date, row->value, true};
  }
  for (int i = 0; i < timeline->series_count; i++) points_sort(timeline->series[i].points, timeline->series[i].count);
}
