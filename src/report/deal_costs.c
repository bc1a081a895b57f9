/* report/deal_costs.c - the budget's lines of deals, year by year; of futures, the figures that every draw keeps.
 *
 * Only contracts of deals: credits and duties that they move stand elsewhere. Correlations are Spearman's.
 */
#include "report/deal_costs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- on the path ---- */

static double *path_of(const struct budget *budget, int instrument, struct arena *arena)
{
  double *path = ARENA_ARRAY(arena, budget->years_count, double);
  for (int i = 0; i < budget->lines_count; i++)
    for (int y = 0; budget->lines[i].instrument == instrument && y < budget->years_count; y++)
      path[y] += budget->lines[i].outlay_musd[y] - budget->lines[i].receipt_musd[y];
  return path;
}

/* ---- in futures ---- */

static void choose_draws(struct deal_costs *costs, const struct ensemble *futures, struct arena *arena)
{
  long *draw = ARENA_ARRAY(arena, futures->reach, long);
  for (long d = 0; d < futures->reach; d++)
    if (futures->state[d] == DRAW_CERTIFIED) draw[costs->futures_count++] = d;
  costs->draw = draw;
}

static const double *futures_of(const struct deal_costs *costs, const struct ensemble *futures, int instrument,
                                struct arena *arena)
{
  if (costs->futures_count == 0) return NULL;
  double *cost = ARENA_ARRAY(arena, costs->futures_count * costs->years, double);
  for (int i = 0; i < futures->indicators->count; i++) {
    const struct ensemble_indicator *item = &futures->indicators->items[i];
    const int year = item->year - costs->first_year;
    if (item->source != SOURCE_COST || item->index != instrument || year < 0 || year >= costs->years) continue;
    for (int f = 0; f < costs->futures_count; f++) {
      const double value = futures->values[costs->draw[f] * futures->indicators->count + i];
      cost[f * costs->years + year] = isnan(value) ? 0 : value;
    }
  }
  return cost;
}

/* ---- both ---- */

static double size_of(const struct deal_costs *costs, const struct deal_cost *cost)
{
  double size = 0;
  for (int y = 0; y < costs->years; y++) size += fabs(cost->path[y]);
  for (int i = 0; i < costs->futures_count * costs->years; i++) size += fabs(cost->futures[i]) / costs->futures_count;
  return size;
}

static void add_to(double *sum, const double *values, int count)
{
  for (int i = 0; i < count; i++) sum[i] += values[i];
}

/* Insertion into a short list: the dearest first. */
static void insert(struct deal_costs *costs, struct deal_cost *items, struct deal_cost item)
{
  int at = costs->count++;
  for (; at > 0 && size_of(costs, &items[at - 1]) < size_of(costs, &item); at--) items[at] = items[at - 1];
  items[at] = item;
}

struct deal_costs deal_costs_of(const struct run *run, int region, const struct ensemble *futures, struct arena *arena)
{
  struct deal_costs costs = {.region = region};
  if (region < 0) return costs;
  const struct budget budget = run->metrics->budget.region == region
                                   ? run->metrics->budget
                                   : budget_compute(run->outcome, run->metrics->ledgers, region, arena);
  const struct dataset *dataset = run->dataset;
  struct deal_cost *items = ARENA_ARRAY(arena, dataset->instruments_count, struct deal_cost);
  costs.first_year = budget.first_year, costs.years = budget.years_count;
  if (futures != NULL) choose_draws(&costs, futures, arena);
  double *path = ARENA_ARRAY(arena, costs.years, double), *drawn = NULL;
  if (costs.futures_count > 0) drawn = ARENA_ARRAY(arena, costs.futures_count * costs.years, double);
  for (int k = 0; k < dataset->instruments_count; k++) {
    if (dataset->instruments[k].deal < 0) continue;
    const struct deal_cost item = {k, path_of(&budget, k, arena), futures_of(&costs, futures, k, arena)};
    if (!(size_of(&costs, &item) > 0.005)) continue;
    add_to(path, item.path, costs.years);
    if (drawn != NULL) add_to(drawn, item.futures, costs.futures_count * costs.years);
    insert(&costs, items, item);
  }
  costs.items = items;
  costs.all = (struct deal_cost){-1, path, drawn};
  return costs;
}

double deal_cost_on_path(const struct deal_cost *cost, int first, int count)
{
  double sum = 0;
  for (int y = first; y < first + count; y++) sum += cost->path[y];
  return sum;
}

void deal_cost_in_futures(const struct deal_costs *costs, const struct deal_cost *cost, int first, int count,
                          double *sums)
{
  for (int f = 0; f < costs->futures_count; f++) {
    sums[f] = 0;
    for (int y = first; y < first + count; y++) sums[f] += cost->futures[f * costs->years + y];
  }
}

