/* tests/cases/run.c - runs every case folder: the model's answer against figures whose source is known.
 *
 * Usage: run_cases CASES_FOLDER [NAME-PATTERN | --table]. Each run of each expected.yaml is one test. Besides its
 * figures every run must be certified in every window and its ledger must close. --table prints the table of
 * docs/validation.md instead. See README.md for the format; no C is needed to add a case.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/unit.h"
#include "base/text.h"
#include "figure.h"
#include "io/file.h"
#include "model/settle.h"

struct job { /* one run of one case */
  const char *name, *model;
  const char *refused; /* the error or failure that must contain this, or NULL */
  const char **sets;
  int sets_count;
  struct figure *figures;
  int figures_count;
  const char *folder, *title, *source;
  double distance, residual; /* found: largest deviation of a figure and largest certified residual */
};

/* ---- reading expected.yaml ---- */

static bool read_figures(const struct yaml *list, double tolerance, struct job *job, struct arena *arena,
                         struct error *error)
{
  if (list == NULL) return true;
  if (!yaml_expect(list, YAML_LIST, "expected", error)) return false;
  job->figures = ARENA_ARRAY(arena, list->count, struct figure);
  for (int i = 0; i < list->count; i++)
    if (!figure_read(list->items[i], tolerance, &job->figures[job->figures_count++], arena, error)) return false;
  return true;
}

static bool read_sets(const struct yaml *map, struct job *job, struct arena *arena, struct error *error)
{
  if (map == NULL) return true;
  if (!yaml_expect(map, YAML_MAP, "set", error)) return false;
  job->sets = ARENA_ARRAY(arena, map->count, const char *);
  for (int i = 0; i < map->count; i++) {
    const char *words = NULL;
    if (!yaml_words(map->items[i], "set", &words, arena, error)) return false;
    job->sets[job->sets_count++] = arena_format(arena, "%s=%s", map->keys[i].text, words == NULL ? "" : words);
  }
  return true;
}

static bool known_keys(const struct yaml *map, const char *const *known, struct error *error)
{
  for (int i = 0; i < map->count; i++) {
    bool found = false;
    for (int k = 0; known[k] != NULL; k++) found |= strcmp(known[k], map->keys[i].text) == 0;
    if (!found) return error_set(error, map->file, map->keys[i].line, map->keys[i].text, "is no part of a case");
  }
  return true;
}

/* map: the file itself where it has no `runs`, else one of them. */
static bool read_job(const struct yaml *file, const struct yaml *map, const char *folder, const char *name,
                     struct job *job, struct arena *arena, struct error *error)
{
  const char *model = yaml_text(yaml_get(map, "model"));
  if (model == NULL) model = yaml_text(yaml_get(file, "model"));
  double tolerance = 1e-9;
  const char *stated = yaml_text(yaml_get(file, "tolerance"));
  if (stated != NULL && !parse_number(stated, &tolerance))
    return error_set(error, file->file, file->line, "tolerance", "expected a number");
  const char *run = yaml_text(yaml_get(map, "name"));
  *job = (struct job){
      .name = run == NULL ? name : arena_format(arena, "%s/%s", name, run),
      .model = path_join(folder, model == NULL ? "model.yaml" : model, arena),
      .refused = yaml_text(yaml_get(map, "refused")),
      .folder = name,
      .title = yaml_text(yaml_get(file, "title")),
      .source = yaml_text(yaml_get(file, "source")),
  };
  if (!read_figures(yaml_get(map, "expected"), tolerance, job, arena, error)) return false;
  if (job->figures_count == 0 && job->refused == NULL)
    return error_set(error, map->file, map->line, "expected", "a run that expects nothing is no test");
  return read_sets(yaml_get(map, "set"), job, arena, error);
}

