/* io/file.h - whole files and their digests, and paths as texts. Paths use '/'. */
#ifndef IO_FILE_H
#define IO_FILE_H
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* The bytes, with a 0 after the last. NULL with error set; files over 256 MiB are refused. length may be NULL. */
[[nodiscard]] const char *file_read(const char *path, size_t *length, struct arena *arena, struct error *error);
/* By way of a temporary file beside it and a rename. */
bool file_write(const char *path, const char *bytes, size_t length, struct error *error);

/* SHA-256 as 64 hexadecimal digits. NULL with error set when the file cannot be read. */
[[nodiscard]] const char *file_digest(const char *path, struct arena *arena, struct error *error);
[[nodiscard]] const char *bytes_digest(const char *bytes, size_t length, struct arena *arena);

bool path_exists(const char *path);
bool path_is_folder(const char *path);
bool path_is_absolute(const char *path);
/* name itself when it is absolute or folder is "" or "." */
const char *path_join(const char *folder, const char *name, struct arena *arena);
const char *path_folder(const char *path, struct arena *arena); /* "a/b.c" -> "a"; "b.c" -> "."; "/b" -> "/" */
const char *path_name(const char *path);                        /* "a/b.c" -> "b.c" */
bool path_has_ending(const char *path, const char *ending);     /* ".yaml", letters' case ignored */
/* Names of the entries of a folder in byte order, without those that begin with a dot. NULL with error set. */
[[nodiscard]] const char *const *path_list(const char *folder, int *count, struct arena *arena, struct error *error);
#endif
