/* dataset/describe.c - what the field tables say, for the terminal and for docs/formats.md.
 *
 * Everything is worked out from the tables, so that help and documents cannot disagree with what is read. The columns
 * that every table has (source, quality, note) are described once in documents, each time on the terminal.
 */
#include "dataset/describe.h"

#include <math.h>
#include <string.h>

#include "dataset/draft.h"

/* ---- words ---- */

static const char *bound_words(const struct field *field, const char *kind, struct arena *arena)
{
  if (field->low == 0 && field->high == 0) return kind;
  if (isinf(field->high)) return arena_format(arena, "%s of at least %g", kind, field->low);
  return arena_format(arena, "%s from %g to %g", kind, field->low, field->high);
}

const char *field_kind(const struct field *field, struct arena *arena)
{
  switch (field->type) {
  case FIELD_NUMBER: return bound_words(field, "number", arena);
  case FIELD_INTEGER: return bound_words(field, "whole number", arena);
  case FIELD_FLAG: return "yes or no";
  case FIELD_TEXT: return "text";
  case FIELD_CHOICE: return arena_format(arena, "one of %s", field->choices);
  case FIELD_DATE: return "date";
  case FIELD_ID: return "id";
  case FIELD_REFERENCE: return arena_format(arena, "id of %s", field->references);
  case FIELD_LIST: return field->references != NULL ? arena_format(arena, "ids of %s", field->references) : "list";
  }
  return "";
}

static bool is_word_of(const char *word, const char *words)
{
  const size_t length = strlen(word);
  for (const char *at = words; at != NULL && (at = strstr(at, word)) != NULL; at += length)
    if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) return true;
  return false;
}

const char *field_need(const struct field *field, const char *key, struct arena *arena)
{
  if (field->fallback == NULL) return "required";
  if (field->type == FIELD_ID && key != NULL) return "made up";
  if (field->fallback[0] == '\0') return is_word_of(field->name, key) ? "optional, part of the id" : "optional";
  return arena_format(arena, "default %s", field->fallback);
}

static const char *unit_of(const struct field *field)
{
  const bool plain = field->unit == NULL || text_equal(field->unit, "1") || text_equal(field->unit, "date");
  return plain ? "" : field->unit;
}

static bool is_common(const struct field *field)
{
  return text_equal(field->name, "source") || text_equal(field->name, "quality") || text_equal(field->name, "note");
}

/* ---- the terminal ---- */

enum { screen_columns = 120 };

static void add_field_help(struct text *text, const struct field *field, const char *key, int width)
{
  const char *unit = unit_of(field), *need = field_need(field, key, text->arena);
  const char *kind = arena_format(text->arena, "  %-*s  %s%s%s;", width, field->name, field_kind(field, text->arena),
                                  unit[0] != '\0' ? ", " : "", unit);
  const bool fits = text_columns(kind) + 1 + text_columns(need) <= screen_columns;
  text_add(text, fits ? "%s" : "%s\n    ", kind);
  text_add(text, " %*s%s\n", fits ? 0 : width - 1, "", need);
  text_add(text, "  %-*s  %s\n", width, "", field->help);
}

static int name_width(const struct field *fields)
{
  int width = 0;
  for (const struct field *field = fields; field->name != NULL; field++) {
    const int columns = text_columns(field->name);
    if (columns > width) width = columns;
  }
  return width;
}

static void add_fields_help(struct text *text, const struct field *fields, const char *key)
{
  const int width = name_width(fields);
  for (const struct field *field = fields; field->name != NULL; field++) add_field_help(text, field, key, width);
}

const char *field_help(const struct entity *entity, const struct field *field, struct arena *arena)
{
  struct text text = text_new(arena);
  text_add(&text, "%s.%s\n", entity->table, field->name);
  add_field_help(&text, field, entity->key, text_columns(field->name));
  return text.bytes;
}

const char *entity_help(const struct entity *entity, struct arena *arena)
{
  struct text text = text_new(arena);
  text_add(&text, "%s: %s\n", entity->table, entity->help);
  if (entity->key != NULL) text_add(&text, "Without an id, a row is named after: %s\n", entity->key);
  add_fields_help(&text, entity->fields, entity->key);
  return text.bytes;
}

