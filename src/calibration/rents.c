/* calibration/rents.c - who earns the gap between price and cost where something is full (theory, E98, E99).
 *
 * Plants used to 95 per cent or more, and limits of law that bind, may have a rent: the data cost of what they count
 * stands, and the rents take as much of the gap as non-negative rents can, in the sense of least squares weighed by
 * value. A plant that earns one is full: its capacity is what it used.
 *
 * Where full plants follow each other, nothing says how their prices share the gap: any division is an equilibrium. The
 * smallest rents are given up until prices are determined; a wedge takes their place, and such a plant is not full.
 */
#include "calibration/base.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "calibration/programme.h"

static const double full = 0.95;
static const double room = 1e-3;
static const double binding = 1e-6; /* of the magnitude of the limit */

static double used_capacity(const struct base *base, int facility)
{
  const struct network *network = base->network;
  double used = 0;
  for (int j = network->facility_first[facility]; j < network->facility_first[facility + 1]; j++)
    used += base->activity[j] * network->activities[j].capacity_use;
  return used;
}

static bool may_be_rent(const struct base *base, int i, double f)
{
  const struct mcp *problem = base->problem;
  const struct unknown *what = &base->window->unknowns[i];
  if (what->kind == UNKNOWN_INSTRUMENT)
    return problem->lower[i] == 0 && problem->upper[i] > 0 && fabs(f) <= binding * problem->f_scale[i];
  if (what->kind != UNKNOWN_CAPACITY_RENT) return false;
  const double used = used_capacity(base, what->index);
  return used > 0 && used >= full * base->window->blocks[0].facility_terms[what->index].capacity;
}

/* ---- sharing the gap ---- */

/* The variable of each unknown that is left as a candidate, -1 for the others. */
static int *add_rents(const struct base *base, const bool *candidate, struct programme *programme)
{
  const struct mcp *problem = base->problem;
  int *variable = ARENA_ARRAY(base->arena, problem->n, int);
  for (int i = 0; i < problem->n; i++) {
    const double scale = problem->z_scale[i];
    variable[i] =
        candidate[i] ? programme_variable(programme, 0, problem->upper[i], 0, 1e-9 / (scale * scale), scale) : -1;
  }
  return variable;
}

/* Value of what an act moves, kUSD a year; 0 for what is idle, and for what takes no wedge. */
static double value_at_stake(const struct base *base, int i)
{
  const struct unknown *what = &base->window->unknowns[i];
  if (what->kind == UNKNOWN_ACTIVITY) return base->activity[what->index] * base_output_value(base, what->index);
  if (what->kind == UNKNOWN_ARC)
    return base->flow[what->index] * fabs(base->price[base->network->arcs[what->index].to]);
  return 0;
}

/* One row for each act that a candidate reaches: wedge + sum of rents = - F. */
static int add_gaps(const struct base *base, const double *f, const double *jacobian, const int *variable,
                    struct programme *programme)
{
  const struct mcp *problem = base->problem;
  int rows = 0;
  double largest = 0;
  for (int i = 0; i < problem->n; i++) largest = fmax(largest, value_at_stake(base, i));
  for (int i = 0; i < problem->n; i++) {
    const double value = value_at_stake(base, i);
    int row = -1;
    for (int e = problem->row_start[i]; e < problem->row_start[i + 1] && value > 0; e++) {
      if (variable[problem->column[e]] < 0 || jacobian[e] == 0) continue;
      const double scale = problem->f_scale[i];
      if (row < 0) {
        row = programme_row(programme, -f[i], true, scale);
        const double weight = fmax(1e-6, value / largest) / (scale * scale);
        programme_add(programme, row, programme_variable(programme, -INFINITY, INFINITY, 0, weight, scale), 1);
        rows++;
      }
      programme_add(programme, row, variable[problem->column[e]], jacobian[e]);
    }
  }
  return rows;
}

