/* model/solve.h - one window solved: conduct settled, starts tried, certified, classified. */
#ifndef MODEL_SOLVE_H
#define MODEL_SOLVE_H
#include "model/outcome.h"

/* What may be carried from window to window to save work; zero-initialise. */
struct solve_memory {
  struct arena *arena;         /* outlives the windows */
  const struct mcp_plan *plan; /* of the pattern below */
  int n, entries;
  const int *row_start, *column;
  const struct classification *class; /* of a problem of the pattern, NULL: not known yet */
  int warm_n;                         /* last solution, and what its unknowns were */
  const double *warm, *warm_centre;   /* the second NULL where none was met */
  const struct window *warm_window;   /* only its layout is read */
};

struct window_solution {
  const struct window *window;
  const struct mcp *problem;
  const struct mcp_solution *solution;
  struct window_report report;
  const struct mcp_plan *plan;
  bool strategic, warm; /* found with market power; found from the window before */
  bool judged;          /* its class and its other solutions are in the report */
};

/* The first solution found, certified or not. */
[[nodiscard]] struct window_solution window_find(const struct network *network, const struct state *state, int first,
                                                 const struct solve_options *options, struct solve_memory *memory,
                                                 struct arena *arena);
/* Works out the class of the window's problem and tries other starts where they must be; touches the report alone. May
 * run in another thread than the windows that follow, with an arena of its own. */
void window_judge(struct window_solution *found, const struct solve_options *options, struct arena *arena);
/* The class alone, remembered for windows of the same pattern. */
void window_classify(struct window_solution *found, struct solve_memory *memory, struct arena *arena);
/* Found and judged. */
[[nodiscard]] struct window_solution window_solve(const struct network *network, const struct state *state, int first,
                                                  const struct solve_options *options, struct solve_memory *memory,
                                                  struct arena *arena);
#endif
