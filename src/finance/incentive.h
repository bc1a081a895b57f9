/* finance/incentive.h - money per kilogram made or sold, per dollar spent. USD and kg; formulas F38 to F41 of
 * docs/finance.md. */
#ifndef FINANCE_INCENTIVE_H
#define FINANCE_INCENTIVE_H

/* F38: a credit on the cost of production that is phased out: share_in_year[k] of it in year first_year + k, the
 * first before and the last after those. The American one (26 U.S.C. 45X) is 10 %, whole to 2030, then 75, 50, 25 %
 * and nothing from 2034. */
struct phased_credit {
  double rate; /* of eligible cost */
  int first_year, count;
  const double *share_in_year;
};
double phased_credit_per_cost(const struct phased_credit *credit, int year, double eligible_cost);

/* F39: per kg made, with a higher rate where enough of the content is from home. */
struct content_credit {
  double usd_per_kg, usd_per_kg_home;
  double home_share; /* from which on the higher rate is paid */
};
double content_credit_payment(const struct content_credit *credit, double kg, double home_share);

/* F40: the lesser of a rate per kg, a share of net sales, and a cap. Any money unit. */
double sales_incentive(double rate_per_kg, double kg, double share_of_sales, double net_sales, double cap);

/* F41: share of eligible spending, up to a cap of which some is used. Any money unit. */
double cost_share_payment(double share, double eligible_spending, double cap, double already);
#endif
