/* model/terms.c - figures in force in a block: capacities, costs, taxes and demand at its date.
 *
 * A period takes the mean of a dated figure over its length. The tail stands for all later years: its costs, taxes
 * and demand are those of the year tail_years_after past its start, its capacities the discounted mean over the tail.
 */
#include "model/terms.h"

#include <assert.h>
#include <math.h>

double annuity(double discount_rate, double years)
{
  if (discount_rate <= 0) return years;
  const double beta = 1 / (1 + discount_rate);
  return (1 - pow(beta, years)) / (1 - beta);
}

double ramp_share(const struct dataset *dataset, int ramp, double age_years)
{
  if (age_years < -1e-9) return 0;
  if (ramp < 0) return 1;
  const struct ramp *data = &dataset->ramps[ramp];
  const int year = (int)floor(age_years + 1e-9);
  return year < data->shares.count ? data->share[year] : 1;
}

double ramp_mean(const struct dataset *dataset, int ramp, double age_years, double length, double life_years)
{
  const double end = fmin(age_years + length, life_years);
  double sum = 0;
  for (double from = fmax(0, age_years); from < end - 1e-9;) {
    const double to = fmin(end, floor(from + 1e-9) + 1);
    sum += ramp_share(dataset, ramp, (from + to) / 2) * (to - from);
    from = to;
  }
  return sum / length;
}

/* ---- figures that change ---- */

enum {
  FACILITY_CAPACITY,
  FACILITY_AVAILABILITY,
  FACILITY_ATTAINMENT,
  FACILITY_COST,
  FACILITY_SLOPE,
  FACILITY_POWER,
  FACILITY_WEDGE
};
static const size_t facility_figures[] = {[FACILITY_CAPACITY] = offsetof(struct facility, capacity_t_per_year),
                                          [FACILITY_AVAILABILITY] = offsetof(struct facility, availability),
                                          [FACILITY_ATTAINMENT] = offsetof(struct facility, attainment),
                                          [FACILITY_COST] = offsetof(struct facility, cost_usd_per_kg),
                                          [FACILITY_SLOPE] = offsetof(struct facility, cost_slope_usd_per_kg_per_t),
                                          [FACILITY_POWER] = offsetof(struct facility, cost_power_usd_per_kg),
                                          [FACILITY_WEDGE] = offsetof(struct facility, wedge_usd_per_kg)};
static const size_t process_figures[] = {offsetof(struct process, cost_usd_per_kg)};
enum { LINK_FREIGHT, LINK_CAPACITY, LINK_SLOPE, LINK_WEDGE, LINK_TARIFF, LINK_SPECIFIC, LINK_EXPORT_TAX, LINK_VAT };
static const size_t link_figures[] = {[LINK_FREIGHT] = offsetof(struct link, freight_usd_per_kg),
                                      [LINK_CAPACITY] = offsetof(struct link, capacity_t_per_year),
                                      [LINK_SLOPE] = offsetof(struct link, slope_usd_per_kg_per_t),
                                      [LINK_WEDGE] = offsetof(struct link, wedge_usd_per_kg),
                                      [LINK_TARIFF] = offsetof(struct link, tariff_rate),
                                      [LINK_SPECIFIC] = offsetof(struct link, tariff_usd_per_kg),
                                      [LINK_EXPORT_TAX] = offsetof(struct link, export_tax_rate),
                                      [LINK_VAT] = offsetof(struct link, vat_not_rebated_rate)};
enum { SEGMENT_CHOKE, SEGMENT_INTERCEPT, SEGMENT_SLOPE, SEGMENT_QUANTITY, SEGMENT_PRICE, SEGMENT_ELASTICITY };
static const size_t segment_figures[] = {[SEGMENT_CHOKE] = offsetof(struct segment, choke_usd_per_kg),
                                         [SEGMENT_INTERCEPT] = offsetof(struct segment, intercept_usd_per_kg),
                                         [SEGMENT_SLOPE] = offsetof(struct segment, slope_usd_per_kg_per_t),
                                         [SEGMENT_QUANTITY] = offsetof(struct segment, quantity_t_per_year),
                                         [SEGMENT_PRICE] = offsetof(struct segment, price_usd_per_kg),
                                         [SEGMENT_ELASTICITY] = offsetof(struct segment, elasticity)};

