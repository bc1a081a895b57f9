/* ensemble/sensitivity_run.c - rows of ranks into draws of the scenario, solved on threads.
 *
 * A row's rank for what happens over time chooses the number of the draw whose events, regimes and paths it takes, so
 * that exchanging that rank exchanges the whole course of events. Threads take rows from a counter; every row's result
 * has its own place, so their number changes nothing. Rows are solved side by side, a chunk at a time.
 */
#include "ensemble/sensitivity_run.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "base/team.h"
#include "base/text.h"
#include "ensemble/distributions.h"
#include "ensemble/draws.h"
#include "ensemble/solve.h"
#include "ensemble/vary.h"

enum { chunk_rows = 16 };

struct market {
  const struct run *run;
  const struct draws *draws;
  const struct ensemble_indicators *figures; /* those that are looked at */
  const struct sensitivity_run_options *options;
  const struct outcome_batch *batch; /* NULL: rows are solved one by one */
  int facts;
  const int *event; /* [facts] */
  bool over_time;   /* the last input is what happens over time */
  long done, wanted;
};

/* One batch of rows; the lock guards `next`, `stopped` and what progress is told. */
struct batch {
  struct market *market;
  const double *ranks;
  double *figures, *facts;
  int rows, next;
  bool stopped;
  pthread_mutex_t lock;
};

/* ---- one row ---- */

static const struct drawn_variable *variable_of(const struct market *market, int input)
{
  return &market->run->dataset->chance->variables[input];
}

static double value_at(void *context, int input, double rank)
{
  return law_inverse(&variable_of(context, input)->law, rank);
}

static double horizon_end(const struct market *market)
{
  const struct scenario *scenario = market->run->dataset->scenario;
  const struct period last = scenario->periods[scenario->periods_count - 1];
  return last.start + last.length;
}

/* When each event first begins; one that never does stands a year after the horizon. */
static void note_facts(const struct market *market, const struct redraw *redraw, double *facts)
{
  for (int f = 0; f < market->facts; f++) {
    facts[f] = horizon_end(market) + 1;
    for (int e = redraw->episodes_count - 1; e >= 0; e--)
      if (redraw->episodes[e].event == market->event[f] && redraw->episodes[e].start < horizon_end(market))
        facts[f] = redraw->episodes[e].start;
  }
}

/* The market of a row; what was drawn over time into facts. */
static const struct network *row_network(const struct market *market, const double *ranks, double *facts,
                                         struct arena *arena)
{
  const int variables = market->run->dataset->chance->variables_count;
  double *values = ARENA_ARRAY(arena, variables, double);
  struct redraw *redraw = ARENA_NEW(arena, struct redraw);
  for (int v = 0; v < variables; v++) values[v] = law_inverse(&variable_of(market, v)->law, ranks[v]);
  *redraw = (struct redraw){.values = values};
  if (market->over_time && !isnan(ranks[variables]))
    *redraw = draws_make_with(market->draws, (long)(ranks[variables] * 0x1p40), values, arena)->redraw;
  note_facts(market, redraw, facts);
  return network_vary(market->run->network, redraw, arena);
}

static void row_measure(const struct market *market, const struct outcome *outcome, double *figures,
                        struct arena *arena)
{
  for (int o = 0; o < market->figures->count; o++) figures[o] = (double)NAN;
  if (outcome_is_whole(outcome))
    indicators_measure(market->figures, outcome, metrics_compute_some(outcome, &market->figures->wanted, arena),
                       market->run->metrics->budget.region, figures, arena);
}

/* ---- rows on threads ---- */

static bool goes_on(void *context, double share, const char *what)
{
  (void)share, (void)what;
  struct batch *batch = context;
  struct market *market = batch->market;
  pthread_mutex_lock(&batch->lock);
  if (market->options->progress != NULL && !batch->stopped)
    batch->stopped = !market->options->progress(market->options->context, market->done,
                                                market->done > market->wanted ? market->done : market->wanted);
  const bool on = !batch->stopped;
  pthread_mutex_unlock(&batch->lock);
  return on;
}

