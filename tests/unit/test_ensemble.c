/* Draws: laws, keys, episodes; the data set of a draw; the same results for any count of threads, after interruption,
 * and beside other policies.
 */
#include <math.h>
#include <unistd.h>

#include "base/text.h"
#include "dataset_files.h"
#include "ensemble/distributions.h"
#include "ensemble/ensemble.h"
#include "ensemble/vary.h"
#include "run/run.h"

#define MARKET                                                                                                         \
  "schema_version: 1\nscenario: small\nhorizon: {from: 2025, to: 2030, window: 2}\n"                                   \
  "tables:\n"                                                                                                          \
  "  regions: [{id: north}, {id: south}]\n"                                                                            \
  "  materials: {ore: {stage: ore, price_usd_per_kg: 2}, metal: {stage: metal, price_usd_per_kg: 10}}\n"               \
  "  processes: [{id: mining}, {id: smelting}]\n"                                                                      \
  "  yields:\n"                                                                                                        \
  "    - {process: mining, material: ore, amount: 1}\n"                                                                \
  "    - {process: smelting, material: ore, amount: -2}\n"                                                             \
  "    - {process: smelting, material: metal, amount: 1}\n"                                                            \
  "  facilities:\n"                                                                                                    \
  "    - {id: mine, region: north, processes: mining, capacity_t_per_year: 100, cost_usd_per_kg: 1,\n"                 \
  "       cost_slope_usd_per_kg_per_t: 0.01}\n"                                                                        \
  "    - {id: smelter, region: south, processes: smelting, capacity_t_per_year: 60, cost_usd_per_kg: 2}\n"             \
  "    - {id: newcomer, region: south, processes: smelting, status: committed, start: 2027, capacity_t_per_year: "     \
  "30,\n"                                                                                                              \
  "       cost_usd_per_kg: 1, success_probability: 0.6}\n"                                                             \
  "  segments:\n"                                                                                                      \
  "    - {id: users, region: south, material: metal, quantity_t_per_year: 40, price_usd_per_kg: 10, elasticity: "      \
  "0.5}\n"                                                                                                             \
  "  links: [{id: road, from: north, to: south, freight_usd_per_kg: 0.5}]\n"                                           \
  "  schedules: [{table: facilities, row: smelter, field: cost_usd_per_kg, date: 2028, value: 2.5}]\n"
#define CHANCE                                                                                                         \
  "distributions:\n"                                                                                                   \
  "  - {id: elasticity, path: segments.users.elasticity, kind: uniform, low: 0.7, high: 1.4}\n"                        \
  "  - {id: smelting-cost, path: 'facilities.smelt*.cost_usd_per_kg', kind: lognormal, median: 1, deviation: 0.2}\n"   \
  "  - {id: growth, path: segments.users.growth_per_year, use: shift, kind: normal, mean: 0.02, deviation: 0.01}\n"    \
  "  - {id: freight, path: links.road.freight_usd_per_kg, kind: triangular, low: 0.5, mode: 1, high: 2, start: "       \
  "2026}\n"                                                                                                            \
  "correlations: [{id: together, members: [elasticity, growth], ranks: -0.6}]\n"                                       \
  "startups:\n"                                                                                                        \
  "  - {id: new, facilities: [newcomer], delay_low_years: 0, delay_mode_years: 0.5, delay_high_years: 2}\n"            \
  "regimes:\n"                                                                                                         \
  "  - {id: truce, states: [held, broken], start: 2027, transitions: [0.7, 0.3, 0, 1]}\n"                              \
  "events:\n"                                                                                                          \
  "  - {id: outage, change: facilities.mine.availability, factor: 0.5, hazard_per_year: 0.2, duration_years: 0.5}\n"   \
  "  - {id: ban, change: links.road.freight_usd_per_kg, factor: 3, regime: truce, state: broken}\n"
#define PREMIUM "instruments: [{id: duty, kind: tariff, from: north, to: south, rate: 0.2}]\n"

static struct run *load(struct files *files, const char *text)
{
  struct error error = {0};
  files_add(files, "a.yaml", text);
  struct run *run = run_load(path_join(files->folder, "a.yaml", files->arena), &files->options, files->arena, &error);
  if (run == NULL) fail_msg("%s: %s", error.field, error.message);
  run_solve(run, NULL);
  if (!run->outcome->solved) fail_msg("%s", run->outcome->failure);
  return run;
}

static const struct ensemble *draw(struct files *files, const struct run *run, struct ensemble_options options)
{
  struct error error = {0};
  const struct ensemble *ensemble = ensemble_run(run, &options, files->arena, &error);
  if (ensemble == NULL) fail_msg("%s %s", error.file, error.message);
  return ensemble;
}

