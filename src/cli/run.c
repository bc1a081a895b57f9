/* cli/run.c - didymium run: solve scenarios, write their folders, show their summaries. */
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"

static enum didymium_status save_screen(struct didymium *workspace, struct didymium_run *run,
                                        const struct didymium_draw_options *draws)
{
  return complain(workspace, didymium_save_screen(run, draws));
}

/* A run with deals: its first screen as soon as it is known, redrawn with ranges on a terminal; elsewhere once,
 * complete. */
static enum didymium_status show_deals(struct didymium *workspace, struct didymium_run *run,
                                       const struct didymium_draw_options *draws, const struct options *options,
                                       struct live_screen *live)
{
  const struct didymium_view view = {.columns = screen_columns()};
  enum didymium_status status = DIDYMIUM_SUCCESS;
  int stopped = 0;
  if (live->on && !live->held) screen_redraw(live, didymium_screen(run, &view), NULL);
  if (draws->draws > 0)
    status = draw_deals_with_progress(workspace, run, draws, options->quiet, live->on ? live : NULL, &stopped);
  if (status == DIDYMIUM_SUCCESS && !options->quiet) {
    const char *text = didymium_screen(run, &view);
    if (live->on)
      screen_redraw(live, text, NULL);
    else
      screen_print(text);
    if (stopped) say_stopped(options->if_changed ? "the same command goes on" : "didymium run --resume RUN goes on");
  }
  if (status == DIDYMIUM_SUCCESS && options->rank == 0) status = save_screen(workspace, run, draws);
  return status;
}

/* As JSON both in one object. */
static enum didymium_status show_draws(struct didymium *workspace, struct didymium_run *run,
                                       const struct didymium_draw_options *draws, const struct options *options)
{
  const enum didymium_status status = draw_with_progress(workspace, run, draws, options->quiet);
  if (status != DIDYMIUM_SUCCESS) return status;
  const struct didymium_view view = view_of_terminal();
  if (options->json)
    printf("{\"run\": %s, \"draws\": %s}\n", didymium_summary_json(run), didymium_draws_json(run));
  else if (!options->quiet)
    fputs(didymium_draws_text(run, &view), stdout);
  return status;
}

static struct live_screen live_for(const struct options *options)
{
  return options->quiet || options->json ? (struct live_screen){0} : screen_begin();
}

static bool has_screen(const struct didymium_run *run)
{
  return didymium_screen(run, NULL)[0] != '\0';
}

static void say_kept(double written)
{
  const time_t when = (time_t)written;
  struct tm parts;
  char text[32];
  localtime_r(&when, &parts);
  if (strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts) > 0)
    fprintf(stderr, "solved %s; solved again once the program, the data or the scenario changes\n", text);
}

/* What was solved before from the same things, by a program that has not been built anew since. */
static enum didymium_status find_kept(struct didymium *workspace, const char *scenario,
                                      const struct didymium_draw_options *draws, const struct options *options,
                                      struct didymium_kept *kept)
{
  const struct didymium_view view = {.columns = screen_columns()};
  const struct didymium_run_options given = run_options_of(options);
  struct stat program;
  const enum didymium_status status =
      complain(workspace, didymium_kept_screen(workspace, scenario, &given, draws, options->output, &view, kept));
  if (status == DIDYMIUM_SUCCESS && stat("/proc/self/exe", &program) == 0 &&
      (double)program.st_mtim.tv_sec > kept->written)
    kept->text = NULL;
  return status;
}

static void show_kept(const struct didymium_kept *kept, const struct options *options)
{
  if (options->quiet) return;
  screen_print(kept->text);
  if (isatty(STDERR_FILENO)) say_kept(kept->written);
}

/* Writes the folder; where the run stands there already, its draws go on. What can be shown is kept before they do. */
static enum didymium_status keep(struct didymium *workspace, struct didymium_run *run,
                                 const struct didymium_draw_options *draws, const struct options *options,
                                 const struct didymium_kept *kept)
{
  if (options->rank > 0) return DIDYMIUM_SUCCESS;
  if (kept->text != NULL) return complain(workspace, didymium_go_on(run, kept->folder));
  const enum didymium_status status = save_whole(workspace, run, options->output);
  return status == DIDYMIUM_SUCCESS && has_screen(run) ? save_screen(workspace, run, draws) : status;
}

static enum didymium_status solve_and_show(struct didymium *workspace, const char *scenario,
                                           const struct didymium_draw_options *draws, const struct options *options,
                                           const struct didymium_kept *kept, struct live_screen *live)
{
  struct didymium_run *run;
  enum didymium_status status = run_with_progress(workspace, scenario, options, live, &run);
  if (status == DIDYMIUM_SUCCESS) status = keep(workspace, run, draws, options, kept);
  if (status != DIDYMIUM_SUCCESS) return status;
  const struct didymium_view view = view_of_terminal();
  if (!options->json && has_screen(run)) return show_deals(workspace, run, draws, options, live);
  if (options->json && draws->draws == 0)
    fputs(didymium_summary_json(run), stdout);
  else if (!options->json && !options->quiet)
    fputs(didymium_summary(run, &view), stdout);
  fflush(stdout);
  return draws->draws > 0 ? show_draws(workspace, run, draws, options) : status;
}

static enum didymium_status run_one(struct didymium *workspace, const char *scenario,
                                    const struct didymium_draw_options *draws, const struct options *options,
                                    bool first)
{
  struct didymium_kept kept = {0};
  enum didymium_status status = DIDYMIUM_SUCCESS;
  if (!first && !options->quiet) printf("\n");
  if (options->if_changed && !options->json) status = find_kept(workspace, scenario, draws, options, &kept);
  if (status != DIDYMIUM_SUCCESS) return status;
  if (kept.text != NULL && kept.whole) {
    show_kept(&kept, options);
    return status;
  }
  struct live_screen live = live_for(options);
  if (kept.text != NULL && live.on) {
    screen_redraw(&live, kept.text, "going on from here");
    live.held = true;
  }
  status = solve_and_show(workspace, scenario, draws, options, &kept, &live);
  screen_end(&live);
  return status;
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
  status = complain(workspace, didymium_solve_deals(run));
  if (status != DIDYMIUM_SUCCESS) return status;
  if (options->json || !has_screen(run)) return show_draws(workspace, run, &draws, options);
  struct live_screen live = live_for(options);
  status = show_deals(workspace, run, &draws, options, &live);
  screen_end(&live);
  return status;
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
    .options = OPTION_HELP | OPTION_JSON | OPTION_QUIET | OPTION_OUTPUT | OPTIONS_OF_A_RUN | OPTIONS_OF_DRAWS |
               OPTION_RESUME | OPTION_IF_CHANGED,
    .paths_min = 0,
    .paths_max = 1000,
    .run = run_all,
};
