/* metrics/score.c - reads from an outcome what a row of `outcomes` counted, and compares in logs. */
#include "metrics/score.h"

#include <math.h>

#include "base/text.h"
#include "metrics/elements.h"

const char *realisation_group(const struct realisation *realisation)
{
  static const char *const names[] = {"prices", "prices paid", "output", "flows", "consumption"};
  if (realisation->group != NULL) return realisation->group;
  return realisation->element != NULL ? realisation->element : names[realisation->what];
}

/* ---- what a row selects ---- */

static bool names_row(const struct field_list *list, int row)
{
  for (int i = 0; i < list->count; i++)
    if (list->indices[i] == row) return true;
  return list->count == 0;
}

static bool names_stage(const struct field_list *stages, int stage)
{
  for (int i = 0; i < stages->count; i++)
    if (text_equal(stages->names[i], stage_name(stage))) return true;
  return stages->count == 0;
}

static bool selects_material(const struct dataset *dataset, const struct realisation *realisation, int material)
{
  return names_row(&realisation->materials, material) &&
         names_stage(&realisation->stages, dataset->materials[material].stage);
}

/* Tonnes of what is counted in a tonne of the material. */
static double counted_share(const struct dataset *dataset, const char *element, int material)
{
  double share = 0;
  if (element == NULL) return 1;
  for (int c = 0; c < dataset->contents_count; c++)
    if (dataset->contents[c].material == material && text_equal(dataset->contents[c].element, element))
      share += dataset->contents[c].share;
  return share;
}

/* ---- the same figure in an outcome ---- */

static double price_in(const struct dataset *dataset, const struct realisation *realisation, const struct tally *tally)
{
  const double *price = realisation->what == REALISED_PRICE_PAID ? tally->price_paid : tally->price;
  double bill = 0, weight = 0;
  for (int m = 0; m < tally->materials_count; m++)
    for (int r = 0; r < tally->regions_count && selects_material(dataset, realisation, m); r++) {
      const int place = tally_index(tally, m, r);
      if (!names_row(&realisation->regions, r) || isnan(price[place])) continue;
      const double inflow = tally->production[place] + tally->imports[place] + 1e-9; /* from stock alone: counts too */
      bill += inflow * price[place];
      weight += inflow;
    }
  return weight > 0 ? bill / weight : (double)NAN;
}

static double flow_in(const struct outcome *outcome, const struct realisation *realisation, int p)
{
  const struct network *network = outcome->network;
  double sum = 0;
  for (int a = 0; a < network->arcs_count; a++) {
    const struct node *from = &network->nodes[network->arcs[a].from], *to = &network->nodes[network->arcs[a].to];
    if (from->region == to->region || !selects_material(network->dataset, realisation, from->material)) continue;
    if (names_row(&realisation->regions, from->region) && names_row(&realisation->to, to->region))
      sum += outcome->periods[p].flow[a] * counted_share(network->dataset, realisation->element, from->material);
  }
  return sum;
}

static double tonnes_in(const struct dataset *dataset, const struct realisation *realisation, const struct tally *tally)
{
  const double *tonnes = realisation->what == REALISED_OUTPUT ? tally->production : tally->consumption;
  double sum = 0;
  for (int m = 0; m < tally->materials_count; m++) {
    if (!selects_material(dataset, realisation, m)) continue;
    const double share = counted_share(dataset, realisation->element, m);
    for (int r = 0; r < tally->regions_count; r++)
      if (names_row(&realisation->regions, r)) sum += share * tonnes[tally_index(tally, m, r)];
  }
  return sum;
}

static double figure_in(const struct outcome *outcome, const struct realisation *realisation,
                        const struct tally *tallies, int p)
{
  if (realisation_is_price(realisation)) return price_in(outcome->network->dataset, realisation, &tallies[p]);
  if (realisation->what == REALISED_FLOW) return flow_in(outcome, realisation, p);
  return tonnes_in(outcome->network->dataset, realisation, &tallies[p]);
}

/* ---- errors ---- */

static double log_error(double said, double happened)
{
  return said > 0 && happened > 0 ? log(said / happened) : (double)NAN;
}

/* The period that holds the date, -1 outside the horizon and in its first period, which is the base, not a forecast. */
static int period_forecast(const struct outcome *outcome, double date)
{
  for (int p = 1; p < outcome->periods_count; p++) {
    const struct period period = outcome->periods[p].period;
    if (date >= period.start - 1e-6 && date < period.start + period.length - 1e-6) return p;
  }
  return -1;
}

static struct score_line *line_of(struct score_line *lines, int *count, const struct realisation *realisation)
{
  const char *group = realisation_group(realisation);
  const bool prices = realisation_is_price(realisation);
  for (int i = 0; i < *count; i++)
    if (lines[i].prices == prices && text_equal(lines[i].group, group)) return &lines[i];
  lines[*count] = (struct score_line){.group = group, .prices = prices};
  return &lines[(*count)++];
}

static void line_add(struct score_line *line, const struct score_figure *figure)
{
  if (isnan(figure->error) || isnan(figure->error_no_change)) {
    line->missing++;
    return;
  }
  line->count++;
  line->mean += fabs(figure->error);
  line->mean_no_change += fabs(figure->error_no_change);
  line->rmse += figure->error * figure->error;
  line->rmse_no_change += figure->error_no_change * figure->error_no_change;
}

static void line_finish(struct score_line *line)
{
  const double count = line->count > 0 ? line->count : (double)NAN;
  line->mean /= count;
  line->mean_no_change /= count;
  line->rmse = sqrt(line->rmse / count);
  line->rmse_no_change = sqrt(line->rmse_no_change / count);
}

struct score score_compute(const struct outcome *outcome, const struct tally *tallies, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  struct score_figure *figures = ARENA_ARRAY(arena, dataset->outcomes_count, struct score_figure);
  struct score_line *lines = ARENA_ARRAY(arena, dataset->outcomes_count, struct score_line);
  struct score score = {.figures = figures, .lines = lines};
  for (int i = 0; i < dataset->outcomes_count; i++) {
    const struct realisation *row = &dataset->outcomes[i];
    const int p = period_forecast(outcome, row->date);
    if (p < 0) continue;
    struct score_figure *figure = &figures[score.figures_count++];
    *figure = (struct score_figure){.row = i, .period = p, .base = row->base_value, .happened = row->value};
    figure->first = figure_in(outcome, row, tallies, 0);
    figure->forecast = figure_in(outcome, row, tallies, p);
    figure->error = log_error(figure->forecast, row->value);
    figure->error_no_change = log_error(row->base_value, row->value);
  }
  for (int prices = 1; prices >= 0; prices--)
    for (int i = 0; i < score.figures_count; i++) {
      const struct realisation *row = &dataset->outcomes[figures[i].row];
      if (realisation_is_price(row) == (prices == 1)) line_add(line_of(lines, &score.lines_count, row), &figures[i]);
    }
  for (int i = 0; i < score.lines_count; i++) line_finish(&lines[i]);
  return score;
}
