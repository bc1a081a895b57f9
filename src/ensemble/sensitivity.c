/* ensemble/sensitivity.c - screening, indices, effects and boxes, in that order; read sensitivity_compute first.
 *
 * Rows come from scrambled Sobol points, two coordinates an input; correlation is put on by the Cholesky factor of all
 * scores, which leaves blocks independent. One evaluation serves all outputs.
 */
#include "ensemble/sensitivity.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/normal.h"
#include "base/sobol_sequence.h"

struct work {
  const struct sensitivity_problem *problem;
  struct sensitivity_options options;
  struct sensitivity *result;
  double *lower; /* [inputs x inputs] Cholesky factor; NULL: independent */
  struct arena *arena;
};

struct rows {
  int count;
  double *ranks, *figures, *facts;
};

static struct rows rows_new(const struct work *work, int count)
{
  const struct sensitivity_problem *problem = work->problem;
  return (struct rows){count, ARENA_ARRAY(work->arena, (size_t)count * problem->inputs, double),
                       ARENA_ARRAY(work->arena, (size_t)count * problem->outputs, double),
                       ARENA_ARRAY(work->arena, (size_t)count * problem->facts, double)};
}

static bool rows_evaluate(const struct work *work, struct rows *rows)
{
  const struct sensitivity_problem *problem = work->problem;
  if (!problem->evaluate(problem->context, rows->ranks, rows->count, rows->figures, rows->facts)) return false;
  work->result->evaluations += rows->count;
  for (int r = 0; r < rows->count; r++) {
    bool any = false;
    for (int o = 0; o < problem->outputs; o++) any = any || !isnan(rows->figures[(size_t)r * problem->outputs + o]);
    work->result->failed += !any;
  }
  return true;
}

/* One output's column. */
static double *column_of(const struct work *work, const struct rows *rows, int output)
{
  double *column = ARENA_ARRAY(work->arena, rows->count, double);
  for (int r = 0; r < rows->count; r++) column[r] = rows->figures[(size_t)r * work->problem->outputs + output];
  return column;
}

/* ---- correlation ---- */

static bool factor_correlations(struct work *work, struct error *error)
{
  const int n = work->problem->inputs;
  const double *correlation = work->problem->correlation;
  if (correlation == NULL) return true;
  work->lower = ARENA_ARRAY(work->arena, n * n, double);
  for (int i = 0; i < n; i++)
    for (int j = 0; j <= i; j++) {
      double sum = correlation[i * n + j];
      for (int k = 0; k < j; k++) sum -= work->lower[i * n + k] * work->lower[j * n + k];
      if (i == j && sum <= 1e-12)
        return error_set(error, NULL, 0, "correlations", "no distribution has these correlations");
      work->lower[i * n + j] = i == j ? sqrt(sum) : sum / work->lower[j * n + j];
    }
  return true;
}

/* Independent uniforms become ranks with the correlations, in place. */
static void correlate(const struct work *work, struct rows *rows)
{
  const int n = work->problem->inputs;
  if (work->lower == NULL) return;
  double *normals = ARENA_ARRAY(work->arena, n, double);
  for (int r = 0; r < rows->count; r++) {
    double *row = rows->ranks + (size_t)r * n;
    for (int i = 0; i < n; i++) normals[i] = normal_inverse(row[i]);
    for (int i = 0; i < n; i++) {
      double z = 0;
      for (int j = 0; j <= i; j++) z += work->lower[i * n + j] * normals[j];
      row[i] = fmin(fmax(normal_below(z), 0x1p-53), 1 - 0x1p-53);
    }
  }
}

/* ---- the tornado ---- */

/* Row 0: all at their medians; rows 1 + 2 i and 2 + 2 i: input i low and high. Over time: nothing happens, but in its
 * own two rows. */