/* The rows of a chunk, at most chunk_rows. */
static void chunk_compute(struct batch *batch, int first, int count, struct arena *arena)
{
  struct market *market = batch->market;
  const int inputs = market->run->dataset->chance->variables_count + market->over_time;
  const struct solve_options options = {.one_thread = true, .progress = goes_on, .progress_context = batch};
  const struct network *networks[chunk_rows] = {NULL};
  const struct outcome *outcomes[chunk_rows];
  for (int i = 0; i < count; i++)
    networks[i] = row_network(market, batch->ranks + (size_t)(first + i) * inputs,
                              batch->facts + (size_t)(first + i) * market->facts, arena);
  variations_solve(market->batch, networks, NULL, count, &options, outcomes, arena);
  const struct arena_mark solved = arena_mark(arena);
  for (int i = 0; i < count; i++) {
    arena_reset(arena, solved);
    row_measure(market, outcomes[i], batch->figures + (size_t)(first + i) * market->figures->count, arena);
  }
  pthread_mutex_lock(&batch->lock);
  market->done += count;
  pthread_mutex_unlock(&batch->lock);
  (void)goes_on(batch, 0, "");
}

/* How many rows from *first on; 0: none are left. */
static int take_rows(struct batch *batch, int *first)
{
  pthread_mutex_lock(&batch->lock);
  const int left = batch->stopped ? 0 : batch->rows - batch->next, count = left < chunk_rows ? left : chunk_rows;
  *first = batch->next;
  batch->next += count;
  pthread_mutex_unlock(&batch->lock);
  return count;
}

static void work(void *context, int)
{
  struct batch *batch = context;
  struct arena *arena = arena_new();
  const struct arena_mark empty = arena_mark(arena);
  for (int first, count; (count = take_rows(batch, &first)) > 0; arena_reset(arena, empty))
    chunk_compute(batch, first, count, arena);
  arena_free(arena);
}

static bool evaluate(void *context, const double *ranks, int rows, double *figures, double *facts)
{
  struct market *market = context;
  struct batch batch = {.market = market, .ranks = ranks, .figures = figures, .facts = facts, .rows = rows};
  pthread_mutex_init(&batch.lock, NULL);
  team_work(team_threads(market->options->threads), work, &batch);
  pthread_mutex_destroy(&batch.lock);
  return !batch.stopped;
}

/* ---- the problem ---- */

