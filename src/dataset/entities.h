/* dataset/entities.h - how a column is written down in the field tables, and the names of those tables. Inner header.
 *
 * A column is named after the struct member that holds it. The fallback is the default as text; NULL: required;
 * "": may be absent. Bounds are closed; both 0: unbounded. An infinite upper bound says "any size": "inf" itself is
 * accepted only by capacities and build limits (see field_takes_infinity).
 */
#ifndef DATASET_ENTITIES_H
#define DATASET_ENTITIES_H
#include "dataset/dataset.h"

#define STAGE_CHOICES "ore|concentrate|compound|oxide|metal|alloy|magnet|product|scrap|other"

#define COLUMN(row, member, type, unit, fallback, low, high, choices, references, help)                                \
  {                                                                                                                    \
#member, type, offsetof(struct row, member), unit, fallback, low, high, choices, references, help                  \
  }
#define NUMBER(row, member, unit, fallback, low, high, help)                                                           \
  COLUMN(row, member, FIELD_NUMBER, unit, fallback, low, high, NULL, NULL, help)
#define INTEGER(row, member, fallback, low, high, help)                                                                \
  COLUMN(row, member, FIELD_INTEGER, "", fallback, low, high, NULL, NULL, help)
#define TEXT(row, member, help)           COLUMN(row, member, FIELD_TEXT, "", "", 0, 0, NULL, NULL, help)
#define TEXT_REQUIRED(row, member, help)  COLUMN(row, member, FIELD_TEXT, "", NULL, 0, 0, NULL, NULL, help)
#define FLAG(row, member, fallback, help) COLUMN(row, member, FIELD_FLAG, "", fallback, 0, 0, NULL, NULL, help)
#define CHOICE(row, member, fallback, choices, help)                                                                   \
  COLUMN(row, member, FIELD_CHOICE, "", fallback, 0, 0, choices, NULL, help)
#define DATE(row, member, fallback, help) COLUMN(row, member, FIELD_DATE, "date", fallback, 0, 0, NULL, NULL, help)
#define REFERENCE(row, member, fallback, table, help)                                                                  \
  COLUMN(row, member, FIELD_REFERENCE, "", fallback, 0, 0, NULL, table, help)
#define LIST(row, member, fallback, table, help) COLUMN(row, member, FIELD_LIST, "", fallback, 0, 0, NULL, table, help)

/* The columns of struct record: named rows need an id, keyed ones make it up from their parts. */
#define RECORD_COLUMN(row, member, type, fallback, help)                                                               \
  {                                                                                                                    \
#member, type, offsetof(struct row, record.member), "", fallback, 0, 0, NULL, NULL, help                           \
  }
#define RECORD_REST(row)                                                                                               \
  RECORD_COLUMN(row, source, FIELD_TEXT, "", "Ids of sources, by spaces: of the row, or field:id of one figure"),      \
      RECORD_COLUMN(row, quality, FIELD_TEXT, "", "A official, B filing, C press, D estimate or guess"),               \
      RECORD_COLUMN(row, note, FIELD_TEXT, "", "Anything a reader should know")
#define RECORD_NAMED(row)                                                                                              \
  RECORD_COLUMN(row, id, FIELD_ID, NULL, "Name in references, overrides and paths: a-z 0-9 . _ -"), RECORD_REST(row)
#define RECORD_KEYED(row)                                                                                              \
  RECORD_COLUMN(row, id, FIELD_ID, "", "Name in overrides and paths. Absent: made up from the row's parts"),           \
      RECORD_REST(row)

extern const struct field region_fields[], material_fields[], content_fields[], price_fields[], owner_fields[],
    process_fields[], yield_fields[], facility_fields[], ramp_fields[], link_fields[], stock_fields[],
    labour_pool_fields[], distribution_fields[], correlation_fields[], startup_fields[], regime_fields[],
    price_path_fields[], indicator_fields[];

/* Capacities and build limits may be "inf"; any other figure must be finite. */
bool field_takes_infinity(const struct field *field);

/* What the horizon section says besides the members of struct scenario. */
enum period_choice { PERIOD_YEAR, PERIOD_QUARTER, PERIOD_MONTH };
struct horizon {
  const char *from, *to; /* dates as text; `to` is the last year, quarter or month */
  int period;
};
const struct field *horizon_fields(void);
#endif
