/* report/alternatives.c - the rows of the table of alternatives. Effects are of one year, money is of all years.
 *
 * Differences are taken from the first run. A policy's cost is put on one product at a time: a package that buys
 * several is dearer by the kilogram of each than it is in truth.
 */
#include "report/alternatives.h"

#include <math.h>

#include "metrics/defence.h"
#include "metrics/fiscal_exposure.h"
#include "metrics/stocks_left.h"
#include "metrics/gains.h"
#include "metrics/indicator.h"
#include "report/deal_costs.h"
#include "report/ensemble_figures.h"
#include "report/highlights.h"

enum { rows_max = 80 };

struct table {
  const struct alternative *policies;
  const struct ensemble *const *futures; /* or NULL */
  const struct run *quo;
  int count, region, period, rows_count;
  enum alternative_section section;
  struct alternative_row *rows;
  struct arena *arena;
};

const char *alternative_section_title(enum alternative_section section)
{
  static const char *const titles[] = {"Public money, all years",
                                       "Output",
                                       "Prices",
                                       "Dependence on the dominant region",
                                       "Under the stress of the scenarios",
                                       "Who gains, present value",
                                       "When support has ended"};
  return titles[section];
}

static double *row_new(struct table *table, const char *measure, const char *unit)
{
  double *values = ARENA_ARRAY(table->arena, table->count, double);
  for (int i = 0; i < table->count; i++) values[i] = NAN;
  if (table->rows_count < rows_max)
    table->rows[table->rows_count++] = (struct alternative_row){table->section, measure, unit, values, NULL, NULL};
  return values;
}

/* ---- ranges ---- */

static void set_bounds(const double *draws, int count, double scale, double *low, double *high, struct arena *arena)
{
  const double *sorted = draws_sorted(draws, count, arena);
  *low = scale * quantile(sorted, count, 0.05), *high = scale * quantile(sorted, count, 0.95);
}

/* Of the row that was begun last, from an indicator of the draws; difference: from the status quo, future by future. */
static void add_range(struct table *table, const char *indicator, double scale, bool difference)
{
  double *low = ARENA_ARRAY(table->arena, table->count, double),
         *high = ARENA_ARRAY(table->arena, table->count, double);
  bool any = false;
  for (int i = 0; i < table->count; i++) {
    struct pairing pairing;
    low[i] = high[i] = NAN;
    if (table->futures == NULL || table->futures[0] == NULL || table->futures[i] == NULL || (difference && i == 0))
      continue;
    const struct ensemble *from = table->futures[difference ? 0 : i];
    if (!pairing_of(table->futures[i], from, indicator, &pairing, table->arena)) continue;
    for (int d = 0; difference && d < pairing.count; d++) pairing.a[d] -= pairing.b[d];
    set_bounds(pairing.a, pairing.count, scale, &low[i], &high[i], table->arena);
    any = true;
  }
  if (any) table->rows[table->rows_count - 1].low = low, table->rows[table->rows_count - 1].high = high;
}

/* The same, of a question about the year of the effects: "price[ndpr-oxide, china, 2035]". */
static void add_range_of(struct table *table, const char *question, const char *what, int region, double scale)
{
  const struct run *quo = table->quo;
  if (region < 0) return;
  add_range(table,
            arena_format(table->arena, "%s[%s, %s, %s]", question, what, quo->dataset->regions[region].record.id,
                         indicator_date(quo->outcome->periods[table->period].period, table->arena)),
            scale, false);
}

/* The government that the largest outlay of any of the runs comes from. */
static int paying_region(const struct alternative *policies, int count)
{
  int best = -1;
  double most = 0;
  for (int i = 0; i < count; i++) {
    const struct budget *budget = &policies[i].run->metrics->budget;
    if (budget->region >= 0 && budget->support_present_value_musd > most)
      best = budget->region, most = budget->support_present_value_musd;
  }
  return best;
}

/* ---- money ---- */

static struct budget budget_of(const struct table *table, const struct run *run)
{
  return budget_compute(run->outcome, run->metrics->ledgers, table->region, table->arena);
}

static void add_largest_year(const struct budget *budget, const struct budget *quo, double *most, double *year)
{
  *most = 0;
  for (int y = 0; y < budget->years_count && y < quo->years_count; y++) {
    const double more = budget->outlay_musd[y] - quo->outlay_musd[y];
    if (more > *most + 1e-9) *most = more, *year = budget->first_year + y; /* less is rounding */
  }
}

/* Of what the policy adds to the first run. */
static double gross_exposure(const struct table *table, const struct run *run)
{
  const struct fiscal_exposure exposure =
      fiscal_exposure_compute(run->outcome, run->metrics->ledgers, table->region, table->period, table->arena);
  return added_exposure_of(run, &exposure, table->quo).total_musd;
}

