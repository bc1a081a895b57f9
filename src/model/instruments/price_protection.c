/* model/instruments/price_protection.c - a floor on the content of all that a chain makes, what it stockpiles included.
 *
 * A kilogram is paid once, and the seller elects when: a share of what the mine makes is claimed while it is
 * stockpiled, the rest once it is separated (or sold, or transferred: `basis`). So the mine's row gets the payment
 * times content times that share, the row of the later act the rest, and what comes after nothing (E58). While the mine
 * is paid nothing of what it makes may be got rid of: its price may fall below zero, and the mine stops once its stock
 * is full. That stock is a store like those of the table stocks (E30), with a bound, for as long as the contract runs;
 * a floor below the base price of its index, which pays for nothing, has none.
 */
#include <math.h>

#include "model/instruments/payment.h"

enum { PART_REST, PART_STOCKPILED };

struct price_protection_terms {
  struct payment_terms payment;
  double floor_usd_per_kg, stockpiled_share, stock_t_max, volume_cap_t_per_year;
  struct field_list stockpiled_materials;
};

#define ROW price_protection_terms
static const struct field fields[] = {
    PAYMENT_FIELDS,
    NUMBER(ROW, floor_usd_per_kg, "USD/kg", NULL, 0, 1e9, "Price up to which a kilogram of content is topped up"),
    LIST(ROW, stockpiled_materials, NULL, "materials", "Materials that may be claimed while stockpiled"),
    NUMBER(ROW, stockpiled_share, "1", NULL, 0, 1, "Share of their content that is"),
    NUMBER(ROW, stock_t_max, "t", "0", 0, 1e12, "Most of the first of these materials that the stock holds"),
    NUMBER(ROW, volume_cap_t_per_year, "t/y", "", 1e-6, 1e12, "At most so many tonnes a year are paid. Absent: all"),
    FIELD_END};
#undef ROW

static struct payoff payoff_at(const struct bound_instrument *instrument, struct moment moment)
{
  return payoff_floor(payment_strike(instrument, moment, "floor_usd_per_kg"));
}

static double part_at(const struct bound_instrument *instrument, struct moment moment, int part)
{
  const double stockpiled = term_at(instrument, moment, "stockpiled_share");
  return part == PART_STOCKPILED ? stockpiled : 1 - stockpiled;
}

static const struct payment_rule rule = {payoff_at, "price protection", part_at, "volume_cap_t_per_year"};

struct protection { /* bound_instrument.extra: what payment.c reads comes first */
  struct payment payment;
  int stock_node; /* -1: none */
};

/* Where the stock is: the first mine's own output that may be stockpiled, of the least class. */
static int stock_node(const struct network *network, const struct bound_instrument *instrument)
{
  const struct price_protection_terms *terms = instrument->terms;
  const struct payment *payment = instrument->extra;
  int best = -1;
  for (int i = 0; i < payment->count; i++) {
    const struct activity *activity = &network->activities[payment->targets[i].index];
    for (int o = 0; payment->targets[i].part == PART_STOCKPILED && o < activity->io_count; o++) {
      const struct node *node = &network->nodes[activity->io[o].node];
      if (activity->io[o].amount > 0 && node->material == terms->stockpiled_materials.indices[0] &&
          (best < 0 || node->class < network->nodes[best].class))
        best = activity->io[o].node;
    }
  }
  return best;
}

