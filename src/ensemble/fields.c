/* ensemble/fields.c - bins laid out from one run, outcomes into bins, bins into bytes.
 *
 * The bin of a ratio is read off the bits of the number: its exponent and the first four digits behind the point, so it
 * hangs on no library of logarithms and costs a few cycles. References are kept to three digits, so that a run without
 * draws that differs by rounding has the same bins.
 */
#include "ensemble/fields.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what there is ---- */

enum axis { AXIS_NODE, AXIS_PLACE, AXIS_CONSUMER, AXIS_FACILITY, AXIS_STORE, AXIS_ACTIVITY, AXIS_ARC };
static const char *const axis_names[] = {"node", "place", "consumer", "facility", "store", "activity", "arc"};

static const struct kind {
  const char *name, *unit, *help;
  enum axis axis;
  size_t member; /* of struct tally for places, else of struct period_outcome */
} kinds[field_kinds] = {
#define OUTCOME(member) offsetof(struct period_outcome, member)
#define TALLY(member)   offsetof(struct tally, member)
    [FIELD_PRICE] = {"price", "USD/kg", "price of the node, real", AXIS_NODE, OUTCOME(price)},
    [FIELD_PRODUCTION] = {"production", "t/year", "made there", AXIS_PLACE, TALLY(production)},
    [FIELD_USE] = {"use", "t/year", "taken there by processes", AXIS_PLACE, TALLY(use)},
    [FIELD_CONSUMPTION] = {"consumption", "t/year", "consumed", AXIS_CONSUMER, OUTCOME(consumption)},
    [FIELD_CAPACITY] = {"capacity", "t/year", "usable capacity", AXIS_FACILITY, OUTCOME(capacity)},
    [FIELD_STOCK] = {"stock", "t", "private stock at the period's end", AXIS_STORE, OUTCOME(stock)},
    [FIELD_ACTIVITY] = {"activity_level", "t/year", "throughput of the activity", AXIS_ACTIVITY, OUTCOME(activity)},
    [FIELD_FLOW] = {"flow", "t/year", "what moved over the arc", AXIS_ARC, OUTCOME(flow)},
#undef OUTCOME
#undef TALLY
};

static const double *array_of(enum field_kind kind, const struct outcome *outcome, const struct tally *tallies, int p)
{
  const char *from = kinds[kind].axis == AXIS_PLACE ? (const char *)&tallies[p] : (const char *)&outcome->periods[p];
  const double *array;
  memcpy(&array, from + kinds[kind].member, sizeof array);
  return array;
}

static int axis_length(const struct network *network, enum axis axis)
{
  switch (axis) {
  case AXIS_NODE: return network->nodes_count;
  case AXIS_PLACE: return network->dataset->materials_count * network->dataset->regions_count;
  case AXIS_CONSUMER: return network->consumers_count;
  case AXIS_FACILITY: return network->dataset->facilities_count;
  case AXIS_STORE: return network->stores_count;
  case AXIS_ACTIVITY: return network->activities_count;
  case AXIS_ARC: return network->arcs_count;
  }
  return 0;
}

static const char *label_of(const struct network *network, enum axis axis, int index, struct arena *arena)
{
  const struct dataset *dataset = network->dataset;
  switch (axis) {
  case AXIS_NODE: return network->nodes[index].name;
  case AXIS_PLACE:
    return arena_format(arena, "%s in %s", dataset->materials[index / dataset->regions_count].record.id,
                        dataset->regions[index % dataset->regions_count].record.id);
  case AXIS_CONSUMER: return network->consumers[index].name;
  case AXIS_FACILITY: return dataset->facilities[index].record.id;
  case AXIS_STORE: return network->nodes[network->stores[index].node].name;
  case AXIS_ACTIVITY: return network->activities[index].name;
  case AXIS_ARC: return network->arcs[index].name;
  }
  return "";
}

static double place_scale(const struct network *network, int place)
{
  const int regions = network->dataset->regions_count;
  double scale = 0;
  for (int n = 0; n < network->nodes_count; n++)
    if (network->nodes[n].material * regions + network->nodes[n].region == place)
      scale = fmax(scale, network->nodes[n].quantity_t_per_year);
  return scale;
}

