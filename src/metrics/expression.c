/* metrics/expression.c - recursive descent into postfix steps, computed on a stack.
 *
 * Precedence as usual: ^ (to the right) before unary minus, * and / before + and -. Depth and size are limited, so
 * that no input can exhaust the stack. Knows nothing of what names mean.
 */
#include "metrics/expression.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { depth_max = 40, steps_max = 400, arguments_max = 8, stack_max = steps_max };

enum step_kind {
  STEP_NUMBER,
  STEP_NAME,
  STEP_ADD,
  STEP_SUBTRACT,
  STEP_MULTIPLY,
  STEP_DIVIDE,
  STEP_POWER,
  STEP_NEGATE,
  STEP_CALL
};

struct expression_step {
  enum step_kind kind;
  int index; /* of the name, or of the function */
  int count; /* arguments of the function */
  double number;
};

/* ---- functions of several amounts ---- */

static double of_min(const double *x, int count)
{
  double least = x[0];
  for (int i = 1; i < count; i++) least = fmin(least, x[i]);
  return least;
}

static double of_max(const double *x, int count)
{
  double most = x[0];
  for (int i = 1; i < count; i++) most = fmax(most, x[i]);
  return most;
}

static double of_sum(const double *x, int count)
{
  double sum = 0;
  for (int i = 0; i < count; i++) sum += x[i];
  return sum;
}

static double of_abs(const double *x, int count)
{
  assert(count == 1);
  return fabs(x[0]);
}

static double of_share(const double *x, int count)
{
  return x[0] / of_sum(x, count);
}

static double of_hhi(const double *x, int count)
{
  const double sum = of_sum(x, count);
  double index = 0;
  for (int i = 0; i < count; i++) index += x[i] / sum * (x[i] / sum);
  return index;
}

static const struct function {
  const char *name;
  int arguments_min, arguments_max;
  double (*compute)(const double *x, int count);
} functions[] = {
    {"min", 1, 64, of_min}, {"max", 1, 64, of_max},     {"sum", 1, 64, of_sum},
    {"abs", 1, 1, of_abs},  {"share", 2, 64, of_share}, {"hhi", 1, 64, of_hhi},
};
enum { functions_count = sizeof functions / sizeof *functions };

/* ---- reading ---- */

struct reader {
  const char *text, *at;
  struct place place;
  const char *where;
  struct arena *arena;
  struct error *error;
  int depth;
  int steps_count, names_count;
  struct expression_step steps[steps_max];
  struct quantity_name names[steps_max];
};

static bool refuse(const struct reader *reader, const char *expected)
{
  const char *found = *reader->at == '\0' ? "the end" : arena_format(reader->arena, "'%.20s'", reader->at);
  return error_set(reader->error, reader->place.file, reader->place.line, reader->where,
                   "found %s in '%s', expected %s", found, reader->text, expected);
}

static void skip_spaces(struct reader *reader)
{
  while (isspace((unsigned char)*reader->at)) reader->at++;
}

static bool take(struct reader *reader, char c)
{
  skip_spaces(reader);
  if (*reader->at != c) return false;
  reader->at++;
  return true;
}

static bool add_step(struct reader *reader, struct expression_step step)
{
  if (reader->steps_count == steps_max) return refuse(reader, "a shorter formula");
  reader->steps[reader->steps_count++] = step;
  return true;
}

/* A letter or digit, or a sign that joins two of them. */
static bool in_word(const char *at)
{
  const unsigned char c = (unsigned char)*at;
  return isalnum(c) || c == '_' || ((c == '.' || c == '-') && isalnum((unsigned char)at[1]));
}

static const char *read_word(struct reader *reader)
{
  skip_spaces(reader);
  const char *begin = reader->at;
  while (in_word(reader->at)) reader->at++;
  return arena_format(reader->arena, "%.*s", (int)(reader->at - begin), begin);
}

static bool read_arguments(struct reader *reader, struct quantity_name *name)
{
  const char **arguments = ARENA_ARRAY(reader->arena, arguments_max, const char *);
  do {
    if (name->arguments_count == arguments_max) return refuse(reader, "fewer arguments");
    arguments[name->arguments_count] = read_word(reader);
    if (arguments[name->arguments_count++][0] == '\0') return refuse(reader, "an id or a date");
  } while (take(reader, ','));
  name->arguments = arguments;
  return take(reader, ']') || refuse(reader, "',' or ']'");
}

static int name_index(struct reader *reader, const struct quantity_name *name)
{
  for (int i = 0; i < reader->names_count; i++)
    if (text_equal(reader->names[i].text, name->text)) return i;
  reader->names[reader->names_count] = *name;
  return reader->names_count++;
}

static bool read_sum(struct reader *reader);

