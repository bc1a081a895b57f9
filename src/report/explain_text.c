/* report/explain_text.c - one line a part, the numbers in one column so that they can be added by eye; then what a
 * chain of costs does not say: routes that are shut, who takes less, what is made along with the good. */
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

/* ---- what the price does not say ---- */

enum { listed_max = 8 };

static void add_routes(struct text *text, const struct run *run, const struct scarcity *scarcity, int width,
                       struct arena *arena)
{
  const struct network *network = run->network;
  for (int side = 0; side < 2; side++) {
    const bool inward = side == 0;
    double tonnes = 0;
    const char *instrument = NULL;
    struct text places = text_new(arena);
    for (int i = 0; i < scarcity->routes_count; i++) {
      const struct closed_route *route = &scarcity->routes[i];
      if (route->inward != inward || !(route->tonnes_before > 0)) continue;
      const struct arc *arc = &network->arcs[route->arc];
      const int region = network->nodes[inward ? arc->from : arc->to].region;
      text_add(&places, "%s%s", places.length > 0 ? ", " : "", run->dataset->regions[region].record.id);
      tonnes += route->tonnes_before;
      instrument = run->dataset->instruments[route->instrument].record.id;
    }
    if (instrument == NULL) continue;
    const char *line = arena_format(arena, "Shut by %s: the way %s %s, which carried %s t/y in %s.", instrument,
                                    inward ? "from" : "to", places.bytes, figure(tonnes, arena),
                                    period_label(run->outcome->periods[scarcity->before].period, arena));
    text_add_folded(text, line, 0, width);
  }
}

static void add_takers(struct text *text, const struct run *run, const struct scarcity *scarcity, struct arena *arena)
{
  if (scarcity->takers_count == 0) return;
  const bool beside = scarcity->before >= 0;
  struct columns columns = columns_new(1, arena);
  int row = columns_add_row(&columns);
  columns_set(&columns, row, 0, "Who takes it there, t/y");
  columns_set(&columns, row, 1, period_label(run->outcome->periods[scarcity->period].period, arena));
  if (beside) columns_set(&columns, row, 2, period_label(run->outcome->periods[scarcity->before].period, arena));
  for (int i = 0; i < scarcity->takers_count && i < listed_max; i++) {
    row = columns_add_row(&columns);
    columns_set(&columns, row, 0, arena_format(arena, "  %s", scarcity->takers[i].name));
    columns_set(&columns, row, 1, figure(scarcity->takers[i].now, arena));
    if (beside) columns_set(&columns, row, 2, figure(scarcity->takers[i].before, arena));
  }
  columns_print(&columns, text, 0, 2);
}

static void add_users(struct text *text, const struct run *run, const struct scarcity *scarcity, struct arena *arena)
{
  if (scarcity->users_count == 0) return;
  static const char *const heads[] = {"Whom it reaches in the end, t/y of it", "", "they buy", "wanted", "at", "choke"};
  struct columns columns = columns_new(1, arena);
  int row = columns_add_row(&columns);
  for (int c = 0; c < 6; c++) columns_set(&columns, row, c, heads[c]);
  for (int i = 0; i < scarcity->users_count && i < listed_max; i++) {
    const struct final_user *user = &scarcity->users[i];
    const struct consumer *consumer = &run->network->consumers[user->consumer];
    row = columns_add_row(&columns);
    columns_set(&columns, row, 0,
                arena_format(arena, "  %s, %s", consumer->name, run->network->nodes[consumer->node].name));
    const double cells[] = {user->tonnes, user->got, user->wanted, user->price};
    for (int c = 0; c < 4; c++) columns_set(&columns, row, c + 1, figure(cells[c], arena));
    columns_set(&columns, row, 5, isinf(user->choke) ? "none" : figure(user->choke, arena));
  }
  columns_print(&columns, text, 0, 2);
}

