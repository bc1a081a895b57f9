/* dataset/deal_file.c - a deal: one row of `deals`, its instruments, and its pieces that are recorded, not modelled.
 *
 * Instruments inherit what the deal says of status, law, account and sources, unless they say it themselves, and are
 * known from its signature. `value` is for the valuation of the deal alone and is not read here. A deal that is
 * switched off, once all figures are set, leaves no trace in the market: what belongs to it is taken out of the draft.
 */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const char *const inherited[] = {"government",      "status",       "announced", "authority", "account",
                                        "available_until", "appropriated", "source",    "quality"};

/* ---- the head ---- */

static bool is_section(const char *key)
{
  static const char *const sections[] = {"schema_version", "deal", "sources", "instruments", "recorded", "value"};
  for (int i = 0; i < COUNT(sections); i++)
    if (text_equal(key, sections[i])) return true;
  return false;
}

static bool set_cell(struct draft *draft, struct row *row, const struct field *fields, const char *name,
                     const struct yaml *value, struct error *error)
{
  const char *text;
  if (!yaml_words(value, name, &text, draft->arena, error)) return false;
  if (text == NULL) return true;
  row_set(row, (struct cell){name, text, field_find(fields, name), {value->file, value->line}}, draft->arena);
  return true;
}

static bool read_head(struct draft *draft, const struct yaml *root, struct row *row, struct error *error)
{
  const struct field *fields = dataset_entity("deals")->fields;
  for (int i = 0; i < root->count; i++) {
    const char *name = root->keys[i].text;
    if (is_section(name)) continue;
    if (field_find(fields, name) == NULL || text_equal(name, "id"))
      return error_set(error, root->file, root->keys[i].line, "deals", "there is no key '%s'%s", name,
                       draft_hint_fields(name, fields, draft->arena));
    if (!set_cell(draft, row, fields, name, root->items[i], error)) return false;
  }
  const struct cell *day = row_cell(row, "signed");
  if (day != NULL && row_cell(row, "announced") == NULL)
    row_set(row, (struct cell){"announced", day->text, field_find(fields, "announced"), day->place}, draft->arena);
  return true;
}

/* ---- what belongs to it ---- */

static void inherit(struct draft *draft, const struct row *deal, struct row *instrument)
{
  const struct field *fields = dataset_entity("instruments")->fields;
  row_set(instrument, (struct cell){"deal", deal->id, field_find(fields, "deal"), instrument->place}, draft->arena);
  for (int i = 0; i < COUNT(inherited); i++) {
    const struct cell *cell = row_cell(deal, inherited[i]);
    if (cell == NULL || row_cell(instrument, inherited[i]) != NULL) continue;
    row_set(instrument, (struct cell){inherited[i], cell->text, field_find(fields, inherited[i]), cell->place},
            draft->arena);
  }
}

static bool read_instruments(struct draft *draft, const struct yaml *list, const struct row *deal, const char *folder,
                             struct error *error)
{
  if (yaml_is_null(list)) return true;
  if (!yaml_expect(list, YAML_LIST, "instruments", error)) return false;
  for (int i = 0; i < list->count; i++)
    if (!yaml_expect(list->items[i], YAML_MAP, "instruments", error)) return false;
  if (!draft_read_instruments(draft, list, folder, error)) return false;
  for (int i = 0; i < list->count; i++) {
    const char *id = yaml_text(yaml_get(list->items[i], "id"));
    struct row *row = draft_row(draft_table(draft, "instruments"), id);
    assert(row != NULL);
    inherit(draft, deal, row);
  }
  return true;
}

static bool read_piece(struct draft *draft, const struct yaml *map, const struct row *deal, int number,
                       struct error *error)
{
  struct draft_table *table = draft_table(draft, "recorded");
  const struct field *fields = table->entity->fields;
  if (!yaml_expect(map, YAML_MAP, "recorded", error)) return false;
  const char *given = yaml_text(yaml_get(map, "id"));
  const char *id = given != NULL ? given : arena_format(draft->arena, "%s.%d", deal->id, number);
  const struct place place = {map->file, map->line};
  struct row *row = draft_row_open(draft, table, id, place, error);
  if (row == NULL) return false;
  row_set(row, (struct cell){"deal", deal->id, field_find(fields, "deal"), place}, draft->arena);
  for (int i = 0; i < map->count; i++) {
    const char *name = map->keys[i].text;
    if (field_find(fields, name) == NULL || text_equal(name, "deal"))
      return error_set(error, map->file, map->keys[i].line, "recorded", "there is no key '%s'%s", name,
                       draft_hint_fields(name, fields, draft->arena));
    if (!set_cell(draft, row, fields, name, map->items[i], error)) return false;
  }
  return true;
}

