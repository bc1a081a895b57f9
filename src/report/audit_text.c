/* report/audit_text.c - verdicts as a table, then claim by claim: stated, computed, why, from what; and as JSON. */
#include <math.h>

#include "io/json.h"
#include "report/audit.h"
#include "report/columns.h"

enum { width_default = 100, indent = 4 };

/* ---- words ---- */

static const char *with_unit(const char *number, const char *unit, struct arena *arena)
{
  return unit == NULL || text_equal(unit, "1") ? number : arena_format(arena, "%s %s", number, unit);
}

static const char *stated_words(const struct claim *claim, struct arena *arena)
{
  if (isnan(claim->figure)) return "-";
  const char *figure = claim_number(claim->figure, arena);
  if (!isnan(claim->figure_high))
    figure = arena_format(arena, "%s to %s", figure, claim_number(claim->figure_high, arena));
  return with_unit(figure, claim->unit, arena);
}

static const char *range_words(double low, double high, struct arena *arena)
{
  const char *from = claim_number(low, arena), *to = claim_number(high, arena);
  return text_equal(from, to) ? from : arena_format(arena, "%s to %s", from, to);
}

/* Over all readings that could be computed. */
static const char *computed_words(const struct claim_verdict *verdict, struct arena *arena)
{
  double low = INFINITY, high = -INFINITY;
  for (int i = 0; i < verdict->claim->readings_count; i++) {
    const struct quantity *result = &verdict->readings[i].result;
    if (result->missing != NULL) continue;
    low = fmin(low, result->value);
    high = fmax(high, result->value);
  }
  return low > high ? "-" : range_words(low, high, arena);
}

static const char *reading_result_name(const struct claim *claim, const struct reading_verdict *reading)
{
  if (claim->kind != CLAIM_QUANTITY) return "";
  static const char *const sure[] = {"holds", "does not hold", "not computed"};
  static const char *const unsure[] = {"holds, though not over its whole range",
                                       "does not hold, but may within the range", ""};
  return reading->verdict == READING_UNKNOWN || reading->certain ? sure[reading->verdict] : unsure[reading->verdict];
}

/* ---- the screen ---- */

static int width_of(const struct summary_view *view)
{
  return view->columns > 0 ? view->columns : width_default;
}

static void add_counts(struct text *text, const struct verdicts *verdicts)
{
  bool first = true;
  text_add(text, "  ");
  for (int v = 0; v <= VERDICT_NOT_COMPUTED; v++) {
    if (verdicts->counts[v] == 0) continue;
    text_add(text, "%s%d %s", first ? "" : ", ", verdicts->counts[v],
             v == VERDICT_HOLDS && verdicts->counts[v] > 1           ? "hold"
             : v == VERDICT_HOLDS_ON_SOME && verdicts->counts[v] > 1 ? "hold in part"
             : v == VERDICT_FAILS && verdicts->counts[v] > 1         ? "do not hold"
                                                                     : verdict_name((enum verdict)v));
    first = false;
  }
  text_add(text, "\n");
}

static void add_table(struct text *text, const struct verdicts *verdicts)
{
  struct arena *arena = text->arena;
  struct columns columns = columns_new(4, arena);
  static const char *const heads[] = {"claim", "stated", "computed", "verdict"};
  const int head = columns_add_row(&columns);
  for (int i = 0; i < 4; i++) columns_set(&columns, head, i, heads[i]);
  for (int i = 0; i < verdicts->claims->count; i++) {
    const struct claim_verdict *verdict = &verdicts->rows[i];
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, verdict->claim->record.id);
    columns_set(&columns, row, 1, stated_words(verdict->claim, arena));
    columns_set(&columns, row, 2, computed_words(verdict, arena));
    columns_set(&columns, row, 3, verdict_name(verdict->verdict));
  }
  columns_print(&columns, text, 2, 2);
}

static void add_folded(struct text *text, const char *label, const char *words, int width)
{
  if (words != NULL) text_add_folded(text, arena_format(text->arena, "%s: %s", label, words), indent, width);
}

