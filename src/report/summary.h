/* report/summary.h - a run in figures that a person, or a program, wants to see first. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H
#include "run/alternatives.h"

struct summary_view {
  int columns;        /* width of the screen; 0: 100 */
  bool bold;          /* headings in bold (terminals only) */
  const char *folder; /* where the files are, or NULL */
  const char
      *deals; /* of a run with deals, what they cost and change (deal_text.h): then that is the screen; or NULL */
};
/* Title and question, how it was solved, prices, production, dependence, unserved demand, payments, notes. */
[[nodiscard]] const char *summary_text(const struct run *run, const struct summary_view *view, struct arena *arena);

/* summary.json: the same for programs; nothing in it depends on the clock or the machine. */
[[nodiscard]] const char *summary_json(const struct run *run, const char *version, struct arena *arena);

/* Runs side by side: each figure, and its difference from the first run. futures: as in report/alternatives.h. */
struct ensemble;
[[nodiscard]] const char *compare_text(const struct alternative *policies, const struct ensemble *const *futures,
                                       int count, const struct summary_view *view, struct arena *arena);
[[nodiscard]] const char *compare_json(const struct alternative *policies, const struct ensemble *const *futures,
                                       int count, const char *version, struct arena *arena);
#endif
