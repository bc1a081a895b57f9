/* model/instruments/repurchase_inventory.c - an inventory held for makers at a fixed price, which they buy back in the
 * end.
 *
 * It fills and releases as a public stock does (stockpile.h): bought at or below the fixed price, drawn on above
 * another. Makers pay a fee on the commitment when it starts, and its carrying cost, interest on the price and storage,
 * while it lasts. At the end they must take what is left at the fixed price: a put. The tonnes go back to the market
 * then, at whatever price it pays, and the difference is theirs.
 */
#include <math.h>

#include "model/instruments/stockpile.h"

struct repurchase_terms {
  struct stockpile_terms stock;
  struct selector select; /* segments of the makers */
  double upfront_fee, interest_per_year, storage_usd_per_kg_year;
};

#define ROW repurchase_terms
static const struct field fields[] = {
    STOCKPILE_FIELDS,
    {"segments", FIELD_LIST, offsetof(struct repurchase_terms, select.segments), "", "", 0, 0, NULL, "segments",
     "Makers who pay for it; the first one's account is charged. Absent: parties outside"},
    NUMBER(ROW, upfront_fee, "1", "0", 0, 1, "Share of price x goal, paid when it starts"),
    NUMBER(ROW, interest_per_year, "per year", "0", 0, 1, "On the price of what is in store"),
    NUMBER(ROW, storage_usd_per_kg_year, "USD/kg/y", "0", 0, 1e6, "Storage of what is in store"),
    FIELD_END};
#undef ROW

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct repurchase_terms *terms = instrument->terms;
  if (isnan(terms->stock.goal_t))
    return term_error(error, instrument, "goal_t", "missing; expected the tonnes that makers commit to");
  if (!stockpile_bind(network, instrument, arena, error)) return false;
  int *payers = ARENA_ARRAY(arena, network->consumers_count + 1, int), count = 0;
  for (int c = 0; c < network->consumers_count; c++)
    if (terms->select.segments.count > 0 && selected(&terms->select.segments, network->consumers[c].segment))
      payers[count++] = c;
  instrument->consumers = payers, instrument->consumers_count = count;
  return true;
}

static bool ends_in(const struct bound_instrument *instrument, struct period period)
{
  const double end = instrument->instrument->end;
  return end > period.start - 1e-9 && end <= period.start + period.length + 1e-9;
}

/* In the period in which it ends all that was in store at the window's beginning is released, whatever the price. */
static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct block *block = &window->blocks[b];
  struct stockpile_steps steps = stockpile_steps(instrument, k, window, b);
  if (!block->tail && ends_in(instrument, block->period))
    steps = (struct stockpile_steps){.release = stockpile_opening(instrument, k, window) / block->period.length};
  stockpile_rows(instrument, k, window, b, steps);
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct repurchase_terms *terms = instrument->terms;
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  const struct account agency = {ACCOUNT_AGENCY, k};
  const struct account maker = instrument->consumers_count > 0
                                   ? (struct account){ACCOUNT_CONSUMER, instrument->consumers[0]}
                                   : (struct account){ACCOUNT_OUTSIDE, 0};
  const double price = term_at(instrument, moment, "buy_below_usd_per_kg"), share = period->instrument_share[k];
  const double held = stockpile_held(instrument, k, outcome, p).tonnes;
  const double start = instrument->instrument->start, years = period->period.length;
  const bool starts = share > 0 && (p == 0 || !(outcome->periods[p - 1].instrument_share[k] > 0));
  const double storage = term_at(instrument, moment, "storage_usd_per_kg_year");
  stockpile_settle(instrument, k, outcome, p, ledger);
  if (starts && (isnan(start) || start >= period->period.start - 1e-9))
    ledger_post(ledger, maker, agency, k, terms->upfront_fee * price * terms->stock.goal_t / years,
                terms->stock.goal_t / years, "inventory fee");
  ledger_post(ledger, maker, agency, k, (terms->interest_per_year * price + storage) * held, held, "inventory carry");
  if (!ends_in(instrument, period->period)) return;
  const double released = period->instrument[k][STOCKPILE_RELEASED];
  ledger_post(ledger, maker, agency, k, (price - period->multiplier[instrument->node]) * released, released,
              "repurchase");
}

const struct instrument_kind kind_repurchase_inventory = {
    .name = "repurchase_inventory",
    .help = "An inventory held for makers at a fixed price, with fee and carry, which they must buy back in the end",
    .fields = fields,
    .terms_size = sizeof(struct repurchase_terms),
    .needs = stockpile_needs,
    .bind = bind,
    .add = add,
    .settle = settle,
    .advance = stockpile_advance,
    .held = stockpile_held,
    .basis = BASIS_ASSET,
    .supplies = true,
};
