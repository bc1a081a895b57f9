/* model/instruments/loan.h - the terms that loans and guaranteed loans share, and their schedule. Inner header. */
#ifndef MODEL_INSTRUMENTS_LOAN_H
#define MODEL_INSTRUMENTS_LOAN_H
#include "finance/loan.h"
#include "model/instruments/support.h"

struct loan_contract { /* first member of both kinds' terms */
  struct support_terms support;
  double principal_usd, rate_per_year, spread_per_year, tenor_years, grace_years, capitalised_years;
  double upfront_fee, ticking_fee_per_year, default_per_year, recovery;
  const char *index;
  int shape;
};
#define LOAN_COLUMN(name, type, unit, fallback, low, high, choices, help)                                              \
  {                                                                                                                    \
#name, type, offsetof(struct loan_contract, name), unit, fallback, low, high, choices, NULL, help                  \
  }
#define LOAN_FIELDS                                                                                                    \
  SUPPORT_FIELDS, LOAN_COLUMN(principal_usd, FIELD_NUMBER, "USD", NULL, 0, 1e15, NULL, "What is lent"),                \
      LOAN_COLUMN(rate_per_year, FIELD_NUMBER, "per year", "", 0, 1, NULL,                                             \
                  "Nominal rate. Absent: that of the index at the start, and the spread"),                             \
      LOAN_COLUMN(index, FIELD_TEXT, "", "treasury_10y", 0, 0, NULL, "Series of the table indices"),                   \
      LOAN_COLUMN(spread_per_year, FIELD_NUMBER, "per year", "0", -1, 1, NULL, "Above the index"),                     \
      LOAN_COLUMN(tenor_years, FIELD_NUMBER, "y", NULL, 0.25, 60, NULL, "From the start to the last payment"),         \
      LOAN_COLUMN(grace_years, FIELD_NUMBER, "y", "0", 0, 60, NULL, "No principal is due in these"),                   \
      LOAN_COLUMN(capitalised_years, FIELD_NUMBER, "y", "0", 0, 60, NULL,                                              \
                  "Interest of these is added to what is owed"),                                                       \
      LOAN_COLUMN(shape, FIELD_CHOICE, "", "level", 0, 0, "level|bullet|equal",                                        \
                  "Equal payments, principal at the end, or equal principal; by quarter"),                             \
      LOAN_COLUMN(upfront_fee, FIELD_NUMBER, "1", "0", 0, 1, NULL, "Share of the principal, paid at the start"),       \
      LOAN_COLUMN(ticking_fee_per_year, FIELD_NUMBER, "per year", "0", 0, 1, NULL, "On what is not yet drawn"),        \
      LOAN_COLUMN(default_per_year, FIELD_NUMBER, "per year", "0", 0, 1, NULL,                                         \
                  "Chance a year that it fails: payments are those to be expected"),                                   \
      LOAN_COLUMN(recovery, FIELD_NUMBER, "1", "0", 0, 1, NULL, "Share of the balance recovered when it fails")

/* The nominal rate; NAN when the index has no value. */
double loan_rate(const struct bound_instrument *instrument, const struct dataset *dataset);
/* Finds the facilities and checks the schedule. */
bool loan_bind(const struct network *network, struct bound_instrument *instrument, support_write *write,
               struct arena *arena, struct error *error);
/* All flows between the firm and the lender, and to whoever takes the fees; default: what is lost, from `loser` to the
 * lender (the lender itself: it simply is not paid). */
void loan_flows(const struct bound_instrument *instrument, const struct dataset *dataset, enum party lender,
                enum party fees_to, struct support_flows *flows, struct loan_schedule *schedule);
/* Its quarters, as if it never failed. */
[[nodiscard]] struct loan_schedule loan_contract_schedule(const struct bound_instrument *instrument,
                                                          const struct dataset *dataset, struct arena *arena);
/* Chance that it has not failed before period i (a quarter). */
double loan_alive(const struct loan_contract *terms, int i);
#endif
