/* solver/equations.h - F(z) = q + M z + terms, written as data.
 *
 * The model states its conditions by adding numbers and terms to rows; equations_problem turns them into an mcp with
 * a fixed pattern and an evaluation callback. The same data are what `export --format mcp-json` writes. Terms:
 *     power   coefficient (z_variable / scale)^exponent z_times      (times -1: no such factor)
 *     hinge   coefficient max(0, constant + slope z_variable)
 * A power is evaluated on max(z_variable, 1e-9 scale) with the tangent below, so that it is defined on the whole line.
 */
#ifndef SOLVER_EQUATIONS_H
#define SOLVER_EQUATIONS_H
#include "base/arena.h"
#include "solver/mcp.h"

struct equations_entry {
  int row, column;
  double value;
};
struct equations_power {
  int row, variable, times;
  double coefficient, scale, exponent;
};
struct equations_hinge {
  int row, variable;
  double coefficient, constant, slope;
};

struct equations {
  struct arena *arena;
  int n, n_max;
  double *lower, *upper, *start, *z_scale, *f_scale, *weight, *constant; /* [n] */
  struct equations_entry *entries; /* duplicates are summed by equations_problem */
  int entries_count, entries_max;
  struct equations_power *powers;
  int powers_count, powers_max;
  struct equations_hinge *hinges;
  int hinges_count, hinges_max;
};

[[nodiscard]] struct equations *equations_new(struct arena *arena);
/* Makes room for so many unknowns and entries, so that nothing need be moved as they are added; more may be. */
void equations_reserve(struct equations *equations, int n, int entries);

/* Adds an unknown and its row; returns their common index. start NAN: the box's default. */
int equations_unknown(struct equations *equations, double lower, double upper, double z_scale, double f_scale,
                      double weight, double start);
void equations_constant(struct equations *equations, int row, double value); /* adds to q */
void equations_linear(struct equations *equations, int row, int variable,
                      double value); /* adds to M; 0 keeps the place */
void equations_power(struct equations *equations, int row, double coefficient, int variable, double scale,
                     double exponent, int times);
void equations_hinge(struct equations *equations, int row, double coefficient, int variable, double constant,
                     double slope);

/* The problem they state; it refers to the equations, which must outlive it and not change, constants apart. */
[[nodiscard]] const struct mcp *equations_problem(const struct equations *equations, struct arena *arena);
#endif