/* Rents [unknowns] of the candidates. */
static double *share(const struct base *base, const bool *candidate, const double *f, const double *jacobian)
{
  double *rent = ARENA_ARRAY(base->arena, base->problem->n, double);
  struct programme *programme = programme_new(base->arena);
  const int *variable = add_rents(base, candidate, programme);
  if (add_gaps(base, f, jacobian, variable, programme) == 0) return rent;
  const double *x = programme_solve(programme, base->arena)->z;
  for (int i = 0; i < base->problem->n; i++)
    if (variable[i] >= 0 && x[variable[i]] > 1e-9 * base->problem->z_scale[i]) rent[i] = x[variable[i]];
  return rent;
}

/* ---- are prices determined? ---- */

/* Rows of the active acts in the prices and rents that are still open, reduced as they come: a basis. */
struct basis {
  int count;       /* of open unknowns */
  int *place;      /* [unknowns] its column, -1: known */
  double *rows;    /* [count x count] row r has its first entry, 1, in column r; unused rows are zero */
  double *scratch; /* [count] */
  int rank;
};

/* Takes the row in scratch into the basis; false when it says nothing new. */
static bool basis_take(struct basis *basis)
{
  const int count = basis->count;
  double *row = basis->scratch, largest = 0;
  for (int c = 0; c < count; c++) largest = fmax(largest, fabs(row[c]));
  for (int c = 0; c < count && largest > 0; c++) {
    if (fabs(row[c]) <= 1e-10 * largest) continue;
    double *pivot = &basis->rows[(size_t)c * (size_t)count];
    if (pivot[c] == 0) {
      for (int k = c; k < count; k++) pivot[k] = fabs(row[k]) <= 1e-10 * largest ? 0 : row[k] / row[c];
      basis->rank++;
      return true;
    }
    const double factor = row[c];
    for (int k = c; k < count; k++) row[k] -= factor * pivot[k];
  }
  return false;
}

static void clear(struct basis *basis)
{
  for (int c = 0; c < basis->count; c++) basis->scratch[c] = 0;
}

/* Prices of nodes that carry flow and leave nothing over, and the rents found. */
static struct basis basis_new(const struct base *base, const double *rent)
{
  const struct mcp *problem = base->problem;
  struct basis basis = {.place = ARENA_ARRAY(base->arena, problem->n, int)};
  for (int i = 0; i < problem->n; i++) {
    const struct unknown *what = &base->window->unknowns[i];
    const bool price = what->kind == UNKNOWN_PRICE && base->price_rule[what->index] != PRICE_NONE &&
                       base->surplus[what->index] <= 0 && problem->lower[i] < problem->upper[i];
    basis.place[i] = price || rent[i] > 0 ? basis.count++ : -1;
  }
  basis.rows = ARENA_ARRAY(base->arena, basis.count * basis.count, double);
  basis.scratch = ARENA_ARRAY(base->arena, basis.count, double);
  return basis;
}

/* An act that runs ties its prices together; whoever consumes by a curve fixes one, and so does a curve in a
 * balance. */
static void take_active(struct basis *basis, const struct base *base, const double *jacobian)
{
  const struct mcp *problem = base->problem;
  const struct block *block = &base->window->blocks[0];
  for (int k = 0; k < base->network->consumers_count; k++) {
    const int place = basis->place[block->price[base->network->consumers[k].node]];
    if (base->consumption[k] <= 0 || place < 0) continue;
    clear(basis);
    basis->scratch[place] = 1;
    (void)basis_take(basis);
  }
  for (int i = 0; i < problem->n; i++) {
    const struct unknown *what = &base->window->unknowns[i];
    const bool runs = (what->kind == UNKNOWN_ACTIVITY && base->activity[what->index] > 0) ||
                      (what->kind == UNKNOWN_ARC && base->flow[what->index] > 0);
    if (!runs && what->kind != UNKNOWN_PRICE) continue;
    clear(basis);
    for (int e = problem->row_start[i]; e < problem->row_start[i + 1]; e++)
      if (basis->place[problem->column[e]] >= 0) basis->scratch[basis->place[problem->column[e]]] += jacobian[e];
    (void)basis_take(basis);
  }
}

