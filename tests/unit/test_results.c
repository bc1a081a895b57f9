/* What a run leaves behind: netCDF with the same bytes, folders that appear whole, the catalogue, digests, paths. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "io/catalogue.h"
#include "io/file.h"
#include "io/folder.h"
#include "io/netcdf.h"
#include "unit.h"

struct place_to_work {
  struct arena *arena;
  const char *folder;
};

static int set_up(void **state)
{
  struct arena *arena = arena_new();
  struct place_to_work *place = ARENA_NEW(arena, struct place_to_work);
  char *folder =
      arena_format(arena, "%s/didymium-results-XXXXXX", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
  place->arena = arena;
  place->folder = mkdtemp(folder);
  *state = place;
  return place->folder != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
  const struct place_to_work *place = *state;
  const char *command = arena_format(place->arena, "rm -rf '%s'", place->folder);
  const int status = system(command);
  arena_free(place->arena);
  return status;
}

static const char *in(const struct place_to_work *place, const char *name)
{
  return path_join(place->folder, name, place->arena);
}

/* ---- netCDF ---- */

static const double prices[6] = {60.5, 61, NAN, 1e-300, -0.0, 99};
static const int years[3] = {2024, 2025, 2026};
static const char *const regions[2] = {"usa", "rest of \xc3\xa9urope"};

static struct netcdf *sample(struct arena *arena)
{
  struct netcdf *file = netcdf_new(arena);
  const int year = netcdf_add_dimension(file, "year", 3), region = netcdf_add_dimension(file, "region", 2);
  const int none = netcdf_add_dimension(file, "event", 0);
  netcdf_add_integers(file, "year", "1", "calendar year", &year, 1, years);
  netcdf_add_texts(file, "region", "region", &region, 1, regions);
  netcdf_add_numbers(file, "price", "USD kg-1", "price at the node", (const int[]){region, year}, 2, prices);
  netcdf_add_numbers(file, "event_date", "1", NULL, &none, 1, prices);
  netcdf_add_numbers(file, "discount_rate", "1", NULL, NULL, 0, prices + 5);
  netcdf_add_attribute(file, -1, "title", "a sample");
  for (int i = 0; i < 20; i++) netcdf_add_attribute(file, 2, arena_format(arena, "note_%d", i), "remark");
  return file;
}

static void netcdf_reads_back(void **state)
{
  const struct place_to_work *place = *state;
  struct error error = {0};
  assert_true(netcdf_write(sample(place->arena), in(place, "a.nc"), &error));
  const struct netcdf *file = netcdf_read(in(place, "a.nc"), place->arena, &error);
  if (file == NULL) fail_msg("%s", error.message);
  assert_int_equal(file->dimensions_count, 3);
  assert_int_equal(file->dimensions[netcdf_dimension_find(file, "event")].length, 0);
  assert_string_equal(netcdf_attribute_find(file, NULL, "title"), "a sample");
  assert_string_equal(netcdf_attribute_find(file, NULL, "Conventions"), "CF-1.10");
  const struct netcdf_variable *price = netcdf_find(file, "price");
  assert_int_equal(price->values_count, 6);
  assert_int_equal(price->dimensions[1], netcdf_dimension_find(file, "year"));
  for (int i = 0; i < 6; i++)
    assert_true(price->numbers[i] == prices[i] || (isnan(prices[i]) && isnan(price->numbers[i])));
  assert_string_equal(netcdf_attribute_find(file, price, "units"), "USD kg-1");
  assert_string_equal(netcdf_attribute_find(file, price, "note_19"), "remark");
  assert_string_equal(netcdf_find(file, "region")->texts[1], regions[1]);
  assert_int_equal(netcdf_find(file, "year")->integers[2], 2026);
  assert_true(netcdf_find(file, "discount_rate")->numbers[0] == 99);
  assert_int_equal(netcdf_find(file, "event_date")->values_count, 0);
  assert_null(netcdf_find(file, "absent"));
}

static void same_content_gives_same_bytes(void **state)
{
  const struct place_to_work *place = *state;
  struct error error = {0};
  assert_true(netcdf_write(sample(place->arena), in(place, "a.nc"), &error));
  sleep(1); /* a time stamp in the file would show */
  (void)arena_alloc(place->arena, 12345, 1);
  assert_true(netcdf_write(sample(place->arena), in(place, "b.nc"), &error));
  size_t a_length, b_length;
  const char *a = file_read(in(place, "a.nc"), &a_length, place->arena, &error);
  const char *b = file_read(in(place, "b.nc"), &b_length, place->arena, &error);
  assert_int_equal(a_length, b_length);
  assert_memory_equal(a, b, a_length);
}

static void netcdf_refusals(void **state)
{
  const struct place_to_work *place = *state;
  struct error missing = {0}, wrong = {0}, unwritable = {0};
  assert_null(netcdf_read(in(place, "none.nc"), place->arena, &missing));
  assert_int_equal(strncmp(missing.message, "cannot be read as netCDF: ", 26), 0);
  assert_true(file_write(in(place, "wrong.nc"), "text", 4, &wrong));
  assert_null(netcdf_read(in(place, "wrong.nc"), place->arena, &wrong));
  assert_true(wrong.set);
  assert_false(netcdf_write(sample(place->arena), in(place, "no/such/a.nc"), &unwritable));
  assert_string_equal(unwritable.file, in(place, "no/such/a.nc"));
}

