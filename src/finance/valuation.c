/* finance/valuation.c - settles legs along simulated prices; sums of closed forms where the law of the price allows.
 * The price of a quarter is the process at its middle. All draws use the same numbers, so differences between two
 * valuations are far more exact than either.
 */
#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "finance/cash.h"
#include "finance/price_contract.h"
#include "finance/valuation.h"

static double quarter_date(const struct price_contract *contract, int q)
{
  return contract->first_quarter + 0.25 * q;
}

static double middle_years(const struct price_contract *contract, int q)
{
  return fmax(0, quarter_date(contract, q) + 0.125 - contract->date);
}

/* From the date of valuation to the payment: the quarter's end and the arrears. */
static double paid_after_years(const struct price_contract *contract, int q)
{
  return quarter_date(contract, q) + 0.25 * (1 + contract->arrears_quarters) - contract->date;
}

static bool leg_counts(const struct price_leg *leg, double date)
{
  return date >= leg->start - 1e-6 && date < leg->end - 1e-6;
}

/* As a price of the process: less the basis. */
static double leg_strike(const struct price_leg *leg, double date)
{
  return leg->strike_usd_per_kg * pow(1 + leg->escalator_per_year, floor(date - leg->start + 1e-6)) -
         leg->basis_usd_per_kg;
}

/* Years counted from the first quarter on; nothing is lost in the first. */
static double still_appropriated(const struct price_contract *contract, int q)
{
  return pow(1 - contract->lapse_per_year, floor(0.25 * q + 1e-9));
}

/* ---- one draw ---- */

static double leg_payment(const struct price_leg *leg, double date, double price, double kg)
{
  const double strike = leg_strike(leg, date);
  switch (leg->kind) {
  case LEG_FLOOR: return leg->share * floor_payment(strike, price, kg);
  case LEG_UPSIDE: return -upside_payment(leg->share, strike, price, kg);
  case LEG_TWO_WAY: break;
  }
  return leg->share * two_way_payment(strike, price, kg, INFINITY);
}

/* What of a payment fits under the cap of its calendar year, given what the year has used. */
static double under_cap(const struct price_leg *leg, double payment, double *used)
{
  const double most = fmax(0, leg->cap_usd_per_year - *used);
  const double capped = fmax(-most, fmin(most, payment));
  *used += fabs(capped);
  return capped;
}

/* What of a payment to the producer is made: all or nothing by the lot of the year; expected, without a draw. */
static double appropriated(const struct price_leg *leg, double date, const struct random *draw)
{
  if (!(leg->unappropriated > 0)) return 1;
  if (draw == NULL) return 1 - leg->unappropriated;
  const struct random lot = {draw->seed, draw->draw, random_stream("appropriation of a year")};
  return random_uniform(lot, (uint32_t)floor(date + 1e-6)) < leg->unappropriated ? 0 : 1;
}

/* paid[q] to the producer, received[q] from it, both >= 0. used[legs] is scratch. draw NULL: expected appropriation. */
static void settle(const struct price_contract *contract, const double *price, const struct random *draw, double *used,
                   double *paid, double *received)
{
  for (int q = 0; q < contract->quarters; q++) {
    const double date = quarter_date(contract, q);
    paid[q] = received[q] = 0;
    if (q == 0 || floor(date + 1e-6) > floor(quarter_date(contract, q - 1) + 1e-6))
      memset(used, 0, (size_t)contract->leg_count * sizeof *used);
    for (int l = 0; l < contract->leg_count; l++) {
      const struct price_leg *leg = &contract->legs[l];
      if (!leg_counts(leg, date)) continue;
      const double payment = under_cap(leg, leg_payment(leg, date, price[q], leg->kg[q]), &used[l]);
      if (payment >= 0)
        paid[q] += payment * appropriated(leg, date, draw);
      else
        received[q] -= payment;
    }
  }
}

/* The quarter from which on nothing is appropriated in this draw. */
static int lapse_quarter(const struct price_contract *contract, struct random random)
{
  random.stream = random_stream("appropriation");
  for (int year = 1; 4 * year < contract->quarters; year++)
    if (random_uniform(random, (uint32_t)year) < contract->lapse_per_year) return 4 * year;
  return contract->quarters;
}

static double discounted(const struct price_contract *contract, const double *paid, const double *received)
{
  double value = 0;
  for (int q = 0; q < contract->quarters; q++)
    value += (paid[q] - received[q]) * cash_discount(contract->discount_rate, paid_after_years(contract, q));
  return value;
}

/* ---- closed form ---- */

static double leg_expected(const struct price_leg *leg, double date, double kg, const struct price_process *process,
                           double years)
{
  const double strike = leg_strike(leg, date);
  const double voted = 1 - leg->unappropriated; /* bears on what is paid to the producer only */
  switch (leg->kind) {
  case LEG_FLOOR: return voted * leg->share * kg * process_put(process, years, strike);
  case LEG_UPSIDE: return -leg->share * kg * process_call(process, years, strike);
  case LEG_TWO_WAY: break;
  }
  if (voted == 1) return leg->share * kg * (strike - process_forward(process, years));
  return leg->share * kg * (voted * process_put(process, years, strike) - process_call(process, years, strike));
}

