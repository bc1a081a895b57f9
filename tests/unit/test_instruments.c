/* tests/unit/test_instruments.c - every kind of instrument on a market small enough to solve by hand.
 *
 * One mine `there` supplies at 2 + q, users `here` pay 20 - q, nothing in between: 9 t/y at 11 USD/kg. Each test adds
 * one instrument; the figures are worked out in docs/instruments.md. After every solve all node accounts must close
 * and no trader may be left with a profit.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"
#include "dataset/describe.h"
#include "finance/option.h"
#include "io/file.h"
#include "model/instruments.h"
#include "model/instruments/payment.h"
#include "model/settle.h"

#define HEAD(to, window)                                                                                               \
  "schema_version: 1\nscenario: by-hand\nhorizon: {from: 2024, to: " #to ", window: " #window "}\n"                    \
  "economy: {discount_rate: 0.1, base_year: 2024}\ntables:\n"
#define TABLES                                                                                                         \
  "  regions: {there: {}, here: {}}\n"                                                                                 \
  "  materials: {ore: {price_usd_per_kg: 10, quantity_t_per_year: 10}}\n"                                              \
  "  owners: {miner: {}}\n"                                                                                            \
  "  processes: {mining: {}}\n"                                                                                        \
  "  yields: [{process: mining, material: ore, amount: 1}]\n"                                                          \
  "  contents: [{material: ore, element: Nd, share: 0.5}]\n"                                                           \
  "  facilities: {mine: {region: there, owner: miner, processes: mining, cost_usd_per_kg: 2, "                         \
  "cost_slope_usd_per_kg_per_t: 1, capacity_t_per_year: inf, output_t_per_year: 9}}\n"                                 \
  "  segments: {users: {region: here, material: ore, intercept_usd_per_kg: 20, slope_usd_per_kg_per_t: 1}}\n"          \
  "  links: {sea: {from: there, to: here}}\n"

struct market {
  struct arena *arena;
  const struct network *network;
  const struct outcome *outcome;
  struct ledger ledger; /* of the period read last */
  int p;
};

enum { HERE = 1, THERE = 0 };

static const char *write_model(const char *text, struct arena *arena)
{
  char *path = arena_copy(arena, "/tmp/didymium-instruments-XXXXXX");
  const int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
  close(file);
  return path;
}

static double turnover(const struct ledger *ledger, struct account account)
{
  double sum = 1e-6;
  for (int i = 0; i < ledger->count; i++) {
    const struct posting *posting = &ledger->postings[i];
    const bool mine = (posting->payer.kind == account.kind && posting->payer.index == account.index) ||
                      (posting->payee.kind == account.kind && posting->payee.index == account.index);
    sum += mine ? posting->kusd_per_year : 0;
  }
  return sum;
}

static void assert_near(double found, double expected, double tolerance, int line)
{
  if (!(fabs(found - expected) <= tolerance)) fail_msg("line %d: found %.12g, expected %.12g", line, found, expected);
}
#define NEAR(found, expected) assert_near(found, expected, 1e-7, __LINE__)

static void assert_closed(const struct ledger *ledger, struct account account)
{
  assert_near(ledger_net(ledger, account) / turnover(ledger, account), 0, 1e-9, __LINE__);
}

/* Settles a period into market->ledger. Nodes close, and so does trade between regions unless a contract pays it. */
static void settle(struct market *market, int p)
{
  market->ledger = ledger_new(market->arena);
  market->p = p;
  outcome_settle(market->outcome, p, &market->ledger);
  for (int n = 0; n < market->network->nodes_count; n++)
    assert_closed(&market->ledger, (struct account){ACCOUNT_NODE, n});
  for (int a = 0; a < market->network->arcs_count; a++)
    if (market->network->arcs[a].kind == ARC_TRADE) assert_closed(&market->ledger, (struct account){ACCOUNT_TRADER, a});
}

static struct market solve_only(const char *head, const char *more)
{
  struct market market = {.arena = arena_new()};
  struct error error = {0};
  const char *text = arena_format(market.arena, "%s%s", head, more);
  const char *path = write_model(text, market.arena);
  const struct load_options options = {0};
  const struct dataset *dataset = dataset_load(path, &options, market.arena, &error);
  unlink(path);
  if (dataset == NULL) fail_msg("%s: %s", error.field, error.message);
  market.network = network_build(dataset, market.arena, &error);
  if (market.network == NULL) fail_msg("%s: %s", error.field, error.message);
  market.outcome = outcome_compute(market.network, NULL, market.arena);
  if (!market.outcome->solved) fail_msg("%s", market.outcome->failure);
  return market;
}

static struct market solve(const char *head, const char *more)
{
  struct market market = solve_only(head, more);
  settle(&market, 0);
  return market;
}

/* One year, one instrument on the market at the top of this file. */
static struct market solve_with(const char *instrument)
{
  return solve(HEAD(2024, 1) TABLES "instruments:\n", instrument);
}

