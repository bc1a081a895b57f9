/* metrics/base_year.h - what the tables alone say of their base year: no market, no reconciliation.
 *
 * Outputs of facilities go through their recipes; flows of links and quantities of segments stand as stated. Two things
 * the tables leave open are filled by one rule, in proportion to the feed that the region has: the split of a stated
 * output over the processes of a facility, and which facilities without a stated output serve a segment whose material
 * nobody is stated to make. What does not close is shown, not mended: mending is calibration's task.
 */
#ifndef METRICS_BASE_YEAR_H
#define METRICS_BASE_YEAR_H
#include "metrics/elements.h"

struct base_act { /* a process at a facility */
  int facility, process;
  double tonnes; /* of activity a year */
  double split;  /* its share of the facility's output, in the unit of capacity_basis */
  bool stated;   /* the facility states an output */
};

struct base_year {
  const struct dataset *dataset;
  double year;
  const int *recipe_first, *recipe; /* [processes + 1]: rows of `yields` by process, in their order */
  int acts_count;
  struct base_act *acts;
  int unstated;     /* operating facilities without a stated output that nothing else tells of */
  double *made;     /* [materials x regions] t/y, by processes */
  double *taken;    /* by processes and segments */
  double *imported; /* over links with a stated flow */
  double *exported;
  double *price; /* observed nearest to the year there, else anywhere, else the typical one, USD/kg */
};

/* The scenario's base year, else the year that most prices are of. NAN without either. */
double base_year_date(const struct dataset *dataset);
[[nodiscard]] struct base_year *base_year_read(const struct dataset *dataset, struct arena *arena);
/* The same again after a figure of the dataset was changed; splits and unstated outputs stay as they are. */
void base_year_update(struct base_year *base);

/* t/y that the link carries of the i-th of its materials: a flow of several is shared by what its origin makes. */
double base_link_flow(const struct base_year *base, const struct link *link, int i);

static inline int base_place(const struct base_year *base, int material, int region)
{
  return material * base->dataset->regions_count + region;
}
/* Inputs (negative) and outputs of a process: k from 0 until NULL. */
static inline const struct yield *base_yield(const struct base_year *base, int process, int k)
{
  const int at = base->recipe_first[process] + k;
  return at < base->recipe_first[process + 1] ? &base->dataset->yields[base->recipe[at]] : NULL;
}
/* t/y that came in and were not taken or sent away. */
static inline double base_left(const struct base_year *base, int place)
{
  return base->made[place] + base->imported[place] - base->exported[place] - base->taken[place];
}
#endif
