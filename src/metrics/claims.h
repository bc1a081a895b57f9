/* metrics/claims.h - claims judged: every reading computed, with its range, and a verdict from the file's thresholds.
 *
 * Nothing is judged by hand: change a figure or a threshold and the verdict follows. The range of a reading is the
 * least and most that its formula gives at the corners of the ranges of the figures in it, every figure the same
 * wherever it stands; where the formula is monotone in each figure, as with these it is as a rule, that is the whole
 * range.
 */
#ifndef METRICS_CLAIMS_H
#define METRICS_CLAIMS_H
#include "dataset/claims_file.h"
#include "metrics/expression.h"

struct quantity {
  double value, low, high;   /* low, high: value where no range is known */
  const char *unit, *source; /* or NULL */
  const char *missing;       /* why there is no figure, in words; NULL: there is one */
  bool needs_run;            /* missing because no run was given */
};

/* What a name outside the file is worth: data, deals, runs. False with error set where the name itself is wrong. */
struct quantity_finder {
  bool (*find)(void *context, const struct quantity_name *name, struct quantity *quantity, struct error *error);
  void *context;
};

enum reading_result { READING_HOLDS, READING_FAILS, READING_UNKNOWN };
struct reading_verdict {
  const struct claim_reading *reading;
  const struct expression *expression;
  const struct quantity *quantities; /* [expression->names_count] what went in */
  struct quantity result;
  enum reading_result verdict; /* of quantities only */
  bool certain;                /* the same over the whole range */
  const char *why;             /* "1.75 lies between 1.6 and 2.1" */
};

enum verdict {
  VERDICT_HOLDS,
  VERDICT_HOLDS_ON_SOME,
  VERDICT_FAILS,
  VERDICT_NOT_A_QUANTITY,
  VERDICT_UNVERIFIED,
  VERDICT_NOT_COMPUTED
};
struct claim_verdict {
  const struct claim *claim;
  enum verdict verdict;
  const struct reading_verdict *readings; /* [claim->readings_count] */
  const char *words;                      /* "holds on reading 'without-vat' only" */
};

struct verdicts {
  const struct claims *claims;
  const struct claim_verdict *rows; /* [claims->count] */
  int counts[VERDICT_NOT_COMPUTED + 1];
};

/* NULL with error set: a formula that cannot be read, a name that nothing has. */
[[nodiscard]] const struct verdicts *claims_judge(const struct claims *claims, const struct quantity_finder *finder,
                                                  struct arena *arena, struct error *error);
const char *verdict_name(enum verdict verdict); /* "does not hold" */
/* "1.75", "7,000", "63": a figure with about four digits. */
const char *claim_number(double value, struct arena *arena);
#endif
