/* report/value_work.h - what the files of the valuation share: the work in hand, terms as numbers. Inner header. */
#ifndef REPORT_VALUE_WORK_H
#define REPORT_VALUE_WORK_H
#include "report/value.h"

struct work {
  struct deal_value *value;
  const struct value_options *options;
  struct arena *arena;
  struct error *error;
};

/* A term of an instrument: what the file says, else the default of its kind; NAN and NULL where there is neither. */
double value_term(const struct instrument *instrument, const char *name);
double value_term_date(const struct instrument *instrument, const char *name);
const char *value_term_text(const struct instrument *instrument, const char *name);
bool value_term_given(const struct instrument *instrument, const char *name);
double or_else(double number, double other); /* other where number is NAN */
bool is_kind(const struct instrument *instrument, const char *kind);
/* Error at an instrument's term; always false. */
bool value_refuse(const struct work *work, const struct instrument *instrument, const char *name, const char *message);

/* value_prices.c: price terms as legs on stated volumes. */
bool value_pays_on_price(const struct instrument *instrument);
enum case_of_volume { VOLUME_STATED, VOLUME_LOW, VOLUME_HIGH };
bool value_build_legs(struct work *work);
/* [quarters] kg of an instrument; NULL with error set. */
const double *value_leg_kg(const struct work *work, const struct instrument *instrument, enum case_of_volume which);

/* value_processes.c: history, processes, simulation, what it hangs on. */
bool value_read_prices(struct work *work);
bool value_run_processes(struct work *work);

/* value_capital.c: loans, guarantees, stock, grants, guaranteed earnings; and what is left. */
bool value_look_at_capital(struct work *work);

/* value_check.c: reported payments. */
bool value_check_payments(struct work *work);
#endif