static void assert_same(const struct ensemble *a, const struct ensemble *b)
{
  assert_int_equal(a->wanted, b->wanted);
  assert_int_equal(a->done, b->done);
  assert_memory_equal(a->digests, b->digests, sizeof *a->digests * (size_t)a->wanted);
  assert_memory_equal(a->state, b->state, (size_t)a->wanted);
  assert_memory_equal(a->values, b->values, sizeof(double) * (size_t)(a->wanted * a->indicators->count));
  assert_int_equal(a->fields->cells, b->fields->cells);
  assert_memory_equal(a->counts, b->counts, sizeof(int32_t) * (size_t)(a->fields->cells * field_bins));
}

/* ---- laws ---- */

static double mean_of_law(struct law law)
{
  double sum = 0;
  for (int i = 0; i < 20000; i++) sum += law_inverse(&law, (i + 0.5) / 20000);
  return sum / 20000;
}

static void laws_have_their_means(void **state)
{
  (void)state;
  const double none = NAN;
  assert_true(fabs(mean_of_law((struct law){.kind = LAW_UNIFORM, .low = 1, .high = 3}) - 2) < 1e-9);
  assert_true(fabs(mean_of_law((struct law){.kind = LAW_TRIANGULAR, .low = 1, .mode = 2, .high = 6}) - 3) < 1e-4);
  assert_true(fabs(mean_of_law((struct law){.kind = LAW_PERT, .low = 1, .mode = 2, .high = 6}) - 2.5) < 1e-4);
  assert_true(fabs(mean_of_law((struct law){.kind = LAW_BETA, .low = 0, .high = 1, .alpha = 2, .beta = 5}) - 2.0 / 7) <
              1e-5);
  const struct law normal = {.kind = LAW_NORMAL, .mean = 4, .deviation = 2, .low = none, .high = none};
  assert_true(fabs(mean_of_law(normal) - 4) < 1e-9);
  const struct law cut = {.kind = LAW_NORMAL, .mean = 0, .deviation = 1, .low = 0, .high = none};
  assert_true(fabs(mean_of_law(cut) - sqrt(2 / acos(-1))) < 1e-3);
  const struct law lognormal = {.kind = LAW_LOGNORMAL, .median = 3, .deviation = 0.5, .low = none, .high = none};
  assert_true(fabs(mean_of_law(lognormal) - 3 * exp(0.125)) < 1e-3);
  const double values[] = {1, 10}, until[] = {0.25, 1};
  assert_true(fabs(mean_of_law((struct law){.kind = LAW_DISCRETE, .count = 2, .values = values, .until = until}) -
                   7.75) < 1e-9);
}

/* I_x(1, b) = 1 - (1 - x)^b and I_x(2, 2) = 3 x^2 - 2 x^3. */
static void the_beta_law_has_its_closed_forms(void **state)
{
  (void)state;
  for (double x = 0.05; x < 1; x += 0.05) {
    assert_true(fabs(beta_below(x, 1, 7.5) - (1 - pow(1 - x, 7.5))) < 1e-13);
    assert_true(fabs(beta_below(x, 2, 2) - (3 * x * x - 2 * x * x * x)) < 1e-13);
    assert_true(fabs(beta_inverse(beta_below(x, 2.3, 0.7), 2.3, 0.7) - x) < 1e-10);
  }
}

/* ---- draws ---- */

static void a_draw_without_changes_is_the_run(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE PREMIUM);
  const struct redraw none = {0};
  const struct outcome *again = outcome_compute(network_vary(run->network, &none, files->arena), NULL, files->arena);
  assert_int_equal(again->periods_count, run->outcome->periods_count);
  for (int p = 0; p < again->periods_count; p++) {
    const struct period_outcome *a = &again->periods[p], *b = &run->outcome->periods[p];
    assert_memory_equal(a->multiplier, b->multiplier, sizeof(double) * (size_t)run->network->nodes_count);
    assert_memory_equal(a->activity, b->activity, sizeof(double) * (size_t)run->network->activities_count);
    assert_memory_equal(a->flow, b->flow, sizeof(double) * (size_t)run->network->arcs_count);
  }
}

