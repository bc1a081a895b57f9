/* cli/draws.c - draws of a run from the command line: their options, the bar, Ctrl-C.
 *
 * The first Ctrl-C lets the draws at work go and ends with what is done; the second one ends the process. Either way
 * the log in the run's folder holds every finished draw.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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

enum { bar_width = 20 };

/* "96 of 128 draws [###...] 1.2 a second, 27 s left" */
static void bar_write(char *line, size_t size, const char *what, const struct didymium_draw_state *state)
{
  const int filled = (int)(bar_width * state->done / state->wanted);
  const double left = state->per_second > 0 ? (double)(state->wanted - state->done) / state->per_second : 0;
  char rate[64] = "";
  if (state->per_second > 0) (void)snprintf(rate, sizeof rate, " %.3g a second, %.0f s left", state->per_second, left);
  (void)snprintf(line, size, "%ld of %ld %s [%.*s%.*s]%s%s", state->done, state->wanted, what, filled,
                 "####################", bar_width - filled, "....................", rate,
                 state->failed > 0 ? ", some not certified" : "");
}

static void show_bar(const struct didymium_draw_state *state)
{
  char line[200];
  bar_write(line, sizeof line, "draws", state);
  fprintf(stderr, "\r\033[K%s\n\033[K%.200s\033[1A", line, state->headline != NULL ? state->headline : "");
}

static int watch(void *context, const struct didymium_draw_state *state)
{
  const bool *shown = context;
  if (*shown && state->headline != NULL) show_bar(state);
  return interrupted == 0;
}

static double seconds_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

enum { seconds_between_lines = 60 };

struct watched_deals {
  struct live_screen *live;
  bool bar, quiet;
  double shown, said; /* when; said: a line where there is no terminal to draw on */
};

static int watch_deals(void *context, const struct didymium_draw_state *state)
{
  struct watched_deals *watched = context;
  const double now = seconds_now();
  char line[200];
  if (state->screen == NULL && now - watched->shown < 0.2) return interrupted == 0;
  watched->shown = now;
  bar_write(line, sizeof line, "drawn runs", state);
  if (watched->live != NULL)
    screen_redraw(watched->live, state->screen, line);
  else if (watched->bar)
    fprintf(stderr, "\r\033[K%s", line);
  else if (!watched->quiet && now - watched->said > seconds_between_lines) {
    fprintf(stderr, "%s\n", line);
    watched->said = now;
  }
  return interrupted == 0;
}

/* Ctrl-C, and what `timeout` or a batch system sends. A second one ends the program as ever. */
struct handler {
  struct sigaction interrupt, terminate;
};

static void handler_set(struct handler *handler)
{
  const struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = (int)SA_RESETHAND};
  interrupted = 0;
  sigaction(SIGINT, &action, &handler->interrupt);
  sigaction(SIGTERM, &action, &handler->terminate);
}

static void handler_end(const struct handler *handler)
{
  sigaction(SIGINT, &handler->interrupt, NULL);
  sigaction(SIGTERM, &handler->terminate, NULL);
}

void say_stopped(const char *how_to_go_on)
{
  fprintf(stderr, "stopped; the draws that are done are kept (%s)\n", how_to_go_on);
}

enum didymium_status draw_all_with_progress(struct didymium *workspace, struct didymium_run *const *runs, int count,
                                            const struct didymium_draw_options *given, bool quiet, int *stopped)
{
  bool shown = isatty(STDERR_FILENO) && !quiet;
  struct didymium_draw_options options = *given;
  struct handler handler;
  options.progress = watch;
  options.progress_context = &shown;
  handler_set(&handler);
  const enum didymium_status status = didymium_draw_all(runs, count, &options, stopped);
  handler_end(&handler);
  if (shown) fprintf(stderr, "\r\033[K\n\033[K\033[1A");
  return complain(workspace, status);
}

enum didymium_status draw_with_progress(struct didymium *workspace, struct didymium_run *run,
                                        const struct didymium_draw_options *given, bool quiet)
{
  int stopped = 0;
  const enum didymium_status status = draw_all_with_progress(workspace, &run, 1, given, quiet, &stopped);
  if (stopped && !quiet) say_stopped("didymium run --resume RUN goes on");
  return status;
}

enum didymium_status draw_deals_with_progress(struct didymium *workspace, struct didymium_run *run,
                                              const struct didymium_draw_options *given, bool quiet,
                                              struct live_screen *live, int *stopped)
{
  struct watched_deals watched = {
      .live = quiet ? NULL : live, .bar = isatty(STDERR_FILENO) && !quiet, .quiet = quiet, .said = seconds_now()};
  struct didymium_draw_options options = *given;
  struct handler handler;
  options.progress = watch_deals;
  options.progress_context = &watched;
  options.columns = screen_columns();
  handler_set(&handler);
  if (watched.live != NULL) screen_redraw(live, NULL, "drawing; ranges come with the first futures");
  const enum didymium_status status = didymium_draw_deals(run, &options, stopped);
  handler_end(&handler);
  if (watched.live == NULL && watched.bar) fprintf(stderr, "\r\033[K");
  return complain(workspace, status);
}
