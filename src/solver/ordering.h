/* solver/ordering.h - an elimination order that keeps a factorisation sparse. */
#ifndef SOLVER_ORDERING_H
#define SOLVER_ORDERING_H
#include "base/arena.h"

/* order[k] becomes the row and column to eliminate k-th: approximate minimum degree on the pattern of A + A^T, A given
 * by rows (row_start [n + 1], column ascending in each row). Source: Amestoy, Davis and Duff, Algorithm 837, ACM
 * Transactions on Mathematical Software 30 (2004) 381-388. */
void ordering_minimum_degree(int n, const int *row_start, const int *column, int *order);
#endif
