/* io/json.c - reading by jansson, copied into our own tree at once; writing by hand, since it is shorter than asking.
 *
 * jansson knows no lines once a text is parsed, so only errors of syntax carry one. Whole numbers beyond 2^53 lose
 * digits. The writer keeps one flag and a depth: a comma is due exactly when the open list or map has something in it.
 */
#include "io/json.h"

#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "io/file.h"
#include "io/utf8.h"

/* ---- reading ---- */

static const struct json *copy_node(json_t *source, struct arena *arena);

static void copy_list(struct json *node, json_t *source, struct arena *arena)
{
  node->count = (int)json_array_size(source);
  const struct json **items = ARENA_ARRAY(arena, node->count, const struct json *);
  for (int i = 0; i < node->count; i++) items[i] = copy_node(json_array_get(source, (size_t)i), arena);
  node->items = items;
}

static void copy_map(struct json *node, json_t *source, struct arena *arena)
{
  node->count = (int)json_object_size(source);
  const struct json **items = ARENA_ARRAY(arena, node->count, const struct json *);
  const char **keys = ARENA_ARRAY(arena, node->count, const char *);
  const char *key;
  json_t *value;
  int i = 0;
  json_object_foreach(source, key, value)
  {
    keys[i] = arena_copy(arena, key);
    items[i++] = copy_node(value, arena);
  }
  node->items = items;
  node->keys = keys;
}

/* jansson itself refuses texts nested deeper than 2048. */
static const struct json *copy_node(json_t *source, struct arena *arena)
{
  struct json *node = ARENA_NEW(arena, struct json);
  switch (json_typeof(source)) {
  case JSON_OBJECT:
    node->kind = JSON_MAP;
    copy_map(node, source, arena);
    break;
  case JSON_ARRAY:
    node->kind = JSON_LIST;
    copy_list(node, source, arena);
    break;
  case JSON_STRING:
    node->kind = JSON_TEXT;
    node->text = arena_copy(arena, json_string_value(source));
    break;
  case JSON_INTEGER:
  case JSON_REAL:
    node->kind = JSON_NUMBER;
    node->number = json_number_value(source);
    break;
  case JSON_TRUE:
  case JSON_FALSE:
    node->kind = JSON_FLAG;
    node->flag = json_is_true(source);
    break;
  case JSON_NULL: node->kind = JSON_NONE; break;
  }
  return node;
}

const struct json *json_parse(const char *bytes, size_t length, const char *file, struct arena *arena,
                              struct error *error)
{
  json_error_t problem;
  json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
  if (root == NULL) {
    error_set(error, file, problem.line > 0 ? problem.line : 0, NULL, "not JSON: %s", problem.text);
    return NULL;
  }
  const struct json *copy = copy_node(root, arena);
  json_decref(root);
  return copy;
}

const struct json *json_read(const char *path, struct arena *arena, struct error *error)
{
  size_t length;
  const char *bytes = file_read(path, &length, arena, error);
  return bytes != NULL ? json_parse(bytes, length, path, arena, error) : NULL;
}

const struct json *json_get(const struct json *map, const char *key)
{
  if (map == NULL || map->kind != JSON_MAP) return NULL;
  for (int i = 0; i < map->count; i++)
    if (strcmp(map->keys[i], key) == 0) return map->items[i];
  return NULL;
}

const char *json_text_of(const struct json *map, const char *key)
{
  const struct json *value = json_get(map, key);
  return value != NULL && value->kind == JSON_TEXT ? value->text : NULL;
}

double json_number_of(const struct json *map, const char *key, double fallback)
{
  const struct json *value = json_get(map, key);
  return value != NULL && value->kind == JSON_NUMBER ? value->number : fallback;
}

/* ---- writing ---- */

struct json_writer json_writer_new(struct arena *arena, int indent)
{
  assert(indent >= 0 && indent <= 8);
  return (struct json_writer){.text = text_new(arena), .indent = indent};
}

static void add_raw(struct json_writer *writer, const char *raw)
{
  text_add_bytes(&writer->text, raw, strlen(raw));
}

static void add_line_end(struct json_writer *writer)
{
  if (writer->indent > 0) text_add(&writer->text, "\n%*s", writer->depth * writer->indent, "");
}

