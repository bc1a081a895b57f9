/* model/instruments/payment.h - contracts that pay per kilogram of an act: floors, upside shares, collars, two-way.
 *
 * The act (produced, sold, transferred) says in which rows the payment stands; the payoff (finance/payoff.h), a few
 * straight pieces of the index price, says how much it is. A kilogram is paid once, at the act that the contract
 * counts. (E58 - E61)
 *
 * The index may be quoted with VAT, and may lag: the share of a period that lies within the lag is priced as the period
 * before. Inside a window only its first period knows what came before; the later ones reckon with their own price.
 * Settlement prices inside a period are its price times the factors of its seasons and of their dispersion. A yearly
 * cap in money, spread over a stated volume, ends the slope of what is paid; what is settled never exceeds it.
 */
#ifndef MODEL_INSTRUMENTS_PAYMENT_H
#define MODEL_INSTRUMENTS_PAYMENT_H
#include "finance/payoff.h"
#include "model/instruments/kind.h"

enum act { ACT_PRODUCED, ACT_SOLD, ACT_TRANSFERRED };

/* First member of the terms of every such contract. */
struct payment_terms {
  struct selector select;
  int basis; /* enum act */
  double content, dispersion;
  struct field_list elements, index_rules, seasonal;
  int index_material, index_region;
  double index_vat_rate, index_lag_years, escalation_per_year, settlement_months;
  double cash_cap_usd_per_year, cap_volume_t_per_year, cash_cap_usd;
};
#define PAYMENT_COLUMN(name, type, unit, fallback, low, high, choices, table, help)                                    \
  {                                                                                                                    \
#name, type, offsetof(struct payment_terms, name), unit, fallback, low, high, choices, table, help                 \
  }
#define PAYMENT_FIELDS                                                                                                 \
  SELECT_MATERIALS, SELECT_FACILITIES, SELECT_OWNERS,                                                                  \
      PAYMENT_COLUMN(basis, FIELD_CHOICE, "", "produced", 0, 0, "produced|sold|transferred", NULL,                     \
                     "Act that is paid. sold and transferred: all of the owner's, in the facilities' regions"),        \
      PAYMENT_COLUMN(content, FIELD_NUMBER, "kg/kg", "1", 0, 100, NULL, NULL,                                          \
                     "kg paid a kg of the material (times its content where elements are named)"),                     \
      PAYMENT_COLUMN(elements, FIELD_LIST, "", "", 0, 0, NULL, NULL, "Paid by content of these elements"),             \
      PAYMENT_COLUMN(index_material, FIELD_REFERENCE, "", "", 0, 0, NULL, "materials",                                 \
                     "Material of the index price. Absent: what is counted"),                                          \
      PAYMENT_COLUMN(index_region, FIELD_REFERENCE, "", "", 0, 0, NULL, "regions",                                     \
                     "Region of the index price. Absent: where the act takes place"),                                  \
      PAYMENT_COLUMN(index_rules, FIELD_LIST, "", "", 0, 0, NULL, "rules",                                             \
                     "Index of goods that comply with these rules. Absent: of any"),                                   \
      PAYMENT_COLUMN(index_vat_rate, FIELD_NUMBER, "1", "0", 0, 1, NULL, NULL,                                         \
                     "The index is quoted with value-added tax of this rate; prices of the model are without"),        \
      PAYMENT_COLUMN(index_lag_years, FIELD_NUMBER, "y", "0", 0, 1, NULL, NULL,                                        \
                     "The index is the price of so long ago"),                                                         \
      PAYMENT_COLUMN(escalation_per_year, FIELD_NUMBER, "per year", "0", -1, 1, NULL, NULL,                            \
                     "Floors, strikes and triggers rise by this every year after the start"),                          \
      PAYMENT_COLUMN(dispersion, FIELD_NUMBER, "1", "0", 0, 2, NULL, NULL,                                             \
                     "Standard deviation of the logarithm of settlement prices inside the period"),                    \
      PAYMENT_COLUMN(seasonal, FIELD_LIST, "", "", 0, 0, NULL, NULL,                                                   \
                     "Prices of the four quarters over their mean. Absent: all 1"),                                    \
      PAYMENT_COLUMN(settlement_months, FIELD_NUMBER, "months", "0", 0, 12, NULL, NULL,                                \
                     "Paid every so many months: periods no longer than that have no seasons and no dispersion"),      \
      PAYMENT_COLUMN(cash_cap_usd_per_year, FIELD_NUMBER, "USD/y", "", 0, 1e15, NULL, NULL,                            \
                     "At most so much is paid a year, either way. Absent: no cap"),                                    \
      PAYMENT_COLUMN(cap_volume_t_per_year, FIELD_NUMBER, "t/y", "", 1e-6, 1e12, NULL, NULL,                           \
                     "Volume over which sellers reckon that yearly cap to be spread"),                                 \
      PAYMENT_COLUMN(cash_cap_usd, FIELD_NUMBER, "USD", "", 0, 1e15, NULL, NULL,                                       \
                     "At most so much is paid in all. Absent: no cap")

