/* didymium.h - mineral supply chains as markets: solved, certified, explained.
 *
 * The one public header. Everything belongs to a workspace: runs, texts and the message of the last failure live
 * until didymium_free. The library prints nothing, never exits, and keeps no state outside its workspaces; one
 * workspace is used by one thread at a time, several may be used at once.
 *
 *     struct didymium *workspace = didymium_new();
 *     struct didymium_run *run;
 *     if (didymium_run(workspace, "scenarios/baseline.yaml", NULL, &run) == DIDYMIUM_SUCCESS)
 *       puts(didymium_summary(run, NULL));
 *     else
 *       fprintf(stderr, "%s\n", didymium_message(workspace));
 *     didymium_free(workspace);
 *
 * Texts are UTF-8. Files are described in docs/formats.md. Options are structs in which zero means the default; NULL
 * stands for all defaults.
 */
#ifndef DIDYMIUM_H
#define DIDYMIUM_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DIDYMIUM_API __attribute__((visibility("default")))
#else
#define DIDYMIUM_API
#endif

/* The same numbers are the exit codes of the command. */
enum didymium_status {
  DIDYMIUM_SUCCESS = 0,
  DIDYMIUM_FAILED = 1,   /* the input was right, the work was not done: not solved, not certified, not written */
  DIDYMIUM_BAD_INPUT = 2 /* didymium_message names file, line, field and what was expected */
};

DIDYMIUM_API const char *didymium_version(void);

/* ---- workspaces ---- */

struct didymium;
DIDYMIUM_API struct didymium *didymium_new(void);
DIDYMIUM_API void didymium_free(struct didymium *workspace); /* with all its runs and texts; NULL is allowed */

/* Why the last call that did not return DIDYMIUM_SUCCESS did not: "file:line: field: message". Never NULL. */
DIDYMIUM_API const char *didymium_message(const struct didymium *workspace);

/* ---- runs ---- */

struct didymium_run;

struct didymium_run_options {
  const char *const *sets; /* "facilities.mountain-pass.capacity_t_per_year=50000", ... */
  int sets_count;
  const char *prices; /* a price deck: its prices hold, the rest of the world takes the difference; or NULL */
  const char *as_of;  /* use only records published by this date: "2026-04-01"; or NULL */
  int several_starts; /* not 0: look for other solutions even where the class of the problem rules them out */
  /* Called after each window with the share of periods done, 0..1. Returning 0 stops the run. May be NULL. */
  int (*progress)(void *context, double share, const char *what);
  void *progress_context;
  /* Called, with progress_context and never beside progress, for a run with deals: its first screen (didymium_screen, so
   * many columns wide; 0: 100) as soon as it is solved with and without them, and again when more is known of what reads
   * "..." at first. May be NULL. */
  void (*screen)(void *context, const char *text);
  int columns;
};

/* Reads a scenario (or a one-file model, or the name of a shipped scenario), solves and measures it. *run is NULL
 * unless the status is DIDYMIUM_SUCCESS: an unsolved problem is never a result. */
DIDYMIUM_API enum didymium_status didymium_run(struct didymium *workspace, const char *scenario,
                                               const struct didymium_run_options *options, struct didymium_run **run);

/* Solves a scenario with its dial (docs/formats.md) turned until public outlays above those of status_quo have the same
 * present value as model's, within one per cent; a scenario without a dial is solved as it stands. *dial is where it
 * ended (not a number: no dial), *reached whether the outlays could be matched. */
DIDYMIUM_API enum didymium_status didymium_run_at_equal_outlays(struct didymium *workspace, const char *scenario,
                                                                const struct didymium_run_options *options,
                                                                const struct didymium_run *status_quo,
                                                                const struct didymium_run *model,
                                                                struct didymium_run **run, double *dial, int *reached);

/* Writes the run's folder: run.nc, summary.json, tables.xlsx, iamc.csv, provenance.json and copies of its inputs, all or nothing.
 * folder NULL: below the runs folder ($DIDYMIUM_RUNS, else "runs"), named by the scenario. An earlier run in the same
 * place is replaced; any other folder is left alone. *written is the folder's path. Not of a run that was opened, nor once
 * a saved run has been drawn: its windows are given back then. */
DIDYMIUM_API enum didymium_status didymium_save(struct didymium_run *run, const char *folder, const char **written);

/* Opens a run's folder again; nothing is solved. */
DIDYMIUM_API enum didymium_status didymium_open(struct didymium *workspace, const char *folder,
                                                struct didymium_run **run);

/* ---- what a run says ---- */

struct didymium_view {
  int columns; /* width of the screen; 0: 100 */
  int bold;    /* not 0: headings in bold, for terminals */
};

DIDYMIUM_API const char *didymium_summary(const struct didymium_run *run, const struct didymium_view *view);
DIDYMIUM_API const char *didymium_summary_json(const struct didymium_run *run);

/* Runs side by side; the first is what the others are compared with. count >= 1. All of one workspace. */
DIDYMIUM_API const char *didymium_compare(struct didymium_run *const *runs, int count,
                                          const struct didymium_view *view);
