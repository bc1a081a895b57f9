/* model/instruments/support.c - flows into the capital cost of orders, and into the ledger.
 *
 * Orders are helped as long as less has been ordered than the capacity stated; the last order may overshoot it. Money
 * is paid out in tranches, one a period in which something is ordered. Plants whose capacity is given by the data are
 * paid all the same: the money then builds nothing more.
 */
#include "model/instruments/support.h"

#include <assert.h>
#include <math.h>

#include "finance/cash.h"

enum { quarters = 4 };
static const double least_share = 1e-6; /* of the capacity helped: less is the dust of a solver */

void support_flow_add(struct support_flows *flows, struct support_flow flow)
{
  if (flow.usd == 0) return;
  if (flows->count == flows->room) {
    const int room = flows->room == 0 ? 64 : 2 * flows->room;
    flows->list = arena_grow(flows->arena, flows->list, (size_t)flows->count, (size_t)room, sizeof flow);
    flows->room = room;
  }
  flows->list[flows->count++] = flow;
}

void support_draw(const struct bound_instrument *instrument, double usd, enum party from, const char *reason,
                  struct support_flows *flows)
{
  const struct support_terms *terms = instrument->terms;
  const double start = instrument->instrument->start;
  const int count = isnan(terms->drawn_until) ? 1 : (int)fmax(1, ceil((terms->drawn_until - start) * quarters - 1e-9));
  for (int i = 0; i < count; i++)
    support_flow_add(flows, (struct support_flow){start + (double)i / quarters, usd / count, from, PARTY_FIRM, reason});
}

bool support_bind(const struct network *network, struct bound_instrument *instrument, support_write *write,
                  struct arena *arena, struct error *error)
{
  const struct dataset *dataset = network->dataset;
  const struct support_terms *terms = instrument->terms;
  int *facilities = ARENA_ARRAY(arena, dataset->facilities_count + 1, int), count = 0;
  if (!term_given(instrument, "facilities") && !term_given(instrument, "owners"))
    return term_error(error, instrument, "facilities", "missing; expected facilities, or owners");
  if (isnan(instrument->instrument->start))
    return term_error(error, instrument, "start", "missing; expected the date on which the money begins to flow");
  for (int f = 0; f < dataset->facilities_count; f++)
    if (selector_holds_facility(&terms->select, dataset, f)) facilities[count++] = f;
  if (count == 0) return term_error(error, instrument, "facilities", "applies to nothing: no facility fits");
  struct support *support = ARENA_NEW(arena, struct support);
  *support = (struct support){write, count, facilities};
  instrument->extra = support;
  return true;
}

double support_private_rate(const struct bound_instrument *instrument, const struct dataset *dataset)
{
  const struct support_terms *terms = instrument->terms;
  const struct support *support = instrument->extra;
  if (!isnan(terms->private_rate_per_year)) return terms->private_rate_per_year;
  const int owner = dataset->facilities[support->facilities[0]].owner;
  const double hurdle = owner >= 0 ? dataset->owners[owner].hurdle_rate : (double)NAN;
  const double start = instrument->instrument->start;
  const double inflation = index_at(dataset, "deflator", start + 1, 1) / index_at(dataset, "deflator", start, 1);
  return (1 + (isnan(hurdle) ? dataset->scenario->discount_rate : hurdle)) * inflation - 1;
}

static struct support_flows flows_of(const struct bound_instrument *instrument, const struct dataset *dataset,
                                     struct arena *arena)
{
  struct support_flows flows = {.arena = arena};
  const struct support *support = instrument->extra;
  support->write(instrument, dataset, &flows);
  return flows;
}

double support_grant(const struct bound_instrument *instrument, const struct dataset *dataset, struct arena *arena)
{
  const struct support_flows flows = flows_of(instrument, dataset, arena);
  const double rate = support_private_rate(instrument, dataset);
  double worth = 0;
  for (int i = 0; i < flows.count; i++) {
    const struct support_flow *flow = &flows.list[i];
    const double sign = (flow->to == PARTY_FIRM) - (flow->from == PARTY_FIRM);
    worth += sign * flow->usd * cash_discount(rate, flow->date - instrument->instrument->start);
  }
  return worth;
}

