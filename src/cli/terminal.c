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

struct bar {
  struct timespec start;
};

static int bar_show(void *context, double share, const char *what)
{
  const struct bar *bar = context;
  struct timespec now;
  enum { width = 30 };
  clock_gettime(CLOCK_MONOTONIC, &now);
  const double seconds = (double)(now.tv_sec - bar->start.tv_sec) + 1e-9 * (double)(now.tv_nsec - bar->start.tv_nsec);
  if (seconds < 0.3) return 1; /* too short to be worth a bar */
  const int filled = (int)(share * width);
  fprintf(stderr, "\r%s [%.*s%.*s] %3.0f %%, %.0f s left ", what, filled, "##############################",
          width - filled, "..............................", 100 * share, share > 0 ? seconds * (1 - share) / share : 0);
  return 1;
}

static void bar_clear(void)
{
  fprintf(stderr, "\r%70s\r", "");
}

/* ---- Ctrl-C ---- */

static void stopped(int signal_number)
{
  static const char words[] = "\nstopped; nothing was written\n";
  const ssize_t done = write(STDERR_FILENO, words, sizeof words - 1);
  _exit(128 + signal_number + 0 * (int)done);
}

enum didymium_status run_with_progress(struct didymium *workspace, const char *scenario, const struct options *options,
                                       struct didymium_run **run)
{
  const bool shown = isatty(STDERR_FILENO) && !options->quiet;
  struct bar bar;
  clock_gettime(CLOCK_MONOTONIC, &bar.start);
  struct didymium_run_options given = run_options_of(options);
  given.progress = shown ? bar_show : NULL;
  given.progress_context = &bar;
  struct sigaction action = {.sa_handler = stopped}, before;
  sigaction(SIGINT, &action, &before);
  const enum didymium_status status = didymium_run(workspace, scenario, &given, run);
  sigaction(SIGINT, &before, NULL);
  if (shown) bar_clear();
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
