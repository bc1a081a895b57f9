/* dataset/load.c - from files to a finished data set. Read this first.
 *
 * Files are merged as text (draft.h), then read into records, completed, checked and bound to time. Nothing here knows
 * a table or a format.
 */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"
#include "io/file.h"

static const char *const *copy_texts(const char *const *texts, int count, struct arena *arena)
{
  return arena_grow(arena, texts, count, count, sizeof *texts);
}

static void describe_origin(const struct draft *draft, struct dataset *dataset)
{
  dataset->name = draft->name;
  dataset->title = draft->title;
  dataset->licence = draft->licence;
  dataset->path = draft->path;
  dataset->inputs = copy_texts(draft->inputs, draft->inputs_count, draft->arena);
  dataset->inputs_count = draft->inputs_count;
  dataset->warnings = copy_texts(draft->warnings, draft->warnings_count, draft->arena);
  dataset->warnings_count = draft->warnings_count;
}

/* The draft as a data set. scenario_wanted: no for a package alone, which has no horizon. */
static const struct dataset *build(struct draft *draft, bool scenario_wanted, struct error *error)
{
  struct dataset *dataset = ARENA_NEW(draft->arena, struct dataset);
  if (!records_read(draft, dataset, error) || !references_read(draft, dataset, error)) return NULL;
  if (scenario_wanted) {
    dataset->scenario = scenario_read(draft, dataset, error);
    if (dataset->scenario == NULL) return NULL;
  }
  if (!chance_settle_events(draft, dataset, error)) return NULL;
  dataset_fill(dataset, draft->arena);
  if (!dataset_check(draft, dataset, error) || !chance_bind(draft, dataset, error)) return NULL;
  dataset->timeline = timeline_new(draft, dataset, error);
  if (dataset->timeline == NULL) return NULL;
  dataset_warn(draft, dataset);
  describe_origin(draft, dataset);
  return dataset;
}

static bool add_settings(struct draft *draft, const struct load_options *options, struct error *error)
{
  for (int i = 0; i < options->sets_count; i++) {
    char *path = arena_copy(draft->arena, options->sets[i]);
    char *text = strchr(path, '=');
    if (text == NULL) return error_set(error, "--set", 0, "", "found '%s', expected path=value", path);
    *text++ = '\0';
    draft_set(draft, path, text_equal(text, "null") ? "" : text, (struct place){"--set", 0});
  }
  return true;
}

const struct dataset *dataset_load(const char *scenario_path, const struct load_options *options, struct arena *arena,
                                   struct error *error)
{
  assert(scenario_path != NULL && arena != NULL && error != NULL);
  const struct load_options none = {0};
  if (options == NULL) options = &none;
  struct draft *draft = draft_new(arena);
  if (!draft_read_scenario(draft, scenario_path, error)) return NULL;
  if (options->prices != NULL && !draft_read_deck(draft, options->prices, error)) return NULL;
  if (!add_settings(draft, options, error) || !draft_apply_settings(draft, error)) return NULL;
  draft_drop_deals(draft);
  if (options->as_of > 0) draft_limit(draft, options->as_of);
  return build(draft, true, error);
}

const struct dataset *dataset_load_package(const char *folder, struct arena *arena, struct error *error)
{
  assert(folder != NULL && arena != NULL && error != NULL);
  struct draft *draft = draft_new(arena);
  if (!draft_read_package(draft, folder, error)) return NULL;
  return build(draft, false, error);
}

/* A deal read alone takes what it names in other tables, the region of a government, on trust: as rows with an id
 * only. */
static bool trust_names(struct draft *draft, const char *table_name, struct error *error)
{
  const struct draft_table *table = draft_table(draft, table_name);
  for (int i = 0; i < table->rows_count; i++)
    for (int k = 0; k < table->rows[i].cells_count; k++) {
      const struct cell cell = table->rows[i].cells[k];
      if (cell.field == NULL || cell.field->type != FIELD_REFERENCE) continue;
      struct draft_table *named = draft_table(draft, cell.field->references);
      if (draft_row(named, cell.text) != NULL) continue;
      struct row *row = draft_row_open(draft, named, cell.text, cell.place, error);
      if (row == NULL) return false;
      row_set(row, (struct cell){"id", row->id, field_find(named->entity->fields, "id"), cell.place}, draft->arena);
    }
  return true;
}

const struct dataset *dataset_load_deal(const char *path, struct arena *arena, struct error *error)
{
  assert(path != NULL && arena != NULL && error != NULL);
  struct draft *draft = draft_new(arena);
  const struct yaml *root = yaml_read(path, arena, error);
  if (root == NULL || !yaml_expect(root, YAML_MAP, "", error) || !draft_expect_schema(root, error)) return NULL;
  if (yaml_get(root, "deal") == NULL) {
    error_set(error, path, 1, "deal", "missing; expected the id of the deal");
    return NULL;
  }
  draft_layer_begin(draft);
  draft_add_input(draft, path);
  struct dataset *dataset = ARENA_NEW(arena, struct dataset);
  if (!draft_read_deal(draft, root, path_folder(path, arena), error)) return NULL;
  if (!trust_names(draft, "deals", error) || !trust_names(draft, "instruments", error)) return NULL;
  if (!records_read(draft, dataset, error) || !references_read(draft, dataset, error)) return NULL;
  describe_origin(draft, dataset);
  return dataset;
}
