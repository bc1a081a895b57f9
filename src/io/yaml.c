/* io/yaml.c - libyaml's events into a tree.
 *
 * One function a construct: a node is a scalar, an alias, a list or a map; the events that open and close them drive
 * the recursion. Finished nodes with an anchor go on a list in which aliases look, newest first; a node is not on it
 * while it is being read, so that no cycle can arise. Does not interpret tags or scalars.
 */
#include "io/yaml.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

#include "base/text.h"
#include "io/file.h"

enum { depth_max = 64 };
static const long nodes_max = 10000000; /* counted through aliases: bounds what walking the tree can cost */

struct anchor {
  const char *name;
  const struct yaml *node;
  long nodes;
  const struct anchor *earlier;
};

struct reader {
  yaml_parser_t *parser;
  const char *file;
  struct arena *arena;
  struct error *error;
  const struct anchor *anchors;
  long nodes; /* read so far, aliased ones counted again */
};

/* What we need of a libyaml event, in the arena. */
struct event {
  yaml_event_type_t type;
  int line, column;
  const char *text, *anchor;
  bool quoted;
};

static bool refuse(struct reader *reader, int line, const char *message)
{
  return error_set(reader->error, reader->file, line, NULL, "%s", message);
}

static bool refuse_syntax(struct reader *reader)
{
  const yaml_parser_t *parser = reader->parser;
  const char *problem = parser->problem != NULL ? parser->problem : "cannot be read";
  size_t line = parser->problem_mark.line + 1;
  if (parser->error == YAML_READER_ERROR) { /* libyaml knows the byte only */
    return error_set(reader->error, reader->file, 0, NULL, "not a text in UTF-8: %s at byte %zu", problem,
                     parser->problem_offset + 1);
  }
  const unsigned char *next = parser->buffer.pointer;
  if (parser->error == YAML_SCANNER_ERROR && next != NULL && *next == '\t')
    return refuse(reader, (int)line, "not YAML: found a tab; indent with spaces");
  return error_set(reader->error, reader->file, (int)line, NULL, "not YAML: %s%s%s", problem,
                   parser->context != NULL ? " " : "", parser->context != NULL ? parser->context : "");
}

static const char *copy_or_null(struct arena *arena, const yaml_char_t *text)
{
  return text != NULL ? arena_copy(arena, (const char *)text) : NULL;
}

static bool next_event(struct reader *reader, struct event *event)
{
  yaml_event_t raw;
  if (!yaml_parser_parse(reader->parser, &raw)) return refuse_syntax(reader);
  *event =
      (struct event){.type = raw.type, .line = (int)raw.start_mark.line + 1, .column = (int)raw.start_mark.column + 1};
  bool whole = true;
  if (raw.type == YAML_SCALAR_EVENT) {
    const char *value = (const char *)raw.data.scalar.value;
    whole = strlen(value) == raw.data.scalar.length;
    event->text = arena_copy(reader->arena, value);
    event->quoted = raw.data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    event->anchor = copy_or_null(reader->arena, raw.data.scalar.anchor);
  } else if (raw.type == YAML_SEQUENCE_START_EVENT) {
    event->anchor = copy_or_null(reader->arena, raw.data.sequence_start.anchor);
  } else if (raw.type == YAML_MAPPING_START_EVENT) {
    event->anchor = copy_or_null(reader->arena, raw.data.mapping_start.anchor);
  } else if (raw.type == YAML_ALIAS_EVENT) {
    event->anchor = copy_or_null(reader->arena, raw.data.alias.anchor);
  }
  yaml_event_delete(&raw);
  return whole || refuse(reader, event->line, "a text with a NUL character in it");
}

static struct yaml *node_new(struct reader *reader, enum yaml_kind kind, const struct event *event)
{
  struct yaml *node = ARENA_NEW(reader->arena, struct yaml);
  *node = (struct yaml){.kind = kind, .file = reader->file, .line = event->line, .column = event->column};
  return node;
}

/* ---- the children of a list or map, while it grows ---- */

struct children {
  int count, capacity;
  const struct yaml **items;
  struct yaml_key *keys;
};

static void children_add(struct children *children, struct arena *arena, struct yaml_key key, const struct yaml *item)
{
  if (children->count == children->capacity) {
    const size_t old = (size_t)children->capacity, larger = old > 0 ? 2 * old : 8;
    children->items = arena_grow(arena, children->items, old, larger, sizeof *children->items);
    children->keys = arena_grow(arena, children->keys, old, larger, sizeof *children->keys);
    children->capacity = (int)larger;
  }
  children->items[children->count] = item;
  children->keys[children->count++] = key;
}

