/* model/instruments/rated_order.c - users who are served first: a minimum of their consumption, with a slack.
 *
 * The users pay the market's price; what a tonne they are made to take is worth to them less than that is their loss.
 * Each segment has a row of its own.
 */
#include <math.h>

#include "model/instruments/kind.h"

struct rated_order_terms {
  struct selector select;
  double quantity_t_per_year, default_cost_usd_per_kg;
};

#define ROW rated_order_terms
static const struct field fields[] = {
    SELECT_SEGMENTS,
    NUMBER(ROW, quantity_t_per_year, "t/y", NULL, 0, 1e12, "Reserved for them, shared by reference demand"),
    NUMBER(ROW, default_cost_usd_per_kg, "USD/kg", "", 0, 1e9,
           "Cost of a kilogram not served. Absent: above everything anybody would pay"),
    FIELD_END};
#undef ROW

enum { consumers_most = 4 }; /* two unknowns each */

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct rated_order_terms *terms = instrument->terms;
  int *consumers = ARENA_ARRAY(arena, network->consumers_count + 1, int), count = 0;
  for (int c = 0; c < network->consumers_count; c++)
    if (selected(&terms->select.segments, network->consumers[c].segment)) consumers[count++] = c;
  instrument->consumers = consumers, instrument->consumers_count = count;
  if (terms->select.segments.count == 0 || count > consumers_most)
    return term_error(error, instrument, "segments", "found %d, expected one to %d segments", count, consumers_most);
  return true;
}

static double reference_of(const struct bound_instrument *instrument, const struct block *block)
{
  double sum = 0;
  for (int i = 0; i < instrument->consumers_count; i++) sum += block->consumer_terms[instrument->consumers[i]].quantity;
  return sum;
}

/* consumption + short - reserved >= 0 _|_ rent;  default cost - rent >= 0 _|_ short;  consumption: - rent. */
static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  struct equations *equations = window->equations;
  const double reserved = block->instruments[k].share * instrument_term(instrument, window, b, "quantity_t_per_year");
  const double stated = instrument_term(instrument, window, b, "default_cost_usd_per_kg");
  const double all = reference_of(instrument, block);
  for (int i = 0; i < instrument->consumers_count; i++) {
    const int c = instrument->consumers[i], row = block->consumption[c];
    const double mine = all > 0 ? reserved * block->consumer_terms[c].quantity / all : 0;
    const double price = equations->f_scale[row], quantity = equations->z_scale[row];
    const int rent = window_instrument_unknown(window, b, k, 0, mine > 0 ? INFINITY : 0, price, quantity);
    const int missing = window_instrument_unknown(window, b, k, 0, mine, quantity, price);
    equations_constant(equations, rent, -mine);
    equations_linear(equations, rent, row, 1);
    equations_linear(equations, row, rent, -1);
    equations_linear(equations, rent, missing, 1);
    equations_linear(equations, missing, rent, -1);
    equations_constant(equations, missing, isnan(stated) ? window->network->prohibitive_usd_per_kg : stated);
  }
}

const struct instrument_kind kind_rated_order = {
    .name = "rated_order",
    .help = "Users who are served first: so many tonnes are reserved for them, at the market's price",
    .fields = fields,
    .terms_size = sizeof(struct rated_order_terms),
    .bind = bind,
    .add = add,
    .basis = BASIS_NONE,
};
