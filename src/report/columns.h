/* report/columns.h - text in aligned columns: the first to the left, the others to the right. */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H
#include "base/text.h"

enum { columns_max = 24 };
struct columns {
  struct arena *arena;
  int count; /* columns */
  int left;  /* so many of them to the left */
  int rows, rows_max;
  const char **cells; /* rows x columns_max; NULL: empty */
};

[[nodiscard]] struct columns columns_new(int left, struct arena *arena);
int columns_add_row(struct columns *columns); /* its index */
void columns_set(struct columns *columns, int row, int column, const char *text);
/* Adds all rows to text, each with `indent` spaces before and `gap` between columns. */
void columns_print(const struct columns *columns, struct text *text, int indent, int gap);

/* A figure as a person reads it: about three digits, thousands with commas, "-" where there is none. */
const char *figure(double value, struct arena *arena);
const char *figure_signed(double value, struct arena *arena); /* with a sign, for differences */
const char *figure_share(double share, struct arena *arena);  /* "85 %" */
/* Folds words at width, every line with `indent` spaces before. */
void text_add_folded(struct text *text, const char *words, int indent, int width);
#endif
