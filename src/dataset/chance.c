/* dataset/chance.c - from the tables of what is uncertain to a list of variables with laws and figures.
 *
 * A distribution is one variable, or one a figure where it says `apart`; a start-up is up to five variables a plant.
 * No figure may be moved twice. Correlations of ranks become those of normals by 2 sin(pi r / 6) (K. Pearson, 1907) and
 * are factored once (Cholesky). Only columns that the market reads while it is solved may be drawn; what shapes the
 * network (yields, contents) may not.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "dataset/timeline.h"

enum { variables_room = 32 };

struct binding {
  struct draft *draft;
  struct dataset *dataset;
  struct error *error;
  struct chance *chance;
  struct drawn_variable *variables; /* chance->variables, while it grows */
};

static bool blame(const struct binding *binding, const char *table, const struct record *record, const char *field,
                  const char *message)
{
  const struct row *row = draft_row(draft_table(binding->draft, table), record->id);
  const struct cell *cell = row != NULL ? row_cell(row, field) : NULL;
  const struct place place = cell != NULL ? cell->place : record->place;
  return error_set(binding->error, place.file, place.line, arena_format(binding->draft->arena, "%s.%s", table, field),
                   "%s", message);
}

#define FORMAT(binding, ...) arena_format((binding)->draft->arena, __VA_ARGS__)

/* ---- lists of numbers ---- */

static const double *read_numbers(const struct binding *binding, const struct field_list *list, const char *table,
                                  const struct record *record, const char *field)
{
  double *numbers = ARENA_ARRAY(binding->draft->arena, list->count, double);
  for (int i = 0; i < list->count; i++)
    if (!parse_number(list->names[i], &numbers[i])) {
      blame(binding, table, record, field, FORMAT(binding, "found '%s', expected a number", list->names[i]));
      return NULL;
    }
  return numbers;
}

/* Chances as running sums; they must add up to 1. NULL with error set. */
static const double *read_chances(const struct binding *binding, const struct field_list *list, int first, int count,
                                  const char *table, const struct record *record, const char *field)
{
  const struct field_list part = {.count = count, .names = list->names + first};
  const double *given = read_numbers(binding, &part, table, record, field);
  if (given == NULL) return NULL;
  double *until = ARENA_ARRAY(binding->draft->arena, count, double);
  double sum = 0;
  for (int i = 0; i < count; i++) {
    if (given[i] < 0 || given[i] > 1) {
      blame(binding, table, record, field, FORMAT(binding, "found %g, expected a chance between 0 and 1", given[i]));
      return NULL;
    }
    until[i] = sum += given[i];
  }
  if (fabs(sum - 1) > 1e-6) {
    blame(binding, table, record, field, FORMAT(binding, "the chances add up to %.6g, expected 1", sum));
    return NULL;
  }
  until[count - 1] = 1;
  return until;
}

/* ---- laws ---- */

static bool expect_given(const struct binding *binding, const struct distribution *row, const char *const *names,
                         const double *values, int count)
{
  for (int i = 0; i < count; i++)
    if (isnan(values[i]))
      return blame(binding, "distributions", &row->record, names[i], "missing; this kind of law needs it");
  return true;
}

static bool expect_order(const struct binding *binding, const struct distribution *row)
{
  const double mode = isnan(row->mode) ? row->low : row->mode;
  if (row->low > mode || mode > row->high || row->low >= row->high)
    return blame(binding, "distributions", &row->record, "high",
                 isnan(row->mode) ? "expected low below high" : "expected low, mode, high in ascending order");
  return true;
}

static bool read_discrete(const struct binding *binding, const struct distribution *row, struct law *law)
{
  law->count = row->values.count;
  if (law->count == 0) return blame(binding, "distributions", &row->record, "values", "missing; this law needs them");
  law->values = read_numbers(binding, &row->values, "distributions", &row->record, "values");
  if (law->values == NULL) return false;
  if (row->probabilities.count == 0) {
    double *until = ARENA_ARRAY(binding->draft->arena, law->count, double);
    for (int i = 0; i < law->count; i++) until[i] = (i + 1.0) / law->count;
    law->until = until;
    return true;
  }
  if (row->probabilities.count != law->count)
    return blame(binding, "distributions", &row->record, "probabilities",
                 FORMAT(binding, "found %d, expected %d, one a value", row->probabilities.count, law->count));
  law->until =
      read_chances(binding, &row->probabilities, 0, law->count, "distributions", &row->record, "probabilities");
  return law->until != NULL;
}

