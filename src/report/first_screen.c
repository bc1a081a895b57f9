/* report/first_screen.c - a section a function, in the order in which the questions are asked.
 *
 * Fiscal years are taken together, two or more to a column, as the width allows. Ranges of costs are those of sums in
 * each future, ranges of differences those of differences future by future: neither is a sum or a difference of ranges.
 */
#include "report/first_screen.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "ensemble/statistics.h"
#include "metrics/fiscal_exposure.h"
#include "metrics/floors.h"
#include "metrics/indicator.h"
#include "report/columns.h"
#include "report/deal_costs.h"
#include "report/deal_trust.h"
#include "report/ensemble_figures.h"
#include "report/highlights.h"

enum { deals_shown_max = 4, grades_shown_max = 2, movers_shown_max = 3, futures_least = 2 };

/* What goes first where the screen would be too long. */
enum trim { TRIM_NOTHING, TRIM_MOVERS, TRIM_BOUNDS, TRIM_DEALS };

struct screen {
  const struct run *run, *without;
  const struct companions *companions;
  const struct futures *futures;
  const struct summary_view *view;
  struct deal_costs costs;
  struct fiscal_exposure exposure;
  struct price_floors floors;
  bool drawn; /* enough futures for ranges of costs */
  struct movers movers;
  enum trim trim;
  int width, region, period;
  struct arena *arena;
  struct text text;
};

/* Differences; of shares in hundredths of a point. */
static const char *difference_text(double value, bool share, struct arena *arena)
{
  if (!share) return figure_signed(value, arena);
  return fabs(value) < 0.005 ? "0" : arena_format(arena, fabs(value) < 9.995 ? "%+.2f" : "%+.1f", value);
}

/* ---- what is shown ---- */

static void add_title(struct screen *screen)
{
  const struct scenario *scenario = screen->run->dataset->scenario;
  const char *title = scenario->title != NULL ? scenario->title : scenario->id;
  const char *basis = screen->drawn
                          ? arena_format(screen->arena, "expected over %d futures", screen->costs.futures_count)
                          : "one path, nothing drawn";
  const char *line = arena_format(screen->arena, "%s: %s", title, basis);
  text_add(&screen->text, "%s\n",
           text_columns(line) <= screen->width ? line : arena_format(screen->arena, "%s: %s", scenario->id, basis));
}

/* ---- (1) what it costs ---- */

struct cost_cell {
  double expected, low, high; /* low and high NAN: no futures */
};

static struct cost_cell cost_in_years(const struct screen *screen, const struct deal_cost *cost, int first, int count)
{
  const int futures = screen->costs.futures_count;
  if (!screen->drawn) return (struct cost_cell){deal_cost_on_path(cost, first, count), NAN, NAN};
  double *sums = ARENA_ARRAY(screen->arena, futures, double);
  deal_cost_in_futures(&screen->costs, cost, first, count, sums);
  const double *sorted = draws_sorted(sums, futures, screen->arena);
  return (struct cost_cell){mean_estimate(sums, futures).mean, quantile(sorted, futures, 0.05),
                            quantile(sorted, futures, 0.95)};
}

/* Whole millions. */
static const char *money(double musd, struct arena *arena)
{
  if (fabs(musd) < 0.5) return "-";
  return fabs(musd) < 999.5 ? arena_format(arena, "%.0f", musd) : figure(musd, arena);
}

/* Fiscal years in columns of so many; the last column may have fewer. */
struct years_shown {
  int first, count, group;
};

static int groups_of(struct years_shown years)
{
  return (years.count + years.group - 1) / years.group;
}

static int group_length(struct years_shown years, int g)
{
  const int left = years.count - g * years.group;
  return left < years.group ? left : years.group;
}

/* Range of the row's sum; where it has none, one figure. */
static const char *cost_range(struct cost_cell sum, struct arena *arena)
{
  if (isnan(sum.low)) return NULL;
  if (sum.high - sum.low < 1) return "certain";
  return arena_format(arena, "%s to %s", fabs(sum.low) < 0.5 ? "0" : money(sum.low, arena),
                      fabs(sum.high) < 0.5 ? "0" : money(sum.high, arena));
}

