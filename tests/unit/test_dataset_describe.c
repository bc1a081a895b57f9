/* The field tables as text, and the tables themselves: every row of every table can be described, read and written. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dataset/describe.h"
#include "unit.h"

static void help_of_a_table(void **state)
{
  struct arena *arena = *state;
  const char *help = entity_help(dataset_entity("yields"), arena);
  assert_non_null(strstr(help, "yields: What a unit of a process makes and takes\n"));
  assert_non_null(strstr(help, "Without an id, a row is named after: process material\n"));
  assert_non_null(strstr(help, "  material  id of materials; required\n"));
  assert_non_null(strstr(help, "  amount    number, t/t; required\n"));
}

static void help_of_a_path(void **state)
{
  struct arena *arena = *state;
  struct error error = {0};
  assert_string_equal(path_help("facilities.availability", arena, &error),
                      "facilities.availability\n  availability  number from 0 to 1; default 1\n"
                      "                Share of the year it can run\n");
  assert_non_null(strstr(path_help("scenario", arena, &error), "prohibitive_factor"));
  assert_non_null(strstr(path_help("links", arena, &error), "freight_usd_per_kg"));
  assert_false(error.set);
  assert_null(path_help("facilties", arena, &error));
  assert_string_equal(error.message, "there is no table 'facilties'; did you mean 'facilities'?");
  error = (struct error){0};
  assert_null(path_help("facilities.capcity_t_per_year", arena, &error));
  assert_string_equal(error.message,
                      "there is no column 'capcity_t_per_year' in facilities; did you mean 'capacity_t_per_year'?");
}

static void help_of_all_tables(void **state)
{
  const char *help = tables_help(*state);
  int count;
  const struct entity *entities = dataset_entities(&count);
  for (int i = 0; i < count; i++) assert_non_null(strstr(help, entities[i].help));
}

/* Help fits a terminal of 120 columns. */
static void help_fits_a_screen(void **state)
{
  struct arena *arena = *state;
  int count;
  const struct entity *entities = dataset_entities(&count);
  for (int i = 0; i < count; i++) {
    char *rest = arena_copy(arena, entity_help(&entities[i], arena));
    for (char *line; (line = strsep(&rest, "\n")) != NULL;)
      if (text_columns(line) > 120) fail_msg("%d columns: %s", text_columns(line), line);
  }
}

static void markdown_escapes(void **state)
{
  struct arena *arena = *state;
  struct text text = text_new(arena);
  fields_markdown(dataset_entity("rules")->fields, NULL, &text);
  assert_non_null(strstr(text.bytes, "ore\\|concentrate"));
  assert_null(strstr(text.bytes, "ore|concentrate"));
}

/* A default is what the field reads: written out and read again it stays the same. */
static void check_defaults(const struct entity *entity, struct arena *arena)
{
  char *record = arena_alloc(arena, 1, entity->size);
  field_defaults(entity->fields, record, arena);
  for (const struct field *field = entity->fields; field->name != NULL; field++) {
    assert_true(field->offset < entity->size);
    if (field->references != NULL) assert_non_null(dataset_entity(field->references));
    if (field->fallback == NULL || field->fallback[0] == '\0' || field->type == FIELD_REFERENCE) continue;
    struct error error = {0};
    const char *text = field_format(field, record, arena);
    assert_true(field_parse(field, text, record, (struct place){"default", 1}, entity->table, arena, &error));
    assert_string_equal(field_format(field, record, arena), text);
  }
}

static void tables_are_consistent(void **state)
{
  struct arena *arena = *state;
  int count;
  const struct entity *entities = dataset_entities(&count);
  assert_int_equal(count, 32);
  for (int i = 0; i < count; i++) {
    const struct entity *entity = &entities[i];
    assert_ptr_equal(dataset_entity(entity->table), entity);
    assert_string_equal(entity->fields[0].name, "id");
    assert_true(entity->fields[0].offset == 0);
    check_defaults(entity, arena);
    for (const struct field *a = entity->fields; a->name != NULL; a++)
      for (const struct field *b = entity->fields; b < a; b++) {
        assert_string_not_equal(a->name, b->name);
        assert_true(a->offset != b->offset);
      }
  }
}

static void keys_name_columns(void **state)
{
  struct arena *arena = *state;
  int count;
  const struct entity *entities = dataset_entities(&count);
  for (int i = 0; i < count; i++) {
    if (entities[i].key == NULL) continue;
    char *rest = arena_copy(arena, entities[i].key);
    for (char *word; (word = strsep(&rest, " ")) != NULL;) assert_non_null(field_find(entities[i].fields, word));
  }
}

static int set_up(void **state)
{
  *state = arena_new();
  return 0;
}

static int tear_down(void **state)
{
  arena_free(*state);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(help_of_a_table),    cmocka_unit_test(help_of_a_path),   cmocka_unit_test(help_of_all_tables),
      cmocka_unit_test(help_fits_a_screen), cmocka_unit_test(markdown_escapes), cmocka_unit_test(tables_are_consistent),
      cmocka_unit_test(keys_name_columns),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
