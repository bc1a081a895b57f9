/* dataset/claims_file.c - reads a claims file by its field tables; every id of a source must be stated in the file.
 *
 * Formulas are checked where they are computed. Nothing else is opened: folders are only named.
 */
#include "dataset/claims_file.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"
#include "io/file.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define PLAIN(row, member, type, fallback, choices, help)                                                              \
  {                                                                                                                    \
#member, type, offsetof(struct row, member), "", fallback, 0, 0, choices, NULL, help                               \
  }

#define ROW claims
static const struct field head_fields[] = {
    PLAIN(ROW, title, FIELD_TEXT, "", NULL, "Name as people write it"),
    PLAIN(ROW, article, FIELD_TEXT, NULL, NULL, "Title of what is audited"),
    PLAIN(ROW, publisher, FIELD_TEXT, "", NULL, "Who published it"),
    PLAIN(ROW, address, FIELD_TEXT, "", NULL, "Where it was read"),
    PLAIN(ROW, published, FIELD_DATE, "", NULL, "When it appeared"),
    PLAIN(ROW, data, FIELD_TEXT, "", NULL,
          "Folder of the data set that `data.` and `base.` speak of, seen from this file"),
    PLAIN(ROW, deals, FIELD_TEXT, "", NULL, "Folder of the deal files that `deals.` speaks of"),
    PLAIN(ROW, run, FIELD_TEXT, "", NULL, "Scenario whose run `run.` asks for"),
    PLAIN(ROW, against, FIELD_TEXT, "", NULL, "Scenario whose run `against.` asks for: without the deals"),
    FIELD_END};
#undef ROW

#define ROW source
static const struct field source_fields[] = {RECORD_NAMED(ROW),
                                             TEXT_REQUIRED(ROW, title, "Author, title, page"),
                                             TEXT(ROW, url, "Address"),
                                             DATE(ROW, published, "", "When it appeared"),
                                             DATE(ROW, accessed, "", "When it was read"),
                                             FIELD_END};
#undef ROW

#define ROW claim_figure
static const struct field figure_fields[] = {RECORD_NAMED(ROW),
                                             NUMBER(ROW, value, "", "", 0, 0, "The figure"),
                                             NUMBER(ROW, low, "", "", 0, 0, "Lower end of its range"),
                                             NUMBER(ROW, high, "", "", 0, 0, "Upper end of its range"),
                                             DATE(ROW, day, "", "Instead of a value: a date, which counts in years"),
                                             DATE(ROW, day_low, "", "Earliest it may be"),
                                             DATE(ROW, day_high, "", "Latest it may be"),
                                             TEXT(ROW, compute, "Instead of either: a formula"),
                                             TEXT(ROW, unit, "Its unit"),
                                             DATE(ROW, date, "", "When it held"),
                                             FIELD_END};
#undef ROW

#define ROW claim
static const struct field claim_table[] = {
    RECORD_NAMED(ROW),
    TEXT_REQUIRED(ROW, statement, "What is said, in the file's own words"),
    CHOICE(ROW, kind, "quantity", "quantity|not_a_quantity|unverified", "What can be done with it"),
    NUMBER(ROW, figure, "", "", 0, 0, "The figure as stated"),
    NUMBER(ROW, figure_high, "", "", 0, 0, "Where a range is stated: its upper end"),
    TEXT(ROW, unit, "Unit of the figure and of what is computed"),
    DATE(ROW, date, "", "When the statement held. Absent: when the article appeared"),
    NUMBER(ROW, within, "1", "", 0, 10, "Bears out: computed within so much of the stated figure, relative"),
    NUMBER(ROW, at_least, "", "", 0, 0, "Bears out: computed is at least so much"),
    NUMBER(ROW, at_most, "", "", 0, 0, "Bears out: computed is at most so much"),
    TEXT(ROW, proxy, "Of what is no quantity: the nearest thing that is"),
    TEXT(ROW, reason, "Of what is no quantity, or unverified: why"),
    FIELD_END};
#undef ROW

#define ROW claim_reading
static const struct field reading_fields[] = {RECORD_NAMED(ROW), TEXT(ROW, title, "The definition, in words"),
                                              TEXT_REQUIRED(ROW, compute, "Formula"), FIELD_END};
#undef ROW

const struct field *claims_head_fields(void)
{
  return head_fields;
}

const struct field *claim_figure_fields(void)
{
  return figure_fields;
}

const struct field *claim_fields(void)
{
  return claim_table;
}

const struct field *claim_reading_fields(void)
{
  return reading_fields;
}

