/* solver/lanes.h - what batch.c asks of the kernels, which exist once for each number of lanes.
 *
 * Nothing here depends on that number; lanes_state.h is what the kernels share among themselves.
 */
#ifndef SOLVER_LANES_H
#define SOLVER_LANES_H
#include "solver/certificate.h"
#include "solver/layout.h"

/* A point of the model's central path in the layout's order and units, x from the lower bounds: all x a and u b are
 * mu. */
struct path_point {
  double mu;
  double *x, *a, *b; /* [n] */
};

struct lanes_result {
  double *z; /* [n] given by the caller; filled where solved */
  bool solved;
  int iterations;
};

struct lanes_task {
  const struct layout *layout;
  const struct equations *const *problems; /* [count] each fits the layout */
  struct lanes_result *results;            /* [count] */
  int count;
  int iterations_max;
  const struct path_point *start; /* NULL: cold */
  struct path_point *centre;      /* not NULL: go to its mu on the path, write the point, and stop there */
};

typedef void lanes_solve_function(const struct lanes_task *task, struct arena *scratch);

/* Certifies z [n] of each problem by the definitions of certificate.h; also fills f [n] of each. */
typedef void lanes_certify_function(const struct equations *const *problems, const double *const *z, double *const *f,
                                    int count, double tolerance, struct certificate *certificates,
                                    struct arena *scratch);

lanes_solve_function lanes_solve_1, lanes_solve_4, lanes_solve_8;
lanes_certify_function lanes_certify_1, lanes_certify_4, lanes_certify_8;
#endif