static void bind_stock(const struct network *network, struct bound_instrument *instrument, struct arena *arena)
{
  const struct price_protection_terms *terms = instrument->terms;
  struct protection *protection = ARENA_NEW(arena, struct protection);
  int *reads = ARENA_ARRAY(arena, instrument->reads_count + 1, int), count = 0;
  protection->payment = *(const struct payment *)instrument->extra;
  protection->stock_node = terms->stock_t_max > 0 ? stock_node(network, instrument) : -1;
  instrument->extra = protection;
  for (int i = 0; i < instrument->reads_count; i++) reads[count++] = instrument->reads[i];
  if (protection->stock_node >= 0) reads[count++] = protection->stock_node;
  instrument->reads = reads, instrument->reads_count = count;
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct price_protection_terms *terms = instrument->terms;
  if (terms->payment.select.materials.count == 0)
    return term_error(error, instrument, "materials", "missing; expected what is claimed once it is made");
  if (!payment_bind(network, instrument, &rule, arena, error) ||
      !payment_bind_part(network, instrument, &terms->stockpiled_materials, PART_STOCKPILED, arena, error))
    return false;
  bind_stock(network, instrument, arena);
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

/* ---- the stock (E30) ---- */

static int stock_of(const struct bound_instrument *instrument)
{
  return ((const struct protection *)instrument->extra)->stock_node;
}

static double kept_over(const struct network *network, int node, double years)
{
  return pow(1 - network->dataset->materials[network->nodes[node].material].decay_per_year, years);
}

static double holding_of(const struct network *network, int node, struct moment moment)
{
  const struct material *material = &network->dataset->materials[network->nodes[node].material];
  return dataset_mean(network->dataset, &material->holding_usd_per_kg_year, moment.period, moment.known);
}

/* Most that it holds at the end of a block. */
static double stock_bound(const struct bound_instrument *instrument, int k, const struct window *window, int b)
{
  const double base = window->network->nodes[instrument->node].price_usd_per_kg;
  const bool pays = payment_strike(instrument, moment_of_block(window, b), "floor_usd_per_kg") > base;
  if (b + 1 == window->blocks_count) return 0;
  if (window->blocks[b].instruments[k].share > 0 && pays) return instrument_term(instrument, window, b, "stock_t_max");
  return window->state->instrument_stock_t[k];
}

/* holding + (price - discounted price of what is left next) / years >= 0 _|_ stock, at the weight of its block. */
static void add_stock(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const int n = stock_of(instrument);
  const struct block *block = &window->blocks[b];
  struct equations *equations = window->equations;
  if (n < 0 || block->tail) return;
  const struct node *node = &window->network->nodes[n];
  const double years = block->period.length, kept = kept_over(window->network, n, years);
  const int stock = window_instrument_unknown(window, b, k, 0, stock_bound(instrument, k, window, b),
                                              node->quantity_t_per_year, node->price_usd_per_kg);
  equations_constant(equations, stock, holding_of(window->network, n, moment_of_block(window, b)));
  equations_linear(equations, stock, block->price[n], 1 / years);
  equations_linear(equations, block->price[n], stock, -1 / years);
  if (b == 0) equations_constant(equations, block->price[n], window->state->instrument_stock_t[k] / years);
  if (b + 1 == window->blocks_count) return;
  const struct block *next = &window->blocks[b + 1];
  equations_linear(equations, stock, next->price[n], -kept * next->discount / (block->discount * years));
  equations_linear(equations, next->price[n], stock, kept * next->discount / next->weight);
}

/* t in store when period p begins. */
static double stock_before(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p)
{
  if (p == 0) return 0;
  return outcome->periods[p - 1].instrument[k][0] *
         kept_over(outcome->network, stock_of(instrument), outcome->periods[p - 1].period.length);
}

/* The firm holds it: what its market pays or is paid goes to the mine, by way of a store outside. */
static void settle_stock(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                         struct ledger *ledger)
{
  const struct payment *payment = instrument->extra;
  const struct period_outcome *period = &outcome->periods[p];
  const struct account node = {ACCOUNT_NODE, stock_of(instrument)}, store = {ACCOUNT_OUTSIDE, 0};
  int mine = 0;
  for (int i = 0; i < payment->count; i++)
    if (payment->targets[i].part == PART_STOCKPILED) mine = payment->targets[i].index;
  const struct account firm = {ACCOUNT_FACILITY, outcome->network->activities[mine].facility};
  const double held = period->instrument[k][0], price = period->multiplier[node.index];
  const double released = (stock_before(instrument, k, outcome, p) - held) / period->period.length;
  const double sign = price < 0 ? -1 : 1; /* a posting that is turned round turns its tonnes with it */
  ledger_post(ledger, node, store, k, price * fmax(0, released), sign * fmax(0, released), "release from paid stock");
  ledger_post(ledger, store, node, k, price * fmax(0, -released), sign * fmax(0, -released), "put into paid stock");
  ledger_post(ledger, store, firm, k, price * released, released, "worth of paid stock");
  ledger_post(ledger, firm, (struct account){ACCOUNT_RESOURCES, 0}, k,
              holding_of(outcome->network, node.index, moment_of_outcome(outcome, p)) * held, held, "storage");
}

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  payment_settle(instrument, k, outcome, p, ledger);
  if (stock_of(instrument) >= 0) settle_stock(instrument, k, outcome, p, ledger);
}

static void advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct state *state)
{
  payment_advance(instrument, k, outcome, p, state);
  if (stock_of(instrument) < 0) return;
  state->instrument_stock_t[k] = outcome->periods[p].instrument[k][0] *
                                 kept_over(outcome->network, stock_of(instrument), outcome->periods[p].period.length);
}

/* Every kilogram is claimed while stockpiled, or none before it is separated. */
static struct elected elected(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p)
{
  const struct payment *payment = instrument->extra;
  double tonnes[2] = {0, 0};
  for (int i = 0; i < payment->count; i++) {
    const struct payment_target *target = &payment->targets[i];
    const struct period_outcome *period = &outcome->periods[p];
    tonnes[target->part] +=
        target->amount * (target->arc ? period->flow[target->index] : period->activity[target->index]);
  }
  const double mined = payment_for(instrument, k, outcome, p, tonnes[PART_STOCKPILED]);
  const double separated = payment_for(instrument, k, outcome, p, tonnes[PART_REST]);
  return (struct elected){fmin(mined, separated), fmax(mined, separated)};
}

static struct held held(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p)
{
  const int node = stock_of(instrument);
  return (struct held){.tonnes = node < 0 ? 0 : outcome->periods[p].instrument[k][0], .node = node, .by_firm = true};
}

static double worth(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    int activity)
{
  const struct price_protection_terms *terms = instrument->terms;
  const struct payment *payment = instrument->extra;
  const double rent = outcome->periods[p].instrument[k][stock_of(instrument) >= 0 ? 2 : 1]; /* after stock and volume */
  double sum = 0;
  if (isnan(terms->volume_cap_t_per_year)) return payment_worth(instrument, k, outcome, p, activity);
  for (int i = 0; i < payment->count; i++)
    if (!payment->targets[i].arc && payment->targets[i].index == activity)
      sum += payment->targets[i].amount * part_at(instrument, moment_of_outcome(outcome, p), payment->targets[i].part);
  return sum * rent;
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  add_stock(instrument, k, window, b);
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
    .settle = settle,
    .advance = advance,
    .worth = worth,
    .elected = elected,
    .held = held,
    .received_slope = payment_received_slope,
    .received = payment_received,
};
