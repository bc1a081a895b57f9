/* finance/border.c - wedges at a border, one good at a time. */
#include <math.h>

#include "finance/border.h"

double export_price(const struct export_terms *terms, double home_price)
{
  return home_price * (1 + terms->vat * terms->unrefunded_share) * (1 + terms->duty) + terms->rent_usd_per_kg;
}

double landed_price(double cif, double duty, double other_duties, double specific_usd_per_kg)
{
  return cif * (1 + duty + other_duties) + specific_usd_per_kg;
}

double border_floor(double reference_price, double import_price)
{
  return fmax(0, reference_price - import_price);
}

double de_minimis_value(double good_value, double threshold)
{
  return good_value * threshold;
}

bool de_minimis_controlled(double listed_value, double good_value, double threshold)
{
  return listed_value >= de_minimis_value(good_value, threshold);
}

double licensed_shipments(double orders_per_year, double approval, double delay_years, double horizon_years)
{
  return approval * orders_per_year * fmax(0, horizon_years - delay_years);
}

double standards_price(double reference_price, double premium_share)
{
  return reference_price * (1 + premium_share);
}

double share_gap(double target, double share, double use)
{
  return fmax(0, target - share) * use;
}
