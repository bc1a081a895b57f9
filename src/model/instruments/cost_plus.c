/* model/instruments/cost_plus.c - a buyer guarantees the earnings of a plant (EBITDA) above its production cost.
 *
 * The plants are built, whatever their market, once the guaranteed stream covers their capital, less what grants and
 * cheap money pay of it, at the owner's hurdle rate or a stated one; then a stated share of the capacity there is runs,
 * with a slack at a default cost (E65 read as a minimum of output). What they make goes to the market; a share may be
 * bought at cost instead of at the market price, which moves cash alone. From the date on which the plant has come to
 * run full (trigger.h), for so many years, earnings below the threshold are topped up, above it shared, and stated
 * costs reimbursed. Earnings are those of the guaranteed plant at market prices.
 */
#include <math.h>

#include "model/cost.h"
#include "model/instruments/support.h"
#include "model/instruments/trigger.h"
#include "model/terms.h"

struct cost_plus_terms {
  struct selector select; /* facilities that are built */
  int facility;
  double threshold_usd_per_year, growth_per_year, years, full_share, advance_share;
  double reimbursed_usd_per_year, reimbursement_cap_usd_per_year;
  double excess_first_usd_per_year, excess_first_to_buyer, excess_share_to_buyer, bought_share;
  double must_run_share, default_cost_usd_per_kg, guaranteed_rate_per_year, transfer_price_margin;
  int builds;
};

enum { BUILDS_COVERED, BUILDS_ALWAYS, BUILDS_NEVER };

#define ROW cost_plus_terms
static const struct field fields[] = {
    REFERENCE(ROW, facility, NULL, "facilities", "The plant whose earnings are guaranteed"),
    SELECT(facilities, "facilities", "All that is built for it, itself included. Absent: itself"),
    NUMBER(ROW, threshold_usd_per_year, "USD/y", NULL, 0, 1e15, "Guaranteed EBITDA in the first year"),
    NUMBER(ROW, growth_per_year, "per year", "0", -1, 1, "Its growth"),
    NUMBER(ROW, years, "y", "10", 0, 60, "The guarantee lasts so long from full production"),
    NUMBER(ROW, full_share, "1", "0.95", 0, 1, "Share of what its nameplate yields that counts as full"),
    NUMBER(ROW, advance_share, "1", "0.25", 0, 1,
           "Of the threshold, paid ahead each quarter: timing inside a year alone"),
    NUMBER(ROW, reimbursed_usd_per_year, "USD/y", "0", 0, 1e15, "Further costs that are claimed"),
    NUMBER(ROW, reimbursement_cap_usd_per_year, "USD/y", "1e15", 0, 1e15, "Most of them that is paid"),
    NUMBER(ROW, excess_first_usd_per_year, "USD/y", "0", 0, 1e15, "First part of earnings above the threshold"),
    NUMBER(ROW, excess_first_to_buyer, "1", "1", 0, 1, "Share of that part that the buyer gets"),
    NUMBER(ROW, excess_share_to_buyer, "1", "0", 0, 1, "Share of the rest that the buyer gets"),
    NUMBER(ROW, bought_share, "1", "0", 0, 1, "Share of the output that is bought at cost, not at the market price"),
    NUMBER(ROW, must_run_share, "1", "1", 0, 1, "Share of available capacity that runs in any case"),
    NUMBER(ROW, default_cost_usd_per_kg, "USD/kg", "", 0, 1e9,
           "Cost of a kilogram not made. Absent: above everything anybody would pay"),
    CHOICE(ROW, builds, "covered", "covered|always|never",
           "Orders of the plants are made once the stream covers their capital, in any case, or by their rents alone"),
    NUMBER(ROW, guaranteed_rate_per_year, "per year", "", 0, 1,
           "Real rate at which a stream with this guarantee is financed. Absent: the owner's hurdle rate"),
    NUMBER(
        ROW, transfer_price_margin, "1", "0", 0, 1,
        "Its owner may price what its other plants deliver to it so far from the market: what that is worth is shown"),
    FIELD_END};
#undef ROW

enum { MINIMUM_RENT, SHORT };