static void add_cost_row(const struct screen *screen, struct columns *columns, const char *name,
                         const struct deal_cost *cost, struct years_shown years)
{
  const int row = columns_add_row(columns), groups = groups_of(years);
  columns_set(columns, row, 0, name);
  for (int g = 0; g < groups; g++) {
    const struct cost_cell cell = cost_in_years(screen, cost, years.first + g * years.group, group_length(years, g));
    columns_set(columns, row, 1 + g, money(cell.expected, screen->arena));
  }
  const struct cost_cell all = cost_in_years(screen, cost, 0, screen->costs.years);
  columns_set(columns, row, 1 + groups, money(all.expected, screen->arena));
  columns_set(columns, row, 2 + groups, cost_range(all, screen->arena));
}

/* 5 and 95 per cent of all deals by years. */
static void add_cost_bounds(const struct screen *screen, struct columns *columns, struct years_shown years)
{
  if (!screen->drawn || screen->trim >= TRIM_BOUNDS) return;
  for (int high = 0; high < 2; high++) {
    const int row = columns_add_row(columns);
    columns_set(columns, row, 0, high == 0 ? "  at 5 %" : "  at 95 %");
    for (int g = 0; g <= groups_of(years); g++) {
      const bool sum = g == groups_of(years);
      const struct cost_cell cell = cost_in_years(screen, &screen->costs.all, sum ? 0 : years.first + g * years.group,
                                                  sum ? screen->costs.years : group_length(years, g));
      columns_set(columns, row, 1 + g, money(high == 0 ? cell.low : cell.high, screen->arena));
    }
  }
}

/* The cheapest, where there are more deals than rows. */
static struct deal_cost rest_of(const struct screen *screen, int from)
{
  const struct deal_costs *costs = &screen->costs;
  double *path = ARENA_ARRAY(screen->arena, costs->years, double), *futures = NULL;
  if (screen->drawn) futures = ARENA_ARRAY(screen->arena, costs->futures_count * costs->years, double);
  for (int i = from; i < costs->count; i++) {
    for (int y = 0; y < costs->years; y++) path[y] += costs->items[i].path[y];
    for (int f = 0; futures != NULL && f < costs->futures_count * costs->years; f++)
      futures[f] += costs->items[i].futures[f];
  }
  return (struct deal_cost){-1, path, futures};
}

static const char *year_head(const struct screen *screen, struct years_shown years, int g)
{
  const int first = (screen->costs.first_year + years.first + g * years.group) % 100, count = group_length(years, g);
  return count == 1 ? arena_format(screen->arena, "FY%02d", first)
                    : arena_format(screen->arena, "FY%02d-%02d", first, (first + count - 1) % 100);
}

static const char *cost_table(const struct screen *screen, struct years_shown years)
{
  const struct deal_costs *costs = &screen->costs;
  struct columns columns = columns_new(1, screen->arena);
  struct text text = text_new(screen->arena);
  const int head = columns_add_row(&columns), groups = groups_of(years);
  const int most = screen->trim >= TRIM_DEALS ? 2 : deals_shown_max;
  const int shown = costs->count > most ? most - 1 : costs->count;
  columns_set(&columns, head, 0, "Cost, million USD nominal");
  for (int g = 0; g < groups; g++) columns_set(&columns, head, 1 + g, year_head(screen, years, g));
  columns_set(&columns, head, 1 + groups, "all");
  columns_set(&columns, head, 2 + groups, screen->drawn ? "5 to 95 %" : NULL);
  for (int i = 0; i < shown; i++)
    add_cost_row(
        screen, &columns,
        arena_format(screen->arena, "  %.24s", screen->run->dataset->instruments[costs->items[i].instrument].record.id),
        &costs->items[i], years);
  const struct deal_cost rest = rest_of(screen, shown);
  if (shown < costs->count)
    add_cost_row(screen, &columns, arena_format(screen->arena, "  %d others", costs->count - shown), &rest, years);
  add_cost_row(screen, &columns, "  all deals", &costs->all, years);
  add_cost_bounds(screen, &columns, years);
  columns_print(&columns, &text, 0, 1);
  return text.bytes;
}

