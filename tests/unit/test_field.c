/* Fields: each type read, refused with the words a person needs, defaulted, written and read back. */
#include <math.h>
#include <string.h>

#include "base/field.h"
#include "unit.h"

struct plant {
  const char *id;
  double capacity, share, opened;
  int lines, basis, region;
  bool open;
  const char *note;
  struct field_list sources;
};

static const struct field fields[] = {
    {"id", FIELD_ID, offsetof(struct plant, id), "", NULL, 0, 0, NULL, NULL, "name"},
    {"capacity_t_per_year", FIELD_NUMBER, offsetof(struct plant, capacity), "t/y", "", 0, 1e9, NULL, NULL, "capacity"},
    {"share", FIELD_NUMBER, offsetof(struct plant, share), "1", "0.25", 0, INFINITY, NULL, NULL, "share"},
    {"opened", FIELD_DATE, offsetof(struct plant, opened), "", "", 1900, 2100, NULL, NULL, "opening"},
    {"lines", FIELD_INTEGER, offsetof(struct plant, lines), "1", "1", -5, 99, NULL, NULL, "lines"},
    {"basis", FIELD_CHOICE, offsetof(struct plant, basis), "", "cif", 0, 0, "fob|cif|delivered", NULL, "basis"},
    {"region", FIELD_REFERENCE, offsetof(struct plant, region), "", "", 0, 0, NULL, "regions", "where"},
    {"open", FIELD_FLAG, offsetof(struct plant, open), "", "yes", 0, 0, NULL, NULL, "open"},
    {"note", FIELD_TEXT, offsetof(struct plant, note), "", "", 0, 0, NULL, NULL, "remark"},
    {"sources", FIELD_LIST, offsetof(struct plant, sources), "", "", 0, 0, NULL, "sources", "sources"},
    FIELD_END,
};

static const struct place place = {"plants.csv", 12};

static bool read(const char *name, const char *text, struct plant *plant, struct arena *arena, struct error *error)
{
  return field_parse(field_find(fields, name), text, plant, place, "plants", arena, error);
}

static void assert_refused(const char *name, const char *text, const char *message)
{
  struct arena *arena = arena_new();
  struct plant plant = {0};
  struct error error = {0};
  assert_false(read(name, text, &plant, arena, &error));
  assert_string_equal(error.message, message);
  assert_string_equal(error.file, "plants.csv");
  assert_int_equal(error.line, 12);
  assert_int_equal(strncmp(error.field, "plants.", 7), 0);
  assert_string_equal(error.field + 7, name);
  arena_free(arena);
}

static void each_type_is_read(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct error error = {0};
  struct plant plant = {0};
  assert_true(read("id", " mountain-pass.2 ", &plant, arena, &error));
  assert_string_equal(plant.id, "mountain-pass.2");
  assert_true(read("capacity_t_per_year", "1.5e3", &plant, arena, &error) && plant.capacity == 1500);
  assert_true(read("share", "inf", &plant, arena, &error) && isinf(plant.share));
  assert_true(read("opened", "2025Q2", &plant, arena, &error) && plant.opened == 2025.25);
  assert_true(read("lines", "-3", &plant, arena, &error) && plant.lines == -3);
  assert_true(read("basis", "delivered", &plant, arena, &error) && plant.basis == 2);
  assert_true(read("open", "no", &plant, arena, &error) && !plant.open);
  assert_true(read("note", "two words", &plant, arena, &error));
  assert_string_equal(plant.note, "two words");
  assert_true(read("region", "usa", &plant, arena, &error) && plant.region == -1);
  assert_true(read("sources", " usgs  iea\nmp-10k ", &plant, arena, &error));
  assert_int_equal(plant.sources.count, 3);
  assert_string_equal(plant.sources.names[1], "iea");
  assert_null(plant.sources.indices);
  assert_false(error.set);
  arena_free(arena);
}

static void wrong_text_is_refused_in_words(void **state)
{
  (void)state;
  assert_refused("id", "", "missing; expected an id");
  assert_refused(
      "id", "Mountain Pass",
      "found 'Mountain Pass', expected an id of a-z, 0-9, '.', '_' and '-' that starts with a letter or digit");
  assert_refused("id", "-x",
                 "found '-x', expected an id of a-z, 0-9, '.', '_' and '-' that starts with a letter or digit");
  assert_refused("capacity_t_per_year", "12 t", "found '12 t', expected a number from 0 to 1e+09 t/y");
  assert_refused("capacity_t_per_year", "-1", "found '-1', expected a number from 0 to 1e+09 t/y");
  assert_refused("capacity_t_per_year", "inf", "found 'inf', expected a number from 0 to 1e+09 t/y");
  assert_refused("share", "nan", "found 'nan', expected a number of at least 0");
  assert_refused("share", "1e999", "found '1e999', expected a number of at least 0");
  assert_refused("lines", "1.0", "found '1.0', expected a whole number from -5 to 99");
  assert_refused("lines", "99999999999999999999",
                 "found '99999999999999999999', expected a whole number from -5 to 99");
  assert_refused("open", "maybe", "found 'maybe', expected yes or no");
  assert_refused("basis", "cfi", "found 'cfi', expected fob, cif or delivered; did you mean 'cif'?");
  assert_refused("opened", "2025-13", "found '2025-13', expected a date such as 2025, 2025Q2, 2025-04 or 2025-04-30");
  assert_refused("opened", "1815", "found '1815', expected a date from 1900 to 2100");
}

