/* report/sensitivity_text.c - a section a figure: spread, tornado, shares of the variance, conditions in words. */
#include "report/sensitivity_text.h"

#include <math.h>

#include "io/json.h"
#include "report/columns.h"

enum { bars_shown = 10 };

static void add_heading(struct text *text, const struct summary_view *view, const char *heading)
{
  text_add(text, view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n", heading);
}

/* ---- the tornado ---- */

static double swing_of(const struct tornado_bar *bar, double base)
{
  const double swing = fmax(fabs(bar->high - bar->low), fmax(fabs(bar->high - base), fabs(bar->low - base)));
  return isnan(swing) ? 0 : swing;
}

/* Inputs by how far they move the figure, the farthest first. */
static int *order_bars(const struct sensitivity *sensitivity, const struct sensitivity_figure *figure,
                       struct arena *arena)
{
  const int inputs = sensitivity->problem->inputs;
  int *order = ARENA_ARRAY(arena, inputs, int);
  for (int i = 0; i < inputs; i++) {
    int at = i;
    for (; at > 0 && swing_of(&figure->bars[order[at - 1]], figure->base) < swing_of(&figure->bars[i], figure->base);
         at--)
      order[at] = order[at - 1];
    order[at] = i;
  }
  return order;
}

static void add_bar(struct columns *columns, const struct sensitivity_input *input, const struct tornado_bar *bar,
                    struct arena *arena)
{
  const int row = columns_add_row(columns);
  columns_set(columns, row, 0, input->name);
  columns_set(columns, row, 1, text_equal(input->unit, "1") ? "" : input->unit);
  columns_set(columns, row, 2, input->over_time ? "one course" : figure(bar->low_value, arena));
  columns_set(columns, row, 3, input->over_time ? "another" : figure(bar->high_value, arena));
  columns_set(columns, row, 4, figure(bar->low, arena));
  columns_set(columns, row, 5, figure(bar->high, arena));
}

static void add_tornado(struct text *text, const struct sensitivity *sensitivity, int output)
{
  static const char *const heads[] = {
      "one input alone, the others at their medians", "unit", "at 10 %", "at 90 %", "figure then", "and then"};
  struct arena *arena = text->arena;
  const struct sensitivity_problem *problem = sensitivity->problem;
  const struct sensitivity_figure *found = &sensitivity->figures[output];
  const int *order = order_bars(sensitivity, found, arena);
  struct columns columns = columns_new(2, arena);
  const int head = columns_add_row(&columns);
  int shown = 0;
  for (int c = 0; c < 6; c++) columns_set(&columns, head, c, heads[c]);
  for (; shown < problem->inputs && shown < bars_shown; shown++) {
    if (swing_of(&found->bars[order[shown]], found->base) <= 1e-9 * fabs(found->base)) break;
    add_bar(&columns, &problem->input[order[shown]], &found->bars[order[shown]], arena);
  }
  columns_print(&columns, text, 2, 2);
  if (shown < problem->inputs)
    text_add(text, "  %d more inputs move it less%s\n", problem->inputs - shown, shown == 0 ? ": none moves it" : "");
}

/* ---- shares of the variance ---- */

/* Two digits, and no minus before nothing. */
static double hundredths(double share)
{
  return fabs(share) < 0.005 ? 0 : share;
}

static const char *share_text(struct interval interval, struct arena *arena)
{
  if (isnan(interval.estimate)) return "-";
  if (isnan(interval.low)) return arena_format(arena, "%.2f (no interval)", hundredths(interval.estimate));
  return arena_format(arena, "%.2f (%.2f to %.2f)", hundredths(interval.estimate), hundredths(interval.low),
                      hundredths(interval.high));
}

static void add_shares(struct text *text, const struct sensitivity *sensitivity, const struct sensitivity_figure *found)
{
  struct arena *arena = text->arena;
  struct columns columns = columns_new(1, arena);
  const int head = columns_add_row(&columns);
  columns_set(&columns, head, 0, "share of the variance (and its 95 % interval)");
  columns_set(&columns, head, 1, "alone");
  columns_set(&columns, head, 2, "with interactions");
  for (int g = 0; g < sensitivity->groups; g++) {
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, sensitivity->group_name[g]);
    columns_set(&columns, row, 1, share_text(found->indices->first[g], arena));
    columns_set(&columns, row, 2, share_text(found->indices->total[g], arena));
  }
  columns_print(&columns, text, 2, 2);
  if (found->effects == NULL) return;
  struct columns effects = columns_new(1, arena);
  const int line = columns_add_row(&effects);
  columns_set(&effects, line, 0, "of inputs that are correlated (Shapley effects)");
  columns_set(&effects, line, 1, "share");
  for (int p = 0; p < sensitivity->players; p++) {
    const int row = columns_add_row(&effects);
    columns_set(&effects, row, 0, sensitivity->player_name[p]);
    columns_set(&effects, row, 1, share_text(found->effects->effect[p], arena));
  }
  columns_print(&effects, text, 2, 2);
}

