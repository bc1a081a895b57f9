/* dataset/draft.c - rows of cells that may be overridden, found by id through an open hash.
 *
 * Rows keep the order in which they were first stated: the order of the arrays in the finished data set.
 */
#include "dataset/draft.h"

#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

struct draft *draft_new(struct arena *arena)
{
  struct draft *draft = ARENA_NEW(arena, struct draft);
  const struct entity *entities = dataset_entities(&draft->tables_count);
  draft->arena = arena;
  draft->tables = ARENA_ARRAY(arena, draft->tables_count, struct draft_table);
  for (int i = 0; i < draft->tables_count; i++) draft->tables[i].entity = &entities[i];
  return draft;
}

void draft_layer_begin(struct draft *draft)
{
  draft->layer = ++draft->layers_count;
}

struct draft_table *draft_table(struct draft *draft, const char *name)
{
  for (int i = 0; i < draft->tables_count; i++)
    if (text_equal(draft->tables[i].entity->table, name)) return &draft->tables[i];
  return NULL;
}

/* ---- lists that grow ---- */

static void add_text(const char ***list, int *count, const char *text, struct arena *arena)
{
  if (*count % 8 == 0) *list = arena_grow(arena, *list, *count, *count + 8, sizeof **list);
  (*list)[(*count)++] = text;
}

void draft_add_input(struct draft *draft, const char *path)
{
  add_text(&draft->inputs, &draft->inputs_count, path, draft->arena);
}

void draft_warn(struct draft *draft, struct place place, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  const char *message = arena_format_list(draft->arena, format, arguments);
  va_end(arguments);
  const char *text = place.line > 0 ? arena_format(draft->arena, "%s:%d: %s", place.file, place.line, message)
                                    : arena_format(draft->arena, "%s: %s", place.file, message);
  add_text(&draft->warnings, &draft->warnings_count, text, draft->arena);
}

void draft_set(struct draft *draft, const char *path, const char *text, struct place place)
{
  const int count = draft->settings_count;
  if (count % 8 == 0)
    draft->settings = arena_grow(draft->arena, draft->settings, count, count + 8, sizeof(struct setting));
  draft->settings[draft->settings_count++] = (struct setting){path, text, place};
}

/* ---- rows and cells ---- */

static struct cell *find_cell(const struct row *row, const char *name)
{
  for (int i = 0; i < row->cells_count; i++)
    if (row->cells[i].name == name || strcmp(row->cells[i].name, name) == 0) return &row->cells[i];
  return NULL;
}

const struct cell *row_cell(const struct row *row, const char *name)
{
  return find_cell(row, name);
}

void row_set(struct row *row, struct cell cell, struct arena *arena)
{
  assert(cell.text != NULL);
  struct cell *old = find_cell(row, cell.name);
  if (old != NULL) {
    *old = cell;
    return;
  }
  if (row->cells_count == row->cells_room) {
    const int room = row->cells_room > 0 ? 2 * row->cells_room : 8;
    row->cells = arena_grow(arena, row->cells, row->cells_count, room, sizeof cell);
    row->cells_room = room;
  }
  row->cells[row->cells_count++] = cell;
}

void row_drop(struct row *row, const char *name)
{
  struct cell *cell = find_cell(row, name);
  if (cell == NULL) return;
  const int after = row->cells_count - (int)(cell - row->cells) - 1;
  memmove(cell, cell + 1, (size_t)after * sizeof *cell);
  row->cells_count--;
}

static uint32_t hash_of(const char *text)
{
  uint32_t hash = 2166136261u; /* FNV-1a */
  for (; *text != '\0'; text++) hash = (hash ^ (unsigned char)*text) * 16777619u;
  return hash;
}

/* The slot of id, or the empty one where it belongs. */
static int *find_slot(const struct draft_table *table, const char *id)
{
  const uint32_t mask = (uint32_t)table->slots_count - 1;
  uint32_t i = hash_of(id) & mask;
  while (table->slots[i] != 0 && strcmp(table->rows[table->slots[i] - 1].id, id) != 0) i = (i + 1) & mask;
  return &table->slots[i];
}

struct row *draft_row(struct draft_table *table, const char *id)
{
  if (table->rows_count == 0) return NULL;
  const int slot = *find_slot(table, id);
  return slot > 0 ? &table->rows[slot - 1] : NULL;
}

static void make_room(struct draft_table *table, struct arena *arena)
{
  if (table->rows_count < table->rows_room) return;
  const int room = table->rows_room > 0 ? 2 * table->rows_room : 16;
  table->rows = arena_grow(arena, table->rows, table->rows_count, room, sizeof(struct row));
  table->rows_room = room;
  table->slots_count = 4 * room;
  table->slots = ARENA_ARRAY(arena, table->slots_count, int);
  for (int i = 0; i < table->rows_count; i++) *find_slot(table, table->rows[i].id) = i + 1;
}

void draft_row_remove(struct draft_table *table, int index)
{
  assert(index >= 0 && index < table->rows_count);
  const int after = table->rows_count - index - 1;
  memmove(&table->rows[index], &table->rows[index + 1], (size_t)after * sizeof(struct row));
  table->rows_count--;
  memset(table->slots, 0, (size_t)table->slots_count * sizeof *table->slots);
  for (int i = 0; i < table->rows_count; i++) *find_slot(table, table->rows[i].id) = i + 1;
}

