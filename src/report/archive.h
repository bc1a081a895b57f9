/* report/archive.h - the folder of a run, written whole or not at all, and opened again.
 *
 *   run.nc           every figure of every period, and the solved problems' unknowns (outcome_file.h)
 *   summary.json     headline figures
 *   tables.xlsx      the same in tables for an analyst, sums as formulas (workbook.h)
 *   iamc.csv         model, scenario, region, variable, unit, years: as pyam reads it
 *   provenance.json  inputs' digests, options, version; the only file with times in it
 *   inputs/          copies of everything that was read, so that the folder stands alone
 *
 * The same inputs and options give the same bytes of all but the last two. Opening a run reads its copies of the
 * inputs, checks their digests, and takes the figures from run.nc; nothing is solved.
 */
#ifndef REPORT_ARCHIVE_H
#define REPORT_ARCHIVE_H
#include "report/outcome_file.h"
#include "run/run.h"

struct archive_stamp { /* what only the caller knows */
  const char *date;    /* "2026-11-21T12:00:00Z" */
  const char *version; /* of the program */
  double seconds;      /* from start to writing */
};

/* False with error set. The run must be solved, and its windows kept. */
bool archive_write(const struct run *run, const struct run_options *options, const char *target,
                   const struct archive_stamp *stamp, struct error *error);

struct archive {
  struct run *run;
  struct stored_window *windows;       /* [run->outcome->windows_count] */
  const char *folder, *version, *date; /* as written */
  struct run_options options;          /* that it was made with, as far as they shape it; paths are of the copies */
};
/* NULL with error set: not a run's folder, an input that was changed, a file of another network. */
[[nodiscard]] struct archive *archive_open(const char *folder, struct arena *arena, struct error *error);

/* Does the path hold a finished run? */
bool archive_is_run(const char *path, struct arena *arena);

/* The windows' problems put together again from the inputs, one after another; body is called with each problem, the
 * stored unknowns and the window. False where body returned false or the stored unknowns do not fit. */
bool archive_reassemble(const struct archive *archive,
                        bool (*body)(void *context, const struct window *window, const struct mcp *problem,
                                     const double *z),
                        void *context, struct error *error);
#endif
