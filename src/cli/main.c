/* cli/main.c - finds the command and hands it its words. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"

static const struct command *const commands[] = {
    &command_run,   &command_compare,     &command_explain, &command_check, &command_export, &command_audit,
    &command_value, &command_sensitivity, &command_list,    &command_help,  &command_version};
enum { commands_count = sizeof commands / sizeof *commands };

const struct command *const *commands_all(int *count)
{
  *count = commands_count;
  return commands;
}

static const struct command *command_find(const char *name)
{
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) return &command_help;
  if (strcmp(name, "--version") == 0) return &command_version;
  for (int i = 0; i < commands_count; i++)
    if (strcmp(commands[i]->name, name) == 0) return commands[i];
  return NULL;
}

static int refuse_command(const char *name)
{
  const char *names[commands_count];
  for (int i = 0; i < commands_count; i++) names[i] = commands[i]->name;
  const char *nearest = didymium_nearest(name, names, commands_count);
  fprintf(stderr, "there is no command '%s'", name);
  if (nearest != NULL) fprintf(stderr, "; did you mean '%s'?", nearest);
  fprintf(stderr, "\nSee: didymium --help\n");
  return DIDYMIUM_BAD_INPUT;
}

int main(int count, char **words)
{
  const struct command *command = count > 1 ? command_find(words[1]) : &command_help;
  if (command == NULL) return refuse_command(words[1]);
  struct options options = {0};
  if (!options_read(&options, command, count > 2 ? count - 2 : 0, words + 2)) return DIDYMIUM_BAD_INPUT;
  if (options.help) {
    command_print_help(command);
    return DIDYMIUM_SUCCESS;
  }
  options.rank = didymium_ranks_begin();
  if (options.rank > 0 && (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL))
    return DIDYMIUM_FAILED;
  struct didymium *workspace = didymium_new();
  const enum didymium_status status = command->run(workspace, &options);
  didymium_free(workspace);
  didymium_ranks_end(status != DIDYMIUM_SUCCESS);
  return fflush(stdout) == 0 ? (int)status : DIDYMIUM_FAILED;
}
