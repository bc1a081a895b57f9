/* ensemble/expectations.h - rational expectations in small models: stores that know the odds, not the future.
 *
 * A scenario with `economy: {expectations: rational}` draws its distributions anew in every period, independently. Who
 * stores compares today's price with the expected price of the next period, and expects exactly what the model then
 * yields: E[p'] is a function of the stocks carried over, found as the fixed point of
 *
 *     g(h) = sum over shocks k of  w_k  p_k(h),      p_k(h): price of the market with opening stocks h, shock k, whose
 *                                                    own stores value what they leave at g                       (E105)
 *
 * Every p_k(h) is a solve of the engine's own market with the storage condition (E104), certified like any other. Knots
 * are put where storing begins under each shock, which is where g has its kinks. Discrete laws are taken as they are;
 * continuous ones are cut into `nodes` parts of equal probability, each at its mean.
 *
 * Limits: one or two stores (all prices are functions of their stocks alone), one period length, no tail, no
 * investment, no demand with a memory; the market's data are those of the first period.
 */
#ifndef ENSEMBLE_EXPECTATIONS_H
#define ENSEMBLE_EXPECTATIONS_H
#include "ensemble/price_function.h"
#include "ensemble/statistics.h"
#include "model/expect.h"
#include "run/run.h"

struct expectations_options { /* zero: the default */
  int knots;                  /* along each stock: 256 for one store, 16 for two */
  int nodes;                  /* of a continuous law: 10 */
  int replicates;             /* of the simulation: 20 */
  int periods;                /* simulated in each, after 200 that are not counted: 10000 */
  uint64_t seed;
};

enum moment_kind {
  MOMENT_MEAN_PRICE,
  MOMENT_VARIATION,
  MOMENT_SKEWNESS,
  MOMENT_AUTOCORRELATION,
  MOMENT_MEAN_STOCK,
  MOMENT_EMPTY,
  moments_count
};
struct moment {
  double estimate, error; /* standard error from the spread of the replicates */
};

struct expectations {
  const struct network *network; /* of the data as they are */
  int stores, shocks;
  const double *weight; /* [shocks] probabilities */
  const double *drawn;  /* [shocks x variables] values of the scenario's distributions */
  const struct price_knots *knots;
  const struct price_function *expected; /* [stores] E[p'], of opening stocks: what is left of them after decay */
  const struct price_function *price;    /* [shocks x stores] */
  const struct price_function *stock;    /* [shocks x stores] left at the period's end */
  const double *kept;                    /* [stores] of a stock, from one period to the next */
  const double *store_below;             /* [stores] price below which it is worth storing when nothing is stored */
  struct expected_prices prices;         /* for expect_solve; refers to this struct */
  int iterations, solves;
  double change;                           /* of the last iteration, USD/kg */
  struct moment (*moments)[moments_count]; /* [stores] of simulated periods */
  int simulated;                           /* periods in all */
};

/* NULL with error set where the scenario is beyond the limits above, or a market could not be solved. */
[[nodiscard]] const struct expectations *expectations_fit(const struct run *run,
                                                          const struct expectations_options *options,
                                                          struct arena *arena, struct error *error);

const char *moment_name(enum moment_kind kind); /* "mean price", ... */
#endif
