/* ensemble/prim.h - scenario discovery: under which conditions an outcome of interest happens, as boxes and in words.
 *
 * Patient rule induction (Friedman and Fisher, "Bump hunting in high-dimensional data", Statistics and Computing 9
 * (1999)) as used for scenarios by Bryant and Lempert (Technological Forecasting and Social Change 77 (2010)). From all
 * draws, thin slices are peeled off, each time the slice that raises the share of hits most for each draw given up; of
 * all boxes on the way the one with the best balance of coverage and density is taken; limits that are no better than
 * chance, or that do next to nothing, are lifted; finer slices are peeled from it and pasted to it where that helps.
 * Draws it holds are set aside and the search begins again.
 *
 *   coverage  of all hits, the share inside the box
 *   density   of the draws inside the box, the share that are hits
 */
#ifndef ENSEMBLE_PRIM_H
#define ENSEMBLE_PRIM_H
#include <stdbool.h>

#include "base/arena.h"

struct prim_data {
  int rows, inputs;
  const double *x; /* [rows x inputs], row by row; no NAN */
  const bool *hit; /* [rows] */
};

struct prim_options {
  double peel;         /* share of the draws inside given up at a time; 0: 0.05 */
  double mass_min;     /* smallest box, as a share of all draws; 0: 0.05 */
  double significance; /* limits with a larger quasi-p-value are lifted; 0: 0.05 */
  int boxes_max;       /* 0: 3 */
};

struct prim_box {
  double *low, *high; /* [inputs] inside: low < x < high; -+INFINITY: no limit. Short decimals between two draws */
  double *p_value;    /* [inputs] chance of so many hits inside had the limits on this input done nothing; NAN: none */
  int limited;        /* inputs with a limit */
  int inside, hits;   /* of all draws, also those of earlier boxes */
  double coverage, density;
};

struct prim_result {
  int hits;        /* of all rows */
  int boxes_count; /* 0: no hits, all hits, or nothing better than chance */
  struct prim_box *boxes;
  double coverage; /* of all boxes together */
};

/* options NULL: defaults. */
[[nodiscard]] struct prim_result *prim_search(const struct prim_data *data, const struct prim_options *options,
                                              struct arena *arena);

enum prim_kind { PRIM_NUMBER, PRIM_DATE, PRIM_FLAG }; /* a flag is 0 or 1 */
struct prim_input {
  enum prim_kind kind;
  const char *name; /* "the price of NdPr inside China"; a flag: what is so when it is 1, "a ban is in force" */
  const char *unit; /* "USD/kg"; "" or "1": none is said */
};

/* "the deal loses money when the price of NdPr inside China is below 74 USD/kg and the start of 10X is after 2029: 81 %
 * of all such outcomes, and 92 % of the draws inside". outcome: "the deal loses money". */
const char *prim_words(const struct prim_box *box, const struct prim_input *inputs, int inputs_count,
                       const char *outcome, struct arena *arena);
/* All boxes, a line each; or that there is none, and why. */
const char *prim_result_words(const struct prim_result *result, const struct prim_data *data,
                              const struct prim_input *inputs, const char *outcome, struct arena *arena);
#endif
