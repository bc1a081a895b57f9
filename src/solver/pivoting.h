/* solver/pivoting.h - sparse LU with pivoting: slower and safer than lu.h; KLU of SuiteSparse.
 *
 * Source: Davis and Palamadai Natarajan, Algorithm 907, ACM Transactions on Mathematical Software 37 (2010) 36.
 */
#ifndef SOLVER_PIVOTING_H
#define SOLVER_PIVOTING_H
#include <stdbool.h>

#include "base/arena.h"

struct pivoting; /* holds memory outside arenas: every open has its close */

/* For matrices of this pattern by rows. order [n]: an elimination order known to keep it sparse, NULL: one is looked
 * for, which takes longer than a factorisation. NULL when the pattern is structurally impossible or memory is out. */
[[nodiscard]] struct pivoting *pivoting_open(int n, const int *row_start, const int *column, const int *order,
                                             struct arena *arena);
void pivoting_close(struct pivoting *pivoting); /* NULL is allowed */

/* False when the matrix is singular. */
bool pivoting_factor(struct pivoting *pivoting, const double *values);

/* x = A^-1 x with the matrix last factored. */
void pivoting_solve(struct pivoting *pivoting, double *x);

/* A cheap estimate of the reciprocal condition number of the matrix last factored. */
double pivoting_condition(struct pivoting *pivoting);
#endif