DIDYMIUM_API const char *didymium_compare_json(struct didymium_run *const *runs, int count);
/* The table of alternatives as a workbook, with scenarios and instruments and their sources. */
DIDYMIUM_API enum didymium_status didymium_compare_file(struct didymium_run *const *runs, int count, const char *path);
/* Before a comparison: solves each of the runs (none opened from a folder) twice more, settled in cash only and under the
 * stress its scenario states, so that the comparison shows them. */
DIDYMIUM_API enum didymium_status didymium_solve_beside(struct didymium_run *const *runs, int count);

/* Why the price of a material in a region is what it is, in the period that holds the date ("2028", "2028Q2").
 * *text: a tree of lines that add up to the price; as JSON where json is not 0. */
DIDYMIUM_API enum didymium_status didymium_explain(struct didymium_run *run, const char *material, const char *region,
                                                   const char *date, int json, const struct didymium_view *view,
                                                   const char **text);

/* format: "mcp-json" (the solved problems and their solutions; opened or saved runs only), "iamc", "csv",
 * "fields" (a csv of quantiles of all fields over the draws of the run's folder). */
DIDYMIUM_API enum didymium_status didymium_export(struct didymium_run *run, const char *format, const char **text);

/* Judges a claims file: what an article says, computed from data, deals and, where they are given, a finished run and one
 * to compare it with (both of this workspace, or NULL). *contradicted: a claim holds on no reading that could be
 * computed. *text: for people, or as JSON where json is not 0. */
DIDYMIUM_API enum didymium_status didymium_audit(struct didymium *workspace, const char *claims,
                                                 const struct didymium_run *run, const struct didymium_run *against,
                                                 int json, const struct didymium_view *view, int *contradicted,
                                                 const char **text);

/* Values a deal alone, without a market: its price terms on drawn or given prices, its loans and stock, the payments that
 * were reported. *text: for people, or as JSON where json is not 0. */
struct didymium_value_options {
  const char *processes;     /* "reverting,geometric": geometric, reverting, jumps, deck; NULL: as the file has it */
  const char *prices;        /* a CSV of dates (or years) and price_usd_per_kg; or NULL */
  const char *check_payment; /* the payment of this quarter alone: "2025Q4"; or NULL */
  int draws;                 /* 0: 10,000 */
  unsigned long long seed;   /* 0: 1 */
  double volatility, forward_usd_per_kg, tonnes_per_year; /* 0: as the file has it */
};
DIDYMIUM_API enum didymium_status didymium_value(struct didymium *workspace, const char *deal,
                                                 const struct didymium_value_options *options, int json,
                                                 const struct didymium_view *view, const char **text);

/* Exports into a file at path; also "xlsx", a workbook of tables. Nothing is left there unless all was written. */
DIDYMIUM_API enum didymium_status didymium_export_file(struct didymium_run *run, const char *format, const char *path);

/* ---- draws: many futures of one run ---- */

struct didymium_draw_state { /* so far */
  long done, wanted, failed;
  double per_second;    /* draws */
  const char *headline; /* ranges of some figures; NULL: not now */
  const char *screen;   /* of didymium_draw_deals: the first screen with the ranges so far; NULL: not now */
};

struct didymium_draw_options {
  long draws;
  unsigned long long seed;
  int sobol;   /* not 0: scrambled Sobol points instead of random numbers */
  int threads; /* 0: one */
  /* Called after draws, by one thread at a time. Returning 0 ends the work; what is done stays done. May be NULL. */
  int (*progress)(void *context, const struct didymium_draw_state *state);
  void *progress_context;
  int columns; /* of the screens that didymium_draw_deals makes; 0: 100 */
};

/* Solves the scenario once a draw, with its uncertain figures drawn. The same draws for every policy and any count of
 * threads. A run that has been saved keeps them in its folder: a log from which an interrupted call goes on, at the end
 * draws.nc and ensemble.json. *stopped is not 0 where progress ended it. */
DIDYMIUM_API enum didymium_status didymium_draw(struct didymium_run *run, const struct didymium_draw_options *options,
                                                int *stopped);
/* The same of several runs of one workspace, in turns, so that what differs between them can be told early. The state that
 * progress is called with counts the draws of all; its headline is of the run whose turn it is. */
DIDYMIUM_API enum didymium_status didymium_draw_all(struct didymium_run *const *runs, int count,
                                                    const struct didymium_draw_options *options, int *stopped);
/* How many draws all of them have certified. */
DIDYMIUM_API long didymium_draws_shared(struct didymium_run *const *runs, int count);
/* Draws, seed and kind of sampling that the log in the run's folder was begun with. */
DIDYMIUM_API enum didymium_status didymium_draws_begun(struct didymium_run *run, struct didymium_draw_options *options);
/* Where the program was started by mpirun and built with MPI: joins the other processes, once and first of all; the rank
 * of this one, 0 where it is alone. All ranks make the same calls; draws are dealt among them, and only rank 0, which has
 * the result, should write and print. didymium_ranks_end is the last call; failed not 0 ends all of them. */
