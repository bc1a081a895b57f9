/* model/instruments/border_floor.h - what quotas must tell a border floor: their rents are part of the customs
 * value. */
#ifndef MODEL_INSTRUMENTS_BORDER_FLOOR_H
#define MODEL_INSTRUMENTS_BORDER_FLOOR_H
#include "model/window.h"

/* Quota k has just added its rent: puts it into the customs value that border floors added earlier look at. */
void border_floor_add_rents(const struct window *window, int b, int k, int arc);
#endif
