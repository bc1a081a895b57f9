/* io/table.c - looking into tables, and making them of YAML.
 *
 * Two passes over the rows: the names of all columns in the order they appear, then the cells. Does not know what a
 * column means, nor whether it should be there.
 */
#include "io/table.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

int table_column(const struct table *table, const char *name)
{
  for (int column = 0; column < table->columns; column++)
    if (strcmp(table->names[column], name) == 0) return column;
  return -1;
}

const char *table_cell(const struct table *table, int row, int column)
{
  assert(row >= 0 && row < table->rows && column >= -1 && column < table->columns);
  return column < 0 ? NULL : table->cells[(size_t)row * (size_t)table->columns + (size_t)column];
}

struct place table_place(const struct table *table, int row, int column)
{
  assert(row >= 0 && row < table->rows && column >= -1 && column < table->columns);
  int line = table->lines[row];
  if (column >= 0 && table->cell_lines != NULL) {
    const int cell_line = table->cell_lines[(size_t)row * (size_t)table->columns + (size_t)column];
    if (cell_line > 0) line = cell_line;
  }
  return (struct place){.file = table->file, .line = line};
}

/* ---- from YAML ---- */

struct columns {
  int count, capacity;
  const char **names;
  int *lines;
};

static int columns_find(const struct columns *columns, const char *name)
{
  for (int i = 0; i < columns->count; i++)
    if (strcmp(columns->names[i], name) == 0) return i;
  return -1;
}

static void columns_add(struct columns *columns, struct arena *arena, const char *name, int line)
{
  if (columns_find(columns, name) >= 0) return;
  if (columns->count == columns->capacity) {
    const size_t old = (size_t)columns->capacity, larger = old > 0 ? 2 * old : 16;
    columns->names = arena_grow(arena, columns->names, old, larger, sizeof *columns->names);
    columns->lines = arena_grow(arena, columns->lines, old, larger, sizeof *columns->lines);
    columns->capacity = (int)larger;
  }
  columns->names[columns->count] = name;
  columns->lines[columns->count++] = line;
}

static bool check_rows(const struct yaml *node, const char *name, struct error *error)
{
  if (node->kind == YAML_SCALAR) {
    return error_set(error, node->file, node->line, name,
                     "found '%.80s', expected a list of maps, or a map of id to map", node->text);
  }
  for (int row = 0; row < node->count; row++) {
    const struct yaml *record = node->items[row];
    if (node->kind == YAML_MAP && yaml_is_null(record)) continue; /* a row that is its id alone */
    if (!yaml_expect(record, YAML_MAP, name, error)) return false;
    const int id = node->kind == YAML_MAP ? yaml_find(record, "id") : -1;
    if (id >= 0) {
      return error_set(error, record->file, record->keys[id].line, name,
                       "the id is given as the key '%.80s' and again as a column", node->keys[row].text);
    }
  }
  return true;
}

static struct columns collect_columns(const struct yaml *node, struct arena *arena)
{
  struct columns columns = {0};
  if (node->kind == YAML_MAP) columns_add(&columns, arena, "id", node->line);
  for (int row = 0; row < node->count; row++) {
    const struct yaml *record = node->items[row];
    if (record->kind != YAML_MAP) continue;
    for (int i = 0; i < record->count; i++) columns_add(&columns, arena, record->keys[i].text, record->keys[i].line);
  }
  return columns;
}

/* cells and lines: [columns->count] of this row. */
static bool fill_row(const struct yaml *record, const struct columns *columns, const char *name, const char **cells,
                     int *lines, struct arena *arena, struct error *error)
{
  if (record->kind != YAML_MAP) return true;
  for (int i = 0; i < record->count; i++) {
    const int column = columns_find(columns, record->keys[i].text);
    const char *where = arena_format(arena, "%s.%s", name, record->keys[i].text);
    if (!yaml_words(record->items[i], where, &cells[column], arena, error)) return false;
    lines[column] = record->keys[i].line;
  }
  return true;
}

const struct table *table_from_yaml(const struct yaml *node, const char *name, struct arena *arena, struct error *error)
{
  assert(node != NULL && name != NULL);
  struct table *table = ARENA_NEW(arena, struct table);
  *table = (struct table){.name = name, .file = node->file};
  if (yaml_is_null(node)) return table; /* "facilities:" with nothing after it */
  if (!check_rows(node, name, error)) return NULL;
  const struct columns columns = collect_columns(node, arena);
  const size_t width = (size_t)columns.count, cells_count = width * (size_t)node->count;
  const char **cells = ARENA_ARRAY(arena, cells_count, const char *);
  int *cell_lines = ARENA_ARRAY(arena, cells_count, int), *lines = ARENA_ARRAY(arena, node->count, int);
  for (int row = 0; row < node->count; row++) {
    const size_t first = (size_t)row * width;
    const bool keyed = node->kind == YAML_MAP;
    lines[row] = keyed ? node->keys[row].line : node->items[row]->line;
    if (keyed) cells[first] = node->keys[row].text; /* the column "id" is the first */
    if (!fill_row(node->items[row], &columns, name, cells + first, cell_lines + first, arena, error)) return NULL;
  }
  table->columns = columns.count;
  table->rows = node->count;
  table->names = columns.names;
  table->name_lines = columns.lines;
  table->cells = cells;
  table->lines = lines;
  table->cell_lines = cell_lines;
  return table;
}