static void done(struct market *market)
{
  arena_free(market->arena);
}

static double output_of(const struct market *market, int p)
{
  return market->outcome->periods[p].activity[0];
}

static double price_of(const struct market *market, int p, int region)
{
  return market->outcome->periods[p].price[network_node(market->network, 0, region, 0)];
}

/* Sum of an instrument's postings with that reason (payments to the agency count negative). */
static double posted(const struct market *market, const char *reason)
{
  double sum = 0;
  for (int i = 0; i < market->ledger.count; i++) {
    const struct posting *posting = &market->ledger.postings[i];
    if (strcmp(posting->reason, reason) != 0) continue;
    sum += posting->payee.kind == ACCOUNT_AGENCY ? -posting->kusd_per_year : posting->kusd_per_year;
  }
  return sum;
}

static double revenue(const struct market *market, int region)
{
  return ledger_net(&market->ledger, (struct account){ACCOUNT_GOVERNMENT, region});
}

/* ---- on flows ---- */

static void without_instruments(void **)
{
  struct market market = solve(HEAD(2024, 1) TABLES, "");
  NEAR(output_of(&market, 0), 9);
  NEAR(price_of(&market, 0, HERE), 11);
  NEAR(ledger_net(&market.ledger, (struct account){ACCOUNT_FACILITY, 0}), 40.5); /* 9 x 9 / 2 */
  done(&market);
}

static void tariff_by_value(void **)
{
  struct market market = solve_with("  - {id: t, kind: tariff, from: there, to: here, rate: 0.25}\n");
  NEAR(output_of(&market, 0), 70.0 / 9);
  NEAR(price_of(&market, 0, THERE), 88.0 / 9);
  NEAR(revenue(&market, HERE), 0.25 * 88 / 9 * 70 / 9);
  done(&market);
}

static void tariff_by_weight_for_half_a_year(void **)
{
  struct market market = solve_with("  - {id: t, kind: tariff, to: he*, usd_per_kg: 4, start: 2024-07-01}\n");
  NEAR(output_of(&market, 0), 8);
  NEAR(posted(&market, "tariff"), 16);
  done(&market);
}

/* A nominal 4.4 where the deflator is 1.1 is a real 4; marked real it stays 4.4. */
static void money_terms_are_nominal_unless_real(void **)
{
  const char *const deflated =
      HEAD(2025, 1) TABLES "  indices: [{index: deflator, date: 2024, value: 1}, {index: deflator, date: 2025, "
                           "value: 1.1}]\ninstruments:\n";
  struct market market = solve(deflated, "  - {id: t, kind: tariff, to: here, usd_per_kg: 4.4}\n");
  NEAR(output_of(&market, 0), 6.8);
  NEAR(output_of(&market, 1), 7);
  done(&market);
  market = solve(deflated, "  - {id: t, kind: tariff, to: here, usd_per_kg: 4.4, real: yes}\n");
  NEAR(output_of(&market, 1), 6.8);
  done(&market);
}

static void tariff_rises_by_schedule(void **)
{
  struct market market = solve(HEAD(2025, 1) TABLES "instruments:\n",
                               "  - {id: t, kind: tariff, to: here, usd_per_kg: {2024: 2, 2025-07-01: 4}}\n");
  NEAR(output_of(&market, 0), 8);
  NEAR(output_of(&market, 1), 7.5); /* half a year at 2, half at 4 */
  done(&market);
}

static void export_tax(void **)
{
  struct market market = solve_with("  - {id: t, kind: export_tax, from: there, rate: 0.25}\n");
  NEAR(output_of(&market, 0), 70.0 / 9);
  NEAR(revenue(&market, THERE), 0.25 * 88 / 9 * 70 / 9);
  NEAR(revenue(&market, HERE), 0);
  done(&market);
}

/* 100 x 1.17 x 1.25 = 146.25 of the price inside: tax on top of tax. */
static void vat_kept_under_an_export_tax(void **)
{
  struct market market = solve_with("  - {id: v, kind: vat_rebate, from: there, vat_rate: 0.17}\n"
                                    "  - {id: t, kind: export_tax, from: there, rate: 0.25}\n");
  const double q = (20 - 2 * 1.4625) / 2.4625;
  NEAR(output_of(&market, 0), q);
  NEAR(posted(&market, "VAT not rebated"), 0.17 * (2 + q) * q);
  NEAR(posted(&market, "export tax"), 0.25 * 1.17 * (2 + q) * q);
  done(&market);
}

static void export_quota(void **)
{
  struct market market = solve_with("  - {id: q, kind: export_quota, from: there, quantity_t_per_year: 5}\n");
  NEAR(price_of(&market, 0, THERE), 7);
  NEAR(price_of(&market, 0, HERE), 15);
  NEAR(ledger_net(&market.ledger, (struct account){ACCOUNT_RENT, 0}), 40);
  done(&market);
}

