/* calibration/base.c - the base year as a window of one period, and the reconciled point as its unknowns.
 *
 * Nothing of the market is written twice: balances, limits, taxes and contracts are read off the rows that the model
 * assembles for that year, so whatever the model knows calibration knows.
 */
#include "calibration/base.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>

/* The data set with stocks of its own: nobody chooses a stock in a window of one period, so what it opens with there is
 * what it gives up, see base_assemble. */
static const struct dataset *dataset_of_year(const struct dataset *dataset, struct stock **stocks, struct arena *arena)
{
  struct dataset *copy = ARENA_NEW(arena, struct dataset);
  *copy = *dataset;
  *stocks = arena_grow(arena, dataset->stocks, (size_t)dataset->stocks_count, (size_t)dataset->stocks_count,
                       sizeof(struct stock));
  copy->stocks = *stocks;
  return copy;
}

static struct network *network_of_year(const struct network *network, const struct fit *fit, struct arena *arena)
{
  struct period *year = ARENA_NEW(arena, struct period);
  *year = (struct period){network->scenario->base_year, 1};
  struct scenario *scenario = ARENA_NEW(arena, struct scenario);
  *scenario = *network->scenario;
  scenario->periods = year, scenario->periods_count = 1;
  scenario->window = 1, scenario->tail = false;
  struct network *copy = ARENA_NEW(arena, struct network);
  *copy = *network;
  copy->scenario = scenario, copy->fit = fit;
  copy->dead_end = NULL; /* what is left over everywhere is fitted too */
  return copy;
}

struct base *base_new(const struct network *network, struct arena *arena)
{
  const int facilities = network->dataset->facilities_count;
  struct base *base = ARENA_NEW(arena, struct base);
  base->arena = arena;
  base->given = network;
  base->fit = ARENA_NEW(arena, struct fit);
  base->activities = ARENA_ARRAY(arena, network->activities_count, struct fitted_cost);
  base->arcs = ARENA_ARRAY(arena, network->arcs_count, struct fitted_cost);
  base->consumers = ARENA_ARRAY(arena, network->consumers_count, struct fitted_demand);
  base->capacity_factor = ARENA_ARRAY(arena, facilities, double);
  base->stock_change = ARENA_ARRAY(arena, network->stores_count, double);
  for (int k = 0; k < network->consumers_count; k++) base->consumers[k] = (struct fitted_demand){1, NAN};
  for (int f = 0; f < facilities; f++) base->capacity_factor[f] = 1;
  *base->fit = (struct fit){base->activities, base->arcs, base->consumers, base->capacity_factor, base->stock_change};
  base->network = network_of_year(network, base->fit, arena);
  base->network->dataset = dataset_of_year(network->dataset, &base->stocks, arena);
  base->activity = ARENA_ARRAY(arena, network->activities_count, double);
  base->flow = ARENA_ARRAY(arena, network->arcs_count, double);
  base->consumption = ARENA_ARRAY(arena, network->consumers_count, double);
  base->surplus = ARENA_ARRAY(arena, network->nodes_count, double);
  base->price = ARENA_ARRAY(arena, network->nodes_count, double);
  base->price_rule = ARENA_ARRAY(arena, network->nodes_count, enum price_rule);
  base->capacity_rent = ARENA_ARRAY(arena, facilities, double);
  base_assemble(base);
  base->instrument = arena_alloc(arena, (size_t)network->instruments_count, sizeof *base->instrument);
  return base;
}

void base_assemble(struct base *base)
{
  const struct network *network = base->network;
  for (int s = 0; s < network->stores_count; s++)
    if (network->nodes[network->stores[s].node].class == 0)
      base->stocks[network->stores[s].stock].opening_t = -base->stock_change[s];
  const struct state *state = state_new(network, base->arena);
  base->window = window_assemble(network, state, 0, base->sales, base->arena);
  base->problem = equations_problem(base->window->equations, base->arena);
}

