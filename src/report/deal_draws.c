/* report/deal_draws.c - what deals cost over many futures: the same sums as on the first screen, every year of them.
 *
 * What they move beside their own payments (credits, duties, other contracts) is the change of the whole budget draw by
 * draw, never of means of different draws.
 */
#include "report/deal_draws.h"

#include <math.h>

#include "base/text.h"
#include "ensemble/statistics.h"
#include "report/columns.h"
#include "report/deal_costs.h"

enum { years_shown_max = 12, movers_shown = 4 };

/* ---- ranges ---- */

static void set_ranges(struct columns *columns, int column, const struct deal_costs *costs, struct cost_years years,
                       struct arena *arena)
{
  const int count = costs->futures_count;
  double *sums = ARENA_ARRAY(arena, count, double);
  deal_cost_in_futures(costs, &costs->all, years.first, years.count, sums);
  const double *sorted = draws_sorted(sums, count, arena);
  const double figures[] = {mean_estimate(sums, count).mean, quantile(sorted, count, 0.05),
                            quantile(sorted, count, 0.95)};
  for (int i = 0; i < 3; i++)
    columns_set(columns, 1 + i, column, fabs(figures[i]) < 0.5 ? "-" : arena_format(arena, "%.0f", figures[i]));
}

/* Twelve years to a table; the last has the sum of all years too. */
static void add_ranges(struct text *text, const struct deal_costs *costs, struct arena *arena)
{
  static const char *const names[] = {"", "expected", "5 %", "95 %"};
  const struct cost_years paid = deal_costs_paid(costs);
  for (int from = 0; from < paid.count; from += years_shown_max) {
    const int left = paid.count - from, shown = left < years_shown_max ? left : years_shown_max;
    struct columns columns = columns_new(1, arena);
    for (int i = 0; i < 4; i++) columns_set(&columns, columns_add_row(&columns), 0, names[i]);
    for (int y = 0; y < shown; y++) {
      const int year = paid.first + from + y;
      columns_set(&columns, 0, 1 + y, arena_format(arena, "FY%02d", (costs->first_year + year) % 100));
      set_ranges(&columns, 1 + y, costs, (struct cost_years){year, 1}, arena);
    }
    if (shown == left) {
      columns_set(&columns, 0, 1 + shown, "all");
      set_ranges(&columns, 1 + shown, costs, (struct cost_years){0, costs->years}, arena);
    }
    columns_print(&columns, text, 2, 2);
  }
}

/* ---- the rest of the budget ---- */

/* Adds factor times an indicator of the draws to sums. */
static void add_indicator(const struct ensemble *ensemble, int indicator, double factor, const long *draw, int count,
                          double *sums)
{
  for (int d = 0; d < count; d++) {
    const double value = ensemble->values[(size_t)draw[d] * (size_t)ensemble->indicators->count + (size_t)indicator];
    if (!isnan(value)) sums[d] += factor * value;
  }
}

/* Outlays less receipts of all years, million USD nominal. */
static void add_budget(const struct ensemble *ensemble, double factor, const long *draw, int count, double *sums)
{
  for (int i = 0; i < ensemble->indicators->count; i++) {
    const enum indicator_source source = ensemble->indicators->items[i].source;
    if (source == SOURCE_OUTLAY) add_indicator(ensemble, i, factor, draw, count, sums);
    if (source == SOURCE_RECEIPT) add_indicator(ensemble, i, -factor, draw, count, sums);
  }
}

static const char *rest_words(const struct ensemble *with, const struct ensemble *without, struct arena *arena)
{
  const long most = with->reach < without->reach ? with->reach : without->reach;
  long *draw = ARENA_ARRAY(arena, most, long);
  int count = 0;
  for (long d = 0; d < most; d++)
    if (with->state[d] == DRAW_CERTIFIED && without->state[d] == DRAW_CERTIFIED) draw[count++] = d;
  double *sums = ARENA_ARRAY(arena, count, double);
  add_budget(with, 1, draw, count, sums);
  add_budget(without, -1, draw, count, sums);
  const double *sorted = draws_sorted(sums, count, arena);
  if (count < 2) return "";
  return arena_format(arena,
                      " With all else that they move in the budget %s (%s to %s), over the %d futures certified with "
                      "and without them.",
                      figure(mean_estimate(sums, count).mean, arena), figure(quantile(sorted, count, 0.05), arena),
                      figure(quantile(sorted, count, 0.95), arena), count);
}

/* ---- what moves it ---- */

static void add_movers(struct text *text, const struct ensemble *with, const struct deal_costs *costs,
                       const double *sums, int width, struct arena *arena)
{
  const struct movers movers = movers_of(with, costs->draw, sums, costs->futures_count, arena);
  struct text line = text_new(arena);
  for (int v = 0; v < movers.count && v < movers_shown; v++)
    text_add(&line, "%s%s %+.2f", v > 0 ? ", " : "What moves the cost most (rank correlation): ", movers.items[v].name,
             movers.items[v].correlation);
  if (movers.count == 0)
    text_add(&line, "No single input moves the cost by more than chance would (rank correlations below %.2f).",
             movers.noise);
  else
    text_add(&line, ". Below %.2f it may be chance.", movers.noise);
  text_add_folded(text, line.bytes, 2, width);
}

const char *deal_draws_text(const struct ensemble *with, const struct ensemble *without,
                            const struct summary_view *view, struct arena *arena)
{
  const struct deal_costs costs = deal_costs_of(with->run, with->run->metrics->budget.region, with, arena);
  if (costs.futures_count < 2 || costs.years == 0 || costs.count == 0) return "";
  struct text text = text_new(arena);
  const int width = view->columns > 0 ? view->columns : 100;
  text_add(&text, view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n",
           arena_format(arena, "What the deals cost over %d futures, million USD, nominal, by fiscal year",
                        costs.futures_count));
  add_ranges(&text, &costs, arena);
  double *sums = ARENA_ARRAY(arena, costs.futures_count, double);
  deal_cost_in_futures(&costs, &costs.all, 0, costs.years, sums);
  text_add_folded(&text,
                  arena_format(arena,
                               "The expected sum is known to +- %s (standard error). %ld of %ld futures were "
                               "not certified.%s",
                               figure(mean_estimate(sums, costs.futures_count).error, arena), with->failed, with->done,
                               rest_words(with, without, arena)),
                  2, width);
  add_movers(&text, with, &costs, sums, width, arena);
  return text.bytes;
}
