/* calibration/calibration.c - the steps of a calibration, and the proof that they worked. Read calibration_fit first.
 *
 * The point that the steps build up is judged like any solution: by the certificate, as an equilibrium of the fitted
 * base year put together again. Owners with conduct reckon with slopes of the fitted market, so with them the last
 * steps are repeated with what a solve of it says, until that agrees.
 */
#include "calibration/calibration.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "calibration/base.h"
#include "model/conduct.h"
#include "model/terms.h"

const char *calibration_rule_name(enum price_rule rule)
{
  static const char *const names[] = {"nothing flows",    "stated",        "surplus", "import parity", "cost of making",
                                      "worth of content", "export parity", "typical", "owner's value"};
  return names[rule];
}

/* ---- the point as an equilibrium ---- */

/* Does the unknown of an instrument fit its own row at the point? */
static bool fits(const struct mcp *problem, int i, double z, double f)
{
  const double y = z / problem->z_scale[i];
  const double moved = fmax(problem->lower[i] / problem->z_scale[i],
                            fmin(problem->upper[i] / problem->z_scale[i], y - f / problem->f_scale[i]));
  return fabs(y - moved) <= 1e-9;
}

/* Unknowns of instruments that are not rents of limits follow from their own rows, everything else being held. */
static void settle_instruments(struct base *base, double *z)
{
  const struct mcp *problem = base->problem;
  bool any = false;
  double *lower = ARENA_ARRAY(base->arena, problem->n, double), *upper = ARENA_ARRAY(base->arena, problem->n, double);
  double *f = ARENA_ARRAY(base->arena, problem->n, double);
  base_evaluate(base, z, f, NULL);
  for (int i = 0; i < problem->n; i++) {
    const bool open = base->window->unknowns[i].kind == UNKNOWN_INSTRUMENT && !fits(problem, i, z[i], f[i]);
    any = any || open;
    lower[i] = open ? problem->lower[i] : z[i];
    upper[i] = open ? problem->upper[i] : z[i];
  }
  if (!any) return;
  struct mcp held = *problem;
  held.lower = lower, held.upper = upper;
  const struct mcp_plan *plan = mcp_plan_new(held.n, held.row_start, held.column, base->arena);
  const struct mcp_options options = {.warm = z};
  const struct mcp_solution *solution = mcp_solve(&held, plan, &options, base->arena);
  if (solution->status != MCP_SOLVED) return;
  for (int i = 0; i < problem->n; i++) z[i] = solution->z[i];
}

static struct certificate judge(struct base *base, const char **worst)
{
  double *z = ARENA_ARRAY(base->arena, base->problem->n, double);
  base_point(base, z);
  settle_instruments(base, z);
  const struct certificate certificate = certificate_check(base->problem, z, 1e-7, base->arena);
  *worst = window_unknown_name(base->window, certificate.residual_row, base->arena);
  return certificate;
}

/* ---- what is reported ---- */

/* What a wedge moves a year: the largest first. */
static int wedge_compare(const void *left, const void *right)
{
  const struct calibration_wedge *a = left, *b = right;
  const double x = fabs(a->usd_per_kg) * a->quantity, y = fabs(b->usd_per_kg) * b->quantity;
  return x != y ? (x < y) - (x > y) : (a->arc != b->arc ? a->arc - b->arc : a->index - b->index);
}

static void add_wedge(struct calibration *calibration, struct calibration_wedge *wedges, struct calibration_wedge wedge)
{
  wedge.value_kusd = wedge.price * wedge.quantity;
  calibration->value_kusd += wedge.value_kusd;
  if (fabs(wedge.usd_per_kg) > CALIBRATION_WEDGE_LIMIT * wedge.price)
    calibration->value_beyond_kusd += wedge.value_kusd;
  wedges[calibration->wedges_count++] = wedge;
}

/* What a wedge is measured against: where a price has fallen to nothing, the typical one. */
static double worth_of_good(const struct base *base, int node)
{
  return base->price[node] > 0 ? base->price[node] : base->network->nodes[node].price_usd_per_kg;
}

static double worth_of_output(const struct base *base, int activity)
{
  const struct activity *data = &base->network->activities[activity];
  const struct input_output *product = &data->io[data->product];
  const double value = base_output_value(base, activity);
  return value > 0 ? value : fabs(product->amount) * worth_of_good(base, product->node);
}

