/* metrics/claims.c - formulas computed over the file's figures and what the finder knows; thresholds compared.
 *
 * Figures of the file that are computed from others are computed first, on demand; one that needs itself is refused.
 * A figure that is missing makes the readings that use it unknown, never zero.
 */
#include "metrics/claims.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { ranges_max = 12 };
static const double rounding = 1e-9; /* thresholds are met up to so much, relative */

enum figure_state { FIGURE_OPEN, FIGURE_BUSY, FIGURE_DONE };

struct judge {
  const struct claims *claims;
  const struct quantity_finder *finder;
  struct arena *arena;
  struct error *error;
  enum figure_state *states; /* [figures] */
  struct quantity *figures;
};

const char *verdict_name(enum verdict verdict)
{
  static const char *const names[] = {"holds",          "holds in part", "does not hold",
                                      "not a quantity", "unverified",    "not computed"};
  return names[verdict];
}

/* ---- numbers as words ---- */

const char *claim_number(double value, struct arena *arena)
{
  if (isnan(value)) return "-";
  const double size = fabs(value);
  const int decimals = size >= 1000 || size == 0 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 5;
  char digits[64];
  (void)snprintf(digits, sizeof digits, "%.*f", decimals, size);
  if (decimals > 0) { /* 63.00 -> 63 */
    char *end = digits + strlen(digits);
    while (end[-1] == '0') *--end = '\0';
    if (end[-1] == '.') *--end = '\0';
  }
  struct text text = text_new(arena);
  const int whole = (int)strcspn(digits, ".");
  const bool negative = value < 0 && strspn(digits, "0.") < strlen(digits);
  text_add(&text, "%s", negative ? "-" : "");
  for (int i = 0; i < whole; i++) text_add(&text, "%s%c", i > 0 && (whole - i) % 3 == 0 ? "," : "", digits[i]);
  text_add(&text, "%s", digits + whole);
  return text.bytes;
}

/* ---- quantities ---- */

static bool compute(struct judge *judge, const struct expression *expression, const char *where, struct place place,
                    struct quantity *inputs, struct quantity *result);

static int figure_index(const struct claims *claims, const char *id)
{
  for (int i = 0; i < claims->figures_count; i++)
    if (text_equal(claims->figures[i].record.id, id)) return i;
  return -1;
}

static struct quantity stated(const struct claim_figure *figure)
{
  const bool day = !isnan(figure->day);
  const double value = day ? figure->day : figure->value;
  const double low = day ? figure->day_low : figure->low, high = day ? figure->day_high : figure->high;
  return (struct quantity){.value = value,
                           .low = isnan(low) ? value : low,
                           .high = isnan(high) ? value : high,
                           .unit = day ? "date" : figure->unit,
                           .source = figure->record.source};
}

/* Those of the inputs, each once; NULL where they name none. */
static const char *sources_of(const struct quantity *inputs, int count, struct arena *arena)
{
  struct text text = text_new(arena);
  for (int i = 0; i < count; i++)
    if (inputs[i].source != NULL && strstr(text.bytes, inputs[i].source) == NULL)
      text_add(&text, "%s%s", text.length > 0 ? " " : "", inputs[i].source);
  return text.length > 0 ? text.bytes : NULL;
}

static bool figure_quantity(struct judge *judge, int index, struct quantity *quantity)
{
  const struct claim_figure *figure = &judge->claims->figures[index];
  const struct place place = figure->record.place;
  if (judge->states[index] == FIGURE_BUSY)
    return error_set(judge->error, place.file, place.line, "figures.compute", "'%s' needs itself", figure->record.id);
  if (judge->states[index] == FIGURE_OPEN && figure->compute == NULL) judge->figures[index] = stated(figure);
  if (judge->states[index] == FIGURE_OPEN && figure->compute != NULL) {
    judge->states[index] = FIGURE_BUSY;
    const struct expression *expression =
        expression_parse(figure->compute, place, "figures.compute", judge->arena, judge->error);
    if (expression == NULL) return false;
    struct quantity *inputs = ARENA_ARRAY(judge->arena, expression->names_count, struct quantity);
    if (!compute(judge, expression, "figures.compute", place, inputs, &judge->figures[index])) return false;
    judge->figures[index].unit = figure->unit;
    judge->figures[index].source = figure->record.source != NULL
                                       ? figure->record.source
                                       : sources_of(inputs, expression->names_count, judge->arena);
  }
  judge->states[index] = FIGURE_DONE;
  *quantity = judge->figures[index];
  return true;
}

static bool refuse_name(struct judge *judge, const struct quantity_name *name, const char *where, struct place place)
{
  const struct claims *claims = judge->claims;
  const char **ids = ARENA_ARRAY(judge->arena, claims->figures_count, const char *);
  for (int i = 0; i < claims->figures_count; i++) ids[i] = claims->figures[i].record.id;
  const char *nearest = text_nearest(name->text, ids, claims->figures_count);
  return error_set(judge->error, place.file, place.line, where, "there is no figure '%s'%s%s%s", name->text,
                   nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                   nearest != NULL ? "'?" : "");
}

