/* tests/formats/formats.c - docs/formats.md says what the program reads.
 *
 * The generated tables are up to date, and every example (a fenced block with file=PATH) loads: the blocks are written
 * to a temporary folder, then each scenario, model and package among them is read.
 */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/unit.h"
#include "formats.h"
#include "io/file.h"

struct fixture {
  struct arena *arena;
  const char *document;
  char folder[64]; /* where the examples are */
};

/* ---- the examples into files ---- */

static void make_folders(char *path)
{
  for (char *c = path + 1; *c != '\0'; c++) {
    if (*c != '/') continue;
    *c = '\0';
    (void)mkdir(path, 0777);
    *c = '/';
  }
}

/* Writes the block whose info line begins at `info`; returns where the search goes on. */
static const char *write_block(const struct fixture *fixture, const char *info)
{
  const char *name = info + strlen("file="), *end = strchr(name, '\n');
  const char *close = strstr(end, "\n```");
  assert_non_null(close);
  char *path = arena_format(fixture->arena, "%s/%.*s", fixture->folder, (int)(end - name), name);
  make_folders(path);
  struct error error = {0};
  assert_true(file_write(path, end + 1, (size_t)(close - end), &error));
  return close;
}

static int set_up(void **state)
{
  struct fixture *fixture = *state;
  (void)strcpy(fixture->folder, "/tmp/didymium-formats-XXXXXX");
  if (mkdtemp(fixture->folder) == NULL) return -1;
  for (const char *at = fixture->document; (at = strstr(at, " file=")) != NULL;) at = write_block(fixture, at + 1);
  return 0;
}

static int tear_down(void **state)
{
  const struct fixture *fixture = *state;
  return system(arena_format(fixture->arena, "rm -r '%s'", fixture->folder));
}

static const struct dataset *load(const struct fixture *fixture, const char *name, const struct load_options *options)
{
  struct error error = {0};
  char line[1024];
  const char *path = path_join(fixture->folder, name, fixture->arena);
  const struct dataset *dataset = dataset_load(path, options, fixture->arena, &error);
  error_print(&error, line, sizeof line);
  if (dataset == NULL) fail_msg("%s", line);
  return dataset;
}

/* ---- the tests ---- */

static void tables_are_up_to_date(void **state)
{
  const struct fixture *fixture = *state;
  const char *marker = strstr(fixture->document, formats_marker "\n\n");
  assert_non_null(marker);
  assert_string_equal(marker + strlen(formats_marker "\n\n"), formats_generated(fixture->arena));
}

static void every_column_is_described(void **state)
{
  const struct fixture *fixture = *state;
  int count;
  const struct entity *entities = dataset_entities(&count);
  for (int i = 0; i < count; i++) {
    assert_non_null(strstr(fixture->document, arena_format(fixture->arena, "\n### %s\n", entities[i].table)));
    for (const struct field *field = entities[i].fields; field->name != NULL; field++)
      assert_true(strlen(field->help) > 5);
  }
}

static void one_file_model_loads(void **state)
{
  const struct dataset *dataset = load(*state, "models/two-regions.yaml", NULL);
  assert_int_equal(dataset->facilities_count, 2);
  assert_true(isinf(dataset->facilities[1].capacity_t_per_year));
  assert_int_equal(dataset->scenario->periods_count, 3);
  assert_int_equal(dataset->instruments[0].terms_count, 4);
}

static void package_loads_alone(void **state)
{
  const struct fixture *fixture = *state;
  struct error error = {0};
  const char *folder = path_join(fixture->folder, "data/small", fixture->arena);
  const struct dataset *dataset = dataset_load_package(folder, fixture->arena, &error);
  assert_non_null(dataset);
  assert_string_equal(dataset->licence, "CC-BY-4.0");
  assert_string_equal(dataset->regions[1].name, "South, with its islands");
  assert_int_equal(dataset->warnings_count, 0);
}

