/* calibration/reconcile.c - the least weighted change of all figures that makes the base year add up (theory, E94 -
 * E96).
 *
 * The balances, capacities and limits are the model's own rows, read off the assembled base year. What nobody observed
 * is pulled toward zero, weakly and linearly, the more the more it would lose at the prices of the data: so it carries
 * something only where the observed figures need it, and then by the cheapest way. A by-product that nobody quotes may
 * be left over, the sooner the less it is worth; nothing else is thrown away while it can be helped.
 */
#include "calibration/base.h"

#include <assert.h>
#include <math.h>

#include "calibration/programme.h"

/* In squared standard errors a unit of the scale: of a quantity that nobody observed (and that breaks even, and on top
 * of it for each price's worth that it loses); of a by-product thrown away (and on top of it for the part of its
 * maker's earnings that it brings); of anything else thrown away. */
static const double pull_unobserved = 0.025, pull_loss = 10, loss_most = 4;
static const double pull_by_product = 0.5, pull_worth = 50, pull_waste = 250;
static const double pull_split = 1e-6;     /* quadratic, decides among equals */
static const double limit_taken_up = 0.99; /* a limit of law used so far is taken as binding */
static const double dust = 1e-9;           /* of its scale: nothing */

struct plan {
  struct base *base;
  struct programme *programme;
  int *activity, *flow, *consumption, *stock, *surplus; /* variables */
  int *row;       /* [unknowns] rows of the programme: of prices, capacities, limits; -1 none */
  bool *observed; /* [variables of quantities] some figure counts it */
  bool *zero;     /* a figure of zero counts it */
  double *loss;   /* [unknowns] of an act's first unit at the data's prices, in its row's magnitude */
};

static int quantity_variable(const struct plan *plan, struct figure_term term)
{
  switch (term.kind) {
  case QUANTITY_ACTIVITY: return plan->activity[term.index];
  case QUANTITY_FLOW: return plan->flow[term.index];
  case QUANTITY_CONSUMPTION: return plan->consumption[term.index];
  case QUANTITY_STOCK: return plan->stock[term.index];
  }
  return -1;
}

/* The variables' numbers before any is made: activities, arcs, consumers, stores, in this order. */
static void number_quantities(struct plan *plan)
{
  const struct network *network = plan->base->network;
  struct arena *arena = plan->base->arena;
  int next = 0;
  plan->activity = ARENA_ARRAY(arena, network->activities_count, int);
  plan->flow = ARENA_ARRAY(arena, network->arcs_count, int);
  plan->consumption = ARENA_ARRAY(arena, network->consumers_count, int);
  plan->stock = ARENA_ARRAY(arena, network->stores_count, int);
  for (int j = 0; j < network->activities_count; j++) plan->activity[j] = next++;
  for (int a = 0; a < network->arcs_count; a++) plan->flow[a] = next++;
  for (int k = 0; k < network->consumers_count; k++) plan->consumption[k] = next++;
  for (int s = 0; s < network->stores_count; s++) plan->stock[s] = next++;
  plan->observed = ARENA_ARRAY(arena, next, bool);
  plan->zero = ARENA_ARRAY(arena, next, bool);
  for (int i = 0; i < plan->base->figures_count; i++) {
    const struct figure *figure = &plan->base->figures[i];
    for (int t = 0; t < figure->count; t++) {
      const int variable = quantity_variable(plan, figure->terms[t]);
      plan->observed[variable] = true;
      if (figure->figure.stated == 0 && figure->terms[t].kind != QUANTITY_STOCK) plan->zero[variable] = true;
    }
  }
}

/* ---- variables ---- */

static void measure_losses(struct plan *plan)
{
  const struct base *base = plan->base;
  const struct mcp *problem = base->problem;
  double *z = ARENA_ARRAY(base->arena, problem->n, double);
  plan->loss = ARENA_ARRAY(base->arena, problem->n, double);
  for (int i = 0; i < problem->n; i++) {
    const struct unknown *what = &base->window->unknowns[i];
    const double price = what->kind == UNKNOWN_PRICE ? base->network->nodes[what->index].price_usd_per_kg : 0;
    z[i] = fmax(problem->lower[i], fmin(problem->upper[i], price));
  }
  base_evaluate(base, z, plan->loss, NULL);
  for (int i = 0; i < problem->n; i++) plan->loss[i] = fmax(0, plan->loss[i] / problem->f_scale[i]);
}

/* A quantity from nothing up to a limit; one that cannot be (absent plant, ban) or is known to be zero stays there. */
static void add_quantity(struct plan *plan, int variable, int unknown, double upper, double scale)
{
  const struct base *base = plan->base;
  const bool barred = base->window->equations->constant[unknown] >= 0.5 * base->network->prohibitive_usd_per_kg;
  const double most = barred || plan->zero[variable] ? 0 : upper;
  const double pull = pull_unobserved + pull_loss * fmin(loss_most, plan->loss[unknown]);
  const int made = programme_variable(plan->programme, 0, most, plan->observed[variable] ? 0 : pull / scale,
                                      pull_split / (scale * scale), scale);
  assert(made == variable);
  (void)made;
}

