/* report/first_screen.h - a run with deals on one screen: what they cost, what they change, what that hangs on, what to
 * trust.
 *
 * With futures the figures are expected ones, with ranges from 5 to 95 per cent beside them; without, those of the one
 * path on which nothing is drawn. Twenty-eight lines, none wider than the view or than a hundred columns (a folder
 * with a long name apart); what does not fit is in report/deal_text.h and in the files of the run.
 */
#ifndef REPORT_FIRST_SCREEN_H
#define REPORT_FIRST_SCREEN_H
#include "ensemble/ensemble.h"
#include "report/summary.h"
#include "run/companions.h"

enum { first_screen_columns = 100, first_screen_columns_least = 80, first_screen_lines = 28 };

struct futures { /* the same draws of all four; NULL: not drawn (yet) */
  const struct ensemble *with, *without, *stressed, *stressed_without;
};

/* Of the companions only `without` must be there: what hangs on the others is "..." until they are, and so is what
 * pending windows will say of other solutions. Lines that do not begin with a blank are headings. "" where the run has
 * no deals, or nobody pays for them. */
[[nodiscard]] const char *first_screen_text(const struct run *run, const struct companions *companions,
                                            const struct futures *futures, const struct summary_view *view,
                                            struct arena *arena);
#endif
