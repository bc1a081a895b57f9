/* model/network.c - builds the graph of the market from the data set. Read network_build first.
 *
 * A node exists only where something can arrive: the reach of every material is spread from what has no inputs (mines,
 * scrap, stocks, supply curves) through processes and links until nothing new appears. A process whose feed can never
 * arrive is left out; a consumer always has a node, and goes unserved at its choke price if nothing arrives there.
 */
#include "model/network.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "model/builder.h"
#include "model/conduct.h"
#include "model/instruments.h"
#include "model/terms.h"

static bool lists(const struct field_list *list, int index)
{
  for (int i = 0; i < list->count; i++)
    if (list->indices[i] == index) return true;
  return false;
}

static bool link_carries(const struct link *link, int material)
{
  return link->materials.count == 0 || lists(&link->materials, material);
}

/* ---- owners with nodes of their own ---- */

static bool owner_makes(const struct dataset *dataset, int owner, int material)
{
  for (int f = 0; f < dataset->facilities_count; f++) {
    const struct facility *facility = &dataset->facilities[f];
    if (facility->owner != owner || facility->status == STATUS_CANCELLED) continue;
    for (int y = 0; y < dataset->yields_count; y++)
      if (dataset->yields[y].material == material && dataset->yields[y].amount > 0 &&
          lists(&facility->processes, dataset->yields[y].process))
        return true;
  }
  return false;
}

static bool same_place_or_linked(const struct dataset *dataset, int material, int from, int to, int *link)
{
  *link = -1;
  if (from == to) return true;
  for (int l = 0; l < dataset->links_count; l++)
    if (dataset->links[l].from == from && dataset->links[l].to == to && link_carries(&dataset->links[l], material)) {
      *link = l;
      return true;
    }
  return false;
}

/* Can an owner's works in a region get the material with at least that class, bought or made elsewhere in the chain? */
static bool owner_reaches(const struct builder *builder, int owner, int material, int region, class_mask class)
{
  if (builder_find(builder, material, region, class, HOLDER_MARKET, -1) >= 0) return true;
  for (int n = 0; n < builder->nodes_count; n++) {
    const struct node *node = &builder->nodes[n];
    int link;
    if (node->holder == HOLDER_MAKE && node->owner == owner && node->material == material && node->class == class &&
        same_place_or_linked(builder->dataset, material, node->region, region, &link))
      return true;
  }
  return false;
}

/* Sales stand with their MAKE node; purchases and transfers into BOUGHT nodes are drawn once all nodes are known. */
static void connect_owners(struct builder *builder)
{
  const struct dataset *dataset = builder->dataset;
  for (int to = 0; to < builder->nodes_count; to++) {
    const struct node bought = builder->nodes[to];
    if (bought.holder != HOLDER_BOUGHT) continue;
    const int market = builder_find(builder, bought.material, bought.region, bought.class, HOLDER_MARKET, -1);
    if (market >= 0) builder_arc(builder, ARC_PURCHASE, market, to, -1, bought.owner);
    for (int from = 0; from < builder->nodes_count; from++) {
      const struct node made = builder->nodes[from];
      int link;
      if (made.holder == HOLDER_MAKE && made.owner == bought.owner && made.material == bought.material &&
          made.class == bought.class && (made.region == bought.region || !dataset->owners[made.owner].delivers) &&
          same_place_or_linked(dataset, made.material, made.region, bought.region, &link))
        builder_arc(builder, ARC_TRANSFER, from, to, link, bought.owner);
    }
  }
}

/* ---- activities ---- */

/* The node a process draws a material from, or -1 where none can arrive. */
static int input_node(struct builder *builder, int owner, int material, int region, class_mask class)
{
  if (!builder->classes.material[material]) class = 0;
  const bool apart = owner >= 0 && builder->owner_apart[owner];
  if (!apart || !owner_makes(builder->dataset, owner, material))
    return builder_find(builder, material, region, class, HOLDER_MARKET, -1);
  if (!owner_reaches(builder, owner, material, region, class)) return -1;
  return builder_node(builder, material, region, class, HOLDER_BOUGHT, owner);
}

