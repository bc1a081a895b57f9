/* dataset/timeline.c - numbers that change: a schedule sets the value, then the events in force multiply or replace it.
 *
 * Before the first point of a schedule the number itself holds. A mean is exact: between two dates at which anything
 * happens a number is constant or straight, so the value in the middle of each piece is the mean of that piece. Dates
 * that belong to events not yet known only cut a piece in two.
 */
#include "dataset/timeline.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* ---- values ---- */

static double scheduled(const struct track *track, double number, double date)
{
  int after = 0; /* points up to date */
  while (after < track->points_count && track->points[after].date <= date) after++;
  if (after == 0) return number;
  const struct point from = track->points[after - 1];
  if (!from.linear || after == track->points_count) return from.value;
  const struct point to = track->points[after];
  return from.value + (to.value - from.value) * (date - from.date) / (to.date - from.date);
}

static double track_value(const struct track *track, double number, double date, double known)
{
  double value = scheduled(track, number, date);
  for (int i = 0; i < track->changes_count; i++) {
    const struct change *change = &track->changes[i];
    if (known < change->known || date < change->start || date >= change->end) continue;
    value = isnan(change->value) ? value * change->factor + change->added : change->value;
    if (change->event < 0) value = fmin(fmax(value, change->low), change->high);
  }
  return value;
}

static double track_mean(const struct track *track, double number, struct period period, double known)
{
  const double end = period.start + period.length;
  double sum = 0, from = period.start;
  for (int i = 0; i <= track->breaks_count; i++) {
    const double to = i < track->breaks_count ? fmin(track->breaks[i], end) : end;
    if (to <= from) continue;
    sum += track_value(track, number, (from + to) / 2, known) * (to - from);
    from = to;
  }
  return sum / period.length;
}

/* ---- finding a track ---- */

static uint64_t hash_of(const double *number)
{
  return (uint64_t)(uintptr_t)number / sizeof(double) * 0x9E3779B97F4A7C15u;
}

static uint32_t slot_of(const struct timeline *timeline, const double *number)
{
  return (uint32_t)(hash_of(number) >> 32) & ((uint32_t)timeline->slots_count - 1);
}

static bool maybe_tracked(const struct timeline *timeline, const double *number)
{
  const uint64_t class = hash_of(number) >> 48;
  return (timeline->maybe[class >> 6] >> (class & 63) & 1) != 0;
}

static const struct track *find_number(const struct timeline *timeline, const double *number)
{
  if (timeline == NULL || !maybe_tracked(timeline, number)) return NULL;
  uint32_t slot = slot_of(timeline, number);
  for (; timeline->slots[slot] != 0; slot = (slot + 1) & ((uint32_t)timeline->slots_count - 1)) {
    const struct track *track = &timeline->tracks[timeline->slots[slot] - 1];
    if (track->number == number) return track;
  }
  return NULL;
}

int instrument_term_track(const struct dataset *dataset, const struct instrument *instrument, const char *name)
{
  const struct timeline *timeline = dataset->timeline;
  const int k = (int)(instrument - dataset->instruments);
  if (timeline == NULL) return -1;
  assert(k >= 0 && k < dataset->instruments_count);
  for (int i = timeline->named_first[k]; i < timeline->named_first[k + 1]; i++)
    if (text_equal(timeline->tracks[timeline->named[i]].field, name)) return timeline->named[i];
  return -1;
}

double dataset_at(const struct dataset *dataset, const double *number, double date, double known)
{
  const struct track *track = find_number(dataset->timeline, number);
  return track != NULL ? track_value(track, *number, date, known) : *number;
}

double dataset_track_mean(const struct dataset *dataset, int track, double number, struct period period, double known)
{
  const struct steady *steady = &dataset->timeline->steady[track];
  if (period.start < steady->from || known < steady->known)
    return track_mean(&dataset->timeline->tracks[track], number, period, known);
  const double end = period.start + period.length;
  const double length = end - period.start; /* rounded as the sum over pieces is */
  return length == 1 && period.length == 1 ? steady->value : steady->value * length / period.length;
}

