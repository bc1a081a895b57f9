/* solver/equations.c - F(z) = q + M z + powers + hinges, from lists of terms to a problem with a fixed pattern.
 *
 * The pattern is the union of all entries, all variables of the terms and the diagonal, sorted by two counting sorts.
 * Where each term lands in the Jacobian is looked up once, so that an evaluation is a product with a sparse matrix
 * and two straight loops over the terms. Nothing is allocated during an evaluation.
 */
#include "solver/equations.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* What an evaluation needs: the linear part in CSR and the places of the terms' derivatives. */
struct assembled {
  const struct equations *equations;
  int n;
  const int *row_start, *column;
  const double *linear;                       /* [row_start[n]] M on the pattern of the Jacobian */
  const int *power_place, *power_times_place; /* [powers_count] positions in the Jacobian; -1 without a factor */
  const int *hinge_place;                     /* [hinges_count] */
};

struct equations *equations_new(struct arena *arena)
{
  struct equations *equations = ARENA_NEW(arena, struct equations);
  equations->arena = arena;
  return equations;
}

struct equations *equations_like(const struct equations *others, struct arena *arena)
{
  struct equations *equations = equations_new(arena);
  equations_reserve(equations, others->n, 0);
  equations->places = others->places;
  equations->shared = equations->entries_max = others->entries_count;
  equations->values = ARENA_ROOM(arena, equations->entries_max, double);
  return equations;
}

void equations_unknowns_like(struct equations *equations, const struct equations *others, int n)
{
  struct equations *e = equations;
  const double *const from[] = {others->lower,   others->upper,   others->start,
                                others->z_scale, others->f_scale, others->weight};
  double *const to[] = {e->lower, e->upper, e->start, e->z_scale, e->f_scale, e->weight};
  assert(e->n == 0 && n <= e->n_max && n <= others->n);
  for (size_t c = 0; c < sizeof to / sizeof *to && n > 0; c++) memcpy(to[c], from[c], (size_t)n * sizeof(double));
  for (int i = 0; i < n; i++) e->constant[i] = 0;
  e->n = n;
}

bool equations_entries_like(struct equations *equations, const struct equations *others, int first, int end)
{
  struct equations *e = equations;
  if (e->own_places != NULL || e->places != others->places || e->entries_count != first || end > e->shared)
    return false;
  if (end > first) memcpy(e->values + first, others->values + first, (size_t)(end - first) * sizeof(double));
  e->entries_count = end;
  return true;
}

/* Room for one more of count items: the array itself or a copy twice as large. */
static void *grown(struct arena *arena, void *items, int count, int *count_max, size_t size)
{
  if (count < *count_max) return items;
  *count_max = count < 32 ? 64 : 2 * count;
  return arena_grow(arena, items, (size_t)count, (size_t)*count_max, size);
}

static void unknowns_reserve(struct equations *e, int n_max)
{
  double **const columns[] = {&e->lower, &e->upper, &e->start, &e->z_scale, &e->f_scale, &e->weight, &e->constant};
  e->n_max = n_max;
  for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
    double *larger = ARENA_ROOM(e->arena, n_max, double);
    if (e->n > 0) memcpy(larger, *columns[c], (size_t)e->n * sizeof(double));
    *columns[c] = larger;
  }
}

/* Room for so many entries, with places of its own. */
static void entries_reserve(struct equations *e, int entries_max)
{
  const struct equations_place *places = e->places;
  const double *values = e->values;
  const size_t count = (size_t)e->entries_count;
  e->own_places = ARENA_ROOM(e->arena, entries_max, struct equations_place);
  e->values = ARENA_ROOM(e->arena, entries_max, double);
  if (count > 0) memcpy(e->own_places, places, count * sizeof *places);
  if (count > 0) memcpy(e->values, values, count * sizeof *values);
  e->places = e->own_places;
  e->entries_max = entries_max, e->shared = 0;
}

void equations_reserve(struct equations *equations, int n, int entries)
{
  struct equations *e = equations;
  if (n > e->n_max) unknowns_reserve(e, n);
  if (entries > e->entries_max) entries_reserve(e, entries);
}

void equations_more_unknowns(struct equations *equations)
{
  unknowns_reserve(equations, equations->n < 32 ? 64 : 2 * equations->n);
}

void equations_add_place(struct equations *equations, int row, int variable, double value)
{
  assert(row >= 0 && row < equations->n && variable >= 0 && variable < equations->n && isfinite(value));
  struct equations *e = equations;
  const bool full = e->entries_count == e->entries_max;
  if (full || e->own_places == NULL)
    entries_reserve(e, full ? (e->entries_count < 32 ? 64 : 2 * e->entries_count) : e->entries_max);
  e->own_places[e->entries_count] = (struct equations_place){row, variable};
  e->values[e->entries_count++] = value;
}

void equations_power(struct equations *equations, int row, double coefficient, int variable, double scale,
                     double exponent, int times)
{
  assert(row >= 0 && row < equations->n && variable >= 0 && variable < equations->n);
  assert(times >= -1 && times < equations->n);
  assert(isfinite(coefficient) && scale > 0 && isfinite(exponent));
  struct equations *e = equations;
  e->powers = grown(e->arena, e->powers, e->powers_count, &e->powers_max, sizeof *e->powers);
  e->powers[e->powers_count++] = (struct equations_power){row, variable, times, coefficient, scale, exponent};
}

