/* report/tables_csv.h - a run as one long CSV: table, what, period, quantity, unit, value. For spreadsheets. */
#ifndef REPORT_TABLES_CSV_H
#define REPORT_TABLES_CSV_H
#include "run/run.h"

/* Rows of nodes, activities, arcs, consumers, stores, facilities and payments; zero and missing figures left out. */
[[nodiscard]] const char *tables_csv(const struct run *run, struct arena *arena);
#endif
