/* JSON: reading, refusals with lines, and a writer that gives the same bytes and reads back the same. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "io/json.h"
#include "io/utf8.h"
#include "unit.h"

static const struct json *parse(const char *text, struct arena *arena)
{
  struct error error = {0};
  const struct json *root = json_parse(text, strlen(text), "a.json", arena, &error);
  if (root == NULL) fail_msg("%d: %s", error.line, error.message);
  return root;
}

static void json_is_read_in_order(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct json *root = parse("{\"z\": 1.5, \"a\": [true, null, \"t\\u00e9\"], \"m\": {}}", arena);
  assert_int_equal(root->kind, JSON_MAP);
  assert_string_equal(root->keys[0], "z");
  assert_string_equal(root->keys[2], "m");
  assert_true(json_number_of(root, "z", 0) == 1.5);
  assert_true(json_number_of(root, "absent", 7) == 7);
  const struct json *list = json_get(root, "a");
  assert_int_equal(list->count, 3);
  assert_true(list->items[0]->kind == JSON_FLAG && list->items[0]->flag);
  assert_int_equal(list->items[1]->kind, JSON_NONE);
  assert_string_equal(list->items[2]->text, "t\xc3\xa9");
  assert_null(json_text_of(root, "z"));
  assert_null(json_get(list, "z"));
  arena_free(arena);
}

static void wrong_json_is_refused(void **state)
{
  (void)state;
  const struct {
    const char *text;
    int line;
  } wrong[] = {{"", 1}, {"{\n\"a\": 1,\n}", 3}, {"{\"a\": 1,\n\"a\": 2}", 2}, {"[1] x", 1}, {"{\"a\": \"\xff\"}", 1}};
  for (int i = 0; i < (int)(sizeof wrong / sizeof wrong[0]); i++) {
    struct arena *arena = arena_new();
    struct error error = {0};
    assert_null(json_parse(wrong[i].text, strlen(wrong[i].text), "a.json", arena, &error));
    assert_int_equal(error.line, wrong[i].line);
    assert_int_equal(strncmp(error.message, "not JSON: ", 10), 0);
    arena_free(arena);
  }
}

static const char *write_sample(struct arena *arena, int indent)
{
  struct json_writer writer = json_writer_new(arena, indent);
  json_map_open(&writer, NULL);
  json_add_text(&writer, "title", "a \"b\"\n\x01");
  json_add_number(&writer, "price", 0.1);
  json_add_number(&writer, "missing", NAN);
  json_add_integer(&writer, "year", 2026);
  json_add_flag(&writer, "solved", true);
  json_add_null(&writer, "nothing");
  json_list_open(&writer, "rows");
  json_map_open(&writer, NULL);
  json_add_numbers(&writer, "z", (const double[]){1, INFINITY, -2.5}, 3);
  json_map_close(&writer);
  json_list_open(&writer, NULL);
  json_list_close(&writer);
  json_list_close(&writer);
  json_add_integers(&writer, "row", (const int[]){1, 2}, 2);
  json_add_texts(&writer, "names", (const char *const[]){"x"}, 1);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}

static void json_is_written(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  assert_string_equal(write_sample(arena, 0),
                      "{\"title\": \"a \\\"b\\\"\\n\\u0001\", \"price\": 0.1, \"missing\": null, \"year\": 2026, "
                      "\"solved\": true, \"nothing\": null, \"rows\": [{\"z\": [1, null, -2.5]}, []], \"row\": [1, 2], "
                      "\"names\": [\"x\"]}\n");
  assert_string_equal(write_sample(arena, 2),
                      "{\n  \"title\": \"a \\\"b\\\"\\n\\u0001\",\n  \"price\": 0.1,\n  \"missing\": null,\n"
                      "  \"year\": 2026,\n  \"solved\": true,\n  \"nothing\": null,\n  \"rows\": [\n    {\n"
                      "      \"z\": [1, null, -2.5]\n    },\n    []\n  ],\n  \"row\": [1, 2],\n"
                      "  \"names\": [\"x\"]\n}\n");
  const struct json *root = parse(write_sample(arena, 1), arena);
  assert_string_equal(json_text_of(root, "title"), "a \"b\"\n\x01");
  arena_free(arena);
}

static void numbers_read_back_the_same(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const double numbers[] = {0.1, 1. / 3, 1e300, DBL_MIN, DBL_MAX, DBL_EPSILON, -0.0, 123456789012345678., 5e-324};
  enum { count = sizeof numbers / sizeof numbers[0] };
  struct json_writer writer = json_writer_new(arena, 0);
  json_add_numbers(&writer, NULL, numbers, count);
  const struct json *list = parse(json_writer_finish(&writer), arena);
  assert_int_equal(list->count, count);
  for (int i = 0; i < count; i++) assert_true(list->items[i]->number == numbers[i]);
  arena_free(arena);
}

static void what_is_not_utf8_is_marked(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct json_writer writer = json_writer_new(arena, 0);
  json_add_text(&writer, NULL, "a\xff\xe2\x82z\xe2\x82\xac");
  assert_string_equal(json_writer_finish(&writer), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\xe2\x82\xac\"\n");
  arena_free(arena);
}

static void utf8_is_strict(void **state)
{
  (void)state;
  assert_int_equal(utf8_valid("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10), 10);
  const char *const wrong[] = {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",    "\xf4\x90\x80\x80",
                               "\x80",     "\xc3",         "\xf5\x80\x80\x80"};
  for (int i = 0; i < (int)(sizeof wrong / sizeof wrong[0]); i++)
    assert_int_equal(utf8_character(wrong[i], strlen(wrong[i])), 0);
  assert_int_equal(utf8_character("", 0), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(json_is_read_in_order),
      cmocka_unit_test(wrong_json_is_refused),
      cmocka_unit_test(json_is_written),
      cmocka_unit_test(numbers_read_back_the_same),
      cmocka_unit_test(what_is_not_utf8_is_marked),
      cmocka_unit_test(utf8_is_strict),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
