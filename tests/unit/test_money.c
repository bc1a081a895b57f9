/* Budgets by fiscal year, surplus by party, support of plants: a market small enough to be added up by hand. */
#include <math.h>

#include "dataset_files.h"
#include "metrics/fiscal_exposure.h"
#include "metrics/floors.h"
#include "metrics/gains.h"
#include "run/alternatives.h"
#include "report/first_screen.h"
#include "run/companions.h"

#define assert_near(found, expected, within) assert_true(fabs((found) - (expected)) <= (within))

/* 100 t a year whatever the price, wanted at p = 100 - d / 2: the price is 50. A floor of 70 from mid-2024 pays 20 USD
 * on each kilogram; fiscal years begin in October. */
#define MARKET "horizon: {from: 2024, to: 2025, tail: no, window: 1}\n" MARKET_AT_ANY_TIME
#define MARKET_AT_ANY_TIME                                                                                             \
  "schema_version: 1\n"                                                                                                \
  "scenario: market\n"                                                                                                 \
  "economy: {discount_rate: 0.1}\n"                                                                                    \
  "tables:\n"                                                                                                          \
  "  regions: [{id: home, name: Home, fiscal_year_start_month: 10}, {id: away, name: Away}]\n"                         \
  "  owners: [{id: firm}]\n"                                                                                           \
  "  materials: [{id: oxide, stage: oxide, price_usd_per_kg: 50}]\n"                                                   \
  "  processes: [{id: make}]\n"                                                                                        \
  "  yields: [{process: make, material: oxide, amount: 1}]\n"                                                          \
  "  facilities: [{id: plant, region: home, owner: firm, processes: make, capacity_t_per_year: 100, "                  \
  "cost_usd_per_kg: 20}]\n"                                                                                            \
  "  segments: [{id: users, region: home, material: oxide, form: linear, intercept_usd_per_kg: 100, "                  \
  "slope_usd_per_kg_per_t: 0.5}]\n"

#define FLOOR                                                                                                          \
  "instruments: [{id: floor, kind: floor_topup, payer: Home ministry, materials: oxide, facilities: plant, "           \
  "floor_usd_per_kg: 70, real: yes, start: 2024-07}]\n"

static struct run *solve(struct files *files, const char *name, const char *text)
{
  struct error error = {0};
  files_add(files, name, text);
  const struct load_options options = {0};
  struct run *run = run_load(path_join(files->folder, name, files->arena), &options, files->arena, &error);
  assert_non_null(run);
  run_solve(run, &(struct solve_options){0});
  assert_true(run->outcome->solved);
  return run;
}

static void fiscal_years_take_what_falls_due_in_them(void **state)
{
  struct files *files = *state;
  const struct run *run = solve(files, "market.yaml", MARKET FLOOR);
  const struct budget *budget = &run->metrics->budget;
  assert_int_equal(budget->region, 0);
  assert_int_equal(budget->lines_count, 1);
  assert_int_equal(budget->lines[0].basis, BUDGET_CASH);
  double total = 0;
  for (int y = 0; y < budget->years_count; y++) {
    const int year = budget->first_year + y;
    const double expected = year == 2025 ? 2 : year == 2026 ? 1 : 0; /* half of 2025 falls due after September 2025 */
    assert_near(budget->outlay_musd[y], expected, 1e-9);
    total += budget->outlay_musd[y];
  }
  assert_near(total, 3, 1e-9);
  assert_near(budget->present_value_musd, 1 * pow(1.1, -1) + 2 * pow(1.1, -1.75), 1e-9);
}

static void nobody_pays_without_a_contract(void **state)
{
  struct files *files = *state;
  const struct run *run = solve(files, "market.yaml", MARKET);
  assert_int_equal(run->metrics->budget.region, -1);
  assert_near(run->metrics->support.total_musd, 0, 0);
  assert_int_equal(run->metrics->support.largest_owner, -1);
}

static void surplus_is_transferred_not_made(void **state)
{
  struct files *files = *state;
  const struct run *with = solve(files, "with.yaml", MARKET FLOOR), *without = solve(files, "without.yaml", MARKET);
  const struct welfare *after = &with->metrics->welfare[1], *before = &without->metrics->welfare[1];
  assert_near(after->users[0], 2500, 1e-6); /* 100 x 100 - 100 x 100 / 4, less 50 x 100 */
  assert_near(after->firms[0], 5000, 1e-6);
  assert_near(after->governments[0], -2000, 1e-6);
  assert_near(after->agencies, 0, 0);
  assert_near(before->firms[0], 3000, 1e-6);
  assert_near(welfare_total(after), 5500, 1e-6);
  assert_near(welfare_total(before), 5500, 1e-6);
}

