/* dataset/describe.h - the field tables as text for people: help on a terminal, the tables of docs/formats.md. */
#ifndef DATASET_DESCRIBE_H
#define DATASET_DESCRIBE_H
#include "base/text.h"
#include "dataset/dataset.h"

/* "number from 0 to 1", "one of fob|cif", "ids of processes" */
const char *field_kind(const struct field *field, struct arena *arena);
/* "required", "optional" or the default. key: the columns that make up an id, or NULL */
const char *field_need(const struct field *field, const char *key, struct arena *arena);

/* Plain text, at most 120 columns: one column of a table, all columns of a table, all tables with one line each. */
const char *field_help(const struct entity *entity, const struct field *field, struct arena *arena);
const char *entity_help(const struct entity *entity, struct arena *arena);
const char *tables_help(struct arena *arena);

/* Help on "facilities" or "facilities.capacity_t_per_year"; also "scenario". NULL with error set for anything else. */
[[nodiscard]] const char *path_help(const char *path, struct arena *arena, struct error *error);

/* Markdown: any field table under its own header row, and the whole generated part of docs/formats.md. */
void fields_markdown(const struct field *fields, const char *key, struct text *text);
const char *formats_markdown(struct arena *arena);
#endif