/* The usual size of a figure: what its reference is where the run without draws has none. 0: there is never one. */
static double scale_of(const struct network *network, enum field_kind kind, int index)
{
  switch (kinds[kind].axis) {
  case AXIS_NODE: return network->nodes[index].price_usd_per_kg;
  case AXIS_PLACE: return place_scale(network, index);
  case AXIS_CONSUMER: return network->nodes[network->consumers[index].node].quantity_t_per_year;
  case AXIS_FACILITY: {
    const double nameplate = network->dataset->facilities[index].capacity_t_per_year;
    return isfinite(nameplate) ? nameplate : 0;
  }
  case AXIS_STORE: return network->nodes[network->stores[index].node].quantity_t_per_year;
  case AXIS_ACTIVITY: return network->activities[index].quantity_t_per_year;
  case AXIS_ARC: return network->arcs[index].quantity_t_per_year;
  }
  return 0;
}

/* ---- bins ---- */

static const double nothing = 1e-6; /* of the reference */

/* 16 bins a doubling from 2^-3 to 2^3, four from 2^-6 to 2^-3 and from 2^3 to 2^6. */
static int bin_of_ratio(double ratio)
{
  uint64_t bits;
  if (ratio < 0x1p-6) return BIN_UNDER;
  if (ratio >= 0x1p6) return BIN_OVER;
  memcpy(&bits, &ratio, sizeof bits);
  const int sixteenths = (int)(bits >> 48) - (1023 << 4); /* of doublings, since 1 */
  if (sixteenths < -48) return BIN_FIRST + ((sixteenths + 96) >> 2);
  return sixteenths < 48 ? BIN_FIRST + 12 + sixteenths + 48 : BIN_FIRST + 108 + ((sixteenths - 48) >> 2);
}

static double bin_start(int bin)
{
  const int k = bin - BIN_FIRST, sixteenths = k < 12 ? 4 * k - 96 : k < 108 ? k - 60 : 4 * (k - 108) + 48;
  const int doublings = sixteenths >= 0 ? sixteenths / 16 : -((15 - sixteenths) / 16);
  return ldexp(1 + (sixteenths - 16 * doublings) / 16.0, doublings);
}

struct field_range field_bin_range(int bin, double reference)
{
  const double none = (double)NAN, endless = (double)INFINITY;
  struct field_range range = {none, none};
  assert(bin >= 0 && bin < field_bins);
  if (bin == BIN_ZERO) range = (struct field_range){0, 0};
  if (bin == BIN_OPPOSITE) range = (struct field_range){-endless, 0};
  if (bin == BIN_UNDER) range = (struct field_range){0, bin_start(BIN_FIRST)};
  if (bin == BIN_OVER) range = (struct field_range){bin_start(BIN_OVER), endless};
  if (bin >= BIN_FIRST && bin < BIN_OVER) range = (struct field_range){bin_start(bin), bin_start(bin + 1)};
  if (bin == BIN_ZERO || bin == BIN_MISSING) return range;
  range.low *= reference, range.high *= reference;
  return reference >= 0 ? range : (struct field_range){range.high, range.low};
}

static inline unsigned char code_of(double value, double reference)
{
  if (isnan(value) || isnan(reference)) return BIN_MISSING;
  const double ratio = value / reference;
  if (fabs(ratio) <= nothing) return BIN_ZERO;
  return (unsigned char)(ratio < 0 ? BIN_OPPOSITE : bin_of_ratio(ratio));
}

/* ---- laying them out ---- */

static double digits_kept(double value)
{
  char text[32];
  (void)snprintf(text, sizeof text, "%.2e", value);
  return strtod(text, NULL);
}

/* In the middle of the first bin above 1 stands 1.03 of the reference. */
static double reference_of(double central, double largest, double scale)
{
  const double least = 1e-3 * scale, middle = 1.03125;
  if (isfinite(central) && fabs(central) > least) return digits_kept(central / middle);
  if (fabs(largest) > least) return digits_kept(largest / middle);
  return scale > 0 ? digits_kept(scale / middle) : (double)NAN;
}