/* Values that leave every figure as it is: factors 1, shifts 0, the data's own figures. */
static void a_draw_of_central_values_is_the_run(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE PREMIUM);
  const struct chance *chance = run->dataset->chance;
  double *values = ARENA_ARRAY(files->arena, chance->variables_count, double);
  for (int v = 0; v < chance->variables_count; v++) {
    const struct drawn_variable *variable = &chance->variables[v];
    values[v] = variable->use == USE_FACTOR ? 1 : 0;
    if (text_equal(variable->figures[0].name, "success_probability")) values[v] = 0.6;
  }
  const struct redraw central = {.values = values, .by_chance = true};
  const struct outcome *again = outcome_compute(network_vary(run->network, &central, files->arena), NULL, files->arena);
  for (int p = 0; p < again->periods_count; p++)
    assert_memory_equal(again->periods[p].multiplier, run->outcome->periods[p].multiplier,
                        sizeof(double) * (size_t)run->network->nodes_count);
}

static double drawn(struct files *files, const struct run *run, const struct redraw *redraw, double date)
{
  const struct dataset *dataset = dataset_redraw(run->dataset, redraw, files->arena);
  return dataset_at(dataset, &dataset->links[0].freight_usd_per_kg, date, date);
}

static void episodes_change_figures_while_they_last(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE);
  double values[16];
  for (int v = 0; v < run->dataset->chance->variables_count; v++) values[v] = 1;
  values[3] = 1.5; /* freight, from 2026 on */
  const struct episode episodes[] = {{1, 2027, 2028}, {1, 2029.5, HUGE_VAL}};
  const struct redraw redraw = {.values = values, .by_chance = true, .episodes_count = 2, .episodes = episodes};
  assert_true(drawn(files, run, &redraw, 2025.5) == 0.5);
  assert_true(drawn(files, run, &redraw, 2026.5) == 0.75);
  assert_true(drawn(files, run, &redraw, 2027.5) == 2.25);
  assert_true(drawn(files, run, &redraw, 2028.5) == 0.75);
  assert_true(drawn(files, run, &redraw, 2040) == 2.25);
  const struct dataset *dataset = dataset_redraw(run->dataset, &redraw, files->arena);
  assert_true(dataset_at(dataset, &dataset->facilities[1].cost_usd_per_kg, 2026, 2026) == 2);
  assert_true(dataset_at(run->dataset, &run->dataset->links[0].freight_usd_per_kg, 2040, 2040) == 0.5);
}

static void a_factor_applies_to_a_figure_with_a_schedule(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE);
  double values[16];
  for (int v = 0; v < run->dataset->chance->variables_count; v++) values[v] = 1;
  values[1] = 2; /* smelting cost */
  const struct redraw redraw = {.values = values, .by_chance = true};
  const struct dataset *dataset = dataset_redraw(run->dataset, &redraw, files->arena);
  assert_true(dataset_at(dataset, &dataset->facilities[1].cost_usd_per_kg, 2026, 2026) == 4);
  assert_true(dataset_at(dataset, &dataset->facilities[1].cost_usd_per_kg, 2029, 2029) == 5);
  assert_true(dataset_at(dataset, &dataset->facilities[0].cost_usd_per_kg, 2029, 2029) == 1);
}

/* A variable's values do not hang on what else is drawn. */
static void another_distribution_moves_no_other(void **state)
{
  struct files *files = *state;
  const char *more = "  - {id: wait, change: links.road.freight_usd_per_kg, factor: 2, hazard_per_year: 3}\n";
  const struct run *run = load(files, MARKET CHANCE);
  const struct draws *before = draws_new(run->dataset, 7, SAMPLING_RANDOM, files->arena);
  const char *text = arena_format(files->arena, "%s%s%s", MARKET,
                                  "distributions:\n  - {id: a-first, path: stocks.x.capacity_t, kind: uniform, "
                                  "low: 1, high: 2}\n",
                                  &CHANCE[strlen("distributions:\n")]);
  char *tables = strstr(text, "  links:");
  text = arena_format(files->arena, "%.*s  stocks: [{id: x, material: metal, region: south, capacity_t: 1}]\n%s%s",
                      (int)(tables - text), text, tables, more);
  const struct run *other = load(files, text);
  const struct draws *after = draws_new(other->dataset, 7, SAMPLING_RANDOM, files->arena);
  for (long d = 0; d < 50; d++) {
    const struct draw_inputs *a = draws_make(before, d, files->arena), *b = draws_make(after, d, files->arena);
    const int count = run->dataset->chance->variables_count;
    assert_memory_equal(a->redraw.values, b->redraw.values + 1, sizeof(double) * (size_t)count);
    for (int e = 0; e < a->redraw.episodes_count; e++)
      assert_memory_equal(&a->redraw.episodes[e].start, &b->redraw.episodes[e].start, sizeof(double));
  }
}

