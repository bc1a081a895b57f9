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
  double *values; /* [runs] NAN where a run has none */
};
struct alternatives {
  int runs_count, rows_count;
  int region;                         /* whose government pays; -1: none of the runs spends anything */
  int year;                           /* of the effects */
  const struct alternative_row *rows; /* each with a figure for one run at least, section by section */
};

/* All runs are of the same data. */
[[nodiscard]] struct alternatives alternatives_of(const struct alternative *policies, int count, struct arena *arena);
const char *alternative_section_title(enum alternative_section section);

/* Where the dial of a policy stands, in words; NULL: it was not turned. */
const char *alternative_dial_text(const struct alternative *policy, struct arena *arena);
/* What every reader of the table has to know: ranges, what is not modelled, sources. */
extern const char *const alternative_remarks[];
enum { alternative_remarks_count = 6 };

/* "" where no run spends public money. */
[[nodiscard]] const char *alternatives_text(const struct alternative *policies, int count,
                                            const struct summary_view *view, struct arena *arena);

/* A workbook: the table, and every instrument of every policy with its source. False with error set. */
bool alternatives_write(const struct alternative *policies, int count, const char *version, const char *path,
                        struct arena *arena, struct error *error);
#endif