static void refer(struct fields *fields, enum field_kind kind, const struct run *run, double *reference)
{
  const struct field_block *field = &fields->items[kind];
  for (int e = 0; e < field->entries_count; e++) {
    const double scale = scale_of(run->network, kind, field->entries[e]);
    double largest = 0;
    for (int p = 0; p < fields->periods_count; p++) {
      const double value = array_of(kind, run->outcome, run->metrics->tallies, p)[field->entries[e]];
      if (isfinite(value) && fabs(value) > fabs(largest)) largest = value;
    }
    for (int p = 0; p < fields->periods_count; p++)
      reference[field_cell(fields, kind, p, e)] =
          reference_of(array_of(kind, run->outcome, run->metrics->tallies, p)[field->entries[e]], largest, scale);
  }
}

/* Entries of an axis: of places those that have a market, of the others all. */
static struct field_block field_new(const struct network *network, enum field_kind kind, long first,
                                    struct arena *arena)
{
  const struct kind *of = &kinds[kind];
  const int length = axis_length(network, of->axis);
  int *entries = ARENA_ARRAY(arena, length, int), count = 0;
  const char **labels = ARENA_ARRAY(arena, length, const char *);
  for (int i = 0; i < length; i++) {
    if (of->axis == AXIS_PLACE && !(place_scale(network, i) > 0)) continue;
    labels[count] = label_of(network, of->axis, i, arena);
    entries[count++] = i;
  }
  return (struct field_block){of->name, of->unit, of->help, axis_names[of->axis], count, entries, labels, first};
}

const struct fields *fields_choose(const struct run *run, struct arena *arena)
{
  struct fields *fields = ARENA_NEW(arena, struct fields);
  fields->periods_count = run->outcome->periods_count;
  for (int kind = 0; kind < field_kinds; kind++) {
    struct field_block *field = &fields->items[kind];
    *field = field_new(run->network, (enum field_kind)kind, fields->cells, arena);
    const long cells = fields->cells + (long)fields->periods_count * field->entries_count;
    if (cells * (long)(field_bins * sizeof(int32_t)) > fields_bytes_max)
      field->entries_count = 0;
    else
      fields->cells = cells;
  }
  double *reference = ARENA_ARRAY(arena, fields->cells, double);
  unsigned char *usual = ARENA_ARRAY(arena, fields->cells, unsigned char);
  for (int kind = 0; kind < field_kinds; kind++) refer(fields, (enum field_kind)kind, run, reference);
  fields->reference = reference;
  fields_code(fields, run->outcome, run->metrics->tallies, usual);
  fields->usual = usual;
  return fields;
}

/* ---- draws ---- */

void fields_code(const struct fields *fields, const struct outcome *outcome, const struct tally *tallies,
                 unsigned char *codes)
{
  assert(outcome->periods_count == fields->periods_count);
  for (int kind = 0; kind < field_kinds; kind++) {
    const struct field_block *field = &fields->items[kind];
    for (int p = 0; p < fields->periods_count; p++) {
      const double *array = array_of((enum field_kind)kind, outcome, tallies, p);
      const long first = field_cell(fields, (enum field_kind)kind, p, 0);
      for (int e = 0; e < field->entries_count; e++)
        codes[first + e] = code_of(array[field->entries[e]], fields->reference[first + e]);
    }
  }
}

void fields_count(const struct fields *fields, const unsigned char *codes, int32_t *counts)
{
  for (long cell = 0; cell < fields->cells; cell++) counts[cell * field_bins + codes[cell]]++;
}

