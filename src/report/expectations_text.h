/* report/expectations_text.h - rational expectations for people: when storing pays, prices by stock, moments. */
#ifndef REPORT_EXPECTATIONS_TEXT_H
#define REPORT_EXPECTATIONS_TEXT_H
#include "ensemble/expectations.h"
#include "report/summary.h"

[[nodiscard]] const char *expectations_text(const struct expectations *expectations, const struct summary_view *view,
                                            struct arena *arena);
#endif
