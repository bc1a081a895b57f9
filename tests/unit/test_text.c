/* Growing texts, words that match, words that are near, and errors as they are printed. */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "unit.h"

static void text_grows(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct text text = text_new(arena);
  assert_string_equal(text.bytes, "");
  for (int i = 0; i < 1000; i++) text_add(&text, "%d,", i);
  text_add_bytes(&text, "end!", 3);
  assert_int_equal(text.length, 10 * 2 + 90 * 3 + 900 * 4 + 3);
  assert_string_equal(text.bytes + text.length - 7, "999,end");
  arena_free(arena);
}

static void columns_are_code_points(void **state)
{
  (void)state;
  assert_int_equal(text_columns(""), 0);
  assert_int_equal(text_columns("a\xc3\xa9\xe2\x82\xac"), 3); /* a, e acute, euro sign */
}

static void equality_knows_null(void **state)
{
  (void)state;
  assert_true(text_equal(NULL, NULL));
  assert_false(text_equal("", NULL));
  assert_true(text_equal("a", "a"));
  assert_false(text_equal("a", "b"));
  assert_true(text_starts("didymium", "did"));
  assert_false(text_starts("di", "did"));
}

static void patterns_match(void **state)
{
  (void)state;
  assert_true(text_matches("*", ""));
  assert_true(text_matches("ndpr-*", "ndpr-oxide"));
  assert_true(text_matches("*ox*e", "ndpr-oxide"));
  assert_true(text_matches("a?c*c", "abcdcc"));
  assert_true(text_matches("**", "anything"));
  assert_false(text_matches("a?c", "ac"));
  assert_false(text_matches("ndpr", "ndpr-oxide"));
  assert_false(text_matches("*metal", "ndpr-oxide"));
  assert_false(text_matches("", "x"));
}

static void nearest_finds_slips(void **state)
{
  (void)state;
  const char *const names[] = {"material", "region", "capacity_t_per_year", "id"};
  assert_string_equal(text_nearest("materail", names, 4), "material");
  assert_string_equal(text_nearest("regin", names, 4), "region");
  assert_string_equal(text_nearest("capacity", names, 1 + 1) == NULL ? "none" : "some", "none");
  assert_string_equal(text_nearest("capacity_t_year", names, 4), "capacity_t_per_year");
  assert_null(text_nearest("zebra", names, 4));
  assert_null(text_nearest("x", names, 0));
}

static void first_error_wins(void **state)
{
  (void)state;
  struct error error = {0};
  char line[1024];
  assert_false(error_set(&error, "a.csv", 3, "regions.id", "found '%s', expected an id", "A b"));
  assert_false(error_set(&error, "b.csv", 4, NULL, "later"));
  error_print(&error, line, sizeof line);
  assert_string_equal(line, "a.csv:3: regions.id: found 'A b', expected an id");
  assert_false(error_set(NULL, NULL, 0, NULL, "nobody listens"));
}

static void errors_print_what_is_known(void **state)
{
  (void)state;
  char line[64];
  const struct error bare = {.set = true, .message = "no scenario"};
  error_print(&bare, line, sizeof line);
  assert_string_equal(line, "no scenario");
  const struct error file = {.set = true, .file = "x.yaml", .message = "cannot be read"};
  error_print(&file, line, sizeof line);
  assert_string_equal(line, "x.yaml: cannot be read");
  const struct error field = {.set = true, .field = "--draws", .message = "too many"};
  error_print(&field, line, 8);
  assert_string_equal(line, "--draws");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_grows),
      cmocka_unit_test(columns_are_code_points),
      cmocka_unit_test(equality_knows_null),
      cmocka_unit_test(patterns_match),
      cmocka_unit_test(nearest_finds_slips),
      cmocka_unit_test(first_error_wins),
      cmocka_unit_test(errors_print_what_is_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
