/* cli/run.c - didymium run: solve scenarios, write their folders, show their summaries. */
#include <stdio.h>

#include "cli/command.h"

static enum didymium_status run_one(struct didymium *workspace, const char *scenario, const struct options *options,
                                    bool first)
{
  struct didymium_run *run;
  enum didymium_status status = run_with_progress(workspace, scenario, options, &run);
  if (status != DIDYMIUM_SUCCESS) return status;
  status = save_whole(workspace, run, options->output);
  if (status != DIDYMIUM_SUCCESS) return status;
  const struct didymium_view view = view_of_terminal();
  if (options->json)
    fputs(didymium_summary_json(run), stdout);
  else if (!options->quiet)
    printf("%s%s", first ? "" : "\n", didymium_summary(run, &view));
  return status;
}

static enum didymium_status run_all(struct didymium *workspace, const struct options *options)
{
  if (options->paths_count > 1 && (options->output != NULL || options->json)) {
    fprintf(stderr, "%s is for one scenario at a time\n", options->json ? "--json" : "--output");
    return DIDYMIUM_BAD_INPUT;
  }
  enum didymium_status worst = DIDYMIUM_SUCCESS;
  for (int i = 0; i < options->paths_count; i++) {
    const enum didymium_status status = run_one(workspace, options->paths[i], options, i == 0);
    if (status > worst) worst = status;
  }
  return worst;
}

const struct command command_run = {
    .name = "run",
    .usage = "run SCENARIO.yaml... [options]",
    .summary = "Solves each scenario, writes its folder (run.nc, summary.json, tables.xlsx, iamc.csv, provenance.json) "
               "and prints\n"
               "what a person wants to know first. A scenario is a file, or the name of a shipped one (didymium list).",
    .examples = "  didymium run scenarios/baseline.yaml\n"
                "  didymium run baseline --set scenario.window=1 -o /tmp/short-sighted\n"
                "  didymium run baseline --prices deck.csv --json | jq .markets\n",
    .options = OPTION_HELP | OPTION_JSON | OPTION_QUIET | OPTION_OUTPUT | OPTIONS_OF_A_RUN,
    .paths_min = 1,
    .paths_max = 1000,
    .run = run_all,
};