static void ranks_are_correlated_as_asked(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE);
  enum { count = 4000 };
  for (int sampling = SAMPLING_RANDOM; sampling <= SAMPLING_SOBOL; sampling++) {
    const struct draws *draws = draws_new(run->dataset, 11, sampling, files->arena);
    double normal[2], sum = 0;
    for (long d = 0; d < count; d++) {
      const struct draw_inputs *inputs = draws_make(draws, d, files->arena);
      normal[0] = (inputs->redraw.values[0] - 0.7) / 0.7;                          /* uniform: its own rank */
      normal[1] = 0.5 * erfc(-(inputs->redraw.values[2] - 0.02) / 0.01 / sqrt(2)); /* normal: its probability */
      sum += 12 * (normal[0] - 0.5) * (normal[1] - 0.5);
    }
    assert_true(fabs(sum / count + 0.6) < 0.04);
  }
}

/* Poisson with dead time: mean starts in a horizon of 5 years, hazard 0.2, half a year each. */
static void hazards_come_as_often_as_they_say(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE);
  const struct draws *draws = draws_new(run->dataset, 3, SAMPLING_RANDOM, files->arena);
  enum { count = 20000 };
  double outages = 0, broken = 0;
  const struct arena_mark mark = arena_mark(files->arena);
  for (long d = 0; d < count; d++) {
    arena_reset(files->arena, mark);
    const struct draw_inputs *inputs = draws_make(draws, d, files->arena);
    for (int e = 0; e < inputs->redraw.episodes_count; e++) {
      const struct episode *episode = &inputs->redraw.episodes[e];
      if (episode->event == 0) assert_true(fabs(episode->end - episode->start - 0.5) < 1e-9);
      if (episode->event == 0) assert_true(episode->start >= 2026 && episode->start < 2031);
      outages += episode->event == 0;
      broken += episode->event == 1 && episode->start == 2027;
    }
  }
  assert_true(fabs(outages / count - 0.911) < 0.02); /* a simulation of the renewals in another language */
  assert_true(fabs(broken / count - 0.3) < 0.01);
}

/* Two contracts on one account and a third on another: fiscal years from October 2026 on. */
#define PROMISES                                                                                                       \
  "set: {regions.north.fiscal_year_start_month: 10}\n"                                                                 \
  "instruments:\n"                                                                                                     \
  "  - {id: sure, kind: tariff, from: north, to: south, rate: 0.1}\n"                                                  \
  "  - {id: likely, kind: tariff, government: north, account: fund, from: north, to: south, rate: 0.1, "               \
  "start: 2026-10-01, appropriation_probability: 0.9}\n"                                                               \
  "  - {id: unlikely, kind: tariff, government: north, account: fund, from: north, to: south, rate: 0.1, "             \
  "start: 2026-10-01, appropriation_probability: 0.6}\n"                                                               \
  "  - {id: ending, kind: tariff, from: north, to: south, rate: 0.1, start: 2026, end_hazard_per_year: 0.2}\n"

static double share_in(const struct dataset *dataset, int k, double start, double length, double known)
{
  return instrument_share(dataset, &dataset->instruments[k], (struct period){start, length}, known);
}

static void money_comes_as_often_as_it_should(void **state)
{
  struct files *files = *state;
  const char *text = arena_format(files->arena, "%s%s%s", MARKET, CHANCE, PROMISES);
  const struct run *run = load(files, text), *before = load(files, arena_format(files->arena, "%s%s", MARKET, CHANCE));
  const struct draws *draws = draws_new(run->dataset, 3, SAMPLING_RANDOM, files->arena);
  const struct draws *without = draws_new(before->dataset, 3, SAMPLING_RANDOM, files->arena);
  enum { count = 4000 };
  double likely = 0, unlikely = 0, alive = 0;
  assert_true(fabs(share_in(run->dataset, 1, 2028, 1, 2029) - 0.9) < 1e-12); /* without draws: expected */
  for (long d = 0; d < count; d++) {
    const struct draw_inputs *inputs = draws_make(draws, d, files->arena),
                             *other = draws_make(without, d, files->arena);
    const struct dataset *drawn = dataset_redraw(run->dataset, &inputs->redraw, files->arena);
    assert_int_equal(inputs->redraw.lots_count, 3);
    assert_int_equal(other->redraw.lots_count, 0);
    assert_int_equal(inputs->redraw.episodes_count, other->redraw.episodes_count);
    const double a = share_in(drawn, 1, 2027.75, 1, 2029), b = share_in(drawn, 2, 2027.75, 1, 2029);
    assert_true((a == 0 || fabs(a - 1) < 1e-12) && (b == 0 || fabs(b - 1) < 1e-12) && a >= b);
    assert_true(share_in(drawn, 0, 2027.75, 1, 2029) == 1);
    likely += a, unlikely += b;
    alive += share_in(drawn, 3, 2028.999, 0.001, 2030) > 0;
    assert_true(fabs(share_in(drawn, 1, 2027.75, 1, 2027.5) - 0.9) < 1e-12); /* ahead: a chance */
  }
  assert_true(fabs(likely / count - 0.9) < 0.015);
  assert_true(fabs(unlikely / count - 0.6) < 0.025);
  assert_true(fabs(alive / count - pow(0.8, 3)) < 0.025);
}

