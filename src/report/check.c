/* report/check.c - tells by what is there which of the checks to make, and makes it.
 *
 * A run is certified without any trust in what it says of itself: the problems are put together again from its
 * inputs, the stored unknowns are judged by the certificate, and the figures of run.nc must be those unknowns.
 */
#include "report/check.h"

#include <math.h>

#include "base/text.h"
#include "io/file.h"
#include "io/json.h"
#include "io/yaml.h"
#include "model/instruments.h"
#include "report/calibration_text.h"
#include "report/columns.h"

/* ---- a finished run ---- */

struct judgement {
  const struct archive *archive;
  struct arena *arena;
  int windows, refused;
  double residual, mismatch;
  const char *worst;
};

static double mismatch_of(const int *unknown, const double *figures, int count, const double *z)
{
  double largest = 0;
  for (int i = 0; i < count; i++) {
    if (unknown[i] < 0) continue;
    const double gap = fabs(figures[i] - z[unknown[i]]);
    largest = isnan(gap) ? (double)INFINITY : fmax(largest, gap);
  }
  return largest;
}

static bool judge_window(void *context, const struct window *window, const struct mcp *problem, const double *z)
{
  struct judgement *judgement = context;
  const struct network *network = window->network;
  const struct block *block = &window->blocks[0];
  const struct period_outcome *period = &judgement->archive->run->outcome->periods[window->first];
  const struct certificate certificate = certificate_check(problem, z, 0, judgement->arena);
  judgement->windows++;
  judgement->refused += !certificate.accepted;
  if (!(certificate.residual <= judgement->residual)) {
    judgement->residual = certificate.residual;
    judgement->worst = window_unknown_name(window, certificate.residual_row, judgement->arena);
  }
  double gap = mismatch_of(block->price, period->multiplier, network->nodes_count, z);
  gap = fmax(gap, mismatch_of(block->activity, period->activity, network->activities_count, z));
  gap = fmax(gap, mismatch_of(block->arc, period->flow, network->arcs_count, z));
  gap = fmax(gap, mismatch_of(block->consumption, period->consumption, network->consumers_count, z));
  judgement->mismatch = fmax(judgement->mismatch, gap);
  return true;
}

static const struct check_result *check_run(const char *path, struct arena *arena, struct error *error)
{
  const struct archive *archive = archive_open(path, arena, error);
  if (archive == NULL) return NULL;
  struct judgement judgement = {.archive = archive, .arena = arena, .worst = "", .residual = -1};
  if (!archive_reassemble(archive, judge_window, &judgement, error)) return NULL;
  struct check_result *result = ARENA_NEW(arena, struct check_result);
  *result = (struct check_result){.what = "run", .residual = judgement.residual, .windows_count = judgement.windows};
  result->passed = judgement.refused == 0 && judgement.mismatch == 0;
  if (result->passed)
    result->text = arena_format(
        arena,
        "certified: %d window%s put together again from the run's inputs; largest residual %.1e, accepted up to 1e-8",
        judgement.windows, judgement.windows == 1 ? "" : "s", judgement.residual);
  else if (judgement.refused > 0)
    result->text = arena_format(arena, "not certified: %d of %d windows refused; residual %.1e at the %s",
                                judgement.refused, judgement.windows, judgement.residual, judgement.worst);
  else
    result->text = arena_format(arena, "not certified: figures of run.nc differ by %.1e from the stored solution",
                                judgement.mismatch);
  return result;
}

/* ---- inputs ---- */

static struct check_result *passed(const char *what, int entries, const char *text, struct arena *arena)
{
  struct check_result *result = ARENA_NEW(arena, struct check_result);
  *result =
      (struct check_result){.passed = true, .what = what, .text = text, .residual = NAN, .entries_count = entries};
  return result;
}

static const struct check_result *check_package(const char *folder, struct arena *arena, struct error *error)
{
  const struct dataset *dataset = dataset_load_package(folder, arena, error);
  if (dataset == NULL) return NULL;
  int count, rows = 0, tables = 0;
  const struct entity *entities = dataset_entities(&count);
  for (int i = 0; i < count; i++) {
    const int entries = *(const int *)(const void *)((const char *)dataset + entities[i].count);
    rows += entries;
    tables += entries > 0;
  }
  const struct data_check *data = data_check_new(dataset, arena);
  const char *text =
      arena_format(arena, "data set %s: %d tables, %d rows%s%s", dataset->name != NULL ? dataset->name : folder, tables,
                   rows, data != NULL ? "\n" : "", data != NULL ? data_check_text(data, arena) : "");
  struct check_result *result = passed("data set", rows, text, arena);
  result->data = data;
  return result;
}

