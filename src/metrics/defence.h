/* metrics/defence.h - what defence users of a region get of what they want.
 *
 * Defence users are segments of the sector `defence`, and any segment with the flag `defence`: the flag says that only
 * qualified output serves it; those without it buy what there is.
 */
#ifndef METRICS_DEFENCE_H
#define METRICS_DEFENCE_H
#include "model/outcome.h"

bool segment_is_defence(const struct segment *segment);

/* Share of what the region's defence users of a material want, at the reference point of their demand, that they get in
 * period p: 0..1; NAN where none wants any. */
double defence_met(const struct outcome *outcome, int p, int region, int material);
#endif