/* Those of all indicators that are looked at. */
static bool choose_figures(struct market *market, const struct ensemble_indicators *all, struct arena *arena,
                           struct error *error)
{
  const char *asked = market->options->output;
  struct ensemble_indicator *items = ARENA_ARRAY(arena, all->count, struct ensemble_indicator);
  const char **names = ARENA_ARRAY(arena, all->count, const char *);
  int count = 0;
  for (int i = 0; i < all->count; i++) {
    names[i] = all->items[i].name;
    const bool wanted = asked != NULL ? text_equal(asked, names[i]) || text_matches(asked, names[i])
                                      : all->items[i].headline && !isnan(all->items[i].central);
    if (wanted) items[count++] = all->items[i];
  }
  for (int i = 0; asked == NULL && count == 0 && i < all->count; i++)
    if (!isnan(all->items[i].central)) items[count++] = all->items[i];
  struct ensemble_indicators *figures = ARENA_NEW(arena, struct ensemble_indicators);
  *figures = indicators_of(items, count, market->run->outcome->periods_count, arena);
  market->figures = figures;
  if (count > 0) return true;
  const char *nearest = asked != NULL ? text_nearest(asked, names, all->count) : NULL;
  return error_set(error, NULL, 0, "output",
                   "there is no indicator '%s'%s%s%s; 'didymium run --draws 1 --json' lists them",
                   asked != NULL ? asked : "", nearest != NULL ? "; did you mean '" : "",
                   nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

/* Blocks: the members of a group of correlations together, every other variable alone. */
static void list_inputs(const struct market *market, struct sensitivity_problem *problem, struct arena *arena)
{
  const struct chance *chance = market->run->dataset->chance;
  struct sensitivity_input *input = ARENA_ARRAY(arena, problem->inputs, struct sensitivity_input);
  int *block_of_group = ARENA_ARRAY(arena, chance->groups_count, int);
  for (int v = 0; v < chance->variables_count; v++) {
    const struct drawn_variable *variable = &chance->variables[v];
    const bool grouped = variable->group >= 0;
    if (!grouped || block_of_group[variable->group] == 0) problem->blocks++;
    if (grouped && block_of_group[variable->group] == 0) block_of_group[variable->group] = problem->blocks;
    const int block = grouped ? block_of_group[variable->group] : problem->blocks;
    input[v] = (struct sensitivity_input){variable->name, variable->unit, block - 1, false};
  }
  if (market->over_time)
    input[chance->variables_count] = (struct sensitivity_input){"what happens over time", "", problem->blocks++, true};
  problem->input = input;
}

/* Of the normal scores: L L' of every group; NULL where there is no group. */
static const double *correlations(const struct chance *chance, int inputs, struct arena *arena)
{
  if (chance->groups_count == 0) return NULL;
  double *correlation = ARENA_ARRAY(arena, inputs * inputs, double);
  for (int i = 0; i < inputs; i++) correlation[i * inputs + i] = 1;
  for (int g = 0; g < chance->groups_count; g++) {
    const struct drawn_group *group = &chance->groups[g];
    for (int i = 0; i < group->count; i++)
      for (int j = 0; j < group->count; j++) {
        double sum = 0;
        for (int k = 0; k <= i && k <= j; k++)
          sum += group->factor[i * group->count + k] * group->factor[j * group->count + k];
        correlation[group->variables[i] * inputs + group->variables[j]] = sum;
      }
  }
  return correlation;
}

static void list_facts(struct market *market, struct sensitivity_problem *problem, struct arena *arena)
{
  const struct dataset *dataset = market->run->dataset;
  int *event = ARENA_ARRAY(arena, dataset->events_count, int);
  struct prim_input *fact = ARENA_ARRAY(arena, dataset->events_count, struct prim_input);
  for (int e = 0; e < dataset->events_count; e++) {
    if (isnan(dataset->events[e].hazard_per_year) && dataset->events[e].regime < 0) continue;
    event[market->facts] = e;
    fact[market->facts++] =
        (struct prim_input){PRIM_DATE, arena_format(arena, "the start of %s", dataset->events[e].record.id), ""};
  }
  market->event = event;
  problem->facts = market->facts;
  problem->fact = fact;
}

/* About so many rows: what progress is told. */
static long rows_wanted(const struct sensitivity_problem *problem, const struct sensitivity_options *options)
{
  const int rows = options->rows > 0 ? options->rows : 256, most = options->groups_max > 0 ? options->groups_max : 8;
  const long groups = problem->blocks <= most + 1 ? problem->blocks : most + 1;
  const long screening = 1 + 2L * problem->inputs;
  return screening + rows * (groups + 2) + (problem->correlation != NULL ? rows + rows * 3L * 3 : 0);
}

const struct sensitivity *sensitivity_run(const struct run *run, const struct sensitivity_run_options *options,
                                          struct arena *arena, struct error *error)
{
  const struct dataset *dataset = run->dataset;
  const struct chance *chance = dataset->chance;
  struct market *market = ARENA_NEW(arena, struct market);
  *market = (struct market){.run = run, .options = options};
  if (!chance->any) {
    error_set(error, dataset->scenario->file, 0, NULL,
              "nothing in it is uncertain: it has no distributions, startups, regimes, price paths or hazards");
    return NULL;
  }
  if (dataset->scenario->expectations == EXPECTATIONS_RATIONAL) {
    error_set(error, dataset->scenario->file, 0, "economy.expectations",
              "rational: what is drawn is drawn anew in every period, so it is no input of the whole run");
    return NULL;
  }
  const struct ensemble_indicators *all = indicators_choose(run, arena, error);
  if (all == NULL || !network_expect_terms(run->network, arena, error)) return NULL;
  if (!choose_figures(market, all, arena, error)) return NULL;
  market->batch = outcome_batch_new(run->network, NULL, team_threads(options->threads), arena);
  market->draws = draws_new(dataset, options->analysis.seed, SAMPLING_RANDOM, arena);
  struct sensitivity_problem *problem = ARENA_NEW(arena, struct sensitivity_problem);
  list_facts(market, problem, arena);
  market->over_time = market->facts > 0 || chance->chains_count > 0 || dataset->price_paths_count > 0;
  problem->inputs = chance->variables_count + market->over_time;
  list_inputs(market, problem, arena);
  problem->correlation = correlations(chance, problem->inputs, arena);
  struct sensitivity_output *output = ARENA_ARRAY(arena, market->figures->count, struct sensitivity_output);
  for (int o = 0; o < market->figures->count; o++)
    output[o] = (struct sensitivity_output){market->figures->items[o].name, market->figures->items[o].unit};
  problem->outputs = market->figures->count;
  problem->output = output;
  problem->value = value_at;
  problem->evaluate = evaluate;
  problem->context = market;
  market->wanted = rows_wanted(problem, &options->analysis);
  return sensitivity_compute(problem, &options->analysis, arena, error);
}
