/* dataset/records.c - cells into records: every table through the same loop, every cell by its field.
 *
 * References are looked up afterwards, when every table is there (references.c).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dataset/draft.h"

static bool expect_finite(const struct cell *cell, const char *where, const void *record, struct error *error)
{
  const struct field *field = cell->field;
  if (field->type != FIELD_NUMBER || field_takes_infinity(field)) return true;
  if (!isinf(*(const double *)((const char *)record + field->offset))) return true;
  char name[128];
  (void)snprintf(name, sizeof name, "%s.%s", where, field->name);
  return error_set(error, cell->place.file, cell->place.line, name, "found '%s', expected a finite number", cell->text);
}

static bool expect_required(const struct row *row, const struct field *fields, const char *where, void *record,
                            struct arena *arena, struct error *error)
{
  for (const struct field *field = fields; field->name != NULL; field++) {
    if (field->fallback != NULL || row_cell(row, field->name) != NULL) continue;
    return field_parse(field, "", record, row->place, where, arena, error);
  }
  return true;
}

bool record_read(const struct row *row, const struct field *fields, const char *where, void *record,
                 struct arena *arena, struct error *error)
{
  for (int i = 0; i < row->cells_count; i++) {
    const struct cell *cell = &row->cells[i];
    if (cell->field == NULL) continue;
    if (!field_parse(cell->field, cell->text, record, cell->place, where, arena, error)) return false;
    if (!expect_finite(cell, where, record, error)) return false;
  }
  return expect_required(row, fields, where, record, arena, error);
}

static bool read_row(const struct row *row, const struct entity *entity, void *record, struct arena *arena,
                     struct error *error)
{
  if (!record_read(row, entity->fields, entity->table, record, arena, error)) return false;
  struct record *head = record; /* the first member of every entity */
  head->id = row->id;
  head->place = row->place;
  return true;
}

static void read_terms(const struct row *row, struct instrument *instrument, struct arena *arena)
{
  struct instrument_term *terms = ARENA_ARRAY(arena, row->cells_count, struct instrument_term);
  for (int i = 0; i < row->cells_count; i++) {
    const struct cell *cell = &row->cells[i];
    if (cell->field != NULL) continue;
    terms[instrument->terms_count++] = (struct instrument_term){cell->name, cell->text, cell->place};
  }
  instrument->terms = terms;
}

static bool read_table(const struct draft_table *table, struct dataset *dataset, struct arena *arena,
                       struct error *error)
{
  const struct entity *entity = table->entity;
  char *records = arena_alloc(arena, (size_t)table->rows_count, entity->size);
  char *defaults = arena_alloc(arena, 1, entity->size);
  field_defaults(entity->fields, defaults, arena);
  for (int i = 0; i < table->rows_count; i++) {
    char *record = records + (size_t)i * entity->size;
    memcpy(record, defaults, entity->size);
    if (!read_row(&table->rows[i], entity, record, arena, error)) return false;
  }
  memcpy((char *)dataset + entity->array, &records, sizeof records);
  memcpy((char *)dataset + entity->count, &table->rows_count, sizeof table->rows_count);
  return true;
}

bool records_read(struct draft *draft, struct dataset *dataset, struct error *error)
{
  for (int i = 0; i < draft->tables_count; i++)
    if (!read_table(&draft->tables[i], dataset, draft->arena, error)) return false;
  const struct draft_table *instruments = draft_table(draft, "instruments");
  for (int i = 0; i < instruments->rows_count; i++)
    read_terms(&instruments->rows[i], &dataset->instruments[i], draft->arena);
  return true;
}
