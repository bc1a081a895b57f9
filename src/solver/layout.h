/* solver/layout.h - where the numbers of equations of one pattern go: found once, used for every member of a batch.
 *
 * Rows and columns are numbered in the plan's elimination order, entries lie in the order of its entry_column. What the
 * terms add to the Jacobian lies apart ("extra"), so that the linear part never changes during a solve.
 */
#ifndef SOLVER_LAYOUT_H
#define SOLVER_LAYOUT_H
#include "base/arena.h"
#include "solver/equations.h"
#include "solver/lu.h"

struct layout {
  const struct equations *model;
  const struct mcp_plan *plan;
  int n;
  const int *position;    /* [n] place in the elimination order of original row i: the inverse of plan->order */
  const int *entry_place; /* [entries_count of the model] */
  const int *own_place;   /* [n] of each row's own unknown */
  const double *unit;     /* [n] what unknown and condition of a row are measured in beside their scales (layout.c) */
  int extra_count;
  const int *extra_start, *extra_column;      /* [n + 1], [extra_count] by rows */
  const int *power_extra, *power_times_extra; /* [powers_count] -1 without a factor */
  const int *hinge_extra;                     /* [hinges_count] */
  const bool *has_terms;                      /* [n] */
  /* Rows eliminated together: neighbours whose rows of L are nearly alike. A block's segments are those of all its rows:
   * runs of columns (mcp_plan.segment_first), where a row without a column has a zero. */
  int block_count;
  const int *block_row;     /* [block_count + 1] first row */
  const int *block_segment; /* [block_count + 1] first segment */
  const int *segment_first, *segment_end;
  const int *block_lower; /* [block_count + 1] where its rows of L begin: column by column, each with all its rows; then
                           * what its later rows have in the columns of its earlier ones */
  const bool *block_nested; /* [block_count] of two rows: the first's row of U is the second and its row of U */
  /* Leaves: one row that meets no row above it and has no extras. Its row of U is that of the matrix, at any point. */
  const bool *block_leaf;             /* [block_count] */
  int leaf_count;                     /* of entries beside their diagonals */
  const int *leaf_entry, *leaf_upper; /* [leaf_count] place in the matrix, in U */
};

/* plan: of the pattern of equations_problem(model). block_rows_max: the most rows eliminated together. */
[[nodiscard]] const struct layout *layout_new(const struct equations *model, const struct mcp_plan *plan,
                                              int block_rows_max, struct arena *arena);

/* Whether equations have the model's unknowns, lower bounds where it has some, entries and terms in the model's order. */
bool layout_fits(const struct layout *layout, const struct equations *equations);
#endif
