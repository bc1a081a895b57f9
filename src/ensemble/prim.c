/* ensemble/prim.c - peel, choose, lift, paste, again; then words.
 *
 * Every input's draws are sorted once; a slice is found by walking that order over the draws inside. Draws that share a
 * value are peeled together, so flags and steps need no special care. Limits are shortest decimals between the last
 * draw inside and the first outside, which changes no count. No cross-validation: density is that of the draws seen.
 */
#include "ensemble/prim.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ensemble/statistics.h"

enum { finer = 10 }; /* slices of the second peeling and of pasting */

/* The search so far. A box is kept as its outermost draws: closed limits that are values of draws. */
struct search {
  const struct prim_data *data;
  struct prim_options options;
  const int *order; /* [inputs x rows] rows by rising value */
  const bool *left; /* [rows] not yet in an earlier box */
  int rows_left, hits_left;
  struct arena *arena;
};

struct limits {
  double *low, *high; /* [inputs], closed */
};

struct count {
  int inside, hits;
};

static double value_of(const struct search *search, int row, int input)
{
  return search->data->x[(size_t)row * search->data->inputs + input];
}

static struct limits limits_new(const struct search *search, const struct limits *from)
{
  const int inputs = search->data->inputs;
  struct limits limits = {ARENA_ARRAY(search->arena, inputs, double), ARENA_ARRAY(search->arena, inputs, double)};
  for (int i = 0; i < inputs; i++) {
    limits.low[i] = from != NULL ? from->low[i] : -INFINITY;
    limits.high[i] = from != NULL ? from->high[i] : INFINITY;
  }
  return limits;
}

static bool holds(const struct search *search, const struct limits *limits, int row)
{
  for (int i = 0; i < search->data->inputs; i++) {
    const double x = value_of(search, row, i);
    if (x < limits->low[i] || x > limits->high[i]) return false;
  }
  return true;
}

/* everywhere: of all draws; else of those that no earlier box holds. inside may be NULL. */
static struct count count_inside(const struct search *search, const struct limits *limits, bool everywhere,
                                 bool *inside)
{
  struct count count = {0, 0};
  for (int r = 0; r < search->data->rows; r++) {
    const bool in = (everywhere || search->left[r]) && holds(search, limits, r);
    if (inside != NULL) inside[r] = in;
    count.inside += in;
    count.hits += in && search->data->hit[r];
  }
  return count;
}

static double density_of(struct count count)
{
  return count.inside > 0 ? (double)count.hits / count.inside : 0;
}

/* Harmonic mean of coverage and density: 2 hits / (all hits + inside). */
static double balance_of(const struct search *search, struct count count)
{
  return 2.0 * count.hits / (search->hits_left + count.inside);
}

static bool limited(const struct limits *limits, int input)
{
  return limits->low[input] > -INFINITY || limits->high[input] < INFINITY;
}

/* ---- peeling ---- */

struct slice {
  int input;
  bool upper;
  double bound; /* the new closed limit */
  struct count rest;
  double gain; /* density gained for each draw given up */
};

/* The slice at one end of an input: at least that share of the draws inside, whole values only. False when there is
 * nothing left behind it. */
static bool slice_find(const struct search *search, const bool *inside, struct count now, double share, int input,
                       bool upper, struct slice *slice)
{
  const int rows = search->data->rows, *order = search->order + (size_t)input * rows;
  const int wanted = (int)fmax(1, floor(share * now.inside));
  struct count gone = {0, 0};
  double last = 0;
  for (int k = 0; k < rows; k++) {
    const int row = order[upper ? rows - 1 - k : k];
    if (!inside[row]) continue;
    const double x = value_of(search, row, input);
    if (gone.inside >= wanted && x != last) {
      *slice = (struct slice){input, upper, x, {now.inside - gone.inside, now.hits - gone.hits}, 0};
      slice->gain = (density_of(slice->rest) - density_of(now)) / gone.inside;
      return true;
    }
    gone.inside++;
    gone.hits += search->data->hit[row];
    last = x;
  }
  return false;
}

/* The best slice of all that leave a box large enough. False when none raises the density. */
static bool slice_best(const struct search *search, const bool *inside, struct count now, double share,
                       struct slice *best)
{
  const double inside_min = search->options.mass_min * search->data->rows;
  best->gain = 0;
  for (int i = 0; i < search->data->inputs; i++)
    for (int upper = 0; upper < 2; upper++) {
      struct slice slice;
      if (!slice_find(search, inside, now, share, i, upper != 0, &slice) || slice.rest.inside < inside_min) continue;
      if (slice.gain > best->gain) *best = slice;
    }
  return best->gain > 0;
}