static void who_gains_is_a_difference_of_runs(void **state)
{
  struct files *files = *state;
  const struct run *with = solve(files, "with.yaml", MARKET FLOOR), *without = solve(files, "without.yaml", MARKET);
  const struct gains gains =
      gains_between(with->outcome, with->metrics, without->outcome, without->metrics, -1, files->arena);
  const double worth = 1 * pow(1.1, -0.5) + 2 * pow(1.1, -1.5);
  assert_near(gains.firms[0], worth, 1e-9);
  assert_near(gains.governments[0], -worth, 1e-9);
  assert_near(gains.supported, worth, 1e-9);
  assert_near(gains.rivals, 0, 1e-9);
  assert_near(gains.users[0], 0, 1e-9);
  assert_near(gains.total, 0, 1e-9);
  assert_near(gains.inframarginal, 1, 1e-9);
}

/* A store takes 10 of the 100 t: 90 are used at 55. The 20 t left after two years are worth 55 less a tenth. */
#define STORE                                                                                                          \
  "instruments: [{id: store, kind: stockpile_rule, payer: Home, material: oxide, region: home, buy_t_per_year: 10, "   \
  "buy_below_usd_per_kg: 60}]\n"

static void goods_left_in_store_are_worth_something(void **state)
{
  struct files *files = *state;
  const struct run *with = solve(files, "store.yaml", MARKET STORE), *without = solve(files, "none.yaml", MARKET);
  const struct gains gains =
      gains_between(with->outcome, with->metrics, without->outcome, without->metrics, -1, files->arena);
  const double years = pow(1.1, -0.5) + pow(1.1, -1.5), left = 20 * 55 * 0.9 / 1000 * pow(1.1, -2);
  assert_near(gains.governments[0], -0.55 * years, 1e-6);
  assert_near(gains.firms[0], 0.5 * years, 1e-6);
  assert_near(gains.users[0], (90 * 90 - 100 * 100) / 4.0 / 1000 * years, 1e-6);
  assert_near(gains.public_stocks, left, 1e-6);
  assert_near(gains.private_stocks, 0, 0);
  assert_near(gains.total, (-0.55 + 0.5 - 0.475) * years + left, 1e-6);
}

static void support_knows_its_recipient(void **state)
{
  struct files *files = *state;
  const struct run *with = solve(files, "with.yaml", MARKET FLOOR), *without = solve(files, "without.yaml", MARKET);
  const struct support *support = &with->metrics->support;
  assert_int_equal(support->largest_owner, 0);
  assert_near(support->largest_share, 1, 1e-12);
  assert_near(support->herfindahl, 1e4, 1e-6);
  assert_near(support->by_stage_musd[STAGE_OXIDE], support->total_musd, 1e-12);
  assert_near(support_inframarginal(support, with->outcome, without->outcome), 1, 1e-9);
  assert_true(isnan(support_margin_after(support, with->outcome, with->metrics->ledgers, 0)));
}

/* Supply at 20 + q / 2 meets p = 100 - d / 2: 80 t at 60. A deal tops the plant up to 70. */
#define DEAL                                                                                                           \
  "schema_version: 1\n"                                                                                                \
  "deal: topup\n"                                                                                                      \
  "title: A floor\n"                                                                                                   \
  "status: binding\n"                                                                                                  \
  "appropriated: no\n"                                                                                                 \
  "source: invented for this test\n"                                                                                   \
  "instruments: [{id: floor, kind: floor_topup, payer: Home ministry, materials: oxide, facilities: plant, "           \
  "floor_usd_per_kg: 70, real: yes}]\n"
#define RISING "set: {facilities.plant.cost_slope_usd_per_kg_per_t: 0.5, facilities.plant.capacity_t_per_year: inf}\n"

