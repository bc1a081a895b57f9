/* dataset/references.c - names into row indices, for the tables and for an instrument's terms.
 *
 * A word of a list with '*' stands for all rows whose ids fit it, `all` for every row. Rows of the draft and of the
 * finished arrays have the same order, so an index into one is an index into the other.
 */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"

static bool is_pattern(const char *word)
{
  return strchr(word, '*') != NULL || text_equal(word, "all");
}

static bool word_matches(const char *word, const char *id)
{
  return text_equal(word, "all") || text_matches(word, id);
}

/* Room that a list may need: a word is one row, a pattern at most all. */
static size_t list_room(const struct field_list *list, int rows)
{
  size_t room = 1;
  for (int i = 0; i < list->count; i++) room += is_pattern(list->names[i]) ? (size_t)rows : 1;
  return room;
}

static const char *field_where(const struct entity *entity, const struct field *field, struct arena *arena)
{
  return arena_format(arena, "%s.%s", entity->table, field->name);
}

static bool refuse_name(struct draft *draft, const struct cell *cell, const char *name, const char *where,
                        struct error *error)
{
  const struct draft_table *table = draft_table(draft, cell->field->references);
  return error_set(error, cell->place.file, cell->place.line, where, "there is no '%s' in %s%s", name,
                   cell->field->references, draft_hint_rows(name, table, draft->arena));
}

static bool resolve_reference(struct draft *draft, const struct cell *cell, const char *where, void *record,
                              struct error *error)
{
  struct draft_table *table = draft_table(draft, cell->field->references);
  const struct row *row = draft_row(table, cell->text);
  if (row == NULL) return refuse_name(draft, cell, cell->text, where, error);
  *(int *)((char *)record + cell->field->offset) = (int)(row - table->rows);
  return true;
}

/* The rows that a word of a list names, added to indices. False when there is none. */
static bool add_word(struct draft_table *table, const char *word, int *indices, int *count)
{
  const int before = *count;
  if (!is_pattern(word)) {
    const struct row *row = draft_row(table, word);
    if (row != NULL) indices[(*count)++] = (int)(row - table->rows);
  } else {
    for (int i = 0; i < table->rows_count; i++)
      if (word_matches(word, table->rows[i].id)) indices[(*count)++] = i;
  }
  return *count > before;
}

static bool resolve_list(struct draft *draft, const struct cell *cell, const char *where, void *record,
                         struct error *error)
{
  struct field_list *list = (struct field_list *)((char *)record + cell->field->offset);
  struct draft_table *table = draft_table(draft, cell->field->references);
  int *indices = ARENA_ARRAY(draft->arena, list_room(list, table->rows_count), int);
  int count = 0;
  for (int i = 0; i < list->count; i++)
    if (!add_word(table, list->names[i], indices, &count))
      return refuse_name(draft, cell, list->names[i], where, error);
  const char **names = ARENA_ARRAY(draft->arena, count, const char *);
  for (int i = 0; i < count; i++) names[i] = table->rows[indices[i]].id;
  *list = (struct field_list){.count = count, .names = names, .indices = indices};
  return true;
}

static bool resolve_row(struct draft *draft, const struct entity *entity, const struct row *row, void *record,
                        struct error *error)
{
  for (int i = 0; i < row->cells_count; i++) {
    const struct cell *cell = &row->cells[i];
    if (cell->field == NULL || cell->field->references == NULL) continue;
    const char *where = field_where(entity, cell->field, draft->arena);
    const bool resolved = cell->field->type == FIELD_LIST ? resolve_list(draft, cell, where, record, error)
                                                          : resolve_reference(draft, cell, where, record, error);
    if (!resolved) return false;
  }
  return true;
}

static bool resolve_table(struct draft *draft, const struct draft_table *table, struct dataset *dataset,
                          struct error *error)
{
  char *records;
  memcpy(&records, (char *)dataset + table->entity->array, sizeof records);
  for (int i = 0; i < table->rows_count; i++)
    if (!resolve_row(draft, table->entity, &table->rows[i], records + (size_t)i * table->entity->size, error))
      return false;
  return true;
}

