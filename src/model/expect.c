/* model/expect.c - Newton's method on the stocks that a window leaves: solve with a tangent, move the guess, again.
 *
 * Where the expected price falls with the stock and the market is monotone, the tangent problems are monotone too. At a
 * kink the tangent changes sides, and two stores that serve one market make it nearly singular; from the twelfth round
 * on the tangent is made steeper in each stock (a proximal step), which shortens the move and changes no fixed point.
 */
#include "model/expect.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* The proximal step: every stock's own slope steeper by the largest slope of all. */
static void steepen(double *slope, int stores)
{
  double most = 0;
  for (int i = 0; i < stores * stores; i++) most = fmax(most, fabs(slope[i]));
  for (int s = 0; s < stores; s++) slope[s * stores + s] -= most;
}

/* Largest change from the guess to the stocks of the solution, in units of their scale; makes them the guess. */
static double guess_move(const struct window_solution *found, double *guess)
{
  const struct window *window = found->window;
  const struct block *last = &window->blocks[window->blocks_count - 1];
  double change = 0;
  for (int s = 0; s < window->network->stores_count; s++) {
    const double stock = last->stock[s] >= 0 ? found->solution->z[last->stock[s]] : 0;
    const double scale = last->stock[s] >= 0 ? window->equations->z_scale[last->stock[s]] : 1;
    change = fmax(change, fabs(stock - guess[s]) / scale);
    guess[s] = stock;
  }
  return change;
}

const struct carry *expect_carry(const struct expected_prices *expected, const double *stock, int stores,
                                 struct arena *arena)
{
  struct carry *carry = ARENA_NEW(arena, struct carry);
  double *guess = ARENA_ARRAY(arena, stores, double), *price = ARENA_ARRAY(arena, stores, double);
  double *slope = ARENA_ARRAY(arena, stores * stores, double);
  memcpy(guess, stock, (size_t)stores * sizeof *guess);
  expected->evaluate(expected->context, guess, price, slope);
  *carry = (struct carry){guess, price, slope};
  return carry;
}

struct window_solution expect_solve(const struct network *network, const struct state *state, int first,
                                    const struct expected_prices *expected, const struct solve_options *options,
                                    struct solve_memory *memory, struct arena *arena)
{
  const int rounds_max = 500, proximal_from = 12, stores = network->stores_count;
  if (expected == NULL) return window_solve(network, state, first, options, memory, arena);
  assert(!network->scenario->tail);
  double *guess = ARENA_ARRAY(arena, stores, double), *price = ARENA_ARRAY(arena, stores, double);
  double *slope = ARENA_ARRAY(arena, stores * stores, double);
  struct carry *carry = ARENA_NEW(arena, struct carry);
  struct state *expecting = ARENA_NEW(arena, struct state); /* the window that is found refers to it */
  *carry = (struct carry){guess, price, slope};
  *expecting = *state;
  expecting->carry = carry;
  memcpy(guess, state->stock_t, (size_t)stores * sizeof *guess);
  struct window_solution found = {0};
  for (int round = 0; round < rounds_max; round++) {
    expected->evaluate(expected->context, guess, price, slope);
    if (round >= proximal_from) steepen(slope, stores);
    found = window_solve(network, expecting, first, options, memory, arena);
    if (!found.report.certificate.accepted || found.report.status != MCP_SOLVED) return found;
    if (guess_move(&found, guess) < 1e-9) return found;
  }
  found.report.certificate.accepted = false;
  found.report.note = "what holders of stocks expect did not settle";
  return found;
}