static bool read_law(const struct binding *binding, const struct distribution *row, struct law *law)
{
  static const char *const ends[] = {"low", "high"}, *const three[] = {"low", "mode", "high"};
  static const char *const normal[] = {"mean", "deviation"}, *const lognormal[] = {"median", "deviation"};
  static const char *const shape[] = {"alpha", "beta"};
  *law = (struct law){.kind = row->kind,
                      .low = row->low,
                      .mode = row->mode,
                      .high = row->high,
                      .mean = row->mean,
                      .deviation = row->deviation,
                      .median = row->median,
                      .alpha = row->alpha,
                      .beta = row->beta};
  switch ((enum law_kind)row->kind) {
  case LAW_UNIFORM:
    return expect_given(binding, row, ends, (double[]){row->low, row->high}, 2) && expect_order(binding, row);
  case LAW_TRIANGULAR:
  case LAW_PERT:
    return expect_given(binding, row, three, (double[]){row->low, row->mode, row->high}, 3) &&
           expect_order(binding, row);
  case LAW_NORMAL: return expect_given(binding, row, normal, (double[]){row->mean, row->deviation}, 2);
  case LAW_LOGNORMAL: return expect_given(binding, row, lognormal, (double[]){row->median, row->deviation}, 2);
  case LAW_BETA:
    if (isnan(law->low)) law->low = 0;
    if (isnan(law->high)) law->high = 1;
    return expect_given(binding, row, shape, (double[]){row->alpha, row->beta}, 2);
  case LAW_DISCRETE: return read_discrete(binding, row, law);
  }
  return false;
}

/* ---- figures ---- */

/* The columns that the market reads while it is solved. */
static const char *const drawable[] = {"cohorts.quantity_t",
                                       "curves.value",
                                       "deck.price_usd_per_kg",
                                       "events.duration_years",
                                       "events.end",
                                       "events.factor",
                                       "events.hazard_per_year",
                                       "events.start",
                                       "events.value",
                                       "facilities.attainment",
                                       "facilities.availability",
                                       "facilities.build_limit_t_per_year",
                                       "facilities.capacity_t_per_year",
                                       "facilities.capital_factor",
                                       "facilities.capital_usd_per_kg_year",
                                       "facilities.cost_power_exponent",
                                       "facilities.cost_power_usd_per_kg",
                                       "facilities.cost_slope_usd_per_kg_per_t",
                                       "facilities.cost_usd_per_kg",
                                       "facilities.delay_years",
                                       "facilities.end",
                                       "facilities.hiring_per_year",
                                       "facilities.learning_rate",
                                       "facilities.patience_years",
                                       "facilities.qualification_years",
                                       "facilities.royalty_usd_per_kg",
                                       "facilities.staff_needed",
                                       "facilities.start",
                                       "facilities.success_probability",
                                       "facilities.supply_elasticity",
                                       "facilities.technology_cost_factor",
                                       "facilities.technology_delay_years",
                                       "facilities.wedge_usd_per_kg",
                                       "labour_pools.people",
                                       "labour_pools.training_per_year",
                                       "links.capacity_t_per_year",
                                       "links.elasticity",
                                       "links.export_tax_rate",
                                       "links.flow_t_per_year",
                                       "links.freight_usd_per_kg",
                                       "links.slope_usd_per_kg_per_t",
                                       "links.tariff_rate",
                                       "links.tariff_usd_per_kg",
                                       "links.vat_not_rebated_rate",
                                       "links.wedge_usd_per_kg",
                                       "materials.decay_per_year",
                                       "materials.disposal_usd_per_kg",
                                       "materials.holding_usd_per_kg_year",
                                       "owners.hurdle_rate",
                                       "processes.cost_usd_per_kg",
                                       "segments.adjustment_per_year",
                                       "segments.choke_usd_per_kg",
                                       "segments.elasticity",
                                       "segments.elasticity_long",
                                       "segments.growth_per_year",
                                       "segments.intercept_usd_per_kg",
                                       "segments.price_usd_per_kg",
                                       "segments.quantity_t_per_year",
                                       "segments.scrap_life_years",
                                       "segments.scrap_t_per_t",
                                       "segments.slope_usd_per_kg_per_t",
                                       "stocks.capacity_t",
                                       "stocks.opening_t"};

