/* report/workbook.c - one function a sheet. A sheet opens with what it shows and in which unit; years stand in columns.
 *
 * Rows in which nothing happens are left out. Sums are formulas.
 */
#include "report/workbook.h"

#include <math.h>

#include "io/xlsx.h"
#include "report/highlights.h"

enum { sheets_max = 12, head_row = 2, first_row = 3 };

struct book {
  const struct run *run;
  struct arena *arena;
  int count;
  struct xlsx_sheet sheets[sheets_max];
};

static struct xlsx_sheet *sheet_new(struct book *book, const char *name, const char *says, int head_columns)
{
  struct xlsx_sheet *sheet = &book->sheets[book->count++];
  *sheet = xlsx_sheet_new(name, book->arena);
  sheet->head_rows = first_row;
  sheet->head_columns = head_columns;
  xlsx_head(sheet, 0, 0, says);
  return sheet;
}

static void add_heads(struct xlsx_sheet *sheet, const char *const *heads, int count)
{
  for (int i = 0; i < count; i++) xlsx_head(sheet, head_row, i, heads[i]);
}

static void add_periods(const struct book *book, struct xlsx_sheet *sheet, int column)
{
  for (int p = 0; p < book->run->outcome->periods_count; p++)
    xlsx_head(sheet, head_row, column + p, period_label(book->run->outcome->periods[p].period, book->arena));
}

/* ---- the run ---- */

