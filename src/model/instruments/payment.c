/* model/instruments/payment.c - rows and settlement of contracts per kilogram of an act.
 *
 * Settlement prices inside a period are dispersed around its mean as a lognormal, cut into intervals of equal
 * probability, each at its own mean: the expectation of a kink becomes a sum of kinks, the same in the rows and in the
 * ledger. Intervals that do not hold the strike are exact.
 */
#include "model/instruments/payment.h"

#include <assert.h>
#include <math.h>

/* ---- targets ---- */

static bool owner_meant(const struct payment_terms *terms, const struct dataset *dataset, int owner, int region)
{
  if (owner < 0) return false;
  for (int f = 0; f < dataset->facilities_count; f++) {
    const bool here = region < 0 || terms->select.facilities.count == 0 || dataset->facilities[f].region == region;
    if (dataset->facilities[f].owner == owner && here && selector_holds_facility(&terms->select, dataset, f))
      return true;
  }
  return false;
}

void payment_needs(const struct dataset *dataset, const void *terms, class_mask *classes, bool *owner_apart)
{
  const struct payment_terms *payment = terms;
  *classes |= rules_mask(&payment->index_rules);
  if (payment->basis == ACT_PRODUCED) return;
  for (int o = 0; o < dataset->owners_count; o++)
    if (owner_meant(payment, dataset, o, -1)) owner_apart[o] = true;
}

/* The index node of an act at `own`, a node of any holder; -1 with error set. */
static int index_node(const struct network *network, const struct bound_instrument *instrument, int own,
                      struct error *error)
{
  const struct payment_terms *terms = instrument->terms;
  const struct node *node = &network->nodes[own];
  const bool stated = terms->index_material >= 0 || terms->index_region >= 0 || terms->index_rules.count > 0;
  if (!stated && node->holder == HOLDER_MARKET) return own;
  if (!stated) return network_node(network, node->material, node->region, node->class);
  return bind_node(network, instrument, terms->index_material >= 0 ? terms->index_material : node->material,
                   terms->index_region >= 0 ? terms->index_region : node->region, &terms->index_rules,
                   terms->index_region >= 0 ? "index_region" : "index_material", error);
}

/* The output of an activity that is counted first. */
static const struct input_output *counted_output(const struct network *network, const struct selector *select, int j)
{
  const struct activity *activity = &network->activities[j];
  if (select->materials.count == 0) return &activity->io[activity->product];
  for (int i = 0; i < activity->io_count; i++)
    if (activity->io[i].amount > 0 && selected(&select->materials, network->nodes[activity->io[i].node].material))
      return &activity->io[i];
  return &activity->io[activity->product];
}

static bool bind_produced(const struct network *network, struct bound_instrument *instrument,
                          struct payment_target *targets, int *count, struct arena *arena, struct error *error)
{
  const struct payment_terms *terms = instrument->terms;
  if (!bind_activities(network, instrument, false, arena, error)) return false;
  for (int i = 0; i < instrument->activities_count; i++) {
    const int j = instrument->activities[i];
    const struct input_output *output = counted_output(network, &terms->select, j);
    const double amount = activity_count(network, j, &terms->select, &terms->elements, false) * terms->content;
    const int node = index_node(network, instrument, output->node, error);
    if (node < 0) return false;
    if (amount > 0) targets[(*count)++] = (struct payment_target){false, j, amount, output->amount, node};
  }
  return true;
}

static bool bind_moved(const struct network *network, struct bound_instrument *instrument,
                       struct payment_target *targets, int *count, struct error *error)
{
  const struct payment_terms *terms = instrument->terms;
  const enum arc_kind kind = terms->basis == ACT_SOLD ? ARC_SALE : ARC_TRANSFER;
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    const struct node *from = &network->nodes[arc->from];
    if (arc->kind != kind || !selected(&terms->select.materials, from->material) ||
        !owner_meant(terms, network->dataset, arc->owner, from->region))
      continue;
    const double amount = content_of(network->dataset, from->material, &terms->elements) * terms->content;
    const int node = index_node(network, instrument, arc->from, error);
    if (node < 0) return false;
    if (amount > 0) targets[(*count)++] = (struct payment_target){true, a, amount, 1, node};
  }
  return true;
}