struct cost_plus { /* bound_instrument.extra */
  int count;
  const int *facilities;
};

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  const struct cost_plus_terms *terms = instrument->terms;
  struct cost_plus *bound = ARENA_NEW(arena, struct cost_plus);
  int *facilities = ARENA_ARRAY(arena, terms->select.facilities.count + 1, int);
  for (int i = 0; i < terms->select.facilities.count; i++)
    facilities[bound->count++] = terms->select.facilities.indices[i];
  if (bound->count == 0) facilities[bound->count++] = terms->facility;
  bound->facilities = facilities;
  instrument->extra = bound;
  int *activities = ARENA_ARRAY(arena, network->activities_count, int), count = 0;
  for (int j = 0; j < network->activities_count; j++)
    if (network->activities[j].facility == terms->facility) activities[count++] = j;
  instrument->activities = activities, instrument->activities_count = count;
  return terms->builds == BUILDS_NEVER || !isnan(instrument->instrument->start) ||
         term_error(error, instrument, "start", "missing; expected the date from which the plants are ordered");
}

/* ---- building ---- */

/* Real present value at the order of the guaranteed stream, kUSD, and of the capital of all that is built. */
static double stream_worth(const struct bound_instrument *instrument, const struct window *window, double *capital_kusd)
{
  const struct cost_plus_terms *terms = instrument->terms;
  const struct cost_plus *bound = instrument->extra;
  const struct dataset *dataset = window->network->dataset;
  const struct block *block = &window->blocks[0];
  const struct facility *plant = &dataset->facilities[terms->facility];
  const double own = plant->owner >= 0 ? dataset->owners[plant->owner].hurdle_rate : (double)NAN;
  const double hurdle = isnan(own) ? dataset->scenario->discount_rate : own;
  const double rate = isnan(terms->guaranteed_rate_per_year) ? hurdle : terms->guaranteed_rate_per_year;
  double lead = 0, worth = 0;
  *capital_kusd = 0;
  for (int i = 0; i < bound->count; i++) {
    const struct facility *facility = &dataset->facilities[bound->facilities[i]];
    lead = fmax(lead, facility->lead_time_years);
    if (isnan(facility->capital_usd_per_kg_year)) continue;
    const double capital = dataset_mean(dataset, &facility->capital_usd_per_kg_year, block->period, window->known) *
                           facility->capital_factor;
    *capital_kusd +=
        facility->capacity_t_per_year * fmax(0, capital - block->facility_terms[bound->facilities[i]].capital_cut);
  }
  for (int n = 0; n < (int)terms->years; n++) {
    const double date = block->period.start + lead + n;
    const double deflator =
        instrument->instrument->real
            ? 1
            : index_at(dataset, "deflator", date, 1) / index_at(dataset, "deflator", dataset->scenario->base_year, 1);
    worth += terms->threshold_usd_per_year / 1000 * pow(1 + terms->growth_per_year, n) / deflator /
             pow(1 + rate, lead + n + 1);
  }
  return worth;
}

/* Orders what is still missing of the nameplates in the window's first period. */
static void build(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct cost_plus_terms *terms = instrument->terms;
  const struct cost_plus *bound = instrument->extra;
  double capital;
  if (b > 0 || terms->builds == BUILDS_NEVER || window->blocks[b].instruments[k].share <= 0) return;
  if (terms->builds == BUILDS_COVERED && stream_worth(instrument, window, &capital) < capital) return;
  for (int i = 0; i < bound->count; i++) {
    const int f = bound->facilities[i], order = window->blocks[b].order[f];
    const double nameplate = window->network->dataset->facilities[f].capacity_t_per_year;
    if (order < 0 || isinf(nameplate)) continue;
    const double missing = fmax(0, nameplate - support_ordered(instrument, window, f));
    const double most = window->equations->upper[order];
    window->equations->lower[order] = window->equations->upper[order] = fmin(most, missing);
  }
}

