/* solver/plan.c - what can be known of an elimination before any number is: mcp_plan_new.
 *
 * Minimum degree order, then the filled pattern row by row: the pattern of row k of U is that of row k of A + A^T right
 * of the diagonal, joined with the rows of U whose first off-diagonal is k (k's children in the elimination tree).
 * Since the pattern is symmetrised, L has the pattern of the transpose of U.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "solver/lu.h"
#include "solver/ordering.h"
#include "solver/schedule.h"

/* Zeros that are always worth it, the part of a row they may be beyond that, and the shortest row worth padding. */
enum { padding_max = 2, padding_part = 4, padded_own_min = 4 };

/* A growing list of the columns of U, row after row. */
struct filling {
  int *column;
  int count, count_max;
};

static int compare_int(const void *a, const void *b)
{
  return *(const int *)a - *(const int *)b;
}

static void filling_add(struct filling *filling, int column, struct arena *arena)
{
  if (filling->count == filling->count_max) {
    int count_max = 2 * filling->count_max + 1024;
    filling->column = arena_grow(arena, filling->column, (size_t)filling->count, (size_t)count_max, sizeof(int));
    filling->count_max = count_max;
  }
  filling->column[filling->count++] = column;
}

/* The entries of A renumbered: rows in elimination order, columns permuted, with their place in the original. */
static void plan_entries(struct mcp_plan *plan, const int *position, struct arena *arena)
{
  int *start = ARENA_ARRAY(arena, plan->n + 1, int);
  int *column = ARENA_ARRAY(arena, plan->entries_count, int), *source = ARENA_ARRAY(arena, plan->entries_count, int);
  int next = 0;
  for (int k = 0; k < plan->n; k++) {
    int i = plan->order[k];
    start[k] = next;
    for (int p = plan->row_start[i]; p < plan->row_start[i + 1]; p++) {
      column[next] = position[plan->column[p]];
      source[next++] = p;
    }
  }
  start[plan->n] = next;
  plan->entry_start = start;
  plan->entry_column = column;
  plan->entry_source = source;
}

/* Transposed pattern of n rows: rows of the result ascend. */
static void pattern_transpose(int n, const int *start, const int *column, int *t_start, int *t_column)
{
  memset(t_start, 0, ((size_t)n + 1) * sizeof *t_start);
  for (int p = 0; p < start[n]; p++) t_start[column[p] + 1]++;
  for (int i = 0; i < n; i++) t_start[i + 1] += t_start[i];
  for (int i = 0; i < n; i++) {
    for (int p = start[i]; p < start[i + 1]; p++) t_column[t_start[column[p]]++] = i;
  }
  memmove(t_start + 1, t_start, (size_t)n * sizeof *t_start);
  t_start[0] = 0;
}

/* Row k of U: the part of A and A^T right of the diagonal and what the children hand on, each column once. */
static void upper_row(struct filling *filling, int k, int *seen, const int *list, int from, int to, struct arena *arena)
{
  for (int p = from; p < to; p++) {
    int j = list[p];
    if (j <= k || seen[j] == k) continue;
    seen[j] = k;
    filling_add(filling, j, arena);
  }
}

static void plan_upper(struct mcp_plan *plan, struct arena *arena)
{
  int n = plan->n;
  int *t_start = ARENA_ARRAY(arena, n + 1, int), *t_column = ARENA_ARRAY(arena, plan->entries_count, int);
  pattern_transpose(n, plan->entry_start, plan->entry_column, t_start, t_column);
  int *start = ARENA_ARRAY(arena, n + 1, int), *seen = ARENA_ARRAY(arena, n, int);
  int *child = ARENA_ARRAY(arena, n, int), *sibling = ARENA_ARRAY(arena, n, int); /* of the elimination tree */
  for (int k = 0; k < n; k++) seen[k] = child[k] = -1;
  struct filling filling = {NULL, 0, 0};
  for (int k = 0; k < n; k++) {
    start[k] = filling.count;
    upper_row(&filling, k, seen, plan->entry_column, plan->entry_start[k], plan->entry_start[k + 1], arena);
    upper_row(&filling, k, seen, t_column, t_start[k], t_start[k + 1], arena);
    for (int c = child[k]; c >= 0; c = sibling[c]) {
      for (int p = start[c]; p < start[c + 1]; p++) upper_row(&filling, k, seen, filling.column, p, p + 1, arena);
    }
    int length = filling.count - start[k];
    start[k + 1] = filling.count;
    if (length == 0) continue;
    qsort(filling.column + start[k], (size_t)length, sizeof(int), compare_int);
    int parent = filling.column[start[k]];
    sibling[k] = child[parent];
    child[parent] = k;
  }
  plan->upper_start = start;
  plan->upper_column = filling.column;
}