/* A calibrated scenario's balances depend on its own instruments, so its report stands here too. */
static const char *calibration_of(const struct run *run, struct arena *arena)
{
  return run->calibration == NULL ? "" : arena_format(arena, "\n%s", calibration_text(run->calibration, arena));
}

static const struct check_result *check_scenario(const char *path, const struct load_options *options,
                                                 struct arena *arena, struct error *error)
{
  const struct run *run = run_load(path, options, arena, error);
  if (run == NULL) return NULL;
  const struct network *network = run->network;
  const char *text = arena_format(
      arena, "scenario %s: %d periods, %d nodes, %d activities, %d arcs, %d consumers, %d instruments, %d events%s",
      run->dataset->scenario->id, run->dataset->scenario->periods_count, network->nodes_count,
      network->activities_count, network->arcs_count, network->consumers_count, network->instruments_count,
      run->dataset->events_count, calibration_of(run, arena));
  struct check_result *result = passed("scenario", network->nodes_count, text, arena);
  result->calibration = run->calibration;
  return result;
}

/* ---- a file of instruments, without a data set: kinds and terms, but not what they refer to ---- */

static bool check_term(const struct yaml *map, int i, const struct instrument_kind *kind, const char *where,
                       struct arena *arena, struct error *error)
{
  const struct place place = {map->file, map->keys[i].line};
  const struct field *field = field_find(kind->fields, map->keys[i].text);
  const char *words;
  if (field != NULL) {
    void *scratch = arena_alloc(arena, 1, kind->terms_size);
    if (!yaml_words(map->items[i], map->keys[i].text, &words, arena, error)) return false;
    return words == NULL || field_parse(field, words, scratch, place, where, arena, error);
  }
  const struct entity *header = dataset_entity("instruments");
  field = field_find(header->fields, map->keys[i].text);
  static const char *const own[] = {"instrument", "schema_version", "sources"};
  for (size_t k = 0; k < sizeof own / sizeof *own; k++)
    if (text_equal(own[k], map->keys[i].text)) return true;
  if (field != NULL) {
    void *scratch = arena_alloc(arena, 1, header->size);
    if (!yaml_words(map->items[i], map->keys[i].text, &words, arena, error)) return false;
    return words == NULL || field_parse(field, words, scratch, place, where, arena, error);
  }
  int count = 0;
  const char **names = ARENA_ARRAY(arena, 200, const char *);
  for (const struct field *f = kind->fields; f->name != NULL && count < 100; f++) names[count++] = f->name;
  for (const struct field *f = header->fields; f->name != NULL && count < 200; f++) names[count++] = f->name;
  const char *nearest = text_nearest(map->keys[i].text, names, count);
  return error_set(error, place.file, place.line, arena_format(arena, "%s.%s", where, map->keys[i].text),
                   "%s has no such term%s%s%s", kind->name, nearest != NULL ? "; did you mean '" : "",
                   nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

static bool check_instrument(const struct yaml *map, struct arena *arena, struct error *error)
{
  if (!yaml_expect(map, YAML_MAP, "instruments", error)) return false;
  const char *name = yaml_text(yaml_get(map, "kind"));
  const char *id = yaml_text(yaml_get(map, yaml_get(map, "id") != NULL ? "id" : "instrument"));
  if (id == NULL) return error_set(error, map->file, map->line, "instruments.id", "expected the id of the instrument");
  const char *where = arena_format(arena, "instruments.%s", id);
  if (name == NULL) return error_set(error, map->file, map->line, where, "expected a kind");
  const struct instrument_kind *kind = instrument_kind_find(name);
  if (kind == NULL)
    return error_set(error, map->file, map->line, where,
                     "there is no kind '%s'; `didymium help instruments` lists them", name);
  for (int i = 0; i < map->count; i++)
    if (!check_term(map, i, kind, where, arena, error)) return false;
  for (const struct field *field = kind->fields; field->name != NULL; field++)
    if (field->fallback == NULL && yaml_get(map, field->name) == NULL)
      return error_set(error, map->file, map->line, arena_format(arena, "%s.%s", where, field->name),
                       "missing, expected %s", field->help);
  return true;
}

static const struct check_result *check_instruments(const struct yaml *file, struct arena *arena, struct error *error)
{
  const struct yaml *list = yaml_get(file, "instruments");
  const int count = list != NULL ? list->count : 1;
  if (list != NULL && !yaml_expect(list, YAML_LIST, "instruments", error)) return NULL;
  for (int i = 0; i < count; i++)
    if (!check_instrument(list != NULL ? list->items[i] : file, arena, error)) return NULL;
  return passed("instruments", count,
                arena_format(arena, "%d instrument%s; what they refer to is checked with a scenario", count,
                             count == 1 ? "" : "s"),
                arena);
}

/* ---- a deal: what of it is modelled, what only recorded ---- */

static const char *status_word(const char *table, const void *record, struct arena *arena)
{
  return field_format(field_find(dataset_entity(table)->fields, "status"), record, arena);
}

static void add_modelled(struct text *text, const struct dataset *deal)
{
  struct columns columns = columns_new(2, text->arena);
  for (int i = 0; i < deal->instruments_count; i++) {
    const struct instrument *instrument = &deal->instruments[i];
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, instrument->record.id);
    columns_set(&columns, row, 1,
                arena_format(text->arena, "%s, %s%s", instrument->kind,
                             status_word("instruments", instrument, text->arena),
                             instrument->enabled ? "" : ", switched off"));
  }
  text_add(text, "\nModelled (%d)\n", deal->instruments_count);
  columns_print(&columns, text, 2, 2);
}

static void add_recorded(struct text *text, const struct dataset *deal)
{
  text_add(text, "Recorded, not modelled (%d)\n", deal->recorded_count);
  for (int i = 0; i < deal->recorded_count; i++) {
    const struct recorded_piece *piece = &deal->recorded[i];
    text_add(text, "  %s: %s", piece->title, status_word("recorded", piece, text->arena));
    if (!isnan(piece->amount_usd)) text_add(text, ", %g million USD", piece->amount_usd / 1e6);
    text_add(text, "\n");
    text_add_folded(text, piece->why, 4, 110);
  }
}

static const struct check_result *check_deal(const struct yaml *file, const char *path, struct arena *arena,
                                             struct error *error)
{
  const struct dataset *deal = dataset_load_deal(path, arena, error);
  const struct yaml *list = yaml_get(file, "instruments");
  if (deal == NULL) return NULL;
  for (int i = 0; i < deal->instruments_count; i++)
    if (!check_instrument(list->items[i], arena, error)) return NULL;
  struct text text = text_new(arena);
  const char *title = deal->deals[0].title;
  text_add(&text, "deal %s: %s%s%s", deal->deals[0].record.id, status_word("deals", &deal->deals[0], arena),
           title != NULL ? ", " : "", title != NULL ? title : "");
  add_modelled(&text, deal);
  add_recorded(&text, deal);
  text_add(&text, "What instruments refer to is checked with a scenario.");
  return passed("deal", deal->instruments_count + deal->recorded_count, text.bytes, arena);
}

static const struct check_result *check_file(const char *path, const struct load_options *options, struct arena *arena,
                                             struct error *error)
{
  if (text_equal(path_name(path), "datapackage.json")) return check_package(path_folder(path, arena), arena, error);
  const struct yaml *file = yaml_read(path, arena, error);
  if (file == NULL) return NULL;
  const bool scenario =
      yaml_get(file, "scenario") != NULL || yaml_get(file, "tables") != NULL || yaml_get(file, "horizon") != NULL;
  const bool instruments = yaml_get(file, "instrument") != NULL || yaml_get(file, "instruments") != NULL;
  if (yaml_get(file, "deal") != NULL && !scenario) return check_deal(file, path, arena, error);
  return instruments && !scenario ? check_instruments(file, arena, error) : check_scenario(path, options, arena, error);
}

const struct check_result *check_path(const char *path, const struct load_options *options, struct arena *arena,
                                      struct error *error)
{
  if (archive_is_run(path, arena)) return check_run(path, arena, error);
  if (path_is_folder(path) && path_exists(path_join(path, "datapackage.json", arena)))
    return check_package(path, arena, error);
  if (!path_is_folder(path)) return check_file(path, options, arena, error);
  error_set(error, path, 0, NULL,
            "expected a data set (with datapackage.json) or a finished run (with provenance.json)");
  return NULL;
}

const char *check_json(const char *path, const struct check_result *result, struct arena *arena)
{
  struct json_writer writer = json_writer_new(arena, 2);
  json_map_open(&writer, NULL);
  json_add_text(&writer, "path", path);
  json_add_text(&writer, "what", result->what);
  json_add_flag(&writer, "passed", result->passed);
  json_add_text(&writer, "text", result->data == NULL && result->calibration == NULL ? result->text : NULL);
  json_add_number(&writer, "residual", result->residual);
  json_add_integer(&writer, "windows", result->windows_count);
  if (result->data != NULL) data_check_json(&writer, result->data, arena);
  if (result->calibration != NULL) calibration_json(&writer, result->calibration);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}
