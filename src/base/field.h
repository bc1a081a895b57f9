/* base/field.h - an entity described once: name, unit, default, bounds, help.
 *
 * A table of `struct field` drives the reading of CSV and YAML records, --set, checks, --help and docs/formats.md.
 * A record is any C struct; a field names the member by its offset. Types and their members:
 *
 *   FIELD_NUMBER   double      NAN when not given and the default is ""
 *   FIELD_INTEGER  int
 *   FIELD_FLAG     bool        yes|no|true|false|1|0
 *   FIELD_TEXT     const char* NULL when not given
 *   FIELD_CHOICE   int         index into the '|'-separated choices
 *   FIELD_DATE     double      year with fraction: 2025, 2025-04, 2025-04-04, 2025Q2; start of that span. NAN likewise
 *   FIELD_ID       const char* required, [a-z0-9] then [a-z0-9._-]
 *   FIELD_REFERENCE int        row index of the referenced table, -1 when not given. Resolved after all is read
 *   FIELD_LIST     struct field_list, names separated by spaces or a YAML list; with `references`, resolved likewise
 */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum field_type {
  FIELD_NUMBER,
  FIELD_INTEGER,
  FIELD_FLAG,
  FIELD_TEXT,
  FIELD_CHOICE,
  FIELD_DATE,
  FIELD_ID,
  FIELD_REFERENCE,
  FIELD_LIST
};

struct field_list {
  int count;
  const char *const *names;
  const int *indices; /* resolved rows when the field references a table, else NULL */
};

struct field {
  const char *name; /* the unit last: capacity_t_per_year */
  enum field_type type;
  size_t offset;
  const char *unit;       /* "t/y", "USD/kg", "1", "" */
  const char *fallback;   /* the default as text; NULL: required; "": may be absent */
  double low, high;       /* closed bounds of a number; both 0: unbounded */
  const char *choices;    /* FIELD_CHOICE: "fob|cif" */
  const char *references; /* FIELD_REFERENCE, FIELD_LIST: table whose id is named, or NULL */
  const char *help;       /* one line, for a person */
};

/* Tables end with a field whose name is NULL. */
#define FIELD_END                                                                                                      \
  {                                                                                                                    \
    NULL, FIELD_TEXT, 0, NULL, NULL, 0, 0, NULL, NULL, NULL                                                            \
  }

/* Where a piece of text came from, for messages. */
struct place {
  const char *file;
  int line;
};

const struct field *field_find(const struct field *fields, const char *name);

/* Parses text into record. References and referenced lists are only copied here (see field_resolve).
 * where names the table in messages: "facilities". False with error set when the text does not fit the field. */
bool field_parse(const struct field *field, const char *text, void *record, struct place place, const char *where,
                 struct arena *arena, struct error *error);

/* Sets every field to its default. Required fields are left unset. */
void field_defaults(const struct field *fields, void *record, struct arena *arena);

/* The value as text, in the form field_parse reads (numbers with %.17g shortened). */
const char *field_format(const struct field *field, const void *record, struct arena *arena);

/* Number and date parsing used everywhere; false when text is not wholly a number or date. */
bool parse_number(const char *text, double *value);
bool parse_date(const char *text, double *year);
#endif