/* Whether a row of `own` entries besides its parent may take on the pattern of the parent's row, of `count` entries:
 * a few zeros cost less than scattering. */
static bool worth_padding(int own, int count)
{
  const int zeros = count - own;
  return own >= padded_own_min && (zeros <= padding_max || zeros * padding_part <= count);
}

/* Pads rows of U whose pattern is nearly that of the next one, so that both are eliminated as one run. The pattern
 * stays closed: whoever meets row k meets row k + 1 too, and has its columns. */
static void plan_pad(struct mcp_plan *plan, struct arena *arena)
{
  const int n = plan->n, *start = plan->upper_start, *column = plan->upper_column;
  int *like = ARENA_ARRAY(arena, n, int); /* the row whose pattern ends row k's own */
  int *padded = ARENA_ARRAY(arena, n + 1, int);
  int fill = 0;
  for (int k = n - 1; k >= 0; k--) {
    const int own = start[k + 1] - start[k] - 1;
    padded[k] = own + 1;
    like[k] = k;
    if (own >= 0 && column[start[k]] == k + 1 && worth_padding(own, padded[k + 1])) {
      padded[k] = padded[k + 1] + 1;
      like[k] = like[k + 1];
    }
    fill += padded[k];
  }
  int *padded_start = ARENA_ARRAY(arena, n + 1, int), *padded_column = ARENA_ARRAY(arena, fill, int);
  int next = 0;
  for (int k = 0; k < n; k++) {
    padded_start[k] = next;
    for (int j = k + 1; j <= like[k]; j++) padded_column[next++] = j;
    for (int p = start[like[k]]; p < start[like[k] + 1]; p++) padded_column[next++] = column[p];
  }
  padded_start[n] = next;
  plan->upper_start = padded_start;
  plan->upper_column = padded_column;
}

/* run[k]: the first row of the run of nested rows that k belongs to. */
static void plan_runs(const struct mcp_plan *plan, int *run)
{
  const int *start = plan->upper_start;
  for (int k = 0; k < plan->n; k++) {
    bool nested = k > 0 && start[k] > start[k - 1] && plan->upper_column[start[k - 1]] == k &&
                  start[k + 1] - start[k] == start[k] - start[k - 1] - 1;
    run[k] = nested ? run[k - 1] : k;
  }
}

/* Cuts each row of L where its columns pass from one run to the next. */
static void plan_segments(struct mcp_plan *plan, struct arena *arena)
{
  int fill = plan->upper_start[plan->n], next = 0;
  int *run = ARENA_ARRAY(arena, plan->n, int), *start = ARENA_ARRAY(arena, plan->n + 1, int);
  int *first = ARENA_ARRAY(arena, fill, int), *end = ARENA_ARRAY(arena, fill, int);
  plan_runs(plan, run);
  for (int i = 0; i < plan->n; i++) {
    start[i] = next;
    for (int t = plan->lower_start[i]; t < plan->lower_start[i + 1]; t++) {
      int k = plan->lower_column[t];
      if (next == start[i] || run[k] != run[first[next - 1]]) first[next++] = k;
      end[next - 1] = k + 1;
    }
  }
  start[plan->n] = next;
  plan->segment_start = start;
  plan->segment_first = first;
  plan->segment_end = end;
}

const struct mcp_plan *mcp_plan_new(int n, const int *row_start, const int *column, struct arena *arena)
{
  assert(n >= 0);
  struct mcp_plan *plan = ARENA_NEW(arena, struct mcp_plan);
  int *order = ARENA_ARRAY(arena, n, int), *position = ARENA_ARRAY(arena, n, int);
  plan->n = n;
  plan->entries_count = row_start[n];
  plan->row_start = row_start;
  plan->column = column;
  ordering_minimum_degree(n, row_start, column, order);
  for (int k = 0; k < n; k++) position[order[k]] = k;
  plan->order = order;
  plan_entries(plan, position, arena);
  plan_upper(plan, arena);
  plan_pad(plan, arena);
  int *lower_start = ARENA_ARRAY(arena, n + 1, int);
  int *lower_column = ARENA_ARRAY(arena, plan->upper_start[n], int);
  pattern_transpose(n, plan->upper_start, plan->upper_column, lower_start, lower_column);
  plan->lower_start = lower_start;
  plan->lower_column = lower_column;
  plan_segments(plan, arena);
  plan->schedule = lu_schedule_new(plan, arena);
  return plan;
}
