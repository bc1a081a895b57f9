/* report/expectations_text.c - a table of the fitted function at round stocks, and the simulated moments. */
#include "report/expectations_text.h"

#include <math.h>

#include "report/columns.h"

enum { rows_shown = 9 };

static void add_heading(struct text *text, const struct summary_view *view, const char *heading)
{
  text_add(text, view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n", heading);
}

static const char *store_name(const struct expectations *found, int store)
{
  return found->network->nodes[found->network->stores[store].node].name;
}

/* The stock up to which the table goes: about three times the mean. */
static double table_top(const struct expectations *found, int store)
{
  const double *axis = found->knots->at[store], last = axis[found->knots->count[store] - 1];
  const double wanted = 3 * found->moments[store][MOMENT_MEAN_STOCK].estimate;
  return wanted > 0 ? fmin(last, wanted) : last;
}

/* The shocks under which the price of a store with nothing in it is lowest and highest. */
static void extreme_shocks(const struct expectations *found, int store, int *low, int *high)
{
  const double none[2] = {0, 0};
  double least = INFINITY, most = -INFINITY;
  *low = *high = 0;
  for (int k = 0; k < found->shocks; k++) {
    const double price = price_function_at(&found->price[k * found->stores + store], none, NULL);
    if (price < least) least = price, *low = k;
    if (price > most) most = price, *high = k;
  }
}

/* One row a stock: expected price, price and stock left in the best and in the worst case. The other store is empty. */
static void add_function(struct text *text, const struct expectations *found, int store)
{
  static const char *const heads[] = {"in store at the start, t", "expected price", "price at best", "left, t",
                                      "price at worst",           "left, t"};
  struct arena *arena = text->arena;
  struct columns columns = columns_new(0, arena);
  const int head = columns_add_row(&columns);
  const double top = table_top(found, store);
  int low, high;
  extreme_shocks(found, store, &low, &high);
  for (int c = 0; c < 6; c++) columns_set(&columns, head, c, heads[c]);
  for (int r = 0; r < rows_shown; r++) {
    double stock[2] = {0, 0};
    stock[store] = top * r / (rows_shown - 1);
    const int row = columns_add_row(&columns), best = low * found->stores + store, worst = high * found->stores + store;
    columns_set(&columns, row, 0, figure(stock[store], arena));
    columns_set(&columns, row, 1, figure(price_function_at(&found->expected[store], stock, NULL), arena));
    columns_set(&columns, row, 2, figure(price_function_at(&found->price[best], stock, NULL), arena));
    columns_set(&columns, row, 3, figure(fmax(0, price_function_at(&found->stock[best], stock, NULL)), arena));
    columns_set(&columns, row, 4, figure(price_function_at(&found->price[worst], stock, NULL), arena));
    columns_set(&columns, row, 5, figure(fmax(0, price_function_at(&found->stock[worst], stock, NULL)), arena));
  }
  columns_print(&columns, text, 2, 2);
}

static void add_moments(struct text *text, const struct expectations *found, int store)
{
  static const char *const units[moments_count] = {"USD/kg", "", "", "", "t", ""};
  struct arena *arena = text->arena;
  struct columns columns = columns_new(2, arena);
  const int head = columns_add_row(&columns);
  columns_set(&columns, head, 0, arena_format(arena, "over %d simulated periods", found->simulated));
  columns_set(&columns, head, 2, "figure");
  columns_set(&columns, head, 3, "standard error");
  for (int m = 0; m < moments_count; m++) {
    const struct moment moment = found->moments[store][m];
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, moment_name(m));
    columns_set(&columns, row, 1, units[m]);
    columns_set(&columns, row, 2, arena_format(arena, "%.5g", moment.estimate));
    columns_set(&columns, row, 3, arena_format(arena, "%.2g", moment.error));
  }
  columns_print(&columns, text, 2, 2);
}

const char *expectations_text(const struct expectations *found, const struct summary_view *view, struct arena *arena)
{
  struct text text = text_new(arena);
  for (int s = 0; s < found->stores; s++) {
    add_heading(&text, view,
                arena_format(arena, "Rational expectations: %s, price as a function of the stock, USD/kg, real",
                             store_name(found, s)));
    add_function(&text, found, s);
    text_add(&text, "  It pays to store while the price is below %.6g USD/kg.\n", found->store_below[s]);
    add_moments(&text, found, s);
  }
  text_add(
      &text,
      "  %d shocks, drawn anew in every period; %d markets solved and certified in %d rounds, the last of which moved "
      "no price by more than %.1g USD/kg.\n  The periods above are a path without shocks: all figures as in the "
      "data.\n",
      found->shocks, found->solves, found->iterations, found->change);
  return text.bytes;
}