static int widest_line(const char *text, struct arena *arena)
{
  int widest = 0;
  while (*text != '\0') {
    const int length = (int)strcspn(text, "\n"), columns = text_columns(arena_format(arena, "%.*s", length, text));
    if (columns > widest) widest = columns;
    text += length + (text[length] == '\n');
  }
  return widest;
}

static void add_costs(struct screen *screen)
{
  const struct cost_years paid = deal_costs_paid(&screen->costs);
  struct years_shown years = {paid.first, paid.count, 1};
  const char *table = cost_table(screen, years);
  while (widest_line(table, screen->arena) > screen->width && years.group < years.count) {
    years.group++;
    table = cost_table(screen, years);
  }
  text_add(&screen->text, "%s", table);
}

static const char *const pending = "..."; /* will be known */

/* What all deals would cost at the prices and quantities without them. */
static const char *cost_in_cash(const struct screen *screen)
{
  if (screen->companions->in_cash == NULL) return pending;
  const struct deal_costs costs = deal_costs_of(screen->companions->in_cash, screen->region, NULL, screen->arena);
  return money(deal_cost_on_path(&costs.all, 0, costs.years), screen->arena);
}

/* ", appropriated 150, not appropriated 20, unknown 10,280": the parts of the exposure that are not nothing. */
static void add_appropriation(const struct screen *screen, struct text *line)
{
  static const struct {
    enum appropriated which;
    const char *words;
  } parts[] = {
      {APPROPRIATED_YES, "appropriated"}, {APPROPRIATED_NO, "not appropriated"}, {APPROPRIATED_UNKNOWN, "unknown"}};
  const struct added_exposure added = added_exposure_of(screen->run, &screen->exposure, screen->without);
  text_add(line, " Gross exposure %s", money(added.total_musd, screen->arena));
  for (int i = 0, said = 0; i < 3; i++)
    if (added.gross_musd[parts[i].which] >= 0.5)
      text_add(line, "%s %s %s", said++ > 0 ? "," : ":", parts[i].words,
               money(added.gross_musd[parts[i].which], screen->arena));
  text_add(line, ".");
}

/* How well so many futures know the mean of all costs. */
static void add_error(const struct screen *screen, struct text *line)
{
  const int futures = screen->costs.futures_count;
  double *sums = ARENA_ARRAY(screen->arena, futures, double);
  deal_cost_in_futures(&screen->costs, &screen->costs.all, 0, screen->costs.years, sums);
  text_add(line, "Mean known to +- %s (standard error).", money(mean_estimate(sums, futures).error, screen->arena));
}

static void add_money_facts(struct screen *screen)
{
  struct text line = text_new(screen->arena);
  if (screen->drawn) add_error(screen, &line);
  if (screen->drawn)
    text_add(&line, " Nothing drawn %s; in",
             money(deal_cost_on_path(&screen->costs.all, 0, screen->costs.years), screen->arena));
  text_add(&line, "%s cash only %s.", screen->drawn ? "" : "Settled in", cost_in_cash(screen));
  add_appropriation(screen, &line);
  double paid = 0, bought = 0;
  for (int i = 0; i < screen->floors.count; i++) {
    if (!isfinite(screen->floors.items[i].bought)) continue;
    paid += screen->floors.items[i].paid_musd;
    bought += screen->floors.items[i].paid_musd * screen->floors.items[i].bought;
  }
  if (screen->exposure.not_drawn_total_musd >= 0.5)
    text_add(&line, " Not paid out, as its plants are not ordered: %s.",
             money(screen->exposure.not_drawn_total_musd, screen->arena));
  if (paid > 0)
    text_add(&line, " Of each floor dollar %.0f cents bought extra output, against no deal at all.",
             100 * bought / paid);
  text_add_folded(&screen->text, line.bytes, 2, screen->width);
}

