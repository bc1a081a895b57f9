/* cli/compare.c - didymium compare: scenarios, or finished runs, side by side. */
#include <stdio.h>
#include <sys/stat.h>

#include "cli/command.h"

enum { runs_max = 8 };

static bool is_folder(const char *path)
{
  struct stat status;
  return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static enum didymium_status compare(struct didymium *workspace, const struct options *options)
{
  struct didymium_run *runs[runs_max];
  for (int i = 0; i < options->paths_count; i++) {
    const enum didymium_status status = is_folder(options->paths[i])
                                            ? complain(workspace, didymium_open(workspace, options->paths[i], &runs[i]))
                                            : run_with_progress(workspace, options->paths[i], options, &runs[i]);
    if (status != DIDYMIUM_SUCCESS) return status;
  }
  const struct didymium_view view = view_of_terminal();
  if (options->json)
    fputs(didymium_compare_json(runs, options->paths_count), stdout);
  else
    fputs(didymium_compare(runs, options->paths_count, &view), stdout);
  return DIDYMIUM_SUCCESS;
}

const struct command command_compare = {
    .name = "compare",
    .usage = "compare STATUS-QUO OTHER... [options]",
    .summary =
        "Solves the scenarios (or opens finished runs) and shows them side by side: prices, production, consumption,\n"
        "what instruments cost. The first is what the others are compared with. Options apply to each scenario.",
    .examples = "  didymium compare scenarios/baseline.yaml scenarios/export-ban.yaml\n"
                "  didymium compare runs/baseline runs/export-ban --json\n",
    .options = OPTION_HELP | OPTION_JSON | OPTION_QUIET | OPTIONS_OF_A_RUN,
    .paths_min = 2,
    .paths_max = runs_max,
    .run = compare,
};
