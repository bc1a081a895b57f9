/* tests/oracle/agreement.h - the same thousand markets by two roads.
 *
 * Random markets with a potential (bench/generator.h) are solved as complementarity problems by mcp_solve, and again by
 * another solver from the programme's data; both must give the same objective, prices and consumption. A price is
 * compared at the nodes where somebody buys: there it is unique, elsewhere any point of an interval will do.
 */
#ifndef TESTS_ORACLE_AGREEMENT_H
#define TESTS_ORACLE_AGREEMENT_H
#include <stdbool.h>

#include "base/arena.h"
#include "generator.h"

/* Solves market->qp into x [variables] and y [rows]; false when it could not. */
typedef bool road(const struct generated *market, const struct mcp *problem, double *x, double *y, struct arena *arena);

/* The certificate's residual at a point: to judge an outside solver by where it stopped, not by its own verdict. */
double agreement_residual(const struct generated *market, const struct mcp *problem, const double *x, const double *y,
                          struct arena *arena);

/* Arguments of a program: [count [first [unknowns_max]]]. Prints TAP: a comment for each market on which the roads
 * differ by more than the tolerance, then three cases. Returns the program's exit status. */
int agreement_main(const char *name, road *other, double tolerance, int argc, char **argv);
#endif
