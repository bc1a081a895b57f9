/* solver/schedule.h - how lu.c does its work on one pattern: light rows as a flat list, then the others in blocks.
 *
 * In the matrices of markets nine rows in ten belong to a route or a process that meets a few prices: eliminating one
 * touches a handful of entries, and finding them costs more than changing them. So the place of every change that such
 * a row makes is written down beforehand. A row is light when its own row of U is short and every row it depends on is
 * light; light rows do not depend on the others and are done first.
 *
 * What is left, the heavy rows, is a small and rather dense matrix of its own. Neighbouring rows that meet nearly the
 * same rows above them are a block and eliminated together, one in each lane of a vector; where a row of the block does
 * not meet what the others do it has a zero.
 */
#ifndef SOLVER_SCHEDULE_H
#define SOLVER_SCHEDULE_H
#include "base/arena.h"

struct mcp_plan;

enum { SCHEDULE_ROWS = 8 }; /* the most rows of a block */

/* Rows are numbered anew: light ones first, by groups whose members do not depend on each other and have equally many
 * entries, then the heavy ones. All numbers of a factorisation lie in one array: of each light row its row of U and its
 * column of L, from 0; the heavy rows of U, from `upper`; those of L by blocks, SCHEDULE_ROWS numbers a column, first
 * the columns of the block's segments, then its own, from `lower`; the pivots, from `pivot`. */
struct lu_schedule {
  int upper, lower, pivot, count; /* where the parts begin; all numbers */
  const int *row;                 /* [n] original row of the k-th */
  const int *entry_place;         /* [entries_count] of each entry of A as given */
  int light_count, groups_count;
  const int *group_first;  /* [groups_count + 1] light row */
  const int *group_width;  /* [groups_count] entries of each of its rows of U */
  const int *light_column; /* one after the other, by light row: the columns of its row of U */
  const int *target;       /* likewise: for each entry of its column of L the place of what is changed by that entry
                            * times each one of its row of U */
  int heavy_count;
  const int *upper_start;  /* [heavy_count + 1] of the heavy part of U, from 0 */
  const int *upper_column; /* as heavy rows */
  int block_count;
  const int *block_row;                   /* [block_count + 1] first heavy row */
  const int *block_lower;                 /* [block_count + 1] its part of L */
  const int *block_segment;               /* [block_count + 1] */
  const int *segment_first, *segment_end; /* runs of heavy columns, see mcp_plan */
};

[[nodiscard]] const struct lu_schedule *lu_schedule_new(const struct mcp_plan *plan, struct arena *arena);
#endif
