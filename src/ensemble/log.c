/* ensemble/log.c - records of draws as bytes and back. */
#include "ensemble/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "io/file.h"
#include "io/journal.h"
#include "io/json.h"

const char *log_header(const struct ensemble *ensemble, const char *inputs, struct arena *arena)
{
  struct json_writer writer = json_writer_new(arena, 0);
  struct text names = text_new(arena), streams = text_new(arena);
  for (int i = 0; i < ensemble->indicators->count; i++) text_add(&names, "%s\n", ensemble->indicators->items[i].name);
  const struct chance *chance = ensemble->run->dataset->chance;
  for (int v = 0; v < chance->variables_count; v++) text_add(&streams, "%s\n", chance->variables[v].name);
  json_map_open(&writer, NULL);
  json_add_integer(&writer, "schema_version", SCHEMA_VERSION);
  json_add_text(&writer, "scenario", ensemble->run->dataset->scenario->id);
  json_add_text(&writer, "seed", arena_format(arena, "%llu", (unsigned long long)ensemble->seed));
  json_add_text(&writer, "sampling", ensemble->sampling == SAMPLING_SOBOL ? "sobol" : "random");
  json_add_text(&writer, "inputs", inputs);
  json_add_integer(&writer, "indicators", ensemble->indicators->count);
  json_add_text(&writer, "indicators_sha256", bytes_digest(names.bytes, names.length, arena));
  json_add_text(&writer, "variables_sha256", bytes_digest(streams.bytes, streams.length, arena));
  const struct fields *fields = ensemble->fields;
  json_add_integer(&writer, "field_cells", fields->cells);
  json_add_text(&writer, "field_references_sha256",
                bytes_digest((const char *)fields->reference, sizeof(double) * (size_t)fields->cells, arena));
  json_map_close(&writer);
  return json_writer_finish(&writer);
}

/* ---- records ---- */

static void put(unsigned char **at, uint64_t value, int bytes)
{
  for (int i = 0; i < bytes; i++) *(*at)++ = (unsigned char)(value >> (8 * i));
}

static uint64_t get(const unsigned char **at, int bytes)
{
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value |= (uint64_t) * (*at)++ << (8 * i);
  return value;
}

const unsigned char *record_pack(const struct draw_record *record, const struct ensemble *ensemble, size_t *length,
                                 struct arena *arena)
{
  const char *failure = record->failure != NULL ? record->failure : "";
  const int values_count = ensemble->indicators->count;
  const size_t text = strlen(failure);
  size_t packed = 0;
  const unsigned char *codes =
      record->codes != NULL ? fields_pack(ensemble->fields, record->codes, &packed, arena) : NULL;
  *length = 8 + 8 + 4 + 4 + 8 * (size_t)values_count + 4 + text + packed;
  unsigned char *bytes = arena_alloc(arena, *length, 1), *at = bytes;
  put(&at, (uint64_t)record->draw, 8);
  put(&at, record->digest, 8);
  put(&at, (uint64_t)record->state, 4);
  put(&at, (uint64_t)values_count, 4);
  for (int i = 0; i < values_count; i++) {
    uint64_t word;
    memcpy(&word, &record->values[i], sizeof word);
    put(&at, word, 8);
  }
  put(&at, text, 4);
  memcpy(at, failure, text);
  if (packed > 0) memcpy(at + text, codes, packed);
  return bytes;
}

static bool codes_unpack(struct draw_record *record, const struct fields *fields, const unsigned char *bytes,
                         size_t length, struct arena *arena)
{
  if (length == 0) return true;
  unsigned char *codes = ARENA_ARRAY(arena, fields->cells, unsigned char);
  record->codes = codes;
  return fields_unpack(fields, bytes, length, codes);
}

bool record_unpack(struct draw_record *record, const struct ensemble *ensemble, const unsigned char *bytes,
                   size_t length, struct arena *arena)
{
  const int values_count = ensemble->indicators->count;
  const unsigned char *at = bytes;
  *record = (struct draw_record){0};
  const size_t head = 8 + 8 + 4 + 4 + 8 * (size_t)values_count + 4;
  if (length < head) return false;
  double *values = ARENA_ARRAY(arena, values_count, double);
  record->draw = (long)get(&at, 8);
  record->digest = get(&at, 8);
  record->state = (enum draw_state)get(&at, 4);
  if (get(&at, 4) != (uint64_t)values_count) return false;
  for (int i = 0; i < values_count; i++) {
    const uint64_t word = get(&at, 8);
    memcpy(&values[i], &word, sizeof word);
  }
  const size_t text = get(&at, 4);
  if (length < head + text || record->draw < 0) return false;
  if (!codes_unpack(record, ensemble->fields, at + text, length - head - text, arena)) return false;
  record->values = values;
  record->failure = text > 0 ? arena_format(arena, "%.*s", (int)text, (const char *)at) : NULL;
  return record->state == DRAW_CERTIFIED || record->state == DRAW_FAILED;
}

