/* report/audit.c - finds what the names of a claims file are worth. Opens what it names, once, when it is first asked.
 *
 * A name that cannot be right is an error; one that this run or base year has no figure for is missing, in words.
 */
#include "report/audit.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "io/file.h"
#include "io/yaml.h"
#include "metrics/indicator.h"

enum { deals_max = 64 };

struct opened {
  const struct claims *claims;
  struct arena *arena;
  const struct dataset *data;
  struct indicator_base *base;
  const struct run *runs[2]; /* run, against; NULL: not given */
  struct indicator_run *figures[2];
  int deals_count;
  const struct yaml *deals[deals_max];
};

static bool refuse(struct error *error, const char *message)
{
  return error_set(error, NULL, 0, NULL, "%s", message);
}

static struct quantity known(double value, const char *unit, const char *source)
{
  return (struct quantity){.value = value, .low = value, .high = value, .unit = unit, .source = source};
}

static struct quantity missing(const char *why, bool needs_run)
{
  return (struct quantity){
      .value = (double)NAN, .low = (double)NAN, .high = (double)NAN, .missing = why, .needs_run = needs_run};
}

/* ---- figures of the data set ---- */

static bool open_data(struct opened *opened, struct error *error)
{
  if (opened->data != NULL) return true;
  if (opened->claims->data == NULL) return refuse(error, "the file names no data set; expected `data: FOLDER`");
  opened->data = dataset_load_package(opened->claims->data, opened->arena, error);
  return opened->data != NULL;
}

/* A column beside the figure that states an end of its range. */
static double end_of_range(const struct entity *entity, const char *column, const void *record, double fallback)
{
  const struct field *field = field_find(entity->fields, column);
  if (field == NULL || field->type != FIELD_NUMBER) return fallback;
  const double end = *(const double *)(const void *)((const char *)record + field->offset);
  return isnan(end) ? fallback : end;
}

static bool takes_range(const char *column)
{
  return text_equal(column, "value") || text_equal(column, "price_usd_per_kg") ||
         text_equal(column, "value_t_per_year");
}

static bool find_in_record(struct opened *opened, const struct entity *entity, const void *record,
                           const struct field *field, const struct quantity_name *name, struct quantity *quantity,
                           struct error *error)
{
  const double *number = (const double *)(const void *)((const char *)record + field->offset);
  double date, value = *number;
  if (name->date != NULL) {
    if (!parse_date(name->date, &date))
      return refuse(error, arena_format(opened->arena, "found '%s', expected a date like 2030", name->date));
    value = dataset_at(opened->data, number, date, date);
  }
  const struct record *head = record;
  *quantity = isnan(value) ? missing("not given in the data", false) : known(value, field->unit, head->source);
  if (name->date == NULL && takes_range(field->name)) {
    quantity->low = end_of_range(entity, "low", record, value);
    quantity->high = end_of_range(entity, "high", record, value);
  }
  return true;
}

/* data.TABLE.ROW.FIELD; the row may have dots of its own. */
static bool find_data(struct opened *opened, const struct quantity_name *name, struct quantity *quantity,
                      struct error *error)
{
  struct arena *arena = opened->arena;
  char *path = arena_copy(arena, name->path + strlen("data."));
  char *row = strchr(path, '.'), *column = strrchr(path, '.');
  if (row == NULL || row == column)
    return refuse(error, arena_format(arena, "found '%s', expected data.TABLE.ROW.FIELD", name->path));
  *row++ = *column++ = '\0';
  if (!open_data(opened, error)) return false;
  const struct entity *entity = dataset_entity(path);
  if (entity == NULL) return refuse(error, arena_format(arena, "there is no table '%s'", path));
  const int index = dataset_find(opened->data, path, row);
  if (index < 0) return refuse(error, arena_format(arena, "there is no '%s' in %s", row, path));
  const struct field *field = field_find(entity->fields, column);
  if (field == NULL || (field->type != FIELD_NUMBER && field->type != FIELD_DATE))
    return refuse(error, arena_format(arena, "%s has no number '%s'", path, column));
  const char *const *rows = (const char *const *)(const void *)((const char *)opened->data + entity->array);
  return find_in_record(opened, entity, *rows + (size_t)index * entity->size, field, name, quantity, error);
}

/* ---- indicators ---- */

