/* model/aside.c - one thread a window that is being judged; no queue, no locks: begin and join are the only meetings. */
#include "model/aside.h"

#include <assert.h>

static void *aside_run(void *context)
{
  struct aside *aside = context;
  window_judge(&aside->found, aside->options, aside->arena);
  return NULL;
}

void aside_begin(struct aside *aside, const struct window_solution *found, const struct solve_options *options)
{
  assert(!aside->busy);
  *aside = (struct aside){.found = *found, .options = options, .arena = arena_new(), .busy = true};
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
  arena_free(aside->arena);
  aside->busy = false;
}