void equations_hinge(struct equations *equations, int row, double coefficient, int variable, double constant,
                     double slope)
{
  assert(row >= 0 && row < equations->n && variable >= 0 && variable < equations->n);
  assert(isfinite(coefficient) && isfinite(constant) && isfinite(slope));
  struct equations *e = equations;
  e->hinges = grown(e->arena, e->hinges, e->hinges_count, &e->hinges_max, sizeof *e->hinges);
  e->hinges[e->hinges_count++] = (struct equations_hinge){row, variable, coefficient, constant, slope};
}

/* (z / scale)^exponent and its derivative in z, defined on the whole line. */
static double power_value(double z, double scale, double exponent, double *derivative)
{
  double ratio = z / scale, base = ratio > equations_power_floor ? ratio : equations_power_floor;
  if (exponent == 1) {
    *derivative = 1 / scale;
    return ratio;
  }
  double value = pow(base, exponent);
  *derivative = exponent * value / (base * scale);
  return value + *derivative * (ratio - base) * scale;
}

static void powers_add(const struct assembled *problem, const double *z, double *f, double *jacobian)
{
  const struct equations *e = problem->equations;
  for (int t = 0; t < e->powers_count; t++) {
    const struct equations_power *power = &e->powers[t];
    double derivative, value = power_value(z[power->variable], power->scale, power->exponent, &derivative);
    double factor = power->coefficient * (power->times < 0 ? 1 : z[power->times]);
    f[power->row] += factor * value;
    if (jacobian == NULL) continue;
    jacobian[problem->power_place[t]] += factor * derivative;
    if (power->times >= 0) jacobian[problem->power_times_place[t]] += power->coefficient * value;
  }
}

/* max(0, t) rounded off between -reach and reach to the parabola (t + reach)^2 / (4 reach), so that a kink far away
 * changes nothing at all. */
static void hinges_add(const struct assembled *problem, const double *z, double smoothing, double *f, double *jacobian)
{
  const struct equations *e = problem->equations;
  for (int t = 0; t < e->hinges_count; t++) {
    const struct equations_hinge *hinge = &e->hinges[t];
    const double argument = hinge->constant + hinge->slope * z[hinge->variable];
    const double reach = equations_hinge_reach * smoothing * fabs(hinge->slope) * e->z_scale[hinge->variable];
    double value = fmax(0, argument), derivative = argument > 0 ? 1 : argument < 0 ? 0 : 0.5;
    if (fabs(argument) < reach) {
      derivative = 0.5 * (argument + reach) / reach;
      value = 0.5 * (argument + reach) * derivative;
    }
    f[hinge->row] += hinge->coefficient * value;
    if (jacobian != NULL) jacobian[problem->hinge_place[t]] += hinge->coefficient * hinge->slope * derivative;
  }
}

static void assembled_evaluate_smooth(const void *context, const double *z, double smoothing, double *f,
                                      double *jacobian)
{
  const struct assembled *problem = context;
  for (int i = 0; i < problem->n; i++) {
    double sum = problem->equations->constant[i];
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      sum += problem->linear[p] * z[problem->column[p]];
    }
    f[i] = sum; /* f = q + M z */
  }
  if (jacobian != NULL) memcpy(jacobian, problem->linear, (size_t)problem->row_start[problem->n] * sizeof *jacobian);
  powers_add(problem, z, f, jacobian);
  hinges_add(problem, z, smoothing, f, jacobian);
}

static void assembled_evaluate(const void *context, const double *z, double *f, double *jacobian)
{
  assembled_evaluate_smooth(context, z, 0, f, jacobian);
}

/* Row and column of every place a Jacobian entry is needed: entries, terms, diagonal, in this order. */
struct places {
  int count;
  int *row, *column;
};

static void places_add(struct places *places, int row, int column)
{
  places->row[places->count] = row;
  places->column[places->count++] = column;
}

static struct places places_collect(const struct equations *e, struct arena *arena)
{
  int count_max = e->entries_count + 2 * e->powers_count + e->hinges_count + e->n;
  struct places places = {0, ARENA_ARRAY(arena, count_max, int), ARENA_ARRAY(arena, count_max, int)};
  for (int t = 0; t < e->entries_count; t++) places_add(&places, e->places[t].row, e->places[t].column);
  for (int t = 0; t < e->powers_count; t++) places_add(&places, e->powers[t].row, e->powers[t].variable);
  for (int t = 0; t < e->powers_count; t++) {
    places_add(&places, e->powers[t].row, e->powers[t].times >= 0 ? e->powers[t].times : e->powers[t].row);
  }
  for (int t = 0; t < e->hinges_count; t++) places_add(&places, e->hinges[t].row, e->hinges[t].variable);
  for (int i = 0; i < e->n; i++) places_add(&places, i, i);
  return places;
}

