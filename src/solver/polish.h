/* solver/polish.h - from a nearly solved problem to full precision. */
#ifndef SOLVER_POLISH_H
#define SOLVER_POLISH_H
#include "solver/newton.h"

/* Active-set Newton steps from y [n] until the natural residual is below `goal` or patience steps in a row brought
 * little or nothing. weight: of the proximal term in all steps but the first; what is flat stands still under much,
 * what is hardly determined gets there under little. y and g become the best point met and its value; returns its
 * residual. */
double polish(struct newton *newton, double weight, double goal, int patience, double *y, double *g,
              struct arena *scratch);

/* The same where pairs are zero twice and no active set is right: the steps solve the conditions plus a term
 * weight (y - centre), the centre follows, the weight falls as long as that works. Slower; for monotone problems. */
double polish_proximal(struct newton *newton, double goal, double *y, double *g, struct arena *scratch);
#endif
