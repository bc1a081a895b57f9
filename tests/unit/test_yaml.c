/* YAML: trees with their lines, anchors, merging, and each refusal with the line it names. */
#include <string.h>

#include "base/text.h"
#include "io/yaml.h"
#include "unit.h"

static const struct yaml *parse(const char *text, struct arena *arena)
{
  struct error error = {0};
  const struct yaml *root = yaml_parse(text, strlen(text), "a.yaml", arena, &error);
  if (root == NULL) fail_msg("%d: %s", error.line, error.message);
  return root;
}

static void assert_refused(const char *text, int line, const char *part)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  assert_null(yaml_parse(text, strlen(text), "a.yaml", arena, &error));
  if (strstr(error.message, part) == NULL) fail_msg("found '%s', expected '%s' in it", error.message, part);
  assert_int_equal(error.line, line);
  assert_string_equal(error.file, "a.yaml");
  arena_free(arena);
}

static void nodes_know_their_place(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct yaml *root =
      parse("# a model\ntitle: Two goods\nnodes:\n  - id: a\n    price: '5'\n  - [x, y]\n", arena);
  assert_int_equal(root->kind, YAML_MAP);
  assert_int_equal(root->count, 2);
  assert_string_equal(root->keys[1].text, "nodes");
  assert_int_equal(root->keys[1].line, 3);
  assert_string_equal(yaml_text(yaml_get(root, "title")), "Two goods");
  const struct yaml *nodes = yaml_get(root, "nodes");
  assert_int_equal(nodes->kind, YAML_LIST);
  const struct yaml *price = yaml_get(nodes->items[0], "price");
  assert_int_equal(price->line, 5);
  assert_int_equal(price->column, 12);
  assert_true(price->quoted);
  assert_string_equal(nodes->items[1]->items[1]->text, "y");
  assert_null(yaml_get(nodes, "id"));
  assert_null(yaml_get(root, "absent"));
  assert_null(yaml_get(NULL, "x"));
  arena_free(arena);
}

static void nothing_is_an_empty_map(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  assert_int_equal(parse("", arena)->count, 0);
  assert_int_equal(parse("# only a remark\n", arena)->kind, YAML_MAP);
  arena_free(arena);
}

static void null_is_plain(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct yaml *root = parse("a:\nb: ~\nc: null\nd: ''\ne: 'null'\nf: no\n", arena);
  assert_true(yaml_is_null(yaml_get(root, "a")) && yaml_is_null(yaml_get(root, "b")) &&
              yaml_is_null(yaml_get(root, "c")));
  assert_false(yaml_is_null(yaml_get(root, "d")));
  assert_string_equal(yaml_text(yaml_get(root, "e")), "null");
  assert_string_equal(yaml_text(yaml_get(root, "f")), "no"); /* text: what it means is the field's business */
  assert_null(yaml_text(yaml_get(root, "a")));
  assert_null(yaml_text(root));
  arena_free(arena);
}

static void anchors_and_merging(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct yaml *root = parse("base: &base {cost: 5, name: old}\n"
                                  "again: *base\n"
                                  "plant:\n  name: new\n  <<: *base\n"
                                  "both: {<<: [{a: 1}, {a: 2, b: 3}]}\n",
                                  arena);
  assert_ptr_equal(yaml_get(root, "again"), yaml_get(root, "base"));
  const struct yaml *plant = yaml_get(root, "plant");
  assert_string_equal(yaml_text(yaml_get(plant, "name")), "new");
  assert_string_equal(yaml_text(yaml_get(plant, "cost")), "5");
  assert_int_equal(yaml_get(plant, "cost")->line, 1);
  assert_string_equal(yaml_text(yaml_get(yaml_get(root, "both"), "a")), "1");
  assert_string_equal(yaml_text(yaml_get(yaml_get(root, "both"), "b")), "3");
  arena_free(arena);
}

static void wrong_files_are_refused(void **state)
{
  (void)state;
  assert_refused("a: 1\nb: 2\na: 3\n", 3, "given twice, first in line 1");
  assert_refused("a: 1\nb: [1, 2\n", 3, "not YAML");
  assert_refused("a: 1\n\tb: 2\n", 2, "not YAML");
  assert_refused("a: *nowhere\n", 1, "no anchor '&nowhere'");
  assert_refused("a: &a [1, *a]\n", 1, "no anchor '&a'"); /* no cycles */
  assert_refused("[a]: 1\n", 1, "single word");
  assert_refused("a: 1\n---\nb: 2\n", 2, "second document");
  assert_refused("x:\n  <<: 5\n", 2, "after '<<'");
  assert_refused("a: \"x\\0y\"\n", 1, "NUL");
  assert_refused("a: \xff\xfe\n", 0, "UTF-8");
}

static void depth_is_limited(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct text text = text_new(arena);
  for (int i = 0; i < 70; i++) text_add(&text, "[");
  assert_refused(text.bytes, 1, "nested more than 64");
  arena_free(arena);
}

static void aliases_cannot_explode(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct text text = text_new(arena);
  text_add(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
  for (int i = 1; i < 10; i++) {
    text_add(&text, "a%d: &a%d [", i, i);
    for (int j = 0; j < 10; j++) text_add(&text, "%s*a%d", j > 0 ? ", " : "", i - 1);
    text_add(&text, "]\n");
  }
  assert_refused(text.bytes, 7, "ten million");
  arena_free(arena);
}

static void words_of_a_node(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct error error = {0};
  const char *words;
  const struct yaml *root =
      parse("one: two words\nmany: [a, b, c]\nnone:\nempty: []\nbad: [a b]\nmap: {x: 1}\n", arena);
  assert_true(yaml_words(yaml_get(root, "one"), "one", &words, arena, &error));
  assert_string_equal(words, "two words");
  assert_true(yaml_words(yaml_get(root, "many"), "many", &words, arena, &error));
  assert_string_equal(words, "a b c");
  assert_true(yaml_words(yaml_get(root, "none"), "none", &words, arena, &error));
  assert_null(words);
  assert_true(yaml_words(yaml_get(root, "empty"), "empty", &words, arena, &error));
  assert_string_equal(words, "");
  assert_false(yaml_words(yaml_get(root, "bad"), "x.bad", &words, arena, &error));
  assert_string_equal(error.message, "found 'a b', expected a list of single words");
  assert_string_equal(error.field, "x.bad");
  assert_int_equal(error.line, 5);
  struct error second = {0};
  assert_false(yaml_words(yaml_get(root, "map"), "map", &words, arena, &second));
  assert_string_equal(second.message, "found a map, expected a single value or a list");
  struct error third = {0};
  assert_false(yaml_expect(yaml_get(root, "many"), YAML_MAP, "many", &third));
  assert_string_equal(third.message, "found a list, expected a map");
  arena_free(arena);
}

static void missing_files_are_named(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  struct error error = {0};
  assert_null(yaml_read("/nowhere/at-all.yaml", arena, &error));
  assert_string_equal(error.file, "/nowhere/at-all.yaml");
  assert_string_equal(error.message, "cannot be opened: No such file or directory");
  arena_free(arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nodes_know_their_place),  cmocka_unit_test(nothing_is_an_empty_map),
      cmocka_unit_test(null_is_plain),           cmocka_unit_test(anchors_and_merging),
      cmocka_unit_test(wrong_files_are_refused), cmocka_unit_test(depth_is_limited),
      cmocka_unit_test(aliases_cannot_explode),  cmocka_unit_test(words_of_a_node),
      cmocka_unit_test(missing_files_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