/* order: a stable sort of the items listed in `from` by key[item] in 0..n-1. */
static void sort_by_key(int n, int count, const int *key, const int *from, int *order, int *start)
{
  memset(start, 0, ((size_t)n + 1) * sizeof *start);
  for (int t = 0; t < count; t++) start[key[t] + 1]++;
  for (int i = 0; i < n; i++) start[i + 1] += start[i];
  for (int t = 0; t < count; t++) order[start[key[from[t]]]++] = from[t];
}

/* CSR of the places without duplicates; position[t] is where place t lies in it. */
static void pattern_build(int n, const struct places *places, int *row_start, int *column, int *position,
                          struct arena *arena)
{
  int count = places->count;
  int *by_column = ARENA_ARRAY(arena, count, int), *by_row = ARENA_ARRAY(arena, count, int);
  int *start = ARENA_ARRAY(arena, n + 1, int);
  for (int t = 0; t < count; t++) by_row[t] = t;
  sort_by_key(n, count, places->column, by_row, by_column, start);
  sort_by_key(n, count, places->row, by_column, by_row, start);
  int row = -1, next = 0;
  for (int t = 0; t < count; t++) {
    int place = by_row[t];
    bool new_row = places->row[place] != row;
    while (row < places->row[place]) row_start[++row] = next;
    if (new_row || column[next - 1] != places->column[place]) column[next++] = places->column[place];
    position[place] = next - 1;
  }
  while (row < n) row_start[++row] = next;
}

static const struct assembled *equations_assemble(const struct equations *e, struct arena *arena)
{
  struct assembled *problem = ARENA_NEW(arena, struct assembled);
  struct places places = places_collect(e, arena);
  int *row_start = ARENA_ARRAY(arena, e->n + 1, int), *column = ARENA_ARRAY(arena, places.count, int);
  int *position = ARENA_ARRAY(arena, places.count, int);
  pattern_build(e->n, &places, row_start, column, position, arena);
  double *linear = ARENA_ARRAY(arena, row_start[e->n], double);
  for (int t = 0; t < e->entries_count; t++) linear[position[t]] += e->values[t];
  *problem = (struct assembled){
      .equations = e,
      .n = e->n,
      .row_start = row_start,
      .column = column,
      .linear = linear,
      .power_place = position + e->entries_count,
      .power_times_place = position + e->entries_count + e->powers_count,
      .hinge_place = position + e->entries_count + 2 * e->powers_count,
  };
  return problem;
}

/* Where no start is given: zero, or one scale inside a bound, or the middle of a narrow box. */
static double start_default(double lower, double upper, double z_scale)
{
  if (upper - lower <= 2 * z_scale) return 0.5 * (lower + upper);
  return fmin(fmax(0, lower + z_scale), upper - z_scale);
}

/* Terms of instruments that are not in force keep their place with coefficient zero. */
static bool terms_vanish(const struct equations *e)
{
  for (int t = 0; t < e->powers_count; t++)
    if (e->powers[t].coefficient != 0) return false;
  for (int t = 0; t < e->hinges_count; t++)
    if (e->hinges[t].coefficient != 0) return false;
  return true;
}

/* Every term stands in the row of its own unknown and never falls with it, on a diagonal that is not negative. */
static bool terms_rise(const struct equations *e, const struct assembled *assembled)
{
  for (int t = 0; t < e->powers_count; t++) {
    const struct equations_power *power = &e->powers[t];
    if (power->coefficient == 0) continue;
    if (power->row != power->variable || power->times >= 0 || power->coefficient * power->exponent < 0) return false;
  }
  for (int t = 0; t < e->hinges_count; t++) {
    const struct equations_hinge *hinge = &e->hinges[t];
    if (hinge->coefficient == 0) continue;
    if (hinge->row != hinge->variable || hinge->coefficient * hinge->slope < 0) return false;
  }
  for (int i = 0; i < e->n; i++)
    for (int p = assembled->row_start[i]; p < assembled->row_start[i + 1]; p++)
      if (assembled->column[p] == i && assembled->linear[p] < 0) return false;
  return true;
}

const struct mcp *equations_problem(const struct equations *equations, struct arena *arena)
{
  const struct equations *e = equations;
  const struct assembled *assembled = equations_assemble(e, arena);
  double *start = ARENA_ARRAY(arena, e->n, double);
  for (int i = 0; i < e->n; i++) {
    start[i] = isnan(e->start[i]) ? start_default(e->lower[i], e->upper[i], e->z_scale[i]) : e->start[i];
  }
  struct mcp *problem = ARENA_NEW(arena, struct mcp);
  *problem = (struct mcp){
      .n = e->n,
      .lower = e->lower,
      .upper = e->upper,
      .start = start,
      .z_scale = e->z_scale,
      .f_scale = e->f_scale,
      .weight = e->weight,
      .row_start = assembled->row_start,
      .column = assembled->column,
      .affine = terms_vanish(e),
      .rising = terms_rise(e, assembled),
      .evaluate = assembled_evaluate,
      .evaluate_smooth = e->hinges_count > 0 ? assembled_evaluate_smooth : NULL,
      .context = assembled,
  };
  return problem;
}
