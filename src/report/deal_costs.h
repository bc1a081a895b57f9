/* report/deal_costs.h - what each deal costs a government by fiscal year: on the one path, and in every future drawn;
 * what it has promised at most. */
#ifndef REPORT_DEAL_COSTS_H
#define REPORT_DEAL_COSTS_H
#include "ensemble/ensemble.h"
#include "metrics/fiscal_exposure.h"
#include "report/summary.h"

/* Outlays less receipts, nominal million USD. */
struct deal_cost {
  int instrument;        /* -1: all of the deals */
  const double *path;    /* [years] with nothing drawn */
  const double *futures; /* [futures_count x years], or NULL: nothing is drawn */
};
struct deal_costs {
  int region, first_year, years; /* region -1: nobody pays */
  int futures_count;
  const long *draw; /* [futures_count] their numbers: those certified */
  int count;
  const struct deal_cost *items; /* of deals that move money; the dearest first */
  struct deal_cost all;
};
/* Of the government of that region. futures: of the run's draws, or NULL. */
[[nodiscard]] struct deal_costs deal_costs_of(const struct run *run, int region, const struct ensemble *futures,
                                              struct arena *arena);

/* Years first to first + count - 1 of a cost: of the path, or each future's into sums[futures_count]. */
double deal_cost_on_path(const struct deal_cost *cost, int first, int count);
void deal_cost_in_futures(const struct deal_costs *costs, const struct deal_cost *cost, int first, int count,
                          double *sums);

/* From the first year in which anything is paid to the last, on the path or in any future: at least one. */
struct cost_years {
  int first, count;
};
struct cost_years deal_costs_paid(const struct deal_costs *costs);

/* Gross exposure through instruments that `quo` does not have, by whether their money is appropriated. */
struct added_exposure {
  double gross_musd[3]; /* by enum appropriated */
  int instruments[3];   /* how many */
  double total_musd;
};
[[nodiscard]] struct added_exposure added_exposure_of(const struct run *run, const struct fiscal_exposure *exposure,
                                                      const struct run *quo);

/* What a figure of the futures hangs on: rank correlations with what was drawn, the strongest first. */
struct mover {
  const char *name;
  double correlation;
};
struct movers {
  int count; /* only those beyond what chance would give */
  const struct mover *items;
  double noise; /* two standard errors of a correlation of nothing */
};
/* values[count]: of the draws with these numbers. */
[[nodiscard]] struct movers movers_of(const struct ensemble *futures, const long *draw, const double *values, int count,
                                      struct arena *arena);
#endif