static void add_quantities(struct plan *plan)
{
  const struct base *base = plan->base;
  const struct network *network = base->network;
  const struct block *block = &base->window->blocks[0];
  const double *upper = base->problem->upper;
  for (int j = 0; j < network->activities_count; j++)
    add_quantity(plan, plan->activity[j], block->activity[j], INFINITY, network->activities[j].quantity_t_per_year);
  for (int a = 0; a < network->arcs_count; a++)
    add_quantity(plan, plan->flow[a], block->arc[a], upper[block->arc[a]], network->arcs[a].quantity_t_per_year);
  for (int k = 0; k < network->consumers_count; k++)
    add_quantity(plan, plan->consumption[k], block->consumption[k], INFINITY,
                 base->problem->z_scale[block->consumption[k]]);
}

/* Stocks change only where a change was observed, and never by more than there is or fits. */
static void add_stocks(struct plan *plan)
{
  const struct network *network = plan->base->network;
  for (int s = 0; s < network->stores_count; s++) {
    const struct stock *stock = &plan->base->given->dataset->stocks[network->stores[s].stock];
    const struct node *node = &network->nodes[network->stores[s].node];
    const double opening = stock->opening_t;
    const bool moves = plan->observed[plan->stock[s]] && node->class == 0;
    const double room = isfinite(stock->capacity_t) ? fmax(0, stock->capacity_t - opening) : (double)INFINITY;
    const double scale = fmax(node->quantity_t_per_year, opening);
    programme_variable(plan->programme, moves ? -opening : 0, moves ? room : 0, 0, pull_split / (scale * scale), scale);
  }
}

/* The part of what its maker earns that a by-product brings, at the data's prices: the largest at each node; -1 where
 * nothing arises beside a main product or comes back as scrap, or where somebody quotes a price. What is made or
 * brought for its own sake is not thrown away. */
static double *by_product_share(const struct base *base)
{
  const struct network *network = base->network;
  const struct dataset *dataset = network->dataset;
  double *share = ARENA_ARRAY(base->arena, network->nodes_count, double);
  for (int n = 0; n < network->nodes_count; n++)
    share[n] = base->window->equations->constant[base->window->blocks[0].price[n]] > 0 ? 0 : -1;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    double worth = 0;
    for (int i = 0; i < activity->io_count; i++)
      worth += fmax(0, activity->io[i].amount) * network->nodes[activity->io[i].node].price_usd_per_kg;
    for (int i = 0; i < activity->io_count; i++) {
      const struct node *node = &network->nodes[activity->io[i].node];
      if (activity->io[i].amount <= 0 || i == activity->product) continue;
      double *of_node = &share[activity->io[i].node];
      *of_node = fmax(*of_node, activity->io[i].amount * node->price_usd_per_kg / worth);
    }
  }
  for (int n = 0; n < network->nodes_count; n++)
    for (int p = 0; p < dataset->prices_count; p++)
      if (dataset->prices[p].material == network->nodes[n].material &&
          dataset->prices[p].region == network->nodes[n].region && dataset->prices[p].price_usd_per_kg > 0)
        share[n] = -1;
  return share;
}

/* ---- rows ---- */

/* The smallest magnitude of anything that touches a node: waste is dear beside the least of them. */
static double *least_quantities(const struct base *base)
{
  const struct network *network = base->network;
  double *least = ARENA_ARRAY(base->arena, network->nodes_count, double);
  for (int n = 0; n < network->nodes_count; n++) least[n] = network->nodes[n].quantity_t_per_year;
  for (int j = 0; j < network->activities_count; j++)
    for (int i = 0; i < network->activities[j].io_count; i++) {
      const struct input_output *io = &network->activities[j].io[i];
      least[io->node] = fmin(least[io->node], fabs(io->amount) * network->activities[j].quantity_t_per_year);
    }
  for (int a = 0; a < network->arcs_count; a++) {
    const double quantity = network->arcs[a].quantity_t_per_year;
    least[network->arcs[a].from] = fmin(least[network->arcs[a].from], quantity);
    least[network->arcs[a].to] = fmin(least[network->arcs[a].to], quantity);
  }
  for (int k = 0; k < network->consumers_count; k++) {
    const int node = network->consumers[k].node;
    least[node] = fmin(least[node], base->problem->z_scale[base->window->blocks[0].consumption[k]]);
  }
  for (int n = 0; n < network->nodes_count; n++)
    least[n] = fmax(least[n], 1e-6 * network->nodes[n].quantity_t_per_year);
  return least;
}

