/* model/instruments/trigger.h - "once this plant runs at its full capacity". Inner header. */
#ifndef MODEL_INSTRUMENTS_TRIGGER_H
#define MODEL_INSTRUMENTS_TRIGGER_H
#include "model/instruments/kind.h"

/* Did the facility run at that share of what its nameplate yields (availability, attainment and success in it)? */
bool trigger_full(const struct outcome *outcome, int p, int facility, double share);
/* When it did first, up to the end of period p: output is taken to grow evenly from the mean of the period before,
 * which it had when the period began, to its own mean, which it has when the period ends. INFINITY: not yet. (E114) */
double trigger_date(const struct outcome *outcome, int p, int facility, double share);
#endif
