/* ensemble/fields.h - every price, tonne, capacity and stock of every period as a histogram over draws.
 *
 * A cell is one figure of one period: the price of a node, the flow over an arc. Its bins are laid before any draw is
 * made, from the run without draws: multiples of a reference r of its own (its value there, so that this falls into the
 * middle of a bin; where nothing happens there, its largest value in another period, or its usual size). Between r/8
 * and 8r each doubling has 16 bins of equal width (3 to 6 per cent of the value), from r/64 and to 64r it has four;
 * beside them stand no figure, zero (less than a millionth of r), the other sign, nearer to zero and beyond. A draw's
 * figures become a byte each; counting adds whole numbers, so the counts of a set of draws are the same in any order
 * and from any thread.
 */
#ifndef ENSEMBLE_FIELDS_H
#define ENSEMBLE_FIELDS_H
#include <stdint.h>

#include "run/run.h"

enum field_bin {
  BIN_MISSING,
  BIN_ZERO,
  BIN_OPPOSITE,
  BIN_UNDER,
  BIN_FIRST,
  BIN_OVER = BIN_FIRST + 120,
  field_bins /* fewer than 128: fields_pack */
};
enum field_kind {
  FIELD_PRICE,
  FIELD_PRODUCTION,
  FIELD_USE,
  FIELD_CONSUMPTION,
  FIELD_CAPACITY,
  FIELD_STOCK,
  FIELD_ACTIVITY,
  FIELD_FLOW,
  field_kinds
};

struct field_block { /* one kind of figure: its cells are [periods x entries] from `first` on */
  const char *name, *unit, *help, *axis;
  int entries_count;         /* 0: left out */
  const int *entries;        /* index of each in the array it is read from */
  const char *const *labels; /* of the entries */
  long first;
};
struct fields {
  int periods_count;
  long cells;
  struct field_block items[field_kinds]; /* by enum field_kind */
  const double *reference;               /* [cells] with the sign of what is usual; NAN: there is never a figure */
  const unsigned char *usual;            /* [cells] the bin of the run without draws */
};

/* Bins for all fields of a run; for the largest kinds none where counts would take more than `fields_bytes_max`. */
enum { fields_bytes_max = 128 << 20 };
[[nodiscard]] const struct fields *fields_choose(const struct run *run, struct arena *arena);

/* The bins of a whole outcome into codes[cells]. tallies: [periods] of that outcome. */
void fields_code(const struct fields *fields, const struct outcome *outcome, const struct tally *tallies,
                 unsigned char *codes);
/* counts: [cells x field_bins]. */
void fields_count(const struct fields *fields, const unsigned char *codes, int32_t *counts);

/* Codes as bytes: a bin below 128, or 127 + n for n cells in a row that are as usual. */
[[nodiscard]] const unsigned char *fields_pack(const struct fields *fields, const unsigned char *codes, size_t *length,
                                               struct arena *arena);
/* False: these bytes are not from such fields. */
bool fields_unpack(const struct fields *fields, const unsigned char *bytes, size_t length, unsigned char *codes);
/* Counts likewise, for a finished log: numbers of seven bits a byte, the least first; 0 is followed by how many
 * follow. */
[[nodiscard]] const unsigned char *fields_pack_counts(const struct fields *fields, const int32_t *counts,
                                                      size_t *length, struct arena *arena);
/* Adds them; false: not from such fields, nothing to rely on. */
bool fields_add_counts(const struct fields *fields, const unsigned char *bytes, size_t length, int32_t *counts);

/* What a histogram says. */
struct field_range {
  double low, high; /* what is asked for lies in between; infinite at the outer bins, equal at zero */
};
/* Bounds of a bin of a cell with this reference. */
[[nodiscard]] struct field_range field_bin_range(int bin, double reference);
/* The bin that holds the share `level` of draws from below (inverse of the empirical distribution), of those that have
 * a figure; *draws: how many have. NAN where none has. counts: [field_bins] of the cell. */
[[nodiscard]] struct field_range field_quantile(const int32_t *counts, double reference, double level, long *draws);
static inline long field_cell(const struct fields *fields, enum field_kind kind, int period, int entry)
{
  return fields->items[kind].first + (long)period * fields->items[kind].entries_count + entry;
}
#endif
