/* dataset/redraw.c - the data set of one draw.
 *
 * Tables in which a number is replaced are copied, and so are the events; the rest is shared. The timeline finds
 * numbers by address, so the tracks of copied tables move along with them. Numbers that change over time anyway are not
 * replaced: their track begins with a change that the draw fills, before the events. An event that comes by chance
 * stays in its place without dates, followed by its episodes.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "dataset/timeline.h"

struct redrawing {
  const struct dataset *base;
  struct dataset *drawn;
  const struct redraw *redraw;
  struct timeline *timeline; /* of the draw */
  struct arena *arena;
  int tables_count;
  bool *copied; /* [tables] */
  int moves_count;
  struct move { /* of a copied table: what stood from..end begins at `to` now */
    const char *from, *end, *to;
  } * moves;
};

double figure_drawn(const struct drawn_figure *figure, const struct drawn_variable *variable, double number,
                    double drawn)
{
  const double value = variable->use == USE_VALUE    ? drawn
                       : variable->use == USE_FACTOR ? number * drawn
                                                     : number + drawn;
  return fmin(fmax(value, figure->low), figure->high);
}

/* ---- tables ---- */

static size_t table_bytes(const struct dataset *dataset, const struct entity *entity)
{
  int count;
  memcpy(&count, (const char *)dataset + entity->count, sizeof count);
  return (size_t)count * entity->size;
}

static char *copy_table(struct redrawing *redrawing, int table)
{
  const struct entity *entity = &dataset_entities(&redrawing->tables_count)[table];
  char *array = table_array(redrawing->drawn, table);
  if (redrawing->copied[table]) return array;
  const size_t bytes = table_bytes(redrawing->base, entity);
  char *copy = arena_alloc(redrawing->arena, bytes + 1, 1);
  if (bytes > 0) memcpy(copy, array, bytes);
  memcpy((char *)redrawing->drawn + entity->array, &copy, sizeof copy);
  redrawing->copied[table] = true;
  redrawing->moves[redrawing->moves_count++] = (struct move){array, array + bytes, copy};
  return copy;
}

static void set_numbers(struct redrawing *redrawing, const struct drawn_variable *variable, double drawn)
{
  for (int i = 0; i < variable->figures_count; i++) {
    const struct drawn_figure *figure = &variable->figures[i];
    if (figure->table < 0 || figure->track >= 0) continue;
    char *at = copy_table(redrawing, figure->table) + figure->offset;
    if (figure->choice) {
      const int row = (int)drawn;
      memcpy(at, &row, sizeof row);
      continue;
    }
    double number;
    memcpy(&number, at, sizeof number);
    number = figure_drawn(figure, variable, number, drawn);
    memcpy(at, &number, sizeof number);
  }
}

static void set_deck(struct redrawing *redrawing)
{
  const int table = (int)(dataset_entity("deck") - dataset_entities(&redrawing->tables_count));
  if (redrawing->redraw->deck_factors == NULL) return;
  copy_table(redrawing, table);
  for (int d = 0; d < redrawing->drawn->deck_count; d++)
    redrawing->drawn->deck[d].price_usd_per_kg *= redrawing->redraw->deck_factors[d];
}

/* ---- events ---- */

/* All events as drawn, then the episodes in their order. */
static void set_events(struct redrawing *redrawing)
{
  const int count = redrawing->base->events_count, episodes = redrawing->redraw->episodes_count;
  struct event *events = ARENA_ARRAY(redrawing->arena, count + episodes + 1, struct event);
  if (count > 0) memcpy(events, redrawing->drawn->events, sizeof *events * (size_t)count);
  for (int e = 0; e < count; e++)
    if (redrawing->redraw->by_chance && (events[e].regime >= 0 || !isnan(events[e].hazard_per_year)))
      events[e].start = events[e].end = HUGE_VAL;
  for (int e = 0; e < episodes; e++) {
    const struct episode *episode = &redrawing->redraw->episodes[e];
    events[count + e] = events[episode->event];
    events[count + e].start = episode->start;
    events[count + e].end = episode->end;
  }
  redrawing->drawn->events = events;
  redrawing->drawn->events_count = count + episodes;
}

/* The episodes of an event: their number, and the first. */
static int episodes_of(const struct redraw *redraw, int event, int *first)
{
  int count = 0;
  for (int e = 0; e < redraw->episodes_count; e++) {
    if (redraw->episodes[e].event != event) continue;
    if (count++ == 0) *first = e;
  }
  return count;
}

static void set_policies(struct redrawing *redrawing)
{
  const int instruments = redrawing->base->instruments_count, count = redrawing->base->events_count;
  struct policy *policies = ARENA_ARRAY(redrawing->arena, instruments, struct policy);
  for (int k = 0; k < instruments; k++) {
    const struct policy *base = &redrawing->base->timeline->policies[k];
    policies[k] = *base;
    policies[k].events_count = 0;
    if (base->events_count == 0) continue;
    const int room = base->events_count + redrawing->redraw->episodes_count;
    policies[k].events = ARENA_ARRAY(redrawing->arena, room, const struct event *);
    for (int i = 0; i < base->events_count; i++) {
      const int event = (int)(base->events[i] - redrawing->base->events);
      int first = 0;
      const int episodes = episodes_of(redrawing->redraw, event, &first);
      policies[k].events[policies[k].events_count++] = &redrawing->drawn->events[event];
      for (int e = 0; e < episodes; e++)
        policies[k].events[policies[k].events_count++] = &redrawing->drawn->events[count + first + e];
    }
  }
  for (int l = 0; l < redrawing->redraw->lots_count; l++)
    policies[redrawing->redraw->lots[l].instrument].lot = &redrawing->redraw->lots[l];
  redrawing->timeline->policies = policies;
}