/* ---- (2) what it changes ---- */

struct effect {
  const char *label, *question, *argument;
  bool stressed;
  double scale; /* shown over measured */
};

static double effect_on_path(const struct screen *screen, const struct effect *effect, const struct run *run)
{
  if (run == NULL) return NAN;
  const char *const arguments[] = {effect->argument, run->dataset->regions[screen->region].record.id,
                                   indicator_date(run->outcome->periods[screen->period].period, screen->arena)};
  const struct indicator_question question = {
      .dataset = run->dataset,
      .run = indicator_run_new(run->dataset, run->outcome, run->metrics, screen->arena),
      .name = effect->question,
      .arguments_count = 3,
      .arguments = arguments};
  return effect->scale * indicator_ask(&question, screen->arena).value;
}

struct change {
  double without, with, low, high; /* low and high of the difference, NAN: not drawn */
};

static struct change change_of(const struct screen *screen, const struct effect *effect)
{
  const struct futures *futures = screen->futures;
  const struct companions *runs = screen->companions;
  const struct ensemble *with = effect->stressed ? futures->stressed : futures->with,
                        *without = effect->stressed ? futures->stressed_without : futures->without;
  const char *name = arena_format(screen->arena, "%s[%s, %s, %s]", effect->question, effect->argument,
                                  screen->run->dataset->regions[screen->region].record.id,
                                  indicator_date(screen->run->outcome->periods[screen->period].period, screen->arena));
  struct pairing pairing;
  if (with == NULL || without == NULL || !pairing_of(with, without, name, &pairing, screen->arena))
    return (struct change){effect_on_path(screen, effect, effect->stressed ? runs->stressed_without : runs->without),
                           effect_on_path(screen, effect, effect->stressed ? runs->stressed : screen->run), NAN, NAN};
  double *differences = ARENA_ARRAY(screen->arena, pairing.count, double);
  for (int i = 0; i < pairing.count; i++) differences[i] = effect->scale * (pairing.a[i] - pairing.b[i]);
  const double *sorted = draws_sorted(differences, pairing.count, screen->arena);
  return (struct change){effect->scale * mean_estimate(pairing.b, pairing.count).mean,
                         effect->scale * mean_estimate(pairing.a, pairing.count).mean,
                         quantile(sorted, pairing.count, 0.05), quantile(sorted, pairing.count, 0.95)};
}

/* Of the runs that an effect is measured on, one at least is still being solved. */
static bool is_pending(const struct screen *screen, const struct effect *effect)
{
  const struct companions *runs = screen->companions;
  return effect->stressed && screen->run->dataset->scenario->stress.count > 0 &&
         (runs->stressed == NULL || runs->stressed_without == NULL);
}

static void add_effect_row(const struct screen *screen, struct columns *columns, const struct effect *effect,
                           const struct change *change)
{
  const int row = columns_add_row(columns);
  const double difference = change->with - change->without;
  const char *const missing = is_pending(screen, effect) ? pending : "-"; /* no use of it, no figure */
  const bool share = effect->scale == 100,
             same = fabs(difference) < 1e-4 * fmax(fabs(change->with), fabs(change->without));
  columns_set(columns, row, 0, effect->label);
  columns_set(columns, row, 1, isnan(change->without) ? missing : figure(change->without, screen->arena));
  columns_set(columns, row, 2, isnan(change->with) ? missing : figure(change->with, screen->arena));
  columns_set(columns, row, 3,
              isnan(difference) ? missing
              : same            ? "="
                                : difference_text(difference, share, screen->arena));
  if (isfinite(change->low))
    columns_set(columns, row, 4,
                arena_format(screen->arena, "%s to %s", difference_text(change->low, share, screen->arena),
                             difference_text(change->high, share, screen->arena)));
  else if (screen->drawn)
    columns_set(columns, row, 4, "not yet");
}

