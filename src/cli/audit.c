/* cli/audit.c - didymium audit: what an article claims, computed. */
#include <stdio.h>

#include "cli/command.h"

static enum didymium_status open_run(struct didymium *workspace, const char *folder, struct didymium_run **run)
{
  *run = NULL;
  return folder == NULL ? DIDYMIUM_SUCCESS : didymium_open(workspace, folder, run);
}

static enum didymium_status audit(struct didymium *workspace, const struct options *options)
{
  struct didymium_run *run, *against;
  enum didymium_status status = open_run(workspace, options->run, &run);
  if (status == DIDYMIUM_SUCCESS) status = open_run(workspace, options->against, &against);
  if (status != DIDYMIUM_SUCCESS) return complain(workspace, status);
  const struct didymium_view view = view_of_terminal();
  enum didymium_status worst = DIDYMIUM_SUCCESS;
  for (int i = 0; i < options->paths_count; i++) {
    const char *text;
    int contradicted;
    status = didymium_audit(workspace, options->paths[i], run, against, options->json, &view, &contradicted, &text);
    if (status != DIDYMIUM_SUCCESS) return complain(workspace, status);
    if (!options->quiet || options->json) fputs(text, stdout);
    if (options->strict && contradicted) worst = DIDYMIUM_FAILED;
  }
  return worst;
}

const struct command command_audit = {
    .name = "audit",
    .usage = "audit CLAIMS.yaml... [--run RUN] [--against RUN] [--strict]",
    .summary =
        "Computes what an article claims: stated, computed under each reading, range, verdict and why. Claims\n"
        "that need a market are computed from a finished run; without one they say which run they need. What is\n"
        "no quantity says so and names the nearest thing that is.",
    .examples =
        "  didymium audit claims/price-floor-article.yaml\n"
        "  didymium audit claims/startups-article.yaml --run runs/floor-package --against runs/no-deal --strict\n",
    .options = OPTION_HELP | OPTION_JSON | OPTION_QUIET | OPTION_RUN | OPTION_AGAINST | OPTION_STRICT,
    .paths_min = 1,
    .paths_max = 100,
    .run = audit,
};
