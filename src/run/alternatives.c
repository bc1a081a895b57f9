/* run/alternatives.c - a dial turned by false position with halving (the Illinois rule) until the outlays fit; and the
 * runs that stand beside a policy.
 */
#include "run/alternatives.h"

#include <math.h>

#include "base/text.h"
#include "model/instruments.h"
#include "run/companions.h"

static const double close_enough = 0.01; /* of the target */
enum { solves_max = 24 };

double outlays_present_value_musd(const struct run *run, int region)
{
  const struct budget budget = budget_compute(run->outcome, run->metrics->ledgers, region, run->arena);
  return budget.support_present_value_musd;
}

struct search {
  const char *scenario_path, *path;
  const struct run_options *options;
  double before; /* outlays of the status quo */
  int region;
  struct arena *arena;
  struct error *error;
  struct scaled_run best;
};

/* Outlays above the status quo with the dial at a value; false with error set. */
static bool try_dial(struct search *search, double dial, double *outlays)
{
  struct text number = text_new(search->arena);
  text_add_number(&number, dial);
  const char *set = arena_format(search->arena, "%s=%s", search->path, number.bytes);
  const struct load_options load = load_options_with(&search->options->load, &set, 1, search->arena);
  struct run *run = run_load(search->scenario_path, &load, search->arena, search->error);
  search->best.solves++;
  if (run == NULL) return false;
  run_solve(run, &search->options->solve);
  if (!run->outcome->solved)
    return error_set(search->error, search->scenario_path, 0, NULL, "with %s: not solved: %s", set,
                     run->outcome->failure);
  *outlays = outlays_present_value_musd(run, search->region) - search->before;
  search->best.run = run, search->best.dial = dial, search->best.set = set, search->best.outlays_musd = *outlays;
  return true;
}

static bool fits(double outlays, double target)
{
  return fabs(outlays - target) <= close_enough * fabs(target);
}

/* Between two values whose outlays stand on either side of the target. */
static bool search_between(struct search *search, double low, double low_gap, double high, double high_gap,
                           double target)
{
  int side = 0;
  while (search->best.solves < solves_max) {
    double dial = (low * high_gap - high * low_gap) / (high_gap - low_gap), outlays;
    const double margin = 0.02 * (high - low);
    dial = fmin(fmax(dial, low + margin), high - margin);
    if (!try_dial(search, dial, &outlays)) return false;
    if (fits(outlays, target)) return search->best.reached = true;
    const double gap = outlays - target;
    if (gap > 0) {
      if (side == 1) low_gap /= 2;
      high = dial, high_gap = gap, side = 1;
    } else {
      if (side == -1) high_gap /= 2;
      low = dial, low_gap = gap, side = -1;
    }
  }
  return error_set(search->error, search->scenario_path, 0, "dial",
                   "the outlays jump over the target between %g and %g: no value comes within one per cent", low, high);
}

static bool search_dial(struct search *search, double low, double high, double target)
{
  double low_outlays, high_outlays;
  if (!try_dial(search, high, &high_outlays)) return false;
  if (fits(high_outlays, target)) return search->best.reached = true;
  if (high_outlays < target) return true; /* it cannot spend so much: reached stays false */
  const struct scaled_run at_high = search->best;
  if (!try_dial(search, low, &low_outlays)) return false;
  if (fits(low_outlays, target)) return search->best.reached = true;
  if (low_outlays > target)
    return error_set(search->error, search->scenario_path, 0, "dial",
                     "its lowest value %g already costs %.1f million USD, more than the %.1f to be matched", low,
                     low_outlays, target);
  search->best.run = at_high.run;
  return search_between(search, low, low_outlays - target, high, high_outlays - target, target);
}

static struct scaled_run as_it_stands(struct search *search, struct run *run)
{
  run_solve(run, &search->options->solve);
  search->best.solves = 1;
  if (!run->outcome->solved) {
    error_set(search->error, search->scenario_path, 0, NULL, "not solved: %s", run->outcome->failure);
    return search->best;
  }
  search->best.run = run;
  search->best.outlays_musd = outlays_present_value_musd(run, search->region) - search->before;
  return search->best;
}

struct scaled_run scaled_run_solve(const char *scenario_path, const struct run_options *options,
                                   const struct run *status_quo, int region, double target_musd, struct arena *arena,
                                   struct error *error)
{
  struct search search = {.scenario_path = scenario_path,
                          .options = options,
                          .region = region,
                          .arena = arena,
                          .error = error,
                          .best = {.dial = NAN}};
  struct run *first = run_load(scenario_path, &options->load, arena, error);
  if (first == NULL) return search.best;
  const struct scenario *scenario = first->dataset->scenario;
  search.before = outlays_present_value_musd(status_quo, region);
  search.path = scenario->dial;
  if (scenario->dial == NULL) return as_it_stands(&search, first);
  if (!isfinite(scenario->dial_high)) {
    error_set(error, scenario_path, 0, "dial_high", "missing; expected the highest value of %s", scenario->dial);
    return search.best;
  }
  if (!search_dial(&search, scenario->dial_low, scenario->dial_high, target_musd)) search.best.run = NULL;
  return search.best;
}

/* ---- beside a policy ---- */

bool alternative_pays_by(const struct run *policy, const struct run *status_quo, int instrument)
{
  const struct instrument *row = &policy->dataset->instruments[instrument];
  return row->enabled && row->payer != NULL && dataset_find(status_quo->dataset, "instruments", row->record.id) < 0;
}

/* Settings that make everything the policy pays for a matter of cash; what acts by quantities alone cannot be. */
static int cash_settings(const struct run *policy, const struct run *status_quo, const char **sets)
{
  const struct dataset *dataset = policy->dataset;
  int count = 0;
  for (int d = 0; d < dataset->deals_count; d++)
    if (dataset->deals[d].enabled && dataset_find(status_quo->dataset, "deals", dataset->deals[d].record.id) < 0)
      sets[count++] = arena_format(policy->arena, "deals.%s.settlement=cash", dataset->deals[d].record.id);
  for (int k = 0; k < dataset->instruments_count; k++)
    if (dataset->instruments[k].deal < 0 && alternative_pays_by(policy, status_quo, k) &&
        instrument_kind_find(dataset->instruments[k].kind)->pays)
      sets[count++] = arena_format(policy->arena, "instruments.%s.settlement=cash", dataset->instruments[k].record.id);
  return count;
}

bool alternative_solve_beside(struct alternative *policy, const struct run *status_quo,
                              const struct run_options *options, struct error *error)
{
  const struct dataset *dataset = policy->run->dataset;
  const struct field_list *stress = &dataset->scenario->stress;
  const char **sets =
      ARENA_ARRAY(policy->run->arena, dataset->deals_count + dataset->instruments_count + 1, const char *);
  const int in_cash = policy->run == status_quo ? 0 : cash_settings(policy->run, status_quo, sets);
  if (policy->in_cash == NULL && in_cash > 0) {
    policy->in_cash = companion_solve(policy->run, options, sets, in_cash, error);
    if (policy->in_cash == NULL) return false;
  }
  if (policy->stressed == NULL && stress->count > 0)
    policy->stressed = companion_solve(policy->run, options, (const char *const *)stress->names, stress->count, error);
  return stress->count == 0 || policy->stressed != NULL;
}
