/* report/summary_text.c - the screen after a run: a section a function, in the order a reader asks.
 *
 * What did I ask, was it solved, what do things cost, who makes them, who depends on whom, who goes without, who pays,
 * what should I know, where is the rest.
 */
#include <math.h>
#include <stdlib.h>

#include "report/check_data.h"
#include "report/columns.h"
#include "report/highlights.h"
#include "report/score_text.h"
#include "report/summary.h"

struct screen {
  const struct run *run;
  const struct summary_view *view;
  struct highlights highlights;
  struct text text;
  struct arena *arena;
  int width;
};

static void add_heading(struct screen *screen, const char *heading)
{
  text_add(&screen->text, screen->view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n", heading);
}

static void add_years(const struct screen *screen, struct columns *columns, int first_column)
{
  const int row = columns_add_row(columns);
  for (int i = 0; i < screen->highlights.periods_count; i++) {
    const struct period period = screen->run->outcome->periods[screen->highlights.periods[i]].period;
    columns_set(columns, row, first_column + i, period_label(period, screen->arena));
  }
}

static const struct tally *tally_shown(const struct screen *screen, int i)
{
  return &screen->run->metrics->tallies[screen->highlights.periods[i]];
}

static void add_title(struct screen *screen)
{
  const struct dataset *dataset = screen->run->dataset;
  const struct scenario *scenario = dataset->scenario;
  const char *title =
      scenario->title != NULL ? arena_format(screen->arena, "%s: %s", scenario->id, scenario->title) : scenario->id;
  text_add(&screen->text, screen->view->bold ? "\033[1m%s\033[0m\n" : "%s\n", title);
  if (scenario->question != NULL) text_add_folded(&screen->text, scenario->question, 2, screen->width);
  if (dataset->name != NULL)
    text_add(&screen->text, "  Data: %s%s%s\n", dataset->name, dataset->title != NULL ? ", " : "",
             dataset->title != NULL ? dataset->title : "");
}

static void add_solved(struct screen *screen)
{
  const struct outcome *outcome = screen->run->outcome;
  int classes[3] = {0}, manifold = 0;
  double residual = 0;
  int unknowns = 0, activities = 0, prices = 0;
  for (int w = 0; w < outcome->windows_count; w++) {
    const struct window_report *report = &outcome->windows[w];
    classes[report->class.class]++;
    manifold += report->solutions > 1;
    residual = fmax(residual, report->certificate.residual);
    unknowns = report->unknowns > unknowns ? report->unknowns : unknowns;
    activities = report->activities > activities ? report->activities : activities;
    prices = report->prices > prices ? report->prices : prices;
  }
  struct text line = text_new(screen->arena);
  const struct scenario *scenario = screen->run->dataset->scenario;
  if (outcome->periods_count > 0)
    text_add(&line,
             "%d period%s, %s to %s, in %d window%s of %d%s: up to %d unknowns, %d activities and %d prices a period.",
             outcome->periods_count, outcome->periods_count == 1 ? "" : "s",
             period_label(outcome->periods[0].period, screen->arena),
             period_label(outcome->periods[outcome->periods_count - 1].period, screen->arena), outcome->windows_count,
             outcome->windows_count == 1 ? "" : "s", scenario->window, scenario->tail ? " and a tail" : "", unknowns,
             activities, prices);
  text_add(&line, " Certified: residual %.1e (accepted up to 1e-8). Class:", residual);
  for (int c = 0, said = 0; c < 3; c++)
    if (classes[c] > 0)
      text_add(&line, "%s %s in %d", said++ > 0 ? "," : "", class_name((enum problem_class)c), classes[c]);
  text_add(&line, ".");
  if (manifold > 0) text_add(&line, " More than one solution in %d of them.", manifold);
  add_heading(screen, "Solved");
  text_add_folded(&screen->text, line.bytes, 2, screen->width);
}

static void add_prices(struct screen *screen)
{
  const struct highlights *highlights = &screen->highlights;
  struct columns columns = columns_new(2, screen->arena);
  add_years(screen, &columns, 2);
  bool rents = false;
  for (int i = 0, before = -1; i < highlights->places_count; before = highlights->places[i++].material) {
    const struct highlight_place place = highlights->places[i];
    const int row = columns_add_row(&columns);
    if (place.material != before)
      columns_set(&columns, row, 0, material_short(screen->run->dataset, place.material, screen->arena));
    columns_set(&columns, row, 1, region_short(screen->run->dataset, place.region, screen->arena));
    for (int k = 0; k < highlights->periods_count; k++) {
      const struct tally *tally = tally_shown(screen, k);
      const int at = tally_index(tally, place.material, place.region);
      const bool licensed = fabs(tally->price[at] - tally->price_paid[at]) > 0.005 * fabs(tally->price[at]);
      rents = rents || licensed;
      columns_set(&columns, row, 2 + k,
                  arena_format(screen->arena, "%s%s", figure(tally->price[at], screen->arena), licensed ? "*" : ""));
    }
  }
  if (highlights->places_count == 0) return;
  add_heading(screen,
              arena_format(screen->arena, "Prices, USD/kg (real, %.0f)", screen->run->dataset->scenario->base_year));
  columns_print(&columns, &screen->text, 2, 2);
  if (rents)
    text_add(&screen->text, "  * spot; licensed buyers pay less on average (see price_paid in summary.json)\n");
}

/* "China 85 %, United States 8 %" in the last period shown. */
static const char *largest_makers(const struct screen *screen, int material)
{
  const struct tally *tally = tally_shown(screen, screen->highlights.periods_count - 1);
  const double world = tally_world(tally, tally->production, material);
  struct text text = text_new(screen->arena);
  double limit = INFINITY;
  for (int rank = 0; rank < 3 && world > 0; rank++) {
    int best = -1;
    for (int r = 0; r < tally->regions_count; r++) {
      const double made = tally->production[tally_index(tally, material, r)];
      if (made < limit && made > 0.005 * world &&
          (best < 0 || made > tally->production[tally_index(tally, material, best)]))
        best = r;
    }
    if (best < 0) break;
    limit = tally->production[tally_index(tally, material, best)];
    text_add(&text, "%s%s %s", rank > 0 ? ", " : "", region_short(screen->run->dataset, best, screen->arena),
             figure_share(limit / world, screen->arena));
  }
  return text.bytes;
}

static void add_production(struct screen *screen)
{
  const struct highlights *highlights = &screen->highlights;
  if (highlights->materials_count == 0 || highlights->periods_count == 0) return;
  struct columns columns = columns_new(1, screen->arena);
  add_years(screen, &columns, 1);
  columns_set(&columns, 0, 1 + highlights->periods_count, "");
  for (int i = 0; i < highlights->materials_count; i++) {
    const int row = columns_add_row(&columns), material = highlights->materials[i];
    columns_set(&columns, row, 0, material_short(screen->run->dataset, material, screen->arena));
    for (int k = 0; k < highlights->periods_count; k++) {
      const struct tally *tally = tally_shown(screen, k);
      columns_set(&columns, row, 1 + k, figure(tally_world(tally, tally->production, material), screen->arena));
    }
  }
  const struct period last = screen->run->outcome->periods[highlights->periods[highlights->periods_count - 1]].period;
  add_heading(screen, arena_format(screen->arena, "Production, t/y, and who makes it in %s",
                                   period_label(last, screen->arena)));
  struct text table = text_new(screen->arena);
  columns_print(&columns, &table, 2, 2);
  /* The makers follow their row; they are text of any length and stay out of the alignment. */
  int row = -1;
  for (const char *line = table.bytes; *line != '\0'; row++) {
    const char *end = line;
    while (*end != '\n') end++;
    text_add_bytes(&screen->text, line, (size_t)(end - line));
    if (row >= 0) text_add(&screen->text, "   %s", largest_makers(screen, highlights->materials[row]));
    text_add(&screen->text, "\n");
    line = end + 1;
  }
}

static const char *percent(double share, struct arena *arena)
{
  return isnan(share) ? "-" : arena_format(arena, "%.0f", 100 * share);
}

/* "74 > 75 (12)": embodied, first and last period, and direct in the last; %. */
static const char *first_to_last(const struct screen *screen, const struct concentration *first,
                                 const struct concentration *last, int at)
{
  if (isnan(first->embodied[at]) && isnan(last->embodied[at])) return NULL;
  return arena_format(screen->arena, "%s > %s (%s)", percent(first->embodied[at], screen->arena),
                      percent(last->embodied[at], screen->arena), percent(last->direct[at], screen->arena));
}

static bool consumes(const struct screen *screen, int region)
{
  const struct tally *tally = tally_shown(screen, 0);
  for (int m = 0; m < tally->materials_count; m++)
    if (tally->consumption[tally_index(tally, m, region)] > 0) return true;
  return false;
}

static void add_dependence(struct screen *screen)
{
  const int shown = screen->highlights.periods_count, regions = screen->run->dataset->regions_count;
  if (shown == 0 || regions < 2) return;
  const struct concentration *first = &screen->run->metrics->concentrations[screen->highlights.periods[0]];
  const struct concentration *last = &screen->run->metrics->concentrations[screen->highlights.periods[shown - 1]];
  struct columns columns = columns_new(1, screen->arena);
  const int names = columns_add_row(&columns), makers = columns_add_row(&columns);
  columns_set(&columns, makers, 0, "largest producer");
  int stages[stages_count], stages_shown = 0;
  for (int stage = 0; stage < stages_count && stages_shown < 5; stage++) {
    if (last->stage_dominant[stage] < 0 || stage == STAGE_SCRAP || stage == STAGE_OTHER) continue;
    stages[stages_shown++] = stage;
    columns_set(&columns, names, stages_shown, stage_name(stage));
    columns_set(&columns, makers, stages_shown,
                arena_format(screen->arena, "%s %s",
                             region_short(screen->run->dataset, last->stage_dominant[stage], screen->arena),
                             figure_share(last->stage_share[stage], screen->arena)));
  }
  for (int r = 0; r < regions; r++) {
    if (!consumes(screen, r)) continue;
    bool known = false;
    for (int i = 0; i < stages_shown; i++) known = known || !isnan(last->embodied[stages[i] * regions + r]);
    if (!known) continue;
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, region_short(screen->run->dataset, r, screen->arena));
    for (int i = 0; i < stages_shown; i++)
      columns_set(&columns, row, 1 + i, first_to_last(screen, first, last, stages[i] * regions + r));
  }
  if (stages_shown == 0 || columns.rows <= 2) return;
  const char *from = period_label(screen->run->outcome->periods[screen->highlights.periods[0]].period, screen->arena);
  const char *to =
      period_label(screen->run->outcome->periods[screen->highlights.periods[shown - 1]].period, screen->arena);
  add_heading(screen, arena_format(
                          screen->arena,
                          "Dependence, %%: of what is consumed, what passed the stage at its largest producer, %s > %s "
                          "(of inflow, straight from there)",
                          from, to));
  columns_print(&columns, &screen->text, 2, 2);
}

