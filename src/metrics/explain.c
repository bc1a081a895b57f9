/* metrics/explain.c - walks from a price up its chain of suppliers, condition by condition.
 *
 * An activity that runs earns its cost, inputs and rents, and an arc that carries something costs what its ends differ
 * by, so each condition turned round is one level of the tree. A by-product that is less than a third of what its maker
 * sells is not opened below the root: it is worth what its users pay, not what its maker costs. What instruments take
 * or give is read from the ledger; a part of a condition that no posting names is one line, "other terms". Prices
 * carried over by a stock are not followed into the year before.
 */
#include "metrics/explain.h"

#include <assert.h>
#include <math.h>

#include "metrics/balance.h"
#include "metrics/payments.h"
#include "model/cost.h"
#include "model/terms.h"

enum supplier_kind { SUPPLIER_NONE, SUPPLIER_ACTIVITY, SUPPLIER_ARC, SUPPLIER_STORE };
struct supplier {
  enum supplier_kind kind;
  int index;
  double tonnes, amount; /* brought a year; of the good a unit of activity */
  bool slack;
};

enum visit { VISIT_NEVER, VISIT_OPEN, VISIT_DONE };
struct walk {
  const struct outcome *outcome;
  const struct network *network;
  const struct period_outcome *period;
  const struct ledger *ledger;
  int p;
  enum visit *visits; /* [nodes] */
  struct explanation *result;
  struct arena *arena;
};

enum { depth_max = 60 };
static const double open_share_min = 0.01;      /* smaller inputs stay closed */
static const double basket_share_min = 1.0 / 3; /* of what its maker sells; lesser by-products stay closed */

static void add_line(struct walk *walk, int depth, bool leaf, double usd_per_kg, const char *text, const char *detail)
{
  struct explanation *result = walk->result;
  if (result->count == result->capacity) {
    result->capacity = result->capacity > 0 ? 2 * result->capacity : 64;
    result->lines = arena_grow(walk->arena, result->lines, result->count, result->capacity, sizeof *result->lines);
  }
  result->lines[result->count++] =
      (struct explain_line){.depth = depth, .leaf = leaf, .text = text, .detail = detail, .usd_per_kg = usd_per_kg};
  if (leaf) result->sum_usd_per_kg += usd_per_kg;
}

/* A part of a condition; parts of nothing are left out. */
static double add_part(struct walk *walk, int depth, double usd_per_kg, const char *text)
{
  if (fabs(usd_per_kg) > 1e-9 * fabs(walk->result->price_usd_per_kg)) add_line(walk, depth, true, usd_per_kg, text, "");
  return usd_per_kg;
}

static bool has_rent(const struct walk *walk, enum account_kind payer, int index)
{
  for (int k = 0; k < walk->ledger->count; k++) {
    const struct posting *posting = &walk->ledger->postings[k];
    if (posting->payer.kind == payer && posting->payer.index == index && posting->payee.kind == ACCOUNT_RENT)
      return true;
  }
  return false;
}

static void offer(struct supplier *best, struct supplier candidate)
{
  if (!(candidate.tonnes > 0)) return;
  if (best->kind != SUPPLIER_NONE && best->slack && !candidate.slack) return;
  if (best->kind != SUPPLIER_NONE && best->slack == candidate.slack && candidate.tonnes <= best->tonnes) return;
  *best = candidate;
}

static double output_amount(const struct activity *activity, int node)
{
  double amount = 0;
  for (int i = 0; i < activity->io_count; i++)
    if (activity->io[i].node == node) amount += activity->io[i].amount;
  return amount;
}

static bool comes_round(const struct walk *walk, int from, int node);

