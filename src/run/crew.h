/* run/crew.h - several runs solved side by side, one thread a run and as many at a time as there are processors.
 *
 * First all are solved, in their order; then threads that are free find out which windows have other solutions
 * (outcome_judge). So what was asked for first is there first, and may be shown while the rest is worked out. A run
 * depends on its own files and options alone: the order in which they end does not matter.
 */
#ifndef RUN_CREW_H
#define RUN_CREW_H
#include "run/run.h"

struct crew_run { /* zero-initialise what is not given */
  const char *scenario_path;
  struct load_options load;
  const char *said;    /* the setting that tells it apart, for errors; NULL: none does */
  struct run *run;     /* given: loaded already, in an arena of its own; else loaded here */
  struct arena *arena; /* where it is loaded; nobody else's meanwhile */
  struct solve_options solve;
  bool solved; /* result: its figures are there */
  struct error error;
};

/* Both may be NULL. told is called by one thread at a time, whenever a run was solved or a window judged; nothing that
 * is solved changes meanwhile. False with error set: one of them, in their order, was not loaded or not solved. */
bool crew_solve(struct crew_run *runs, int count, void (*told)(void *context), void *context, struct error *error);
#endif
