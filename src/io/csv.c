/* io/csv.c - CSV by libcsv in its strict mode, one line of the file at a time so that every row knows where it began.
 *
 * libcsv calls back for each cell and each end of a row; cells are collected in one growing array and checked against
 * the header when their row ends. A row begins on the first line that is not blank while no row is open. Does not
 * guess other separators than the comma.
 */
#include "io/csv.h"

#include <assert.h>
#include <csv.h>
#include <string.h>

#include "io/file.h"
#include "io/utf8.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct reader {
  const char *file, *name;
  struct arena *arena;
  struct error *error;
  int line;           /* being fed */
  int row_line;       /* where the open row began, 0: none is open */
  int columns;        /* of the header, -1 before it is complete */
  const char **names; /* [columns] */
  int cells_count, cells_max;
  const char **cells; /* of all rows after the header, and of the open row */
  int rows, rows_max;
  int *lines;
};

static void cell_ends(void *bytes, size_t length, void *context)
{
  struct reader *reader = context;
  if (reader->cells_count == reader->cells_max) {
    const size_t old = (size_t)reader->cells_max, larger = old > 0 ? 2 * old : 256;
    reader->cells = arena_grow(reader->arena, reader->cells, old, larger, sizeof *reader->cells);
    reader->cells_max = (int)larger;
  }
  char *cell = NULL;
  if (bytes != NULL && length > 0) {
    cell = arena_alloc(reader->arena, length + 1, 1);
    memcpy(cell, bytes, length);
  }
  reader->cells[reader->cells_count++] = cell;
}

static bool take_header(struct reader *reader)
{
  reader->columns = reader->cells_count;
  reader->names = arena_grow(reader->arena, reader->cells, (size_t)reader->cells_count, (size_t)reader->cells_count,
                             sizeof *reader->cells);
  reader->cells_count = 0;
  for (int i = 0; i < reader->columns; i++) {
    if (reader->names[i] == NULL) {
      return error_set(reader->error, reader->file, reader->row_line, reader->name, "column %d has no name", i + 1);
    }
    for (int j = 0; j < i; j++) {
      if (strcmp(reader->names[i], reader->names[j]) != 0) continue;
      return error_set(reader->error, reader->file, reader->row_line, reader->name,
                       "columns %d and %d are both named '%.80s'", j + 1, i + 1, reader->names[i]);
    }
  }
  return true;
}

static void row_ends([[maybe_unused]] int terminator, void *context)
{
  struct reader *reader = context;
  assert(reader->row_line > 0);
  if (reader->columns < 0) {
    take_header(reader);
  } else {
    const int found = reader->cells_count - reader->rows * reader->columns;
    if (found != reader->columns) {
      error_set(reader->error, reader->file, reader->row_line, reader->name,
                "the row has %d cells, expected %d as in the header", found, reader->columns);
    }
    if (reader->rows == reader->rows_max) {
      const size_t old = (size_t)reader->rows_max, larger = old > 0 ? 2 * old : 64;
      reader->lines = arena_grow(reader->arena, reader->lines, old, larger, sizeof *reader->lines);
      reader->rows_max = (int)larger;
    }
    reader->lines[reader->rows++] = reader->row_line;
  }
  reader->row_line = 0;
}

/* Bytes of the line that begins there, its end (LF, CRLF or CR) included. */
static size_t line_length(const char *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++) {
    if (bytes[i] == '\n') return i + 1;
    if (bytes[i] == '\r' && (i + 1 == length || bytes[i + 1] != '\n')) return i + 1;
  }
  return length;
}

static bool is_blank(const char *bytes, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (strchr(" \t\r\n", bytes[i]) == NULL) return false;
  return true;
}

