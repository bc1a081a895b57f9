/* The deal library: every file loads, names itself and its sources, marks its guesses; docs/deals.md lists what is
 * modelled and what is recorded.
 *
 * Argument: the source folder. With --list before it the generated part of the page is printed instead. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dataset/dataset.h"
#include "io/file.h"
#include "io/yaml.h"
#include "metrics/claims.h"
#include "model/instruments.h"
#include "unit.h"

static const char *root;
static const char marker[] = "checked in `make test`.\n";
static const char reference[] = "in the data set as ";

struct library {
  struct arena *arena;
  int count;
  const char **names; /* without ending */
  const struct dataset **deals;
};

static struct library *library_open(void)
{
  struct arena *arena = arena_new();
  struct library *library = ARENA_NEW(arena, struct library);
  struct error error = {0};
  int files = 0;
  const char *folder = path_join(root, "deals", arena);
  const char *const *names = path_list(folder, &files, arena, &error);
  library->arena = arena;
  if (names == NULL) fail_msg("%s", error.message);
  library->names = ARENA_ARRAY(arena, files, const char *);
  library->deals = ARENA_ARRAY(arena, files, const struct dataset *);
  for (int i = 0; i < files; i++) {
    if (!path_has_ending(names[i], ".yaml")) continue;
    const struct dataset *deal = dataset_load_deal(path_join(folder, names[i], arena), arena, &error);
    if (deal == NULL) fail_msg("%s:%d: %s: %s", error.file, error.line, error.field, error.message);
    library->names[library->count] = arena_format(arena, "%.*s", (int)(strlen(names[i]) - 5), names[i]);
    library->deals[library->count++] = deal;
  }
  return library;
}

static int set_up(void **state)
{
  *state = library_open();
  return 0;
}

static int tear_down(void **state)
{
  const struct library *library = *state;
  arena_free(library->arena);
  return 0;
}

/* ---- every file ---- */

static void every_file_is_one_deal_of_its_own_name(void **state)
{
  const struct library *library = *state;
  assert_true(library->count > 30);
  for (int i = 0; i < library->count; i++) {
    const struct dataset *deal = library->deals[i];
    assert_int_equal(deal->deals_count, 1);
    assert_string_equal(deal->deals[0].record.id, library->names[i]);
    assert_non_null(deal->deals[0].title);
    assert_non_null(deal->deals[0].parties);
    assert_non_null(deal->deals[0].authority);
    assert_non_null(deal->deals[0].account);
    assert_non_null(deal->deals[0].description);
    assert_true(deal->deals[0].signed_date > 2000);
    assert_true(deal->instruments_count + deal->recorded_count > 0);
  }
}

static void expect_sources(const struct dataset *deal, const struct record *record, struct arena *arena)
{
  if (record->source == NULL) fail_msg("%s: '%s' names no source", deal->deals[0].record.id, record->id);
  char *rest = arena_copy(arena, record->source);
  for (char *word; (word = strsep(&rest, " ")) != NULL;) {
    const char *colon = strchr(word, ':'), *id = colon != NULL ? colon + 1 : word;
    if (id[0] != '\0' && dataset_find(deal, "sources", id) < 0)
      fail_msg("%s: '%s' names the source '%s', which is not there", deal->deals[0].record.id, record->id, id);
  }
}

static void every_piece_names_a_source_of_its_file(void **state)
{
  const struct library *library = *state;
  for (int i = 0; i < library->count; i++) {
    const struct dataset *deal = library->deals[i];
    expect_sources(deal, &deal->deals[0].record, library->arena);
    for (int k = 0; k < deal->instruments_count; k++)
      expect_sources(deal, &deal->instruments[k].record, library->arena);
    for (int k = 0; k < deal->recorded_count; k++) expect_sources(deal, &deal->recorded[k].record, library->arena);
  }
}

static bool is_guess(const struct record *record)
{
  return record->quality != NULL && record->quality[0] == 'D';
}

static void expect_guess(const char *deal, const struct record *record, const char *words)
{
  if (!is_guess(record)) return;
  if (words == NULL || strstr(words, "guess") == NULL || strstr(words, "range") == NULL)
    fail_msg("%s: '%s' is of quality D, but does not say what is guessed in which range", deal, record->id);
}

