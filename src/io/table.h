/* io/table.h - a table of texts, wherever it came from.
 *
 * CSV files, and lists or maps of records inside YAML, all become this, so that who reads entities need not care.
 * A cell is NULL where nothing was given. A YAML list in a cell becomes its words separated by spaces.
 */
#ifndef IO_TABLE_H
#define IO_TABLE_H
#include "base/arena.h"
#include "base/error.h"
#include "base/field.h"
#include "io/yaml.h"

struct table {
  const char *name; /* "facilities" */
  const char *file; /* as the user gave it */
  int columns, rows;
  const char *const *names; /* [columns] */
  const int *name_lines;    /* [columns] where each name first appears */
  const char *const *cells; /* [rows * columns], row by row */
  const int *lines;         /* [rows] where each row begins */
  const int *cell_lines;    /* [rows * columns], or NULL: the row's */
};

/* The column's index, or -1. */
int table_column(const struct table *table, const char *name);
/* NULL where the cell is empty; column -1 is always empty. */
const char *table_cell(const struct table *table, int row, int column);
struct place table_place(const struct table *table, int row, int column); /* column -1: of the row */

/* node: a list of maps, or a map of id -> map (the ids become the column "id", which the maps may then not have).
 * Columns in order of first appearance. NULL with error set for any other shape. */
[[nodiscard]] const struct table *table_from_yaml(const struct yaml *node, const char *name, struct arena *arena,
                                                  struct error *error);
#endif
