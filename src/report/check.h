/* report/check.h - is this file right, and is this run true? */
#ifndef REPORT_CHECK_H
#define REPORT_CHECK_H
#include "report/archive.h"
#include "report/check_data.h"

struct check_result {
  bool passed;      /* false: the run is not certified; bad input is an error, not a result */
  const char *what; /* "run", "data set", "scenario", "instruments" */
  const char *text; /* for a person: one paragraph; of a data set some fifty lines */
  double residual;  /* runs: the largest of the windows, else NAN */
  int windows_count, entries_count;
  const struct calibration *calibration; /* calibrated scenarios, else NULL */
  const struct data_check *data;         /* data sets: their base year in figures; NULL: nothing to add up */
};

/* NULL with error set where the input is wrong. */
[[nodiscard]] const struct check_result *check_path(const char *path, const struct load_options *options,
                                                    struct arena *arena, struct error *error);
/* The same as one JSON object. */
[[nodiscard]] const char *check_json(const char *path, const struct check_result *result, struct arena *arena);
#endif