static bool activity_exists(const struct builder *builder, int facility, int process, class_mask class)
{
  for (int j = builder->activities_count - 1; j >= 0; j--) {
    const struct activity *activity = &builder->activities[j];
    if (activity->facility == facility && activity->process == process && activity->class == class) return true;
  }
  return false;
}

static double capacity_use(const struct facility *facility, const struct input_output *io, int count)
{
  if (facility->capacity_basis == BASIS_ACTIVITY) return 1;
  for (int i = 0; i < count; i++)
    if ((facility->capacity_basis == BASIS_FEED) == (io[i].amount < 0)) return fabs(io[i].amount);
  return 1;
}

/* Adds the activity of a facility's process whose inputs have that class; false where an input cannot arrive. */
static bool add_activity(struct builder *builder, int f, int process, class_mask input_class, class_mask output_class)
{
  const struct dataset *dataset = builder->dataset;
  const struct facility *facility = &dataset->facilities[f];
  struct input_output *io = ARENA_ARRAY(builder->arena, dataset->yields_count, struct input_output);
  int count = 0, product = -1;
  for (int y = 0; y < dataset->yields_count; y++) {
    const struct yield *yield = &dataset->yields[y];
    if (yield->process != process || yield->amount >= 0) continue;
    const int node = input_node(builder, facility->owner, yield->material, facility->region, input_class);
    if (node < 0) return false;
    io[count++] = (struct input_output){node, yield->amount};
  }
  const bool apart = facility->owner >= 0 && builder->owner_apart[facility->owner];
  for (int y = 0; y < dataset->yields_count; y++) {
    const struct yield *yield = &dataset->yields[y];
    if (yield->process != process || yield->amount <= 0) continue;
    const int node = builder_node(builder, yield->material, facility->region, output_class,
                                  apart ? HOLDER_MAKE : HOLDER_MARKET, apart ? facility->owner : -1);
    if (product < 0) product = count;
    io[count++] = (struct input_output){node, yield->amount};
  }
  if (builder->activities_count == builder->activities_max) {
    const int max = builder->activities_max == 0 ? 64 : 2 * builder->activities_max;
    builder->activities = arena_grow(builder->arena, builder->activities, (size_t)builder->activities_count,
                                     (size_t)max, sizeof(struct activity));
    builder->activities_max = max;
  }
  const bool qualified = output_class >> CLASS_QUALIFIED & 1;
  builder->activities[builder->activities_count++] =
      (struct activity){.facility = f,
                        .process = process,
                        .class = output_class,
                        .qualified_only = qualified && facility->qualification_years > 0,
                        .io_count = count,
                        .io = io,
                        .capacity_use = capacity_use(facility, io, count),
                        .product = product < 0 ? 0 : product};
  return true;
}

/* Does the process take anything whose class is traced? */
static bool takes_traced(const struct builder *builder, int process)
{
  const struct dataset *dataset = builder->dataset;
  for (int y = 0; y < dataset->yields_count; y++)
    if (dataset->yields[y].process == process && dataset->yields[y].amount < 0 &&
        builder->classes.material[dataset->yields[y].material])
      return true;
  return false;
}

/* Tries every class a process could give its outputs: inputs of that class or, from untraced feeds, the place's. */
static bool spread_process(struct builder *builder, int f, int process)
{
  const class_mask place = classes_of_place(builder->dataset, &builder->classes, f, process);
  const class_mask qualified = (class_mask)1 << CLASS_QUALIFIED;
  const bool traced = takes_traced(builder, process);
  const bool in_two = builder->dataset->facilities[f].qualification_years > 0;
  bool changed = false;
  for (class_mask class = place;; class = (class - 1) & place) {
    const bool wanted = traced || class == place || (in_two && class == (place & ~qualified));
    if (wanted && !activity_exists(builder, f, process, class))
      changed |= add_activity(builder, f, process, class, class);
    if (class == 0) break;
  }
  return changed;
}

static bool spread_processes(struct builder *builder)
{
  const struct dataset *dataset = builder->dataset;
  bool changed = false;
  for (int f = 0; f < dataset->facilities_count; f++) {
    const struct facility *facility = &dataset->facilities[f];
    if (facility->status == STATUS_CANCELLED) continue;
    for (int p = 0; p < facility->processes.count; p++)
      changed |= spread_process(builder, f, facility->processes.indices[p]);
  }
  return changed;
}

