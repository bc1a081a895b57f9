/* model/instruments/payment.c - rows and settlement of contracts per kilogram of an act.
 *
 * What is paid per kilogram is finance/payoff.h: the expectation of a kink over the settlement prices of a period is a
 * sum of kinks, the same in the rows and in the ledger.
 */
#include "model/instruments/payment.h"

#include <assert.h>
#include <math.h>

enum { seasons = settlement_seasons_max };

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

/* Those of the activities bound that make something counted. */
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
    if (amount > 0) targets[(*count)++] = (struct payment_target){false, j, amount, output->amount, node, 0};
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
    if (amount > 0) targets[(*count)++] = (struct payment_target){true, a, amount, 1, node, 0};
  }
  return true;
}

static bool has_owner(const struct network *network, const struct bound_instrument *instrument)
{
  for (int o = 0; o < network->dataset->owners_count; o++)
    if (owner_meant(instrument->terms, network->dataset, o, -1)) return true;
  return false;
}

static bool check_seasons(const struct bound_instrument *instrument, struct error *error)
{
  const struct field_list *seasonal = &((const struct payment_terms *)instrument->terms)->seasonal;
  double value;
  if (seasonal->count != 0 && seasonal->count != seasons)
    return term_error(error, instrument, "seasonal", "found %d figures, expected four, one a quarter", seasonal->count);
  for (int i = 0; i < seasonal->count; i++)
    if (!parse_number(seasonal->names[i], &value) || !(value > 0))
      return term_error(error, instrument, "seasonal", "found '%s', expected a number above 0", seasonal->names[i]);
  return true;
}

static bool check_terms(const struct bound_instrument *instrument, struct error *error)
{
  const struct payment_terms *terms = instrument->terms;
  if (!check_seasons(instrument, error)) return false;
  if (!isnan(terms->cash_cap_usd_per_year) && isnan(terms->cap_volume_t_per_year))
    return term_error(error, instrument, "cap_volume_t_per_year",
                      "missing; expected the volume over which a cap of %g USD a year is spread",
                      terms->cash_cap_usd_per_year);
  if (terms->index_lag_years > 0 && !payment_one_index(instrument))
    return term_error(error, instrument, "index_lag_years",
                      "a lag on several index prices; expected index_region and index_material");
  return true;
}

static void note_reads(struct bound_instrument *instrument, struct arena *arena)
{
  const struct payment *payment = instrument->extra;
  int *reads = ARENA_ARRAY(arena, payment->count + 1, int);
  for (int i = 0; i < payment->count; i++) reads[i] = payment->targets[i].node;
  instrument->reads = reads, instrument->reads_count = payment->count;
  if (payment->count > 0) instrument->node = payment->targets[0].node;
}

bool payment_bind(const struct network *network, struct bound_instrument *instrument, const struct payment_rule *rule,
                  struct arena *arena, struct error *error)
{
  const struct payment_terms *terms = instrument->terms;
  struct payment *payment = ARENA_NEW(arena, struct payment);
  struct payment_target *targets =
      ARENA_ARRAY(arena, 2 * (network->arcs_count + network->activities_count), struct payment_target);
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
  note_reads(instrument, arena);
  return check_terms(instrument, error);
}

bool payment_bind_part(const struct network *network, struct bound_instrument *instrument,
                       const struct field_list *materials, int part, struct arena *arena, struct error *error)
{
  struct payment *payment = (struct payment *)instrument->extra; /* made by payment_bind, ours until binding ends */
  struct payment_terms terms = *(const struct payment_terms *)instrument->terms;
  struct bound_instrument other = *instrument;
  terms.select.materials = *materials;
  other.terms = &terms;
  struct payment_target *targets = (struct payment_target *)payment->targets;
  const int first = payment->count, before = instrument->activities_count;
  if (!bind_produced(network, &other, targets, &payment->count, arena, error)) return false;
  for (int i = first; i < payment->count; i++) targets[i].part = part;
  int *activities = ARENA_ARRAY(arena, before + other.activities_count, int), count = 0;
  for (int i = 0; i < before; i++) activities[count++] = instrument->activities[i];
  for (int i = 0; i < other.activities_count; i++) activities[count++] = other.activities[i];
  instrument->activities = activities, instrument->activities_count = count;
  note_reads(instrument, arena);
  return true;
}

bool payment_one_index(const struct bound_instrument *instrument)
{
  const struct payment *payment = instrument->extra;
  for (int i = 1; i < payment->count; i++)
    if (payment->targets[i].node != payment->targets[0].node) return false;
  return true;
}

/* ---- settlement prices ---- */