/* A bit for each of the figures at these offsets, row by row. */
static const unsigned char *dated_rows(const struct dataset *dataset, const void *rows, int count, size_t size,
                                       const size_t *figures, int figures_count, struct arena *arena)
{
  unsigned char *dated = ARENA_ARRAY(arena, count, unsigned char);
  assert(figures_count <= 8);
  for (int r = 0; r < count; r++)
    for (int i = 0; i < figures_count; i++) {
      const char *number = (const char *)rows + (size_t)r * size + figures[i];
      if (dataset_changes(dataset, (const double *)(const void *)number)) dated[r] |= (unsigned char)(1 << i);
    }
  return dated;
}

struct dated terms_dated(const struct dataset *dataset, struct arena *arena)
{
#define DATED(table, figures)                                                                                          \
  dated_rows(dataset, dataset->table, dataset->table##_count, sizeof *dataset->table, figures,                         \
             sizeof figures / sizeof *figures, arena)
  return (struct dated){DATED(facilities, facility_figures), DATED(processes, process_figures),
                        DATED(links, link_figures), DATED(segments, segment_figures)};
#undef DATED
}

/* The period in which a block's dated figures are read. */
static struct period figures_of(const struct window *window, const struct block *block)
{
  if (!block->tail) return block->period;
  return (struct period){block->period.start + window->network->scenario->tail_years_after, 1};
}

/* Mean of a figure over a period, dated: the bits of its row. */
static double mean(const struct window *window, unsigned dated, int figure, const double *number, struct period period)
{
  if ((dated >> figure & 1) == 0) return *number;
  return dataset_mean(window->network->dataset, number, period, window->known);
}

/* ---- facilities ---- */

/* People a project can have at an age: what it hires, within its share of the regional pool. */
static double staffing_share(const struct window *window, const struct facility *facility, double age_years,
                             double date)
{
  const struct dataset *dataset = window->network->dataset;
  if (!(facility->staff_needed > 0)) return 1;
  double people = facility->staff_needed;
  if (isfinite(facility->hiring_per_year))
    people =
        (isfinite(facility->staff_now) ? facility->staff_now : 0) + facility->hiring_per_year * fmax(0, age_years + 1);
  double share = fmin(1, people / facility->staff_needed);
  if (facility->labour_pool >= 0) {
    const struct labour_pool *pool = &dataset->labour_pools[facility->labour_pool];
    double needed = 0;
    for (int f = 0; f < dataset->facilities_count; f++)
      if (dataset->facilities[f].labour_pool == facility->labour_pool && dataset->facilities[f].staff_needed > 0 &&
          !(dataset->facilities[f].start > date))
        needed += dataset->facilities[f].staff_needed;
    const double there = pool->people + pool->training_per_year * fmax(0, date - dataset->scenario->base_year);
    if (needed > 0) share = fmin(share, there / needed);
  }
  return fmax(0, share);
}

/* Nameplate of a facility usable over a piece of time in which no plant of it starts, ends, or enters another year of
 * its ramp; without availability. */
static double nameplate_piece(const struct window *window, int f, struct period piece)
{
  const struct network *network = window->network;
  const struct facility *facility = &network->dataset->facilities[f];
  const double date = piece.start + piece.length / 2;
  if (window->state->closed[f]) return 0;
  const double ordered = state_ordered_t_per_year(network, window->state, f, date);
  if (facility->end <= date || facility->status == STATUS_OPTIONAL) return ordered;
  const double start = isnan(facility->start) ? -INFINITY : facility->start + facility->delay_years;
  const double age = date - start;
  if (age < 0) return ordered;
  const double ramp = isinf(age) ? 1 : ramp_share(network->dataset, facility->ramp, age);
  const double staff = isinf(age) ? 1 : staffing_share(window, facility, age, date);
  const double share = fmin(ramp, staff);
  return ordered + (share > 0 ? share * mean(window, network->dated.facilities[f], FACILITY_CAPACITY,
                                             &facility->capacity_t_per_year, piece)
                              : 0);
}

