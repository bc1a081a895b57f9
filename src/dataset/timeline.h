/* dataset/timeline.h - schedules and events bound to the numbers they change. Inner header.
 *
 * A track is one number that changes: its schedule (points by date) and the events on it, in the order of the file.
 * Numbers inside the arrays are found by address through an open hash, so a number without a track costs one probe;
 * terms of instruments are found by name.
 */
#ifndef DATASET_TIMELINE_H
#define DATASET_TIMELINE_H
#include "dataset/draft.h"

struct point {
  double date, value;
  bool linear; /* runs straight to the next point */
};

struct change {             /* by an event */
  double start, end, known; /* known: from when the market sees it */
  double factor, value;     /* value NAN: multiply */
};

struct track {
  const double *number;            /* NULL: named */
  const char *table, *row, *field; /* of a named one */
  int points_count, changes_count, breaks_count;
  struct point *points;
  struct change *changes;
  double *breaks; /* all dates at which it may jump or bend, ascending */
};

struct policy { /* events that switch one instrument */
  int events_count;
  const struct event **events;
};

struct series { /* one index */
  const char *name;
  int count;
  struct point *points;
};

struct timeline {
  int tracks_count;
  struct track *tracks;
  int slots_count; /* a power of two; 0: no number changes */
  int *slots;      /* track + 1 by address, 0: empty */
  int named_count; /* tracks found by name */
  const struct track **named;
  struct policy *policies; /* [instruments] */
  int series_count;
  struct series *series;
};

/* index.c */
void timeline_add_series(struct timeline *timeline, const struct dataset *dataset, struct arena *arena);
/* policy.c */
bool timeline_add_policies(struct timeline *timeline, struct draft *draft, const struct dataset *dataset,
                           struct error *error);

void points_sort(struct point *points, int count); /* by date, stable */
#endif