struct rent_worth {
  int unknown;
  double worth_kusd;
};

/* Plants first, limits of law after them; small before large. */
static int worth_compare(const void *left, const void *right)
{
  const struct rent_worth *a = left, *b = right;
  if (a->worth_kusd != b->worth_kusd) return (a->worth_kusd > b->worth_kusd) - (a->worth_kusd < b->worth_kusd);
  return a->unknown - b->unknown;
}

static int sort_rents(const struct base *base, const double *rent, struct rent_worth *sorted)
{
  int count = 0;
  for (int i = 0; i < base->problem->n; i++) {
    if (rent[i] <= 0) continue;
    const struct unknown *what = &base->window->unknowns[i];
    const bool law = what->kind == UNKNOWN_INSTRUMENT;
    sorted[count++] = (struct rent_worth){i, law ? (double)INFINITY : rent[i] * used_capacity(base, what->index)};
  }
  qsort(sorted, (size_t)count, sizeof *sorted, worth_compare);
  return count;
}

/* Gives up rents until prices and rents are determined; true when any was. */
static bool give_up(const struct base *base, const double *rent, const double *jacobian, bool *candidate)
{
  struct basis basis = basis_new(base, rent);
  take_active(&basis, base, jacobian);
  struct rent_worth *sorted = ARENA_ARRAY(base->arena, base->problem->n, struct rent_worth);
  const int count = sort_rents(base, rent, sorted);
  bool any = false;
  for (int i = 0; i < count && basis.rank < basis.count; i++) {
    clear(&basis);
    basis.scratch[basis.place[sorted[i].unknown]] = 1;
    if (!basis_take(&basis)) continue;
    candidate[sorted[i].unknown] = false;
    any = true;
  }
  return any;
}

/* ---- all ---- */

/* A plant with a rent can do what it did and no more; one without has a little room left, or its next tonne would have
 * a rent of its own. */
static void keep_rent(struct base *base, int facility, double rent)
{
  const double used = used_capacity(base, facility);
  const double capacity = base->window->blocks[0].facility_terms[facility].capacity;
  base->capacity_rent[facility] = rent;
  if (rent > 0)
    base->capacity_factor[facility] = used / capacity;
  else if (used > (1 - room) * capacity)
    base->capacity_factor[facility] = used * (1 + room) / capacity;
}

static void keep_rents(struct base *base, const double *rent)
{
  for (int i = 0; i < base->problem->n; i++) {
    const struct unknown *what = &base->window->unknowns[i];
    if (what->kind == UNKNOWN_INSTRUMENT) base->instrument[what->index][what->slot] = rent[i];
    if (what->kind == UNKNOWN_CAPACITY_RENT && used_capacity(base, what->index) > 0)
      keep_rent(base, what->index, rent[i]);
  }
}

void rents_share(struct base *base)
{
  const struct mcp *problem = base->problem;
  double *z = ARENA_ARRAY(base->arena, problem->n, double), *f = ARENA_ARRAY(base->arena, problem->n, double);
  double *jacobian = ARENA_ARRAY(base->arena, problem->row_start[problem->n], double);
  bool *candidate = ARENA_ARRAY(base->arena, problem->n, bool);
  base_point(base, z);
  base_evaluate(base, z, f, jacobian);
  for (int i = 0; i < problem->n; i++) candidate[i] = may_be_rent(base, i, f[i]);
  const double *rent = share(base, candidate, f, jacobian);
  for (int round = 0; round < 5 && give_up(base, rent, jacobian, candidate); round++)
    rent = share(base, candidate, f, jacobian);
  keep_rents(base, rent);
}