static bool has_owner(const struct network *network, const struct bound_instrument *instrument)
{
  for (int o = 0; o < network->dataset->owners_count; o++)
    if (owner_meant(instrument->terms, network->dataset, o, -1)) return true;
  return false;
}

bool payment_bind(const struct network *network, struct bound_instrument *instrument, const struct payment_rule *rule,
                  struct arena *arena, struct error *error)
{
  const struct payment_terms *terms = instrument->terms;
  struct payment *payment = ARENA_NEW(arena, struct payment);
  struct payment_target *targets =
      ARENA_ARRAY(arena, network->arcs_count + network->activities_count, struct payment_target);
  const bool produced = terms->basis == ACT_PRODUCED;
  if (!produced && !has_owner(network, instrument))
    return term_error(error, instrument, "basis",
                      "found '%s', but no selected facility has an owner; expected an owner, or basis: produced",
                      terms->basis == ACT_SOLD ? "sold" : "transferred");
  if (produced ? !bind_produced(network, instrument, targets, &payment->count, arena, error)
               : !bind_moved(network, instrument, targets, &payment->count, error))
    return false;
  if (payment->count == 0 && terms->elements.count > 0 && (!produced || instrument->activities_count > 0))
    return term_error(error, instrument, "elements",
                      "nothing counts: no material contains %s according to the table "
                      "contents",
                      terms->elements.names[0]);
  payment->targets = targets;
  payment->rule = rule;
  instrument->extra = payment;
  if (payment->count > 0) instrument->node = targets[0].node;
  return true;
}

bool payment_one_index(const struct bound_instrument *instrument)
{
  const struct payment *payment = instrument->extra;
  for (int i = 1; i < payment->count; i++)
    if (payment->targets[i].node != payment->targets[0].node) return false;
  return true;
}

/* ---- the payoff and its expectation ---- */

enum { intervals = 12 };

static double normal(double x)
{
  return 0.5 * erfc(-x / sqrt(2));
}

static double normal_quantile(double probability)
{
  double low = -10, high = 10;
  for (int i = 0; i < 200 && high > low; i++) {
    const double middle = (low + high) / 2;
    if (normal(middle) < probability)
      low = middle;
    else
      high = middle;
  }
  return (low + high) / 2;
}

/* Ratios of settlement prices to their mean, equally probable; returns how many. */
static int settlement_ratios(double dispersion, double ratios[intervals])
{
  if (dispersion <= 0) return ratios[0] = 1, 1;
  const double sigma = sqrt(log1p(dispersion * dispersion));
  double below = 0;
  for (int i = 0; i < intervals; i++) {
    const double up_to = i + 1 == intervals ? 1 : normal(normal_quantile((i + 1.0) / intervals) - sigma);
    ratios[i] = intervals * (up_to - below);
    below = up_to;
  }
  return intervals;
}

/* What one piece pays at a settlement price, and how that changes with the price. */
static double piece_value(const struct payoff_piece *piece, double price)
{
  const double difference = piece->strike - price;
  switch (piece->shape) {
  case PAYOFF_BELOW: return piece->coefficient * fmax(0, difference);
  case PAYOFF_ABOVE: return piece->coefficient * fmax(0, -difference);
  case PAYOFF_DIFFERENCE: break;
  }
  return piece->coefficient * difference;
}

static double piece_slope(const struct payoff_piece *piece, double price)
{
  const bool below = price < piece->strike;
  switch (piece->shape) {
  case PAYOFF_BELOW: return below ? -piece->coefficient : 0;
  case PAYOFF_ABOVE: return below ? 0 : piece->coefficient;
  case PAYOFF_DIFFERENCE: break;
  }
  return -piece->coefficient;
}

