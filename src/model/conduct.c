/* model/conduct.c - market power of owners (docs/theory.md, section 4).
 *
 * The response b_f is the slope of demand at the node, a number, or the slope of residual demand: how the price moves
 * when one more tonne is put on the market and everybody else adjusts, read off the solution by mcp_sensitivity.
 */
#include "model/conduct.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "model/cost.h"
#include "model/instruments.h"
#include "solver/certificate.h"

static const struct owner *owner_of(const struct network *network, const struct arc *arc)
{
  return &network->dataset->owners[arc->owner];
}

bool conduct_present(const struct network *network)
{
  for (int o = 0; o < network->dataset->owners_count; o++)
    if (network->dataset->owners[o].conduct > 0) return true;
  return false;
}

/* ---- the slope of demand at a node ---- */

static double isoelastic_quantity(const struct consumer_terms *terms, double price)
{
  return terms->quantity * pow(price / terms->price, -terms->elasticity);
}

/* Tonnes a year that demand at a market node loses per USD/kg; *isoelastic counts consumers of that form. */
static double demand_slope(const struct window *window, int b, int node, double price, int *consumers, int *isoelastic)
{
  const struct network *network = window->network;
  const struct dataset *dataset = network->dataset;
  double slope = 0;
  *consumers = *isoelastic = 0;
  for (int k = 0; k < network->consumers_count; k++) {
    if (network->consumers[k].node != node) continue;
    const struct consumer_terms *terms = &window->blocks[b].consumer_terms[k];
    *consumers += 1;
    *isoelastic += terms->form == DEMAND_ISOELASTIC;
    if (terms->form == DEMAND_LINEAR)
      slope += price < terms->intercept ? 1 / terms->slope : 0;
    else
      slope += terms->elasticity * isoelastic_quantity(terms, price) / price;
  }
  for (int c = 0; c < dataset->curves_count; c++) {
    const struct curve *curve = &dataset->curves[c];
    if (curve->side != CURVE_DEMAND || curve->material != network->nodes[node].material ||
        curve->price_of != curve->material || curve->region != network->nodes[node].region)
      continue;
    *consumers += 1;
    slope -= curve->value;
  }
  return slope;
}

static double response_to_demand(const struct window *window, int b, int node, double price)
{
  int consumers, isoelastic;
  const double slope = demand_slope(window, b, node, fmax(price, 1e-9), &consumers, &isoelastic);
  if (consumers == 1 && isoelastic == 1) return NAN; /* exact, as a power term of the row */
  const struct node *data = &window->network->nodes[node];
  return slope > 0 ? 1 / slope : data->price_usd_per_kg / data->quantity_t_per_year;
}

/* ---- checks ---- */

/* Can anybody but the seller itself take anything from the node it sells to? */
static bool others_take(const struct network *network, const struct arc *arc)
{
  for (int a = 0; a < network->arcs_count; a++)
    if (network->arcs[a].from == arc->to && network->arcs[a].owner != arc->owner) return true;
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++)
      if (network->activities[j].io[i].node == arc->to && network->activities[j].io[i].amount < 0) return true;
  return false;
}

static bool check_response(const struct network *network, const struct arc *arc, struct error *error)
{
  const struct owner *owner = owner_of(network, arc);
  if (owner->price_response != RESPONSE_DEMAND || !others_take(network, arc)) return true;
  for (int k = 0; k < network->consumers_count; k++)
    if (network->consumers[k].node == arc->to) return true;
  for (int c = 0; c < network->dataset->curves_count; c++)
    if (network->dataset->curves[c].side == CURVE_DEMAND &&
        network->dataset->curves[c].material == network->nodes[arc->to].material &&
        network->dataset->curves[c].region == network->nodes[arc->to].region)
      return true;
  return error_set(
      error, owner->record.place.file, owner->record.place.line, "owners.price_response",
      "'%s' sells %s, which nobody consumes there, so demand has no slope; expected 'residual' or a number",
      owner->record.id, network->nodes[arc->to].name);
}

/* Does anything but strategic sales bring goods to the node? */
static bool has_fringe(const struct network *network, int node)
{
  for (int a = 0; a < network->arcs_count; a++)
    if (network->arcs[a].to == node &&
        (network->arcs[a].kind != ARC_SALE || !(owner_of(network, &network->arcs[a])->conduct > 0)))
      return true;
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++)
      if (network->activities[j].io[i].node == node && network->activities[j].io[i].amount > 0) return true;
  return false;
}