/* Imposed prices times a path whose median (reverting: exactly) is one, from the second date on. */
static void imposed_prices_wander(void **state)
{
  struct files *files = *state;
  const char *deck = "  deck:\n"
                     "    - {material: metal, region: south, date: 2025, price_usd_per_kg: 8}\n"
                     "    - {material: metal, region: south, date: 2027, price_usd_per_kg: 9}\n"
                     "    - {material: metal, region: south, date: 2029, price_usd_per_kg: 10}\n"
                     "price_paths: [{id: path, materials: [metal], volatility: 0.3, reversion: 0.5}]\n";
  const struct run *run = load(files, arena_format(files->arena, "%s%s", MARKET, deck));
  const struct draws *draws = draws_new(run->dataset, 9, SAMPLING_RANDOM, files->arena);
  enum { count = 4000 };
  double below = 0, squares = 0;
  for (long d = 0; d < count; d++) {
    const struct draw_inputs *inputs = draws_make(draws, d, files->arena);
    const struct dataset *dataset = dataset_redraw(run->dataset, &inputs->redraw, files->arena);
    assert_true(dataset->deck[0].price_usd_per_kg == 8);
    const double step = log(dataset->deck[2].price_usd_per_kg / 10);
    below += step < 0;
    squares += step * step;
  }
  assert_true(fabs(below / count - 0.5) < 0.03);
  const double variance = 0.3 * 0.3 * (1 - exp(-2 * 0.5 * 4)) / (2 * 0.5);
  assert_true(fabs(squares / count / variance - 1) < 0.08);
  const struct ensemble *ensemble = draw(files, run, (struct ensemble_options){.draws = 8, .seed = 9, .threads = 2});
  assert_int_equal(ensemble->failed, 0);
}

/* ---- the runner ---- */

static void any_count_of_threads_gives_the_same(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE PREMIUM);
  const struct ensemble *one = draw(files, run, (struct ensemble_options){.draws = 40, .seed = 5, .threads = 1});
  assert_int_equal(one->done, 40);
  assert_int_equal(one->failed, 0);
  assert_same(one, draw(files, run, (struct ensemble_options){.draws = 40, .seed = 5, .threads = 2}));
  assert_same(one, draw(files, run, (struct ensemble_options){.draws = 40, .seed = 5, .threads = 7}));
  const struct ensemble *other = draw(files, run, (struct ensemble_options){.draws = 40, .seed = 6, .threads = 2});
  assert_memory_not_equal(one->digests, other->digests, sizeof *one->digests * 40);
}

static bool stop_at_nine(void *context, const struct ensemble *ensemble)
{
  (void)context;
  return ensemble->done < 9;
}

static void a_log_is_taken_up_again(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE PREMIUM);
  const char *log = path_join(files->folder, "draws.log", files->arena);
  struct ensemble_options options = {.draws = 80, .seed = 5, .threads = 2, .log = log, .inputs = "x"};
  options.progress = stop_at_nine;
  const struct ensemble *part = draw(files, run, options);
  assert_true(part->stopped && part->done >= 9 && part->done < 80); /* the chunks at work are ended */
  FILE *torn = fopen(log, "ab");
  fputs("half a rec", torn);
  fclose(torn);
  options.progress = NULL;
  const struct ensemble *rest = draw(files, run, options);
  assert_int_equal(rest->taken, part->done);
  assert_same(rest, draw(files, run, (struct ensemble_options){.draws = 80, .seed = 5, .threads = 1}));
  const struct ensemble *more =
      draw(files, run, (struct ensemble_options){.draws = 84, .seed = 5, .log = log, .inputs = "x"});
  assert_int_equal(more->taken, 80);
  assert_int_equal(more->done, 84);
}

