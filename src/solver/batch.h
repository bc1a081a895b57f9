/* solver/batch.h - many problems of one pattern at once, one in each lane of the vector registers.
 *
 * The members of a batch are variations of one problem, the model: the same unknowns, entries and terms in the same
 * order with other numbers. Each is solved by the interior point method from a point of the model's own central path,
 * brought to full precision and certified. Lanes of one register share every instruction and no number: a member's
 * result depends on the model, on its own equations and on the width, never on its neighbours, its place or the count.
 * Members that are not of the model's pattern, or do not settle in their lane, are solved alone by mcp_solve.
 */
#ifndef SOLVER_BATCH_H
#define SOLVER_BATCH_H
#include "base/arena.h"
#include "solver/certificate.h"
#include "solver/equations.h"
#include "solver/mcp.h"

struct batch_options {
  double tolerance;   /* of the certificate; 0: 1e-8 */
  int iterations_max; /* of a member in its lane; 0: 40 */
  int width;          /* lanes: 1, 4 or 8; 0: the most that this machine has and that
                       * its caches feed. More than it has: the most it has */
};

/* What the members share; immutable, for any number of threads. Refers to model and plan, which must outlive it. */
struct batch;

/* plan: of the pattern that equations_problem gives the model. Solves the model along its path (some ten times what a
 * member takes); where that fails members start cold, which is slower and changes nothing else. */
[[nodiscard]] const struct batch *batch_new(const struct equations *model, const struct mcp_plan *plan,
                                            const struct batch_options *options, struct arena *arena);

struct batch_member {
  const struct equations *equations; /* must outlive the results' use no longer than the call */
  const double *warm;                /* [n] or NULL: a nearby solution, for a member that is solved alone */
  /* Filled in: */
  struct mcp_solution solution; /* z and f in the arena; method "lanes" where it was solved in one */
  struct certificate certificate;
  bool alone; /* solved outside the lanes */
};

/* Solves and certifies members[0..count). */
void batch_solve(const struct batch *batch, struct batch_member *members, int count, struct arena *arena);

/* The number of lanes that a batch made with these options uses. */
int batch_width(const struct batch *batch);
#endif