/* p (1 - theta s / eps) = marginal cost for every seller: shares that add up to one exist only if the elasticities
 * allow it (theory, E25). */
static bool check_existence(const struct network *network, int k, struct error *error)
{
  const struct dataset *dataset = network->dataset;
  const struct segment *segment = &dataset->segments[network->consumers[k].segment];
  const bool isoelastic = network->scenario->form == FORM_ISOELASTIC ||
                          (network->scenario->form == FORM_AS_DATA && segment->form == DEMAND_ISOELASTIC);
  if (!isoelastic || isfinite(segment->choke_usd_per_kg) || has_fringe(network, network->consumers[k].node))
    return true;
  double shares = 0;
  int sellers = 0;
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    if (arc->kind != ARC_SALE || arc->to != network->consumers[k].node) continue;
    if (owner_of(network, arc)->price_response != RESPONSE_DEMAND) return true;
    shares += fabs(segment->elasticity) / owner_of(network, arc)->conduct;
    sellers++;
  }
  if (sellers == 0 || shares > 1 + 1e-12) return true;
  return error_set(
      error, segment->record.place.file, segment->record.place.line, "segments.elasticity",
      "no equilibrium exists: %d sellers with market power share the demand of '%s', so one sells at least "
      "1/%d of it, and conduct x share would reach the elasticity %g; expected a smaller conduct, a choke "
      "price, or price_response residual",
      sellers, segment->record.id, sellers, fabs(segment->elasticity));
}

bool conduct_check(const struct network *network, struct error *error)
{
  for (int a = 0; a < network->arcs_count; a++)
    if (network->arcs[a].kind == ARC_SALE && owner_of(network, &network->arcs[a])->conduct > 0 &&
        !check_response(network, &network->arcs[a], error))
      return false;
  for (int k = 0; k < network->consumers_count; k++)
    if (!check_existence(network, k, error)) return false;
  return true;
}

/* ---- sale terms ---- */

static void contract_terms(const struct window *window, int b, int a, double price, struct sale_terms *sale)
{
  const struct network *network = window->network;
  sale->slope = 1;
  sale->volume = 0;
  for (int k = 0; k < network->instruments_count; k++) {
    const struct instrument_kind *kind = network->instruments[k].kind;
    if (!(window->blocks[b].instruments[k].share > 0)) continue;
    if (kind->received_slope != NULL)
      sale->slope += kind->received_slope(&network->instruments[k], k, window, b, a, price);
    if (kind->contract_volume != NULL)
      sale->volume += kind->contract_volume(&network->instruments[k], k, window, b, a, price);
  }
}

struct sale_terms *conduct_first(const struct window *window, enum conduct_side side, struct arena *arena)
{
  const struct network *network = window->network;
  const double price = side == CONDUCT_ABOVE ? 1e30 : 0;
  struct sale_terms *sales = ARENA_ARRAY(arena, window->blocks_count * network->arcs_count, struct sale_terms);
  for (int b = 0; b < window->blocks_count; b++)
    for (int a = 0; a < network->arcs_count; a++) {
      const struct arc *arc = &network->arcs[a];
      struct sale_terms *sale = &sales[b * network->arcs_count + a];
      *sale = (struct sale_terms){.response = 0, .slope = 1};
      if (arc->kind != ARC_SALE) continue;
      const struct owner *owner = owner_of(network, arc);
      sale->response = owner->price_response == RESPONSE_NUMBER
                           ? owner->response_usd_per_kg_per_t
                           : response_to_demand(window, b, arc->to, network->nodes[arc->to].price_usd_per_kg);
      if (owner->price_response == RESPONSE_RESIDUAL && isnan(sale->response))
        sale->response = network->nodes[arc->to].price_usd_per_kg / network->nodes[arc->to].quantity_t_per_year;
      contract_terms(window, b, a, price, sale);
    }
  return sales;
}

static void mark_chain(const struct window *window, int b, int owner, bool *marked);

/* b_f of residual demand: the fall of the price when one more tonne arrives and all that the owner does stays. NAN
 * where the solution does not say. */
