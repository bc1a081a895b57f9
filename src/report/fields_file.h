/* report/fields_file.h - histograms of all fields over draws in draws.nc, and what can be read from them.
 *
 * For each kind of figure (price, production, use, consumption, capacity, stock, activity_level, flow) two variables
 * over (period, axis): NAME_reference, and with the dimension bin NAME_draws, how many draws fell there. Bounds of a
 * bin are bin_from and bin_to times the reference (ensemble/fields.h). A quantile is known to its bin: both bounds are
 * given.
 */
#ifndef REPORT_FIELDS_FILE_H
#define REPORT_FIELDS_FILE_H
#include "io/netcdf.h"
#include "report/ensemble.h"

void fields_file_add(struct netcdf *file, const struct ensemble *ensemble);

/* draws.nc of a run's folder; NULL where it has none, with error set where it cannot be read. */
[[nodiscard]] const struct netcdf *draws_file_open(const char *folder, struct arena *arena, struct error *error);

struct field_fan { /* of one cell */
  long draws;      /* that have a figure; 0: no such cell, or none has one */
  struct field_range quantiles[fan_quantiles];
};
/* name: "price"; label: "ndpr-oxide in china". */
[[nodiscard]] struct field_fan field_fan_read(const struct netcdf *file, const char *name, const char *label,
                                              int period);

/* All cells that are not zero in every draw, one a row: quantity, what, period, unit, draws, bounds of each
 * quantile. */
[[nodiscard]] const char *fields_csv(const struct netcdf *file, const struct run *run, struct arena *arena);
#endif
