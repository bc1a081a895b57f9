/* solver/certificate.h - the independent judge of a solution. Shares no code with the solver: it sees the problem,
 * the point, and nothing of how it was found.
 */
#ifndef SOLVER_CERTIFICATE_H
#define SOLVER_CERTIFICATE_H
#include <stdbool.h>

#include "base/arena.h"
#include "solver/mcp.h"

struct certificate {
  bool accepted;
  double residual; /* max_i |y_i - mid(l_i, y_i - F_i / f_scale_i, u_i)|, y = z / z_scale, bounds scaled alike */
  int residual_row;
  double bound_violation; /* max distance from the box over z_scale */
  int bound_row;
  double complementarity; /* max_i of min(distance to the bound the sign of F asks for / z_scale, |F| / f_scale) */
  int complementarity_row;
};

/* tolerance 0: 1e-8. A point with a NaN is never accepted. */
struct certificate certificate_check(const struct mcp *problem, const double *z, double tolerance,
                                     struct arena *scratch);
#endif
