/* bench/scaling.c - two threads and two ranks beside two processes that know nothing of each other.
 *
 *   scaling SCENARIO DRAWS FOLDER [ROUNDS [MPIRUN [FIRST_PROCESSOR]]]
 *
 * The same draws by one process with one thread; by two such processes at once, each making all of them, pinned to
 * processors of their own; by two threads; by two ranks (MPIRUN is the launcher; without it none). Throughput is draws
 * a second, of the draws alone: every process first loads and solves the run that draws start from, and then waits in
 * FOLDER for the word to go on. The four take turns, ROUNDS times (default 5); medians are of the rounds' ratios, so
 * that other work on the machine hits all alike. What two processes gain over one is what the machine gives; threads
 * and ranks are measured by it. Run it at real-time priority (chrt -f 1) where other work is heavy. Fails when draws
 * are missing.
 */
#define _GNU_SOURCE /* processors by number */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ensemble/comm.h"
#include "ensemble/ensemble.h"
#include "run/run.h"
#include "stopwatch.h"

enum { ROUNDS_MAX = 99, COMMAND_BYTES = 4096 };

/* ---- one of the processes ---- */

static bool pin(int processor)
{
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  return processor < 0 || sched_setaffinity(0, sizeof set, &set) == 0;
}

static void wait_for(const char *path)
{
  while (access(path, F_OK) != 0) nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}

/* worker SCENARIO DRAWS THREADS PROCESSOR GO: says "ready", draws when the file GO is there, says how long it took.
 * Each rank is pinned to a processor of its own; PROCESSOR -1: to none. */
static int worker_main(char **argv)
{
  const struct comm comm = comm_begin();
  struct arena *arena = arena_new();
  struct error error = {0};
  const struct ensemble_options options = {.draws = atol(argv[1]), .seed = 1, .threads = atoi(argv[2])};
  const int processor = atoi(argv[3]);
  struct run *run = run_load(argv[0], &(struct load_options){0}, arena, &error);
  if (run == NULL || !pin(processor < 0 ? -1 : processor + comm.rank)) return comm_end(true), 1;
  run_solve(run, &(struct solve_options){0});
  printf("ready\n");
  fflush(stdout);
  wait_for(argv[4]);
  const struct ensemble *ensemble = ensemble_run(run, &options, arena, &error);
  const bool whole = ensemble != NULL && (comm.rank > 0 || ensemble->done == options.draws);
  if (whole && comm.rank == 0) printf("draws %ld seconds %.6f\n", ensemble->done, ensemble->seconds);
  fflush(stdout);
  comm_end(!whole);
  return whole ? 0 : 1;
}

/* ---- the one that starts them ---- */

struct bench {
  const char *self, *scenario, *folder, *launcher;
  long draws;
  int first_processor;
};

/* Processes that draw at the same time. */
struct party {
  const char *name;
  int processes, ranks, threads; /* ranks, threads: of each process */
  bool pinned;
};

static FILE *worker_start(const struct bench *bench, const struct party *party, int number, const char *go)
{
  char command[COMMAND_BYTES], launch[COMMAND_BYTES / 2] = "";
  if (party->ranks > 1)
    snprintf(launch, sizeof launch, "%s --allow-run-as-root --oversubscribe --bind-to none -n %d ", bench->launcher,
             party->ranks);
  snprintf(command, sizeof command, "%s%s worker %s %ld %d %d %s", launch, bench->self, bench->scenario, bench->draws,
           party->threads, party->pinned ? bench->first_processor + number : -1, go);
  return popen(command, "r");
}