static void quota_by_content(void **)
{
  struct market market =
      solve_with("  - {id: q, kind: export_quota, from: there, quantity_t_per_year: 2.5, elements: Nd}\n");
  NEAR(output_of(&market, 0), 5);
  NEAR(market.outcome->periods[0].instrument[0][0], 16); /* a kilogram of Nd, half of a kilogram of ore */
  NEAR(posted(&market, "quota rent"), 40);
  done(&market);
}

/* The exporter's rent is part of the customs value, the buyer's is not. */
static void quota_rent_under_a_tariff(void **)
{
  struct market market = solve_with("  - {id: t, kind: tariff, to: here, rate: 0.25}\n"
                                    "  - {id: q, kind: export_quota, from: there, quantity_t_per_year: 5}\n");
  NEAR(market.outcome->periods[0].instrument[1][0], 5); /* (7 + 5) x 1.25 = 15 */
  NEAR(revenue(&market, HERE), 0.25 * 12 * 5);
  done(&market);
  market = solve_with("  - {id: t, kind: tariff, to: here, rate: 0.25}\n"
                      "  - {id: q, kind: import_quota, to: here, quantity_t_per_year: 5}\n");
  NEAR(market.outcome->periods[0].instrument[1][0], 6.25); /* 7 x 1.25 + 6.25 = 15 */
  NEAR(revenue(&market, HERE), 0.25 * 7 * 5);
  done(&market);
}

static void quota_for_half_a_year(void **)
{
  struct market market = solve_with("  - {id: q, kind: export_quota, from: there, quantity_t_per_year: 5, "
                                    "reference_t_per_year: 9, end: 2024-07-01}\n");
  NEAR(output_of(&market, 0), 7); /* (5 + 9) / 2 */
  done(&market);
  market = solve_with("  - {id: q, kind: export_quota, from: there, quantity_t_per_year: 5, end: 2024-04-01}\n");
  NEAR(output_of(&market, 0), 9); /* a quarter only, and nothing known of the rest */
  done(&market);
}

static void state_keeps_the_rent(void **)
{
  struct market market =
      solve_with("  - {id: q, kind: export_quota, from: there, quantity_t_per_year: 5, rent_to: state}\n");
  NEAR(revenue(&market, THERE), 40);
  done(&market);
}

/* Half of 9 is approved; 73 of 365 days are lost in the first year; interest on 146 days and a fee of 1. */
static void export_licence(void **)
{
  struct market market = solve(HEAD(2025, 1) TABLES "instruments:\n",
                               "  - {id: l, kind: export_licence, from: there, approval: 0.5, reference_t_per_year: 9, "
                               "delay_days: 73, hold_days: 73, fee_usd_per_kg: 1, start: 2024-01-01, real: yes}\n");
  NEAR(output_of(&market, 0), 3.6);
  NEAR(output_of(&market, 1), 4.5);
  NEAR(posted(&market, "licence cost"), (0.1 * 0.4 * 5.6 + 1) * 3.6);
  NEAR(posted(&market, "quota rent"), (16.4 - 5.6 * 1.04 - 1) * 3.6);
  done(&market);
}

static void ban(void **)
{
  struct market market = solve_with("  - {id: b, kind: ban, from: there, to: here, materials: ore}\n");
  NEAR(output_of(&market, 0), 0);
  NEAR(market.outcome->periods[0].consumption[0], 0);
  done(&market);
  market = solve_with("  - {id: b, kind: ban, from: there, leakage: 0.1, reference_t_per_year: 9}\n");
  NEAR(output_of(&market, 0), 0.9);
  NEAR(posted(&market, "quota rent"), (19.1 - 2.9) * 0.9);
  done(&market);
}

/* Nine months banned: the other three let a quarter of the reference through. */
static void ban_for_a_part_of_a_year(void **)
{
  struct market market =
      solve_with("  - {id: b, kind: ban, from: there, reference_t_per_year: 8, start: 2024-04-01}\n");
  NEAR(output_of(&market, 0), 2);
  done(&market);
}

static void border_floor(void **)
{
  struct market market = solve_with("  - {id: f, kind: border_floor, to: here, reference_usd_per_kg: 12}\n");
  NEAR(output_of(&market, 0), 8);
  NEAR(revenue(&market, HERE), 16); /* 12 - 10 on 8 t */
  done(&market);
  market = solve_with("  - {id: f, kind: border_floor, to: here, reference_usd_per_kg: 12, members: there}\n");
  NEAR(output_of(&market, 0), 9);
  done(&market);
}