const char *tables_help(struct arena *arena)
{
  int count;
  const struct entity *entities = dataset_entities(&count);
  struct text text = text_new(arena);
  for (int i = 0; i < count; i++) text_add(&text, "  %-13s %s\n", entities[i].table, entities[i].help);
  return text.bytes;
}

static const char *scenario_help(struct arena *arena)
{
  struct text text = text_new(arena);
  text_add(&text, "scenario: the question and the horizon\n");
  add_fields_help(&text, horizon_fields(), NULL);
  add_fields_help(&text, scenario_fields(), NULL);
  return text.bytes;
}

const char *path_help(const char *path, struct arena *arena, struct error *error)
{
  char *table = arena_copy(arena, path);
  char *name = strchr(table, '.');
  if (name != NULL) *name++ = '\0';
  if (text_equal(path, "scenario")) return scenario_help(arena);
  const struct entity *entity = dataset_entity(table);
  if (entity == NULL) {
    error_set(error, NULL, 0, NULL, "there is no table '%s'%s", table, draft_hint_tables(table, arena));
    return NULL;
  }
  if (name == NULL) return entity_help(entity, arena);
  const struct field *field = field_find(entity->fields, name);
  if (field != NULL) return field_help(entity, field, arena);
  error_set(error, NULL, 0, NULL, "there is no column '%s' in %s%s", name, table,
            draft_hint_fields(name, entity->fields, arena));
  return NULL;
}

/* ---- documents ---- */

/* '|' would end a cell. */
static void add_markdown(struct text *text, const char *words)
{
  for (const char *c = words; *c != '\0'; c++) {
    if (*c == '|' || *c == '*') text_add_bytes(text, "\\", 1);
    text_add_bytes(text, c, 1);
  }
}

void fields_markdown(const struct field *fields, const char *key, struct text *text)
{
  text_add(text, "| column | what | unit | need | meaning |\n|---|---|---|---|---|\n");
  for (const struct field *field = fields; field->name != NULL; field++) {
    text_add(text, "| `%s` | ", field->name);
    add_markdown(text, field_kind(field, text->arena));
    text_add(text, " | %s | %s | ", unit_of(field), field_need(field, key, text->arena));
    add_markdown(text, field->help);
    text_add(text, " |\n");
  }
}

/* The fields without those that every table has. */
static const struct field *own_fields(const struct field *fields, struct arena *arena)
{
  int count = 0;
  while (fields[count].name != NULL) count++;
  struct field *own = ARENA_ARRAY(arena, count + 1, struct field);
  for (int i = 0, kept = 0; i < count; i++)
    if (!is_common(&fields[i])) own[kept++] = fields[i];
  return own;
}

static void add_common(struct text *text, const struct field *fields)
{
  struct field common[4] = {0};
  int kept = 0;
  for (const struct field *field = fields; field->name != NULL; field++)
    if (is_common(field)) common[kept++] = *field;
  text_add(text, "### In every table\n\n");
  fields_markdown(common, NULL, text);
}

static void add_entity(struct text *text, const struct entity *entity)
{
  text_add(text, "\n### %s\n\n%s.", entity->table, entity->help);
  if (entity->key != NULL) text_add(text, " A row without an id is named after `%s`.", entity->key);
  text_add(text, "\n\n");
  fields_markdown(own_fields(entity->fields, text->arena), entity->key, text);
}

const char *formats_markdown(struct arena *arena)
{
  int count;
  const struct entity *entities = dataset_entities(&count);
  struct text text = text_new(arena);
  add_common(&text, entities[0].fields);
  text_add(&text, "\n### scenario\n\nThe head and the sections `horizon` and `economy` of a scenario file.\n\n");
  fields_markdown(scenario_fields(), NULL, &text);
  text_add(&text, "\nIn `horizon` besides:\n\n");
  fields_markdown(horizon_fields(), NULL, &text);
  for (int i = 0; i < count; i++) add_entity(&text, &entities[i]);
  return text.bytes;
}
