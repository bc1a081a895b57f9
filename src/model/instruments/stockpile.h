/* model/instruments/stockpile.h - rows of a public stock: bought and released as steps, within what is there (E67).
 *
 * Shared by the stockpile rule and the inventory with repurchase; both kinds' terms begin with struct stockpile_terms,
 * and both read the figures in force from terms of these names.
 */
#ifndef MODEL_INSTRUMENTS_STOCKPILE_H
#define MODEL_INSTRUMENTS_STOCKPILE_H
#include "model/instruments/kind.h"

struct stockpile_terms {
  int material, region;
  struct field_list rules;
  double buy_below_usd_per_kg, buy_t_per_year, goal_t;
  double release_above_usd_per_kg, release_t_per_year, opening_t;
};
#define STOCKPILE_COLUMN(name, type, unit, fallback, high, table, help)                                                \
  {                                                                                                                    \
#name, type, offsetof(struct stockpile_terms, name), unit, fallback, 0, high, NULL, table, help                    \
  }
#define STOCKPILE_FIELDS                                                                                               \
  STOCKPILE_COLUMN(material, FIELD_REFERENCE, "", NULL, 0, "materials", "What is stored"),                             \
      STOCKPILE_COLUMN(region, FIELD_REFERENCE, "", NULL, 0, "regions", "Where it is bought and released"),            \
      STOCKPILE_COLUMN(rules, FIELD_LIST, "", "", 0, "rules",                                                          \
                       "Buys only what complies with these rules. Absent: anything"),                                  \
      STOCKPILE_COLUMN(opening_t, FIELD_NUMBER, "t", "0", 1e12, NULL, "In store at the beginning of the run"),         \
      STOCKPILE_COLUMN(buy_below_usd_per_kg, FIELD_NUMBER, "USD/kg", "0", 1e9, NULL,                                   \
                       "Buys below this price. Absent: never"),                                                        \
      STOCKPILE_COLUMN(buy_t_per_year, FIELD_NUMBER, "t/y", "0", 1e12, NULL, "At this rate at most"),                  \
      STOCKPILE_COLUMN(goal_t, FIELD_NUMBER, "t", "", 1e12, NULL, "Until so much is in store. Absent: no limit"),      \
      STOCKPILE_COLUMN(release_above_usd_per_kg, FIELD_NUMBER, "USD/kg", "1e9", 1e9, NULL,                             \
                       "Releases above this price. Absent: never"),                                                    \
      STOCKPILE_COLUMN(release_t_per_year, FIELD_NUMBER, "t/y", "0", 1e12, NULL, "At this rate at most")

enum { STOCKPILE_BOUGHT, STOCKPILE_RELEASED }; /* its first unknowns, t/y */

void stockpile_needs(const struct dataset *dataset, const void *terms, class_mask *classes, bool *owner_apart);
bool stockpile_bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                    struct error *error);
/* t in store when the window begins. */
double stockpile_opening(const struct bound_instrument *instrument, int k, const struct window *window);
/* The rows, with these rates (t/y) and prices (USD/kg) in block b. */
struct stockpile_steps {
  double buy, buy_below, release, release_above;
};
void stockpile_rows(const struct bound_instrument *instrument, int k, struct window *window, int b,
                    struct stockpile_steps steps);
struct stockpile_steps stockpile_steps(const struct bound_instrument *instrument, int k, const struct window *window,
                                       int b);
void stockpile_settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                      struct ledger *ledger);
void stockpile_advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                       struct state *state);
/* What is in store at the end of period p. */
struct held stockpile_held(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p);
#endif
