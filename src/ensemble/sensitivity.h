/* ensemble/sensitivity.h - what figures depend on, for anything that turns rows of inputs into rows of figures.
 *
 * Steps: every input alone at its tenth and ninetieth percentile, the others at their medians (the tornado); the inputs
 * that move any figure most, one group each, and all others as one group, into Sobol indices (sobol.h); where inputs
 * are correlated, Shapley effects of each of them (shapley.h); and in which part of the inputs' space figures are among
 * their highest and lowest fifth (prim.h). Inputs are given as ranks: the share of their distribution below. What turns
 * ranks into figures is a function, so this file knows no market (sensitivity_run.h has the one that solves).
 */
#ifndef ENSEMBLE_SENSITIVITY_H
#define ENSEMBLE_SENSITIVITY_H
#include "base/error.h"
#include "ensemble/prim.h"
#include "ensemble/shapley.h"
#include "ensemble/sobol.h"

struct sensitivity_input {
  const char *name, *unit;
  int block;      /* inputs of one block depend on each other, blocks do not; 0 .. blocks - 1 */
  bool over_time; /* what happens over time (hazards, regimes, price paths): one number stands for it, has no value */
};

struct sensitivity_output {
  const char *name, *unit;
};

struct sensitivity_problem {
  int inputs, blocks, outputs, facts;
  const struct sensitivity_input *input;   /* [inputs] */
  const double *correlation;               /* [inputs x inputs] of the normal scores; NULL: independent */
  const struct sensitivity_output *output; /* [outputs] */
  const struct prim_input *fact;           /* [facts] what a row's course of events was: further conditions for prim */
  /* Value of an input at a rank, in its unit. */
  double (*value)(void *context, int input, double rank);
  /* ranks[rows x inputs] in (0, 1); a rank of NAN of an input over time: nothing happens. figures[rows x outputs]: NAN
   * where there is none or the row was not solved; facts[rows x facts]. False: stopped. */
  bool (*evaluate)(void *context, const double *ranks, int rows, double *figures, double *facts);
  void *context;
};

struct sensitivity_options { /* zero: the default */
  int rows;                  /* of each matrix: 256; made a power of two */
  int groups_max;            /* inputs or blocks with an index of their own: 8 */
  uint64_t seed;
};

struct tornado_bar {
  double low_value, high_value; /* of the input; NAN over time */
  double low, high;             /* the figure there */
};

struct sensitivity_figure {        /* of one output */
  double base;                     /* all inputs at their medians, nothing happens over time */
  struct estimate estimate;        /* over the rows of A and B */
  double *sorted;                  /* those rows, ascending */
  struct tornado_bar *bars;        /* [inputs] */
  struct sobol_indices *indices;   /* [groups] */
  struct shapley_effects *effects; /* [players]; NULL: nothing is correlated */
  double threshold[2];             /* lowest fifth below, highest fifth above */
  struct prim_result *boxes[2];    /* of the lowest and highest fifth; NULL: too few rows or no spread */
  struct prim_data discovery[2];
};

struct sensitivity {
  const struct sensitivity_problem *problem;
  int rows, evaluations, failed; /* failed: rows without any figure */
  int groups;
  const char **group_name; /* [groups] */
  const int *group;        /* [inputs] */
  int players;
  const char **player_name;
  const int *player; /* [inputs] */
  int conditions;    /* inputs with values, then facts: what boxes are about */
  const struct prim_input *condition;
  struct sensitivity_figure *figures; /* [outputs] */
};

/* NULL when the evaluation was stopped (error not set) or the correlations are impossible (set). */
[[nodiscard]] const struct sensitivity *sensitivity_compute(const struct sensitivity_problem *problem,
                                                            const struct sensitivity_options *options,
                                                            struct arena *arena, struct error *error);
#endif
