/* report/value_processes.c - the prices a deal is valued on: history read and fitted, what is stated put over it, a
 * deck instead; then the draws, the sensitivities and the grid. All from the same random numbers.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "io/file.h"
#include "report/value_work.h"

enum { fit_draws = 400, match_draws = 2000, history_least = 5 };

/* Paths of the section start from the deal's folder, or from where the command is given. */
static bool read_series(const struct work *work, const char *name, struct value_series *series)
{
  if (name == NULL) return true;
  const char *beside = path_join(work->value->terms.folder, name, work->arena);
  return value_series_read(path_exists(beside) ? beside : name, series, work->arena, work->error);
}

/* Scatter of the dated points of each year that has some. */
static void find_years(struct work *work)
{
  const struct value_series *points = &work->value->points;
  struct value_year *years = ARENA_ARRAY(work->arena, points->count, struct value_year);
  int count = 0;
  for (int k = 0; k < points->count;) {
    const int year = (int)floor(points->dates[k] + 1e-9);
    int end = k;
    while (end < points->count && (int)floor(points->dates[end] + 1e-9) == year) end++;
    years[count++] = (struct value_year){year, end - k, points_dispersion(points->usd_per_kg + k, end - k)};
    k = end;
  }
  work->value->years = years, work->value->years_count = count;
}

bool value_read_prices(struct work *work)
{
  struct deal_value *value = work->value;
  if (!read_series(work, value->terms.history, &value->history) ||
      !read_series(work, value->terms.points, &value->points))
    return false;
  find_years(work);
  return true;
}

static double dispersion_of(const struct deal_value *value)
{
  double latest = NAN;
  for (int k = 0; k < value->years_count; k++)
    if (!isnan(value->years[k].dispersion)) latest = value->years[k].dispersion;
  return or_else(value->terms.dispersion, or_else(latest, 0));
}

/* Today's price: asked for, stated, or the last dated point by the day of valuation. */
static double price_today(const struct work *work)
{
  const struct deal_value *value = work->value;
  double price = NAN;
  if (work->options->forward_usd_per_kg > 0) return work->options->forward_usd_per_kg;
  if (!isnan(value->terms.price_usd_per_kg)) return value->terms.price_usd_per_kg;
  for (int k = 0; k < value->points.count && value->points.dates[k] <= value->contract.date + 1e-6; k++)
    price = value->points.usd_per_kg[k];
  return price;
}

static bool set_deck(struct work *work, struct price_process *process)
{
  const struct deal_value *value = work->value;
  struct value_series deck;
  if (work->options->prices == NULL)
    return error_set(work->error, NULL, 0, "process", "a deck needs its prices: --prices DECK.csv");
  if (!value_series_read(work->options->prices, &deck, work->arena, work->error)) return false;
  double *years = ARENA_ARRAY(work->arena, deck.count, double);
  for (int k = 0; k < deck.count; k++) years[k] = deck.dates[k] - value->contract.date;
  *process = (struct price_process){.kind = PROCESS_DECK,
                                    .deck_count = deck.count,
                                    .deck_years = years,
                                    .deck_usd_per_kg = deck.usd_per_kg,
                                    .dispersion = dispersion_of(value)};
  if (work->options->volatility > 0) process->dispersion = work->options->volatility;
  return true;
}

