/* tests/cases/figure.h - one expected figure of a case, and the same figure read from an outcome.
 *
 * A figure is a map in expected.yaml: what it is, where it is, and its value (README.md lists them). Selectors that are
 * not given match everything, and what matches is summed; a price needs one node.
 */
#ifndef CASES_FIGURE_H
#define CASES_FIGURE_H
#include "io/yaml.h"
#include "model/ledger.h"
#include "model/outcome.h"

struct figure {
  int what; /* index into the choices of `what` in figure.c */
  const char *material, *region, *from, *to, *facility, *process, *owner, *holder, *segment, *instrument, *reason;
  struct field_list rules; /* the class: complies with these */
  bool class_given;
  double date, last;          /* the period that contains date; with last: the sum of periods up to the one of last */
  int slot;                   /* rent: which of the instrument's unknowns */
  double times;               /* inside a sum */
  const struct figure *parts; /* of a sum or a ratio */
  int parts_count;
  struct field_list values; /* found must be one of them; numbers or fractions such as 10/3 */
  const char *text;         /* of class and note: what must be there */
  double tolerance;         /* times max(1, |value|) */
  double within;            /* absolute, instead; NAN when not given */
  struct place place;
};

/* False with error set when the map is no figure. tolerance: where it states none. */
bool figure_read(const struct yaml *map, double tolerance, struct figure *figure, struct arena *arena,
                 struct error *error);

/* One line for a person: "price nd in world, 2024". */
const char *figure_name(const struct figure *figure, struct arena *arena);

/* NULL when the outcome agrees, else a line with expected and found, or why nothing could be found.
 * ledgers [periods_count] of the outcome. *distance: how far off, as the tolerance counts it. */
const char *figure_check(const struct figure *figure, const struct outcome *outcome, const struct ledger *ledgers,
                         double *distance, struct arena *arena);
#endif
