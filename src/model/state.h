/* model/state.h - what one window leaves to the next: stocks, ordered capacity, demand's memory, learning, closures. */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H
#include "model/network.h"

struct order {
  int facility;
  int next;               /* order of the same facility, -1: none */
  double ordered, online; /* dates */
  double capacity_t_per_year;
};

/* What the stocks left at a window's end are worth, as their holders expect: tangents at a guess (model/expect.h). */
struct carry {
  const double *stock; /* [stores] the guess, t */
  const double *price; /* [stores] expected next period's price there, USD/kg */
  const double *slope; /* [stores x stores] derivatives of the price, row by row */
};

struct state {
  double date;
  const struct carry *carry; /* NULL: nothing, or what the tail makes of them */
  double *stock_t;           /* [stores] */
  int orders_count;
  struct order *orders;
  int *order_first;           /* [facilities] -1: none */
  double *demand_factor;      /* [segments]: reference quantity over its path without price adjustment */
  double *output_total_t;     /* [facilities]: cumulative activity since the start */
  double *idle_years;         /* [facilities]: since it last ran or earned a rent */
  bool *closed;               /* [facilities] */
  double *instrument_stock_t; /* [instruments]: what a public stock or repurchase inventory holds */
  double *instrument_paid;    /* [instruments]: nominal kUSD paid so far, for caps */
  double
      *instrument_index;  /* [instruments]: nominal price at its index node in the last period; NAN before the first */
  bool *instrument_fired; /* [instruments]: its trigger has fired */
  int consumption_count, consumption_max; /* past consumption that returns as scrap: */
  struct past_consumption {
    int segment, node; /* node: where it returns, -1: it does not */
    double date, length, quantity_t_per_year;
    double returns, scrap_t_per_year; /* date from which, as much of scrap material */
  } * consumption;
};

[[nodiscard]] struct state *state_new(const struct network *network, struct arena *arena);

/* Scrap material that becomes available at each node a year, from past consumption whose life ends in the period:
 * scrap[nodes], t/y, all written. */
void state_scrap(const struct network *network, const struct state *state, struct period period, double *scrap);
/* Capacity of a facility ordered earlier, usable at that date (ramp included), t/y of nameplate. */
double state_ordered_t_per_year(const struct network *network, const struct state *state, int facility, double date);

struct outcome;
/* The state after the outcome's period p. */
void state_advance(const struct network *network, struct state *state, const struct outcome *outcome, int p,
                   struct arena *arena);
#endif
