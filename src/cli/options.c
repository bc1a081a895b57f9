/* cli/options.c - one table of options for all commands; a command that does not take one says so.
 *
 * Long options may be given as --name value or --name=value; words after "--" are paths.
 */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"

static const struct option_row {
  const char *name;
  char letter; /* 0: none */
  enum option_bit bit;
  const char *argument, *help;
} rows[] = {
    {"output", 'o', OPTION_OUTPUT, "PATH",
     "write there instead of below the runs folder; export: a file instead of stdout; sensitivity: the indicator"},
    {"set", 0, OPTION_SET, "PATH=VALUE", "set one figure, after all files; may be repeated"},
    {"prices", 0, OPTION_PRICES, "DECK.csv", "impose these prices; the rest of the world takes the difference"},
    {"as-of", 0, OPTION_AS_OF, "DATE", "use only records published by that date"},
    {"several-starts", 0, OPTION_STARTS, NULL, "look for other solutions even where there can be none"},
    {"material", 'm', OPTION_MATERIAL, "ID", "whose price"},
    {"region", 'r', OPTION_REGION, "ID", "where"},
    {"year", 'y', OPTION_YEAR, "DATE", "when: 2028, 2028Q2, 2028-04"},
    {"format", 'f', OPTION_FORMAT, "NAME", "mcp-json, iamc, xlsx, csv or fields"},
    {"run", 0, OPTION_RUN, "RUN", "folder of the finished run that claims are computed from"},
    {"against", 0, OPTION_AGAINST, "RUN", "folder of the run that it is compared with, without the deals"},
    {"equal-outlays", 0, OPTION_EQUAL_OUTLAYS, "SCENARIO",
     "scale the others by their dials until they cost what this one costs"},
    {"process", 0, OPTION_PROCESS, "NAME,...", "geometric, reverting, jumps or deck; the first is shown in full"},
    {"draws", 0, OPTION_DRAWS, "N", "how many futures; value: price paths, 10,000 unless told"},
    {"seed", 0, OPTION_SEED, "N", "of the random numbers; 1 unless told"},
    {"volatility", 0, OPTION_VOLATILITY, "S", "of the price, per square root of a year: 0.35"},
    {"forward", 0, OPTION_FORWARD, "USD/kg", "the price on the day of valuation"},
    {"tonnes", 0, OPTION_TONNES, "T", "volume a year of every price term"},
    {"check-payment", 0, OPTION_CHECK_PAYMENT, "QUARTER", "only the payment reported for that quarter: 2025Q4"},
    {"threads", 0, OPTION_THREADS, "N", "of draws; all processors unless told"},
    {"sampling", 0, OPTION_SAMPLING, "KIND", "random (unless told) or sobol"},
    {"resume", 0, OPTION_RESUME, "RUN", "go on with the draws of that run's folder"},
    {"if-changed", 0, OPTION_IF_CHANGED, NULL,
     "show the kept screen of the same inputs, options and program; go on where it lacks draws"},
    {"strict", 0, OPTION_STRICT, NULL, "exit 1 where a claim does not hold on any reading"},
    {"json", 0, OPTION_JSON, NULL, "one JSON object on stdout, nothing else"},
    {"quiet", 'q', OPTION_QUIET, NULL, "no summary, no progress"},
    {"help", 'h', OPTION_HELP, NULL, "this page"},
};
enum { rows_count = sizeof rows / sizeof *rows };

static bool option_take(struct options *options, enum option_bit bit, const char *value)
{
  switch (bit) {
  case OPTION_HELP: options->help = true; break;
  case OPTION_JSON: options->json = true; break;
  case OPTION_QUIET: options->quiet = true; break;
  case OPTION_STARTS: options->several_starts = true; break;
  case OPTION_OUTPUT: options->output = value; break;
  case OPTION_PRICES: options->prices = value; break;
  case OPTION_AS_OF: options->as_of = value; break;
  case OPTION_MATERIAL: options->material = value; break;
  case OPTION_REGION: options->region = value; break;
  case OPTION_YEAR: options->year = value; break;
  case OPTION_FORMAT: options->format = value; break;
  case OPTION_EQUAL_OUTLAYS: options->equal_outlays = value; break;
  case OPTION_RUN: options->run = value; break;
  case OPTION_AGAINST: options->against = value; break;
  case OPTION_STRICT: options->strict = true; break;
  case OPTION_IF_CHANGED: options->if_changed = true; break;
  case OPTION_THREADS: options->threads = value; break;
  case OPTION_SAMPLING: options->sampling = value; break;
  case OPTION_RESUME: options->resume = value; break;
  case OPTION_PROCESS: options->process = value; break;
  case OPTION_DRAWS: options->draws = value; break;
  case OPTION_SEED: options->seed = value; break;
  case OPTION_VOLATILITY: options->volatility = value; break;
  case OPTION_FORWARD: options->forward = value; break;
  case OPTION_TONNES: options->tonnes = value; break;
  case OPTION_CHECK_PAYMENT: options->check_payment = value; break;
  case OPTION_SET:
    if (options->sets_count == sets_max) return false;
    options->sets[options->sets_count++] = value;
    break;
  case OPTIONS_OF_DRAWS:
  case OPTIONS_OF_A_RUN: break;
  }
  return true;
}