/* ---- orders ---- */

/* The date from which nothing that is then ordered draws anything: its end, or the last date of drawing. */
static double draws_end(const struct bound_instrument *instrument)
{
  const struct support_terms *terms = instrument->terms;
  return fmin(isnan(instrument->instrument->end) ? (double)INFINITY : instrument->instrument->end,
              isnan(terms->drawn_until) ? (double)INFINITY : terms->drawn_until);
}

static double helped_capacity(const struct bound_instrument *instrument, const struct dataset *dataset)
{
  const struct support_terms *terms = instrument->terms;
  const struct support *support = instrument->extra;
  if (!isnan(terms->capacity_t_per_year)) return terms->capacity_t_per_year;
  double nameplate = 0;
  for (int i = 0; i < support->facilities_count; i++)
    nameplate += dataset->facilities[support->facilities[i]].capacity_t_per_year;
  return nameplate;
}

double support_ordered(const struct bound_instrument *instrument, const struct window *window, int facility)
{
  const struct state *state = window->state;
  const double length = window->blocks[0].period.length, start = instrument->instrument->start;
  double sum = 0;
  for (int o = 0; o < state->orders_count; o++)
    if (state->orders[o].facility == facility && state->orders[o].ordered + length > start + 1e-9)
      sum += state->orders[o].capacity_t_per_year;
  return sum;
}

double support_capacity_left(const struct bound_instrument *instrument, const struct window *window)
{
  const struct support *support = instrument->extra;
  double left = helped_capacity(instrument, window->network->dataset);
  for (int i = 0; i < support->facilities_count; i++)
    left -= support_ordered(instrument, window, support->facilities[i]);
  return left;
}

void support_adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct dataset *dataset = window->network->dataset;
  const struct support *support = instrument->extra;
  struct block *block = &window->blocks[b];
  const double capacity = helped_capacity(instrument, dataset);
  if (!(capacity > 0) || isinf(capacity) || block->period.start >= draws_end(instrument)) return;
  if (support_capacity_left(instrument, window) <= 1e-3 * capacity) return;
  const double start = instrument->instrument->start;
  const double deflator =
      index_at(dataset, "deflator", start, 1) / index_at(dataset, "deflator", dataset->scenario->base_year, 1);
  const double real = instrument->instrument->real ? 1 : deflator;
  const double kusd = fmax(0, support_grant(instrument, dataset, window->arena)) / 1000 / real;
  for (int i = 0; i < support->facilities_count; i++)
    block->facility_terms[support->facilities[i]].capital_cut += block->instruments[k].share * kusd / capacity;
}

/* ---- what is drawn ---- */

static bool paid_by_dates(const struct bound_instrument *instrument)
{
  const struct support_terms *terms = instrument->terms;
  return terms->paid_out == PAID_BY_DATES || instrument->instrument->status == INSTRUMENT_DISBURSED;
}

/* t/y of its plants that stand, or will, whatever is ordered. */
static double given_capacity(const struct bound_instrument *instrument, const struct dataset *dataset)
{
  const struct support *support = instrument->extra;
  double given = 0;
  for (int i = 0; i < support->facilities_count; i++) {
    const struct facility *facility = &dataset->facilities[support->facilities[i]];
    if (facility->status == STATUS_OPERATING || facility->status == STATUS_COMMITTED)
      given += facility->capacity_t_per_year;
  }
  return given;
}

/* t/y of its plants ordered in a period. */
static double ordered_capacity(const struct bound_instrument *instrument, const struct period_outcome *period)
{
  const struct support *support = instrument->extra;
  double ordered = 0;
  if (period->period.start >= draws_end(instrument)) return 0;
  for (int i = 0; i < support->facilities_count; i++) ordered += fmax(0, period->order[support->facilities[i]]);
  return ordered;
}

