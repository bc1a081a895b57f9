/* report/alternatives.h - policies side by side in the figures that a choice between them hangs on.
 *
 * The first run is the status quo; every other one is a policy. One table for the screen, for programs and for
 * workbooks: a row is a measure with its unit, a column a run. Money is of all years, effects are of one year.
 */
#ifndef REPORT_ALTERNATIVES_H
#define REPORT_ALTERNATIVES_H
#include "report/summary.h"

enum alternative_section {
  SECTION_MONEY,
  SECTION_OUTPUT,
  SECTION_PRICES,
  SECTION_DEPENDENCE,
  SECTION_STRESS,
  SECTION_GAINS,
  SECTION_AFTER
};

struct alternative_row {
  enum alternative_section section;
  const char *measure, *unit;
  double *values;           /* [runs] of the path on which nothing is drawn; NAN where a run has none */
  const double *low, *high; /* [runs] 5 and 95 per cent over futures, differences future by future; NULL: not drawn */
};
struct alternatives {
  int runs_count, rows_count;
  int region;                         /* whose government pays; -1: none of the runs spends anything */
  int year;                           /* of the effects */
  int futures;                        /* drawn of every policy; 0: none */
  const struct alternative_row *rows; /* each with a figure for one run at least, section by section */
};

struct ensemble;
/* All runs are of the same data. futures: the same draws of each policy, in their order; NULL: of none, or of one. */
[[nodiscard]] struct alternatives alternatives_of(const struct alternative *policies,
                                                  const struct ensemble *const *futures, int count,
                                                  struct arena *arena);
const char *alternative_section_title(enum alternative_section section);

/* Where the dial of a policy stands, in words; NULL: it was not turned. */
const char *alternative_dial_text(const struct alternative *policy, struct arena *arena);
/* What every reader of the table has to know: ranges, what is not modelled, sources. The remark-th, NULL behind the
 * last. */
const char *alternative_remark(const struct alternatives *table, const struct alternative *policies, int remark,
                               struct arena *arena);

/* "" where no run spends public money. */
[[nodiscard]] const char *alternatives_text(const struct alternative *policies, const struct ensemble *const *futures,
                                            int count, const struct summary_view *view, struct arena *arena);

/* A workbook: the table, and every instrument of every policy with its source. False with error set. */
bool alternatives_write(const struct alternative *policies, const struct ensemble *const *futures, int count,
                        const char *version, const char *path, struct arena *arena, struct error *error);
#endif
