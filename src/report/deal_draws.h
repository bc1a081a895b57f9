/* report/deal_draws.h - what deals cost over many futures, everything that they move in public money included. */
#ifndef REPORT_DEAL_DRAWS_H
#define REPORT_DEAL_DRAWS_H
#include "ensemble/ensemble.h"
#include "report/summary.h"

/* with and without the deals, on the same draws. "" where no public money moves. Expected cost, 5 and 95 per cent by
 * fiscal year, of the differences draw by draw; rank correlations of the sum with what was drawn. */
[[nodiscard]] const char *deal_draws_text(const struct ensemble *with, const struct ensemble *without,
                                          const struct summary_view *view, struct arena *arena);
#endif
