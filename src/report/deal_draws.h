/* report/deal_draws.h - what deals cost over many futures, year by year. */
#ifndef REPORT_DEAL_DRAWS_H
#define REPORT_DEAL_DRAWS_H
#include "ensemble/ensemble.h"
#include "report/summary.h"

/* with and without the deals, on the same draws. "" where the deals move no public money. Expected cost of the deals, 5
 * and 95 per cent by fiscal year, as on the first screen (report/deal_costs.h); what else they move in the budget, from
 * differences draw by draw; rank correlations of the sum with what was drawn. */
[[nodiscard]] const char *deal_draws_text(const struct ensemble *with, const struct ensemble *without,
                                          const struct summary_view *view, struct arena *arena);
#endif
