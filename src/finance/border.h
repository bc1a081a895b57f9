/* finance/border.h - what a border adds to a price: duties, withheld rebates, quota rent, licences, standards.
 * USD per kg; shares are fractions. Formulas F46 to F50 of docs/finance.md. */
#ifndef FINANCE_BORDER_H
#define FINANCE_BORDER_H
#include <stdbool.h>

/* F46: price at the ship from the home price without VAT: value-added tax that is not refunded, export duty, rent of
 * a quota or licence. */
struct export_terms {
  double vat, unrefunded_share, duty;
  double rent_usd_per_kg;
};
double export_price(const struct export_terms *terms, double home_price);

/* F47: price landed: c.i.f. value, ad-valorem duties added to each other, specific duty. */
double landed_price(double cif, double duty, double other_duties, double specific_usd_per_kg);

/* F48: the levy that lifts an import to a reference price. */
double border_floor(double reference_price, double import_price);

/* F49: whether a good made abroad needs the licence: value of listed content over value of the good, at or above a
 * threshold. */
bool de_minimis_controlled(double listed_value, double good_value, double threshold);
double de_minimis_value(double good_value,
                        double threshold); /* the least listed content that brings the good under control */

/* Orders leave with a probability and after a delay: what a steady order of a year ships in its first `horizon`
 * years. */
double licensed_shipments(double orders_per_year, double approval, double delay_years, double horizon_years);

/* F50: price of certified goods; gap between a target share and the share reached, in the unit of use. */
double standards_price(double reference_price, double premium_share);
double share_gap(double target, double share, double use);
#endif