/* makers_first: no arc whose origin is itself supplied from here. */
static struct supplier choose_among(const struct walk *walk, int node, bool makers_first)
{
  const struct network *network = walk->network;
  const struct period_outcome *period = walk->period;
  const double scale = network->nodes[node].price_usd_per_kg;
  struct supplier best = {.kind = SUPPLIER_NONE};
  for (int j = 0; j < network->activities_count; j++) {
    if (!(period->activity[j] > 1e-9 * network->activities[j].quantity_t_per_year)) continue;
    const double amount = output_amount(&network->activities[j], node);
    const int facility = network->activities[j].facility;
    const bool slack = period->capacity_rent[facility] <= 1e-6 * scale && !has_rent(walk, ACCOUNT_FACILITY, facility);
    offer(&best, (struct supplier){SUPPLIER_ACTIVITY, j, amount * period->activity[j], amount, slack});
  }
  for (int a = 0; a < network->arcs_count; a++) {
    if (network->arcs[a].to != node || !(period->flow[a] > 1e-9 * network->arcs[a].quantity_t_per_year)) continue;
    if (makers_first && comes_round(walk, network->arcs[a].from, node)) continue;
    const bool slack = !(period->arc_rent[a] > 1e-6 * scale) && !has_rent(walk, ACCOUNT_TRADER, a);
    offer(&best, (struct supplier){SUPPLIER_ARC, a, period->flow[a], 1, slack});
  }
  for (int s = 0; s < network->stores_count && best.kind == SUPPLIER_NONE; s++)
    if (network->stores[s].node == node)
      offer(&best, (struct supplier){SUPPLIER_STORE, s, period->stock_before[s] / period->period.length, 1, true});
  return best;
}

/* Do the largest suppliers from here on, arc after arc, lead to a ring of trade? Goods go round where a link used less
 * than in the base year costs less than its freight. */
static bool comes_round(const struct walk *walk, int from, int node)
{
  for (int step = 0; step < depth_max; step++) {
    if (from == node) return true;
    const struct supplier supplier = choose_among(walk, from, false);
    if (supplier.kind != SUPPLIER_ARC) return false;
    from = walk->network->arcs[supplier.index].from;
  }
  return true;
}

static struct supplier choose_supplier(const struct walk *walk, int node)
{
  const struct supplier largest = choose_among(walk, node, false);
  if (largest.kind != SUPPLIER_ARC || !comes_round(walk, walk->network->arcs[largest.index].from, node)) return largest;
  const struct supplier other = choose_among(walk, node, true);
  return other.kind == SUPPLIER_ACTIVITY || other.kind == SUPPLIER_ARC ? other : largest;
}

/* USD/kg that instrument k takes (positive) from an account, of its tonnes; *reason: what for. */
static double instrument_takes(const struct walk *walk, struct account account, int k, double tonnes,
                               const char **reason)
{
  double kusd = 0;
  for (int i = 0; i < walk->ledger->count; i++) {
    const struct posting *posting = &walk->ledger->postings[i];
    const bool pays = posting->payer.kind == account.kind && posting->payer.index == account.index;
    const bool gets = posting->payee.kind == account.kind && posting->payee.index == account.index;
    if (posting->instrument != k || pays == gets || posting_in_figures(posting)) continue;
    kusd += pays ? posting->kusd_per_year : -posting->kusd_per_year;
    *reason = posting->reason;
  }
  return kusd / tonnes;
}

/* The instruments' part of a condition, which must come to `rest`; what the ledger does not name is one line. */
static void add_instruments(struct walk *walk, int depth, struct account account, double tonnes, double factor,
                            double rest, const char *otherwise)
{
  const struct dataset *dataset = walk->network->dataset;
  for (int k = 0; k < dataset->instruments_count; k++) {
    const char *reason = "";
    const double taken = instrument_takes(walk, account, k, tonnes, &reason);
    if (fabs(taken) <= 1e-9 * fabs(rest) || fabs(taken) > fabs(rest) * (1 + 1e-6) + 1e-9) continue;
    const char *text = arena_format(walk->arena, "%s of %s", reason, dataset->instruments[k].record.id);
    rest -= add_part(walk, depth, factor * taken, text) / factor;
  }
  if (fabs(factor * rest) > 1e-7 * fabs(walk->result->price_usd_per_kg))
    add_part(walk, depth, factor * rest, otherwise);
}

static void explain_node(struct walk *walk, int depth, int node, double amount, double factor, const char *role);

