/* bench/sketch.h - one random market in its own words (goods, plants, arcs, users), before it becomes equations. */
#ifndef BENCH_SKETCH_H
#define BENCH_SKETCH_H
#include <stdbool.h>

#include "base/arena.h"
#include "draws.h"

enum { GOODS_OF_PLANT_MAX = 12 };
enum level { LEVEL_ORE, LEVEL_OXIDE, LEVEL_METAL, LEVEL_PRODUCT };

struct good {
  enum level level;
  double price_usd_per_kg;
  double disposal_usd_per_kg;            /* 0: free; else the price may fall to minus this */
  double quantity_t;                     /* base production of all regions */
  double use_t;                          /* of which plants use */
  double floor, upside_at, upside_share; /* insurance of its producers: NAN, or a price; share 0 for none */
};

struct plant {
  int region, goods_count;
  int goods[GOODS_OF_PLANT_MAX];
  double amounts[GOODS_OF_PLANT_MAX]; /* per unit of throughput, inputs negative */
  double base_t;                      /* throughput at base prices */
  double scale_usd_per_kg;            /* value of its outputs, or of its cost */
  double cost, slope;                 /* cost + slope x */
  double power, exponent;             /* + power (x / base)^exponent, power 0 for none */
  double capacity_t;                  /* INFINITY: none */
  double quota_t;                     /* a production quota of its own, INFINITY: none */
  bool insured;
};

struct arc {
  int good, from, to;
  double base_t, freight, slope, tariff_rate, limit_t;
};

struct user {
  int good, region;
  double base_t, elasticity;
  bool isoelastic;
  double choke_usd_per_kg, most_t; /* isoelastic only; most_t INFINITY: never satiated */
};

struct quota {
  int region, group; /* counts goods whose index mod 4 is in the bit mask group */
  double content, amount_t;
  int copies; /* 2: stated twice */
};

struct store {
  int good, region;
  double base_t, holding_rate, decay, limit_t;
};

struct sketch {
  struct arena *arena;
  struct draws draws;
  bool potential;
  bool degenerate, planted, ad_valorem, hinge, unsafe, quota, isoelastic, storage;
  int regions, goods_count, periods, ores, oxides, metals, products;
  struct good *goods;
  double *node_t; /* [goods * regions] base throughput of a node */
  struct plant *plants;
  struct arc *arcs;
  struct user *users;
  struct quota *quotas;
  struct store *stores;
  int plants_count, arcs_count, users_count, quotas_count, stores_count;
  int plants_max, arcs_max, users_max;
};

/* target: unknowns wanted. The sketch has at least that many, more when the chain itself needs them. */
[[nodiscard]] const struct sketch *sketch_new(struct draws draws, bool potential, int target, struct arena *arena);
int sketch_unknowns(const struct sketch *sketch);
bool quota_counts(const struct quota *quota, const struct arc *arc);
#endif
