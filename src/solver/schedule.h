/* solver/schedule.h - how lu.c does its work on one pattern: light rows as a flat list, then the others in blocks.
 *
 * In the matrices of markets nine rows in ten belong to a route or a process that meets a few prices: eliminating one
 * touches a handful of entries, and finding them costs more than changing them. So the place of every change that such
 * a row makes is written down beforehand. A row is light when its own row of U is short and every row it depends on is
 * light; light rows do not depend on the others and are done first.
 *
 * What is left, the heavy rows, is a small and rather dense matrix of its own, numbered from 0. Neighbouring rows that
 * meet nearly the same rows above them are a block and eliminated together, one in each lane of a vector; where a row of
 * the block does not meet what the others do it has a zero.
 */
#ifndef SOLVER_SCHEDULE_H
#define SOLVER_SCHEDULE_H
#include "base/arena.h"

struct mcp_plan;

enum { SCHEDULE_ROWS = 4 }; /* the most rows of a block */

/* All numbers of a factorisation lie in one array: U by rows on the plan's pattern, from 0; the columns of L that belong
 * to light rows, each beside its row of U, from `light`; the rest of L by blocks, SCHEDULE_ROWS numbers a column, first
 * the columns of the block's segments, then its own, from `heavy`; the pivots, from `pivot`. */
struct lu_schedule {
  int light, heavy, pivot, count; /* where the parts begin; all numbers */
  const int *entry_place;         /* [entries_count] of each entry of A, in the order of plan->entry_source */
  int light_count;
  const int *light_row; /* [light_count] ascending */
  const int *target;    /* one after the other, by light row: for each entry of its column of L the place of what is
                         * changed by that entry times each one of its row of U */
  int heavy_count;
  const int *heavy_row;    /* [heavy_count] in the plan's numbering, ascending */
  const int *upper_column; /* [fill] of heavy rows: the plan's columns as heavy ones */
  int block_count;
  const int *block_row;                   /* [block_count + 1] first heavy row */
  const int *block_lower;                 /* [block_count + 1] its part of L */
  const int *block_segment;               /* [block_count + 1] */
  const int *segment_first, *segment_end; /* runs of heavy columns, see mcp_plan */
};

[[nodiscard]] const struct lu_schedule *lu_schedule_new(const struct mcp_plan *plan, struct arena *arena);
#endif