/* use + short - minimum >= 0 _|_ rent;  default cost - rent >= 0 _|_ short;  each activity: - use x rent. */
static void must_run(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct cost_plus_terms *terms = instrument->terms;
  const struct network *network = window->network;
  const struct block *block = &window->blocks[b];
  struct equations *equations = window->equations;
  double price = 0, quantity = 0;
  for (int i = 0; i < instrument->activities_count; i++) {
    const int j = instrument->activities[i], row = block->activity[j];
    price = fmax(price, equations->f_scale[row] / network->activities[j].capacity_use);
    quantity = fmax(quantity, equations->z_scale[row] * network->activities[j].capacity_use);
  }
  if (quantity == 0) return;
  const double capacity = block->facility_terms[terms->facility].capacity;
  const double share = block->instruments[k].share * instrument_term(instrument, window, b, "must_run_share");
  const double minimum = isinf(capacity) ? 0 : share * capacity;
  const double stated = instrument_term(instrument, window, b, "default_cost_usd_per_kg");
  const int rent = window_instrument_unknown(window, b, k, 0, minimum > 0 ? INFINITY : 0, price, quantity);
  const int missing = window_instrument_unknown(window, b, k, 0, minimum > 0 ? minimum : 0, quantity, price);
  equations_constant(equations, rent, -minimum);
  equations_linear(equations, rent, missing, 1);
  equations_linear(equations, missing, rent, -1);
  equations_constant(equations, missing, isnan(stated) ? network->prohibitive_usd_per_kg : stated);
  for (int i = 0; i < instrument->activities_count; i++) {
    const int j = instrument->activities[i];
    equations_linear(equations, rent, block->activity[j], network->activities[j].capacity_use);
    equations_linear(equations, block->activity[j], rent, -network->activities[j].capacity_use);
  }
}

static void add(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  build(instrument, k, window, b);
  must_run(instrument, k, window, b);
}

/* ---- cash ---- */

/* EBITDA of the plant at market prices, kUSD a year, real; the calibration wedge is no cost. */
static double earnings_of(const struct bound_instrument *instrument, const struct outcome *outcome, int p)
{
  const struct network *network = outcome->network;
  const struct period_outcome *period = &outcome->periods[p];
  double sum = 0;
  for (int a = 0; a < instrument->activities_count; a++) {
    const int j = instrument->activities[a];
    const struct activity *activity = &network->activities[j];
    for (int i = 0; i < activity->io_count; i++)
      sum += activity->io[i].amount * period->activity[j] * period->multiplier[activity->io[i].node];
    sum -= cost_of(&period->activity_terms[j], period->activity[j], cost_group(network, j, NULL, period->activity)) -
           period->activity[j] * terms_activity_wedge(network, j, period->period, period->known);
  }
  return sum;
}

struct settlement_lines { /* kUSD a year, real, from the buyer to the plant */
  double at_cost, top_up, reimbursed, excess;
};

/* Mean over [from, to] of (1 + rate)^n in contract year n = 0, 1, ... */
static double mean_growth(double rate, double from, double to)
{
  double sum = 0;
  for (int n = (int)floor(from + 1e-9); n < to - 1e-9; n++) sum += pow(1 + rate, n) * (fmin(to, n + 1) - fmax(from, n));
  return sum / (to - from);
}

/* all: EBITDA of the plant, kUSD a year. */
static struct settlement_lines lines_at(const struct bound_instrument *instrument, int k, const struct outcome *outcome,
                                        int p, double all)
{
  const struct cost_plus_terms *terms = instrument->terms;
  const struct period_outcome *period = &outcome->periods[p];
  const struct moment moment = moment_of_outcome(outcome, p);
  const double force = period->instrument_share[k];
  struct settlement_lines lines = {.at_cost = -force * terms->bought_share * all};
  const double since = trigger_date(outcome, p, terms->facility, terms->full_share);
  const double from = fmax(since, period->period.start);
  const double to = fmin(since + terms->years, period->period.start + period->period.length);
  if (!(to > from)) return lines;
  const double share = force * (to - from) / period->period.length;
  const double earnings = (1 - terms->bought_share) * all;
  const double threshold = term_at(instrument, moment, "threshold_usd_per_year") / 1000 *
                           mean_growth(terms->growth_per_year, from - since, to - since);
  const double above = fmax(0, earnings - threshold);
  const double first = fmin(above, term_at(instrument, moment, "excess_first_usd_per_year") / 1000);
  lines.top_up = share * fmax(0, threshold - earnings);
  lines.reimbursed = share / 1000 *
                     fmin(term_at(instrument, moment, "reimbursed_usd_per_year"),
                          term_at(instrument, moment, "reimbursement_cap_usd_per_year"));
  lines.excess = -share * (terms->excess_first_to_buyer * first + terms->excess_share_to_buyer * (above - first));
  return lines;
}

