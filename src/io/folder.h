/* io/folder.h - a folder of results that appears whole or not at all.
 *
 * Files go into a hidden folder beside the target; folder_finish renames it. A target that exists is replaced only if
 * it is empty or holds the marker file, that is, was written by us. Hidden folders that an interrupted program left
 * behind are removed by the next folder_begin for the same target; one that is still being written is locked and stays.
 */
#ifndef IO_FOLDER_H
#define IO_FOLDER_H
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct folder {
  const char *target, *marker;
  const char *path; /* where the files go until it is finished */
  int lock;
  struct arena *arena;
};

/* marker: a file that every finished folder has, "provenance.json". Missing parent folders are made. NULL with error
 * set when the target may not be replaced or the folder cannot be made. Ends with finish or abandon. */
[[nodiscard]] struct folder *folder_begin(const char *target, const char *marker, struct arena *arena,
                                          struct error *error);
/* The path of a file in it, for writers that take a path. */
const char *folder_file(const struct folder *folder, const char *name);
/* name may lead through folders ("inputs/a.csv"); they are made. */
bool folder_write(const struct folder *folder, const char *name, const char *bytes, size_t length, struct error *error);
bool folder_finish(struct folder *folder, struct error *error); /* on failure it is abandoned */
void folder_abandon(struct folder *folder);
#endif
