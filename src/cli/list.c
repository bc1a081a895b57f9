/* cli/list.c - didymium list: what is there to run, and what has been run. */
#include <stdio.h>

#include "cli/command.h"

static enum didymium_status list(struct didymium *workspace, const struct options *options)
{
  const char *text;
  const struct didymium_view view = view_of_terminal();
  const enum didymium_status status = didymium_list(workspace, options->json, &view, &text);
  if (status == DIDYMIUM_SUCCESS) fputs(text, stdout);
  return complain(workspace, status);
}

const struct command command_list = {
    .name = "list",
    .usage = "list [--json]",
    .summary = "Shows the shipped scenarios with their questions, the data sets, and the runs below the runs folder\n"
               "($DIDYMIUM_RUNS, else runs).",
    .options = OPTION_HELP | OPTION_JSON,
    .run = list,
};
