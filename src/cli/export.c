/* cli/export.c - didymium export: a finished run for other software. */
#include <stdio.h>

#include "cli/command.h"

static enum didymium_status export_run(struct didymium *workspace, const struct options *options)
{
  struct didymium_run *run;
  const char *text;
  if (options->format == NULL) {
    fprintf(stderr, "export needs --format: mcp-json, iamc, xlsx, csv or fields\n");
    return DIDYMIUM_BAD_INPUT;
  }
  enum didymium_status status = didymium_open(workspace, options->paths[0], &run);
  if (status == DIDYMIUM_SUCCESS && options->output != NULL)
    return complain(workspace, didymium_export_file(run, options->format, options->output));
  if (status == DIDYMIUM_SUCCESS) status = didymium_export(run, options->format, &text);
  if (status != DIDYMIUM_SUCCESS) return complain(workspace, status);
  return fputs(text, stdout) >= 0 ? DIDYMIUM_SUCCESS : DIDYMIUM_FAILED;
}

const struct command command_export = {
    .name = "export",
    .usage = "export RUN --format mcp-json|iamc|xlsx|csv|fields [-o FILE]",
    .summary = "Writes a finished run for other software: the solved complementarity problems with their solutions\n"
               "(mcp-json), the layout that pyam reads (iamc), a workbook of tables (xlsx), every figure in one "
               "table\n(csv), or the quantiles of every price, tonne, capacity and stock over its draws (fields).",
    .examples = "  didymium export runs/baseline --format iamc -o baseline.csv\n"
                "  didymium export runs/baseline --format mcp-json | jq '.problems[0].names[:5]'\n",
    .options = OPTION_HELP | OPTION_FORMAT | OPTION_OUTPUT,
    .paths_min = 1,
    .paths_max = 1,
    .run = export_run,
};
