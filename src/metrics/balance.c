/* metrics/balance.c - the sums that must close, done again from the outcome.
 *
 * Tonnes that instruments move have no array of their own in the outcome; the ledger has them, as purchases and sales
 * of agencies and outsiders at a node's clearing account.
 */
#include "metrics/balance.h"

#include <math.h>

#include "base/text.h"
#include "metrics/payments.h"
#include "metrics/tally.h"
#include "model/cost.h"
#include "model/instruments.h"

static const struct balance_worst nothing = {.relative = 0, .index = -1, .period = -1};

static void worst_note(struct balance_worst *worst, double relative, int index, int period)
{
  if (!(relative > worst->relative) && worst->index >= 0) return;
  *worst = (struct balance_worst){.relative = relative, .index = index, .period = period};
}

struct sums {
  double *in, *out;
};

static void flow_add(struct sums *sums, int node, double tonnes)
{
  if (tonnes > 0)
    sums->in[node] += tonnes;
  else
    sums->out[node] -= tonnes;
}

/* Scrap, curves and what a price deck leaves over are known better than by their money. */
static bool counted_elsewhere(const struct posting *posting)
{
  return text_equal(posting->reason, "scrap") || text_equal(posting->reason, "supply and demand curves") ||
         text_equal(posting->reason, "price deck");
}

static bool is_outsider(struct account account)
{
  return account.kind == ACCOUNT_AGENCY || account.kind == ACCOUNT_OUTSIDE;
}

static void sum_outsiders(struct sums *sums, const struct ledger *ledger)
{
  for (int k = 0; k < ledger->count; k++) {
    const struct posting *posting = &ledger->postings[k];
    if (counted_elsewhere(posting)) continue;
    if (posting->payer.kind == ACCOUNT_NODE && is_outsider(posting->payee))
      flow_add(sums, posting->payer.index, posting->quantity_t_per_year);
    if (posting->payee.kind == ACCOUNT_NODE && is_outsider(posting->payer))
      flow_add(sums, posting->payee.index, -posting->quantity_t_per_year);
  }
}

static void sum_market(struct sums *sums, const struct network *network, const struct period_outcome *period)
{
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++)
      flow_add(sums, network->activities[j].io[i].node, network->activities[j].io[i].amount * period->activity[j]);
  for (int a = 0; a < network->arcs_count; a++) {
    flow_add(sums, network->arcs[a].to, period->flow[a]);
    flow_add(sums, network->arcs[a].from, -period->flow[a]);
  }
  for (int k = 0; k < network->consumers_count; k++)
    flow_add(sums, network->consumers[k].node, -period->consumption[k]);
  for (int i = 0; i < network->nodes_count; i++) {
    flow_add(sums, i, period->scrap[i]);
    flow_add(sums, i, -period->surplus[i]);
  }
  for (int s = 0; s < network->stores_count; s++) {
    flow_add(sums, network->stores[s].node, period->stock_before[s] / period->period.length);
    flow_add(sums, network->stores[s].node, -period->stock[s] / period->period.length);
  }
}

static void check_mass(struct balance *balance, const struct outcome *outcome, int p, const struct ledger *ledger,
                       struct arena *arena)
{
  const struct network *network = outcome->network;
  struct sums sums = {ARENA_ARRAY(arena, network->nodes_count, double),
                      ARENA_ARRAY(arena, network->nodes_count, double)};
  sum_market(&sums, network, &outcome->periods[p]);
  sum_outsiders(&sums, ledger);
  for (int c = 0; c < network->dataset->curves_count; c++) {
    int node;
    const double tonnes = tally_curve(outcome, p, c, &node);
    flow_add(&sums, node, network->dataset->curves[c].side == CURVE_SUPPLY ? tonnes : -tonnes);
  }
  for (int i = 0; i < network->nodes_count; i++) {
    const double through = fmax(sums.in[i], sums.out[i]),
                 scale = fmax(through, 1e-3 * network->nodes[i].quantity_t_per_year);
    if (scale > 0) worst_note(&balance->mass, fabs(sums.in[i] - sums.out[i]) / scale, i, p);
  }
}

/* So much a unit, as far as the ledger knows: not what is settled in cash, nor what says better itself. */
static bool paid_by_unit(const struct network *network, int k)
{
  const struct bound_instrument *instrument = &network->instruments[k];
  return instrument->kind->worth == NULL && !instrument_in_cash(network->dataset, instrument->instrument);
}

/* What the ledger pays each facility so much a unit, kUSD a year: paid[facilities]. */
static void payments_by_unit(const struct network *network, const struct ledger *ledger, double *paid)
{
  for (int k = 0; k < ledger->count; k++) {
    const struct posting *posting = &ledger->postings[k];
    if (posting->instrument < 0 || posting_in_figures(posting) || !paid_by_unit(network, posting->instrument)) continue;
    if (posting->payee.kind == ACCOUNT_FACILITY) paid[posting->payee.index] += posting->kusd_per_year;
    if (posting->payer.kind == ACCOUNT_FACILITY) paid[posting->payer.index] -= posting->kusd_per_year;
  }
}

/* What instruments pay an activity, USD/kg; paid: as above. */
static double payment_usd_per_kg(const struct outcome *outcome, int p, const double *paid, int activity)
{
  const struct network *network = outcome->network;
  const int facility = network->activities[activity].facility;
  double tonnes = 0, worth = 0;
  for (int k = 0; k < network->instruments_count; k++) {
    const struct bound_instrument *instrument = &network->instruments[k];
    if (instrument->kind->worth != NULL) worth += instrument->kind->worth(instrument, k, outcome, p, activity);
  }
  for (int j = network->facility_first[facility]; j < network->facility_first[facility + 1]; j++)
    tonnes += outcome->periods[p].activity[j];
  return worth + (tonnes > 0 ? paid[facility] / tonnes : 0);
}