const struct steady *dataset_steady(const struct dataset *dataset)
{
  return dataset->timeline != NULL ? dataset->timeline->steady : NULL;
}

int dataset_track(const struct dataset *dataset, const double *number)
{
  const struct track *track = find_number(dataset->timeline, number);
  return track != NULL ? (int)(track - dataset->timeline->tracks) : -1;
}

double dataset_mean(const struct dataset *dataset, const double *number, struct period period, double known)
{
  const int track = dataset_track(dataset, number);
  return track < 0 ? *number : dataset_track_mean(dataset, track, *number, period, known);
}

double dataset_named_at(const struct dataset *dataset, const char *table, const char *row, const char *field,
                        double number, double date, double known)
{
  const struct timeline *timeline = dataset->timeline;
  for (int i = 0; timeline != NULL && i < timeline->named_first[dataset->instruments_count]; i++) {
    const struct track *track = &timeline->tracks[timeline->named[i]];
    if (text_equal(track->row, row) && text_equal(track->field, field) && text_equal(track->table, table))
      return track_value(track, number, date, known);
  }
  return number;
}

double dataset_track_sampled(const struct dataset *dataset, int track, double number, struct period period,
                             double known, int samples)
{
  const struct steady *steady = &dataset->timeline->steady[track];
  const bool still = period.start >= steady->from && known >= steady->known;
  double first = 0, more = 0;
  for (int s = 0; s < (still ? 1 : samples); s++) {
    const double date = period.start + period.length * (s + 0.5) / samples;
    const double value = track_value(&dataset->timeline->tracks[track], number, date, known);
    if (s == 0) first = value;
    more += value - first;
  }
  return first + more / samples;
}

/* ---- building: schedules and events into tracks ---- */

void points_sort(struct point *points, int count)
{
  for (int i = 1; i < count; i++) {
    const struct point point = points[i];
    int k = i;
    for (; k > 0 && points[k - 1].date > point.date; k--) points[k] = points[k - 1];
    points[k] = point;
  }
}

/* One number that something changes, as its path says. */
struct target {
  const struct field *field; /* NULL: a term of an instrument */
  double *number;            /* NULL likewise */
  const char *table, *row, *name;
};

static struct track *track_find(struct timeline *timeline, const struct target *target)
{
  for (int i = 0; i < timeline->tracks_count; i++) {
    struct track *track = &timeline->tracks[i];
    if (target->number != NULL
            ? track->number == target->number
            : track->number == NULL && text_equal(track->row, target->row) && text_equal(track->field, target->name))
      return track;
  }
  return NULL;
}

static struct track *track_of(struct timeline *timeline, const struct target *target, struct arena *arena)
{
  struct track *found = track_find(timeline, target);
  if (found != NULL) return found;
  const int count = timeline->tracks_count;
  if (count % 64 == 0) timeline->tracks = arena_grow(arena, timeline->tracks, count, count + 64, sizeof(struct track));
  struct track *track = &timeline->tracks[timeline->tracks_count++];
  *track = (struct track){.number = target->number, .table = target->table, .row = target->row, .field = target->name};
  return track;
}

/* The figures that the market reads at their date. All others stand for the whole horizon. */
static const char *const dated[] = {"curves.value",
                                    "facilities.attainment",
                                    "facilities.availability",
                                    "facilities.build_limit_t_per_year",
                                    "facilities.capacity_t_per_year",
                                    "facilities.capital_usd_per_kg_year",
                                    "facilities.cost_power_usd_per_kg",
                                    "facilities.cost_slope_usd_per_kg_per_t",
                                    "facilities.cost_usd_per_kg",
                                    "facilities.wedge_usd_per_kg",
                                    "links.capacity_t_per_year",
                                    "links.export_tax_rate",
                                    "links.freight_usd_per_kg",
                                    "links.slope_usd_per_kg_per_t",
                                    "links.tariff_rate",
                                    "links.tariff_usd_per_kg",
                                    "links.vat_not_rebated_rate",
                                    "links.wedge_usd_per_kg",
                                    "materials.holding_usd_per_kg_year",
                                    "processes.cost_usd_per_kg",
                                    "segments.choke_usd_per_kg",
                                    "segments.elasticity",
                                    "segments.intercept_usd_per_kg",
                                    "segments.price_usd_per_kg",
                                    "segments.quantity_t_per_year",
                                    "segments.slope_usd_per_kg_per_t",
                                    "stocks.capacity_t"};

