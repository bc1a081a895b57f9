/* report/alternatives.h - policies side by side in the figures that a choice between them hangs on.
 *
 * The first run is the status quo; every other one is a policy. One table for the screen, for programs and for
 * workbooks: a row is a measure with its unit, a column a run.
 */
#ifndef REPORT_ALTERNATIVES_H
#define REPORT_ALTERNATIVES_H
#include "report/summary.h"

struct alternative_row {
  const char *measure, *unit;
  double *values; /* [runs] NAN where a run has none */
};
struct alternatives {
  int runs_count, rows_count;
  int region; /* whose government pays; -1: none of the runs spends anything */
  int year;   /* of the effects */
  const struct alternative_row *rows;
};

/* All runs are of the same data. */
[[nodiscard]] struct alternatives alternatives_of(const struct run *const *runs, int count, struct arena *arena);

/* "" where no run spends public money. */
[[nodiscard]] const char *alternatives_text(const struct run *const *runs, int count, const struct summary_view *view,
                                            struct arena *arena);
#endif