/* What a draw measures is only what its indicators read; they are as if all was measured. */
static void what_is_not_asked_for_changes_no_indicator(void **state)
{
  struct files *files = *state;
  struct error error = {0};
  const struct run *run = load(files, MARKET CHANCE PREMIUM "indicators:\n"
                                                            "  - {id: a, of: 'dependence[metal, south]'}\n"
                                                            "  - {id: b, of: 'direct_dependence[metal, south]'}\n"
                                                            "  - {id: c, of: 'paid[duty]'}\n"
                                                            "  - {id: d, of: 'paid_total[duty]'}\n"
                                                            "  - {id: e, of: 'outlays_present_value[]'}\n"
                                                            "  - {id: f, of: 'support_total[]'}\n"
                                                            "  - {id: g, of: 'rent_stage[metal]'}\n"
                                                            "  - {id: h, of: 'production[metal, south]'}\n");
  const struct ensemble_indicators *indicators = indicators_choose(run, files->arena, &error);
  assert_non_null(indicators);
  double *values = ARENA_ARRAY(files->arena, indicators->count, double);
  assert_true(indicators->wanted.parts ==
              (MEASURED_CONCENTRATION | MEASURED_PAYMENTS | MEASURED_BUDGET | MEASURED_SUPPORT));
  const struct metrics *some = metrics_compute_some(run->outcome, &indicators->wanted, files->arena);
  indicators_measure(indicators, run->outcome, some, run->metrics->budget.region, values, files->arena);
  for (int i = 0; i < indicators->count; i++)
    assert_true(values[i] == indicators->items[i].central || (isnan(values[i]) && isnan(indicators->items[i].central)));
}

/* A finished log has the counts of all its draws in one record. */
static void a_finished_log_is_taken_up_again(void **state)
{
  struct files *files = *state;
  struct error error = {0};
  const struct run *run = load(files, MARKET CHANCE PREMIUM);
  const char *log = path_join(files->folder, "draws.log", files->arena);
  struct ensemble_options options = {.draws = 20, .seed = 5, .log = log, .inputs = "x"};
  assert_true(ensemble_log_sort(draw(files, run, options), log, "x", files->arena, &error));
  options.draws = 10;
  assert_null(ensemble_run(run, &options, files->arena, &error));
  assert_string_equal(error.message,
                      "this log was finished with 20 certified draws; ask for at least as many draws as it has");
  options.draws = 30;
  const struct ensemble *more = draw(files, run, options);
  assert_int_equal(more->taken, 20);
  assert_same(more, draw(files, run, (struct ensemble_options){.draws = 30, .seed = 5}));
}

static bool stop_at_27(void *context, const struct ensemble *ensemble)
{
  (void)context;
  return ensemble->done < 27;
}

/* In steps, stopped in one of them, and from a finished log of fewer draws: the same as at once. */
static void steps_leave_no_trace(void **state)
{
  struct files *files = *state;
  struct error error = {0};
  const struct run *run = load(files, MARKET CHANCE PREMIUM);
  const char *log = path_join(files->folder, "draws.log", files->arena);
  struct ensemble_options options = {.draws = 20, .seed = 5, .log = log, .inputs = "x"};
  assert_true(ensemble_log_sort(draw(files, run, options), log, "x", files->arena, &error));
  options.draws = 50, options.threads = 2;
  for (int again = 0; again < 2; again++) {
    options.progress = again == 0 ? stop_at_27 : NULL;
    struct ensemble_work *work = ensemble_begin(run, &options, files->arena, &error);
    assert_non_null(work);
    const struct ensemble *sofar = ensemble_so_far(work);
    assert_true(again == 0 ? sofar->done == 20 : sofar->done >= 27);
    assert_true(ensemble_step(work, 23, &error) && sofar->done >= 23 && !sofar->stopped);
    assert_true(ensemble_step(work, 50, &error) && sofar->stopped == (again == 0));
    ensemble_end(work);
    if (again == 1) assert_same(sofar, draw(files, run, (struct ensemble_options){.draws = 50, .seed = 5}));
  }
}

/* ---- histograms of all fields ---- */

