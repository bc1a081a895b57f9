/* report/calibration_text.c - the report of a calibration: what moved and how far, what stands on wedges, what is odd.
 *
 * A figure counts as moved from a thousandth on. Lists on the screen are cut; the JSON has all of them.
 */
#include "report/calibration_text.h"

#include <math.h>
#include <stdlib.h>

#include "report/columns.h"
#include "report/highlights.h"

enum { figures_most = 12, left_most = 8, wedges_most = 12, faults_most = 10, qualities_count = 4, rules_count = 9 };
static const double moved_least = 1e-3;

struct page {
  const struct calibration *calibration;
  const struct network *network;
  struct text text;
  struct arena *arena;
};

static void add_heading(struct page *page, const char *heading)
{
  text_add(&page->text, "\n%s\n", heading);
}

/* ---- figures ---- */

static double moved(const struct calibration_figure *figure)
{
  return fabs(figure->reconciled - figure->stated) / fmax(fabs(figure->stated), 1e-12);
}

static double in_errors(const struct calibration_figure *figure)
{
  return figure->error > 0 ? (figure->reconciled - figure->stated) / figure->error : 0;
}

static int figure_compare(const void *left, const void *right)
{
  const struct calibration_figure *a = *(const struct calibration_figure *const *)left;
  const struct calibration_figure *b = *(const struct calibration_figure *const *)right;
  const double x = fabs(in_errors(a)), y = fabs(in_errors(b));
  return x != y ? (x < y) - (x > y) : (a > b) - (a < b);
}

static const struct calibration_figure **sorted_figures(const struct calibration *calibration, struct arena *arena)
{
  const struct calibration_figure **sorted =
      ARENA_ARRAY(arena, calibration->figures_count, const struct calibration_figure *);
  for (int i = 0; i < calibration->figures_count; i++) sorted[i] = &calibration->figures[i];
  qsort(sorted, (size_t)calibration->figures_count, sizeof *sorted, figure_compare);
  return sorted;
}

static void add_counts(struct page *page)
{
  static const char *const names[qualities_count] = {"A official", "B filings", "C press", "D estimates and guesses"};
  int all[qualities_count] = {0}, changed[qualities_count] = {0}, beyond[qualities_count] = {0};
  for (int i = 0; i < page->calibration->figures_count; i++) {
    const struct calibration_figure *figure = &page->calibration->figures[i];
    const int quality = figure->quality - 'A';
    all[quality]++, changed[quality] += moved(figure) > moved_least, beyond[quality] += figure->beyond;
  }
  struct columns columns = columns_new(1, page->arena);
  const int head = columns_add_row(&columns);
  static const char *const titles[] = {"", "figures", "moved", "beyond their range", ""};
  for (int c = 1; c < 5; c++) columns_set(&columns, head, c, titles[c]);
  for (int q = 0; q < qualities_count; q++) {
    if (all[q] == 0) continue;
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, names[q]);
    columns_set(&columns, row, 1, arena_format(page->arena, "%d", all[q]));
    columns_set(&columns, row, 2, arena_format(page->arena, "%d", changed[q]));
    columns_set(&columns, row, 3, arena_format(page->arena, "%d", beyond[q]));
    columns_set(&columns, row, 4, figure_share((double)beyond[q] / all[q], page->arena));
  }
  columns_print(&columns, &page->text, 2, 2);
}

static void add_moved(struct page *page)
{
  const struct calibration_figure **sorted = sorted_figures(page->calibration, page->arena);
  struct columns columns = columns_new(1, page->arena);
  const int head = columns_add_row(&columns);
  static const char *const titles[] = {"", "stated", "reconciled", "change", "in its errors", ""};
  for (int c = 1; c < 6; c++) columns_set(&columns, head, c, titles[c]);
  for (int i = 0; i < page->calibration->figures_count && i < figures_most; i++) {
    const struct calibration_figure *moving = sorted[i];
    if (moved(moving) <= moved_least) break;
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, arena_format(page->arena, "%s (%c)", moving->name, moving->quality));
    columns_set(&columns, row, 1, figure(moving->stated, page->arena));
    columns_set(&columns, row, 2, figure(moving->reconciled, page->arena));
    columns_set(&columns, row, 3,
                arena_format(page->arena, "%+.1f %%", 100 * (moving->reconciled / moving->stated - 1)));
    columns_set(&columns, row, 4, arena_format(page->arena, "%+.1f", in_errors(moving)));
    columns_set(&columns, row, 5, moving->beyond ? "beyond its range" : "");
  }
  if (columns.rows == 1) return;
  add_heading(page, "Moved farthest, t/y");
  columns_print(&columns, &page->text, 2, 2);
}

