/* model/solve.h - one window solved: conduct settled, starts tried, certified, classified. */
#ifndef MODEL_SOLVE_H
#define MODEL_SOLVE_H
#include "model/outcome.h"

/* What may be carried from window to window to save work; zero-initialise. */
struct solve_memory {
  struct arena *arena;              /* outlives the windows */
  const struct mcp_plan *plan;      /* of the pattern below */
  int n, entries;
  const int *row_start, *column;
  const struct classification *class; /* of the pattern's first problem */
  int warm_n;                       /* last solution, and what its unknowns were */
  const double *warm, *warm_centre; /* the second NULL where none was met */
  const struct window *warm_window; /* only its layout is read */
};

struct window_solution {
  const struct window *window;
  const struct mcp *problem;
  const struct mcp_solution *solution;
  struct window_report report;
};

[[nodiscard]] struct window_solution window_solve(const struct network *network, const struct state *state, int first,
                                                  const struct solve_options *options, struct solve_memory *memory,
                                                  struct arena *arena);
#endif