static double public_stock(const struct table *table, const struct run *run)
{
  return stocks_left_compute(run->outcome, table->arena).governments[table->region];
}

static void add_money(struct table *table)
{
  const char *unit = "million USD, real", *nominal_unit = "million USD, nominal";
  double *outlays = row_new(table, "outlays less receipts, present value", unit);
  add_range(table, "outlays_present_value[]", 1, true);
  double *in_cash = row_new(table, "  the same, settled in cash only", unit);
  double *customs = row_new(table, "customs and taxes gained, present value", unit);
  double *nominal = row_new(table, "outlays of the largest fiscal year", nominal_unit);
  double *year = row_new(table, "  which is", "fiscal year");
  double *gross = row_new(table, "gross exposure, all years", nominal_unit);
  double *left = row_new(
      table, arena_format(table->arena, "left in public stores, last price less %.0f %%", 100 * SALE_DISCOUNT), unit);
  const struct budget quo = budget_of(table, table->quo);
  for (int i = 1; i < table->count; i++) {
    const struct alternative *policy = &table->policies[i];
    const struct budget budget = budget_of(table, policy->run);
    outlays[i] = budget.support_present_value_musd - quo.support_present_value_musd;
    customs[i] = (budget.support_present_value_musd - budget.present_value_musd) -
                 (quo.support_present_value_musd - quo.present_value_musd);
    add_largest_year(&budget, &quo, &nominal[i], &year[i]);
    gross[i] = gross_exposure(table, policy->run);
    left[i] = public_stock(table, policy->run) - public_stock(table, table->quo);
    if (policy->in_cash != NULL)
      in_cash[i] = outlays_present_value_musd(policy->in_cash, table->region) - quo.support_present_value_musd;
  }
}

static void add_gains(struct table *table)
{
  const char *unit = "million USD, real";
  double *users = row_new(table, "users at home", unit);
  add_range(table,
            arena_format(table->arena, "surplus[users in %s]", table->quo->dataset->regions[table->region].record.id),
            1, true);
  double *firms = row_new(table, "firms at home", unit);
  double *government = row_new(table, "the government, duties included", unit);
  double *supported = row_new(table, "supported plants, anywhere", unit);
  double *rivals = row_new(table, "plants elsewhere without support", unit);
  double *dominant_firms = row_new(table, "plants of the dominant region, and rents", unit);
  double *stocks = row_new(table, "goods left in public and private stores", unit);
  /* What is drawn of all parties leaves out goods in store, so it is no range of this row. */
  double *total = row_new(table, "all parties of the world together", unit);
  double *extra = row_new(table, "support that bought further output", "%");
  const struct run *quo = table->quo;
  const int dominant = quo->metrics->concentrations[table->period].stage_dominant[STAGE_OXIDE];
  for (int i = 1; i < table->count; i++) {
    const struct run *run = table->policies[i].run;
    if (!gains_comparable(run->outcome, quo->outcome)) continue;
    const struct gains gains =
        gains_between(run->outcome, run->metrics, quo->outcome, quo->metrics, dominant, table->arena);
    users[i] = gains.users[table->region];
    firms[i] = gains.firms[table->region];
    government[i] = gains.governments[table->region];
    supported[i] = gains.supported;
    rivals[i] = gains.rivals;
    dominant_firms[i] = gains.dominant + gains.rents; /* how a quota's rent is split between them is not unique */
    stocks[i] = gains.public_stocks + gains.private_stocks;
    total[i] = gains.total;
    extra[i] = 100 * (1 - gains.inframarginal);
  }
}

/* ---- output and prices ---- */

static double made_outside(const struct table *table, const struct run *run, int period, int material)
{
  const struct tally *tally = &run->metrics->tallies[period];
  const int dominant = table->quo->metrics->concentrations[table->period].dominant[material];
  const double world = tally_world(tally, tally->production, material);
  return dominant < 0 ? world : world - tally->production[tally_index(tally, material, dominant)];
}

static double made_at_home(const struct table *table, const struct run *run, int period, int material)
{
  const struct tally *tally = &run->metrics->tallies[period];
  return tally->production[tally_index(tally, material, table->region)];
}

static double magnets_at_home(const struct table *table, const struct run *run, int period, int stage)
{
  return tally_stage_output(&run->metrics->tallies[period], run->dataset, stage, table->region);
}

typedef double (*made)(const struct table *table, const struct run *run, int period, int which);

static void add_made(struct table *table, const char *measure, made of, int which)
{
  double *values = row_new(table, measure, "t/y");
  for (int i = 0; i < table->count; i++) values[i] = of(table, table->policies[i].run, table->period, which);
}

