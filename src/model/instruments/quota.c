/* model/instruments/quota.c - rows of quotas, shared by quotas of all sorts, licences and bans.
 *
 * Quotas on flows whose rent stays on the exporting side raise the customs value, and thereby the ad-valorem tariff:
 * the rent enters the arc's row times (1 + tariff), and the row of a border floor that looks at that value.
 */
#include "model/instruments/quota.h"

#include <assert.h>
#include <math.h>

#include "model/instruments/border_floor.h"

struct quota *quota_of_arcs(const struct network *network, const struct bound_instrument *instrument,
                            const struct field_list *elements, enum rent_holder holder, struct arena *arena)
{
  struct quota_target *targets = ARENA_ARRAY(arena, instrument->arcs_count, struct quota_target);
  int count = 0;
  for (int i = 0; i < instrument->arcs_count; i++) {
    const struct arc *arc = &network->arcs[instrument->arcs[i]];
    const double content = content_of(network->dataset, network->nodes[arc->from].material, elements);
    if (content > 0) targets[count++] = (struct quota_target){true, instrument->arcs[i], content, 1};
  }
  struct quota *quota = ARENA_NEW(arena, struct quota);
  *quota = (struct quota){count, targets, holder};
  return quota;
}

struct quota *quota_of_activities(const struct network *network, const struct bound_instrument *instrument,
                                  const struct field_list *elements, bool feed, struct arena *arena)
{
  struct quota_target *targets = ARENA_ARRAY(arena, instrument->activities_count, struct quota_target);
  int count = 0;
  for (int i = 0; i < instrument->activities_count; i++) {
    const int j = instrument->activities[i];
    const double counted = activity_count(network, j, instrument->terms, elements, feed);
    if (counted > 0) targets[count++] = (struct quota_target){false, j, counted, 1};
  }
  struct quota *quota = ARENA_NEW(arena, struct quota);
  *quota = (struct quota){count, targets, RENT_EXPORTER};
  return quota;
}

double quota_limit(double limit, double reference, double share)
{
  if (share <= 0) return INFINITY;
  if (share >= 1) return limit;
  if (isnan(reference)) return share >= 0.5 ? limit : (double)INFINITY;
  return share * limit + (1 - share) * fmax(reference, limit);
}

static int target_row(const struct block *block, const struct quota_target *target)
{
  return target->arc ? block->arc[target->index] : block->activity[target->index];
}

/* Price and quantity scales of a quota, from its targets: of a kilogram counted. */
static void quota_scales(const struct quota *quota, const struct equations *equations, const struct block *block,
                         double *price, double *quantity)
{
  *price = 0, *quantity = 0;
  for (int i = 0; i < quota->count; i++) {
    const struct quota_target *target = &quota->targets[i];
    const int row = target_row(block, target);
    *price = fmax(*price, equations->f_scale[row] / target->count);
    *quantity = fmax(*quantity, equations->z_scale[row] * target->count);
  }
  if (quota->count == 0) *price = *quantity = 1;
}

/* Rows of a target: what it counts, and what the rent costs it. */
static void add_target(const struct quota *quota, const struct quota_target *target, struct window *window, int b,
                       int rent)
{
  const struct block *block = &window->blocks[b];
  const int row = target_row(block, target);
  const bool in_value = target->arc && quota->holder != RENT_BUYER;
  const double gross = in_value ? 1 + block->arc_terms[target->index].tariff_rate : 1;
  equations_linear(window->equations, rent, row, -target->count);
  equations_linear(window->equations, row, rent, target->count * target->weight * gross);
}

void quota_add(const struct quota *quota, int k, struct window *window, int b, double limit)
{
  double price, quantity;
  quota_scales(quota, window->equations, &window->blocks[b], &price, &quantity);
  const bool none = isinf(limit), banned = limit <= 1e-9 * quantity;
  const int rent = window_instrument_unknown(window, b, k, 0, none || banned ? 0 : INFINITY, price, quantity);
  equations_constant(window->equations, rent, none ? 0 : limit);
  for (int i = 0; i < quota->count; i++) {
    add_target(quota, &quota->targets[i], window, b, rent);
    equations_constant(window->equations, target_row(&window->blocks[b], &quota->targets[i]),
                       banned ? window->network->prohibitive_usd_per_kg : 0);
  }
  if (quota->holder == RENT_BUYER) return;
  for (int i = 0; i < quota->count; i++)
    if (quota->targets[i].arc) border_floor_add_rents(window, b, k, quota->targets[i].index);
}

void quota_settle(const struct quota *quota, int k, const struct outcome *outcome, int p, struct ledger *ledger)
{
  const struct period_outcome *period = &outcome->periods[p];
  const struct network *network = outcome->network;
  const double rent = period->instrument[k][0];
  for (int i = 0; i < quota->count; i++) {
    const struct quota_target *target = &quota->targets[i];
    const struct account payer = target->arc
                                     ? (struct account){ACCOUNT_TRADER, target->index}
                                     : (struct account){ACCOUNT_FACILITY, network->activities[target->index].facility};
    const int from = target->arc ? network->nodes[network->arcs[target->index].from].region : -1;
    const struct account payee = target->arc && quota->holder == RENT_STATE ? (struct account){ACCOUNT_GOVERNMENT, from}
                                                                            : (struct account){ACCOUNT_RENT, k};
    const double units = target->arc ? period->flow[target->index] : period->activity[target->index];
    ledger_post(ledger, payer, payee, k, rent * target->weight * target->count * units, target->count * units,
                "quota rent");
  }
}

/* ---- rents in the customs value ---- */

static const struct quota *quota_in_value(const struct network *network, int k)
{
  const struct bound_instrument *instrument = &network->instruments[k];
  const struct instrument_kind *kind = instrument->kind;
  const bool one =
      kind == &kind_export_quota || kind == &kind_import_quota || kind == &kind_export_licence || kind == &kind_ban;
  const struct quota *quota = one ? instrument->extra : NULL;
  return quota != NULL && quota->holder != RENT_BUYER ? quota : NULL;
}

static double count_of_arc(const struct quota *quota, int arc)
{
  for (int i = 0; i < quota->count; i++)
    if (quota->targets[i].arc && quota->targets[i].index == arc) return quota->targets[i].count;
  return 0;
}

double quota_rent_in_value(const struct outcome *outcome, int p, int arc)
{
  double sum = 0;
  for (int k = 0; k < outcome->network->instruments_count; k++) {
    const struct quota *quota = quota_in_value(outcome->network, k);
    const double rent = outcome->periods[p].instrument[k][0];
    if (quota != NULL && rent != 0) sum += count_of_arc(quota, arc) * rent;
  }
  return sum;
}

void quota_add_value(const struct window *window, int b, int k, int arc, int row, double coefficient)
{
  const struct quota *quota = quota_in_value(window->network, k);
  const double count = quota == NULL ? 0 : count_of_arc(quota, arc);
  if (count == 0 || window->blocks[b].instruments[k].unknowns_count == 0) return;
  equations_linear(window->equations, row, window->blocks[b].instruments[k].unknowns[0], coefficient * count);
}
