/* solver/batch.c - a batch from its members to certified solutions. Read batch_solve.
 *
 * Members that fit the model's pattern go to the lanes (lanes.h, in the width that the machine has), are certified
 * there, and whoever is not accepted is solved alone by mcp_solve and judged by certificate.c.
 */
#include "solver/batch.h"

#include <assert.h>
#include <math.h>

#include "solver/lanes.h"

struct lanes_build {
  int width;
  lanes_solve_function *solve;
  lanes_certify_function *certify;
};

struct batch {
  const struct layout *layout;
  struct lanes_build build;
  struct batch_options options;
  const struct path_point *start; /* NULL: none was found */
};

static const double start_mu = 0.3; /* how near to the model's solution its path is left */
enum { iterations_max_default = 40, model_iterations_max = 200 };

/* Bytes that an iteration of all lanes goes through: factors and some 14 numbers an unknown. Beyond what a core has
 * near it more lanes bring nothing: a draw of the world of 11,700 unknowns (21 MB in eight lanes) took 13.8 ms in 4
 * lanes and 18.4 in 8, with 8,200 of them 6.2 and 6.5, of markets of 4,700 the same in both, of 950 less in 8. */
static const double working_set_max = 8e6;

static int width_default(const struct layout *layout)
{
  const double factors = (double)layout->numbers_count + layout->fronts->panel_count + layout->fronts->update_count;
  return (factors + 14.0 * layout->n) * 8 * sizeof(double) <= working_set_max ? 8 : 4;
}

