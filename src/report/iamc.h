/* report/iamc.h - model, scenario, region, variable, unit and a column a year: the layout that pyam reads. */
#ifndef REPORT_IAMC_H
#define REPORT_IAMC_H
#include "run/run.h"

/* Calendar years; periods shorter than a year are averaged, by the time they cover. */
[[nodiscard]] const char *iamc_csv(const struct run *run, const char *version, struct arena *arena);
#endif
