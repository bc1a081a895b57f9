/* metrics/cover.h - how far defence use is covered when the region that makes most delivers nothing for two years.
 *
 * An accounting figure, not a market: of what flows in a period it takes away all that hangs on that region, and gives
 * defence users the first call on the rest and on the private stock of the grade at hand, spread over two years. An
 * activity outside the region makes the share of its output for which its scarcest input is left; a node passes on the
 * mean of what it receives; scrap collected outside stays. Nobody reacts: no plant runs harder, no other user gives way
 * upstream, nothing is substituted. So it is cheap enough for every draw, and says less than a run under stress.
 */
#ifndef METRICS_COVER_H
#define METRICS_COVER_H
#include "model/outcome.h"

/* For each node the share of what it receives in period p that would be missing without `region`; 1 in the region
 * itself, and where nothing is received. */
[[nodiscard]] double *missing_without(const struct outcome *outcome, int p, int region, struct arena *arena);

/* Share of what the defence users of a material in `at` want, 0..1; NAN where none want any. missing: as above. A
 * need takes only goods that comply with all it asks for (qualified, or of a permitted origin); the strictest comes
 * first. */
double defence_cover(const struct outcome *outcome, int p, int at, int material, const double *missing,
                     struct arena *arena);
#endif