static bool find(struct judge *judge, const struct quantity_name *name, const char *where, struct place place,
                 struct quantity *quantity)
{
  const int figure = figure_index(judge->claims, name->text);
  if (figure >= 0) return figure_quantity(judge, figure, quantity);
  if (strchr(name->path, '.') == NULL) return refuse_name(judge, name, where, place);
  struct error error = {0};
  if (judge->finder->find(judge->finder->context, name, quantity, &error)) return true;
  if (error.file[0] != '\0') return error_set(judge->error, error.file, error.line, error.field, "%s", error.message);
  return error_set(judge->error, place.file, place.line, where, "%s", error.message);
}

/* ---- ranges ---- */

/* The formula with the i-th ranged figure at its high end where bit i of corner is set. */
static double at_corner(const struct expression *expression, const struct quantity *inputs, unsigned corner,
                        double *values)
{
  int bit = 0;
  for (int i = 0; i < expression->names_count; i++) {
    const bool ranged = inputs[i].low < inputs[i].high;
    values[i] = !ranged ? inputs[i].value : (corner >> bit) & 1 ? inputs[i].high : inputs[i].low;
    bit += ranged;
  }
  return expression_value(expression, values);
}

static bool find_range(struct judge *judge, const struct expression *expression, const char *where, struct place place,
                       const struct quantity *inputs, struct quantity *result)
{
  double *values = ARENA_ARRAY(judge->arena, expression->names_count, double);
  int ranged = 0;
  for (int i = 0; i < expression->names_count; i++) {
    values[i] = inputs[i].value;
    ranged += inputs[i].low < inputs[i].high;
  }
  if (ranged > ranges_max)
    return error_set(judge->error, place.file, place.line, where, "%d figures with ranges, expected at most %d", ranged,
                     ranges_max);
  result->value = result->low = result->high = expression_value(expression, values);
  for (unsigned corner = 0; ranged > 0 && corner < 1U << ranged; corner++) {
    const double value = at_corner(expression, inputs, corner, values);
    result->low = fmin(result->low, value);
    result->high = fmax(result->high, value);
  }
  if (!isfinite(result->value)) result->missing = "a division by zero, or the like";
  return true;
}

static bool compute(struct judge *judge, const struct expression *expression, const char *where, struct place place,
                    struct quantity *inputs, struct quantity *result)
{
  *result = (struct quantity){.value = (double)NAN, .low = (double)NAN, .high = (double)NAN};
  for (int i = 0; i < expression->names_count; i++) {
    if (!find(judge, &expression->names[i], where, place, &inputs[i])) return false;
    if (inputs[i].missing == NULL) continue;
    if (result->missing == NULL) result->missing = inputs[i].missing;
    result->needs_run = result->needs_run || inputs[i].needs_run;
  }
  return result->missing != NULL || find_range(judge, expression, where, place, inputs, result);
}

/* ---- thresholds ---- */

struct bounds {
  double low, high;
};

/* What a computed figure may be. A stated range is met anywhere inside it. */
static struct bounds bounds_of(const struct claim *claim)
{
  struct bounds bounds = {-INFINITY, INFINITY};
  if (!isnan(claim->within)) {
    const double high = isnan(claim->figure_high) ? claim->figure : claim->figure_high;
    bounds.low = claim->figure - claim->within * fabs(claim->figure);
    bounds.high = high + claim->within * fabs(high);
  }
  if (!isnan(claim->at_least)) bounds.low = fmax(bounds.low, claim->at_least);
  if (!isnan(claim->at_most)) bounds.high = fmin(bounds.high, claim->at_most);
  return bounds;
}

static bool inside(struct bounds bounds, double value)
{
  return value >= bounds.low - rounding * fabs(bounds.low) && value <= bounds.high + rounding * fabs(bounds.high);
}

static const char *why(struct bounds bounds, double value, struct arena *arena)
{
  const char *figure = claim_number(value, arena);
  const char *low = claim_number(bounds.low, arena), *high = claim_number(bounds.high, arena);
  if (!inside(bounds, value))
    return value < bounds.low ? arena_format(arena, "%s is below %s", figure, low)
                              : arena_format(arena, "%s is above %s", figure, high);
  if (isinf(bounds.low)) return arena_format(arena, "%s is at most %s", figure, high);
  if (isinf(bounds.high)) return arena_format(arena, "%s is at least %s", figure, low);
  return arena_format(arena, "%s lies from %s to %s", figure, low, high);
}

