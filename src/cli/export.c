/* cli/export.c - didymium export: a finished run for other software. */
#include <stdio.h>

#include "cli/command.h"

static bool write_file(const char *path, const char *text)
{
  FILE *file = fopen(path, "w");
  if (file == NULL) return false;
  const bool written = fputs(text, file) >= 0;
  return fclose(file) == 0 && written;
}

static enum didymium_status export_run(struct didymium *workspace, const struct options *options)
{
  struct didymium_run *run;
  const char *text;
  if (options->format == NULL) {
    fprintf(stderr, "export needs --format: mcp-json, iamc or csv\n");
    return DIDYMIUM_BAD_INPUT;
  }
  enum didymium_status status = didymium_open(workspace, options->paths[0], &run);
  if (status == DIDYMIUM_SUCCESS) status = didymium_export(run, options->format, &text);
  if (status != DIDYMIUM_SUCCESS) return complain(workspace, status);
  if (options->output == NULL) return fputs(text, stdout) >= 0 ? DIDYMIUM_SUCCESS : DIDYMIUM_FAILED;
  if (write_file(options->output, text)) return DIDYMIUM_SUCCESS;
  perror(options->output);
  return DIDYMIUM_FAILED;
}

const struct command command_export = {
    .name = "export",
    .usage = "export RUN --format mcp-json|iamc|csv [-o FILE]",
    .summary = "Writes a finished run for other software: the solved complementarity problems with their solutions\n"
               "(mcp-json), the layout that pyam reads (iamc), or every figure in one table (csv).",
    .examples = "  didymium export runs/baseline --format iamc -o baseline.csv\n"
                "  didymium export runs/baseline --format mcp-json | jq '.problems[0].names[:5]'\n",
    .options = OPTION_HELP | OPTION_FORMAT | OPTION_OUTPUT,
    .paths_min = 1,
    .paths_max = 1,
    .run = export_run,
};