/* In periods 0 to p: what the data give, then what each period orders. (E113) */
static struct drawn drawn_until(const struct bound_instrument *instrument, const struct outcome *outcome, int p,
                                struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  const double capacity = helped_capacity(instrument, dataset), start = instrument->instrument->start;
  struct tranche *tranches = ARENA_ARRAY(arena, p + 2, struct tranche);
  const bool all = paid_by_dates(instrument) || given_capacity(instrument, dataset) >= capacity;
  struct drawn drawn = {all ? 1 : given_capacity(instrument, dataset) / capacity, 0, tranches};
  if (drawn.share > 0) tranches[drawn.tranches_count++] = (struct tranche){drawn.share, 0};
  for (int q = 0; q <= p && drawn.share < 1; q++) {
    const struct period_outcome *period = &outcome->periods[q];
    const double share = fmin(1 - drawn.share, ordered_capacity(instrument, period) / capacity);
    if (share <= least_share) continue;
    tranches[drawn.tranches_count++] = (struct tranche){share, fmax(0, period->period.start - start)};
    drawn.share += share;
  }
  return drawn;
}

struct drawn support_drawn(const struct bound_instrument *instrument, const struct outcome *outcome,
                           struct arena *arena)
{
  return drawn_until(instrument, outcome, outcome->periods_count - 1, arena);
}

/* ---- cash ---- */

/* What is to be expected of money that may not be appropriated at the date on which it is lent or given. A suspended
 * contract counts if an event has it in force on that day. */
static double committed(const struct bound_instrument *instrument, const struct dataset *dataset, double date)
{
  const struct instrument *head = instrument->instrument;
  const double day = 1 / 365.0;
  if (!head->enabled || head->status == INSTRUMENT_LAPSED) return 0;
  if (head->status == INSTRUMENT_SUSPENDED &&
      !(instrument_share(dataset, head, (struct period){date, day}, date + day) > 0))
    return 0;
  return instrument_appropriated(dataset, head, date);
}

static struct account account_of(enum party party, const struct support *support, int k)
{
  switch (party) {
  case PARTY_FIRM: return (struct account){ACCOUNT_FACILITY, support->facilities[0]};
  case PARTY_AGENCY: return (struct account){ACCOUNT_AGENCY, k};
  case PARTY_OUTSIDE: break;
  }
  return (struct account){ACCOUNT_OUTSIDE, 0};
}

static bool falls_in(double date, struct period period)
{
  return date >= period.start - 1e-9 && date < period.start + period.length - 1e-9;
}

/* Flows that fall due in period p, all tranches; nominal USD to be expected. */
static struct support_flows due_in(const struct bound_instrument *instrument, const struct outcome *outcome, int p,
                                   struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  const struct support_flows flows = flows_of(instrument, dataset, arena);
  const struct drawn drawn = drawn_until(instrument, outcome, p, arena);
  struct support_flows due = {.arena = arena};
  for (int t = 0; t < drawn.tranches_count; t++)
    for (int i = 0; i < flows.count; i++) {
      struct support_flow flow = flows.list[i];
      flow.date += drawn.tranches[t].years_later;
      flow.usd *= drawn.tranches[t].share *
                  committed(instrument, dataset, instrument->instrument->start + drawn.tranches[t].years_later);
      if (falls_in(flow.date, outcome->periods[p].period)) support_flow_add(&due, flow);
    }
  return due;
}

void support_settle(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                    struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct support *support = instrument->extra;
  const struct support_flows due = due_in(instrument, outcome, p, ledger->arena);
  const double real = instrument->instrument->real ? 1 : period->deflator;
  for (int i = 0; i < due.count; i++) {
    const struct support_flow *flow = &due.list[i];
    const double kusd = flow->usd / 1000 / real / period->period.length;
    ledger_post(ledger, account_of(flow->from, support, k), account_of(flow->to, support, k), k, kusd, 0, flow->reason);
  }
}

void support_advance(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                     struct state *state)
{
  struct arena *arena = arena_new();
  const struct support_flows due = due_in(instrument, outcome, p, arena);
  for (int i = 0; i < due.count; i++) {
    const struct support_flow *flow = &due.list[i];
    const double sign = (flow->from == PARTY_AGENCY) - (flow->to == PARTY_AGENCY);
    state->instrument_paid[k] += sign * flow->usd / 1000;
  }
  arena_free(arena);
}
