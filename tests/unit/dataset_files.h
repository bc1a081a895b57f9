/* tests/unit/dataset_files.h - small inputs written to a temporary folder and loaded: a test states files as texts. */
#ifndef DATASET_FILES_H
#define DATASET_FILES_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dataset/dataset.h"
#include "io/file.h"
#include "unit.h"

struct files {
  struct arena *arena;
  char folder[64];
  struct load_options options;
  char line[1024]; /* the error of the last load, "" when it worked */
};

static inline int files_begin(void **state)
{
  struct arena *arena = arena_new();
  struct files *files = ARENA_NEW(arena, struct files);
  files->arena = arena;
  (void)strcpy(files->folder, "/tmp/didymium-test-XXXXXX");
  *state = files;
  return mkdtemp(files->folder) != NULL ? 0 : -1;
}

static inline int files_end(void **state)
{
  struct files *files = *state;
  const int failed = system(arena_format(files->arena, "rm -r '%s'", files->folder));
  arena_free(files->arena);
  return failed;
}

#define FILES_TEST(name) cmocka_unit_test_setup_teardown(name, files_begin, files_end)

/* name may have one folder: "chain/regions.csv". */
static inline void files_add(struct files *files, const char *name, const char *text)
{
  const char *path = path_join(files->folder, name, files->arena);
  struct error error = {0};
  (void)mkdir(path_folder(path, files->arena), 0777);
  assert_true(file_write(path, text, strlen(text), &error));
}

static inline const struct dataset *files_try(struct files *files, const char *name)
{
  struct error error = {0};
  const char *path = path_join(files->folder, name, files->arena);
  const struct dataset *dataset = dataset_load(path, &files->options, files->arena, &error);
  error_print(&error, files->line, sizeof files->line);
  assert_int_equal(dataset == NULL, error.set);
  return dataset;
}

static inline const struct dataset *files_load(struct files *files, const char *name)
{
  const struct dataset *dataset = files_try(files, name);
  if (dataset == NULL) fail_msg("%s", files->line);
  return dataset;
}

#define SMALL_HEAD "schema_version: 1\nscenario: small\nhorizon: {from: 2024, to: 2030}\n"
#define SMALL_TABLES                                                                                                   \
  "tables:\n"                                                                                                          \
  "  regions: [{id: north}, {id: south}]\n"                                                                            \
  "  materials: {ore: {stage: ore}, metal: {stage: metal, price_usd_per_kg: 12}}\n"                                    \
  "  processes: [{id: mining}, {id: smelting}]\n"                                                                      \
  "  yields:\n"                                                                                                        \
  "    - {process: mining, material: ore, amount: 1}\n"                                                                \
  "    - {process: smelting, material: ore, amount: -2}\n"                                                             \
  "    - {process: smelting, material: metal, amount: 1}\n"                                                            \
  "  facilities:\n"                                                                                                    \
  "    - {id: mine, region: north, processes: mining, capacity_t_per_year: 100, cost_usd_per_kg: 1}\n"                 \
  "    - {id: smelter, region: south, processes: [mining, smelting], capacity_t_per_year: 50}\n"                       \
  "  segments:\n"                                                                                                      \
  "    - {id: users, region: south, material: metal, quantity_t_per_year: 40, elasticity: -0.5}\n"                     \
  "  links: [{from: north, to: south, freight_usd_per_kg: 0.5}]\n"

#define SMALL SMALL_HEAD SMALL_TABLES
#endif