static void judge_reading(const struct claim *claim, struct reading_verdict *reading, struct arena *arena)
{
  const struct quantity *result = &reading->result;
  reading->verdict = READING_UNKNOWN;
  reading->why = result->missing;
  if (claim->kind != CLAIM_QUANTITY || result->missing != NULL) return;
  const struct bounds bounds = bounds_of(claim);
  reading->verdict = inside(bounds, result->value) ? READING_HOLDS : READING_FAILS;
  reading->certain = reading->verdict == READING_HOLDS ? inside(bounds, result->low) && inside(bounds, result->high)
                                                       : result->high < bounds.low || result->low > bounds.high;
  reading->why = why(bounds, result->value, arena);
}

/* ---- claims ---- */

/* The ids of the readings with a result: "a, b". */
static const char *list_readings(const struct claim_verdict *verdict, enum reading_result result, struct arena *arena)
{
  struct text text = text_new(arena);
  for (int i = 0; i < verdict->claim->readings_count; i++)
    if (verdict->readings[i].verdict == result)
      text_add(&text, "%s%s", text.length > 0 ? ", " : "", verdict->readings[i].reading->record.id);
  return text.bytes;
}

static void decide_quantity(struct claim_verdict *verdict, struct arena *arena)
{
  int counts[3] = {0};
  for (int i = 0; i < verdict->claim->readings_count; i++) counts[verdict->readings[i].verdict]++;
  const int known = counts[READING_HOLDS] + counts[READING_FAILS];
  if (known == 0)
    verdict->verdict = VERDICT_NOT_COMPUTED;
  else if (counts[READING_FAILS] == 0)
    verdict->verdict = VERDICT_HOLDS;
  else
    verdict->verdict = counts[READING_HOLDS] == 0 ? VERDICT_FAILS : VERDICT_HOLDS_ON_SOME;
  if (verdict->verdict == VERDICT_HOLDS_ON_SOME)
    verdict->words = arena_format(arena, "holds on reading %s only", list_readings(verdict, READING_HOLDS, arena));
  else
    verdict->words = verdict_name(verdict->verdict);
  if (known == 0)
    verdict->words = verdict->readings[0].result.needs_run
                         ? "needs a run"
                         : arena_format(arena, "not computed: %s", verdict->readings[0].result.missing);
  if (known > 0 && counts[READING_UNKNOWN] > 0)
    verdict->words =
        arena_format(arena, "%s; not computed: %s", verdict->words, list_readings(verdict, READING_UNKNOWN, arena));
}

static bool judge_claim(struct judge *judge, const struct claim *claim, struct claim_verdict *verdict)
{
  struct reading_verdict *readings = ARENA_ARRAY(judge->arena, claim->readings_count, struct reading_verdict);
  *verdict = (struct claim_verdict){.claim = claim, .readings = readings};
  for (int i = 0; i < claim->readings_count; i++) {
    const struct claim_reading *reading = &claim->readings[i];
    const struct place place = reading->record.place;
    const struct expression *expression =
        expression_parse(reading->compute, place, "claims.readings.compute", judge->arena, judge->error);
    if (expression == NULL) return false;
    struct quantity *inputs = ARENA_ARRAY(judge->arena, expression->names_count, struct quantity);
    readings[i] = (struct reading_verdict){.reading = reading, .expression = expression, .quantities = inputs};
    if (!compute(judge, expression, "claims.readings.compute", place, inputs, &readings[i].result)) return false;
    judge_reading(claim, &readings[i], judge->arena);
  }
  if (claim->kind == CLAIM_QUANTITY)
    decide_quantity(verdict, judge->arena);
  else {
    verdict->verdict = claim->kind == CLAIM_UNVERIFIED ? VERDICT_UNVERIFIED : VERDICT_NOT_A_QUANTITY;
    verdict->words = verdict_name(verdict->verdict);
  }
  return true;
}

const struct verdicts *claims_judge(const struct claims *claims, const struct quantity_finder *finder,
                                    struct arena *arena, struct error *error)
{
  assert(claims != NULL && finder != NULL && finder->find != NULL);
  struct judge judge = {claims,
                        finder,
                        arena,
                        error,
                        ARENA_ARRAY(arena, claims->figures_count, enum figure_state),
                        ARENA_ARRAY(arena, claims->figures_count, struct quantity)};
  struct verdicts *verdicts = ARENA_NEW(arena, struct verdicts);
  struct claim_verdict *rows = ARENA_ARRAY(arena, claims->count, struct claim_verdict);
  *verdicts = (struct verdicts){.claims = claims, .rows = rows};
  for (int i = 0; i < claims->count; i++) {
    if (!judge_claim(&judge, &claims->claims[i], &rows[i])) return NULL;
    verdicts->counts[rows[i].verdict]++;
  }
  struct quantity unused;
  for (int i = 0; i < claims->figures_count; i++)
    if (!figure_quantity(&judge, i, &unused)) return NULL;
  return verdicts;
}