/* From a box inward; the box of the best balance on the way. */
static struct limits peel(const struct search *search, struct limits from, double share)
{
  struct limits now = from, best = from;
  bool *inside = ARENA_ARRAY(search->arena, search->data->rows, bool);
  struct count count = count_inside(search, &now, false, inside);
  double balance = balance_of(search, count);
  struct slice slice;
  while (count.hits < count.inside && slice_best(search, inside, count, share, &slice)) {
    now = limits_new(search, &now);
    *(slice.upper ? &now.high[slice.input] : &now.low[slice.input]) = slice.bound;
    count = count_inside(search, &now, false, inside);
    assert(count.inside == slice.rest.inside && count.hits == slice.rest.hits);
    if (balance_of(search, count) < balance) continue;
    balance = balance_of(search, count);
    best = now;
  }
  return best;
}

/* ---- lifting and pasting ---- */

static struct limits lifted(const struct search *search, const struct limits *limits, int input)
{
  struct limits result = limits_new(search, limits);
  result.low[input] = -INFINITY;
  result.high[input] = INFINITY;
  return result;
}

/* Chance of as many hits in the box if the draws that this input's limits keep out were no different (Bryant and
 * Lempert 2010: a binomial tail at the density without them). */
static double quasi_p_value(const struct search *search, const struct limits *limits, int input, bool everywhere)
{
  const struct arena_mark mark = arena_mark(search->arena);
  const struct limits without = lifted(search, limits, input);
  const struct count count = count_inside(search, limits, everywhere, NULL);
  const double density = density_of(count_inside(search, &without, everywhere, NULL));
  arena_reset(search->arena, mark);
  return binomial_above(count.hits, count.inside, density);
}

/* Lifts the limits that matter least, one input at a time, while they are chance or cost under half a percent of
 * balance. */
static struct limits lift(const struct search *search, struct limits limits)
{
  for (;;) {
    const double balance = balance_of(search, count_inside(search, &limits, false, NULL));
    int worst = -1;
    double worst_balance = -1;
    for (int i = 0; i < search->data->inputs; i++) {
      if (!limited(&limits, i)) continue;
      const struct limits without = lifted(search, &limits, i);
      const double left = balance_of(search, count_inside(search, &without, false, NULL));
      const bool chance = quasi_p_value(search, &limits, i, false) > search->options.significance;
      if ((chance || left >= balance * 0.995) && left > worst_balance) {
        worst = i;
        worst_balance = left;
      }
    }
    if (worst < 0) return limits;
    limits = lifted(search, &limits, worst);
  }
}

/* The limit moved outward to take in a finer slice than those peeled; unlimited where the draws run out. */
static double pasted_limit(const struct search *search, const struct limits *limits, int input, bool upper,
                           struct count count)
{
  const int rows = search->data->rows, *order = search->order + (size_t)input * rows;
  const double limit = upper ? limits->high[input] : limits->low[input];
  struct limits open = limits_new(search, limits);
  *(upper ? &open.high[input] : &open.low[input]) = upper ? INFINITY : -INFINITY;
  int wanted = (int)fmax(1, floor(search->options.peel / finer * count.inside));
  for (int k = 0; k < rows; k++) {
    const int row = order[upper ? k : rows - 1 - k];
    const double x = value_of(search, row, input);
    if (!(upper ? x > limit : x < limit) || !search->left[row] || !holds(search, &open, row)) continue;
    if (--wanted == 0) return x;
  }
  return upper ? INFINITY : -INFINITY;
}

/* Moves limits outward as long as the balance gains. */
static struct limits paste(const struct search *search, struct limits limits)
{
  for (;;) {
    const struct count count = count_inside(search, &limits, false, NULL);
    double best = balance_of(search, count);
    struct limits better = limits;
    for (int i = 0; i < search->data->inputs; i++)
      for (int upper = 0; upper < 2; upper++) {
        if (!isfinite(upper != 0 ? limits.high[i] : limits.low[i])) continue;
        struct limits wider = limits_new(search, &limits);
        *(upper != 0 ? &wider.high[i] : &wider.low[i]) = pasted_limit(search, &limits, i, upper != 0, count);
        const double balance = balance_of(search, count_inside(search, &wider, false, NULL));
        if (balance <= best * (1 + 1e-9)) continue;
        best = balance;
        better = wider;
      }
    if (better.low == limits.low) return limits;
    limits = better;
  }
}

