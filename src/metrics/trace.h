/* metrics/trace.h - content traced through flows: how much of what users consume passed a stage in one region.
 *
 * Every node carries phi, the share of its content that passed a stage in the stage's dominant region (and, beside it,
 * in any region, to divide by): phi_node = sum of inflow phi_source / sum of inflow, where an activity of that stage in
 * that region gives 1 and any other gives the mean of its inputs, weighted by content (by base value where the data
 * state no contents). Stocks keep the mixture they were filled with. Qualification and time lags are not considered.
 */
#ifndef METRICS_TRACE_H
#define METRICS_TRACE_H
#include "metrics/elements.h"
#include "model/outcome.h"

struct trace;
[[nodiscard]] struct trace *trace_new(const struct network *network, struct arena *arena);

/* Whether a period opens with stocks, so that its trace needs that of the one before. */
bool trace_goes_on(const struct network *network, const struct period_outcome *period);

/* The periods of an outcome, one after another; those on which nothing hangs may be left out. dominant: [stages] a
 * region, or -1. embodied: [stages x regions] of the content consumed in the region that passed the stage anywhere, the
 * share that passed it in the dominant one; NAN where none did or no region is dominant. */
void trace_period(struct trace *trace, const struct period_outcome *period, const int *dominant, double *embodied);
#endif
