/* calibration/base.h - the base year as a problem of one period, and the point in it that calibration builds up. Inner
 * header: the steps of calibration.c share this struct and each fills its part.
 */
#ifndef CALIBRATION_BASE_H
#define CALIBRATION_BASE_H
#include "calibration/calibration.h"

struct base {
  struct arena *arena;
  const struct network *given; /* as the model built it */
  struct stock *stocks;        /* of the data set of the copy below */
  struct network *network;     /* a copy whose horizon is the base year and whose fit is the one below */
  struct fit *fit;
  struct fitted_cost *activities, *arcs; /* what fit points to, open for writing */
  struct fitted_demand *consumers;
  double *capacity_factor, *stock_change;
  const struct sale_terms *sales; /* [arcs] how owners with conduct reckon; NULL: the model's first guess */
  const struct window *window;    /* assembled with the fit as it stood then */
  const struct mcp *problem;

  /* the point */
  double *activity, *flow, *consumption, *surplus; /* t/y */
  double *price;                                   /* [nodes] USD/kg; defined everywhere once idle.c has run */
  enum price_rule *price_rule;
  double *capacity_rent;   /* [facilities] */
  double (*instrument)[8]; /* [instruments] rents of limits that bind, by slot as in struct instrument_block */

  int figures_count, figures_max;
  struct figure *figures;
  int faults_count, faults_max;
  struct calibration_fault *faults;
  int flat_costs;
};

/* An observed figure: a weighted sum of quantities. */
enum quantity_kind { QUANTITY_ACTIVITY, QUANTITY_FLOW, QUANTITY_CONSUMPTION, QUANTITY_STOCK };
struct figure_term {
  enum quantity_kind kind;
  int index;
  double weight;
};
struct figure {
  struct calibration_figure figure;
  int count, count_max;
  struct figure_term *terms;
};

[[nodiscard]] struct base *base_new(const struct network *network, struct arena *arena);
/* Puts the base year together again with the fit as it stands. */
void base_assemble(struct base *base);
/* z [problem->n] at the point: prices, quantities, rents, what follows from them. */
void base_point(const struct base *base, double *z);
/* F at z; its Jacobian too where one is asked for (NULL: not). */
void base_evaluate(const struct base *base, const double *z, double *f, double *jacobian);

/* Does the act carry anything in the base year? */
bool base_runs(const struct base *base, enum quantity_kind kind, int index);
/* The quantity that a figure's term names. */
double base_quantity(const struct base *base, struct figure_term term);
/* Trade between regions, whoever owns the goods: what links carry. */
bool arc_between_regions(const struct network *network, int arc);
/* Worth of what a unit of activity makes, USD/kg of activity. */
double base_output_value(const struct base *base, int activity);
/* Largest quantity a consumer takes at a price, by the terms of the window. */
double demand_at(const struct consumer_terms *terms, double price);

void base_fault(struct base *base, int kind, double worth_kusd, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The steps, in this order. */
bool figures_collect(struct base *base, struct error *error);
bool reconcile(struct base *base, struct error *error);
void prices_fill(struct base *base);
void rents_share(struct base *base);
void idle_price(struct base *base);
void fit_active(struct base *base);
#endif