static void add_run(struct book *book, const char *version)
{
  const struct outcome *outcome = book->run->outcome;
  const struct scenario *scenario = book->run->dataset->scenario;
  struct xlsx_sheet *sheet = sheet_new(book, "Run", scenario->title != NULL ? scenario->title : scenario->id, 0);
  double residual = 0;
  for (int w = 0; w < outcome->windows_count; w++) residual = fmax(residual, outcome->windows[w].certificate.residual);
  const char *const rows[][2] = {
      {"Scenario", scenario->id},
      {"Question", scenario->question},
      {"Data", book->run->dataset->title},
      {"Program", arena_format(book->arena, "didymium %s", version)},
      {"Money", arena_format(book->arena, "real USD of %.0f unless a sheet says nominal", scenario->base_year)},
      {"Discount rate", arena_format(book->arena, "%.3g a year, real", scenario->discount_rate)},
      {"Certified", arena_format(book->arena, "every window; largest residual %.1e, accepted up to 1e-8", residual)},
      {"Not in these tables", "uncertainty: one deterministic path; draws are in the ensemble's files"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    xlsx_text(sheet, first_row - 1 + (int)i, 0, rows[i][0]);
    xlsx_text(sheet, first_row - 1 + (int)i, 1, rows[i][1]);
  }
  sheet->head_rows = 0;
}

/* ---- money ---- */

static const char *instrument_id(const struct book *book, int instrument)
{
  return instrument < 0 ? "taxes of the data" : book->run->dataset->instruments[instrument].record.id;
}

static void add_budget_side(struct book *book, struct xlsx_sheet *sheet, int *row, bool outlays)
{
  const struct budget *budget = &book->run->metrics->budget;
  const int from = *row;
  for (int i = 0; i < budget->lines_count; i++) {
    const struct budget_line *line = &budget->lines[i];
    const double *years = outlays ? line->outlay_musd : line->receipt_musd;
    double sum = 0;
    for (int y = 0; y < budget->years_count; y++) sum += fabs(years[y]);
    if (sum < 1e-9 || line->instrument < 0) continue;
    xlsx_text(sheet, *row, 0, instrument_id(book, line->instrument));
    xlsx_text(sheet, *row, 1, outlays ? "outlay" : "receipt");
    xlsx_text(sheet, *row, 2, budget_basis_name(line->basis));
    for (int y = 0; y < budget->years_count; y++) xlsx_number(sheet, *row, 3 + y, years[y]);
    ++*row;
  }
  if (*row == from) return;
  xlsx_head(sheet, *row, 0, outlays ? "All outlays" : "All receipts");
  for (int y = 0; y < budget->years_count; y++)
    xlsx_sum(sheet, *row, 3 + y, from, *row - 1, outlays ? budget->outlay_musd[y] : budget->receipt_musd[y]);
  *row += 2;
}

static void add_budget(struct book *book)
{
  const struct budget *budget = &book->run->metrics->budget;
  if (budget->region < 0) return;
  struct xlsx_sheet *sheet =
      sheet_new(book, "Budget",
                arena_format(book->arena, "What instruments cost %s by fiscal year, million USD, nominal",
                             region_label(book->run->dataset, budget->region)),
                3);
  add_heads(sheet, (const char *const[]){"Instrument", "Side", "Basis"}, 3);
  for (int y = 0; y < budget->years_count; y++)
    xlsx_head(sheet, head_row, 3 + y, arena_format(book->arena, "FY%d", budget->first_year + y));
  int row = first_row;
  add_budget_side(book, sheet, &row, true);
  add_budget_side(book, sheet, &row, false);
}

static void add_payments(struct book *book)
{
  const struct payments *payments = &book->run->metrics->payments;
  struct xlsx_sheet *sheet =
      sheet_new(book, "Payments", "Who pays whom under each instrument, thousand USD a year, real", 4);
  add_heads(sheet, (const char *const[]){"Instrument", "For", "Payer", "Payee"}, 4);
  add_periods(book, sheet, 4);
  for (int i = 0; i < payments->count; i++) {
    const struct payment *payment = &payments->rows[i];
    const struct network *network = book->run->network;
    const int row = first_row + i;
    xlsx_text(sheet, row, 0, instrument_id(book, payment->instrument));
    xlsx_text(sheet, row, 1, payment->reason);
    xlsx_text(sheet, row, 2,
              account_name(network, (struct account){payment->payer, payment->payer_index}, book->arena));
    xlsx_text(sheet, row, 3,
              account_name(network, (struct account){payment->payee, payment->payee_index}, book->arena));
    for (int p = 0; p < book->run->outcome->periods_count; p++)
      xlsx_number(sheet, row, 4 + p, payment->kusd_per_year[p]);
  }
}

static void add_welfare_row(const struct book *book, struct xlsx_sheet *sheet, int *row, const char *who, int region,
                            const char *what, size_t offset)
{
  const struct metrics *metrics = book->run->metrics;
  xlsx_text(sheet, *row, 0, who);
  xlsx_text(sheet, *row, 1, what);
  for (int p = 0; p < metrics->periods_count; p++) {
    const char *welfare = (const char *)&metrics->welfare[p];
    const double *values = (const double *)(const void *)(welfare + offset);
    if (region >= 0) values = *(double *const *)(const void *)(welfare + offset);
    xlsx_number(sheet, *row, 2 + p, region >= 0 ? values[region] : *values);
  }
  ++*row;
}

static void add_welfare(struct book *book)
{
  const struct dataset *dataset = book->run->dataset;
  struct xlsx_sheet *sheet = sheet_new(
      book, "Gains by party",
      "Surplus of each party, thousand USD a year, real: compare with another run; levels hang on the demand curves",
      2);
  add_heads(sheet, (const char *const[]){"Region", "Party"}, 2);
  add_periods(book, sheet, 2);
  int row = first_row;
  for (int r = 0; r < dataset->regions_count; r++) {
    const char *who = region_label(dataset, r);
    add_welfare_row(book, sheet, &row, who, r, "users", offsetof(struct welfare, users));
    add_welfare_row(book, sheet, &row, who, r, "firms", offsetof(struct welfare, firms));
    add_welfare_row(book, sheet, &row, who, r, "government", offsetof(struct welfare, governments));
  }
  add_welfare_row(book, sheet, &row, "all", -1, "public agencies", offsetof(struct welfare, agencies));
  add_welfare_row(book, sheet, &row, "all", -1, "traders", offsetof(struct welfare, traders));
  add_welfare_row(book, sheet, &row, "all", -1, "stockholders", offsetof(struct welfare, stockholders));
  add_welfare_row(book, sheet, &row, "all", -1, "holders of rents", offsetof(struct welfare, rents));
  add_welfare_row(book, sheet, &row, "all", -1, "outside", offsetof(struct welfare, outside));
  add_welfare_row(book, sheet, &row, "all", -1, "calibration wedges", offsetof(struct welfare, wedges));
}

static void add_support(struct book *book)
{
  const struct dataset *dataset = book->run->dataset;
  const struct support *support = &book->run->metrics->support;
  if (support->total_musd <= 0) return;
  struct xlsx_sheet *sheet = sheet_new(
      book, "Support", "Public money to plants, net, thousand USD a year, real; present value in million USD", 3);
  add_heads(sheet, (const char *const[]){"Plant", "Owner", "Present value"}, 3);
  add_periods(book, sheet, 3);
  int row = first_row;
  for (int f = 0; f < support->facilities_count; f++) {
    if (support->present_value_musd[f] == 0) continue;
    xlsx_text(sheet, row, 0, dataset->facilities[f].record.id);
    xlsx_text(sheet, row, 1,
              dataset->facilities[f].owner >= 0 ? dataset->owners[dataset->facilities[f].owner].record.id : NULL);
    xlsx_number(sheet, row, 2, support->present_value_musd[f]);
    for (int p = 0; p < support->periods_count; p++)
      xlsx_number(sheet, row, 3 + p,
                  support->net_kusd_per_year[(size_t)p * (size_t)support->facilities_count + (size_t)f]);
    row++;
  }
}

/* ---- markets ---- */

static bool anything(const struct book *book, size_t offset, int at)
{
  for (int p = 0; p < book->run->metrics->periods_count; p++) {
    const char *tally = (const char *)&book->run->metrics->tallies[p];
    const double value = (*(double *const *)(const void *)(tally + offset))[at];
    if (isfinite(value) && fabs(value) > 1e-6) return true;
  }
  return false;
}

/* One array of the tallies: materials by region in rows. */
static void add_market(struct book *book, const char *name, const char *says, size_t offset)
{
  const struct dataset *dataset = book->run->dataset;
  struct xlsx_sheet *sheet = sheet_new(book, name, says, 2);
  add_heads(sheet, (const char *const[]){"Material", "Region"}, 2);
  add_periods(book, sheet, 2);
  int row = first_row;
  for (int m = 0; m < dataset->materials_count; m++)
    for (int r = 0; r < dataset->regions_count; r++) {
      const int at = m * dataset->regions_count + r;
      if (!anything(book, offset, at)) continue;
      xlsx_text(sheet, row, 0, dataset->materials[m].record.id);
      xlsx_text(sheet, row, 1, dataset->regions[r].record.id);
      for (int p = 0; p < book->run->metrics->periods_count; p++) {
        const char *tally = (const char *)&book->run->metrics->tallies[p];
        xlsx_number(sheet, row, 2 + p, (*(double *const *)(const void *)(tally + offset))[at]);
      }
      row++;
    }
}

static void add_dependence(struct book *book)
{
  const struct dataset *dataset = book->run->dataset;
  const int regions = dataset->regions_count;
  struct xlsx_sheet *sheet = sheet_new(
      book, "Dependence",
      "Share of a region's use that passed the dominant region at the stage (embodied), or came straight from "
      "it (direct)",
      3);
  add_heads(sheet, (const char *const[]){"Stage", "Region", "Measure"}, 3);
  add_periods(book, sheet, 3);
  int row = first_row;
  for (int s = 0; s < stages_count; s++)
    for (int r = 0; r < regions; r++)
      for (int direct = 0; direct < 2; direct++) {
        bool any = false;
        for (int p = 0; p < book->run->metrics->periods_count; p++) {
          const struct concentration *c = &book->run->metrics->concentrations[p];
          const double value = (direct ? c->direct : c->embodied)[s * regions + r];
          any = any || isfinite(value);
          xlsx_number(sheet, row, 3 + p, value);
        }
        if (!any) continue;
        xlsx_text(sheet, row, 0, stage_name(s));
        xlsx_text(sheet, row, 1, dataset->regions[r].record.id);
        xlsx_text(sheet, row, 2, direct ? "direct" : "embodied");
        row++;
      }
}

static void add_plants(struct book *book)
{
  const struct dataset *dataset = book->run->dataset;
  const struct outcome *outcome = book->run->outcome;
  struct xlsx_sheet *sheet = sheet_new(book, "Plants", "Output of each plant, t of its product a year", 3);
  add_heads(sheet, (const char *const[]){"Plant", "Region", "Status"}, 3);
  add_periods(book, sheet, 3);
  static const char *const status[] = {"operating", "committed", "optional", "cancelled"};
  int row = first_row;
  for (int f = 0; f < dataset->facilities_count; f++) {
    double most = 0;
    for (int p = 0; p < outcome->periods_count; p++) most = fmax(most, facility_output(outcome, p, f));
    if (most < 1e-6) continue;
    xlsx_text(sheet, row, 0, dataset->facilities[f].record.id);
    xlsx_text(sheet, row, 1, dataset->regions[dataset->facilities[f].region].record.id);
    xlsx_text(sheet, row, 2, status[dataset->facilities[f].status]);
    for (int p = 0; p < outcome->periods_count; p++) xlsx_number(sheet, row, 3 + p, facility_output(outcome, p, f));
    row++;
  }
}

bool workbook_write(const struct run *run, const char *version, const char *path, struct error *error)
{
  const struct arena_mark mark = arena_mark(run->arena);
  struct book *book = ARENA_NEW(run->arena, struct book);
  book->run = run;
  book->arena = run->arena;
  add_run(book, version);
  add_budget(book);
  add_payments(book);
  add_welfare(book);
  add_support(book);
  add_market(book, "Prices", "Spot price of each material where it is traded, USD/kg, real",
             offsetof(struct tally, price));
  add_market(book, "Production", "Output of plants, t a year", offsetof(struct tally, production));
  add_market(book, "Consumption", "Final use, t a year", offsetof(struct tally, consumption));
  add_market(book, "Imports", "Over links between regions, t a year", offsetof(struct tally, imports));
  add_dependence(book);
  add_plants(book);
  const bool written = xlsx_write(book->sheets, book->count, run->dataset->scenario->id, path, error);
  arena_reset(run->arena, mark);
  return written;
}
