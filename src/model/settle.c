/* model/settle.c - who paid whom in a period: instruments first, then the market around them.
 *
 * The figures in force hold the data's taxes and costs together with what instruments added. Instruments post their
 * own part; the skeleton posts what is left of the total, which is what the data themselves state. Nothing is posted
 * to make an account close: nodes close because their balances do.
 */
#include "model/settle.h"

#include <assert.h>
#include <math.h>

#include "base/text.h"
#include "model/cost.h"
#include "model/instruments.h"
#include "model/instruments/quota.h"
#include "model/terms.h"

/* Parts of a landed cost that both the data and instruments may charge. */
enum charge { CHARGE_VAT, CHARGE_EXPORT_TAX, CHARGE_TARIFF, CHARGE_COST, charges_count };
static const struct {
  const char *reason;
  enum charge charge;
} charge_reasons[] = {{"VAT not rebated", CHARGE_VAT},
                      {"export tax", CHARGE_EXPORT_TAX},
                      {"tariff", CHARGE_TARIFF},
                      {"licence cost", CHARGE_COST},
                      {"traceability", CHARGE_COST}};

/* What instruments have already posted, by what it was for. */
struct charged {
  double (*arc)[charges_count]; /* [arcs] paid by the trader */
  double *credit;               /* [facilities] production credits received, which costs in force are net of */
  double *royalty;              /* [facilities] royalties paid, which costs in force include */
};

struct settling {
  const struct outcome *outcome;
  const struct network *network;
  const struct period_outcome *period;
  struct ledger *ledger;
  struct charged charged;
};

static struct account account(enum account_kind kind, int index)
{
  return (struct account){kind, index};
}

static void post(const struct settling *s, struct account payer, struct account payee, double kusd, double quantity,
                 const char *reason)
{
  ledger_post(s->ledger, payer, payee, -1, kusd, quantity, reason);
}

/* ---- instruments ---- */

static void note_charge(struct charged *charged, const struct posting *posting)
{
  const bool traders = posting->payer.kind == ACCOUNT_TRADER || posting->payee.kind == ACCOUNT_TRADER;
  const bool paid = posting->payer.kind == ACCOUNT_TRADER || posting->payer.kind == ACCOUNT_FACILITY;
  const int index = paid ? posting->payer.index : posting->payee.index;
  const double amount = paid ? posting->kusd_per_year : -posting->kusd_per_year;
  if (!traders && text_equal(posting->reason, "production credit")) charged->credit[index] -= amount;
  if (!traders && text_equal(posting->reason, "royalty")) charged->royalty[index] += amount;
  for (size_t i = 0; traders && i < sizeof charge_reasons / sizeof *charge_reasons; i++)
    if (text_equal(posting->reason, charge_reasons[i].reason)) charged->arc[index][charge_reasons[i].charge] += amount;
}

static void settle_instruments(struct settling *s, int p)
{
  const struct network *network = s->network;
  struct arena *arena = s->ledger->arena;
  const int first = s->ledger->count;
  for (int k = 0; k < network->instruments_count; k++)
    if (network->instruments[k].kind->settle != NULL)
      network->instruments[k].kind->settle(&network->instruments[k], k, s->outcome, p, s->ledger);
  s->charged.arc = arena_alloc(arena, (size_t)network->arcs_count, sizeof *s->charged.arc);
  s->charged.credit = ARENA_ARRAY(arena, network->dataset->facilities_count, double);
  s->charged.royalty = ARENA_ARRAY(arena, network->dataset->facilities_count, double);
  for (int i = first; i < s->ledger->count; i++) {
    const struct posting *posting = &s->ledger->postings[i];
    const struct instrument *instrument = network->instruments[posting->instrument].instrument;
    if (!instrument_in_cash(network->dataset, instrument)) note_charge(&s->charged, posting);
  }
}

/* ---- facilities ---- */

static void settle_goods(const struct settling *s, int j)
{
  const struct activity *activity = &s->network->activities[j];
  const struct account facility = account(ACCOUNT_FACILITY, activity->facility);
  if (s->period->activity[j] == 0) return;
  for (int i = 0; i < activity->io_count; i++) {
    const struct input_output *io = &activity->io[i];
    const double quantity = io->amount * s->period->activity[j];
    const struct account node = account(ACCOUNT_NODE, io->node);
    const double value = s->period->multiplier[io->node] * quantity;
    if (quantity > 0)
      post(s, node, facility, value, quantity, "output");
    else
      post(s, facility, node, -value, -quantity, "input");
  }
}

