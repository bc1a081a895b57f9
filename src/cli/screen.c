/* cli/screen.c - the first screen of a run with deals: redrawn in place on a terminal that has room, else printed once.
 *
 * The block that is redrawn is the screen and a line on how far the draws are; the cursor stands below it, so whatever
 * is printed next, or breaks off, leaves it whole. A terminal that was resized meanwhile gets the screen once more
 * below.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"

static void size_of_terminal(int *columns, int *rows)
{
  struct winsize size;
  *columns = *rows = 0;
  if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return;
  *columns = size.ws_col, *rows = size.ws_row;
}

/* Columns of so many bytes of UTF-8: a letter of several bytes takes one. */
static int columns_of(const char *text, int length)
{
  int columns = 0;
  for (int i = 0; i < length; i++) columns += ((unsigned char)text[i] & 0xc0) != 0x80;
  return columns;
}

/* On a terminal of so many columns; 0: of any. Long lines go on in the next one. */
static int lines_of(const char *text, int columns)
{
  int lines = 0;
  while (*text != '\0') {
    const int length = (int)strcspn(text, "\n"), wide = columns_of(text, length);
    lines += columns > 0 && wide > columns ? (wide + columns - 1) / columns : 1;
    text += length + (text[length] == '\n');
  }
  return lines;
}

/* Line by line; headings, to their colon, in bold; erase: first what stood in the line before (behind a line as wide as
 * the terminal the cursor still stands on its last letter). */
static void print_lines(const char *text, bool bold, bool erase)
{
  while (*text != '\0') {
    const int length = (int)strcspn(text, "\n"), colon = (int)strcspn(text, ":\n");
    const int head = bold && *text != ' ' ? colon : 0;
    if (erase) printf("\033[K");
    if (head > 0) printf("\033[1m%.*s\033[0m", head, text);
    printf("%.*s\n", length - head, text + head);
    text += length + (text[length] == '\n');
  }
}

struct live_screen screen_begin(void)
{
  enum { lines_most = 28 }; /* of any first screen: ranges make it longer than it is at first */
  int columns, rows;
  size_of_terminal(&columns, &rows);
  const char *kind = getenv("TERM");
  return (struct live_screen){.on = lines_most + 2 <= rows && columns >= screen_columns() &&
                                    (kind == NULL || strcmp(kind, "dumb") != 0)};
}

int screen_columns(void)
{
  return view_of_terminal().columns < 100 ? 80 : 100;
}

void screen_print(const char *text)
{
  print_lines(text, view_of_terminal().bold != 0, false);
  fflush(stdout);
}

void screen_redraw(struct live_screen *live, const char *text, const char *progress)
{
  int columns, rows;
  size_of_terminal(&columns, &rows);
  if (text == NULL) text = live->text != NULL ? live->text : "";
  if (live->lines > 0 && columns == live->columns && rows == live->rows) printf("\033[%dF", live->lines);
  print_lines(text, view_of_terminal().bold != 0, true);
  if (progress != NULL) printf("\033[K%.*s\n", columns > 1 ? columns - 1 : 0, progress);
  printf("\033[J");
  fflush(stdout);
  live->lines = lines_of(text, columns) + (progress != NULL);
  live->columns = columns, live->rows = rows;
  if (text == live->text) return;
  free(live->text);
  live->text = strdup(text);
  if (live->text == NULL) live->text = strdup("");
}

void screen_end(struct live_screen *live)
{
  free(live->text);
  *live = (struct live_screen){0};
}
