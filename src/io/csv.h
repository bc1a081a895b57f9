/* io/csv.h - CSV files (RFC 4180: quotes, quoted line ends, CRLF or LF, an optional byte order mark, UTF-8).
 *
 * The first row holds the column names: none empty, none twice. Every other row has as many cells; lines without any
 * are skipped. White space around an unquoted cell is dropped; an empty cell is NULL, quoted or not.
 */
#ifndef IO_CSV_H
#define IO_CSV_H
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "io/table.h"

/* NULL with error set. name: of the table, for messages. */
[[nodiscard]] const struct table *csv_read(const char *path, const char *name, struct arena *arena,
                                           struct error *error);
[[nodiscard]] const struct table *csv_parse_table(const char *bytes, size_t length, const char *file, const char *name,
                                                  struct arena *arena, struct error *error);

/* Adds a row to a CSV text, quoting where needed; NULL cells are empty. Lines end in LF. */
void csv_add_row(struct text *text, const char *const *cells, int count);
#endif