/* ---- one record ---- */

struct reader {
  struct claims *claims;
  struct arena *arena;
  struct error *error;
};

static bool is_one_of(const char *key, const char *const *keys, int count)
{
  for (int i = 0; i < count; i++)
    if (text_equal(key, keys[i])) return true;
  return false;
}

/* A map into a record; keys in `others` are left to the caller. id: where the key of the map was it, else NULL. */
static bool read_record(struct reader *reader, const struct yaml *map, const char *id, const struct field *fields,
                        const char *const *others, int others_count, const char *where, void *record)
{
  struct row row = {.place = {map->file, map->line}};
  if (!yaml_expect(map, YAML_MAP, where, reader->error)) return false;
  if (id != NULL) row_set(&row, (struct cell){"id", id, field_find(fields, "id"), row.place}, reader->arena);
  for (int i = 0; i < map->count; i++) {
    const char *name = map->keys[i].text, *text;
    if (is_one_of(name, others, others_count)) continue;
    const struct field *field = field_find(fields, name);
    const char *place = arena_format(reader->arena, "%s.%s", where, name);
    if (field == NULL || (id != NULL && text_equal(name, "id")))
      return error_set(reader->error, map->file, map->keys[i].line, where, "there is no key '%s'%s", name,
                       draft_hint_fields(name, fields, reader->arena));
    if (!yaml_words(map->items[i], place, &text, reader->arena, reader->error)) return false;
    if (text != NULL) row_set(&row, (struct cell){name, text, field, {map->file, map->items[i]->line}}, reader->arena);
  }
  field_defaults(fields, record, reader->arena);
  return record_read(&row, fields, where, record, reader->arena, reader->error);
}

/* Every word of the column `source` is a source of the file. */
static bool check_source(struct reader *reader, const struct record *record, const char *where)
{
  if (record->source == NULL) return true;
  char *rest = arena_copy(reader->arena, record->source);
  for (char *word; (word = strsep(&rest, " ")) != NULL;) {
    if (word[0] == '\0' || claims_source(reader->claims, word) != NULL) continue;
    const char **ids = ARENA_ARRAY(reader->arena, reader->claims->sources_count, const char *);
    for (int i = 0; i < reader->claims->sources_count; i++) ids[i] = reader->claims->sources[i].record.id;
    return error_set(reader->error, record->place.file, record->place.line, where, "there is no '%s' in sources%s",
                     word, draft_hint(word, ids, reader->claims->sources_count, reader->arena));
  }
  return true;
}

/* A table of records: a list of maps, or a map of id to map. Their first member is the record. */
static void *read_table(struct reader *reader, const struct yaml *node, const struct field *fields, size_t size,
                        const char *where, int *count)
{
  static const char *const inner[] = {"readings"};
  *count = 0;
  if (yaml_is_null(node)) return arena_alloc(reader->arena, 0, size);
  if (node->kind == YAML_SCALAR && !yaml_expect(node, YAML_LIST, where, reader->error)) return NULL;
  char *records = arena_alloc(reader->arena, (size_t)node->count, size);
  for (int i = 0; i < node->count; i++) {
    struct record *record = (struct record *)(void *)(records + (size_t)i * size);
    const char *id = node->kind == YAML_MAP ? node->keys[i].text : NULL;
    const int inner_count = fields == claim_table ? COUNT(inner) : 0;
    if (!read_record(reader, node->items[i], id, fields, inner, inner_count, where, record)) return NULL;
    record->place = (struct place){node->items[i]->file, node->items[i]->line};
    for (int k = 0; k < i; k++)
      if (text_equal(((const struct record *)(const void *)(records + (size_t)k * size))->id, record->id)) {
        error_set(reader->error, record->place.file, record->place.line, where, "'%s' is there twice", record->id);
        return NULL;
      }
    if (!check_source(reader, record, where)) return NULL;
  }
  *count = node->count;
  return records;
}

/* ---- claims ---- */

static bool refuse(struct reader *reader, const struct record *record, const char *where, const char *message)
{
  return error_set(reader->error, record->place.file, record->place.line, where, "'%s': %s", record->id, message);
}

