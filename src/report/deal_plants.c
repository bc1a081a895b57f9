/* report/deal_plants.c - the plants that the deals pay, side by side.
 *
 * A plant starts in the first period in which it makes more than a thousandth of the most that it makes in any: what it
 * does, not what it was promised for. It does not say which term of a deal moved it.
 */
#include "report/deal_plants.h"

#include <math.h>

#include "metrics/support.h"
#include "report/columns.h"
#include "report/highlights.h"

enum { plants_shown_max = 20 };

/* Present value that the deals pay each plant, million USD. */
static double *paid_by_deals(const struct run *run, int region, struct arena *arena)
{
  const struct dataset *dataset = run->dataset;
  double *paid = ARENA_ARRAY(arena, dataset->facilities_count, double);
  for (int k = 0; k < dataset->instruments_count; k++) {
    if (dataset->instruments[k].deal < 0) continue;
    const struct support support = support_by_instrument(run->outcome, run->metrics->ledgers, region, k, arena);
    for (int f = 0; f < dataset->facilities_count; f++) paid[f] += fabs(support.present_value_musd[f]);
  }
  return paid;
}

static const char *start_of(const struct run *run, int facility, struct arena *arena)
{
  const struct outcome *outcome = run->outcome;
  double most = 0;
  for (int p = 0; p < outcome->periods_count; p++) most = fmax(most, facility_output(outcome, p, facility));
  if (most < 1e-6) return "never";
  int p = 0;
  while (facility_output(outcome, p, facility) <= 1e-3 * most) p++;
  return p == 0 ? "runs already" : period_label(outcome->periods[p].period, arena);
}

static void add_plant(struct columns *columns, const struct run *run, const struct run *in_cash, int period, int f)
{
  struct arena *arena = columns->arena;
  const int row = columns_add_row(columns);
  const double cash = facility_output(in_cash->outcome, period, f), market = facility_output(run->outcome, period, f);
  const bool same = fabs(market - cash) < 1e-4 * fmax(1, fmax(market, cash));
  columns_set(columns, row, 0, run->dataset->facilities[f].record.id);
  columns_set(columns, row, 1, start_of(in_cash, f, arena));
  columns_set(columns, row, 2, start_of(run, f, arena));
  columns_set(columns, row, 3, figure(cash, arena));
  columns_set(columns, row, 4, figure(market, arena));
  columns_set(columns, row, 5, same ? "=" : figure_signed(market - cash, arena));
}

static void add_heads(struct columns *columns, const char *year)
{
  static const char *const below[] = {"cash only", "the market", "cash only", "the market", "difference"};
  const int first = columns_add_row(columns), second = columns_add_row(columns);
  for (int i = 0; i < 5; i++) {
    if (i < 4) columns_set(columns, first, 1 + i, i < 2 ? "starts in" : arena_format(columns->arena, "t in %s", year));
    columns_set(columns, second, 1 + i, below[i]);
  }
}

bool deal_plants_print(const struct run *run, const struct run *in_cash, int region, int period, struct text *text,
                       struct arena *arena)
{
  if (in_cash == NULL || in_cash->outcome->periods_count != run->outcome->periods_count) return false;
  double *paid = paid_by_deals(run, region, arena);
  struct columns columns = columns_new(1, arena);
  add_heads(&columns, period_label(run->outcome->periods[period].period, arena));
  const int heads = columns.rows;
  while (columns.rows < heads + plants_shown_max) { /* the one that is paid most comes first */
    int most = -1;
    for (int f = 0; f < run->dataset->facilities_count; f++)
      if (paid[f] > 0.005 && (most < 0 || paid[f] > paid[most])) most = f;
    if (most < 0) break;
    add_plant(&columns, run, in_cash, period, most);
    paid[most] = 0;
  }
  if (columns.rows > heads) columns_print(&columns, text, 2, 2);
  return columns.rows > heads;
}
