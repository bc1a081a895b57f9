/* model/expect.h - windows whose stocks are valued at what their holders expect of the next period's price.
 *
 * A window ends somewhere; what is then in store is worth nothing, or serves the tail, or, with expectations, is worth
 * E[p'](stock): a function of all stocks left, made by src/ensemble/expectations.c. The window's own conditions stay
 * linear: they see the tangent of that function at a guess of the stocks, and the guess is improved until the stocks of
 * the solution are the guess (Newton's method; docs/theory.md, section 12).
 */
#ifndef MODEL_EXPECT_H
#define MODEL_EXPECT_H
#include "model/solve.h"

struct expected_prices {
  const void *context;
  /* price[stores]: of each store's good at its place in the next period, real USD/kg, when stock[stores] t are left;
   * slope[stores x stores]: its derivative in the stocks, row by row. Of whole opening stocks: before decay is taken
   * off, the function takes it off. */
  void (*evaluate)(const void *context, const double *stock, double *price, double *slope);
};

/* The tangent at those stocks, for state->carry. */
[[nodiscard]] const struct carry *expect_carry(const struct expected_prices *expected, const double *stock, int stores,
                                               struct arena *arena);

/* As window_solve. expected NULL: window_solve itself. The window must have no tail. When the guesses do not settle the
 * solution is not accepted, and the report's note says so. */
[[nodiscard]] struct window_solution expect_solve(const struct network *network, const struct state *state, int first,
                                                  const struct expected_prices *expected,
                                                  const struct solve_options *options, struct solve_memory *memory,
                                                  struct arena *arena);
#endif
