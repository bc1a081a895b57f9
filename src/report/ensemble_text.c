/* report/ensemble_text.c - tables of ranges, and of paired differences between policies.
 *
 * Intervals are at 95 %. With Sobol points the error is the spread of the means of eight scrambles, else that of
 * independent draws.
 */
#include <math.h>

#include "base/text.h"
#include "ensemble/statistics.h"
#include "report/columns.h"
#include "report/ensemble.h"
#include "report/ensemble_figures.h"

enum { failures_shown = 5 };
static const double confidence = 0.95;

static void add_heading(struct text *text, const struct summary_view *view, const char *heading)
{
  text_add(text, view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n", heading);
}

/* ---- one ensemble ---- */

static void add_fan_row(struct columns *columns, const struct ensemble *ensemble, int indicator, struct arena *arena)
{
  const struct ensemble_indicator *item = &ensemble->indicators->items[indicator];
  const struct fan fan = fan_of(ensemble, indicator, arena);
  if (fan.count < 2) return;
  const int row = columns_add_row(columns);
  columns_set(columns, row, 0, item->name);
  columns_set(columns, row, 1, item->unit);
  columns_set(columns, row, 2, figure(item->central, arena));
  for (int q = 0; q < fan_quantiles; q++) columns_set(columns, row, 3 + q, figure(fan.quantiles[q], arena));
  columns_set(columns, row, 8, figure(fan.mean.mean, arena));
  columns_set(columns, row, 9, figure(fan.mean.error, arena));
  columns_set(columns, row, 10, isnan(item->central) ? "-" : figure_share(fan.below.probability.estimate, arena));
}

static void add_fans(struct text *text, const struct ensemble *ensemble, struct arena *arena)
{
  static const char *const heads[] = {"",     "",     "no draws", "5 %",   "25 %", "50 %",
                                      "75 %", "95 %", "mean",     "error", "below"};
  struct columns columns = columns_new(2, arena);
  const int row = columns_add_row(&columns);
  for (int c = 0; c < (int)(sizeof heads / sizeof *heads); c++) columns_set(&columns, row, c, heads[c]);
  for (int i = 0; i < ensemble->indicators->count; i++)
    if (ensemble->indicators->items[i].headline) add_fan_row(&columns, ensemble, i, arena);
  columns_print(&columns, text, 2, 2);
}

/* How many draws would pin the least certain headline mean down to 1 % of itself. Figures around zero are left out. */
static void add_convergence(struct text *text, const struct ensemble *ensemble, const struct summary_view *view,
                            struct arena *arena)
{
  double most = 0;
  const char *name = "";
  for (int i = 0; i < ensemble->indicators->count; i++) {
    if (!ensemble->indicators->items[i].headline) continue;
    const struct fan fan = fan_of(ensemble, i, arena);
    if (fan.count < 2 || !(fan.mean.deviation > 0) || fan.mean.deviation > fabs(fan.mean.mean)) continue;
    const double needed = draws_needed(fan.mean, 0.01 * fabs(fan.mean.mean), confidence);
    if (needed > most) most = needed, name = ensemble->indicators->items[i].name;
  }
  const char *words =
      most == 0 ? ""
      : most <= (double)(ensemble->done - ensemble->failed)
          ? "The means above are known to 1 % of themselves (95 % confidence): more draws would change little."
          : arena_format(arena,
                         "The mean of %s is known to 1 %% of itself after about %s draws (95 %% confidence). "
                         "\"error\" is one standard error of the mean, \"below\" the share of draws below the run "
                         "without draws.",
                         name, figure(most, arena));
  text_add_folded(text, words, 2, view->columns > 0 ? view->columns : 100);
}

static void add_failures(struct text *text, const struct ensemble *ensemble, const struct summary_view *view,
                         struct arena *arena)
{
  int shown = 0;
  if (ensemble->failed == 0) return;
  add_heading(text, view, arena_format(arena, "Draws without a certified solution: %ld", ensemble->failed));
  for (long d = 0; d < ensemble->reach && shown < failures_shown; d++) {
    if (ensemble->state[d] != DRAW_FAILED) continue;
    const char *inputs = draw_inputs_text(ensemble->draws, draws_make(ensemble->draws, d, arena), arena);
    text_add_folded(text, arena_format(arena, "draw %ld: %s. Drawn: %s", d, ensemble->failure[d], inputs), 2,
                    view->columns > 0 ? view->columns : 100);
    shown++;
  }
  if (ensemble->failed > shown) text_add(text, "  and %ld more, in ensemble.json\n", ensemble->failed - shown);
}

const char *ensemble_text(const struct ensemble *ensemble, const struct summary_view *view, struct arena *arena)
{
  struct text text = text_new(arena);
  const long certified = ensemble->done - ensemble->failed;
  add_heading(&text, view,
              arena_format(arena, "%ld draws of %d quantities, seed %llu, %s%s", certified,
                           ensemble->run->dataset->chance->variables_count, (unsigned long long)ensemble->seed,
                           ensemble->sampling == SAMPLING_SOBOL ? "Sobol points" : "random",
                           ensemble->stopped ? arena_format(arena, "; %ld wanted", ensemble->wanted) : ""));
  add_fans(&text, ensemble, arena);
  add_convergence(&text, ensemble, view, arena);
  add_failures(&text, ensemble, view, arena);
  return text.bytes;
}

const char *ensemble_line(const struct ensemble *ensemble, int limit, struct arena *arena)
{
  struct text text = text_new(arena);
  for (int i = 0; i < ensemble->indicators->count && limit > 0; i++) {
    const struct ensemble_indicator *item = &ensemble->indicators->items[i];
    if (!item->headline) continue;
    const struct fan fan = fan_of(ensemble, i, arena);
    if (fan.count < 2) continue;
    text_add(&text, "%s%s %s (%s to %s)", text.length > 0 ? "; " : "", item->name, figure(fan.mean.mean, arena),
             figure(fan.quantiles[0], arena), figure(fan.quantiles[fan_quantiles - 1], arena));
    limit--;
  }
  return text.bytes;
}

/* ---- policies ---- */

static const char *scenario_of(const struct ensemble *ensemble)
{
  return ensemble->run->dataset->scenario->id;
}

static void add_differences(struct text *text, const struct ensemble *const *ensembles, int other, struct arena *arena)
{
  static const char *const heads[] = {"", "", "mean", "difference", "from", "to", "higher in", "lower in"};
  struct columns columns = columns_new(2, arena);
  const int head = columns_add_row(&columns);
  for (int c = 0; c < (int)(sizeof heads / sizeof *heads); c++) columns_set(&columns, head, c, heads[c]);
  for (int i = 0; i < ensembles[0]->indicators->count; i++) {
    const struct ensemble_indicator *item = &ensembles[0]->indicators->items[i];
    struct pairing pairing;
    if (!item->headline || !pairing_of(ensembles[0], ensembles[other], item->name, &pairing, arena)) continue;
    const struct paired paired = paired_difference(pairing.b, pairing.a, pairing.count, confidence);
    const struct paired back = paired_difference(pairing.a, pairing.b, pairing.count, confidence);
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, item->name);
    columns_set(&columns, row, 1, item->unit);
    columns_set(&columns, row, 2, figure(mean_estimate(pairing.b, pairing.count).mean, arena));
    columns_set(&columns, row, 3, figure_signed(paired.difference.mean, arena));
    columns_set(&columns, row, 4, figure_signed(paired.interval.low, arena));
    columns_set(&columns, row, 5, figure_signed(paired.interval.high, arena));
    columns_set(&columns, row, 6, figure_share(paired.share_larger.estimate, arena));
    columns_set(&columns, row, 7, figure_share(back.share_larger.estimate, arena));
  }
  columns_print(&columns, text, 2, 2);
}