static double unknown_at_point(const struct base *base, int i)
{
  const struct unknown *what = &base->window->unknowns[i];
  const struct network *network = base->network;
  switch (what->kind) {
  case UNKNOWN_PRICE: return base->price[what->index];
  case UNKNOWN_ACTIVITY: return base->activity[what->index];
  case UNKNOWN_CAPACITY_RENT: return base->capacity_rent[what->index];
  case UNKNOWN_ARC: return base->flow[what->index];
  case UNKNOWN_CONSUMPTION: return base->consumption[what->index];
  case UNKNOWN_VALUE: return base->price[network->consumers[what->index].node];
  case UNKNOWN_TOTAL: {
    double total = 0;
    for (int j = what->index; j < what->index + network->activities[what->index].group_count; j++)
      total += base->activity[j];
    return total;
  }
  case UNKNOWN_INSTRUMENT: return base->instrument[what->index][what->slot];
  case UNKNOWN_UNSERVED:
  case UNKNOWN_STOCK:
  case UNKNOWN_ORDER:
  case UNKNOWN_RISING_COST: break;
  }
  return 0;
}

void base_point(const struct base *base, double *z)
{
  const struct mcp *problem = base->problem;
  for (int i = 0; i < problem->n; i++)
    z[i] = fmax(problem->lower[i], fmin(problem->upper[i], unknown_at_point(base, i)));
  /* the shared rising cost of a group is what the row of its total says */
  double *f = ARENA_ARRAY(base->arena, problem->n, double);
  problem->evaluate(problem->context, z, f, NULL);
  const struct block *block = &base->window->blocks[0];
  for (int j = 0; j < base->network->activities_count; j++)
    if (block->total[j] >= 0) z[block->rising[j]] = f[block->total[j]];
}

void base_evaluate(const struct base *base, const double *z, double *f, double *jacobian)
{
  base->problem->evaluate(base->problem->context, z, f, jacobian);
}

bool base_runs(const struct base *base, enum quantity_kind kind, int index)
{
  return base_quantity(base, (struct figure_term){kind, index, 1}) > 0;
}

double base_quantity(const struct base *base, struct figure_term term)
{
  switch (term.kind) {
  case QUANTITY_ACTIVITY: return term.weight * base->activity[term.index];
  case QUANTITY_FLOW: return term.weight * base->flow[term.index];
  case QUANTITY_CONSUMPTION: return term.weight * base->consumption[term.index];
  case QUANTITY_STOCK: return term.weight * base->stock_change[term.index];
  }
  return 0;
}

bool arc_between_regions(const struct network *network, int arc)
{
  const struct arc *data = &network->arcs[arc];
  return data->link >= 0 && network->nodes[data->from].region != network->nodes[data->to].region;
}

double base_output_value(const struct base *base, int activity)
{
  const struct activity *data = &base->network->activities[activity];
  double value = 0;
  for (int i = 0; i < data->io_count; i++)
    if (data->io[i].amount > 0) value += data->io[i].amount * fmax(0, base->price[data->io[i].node]);
  return value;
}

double demand_at(const struct consumer_terms *terms, double price)
{
  const double least = 1e-3 * terms->price; /* where isoelastic demand is satiated, as in model/market.c */
  if (terms->form == DEMAND_ISOELASTIC)
    return terms->quantity * pow(fmax(price, least) / terms->price, -terms->elasticity);
  return fmax(0, (terms->intercept - price) / terms->slope);
}

void base_fault(struct base *base, int kind, double worth_kusd, const char *format, ...)
{
  if (base->faults_count == base->faults_max) {
    base->faults_max = base->faults_max == 0 ? 64 : 2 * base->faults_max;
    base->faults = arena_grow(base->arena, base->faults, (size_t)base->faults_count, (size_t)base->faults_max,
                              sizeof(struct calibration_fault));
  }
  va_list arguments;
  va_start(arguments, format);
  base->faults[base->faults_count++] =
      (struct calibration_fault){kind, worth_kusd, arena_format_list(base->arena, format, arguments)};
  va_end(arguments);
}
