/* io/folder.c - a hidden folder beside the target, locked while it is being filled, then renamed.
 *
 * The lock (flock on the folder itself) goes with the process that holds it, so that a hidden folder whose lock is
 * free was left behind. Replacing an earlier run swaps the two names in one step where the file system can
 * (renameat2, Linux), otherwise in two, with a moment in between when neither is there. Does not force the disk.
 */
#define _GNU_SOURCE
#include "io/folder.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "io/file.h"

static bool refuse(struct error *error, const char *path, const char *what)
{
  return error_set(error, path, 0, NULL, "%s: %s", what, strerror(errno));
}

/* ---- removing ---- */

static int remove_entry(const char *path, [[maybe_unused]] const struct stat *status, [[maybe_unused]] int type,
                        [[maybe_unused]] struct FTW *where)
{
  return remove(path);
}

static void remove_tree(const char *path)
{
  (void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* A lock nobody else holds, or -1. */
static int folder_lock(const char *path)
{
  const int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  if (descriptor >= 0) close(descriptor);
  return -1;
}

/* The hidden names of a target: ".<name>.partial-XXXXXX" beside it. */
static const char *hidden_prefix(const char *target, struct arena *arena)
{
  return arena_format(arena, ".%s.partial-", path_name(target));
}

static void remove_leftovers(const char *target, struct arena *arena)
{
  const char *parent = path_folder(target, arena), *prefix = hidden_prefix(target, arena);
  DIR *stream = opendir(parent);
  if (stream == NULL) return;
  for (const struct dirent *entry; (entry = readdir(stream)) != NULL;) {
    if (!text_starts(entry->d_name, prefix)) continue;
    const char *path = path_join(parent, entry->d_name, arena);
    const int lock = folder_lock(path);
    if (lock < 0) continue;
    remove_tree(path);
    close(lock);
  }
  closedir(stream);
}

/* ---- making ---- */

static bool make_parents(const char *path, struct arena *arena, struct error *error)
{
  if (path_is_folder(path)) return true;
  if (!make_parents(path_folder(path, arena), arena, error)) return false;
  if (mkdir(path, 0777) == 0 || errno == EEXIST) return true;
  return refuse(error, path, "the folder cannot be made");
}

static bool is_empty_folder(const char *path, struct arena *arena)
{
  int count;
  return path_is_folder(path) && path_list(path, &count, arena, NULL) != NULL && count == 0;
}

static bool check_replaceable(const char *target, const char *marker, struct arena *arena, struct error *error)
{
  if (!path_exists(target) || is_empty_folder(target, arena)) return true;
  if (path_exists(path_join(target, marker, arena))) return true;
  return error_set(error, target, 0, NULL,
                   "exists and is not the folder of an earlier run (it holds no %s); it stays as it is", marker);
}

/* "runs/base/" -> "runs/base" */
static const char *without_slashes(const char *target, struct arena *arena)
{
  char *copy = arena_copy(arena, target);
  for (size_t length = strlen(copy); length > 1 && copy[length - 1] == '/';) copy[--length] = '\0';
  return copy;
}

struct folder *folder_begin(const char *target, const char *marker, struct arena *arena, struct error *error)
{
  assert(target != NULL && target[0] != '\0' && marker != NULL);
  struct folder *folder = ARENA_NEW(arena, struct folder);
  *folder = (struct folder){.target = without_slashes(target, arena), .marker = marker, .lock = -1, .arena = arena};
  const char *parent = path_folder(folder->target, arena);
  if (!make_parents(parent, arena, error)) return NULL;
  remove_leftovers(folder->target, arena);
  if (!check_replaceable(folder->target, marker, arena, error)) return NULL;
  char *path = arena_format(arena, "%s/%sXXXXXX", parent, hidden_prefix(folder->target, arena));
  if (mkdtemp(path) == NULL) {
    refuse(error, path, "the folder cannot be made");
    return NULL;
  }
  folder->path = path;
  folder->lock = folder_lock(path);
  if (chmod(path, 0755) == 0) return folder;
  refuse(error, path, "the folder cannot be made");
  folder_abandon(folder);
  return NULL;
}

const char *folder_file(const struct folder *folder, const char *name)
{
  return path_join(folder->path, name, folder->arena);
}

bool folder_write(const struct folder *folder, const char *name, const char *bytes, size_t length, struct error *error)
{
  const char *path = folder_file(folder, name);
  return make_parents(path_folder(path, folder->arena), folder->arena, error) && file_write(path, bytes, length, error);
}

/* ---- finishing ---- */

static bool replace_in_two_steps(const struct folder *folder)
{
  const char *aside = arena_format(folder->arena, "%s-earlier", folder->path);
  if (rename(folder->target, aside) != 0) return false;
  if (rename(folder->path, folder->target) != 0) {
    (void)rename(aside, folder->target);
    return false;
  }
  remove_tree(aside);
  return true;
}

static bool put_in_place(const struct folder *folder)
{
  if (rename(folder->path, folder->target) == 0) return true; /* nothing there, or an empty folder */
  if (errno != ENOTEMPTY && errno != EEXIST) return false;
  if (renameat2(AT_FDCWD, folder->path, AT_FDCWD, folder->target, RENAME_EXCHANGE) != 0)
    return replace_in_two_steps(folder);
  remove_tree(folder->path); /* now the earlier run */
  return true;
}

bool folder_finish(struct folder *folder, struct error *error)
{
  assert(path_exists(folder_file(folder, folder->marker)));
  bool done = check_replaceable(folder->target, folder->marker, folder->arena, error);
  if (done && !put_in_place(folder)) done = refuse(error, folder->target, "the finished folder cannot be put in place");
  if (!done) {
    folder_abandon(folder);
    return false;
  }
  if (folder->lock >= 0) close(folder->lock);
  folder->lock = -1;
  return true;
}

void folder_abandon(struct folder *folder)
{
  remove_tree(folder->path);
  if (folder->lock >= 0) close(folder->lock);
  folder->lock = -1;
}
