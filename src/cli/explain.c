/* cli/explain.c - didymium explain: why a price is what it is. */
#include <stdio.h>

#include "cli/command.h"

static enum didymium_status explain(struct didymium *workspace, const struct options *options)
{
  const char *missing = options->material == NULL ? "--material"
                        : options->region == NULL ? "--region"
                        : options->year == NULL   ? "--year"
                                                  : NULL;
  if (missing != NULL) {
    fprintf(stderr, "explain needs %s\nSee: didymium explain --help\n", missing);
    return DIDYMIUM_BAD_INPUT;
  }
  struct didymium_run *run;
  const char *text;
  enum didymium_status status = didymium_open(workspace, options->paths[0], &run);
  if (status != DIDYMIUM_SUCCESS) return complain(workspace, status);
  const struct didymium_view view = view_of_terminal();
  status = didymium_explain(run, options->material, options->region, options->year, options->json, &view, &text);
  if (status == DIDYMIUM_SUCCESS) fputs(text, stdout);
  return complain(workspace, status);
}

const struct command command_explain = {
    .name = "explain",
    .usage = "explain RUN --material ID --region ID --year DATE",
    .summary =
        "Takes a price apart: who is at the margin, what its inputs, conversion, rents, freight and taxes add, until\n"
        "the chain ends in a cost or a scarcity. The parts add up to the price. Below: routes that a ban shuts, who\n"
        "takes the good beside an earlier year, whom it reaches in the end, and what is made along with it.",
    .examples = "  didymium explain runs/baseline --material ndpr-oxide --region japan --year 2028\n",
    .options = OPTION_HELP | OPTION_JSON | OPTION_MATERIAL | OPTION_REGION | OPTION_YEAR,
    .paths_min = 1,
    .paths_max = 1,
    .run = explain,
};
