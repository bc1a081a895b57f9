/* Tables: CSV and YAML give the same, each refusal names its line, rows are written as they are read. */
#include <string.h>

#include "io/csv.h"
#include "io/table.h"
#include "unit.h"

static const struct table *from_csv(const char *text, struct arena *arena)
{
  struct error error = {0};
  const struct table *table = csv_parse_table(text, strlen(text), "regions.csv", "regions", arena, &error);
  if (table == NULL) fail_msg("%d: %s", error.line, error.message);
  return table;
}

static const struct table *from_yaml(const char *text, struct arena *arena)
{
  struct error error = {0};
  const struct yaml *root = yaml_parse(text, strlen(text), "model.yaml", arena, &error);
  const struct table *table = root != NULL ? table_from_yaml(root, "regions", arena, &error) : NULL;
  if (table == NULL) fail_msg("%d: %s", error.line, error.message);
  return table;
}

static const char *cell(const struct table *table, int row, const char *column)
{
  return table_cell(table, row, table_column(table, column));
}

static void assert_csv_refused(const char *text, size_t length, int line, const char *message)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  assert_null(csv_parse_table(text, length, "regions.csv", "regions", arena, &error));
  assert_string_equal(error.message, message);
  assert_int_equal(error.line, line);
  assert_string_equal(error.field, "regions");
  arena_free(arena);
}

static void assert_yaml_refused(const char *text, int line, const char *field, const char *message)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct yaml *root = yaml_parse(text, strlen(text), "model.yaml", arena, &error);
  assert_non_null(root);
  assert_null(table_from_yaml(root, "regions", arena, &error));
  assert_string_equal(error.message, message);
  assert_string_equal(error.field, field);
  assert_int_equal(error.line, line);
  arena_free(arena);
}

static void csv_is_read(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct table *table = from_csv("id,name,note\nusa,\"United \"\"States\"\"\",\nchn,  China ,\"a,b\"\n", arena);
  assert_int_equal(table->columns, 3);
  assert_int_equal(table->rows, 2);
  assert_string_equal(cell(table, 0, "name"), "United \"States\"");
  assert_null(cell(table, 0, "note"));
  assert_string_equal(cell(table, 1, "name"), "China");
  assert_string_equal(cell(table, 1, "note"), "a,b");
  assert_int_equal(table_column(table, "absent"), -1);
  assert_null(cell(table, 1, "absent"));
  assert_int_equal(table->lines[1], 3);
  arena_free(arena);
}

static void csv_survives_other_programs(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  /* byte order mark, CRLF, blank lines, a quoted line end, no end of the last line */
  const struct table *table =
      from_csv("\xEF\xBB\xBFid,name\r\n\r\nusa,\"two\r\nlines\"\r\n  \r\nchn,\"\"\r\naus,x", arena);
  assert_int_equal(table->rows, 3);
  assert_string_equal(table->names[0], "id");
  assert_string_equal(cell(table, 0, "name"), "two\r\nlines");
  assert_int_equal(table->lines[0], 3);
  assert_null(cell(table, 1, "name"));
  assert_int_equal(table->lines[1], 6);
  assert_int_equal(table_place(table, 2, 1).line, 7);
  assert_string_equal(table_place(table, 2, 1).file, "regions.csv");
  arena_free(arena);
}

static void csv_lines_may_end_in_cr_alone(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct table *table = from_csv("id,name\rusa,x\rchn,y\r", arena);
  assert_int_equal(table->rows, 2);
  assert_int_equal(table->lines[1], 3);
  arena_free(arena);
}

