/* metrics/concentration.h - who makes what, and who depends on whom.
 *
 * Shares and the Herfindahl-Hirschman index (0..1) by material; dependence of a region at a stage on the region that
 * makes most there: directly (the share of what came in that was imported from it) and embodied (of the content
 * consumed that passed the stage anywhere, the share that passed it in the dominant region, traced through flows).
 * (docs/theory.md, section 8)
 */
#ifndef METRICS_CONCENTRATION_H
#define METRICS_CONCENTRATION_H
#include "metrics/elements.h"
#include "metrics/tally.h"

struct concentration {
  double *index;                    /* [materials] HHI of production by region, NAN where nothing is made */
  int *dominant;                    /* [materials] region that makes most, -1 none */
  double *dominant_share;           /* [materials] */
  double *reliance;                 /* [materials x regions] net imports over apparent use, 0..1, NAN where unused */
  int stage_dominant[stages_count]; /* region that makes most main products of the stage, -1 none */
  double stage_share[stages_count]; /* its share, by worth at base prices (materials of a stage differ) */
  double *direct;                   /* [stages x regions] NAN where nothing of the stage came in */
  double *embodied;                 /* [stages x regions] of final consumption, NAN where none of it passed the stage */
};

/* [periods]. wanted: [periods] those that are asked for, NULL: all; of the others the arrays stay NULL. */
[[nodiscard]] struct concentration *concentration_compute(const struct outcome *outcome, const struct tally *tallies,
                                                          const bool *wanted, struct arena *arena);
#endif
