/* tests/oracle/routes.c - the complementarity route against the quadratic programme, both ours.
 *
 * The programme is the one mcp_potential reads off the complementarity problem; where the generator's own programme,
 * written from the draws, has another solution, the point would differ from it and the comparison fails.
 */
#include <stddef.h>

#include "agreement.h"
#include "solver/certificate.h"

static bool programme_road(const struct generated *market, const struct mcp *problem, double *x, double *y,
                           struct arena *arena)
{
  const struct potential *potential = mcp_potential(problem, arena);
  if (potential == NULL) return false;
  const struct qp_solution *solution = qp_solve(potential->qp, NULL, arena);
  double *z = ARENA_ARRAY(arena, problem->n, double);
  potential_point(potential, solution, z);
  if (!certificate_check(problem, z, 0, arena).accepted) return false;
  for (int i = 0; i < problem->n; i++) {
    if (market->dual[i])
      y[market->place[i]] = z[i] - problem->lower[i];
    else
      x[market->place[i]] = z[i];
  }
  return solution->status == QP_SOLVED;
}

int main(int argc, char **argv)
{
  return agreement_main("quadratic programme", programme_road, 1e-7, argc, argv);
}
