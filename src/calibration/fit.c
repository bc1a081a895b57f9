/* calibration/fit.c - wedges of what runs, rising cost around the base flow, demand through the reconciled point
 * (theory, E100, E101).
 *
 * A wedge is what is left of a row of the model at the reconciled quantities and filled prices, rents taken off: added
 * to that row it makes the act break even exactly. Arcs of several classes of one good on one link share what one has.
 */
#include "calibration/base.h"

#include <assert.h>
#include <math.h>

static const double elasticity_default = 2.5; /* of arcs whose link states none */
static const double elasticity_flat = 3;      /* of processes at flat cost: they would swap output without a reason */

/* ---- processes ---- */

static double group_output(const struct base *base, int group)
{
  double total = 0;
  for (int j = group; j < group + base->network->activities[group].group_count; j++) total += base->activity[j];
  return total;
}

/* The gap of a process at a plant: that of its classes, weighed by what they make. */
static double group_gap(const struct base *base, int group, const double *f, double total)
{
  double gap = 0;
  for (int j = group; j < group + base->network->activities[group].group_count; j++)
    if (base->activity[j] > 0) gap -= f[base->window->blocks[0].activity[j]] * base->activity[j] / total;
  return gap;
}

/* Output of equal plants at flat cost could move between them freely: they get a rising cost around what they make. */
static double slope_for_flat(struct base *base, int group, double total)
{
  const struct activity *activity = &base->network->activities[group];
  const struct activity_terms *terms = &base->window->blocks[0].activity_terms[group];
  if (terms->slope > 0 || terms->power > 0 || base->capacity_rent[activity->facility] > 0) return 0;
  base->flat_costs++;
  return fmax(terms->cost, 0.05 * base_output_value(base, group)) / (elasticity_flat * total);
}

static void fit_processes(struct base *base, const double *f)
{
  const struct network *network = base->network;
  for (int g = 0; g < network->activities_count; g++) {
    if (network->activities[g].group != g) continue;
    const double total = group_output(base, g);
    if (total <= 0) continue;
    const struct fitted_cost fitted = {group_gap(base, g, f, total), slope_for_flat(base, g, total), total};
    for (int j = g; j < g + network->activities[g].group_count; j++) base->activities[j] = fitted;
  }
}

/* ---- arcs ---- */

static bool same_trade(const struct network *network, int a, int b)
{
  const struct arc *one = &network->arcs[a], *other = &network->arcs[b];
  return one->link == other->link && one->kind == other->kind && one->owner == other->owner &&
         network->nodes[one->from].material == network->nodes[other->from].material &&
         network->nodes[one->from].region == network->nodes[other->from].region &&
         network->nodes[one->to].region == network->nodes[other->to].region;
}

static struct fitted_cost fit_arc(const struct base *base, int a, double gap)
{
  const struct network *network = base->network;
  const struct arc *arc = &network->arcs[a];
  if (!arc_between_regions(network, a)) return (struct fitted_cost){gap, 0, 0};
  const double stated = network->dataset->links[arc->link].elasticity;
  const double elasticity = stated > 0 ? stated : elasticity_default;
  const double price = base->price[arc->to] > 0 ? base->price[arc->to] : network->nodes[arc->to].price_usd_per_kg;
  return (struct fitted_cost){gap, price / (elasticity * base->flow[a]), base->flow[a]};
}

/* A class that moves nothing over a link that is used for another can move at the same cost. */
static void fit_sibling_arcs(struct base *base, int a)
{
  const struct network *network = base->network;
  for (int b = 0; b < network->arcs_count; b++)
    if (b != a && base->flow[b] <= 0 && network->arcs[b].link >= 0 && same_trade(network, a, b))
      base->arcs[b] = (struct fitted_cost){base->arcs[a].wedge, base->arcs[a].slope, 0};
}

static bool classes_present(const struct network *network)
{
  for (int n = 0; n < network->nodes_count; n++)
    if (network->nodes[n].class != 0) return true;
  return false;
}

static void fit_arcs(struct base *base, const double *f)
{
  const struct network *network = base->network;
  const bool classes = classes_present(network);
  for (int a = 0; a < network->arcs_count; a++) {
    const enum arc_kind kind = network->arcs[a].kind;
    if (base->flow[a] <= 0 || (kind != ARC_TRADE && kind != ARC_TRANSFER)) continue;
    const int row = base->window->blocks[0].arc[a];
    const bool full = base->flow[a] >= base->problem->upper[row] * (1 - 1e-9);
    base->arcs[a] = fit_arc(base, a, full ? -fmax(0, f[row]) : -f[row]);
    if (classes) fit_sibling_arcs(base, a);
  }
}

/* ---- demand ---- */

/* Through (consumption, price): reference quantity and price move there, the elasticity stays. At a price of nothing
 * the curve keeps its own reference price and is made wider. */
static struct fitted_demand fit_demand(struct base *base, int k)
{
  const struct consumer *consumer = &base->network->consumers[k];
  const struct consumer_terms *terms = &base->window->blocks[0].consumer_terms[k];
  const double price = base->price[consumer->node], quantity = base->consumption[k];
  if (quantity <= 0) return (struct fitted_demand){0, NAN};
  const bool by_intercept = terms->elasticity == 0 && terms->price == terms->intercept;
  const double taken = demand_at(terms, price);
  if ((by_intercept || price <= 1e-6 * terms->price) && taken > 0) return (struct fitted_demand){quantity / taken, NAN};
  if (by_intercept) {
    base_fault(base, FAULT_DEMAND, quantity * price,
               "%s takes %.6g t/y at %.4g USD/kg, but its demand curve ends at %.4g: it is moved to twice the price",
               consumer->name, quantity, price, terms->intercept);
    return (struct fitted_demand){quantity / (terms->quantity / 2), 2 * price};
  }
  if (terms->choke <= price * (1 + 1e-9))
    base_fault(base, FAULT_DEMAND, quantity * price,
               "%s takes %.6g t/y at %.4g USD/kg, but its choke price is %.4g: it is moved above the price",
               consumer->name, quantity, price, terms->choke);
  return (struct fitted_demand){quantity / terms->quantity, price};
}

void fit_active(struct base *base)
{
  double *z = ARENA_ARRAY(base->arena, base->problem->n, double),
         *f = ARENA_ARRAY(base->arena, base->problem->n, double);
  base_point(base, z);
  base_evaluate(base, z, f, NULL);
  fit_processes(base, f);
  fit_arcs(base, f);
  for (int k = 0; k < base->network->consumers_count; k++) base->consumers[k] = fit_demand(base, k);
  base_assemble(base);
}