static bool ask(struct opened *opened, const struct quantity_name *name, const char *indicator,
                const struct dataset *dataset, const struct indicator_base *base, const struct indicator_run *run,
                const struct indicator_run *against, struct quantity *quantity)
{
  const struct indicator_question question = {.dataset = dataset,
                                              .base = base,
                                              .run = run,
                                              .against = against,
                                              .name = indicator,
                                              .arguments_count = name->arguments_count,
                                              .arguments = name->arguments};
  const struct indicator_answer answer = indicator_ask(&question, opened->arena);
  *quantity = answer.refusal != NULL ? missing(answer.refusal, false)
                                     : known(answer.value, answer.indicator->unit, run != NULL ? "run" : "data");
  return true;
}

static bool find_base(struct opened *opened, const struct quantity_name *name, struct quantity *quantity,
                      struct error *error)
{
  const char *indicator = name->path + strlen("base.");
  const char *refusal = indicator_refusal(indicator, OF_BASE, name->arguments_count, opened->arena);
  if (refusal != NULL) return refuse(error, refusal);
  if (!open_data(opened, error)) return false;
  if (opened->base == NULL) opened->base = indicator_base_new(opened->data, opened->arena);
  ask(opened, name, indicator, opened->data, opened->base, NULL, NULL, quantity);
  return quantity->missing == NULL || refuse(error, quantity->missing); /* the data are the file's own choice */
}

/* The run, ready to be asked; NULL with the reason in quantity where it was not given. */
static struct indicator_run *open_run(struct opened *opened, int which, struct quantity *quantity)
{
  const struct run *run = opened->runs[which];
  const char *scenario = which == 0 ? opened->claims->run : opened->claims->against;
  if (run == NULL) {
    *quantity = missing(arena_format(opened->arena, "needs a run: didymium run %s -o RUN, then audit with --%s RUN",
                                     scenario != NULL ? scenario : "SCENARIO", which == 0 ? "run" : "against"),
                        true);
    return NULL;
  }
  if (opened->figures[which] == NULL)
    opened->figures[which] = indicator_run_new(run->dataset, run->outcome, run->metrics, opened->arena);
  return opened->figures[which];
}

/* pair: of the run and of the one it is compared with together. */
static bool find_run(struct opened *opened, int which, bool pair, const struct quantity_name *name,
                     struct quantity *quantity, struct error *error)
{
  const char *indicator = strchr(name->path, '.') + 1;
  const char *refusal = indicator_refusal(indicator, pair ? OF_PAIR : OF_RUN, name->arguments_count, opened->arena);
  if (refusal != NULL) return refuse(error, refusal);
  const struct indicator_run *run = open_run(opened, which, quantity);
  const struct indicator_run *against = run != NULL && pair ? open_run(opened, 1, quantity) : NULL;
  if (run == NULL || (pair && against == NULL)) return true;
  return ask(opened, name, indicator, opened->runs[which]->dataset, NULL, run, against, quantity);
}

/* ---- terms of deals ---- */

static const struct yaml *open_deal(struct opened *opened, const char *id, struct error *error)
{
  const char *file = path_join(opened->claims->deals, arena_format(opened->arena, "%s.yaml", id), opened->arena);
  for (int i = 0; i < opened->deals_count; i++)
    if (text_equal(opened->deals[i]->file, file)) return opened->deals[i];
  if (!path_exists(file)) {
    refuse(error, arena_format(opened->arena, "there is no deal '%s': no file %s", id, file));
    return NULL;
  }
  const struct yaml *root = yaml_read(file, opened->arena, error);
  if (root != NULL && opened->deals_count < deals_max) opened->deals[opened->deals_count++] = root;
  return root;
}

static const struct yaml *item_of(const struct yaml *list, const char *id)
{
  if (list == NULL || list->kind != YAML_LIST) return NULL;
  for (int i = 0; i < list->count; i++)
    if (text_equal(yaml_text(yaml_get(list->items[i], "id")), id)) return list->items[i];
  return NULL;
}

/* A key of the map, or the id of one of its instruments or pieces. */
static const struct yaml *step_into(const struct yaml *node, const char *word)
{
  const struct yaml *next = yaml_get(node, word);
  if (next == NULL) next = item_of(node, word);
  if (next == NULL) next = item_of(yaml_get(node, "instruments"), word);
  return next != NULL ? next : item_of(yaml_get(node, "recorded"), word);
}

