/* dataset/claims_file.h - a claims file: what an article says, and how to compute it.
 *
 * Every statement with a figure has one or more readings: definitions under which it can be meant, each with a formula.
 * Thresholds say when a computed figure bears the statement out. What is no quantity says so and names its nearest
 * proxy; what nothing known can settle is `unverified`. Formulas are kept as text here (metrics/claims.h computes
 * them). The format, with an example, is docs/claims.md.
 */
#ifndef DATASET_CLAIMS_FILE_H
#define DATASET_CLAIMS_FILE_H
#include "dataset/dataset.h"

struct claim_figure { /* a named quantity of the file: stated, a day, or computed from others */
  struct record record;
  double value, low, high;
  double day, day_low, day_high; /* instead: a date, in years */
  const char *unit;
  double date; /* when it held */
  const char *compute;
};

struct claim_reading {
  struct record record;
  const char *title, *compute;
};

enum claim_kind { CLAIM_QUANTITY, CLAIM_NOT_A_QUANTITY, CLAIM_UNVERIFIED };
struct claim {
  struct record record;
  const char *statement; /* in the file's own words */
  int kind;
  double figure, figure_high; /* as the article has it; NAN: none, no second one */
  const char *unit;
  double date;                      /* of the statement; NAN: the article's */
  double within, at_least, at_most; /* thresholds on the computed figure; within: relative to the stated one */
  const char *proxy, *reason;
  int readings_count;
  const struct claim_reading *readings;
};

struct claims {
  const char *file, *id, *title;
  const char *article, *publisher, *address; /* what is audited */
  double published;
  const char *data, *deals; /* folders, as they are to be opened; NULL: none */
  const char *run;          /* scenario whose run the file asks for, or NULL */
  const char *against;      /* scenario that it is compared with, or NULL */
  int sources_count, figures_count, count;
  const struct source *sources;
  const struct claim_figure *figures;
  const struct claim *claims;
};

/* NULL with error set. */
[[nodiscard]] const struct claims *claims_read(const char *path, struct arena *arena, struct error *error);
const struct source *claims_source(const struct claims *claims, const char *id); /* NULL when there is none */

/* The field tables, for help and docs/claims.md: head, figures, claims, readings. */
const struct field *claims_head_fields(void);
const struct field *claim_figure_fields(void);
const struct field *claim_fields(void);
const struct field *claim_reading_fields(void);
#endif
