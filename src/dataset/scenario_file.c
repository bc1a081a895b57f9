/* dataset/scenario_file.c - scenario files into the draft: what they extend first, then their own sections.
 *
 * A file may extend several; each is read once, before the file that names it. The data package is that of the last
 * file in this order that names one, and comes before all of them. `set` is only noted here (settings.c applies it).
 */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"
#include "io/file.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

struct document {
  const char *path, *folder;
  const struct yaml *root;
};

/* The files of one scenario, those that others extend first. */
struct documents {
  int count, room;
  struct document *items;
  int open_count; /* paths whose extended files are being read: one that comes again is a circle */
  const char *open[32];
};

/* ---- what extends what ---- */

static bool collect(struct draft *draft, struct documents *documents, const char *path, struct place place,
                    struct error *error);

static bool collect_parents(struct draft *draft, struct documents *documents, const struct document *document,
                            struct error *error)
{
  const struct yaml *extends = yaml_get(document->root, "extends");
  if (yaml_is_null(extends)) return true;
  const bool list = extends->kind == YAML_LIST;
  const int count = list ? extends->count : 1;
  for (int i = 0; i < count; i++) {
    const struct yaml *item = list ? extends->items[i] : extends;
    if (!yaml_expect(item, YAML_SCALAR, "extends", error)) return false;
    const char *path = path_join(document->folder, item->text, draft->arena);
    if (!collect(draft, documents, path, (struct place){item->file, item->line}, error)) return false;
  }
  return true;
}

static bool is_collected(const struct documents *documents, const char *path)
{
  for (int i = 0; i < documents->count; i++)
    if (text_equal(documents->items[i].path, path)) return true;
  return false;
}

static bool expect_no_circle(const struct documents *documents, const char *path, struct place place,
                             struct error *error)
{
  for (int i = 0; i < documents->open_count; i++)
    if (text_equal(documents->open[i], path))
      return error_set(error, place.file, place.line, "extends", "'%s' extends itself, by way of %d file%s", path,
                       documents->open_count - i, documents->open_count - i > 1 ? "s" : "");
  if (documents->open_count == COUNT(documents->open))
    return error_set(error, place.file, place.line, "extends", "more than %d files extend one another",
                     COUNT(documents->open));
  return true;
}

static bool collect(struct draft *draft, struct documents *documents, const char *path, struct place place,
                    struct error *error)
{
  if (is_collected(documents, path)) return true;
  if (!expect_no_circle(documents, path, place, error)) return false;
  if (place.line > 0 && !path_exists(path))
    return error_set(error, place.file, place.line, "extends", "there is no file '%s'", path);
  const struct document document = {path, path_folder(path, draft->arena), yaml_read(path, draft->arena, error)};
  if (document.root == NULL || !yaml_expect(document.root, YAML_MAP, "", error)) return false;
  if (!draft_expect_schema(document.root, error)) return false;
  documents->open[documents->open_count++] = path;
  if (!collect_parents(draft, documents, &document, error)) return false;
  documents->open_count--;
  if (documents->count == documents->room) {
    documents->items =
        arena_grow(draft->arena, documents->items, documents->room, documents->room + 8, sizeof document);
    documents->room += 8;
  }
  documents->items[documents->count++] = document;
  return true;
}

/* ---- sections ---- */

static bool set_scenario(struct draft *draft, const char *name, const struct yaml *value, struct error *error)
{
  const struct field *field = field_find(scenario_fields(), name);
  if (field == NULL) field = field_find(horizon_fields(), name);
  assert(field != NULL);
  const char *text;
  if (!yaml_words(value, name, &text, draft->arena, error)) return false;
  if (text != NULL)
    row_set(&draft->scenario, (struct cell){name, text, field, {value->file, value->line}}, draft->arena);
  return true;
}

static bool read_section(struct draft *draft, const struct yaml *section, const char *where, const char *const *keys,
                         int keys_count, struct error *error)
{
  if (yaml_is_null(section)) return true;
  if (!yaml_expect(section, YAML_MAP, where, error)) return false;
  if (!draft_expect_keys(section, keys, keys_count, where, draft->arena, error)) return false;
  for (int i = 0; i < section->count; i++) {
    if (text_equal(section->keys[i].text, "periods")) continue;
    if (!set_scenario(draft, section->keys[i].text, section->items[i], error)) return false;
  }
  return true;
}

/* The horizon is given by from, to and period or by a list of periods; the later file's way wins. */
static bool read_horizon(struct draft *draft, const struct yaml *horizon, struct error *error)
{
  static const char *const keys[] = {"from", "to", "period", "window", "tail", "tail_years_after", "periods"};
  const struct yaml *periods = yaml_get(horizon, "periods");
  for (int i = 0; i < 3; i++) {
    const struct yaml *given = yaml_get(horizon, keys[i]);
    if (given != NULL && periods != NULL)
      return error_set(error, given->file, given->line, arena_format(draft->arena, "horizon.%s", keys[i]),
                       "stands beside periods; expected from, to and period, or a list of periods");
    if (given != NULL) draft->periods_count = 0;
    if (periods != NULL) row_drop(&draft->scenario, keys[i]);
  }
  if (periods != NULL && !periods_read(draft, periods, error)) return false;
  return read_section(draft, horizon, "horizon", keys, COUNT(keys), error);
}