struct field_range field_quantile(const int32_t *counts, double reference, double level, long *draws)
{
  /* from the lowest value up where the reference is positive; from the highest down where it is negative */
  static const unsigned char lowest[] = {BIN_OPPOSITE, BIN_ZERO, BIN_UNDER};
  const double none = (double)NAN;
  *draws = 0;
  for (int bin = BIN_MISSING + 1; bin < field_bins; bin++) *draws += counts[bin];
  if (*draws == 0) return (struct field_range){none, none};
  const long from_below = (long)fmin((double)*draws, fmax(1, ceil(level * (double)*draws)));
  const long rank = reference >= 0 ? from_below : *draws - from_below + 1;
  long below = 0;
  for (int k = 0; k < field_bins - 1; k++) {
    const int bin = k < 3 ? lowest[k] : k + 1;
    below += counts[bin];
    if (below >= rank) return field_bin_range(bin, reference);
  }
  return (struct field_range){none, none};
}

/* ---- bytes ---- */

enum { run_max = 128 };

const unsigned char *fields_pack(const struct fields *fields, const unsigned char *codes, size_t *length,
                                 struct arena *arena)
{
  unsigned char *bytes = ARENA_ARRAY(arena, fields->cells, unsigned char), *at = bytes;
  static_assert(field_bins < 128, "a bin is told from a run by its highest bit");
  for (long cell = 0; cell < fields->cells;) {
    int run = 0;
    while (run < run_max && cell + run < fields->cells && codes[cell + run] == fields->usual[cell + run]) run++;
    *at++ = run > 0 ? (unsigned char)(127 + run) : codes[cell];
    cell += run > 0 ? run : 1;
  }
  *length = (size_t)(at - bytes);
  return bytes;
}

bool fields_unpack(const struct fields *fields, const unsigned char *bytes, size_t length, unsigned char *codes)
{
  long cell = 0;
  for (size_t i = 0; i < length; i++) {
    const int run = bytes[i] < 128 ? 1 : bytes[i] - 127;
    if (run > fields->cells - cell || (bytes[i] < 128 && bytes[i] >= field_bins)) return false;
    if (bytes[i] < 128)
      codes[cell] = bytes[i];
    else
      memcpy(codes + cell, fields->usual + cell, (size_t)run);
    cell += run;
  }
  return cell == fields->cells;
}

static unsigned char *put_number(unsigned char *at, uint64_t value)
{
  for (; value >= 128; value >>= 7) *at++ = (unsigned char)(value | 128);
  *at++ = (unsigned char)value;
  return at;
}

static bool get_number(const unsigned char **at, const unsigned char *end, uint64_t *value)
{
  *value = 0;
  for (int shift = 0; *at < end && shift < 63; shift += 7) {
    const unsigned char byte = *(*at)++;
    *value |= (uint64_t)(byte & 127) << shift;
    if (byte < 128) return true;
  }
  return false;
}

const unsigned char *fields_pack_counts(const struct fields *fields, const int32_t *counts, size_t *length,
                                        struct arena *arena)
{
  const long all = fields->cells * field_bins;
  long filled = 0;
  for (long i = 0; i < all; i++) filled += counts[i] != 0;
  unsigned char *bytes = ARENA_ARRAY(arena, 16 * (filled + 1), unsigned char), *at = bytes; /* a number: 5, a run: 10 */
  for (long i = 0; i < all;) {
    long zeros = 0;
    while (i + zeros < all && counts[i + zeros] == 0) zeros++;
    if (zeros > 0) at = put_number(put_number(at, 0), (uint64_t)zeros);
    i += zeros;
    if (i < all) at = put_number(at, (uint64_t)counts[i++]);
  }
  *length = (size_t)(at - bytes);
  return bytes;
}

bool fields_add_counts(const struct fields *fields, const unsigned char *bytes, size_t length, int32_t *counts)
{
  const uint64_t all = (uint64_t)fields->cells * field_bins;
  const unsigned char *at = bytes, *end = bytes + length;
  uint64_t i = 0;
  while (at < end) {
    uint64_t value, zeros = 0;
    if (!get_number(&at, end, &value)) return false;
    if (value == 0 && !get_number(&at, end, &zeros)) return false;
    if (zeros > all - i || (value > 0 && i >= all) || value > INT32_MAX) return false;
    if (value > 0) counts[i++] += (int32_t)value;
    i += zeros;
  }
  return i == all;
}