static void every_guess_says_so_with_a_range(void **state)
{
  const struct library *library = *state;
  for (int i = 0; i < library->count; i++) {
    const struct dataset *deal = library->deals[i];
    const char *id = deal->deals[0].record.id;
    for (int k = 0; k < deal->instruments_count; k++)
      expect_guess(id, &deal->instruments[k].record, deal->instruments[k].record.note);
    for (int k = 0; k < deal->recorded_count; k++) expect_guess(id, &deal->recorded[k].record, deal->recorded[k].why);
  }
}

/* A source own-estimate on a term means quality D. */
static void no_estimate_passes_for_a_filing(void **state)
{
  const struct library *library = *state;
  for (int i = 0; i < library->count; i++)
    for (int k = 0; k < library->deals[i]->instruments_count; k++) {
      const struct record *record = &library->deals[i]->instruments[k].record;
      const bool estimated = strstr(record->source, "stockpiled_share:own-estimate") != NULL ||
                             strstr(record->source, "rate_per_year:own-estimate") != NULL;
      if (estimated && !is_guess(record)) fail_msg("'%s' rests on an estimate, but is not of quality D", record->id);
    }
}

/* ---- what the files say of the data set and of scenarios ---- */

static bool folder_has(const char *folder, const char *id, struct arena *arena)
{
  struct error error = {0};
  int files = 0;
  const char *const *names = path_list(folder, &files, arena, &error);
  assert_non_null(names);
  for (int i = 0; i < files; i++) {
    const char *text = file_read(path_join(folder, names[i], arena), NULL, arena, &error);
    if (strstr(text, arena_format(arena, "id: %s\n", id)) != NULL ||
        strstr(text, arena_format(arena, "instrument: %s\n", id)) != NULL)
      return true;
  }
  return false;
}

static void what_is_said_to_be_in_the_data_set_is_there(void **state)
{
  const struct library *library = *state;
  struct arena *arena = library->arena;
  const char *folder = path_join(root, "data/rare-earths/instruments", arena);
  int found = 0;
  for (int i = 0; i < library->count; i++)
    for (int k = 0; k < library->deals[i]->recorded_count; k++) {
      const struct recorded_piece *piece = &library->deals[i]->recorded[k];
      const char *at = strstr(piece->why, reference);
      if (at == NULL) continue;
      at += strlen(reference);
      const char *id = arena_format(arena, "%.*s", (int)strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-"), at);
      if (!folder_has(folder, id, arena)) fail_msg("'%s' names '%s', which is not there", piece->record.id, id);
      found++;
    }
  assert_true(found >= 10);
}

static void scenarios_that_are_named_are_there(void **state)
{
  const struct library *library = *state;
  struct arena *arena = library->arena;
  for (int i = 0; i < library->count; i++)
    for (int k = 0; k < library->deals[i]->recorded_count; k++) {
      const char *at = strstr(library->deals[i]->recorded[k].why, "scenarios/");
      if (at == NULL) continue;
      const char *path = arena_format(arena, "%.*s", (int)(strstr(at, ".yaml") + 5 - at), at);
      if (!path_exists(path_join(root, path, arena))) fail_msg("there is no %s", path);
    }
}

/* ---- the page ---- */

static const char *date_words(double date, struct arena *arena)
{
  static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};
  const double month = (date - (int)date) * 12;
  return arena_format(arena, "%s %d", months[(int)(month + 1e-6)], (int)date);
}

static const char *status_words(int status)
{
  static const char *const words[] = {"announced", "letter of intent", "conditional", "binding",
                                      "disbursed", "in force",         "suspended",   "lapsed"};
  return words[status];
}

static bool in_data_set(const struct recorded_piece *piece)
{
  return text_starts(piece->why, "in the data set");
}

