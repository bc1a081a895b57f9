/* dataset/package.c - a data package: datapackage.json and one CSV file a table; and price decks.
 *
 * Of the description we read name, title, licence, schema_version and the resources; the rest is for other readers. A
 * resource that is no CSV file is somebody else's. A CSV file that nobody lists is a warning, not an error.
 */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"
#include "io/csv.h"
#include "io/file.h"
#include "io/json.h"

static bool read_csv(struct draft *draft, const char *path, const char *name, struct error *error)
{
  const struct table *table = csv_read(path, name, draft->arena, error);
  if (table == NULL) return false;
  draft_add_input(draft, path);
  return draft_add_table(draft, table, error);
}

static bool expect_version(const struct json *package, const char *path, struct error *error)
{
  const struct json *version = json_get(package, "schema_version");
  if (version == NULL || version->kind != JSON_NUMBER)
    return error_set(error, path, 0, "schema_version", "missing; expected %d", SCHEMA_VERSION);
  if (version->number >= 1 && version->number <= SCHEMA_VERSION) return true;
  return error_set(error, path, 0, "schema_version", "found %g, this program reads up to %d", version->number,
                   SCHEMA_VERSION);
}

static void read_description(struct draft *draft, const struct json *package, const char *folder)
{
  draft->path = folder;
  draft->name = json_text_of(package, "name");
  draft->title = json_text_of(package, "title");
  const struct json *licences = json_get(package, "licenses");
  if (licences != NULL && licences->kind == JSON_LIST && licences->count > 0)
    draft->licence = json_text_of(licences->items[0], "name");
}

/* One path of a resource: a table of ours if it is a CSV file. */
static bool read_part(struct draft *draft, const char *description, const char *folder, const char *name,
                      const char *part, struct error *error)
{
  if (part == NULL || !path_has_ending(part, ".csv")) return true;
  if (name == NULL)
    return error_set(error, description, 0, "resources", "a resource with path '%s' has no name; expected a table's",
                     part);
  if (draft_table(draft, name) == NULL || text_equal(name, "instruments"))
    return error_set(error, description, 0, "resources", "there is no table '%s'%s", name,
                     draft_hint_tables(name, draft->arena));
  return read_csv(draft, path_join(folder, part, draft->arena), name, error);
}

static bool read_resource(struct draft *draft, const char *description, const char *folder, const struct json *resource,
                          struct error *error)
{
  const char *name = json_text_of(resource, "name");
  const struct json *path = json_get(resource, "path");
  if (path == NULL || (path->kind != JSON_TEXT && path->kind != JSON_LIST))
    return error_set(error, description, 0, "resources", "resource '%s' has no path", name != NULL ? name : "");
  if (path->kind == JSON_TEXT) return read_part(draft, description, folder, name, path->text, error);
  for (int i = 0; i < path->count; i++)
    if (!read_part(draft, description, folder, name, path->items[i]->text, error)) return false;
  return true;
}

static bool is_input(const struct draft *draft, const char *path)
{
  for (int i = 0; i < draft->inputs_count; i++)
    if (text_equal(draft->inputs[i], path)) return true;
  return false;
}

static bool warn_of_strays(struct draft *draft, const char *folder, struct error *error)
{
  int count;
  const char *const *names = path_list(folder, &count, draft->arena, error);
  if (names == NULL) return false;
  for (int i = 0; i < count; i++) {
    const char *path = path_join(folder, names[i], draft->arena);
    if (!path_has_ending(path, ".csv") || is_input(draft, path)) continue;
    draft_warn(draft, (struct place){path, 0}, "not read, because datapackage.json does not list it");
  }
  return true;
}

bool draft_read_package(struct draft *draft, const char *folder, struct error *error)
{
  const char *path = path_join(folder, "datapackage.json", draft->arena);
  const struct json *package = json_read(path, draft->arena, error);
  if (package == NULL) return false;
  if (package->kind != JSON_MAP) return error_set(error, path, 1, "", "expected an object");
  draft_layer_begin(draft);
  draft_add_input(draft, path);
  if (!expect_version(package, path, error)) return false;
  read_description(draft, package, folder);
  const struct json *resources = json_get(package, "resources");
  if (resources == NULL || resources->kind != JSON_LIST)
    return error_set(error, path, 0, "resources", "missing; expected a list of tables");
  for (int i = 0; i < resources->count; i++)
    if (!read_resource(draft, path, folder, resources->items[i], error)) return false;
  return warn_of_strays(draft, folder, error);
}

bool draft_read_deck(struct draft *draft, const char *path, struct error *error)
{
  draft_layer_begin(draft);
  return read_csv(draft, path, "deck", error);
}