static bool read_tables(struct draft *draft, const struct yaml *tables, struct error *error)
{
  if (yaml_is_null(tables)) return true;
  if (!yaml_expect(tables, YAML_MAP, "tables", error)) return false;
  for (int i = 0; i < tables->count; i++) {
    const struct yaml_key key = tables->keys[i];
    const char *file = tables->file;
    if (text_equal(key.text, "instruments") || text_equal(key.text, "events"))
      return error_set(error, file, key.line, "tables", "'%s' stands at the top of the file, not under tables",
                       key.text);
    if (draft_table(draft, key.text) == NULL)
      return error_set(error, file, key.line, "tables", "there is no table '%s'%s", key.text,
                       draft_hint_tables(key.text, draft->arena));
    if (yaml_is_null(tables->items[i])) continue;
    const struct table *table = table_from_yaml(tables->items[i], key.text, draft->arena, error);
    if (table == NULL || !draft_add_table(draft, table, error)) return false;
  }
  return true;
}

/* Tables that stand at the top of the file. */
static bool read_top_tables(struct draft *draft, const struct yaml *root, struct error *error)
{
  static const char *const names[] = {"events",  "distributions", "correlations", "startups",
                                      "regimes", "price_paths",   "indicators"};
  for (int i = 0; i < COUNT(names); i++) {
    const struct yaml *rows = yaml_get(root, names[i]);
    if (yaml_is_null(rows)) continue;
    const struct table *table = table_from_yaml(rows, names[i], draft->arena, error);
    if (table == NULL || !draft_add_table(draft, table, error)) return false;
  }
  return true;
}

static bool read_settings(struct draft *draft, const struct yaml *set, struct error *error)
{
  if (yaml_is_null(set)) return true;
  if (!yaml_expect(set, YAML_MAP, "set", error)) return false;
  for (int i = 0; i < set->count; i++) {
    const char *text, *path = set->keys[i].text;
    if (!yaml_words(set->items[i], path, &text, draft->arena, error)) return false;
    draft_set(draft, path, text != NULL ? text : "", (struct place){set->file, set->keys[i].line});
  }
  return true;
}

/* The scenario's name belongs to its own file: who extends it has another. */
static bool read_head(struct draft *draft, const struct document *document, bool last, struct error *error)
{
  static const char *const texts[] = {"title", "question", "description", "stress", "dial", "dial_low", "dial_high"};
  const struct yaml *id = yaml_get(document->root, "scenario");
  if (last && id != NULL && !set_scenario(draft, "id", id, error)) return false;
  for (int i = 0; i < COUNT(texts); i++) {
    const struct yaml *value = yaml_get(document->root, texts[i]);
    if (value != NULL && !set_scenario(draft, texts[i], value, error)) return false;
  }
  return true;
}

static bool read_document(struct draft *draft, const struct document *document, bool last, struct error *error)
{
  static const char *const keys[] = {"schema_version", "scenario",    "title",         "question",     "description",
                                     "extends",        "data",        "horizon",       "economy",      "tables",
                                     "instruments",    "events",      "set",           "stress",       "dial",
                                     "dial_low",       "dial_high",   "distributions", "correlations", "startups",
                                     "regimes",        "price_paths", "indicators"};
  static const char *const economy[] = {"discount_rate",      "base_year", "demand_form",
                                        "prohibitive_factor", "calibrate", "expectations"};
  const struct yaml *root = document->root;
  draft_layer_begin(draft);
  draft_add_input(draft, document->path);
  return draft_expect_keys(root, keys, COUNT(keys), "", draft->arena, error) &&
         read_head(draft, document, last, error) && read_horizon(draft, yaml_get(root, "horizon"), error) &&
         read_section(draft, yaml_get(root, "economy"), "economy", economy, COUNT(economy), error) &&
         read_tables(draft, yaml_get(root, "tables"), error) && read_top_tables(draft, root, error) &&
         draft_read_instruments(draft, yaml_get(root, "instruments"), document->folder, error) &&
         read_settings(draft, yaml_get(root, "set"), error);
}

/* The package named last, read before any of the files. */
static bool read_data(struct draft *draft, const struct documents *documents, struct error *error)
{
  for (int i = documents->count - 1; i >= 0; i--) {
    const struct yaml *data = yaml_get(documents->items[i].root, "data");
    if (yaml_is_null(data)) continue;
    if (!yaml_expect(data, YAML_SCALAR, "data", error)) return false;
    const char *folder = path_join(documents->items[i].folder, data->text, draft->arena);
    if (!path_is_folder(folder))
      return error_set(error, data->file, data->line, "data", "there is no folder '%s'", folder);
    const struct place place = {data->file, data->line};
    row_set(&draft->scenario, (struct cell){"data", folder, field_find(scenario_fields(), "data"), place},
            draft->arena);
    return draft_read_package(draft, folder, error);
  }
  return true;
}

bool draft_read_scenario(struct draft *draft, const char *path, struct error *error)
{
  struct documents documents = {0};
  draft->scenario.place = (struct place){path, 1};
  if (!collect(draft, &documents, path, (struct place){path, 0}, error)) return false;
  if (!read_data(draft, &documents, error)) return false;
  for (int i = 0; i < documents.count; i++)
    if (!read_document(draft, &documents.items[i], i == documents.count - 1, error)) return false;
  return true;
}
