/* ensemble/sobol.h - which inputs a figure's spread comes from: variance shares of independent inputs, or groups of
 * them.
 *
 * first: the part of the variance that would go if the input were known; total: the part that would stay if all others
 * were. Inputs that depend on each other share a group, so that groups are independent: the index of a group is that of
 * its inputs together. Where one wants to divide a group's part among its members: shapley.h.
 *
 * Use: sobol_sample fills sobol_rows(design) rows of uniform numbers; the caller makes inputs of them, evaluates each
 * row and hands the results, in the same order, to sobol_indices. Rows come in blocks of `rows`: A, B, then for each
 * group A with that group's columns from B, and with second_order also B with that group's columns from A.
 *
 * Estimators: first order after Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola, Computer Physics
 * Communications 181 (2010), table 2 (b); total after Jansen (same, table 2 (f)); second order after Saltelli, CPC 145
 * (2002). Values are centred first, so adding a constant to all changes nothing. Intervals: bootstrap over rows, which
 * is wider than the truth when rows are of low discrepancy.
 */
#ifndef ENSEMBLE_SOBOL_H
#define ENSEMBLE_SOBOL_H
#include <stdbool.h>

#include "ensemble/statistics.h"

struct sobol_design {
  int inputs, groups;
  const int *group;  /* [inputs] 0 .. groups - 1; every group has an input */
  int rows;          /* of A: the cost is rows x (groups + 2), or (2 groups + 2) with second order */
  bool second_order; /* pairs of groups too */
};

/* A number in (0, 1): column 0 .. 2 inputs - 1 of a row; the first half makes A, the second B. */
typedef double uniform_source(const void *context, int row, int column);

int sobol_rows(const struct sobol_design *design);
/* uniforms[sobol_rows x inputs], row by row. */
void sobol_sample(const struct sobol_design *design, uniform_source *source, const void *context, double *uniforms);

struct sobol_indices {
  int rows_used; /* of A: rows with a NAN in any block are left out */
  double mean, variance;
  struct interval *first, *total; /* [groups] NAN where the figure does not vary */
  struct interval *second;        /* [groups x groups], of pairs i < j; NULL: not asked for */
};
/* values[sobol_rows]; options NULL: defaults. */
[[nodiscard]] struct sobol_indices *sobol_indices(const struct sobol_design *design, const double *values,
                                                  const struct bootstrap_options *options, struct arena *arena);
#endif
