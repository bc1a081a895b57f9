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

struct road {
  const char *name;
  /* Puts a solution of market->qp into x [variables] and y [rows], by its attempt-th way of trying. What it says of its
   * own success is of no interest: the certificate judges the point. Returns the processor seconds that another process
   * spent on it. */
  double (*solve)(const struct generated *market, const struct mcp *problem, int attempt, double *x, double *y,
                  struct arena *arena);
  int attempts;
  double good;      /* residual at which no further attempt is made; the best point counts */
  double tolerance; /* how far objective, prices and consumption may differ */
};

/* Tries until a point is good; x and y become the best one. Returns its data-scaled natural residual; adds the
 * processor seconds of the attempt that gave it to *seconds. */
double road_travel(const struct road *road, const struct generated *market, const struct mcp *problem, double *x,
                   double *y, double *seconds, struct arena *arena);
double road_value(const struct qp *qp); /* the mean magnitude of what its variables are worth */
double road_objective(const struct qp *qp, const double *x);

/* In agreement.c: arguments of a program: [count [first [unknowns_max]]]. Prints TAP: a comment for each market on
 * which the roads differ by more than the tolerance, then three cases. Returns the program's exit status. In draws.c:
 * [draws [index [unknowns]]]: one market in many draws, in lanes and by the other road. */
int agreement_main(const struct road *road, int argc, char **argv);
#endif
