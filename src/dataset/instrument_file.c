/* dataset/instrument_file.c - instruments: maps in place, or files that hold one, a list, or a deal (deal_file.c).
 *
 * Every key that the head of instruments does not have is a term, kept as text for the module of its kind. Maps
 * inside a term flatten to names with dots (`cap: {tonnes: 5}` is the term cap.tonnes). A term that is a map of dates
 * (`rate: {2026: 0.1, 2027: 0.2}`) becomes rows of the table schedules, and the first value the term.
 */
#include <assert.h>

#include "base/text.h"
#include "dataset/draft.h"
#include "io/file.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

enum { depth_max = 8 };

bool draft_expect_schema(const struct yaml *root, struct error *error)
{
  const struct yaml *node = yaml_get(root, "schema_version");
  double version;
  if (yaml_text(node) == NULL)
    return error_set(error, root->file, root->line, "schema_version", "missing; expected %d", SCHEMA_VERSION);
  if (!parse_number(node->text, &version) || version < 1 || version > SCHEMA_VERSION)
    return error_set(error, node->file, node->line, "schema_version", "found '%s', this program reads up to %d",
                     node->text, SCHEMA_VERSION);
  return true;
}

bool draft_expect_keys(const struct yaml *map, const char *const *keys, int count, const char *where,
                       struct arena *arena, struct error *error)
{
  for (int i = 0; i < map->count; i++) {
    bool known = false;
    for (int k = 0; k < count; k++) known = known || text_equal(map->keys[i].text, keys[k]);
    if (!known)
      return error_set(error, map->file, map->keys[i].line, where, "there is no key '%s'%s", map->keys[i].text,
                       draft_hint(map->keys[i].text, keys, count, arena));
  }
  return true;
}

/* ---- one instrument ---- */

static bool is_dated(const struct yaml *node)
{
  double date;
  if (node->kind != YAML_MAP || node->count == 0) return false;
  for (int i = 0; i < node->count; i++)
    if (!parse_date(node->keys[i].text, &date) || node->items[i]->kind != YAML_SCALAR) return false;
  return true;
}

/* A dated term: one row of schedules a date. */
static bool add_schedule(struct draft *draft, const char *id, const char *term, const struct yaml *node,
                         struct error *error)
{
  struct draft_table *schedules = draft_table(draft, "schedules");
  for (int i = 0; i < node->count; i++) {
    const struct place place = {node->file, node->keys[i].line};
    const char *names[] = {"table", "row", "field", "date", "value"};
    const char *texts[] = {"instruments", id, term, node->keys[i].text, node->items[i]->text};
    const char *row_id = arena_format(draft->arena, "instruments.%s.%s.%s", id, term, node->keys[i].text);
    struct row *row = draft_row_open(draft, schedules, row_id, place, error);
    if (row == NULL) return false;
    for (int k = 0; k < COUNT(names); k++)
      row_set(row, (struct cell){names[k], texts[k], field_find(schedules->entity->fields, names[k]), place},
              draft->arena);
  }
  return true;
}

static bool add_terms(struct draft *draft, struct draft_table *table, const char *id, const char *prefix,
                      const struct yaml *map, struct error *error);

static bool add_term(struct draft *draft, struct draft_table *table, const char *id, const char *name,
                     const struct yaml *value, struct error *error)
{
  const struct field *field = field_find(table->entity->fields, name);
  const char *where = arena_format(draft->arena, "instruments.%s", name);
  const char *text;
  if (is_dated(value) && field == NULL) {
    if (!add_schedule(draft, id, name, value, error)) return false;
    text = value->items[0]->text;
  } else if (value->kind == YAML_MAP && field == NULL) {
    return add_terms(draft, table, id, arena_format(draft->arena, "%s.", name), value, error);
  } else if (!yaml_words(value, where, &text, draft->arena, error)) {
    return false;
  }
  if (text == NULL) return true;
  row_set(draft_row(table, id), (struct cell){name, text, field, {value->file, value->line}}, draft->arena);
  return true;
}

static bool add_terms(struct draft *draft, struct draft_table *table, const char *id, const char *prefix,
                      const struct yaml *map, struct error *error)
{
  for (int i = 0; i < map->count; i++) {
    const char *name = map->keys[i].text;
    const bool top = prefix[0] == '\0';
    if (top && (text_equal(name, "instrument") || text_equal(name, "id") || text_equal(name, "schema_version")))
      continue;
    name = top ? name : arena_format(draft->arena, "%s%s", prefix, name);
    if (!add_term(draft, table, id, name, map->items[i], error)) return false;
  }
  return true;
}

