/* solver/fronts.c - orders heavy rows by subtrees, gathers them into fronts, and lays these out.
 *
 * Rows join the front below them as long as the zeros that it then stores cost less than another front would. The
 * products of fronts share one piece of memory: each takes the first gap that is free from its own elimination to its
 * parent's.
 */
#include "solver/fronts.h"

#include <assert.h>
#include <stdlib.h>

/* Multiply-adds that a number passed to the parent is worth, and a front. */
static const double passing_worth = 3, front_worth = 300;

static int parent_of(const struct mcp_plan *plan, int row)
{
  return plan->upper_start[row] < plan->upper_start[row + 1] ? plan->upper_column[plan->upper_start[row]] : -1;
}

static int width_of(const struct mcp_plan *plan, int row)
{
  return plan->upper_start[row + 1] - plan->upper_start[row];
}

/* ---- order ---- */

void fronts_order(const struct mcp_plan *plan, int *rows, int count, struct arena *arena)
{
  int *child = ARENA_ARRAY(arena, plan->n + 1, int), *sibling = ARENA_ARRAY(arena, plan->n + 1, int);
  int *stack = ARENA_ARRAY(arena, count + 1, int), depth = 0, done = 0;
  int *const root = &child[plan->n]; /* lists hold row + 1; 0 ends them */
  for (int k = count - 1; k >= 0; k--) {
    const int parent = parent_of(plan, rows[k]);
    int *const list = parent < 0 ? root : &child[parent];
    sibling[rows[k]] = *list;
    *list = rows[k] + 1;
  }
  for (int tree = *root; tree > 0; tree = sibling[tree - 1]) {
    stack[depth++] = tree - 1;
    while (depth > 0) {
      const int row = stack[depth - 1], next = child[row];
      if (next > 0) { /* its children first, each once */
        child[row] = sibling[next - 1];
        stack[depth++] = next - 1;
      } else {
        rows[done++] = row;
        depth--;
      }
    }
  }
  assert(done == count);
}

/* ---- fronts ---- */

/* What eliminating a front costs, in multiply-adds. */
static double front_cost(int pivots, int border)
{
  double cost = front_worth + passing_worth * border * border;
  for (int p = 0; p < pivots; p++) {
    const double length = pivots - 1 - p + border;
    cost += length * (length + 1);
  }
  return cost;
}

static bool fronts_join(const struct front *above, const struct front *below)
{
  return front_cost(above->pivots + below->pivots, below->border) <=
         front_cost(above->pivots, above->border) + front_cost(below->pivots, below->border);
}

/* First rows, pivots and borders' lengths. */
static int fronts_gather(const struct mcp_plan *plan, const int *row_of, const int *position_of, int first_row,
                         struct front *list)
{
  int count = 0;
  for (int k = first_row; k < plan->n; k++) {
    list[count++] = (struct front){.first = k, .pivots = 1, .border = width_of(plan, row_of[k])};
    while (count > 1) {
      struct front *above = &list[count - 2], *below = &list[count - 1];
      const int parent = parent_of(plan, row_of[below->first - 1]);
      if (parent < 0 || position_of[parent] > k || !fronts_join(above, below)) break;
      above->pivots += below->pivots;
      above->border = below->border;
      count--;
    }
  }
  return count;
}