static void settle_facility(const struct settling *s, int f)
{
  const struct dataset *dataset = s->network->dataset;
  const struct facility *data = &dataset->facilities[f];
  const struct account facility = account(ACCOUNT_FACILITY, f);
  double cost = 0, units = 0, wedge = 0;
  for (int j = s->network->facility_first[f]; j < s->network->facility_first[f + 1]; j++) {
    settle_goods(s, j);
    cost += cost_of(&s->period->activity_terms[j], s->period->activity[j],
                    cost_group(s->network, j, NULL, s->period->activity));
    units += s->period->activity[j];
    wedge += s->period->activity[j] * terms_activity_wedge(s->network, j, s->period->period, s->period->known);
  }
  const double real = cost - wedge + s->charged.credit[f] - s->charged.royalty[f];
  post(s, facility, account(ACCOUNT_RESOURCES, 0), real, units, "production cost");
  post(s, facility, account(ACCOUNT_WEDGE, 0), wedge, units, "calibration wedge");
  if (s->period->order[f] > 0)
    post(s, facility, account(ACCOUNT_RESOURCES, 0),
         s->period->order[f] * data->capital_usd_per_kg_year * data->capital_factor / s->period->period.length,
         s->period->order[f], "capital");
}

/* ---- arcs ---- */

/* What is left of a charge once the instruments have posted theirs; rounding is nothing. */
static double rest_of(const struct settling *s, int a, enum charge charge, double total)
{
  const double rest = total - s->charged.arc[a][charge];
  return fabs(rest) <= 1e-12 * fabs(total) ? 0 : rest;
}

static void settle_charges(const struct settling *s, int p, int a)
{
  const struct arc *arc = &s->network->arcs[a];
  const struct arc_terms *terms = &s->period->arc_terms[a];
  const double flow = s->period->flow[a], price = s->period->multiplier[arc->from];
  const struct account trader = account(ACCOUNT_TRADER, a);
  const struct account from = account(ACCOUNT_GOVERNMENT, s->network->nodes[arc->from].region);
  const struct account to = account(ACCOUNT_GOVERNMENT, s->network->nodes[arc->to].region);
  const double value = customs_value(s->outcome, p, a) + quota_rent_in_value(s->outcome, p, a);
  const double tariff = (terms->tariff_rate * value + terms->tariff_specific) * flow;
  const double export_tax = terms->export_tax_rate * (1 + terms->vat_rate) * price + terms->export_tax_specific;
  const double cost = (terms->value_cost_rate * price + terms->cost) * flow;
  post(s, trader, from, rest_of(s, a, CHARGE_VAT, terms->vat_rate * price * flow), flow, "VAT not rebated");
  post(s, trader, from, rest_of(s, a, CHARGE_EXPORT_TAX, export_tax * flow), flow, "export tax");
  post(s, trader, to, rest_of(s, a, CHARGE_TARIFF, tariff), flow, "tariff");
  post(s, trader, account(ACCOUNT_WEDGE, 0), rest_of(s, a, CHARGE_COST, cost), flow, "calibration wedge");
  post(s, trader, account(ACCOUNT_RESOURCES, 0), terms->freight * flow, flow, "freight");
  post(s, trader, account(ACCOUNT_RESOURCES, 0), terms->slope * flow * (flow / 2 - terms->slope_base), flow,
       "rising cost");
}

static void settle_arc(const struct settling *s, int p, int a)
{
  const struct arc *arc = &s->network->arcs[a];
  const double flow = s->period->flow[a];
  const struct account trader = account(ACCOUNT_TRADER, a);
  if (flow == 0) return;
  post(s, trader, account(ACCOUNT_NODE, arc->from), s->period->multiplier[arc->from] * flow, flow, "bought");
  post(s, account(ACCOUNT_NODE, arc->to), trader, s->period->multiplier[arc->to] * flow, flow, "sold");
  if (arc->kind == ARC_TRADE || arc->kind == ARC_TRANSFER) settle_charges(s, p, a);
}