/* None inside a period that is no longer than the time between two settlements. */
static struct settlement_prices prices_at(const struct bound_instrument *instrument, struct moment moment)
{
  const struct payment_terms *terms = instrument->terms;
  double season[seasons];
  if (terms->settlement_months > 0 && moment.period.length <= terms->settlement_months / 12 + 1e-9)
    return settlement_prices(0, NULL, 0);
  for (int q = 0; q < terms->seasonal.count; q++) {
    [[maybe_unused]] const bool number = parse_number(terms->seasonal.names[q], &season[q]); /* checked when bound */
    assert(number);
  }
  return settlement_prices(term_at(instrument, moment, "dispersion"), season, terms->seasonal.count);
}

/* ---- the benchmark ---- */

double payment_strike(const struct bound_instrument *instrument, struct moment moment, const char *name)
{
  const struct payment_terms *terms = instrument->terms;
  const double strike = term_at(instrument, moment, name);
  if (terms->escalation_per_year == 0) return strike;
  const double start = instrument->instrument->start, first = moment.dataset->scenario->periods[0].start;
  const double years = floor(moment.period.start + moment.period.length / 2 - (isnan(start) ? first : start) + 1e-9);
  return strike * pow(1 + terms->escalation_per_year, fmax(0, years));
}

double payment_strike_quoted(const struct bound_instrument *instrument, const struct outcome *outcome, int p,
                             const char *name)
{
  if (field_find(instrument->kind->fields, name) == NULL) return (double)NAN;
  return payment_strike(instrument, moment_of_outcome(outcome, p), name) * outcome->periods[p].deflator;
}

/* The benchmark as the contract quotes it: constant + slope x the price of the period, real. */
struct benchmark {
  double constant, slope;
};

/* before: nominal price at the index node in the last period, NAN: not known. */
static struct benchmark benchmark_of(const struct payment_terms *terms, struct moment moment, double before)
{
  const double gross = 1 + terms->index_vat_rate;
  const double lagged = isnan(before) ? 0 : fmin(1, terms->index_lag_years / moment.period.length);
  return (struct benchmark){lagged > 0 ? gross * lagged * before / moment.deflator : 0, gross * (1 - lagged)};
}

static double benchmark_at(struct benchmark benchmark, double price)
{
  return benchmark.constant + benchmark.slope * price;
}

/* row += factor x payoff(benchmark(price)) */
static void add_payoff(struct equations *equations, int row, double factor, int price, struct benchmark benchmark,
                       const struct payoff *payoff, const struct settlement_prices *prices)
{
  equations_constant(equations, row, factor * payoff->constant);
  for (int i = 0; i < payoff->count; i++) {
    const struct payoff_piece *piece = &payoff->pieces[i];
    const double side = piece->shape == PAYOFF_ABOVE ? 1 : -1;
    for (int r = 0; r < prices->count; r++) {
      const double part = factor * piece->coefficient * prices->weight[r];
      const double slope = prices->ratio[r] * benchmark.slope, constant = prices->ratio[r] * benchmark.constant;
      if (piece->shape == PAYOFF_DIFFERENCE) {
        equations_constant(equations, row, part * (piece->strike - constant));
        equations_linear(equations, row, price, -part * slope);
      } else {
        equations_hinge(equations, row, part, price, side * (constant - piece->strike), side * slope);
      }
    }
  }
}

/* ---- a contract at a moment ---- */

struct contract {
  const struct payment *payment;
  struct payoff payoff;
  struct settlement_prices prices;
  struct benchmark benchmark;
  double volume_cap; /* paid t/y at most; 0 or NAN: no cap */
};

static struct contract contract_at(const struct bound_instrument *instrument, struct moment moment, double before)
{
  const struct payment *payment = instrument->extra;
  const struct payment_terms *terms = instrument->terms;
  const char *volume_cap = payment->rule->volume_cap;
  struct contract contract = {.payment = payment,
                              .payoff = payment->rule->payoff(instrument, moment),
                              .prices = prices_at(instrument, moment),
                              .benchmark = benchmark_of(terms, moment, before),
                              .volume_cap = volume_cap == NULL ? 0 : term_at(instrument, moment, volume_cap)};
  const double cap = term_at(instrument, moment, "cash_cap_usd_per_year") / 1000; /* spread over its volume */
  if (!isnan(cap))
    contract.payoff = payoff_capped(contract.payoff, cap / term_at(instrument, moment, "cap_volume_t_per_year"));
  return contract;
}

/* kg paid a unit of the target. */
static double amount_of(const struct bound_instrument *instrument, struct moment moment,
                        const struct payment_target *target)
{
  const struct payment *payment = instrument->extra;
  return target->amount * (payment->rule->part == NULL ? 1 : payment->rule->part(instrument, moment, target->part));
}

static double paid_per_kg(const struct contract *contract, double price)
{
  return payoff_expected(&contract->payoff, &contract->prices, benchmark_at(contract->benchmark, price));
}

