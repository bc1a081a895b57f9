/* model/instruments/price_protection.c - a floor on the content of all that a chain makes, what it stockpiles included.
 *
 * A kilogram is paid once, and the seller elects when: a share of what the mine makes is claimed while it is stockpiled,
 * the rest once it is separated (or sold, or transferred: `basis`). So the mine's row gets the payment times content
 * times that share, the row of the later act the rest, and what comes after nothing (E58). While the mine is paid
 * nothing of what it makes may be got rid of: its price may fall below zero, and the mine stops once its stock (a row of
 * the table stocks) is full.
 */
#include <math.h>

#include "model/instruments/payment.h"

enum { PART_REST, PART_STOCKPILED };

struct price_protection_terms {
  struct payment_terms payment;
  double floor_usd_per_kg, stockpiled_share, volume_cap_t_per_year;
  struct field_list stockpiled_materials;
};

#define ROW price_protection_terms
static const struct field fields[] = {
    PAYMENT_FIELDS,
    NUMBER(ROW, floor_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Price up to which a kilogram of content is topped up"),
    LIST(ROW, stockpiled_materials, NULL, "materials", "Materials that may be claimed while stockpiled"),
    NUMBER(ROW, stockpiled_share, "1", NULL, 0, 1, "Share of their content that is"),
    NUMBER(ROW, volume_cap_t_per_year, "t/y", "", 1e-6, 1e12, "At most so many tonnes a year are paid. Absent: all"),
    FIELD_END};
#undef ROW

static struct payoff payoff_at(const struct bound_instrument *instrument, struct moment moment)
{
  return (struct payoff){.count = 1,
                         .pieces = {{PAYOFF_BELOW, 1, payment_strike(instrument, moment, "floor_usd_per_kg")}},
                         .volume_cap = term_at(instrument, moment, "volume_cap_t_per_year")};
}

static double part_at(const struct bound_instrument *instrument, struct moment moment, int part)
{
  const double stockpiled = term_at(instrument, moment, "stockpiled_share");
  return part == PART_STOCKPILED ? stockpiled : 1 - stockpiled;
}

static const struct payment_rule rule = {payoff_at, "price protection", part_at};

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct price_protection_terms *terms = instrument->terms;
  if (terms->payment.select.materials.count == 0)
    return term_error(error, instrument, "materials", "missing; expected what is claimed once it is made");
  if (!payment_bind(network, instrument, &rule, arena, error) ||
      !payment_bind_part(network, instrument, &terms->stockpiled_materials, PART_STOCKPILED, arena, error))
    return false;
  return payment_one_index(instrument) || term_error(error, instrument, "index_material",
                                                     "missing; expected one index, index_material and index_region");
}

/* No disposal of what is claimed while stockpiled. */
static void keep_paid_stock(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct payment *payment = instrument->extra;
  const struct block *block = &window->blocks[b];
  const struct price_protection_terms *terms = instrument->terms;
  if (block->instruments[k].share * part_at(instrument, moment_of_block(window, b), PART_STOCKPILED) <= 0) return;
  for (int i = 0; i < payment->count; i++) {
    if (payment->targets[i].part != PART_STOCKPILED) continue;
    const struct activity *activity = &window->network->activities[payment->targets[i].index];
    for (int o = 0; o < activity->io_count; o++) {
      const int node = activity->io[o].node, price = block->price[node];
      if (activity->io[o].amount > 0 && price >= 0 &&
          selected(&terms->stockpiled_materials, window->network->nodes[node].material))
        window->equations->lower[price] = -window->network->prohibitive_usd_per_kg;
    }
  }
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  payment_add(instrument, k, window, b);
  keep_paid_stock(instrument, k, window, b);
}

const struct instrument_kind kind_price_protection = {
    .name = "price_protection",
    .help = "A floor on the content of all that a chain makes: a share is claimed while stockpiled, the rest later",
    .fields = fields,
    .terms_size = sizeof(struct price_protection_terms),
    .needs = payment_needs,
    .bind = bind,
    .open = payment_open,
    .pays = true,
    .add = add,
    .settle = payment_settle,
    .advance = payment_advance,
    .received_slope = payment_received_slope,
    .received = payment_received,
};