/* "floor 110 USD/kg [mp-8k], market 63 (60 to 66) USD/kg [wion]" */
static const char *input_words(const struct reading_verdict *reading, struct arena *arena)
{
  struct text text = text_new(arena);
  for (int i = 0; i < reading->expression->names_count; i++) {
    const struct quantity *input = &reading->quantities[i];
    text_add(&text, "%s%s ", i > 0 ? ", " : "", reading->expression->names[i].text);
    if (input->missing != NULL) {
      text_add(&text, "(%s)", input->missing);
      continue;
    }
    const bool day = input->unit != NULL && text_equal(input->unit, "date");
    text_add(&text, "%s", day ? arena_format(arena, "%.2f", input->value) : claim_number(input->value, arena));
    if (input->low < input->high && !day) text_add(&text, " (%s)", range_words(input->low, input->high, arena));
    if (input->unit != NULL && !day && !text_equal(input->unit, "1")) text_add(&text, " %s", input->unit);
    if (input->source != NULL) text_add(&text, " [%s]", input->source);
  }
  return text.bytes;
}

static void add_reading(struct text *text, const struct claim *claim, const struct reading_verdict *reading, int width)
{
  struct arena *arena = text->arena;
  const struct quantity *result = &reading->result;
  struct text line = text_new(arena);
  text_add(&line, "%s: ", reading->reading->record.id);
  if (result->missing != NULL) {
    text_add(&line, "%s", result->missing);
  } else {
    text_add(&line, "%s", with_unit(claim_number(result->value, arena), claim->unit, arena));
    if (result->low < result->high) text_add(&line, " (range %s)", range_words(result->low, result->high, arena));
    if (claim->kind == CLAIM_QUANTITY) text_add(&line, "; %s: %s", reading_result_name(claim, reading), reading->why);
  }
  text_add_folded(text, line.bytes, indent, width);
  if (reading->reading->title != NULL) text_add_folded(text, reading->reading->title, indent + 4, width);
  if (result->missing != NULL) {
    text_add_folded(text, arena_format(arena, "= %s", reading->reading->compute), indent + 4, width);
    return;
  }
  text_add_folded(text, arena_format(arena, "= %s, with %s", reading->reading->compute, input_words(reading, arena)),
                  indent + 4, width);
}

static void add_claim(struct text *text, const struct claim_verdict *verdict, int number, int width)
{
  const struct claim *claim = verdict->claim;
  text_add(text, "\n");
  text_add_folded(text, arena_format(text->arena, "%d. %s: %s", number, claim->record.id, claim->statement), 0, width);
  if (!isnan(claim->figure)) add_folded(text, "stated", stated_words(claim, text->arena), width);
  add_folded(text, "reason", claim->reason, width);
  add_folded(text, "nearest proxy", claim->proxy, width);
  for (int i = 0; i < claim->readings_count; i++) add_reading(text, claim, &verdict->readings[i], width);
  add_folded(text, "verdict", verdict->words, width);
  add_folded(text, "note", claim->record.note, width);
  add_folded(text, "source", claim->record.source, width);
}

static void add_sources(struct text *text, const struct claims *claims, int width)
{
  text_add(text, "\nSources\n");
  for (int i = 0; i < claims->sources_count; i++) {
    const struct source *source = &claims->sources[i];
    text_add_folded(text,
                    arena_format(text->arena, "%s: %s%s%s", source->record.id, source->title,
                                 source->url != NULL ? ", " : "", source->url != NULL ? source->url : ""),
                    2, width);
  }
}

const char *audit_text(const struct audit *audit, const struct summary_view *view, struct arena *arena)
{
  const struct verdicts *verdicts = audit->verdicts;
  const struct claims *claims = verdicts->claims;
  const int width = width_of(view);
  struct text text = text_new(arena);
  text_add(&text, "%s%s: %d claims%s\n", view->bold ? "\033[1m" : "",
           claims->title != NULL ? claims->title : claims->id, claims->count, view->bold ? "\033[0m" : "");
  text_add_folded(&text,
                  arena_format(arena, "%s%s%s", claims->article, claims->publisher != NULL ? ", " : "",
                               claims->publisher != NULL ? claims->publisher : ""),
                  2, width);
  add_counts(&text, verdicts);
  text_add(&text, "\n");
  add_table(&text, verdicts);
  for (int i = 0; i < claims->count; i++) add_claim(&text, &verdicts->rows[i], i + 1, width);
  add_sources(&text, claims, width);
  return text.bytes;
}

