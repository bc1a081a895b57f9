/* io/file.c - whole files into and out of memory, their SHA-256 (libmd), and the few questions asked of paths.
 *
 * Reads to the end rather than trusting the size, so that pipes work. Writing goes through a temporary file in the
 * same folder and a rename, so that a reader never sees half a file; it does not force the disk (no fsync).
 */
#include "io/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const size_t file_bytes_max = (size_t)256 << 20;

static bool refuse(struct error *error, const char *path, const char *what)
{
  return error_set(error, path, 0, NULL, "%s: %s", what, strerror(errno));
}

/* ---- reading and writing ---- */

static const char *stream_read(FILE *stream, const char *path, size_t *length, struct arena *arena, struct error *error)
{
  size_t used = 0, capacity = 1 << 16;
  char *bytes = arena_alloc(arena, capacity, 1);
  for (size_t got; (got = fread(bytes + used, 1, capacity - used - 1, stream)) > 0;) {
    used += got;
    if (capacity - used > 1) continue;
    if (capacity >= file_bytes_max) {
      error_set(error, path, 0, NULL, "is larger than %zu MiB, the most that is read", file_bytes_max >> 20);
      return NULL;
    }
    bytes = arena_grow(arena, bytes, used, 4 * capacity, 1);
    capacity *= 4;
  }
  if (ferror(stream)) {
    refuse(error, path, "cannot be read");
    return NULL;
  }
  bytes[used] = '\0';
  *length = used;
  return bytes;
}

const char *file_read(const char *path, size_t *length, struct arena *arena, struct error *error)
{
  size_t read_length;
  FILE *stream = fopen(path, "rb");
  if (stream == NULL) {
    refuse(error, path, "cannot be opened");
    return NULL;
  }
  const char *bytes = stream_read(stream, path, length != NULL ? length : &read_length, arena, error);
  fclose(stream);
  return bytes;
}

static bool write_and_close(int descriptor, const char *bytes, size_t length)
{
  bool written = true;
  for (size_t done = 0; written && done < length;) {
    const ssize_t count = write(descriptor, bytes + done, length - done);
    if (count > 0)
      done += (size_t)count;
    else
      written = count < 0 && errno == EINTR;
  }
  return close(descriptor) == 0 && written;
}

bool file_write(const char *path, const char *bytes, size_t length, struct error *error)
{
  char temporary[4096];
  const int printed = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
  if (printed < 0 || printed >= (int)sizeof temporary) return error_set(error, path, 0, NULL, "the path is too long");
  const int descriptor = mkstemp(temporary);
  if (descriptor < 0) return refuse(error, path, "cannot be written");
  const bool readable = fchmod(descriptor, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) == 0;
  if (write_and_close(descriptor, bytes, length) && readable && rename(temporary, path) == 0) return true;
  refuse(error, path, "cannot be written");
  unlink(temporary);
  return false;
}

/* ---- digests ---- */

const char *bytes_digest(const char *bytes, size_t length, struct arena *arena)
{
  SHA2_CTX context;
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA256Init(&context);
  SHA256Update(&context, (const uint8_t *)bytes, length);
  SHA256Final(digest, &context);
  char *text = arena_alloc(arena, 2 * sizeof digest + 1, 1);
  for (size_t i = 0; i < sizeof digest; i++) (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
  return text;
}

const char *file_digest(const char *path, struct arena *arena, struct error *error)
{
  size_t length;
  struct arena *scratch = arena_new();
  const char *bytes = file_read(path, &length, scratch, error);
  const char *digest = bytes != NULL ? bytes_digest(bytes, length, arena) : NULL;
  arena_free(scratch);
  return digest;
}

/* ---- paths ---- */

bool path_exists(const char *path)
{
  struct stat status;
  return stat(path, &status) == 0;
}

bool path_is_folder(const char *path)
{
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool path_is_absolute(const char *path)
{
  return path[0] == '/';
}

const char *path_join(const char *folder, const char *name, struct arena *arena)
{
  const size_t length = strlen(folder);
  if (length == 0 || strcmp(folder, ".") == 0 || path_is_absolute(name)) return arena_copy(arena, name);
  return arena_format(arena, "%s%s%s", folder, folder[length - 1] == '/' ? "" : "/", name);
}

const char *path_folder(const char *path, struct arena *arena)
{
  const char *slash = strrchr(path, '/');
  if (slash == NULL) return ".";
  if (slash == path) return "/";
  return arena_format(arena, "%.*s", (int)(slash - path), path);
}

const char *path_name(const char *path)
{
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

bool path_has_ending(const char *path, const char *ending)
{
  const size_t path_length = strlen(path), ending_length = strlen(ending);
  return path_length >= ending_length && strcasecmp(path + path_length - ending_length, ending) == 0;
}

static int compare_names(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **stream_list(DIR *stream, int *count, struct arena *arena)
{
  int capacity = 64;
  const char **names = ARENA_ARRAY(arena, capacity, const char *);
  *count = 0;
  for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    if (*count == capacity) {
      names = arena_grow(arena, names, (size_t)capacity, 2 * (size_t)capacity, sizeof *names);
      capacity *= 2;
    }
    names[(*count)++] = arena_copy(arena, entry->d_name);
  }
  qsort(names, (size_t)*count, sizeof *names, compare_names);
  return names;
}

const char *const *path_list(const char *folder, int *count, struct arena *arena, struct error *error)
{
  DIR *stream = opendir(folder);
  if (stream == NULL) {
    refuse(error, folder, "cannot be listed");
    return NULL;
  }
  const char **names = stream_list(stream, count, arena);
  closedir(stream);
  return names;
}