static bool read_case(const char *cases, const char *name, struct job **jobs, int *count, struct arena *arena,
                      struct error *error)
{
  static const char *const file_keys[] = {"schema_version", "title",    "source", "model",   "tolerance",
                                          "runs",           "expected", "set",    "refused", NULL};
  static const char *const run_keys[] = {"name", "model", "set", "expected", "refused", NULL};
  const char *folder = path_join(cases, name, arena);
  const struct yaml *file = yaml_read(path_join(folder, "expected.yaml", arena), arena, error);
  if (file == NULL || !yaml_expect(file, YAML_MAP, "expected.yaml", error) || !known_keys(file, file_keys, error))
    return false;
  if (yaml_text(yaml_get(file, "source")) == NULL || yaml_text(yaml_get(file, "title")) == NULL)
    return error_set(error, file->file, file->line, "source",
                     "every case has a title and says where its figures come from");
  const struct yaml *runs = yaml_get(file, "runs");
  if (runs != NULL && !yaml_expect(runs, YAML_LIST, "runs", error)) return false;
  const int more = runs == NULL ? 1 : runs->count;
  *jobs = arena_grow(arena, *jobs, (size_t)*count, (size_t)(*count + more), sizeof(struct job));
  for (int i = 0; i < more; i++) {
    const struct yaml *map = runs == NULL ? file : runs->items[i];
    if (runs != NULL && (!yaml_expect(map, YAML_MAP, "runs", error) || !known_keys(map, run_keys, error))) return false;
    if (!read_job(file, map, folder, name, &(*jobs)[*count], arena, error)) return false;
    ++*count;
  }
  return true;
}

/* ---- one run ---- */

/* A refusal may come from reading, from building the network, or from the solver in the user's words. */
static const char *check_refusal(const struct job *job, const char *found, struct arena *arena)
{
  if (found == NULL) return arena_format(arena, "expected a refusal with \"%s\", but it was solved", job->refused);
  if (strstr(found, job->refused) != NULL) return NULL;
  return arena_format(arena, "expected a refusal with \"%s\", found \"%s\"", job->refused, found);
}

static void check_certificates(struct job *job, const struct outcome *outcome, struct text *failures)
{
  for (int w = 0; w < outcome->windows_count; w++) {
    job->residual = fmax(job->residual, outcome->windows[w].certificate.residual);
    if (!outcome->windows[w].certificate.accepted)
      text_add(failures, "\n  window %d is not certified: residual %.2g at %s", w,
               outcome->windows[w].certificate.residual, outcome->windows[w].worst);
  }
}

/* Every node's clearing account must be empty, measured against what passed through the ledger. */
static void check_ledger(const struct outcome *outcome, const struct ledger *ledger, struct text *failures)
{
  double turnover = 1;
  for (int i = 0; i < ledger->count; i++) turnover += ledger->postings[i].kusd_per_year;
  for (int n = 0; n < outcome->network->nodes_count; n++) {
    const double left = ledger_net(ledger, (struct account){ACCOUNT_NODE, n});
    if (!(fabs(left) <= 1e-7 * turnover))
      text_add(failures, "\n  the ledger does not close at %s: %.6g of %.6g kUSD", outcome->network->nodes[n].name,
               left, turnover);
  }
}

static void check_outcome(struct job *job, const struct outcome *outcome, struct text *failures, struct arena *arena)
{
  struct ledger *ledgers = ARENA_ARRAY(arena, outcome->periods_count, struct ledger);
  for (int p = 0; p < outcome->periods_count; p++) {
    ledgers[p] = ledger_new(arena);
    outcome_settle(outcome, p, &ledgers[p]);
    check_ledger(outcome, &ledgers[p], failures);
  }
  check_certificates(job, outcome, failures);
  for (int i = 0; i < job->figures_count; i++) {
    double distance;
    const char *failure = figure_check(&job->figures[i], outcome, ledgers, &distance, arena);
    job->distance = fmax(job->distance, distance);
    if (failure != NULL)
      text_add(failures, "\n  %s:%d: %s", job->figures[i].place.file, job->figures[i].place.line, failure);
  }
}

