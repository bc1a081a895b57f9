/* metrics/score.h - a forecast beside what happened, and beside what would have been said without a model.
 *
 * Every row of `outcomes` whose date lies in the horizon, after its first period, becomes a figure, read from the
 * outcome of that period as the row selects it. Errors are logs, ln(forecast / happened), so that prices of 2 and of
 * 2,000 count alike; the rival is "no change", the statistic's own base value. Figures are scored by group (an element,
 * as a rule), prices and quantities apart; tonnes of different elements are never added up.
 */
#ifndef METRICS_SCORE_H
#define METRICS_SCORE_H
#include "metrics/tally.h"

struct score_figure {
  int row; /* of `outcomes` */
  int period;
  double base;     /* the statistic in the base year, NAN not known */
  double first;    /* the model's own figure in its first period: how well it began */
  double forecast; /* NAN: nothing flows, no price */
  double happened;
  double error; /* ln(forecast / happened), NAN where either is missing or zero */
  double error_no_change;
};

struct score_line { /* over the figures for which both errors are known */
  const char *group;
  bool prices;
  int count, missing;          /* scored; left out */
  double mean, mean_no_change; /* of |error| */
  double rmse, rmse_no_change; /* root of the mean squared error */
};

struct score {
  int figures_count;
  const struct score_figure *figures; /* in the order of the data */
  int lines_count;
  const struct score_line *lines; /* in the order of first mention, prices before quantities */
};

/* tallies [outcome->periods_count] */
[[nodiscard]] struct score score_compute(const struct outcome *outcome, const struct tally *tallies,
                                         struct arena *arena);
const char *realisation_group(const struct realisation *realisation);
static inline bool realisation_is_price(const struct realisation *realisation)
{
  return realisation->what <= REALISED_PRICE_PAID;
}
#endif
