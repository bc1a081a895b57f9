/* model/instruments/payment.h - contracts that pay per kilogram of an act: floors, upside shares, collars, two-way.
 *
 * The act (produced, sold, transferred) says in which rows the payment stands; the payoff, a few straight pieces of
 * the index price, says how much it is. A kilogram is paid once, at the act that the contract counts. (E58 - E61)
 */
#ifndef MODEL_INSTRUMENTS_PAYMENT_H
#define MODEL_INSTRUMENTS_PAYMENT_H
#include "model/instruments/kind.h"

enum act { ACT_PRODUCED, ACT_SOLD, ACT_TRANSFERRED };

/* First member of the terms of every such contract. */
struct payment_terms {
  struct selector select;
  int basis; /* enum act */
  double content, dispersion;
  struct field_list elements, index_rules;
  int index_material, index_region;
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
      PAYMENT_COLUMN(dispersion, FIELD_NUMBER, "1", "0", 0, 2, NULL, NULL,                                             \
                     "Coefficient of variation of settlement prices around the period's mean")

struct payment_target {
  bool arc; /* else an activity */
  int index;
  double amount; /* kg paid a unit */
  double sold;   /* t of the material a unit: 1 for arcs */
  int node;      /* of the index price */
};

enum payoff_shape {
  PAYOFF_BELOW,     /* max(0, strike - p) */
  PAYOFF_ABOVE,     /* max(0, p - strike) */
  PAYOFF_DIFFERENCE /* strike - p */
};
struct payoff_piece {
  enum payoff_shape shape;
  double coefficient, strike;
};
struct payoff {
  int count;
  struct payoff_piece pieces[2];
  double constant;
  double volume_cap; /* paid t/y at most; 0 or NAN: no cap. Only for payoffs that are never negative */
};

/* What a kind says of itself: its payoff at a moment (dispersion is read here), and the reason of its postings. */
struct payment_rule {
  struct payoff (*payoff)(const struct bound_instrument *instrument, struct moment moment);
  const char *reason;
};

struct payment { /* bound_instrument.extra */
  const struct payment_rule *rule;
  int count;
  const struct payment_target *targets;
};

/* The value of a payoff at an index price whose settlement prices have that coefficient of variation. */
double payoff_value(const struct payoff *payoff, double dispersion, double price);

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
double payment_received(const struct bound_instrument *instrument, int k, const struct window *window, int b, int arc,
                        double price);
double payment_received_slope(const struct bound_instrument *instrument, int k, const struct window *window, int b,
                              int arc, double price);
bool payment_one_index(const struct bound_instrument *instrument);
#endif
