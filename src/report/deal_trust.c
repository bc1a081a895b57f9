/* report/deal_trust.c - sums over the reports of solved windows; deals' files valued for their checks alone. */
#include "report/deal_trust.h"

#include <math.h>

#include "report/highlights.h"

struct verified verified_of(const struct run *run, const struct companions *companions)
{
  const struct run *const runs[] = {run, companions->without, companions->in_cash, companions->stressed,
                                    companions->stressed_without};
  struct verified verified = {0};
  for (int i = 0; i < 5; i++)
    for (int w = 0; runs[i] != NULL && w < runs[i]->outcome->windows_count; w++) {
      const struct window_report *report = &runs[i]->outcome->windows[w];
      verified.windows++;
      verified.pending += report->pending;
      verified.proved += !report->pending && report->class.class != CLASS_UNKNOWN;
      verified.several += report->solutions > 1;
      verified.residual = fmax(verified.residual, report->certificate.residual);
    }
  return verified;
}

const struct reported *reported_payments(const struct dataset *dataset, int *count, struct arena *arena)
{
  struct reported *payments = NULL;
  *count = 0;
  for (int d = 0; d < dataset->deals_count; d++) {
    struct error error = {0};
    const struct value_options options = {.checks_only = true};
    const struct deal_value *value = deal_value_compute(dataset->deals[d].record.place.file, &options, arena, &error);
    const int more = value == NULL ? 0 : value->checks_count;
    payments = arena_grow(arena, payments, (size_t)*count, (size_t)(*count + more), sizeof *payments);
    for (int c = 0; c < more; c++) {
      const struct value_check *check = &value->checks[c];
      payments[(*count)++] = (struct reported){
          dataset->deals[d].record.id, period_label((struct period){check->payment->quarter, 0.25}, arena),
          check->payment->paid_usd / 1e6, check->predicted_usd / 1e6, check->benchmark};
    }
  }
  return payments;
}