bool figure_is_dated(const char *table, const char *name)
{
  const size_t length = strlen(table);
  if (text_equal(table, "instruments")) return true;
  for (int i = 0; i < (int)(sizeof dated / sizeof *dated); i++)
    if (strncmp(dated[i], table, length) == 0 && dated[i][length] == '.' && text_equal(dated[i] + length + 1, name))
      return true;
  return false;
}

/* Whether a target's column is among them; `others` gets those of its table. */
static bool is_dated(const struct target *target, const char **others, struct arena *arena)
{
  const int length = (int)strlen(target->table);
  struct text list = text_new(arena);
  for (int i = 0; i < (int)(sizeof dated / sizeof *dated); i++) {
    if (strncmp(dated[i], target->table, (size_t)length) != 0 || dated[i][length] != '.') continue;
    const char *name = dated[i] + length + 1;
    if (text_equal(name, target->name)) return true;
    text_add(&list, "%s%s", list.bytes[0] != '\0' ? ", " : "", name);
  }
  *others = list.bytes;
  return false;
}

static bool expect_changeable(const struct target *target, struct place place, const char *where, struct arena *arena,
                              struct error *error)
{
  if (target->field == NULL && !text_equal(target->table, "instruments"))
    return error_set(error, place.file, place.line, where, "there is no column '%s' in %s%s", target->name,
                     target->table, draft_hint_fields(target->name, dataset_entity(target->table)->fields, arena));
  const char *others = "";
  if (target->field == NULL || is_dated(target, &others, arena)) return true;
  return error_set(error, place.file, place.line, where, "'%s.%s' is no number that may change over time%s%s",
                   target->table, target->name, others[0] != '\0' ? "; expected one of " : "", others);
}

/* The figures that a path names. NULL with error set when there are none. */
static struct target *find_targets(struct draft *draft, const struct dataset *dataset, const char *path,
                                   struct place place, const char *where, int *count, struct error *error)
{
  struct draft_table *table;
  const int *rows;
  const char *name;
  *count = draft_match(draft, path, place, where, &table, &rows, &name, error);
  if (*count < 0) return NULL;
  struct target *targets = ARENA_ARRAY(draft->arena, *count, struct target);
  const struct entity *entity = table->entity;
  char *records;
  memcpy(&records, (const char *)dataset + entity->array, sizeof records);
  for (int i = 0; i < *count; i++) {
    const struct field *field = field_find(entity->fields, name);
    targets[i] = (struct target){field, NULL, entity->table, table->rows[rows[i]].id, name};
    if (!expect_changeable(&targets[i], place, where, draft->arena, error)) return NULL;
    if (field != NULL) targets[i].number = (double *)(void *)(records + (size_t)rows[i] * entity->size + field->offset);
  }
  return targets;
}

static bool expect_bounds(const struct field *field, double value, struct place place, const char *where,
                          struct error *error)
{
  if (field == NULL || (field->low == 0 && field->high == 0)) return true;
  if (value >= field->low && value <= field->high) return true;
  return error_set(error, place.file, place.line, where, "found %g for %s, expected %g to %g", value, field->name,
                   field->low, field->high);
}