/* Of the last period shown: shares by element and stage, and plants that carry what is made elsewhere. */
static void add_concentration(struct screen *screen)
{
  enum { plants_most = 5 };
  const struct dataset *dataset = screen->run->dataset;
  const struct outcome *outcome = screen->run->outcome;
  if (screen->highlights.periods_count == 0 || dataset->contents_count == 0 || dataset->regions_count < 2) return;
  const int p = screen->highlights.periods[screen->highlights.periods_count - 1];
  const struct shares shares = shares_of_period(outcome, p, elements_of(dataset, screen->arena), screen->arena);
  if (shares_first_stage(&shares) < 0) return;
  const char *when = period_label(outcome->periods[p].period, screen->arena);
  add_heading(screen,
              arena_format(screen->arena,
                           "Concentration in %s: largest region, its share, Herfindahl index (0 to 1); by content",
                           when));
  shares_add_text(&screen->text, dataset, &shares);
  const struct exposures plants = exposures_of_period(outcome, p, EXPOSURE_LIMIT, screen->arena);
  if (plants.count == 0) return;
  add_heading(screen,
              arena_format(screen->arena, "Single plants in %s: %.0f %% or more of what is made elsewhere passed them",
                           when, 100 * EXPOSURE_LIMIT));
  exposures_add_text(&screen->text, dataset, &plants, plants_most);
}