/* 70 in real money and, a year later, 60 that rise by 5 % a year: the prices from which on nothing is owed. */
#define TWO_FLOORS                                                                                                     \
  "instruments: [{id: early, kind: floor_topup, payer: Home ministry, materials: oxide, facilities: plant, "           \
  "floor_usd_per_kg: 70, real: yes, start: 2024, end: 2025}, "                                                         \
  "{id: late, kind: floor_topup, payer: Home ministry, materials: oxide, facilities: plant, "                          \
  "floor_usd_per_kg: 60, escalation_per_year: 0.05, index_material: oxide, index_region: home, start: 2024, "          \
  "end: 2026}]\n"

static void a_floor_knows_from_which_price_it_costs_nothing(void **state)
{
  struct files *files = *state;
  const char *text = arena_format(files->arena, "%s", MARKET RISING TWO_FLOORS);
  const struct run *with = solve(files, "with.yaml", text), *without = solve(files, "without.yaml", MARKET RISING);
  const struct price_floors floors =
      price_floors_of(with->outcome, with->metrics->ledgers, 0, without->outcome, files->arena);
  assert_int_equal(floors.count, 2);
  const struct price_floor *early = &floors.items[0], *late = &floors.items[1];
  assert_int_equal(early->last, 0);
  assert_near(early->nominal_usd_per_kg[0], 70 * with->outcome->periods[0].deflator, 1e-12);
  assert_true(isnan(early->nominal_usd_per_kg[1]));
  assert_int_equal(early->material, -1);
  assert_int_equal(late->material, 0);
  assert_int_equal(late->region, 0);
  assert_near(late->nominal_usd_per_kg[0], 60, 1e-12);
  assert_near(late->nominal_usd_per_kg[1], 63, 1e-12);
  const double before = facility_output(without->outcome, 0, 0), after = facility_output(with->outcome, 0, 0);
  assert_near(before, 80, 1e-6);
  assert_true(after > 81);
  assert_near(early->bought, 1 - before / after, 1e-9);
  assert_int_equal(price_floors_of(with->outcome, with->metrics->ledgers, 1, NULL, files->arena).count, 0);
}

static struct run *solve_deal(struct files *files, const char *more)
{
  files_add(files, "topup.yaml", DEAL);
  return solve(files, "deal.yaml",
               arena_format(files->arena, "%s%s", MARKET RISING "instruments: [topup.yaml]\n", more));
}

static void a_run_with_deals_has_companions(void **state)
{
  struct files *files = *state;
  struct run *run = solve_deal(files, "stress: [segments.users.intercept_usd_per_kg=120]\n");
  struct companions companions;
  struct error error = {0};
  assert_true(companions_solve(run, &(struct run_options){0}, &companions, NULL, NULL, &error));
  /* The seller gets 70 wherever the price is below: 100 t at a price of 50. */
  assert_near(run->outcome->periods[0].price[0], 50, 1e-6);
  assert_near(run->metrics->budget.present_value_musd, 2 * (pow(1.1, -0.75) + pow(1.1, -1.75)), 1e-6);
  assert_near(companions.without->outcome->periods[0].price[0], 60, 1e-6);
  assert_near(companions.without->metrics->budget.present_value_musd, 0, 0);
  assert_near(companions.in_cash->outcome->periods[0].price[0], 60, 1e-6); /* 80 t, 10 USD each */
  assert_near(companions.in_cash->metrics->budget.present_value_musd, 0.8 * (pow(1.1, -0.75) + pow(1.1, -1.75)), 1e-6);
  assert_near(companions.stressed_without->outcome->periods[0].price[0], 70, 1e-6);
  assert_near(companions.stressed->outcome->periods[0].price[0], 70, 1e-6); /* the floor just does not bind */
}

/* The screen with the deals and without them alone; the rest is told to come. */
static void what_is_not_solved_yet_reads_as_dots(void **state)
{
  struct files *files = *state;
  struct run *run = solve_deal(files, "stress: [segments.users.intercept_usd_per_kg=120]\n");
  struct companions all;
  struct error error = {0};
  const struct summary_view view = {0};
  assert_true(companions_solve(run, &(struct run_options){0}, &all, NULL, NULL, &error));
  const char *whole = first_screen_text(run, &all, NULL, &view, files->arena);
  assert_null(strstr(whole, "..."));
  assert_non_null(strstr(whole, "Settled in cash only 2."));
  const struct companions some = {.without = all.without};
  run->outcome->windows[0].pending = true;
  const char *first = first_screen_text(run, &some, NULL, &view, files->arena);
  assert_non_null(strstr(first, "Settled in cash only ...."));
  assert_non_null(strstr(first, "1 to be tried ..."));
}

