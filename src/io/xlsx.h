/* io/xlsx.h - a workbook of plain tables, written at once (libxlsxwriter).
 *
 * A sheet is filled cell by cell in memory and written by xlsx_write: a title, header rows in bold, numbers with a
 * format by size, sums as formulas with their value beside them, so that whoever opens the file can follow and re-add.
 * The file's dates are fixed: the same sheets give the same bytes.
 */
#ifndef IO_XLSX_H
#define IO_XLSX_H
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

enum xlsx_kind { XLSX_TEXT, XLSX_HEAD, XLSX_NUMBER, XLSX_SUM };
struct xlsx_cell {
  int row, column;
  enum xlsx_kind kind;
  const char *text;     /* of texts and heads */
  double value;         /* of numbers and sums */
  int from_row, to_row; /* of a sum: of the cells above it in its column, rows included */
};

struct xlsx_sheet {
  const char *name; /* at most 31 characters, without []:*?/\ */
  int head_rows;    /* rows that stay in sight */
  int head_columns; /* likewise */
  int cells_count, cells_max;
  struct xlsx_cell *cells;
  struct arena *arena;
};

struct xlsx_sheet xlsx_sheet_new(const char *name, struct arena *arena);
void xlsx_text(struct xlsx_sheet *sheet, int row, int column, const char *text); /* NULL: nothing */
void xlsx_head(struct xlsx_sheet *sheet, int row, int column, const char *text);
void xlsx_number(struct xlsx_sheet *sheet, int row, int column, double value); /* NAN, infinite: nothing */
void xlsx_sum(struct xlsx_sheet *sheet, int row, int column, int from_row, int to_row, double value);

/* False with error set; then nothing is left at path. */
bool xlsx_write(const struct xlsx_sheet *sheets, int count, const char *title, const char *path, struct error *error);
#endif
