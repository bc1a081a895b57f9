/* report/deal_text.h - a run with deals in full: what they cost, what they change, who gains, what to trust. One path;
 * the first screen (report/first_screen.h) has the ranges. */
#ifndef REPORT_DEAL_TEXT_H
#define REPORT_DEAL_TEXT_H
#include "report/summary.h"
#include "run/companions.h"

/* "" where the run has no deals. */
[[nodiscard]] const char *deal_text(const struct run *run, const struct companions *companions,
                                    const struct summary_view *view, struct arena *arena);
#endif
