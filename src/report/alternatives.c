/* report/alternatives.c - the table of alternatives. Effects are of one year, money is of all years. */
#include "report/alternatives.h"

#include <math.h>

#include "base/text.h"
#include "metrics/gains.h"
#include "report/columns.h"
#include "report/highlights.h"
#include "run/alternatives.h"

enum { rows_max = 40 };

struct table {
  const struct run *const *runs;
  int count, region, period, rows_count;
  struct alternative_row *rows;
  struct arena *arena;
};

static double *row_new(struct table *table, const char *measure, const char *unit)
{
  double *values = ARENA_ARRAY(table->arena, table->count, double);
  for (int i = 0; i < table->count; i++) values[i] = NAN;
  if (table->rows_count < rows_max) table->rows[table->rows_count++] = (struct alternative_row){measure, unit, values};
  return values;
}

/* The government that the largest outlay of any of the runs comes from. */
static int paying_region(const struct run *const *runs, int count)
{
  int best = -1;
  double most = 0;
  for (int i = 0; i < count; i++) {
    const struct budget *budget = &runs[i]->metrics->budget;
    if (budget->region >= 0 && budget->support_present_value_musd > most)
      best = budget->region, most = budget->support_present_value_musd;
  }
  return best;
}

/* ---- money ---- */

static void add_money(struct table *table)
{
  double *outlays = row_new(table, "public outlays, present value", "million USD, real");
  double *customs = row_new(table, "customs and taxes gained", "million USD, real");
  double *nominal = row_new(table, "largest fiscal year", "million USD, nominal");
  const double before = outlays_present_value_musd(table->runs[0], table->region);
  const struct budget quo =
      budget_compute(table->runs[0]->outcome, table->runs[0]->metrics->ledgers, table->region, table->arena);
  for (int i = 0; i < table->count; i++) {
    const struct run *run = table->runs[i];
    const struct budget budget = budget_compute(run->outcome, run->metrics->ledgers, table->region, table->arena);
    outlays[i] = budget.support_present_value_musd - before;
    customs[i] = (budget.support_present_value_musd - budget.present_value_musd) -
                 (quo.support_present_value_musd - quo.present_value_musd);
    nominal[i] = 0;
    for (int y = 0; y < budget.years_count && y < quo.years_count; y++)
      nominal[i] = fmax(nominal[i], budget.outlay_musd[y] - quo.outlay_musd[y]);
  }
}

static void add_gains(struct table *table)
{
  double *users = row_new(table, "users at home gain", "million USD, real");
  double *firms = row_new(table, "firms at home gain", "million USD, real");
  double *rivals = row_new(table, "plants elsewhere without support gain", "million USD, real");
  double *dominant_firms = row_new(table, "plants of the dominant region gain", "million USD, real");
  double *total = row_new(table, "all parties together", "million USD, real");
  double *extra = row_new(table, "support that bought additional output", "%");
  const struct run *quo = table->runs[0];
  const int dominant = quo->metrics->concentrations[table->period].stage_dominant[STAGE_OXIDE];
  for (int i = 1; i < table->count; i++) {
    const struct run *run = table->runs[i];
    if (!gains_comparable(run->outcome, quo->outcome)) continue;
    const struct gains gains =
        gains_between(run->outcome, run->metrics, quo->outcome, quo->metrics, dominant, table->arena);
    users[i] = gains.users[table->region];
    firms[i] = gains.firms[table->region];
    rivals[i] = gains.rivals;
    dominant_firms[i] = gains.dominant;
    total[i] = gains.total;
    extra[i] = 100 * (1 - gains.inframarginal);
  }
}

/* ---- effects ---- */

static double output_of_stage(const struct run *run, int period, int region, int stage)
{
  const struct tally *tally = &run->metrics->tallies[period];
  double sum = 0;
  for (int m = 0; m < run->dataset->materials_count; m++)
    if (run->dataset->materials[m].stage == stage) sum += tally->production[tally_index(tally, m, region)];
  return sum;
}

/* The material of a stage that is worth most in the status quo. */
static int main_material(const struct table *table, int stage)
{
  const struct dataset *dataset = table->runs[0]->dataset;
  const struct tally *tally = &table->runs[0]->metrics->tallies[table->period];
  int best = -1;
  double most = 0;
  for (int m = 0; m < dataset->materials_count; m++) {
    const double worth = tally_world(tally, tally->production, m) * dataset->materials[m].price_usd_per_kg;
    if (dataset->materials[m].stage == stage && worth > most) best = m, most = worth;
  }
  return best;
}