/* The customs value holds the quota's rent, whichever of the two comes first: 7 + 8 = 15, above the floor of 14. */
static void border_floor_sees_quota_rents(void **)
{
  const char *const orders[] = {"  - {id: f, kind: border_floor, to: here, reference_usd_per_kg: 14}\n"
                                "  - {id: q, kind: export_quota, from: there, quantity_t_per_year: 5}\n",
                                "  - {id: q, kind: export_quota, from: there, quantity_t_per_year: 5}\n"
                                "  - {id: f, kind: border_floor, to: here, reference_usd_per_kg: 14}\n"};
  for (int i = 0; i < 2; i++) {
    struct market market = solve_with(orders[i]);
    NEAR(price_of(&market, 0, HERE), 15);
    NEAR(revenue(&market, HERE), 0);
    NEAR(posted(&market, "quota rent"), 40);
    done(&market);
  }
}

static void traceability(void **)
{
  struct market market = solve_with("  - {id: p, kind: traceability, to: here, cost_usd_per_kg: 2}\n");
  NEAR(output_of(&market, 0), 8);
  NEAR(posted(&market, "traceability"), 16);
  done(&market);
}

/* ---- on plants ---- */

static void production_quota(void **)
{
  struct market market = solve_with("  - {id: q, kind: production_quota, facilities: mine, quantity_t_per_year: 5}\n");
  NEAR(output_of(&market, 0), 5);
  NEAR(price_of(&market, 0, THERE), 15);
  NEAR(posted(&market, "quota rent"), 40);
  done(&market);
  market = solve_with("  - {id: q, kind: production_quota, stages: metal, quantity_t_per_year: 5}\n");
  NEAR(output_of(&market, 0), 9); /* the mine's process is of another stage */
  done(&market);
}

static void production_credit(void **)
{
  struct market market = solve_with("  - {id: c, kind: production_credit, facilities: mine, usd_per_kg: 2}\n");
  NEAR(output_of(&market, 0), 10);
  NEAR(posted(&market, "production credit"), 20);
  NEAR(posted(&market, "production cost"), 2 * 10 + 50); /* the real cost, credit or not */
  done(&market);
  market = solve_with("  - {id: c, kind: production_credit, regions: there, cost_share: 0.1}\n");
  const double q = 18.2 / 1.9; /* 0.9 (2 + q) = 20 - q */
  NEAR(output_of(&market, 0), q);
  NEAR(posted(&market, "production credit"), 0.1 * (2 * q + q * q / 2));
  done(&market);
}

/* The lesser of 4 and a fifth of the price: 2 at a price of 10. The budget ends it after the first year. */
static void sales_incentive(void **)
{
  struct market market =
      solve(HEAD(2025, 1) TABLES "instruments:\n",
            "  - {id: s, kind: sales_incentive, facilities: mine, usd_per_kg: 4, price_share: 0.2, budget_kusd: 15}\n");
  NEAR(output_of(&market, 0), 10);
  NEAR(posted(&market, "sales incentive"), 20);
  NEAR(output_of(&market, 1), 9);
  done(&market);
}

#define FOREIGN_PLANT                                                                                                  \
  "set: {facilities.mine.technology_region: here, facilities.mine.technology_cost_factor: 2, "                         \
  "facilities.mine.royalty_usd_per_kg: 1, facilities.mine.technology_delay_years: 1, "                                 \
  "facilities.mine.capacity_t_per_year: 6, facilities.mine.start: 2025}\n"

/* 2 (2 + q) + 1 = 20 - q. In 2025 the plant should have started, and is a year late. */
static void technology_ban(void **)
{
  struct market market = solve(HEAD(2026, 1) TABLES "instruments:\n",
                               "  - {id: b, kind: technology_ban, from: here, start: 2024-01-01}\n" FOREIGN_PLANT);
  NEAR(output_of(&market, 1), 0);
  NEAR(output_of(&market, 2), 5);
  settle(&market, 2);
  NEAR(posted(&market, "royalty"), 5);
  NEAR(posted(&market, "production cost"), 2 * (2 * 5 + 12.5));
  done(&market);
}

/* ---- contracts ---- */

static void floor_on_output(void **)
{
  struct market market = solve_with("  - {id: f, kind: floor_topup, facilities: mine, floor_usd_per_kg: 13}\n");
  NEAR(output_of(&market, 0), 11);
  NEAR(price_of(&market, 0, HERE), 9);
  NEAR(posted(&market, "floor payment"), 44);
  done(&market);
}

static void floor_on_sales(void **)
{
  struct market market =
      solve_with("  - {id: f, kind: floor_topup, owners: miner, basis: sold, floor_usd_per_kg: 13}\n");
  NEAR(output_of(&market, 0), 11);
  NEAR(posted(&market, "floor payment"), 44);
  done(&market);
}

/* Sold in one place, settled on the price of another: freight of 1 between them stays with the seller. */
static void floor_on_another_index(void **)
{
  struct market market =
      solve_with("  - {id: f, kind: floor_topup, facilities: mine, index_region: here, floor_usd_per_kg: 13}\n"
                 "set: {links.sea.freight_usd_per_kg: 1}\n");
  /* 2 + q = (19 - q) + 13 - (20 - q) */
  NEAR(output_of(&market, 0), 10);
  NEAR(posted(&market, "floor payment"), 30);
  done(&market);
}

