/* bench/random_problems.c - solves and certifies random markets, and counts by kind.
 *
 * usage: random_problems [count [first [unknowns_max [seed]]]]      (20000 0 5000 1)
 *
 * A problem passes when the independent certificate accepts it at 1e-8, data-scaled. Each failure is printed with the
 * seed and index that make it again. Markets whose producers are insured unequally, and those for which class_of
 * promises nothing, are counted apart: they too must be solved, but their solution may be one of several. Prints TAP,
 * one case for each kind; exit status 0 when all are certified.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "generator.h"
#include "solver/certificate.h"
#include "solver/class.h"
#include "stopwatch.h"

struct tally {
  const char *name;
  int problems, certified, fallbacks, iterations_max;
  double iterations, residual_max, seconds;
};

enum {
  TALLY_ALL,
  TALLY_DEGENERATE,
  TALLY_AD_VALOREM,
  TALLY_HINGE,
  TALLY_UNEQUAL,
  TALLY_QUOTA,
  TALLY_ISOELASTIC,
  TALLY_STORAGE,
  TALLY_SMALL,
  TALLY_MIDDLE,
  TALLY_LARGE,
  TALLY_CLASS, /* and two more, in the order of enum problem_class */
  TALLIES = TALLY_CLASS + 3
};

struct outcome {
  bool certified, fallback;
  int iterations;
  double residual, seconds;
  enum problem_class class;
};

static struct outcome solve(const struct generated *market, struct arena *arena)
{
  const struct mcp *problem = equations_problem(market->equations, arena);
  double start = stopwatch_processor_s();
  const struct mcp_plan *plan = mcp_plan_new(problem->n, problem->row_start, problem->column, arena);
  const struct mcp_solution *solution = mcp_solve(problem, plan, NULL, arena);
  double end = stopwatch_processor_s();
  struct certificate certificate = certificate_check(problem, solution->z, 1e-8, arena);
  return (struct outcome){.certified = certificate.accepted,
                          .fallback = solution->fallback_iterations > 0,
                          .iterations = solution->iterations,
                          .residual = certificate.residual,
                          .seconds = end - start,
                          .class = class_of(problem, NULL, solution->z, arena).class};
}

static void count(struct tally *tally, bool belongs, const struct outcome *outcome)
{
  if (!belongs) return;
  tally->problems++;
  tally->certified += outcome->certified;
  tally->fallbacks += outcome->fallback;
  tally->iterations += outcome->iterations;
  tally->seconds += outcome->seconds;
  if (outcome->iterations > tally->iterations_max) tally->iterations_max = outcome->iterations;
  if (!(outcome->residual <= tally->residual_max)) tally->residual_max = outcome->residual;
}

static void count_kinds(struct tally *tallies, const struct generated *market, const struct outcome *outcome)
{
  int n = market->equations->n;
  count(&tallies[TALLY_ALL], true, outcome);
  count(&tallies[TALLY_DEGENERATE], market->degenerate, outcome);
  count(&tallies[TALLY_AD_VALOREM], market->ad_valorem, outcome);
  count(&tallies[TALLY_HINGE], market->hinge && !market->hinge_unsafe, outcome);
  count(&tallies[TALLY_UNEQUAL], market->hinge_unsafe, outcome);
  count(&tallies[TALLY_QUOTA], market->quota, outcome);
  count(&tallies[TALLY_ISOELASTIC], market->isoelastic, outcome);
  count(&tallies[TALLY_STORAGE], market->storage, outcome);
  count(&tallies[TALLY_SMALL], n < 300, outcome);
  count(&tallies[TALLY_MIDDLE], n >= 300 && n < 1500, outcome);
  count(&tallies[TALLY_LARGE], n >= 1500, outcome);
  count(&tallies[TALLY_CLASS + (int)outcome->class], true, outcome);
}

/* A table in comments, then one TAP case for each kind that occurred. Returns how many cases failed. */
static int report(const struct tally *tallies)
{
  int cases = 0, failed = 0;
  printf("# %-22s %9s %9s %9s %17s %9s %9s\n", "kind", "problems", "certified", "fallback", "iterations (max)",
         "residual", "ms each");
  for (int k = 0; k < TALLIES; k++) {
    const struct tally *tally = &tallies[k];
    if (tally->problems == 0) continue;
    printf("# %-22s %9d %9d %9d %11.1f %5d %9.1e %9.2f\n", tally->name, tally->problems, tally->certified,
           tally->fallbacks, tally->iterations / tally->problems, tally->iterations_max, tally->residual_max,
           1e3 * tally->seconds / tally->problems);
    cases++;
  }
  printf("# ratio certified over all: %.6f\n", (double)tallies[TALLY_ALL].certified / tallies[TALLY_ALL].problems);
  printf("1..%d\n", cases);
  for (int k = 0; k < TALLIES; k++) {
    const struct tally *tally = &tallies[k];
    bool good = tally->certified == tally->problems;
    if (tally->problems == 0) continue;
    printf("%sok - %s: %d of %d random markets certified\n", good ? "" : "not ", tally->name, tally->certified,
           tally->problems);
    failed += !good;
  }
  return failed;
}

int main(int argc, char **argv)
{
  int problems = argc > 1 ? atoi(argv[1]) : 20000, first = argc > 2 ? atoi(argv[2]) : 0;
  struct generator_options options = {.unknowns_max = argc > 3 ? atoi(argv[3]) : 5000,
                                      .seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1};
  struct tally tallies[TALLIES] = {{.name = "all"},
                                   {.name = "degenerate"},
                                   {.name = "ad valorem"},
                                   {.name = "hinge, all alike"},
                                   {.name = "hinge, unequal"},
                                   {.name = "quota"},
                                   {.name = "isoelastic"},
                                   {.name = "storage"},
                                   {.name = "below 300 unknowns"},
                                   {.name = "300 to 1,499"},
                                   {.name = "1,500 and more"}};
  for (int k = 0; k < 3; k++) tallies[TALLY_CLASS + k].name = class_name((enum problem_class)k);
  bool terminal = isatty(STDERR_FILENO);
  for (int index = first; index < first + problems; index++) {
    struct arena *arena = arena_new();
    const struct generated *market = generator_market(&options, (uint64_t)index, arena);
    struct outcome outcome = solve(market, arena);
    count_kinds(tallies, market, &outcome);
    if (!outcome.certified) {
      printf("# not certified: %s, residual %.1e\n", generated_text(market, &options, (uint64_t)index, arena),
             outcome.residual);
      fflush(stdout); /* a run of minutes should show its failures at once */
    }
    arena_free(arena);
    if (terminal && (index - first) % 50 == 0) fprintf(stderr, "\r%d of %d", index - first, problems);
  }
  if (terminal) fprintf(stderr, "\r%20s\r", "");
  return report(tallies) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