static bool is_drawable(const char *table, const char *name, struct text *others)
{
  const size_t length = strlen(table);
  for (size_t i = 0; i < sizeof drawable / sizeof *drawable; i++) {
    if (strncmp(drawable[i], table, length) != 0 || drawable[i][length] != '.') continue;
    if (text_equal(drawable[i] + length + 1, name)) return true;
    text_add(others, "%s%s", others->length > 0 ? ", " : "; expected one of ", drawable[i] + length + 1);
  }
  return false;
}

static bool expect_drawable(const struct binding *binding, const struct distribution *row, const char *table,
                            const struct field *field, const char *name)
{
  const bool term = text_equal(table, "instruments");
  if (term && field == NULL) return true;
  if (term)
    return blame(binding, "distributions", &row->record, "path",
                 FORMAT(binding,
                        "'%s' belongs to the head of instruments; only their terms may be drawn, and events "
                        "switch them",
                        name));
  if (field == NULL)
    return blame(binding, "distributions", &row->record, "path",
                 FORMAT(binding, "there is no column '%s' in %s%s", name, table,
                        draft_hint_fields(name, dataset_entity(table)->fields, binding->draft->arena)));
  struct text others = text_new(binding->draft->arena);
  if (is_drawable(table, name, &others)) return true;
  return blame(binding, "distributions", &row->record, "path",
               FORMAT(binding, "'%s.%s' is no number that may be drawn%s", table, name, others.bytes));
}

char *table_array(const struct dataset *dataset, int table)
{
  int count;
  char *array;
  memcpy(&array, (const char *)dataset + dataset_entities(&count)[table].array, sizeof array);
  return array;
}

static int table_index(const struct entity *entity)
{
  int count;
  return (int)(entity - dataset_entities(&count));
}

static struct drawn_figure figure_of(const struct binding *binding, const struct entity *entity,
                                     const struct field *field, const char *id, int row, const char *name)
{
  struct drawn_figure figure = {.path = FORMAT(binding, "%s.%s.%s", entity->table, id, name),
                                .table = -1,
                                .instrument = -1,
                                .row = id,
                                .name = name,
                                .track = -1,
                                .low = -HUGE_VAL,
                                .high = HUGE_VAL};
  if (field == NULL) {
    figure.instrument = row;
    return figure;
  }
  figure.table = table_index(entity);
  figure.offset = (size_t)row * entity->size + field->offset;
  figure.choice = field->type == FIELD_REFERENCE;
  if (field->low != 0 || field->high != 0) figure.low = field->low, figure.high = field->high;
  return figure;
}

/* Whether the figure has a number to multiply or add to. */
static bool has_number(const struct binding *binding, const struct drawn_figure *figure)
{
  if (figure->table >= 0)
    return !isnan(*(const double *)(const void *)(table_array(binding->dataset, figure->table) + figure->offset));
  const struct instrument *instrument = &binding->dataset->instruments[figure->instrument];
  double number;
  for (int t = 0; t < instrument->terms_count; t++)
    if (text_equal(instrument->terms[t].name, figure->name)) return parse_number(instrument->terms[t].text, &number);
  return false;
}

/* ---- variables ---- */

static bool same_figure(const struct drawn_figure *a, const struct drawn_figure *b)
{
  return a->table == b->table && a->offset == b->offset && a->instrument == b->instrument &&
         (a->table >= 0 || text_equal(a->name, b->name));
}