static void defaults_are_set_and_empty_means_default(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct error error = {0};
  struct plant plant;
  memset(&plant, 0xAB, sizeof plant);
  field_defaults(fields, &plant, arena);
  assert_null(plant.id);
  assert_true(isnan(plant.capacity) && plant.share == 0.25 && isnan(plant.opened));
  assert_int_equal(plant.lines, 1);
  assert_int_equal(plant.basis, 1);
  assert_int_equal(plant.region, -1);
  assert_true(plant.open);
  assert_null(plant.note);
  assert_int_equal(plant.sources.count, 0);
  plant.share = 7;
  assert_true(read("share", "  ", &plant, arena, &error) && plant.share == 0.25);
  plant.capacity = 7;
  assert_true(read("capacity_t_per_year", "", &plant, arena, &error) && isnan(plant.capacity));
  arena_free(arena);
}

static void numbers_are_strict(void **state)
{
  (void)state;
  double value = 5;
  const char *const wrong[] = {"", "1,000", "0x10", "nan", "1e", "1.2.3", "1 ", "infinity", "--1", "1e400"};
  for (int i = 0; i < (int)(sizeof wrong / sizeof wrong[0]); i++) assert_false(parse_number(wrong[i], &value));
  assert_true(value == 5);
  assert_true(parse_number("-1.25e-3", &value) && value == -0.00125);
  assert_true(parse_number("-inf", &value) && isinf(value) && value < 0);
}

static void dates_are_moments(void **state)
{
  (void)state;
  double month, day, quarter, leap;
  assert_true(parse_date("2025-04", &month) && parse_date("2025-04-01", &day) && parse_date("2025Q2", &quarter));
  assert_true(month == 2025.25 && day == month && quarter == month);
  assert_true(parse_date("2024-02-29", &leap) && leap > 2024 + 2. / 12 - 0.01 && leap < 2024 + 2. / 12);
  const char *const wrong[] = {"25",    "2025-4",   "2025-00", "2025-02-29", "2025Q5",
                               "2025Q", "2025-04-", "20255",   "2025 ",      "0000"};
  for (int i = 0; i < (int)(sizeof wrong / sizeof wrong[0]); i++) assert_false(parse_date(wrong[i], &day));
}

static void every_date_is_written_as_it_is_read(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct error error = {0};
  struct plant plant = {0};
  for (int month = 1; month <= 12; month++) {
    for (int day = 2; day <= 28; day++) {
      const char *text = arena_format(arena, "2026-%02d-%02d", month, day);
      assert_true(read("opened", text, &plant, arena, &error));
      assert_string_equal(field_format(field_find(fields, "opened"), &plant, arena), text);
    }
  }
  assert_true(read("opened", "2026Q1", &plant, arena, &error));
  assert_string_equal(field_format(field_find(fields, "opened"), &plant, arena), "2026");
  assert_true(read("opened", "2026.123", &plant, arena, &error));
  assert_string_equal(field_format(field_find(fields, "opened"), &plant, arena), "2026.123");
  arena_free(arena);
}

static void values_are_written_as_they_are_read(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct error error = {0};
  struct plant plant;
  field_defaults(fields, &plant, arena);
  const char *const pairs[][2] = {{"id", "a1"},       {"capacity_t_per_year", "0.1"},
                                  {"share", "inf"},   {"lines", "42"},
                                  {"basis", "fob"},   {"open", "no"},
                                  {"note", "x y"},    {"sources", "a b"},
                                  {"opened", "2031"}, {"share", "0.30000000000000004"}};
  for (int i = 0; i < (int)(sizeof pairs / sizeof pairs[0]); i++) {
    assert_true(read(pairs[i][0], pairs[i][1], &plant, arena, &error));
    assert_string_equal(field_format(field_find(fields, pairs[i][0]), &plant, arena), pairs[i][1]);
  }
  assert_string_equal(field_format(field_find(fields, "region"), &plant, arena), "");
  plant.capacity = NAN;
  assert_string_equal(field_format(field_find(fields, "capacity_t_per_year"), &plant, arena), "");
  assert_null(field_find(fields, "nothing"));
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_type_is_read),
      cmocka_unit_test(wrong_text_is_refused_in_words),
      cmocka_unit_test(defaults_are_set_and_empty_means_default),
      cmocka_unit_test(numbers_are_strict),
      cmocka_unit_test(dates_are_moments),
      cmocka_unit_test(every_date_is_written_as_it_is_read),
      cmocka_unit_test(values_are_written_as_they_are_read),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