/* Rows of instruments that limit quantities alone: quotas, licences. */
static bool *limits_of_law(const struct base *base)
{
  const struct equations *equations = base->window->equations;
  bool *limit = ARENA_ARRAY(base->arena, equations->n, bool);
  for (int i = 0; i < equations->n; i++)
    limit[i] =
        base->window->unknowns[i].kind == UNKNOWN_INSTRUMENT && equations->lower[i] == 0 && equations->upper[i] > 0;
  for (int e = 0; e < equations->entries_count; e++) {
    const struct equations_entry entry = equations_entry(equations, e);
    if (entry.value == 0) continue;
    const enum unknown_kind kind = base->window->unknowns[entry.column].kind;
    if (kind != UNKNOWN_ACTIVITY && kind != UNKNOWN_ARC) limit[entry.row] = false;
  }
  for (int h = 0; h < equations->hinges_count; h++) limit[equations->hinges[h].row] = false;
  for (int p = 0; p < equations->powers_count; p++) limit[equations->powers[p].row] = false;
  return limit;
}

static void add_rows(struct plan *plan)
{
  const struct base *base = plan->base;
  const struct equations *equations = base->window->equations;
  const bool *limit = limits_of_law(base);
  const double *share = by_product_share(base), *least = least_quantities(base);
  plan->row = ARENA_ARRAY(base->arena, equations->n, int);
  plan->surplus = ARENA_ARRAY(base->arena, base->network->nodes_count, int);
  for (int i = 0; i < equations->n; i++) {
    const struct unknown *what = &base->window->unknowns[i];
    const bool balance = what->kind == UNKNOWN_PRICE && equations->lower[i] < equations->upper[i];
    plan->row[i] = -1;
    if (what->kind == UNKNOWN_PRICE) plan->surplus[what->index] = -1;
    if (!balance && what->kind != UNKNOWN_CAPACITY_RENT && !limit[i]) continue;
    const double scale = equations->f_scale[i];
    plan->row[i] = programme_row(plan->programme, -equations->constant[i], balance, scale);
    if (!balance) continue;
    const double part = share[what->index], small = part < 0 ? least[what->index] : scale;
    const double pull = part < 0 ? pull_waste : pull_by_product + pull_worth * part;
    plan->surplus[what->index] =
        programme_variable(plan->programme, 0, INFINITY, pull / small, pull_split / (small * small), small);
    programme_add(plan->programme, plan->row[i], plan->surplus[what->index], -1);
  }
}

/* The variable of an unknown of the window that is a quantity, or -1. */
static int variable_of_unknown(const struct plan *plan, int i)
{
  const struct unknown *what = &plan->base->window->unknowns[i];
  switch (what->kind) {
  case UNKNOWN_ACTIVITY: return plan->activity[what->index];
  case UNKNOWN_ARC: return plan->flow[what->index];
  case UNKNOWN_CONSUMPTION: return plan->consumption[what->index];
  default: return -1;
  }
}

/* Coefficients of the model's rows. Curves stand in balances with prices: they count at the data's prices. */
static void add_coefficients(struct plan *plan)
{
  const struct base *base = plan->base;
  const struct equations *equations = base->window->equations;
  for (int e = 0; e < equations->entries_count; e++) {
    const struct equations_entry entry = equations_entry(equations, e);
    const int row = plan->row[entry.row], variable = variable_of_unknown(plan, entry.column);
    if (row < 0) continue;
    const struct unknown *column = &base->window->unknowns[entry.column];
    if (variable >= 0)
      programme_add(plan->programme, row, variable, entry.value);
    else if (column->kind == UNKNOWN_PRICE)
      programme_right(plan->programme, row, -entry.value * base->network->nodes[column->index].price_usd_per_kg);
  }
  for (int s = 0; s < base->network->stores_count; s++) {
    const int row = plan->row[base->window->blocks[0].price[base->network->stores[s].node]];
    if (row >= 0) programme_add(plan->programme, row, plan->stock[s], -1);
  }
}

/* A figure about one quantity pulls it: half the square of (weight x - stated) / error. */
static void add_single(struct plan *plan, const struct figure *figure)
{
  const struct figure_term term = figure->terms[0];
  const double precision = term.weight / (figure->figure.error * figure->figure.error);
  programme_pull(plan->programme, quantity_variable(plan, term), -precision * figure->figure.stated,
                 precision * term.weight);
}