static void add_outputs(struct text *text, const struct run *run, const struct scarcity *scarcity, int width,
                        struct arena *arena)
{
  if (scarcity->outputs_count == 0) return;
  struct text line = text_new(arena);
  text_add(&line, "%s earns", run->network->activities[scarcity->maker].name);
  int said = 0;
  for (int i = 0; i < scarcity->outputs_count; i++) {
    const struct joint_output *output = &scarcity->outputs[i];
    const int material = run->network->nodes[output->node].material;
    if (output->share < 0.005 && !(output->surplus > 0)) continue;
    text_add(&line, "%s %.0f %% with %s", said++ > 0 ? "," : "", 100 * output->share,
             run->dataset->materials[material].record.id);
    if (output->surplus > 0) text_add(&line, " (%s t/y find no use)", figure(output->surplus, arena));
  }
  text_add(&line, ".");
  text_add_folded(text, line.bytes, 0, width);
}

static void add_scarcity(struct text *text, const struct run *run, const struct scarcity *scarcity, int width,
                         struct arena *arena)
{
  text_add(text, "\n");
  add_routes(text, run, scarcity, width, arena);
  add_outputs(text, run, scarcity, width, arena);
  add_takers(text, run, scarcity, arena);
  add_users(text, run, scarcity, arena);
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
  add_scarcity(&text, run, explanation->scarcity, view->columns > 0 ? view->columns : 100, arena);
  add_fan(&text, fan, view->columns > 0 ? view->columns : 100, arena);
  return text.bytes;
}

static void write_routes(struct json_writer *writer, const struct run *run, const struct scarcity *scarcity)
{
  json_list_open(writer, "shut");
  for (int i = 0; i < scarcity->routes_count; i++) {
    const struct closed_route *route = &scarcity->routes[i];
    const struct arc *arc = &run->network->arcs[route->arc];
    json_map_open(writer, NULL);
    json_add_text(writer, "by", run->dataset->instruments[route->instrument].record.id);
    json_add_text(writer, "from", run->network->nodes[arc->from].name);
    json_add_text(writer, "to", run->network->nodes[arc->to].name);
    json_add_number(writer, "t_per_year_before", route->tonnes_before);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void write_takers(struct json_writer *writer, const struct scarcity *scarcity)
{
  json_list_open(writer, "takers");
  for (int i = 0; i < scarcity->takers_count; i++) {
    json_map_open(writer, NULL);
    json_add_text(writer, "name", scarcity->takers[i].name);
    json_add_number(writer, "t_per_year", scarcity->takers[i].now);
    json_add_number(writer, "t_per_year_before", scarcity->takers[i].before);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void write_users(struct json_writer *writer, const struct run *run, const struct scarcity *scarcity)
{
  json_list_open(writer, "users");
  for (int i = 0; i < scarcity->users_count; i++) {
    const struct final_user *user = &scarcity->users[i];
    const struct consumer *consumer = &run->network->consumers[user->consumer];
    json_map_open(writer, NULL);
    json_add_text(writer, "name", consumer->name);
    json_add_number(writer, "reach_it_t_per_year", user->tonnes);
    json_add_text(writer, "buys", run->network->nodes[consumer->node].name);
    json_add_number(writer, "t_per_year", user->got);
    json_add_number(writer, "wanted_t_per_year", user->wanted);
    json_add_number(writer, "price_usd_per_kg", user->price);
    if (isfinite(user->choke)) json_add_number(writer, "choke_usd_per_kg", user->choke);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void write_outputs(struct json_writer *writer, const struct run *run, const struct scarcity *scarcity)
{
  json_list_open(writer, "made_together");
  for (int i = 0; i < scarcity->outputs_count; i++) {
    json_map_open(writer, NULL);
    json_add_text(writer, "node", run->network->nodes[scarcity->outputs[i].node].name);
    json_add_number(writer, "share_of_proceeds", scarcity->outputs[i].share);
    json_add_number(writer, "without_use_t_per_year", scarcity->outputs[i].surplus);
    json_map_close(writer);
  }
  json_list_close(writer);
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
  write_routes(&writer, run, explanation->scarcity);
  write_outputs(&writer, run, explanation->scarcity);
  write_takers(&writer, explanation->scarcity);
  write_users(&writer, run, explanation->scarcity);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}
