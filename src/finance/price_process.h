/* finance/price_process.h - where a price may go: geometric Brownian motion, mean reversion with jumps, or a table.
 *
 * Prices are nominal USD per kg; time is years from the date of valuation. Paths are sampled exactly at the dates
 * asked for, from random numbers by counting: the path of draw d is the same whatever else is drawn. A quarter's or
 * year's average is taken at points inside it; what averaging inside a quarter takes off is left out. Formulas F51
 * to F56 of docs/finance.md.
 *
 *   geometric   d ln P = (drift - volatility^2 / 2) dt + volatility dW, and jumps whose mean effect is taken back
 *   reverting   d ln P = reversion (ln level - ln P) dt + volatility dW + jumps (Schwartz 1997, model 1, with jumps)
 *   deck        a table of dates and prices, straight lines between them; around it each date scatters alone
 *
 * Jumps come at a rate per year, each a normal step of ln P (Merton 1976).
 */
#ifndef FINANCE_PRICE_PROCESS_H
#define FINANCE_PRICE_PROCESS_H
#include "base/arena.h"
#include "base/random.h"

enum process_kind { PROCESS_GEOMETRIC, PROCESS_REVERTING, PROCESS_DECK };

struct price_process {
  enum process_kind kind;
  double start_usd_per_kg;
  double drift_per_year;   /* geometric: of the mean */
  double volatility;       /* of ln P, per square root of a year */
  double level_usd_per_kg; /* reverting: where ln P is drawn to between jumps */
  double reversion_per_year;
  double jumps_per_year, jump_mean, jump_deviation;
  int deck_count; /* deck */
  const double *deck_years, *deck_usd_per_kg;
  double dispersion; /* deck: standard deviation of ln P around the table, mean kept */
};

enum { process_numbers_per_date = 32 }; /* random numbers that one date of a path may use */

/* F51: prices at dates years[0] <= years[1] <= ..., not negative. random.stream names the price; its indices from 0
 * on are used. */
void process_path(const struct price_process *process, const double *years, int count, struct random random,
                  double *usd_per_kg);

/* F52: the mean at a date, jumps included; the standard deviation of ln P (with jumps too). */
double process_forward(const struct price_process *process, double years);
double process_deviation(const struct price_process *process, double years);

/* The same process with another volatility (a deck: dispersion) and the same mean: that of a reverting one is kept in
 * the long run, by its level, or a wilder price would also be a higher one. Jumps stay. */
struct price_process process_with_volatility(struct price_process process, double volatility);

/* F53: expected max(0, strike - P) and max(0, P - strike) at a date, undiscounted: Black's formula; for a geometric
 * process with jumps Merton's sum over their number. NaN for a reverting process with jumps, which has none. */
double process_put(const struct price_process *process, double years, double strike);
double process_call(const struct price_process *process, double years, double strike);

/* ---- against history ---- */

/* F54: of a series of yearly means. */
struct series_statistics {
  double volatility;      /* standard deviation of the changes of the logarithm */
  double autocorrelation; /* of the logarithm with itself a year later */
  double range;           /* highest over lowest */
  double median;          /* exp of the mean logarithm */
};
struct series_statistics series_statistics(const double *yearly, int count);

/* Yearly means of a path: four points a year, years 0 .. count - 1. */
void process_yearly_means(const struct price_process *process, int count, struct random random, double *yearly);

/* F55: a process whose simulated yearly means have, on average over draws of the same length as the history, its
 * volatility and (reverting) its autocorrelation, by simulated moments with fixed random numbers. What is not fitted
 * - kind, jumps, drift - comes from `process`; it starts in its level. No more can be asked of a dozen years: jumps
 * are an assumption. */
struct price_process process_fit(const struct price_process *process, const double *yearly, int count, int draws,
                                 uint64_t seed, struct arena *arena);

/* F56: where the history lies among simulated series: the share of draws below it, for each statistic; between 0.025
 * and 0.975 it is within sampling error at 95 %. `middle`, `low` and `high` are the median and that range. */
struct process_match {
  struct series_statistics observed, low, middle, high, below;
};
struct process_match process_match(const struct price_process *process, const double *yearly, int count, int draws,
                                   uint64_t seed, struct arena *arena);

/* Standard deviation of ln P of dated points within a year, from four on; otherwise NaN: too few to say. */
double points_dispersion(const double *usd_per_kg, int count);
/* The average over [from, to] of straight lines through dated points; NaN if they do not reach over it. */
double points_average(const double *dates, const double *usd_per_kg, int count, double from, double to);
#endif