static void floor_on_content(void **)
{
  struct market market =
      solve_with("  - {id: f, kind: floor_topup, facilities: mine, elements: Nd, floor_usd_per_kg: 13}\n");
  /* 2 + q = p + (13 - p) / 2 */
  NEAR(output_of(&market, 0), 29.0 / 3);
  NEAR(posted(&market, "floor payment"), (13 - 31.0 / 3) * 29 / 6);
  done(&market);
}

static void floor_with_a_volume_cap(void **)
{
  struct market market =
      solve_with("  - {id: f, kind: floor_topup, facilities: mine, floor_usd_per_kg: 13, volume_cap_t_per_year: 5}\n");
  NEAR(output_of(&market, 0), 9); /* the last tonnes are not insured */
  NEAR(posted(&market, "floor payment"), 10);
  done(&market);
  market =
      solve_with("  - {id: f, kind: floor_topup, facilities: mine, floor_usd_per_kg: 13, volume_cap_t_per_year: 10}\n");
  NEAR(output_of(&market, 0), 10);
  NEAR(posted(&market, "floor payment"), 30);
  done(&market);
  market =
      solve_with("  - {id: f, kind: floor_topup, facilities: mine, floor_usd_per_kg: 13, volume_cap_t_per_year: 20}\n");
  NEAR(output_of(&market, 0), 11);
  done(&market);
}

/* What bent supply is what is settled: marginal cost = price + payment per kilogram. */
static void dispersion_is_the_same_in_rows_and_ledger(void **)
{
  struct market market =
      solve_with("  - {id: f, kind: floor_topup, facilities: mine, floor_usd_per_kg: 11, dispersion: 0.2}\n");
  const double q = output_of(&market, 0), p = price_of(&market, 0, THERE);
  assert_true(q > 9.1);
  NEAR(2 + q, p + posted(&market, "floor payment") / q);
  assert_near(posted(&market, "floor payment") / q, option_floor_inside(p, 11, 0.2), 0.01, __LINE__);
  done(&market);
}

/* A floor F at which the price ends up: worth F (2 N(s/2) - 1) a kilogram, so 22 = 2 F + that. */
static void a_floor_at_the_money_pays_its_closed_form(void **)
{
  char text[200];
  const double floor = 22 / (2 + option_floor_inside(1, 1, 0.2));
  snprintf(text, sizeof text, "  - {id: f, kind: floor_topup, facilities: mine, floor_usd_per_kg: %.17g, %s}\n", floor,
           "dispersion: 0.2");
  struct market market = solve_with(text);
  NEAR(price_of(&market, 0, THERE), floor);
  NEAR(posted(&market, "floor payment") / output_of(&market, 0), option_floor_inside(floor, floor, 0.2));
  done(&market);
}

static void upside_share(void **)
{
  struct market market =
      solve_with("  - {id: u, kind: upside_share, facilities: mine, share: 0.5, trigger_usd_per_kg: 9}\n");
  NEAR(output_of(&market, 0), 25.0 / 3);
  NEAR(posted(&market, "upside share"), -0.5 * 8.0 / 3 * 25 / 3);
  done(&market);
}

static void upside_fires_once_a_plant_runs_full(void **)
{
  struct market market = solve(HEAD(2025, 1) TABLES "instruments:\n",
                               "  - {id: u, kind: upside_share, facilities: mine, share: 0.5, trigger_usd_per_kg: 9, "
                               "fires_when_facility: mine}\nset: {facilities.mine.capacity_t_per_year: 9}\n");
  NEAR(output_of(&market, 0), 9);
  NEAR(posted(&market, "upside share"), 0);
  NEAR(output_of(&market, 1), 25.0 / 3);
  done(&market);
}

static void collar(void **)
{
  struct market market = solve_with("  - {id: c, kind: collar, facilities: mine, floor_usd_per_kg: 5, "
                                    "ceiling_usd_per_kg: 9, share: 0.5}\n");
  NEAR(output_of(&market, 0), 25.0 / 3);
  done(&market);
  market = solve_with("  - {id: c, kind: collar, facilities: mine, floor_usd_per_kg: 13, ceiling_usd_per_kg: 15}\n");
  NEAR(output_of(&market, 0), 11);
  NEAR(posted(&market, "collar payment"), 44);
  done(&market);
}

static void two_way_contract(void **)
{
  struct market market = solve_with("  - {id: c, kind: two_way_cfd, facilities: mine, strike_usd_per_kg: 13}\n");
  NEAR(output_of(&market, 0), 11);
  NEAR(posted(&market, "two-way payment"), 44);
  done(&market);
  market = solve_with("  - {id: c, kind: two_way_cfd, facilities: mine, strike_usd_per_kg: 8}\n");
  NEAR(output_of(&market, 0), 6);
  NEAR(posted(&market, "two-way payment"), -36);
  done(&market);
}

