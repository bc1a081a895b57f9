/* report/explain_text.h - an explanation of a price as a tree on the screen, or as JSON. */
#ifndef REPORT_EXPLAIN_TEXT_H
#define REPORT_EXPLAIN_TEXT_H
#include "metrics/explain.h"
#include "report/fields_file.h"
#include "report/summary.h"

/* fan: of the price over the run's draws; its draws 0: none were made. */
[[nodiscard]] const char *explain_text(const struct run *run, const struct explanation *explanation,
                                       const struct field_fan *fan, const struct summary_view *view,
                                       struct arena *arena);
[[nodiscard]] const char *explain_json(const struct run *run, const struct explanation *explanation,
                                       const struct field_fan *fan, struct arena *arena);
#endif
