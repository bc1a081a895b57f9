/* report/audit.h - a claims file opened with all it speaks of: data set, deals, finished runs; and its verdicts shown.
 *
 * Names outside the file (docs/claims.md):
 *   data.TABLE.ROW.FIELD       a figure of the data set; @DATE: as schedules have it then
 *   base.INDICATOR[...]        of its base year (metrics/indicator.h)
 *   deals.FILE.PATH            a number of deals/FILE.yaml: keys, or ids of its instruments and pieces; @DATE likewise
 *   run.INDICATOR[..., DATE]   of the run that was given
 *   against.INDICATOR[...]     of the run that it is compared with
 *   between.INDICATOR[...]     of both: who gains
 */
#ifndef REPORT_AUDIT_H
#define REPORT_AUDIT_H
#include "metrics/claims.h"
#include "report/summary.h"

struct audit {
  const struct verdicts *verdicts;
  const struct run *run, *against; /* or NULL */
  bool contradicted;               /* a claim holds on no reading that could be computed */
};

/* run, against: solved, or NULL. NULL with error set. */
[[nodiscard]] const struct audit *audit_claims(const char *path, const struct run *run, const struct run *against,
                                               struct arena *arena, struct error *error);
[[nodiscard]] const char *audit_text(const struct audit *audit, const struct summary_view *view, struct arena *arena);
[[nodiscard]] const char *audit_json(const struct audit *audit, const char *version, struct arena *arena);
#endif