/* ---- folders ---- */

static int entries(const char *folder, struct arena *arena) /* the hidden ones too */
{
  const char *command = arena_format(arena, "test $(ls -A '%s' | wc -l) = ", folder);
  for (int count = 0; count < 10; count++)
    if (system(arena_format(arena, "%s%d", command, count)) == 0) return count;
  return -1;
}

static void finish_folder(const struct place_to_work *place, const char *target, const char *text)
{
  struct error error = {0};
  struct folder *folder = folder_begin(target, "mark.json", place->arena, &error);
  if (folder == NULL) fail_msg("%s", error.message);
  assert_true(folder_write(folder, "mark.json", "{}", 2, &error));
  assert_true(folder_write(folder, "text", text, strlen(text), &error));
  assert_true(folder_finish(folder, &error));
}

static void folders_appear_whole(void **state)
{
  const struct place_to_work *place = *state;
  struct error error = {0};
  const char *target = in(place, "runs/base/");
  struct folder *folder = folder_begin(target, "mark.json", place->arena, &error);
  assert_non_null(folder);
  assert_true(folder_write(folder, "mark.json", "{}", 2, &error));
  assert_false(path_exists(target));
  assert_true(folder_finish(folder, &error));
  assert_true(path_exists(in(place, "runs/base/mark.json")));
  assert_int_equal(entries(in(place, "runs"), place->arena), 1);
}

static void runs_are_replaced_and_nothing_else(void **state)
{
  const struct place_to_work *place = *state;
  finish_folder(place, in(place, "base"), "first");
  finish_folder(place, in(place, "base"), "second");
  struct error error = {0};
  assert_string_equal(file_read(in(place, "base/text"), NULL, place->arena, &error), "second");
  assert_int_equal(entries(place->folder, place->arena), 1);

  assert_int_equal(mkdir(in(place, "mine"), 0755), 0);
  finish_folder(place, in(place, "mine"), "an empty folder is taken");
  assert_int_equal(mkdir(in(place, "letters"), 0755), 0);
  assert_true(file_write(in(place, "letters/draft"), "dear", 4, &error));
  assert_null(folder_begin(in(place, "letters"), "mark.json", place->arena, &error));
  assert_string_equal(error.message,
                      "exists and is not the folder of an earlier run (it holds no mark.json); it stays as it is");
  struct error second = {0};
  assert_null(folder_begin(in(place, "letters/draft"), "mark.json", place->arena, &second));
  assert_true(second.set);
  assert_string_equal(file_read(in(place, "letters/draft"), NULL, place->arena, &error), "dear");
  assert_int_equal(entries(place->folder, place->arena), 3);
}

static void a_file_that_appears_meanwhile_is_kept(void **state)
{
  const struct place_to_work *place = *state;
  struct error error = {0};
  struct folder *folder = folder_begin(in(place, "base"), "mark.json", place->arena, &error);
  assert_true(folder_write(folder, "mark.json", "{}", 2, &error));
  assert_true(file_write(in(place, "base"), "other", 5, &error));
  assert_false(folder_finish(folder, &error));
  struct error fresh = {0};
  assert_string_equal(file_read(in(place, "base"), NULL, place->arena, &fresh), "other");
  assert_int_equal(entries(place->folder, place->arena), 1);
}

static void leftovers_are_removed_but_not_work_in_progress(void **state)
{
  const struct place_to_work *place = *state;
  struct error error = {0};
  assert_int_equal(mkdir(in(place, ".base.partial-dead00"), 0755), 0);
  assert_true(file_write(in(place, ".base.partial-dead00/half"), "x", 1, &error));
  assert_int_equal(mkdir(in(place, ".other.partial-dead00"), 0755), 0);
  struct folder *first = folder_begin(in(place, "base"), "mark.json", place->arena, &error);
  assert_int_equal(entries(place->folder, place->arena), 2);
  struct folder *second = folder_begin(in(place, "base"), "mark.json", place->arena, &error);
  assert_true(path_exists(first->path) && path_exists(second->path));
  folder_abandon(first);
  folder_abandon(second);
  assert_int_equal(entries(place->folder, place->arena), 1);
}

/* ---- the catalogue ---- */