/* The widest build that this machine runs and the caller allows. */
static struct lanes_build build_choose(int width)
{
  assert(width >= 1);
#ifdef __x86_64__
  if (width >= 8 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return (struct lanes_build){8, lanes_solve_8, lanes_certify_8};
  if (width >= 4 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return (struct lanes_build){4, lanes_solve_4, lanes_certify_4};
#else
  (void)width;
#endif
  return (struct lanes_build){1, lanes_solve_1, lanes_certify_1};
}

/* The model's own point of the central path; NULL when it was not reached. */
static const struct path_point *path_point_new(const struct batch *batch, struct arena *arena)
{
  const struct layout *layout = batch->layout;
  struct path_point *point = ARENA_NEW(arena, struct path_point);
  *point = (struct path_point){start_mu, ARENA_ARRAY(arena, layout->n, double), ARENA_ARRAY(arena, layout->n, double),
                               ARENA_ARRAY(arena, layout->n, double)};
  const struct arena_mark mark = arena_mark(arena);
  struct lanes_result result = {.z = ARENA_ARRAY(arena, layout->n, double)};
  const struct lanes_task task = {.layout = layout,
                                  .problems = &layout->model,
                                  .results = &result,
                                  .count = 1,
                                  .iterations_max = model_iterations_max,
                                  .centre = point};
  batch->build.solve(&task, arena);
  arena_reset(arena, mark);
  return result.solved ? point : NULL;
}

const struct batch *batch_new(const struct equations *model, const struct mcp_plan *plan,
                              const struct batch_options *options, struct arena *arena)
{
  static const struct batch_options defaults = {0};
  if (options == NULL) options = &defaults;
  struct batch *batch = ARENA_NEW(arena, struct batch);
  const struct layout *layout = layout_new(model, plan, arena);
  *batch = (struct batch){.layout = layout,
                          .build = build_choose(options->width > 0 ? options->width : width_default(layout)),
                          .options = *options};
  batch->start = path_point_new(batch, arena);
  return batch;
}

int batch_width(const struct batch *batch)
{
  return batch->build.width;
}

/* ---- in lanes ---- */

/* The members that fit, side by side. */
struct dealt {
  int count;
  int *member; /* [count] */
  const struct equations **problems;
  struct lanes_result *results;
  const double **z; /* of those solved, and below likewise */
  double **f;
};

static struct dealt members_deal(const struct batch *batch, const struct batch_member *members, int count,
                                 struct arena *arena)
{
  struct dealt dealt = {0,
                        ARENA_ARRAY(arena, count, int),
                        ARENA_ARRAY(arena, count, const struct equations *),
                        ARENA_ARRAY(arena, count, struct lanes_result),
                        ARENA_ARRAY(arena, count, const double *),
                        ARENA_ARRAY(arena, count, double *)};
  for (int m = 0; m < count; m++) {
    if (!layout_fits(batch->layout, members[m].equations)) continue;
    dealt.member[dealt.count] = m;
    dealt.problems[dealt.count] = members[m].equations;
    dealt.results[dealt.count].z = ARENA_ARRAY(arena, batch->layout->n, double);
    dealt.f[dealt.count++] = ARENA_ARRAY(arena, batch->layout->n, double);
  }
  return dealt;
}

/* Leaves only those that were solved. */
static void dealt_keep_solved(struct dealt *dealt)
{
  int kept = 0;
  for (int k = 0; k < dealt->count; k++) {
    if (!dealt->results[k].solved) continue;
    dealt->member[kept] = dealt->member[k];
    dealt->problems[kept] = dealt->problems[k];
    dealt->results[kept] = dealt->results[k];
    dealt->z[kept++] = dealt->results[k].z;
  }
  dealt->count = kept;
}

/* Solves what can be solved in lanes; members that were not stay without a z. */
static void solve_in_lanes(const struct batch *batch, struct batch_member *members, int count, struct arena *arena)
{
  struct dealt dealt = members_deal(batch, members, count, arena);
  const int iterations = batch->options.iterations_max > 0 ? batch->options.iterations_max : iterations_max_default;
  const struct lanes_task task = {.layout = batch->layout,
                                  .problems = dealt.problems,
                                  .results = dealt.results,
                                  .count = dealt.count,
                                  .iterations_max = iterations,
                                  .start = batch->start};
  batch->build.solve(&task, arena);
  dealt_keep_solved(&dealt);
  struct certificate *certificates = ARENA_ARRAY(arena, dealt.count, struct certificate);
  batch->build.certify(dealt.problems, dealt.z, dealt.f, dealt.count, batch->options.tolerance, certificates, arena);
  for (int k = 0; k < dealt.count; k++) {
    if (!certificates[k].accepted) continue;
    struct batch_member *member = &members[dealt.member[k]];
    member->certificate = certificates[k];
    member->solution = (struct mcp_solution){.status = MCP_SOLVED,
                                             .z = dealt.z[k],
                                             .f = dealt.f[k],
                                             .residual = certificates[k].residual,
                                             .worst = certificates[k].residual_row,
                                             .iterations = dealt.results[k].iterations,
                                             .method = "lanes"};
  }
}

/* ---- alone ---- */

/* By the slower and safer way, from the caller's nearby solution if there is one. */
static void solve_alone(const struct batch *batch, struct batch_member *member, struct arena *arena)
{
  const struct mcp *problem = equations_problem(member->equations, arena);
  const bool fits = layout_fits(batch->layout, member->equations);
  const struct mcp_plan *plan =
      fits ? batch->layout->plan : mcp_plan_new(problem->n, problem->row_start, problem->column, arena);
  const struct mcp_options options = {.warm = member->warm};
  member->solution = *mcp_solve(problem, plan, &options, arena);
  member->certificate = certificate_check(problem, member->solution.z, batch->options.tolerance, arena);
  member->alone = true;
}

void batch_solve(const struct batch *batch, struct batch_member *members, int count, struct arena *arena)
{
  assert(count >= 0);
  for (int m = 0; m < count; m++) {
    members[m].solution = (struct mcp_solution){0};
    members[m].alone = false;
  }
  solve_in_lanes(batch, members, count, arena);
  for (int m = 0; m < count; m++)
    if (members[m].solution.z == NULL) solve_alone(batch, &members[m], arena);
}
