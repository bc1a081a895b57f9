/* model/solve.c - solves one window. Read window_solve first.
 *
 * Where nothing is known of the problem's class, it is solved again from two other starts: the solution with contracts'
 * kinks and ad-valorem taxes switched off, and the one with every kink held on. With market power, the sale terms are
 * worked out again at each solution until they agree with it, from both sides of every jump; the candidates then face a
 * search for unilateral gains. (docs/theory.md, sections 4, 7 and 8)
 */
#include "model/solve.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "model/conduct.h"
#include "model/instruments.h"

struct candidate {
  const struct window *window;
  const struct mcp *problem;
  const struct mcp_solution *solution;
  struct certificate certificate;
  const char *label;
  int solves, iterations, fallback_iterations;
  bool agreed; /* the sale terms are those of its own solution */
};

/* ---- plan and warm start from the window before ---- */

static const struct mcp_plan *plan_of(const struct mcp *problem, struct solve_memory *memory)
{
  const int entries = problem->row_start[problem->n];
  if (memory->plan != NULL && memory->n == problem->n && memory->entries == entries &&
      memcmp(memory->row_start, problem->row_start, sizeof(int) * (size_t)(problem->n + 1)) == 0 &&
      memcmp(memory->column, problem->column, sizeof(int) * (size_t)entries) == 0)
    return memory->plan;
  int *row_start = ARENA_ARRAY(memory->arena, problem->n + 1, int);
  int *column = ARENA_ARRAY(memory->arena, entries, int);
  memcpy(row_start, problem->row_start, sizeof(int) * (size_t)(problem->n + 1));
  memcpy(column, problem->column, sizeof(int) * (size_t)entries);
  memory->n = problem->n, memory->entries = entries, memory->row_start = row_start, memory->column = column;
  memory->plan = mcp_plan_new(problem->n, row_start, column, memory->arena);
  memory->class = NULL;
  return memory->plan;
}

/* Index of an unknown of the same kind in a block of another window, or -1. */
static int same_unknown(const struct window *window, int b, const struct unknown *what)
{
  const struct block *block = &window->blocks[b];
  switch (what->kind) {
  case UNKNOWN_PRICE: return block->price[what->index];
  case UNKNOWN_TOTAL: return block->total[what->index];
  case UNKNOWN_RISING_COST: return block->rising[what->index];
  case UNKNOWN_ACTIVITY: return block->activity[what->index];
  case UNKNOWN_CAPACITY_RENT: return block->capacity_rent[what->index];
  case UNKNOWN_ARC: return block->arc[what->index];
  case UNKNOWN_CONSUMPTION: return block->consumption[what->index];
  case UNKNOWN_VALUE: return block->value[what->index];
  case UNKNOWN_UNSERVED: return block->unserved[what->index];
  case UNKNOWN_STOCK: return block->stock[what->index];
  case UNKNOWN_ORDER: return block->order[what->index];
  case UNKNOWN_INSTRUMENT:
    return what->slot < block->instruments[what->index].unknowns_count
               ? block->instruments[what->index].unknowns[what->slot]
               : -1;
  }
  return -1;
}

/* The block of an earlier window that says most about a block: the same dates, or the tail; else its last period. */
static int block_before(const struct window *before, const struct block *block)
{
  int best = 0;
  for (int b = 0; b < before->blocks_count; b++) {
    const struct block *other = &before->blocks[b];
    if (other->tail == block->tail && (block->tail || other->period.start <= block->period.start + 1e-9)) best = b;
  }
  return best;
}

/* Where to start from: a nearby solution, and a point of the path to one; either may be NULL. */
struct start {
  const double *solution, *centre;
};

/* A point of the last window at the dates of this one; NULL where there is none. */
static const double *shifted(const struct window *window, const struct window *before, const double *point,
                             struct arena *arena)
{
  if (before == NULL || before->network != window->network || point == NULL) return NULL;
  double *warm = ARENA_ARRAY(arena, window->equations->n, double);
  int *same = ARENA_ARRAY(arena, window->blocks_count, int);
  for (int b = 0; b < window->blocks_count; b++) same[b] = block_before(before, &window->blocks[b]);
  for (int i = 0; i < window->equations->n; i++) {
    const struct unknown *what = &window->unknowns[i];
    const int j = same_unknown(before, same[what->block], what);
    warm[i] = j >= 0 ? point[j] : 0;
  }
  return warm;
}