/* ---- tracks ---- */

/* A track's changes with the events as drawn and their episodes; breaks anew. */
static void set_changes(struct redrawing *redrawing, struct track *track)
{
  const struct change *base = track->changes;
  const int count = track->changes_count, events = redrawing->base->events_count;
  track->changes = ARENA_ARRAY(redrawing->arena, count + redrawing->redraw->episodes_count, struct change);
  track->changes_count = 0;
  for (int i = 0; i < count; i++) {
    const int event = base[i].event;
    if (event < 0) {
      track->changes[track->changes_count++] = base[i];
      continue;
    }
    int first = 0;
    const int episodes = episodes_of(redrawing->redraw, event, &first);
    track->changes[track->changes_count++] = change_of_event(&redrawing->drawn->events[event], event);
    for (int e = 0; e < episodes; e++)
      track->changes[track->changes_count++] = change_of_event(&redrawing->drawn->events[events + first + e], event);
  }
  track_add_breaks(track, redrawing->arena);
}

static bool has_events(const struct track *track)
{
  return track->changes_count > 0 && track->changes[track->changes_count - 1].event >= 0; /* a draw's comes first */
}

/* Tracks with events have changes of their own; those that a draw alone changes lie side by side. */
static void own_changes(struct redrawing *redrawing)
{
  struct timeline *timeline = redrawing->timeline;
  struct change *drawn = ARENA_ARRAY(redrawing->arena, timeline->tracks_count, struct change);
  for (int i = 0; i < timeline->tracks_count; i++) {
    struct track *track = &timeline->tracks[i];
    if (has_events(track)) {
      set_changes(redrawing, track);
    } else if (track->changes_count > 0) {
      drawn[i] = track->changes[0];
      track->changes = &drawn[i];
    }
  }
}

/* Tracks of copied tables follow their numbers. */
static void move_track(struct redrawing *redrawing, int index)
{
  const char *number = (const char *)redrawing->timeline->tracks[index].number;
  for (int m = 0; number != NULL && m < redrawing->moves_count; m++) {
    const struct move *move = &redrawing->moves[m];
    if (number < move->from || number >= move->end) continue;
    timeline_move(redrawing->timeline, index, (const double *)(const void *)(move->to + (number - move->from)));
    return;
  }
}

static void fill_change(struct redrawing *redrawing, const struct drawn_variable *variable, double drawn)
{
  for (int i = 0; i < variable->figures_count; i++) {
    const struct drawn_figure *figure = &variable->figures[i];
    if (figure->track < 0) continue;
    struct change *change = &redrawing->timeline->tracks[figure->track].changes[0];
    assert(change->event < 0);
    change->low = figure->low, change->high = figure->high;
    if (variable->use == USE_FACTOR) change->factor = drawn;
    if (variable->use == USE_SHIFT) change->added = drawn;
    if (variable->use == USE_VALUE) change->value = drawn;
  }
}

static void *copy_of(const void *array, int count, size_t size, struct arena *arena)
{
  return arena_grow(arena, array, (size_t)count, (size_t)count, size);
}

static void set_tracks(struct redrawing *redrawing)
{
  struct timeline *timeline = redrawing->timeline;
  const struct chance *chance = redrawing->base->chance;
  timeline->tracks = copy_of(timeline->tracks, timeline->tracks_count, sizeof *timeline->tracks, redrawing->arena);
  timeline->steady = copy_of(timeline->steady, timeline->tracks_count, sizeof *timeline->steady, redrawing->arena);
  timeline->slots = copy_of(timeline->slots, timeline->slots_count, sizeof *timeline->slots, redrawing->arena);
  timeline->maybe = copy_of(timeline->maybe, 1024, sizeof *timeline->maybe, redrawing->arena);
  own_changes(redrawing);
  for (int v = 0; redrawing->redraw->values != NULL && v < chance->variables_count; v++)
    fill_change(redrawing, &chance->variables[v], redrawing->redraw->values[v]);
  for (int i = 0; i < timeline->tracks_count; i++) {
    move_track(redrawing, i);
    if (timeline->tracks[i].changes_count > 0) timeline->steady[i] = track_steady(&timeline->tracks[i]);
  }
}

const struct dataset *dataset_redraw(const struct dataset *dataset, const struct redraw *redraw, struct arena *arena)
{
  struct redrawing redrawing = {.base = dataset, .redraw = redraw, .arena = arena};
  (void)dataset_entities(&redrawing.tables_count);
  redrawing.copied = ARENA_ARRAY(arena, redrawing.tables_count, bool);
  redrawing.moves = ARENA_ARRAY(arena, redrawing.tables_count, struct move);
  redrawing.drawn = ARENA_NEW(arena, struct dataset);
  redrawing.timeline = ARENA_NEW(arena, struct timeline);
  *redrawing.drawn = *dataset;
  *redrawing.timeline = *dataset->timeline;
  for (int v = 0; redraw->values != NULL && v < dataset->chance->variables_count; v++)
    set_numbers(&redrawing, &dataset->chance->variables[v], redraw->values[v]);
  set_deck(&redrawing);
  set_events(&redrawing);
  set_policies(&redrawing);
  set_tracks(&redrawing);
  redrawing.drawn->timeline = redrawing.timeline;
  return redrawing.drawn;
}