static bool expect_free(const struct binding *binding, const char *table, const struct record *record,
                        const char *field, const struct drawn_figure *figure)
{
  for (int v = 0; v < binding->chance->variables_count; v++)
    for (int i = 0; i < binding->variables[v].figures_count; i++)
      if (same_figure(&binding->variables[v].figures[i], figure))
        return blame(binding, table, record, field,
                     FORMAT(binding, "'%s' is drawn already, by '%s'", figure->path, binding->variables[v].name));
  return true;
}

static void add_variable(struct binding *binding, struct drawn_variable variable)
{
  struct chance *chance = binding->chance;
  if (chance->variables_count % variables_room == 0)
    binding->variables = arena_grow(binding->draft->arena, binding->variables, (size_t)chance->variables_count,
                                    (size_t)(chance->variables_count + variables_room), sizeof variable);
  binding->variables[chance->variables_count++] = variable;
  chance->variables = binding->variables;
}

/* The figures that the path names; those without a number are left out where the path names several. */
static bool read_figures(struct binding *binding, const struct distribution *row, struct drawn_figure **figures,
                         int *count)
{
  struct draft_table *table;
  const int *rows;
  const char *name;
  const struct cell *cell = row_cell(draft_row(draft_table(binding->draft, "distributions"), row->record.id), "path");
  const int matched =
      draft_match(binding->draft, row->path, cell->place, "distributions.path", &table, &rows, &name, binding->error);
  if (matched < 0) return false;
  const struct field *field = field_find(table->entity->fields, name);
  if (!expect_drawable(binding, row, table->entity->table, field, name)) return false;
  *figures = ARENA_ARRAY(binding->draft->arena, matched, struct drawn_figure);
  *count = 0;
  for (int i = 0; i < matched; i++) {
    const struct drawn_figure figure = figure_of(binding, table->entity, field, table->rows[rows[i]].id, rows[i], name);
    if (row->use != USE_VALUE && !has_number(binding, &figure)) continue;
    if (!expect_free(binding, "distributions", &row->record, "path", &figure)) return false;
    (*figures)[(*count)++] = figure;
  }
  if (*count > 0 && !isnan(row->start) && !figure_is_dated(table->entity->table, name))
    return blame(binding, "distributions", &row->record, "start",
                 FORMAT(binding, "'%s.%s' stands for the whole horizon and cannot count from a date on",
                        table->entity->table, name));
  return *count > 0 || blame(binding, "distributions", &row->record, "path",
                             "the figure is not given, so there is nothing to multiply or add to; expected use: value");
}

static bool add_distribution(struct binding *binding, const struct distribution *row)
{
  struct drawn_figure *figures;
  struct drawn_variable variable = {
      .name = row->record.id, .unit = "1", .use = row->use, .group = -1, .start = row->start};
  int count;
  if (!read_law(binding, row, &variable.law) || !read_figures(binding, row, &figures, &count)) return false;
  variable.figures = figures, variable.figures_count = count;
  if (!row->apart) {
    add_variable(binding, variable);
    return true;
  }
  for (int i = 0; i < count; i++) {
    variable.name = FORMAT(binding, "%s/%s", row->record.id, figures[i].row);
    variable.figures = &figures[i], variable.figures_count = 1;
    add_variable(binding, variable);
  }
  return true;
}

/* ---- start-ups ---- */

static bool add_startup_variable(struct binding *binding, const struct startup *row, int facility, const char *name,
                                 struct law law)
{
  const struct entity *entity = dataset_entity("facilities");
  const char *id = binding->dataset->facilities[facility].record.id;
  struct drawn_figure *figure = ARENA_NEW(binding->draft->arena, struct drawn_figure);
  *figure = figure_of(binding, entity, field_find(entity->fields, name), id, facility, name);
  if (!expect_free(binding, "startups", &row->record, "facilities", figure)) return false;
  add_variable(binding, (struct drawn_variable){.name = FORMAT(binding, "%s/%s/%s", row->record.id, id, name),
                                                .unit = "1",
                                                .law = law,
                                                .use = USE_VALUE,
                                                .group = -1,
                                                .figures = figure,
                                                .figures_count = 1,
                                                .start = NAN});
  return true;
}