static bool arc_exists(const struct builder *builder, int from, int to, int link)
{
  for (int a = 0; a < builder->arcs_count; a++)
    if (builder->arcs[a].from == from && builder->arcs[a].to == to && builder->arcs[a].link == link) return true;
  return false;
}

/* Traders carry what stands at the market; an owner that delivers carries what it made. */
static bool may_use(const struct dataset *dataset, const struct link *link, const struct node *node)
{
  if (node->holder == HOLDER_MARKET) return link->traders;
  return node->holder == HOLDER_MAKE && dataset->owners[node->owner].delivers;
}

static bool spread_links(struct builder *builder, int *nodes_done)
{
  const struct dataset *dataset = builder->dataset;
  bool changed = false;
  for (int n = *nodes_done; n < builder->nodes_count; n++) {
    const struct node node = builder->nodes[n];
    for (int l = 0; l < dataset->links_count; l++) {
      const struct link *link = &dataset->links[l];
      if (link->from != node.region || !link_carries(link, node.material) || !may_use(dataset, link, &node)) continue;
      const int to = builder_node(builder, node.material, link->to, node.class, node.holder, node.owner);
      if (!arc_exists(builder, n, to, l))
        builder_arc(builder, node.holder == HOLDER_MARKET ? ARC_TRADE : ARC_TRANSFER, n, to, l, node.owner);
      changed = true;
    }
  }
  *nodes_done = builder->nodes_count;
  return changed;
}

/* ---- what needs no inputs ---- */

static void seed_nodes(struct builder *builder)
{
  const struct dataset *dataset = builder->dataset;
  for (int c = 0; c < dataset->curves_count; c++)
    builder_node(builder, dataset->curves[c].material, dataset->curves[c].region, 0, HOLDER_MARKET, -1);
  for (int s = 0; s < dataset->stocks_count; s++)
    if (dataset->stocks[s].opening_t > 0)
      builder_node(builder, dataset->stocks[s].material, dataset->stocks[s].region, 0, HOLDER_MARKET, -1);
  for (int d = 0; d < dataset->deck_count; d++)
    builder_node(builder, dataset->deck[d].material, dataset->deck[d].region, 0, HOLDER_MARKET, -1);
  for (int k = 0; k < dataset->segments_count; k++)
    if (dataset->segments[k].scrap >= 0)
      builder_node(builder, dataset->segments[k].scrap, dataset->segments[k].region, 0, HOLDER_MARKET, -1);
}

static void add_consumer(struct builder *builder, int segment, class_mask class, int instrument, bool eligible)
{
  const struct segment *data = &builder->dataset->segments[segment];
  if (builder->consumers_count == builder->consumers_max) {
    const int max = builder->consumers_max == 0 ? 64 : 2 * builder->consumers_max;
    builder->consumers = arena_grow(builder->arena, builder->consumers, (size_t)builder->consumers_count, (size_t)max,
                                    sizeof(struct consumer));
    builder->consumers_max = max;
  }
  builder->consumers[builder->consumers_count++] = (struct consumer){
      .segment = segment,
      .node = builder_node(builder, data->material, data->region, class, HOLDER_MARKET, -1),
      .instrument = instrument,
      .eligible = eligible,
  };
}

/* A segment stands at the node of the class it requires; an eligibility rule splits it over two. */
static void add_consumers(struct builder *builder, const struct bound_instrument *instruments, int count)
{
  const struct dataset *dataset = builder->dataset;
  for (int k = 0; k < dataset->segments_count; k++) {
    const class_mask own = classes_of_segment(dataset, &dataset->segments[k]);
    int rule = -1;
    class_mask asked = 0;
    for (int i = 0; i < count && rule < 0; i++)
      if (instruments[i].kind->eligible != NULL &&
          (asked = instruments[i].kind->eligible(dataset, instruments[i].terms, k)) != 0)
        rule = i;
    add_consumer(builder, k, own, rule, false);
    if (rule >= 0) add_consumer(builder, k, own | asked, rule, true);
  }
}

