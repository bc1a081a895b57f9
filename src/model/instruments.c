/* model/instruments.c - the table of kinds, and the reading of their terms.
 *
 * A term's text is parsed by the field table of its kind. Lists that name rows of a table may hold patterns
 * ("rest-of-*") and the word `all`; they are written out here, before the references are resolved.
 */
#include "model/instruments.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/instruments/kind.h"

static const struct instrument_kind *const kinds[] = {
    /* on flows */
    &kind_tariff, &kind_export_tax, &kind_vat_rebate, &kind_export_quota, &kind_import_quota, &kind_export_licence,
    &kind_ban, &kind_border_floor, &kind_traceability,
    /* on plants */
    &kind_production_quota, &kind_production_credit, &kind_sales_incentive, &kind_technology_ban,
    /* contracts */
    &kind_floor_topup, &kind_upside_share, &kind_collar, &kind_two_way_cfd, &kind_cfd_deemed, &kind_take_or_pay,
    &kind_price_protection,
    /* money for building */
    &kind_cost_plus, &kind_loan, &kind_guarantee, &kind_grant, &kind_equity, &kind_prepayment,
    /* public buyers and users */
    &kind_public_purchase, &kind_stockpile_rule, &kind_repurchase_inventory, &kind_eligibility, &kind_rated_order,
    &kind_standards_premium, &kind_supply_share_target,
    /* what firms and their goods may not do */
    &kind_foreign_direct_product, &kind_covenant};

enum { kinds_count = sizeof kinds / sizeof *kinds };

const struct instrument_kind *const *instrument_kinds(int *count)
{
  *count = kinds_count;
  return kinds;
}

const struct instrument_kind *instrument_kind_find(const char *name)
{
  for (int i = 0; i < kinds_count; i++)
    if (text_equal(kinds[i]->name, name)) return kinds[i];
  return NULL;
}

/* What the reading of one instrument needs at every step. */
struct reading {
  const struct dataset *dataset;
  const struct instrument *instrument;
  const char *where; /* "instruments.us-tariff" */
  struct arena *arena;
  struct error *error;
};

static const char *hint(const char *word, const char *const *candidates, int count, struct arena *arena)
{
  const char *nearest = text_nearest(word, candidates, count);
  return nearest == NULL ? "" : arena_format(arena, "; did you mean '%s'?", nearest);
}

static bool refuse_kind(const struct reading *reading)
{
  const char *names[kinds_count];
  for (int i = 0; i < kinds_count; i++) names[i] = kinds[i]->name;
  const struct instrument *instrument = reading->instrument;
  const char *field = arena_format(reading->arena, "%s.kind", reading->where);
  const struct place place = instrument->record.place;
  if (instrument->kind == NULL)
    return error_set(reading->error, place.file, place.line, field, "missing; expected a kind of instrument");
  return error_set(reading->error, place.file, place.line, field, "there is no kind '%s'%s", instrument->kind,
                   hint(instrument->kind, names, kinds_count, reading->arena));
}

static bool refuse_cash(const struct reading *reading)
{
  const struct place place = reading->instrument->record.place;
  return error_set(reading->error, place.file, place.line,
                   arena_format(reading->arena, "%s.settlement", reading->where),
                   "found 'cash', but the kind %s acts by quantities and pays nothing without them; expected market",
                   reading->instrument->kind);
}

static bool refuse_term(const struct reading *reading, const struct instrument_kind *kind,
                        const struct instrument_term *term)
{
  int count = 0;
  while (kind->fields[count].name != NULL) count++;
  const char **names = ARENA_ARRAY(reading->arena, count, const char *);
  for (int i = 0; i < count; i++) names[i] = kind->fields[i].name;
  const char *near = hint(term->name, names, count, reading->arena);
  struct text expected = text_new(reading->arena);
  if (near[0] == '\0')
    for (int i = 0; i < count; i++) text_add(&expected, "%s%s", i == 0 ? "; expected one of " : ", ", names[i]);
  const char *field = arena_format(reading->arena, "%s.%s", reading->where, term->name);
  return error_set(reading->error, term->place.file, term->place.line, field, "the kind %s has no such term%s%s",
                   kind->name, near, expected.bytes);
}

/* ---- patterns ---- */

static const char *row_id(const struct dataset *dataset, const struct entity *entity, int row)
{
  const char *array = *(const char *const *)((const char *)dataset + entity->array);
  return ((const struct record *)(array + (size_t)row * entity->size))->id;
}

