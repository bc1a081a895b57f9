/* model/aside.c - one thread a window that is being judged; no queue, no locks: begin and join are the only
 * meetings. */
#include "model/aside.h"

#include <assert.h>

static void *aside_run(void *context)
{
  struct aside *aside = context;
  const struct arena_mark mark = arena_mark(aside->arena);
  window_judge(&aside->found, aside->options, aside->arena);
  arena_reset(aside->arena, mark);
  return NULL;
}

void aside_begin(struct aside *aside, const struct window_solution *found, const struct solve_options *options)
{
  assert(!aside->busy);
  struct arena *arena = aside->arena != NULL ? aside->arena : arena_new();
  *aside = (struct aside){.found = *found, .options = options, .arena = arena, .busy = true};
  aside->threaded = !options->one_thread && pthread_create(&aside->thread, NULL, aside_run, aside) == 0;
  if (!aside->threaded) aside_run(aside);
}

void aside_join(struct aside *aside, struct window_report *report)
{
  if (!aside->busy) return;
  if (aside->threaded) pthread_join(aside->thread, NULL);
  report->class = aside->found.report.class;
  report->solutions = aside->found.report.solutions;
  report->note = aside->found.report.note;
  aside->busy = false;
}

void aside_end(struct aside *aside)
{
  assert(!aside->busy);
  arena_free(aside->arena);
}
