/* report/help.c - prints what reading follows, so that the two cannot differ. */
#include "report/help.h"

#include <math.h>

#include "dataset/dataset.h"
#include "model/instruments.h"
#include "report/columns.h"

static const char *type_text(const struct field *field, struct arena *arena)
{
  switch (field->type) {
  case FIELD_NUMBER: return "number";
  case FIELD_INTEGER: return "integer";
  case FIELD_FLAG: return "yes|no";
  case FIELD_TEXT: return "text";
  case FIELD_CHOICE: return field->choices;
  case FIELD_DATE: return "date";
  case FIELD_ID: return "id";
  case FIELD_REFERENCE: return arena_format(arena, "id of %s", field->references);
  case FIELD_LIST: return field->references != NULL ? arena_format(arena, "ids of %s", field->references) : "list";
  }
  return "";
}

static const char *bounds_text(const struct field *field, struct arena *arena)
{
  if (field->low == 0 && field->high == 0) return "";
  if (isinf(field->low)) return arena_format(arena, "<= %.6g", field->high);
  if (isinf(field->high)) return arena_format(arena, ">= %.6g", field->low);
  return arena_format(arena, "%.6g to %.6g", field->low, field->high);
}

static const char *default_text(const struct field *field, struct arena *arena)
{
  if (field->fallback == NULL) return "required";
  return field->fallback[0] != '\0' ? arena_format(arena, "default %s", field->fallback) : "";
}

static void add_fields(struct text *text, const struct field *fields)
{
  struct arena *arena = text->arena;
  for (const struct field *field = fields; field != NULL && field->name != NULL; field++) {
    const char *parts[] = {type_text(field, arena), field->unit != NULL ? field->unit : "", bounds_text(field, arena),
                           default_text(field, arena)};
    text_add(text, "  %s", field->name);
    for (int i = 0, said = 0; i < 4; i++)
      if (parts[i] != NULL && parts[i][0] != '\0' && !(i == 1 && parts[i][0] == '1' && parts[i][1] == '\0'))
        text_add(text, "%s%s", said++ > 0 ? "; " : "   ", parts[i]);
    text_add(text, "\n");
    if (field->help != NULL) text_add_folded(text, field->help, 6, 96);
  }
}

static const char *list_tables(const struct entity *entities, int count, struct arena *arena)
{
  struct text text = text_new(arena);
  struct columns columns = columns_new(2, arena);
  for (int i = 0; i < count; i++) {
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, entities[i].table);
    columns_set(&columns, row, 1, entities[i].help);
  }
  columns_print(&columns, &text, 2, 2);
  return text.bytes;
}

const char *help_table(const char *table, struct arena *arena, struct error *error)
{
  int count;
  const struct entity *entities = dataset_entities(&count);
  if (table == NULL) return list_tables(entities, count, arena);
  struct text text = text_new(arena);
  if (text_equal(table, "scenario")) {
    text_add(&text, "scenario: what is asked of the data (keys `scenario`, `horizon` and `economy` of the file)\n");
    add_fields(&text, scenario_fields());
    return text.bytes;
  }
  const struct entity *entity = dataset_entity(table);
  if (entity != NULL) {
    text_add(&text, "%s: %s\n", entity->table, entity->help);
    add_fields(&text, entity->fields);
    return text.bytes;
  }
  const char **names = ARENA_ARRAY(arena, count, const char *);
  for (int i = 0; i < count; i++) names[i] = entities[i].table;
  const char *nearest = text_nearest(table, names, count);
  error_set(error, NULL, 0, table, "there is no such table%s%s%s", nearest != NULL ? "; did you mean '" : "",
            nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
  return NULL;
}

const char *help_instrument(const char *kind, struct arena *arena, struct error *error)
{
  int count;
  const struct instrument_kind *const *kinds = instrument_kinds(&count);
  struct text text = text_new(arena);
  if (kind == NULL) {
    for (int i = 0; i < count; i++) {
      text_add(&text, "  %s\n", kinds[i]->name);
      text_add_folded(&text, kinds[i]->help, 6, 96);
    }
    return text.bytes;
  }
  const struct instrument_kind *found = instrument_kind_find(kind);
  if (found != NULL) {
    text_add(&text, "%s: %s\n", found->name, found->help);
    text_add(&text, "The header that all kinds share: didymium help tables instruments. Its own terms:\n");
    add_fields(&text, found->fields);
    return text.bytes;
  }
  const char **names = ARENA_ARRAY(arena, count, const char *);
  for (int i = 0; i < count; i++) names[i] = kinds[i]->name;
  const char *nearest = text_nearest(kind, names, count);
  error_set(error, NULL, 0, kind, "there is no such kind of instrument%s%s%s",
            nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
  return NULL;
}