static bool add_instrument(struct draft *draft, const struct yaml *map, const char *id, struct error *error)
{
  struct draft_table *table = draft_table(draft, "instruments");
  const struct place place = {map->file, map->line};
  if (id == NULL) return error_set(error, place.file, place.line, "instruments.id", "missing; expected an id");
  struct row *row = draft_row_open(draft, table, id, place, error);
  if (row == NULL) return false;
  row_set(row, (struct cell){"id", id, field_find(table->entity->fields, "id"), place}, draft->arena);
  return add_terms(draft, table, id, "", map, error);
}

/* ---- files of instruments ---- */

/* Where the word points: a file beside the one that names it, or in the data package; a bare id, a file of the folders
 * instruments/ there, or of the folder deals/ that stands beside that of the scenario, or of the data packages. */
static const char *find_file(const struct draft *draft, const char *word, const char *folder)
{
  struct arena *arena = draft->arena;
  const bool bare = !path_has_ending(word, ".yaml") && !path_has_ending(word, ".yml");
  const char *file = bare ? arena_format(arena, "instruments/%s.yaml", word) : word;
  const char *deal = arena_format(arena, "../deals/%s.yaml", word), *package = draft->path;
  const char *beside = path_join(folder, file, arena);
  const char *places[] = {
      beside, package == NULL ? NULL : path_join(package, file, arena), bare ? path_join(folder, deal, arena) : NULL,
      bare && package != NULL ? path_join(package, arena_format(arena, "../%s", deal), arena) : NULL};
  for (int i = 0; i < COUNT(places); i++)
    if (places[i] != NULL && path_exists(places[i])) return places[i];
  return beside;
}

static bool is_deal(const struct yaml *root)
{
  return yaml_get(root, "deal") != NULL && yaml_get(root, "instrument") == NULL;
}

/* A deal, one instrument, or a list of them. */
static bool read_root(struct draft *draft, const struct yaml *root, const char *folder, struct error *error)
{
  static const char *const keys[] = {"schema_version", "instruments"};
  const char *id = yaml_text(yaml_get(root, "instrument"));
  if (is_deal(root)) return draft_read_deal(draft, root, folder, error);
  if (yaml_get(root, "instruments") == NULL) return add_instrument(draft, root, id, error);
  return draft_expect_keys(root, keys, COUNT(keys), "", draft->arena, error) &&
         draft_read_instruments(draft, yaml_get(root, "instruments"), folder, error);
}

static bool read_file(struct draft *draft, const struct yaml *name, const char *folder, struct error *error)
{
  const char *path = find_file(draft, name->text, folder);
  if (!path_exists(path)) return error_set(error, name->file, name->line, "instruments", "there is no file '%s'", path);
  const struct yaml *root = yaml_read(path, draft->arena, error);
  if (root == NULL || !yaml_expect(root, YAML_MAP, "", error) || !draft_expect_schema(root, error)) return false;
  draft_add_input(draft, path);
  if (!is_deal(root) && yaml_get(root, "instruments") == NULL && yaml_get(root, "instrument") == NULL)
    return error_set(error, root->file, root->line, "instrument", "missing; expected the id of the instrument");
  if (++draft->depth > depth_max)
    return error_set(error, name->file, name->line, "instruments", "more than %d files name one another", depth_max);
  const int layer = draft->layer;
  draft_layer_begin(draft);
  const bool read = read_root(draft, root, path_folder(path, draft->arena), error);
  draft->layer = layer; /* the file that named this one goes on, and may override it */
  draft->depth--;
  return read;
}

bool draft_read_instruments(struct draft *draft, const struct yaml *node, const char *folder, struct error *error)
{
  if (yaml_is_null(node)) return true;
  if (node->kind == YAML_SCALAR) return yaml_expect(node, YAML_LIST, "instruments", error);
  for (int i = 0; i < node->count; i++) {
    const struct yaml *item = node->items[i];
    const bool named = node->kind == YAML_MAP; /* id -> map */
    const bool file = item->kind == YAML_SCALAR && !named;
    if (!file && !yaml_expect(item, YAML_MAP, "instruments", error)) return false;
    const char *id = named ? node->keys[i].text : yaml_text(yaml_get(item, "id"));
    if (file ? !read_file(draft, item, folder, error) : !add_instrument(draft, item, id, error)) return false;
  }
  return true;
}