static double quarter_closed(const struct price_contract *contract, const struct price_process *process, int q)
{
  double sum = 0;
  const double date = quarter_date(contract, q);
  for (int l = 0; l < contract->leg_count; l++) {
    const struct price_leg *leg = &contract->legs[l];
    if (!leg_counts(leg, date) || leg->kg[q] == 0) continue;
    if (!isinf(leg->cap_usd_per_year)) return NAN;
    sum += leg_expected(leg, date, leg->kg[q], process, middle_years(contract, q));
  }
  return sum * still_appropriated(contract, q);
}

double valuation_closed(const struct price_contract *contract, const struct price_process *process)
{
  double value = 0;
  for (int q = 0; q < contract->quarters; q++)
    value +=
        quarter_closed(contract, process, q) * cash_discount(contract->discount_rate, paid_after_years(contract, q));
  return value;
}

/* ---- over draws ---- */

static int ascending(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

struct spread spread_of(double *values, int count)
{
  struct spread spread = {0};
  double square = 0;
  for (int k = 0; k < count; k++) spread.mean += values[k] / count;
  for (int k = 0; k < count; k++) square += (values[k] - spread.mean) * (values[k] - spread.mean);
  spread.error = count > 1 ? sqrt(square / (count - 1) / count) : 0;
  qsort(values, (size_t)count, sizeof *values, ascending);
  spread.low = values[(int)(0.05 * (count - 1))];
  spread.tenth = values[(int)(0.1 * (count - 1))];
  spread.middle = values[(count - 1) / 2];
  spread.high = values[(int)(0.95 * (count - 1))];
  return spread;
}

/* [quarters][draws] each. */
struct tables {
  double *price, *paid, *received, *net;
};

static void run_draws(const struct price_contract *contract, const struct price_process *process, int draws,
                      uint64_t seed, const struct tables *tables, double *draw_usd, struct arena *arena)
{
  const int n = contract->quarters;
  double *years = ARENA_ARRAY(arena, n, double), *price = ARENA_ARRAY(arena, n, double);
  double *paid = ARENA_ARRAY(arena, n, double), *received = ARENA_ARRAY(arena, n, double);
  double *used = ARENA_ARRAY(arena, contract->leg_count, double);
  for (int q = 0; q < n; q++) years[q] = middle_years(contract, q);
  for (int d = 0; d < draws; d++) {
    const struct random random = {seed, (uint64_t)d, random_stream("price")};
    process_path(process, years, n, random, price);
    settle(contract, price, &random, used, paid, received);
    for (int q = contract->lapse_per_year > 0 ? lapse_quarter(contract, random) : n; q < n; q++)
      paid[q] = received[q] = 0;
    draw_usd[d] = discounted(contract, paid, received);
    for (int q = 0; q < n && tables != NULL; q++) {
      const size_t at = (size_t)q * (size_t)draws + (size_t)d;
      tables->price[at] = price[q], tables->paid[at] = paid[q], tables->received[at] = received[q];
      tables->net[at] = paid[q] - received[q];
    }
  }
}

static double on_the_mean_path(const struct price_contract *contract, const struct price_process *process,
                               struct arena *arena)
{
  const int n = contract->quarters;
  double *price = ARENA_ARRAY(arena, n, double), *used = ARENA_ARRAY(arena, contract->leg_count, double);
  double *paid = ARENA_ARRAY(arena, n, double), *received = ARENA_ARRAY(arena, n, double);
  for (int q = 0; q < n; q++) price[q] = process_forward(process, middle_years(contract, q));
  settle(contract, price, NULL, used, paid, received);
  for (int q = 0; q < n; q++) {
    paid[q] *= still_appropriated(contract, q);
    received[q] *= still_appropriated(contract, q);
  }
  return discounted(contract, paid, received);
}

static struct tables tables_new(int quarters, int draws, struct arena *arena)
{
  const size_t count = (size_t)quarters * (size_t)draws;
  return (struct tables){ARENA_ARRAY(arena, count, double), ARENA_ARRAY(arena, count, double),
                         ARENA_ARRAY(arena, count, double), ARENA_ARRAY(arena, count, double)};
}

static struct quarter_value quarter_of(const struct price_contract *contract, const struct price_process *process,
                                       int q, const struct tables *tables, int draws)
{
  const size_t at = (size_t)q * (size_t)draws;
  return (struct quarter_value){.date = quarter_date(contract, q),
                                .forward_usd_per_kg = process_forward(process, middle_years(contract, q)),
                                .closed_usd = quarter_closed(contract, process, q),
                                .benchmark_usd_per_kg = spread_of(tables->price + at, draws),
                                .paid_usd = spread_of(tables->paid + at, draws),
                                .received_usd = spread_of(tables->received + at, draws),
                                .net_usd = spread_of(tables->net + at, draws)};
}

struct contract_value valuation_simulate(const struct price_contract *contract, const struct price_process *process,
                                         int draws, uint64_t seed, struct arena *arena)
{
  assert(draws >= 1 && contract->quarters >= 1);
  const int n = contract->quarters;
  struct contract_value v = {.quarters = n,
                             .draws = draws,
                             .quarter = ARENA_ARRAY(arena, n, struct quarter_value),
                             .draw_usd = ARENA_ARRAY(arena, draws, double),
                             .closed_usd = valuation_closed(contract, process)};
  const struct arena_mark mark =
      arena_mark(arena); /* every draw of every quarter is needed until its spread is known */
  const struct tables tables = tables_new(n, draws, arena);
  run_draws(contract, process, draws, seed, &tables, v.draw_usd, arena);
  for (int q = 0; q < n; q++) v.quarter[q] = quarter_of(contract, process, q, &tables, draws);
  memcpy(tables.net, v.draw_usd, (size_t)draws * sizeof *v.draw_usd);
  v.value_usd = spread_of(tables.net, draws);
  v.mean_path_usd = on_the_mean_path(contract, process, arena);
  arena_reset(arena, mark);
  return v;
}

/* ---- what the value hangs on ---- */

static double mean_value(const struct price_contract *contract, const struct price_process *process, int draws,
                         uint64_t seed, struct arena *arena)
{
  double *draw_usd = ARENA_ARRAY(arena, draws, double), sum = 0;
  run_draws(contract, process, draws, seed, NULL, draw_usd, arena);
  for (int d = 0; d < draws; d++) sum += draw_usd[d];
  return sum / draws;
}

static struct price_contract with_prices_up(const struct price_contract *contract, double usd_per_kg,
                                            struct arena *arena)
{
  struct price_contract other = *contract;
  struct price_leg *legs = ARENA_ARRAY(arena, contract->leg_count, struct price_leg);
  for (int l = 0; l < contract->leg_count; l++) {
    legs[l] = contract->legs[l];
    legs[l].basis_usd_per_kg += usd_per_kg;
  }
  other.legs = legs;
  return other;
}

static struct price_contract with_volume(const struct price_contract *contract, double factor, struct arena *arena)
{
  struct price_contract other = *contract;
  struct price_leg *legs = ARENA_ARRAY(arena, contract->leg_count, struct price_leg);
  for (int l = 0; l < contract->leg_count; l++) {
    double *kg = ARENA_ARRAY(arena, contract->quarters, double);
    for (int q = 0; q < contract->quarters; q++) kg[q] = factor * contract->legs[l].kg[q];
    legs[l] = contract->legs[l];
    legs[l].kg = kg;
  }
  other.legs = legs;
  return other;
}

struct sensitivities valuation_sensitivities(const struct price_contract *contract, const struct price_process *process,
                                             int draws, uint64_t seed, struct arena *arena)
{
  const double base = mean_value(contract, process, draws, seed, arena);
  const struct price_contract dearer = with_prices_up(contract, 1, arena), more = with_volume(contract, 1.1, arena);
  const double volatility = process->kind == PROCESS_DECK ? process->dispersion : process->volatility;
  const struct price_process wilder = process_with_volatility(*process, 1.1 * volatility);
  struct price_contract later = *contract;
  later.discount_rate += 0.01;
  return (struct sensitivities){
      mean_value(&dearer, process, draws, seed, arena) - base, mean_value(contract, &wilder, draws, seed, arena) - base,
      mean_value(&more, process, draws, seed, arena) - base, mean_value(&later, process, draws, seed, arena) - base};
}

/* The same process from another price, a reverting one with its level; a deck is scaled. */
static struct price_process with_price(struct price_process process, double price, struct arena *arena)
{
  if (process.kind == PROCESS_DECK) {
    double *deck = ARENA_ARRAY(arena, process.deck_count, double);
    const double factor = price / process_forward(&process, 0);
    for (int k = 0; k < process.deck_count; k++) deck[k] = factor * process.deck_usd_per_kg[k];
    process.deck_usd_per_kg = deck;
    return process;
  }
  process.level_usd_per_kg *= price / process.start_usd_per_kg;
  process.start_usd_per_kg = price;
  return process;
}

void valuation_grid(const struct price_contract *contract, const struct price_process *process,
                    const double *volatility, int volatilities, const double *price, int prices, int draws,
                    uint64_t seed, double *values, struct arena *arena)
{
  for (int v = 0; v < volatilities; v++)
    for (int p = 0; p < prices; p++) {
      const struct price_process other = with_price(process_with_volatility(*process, volatility[v]), price[p], arena);
      const double closed = valuation_closed(contract, &other);
      values[v * prices + p] = isnan(closed) ? mean_value(contract, &other, draws, seed, arena) : closed;
    }
}