struct cost_years deal_costs_paid(const struct deal_costs *costs)
{
  int first = costs->years, last = -1;
  for (int y = 0; y < costs->years; y++) {
    bool paid = fabs(costs->all.path[y]) >= 0.5;
    for (int f = 0; f < costs->futures_count && !paid; f++)
      paid = fabs(costs->all.futures[f * costs->years + y]) >= 0.5;
    if (!paid) continue;
    if (y < first) first = y;
    last = y;
  }
  return last < 0 ? (struct cost_years){0, 1} : (struct cost_years){first, last - first + 1};
}

/* ---- what was promised ---- */

static bool has_instrument(const struct dataset *dataset, const char *id)
{
  const int k = dataset_find(dataset, "instruments", id);
  return k >= 0 && dataset->instruments[k].enabled;
}

struct added_exposure added_exposure_of(const struct run *run, const struct fiscal_exposure *exposure,
                                        const struct run *quo)
{
  struct added_exposure added = {0};
  for (int k = 0; k < run->dataset->instruments_count; k++) {
    const struct instrument *instrument = &run->dataset->instruments[k];
    if (!instrument->enabled || has_instrument(quo->dataset, instrument->record.id)) continue;
    added.gross_musd[instrument->appropriated] += exposure->gross_musd[k];
    added.instruments[instrument->appropriated]++;
    added.total_musd += exposure->gross_musd[k];
  }
  return added;
}

/* ---- what moves a figure ---- */

struct ranked {
  double value;
  int index;
};

static int compare_ranked(const void *a, const void *b)
{
  const struct ranked *left = a, *right = b;
  if (left->value != right->value) return left->value < right->value ? -1 : 1;
  return left->index - right->index;
}

/* Ranks 0 .. count - 1; equal values share their mean rank. */
static double *ranks_of(const double *values, int count, struct arena *arena)
{
  struct ranked *order = ARENA_ARRAY(arena, count, struct ranked);
  double *ranks = ARENA_ARRAY(arena, count, double);
  for (int i = 0; i < count; i++) order[i] = (struct ranked){values[i], i};
  qsort(order, (size_t)count, sizeof *order, compare_ranked);
  for (int i = 0, end; i < count; i = end) {
    for (end = i + 1; end < count && order[end].value == order[i].value;) end++;
    for (int k = i; k < end; k++) ranks[order[k].index] = 0.5 * (i + end - 1);
  }
  return ranks;
}

/* Spearman's rank correlation; 0 where one of them does not vary. */
static double rank_correlation(const double *a, const double *b, int count, struct arena *arena)
{
  const double *x = ranks_of(a, count, arena), *y = ranks_of(b, count, arena), mean = 0.5 * (count - 1);
  double xx = 0, yy = 0, xy = 0;
  for (int i = 0; i < count; i++) {
    xx += (x[i] - mean) * (x[i] - mean);
    yy += (y[i] - mean) * (y[i] - mean);
    xy += (x[i] - mean) * (y[i] - mean);
  }
  return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

static int compare_movers(const void *a, const void *b)
{
  const double left = fabs(((const struct mover *)a)->correlation),
               right = fabs(((const struct mover *)b)->correlation);
  return left > right ? -1 : left < right;
}

struct movers movers_of(const struct ensemble *futures, const long *draw, const double *values, int count,
                        struct arena *arena)
{
  const struct chance *chance = futures->draws->dataset->chance;
  const int variables = chance != NULL ? chance->variables_count : 0;
  struct movers movers = {.noise = 2 / sqrt(count)};
  double *inputs = ARENA_ARRAY(arena, variables * count, double);
  struct mover *items = ARENA_ARRAY(arena, variables, struct mover);
  for (int d = 0; d < count; d++) {
    const struct arena_mark mark = arena_mark(arena);
    const struct draw_inputs *drawn = draws_make(futures->draws, draw[d], arena);
    for (int v = 0; v < variables; v++) inputs[(size_t)v * (size_t)count + (size_t)d] = drawn->redraw.values[v];
    arena_reset(arena, mark);
  }
  for (int v = 0; v < variables; v++)
    items[v] = (struct mover){chance->variables[v].name,
                              rank_correlation(inputs + (size_t)v * (size_t)count, values, count, arena)};
  qsort(items, (size_t)variables, sizeof *items, compare_movers);
  while (movers.count < variables && fabs(items[movers.count].correlation) > movers.noise) movers.count++;
  movers.items = items;
  return movers;
}
