/* dataset/settings.c - single figures set by path, after everything else: `set:` of the files, then --set.
 *
 * A path is table.row.field, or scenario.field. Ids may have dots, so the row is the longest one that fits. '*' in the
 * row stands for any letters: facilities.china-*.availability. A null value takes the figure back to its default.
 */
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"

static bool is_pattern(const char *row)
{
  return strpbrk(row, "*?") != NULL;
}

/* Rows whose ids fit the pattern; the list is as long as the table, or one if it is no pattern. */
static int match_rows(struct draft_table *table, const char *pattern, int *rows)
{
  if (!is_pattern(pattern)) {
    const struct row *row = draft_row(table, pattern);
    if (row == NULL) return 0;
    rows[0] = (int)(row - table->rows);
    return 1;
  }
  int count = 0;
  for (int i = 0; i < table->rows_count; i++)
    if (text_matches(pattern, table->rows[i].id)) rows[count++] = i;
  return count;
}

static bool refuse_path(struct draft *draft, struct draft_table *table, char *rest, struct place place,
                        const char *where, struct error *error)
{
  char *dot = strrchr(rest, '.');
  if (dot == NULL)
    return error_set(error, place.file, place.line, where, "found '%s.%s', expected a path table.row.field",
                     table->entity->table, rest);
  *dot = '\0';
  return error_set(error, place.file, place.line, where, "there is no row '%s' in %s%s", rest, table->entity->table,
                   draft_hint_rows(rest, table, draft->arena));
}

int draft_match(struct draft *draft, const char *path, struct place place, const char *where,
                struct draft_table **table, const int **rows, const char **field, struct error *error)
{
  char *name = arena_copy(draft->arena, path);
  char *rest = strchr(name, '.');
  if (rest == NULL) {
    error_set(error, place.file, place.line, where, "found '%s', expected a path table.row.field", path);
    return -1;
  }
  *rest++ = '\0';
  *table = draft_table(draft, name);
  if (*table == NULL) {
    error_set(error, place.file, place.line, where, "there is no table '%s'%s", name,
              draft_hint_tables(name, draft->arena));
    return -1;
  }
  int *found = ARENA_ARRAY(draft->arena, is_pattern(rest) ? (*table)->rows_count + 1 : 1, int);
  for (size_t i = strlen(rest); i-- > 0;) {
    if (rest[i] != '.') continue;
    rest[i] = '\0';
    const int count = match_rows(*table, rest, found);
    rest[i] = '.';
    if (count == 0) continue;
    *rows = found;
    *field = rest + i + 1;
    return count;
  }
  refuse_path(draft, *table, rest, place, where, error);
  return -1;
}

static void set_cell(struct draft *draft, struct row *row, const struct field *field, const char *name,
                     const struct setting *setting)
{
  if (setting->text[0] == '\0')
    row_drop(row, name);
  else
    row_set(row, (struct cell){name, setting->text, field, setting->place}, draft->arena);
}

static bool set_scenario(struct draft *draft, const struct setting *setting, struct error *error)
{
  const char *name = setting->path + strlen("scenario.");
  const struct field *field = field_find(scenario_fields(), name);
  if (field == NULL) field = field_find(horizon_fields(), name);
  if (field == NULL || text_equal(name, "data"))
    return error_set(error, setting->place.file, setting->place.line, "set", "there is no figure 'scenario.%s'%s", name,
                     draft_hint_fields(name, scenario_fields(), draft->arena));
  if (field_find(horizon_fields(), name) != NULL) draft->periods_count = 0;
  set_cell(draft, &draft->scenario, field, name, setting);
  return true;
}

static bool apply(struct draft *draft, const struct setting *setting, struct error *error)
{
  if (text_starts(setting->path, "scenario.")) return set_scenario(draft, setting, error);
  struct draft_table *table;
  const int *rows;
  const char *name;
  const int count = draft_match(draft, setting->path, setting->place, "set", &table, &rows, &name, error);
  if (count < 0) return false;
  const struct field *field = field_find(table->entity->fields, name);
  if (text_equal(name, "id"))
    return error_set(error, setting->place.file, setting->place.line, "set", "an id cannot be changed");
  if (field == NULL && !text_equal(table->entity->table, "instruments"))
    return error_set(error, setting->place.file, setting->place.line, "set", "there is no column '%s' in %s%s", name,
                     table->entity->table, draft_hint_fields(name, table->entity->fields, draft->arena));
  for (int i = 0; i < count; i++) set_cell(draft, &table->rows[rows[i]], field, name, setting);
  return true;
}

bool draft_apply_settings(struct draft *draft, struct error *error)
{
  for (int i = 0; i < draft->settings_count; i++)
    if (!apply(draft, &draft->settings[i], error)) return false;
  return true;
}
