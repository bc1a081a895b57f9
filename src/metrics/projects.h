/* metrics/projects.h - the money of each owner whose plants the public supports: cash, tax, debt service, returns.
 *
 * All plants of the owner that receive support are one project. Nominal USD by calendar year, from the ledger: goods
 * sold and bought, running cost, capital, support, and the flows of public loans; private debt is not known and not
 * assumed. Tax is at the region's profit_tax_rate on profit after straight-line depreciation. (finance/project.h, F61
 * to F69)
 */
#ifndef METRICS_PROJECTS_H
#define METRICS_PROJECTS_H
#include "finance/project.h"
#include "metrics/support.h"

struct owner_project {
  int owner;    /* -1: a plant without an owner */
  int facility; /* the one with most support */
  int facilities_count;
  double support_musd; /* present value, real */
  int first_year;
  struct project_result result; /* by calendar year; period 0 is the first */
  double months_of_delay; /* that exhaust the cash of its best year, from the first year with support; INFINITY: none */
  double margin_after;    /* of its largest plant after support ends, USD/kg; NAN: supported to the end */
};
struct projects {
  int count;
  const struct owner_project *items; /* by support, the largest first */
};
[[nodiscard]] struct projects projects_compute(const struct outcome *outcome, const struct ledger *ledgers,
                                               const struct support *support, struct arena *arena);
#endif