/* Fitted where there is a history, with what is stated put over it. */
static bool set_drawn(struct work *work, struct value_run *run)
{
  const struct deal_value *value = work->value;
  const struct value_terms *terms = &value->terms;
  struct price_process process = {.kind = run->name == VALUE_GEOMETRIC ? PROCESS_GEOMETRIC : PROCESS_REVERTING,
                                  .drift_per_year = terms->drift_per_year,
                                  .volatility = NAN,
                                  .level_usd_per_kg = NAN,
                                  .reversion_per_year = NAN};
  if (run->name == VALUE_JUMPS) {
    process.jumps_per_year = terms->jumps_per_year;
    process.jump_mean = terms->jump_mean, process.jump_deviation = terms->jump_deviation;
  }
  if (value->history.count >= history_least) {
    process =
        process_fit(&process, value->history.usd_per_kg, value->history.count, fit_draws, value->seed, work->arena);
    run->match =
        process_match(&process, value->history.usd_per_kg, value->history.count, match_draws, value->seed, work->arena);
    run->matched = true;
    process.level_usd_per_kg *= terms->index_ratio;
  }
  if (!isnan(terms->volatility)) process.volatility = terms->volatility, run->matched = false;
  if (!isnan(terms->level_usd_per_kg)) process.level_usd_per_kg = terms->level_usd_per_kg;
  if (!isnan(terms->reversion_per_year)) process.reversion_per_year = terms->reversion_per_year, run->matched = false;
  if (work->options->volatility > 0) process.volatility = work->options->volatility, run->matched = false;
  process.start_usd_per_kg = price_today(work);
  run->process = process;
  if (isnan(process.start_usd_per_kg))
    return error_set(
        work->error, NULL, 0, "value.price_usd_per_kg",
        "no price on the day of valuation; give --forward P, or price_usd_per_kg or points in the section value");
  if (isnan(process.volatility))
    return error_set(work->error, NULL, 0, "value.history",
                     "no volatility; give --volatility S, or a history in the section value");
  if (process.kind == PROCESS_REVERTING && (isnan(process.level_usd_per_kg) || isnan(process.reversion_per_year)))
    return error_set(work->error, NULL, 0, "value.history",
                     "a reverting price needs a level and a reversion: a history, or both in the section value");
  return true;
}

/* ---- processes ---- */

static bool add_run(struct work *work, enum value_process name)
{
  struct deal_value *value = work->value;
  for (int k = 0; k < value->runs_count; k++)
    if (value->runs[k].name == name) return true;
  struct value_run *run = &value->runs[value->runs_count++];
  run->name = name;
  if (name == VALUE_DECK ? !set_deck(work, &run->process) : !set_drawn(work, run)) return false;
  run->spread = run->process.kind != PROCESS_DECK || run->process.dispersion > 0;
  run->valuation = valuation_simulate(&value->contract, &run->process, value->draws, value->seed, work->arena);
  return true;
}

static bool add_named(struct work *work, const char *names)
{
  for (const char *at = names; *at != '\0';) {
    const size_t length = strcspn(at, ",");
    const char *const word = arena_format(work->arena, "%.*s", (int)length, at);
    int name = 0;
    while (name < VALUE_PROCESSES && !text_equal(word, value_process_name((enum value_process)name))) name++;
    if (name == VALUE_PROCESSES)
      return error_set(work->error, NULL, 0, "process", "found '%s', expected geometric, reverting, jumps or deck",
                       word);
    if (!add_run(work, (enum value_process)name)) return false;
    at += length + (at[length] == ',');
  }
  return true;
}

static bool volume_has_range(const struct value_terms *terms)
{
  bool range = !isnan(terms->volume_low) && !isnan(terms->volume_high);
  for (int k = 0; k < terms->volume_t_per_year.count; k++)
    range = range || terms->volume_t_per_year.points[k].low < terms->volume_t_per_year.points[k].high;
  return range;
}

/* Worth of the first process with the volume of a case, from the same draws. */
static double worth_with(const struct work *work, enum case_of_volume which)
{
  const struct deal_value *value = work->value;
  if (!volume_has_range(&value->terms) || work->options->volume_t_per_year > 0) return NAN;
  const double stated = which == VOLUME_LOW ? value->terms.volume_low : value->terms.volume_high;
  const double factor = or_else(stated, 1);
  struct price_contract contract = value->contract;
  struct price_leg *legs = ARENA_ARRAY(work->arena, contract.leg_count, struct price_leg);
  for (int l = 0; l < contract.leg_count; l++) {
    legs[l] = contract.legs[l];
    legs[l].kg = value_leg_kg(work, value->leg_instrument[l], which);
  }
  contract.legs = legs;
  return factor *
         valuation_simulate(&contract, &value->runs[0].process, value->draws, value->seed, work->arena).value_usd.mean;
}

/* The highest floor of a quarter, 0 where there is none. */
static double floor_at(const struct price_contract *contract, double date)
{
  double floor = 0;
  for (int l = 0; l < contract->leg_count; l++) {
    const struct price_leg *leg = &contract->legs[l];
    if (leg->kind != LEG_UPSIDE && date >= leg->start - 1e-6 && date < leg->end - 1e-6)
      floor = fmax(floor, leg->strike_usd_per_kg);
  }
  return floor;
}

