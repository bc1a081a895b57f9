/* model/expect.c - Newton's method on the stocks that a window leaves: solve with a tangent, move the guess, again.
 *
 * Where the expected price falls with the stock and the market is monotone, the tangent problems are monotone too. At a
 * kink the tangent changes sides; from the twelfth round on half steps are taken.
 */
#include "model/expect.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Largest change from the guess to the stocks of the solution, in units of their scale; moves the guess by a share. */
static double guess_move(const struct window_solution *found, double share, double *guess)
{
  const struct window *window = found->window;
  const struct block *last = &window->blocks[window->blocks_count - 1];
  double change = 0;
  for (int s = 0; s < window->network->stores_count; s++) {
    const double stock = last->stock[s] >= 0 ? found->solution->z[last->stock[s]] : 0;
    const double scale = last->stock[s] >= 0 ? window->equations->z_scale[last->stock[s]] : 1;
    change = fmax(change, fabs(stock - guess[s]) / scale);
    guess[s] += share * (stock - guess[s]);
  }
  return change;
}

struct window_solution expect_solve(const struct network *network, const struct state *state, int first,
                                    const struct expected_prices *expected, const struct solve_options *options,
                                    struct solve_memory *memory, struct arena *arena)
{
  const int rounds_max = 60, half_from = 12, stores = network->stores_count;
  if (expected == NULL) return window_solve(network, state, first, options, memory, arena);
  assert(!network->scenario->tail);
  double *guess = ARENA_ARRAY(arena, stores, double), *price = ARENA_ARRAY(arena, stores, double);
  double *slope = ARENA_ARRAY(arena, stores * stores, double);
  const struct carry carry = {guess, price, slope};
  struct state expecting = *state;
  expecting.carry = &carry;
  memcpy(guess, state->stock_t, (size_t)stores * sizeof *guess);
  struct window_solution found = {0};
  for (int round = 0; round < rounds_max; round++) {
    expected->evaluate(expected->context, guess, price, slope);
    found = window_solve(network, &expecting, first, options, memory, arena);
    if (!found.report.certificate.accepted || found.report.status != MCP_SOLVED) return found;
    if (guess_move(&found, round < half_from ? 1 : 0.5, guess) < 1e-9) return found;
  }
  found.report.certificate.accepted = false;
  found.report.note = "what holders of stocks expect did not settle";
  return found;
}
