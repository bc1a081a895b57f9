/* api/sensitivity.c - what the figures of a run depend on, through the public header. */
#include <string.h>

#include "api/workspace.h"
#include "build_info.h"
#include "didymium.h"
#include "ensemble/sensitivity_run.h"
#include "report/sensitivity_text.h"

struct forwarding {
  const struct didymium_sensitivity_options *options;
};

static bool forward(void *context, long done, long wanted)
{
  const struct forwarding *forwarding = context;
  return forwarding->options->progress(forwarding->options->progress_context, done, wanted) != 0;
}

enum didymium_status didymium_sensitivity(struct didymium_run *run, const struct didymium_sensitivity_options *given,
                                          int json, const struct didymium_view *view, const char **text)
{
  struct didymium *workspace = run->workspace;
  struct error error = {0};
  struct forwarding forwarding = {given};
  struct sensitivity_run_options options = {0};
  *text = NULL;
  if (given != NULL) {
    options = (struct sensitivity_run_options){.analysis = {.rows = given->rows, .seed = given->seed},
                                               .threads = given->threads,
                                               .output = given->output,
                                               .progress = given->progress != NULL ? forward : NULL,
                                               .context = &forwarding};
    if (given->rows < 0 || given->rows > 1 << 20)
      error_set(&error, NULL, 0, "draws", "found %d, expected 1 to %d", given->rows, 1 << 20);
  }
  const struct sensitivity *found = error.set ? NULL : sensitivity_run(run->run, &options, workspace->arena, &error);
  if (found == NULL) {
    if (!error.set) {
      error_set(&error, NULL, 0, NULL, "stopped before all runs were done");
      error_print(&error, workspace->message, sizeof workspace->message);
      return DIDYMIUM_FAILED;
    }
    error_print(&error, workspace->message, sizeof workspace->message);
    return DIDYMIUM_BAD_INPUT;
  }
  struct summary_view shown = {0};
  if (view != NULL) shown = (struct summary_view){.columns = view->columns, .bold = view->bold != 0};
  *text = json != 0 ? sensitivity_json(run->run, found, DIDYMIUM_VERSION, workspace->arena)
                    : sensitivity_text(run->run, found, &shown, workspace->arena);
  return DIDYMIUM_SUCCESS;
}