static struct settlement_lines lines_of(const struct bound_instrument *instrument, int k, const struct outcome *outcome,
                                        int p)
{
  return lines_at(instrument, k, outcome, p, earnings_of(instrument, outcome, p));
}

static double sum_of(struct settlement_lines lines)
{
  return lines.at_cost + lines.top_up + lines.reimbursed + lines.excess;
}

/* ---- what its owner may elect ---- */

static bool made_by(const struct outcome *outcome, int p, int owner, int material)
{
  const struct network *network = outcome->network;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    if (network->dataset->facilities[activity->facility].owner != owner || outcome->periods[p].activity[j] <= 0)
      continue;
    for (int i = 0; i < activity->io_count; i++)
      if (activity->io[i].amount > 0 && network->nodes[activity->io[i].node].material == material) return true;
  }
  return false;
}

/* kUSD a year, real, of what other plants of its owner make and it uses, at market prices. */
static double transfers_of(const struct bound_instrument *instrument, const struct outcome *outcome, int p)
{
  const struct cost_plus_terms *terms = instrument->terms;
  const struct network *network = outcome->network;
  const int owner = network->dataset->facilities[terms->facility].owner;
  double sum = 0;
  for (int a = 0; a < instrument->activities_count && owner >= 0; a++) {
    const struct activity *activity = &network->activities[instrument->activities[a]];
    for (int i = 0; i < activity->io_count; i++) {
      const int node = activity->io[i].node;
      if (activity->io[i].amount < 0 && made_by(outcome, p, owner, network->nodes[node].material))
        sum -= activity->io[i].amount * outcome->periods[p].activity[instrument->activities[a]] *
               fmax(0, outcome->periods[p].multiplier[node]);
    }
  }
  return sum;
}

/* The dearer its owner sells to it, the less it earns and the more is topped up. */
static struct elected elected(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p)
{
  const double all = earnings_of(instrument, outcome, p);
  const double margin = term_at(instrument, moment_of_outcome(outcome, p), "transfer_price_margin");
  const double moved = margin > 0 ? margin * transfers_of(instrument, outcome, p) : 0;
  return (struct elected){.least = sum_of(lines_at(instrument, k, outcome, p, all + moved)),
                          .most = sum_of(lines_at(instrument, k, outcome, p, all - moved))};
}

/* ---- settlement ---- */

static void settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                   struct ledger *ledger)
{
  const struct cost_plus_terms *terms = instrument->terms;
  const struct settlement_lines lines = lines_of(instrument, k, outcome, p);
  const struct account agency = {ACCOUNT_AGENCY, k}, plant = {ACCOUNT_FACILITY, terms->facility};
  double made = 0;
  for (int i = 0; i < instrument->activities_count; i++)
    made += outcome->periods[p].activity[instrument->activities[i]];
  ledger_post(ledger, agency, plant, k, lines.at_cost, terms->bought_share * made, "bought at cost");
  ledger_post(ledger, agency, plant, k, lines.top_up, made, "guaranteed earnings");
  ledger_post(ledger, agency, plant, k, lines.reimbursed, made, "reimbursed costs");
  ledger_post(ledger, agency, plant, k, lines.excess, made, "share of excess earnings");
}

static void advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct state *state)
{
  const struct cost_plus_terms *terms = instrument->terms;
  const struct settlement_lines lines = lines_of(instrument, k, outcome, p);
  state->instrument_paid[k] += nominal_kusd(instrument, outcome, p, sum_of(lines));
  if (trigger_full(outcome, p, terms->facility, terms->full_share)) state->instrument_fired[k] = true;
}

/* The rent of the minimum stands in the rows; what is paid does not. */
static double worth(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    int activity)
{
  const struct cost_plus_terms *terms = instrument->terms;
  const struct activity *data = &outcome->network->activities[activity];
  return data->facility == terms->facility ? data->capacity_use * outcome->periods[p].instrument[k][MINIMUM_RENT] : 0;
}

const struct instrument_kind kind_cost_plus = {
    .name = "cost_plus",
    .help = "A buyer guarantees a plant's earnings above cost: it is built if that covers its capital, and then runs",
    .fields = fields,
    .terms_size = sizeof(struct cost_plus_terms),
    .bind = bind,
    .add = add,
    .settle = settle,
    .advance = advance,
    .worth = worth,
    .elected = elected,
    .pays = true,
};
