/* calibration/calibration.h - makes a base year consistent, and the market an equilibrium there.
 *
 * Three steps (docs/calibration.md; docs/theory.md, section 11). Reconcile: the least change of all observed figures,
 * each weighed by its quality, that closes every balance and respects every capacity and every limit of law. Fill: a
 * price for every node that carries flow, by stated rules. Fit: what prices and costs leave unexplained becomes one
 * wedge for each active process and arc; demand curves pass through the reconciled points; plants that are full earn
 * what is left as a rent. The network that comes out has the reconciled base year as its equilibrium.
 *
 * What is observed: facilities.output_t_per_year (all processes of the facility together, in the unit of its capacity),
 * links.flow_t_per_year (all materials of the link together), segments.quantity_t_per_year, and the table
 * `observations`. A stated zero is a fact. Instruments in force in the base year count as part of it.
 */
#ifndef CALIBRATION_CALIBRATION_H
#define CALIBRATION_CALIBRATION_H
#include "model/outcome.h"

struct calibration_figure { /* an observed figure and what became of it */
  const char *name;         /* "output of mountain-pass-mine" */
  const struct record *record;
  const char *table;         /* "facilities", "links", "segments", "observations" */
  char quality;              /* A, B, C, D */
  double stated, reconciled; /* t/y */
  double error;              /* standard error, t/y */
  double low, high;          /* its range, t/y */
  bool beyond;               /* reconciled outside that range */
};

enum price_rule {
  PRICE_NONE,    /* nothing flows: no price */
  PRICE_STATED,  /* observed in that region */
  PRICE_SURPLUS, /* more than anybody takes: minus the cost of disposal */
  PRICE_IMPORT,  /* exporter's price, taxes, freight and tariff along the largest inflow */
  PRICE_MADE,    /* inputs and cost of its largest maker, by-products credited */
  PRICE_PAYABLE, /* payability times the worth of what its largest user makes of it, or that worth less costs */
  PRICE_EXPORT,  /* importer's price less carriage along the largest outflow */
  PRICE_TYPICAL, /* observed elsewhere, or the material's typical price */
  PRICE_OWNER    /* an owner's internal value: the market's price less its mark-up */
};

const char *calibration_rule_name(enum price_rule rule);

/* What a fault is about: an idle act that would pay, a price that a rule could not give, a good with a price that finds
 * no use, demand that its own curve denies, a figure about nothing. */
enum { FAULT_MARGIN, FAULT_PRICE, FAULT_SURPLUS, FAULT_DEMAND, FAULT_FIGURE };
struct calibration_fault {
  int kind;
  double worth_kusd; /* thousand USD a year, or of what it could have made: for sorting; 0 unknown */
  const char *text;  /* one sentence, with names and figures */
};

struct calibration_wedge { /* on something that runs */
  bool arc;                /* else an activity: the first of its group */
  int index;
  double quantity;   /* t/y (of activity, or of flow) */
  double usd_per_kg; /* of the data and of the fit together */
  double price;      /* of what it stands on: outputs of a unit of activity, or the good where it lands */
  double value_kusd; /* price x quantity */
};

struct calibration {
  const struct network *network; /* the network given, fitted */
  const struct network *base;    /* the same with the base year alone as its horizon */
  struct period period;          /* the base year */
  int figures_count;
  const struct calibration_figure *figures;
  const enum price_rule *price_rule; /* [nodes] */
  const double *price;               /* [nodes] NAN where nothing flows */
  const double *activity, *flow, *consumption,
      *surplus;                /* reconciled, t/y: [activities], [arcs], [consumers], [nodes] */
  const double *stock_change;  /* [stores] t/y */
  const double *capacity_rent; /* [facilities] USD/kg */
  int wedges_count;
  const struct calibration_wedge *wedges; /* what moves most money first */
  int faults_count;
  const struct calibration_fault *faults; /* dearest first */
  int flat_costs;                         /* active processes at flat cost that were given a rising one */
  double value_kusd;                      /* of all that runs and moves */
  double value_beyond_kusd;               /* of it, what stands on a wedge above wedge_limit of its price */
  struct certificate certificate;         /* of the reconciled point as an equilibrium of the fitted base year */
};

/* Shares that the reports count against. */
#define CALIBRATION_WEDGE_LIMIT 0.2

/* Calibrates a network to the base year of its scenario. NULL with error set where no quantities can satisfy the
 * balances, or where the point found is not an equilibrium of the fitted market. */
[[nodiscard]] const struct calibration *calibration_fit(const struct network *network, struct arena *arena,
                                                        struct error *error);

/* The first step alone: what the data's figures become when every balance closes. NULL with error set where no
 * quantities can satisfy the balances. */
[[nodiscard]] const struct calibration_figure *calibration_reconcile(const struct network *network, int *count,
                                                                     struct arena *arena, struct error *error);

/* Solves the fitted base year from scratch and compares: the largest difference of a price over the node's price scale,
 * and of a quantity (processes, trade, consumption) over its node's or plant's scale. */
struct replication {
  bool solved;
  double price, quantity;
  const char *price_name, *quantity_name; /* where */
};
[[nodiscard]] struct replication calibration_replicate(const struct calibration *calibration, struct arena *arena);
#endif