static void deemed_volume_moves_nobody_who_takes_prices(void **)
{
  struct market market =
      solve_with("  - {id: d, kind: cfd_deemed, facilities: mine, material: ore, index_region: there, "
                 "strike_usd_per_kg: 13, volume_t_per_year: 4}\n");
  NEAR(output_of(&market, 0), 9);
  NEAR(posted(&market, "deemed volume"), 8);
  done(&market);
  market = solve_with("  - {id: d, kind: cfd_deemed, facilities: mine, material: ore, index_region: there, "
                      "strike_usd_per_kg: 8, volume_t_per_year: 4, sides: one}\n");
  NEAR(posted(&market, "deemed volume"), 0);
  done(&market);
}

/* A monopolist that has sold 4 t at a strike: 20 - q - (q - 4) = 2 + q. */
static void deemed_volume_makes_a_monopolist_sell_more(void **)
{
  struct market market =
      solve(HEAD(2024, 1) TABLES "instruments:\n",
            "  - {id: d, kind: cfd_deemed, owners: miner, material: ore, index_region: there, strike_usd_per_kg: 13, "
            "volume_t_per_year: 4}\nset: {owners.miner.conduct: 1, facilities.mine.region: here, "
            "instruments.d.index_region: here}\n");
  NEAR(output_of(&market, 0), 22.0 / 3);
  done(&market);
}

/* Seller inside: at least 12 t flow although 9 would; 8 is paid here, 14 needed there; settled at 10. */
static void take_or_pay_with_a_seller_inside(void **)
{
  struct market market = solve_only(HEAD(2024, 1) TABLES "instruments:\n",
                                    "  - {id: c, kind: take_or_pay, seller: inside, material: ore, region: here, from: "
                                    "there, volume_t_per_year: 12, minimum_share: 1, price_usd_per_kg: 10}\n");
  NEAR(output_of(&market, 0), 12);
  NEAR(market.outcome->periods[0].instrument[0][0], 6);
  market.ledger = ledger_new(market.arena);
  outcome_settle(market.outcome, 0, &market.ledger);
  NEAR(posted(&market, "contract price"), 24);
  done(&market);
}

static void take_or_pay_defaults_where_that_is_cheaper(void **)
{
  struct market market = solve_only(HEAD(2024, 1) TABLES "instruments:\n",
                                    "  - {id: c, kind: take_or_pay, seller: inside, material: ore, region: here, "
                                    "volume_t_per_year: 12, minimum_share: 1, price_usd_per_kg: 10, "
                                    "default_cost_usd_per_kg: 5}\n");
  NEAR(output_of(&market, 0), 11.5);
  NEAR(market.outcome->periods[0].instrument[0][1], 0.5);
  done(&market);
}

/* Seller outside: 4 of 5 t are paid anyway and all that is taken, since 11 would be above the contract's 8. */
static void take_or_pay_with_a_seller_outside(void **)
{
  struct market market = solve_with("  - {id: c, kind: take_or_pay, material: ore, region: here, volume_t_per_year: 5, "
                                    "minimum_share: 0.8, price_usd_per_kg: 8}\n");
  NEAR(output_of(&market, 0), 6.5);
  NEAR(price_of(&market, 0, HERE), 8.5);
  NEAR(posted(&market, "take-or-pay"), 40);
  done(&market);
}

/* ---- public buyers and users ---- */

static void public_purchase(void **)
{
  struct market market =
      solve_with("  - {id: g, kind: public_purchase, material: ore, region: here, price_usd_per_kg: 13}\n");
  NEAR(output_of(&market, 0), 11);
  NEAR(price_of(&market, 0, HERE), 13);
  NEAR(posted(&market, "public purchase"), 4 * 13);
  done(&market);
  market = solve_with(
      "  - {id: g, kind: public_purchase, material: ore, region: here, price_usd_per_kg: 13, cap_t_per_year: 2}\n");
  NEAR(price_of(&market, 0, HERE), 12);
  NEAR(ledger_net(&market.ledger, (struct account){ACCOUNT_AGENCY, 0}), -26);
  NEAR(posted(&market, "public purchase above the market"), 2);
  done(&market);
}

static void stockpile_fills_to_its_goal(void **)
{
  struct market market = solve(HEAD(2026, 1) TABLES "instruments:\n",
                               "  - {id: s, kind: stockpile_rule, material: ore, region: here, buy_below_usd_per_kg: "
                               "15, buy_t_per_year: 2, goal_t: 3}\n");
  NEAR(price_of(&market, 0, HERE), 12);
  NEAR(price_of(&market, 1, HERE), 11.5);
  NEAR(price_of(&market, 2, HERE), 11);
  done(&market);
}