/* ---- conditions ---- */

static const char *outcome_words(const struct sensitivity *sensitivity, int output, int side, struct arena *arena)
{
  const struct sensitivity_output *named = &sensitivity->problem->output[output];
  return arena_format(arena, "it is %s %s %s", side == 0 ? "below" : "above",
                      figure(sensitivity->figures[output].threshold[side], arena), named->unit);
}

static void add_conditions(struct text *text, const struct sensitivity *sensitivity, int output, int width)
{
  struct arena *arena = text->arena;
  const struct sensitivity_figure *found = &sensitivity->figures[output];
  for (int side = 1; side >= 0; side--) {
    const struct prim_result *result = found->boxes[side];
    if (result == NULL || result->hits == 0) continue;
    const char *words = outcome_words(sensitivity, output, side, arena);
    text_add(text, "  %s fifth:\n", side == 1 ? "highest" : "lowest");
    for (int b = 0; b < result->boxes_count; b++)
      text_add_folded(
          text, prim_words(&result->boxes[b], sensitivity->condition, sensitivity->conditions, words, arena), 4, width);
    if (result->boxes_count == 0)
      text_add_folded(text, "no condition on the inputs tells these draws from the others", 4, width);
  }
}

/* ---- all ---- */

static void add_figure_section(struct text *text, const struct sensitivity *sensitivity, int output,
                               const struct summary_view *view)
{
  struct arena *arena = text->arena;
  const struct sensitivity_output *named = &sensitivity->problem->output[output];
  const struct sensitivity_figure *found = &sensitivity->figures[output];
  add_heading(text, view, arena_format(arena, "%s, %s", named->name, named->unit));
  text_add(text,
           "  %s with all inputs at their medians; over their distributions %s on average (standard error %s), "
           "standard deviation %s\n",
           figure(found->base, arena), figure(found->estimate.mean, arena), figure(found->estimate.error, arena),
           figure(found->estimate.deviation, arena));
  add_tornado(text, sensitivity, output);
  add_shares(text, sensitivity, found);
  add_conditions(text, sensitivity, output, view->columns > 0 ? view->columns : 100);
}

const char *sensitivity_text(const struct run *run, const struct sensitivity *sensitivity,
                             const struct summary_view *view, struct arena *arena)
{
  struct text text = text_new(arena);
  const char *title = run->dataset->scenario->title;
  add_heading(&text, view,
              arena_format(arena, "What figures depend on: %s", title != NULL ? title : run->dataset->scenario->id));
  text_add(&text, "  %d runs of the market; indices from %d rows", sensitivity->evaluations, sensitivity->rows);
  if (sensitivity->failed > 0) text_add(&text, "; %d runs not certified and left out", sensitivity->failed);
  text_add(&text, ". More draws make the intervals narrower: --draws %d halves them.\n", 4 * sensitivity->rows);
  for (int o = 0; o < sensitivity->problem->outputs; o++) add_figure_section(&text, sensitivity, o, view);
  return text.bytes;
}

/* ---- for programs ---- */

static void write_interval(struct json_writer *writer, const char *key, struct interval interval)
{
  json_map_open(writer, key);
  json_add_number(writer, "estimate", interval.estimate);
  json_add_number(writer, "low", interval.low);
  json_add_number(writer, "high", interval.high);
  json_map_close(writer);
}

