/* report/value_json.c - the value of a deal for programs: USD, kg, years; the same figures as the text, unrounded. */
#include <math.h>

#include "finance/cash.h"
#include "io/json.h"
#include "report/value.h"

static void add_spread(struct json_writer *w, const char *key, const struct spread *s)
{
  json_map_open(w, key);
  json_add_number(w, "mean", s->mean);
  json_add_number(w, "standard_error", s->error);
  json_add_number(w, "p5", s->low);
  json_add_number(w, "p50", s->middle);
  json_add_number(w, "p95", s->high);
  json_map_close(w);
}

static void add_statistics(struct json_writer *w, const char *key, const struct series_statistics *s)
{
  json_map_open(w, key);
  json_add_number(w, "volatility", s->volatility);
  json_add_number(w, "autocorrelation", s->autocorrelation);
  json_add_number(w, "highest_over_lowest", s->range);
  json_map_close(w);
}

static void add_process(struct json_writer *w, const struct value_run *run)
{
  const struct price_process *p = &run->process;
  json_map_open(w, "parameters");
  json_add_number(w, "start_usd_per_kg", p->kind == PROCESS_DECK ? NAN : p->start_usd_per_kg);
  json_add_number(w, "volatility", p->kind == PROCESS_DECK ? p->dispersion : p->volatility);
  json_add_number(w, "level_usd_per_kg", p->kind == PROCESS_REVERTING ? p->level_usd_per_kg : NAN);
  json_add_number(w, "reversion_per_year", p->kind == PROCESS_REVERTING ? p->reversion_per_year : NAN);
  json_add_number(w, "jumps_per_year", p->jumps_per_year);
  json_map_close(w);
  if (!run->matched) return;
  json_map_open(w, "history");
  add_statistics(w, "observed", &run->match.observed);
  add_statistics(w, "p2_5", &run->match.low);
  add_statistics(w, "p97_5", &run->match.high);
  add_statistics(w, "share_of_draws_below", &run->match.below);
  json_map_close(w);
}

static void add_quarter(struct json_writer *w, const struct deal_value *value, const struct quarter_value *row)
{
  const double years = row->date + 0.25 * (1 + value->contract.arrears_quarters) - value->contract.date;
  json_map_open(w, NULL);
  json_add_number(w, "date", row->date);
  json_add_number(w, "closed_usd", row->closed_usd);
  add_spread(w, "benchmark_usd_per_kg", &row->benchmark_usd_per_kg);
  add_spread(w, "paid_usd", &row->paid_usd);
  add_spread(w, "received_usd", &row->received_usd);
  add_spread(w, "net_usd", &row->net_usd);
  json_add_number(w, "discount_factor", cash_discount(value->contract.discount_rate, years));
  json_map_close(w);
}

static void add_runs(struct json_writer *w, const struct deal_value *value)
{
  json_list_open(w, "prices");
  for (int k = 0; k < value->runs_count; k++) {
    const struct value_run *run = &value->runs[k];
    json_map_open(w, NULL);
    json_add_text(w, "process", value_process_name(run->name));
    add_process(w, run);
    json_add_flag(w, "drawn", run->spread);
    add_spread(w, "value_usd", &run->valuation.value_usd);
    json_add_number(w, "closed_usd", run->valuation.closed_usd);
    json_add_number(w, "mean_path_usd", run->valuation.mean_path_usd);
    json_list_open(w, "quarters");
    for (int q = 0; q < run->valuation.quarters; q++) add_quarter(w, value, &run->valuation.quarter[q]);
    json_list_close(w);
    json_map_close(w);
  }
  json_list_close(w);
}

static void add_legs(struct json_writer *w, const struct deal_value *value)
{
  json_list_open(w, "legs");
  for (int l = 0; l < value->contract.leg_count; l++) {
    const struct price_leg *leg = &value->contract.legs[l];
    json_map_open(w, NULL);
    json_add_text(w, "instrument", leg->name);
    json_add_text(w, "kind", leg->kind == LEG_FLOOR ? "floor" : leg->kind == LEG_UPSIDE ? "upside" : "two_way");
    json_add_number(w, "strike_usd_per_kg", leg->strike_usd_per_kg);
    json_add_number(w, "share", leg->share);
    json_add_number(w, "start", leg->start);
    json_add_number(w, "end", leg->end);
    json_add_numbers(w, "kg_per_quarter", leg->kg, value->contract.quarters);
    json_map_close(w);
  }
  json_list_close(w);
}

