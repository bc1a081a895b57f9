/* model/cost.h - what an activity costs: a constant part, and a part that rises with what the whole process makes at
 * its plant, whatever the origin class of each tonne (docs/theory.md, E5). */
#ifndef MODEL_COST_H
#define MODEL_COST_H
#include "model/window.h"

/* Sum over the activities that share a process at a plant. index maps activities to values, or NULL: values[j]. */
double cost_group(const struct network *network, int activity, const int *index, const double *values);

/* USD/kg: marginal cost of one more unit when the group makes total. */
double cost_marginal(const struct activity_terms *terms, double total);

/* kUSD a year: cost of x units out of the group's total: the area under marginal cost, shared by output. */
double cost_of(const struct activity_terms *terms, double x, double total);
#endif
