/* dataset/timeline.h - schedules and events bound to the numbers they change. Inner header.
 *
 * A track is one number that changes: its schedule (points by date) and the events on it, in the order of the file.
 * Numbers inside the arrays are found by address through an open hash, so a number without a track costs one probe;
 * terms of instruments are found by name.
 */
#ifndef DATASET_TIMELINE_H
#define DATASET_TIMELINE_H
#include <stdint.h>

#include "dataset/draft.h"

struct point {
  double date, value;
  bool linear; /* runs straight to the next point */
};

struct change {                /* by an event, or by a draw */
  double start, end, known;    /* known: from when the market sees it */
  double factor, added, value; /* value NAN: multiply, then add */
  double low, high;            /* bounds of what a draw may make of it */
  int event;                   /* row of "events"; -1: what a draw puts there, and the first of its track */
};

struct track {
  const double *number;            /* NULL: named */
  const char *table, *row, *field; /* of a named one */
  int points_count, changes_count, breaks_count;
  struct point *points;
  struct change *changes;
  double *breaks; /* all dates at which it may jump or bend, ascending */
};

struct policy { /* events that switch one instrument, and what a draw decided of its money */
  int events_count;
  const struct event **events;
  const struct lot *lot; /* NULL: what is to be expected */
};

struct series { /* one index */
  const char *name;
  int count;
  struct point *points;
};

struct timeline {
  int tracks_count;
  struct track *tracks;
  struct steady *steady; /* [tracks] */
  int slots_count;       /* a power of two */
  int *slots;            /* track + 1 by address, 0: empty */
  uint64_t *maybe; /* [1024] a bit for each of 65,536 classes of addresses: most numbers have no track, and end there */
  const int *named_first, *named; /* [instruments + 1] where the tracks of an instrument's terms begin; their rows */
  struct policy *policies;        /* [instruments] */
  int series_count;
  struct series *series;
};

/* index.c */
void timeline_add_series(struct timeline *timeline, const struct dataset *dataset, struct arena *arena);
/* policy.c */
bool timeline_add_policies(struct timeline *timeline, struct draft *draft, const struct dataset *dataset,
                           struct error *error);

char *table_array(const struct dataset *dataset, int table); /* of dataset_entities; chance.c */
struct change change_of_event(const struct event *event, int row);
bool figure_is_dated(const char *table, const char *name); /* it may change over time */

/* For the variables whose figures change over time anyway, or from a date on: a first change of the track each, that
 * leaves the number alone until a draw fills it. */
void timeline_add_figures(struct timeline *timeline, const struct dataset *dataset, struct arena *arena);
/* What finds a track, once the tracks are complete. */
void timeline_index(struct timeline *timeline, const struct dataset *dataset, struct arena *arena);
/* The number of a track stands elsewhere now; where it stood before is forgotten by and by. */
void timeline_move(struct timeline *timeline, int track, const double *number);
void track_add_breaks(struct track *track, struct arena *arena);
struct steady track_steady(const struct track *track); /* once its changes and breaks are complete */

void points_sort(struct point *points, int count); /* by date, stable */
#endif
