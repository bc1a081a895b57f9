/* calibration/programme.h - a quadratic programme written down term by term, for solver/mcp.h. Inner header.
 *
 *     minimise  sum cost x + 1/2 curvature x^2   subject to   rows >= or = their right-hand sides,   lower <= x <= upper
 */
#ifndef CALIBRATION_PROGRAMME_H
#define CALIBRATION_PROGRAMME_H
#include "solver/mcp.h"

struct programme;
[[nodiscard]] struct programme *programme_new(struct arena *arena);

/* scale: magnitude of x. Returns its index. */
int programme_variable(struct programme *programme, double lower, double upper, double cost, double curvature,
                       double scale);
/* Adds to the objective of a variable. */
void programme_pull(struct programme *programme, int variable, double cost, double curvature);
/* scale: magnitude of the row. Returns its index. */
int programme_row(struct programme *programme, double right, bool equation, double scale);
/* Adds value x to the left-hand side; several for one place are summed. */
void programme_add(struct programme *programme, int row, int variable, double value);
void programme_right(struct programme *programme, int row, double value); /* adds to the right-hand side */
void programme_equate(struct programme *programme, int row);              /* turns the row into an equation */

/* z: the variables, then the multipliers of the rows. */
[[nodiscard]] const struct mcp_solution *programme_solve(const struct programme *programme, struct arena *arena);
#endif
