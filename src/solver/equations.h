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
#include <assert.h>
#include <math.h>

#include "base/arena.h"
#include "solver/mcp.h"

static const double equations_power_floor = 1e-9; /* of the scale */
/* While kinks are rounded off: max(0, t) is a parabola within so many widths of its kink, and exact beyond. At the kink
 * it is as high as a hyperbola of one width. */
static const double equations_hinge_reach = 4;

struct equations_place { /* where an entry of M stands */
  int row, column;
};
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
  const struct equations_place *places; /* [entries_count] of M; duplicates are summed by equations_problem */
  double *values;                       /* [entries_count] */
  int entries_count, entries_max;
  int shared; /* the places are another's up to here, as long as those added agree; 0: its own */
  struct equations_place *own_places; /* the same as places; NULL: another's */
  struct equations_power *powers;
  int powers_count, powers_max;
  struct equations_hinge *hinges;
  int hinges_count, hinges_max;
};

[[nodiscard]] struct equations *equations_new(struct arena *arena);
/* Without unknowns and entries, but where they will come to stand as in others, which must outlive these: the places of
 * what is added in the same order are theirs and need not be written again. Whatever is added is allowed. */
[[nodiscard]] struct equations *equations_like(const struct equations *others, struct arena *arena);
/* The first n unknowns as they are in others, constants at zero; these must have none yet. */
void equations_unknowns_like(struct equations *equations, const struct equations *others, int n);
/* The entries first..end as they are in others, of which these are alike up to first; false: they are not, and nothing
 * was added. */
[[nodiscard]] bool equations_entries_like(struct equations *equations, const struct equations *others, int first,
                                          int end);
/* Makes room for so many unknowns and entries, so that nothing need be moved as they are added; more may be. */
void equations_reserve(struct equations *equations, int n, int entries);

/* Adds an unknown and its row; returns their common index. start NAN: the box's default. */
static inline int equations_unknown(struct equations *equations, double lower, double upper, double z_scale,
                                    double f_scale, double weight, double start);
static inline void equations_constant(struct equations *equations, int row, double value); /* adds to q */
/* Adds to M; 0 keeps the place. */
static inline void equations_linear(struct equations *equations, int row, int variable, double value);
static inline void equations_value(struct equations *equations, int t, double value); /* of an entry that is there */
static inline struct equations_entry equations_entry(const struct equations *equations, int t);
void equations_power(struct equations *equations, int row, double coefficient, int variable, double scale,
                     double exponent, int times);
void equations_hinge(struct equations *equations, int row, double coefficient, int variable, double constant,
                     double slope);

/* The problem they state; it refers to the equations, which must outlive it and not change, constants apart. */
[[nodiscard]] const struct mcp *equations_problem(const struct equations *equations, struct arena *arena);

/* ---- inside: a window adds tens of thousands of entries ---- */

void equations_more_unknowns(struct equations *equations);
void equations_add_place(struct equations *equations, int row, int variable, double value);

static inline int equations_unknown(struct equations *equations, double lower, double upper, double z_scale,
                                    double f_scale, double weight, double start)
{
  struct equations *e = equations;
  assert(lower <= upper && lower < HUGE_VAL && upper > -HUGE_VAL);
  assert(z_scale > 0 && f_scale > 0 && weight > 0);
  if (e->n == e->n_max) equations_more_unknowns(e);
  const int i = e->n++;
  e->lower[i] = lower, e->upper[i] = upper, e->start[i] = start;
  e->z_scale[i] = z_scale, e->f_scale[i] = f_scale, e->weight[i] = weight;
  e->constant[i] = 0;
  return i;
}

static inline void equations_constant(struct equations *equations, int row, double value)
{
  assert(row >= 0 && row < equations->n && isfinite(value));
  equations->constant[row] += value;
}

static inline void equations_linear(struct equations *equations, int row, int variable, double value)
{
  assert(isfinite(value));
  const int t = equations->entries_count;
  if (t < equations->shared && equations->places[t].row == row && equations->places[t].column == variable) {
    equations->values[t] = value;
    equations->entries_count++;
  } else {
    equations_add_place(equations, row, variable, value);
  }
}

static inline void equations_value(struct equations *equations, int t, double value)
{
  assert(t >= 0 && t < equations->entries_count && isfinite(value));
  equations->values[t] = value;
}

static inline struct equations_entry equations_entry(const struct equations *equations, int t)
{
  return (struct equations_entry){equations->places[t].row, equations->places[t].column, equations->values[t]};
}
#endif
