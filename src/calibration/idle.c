/* calibration/idle.c - what does nothing in the base year stays where it is (theory, E102).
 *
 * A node through which nothing flows may have any price that makes nobody use it. Those prices, and the smallest wedges
 * on idle acts that keep them idle where no price can, are found together by least squares. An idle process or arc that
 * would pay at base prices by more than a thousandth is a fault of the data, and said by name.
 */
#include "calibration/base.h"

#include <assert.h>
#include <math.h>

#include "calibration/programme.h"

static const double margin = 1e-3; /* of the row's magnitude: what an idle act loses at least */

static bool node_idle(const struct base *base, int node)
{
  return base->price_rule[node] == PRICE_NONE;
}

/* Does this unknown stand for an act, and does it rest? */
static bool act_rests(const struct base *base, int i)
{
  const struct unknown *what = &base->window->unknowns[i];
  if (what->kind == UNKNOWN_ARC) return base->flow[what->index] <= 0;
  if (what->kind != UNKNOWN_ACTIVITY) return false;
  const int group = base->network->activities[what->index].group;
  for (int j = group; j < group + base->network->activities[group].group_count; j++)
    if (base->activity[j] > 0) return false; /* its plant runs the process for another class */
  return true;
}

static bool takes_wedge(const struct base *base, int i)
{
  const struct unknown *what = &base->window->unknowns[i];
  if (what->kind == UNKNOWN_ACTIVITY) return true;
  const enum arc_kind kind = base->network->arcs[what->index].kind;
  return kind == ARC_TRADE || kind == ARC_TRANSFER;
}

struct idle {
  struct base *base;
  struct programme *programme;
  int *price; /* [nodes] variable, -1 where the price is known */
  int *wedge; /* [unknowns] variable, -1 where there is none */
  double *z, *f, *jacobian;
};

/* Prices of idle nodes, near the typical one for want of anything better; demand wants nothing there, at any price. */
static void add_prices(struct idle *idle)
{
  const struct base *base = idle->base;
  const struct mcp *problem = base->problem;
  for (int n = 0; n < base->network->nodes_count; n++) {
    idle->price[n] = -1;
    if (!node_idle(base, n)) continue;
    const int unknown = base->window->blocks[0].price[n];
    const double typical = base->network->nodes[n].price_usd_per_kg, pull = 1e-4 / (typical * typical);
    idle->price[n] =
        programme_variable(idle->programme, fmax(0, problem->lower[unknown]), INFINITY, -pull * typical, pull, typical);
  }
}

/* A row of the model at rest, in the prices that are still open:  F + wedge >= margin. */
static void add_act(struct idle *idle, int i)
{
  const struct base *base = idle->base;
  const struct mcp *problem = base->problem;
  const double scale = problem->f_scale[i], least = takes_wedge(base, i) ? margin * scale : 0;
  const int row = programme_row(idle->programme, least - idle->f[i], false, scale);
  for (int e = problem->row_start[i]; e < problem->row_start[i + 1]; e++) {
    const struct unknown *what = &base->window->unknowns[problem->column[e]];
    if (what->kind != UNKNOWN_PRICE || idle->price[what->index] < 0) continue;
    programme_add(idle->programme, row, idle->price[what->index], idle->jacobian[e]);
    programme_right(idle->programme, row, idle->jacobian[e] * idle->z[problem->column[e]]);
  }
  if (!takes_wedge(base, i)) return;
  idle->wedge[i] = programme_variable(idle->programme, 0, INFINITY, 0, 1 / (scale * scale), scale);
  programme_add(idle->programme, row, idle->wedge[i], 1);
}

static bool touches_idle_node(const struct idle *idle, int i)
{
  const struct mcp *problem = idle->base->problem;
  for (int e = problem->row_start[i]; e < problem->row_start[i + 1]; e++) {
    const struct unknown *what = &idle->base->window->unknowns[problem->column[e]];
    if (what->kind == UNKNOWN_PRICE && idle->price[what->index] >= 0 && idle->jacobian[e] != 0) return true;
  }
  return false;
}

static void report(struct base *base, int i, double gain, double wedge)
{
  const struct unknown *what = &base->window->unknowns[i];
  const struct network *network = base->network;
  const double scale = base->problem->f_scale[i];
  const bool arc = what->kind == UNKNOWN_ARC;
  const double quantity = base->problem->z_scale[i];
  base_fault(
      base, FAULT_MARGIN, gain * quantity,
      arc ? "%s would pay %.4g USD/kg at base prices (%.0f %% of the price there), but nothing moves: a wedge of "
            "%.4g keeps it so"
          : "%s would earn %.4g USD/kg at base prices (%.0f %% of what it makes), but does not run: a wedge of "
            "%.4g keeps it so",
      arc ? network->arcs[what->index].name : network->activities[what->index].name, gain, 100 * gain / scale, wedge);
}

static void set_wedge(struct base *base, int i, double wedge)
{
  const struct unknown *what = &base->window->unknowns[i];
  const double scale = base->problem->f_scale[i];
  if (wedge <= 1e-9 * scale) return;
  struct fitted_cost *fitted = what->kind == UNKNOWN_ARC ? &base->arcs[what->index] : &base->activities[what->index];
  fitted->wedge = wedge;
  if (wedge > 2 * margin * scale) report(base, i, wedge - margin * scale, wedge);
}

/* All classes of a plant's process share a wedge: the largest that one of them needs. */
static void share_in_groups(struct base *base)
{
  const struct network *network = base->network;
  for (int g = 0; g < network->activities_count; g++) {
    const int count = network->activities[g].group_count;
    if (network->activities[g].group != g || count == 1) continue;
    double wedge = 0;
    for (int j = g; j < g + count; j++) wedge = fmax(wedge, base->activities[j].wedge);
    for (int j = g; j < g + count; j++) base->activities[j].wedge = wedge;
  }
}

void idle_price(struct base *base)
{
  const struct mcp *problem = base->problem;
  struct idle idle = {.base = base,
                      .programme = programme_new(base->arena),
                      .price = ARENA_ARRAY(base->arena, base->network->nodes_count, int),
                      .wedge = ARENA_ARRAY(base->arena, problem->n, int),
                      .z = ARENA_ARRAY(base->arena, problem->n, double),
                      .f = ARENA_ARRAY(base->arena, problem->n, double),
                      .jacobian = ARENA_ARRAY(base->arena, problem->row_start[problem->n], double)};
  base_point(base, idle.z);
  base_evaluate(base, idle.z, idle.f, idle.jacobian);
  add_prices(&idle);
  int rows = 0;
  for (int i = 0; i < problem->n; i++) {
    idle.wedge[i] = -1;
    if (!act_rests(base, i)) continue;
    if (touches_idle_node(&idle, i))
      add_act(&idle, i), rows++;
    else if (takes_wedge(base, i))
      set_wedge(base, i, margin * problem->f_scale[i] - idle.f[i]);
  }
  if (rows > 0) {
    const double *x = programme_solve(idle.programme, base->arena)->z;
    for (int n = 0; n < base->network->nodes_count; n++)
      if (idle.price[n] >= 0) base->price[n] = x[idle.price[n]];
    for (int i = 0; i < problem->n; i++)
      if (idle.wedge[i] >= 0) set_wedge(base, i, x[idle.wedge[i]]);
  }
  share_in_groups(base);
}
