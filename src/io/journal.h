/* io/journal.h - a file of checksummed records that only grows, for work that may be killed at any moment.
 *
 * A header, then records in the order in which they came. A record is written by one call; what is torn at the end is
 * cut off when the file is opened again. All numbers are little-endian:
 *
 *   "DIDYMLOG", 32-bit length of the header, the header, 64-bit sum over all of that
 *   32-bit length of the record, the record, 64-bit sum over both
 *
 * Sums are 64-bit FNV-1a: they find torn and damaged records, they are no protection against malice.
 */
#ifndef IO_JOURNAL_H
#define IO_JOURNAL_H
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct journal {
  const char *path;
  int descriptor;
};

/* False ends the reading. */
typedef bool journal_taker(void *context, const unsigned char *record, size_t length);

/* Opens a journal to go on, or makes one. Its whole records go to take. False with error set when it has another
 * header, is no journal, or cannot be written. */
bool journal_open(struct journal *journal, const char *path, const char *header, journal_taker *take, void *context,
                  struct arena *arena, struct error *error);
bool journal_append(struct journal *journal, const void *record, size_t length, struct error *error);
void journal_close(struct journal *journal);

/* The header as text, and all whole records to take (NULL: none). Nothing is changed. NULL with error set. */
[[nodiscard]] const char *journal_read(const char *path, journal_taker *take, void *context, struct arena *arena,
                                       struct error *error);
#endif