static void catalogue_lists_runs(void **state)
{
  const struct place_to_work *place = *state;
  const char *path = in(place, "catalogue.sqlite");
  struct error error = {0};
  assert_int_equal(catalogue_read(path, place->arena, &error)->count, 0);
  const struct catalogue_figure figures[] = {{"price of ndpr oxide", "USD/kg", 61.5}, {"shortfall", NULL, NAN}};
  struct catalogue_run run = {.id = "base-1",
                              .scenario = "baseline",
                              .date = "2026-01-01T00:00:00Z",
                              .folder = "runs/base",
                              .status = "solved",
                              .figures_count = 2,
                              .figures = figures};
  assert_true(catalogue_add(path, &run, &error));
  run.id = "ban-1";
  run.folder = "runs/ban";
  run.date = "2026-01-02T00:00:00Z";
  assert_true(catalogue_add(path, &run, &error));
  run.id = "base-2"; /* takes the place of base-1: the same folder */
  run.folder = "runs/base";
  run.date = "2026-01-03T00:00:00Z";
  run.figures_count = 1;
  assert_true(catalogue_add(path, &run, &error));
  const struct catalogue *catalogue = catalogue_read(path, place->arena, &error);
  assert_int_equal(catalogue->count, 2);
  assert_string_equal(catalogue->runs[0].id, "base-2");
  assert_int_equal(catalogue->runs[0].figures_count, 1);
  assert_string_equal(catalogue->runs[1].id, "ban-1");
  assert_string_equal(catalogue->runs[1].title, "");
  assert_string_equal(catalogue->runs[1].figures[0].unit, "USD/kg");
  assert_true(catalogue->runs[1].figures[0].value == 61.5 && isnan(catalogue->runs[1].figures[1].value));
  assert_true(catalogue_remove(path, "ban-1", &error));
  assert_true(catalogue_remove(path, "never-was", &error));
  assert_int_equal(catalogue_read(path, place->arena, &error)->count, 1);
}

static void a_foreign_file_is_no_catalogue(void **state)
{
  const struct place_to_work *place = *state;
  struct error error = {0}, second = {0};
  assert_true(file_write(in(place, "c.sqlite"), "this is not a database, but a text long enough to look", 54, &error));
  assert_null(catalogue_read(in(place, "c.sqlite"), place->arena, &error));
  assert_non_null(strstr(error.message, "the list of runs cannot be used"));
  const struct catalogue_run run = {.id = "a", .folder = "b"};
  assert_false(catalogue_add(in(place, "no/such/c.sqlite"), &run, &second));
  assert_true(second.set);
}

/* ---- files and paths ---- */

static void digests_are_sha256(void **state)
{
  const struct place_to_work *place = *state;
  struct error error = {0};
  /* the test vectors of FIPS 180-2 */
  const char *abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert_string_equal(bytes_digest("abc", 3, place->arena), abc);
  assert_string_equal(bytes_digest("", 0, place->arena),
                      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert_true(file_write(in(place, "abc"), "abc", 3, &error));
  assert_string_equal(file_digest(in(place, "abc"), place->arena, &error), abc);
  assert_null(file_digest(in(place, "none"), place->arena, &error));
}

static void long_files_are_read_whole(void **state)
{
  const struct place_to_work *place = *state;
  struct error error = {0};
  const size_t length = 1000003;
  char *bytes = arena_alloc(place->arena, length, 1);
  for (size_t i = 0; i < length; i++) bytes[i] = (char)(i * 7 % 251);
  assert_true(file_write(in(place, "long"), bytes, length, &error));
  size_t found;
  const char *again = file_read(in(place, "long"), &found, place->arena, &error);
  assert_int_equal(found, length);
  assert_memory_equal(again, bytes, length);
  assert_null(file_read(place->folder, NULL, place->arena, &error));
  assert_true(error.set);
}

static void paths_are_taken_apart_and_joined(void **state)
{
  const struct place_to_work *place = *state;
  struct arena *arena = place->arena;
  assert_string_equal(path_join("a", "b.c", arena), "a/b.c");
  assert_string_equal(path_join("a/", "b.c", arena), "a/b.c");
  assert_string_equal(path_join(".", "b.c", arena), "b.c");
  assert_string_equal(path_join("a", "/b", arena), "/b");
  assert_string_equal(path_folder("a/b.c", arena), "a");
  assert_string_equal(path_folder("b.c", arena), ".");
  assert_string_equal(path_folder("/b", arena), "/");
  assert_string_equal(path_name("a/b.c"), "b.c");
  assert_true(path_has_ending("a/b.YAML", ".yaml"));
  assert_false(path_has_ending("yaml", ".yaml"));
  struct error error = {0};
  assert_true(file_write(in(place, "z"), "", 0, &error) && file_write(in(place, "a"), "", 0, &error));
  int count;
  const char *const *names = path_list(place->folder, &count, arena, &error);
  assert_int_equal(count, 2);
  assert_string_equal(names[0], "a");
  assert_null(path_list(in(place, "none"), &count, arena, &error));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(netcdf_reads_back),
      TEST(same_content_gives_same_bytes),
      TEST(netcdf_refusals),
      TEST(folders_appear_whole),
      TEST(runs_are_replaced_and_nothing_else),
      TEST(a_file_that_appears_meanwhile_is_kept),
      TEST(leftovers_are_removed_but_not_work_in_progress),
      TEST(catalogue_lists_runs),
      TEST(a_foreign_file_is_no_catalogue),
      TEST(digests_are_sha256),
      TEST(long_files_are_read_whole),
      TEST(paths_are_taken_apart_and_joined),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
