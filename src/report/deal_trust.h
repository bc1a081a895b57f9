/* report/deal_trust.h - how far a run with deals has been verified: its certificates, and payments that were
 * reported. */
#ifndef REPORT_DEAL_TRUST_H
#define REPORT_DEAL_TRUST_H
#include "report/value.h"
#include "run/companions.h"

struct verified {               /* of the run and of all that it is compared with */
  int windows, proved, several; /* problems; whose solution is the only one by theorem; with more solutions than one */
  int pending;                  /* of which neither is known yet */
  double residual;              /* the largest */
};
struct verified verified_of(const struct run *run, const struct companions *companions);

/* Payments under the run's deals that were reported, beside what their files make of them. */
struct reported {
  const char *deal, *quarter; /* "mp-2025", "2025 Q4" */
  double paid_musd, file_musd, benchmark_usd_per_kg;
};
[[nodiscard]] const struct reported *reported_payments(const struct dataset *dataset, int *count, struct arena *arena);
#endif
