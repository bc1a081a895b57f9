/* model/instruments/support.h - money for building: loans, guarantees, grants, equity, prepayments. Inner header.
 *
 * A kind writes its terms out as dated flows of money between the firm, the agency that supports it, and others. What
 * the flows are worth to the firm when it signs, at the rate a private lender would ask, is the grant in them; spread
 * over a capacity it comes off the capital cost of orders (E37) while the instrument is in force, until so much is
 * ordered. The ledger posts every flow in the period of its date.
 *
 * Money for a plant flows once the plant is ordered: of what is promised for a capacity, the share that stands in the
 * data or has been ordered in the run, each order's share as much later as the order came after the start. Orders after
 * drawn_until, or the end, get nothing. What was paid in truth (paid_out: by_dates, or status: disbursed) flows by its
 * dates whatever is ordered. (E113)
 */
#ifndef MODEL_INSTRUMENTS_SUPPORT_H
#define MODEL_INSTRUMENTS_SUPPORT_H
#include "model/instruments/kind.h"

enum paid_out { PAID_WHEN_ORDERED, PAID_BY_DATES };

/* First member of the terms of every such kind. */
struct support_terms {
  struct selector select;
  double capacity_t_per_year, private_rate_per_year, drawn_until;
  int paid_out; /* enum paid_out */
};
#define SUPPORT_COLUMN(name, type, unit, fallback, low, high, choices, help)                                           \
  {                                                                                                                    \
#name, type, offsetof(struct support_terms, name), unit, fallback, low, high, choices, NULL, help                  \
  }
#define SUPPORT_FIELDS                                                                                                 \
  SELECT_FACILITIES, SELECT_OWNERS,                                                                                    \
      SUPPORT_COLUMN(capacity_t_per_year, FIELD_NUMBER, "t/y", "", 1e-9, 1e12, NULL,                                   \
                     "Capacity that it helps to build. Absent: the nameplate of the facilities"),                      \
      SUPPORT_COLUMN(private_rate_per_year, FIELD_NUMBER, "per year", "", 0, 1, NULL,                                  \
                     "Nominal rate that a private lender would ask. Absent: the owner's hurdle rate and inflation"),   \
      SUPPORT_COLUMN(drawn_until, FIELD_DATE, "date", "", 0, 0, NULL,                                                  \
                     "Paid out in equal quarters from the start until then. Absent: at once"),                         \
      SUPPORT_COLUMN(paid_out, FIELD_CHOICE, "", "when_ordered", 0, 0, "when_ordered|by_dates",                        \
                     "As its plants are ordered, or on its dates whatever is. status disbursed: by_dates")

enum party { PARTY_FIRM, PARTY_AGENCY, PARTY_OUTSIDE };
struct support_flow {
  double date, usd; /* nominal */
  enum party from, to;
  const char *reason; /* a literal */
};
struct support_flows {
  struct arena *arena;
  int count, room;
  struct support_flow *list;
};
void support_flow_add(struct support_flows *flows, struct support_flow flow);
/* The amount, in equal quarters from the start until drawn_until. */
void support_draw(const struct bound_instrument *instrument, double usd, enum party from, const char *reason,
                  struct support_flows *flows);

typedef void support_write(const struct bound_instrument *instrument, const struct dataset *dataset,
                           struct support_flows *flows);
struct support { /* bound_instrument.extra */
  support_write *write;
  int facilities_count;
  const int *facilities;
};

/* To be called by a kind's bind: finds the facilities, and refuses an instrument without a start. */
bool support_bind(const struct network *network, struct bound_instrument *instrument, support_write *write,
                  struct arena *arena, struct error *error);
/* Nominal yearly rate of private money to the first facility's owner at the start. */
double support_private_rate(const struct bound_instrument *instrument, const struct dataset *dataset);
/* Worth of the flows to the firm at the start and that rate, nominal USD; below zero: a burden. */
double support_grant(const struct bound_instrument *instrument, const struct dataset *dataset, struct arena *arena);
/* Hooks of struct instrument_kind as they stand. */
void support_adjust(const struct bound_instrument *instrument, int k, struct window *window, int b);
void support_settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct ledger *ledger);
void support_advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                     struct state *state);
struct drawn support_drawn(const struct bound_instrument *instrument, const struct outcome *outcome,
                           struct arena *arena);
/* t/y of a facility that was ordered in periods in which the instrument could help: from that of its start on. */
double support_ordered(const struct bound_instrument *instrument, const struct window *window, int facility);
/* t/y that the instrument still helps to build. */
double support_capacity_left(const struct bound_instrument *instrument, const struct window *window);
#endif