static void note_told(void *context)
{
  ++*(int *)context;
}

/* Once both runs that figures need are there, and as often again as more comes after them. */
static void what_companions_add_is_told(void **state)
{
  struct files *files = *state;
  struct run *run = solve_deal(files, "stress: [segments.users.intercept_usd_per_kg=120]\n");
  const struct run *alone = solve_deal(files, "stress: [segments.users.intercept_usd_per_kg=120]\n");
  struct companions companions;
  struct error error = {0};
  int told = 0;
  run->outcome = NULL;
  assert_true(companions_solve(run, &(struct run_options){0}, &companions, note_told, &told, &error));
  assert_true(told >= 1);
  for (int w = 0; w < run->outcome->windows_count; w++) {
    const struct window_report *a = &run->outcome->windows[w], *b = &alone->outcome->windows[w];
    assert_false(a->pending);
    assert_int_equal(a->class.class, b->class.class);
    assert_int_equal(a->solutions, b->solutions);
  }
}

static void a_run_without_deals_has_none(void **state)
{
  struct files *files = *state;
  struct run *run = solve(files, "market.yaml", MARKET FLOOR);
  struct companions companions;
  struct error error = {0};
  assert_true(companions_solve(run, &(struct run_options){0}, &companions, NULL, NULL, &error));
  assert_null(companions.without);
}

/* A credit of c moves 80 + c t: outlays c (80 + c). */
#define CREDIT                                                                                                         \
  "instruments: [{id: credit, kind: production_credit, payer: Home, facilities: plant, usd_per_kg: 1, "                \
  "real: yes}]\n"                                                                                                      \
  "dial: instruments.credit.usd_per_kg\n"

static void dials_turn_until_outlays_agree(void **state)
{
  struct files *files = *state;
  const struct run *model = solve_deal(files, "");
  const struct run *quo = solve(files, "quo.yaml", MARKET RISING);
  const double target = outlays_present_value_musd(model, 0) - outlays_present_value_musd(quo, 0);
  const struct run_options options = {0};
  struct error error = {0};
  files_add(files, "credit.yaml", MARKET RISING CREDIT "dial_high: 40\n");
  struct scaled_run scaled = scaled_run_solve(path_join(files->folder, "credit.yaml", files->arena), &options, quo, 0,
                                              target, files->arena, &error);
  assert_non_null(scaled.run);
  assert_true(scaled.reached);
  assert_near(scaled.outlays_musd, target, 0.01 * target);
  const double spent = scaled.dial * (80 + scaled.dial) / 1000;
  assert_near(outlays_present_value_musd(scaled.run, 0), spent * (pow(1.1, -0.5) + pow(1.1, -1.5)), 1e-6);
  files_add(files, "credit.yaml", MARKET RISING CREDIT "dial_high: 2\n");
  scaled = scaled_run_solve(path_join(files->folder, "credit.yaml", files->arena), &options, quo, 0, target,
                            files->arena, &error);
  assert_non_null(scaled.run);
  assert_false(scaled.reached);
  assert_near(scaled.dial, 2, 0);
}

/* 5,000 from goods, 2,000 of cost, 1,000 and 2,000 of support (thousand USD); a quarter of the profit is tax. */
static void a_supported_owner_is_a_project(void **state)
{
  struct files *files = *state;
  const struct run *run = solve(files, "with.yaml", MARKET FLOOR);
  const struct projects *projects = &run->metrics->projects;
  assert_int_equal(projects->count, 1);
  const struct owner_project *project = &projects->items[0];
  assert_int_equal(project->owner, 0);
  assert_int_equal(project->facilities_count, 1);
  assert_near(project->result.available[0], 3e6, 1e-3);
  assert_near(project->result.available[1], 3.75e6, 1e-3);
  assert_near(project->result.tax[1], 1.25e6, 1e-3);
  assert_near(project->result.equity_npv, 3e6 + 3.75e6 / 1.1, 1);
  assert_int_equal(project->result.breaches, 0);
  assert_int_equal(solve(files, "without.yaml", MARKET)->metrics->projects.count, 0);
}

