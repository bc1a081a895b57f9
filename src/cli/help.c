/* cli/help.c - didymium help: the commands, a command, the tables of the data, the kinds of instruments. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"

static void print_overview(void)
{
  int count;
  const struct command *const *commands = commands_all(&count);
  printf("didymium %s: mineral supply chains as markets - solved, certified, explained\n\n", didymium_version());
  for (int i = 0; i < count; i++) printf("  didymium %s\n", commands[i]->usage);
  printf("\ndidymium COMMAND --help says more, with examples. Exit codes: 0 success, 1 the work failed, 2 bad input.\n"
         "What can be written in files: didymium help tables [TABLE], didymium help instruments [KIND].\n"
         "Start with: didymium list\n");
}

static enum didymium_status help(struct didymium *workspace, const struct options *options)
{
  const char *topic = options->paths_count > 0 ? options->paths[0] : NULL;
  const char *name = options->paths_count > 1 ? options->paths[1] : NULL;
  const char *text = NULL;
  enum didymium_status status = DIDYMIUM_SUCCESS;
  if (topic == NULL) {
    print_overview();
    return status;
  }
  if (strcmp(topic, "tables") == 0)
    status = didymium_help_table(workspace, name, &text);
  else if (strcmp(topic, "instruments") == 0)
    status = didymium_help_instrument(workspace, name, &text);
  if (status != DIDYMIUM_SUCCESS) return complain(workspace, status);
  if (text != NULL) return fputs(text, stdout) >= 0 ? status : DIDYMIUM_FAILED;
  int count;
  const struct command *const *commands = commands_all(&count);
  for (int i = 0; i < count; i++)
    if (strcmp(commands[i]->name, topic) == 0) {
      command_print_help(commands[i]);
      return status;
    }
  fprintf(stderr, "there is no help on '%s'; there is on tables, instruments and every command\n", topic);
  return DIDYMIUM_BAD_INPUT;
}

const struct command command_help = {
    .name = "help",
    .usage = "help [COMMAND | tables [TABLE] | instruments [KIND]]",
    .summary = "Explains a command, the fields of a table, or the terms of a kind of instrument.",
    .examples = "  didymium help tables facilities\n  didymium help instruments tariff\n",
    .options = OPTION_HELP,
    .paths_max = 2,
    .run = help,
};

static enum didymium_status version(struct didymium *workspace, const struct options *options)
{
  (void)workspace;
  (void)options;
  printf("didymium %s\n", didymium_version());
  return DIDYMIUM_SUCCESS;
}

const struct command command_version = {
    .name = "version",
    .usage = "version",
    .summary = "Prints the version.",
    .options = OPTION_HELP,
    .run = version,
};