static bool screen(struct work *work)
{
  const struct sensitivity_problem *problem = work->problem;
  const int n = problem->inputs;
  struct rows rows = rows_new(work, 1 + 2 * n);
  for (int r = 0; r < rows.count; r++)
    for (int i = 0; i < n; i++) {
      const bool own = r > 0 && (r - 1) / 2 == i;
      const double middle = problem->input[i].over_time ? NAN : 0.5;
      rows.ranks[(size_t)r * n + i] = own ? (r % 2 == 1 ? 0.1 : 0.9) : middle;
    }
  if (!rows_evaluate(work, &rows)) return false;
  for (int o = 0; o < problem->outputs; o++) {
    struct sensitivity_figure *figure = &work->result->figures[o];
    figure->base = rows.figures[o];
    figure->bars = ARENA_ARRAY(work->arena, n, struct tornado_bar);
    for (int i = 0; i < n; i++) {
      const bool timed = problem->input[i].over_time;
      figure->bars[i] = (struct tornado_bar){timed ? NAN : problem->value(problem->context, i, 0.1),
                                             timed ? NAN : problem->value(problem->context, i, 0.9),
                                             rows.figures[(size_t)(1 + 2 * i) * problem->outputs + o],
                                             rows.figures[(size_t)(2 + 2 * i) * problem->outputs + o]};
    }
  }
  return true;
}

/* ---- groups ---- */

/* How far a block moves any output, as a share of what all of them move it. */
static double *influence_of_blocks(const struct work *work)
{
  const struct sensitivity_problem *problem = work->problem;
  double *influence = ARENA_ARRAY(work->arena, problem->blocks, double);
  double *swing = ARENA_ARRAY(work->arena, problem->blocks, double);
  for (int o = 0; o < problem->outputs; o++) {
    const struct sensitivity_figure *figure = &work->result->figures[o];
    double all = 0;
    memset(swing, 0, (size_t)problem->blocks * sizeof *swing);
    for (int i = 0; i < problem->inputs; i++) {
      const struct tornado_bar *bar = &figure->bars[i];
      const double most =
          fmax(fabs(bar->high - bar->low), fmax(fabs(bar->high - figure->base), fabs(bar->low - figure->base)));
      if (isnan(most)) continue;
      swing[problem->input[i].block] += most;
      all += most;
    }
    for (int b = 0; b < problem->blocks && all > 0; b++) influence[b] = fmax(influence[b], swing[b] / all);
  }
  for (int i = 0; i < problem->inputs; i++)
    if (problem->input[i].over_time)
      influence[problem->input[i].block] = INFINITY; /* two courses of events tell little */
  return influence;
}

/* "ev-growth, ev-elasticity": the inputs of a block. */
static const char *block_name(const struct work *work, int block)
{
  const char *name = NULL;
  for (int i = 0; i < work->problem->inputs; i++) {
    if (work->problem->input[i].block != block) continue;
    const char *own = work->problem->input[i].name;
    name = name == NULL ? own : arena_format(work->arena, "%s, %s", name, own);
  }
  return name;
}

/* The most influential blocks become groups of their own, the rest is the last group. */
static void choose_groups(struct work *work)
{
  const struct sensitivity_problem *problem = work->problem;
  const int most = work->options.groups_max, blocks = problem->blocks;
  const int apart = blocks <= most + 1 ? blocks : most;
  double *influence = influence_of_blocks(work);
  int *group_of_block = ARENA_ARRAY(work->arena, blocks, int), *group = ARENA_ARRAY(work->arena, problem->inputs, int);
  struct sensitivity *result = work->result;
  result->groups = apart < blocks ? apart + 1 : apart;
  result->group_name = ARENA_ARRAY(work->arena, result->groups, const char *);
  for (int b = 0; b < blocks; b++) group_of_block[b] = apart;
  for (int g = 0; g < apart; g++) {
    int best = -1;
    for (int b = 0; b < blocks; b++)
      if (influence[b] >= 0 && (best < 0 || influence[b] > influence[best])) best = b;
    influence[best] = -1;
    group_of_block[best] = g;
    result->group_name[g] = block_name(work, best);
  }
  if (apart < blocks) result->group_name[apart] = arena_format(work->arena, "the other %d", blocks - apart);
  for (int i = 0; i < problem->inputs; i++) group[i] = group_of_block[problem->input[i].block];
  result->group = group;
}

