/* api/workspace.h - what stands behind the handles of the public header. Inner header. */
#ifndef API_WORKSPACE_H
#define API_WORKSPACE_H
#include "run/alternatives.h"
#include "run/companions.h"

struct ensemble;
struct expectations;

struct didymium {
  struct arena *arena;
  char message[1024];
};

struct didymium_run {
  struct didymium *workspace;
  struct run *run;
  struct run_options options;
  struct companions companions;            /* what its deals are compared with; empty where a finished run was opened */
  double dial;                             /* where the dial of its scenario stands; NAN: it was not turned */
  bool reached;                            /* the outlays that it was turned for */
  const char *folder;                      /* where it is, or NULL */
  double started;                          /* seconds of the monotonic clock */
  const struct ensemble *draws;            /* NULL: none were made */
  const struct expectations *expectations; /* NULL: the scenario's are not rational */
};
#endif