static void bins_meet_and_hold_their_values(void **state)
{
  (void)state;
  for (int bin = BIN_UNDER; bin < BIN_OVER; bin++) {
    const struct field_range here = field_bin_range(bin, -3), next = field_bin_range(bin + 1, -3);
    assert_true(here.low == next.high && here.low < here.high);
    if (bin > BIN_UNDER + 12 && bin < BIN_OVER - 12) assert_true(fabs(here.low / here.high - 1) < 0.0626);
  }
  assert_true(field_bin_range(BIN_FIRST, 64).low == 1 && field_bin_range(BIN_OVER, 1).low == 64);
  int32_t counts[field_bins] = {[BIN_MISSING] = 4, [BIN_OPPOSITE] = 1, [BIN_ZERO] = 2, [BIN_FIRST] = 3, [BIN_OVER] = 2};
  long draws;
  assert_true(field_quantile(counts, 64, 0.5, &draws).high == 1.25);
  assert_int_equal(draws, 8);
  assert_true(field_quantile(counts, 64, 0.25, &draws).high == 0); /* the second of eight */
  assert_true(field_quantile(counts, 64, 0.125, &draws).low == -(double)INFINITY);
  assert_true(field_quantile(counts, -64, 0.25, &draws).high == -4096); /* the lowest two lie beyond */
  assert_true(field_quantile(counts, -64, 1, &draws).high == (double)INFINITY);
  assert_true(isnan(field_quantile((int32_t[field_bins]){7}, 1, 0.5, &draws).low) && draws == 0);
}

/* Beside the draws themselves, one by one. */
static void histograms_hold_every_draw(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE PREMIUM "indicators: [{id: p, of: 'price[metal, south]'}]\n");
  const struct ensemble *ensemble = draw(files, run, (struct ensemble_options){.draws = 40, .seed = 5});
  const struct fields *fields = ensemble->fields;
  for (long cell = 0; cell < fields->cells; cell++) {
    long sum = 0;
    for (int bin = 0; bin < field_bins; bin++) sum += ensemble->counts[cell * field_bins + bin];
    assert_int_equal(sum, 40);
  }
  const int last = fields->periods_count - 1;
  for (int e = 0; e < fields->items[FIELD_PRICE].entries_count; e++) {
    if (!text_equal(fields->items[FIELD_PRICE].labels[e], "metal in south")) continue;
    long count, draws;
    double *column = ensemble_column(ensemble, last, &count, files->arena);
    const long cell = field_cell(fields, FIELD_PRICE, last, e);
    for (int rank = 1; rank <= 40; rank++) {
      const struct field_range range =
          field_quantile(ensemble->counts + cell * field_bins, fields->reference[cell], rank / 40.0 - 1e-9, &draws);
      int below = 0, at_most = 0;
      for (long d = 0; d < count; d++) below += column[d] < range.low, at_most += column[d] < range.high;
      assert_true(below < rank && rank <= at_most);
    }
    return;
  }
  fail_msg("no such node");
}

static void bins_are_packed_and_unpacked(void **state)
{
  struct files *files = *state;
  const struct ensemble *ensemble =
      draw(files, load(files, MARKET CHANCE), (struct ensemble_options){.draws = 3, .seed = 5});
  const struct fields *fields = ensemble->fields;
  unsigned char *codes = ARENA_ARRAY(files->arena, fields->cells, unsigned char);
  unsigned char *back = ARENA_ARRAY(files->arena, fields->cells, unsigned char);
  int32_t *counts = ARENA_ARRAY(files->arena, fields->cells * field_bins, int32_t);
  size_t length;
  for (long cell = 0; cell < fields->cells; cell++)
    codes[cell] = cell % 7 == 3 ? (unsigned char)(cell % field_bins) : fields->usual[cell];
  const unsigned char *bytes = fields_pack(fields, codes, &length, files->arena);
  assert_true(fields_unpack(fields, bytes, length, back));
  assert_memory_equal(codes, back, (size_t)fields->cells);
  assert_false(fields_unpack(fields, bytes, length - 1, back));
  bytes = fields_pack_counts(fields, ensemble->counts, &length, files->arena);
  assert_true(fields_add_counts(fields, bytes, length, counts));
  assert_memory_equal(counts, ensemble->counts, sizeof *counts * (size_t)(fields->cells * field_bins));
  assert_false(fields_add_counts(fields, bytes, length - 1, counts));
}

static void a_log_of_something_else_is_refused(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET CHANCE);
  const char *log = path_join(files->folder, "draws.log", files->arena);
  draw(files, run, (struct ensemble_options){.draws = 2, .seed = 5, .log = log, .inputs = "x"});
  struct error error = {0};
  const struct ensemble_options other = {.draws = 2, .seed = 6, .log = log, .inputs = "x"};
  assert_null(ensemble_run(run, &other, files->arena, &error));
  assert_string_equal(error.message, "it was made from other inputs or with other options");
}

