/* model/terms.h - the figures in force in a block before any instrument touches them. */
#ifndef MODEL_TERMS_H
#define MODEL_TERMS_H
#include "model/window.h"

/* What terms_fill need not look up at every date. */
struct dated terms_dated(const struct dataset *dataset, struct arena *arena);

/* Fills arc_terms, activity_terms, facility_terms and consumer_terms of all blocks, whose instruments' shares are
 * known. */
void terms_fill(const struct window *window);

/* Calibration wedges in a period, USD/kg: of the data and of the fitted base year together. */
double terms_activity_wedge(const struct network *network, int activity, struct period period, double known);
double terms_arc_wedge(const struct network *network, int arc, struct period period, double known);

/* Share of nameplate that a ramp gives at an age in years (0 before the start, 1 without a ramp). */
double ramp_share(const struct dataset *dataset, int ramp, double age_years);

/* Mean of that over a period of some length which begins at an age; a plant is gone after its life. */
double ramp_mean(const struct dataset *dataset, int ramp, double age_years, double length, double life_years);

/* Years of yearly payments of 1 from now on, the first at once: sum of beta^k, k = 0 ... years - 1. */
double annuity(double discount_rate, double years);
#endif
