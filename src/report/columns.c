/* report/columns.c - padding, and figures of sensible length. Counts code points, not bytes. */
#include "report/columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct columns columns_new(int left, struct arena *arena)
{
  return (struct columns){.arena = arena, .left = left};
}

int columns_add_row(struct columns *columns)
{
  if (columns->rows == columns->rows_max) {
    const int more = columns->rows_max > 0 ? 2 * columns->rows_max : 16;
    columns->cells = arena_grow(columns->arena, columns->cells, columns->rows * columns_max, more * columns_max,
                                sizeof *columns->cells);
    columns->rows_max = more;
  }
  return columns->rows++;
}

void columns_set(struct columns *columns, int row, int column, const char *text)
{
  if (column >= columns_max) return;
  columns->cells[row * columns_max + column] = text;
  if (column >= columns->count) columns->count = column + 1;
}

static void add_spaces(struct text *text, int count)
{
  if (count > 0) text_add(text, "%*s", count, "");
}

void columns_print(const struct columns *columns, struct text *text, int indent, int gap)
{
  int width[columns_max] = {0};
  for (int row = 0; row < columns->rows; row++)
    for (int c = 0; c < columns->count; c++) {
      const char *cell = columns->cells[row * columns_max + c];
      if (cell != NULL && text_columns(cell) > width[c]) width[c] = text_columns(cell);
    }
  for (int row = 0; row < columns->rows; row++) {
    int pending = indent; /* spaces are written only before something */
    for (int c = 0; c < columns->count; c++) {
      const char *cell = columns->cells[row * columns_max + c];
      const int used = cell != NULL ? text_columns(cell) : 0;
      if (c >= columns->left) pending += width[c] - used;
      if (used > 0) {
        add_spaces(text, pending);
        text_add(text, "%s", cell);
        pending = 0;
      }
      if (c < columns->left) pending += width[c] - used;
      pending += gap;
    }
    text_add(text, "\n");
  }
}

static const char *with_commas(double value, struct arena *arena)
{
  char digits[32], result[48];
  (void)snprintf(digits, sizeof digits, "%.0f", fabs(value));
  const size_t length = strlen(digits);
  size_t at = 0;
  if (value < 0) result[at++] = '-';
  for (size_t i = 0; i < length; i++) {
    result[at++] = digits[i];
    if ((length - i) % 3 == 1 && i + 1 < length) result[at++] = ',';
  }
  result[at] = '\0';
  return arena_copy(arena, result);
}

const char *figure(double value, struct arena *arena)
{
  const double size = fabs(value);
  if (isnan(value)) return "-";
  if (isinf(value)) return value > 0 ? "inf" : "-inf";
  if (size >= 1e15) return arena_format(arena, "%.3g", value);
  if (size >= 999.5) return with_commas(value, arena);
  if (size >= 99.95) return arena_format(arena, "%.0f", value);
  if (size >= 9.995) return arena_format(arena, "%.1f", value);
  if (size >= 0.0995) return arena_format(arena, "%.2f", value);
  if (size < 1e-6) return "0";
  return arena_format(arena, "%.2g", value);
}

const char *figure_signed(double value, struct arena *arena)
{
  if (!(value > 0)) return figure(value, arena);
  const char *plain = figure(value, arena);
  return plain[0] == '0' && plain[1] == '\0' ? plain : arena_format(arena, "+%s", plain);
}

const char *figure_share(double share, struct arena *arena)
{
  if (isnan(share)) return "-";
  return arena_format(arena, fabs(share) < 0.0995 && fabs(share) > 5e-7 ? "%.1f %%" : "%.0f %%", 100 * share);
}

void text_add_folded(struct text *text, const char *words, int indent, int width)
{
  int column = 0;
  while (*words != '\0') {
    const size_t blank = strspn(words, " \n\t");
    words += blank;
    const size_t length = strcspn(words, " \n\t");
    if (length == 0) break;
    const int used = text_columns(arena_format(text->arena, "%.*s", (int)length, words));
    if (column > 0 && column + 1 + used > width) {
      text_add(text, "\n");
      column = 0;
    }
    if (column == 0) {
      text_add(text, "%*s", indent, "");
      column = indent;
    } else {
      text_add(text, " ");
      column++;
    }
    text_add_bytes(text, words, length);
    column += used;
    words += length;
  }
  if (column > 0) text_add(text, "\n");
}