static void add_figures(struct page *page)
{
  const double year = page->calibration->period.start;
  add_heading(page, arena_format(page->arena, "Figures of %.0f, reconciled so that every balance closes", year));
  add_counts(page);
  add_moved(page);
}

/* ---- what is left over ---- */

struct left {
  int node;
  double kusd;
};

static int left_compare(const void *left, const void *right)
{
  const struct left *a = left, *b = right;
  return a->kusd != b->kusd ? (a->kusd < b->kusd) - (a->kusd > b->kusd) : a->node - b->node;
}

static void add_left(struct page *page)
{
  const struct network *network = page->network;
  struct left *left = ARENA_ARRAY(page->arena, network->nodes_count, struct left);
  int count = 0;
  for (int n = 0; n < network->nodes_count; n++)
    if (page->calibration->surplus[n] > 1e-6 * network->nodes[n].quantity_t_per_year)
      left[count++] = (struct left){n, page->calibration->surplus[n] * network->nodes[n].price_usd_per_kg};
  if (count == 0) return;
  qsort(left, (size_t)count, sizeof *left, left_compare);
  add_heading(page, "Left over, for want of a use: t/y, and million USD a year at the material's typical price");
  struct columns columns = columns_new(1, page->arena);
  for (int i = 0; i < count && i < left_most; i++) {
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, network->nodes[left[i].node].name);
    columns_set(&columns, row, 1, figure(page->calibration->surplus[left[i].node], page->arena));
    columns_set(&columns, row, 2, figure(left[i].kusd / 1000, page->arena));
  }
  columns_print(&columns, &page->text, 2, 2);
}

/* ---- prices ---- */

static void add_prices(struct page *page)
{
  int counts[rules_count] = {0};
  for (int n = 0; n < page->network->nodes_count; n++) counts[page->calibration->price_rule[n]]++;
  struct text line = text_new(page->arena);
  for (int rule = PRICE_STATED; rule < rules_count; rule++)
    if (counts[rule] > 0)
      text_add(&line, "%s%s %d", line.length > 0 ? ", " : "", calibration_rule_name((enum price_rule)rule),
               counts[rule]);
  add_heading(page, "Prices of nodes that carry flow, by the rule that gives them");
  text_add_folded(&page->text, line.bytes, 2, 100);
}

/* ---- wedges and faults ---- */

static const char *wedge_name(const struct page *page, const struct calibration_wedge *wedge)
{
  return wedge->arc ? page->network->arcs[wedge->index].name : page->network->activities[wedge->index].name;
}

static bool beyond_limit(const struct calibration_wedge *wedge)
{
  return fabs(wedge->usd_per_kg) > CALIBRATION_WEDGE_LIMIT * wedge->price;
}

static void add_wedges(struct page *page)
{
  const struct calibration *calibration = page->calibration;
  add_heading(page, arena_format(page->arena, "Wedges: %s of the value stands on one above %.0f %% of its price",
                                 figure_share(calibration->value_beyond_kusd / calibration->value_kusd, page->arena),
                                 100 * CALIBRATION_WEDGE_LIMIT));
  struct columns columns = columns_new(1, page->arena);
  const int head = columns_add_row(&columns);
  static const char *const titles[] = {"", "USD/kg", "of price", "million USD a year moved"};
  for (int c = 1; c < 4; c++) columns_set(&columns, head, c, titles[c]);
  for (int i = 0; i < calibration->wedges_count && columns.rows <= wedges_most; i++) {
    const struct calibration_wedge *wedge = &calibration->wedges[i];
    if (!beyond_limit(wedge)) continue;
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, wedge_name(page, wedge));
    columns_set(&columns, row, 1, figure_signed(wedge->usd_per_kg, page->arena));
    columns_set(&columns, row, 2, figure_share(wedge->usd_per_kg / wedge->price, page->arena));
    columns_set(&columns, row, 3, figure(fabs(wedge->usd_per_kg) * wedge->quantity / 1000, page->arena));
  }
  if (columns.rows > 1) columns_print(&columns, &page->text, 2, 2);
  if (calibration->flat_costs > 0)
    text_add(&page->text, "  %d processes at flat cost were given a rising one around what they made\n",
             calibration->flat_costs);
}