static void stockpile_releases_while_it_lasts(void **)
{
  struct market market = solve(HEAD(2026, 1) TABLES "instruments:\n",
                               "  - {id: s, kind: stockpile_rule, material: ore, region: here, opening_t: 3, "
                               "release_above_usd_per_kg: 8, release_t_per_year: 2}\n");
  NEAR(price_of(&market, 0, HERE), 10);
  NEAR(posted(&market, "stockpile release"), -20);
  NEAR(price_of(&market, 1, HERE), 10.5);
  NEAR(price_of(&market, 2, HERE), 11);
  done(&market);
}

/* A ban in the third year makes ore dear later; the rule still does not buy at 11 what it may only pay 10.5 for. */
static void stockpile_does_not_speculate(void **)
{
  struct market market =
      solve(HEAD(2026, 3) TABLES "instruments:\n",
            "  - {id: s, kind: stockpile_rule, material: ore, region: here, buy_below_usd_per_kg: 10.5, "
            "buy_t_per_year: 2, release_above_usd_per_kg: 15, release_t_per_year: 2}\n"
            "  - {id: b, kind: ban, from: there, start: 2026-01-01, leakage: 0.1, reference_t_per_year: 9}\n");
  NEAR(output_of(&market, 0), 9);
  NEAR(output_of(&market, 1), 9);
  done(&market);
}

/* In one window of three years the 3 t go where they are dearest: all three years alike, 1 t each. */
static void stockpile_serves_a_whole_window(void **)
{
  struct market market = solve(HEAD(2026, 3) TABLES "instruments:\n",
                               "  - {id: s, kind: stockpile_rule, material: ore, region: here, opening_t: 3, "
                               "release_above_usd_per_kg: 8, release_t_per_year: 2}\n");
  double released = 0;
  for (int p = 0; p < 3; p++) released += market.outcome->periods[p].instrument[0][1];
  NEAR(released, 3);
  done(&market);
}

/* From 2025 users must buy what is not mined there. Nobody makes it, so they go without, but for the sliver of demand
 * that stays at every node. */
static void eligibility(void **)
{
  struct market market =
      solve_only(HEAD(2025, 1) TABLES,
                 "  rules: {trusted: {regions: there}}\n"
                 "instruments:\n  - {id: e, kind: eligibility, segments: users, rules: trusted, start: 2025-01-01}\n");
  NEAR(output_of(&market, 0), 9);
  assert_near(output_of(&market, 1), 0, 1e-5, __LINE__);
  done(&market);
}

/* Kinked and asymmetric kinds that are not in force leave a monotone problem monotone. */
static void out_of_force_leaves_the_class(void **)
{
  struct market market =
      solve_with("  - {id: f, kind: floor_topup, facilities: mine, floor_usd_per_kg: 13, enabled: no}\n"
                 "  - {id: c, kind: floor_topup, facilities: mine, floor_usd_per_kg: 13, volume_cap_t_per_year: 5, "
                 "enabled: no}\n"
                 "  - {id: w, kind: two_way_cfd, facilities: mine, strike_usd_per_kg: 13, enabled: no}\n"
                 "  - {id: q, kind: export_quota, from: there, quantity_t_per_year: 5, enabled: no}\n"
                 "  - {id: b, kind: border_floor, to: here, reference_usd_per_kg: 12, enabled: no}\n");
  NEAR(output_of(&market, 0), 9);
  assert_int_equal(market.outcome->windows[0].class.class, CLASS_MONOTONE);
  done(&market);
}

/* ---- refusals ---- */

static void assert_refused(const char *instrument, const char *field, const char *message)
{
  struct arena *arena = arena_new();
  struct error error = {0};
  const char *path = write_model(arena_format(arena, HEAD(2024, 1) TABLES "instruments:\n%s", instrument), arena);
  const struct load_options options = {0};
  const struct dataset *dataset = dataset_load(path, &options, arena, &error);
  unlink(path);
  assert_true(dataset == NULL || network_build(dataset, arena, &error) == NULL);
  assert_string_equal(error.field, field);
  if (strstr(error.message, message) == NULL) fail_msg("found '%s', expected '%s'", error.message, message);
  assert_true(error.line > 0);
  arena_free(arena);
}

static void wrong_terms_are_refused(void **)
{
  assert_refused("  - {id: t, kind: tarif, rate: 1}\n", "instruments.t.kind", "did you mean 'tariff'");
  assert_refused("  - {id: t, kind: tariff, rat: 1}\n", "instruments.t.rat", "did you mean 'rate'");
  assert_refused("  - {id: t, kind: tariff, to: her, rate: 1}\n", "instruments.t.to", "here");
  assert_refused("  - {id: t, kind: tariff, from: here, rate: 1}\n", "instruments.t.from", "applies to nothing");
  assert_refused("  - {id: f, kind: floor_topup, facilities: mine}\n", "instruments.f.floor_usd_per_kg", "missing");
}