static void list_wedges(struct calibration *calibration, const struct base *base)
{
  const struct network *network = base->network;
  const struct period year = base->window->blocks[0].period;
  struct calibration_wedge *wedges =
      ARENA_ARRAY(base->arena, network->activities_count + network->arcs_count, struct calibration_wedge);
  for (int g = 0; g < network->activities_count; g++) {
    if (network->activities[g].group != g) continue;
    double total = 0;
    for (int j = g; j < g + network->activities[g].group_count; j++) total += base->activity[j];
    if (total > 0)
      add_wedge(calibration, wedges,
                (struct calibration_wedge){.index = g,
                                           .quantity = total,
                                           .usd_per_kg = terms_activity_wedge(network, g, year, base->window->known),
                                           .price = worth_of_output(base, g)});
  }
  for (int a = 0; a < network->arcs_count; a++)
    if (arc_between_regions(network, a) && base->flow[a] > 0)
      add_wedge(calibration, wedges,
                (struct calibration_wedge){.arc = true,
                                           .index = a,
                                           .quantity = base->flow[a],
                                           .usd_per_kg = terms_arc_wedge(network, a, year, base->window->known),
                                           .price = worth_of_good(base, network->arcs[a].to)});
  qsort(wedges, (size_t)calibration->wedges_count, sizeof *wedges, wedge_compare);
  calibration->wedges = wedges;
}

static int fault_compare(const void *left, const void *right)
{
  const double a = ((const struct calibration_fault *)left)->worth_kusd;
  const double b = ((const struct calibration_fault *)right)->worth_kusd;
  return (a < b) - (a > b);
}

static const struct calibration_figure *list_figures(const struct base *base)
{
  struct calibration_figure *figures = ARENA_ARRAY(base->arena, base->figures_count, struct calibration_figure);
  for (int i = 0; i < base->figures_count; i++) figures[i] = base->figures[i].figure;
  return figures;
}

static const struct network *fitted(const struct network *network, const struct base *base)
{
  struct network *copy = ARENA_NEW(base->arena, struct network);
  *copy = *network;
  copy->fit = base->fit;
  return copy;
}

static struct calibration *report(const struct network *network, struct base *base)
{
  struct calibration *calibration = ARENA_NEW(base->arena, struct calibration);
  double *price = ARENA_ARRAY(base->arena, network->nodes_count, double);
  for (int n = 0; n < network->nodes_count; n++)
    price[n] = base->price_rule[n] == PRICE_NONE ? (double)NAN : base->price[n];
  if (base->faults_count > 0) qsort(base->faults, (size_t)base->faults_count, sizeof *base->faults, fault_compare);
  *calibration = (struct calibration){.network = fitted(network, base),
                                      .base = base->network,
                                      .period = base->window->blocks[0].period,
                                      .figures_count = base->figures_count,
                                      .figures = list_figures(base),
                                      .price_rule = base->price_rule,
                                      .price = price,
                                      .activity = base->activity,
                                      .flow = base->flow,
                                      .consumption = base->consumption,
                                      .surplus = base->surplus,
                                      .stock_change = base->stock_change,
                                      .capacity_rent = base->capacity_rent,
                                      .faults_count = base->faults_count,
                                      .faults = base->faults,
                                      .flat_costs = base->flat_costs};
  list_wedges(calibration, base);
  return calibration;
}

/* ---- the steps ---- */

/* Everything that follows from quantities, and starts again from them. */
static void price_and_fit(struct base *base, int faults_before)
{
  const struct network *network = base->network;
  base->faults_count = faults_before, base->flat_costs = 0;
  for (int j = 0; j < network->activities_count; j++) base->activities[j] = (struct fitted_cost){0};
  for (int a = 0; a < network->arcs_count; a++) base->arcs[a] = (struct fitted_cost){0};
  for (int k = 0; k < network->consumers_count; k++) base->consumers[k] = (struct fitted_demand){1, NAN};
  for (int f = 0; f < network->dataset->facilities_count; f++) base->capacity_factor[f] = 1, base->capacity_rent[f] = 0;
  for (int k = 0; k < network->instruments_count; k++)
    for (int slot = 0; slot < 8; slot++) base->instrument[k][slot] = 0;
  base_assemble(base);
  prices_fill(base);
  rents_share(base);
  idle_price(base);
  fit_active(base);
}