/* False: there is no such figure. */
static bool add_effect(const struct screen *screen, struct columns *columns, const struct effect *effect)
{
  const struct change change = change_of(screen, effect);
  const bool none = !isfinite(change.with) && !isfinite(change.without);
  if (none && !(is_pending(screen, effect) && isfinite(effect_on_path(screen, effect, screen->run)))) return false;
  if (change.with == 0 && change.without == 0) return false; /* nobody makes any */
  add_effect_row(screen, columns, effect, &change);
  return true;
}

static void add_dependence(const struct screen *screen, struct columns *columns)
{
  static const int stages[] = {STAGE_CONCENTRATE, STAGE_OXIDE, STAGE_METAL, STAGE_MAGNET};
  const struct concentration *concentration = &screen->without->metrics->concentrations[screen->period];
  for (int i = 0; i < 4; i++) {
    const int dominant = concentration->stage_dominant[stages[i]];
    if (dominant < 0) continue;
    const char *who = region_short(screen->run->dataset, dominant, screen->arena), *stage = stage_name(stages[i]);
    add_effect(screen, columns,
               &(struct effect){arena_format(screen->arena, "  dependence on %s, %s, %%", who, stage), "dependence",
                                stage, false, 100});
  }
}

/* "in ban", where that is what the scenario's stress switches on. */
static const char *stress_name(const struct dataset *dataset, struct arena *arena)
{
  for (int i = 0; i < dataset->scenario->stress.count; i++)
    for (int e = 0; e < dataset->events_count; e++) {
      const struct event *event = &dataset->events[e];
      if (event->activates == NULL ||
          !text_starts(dataset->scenario->stress.names[i], arena_format(arena, "events.%s.", event->record.id)))
        continue;
      const int k = dataset_find(dataset, "instruments", event->activates);
      if (k >= 0 && text_equal(dataset->instruments[k].kind, "ban")) return "in ban";
    }
  return "stressed";
}

static void add_defence(const struct screen *screen, struct columns *columns)
{
  const struct dataset *dataset = screen->run->dataset;
  for (int m = 0, shown = 0; m < dataset->materials_count && shown < grades_shown_max; m++) {
    const char *id = dataset->materials[m].record.id;
    shown += add_effect(
        screen, columns,
        &(struct effect){arena_format(screen->arena, "  defence %s: %s, %%", stress_name(dataset, screen->arena), id),
                         "defence_met", id, true, 100});
  }
}

static void add_effects(struct screen *screen)
{
  const struct dataset *dataset = screen->run->dataset;
  const int oxide = tally_main_material(&screen->without->metrics->tallies[screen->period], dataset, STAGE_OXIDE);
  struct columns columns = columns_new(1, screen->arena);
  const int head = columns_add_row(&columns);
  columns_set(&columns, head, 0,
              arena_format(screen->arena, "%s, %s, money of %.0f", region_short(dataset, screen->region, screen->arena),
                           period_label(screen->run->outcome->periods[screen->period].period, screen->arena),
                           dataset->scenario->base_year));
  columns_set(&columns, head, 1, "no deal"), columns_set(&columns, head, 2, "deals");
  columns_set(&columns, head, 3, "difference"),
      columns_set(&columns, head, 4, screen->drawn ? "5 to 95 % of it" : NULL);
  const char *good = oxide >= 0 ? dataset->materials[oxide].record.id : NULL;
  const char *name = oxide >= 0 ? material_short(dataset, oxide, screen->arena) : NULL;
  if (oxide >= 0)
    add_effect(screen, &columns,
               &(struct effect){arena_format(screen->arena, "  %s made, t/y", name), "production", good, false, 1});
  add_effect(screen, &columns,
             &(struct effect){"  magnets made, t/y", "stage_production", stage_name(STAGE_MAGNET), false, 1});
  add_dependence(screen, &columns);
  add_defence(screen, &columns);
  if (oxide >= 0)
    add_effect(screen, &columns,
               &(struct effect){arena_format(screen->arena, "  %s price, USD/kg", name), "price", good, false, 1});
  columns_print(&columns, &screen->text, 0, screen->width < first_screen_columns ? 1 : 2);
}

