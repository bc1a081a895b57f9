/* solver/layout.h - where the numbers of equations of one pattern go: found once, used for every member of a batch.
 *
 * Rows and columns are numbered in an order of elimination of their own that makes the same factors as the plan's:
 * first the leaves, which meet no row before them and have no terms; then the other light rows, whose own row of U is
 * short as are all that they depend on; then the heavy rows, by fronts (fronts.h). What the terms add to the Jacobian
 * lies apart ("extra"), so that the linear part never changes during a solve.
 */
#ifndef SOLVER_LAYOUT_H
#define SOLVER_LAYOUT_H
#include "base/arena.h"
#include "solver/equations.h"
#include "solver/fronts.h"
#include "solver/lu.h"

struct layout {
  const struct equations *model;
  const struct mcp_plan *plan;
  int n, leaf_count, light_count; /* leaves are light */
  const int *order, *position;    /* [n] original row of the k-th, and the inverse */
  const bool *free;               /* [n] without a lower bound */
  const double *unit; /* [n] what unknown and condition of a row are measured in beside the model's scales (layout.c) */
  const double *unknown_unit, *condition_unit; /* [n] the products of both */
  const double *pulled_to;                     /* [n] zero, or the bound next to it, from the model's lower bound */
  int entries_count;                           /* the matrix by rows; entry entries_count is zero */
  const int *entry_start, *entry_column;       /* [n + 1], [entries_count]; in leaves' columns first */
  const int *entry_rest;                       /* [n] the first that is in none */
  const double *value;                         /* [entries_count + 1] the model's, in these units */
  const int *entry_place;                      /* [entries_count of the model] */
  const int *own_place;                        /* [n] of each row's own unknown */
  int extra_count;
  const int *extra_start, *extra_column;      /* [n + 1], [extra_count] by rows */
  const int *power_extra, *power_times_extra; /* [powers_count] -1 without a factor */
  const int *hinge_extra;                     /* [hinges_count] */
  const bool *has_terms;                      /* [n] */
  /* The rows of U of light rows. Those of leaves, and their columns of L up to their pivots, are the matrix's own at
   * any point. */
  const int *upper_start, *upper_column;   /* [light_count + 1] */
  const int *leaf_right, *leaf_below;      /* by upper_column, of leaves: entry in the leaf's row, in its column */
  const double *right_value, *below_value; /* the model's values of these */
  /* Numbers that the elimination of light rows changes: [n] pivots; of each light row that is no leaf its row of U and
   * after it its column of L, in the order of upper_column; then those of pairs of heavy rows, by fronts. */
  int numbers_count;
  const int *number_entry; /* [numbers_count - n] entry of the matrix that is there at first */
  const int *extra_number; /* [extra_count] */
  /* One after the other, by light row: for each entry of its column of L the place of what is changed by that entry
   * times each one of its row of U. */
  const int *target;
  int leaf_targets; /* how many of them are of leaves */
  const struct fronts *fronts;
  const int *assembly_start; /* [fronts->count + 1] from where on numbers are a front's */
  const int *assembly;       /* by those numbers: place among the panels */
};

/* plan: of the pattern of equations_problem(model). */
[[nodiscard]] const struct layout *layout_new(const struct equations *model, const struct mcp_plan *plan,
                                              struct arena *arena);

/* Whether equations have the model's unknowns, lower bounds where it has some, entries and terms in the model's
 * order. */
bool layout_fits(const struct layout *layout, const struct equations *equations);

/* Entry t of equations that fit, in the layout's units. */
static inline double layout_value(const struct layout *layout, const struct equations *equations, int t)
{
  const struct equations_place place = equations->places[t];
  const double column = layout->unknown_unit[layout->position[place.column]];
  return equations->values[t] * column / layout->condition_unit[layout->position[place.row]];
}

/* The place among the numbers where light row k's row of U begins, k not a leaf; its column of L follows. */
static inline int layout_light_place(const struct layout *layout, int k)
{
  return layout->n + 2 * (layout->upper_start[k] - layout->upper_start[layout->leaf_count]);
}
#endif