/* ---- rows ---- */

static struct contract contract_of_block(const struct bound_instrument *instrument, int k, const struct window *window,
                                         int b)
{
  return contract_at(instrument, moment_of_block(window, b), b == 0 ? window->state->instrument_index[k] : (double)NAN);
}

static int target_row(const struct block *block, const struct payment_target *target)
{
  return target->arc ? block->arc[target->index] : block->activity[target->index];
}

static void add_uncapped(const struct bound_instrument *instrument, int k, struct window *window, int b,
                         const struct contract *contract)
{
  const struct block *block = &window->blocks[b];
  const struct moment moment = moment_of_block(window, b);
  for (int i = 0; i < contract->payment->count; i++) {
    const struct payment_target *target = &contract->payment->targets[i];
    const double amount = block->instruments[k].share * amount_of(instrument, moment, target);
    add_payoff(window->equations, target_row(block, target), -amount, block->price[target->node], contract->benchmark,
               &contract->payoff, &contract->prices);
  }
}

/* paid: rent - payoff _|_ 0 <= paid <= cap;   rent: counted - paid >= 0;   each act: - amount x rent */
static void add_capped(const struct bound_instrument *instrument, int k, struct window *window, int b,
                       const struct contract *contract)
{
  const struct block *block = &window->blocks[b];
  const struct payment *payment = contract->payment;
  const struct moment moment = moment_of_block(window, b);
  struct equations *equations = window->equations;
  if (payment->count == 0) return;
  const double share = block->instruments[k].share;
  const double price = window->network->nodes[payment->targets[0].node].price_usd_per_kg;
  double quantity = 0;
  for (int i = 0; i < payment->count; i++)
    quantity += payment->targets[i].amount * equations->z_scale[target_row(block, &payment->targets[i])];
  const int paid = window_instrument_unknown(window, b, k, 0, share > 0 ? contract->volume_cap : 0, quantity, price);
  const int rent = window_instrument_unknown(window, b, k, 0, INFINITY, price, quantity);
  equations_linear(equations, paid, rent, 1);
  equations_linear(equations, rent, paid, -1);
  add_payoff(equations, paid, -share, block->price[payment->targets[0].node], contract->benchmark, &contract->payoff,
             &contract->prices);
  for (int i = 0; i < payment->count; i++) {
    const int row = target_row(block, &payment->targets[i]);
    const double amount = amount_of(instrument, moment, &payment->targets[i]);
    equations_linear(equations, rent, row, amount);
    equations_linear(equations, row, rent, -amount);
  }
}

void payment_add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct contract contract = contract_of_block(instrument, k, window, b);
  if (contract.volume_cap > 0)
    add_capped(instrument, k, window, b, &contract);
  else
    add_uncapped(instrument, k, window, b, &contract);
}

bool payment_open(const struct bound_instrument *instrument, int k, const struct state *state)
{
  const struct payment_terms *terms = instrument->terms;
  return !(fabs(state->instrument_paid[k]) >= terms->cash_cap_usd / 1000);
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
    if (mine)
      return window->blocks[b].instruments[k].share * amount_of(instrument, moment_of_block(window, b), target) /
             target->sold;
  }
  return 0;
}

double payment_received(const struct bound_instrument *instrument, int k, const struct window *window, int b, int arc,
                        double price)
{
  const struct contract contract = contract_of_block(instrument, k, window, b);
  return paid_per_sale(instrument, k, window, b, arc) * paid_per_kg(&contract, price);
}

double payment_received_slope(const struct bound_instrument *instrument, int k, const struct window *window, int b,
                              int arc, double price)
{
  const struct contract contract = contract_of_block(instrument, k, window, b);
  return paid_per_sale(instrument, k, window, b, arc) * contract.benchmark.slope *
         payoff_expected_slope(&contract.payoff, &contract.prices, benchmark_at(contract.benchmark, price));
}

/* ---- settlement ---- */

static double target_quantity(const struct bound_instrument *instrument, struct moment moment,
                              const struct period_outcome *period, const struct payment_target *target)
{
  return amount_of(instrument, moment, target) *
         (target->arc ? period->flow[target->index] : period->activity[target->index]);
}

static double nominal_index(const struct bound_instrument *instrument, const struct outcome *outcome, int p)
{
  if (p < 0 || instrument->node < 0) return (double)NAN;
  return outcome->periods[p].multiplier[instrument->node] * outcome->periods[p].deflator;
}

static struct contract contract_of_outcome(const struct bound_instrument *instrument, const struct outcome *outcome,
                                           int p)
{
  return contract_at(instrument, moment_of_outcome(outcome, p), nominal_index(instrument, outcome, p - 1));
}