/* One word of a list: itself, or all rows that the pattern matches. */
static bool expand_word(const struct reading *reading, const struct field *field, const struct instrument_term *term,
                        const char *word, struct text *words)
{
  const struct entity *entity = dataset_entity(field->references);
  assert(entity != NULL);
  if (strpbrk(word, "*?") == NULL) {
    text_add(words, " %s", word);
    return true;
  }
  const int rows = *(const int *)((const char *)reading->dataset + entity->count);
  bool matched = false;
  for (int r = 0; r < rows; r++) {
    const char *id = row_id(reading->dataset, entity, r);
    if (!text_matches(word, id)) continue;
    text_add(words, " %s", id);
    matched = true;
  }
  const char *name = arena_format(reading->arena, "%s.%s", reading->where, field->name);
  return matched || error_set(reading->error, term->place.file, term->place.line, name,
                              "found '%s', which matches no row of %s", word, field->references);
}

/* The text of a term with its patterns written out; NULL with error set. */
static const char *expand(const struct reading *reading, const struct field *field, const struct instrument_term *term)
{
  if (field->type != FIELD_LIST || field->references == NULL) return term->text;
  if (text_equal(term->text, "all")) return "";
  struct text words = text_new(reading->arena);
  char *rest = arena_copy(reading->arena, term->text);
  for (char *word; (word = strsep(&rest, " \t\n")) != NULL;)
    if (word[0] != '\0' && !expand_word(reading, field, term, word, &words)) return NULL;
  return words.bytes;
}

/* ---- terms ---- */

static bool read_term(const struct reading *reading, const struct instrument_kind *kind,
                      const struct instrument_term *term, void *terms)
{
  const struct field *field = field_find(kind->fields, term->name);
  if (field == NULL) return refuse_term(reading, kind, term);
  const char *text = expand(reading, field, term);
  return text != NULL && field_parse(field, text, terms, term->place, reading->where, reading->arena, reading->error);
}

static bool is_given(const struct instrument *instrument, const char *name)
{
  for (int t = 0; t < instrument->terms_count; t++)
    if (text_equal(instrument->terms[t].name, name)) return true;
  return false;
}

static bool read_terms(const struct reading *reading, const struct instrument_kind *kind, void *terms)
{
  const struct instrument *instrument = reading->instrument;
  field_defaults(kind->fields, terms, reading->arena);
  for (int t = 0; t < instrument->terms_count; t++)
    if (!read_term(reading, kind, &instrument->terms[t], terms)) return false;
  for (const struct field *field = kind->fields; field->name != NULL; field++) /* the required ones: an empty text */
    if (field->fallback == NULL && !is_given(instrument, field->name) &&
        !field_parse(field, "", terms, instrument->record.place, reading->where, reading->arena, reading->error))
      return false;
  return dataset_resolve(reading->dataset, kind->fields, terms, instrument->terms, instrument->terms_count,
                         reading->where, reading->arena, reading->error);
}

struct bound_instrument *instruments_read(const struct dataset *dataset, int *count, struct arena *arena,
                                          struct error *error)
{
  struct bound_instrument *bound = ARENA_ARRAY(arena, dataset->instruments_count, struct bound_instrument);
  for (int i = 0; i < dataset->instruments_count; i++) {
    const struct instrument *instrument = &dataset->instruments[i];
    const char *where = arena_format(arena, "instruments.%s", instrument->record.id);
    const struct reading reading = {dataset, instrument, where, arena, error};
    const struct instrument_kind *kind = instrument_kind_find(instrument->kind);
    if (kind == NULL) return refuse_kind(&reading), NULL;
    if (instrument->settlement == SETTLEMENT_CASH && !kind->pays) return refuse_cash(&reading), NULL;
    void *terms = arena_alloc(arena, 1, kind->terms_size);
    if (!read_terms(&reading, kind, terms)) return NULL;
    bound[i] = (struct bound_instrument){.instrument = instrument, .kind = kind, .terms = terms, .node = -1};
  }
  *count = dataset->instruments_count;
  return bound;
}

/* ---- figures in force ---- */

enum { samples_a_period = 12 }; /* a mean over the period, exact for figures that change with the month (E2) */

double term_at(const struct bound_instrument *instrument, struct moment moment, const char *name)
{
  const struct field *field = field_find(instrument->kind->fields, name);
  assert(field != NULL && field->type == FIELD_NUMBER);
  const double given = *(const double *)((const char *)instrument->terms + field->offset);
  const int track = instrument_term_track(moment.dataset, instrument->instrument, name);
  const double value =
      track < 0 ? given
                : dataset_track_sampled(moment.dataset, track, given, moment.period, moment.known, samples_a_period);
  const bool nominal = !instrument->instrument->real && strncmp(field->unit, "USD", 3) == 0;
  return value / (nominal ? moment.deflator : 1);
}

double instrument_term(const struct bound_instrument *instrument, const struct window *window, int b, const char *name)
{
  return term_at(instrument, moment_of_block(window, b), name);
}
