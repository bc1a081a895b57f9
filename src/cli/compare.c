/* cli/compare.c - didymium compare: scenarios, or finished runs, side by side; policies at equal outlays if asked. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"

enum { runs_max = 12 };

static bool is_folder(const char *path)
{
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* "scenarios/floor-package.yaml" is called floor-package. */
static bool is_called(const char *path, const char *name)
{
  const char *last = strrchr(path, '/');
  last = last == NULL ? path : last + 1;
  const size_t length = strcspn(last, ".");
  return strcmp(path, name) == 0 || (strlen(name) == length && strncmp(last, name, length) == 0);
}

static enum didymium_status run_or_open(struct didymium *workspace, const struct options *options, int i,
                                        struct didymium_run **run)
{
  return is_folder(options->paths[i]) ? complain(workspace, didymium_open(workspace, options->paths[i], run))
                                      : run_with_progress(workspace, options->paths[i], options, NULL, run);
}

/* The path whose outlays the others are to match; -1: it is not among them, which has been said. */
static int model_of(const struct options *options)
{
  for (int i = 1; i < options->paths_count; i++)
    if (is_called(options->paths[i], options->equal_outlays)) return i;
  fprintf(stderr, "--equal-outlays: none of the scenarios after the first is called '%s'\n", options->equal_outlays);
  return -1;
}

static enum didymium_status run_scaled(struct didymium *workspace, const struct options *options, int i,
                                       struct didymium_run **runs, int model)
{
  const struct didymium_run_options given = run_options_of(options);
  double dial;
  int reached;
  const enum didymium_status status =
      complain(workspace, didymium_run_at_equal_outlays(workspace, options->paths[i], &given, runs[0], runs[model],
                                                        &runs[i], &dial, &reached));
  if (status == DIDYMIUM_SUCCESS && !isnan(dial) && !options->quiet)
    fprintf(stderr, "%s: %s at %g\n", options->paths[i],
            reached ? "the same outlays with its dial" : "it cannot spend as much; its dial stands at its highest,",
            dial);
  return status;
}

/* The status quo first, then the model, then those that are to match it. */
static enum didymium_status solve_all(struct didymium *workspace, const struct options *options,
                                      struct didymium_run **runs)
{
  const int model = options->equal_outlays != NULL ? model_of(options) : 0;
  if (model < 0) return DIDYMIUM_BAD_INPUT;
  enum didymium_status status = run_or_open(workspace, options, 0, &runs[0]);
  if (status == DIDYMIUM_SUCCESS && model > 0) status = run_or_open(workspace, options, model, &runs[model]);
  for (int i = 1; i < options->paths_count && status == DIDYMIUM_SUCCESS; i++) {
    if (i == model) continue;
    status = model > 0 && !is_folder(options->paths[i]) ? run_scaled(workspace, options, i, runs, model)
                                                        : run_or_open(workspace, options, i, &runs[i]);
  }
  return status;
}

/* What stands beside each policy, where all are solved here and public money is compared. */
static enum didymium_status solve_beside(struct didymium *workspace, const struct options *options,
                                         struct didymium_run *const *runs)
{
  if (options->equal_outlays == NULL && options->output == NULL) return DIDYMIUM_SUCCESS;
  for (int i = 0; i < options->paths_count; i++)
    if (is_folder(options->paths[i])) return DIDYMIUM_SUCCESS;
  return complain(workspace, didymium_solve_beside(runs, options->paths_count));
}

/* The same draws for each. Ctrl-C ends the drawing of all; *drawn: they have some in common. */
static enum didymium_status draw_all(struct didymium *workspace, const struct options *options,
                                     const struct didymium_draw_options *draws, struct didymium_run *const *runs,
                                     bool *drawn)
{
  int stopped = 0;
  *drawn = false;
  if (draws->draws == 0) return DIDYMIUM_SUCCESS;
  const enum didymium_status status =
      draw_all_with_progress(workspace, runs, options->paths_count, draws, options->quiet, &stopped);
  *drawn = didymium_draws_shared(runs, options->paths_count) >= 2;
  if (stopped && !options->quiet)
    fprintf(stderr, "stopped after %ld draws of all\n", didymium_draws_shared(runs, options->paths_count));
  return status;
}

/* The table, with ranges where there are draws, and what the draws say of the differences. */
static void show(const struct options *options, struct didymium_run *const *runs, bool drawn)
{
  const struct didymium_view view = view_of_terminal();
  const int count = options->paths_count;
  if (options->json && drawn)
    printf("{\"runs\": %s, \"draws\": %s}\n", didymium_compare_json(runs, count),
           didymium_compare_draws_json(runs, count));
  else if (options->json)
    fputs(didymium_compare_json(runs, count), stdout);
  else
    printf("%s%s", didymium_compare(runs, count, &view), drawn ? didymium_compare_draws(runs, count, &view) : "");
}

static enum didymium_status compare(struct didymium *workspace, const struct options *options)
{
  struct didymium_run *runs[runs_max];
  struct didymium_draw_options draws = {0};
  if (!draw_options_read(options, &draws)) return DIDYMIUM_BAD_INPUT;
  enum didymium_status status = solve_all(workspace, options, runs);
  if (status == DIDYMIUM_SUCCESS) status = solve_beside(workspace, options, runs);
  bool drawn = false;
  if (status == DIDYMIUM_SUCCESS) status = draw_all(workspace, options, &draws, runs, &drawn);
  if (status == DIDYMIUM_SUCCESS && options->output != NULL)
    status = complain(workspace, didymium_compare_file(runs, options->paths_count, options->output));
  if (status == DIDYMIUM_SUCCESS) show(options, runs, drawn);
  return status;
}

const struct command command_compare = {
    .name = "compare",
    .usage = "compare STATUS-QUO OTHER... [options]",
    .summary =
        "Solves the scenarios (or opens finished runs) and shows them side by side: what they cost the public, what\n"
        "that buys, prices, production, consumption. The first is what the others are compared with. With\n"
        "--equal-outlays the scenarios that have a dial are scaled until they cost what that one costs, and each\n"
        "is also shown settled in cash only and under its stress; -o FILE.xlsx writes that table. With\n"
        "--draws each is solved with the same draws: the table has ranges, and differences are shown draw by draw.",
    .examples = "  didymium compare scenarios/baseline.yaml scenarios/export-ban.yaml\n"
                "  didymium compare runs/baseline runs/export-ban --json\n"
                "  didymium compare world-baseline floor-package alternative-stockpile --equal-outlays floor-package\n"
                "  didymium compare world-baseline floor-package startups-package -o alternatives.xlsx\n",
    .options = OPTION_HELP | OPTION_OUTPUT | OPTION_JSON | OPTION_QUIET | OPTION_EQUAL_OUTLAYS | OPTIONS_OF_A_RUN |
               OPTIONS_OF_DRAWS,
    .paths_min = 2,
    .paths_max = runs_max,
    .run = compare,
};
