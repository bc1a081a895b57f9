/* cli/terminal.c - what stdout and stderr are, the progress bar, and Ctrl-C.
 *
 * While a run is solved nothing has been written, so Ctrl-C just ends the process, after a line that says so. While a
 * folder is written the signal waits: the folder then appears whole.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/command.h"

struct didymium_view view_of_terminal(void)
{
  struct winsize size;
  struct didymium_view view = {.columns = 100};
  if (!isatty(STDOUT_FILENO)) return view;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 60)
    view.columns = size.ws_col < 110 ? size.ws_col : 110;
  view.bold = getenv("NO_COLOR") == NULL;
  return view;
}

enum didymium_status complain(const struct didymium *workspace, enum didymium_status status)
{
  if (status != DIDYMIUM_SUCCESS) fprintf(stderr, "%s\n", didymium_message(workspace));
  return status;
}

/* ---- progress ---- */

struct watched_run {
  struct timespec start;
  struct live_screen *live; /* NULL: none */
  bool bar;                 /* on stderr, while no screen stands */
  double drawn;             /* seconds from the start, below the screen */
};

static double seconds_since(const struct timespec *start)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

static void bar_write(char *line, size_t size, double share, const char *what, double seconds)
{
  enum { width = 30 };
  const int filled = (int)(share * width);
  (void)snprintf(line, size, "%s [%.*s%.*s] %3.0f %%, %.0f s left ", what, filled, "##############################",
                 width - filled, "..............................", 100 * share,
                 share > 0 ? seconds * (1 - share) / share : 0);
}

static bool screen_stands(const struct watched_run *watched)
{
  return watched->live != NULL && watched->live->lines > 0;
}

static int watch_run(void *context, double share, const char *what)
{
  struct watched_run *watched = context;
  const double seconds = seconds_since(&watched->start);
  char line[120];
  if (seconds < 0.3 || seconds < watched->drawn + 0.1) return 1; /* too short to be worth a bar */
  bar_write(line, sizeof line, share, what, seconds);
  if (screen_stands(watched))
    screen_redraw(watched->live, NULL, line);
  else if (watched->bar)
    fprintf(stderr, "\r%s", line);
  watched->drawn = seconds;
  return 1;
}

static void bar_clear(void)
{
  fprintf(stderr, "\r%70s\r", "");
}

static void watch_screen(void *context, const char *text)
{
  struct watched_run *watched = context;
  if (watched->bar && !screen_stands(watched)) bar_clear();
  screen_redraw(watched->live, text, "solving what reads ...");
}

/* ---- Ctrl-C ---- */

static void stopped(int signal_number)
{
  static const char words[] = "\nstopped; nothing was written\n";
  const ssize_t done = write(STDERR_FILENO, words, sizeof words - 1);
  _exit(128 + signal_number + 0 * (int)done);
}

enum didymium_status run_with_progress(struct didymium *workspace, const char *scenario, const struct options *options,
                                       struct live_screen *live, struct didymium_run **run)
{
  struct watched_run watched = {.live = live, .bar = isatty(STDERR_FILENO) && !options->quiet};
  const bool redrawn = live != NULL && live->on;
  clock_gettime(CLOCK_MONOTONIC, &watched.start);
  struct didymium_run_options given = run_options_of(options);
  given.progress = watched.bar || redrawn ? watch_run : NULL;
  given.progress_context = &watched;
  given.screen = redrawn && !live->held ? watch_screen : NULL;
  given.columns = screen_columns();
  struct sigaction action = {.sa_handler = stopped}, before;
  sigaction(SIGINT, &action, &before);
  const enum didymium_status status = didymium_run(workspace, scenario, &given, run);
  sigaction(SIGINT, &before, NULL);
  if (watched.bar && !screen_stands(&watched)) bar_clear();
  return complain(workspace, status);
}

enum didymium_status save_whole(struct didymium *workspace, struct didymium_run *run, const char *folder)
{
  sigset_t interrupt, before;
  const char *written;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  sigaddset(&interrupt, SIGTERM);
  sigprocmask(SIG_BLOCK, &interrupt, &before);
  const enum didymium_status status = didymium_save(run, folder, &written);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return complain(workspace, status);
}