/* The value of a map of dates that is in force on a day; NULL before the first. */
static const struct yaml *value_at(const struct yaml *map, double date)
{
  const struct yaml *value = NULL;
  double latest = -INFINITY, day;
  for (int i = 0; i < map->count; i++)
    if (parse_date(map->keys[i].text, &day) && day <= date && day > latest) value = map->items[i], latest = day;
  return value;
}

static bool number_of(const struct yaml *node, double *number)
{
  const char *text = yaml_text(node);
  return text != NULL && (parse_number(text, number) || parse_date(text, number));
}

/* A number, {value, low, high}, or a map of dates. */
static bool read_leaf(struct opened *opened, const struct yaml *node, const struct quantity_name *name,
                      const char *source, struct quantity *quantity, struct error *error)
{
  double date, value;
  if (name->date != NULL && !parse_date(name->date, &date))
    return refuse(error, arena_format(opened->arena, "found '%s', expected a date like 2030", name->date));
  if (name->date != NULL && node->kind == YAML_MAP) {
    node = value_at(node, date);
    if (node == NULL) return refuse(error, arena_format(opened->arena, "'%s' has no value then", name->text));
  }
  const struct yaml *middle = node->kind == YAML_MAP ? yaml_get(node, "value") : node;
  if (!number_of(middle, &value))
    return refuse(error, arena_format(opened->arena, "'%s' is no number%s", name->text,
                                      node->kind == YAML_MAP ? "; a map of dates needs @DATE" : ""));
  double number;
  *quantity = known(value, parse_number(yaml_text(middle), &number) ? NULL : "date", source);
  if (node->kind == YAML_MAP)
    (void)(number_of(yaml_get(node, "low"), &quantity->low) && number_of(yaml_get(node, "high"), &quantity->high));
  return true;
}

/* deals.FILE.KEY...: walks the file; the nearest `source` on the way is the figure's. */
static bool find_deal(struct opened *opened, const struct quantity_name *name, struct quantity *quantity,
                      struct error *error)
{
  if (opened->claims->deals == NULL) return refuse(error, "the file names no deals; expected `deals: FOLDER`");
  char *rest = arena_copy(opened->arena, name->path + strlen("deals."));
  const char *id = strsep(&rest, ".");
  const struct yaml *node = open_deal(opened, id, error);
  const char *source = arena_format(opened->arena, "deals/%s.yaml", id);
  if (node == NULL) return false;
  for (char *word; (word = strsep(&rest, ".")) != NULL;) {
    const struct yaml *next = step_into(node, word);
    if (next == NULL)
      return refuse(error, arena_format(opened->arena, "there is no '%s' in %s:%d", word, node->file, node->line));
    node = next;
  }
  return read_leaf(opened, node, name, source, quantity, error);
}

/* ---- any name ---- */

static bool find_quantity(void *context, const struct quantity_name *name, struct quantity *quantity,
                          struct error *error)
{
  struct opened *opened = context;
  if (text_starts(name->path, "data.")) return find_data(opened, name, quantity, error);
  if (text_starts(name->path, "base.")) return find_base(opened, name, quantity, error);
  if (text_starts(name->path, "deals.")) return find_deal(opened, name, quantity, error);
  if (text_starts(name->path, "run.")) return find_run(opened, 0, false, name, quantity, error);
  if (text_starts(name->path, "against.")) return find_run(opened, 1, false, name, quantity, error);
  if (text_starts(name->path, "between.")) return find_run(opened, 0, true, name, quantity, error);
  return refuse(error, arena_format(opened->arena,
                                    "there is no '%s'; names outside the file begin with data, base, "
                                    "deals, run, against or between",
                                    name->text));
}

const struct audit *audit_claims(const char *path, const struct run *run, const struct run *against,
                                 struct arena *arena, struct error *error)
{
  const struct claims *claims = claims_read(path, arena, error);
  if (claims == NULL) return NULL;
  struct opened *opened = ARENA_NEW(arena, struct opened);
  *opened = (struct opened){.claims = claims, .arena = arena, .runs = {run, against}};
  const struct quantity_finder finder = {find_quantity, opened};
  struct audit *audit = ARENA_NEW(arena, struct audit);
  *audit = (struct audit){claims_judge(claims, &finder, arena, error), run, against, false};
  if (audit->verdicts == NULL) return NULL;
  audit->contradicted = audit->verdicts->counts[VERDICT_FAILS] > 0;
  return audit;
}
