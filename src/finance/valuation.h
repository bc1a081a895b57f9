/* finance/valuation.h - one contract on a price process, without a market: settled quarter by quarter in every draw,
 * and beside it by closed forms.
 *
 * Quantities do not respond to the price; that is what the market model is for. Payments are nominal, positive to
 * the producer, made `arrears_quarters` after the quarter they are for, and discounted at one effective yearly
 * nominal rate to the date of valuation. A one-sided promise is worth its mean over the draws, never its payment on
 * the mean path; both are given. Formulas F57 to F60 of docs/finance.md.
 */
#ifndef FINANCE_VALUATION_H
#define FINANCE_VALUATION_H
#include "finance/price_process.h"

enum leg_kind { LEG_FLOOR, LEG_UPSIDE, LEG_TWO_WAY };

struct price_leg {
  const char *name;
  enum leg_kind kind;
  double strike_usd_per_kg;  /* floor, trigger or strike at its start */
  double escalator_per_year; /* of the strike, compounding from its start by whole years */
  double share;              /* of the difference that is paid */
  double start, end;         /* calendar dates in years; a quarter counts if it begins inside */
  double basis_usd_per_kg;   /* what the contract looks at is the price of the process + basis */
  double unappropriated;     /* chance, each calendar year anew, that what the payer owes in it is not paid */
  double cap_usd_per_year;   /* per calendar year; INFINITY: none */
  const double *kg;          /* [quarters] */
};

struct price_contract {
  int leg_count;
  const struct price_leg *legs;
  double date;          /* of valuation, calendar years */
  double first_quarter; /* calendar date of the first quarter settled, not before `date` */
  int quarters;
  int arrears_quarters;
  double discount_rate;
  double lapse_per_year; /* chance each year that nothing is appropriated any more, for good */
};

/* Over draws: mean, its standard error, and the 5, 50 and 95 % points; and the 10 % point that lenders look at. */
struct spread {
  double mean, error, low, middle, high, tenth;
};

struct quarter_value {
  double date;
  double forward_usd_per_kg; /* mean of the process */
  double closed_usd;         /* expected net payment in closed form, NaN where there is none */
  struct spread benchmark_usd_per_kg, paid_usd, received_usd, net_usd; /* to the producer, from it, their difference */
};

struct contract_value {
  int quarters, draws;
  struct quarter_value *quarter; /* [quarters] */
  struct spread value_usd;       /* discounted net */
  double closed_usd;             /* the same in closed form; NaN: none (yearly caps, reverting jumps) */
  double mean_path_usd;          /* what it would be worth if the price went along its mean */
  double *draw_usd;              /* [draws] */
};

/* F57, F58. The process starts at the date of valuation. */
struct contract_value valuation_simulate(const struct price_contract *contract, const struct price_process *process,
                                         int draws, uint64_t seed, struct arena *arena);
double valuation_closed(const struct price_contract *contract, const struct price_process *process);

/* F59: change of the discounted value, USD, from the same draws. Volatility x 1.1, the mean price kept. */
struct sensitivities {
  double forward_up_1_usd; /* +1 USD/kg on every price */
  double volatility_up_tenth;
  double volume_up_tenth;
  double discount_up_point;
};
struct sensitivities valuation_sensitivities(const struct price_contract *contract, const struct price_process *process,
                                             int draws, uint64_t seed, struct arena *arena);

/* F60: values over volatilities and starting prices (the level of a reverting process moves with its start):
 * values[v * prices + p], closed form where there is one, else simulated. */
void valuation_grid(const struct price_contract *contract, const struct price_process *process,
                    const double *volatility, int volatilities, const double *price, int prices, int draws,
                    uint64_t seed, double *values, struct arena *arena);

struct spread spread_of(double *values, int count); /* sorts the values */
#endif