static bool bind_schedule(struct timeline *timeline, struct draft *draft, const struct dataset *dataset,
                          const struct schedule *schedule, struct error *error)
{
  const struct place place = schedule->record.place;
  const char *path = arena_format(draft->arena, "%s.%s.%s", schedule->table, schedule->row, schedule->field);
  int count;
  const struct target *targets = find_targets(draft, dataset, path, place, "schedules", &count, error);
  for (int i = 0; targets != NULL && i < count; i++) {
    if (!expect_bounds(targets[i].field, schedule->value, place, "schedules.value", error)) return false;
    struct track *track = track_of(timeline, &targets[i], draft->arena);
    const int n = track->points_count;
    if (n % 8 == 0) track->points = arena_grow(draft->arena, track->points, n, n + 8, sizeof(struct point));
    track->points[track->points_count++] =
        (struct point){schedule->date, schedule->value, schedule->shape == SCHEDULE_LINEAR};
  }
  return targets != NULL;
}

static void add_change(struct track *track, struct change change, struct arena *arena)
{
  const int n = track->changes_count;
  if (n % 8 == 0) track->changes = arena_grow(arena, track->changes, n, n + 8, sizeof(struct change));
  track->changes[track->changes_count++] = change;
}

struct change change_of_event(const struct event *event, int row)
{
  return (struct change){.start = event->start,
                         .end = isnan(event->end) ? HUGE_VAL : event->end,
                         .known = isnan(event->announced) ? event->start : event->announced,
                         .factor = event->factor,
                         .value = event->value,
                         .event = row};
}

static bool bind_event(struct timeline *timeline, struct draft *draft, const struct dataset *dataset,
                       const struct event *event, struct error *error)
{
  if (event->change == NULL) return true;
  const struct place place = event->record.place;
  int count;
  const struct target *targets = find_targets(draft, dataset, event->change, place, "events.change", &count, error);
  for (int i = 0; targets != NULL && i < count; i++) {
    if (!isnan(event->value) && !expect_bounds(targets[i].field, event->value, place, "events.value", error))
      return false;
    struct track *track = track_of(timeline, &targets[i], draft->arena);
    add_change(track, change_of_event(event, (int)(event - dataset->events)), draft->arena);
  }
  return targets != NULL;
}

void timeline_add_figures(struct timeline *timeline, const struct dataset *dataset, struct arena *arena)
{
  const struct change idle = {-HUGE_VAL, HUGE_VAL, -HUGE_VAL, 1, 0, NAN, -HUGE_VAL, HUGE_VAL, -1};
  for (int v = 0; v < dataset->chance->variables_count; v++) {
    const struct drawn_variable *variable = &dataset->chance->variables[v];
    for (int i = 0; i < variable->figures_count; i++) {
      struct drawn_figure *figure = &variable->figures[i];
      const bool term = figure->table < 0;
      double *number = term ? NULL : (double *)(void *)(table_array(dataset, figure->table) + figure->offset);
      const char *table = term ? "instruments" : NULL;
      const struct target target = {NULL, figure->choice ? NULL : number, table, figure->row, figure->name};
      if (figure->choice) continue;
      struct track *track = track_find(timeline, &target);
      if (track == NULL && isnan(variable->start)) continue;
      if (track == NULL) track = track_of(timeline, &target, arena);
      add_change(track, idle, arena);
      track->changes[0].start = isnan(variable->start) ? -HUGE_VAL : variable->start;
      figure->track = (int)(track - timeline->tracks);
    }
  }
}

/* ---- building: what makes finding fast ---- */

void track_add_breaks(struct track *track, struct arena *arena)
{
  const int room = track->points_count + 2 * track->changes_count;
  struct point *dates = ARENA_ARRAY(arena, room, struct point);
  int count = 0;
  for (int i = 0; i < track->points_count; i++) dates[count++].date = track->points[i].date;
  for (int i = 0; i < track->changes_count; i++) {
    dates[count++].date = track->changes[i].start;
    dates[count++].date = track->changes[i].end;
  }
  points_sort(dates, count);
  track->breaks = ARENA_ARRAY(arena, count, double);
  for (int i = 0; i < count; i++) track->breaks[i] = dates[i].date;
  track->breaks_count = count;
}