/* The first of the dates start, start + 1, ... start + years that lies after another. */
static double anniversary(double start, int years, double after)
{
  for (int k = 0; k <= years; k++)
    if (start + k > after + 1e-9) return start + k;
  return INFINITY;
}

/* The first date after another at which a facility's nameplate may jump; people are hired by the quarter. */
static double next_jump(const struct window *window, int f, double after)
{
  const struct facility *facility = &window->network->dataset->facilities[f];
  const int years = facility->ramp >= 0 ? window->network->dataset->ramps[facility->ramp].shares.count : 0;
  double next = anniversary(facility->start + facility->delay_years, years, after);
  next = fmin(next, anniversary(facility->end, 0, after));
  for (int o = window->state->order_first[f]; o >= 0; o = window->state->orders[o].next) {
    const struct order *order = &window->state->orders[o];
    next = fmin(next, anniversary(order->online, years, after));
    next = fmin(next, anniversary(order->online + facility->life_years, 0, after));
  }
  return facility->staff_needed > 0 ? fmin(next, after + 0.25) : next;
}

/* Mean over a period (E2): exact, piece by piece between the dates at which anything happens. */
static double nameplate_mean(const struct window *window, int f, struct period period)
{
  const double end = period.start + period.length;
  double sum = 0;
  for (double from = period.start; from < end - 1e-9;) {
    const double to = fmin(end, next_jump(window, f, from));
    sum += nameplate_piece(window, f, (struct period){from, to - from}) * (to - from);
    from = to;
  }
  return sum / period.length;
}

/* Discounted weights of the years of the tail: NULL where the block is none. The last year may be a part of one. */
static const double *tail_weights(const struct window *window, const struct block *block)
{
  if (!block->tail) return NULL;
  const double r = window->network->scenario->discount_rate, length = block->period.length;
  double *weight = ARENA_ARRAY(window->arena, (size_t)ceil(length), double);
  for (int k = 0; k < length; k++) weight[k] = pow(1 + r, -k) * annuity(r, fmin(1, length - k));
  return weight;
}

/* Discounted mean over the years of the tail. Where nothing happens in it, every whole year is like its first. */
static double nameplate_tail(const struct window *window, int f, struct period tail, const double *weight)
{
  const bool still = next_jump(window, f, tail.start) >= tail.start + tail.length &&
                     (window->network->dated.facilities[f] >> FACILITY_CAPACITY & 1) == 0;
  double sum = 0, weights = 0, nameplate = 0;
  for (int k = 0; k < tail.length; k++) {
    const double years = fmin(1, tail.length - k);
    if (k == 0 || years < 1 || !still) nameplate = nameplate_mean(window, f, (struct period){tail.start + k, years});
    sum += weight[k] * nameplate;
    weights += weight[k];
  }
  return sum / weights;
}

static void fill_facility(const struct window *window, struct block *block, int f, const double *weight)
{
  const struct facility *facility = &window->network->dataset->facilities[f];
  const struct period period = figures_of(window, block);
  const bool sure = facility->status == STATUS_OPERATING;
  const unsigned dated = window->network->dated.facilities[f];
  const double factor = mean(window, dated, FACILITY_AVAILABILITY, &facility->availability, period) *
                        mean(window, dated, FACILITY_ATTAINMENT, &facility->attainment, period) *
                        (sure ? 1 : facility->success_probability);
  const double nameplate =
      block->tail ? nameplate_tail(window, f, block->period, weight) : nameplate_mean(window, f, block->period);
  const struct fit *fit = window->network->fit;
  const double full = fit != NULL ? fit->capacity_factor[f] : 1;
  block->facility_terms[f] = (struct facility_terms){
      .capacity = isinf(nameplate) ? INFINITY : nameplate * factor * full, .factor = factor * full};
}

