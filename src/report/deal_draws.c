/* report/deal_draws.c - what deals cost over many futures: differences draw by draw, never of means of different draws. */
#include "report/deal_draws.h"

#include <math.h>

#include "base/text.h"
#include "ensemble/statistics.h"
#include "report/columns.h"
#include "report/deal_costs.h"

enum { years_max = 40, years_shown_max = 12, movers_shown = 4 };

/* Cost by fiscal year of every draw that both policies certified, nominal million USD. */
struct costs {
  int draws, years, first_year;
  const long *draw; /* [draws] their numbers */
  double *cost;     /* [years x draws] */
  double *sum;      /* [draws] */
};

static int indicator_at(const struct ensemble *ensemble, enum indicator_source source, int year)
{
  for (int i = 0; i < ensemble->indicators->count; i++)
    if (ensemble->indicators->items[i].source == source && ensemble->indicators->items[i].index == year) return i;
  return -1;
}

static double value_at(const struct ensemble *ensemble, long draw, int indicator)
{
  if (indicator < 0) return 0;
  const double value = ensemble->values[(size_t)draw * (size_t)ensemble->indicators->count + (size_t)indicator];
  return isnan(value) ? 0 : value;
}

static bool year_range(const struct ensemble *ensemble, int *first, int *last)
{
  *first = 1 << 20, *last = -1;
  for (int i = 0; i < ensemble->indicators->count; i++) {
    if (ensemble->indicators->items[i].source != SOURCE_OUTLAY) continue;
    const int year = ensemble->indicators->items[i].index;
    if (year < *first) *first = year;
    if (year > *last) *last = year;
  }
  return *last >= *first;
}

static double net_of(const struct ensemble *ensemble, long draw, int year)
{
  return value_at(ensemble, draw, indicator_at(ensemble, SOURCE_OUTLAY, year)) -
         value_at(ensemble, draw, indicator_at(ensemble, SOURCE_RECEIPT, year));
}

static struct costs costs_of(const struct ensemble *with, const struct ensemble *without, struct arena *arena)
{
  struct costs costs = {0};
  int last;
  const long most = with->wanted < without->wanted ? with->wanted : without->wanted;
  long *draw = ARENA_ARRAY(arena, most, long);
  if (!year_range(with, &costs.first_year, &last)) return costs;
  costs.years = last - costs.first_year + 1;
  for (long d = 0; d < most; d++)
    if (with->state[d] == DRAW_CERTIFIED && without->state[d] == DRAW_CERTIFIED) draw[costs.draws++] = d;
  costs.draw = draw;
  costs.cost = ARENA_ARRAY(arena, costs.years * (costs.draws > 0 ? costs.draws : 1), double);
  costs.sum = ARENA_ARRAY(arena, costs.draws, double);
  for (int y = 0; y < costs.years; y++)
    for (int d = 0; d < costs.draws; d++) {
      const double cost = net_of(with, draw[d], costs.first_year + y) - net_of(without, draw[d], costs.first_year + y);
      costs.cost[(size_t)y * (size_t)costs.draws + (size_t)d] = cost;
      costs.sum[d] += cost;
    }
  return costs;
}

/* ---- ranges ---- */

static void set_quantiles(struct columns *columns, int column, const double *values, int count, struct arena *arena)
{
  const double *sorted = draws_sorted(values, count, arena);
  const struct estimate mean = mean_estimate(values, count);
  const double figures[] = {mean.mean, quantile(sorted, count, 0.05), quantile(sorted, count, 0.95)};
  for (int i = 0; i < 3; i++)
    columns_set(columns, 1 + i, column, fabs(figures[i]) < 0.5 ? "-" : arena_format(arena, "%.0f", figures[i]));
}

static void add_ranges(struct text *text, const struct costs *costs, struct arena *arena)
{
  static const char *const names[] = {"", "expected", "5 %", "95 %"};
  struct columns columns = columns_new(1, arena);
  for (int i = 0; i < 4; i++) columns_set(&columns, columns_add_row(&columns), 0, names[i]);
  int first = 0;
  while (first < costs->years - 1) { /* the first year in which anything is paid */
    double most = 0;
    for (int d = 0; d < costs->draws; d++)
      most = fmax(most, fabs(costs->cost[(size_t)first * (size_t)costs->draws + (size_t)d]));
    if (most > 0.5) break;
    first++;
  }
  const int left = costs->years - first, shown = left < years_shown_max ? left : years_shown_max;
  for (int y = 0; y < shown; y++) {
    columns_set(&columns, 0, 1 + y, arena_format(arena, "FY%02d", (costs->first_year + first + y) % 100));
    set_quantiles(&columns, 1 + y, costs->cost + (size_t)(first + y) * (size_t)costs->draws, costs->draws, arena);
  }
  columns_set(&columns, 0, 1 + shown, "all");
  set_quantiles(&columns, 1 + shown, costs->sum, costs->draws, arena);
  columns_print(&columns, text, 2, 2);
}

/* ---- what moves it ---- */

static void add_movers(struct text *text, const struct ensemble *with, const struct costs *costs, int width,
                       struct arena *arena)
{
  const struct movers movers = movers_of(with, costs->draw, costs->sum, costs->draws, arena);
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
  const struct costs costs = costs_of(with, without, arena);
  if (costs.draws < 2 || costs.years == 0) return "";
  struct text text = text_new(arena);
  const int width = view->columns > 0 ? view->columns : 100;
  text_add(&text, view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n",
           arena_format(arena,
                        "What the deals cost over %d futures, million USD, nominal, against the same futures without "
                        "them",
                        costs.draws));
  add_ranges(&text, &costs, arena);
  const struct estimate sum = mean_estimate(costs.sum, costs.draws);
  text_add_folded(
      &text,
      arena_format(arena,
                   "The expected sum is known to +- %s (standard error). %ld of %ld futures were not certified "
                   "in one of the two runs and are left out.",
                   figure(sum.error, arena), with->wanted - costs.draws, with->wanted),
      2, width);
  add_movers(&text, with, &costs, width, arena);
  return text.bytes;
}
