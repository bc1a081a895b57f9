/* metrics/tally.h - a period's tonnes and prices by material and region, whatever the classes and holders.
 *
 * Every array has materials x regions entries, at tally_index. Quantities are t/y (stocks t), prices real USD/kg.
 */
#ifndef METRICS_TALLY_H
#define METRICS_TALLY_H
#include "model/ledger.h"
#include "model/outcome.h"

struct tally {
  int materials_count, regions_count;
  double *production;        /* outputs of activities, by-products included, and of supply curves */
  double *use;               /* inputs of activities */
  double *consumption;       /* of final consumers and demand curves */
  double *unserved;          /* what consumers would have taken at the reference price and did not get */
  double *imports, *exports; /* over links between regions */
  double *surplus;           /* disposed of */
  double *stock;             /* private, at the period's end */
  int *node;                 /* the market node that stands for the place, -1 where nothing flows */
  double *price;             /* spot: the marginal price of the market node; NAN where nothing flows */
  double *price_paid; /* volume-weighted over all inflow: licensed kilograms without the rent their buyer keeps */
};

static inline int tally_index(const struct tally *tally, int material, int region)
{
  return material * tally->regions_count + region;
}

[[nodiscard]] struct tally tally_period(const struct outcome *outcome, int p, const struct ledger *ledger,
                                        struct arena *arena);

/* t/y that one row of `curves` adds to its material's supply or demand at the period's prices; *node: where. */
double tally_curve(const struct outcome *outcome, int p, int curve, int *node);

/* Sum over regions. values: one of the arrays above. */
double tally_world(const struct tally *tally, const double *values, int material);
/* The region where most of the material goes through (production plus imports), or -1 where none does. */
int tally_largest_market(const struct tally *tally, int material);
/* t/y that a region's plants make of all materials of a stage together. */
double tally_stage_output(const struct tally *tally, const struct dataset *dataset, int stage, int region);
/* The material of a stage of which most is made in the world, by worth at typical prices; -1: none of it is made. */
int tally_main_material(const struct tally *tally, const struct dataset *dataset, int stage);
/* Production plus imports less exports: what the region used, stored or lost. */
double tally_apparent_use(const struct tally *tally, int material, int region);
#endif