static void add_unserved(struct screen *screen)
{
  const struct highlights *highlights = &screen->highlights;
  const struct network *network = screen->run->network;
  struct columns columns = columns_new(1, screen->arena);
  add_years(screen, &columns, 1);
  for (int k = 0; k < network->consumers_count && columns.rows < 10; k++) {
    double largest = 0;
    for (int p = 0; p < screen->run->outcome->periods_count; p++) {
      const struct period_outcome *period = &screen->run->outcome->periods[p];
      largest = fmax(largest, period->unserved[k] / fmax(period->consumer_terms[k].quantity, 1e-12));
    }
    if (!(largest > 1e-6)) continue;
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, network->consumers[k].name);
    for (int i = 0; i < highlights->periods_count; i++)
      columns_set(&columns, row, 1 + i,
                  figure(screen->run->outcome->periods[highlights->periods[i]].unserved[k], screen->arena));
  }
  if (columns.rows == 1) {
    add_heading(screen, "Unserved demand: none");
    return;
  }
  add_heading(screen, "Unserved demand, t/y (at the choke price)");
  columns_print(&columns, &screen->text, 2, 2);
}

/* Governments and facilities by name where only one is meant; the others by their kind, as the row names the deal. */
static const char *party(const struct screen *screen, enum account_kind kind, int index)
{
  const bool named = kind == ACCOUNT_GOVERNMENT || kind == ACCOUNT_FACILITY;
  return account_name(screen->run->network, (struct account){kind, named ? index : -1}, screen->arena);
}

