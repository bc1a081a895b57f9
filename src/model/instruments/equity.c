/* model/instruments/equity.c - preferred stock with warrants: dividends in cash or in kind, bought back or kept.
 *
 * What its terms leave below the private rate, over the years until its exit, comes off the capital cost of orders; a
 * hurdle rate may be stated instead or beside it. In kind the stated value grows by V = A (1 + d/n)^(n t). The holder
 * takes the greater of that value and of the shares it converts into, the value of a share at the exit being stated.
 */
#include <math.h>

#include "model/instruments/support.h"

struct equity_terms {
  struct support_terms support;
  double amount_usd, dividend_per_year, payments_per_year, exit_years;
  double conversion_usd, warrants, strike_usd, share_usd, hurdle_rate;
  bool in_kind, redeemed;
};

#define ROW equity_terms
static const struct field fields[] = {
    SUPPORT_FIELDS,
    NUMBER(ROW, amount_usd, "USD", NULL, 0, 1e15, "What is paid for the stock"),
    NUMBER(ROW, dividend_per_year, "per year", "0", 0, 1, "Nominal dividend"),
    NUMBER(ROW, payments_per_year, "1", "4", 1, 12, "Dividends a year, and how often they compound"),
    FLAG(ROW, in_kind, "yes", "Dividends raise the stated value instead of being paid"),
    NUMBER(ROW, exit_years, "y", "10", 0, 60, "From the start until it is bought back or sold"),
    FLAG(ROW, redeemed, "no", "The firm buys it back at the exit; otherwise it stays an asset of the agency"),
    NUMBER(ROW, conversion_usd, "USD/share", "", 1e-6, 1e9, "Converts at this price. Absent: it does not"),
    NUMBER(ROW, warrants, "shares", "0", 0, 1e12, "Shares that warrants give a right to"),
    NUMBER(ROW, strike_usd, "USD/share", "", 0, 1e9, "Price of the warrants"),
    NUMBER(ROW, share_usd, "USD/share", "", 0, 1e9, "Price of a share at the exit. Absent: neither converts nor pays"),
    NUMBER(ROW, hurdle_rate, "per year", "", 0, 1, "Real rate that the owner then asks of orders. Absent: as without"),
    FIELD_END};
#undef ROW

static double exit_value(const struct equity_terms *terms)
{
  const double growth = terms->in_kind ? pow(1 + terms->dividend_per_year / terms->payments_per_year,
                                             terms->payments_per_year * terms->exit_years)
                                       : 1;
  const double stated = terms->amount_usd * growth;
  if (isnan(terms->share_usd)) return stated;
  const double converted = isnan(terms->conversion_usd) ? 0 : stated / terms->conversion_usd * terms->share_usd;
  const double warrants =
      isnan(terms->strike_usd) ? 0 : terms->warrants * fmax(0, terms->share_usd - terms->strike_usd);
  return fmax(stated, converted) + warrants;
}

/* paid_back: whether the value at the exit changes hands (to reckon with it, it always does). */
static void write_flows(const struct bound_instrument *instrument, bool paid_back, struct support_flows *flows)
{
  const struct equity_terms *terms = instrument->terms;
  const double start = instrument->instrument->start, n = floor(terms->payments_per_year);
  support_draw(instrument, terms->amount_usd, PARTY_AGENCY, "equity", flows);
  for (int i = 1; !terms->in_kind && i <= (int)lround(terms->exit_years * n); i++)
    support_flow_add(flows, (struct support_flow){start + i / n, terms->amount_usd * terms->dividend_per_year / n,
                                                  PARTY_FIRM, PARTY_AGENCY, "dividend"});
  if (paid_back)
    support_flow_add(flows, (struct support_flow){start + terms->exit_years, exit_value(terms), PARTY_FIRM,
                                                  PARTY_AGENCY, "equity bought back"});
}

static void write(const struct bound_instrument *instrument, const struct dataset *, struct support_flows *flows)
{
  write_flows(instrument, ((const struct equity_terms *)instrument->terms)->redeemed, flows);
}

/* The grant is judged with the exit, whoever buys the stock then. */
static void write_judged(const struct bound_instrument *instrument, const struct dataset *, struct support_flows *flows)
{
  write_flows(instrument, true, flows);
}

static bool bind(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
                 struct error *error)
{
  return support_bind(network, instrument, write, arena, error);
}

static void adjust(const struct bound_instrument *instrument, int k, struct window *window, int b)
{
  const struct equity_terms *terms = instrument->terms;
  struct support judged = *(const struct support *)instrument->extra;
  struct bound_instrument copy = *instrument;
  judged.write = write_judged, copy.extra = &judged;
  support_adjust(&copy, k, window, b);
  for (int i = 0; !isnan(terms->hurdle_rate) && i < judged.facilities_count; i++)
    window->blocks[b].facility_terms[judged.facilities[i]].hurdle = terms->hurdle_rate;
}

const struct instrument_kind kind_equity = {
    .name = "equity",
    .help = "Preferred stock with warrants: money below the private rate comes off the capital cost of what it builds",
    .fields = fields,
    .terms_size = sizeof(struct equity_terms),
    .bind = bind,
    .adjust = adjust,
    .settle = support_settle,
    .advance = support_advance,
    .worth = worth_nothing,
    .drawn = support_drawn,
    .pays = true,
    .basis = BASIS_ASSET,
};