static struct start start_of(const struct window *window, const struct solve_memory *memory, struct arena *arena)
{
  return (struct start){shifted(window, memory->warm_window, memory->warm, arena),
                        shifted(window, memory->warm_window, memory->warm_centre, arena)};
}

/* ---- one solve ---- */

static struct candidate solve_once(const struct window *window, struct start start, const struct solve_options *options,
                                   struct solve_memory *memory, struct arena *arena)
{
  struct candidate candidate = {.window = window, .solves = 1};
  candidate.problem = equations_problem(window->equations, arena);
  const struct mcp_plan *plan = plan_of(candidate.problem, memory);
  const struct mcp_options mcp_options = {.warm = start.solution, .warm_centre = start.centre};
  candidate.solution = mcp_solve(candidate.problem, plan, &mcp_options, arena);
  candidate.certificate = certificate_check(candidate.problem, candidate.solution->z, options->tolerance, arena);
  candidate.iterations = candidate.solution->iterations;
  candidate.fallback_iterations = candidate.solution->fallback_iterations;
  return candidate;
}

static bool certified(const struct candidate *candidate)
{
  return candidate->certificate.accepted && candidate->solution->status == MCP_SOLVED;
}

/* ---- market power ---- */

/* Solves with given sale terms, works the terms out again, and goes on until they agree. */
static struct candidate solve_conduct(const struct window *first, const struct sale_terms *sales,
                                      const struct solve_options *options, struct solve_memory *memory,
                                      struct arena *arena)
{
  const int rounds_max = 100;
  const size_t count = (size_t)(first->blocks_count * first->network->arcs_count);
  struct sale_terms *next = ARENA_ARRAY(arena, count, struct sale_terms);
  struct candidate candidate = {0};
  struct start start = {0};
  int solves = 0, iterations = 0, fallback = 0;
  for (int round = 0; round < rounds_max; round++) {
    const struct window *window = window_assemble(first->network, first->state, first->first, sales, arena);
    candidate = solve_once(window, start, options, memory, arena);
    solves++, iterations += candidate.iterations, fallback += candidate.fallback_iterations;
    if (!certified(&candidate)) break;
    const double change = conduct_update(window, candidate.problem, candidate.solution->z, next, arena);
    if (change < 1e-11) {
      candidate.agreed = true;
      break;
    }
    sales = next;
    next = ARENA_ARRAY(arena, count, struct sale_terms);
    start.solution = candidate.solution->z;
  }
  candidate.solves = solves, candidate.iterations = iterations, candidate.fallback_iterations = fallback;
  return candidate;
}

static bool contracts_jump(const struct network *network)
{
  for (int k = 0; k < network->instruments_count; k++)
    if (network->instruments[k].kind->received_slope != NULL || network->instruments[k].kind->contract_volume != NULL)
      return true;
  return false;
}

static const char *deviation_text(const struct window *window, const struct deviation *deviation, const char *verb,
                                  struct arena *arena)
{
  const struct network *network = window->network;
  return arena_format(arena, "%s: %s would gain %.6g thousand USD a year by selling %.6g t/y", verb,
                      network->dataset->owners[deviation->owner].record.id, deviation->gain_kusd, deviation->quantity);
}

/* Candidates from both sides of every jump; the one that survives the search for deviations. */
static struct candidate solve_strategic(const struct window *first, const struct solve_options *options,
                                        struct solve_memory *memory, const char **note, int *solutions,
                                        struct arena *arena)
{
  const bool jump = contracts_jump(first->network);
  struct candidate best = {0};
  int solves = 0;
  *solutions = 0;
  for (int side = 0; side <= (int)jump; side++) {
    const struct sale_terms *sales = conduct_first(first, side == 0 ? CONDUCT_ABOVE : CONDUCT_BELOW, arena);
    struct candidate candidate = solve_conduct(first, sales, options, memory, arena);
    solves += candidate.solves;
    if (best.window == NULL) best = candidate;
    if (!certified(&candidate) || !candidate.agreed) continue;
    const struct deviation deviation =
        conduct_deviation(candidate.window, candidate.problem, candidate.solution->z, arena);
    if (deviation.gain_kusd > 1e-6 * fmax(1e-6, fabs(deviation.profit_kusd))) {
      *note = deviation_text(candidate.window, &deviation, "a candidate was refused", memory->arena);
      if (*solutions == 0) best.agreed = false;
      continue;
    }
    if (*solutions == 0) best = candidate;
    *solutions += 1;
  }
  best.solves = solves;
  return best;
}