static void add_payment(struct screen *screen, struct columns *columns, const struct payment *payment, double total)
{
  const struct highlights *highlights = &screen->highlights;
  const int row = columns_add_row(columns);
  columns_set(columns, row, 0, screen->run->dataset->instruments[payment->instrument].record.id);
  columns_set(columns, row, 1,
              arena_format(screen->arena, "%s, %s to %s", payment->reason,
                           party(screen, payment->payer, payment->payer_index),
                           party(screen, payment->payee, payment->payee_index)));
  for (int k = 0; k < highlights->periods_count; k++)
    columns_set(columns, row, 2 + k, figure(payment->kusd_per_year[highlights->periods[k]] / 1000, screen->arena));
  columns_set(columns, row, 2 + highlights->periods_count, figure(total / 1000, screen->arena));
}

static void add_payments(struct screen *screen)
{
  const struct payments *payments = &screen->run->metrics->payments;
  struct columns columns = columns_new(2, screen->arena);
  add_years(screen, &columns, 2);
  columns_set(&columns, 0, 2 + screen->highlights.periods_count, "all years");
  double largest = 0, *totals = ARENA_ARRAY(screen->arena, payments->count, double);
  for (int i = 0; i < payments->count; i++) {
    for (int p = 0; p < screen->run->outcome->periods_count; p++)
      totals[i] += payments->rows[i].kusd_per_year[p] * screen->run->outcome->periods[p].period.length;
    largest = fmax(largest, totals[i]);
  }
  for (int i = 0; i < payments->count; i++)
    if (totals[i] > 1e-5 * largest) add_payment(screen, &columns, &payments->rows[i], totals[i]);
  if (columns.rows < 2) return;
  add_heading(screen, "What instruments moved, million USD a year (real)");
  columns_print(&columns, &screen->text, 2, 2);
}

