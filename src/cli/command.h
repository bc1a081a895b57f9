/* cli/command.h - the one shape of a command: what it is called, which options it takes, what it does.
 *
 * A command is a file and one line in the table of main.c. Results go to stdout, everything else to stderr; the
 * returned status is the exit code.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H
#include <stdbool.h>

#include "didymium.h"

enum { sets_max = 256 };

/* One bit an option: a command states which it takes, any other is refused. */
enum option_bit {
  OPTION_HELP = 1,
  OPTION_JSON = 2,
  OPTION_QUIET = 4,
  OPTION_OUTPUT = 8,
  OPTION_SET = 16,
  OPTION_PRICES = 32,
  OPTION_AS_OF = 64,
  OPTION_STARTS = 128,
  OPTION_MATERIAL = 256,
  OPTION_REGION = 512,
  OPTION_YEAR = 1024,
  OPTION_FORMAT = 2048,
  OPTION_RUN = 4096,
  OPTION_AGAINST = 8192,
  OPTION_STRICT = 16384,
  OPTION_PROCESS = 1 << 15,
  OPTION_DRAWS = 1 << 16,
  OPTION_SEED = 1 << 17,
  OPTION_VOLATILITY = 1 << 18,
  OPTION_FORWARD = 1 << 19,
  OPTION_TONNES = 1 << 21,
  OPTION_CHECK_PAYMENT = 1 << 22,
  OPTION_EQUAL_OUTLAYS = 1048576,
  OPTION_THREADS = 1 << 23,
  OPTION_SAMPLING = 1 << 24,
  OPTION_RESUME = 1 << 25,
  OPTION_IF_CHANGED = 1 << 26,
  OPTIONS_OF_DRAWS = OPTION_DRAWS | OPTION_SEED | OPTION_THREADS | OPTION_SAMPLING,
  OPTIONS_OF_A_RUN = OPTION_SET | OPTION_PRICES | OPTION_AS_OF | OPTION_STARTS
};

struct options {
  bool help, json, quiet, several_starts, strict, if_changed;
  const char *output, *prices, *as_of, *material, *region, *year, *format, *run, *against, *equal_outlays;
  const char *process, *draws, *seed, *volatility, *forward, *tonnes, *check_payment;
  const char *threads, *sampling, *resume;
  int rank; /* of several processes that share the draws: 0 writes and prints */
  int sets_count;
  const char *sets[sets_max];
  int paths_count;
  char **paths; /* what is left of the command line */
};

struct command {
  const char *name, *summary, *usage;
  const char *examples; /* lines, each with two spaces before */
  int options;          /* bits */
  int paths_min, paths_max;
  enum didymium_status (*run)(struct didymium *workspace, const struct options *options);
};

extern const struct command command_run, command_compare, command_explain, command_check, command_export, command_audit,
    command_value, command_sensitivity, command_list, command_help, command_version;

const struct command *const *commands_all(int *count);

/* Reads the words after the command's name; false when they were wrong, which has then been said. */
bool options_read(struct options *options, const struct command *command, int count, char **words);
/* The command's page: usage, what it does, its options, examples. */
void command_print_help(const struct command *command);

/* How wide and how plain stdout is. */
struct didymium_view view_of_terminal(void);

/* ---- screen.c ---- */

struct live_screen {        /* zero: a screen is printed once, when all is there */
  bool on;                  /* it is redrawn in place on a terminal */
  bool held;                /* what stands there says more than a run without futures would */
  int lines, columns, rows; /* what stands there now */
  char *text;
};
/* 80 or 100, whichever fits stdout. */
int screen_columns(void);
/* On where stdout is a terminal with room for the longest first screen there is, and a line more. */
struct live_screen screen_begin(void);
void screen_print(const char *text);
/* text NULL: the same as before. progress: a line below it, or NULL. */
void screen_redraw(struct live_screen *live, const char *text, const char *progress);
void screen_end(struct live_screen *live);

/* Says why the last call failed, on stderr, and hands its status on. */
enum didymium_status complain(const struct didymium *workspace, enum didymium_status status);

/* The options that shape a run, without progress. */
struct didymium_run_options run_options_of(const struct options *options);
/* One run, with a bar on stderr where that is a terminal, below the first screen where that is redrawn (live, or NULL);
 * Ctrl-C ends it, leaving nothing behind. */
enum didymium_status run_with_progress(struct didymium *workspace, const char *scenario, const struct options *options,
                                       struct live_screen *live, struct didymium_run **run);
/* Draws, seed, threads and sampling; false when they were wrong, which has then been said. */
bool draw_options_read(const struct options *options, struct didymium_draw_options *draws);
/* The draws of a run, with a bar on stderr where that is a terminal; Ctrl-C ends with what is done. */
enum didymium_status draw_with_progress(struct didymium *workspace, struct didymium_run *run,
                                        const struct didymium_draw_options *options, bool quiet);
/* The same of a run with deals, and of what stands beside it (didymium_draw_deals); live: the first screen is redrawn
 * there with every range, NULL: a bar on stderr. *stopped: Ctrl-C ended it, which say_stopped tells. */
enum didymium_status draw_deals_with_progress(struct didymium *workspace, struct didymium_run *run,
                                              const struct didymium_draw_options *options, bool quiet,
                                              struct live_screen *live, int *stopped);
/* The same draws of all runs, for a comparison. */
enum didymium_status draw_all_with_progress(struct didymium *workspace, struct didymium_run *const *runs, int count,
                                            const struct didymium_draw_options *options, bool quiet, int *stopped);
void say_stopped(const char *how_to_go_on);
/* Writing is not interrupted: the folder is there whole, or not at all. */
enum didymium_status save_whole(struct didymium *workspace, struct didymium_run *run, const char *folder);
#endif