static void explain_activity(struct walk *walk, int depth, const struct supplier *supplier, int node, double factor)
{
  const struct network *network = walk->network;
  const struct activity *activity = &network->activities[supplier->index];
  const struct facility *facility = &network->dataset->facilities[activity->facility];
  const struct period_outcome *period = walk->period;
  const struct activity_terms *terms = &period->activity_terms[supplier->index];
  const double x = period->activity[supplier->index], per = factor / supplier->amount;
  const double wedge = terms_activity_wedge(network, supplier->index, period->period, period->known);
  const double total = cost_group(network, supplier->index, NULL, period->activity);
  const double rising = cost_marginal(terms, total) - terms->cost;
  const double rent = activity->capacity_use * period->capacity_rent[activity->facility];
  const char *id = facility->record.id;
  double rest = supplier->amount * period->multiplier[node] - terms->cost - rising - rent;
  for (int i = 0; i < activity->io_count; i++) {
    const struct input_output *io = &activity->io[i];
    if (io->node == node) continue;
    rest += io->amount * period->multiplier[io->node];
    if (io->amount < 0) explain_node(walk, depth, io->node, -io->amount / supplier->amount, factor, "input");
  }
  add_part(walk, depth, per * (terms->cost - wedge), arena_format(walk->arena, "cost of %s", id));
  add_part(walk, depth, per * wedge, arena_format(walk->arena, "calibration wedge of %s", id));
  add_part(walk, depth, per * rising, arena_format(walk->arena, "rising cost of %s", id));
  add_part(walk, depth, per * rent, arena_format(walk->arena, "capacity rent of %s (scarcity)", id));
  for (int i = 0; i < activity->io_count; i++) {
    const struct input_output *io = &activity->io[i];
    if (io->node == node || io->amount <= 0) continue;
    const char *text = arena_format(walk->arena, "by-product credit: %s", network->nodes[io->node].name);
    add_part(walk, depth, -per * io->amount * period->multiplier[io->node], text);
  }
  const struct account firm = {ACCOUNT_FACILITY, activity->facility};
  add_instruments(walk, depth, firm, x, per, rest, "other terms of contracts and quotas");
}

/* Parts of (E10), turned round. */
static void explain_arc(struct walk *walk, int depth, const struct supplier *supplier, double factor)
{
  const struct network *network = walk->network;
  const struct arc *arc = &network->arcs[supplier->index];
  const struct arc_terms *terms = &walk->period->arc_terms[supplier->index];
  const struct period_outcome *period = walk->period;
  const double from = period->multiplier[arc->from], to = period->multiplier[arc->to],
               flow = period->flow[supplier->index];
  const double export_tax = terms->export_tax_rate * from * (1 + terms->vat_rate) + terms->export_tax_specific;
  const double value = from * (1 + terms->vat_rate) + export_tax;
  const double base = value + (terms->fob ? 0 : terms->freight);
  const double wedge = arc->kind == ARC_TRADE || arc->kind == ARC_TRANSFER
                           ? terms_arc_wedge(network, supplier->index, period->period, period->known)
                           : 0;
  explain_node(walk, depth, arc->from, 1, factor, arc->kind == ARC_TRADE ? "imported" : "origin");
  double rest = to - from;
  rest -= add_part(walk, depth, factor * terms->vat_rate * from, "VAT not rebated") / factor;
  rest -= add_part(walk, depth, factor * export_tax, "export tax") / factor;
  rest -= add_part(walk, depth, factor * terms->freight, "freight") / factor;
  rest -= add_part(walk, depth, factor * terms->tariff_rate * base,
                   arena_format(walk->arena, "tariff, %.3g %% of %s value", 100 * terms->tariff_rate,
                                terms->fob ? "f.o.b." : "c.i.f.")) /
          factor;
  rest -= add_part(walk, depth, factor * terms->tariff_specific, "specific tariff") / factor;
  rest -= add_part(walk, depth, factor * terms->value_cost_rate * from, "interest while a licence is pending") / factor;
  rest -= add_part(walk, depth, factor * wedge, "calibration wedge of the link") / factor;
  rest -= add_part(walk, depth, factor * (terms->cost - wedge), "fees and other costs of the link") / factor;
  rest -= add_part(walk, depth, factor * terms->slope * (flow - terms->slope_base), "rising cost of the link") / factor;
  if (period->arc_rent[supplier->index] > 0)
    rest -=
        add_part(walk, depth, factor * period->arc_rent[supplier->index], "rent of the link's capacity (scarcity)") /
        factor;
  const char *otherwise =
      arc->kind == ARC_SALE ? "mark-up over the owner's own value (conduct)" : "rents and floors of instruments";
  add_instruments(walk, depth, (struct account){ACCOUNT_TRADER, supplier->index}, flow, factor, rest, otherwise);
}

