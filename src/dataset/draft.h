/* dataset/draft.h - what the files say, still as text: rows of cells, merged by id. Inner header.
 *
 * Packages, scenario files, price decks and --set all write into one draft; a later row with an id that exists
 * overrides it cell by cell. Only when everything is in are cells read into records (records.c), so that a figure that
 * was overridden is never judged. A layer is one source of rows: the same id twice in one layer is a mistake.
 */
#ifndef DATASET_DRAFT_H
#define DATASET_DRAFT_H
#include "dataset/dataset.h"
#include "dataset/entities.h"
#include "io/table.h"
#include "io/yaml.h"

struct cell {
  const char *name, *text;   /* text is never NULL */
  const struct field *field; /* NULL: a term of an instrument */
  struct place place;
};

struct row {
  const char *id;
  struct place place; /* where it was first stated */
  int layer;          /* that stated it last */
  int cells_count, cells_room;
  struct cell *cells;
};

struct draft_table {
  const struct entity *entity;
  int rows_count, rows_room;
  struct row *rows;
  int slots_count; /* a power of two, at least twice rows_count */
  int *slots;      /* row + 1 by hash of the id, 0: empty */
};

/* One figure set by path, kept until every row is known. */
struct setting {
  const char *path, *text;
  struct place place;
};

struct draft {
  struct arena *arena;
  int tables_count;
  struct draft_table *tables; /* in the order of dataset_entities */
  struct row scenario;        /* cells of scenario_fields and horizon_fields */
  int periods_count;          /* where the horizon lists them */
  const struct period *periods;
  int layer, layers_count; /* the one being read; made so far */
  int depth;               /* instrument files that name one another */
  int settings_count;
  struct setting *settings;
  int inputs_count, warnings_count;
  const char **inputs, **warnings;
  const char *name, *title, *licence, *path; /* of the package, or NULL */
};

struct draft *draft_new(struct arena *arena);
void draft_layer_begin(struct draft *draft);
struct draft_table *draft_table(struct draft *draft, const char *name); /* NULL when there is none */
struct row *draft_row(struct draft_table *table, const char *id);       /* NULL when there is none */
void draft_add_input(struct draft *draft, const char *path);
void draft_warn(struct draft *draft, struct place place, const char *format, ...) __attribute__((format(printf, 3, 4)));
void draft_set(struct draft *draft, const char *path, const char *text, struct place place);

const struct cell *row_cell(const struct row *row, const char *name); /* NULL when there is none */
void row_set(struct row *row, struct cell cell, struct arena *arena); /* overrides or adds */
void row_drop(struct row *row, const char *name);

/* The row of that id in the current layer, new or to be overridden. NULL with error set when this layer has it. */
struct row *draft_row_open(struct draft *draft, struct draft_table *table, const char *id, struct place place,
                           struct error *error);
void draft_row_remove(struct draft_table *table, int index);
/* All rows of a table as read from a file. */
bool draft_add_table(struct draft *draft, const struct table *table, struct error *error);

/* "; did you mean 'x'?" or "" */
const char *draft_hint(const char *word, const char *const *candidates, int count, struct arena *arena);
const char *draft_hint_fields(const char *word, const struct field *fields, struct arena *arena);
const char *draft_hint_rows(const char *word, const struct draft_table *table, struct arena *arena);
const char *draft_hint_tables(const char *word, struct arena *arena);

/* scenario_file.c: a scenario with all it extends and names, its package included. */
bool draft_read_scenario(struct draft *draft, const char *path, struct error *error);
/* instrument_file.c: the value of `instruments:`; folder: of the file it stands in. */
bool draft_read_instruments(struct draft *draft, const struct yaml *node, const char *folder, struct error *error);
/* deal_file.c: a file with `deal:` at the top; then, once all figures are set, the instruments of deals that are
 * switched off leave the draft, with the schedules and events that name them. */
bool draft_read_deal(struct draft *draft, const struct yaml *root, const char *folder, struct error *error);
void draft_drop_deals(struct draft *draft);
bool draft_expect_schema(const struct yaml *root, struct error *error);
bool draft_expect_keys(const struct yaml *map, const char *const *keys, int count, const char *where,
                       struct arena *arena, struct error *error);
/* package.c */
bool draft_read_package(struct draft *draft, const char *folder, struct error *error);
bool draft_read_deck(struct draft *draft, const char *path, struct error *error);
/* settings.c */
bool draft_apply_settings(struct draft *draft, struct error *error);
/* Rows that a path `table.row.field` names, '*' in the row allowed; the field's name goes to *field.
 * -1 with error set when there is none. */
int draft_match(struct draft *draft, const char *path, struct place place, const char *where,
                struct draft_table **table, const int **rows, const char **field, struct error *error);
/* as_of.c: leaves out what rests on sources published after that date. */
void draft_limit(struct draft *draft, double as_of);

/* records.c: cells into the arrays of dataset. references.c: their names into row indices. */
bool records_read(struct draft *draft, struct dataset *dataset, struct error *error);
bool references_read(struct draft *draft, struct dataset *dataset, struct error *error);
/* Cells into any record, as fields describe it; where names it in messages. */
bool record_read(const struct row *row, const struct field *fields, const char *where, void *record,
                 struct arena *arena, struct error *error);
/* scenario.c */
const struct scenario *scenario_read(struct draft *draft, const struct dataset *dataset, struct error *error);
bool periods_read(struct draft *draft, const struct yaml *list, struct error *error);
/* fill.c: defaults that depend on other figures. */
void dataset_fill(struct dataset *dataset, struct arena *arena);
/* checks.c */
bool dataset_check(struct draft *draft, const struct dataset *dataset, struct error *error);
/* warnings.c */
void dataset_warn(struct draft *draft, const struct dataset *dataset);
/* chance.c: events without dates of their own, before anything is checked; then the variables. */
bool chance_settle_events(struct draft *draft, struct dataset *dataset, struct error *error);
bool chance_bind(struct draft *draft, struct dataset *dataset, struct error *error);
/* timeline.c */
const struct timeline *timeline_new(struct draft *draft, const struct dataset *dataset, struct error *error);
#endif
