/* io/journal.c - appending and reading back. Reading goes record by record: a long journal needs no more memory than a
 * short one.
 */
#include "io/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[8] = {'D', 'I', 'D', 'Y', 'M', 'L', 'O', 'G'};
enum { length_max = 1 << 28 };

static uint64_t sum_of(uint64_t sum, const void *bytes, size_t count)
{
  const unsigned char *byte = bytes;
  for (size_t i = 0; i < count; i++) sum = (sum ^ byte[i]) * 0x100000001b3u;
  return sum;
}

static void put(unsigned char *to, uint64_t value, int bytes)
{
  for (int i = 0; i < bytes; i++) to[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get(const unsigned char *from, int bytes)
{
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value |= (uint64_t)from[i] << (8 * i);
  return value;
}

static bool refuse(struct error *error, const char *path, const char *what)
{
  return error_set(error, path, 0, NULL, "%s: %s", what, strerror(errno));
}

static bool write_all(int descriptor, const unsigned char *bytes, size_t count)
{
  while (count > 0) {
    const ssize_t written = write(descriptor, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written, count -= (size_t)written;
  }
  return true;
}

static bool read_all(int descriptor, unsigned char *bytes, size_t count)
{
  while (count > 0) {
    const ssize_t got = read(descriptor, bytes, count);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got, count -= (size_t)got;
  }
  return true;
}

/* A framed piece (length, bytes, sum) behind `lead`; NULL where there is no whole one. */
static unsigned char *read_piece(int descriptor, const char *lead, size_t lead_length, size_t *length,
                                 struct arena *arena)
{
  unsigned char head[12];
  if (!read_all(descriptor, head, lead_length + 4)) return NULL;
  if (memcmp(head, lead, lead_length) != 0) return NULL;
  *length = get(head + lead_length, 4);
  if (*length > length_max) return NULL;
  unsigned char *bytes = arena_alloc(arena, *length + 9, 1);
  if (!read_all(descriptor, bytes, *length + 8)) return NULL;
  const uint64_t sum = sum_of(sum_of(0xcbf29ce484222325u, head, lead_length + 4), bytes, *length);
  if (get(bytes + *length, 8) != sum) return NULL;
  bytes[*length] = '\0';
  return bytes;
}

static bool write_piece(int descriptor, const char *lead, size_t lead_length, const void *bytes, size_t length)
{
  struct arena *arena = arena_new();
  unsigned char *piece = arena_alloc(arena, lead_length + 4 + length + 8, 1);
  memcpy(piece, lead, lead_length);
  put(piece + lead_length, length, 4);
  memcpy(piece + lead_length + 4, bytes, length);
  put(piece + lead_length + 4 + length, sum_of(0xcbf29ce484222325u, piece, lead_length + 4 + length), 8);
  const bool written = write_all(descriptor, piece, lead_length + 4 + length + 8);
  arena_free(arena);
  return written;
}

/* Hands on all whole records; where they end. */
static off_t read_records(int descriptor, journal_taker *take, void *context)
{
  struct arena *arena = arena_new();
  const struct arena_mark empty = arena_mark(arena);
  off_t whole = lseek(descriptor, 0, SEEK_CUR);
  for (;;) {
    size_t length;
    arena_reset(arena, empty);
    const unsigned char *record = read_piece(descriptor, "", 0, &length, arena);
    if (record == NULL) break;
    whole = lseek(descriptor, 0, SEEK_CUR);
    if (take != NULL && !take(context, record, length)) break;
  }
  arena_free(arena);
  return whole;
}

/* A torn record at the end goes. */
static bool cut_off(struct journal *journal, off_t whole, struct error *error)
{
  if (ftruncate(journal->descriptor, whole) == 0 && lseek(journal->descriptor, whole, SEEK_SET) == whole) return true;
  return refuse(error, journal->path, "its torn end could not be cut off");
}

static bool open_old(struct journal *journal, const char *header, journal_taker *take, void *context,
                     struct arena *arena, struct error *error)
{
  size_t length;
  const unsigned char *found = read_piece(journal->descriptor, magic, sizeof magic, &length, arena);
  if (found == NULL)
    return error_set(error, journal->path, 0, NULL, "expected a log of draws; it is damaged or another file");
  if (length != strlen(header) || memcmp(found, header, length) != 0)
    return error_set(error, journal->path, 0, NULL, "it was made from other inputs or with other options");
  return cut_off(journal, read_records(journal->descriptor, take, context), error);
}

bool journal_open(struct journal *journal, const char *path, const char *header, journal_taker *take, void *context,
                  struct arena *arena, struct error *error)
{
  *journal = (struct journal){path, open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666)};
  struct stat status;
  if (journal->descriptor < 0) return refuse(error, path, "cannot be written");
  bool opened = fstat(journal->descriptor, &status) == 0 || refuse(error, path, "cannot be read");
  if (opened && status.st_size == 0)
    opened = write_piece(journal->descriptor, magic, sizeof magic, header, strlen(header)) ||
             refuse(error, path, "cannot be written");
  else if (opened)
    opened = open_old(journal, header, take, context, arena, error);
  if (!opened) journal_close(journal);
  return opened;
}

bool journal_append(struct journal *journal, const void *record, size_t length, struct error *error)
{
  return write_piece(journal->descriptor, "", 0, record, length) || refuse(error, journal->path, "cannot be written");
}

void journal_close(struct journal *journal)
{
  if (journal->descriptor >= 0) (void)close(journal->descriptor);
  journal->descriptor = -1;
}

const char *journal_read(const char *path, journal_taker *take, void *context, struct arena *arena, struct error *error)
{
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    (void)refuse(error, path, "cannot be read");
    return NULL;
  }
  size_t length;
  const unsigned char *header = read_piece(descriptor, magic, sizeof magic, &length, arena);
  if (header == NULL)
    (void)error_set(error, path, 0, NULL, "expected a log of draws; it is damaged or another file");
  else if (take != NULL)
    (void)read_records(descriptor, take, context);
  (void)close(descriptor);
  return (const char *)header;
}
