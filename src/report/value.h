/* report/value.h - one deal valued alone, on prices that are given or drawn: no market responds to it.
 *
 * The file is a deal (docs/formats.md); its section `value` says at what date, price, volume and rates. Prices follow
 * the processes of finance/price_process.h, fitted to the history that the section names. What the deal does to prices
 * and output, and what they then do to its cost, is a matter of `run`, not of this.
 */
#ifndef REPORT_VALUE_H
#define REPORT_VALUE_H
#include "dataset/dataset.h"
#include "finance/loan.h"
#include "finance/offtake.h"
#include "finance/preferred.h"
#include "finance/project.h"
#include "finance/protection.h"
#include "finance/subsidy.h"
#include "finance/valuation.h"
#include "report/summary.h"

/* ---- the file's section ---- */

struct value_point {
  double date, value, low, high; /* low, high: the ends of its range; the value itself where none is stated */
};
struct value_path { /* each value holds from its date until the next */
  int count;
  const struct value_point *points;
};
struct value_volume { /* of one instrument */
  const char *instrument;
  struct value_path t_per_year;
};

struct value_payment { /* "payments": what was reported to have been paid for a quarter */
  double quarter;
  double paid_usd, paid_within_usd;
  double oxide_made_t, oxide_sold_t, concentrate_t;
  double content_share, content_share_low, content_share_high;
  double separation_recovery;
  double benchmark_usd_per_kg, benchmark_low, benchmark_high; /* NAN: from the dated points */
  const char *source, *note;
};

struct value_terms { /* "value" */
  double date;
  double price_usd_per_kg, index_ratio;
  const char *history, *points;
  int process; /* enum value_process */
  double drift_per_year, volatility, level_usd_per_kg, reversion_per_year;
  double jumps_per_year, jump_mean, jump_deviation;
  double dispersion, dispersion_low, dispersion_high;
  double discount_rate;
  int arrears_quarters;
  double volume_low, volume_high; /* of the volumes stated, where they have no ends of their own */
  double upside_start;
  double treasury_rate, risk_premium, private_rate, default_per_year, recovery;
  double cost_usd_per_kg, cost_usd_per_kg_low, cost_usd_per_kg_high, cover;
  double share_usd, share_volatility, shares_outstanding;
  const char *contract, *unit, *source, *quality, *note;
  struct value_path volume_t_per_year;
  int volumes_count, payments_count;
  const struct value_volume *volumes;
  const struct value_payment *payments;
  const char *folder; /* that paths of the section start from */
};
enum value_process { VALUE_GEOMETRIC, VALUE_REVERTING, VALUE_JUMPS, VALUE_DECK, VALUE_PROCESSES };
const char *value_process_name(enum value_process process);

extern const struct field value_fields[], value_payment_fields[];

/* The section of a deal's file; defaults where it has none. False with error set. */
bool value_terms_read(const char *path, struct value_terms *terms, struct arena *arena, struct error *error);

/* Dated prices of a CSV with the columns `date` or `year`, and price_usd_per_kg (USD/kg), by date. A file with several
 * goods (a column material) or places (region) is refused. False with error set. */
struct value_series {
  int count;
  const double *dates, *usd_per_kg;
  const char *path;
};
bool value_series_read(const char *path, struct value_series *series, struct arena *arena, struct error *error);

/* ---- what is asked, and what comes out ---- */

struct value_options {       /* zero or NULL: as the file has it */
  const char *processes;     /* "reverting,geometric": those to value on, the first in full */
  const char *prices;        /* a deck: years and prices */
  const char *check_payment; /* a quarter: "2025Q4" */
  bool checks_only;          /* all reported payments, and nothing else */
  int draws;                 /* 0: 10,000 */
  uint64_t seed;             /* 0: 1 */
  double volatility, forward_usd_per_kg, volume_t_per_year;
};

struct value_run { /* the price terms on one process */
  enum value_process name;
  struct price_process process;
  bool matched; /* match is there: the process was set against the history */
  struct process_match match;
  struct contract_value valuation;
  bool spread; /* its ranges mean something: prices are drawn */
};

enum { value_grid_volatilities = 4, value_grid_prices = 6 };
struct value_grid {
  double volatility[value_grid_volatilities], price[value_grid_prices];
  double usd[value_grid_volatilities * value_grid_prices];
};

/* A year of dated points, and how far they scatter: NAN where they are fewer than four. */
struct value_year {
  int year, points;
  double dispersion;
};

enum value_capital_kind { VALUE_LOAN, VALUE_GUARANTEE, VALUE_EQUITY, VALUE_GRANT, VALUE_PREPAYMENT, VALUE_EARNINGS };
struct value_capital {
  enum value_capital_kind kind;
  const struct instrument *instrument;
  double amount_usd;
  double rate_per_year, payment_per_year_usd, interest_per_year_usd; /* loans: interest of the first paying year */
  struct loan_schedule schedule;                                     /* loans and guarantees */
  struct credit_subsidy subsidy, fair;                               /* loans and guarantees */
  double grant_usd;                                                  /* at the private rate; NAN: none stated */
  struct preferred_terms preferred;                                  /* equity */
  struct guarantee_of_earnings earnings;                             /* a plant whose buyer guarantees its earnings */
};

/* What could be borrowed against the volume: at the price exceeded in 90 % of draws, and with the floors under it;
 * at the cost stated and at the ends of its range. */
struct value_borrowing {
  bool known;
  struct floor_capacity at_cost, at_low_cost, at_high_cost;
};

struct value_basis {
  double eligible_kg, implied_benchmark, predicted_usd;
};
struct value_check { /* a reported payment against the bases */
  const struct value_payment *payment;
  double floor_usd_per_kg;
  double benchmark, benchmark_low, benchmark_high;
  bool benchmark_from_points;
  struct protection_content content;
  struct value_basis bases[PROTECTION_BASES];
  double share, share_low, share_high; /* phi fitted to this payment alone */
  double frozen;                       /* the share in the file; NAN: none */
  double predicted_usd, slope_usd;     /* with the frozen share, or the fitted one where there is none */
  struct protection_range discretion;  /* the payment at the producer's best and worst election */
};

struct deal_value {
  const struct dataset *deal;
  struct value_terms terms;
  int draws;
  uint64_t seed;
  struct price_contract contract;                 /* leg_count 0: nothing depends on a price */
  const struct instrument *const *leg_instrument; /* [leg_count] */
  struct value_series history, points;            /* count 0: none */
  int runs_count;
  struct value_run runs[VALUE_PROCESSES];
  double low_volume_usd, high_volume_usd; /* worth with the ends of the volume's range; NAN: no range */
  struct sensitivities sensitivities;     /* of the first run, like the grid */
  struct value_grid grid;
  struct value_borrowing borrowing;
  bool check_only; /* a payment was asked for, nothing else */
  int years_count;
  const struct value_year *years;
  int capital_count;
  const struct value_capital *capital;
  int checks_count;
  const struct value_check *checks;
  int left_count;
  const struct instrument *const *left; /* that have no value without a market */
};

/* NULL with error set. */
[[nodiscard]] const struct deal_value *deal_value_compute(const char *path, const struct value_options *options,
                                                          struct arena *arena, struct error *error);
[[nodiscard]] const char *deal_value_text(const struct deal_value *value, const struct summary_view *view,
                                          struct arena *arena);
[[nodiscard]] const char *deal_value_json(const struct deal_value *value, const char *version, struct arena *arena);
#endif
