/* bench/flagship.c - how long a run of the flagship's size takes, from start to files.
 *
 *   flagship DIDYMIUM WORLD FOLDER [RUNS [SCENARIO...]]
 *
 * Writes the world of flagship_world into FOLDER (WORLD is that program), then runs DIDYMIUM on it, and on every
 * SCENARIO, as a user would, RUNS times each (default 5), and prints the medians of wall and of processor time and the
 * ratio of the one second asked for over the former. On a busy machine the processor time says more; windows are judged
 * in a second thread, so that it may be nearly twice the wall time of an idle one. Fails when a run fails, not when it
 * is slow.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stopwatch.h"

enum { RUNS_MAX = 99, PATH_BYTES = 1024 };
static const double second_asked = 1;

static bool measure(char *didymium, char *scenario, char *folder, int runs)
{
  double wall_s[RUNS_MAX], processor_s[RUNS_MAX];
  char output[PATH_BYTES];
  snprintf(output, sizeof output, "%s/run", folder);
  for (int r = 0; r < runs; r++) {
    const struct usage usage = usage_of((char *[]){didymium, "run", scenario, "-o", output, NULL});
    if (!usage.done) return false;
    wall_s[r] = usage.wall_s;
    processor_s[r] = usage.processor_s;
  }
  const double wall_median_s = median_of(wall_s, runs);
  printf("# %s, medians of %d runs, start to files: %.3f s wall, %.3f s of processor\n", scenario, runs, wall_median_s,
         median_of(processor_s, runs));
  const char *slash = strrchr(scenario, '/');
  printf("# ratio one second / wall time of %s: %.3f\n", slash != NULL ? slash + 1 : scenario,
         second_asked / wall_median_s);
  return true;
}

int main(int argc, char **argv)
{
  const int runs = argc > 4 ? atoi(argv[4]) : 5;
  if (argc < 4 || runs < 1 || runs > RUNS_MAX) {
    fprintf(stderr, "usage: flagship DIDYMIUM WORLD FOLDER [RUNS [SCENARIO...]]\n");
    return 2;
  }
  const bool made = usage_of((char *[]){argv[2], argv[3], NULL}).done;
  char scenario[PATH_BYTES];
  snprintf(scenario, sizeof scenario, "%s/flagship.yaml", argv[3]);
  bool all = made && measure(argv[1], scenario, argv[3], runs);
  printf("%s 1 - a run of the flagship's size ends with its files\n", all ? "ok" : "not ok");
  for (int s = 5; s < argc; s++) {
    const bool measured = measure(argv[1], argv[s], argv[3], runs);
    printf("%s %d - %s ends with its files\n", measured ? "ok" : "not ok", s - 3, argv[s]);
    all = all && measured;
  }
  printf("1..%d\n", argc > 5 ? argc - 4 : 1);
  return all ? 0 : 1;
}
