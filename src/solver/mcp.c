/* solver/mcp.c - how a complementarity problem is solved. Read this first.
 *
 * Interior point method to near a solution, active-set steps to full precision, closer if those fail, and a slower
 * search when nothing of that works. Whether the problem is solved is decided by the natural residual alone.
 */
#include "solver/mcp.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "solver/interior.h"
#include "solver/pivoting.h"
#include "solver/polish.h"
#include "solver/semismooth.h"

static const double residual_goal = 1e-12; /* what the last steps aim at; the tolerance is what is accepted */
static const double dust = 1e-12;          /* in magnitudes of the data */
static const double runaway = 1e9;         /* magnitudes of the data: nothing real is there */
static const double warm_mu = 2e-3;        /* where the path is joined from a nearby solution */
enum { patience = 3, patience_warm = 1 };  /* of polishing, in steps that do not help */
static const double mu_joined = 0.2;       /* where it is joined from a centre: higher, because the problem has moved */
static const double mu_near = 1e-3;        /* below this it is worth polishing */
static const double mu_met = 1e-6;         /* here the path is as near to its end as tells one end from another */
static const double weight_polish = 1e-6, weight_again = 1e-8; /* see polish.h; where the first polishing failed */

static double tolerance(const struct mcp_options *options)
{
  return options->tolerance > 0 ? options->tolerance : 1e-9;
}
static double accepted(const struct mcp_options *options) /* until then closer stations are tried */
{
  return fmin(tolerance(options), 1e-10);
}
static int iterations_max(const struct mcp_options *options)
{
  return options->iterations_max > 0 ? options->iterations_max : 200;
}

/* The best point so far, in scaled unknowns. */
struct candidate {
  double *y, *g;
  double residual;
  bool met; /* the known solution: nothing more is to be found */
};

static bool wanting(const struct candidate *best, double residual)
{
  return best->residual > residual && !best->met;
}

/* The start, not yet judged. */
static struct candidate candidate_new(const struct scaled *scaled, struct arena *arena)
{
  int n = scaled->n;
  struct candidate candidate = {ARENA_ARRAY(arena, n, double), ARENA_ARRAY(arena, n, double), HUGE_VAL, false};
  memcpy(candidate.y, scaled->start, (size_t)n * sizeof *candidate.y);
  return candidate;
}

static void candidate_improve(struct candidate *best, const struct candidate *other, int n)
{
  if (other->residual >= best->residual) return;
  memcpy(best->y, other->y, (size_t)n * sizeof *best->y);
  memcpy(best->g, other->g, (size_t)n * sizeof *best->g);
  best->residual = other->residual;
}

/* Polishes a copy of y and keeps it if it is better than what there was. */
static void candidate_polish(struct candidate *best, struct newton *newton, const double *y, double weight,
                             int steps_lost_max, struct arena *scratch)
{
  int n = newton->scaled->n;
  struct arena_mark mark = arena_mark(scratch);
  struct candidate polished = candidate_new(newton->scaled, scratch);
  memcpy(polished.y, y, (size_t)n * sizeof *y);
  polished.residual = polish(newton, weight, residual_goal, steps_lost_max, polished.y, polished.g, scratch);
  candidate_improve(best, &polished, n);
  arena_reset(scratch, mark);
}

/* Takes the degenerate end of a path that polishing did not finish. */
static void candidate_polish_proximal(struct candidate *best, struct newton *newton, const double *y, double goal,
                                      struct arena *scratch)
{
  int n = newton->scaled->n;
  struct arena_mark mark = arena_mark(scratch);
  struct candidate polished = candidate_new(newton->scaled, scratch);
  memcpy(polished.y, y, (size_t)n * sizeof *y);
  polished.residual = polish_proximal(newton, goal, polished.y, polished.g, scratch);
  candidate_improve(best, &polished, n);
  arena_reset(scratch, mark);
}

/* Whether the path has come to the known solution; what it has come to is then the best there is. */
static bool candidate_meet(struct candidate *best, const struct mcp_known *known, const struct interior *interior)
{
  const struct scaled *scaled = interior->newton->scaled;
  for (int k = 0; k < known->count; k++) {
    const int i = known->unknowns[k];
    if (!(fabs(interior->y[i] - known->z[i] / scaled->z_scale[i]) <= known->distance)) return false;
  }
  memcpy(best->y, interior->y, (size_t)scaled->n * sizeof *best->y);
  best->met = true;
  return true;
}

/* Follows the path to ever smaller mu and polishes at each station, and wherever the path becomes slow near its end.
 * centre becomes the point to begin the next one from, NAN where none was met. Returns the iterations it took. */