static void add_stores(struct builder *builder)
{
  const struct dataset *dataset = builder->dataset;
  for (int s = 0; s < dataset->stocks_count; s++) {
    const struct stock *stock = &dataset->stocks[s];
    for (int n = 0; n < builder->nodes_count; n++) {
      const struct node *node = &builder->nodes[n];
      if (node->material != stock->material || node->region != stock->region || node->holder != HOLDER_MARKET) continue;
      if (builder->stores_count == builder->stores_max) {
        const int max = builder->stores_max == 0 ? 16 : 2 * builder->stores_max;
        builder->stores = arena_grow(builder->arena, builder->stores, (size_t)builder->stores_count, (size_t)max,
                                     sizeof(struct store));
        builder->stores_max = max;
      }
      builder->stores[builder->stores_count++] = (struct store){s, n};
    }
  }
}

/* ---- the finished network ---- */

/* Appends the activities of a facility's process, which differ in class alone; returns their number. */
static int take_group(const struct builder *builder, int facility, int process, struct activity *sorted, int count)
{
  int group = 0;
  for (int j = 0; j < builder->activities_count; j++)
    if (builder->activities[j].facility == facility && builder->activities[j].process == process)
      sorted[count + group++] = builder->activities[j];
  for (int i = 0; i < group; i++) sorted[count + i].group = count, sorted[count + i].group_count = group;
  return group;
}

/* What goes in and comes out of all activities side by side: the rows of the market go through it many times. */
static void gather_amounts(struct activity *activities, int count, struct arena *arena)
{
  int amounts = 0;
  for (int j = 0; j < count; j++) amounts += activities[j].io_count;
  struct input_output *all = ARENA_ROOM(arena, amounts, struct input_output);
  for (int j = 0; j < count; j++) {
    const size_t bytes = sizeof *all * (size_t)activities[j].io_count;
    if (bytes > 0) memcpy(all, activities[j].io, bytes);
    activities[j].io = all;
    all += activities[j].io_count;
  }
}

/* Activities in the order of facilities and their processes, so that those of one stand together. */
static const int *sort_activities(struct builder *builder)
{
  const int facilities = builder->dataset->facilities_count;
  int *first = ARENA_ARRAY(builder->arena, facilities + 1, int);
  struct activity *sorted = ARENA_ARRAY(builder->arena, builder->activities_count, struct activity);
  int count = 0;
  for (int f = 0; f < facilities; f++) {
    const struct field_list *processes = &builder->dataset->facilities[f].processes;
    first[f] = count;
    for (int p = 0; p < processes->count; p++) count += take_group(builder, f, processes->indices[p], sorted, count);
  }
  first[facilities] = count;
  assert(count == builder->activities_count);
  gather_amounts(sorted, count, builder->arena);
  builder->activities = sorted;
  return first;
}

/* Most that a segment pays: its choke price, or where a linear demand curve through its reference point ends. */
static double dearest_of(const struct dataset *dataset, const struct segment *segment)
{
  if (isfinite(segment->choke_usd_per_kg)) return segment->choke_usd_per_kg;
  if (isfinite(segment->intercept_usd_per_kg)) return segment->intercept_usd_per_kg;
  const double price = isfinite(segment->price_usd_per_kg) ? segment->price_usd_per_kg
                                                           : builder_price(dataset, segment->material, segment->region);
  return segment->elasticity != 0 ? price * (1 + 1 / fabs(segment->elasticity)) : price;
}

/* Dearer than anything anybody could pay: no rational flow survives it. */
static double prohibitive_price(const struct builder *builder)
{
  const struct dataset *dataset = builder->dataset;
  double dearest = 0;
  for (int n = 0; n < builder->nodes_count; n++) dearest = fmax(dearest, builder->nodes[n].price_usd_per_kg);
  for (int k = 0; k < dataset->segments_count; k++) dearest = fmax(dearest, dearest_of(dataset, &dataset->segments[k]));
  return dataset->scenario->prohibitive_factor * dearest;
}

