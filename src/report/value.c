/* report/value.c - from a deal's file to its value: read, terms to legs, loans and stock, reported payments, draws.
 *
 * Kinds that pay on a price become legs of finance/valuation.h on a stated volume; those that lend, guarantee, buy
 * stock or give are looked at with their schedules. What acts on quantities has no value of its own and is named.
 */
#include <math.h>

#include "base/text.h"
#include "model/instruments.h"
#include "report/value_work.h"

enum { draws_default = 10000 };

static const struct instrument_term *term_find(const struct instrument *instrument, const char *name)
{
  for (int k = 0; k < instrument->terms_count; k++)
    if (text_equal(instrument->terms[k].name, name)) return &instrument->terms[k];
  return NULL;
}

const char *value_term_text(const struct instrument *instrument, const char *name)
{
  const struct instrument_term *term = term_find(instrument, name);
  const struct instrument_kind *kind = instrument_kind_find(instrument->kind);
  const struct field *field = kind == NULL ? NULL : field_find(kind->fields, name);
  return term != NULL ? term->text : field != NULL ? field->fallback : NULL;
}

/* What the file says, else the kind's default, else NAN; numbers were checked when the kind is read. */
double value_term(const struct instrument *instrument, const char *name)
{
  const char *text = value_term_text(instrument, name);
  double number;
  return text != NULL && parse_number(text, &number) ? number : NAN;
}

double value_term_date(const struct instrument *instrument, const char *name)
{
  const char *text = value_term_text(instrument, name);
  double date;
  return text != NULL && parse_date(text, &date) ? date : NAN;
}

double or_else(double number, double other)
{
  return isnan(number) ? other : number;
}

bool value_refuse(const struct work *work, const struct instrument *instrument, const char *name, const char *message)
{
  return error_set(work->error, instrument->record.place.file, instrument->record.place.line,
                   arena_format(work->arena, "instruments.%s.%s", instrument->record.id, name), "%s", message);
}

bool is_kind(const struct instrument *instrument, const char *kind)
{
  return text_equal(instrument->kind, kind);
}

bool value_term_given(const struct instrument *instrument, const char *name)
{
  return term_find(instrument, name) != NULL;
}

static bool compute(struct work *work, const char *path)
{
  struct deal_value *value = work->value;
  value->deal = dataset_load_deal(path, work->arena, work->error);
  return value->deal != NULL && value_terms_read(path, &value->terms, work->arena, work->error) &&
         value_read_prices(work) && value_build_legs(work) && value_look_at_capital(work) &&
         value_check_payments(work) && (value->check_only || value_run_processes(work));
}

const struct deal_value *deal_value_compute(const char *path, const struct value_options *options, struct arena *arena,
                                            struct error *error)
{
  static const struct value_options none = {0};
  struct deal_value *value = ARENA_NEW(arena, struct deal_value);
  struct work work = {value, options != NULL ? options : &none, arena, error};
  value->check_only = work.options->check_payment != NULL || work.options->checks_only;
  value->draws = work.options->draws > 0 ? work.options->draws : draws_default;
  value->seed = work.options->seed > 0 ? work.options->seed : 1;
  return compute(&work, path) ? value : NULL;
}