/* Peeled in slices, then in finer ones from the best box on. */
static struct limits box_find(const struct search *search)
{
  const struct limits coarse = lift(search, peel(search, limits_new(search, NULL), search->options.peel));
  return lift(search, paste(search, peel(search, coarse, search->options.peel / finer)));
}

/* ---- a box that people can read ---- */

/* The shortest decimal t with low <= t < high, or low < t <= high: nothing else lies between. */
static double short_between(double low, double high, bool low_allowed)
{
  const double middle = low + (high - low) / 2;
  for (int digits = 1; digits <= 17; digits++) {
    char text[40];
    (void)snprintf(text, sizeof text, "%.*e", digits - 1, middle);
    const double t = strtod(text, NULL);
    if (low_allowed ? t >= low && t < high : t > low && t <= high) return t;
  }
  return low_allowed ? low : high;
}

/* A closed limit at a draw's value becomes an open one between it and its neighbour outside. */
static double open_limit(const struct search *search, int input, double limit, bool upper)
{
  if (!isfinite(limit)) return limit;
  double neighbour = upper ? INFINITY : -INFINITY;
  for (int r = 0; r < search->data->rows; r++) {
    const double x = value_of(search, r, input);
    if (upper && x > limit) neighbour = fmin(neighbour, x);
    if (!upper && x < limit) neighbour = fmax(neighbour, x);
  }
  if (!isfinite(neighbour)) return neighbour;
  return upper ? short_between(limit, neighbour, false) : short_between(neighbour, limit, true);
}

static struct prim_box box_of(const struct search *search, const struct limits *limits, int hits_all)
{
  const int inputs = search->data->inputs;
  struct prim_box box = {.low = ARENA_ARRAY(search->arena, inputs, double),
                         .high = ARENA_ARRAY(search->arena, inputs, double),
                         .p_value = ARENA_ARRAY(search->arena, inputs, double)};
  const struct count count = count_inside(search, limits, true, NULL);
  for (int i = 0; i < inputs; i++) {
    box.low[i] = open_limit(search, i, limits->low[i], false);
    box.high[i] = open_limit(search, i, limits->high[i], true);
    box.limited += isfinite(box.low[i]) || isfinite(box.high[i]);
    box.p_value[i] = limited(limits, i) ? quasi_p_value(search, limits, i, true) : NAN;
  }
  box.inside = count.inside;
  box.hits = count.hits;
  box.coverage = (double)count.hits / hits_all;
  box.density = density_of(count);
  return box;
}

/* ---- the search ---- */

struct valued_row {
  double value;
  int row;
};

static int compare_valued(const void *a, const void *b)
{
  const struct valued_row *x = a, *y = b;
  if (x->value != y->value) return x->value < y->value ? -1 : 1;
  return (x->row > y->row) - (x->row < y->row);
}

static int *order_all(const struct prim_data *data, struct arena *arena)
{
  int *order = ARENA_ARRAY(arena, (size_t)data->inputs * data->rows, int);
  struct valued_row *valued = ARENA_ARRAY(arena, data->rows, struct valued_row);
  for (int i = 0; i < data->inputs; i++) {
    for (int r = 0; r < data->rows; r++) valued[r] = (struct valued_row){data->x[(size_t)r * data->inputs + i], r};
    qsort(valued, (size_t)data->rows, sizeof *valued, compare_valued);
    for (int r = 0; r < data->rows; r++) order[(size_t)i * data->rows + r] = valued[r].row;
  }
  return order;
}

static struct prim_options options_of(const struct prim_options *given)
{
  struct prim_options options = {0};
  if (given != NULL) options = *given;
  if (options.peel == 0) options.peel = 0.05;
  if (options.mass_min == 0) options.mass_min = 0.05;
  if (options.significance == 0) options.significance = 0.05;
  if (options.boxes_max == 0) options.boxes_max = 3;
  return options;
}

/* Sets the draws of the box aside; how many hits it took. */
static int take_out(const struct search *search, const struct limits *limits, bool *left)
{
  int hits = 0;
  for (int r = 0; r < search->data->rows; r++)
    if (left[r] && holds(search, limits, r)) {
      left[r] = false;
      hits += search->data->hit[r];
    }
  return hits;
}

