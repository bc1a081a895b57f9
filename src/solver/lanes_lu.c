/* solver/lanes_lu.c - one elimination schedule, LANES matrices, and their triangular solves.
 *
 * Light rows change the few numbers that the layout lists. Heavy rows are eliminated by fronts (fronts.h), dense
 * matrices in tiles that the registers hold, four pivots at a time. No pivoting and no decision that depends on a
 * value, except the replacement of vanishing pivots (lanes_pivot_inverse).
 */
#include <string.h>

#include "solver/lanes_state.h"

/* Rows and columns of a tile: sums, and what a product of theirs needs, in the registers there are. */
enum { TILE_ROWS = 4, TILE_COLUMNS = LANES == 8 ? 4 : 3 };

/* ---- dense matrices ---- */

/* A part of one: its first number, and the distance of its rows. */
struct part {
  lane *at;
  int stride;
};

/* target [rows x columns] -= left [rows x depth] right [depth x columns], or is what is subtracted from zero where
 * fresh. rows, columns and fresh are constants wherever this is called. */
static inline __attribute__((always_inline)) void tile_subtract(struct part target, struct part left, struct part right,
                                                                int depth, int rows, int columns, bool fresh)
{
  lane sum[TILE_ROWS][TILE_COLUMNS];
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) sum[r][c] = fresh ? (lane){0} : target.at[r * target.stride + c];
  for (int k = 0; k < depth; k++) {
    const lane *const across = right.at + k * right.stride, *const down = left.at + k;
    lane value[TILE_COLUMNS];
    for (int c = 0; c < columns; c++) value[c] = across[c];
    for (int r = 0; r < rows; r++) {
      const lane m = down[r * left.stride];
      for (int c = 0; c < columns; c++) sum[r][c] = lane_fnma(m, value[c], sum[r][c]);
    }
  }
  for (int r = 0; r < rows; r++)
    for (int c = 0; c < columns; c++) target.at[r * target.stride + c] = sum[r][c];
}

/* The same for a strip of up to TILE_ROWS rows and any number of columns. */
static inline __attribute__((always_inline)) void
strip_subtract(struct part target, struct part left, struct part right, int depth, int rows, int columns, bool fresh)
{
  int c = 0;
  for (; c + TILE_COLUMNS <= columns; c += TILE_COLUMNS)
    tile_subtract((struct part){target.at + c, target.stride}, left, (struct part){right.at + c, right.stride}, depth,
                  rows, TILE_COLUMNS, fresh);
  target.at += c;
  right.at += c;
  switch (columns - c) {
  case 3: tile_subtract(target, left, right, depth, rows, 3, fresh); break;
  case 2: tile_subtract(target, left, right, depth, rows, 2, fresh); break;
  case 1: tile_subtract(target, left, right, depth, rows, 1, fresh); break;
  default: break;
  }
}

static inline __attribute__((always_inline)) void part_change(struct part target, struct part left, struct part right,
                                                              int depth, int rows, int columns, bool fresh)
{
  int r = 0;
  for (; r + TILE_ROWS <= rows; r += TILE_ROWS)
    strip_subtract((struct part){target.at + r * target.stride, target.stride},
                   (struct part){left.at + r * left.stride, left.stride}, right, depth, TILE_ROWS, columns, fresh);
  target.at += r * target.stride;
  left.at += r * left.stride;
  switch (rows - r) {
  case 3: strip_subtract(target, left, right, depth, 3, columns, fresh); break;
  case 2: strip_subtract(target, left, right, depth, 2, columns, fresh); break;
  case 1: strip_subtract(target, left, right, depth, 1, columns, fresh); break;
  default: break;
  }
}

static void part_subtract(struct part target, struct part left, struct part right, int depth, int rows, int columns)
{
  if (depth > 0) part_change(target, left, right, depth, rows, columns, false);
}

