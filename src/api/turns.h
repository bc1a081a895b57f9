/* api/turns.h - several runs drawn in turns, so that differences between them are there early. Inner header.
 *
 * Steps grow up to a limit: ranges come early, and little is spent on beginnings. A draw depends on its number alone,
 * so the steps leave no trace in the figures.
 */
#ifndef API_TURNS_H
#define API_TURNS_H
#include "api/workspace.h"
#include "ensemble/ensemble.h"

struct turn {
  struct didymium_run *run; /* its draws grow in their place */
  long wanted;
};
struct turns {
  const struct turn *parts;
  int count, at; /* the one being drawn */
  const struct didymium_draw_options *options;
  double started;
  long taken; /* draws of all that were there before */
  /* Called after draws, by one thread at a time; false ends the work. May be NULL. */
  bool (*progress)(void *context, const struct turns *turns);
  void *context;
};

/* parts to context are given. Of runs that have been saved the draws are kept, and files are written of those that are
 * done. *stopped is not 0 where progress ended it. */
enum didymium_status turns_draw(struct turns *turns, int *stopped);
/* How far all are. */
struct didymium_draw_state turns_state(const struct turns *turns);
#endif
