/* api/listing.h - where scenarios, data sets and runs are, and what is there. */
#ifndef API_LISTING_H
#define API_LISTING_H
#include "base/arena.h"
#include "base/error.h"
#include "report/summary.h"

/* The folder that holds scenarios/ and data/: the working folder where it has them, else $DIDYMIUM_DATA, else where the
 * program was installed. */
const char *listing_home(struct arena *arena);
/* $DIDYMIUM_RUNS, else "runs". */
const char *listing_runs_folder(void);
/* path itself where it exists or has a folder in it; else the shipped scenario of that name, if there is one. */
const char *listing_scenario(const char *path, struct arena *arena);

[[nodiscard]] const char *listing_text(const struct summary_view *view, struct arena *arena, struct error *error);
[[nodiscard]] const char *listing_json(struct arena *arena, struct error *error);
#endif
