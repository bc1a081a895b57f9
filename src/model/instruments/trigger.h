/* model/instruments/trigger.h - "once this plant runs at its full capacity". Inner header. */
#ifndef MODEL_INSTRUMENTS_TRIGGER_H
#define MODEL_INSTRUMENTS_TRIGGER_H
#include "model/instruments/kind.h"

/* Did the facility run at that share of what its nameplate yields (availability, attainment and success in it)? */
bool trigger_full(const struct outcome *outcome, int p, int facility, double share);
/* The end of the first period up to p in which it did; INFINITY: not yet. */
double trigger_date(const struct outcome *outcome, int p, int facility, double share);
#endif
