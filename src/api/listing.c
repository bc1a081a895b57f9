/* api/listing.c - looks through folders; reads of each scenario its title and question and nothing more. */
#include "api/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "build_info.h"
#include "io/catalogue.h"
#include "io/file.h"
#include "io/json.h"
#include "io/yaml.h"
#include "report/columns.h"

const char *listing_home(struct arena *arena)
{
  const char *data = getenv("DIDYMIUM_DATA");
  (void)arena;
  if (path_is_folder("scenarios")) return ".";
  return data != NULL && data[0] != '\0' ? data : DIDYMIUM_DATA_FOLDER;
}

const char *listing_runs_folder(void)
{
  const char *runs = getenv("DIDYMIUM_RUNS");
  return runs != NULL && runs[0] != '\0' ? runs : "runs";
}

const char *listing_scenario(const char *path, struct arena *arena)
{
  if (path_exists(path) || strchr(path, '/') != NULL) return path;
  const char *folder = path_join(listing_home(arena), "scenarios", arena);
  const char *name = path_has_ending(path, ".yaml") ? path : arena_format(arena, "%s.yaml", path);
  const char *shipped = path_join(folder, name, arena);
  return path_exists(shipped) ? shipped : path;
}

struct item {
  const char *path, *title, *question;
};
struct items {
  int count;
  struct item *rows;
};

static struct items list_scenarios(struct arena *arena)
{
  const char *folder = path_join(listing_home(arena), "scenarios", arena);
  struct items items = {0};
  int count = 0;
  const char *const *names = path_list(folder, &count, arena, NULL);
  items.rows = ARENA_ARRAY(arena, count, struct item);
  for (int i = 0; names != NULL && i < count; i++) {
    if (!path_has_ending(names[i], ".yaml")) continue;
    const char *path = path_join(folder, names[i], arena);
    const struct yaml *file = yaml_read(path, arena, NULL);
    if (file == NULL || yaml_get(file, "scenario") == NULL) continue;
    items.rows[items.count++] =
        (struct item){path, yaml_text(yaml_get(file, "title")), yaml_text(yaml_get(file, "question"))};
  }
  return items;
}

static struct items list_data(struct arena *arena)
{
  const char *folder = path_join(listing_home(arena), "data", arena);
  struct items items = {0};
  int count = 0;
  const char *const *names = path_list(folder, &count, arena, NULL);
  items.rows = ARENA_ARRAY(arena, count, struct item);
  for (int i = 0; names != NULL && i < count; i++) {
    const char *path = path_join(folder, names[i], arena), *package = path_join(path, "datapackage.json", arena);
    if (!path_exists(package)) continue;
    const struct json *file = json_read(package, arena, NULL);
    if (file != NULL) items.rows[items.count++] = (struct item){path, json_text_of(file, "title"), NULL};
  }
  return items;
}

/* The runs of the catalogue whose folders are still there. NULL with error set. */
static const struct catalogue *list_runs(struct arena *arena, struct error *error)
{
  const struct catalogue *all =
      catalogue_read(path_join(listing_runs_folder(), "catalogue.sqlite", arena), arena, error);
  if (all == NULL) return NULL;
  struct catalogue_run *there = ARENA_ARRAY(arena, all->count, struct catalogue_run);
  struct catalogue *kept = ARENA_NEW(arena, struct catalogue);
  for (int i = 0; i < all->count; i++)
    if (path_is_folder(all->runs[i].folder)) there[kept->count++] = all->runs[i];
  kept->runs = there;
  return kept;
}

static void add_items(struct text *text, const char *heading, const struct items *items,
                      const struct summary_view *view)
{
  text_add(text, view->bold ? "\033[1m%s\033[0m\n" : "%s\n", heading);
  if (items->count == 0) text_add(text, "  none found\n");
  for (int i = 0; i < items->count; i++) {
    text_add(text, "  %s%s%s\n", items->rows[i].path, items->rows[i].title != NULL ? "   " : "",
             items->rows[i].title != NULL ? items->rows[i].title : "");
    if (items->rows[i].question != NULL)
      text_add_folded(text, items->rows[i].question, 6, view->columns > 0 ? view->columns : 100);
  }
}

const char *listing_text(const struct summary_view *view, struct arena *arena, struct error *error)
{
  struct text text = text_new(arena);
  const struct items scenarios = list_scenarios(arena), data = list_data(arena);
  const struct catalogue *runs = list_runs(arena, error);
  if (runs == NULL) return NULL;
  add_items(&text, "Scenarios", &scenarios, view);
  add_items(&text, "Data sets", &data, view);
  text_add(&text, view->bold ? "\033[1mRuns\033[0m\n" : "Runs\n");
  if (runs->count == 0) text_add(&text, "  none yet\n");
  struct columns columns = columns_new(3, arena);
  for (int i = 0; i < runs->count; i++) {
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, runs->runs[i].folder);
    columns_set(&columns, row, 1, runs->runs[i].date);
    columns_set(&columns, row, 2, runs->runs[i].title);
  }
  columns_print(&columns, &text, 2, 3);
  return text.bytes;
}

static void add_json_items(struct json_writer *writer, const char *key, const struct items *items)
{
  json_list_open(writer, key);
  for (int i = 0; i < items->count; i++) {
    json_map_open(writer, NULL);
    json_add_text(writer, "path", items->rows[i].path);
    json_add_text(writer, "title", items->rows[i].title);
    json_add_text(writer, "question", items->rows[i].question);
    json_map_close(writer);
  }
  json_list_close(writer);
}

const char *listing_json(struct arena *arena, struct error *error)
{
  const struct items scenarios = list_scenarios(arena), data = list_data(arena);
  const struct catalogue *runs = list_runs(arena, error);
  if (runs == NULL) return NULL;
  struct json_writer writer = json_writer_new(arena, 2);
  json_map_open(&writer, NULL);
  add_json_items(&writer, "scenarios", &scenarios);
  add_json_items(&writer, "data", &data);
  json_list_open(&writer, "runs");
  for (int i = 0; i < runs->count; i++) {
    json_map_open(&writer, NULL);
    json_add_text(&writer, "id", runs->runs[i].id);
    json_add_text(&writer, "folder", runs->runs[i].folder);
    json_add_text(&writer, "scenario", runs->runs[i].scenario);
    json_add_text(&writer, "title", runs->runs[i].title);
    json_add_text(&writer, "date", runs->runs[i].date);
    json_add_text(&writer, "status", runs->runs[i].status);
    json_map_close(&writer);
  }
  json_list_close(&writer);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}