static void part_set(struct part target, struct part left, struct part right, int depth, int rows, int columns)
{
  part_change(target, left, right, depth, rows, columns, true);
}

/* ---- fronts ---- */

/* A front's matrices. */
struct pieces {
  struct part upper;  /* [pivots x (pivots + border)] */
  struct part lower;  /* [border x pivots] */
  struct part update; /* [border x border] */
};

static struct pieces front_pieces(const struct lanes *s, const struct front *front)
{
  const int width = front->pivots + front->border;
  return (struct pieces){{s->panels + front->panel, width},
                         {s->panels + front->panel + front->pivots * width, front->pivots},
                         {s->updates + front->update, front->border}};
}

/* What a child leaves into its parent. */
static void child_add(const struct lanes *s, const struct front *child, const struct front *parent,
                      const struct pieces *to)
{
  const int *const place = s->layout->fronts->relative + child->columns;
  const int count = child->border, pivots = parent->pivots;
  const lane *from = s->updates + child->update;
  int split = 0;
  while (split < count && place[split] < pivots) split++;
  for (int i = 0; i < split; i++, from += count) {
    lane *const row = to->upper.at + place[i] * to->upper.stride;
    for (int j = 0; j < count; j++) row[place[j]] += from[j];
  }
  for (int i = split; i < count; i++, from += count) {
    lane *const low = to->lower.at + (place[i] - pivots) * to->lower.stride;
    lane *const row = to->update.at + (place[i] - pivots) * to->update.stride - pivots;
    for (int j = 0; j < split; j++) low[place[j]] += from[j];
    for (int j = split; j < count; j++) row[place[j]] += from[j];
  }
}

/* A front's numbers: of the matrix, as light rows left them, and what its children leave. Without any, what it leaves
 * itself is no sum and may be anything yet. */
static void front_assemble(const struct lanes *s, int f, const struct pieces *p)
{
  const struct layout *layout = s->layout;
  const struct fronts *fronts = layout->fronts;
  const struct front *front = &fronts->front[f];
  const size_t panel = (size_t)front->pivots * (size_t)(front->pivots + 2 * front->border);
  memset(p->upper.at, 0, panel * sizeof(lane));
  if (front->child >= 0) memset(p->update.at, 0, (size_t)front->border * (size_t)front->border * sizeof(lane));
  const int *const place = layout->assembly - layout->assembly_start[0];
  for (int k = layout->assembly_start[f]; k < layout->assembly_start[f + 1]; k++) s->panels[place[k]] = s->numbers[k];
  for (int r = 0; r < front->pivots; r++) p->upper.at[r * p->upper.stride + r] = s->numbers[front->first + r];
  for (int c = front->child; c >= 0; c = fronts->front[c].sibling) child_add(s, &fronts->front[c], front, p);
}

/* Pivots q.. of a front, `count` of them and up to TILE_ROWS: their own square, then the rest of their rows of U. */
static void pivots_finish(struct lanes *s, const struct front *front, struct part upper, int q, int count)
{
  const int width = front->pivots + front->border, stride = upper.stride;
  lane *const row = upper.at + q * stride;
  for (int r = 0; r < count; r++) {
    const lane inverse = lanes_pivot_inverse(row[r * stride + q + r]);
    s->numbers[front->first + q + r] = inverse;
    for (int i = r + 1; i < count; i++) {
      const lane m = row[i * stride + q + r] * inverse;
      row[i * stride + q + r] = m;
      for (int c = r + 1; c < count; c++)
        row[i * stride + q + c] = lane_fnma(m, row[r * stride + q + c], row[i * stride + q + c]);
    }
  }
  for (int c = q + count; c < width; c++)
    for (int i = 1; i < count; i++) {
      lane sum = row[i * stride + c];
      for (int r = 0; r < i; r++) sum = lane_fnma(row[i * stride + q + r], row[r * stride + c], sum);
      row[i * stride + c] = sum;
    }
}

