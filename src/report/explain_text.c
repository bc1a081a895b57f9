/* report/explain_text.c - one line a part, the numbers in one column so that they can be added by eye. */
#include "report/explain_text.h"

#include <math.h>

#include "io/json.h"
#include "report/columns.h"
#include "report/highlights.h"

/* Where the price lies in the draws of the run. */
static void add_fan(struct text *text, const struct field_fan *fan, int columns, struct arena *arena)
{
  if (fan->draws == 0) return;
  struct text line = text_new(arena);
  text_add(&line, "Over %ld draws", fan->draws);
  for (int q = 0; q < fan_quantiles; q++)
    text_add(&line, "%s %.0f %% lie below %s to %s", q > 0 ? "," : "", 100 * fan_levels[q],
             figure(fan->quantiles[q].low, arena), figure(fan->quantiles[q].high, arena));
  text_add(&line, " USD/kg: the bounds of a histogram's bin, to which a quantile is known.");
  text_add(text, "\n");
  text_add_folded(text, line.bytes, 0, columns);
}

const char *explain_text(const struct run *run, const struct explanation *explanation, const struct field_fan *fan,
                         const struct summary_view *view, struct arena *arena)
{
  const struct node *node = &run->network->nodes[explanation->node];
  const char *when = period_label(run->outcome->periods[explanation->period].period, arena);
  struct text text = text_new(arena);
  text_add(&text, view->bold ? "\033[1m%s in %s, %s: %s USD/kg\033[0m\n" : "%s in %s, %s: %s USD/kg\n",
           material_label(run->dataset, node->material), region_label(run->dataset, node->region), when,
           figure(explanation->price_usd_per_kg, arena));
  text_add_folded(&text, arena_format(arena, "At the margin: %s.", explanation->margin), 0,
                  view->columns > 0 ? view->columns : 100);
  text_add(&text, "\n");
  struct columns columns = columns_new(1, arena);
  for (int i = 0; i < explanation->count; i++) {
    const struct explain_line *line = &explanation->lines[i];
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, arena_format(arena, "%*s%s", 2 * line->depth, "", line->text));
    columns_set(&columns, row, 1, arena_format(arena, line->leaf ? "%.3f" : "(%.3f)", line->usd_per_kg));
    if (!line->leaf) continue;
    columns_set(&columns, row, 1, arena_format(arena, "%.3f ", line->usd_per_kg)); /* under the digits in brackets */
  }
  struct text table = text_new(arena);
  columns_print(&columns, &table, 0, 2);
  const char *at = table.bytes;
  for (int i = 0; i < explanation->count; i++) {
    const char *end = at;
    while (*end != '\n') end++;
    text_add_bytes(&text, at, (size_t)(end - at));
    const char *detail = explanation->lines[i].detail;
    text_add(&text, "%s%s\n", detail[0] != '\0' ? "   " : "", detail);
    at = end + 1;
  }
  text_add(&text, "\nUSD/kg of %s. Lines in brackets are the sums of those below them; the others add up to %.3f.\n",
           run->network->nodes[explanation->node].name, explanation->sum_usd_per_kg);
  add_fan(&text, fan, view->columns > 0 ? view->columns : 100, arena);
  return text.bytes;
}

static void write_fan(struct json_writer *writer, const struct field_fan *fan)
{
  if (fan->draws == 0) return;
  double from[fan_quantiles], to[fan_quantiles];
  for (int q = 0; q < fan_quantiles; q++) from[q] = fan->quantiles[q].low, to[q] = fan->quantiles[q].high;
  json_map_open(writer, "draws");
  json_add_integer(writer, "count", fan->draws);
  json_add_numbers(writer, "levels", fan_levels, fan_quantiles);
  json_add_numbers(writer, "quantiles_from", from, fan_quantiles);
  json_add_numbers(writer, "quantiles_to", to, fan_quantiles);
  json_map_close(writer);
}

const char *explain_json(const struct run *run, const struct explanation *explanation, const struct field_fan *fan,
                         struct arena *arena)
{
  const struct node *node = &run->network->nodes[explanation->node];
  struct json_writer writer = json_writer_new(arena, 2);
  json_map_open(&writer, NULL);
  json_add_text(&writer, "material", run->dataset->materials[node->material].record.id);
  json_add_text(&writer, "region", run->dataset->regions[node->region].record.id);
  json_add_text(&writer, "node", run->network->nodes[explanation->node].name);
  json_add_number(&writer, "from", run->outcome->periods[explanation->period].period.start);
  json_add_number(&writer, "years", run->outcome->periods[explanation->period].period.length);
  json_add_number(&writer, "price_usd_per_kg", explanation->price_usd_per_kg);
  json_add_number(&writer, "sum_usd_per_kg", explanation->sum_usd_per_kg);
  json_add_text(&writer, "margin", explanation->margin);
  write_fan(&writer, fan);
  json_list_open(&writer, "lines");
  for (int i = 0; i < explanation->count; i++) {
    const struct explain_line *line = &explanation->lines[i];
    json_map_open(&writer, NULL);
    json_add_integer(&writer, "depth", line->depth);
    json_add_flag(&writer, "leaf", line->leaf);
    json_add_text(&writer, "text", line->text);
    json_add_text(&writer, "detail", line->detail);
    json_add_number(&writer, "usd_per_kg", line->usd_per_kg);
    json_map_close(&writer);
  }
  json_list_close(&writer);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}
