/* model/outcome.h - what happened: the carried-out periods of a run, by node, activity, arc, consumer.
 *
 * Arrays of a period are indexed as in the network. Prices are real USD/kg; a node through which nothing flows has no
 * price: NAN. Quantities t/y; stocks t at the period's end; orders t/y of capacity ordered in the period.
 */
#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H
#include "model/network.h"
#include "model/window.h"
#include "solver/certificate.h"
#include "solver/class.h"
#include "solver/mcp.h"

struct period_outcome {
  struct period period;
  double known; /* date from which its window was seen */
  double deflator;
  double *price;                          /* [nodes] NAN where nothing flows */
  double *multiplier;                     /* [nodes] the unknown itself, also where it is arbitrary */
  double *surplus;                        /* [nodes] t/y disposed of */
  double *throughput;                     /* [nodes] t/y that came in */
  double *activity;                       /* [activities] */
  double *activity_margin;                /* [activities] F: how far from breaking even, USD/kg (0 when active) */
  double *capacity_rent;                  /* [facilities] */
  double *capacity;                       /* [facilities] usable t/y, INFINITY without a row */
  double *flow, *flow_margin, *arc_rent;  /* [arcs] */
  double *consumption, *unserved, *value; /* [consumers] */
  double *stock, *stock_before;           /* [stores] t */
  double *order;                          /* [facilities] */
  double *scrap;                          /* [nodes] predetermined scrap supply, t/y */
  const struct arc_terms *arc_terms;
  const struct activity_terms *activity_terms;
  const struct facility_terms *facility_terms;
  const struct consumer_terms *consumer_terms;
  double (*instrument)[8];  /* [instruments]: values of their unknowns in the carried-out period */
  double *instrument_share; /* [instruments] */
  const double *sale_response, *sale_slope, *sale_volume; /* [arcs], of sales; NAN elsewhere */
};

struct window_report {              /* how well a window solved */
  int first;                        /* period */
  int unknowns, activities, prices; /* size; activities and prices a period */
  enum mcp_status status;
  const char *method;
  int iterations, fallback_iterations, solves;
  struct certificate certificate;
  const char *worst; /* name of the worst row, in the user's words */
  struct classification class;
  int solutions;    /* distinct ones found from several starts */
  const char *note; /* what the reader must know: deviation search, other solutions; or NULL */
  bool pending;     /* class and other solutions are not known yet: outcome_judge */
};

struct outcome {
  const struct network *network;
  bool solved;         /* every window certified */
  const char *failure; /* why not, in the user's words: which node, which period; else NULL */
  int periods_count;   /* carried out so far: all of the scenario's when solved */
  struct period_outcome *periods;
  int windows_count;
  struct window_report *windows;
  const struct window **assembled;       /* [windows] the problems, kept for export; NULL when not asked for */
  const struct mcp_solution **solutions; /* likewise */
  struct window_solution **pending;      /* [windows] those to be judged, else NULL; NULL: judging was not put off */
};

struct expected_prices;
struct solve_options {
  double tolerance;      /* of the certificate; 0: 1e-8 */
  bool keep_windows;     /* for export --format mcp-json */
  bool two_starts;       /* always try several starts, not only where the class is unknown */
  bool one_start;        /* never try several starts: for one draw of many */
  bool one_thread;       /* judge windows in the thread that solves them; results are the same */
  bool judge_later;      /* leave judging to outcome_judge; the windows are kept for it */
  struct arena *windows; /* where windows are kept, for judging or export; NULL: beside the outcome */
  /* called after each window with the share of periods done; may be NULL. Returning false stops the run. */
  bool (*progress)(void *context, double share, const char *what);
  void *progress_context;
  const struct expected_prices *expected; /* what stocks left are worth (model/expect.h), or NULL */
};

/* Rolls the windows over the horizon. Never NULL; look at outcome->solved. */
[[nodiscard]] const struct outcome *outcome_compute(const struct network *network, const struct solve_options *options,
                                                    struct arena *arena);
/* Finds out what a pending window's report lacks, with the options of its run, and returns the whole report; the caller
 * puts it in its place. Windows may be judged in any order and by several threads. */
[[nodiscard]] struct window_report outcome_judge(const struct outcome *outcome, int window,
                                                 const struct solve_options *options, struct arena *scratch);
#endif
