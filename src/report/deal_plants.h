/* report/deal_plants.h - what the deals do to the plants that they pay: first year and output, in the market against
 * settled in cash only, where plants do as they would without the deals. */
#ifndef REPORT_DEAL_PLANTS_H
#define REPORT_DEAL_PLANTS_H
#include "base/text.h"
#include "run/run.h"

/* Output: of one period. Adds nothing, and says so by false, where no deal pays a plant. */
bool deal_plants_print(const struct run *run, const struct run *in_cash, int region, int period, struct text *text,
                       struct arena *arena);
#endif
