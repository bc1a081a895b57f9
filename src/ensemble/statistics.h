/* ensemble/statistics.h - what many draws say together: quantiles, tails, differences, rankings, and how sure all that
 * is.
 *
 * Pure functions of numbers. "Draws" are equally likely values of one indicator; functions that say `sorted` want them
 * ascending (draws_sorted), the others in the order of the draws, which pairs one policy's draw with another's. There
 * are no NANs in any of them: whoever has failed draws leaves them out and says how many. Levels and probabilities are
 * between 0 and 1; intervals are two-sided.
 */
#ifndef ENSEMBLE_STATISTICS_H
#define ENSEMBLE_STATISTICS_H
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

struct interval {
  double estimate, low, high;
};

/* ---- one indicator ---- */

[[nodiscard]] double *draws_sorted(const double *draws, int count, struct arena *arena);

/* Linear between the order statistics, x at (count - 1) p: type 7 of Hyndman and Fan, "Sample quantiles in statistical
 * packages", American Statistician 50 (1996). count >= 1. */
double quantile(const double *sorted, int count, double p);

struct estimate {
  int count;
  double mean, deviation, error; /* standard deviation of the draws; standard error of the mean. NAN for one draw */
};
/* Of independent draws. */
struct estimate mean_estimate(const double *draws, int count);
/* Of scrambled low-discrepancy draws: `replicates` sets of `count_each`, one after another, each scrambled by a seed of
 * its own. The error is the spread of the replicates' means; deviation that of all draws. replicates >= 2. */
struct estimate mean_of_replicates(const double *draws, int replicates, int count_each);
/* mean -+ t error with count - 1 degrees of freedom. For replicates give their number as count. */
struct interval mean_interval(struct estimate estimate, int count, double confidence);
/* Student's distribution's quantile above which (1 - p) lies; expansion 26.7.5 of Abramowitz and Stegun around the
 * normal, exact formulas for one and two degrees of freedom. Good to 1e-3 from five degrees on. */
double student_quantile(double p, int degrees);

/* Draws until the half-width of the interval of the mean is at most half_width, at today's deviation: at least 2, and
 * never less than needed by chance alone; low-discrepancy draws need fewer. */
double draws_needed(struct estimate estimate, double half_width, double confidence);

/* hits of count as a share, with Wilson's score interval (JASA 22, 1927): right also for shares near 0 and 1. */
struct interval share_interval(int hits, int count, double confidence);

/* ---- tails: larger is worse here, so give losses, or costs, or shortfalls ---- */

/* The smallest value that at least `level` of the draws do not exceed. */
double value_at_risk(const double *sorted, int count, double level);
/* Mean of the worst 1 - level of the draws; the draw at the edge counts with the part of it that belongs there
 * (Rockafellar and Uryasev, "Conditional value-at-risk for general loss distributions", 2002). level < 1. */
double conditional_value_at_risk(const double *sorted, int count, double level);
/* Share of draws above x. */
double exceedance(const double *sorted, int count, double x);

struct exceedance_point {
  double value;
  struct interval probability; /* of more than that */
};
/* points_count thresholds at evenly spaced quantiles from the lowest to the highest draw. points_count >= 2. */
[[nodiscard]] struct exceedance_point *exceedance_curve(const double *sorted, int count, int points_count,
                                                        double confidence, struct arena *arena);

struct shortfall {
  struct interval probability; /* of less than the target */
  double mean;                 /* of max(0, target - x) over all draws */
  double mean_when_short;      /* over those that are short; 0 where none is */
};
struct shortfall shortfall_below(const double *draws, int count, double target, double confidence);

/* ---- policies draw by draw: values[policy * count + draw], the same draws for all ---- */

struct paired {
  struct estimate difference;   /* a - b */
  struct interval interval;     /* of its mean */
  struct interval share_larger; /* of draws in which a > b; of ties neither */
  double variance_ratio;        /* of the mean's error, paired over unpaired: what common draws save. NAN: no spread */
};
struct paired paired_difference(const double *a, const double *b, int count, double confidence);

enum { ranked_policies_max = 8 };
struct ranking {
  int place[ranked_policies_max]; /* [policies] 0: best; equals share a place, the next one counts on */
  struct interval probability;    /* share of draws with exactly this order */
};
/* Every order that occurs, the most frequent first. higher_is_better or not. *rankings_count of them. */
[[nodiscard]] struct ranking *ranking_probabilities(const double *values, int policies, int count,
                                                    bool higher_is_better, double confidence, int *rankings_count,
                                                    struct arena *arena);
/* How far the order of the means can be relied on: the share of resamples of the draws (bootstrap, whole draws, so
 * pairs stay pairs) in which the policies' means are ordered as in all draws. */
struct bootstrap_options {
  int resamples;     /* 0: 1000 */
  double confidence; /* 0: 0.95 */
  uint64_t seed;
};
double ranking_reliability(const double *values, int policies, int count, const struct bootstrap_options *options,
                           struct arena *arena);

/* ---- any statistic ---- */

/* A figure computed from the draws numbered rows[0 .. count - 1], with repetitions. */
typedef double statistic_function(const void *context, const int *rows, int count);
/* Percentile interval (Efron and Tibshirani 1993, chapter 13). Resample r draws its rows by counting, from
 * (seed, r): the same interval whoever computes it. options NULL: defaults. */
struct interval bootstrap_interval(statistic_function *statistic, const void *context, int count,
                                   const struct bootstrap_options *options, struct arena *arena);
/* The rows of resample r into rows[count]. */
void bootstrap_rows(const struct bootstrap_options *options, int resample, int count, int *rows);
struct bootstrap_options bootstrap_defaults(const struct bootstrap_options *options);

/* Tail measures with their bootstrap interval. */
struct interval value_at_risk_interval(const double *draws, int count, double level,
                                       const struct bootstrap_options *options, struct arena *arena);
struct interval conditional_value_at_risk_interval(const double *draws, int count, double level,
                                                   const struct bootstrap_options *options, struct arena *arena);

/* ---- a fan beside what happened ---- */

struct coverage {
  double level; /* of the central interval */
  int inside, count;
  struct interval share;
  double probability; /* of a share as far from level as this, or farther, were the fan right and the figures
                           * independent (binomial, two-sided: all outcomes no likelier) */
};
/* observed[i] beside draws[i * count .. ], for figures_count figures. Bounds of the fan are its quantiles. */
struct coverage fan_coverage(const double *observed, const double *draws, int figures_count, int count, double level,
                             double confidence, struct arena *arena);

/* P(X >= hits) of a binomial variable; the sum of its terms in logs. */
double binomial_above(int hits, int count, double probability);
#endif