/* Outlays over what more was made than in the status quo, both discounted; NAN where hardly more was made. */
static void add_cost_of(struct table *table, const char *measure, made of, int which)
{
  double *values = row_new(table, measure, "USD/kg, real");
  const struct scenario *scenario = table->quo->dataset->scenario;
  const double before = outlays_present_value_musd(table->quo, table->region);
  for (int i = 1; i < table->count; i++) {
    const struct run *run = table->policies[i].run;
    double more = 0, base = 0;
    for (int p = 0; p < run->outcome->periods_count && p < table->quo->outcome->periods_count; p++) {
      const struct period period = run->outcome->periods[p].period;
      const double years = period.start + period.length / 2 - scenario->base_year;
      const double weight = period.length * pow(1 + scenario->discount_rate, -years);
      base += weight * of(table, table->quo, p, which);
      more += weight * (of(table, run, p, which) - of(table, table->quo, p, which));
    }
    const double outlays = outlays_present_value_musd(run, table->region) - before;
    if (more > 0.005 * base && outlays > 0) values[i] = 1000 * outlays / more;
  }
}

static void add_output(struct table *table)
{
  const int oxide = tally_main_material(&table->quo->metrics->tallies[table->period], table->quo->dataset, STAGE_OXIDE),
            metal = tally_main_material(&table->quo->metrics->tallies[table->period], table->quo->dataset, STAGE_METAL);
  if (oxide >= 0) {
    const char *name = material_short(table->quo->dataset, oxide, table->arena);
    const int dominant = table->quo->metrics->concentrations[table->period].dominant[oxide];
    const char *where = dominant < 0 ? "it" : region_short(table->quo->dataset, dominant, table->arena);
    const char *outside = arena_format(table->arena, "%s made outside %s", name, where);
    const char *home = arena_format(table->arena, "%s made at home", name);
    add_made(table, home, made_at_home, oxide);
    add_range_of(table, "production", table->quo->dataset->materials[oxide].record.id, table->region, 1);
    add_made(table, outside, made_outside, oxide);
    add_cost_of(table, "  outlays by further kg at home", made_at_home, oxide);
    add_cost_of(table, "  outlays by further kg outside", made_outside, oxide);
  }
  if (metal >= 0) {
    const char *name = material_short(table->quo->dataset, metal, table->arena);
    add_made(table, arena_format(table->arena, "%s made at home", name), made_at_home, metal);
    add_range_of(table, "production", table->quo->dataset->materials[metal].record.id, table->region, 1);
  }
  add_made(table, "magnets made at home", magnets_at_home, STAGE_MAGNET);
  add_range_of(table, "stage_production", stage_name(STAGE_MAGNET), table->region, 1);
  add_cost_of(table, "  outlays by further kg at home", magnets_at_home, STAGE_MAGNET);
}

static void add_prices(struct table *table)
{
  static const int stages[] = {STAGE_OXIDE, STAGE_METAL};
  for (int s = 0; s < 2; s++) {
    const int material =
        tally_main_material(&table->quo->metrics->tallies[table->period], table->quo->dataset, stages[s]);
    if (material < 0) continue;
    const char *name = material_short(table->quo->dataset, material, table->arena);
    const char *id = table->quo->dataset->materials[material].record.id;
    double *price = row_new(table, arena_format(table->arena, "%s at home", name), "USD/kg, real");
    add_range_of(table, "price", id, table->region, 1);
    double *inside = row_new(table, arena_format(table->arena, "%s where most is made", name), "USD/kg, real");
    add_range_of(table, "price", id, table->quo->metrics->concentrations[table->period].dominant[material], 1);
    for (int i = 0; i < table->count; i++) {
      const struct run *run = table->policies[i].run;
      const struct tally *tally = &run->metrics->tallies[table->period];
      const int dominant = run->metrics->concentrations[table->period].dominant[material];
      price[i] = tally->price[tally_index(tally, material, table->region)];
      if (dominant >= 0) inside[i] = tally->price[tally_index(tally, material, dominant)];
    }
  }
}

static void add_dependence(struct table *table)
{
  static const int stages[] = {STAGE_CONCENTRATE, STAGE_OXIDE, STAGE_METAL, STAGE_MAGNET};
  for (int s = 0; s < 4; s++) {
    double *values =
        row_new(table, arena_format(table->arena, "passed it, of use at home, as %s", stage_name(stages[s])), "%");
    add_range_of(table, "dependence", stage_name(stages[s]), table->region, 100);
    for (int i = 0; i < table->count; i++) {
      const struct run *run = table->policies[i].run;
      const struct concentration *concentration = &run->metrics->concentrations[table->period];
      values[i] = 100 * concentration->embodied[stages[s] * run->dataset->regions_count + table->region];
    }
  }
}

/* ---- stress ---- */

