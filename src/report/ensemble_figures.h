/* report/ensemble_figures.h - the statistics that the text, the JSON and the netCDF of draws share. Inner header. */
#ifndef REPORT_ENSEMBLE_FIGURES_H
#define REPORT_ENSEMBLE_FIGURES_H
#include "ensemble/statistics.h"
#include "report/ensemble.h"

struct fan { /* of one indicator over the certified draws that have it */
  int count;
  double quantiles[fan_quantiles];
  struct estimate mean;
  struct shortfall below;     /* the value of the run without draws; all NAN where it has none */
  double low_tail, high_tail; /* means of the worst and best twentieth (CVaR at 95 % from either side) */
};
/* count 0: nothing to tell. */
[[nodiscard]] struct fan fan_of(const struct ensemble *ensemble, int indicator, struct arena *arena);

struct pairing { /* draws that both certified and that have the indicator */
  int count;
  double *a, *b;
};
/* False: one of them has no such indicator, or fewer than two draws are common. */
bool pairing_of(const struct ensemble *a, const struct ensemble *b, const char *name, struct pairing *pairing,
                struct arena *arena);

struct table_of_policies {
  int count;
  double *values; /* [policies x count] */
};
bool policies_of(const struct ensemble *const *ensembles, int policies, const char *name,
                 struct table_of_policies *table, struct arena *arena);
#endif
