/* metrics/shares.c - net content made by each process, summed by stage, element and region. */
#include "metrics/shares.h"

#include <math.h>

static struct shares shares_new(const struct dataset *dataset, struct elements elements, struct arena *arena)
{
  const int cells = stages_count * (elements.count + 1);
  return (struct shares){.elements = elements,
                         .regions_count = dataset->regions_count,
                         .made = ARENA_ARRAY(arena, cells * dataset->regions_count, double),
                         .cells = ARENA_ARRAY(arena, cells, struct share)};
}

/* Content that one process adds to each stage; net [stages x elements] is scratch. */
struct maker {
  const struct dataset *dataset;
  struct shares *shares;
  double *net;
};

static void maker_begin(struct maker *maker)
{
  for (int i = 0; i < stages_count * maker->shares->elements.count; i++) maker->net[i] = 0;
}

static void maker_add(struct maker *maker, int material, double tonnes)
{
  const struct elements *elements = &maker->shares->elements;
  const int stage = maker->dataset->materials[material].stage;
  for (int e = 0; e < elements->count; e++)
    maker->net[stage * elements->count + e] += tonnes * elements->share[material * elements->count + e];
}

static void maker_end(struct maker *maker, int region)
{
  const struct shares *shares = maker->shares;
  const int elements = shares->elements.count;
  for (int stage = 0; stage < stages_count; stage++)
    for (int e = 0; e < elements; e++) {
      const double made = fmax(0, maker->net[stage * elements + e]);
      double *row = &shares->made[stage * (elements + 1) * shares->regions_count];
      row[e * shares->regions_count + region] += made;
      row[elements * shares->regions_count + region] += made;
    }
}

static void shares_finish(struct shares *shares)
{
  for (int c = 0; c < stages_count * (shares->elements.count + 1); c++) {
    const double *made = &shares->made[c * shares->regions_count];
    struct share *cell = &shares->cells[c];
    *cell = (struct share){.dominant = -1, .index = NAN, .share = NAN};
    for (int r = 0; r < shares->regions_count; r++) cell->world += made[r];
    if (!(cell->world > 0)) continue;
    cell->index = 0;
    for (int r = 0; r < shares->regions_count; r++) {
      const double share = made[r] / cell->world;
      cell->index += share * share;
      if (cell->dominant < 0 || share > cell->share) cell->dominant = r, cell->share = share;
    }
  }
}

struct shares shares_of_base(const struct base_year *base, struct elements elements, struct arena *arena)
{
  struct shares shares = shares_new(base->dataset, elements, arena);
  struct maker maker = {base->dataset, &shares, ARENA_ARRAY(arena, stages_count * elements.count, double)};
  for (int a = 0; a < base->acts_count; a++) {
    const struct base_act *act = &base->acts[a];
    const struct yield *yield;
    if (!(act->tonnes > 0)) continue;
    maker_begin(&maker);
    for (int k = 0; (yield = base_yield(base, act->process, k)) != NULL; k++)
      maker_add(&maker, yield->material, act->tonnes * yield->amount);
    maker_end(&maker, base->dataset->facilities[act->facility].region);
  }
  shares_finish(&shares);
  return shares;
}

struct shares shares_of_period(const struct outcome *outcome, int p, struct elements elements, struct arena *arena)
{
  const struct network *network = outcome->network;
  struct shares shares = shares_new(network->dataset, elements, arena);
  struct maker maker = {network->dataset, &shares, ARENA_ARRAY(arena, stages_count * elements.count, double)};
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    const double tonnes = outcome->periods[p].activity[j];
    if (!(tonnes > 0)) continue;
    maker_begin(&maker);
    for (int i = 0; i < activity->io_count; i++)
      maker_add(&maker, network->nodes[activity->io[i].node].material, tonnes * activity->io[i].amount);
    maker_end(&maker, network->dataset->facilities[activity->facility].region);
  }
  shares_finish(&shares);
  return shares;
}

int shares_first_stage(const struct shares *shares)
{
  for (int stage = 0; stage < STAGE_OTHER; stage++)
    if (shares_at(shares, stage, shares->elements.count)->world > 0) return stage;
  return -1;
}
