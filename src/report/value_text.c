/* report/value_text.c - the value of a deal for people: what was assumed, what it is worth on each process, quarter by
 * quarter, what that hangs on, then loans and stock, and how a reported payment fits.
 *
 * The table of quarters has every digit that is needed to add it up again.
 */
#include <math.h>

#include "base/text.h"
#include "finance/cash.h"
#include "io/file.h"
#include "report/columns.h"
#include "report/value.h"

struct page {
  const struct deal_value *value;
  const struct summary_view *view;
  struct text text;
  struct arena *arena;
  int width;
};

static void add_heading(struct page *page, const char *heading)
{
  text_add(&page->text, page->view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n", heading);
}

static void add_line(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_line(struct page *page, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  text_add_folded(&page->text, arena_format_list(page->arena, format, arguments), 2, page->width);
  va_end(arguments);
}

static const char *millions(const struct page *page, double usd, int digits)
{
  return isnan(usd) ? "-" : arena_format(page->arena, "%.*f", digits, usd / 1e6);
}

static const char *number(const struct page *page, double value, int digits)
{
  return isnan(value) ? "-" : arena_format(page->arena, "%.*f", digits, value);
}

static const char *quarter_name(const struct page *page, double date)
{
  const double year = floor(date + 1e-6);
  return arena_format(page->arena, "%.0fQ%d", year, 1 + (int)floor(4 * (date - year) + 1e-6));
}

static void set_row(struct columns *columns, const char *const *cells, int count)
{
  const int row = columns_add_row(columns);
  for (int k = 0; k < count; k++) columns_set(columns, row, k, cells[k]);
}

#define SET_ROW(columns, ...)                                                                                          \
  set_row((columns), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* ---- head ---- */

static void add_head(struct page *page)
{
  const struct deal *deal = &page->value->deal->deals[0];
  text_add(&page->text, page->view->bold ? "\033[1m%s\033[0m\n" : "%s\n",
           deal->title != NULL ? deal->title : deal->record.id);
  if (deal->parties != NULL) add_line(page, "%s.", deal->parties);
  if (deal->authority != NULL) add_line(page, "Authority: %s.", deal->authority);
  add_line(page,
           "Valued alone: no market responds to it, volumes do not move with the price. Money is nominal; + is paid "
           "to the producer.");
}

/* ---- what was assumed ---- */

static void add_process(struct page *page, const struct value_run *run)
{
  const struct price_process *p = &run->process;
  const char *name = value_process_name(run->name);
  if (p->kind == PROCESS_DECK) {
    add_line(page, "%s: %d dated prices, straight lines between; scatter %s.", name, p->deck_count,
             p->dispersion > 0 ? figure(p->dispersion, page->arena) : "none, so no range is shown");
    return;
  }
  struct text line = text_new(page->arena);
  text_add(&line, "%s: %.2f USD/kg today, volatility %.3f a year", name, p->start_usd_per_kg, p->volatility);
  if (p->kind == PROCESS_REVERTING)
    text_add(&line, ", drawn to %.1f USD/kg by %.3f a year", p->level_usd_per_kg, p->reversion_per_year);
  else
    text_add(&line, ", growth %.1f %% a year", 100 * p->drift_per_year);
  if (p->jumps_per_year > 0)
    text_add(&line, ", a jump every %.0f years of %+.0f %% (assumed)", 1 / p->jumps_per_year,
             100 * expm1(p->jump_mean));
  text_add(&line, ".");
  add_line(page, "%s", line.bytes);
}

/* Each statistic of the history beside what the process gives, and whether it lies within its 95 %. */
static void add_match(struct page *page, const struct value_run *run)
{
  const struct process_match *m = &run->match;
  const double observed[] = {m->observed.volatility, m->observed.autocorrelation, m->observed.range};
  const double low[] = {m->low.volatility, m->low.autocorrelation, m->low.range};
  const double high[] = {m->high.volatility, m->high.autocorrelation, m->high.range};
  const double below[] = {m->below.volatility, m->below.autocorrelation, m->below.range};
  static const char *const names[] = {"volatility", "autocorrelation", "highest/lowest"};
  struct text line = text_new(page->arena);
  for (int k = 0; k < 3; k++)
    text_add(&line, "%s%s %.2f in %.2f..%.2f%s", k > 0 ? "; " : "", names[k], observed[k], low[k], high[k],
             below[k] > 0.025 && below[k] < 0.975 ? "" : " (OUTSIDE)");
  add_line(page, "%s, history in the 95 %% of its simulated series: %s.", value_process_name(run->name), line.bytes);
}

static void add_dispersion(struct page *page)
{
  const struct deal_value *v = page->value;
  struct text line = text_new(page->arena);
  for (int k = 0; k < v->years_count; k++)
    if (!isnan(v->years[k].dispersion))
      text_add(&line, "%s%d: %.3f (%d points)", line.length > 0 ? ", " : "", v->years[k].year, v->years[k].dispersion,
               v->years[k].points);
  if (line.length > 0)
    add_line(page,
             "Scatter inside a year, of the logarithm: %s; other years have fewer than four "
             "points and no range.",
             line.bytes);
  if (!isnan(v->terms.dispersion))
    add_line(
        page, "Scatter assumed: %.2f%s.", v->terms.dispersion,
        isnan(v->terms.dispersion_low) || isnan(v->terms.dispersion_high)
            ? ", a guess without a range"
            : arena_format(page->arena, ", a guess in %.2f..%.2f", v->terms.dispersion_low, v->terms.dispersion_high));
}

static void add_assumptions(struct page *page)
{
  const struct deal_value *v = page->value;
  add_heading(page, "Assumed");
  for (int k = 0; k < v->runs_count; k++) add_process(page, &v->runs[k]);
  if (v->history.count >= 5)
    add_line(page, "Fitted to %d yearly prices, %.0f to %.0f (%s)%s.", v->history.count, v->history.dates[0],
             v->history.dates[v->history.count - 1], path_name(v->history.path),
             v->terms.index_ratio == 1
                 ? ""
                 : arena_format(page->arena, "; the contract looks at %.3f of those prices", v->terms.index_ratio));
  for (int k = 0; k < v->runs_count; k++)
    if (v->runs[k].matched) add_match(page, &v->runs[k]);
  add_dispersion(page);
  add_line(
      page,
      "Valued on %s at %.2f %% a year, nominal; each quarter paid %d quarter%s after its end. %d draws, seed %llu.",
      quarter_name(page, v->contract.date), 100 * v->contract.discount_rate, v->contract.arrears_quarters,
      v->contract.arrears_quarters == 1 ? "" : "s", v->draws, (unsigned long long)v->seed);
  if (v->terms.note != NULL) add_line(page, "%s", v->terms.note);
  if (v->terms.source != NULL) add_line(page, "Sources: %s.", v->terms.source);
}

/* ---- worth ---- */

static void add_worth(struct page *page)
{
  const struct deal_value *v = page->value;
  struct columns columns = columns_new(1, page->arena);
  add_heading(page, "Worth today, M USD");
  SET_ROW(&columns, "price", "mean", "+-", "closed form", "5 %", "50 %", "95 %", "on the mean path");
  for (int k = 0; k < v->runs_count; k++) {
    const struct contract_value *c = &v->runs[k].valuation;
    const bool spread = v->runs[k].spread;
    SET_ROW(&columns, value_process_name(v->runs[k].name), millions(page, c->value_usd.mean, 1),
            spread ? millions(page, c->value_usd.error, 1) : "-", millions(page, c->closed_usd, 1),
            spread ? millions(page, c->value_usd.low, 1) : "-", spread ? millions(page, c->value_usd.middle, 1) : "-",
            spread ? millions(page, c->value_usd.high, 1) : "-", millions(page, c->mean_path_usd, 1));
  }
  columns_print(&columns, &page->text, 2, 2);
  add_line(page, "+- is the standard error of the mean over draws. A one-sided promise costs its mean, not what it "
                 "pays on the mean "
                 "path. Closed form: '-' where there is none (yearly caps; jumps that fade).");
  if (!isnan(v->low_volume_usd))
    add_line(page, "With the low end of the volume's range %s, with the high end %s M USD.",
             millions(page, v->low_volume_usd, 1), millions(page, v->high_volume_usd, 1));
}

static double counted_kg(const struct price_contract *contract, int leg, double date, int q)
{
  const struct price_leg *l = &contract->legs[leg];
  return date >= l->start - 1e-6 && date < l->end - 1e-6 ? l->kg[q] : 0;
}

/* The largest volume of a leg: floor and upside are on the same kilograms. */
static double eligible_t(const struct price_contract *contract, double date, int q)
{
  double kg = 0;
  for (int l = 0; l < contract->leg_count; l++) kg = fmax(kg, counted_kg(contract, l, date, q));
  return kg / 1000;
}

static void add_quarters(struct page *page)
{
  const struct deal_value *v = page->value;
  const struct value_run *run = &v->runs[0];
  struct columns columns = columns_new(1, page->arena);
  double paid = 0, received = 0, net = 0, worth = 0;
  add_heading(page, arena_format(page->arena, "Settlement by quarter, price %s: means over the draws, M USD",
                                 value_process_name(run->name)));
  SET_ROW(&columns, "quarter", "USD/kg", "5 %", "95 %", "t", "to producer", "from it", "net", "5 %", "95 %", "discount",
          "discounted");
  for (int q = 0; q < run->valuation.quarters; q++) {
    const struct quarter_value *row = &run->valuation.quarter[q];
    const double years = row->date + 0.25 * (1 + v->contract.arrears_quarters) - v->contract.date;
    const double factor = cash_discount(v->contract.discount_rate, years);
    const bool spread = run->spread;
    paid += row->paid_usd.mean, received += row->received_usd.mean, net += row->net_usd.mean;
    worth += row->net_usd.mean * factor;
    SET_ROW(&columns, quarter_name(page, row->date), number(page, row->benchmark_usd_per_kg.mean, 2),
            spread ? number(page, row->benchmark_usd_per_kg.low, 1) : "-",
            spread ? number(page, row->benchmark_usd_per_kg.high, 1) : "-",
            number(page, eligible_t(&v->contract, row->date, q), 1), millions(page, row->paid_usd.mean, 3),
            millions(page, row->received_usd.mean, 3), millions(page, row->net_usd.mean, 3),
            spread ? millions(page, row->net_usd.low, 2) : "-", spread ? millions(page, row->net_usd.high, 2) : "-",
            number(page, factor, 6), millions(page, row->net_usd.mean * factor, 3));
  }
  SET_ROW(&columns, "sum", "", "", "", "", millions(page, paid, 3), millions(page, received, 3), millions(page, net, 3),
          "", "", "", millions(page, worth, 3));
  columns_print(&columns, &page->text, 2, 2);
}

static void add_sensitivities(struct page *page)
{
  const struct sensitivities *s = &page->value->sensitivities;
  struct columns columns = columns_new(1, page->arena);
  add_heading(page,
              arena_format(page->arena, "What it hangs on, price %s", value_process_name(page->value->runs[0].name)));
  SET_ROW(&columns, "change", "M USD");
  SET_ROW(&columns, "+1 USD/kg on every price", arena_format(page->arena, "%+.2f", s->forward_up_1_usd / 1e6));
  SET_ROW(&columns, "volatility x 1.1", arena_format(page->arena, "%+.2f", s->volatility_up_tenth / 1e6));
  SET_ROW(&columns, "volume x 1.1", arena_format(page->arena, "%+.2f", s->volume_up_tenth / 1e6));
  SET_ROW(&columns, "discount rate +1 point", arena_format(page->arena, "%+.2f", s->discount_up_point / 1e6));
  columns_print(&columns, &page->text, 2, 2);
}

static void add_grid(struct page *page)
{
  const struct value_grid *grid = &page->value->grid;
  struct columns columns = columns_new(1, page->arena);
  const char *cells[1 + value_grid_prices];
  add_heading(page, "Worth by volatility (rows) and price today in USD/kg (columns), M USD");
  cells[0] = "";
  for (int p = 0; p < value_grid_prices; p++) cells[1 + p] = number(page, grid->price[p], 0);
  set_row(&columns, cells, 1 + value_grid_prices);
  for (int v = 0; v < value_grid_volatilities; v++) {
    cells[0] = number(page, grid->volatility[v], 3);
    for (int p = 0; p < value_grid_prices; p++) cells[1 + p] = millions(page, grid->usd[v * value_grid_prices + p], 0);
    set_row(&columns, cells, 1 + value_grid_prices);
  }
  columns_print(&columns, &page->text, 2, 2);
}

/* ---- what lenders would lend on it ---- */

static void add_borrowing(struct page *page)
{
  const struct deal_value *v = page->value;
  const struct value_borrowing *b = &v->borrowing;
  if (!b->known) return;
  add_heading(page, "What could be borrowed on it");
  add_line(page,
           "At a cost of %.0f USD/kg, %.1f %% a year, a cover of %.2f and the price exceeded in 90 %% of draws: %s M "
           "USD without "
           "the contract, %s with it.",
           v->terms.cost_usd_per_kg, 100 * v->terms.private_rate, v->terms.cover,
           millions(page, b->at_cost.without_usd, 0), millions(page, b->at_cost.with_usd, 0));
  if (!isnan(v->terms.cost_usd_per_kg_low) && !isnan(v->terms.cost_usd_per_kg_high))
    add_line(page, "At %.0f USD/kg %s and %s, at %.0f USD/kg %s and %s.", v->terms.cost_usd_per_kg_low,
             millions(page, b->at_low_cost.without_usd, 0), millions(page, b->at_low_cost.with_usd, 0),
             v->terms.cost_usd_per_kg_high, millions(page, b->at_high_cost.without_usd, 0),
             millions(page, b->at_high_cost.with_usd, 0));
}

/* ---- loans, stock, grants ---- */

static const char *name_of(const struct instrument *instrument)
{
  return instrument->title != NULL ? instrument->title : instrument->record.id;
}

static void add_loan(struct page *page, const struct value_capital *c)
{
  const struct value_terms *terms = &page->value->terms;
  add_line(page, "%s: %s M USD at %.2f %% over %.4g years; in its first paying year %s M USD, of which interest %s.",
           name_of(c->instrument), millions(page, c->amount_usd, 1), 100 * c->rate_per_year, c->schedule.periods / 4.0,
           millions(page, c->payment_per_year_usd, 1), millions(page, c->interest_per_year_usd, 2));
  if (isnan(c->subsidy.total_usd)) {
    add_line(page, "  Its cost to the budget needs treasury_rate in the section value.");
    return;
  }
  const struct credit_subsidy *s = &c->subsidy;
  add_line(
      page,
      "Credit subsidy %.2f %% of what is disbursed, %s M USD: defaults %s, interest %s, fees %s, other %s (Treasury "
      "at %.2f %%). Fair value %s M USD%s.",
      100 * s->rate, millions(page, s->total_usd, 1), millions(page, s->defaults_usd, 1),
      millions(page, s->interest_usd, 1), millions(page, s->fees_usd, 1), millions(page, s->other_usd, 1),
      100 * terms->treasury_rate, millions(page, c->fair.total_usd, 1),
      isnan(terms->risk_premium) ? " (no premium stated: the same)"
                                 : arena_format(page->arena, " with %.1f points more", 100 * terms->risk_premium));
  if (c->subsidy.defaults_usd == 0) add_line(page, "No chance of default is stated, so this is a lower bound.");
  if (!isnan(c->grant_usd))
    add_line(page, "To the borrower it is worth %s M USD, %.0f %% of the loan, against %.1f %% from a private lender.",
             millions(page, c->grant_usd, 1), 100 * c->grant_usd / c->amount_usd, 100 * terms->private_rate);
}

static void add_stock(struct page *page, const struct value_capital *c)
{
  const struct value_terms *terms = &page->value->terms;
  const struct preferred_terms *p = &c->preferred;
  const double years = fmax(0, page->value->contract.date - c->instrument->start);
  add_line(page, "%s: %s M USD, stated value %s after %.4g years.", name_of(c->instrument),
           millions(page, c->amount_usd, 1), millions(page, preferred_value(p, p->warrant_years), 1), p->warrant_years);
  if (isnan(p->conversion_usd_per_share)) return;
  add_line(page, "Converts into %.0f shares at first, %.1f M after %.4g years; with the warrants %.0f shares.",
           preferred_shares(p, 0), preferred_shares(p, p->warrant_years) / 1e6, p->warrant_years,
           preferred_shares(p, 0) + p->warrants);
  if (!isnan(terms->shares_outstanding))
    add_line(page, "That is %.1f %% of the %.1f M shares before the issue, %.1f %% after it.",
             100 * preferred_share_before(p, terms->shares_outstanding), terms->shares_outstanding / 1e6,
             100 * preferred_share_after(p, terms->shares_outstanding));
  if (isnan(terms->share_usd) || isnan(c->instrument->start)) return;
  add_line(page, "At %.2f USD a share after %.1f years: converted %s M USD, warrants %s M USD if exercised then%s.",
           terms->share_usd, years, millions(page, preferred_payoff(p, years, terms->share_usd), 0),
           millions(page, warrant_intrinsic(p, terms->share_usd), 0),
           isnan(terms->share_volatility) || isnan(terms->treasury_rate)
               ? ""
               : arena_format(page->arena, ", %s by Black's formula at a volatility of %.2f",
                              millions(page,
                                       warrant_value(p, years, terms->share_usd, log1p(terms->treasury_rate),
                                                     terms->share_volatility),
                                       0),
                              terms->share_volatility));
}

/* The most that is owed, and two years settled: one that sells nothing, one that earns half as much again. */
static void add_earnings(struct page *page, const struct value_capital *c)
{
  const struct guarantee_of_earnings *e = &c->earnings;
  const struct earnings_settlement rich = earnings_settle(e, 1, 1.5 * e->threshold_usd, 0);
  add_line(page,
           "%s: earnings of %s M USD guaranteed in the first year, %s in year %d, %s in all if nothing is sold; %s M "
           "USD in advance "
           "each quarter of the first year, up to %s M USD a year of costs on top.",
           name_of(c->instrument), millions(page, earnings_threshold(e, 1), 1),
           millions(page, earnings_threshold(e, e->years), 1), e->years, millions(page, c->amount_usd, 0),
           millions(page, earnings_advance(e, 1), 1), millions(page, e->reimbursement_cap_usd, 0));
  add_line(page, "Were the first year's earnings %s M USD, the buyer would receive %s and the plant keep %s.",
           millions(page, 1.5 * e->threshold_usd, 0), millions(page, rich.excess_to_buyer_usd, 1),
           millions(page, rich.plant_earnings_usd, 1));
}

static void add_sum(struct page *page, const struct value_capital *c)
{
  const char *how = c->kind == VALUE_GRANT ? "a grant" : "paid in advance and credited on invoices";
  if (isnan(c->amount_usd))
    add_line(page, "%s: %s, a share of what is built; no sum is stated.", name_of(c->instrument), how);
  else
    add_line(page, "%s: %s M USD, %s.", name_of(c->instrument), millions(page, c->amount_usd, 1), how);
}

static void add_capital(struct page *page)
{
  const struct deal_value *v = page->value;
  if (v->capital_count == 0) return;
  add_heading(page, "Loans, guarantees, stock, grants, guaranteed earnings");
  for (int k = 0; k < v->capital_count; k++) {
    const struct value_capital *c = &v->capital[k];
    if (c->kind == VALUE_LOAN || c->kind == VALUE_GUARANTEE)
      add_loan(page, c);
    else if (c->kind == VALUE_EQUITY)
      add_stock(page, c);
    else if (c->kind == VALUE_EARNINGS)
      add_earnings(page, c);
    else
      add_sum(page, c);
  }
}

/* ---- a reported payment ---- */

static void add_bases(struct page *page, const struct value_check *check)
{
  struct columns columns = columns_new(1, page->arena);
  SET_ROW(&columns, "basis", "t", "benchmark it implies, USD/kg", "it would pay, M USD", "reported, M USD");
  for (int b = 0; b < PROTECTION_BASES; b++)
    SET_ROW(&columns, protection_basis_name((enum protection_basis)b),
            number(page, check->bases[b].eligible_kg / 1000, 0), number(page, check->bases[b].implied_benchmark, 1),
            millions(page, check->bases[b].predicted_usd, 1), millions(page, check->payment->paid_usd, 1));
  columns_print(&columns, &page->text, 2, 2);
}

static void add_curve(struct page *page, const struct value_check *check)
{
  struct columns columns = columns_new(0, page->arena);
  SET_ROW(&columns, "benchmark, USD/kg", "eligible, t", "claimed share of what is mined");
  const double from = 5 * floor(check->benchmark / 5) - 15;
  for (int k = 0; k <= 6; k++) {
    const double benchmark = from + 5 * k;
    if (benchmark >= check->floor_usd_per_kg) break;
    SET_ROW(
        &columns, number(page, benchmark, 1),
        number(page, protection_implied_kg(check->floor_usd_per_kg, benchmark, check->payment->paid_usd) / 1000, 0),
        number(page,
               protection_claimed_share(&check->content, check->floor_usd_per_kg, benchmark, check->payment->paid_usd),
               3));
  }
  columns_print(&columns, &page->text, 2, 2);
}

static void add_check(struct page *page, const struct value_check *check)
{
  add_heading(page, arena_format(page->arena, "The payment for %s: %s M USD reported, floor %.0f USD/kg",
                                 quarter_name(page, check->payment->quarter),
                                 millions(page, check->payment->paid_usd, 1), check->floor_usd_per_kg));
  add_line(page, "Benchmark taken: %.1f USD/kg (%.1f to %.1f)%s.", check->benchmark, check->benchmark_low,
           check->benchmark_high,
           check->benchmark_from_points
               ? ", the mean of straight lines through dated prices; range: the prices in and before the quarter"
               : ", as stated in the file");
  add_bases(page, check);
  add_line(page, "Only the pair (benchmark, eligible tonnes) is known, along this curve:");
  add_curve(page, check);
  add_line(
      page,
      "What is claimed is the producer's election: from %s to %s M USD for this quarter, so discretion is worth up to "
      "%s M USD to it.",
      millions(page, check->discretion.worst_usd, 1), millions(page, check->discretion.best_usd, 1),
      millions(page, check->discretion.best_usd - check->discretion.worst_usd, 1));
  add_line(page, "Claimed share of what is mined, fitted to this payment alone: %.3f (%.3f to %.3f).", check->share,
           check->share_low, check->share_high);
  if (isnan(check->frozen))
    add_line(page, "The file has no stockpiled_share; with the fitted one 1 USD/kg of benchmark is %s M USD.",
             millions(page, check->slope_usd, 2));
  else
    add_line(page, "The file holds it at %.3f: it pays %s M USD, %+.1f off; 1 USD/kg of benchmark is %s M USD.",
             check->frozen, millions(page, check->predicted_usd, 1),
             (check->predicted_usd - check->payment->paid_usd) / 1e6, millions(page, check->slope_usd, 2));
  if (check->payment->source != NULL) add_line(page, "Source: %s.", check->payment->source);
  if (check->payment->note != NULL) add_line(page, "%s", check->payment->note);
}

/* ---- what is left ---- */

static void add_left(struct page *page)
{
  const struct deal_value *v = page->value;
  if (v->left_count == 0 && v->deal->recorded_count == 0) return;
  add_heading(page, "Not valued here");
  for (int k = 0; k < v->left_count; k++)
    add_line(page,
             v->left[k]->enabled && v->left[k]->status != INSTRUMENT_LAPSED
                 ? "%s (%s): what it is worth depends on the market; see run."
                 : "%s (%s): lapsed, or switched off.",
             name_of(v->left[k]), v->left[k]->kind);
  for (int k = 0; k < v->deal->recorded_count; k++) {
    const struct recorded_piece *piece = &v->deal->recorded[k];
    add_line(page, "%s%s: recorded only%s%s.", piece->title != NULL ? piece->title : piece->record.id,
             isnan(piece->amount_usd) ? ""
                                      : arena_format(page->arena, ", %s M USD", millions(page, piece->amount_usd, 1)),
             piece->why != NULL ? "; " : "", piece->why != NULL ? piece->why : "");
  }
}

const char *deal_value_text(const struct deal_value *value, const struct summary_view *view, struct arena *arena)
{
  struct page page = {value, view, text_new(arena), arena, view->columns > 0 ? view->columns : 100};
  add_head(&page);
  if (value->runs_count > 0) {
    add_assumptions(&page);
    add_worth(&page);
    add_quarters(&page);
    add_sensitivities(&page);
    add_grid(&page);
    add_borrowing(&page);
  }
  if (!value->check_only) add_capital(&page);
  for (int k = 0; k < value->checks_count; k++) add_check(&page, &value->checks[k]);
  if (!value->check_only) add_left(&page);
  return page.text.bytes;
}
