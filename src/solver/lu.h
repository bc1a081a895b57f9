/* solver/lu.h - sparse LU without pivoting, on a pattern known in advance.
 *
 * The order of elimination and every position are fixed by the pattern (struct mcp_plan, made by mcp_plan_new); a
 * factorisation only fills in numbers. Pivots come from the diagonal, so the matrix should be positive (semi)definite
 * in its symmetric part, or nearly so; pivots that vanish are replaced and counted, and the caller refines.
 * Everything about the pattern is here, everything about the numbers in struct lu: one plan serves many factors.
 */
#ifndef SOLVER_LU_H
#define SOLVER_LU_H
#include "base/arena.h"
#include "solver/mcp.h"

/* Rows and columns are numbered in elimination order below. L + U has the pattern of the filled A + A^T: column k of
 * L and row k of U hold the same indices. */
struct mcp_plan {
  int n, entries_count;
  const int *order;                       /* [n] original index of the k-th pivot */
  const int *row_start, *column;          /* the pattern it was made for, as given */
  const int *entry_start;                 /* [n + 1] entries of A by row, in elimination order */
  const int *entry_column, *entry_source; /* [entries_count] permuted column; position in the original values */
  const int *lower_start, *lower_column;  /* L by rows, columns ascending, without the unit diagonal */
  const int *upper_start, *upper_column;  /* U by rows, columns ascending, without the diagonal */
  /* Runs of rows of U whose patterns are nested (each is the next column and the next row's pattern): what a row of L
   * holds in one run is consecutive columns, and their rows of U can be subtracted together. */
  const int *segment_start;               /* [n + 1] segments by row of L */
  const int *segment_first, *segment_end; /* first column and the one after the last */
  const struct lu_schedule *schedule;     /* of lu.c */
};

struct lu {
  const struct mcp_plan *plan;
  double *numbers;       /* factors, see schedule.h */
  double *pivot_inverse; /* [n] among them, in the schedule's order */
  double *work;          /* [SCHEDULE_ROWS x heavy rows] zero between calls */
  double *permuted;      /* [n] right-hand side in the schedule's order */
};

struct lu lu_new(const struct mcp_plan *plan, struct arena *arena);

/* Factors A + diag(diagonal): values in the order of the pattern's columns, diagonal [n] in original numbering.
 * A pivot smaller than pivot_min in magnitude becomes pivot_min with its sign; returns how many were. */
int lu_factor(struct lu *lu, const double *values, const double *diagonal, double pivot_min);

/* x = (A + diag)^-1 b; x and b may be the same array. */
void lu_solve(const struct lu *lu, const double *b, double *x);
#endif