/* Columns q.. of rows below: divided by their pivots. */
static void columns_finish(const struct lanes *s, const struct front *front, struct part upper, int q, int count,
                           struct part below, int rows)
{
  const lane *const inverse = s->numbers + front->first + q;
  for (int i = 0; i < rows; i++) {
    lane *const row = below.at + i * below.stride + q;
    for (int c = 0; c < count; c++) {
      lane sum = row[c];
      for (int r = 0; r < c; r++) sum = lane_fnma(row[r], upper.at[(q + r) * upper.stride + q + c], sum);
      row[c] = sum * inverse[c];
    }
  }
}

static void front_eliminate(struct lanes *s, int f)
{
  const struct front *front = &s->layout->fronts->front[f];
  const struct pieces p = front_pieces(s, front);
  const int pivots = front->pivots, border = front->border;
  front_assemble(s, f, &p);
  for (int q = 0; q < pivots; q += TILE_ROWS) {
    const int count = pivots - q < TILE_ROWS ? pivots - q : TILE_ROWS, rest = pivots - q - count;
    const struct part right = {p.upper.at + q, p.upper.stride}, own = {p.upper.at + q * p.upper.stride, p.upper.stride};
    const struct part below = {own.at + count * p.upper.stride, p.upper.stride};
    part_subtract((struct part){own.at + q, own.stride}, own, right, q, count, pivots + border - q);
    pivots_finish(s, front, p.upper, q, count);
    part_subtract((struct part){below.at + q, below.stride}, below, right, q, rest, count);
    columns_finish(s, front, p.upper, q, count, below, rest);
    part_subtract((struct part){p.lower.at + q, p.lower.stride}, p.lower, right, q, border, count);
    columns_finish(s, front, p.upper, q, count, p.lower, border);
  }
  const struct part right = {p.upper.at + pivots, p.upper.stride};
  if (front->child < 0)
    part_set(p.update, p.lower, right, pivots, border, border);
  else
    part_subtract(p.update, p.lower, right, pivots, border, border);
}

/* ---- light rows ---- */

static void light_eliminate(struct lanes *s, lane *x)
{
  const struct layout *layout = s->layout;
  const int *target = layout->target + layout->leaf_targets;
  lane *const numbers = s->numbers;
  for (int k = layout->leaf_count; k < layout->light_count; k++) {
    const int start = layout->upper_start[k], width = layout->upper_start[k + 1] - start;
    const lane *const upper = numbers + layout_light_place(layout, k);
    lane *const lower = numbers + layout_light_place(layout, k) + width;
    const lane inverse = lanes_pivot_inverse(numbers[k]), right = x[k];
    numbers[k] = inverse;
    for (int a = 0; a < width; a++, target += width) {
      const lane m = lower[a] * inverse;
      const int row = layout->upper_column[start + a];
      lower[a] = m;
      x[row] = lane_fnma(m, right, x[row]);
      for (int b = 0; b < width; b++) numbers[target[b]] = lane_fnma(m, upper[b], numbers[target[b]]);
    }
  }
}

/* ---- solves ---- */

/* sum [rows] -= left [rows x count] x [count] */
static inline __attribute__((always_inline)) void products_subtract(lane *sum, struct part left, const lane *x,
                                                                    int count, int rows)
{
  for (int k = 0; k < count; k++)
    for (int r = 0; r < rows; r++) sum[r] = lane_fnma(left.at[r * left.stride + k], x[k], sum[r]);
}

/* The same with up to TILE_ROWS rows, each with a chain of sums of its own. */
static inline void strip_products(lane *sum, struct part left, const lane *x, int count, int rows)
{
  switch (rows) {
  case 4: products_subtract(sum, left, x, count, 4); break;
  case 3: products_subtract(sum, left, x, count, 3); break;
  case 2: products_subtract(sum, left, x, count, 2); break;
  default: products_subtract(sum, left, x, count, 1); break;
  }
}

