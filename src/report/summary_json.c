/* report/summary_json.c - summary.json: every period's headline figures, by id. Keys and their order are fixed. */
#include <math.h>

#include "io/json.h"
#include "metrics/fiscal_exposure.h"
#include "model/instruments.h"
#include "report/calibration_text.h"
#include "report/check_data.h"
#include "report/score_text.h"
#include "report/summary.h"

static void add_scenario(struct json_writer *writer, const struct run *run, const char *version)
{
  const struct dataset *dataset = run->dataset;
  const struct scenario *scenario = dataset->scenario;
  json_add_integer(writer, "schema_version", SCHEMA_VERSION);
  json_add_text(writer, "program", "didymium");
  json_add_text(writer, "version", version);
  json_map_open(writer, "scenario");
  json_add_text(writer, "id", scenario->id);
  json_add_text(writer, "title", scenario->title);
  json_add_text(writer, "question", scenario->question);
  json_add_text(writer, "data", dataset->name);
  json_add_number(writer, "base_year", scenario->base_year);
  json_add_number(writer, "discount_rate", scenario->discount_rate);
  json_add_integer(writer, "window", scenario->window);
  json_add_flag(writer, "tail", scenario->tail);
  json_map_close(writer);
}

static void add_certificate(struct json_writer *writer, const struct outcome *outcome)
{
  double residual = 0, violation = 0, complementarity = 0;
  for (int w = 0; w < outcome->windows_count; w++) {
    residual = fmax(residual, outcome->windows[w].certificate.residual);
    violation = fmax(violation, outcome->windows[w].certificate.bound_violation);
    complementarity = fmax(complementarity, outcome->windows[w].certificate.complementarity);
  }
  json_map_open(writer, "certificate");
  json_add_flag(writer, "accepted", outcome->solved);
  json_add_number(writer, "residual", residual);
  json_add_number(writer, "bound_violation", violation);
  json_add_number(writer, "complementarity", complementarity);
  json_map_close(writer);
}

