/* metrics/indicator.h - figures of a data set's base year, of a finished run, or of two runs, by name.
 *
 * One table of names for claims files and whoever else asks for a figure in words: production[ndpr-oxide, china, 2030].
 * `world` stands for all regions where a quantity is asked for, `all` for all elements by weight. Of a run the last
 * argument is the period that holds the date; of the base year there is none.
 */
#ifndef METRICS_INDICATOR_H
#define METRICS_INDICATOR_H
#include "metrics/gains.h"
#include "metrics/headline.h"
#include "metrics/metrics.h"

enum { OF_BASE = 1, OF_RUN = 2, OF_PAIR = 4 }; /* a pair: a run, and the one that it is compared with */
struct indicator {
  const char *name, *arguments; /* "material, region"; the date of a run not counted */
  const char *unit, *help;
  int of;     /* OF_BASE, OF_RUN, OF_PAIR, or several */
  bool dated; /* of a run: takes a date */
};

/* Where figures come from: a base year, or a run. */
struct indicator_base {
  struct base_year *base;
  struct shares shares;
  struct headline headline;
};
[[nodiscard]] struct indicator_base *indicator_base_new(const struct dataset *dataset, struct arena *arena);

struct indicator_run {
  const struct outcome *outcome;
  const struct metrics *metrics;
  struct elements elements;
  const double **missing;       /* [periods] without the region that makes most oxides; NULL where not asked for yet */
  const struct shares **shares; /* [periods], made when asked for */
};
[[nodiscard]] struct indicator_run *indicator_run_new(const struct dataset *dataset, const struct outcome *outcome,
                                                      const struct metrics *metrics, struct arena *arena);

/* What was asked: exactly one of base and run is not NULL; against makes a pair. */
struct indicator_question {
  const struct dataset *dataset;
  const struct indicator_base *base;
  const struct indicator_run *run, *against;
  const char *name;
  int arguments_count;
  const char *const *arguments;
};

struct indicator_answer {
  const struct indicator *indicator; /* NULL: there is none, or it takes other arguments: see refusal */
  double value;                      /* NAN: see refusal */
  const char *refusal;               /* why there is no figure, or NULL */
};
[[nodiscard]] struct indicator_answer indicator_ask(const struct indicator_question *question, struct arena *arena);

/* A question of a run with its words looked up, so that many runs of one data set and horizon answer it quickly. */
struct indicator_looked_up {
  int row;                                                                         /* of the table; -1: refused */
  int material, region, stage, element, instrument, facility, period, fiscal_year; /* -1: not asked; region: world */
};
/* question: of any of the runs. */
[[nodiscard]] struct indicator_looked_up indicator_look_up(const struct indicator_question *question,
                                                           struct arena *arena);
/* What indicator_ask says of this run; NAN where it refuses. */
[[nodiscard]] double indicator_value(const struct indicator_looked_up *question, const struct dataset *dataset,
                                     const struct indicator_run *run, struct arena *arena);

/* Why a base year, run or pair (of) cannot be asked this with so many arguments, date included, or NULL. */
const char *indicator_refusal(const char *name, int of, int arguments_count, struct arena *arena);

/* The last argument for a period: "2035", "2035Q2", "2035-07". */
const char *indicator_date(struct period period, struct arena *arena);

/* The table for people: what can be asked for. */
const char *indicators_markdown(struct arena *arena);

/* The parts of metrics (enum measured_part) that an indicator of a run reads; tallies, welfare and what ledgers say of
 * policy go without saying. */
unsigned indicator_parts(const char *name);
#endif
