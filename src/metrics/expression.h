/* metrics/expression.h - a formula over named quantities, as a person writes it in a claims file.
 *
 *   numbers, names, ( ), + - * / ^, min(...) max(...) sum(...) abs(x)
 *   share(part, rest, ...)   part / (part + rest + ...)
 *   hhi(a, b, ...)           Herfindahl-Hirschman index of those amounts, 0..1
 *
 * A name is words joined by dots, with arguments in brackets and a date after '@' where it takes them:
 * deals.mp-2025.floor.strike, run.price[ndpr-oxide, china, 2030], data.segments.x.quantity_t_per_year@2030. A '-'
 * between letters or digits belongs to the name, so a minus sign behind a name has a space before it.
 *
 * What a name is worth is for the caller to say: a formula is parsed once, and computed as often as values change.
 */
#ifndef METRICS_EXPRESSION_H
#define METRICS_EXPRESSION_H
#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/field.h"

struct quantity_name {
  const char *text; /* as written */
  const char *path; /* without arguments and date */
  int arguments_count;
  const char *const *arguments;
  const char *date; /* after '@', or NULL */
};

struct expression {
  const char *text;
  int names_count; /* each once */
  const struct quantity_name *names;
  int steps_count;
  const struct expression_step *steps; /* in postfix order */
};

/* place, where: for messages. NULL with error set. */
[[nodiscard]] const struct expression *expression_parse(const char *text, struct place place, const char *where,
                                                        struct arena *arena, struct error *error);

/* values [names_count]. Division by zero and the like give what IEEE arithmetic gives. */
double expression_value(const struct expression *expression, const double *values);
#endif