/* ---- what calibration adds ---- */

/* Growth of all reference demand since the base year, by value (the G of E101). */
static double demand_growth(const struct window *window, const struct block *block)
{
  const struct network *network = window->network;
  const struct period period = figures_of(window, block);
  const double years = period.start + period.length / 2 - (network->scenario->base_year + 0.5);
  double before = 0, now = 0;
  for (int k = 0; k < network->dataset->segments_count; k++) {
    const struct segment *segment = &network->dataset->segments[k];
    const double value = segment->quantity_t_per_year * segment->price_usd_per_kg;
    if (!(value > 0)) continue;
    before += value;
    now += value * pow(1 + segment->growth_per_year, years);
  }
  return before > 0 ? now / before : 1;
}

static double fitted_wedge(const struct fitted_cost *fitted, int index)
{
  return fitted != NULL ? fitted[index].wedge : 0;
}

double terms_activity_wedge(const struct network *network, int activity, struct period period, double known)
{
  const struct facility *facility = &network->dataset->facilities[network->activities[activity].facility];
  return dataset_mean(network->dataset, &facility->wedge_usd_per_kg, period, known) +
         fitted_wedge(network->fit != NULL ? network->fit->activities : NULL, activity);
}

double terms_arc_wedge(const struct network *network, int arc, struct period period, double known)
{
  const int link = network->arcs[arc].link;
  if (link < 0) return fitted_wedge(network->fit != NULL ? network->fit->arcs : NULL, arc);
  return dataset_mean(network->dataset, &network->dataset->links[link].wedge_usd_per_kg, period, known) +
         fitted_wedge(network->fit != NULL ? network->fit->arcs : NULL, arc);
}

/* ---- activities ---- */

/* Unit cost falls by learning_rate with each doubling of cumulative output (theory, E40). */
static double learning_factor(const struct window *window, int f)
{
  const struct facility *facility = &window->network->dataset->facilities[f];
  if (!(facility->learning_rate > 0)) return 1;
  const double base = facility->output_t_per_year > 0 ? facility->output_t_per_year : facility->capacity_t_per_year;
  if (!(base > 0) || isinf(base)) return 1;
  return pow(1 + window->state->output_total_t[f] / base, log2(1 - facility->learning_rate));
}

static bool runs_yet(const struct window *window, const struct activity *activity, double date)
{
  const struct facility *facility = &window->network->dataset->facilities[activity->facility];
  if (!activity->qualified_only || isnan(facility->start)) return true;
  return date >= facility->start + facility->delay_years + facility->qualification_years - 1e-9;
}

static void fill_activity(const struct window *window, struct block *block, int j, double growth)
{
  const struct dataset *dataset = window->network->dataset;
  const struct activity *activity = &window->network->activities[j];
  const struct facility *facility = &dataset->facilities[activity->facility];
  const struct process *process = &dataset->processes[activity->process];
  const struct period period = figures_of(window, block);
  const double learning = learning_factor(window, activity->facility);
  const unsigned dated = window->network->dated.facilities[activity->facility];
  const double own = mean(window, dated, FACILITY_COST, &facility->cost_usd_per_kg, period) * learning;
  struct activity_terms terms = {
      .cost = own +
              mean(window, window->network->dated.processes[activity->process], 0, &process->cost_usd_per_kg, period) +
              (mean(window, dated, FACILITY_WEDGE, &facility->wedge_usd_per_kg, period) +
               fitted_wedge(window->network->fit != NULL ? window->network->fit->activities : NULL, j)),
      .slope = mean(window, dated, FACILITY_SLOPE, &facility->cost_slope_usd_per_kg_per_t, period) * learning,
      .power = mean(window, dated, FACILITY_POWER, &facility->cost_power_usd_per_kg, period) * learning,
      .power_scale = facility->cost_power_scale_t,
      .power_exponent = facility->cost_power_exponent,
  };
  if (facility->supply_elasticity > 0 && facility->output_t_per_year > 0)
    terms.slope += (own + process->cost_usd_per_kg) * activity->capacity_use /
                   (facility->supply_elasticity * facility->output_t_per_year);
  if (window->network->fit != NULL) {
    const struct fitted_cost *fitted = &window->network->fit->activities[j];
    terms.cost -= fitted->slope * fitted->base;
    terms.slope += fitted->slope / growth;
  }
  if (!runs_yet(window, activity, block->period.start)) terms.cost += window->network->prohibitive_usd_per_kg;
  block->activity_terms[j] = terms;
}