static void explain_store(struct walk *walk, int depth, const struct supplier *supplier, int node, double factor)
{
  const double price = walk->period->multiplier[node];
  const double before = walk->p > 0 ? walk->outcome->periods[walk->p - 1].price[node] : (double)NAN;
  if (isnan(before)) {
    add_part(walk, depth, factor * price, "scarcity: the stock is given");
    return;
  }
  (void)supplier;
  add_part(walk, depth, factor * before, "price in the period before, when it was stored");
  add_part(walk, depth, factor * (price - before), "holding cost, interest and decay since, and what was not foreseen");
}

/* Which consumer's willingness to pay holds the price up: the one that takes most of what is left to take. */
static int marginal_consumer(const struct walk *walk, int node)
{
  int best = -1;
  for (int k = 0; k < walk->network->consumers_count; k++) {
    if (walk->network->consumers[k].node != node || !(walk->period->consumption[k] > 0)) continue;
    if (best < 0 || walk->period->consumption[k] > walk->period->consumption[best]) best = k;
  }
  return best;
}

/* A minor by-product does not carry its maker's cost: it is worth what its users pay. */
static bool is_minor(const struct walk *walk, const struct supplier *supplier, int node)
{
  if (supplier->kind != SUPPLIER_ACTIVITY) return false;
  const struct activity *activity = &walk->network->activities[supplier->index];
  if (activity->io[activity->product].node == node) return false;
  double basket = 0;
  for (int i = 0; i < activity->io_count; i++)
    if (activity->io[i].amount > 0)
      basket += activity->io[i].amount * fmax(0, walk->period->multiplier[activity->io[i].node]);
  return supplier->amount * walk->period->multiplier[node] < basket_share_min * basket;
}

/* The output that brings its maker most. */
static int carrier(const struct walk *walk, int activity)
{
  const struct activity *maker = &walk->network->activities[activity];
  int best = maker->product;
  for (int i = 0; i < maker->io_count; i++)
    if (maker->io[i].amount * walk->period->multiplier[maker->io[i].node] >
        maker->io[best].amount * walk->period->multiplier[maker->io[best].node])
      best = i;
  return maker->io[best].node;
}

static const char *describe_minor(const struct walk *walk, const struct supplier *supplier, int node)
{
  const double surplus = scarcity_surplus(walk->outcome, walk->p, node);
  const char *worth =
      surplus > 0 ? arena_format(walk->arena, "%.4g t/y find no use", surplus) : "worth what its users pay";
  return arena_format(walk->arena, "; a by-product of %s, %s",
                      walk->network->nodes[carrier(walk, supplier->index)].name, worth);
}

static const char *describe_supplier(const struct walk *walk, const struct supplier *supplier)
{
  const struct network *network = walk->network;
  const char *scarce = supplier->slack ? "" : ", at its limit";
  switch (supplier->kind) {
  case SUPPLIER_ACTIVITY:
    return arena_format(walk->arena, "made by %s, %.4g t/y%s", network->activities[supplier->index].name,
                        supplier->tonnes, scarce);
  case SUPPLIER_ARC:
    if (network->arcs[supplier->index].kind != ARC_TRADE) return "";
    return arena_format(walk->arena, "brought in, %.4g t/y%s", supplier->tonnes, scarce);
  case SUPPLIER_STORE: return arena_format(walk->arena, "taken from stock, %.4g t/y", supplier->tonnes);
  case SUPPLIER_NONE: break;
  }
  return "";
}

static void explain_open(struct walk *walk, int depth, int node, const struct supplier *supplier, double factor)
{
  walk->visits[node] = VISIT_OPEN;
  switch (supplier->kind) {
  case SUPPLIER_ACTIVITY: explain_activity(walk, depth, supplier, node, factor); break;
  case SUPPLIER_ARC: explain_arc(walk, depth, supplier, factor); break;
  case SUPPLIER_STORE: explain_store(walk, depth, supplier, node, factor); break;
  case SUPPLIER_NONE: assert(false); break;
  }
  walk->visits[node] = VISIT_DONE;
}

