/* tests/oracle/routes.c - the complementarity route against the quadratic programme, both ours.
 *
 * The programme is the one mcp_potential reads off the complementarity problem; where the generator's own programme,
 * written from the draws, has another solution, the point would differ from it and the comparison fails.
 */
#include <stddef.h>

#include "agreement.h"

static double programme_solve(const struct generated *market, const struct mcp *problem, int attempt, double *x,
                              double *y, struct arena *arena)
{
  const struct potential *potential = mcp_potential(problem, arena);
  double *z = ARENA_ARRAY(arena, problem->n, double);
  (void)attempt;
  if (potential != NULL) potential_point(potential, qp_solve(potential->qp, NULL, arena), z);
  for (int i = 0; i < problem->n; i++) {
    if (market->dual[i])
      y[market->place[i]] = z[i] - problem->lower[i];
    else
      x[market->place[i]] = z[i];
  }
  return 0;
}

int main(int argc, char **argv)
{
  const struct road road = {
      .name = "quadratic programme", .solve = programme_solve, .attempts = 1, .good = 1e-8, .tolerance = 1e-7};
  return agreement_main(&road, argc, argv);
}
