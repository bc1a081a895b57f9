/* report/sensitivity_text.h - what figures depend on, as tables and sentences; the same for programs. */
#ifndef REPORT_SENSITIVITY_TEXT_H
#define REPORT_SENSITIVITY_TEXT_H
#include "ensemble/sensitivity.h"
#include "report/summary.h"

[[nodiscard]] const char *sensitivity_text(const struct run *run, const struct sensitivity *sensitivity,
                                           const struct summary_view *view, struct arena *arena);
[[nodiscard]] const char *sensitivity_json(const struct run *run, const struct sensitivity *sensitivity,
                                           const char *version, struct arena *arena);
#endif