struct row *draft_row_open(struct draft *draft, struct draft_table *table, const char *id, struct place place,
                           struct error *error)
{
  struct row *row = draft_row(table, id);
  if (row != NULL && row->layer == draft->layer) {
    const char *where = arena_format(draft->arena, "%s.id", table->entity->table);
    const bool same = text_equal(row->place.file, place.file);
    error_set(error, place.file, place.line, where, "'%s' is there twice; the first is in %s%s%d%s", id,
              same ? "line " : row->place.file, same ? "" : ":", row->place.line,
              table->entity->key != NULL ? ", tell them apart by an id of their own" : "");
    return NULL;
  }
  if (row == NULL) {
    make_room(table, draft->arena);
    row = &table->rows[table->rows_count++];
    *row = (struct row){.id = id, .place = place};
    *find_slot(table, id) = table->rows_count;
  }
  row->layer = draft->layer;
  return row;
}

/* ---- rows from a table of texts ---- */

/* "a b" -> "a.b", in small letters. */
static void add_id_part(struct text *id, const char *text)
{
  if (text == NULL) return;
  if (id->length > 0) text_add_bytes(id, ".", 1);
  for (; *text != '\0'; text++) {
    const char c = isspace((unsigned char)*text) ? '.' : (char)tolower((unsigned char)*text);
    text_add_bytes(id, &c, 1);
  }
}

/* The id given, or one made up from the columns of the entity's key. NULL with error set when there is neither. */
static const char *row_id(const struct table *table, int row, const struct entity *entity, struct arena *arena,
                          struct error *error)
{
  const char *given = table_cell(table, row, table_column(table, "id"));
  if (given != NULL) return given;
  const struct place place = table_place(table, row, -1);
  if (entity->key == NULL) {
    error_set(error, place.file, place.line, arena_format(arena, "%s.id", table->name), "missing; expected an id");
    return NULL;
  }
  struct text id = text_new(arena);
  char *rest = arena_copy(arena, entity->key);
  for (char *name; (name = strsep(&rest, " ")) != NULL;)
    add_id_part(&id, table_cell(table, row, table_column(table, name)));
  return id.bytes;
}

/* The fields of the columns. NULL with error set when one is unknown. */
static const struct field **column_fields(const struct table *table, const struct entity *entity, struct arena *arena,
                                          struct error *error)
{
  const struct field **fields = ARENA_ARRAY(arena, table->columns, const struct field *);
  for (int column = 0; column < table->columns; column++) {
    const char *name = table->names[column];
    fields[column] = field_find(entity->fields, name);
    if (fields[column] != NULL) continue;
    error_set(error, table->file, table->name_lines[column], table->name, "there is no column '%s'%s", name,
              draft_hint_fields(name, entity->fields, arena));
    return NULL;
  }
  return fields;
}

bool draft_add_table(struct draft *draft, const struct table *table, struct error *error)
{
  struct draft_table *target = draft_table(draft, table->name);
  assert(target != NULL);
  const struct field **fields = column_fields(table, target->entity, draft->arena, error);
  if (fields == NULL) return false;
  for (int i = 0; i < table->rows; i++) {
    const char *id = row_id(table, i, target->entity, draft->arena, error);
    if (id == NULL) return false;
    struct row *row = draft_row_open(draft, target, id, table_place(table, i, -1), error);
    if (row == NULL) return false;
    for (int column = 0; column < table->columns; column++) {
      const char *text = table_cell(table, i, column);
      if (text == NULL) continue;
      row_set(row, (struct cell){table->names[column], text, fields[column], table_place(table, i, column)},
              draft->arena);
    }
  }
  return true;
}

/* ---- hints ---- */

/* capacity_t -> capacity_t_per_year: who begins alike, if nobody is near. */
static const char *find_begun(const char *word, const char *const *candidates, int count)
{
  const size_t length = strlen(word);
  if (length < 4) return NULL;
  for (int i = 0; i < count; i++)
    if (strncmp(word, candidates[i], length) == 0) return candidates[i];
  return NULL;
}

const char *draft_hint(const char *word, const char *const *candidates, int count, struct arena *arena)
{
  const char *nearest = text_nearest(word, candidates, count);
  if (nearest == NULL) nearest = find_begun(word, candidates, count);
  return nearest != NULL ? arena_format(arena, "; did you mean '%s'?", nearest) : "";
}

const char *draft_hint_fields(const char *word, const struct field *fields, struct arena *arena)
{
  int count = 0;
  while (fields[count].name != NULL) count++;
  const char **names = ARENA_ARRAY(arena, count, const char *);
  for (int i = 0; i < count; i++) names[i] = fields[i].name;
  return draft_hint(word, names, count, arena);
}

const char *draft_hint_rows(const char *word, const struct draft_table *table, struct arena *arena)
{
  const char **names = ARENA_ARRAY(arena, table->rows_count, const char *);
  for (int i = 0; i < table->rows_count; i++) names[i] = table->rows[i].id;
  return draft_hint(word, names, table->rows_count, arena);
}

const char *draft_hint_tables(const char *word, struct arena *arena)
{
  int count;
  const struct entity *entities = dataset_entities(&count);
  const char **names = ARENA_ARRAY(arena, count, const char *);
  for (int i = 0; i < count; i++) names[i] = entities[i].table;
  return draft_hint(word, names, count, arena);
}