static int children_find(const struct children *children, const char *key)
{
  for (int i = 0; i < children->count; i++)
    if (strcmp(children->keys[i].text, key) == 0) return i;
  return -1;
}

/* ---- nodes ---- */

static const struct yaml *read_node(struct reader *reader, const struct event *event, int depth);

static const struct yaml *read_alias(struct reader *reader, const struct event *event)
{
  for (const struct anchor *anchor = reader->anchors; anchor != NULL; anchor = anchor->earlier) {
    if (strcmp(anchor->name, event->anchor) != 0) continue;
    reader->nodes += anchor->nodes;
    return anchor->node;
  }
  error_set(reader->error, reader->file, event->line, NULL, "found '*%.80s', but no anchor '&%.80s' stands before it",
            event->anchor, event->anchor);
  return NULL;
}

static const struct yaml *read_scalar(struct reader *reader, const struct event *event)
{
  struct yaml *node = node_new(reader, YAML_SCALAR, event);
  node->text = event->text;
  node->quoted = event->quoted;
  return node;
}

static const struct yaml *read_list(struct reader *reader, const struct event *opening, int depth)
{
  struct children children = {0};
  struct event event;
  while (next_event(reader, &event)) {
    if (event.type == YAML_SEQUENCE_END_EVENT) {
      struct yaml *node = node_new(reader, YAML_LIST, opening);
      node->count = children.count;
      node->items = children.items;
      return node;
    }
    const struct yaml *item = read_node(reader, &event, depth);
    if (item == NULL) return NULL;
    children_add(&children, reader->arena, (struct yaml_key){0}, item);
  }
  return NULL;
}

/* The keys of the map named by "<<" that the map does not have itself. */
static bool merge_map(struct reader *reader, struct children *children, const struct yaml *source, int line)
{
  if (source->kind != YAML_MAP) return refuse(reader, line, "expected a map, or a list of maps, after '<<'");
  for (int i = 0; i < source->count; i++)
    if (children_find(children, source->keys[i].text) < 0)
      children_add(children, reader->arena, source->keys[i], source->items[i]);
  return true;
}

static bool merge(struct reader *reader, struct children *children, const struct yaml *source, int line)
{
  if (source == NULL) return true;
  if (source->kind != YAML_LIST) return merge_map(reader, children, source, line);
  for (int i = 0; i < source->count; i++)
    if (!merge_map(reader, children, source->items[i], line)) return false;
  return true;
}

static bool check_key(struct reader *reader, const struct children *children, const struct event *event)
{
  if (event->type != YAML_SCALAR_EVENT) return refuse(reader, event->line, "expected a single word as a key");
  const int earlier = children_find(children, event->text);
  if (earlier < 0) return true;
  return error_set(reader->error, reader->file, event->line, event->text, "given twice, first in line %d",
                   children->keys[earlier].line);
}

static const struct yaml *read_map(struct reader *reader, const struct event *opening, int depth)
{
  struct children children = {0};
  const struct yaml *merged = NULL;
  int merged_line = 0;
  struct event key, value;
  while (next_event(reader, &key)) {
    if (key.type == YAML_MAPPING_END_EVENT) {
      if (!merge(reader, &children, merged, merged_line)) return NULL;
      struct yaml *node = node_new(reader, YAML_MAP, opening);
      node->count = children.count;
      node->items = children.items;
      node->keys = children.keys;
      return node;
    }
    if (!check_key(reader, &children, &key) || !next_event(reader, &value)) return NULL;
    const struct yaml *item = read_node(reader, &value, depth);
    if (item == NULL) return NULL;
    if (strcmp(key.text, "<<") == 0 && !key.quoted && merged == NULL) {
      merged = item;
      merged_line = key.line;
    } else {
      children_add(&children, reader->arena, (struct yaml_key){key.text, key.line, key.column}, item);
    }
  }
  return NULL;
}

static void remember_anchor(struct reader *reader, const char *name, const struct yaml *node, long nodes)
{
  struct anchor *anchor = ARENA_NEW(reader->arena, struct anchor);
  *anchor = (struct anchor){name, node, nodes, reader->anchors};
  reader->anchors = anchor;
}

static const struct yaml *read_node(struct reader *reader, const struct event *event, int depth)
{
  if (depth >= depth_max) {
    error_set(reader->error, reader->file, event->line, NULL, "nested more than %d levels deep", depth_max);
    return NULL;
  }
  const long nodes_before = reader->nodes++;
  const struct yaml *node = NULL;
  switch ((int)event->type) {
  case YAML_SCALAR_EVENT: node = read_scalar(reader, event); break;
  case YAML_ALIAS_EVENT: node = read_alias(reader, event); break;
  case YAML_SEQUENCE_START_EVENT: node = read_list(reader, event, depth + 1); break;
  case YAML_MAPPING_START_EVENT: node = read_map(reader, event, depth + 1); break;
  default: assert(false && "libyaml promises a node here");
  }
  if (reader->nodes > nodes_max) {
    refuse(reader, event->line, "more than ten million values, counted through aliases");
    return NULL;
  }
  if (node != NULL && event->anchor != NULL && event->type != YAML_ALIAS_EVENT)
    remember_anchor(reader, event->anchor, node, reader->nodes - nodes_before);
  return node;
}

