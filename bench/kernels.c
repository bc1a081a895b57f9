/* bench/kernels.c - how near the solver's kernels come to what the machine can do.
 *
 *   kernels [SCENARIO [ROUNDS]]
 *
 * Elimination, substitution and evaluation on the pattern of a scenario's first window, or of a generated market of
 * 1,000 unknowns, in 1, 4 and 8 lanes; beside them, measured in turn with them, the multiply-adds that the machine
 * makes in its widest registers and the bytes it reads in order from an array as large as the factors. Prints medians
 * of the rounds. A kernel's share of the former is what is asked for; its share of the latter says whether memory
 * stands between: the lanes' own numbers are counted once a pass, indices and what lanes share not at all. Powers are
 * counted as nothing (a pow each). Fails when the system that was timed is not solved.
 */
#include "kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "generator.h"
#include "model/window.h"
#include "run/run.h"
#include "solver/lanes.h"
#include "stopwatch.h"

enum { ROUNDS_MAX = 99, WIDTHS = 3 };
static const double round_s = 0.03; /* of each kernel */
static const double defect_good = 1e-9;
static const char *const names[KERNELS] = {"elimination", "substitution", "evaluation"};

struct width {
  int lanes;
  kernels_measure_function *measure;
};

void kernels_count(const struct layout *layout, struct kernel_work *work)
{
  const struct mcp_plan *plan = layout->plan;
  const double factors = layout->fronts->panel_count + layout->numbers_count, upper = plan->upper_start[plan->n];
  const double updates = layout->fronts->update_count, n = plan->n;
  double pairs = 0;
  for (int k = 0; k < plan->n; k++) {
    const double length = plan->upper_start[k + 1] - plan->upper_start[k];
    pairs += length * length;
  }
  work[KERNEL_ELIMINATION] = (struct kernel_work){2 * pairs + 3 * upper + n, 8 * (2 * factors + 2 * updates + n)};
  work[KERNEL_SUBSTITUTION] = (struct kernel_work){4 * upper + n, 8 * (factors + 3 * n)};
  work[KERNEL_EVALUATION] = (struct kernel_work){2.0 * plan->entries_count, 8 * 3 * n};
}

/* The widths that this machine runs, into widths [WIDTHS]. */
static int widths_find(struct width *widths)
{
  int count = 0;
  widths[count++] = (struct width){1, kernels_measure_1};
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    widths[count++] = (struct width){4, kernels_measure_4};
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    widths[count++] = (struct width){8, kernels_measure_8};
#endif
  return count;
}

/* The middle of what each round says of field `offset` doubles into the rates. */
static double median_rate(const struct kernel_rates *rates, int rounds, const double *field)
{
  double values[ROUNDS_MAX];
  const size_t offset = (size_t)(field - (const double *)rates), step = sizeof *rates / sizeof(double);
  for (int r = 0; r < rounds; r++) values[r] = ((const double *)rates)[(size_t)r * step + offset];
  return median_of(values, rounds);
}

static void width_print(const struct width *width, const struct kernel_rates *rates, int rounds,
                        const struct kernel_work *work, double peak)
{
  const double stream = median_rate(rates, rounds, &rates->stream);
  const char *lanes = width->lanes == 1 ? "1 lane" : width->lanes == 4 ? "4 lanes" : "8 lanes";
  for (int k = 0; k < KERNELS; k++) {
    const double passes = width->lanes * median_rate(rates, rounds, &rates->passes[k]);
    printf("# %-12s %-7s %8.4f ms a matrix, %6.2f GFlop/s, %5.1f of %5.1f GB/s\n", names[k], lanes, 1e3 / passes,
           1e-9 * passes * work[k].operations, 1e-9 * passes * work[k].bytes, 1e-9 * stream);
    printf("# ratio %s in %s / floating-point limit: %.3f\n", names[k], lanes, passes * work[k].operations / peak);
  }
}

static bool solved_well(const struct kernel_rates *rates, int rounds)
{
  bool solved = true;
  for (int r = 0; r < rounds; r++) solved &= rates[r].defect <= defect_good;
  return solved;
}

static bool measure(const struct equations *model, const char *name, int rounds, struct arena *arena)
{
  const struct mcp *problem = equations_problem(model, arena);
  const struct mcp_plan *plan = mcp_plan_new(problem->n, problem->row_start, problem->column, arena);
  const struct layout *layout = layout_new(model, plan, arena);
  struct width widths[WIDTHS];
  const int count = widths_find(widths);
  struct kernel_work work[KERNELS];
  struct kernel_rates rates[WIDTHS][ROUNDS_MAX];
  kernels_count(layout, work);
  printf("# %s: %d unknowns, %d entries, %d powers, %d hinges; %d numbers in U\n", name, model->n, plan->entries_count,
         model->powers_count, model->hinges_count, plan->upper_start[plan->n]);
  for (int r = 0; r < rounds; r++)
    for (int w = 0; w < count; w++) widths[w].measure(layout, round_s, &rates[w][r], arena);
  bool solved = true;
  double peak = 0;
  for (int w = 0; w < count; w++) peak = fmax(peak, median_rate(rates[w], rounds, &rates[w][0].peak));
  printf("# multiply-adds in registers: %.1f GFlop/s, the limit\n", 1e-9 * peak);
  for (int w = 0; w < count; w++) {
    width_print(&widths[w], rates[w], rounds, work, peak);
    solved &= solved_well(rates[w], rounds);
  }
  return solved;
}

static const struct equations *model_of(const char *scenario, struct arena *arena)
{
  struct error error = {0};
  if (scenario == NULL) {
    const struct generator_options options = {.seed = 3, .unknowns_min = 900, .unknowns_max = 1000};
    return generator_market(&options, 1, arena)->equations;
  }
  const struct run *run = run_load(scenario, &(struct load_options){0}, arena, &error);
  if (run == NULL) return NULL;
  return window_assemble(run->network, state_new(run->network, arena), 0, NULL, arena)->equations;
}

int main(int argc, char **argv)
{
  struct arena *arena = arena_new();
  const char *scenario = argc > 1 ? argv[1] : NULL;
  const int rounds = argc > 2 ? atoi(argv[2]) : 5;
  const struct equations *model = rounds >= 1 && rounds <= ROUNDS_MAX ? model_of(scenario, arena) : NULL;
  if (model == NULL) return fprintf(stderr, "usage: kernels [SCENARIO [ROUNDS]]\n"), 2;
  const bool solved = measure(model, scenario != NULL ? scenario : "a generated market", rounds, arena);
  printf("1..1\n%s 1 - the systems that were timed are solved\n", solved ? "ok" : "not ok");
  arena_free(arena);
  return solved ? 0 : 1;
}