/* Worth of outputs against inputs, cost, rent and payments; only activities that run. */
static void check_value(struct balance *balance, const struct outcome *outcome, int p, const struct ledger *ledger,
                        struct arena *arena)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  double *paid = ARENA_ARRAY(arena, network->dataset->facilities_count, double);
  payments_by_unit(network, ledger, paid);
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    if (!(period->activity[j] > 1e-6 * activity->quantity_t_per_year)) continue;
    const double cost = cost_marginal(&period->activity_terms[j], cost_group(network, j, NULL, period->activity));
    const double rent = activity->capacity_use * period->capacity_rent[activity->facility];
    double gap = payment_usd_per_kg(outcome, p, paid, j) - cost - rent, turnover = fabs(cost) + fabs(rent);
    for (int i = 0; i < activity->io_count; i++) {
      const double value = activity->io[i].amount * period->multiplier[activity->io[i].node];
      gap += value;
      turnover += fabs(value);
    }
    if (turnover > 0) worst_note(&balance->value, fabs(gap) / turnover, j, p);
  }
}

static void check_ledger(struct balance *balance, const struct network *network, int p, const struct ledger *ledger,
                         struct arena *arena)
{
  double *net = ARENA_ARRAY(arena, network->nodes_count, double),
         *gross = ARENA_ARRAY(arena, network->nodes_count, double);
  for (int k = 0; k < ledger->count; k++) {
    const struct posting *posting = &ledger->postings[k];
    if (posting->payer.kind == ACCOUNT_NODE) {
      net[posting->payer.index] -= posting->kusd_per_year;
      gross[posting->payer.index] += posting->kusd_per_year;
    }
    if (posting->payee.kind == ACCOUNT_NODE) {
      net[posting->payee.index] += posting->kusd_per_year;
      gross[posting->payee.index] += posting->kusd_per_year;
    }
  }
  for (int i = 0; i < network->nodes_count; i++) {
    const struct node *node = &network->nodes[i];
    const double scale = fmax(gross[i], 1e-3 * node->price_usd_per_kg * node->quantity_t_per_year);
    if (scale > 0) worst_note(&balance->ledger, fabs(net[i]) / scale, i, p);
  }
}

/* The different elements of the contents and each material's share of each. */
struct shares {
  int elements_count;
  const char **elements;
  double *share; /* [materials x elements] */
};

static int element_find(const struct shares *shares, const char *element)
{
  for (int e = 0; e < shares->elements_count; e++)
    if (text_equal(shares->elements[e], element)) return e;
  return -1;
}

/* Where a material's share of an element is stated twice, the first counts. */
static struct shares shares_of(const struct dataset *dataset, struct arena *arena)
{
  struct shares shares = {.elements = ARENA_ARRAY(arena, dataset->contents_count, const char *)};
  for (int c = 0; c < dataset->contents_count; c++)
    if (element_find(&shares, dataset->contents[c].element) < 0)
      shares.elements[shares.elements_count++] = dataset->contents[c].element;
  shares.share = ARENA_ARRAY(arena, dataset->materials_count * shares.elements_count, double);
  for (int c = dataset->contents_count - 1; c >= 0; c--) {
    const struct content *content = &dataset->contents[c];
    if (content->material < 0) continue;
    shares.share[content->material * shares.elements_count + element_find(&shares, content->element)] = content->share;
  }
  return shares;
}

/* Elements that come from nowhere: not where an activity has no input (a mine). */
static void check_elements(struct balance *balance, const struct network *network, struct arena *arena)
{
  const struct shares shares = shares_of(network->dataset, arena);
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    bool mine = true;
    for (int i = 0; i < activity->io_count; i++) mine = mine && activity->io[i].amount > 0;
    for (int e = 0; e < shares.elements_count && !mine; e++) {
      double in = 0, out = 0;
      for (int i = 0; i < activity->io_count; i++) {
        const int material = network->nodes[activity->io[i].node].material;
        const double share = shares.share[material * shares.elements_count + e];
        if (activity->io[i].amount > 0)
          out += share * activity->io[i].amount;
        else
          in -= share * activity->io[i].amount;
      }
      if (in <= 0 || out <= in * (1 + 1e-9) || (out - in) / out <= balance->gain.relative) continue;
      worst_note(&balance->gain, (out - in) / out, j, 0);
      balance->gain_element = shares.elements[e];
    }
  }
}

struct balance balance_check(const struct outcome *outcome, const struct ledger *ledgers, struct arena *arena)
{
  struct balance balance = {.mass = nothing, .value = nothing, .ledger = nothing, .gain = nothing};
  for (int p = 0; p < outcome->periods_count; p++) {
    const struct arena_mark mark = arena_mark(arena);
    check_mass(&balance, outcome, p, &ledgers[p], arena);
    check_value(&balance, outcome, p, &ledgers[p], arena);
    check_ledger(&balance, outcome->network, p, &ledgers[p], arena);
    arena_reset(arena, mark);
  }
  const struct arena_mark mark = arena_mark(arena);
  check_elements(&balance, outcome->network, arena);
  arena_reset(arena, mark);
  return balance;
}
