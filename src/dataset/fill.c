/* dataset/fill.c - defaults that follow from other figures, once everything is read.
 *
 * A segment without a price takes the observed price of its node: of the base year if there is one, else the nearest
 * in time, else any region's, else the material's typical price. A material without a typical quantity takes the
 * largest that one region demands or one plant can handle. Magnitudes that scale residuals are fixed here, by data.
 */
#include <math.h>

#include "dataset/draft.h"

/* ---- prices ---- */

/* The observed price nearest to a date; region -1: of any region. NAN when there is none. */
static double nearest_price(const struct dataset *dataset, int material, int region, double date)
{
  double best = HUGE_VAL, found = (double)NAN;
  for (int i = 0; i < dataset->prices_count; i++) {
    const struct price *price = &dataset->prices[i];
    if (price->material != material || (region >= 0 && price->region != region)) continue;
    const double distance = isnan(date) ? -price->date : fabs(price->date - date);
    if (distance >= best) continue;
    best = distance;
    found = price->price_usd_per_kg;
  }
  return found;
}

static double base_price(const struct dataset *dataset, int material, int region)
{
  const double date = dataset->scenario != NULL ? dataset->scenario->base_year : (double)NAN;
  const double here = nearest_price(dataset, material, region, date);
  const double anywhere = isnan(here) ? nearest_price(dataset, material, -1, date) : here;
  return isnan(anywhere) ? dataset->materials[material].price_usd_per_kg : anywhere;
}

static void fill_segment(const struct dataset *dataset, struct segment *segment)
{
  segment->elasticity = fabs(segment->elasticity);
  segment->elasticity_long = fabs(segment->elasticity_long);
  if (isnan(segment->elasticity_long)) segment->elasticity_long = segment->elasticity;
  if (isnan(segment->price_usd_per_kg) && !isnan(segment->quantity_t_per_year))
    segment->price_usd_per_kg = base_price(dataset, segment->material, segment->region);
}

/* ---- quantities ---- */

static double segment_quantity(const struct segment *segment)
{
  if (!isnan(segment->quantity_t_per_year)) return segment->quantity_t_per_year;
  const double half = segment->intercept_usd_per_kg / segment->slope_usd_per_kg_per_t / 2;
  return isfinite(half) ? half : 0;
}

static double facility_activity(const struct facility *facility)
{
  if (!isnan(facility->output_t_per_year)) return facility->output_t_per_year;
  return isfinite(facility->capacity_t_per_year) ? facility->capacity_t_per_year : 0;
}

static void raise(double *quantity, double candidate)
{
  if (candidate > *quantity) *quantity = candidate;
}

static void add_demand(const struct dataset *dataset, double *typical, struct arena *arena)
{
  const int regions = dataset->regions_count;
  double *sums = ARENA_ARRAY(arena, dataset->materials_count * regions, double);
  for (int i = 0; i < dataset->segments_count; i++) {
    const struct segment *segment = &dataset->segments[i];
    sums[segment->material * regions + segment->region] += segment_quantity(segment);
  }
  for (int i = 0; i < dataset->materials_count * regions; i++) raise(&typical[i / regions], sums[i]);
  for (int i = 0; i < dataset->curves_count; i++)
    if (dataset->curves[i].price_of < 0) raise(&typical[dataset->curves[i].material], fabs(dataset->curves[i].value));
}

static void add_activity(const struct dataset *dataset, double *typical, struct arena *arena)
{
  double *activity = ARENA_ARRAY(arena, dataset->processes_count, double); /* largest of any facility */
  for (int i = 0; i < dataset->facilities_count; i++) {
    const struct facility *facility = &dataset->facilities[i];
    for (int k = 0; k < facility->processes.count; k++)
      raise(&activity[facility->processes.indices[k]], facility_activity(facility));
  }
  for (int i = 0; i < dataset->yields_count; i++) {
    const struct yield *yield = &dataset->yields[i];
    raise(&typical[yield->material], fabs(yield->amount) * activity[yield->process]);
  }
}

static void fill_quantities(struct dataset *dataset, struct arena *arena)
{
  double *typical = ARENA_ARRAY(arena, dataset->materials_count, double);
  add_demand(dataset, typical, arena);
  add_activity(dataset, typical, arena);
  for (int i = 0; i < dataset->materials_count; i++) {
    struct material *material = &dataset->materials[i];
    if (!isnan(material->quantity_t_per_year)) continue;
    material->quantity_t_per_year = typical[i] > 0 ? typical[i] : 1;
  }
}

/* ---- plants and owners ---- */

static void fill_facility(struct facility *facility)
{
  if (!isnan(facility->build_limit_t_per_year)) return;
  const double capacity = facility->capacity_t_per_year;
  facility->build_limit_t_per_year = capacity > 0 ? capacity : HUGE_VAL;
}

/* What is no number is found by the checks. */
static void fill_ramp(struct ramp *ramp, struct arena *arena)
{
  double *share = ARENA_ARRAY(arena, ramp->shares.count, double);
  for (int i = 0; i < ramp->shares.count; i++)
    if (!parse_number(ramp->shares.names[i], &share[i])) share[i] = 1;
  ramp->share = share;
}

void dataset_fill(struct dataset *dataset, struct arena *arena)
{
  for (int i = 0; i < dataset->segments_count; i++) fill_segment(dataset, &dataset->segments[i]);
  for (int i = 0; i < dataset->facilities_count; i++) fill_facility(&dataset->facilities[i]);
  for (int i = 0; i < dataset->ramps_count; i++) fill_ramp(&dataset->ramps[i], arena);
  for (int i = 0; i < dataset->owners_count && dataset->scenario != NULL; i++)
    if (isnan(dataset->owners[i].hurdle_rate)) dataset->owners[i].hurdle_rate = dataset->scenario->discount_rate;
  fill_quantities(dataset, arena);
}