/* All three numbers of a triangular law, or none. bad: the side that is widened, -1 low, 1 high. */
static bool read_triangle(const struct binding *binding, const struct startup *row, const char *name,
                          const double given[3], int bad, struct law *law)
{
  const int missing = isnan(given[0]) + isnan(given[1]) + isnan(given[2]);
  *law = (struct law){.kind = LAW_TRIANGULAR, .low = given[0], .mode = given[1], .high = given[2]};
  if (missing == 3) return true;
  if (missing > 0 || given[0] > given[1] || given[1] > given[2] || given[0] >= given[2])
    return blame(binding, "startups", &row->record, name, "expected low, mode and high, in ascending order, or none");
  if (bad < 0) law->low = fmax(0, law->mode - row->widening * (law->mode - law->low));
  if (bad > 0) law->high = law->mode + row->widening * (law->high - law->mode);
  return true;
}

static struct law law_of_ramps(const struct binding *binding, const struct field_list *ramps)
{
  double *values = ARENA_ARRAY(binding->draft->arena, ramps->count, double);
  double *until = ARENA_ARRAY(binding->draft->arena, ramps->count, double);
  for (int i = 0; i < ramps->count; i++) values[i] = ramps->indices[i], until[i] = (i + 1.0) / ramps->count;
  return (struct law){.kind = LAW_DISCRETE, .count = ramps->count, .values = values, .until = until};
}

static struct law law_of_success(const struct binding *binding, double probability)
{
  double *values = ARENA_ARRAY(binding->draft->arena, 2, double),
         *until = ARENA_ARRAY(binding->draft->arena, 2, double);
  values[1] = 1, until[0] = 1 - probability, until[1] = 1;
  return (struct law){.kind = LAW_DISCRETE, .count = 2, .values = values, .until = until};
}

static bool add_startup(struct binding *binding, const struct startup *row)
{
  struct law delay, attainment, overrun;
  const double delays[] = {row->delay_low_years, row->delay_mode_years, row->delay_high_years};
  const double attainments[] = {row->attainment_low, row->attainment_mode, row->attainment_high};
  const double overruns[] = {row->overrun_low, row->overrun_mode, row->overrun_high};
  if (!read_triangle(binding, row, "delay_mode_years", delays, 1, &delay) ||
      !read_triangle(binding, row, "attainment_mode", attainments, -1, &attainment) ||
      !read_triangle(binding, row, "overrun_mode", overruns, 1, &overrun))
    return false;
  for (int i = 0; i < row->facilities.count; i++) {
    const int f = row->facilities.indices[i];
    const struct facility *facility = &binding->dataset->facilities[f];
    const double chance = facility->success_probability;
    const bool fails = row->success && facility->status != STATUS_OPERATING && chance < 1;
    if (!isnan(delay.mode) && !add_startup_variable(binding, row, f, "delay_years", delay)) return false;
    if (!isnan(attainment.mode) && !add_startup_variable(binding, row, f, "attainment", attainment)) return false;
    if (!isnan(overrun.mode) && !add_startup_variable(binding, row, f, "capital_factor", overrun)) return false;
    if (row->ramps.count > 0 && !add_startup_variable(binding, row, f, "ramp", law_of_ramps(binding, &row->ramps)))
      return false;
    if (fails && !add_startup_variable(binding, row, f, "success_probability", law_of_success(binding, chance)))
      return false;
  }
  return true;
}

/* ---- correlations ---- */

static int find_member(const struct binding *binding, const char *name)
{
  for (int v = 0; v < binding->chance->variables_count; v++)
    if (text_equal(binding->variables[v].name, name)) return v;
  return -1;
}

/* Lower Cholesky factor in place of the lower triangle; false when it is not positive definite. */
static bool factor(double *matrix, int n)
{
  for (int i = 0; i < n; i++) {
    for (int j = 0; j <= i; j++) {
      double sum = matrix[i * n + j];
      for (int k = 0; k < j; k++) sum -= matrix[i * n + k] * matrix[j * n + k];
      if (i == j && sum <= 1e-12) return false;
      matrix[i * n + j] = i == j ? sqrt(sum) : sum / matrix[j * n + j];
    }
    for (int j = i + 1; j < n; j++) matrix[i * n + j] = matrix[j * n + i];
  }
  return true;
}

