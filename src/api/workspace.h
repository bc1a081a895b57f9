/* api/workspace.h - what stands behind the handles of the public header. Inner header. */
#ifndef API_WORKSPACE_H
#define API_WORKSPACE_H
#include <time.h>

#include "didymium.h"
#include "run/alternatives.h"
#include "run/companions.h"

struct ensemble;
struct ensemble_work;
struct expectations;

struct didymium {
  struct arena *arena;
  char message[1024];
};

struct didymium_run {
  struct didymium *workspace;
  struct run *run;
  struct run_options options;
  struct companions companions; /* what its deals are compared with; empty where a finished run was opened */
  double dial;                  /* where the dial of its scenario stands; NAN: it was not turned */
  bool reached;                 /* the outlays that it was turned for */
  const char *folder;           /* where it is, or NULL */
  bool whole;                   /* with its windows, so that it can be saved */
  struct arena *windows;        /* where they are, if they are apart; or NULL */
  const char *files_digests;    /* of its inputs, a line each; NULL: not taken */
  double started;               /* seconds of the monotonic clock */
  const struct ensemble *draws; /* NULL: none were made */
  struct ensemble_work *work;   /* while they are being made */
  struct didymium_run *without; /* the same without its deals, to be drawn; NULL: not asked for */
  struct didymium_run *stressed, *stressed_without; /* both under the stress of the scenario; likewise */
  const struct expectations *expectations;          /* NULL: the scenario's are not rational */
};

/* ---- didymium.c ---- */

/* Read, not solved. */
enum didymium_status run_read(struct didymium *workspace, const char *scenario,
                              const struct didymium_run_options *options, struct didymium_run **result);
/* Where a run goes unless it is told otherwise. */
const char *run_folder(const struct didymium_run *run);

/* ---- screen.c ---- */

/* The first screen as far as it is known; touches nothing but the arena. */
const char *screen_text(const struct didymium_run *run, int columns, struct arena *arena);

/* ---- draws.c ---- */

/* Of all files and options that shape the run, not of where they lie; NULL with error set. */
const char *inputs_digest(struct didymium_run *run, struct error *error);
/* Takes the digests of the files for it: right after they were read, since they may be edited while a run goes on. */
bool inputs_read(struct didymium_run *run, struct error *error);
/* [count] NULL: not drawn. */
const struct ensemble *const *draws_of_all(struct didymium_run *const *runs, int count);
/* The runs of its companions, to be drawn beside it; where it has no deals or no stress they stay NULL. */
enum didymium_status runs_beside(struct didymium_run *run);

/* ---- all of them ---- */

/* Leaves the error as the workspace's message; returns the status. */
static inline enum didymium_status fail(struct didymium *workspace, enum didymium_status status,
                                        const struct error *error)
{
  error_print(error, workspace->message, sizeof workspace->message);
  return status;
}

/* Of the monotonic clock. */
static inline double seconds_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
#endif
