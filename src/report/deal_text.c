/* report/deal_text.c - a run with deals in full: what the first screen has no room for.
 *
 * Four questions in the order in which they are asked: what does it cost and when, what does it change, who gains, what
 * should be trusted. Every figure is a difference between the run and the same scenario without its deals; cash only
 * shows what the deals would pay if they moved nothing.
 */
#include "report/deal_text.h"

#include <math.h>

#include "base/text.h"
#include "metrics/defence.h"
#include "metrics/fiscal_exposure.h"
#include "metrics/gains.h"
#include "metrics/stocks_left.h"
#include "report/columns.h"
#include "report/deal_costs.h"
#include "report/deal_plants.h"
#include "report/deal_trust.h"
#include "report/highlights.h"
#include "run/alternatives.h"

enum { years_shown_max = 12 };

struct screen {
  const struct run *run;
  const struct companions *companions;
  const struct summary_view *view;
  struct text text;
  struct arena *arena;
  int width, region, period; /* who pays; the period whose effects are shown */
};

static void add_heading(struct screen *screen, const char *heading)
{
  text_add(&screen->text, screen->view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n", heading);
}

/* ---- what it costs ---- */

static bool line_of_deals(const struct screen *screen, const struct budget_line *line)
{
  return line->instrument >= 0 && screen->run->dataset->instruments[line->instrument].deal >= 0;
}

static double net_of(const struct budget_line *line, int year)
{
  return line->outlay_musd[year] - line->receipt_musd[year];
}

/* The years of one table; the last table has the sums of all years too. */
struct years_shown {
  int first, count;
  bool last;
};

static void add_money_row(const struct screen *screen, struct columns *columns, const char *name, const double *net,
                          struct years_shown years)
{
  const int row = columns_add_row(columns);
  double sum = 0;
  columns_set(columns, row, 0, name);
  for (int y = 0; y < screen->run->metrics->budget.years_count; y++) sum += net[y];
  for (int y = years.first; y < years.first + years.count; y++)
    columns_set(columns, row, 1 + y - years.first,
                fabs(net[y]) < 0.05 ? "-" : arena_format(screen->arena, "%.0f", net[y]));
  if (years.last) columns_set(columns, row, 1 + years.count, arena_format(screen->arena, "%.0f", sum));
}

/* Best less worst for those who are paid, of what they alone may elect, by the same fiscal years. */
static double *discretion_of(const struct screen *screen)
{
  const struct budget *budget = &screen->run->metrics->budget;
  double *sum = ARENA_ARRAY(screen->arena, budget->years_count, double);
  for (int i = 0; i < budget->lines_count; i++)
    for (int y = 0; y < budget->years_count && line_of_deals(screen, &budget->lines[i]); y++)
      sum[y] += budget->lines[i].discretion_musd[y];
  return sum;
}

static void add_cost_table(struct screen *screen, const struct deal_costs *in_cash, struct years_shown years)
{
  const struct budget *budget = &screen->run->metrics->budget;
  struct columns columns = columns_new(1, screen->arena);
  const int heads = columns_add_row(&columns);
  for (int y = 0; y < years.count; y++)
    columns_set(&columns, heads, 1 + y,
                arena_format(screen->arena, "FY%02d", (budget->first_year + years.first + y) % 100));
  if (years.last) columns_set(&columns, heads, 1 + years.count, "all");
  double *net = ARENA_ARRAY(screen->arena, budget->years_count, double);
  double *total = ARENA_ARRAY(screen->arena, budget->years_count, double);
  for (int i = 0; i < budget->lines_count; i++) {
    if (!line_of_deals(screen, &budget->lines[i])) continue;
    for (int y = 0; y < budget->years_count; y++) net[y] = net_of(&budget->lines[i], y), total[y] += net[y];
    const struct instrument *instrument = &screen->run->dataset->instruments[budget->lines[i].instrument];
    add_money_row(screen, &columns, arena_format(screen->arena, "%.28s", instrument->record.id), net, years);
  }
  add_money_row(screen, &columns, "all deals", total, years);
  if (in_cash->years >= budget->years_count)
    add_money_row(screen, &columns, "  settled in cash only", in_cash->all.path, years);
  add_money_row(screen, &columns, "  moved by payees' elections", discretion_of(screen), years);
  columns_print(&columns, &screen->text, 2, 2);
}

/* All years with a payment, twelve to a table. */
static void add_cost(struct screen *screen)
{
  const struct budget *budget = &screen->run->metrics->budget;
  if (budget->region < 0) return;
  const struct deal_costs costs = deal_costs_of(screen->run, screen->region, NULL, screen->arena),
                          in_cash = deal_costs_of(screen->companions->in_cash, screen->region, NULL, screen->arena);
  const struct cost_years paid = deal_costs_paid(&costs);
  add_heading(screen, arena_format(screen->arena, "What the deals cost %s, million USD, nominal, by fiscal year",
                                   region_short(screen->run->dataset, budget->region, screen->arena)));
  for (int y = 0; y < paid.count; y += years_shown_max) {
    const bool last = paid.count - y <= years_shown_max;
    add_cost_table(screen, &in_cash,
                   (struct years_shown){paid.first + y, last ? paid.count - y : years_shown_max, last});
  }
}

/* Sums promised for plants that nobody orders. */
static void add_not_drawn(const struct screen *screen, const struct fiscal_exposure *exposure, struct text *line)
{
  const struct dataset *dataset = screen->run->dataset;
  bool first = true;
  for (int k = 0; k < dataset->instruments_count; k++) {
    if (exposure->not_drawn_musd[k] < 0.05) continue;
    text_add(line, "%s %s of %s", first ? " Not paid out, as the plants are not ordered:" : ",",
             figure(exposure->not_drawn_musd[k], screen->arena), dataset->instruments[k].record.id);
    first = false;
  }
  if (!first) text_add(line, ".");
}

/* What is owed by law, and what a later legislature may still refuse. */
static void add_appropriation(struct screen *screen)
{
  const struct run *run = screen->run;
  const struct fiscal_exposure exposure =
      fiscal_exposure_compute(run->outcome, run->metrics->ledgers, screen->region, screen->period, screen->arena);
  const struct added_exposure added = added_exposure_of(run, &exposure, screen->companions->without);
  const int *counts = added.instruments;
  struct text line = text_new(screen->arena);
  text_add(&line,
           "Present value %s (real). Gross exposure %s: prices at nothing, nothing resold, no loan repaid. Money "
           "appropriated for %d of %d instruments, unknown for %d.",
           figure(outlays_present_value_musd(run, screen->region) -
                      outlays_present_value_musd(screen->companions->without, screen->region),
                  screen->arena),
           figure(added.total_musd, screen->arena), counts[APPROPRIATED_YES], counts[0] + counts[1] + counts[2],
           counts[APPROPRIATED_UNKNOWN]);
  if (exposure.per_usd_musd > 0)
    text_add(&line, " Each USD/kg on the index saves the treasury %s a year, ten points of tariff would bring %s.",
             figure(exposure.per_usd_musd, screen->arena), figure(exposure.per_ten_points_musd, screen->arena));
  add_not_drawn(screen, &exposure, &line);
  text_add_folded(&screen->text, line.bytes, 2, screen->width);
}

/* ---- what it changes ---- */

typedef double (*effect_of)(const struct screen *screen, const struct run *run, int argument);

static double effect_output(const struct screen *screen, const struct run *run, int material)
{
  const struct tally *tally = &run->metrics->tallies[screen->period];
  return tally->production[tally_index(tally, material, screen->region)];
}

static double effect_stage_output(const struct screen *screen, const struct run *run, int stage)
{
  return tally_stage_output(&run->metrics->tallies[screen->period], run->dataset, stage, screen->region);
}

static double effect_price_outside(const struct screen *screen, const struct run *run, int material)
{
  const struct tally *tally = &run->metrics->tallies[screen->period];
  return tally->price[tally_index(tally, material, screen->region)];
}

static double effect_price_inside(const struct screen *screen, const struct run *run, int material)
{
  const struct tally *tally = &run->metrics->tallies[screen->period];
  const int dominant = run->metrics->concentrations[screen->period].dominant[material];
  return dominant < 0 ? NAN : tally->price[tally_index(tally, material, dominant)];
}

static double effect_dependence(const struct screen *screen, const struct run *run, int stage)
{
  const struct concentration *concentration = &run->metrics->concentrations[screen->period];
  return 100 * concentration->embodied[stage * run->dataset->regions_count + screen->region];
}

/* Share of what the region's defence users want that they get under stress. */
static double effect_defence(const struct screen *screen, const struct run *run, int material)
{
  const struct run *stressed = run == screen->companions->without || run == screen->companions->in_cash
                                   ? screen->companions->stressed_without
                                   : screen->companions->stressed;
  return stressed == NULL ? NAN : 100 * defence_met(stressed->outcome, screen->period, screen->region, material);
}

static void add_effect(const struct screen *screen, struct columns *columns, const char *name, effect_of effect,
                       int argument)
{
  const struct companions *companions = screen->companions;
  const double without = effect(screen, companions->without, argument), with = effect(screen, screen->run, argument);
  if (!isfinite(without) && !isfinite(with)) return;
  const int row = columns_add_row(columns);
  columns_set(columns, row, 0, name);
  columns_set(columns, row, 1, figure(without, screen->arena));
  columns_set(columns, row, 2, figure(with, screen->arena));
  const bool same = fabs(with - without) < 1e-4 * fmax(fabs(with), fabs(without));
  columns_set(columns, row, 3, same ? "=" : figure_signed(with - without, screen->arena));
}

static void add_defence(const struct screen *screen, struct columns *columns)
{
  const struct dataset *dataset = screen->run->dataset;
  for (int m = 0; m < dataset->materials_count; m++)
    add_effect(screen, columns,
               arena_format(screen->arena, "defence need met under stress, %s, %%", dataset->materials[m].record.id),
               effect_defence, m);
}

/* What the scenario's stress switches on, by its titles. */
static void add_stress(struct screen *screen)
{
  const struct dataset *dataset = screen->run->dataset;
  const struct field_list *stress = &dataset->scenario->stress;
  for (int e = 0; e < dataset->events_count; e++) {
    const char *path = arena_format(screen->arena, "events.%s.", dataset->events[e].record.id);
    bool stated = false;
    for (int i = 0; i < stress->count; i++) stated = stated || text_starts(stress->names[i], path);
    if (stated && dataset->events[e].title != NULL)
      text_add_folded(&screen->text, arena_format(screen->arena, "Stress: %s.", dataset->events[e].title), 2,
                      screen->width);
  }
}

static void add_effects(struct screen *screen)
{
  const struct dataset *dataset = screen->run->dataset;
  const char *who = region_short(dataset, screen->region, screen->arena);
  struct columns columns = columns_new(1, screen->arena);
  const int heads = columns_add_row(&columns),
            oxide = tally_main_material(&screen->companions->without->metrics->tallies[screen->period],
                                        screen->companions->without->dataset, STAGE_OXIDE);
  columns_set(&columns, heads, 1, "no deal");
  columns_set(&columns, heads, 2, "deals");
  columns_set(&columns, heads, 3, "difference");
  if (oxide >= 0)
    add_effect(screen, &columns,
               arena_format(screen->arena, "%s made in %s, t", material_short(dataset, oxide, screen->arena), who),
               effect_output, oxide);
  add_effect(screen, &columns, arena_format(screen->arena, "magnets made in %s, t", who), effect_stage_output,
             STAGE_MAGNET);
  static const int stages[] = {STAGE_CONCENTRATE, STAGE_OXIDE, STAGE_METAL, STAGE_MAGNET};
  for (int i = 0; i < 4; i++)
    add_effect(screen, &columns, arena_format(screen->arena, "dependence of %s at %s, %%", who, stage_name(stages[i])),
               effect_dependence, stages[i]);
  add_defence(screen, &columns);
  if (oxide >= 0) {
    const char *name = material_short(dataset, oxide, screen->arena);
    add_effect(screen, &columns, arena_format(screen->arena, "%s in %s, USD/kg", name, who), effect_price_outside,
               oxide);
    add_effect(screen, &columns, arena_format(screen->arena, "%s where most is made, USD/kg", name),
               effect_price_inside, oxide);
  }
  add_heading(screen, arena_format(screen->arena, "What they change in %s (real money of %.0f)",
                                   period_label(screen->run->outcome->periods[screen->period].period, screen->arena),
                                   dataset->scenario->base_year));
  columns_print(&columns, &screen->text, 2, 2);
  add_stress(screen);
}

/* The same contracts on the market as it is without them, plant by plant: the difference is what they move. */
static void add_plants(struct screen *screen)
{
  struct text table = text_new(screen->arena);
  if (!deal_plants_print(screen->run, screen->companions->in_cash, screen->region, screen->period, &table,
                         screen->arena))
    return;
  add_heading(screen, "The supported plants, settled in cash only and in the market");
  text_add(&screen->text, "%s", table.bytes);
}

/* ---- does it stand on its own ---- */

static void add_rate(struct text *line, const struct irr *irr)
{
  if (irr->status == IRR_ONE)
    text_add(line, ", return %.0f %% a year", 100 * irr->rate);
  else
    text_add(line, irr->status == IRR_NONE ? ", no return to speak of" : ", several returns");
}

/* The largest supported owner's money, before and after the support. */
static void add_project(struct screen *screen)
{
  const struct projects *projects = &screen->run->metrics->projects;
  if (projects->count == 0) return;
  const struct owner_project *project = &projects->items[0];
  const struct project_result *result = &project->result;
  struct text line = text_new(screen->arena);
  text_add(&line, "%s, %d supported plants: net present value %s million USD, nominal",
           project->owner >= 0 ? screen->run->dataset->owners[project->owner].record.id
                               : screen->run->dataset->facilities[project->facility].record.id,
           project->facilities_count, figure(result->equity_npv / 1e6, screen->arena));
  add_rate(&line, &result->project_irr);
  if (isfinite(result->least_cover))
    text_add(&line, ", least cover of debt service %.1f (%d breaches of 1.3)", result->least_cover, result->breaches);
  if (isfinite(project->months_of_delay))
    text_add(&line, ", %.0f months of standstill exhaust a best year's cash", project->months_of_delay);
  if (isfinite(project->margin_after))
    text_add(&line, "; once support ends its main plant earns %s USD/kg before capital",
             figure_signed(project->margin_after, screen->arena));
  text_add(&line, ".");
  text_add_folded(&screen->text, line.bytes, 2, screen->width);
}

/* ---- who gains ---- */

static void add_gains(struct screen *screen)
{
  const struct run *run = screen->run, *without = screen->companions->without;
  if (!gains_comparable(run->outcome, without->outcome)) return;
  const struct concentration *concentration = &run->metrics->concentrations[screen->period];
  const int dominant = concentration->stage_dominant[STAGE_OXIDE], region = screen->region;
  const struct gains gains =
      gains_between(run->outcome, run->metrics, without->outcome, without->metrics, dominant, screen->arena);
  double users_elsewhere = 0;
  for (int r = 0; r < gains.regions_count; r++) users_elsewhere += r == region ? 0 : gains.users[r];
  const char *who = region_short(run->dataset, region, screen->arena);
  struct text line = text_new(screen->arena);
  text_add(&line,
           "Supported plants %s, rivals %s, plants in %s %s, users in %s %s and elsewhere %s, the government of %s %s",
           figure_signed(gains.supported, screen->arena), figure_signed(gains.rivals, screen->arena),
           dominant >= 0 ? region_short(run->dataset, dominant, screen->arena) : "-",
           figure_signed(gains.dominant, screen->arena), who, figure_signed(gains.users[region], screen->arena),
           figure_signed(users_elsewhere, screen->arena), who, figure_signed(gains.governments[region], screen->arena));
  if (fabs(gains.public_stocks) + fabs(gains.private_stocks) > 0.5)
    text_add(&line, ", goods left in public stores %s and in private ones %s (at the last price less %.0f %%)",
             figure_signed(gains.public_stocks, screen->arena), figure_signed(gains.private_stocks, screen->arena),
             100 * SALE_DISCOUNT);
  text_add(&line, "; all parties together %s.", figure_signed(gains.total, screen->arena));
  if (isfinite(gains.inframarginal))
    text_add(&line, " Of each dollar of support %.0f cents went to output that would not have been there.",
             100 * (1 - gains.inframarginal));
  const struct support *support = &run->metrics->support;
  if (support->largest_owner >= 0)
    text_add(&line, " %.0f %% of it went to %s.", 100 * support->largest_share,
             run->dataset->owners[support->largest_owner].record.id);
  add_heading(screen, "Who gains, present value, million USD, real");
  text_add_folded(&screen->text, line.bytes, 2, screen->width);
  add_project(screen);
}

/* ---- what to trust ---- */

static void add_trust(struct screen *screen)
{
  const struct verified verified = verified_of(screen->run, screen->companions);
  const int unknown = verified.windows - verified.proved;
  struct text line = text_new(screen->arena);
  text_add(
      &line,
      "%d problems solved, each certified apart from the solver (largest residual %.1e); uniqueness is proved for %d, "
      "several starts agreed in %d of the other %d.",
      verified.windows, verified.residual, verified.proved, unknown - verified.several, unknown);
  int count;
  const struct reported *payments = reported_payments(screen->run->dataset, &count, screen->arena);
  for (int i = 0; i < count; i++)
    text_add(&line, " Of %s %.1f million USD are reported for %s: at a benchmark of %.1f USD/kg the file pays %.1f.",
             payments[i].deal, payments[i].paid_musd, payments[i].quarter, payments[i].benchmark_usd_per_kg,
             payments[i].file_musd);
  text_add(&line, " %d pieces of these deals are recorded, not modelled: didymium check DEAL lists them.",
           screen->run->dataset->recorded_count);
  add_heading(screen, "What to trust");
  text_add_folded(&screen->text, line.bytes, 2, screen->width);
}

const char *deal_text(const struct run *run, const struct companions *companions, const struct summary_view *view,
                      struct arena *arena)
{
  if (companions->without == NULL) return "";
  struct screen screen = {.run = run,
                          .companions = companions,
                          .view = view,
                          .text = text_new(arena),
                          .arena = arena,
                          .width = view->columns > 0 ? view->columns : 100,
                          .region = run->metrics->budget.region,
                          .period = effects_period(run->outcome)};
  if (screen.region < 0) return "";
  add_cost(&screen);
  add_appropriation(&screen);
  add_effects(&screen);
  add_plants(&screen);
  add_gains(&screen);
  add_trust(&screen);
  return screen.text.bytes;
}
