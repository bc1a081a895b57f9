/* model/network.h - the market as a graph: nodes, activities, arcs, consumers. Made once a run, then constant.
 *
 * A node is (material, region, origin class, holder). The holder is the market or an owner; owners with conduct, an
 * integrated chain or a contract on their own sales hold a MAKE node (what they made) and, for what they also use, a
 * BOUGHT node. Everything that moves a good from one node to another is an arc, told apart by its kind: trade between
 * regions, downgrade of the class, sale, purchase and internal transfer of an owner. (docs/theory.md, section 2)
 */
#ifndef MODEL_NETWORK_H
#define MODEL_NETWORK_H
#include <assert.h>
#include <stdint.h>

#include "dataset/dataset.h"

typedef uint32_t class_mask; /* bit r set: complies with row r of `rules`; bit CLASS_QUALIFIED: qualified for defence */
enum { CLASS_QUALIFIED = 31 };

enum holder { HOLDER_MARKET, HOLDER_MAKE, HOLDER_BOUGHT };
struct node {
  int material, region, owner; /* owner -1: the market */
  enum holder holder;
  class_mask class;
  double price_usd_per_kg;    /* scale: base price of the node, else of the material */
  double quantity_t_per_year; /* scale */
  const char *name;           /* "ndpr-oxide in china", with class and owner where there are several */
};

struct input_output {
  int node;
  double amount; /* t a unit of activity: outputs positive, inputs negative; in the order of the yields */
};
struct activity {
  int facility, process;
  class_mask class;       /* of its outputs */
  bool qualified_only;    /* runs only once the facility is qualified */
  int group, group_count; /* the activities of the same process at the facility, one a class: the first, how many */
  int io_count;
  const struct input_output *io;
  double capacity_use;        /* of the facility's capacity_basis a unit of activity */
  int product;                /* index into io of the main product */
  double quantity_t_per_year; /* scale */
  double value_usd_per_kg;    /* scale: of a unit of activity, the most that goes in or comes out at base prices */
  const char *name;
};

enum arc_kind { ARC_TRADE, ARC_DOWNGRADE, ARC_SALE, ARC_PURCHASE, ARC_TRANSFER };
struct arc {
  enum arc_kind kind;
  int from, to;               /* nodes */
  int link;                   /* row of links for trade (and transfers between regions), else -1 */
  int owner;                  /* of sales, purchases, transfers, else -1 */
  double quantity_t_per_year; /* scale */
  const char *name;
};

struct consumer { /* a segment at the node that serves it; eligibility rules may split a segment over two nodes */
  int segment, node;
  int instrument; /* -1, or the eligibility rule that moves demand */
  bool eligible;  /* true: gets the share in force of that rule; false: the rest */
  const char *name;
};

struct store {
  int stock, node;
};

/* What calibration learned from the base year (src/calibration), for every period. Doing x instead of the base
 * quantity costs wedge + slope (x / G - base) more, G the growth of all reference demand since then (theory, E101). */
struct fitted_cost {
  double wedge; /* USD/kg of activity or flow, what the data do not explain */
  double slope; /* USD/kg per t/y; of arcs it takes the place of the link's, of activities it comes on top */
  double base;  /* t/y */
};
struct fitted_demand {
  double quantity_factor; /* on the reference quantity; 0: nobody wants it */
  double price;           /* reference price, USD/kg; NAN: the segment's own */
};
struct fit {
  const struct fitted_cost *activities, *arcs;
  const struct fitted_demand *consumers;
  const double *capacity_factor; /* [facilities] of what the data give, 1 where the plant was not full */
  const double *stock_change;    /* [stores] of private stocks in the base year, t/y: history, not a choice */
};

/* Which figures of the rows of a table a schedule, an event or a draw ever changes, by bits that model/terms.c names,
 * and what changes them: the tracks of a row's figures, one after another from its first on. */
struct dated_rows {
  const unsigned char *bits;
  const int *first, *tracks;
};
struct dated {
  struct dated_rows facilities, processes, links, segments;
};

struct network {
  const struct dataset *dataset;
  const struct scenario *scenario;
  int nodes_count, activities_count, arcs_count, consumers_count, stores_count;
  const struct node *nodes;
  const struct activity *activities;
  const struct arc *arcs;
  const struct consumer *consumers;
  const struct store *stores;
  const int *facility_first; /* [facilities + 1]: the activities of a facility stand together */
  const bool *owner_apart;   /* [owners]: holds nodes of its own */
  const bool
      *dead_end; /* [nodes] nothing is ever drawn from it: its price is minus the cost of disposal, and no unknown;
                         * NULL: every price is an unknown */
  const int *scrap_node; /* [segments] where what it consumed returns; -1: it does not */
  int instruments_count;
  const struct bound_instrument *instruments; /* model/instruments.h */
  const struct fit *fit;                      /* NULL: not calibrated */
  struct dated dated;                         /* the same for all draws */
  double prohibitive_usd_per_kg;              /* what a banned unit costs: dearer than any choke or price */
};

/* NULL with error set where the data cannot be a market: no supplier for a node somebody must draw on, an instrument
 * of unknown kind or with wrong terms, ... */
[[nodiscard]] const struct network *network_build(const struct dataset *dataset, struct arena *arena,
                                                  struct error *error);

/* The price of a dead end: minus the cost of getting rid of a unit. */
static inline double network_dead_end_price(const struct network *network, int node)
{
  assert(network->dead_end != NULL && network->dead_end[node]);
  return -network->dataset->materials[network->nodes[node].material].disposal_usd_per_kg;
}

/* The market node of (material, region) with that class, or -1. */
int network_node(const struct network *network, int material, int region, class_mask class);
#endif
