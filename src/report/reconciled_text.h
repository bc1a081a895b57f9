/* report/reconciled_text.h - what reconciliation moves in a base year, and how far. */
#ifndef REPORT_RECONCILED_TEXT_H
#define REPORT_RECONCILED_TEXT_H
#include "calibration/calibration.h"
#include "io/json.h"

struct reconciled {
  int count, moved, beyond;                 /* figures; changed by more than 1 %; left outside their range */
  const struct calibration_figure *figures; /* those outside their range first, then by change over standard error */
  const char *failure; /* NULL, or why no quantities close the balances; then there are no figures */
};

/* Of a data set without a scenario: its base year as a single period, no instruments. */
[[nodiscard]] struct reconciled reconciled_new(const struct dataset *dataset, double year, struct arena *arena);
[[nodiscard]] struct reconciled reconciled_of(const struct calibration_figure *figures, int count, struct arena *arena);
void reconciled_add_text(struct text *text, const struct reconciled *reconciled, int most);
void reconciled_add_json(struct json_writer *writer, const struct reconciled *reconciled);
#endif