static bool read_call(struct reader *reader, const char *name)
{
  const char *known[functions_count];
  for (int f = 0; f < functions_count; f++) {
    known[f] = functions[f].name;
    if (!text_equal(name, functions[f].name)) continue;
    int count = 0;
    do {
      if (!read_sum(reader)) return false;
      count++;
    } while (take(reader, ','));
    if (count < functions[f].arguments_min || count > functions[f].arguments_max)
      return refuse(reader,
                    arena_format(reader->arena, "%d or more arguments of %s", functions[f].arguments_min, name));
    return take(reader, ')') ? add_step(reader, (struct expression_step){STEP_CALL, f, count, 0})
                             : refuse(reader, "',' or ')'");
  }
  const char *nearest = text_nearest(name, known, functions_count);
  return error_set(reader->error, reader->place.file, reader->place.line, reader->where,
                   "there is no function '%s'%s%s%s", name, nearest != NULL ? "; did you mean '" : "",
                   nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

/* A name, its arguments and date; or a call. */
static bool read_name(struct reader *reader)
{
  struct quantity_name name = {.path = read_word(reader)};
  const char *end = reader->at, *begin = end - strlen(name.path);
  if (take(reader, '(')) return read_call(reader, name.path);
  reader->at = end;
  if (*reader->at == '[') {
    reader->at++;
    if (!read_arguments(reader, &name)) return false;
  }
  if (*reader->at == '@') {
    reader->at++;
    name.date = read_word(reader);
    if (name.date[0] == '\0') return refuse(reader, "a date");
  }
  name.text = arena_format(reader->arena, "%.*s", (int)(reader->at - begin), begin);
  return add_step(reader, (struct expression_step){STEP_NAME, name_index(reader, &name), 0, 0});
}

static bool read_number(struct reader *reader)
{
  char *end;
  const double number = strtod(reader->at, &end);
  if (end == reader->at || in_word(end)) return refuse(reader, "a number");
  reader->at = end;
  return add_step(reader, (struct expression_step){.kind = STEP_NUMBER, .number = number});
}

static bool read_factor(struct reader *reader)
{
  if (++reader->depth > depth_max) return refuse(reader, "fewer brackets");
  bool read;
  skip_spaces(reader);
  if (take(reader, '('))
    read = read_sum(reader) && (take(reader, ')') || refuse(reader, "')'"));
  else if (take(reader, '-'))
    read = read_factor(reader) && add_step(reader, (struct expression_step){.kind = STEP_NEGATE});
  else if (isalpha((unsigned char)*reader->at))
    read = read_name(reader);
  else if (isdigit((unsigned char)*reader->at) || *reader->at == '.')
    read = read_number(reader);
  else
    read = refuse(reader, "a number, a name or '('");
  if (read && take(reader, '^'))
    read = read_factor(reader) && add_step(reader, (struct expression_step){.kind = STEP_POWER});
  reader->depth--;
  return read;
}

static bool read_product(struct reader *reader)
{
  if (!read_factor(reader)) return false;
  for (;;) {
    const bool times = take(reader, '*');
    if (!times && !take(reader, '/')) return true;
    if (!read_factor(reader)) return false;
    if (!add_step(reader, (struct expression_step){.kind = times ? STEP_MULTIPLY : STEP_DIVIDE})) return false;
  }
}

static bool read_sum(struct reader *reader)
{
  if (!read_product(reader)) return false;
  for (;;) {
    const bool plus = take(reader, '+');
    if (!plus && !take(reader, '-')) return true;
    if (!read_product(reader)) return false;
    if (!add_step(reader, (struct expression_step){.kind = plus ? STEP_ADD : STEP_SUBTRACT})) return false;
  }
}

const struct expression *expression_parse(const char *text, struct place place, const char *where, struct arena *arena,
                                          struct error *error)
{
  struct reader *reader = ARENA_NEW(arena, struct reader);
  *reader = (struct reader){.text = text, .at = text, .place = place, .where = where, .arena = arena, .error = error};
  if (!read_sum(reader)) return NULL;
  skip_spaces(reader);
  if (*reader->at != '\0') {
    refuse(reader, "an operator or the end");
    return NULL;
  }
  struct expression *expression = ARENA_NEW(arena, struct expression);
  *expression = (struct expression){text, reader->names_count, reader->names, reader->steps_count, reader->steps};
  return expression;
}

/* ---- computing ---- */

static double combine(enum step_kind kind, double a, double b)
{
  switch (kind) {
  case STEP_ADD: return a + b;
  case STEP_SUBTRACT: return a - b;
  case STEP_MULTIPLY: return a * b;
  case STEP_DIVIDE: return a / b;
  case STEP_POWER: return pow(a, b);
  default: assert(false); return NAN;
  }
}

double expression_value(const struct expression *expression, const double *values)
{
  double stack[stack_max];
  int top = 0;
  for (int i = 0; i < expression->steps_count; i++) {
    const struct expression_step *step = &expression->steps[i];
    if (step->kind == STEP_NUMBER) {
      stack[top++] = step->number;
    } else if (step->kind == STEP_NAME) {
      stack[top++] = values[step->index];
    } else if (step->kind == STEP_NEGATE) {
      stack[top - 1] = -stack[top - 1];
    } else if (step->kind == STEP_CALL) {
      top -= step->count;
      stack[top] = functions[step->index].compute(&stack[top], step->count);
      top++;
    } else {
      top--;
      stack[top - 1] = combine(step->kind, stack[top - 1], stack[top]);
    }
  }
  assert(top == 1);
  return stack[0];
}