static void add_score(struct screen *screen)
{
  enum { figures_most = 40 };
  if (screen->run->metrics->score.figures_count == 0) return;
  add_heading(screen, "Forecast beside what happened; errors are ln(forecast / happened)");
  score_add_text(&screen->text, screen->run, figures_most);
}

struct wedge {
  const char *name;
  double usd_per_kg, share;
};

static int wedge_compare(const void *left, const void *right)
{
  const double a = ((const struct wedge *)left)->share, b = ((const struct wedge *)right)->share;
  return (a < b) - (a > b);
}

/* Wedges that the data state, by facility and link. */
static int stated_wedges(const struct screen *screen, struct wedge *wedges)
{
  const struct dataset *dataset = screen->run->dataset;
  const struct network *network = screen->run->network;
  int count = 0;
  for (int j = 0; j < network->activities_count; j++) {
    const struct activity *activity = &network->activities[j];
    const double wedge = dataset->facilities[activity->facility].wedge_usd_per_kg;
    const double price = network->nodes[activity->io[activity->product].node].price_usd_per_kg;
    if (wedge != 0) wedges[count++] = (struct wedge){activity->name, wedge, fabs(wedge) / price};
  }
  for (int a = 0; a < network->arcs_count; a++) {
    if (network->arcs[a].link < 0) continue;
    const double wedge = dataset->links[network->arcs[a].link].wedge_usd_per_kg;
    if (wedge != 0)
      wedges[count++] = (struct wedge){network->arcs[a].name, wedge,
                                       fabs(wedge) / network->nodes[network->arcs[a].to].price_usd_per_kg};
  }
  qsort(wedges, (size_t)count, sizeof *wedges, wedge_compare);
  return count;
}

/* Wedges of a fitted base year, what moves most money first. */
static int fitted_wedges(const struct calibration *calibration, struct wedge *wedges)
{
  for (int i = 0; i < calibration->wedges_count; i++) {
    const struct calibration_wedge *fitted = &calibration->wedges[i];
    const char *name = fitted->arc ? calibration->network->arcs[fitted->index].name
                                   : calibration->network->activities[fitted->index].name;
    wedges[i] = (struct wedge){name, fitted->usd_per_kg, fabs(fitted->usd_per_kg) / fitted->price};
  }
  return calibration->wedges_count;
}

static void add_wedges(struct screen *screen)
{
  const struct network *network = screen->run->network;
  const struct calibration *calibration = screen->run->calibration;
  struct wedge *wedges = ARENA_ARRAY(screen->arena, network->activities_count + network->arcs_count, struct wedge);
  const int count = calibration != NULL ? fitted_wedges(calibration, wedges) : stated_wedges(screen, wedges);
  if (count == 0) return;
  add_heading(screen, calibration != NULL ? "Calibration wedges that move most money, USD/kg and share of the price"
                                          : "Largest calibration wedges, USD/kg and share of the price");
  struct columns columns = columns_new(1, screen->arena);
  for (int i = 0; i < count && i < 5; i++) {
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, wedges[i].name);
    columns_set(&columns, row, 1, figure(wedges[i].usd_per_kg, screen->arena));
    columns_set(&columns, row, 2, figure_share(wedges[i].share, screen->arena));
  }
  columns_print(&columns, &screen->text, 2, 2);
  if (calibration != NULL)
    text_add(&screen->text, "  %s of the value of the base year stands on wedges above %.0f %% of the price\n",
             figure_share(calibration->value_beyond_kusd / calibration->value_kusd, screen->arena),
             100 * CALIBRATION_WEDGE_LIMIT);
}

static void add_note(struct screen *screen, const char *note)
{
  struct text folded = text_new(screen->arena);
  text_add_folded(&folded, note, 4, screen->width);
  if (folded.length > 4) folded.bytes[2] = '-';
  text_add(&screen->text, "%s", folded.bytes);
}