static int int_compare(const void *a, const void *b)
{
  const int *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/* Borders are what the last pivots meet. */
static const int *borders_write(const struct mcp_plan *plan, const int *row_of, const int *position_of,
                                struct front *list, int count, struct arena *arena)
{
  int total = 0;
  for (int f = 0; f < count; f++) {
    list[f].columns = total;
    total += list[f].border;
  }
  int *column = ARENA_ARRAY(arena, total, int);
  for (int f = 0; f < count; f++) {
    const int last = row_of[list[f].first + list[f].pivots - 1];
    int *const border = column + list[f].columns;
    for (int t = 0; t < list[f].border; t++) border[t] = position_of[plan->upper_column[plan->upper_start[last] + t]];
    qsort(border, (size_t)list[f].border, sizeof *border, int_compare);
  }
  return column;
}

/* Place of a row in a front: a pivot, or beyond them in its border. */
static int front_local(const struct fronts *fronts, const struct front *front, int row)
{
  const int *border = fronts->column + front->columns;
  int low = 0, high = front->border;
  assert(row >= front->first);
  if (row < front->first + front->pivots) return row - front->first;
  while (low < high) {
    const int middle = low + (high - low) / 2;
    if (border[middle] < row)
      low = middle + 1;
    else
      high = middle;
  }
  assert(low < front->border && border[low] == row);
  return front->pivots + low;
}

static void families_find(struct fronts *fronts, struct front *list, struct arena *arena)
{
  const int last = fronts->count > 0 ? list[fronts->count - 1].columns + list[fronts->count - 1].border : 0;
  int *relative = ARENA_ARRAY(arena, last, int);
  for (int f = 0; f < fronts->count; f++) list[f].parent = list[f].child = list[f].sibling = -1;
  for (int f = fronts->count - 1; f >= 0; f--) {
    if (list[f].border == 0) continue;
    const int *border = fronts->column + list[f].columns;
    struct front *parent = &list[fronts->of_row[border[0] - fronts->first_row]];
    list[f].parent = (int)(parent - list);
    list[f].sibling = parent->child;
    parent->child = f;
    for (int t = 0; t < list[f].border; t++) relative[list[f].columns + t] = front_local(fronts, parent, border[t]);
  }
  fronts->relative = relative;
}

/* Where front f's update may lie: the first gap between those still in use. */
static int update_place(const struct front *list, int f)
{
  const int size = list[f].border * list[f].border;
  int place = 0;
  for (bool moved = true; moved;) {
    moved = false;
    for (int other = 0; other < f; other++) {
      const int end = list[other].update + list[other].border * list[other].border;
      if (list[other].parent < f || list[other].update >= place + size || end <= place) continue;
      place = end;
      moved = true;
    }
  }
  return place;
}

const struct fronts *fronts_new(const struct mcp_plan *plan, const int *row_of, const int *position_of, int first_row,
                                struct arena *arena)
{
  const int rows = plan->n - first_row;
  struct fronts *fronts = ARENA_NEW(arena, struct fronts);
  struct front *list = ARENA_ARRAY(arena, rows, struct front);
  int *of_row = ARENA_ARRAY(arena, rows, int);
  const int count = fronts_gather(plan, row_of, position_of, first_row, list);
  for (int f = 0; f < count; f++)
    for (int p = 0; p < list[f].pivots; p++) of_row[list[f].first - first_row + p] = f;
  const int *column = borders_write(plan, row_of, position_of, list, count, arena);
  *fronts = (struct fronts){.count = count, .front = list, .of_row = of_row, .column = column, .first_row = first_row};
  families_find(fronts, list, arena);
  for (int f = 0; f < count; f++) {
    struct front *front = &list[f];
    front->panel = fronts->panel_count;
    fronts->panel_count += front->pivots * (front->pivots + 2 * front->border);
    front->update = update_place(list, f);
    const int end = front->update + front->border * front->border;
    if (end > fronts->update_count) fronts->update_count = end;
    if (front->border > fronts->border_max) fronts->border_max = front->border;
  }
  return fronts;
}

int fronts_place(const struct fronts *fronts, int row, int column)
{
  const int least = row < column ? row : column;
  const struct front *front = &fronts->front[fronts->of_row[least - fronts->first_row]];
  const int i = front_local(fronts, front, row), j = front_local(fronts, front, column);
  if (i < front->pivots) return front->panel + i * (front->pivots + front->border) + j;
  return front->panel + front->pivots * (front->pivots + front->border) + (i - front->pivots) * front->pivots + j;
}
