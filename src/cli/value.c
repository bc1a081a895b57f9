/* cli/value.c - didymium value: one deal without the market. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/command.h"

/* A number above 0 from the words of an option; absent: *number stays. False when it is none, which has been said. */
static bool read_number(const char *name, const char *words, bool whole, double most, double *number)
{
  char *end;
  if (words == NULL) return true;
  const double found = strtod(words, &end);
  if (end != words && *end == '\0' && found > 0 && found <= most && (!whole || floor(found) == found)) {
    *number = found;
    return true;
  }
  fprintf(stderr, "--%s: found '%s', expected a %snumber above 0 and up to %.10g\n", name, words, whole ? "whole " : "",
          most);
  return false;
}

static bool read_options(const struct options *options, struct didymium_value_options *value)
{
  double draws = 0, seed = 0;
  *value = (struct didymium_value_options){
      .processes = options->process, .prices = options->prices, .check_payment = options->check_payment};
  if (!read_number("draws", options->draws, true, 1e5, &draws) ||
      !read_number("seed", options->seed, true, 1e15, &seed) ||
      !read_number("volatility", options->volatility, false, 5, &value->volatility) ||
      !read_number("forward", options->forward, false, 1e9, &value->forward_usd_per_kg) ||
      !read_number("tonnes", options->tonnes, false, 1e9, &value->tonnes_per_year))
    return false;
  value->draws = (int)draws;
  value->seed = (unsigned long long)seed;
  return true;
}

static enum didymium_status value(struct didymium *workspace, const struct options *options)
{
  struct didymium_value_options given;
  const struct didymium_view view = view_of_terminal();
  enum didymium_status status = DIDYMIUM_SUCCESS;
  if (!read_options(options, &given)) return DIDYMIUM_BAD_INPUT;
  for (int i = 0; i < options->paths_count && status == DIDYMIUM_SUCCESS; i++) {
    const char *text;
    status = didymium_value(workspace, options->paths[i], &given, options->json, &view, &text);
    if (status == DIDYMIUM_SUCCESS) fputs(text, stdout);
  }
  return complain(workspace, status);
}

const struct command command_value = {
    .name = "value",
    .usage = "value DEAL.yaml... [--process NAME,...] [--prices DECK.csv] [--check-payment QUARTER]",
    .summary =
        "Values a deal alone, without a market: its price terms on drawn or given prices, closed form beside\n"
        "simulation, a table of quarters that can be added up again, what the value hangs on; its loans with their\n"
        "credit subsidy, its stock; and how a reported payment fits. Volumes do not respond to prices here.",
    .examples = "  didymium value deals/mp-2025.yaml\n"
                "  didymium value deals/mp-2025.yaml --process geometric --volatility 0.35 --forward 75 --tonnes 4000\n"
                "  didymium value deals/mp-2025.yaml --check-payment 2025Q4\n",
    .options = OPTION_HELP | OPTION_JSON | OPTION_PROCESS | OPTION_PRICES | OPTION_DRAWS | OPTION_SEED |
               OPTION_VOLATILITY | OPTION_FORWARD | OPTION_TONNES | OPTION_CHECK_PAYMENT,
    .paths_min = 1,
    .paths_max = 64,
    .run = value,
};