static bool feed(struct reader *reader, struct csv_parser *parser, const char *bytes, size_t length)
{
  for (size_t done = 0; done < length && !reader->error->set;) {
    const size_t count = line_length(bytes + done, length - done);
    reader->line++;
    if (utf8_valid(bytes + done, count) < count || memchr(bytes + done, '\0', count) != NULL)
      return error_set(reader->error, reader->file, reader->line, reader->name, "not a text in UTF-8");
    const bool blank = is_blank(bytes + done, count);
    if (reader->row_line == 0 && !blank) reader->row_line = reader->line;
    if ((reader->row_line != 0 || !blank) &&
        csv_parse(parser, bytes + done, count, cell_ends, row_ends, reader) < count) {
      return error_set(reader->error, reader->file, reader->line, reader->name,
                       "a quote inside a cell; expected the whole cell in quotes, and quotes in it doubled");
    }
    done += count;
  }
  if (reader->error->set) return false;
  const int open_line = reader->row_line;
  if (csv_fini(parser, cell_ends, row_ends, reader) != 0)
    return error_set(reader->error, reader->file, open_line, reader->name, "a quote opened in this row never closes");
  return !reader->error->set;
}

static const struct table *table_new(const struct reader *reader)
{
  struct table *table = ARENA_NEW(reader->arena, struct table);
  int *name_lines = ARENA_ARRAY(reader->arena, reader->columns, int);
  for (int i = 0; i < reader->columns; i++) name_lines[i] = 1;
  *table = (struct table){.name = reader->name, .file = reader->file, .columns = reader->columns, .rows = reader->rows};
  table->names = reader->names;
  table->name_lines = name_lines;
  table->cells = reader->cells;
  table->lines = reader->lines;
  return table;
}

const struct table *csv_parse_table(const char *bytes, size_t length, const char *file, const char *name,
                                    struct arena *arena, struct error *error)
{
  struct error own = {0}; /* so that reading stops at the first error whether or not the caller wants it */
  struct error *heard = error != NULL ? error : &own;
  if (heard->set) return NULL;
  struct reader reader = {.file = arena_copy(arena, file), .name = arena_copy(arena, name), .arena = arena};
  reader.error = heard;
  reader.columns = -1;
  if (length >= 3 && memcmp(bytes, BYTE_ORDER_MARK, 3) == 0) {
    bytes += 3;
    length -= 3;
  }
  struct csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL) != 0) {
    error_set(heard, file, 0, name, "not enough memory to read CSV");
    return NULL;
  }
  bool fits = feed(&reader, &parser, bytes, length);
  csv_free(&parser);
  if (fits && reader.columns < 0) fits = error_set(heard, file, 1, name, "is empty, expected a row of column names");
  return fits ? table_new(&reader) : NULL;
}

const struct table *csv_read(const char *path, const char *name, struct arena *arena, struct error *error)
{
  size_t length;
  const char *bytes = file_read(path, &length, arena, error);
  return bytes != NULL ? csv_parse_table(bytes, length, path, name, arena, error) : NULL;
}

static void add_cell(struct text *text, const char *cell)
{
  /* A cell that begins like a byte order mark would lose it at the start of a file. */
  const bool bare = strpbrk(cell, ",\"\r\n") == NULL && strncmp(cell, BYTE_ORDER_MARK, 3) != 0 && cell[0] != ' ' &&
                    cell[0] != '\t' && (cell[0] == '\0' || strchr(" \t", cell[strlen(cell) - 1]) == NULL);
  if (bare) {
    text_add_bytes(text, cell, strlen(cell));
    return;
  }
  text_add_bytes(text, "\"", 1);
  for (const char *c = cell; *c != '\0'; c++) {
    if (*c == '"') text_add_bytes(text, c, 1);
    text_add_bytes(text, c, 1);
  }
  text_add_bytes(text, "\"", 1);
}

void csv_add_row(struct text *text, const char *const *cells, int count)
{
  for (int i = 0; i < count; i++) {
    if (i > 0) text_add_bytes(text, ",", 1);
    if (cells[i] != NULL) add_cell(text, cells[i]);
  }
  text_add_bytes(text, "\n", 1);
}