/* ---- arcs ---- */

/* Rising cost as the data state it, from nothing on: the slope itself, or an elasticity at the observed flow. */
static double link_slope(const struct window *window, const struct arc *arc, struct period period)
{
  const struct network *network = window->network;
  const struct link *link = &network->dataset->links[arc->link];
  const double slope = mean(window, network->dated.links[arc->link], LINK_SLOPE, &link->slope_usd_per_kg_per_t, period);
  if (!isnan(slope)) return slope;
  if (!(link->flow_t_per_year > 0 && link->elasticity > 0)) return 0;
  return network->nodes[arc->to].price_usd_per_kg / (link->elasticity * link->flow_t_per_year);
}

static void fill_arc(const struct window *window, struct block *block, int a, double growth)
{
  const struct network *network = window->network;
  const struct arc *arc = &network->arcs[a];
  struct arc_terms *terms = &block->arc_terms[a];
  const struct period period = figures_of(window, block);
  *terms = (struct arc_terms){.capacity = INFINITY,
                              .cost = fitted_wedge(network->fit != NULL ? network->fit->arcs : NULL, a)};
  if (network->fit != NULL) {
    terms->slope = network->fit->arcs[a].slope / growth;
    terms->slope_base = network->fit->arcs[a].base * growth;
  }
  if (arc->link < 0) return;
  const struct link *link = &network->dataset->links[arc->link];
  const unsigned dated = network->dated.links[arc->link];
  terms->cost = mean(window, dated, LINK_WEDGE, &link->wedge_usd_per_kg, period) + terms->cost;
  terms->freight = mean(window, dated, LINK_FREIGHT, &link->freight_usd_per_kg, period);
  const double capacity = mean(window, dated, LINK_CAPACITY, &link->capacity_t_per_year, period);
  if (!isnan(capacity)) terms->capacity = capacity;
  if (network->fit == NULL) terms->slope = link_slope(window, arc, period);
  terms->fob = network->dataset->regions[link->to].valuation == VALUE_FOB;
  if (arc->kind == ARC_TRANSFER && network->nodes[arc->from].region == network->nodes[arc->to].region) return;
  terms->tariff_rate = mean(window, dated, LINK_TARIFF, &link->tariff_rate, period);
  terms->tariff_specific = mean(window, dated, LINK_SPECIFIC, &link->tariff_usd_per_kg, period);
  terms->export_tax_rate = mean(window, dated, LINK_EXPORT_TAX, &link->export_tax_rate, period);
  terms->vat_rate = mean(window, dated, LINK_VAT, &link->vat_not_rebated_rate, period);
}

/* ---- demand ---- */

/* Share of a segment that stands at this consumer's node: all of it, unless an eligibility rule splits it. A sliver
 * stays everywhere, so that the problem's pattern is the same in and out of force. */
static double consumer_share(const struct block *block, const struct consumer *consumer)
{
  const double sliver = 1e-7;
  if (consumer->instrument < 0) return 1;
  const double in_force = block->instruments[consumer->instrument].share;
  const double share = consumer->eligible ? in_force : 1 - in_force;
  return fmax(sliver, share);
}