static void add_windows(struct json_writer *writer, const struct outcome *outcome)
{
  json_list_open(writer, "windows");
  for (int w = 0; w < outcome->windows_count; w++) {
    const struct window_report *report = &outcome->windows[w];
    json_map_open(writer, NULL);
    json_add_number(writer, "from", outcome->periods[report->first].period.start);
    json_add_integer(writer, "unknowns", report->unknowns);
    json_add_number(writer, "residual", report->certificate.residual);
    json_add_text(writer, "class", class_name(report->class.class));
    json_add_text(writer, "reason", report->class.reason);
    json_add_integer(writer, "solutions", report->solutions);
    json_add_text(writer, "method", report->method);
    json_add_integer(writer, "iterations", report->iterations);
    json_add_text(writer, "note", report->note);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void add_balance(struct json_writer *writer, const struct run *run)
{
  const struct balance *balance = &run->metrics->balance;
  json_map_open(writer, "balance");
  json_add_number(writer, "mass", balance->mass.relative);
  json_add_number(writer, "value", balance->value.relative);
  json_add_number(writer, "ledger", balance->ledger.relative);
  json_add_number(writer, "element_gain", balance->gain.relative);
  json_map_close(writer);
}

/* One series by period, from the tallies' array at `member`. */
static void add_series(struct json_writer *writer, const char *key, const struct run *run, size_t member, int place,
                       struct arena *arena)
{
  double *values = ARENA_ARRAY(arena, run->metrics->periods_count, double);
  for (int p = 0; p < run->metrics->periods_count; p++) {
    const double *const *array =
        (const double *const *)(const void *)((const char *)&run->metrics->tallies[p] + member);
    values[p] = (*array)[place];
  }
  json_add_numbers(writer, key, values, run->metrics->periods_count);
}

static bool place_used(const struct run *run, int place)
{
  for (int p = 0; p < run->metrics->periods_count; p++) {
    const struct tally *tally = &run->metrics->tallies[p];
    if (tally->production[place] + tally->imports[place] + tally->consumption[place] + tally->unserved[place] > 0)
      return true;
  }
  return false;
}

static void add_markets(struct json_writer *writer, const struct run *run, struct arena *arena)
{
  const int regions = run->dataset->regions_count;
  json_list_open(writer, "markets");
  for (int place = 0; place < run->dataset->materials_count * regions; place++) {
    if (!place_used(run, place)) continue;
    json_map_open(writer, NULL);
    json_add_text(writer, "material", run->dataset->materials[place / regions].record.id);
    json_add_text(writer, "region", run->dataset->regions[place % regions].record.id);
    add_series(writer, "price", run, offsetof(struct tally, price), place, arena);
    add_series(writer, "price_paid", run, offsetof(struct tally, price_paid), place, arena);
    add_series(writer, "production", run, offsetof(struct tally, production), place, arena);
    add_series(writer, "use", run, offsetof(struct tally, use), place, arena);
    add_series(writer, "consumption", run, offsetof(struct tally, consumption), place, arena);
    add_series(writer, "unserved", run, offsetof(struct tally, unserved), place, arena);
    add_series(writer, "imports", run, offsetof(struct tally, imports), place, arena);
    add_series(writer, "exports", run, offsetof(struct tally, exports), place, arena);
    add_series(writer, "stock", run, offsetof(struct tally, stock), place, arena);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void add_concentration(struct json_writer *writer, const struct run *run, struct arena *arena)
{
  const int periods = run->metrics->periods_count;
  double *index = ARENA_ARRAY(arena, periods, double), *share = ARENA_ARRAY(arena, periods, double);
  const char **dominant = ARENA_ARRAY(arena, periods, const char *);
  json_list_open(writer, "concentration");
  for (int m = 0; m < run->dataset->materials_count; m++) {
    bool made = false;
    for (int p = 0; p < periods; p++) {
      const struct concentration *concentration = &run->metrics->concentrations[p];
      const int region = concentration->dominant[m];
      index[p] = concentration->index[m];
      share[p] = concentration->dominant_share[m];
      dominant[p] = region >= 0 ? run->dataset->regions[region].record.id : NULL;
      made = made || region >= 0;
    }
    if (!made) continue;
    json_map_open(writer, NULL);
    json_add_text(writer, "material", run->dataset->materials[m].record.id);
    json_add_numbers(writer, "hhi", index, periods);
    json_add_texts(writer, "largest_producer", dominant, periods);
    json_add_numbers(writer, "largest_share", share, periods);
    json_map_close(writer);
  }
  json_list_close(writer);
}

/* The first and the last period: shares by stage and element, and single plants. */
static void add_chain(struct json_writer *writer, const struct run *run, struct arena *arena)
{
  const int last = run->outcome->periods_count - 1;
  const struct elements elements = elements_of(run->dataset, arena);
  json_list_open(writer, "chain");
  for (int p = 0; p <= last && elements.count > 0; p += last > 0 ? last : 1) {
    const struct shares shares = shares_of_period(run->outcome, p, elements, arena);
    const struct exposures plants = exposures_of_period(run->outcome, p, EXPOSURE_LIMIT, arena);
    json_map_open(writer, NULL);
    json_add_number(writer, "period", run->outcome->periods[p].period.start);
    shares_add_json(writer, run->dataset, &shares);
    exposures_add_json(writer, run->dataset, &plants);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void add_dependence(struct json_writer *writer, const struct run *run, struct arena *arena)
{
  const int periods = run->metrics->periods_count, regions = run->dataset->regions_count;
  double *direct = ARENA_ARRAY(arena, periods, double), *embodied = ARENA_ARRAY(arena, periods, double);
  const char **on = ARENA_ARRAY(arena, periods, const char *);
  json_list_open(writer, "dependence");
  for (int cell = 0; cell < stages_count * regions; cell++) {
    bool known = false;
    for (int p = 0; p < periods; p++) {
      const struct concentration *concentration = &run->metrics->concentrations[p];
      const int dominant = concentration->stage_dominant[cell / regions];
      direct[p] = concentration->direct[cell];
      embodied[p] = concentration->embodied[cell];
      on[p] = dominant >= 0 ? run->dataset->regions[dominant].record.id : NULL;
      known = known || (dominant >= 0 && (!isnan(direct[p]) || !isnan(embodied[p])));
    }
    if (!known) continue;
    json_map_open(writer, NULL);
    json_add_text(writer, "region", run->dataset->regions[cell % regions].record.id);
    json_add_text(writer, "stage", stage_name(cell / regions));
    json_add_texts(writer, "on", on, periods);
    json_add_numbers(writer, "direct", direct, periods);
    json_add_numbers(writer, "embodied", embodied, periods);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void add_payments(struct json_writer *writer, const struct run *run, struct arena *arena)
{
  const struct payments *payments = &run->metrics->payments;
  const int periods = run->metrics->periods_count;
  json_list_open(writer, "payments");
  for (int i = 0; i < payments->count; i++) {
    const struct payment *payment = &payments->rows[i];
    json_map_open(writer, NULL);
    json_add_text(writer, "instrument", run->dataset->instruments[payment->instrument].record.id);
    json_add_text(writer, "reason", payment->reason);
    json_add_text(writer, "payer",
                  account_name(run->network, (struct account){payment->payer, payment->payer_index}, arena));
    json_add_text(writer, "payee",
                  account_name(run->network, (struct account){payment->payee, payment->payee_index}, arena));
    json_add_numbers(writer, "kusd_per_year", payment->kusd_per_year, periods);
    json_add_numbers(writer, "t_per_year", payment->quantity_t_per_year, periods);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void add_periods(struct json_writer *writer, const struct run *run, struct arena *arena)
{
  const int periods = run->outcome->periods_count;
  double *start = ARENA_ARRAY(arena, periods, double), *length = ARENA_ARRAY(arena, periods, double);
  for (int p = 0; p < periods; p++) {
    start[p] = run->outcome->periods[p].period.start;
    length[p] = run->outcome->periods[p].period.length;
  }
  json_map_open(writer, "periods");
  json_add_numbers(writer, "start", start, periods);
  json_add_numbers(writer, "years", length, periods);
  json_map_close(writer);
}

static void add_notes(struct json_writer *writer, const struct run *run)
{
  json_map_open(writer, "units");
  json_add_text(writer, "price", "USD/kg, real");
  json_add_text(writer, "production", "t/year");
  json_add_text(writer, "stock", "t");
  json_add_text(writer, "payments", "thousand USD a year, real");
  json_map_close(writer);
  json_add_texts(writer, "warnings", run->dataset->warnings, run->dataset->warnings_count);
}

/* Sums promised for plants that nobody orders, by instrument: million USD, nominal. */
static void add_not_drawn(struct json_writer *writer, const struct run *run)
{
  struct arena *arena = arena_new();
  const struct fiscal_exposure exposure =
      fiscal_exposure_compute(run->outcome, run->metrics->ledgers, run->metrics->budget.region, 0, arena);
  json_map_open(writer, "not_drawn");
  for (int k = 0; k < run->dataset->instruments_count; k++)
    if (exposure.not_drawn_musd[k] > 0)
      json_add_number(writer, run->dataset->instruments[k].record.id, exposure.not_drawn_musd[k]);
  json_map_close(writer);
  arena_free(arena);
}

/* By fiscal year, million USD, nominal. */
static void add_budget(struct json_writer *writer, const struct run *run)
{
  const struct budget *budget = &run->metrics->budget;
  if (budget->region < 0) return;
  json_map_open(writer, "budget");
  json_add_text(writer, "region", run->dataset->regions[budget->region].record.id);
  json_add_text(writer, "unit", "million USD, nominal, by fiscal year");
  json_add_integer(writer, "first_fiscal_year", budget->first_year);
  json_add_numbers(writer, "outlays", budget->outlay_musd, budget->years_count);
  json_add_numbers(writer, "receipts", budget->receipt_musd, budget->years_count);
  json_add_number(writer, "present_value_musd_real", budget->present_value_musd);
  add_not_drawn(writer, run);
  json_list_open(writer, "lines");
  for (int i = 0; i < budget->lines_count; i++) {
    const struct budget_line *line = &budget->lines[i];
    json_map_open(writer, NULL);
    json_add_text(writer, "instrument",
                  line->instrument >= 0 ? run->dataset->instruments[line->instrument].record.id : NULL);
    json_add_text(writer, "basis", budget_basis_name(line->basis));
    json_add_numbers(writer, "outlays", line->outlay_musd, budget->years_count);
    json_add_numbers(writer, "receipts", line->receipt_musd, budget->years_count);
    if (line->instrument >= 0 && run->network->instruments[line->instrument].kind->elected != NULL)
      json_add_numbers(writer, "discretion", line->discretion_musd, budget->years_count);
    if (line->basis == BUDGET_CREDIT) {
      json_add_numbers(writer, "financing", line->financing_musd, budget->years_count);
      json_add_number(writer, "subsidy_usd", line->subsidy.total_usd);
      json_add_number(writer, "subsidy_defaults_usd", line->subsidy.defaults_usd);
      json_add_number(writer, "subsidy_interest_usd", line->subsidy.interest_usd);
      json_add_number(writer, "subsidy_fees_usd", line->subsidy.fees_usd);
      json_add_number(writer, "subsidy_other_usd", line->subsidy.other_usd);
      json_add_number(writer, "fair_value_usd", line->fair_value.total_usd);
    }
    json_map_close(writer);
  }
  json_list_close(writer);
  json_map_close(writer);
}

static void add_support(struct json_writer *writer, const struct run *run)
{
  const struct support *support = &run->metrics->support;
  if (support->total_musd <= 0) return;
  json_map_open(writer, "support");
  json_add_text(writer, "unit", "million USD, present value, real");
  json_add_number(writer, "total", support->total_musd);
  json_add_number(writer, "herfindahl_by_owner", support->herfindahl);
  json_list_open(writer, "stages");
  for (int s = 0; s < support_stages; s++) {
    if (support->by_stage_musd[s] == 0 && support->rent_by_stage_musd[s] == 0) continue;
    json_map_open(writer, NULL);
    json_add_text(writer, "stage", stage_name(s));
    json_add_number(writer, "support", support->by_stage_musd[s]);
    json_add_number(writer, "rent_of_capacity", support->rent_by_stage_musd[s]);
    json_map_close(writer);
  }
  json_list_close(writer);
  json_list_open(writer, "plants");
  for (int f = 0; f < support->facilities_count; f++) {
    if (support->present_value_musd[f] == 0) continue;
    json_map_open(writer, NULL);
    json_add_text(writer, "plant", run->dataset->facilities[f].record.id);
    json_add_number(writer, "support", support->present_value_musd[f]);
    json_add_number(writer, "margin_after_usd_per_kg",
                    support_margin_after(support, run->outcome, run->metrics->ledgers, f));
    json_map_close(writer);
  }
  json_list_close(writer);
  json_map_close(writer);
}

static void add_projects(struct json_writer *writer, const struct run *run)
{
  const struct projects *projects = &run->metrics->projects;
  if (projects->count == 0) return;
  json_list_open(writer, "projects");
  for (int i = 0; i < projects->count; i++) {
    const struct owner_project *project = &projects->items[i];
    const struct project_result *result = &project->result;
    json_map_open(writer, NULL);
    json_add_text(writer, "owner", project->owner >= 0 ? run->dataset->owners[project->owner].record.id : NULL);
    json_add_text(writer, "plant", run->dataset->facilities[project->facility].record.id);
    json_add_number(writer, "support_musd", project->support_musd);
    json_add_integer(writer, "first_year", project->first_year);
    json_add_number(writer, "project_npv_usd_nominal", result->project_npv);
    json_add_number(writer, "equity_npv_usd_nominal", result->equity_npv);
    json_add_number(writer, "project_irr_per_year",
                    result->project_irr.status == IRR_ONE ? result->project_irr.rate : NAN);
    json_add_number(writer, "least_debt_service_cover", result->least_cover);
    json_add_number(writer, "least_loan_life_cover", result->least_loan_life_cover);
    json_add_integer(writer, "covenant_breaches", result->breaches);
    json_add_number(writer, "months_of_delay", project->months_of_delay);
    json_add_number(writer, "margin_after_usd_per_kg", project->margin_after);
    json_add_numbers(writer, "tax_usd", result->tax, result->periods);
    json_add_numbers(writer, "available_for_debt_service_usd", result->available, result->periods);
    json_add_numbers(writer, "debt_usd", result->debt, result->periods);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void add_body(struct json_writer *writer, const struct run *run, const char *version, struct arena *arena)
{
  add_scenario(writer, run, version);
  json_add_text(writer, "status", run->outcome->solved ? "solved" : "failed");
  json_add_text(writer, "failure", run->outcome->failure);
  add_certificate(writer, run->outcome);
  add_windows(writer, run->outcome);
  add_balance(writer, run);
  add_periods(writer, run, arena);
  add_notes(writer, run);
  add_markets(writer, run, arena);
  add_concentration(writer, run, arena);
  add_chain(writer, run, arena);
  add_dependence(writer, run, arena);
  add_payments(writer, run, arena);
  add_budget(writer, run);
  add_support(writer, run);
  add_projects(writer, run);
  score_add_json(writer, run);
  if (run->calibration != NULL) calibration_json(writer, run->calibration);
}

const char *summary_json(const struct run *run, const char *version, struct arena *arena)
{
  struct json_writer writer = json_writer_new(arena, 2);
  json_map_open(&writer, NULL);
  add_body(&writer, run, version, arena);
  json_map_close(&writer);
  return json_writer_finish(&writer);
}