/* The seconds that the last of the processes says, 0 when one failed. */
static double party_measure(const struct bench *bench, const struct party *party)
{
  char go[COMMAND_BYTES / 2], line[256];
  FILE *outputs[2];
  double longest_s = 0;
  snprintf(go, sizeof go, "%s/scaling-go-%d", bench->folder, (int)getpid());
  for (int p = 0; p < party->processes; p++) outputs[p] = worker_start(bench, party, p, go);
  bool all = true;
  for (int p = 0; p < party->processes; p++)
    for (int r = 0; r < party->ranks; r++) all &= outputs[p] != NULL && fgets(line, sizeof line, outputs[p]) != NULL;
  FILE *word = fopen(go, "w"); /* also when one failed: the others wait for it */
  if (word == NULL || fclose(word) != 0) return 0;
  for (int p = 0; p < party->processes; p++) {
    if (outputs[p] == NULL) continue;
    long draws = 0;
    double seconds = 0;
    while (fgets(line, sizeof line, outputs[p]) != NULL)
      if (sscanf(line, "draws %ld seconds %lf", &draws, &seconds) == 2 && seconds > longest_s) longest_s = seconds;
    all &= pclose(outputs[p]) == 0 && draws == bench->draws;
  }
  remove(go);
  return all ? longest_s : 0;
}

/* Draws a second of a party. */
static double throughput(const struct bench *bench, const struct party *party, double seconds)
{
  return (double)(party->processes * bench->draws) / seconds;
}

enum { ALONE, PAIR, THREADS, RANKS, PARTIES };
static const struct party parties[PARTIES] = {{"one process", 1, 1, 1, true},
                                              {"two processes", 2, 1, 1, true},
                                              {"two threads", 1, 1, 2, false},
                                              {"two ranks", 1, 2, 1, true}};

static double median_ratio(double (*rate)[ROUNDS_MAX], int party, int reference, int rounds)
{
  double ratios[ROUNDS_MAX];
  for (int r = 0; r < rounds; r++) ratios[r] = rate[party][r] / rate[reference][r];
  return median_of(ratios, rounds);
}

static void report(double (*rate)[ROUNDS_MAX], int count, int rounds)
{
  double sorted[ROUNDS_MAX];
  for (int p = 0; p < count; p++) {
    memcpy(sorted, rate[p], sizeof sorted);
    const double middle = median_of(sorted, rounds);
    printf("# %-13s %7.2f draws a second (%.2f to %.2f), %.3f times one process\n", parties[p].name, middle, sorted[0],
           sorted[rounds - 1], median_ratio(rate, p, ALONE, rounds));
  }
  for (int p = THREADS; p < count; p++)
    printf("# ratio throughput of %s / two processes: %.3f\n", parties[p].name, median_ratio(rate, p, PAIR, rounds));
}

int main(int argc, char **argv)
{
  if (argc == 7 && strcmp(argv[1], "worker") == 0) return worker_main(argv + 2);
  const int rounds = argc > 4 ? atoi(argv[4]) : 5, count = argc > 5 && *argv[5] != '\0' ? PARTIES : RANKS;
  if (argc < 4 || rounds < 1 || rounds > ROUNDS_MAX) {
    fprintf(stderr, "usage: scaling SCENARIO DRAWS FOLDER [ROUNDS [MPIRUN [FIRST_PROCESSOR]]]\n");
    return 2;
  }
  const struct bench bench = {
      argv[0], argv[1], argv[3], count > RANKS ? argv[5] : NULL, atol(argv[2]), argc > 6 ? atoi(argv[6]) : 0};
  double rate[PARTIES][ROUNDS_MAX];
  bool all = true;
  for (int r = 0; r < rounds && all; r++)
    for (int k = 0; k < count && all; k++) {
      const int p = r % 2 == 0 ? k : count - 1 - k; /* there and back: a machine that slows down slows all alike */
      const double seconds = party_measure(&bench, &parties[p]);
      all = seconds > 0;
      if (all) rate[p][r] = throughput(&bench, &parties[p], seconds);
      fprintf(stderr, "round %d of %d: %s, %.2f s\n", r + 1, rounds, parties[p].name, seconds);
    }
  if (all) report(rate, count, rounds);
  printf("1..1\n%s 1 - everybody made all draws\n", all ? "ok" : "not ok");
  return all ? 0 : 1;
}