static void every_kind_says_what_it_is(void **)
{
  int count;
  const struct instrument_kind *const *kinds = instrument_kinds(&count);
  assert_true(count >= 20);
  for (int i = 0; i < count; i++) {
    assert_ptr_equal(instrument_kind_find(kinds[i]->name), kinds[i]);
    assert_true(strlen(kinds[i]->help) > 20);
    for (const struct field *field = kinds[i]->fields; field->name != NULL; field++) assert_non_null(field->help);
  }
  assert_null(instrument_kind_find("no such kind"));
}

/* ---- docs/instruments.md ---- */

static const char *terms_markdown(struct arena *arena)
{
  struct text text = text_new(arena);
  int count;
  const struct instrument_kind *const *kinds = instrument_kinds(&count);
  for (int i = 0; i < count; i++) {
    text_add(&text, "### %s\n\n%s.\n\n", kinds[i]->name, kinds[i]->help);
    fields_markdown(kinds[i]->fields, NULL, &text);
    text_add(&text, "%s", i + 1 < count ? "\n" : "");
  }
  return text.bytes;
}

/* Beside this file's folder, wherever it was compiled from. */
static const char *document(struct arena *arena)
{
  struct error error = {0};
  char *here = arena_copy(arena, __FILE__);
  *strrchr(here, '/') = '\0';
  const char *text = file_read(arena_format(arena, "%s/../../docs/instruments.md", here), NULL, arena, &error);
  if (text == NULL) fail_msg("%s: %s", error.file, error.message);
  return text;
}

static void every_term_is_documented(void **)
{
  struct arena *arena = arena_new();
  const char *written = strstr(document(arena), "\n### ");
  assert_non_null(written);
  assert_string_equal(written + 1, terms_markdown(arena));
  arena_free(arena);
}

static int print_terms(void)
{
  struct arena *arena = arena_new();
  fputs(terms_markdown(arena), stdout);
  arena_free(arena);
  return 0;
}

int main(int count, char **arguments)
{
  if (count == 2 && strcmp(arguments[1], "--terms") == 0) return print_terms();
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_instruments),
      cmocka_unit_test(tariff_by_value),
      cmocka_unit_test(tariff_by_weight_for_half_a_year),
      cmocka_unit_test(money_terms_are_nominal_unless_real),
      cmocka_unit_test(tariff_rises_by_schedule),
      cmocka_unit_test(export_tax),
      cmocka_unit_test(vat_kept_under_an_export_tax),
      cmocka_unit_test(export_quota),
      cmocka_unit_test(quota_by_content),
      cmocka_unit_test(quota_rent_under_a_tariff),
      cmocka_unit_test(quota_for_half_a_year),
      cmocka_unit_test(state_keeps_the_rent),
      cmocka_unit_test(export_licence),
      cmocka_unit_test(ban),
      cmocka_unit_test(ban_for_a_part_of_a_year),
      cmocka_unit_test(border_floor),
      cmocka_unit_test(border_floor_sees_quota_rents),
      cmocka_unit_test(traceability),
      cmocka_unit_test(production_quota),
      cmocka_unit_test(production_credit),
      cmocka_unit_test(sales_incentive),
      cmocka_unit_test(technology_ban),
      cmocka_unit_test(floor_on_output),
      cmocka_unit_test(floor_on_sales),
      cmocka_unit_test(floor_on_another_index),
      cmocka_unit_test(floor_on_content),
      cmocka_unit_test(floor_with_a_volume_cap),
      cmocka_unit_test(dispersion_is_the_same_in_rows_and_ledger),
      cmocka_unit_test(a_floor_at_the_money_pays_its_closed_form),
      cmocka_unit_test(upside_share),
      cmocka_unit_test(upside_fires_once_a_plant_runs_full),
      cmocka_unit_test(collar),
      cmocka_unit_test(two_way_contract),
      cmocka_unit_test(deemed_volume_moves_nobody_who_takes_prices),
      cmocka_unit_test(deemed_volume_makes_a_monopolist_sell_more),
      cmocka_unit_test(take_or_pay_with_a_seller_inside),
      cmocka_unit_test(take_or_pay_defaults_where_that_is_cheaper),
      cmocka_unit_test(take_or_pay_with_a_seller_outside),
      cmocka_unit_test(public_purchase),
      cmocka_unit_test(stockpile_fills_to_its_goal),
      cmocka_unit_test(stockpile_releases_while_it_lasts),
      cmocka_unit_test(stockpile_does_not_speculate),
      cmocka_unit_test(stockpile_serves_a_whole_window),
      cmocka_unit_test(out_of_force_leaves_the_class),
      cmocka_unit_test(eligibility),
      cmocka_unit_test(wrong_terms_are_refused),
      cmocka_unit_test(every_kind_says_what_it_is),
      cmocka_unit_test(every_term_is_documented),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