/* How owners with conduct reckon in the fitted market; true once it is as before. */
static bool conduct_agrees(struct base *base, struct sale_terms *sales)
{
  const struct network *network = base->network;
  const struct solve_options options = {0};
  const struct outcome *outcome = outcome_compute(network, &options, base->arena);
  if (!outcome->solved) return true; /* the certificate will say */
  const struct period_outcome *year = &outcome->periods[0];
  double change = base->sales == NULL ? (double)INFINITY : 0; /* the first guess saw demand as it was before */
  for (int a = 0; a < network->arcs_count; a++) {
    if (network->arcs[a].kind != ARC_SALE) continue;
    const struct sale_terms now = {year->sale_response[a], year->sale_slope[a], year->sale_volume[a]};
    const double before = base->window->sales[a].response;
    if (isfinite(now.response) && now.response > 0) change = fmax(change, fabs(now.response - before) / now.response);
    sales[a] = now;
  }
  base->sales = sales;
  return change < 1e-9;
}

const struct calibration_figure *calibration_reconcile(const struct network *network, int *count, struct arena *arena,
                                                       struct error *error)
{
  struct base *base = base_new(network, arena);
  if (!figures_collect(base, error) || !reconcile(base, error)) return NULL;
  *count = base->figures_count;
  return list_figures(base);
}

const struct calibration *calibration_fit(const struct network *network, struct arena *arena, struct error *error)
{
  enum { rounds_max = 20 };
  struct base *base = base_new(network, arena);
  if (!figures_collect(base, error) || !reconcile(base, error)) return NULL;
  const int faults = base->faults_count;
  price_and_fit(base, faults);
  struct sale_terms *sales = ARENA_ARRAY(arena, network->arcs_count, struct sale_terms);
  for (int round = 0; conduct_present(network) && round < rounds_max && !conduct_agrees(base, sales); round++)
    price_and_fit(base, faults);

  const char *worst;
  const struct certificate certificate = judge(base, &worst);
  if (!certificate.accepted) {
    error_set(error, network->scenario->file, 0, "economy.calibrate",
              "the fitted base year is not an equilibrium: the condition farthest from holding is the %s (residual "
              "%.1e, allowed 1e-7)",
              worst, certificate.residual);
    return NULL;
  }
  struct calibration *calibration = report(network, base);
  calibration->certificate = certificate;
  return calibration;
}

/* ---- replication ---- */

static void note_largest(double *largest, const char **name, double difference, const char *of)
{
  if (!(difference <= *largest)) *largest = difference, *name = of;
}

struct replication calibration_replicate(const struct calibration *calibration, struct arena *arena)
{
  const struct network *network = calibration->base;
  const struct solve_options options = {0};
  const struct outcome *outcome = outcome_compute(network, &options, arena);
  struct replication replication = {.solved = outcome->solved, .price_name = "", .quantity_name = ""};
  if (!outcome->solved) return replication;
  const struct period_outcome *year = &outcome->periods[0];
  for (int n = 0; n < network->nodes_count; n++)
    if (isfinite(calibration->price[n]) && isfinite(year->price[n]))
      note_largest(&replication.price, &replication.price_name,
                   fabs(year->price[n] - calibration->price[n]) / network->nodes[n].price_usd_per_kg,
                   network->nodes[n].name);
  for (int g = 0; g < network->activities_count; g++) {
    if (network->activities[g].group != g) continue;
    double difference = 0;
    for (int j = g; j < g + network->activities[g].group_count; j++)
      difference += year->activity[j] - calibration->activity[j];
    note_largest(&replication.quantity, &replication.quantity_name,
                 fabs(difference) / network->activities[g].quantity_t_per_year, network->activities[g].name);
  }
  for (int a = 0; a < network->arcs_count; a++)
    if (arc_between_regions(network, a) && network->nodes[network->arcs[a].from].class == 0)
      note_largest(&replication.quantity, &replication.quantity_name,
                   fabs(year->flow[a] - calibration->flow[a]) / network->arcs[a].quantity_t_per_year,
                   network->arcs[a].name);
  for (int k = 0; k < network->consumers_count; k++)
    note_largest(&replication.quantity, &replication.quantity_name,
                 fabs(year->consumption[k] - calibration->consumption[k]) /
                     network->nodes[network->consumers[k].node].quantity_t_per_year,
                 network->consumers[k].name);
  return replication;
}