static bool refuse_option(const struct command *command, const char *word)
{
  const char *names[rows_count];
  char bare[64];
  int count = 0;
  for (int i = 0; i < rows_count; i++)
    if (command->options & (int)rows[i].bit) names[count++] = rows[i].name;
  (void)snprintf(bare, sizeof bare, "%.*s", (int)strcspn(word + 1 + (word[1] == '-'), "="),
                 word + 1 + (word[1] == '-'));
  const char *nearest = didymium_nearest(bare, names, count);
  fprintf(stderr, "%s does not take the option '%s'", command->name, word);
  if (nearest != NULL) fprintf(stderr, "; did you mean '--%s'?", nearest);
  fprintf(stderr, "\nSee: didymium %s --help\n", command->name);
  return false;
}

/* The row that a word like --set=a=b or -o names, if the command takes it. */
static const struct option_row *option_find(const struct command *command, const char *word)
{
  for (int i = 0; i < rows_count; i++) {
    const size_t length = strlen(rows[i].name);
    const bool letter = word[1] == rows[i].letter && rows[i].letter != 0 && word[2] == '\0';
    const bool name = word[1] == '-' && strncmp(word + 2, rows[i].name, length) == 0 &&
                      (word[2 + length] == '\0' || word[2 + length] == '=');
    if ((letter || name) && (command->options & (int)rows[i].bit)) return &rows[i];
  }
  return NULL;
}

/* Takes words[i] and perhaps the next; how many were taken, 0 when they were wrong. */
static int option_read(struct options *options, const struct command *command, int count, char **words, int i)
{
  const struct option_row *row = option_find(command, words[i]);
  if (row == NULL) return refuse_option(command, words[i]), 0;
  const char *equals = words[i][1] == '-' ? strchr(words[i], '=') : NULL;
  if (row->argument == NULL && equals != NULL) {
    fprintf(stderr, "--%s takes no value\n", row->name);
    return 0;
  }
  const char *value = equals != NULL ? equals + 1 : row->argument != NULL && i + 1 < count ? words[i + 1] : NULL;
  if (row->argument != NULL && value == NULL) {
    fprintf(stderr, "--%s needs a value: %s\n", row->name, row->argument);
    return 0;
  }
  if (!option_take(options, row->bit, value)) {
    fprintf(stderr, "--%s may be given %d times\n", row->name, sets_max);
    return 0;
  }
  return row->argument != NULL && equals == NULL ? 2 : 1;
}

static bool paths_fit(const struct options *options, const struct command *command)
{
  if (options->help) return true;
  if (options->paths_count >= command->paths_min && options->paths_count <= command->paths_max) return true;
  fprintf(stderr, "usage: didymium %s\nSee: didymium %s --help\n", command->usage, command->name);
  return false;
}

/* The paths are gathered at the front of words. */
bool options_read(struct options *options, const struct command *command, int count, char **words)
{
  bool paths_only = false;
  options->paths = words;
  for (int i = 0; i < count;) {
    if (!paths_only && strcmp(words[i], "--") == 0) {
      paths_only = true;
      i++;
    } else if (!paths_only && words[i][0] == '-' && words[i][1] != '\0') {
      const int taken = option_read(options, command, count, words, i);
      if (taken == 0) return false;
      i += taken;
    } else {
      words[options->paths_count++] = words[i++];
    }
  }
  return paths_fit(options, command);
}

struct didymium_run_options run_options_of(const struct options *options)
{
  return (struct didymium_run_options){
      .sets = options->sets,
      .sets_count = options->sets_count,
      .prices = options->prices,
      .as_of = options->as_of,
      .several_starts = options->several_starts,
  };
}

void command_print_help(const struct command *command)
{
  printf("usage: didymium %s\n\n%s\n\n", command->usage, command->summary);
  for (int i = 0; i < rows_count; i++) {
    if (!(command->options & (int)rows[i].bit)) continue;
    char left[64];
    (void)snprintf(left, sizeof left, "--%s %s", rows[i].name, rows[i].argument != NULL ? rows[i].argument : "");
    if (rows[i].letter != 0)
      printf("  -%c, %-22s %s\n", rows[i].letter, left, rows[i].help);
    else
      printf("      %-22s %s\n", left, rows[i].help);
  }
  if (command->examples != NULL) printf("\nExamples:\n%s", command->examples);
}
