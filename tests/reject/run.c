/* tests/reject/run.c - every folder beside this file is an input that must be refused, with exactly one error.
 *
 *   scenario.yaml   what is checked, with any further files; or claims.yaml, which is audited
 *   arguments       optional: options of the command, one a line: --set path=value, --prices FILE, --as-of DATE
 *   error           the line that `didymium check scenario.yaml` prints
 *
 * The program goes into each folder, so that paths in messages are those a user sitting there would see. Arguments:
 * the folder of the cases, and optionally a pattern of names. With --print the errors are printed instead.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "dataset/dataset.h"
#include "io/file.h"
#include "model/network.h"
#include "report/audit.h"
#include "../unit/unit.h"

enum { line_bytes = 2048 };

/* ---- the one place that knows how an input is checked ---- */

/* True when the input is accepted; else the error in line. */
static bool input_check(const char *path, const struct load_options *options, struct arena *arena, char *line)
{
  struct error error = {0};
  const struct dataset *dataset = dataset_load(path, options, arena, &error);
  if (dataset != NULL && network_build(dataset, arena, &error) != NULL) return true;
  error_print(&error, line, line_bytes);
  return false;
}

static bool claims_check(const char *path, struct arena *arena, char *line)
{
  struct error error = {0};
  if (audit_claims(path, NULL, NULL, arena, &error) != NULL) return true;
  error_print(&error, line, line_bytes);
  return false;
}

/* ---- a case ---- */

static void read_arguments(struct load_options *options, struct arena *arena)
{
  if (!path_exists("arguments")) return;
  struct error error = {0};
  char *rest = arena_copy(arena, file_read("arguments", NULL, arena, &error));
  const char **sets = ARENA_ARRAY(arena, strlen(rest), const char *);
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    const char *value = strchr(line, ' ');
    if (value == NULL) continue;
    if (text_starts(line, "--set ")) sets[options->sets_count++] = value + 1;
    if (text_starts(line, "--prices ")) options->prices = value + 1;
    if (text_starts(line, "--as-of ")) assert_true(parse_date(value + 1, &options->as_of));
  }
  options->sets = sets;
}

static void run_case(const char *folder, char *line, struct arena *arena)
{
  assert_int_equal(chdir(folder), 0);
  struct load_options options = {0};
  read_arguments(&options, arena);
  const bool accepted = path_exists("claims.yaml") ? claims_check("claims.yaml", arena, line)
                                                   : input_check("scenario.yaml", &options, arena, line);
  if (accepted) (void)snprintf(line, line_bytes, "accepted");
}

static void case_is_refused(void **state)
{
  const char *folder = *state;
  struct arena *arena = arena_new();
  char line[line_bytes];
  run_case(folder, line, arena);
  struct error error = {0};
  const char *expected = file_read(path_join(folder, "error", arena), NULL, arena, &error);
  if (expected == NULL) fail_msg("%s/error: %s", folder, error.message);
  assert_string_equal(line, strtok(arena_copy(arena, expected), "\n"));
  arena_free(arena);
}

/* ---- all cases ---- */

static struct CMUnitTest *find_cases(const char *folder, const char *pattern, int *count, struct arena *arena)
{
  struct error error = {0};
  int names_count = 0;
  const char *const *names = path_list(folder, &names_count, arena, &error);
  assert(names != NULL);
  struct CMUnitTest *tests = ARENA_ARRAY(arena, names_count, struct CMUnitTest);
  *count = 0;
  for (int i = 0; i < names_count; i++) {
    char *path = arena_copy(arena, path_join(folder, names[i], arena));
    if (!path_is_folder(path) || !text_matches(pattern, names[i])) continue;
    tests[(*count)++] = (struct CMUnitTest){.name = names[i], .test_func = case_is_refused, .initial_state = path};
  }
  return tests;
}

static void print_cases(const struct CMUnitTest *tests, int count, struct arena *arena)
{
  for (int i = 0; i < count; i++) {
    char line[line_bytes];
    run_case(tests[i].initial_state, line, arena);
    printf("%s\t%s\n", tests[i].name, line);
  }
}

int main(int count, char **arguments)
{
  const bool print = count > 2 && strcmp(arguments[1], "--print") == 0;
  const char *folder = count > 1 + print ? realpath(arguments[1 + print], NULL) : NULL;
  if (folder == NULL) {
    fprintf(stderr, "usage: reject [--print] FOLDER [PATTERN]\n");
    return 2;
  }
  struct arena *arena = arena_new();
  int cases;
  const char *pattern = count > 2 + print ? arguments[2 + print] : "*";
  const struct CMUnitTest *tests = find_cases(folder, pattern, &cases, arena);
  int failed = cases == 0;
  if (print)
    print_cases(tests, cases, arena);
  else
    failed = failed || _cmocka_run_group_tests("reject", tests, (size_t)cases, NULL, NULL) != 0;
  arena_free(arena);
  free((void *)folder);
  return failed;
}