/* ---- indices ---- */

static double from_sequence(const void *context, int row, int column)
{
  return sobol_sequence_uniform(context, (uint32_t)row, column);
}

/* A, B and the exchanged matrices; the whole rows are handed on for the boxes. */
static bool compute_indices(struct work *work, struct rows *rows)
{
  const struct sensitivity_problem *problem = work->problem;
  struct sensitivity *result = work->result;
  const struct sobol_design design = {problem->inputs, result->groups, result->group, result->rows, false};
  const struct sobol_sequence *sequence = sobol_sequence_new(2 * problem->inputs, work->options.seed, work->arena);
  *rows = rows_new(work, sobol_rows(&design));
  sobol_sample(&design, from_sequence, sequence, rows->ranks);
  correlate(work, rows);
  if (!rows_evaluate(work, rows)) return false;
  const struct bootstrap_options bootstrap = {.resamples = 300, .seed = work->options.seed};
  for (int o = 0; o < problem->outputs; o++) {
    struct sensitivity_figure *figure = &result->figures[o];
    const double *column = column_of(work, rows, o);
    double *whole = ARENA_ARRAY(work->arena, 2 * result->rows, double);
    int count = 0;
    for (int r = 0; r < 2 * result->rows; r++)
      if (!isnan(column[r])) whole[count++] = column[r];
    figure->indices = sobol_indices(&design, column, &bootstrap, work->arena);
    figure->estimate = count > 0 ? mean_estimate(whole, count) : (struct estimate){0, NAN, NAN, NAN};
    figure->sorted = draws_sorted(whole, count, work->arena);
  }
  return true;
}

/* ---- effects of correlated inputs ---- */

/* Each input of a block of several, most influential groups first, is a player; all else is one more. */
static void choose_players(struct work *work)
{
  const struct sensitivity_problem *problem = work->problem;
  struct sensitivity *result = work->result;
  int *player = ARENA_ARRAY(work->arena, problem->inputs, int),
      *members = ARENA_ARRAY(work->arena, problem->blocks, int);
  result->player_name = ARENA_ARRAY(work->arena, work->options.groups_max + 1, const char *);
  for (int i = 0; i < problem->inputs; i++) members[problem->input[i].block]++;
  int players = 0, others = 0;
  for (int i = 0; i < problem->inputs; i++) player[i] = -1;
  for (int g = 0; g < result->groups; g++)
    for (int i = 0; i < problem->inputs; i++)
      if (result->group[i] == g && members[problem->input[i].block] > 1 && players < work->options.groups_max) {
        player[i] = players;
        result->player_name[players++] = problem->input[i].name;
      }
  for (int i = 0; i < problem->inputs; i++)
    if (player[i] < 0) {
      player[i] = players;
      others++;
    }
  if (players > 0 && others > 0) result->player_name[players++] = arena_format(work->arena, "the other %d", others);
  result->players = players;
  result->player = player;
}

static bool compute_effects(struct work *work, struct error *error)
{
  const struct sensitivity_problem *problem = work->problem;
  struct sensitivity *result = work->result;
  if (work->lower == NULL) return true;
  choose_players(work);
  if (result->players < 2) return true;
  const struct shapley_design design = {.inputs = problem->inputs,
                                        .groups = result->players,
                                        .group = result->player,
                                        .correlation = problem->correlation,
                                        .variance_rows = result->rows,
                                        .orders = result->rows,
                                        .seed = work->options.seed};
  struct rows rows = rows_new(work, shapley_rows(&design));
  if (!shapley_sample(&design, rows.ranks, work->arena))
    return error_set(error, NULL, 0, "correlations", "no distribution has these correlations");
  if (!rows_evaluate(work, &rows)) return false;
  const struct bootstrap_options bootstrap = {.resamples = 300, .seed = work->options.seed};
  for (int o = 0; o < problem->outputs; o++)
    result->figures[o].effects = shapley_effects(&design, column_of(work, &rows, o), &bootstrap, work->arena);
  return true;
}