/* Nothing changes after the last date at which anything happens, once all that is in force then is known. */
struct steady track_steady(const struct track *track)
{
  struct steady steady = {-HUGE_VAL, -HUGE_VAL, NAN};
  for (int i = 0; i < track->breaks_count; i++)
    if (track->breaks[i] < HUGE_VAL) steady.from = track->breaks[i];
  for (int i = 0; i < track->changes_count; i++)
    if (track->changes[i].start < HUGE_VAL && track->changes[i].end == HUGE_VAL)
      steady.known = fmax(steady.known, track->changes[i].known);
  if (track->number == NULL) return steady;
  const double date = steady.from > -HUGE_VAL ? steady.from : 0; /* any */
  steady.value = track_value(track, *track->number, date, HUGE_VAL);
  return steady;
}

static void add_slot(struct timeline *timeline, int index)
{
  uint32_t slot = slot_of(timeline, timeline->tracks[index].number);
  while (timeline->slots[slot] != 0) slot = (slot + 1) & ((uint32_t)timeline->slots_count - 1);
  timeline->slots[slot] = index + 1;
  const uint64_t class = hash_of(timeline->tracks[index].number) >> 48;
  timeline->maybe[class >> 6] |= (uint64_t)1 << (class & 63);
}

/* A slot that was left leads nowhere: its track has another number now. Half of the slots at most are ever taken. */
void timeline_move(struct timeline *timeline, int track, const double *number)
{
  timeline->tracks[track].number = number;
  add_slot(timeline, track);
}

/* Tracks of terms, instrument by instrument. */
static void index_named(struct timeline *timeline, const struct dataset *dataset, struct arena *arena)
{
  int *first = ARENA_ARRAY(arena, dataset->instruments_count + 1, int), count = 0;
  int *named = ARENA_ARRAY(arena, timeline->tracks_count, int);
  for (int k = 0; k < dataset->instruments_count; k++) {
    for (int i = 0; i < timeline->tracks_count; i++)
      if (timeline->tracks[i].number == NULL && text_equal(timeline->tracks[i].row, dataset->instruments[k].record.id))
        named[count++] = i;
    first[k + 1] = count;
  }
  timeline->named_first = first, timeline->named = named;
}

void timeline_index(struct timeline *timeline, const struct dataset *dataset, struct arena *arena)
{
  index_named(timeline, dataset, arena);
  timeline->slots_count = 16;
  while (timeline->slots_count < 4 * timeline->tracks_count) timeline->slots_count *= 2;
  timeline->slots = ARENA_ARRAY(arena, timeline->slots_count, int);
  timeline->maybe = ARENA_ARRAY(arena, 1024, uint64_t);
  timeline->steady = ARENA_ARRAY(arena, timeline->tracks_count, struct steady);
  for (int i = 0; i < timeline->tracks_count; i++) {
    if (timeline->tracks[i].number != NULL) add_slot(timeline, i);
    timeline->steady[i] = track_steady(&timeline->tracks[i]);
  }
}

const struct timeline *timeline_new(struct draft *draft, const struct dataset *dataset, struct error *error)
{
  struct timeline *timeline = ARENA_NEW(draft->arena, struct timeline);
  for (int i = 0; i < dataset->schedules_count; i++)
    if (!bind_schedule(timeline, draft, dataset, &dataset->schedules[i], error)) return NULL;
  timeline_add_figures(timeline, dataset, draft->arena);
  for (int i = 0; i < dataset->events_count; i++)
    if (!bind_event(timeline, draft, dataset, &dataset->events[i], error)) return NULL;
  for (int i = 0; i < timeline->tracks_count; i++) {
    points_sort(timeline->tracks[i].points, timeline->tracks[i].points_count);
    track_add_breaks(&timeline->tracks[i], draft->arena);
  }
  timeline_index(timeline, dataset, draft->arena);
  if (!timeline_add_policies(timeline, draft, dataset, error)) return NULL;
  timeline_add_series(timeline, dataset, draft->arena);
  return timeline;
}