struct payment_target {
  bool arc; /* else an activity */
  int index;
  double amount; /* kg paid a unit */
  double sold;   /* t of the material a unit: 1 for arcs */
  int node;      /* of the index price */
  int part;      /* of the rule's parts, 0 where it has none */
};

/* What a kind says of itself: its payoff at a moment, at one settlement price, and the reason of its postings. */
struct payment_rule {
  struct payoff (*payoff)(const struct bound_instrument *instrument, struct moment moment);
  const char *reason;
  double (*part)(const struct bound_instrument *instrument, struct moment moment, int part); /* factor; NULL: 1 */
  const char *volume_cap; /* term with the t/y that are paid at most, for payoffs that are never negative; NULL: none */
};

struct payment { /* bound_instrument.extra */
  const struct payment_rule *rule;
  int count;
  const struct payment_target *targets;
};

/* A floor, strike or trigger at a moment, escalated. */
double payment_strike(const struct bound_instrument *instrument, struct moment moment, const char *name);
/* The same in period p as the contract quotes it, nominal; NAN: its kind has no such term. */
double payment_strike_quoted(const struct bound_instrument *instrument, const struct outcome *outcome, int p,
                             const char *name);

/* To be called by a kind's own bind; the others are hooks of struct instrument_kind as they stand. */
bool payment_bind(const struct network *network, struct bound_instrument *instrument, const struct payment_rule *rule,
                  struct arena *arena, struct error *error);
void payment_needs(const struct dataset *dataset, const void *terms, class_mask *classes, bool *owner_apart);
/* With a volume cap: unknowns 0 (paid, t/y) and 1 (its rent); all targets must then have one index node. */
void payment_add(const struct bound_instrument *instrument, int k, struct window *window, int b);
void payment_settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct ledger *ledger);
void payment_advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                     struct state *state);
/* Not all of the cap in money has been paid. */
bool payment_open(const struct bound_instrument *instrument, int k, const struct state *state);
/* Adds to the targets those that make the materials, as that part of the rule. */
bool payment_bind_part(const struct network *network, struct bound_instrument *instrument,
                       const struct field_list *materials, int part, struct arena *arena, struct error *error);
double payment_received(const struct bound_instrument *instrument, int k, const struct window *window, int b, int arc,
                        double price);
double payment_received_slope(const struct bound_instrument *instrument, int k, const struct window *window, int b,
                              int arc, double price);
/* The hook worth: what stands in the rows (with a volume cap its rent, unknown 1); nothing where settled in cash. */
double payment_worth(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                     int activity);
/* kUSD a year, real, paid for so many tonnes in period p at its one index, before caps of money. */
double payment_for(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   double tonnes);
bool payment_one_index(const struct bound_instrument *instrument);
#endif