static bool read_ranks(const struct binding *binding, const struct correlation *row, double *matrix)
{
  const int n = row->members.count, pairs = n * (n - 1) / 2;
  const double *ranks = read_numbers(binding, &row->ranks, "correlations", &row->record, "ranks");
  if (ranks == NULL) return false;
  if (row->ranks.count != 1 && row->ranks.count != pairs)
    return blame(binding, "correlations", &row->record, "ranks",
                 FORMAT(binding, "found %d, expected 1, or %d for the pairs of %d", row->ranks.count, pairs, n));
  for (int i = 0, at = 0; i < n; i++) {
    matrix[i * n + i] = 1;
    for (int j = i + 1; j < n; j++, at++) {
      const double rank = ranks[row->ranks.count == 1 ? 0 : at];
      if (!(fabs(rank) < 1))
        return blame(binding, "correlations", &row->record, "ranks",
                     FORMAT(binding, "found %g, expected a correlation between -1 and 1", rank));
      matrix[i * n + j] = matrix[j * n + i] = 2 * sin(acos(-1) * rank / 6);
    }
  }
  return factor(matrix, n) || blame(binding, "correlations", &row->record, "ranks",
                                    "no variables can go together like this (the matrix is not positive definite)");
}

static bool add_group(struct binding *binding, const struct correlation *row, struct drawn_group *group)
{
  const int n = row->members.count;
  int *variables = ARENA_ARRAY(binding->draft->arena, n, int);
  double *matrix = ARENA_ARRAY(binding->draft->arena, n * n, double);
  if (n < 2) return blame(binding, "correlations", &row->record, "members", "expected two distributions or more");
  for (int i = 0; i < n; i++) {
    const char *id = row->members.names[i];
    variables[i] = find_member(binding, id);
    if (variables[i] < 0)
      return blame(binding, "correlations", &row->record, "members",
                   FORMAT(binding, "'%s' draws its figures apart, so it cannot go together with others", id));
    if (binding->variables[variables[i]].group >= 0)
      return blame(binding, "correlations", &row->record, "members", FORMAT(binding, "'%s' stands in two groups", id));
    binding->variables[variables[i]].group = binding->chance->groups_count;
    binding->variables[variables[i]].member = i;
  }
  if (!read_ranks(binding, row, matrix)) return false;
  *group = (struct drawn_group){n, variables, matrix};
  binding->chance->groups_count++;
  return true;
}

/* ---- regimes and events ---- */

static bool add_chain(struct binding *binding, const struct regime *row, struct regime_chain *chain)
{
  const int n = row->states.count;
  if (row->transitions.count != n * n)
    return blame(binding, "regimes", &row->record, "transitions",
                 FORMAT(binding, "found %d chances, expected %d, from each of %d states to each",
                        row->transitions.count, n * n, n));
  double *until = ARENA_ARRAY(binding->draft->arena, n * n, double);
  for (int i = 0; i < n; i++) {
    const double *sums = read_chances(binding, &row->transitions, i * n, n, "regimes", &row->record, "transitions");
    if (sums == NULL) return false;
    memcpy(until + i * n, sums, sizeof(double) * (size_t)n);
  }
  *chain = (struct regime_chain){row, until};
  binding->chance->chains_count++;
  return true;
}

int regime_state(const struct regime *regime, const char *state)
{
  for (int i = 0; i < regime->states.count; i++)
    if (text_equal(regime->states.names[i], state)) return i;
  return -1;
}

