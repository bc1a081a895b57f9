/* report/score_text.c - figures in the order of the data, then the score by group: forecast against no change. */
#include "report/score_text.h"

#include <math.h>

#include "report/columns.h"
#include "report/highlights.h"

static const char *error_text(double error, struct arena *arena)
{
  return isnan(error) ? "-" : arena_format(arena, "%+.2f", error);
}

static const char *decimal(double value, struct arena *arena)
{
  return isnan(value) ? "-" : arena_format(arena, "%.2f", value);
}

/* The smallest error that is still shown. */
static double error_shown(const struct score *score, int figures_max, struct arena *arena)
{
  if (score->figures_count <= figures_max) return 0;
  double limit = INFINITY;
  bool *taken = ARENA_ARRAY(arena, score->figures_count, bool);
  for (int shown = 0; shown < figures_max; shown++) {
    int worst = -1;
    for (int i = 0; i < score->figures_count; i++)
      if (!taken[i] && !isnan(score->figures[i].error) &&
          (worst < 0 || fabs(score->figures[i].error) > fabs(score->figures[worst].error)))
        worst = i;
    if (worst < 0) break;
    taken[worst] = true;
    limit = fabs(score->figures[worst].error);
  }
  return limit;
}

static void add_figure(struct columns *columns, const struct run *run, const struct score_figure *scored,
                       struct arena *arena)
{
  const struct realisation *row = &run->dataset->outcomes[scored->row];
  const int line = columns_add_row(columns);
  columns_set(columns, line, 0, row->name != NULL ? row->name : row->record.id);
  columns_set(columns, line, 1, realisation_is_price(row) ? "USD/kg" : "t/y");
  columns_set(columns, line, 2, figure(scored->base, arena));
  columns_set(columns, line, 3, figure(scored->forecast, arena));
  columns_set(columns, line, 4, figure(scored->happened, arena));
  columns_set(columns, line, 5, error_text(scored->error, arena));
  columns_set(columns, line, 6, error_text(scored->error_no_change, arena));
}

static void add_figures(struct text *text, const struct run *run, int figures_max)
{
  const struct score *score = &run->metrics->score;
  struct arena *arena = text->arena;
  const double limit = error_shown(score, figures_max, arena);
  struct columns columns = columns_new(2, arena);
  const int head = columns_add_row(&columns);
  static const char *const heads[] = {"forecast", "happened", "error", "no change"};
  columns_set(&columns, head, 2, arena_format(arena, "%.0f", run->dataset->scenario->base_year));
  for (int i = 0; i < 4; i++) columns_set(&columns, head, 3 + i, heads[i]);
  for (int i = 0; i < score->figures_count; i++)
    if (limit == 0 || fabs(score->figures[i].error) >= limit) add_figure(&columns, run, &score->figures[i], arena);
  columns_print(&columns, text, 2, 2);
  if (limit > 0)
    text_add(text, "  the %d largest misses of %d figures; all are in summary.json\n", columns.rows - 1,
             score->figures_count);
}

/* Of two means that look alike neither is better. */
static const char *verdict(const struct score_line *line)
{
  const double gain = line->mean_no_change - line->mean;
  return fabs(gain) < 0.005 ? "even" : gain > 0 ? "better" : "worse";
}

static void add_lines(struct text *text, const struct run *run)
{
  const struct score *score = &run->metrics->score;
  struct arena *arena = text->arena;
  struct columns columns = columns_new(1, arena);
  static const char *const heads[] = {"figures", "mean error", "no change", "RMSE", "no change", ""};
  const int head = columns_add_row(&columns);
  columns_set(&columns, head, 0, "score, in logs");
  for (int i = 0; i < 6; i++) columns_set(&columns, head, 1 + i, heads[i]);
  for (int i = 0; i < score->lines_count; i++) {
    const struct score_line *line = &score->lines[i];
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, arena_format(arena, "%s, %s", line->group, line->prices ? "prices" : "quantities"));
    columns_set(&columns, row, 1,
                line->missing > 0 ? arena_format(arena, "%d of %d", line->count, line->count + line->missing)
                                  : arena_format(arena, "%d", line->count));
    columns_set(&columns, row, 2, decimal(line->mean, arena));
    columns_set(&columns, row, 3, decimal(line->mean_no_change, arena));
    columns_set(&columns, row, 4, decimal(line->rmse, arena));
    columns_set(&columns, row, 5, decimal(line->rmse_no_change, arena));
    if (line->count > 0) columns_set(&columns, row, 6, verdict(line));
  }
  columns_print(&columns, text, 2, 2);
}

void score_add_text(struct text *text, const struct run *run, int figures_max)
{
  if (run->metrics->score.figures_count == 0) return;
  add_figures(text, run, figures_max);
  text_add(text, "\n");
  add_lines(text, run);
}

/* ---- JSON ---- */

static void add_figure_json(struct json_writer *writer, const struct run *run, const struct score_figure *scored)
{
  const struct realisation *row = &run->dataset->outcomes[scored->row];
  json_map_open(writer, NULL);
  json_add_text(writer, "id", row->record.id);
  json_add_text(writer, "group", realisation_group(row));
  json_add_text(writer, "unit", realisation_is_price(row) ? "USD/kg" : "t/year");
  json_add_number(writer, "period", run->outcome->periods[scored->period].period.start);
  json_add_number(writer, "base_year", scored->base);
  json_add_number(writer, "modelled_base_year", scored->first);
  json_add_number(writer, "forecast", scored->forecast);
  json_add_number(writer, "happened", scored->happened);
  json_add_number(writer, "low", row->low);
  json_add_number(writer, "high", row->high);
  json_add_number(writer, "log_error", scored->error);
  json_add_number(writer, "log_error_no_change", scored->error_no_change);
  json_map_close(writer);
}

static void add_line_json(struct json_writer *writer, const struct score_line *line)
{
  json_map_open(writer, NULL);
  json_add_text(writer, "group", line->group);
  json_add_text(writer, "of", line->prices ? "prices" : "quantities");
  json_add_integer(writer, "figures", line->count);
  json_add_integer(writer, "missing", line->missing);
  json_add_number(writer, "mean_abs_log_error", line->mean);
  json_add_number(writer, "mean_abs_log_error_no_change", line->mean_no_change);
  json_add_number(writer, "rmse", line->rmse);
  json_add_number(writer, "rmse_no_change", line->rmse_no_change);
  json_map_close(writer);
}

void score_add_json(struct json_writer *writer, const struct run *run)
{
  const struct score *score = &run->metrics->score;
  if (score->figures_count == 0) {
    json_add_null(writer, "score");
    return;
  }
  json_map_open(writer, "score");
  json_list_open(writer, "figures");
  for (int i = 0; i < score->figures_count; i++) add_figure_json(writer, run, &score->figures[i]);
  json_list_close(writer);
  json_list_open(writer, "groups");
  for (int i = 0; i < score->lines_count; i++) add_line_json(writer, &score->lines[i]);
  json_list_close(writer);
  json_map_close(writer);
}