static void add_summary(struct text *text, const struct library *library)
{
  struct arena *arena = library->arena;
  int modelled = 0, elsewhere = 0, recorded = 0;
  text_add(text, "| deal | status | modelled | in the data set | recorded | amounts recorded, million USD |\n"
                 "|---|---|---|---|---|---|\n");
  for (int i = 0; i < library->count; i++) {
    const struct dataset *deal = library->deals[i];
    double amount = 0;
    int there = 0;
    for (int k = 0; k < deal->recorded_count; k++) {
      there += in_data_set(&deal->recorded[k]);
      if (deal->recorded[k].amount_usd > 0) amount += deal->recorded[k].amount_usd / 1e6;
    }
    text_add(text, "| `%s` | %s | %d | %d | %d | %s |\n", library->names[i], status_words(deal->deals[0].status),
             deal->instruments_count, there, deal->recorded_count - there,
             amount > 0 ? claim_number(amount, arena) : "");
    modelled += deal->instruments_count, elsewhere += there, recorded += deal->recorded_count - there;
  }
  text_add(text, "| %d deals | | %d | %d | %d | |\n", library->count, modelled, elsewhere, recorded);
}

static void add_modelled(struct text *text, const struct instrument *instrument)
{
  const struct instrument_kind *kind = instrument_kind_find(instrument->kind);
  text_add(text, "* **modelled** `%s` (%s, %s): %s.", instrument->record.id, instrument->kind,
           status_words(instrument->status), instrument->title);
  if (kind != NULL) text_add(text, " %s", kind->help);
  text_add(text, "\n");
}

static void add_recorded(struct text *text, const struct recorded_piece *piece, struct arena *arena)
{
  text_add(text, "* %s `%s` (%s%s%s): %s; %s.\n", in_data_set(piece) ? "in the data set" : "recorded", piece->record.id,
           status_words(piece->status), piece->amount_usd > 0 ? ", million USD " : "",
           piece->amount_usd > 0 ? claim_number(piece->amount_usd / 1e6, arena) : "", piece->title, piece->why);
}

static void add_deal(struct text *text, const struct dataset *file, struct arena *arena)
{
  const struct deal *deal = &file->deals[0];
  static const char *const appropriated[] = {"not known whether appropriated", "appropriated", "not appropriated"};
  text_add(text, "\n## %s\n\n`deals/%s.yaml`. %s; signed %s, %s. Authority: %s. Account: %s; %s%s%s.\n\n%s\n\n",
           deal->title, deal->record.id, deal->parties, date_words(deal->signed_date, arena),
           status_words(deal->status), deal->authority, deal->account, appropriated[deal->appropriated],
           deal->available_until > 0 ? ", available until " : "",
           deal->available_until > 0 ? date_words(deal->available_until, arena) : "", deal->description);
  for (int k = 0; k < file->instruments_count; k++) add_modelled(text, &file->instruments[k]);
  for (int k = 0; k < file->recorded_count; k++) add_recorded(text, &file->recorded[k], arena);
}

static const char *page_generated(const struct library *library)
{
  struct text text = text_new(library->arena);
  add_summary(&text, library);
  for (int i = 0; i < library->count; i++) add_deal(&text, library->deals[i], library->arena);
  return text.bytes;
}

static void the_page_is_up_to_date(void **state)
{
  const struct library *library = *state;
  struct error error = {0};
  const char *page = file_read(path_join(root, "docs/deals.md", library->arena), NULL, library->arena, &error);
  assert_non_null(page);
  const char *generated = strstr(page, marker);
  assert_non_null(generated);
  assert_string_equal(generated + strlen(marker) + 1, page_generated(library));
}

static int print_page(void)
{
  struct library *library = library_open();
  fputs(page_generated(library), stdout);
  arena_free(library->arena);
  return 0;
}

int main(int count, char **arguments)
{
  const bool list = count > 1 && strcmp(arguments[1], "--list") == 0;
  root = count > 1 + list ? arguments[1 + list] : ".";
  if (list) return print_page();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_file_is_one_deal_of_its_own_name),
      cmocka_unit_test(every_piece_names_a_source_of_its_file),
      cmocka_unit_test(every_guess_says_so_with_a_range),
      cmocka_unit_test(no_estimate_passes_for_a_filing),
      cmocka_unit_test(what_is_said_to_be_in_the_data_set_is_there),
      cmocka_unit_test(scenarios_that_are_named_are_there),
      cmocka_unit_test(the_page_is_up_to_date),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