/* Place 0 is the day of valuation; a quarter's money comes at its end. */
static struct floor_capacity borrow_at(const struct work *work, double cost_usd_per_kg)
{
  const struct deal_value *value = work->value;
  const struct contract_value *drawn = &value->runs[0].valuation;
  const int n = drawn->quarters;
  const double rate = pow(1 + value->terms.private_rate, 0.25) - 1;
  double *kg = ARENA_ARRAY(work->arena, n + 1, double), *cost = ARENA_ARRAY(work->arena, n + 1, double);
  double *low = ARENA_ARRAY(work->arena, n + 1, double), *held = ARENA_ARRAY(work->arena, n + 1, double);
  for (int q = 0; q < n; q++) {
    for (int l = 0; l < value->contract.leg_count; l++) kg[q + 1] = fmax(kg[q + 1], value->contract.legs[l].kg[q]);
    cost[q + 1] = kg[q + 1] * cost_usd_per_kg;
    low[q + 1] = drawn->quarter[q].benchmark_usd_per_kg.tenth;
    held[q + 1] = fmax(low[q + 1], floor_at(&value->contract, drawn->quarter[q].date));
  }
  return (struct floor_capacity){debt_capacity_with_floor(kg, cost, low, n, 0, rate, value->terms.cover).without_usd,
                                 debt_capacity_with_floor(kg, cost, held, n, 0, rate, value->terms.cover).without_usd};
}

static void look_at_borrowing(struct work *work)
{
  const struct value_terms *terms = &work->value->terms;
  struct value_borrowing *borrowing = &work->value->borrowing;
  borrowing->known = !isnan(terms->cost_usd_per_kg) && !isnan(terms->private_rate) && work->value->runs[0].spread;
  if (!borrowing->known) return;
  borrowing->at_cost = borrow_at(work, terms->cost_usd_per_kg);
  borrowing->at_low_cost = borrow_at(work, or_else(terms->cost_usd_per_kg_low, terms->cost_usd_per_kg));
  borrowing->at_high_cost = borrow_at(work, or_else(terms->cost_usd_per_kg_high, terms->cost_usd_per_kg));
}

static void look_around(struct work *work)
{
  static const double steps[value_grid_volatilities] = {0.5, 1, 1.5, 2}, prices[] = {50, 70, 90, 110, 130, 150};
  struct deal_value *value = work->value;
  const struct price_process *process = &value->runs[0].process;
  const int draws = value->draws < 2000 ? value->draws : 2000; /* differences from the same draws are exact enough */
  const double around = process->kind == PROCESS_DECK ? fmax(process->dispersion, 0.1) : process->volatility;
  value->low_volume_usd = worth_with(work, VOLUME_LOW);
  value->high_volume_usd = worth_with(work, VOLUME_HIGH);
  value->sensitivities = valuation_sensitivities(&value->contract, process, value->draws, value->seed, work->arena);
  for (int k = 0; k < value_grid_volatilities; k++) value->grid.volatility[k] = steps[k] * around;
  memcpy(value->grid.price, prices, sizeof prices);
  valuation_grid(&value->contract, process, value->grid.volatility, value_grid_volatilities, value->grid.price,
                 value_grid_prices, draws, value->seed, value->grid.usd, work->arena);
}

/* A deck alone where there is one; else what is asked; else the file's own first, and the others beside it. */
static bool run_all(struct work *work)
{
  const struct deal_value *value = work->value;
  if (work->options->processes != NULL) return add_named(work, work->options->processes);
  if (work->options->prices != NULL) return add_run(work, VALUE_DECK);
  if (!add_run(work, (enum value_process)value->terms.process)) return false;
  if (value->history.count < history_least) return true;
  return add_run(work, VALUE_REVERTING) && add_run(work, VALUE_JUMPS) && add_run(work, VALUE_GEOMETRIC);
}

bool value_run_processes(struct work *work)
{
  if (work->value->contract.leg_count == 0 || work->value->contract.quarters == 0) return true;
  if (!run_all(work)) return false;
  look_around(work);
  look_at_borrowing(work);
  return true;
}