static void add_around(struct json_writer *w, const struct deal_value *value)
{
  json_map_open(w, "sensitivities_usd");
  json_add_number(w, "forward_up_1_usd_per_kg", value->sensitivities.forward_up_1_usd);
  json_add_number(w, "volatility_up_10_percent", value->sensitivities.volatility_up_tenth);
  json_add_number(w, "volume_up_10_percent", value->sensitivities.volume_up_tenth);
  json_add_number(w, "discount_rate_up_1_point", value->sensitivities.discount_up_point);
  json_map_close(w);
  json_add_numbers(w, "value_usd_at_ends_of_volume", (double[]){value->low_volume_usd, value->high_volume_usd}, 2);
  if (value->borrowing.known) {
    json_map_open(w, "borrowing_usd");
    json_add_number(w, "without", value->borrowing.at_cost.without_usd);
    json_add_number(w, "with", value->borrowing.at_cost.with_usd);
    json_map_close(w);
  }
  json_map_open(w, "grid");
  json_add_numbers(w, "volatility", value->grid.volatility, value_grid_volatilities);
  json_add_numbers(w, "price_usd_per_kg", value->grid.price, value_grid_prices);
  json_list_open(w, "usd");
  for (int v = 0; v < value_grid_volatilities; v++)
    json_add_numbers(w, NULL, value->grid.usd + v * value_grid_prices, value_grid_prices);
  json_list_close(w);
  json_map_close(w);
}

static void add_subsidy(struct json_writer *w, const char *key, const struct credit_subsidy *s)
{
  json_map_open(w, key);
  json_add_number(w, "total_usd", s->total_usd);
  json_add_number(w, "defaults_usd", s->defaults_usd);
  json_add_number(w, "interest_usd", s->interest_usd);
  json_add_number(w, "fees_usd", s->fees_usd);
  json_add_number(w, "other_usd", s->other_usd);
  json_add_number(w, "rate", s->rate);
  json_map_close(w);
}

static void add_capital(struct json_writer *w, const struct deal_value *value)
{
  json_list_open(w, "capital");
  for (int k = 0; k < value->capital_count; k++) {
    const struct value_capital *c = &value->capital[k];
    json_map_open(w, NULL);
    json_add_text(w, "instrument", c->instrument->record.id);
    json_add_text(w, "kind", c->instrument->kind);
    json_add_number(w, "amount_usd", c->amount_usd);
    if (c->kind == VALUE_LOAN || c->kind == VALUE_GUARANTEE) {
      json_add_number(w, "payment_per_year_usd", c->payment_per_year_usd);
      json_add_number(w, "interest_per_year_usd", c->interest_per_year_usd);
      add_subsidy(w, "credit_subsidy", &c->subsidy);
      add_subsidy(w, "fair_value", &c->fair);
      json_add_number(w, "grant_usd", c->grant_usd);
      json_add_numbers(w, "balance_usd_by_quarter", c->schedule.balance, c->schedule.periods + 1);
    }
    if (c->kind == VALUE_EQUITY) {
      json_add_number(w, "shares_at_first", preferred_shares(&c->preferred, 0));
      json_add_number(w, "stated_value_at_exit_usd", preferred_value(&c->preferred, c->preferred.warrant_years));
    }
    json_map_close(w);
  }
  json_list_close(w);
}

static void add_checks(struct json_writer *w, const struct deal_value *value)
{
  json_list_open(w, "payments");
  for (int k = 0; k < value->checks_count; k++) {
    const struct value_check *check = &value->checks[k];
    json_map_open(w, NULL);
    json_add_number(w, "quarter", check->payment->quarter);
    json_add_number(w, "paid_usd", check->payment->paid_usd);
    json_add_numbers(w, "benchmark_usd_per_kg",
                     (double[]){check->benchmark_low, check->benchmark, check->benchmark_high}, 3);
    json_list_open(w, "bases");
    for (int b = 0; b < PROTECTION_BASES; b++) {
      json_map_open(w, NULL);
      json_add_text(w, "basis", protection_basis_name((enum protection_basis)b));
      json_add_number(w, "eligible_kg", check->bases[b].eligible_kg);
      json_add_number(w, "implied_benchmark_usd_per_kg", check->bases[b].implied_benchmark);
      json_add_number(w, "predicted_usd", check->bases[b].predicted_usd);
      json_map_close(w);
    }
    json_list_close(w);
    json_add_numbers(w, "claimed_share", (double[]){check->share_low, check->share, check->share_high}, 3);
    json_add_number(w, "claimed_share_in_file", check->frozen);
    json_add_number(w, "predicted_usd", check->predicted_usd);
    json_add_number(w, "usd_per_usd_per_kg_of_benchmark", check->slope_usd);
    json_map_close(w);
  }
  json_list_close(w);
}

const char *deal_value_json(const struct deal_value *value, const char *version, struct arena *arena)
{
  struct json_writer w = json_writer_new(arena, 2);
  json_map_open(&w, NULL);
  json_add_text(&w, "didymium", version);
  json_add_text(&w, "deal", value->deal->deals[0].record.id);
  json_add_number(&w, "date", value->contract.date);
  json_add_number(&w, "discount_rate", value->contract.discount_rate);
  json_add_integer(&w, "draws", value->draws);
  json_add_integer(&w, "seed", (long)value->seed);
  add_legs(&w, value);
  add_runs(&w, value);
  if (value->runs_count > 0) add_around(&w, value);
  add_capital(&w, value);
  add_checks(&w, value);
  json_map_close(&w);
  return json_writer_finish(&w);
}