/* The same market and support in quarters, and in quarters first and then a year: money is kept by calendar year. */
static void projects_are_the_same_in_quarters(void **state)
{
  struct files *files = *state;
  static const char *const lengths[] = {
      "{from: 2024, to: 2026, length: quarter}",
      "{from: 2024, to: 2025, length: quarter}, {from: 2025, to: 2026, length: year}"};
  const struct owner_project *years = &solve(files, "years.yaml", MARKET FLOOR)->metrics->projects.items[0];
  for (int h = 0; h < 2; h++) {
    const char *name = arena_format(files->arena, "quarters-%d.yaml", h);
    const char *horizon = arena_format(files->arena, "horizon: {periods: [%s], tail: no, window: 1}\n", lengths[h]);
    const struct run *run = solve(files, name, arena_format(files->arena, "%s%s", horizon, MARKET_AT_ANY_TIME FLOOR));
    const struct owner_project *project = &run->metrics->projects.items[0];
    assert_int_equal(run->outcome->periods_count, h == 0 ? 8 : 5);
    assert_int_equal(project->first_year, 2024);
    assert_int_equal(project->result.periods, 2);
    for (int y = 0; y < 2; y++) assert_near(project->result.equity[y], years->result.equity[y], 1);
    assert_near(project->result.equity_npv, 3e6 + 3.75e6 / 1.1, 1);
    assert_near(project->months_of_delay, years->months_of_delay, 1e-6);
  }
}

/* A loan of 1 M USD for a plant of 100 t that costs too much to be ordered, unless it is ordered in any case. */
#define PROMISE                                                                                                        \
  "set: {facilities.plant.status: optional, facilities.plant.capital_usd_per_kg_year: 1e4, "                           \
  "facilities.plant.lead_time_years: 1}\n"                                                                             \
  "instruments:\n"                                                                                                     \
  "  - {id: loan, kind: loan, payer: Home bank, facilities: plant, principal_usd: 1e6, rate_per_year: 0, "             \
  "tenor_years: 5, shape: bullet, start: 2024%s}\n"
#define RATE "  indices: [{id: treasury_10y, index: treasury_10y, date: 2024, value: 0.05}]\n"

static void promises_for_plants_wait_for_them(void **state)
{
  struct files *files = *state;
  const char *const paid_out[] = {"", ", paid_out: by_dates"};
  const double drawn[] = {0, 1};
  for (int i = 0; i < 2; i++) {
    const struct run *run = solve(files, arena_format(files->arena, "promise-%d.yaml", i),
                                  arena_format(files->arena, MARKET RATE PROMISE, paid_out[i]));
    const struct budget *budget = &run->metrics->budget;
    const struct fiscal_exposure exposure =
        fiscal_exposure_compute(run->outcome, run->metrics->ledgers, 0, 0, files->arena);
    assert_int_equal(budget->region, 0);
    assert_near(run->outcome->periods[0].order[0], 0, 1e-6);
    assert_near(exposure.not_drawn_musd[0], 1 - drawn[i], 1e-9);
    assert_near(exposure.gross_musd[0], drawn[i], 1e-9);
    assert_int_equal(budget->lines_count, 1);
    assert_near(budget->lines[0].subsidy.total_usd, drawn[i] * 1e6 * (1 - pow(1.05, -5)), 10);
    assert_near(budget->lines[0].subsidy.disbursed_usd, drawn[i] * 1e6, 1e-3);
  }
}

/* A quarter of the plant is ordered in 2024 and the rest in 2025: so much of the subsidy stands in each fiscal year. */
static void a_credit_costs_as_its_tranches_are_paid_out(void **state)
{
  struct files *files = *state;
  const struct run *run = solve(files, "promise.yaml", arena_format(files->arena, MARKET RATE PROMISE, ""));
  struct outcome outcome = *run->outcome;
  double orders[] = {25, 75};
  outcome.periods = arena_grow(files->arena, outcome.periods, 2, 2, sizeof *outcome.periods);
  for (int p = 0; p < 2; p++) outcome.periods[p].order = &orders[p];
  const struct budget budget = budget_compute(&outcome, run->metrics->ledgers, 0, files->arena);
  const double subsidy = 1 - pow(1.05, -5);
  assert_int_equal(budget.first_year, 2024);
  assert_near(budget.lines[0].subsidy.total_usd, 1e6 * subsidy, 10);
  assert_near(budget.outlay_musd[0], 0.25 * subsidy, 1e-5);
  assert_near(budget.outlay_musd[1], 0.75 * subsidy, 1e-5);
  assert_near(budget.present_value_musd, (0.25 + 0.75 / 1.1) * subsidy, 1e-5);
}