DIDYMIUM_API int didymium_ranks_begin(void);
DIDYMIUM_API void didymium_ranks_end(int failed);

/* The first screen of a run with deals: what they cost by fiscal year, what they change, what that hangs on, what to
 * trust, with ranges once it has been drawn. At most 28 lines; as wide as the view, between 80 and 100 columns. Lines
 * that do not begin with a blank are headings. "" where the run has no deals or no government pays: see
 * didymium_summary. */
DIDYMIUM_API const char *didymium_screen(const struct didymium_run *run, const struct didymium_view *view);
/* Draws a run with deals and beside it the same futures without them, and at most 1,000 of them for both under the stress
 * that its scenario states; all are kept in the run's folder, each in a folder of its own. All take turns, so that ranges of differences are there
 * early. The state that progress is called with counts the draws of all. */
DIDYMIUM_API enum didymium_status didymium_draw_deals(struct didymium_run *run,
                                                      const struct didymium_draw_options *options, int *stopped);
/* Into the folder of a saved run with deals: screen.txt and screen-80.txt, the first screen in 100 and 80 columns, and
 * details.txt, everything that does not fit there; with the futures that there are. draws: what it is drawn with, or NULL. */
DIDYMIUM_API enum didymium_status didymium_save_screen(struct didymium_run *run,
                                                       const struct didymium_draw_options *draws);
/* The screen that is kept in a folder (NULL: where didymium_save would put it), if it was made by this version from the
 * same inputs with the same options, seed and sampling; nothing is solved. */
struct didymium_kept {
  const char *text;   /* NULL: there is none */
  const char *folder; /* where */
  int whole;          /* not 0: with as many futures as were asked for, or more; else the run can go on */
  double written;     /* when, in seconds since 1970 */
};
DIDYMIUM_API enum didymium_status didymium_kept_screen(struct didymium *workspace, const char *scenario,
                                                       const struct didymium_run_options *options,
                                                       const struct didymium_draw_options *draws, const char *folder,
                                                       const struct didymium_view *view, struct didymium_kept *kept);
/* Instead of didymium_save: the run is what stands in the folder already, as didymium_kept_screen has found; its draws go
 * on from those that are there. */
DIDYMIUM_API enum didymium_status didymium_go_on(struct didymium_run *run, const char *folder);

/* Of a run that was opened from its folder: solves again what its deals are compared with, for didymium_screen. */
DIDYMIUM_API enum didymium_status didymium_solve_deals(struct didymium_run *run);

DIDYMIUM_API const char *didymium_draws_text(const struct didymium_run *run, const struct didymium_view *view);
DIDYMIUM_API const char *didymium_draws_json(const struct didymium_run *run);
/* Runs with the same draws side by side: paired differences from the first, and how often they rank which way. */
DIDYMIUM_API const char *didymium_compare_draws(struct didymium_run *const *runs, int count,
                                                const struct didymium_view *view);
DIDYMIUM_API const char *didymium_compare_draws_json(struct didymium_run *const *runs, int count);

/* ---- sensitivity: what the figures of a run depend on ---- */

struct didymium_sensitivity_options {
  int rows; /* of the index matrices; 0: 256. The market is run about ten times as often */
  unsigned long long seed;
  int threads;        /* 0: one */
  const char *output; /* an indicator's name, '*' allowed; NULL: the headline ones */
  int (*progress)(void *context, long done, long wanted); /* returning 0 ends the work; may be NULL */
  void *progress_context;
};
/* Each drawn input alone, shares of the variance with intervals, and conditions in words. *text: for people, or as JSON
 * where json is not 0. */
DIDYMIUM_API enum didymium_status didymium_sensitivity(struct didymium_run *run,
                                                       const struct didymium_sensitivity_options *options, int json,
                                                       const struct didymium_view *view, const char **text);

/* ---- checks, lists, help ---- */

/* Checks a data set folder, scenario, one-file model or file of instruments; or certifies the folder of a finished
 * run: its problems are put together again from its inputs and judged by the independent certificate. The options apply
 * to scenarios. */
DIDYMIUM_API enum didymium_status didymium_check(struct didymium *workspace, const char *path,
                                                 const struct didymium_run_options *options, int json,
                                                 const char **text);

/* Shipped scenarios, data sets and the runs that are there. */
DIDYMIUM_API enum didymium_status didymium_list(struct didymium *workspace, int json, const struct didymium_view *view,
                                                const char **text);

/* The fields of a table of the data set ("facilities"), or of an instrument kind ("tariff"); NULL: all, one a line. */
DIDYMIUM_API enum didymium_status didymium_help_table(struct didymium *workspace, const char *table, const char **text);
DIDYMIUM_API enum didymium_status didymium_help_instrument(struct didymium *workspace, const char *kind,
                                                           const char **text);

/* The candidate closest to a word, or NULL when none is near: "did you mean ...?" */
DIDYMIUM_API const char *didymium_nearest(const char *word, const char *const *candidates, int count);

#ifdef __cplusplus
}
#endif
#endif