static double response_to_residual(const struct window *window, const struct mcp *problem, const double *z, int b,
                                   int a, struct arena *scratch)
{
  const struct network *network = window->network;
  const struct block *block = &window->blocks[b];
  const struct arena_mark mark = arena_mark(scratch);
  bool *held = ARENA_ARRAY(scratch, problem->n, bool);
  double *df = ARENA_ARRAY(scratch, problem->n, double), *dz = ARENA_ARRAY(scratch, problem->n, double);
  for (int other = 0; other < network->arcs_count; other++)
    if (network->arcs[other].kind == ARC_SALE && network->arcs[other].owner == network->arcs[a].owner)
      held[block->arc[other]] = true;
  mark_chain(window, b, network->arcs[a].owner, held);
  const int price = block->price[network->arcs[a].to];
  df[price] = 1;
  const bool solved = mcp_sensitivity(problem, z, held, df, dz, scratch);
  const double response = solved && dz[price] < 0 ? -dz[price] : NAN;
  arena_reset(scratch, mark);
  return response;
}

static double relative_change(double before, double after)
{
  if (isnan(before) || isnan(after)) return isnan(before) == isnan(after) ? 0 : 1;
  return fabs(after - before) / fmax(fmax(fabs(before), fabs(after)), 1e-12);
}

double conduct_update(const struct window *window, const struct mcp *problem, const double *z, struct sale_terms *next,
                      struct arena *scratch)
{
  const struct network *network = window->network;
  double change = 0;
  for (int b = 0; b < window->blocks_count; b++)
    for (int a = 0; a < network->arcs_count; a++) {
      const struct arc *arc = &network->arcs[a];
      const struct sale_terms *now = &window->sales[b * network->arcs_count + a];
      struct sale_terms *then = &next[b * network->arcs_count + a];
      *then = *now;
      if (arc->kind != ARC_SALE || !(owner_of(network, arc)->conduct > 0)) continue;
      const double price = z[window->blocks[b].price[arc->to]];
      const int response = owner_of(network, arc)->price_response;
      if (response == RESPONSE_DEMAND) then->response = response_to_demand(window, b, arc->to, price);
      if (response == RESPONSE_RESIDUAL) {
        const double residual = response_to_residual(window, problem, z, b, a, scratch);
        if (isnan(residual))
          change = 1; /* keep the old one, but never call that agreement */
        else
          then->response = residual;
      }
      contract_terms(window, b, a, price, then);
      change = fmax(change, relative_change(now->response, then->response));
      change = fmax(change, fabs(then->slope - now->slope));
      change = fmax(change, relative_change(now->volume, then->volume));
    }
  return change;
}

/* ---- deviations ---- */

/* Freight, taxes and duties on a unit that an owner carries to another region, at its internal value. */
static double carriage_of(const struct arc_terms *terms, double value)
{
  const double taxed = (1 + terms->vat_rate) * (1 + terms->export_tax_rate) * (1 + terms->tariff_rate) - 1;
  return terms->freight * (terms->fob ? 1 : 1 + terms->tariff_rate) +
         terms->export_tax_specific * (1 + terms->tariff_rate) + terms->tariff_specific + terms->cost + taxed * value;
}

/* What a unit of an act pays for licences and quotas: the rents that stand in its row. */
static double licences_of(const struct window *window, const double *z, int row)
{
  double rents = 0;
  for (int e = 0; e < window->equations->entries_count; e++) {
    const struct equations_entry entry = equations_entry(window->equations, e);
    if (entry.row == row && window->unknowns[entry.column].kind == UNKNOWN_INSTRUMENT)
      rents += entry.value * z[entry.column];
  }
  return rents;
}