static void add_quoted(struct json_writer *writer, const char *value)
{
  add_raw(writer, "\"");
  for (size_t rest = strlen(value); rest > 0;) {
    const int count = utf8_character(value, rest);
    const unsigned char c = (unsigned char)*value;
    if (count == 0)
      add_raw(writer, "\xEF\xBF\xBD"); /* U+FFFD, the mark of what was no character */
    else if (c == '"' || c == '\\')
      text_add(&writer->text, "\\%c", c);
    else if (c == '\n')
      add_raw(writer, "\\n");
    else if (c == '\t')
      add_raw(writer, "\\t");
    else if (c < 0x20 || c == 0x7F)
      text_add(&writer->text, "\\u%04x", c);
    else
      text_add_bytes(&writer->text, value, (size_t)count);
    const size_t step = count > 0 ? (size_t)count : 1;
    value += step;
    rest -= step;
  }
  add_raw(writer, "\"");
}

static void add_number(struct json_writer *writer, double value)
{
  if (isfinite(value))
    text_add_number(&writer->text, value);
  else
    add_raw(writer, "null");
}

/* The comma, line and key before any value. */
static void begin_value(struct json_writer *writer, const char *key)
{
  if (writer->started) add_raw(writer, writer->indent > 0 ? "," : ", ");
  if (writer->depth > 0) add_line_end(writer);
  if (key != NULL) {
    add_quoted(writer, key);
    add_raw(writer, ": ");
  }
  writer->started = true;
}

static void open_bracket(struct json_writer *writer, const char *key, const char *bracket)
{
  begin_value(writer, key);
  add_raw(writer, bracket);
  writer->depth++;
  writer->started = false;
}

static void close_bracket(struct json_writer *writer, const char *bracket)
{
  assert(writer->depth > 0);
  writer->depth--;
  if (writer->started) add_line_end(writer);
  add_raw(writer, bracket);
  writer->started = true;
}

void json_map_open(struct json_writer *writer, const char *key)
{
  open_bracket(writer, key, "{");
}

void json_map_close(struct json_writer *writer)
{
  close_bracket(writer, "}");
}

void json_list_open(struct json_writer *writer, const char *key)
{
  open_bracket(writer, key, "[");
}

void json_list_close(struct json_writer *writer)
{
  close_bracket(writer, "]");
}

void json_add_text(struct json_writer *writer, const char *key, const char *value)
{
  begin_value(writer, key);
  if (value != NULL)
    add_quoted(writer, value);
  else
    add_raw(writer, "null");
}

void json_add_number(struct json_writer *writer, const char *key, double value)
{
  begin_value(writer, key);
  add_number(writer, value);
}

void json_add_integer(struct json_writer *writer, const char *key, long value)
{
  begin_value(writer, key);
  text_add(&writer->text, "%ld", value);
}

void json_add_flag(struct json_writer *writer, const char *key, bool value)
{
  begin_value(writer, key);
  add_raw(writer, value ? "true" : "false");
}

void json_add_null(struct json_writer *writer, const char *key)
{
  json_add_text(writer, key, NULL);
}

void json_add_numbers(struct json_writer *writer, const char *key, const double *values, int count)
{
  begin_value(writer, key);
  add_raw(writer, "[");
  for (int i = 0; i < count; i++) {
    if (i > 0) add_raw(writer, ", ");
    add_number(writer, values[i]);
  }
  add_raw(writer, "]");
}

void json_add_integers(struct json_writer *writer, const char *key, const int *values, int count)
{
  begin_value(writer, key);
  add_raw(writer, "[");
  for (int i = 0; i < count; i++) text_add(&writer->text, "%s%d", i > 0 ? ", " : "", values[i]);
  add_raw(writer, "]");
}

void json_add_texts(struct json_writer *writer, const char *key, const char *const *values, int count)
{
  begin_value(writer, key);
  add_raw(writer, "[");
  for (int i = 0; i < count; i++) {
    if (i > 0) add_raw(writer, ", ");
    if (values[i] != NULL)
      add_quoted(writer, values[i]);
    else
      add_raw(writer, "null");
  }
  add_raw(writer, "]");
}

const char *json_writer_finish(struct json_writer *writer)
{
  assert(writer->depth == 0 && writer->started);
  add_raw(writer, "\n");
  return writer->text.bytes;
}
