/* io/json.h - JSON: a tree to read, a writer whose output depends on what it is given and nothing else.
 */
#ifndef IO_JSON_H
#define IO_JSON_H
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum json_kind { JSON_NONE, JSON_FLAG, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_MAP }; /* NONE: null */

struct json {
  enum json_kind kind;
  bool flag;
  double number;
  const char *text;
  int count;                       /* of a list's items or a map's values */
  const struct json *const *items; /* [count] */
  const char *const *keys;         /* [count] of a map, in the order of the file; else NULL */
};

/* NULL with error set (with the line). A key given twice is an error. */
[[nodiscard]] const struct json *json_read(const char *path, struct arena *arena, struct error *error);
[[nodiscard]] const struct json *json_parse(const char *bytes, size_t length, const char *file, struct arena *arena,
                                            struct error *error);

/* The value of key, or NULL when map is NULL, no map, or has no such key. */
const struct json *json_get(const struct json *map, const char *key);
const char *json_text_of(const struct json *map, const char *key);               /* NULL unless a text */
double json_number_of(const struct json *map, const char *key, double fallback); /* fallback unless a number */

/* Writing: keys in the order given; key is NULL inside a list and at the top. Numbers have the fewest digits that
 * read back the same; NaN and infinities become null. Bytes that are not UTF-8 become U+FFFD. */
struct json_writer {
  struct text text;
  int indent; /* spaces a level; 0: all on one line */
  int depth;
  bool started; /* the open list or map has something in it */
};
struct json_writer json_writer_new(struct arena *arena, int indent);
void json_map_open(struct json_writer *writer, const char *key);
void json_map_close(struct json_writer *writer);
void json_list_open(struct json_writer *writer, const char *key);
void json_list_close(struct json_writer *writer);
void json_add_text(struct json_writer *writer, const char *key, const char *value); /* NULL: null */
void json_add_number(struct json_writer *writer, const char *key, double value);
void json_add_integer(struct json_writer *writer, const char *key, long value);
void json_add_flag(struct json_writer *writer, const char *key, bool value);
void json_add_null(struct json_writer *writer, const char *key);
/* Lists on one line. A text that is NULL becomes null. */
void json_add_numbers(struct json_writer *writer, const char *key, const double *values, int count);
void json_add_integers(struct json_writer *writer, const char *key, const int *values, int count);
void json_add_texts(struct json_writer *writer, const char *key, const char *const *values, int count);
/* The finished text, with a line end; everything opened must be closed. */
const char *json_writer_finish(struct json_writer *writer);
#endif
