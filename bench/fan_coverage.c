/* bench/fan_coverage.c - what happened beside the range of the draws.
 *
 *   fan_coverage OUTCOMES.csv RUN
 *
 * OUTCOMES has the columns id, name, value (data/rare-earths/outcome-2025.csv); RUN is the folder of a run with draws
 * of scenarios/forecast-2025-uncertain.yaml, whose indicators are asked for in OUTCOMES's order. Rows that have none
 * there are left out and named by the count. Prints the 5, 50 and 95 % points of every figure, and the share of figures
 * that happened between 5 and 95 %. What was measured with an error of its own is taken at its value.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ensemble/statistics.h"
#include "io/csv.h"
#include "io/netcdf.h"

static int compare_double(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The question of an outcome, or "" where it is a sum over goods and routes. */
static const char *question_of(const struct table *table, int row, struct arena *arena)
{
  const char *what = table_cell(table, row, table_column(table, "what"));
  const char *goods = table_cell(table, row, table_column(table, "materials"));
  const char *from = table_cell(table, row, table_column(table, "regions"));
  const char *to = table_cell(table, row, table_column(table, "to"));
  const char *date = table_cell(table, row, table_column(table, "date"));
  if (text_equal(what, "output") && text_equal(goods, "conc-*"))
    return arena_format(arena, "content[concentrate, all, %s, %s]", from, date);
  if (strpbrk(goods, "* ") != NULL) return "";
  if (text_equal(what, "output")) return arena_format(arena, "production[%s, %s, %s]", goods, from, date);
  if (!text_equal(what, "flow")) return arena_format(arena, "%s[%s, %s, %s]", what, goods, from, date);
  if (to == NULL) return arena_format(arena, "exports[%s, %s, %s]", goods, from, date);
  return from == NULL ? arena_format(arena, "imports[%s, %s, %s]", goods, to, date) : "";
}

/* The certified draws of an indicator into drawn, ascending; their number, 0: there is no such indicator. */
static int draws_of(const struct netcdf *file, const char *question, double *drawn)
{
  const struct netcdf_variable *names = netcdf_find(file, "indicator"), *value = netcdf_find(file, "value");
  const struct netcdf_variable *certified = netcdf_find(file, "certified");
  int count = 0, at = 0;
  while (at < names->values_count && !text_equal(names->texts[at], question)) at++;
  if (at == names->values_count) return 0;
  for (int d = 0; d < certified->values_count; d++)
    if (certified->integers[d] != 0) drawn[count++] = value->numbers[d * names->values_count + at];
  qsort(drawn, (size_t)count, sizeof *drawn, compare_double);
  return count;
}

static void coverage_print(const struct table *table, const struct netcdf *file, struct arena *arena)
{
  const int draws = netcdf_find(file, "certified")->values_count;
  double *drawn = ARENA_ARRAY(arena, (size_t)table->rows * draws, double);
  double *happened = ARENA_ARRAY(arena, table->rows, double);
  int figures = 0, used = 0;
  printf("%-44s %10s %10s %10s %10s\n", "", "5 %", "median", "95 %", "happened");
  for (int r = 0; r < table->rows; r++) {
    double *own = drawn + (size_t)figures * (used > 0 ? used : draws);
    const char *question = question_of(table, r, arena);
    const int count = question[0] == '\0' ? 0 : draws_of(file, question, own);
    if (count < 2 || !parse_number(table_cell(table, r, table_column(table, "value")), &happened[figures])) continue;
    used = count;
    const double low = own[(int)(0.05 * (count - 1))], high = own[(int)(0.95 * (count - 1) + 0.999)];
    printf("%-44s %10.4g %10.4g %10.4g %10.4g%s\n", table_cell(table, r, table_column(table, "name")), low,
           own[count / 2], high, happened[figures],
           happened[figures] < low    ? "  below"
           : happened[figures] > high ? "  above"
                                      : "");
    figures++;
  }
  const struct coverage coverage = fan_coverage(happened, drawn, figures, used, 0.9, 0.95, arena);
  printf("%d of %d figures inside 5 to 95 %%: %.0f %%, 95 %% interval %.0f to %.0f; %d draws; %d outcomes have no "
         "indicator\n"
         "chance of a share as far from 90 %%, were the fan right and the figures independent: %.2g\n",
         coverage.inside, coverage.count, 100.0 * coverage.inside / coverage.count, 100 * coverage.share.low,
         100 * coverage.share.high, used, table->rows - figures, coverage.probability);
}

int main(int argc, char **argv)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  if (argc != 3) return fprintf(stderr, "usage: fan_coverage OUTCOMES.csv RUN\n"), 2;
  const struct table *table = csv_read(argv[1], "outcomes", arena, &error);
  const struct netcdf *file =
      table == NULL ? NULL : netcdf_read(arena_format(arena, "%s/draws.nc", argv[2]), arena, &error);
  if (file == NULL) {
    char line[1024];
    error_print(&error, line, sizeof line);
    return fprintf(stderr, "%s\n", line), 2;
  }
  coverage_print(table, file, arena);
  arena_free(arena);
  return 0;
}