bool references_read(struct draft *draft, struct dataset *dataset, struct error *error)
{
  for (int i = 0; i < draft->tables_count; i++)
    if (!resolve_table(draft, &draft->tables[i], dataset, error)) return false;
  return true;
}

/* ---- for records outside the tables ---- */

static const struct record *record_at(const struct dataset *dataset, const struct entity *entity, int i)
{
  const char *records;
  memcpy(&records, (const char *)dataset + entity->array, sizeof records);
  return (const struct record *)(const void *)(records + (size_t)i * entity->size);
}

static int record_count(const struct dataset *dataset, const struct entity *entity)
{
  int count;
  memcpy(&count, (const char *)dataset + entity->count, sizeof count);
  return count;
}

int dataset_find(const struct dataset *dataset, const char *table, const char *id)
{
  const struct entity *entity = dataset_entity(table);
  assert(entity != NULL);
  const int count = record_count(dataset, entity);
  for (int i = 0; i < count; i++)
    if (strcmp(record_at(dataset, entity, i)->id, id) == 0) return i;
  return -1;
}

/* Rows of table that the word names, added to indices. */
static bool find_word(const struct dataset *dataset, const char *table, const char *word, int *indices, int *count)
{
  const struct entity *entity = dataset_entity(table);
  const int before = *count, rows = record_count(dataset, entity);
  for (int i = 0; i < rows; i++)
    if (word_matches(word, record_at(dataset, entity, i)->id)) indices[(*count)++] = i;
  return *count > before;
}

static bool refuse_word(const struct dataset *dataset, const struct field *field, const char *word, struct place place,
                        const char *where, struct arena *arena, struct error *error)
{
  const struct entity *entity = dataset_entity(field->references);
  const int rows = record_count(dataset, entity);
  const char **ids = ARENA_ARRAY(arena, rows, const char *);
  for (int i = 0; i < rows; i++) ids[i] = record_at(dataset, entity, i)->id;
  return error_set(error, place.file, place.line, arena_format(arena, "%s.%s", where, field->name),
                   "there is no '%s' in %s%s", word, field->references, draft_hint(word, ids, rows, arena));
}

static bool find_list(const struct dataset *dataset, const struct field *field, struct field_list *list,
                      struct place place, const char *where, struct arena *arena, struct error *error)
{
  const int rows = record_count(dataset, dataset_entity(field->references));
  int *indices = ARENA_ARRAY(arena, list_room(list, rows), int);
  int count = 0;
  for (int i = 0; i < list->count; i++)
    if (!find_word(dataset, field->references, list->names[i], indices, &count))
      return refuse_word(dataset, field, list->names[i], place, where, arena, error);
  const char **names = ARENA_ARRAY(arena, count, const char *);
  for (int i = 0; i < count; i++) names[i] = record_at(dataset, dataset_entity(field->references), indices[i])->id;
  *list = (struct field_list){.count = count, .names = names, .indices = indices};
  return true;
}

bool dataset_resolve(const struct dataset *dataset, const struct field *fields, void *record,
                     const struct instrument_term *terms, int terms_count, const char *where, struct arena *arena,
                     struct error *error)
{
  for (int i = 0; i < terms_count; i++) {
    const struct field *field = field_find(fields, terms[i].name);
    if (field == NULL || field->references == NULL) continue;
    void *member = (char *)record + field->offset;
    if (field->type == FIELD_LIST) {
      if (!find_list(dataset, field, member, terms[i].place, where, arena, error)) return false;
      continue;
    }
    *(int *)member = dataset_find(dataset, field->references, terms[i].text);
    if (*(int *)member < 0) return refuse_word(dataset, field, terms[i].text, terms[i].place, where, arena, error);
  }
  return true;
}
