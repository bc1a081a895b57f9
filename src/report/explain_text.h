/* report/explain_text.h - an explanation of a price as a tree on the screen, or as JSON. */
#ifndef REPORT_EXPLAIN_TEXT_H
#define REPORT_EXPLAIN_TEXT_H
#include "metrics/explain.h"
#include "report/summary.h"

[[nodiscard]] const char *explain_text(const struct run *run, const struct explanation *explanation,
                                       const struct summary_view *view, struct arena *arena);
[[nodiscard]] const char *explain_json(const struct run *run, const struct explanation *explanation,
                                       struct arena *arena);
#endif
