/* solver/class.h - what is known in advance about a problem's solutions.
 *
 *   CLASS_MONOTONE  the weighted, scaled map is affine and its symmetric part positive semidefinite: the solution set
 *                   is convex, and unique in every unknown with curvature
 *   CLASS_P         by theorem or determinant: exactly one solution (locally, where the map is not affine)
 *   CLASS_UNKNOWN   nothing is promised; solve from several starts
 */
#ifndef SOLVER_CLASS_H
#define SOLVER_CLASS_H
#include "base/arena.h"
#include "solver/mcp.h"

enum problem_class { CLASS_MONOTONE, CLASS_P, CLASS_UNKNOWN };

struct classification {
  enum problem_class class;
  const char *reason;    /* "symmetric part positive semidefinite", ... */
  double eigenvalue_min; /* of the scaled symmetric part where it was computed, else NAN */
  int determinant_sign;  /* of the reduced Jacobian at z: +1, -1, 0: singular, or not asked because monotone */
};

/* plan: of the problem's pattern, NULL: not made yet. z: a solution, for the determinant test; may be NULL. */
struct classification class_of(const struct mcp *problem, const struct mcp_plan *plan, const double *z,
                               struct arena *scratch);
const char *class_name(enum problem_class class);
#endif
