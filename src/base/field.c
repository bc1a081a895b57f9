/* base/field.c - reading, defaulting and writing one member of a record as its field describes it.
 *
 * One function a type, all of the same shape, picked by field_parse. Numbers are read by strtod after their characters
 * were checked, so that hexadecimal, "nan" and a locale's own notation are refused rather than misread; infinite values
 * are "inf" and "-inf" and pass only where the field's bounds are infinite. A month is a twelfth of a year and a day an
 * equal part of its month, so that 2025Q2, 2025-04 and 2025-04-01 are the same moment. References are not resolved
 * here.
 */
#include "base/field.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What is being read, for messages and for the members that need memory. */
struct reading {
  const struct field *field;
  struct place place;
  const char *where;
  struct arena *arena;
  struct error *error;
};

static bool refuse(const struct reading *reading, const char *text, const char *expected)
{
  const struct field *field = reading->field;
  char name[128];
  (void)snprintf(name, sizeof name, "%s%s%s", reading->where != NULL ? reading->where : "",
                 reading->where != NULL ? "." : "", field->name);
  const char *file = reading->place.file;
  if (text[0] == '\0')
    return error_set(reading->error, file, reading->place.line, name, "missing; expected %s", expected);
  return error_set(reading->error, file, reading->place.line, name, "found '%.80s', expected %s", text, expected);
}

static void *member(const struct field *field, void *record)
{
  return (char *)record + field->offset;
}

static const void *member_of(const struct field *field, const void *record)
{
  return (const char *)record + field->offset;
}

static bool is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A copy without white space at both ends. */
static char *trim(struct arena *arena, const char *text)
{
  while (is_space(*text)) text++;
  char *copy = arena_copy(arena, text);
  size_t length = strlen(copy);
  while (length > 0 && is_space(copy[length - 1])) copy[--length] = '\0';
  return copy;
}

const struct field *field_find(const struct field *fields, const char *name)
{
  for (const struct field *field = fields; field->name != NULL; field++)
    if (field->name[0] == name[0] && strcmp(field->name, name) == 0) return field; /* most differ at once */
  return NULL;
}

/* ---- numbers and dates ---- */

bool parse_number(const char *text, double *value)
{
  if (strcmp(text, "inf") == 0 || strcmp(text, "-inf") == 0) {
    *value = text[0] == '-' ? -INFINITY : INFINITY;
    return true;
  }
  if (text[0] == '\0' || text[strspn(text, "0123456789+-.eE")] != '\0') return false;
  char *end;
  const double number = strtod(text, &end);
  if (*end != '\0' || !isfinite(number)) return false;
  *value = number;
  return true;
}

static bool read_digits(const char **text, int count, int *value)
{
  int number = 0;
  for (int i = 0; i < count; i++, (*text)++) {
    if (**text < '0' || **text > '9') return false;
    number = 10 * number + (**text - '0');
  }
  *value = number;
  return true;
}

static int days_in_month(int year, int month)
{
  static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap);
}

static double date_of(int year, int month, int day)
{
  return year + (month - 1 + (day - 1) / (double)days_in_month(year, month)) / 12;
}

bool parse_date(const char *text, double *year)
{
  int y = 0, month = 1, day = 1, quarter = 1;
  const char *rest = text;
  if (!read_digits(&rest, 4, &y) || y == 0) return false;
  if (*rest == '.') return parse_number(text, year);
  if (*rest == 'Q') {
    rest++;
    if (!read_digits(&rest, 1, &quarter) || quarter < 1 || quarter > 4) return false;
    month = 3 * quarter - 2;
  } else if (*rest == '-') {
    rest++;
    if (!read_digits(&rest, 2, &month) || month < 1 || month > 12) return false;
    if (*rest == '-') {
      rest++;
      if (!read_digits(&rest, 2, &day) || day < 1 || day > days_in_month(y, month)) return false;
    }
  }
  if (*rest != '\0') return false;
  *year = date_of(y, month, day);
  return true;
}

static const char *shortest_number(double value, struct arena *arena)
{
  struct text text = text_new(arena);
  text_add_number(&text, value);
  return text.bytes;
}

/* The shortest notation that parse_date reads back exactly. */
static const char *format_date(double value, struct arena *arena)
{
  if (!(value >= 1 && value < 10000)) return shortest_number(value, arena);
  const int year = (int)value;
  const int month = (int)((value - year) * 12 + 1e-9) + 1;
  if (month > 12) return shortest_number(value, arena);
  const double in_month = (value - year) * 12 - (month - 1);
  const int day = (int)lround(in_month * days_in_month(year, month)) + 1;
  if (value == year) return arena_format(arena, "%04d", year);
  if (value == date_of(year, month, 1)) return arena_format(arena, "%04d-%02d", year, month);
  if (day >= 1 && day <= days_in_month(year, month) && value == date_of(year, month, day))
    return arena_format(arena, "%04d-%02d-%02d", year, month, day);
  return shortest_number(value, arena);
}

