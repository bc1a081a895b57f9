/* dataset/chance.h - what of a scenario is uncertain, as read; and the data set of one draw.
 *
 * Tables: `distributions` (a figure, or several, drawn from a law), `correlations` (which of them go together),
 * `startups` (delay, ramp, attainment, overrun and failure of plants to come), `regimes` (chains of states whose events
 * are in force while a state lasts) and `price_paths` (how imposed prices wander). Events may have a hazard, or belong
 * to a state of a regime, instead of a date. On loading, everything becomes `struct chance`: a list of variables, each
 * with a law and the figures that it moves. What is drawn, and how, is the affair of src/ensemble.
 *
 * A run without draws takes every figure as the data have it, no event with a hazard happens, and every regime stays in
 * its first state.
 */
#ifndef DATASET_CHANCE_H
#define DATASET_CHANCE_H
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/field.h"
#include "dataset/record.h"

enum law_kind { LAW_UNIFORM, LAW_TRIANGULAR, LAW_PERT, LAW_NORMAL, LAW_LOGNORMAL, LAW_BETA, LAW_DISCRETE };
enum law_use { USE_FACTOR, USE_VALUE, USE_SHIFT };

struct distribution { /* "distributions" */
  struct record record;
  const char *path;       /* table.row.field, '*' in the row allowed; instruments.id.term */
  int kind, use;          /* enum law_kind, enum law_use */
  double low, mode, high; /* uniform, triangular, pert, beta; others are cut off there. NAN: not given */
  double mean, deviation; /* normal; lognormal: deviation of the logarithm */
  double median;          /* lognormal */
  double alpha, beta;     /* beta, on low ... high (0 ... 1) */
  struct field_list values, probabilities; /* discrete, numbers as text; none given: equally likely */
  bool apart;                              /* each figure that the path names has a draw of its own */
  double start; /* date from which it counts, for figures that may change over time; NAN: always */
};

struct correlation { /* "correlations": rank correlations of a group of variables, with a Gaussian copula */
  struct record record;
  struct field_list members; /* of distributions */
  struct field_list ranks;   /* numbers as text: one for all pairs, or the rows above the diagonal, one after another */
};

struct startup { /* "startups": what is not known of plants that are not running yet; triangular laws */
  struct record record;
  struct field_list facilities;
  double delay_low_years, delay_mode_years, delay_high_years; /* of delay_years */
  double attainment_low, attainment_mode, attainment_high;    /* of attainment */
  double overrun_low, overrun_mode, overrun_high;             /* of capital_factor */
  struct field_list ramps; /* one of these, equally likely, instead of the facility's own */
  bool success;            /* it succeeds with its success_probability, or never runs; no: weighted with it */
  double widening;         /* first of a kind: times as far from the mode on the bad side; default 1 */
};

enum regime_step { REGIME_YEAR, REGIME_QUARTER };
struct regime { /* "regimes": a Markov chain */
  struct record record;
  const char *title;
  struct field_list states;      /* the first one holds until start, and in runs without draws */
  double start;                  /* date of the first step that may change it */
  int step;                      /* year|quarter */
  struct field_list transitions; /* numbers as text: chances of going from a state to each state, row by row */
};

struct price_path { /* "price_paths": imposed prices (--prices, table deck) times exp(x), x a path from 0 on */
  struct record record;
  struct field_list materials, regions;                   /* none given: all */
  double start;                                           /* x is 0 until then */
  double volatility;                                      /* of the logarithm, a root year */
  double reversion;                                       /* a year; 0: a random walk */
  double jump_hazard_per_year, jump_size, jump_deviation; /* of the logarithm */
};

struct wanted_indicator { /* "indicators": figures that every draw yields */
  struct record record;
  const char *of; /* "price[ndpr-oxide, china, 2030]" as in claims; without a date: every period */
};

/* ---- bound on loading ---- */

struct law { /* of a random number */
  int kind;
  double low, mode, high, mean, deviation, median, alpha, beta;
  int count;                    /* of a discrete one */
  const double *values, *until; /* [count] until: cumulative probability */
};

struct drawn_figure {     /* one number that a variable moves */
  const char *path;       /* table.row.field */
  int table;              /* of dataset_entities; -1: a term of an instrument */
  size_t offset;          /* of the number from the start of the table's array, in bytes */
  bool choice;            /* no double but an int: a row that is one of several (facility.ramp) */
  int instrument;         /* of a term, row of "instruments" */
  const char *row, *name; /* id and column or term */
  int track;              /* of the timeline, whose first change is its; -1: the number itself is replaced */
  double low, high;       /* bounds of the column, -INFINITY and INFINITY where it has none */
};

struct drawn_variable {
  const char *name; /* "ev-elasticity"; "ev-elasticity/china-ev" where figures are drawn apart */
  const char *unit; /* of its values */
  struct law law;
  int use;
  int group; /* of correlations, -1: independent */
  int member;
  int figures_count;
  struct drawn_figure *figures; /* complete once the timeline is made */
  double start;                 /* they move from then on; NAN: always */
};

struct drawn_group {
  int count;            /* members */
  const int *variables; /* [count] */
  const double *factor; /* [count x count] lower Cholesky factor of the normal correlations, row by row */
};

struct regime_chain { /* a regime */
  const struct regime *regime;
  const double *until; /* [states x states] cumulative, row by row */
};

struct chance {
  int variables_count, groups_count, chains_count;
  const struct drawn_variable *variables;
  const struct drawn_group *groups;
  const struct regime_chain *chains;
  bool any; /* something can differ between draws */
};

/* ---- the data set of a draw ---- */

struct episode { /* of an event that has a hazard or belongs to a regime */
  int event;
  double start, end;
};

/* Whether the money of an instrument is there, where its data give chances of it: the fiscal years for which it was
 * appropriated, and when its programme ends. What lies ahead of the date that the market sees stays what is to be
 * expected. */
struct lot {
  int instrument;
  double first; /* first day of fiscal year 0, in which it begins */
  int years;
  const bool *appropriated; /* [years] */
  double end;               /* INFINITY: it does not end */
};

struct redraw {
  const double *values; /* [variables] of dataset->chance; NULL: all as in the data */
  bool by_chance; /* events that come by chance have the episodes below and no others; no: as in runs without draws */
  int episodes_count;
  const struct episode *episodes; /* by event, then by start */
  const double *deck_factors;     /* [deck] on the imposed prices; NULL: none */
  int lots_count;
  const struct lot *lots; /* by instrument */
};

int regime_state(const struct regime *regime, const char *state); /* -1: it has none of that name */

struct dataset;
/* The data set with those figures and episodes in place of its own. It shares with `dataset` all that is the same; the
 * instruments' terms among the figures are left to the caller, but for those with a schedule. */
[[nodiscard]] const struct dataset *dataset_redraw(const struct dataset *dataset, const struct redraw *redraw,
                                                   struct arena *arena);

/* What becomes of a figure when its variable is drawn: within the bounds of its column. */
double figure_drawn(const struct drawn_figure *figure, const struct drawn_variable *variable, double number,
                    double drawn);
#endif