/* Orders of the policies by one indicator, higher first, and their shares of the draws. */
static void add_rankings(struct text *text, const struct ensemble *const *ensembles, int count, const char *name,
                         const struct summary_view *view, struct arena *arena)
{
  enum { orders_shown = 4 };
  struct table_of_policies table;
  int orders;
  if (count > ranked_policies_max || !policies_of(ensembles, count, name, &table, arena)) return;
  const struct ranking *rankings =
      ranking_probabilities(table.values, count, table.count, true, confidence, &orders, arena);
  add_heading(text, view, arena_format(arena, "Order by %s, highest first, in so many of the draws", name));
  for (int k = 0; k < orders && k < orders_shown; k++) {
    text_add(text, "  %s ", figure_share(rankings[k].probability.estimate, arena));
    for (int place = 0, shown = 0; place < count; place++)
      for (int i = 0; i < count; i++)
        if (rankings[k].place[i] == place) text_add(text, "%s%s", shown++ > 0 ? ", " : "", scenario_of(ensembles[i]));
    text_add(text, "  (%s to %s)\n", figure_share(rankings[k].probability.low, arena),
             figure_share(rankings[k].probability.high, arena));
  }
}

const char *ensembles_text(const struct ensemble *const *ensembles, int count, const struct summary_view *view,
                           struct arena *arena)
{
  struct text text = text_new(arena);
  for (int other = 1; other < count; other++) {
    add_heading(&text, view,
                arena_format(arena, "%s less %s, draw by draw: %ld draws, seed %llu; intervals of the mean at 95 %%",
                             scenario_of(ensembles[other]), scenario_of(ensembles[0]),
                             ensembles[other]->done - ensembles[other]->failed,
                             (unsigned long long)ensembles[0]->seed));
    add_differences(&text, ensembles, other, arena);
  }
  for (int i = 0; i < ensembles[0]->indicators->count; i++)
    if (ensembles[0]->indicators->items[i].source == SOURCE_WELFARE ||
        ensembles[0]->indicators->items[i].source == SOURCE_BUDGET_WORTH)
      add_rankings(&text, ensembles, count, ensembles[0]->indicators->items[i].name, view, arena);
  for (int i = 0; i < count; i++) add_failures(&text, ensembles[i], view, arena);
  return text.bytes;
}