/* ---- one reader a type: text is trimmed and not empty ---- */

static bool bounded(const struct field *field)
{
  return field->low != 0 || field->high != 0;
}

static bool fits_bounds(const struct field *field, double value)
{
  if (!bounded(field)) return isfinite(value);
  return value >= field->low && value <= field->high;
}

static const char *bounds_text(const struct reading *reading, const char *kind)
{
  const struct field *field = reading->field;
  if (!bounded(field)) return kind;
  const char *unit = field->unit != NULL && strcmp(field->unit, "1") != 0 ? field->unit : "";
  const char *space = unit[0] != '\0' ? " " : "";
  if (isinf(field->high)) return arena_format(reading->arena, "%s of at least %g%s%s", kind, field->low, space, unit);
  if (isinf(field->low)) return arena_format(reading->arena, "%s of at most %g%s%s", kind, field->high, space, unit);
  return arena_format(reading->arena, "%s from %g to %g%s%s", kind, field->low, field->high, space, unit);
}

static bool parse_number_field(const struct reading *reading, const char *text, double *value)
{
  double number;
  if (!parse_number(text, &number) || !fits_bounds(reading->field, number))
    return refuse(reading, text, bounds_text(reading, "a number"));
  *value = number;
  return true;
}

static bool parse_integer(const struct reading *reading, const char *text, int *value)
{
  const char *digits = text[0] == '-' || text[0] == '+' ? text + 1 : text;
  errno = 0;
  const long number = strtol(text, NULL, 10);
  const bool whole = digits[0] != '\0' && digits[strspn(digits, "0123456789")] == '\0';
  if (!whole || errno != 0 || number > INT_MAX || number < INT_MIN || !fits_bounds(reading->field, (double)number))
    return refuse(reading, text, bounds_text(reading, "a whole number"));
  *value = (int)number;
  return true;
}

static bool parse_flag(const struct reading *reading, const char *text, bool *value)
{
  static const char *const yes[] = {"yes", "true", "1"}, *const no[] = {"no", "false", "0"};
  for (int i = 0; i < 3; i++) {
    if (strcmp(text, yes[i]) != 0 && strcmp(text, no[i]) != 0) continue;
    *value = strcmp(text, yes[i]) == 0;
    return true;
  }
  return refuse(reading, text, "yes or no");
}

enum { choices_max = 64 };

/* The choices as separate words; at most choices_max. */
static int split_choices(const struct field *field, const char **words, struct arena *arena)
{
  assert(field->choices != NULL);
  char *rest = arena_copy(arena, field->choices);
  int count = 0;
  for (char *word; (word = strsep(&rest, "|")) != NULL; count++) {
    assert(count < choices_max);
    words[count] = word;
  }
  return count;
}

static bool parse_choice(const struct reading *reading, const char *text, int *value)
{
  const char *words[choices_max];
  const int count = split_choices(reading->field, words, reading->arena);
  for (int i = 0; i < count; i++) {
    if (strcmp(words[i], text) != 0) continue;
    *value = i;
    return true;
  }
  const char *nearest = text_nearest(text, words, count);
  struct text expected = text_new(reading->arena);
  for (int i = 0; i < count; i++) text_add(&expected, "%s%s", i == 0 ? "" : i < count - 1 ? ", " : " or ", words[i]);
  if (nearest != NULL) text_add(&expected, "; did you mean '%s'?", nearest);
  return refuse(reading, text, expected.bytes);
}

static bool parse_date_field(const struct reading *reading, const char *text, double *value)
{
  double year;
  if (!parse_date(text, &year)) return refuse(reading, text, "a date such as 2025, 2025Q2, 2025-04 or 2025-04-30");
  if (!fits_bounds(reading->field, year)) return refuse(reading, text, bounds_text(reading, "a date"));
  *value = year;
  return true;
}

static bool is_id_character(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("._-", c) != NULL);
}

static bool parse_id(const struct reading *reading, const char *text, const char **value)
{
  bool fits = is_id_character(text[0]) && strchr("._-", text[0]) == NULL;
  for (const char *c = text; *c != '\0'; c++) fits = fits && is_id_character(*c);
  if (!fits) return refuse(reading, text, "an id of a-z, 0-9, '.', '_' and '-' that starts with a letter or digit");
  *value = text;
  return true;
}

static bool parse_list(const struct reading *reading, char *text, struct field_list *value)
{
  int count = 0;
  for (const char *c = text; *c != '\0'; c++) count += !is_space(*c) && (c == text || is_space(c[-1]));
  const char **names = ARENA_ARRAY(reading->arena, count, const char *);
  int taken = 0;
  for (char *rest = text, *name; (name = strsep(&rest, " \t\n\r")) != NULL;)
    if (name[0] != '\0') names[taken++] = name;
  assert(taken == count);
  *value = (struct field_list){.count = count, .names = names};
  return true;
}