static bool check_claim(struct reader *reader, const struct claim *claim)
{
  const bool threshold = !isnan(claim->within) || !isnan(claim->at_least) || !isnan(claim->at_most);
  const struct record *record = &claim->record;
  if (claim->kind == CLAIM_QUANTITY && claim->readings_count == 0)
    return refuse(reader, record, "claims.readings", "missing; expected at least one, or another `kind`");
  if (claim->kind == CLAIM_QUANTITY && !threshold)
    return refuse(reader, record, "claims.within", "missing; expected within, at_least or at_most");
  if (claim->kind != CLAIM_QUANTITY && threshold)
    return refuse(reader, record, "claims.kind", "has a threshold, but is said to be no quantity or unverified");
  if (claim->kind == CLAIM_NOT_A_QUANTITY && claim->proxy == NULL)
    return refuse(reader, record, "claims.proxy", "missing; expected the nearest thing that is a quantity");
  if (claim->kind == CLAIM_UNVERIFIED && claim->reason == NULL)
    return refuse(reader, record, "claims.reason", "missing; expected why nothing known settles it");
  if (!isnan(claim->within) && isnan(claim->figure))
    return refuse(reader, record, "claims.figure", "missing; expected a figure to be within reach of");
  return true;
}

static bool read_claims(struct reader *reader, const struct yaml *node)
{
  struct claims *claims = reader->claims;
  struct claim *rows = read_table(reader, node, claim_table, sizeof *rows, "claims", &claims->count);
  if (rows == NULL) return false;
  for (int i = 0; i < claims->count; i++) {
    const struct yaml *readings = yaml_get(node->items[i], "readings");
    rows[i].readings = read_table(reader, readings, reading_fields, sizeof(struct claim_reading), "claims.readings",
                                  &rows[i].readings_count);
    if (rows[i].readings == NULL || !check_claim(reader, &rows[i])) return false;
  }
  claims->claims = rows;
  return true;
}

static bool check_figure(struct reader *reader, const struct claim_figure *figure)
{
  const int ways = !isnan(figure->value) + !isnan(figure->day) + (figure->compute != NULL);
  const double middle = isnan(figure->day) ? figure->value : figure->day;
  const double low = isnan(figure->day) ? figure->low : figure->day_low;
  const double high = isnan(figure->day) ? figure->high : figure->day_high;
  if (ways != 1) return refuse(reader, &figure->record, "figures", "expected one of value, day and compute");
  if (isnan(low) != isnan(high)) return refuse(reader, &figure->record, "figures", "expected both ends of a range");
  if (low > middle || high < middle) return refuse(reader, &figure->record, "figures", "lies outside its own range");
  if (figure->compute == NULL && figure->record.source == NULL)
    return refuse(reader, &figure->record, "figures.source", "missing; expected where the figure is from");
  return true;
}

static bool read_figures(struct reader *reader, const struct yaml *node)
{
  struct claims *claims = reader->claims;
  struct claim_figure *rows = read_table(reader, node, figure_fields, sizeof *rows, "figures", &claims->figures_count);
  if (rows == NULL) return false;
  for (int i = 0; i < claims->figures_count; i++)
    if (!check_figure(reader, &rows[i])) return false;
  claims->figures = rows;
  return true;
}

static bool read_root(struct reader *reader, const struct yaml *root)
{
  static const char *const others[] = {"schema_version", "audit", "sources", "figures", "claims"};
  struct claims *claims = reader->claims;
  const char *folder = path_folder(root->file, reader->arena);
  if (!read_record(reader, root, NULL, head_fields, others, COUNT(others), "", claims)) return false;
  claims->id = yaml_text(yaml_get(root, "audit"));
  if (claims->id == NULL)
    return error_set(reader->error, root->file, root->line, "audit", "missing; expected the id of the claims file");
  if (claims->data != NULL) claims->data = path_join(folder, claims->data, reader->arena);
  if (claims->deals != NULL) claims->deals = path_join(folder, claims->deals, reader->arena);
  claims->sources = read_table(reader, yaml_get(root, "sources"), source_fields, sizeof(struct source), "sources",
                               &claims->sources_count);
  return claims->sources != NULL && read_figures(reader, yaml_get(root, "figures")) &&
         read_claims(reader, yaml_get(root, "claims"));
}

const struct claims *claims_read(const char *path, struct arena *arena, struct error *error)
{
  const struct yaml *root = yaml_read(path, arena, error);
  if (root == NULL || !yaml_expect(root, YAML_MAP, "", error) || !draft_expect_schema(root, error)) return NULL;
  struct reader reader = {ARENA_NEW(arena, struct claims), arena, error};
  reader.claims->file = arena_copy(arena, path);
  return read_root(&reader, root) ? reader.claims : NULL;
}

const struct source *claims_source(const struct claims *claims, const char *id)
{
  for (int i = 0; i < claims->sources_count; i++)
    if (text_equal(claims->sources[i].record.id, id)) return &claims->sources[i];
  return NULL;
}