/* What an owner earns in a block at z: sales and contracts, less real costs and what it trades at market nodes. */
static double profit_of(const struct window *window, const double *z, int b, int owner)
{
  const struct network *network = window->network;
  const struct block *block = &window->blocks[b];
  double profit = 0;
  for (int a = 0; a < network->arcs_count; a++) {
    const struct arc *arc = &network->arcs[a];
    if (arc->owner != owner) continue;
    const double flow = z[block->arc[a]], price = z[block->price[arc->to]];
    if (arc->kind == ARC_PURCHASE) profit -= flow * z[block->price[arc->from]];
    if (arc->kind == ARC_TRANSFER) profit -= flow * carriage_of(&block->arc_terms[a], z[block->price[arc->from]]);
    if (arc->kind != ARC_SALE) continue;
    profit += flow * price;
    for (int k = 0; k < network->instruments_count; k++) {
      const struct bound_instrument *instrument = &network->instruments[k];
      if (!(block->instruments[k].share > 0)) continue;
      if (instrument->kind->received != NULL)
        profit += flow * instrument->kind->received(instrument, k, window, b, a, price);
      if (instrument->kind->contract_cash != NULL)
        profit += instrument->kind->contract_cash(instrument, k, window, b, a, price);
    }
  }
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    if (network->dataset->facilities[activity->facility].owner != owner) continue;
    const double x = z[block->activity[j]];
    profit -= cost_of(&block->activity_terms[j], x, cost_group(network, j, block->activity, z)) +
              x * licences_of(window, z, block->activity[j]);
    for (int i = 0; i < activity->io_count; i++)
      if (network->nodes[activity->io[i].node].holder == HOLDER_MARKET)
        profit += activity->io[i].amount * x * window_price(window, b, activity->io[i].node, z);
  }
  return profit;
}

/* The price at an arc's market and those who buy there. */
static void mark_market(const struct window *window, int b, int a, bool *moves)
{
  const struct network *network = window->network;
  const struct block *block = &window->blocks[b];
  const int market = network->arcs[a].to;
  moves[block->price[market]] = true;
  for (int k = 0; k < network->consumers_count; k++) {
    if (network->consumers[k].node != market) continue;
    moves[block->consumption[k]] = true;
    if (block->value[k] >= 0) moves[block->value[k]] = true;
    if (block->unserved[k] >= 0) moves[block->unserved[k]] = true;
  }
}

/* The unknowns of an owner's own chain, except its sales. */
static void mark_chain(const struct window *window, int b, int owner, bool *marked)
{
  const struct network *network = window->network;
  const struct block *block = &window->blocks[b];
  for (int n = 0; n < network->nodes_count; n++)
    if (network->nodes[n].owner == owner && network->nodes[n].holder != HOLDER_MARKET) marked[block->price[n]] = true;
  for (int other = 0; other < network->arcs_count; other++)
    if (network->arcs[other].owner == owner && network->arcs[other].kind != ARC_SALE) marked[block->arc[other]] = true;
  for (int j = 0; j < network->activities_count; j++)
    if (network->dataset->facilities[network->activities[j].facility].owner == owner) {
      marked[block->activity[j]] = true;
      if (block->total[j] >= 0) marked[block->total[j]] = marked[block->rising[j]] = true;
      if (block->capacity_rent[network->activities[j].facility] >= 0)
        marked[block->capacity_rent[network->activities[j].facility]] = true;
    }
}

/* Most that an owner could sell of what it sells on an arc: all capacities on it. */
static double most_sold(const struct window *window, int b, int a)
{
  const struct network *network = window->network;
  double most = 0;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    const double capacity = window->blocks[b].facility_terms[activity->facility].capacity;
    for (int i = 0; i < activity->io_count; i++)
      if (activity->io[i].node == network->arcs[a].from && activity->io[i].amount > 0 && isfinite(capacity))
        most += capacity / activity->capacity_use * activity->io[i].amount;
  }
  return most;
}

/* Conduct 1 on demand itself takes everybody else's quantities as given; any other owner, or one that sells where
 * nobody consumes, reckons with the straight line of slope theta b through the candidate. */
static bool sees_demand(const struct window *window, const double *z, int b, const struct arc *arc)
{
  const struct owner *owner = owner_of(window->network, arc);
  if (owner->price_response != RESPONSE_DEMAND || owner->conduct != 1) return false;
  int consumers, isoelastic;
  return demand_slope(window, b, arc->to, fmax(z[window->blocks[b].price[arc->to]], 1e-9), &consumers, &isoelastic) > 0;
}

static double perceived_price(const struct window *window, const double *z, int b, int a, double quantity)
{
  const struct network *network = window->network;
  const struct arc *arc = &network->arcs[a];
  const double price = z[window->blocks[b].price[arc->to]], sold = z[window->blocks[b].arc[a]];
  double response = window->sales[b * network->arcs_count + a].response;
  if (isnan(response)) {
    int consumers, isoelastic;
    response = 1 / demand_slope(window, b, arc->to, price, &consumers, &isoelastic);
  }
  return price - owner_of(network, arc)->conduct * response * (quantity - sold);
}

