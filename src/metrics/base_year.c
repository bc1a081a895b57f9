/* metrics/base_year.c - outputs through recipes, stated flows and demand; splits by proportional fitting to feeds. */
#include "metrics/base_year.h"

#include <math.h>

enum { sweeps_max = 60 };

double base_year_date(const struct dataset *dataset)
{
  if (dataset->scenario != NULL) return dataset->scenario->base_year;
  double best = (double)NAN;
  int most = 0;
  for (int i = 0; i < dataset->prices_count; i++) {
    int same = 0;
    for (int k = 0; k < dataset->prices_count; k++)
      same += floor(dataset->prices[k].date) == floor(dataset->prices[i].date);
    if (same > most) most = same, best = floor(dataset->prices[i].date);
  }
  return best;
}

/* ---- recipes by process ---- */

static void index_recipes(struct base_year *base, struct arena *arena)
{
  const struct dataset *dataset = base->dataset;
  int *first = ARENA_ARRAY(arena, dataset->processes_count + 1, int);
  int *rows = ARENA_ARRAY(arena, dataset->yields_count, int);
  for (int i = 0; i < dataset->yields_count; i++) first[dataset->yields[i].process + 1]++;
  for (int p = 0; p < dataset->processes_count; p++) first[p + 1] += first[p];
  int *next = arena_grow(arena, first, dataset->processes_count + 1, dataset->processes_count + 1, sizeof *first);
  for (int i = 0; i < dataset->yields_count; i++) rows[next[dataset->yields[i].process]++] = i;
  base->recipe_first = first;
  base->recipe = rows;
}

/* First input (product: output) of a process, NULL where it has none. */
static const struct yield *main_yield(const struct base_year *base, int process, bool product)
{
  const struct yield *yield;
  for (int k = 0; (yield = base_yield(base, process, k)) != NULL; k++)
    if ((yield->amount > 0) == product) return yield;
  return NULL;
}

/* Capacity, in the unit of the facility's basis, that a unit of activity uses. */
static double act_use(const struct base_year *base, const struct base_act *act)
{
  const int basis = base->dataset->facilities[act->facility].capacity_basis;
  if (basis == BASIS_ACTIVITY) return 1;
  const struct yield *yield = main_yield(base, act->process, basis == BASIS_PRODUCT);
  return yield != NULL && yield->amount != 0 ? fabs(yield->amount) : 1;
}

static void add_act(struct base_year *base, const struct base_act *act, double tonnes)
{
  const int region = base->dataset->facilities[act->facility].region;
  const struct yield *yield;
  for (int k = 0; (yield = base_yield(base, act->process, k)) != NULL; k++) {
    const int place = base_place(base, yield->material, region);
    if (yield->amount > 0)
      base->made[place] += tonnes * yield->amount;
    else
      base->taken[place] -= tonnes * yield->amount;
  }
}

/* ---- what is stated ---- */

static void add_segments(struct base_year *base)
{
  for (int k = 0; k < base->dataset->segments_count; k++) {
    const struct segment *segment = &base->dataset->segments[k];
    if (!isnan(segment->quantity_t_per_year))
      base->taken[base_place(base, segment->material, segment->region)] += segment->quantity_t_per_year;
  }
}

double base_link_flow(const struct base_year *base, const struct link *link, int i)
{
  double made = 0;
  if (!(link->flow_t_per_year > 0)) return 0;
  for (int k = 0; k < link->materials.count; k++)
    made += base->made[base_place(base, link->materials.indices[k], link->from)];
  const double own = base->made[base_place(base, link->materials.indices[i], link->from)];
  return link->flow_t_per_year * (made > 0 ? own / made : 1.0 / link->materials.count);
}

static void add_links(struct base_year *base)
{
  for (int l = 0; l < base->dataset->links_count; l++) {
    const struct link *link = &base->dataset->links[l];
    for (int i = 0; i < link->materials.count && link->flow_t_per_year > 0; i++) {
      const int m = link->materials.indices[i];
      const double flow = base_link_flow(base, link, i);
      base->exported[base_place(base, m, link->from)] += flow;
      base->imported[base_place(base, m, link->to)] += flow;
    }
  }
}

void base_year_update(struct base_year *base)
{
  const struct dataset *dataset = base->dataset;
  const int places = dataset->materials_count * dataset->regions_count;
  for (int i = 0; i < places; i++) base->made[i] = base->taken[i] = base->imported[i] = base->exported[i] = 0;
  for (int a = 0; a < base->acts_count; a++) {
    struct base_act *act = &base->acts[a];
    if (act->stated)
      act->tonnes = act->split * dataset->facilities[act->facility].output_t_per_year / act_use(base, act);
    add_act(base, act, act->tonnes);
  }
  add_segments(base);
  add_links(base);
}

/* ---- splits ---- */

/* One sweep: every split moves toward what its feed allows, then those of a facility add up to 1 again. */
static void fit_splits(struct base_year *base)
{
  const struct dataset *dataset = base->dataset;
  for (int first = 0, end; first < base->acts_count; first = end) {
    double sum = 0;
    for (end = first; end < base->acts_count && base->acts[end].facility == base->acts[first].facility; end++) {
      struct base_act *act = &base->acts[end];
      const struct yield *feed = main_yield(base, act->process, false);
      if (feed != NULL) {
        const int place = base_place(base, feed->material, dataset->facilities[act->facility].region);
        const double taken = base->taken[place], left = base_left(base, place);
        if (taken > 0) act->split *= fmin(5, fmax(0, (taken + left) / taken));
      }
      sum += act->split;
    }
    for (int a = first; a < end; a++) base->acts[a].split = sum > 0 ? base->acts[a].split / sum : 1.0 / (end - first);
  }
}

