/* report/help.h - the field tables as text: what can be written in a file, with units, defaults and bounds. */
#ifndef REPORT_HELP_H
#define REPORT_HELP_H
#include "base/arena.h"
#include "base/error.h"

/* One table's fields, or every table in a line where table is NULL. NULL with error set for an unknown name. */
[[nodiscard]] const char *help_table(const char *table, struct arena *arena, struct error *error);
/* Likewise for the kinds of instruments. */
[[nodiscard]] const char *help_instrument(const char *kind, struct arena *arena, struct error *error);
#endif