static bool read_recorded(struct draft *draft, const struct yaml *list, const struct row *deal, struct error *error)
{
  if (yaml_is_null(list)) return true;
  if (!yaml_expect(list, YAML_LIST, "recorded", error)) return false;
  for (int i = 0; i < list->count; i++)
    if (!read_piece(draft, list->items[i], deal, i + 1, error)) return false;
  return true;
}

static bool read_sources(struct draft *draft, const struct yaml *sources, struct error *error)
{
  if (yaml_is_null(sources)) return true;
  const struct table *table = table_from_yaml(sources, "sources", draft->arena, error);
  return table != NULL && draft_add_table(draft, table, error);
}

bool draft_read_deal(struct draft *draft, const struct yaml *root, const char *folder, struct error *error)
{
  struct draft_table *table = draft_table(draft, "deals");
  const struct yaml *name = yaml_get(root, "deal"), *value = yaml_get(root, "value");
  if (!yaml_expect(name, YAML_SCALAR, "deal", error)) return false;
  struct row *row = draft_row_open(draft, table, name->text, (struct place){name->file, name->line}, error);
  if (row == NULL) return false;
  row_set(row, (struct cell){"id", name->text, field_find(table->entity->fields, "id"), row->place}, draft->arena);
  if (value != NULL && !yaml_is_null(value) && !yaml_expect(value, YAML_MAP, "value", error)) return false;
  return read_sources(draft, yaml_get(root, "sources"), error) && read_head(draft, root, row, error) &&
         read_instruments(draft, yaml_get(root, "instruments"), row, folder, error) &&
         read_recorded(draft, yaml_get(root, "recorded"), row, error);
}

/* ---- deals that are switched off ---- */

static bool is_off(const struct row *row)
{
  const struct cell *cell = row == NULL ? NULL : row_cell(row, "enabled");
  return cell != NULL &&
         (text_equal(cell->text, "no") || text_equal(cell->text, "false") || text_equal(cell->text, "0"));
}

static bool names(const struct row *row, const char *column, const char *id)
{
  const struct cell *cell = row_cell(row, column);
  return cell != NULL && text_equal(cell->text, id);
}

/* Whether one of the words of a list is this. */
static bool lists(const char *list, const char *word)
{
  const size_t length = strlen(word);
  for (const char *at = strstr(list, word); at != NULL; at = strstr(at + 1, word))
    if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) return true;
  return false;
}

/* Distributions of terms under the path, and the correlations that they stand in. */
static void remove_draws(struct draft *draft, const char *path)
{
  struct draft_table *distributions = draft_table(draft, "distributions"), *groups = draft_table(draft, "correlations");
  for (int i = distributions->rows_count - 1; i >= 0; i--) {
    const struct cell *drawn = row_cell(&distributions->rows[i], "path");
    if (drawn == NULL || !text_starts(drawn->text, path)) continue;
    for (int g = groups->rows_count - 1; g >= 0; g--) {
      const struct cell *members = row_cell(&groups->rows[g], "members");
      if (members != NULL && lists(members->text, distributions->rows[i].id)) draft_row_remove(groups, g);
    }
    draft_row_remove(distributions, i);
  }
}

/* What changes over time, is drawn, or is switched by an event goes with the instrument. */
static void remove_mentions(struct draft *draft, const char *id)
{
  struct draft_table *schedules = draft_table(draft, "schedules"), *events = draft_table(draft, "events");
  for (int i = schedules->rows_count - 1; i >= 0; i--)
    if (names(&schedules->rows[i], "table", "instruments") && names(&schedules->rows[i], "row", id))
      draft_row_remove(schedules, i);
  const char *path = arena_format(draft->arena, "instruments.%s.", id);
  for (int i = events->rows_count - 1; i >= 0; i--) {
    const struct cell *change = row_cell(&events->rows[i], "change");
    if (names(&events->rows[i], "activates", id) || names(&events->rows[i], "suspends", id) ||
        (change != NULL && text_starts(change->text, path)))
      draft_row_remove(events, i);
  }
  remove_draws(draft, path);
}

void draft_drop_deals(struct draft *draft)
{
  struct draft_table *instruments = draft_table(draft, "instruments"), *deals = draft_table(draft, "deals");
  for (int i = instruments->rows_count - 1; i >= 0; i--) {
    const struct cell *deal = row_cell(&instruments->rows[i], "deal");
    if (deal == NULL) continue;
    if (!is_off(draft_row(deals, deal->text)) && !is_off(&instruments->rows[i])) continue;
    remove_mentions(draft, instruments->rows[i].id);
    draft_row_remove(instruments, i);
  }
}
