/* bench/price_history.c - yearly prices of draws beside those that were paid.
 *
 *   price_history HISTORY.csv RUN MATERIAL REGION FIRST_YEAR
 *
 * HISTORY has the columns year and price_usd_per_kg; RUN is the folder of a run with draws. Of every draw the yearly
 * prices of as many years as the history has, from FIRST_YEAR on, give the statistics F54 of docs/finance.md: a
 * constant tax changes none of them, so the history may include one. Prints the history, the mean and quantiles of the
 * draws, the error of the mean, and how many draws lie below the history. Fails where the history lies outside the
 * central 95 %.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "finance/price_process.h"
#include "io/csv.h"
#include "io/netcdf.h"

enum { YEARS_MAX = 100, STATISTICS = 3 };
static const char *const names[STATISTICS] = {"volatility of yearly changes", "lag-1 autocorrelation",
                                              "highest / lowest"};

static void statistics_into(double *values, const double *prices, int years)
{
  const struct series_statistics of = series_statistics(prices, years);
  values[0] = of.volatility, values[1] = of.autocorrelation, values[2] = of.range;
}

static int history_read(const char *path, double *prices, struct arena *arena, struct error *error)
{
  const struct table *table = csv_read(path, "history", arena, error);
  if (table == NULL) return 0;
  const int column = table_column(table, "price_usd_per_kg");
  int count = 0;
  for (int r = 0; r < table->rows && count < YEARS_MAX; r++)
    if (table_cell(table, r, column) != NULL && parse_number(table_cell(table, r, column), &prices[count])) count++;
  return count;
}

/* The columns of the years of a price; false where one is missing. */
static bool columns_find(const struct netcdf *file, const char *place, int first, int years, int *columns)
{
  const struct netcdf_variable *indicators = netcdf_find(file, "indicator");
  for (int y = 0; y < years; y++) {
    char name[200];
    snprintf(name, sizeof name, "price[%s, %d]", place, first + y);
    columns[y] = -1;
    for (int i = 0; indicators != NULL && i < indicators->values_count; i++)
      if (strcmp(indicators->texts[i], name) == 0) columns[y] = i;
    if (columns[y] < 0) return false;
  }
  return true;
}

static int compare_double(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double quantile(const double *sorted, int count, double share)
{
  const double at = share * (count - 1);
  const int low = (int)at;
  return low + 1 < count ? sorted[low] + (at - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
}

/* One line; whether the history lies inside the central 95 %. */
static bool line_print(const char *name, double history, double *drawn, int count)
{
  double sum = 0, squares = 0;
  int below = 0;
  for (int d = 0; d < count; d++) sum += drawn[d], below += drawn[d] < history;
  const double mean = sum / count;
  for (int d = 0; d < count; d++) squares += (drawn[d] - mean) * (drawn[d] - mean);
  qsort(drawn, (size_t)count, sizeof *drawn, compare_double);
  const double low = quantile(drawn, count, 0.025), high = quantile(drawn, count, 0.975);
  printf("%-30s %8.2f %8.2f %8.2f %8.2f %8.2f %8.2f %7.0f %%\n", name, history, mean,
         sqrt(squares / (count - 1) / count), low, quantile(drawn, count, 0.5), high, 100.0 * below / count);
  return low <= history && history <= high;
}

static bool history_compare(const double *history, int years, const struct netcdf *file, const int *columns,
                            struct arena *arena)
{
  const struct netcdf_variable *value = netcdf_find(file, "value"), *certified = netcdf_find(file, "certified");
  const int draws = certified->values_count, width = value->values_count / draws;
  double *drawn = ARENA_ARRAY(arena, STATISTICS * draws, double), observed[STATISTICS];
  int count = 0;
  for (int d = 0; d < draws; d++) {
    double prices[YEARS_MAX], of[STATISTICS];
    if (certified->integers[d] == 0) continue;
    for (int y = 0; y < years; y++) prices[y] = value->numbers[d * width + columns[y]];
    statistics_into(of, prices, years);
    for (int s = 0; s < STATISTICS; s++) drawn[s * draws + count] = of[s];
    count++;
  }
  if (count < 2) return false;
  statistics_into(observed, history, years);
  printf("%d years, %d draws, %d of them not certified\n%-30s %8s %8s %8s %8s %8s %8s %9s\n", years, draws,
         draws - count, "", "history", "mean", "error", "2.5 %", "median", "97.5 %", "below");
  bool inside = true;
  for (int s = 0; s < STATISTICS; s++) inside &= line_print(names[s], observed[s], drawn + s * draws, count);
  return inside;
}

int main(int argc, char **argv)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  double history[YEARS_MAX];
  int columns[YEARS_MAX];
  if (argc != 6) return fprintf(stderr, "usage: price_history HISTORY.csv RUN MATERIAL REGION FIRST_YEAR\n"), 2;
  const int years = history_read(argv[1], history, arena, &error);
  const struct netcdf *file = netcdf_read(arena_format(arena, "%s/draws.nc", argv[2]), arena, &error);
  if (years < 3 || file == NULL) {
    char line[1024];
    error_print(&error, line, sizeof line);
    return fprintf(stderr, "%s\n", line), 2;
  }
  if (!columns_find(file, arena_format(arena, "%s, %s", argv[3], argv[4]), atoi(argv[5]), years, columns))
    return fprintf(stderr, "%s: no yearly price of %s in %s for %d years\n", argv[2], argv[3], argv[4], years), 2;
  const bool inside = history_compare(history, years, file, columns, arena);
  arena_free(arena);
  return inside ? 0 : 1;
}