static int solve_interior(struct newton *newton, const double *start, double mu, const struct mcp_options *options,
                          int iterations, struct candidate *best, double *centre, struct arena *scratch)
{
  const double stations[] = {mu_met, 1e-8, 1e-10, 1e-12, 1e-14, 1e-15};
  struct interior interior = interior_new(newton, start, mu, scratch);
  size_t station = options->known != NULL ? 0 : 1, stations_count = sizeof stations / sizeof *stations;
  double weight = weight_polish;
  enum interior_outcome outcome = INTERIOR_ARRIVED;
  while (wanting(best, accepted(options)) && station < stations_count && outcome != INTERIOR_FAILED) {
    outcome = interior_advance(&interior, stations[station], iterations);
    if (outcome == INTERIOR_ARRIVED && station++ == 0) {
      if (candidate_meet(best, options->known, &interior)) break;
      continue;
    }
    if (outcome == INTERIOR_SLOW && interior.mu >= mu_near) continue;
    candidate_polish(best, newton, interior.y, weight, patience, scratch);
    weight = weight_again;
  }
  if (wanting(best, accepted(options)) && interior.mu < mu_near)
    candidate_polish_proximal(best, newton, interior.y, accepted(options), scratch);
  for (int i = 0; i < newton->scaled->n; i++)
    centre[i] = interior.centred ? interior.centre[i] * newton->scaled->z_scale[i] : (double)NAN;
  return interior.iterations;
}

static void solve_fallback(const struct scaled *scaled, const struct mcp_options *options, struct candidate *best,
                           struct mcp_solution *solution, struct arena *scratch)
{
  struct candidate found = candidate_new(scaled, scratch);
  memcpy(found.y, best->y, (size_t)scaled->n * sizeof *found.y);
  struct semismooth_result result = semismooth_search(scaled, tolerance(options), found.y, found.g, scratch);
  found.residual = result.residual;
  solution->fallback_iterations = result.iterations;
  if (found.residual < best->residual) solution->method = "semismooth newton";
  candidate_improve(best, &found, scaled->n);
}

static enum mcp_status status_of(const struct mcp_solution *solution, const struct candidate *best, int n,
                                 const struct mcp_options *options)
{
  if (best->met) return MCP_MET;
  if (solution->residual <= tolerance(options)) return MCP_SOLVED;
  for (int i = 0; i < n; i++) {
    if (!(fabs(best->y[i]) < runaway)) return MCP_DIVERGED;
  }
  return solution->iterations >= iterations_max(options) ? MCP_EXHAUSTED : MCP_STALLED;
}

/* What hangs above its bound by less than rounding, while its condition holds it there, is at the bound. */
static void settle_dust(const struct scaled *scaled, struct candidate *best)
{
  for (int i = 0; i < scaled->n; i++) {
    const double to_lower = best->y[i] - scaled->lower[i], to_upper = scaled->upper[i] - best->y[i];
    if (to_lower < dust && to_lower <= best->g[i])
      best->y[i] = scaled->lower[i];
    else if (to_upper < dust && to_upper <= -best->g[i])
      best->y[i] = scaled->upper[i];
  }
}

/* Back to the units of the problem; F is evaluated anew at the very point returned. */
static void solution_write(const struct mcp *problem, const struct scaled *scaled, struct candidate *best, double *z,
                           double *f, struct mcp_solution *solution)
{
  settle_dust(scaled, best);
  for (int i = 0; i < problem->n; i++) {
    double value = best->y[i] * scaled->z_scale[i];
    if (best->y[i] <= scaled->lower[i]) value = problem->lower[i];
    if (best->y[i] >= scaled->upper[i]) value = problem->upper[i];
    z[i] = value;
  }
  problem->evaluate(problem->context, z, f, NULL);
  for (int i = 0; i < problem->n; i++) best->g[i] = f[i] * scaled->f_inverse[i];
  solution->z = z;
  solution->f = f;
  solution->residual = scaled_residual(scaled, best->y, best->g, &solution->worst);
}

static void scale_into(const struct scaled *scaled, const double *z, double *y)
{
  for (int i = 0; i < scaled->n; i++) y[i] = z[i] / scaled->z_scale[i];
  scaled_project(scaled, y);
}

/* Near a problem whose path the caller knows, or a solution: often its active set is still the right one, else the path
 * is short. */
static void solve_warm(struct newton *newton, const struct mcp_options *options, struct candidate *best,
                       struct mcp_solution *solution, double *centre, struct arena *scratch)
{
  const bool on_path = options->warm_centre != NULL;
  double *warm = ARENA_ARRAY(scratch, newton->scaled->n, double);
  scale_into(newton->scaled, on_path ? options->warm_centre : options->warm, warm);
  if (!on_path) candidate_polish(best, newton, warm, weight_again, patience_warm, scratch);
  if (best->residual <= accepted(options)) return;
  solution->iterations += solve_interior(newton, warm, on_path ? mu_joined : warm_mu, options,
                                         iterations_max(options) / 4, best, centre, scratch);
}

