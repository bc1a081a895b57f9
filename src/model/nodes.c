/* model/nodes.c - nodes and arcs of the growing network, their scales and their names.
 *
 * Scales are magnitudes taken from the data alone (base prices, capacities, demands, observed flows): the solver and
 * the certificate measure residuals by them, so that no solution can look good by being measured against itself.
 */
#include <assert.h>
#include <math.h>

#include "model/builder.h"

static int bucket_of(const struct builder *builder, int material, int region)
{
  return material * builder->dataset->regions_count + region;
}

int builder_find(const struct builder *builder, int material, int region, class_mask class, enum holder holder,
                 int owner)
{
  for (int n = builder->bucket[bucket_of(builder, material, region)]; n >= 0; n = builder->next[n]) {
    const struct node *node = &builder->nodes[n];
    if (node->class == class && node->holder == holder && node->owner == owner) return n;
  }
  return -1;
}

double builder_price(const struct dataset *dataset, int material, int region)
{
  double here = NAN, elsewhere = NAN, here_age = INFINITY, elsewhere_age = INFINITY;
  for (int p = 0; p < dataset->prices_count; p++) {
    const struct price *price = &dataset->prices[p];
    if (price->material != material || !(price->price_usd_per_kg > 0)) continue;
    const double age = isnan(price->date) ? 0 : fabs(price->date - dataset->scenario->base_year);
    if (price->region == region && age < here_age) here = price->price_usd_per_kg, here_age = age;
    if (age < elsewhere_age) elsewhere = price->price_usd_per_kg, elsewhere_age = age;
  }
  if (here > 0) return here;
  if (elsewhere > 0) return elsewhere;
  return dataset->materials[material].price_usd_per_kg;
}

static int add_node(struct builder *builder, int material, int region, class_mask class, enum holder holder, int owner)
{
  if (builder->nodes_count == builder->nodes_max) {
    const int max = builder->nodes_max == 0 ? 64 : 2 * builder->nodes_max;
    builder->nodes =
        arena_grow(builder->arena, builder->nodes, (size_t)builder->nodes_count, (size_t)max, sizeof(struct node));
    builder->next = arena_grow(builder->arena, builder->next, (size_t)builder->nodes_count, (size_t)max, sizeof(int));
    builder->nodes_max = max;
  }
  const int n = builder->nodes_count++;
  const int bucket = bucket_of(builder, material, region);
  builder->nodes[n] = (struct node){.material = material,
                                    .region = region,
                                    .owner = owner,
                                    .holder = holder,
                                    .class = class,
                                    .price_usd_per_kg = builder_price(builder->dataset, material, region)};
  builder->next[n] = builder->bucket[bucket];
  builder->bucket[bucket] = n;
  return n;
}

int builder_node(struct builder *builder, int material, int region, class_mask class, enum holder holder, int owner)
{
  if (!builder->classes.material[material]) class = 0;
  const int found = builder_find(builder, material, region, class, holder, owner);
  if (found >= 0) return found;
  const int made = add_node(builder, material, region, class, holder, owner);
  for (class_mask rest = class; rest != 0; rest &= rest - 1) {
    const class_mask weaker = class & ~(rest & -rest);
    builder_arc(builder, ARC_DOWNGRADE, made, builder_node(builder, material, region, weaker, holder, owner), -1,
                owner);
  }
  if (holder == HOLDER_MAKE) {
    const int market = builder_node(builder, material, region, class, HOLDER_MARKET, -1);
    builder_arc(builder, ARC_SALE, made, market, -1, owner);
  }
  return made;
}

void builder_arc(struct builder *builder, enum arc_kind kind, int from, int to, int link, int owner)
{
  if (builder->arcs_count == builder->arcs_max) {
    const int max = builder->arcs_max == 0 ? 64 : 2 * builder->arcs_max;
    builder->arcs =
        arena_grow(builder->arena, builder->arcs, (size_t)builder->arcs_count, (size_t)max, sizeof(struct arc));
    builder->arcs_max = max;
  }
  builder->arcs[builder->arcs_count++] =
      (struct arc){.kind = kind, .from = from, .to = to, .link = link, .owner = owner};
}

static double facility_scale(const struct facility *facility)
{
  if (facility->output_t_per_year > 0) return facility->output_t_per_year;
  if (facility->capacity_t_per_year > 0 && isfinite(facility->capacity_t_per_year))
    return facility->capacity_t_per_year;
  if (facility->build_limit_t_per_year > 0 && isfinite(facility->build_limit_t_per_year))
    return facility->build_limit_t_per_year;
  return 0;
}

static double segment_scale(const struct segment *segment)
{
  if (segment->quantity_t_per_year > 0) return segment->quantity_t_per_year;
  if (segment->slope_usd_per_kg_per_t > 0) return segment->intercept_usd_per_kg / segment->slope_usd_per_kg_per_t;
  return 0;
}

static double curve_scale(const struct dataset *dataset, int material, int region)
{
  double scale = 0;
  for (int c = 0; c < dataset->curves_count; c++) {
    const struct curve *curve = &dataset->curves[c];
    if (curve->material == material && curve->region == region && curve->price_of < 0)
      scale = fmax(scale, fabs(curve->value));
  }
  return scale;
}