/* ---- outputs that nobody states ---- */

/* What a process could run on: feed left in the region, in units of its activity; 0 without a feed. */
static double feed_left(const struct base_year *base, const struct base_act *act)
{
  const struct yield *feed = main_yield(base, act->process, false);
  if (feed == NULL) return 0;
  const int region = base->dataset->facilities[act->facility].region;
  return fmax(0, base_left(base, base_place(base, feed->material, region)) / -feed->amount);
}

static bool makes(const struct base_year *base, const struct base_act *act, int place)
{
  const struct yield *product = main_yield(base, act->process, true);
  return product != NULL &&
         base_place(base, product->material, base->dataset->facilities[act->facility].region) == place;
}

static void serve_place(struct base_year *base, int place, double *room)
{
  const double missing = -base_left(base, place);
  double sum = 0;
  int makers = 0;
  for (int a = 0; a < base->acts_count; a++) {
    room[a] = 0;
    if (base->acts[a].stated || !makes(base, &base->acts[a], place)) continue;
    room[a] = feed_left(base, &base->acts[a]) * main_yield(base, base->acts[a].process, true)->amount;
    sum += room[a];
    makers++;
  }
  for (int a = 0; a < base->acts_count && makers > 0; a++) {
    if (base->acts[a].stated || !makes(base, &base->acts[a], place)) continue;
    const double share = sum > 0 ? room[a] / sum : 1.0 / makers;
    base->acts[a].tonnes = share * missing / main_yield(base, base->acts[a].process, true)->amount;
  }
}

static void serve_segments(struct base_year *base, struct arena *arena)
{
  double *room = ARENA_ARRAY(arena, base->acts_count, double);
  for (int k = 0; k < base->dataset->segments_count; k++) {
    const struct segment *segment = &base->dataset->segments[k];
    const int place = base_place(base, segment->material, segment->region);
    if (base_left(base, place) > -1e-9 * fmax(1, base->taken[place])) continue;
    serve_place(base, place, room);
    base_year_update(base);
  }
}

static int count_unstated(const struct base_year *base)
{
  int count = 0;
  for (int a = 0; a < base->acts_count; a++)
    if (a == 0 || base->acts[a].facility != base->acts[a - 1].facility)
      count += !base->acts[a].stated && base->acts[a].tonnes == 0;
  return count;
}

/* ---- all ---- */

/* Did it run, or could it have, in the base year? Outputs of projects only scale their cost curves. */
static bool facility_counts(const struct facility *facility, double year)
{
  if (facility->output_t_per_year == 0) return false;
  return facility->status == STATUS_OPERATING && !(facility->start >= year + 1) && !(facility->end <= year);
}

static void list_acts(struct base_year *base, struct arena *arena)
{
  const struct dataset *dataset = base->dataset;
  int room = 0;
  for (int f = 0; f < dataset->facilities_count; f++) room += dataset->facilities[f].processes.count;
  base->acts = ARENA_ARRAY(arena, room, struct base_act);
  for (int f = 0; f < dataset->facilities_count; f++) {
    const struct facility *facility = &dataset->facilities[f];
    if (!facility_counts(facility, base->year)) continue;
    for (int i = 0; i < facility->processes.count; i++)
      base->acts[base->acts_count++] = (struct base_act){.facility = f,
                                                         .process = facility->processes.indices[i],
                                                         .split = 1.0 / facility->processes.count,
                                                         .stated = !isnan(facility->output_t_per_year)};
  }
}

static void find_prices(struct base_year *base)
{
  const struct dataset *dataset = base->dataset;
  const double year = isnan(base->year) ? 0 : base->year;
  for (int m = 0; m < dataset->materials_count; m++) {
    double anywhere = dataset->materials[m].price_usd_per_kg, nearest = HUGE_VAL;
    for (int r = 0; r < dataset->regions_count; r++) base->price[base_place(base, m, r)] = NAN;
    for (int i = 0; i < dataset->prices_count; i++) {
      const struct price *price = &dataset->prices[i];
      const double distance = fabs(price->date - year);
      if (price->material != m || distance >= 1) continue;
      base->price[base_place(base, m, price->region)] = price->price_usd_per_kg;
      if (distance < nearest) nearest = distance, anywhere = price->price_usd_per_kg;
    }
    for (int r = 0; r < dataset->regions_count; r++)
      if (isnan(base->price[base_place(base, m, r)])) base->price[base_place(base, m, r)] = anywhere;
  }
}

struct base_year *base_year_read(const struct dataset *dataset, struct arena *arena)
{
  const int places = dataset->materials_count * dataset->regions_count;
  struct base_year *base = ARENA_NEW(arena, struct base_year);
  *base = (struct base_year){.dataset = dataset, .year = base_year_date(dataset)};
  base->made = ARENA_ARRAY(arena, places, double);
  base->taken = ARENA_ARRAY(arena, places, double);
  base->imported = ARENA_ARRAY(arena, places, double);
  base->exported = ARENA_ARRAY(arena, places, double);
  base->price = ARENA_ARRAY(arena, places, double);
  index_recipes(base, arena);
  list_acts(base, arena);
  find_prices(base);
  base_year_update(base);
  for (int sweep = 0; sweep < sweeps_max; sweep++) {
    fit_splits(base);
    base_year_update(base);
  }
  serve_segments(base, arena);
  base->unstated = count_unstated(base);
  return base;
}
