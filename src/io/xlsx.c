/* io/xlsx.c - sheets to a workbook. The only file that knows libxlsxwriter. */
#include "io/xlsx.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

enum { width_min = 9, width_max = 44 };

struct xlsx_sheet xlsx_sheet_new(const char *name, struct arena *arena)
{
  return (struct xlsx_sheet){.name = name, .arena = arena};
}

static void add(struct xlsx_sheet *sheet, struct xlsx_cell cell)
{
  if (sheet->cells_count == sheet->cells_max) {
    const int more = 2 * sheet->cells_max + 256;
    sheet->cells = arena_grow(sheet->arena, sheet->cells, (size_t)sheet->cells_count, (size_t)more, sizeof cell);
    sheet->cells_max = more;
  }
  sheet->cells[sheet->cells_count++] = cell;
}

void xlsx_text(struct xlsx_sheet *sheet, int row, int column, const char *text)
{
  if (text != NULL) add(sheet, (struct xlsx_cell){.row = row, .column = column, .kind = XLSX_TEXT, .text = text});
}

void xlsx_head(struct xlsx_sheet *sheet, int row, int column, const char *text)
{
  if (text != NULL) add(sheet, (struct xlsx_cell){.row = row, .column = column, .kind = XLSX_HEAD, .text = text});
}

void xlsx_number(struct xlsx_sheet *sheet, int row, int column, double value)
{
  if (isfinite(value))
    add(sheet, (struct xlsx_cell){.row = row, .column = column, .kind = XLSX_NUMBER, .value = value});
}

void xlsx_sum(struct xlsx_sheet *sheet, int row, int column, int from_row, int to_row, double value)
{
  add(sheet,
      (struct xlsx_cell){
          .row = row, .column = column, .kind = XLSX_SUM, .value = value, .from_row = from_row, .to_row = to_row});
}

struct formats {
  lxw_format *head, *small, *middle, *large, *sum;
};

static lxw_format *number_format(lxw_workbook *book, const char *pattern)
{
  lxw_format *format = workbook_add_format(book);
  format_set_num_format(format, pattern);
  return format;
}

static struct formats formats_new(lxw_workbook *book)
{
  struct formats formats = {workbook_add_format(book), number_format(book, "0.000"), number_format(book, "0.0"),
                            number_format(book, "#,##0"), number_format(book, "#,##0.0")};
  format_set_bold(formats.head);
  format_set_bold(formats.sum);
  format_set_top(formats.sum, LXW_BORDER_THIN);
  return formats;
}

static lxw_format *format_of(const struct formats *formats, double value)
{
  return fabs(value) < 10 ? formats->small : fabs(value) < 1000 ? formats->middle : formats->large;
}

/* "=SUM(C3:C9)" */
static void write_sum(lxw_worksheet *page, const struct xlsx_cell *cell, lxw_format *format)
{
  char from[16], to[16], formula[64];
  lxw_rowcol_to_cell(from, (lxw_row_t)cell->from_row, (lxw_col_t)cell->column);
  lxw_rowcol_to_cell(to, (lxw_row_t)cell->to_row, (lxw_col_t)cell->column);
  (void)snprintf(formula, sizeof formula, "=SUM(%s:%s)", from, to);
  worksheet_write_formula_num(page, (lxw_row_t)cell->row, (lxw_col_t)cell->column, formula, format, cell->value);
}

static void write_cell(lxw_worksheet *page, const struct xlsx_cell *cell, const struct formats *formats)
{
  const lxw_row_t row = (lxw_row_t)cell->row;
  const lxw_col_t column = (lxw_col_t)cell->column;
  switch (cell->kind) {
  case XLSX_TEXT: worksheet_write_string(page, row, column, cell->text, NULL); break;
  case XLSX_HEAD: worksheet_write_string(page, row, column, cell->text, formats->head); break;
  case XLSX_NUMBER: worksheet_write_number(page, row, column, cell->value, format_of(formats, cell->value)); break;
  case XLSX_SUM: write_sum(page, cell, formats->sum); break;
  }
}

/* As wide as the longest text below the title row. */
static void set_widths(lxw_worksheet *page, const struct xlsx_sheet *sheet)
{
  int columns = 0;
  for (int i = 0; i < sheet->cells_count; i++)
    if (sheet->cells[i].column >= columns) columns = sheet->cells[i].column + 1;
  int *width = ARENA_ARRAY(sheet->arena, columns, int);
  for (int i = 0; i < sheet->cells_count; i++) {
    const struct xlsx_cell *cell = &sheet->cells[i];
    const int length = cell->text == NULL || cell->row == 0 ? 0 : (int)strlen(cell->text) + 1;
    if (length > width[cell->column]) width[cell->column] = length;
  }
  for (int c = 0; c < columns; c++) {
    const int fitting = width[c] < width_min ? width_min : width[c] > width_max ? width_max : width[c];
    worksheet_set_column(page, (lxw_col_t)c, (lxw_col_t)c, fitting, NULL);
  }
}

static void write_sheets(lxw_workbook *book, const struct xlsx_sheet *sheets, int count)
{
  const struct formats formats = formats_new(book);
  for (int s = 0; s < count; s++) {
    lxw_worksheet *page = workbook_add_worksheet(book, sheets[s].name);
    if (page == NULL) continue;
    set_widths(page, &sheets[s]);
    worksheet_freeze_panes(page, (lxw_row_t)sheets[s].head_rows, (lxw_col_t)sheets[s].head_columns);
    for (int i = 0; i < sheets[s].cells_count; i++) write_cell(page, &sheets[s].cells[i], &formats);
  }
}

bool xlsx_write(const struct xlsx_sheet *sheets, int count, const char *title, const char *path, struct error *error)
{
  lxw_workbook *book = workbook_new(path);
  if (book == NULL) return error_set(error, path, 0, NULL, "a workbook cannot be made here");
  lxw_doc_properties properties = {.title = (char *)title, .created = 1704067200}; /* 1 January 2024: no clock in it */
  workbook_set_properties(book, &properties);
  write_sheets(book, sheets, count);
  const lxw_error failed = workbook_close(book);
  if (failed == LXW_NO_ERROR) return true;
  (void)remove(path);
  return error_set(error, path, 0, NULL, "%s", lxw_strerror(failed));
}