/* ---- boxes ---- */

static void list_conditions(struct work *work)
{
  const struct sensitivity_problem *problem = work->problem;
  struct prim_input *condition = ARENA_ARRAY(work->arena, problem->inputs + problem->facts, struct prim_input);
  int count = 0;
  for (int i = 0; i < problem->inputs; i++)
    if (!problem->input[i].over_time)
      condition[count++] = (struct prim_input){PRIM_NUMBER, problem->input[i].name, problem->input[i].unit};
  for (int f = 0; f < problem->facts; f++) condition[count++] = problem->fact[f];
  work->result->condition = condition;
  work->result->conditions = count;
}

/* Values of the conditions in a row. */
static void condition_values(const struct work *work, const struct rows *rows, int row, double *values)
{
  const struct sensitivity_problem *problem = work->problem;
  for (int i = 0; i < problem->inputs; i++)
    if (!problem->input[i].over_time)
      *values++ = problem->value(problem->context, i, rows->ranks[(size_t)row * problem->inputs + i]);
  memcpy(values, rows->facts + (size_t)row * problem->facts, (size_t)problem->facts * sizeof *values);
}

/* Where is this output in its lowest (side 0) or highest fifth? From the rows of A and B. */
static void find_boxes(struct work *work, const struct rows *rows, int output, int side)
{
  struct sensitivity *result = work->result;
  struct sensitivity_figure *figure = &result->figures[output];
  const int conditions = result->conditions, count = figure->estimate.count;
  if (count < 50 || conditions == 0 || !(figure->estimate.deviation > 1e-9 * fabs(figure->estimate.mean))) return;
  const double threshold = quantile(figure->sorted, count, side == 0 ? 0.2 : 0.8);
  double *x = ARENA_ARRAY(work->arena, (size_t)count * conditions, double);
  bool *hit = ARENA_ARRAY(work->arena, count, bool);
  int kept = 0;
  for (int r = 0; r < 2 * result->rows; r++) {
    const double value = rows->figures[(size_t)r * work->problem->outputs + output];
    if (isnan(value)) continue;
    condition_values(work, rows, r, x + (size_t)kept * conditions);
    hit[kept++] = side == 0 ? value < threshold : value > threshold;
  }
  assert(kept == count);
  const struct prim_options options = {.boxes_max = 2};
  figure->threshold[side] = threshold;
  figure->discovery[side] = (struct prim_data){count, conditions, x, hit};
  figure->boxes[side] = prim_search(&figure->discovery[side], &options, work->arena);
}

/* ---- all ---- */

static struct sensitivity_options options_of(const struct sensitivity_options *given)
{
  struct sensitivity_options options = {0};
  if (given != NULL) options = *given;
  if (options.rows == 0) options.rows = 256;
  if (options.groups_max == 0) options.groups_max = 8;
  int power = 16;
  while (power < options.rows && power < 1 << 24) power *= 2;
  options.rows = power;
  return options;
}

const struct sensitivity *sensitivity_compute(const struct sensitivity_problem *problem,
                                              const struct sensitivity_options *options, struct arena *arena,
                                              struct error *error)
{
  assert(problem->inputs >= 1 && 2 * problem->inputs <= sobol_dimensions_max && problem->outputs >= 1);
  struct sensitivity *result = ARENA_NEW(arena, struct sensitivity);
  struct work work = {problem, options_of(options), result, NULL, arena};
  struct rows rows;
  result->problem = problem;
  result->rows = work.options.rows;
  result->figures = ARENA_ARRAY(arena, problem->outputs, struct sensitivity_figure);
  list_conditions(&work);
  if (!factor_correlations(&work, error) || !screen(&work)) return NULL;
  choose_groups(&work);
  if (!compute_indices(&work, &rows) || !compute_effects(&work, error)) return NULL;
  for (int o = 0; o < problem->outputs; o++)
    for (int side = 0; side < 2; side++) find_boxes(&work, &rows, o, side);
  return result;
}
