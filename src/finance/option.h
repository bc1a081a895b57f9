/* finance/option.h - values of floors, caps and waiting in closed form.
 *
 * A forward price F is the mean of the price at a date; the price itself is lognormal around it. Rates here compound
 * continuously (discount exp(-rate years)), as the published tables of these formulas have it; log(1 + r) turns an
 * effective yearly rate into one. Formulas F14 to F20 of docs/finance.md. Nothing here knows whether anybody can
 * hedge: where the forward is a forecast and not a traded price, the values are expectations, not prices of options.
 */
#ifndef FINANCE_OPTION_H
#define FINANCE_OPTION_H

/* F14: expected max(0, strike - P) and max(0, P - strike), undiscounted, P lognormal with mean `forward` and standard
 * deviation of its logarithm `deviation` (0 gives the intrinsic value). */
double option_put_expected(double forward, double strike, double deviation);
double option_call_expected(double forward, double strike, double deviation);

/* F15, Black (1976), "The pricing of commodity contracts": exp(-rate years) times F14 with deviation
 * volatility sqrt(years). */
double option_put(double forward, double strike, double rate, double years, double volatility);
double option_call(double forward, double strike, double rate, double years, double volatility);

/* F16: a strip, one option on 1 kg at the end of each of so many periods, forward[k] the mean at the end of period k
 * + 1. */
double option_put_strip(const double *forward, int periods, double periods_per_year, double strike, double rate,
                        double volatility);
double option_call_strip(const double *forward, int periods, double periods_per_year, double strike, double rate,
                         double volatility);

/* F17: the expected payment per kg of a floor on a price that scatters inside the period around its mean:
 * `dispersion` is the standard deviation of its logarithm. 12 % around 110 makes a floor of 110 worth 5.26, not 0. */
double option_floor_inside(double mean, double floor, double dispersion);
double option_upside_inside(double mean, double trigger, double dispersion);

/* F18: deviation of the logarithm of the average of a driftless geometric Brownian price over [start, end] years
 * from now, by matching the second moment (Levy 1992); exact in the limit of a short average. */
double option_average_deviation(double volatility, double start_years, double end_years);

/* F19: the value of an option to invest I for a project worth V that follows a geometric Brownian motion, payout
 * rate delta (Dixit and Pindyck 1994, chapter 5). Rates continuous, delta > 0. */
struct invest_option {
  double beta;      /* elasticity of the option in V */
  double threshold; /* V* = beta / (beta - 1) I: below it waiting is worth more */
  double value;     /* of the option at V: (V* - I) (V / V*)^beta below V*, V - I above */
};
struct invest_option option_to_invest(double value, double investment, double rate, double payout, double volatility);

/* F20: values of a strip over volatilities and forwards: grid[v * forward_count + f], USD per kg and period
 * delivered. */
enum option_side { OPTION_FLOOR, OPTION_UPSIDE };
struct option_strip {
  enum option_side side;
  double strike, share; /* share of the difference that is paid */
  double rate;          /* continuous */
  int periods;
  double periods_per_year;
};
void option_grid(const struct option_strip *strip, const double *volatility, int volatility_count,
                 const double *forward, int forward_count, double *grid);
#endif