struct prim_result *prim_search(const struct prim_data *data, const struct prim_options *given, struct arena *arena)
{
  assert(data->rows >= 1 && data->inputs >= 1);
  bool *left = ARENA_ARRAY(arena, data->rows, bool);
  struct search search = {data, options_of(given), order_all(data, arena), left, data->rows, 0, arena};
  struct prim_result *result = ARENA_NEW(arena, struct prim_result);
  result->boxes = ARENA_ARRAY(arena, search.options.boxes_max, struct prim_box);
  for (int r = 0; r < data->rows; r++) {
    left[r] = true;
    result->hits += data->hit[r];
  }
  search.hits_left = result->hits;
  while (result->boxes_count < search.options.boxes_max && search.hits_left > 0 &&
         search.hits_left < search.rows_left) {
    const struct limits limits = box_find(&search);
    const struct count count = count_inside(&search, &limits, false, NULL);
    const struct prim_box box = box_of(&search, &limits, result->hits);
    /* A later box must still be worth a sentence: a twentieth of all hits, and denser than what is left. */
    const double density_left = (double)search.hits_left / search.rows_left;
    if (box.limited == 0 || count.hits < 0.05 * result->hits || density_of(count) < 1.1 * density_left) break;
    result->boxes[result->boxes_count++] = box;
    search.rows_left -= count.inside;
    search.hits_left -= take_out(&search, &limits, left);
  }
  if (result->hits > 0) result->coverage = 1 - (double)search.hits_left / result->hits;
  return result;
}

/* ---- words ---- */

/* A date as a year where that is exact enough for the box, else as year and month. */
static const char *date_words(double date, struct arena *arena)
{
  if (date == floor(date)) return arena_format(arena, "%.0f", date);
  const int months = (int)floor(date * 12 + 1e-9);
  return arena_format(arena, "%d-%02d", months / 12, months % 12 + 1);
}

static const char *number_words(double value, const struct prim_input *input, struct arena *arena)
{
  if (input->kind == PRIM_DATE) return date_words(value, arena);
  const bool plain = input->unit[0] == '\0' || text_equal(input->unit, "1");
  return arena_format(arena, "%.6g%s%s", value, plain ? "" : " ", plain ? "" : input->unit);
}

static void limit_words(struct text *text, const struct prim_input *input, double low, double high)
{
  struct arena *arena = text->arena;
  const bool date = input->kind == PRIM_DATE;
  if (input->kind == PRIM_FLAG) {
    text_add(text, isfinite(low) ? "%s" : "not (%s)", input->name);
  } else if (isfinite(low) && isfinite(high)) {
    text_add(text, "%s is between %s and %s", input->name, number_words(low, input, arena),
             number_words(high, input, arena));
  } else if (isfinite(high)) {
    text_add(text, "%s is %s %s", input->name, date ? "before" : "below", number_words(high, input, arena));
  } else {
    text_add(text, "%s is %s %s", input->name, date ? "after" : "above", number_words(low, input, arena));
  }
}

/* Inputs by how much they matter: the smallest quasi-p-value first. */
static int next_limit(const struct prim_box *box, int inputs_count, const bool *said)
{
  int next = -1;
  for (int i = 0; i < inputs_count; i++) {
    if (said[i] || (!isfinite(box->low[i]) && !isfinite(box->high[i]))) continue;
    if (next < 0 || box->p_value[i] < box->p_value[next]) next = i;
  }
  return next;
}

const char *prim_words(const struct prim_box *box, const struct prim_input *inputs, int inputs_count,
                       const char *outcome, struct arena *arena)
{
  struct text text = text_new(arena);
  bool *said = ARENA_ARRAY(arena, inputs_count, bool);
  text_add(&text, "%s", outcome);
  for (int k = 0, i; (i = next_limit(box, inputs_count, said)) >= 0; k++) {
    text_add(&text, k == 0 ? " when " : k + 1 == box->limited ? " and " : ", ");
    limit_words(&text, &inputs[i], box->low[i], box->high[i]);
    said[i] = true;
  }
  text_add(&text, ": %.0f %% of all such outcomes, and %.0f %% of the draws inside", 100 * box->coverage,
           100 * box->density);
  return text.bytes;
}

const char *prim_result_words(const struct prim_result *result, const struct prim_data *data,
                              const struct prim_input *inputs, const char *outcome, struct arena *arena)
{
  struct text text = text_new(arena);
  const double share = 100.0 * result->hits / data->rows;
  if (result->hits == 0) return arena_format(arena, "%s in none of %d draws\n", outcome, data->rows);
  if (result->hits == data->rows) return arena_format(arena, "%s in all of %d draws\n", outcome, data->rows);
  text_add(&text, "%s in %.3g %% of %d draws\n", outcome, share, data->rows);
  for (int b = 0; b < result->boxes_count; b++)
    text_add(&text, "%s\n", prim_words(&result->boxes[b], inputs, data->inputs, outcome, arena));
  if (result->boxes_count == 0) text_add(&text, "no condition on the inputs tells these draws from the others\n");
  return text.bytes;
}