static bool somebody_supplies(const struct builder *builder, int node)
{
  const struct node *data = &builder->nodes[node];
  for (int a = 0; a < builder->arcs_count; a++)
    if (builder->arcs[a].to == node) return true;
  for (int j = 0; j < builder->activities_count; j++)
    for (int i = 0; i < builder->activities[j].io_count; i++)
      if (builder->activities[j].io[i].node == node && builder->activities[j].io[i].amount > 0) return true;
  for (int c = 0; c < builder->dataset->curves_count; c++)
    if (builder->dataset->curves[c].material == data->material && builder->dataset->curves[c].region == data->region)
      return true;
  for (int d = 0; d < builder->dataset->deck_count; d++)
    if (builder->dataset->deck[d].material == data->material && builder->dataset->deck[d].region == data->region)
      return true;
  return false;
}

static bool check_market(const struct builder *builder, struct error *error)
{
  if (builder->nodes_count > 0) return true;
  return error_set(error, builder->dataset->scenario->file, 0, "tables",
                   "there is no market: nobody makes, holds or uses anything; expected facilities, curves, stocks or "
                   "segments");
}

/* Isoelastic demand without a choke price pays anything: it must have a supplier. */
static bool check_suppliers(const struct builder *builder, const struct bound_instrument *instruments, int count,
                            struct error *error)
{
  const struct dataset *dataset = builder->dataset;
  for (int i = 0; i < count; i++)
    if (instruments[i].kind->supplies) return true;
  for (int k = 0; k < builder->consumers_count; k++) {
    const struct segment *segment = &dataset->segments[builder->consumers[k].segment];
    const bool isoelastic = dataset->scenario->form == FORM_ISOELASTIC ||
                            (dataset->scenario->form == FORM_AS_DATA && segment->form == DEMAND_ISOELASTIC);
    if (!isoelastic || isfinite(segment->choke_usd_per_kg) || somebody_supplies(builder, builder->consumers[k].node))
      continue;
    return error_set(error, segment->record.place.file, segment->record.place.line, "segments.choke_usd_per_kg",
                     "'%s' has isoelastic demand without a choke price and nobody can supply %s there; expected a "
                     "choke price or a supplier",
                     segment->record.id, dataset->materials[segment->material].record.id);
  }
  return true;
}

static bool *owners_apart(const struct dataset *dataset, struct arena *arena)
{
  bool *apart = ARENA_ARRAY(arena, dataset->owners_count, bool);
  for (int o = 0; o < dataset->owners_count; o++)
    apart[o] = dataset->owners[o].conduct > 0 || dataset->owners[o].integrated;
  return apart;
}

static struct network *network_finish(struct builder *builder, struct bound_instrument *instruments, int count)
{
  struct network *network = ARENA_NEW(builder->arena, struct network);
  network->dataset = builder->dataset;
  network->scenario = builder->dataset->scenario;
  network->facility_first = sort_activities(builder);
  builder_scales(builder);
  builder_names(builder);
  network->nodes_count = builder->nodes_count, network->nodes = builder->nodes;
  network->activities_count = builder->activities_count, network->activities = builder->activities;
  network->arcs_count = builder->arcs_count, network->arcs = builder->arcs;
  network->consumers_count = builder->consumers_count, network->consumers = builder->consumers;
  network->stores_count = builder->stores_count, network->stores = builder->stores;
  network->owner_apart = builder->owner_apart;
  network->instruments_count = count, network->instruments = instruments;
  network->prohibitive_usd_per_kg = prohibitive_price(builder);
  return network;
}

/* ---- dead ends ---- */

/* A contract reads the prices of its indices, unless it is settled outside the market. */
static void mark_indices(const struct network *network, const struct bound_instrument *instrument, bool *drawn)
{
  if (instrument_in_cash(network->dataset, instrument->instrument)) return;
  if (instrument->node >= 0) drawn[instrument->node] = true;
  for (int i = 0; i < instrument->reads_count; i++) drawn[instrument->reads[i]] = true;
}

/* Curves and decks of prices are stated by material and region. */
static void mark_place(const struct network *network, int material, int region, bool *drawn)
{
  for (int n = 0; n < network->nodes_count; n++)
    if (network->nodes[n].material == material && network->nodes[n].region == region) drawn[n] = true;
}