/* ---- nodes ---- */

static void settle_consumers(const struct settling *s)
{
  for (int k = 0; k < s->network->consumers_count; k++) {
    const int node = s->network->consumers[k].node;
    post(s, account(ACCOUNT_CONSUMER, k), account(ACCOUNT_NODE, node),
         s->period->multiplier[node] * s->period->consumption[k], s->period->consumption[k], "consumption");
  }
}

static void settle_stores(const struct settling *s)
{
  for (int i = 0; i < s->network->stores_count; i++) {
    const int node = s->network->stores[i].node;
    const struct material *material = &s->network->dataset->materials[s->network->nodes[node].material];
    const double released = (s->period->stock_before[i] - s->period->stock[i]) / s->period->period.length;
    const struct account store = account(ACCOUNT_STORE, i);
    post(s, account(ACCOUNT_NODE, node), store, s->period->multiplier[node] * released, released,
         released > 0 ? "release from stock" : "purchase for stock");
    const double holding =
        dataset_mean(s->network->dataset, &material->holding_usd_per_kg_year, s->period->period, s->period->known);
    post(s, store, account(ACCOUNT_RESOURCES, 0), holding * s->period->stock[i], s->period->stock[i], "storage");
  }
}

/* Curves of several prices stand for parties that are not described further. */
static void settle_curves(const struct settling *s)
{
  const struct dataset *dataset = s->network->dataset;
  double *net = ARENA_ARRAY(s->ledger->arena, s->network->nodes_count, double); /* supply less demand */
  for (int c = 0; c < dataset->curves_count; c++) {
    const struct curve *curve = &dataset->curves[c];
    const int node = network_node(s->network, curve->material, curve->region, 0);
    const double value = dataset_mean(dataset, &curve->value, s->period->period, s->period->known);
    const int other = curve->price_of < 0 ? -1 : network_node(s->network, curve->price_of, curve->region, 0);
    net[node] += (curve->side == CURVE_SUPPLY ? 1 : -1) * value * (other < 0 ? 1 : s->period->multiplier[other]);
  }
  for (int n = 0; n < s->network->nodes_count; n++)
    post(s, account(ACCOUNT_NODE, n), account(ACCOUNT_OUTSIDE, 0), s->period->multiplier[n] * net[n], net[n],
         "supply and demand curves");
}

static bool on_deck(const struct dataset *dataset, const struct node *node)
{
  for (int d = 0; d < dataset->deck_count; d++)
    if (dataset->deck[d].material == node->material && dataset->deck[d].region == node->region)
      return node->holder == HOLDER_MARKET;
  return false;
}

/* Scrap of earlier years, what is thrown away, and what a price deck leaves to the rest of the world. */
static void settle_node(const struct settling *s, int n)
{
  const struct dataset *dataset = s->network->dataset;
  const struct node *data = &s->network->nodes[n];
  const struct account node = account(ACCOUNT_NODE, n);
  const double price = s->period->multiplier[n], surplus = s->period->surplus[n];
  post(s, node, account(ACCOUNT_OUTSIDE, 0), price * s->period->scrap[n], s->period->scrap[n], "scrap");
  if (on_deck(dataset, data))
    post(s, account(ACCOUNT_OUTSIDE, 0), node, price * surplus, surplus, "price deck");
  else
    post(s, node, account(ACCOUNT_RESOURCES, 0),
         dataset->materials[data->material].disposal_usd_per_kg * fmax(0, surplus), surplus, "disposal");
}

void outcome_settle(const struct outcome *outcome, int p, struct ledger *ledger)
{
  assert(p >= 0 && p < outcome->periods_count);
  struct settling s = {outcome, outcome->network, &outcome->periods[p], ledger, {0}};
  settle_instruments(&s, p);
  for (int f = 0; f < s.network->dataset->facilities_count; f++) settle_facility(&s, f);
  for (int a = 0; a < s.network->arcs_count; a++) settle_arc(&s, p, a);
  settle_consumers(&s);
  settle_stores(&s);
  settle_curves(&s);
  for (int n = 0; n < s.network->nodes_count; n++) settle_node(&s, n);
}