/* ---- the document ---- */

static const struct yaml *read_stream(struct reader *reader)
{
  struct event event = {0};
  if (!next_event(reader, &event)) return NULL; /* the start of the stream */
  if (!next_event(reader, &event)) return NULL; /* the start of the document, or the end of an empty stream */
  if (event.type == YAML_STREAM_END_EVENT) return node_new(reader, YAML_MAP, &event);
  if (!next_event(reader, &event)) return NULL;
  const struct yaml *root = read_node(reader, &event, 0);
  if (root == NULL || !next_event(reader, &event)) return NULL; /* the end of the document */
  if (!next_event(reader, &event)) return NULL;
  if (event.type != YAML_STREAM_END_EVENT) {
    refuse(reader, event.line, "a second document begins; expected one a file");
    return NULL;
  }
  return root;
}

const struct yaml *yaml_parse(const char *bytes, size_t length, const char *file, struct arena *arena,
                              struct error *error)
{
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) {
    error_set(error, file, 0, NULL, "not enough memory to read YAML");
    return NULL;
  }
  yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
  const size_t mark = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* as some editors write it */
  yaml_parser_set_input_string(&parser, (const unsigned char *)bytes + mark, length - mark);
  struct reader reader = {.parser = &parser, .file = arena_copy(arena, file), .arena = arena, .error = error};
  const struct yaml *root = read_stream(&reader);
  yaml_parser_delete(&parser);
  return root;
}

const struct yaml *yaml_read(const char *path, struct arena *arena, struct error *error)
{
  size_t length;
  const char *bytes = file_read(path, &length, arena, error);
  return bytes != NULL ? yaml_parse(bytes, length, path, arena, error) : NULL;
}

/* ---- questions ---- */

int yaml_find(const struct yaml *map, const char *key)
{
  if (map == NULL || map->kind != YAML_MAP) return -1;
  for (int i = 0; i < map->count; i++)
    if (strcmp(map->keys[i].text, key) == 0) return i;
  return -1;
}

const struct yaml *yaml_get(const struct yaml *map, const char *key)
{
  const int index = yaml_find(map, key);
  return index >= 0 ? map->items[index] : NULL;
}

bool yaml_is_null(const struct yaml *node)
{
  if (node == NULL) return true;
  if (node->kind != YAML_SCALAR || node->quoted) return false;
  return node->text[0] == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0;
}

const char *yaml_text(const struct yaml *node)
{
  return yaml_is_null(node) || node->kind != YAML_SCALAR ? NULL : node->text;
}

const char *yaml_kind_name(enum yaml_kind kind)
{
  switch (kind) {
  case YAML_SCALAR: return "a single value";
  case YAML_LIST: return "a list";
  case YAML_MAP: return "a map";
  }
  return "nothing";
}

bool yaml_expect(const struct yaml *node, enum yaml_kind kind, const char *where, struct error *error)
{
  if (node->kind == kind) return true;
  return error_set(error, node->file, node->line, where, "found %s, expected %s", yaml_kind_name(node->kind),
                   yaml_kind_name(kind));
}

static bool list_words(const struct yaml *node, const char *where, const char **words, struct arena *arena,
                       struct error *error)
{
  struct text joined = text_new(arena);
  for (int i = 0; i < node->count; i++) {
    const struct yaml *item = node->items[i];
    if (!yaml_expect(item, YAML_SCALAR, where, error)) return false;
    if (item->text[0] == '\0' || strpbrk(item->text, " \t\r\n") != NULL) {
      return error_set(error, item->file, item->line, where, "found '%.80s', expected a list of single words",
                       item->text);
    }
    text_add(&joined, "%s%s", i > 0 ? " " : "", item->text);
  }
  *words = joined.bytes;
  return true;
}

bool yaml_words(const struct yaml *node, const char *where, const char **words, struct arena *arena,
                struct error *error)
{
  *words = NULL;
  if (yaml_is_null(node)) return true;
  if (node->kind == YAML_LIST) return list_words(node, where, words, arena, error);
  if (node->kind == YAML_SCALAR) *words = node->text;
  if (node->kind == YAML_SCALAR) return true;
  return error_set(error, node->file, node->line, where, "found a map, expected a single value or a list");
}