/* ---- several starts ---- */

static bool has_kinks(const struct equations *equations)
{
  for (int h = 0; h < equations->hinges_count; h++)
    if (equations->hinges[h].coefficient != 0) return true;
  return false;
}

/* Ad-valorem taxes off: an arc's cost counts the exporter's price once. */
static void without_rates(const struct window *window, struct equations *equations)
{
  for (int e = 0; e < equations->entries_count; e++) {
    const struct equations_place place = equations->places[e];
    if (window->unknowns[place.row].kind == UNKNOWN_ARC && window->unknowns[place.column].kind == UNKNOWN_PRICE &&
        equations->values[e] > 0)
      equations->values[e] = 1;
  }
}

/* The same conditions with every kink gone and ad-valorem taxes off (held 0), or with every kink held on (held 1). */
static const struct equations *without_kinks(const struct window *window, int held, struct arena *arena)
{
  const struct equations *equations = window->equations;
  struct equations *copy = ARENA_NEW(arena, struct equations);
  *copy = *equations;
  copy->arena = arena;
  copy->constant = arena_grow(arena, equations->constant, (size_t)equations->n, (size_t)equations->n, sizeof(double));
  copy->entries_max = equations->entries_count; /* reserving copies */
  equations_reserve(copy, equations->n, equations->entries_count + equations->hinges_count + 1);
  copy->hinges_count = 0;
  if (held == 0) without_rates(window, copy);
  for (int h = 0; h < equations->hinges_count; h++) {
    const struct equations_hinge *hinge = &equations->hinges[h];
    equations_linear(copy, hinge->row, hinge->variable, held * hinge->coefficient * hinge->slope);
    copy->constant[hinge->row] += held * hinge->coefficient * hinge->constant;
  }
  return copy;
}

/* Two solutions are one where they differ by less, and a path (mcp_known) leads to one that it is so near to. */
static const double same_at_end = 1e-5, same_on_path = 2e-3;

/* Largest difference of two solutions in what is consumed, in units of the scales. How plants of equal cost share an
 * output, or routes a flow, is not unique in the best of markets and does not count. */
static double distance(const struct window *window, const double *a, const double *b)
{
  double most = 0;
  for (int i = 0; i < window->equations->n; i++)
    if (window->unknowns[i].kind == UNKNOWN_CONSUMPTION)
      most = fmax(most, fabs(a[i] - b[i]) / window->equations->z_scale[i]);
  return most;
}

/* The solution with instruments off (held 0) or on (held 1), as another place to start from. */
static const double *start_without_kinks(const struct window_solution *found, int held, struct arena *arena)
{
  const struct mcp *smooth = equations_problem(without_kinks(found->window, held, arena), arena);
  assert(smooth->row_start[smooth->n] == found->problem->row_start[found->problem->n]); /* a kink's place stays */
  /* A start need not solve anything: with every contract in the money there may be no solution to be found. */
  const struct mcp_options options = {.warm = found->solution->z, .interior_only = true};
  return mcp_solve(smooth, found->plan, &options, arena)->z;
}

/* [count] the unknowns that distance looks at. */
static const int *consumptions_of(const struct window *window, int *count, struct arena *arena)
{
  int *unknowns = ARENA_ARRAY(arena, window->equations->n, int);
  for (int i = 0; i < window->equations->n; i++)
    if (window->unknowns[i].kind == UNKNOWN_CONSUMPTION) unknowns[(*count)++] = i;
  return unknowns;
}

/* Solves again from other starts and counts what differs. Where there are kinks: from the solutions with instruments
 * off and on. Where ad-valorem taxes alone leave the monotone class: from base prices, if the solution was reached from
 * last period's, else from that without taxes; there a path that comes to the solution found is not followed to its
 * end, which with contracts, whose equilibria may lie close together, it is. */