/* At an index of nothing the floor owes 70 on half a year's 100 t and, escalated by a tenth, 77 on the next year's. */
static void promised_floors_escalate(void **state)
{
  struct files *files = *state;
  const struct run *run =
      solve(files, "market.yaml", MARKET FLOOR "set: {instruments.floor.escalation_per_year: 0.1}\n");
  const struct fiscal_exposure exposure =
      fiscal_exposure_compute(run->outcome, run->metrics->ledgers, 0, 0, files->arena);
  const struct price_floors floors = price_floors_of(run->outcome, run->metrics->ledgers, 0, NULL, files->arena);
  assert_near(floors.items[0].nominal_usd_per_kg[0], 70, 1e-9);
  assert_near(floors.items[0].nominal_usd_per_kg[1], 77, 1e-9);
  assert_near(exposure.gross_musd[0], 70 * 0.05 + 77 * 0.1, 1e-6);
}

/* In cash only the credit is paid on the 80 t of the run without it; nothing is paid for in the status quo. */
static void policies_stand_beside_themselves_in_cash(void **state)
{
  struct files *files = *state;
  const struct run *quo = solve(files, "quo.yaml", MARKET RISING);
  const struct run *with = solve(files, "credit.yaml", MARKET RISING CREDIT "dial_high: 40\n");
  const struct run_options options = {0};
  struct error error = {0};
  struct alternative policy = {.run = with, .dial = NAN}, before = {.run = quo, .dial = NAN};
  assert_true(alternative_solve_beside(&policy, quo, &options, &error));
  assert_true(alternative_solve_beside(&before, quo, &options, &error));
  assert_null(before.in_cash);
  assert_null(policy.stressed); /* no stress is stated */
  assert_non_null(policy.in_cash);
  const double years = pow(1.1, -0.5) + pow(1.1, -1.5);
  assert_near(outlays_present_value_musd(with, 0), 1 * 81 * years / 1000, 1e-6);
  assert_near(outlays_present_value_musd(policy.in_cash, 0), 1 * 80 * years / 1000, 1e-6);
}

static void worth_is_the_area_under_demand(void **state)
{
  (void)state;
  const struct consumer_terms linear = {
      .form = DEMAND_LINEAR, .quantity = 200, .intercept = 100, .slope = 0.5, .choke = 80};
  assert_near(demand_worth(&linear, 20), 1600, 1e-9); /* all at the choke */
  assert_near(demand_worth(&linear, 100), 80 * 40 + 0.5 * (80 + 50) * 60, 1e-9);
  const struct consumer_terms unit = {
      .form = DEMAND_ISOELASTIC, .quantity = 10, .price = 5, .elasticity = 1, .choke = 50};
  assert_near(demand_worth(&unit, 10), 50 + 50 * log(10), 1e-9); /* 1 t at the choke, then 50 / d */
  const struct consumer_terms half = {
      .form = DEMAND_ISOELASTIC, .quantity = 10, .price = 5, .elasticity = 0.5, .choke = 20};
  assert_near(demand_worth(&half, 10), 20 * 5 + 500 * (1 / 5.0 - 1 / 10.0), 1e-9); /* p = 500 / d^2 from 5 t on */
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      FILES_TEST(fiscal_years_take_what_falls_due_in_them),
      FILES_TEST(nobody_pays_without_a_contract),
      FILES_TEST(surplus_is_transferred_not_made),
      FILES_TEST(who_gains_is_a_difference_of_runs),
      FILES_TEST(goods_left_in_store_are_worth_something),
      FILES_TEST(support_knows_its_recipient),
      FILES_TEST(a_supported_owner_is_a_project),
      FILES_TEST(projects_are_the_same_in_quarters),
      FILES_TEST(a_run_with_deals_has_companions),
      FILES_TEST(a_run_without_deals_has_none),
      FILES_TEST(what_is_not_solved_yet_reads_as_dots),
      FILES_TEST(what_companions_add_is_told),
      FILES_TEST(dials_turn_until_outlays_agree),
      FILES_TEST(promises_for_plants_wait_for_them),
      FILES_TEST(a_credit_costs_as_its_tranches_are_paid_out),
      FILES_TEST(promised_floors_escalate),
      FILES_TEST(policies_stand_beside_themselves_in_cash),
      FILES_TEST(a_floor_knows_from_which_price_it_costs_nothing),
      cmocka_unit_test(worth_is_the_area_under_demand),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
