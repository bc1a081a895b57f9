/* solver/fronts.h - the heavy part of an elimination as small dense matrices, one inside the other.
 *
 * Neighbouring rows that meet nearly the same rows below them are a front: its pivots, and the border that they meet.
 * What the pivots leave to be subtracted is a dense matrix on the border, which is added to the front of the border's
 * first row (multifrontal elimination: Duff and Reid 1983, ACM Transactions on Mathematical Software 9, 302). Zeros are
 * stored where rows of a front differ.
 */
#ifndef SOLVER_FRONTS_H
#define SOLVER_FRONTS_H
#include "base/arena.h"
#include "solver/lu.h"

struct front {
  int first, pivots;  /* rows [first, first + pivots) */
  int border;         /* further rows that they meet */
  int columns;        /* where the border begins in fronts.column and fronts.relative */
  int parent;         /* the front that takes what it leaves, a later one; -1 without a border */
  int child, sibling; /* its first child, its parent's next; -1: none */
  int panel;          /* numbers: [pivots][pivots + border] rows of U with the square of the pivots, then
                      * [border][pivots] of L */
  int update;         /* numbers: [border][border], in use until the parent has taken them */
};

struct fronts {
  int count;
  const struct front *front; /* [count] in order of elimination */
  const int *of_row;         /* [rows] front of row first_row + i */
  const int *column;         /* of all borders, ascending within each */
  const int *relative;       /* where the parent has it: < pivots a pivot, else pivots + place in its border */
  int first_row;
  int panel_count, update_count, border_max;
};

/* Brings rows [count] of a plan, closed under what depends on them, into an order in which all that a row depends on
 * comes before it and nothing else between. */
void fronts_order(const struct mcp_plan *plan, int *rows, int count, struct arena *arena);

/* The fronts of the rows from first_row on. row_of [n]: the plan's row of each; position_of [n]: the inverse. */
[[nodiscard]] const struct fronts *fronts_new(const struct mcp_plan *plan, const int *row_of, const int *position_of,
                                              int first_row, struct arena *arena);

/* The place among the panels of (row, column), both from first_row on, not the same, and met by the elimination. */
int fronts_place(const struct fronts *fronts, int row, int column);
#endif
