/* model/window.h - one window of periods as a complementarity problem.
 *
 * A window holds `blocks_count` blocks: its periods, then perhaps the tail. window_assemble lays out the unknowns,
 * works out the figures in force in each block (taxes, capacities, costs, demand), lets every instrument change them
 * (adjust), writes the rows of market.c, and lets every instrument add its own unknowns and terms (add).
 */
#ifndef MODEL_WINDOW_H
#define MODEL_WINDOW_H
#include <string.h>

#include "model/network.h"
#include "model/state.h"
#include "solver/equations.h"

/* Figures in force in a block, after instruments. Money real, USD/kg; quantities t/y. */
struct arc_terms {
  double freight, tariff_rate, tariff_specific, export_tax_rate, export_tax_specific, vat_rate;
  double value_cost_rate; /* cost per unit of the exporting node's price (interest while a licence is pending) */
  double cost;            /* constant: wedge, licence fee, prohibitive cost of a ban */
  double slope;           /* USD/kg per t/y */
  double slope_base;      /* flow from which the rising cost counts, t/y: below it, it is less than nothing */
  double capacity;        /* t/y, INFINITY: none */
  bool fob;               /* the importer values f.o.b. */
};
struct activity_terms {
  double cost; /* constant part, USD/kg of activity, wedge and royalty included, minus production credits */
  double slope, power, power_scale, power_exponent;
};
struct facility_terms {
  double capacity;    /* usable, in the unit of capacity_basis: nameplate x availability x attainment x ramp x success x
                    * staffing; INFINITY: no row. What the window's own orders add comes on top */
  double factor;      /* availability x attainment x success: what a new t/y of nameplate yields once ramped up */
  double capital_cut; /* USD per kg/y that grants and cheap money take off the capital of an order */
  double hurdle;      /* rate that the owner asks of an order, a year; 0: its own */
};
struct consumer_terms {
  int form;                           /* DEMAND_LINEAR or DEMAND_ISOELASTIC */
  double quantity, price, elasticity; /* reference point in this block, price real */
  double intercept, slope;            /* linear: p = intercept - slope d */
  double choke;                       /* INFINITY: none */
};

struct instrument_block {
  double share;   /* of the block during which it is in force in the market */
  double settled; /* of the block that is paid: the same, but for what is settled in cash only */
  int unknowns_count;
  int unknowns[8]; /* in the order its module added them */
};

struct block {
  struct period period;
  bool tail;
  double discount; /* beta^(start - window start) */
  double weight;   /* discount x years: of a yearly flow; in the tail discount x annuity of the longest life */
  double deflator; /* nominal over real, base year 1 */
  /* unknowns: index into the equations, -1 where there is none */
  int *price;          /* [nodes] -1 at dead ends */
  int *activity;       /* [activities] */
  int *total, *rising; /* [activities] the first of a group of several: what the group makes, and its rising cost */
  int *capacity_rent;  /* [facilities] */
  int *arc;            /* [arcs] */
  int *consumption, *value, *unserved; /* [consumers] */
  int *stock;                          /* [stores] */
  int *order;                          /* [facilities] */
  /* where the figures in force stand among the entries of the equations, for market.c: from first to end */
  int market_first, market_end;
  int *activity_entry, *arc_entry;      /* [activities], [arcs] the first of the row */
  int *consumer_entry;                  /* [consumers] of the slope of demand, where it has one */
  struct instrument_block *instruments; /* [instruments] */
  struct arc_terms *arc_terms;
  struct activity_terms *activity_terms;
  struct facility_terms *facility_terms;
  struct consumer_terms *consumer_terms;
};

enum unknown_kind {
  UNKNOWN_PRICE,
  UNKNOWN_ACTIVITY,
  UNKNOWN_CAPACITY_RENT,
  UNKNOWN_ARC,
  UNKNOWN_CONSUMPTION,
  UNKNOWN_VALUE,
  UNKNOWN_UNSERVED,
  UNKNOWN_STOCK,
  UNKNOWN_ORDER,
  UNKNOWN_TOTAL,
  UNKNOWN_RISING_COST,
  UNKNOWN_INSTRUMENT
};
struct unknown {
  enum unknown_kind kind;
  int block, index, slot; /* index: node, activity, ...; slot: which of an instrument's unknowns */
};

/* Where a sale is made under conduct: fixed while one problem is solved, see model/conduct.h. */
struct sale_terms {
  double response; /* b_f, USD/kg per t/y; NAN: isoelastic demand of the node's one consumer (a power term) */
  double slope;    /* T': of the net price received in the market price */
  double volume;   /* V: contracted volume, t/y */
};

struct window {
  const struct network *network;
  const struct state *state;
  struct arena *arena;
  double start;     /* of its first period: what discounting counts from */
  double known;     /* date from which it is seen: just before that period ends, so that a shock inside it counts */
  int first;        /* its first period in the scenario */
  int blocks_count; /* with the tail */
  struct block *blocks;
  struct equations *equations;
  const struct unknown *unknowns; /* [equations->n]: what each row is */
  int unknowns_max, unknowns_shared;
  int market_unknowns;            /* those before the instruments' */
  struct unknown *own_unknowns;   /* the same as unknowns; NULL: those of the window that it is like */
  const struct sale_terms *sales; /* [blocks x arcs], must outlive the window; only ARC_SALE read. NULL: no sales */
};

/* sales NULL: as the first guess of model/conduct.c */
[[nodiscard]] struct window *window_assemble(const struct network *network, const struct state *state, int first,
                                             const struct sale_terms *sales, struct arena *arena);

/* The same with the unknowns and entries of another window in mind, which must outlive it: where its own are those, and
 * of a draw they all are, only their numbers are written. It may be any window. */
[[nodiscard]] struct window *window_assemble_like(const struct window *like, const struct network *network,
                                                  const struct state *state, int first, struct arena *arena);

/* For the modules that add rows (market.c, time.c, instruments): a new unknown with its row, recorded with what it is.
 * Rows are weighted by the block's weight unless they say otherwise. */
static inline int window_unknown(struct window *window, struct unknown what, double lower, double upper, double z_scale,
                                 double f_scale, double weight);
/* An unknown of instrument k in block b; remembered in blocks[b].instruments[k].unknowns. */
int window_instrument_unknown(struct window *window, int b, int k, double lower, double upper, double z_scale,
                              double f_scale);

/* The price of a node at z, that of a dead end included. */
double window_price(const struct window *window, int b, int node, const double *z);

/* "price of ndpr-oxide in china, 2028" */
const char *window_unknown_name(const struct window *window, int unknown, struct arena *arena);

/* ---- inside ---- */

void window_note_unknown(struct window *window, int index, struct unknown what);

static inline int window_unknown(struct window *window, struct unknown what, double lower, double upper, double z_scale,
                                 double f_scale, double weight)
{
  const int index = equations_unknown(window->equations, lower, upper, z_scale, f_scale, weight, NAN);
  if (index >= window->unknowns_shared || memcmp(&window->unknowns[index], &what, sizeof what) != 0)
    window_note_unknown(window, index, what);
  return index;
}
#endif
