/* model/terms.c - figures in force in a block: capacities, costs, taxes and demand at its date.
 *
 * A period takes the mean of a dated figure over its length. The tail stands for all later years: its costs, taxes
 * and demand are those of the year tail_years_after past its start, its capacities the discounted mean over the tail.
 */
#include "model/terms.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

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

/* The tracks of the figures at these offsets, row by row. */
static struct dated_rows dated_rows(const struct dataset *dataset, const void *rows, int count, size_t size,
                                    const size_t *figures, int figures_count, struct arena *arena)
{
  unsigned char *bits = ARENA_ARRAY(arena, count, unsigned char);
  int *first = ARENA_ARRAY(arena, count, int), *tracks = ARENA_ARRAY(arena, count * figures_count, int), dated = 0;
  assert(figures_count <= 8);
  for (int r = 0; r < count; r++) {
    first[r] = dated;
    for (int i = 0; i < figures_count; i++) {
      const char *number = (const char *)rows + (size_t)r * size + figures[i];
      const int track = dataset_track(dataset, (const double *)(const void *)number);
      if (track < 0) continue;
      bits[r] |= (unsigned char)(1 << i);
      tracks[dated++] = track;
    }
  }
  return (struct dated_rows){bits, first, tracks};
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

/* ---- what is read once a window ---- */

/* How figures are read in a block. */
struct reading {
  struct period period;         /* whose mean they are */
  bool year;                    /* it is exactly one */
  double growth;                /* of all reference demand since the base year, by value (the G of E101); 1: no fit */
  const double *segment_growth; /* [segments] of the reference quantity since then */
  const double *weight; /* discounted weights of the years of the tail: NULL where the block is none; the last */
  double weights;       /* year may be a part of one. Their sum */
};

struct readings {
  const struct window *window;
  const struct network *network;
  const struct dataset *dataset;
  struct reading *blocks;
  const struct steady *steady; /* [tracks] */
  int pooled_count;            /* facilities that hire from a pool */
  int *pooled;
};

static struct period figures_of(const struct window *window, const struct block *block)
{
  if (!block->tail) return block->period;
  return (struct period){block->period.start + window->network->scenario->tail_years_after, 1};
}

/* Powers of a few numbers, many times over. */
struct powers {
  double exponent, base[256], power[256];
};

static double power_of(struct powers *powers, double base)
{
  uint64_t bits;
  memcpy(&bits, &base, sizeof bits);
  const int at = (int)(bits * 0x9e3779b97f4a7c15u >> 56);
  if (powers->base[at] != base) powers->base[at] = base, powers->power[at] = pow(base, powers->exponent);
  return powers->power[at];
}

static const double *growth_of_segments(const struct readings *r, struct period period)
{
  struct powers powers = {.exponent = period.start + period.length / 2 - (r->network->scenario->base_year + 0.5)};
  for (int i = 0; i < 256; i++) powers.base[i] = NAN;
  double *growth = ARENA_ROOM(r->window->arena, r->dataset->segments_count, double);
  for (int k = 0; k < r->dataset->segments_count; k++)
    growth[k] = power_of(&powers, 1 + r->dataset->segments[k].growth_per_year);
  return growth;
}

static double growth_of_demand(const struct dataset *dataset, const double *segment_growth)
{
  double before = 0, now = 0;
  for (int k = 0; k < dataset->segments_count; k++) {
    const struct segment *segment = &dataset->segments[k];
    const double value = segment->quantity_t_per_year * segment->price_usd_per_kg;
    if (!(value > 0)) continue;
    before += value;
    now += value * segment_growth[k];
  }
  return before > 0 ? now / before : 1;
}

static void weigh_tail(const struct readings *r, struct reading *reading, double length)
{
  const double rate = r->network->scenario->discount_rate;
  double *weight = ARENA_ROOM(r->window->arena, (size_t)ceil(length), double);
  reading->weight = weight;
  for (int k = 0; k < length; k++) {
    weight[k] = pow(1 + rate, -k) * annuity(rate, fmin(1, length - k));
    reading->weights += weight[k];
  }
}

static struct readings readings_new(const struct window *window)
{
  const struct network *network = window->network;
  const struct dataset *dataset = network->dataset;
  struct readings r = {.window = window,
                       .network = network,
                       .dataset = dataset,
                       .blocks = ARENA_ARRAY(window->arena, window->blocks_count, struct reading),
                       .steady = dataset_steady(dataset),
                       .pooled = ARENA_ROOM(window->arena, dataset->facilities_count, int)};
  for (int f = 0; f < dataset->facilities_count; f++)
    if (dataset->facilities[f].labour_pool >= 0) r.pooled[r.pooled_count++] = f;
  for (int b = 0; b < window->blocks_count; b++) {
    const struct block *block = &window->blocks[b];
    struct reading *reading = &r.blocks[b];
    reading->period = figures_of(window, block);
    reading->year = reading->period.length == 1 && (reading->period.start + 1) - reading->period.start == 1;
    reading->segment_growth = growth_of_segments(&r, reading->period);
    reading->growth = network->fit != NULL ? growth_of_demand(dataset, reading->segment_growth) : 1;
    if (block->tail) weigh_tail(&r, reading, block->period.length);
  }
  return r;
}

/* The track of a figure of a row; -1: there is none. */
static inline int track_of(const struct dated_rows *rows, int row, int figure)
{
  const unsigned bits = rows->bits[row];
  if ((bits >> figure & 1) == 0) return -1;
  return rows->tracks[rows->first[row] + __builtin_popcount(bits & ((1u << figure) - 1))];
}

/* A figure of a row as it is read in a block: most are steady, and then their mean over a year is themselves. */
static inline double mean(const struct readings *r, const struct reading *reading, const struct dated_rows *rows,
                          int row, int figure, double number)
{
  const int track = track_of(rows, row, figure);
  if (track < 0) return number;
  const struct steady *steady = &r->steady[track];
  if (reading->year && reading->period.start >= steady->from && r->window->known >= steady->known) return steady->value;
  return dataset_track_mean(r->dataset, track, number, reading->period, r->window->known);
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

/* ---- facilities ---- */

static inline double facility_mean(const struct readings *r, const struct reading *reading, int f, int figure,
                                   double number)
{
  return mean(r, reading, &r->network->dated.facilities, f, figure, number);
}

static double nameplate_stated(const struct readings *r, int f, struct period piece)
{
  const double number = r->dataset->facilities[f].capacity_t_per_year;
  const int track = track_of(&r->network->dated.facilities, f, FACILITY_CAPACITY);
  return track < 0 ? number : dataset_track_mean(r->dataset, track, number, piece, r->window->known);
}

/* People that projects in a pool's region need at a date, of those that have begun. */
static double people_needed(const struct readings *r, int pool, double date)
{
  double needed = 0;
  for (int i = 0; i < r->pooled_count; i++) {
    const struct facility *other = &r->dataset->facilities[r->pooled[i]];
    if (other->labour_pool == pool && other->staff_needed > 0 && !(other->start > date)) needed += other->staff_needed;
  }
  return needed;
}

/* People a project can have at an age: what it hires, within its share of the regional pool. */
static double staffing_share(const struct readings *r, const struct facility *facility, double age_years, double date)
{
  if (!(facility->staff_needed > 0)) return 1;
  double people = facility->staff_needed;
  if (isfinite(facility->hiring_per_year))
    people =
        (isfinite(facility->staff_now) ? facility->staff_now : 0) + facility->hiring_per_year * fmax(0, age_years + 1);
  double share = fmin(1, people / facility->staff_needed);
  if (facility->labour_pool >= 0) {
    const struct labour_pool *pool = &r->dataset->labour_pools[facility->labour_pool];
    const double needed = people_needed(r, facility->labour_pool, date);
    const double there = pool->people + pool->training_per_year * fmax(0, date - r->dataset->scenario->base_year);
    if (needed > 0) share = fmin(share, there / needed);
  }
  return fmax(0, share);
}

/* Nameplate of a facility usable over a piece of time in which no plant of it starts, ends, or enters another year of
 * its ramp; without availability. */
static double nameplate_piece(const struct readings *r, int f, struct period piece)
{
  const struct facility *facility = &r->dataset->facilities[f];
  const struct state *state = r->window->state;
  const double date = piece.start + piece.length / 2;
  if (state->closed[f]) return 0;
  const double ordered = state->order_first[f] < 0 ? 0 : state_ordered_t_per_year(r->network, state, f, date);
  if (facility->end <= date || facility->status == STATUS_OPTIONAL) return ordered;
  const double start = isnan(facility->start) ? -INFINITY : facility->start + facility->delay_years;
  const double age = date - start;
  if (age < 0) return ordered;
  const double ramp = isinf(age) ? 1 : ramp_share(r->dataset, facility->ramp, age);
  const double staff = isinf(age) ? 1 : staffing_share(r, facility, age, date);
  const double share = fmin(ramp, staff);
  return ordered + (share > 0 ? share * nameplate_stated(r, f, piece) : 0);
}

/* The first of the dates start, start + 1, ... start + years that lies after another. */
static double anniversary(double start, int years, double after)
{
  for (int k = 0; k <= years; k++)
    if (start + k > after + 1e-9) return start + k;
  return INFINITY;
}

static double earlier(double a, double b)
{
  return b < a ? b : a; /* a where b is NAN */
}

/* The first date after another at which a facility's nameplate may jump; people are hired by the quarter. */
static double next_jump(const struct readings *r, int f, double after)
{
  const struct facility *facility = &r->dataset->facilities[f];
  const int years = facility->ramp >= 0 ? r->dataset->ramps[facility->ramp].shares.count : 0;
  double next = anniversary(facility->start + facility->delay_years, years, after);
  next = earlier(next, anniversary(facility->end, 0, after));
  for (int o = r->window->state->order_first[f]; o >= 0; o = r->window->state->orders[o].next) {
    const struct order *order = &r->window->state->orders[o];
    next = earlier(next, anniversary(order->online, years, after));
    next = earlier(next, anniversary(order->online + facility->life_years, 0, after));
  }
  return facility->staff_needed > 0 ? earlier(next, after + 0.25) : next;
}

/* Mean over a period (E2): exact, piece by piece between the dates at which anything happens. */
static double nameplate_mean(const struct readings *r, int f, struct period period)
{
  const double end = period.start + period.length;
  double sum = 0;
  for (double from = period.start; from < end - 1e-9;) {
    const double to = earlier(end, next_jump(r, f, from));
    sum += nameplate_piece(r, f, (struct period){from, to - from}) * (to - from);
    from = to;
  }
  return sum / period.length;
}

/* Discounted mean over the years of the tail. Until something happens every whole year is like the one before. */
static double nameplate_tail(const struct readings *r, const struct reading *reading, int f, struct period tail)
{
  const bool dated = track_of(&r->network->dated.facilities, f, FACILITY_CAPACITY) >= 0;
  double sum = 0, nameplate = 0, still_to = -INFINITY; /* nothing happens after the last year read and before */
  for (int k = 0; k < tail.length; k++) {
    const double years = earlier(1, tail.length - k), start = tail.start + k;
    if (years < 1 || start + 1 > still_to) {
      nameplate = nameplate_mean(r, f, (struct period){start, years});
      still_to = dated ? -INFINITY : next_jump(r, f, start);
    }
    sum += reading->weight[k] * nameplate;
  }
  return sum / reading->weights;
}

static struct facility_terms facility_terms(const struct readings *r, int b, int f)
{
  const struct facility *facility = &r->dataset->facilities[f];
  const struct reading *reading = &r->blocks[b];
  const struct period period = r->window->blocks[b].period;
  const bool sure = facility->status == STATUS_OPERATING;
  const double factor = facility_mean(r, reading, f, FACILITY_AVAILABILITY, facility->availability) *
                        facility_mean(r, reading, f, FACILITY_ATTAINMENT, facility->attainment) *
                        (sure ? 1 : facility->success_probability);
  const double nameplate =
      reading->weight != NULL ? nameplate_tail(r, reading, f, period) : nameplate_mean(r, f, period);
  const struct fit *fit = r->network->fit;
  const double full = fit != NULL ? fit->capacity_factor[f] : 1;
  return (struct facility_terms){.capacity = isinf(nameplate) ? INFINITY : nameplate * factor * full,
                                 .factor = factor * full};
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

static bool runs_yet(const struct facility *facility, const struct activity *activity, double date)
{
  if (!activity->qualified_only || isnan(facility->start)) return true;
  return date >= facility->start + facility->delay_years + facility->qualification_years - 1e-9;
}

static struct activity_terms activity_terms(const struct readings *r, int b, int j, double learning)
{
  const struct activity *activity = &r->network->activities[j];
  const int f = activity->facility;
  const struct facility *facility = &r->dataset->facilities[f];
  const struct process *process = &r->dataset->processes[activity->process];
  const struct reading *reading = &r->blocks[b];
  const struct fitted_cost *fitted = r->network->fit != NULL ? r->network->fit->activities : NULL;
  const double own = facility_mean(r, reading, f, FACILITY_COST, facility->cost_usd_per_kg) * learning;
  struct activity_terms terms = {
      .cost = own + mean(r, reading, &r->network->dated.processes, activity->process, 0, process->cost_usd_per_kg) +
              (facility_mean(r, reading, f, FACILITY_WEDGE, facility->wedge_usd_per_kg) + fitted_wedge(fitted, j)),
      .slope = facility_mean(r, reading, f, FACILITY_SLOPE, facility->cost_slope_usd_per_kg_per_t) * learning,
      .power = facility_mean(r, reading, f, FACILITY_POWER, facility->cost_power_usd_per_kg) * learning,
      .power_scale = facility->cost_power_scale_t,
      .power_exponent = facility->cost_power_exponent,
  };
  if (facility->supply_elasticity > 0 && facility->output_t_per_year > 0)
    terms.slope += (own + process->cost_usd_per_kg) * activity->capacity_use /
                   (facility->supply_elasticity * facility->output_t_per_year);
  if (fitted != NULL) {
    terms.cost -= fitted[j].slope * fitted[j].base;
    terms.slope += fitted[j].slope / reading->growth;
  }
  if (!runs_yet(facility, activity, r->window->blocks[b].period.start))
    terms.cost += r->network->prohibitive_usd_per_kg;
  return terms;
}

/* ---- arcs ---- */

static inline double link_mean(const struct readings *r, const struct reading *reading, int link, int figure,
                               double number)
{
  return mean(r, reading, &r->network->dated.links, link, figure, number);
}

/* Rising cost as the data state it, from nothing on: the slope itself, or an elasticity at the observed flow. */
static double link_slope(const struct readings *r, const struct reading *reading, const struct arc *arc)
{
  const struct link *link = &r->dataset->links[arc->link];
  const double slope = link_mean(r, reading, arc->link, LINK_SLOPE, link->slope_usd_per_kg_per_t);
  if (!isnan(slope)) return slope;
  if (!(link->flow_t_per_year > 0 && link->elasticity > 0)) return 0;
  return r->network->nodes[arc->to].price_usd_per_kg / (link->elasticity * link->flow_t_per_year);
}

static struct arc_terms arc_terms(const struct readings *r, int b, int a)
{
  const struct network *network = r->network;
  const struct arc *arc = &network->arcs[a];
  const struct reading *reading = &r->blocks[b];
  const struct fitted_cost *fitted = network->fit != NULL ? &network->fit->arcs[a] : NULL;
  struct arc_terms terms = {.capacity = INFINITY, .cost = fitted != NULL ? fitted->wedge : 0};
  if (fitted != NULL) terms.slope = fitted->slope / reading->growth, terms.slope_base = fitted->base * reading->growth;
  if (arc->link < 0) return terms;
  const int l = arc->link;
  const struct link *link = &r->dataset->links[l];
  terms.cost = link_mean(r, reading, l, LINK_WEDGE, link->wedge_usd_per_kg) + terms.cost;
  terms.freight = link_mean(r, reading, l, LINK_FREIGHT, link->freight_usd_per_kg);
  const double capacity = link_mean(r, reading, l, LINK_CAPACITY, link->capacity_t_per_year);
  if (!isnan(capacity)) terms.capacity = capacity;
  if (fitted == NULL) terms.slope = link_slope(r, reading, arc);
  terms.fob = r->dataset->regions[link->to].valuation == VALUE_FOB;
  if (arc->kind == ARC_TRANSFER && network->nodes[arc->from].region == network->nodes[arc->to].region) return terms;
  terms.tariff_rate = link_mean(r, reading, l, LINK_TARIFF, link->tariff_rate);
  terms.tariff_specific = link_mean(r, reading, l, LINK_SPECIFIC, link->tariff_usd_per_kg);
  terms.export_tax_rate = link_mean(r, reading, l, LINK_EXPORT_TAX, link->export_tax_rate);
  terms.vat_rate = link_mean(r, reading, l, LINK_VAT, link->vat_not_rebated_rate);
  return terms;
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

static inline double segment_mean(const struct readings *r, const struct reading *reading, int segment, int figure,
                                  double number)
{
  return mean(r, reading, &r->network->dated.segments, segment, figure, number);
}

static struct consumer_terms consumer_terms(const struct readings *r, int b, int k)
{
  const struct network *network = r->network;
  const struct consumer *consumer = &network->consumers[k];
  const int s = consumer->segment;
  const struct segment *segment = &r->dataset->segments[s];
  const struct reading *reading = &r->blocks[b];
  const double growth = reading->segment_growth[s];
  const double factor = growth * r->window->state->demand_factor[s] * consumer_share(&r->window->blocks[b], consumer);
  struct consumer_terms terms = {.form = segment->form, .choke = INFINITY};
  if (network->scenario->form == FORM_LINEAR) terms.form = DEMAND_LINEAR;
  if (network->scenario->form == FORM_ISOELASTIC && segment->elasticity != 0) terms.form = DEMAND_ISOELASTIC;
  const double choke = segment_mean(r, reading, s, SEGMENT_CHOKE, segment->choke_usd_per_kg);
  if (!isnan(choke)) terms.choke = choke;
  if (isfinite(segment->intercept_usd_per_kg)) {
    terms.intercept = segment_mean(r, reading, s, SEGMENT_INTERCEPT, segment->intercept_usd_per_kg);
    terms.slope = segment_mean(r, reading, s, SEGMENT_SLOPE, segment->slope_usd_per_kg_per_t) / factor;
    terms.quantity = terms.slope > 0 ? terms.intercept / terms.slope : 0;
    terms.price = terms.intercept, terms.elasticity = 0;
    terms.form = DEMAND_LINEAR;
  } else {
    terms.quantity = segment_mean(r, reading, s, SEGMENT_QUANTITY, segment->quantity_t_per_year) * factor;
    terms.price = isfinite(segment->price_usd_per_kg)
                      ? segment_mean(r, reading, s, SEGMENT_PRICE, segment->price_usd_per_kg)
                      : network->nodes[consumer->node].price_usd_per_kg;
    terms.elasticity = fabs(segment_mean(r, reading, s, SEGMENT_ELASTICITY, segment->elasticity));
    terms.slope = terms.price / (terms.elasticity * fmax(terms.quantity, 1e-300));
    terms.intercept = terms.price * (1 + 1 / terms.elasticity);
    const bool upright = !isfinite(terms.slope) || !isfinite(terms.intercept); /* which one form alone can say */
    if (upright) terms.form = DEMAND_ISOELASTIC;
  }
  if (network->fit != NULL) fit_consumer(&terms, &network->fit->consumers[k]);
  return terms;
}

/* Row by row, so that what a row says is at hand for all blocks. */
void terms_fill(const struct window *window)
{
  const struct network *network = window->network;
  const struct readings r = readings_new(window);
  const int blocks = window->blocks_count;
  for (int f = 0; f < network->dataset->facilities_count; f++) {
    const double learning = learning_factor(window, f);
    for (int b = 0; b < blocks; b++) window->blocks[b].facility_terms[f] = facility_terms(&r, b, f);
    for (int j = network->facility_first[f]; j < network->facility_first[f + 1]; j++)
      for (int b = 0; b < blocks; b++) window->blocks[b].activity_terms[j] = activity_terms(&r, b, j, learning);
  }
  for (int a = 0; a < network->arcs_count; a++)
    for (int b = 0; b < blocks; b++) window->blocks[b].arc_terms[a] = arc_terms(&r, b, a);
  for (int k = 0; k < network->consumers_count; k++)
    for (int b = 0; b < blocks; b++) window->blocks[b].consumer_terms[k] = consumer_terms(&r, b, k);
}