static void front_forward(const struct lanes *s, const struct front *front, lane *x)
{
  const struct pieces p = front_pieces(s, front);
  const int *const column = s->layout->fronts->column + front->columns;
  lane *const own = x + front->first;
  for (int q = 0; q < front->pivots; q += TILE_ROWS) {
    const int count = front->pivots - q < TILE_ROWS ? front->pivots - q : TILE_ROWS;
    const struct part rows = {p.upper.at + q * p.upper.stride, p.upper.stride};
    strip_products(own + q, rows, own, q, count);
    for (int r = 1; r < count; r++)
      for (int c = 0; c < r; c++) own[q + r] = lane_fnma(rows.at[r * rows.stride + q + c], own[q + c], own[q + r]);
  }
  for (int i = 0; i < front->border; i += TILE_ROWS) {
    const int count = front->border - i < TILE_ROWS ? front->border - i : TILE_ROWS;
    lane sum[TILE_ROWS] = {{0}};
    strip_products(sum, (struct part){p.lower.at + i * p.lower.stride, p.lower.stride}, own, front->pivots, count);
    for (int r = 0; r < count; r++) x[column[i + r]] += sum[r];
  }
}

static void front_backward(const struct lanes *s, const struct front *front, lane *x)
{
  const struct pieces p = front_pieces(s, front);
  const int *const column = s->layout->fronts->column + front->columns;
  const int pivots = front->pivots, stride = p.upper.stride;
  lane *const own = x + front->first, *const met = s->gathered;
  for (int i = 0; i < front->border; i++) met[i] = x[column[i]];
  for (int end = pivots; end > 0;) {
    const int count = end % TILE_ROWS == 0 ? TILE_ROWS : end % TILE_ROWS, q = end - count;
    lane *const row = p.upper.at + q * stride;
    strip_products(own + q, (struct part){row + pivots, stride}, met, front->border, count);
    strip_products(own + q, (struct part){row + end, stride}, own + end, pivots - end, count);
    for (int r = count - 1; r >= 0; r--) {
      for (int c = r + 1; c < count; c++) own[q + r] = lane_fnma(row[r * stride + q + c], own[q + c], own[q + r]);
      own[q + r] *= s->numbers[front->first + q + r];
    }
    end = q;
  }
}

void lanes_factor(struct lanes *s, lane *x)
{
  const struct fronts *fronts = s->layout->fronts;
  light_eliminate(s, x);
  for (int f = 0; f < fronts->count; f++) {
    front_eliminate(s, f);
    front_forward(s, &fronts->front[f], x);
  }
}

void lanes_forward(const struct lanes *s, lane *x)
{
  const struct layout *layout = s->layout;
  for (int k = layout->leaf_count; k < layout->light_count; k++) {
    const int start = layout->upper_start[k], width = layout->upper_start[k + 1] - start;
    const lane *const lower = s->numbers + layout_light_place(layout, k) + width;
    const lane right = x[k];
    for (int a = 0; a < width; a++) {
      const int row = layout->upper_column[start + a];
      x[row] = lane_fnma(lower[a], right, x[row]);
    }
  }
  for (int f = 0; f < layout->fronts->count; f++) front_forward(s, &layout->fronts->front[f], x);
}

void lanes_backward(const struct lanes *s, lane *x)
{
  const struct layout *layout = s->layout;
  for (int f = layout->fronts->count - 1; f >= 0; f--) front_backward(s, &layout->fronts->front[f], x);
  for (int k = layout->light_count - 1; k >= layout->leaf_count; k--) {
    const int start = layout->upper_start[k], width = layout->upper_start[k + 1] - start;
    const lane *const upper = s->numbers + layout_light_place(layout, k);
    lane sum = x[k];
    for (int b = 0; b < width; b++) sum = lane_fnma(upper[b], x[layout->upper_column[start + b]], sum);
    x[k] = sum * s->numbers[k];
  }
}
