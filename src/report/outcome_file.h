/* report/outcome_file.h - an outcome as variables of a netCDF file, and back: run.nc.
 *
 * Dimensions: period, node, activity, arc, consumer, store, facility, instrument, slot, window, unknown, sale. One
 * table of columns (outcome_file.c) drives both directions, so what is written can be read.
 */
#ifndef REPORT_OUTCOME_FILE_H
#define REPORT_OUTCOME_FILE_H
#include "io/netcdf.h"
#include "model/outcome.h"

/* The solution of one window, enough to judge it again: its unknowns, and what its sales reckoned with. */
struct stored_window {
  int unknowns_count;
  const double *z; /* [unknowns_count] */
  int sales_count; /* ARC_SALE arcs x blocks, block by block in the order of the arcs */
  const struct sale_terms *sales;
};

/* Adds everything to file. The windows must have been kept (solve_options.keep_windows). */
void outcome_file_add(struct netcdf *file, const struct outcome *outcome);

/* NULL with error set where the file does not fit the network. windows [windows_count] are made too. */
[[nodiscard]] const struct outcome *outcome_file_read(const struct netcdf *file, const char *path,
                                                      const struct network *network, struct stored_window **windows,
                                                      struct arena *arena, struct error *error);
#endif