/* ---- (3) what moves the cost ---- */

/* The name of what is drawn, without the group that several plants are drawn in. */
static const char *mover_name(const char *name)
{
  const char *slash = strchr(name, '/');
  return slash != NULL && strchr(slash + 1, '/') != NULL ? slash + 1 : name;
}

static struct movers movers_of_cost(const struct screen *screen)
{
  const struct deal_costs *costs = &screen->costs;
  double *sums = ARENA_ARRAY(screen->arena, costs->futures_count, double);
  deal_cost_in_futures(costs, &costs->all, 0, costs->years, sums);
  return movers_of(screen->futures->with, costs->draw, sums, costs->futures_count, screen->arena);
}

static void add_movers(const struct screen *screen, struct text *line)
{
  const struct movers *movers = &screen->movers;
  const int most = screen->trim >= TRIM_MOVERS ? movers_shown_max - 1 : movers_shown_max;
  if (movers->count == 0)
    text_add(line, " nothing drawn does so beyond chance (rank correlation %.2f).", movers->noise);
  for (int i = 0; i < movers->count && i < most; i++)
    text_add(line, "%s %s %+.2f", i == 0 ? "" : ",", mover_name(movers->items[i].name), movers->items[i].correlation);
  if (movers->count > 0) text_add(line, " (rank correlation; chance %.2f).", movers->noise);
}

/* "87.9 in 2035": a nominal price in money of the base year. */
static const char *in_base_money(const struct screen *screen, const struct price_floor *item, int p)
{
  const struct period_outcome *period = &screen->run->outcome->periods[p];
  return arena_format(screen->arena, "%s in %s", figure(item->nominal_usd_per_kg[p] / period->deflator, screen->arena),
                      period_label(period->period, screen->arena));
}

static void add_floors(const struct screen *screen, struct text *line)
{
  enum { floors_shown_max = 2 };
  const struct dataset *dataset = screen->run->dataset;
  for (int i = 0; i < screen->floors.count && i < floors_shown_max; i++) {
    const struct price_floor *item = &screen->floors.items[i];
    const double first = item->nominal_usd_per_kg[item->first], last = item->nominal_usd_per_kg[item->last];
    text_add(line, " %s costs nothing when settled at %s", dataset->instruments[item->instrument].record.id,
             figure(first, screen->arena));
    if (fabs(last - first) > 0.005) text_add(line, " (last %s)", figure(last, screen->arena));
    text_add(line, " USD/kg nominal or more");
    if (item->material >= 0) text_add(line, " for %s", material_short(dataset, item->material, screen->arena));
    if (item->region >= 0) text_add(line, " in %s", region_short(dataset, item->region, screen->arena));
    text_add(line, "; in money of %.0f %s, %s.", dataset->scenario->base_year, in_base_money(screen, item, item->first),
             in_base_money(screen, item, item->last));
  }
}

/* A section of text with its heading in front. */
static void add_section(struct screen *screen, const char *heading, const char *words)
{
  struct text folded = text_new(screen->arena);
  text_add_folded(&folded, arena_format(screen->arena, "%s: %s", heading, words), 2, screen->width);
  text_add(&screen->text, "%s", folded.bytes + 2);
}

static void add_what_moves(struct screen *screen)
{
  struct text line = text_new(screen->arena);
  if (screen->drawn)
    add_movers(screen, &line);
  else if (screen->exposure.per_usd_musd > 0)
    text_add(&line, " each USD/kg on the index saves %s million USD a year, ten points of tariff would bring %s.",
             figure(screen->exposure.per_usd_musd, screen->arena),
             figure(screen->exposure.per_ten_points_musd, screen->arena));
  add_floors(screen, &line);
  if (line.length > 0) add_section(screen, "What moves the cost", line.bytes);
}

/* ---- (4) what to trust ---- */

