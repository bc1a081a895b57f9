/* cli/draws.c - draws of a run from the command line: their options, the bar, Ctrl-C.
 *
 * The first Ctrl-C lets the draws at work go and ends with what is done; the second one ends the process. Either way the
 * log in the run's folder holds every finished draw.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

/* ---- options ---- */

static bool read_count(const char *name, const char *text, unsigned long long most, unsigned long long *value)
{
  char *end;
  errno = 0;
  *value = strtoull(text, &end, 10);
  if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *value <= most) return true;
  fprintf(stderr, "--%s: found '%s', expected a whole number from 0 to %llu\n", name, text, most);
  return false;
}

static bool read_sampling(const char *text, int *sobol)
{
  *sobol = strcmp(text, "sobol") == 0;
  if (*sobol || strcmp(text, "random") == 0) return true;
  fprintf(stderr, "--sampling: found '%s', expected random or sobol\n", text);
  return false;
}

bool draw_options_read(const struct options *options, struct didymium_draw_options *draws)
{
  unsigned long long count = 0, seed = 1, threads = (unsigned long long)sysconf(_SC_NPROCESSORS_ONLN);
  if (options->draws != NULL && !read_count("draws", options->draws, 100000000, &count)) return false;
  if (options->seed != NULL && !read_count("seed", options->seed, ~0ull, &seed)) return false;
  if (options->threads != NULL && !read_count("threads", options->threads, 1024, &threads)) return false;
  if (options->sampling != NULL && !read_sampling(options->sampling, &draws->sobol)) return false;
  draws->draws = (long)count, draws->seed = seed, draws->threads = (int)threads;
  return true;
}

/* ---- the bar ---- */

static volatile sig_atomic_t interrupted; /* a signal handler can reach nothing else */

static void note_interrupt(int signal_number)
{
  interrupted = signal_number;
}

static void show_bar(const struct didymium_draw_state *state)
{
  enum { width = 20 };
  const int filled = (int)(width * state->done / state->wanted);
  const double left = state->per_second > 0 ? (double)(state->wanted - state->done) / state->per_second : 0;
  fprintf(stderr, "\r\033[K%ld of %ld draws [%.*s%.*s] %.3g a second, %.0f s left%s", state->done, state->wanted,
          filled, "####################", width - filled, "....................", state->per_second, left,
          state->failed > 0 ? ", some not certified" : "");
  fprintf(stderr, "\n\033[K%.200s\033[1A", state->headline);
}

static int watch(void *context, const struct didymium_draw_state *state)
{
  const bool *shown = context;
  if (*shown && state->headline != NULL) show_bar(state);
  return interrupted == 0;
}

enum didymium_status draw_with_progress(struct didymium *workspace, struct didymium_run *run,
                                        const struct didymium_draw_options *given, bool quiet)
{
  bool shown = isatty(STDERR_FILENO) && !quiet;
  int stopped = 0;
  struct didymium_draw_options options = *given;
  options.progress = watch;
  options.progress_context = &shown;
  struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = (int)SA_RESETHAND}, before;
  interrupted = 0;
  sigaction(SIGINT, &action, &before);
  const enum didymium_status status = didymium_draw(run, &options, &stopped);
  sigaction(SIGINT, &before, NULL);
  if (shown) fprintf(stderr, "\r\033[K\n\033[K\033[1A");
  if (stopped && !quiet)
    fprintf(stderr, "stopped; the draws that are done are kept (didymium run --resume RUN goes on)\n");
  return complain(workspace, status);
}