static int other_starts(const struct window_solution *found, const struct solve_options *options, const char **note,
                        struct arena *arena)
{
  const bool kinks = has_kinks(found->window->equations);
  struct mcp_known known = {.z = found->solution->z, .distance = same_on_path};
  int solutions = 1;
  known.unknowns = consumptions_of(found->window, &known.count, arena);
  for (int held = 0; held <= (int)kinks; held++) {
    const struct mcp_options other = {.warm = kinks || !found->warm ? start_without_kinks(found, held, arena) : NULL,
                                      .known = kinks ? NULL : &known};
    const struct mcp_solution *again = mcp_solve(found->problem, found->plan, &other, arena);
    if (again->status != MCP_SOLVED || !certificate_check(found->problem, again->z, options->tolerance, arena).accepted)
      continue;
    if (distance(found->window, found->solution->z, again->z) < same_at_end) continue;
    solutions++;
    *note = held ? "another equilibrium exists, reached with every contract held in the money"
                 : "another equilibrium exists, reached with instruments off";
  }
  return solutions;
}

/* ---- the window ---- */

static void remember(const struct candidate *found, struct solve_memory *memory)
{
  memory->warm_n = found->problem->n;
  memory->warm = found->solution->z;
  memory->warm_centre = found->solution->centre;
  memory->warm_window = found->window;
}

static int prices_a_period(const struct network *network)
{
  int prices = network->nodes_count;
  for (int n = 0; network->dead_end != NULL && n < network->nodes_count; n++) prices -= network->dead_end[n];
  return prices;
}

static struct window_report report_of(const struct candidate *found, int first, struct arena *arena)
{
  const struct network *network = found->window->network;
  return (struct window_report){
      .first = first,
      .unknowns = found->problem->n,
      .activities = network->activities_count + network->arcs_count,
      .prices = prices_a_period(network),
      .status = found->solution->status,
      .method = found->solution->method,
      .iterations = found->iterations,
      .fallback_iterations = found->fallback_iterations,
      .solves = found->solves,
      .certificate = found->certificate,
      .worst = window_unknown_name(found->window, found->certificate.residual_row, arena),
      .solutions = 1,
  };
}

struct window_solution window_find(const struct network *network, const struct state *state, int first,
                                   const struct solve_options *options, struct solve_memory *memory,
                                   struct arena *arena)
{
  const struct window *window = window_assemble(network, state, first, NULL, arena);
  const bool strategic = conduct_present(network);
  const char *note = NULL;
  int solutions = 1;
  const struct candidate found = strategic
                                     ? solve_strategic(window, options, memory, &note, &solutions, arena)
                                     : solve_once(window, start_of(window, memory, arena), options, memory, arena);
  struct window_solution result = {found.window,
                                   found.problem,
                                   found.solution,
                                   report_of(&found, first, memory->arena),
                                   memory->plan,
                                   strategic,
                                   memory->warm_window != NULL,
                                   !certified(&found)};
  result.report.solutions = solutions;
  result.report.note = note;
  if (result.judged) return result;
  if (strategic && (!found.agreed || solutions == 0)) {
    result.report.certificate.accepted = false;
    if (note == NULL) result.report.note = "the price responses that owners reckon with did not settle";
  }
  if (memory->class != NULL && memory->class->class == CLASS_MONOTONE &&
      (found.problem->affine || found.problem->rising)) { /* of the pattern, whatever the figures */
    result.report.class = *memory->class;
    result.judged = strategic || !options->two_starts;
  }
  remember(&found, memory);
  return result;
}

/* With market power problems of several patterns are solved. */
static const struct mcp_plan *plan_known(const struct window_solution *found)
{
  return found->strategic ? NULL : found->plan;
}

void window_judge(struct window_solution *found, const struct solve_options *options, struct arena *arena)
{
  if (found->judged) return;
  struct window_report *report = &found->report;
  if (report->class.reason == NULL)
    report->class = class_of(found->problem, plan_known(found), found->solution->z, arena);
  if (!found->strategic && !options->one_start && (options->two_starts || report->class.class == CLASS_UNKNOWN))
    report->solutions = other_starts(found, options, &report->note, arena);
  found->judged = true;
}

void window_classify(struct window_solution *found, struct solve_memory *memory, struct arena *arena)
{
  if (found->judged) return;
  struct classification *class = ARENA_NEW(memory->arena, struct classification);
  if (found->report.class.reason == NULL)
    found->report.class = class_of(found->problem, plan_known(found), found->solution->z, arena);
  *class = found->report.class;
  memory->class = class;
}

struct window_solution window_solve(const struct network *network, const struct state *state, int first,
                                    const struct solve_options *options, struct solve_memory *memory,
                                    struct arena *arena)
{
  struct window_solution found = window_find(network, state, first, options, memory, arena);
  window_classify(&found, memory, arena);
  window_judge(&found, options, arena);
  return found;
}