/* What went wrong, or "". */
static const char *run_job(struct job *job, struct arena *arena)
{
  struct text failures = text_new(arena);
  struct error error = {0};
  const struct load_options load = {.sets = job->sets, .sets_count = job->sets_count};
  const struct solve_options solve = {.tolerance = 1e-8};
  const struct network *network = NULL;
  const struct outcome *outcome = NULL;
  const struct dataset *dataset = dataset_load(job->model, &load, arena, &error);
  if (dataset != NULL) network = network_build(dataset, arena, &error);
  if (network != NULL) outcome = outcome_compute(network, &solve, arena);

  const char *refusal = NULL;
  if (network == NULL) {
    char line[1024];
    error_print(&error, line, (int)sizeof line);
    refusal = arena_copy(arena, line);
  } else if (!outcome->solved) {
    refusal = outcome->failure != NULL ? outcome->failure : "not solved, without a reason";
  }
  if (job->refused != NULL) {
    const char *wrong = check_refusal(job, refusal, arena);
    if (wrong != NULL) text_add(&failures, "\n  %s", wrong);
  } else if (refusal != NULL) {
    text_add(&failures, "\n  refused: %s", refusal);
  } else {
    check_outcome(job, outcome, &failures, arena);
  }
  return failures.bytes;
}

static void test_job(void **state)
{
  struct arena *arena = arena_new();
  const char *failures = run_job(*state, arena);
  const bool failed = failures[0] != '\0';
  if (failed) print_error("%s:%s\n", ((const struct job *)*state)->name, failures);
  arena_free(arena);
  if (failed) fail();
}

/* ---- the table of docs/validation.md ---- */

/* One line a folder; jobs of a folder stand together. */
static void print_table(struct job *jobs, int count)
{
  printf("| case | source | runs | figures | largest deviation | certified residual |\n|---|---|---|---|---|---|\n");
  for (int i = 0, end = 0; i < count; i = end) {
    double distance = 0, residual = 0;
    int figures = 0, failed = 0, refused = 0;
    for (end = i; end < count && strcmp(jobs[end].folder, jobs[i].folder) == 0; end++) {
      struct arena *arena = arena_new();
      failed += run_job(&jobs[end], arena)[0] != '\0';
      arena_free(arena);
      figures += jobs[end].figures_count, refused += jobs[end].refused != NULL;
      distance = fmax(distance, jobs[end].distance), residual = fmax(residual, jobs[end].residual);
    }
    printf("| `%s` %s | %s | %d%s | %d | %.0e | %.0e |\n", jobs[i].folder, jobs[i].title, jobs[i].source, end - i,
           failed > 0    ? " (FAILED)"
           : refused > 0 ? " (some refused, as they must)"
                         : "",
           figures, distance, residual);
  }
}

int main(int count, char **arguments)
{
  if (count < 2) {
    fprintf(stderr, "usage: %s CASES_FOLDER [NAME-PATTERN | --table]\n", arguments[0]);
    return 2;
  }
  struct arena *arena = arena_new();
  struct error error = {0};
  struct job *jobs = NULL;
  int jobs_count = 0, folders = 0;
  const char *const *names = path_list(arguments[1], &folders, arena, &error);
  for (int i = 0; names != NULL && i < folders && !error.set; i++)
    if (path_is_folder(path_join(arguments[1], names[i], arena)))
      read_case(arguments[1], names[i], &jobs, &jobs_count, arena, &error);
  if (error.set) {
    char line[1024];
    error_print(&error, line, (int)sizeof line);
    fprintf(stderr, "%s\n", line);
    arena_free(arena);
    return 1;
  }
  if (count > 2 && strcmp(arguments[2], "--table") == 0) {
    print_table(jobs, jobs_count);
    arena_free(arena);
    return 0;
  }
  struct CMUnitTest *tests = ARENA_ARRAY(arena, jobs_count, struct CMUnitTest);
  int tests_count = 0;
  for (int i = 0; i < jobs_count; i++)
    if (count < 3 || text_matches(arguments[2], jobs[i].name))
      tests[tests_count++] = (struct CMUnitTest){jobs[i].name, test_job, NULL, NULL, &jobs[i]};
  const int failed = _cmocka_run_group_tests("cases", tests, (size_t)tests_count, NULL, NULL);
  arena_free(arena);
  return failed == 0 ? 0 : 1;
}
