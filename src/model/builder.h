/* model/builder.h - the growing network, seen only by network.c, nodes.c and owners.c. */
#ifndef MODEL_BUILDER_H
#define MODEL_BUILDER_H
#include "model/classes.h"
#include "model/network.h"

struct builder {
  const struct dataset *dataset;
  struct arena *arena;
  struct classes classes;
  bool *owner_apart;
  struct node *nodes;
  int nodes_count, nodes_max;
  int *bucket, *next; /* hash chains over nodes: (material, region) -> newest node */
  struct activity *activities;
  int activities_count, activities_max;
  struct arc *arcs;
  int arcs_count, arcs_max;
  struct consumer *consumers;
  int consumers_count, consumers_max;
  struct store *stores;
  int stores_count, stores_max;
};

/* The node with these properties, or -1. owner is -1 at the market. */
int builder_find(const struct builder *builder, int material, int region, class_mask class, enum holder holder,
                 int owner);
/* The same, made where it is missing; the nodes of every weaker class and the downgrades to them come with it. */
int builder_node(struct builder *builder, int material, int region, class_mask class, enum holder holder, int owner);
void builder_arc(struct builder *builder, enum arc_kind kind, int from, int to, int link, int owner);

/* Base price of a material in a region: observed there, elsewhere, or the material's typical one. */
double builder_price(const struct dataset *dataset, int material, int region);
/* Fills quantity scales of nodes, activities and arcs from capacities, demands and observed flows. */
void builder_scales(struct builder *builder);
/* Names of nodes, activities, arcs and consumers. */
void builder_names(struct builder *builder);
#endif