/* What an owner buys where it sells: it buys as a price taker, so a sale that lowers the price there saves it
 * nothing. */
static double bought_there(const struct window *window, const double *z, int b, int a)
{
  const struct network *network = window->network;
  const struct arc *sale = &network->arcs[a];
  double bought = 0;
  for (int other = 0; other < network->arcs_count; other++)
    if (network->arcs[other].kind == ARC_PURCHASE && network->arcs[other].owner == sale->owner &&
        network->arcs[other].from == sale->to)
      bought += z[window->blocks[b].arc[other]];
  return bought;
}

static void hold_purchases(const struct window *window, int b, int a, bool *moves)
{
  const struct network *network = window->network;
  const struct arc *sale = &network->arcs[a];
  for (int other = 0; other < network->arcs_count; other++)
    if (network->arcs[other].kind == ARC_PURCHASE && network->arcs[other].owner == sale->owner &&
        network->arcs[other].from == sale->to)
      moves[window->blocks[b].arc[other]] = false;
}

/* Profit when the arc carries another quantity, as the owner reckons; NAN where that cannot be. */
static double profit_at(const struct window *window, const struct mcp *problem, const struct mcp_plan *plan,
                        const double *z, int b, int a, double quantity, struct arena *scratch)
{
  const struct arena_mark mark = arena_mark(scratch);
  bool *moves = ARENA_ARRAY(scratch, problem->n, bool);
  double *lower = ARENA_ARRAY(scratch, problem->n, double), *upper = ARENA_ARRAY(scratch, problem->n, double);
  const struct arc *arc = &window->network->arcs[a];
  const bool by_demand = sees_demand(window, z, b, arc);
  if (by_demand) mark_market(window, b, a, moves);
  mark_chain(window, b, arc->owner, moves);
  hold_purchases(window, b, a, moves);
  for (int i = 0; i < problem->n; i++) {
    lower[i] = moves[i] ? problem->lower[i] : z[i];
    upper[i] = moves[i] ? problem->upper[i] : z[i];
  }
  const int sale = window->blocks[b].arc[a];
  const int price = window->blocks[b].price[arc->to];
  lower[sale] = upper[sale] = quantity;
  if (!by_demand) lower[price] = upper[price] = perceived_price(window, z, b, a, quantity);
  struct mcp alone = *problem;
  alone.lower = lower, alone.upper = upper, alone.start = z;
  const struct mcp_solution *solution = mcp_solve(&alone, plan, NULL, scratch);
  double profit = NAN;
  if (solution->status == MCP_SOLVED && certificate_check(&alone, solution->z, 0, scratch).accepted)
    profit =
        profit_of(window, solution->z, b, arc->owner) + bought_there(window, z, b, a) * (solution->z[price] - z[price]);
  arena_reset(scratch, mark);
  return profit;
}

static void search_arc(const struct window *window, const struct mcp *problem, const struct mcp_plan *plan,
                       const double *z, int b, int a, struct deviation *best, struct arena *scratch)
{
  const int steps = 24;
  const double sold = z[window->blocks[b].arc[a]], here = profit_of(window, z, b, window->network->arcs[a].owner);
  const double most = most_sold(window, b, a);
  const double end = most > 0 ? fmin(most, fmax(4 * sold, 0.05 * most)) : 3 * sold;
  for (int i = 0; i <= steps + 1; i++) {
    const double quantity = i <= steps ? end * i / steps : most;
    if (!(quantity >= 0) || (i > steps && !(most > 0))) continue;
    const double profit = profit_at(window, problem, plan, z, b, a, quantity, scratch);
    if (isnan(profit) || !(profit - here > best->gain_kusd)) continue;
    *best = (struct deviation){profit - here, here, window->network->arcs[a].owner, a, b, quantity};
  }
}

struct deviation conduct_deviation(const struct window *window, const struct mcp *problem, const double *z,
                                   struct arena *scratch)
{
  const struct network *network = window->network;
  struct deviation best = {.owner = -1, .arc = -1};
  const struct mcp_plan *plan = mcp_plan_new(problem->n, problem->row_start, problem->column, scratch);
  for (int a = 0; a < network->arcs_count; a++)
    if (network->arcs[a].kind == ARC_SALE && owner_of(network, &network->arcs[a])->conduct > 0)
      search_arc(window, problem, plan, z, 0, a, &best, scratch);
  return best;
}