static void write_bars(struct json_writer *writer, const struct sensitivity_problem *problem,
                       const struct sensitivity_figure *found)
{
  json_list_open(writer, "one_at_a_time");
  for (int i = 0; i < problem->inputs; i++) {
    json_map_open(writer, NULL);
    json_add_text(writer, "input", problem->input[i].name);
    json_add_text(writer, "unit", problem->input[i].unit);
    json_add_number(writer, "input_at_10_percent", found->bars[i].low_value);
    json_add_number(writer, "input_at_90_percent", found->bars[i].high_value);
    json_add_number(writer, "figure_at_10_percent", found->bars[i].low);
    json_add_number(writer, "figure_at_90_percent", found->bars[i].high);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void write_shares(struct json_writer *writer, const struct sensitivity *sensitivity,
                         const struct sensitivity_figure *found)
{
  json_list_open(writer, "sobol");
  for (int g = 0; g < sensitivity->groups; g++) {
    json_map_open(writer, NULL);
    json_add_text(writer, "inputs", sensitivity->group_name[g]);
    write_interval(writer, "first_order", found->indices->first[g]);
    write_interval(writer, "total", found->indices->total[g]);
    json_map_close(writer);
  }
  json_list_close(writer);
  json_list_open(writer, "shapley");
  for (int p = 0; found->effects != NULL && p < sensitivity->players; p++) {
    json_map_open(writer, NULL);
    json_add_text(writer, "inputs", sensitivity->player_name[p]);
    write_interval(writer, "effect", found->effects->effect[p]);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void write_box(struct json_writer *writer, const struct sensitivity *sensitivity, const struct prim_box *box,
                      const char *words)
{
  json_map_open(writer, NULL);
  json_add_text(writer, "words", words);
  json_add_number(writer, "coverage", box->coverage);
  json_add_number(writer, "density", box->density);
  json_add_integer(writer, "draws", box->inside);
  json_list_open(writer, "limits");
  for (int i = 0; i < sensitivity->conditions; i++) {
    if (!isfinite(box->low[i]) && !isfinite(box->high[i])) continue;
    json_map_open(writer, NULL);
    json_add_text(writer, "input", sensitivity->condition[i].name);
    json_add_number(writer, "above", box->low[i]);
    json_add_number(writer, "below", box->high[i]);
    json_add_number(writer, "quasi_p_value", box->p_value[i]);
    json_map_close(writer);
  }
  json_list_close(writer);
  json_map_close(writer);
}

static void write_figure(struct json_writer *writer, const struct sensitivity *sensitivity, int output,
                         struct arena *arena)
{
  static const char *const sides[] = {"lowest_fifth", "highest_fifth"};
  const struct sensitivity_figure *found = &sensitivity->figures[output];
  json_map_open(writer, NULL);
  json_add_text(writer, "indicator", sensitivity->problem->output[output].name);
  json_add_text(writer, "unit", sensitivity->problem->output[output].unit);
  json_add_number(writer, "at_medians", found->base);
  json_add_number(writer, "mean", found->estimate.mean);
  json_add_number(writer, "standard_error", found->estimate.error);
  json_add_number(writer, "standard_deviation", found->estimate.deviation);
  write_bars(writer, sensitivity->problem, found);
  write_shares(writer, sensitivity, found);
  for (int side = 0; side < 2; side++) {
    json_list_open(writer, sides[side]);
    for (int b = 0; found->boxes[side] != NULL && b < found->boxes[side]->boxes_count; b++) {
      const struct prim_box *box = &found->boxes[side]->boxes[b];
      write_box(writer, sensitivity, box,
                prim_words(box, sensitivity->condition, sensitivity->conditions,
                           outcome_words(sensitivity, output, side, arena), arena));
    }
    json_list_close(writer);
  }
  json_map_close(writer);
}

const char *sensitivity_json(const struct run *run, const struct sensitivity *sensitivity, const char *version,
                             struct arena *arena)
{
  struct json_writer writer = json_writer_new(arena, 1);
  json_map_open(&writer, NULL);
  json_add_text(&writer, "didymium", version);
  json_add_text(&writer, "scenario", run->dataset->scenario->id);
  json_add_integer(&writer, "runs", sensitivity->evaluations);
  json_add_integer(&writer, "rows", sensitivity->rows);
  json_add_integer(&writer, "not_certified", sensitivity->failed);
  json_list_open(&writer, "figures");
  for (int o = 0; o < sensitivity->problem->outputs; o++) write_figure(&writer, sensitivity, o, arena);
  json_list_close(&writer);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}
