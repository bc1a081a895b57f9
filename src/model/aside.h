/* model/aside.h - judging a solved window in a thread of its own, while the roll goes on with its solution.
 *
 * What is judged (the class of the problem, whether other starts find other solutions) goes into the report alone. The
 * thread reads the window and writes only here, so that results do not depend on who is faster.
 */
#ifndef MODEL_ASIDE_H
#define MODEL_ASIDE_H
#include <pthread.h>

#include "model/solve.h"

struct aside { /* zero-initialise */
  struct window_solution found;
  const struct solve_options *options;
  struct arena *arena; /* of the thread; kept from one window to the next */
  pthread_t thread;
  bool busy, threaded;
};

/* The window, its problem and the options must outlive the join. Where no thread can be had it is judged at once. */
void aside_begin(struct aside *aside, const struct window_solution *found, const struct solve_options *options);
/* Waits, and writes what was found out into the window's report. Does nothing where nothing was begun. */
void aside_join(struct aside *aside, struct window_report *report);
/* Gives back what it holds; not while anything is under way. */
void aside_end(struct aside *aside);
#endif