/* The draws of a policy are those of the other: only the policy differs. */
static void policies_have_the_same_draws(void **state)
{
  struct files *files = *state;
  const struct run *without = load(files, MARKET CHANCE), *with = load(files, MARKET CHANCE PREMIUM);
  const struct ensemble_options options = {.draws = 12, .seed = 5, .threads = 2};
  const struct ensemble *a = draw(files, without, options), *b = draw(files, with, options);
  assert_memory_equal(a->digests, b->digests, sizeof *a->digests * 12);
  long count;
  const double *prices[2];
  for (int k = 0; k < 2; k++) {
    const struct ensemble *ensemble = k == 0 ? a : b;
    int i = 0;
    while (i < ensemble->indicators->count &&
           !text_equal(ensemble->indicators->items[i].name, "price[metal, south, 2029]"))
      i++;
    assert_true(i < ensemble->indicators->count);
    prices[k] = ensemble_column(ensemble, i, &count, files->arena);
    assert_int_equal(count, 12);
  }
  for (int d = 0; d < 12; d++) assert_true(prices[1][d] > prices[0][d] - 1e-9);
}

#define CONTRACTS(END)                                                                                                 \
  "instruments:\n"                                                                                                     \
  "  - {id: floor, kind: floor_topup, facilities: smelter, floor_usd_per_kg: 12, dispersion: 0.1, end: " END "}\n"     \
  "  - {id: border, kind: border_floor, from: north, to: south, materials: ore, reference_usd_per_kg: 3, end: " END    \
  "}\n"

/* Draws move the day a contract begins or ends: only windows of one pattern are solved side by side. */
static void contracts_out_of_force_keep_their_places(void **state)
{
  struct files *files = *state;
  const struct run *in_force = load(files, MARKET CONTRACTS("2031")), *over = load(files, MARKET CONTRACTS("2027"));
  const struct network *const networks[] = {in_force->network, over->network};
  const struct equations *equations[2];
  for (int k = 0; k < 2; k++) {
    const struct state *begin = state_new(networks[k], files->arena);
    equations[k] = window_assemble(networks[k], begin, 3, NULL, files->arena)->equations;
  }
  assert_true(equations[0]->hinges_count > 10);
  assert_int_equal(equations[0]->hinges_count, equations[1]->hinges_count);
  assert_int_equal(equations[0]->entries_count, equations[1]->entries_count);
  assert_memory_equal(equations[0]->places, equations[1]->places,
                      sizeof *equations[0]->places * (size_t)equations[0]->entries_count);
  for (int t = 0; t < equations[0]->hinges_count; t++) {
    assert_int_equal(equations[0]->hinges[t].row, equations[1]->hinges[t].row);
    assert_int_equal(equations[0]->hinges[t].variable, equations[1]->hinges[t].variable);
    assert_true(equations[0]->hinges[t].coefficient != 0 && equations[1]->hinges[t].coefficient == 0);
  }
}

static void a_scenario_without_chance_is_refused(void **state)
{
  struct files *files = *state;
  const struct run *run = load(files, MARKET);
  struct error error = {0};
  const struct ensemble_options options = {.draws = 2};
  assert_null(ensemble_run(run, &options, files->arena, &error));
  assert_non_null(strstr(error.message, "nothing in it is uncertain"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(laws_have_their_means),
      cmocka_unit_test(the_beta_law_has_its_closed_forms),
      FILES_TEST(a_draw_without_changes_is_the_run),
      FILES_TEST(a_draw_of_central_values_is_the_run),
      FILES_TEST(episodes_change_figures_while_they_last),
      FILES_TEST(a_factor_applies_to_a_figure_with_a_schedule),
      FILES_TEST(another_distribution_moves_no_other),
      FILES_TEST(ranks_are_correlated_as_asked),
      FILES_TEST(hazards_come_as_often_as_they_say),
      FILES_TEST(money_comes_as_often_as_it_should),
      FILES_TEST(imposed_prices_wander),
      FILES_TEST(any_count_of_threads_gives_the_same),
      FILES_TEST(a_log_is_taken_up_again),
      FILES_TEST(a_finished_log_is_taken_up_again),
      FILES_TEST(steps_leave_no_trace),
      FILES_TEST(what_is_not_asked_for_changes_no_indicator),
      cmocka_unit_test(bins_meet_and_hold_their_values),
      FILES_TEST(histograms_hold_every_draw),
      FILES_TEST(bins_are_packed_and_unpacked),
      FILES_TEST(a_log_of_something_else_is_refused),
      FILES_TEST(policies_have_the_same_draws),
      FILES_TEST(contracts_out_of_force_keep_their_places),
      FILES_TEST(a_scenario_without_chance_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