static void baseline_loads(void **state)
{
  const struct dataset *dataset = load(*state, "scenarios/baseline.yaml", NULL);
  assert_int_equal(dataset->scenario->periods_count, 7);
  const double rate = dataset_named_at(dataset, "instruments", "south-duty", "rate", 0.10, 2026.5, 2026);
  assert_true(rate == 0.25);
}

static void ban_loads(void **state)
{
  const struct dataset *dataset = load(*state, "scenarios/ban.yaml", NULL);
  assert_int_equal(dataset->scenario->periods_count, 2 + 12 + 2);
  assert_int_equal(dataset->scenario->window, 2);
  assert_true(dataset->facilities[1].capacity_t_per_year == 500);
  const struct instrument *ban = &dataset->instruments[dataset_find(dataset, "instruments", "north-ban")];
  const struct period year = {2027, 1}, before = {2026, 1};
  assert_true(instrument_share(dataset, ban, year, 2027) == 1);
  assert_true(instrument_share(dataset, ban, year, 2026.75) == 0);
  assert_true(instrument_share(dataset, ban, before, 2027) == 0);
}

static void deal_loads(void **state)
{
  const struct fixture *fixture = *state;
  const struct dataset *dataset = load(fixture, "scenarios/floor.yaml", NULL);
  const int i = dataset_find(dataset, "instruments", "north-floor");
  const struct instrument *floor = &dataset->instruments[i];
  assert_int_equal(dataset->deals_count, 1);
  assert_int_equal(dataset->recorded_count, 1);
  assert_int_equal(floor->deal, 0);
  assert_int_equal(floor->status, INSTRUMENT_BINDING);
  assert_int_equal(floor->appropriated, APPROPRIATED_NO);
  assert_string_equal(floor->account, "mining fund");
  assert_true(floor->announced == 2025.5);
  assert_true(instrument_share(dataset, floor, (struct period){2027, 1}, 2027) == 0.95);
  assert_true(instrument_share(dataset, floor, (struct period){2027, 1}, 2025) == 0);
  const char *off[] = {"deals.north-mine.enabled=no"};
  const struct load_options options = {.sets = off, .sets_count = 1};
  dataset = load(fixture, "scenarios/floor.yaml", &options);
  assert_int_equal(dataset_find(dataset, "instruments", "north-floor"), -1);
  struct error error = {0};
  const struct dataset *alone =
      dataset_load_deal(path_join(fixture->folder, "deals/north-mine.yaml", fixture->arena), fixture->arena, &error);
  assert_non_null(alone);
  assert_true(alone->recorded[0].amount_usd == 20e6);
}

static void deck_loads(void **state)
{
  const struct fixture *fixture = *state;
  const struct load_options options = {.prices = path_join(fixture->folder, "decks/high.csv", fixture->arena)};
  const struct dataset *dataset = load(fixture, "scenarios/baseline.yaml", &options);
  assert_int_equal(dataset->deck_count, 2);
  assert_true(dataset->deck[1].price_usd_per_kg == 120);
}

int main(int count, char **arguments)
{
  struct error error = {0};
  struct fixture fixture = {.arena = arena_new()};
  fixture.document = count == 2 ? file_read(arguments[1], NULL, fixture.arena, &error) : NULL;
  if (fixture.document == NULL) {
    fprintf(stderr, "usage: formats docs/formats.md\n");
    return 2;
  }
#define FORMATS_TEST(name) cmocka_unit_test_prestate_setup_teardown(name, set_up, tear_down, &fixture)
  const struct CMUnitTest tests[] = {FORMATS_TEST(tables_are_up_to_date),
                                     FORMATS_TEST(every_column_is_described),
                                     FORMATS_TEST(one_file_model_loads),
                                     FORMATS_TEST(package_loads_alone),
                                     FORMATS_TEST(baseline_loads),
                                     FORMATS_TEST(ban_loads),
                                     FORMATS_TEST(deal_loads),
                                     FORMATS_TEST(deck_loads)};
  const int failed = cmocka_run_group_tests_name("formats", tests, NULL, NULL);
  arena_free(fixture.arena);
  return failed;
}