/* Puts a demand curve through the base year's point. Demand that vanished there is a curve that ends at price zero; a
 * choke that stood below the price moves above it. */
static void fit_consumer(struct consumer_terms *terms, const struct fitted_demand *fitted)
{
  if (fitted->quantity_factor <= 0) {
    const double slope = terms->price / fmax(terms->quantity, 1e-9);
    *terms = (struct consumer_terms){
        .form = DEMAND_LINEAR, .quantity = 0, .price = terms->price, .slope = slope, .choke = INFINITY};
    return;
  }
  terms->quantity *= fitted->quantity_factor;
  terms->slope /= fitted->quantity_factor;
  if (isnan(fitted->price)) return;
  terms->slope *= fitted->price / terms->price;
  terms->intercept *= fitted->price / terms->price;
  terms->price = fitted->price;
  terms->choke = fmax(terms->choke, 1.1 * fitted->price);
}

static void fill_consumer(const struct window *window, struct block *block, int k)
{
  const struct network *network = window->network;
  const struct consumer *consumer = &network->consumers[k];
  const struct segment *segment = &network->dataset->segments[consumer->segment];
  const unsigned dated = network->dated.segments[consumer->segment];
  const struct period period = figures_of(window, block);
  const double years = period.start + period.length / 2 - (network->scenario->base_year + 0.5);
  const double growth = pow(1 + segment->growth_per_year, years);
  const double share = consumer_share(block, consumer);
  const double factor = growth * window->state->demand_factor[consumer->segment] * share;
  struct consumer_terms terms = {.form = segment->form, .choke = INFINITY};
  if (network->scenario->form == FORM_LINEAR) terms.form = DEMAND_LINEAR;
  if (network->scenario->form == FORM_ISOELASTIC && segment->elasticity != 0) terms.form = DEMAND_ISOELASTIC;
  const double choke = mean(window, dated, SEGMENT_CHOKE, &segment->choke_usd_per_kg, period);
  if (!isnan(choke)) terms.choke = choke;
  if (isfinite(segment->intercept_usd_per_kg)) {
    terms.intercept = mean(window, dated, SEGMENT_INTERCEPT, &segment->intercept_usd_per_kg, period);
    terms.slope = mean(window, dated, SEGMENT_SLOPE, &segment->slope_usd_per_kg_per_t, period) / factor;
    terms.quantity = terms.slope > 0 ? terms.intercept / terms.slope : 0;
    terms.price = terms.intercept, terms.elasticity = 0;
    terms.form = DEMAND_LINEAR;
  } else {
    terms.quantity = mean(window, dated, SEGMENT_QUANTITY, &segment->quantity_t_per_year, period) * factor;
    terms.price = isfinite(segment->price_usd_per_kg)
                      ? mean(window, dated, SEGMENT_PRICE, &segment->price_usd_per_kg, period)
                      : network->nodes[consumer->node].price_usd_per_kg;
    terms.elasticity = fabs(mean(window, dated, SEGMENT_ELASTICITY, &segment->elasticity, period));
    terms.slope = terms.price / (terms.elasticity * fmax(terms.quantity, 1e-300));
    terms.intercept = terms.price * (1 + 1 / terms.elasticity);
  }
  if (network->fit != NULL) fit_consumer(&terms, &network->fit->consumers[k]);
  block->consumer_terms[k] = terms;
}

void terms_fill(const struct window *window, struct block *block)
{
  const struct network *network = window->network;
  const double *weight = tail_weights(window, block);
  for (int f = 0; f < network->dataset->facilities_count; f++) fill_facility(window, block, f, weight);
  const double growth = network->fit != NULL ? demand_growth(window, block) : 1;
  for (int j = 0; j < network->activities_count; j++) fill_activity(window, block, j, growth);
  for (int a = 0; a < network->arcs_count; a++) fill_arc(window, block, a, growth);
  for (int k = 0; k < network->consumers_count; k++) fill_consumer(window, block, k);
}
