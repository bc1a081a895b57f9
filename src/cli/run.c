/* cli/run.c - didymium run: solve scenarios, write their folders, show their summaries. */
#include <stdio.h>

#include "cli/command.h"

/* Of a run with deals: the same futures without them, what the deals cost, and what they change. */
static enum didymium_status show_deal_draws(struct didymium *workspace, struct didymium_run *run,
                                            struct didymium_run *without, const struct didymium_draw_options *draws,
                                            const struct options *options)
{
  const enum didymium_status status = draw_with_progress(workspace, without, draws, options->quiet);
  if (status != DIDYMIUM_SUCCESS || options->quiet) return status;
  const struct didymium_view view = view_of_terminal();
  struct didymium_run *const pair[] = {without, run};
  fputs(didymium_deal_draws_text(run, without, &view), stdout);
  fputs(didymium_compare_draws(pair, 2, &view), stdout);
  return status;
}

/* The ranges, after the figures of the run itself; as JSON both in one object. */
static enum didymium_status show_draws(struct didymium *workspace, struct didymium_run *run,
                                       const struct didymium_draw_options *draws, const struct options *options)
{
  const enum didymium_status status = draw_with_progress(workspace, run, draws, options->quiet);
  if (status != DIDYMIUM_SUCCESS) return status;
  const struct didymium_view view = view_of_terminal();
  struct didymium_run *without;
  const enum didymium_status beside = complain(workspace, didymium_without_deals(run, &without));
  if (beside != DIDYMIUM_SUCCESS) return beside;
  if (without != NULL && !options->json) return show_deal_draws(workspace, run, without, draws, options);
  if (options->json)
    printf("{\"run\": %s, \"draws\": %s}\n", didymium_summary_json(run), didymium_draws_json(run));
  else if (!options->quiet)
    fputs(didymium_draws_text(run, &view), stdout);
  return status;
}

static enum didymium_status run_one(struct didymium *workspace, const char *scenario,
                                    const struct didymium_draw_options *draws, const struct options *options,
                                    bool first)
{
  struct didymium_run *run;
  enum didymium_status status = run_with_progress(workspace, scenario, options, &run);
  if (status != DIDYMIUM_SUCCESS) return status;
  if (options->rank == 0) status = save_whole(workspace, run, options->output);
  if (status != DIDYMIUM_SUCCESS) return status;
  const struct didymium_view view = view_of_terminal();
  if (options->json && draws->draws == 0)
    fputs(didymium_summary_json(run), stdout);
  else if (!options->json && !options->quiet)
    printf("%s%s", first ? "" : "\n", didymium_summary(run, &view));
  fflush(stdout);
  return draws->draws > 0 ? show_draws(workspace, run, draws, options) : status;
}

/* Goes on where an earlier call was stopped; --draws may ask for more than it did. */
static enum didymium_status resume(struct didymium *workspace, const struct options *options,
                                   const struct didymium_draw_options *asked)
{
  struct didymium_run *run;
  struct didymium_draw_options draws = *asked;
  enum didymium_status status = complain(workspace, didymium_open(workspace, options->resume, &run));
  if (status == DIDYMIUM_SUCCESS) status = complain(workspace, didymium_draws_begun(run, &draws));
  if (status != DIDYMIUM_SUCCESS) return status;
  if (asked->draws > 0) draws.draws = asked->draws;
  return show_draws(workspace, run, &draws, options);
}

static enum didymium_status run_all(struct didymium *workspace, const struct options *options)
{
  struct didymium_draw_options draws = {0};
  if (!draw_options_read(options, &draws)) return DIDYMIUM_BAD_INPUT;
  if ((options->resume != NULL) == (options->paths_count > 0)) {
    fprintf(stderr, "usage: didymium run SCENARIO.yaml..., or didymium run --resume RUN\nSee: didymium run --help\n");
    return DIDYMIUM_BAD_INPUT;
  }
  if (options->resume != NULL) return resume(workspace, options, &draws);
  if (options->paths_count > 1 && (options->output != NULL || options->json)) {
    fprintf(stderr, "%s is for one scenario at a time\n", options->json ? "--json" : "--output");
    return DIDYMIUM_BAD_INPUT;
  }
  enum didymium_status worst = DIDYMIUM_SUCCESS;
  for (int i = 0; i < options->paths_count; i++) {
    const enum didymium_status status = run_one(workspace, options->paths[i], &draws, options, i == 0);
    if (status > worst) worst = status;
  }
  return worst;
}

const struct command command_run = {
    .name = "run",
    .usage = "run SCENARIO.yaml... [options], or run --resume RUN",
    .summary = "Solves each scenario, writes its folder (run.nc, summary.json, tables.xlsx, iamc.csv, provenance.json) "
               "and prints\n"
               "what a person wants to know first. A scenario is a file, or the name of a shipped one (didymium list).",
    .examples = "  didymium run scenarios/baseline.yaml\n"
                "  didymium run baseline --set scenario.window=1 -o /tmp/short-sighted\n"
                "  didymium run baseline --prices deck.csv --json | jq .markets\n"
                "  didymium run world-uncertain --draws 1000 --seed 7\n",
    .options =
        OPTION_HELP | OPTION_JSON | OPTION_QUIET | OPTION_OUTPUT | OPTIONS_OF_A_RUN | OPTIONS_OF_DRAWS | OPTION_RESUME,
    .paths_min = 0,
    .paths_max = 1000,
    .run = run_all,
};