/* A sum has a deviation of its own, in standard errors: sum of terms - error x deviation = stated. */
static void add_sum(struct plan *plan, const struct figure *figure)
{
  const double scale = fmax(fabs(figure->figure.stated), figure->figure.error);
  const int row = programme_row(plan->programme, figure->figure.stated, true, scale);
  const int deviation = programme_variable(plan->programme, -INFINITY, INFINITY, 0, 1, 1);
  programme_add(plan->programme, row, deviation, -figure->figure.error);
  for (int t = 0; t < figure->count; t++)
    programme_add(plan->programme, row, quantity_variable(plan, figure->terms[t]), figure->terms[t].weight);
}

static void add_figures(struct plan *plan)
{
  for (int i = 0; i < plan->base->figures_count; i++) {
    const struct figure *figure = &plan->base->figures[i];
    if (figure->figure.error <= 0) continue;
    if (figure->count == 1)
      add_single(plan, figure);
    else
      add_sum(plan, figure);
  }
}

/* ---- the solution ---- */

static double grain(double x, double scale)
{
  return fabs(x) <= dust * scale ? 0 : x;
}

static void read_quantities(const struct plan *plan, const double *x)
{
  struct base *base = plan->base;
  const struct network *network = base->network;
  const struct block *block = &base->window->blocks[0];
  for (int j = 0; j < network->activities_count; j++)
    base->activity[j] = grain(x[plan->activity[j]], network->activities[j].quantity_t_per_year);
  for (int a = 0; a < network->arcs_count; a++)
    base->flow[a] = grain(x[plan->flow[a]], network->arcs[a].quantity_t_per_year);
  for (int k = 0; k < network->consumers_count; k++)
    base->consumption[k] = grain(x[plan->consumption[k]], base->problem->z_scale[block->consumption[k]]);
  for (int s = 0; s < network->stores_count; s++)
    base->stock_change[s] = grain(x[plan->stock[s]], network->nodes[network->stores[s].node].quantity_t_per_year);
  for (int n = 0; n < network->nodes_count; n++)
    base->surplus[n] = plan->surplus[n] < 0 ? 0 : grain(x[plan->surplus[n]], network->nodes[n].quantity_t_per_year);
}

/* Limits of law used nearly to the full become equations: true where there are any. */
static bool take_up_limits(struct plan *plan, const double *x)
{
  const struct base *base = plan->base;
  const struct equations *equations = base->window->equations;
  bool any = false;
  double *left = ARENA_ARRAY(base->arena, equations->n, double);
  for (int i = 0; i < equations->n; i++) left[i] = equations->constant[i];
  for (int e = 0; e < equations->entries_count; e++) {
    const struct equations_entry entry = equations_entry(equations, e);
    const int variable = variable_of_unknown(plan, entry.column);
    if (variable >= 0) left[entry.row] += entry.value * x[variable];
  }
  for (int i = 0; i < equations->n; i++) {
    const double limit = equations->constant[i];
    if (plan->row[i] < 0 || base->window->unknowns[i].kind != UNKNOWN_INSTRUMENT || !(limit > 0)) continue;
    if (left[i] > (1 - limit_taken_up) * limit || left[i] <= dust * limit) continue;
    programme_equate(plan->programme, plan->row[i]);
    any = true;
  }
  return any;
}

static void judge_figures(struct base *base)
{
  for (int i = 0; i < base->figures_count; i++) {
    struct calibration_figure *figure = &base->figures[i].figure;
    figure->reconciled = 0;
    for (int t = 0; t < base->figures[i].count; t++)
      figure->reconciled += base_quantity(base, base->figures[i].terms[t]);
    const double tolerance = 1e-7 * fmax(fabs(figure->stated), figure->error);
    figure->beyond = figure->reconciled < figure->low - tolerance || figure->reconciled > figure->high + tolerance;
  }
}

static bool unsolved(const struct base *base, const struct mcp_solution *solution, struct error *error)
{
  return error_set(error, base->network->scenario->file, 0, "economy.calibrate",
                   "no quantities were found that close all balances of %g within capacities and limits (residual "
                   "%.1e): expected stated flows and scrap that can be taken up somewhere",
                   base->network->scenario->base_year, solution->residual);
}

bool reconcile(struct base *base, struct error *error)
{
  struct plan plan = {.base = base, .programme = programme_new(base->arena)};
  number_quantities(&plan);
  measure_losses(&plan);
  add_quantities(&plan);
  add_stocks(&plan);
  add_rows(&plan);
  add_coefficients(&plan);
  add_figures(&plan);
  const struct mcp_solution *solution = programme_solve(plan.programme, base->arena);
  if (solution->status == MCP_SOLVED && take_up_limits(&plan, solution->z)) {
    const struct mcp_solution *fuller = programme_solve(plan.programme, base->arena);
    if (fuller->status == MCP_SOLVED) solution = fuller;
  }
  if (!(solution->residual <= 1e-9)) return unsolved(base, solution, error);
  read_quantities(&plan, solution->z);
  judge_figures(base);
  base_assemble(base);
  return true;
}
