/* cli/check.c - didymium check: is this input right, is this run true. */
#include <stdio.h>

#include "cli/command.h"

static enum didymium_status check(struct didymium *workspace, const struct options *options)
{
  const struct didymium_run_options given = run_options_of(options);
  enum didymium_status worst = DIDYMIUM_SUCCESS;
  for (int i = 0; i < options->paths_count; i++) {
    const char *text;
    const enum didymium_status status =
        complain(workspace, didymium_check(workspace, options->paths[i], &given, options->json, &text));
    if (text != NULL && (options->json || (status == DIDYMIUM_SUCCESS && !options->quiet))) fputs(text, stdout);
    if (status > worst) worst = status;
  }
  return worst;
}

const struct command command_check = {
    .name = "check",
    .usage = "check PATH...",
    .summary = "Checks data set folders, scenarios, one-file models and files of instruments: the first mistake is\n"
               "printed as file:line: field: what was expected. Of a data set it prints what its base year says:\n"
               "headline figures, balances by element, stage and region, concentration, and the guesses that they\n"
               "hang on. The folder of a finished run is certified: its problems are put together again from its\n"
               "inputs and its solution is judged anew.",
    .examples = "  didymium check data/ndpr-chain scenarios/baseline.yaml\n"
                "  didymium check runs/baseline\n",
    .options = OPTION_HELP | OPTION_JSON | OPTION_QUIET | OPTION_SET | OPTION_PRICES | OPTION_AS_OF,
    .paths_min = 1,
    .paths_max = 1000,
    .run = check,
};