static void solve_cold(struct newton *newton, const struct mcp_options *options, struct candidate *best,
                       struct mcp_solution *solution, double *centre, struct arena *scratch)
{
  const double *start = newton->scaled->start;
  solution->iterations += solve_interior(newton, start, 1, options, iterations_max(options), best, centre, scratch);
}

const struct mcp_solution *mcp_solve(const struct mcp *problem, const struct mcp_plan *plan,
                                     const struct mcp_options *options, struct arena *arena)
{
  static const struct mcp_options defaults = {0};
  if (options == NULL) options = &defaults;
  assert(plan->n == problem->n && plan->entries_count == problem->row_start[problem->n]);
  struct mcp_solution *solution = ARENA_NEW(arena, struct mcp_solution);
  double *z = ARENA_ARRAY(arena, problem->n, double), *f = ARENA_ARRAY(arena, problem->n, double);
  double *centre = ARENA_ARRAY(arena, problem->n, double);
  if (problem->n > 0) centre[0] = (double)NAN;
  struct arena_mark mark = arena_mark(arena);
  struct scaled scaled = scaled_new(problem, arena);
  struct newton newton = newton_new(&scaled, plan, arena);
  struct candidate best = candidate_new(&scaled, arena);
  bool interior = !options->fallback_only, fallback = !options->interior_only;
  solution->method = "interior point";
  const bool warm = options->warm != NULL || options->warm_centre != NULL;
  if (interior && warm) solve_warm(&newton, options, &best, solution, centre, arena);
  if (interior && wanting(&best, tolerance(options))) solve_cold(&newton, options, &best, solution, centre, arena);
  if (fallback && wanting(&best, tolerance(options))) solve_fallback(&scaled, options, &best, solution, arena);
  solution_write(problem, &scaled, &best, z, f, solution);
  solution->status = status_of(solution, &best, problem->n, options);
  arena_reset(arena, mark);
  solution->centre = problem->n > 0 && !isnan(centre[0]) ? centre : NULL;
  return solution;
}

/* Whether z_i may move: strictly inside its bounds and not held. */
static bool moves(const struct mcp *problem, const double *z, const bool *held, int i)
{
  double margin = 1e-9 * (problem->z_scale == NULL ? 1 : problem->z_scale[i]);
  if (held != NULL && held[i]) return false;
  return z[i] > problem->lower[i] + margin && z[i] < problem->upper[i] - margin;
}

/* The Jacobian with identity rows and columns for unknowns that do not move, rows and columns scaled. */
static void sensitivity_matrix(const struct mcp *problem, const struct scaled *scaled, const bool *moving,
                               double *values)
{
  for (int i = 0; i < problem->n; i++) {
    for (int p = problem->row_start[i]; p < problem->row_start[i + 1]; p++) {
      int j = problem->column[p];
      if (moving[i] && moving[j])
        values[p] *= scaled->entry_scale[p];
      else
        values[p] = i == j ? 1 : 0;
    }
  }
}

bool mcp_sensitivity(const struct mcp *problem, const double *z, const bool *held, const double *df, double *dz,
                     struct arena *scratch)
{
  int n = problem->n;
  struct arena_mark mark = arena_mark(scratch);
  struct scaled scaled = scaled_new(problem, scratch);
  bool *moving = ARENA_ARRAY(scratch, n, bool);
  double *values = ARENA_ARRAY(scratch, problem->row_start[n], double), *f = ARENA_ARRAY(scratch, n, double);
  for (int i = 0; i < n; i++) moving[i] = moves(problem, z, held, i);
  problem->evaluate(problem->context, z, f, values);
  sensitivity_matrix(problem, &scaled, moving, values);
  struct pivoting *pivoting = pivoting_open(n, problem->row_start, problem->column, NULL, scratch);
  bool regular = pivoting != NULL && pivoting_factor(pivoting, values) && pivoting_condition(pivoting) > 1e-14;
  for (int i = 0; i < n; i++) dz[i] = moving[i] ? -df[i] * scaled.f_inverse[i] : 0;
  if (regular) pivoting_solve(pivoting, dz);
  for (int i = 0; i < n; i++) dz[i] = moving[i] ? dz[i] * scaled.z_scale[i] : 0;
  pivoting_close(pivoting);
  arena_reset(scratch, mark);
  return regular;
}
