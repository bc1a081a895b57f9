/* io/catalogue.h - the list of runs, in one SQLite file. Each call opens it and closes it again; several programs
 * may use it at once.
 */
#ifndef IO_CATALOGUE_H
#define IO_CATALOGUE_H
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

struct catalogue_figure {
  const char *name, *unit;
  double value;
};

struct catalogue_run {
  const char *id;       /* unique; a run with the same id replaces the earlier */
  const char *scenario; /* id of the scenario */
  const char *title;
  const char *scenario_hash, *data_hash; /* of the files as read */
  const char *date;                      /* "2026-11-21T12:00:00Z" */
  const char *folder;                    /* unique too: a new run in a folder replaces the one that was there */
  const char *status;                    /* "solved", ... */
  const char *version;                   /* of the program */
  int figures_count;
  const struct catalogue_figure *figures; /* the headline figures, in order */
};

/* Texts that are NULL are stored as "". False with error set. Makes the file when there is none. */
bool catalogue_add(const char *path, const struct catalogue_run *run, struct error *error);
bool catalogue_remove(const char *path, const char *id, struct error *error); /* no such id: nothing happens */

struct catalogue {
  int count;
  const struct catalogue_run *runs; /* newest first */
};
/* An empty list when the file does not exist. NULL with error set. */
[[nodiscard]] const struct catalogue *catalogue_read(const char *path, struct arena *arena, struct error *error);
#endif