double payoff_value(const struct payoff *payoff, double dispersion, double price)
{
  double ratios[intervals], sum = 0;
  const int count = settlement_ratios(dispersion, ratios);
  for (int i = 0; i < payoff->count; i++)
    for (int r = 0; r < count; r++) sum += piece_value(&payoff->pieces[i], ratios[r] * price) / count;
  return payoff->constant + sum;
}

static double payoff_slope(const struct payoff *payoff, double dispersion, double price)
{
  double ratios[intervals], sum = 0;
  const int count = settlement_ratios(dispersion, ratios);
  for (int i = 0; i < payoff->count; i++)
    for (int r = 0; r < count; r++) sum += ratios[r] * piece_slope(&payoff->pieces[i], ratios[r] * price) / count;
  return sum;
}

/* row += factor x payoff(price) */
static void add_payoff(struct equations *equations, int row, double factor, int price, const struct payoff *payoff,
                       double dispersion)
{
  double ratios[intervals];
  const int count = settlement_ratios(dispersion, ratios);
  equations_constant(equations, row, factor * payoff->constant);
  for (int i = 0; i < payoff->count; i++) {
    const struct payoff_piece *piece = &payoff->pieces[i];
    const double whole = factor * piece->coefficient, side = piece->shape == PAYOFF_ABOVE ? 1 : -1;
    if (piece->shape == PAYOFF_DIFFERENCE) {
      equations_constant(equations, row, whole * piece->strike);
      equations_linear(equations, row, price, -whole);
      continue;
    }
    for (int r = 0; r < count; r++)
      add_kink(equations, row, whole / count, price, -side * piece->strike, side * ratios[r]);
  }
}

/* ---- rows ---- */

static struct payoff payoff_at(const struct bound_instrument *instrument, struct moment moment)
{
  const struct payment *payment = instrument->extra;
  return payment->rule->payoff(instrument, moment);
}

static int target_row(const struct block *block, const struct payment_target *target)
{
  return target->arc ? block->arc[target->index] : block->activity[target->index];
}

static void add_uncapped(const struct payment *payment, double share, struct window *window, int b,
                         const struct payoff *payoff, double dispersion)
{
  const struct block *block = &window->blocks[b];
  for (int i = 0; i < payment->count; i++) {
    const struct payment_target *target = &payment->targets[i];
    add_payoff(window->equations, target_row(block, target), -share * target->amount, block->price[target->node],
               payoff, dispersion);
  }
}

/* paid: rent - payoff _|_ 0 <= paid <= cap;   rent: counted - paid >= 0;   each act: - amount x rent */
static void add_capped(const struct payment *payment, int k, struct window *window, int b, const struct payoff *payoff,
                       double dispersion)
{
  const struct block *block = &window->blocks[b];
  struct equations *equations = window->equations;
  if (payment->count == 0) return;
  const double share = block->instruments[k].share;
  const double price = window->network->nodes[payment->targets[0].node].price_usd_per_kg;
  double quantity = 0;
  for (int i = 0; i < payment->count; i++)
    quantity += payment->targets[i].amount * equations->z_scale[target_row(block, &payment->targets[i])];
  const int paid = window_instrument_unknown(window, b, k, 0, share > 0 ? payoff->volume_cap : 0, quantity, price);
  const int rent = window_instrument_unknown(window, b, k, 0, INFINITY, price, quantity);
  equations_linear(equations, paid, rent, 1);
  equations_linear(equations, rent, paid, -1);
  add_payoff(equations, paid, -share, block->price[payment->targets[0].node], payoff, dispersion);
  for (int i = 0; i < payment->count; i++) {
    const int row = target_row(block, &payment->targets[i]);
    equations_linear(equations, rent, row, payment->targets[i].amount);
    equations_linear(equations, row, rent, -payment->targets[i].amount);
  }
}

void payment_add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct moment moment = moment_of_block(window, b);
  const struct payoff payoff = payoff_at(instrument, moment);
  const double dispersion = term_at(instrument, moment, "dispersion");
  if (payoff.volume_cap > 0)
    add_capped(instrument->extra, k, window, b, &payoff, dispersion);
  else
    add_uncapped(instrument->extra, window->blocks[b].instruments[k].share, window, b, &payoff, dispersion);
}