/* Nodes that nothing is drawn from: no recipe, arc, consumer, store or contract looks at their price. */
static const bool *dead_ends(const struct network *network, struct arena *arena)
{
  const struct dataset *dataset = network->dataset;
  bool *drawn = ARENA_ARRAY(arena, network->nodes_count, bool);
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++)
      if (network->activities[j].io[i].amount < 0) drawn[network->activities[j].io[i].node] = true;
  for (int a = 0; a < network->arcs_count; a++) {
    drawn[network->arcs[a].from] = true;
    if (network->arcs[a].kind != ARC_TRADE && network->arcs[a].kind != ARC_DOWNGRADE)
      drawn[network->arcs[a].to] = true; /* owners reckon with the prices they sell at */
  }
  for (int k = 0; k < network->consumers_count; k++) drawn[network->consumers[k].node] = true;
  for (int s = 0; s < network->stores_count; s++) drawn[network->stores[s].node] = true;
  for (int c = 0; c < dataset->curves_count; c++) {
    mark_place(network, dataset->curves[c].material, dataset->curves[c].region, drawn);
    if (dataset->curves[c].price_of >= 0)
      mark_place(network, dataset->curves[c].price_of, dataset->curves[c].region, drawn);
  }
  for (int d = 0; d < dataset->deck_count; d++)
    mark_place(network, dataset->deck[d].material, dataset->deck[d].region, drawn);
  for (int k = 0; k < network->instruments_count; k++) mark_indices(network, &network->instruments[k], drawn);
  for (int n = 0; n < network->nodes_count; n++) drawn[n] = !drawn[n];
  return drawn;
}

static const int *scrap_nodes(const struct network *network, struct arena *arena)
{
  const struct dataset *dataset = network->dataset;
  int *node = ARENA_ARRAY(arena, dataset->segments_count, int);
  for (int k = 0; k < dataset->segments_count; k++) {
    const struct segment *segment = &dataset->segments[k];
    node[k] = segment->scrap < 0 ? -1 : network_node(network, segment->scrap, segment->region, 0);
  }
  return node;
}

static bool bind_instruments(const struct network *network, struct bound_instrument *instruments, int count,
                             struct arena *arena, struct error *error)
{
  for (int i = 0; i < count; i++)
    if (instruments[i].kind->bind != NULL && !instruments[i].kind->bind(network, &instruments[i], arena, error))
      return false;
  return true;
}

const struct network *network_build(const struct dataset *dataset, struct arena *arena, struct error *error)
{
  int count = 0;
  struct bound_instrument *instruments = instruments_read(dataset, &count, arena, error);
  if (instruments == NULL) return NULL;

  struct builder builder = {.dataset = dataset, .arena = arena, .owner_apart = owners_apart(dataset, arena)};
  class_mask asked = 0;
  for (int i = 0; i < count; i++)
    if (instruments[i].kind->needs != NULL)
      instruments[i].kind->needs(dataset, instruments[i].terms, &asked, builder.owner_apart);
  builder.classes = classes_trace(dataset, asked, arena);
  const int buckets = dataset->materials_count * dataset->regions_count;
  builder.bucket = ARENA_ARRAY(arena, buckets, int);
  for (int b = 0; b < buckets; b++) builder.bucket[b] = -1;

  int nodes_linked = 0;
  seed_nodes(&builder);
  for (bool changed = true; changed;) {
    changed = spread_processes(&builder);
    changed |= spread_links(&builder, &nodes_linked);
  }
  add_consumers(&builder, instruments, count);
  add_stores(&builder);
  connect_owners(&builder);
  if (!check_market(&builder, error) || !check_suppliers(&builder, instruments, count, error)) return NULL;

  struct network *network = network_finish(&builder, instruments, count);
  if (!conduct_check(network, error) || !bind_instruments(network, instruments, count, arena, error)) return NULL;
  network->dead_end = dead_ends(network, arena);
  network->scrap_node = scrap_nodes(network, arena);
  network->dated = terms_dated(dataset, arena);
  return network;
}

int network_node(const struct network *network, int material, int region, class_mask class)
{
  for (int n = 0; n < network->nodes_count; n++) {
    const struct node *node = &network->nodes[n];
    if (node->material == material && node->region == region && node->class == class && node->holder == HOLDER_MARKET)
      return n;
  }
  return -1;
}