/* ---- the counts ---- */

static const uint64_t counts_mark = UINT64_MAX;

const unsigned char *counts_pack(const struct ensemble *ensemble, size_t *length, struct arena *arena)
{
  size_t packed;
  const unsigned char *counts = fields_pack_counts(ensemble->fields, ensemble->counts, &packed, arena);
  *length = 16 + packed;
  unsigned char *bytes = arena_alloc(arena, *length, 1), *at = bytes;
  put(&at, counts_mark, 8);
  put(&at, (uint64_t)(ensemble->done - ensemble->failed), 8);
  memcpy(at, counts, packed);
  return bytes;
}

bool counts_marked(const unsigned char *bytes, size_t length)
{
  return length >= 16 && get(&bytes, 8) == counts_mark;
}

bool counts_unpack(const struct ensemble *ensemble, const unsigned char *bytes, size_t length, long *draws)
{
  const unsigned char *at = bytes + 8;
  *draws = (long)get(&at, 8);
  return fields_add_counts(ensemble->fields, at, length - 16, ensemble->counts);
}

/* ---- the plan ---- */

bool plan_unpack(const unsigned char *bytes, size_t length, long *draws)
{
  if (length != 8) return false;
  *draws = (long)get(&bytes, 8);
  return true;
}

const unsigned char *plan_pack(long draws, size_t *length, struct arena *arena)
{
  unsigned char *bytes = arena_alloc(arena, 8, 1), *at = bytes;
  put(&at, (uint64_t)draws, 8);
  *length = 8;
  return bytes;
}

static bool take_plan(void *context, const unsigned char *bytes, size_t length)
{
  struct log_options *options = context;
  long draws;
  if (plan_unpack(bytes, length, &draws)) options->draws = draws;
  return true;
}

bool ensemble_log_read(const char *log, struct log_options *options, struct arena *arena, struct error *error)
{
  *options = (struct log_options){0};
  const char *header = journal_read(log, take_plan, options, arena, error);
  if (header == NULL) return false;
  const struct json *json = json_parse(header, strlen(header), log, arena, error);
  if (json == NULL) return false;
  const char *seed = json_text_of(json, "seed"), *sampling = json_text_of(json, "sampling");
  if (seed == NULL || sampling == NULL || options->draws < 1)
    return error_set(error, log, 0, NULL, "it states no seed, sampling or number of draws");
  options->seed = strtoull(seed, NULL, 10);
  options->sampling = text_equal(sampling, "sobol") ? SAMPLING_SOBOL : SAMPLING_RANDOM;
  return true;
}

/* ---- the finished log ---- */

static bool write_sorted(const struct ensemble *ensemble, struct journal *journal, struct error *error)
{
  struct arena *arena = arena_new();
  const struct arena_mark empty = arena_mark(arena);
  const int count = ensemble->indicators->count;
  size_t length;
  bool written = journal_append(journal, plan_pack(ensemble->wanted, &length, arena), 8, error);
  for (long d = 0; written && d < ensemble->wanted; d++) {
    arena_reset(arena, empty);
    const struct draw_record record = {.draw = d,
                                       .digest = ensemble->digests[d],
                                       .state = (enum draw_state)ensemble->state[d],
                                       .values = ensemble->values + d * count,
                                       .failure = ensemble->failure[d]};
    const unsigned char *bytes = record_pack(&record, ensemble, &length, arena);
    written = journal_append(journal, bytes, length, error);
  }
  arena_reset(arena, empty);
  if (written) {
    const unsigned char *counts = counts_pack(ensemble, &length, arena);
    written = journal_append(journal, counts, length, error);
  }
  arena_free(arena);
  return written;
}

bool ensemble_log_sort(const struct ensemble *ensemble, const char *log, const char *inputs, struct arena *arena,
                       struct error *error)
{
  struct journal journal;
  const char *part = arena_format(arena, "%s.part", log);
  (void)remove(part);
  if (!journal_open(&journal, part, log_header(ensemble, inputs, arena), NULL, NULL, arena, error)) return false;
  const bool written = write_sorted(ensemble, &journal, error);
  journal_close(&journal);
  return written && (rename(part, log) == 0 || error_set(error, log, 0, NULL, "cannot be replaced"));
}