static bool settle_regime_event(const struct binding *binding, struct event *event)
{
  const struct regime *regime = &binding->dataset->regimes[event->regime];
  if (!isnan(event->start) || !isnan(event->end))
    return blame(binding, "events", &event->record, "start", "stands beside a regime; expected one of them");
  if (!isnan(event->hazard_per_year))
    return blame(binding, "events", &event->record, "hazard_per_year", "stands beside a regime; expected one of them");
  if (event->state == NULL)
    return blame(binding, "events", &event->record, "state", "missing; expected a state of the regime");
  if (regime_state(regime, event->state) >= 0) return true;
  return blame(binding, "events", &event->record, "state",
               FORMAT(binding, "regime '%s' has no state '%s'%s", regime->record.id, event->state,
                      draft_hint(event->state, regime->states.names, regime->states.count, binding->draft->arena)));
}

static bool settle_event(const struct binding *binding, struct event *event)
{
  const bool hazard = !isnan(event->hazard_per_year);
  if (event->regime >= 0 && !settle_regime_event(binding, event)) return false;
  if (event->regime < 0 && event->state != NULL)
    return blame(binding, "events", &event->record, "state", "needs regime, whose state it is");
  if (!hazard && !isnan(event->duration_years))
    return blame(binding, "events", &event->record, "duration_years", "needs hazard_per_year");
  if (!hazard && event->regime < 0) return true;
  if (!isnan(event->announced))
    return blame(binding, "events", &event->record, "announced", "what comes by chance is known when it starts");
  binding->chance->any = true;
  const struct scenario *scenario = binding->dataset->scenario;
  const struct period last = scenario->periods[scenario->periods_count - 1];
  const double second = scenario->periods[0].start + scenario->periods[0].length;
  event->hazard_start = isnan(event->start) ? second : event->start;
  event->hazard_end = isnan(event->end) ? last.start + last.length : event->end;
  const bool first_state =
      event->regime >= 0 && regime_state(&binding->dataset->regimes[event->regime], event->state) == 0;
  event->start = first_state ? scenario->periods[0].start : HUGE_VAL;
  event->end = HUGE_VAL;
  return true;
}

bool chance_settle_events(struct draft *draft, struct dataset *dataset, struct error *error)
{
  struct chance *chance = ARENA_NEW(draft->arena, struct chance);
  const struct binding binding = {.draft = draft, .dataset = dataset, .error = error, .chance = chance};
  dataset->chance = chance;
  for (int i = 0; i < dataset->events_count; i++) {
    struct event *event = &dataset->events[i];
    if (isnan(event->start) && isnan(event->hazard_per_year) && event->regime < 0)
      return error_set(error, event->record.place.file, event->record.place.line, "events.start",
                       "missing; expected a date");
    if (dataset->scenario != NULL && !settle_event(&binding, event)) return false;
  }
  return true;
}

/* ---- all ---- */

/* A regime in which only the first state can ever be. */
static bool stands_still(const struct regime_chain *chain)
{
  return chain->until[0] >= 1;
}

bool chance_bind(struct draft *draft, struct dataset *dataset, struct error *error)
{
  struct chance *chance = ARENA_NEW(draft->arena, struct chance);
  *chance = *dataset->chance;
  struct binding binding = {.draft = draft, .dataset = dataset, .error = error, .chance = chance};
  struct drawn_group *groups = ARENA_ARRAY(draft->arena, dataset->correlations_count, struct drawn_group);
  struct regime_chain *chains = ARENA_ARRAY(draft->arena, dataset->regimes_count, struct regime_chain);
  dataset->chance = chance;
  chance->groups = groups, chance->chains = chains;
  for (int i = 0; i < dataset->distributions_count; i++)
    if (!add_distribution(&binding, &dataset->distributions[i])) return false;
  for (int i = 0; i < dataset->startups_count; i++)
    if (!add_startup(&binding, &dataset->startups[i])) return false;
  for (int i = 0; i < dataset->correlations_count; i++)
    if (!add_group(&binding, &dataset->correlations[i], &groups[i])) return false;
  for (int i = 0; i < dataset->regimes_count; i++) {
    if (!add_chain(&binding, &dataset->regimes[i], &chains[i])) return false;
    chance->any = chance->any || !stands_still(&chains[i]);
  }
  chance->any =
      chance->any || chance->variables_count > 0 || (dataset->price_paths_count > 0 && dataset->deck_count > 0);
  return true;
}
