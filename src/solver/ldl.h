/* solver/ldl.h - sparse L D L' of a symmetric quasidefinite matrix, on a pattern known in advance.
 *
 * Quasidefinite: positive definite on some rows, negative definite on the others. Such a matrix has a factorisation
 * with a diagonal D in any order (Vanderbei, SIAM Journal on Optimization 5 (1995) 100-113), so the order is chosen
 * for sparsity alone and kept for all values.
 */
#ifndef SOLVER_LDL_H
#define SOLVER_LDL_H
#include "base/arena.h"

struct ldl {
  int n;
  const int *order;                   /* [n] original index of the k-th pivot */
  const int *entry_start, *entry_row; /* upper triangle by columns, in elimination order, without the diagonal */
  const int *entry_source;            /* position in the caller's values */
  const int *diagonal_source;         /* [n] likewise of the k-th pivot's diagonal entry */
  const int *parent, *lower_start;    /* elimination tree, and where the columns of L begin */
  int *lower_row, *lower_count;       /* L by columns, without the unit diagonal */
  double *lower, *pivot;              /* values of L, D */
  double *work, *permuted;            /* [n] each; work is zero between calls */
  int *stack, *mark;                  /* [n] each */
};

/* The pattern's lower triangle by rows: columns ascending, the diagonal entry last in each row. */
struct ldl ldl_new(int n, const int *row_start, const int *column, struct arena *arena);

/* values in the order of column; sign [n] is +1 or -1, the sign each pivot should have. A pivot of the other sign, or
 * smaller than pivot_min, becomes sign * pivot_min; returns how many did. */
int ldl_factor(struct ldl *ldl, const double *values, const double *sign, double pivot_min);

/* x and b may be the same array. */
void ldl_solve(const struct ldl *ldl, const double *b, double *x);
#endif