/* ---- JSON ---- */

static void add_quantity_json(struct json_writer *writer, const struct quantity *quantity)
{
  json_add_number(writer, "value", quantity->value);
  json_add_number(writer, "low", quantity->low);
  json_add_number(writer, "high", quantity->high);
  json_add_text(writer, "missing", quantity->missing);
}

static void add_reading_json(struct json_writer *writer, const struct claim *claim,
                             const struct reading_verdict *reading)
{
  static const char *const results[] = {"holds", "fails", "unknown"};
  json_map_open(writer, NULL);
  json_add_text(writer, "id", reading->reading->record.id);
  json_add_text(writer, "title", reading->reading->title);
  json_add_text(writer, "compute", reading->reading->compute);
  add_quantity_json(writer, &reading->result);
  json_add_text(writer, "result", claim->kind == CLAIM_QUANTITY ? results[reading->verdict] : NULL);
  json_add_flag(writer, "over_the_whole_range", reading->certain);
  json_add_text(writer, "why", reading->why);
  json_list_open(writer, "inputs");
  for (int i = 0; i < reading->expression->names_count; i++) {
    json_map_open(writer, NULL);
    json_add_text(writer, "name", reading->expression->names[i].text);
    add_quantity_json(writer, &reading->quantities[i]);
    json_add_text(writer, "unit", reading->quantities[i].unit);
    json_add_text(writer, "source", reading->quantities[i].source);
    json_map_close(writer);
  }
  json_list_close(writer);
  json_map_close(writer);
}

static void add_claim_json(struct json_writer *writer, const struct claim_verdict *verdict)
{
  const struct claim *claim = verdict->claim;
  json_map_open(writer, NULL);
  json_add_text(writer, "id", claim->record.id);
  json_add_text(writer, "statement", claim->statement);
  json_add_number(writer, "stated", claim->figure);
  json_add_number(writer, "stated_high", claim->figure_high);
  json_add_text(writer, "unit", claim->unit);
  json_add_text(writer, "verdict", verdict_name(verdict->verdict));
  json_add_text(writer, "words", verdict->words);
  json_add_text(writer, "proxy", claim->proxy);
  json_add_text(writer, "reason", claim->reason);
  json_add_text(writer, "note", claim->record.note);
  json_add_text(writer, "source", claim->record.source);
  json_list_open(writer, "readings");
  for (int i = 0; i < claim->readings_count; i++) add_reading_json(writer, claim, &verdict->readings[i]);
  json_list_close(writer);
  json_map_close(writer);
}

static void add_sources_json(struct json_writer *writer, const struct claims *claims)
{
  json_list_open(writer, "sources");
  for (int i = 0; i < claims->sources_count; i++) {
    json_map_open(writer, NULL);
    json_add_text(writer, "id", claims->sources[i].record.id);
    json_add_text(writer, "title", claims->sources[i].title);
    json_add_text(writer, "url", claims->sources[i].url);
    json_map_close(writer);
  }
  json_list_close(writer);
}

const char *audit_json(const struct audit *audit, const char *version, struct arena *arena)
{
  const struct claims *claims = audit->verdicts->claims;
  struct json_writer writer = json_writer_new(arena, 2);
  json_map_open(&writer, NULL);
  json_add_integer(&writer, "schema_version", SCHEMA_VERSION);
  json_add_text(&writer, "program", "didymium");
  json_add_text(&writer, "version", version);
  json_add_text(&writer, "audit", claims->id);
  json_add_text(&writer, "article", claims->article);
  json_add_text(&writer, "run", audit->run != NULL ? audit->run->dataset->scenario->id : NULL);
  json_add_text(&writer, "against", audit->against != NULL ? audit->against->dataset->scenario->id : NULL);
  json_add_flag(&writer, "contradicted", audit->contradicted);
  json_map_open(&writer, "counts");
  for (int v = 0; v <= VERDICT_NOT_COMPUTED; v++)
    json_add_integer(&writer, verdict_name((enum verdict)v), audit->verdicts->counts[v]);
  json_map_close(&writer);
  json_list_open(&writer, "claims");
  for (int i = 0; i < claims->count; i++) add_claim_json(&writer, &audit->verdicts->rows[i]);
  json_list_close(&writer);
  add_sources_json(&writer, claims);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}