static void add_faults(struct page *page)
{
  const struct calibration *calibration = page->calibration;
  if (calibration->faults_count == 0) return;
  const char *shown =
      calibration->faults_count > faults_most ? arena_format(page->arena, ", the %d dearest", faults_most) : "";
  add_heading(page, arena_format(page->arena, "Faults of the data: %d%s", calibration->faults_count, shown));
  for (int i = 0; i < calibration->faults_count && i < faults_most; i++)
    text_add_folded(&page->text, calibration->faults[i].text, 2, 100);
}

const char *calibration_text(const struct calibration *calibration, struct arena *arena)
{
  struct page page = {calibration, calibration->base, text_new(arena), arena};
  add_figures(&page);
  add_left(&page);
  add_prices(&page);
  add_wedges(&page);
  add_faults(&page);
  text_add(&page.text, "\nThe reconciled year is an equilibrium of the fitted market: residual %.1e\n",
           calibration->certificate.residual);
  return page.text.bytes;
}

/* ---- for programs ---- */

static void figures_json(struct json_writer *writer, const struct calibration *calibration)
{
  json_list_open(writer, "moved");
  for (int i = 0; i < calibration->figures_count; i++) {
    const struct calibration_figure *figure = &calibration->figures[i];
    if (moved(figure) <= moved_least) continue;
    json_map_open(writer, NULL);
    json_add_text(writer, "table", figure->table);
    json_add_text(writer, "id", figure->record->id);
    json_add_text(writer, "name", figure->name);
    json_add_text(writer, "quality", (const char[]){figure->quality, '\0'});
    json_add_number(writer, "stated_t_per_year", figure->stated);
    json_add_number(writer, "reconciled_t_per_year", figure->reconciled);
    json_add_number(writer, "standard_error_t_per_year", figure->error);
    json_add_number(writer, "low_t_per_year", figure->low);
    json_add_number(writer, "high_t_per_year", figure->high);
    json_add_flag(writer, "beyond_range", figure->beyond);
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void prices_json(struct json_writer *writer, const struct calibration *calibration)
{
  json_list_open(writer, "prices");
  for (int n = 0; n < calibration->base->nodes_count; n++) {
    if (calibration->price_rule[n] == PRICE_NONE) continue;
    json_map_open(writer, NULL);
    json_add_text(writer, "node", calibration->base->nodes[n].name);
    json_add_number(writer, "price_usd_per_kg", calibration->price[n]);
    json_add_text(writer, "rule", calibration_rule_name(calibration->price_rule[n]));
    json_map_close(writer);
  }
  json_list_close(writer);
}

static void wedges_json(struct json_writer *writer, const struct calibration *calibration)
{
  const struct page page = {.network = calibration->base};
  json_list_open(writer, "wedges_above_limit");
  for (int i = 0; i < calibration->wedges_count; i++) {
    const struct calibration_wedge *wedge = &calibration->wedges[i];
    if (!beyond_limit(wedge)) continue;
    json_map_open(writer, NULL);
    json_add_text(writer, "name", wedge_name(&page, wedge));
    json_add_number(writer, "wedge_usd_per_kg", wedge->usd_per_kg);
    json_add_number(writer, "price_usd_per_kg", wedge->price);
    json_add_number(writer, "quantity_t_per_year", wedge->quantity);
    json_map_close(writer);
  }
  json_list_close(writer);
}

void calibration_json(struct json_writer *writer, const struct calibration *calibration)
{
  json_map_open(writer, "calibration");
  json_add_number(writer, "year", calibration->period.start);
  json_add_integer(writer, "figures", calibration->figures_count);
  json_add_number(writer, "value_million_usd", calibration->value_kusd / 1000);
  json_add_number(writer, "value_above_wedge_limit_million_usd", calibration->value_beyond_kusd / 1000);
  json_add_number(writer, "residual", calibration->certificate.residual);
  figures_json(writer, calibration);
  prices_json(writer, calibration);
  wedges_json(writer, calibration);
  json_list_open(writer, "faults");
  for (int i = 0; i < calibration->faults_count; i++) json_add_text(writer, NULL, calibration->faults[i].text);
  json_list_close(writer);
  json_map_close(writer);
}