static void add_futures_verified(const struct screen *screen, struct text *line)
{
  const struct futures *futures = screen->futures;
  const struct ensemble *const all[] = {futures->with, futures->without, futures->stressed, futures->stressed_without};
  long done = 0, failed = 0;
  for (int i = 0; i < 4; i++)
    if (all[i] != NULL) done += all[i]->done, failed += all[i]->failed;
  if (done > 0) text_add(line, " Of %ld drawn runs %ld not certified.", done, failed);
}

static void add_reported(const struct screen *screen, struct text *line)
{
  int count;
  const struct reported *payments = reported_payments(screen->run->dataset, &count, screen->arena);
  for (int i = 0; i < count; i++)
    text_add(line, " Reported: %.1f million USD paid by %s for %s; its file pays %.1f.", payments[i].paid_musd,
             payments[i].deal, payments[i].quarter, payments[i].file_musd);
}

static void add_trust(struct screen *screen)
{
  const struct verified verified = verified_of(screen->run, screen->companions);
  const int recorded = screen->run->dataset->recorded_count;
  const int open = verified.windows - verified.proved - verified.pending;
  struct text line = text_new(screen->arena);
  text_add(&line, "%d problems certified (residual %.0e).", verified.windows, verified.residual);
  add_futures_verified(screen, &line);
  add_reported(screen, &line);
  if (open + verified.pending > 0 || recorded > 0) text_add(&line, " Unknown:");
  if (open + verified.pending > 0) {
    text_add(&line, " other solutions (several starts agreed in %d of %d", open - verified.several, open);
    if (verified.pending > 0) text_add(&line, ", %d to be tried %s", verified.pending, pending);
    text_add(&line, ")%s", recorded > 0 ? ";" : ".");
  }
  if (recorded > 0) text_add(&line, " %d piece%s of the deals, not modelled.", recorded, recorded == 1 ? "" : "s");
  add_section(screen, "Trust", line.bytes);
}

static void add_next(struct screen *screen)
{
  const char *folder = screen->view->folder;
  if (folder == NULL) return;
  const char *files = arena_format(screen->arena, "%s: tables.xlsx, details.txt.", folder);
  const char *more = arena_format(screen->arena, "%s Next: didymium explain --help", files);
  add_section(screen, "Files", text_columns(more) + 7 <= screen->width ? more : files);
}

static int lines_of(const char *text)
{
  int lines = 0;
  for (; *text != '\0'; text++) lines += *text == '\n';
  return lines;
}

static void add_all(struct screen *screen)
{
  screen->text = text_new(screen->arena);
  add_title(screen);
  add_costs(screen);
  add_money_facts(screen);
  add_effects(screen);
  add_what_moves(screen);
  add_trust(screen);
  add_next(screen);
}

const char *first_screen_text(const struct run *run, const struct companions *companions, const struct futures *futures,
                              const struct summary_view *view, struct arena *arena)
{
  static const struct futures none = {0};
  struct screen screen = {.run = run,
                          .without = companions->without,
                          .companions = companions,
                          .futures = futures != NULL ? futures : &none,
                          .view = view,
                          .region = run->metrics->budget.region,
                          .period = effects_period(run->outcome),
                          .arena = arena};
  if (companions->without == NULL || screen.region < 0) return "";
  screen.width = view->columns <= 0 || view->columns > first_screen_columns ? first_screen_columns : view->columns;
  if (screen.width < first_screen_columns_least) screen.width = first_screen_columns_least;
  screen.costs = deal_costs_of(run, screen.region, screen.futures->with, arena);
  screen.drawn = screen.costs.futures_count >= futures_least;
  screen.exposure = fiscal_exposure_compute(run->outcome, run->metrics->ledgers, screen.region, screen.period, arena);
  screen.floors = price_floors_of(run->outcome, run->metrics->ledgers, screen.region, screen.without->outcome, arena);
  if (screen.drawn) screen.movers = movers_of_cost(&screen);
  do add_all(&screen);
  while (lines_of(screen.text.bytes) > first_screen_lines && screen.trim++ < TRIM_DEALS);
  return screen.text.bytes;
}