static void add_material(struct table *table, int material)
{
  const struct dataset *dataset = table->runs[0]->dataset;
  const char *name = material_short(dataset, material, table->arena);
  double *made = row_new(table, arena_format(table->arena, "%s made at home", name), "t/y");
  double *price = row_new(table, arena_format(table->arena, "%s, price at home", name), "USD/kg, real");
  double *inside = row_new(table, arena_format(table->arena, "%s, price where most is made", name), "USD/kg, real");
  for (int i = 0; i < table->count; i++) {
    const struct run *run = table->runs[i];
    const struct tally *tally = &run->metrics->tallies[table->period];
    const int place = tally_index(tally, material, table->region);
    const int dominant = run->metrics->concentrations[table->period].dominant[material];
    made[i] = tally->production[place];
    price[i] = tally->price[place];
    if (dominant >= 0) inside[i] = tally->price[tally_index(tally, material, dominant)];
  }
}

static void add_effects(struct table *table)
{
  static const int stages[] = {STAGE_CONCENTRATE, STAGE_OXIDE, STAGE_METAL, STAGE_MAGNET};
  static const int materials[] = {STAGE_OXIDE, STAGE_METAL};
  for (int s = 0; s < 2; s++)
    if (main_material(table, materials[s]) >= 0) add_material(table, main_material(table, materials[s]));
  double *magnets = row_new(table, "magnets made at home", "t/y");
  for (int i = 0; i < table->count; i++)
    magnets[i] = output_of_stage(table->runs[i], table->period, table->region, STAGE_MAGNET);
  for (int s = 0; s < 4; s++) {
    double *values = row_new(table, arena_format(table->arena, "dependence at %s", stage_name(stages[s])), "%");
    for (int i = 0; i < table->count; i++) {
      const struct concentration *concentration = &table->runs[i]->metrics->concentrations[table->period];
      values[i] = 100 * concentration->embodied[stages[s] * table->runs[i]->dataset->regions_count + table->region];
    }
  }
}

static int period_of_effects(const struct outcome *outcome)
{
  const double wanted = outcome->periods[0].period.start + 11;
  int best = outcome->periods_count - 1;
  for (int p = outcome->periods_count - 1; p >= 0; p--)
    if (outcome->periods[p].period.start >= wanted - 1e-9) best = p;
  return best;
}

struct alternatives alternatives_of(const struct run *const *runs, int count, struct arena *arena)
{
  struct table table = {.runs = runs,
                        .count = count,
                        .region = paying_region(runs, count),
                        .arena = arena,
                        .period = period_of_effects(runs[0]->outcome),
                        .rows = ARENA_ARRAY(arena, rows_max, struct alternative_row)};
  for (int i = 1; i < count; i++)
    if (runs[i]->outcome->periods_count <= table.period) table.period = runs[i]->outcome->periods_count - 1;
  if (table.region >= 0) {
    add_money(&table);
    add_effects(&table);
    add_gains(&table);
  }
  return (struct alternatives){.runs_count = count,
                               .rows_count = table.rows_count,
                               .region = table.region,
                               .year = (int)floor(runs[0]->outcome->periods[table.period].period.start),
                               .rows = table.rows};
}

static bool any_figure(const struct alternative_row *row, int count)
{
  for (int i = 0; i < count; i++)
    if (isfinite(row->values[i])) return true;
  return false;
}

const char *alternatives_text(const struct run *const *runs, int count, const struct summary_view *view,
                              struct arena *arena)
{
  const struct alternatives alternatives = alternatives_of(runs, count, arena);
  if (alternatives.region < 0) return "";
  struct text text = text_new(arena);
  struct columns columns = columns_new(2, arena);
  const int heads = columns_add_row(&columns);
  for (int i = 0; i < count; i++) columns_set(&columns, heads, 2 + i, runs[i]->dataset->scenario->id);
  for (int r = 0; r < alternatives.rows_count; r++) {
    const struct alternative_row *row = &alternatives.rows[r];
    if (!any_figure(row, count)) continue;
    const int at = columns_add_row(&columns);
    columns_set(&columns, at, 0, row->measure);
    columns_set(&columns, at, 1, row->unit);
    for (int i = 0; i < count; i++) columns_set(&columns, at, 2 + i, figure(row->values[i], arena));
  }
  text_add(&text, view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n",
           arena_format(arena, "Alternatives for %s: money over all years, effects in %d, gains against %s",
                        region_short(runs[0]->dataset, alternatives.region, arena), alternatives.year,
                        runs[0]->dataset->scenario->id));
  columns_print(&columns, &text, 2, 2);
  text_add_folded(&text,
                  "Deterministic paths; not modelled: what security is worth beyond the figures shown, costs of "
                  "administration, and the pieces of deals that are only recorded (didymium check DEAL).",
                  2, view->columns > 0 ? view->columns : 100);
  return text.bytes;
}
