/* solver/mcp.h - the mixed complementarity problem, its solution, and the call that finds it.
 *
 * Find z in [lower, upper] such that for each i
 *     z_i = lower_i  and F_i >= 0,   or   z_i = upper_i  and F_i <= 0,   or   lower_i < z_i < upper_i  and F_i = 0.
 *
 * The Jacobian has a fixed pattern (CSR, columns ascending, every diagonal entry present); values come from a
 * callback. Ordering, symbolic factorisation and elimination schedule depend on the pattern alone and are made once
 * (mcp_plan_new) for any number of solves.
 */
#ifndef SOLVER_MCP_H
#define SOLVER_MCP_H
#include <stdbool.h>

#include "base/arena.h"

struct mcp {
  int n;
  const double *lower, *upper; /* [n]; -INFINITY and INFINITY where there is no bound; lower == upper fixes z_i */
  const double *start;         /* [n] or NULL: projected on the box; NULL means zero, or one z_scale inside a bound */
  const double *z_scale;       /* [n] or NULL (ones): magnitude of z_i, fixed by the data, never by the solver */
  const double *f_scale;       /* [n] or NULL (ones): magnitude of F_i, likewise */
  const double *weight;        /* [n] or NULL (ones): positive factors of the rows with which F is monotone, if it is */
  const int *row_start;        /* [n + 1] */
  const int *column;           /* [row_start[n]] */
  bool affine;                 /* F(z) = q + M z exactly: the Jacobian does not depend on z */
  bool rising;                 /* affine, but for terms that each rise with their own row's unknown alone */
  /* f [n]; jacobian [row_start[n]] in the order of column, or NULL when only F is wanted. Must be defined on the whole
   * box and, for fallbacks, return finite values slightly outside it. */
  void (*evaluate)(const void *context, const double *z, double *f, double *jacobian);
  /* The same with every kink rounded off over a width of smoothing (in z_scale of its unknown); smoothing 0 gives
   * evaluate. NULL when F has no kinks. The interior point method lets the width shrink with its barrier parameter. */
  void (*evaluate_smooth)(const void *context, const double *z, double smoothing, double *f, double *jacobian);
  const void *context;
};

struct mcp_plan; /* ordering, symbolic factorisation and elimination schedule of one pattern; immutable, shareable */
[[nodiscard]] const struct mcp_plan *mcp_plan_new(int n, const int *row_start, const int *column, struct arena *arena);

enum mcp_status {
  MCP_SOLVED,    /* natural residual, data-scaled, at or below the tolerance */
  MCP_STALLED,   /* no further progress from any method or start */
  MCP_EXHAUSTED, /* iteration limit */
  MCP_DIVERGED,  /* unknowns ran off: most likely no solution exists; see mcp_solution.worst */
  MCP_MET        /* the path came to the known solution of the options, and was left there */
};

/* A solution that another start may lead to as well: its path is not followed to the end where, with mu at most 1e-6,
 * the unknowns listed lie within that distance of it, in their scales. */
struct mcp_known {
  const double *z; /* [n] */
  int count;
  const int *unknowns; /* [count] */
  double distance;
};

struct mcp_options {
  double tolerance;   /* 0: 1e-9, on the data-scaled natural residual (certificate.h) */
  int iterations_max; /* 0: 200 interior-point iterations */
  const double *warm; /* [n] or NULL: a nearby solution, used as a start if that pays */
  const double
      *warm_centre; /* [n] or NULL: mcp_solution.centre of a nearby problem, the better start where the solution
                              * is not quite as near */
  const struct mcp_known *known; /* or NULL */
  bool interior_only;            /* for tests and bench: no fallback */
  bool fallback_only;            /* for tests: semismooth Newton alone */
};

struct mcp_solution {
  enum mcp_status status;
  const double *z, *f;  /* [n] each */
  const double *centre; /* [n] or NULL: a point met on the central path, from which a problem like this is begun best */
  double residual;      /* data-scaled natural residual of z */
  int worst;            /* its row */
  int iterations;       /* of the interior point method */
  int fallback_iterations;
  const char *method; /* "interior point", "semismooth newton" */
};

/* plan must be of the problem's pattern. Never NULL. */
[[nodiscard]] const struct mcp_solution *mcp_solve(const struct mcp *problem, const struct mcp_plan *plan,
                                                   const struct mcp_options *options, struct arena *arena);

/* How the solution moves: solves J_AA dz_A = -df_A on the rows whose unknown is strictly inside its bounds at z (and
 * not held), dz = 0 elsewhere. held [n] or NULL: unknowns kept fixed. False when the system is singular. */
bool mcp_sensitivity(const struct mcp *problem, const double *z, const bool *held, const double *df, double *dz,
                     struct arena *scratch);
#endif