/* ---- what a seller with conduct reckons with ---- */

/* kg paid a t sold on the arc at the index price itself, times the share in force; 0: the contract is not about it. */
static double paid_per_sale(const struct bound_instrument *instrument, int k, const struct window *window, int b,
                            int arc)
{
  const struct network *network = window->network;
  const struct payment *payment = instrument->extra;
  for (int i = 0; i < payment->count; i++) {
    const struct payment_target *target = &payment->targets[i];
    if (target->node != network->arcs[arc].to) continue;
    const bool mine = target->arc ? target->index == arc
                                  : network->dataset->facilities[network->activities[target->index].facility].owner ==
                                        network->arcs[arc].owner;
    if (mine) return window->blocks[b].instruments[k].share * target->amount / target->sold;
  }
  return 0;
}

double payment_received(const struct bound_instrument *instrument, int k, const struct window *window, int b, int arc,
                        double price)
{
  const struct moment moment = moment_of_block(window, b);
  const struct payoff payoff = payoff_at(instrument, moment);
  return paid_per_sale(instrument, k, window, b, arc) *
         payoff_value(&payoff, term_at(instrument, moment, "dispersion"), price);
}

double payment_received_slope(const struct bound_instrument *instrument, int k, const struct window *window, int b,
                              int arc, double price)
{
  const struct moment moment = moment_of_block(window, b);
  const struct payoff payoff = payoff_at(instrument, moment);
  return paid_per_sale(instrument, k, window, b, arc) *
         payoff_slope(&payoff, term_at(instrument, moment, "dispersion"), price);
}

/* ---- settlement ---- */

static double target_quantity(const struct period_outcome *period, const struct payment_target *target)
{
  return target->amount * (target->arc ? period->flow[target->index] : period->activity[target->index]);
}

/* Share of what is counted that is paid: the cap's and that of the period in force. */
static double paid_share(const struct payment *payment, int k, const struct period_outcome *period,
                         const struct payoff *payoff)
{
  double counted = 0;
  for (int i = 0; i < payment->count; i++) counted += target_quantity(period, &payment->targets[i]);
  const bool capped = payoff->volume_cap > 0 && counted > payoff->volume_cap;
  return period->instrument_share[k] * (capped ? payoff->volume_cap / counted : 1);
}

void payment_settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct payment *payment = instrument->extra;
  const struct moment moment = moment_of_outcome(outcome, p);
  const struct payoff payoff = payoff_at(instrument, moment);
  const double share = paid_share(payment, k, period, &payoff), dispersion = term_at(instrument, moment, "dispersion");
  for (int i = 0; i < payment->count; i++) {
    const struct payment_target *target = &payment->targets[i];
    const double quantity = share * target_quantity(period, target);
    const struct account seller =
        target->arc ? (struct account){ACCOUNT_TRADER, target->index}
                    : (struct account){ACCOUNT_FACILITY, outcome->network->activities[target->index].facility};
    ledger_post(ledger, (struct account){ACCOUNT_AGENCY, k}, seller, k,
                payoff_value(&payoff, dispersion, period->multiplier[target->node]) * quantity, quantity,
                payment->rule->reason);
  }
}

void payment_advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                     struct state *state)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct payment *payment = instrument->extra;
  const struct moment moment = moment_of_outcome(outcome, p);
  const struct payoff payoff = payoff_at(instrument, moment);
  const double dispersion = term_at(instrument, moment, "dispersion");
  double kusd_per_year = 0;
  for (int i = 0; i < payment->count; i++)
    kusd_per_year += payoff_value(&payoff, dispersion, period->multiplier[payment->targets[i].node]) *
                     target_quantity(period, &payment->targets[i]);
  state->instrument_paid[k] +=
      nominal_kusd(instrument, outcome, p, kusd_per_year * paid_share(payment, k, period, &payoff));
}