/* Share of what is counted that is paid: the volume cap's and that of the period in force. */
static double paid_share(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                         const struct contract *contract)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  double counted = 0;
  for (int i = 0; i < contract->payment->count; i++)
    counted += target_quantity(instrument, moment, period, &contract->payment->targets[i]);
  const bool capped = contract->volume_cap > 0 && counted > contract->volume_cap;
  return period->instrument_share[k] * (capped ? contract->volume_cap / counted : 1);
}

/* kUSD a year by the terms, real, before caps of money. */
static double claimed(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                      const struct contract *contract)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  double sum = 0;
  for (int i = 0; i < contract->payment->count; i++) {
    const struct payment_target *target = &contract->payment->targets[i];
    sum +=
        paid_per_kg(contract, period->multiplier[target->node]) * target_quantity(instrument, moment, period, target);
  }
  return sum * paid_share(instrument, k, outcome, p, contract);
}

/* Share of the claim of period p that the caps of money leave, when so much (nominal kUSD) was paid before. */
static double within_caps(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                          double before_kusd, const struct contract *contract)
{
  const struct payment_terms *terms = instrument->terms;
  const double claim = fabs(claimed(instrument, k, outcome, p, contract));
  const double yearly = term_at(instrument, moment_of_outcome(outcome, p), "cash_cap_usd_per_year") / 1000;
  double share = 1;
  if (claim > yearly) share = yearly / claim;
  const double nominal = nominal_kusd(instrument, outcome, p, share * claim);
  const double all = isnan(terms->cash_cap_usd) ? (double)INFINITY : terms->cash_cap_usd / 1000;
  const double left = fmax(0, all - fabs(before_kusd));
  return nominal > left ? share * left / nominal : share;
}

/* Nominal kUSD paid before period p. */
static double paid_before(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p)
{
  const struct payment_terms *terms = instrument->terms;
  double paid = 0;
  if (isnan(terms->cash_cap_usd)) return 0;
  for (int q = 0; q < p; q++) {
    const struct contract contract = contract_of_outcome(instrument, outcome, q);
    paid += nominal_kusd(instrument, outcome, q, claimed(instrument, k, outcome, q, &contract)) *
            within_caps(instrument, k, outcome, q, paid, &contract);
  }
  return paid;
}

void payment_settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct payment *payment = instrument->extra;
  const struct moment moment = moment_of_outcome(outcome, p);
  const struct contract contract = contract_of_outcome(instrument, outcome, p);
  const double share = paid_share(instrument, k, outcome, p, &contract);
  const double capped = within_caps(instrument, k, outcome, p, paid_before(instrument, k, outcome, p), &contract);
  for (int i = 0; i < payment->count; i++) {
    const struct payment_target *target = &payment->targets[i];
    const double quantity = share * target_quantity(instrument, moment, period, target);
    const struct account seller =
        target->arc ? (struct account){ACCOUNT_TRADER, target->index}
                    : (struct account){ACCOUNT_FACILITY, outcome->network->activities[target->index].facility};
    ledger_post(ledger, (struct account){ACCOUNT_AGENCY, k}, seller, k,
                capped * paid_per_kg(&contract, period->multiplier[target->node]) * quantity, quantity,
                payment->rule->reason);
  }
}

void payment_advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                     struct state *state)
{
  const struct contract contract = contract_of_outcome(instrument, outcome, p);
  const double capped = within_caps(instrument, k, outcome, p, state->instrument_paid[k], &contract);
  state->instrument_paid[k] +=
      nominal_kusd(instrument, outcome, p, capped * claimed(instrument, k, outcome, p, &contract));
  state->instrument_index[k] = nominal_index(instrument, outcome, p);
}

double payment_worth(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                     int activity)
{
  const struct payment *payment = instrument->extra;
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  const struct contract contract = contract_of_outcome(instrument, outcome, p);
  const bool capped = contract.volume_cap > 0;
  double sum = 0;
  if (instrument_in_cash(outcome->network->dataset, instrument->instrument)) return 0;
  for (int i = 0; i < payment->count; i++) {
    const struct payment_target *target = &payment->targets[i];
    if (target->arc || target->index != activity) continue;
    const double paid = capped ? period->instrument[k][1]
                               : period->instrument_share[k] * paid_per_kg(&contract, period->multiplier[target->node]);
    sum += amount_of(instrument, moment, target) * paid;
  }
  return sum;
}

double payment_for(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   double tonnes)
{
  const struct contract contract = contract_of_outcome(instrument, outcome, p);
  const struct period_outcome *period = &outcome->periods[p];
  const double paid = contract.volume_cap > 0 ? fmin(tonnes, contract.volume_cap) : tonnes;
  if (contract.payment->count == 0) return 0;
  return period->instrument_share[k] * paid *
         paid_per_kg(&contract, period->multiplier[contract.payment->targets[0].node]);
}
