/* model/conduct.h - market power: what an owner reckons its sales do to the price, and whether a candidate is a best
 * reply. (docs/theory.md, section 4)
 *
 * Sale terms (response b_f, slope T', contracted volume V) are constants of one problem. conduct_first guesses them;
 * after a solve conduct_update works them out again at the solution, and the window is solved again until they agree.
 * Where a contract makes T' jump (a floor on a strategic seller) both sides of the jump are tried, and
 * conduct_deviation searches for a unilateral gain, because a local minimum of profit has residual zero too.
 */
#ifndef MODEL_CONDUCT_H
#define MODEL_CONDUCT_H
#include "model/window.h"

/* Refuses conduct for which no equilibrium exists, or for which the price response is not defined. */
bool conduct_check(const struct network *network, struct error *error);

bool conduct_present(const struct network *network);

/* Side of the jumps to start from. */
enum conduct_side { CONDUCT_ABOVE, CONDUCT_BELOW }; /* contracts judged as if prices were very high, or very low */
[[nodiscard]] struct sale_terms *conduct_first(const struct window *window, enum conduct_side side,
                                               struct arena *arena);

/* Terms at the solution z into next [blocks x arcs]; returns the largest relative change against the window's own. */
double conduct_update(const struct window *window, const struct mcp *problem, const double *z, struct sale_terms *next,
                      struct arena *scratch);

struct deviation {
  double gain_kusd;   /* best unilateral gain found, thousand USD a year; <= 0: none */
  double profit_kusd; /* of the owner at the candidate */
  int owner, arc, block;
  double quantity; /* sold after the deviation, t/y */
};
/* The best gain any owner with conduct could make by selling another quantity on one of its sale arcs, others' sales
 * and the price response unchanged. */
struct deviation conduct_deviation(const struct window *window, const struct mcp *problem, const double *z,
                                   struct arena *scratch);
#endif
