/* solver/newton.c - factor with a small shift, solve, refine.
 *
 * The shift makes pivots of flat activities and unpriced goods definite; refinement against the unshifted matrix is
 * the proximal point iteration on the step, so a singular but consistent system gets the solution nearest to zero in
 * its undetermined part. Refinement stops as soon as it no longer helps and keeps the best iterate.
 */
#include "solver/newton.h"

#include <math.h>
#include <string.h>

#include "solver/vector.h"

static const double pivot_min = 1e-13;

struct newton newton_new(const struct scaled *scaled, const struct mcp_plan *plan, struct arena *arena)
{
  int n = scaled->n;
  return (struct newton){
      .scaled = scaled,
      .lu = lu_new(plan, arena),
      .values = ARENA_ARRAY(arena, plan->entries_count, double),
      .diagonal = ARENA_ARRAY(arena, EIGHTS(n), double),
      .shifted = ARENA_ARRAY(arena, n, double),
      .defect = ARENA_ARRAY(arena, EIGHTS(n), double),
      .correction = ARENA_ARRAY(arena, n, double),
  };
}

void newton_factor(struct newton *newton, double shift)
{
  for (int i = 0; i < newton->scaled->n; i++) newton->shifted[i] = newton->diagonal[i] + shift;
  lu_factor(&newton->lu, newton->values, newton->shifted, pivot_min);
}

VECTOR_CLONES static double largest_unpinned(const struct newton *newton, const double *numbers)
{
  const eight zero = {0}, pinned = zero + newton_pinned;
  eight largest = zero;
  eight_mask wrong = {0};
  for (int i = 0; i < newton->scaled->n; i += 8) {
    eight size = EIGHT_READ(numbers, i);
    size = EIGHT_SELECT(EIGHT_READ(newton->diagonal, i) < pinned, EIGHT_LARGER(size, -size), zero);
    largest = EIGHT_LARGER(size, largest);
    wrong |= (eight_mask)(size != size);
  }
  double most = 0;
  for (int k = 0; k < 8; k++) most = wrong[k] ? HUGE_VAL : fmax(most, largest[k]);
  return most;
}

double newton_solve(struct newton *newton, const double *b, double *x, int rounds, double goal)
{
  int n = newton->scaled->n;
  double size = largest_unpinned(newton, b);
  lu_solve(&newton->lu, b, x); /* x = A\b */
  if (size == 0 || rounds == 0) return 0;
  scaled_defect(newton->scaled, newton->values, newton->diagonal, x, b, newton->defect);
  double left = largest_unpinned(newton, newton->defect) / size;
  for (int round = 0; round < rounds && left > goal; round++) {
    lu_solve(&newton->lu, newton->defect, newton->correction); /* x += A\(b - A x) */
    for (int i = 0; i < n; i++) x[i] += newton->correction[i];
    scaled_defect(newton->scaled, newton->values, newton->diagonal, x, b, newton->defect);
    double next = largest_unpinned(newton, newton->defect) / size;
    if (!(next < left)) {
      for (int i = 0; i < n; i++) x[i] -= newton->correction[i];
      break;
    }
    bool slow = next > 0.5 * left;
    left = next;
    if (slow) break;
  }
  return left;
}
