/* cli/sensitivity.c - didymium sensitivity: what the figures of a scenario depend on. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"

static volatile sig_atomic_t interrupted; /* a signal handler can reach nothing else */

static void note_interrupt(int signal_number)
{
  interrupted = signal_number;
}

static int watch(void *context, long done, long wanted)
{
  const bool *shown = context;
  if (*shown && (done % 16 == 0 || done == wanted)) fprintf(stderr, "\r\033[K%ld of about %ld runs", done, wanted);
  return interrupted == 0;
}

static enum didymium_status sensitivity(struct didymium *workspace, const struct options *options)
{
  struct didymium_run *run;
  struct didymium_draw_options draws = {0};
  if (!draw_options_read(options, &draws)) return DIDYMIUM_BAD_INPUT;
  enum didymium_status status = run_with_progress(workspace, options->paths[0], options, NULL, &run);
  if (status != DIDYMIUM_SUCCESS) return status;
  bool shown = isatty(STDERR_FILENO) && !options->quiet;
  const struct didymium_sensitivity_options asked = {.rows = draws.draws > 1 << 20 ? -1 : (int)draws.draws,
                                                     .seed = draws.seed,
                                                     .threads = draws.threads,
                                                     .output = options->output,
                                                     .progress = watch,
                                                     .progress_context = &shown};
  const struct didymium_view view = view_of_terminal();
  struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = (int)SA_RESETHAND}, before;
  const char *text;
  interrupted = 0;
  sigaction(SIGINT, &action, &before);
  status = didymium_sensitivity(run, &asked, options->json, &view, &text);
  sigaction(SIGINT, &before, NULL);
  if (shown) fprintf(stderr, "\r\033[K");
  if (status == DIDYMIUM_SUCCESS) fputs(text, stdout);
  return complain(workspace, status);
}

const struct command command_sensitivity = {
    .name = "sensitivity",
    .usage = "sensitivity SCENARIO.yaml [options]",
    .summary =
        "Shows what the scenario's figures depend on: each drawn input alone, first-order and total shares of the\n"
        "variance with their intervals, and in words under which conditions a figure is high or low. --output names\n"
        "the indicator (price[ndpr-oxide, china, 2030], or with *); unless told, the headline ones. --draws is the\n"
        "number of rows, 256 unless told: the market is run about ten times as often.",
    .examples = "  didymium sensitivity world-uncertain --draws 64\n"
                "  didymium sensitivity world-uncertain --output 'price*2030*' --json\n",
    .options = OPTION_HELP | OPTION_JSON | OPTION_QUIET | OPTION_OUTPUT | OPTION_DRAWS | OPTION_SEED | OPTION_THREADS |
               OPTIONS_OF_A_RUN,
    .paths_min = 1,
    .paths_max = 1,
    .run = sensitivity,
};