/* amount: kg of this good a kg of the one above; factor: kg of that one a kg of the root's. */
static void explain_node(struct walk *walk, int depth, int node, double amount, double factor, const char *role)
{
  const double price = walk->period->multiplier[node], value = factor * amount * price;
  const char *name = walk->network->nodes[node].name;
  const struct supplier supplier = choose_supplier(walk, node);
  const char *quantity = depth == 0 ? "" : arena_format(walk->arena, "%s, %.4g kg at %.4g", role, amount, price);
  const bool small = depth > 0 && fabs(value) < open_share_min * fabs(walk->result->price_usd_per_kg);
  const char *closed = walk->visits[node] == VISIT_OPEN               ? "; a loop, see above"
                       : walk->visits[node] == VISIT_DONE             ? "; see above"
                       : supplier.kind == SUPPLIER_NONE               ? "; supply is given"
                       : depth > 0 && is_minor(walk, &supplier, node) ? describe_minor(walk, &supplier, node)
                       : small || depth >= depth_max                  ? ""
                                                                      : NULL;
  if (closed != NULL) {
    add_line(walk, depth, true, value, name, arena_format(walk->arena, "%s%s", quantity, depth == 0 ? "" : closed));
    return;
  }
  const char *by = describe_supplier(walk, &supplier);
  const char *join = quantity[0] != '\0' && by[0] != '\0' ? "; " : "";
  add_line(walk, depth, false, value, name, arena_format(walk->arena, "%s%s%s", quantity, join, by));
  explain_open(walk, depth + 1, node, &supplier, factor * amount);
}

/* The activity in which the chain of arcs that starts at node ends, or -1. */
static int find_maker(const struct walk *walk, int *node)
{
  for (int step = 0; step < depth_max; step++) {
    const struct supplier supplier = choose_supplier(walk, *node);
    if (supplier.kind == SUPPLIER_ACTIVITY) return supplier.index;
    if (supplier.kind != SUPPLIER_ARC) return -1;
    *node = walk->network->arcs[supplier.index].from;
  }
  return -1;
}

/* In words: the end of the chain that starts at node. */
static const char *describe_margin(const struct walk *walk, int node)
{
  const struct network *network = walk->network;
  for (int step = 0; step < depth_max; step++) {
    const struct supplier supplier = choose_supplier(walk, node);
    if (supplier.kind == SUPPLIER_ARC && supplier.slack) {
      node = network->arcs[supplier.index].from;
      continue;
    }
    const int consumer = marginal_consumer(walk, node);
    if (is_minor(walk, &supplier, node))
      return arena_format(walk->arena, "%s; %s makes it%s",
                          walk->period->multiplier[node] > 0 ? "what users pay for it" : "nobody needs more of it",
                          network->activities[supplier.index].name, describe_minor(walk, &supplier, node));
    if (supplier.kind == SUPPLIER_ACTIVITY && supplier.slack)
      return arena_format(walk->arena, "the cost of %s", network->activities[supplier.index].name);
    if (supplier.kind == SUPPLIER_STORE) return "what the stock would fetch later";
    const char *limit = supplier.kind == SUPPLIER_ACTIVITY ? network->activities[supplier.index].name
                        : supplier.kind == SUPPLIER_ARC    ? network->arcs[supplier.index].name
                                                           : "supply that is given";
    if (consumer < 0) return arena_format(walk->arena, "scarcity: the limit of %s", limit);
    return arena_format(walk->arena, "what %s is willing to pay; %s is at its limit", network->consumers[consumer].name,
                        limit);
  }
  return "a ring of trade";
}

const struct explanation *explain_price(const struct outcome *outcome, int p, const struct ledger *ledger, int node,
                                        struct arena *arena)
{
  const struct period_outcome *period = &outcome->periods[p];
  assert(!isnan(period->price[node]));
  struct explanation *result = ARENA_NEW(arena, struct explanation);
  *result = (struct explanation){.node = node, .period = p, .price_usd_per_kg = period->price[node]};
  struct walk walk = {.outcome = outcome,
                      .network = outcome->network,
                      .period = period,
                      .ledger = ledger,
                      .p = p,
                      .result = result,
                      .arena = arena};
  walk.visits = ARENA_ARRAY(arena, outcome->network->nodes_count, enum visit);
  explain_node(&walk, 0, node, 1, 1, "");
  result->margin = describe_margin(&walk, node);
  const int maker = find_maker(&walk, &node);
  result->scarcity = scarcity_at(outcome, p, result->node, maker, arena);
  return result;
}