static void add_notes(struct screen *screen)
{
  const struct run *run = screen->run;
  const struct balance *balance = &run->metrics->balance;
  add_heading(screen, "Notes");
  add_note(screen, arena_format(screen->arena,
                                "Balances: tonnes close to %.0e of what goes through, dollars to %.0e of turnover.",
                                balance->mass.relative, balance->ledger.relative));
  if (run->network->stores_count > 0 && run->dataset->scenario->expectations != EXPECTATIONS_RATIONAL)
    add_note(screen,
             "No precautionary stocks: shocks come as a surprise, and nobody stores against what might happen.");
  if (balance->gain.relative > 1e-6)
    add_note(screen, arena_format(screen->arena, "The recipe of %s gives %.2g %% more %s than goes into it.",
                                  run->network->activities[balance->gain.index].name, 100 * balance->gain.relative,
                                  balance->gain_element));
  for (int w = 0, said = 0; w < run->outcome->windows_count && said < 4; w++)
    if (run->outcome->windows[w].note != NULL) {
      const struct period first = run->outcome->periods[run->outcome->windows[w].first].period;
      add_note(screen, arena_format(screen->arena, "Window from %s: %s.", period_label(first, screen->arena),
                                    run->outcome->windows[w].note));
      said++;
    }
  for (int i = 0; i < run->dataset->warnings_count; i++) add_note(screen, run->dataset->warnings[i]);
}

/* A price worth explaining: of the dearest chain, where the good is brought in. */
static struct highlight_place place_to_explain(const struct screen *screen)
{
  const struct highlights *highlights = &screen->highlights;
  struct highlight_place best = highlights->places[0];
  double best_value = 0;
  const struct tally *tally = tally_shown(screen, highlights->periods_count - 1);
  for (int i = 0; i < highlights->places_count; i++) {
    const struct highlight_place place = highlights->places[i];
    const int at = tally_index(tally, place.material, place.region);
    const double value = tally->imports[at] * tally->price[at];
    if (value > best_value) best = place, best_value = value;
  }
  return best;
}

static void add_next(struct screen *screen)
{
  const char *folder = screen->view->folder;
  if (folder == NULL) return;
  add_heading(screen, "Files and next steps");
  text_add(&screen->text, "  %s/   run.nc, summary.json, tables.xlsx, iamc.csv, provenance.json, inputs/\n", folder);
  struct columns columns = columns_new(2, screen->arena);
  if (screen->highlights.places_count > 0) {
    const struct highlight_place place = place_to_explain(screen);
    const struct period last = screen->run->outcome->periods[screen->run->outcome->periods_count - 1].period;
    columns_set(&columns, columns_add_row(&columns), 0,
                arena_format(screen->arena, "didymium explain %s --material %s --region %s --year %.0f", folder,
                             screen->run->dataset->materials[place.material].record.id,
                             screen->run->dataset->regions[place.region].record.id, floor(last.start)));
  }
  columns_set(&columns, columns_add_row(&columns), 0, arena_format(screen->arena, "didymium check %s", folder));
  columns_set(&columns, columns_add_row(&columns), 0,
              arena_format(screen->arena, "didymium export %s --format mcp-json", folder));
  columns_print(&columns, &screen->text, 2, 2);
}

const char *summary_text(const struct run *run, const struct summary_view *view, struct arena *arena)
{
  struct screen screen = {.run = run, .view = view, .text = text_new(arena), .arena = arena};
  screen.width = view->columns > 0 ? view->columns : 100;
  screen.highlights = highlights_choose(run, arena);
  add_title(&screen);
  if (view->deals != NULL && view->deals[0] != '\0') {
    text_add(&screen.text, "%s", view->deals);
    add_next(&screen);
    return screen.text.bytes;
  }
  add_solved(&screen);
  add_prices(&screen);
  add_production(&screen);
  add_dependence(&screen);
  add_concentration(&screen);
  add_unserved(&screen);
  add_payments(&screen);
  add_score(&screen);
  add_wedges(&screen);
  add_notes(&screen);
  add_next(&screen);
  return screen.text.bytes;
}