static void clear(const struct field *field, void *record)
{
  void *target = member(field, record);
  switch (field->type) {
  case FIELD_NUMBER:
  case FIELD_DATE: *(double *)target = NAN; break;
  case FIELD_INTEGER:
  case FIELD_CHOICE: *(int *)target = 0; break;
  case FIELD_FLAG: *(bool *)target = false; break;
  case FIELD_TEXT:
  case FIELD_ID: *(const char **)target = NULL; break;
  case FIELD_REFERENCE: *(int *)target = -1; break;
  case FIELD_LIST: *(struct field_list *)target = (struct field_list){.count = 0}; break;
  }
}

static bool parse_into(const struct reading *reading, char *text, void *record)
{
  void *target = member(reading->field, record);
  switch (reading->field->type) {
  case FIELD_NUMBER: return parse_number_field(reading, text, target);
  case FIELD_INTEGER: return parse_integer(reading, text, target);
  case FIELD_FLAG: return parse_flag(reading, text, target);
  case FIELD_TEXT: *(const char **)target = text; return true;
  case FIELD_CHOICE: return parse_choice(reading, text, target);
  case FIELD_DATE: return parse_date_field(reading, text, target);
  case FIELD_ID: return parse_id(reading, text, target);
  case FIELD_REFERENCE: *(int *)target = -1; return true;
  case FIELD_LIST: return parse_list(reading, text, target);
  }
  assert(false && "a field type without a reader");
  return false;
}

static const char *expected_kind(const struct reading *reading)
{
  switch (reading->field->type) {
  case FIELD_NUMBER: return bounds_text(reading, "a number");
  case FIELD_INTEGER: return bounds_text(reading, "a whole number");
  case FIELD_FLAG: return "yes or no";
  case FIELD_TEXT: return "a text";
  case FIELD_CHOICE: return arena_format(reading->arena, "one of %s", reading->field->choices);
  case FIELD_DATE: return "a date";
  case FIELD_ID: return "an id";
  case FIELD_REFERENCE: return arena_format(reading->arena, "an id of %s", reading->field->references);
  case FIELD_LIST: return "a list";
  }
  return "a value";
}

bool field_parse(const struct field *field, const char *text, void *record, struct place place, const char *where,
                 struct arena *arena, struct error *error)
{
  assert(field->name != NULL && text != NULL && record != NULL);
  const struct reading reading = {field, place, where, arena, error};
  char *trimmed = trim(arena, text);
  if (trimmed[0] != '\0') return parse_into(&reading, trimmed, record);
  if (field->fallback == NULL) return refuse(&reading, "", expected_kind(&reading));
  clear(field, record);
  if (field->fallback[0] == '\0') return true;
  return parse_into(&reading, arena_copy(arena, field->fallback), record);
}

void field_defaults(const struct field *fields, void *record, struct arena *arena)
{
  for (const struct field *field = fields; field->name != NULL; field++) {
    clear(field, record);
    if (field->fallback == NULL || field->fallback[0] == '\0') continue;
    const struct reading reading = {.field = field, .where = "default", .arena = arena};
    [[maybe_unused]] const bool fits = parse_into(&reading, arena_copy(arena, field->fallback), record);
    assert(fits); /* a default that its own field refuses is a wrong table */
  }
}

static const char *format_choice(const struct field *field, int index, struct arena *arena)
{
  const char *words[choices_max];
  const int count = split_choices(field, words, arena);
  return index >= 0 && index < count ? words[index] : "";
}

static const char *format_list(const struct field_list *list, struct arena *arena)
{
  struct text text = text_new(arena);
  for (int i = 0; i < list->count; i++) text_add(&text, "%s%s", i > 0 ? " " : "", list->names[i]);
  return text.bytes;
}

const char *field_format(const struct field *field, const void *record, struct arena *arena)
{
  const void *source = member_of(field, record);
  const bool real = field->type == FIELD_NUMBER || field->type == FIELD_DATE;
  const double value = real ? *(const double *)source : 0;
  if (isnan(value)) return "";
  switch (field->type) {
  case FIELD_NUMBER: return shortest_number(value, arena);
  case FIELD_INTEGER: return arena_format(arena, "%d", *(const int *)source);
  case FIELD_FLAG: return *(const bool *)source ? "yes" : "no";
  case FIELD_TEXT:
  case FIELD_ID: return *(const char *const *)source != NULL ? *(const char *const *)source : "";
  case FIELD_CHOICE: return format_choice(field, *(const int *)source, arena);
  case FIELD_DATE: return format_date(value, arena);
  case FIELD_REFERENCE: return *(const int *)source < 0 ? "" : arena_format(arena, "%d", *(const int *)source);
  case FIELD_LIST: return format_list(source, arena);
  }
  return "";
}