static void wrong_csv_is_refused(void **state)
{
  (void)state;
#define REFUSED(text, line, message) assert_csv_refused(text, sizeof text - 1, line, message)
  REFUSED("", 1, "is empty, expected a row of column names");
  REFUSED("\n  \n", 1, "is empty, expected a row of column names");
  REFUSED("id,name\nusa,x\nchn\n", 3, "the row has 1 cells, expected 2 as in the header");
  REFUSED("id,name\nusa,\"a\nb\",3\n", 2, "the row has 3 cells, expected 2 as in the header");
  REFUSED("id,name,id\n", 1, "columns 1 and 3 are both named 'id'");
  REFUSED("\nid,,x\n", 2, "column 2 has no name");
  REFUSED("id,name\nusa,a \"b\" c\n", 2,
          "a quote inside a cell; expected the whole cell in quotes, and quotes in it doubled");
  REFUSED("id,name\nusa,x\nchn,\"open\nand on\n", 3, "a quote opened in this row never closes");
  REFUSED("id,name\nusa,\xE9t\xE9\n", 2, "not a text in UTF-8");
  REFUSED("id,name\nusa,a\0b\n", 2, "not a text in UTF-8");
#undef REFUSED
}

static void csv_is_written_as_it_is_read(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const char *const cells[] = {"plain", "a,b", "say \"so\"", " spaced ", "two\nlines", NULL};
  const char *const names[] = {"a", "b", "c", "d", "e", "f"};
  struct text text = text_new(arena);
  csv_add_row(&text, names, 6);
  csv_add_row(&text, cells, 6);
  assert_string_equal(text.bytes, "a,b,c,d,e,f\nplain,\"a,b\",\"say \"\"so\"\"\",\" spaced \",\"two\nlines\",\n");
  const struct table *table = from_csv(text.bytes, arena);
  for (int i = 0; i < 5; i++) assert_string_equal(table_cell(table, 0, i), cells[i]);
  struct text marked = text_new(arena);
  csv_add_row(&marked, (const char *const[]){"\xEF\xBB\xBFid"}, 1);
  assert_string_equal(from_csv(marked.bytes, arena)->names[0], "\xEF\xBB\xBFid");
  assert_null(table_cell(table, 0, 5));
  arena_free(arena);
}

static void yaml_lists_and_maps_are_tables(void **state)
{
  (void)state;
  struct arena *arena = arena_new();
  const struct table *list = from_yaml("- {id: usa, name: States}\n- id: chn\n  members: [a, b]\n", arena);
  const struct table *map = from_yaml("usa: {name: States}\nchn:\n  members: [a, b]\naus:\n", arena);
  assert_int_equal(list->rows, 2);
  assert_int_equal(map->rows, 3);
  assert_int_equal(list->columns, 3);
  assert_int_equal(map->columns, 3);
  for (int row = 0; row < 2; row++) {
    for (int column = 0; column < 3; column++) {
      const char *name = list->names[column];
      const char *a = cell(list, row, name), *b = cell(map, row, name);
      assert_true(text_equal(a, b));
    }
  }
  assert_string_equal(cell(map, 1, "members"), "a b");
  assert_string_equal(cell(map, 2, "id"), "aus");
  assert_null(cell(map, 2, "name"));
  assert_int_equal(table_place(list, 1, -1).line, 2);
  assert_int_equal(table_place(list, 1, table_column(list, "members")).line, 3);
  assert_int_equal(table_place(list, 1, table_column(list, "name")).line, 2); /* not given: the row's */
  assert_int_equal(list->name_lines[table_column(list, "members")], 3);
  assert_int_equal(from_yaml("~", arena)->rows, 0);
  arena_free(arena);
}

static void wrong_yaml_is_refused(void **state)
{
  (void)state;
  assert_yaml_refused("5\n", 1, "regions", "found '5', expected a list of maps, or a map of id to map");
  assert_yaml_refused("- {id: a}\n- b\n", 2, "regions", "found a single value, expected a map");
  assert_yaml_refused("usa:\n  id: other\n", 2, "regions", "the id is given as the key 'usa' and again as a column");
  assert_yaml_refused("- id: a\n  name: {x: 1}\n", 2, "regions.name", "found a map, expected a single value or a list");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(csv_is_read),
      cmocka_unit_test(csv_survives_other_programs),
      cmocka_unit_test(csv_lines_may_end_in_cr_alone),
      cmocka_unit_test(wrong_csv_is_refused),
      cmocka_unit_test(csv_is_written_as_it_is_read),
      cmocka_unit_test(yaml_lists_and_maps_are_tables),
      cmocka_unit_test(wrong_yaml_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
