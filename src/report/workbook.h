/* report/workbook.h - tables.xlsx: a run's tables for an analyst to read, re-add and hand over. */
#ifndef REPORT_WORKBOOK_H
#define REPORT_WORKBOOK_H
#include "run/run.h"

/* Sheets: Run, Budget, Payments, Gains by party, Support, Prices, Production, Consumption, Trade, Dependence, Plants.
 * False with error set; then nothing is left at path. */
bool workbook_write(const struct run *run, const char *version, const char *path, struct error *error);
#endif