/* Largest quantity that the data know for every (material, region); 0 where they know none. */
static double *quantities_known(const struct builder *builder, struct arena *arena)
{
  const struct dataset *dataset = builder->dataset;
  const int regions = dataset->regions_count;
  double *known = ARENA_ARRAY(arena, dataset->materials_count * regions, double);
  for (int k = 0; k < dataset->segments_count; k++) {
    const struct segment *segment = &dataset->segments[k];
    double *cell = &known[segment->material * regions + segment->region];
    *cell = fmax(*cell, segment_scale(segment));
  }
  for (int j = 0; j < builder->activities_count; j++) {
    const struct activity *activity = &builder->activities[j];
    const double units = facility_scale(&dataset->facilities[activity->facility]) / activity->capacity_use;
    for (int i = 0; i < activity->io_count; i++) {
      const struct node *node = &builder->nodes[activity->io[i].node];
      double *cell = &known[node->material * regions + node->region];
      *cell = fmax(*cell, units * fabs(activity->io[i].amount));
    }
  }
  for (int m = 0; m < dataset->materials_count; m++)
    for (int r = 0; r < regions; r++) known[m * regions + r] = fmax(known[m * regions + r], curve_scale(dataset, m, r));
  return known;
}

/* A node's own quantity, else the material's largest anywhere, else what the material says, else 1. */
static double node_scale(const struct dataset *dataset, const double *known, const struct node *node)
{
  const int regions = dataset->regions_count;
  const double stated = dataset->materials[node->material].quantity_t_per_year;
  const double here = known[node->material * regions + node->region];
  if (here > 0) return here;
  double largest = 0;
  for (int r = 0; r < regions; r++) largest = fmax(largest, known[node->material * regions + r]);
  if (largest > 0) return largest;
  return stated > 0 ? stated : 1;
}

void builder_scales(struct builder *builder)
{
  const struct dataset *dataset = builder->dataset;
  const double *known = quantities_known(builder, builder->arena);
  for (int n = 0; n < builder->nodes_count; n++)
    builder->nodes[n].quantity_t_per_year = node_scale(dataset, known, &builder->nodes[n]);
  for (int j = 0; j < builder->activities_count; j++) {
    struct activity *activity = &builder->activities[j];
    const double units = facility_scale(&dataset->facilities[activity->facility]) / activity->capacity_use;
    const struct input_output *product = &activity->io[activity->product];
    activity->quantity_t_per_year =
        units > 0 ? units : builder->nodes[product->node].quantity_t_per_year / fabs(product->amount);
    for (int i = 0; i < activity->io_count; i++)
      activity->value_usd_per_kg =
          fmax(activity->value_usd_per_kg,
               fabs(activity->io[i].amount) * builder->nodes[activity->io[i].node].price_usd_per_kg);
  }
  for (int a = 0; a < builder->arcs_count; a++) {
    struct arc *arc = &builder->arcs[a];
    const double flow = arc->link >= 0 ? dataset->links[arc->link].flow_t_per_year : NAN;
    arc->quantity_t_per_year =
        flow > 0 ? flow
                 : fmin(builder->nodes[arc->from].quantity_t_per_year, builder->nodes[arc->to].quantity_t_per_year);
  }
}

static const char *node_name(const struct builder *builder, const struct node *node)
{
  const struct dataset *dataset = builder->dataset;
  const char *holder = "";
  if (node->holder != HOLDER_MARKET)
    holder = arena_format(builder->arena, ", %s by %s", node->holder == HOLDER_MAKE ? "made" : "held for use",
                          dataset->owners[node->owner].record.id);
  return arena_format(builder->arena, "%s in %s%s%s", dataset->materials[node->material].record.id,
                      dataset->regions[node->region].record.id, classes_name(dataset, node->class, builder->arena),
                      holder);
}

static const char *activity_name(const struct builder *builder, const struct activity *activity)
{
  const struct dataset *dataset = builder->dataset;
  const struct facility *facility = &dataset->facilities[activity->facility];
  const char *class = classes_name(dataset, activity->class, builder->arena);
  if (facility->processes.count == 1) return arena_format(builder->arena, "%s%s", facility->record.id, class);
  return arena_format(builder->arena, "%s/%s%s", facility->record.id, dataset->processes[activity->process].record.id,
                      class);
}

static const char *arc_name(const struct builder *builder, const struct arc *arc)
{
  const struct dataset *dataset = builder->dataset;
  const struct node *from = &builder->nodes[arc->from], *to = &builder->nodes[arc->to];
  const char *material = dataset->materials[from->material].record.id;
  switch (arc->kind) {
  case ARC_TRADE:
    return arena_format(builder->arena, "%s from %s to %s%s", material, dataset->regions[from->region].record.id,
                        dataset->regions[to->region].record.id, classes_name(dataset, to->class, builder->arena));
  case ARC_DOWNGRADE: return arena_format(builder->arena, "%s as %s", from->name, to->name);
  case ARC_SALE: return arena_format(builder->arena, "sale of %s", from->name);
  case ARC_PURCHASE: return arena_format(builder->arena, "purchase of %s", to->name);
  case ARC_TRANSFER: return arena_format(builder->arena, "transfer of %s to %s", from->name, to->name);
  }
  return "";
}

void builder_names(struct builder *builder)
{
  for (int n = 0; n < builder->nodes_count; n++) builder->nodes[n].name = node_name(builder, &builder->nodes[n]);
  for (int j = 0; j < builder->activities_count; j++)
    builder->activities[j].name = activity_name(builder, &builder->activities[j]);
  for (int a = 0; a < builder->arcs_count; a++) builder->arcs[a].name = arc_name(builder, &builder->arcs[a]);
  for (int k = 0; k < builder->consumers_count; k++) {
    struct consumer *consumer = &builder->consumers[k];
    const char *id = builder->dataset->segments[consumer->segment].record.id;
    consumer->name = consumer->eligible ? arena_format(builder->arena, "%s (eligible)", id) : id;
  }
}