static void add_stress(struct table *table)
{
  const struct dataset *dataset = table->quo->dataset;
  for (int m = 0; m < dataset->materials_count; m++) {
    if (isnan(defence_met(table->quo->outcome, table->period, table->region, m))) continue;
    const char *name = arena_format(table->arena, "defence need met, %s", dataset->materials[m].record.id);
    double *met = row_new(table, name, "%");
    for (int i = 0; i < table->count; i++)
      if (table->policies[i].stressed != NULL)
        met[i] = 100 * defence_met(table->policies[i].stressed->outcome, table->period, table->region, m);
  }
  double *users = row_new(table, "lost by users at home, present value", "million USD, real");
  double *outlays = row_new(table, "added to outlays, present value", "million USD, real");
  for (int i = 0; i < table->count; i++) {
    const struct run *run = table->policies[i].run, *stressed = table->policies[i].stressed;
    if (stressed == NULL || !gains_comparable(stressed->outcome, run->outcome)) continue;
    const struct gains gains =
        gains_between(stressed->outcome, stressed->metrics, run->outcome, run->metrics, -1, table->arena);
    users[i] = -gains.users[table->region];
    outlays[i] = outlays_present_value_musd(stressed, table->region) - outlays_present_value_musd(run, table->region);
  }
}

/* ---- afterwards ---- */

static int stage_made(const struct network *network, int facility)
{
  const int j = network->facility_first[facility];
  if (j == network->facility_first[facility + 1]) return STAGE_OTHER;
  const struct activity *activity = &network->activities[j];
  return network->dataset->materials[network->nodes[activity->io[activity->product].node].material].stage;
}

/* Mean margin of the plants of a stage that were supported, by their output in the last period. */
static double margin_after(const struct run *run, int stage)
{
  const struct support *support = &run->metrics->support;
  double sum = 0, weight = 0;
  for (int f = 0; f < support->facilities_count; f++) {
    if (support->present_value_musd[f] <= 0 || stage_made(run->network, f) != stage) continue;
    const double margin = support_margin_after(support, run->outcome, run->metrics->ledgers, f);
    const double output = facility_output(run->outcome, run->outcome->periods_count - 1, f);
    if (isfinite(margin) && output > 0) sum += margin * output, weight += output;
  }
  return weight > 0 ? sum / weight : NAN;
}

static void add_after(struct table *table)
{
  static const int stages[] = {STAGE_OXIDE, STAGE_METAL, STAGE_MAGNET};
  for (int s = 0; s < 3; s++) {
    const char *name = arena_format(table->arena, "own margin of plants that make %s", stage_name(stages[s]));
    double *values = row_new(table, name, "USD/kg, real");
    for (int i = 1; i < table->count; i++) values[i] = margin_after(table->policies[i].run, stages[s]);
  }
}

/* ---- the table ---- */

static void drop_empty_rows(struct table *table)
{
  int kept = 0;
  for (int r = 0; r < table->rows_count; r++) {
    bool any = false;
    for (int i = 0; i < table->count; i++) any = any || isfinite(table->rows[r].values[i]);
    if (any) table->rows[kept++] = table->rows[r];
  }
  table->rows_count = kept;
}

/* Draws that all policies have and certified; 0: one of them was not drawn. */
static int futures_of(const struct ensemble *const *futures, int count)
{
  long least = -1;
  for (int i = 0; i < count; i++) {
    const long certified = futures == NULL || futures[i] == NULL ? 0 : futures[i]->done - futures[i]->failed;
    if (least < 0 || certified < least) least = certified;
  }
  return (int)least;
}

struct alternatives alternatives_of(const struct alternative *policies, const struct ensemble *const *futures,
                                    int count, struct arena *arena)
{
  static void (*const adds[])(struct table * table) = {add_money,  add_output, add_prices, add_dependence,
                                                       add_stress, add_gains,  add_after};
  struct table table = {.policies = policies,
                        .futures = futures,
                        .quo = policies[0].run,
                        .count = count,
                        .region = paying_region(policies, count),
                        .arena = arena,
                        .period = effects_period(policies[0].run->outcome),
                        .rows = ARENA_ARRAY(arena, rows_max, struct alternative_row)};
  for (int i = 1; i < count; i++)
    if (policies[i].run->outcome->periods_count <= table.period)
      table.period = policies[i].run->outcome->periods_count - 1;
  for (int section = 0; table.region >= 0 && section <= SECTION_AFTER; section++) {
    table.section = (enum alternative_section)section;
    adds[section](&table);
  }
  drop_empty_rows(&table);
  return (struct alternatives){.runs_count = count,
                               .rows_count = table.rows_count,
                               .region = table.region,
                               .year = (int)floor(table.quo->outcome->periods[table.period].period.start),
                               .futures = futures_of(futures, count),
                               .rows = table.rows};
}
