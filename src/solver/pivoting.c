/* solver/pivoting.c - the only file that knows KLU.
 *
 * KLU takes columns. Rows given as columns are the transpose, so systems are solved with the transposed factors.
 */
#include "solver/pivoting.h"

#include <assert.h>
#include <suitesparse/klu.h>

struct pivoting {
  int n;
  int *start, *index; /* KLU's prototypes want them writable; it does not write */
  klu_common common;
  klu_symbolic *symbolic;
  klu_numeric *numeric;
};

struct pivoting *pivoting_open(int n, const int *row_start, const int *column, const int *order, struct arena *arena)
{
  struct pivoting *pivoting = ARENA_NEW(arena, struct pivoting);
  pivoting->n = n;
  pivoting->start = arena_grow(arena, row_start, (size_t)n + 1, (size_t)n + 1, sizeof(int));
  pivoting->index = arena_grow(arena, column, (size_t)row_start[n], (size_t)row_start[n], sizeof(int));
  klu_defaults(&pivoting->common);
  if (order == NULL) {
    pivoting->symbolic = klu_analyze(n, pivoting->start, pivoting->index, &pivoting->common);
  } else {
    int *given = arena_grow(arena, order, (size_t)n, (size_t)n, sizeof(int));
    pivoting->symbolic = klu_analyze_given(n, pivoting->start, pivoting->index, given, given, &pivoting->common);
  }
  return pivoting->symbolic == NULL ? NULL : pivoting;
}

void pivoting_close(struct pivoting *pivoting)
{
  if (pivoting == NULL) return;
  klu_free_numeric(&pivoting->numeric, &pivoting->common);
  klu_free_symbolic(&pivoting->symbolic, &pivoting->common);
}

bool pivoting_factor(struct pivoting *pivoting, const double *values)
{
  klu_free_numeric(&pivoting->numeric, &pivoting->common);
  double *read_only = (double *)(size_t)values; /* KLU reads it only */
  pivoting->numeric = klu_factor(pivoting->start, pivoting->index, read_only, pivoting->symbolic, &pivoting->common);
  return pivoting->numeric != NULL && pivoting->common.status == KLU_OK;
}

void pivoting_solve(struct pivoting *pivoting, double *x)
{
  assert(pivoting->numeric != NULL);
  klu_tsolve(pivoting->symbolic, pivoting->numeric, pivoting->n, 1, x, &pivoting->common);
}

double pivoting_condition(struct pivoting *pivoting)
{
  assert(pivoting->numeric != NULL);
  return klu_rcond(pivoting->symbolic, pivoting->numeric, &pivoting->common) ? pivoting->common.rcond : 0;
}
