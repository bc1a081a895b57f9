/* bench/generator.h - random markets that have an equilibrium, for tests and benchmarks.
 *
 * A problem is named by (seed, index) and the options; the same name gives the same problem on any machine, by a
 * counter-based generator (each number is a hash of seed, index and a running count).
 *
 * What is drawn: 2 to 40 regions; a chain of ores, oxides, metals and products (3 to 32 materials) whose base prices
 * fit together (0.5 to 2,000 USD/kg) and whose base quantities follow from the mines (0.1 to 3e5 t); mines, joint
 * separation in fixed proportions, smelters, makers with recipes and scrap loops, each with constant, linear or power
 * cost and a rising cost or a capacity; arcs with freight, half of them with rising cost; demand (elasticity 0.05 to 2)
 * in linear inverse form or isoelastic with a choke price and satiation; disposal free or at a cost; in two of five
 * problems stocks over 2 to 5 periods with discounted rows. Then, each independently:
 *     degenerate  10 %  twin plants and twin arcs at the same constant cost, shut plants, a quota stated twice, a
 *                       production quota equal to the capacity behind it: ties, idle pairs, rents that are not
 *                       unique. Half of them are planted instead: a point is drawn and the constants are moved so that
 *                       it is an equilibrium with one in ten of its idle conditions zero to rounding
 *     ad valorem  30 %  tariffs of 2 to 60 %
 *     hinge       30 %  a top-up floor or an upside share on the output of one or two materials
 *     quota       30 %  export quotas by region over groups of materials
 *
 * Why every problem has a solution: no quantity is forced, so doing nothing satisfies every balance; every buyer has a
 * choke price, so no price is driven up without end; every surplus can be thrown away, and every plant has a capacity
 * or a cost that rises, so no quantity grows without end; every arc costs something, so nothing runs in circles.
 * (In a planted market arcs may cost less than nothing; those without a rising cost have a limit.)
 *
 * A floor is "safe" when all producers of the material are insured alike and each has a rising cost (supply elasticity
 * at most 3): there the problem behaved as a P problem in trials. One hinge problem in five insures only some of the
 * producers; it is flagged, and its solution may not be unique.
 */
#ifndef BENCH_GENERATOR_H
#define BENCH_GENERATOR_H
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "solver/equations.h"
#include "solver/qp.h"

struct generator_options {
  uint64_t seed;
  int unknowns_min, unknowns_max; /* 0: 50 and 5,000; sizes are log-uniform between them, hit within a tenth */
  bool potential; /* linear demand and cost, no ad-valorem tariff, no hinge: the market is one convex programme. Every
                     node then has a user of its own, so that every price below the choke is unique */
};

struct generated {
  const struct equations *equations;
  int regions, materials, periods;
  bool degenerate, ad_valorem, hinge, quota; /* what it really contains */
  bool hinge_unsafe;                         /* producers insured unequally: class unknown by construction */
  bool isoelastic, storage;
  int prices_count, consumptions_count;
  const int *prices, *consumptions; /* unknowns */
  const int *consumption_prices;    /* [consumptions_count] what each pays; where it buys, that price is unique */
  /* With options.potential, else NULL: the programme, written from the same draws without mcp_potential. */
  const struct qp *qp;
  const bool *dual; /* [n] whether an unknown is a multiplier of the programme */
  const int *place; /* [n] its variable or row; a multiplier is z + disposal cost (so that it is >= 0) */
};

[[nodiscard]] const struct generated *generator_market(const struct generator_options *options, uint64_t index,
                                                       struct arena *arena);

/* "seed 1 index 17: 1204 unknowns, 7 regions, 12 materials, 3 periods, degenerate, quota" */
[[nodiscard]] const char *generated_text(const struct generated *market, const struct generator_options *options,
                                         uint64_t index, struct arena *arena);
#endif
