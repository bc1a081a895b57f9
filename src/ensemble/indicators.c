/* ensemble/indicators.c - chooses and measures. All but budgets and surpluses are questions to metrics/indicator.h. */
#include "ensemble/indicators.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "metrics/defence.h"
#include "metrics/indicator.h"

enum { goods_max = 4, periods_max = 20, shown_max = 4, users_max = 3, room_step = 64 };

struct choice {
  const struct run *run;
  const struct indicator_run *asked;
  struct arena *arena;
  struct error *error;
  int count;
  struct ensemble_indicator *items;
  int goods_count;
  int goods[goods_max];  /* materials, dearest first */
  int inside[goods_max]; /* region that makes most, and the largest market elsewhere; -1 none */
  int outside[goods_max];
  int periods_count, shown_count;
  int periods[periods_max], shown[shown_max];
};

/* ---- adding ---- */

static void add(struct choice *choice, struct ensemble_indicator item)
{
  if (choice->count % room_step == 0)
    choice->items = arena_grow(choice->arena, choice->items, (size_t)choice->count, (size_t)(choice->count + room_step),
                               sizeof item);
  choice->items[choice->count++] = item;
}

static const char *date_of(const struct choice *choice, int period)
{
  return indicator_date(choice->run->outcome->periods[period].period, choice->arena);
}

/* Looks up the item's words and notes what the run without draws says. */
static void ask(const struct choice *choice, struct ensemble_indicator *item)
{
  const struct indicator_question question = {.dataset = choice->run->dataset,
                                              .run = choice->asked,
                                              .name = item->question,
                                              .arguments_count = item->arguments_count,
                                              .arguments = item->arguments};
  const struct indicator_answer answer = indicator_ask(&question, choice->arena);
  item->unit = answer.indicator != NULL ? answer.indicator->unit : "";
  item->central = answer.value;
  item->looked_up = indicator_look_up(&question, choice->arena);
}

/* A question with its arguments, the date last. */
static void add_question(struct choice *choice, bool headline, const char *question, int count,
                         const char *const *arguments)
{
  struct ensemble_indicator item = {
      .source = SOURCE_ASKED, .question = question, .arguments_count = count, .headline = headline};
  item.arguments = arena_grow(choice->arena, arguments, (size_t)count, (size_t)count, sizeof *arguments);
  struct text name = text_new(choice->arena);
  text_add(&name, "%s[", question);
  for (int i = 0; i < count; i++) text_add(&name, "%s%s", i > 0 ? ", " : "", arguments[i]);
  text_add(&name, "]");
  item.name = name.bytes;
  for (int i = 0; i < choice->count; i++)
    if (text_equal(choice->items[i].name, item.name)) return;
  ask(choice, &item);
  add(choice, item);
}

/* ---- what stands out in the run without draws ---- */

static double worth(const struct choice *choice, int material)
{
  const struct dataset *dataset = choice->run->dataset;
  double most = 0;
  for (int p = 0; p < choice->run->metrics->periods_count; p++) {
    const struct tally *tally = &choice->run->metrics->tallies[p];
    double sum = 0;
    for (int r = 0; r < dataset->regions_count; r++) {
      const int place = tally_index(tally, material, r);
      if (!isnan(tally->price[place])) sum += fmax(0, tally->price[place]) * (tally->production[place] + 1e-9);
    }
    most = fmax(most, sum);
  }
  return most;
}

/* The dearest goods: three at the oxide stage and a magnet where there are such, else whatever is worth most. */
static double weight(int stage, int rank)
{
  if (stage == STAGE_OXIDE) return rank < 3 ? 1e6 : 1;
  if (stage == STAGE_MAGNET) return rank < 1 ? 1e3 : 1;
  return stage == STAGE_SCRAP || stage == STAGE_ORE ? 1e-6 : 1;
}

static double rated(const struct choice *choice, const double *worths, int material)
{
  const struct dataset *dataset = choice->run->dataset;
  int rank = 0;
  for (int m = 0; m < dataset->materials_count; m++)
    rank += m != material && dataset->materials[m].stage == dataset->materials[material].stage &&
            (worths[m] > worths[material] || (worths[m] == worths[material] && m < material));
  return worths[material] * weight(dataset->materials[material].stage, rank);
}

static int largest(const struct choice *choice, int material, int without)
{
  int best = -1;
  double most = 0;
  const struct dataset *dataset = choice->run->dataset;
  for (int r = 0; r < dataset->regions_count; r++) {
    double sum = 0;
    for (int p = 0; p < choice->run->metrics->periods_count; p++) {
      const struct tally *tally = &choice->run->metrics->tallies[p];
      const int place = tally_index(tally, material, r);
      if (isnan(tally->price[place])) continue;
      sum += tally->production[place] + (without >= 0 ? tally->imports[place] + tally->consumption[place] : 0);
    }
    if (r != without && sum > most) most = sum, best = r;
  }
  return best;
}

static void choose_goods(struct choice *choice)
{
  const int materials = choice->run->dataset->materials_count;
  double *worths = ARENA_ARRAY(choice->arena, materials, double),
         *ratings = ARENA_ARRAY(choice->arena, materials, double);
  for (int m = 0; m < materials; m++) worths[m] = worth(choice, m);
  for (int m = 0; m < materials; m++) ratings[m] = rated(choice, worths, m);
  while (choice->goods_count < goods_max) {
    int best = -1;
    for (int m = 0; m < materials; m++)
      if (ratings[m] > 0 && (best < 0 || ratings[m] > ratings[best])) best = m;
    if (best < 0) return;
    ratings[best] = 0;
    const int k = choice->goods_count++;
    choice->goods[k] = best;
    choice->inside[k] = largest(choice, best, -1);
    choice->outside[k] = largest(choice, best, choice->inside[k]);
  }
}

static void choose_periods(struct choice *choice)
{
  const int count = choice->run->metrics->periods_count, step = (count + periods_max - 1) / periods_max;
  for (int p = (count - 1) % step; p < count; p += step) choice->periods[choice->periods_count++] = p;
  for (int k = 1; k <= shown_max; k++) {
    const int p = (count - 1) * k / shown_max;
    if (choice->shown_count == 0 || choice->shown[choice->shown_count - 1] != p)
      choice->shown[choice->shown_count++] = p;
  }
}

/* ---- the choice ---- */

static const char *id_of(const struct choice *choice, bool region, int row)
{
  const struct dataset *dataset = choice->run->dataset;
  return region ? (row < 0 ? "world" : dataset->regions[row].record.id) : dataset->materials[row].record.id;
}

static void add_at_place(struct choice *choice, const char *question, int material, int region, const int *periods,
                         int count, int headline)
{
  for (int i = 0; i < count; i++) {
    const char *const arguments[] = {id_of(choice, false, material), id_of(choice, true, region),
                                     date_of(choice, periods[i])};
    add_question(choice, i == headline, question, 3, arguments);
  }
}

static void add_prices(struct choice *choice)
{
  for (int g = 0; g < choice->goods_count; g++) {
    const bool oxide = g < 3;
    const int *periods = oxide ? choice->periods : choice->shown;
    const int count = oxide ? choice->periods_count : choice->shown_count;
    const int places[] = {choice->inside[g], choice->outside[g]};
    for (int k = 0; k < 2; k++)
      if (places[k] >= 0)
        add_at_place(choice, "price", choice->goods[g], places[k], periods, count, g < 3 ? count - 1 : -1);
  }
}

static void add_quantities(struct choice *choice)
{
  for (int g = 0; g < choice->goods_count; g++) {
    add_at_place(choice, "production", choice->goods[g], -1, choice->shown, choice->shown_count, -1);
    if (choice->outside[g] >= 0)
      add_at_place(choice, "production", choice->goods[g], choice->outside[g], choice->shown, choice->shown_count, -1);
    add_at_place(choice, "unserved", choice->goods[g], -1, choice->shown, choice->shown_count, -1);
  }
}

/* What users in a region take over the horizon, at base prices. */
static double used_worth(const struct choice *choice, int region)
{
  const struct dataset *dataset = choice->run->dataset;
  double sum = 0;
  for (int p = 0; p < choice->run->metrics->periods_count; p++)
    for (int m = 0; m < dataset->materials_count; m++) {
      const struct tally *tally = &choice->run->metrics->tallies[p];
      sum += tally->consumption[tally_index(tally, m, region)] * dataset->materials[m].price_usd_per_kg;
    }
  return sum;
}

/* The regions that use most, largest first, but the one that makes most of the dearest good. */
static int choose_users(const struct choice *choice, int *regions)
{
  int count = 0;
  double before = HUGE_VAL;
  while (count < users_max) {
    int best = -1;
    double most = 0;
    for (int r = 0; r < choice->run->dataset->regions_count; r++) {
      const double worth_there = used_worth(choice, r);
      if (choice->goods_count > 0 && r == choice->inside[0]) continue;
      if (worth_there > most && worth_there < before) most = worth_there, best = r;
    }
    if (best < 0) return count;
    before = most;
    regions[count++] = best;
  }
  return count;
}

/* Of those who use most, at the stages at which anything depends on anybody. */
static void add_dependence(struct choice *choice)
{
  const struct dataset *dataset = choice->run->dataset;
  const int last = choice->shown[choice->shown_count - 1];
  const struct concentration *concentration = &choice->run->metrics->concentrations[last];
  int regions[users_max];
  const int count = choose_users(choice, regions);
  for (int s = 0; s < stages_count; s++)
    for (int k = 0; k < count; k++) {
      if (regions[k] == concentration->stage_dominant[s]) continue;
      if (isnan(concentration->embodied[s * dataset->regions_count + regions[k]])) continue;
      for (int i = 0; i < choice->shown_count; i++) {
        const char *const arguments[] = {stage_name(s), id_of(choice, true, regions[k]),
                                         date_of(choice, choice->shown[i])};
        add_question(choice, i == choice->shown_count - 1 && (s == STAGE_OXIDE || s == STAGE_MAGNET), "dependence", 3,
                     arguments);
      }
    }
}

static void add_payments(struct choice *choice)
{
  const struct dataset *dataset = choice->run->dataset;
  for (int k = 0; k < dataset->instruments_count; k++) {
    const char *const arguments[] = {dataset->instruments[k].record.id};
    if (dataset->instruments[k].enabled && dataset->instruments[k].payer != NULL)
      add_question(choice, true, "paid_total", 1, arguments);
  }
}

static void add_budget(struct choice *choice)
{
  const struct budget *budget = &choice->run->metrics->budget;
  if (budget->region < 0) return;
  const char *region = choice->run->dataset->regions[budget->region].record.id;
  for (int y = 0; y < budget->years_count; y++) {
    const int year = budget->first_year + y;
    add(choice, (struct ensemble_indicator){.name = arena_format(choice->arena, "outlay[%s, fiscal %d]", region, year),
                                            .unit = "million USD, nominal",
                                            .source = SOURCE_OUTLAY,
                                            .index = year});
    add(choice, (struct ensemble_indicator){.name = arena_format(choice->arena, "receipt[%s, fiscal %d]", region, year),
                                            .unit = "million USD, nominal",
                                            .source = SOURCE_RECEIPT,
                                            .index = year});
  }
  add(choice, (struct ensemble_indicator){.name = arena_format(choice->arena, "net_outlays[%s]", region),
                                          .unit = "million USD, present value",
                                          .source = SOURCE_BUDGET_WORTH,
                                          .headline = true});
}

/* What each deal costs the government that pays most, by its fiscal year. */
static void add_costs(struct choice *choice)
{
  const struct dataset *dataset = choice->run->dataset;
  const struct budget *budget = &choice->run->metrics->budget;
  for (int k = 0; k < dataset->instruments_count; k++) {
    const struct instrument *instrument = &dataset->instruments[k];
    if (budget->region < 0 || instrument->deal < 0 || !instrument->enabled || instrument->payer == NULL) continue;
    for (int y = 0; y < budget->years_count; y++) {
      const int year = budget->first_year + y;
      add(choice, (struct ensemble_indicator){
                      .name = arena_format(choice->arena, "cost[%s, fiscal %d]", instrument->record.id, year),
                      .unit = "million USD, nominal",
                      .source = SOURCE_COST,
                      .index = k,
                      .year = year});
    }
  }
}

/* Where deals are paid for, also in a run without them; -1: there are none. */
static int region_of_deals(const struct dataset *dataset)
{
  int region = -1;
  for (int d = 0; d < dataset->deals_count && region < 0; d++)
    if (dataset->deals[d].government != NULL) region = dataset_find(dataset, "regions", dataset->deals[d].government);
  for (int k = 0; k < dataset->instruments_count && region < 0; k++)
    if (dataset->instruments[k].deal >= 0) region = instrument_payer_region(dataset, &dataset->instruments[k]);
  return region;
}

/* What deals are meant to change where they are paid for; without deals, where most public money comes from. */
static void add_effects(struct choice *choice)
{
  const struct dataset *dataset = choice->run->dataset;
  const int deals = region_of_deals(dataset), period = effects_period(choice->run->outcome);
  const int region = deals >= 0 ? deals : choice->run->metrics->budget.region;
  if (region < 0) return;
  const struct tally *tally = &choice->run->metrics->tallies[period];
  const char *where = id_of(choice, true, region), *date = date_of(choice, period);
  add_question(choice, false, "outlays_present_value", 0, NULL);
  for (int s = STAGE_OXIDE; s <= STAGE_METAL; s++) {
    const int material = tally_main_material(tally, dataset, s);
    if (material < 0) continue;
    const char *const arguments[] = {id_of(choice, false, material), where, date};
    const int dominant = choice->run->metrics->concentrations[period].dominant[material];
    add_question(choice, false, "production", 3, arguments);
    add_question(choice, false, "price", 3, arguments);
    const char *const inside[] = {arguments[0], id_of(choice, true, dominant), date};
    if (dominant >= 0) add_question(choice, false, "price", 3, inside);
  }
  const char *const magnets[] = {stage_name(STAGE_MAGNET), where, date};
  add_question(choice, false, "stage_production", 3, magnets);
  for (int s = 0; s < stages_count; s++) {
    const char *const arguments[] = {stage_name(s), where, date};
    if (!isnan(choice->run->metrics->concentrations[period].embodied[s * dataset->regions_count + region]))
      add_question(choice, false, "dependence", 3, arguments);
  }
  for (int m = 0; m < dataset->materials_count; m++) {
    const char *const arguments[] = {id_of(choice, false, m), where, date};
    if (isnan(defence_met(choice->run->outcome, period, region, m))) continue;
    add_question(choice, false, "defence_met", 3, arguments);
    add_question(choice, false, "defence_cover", 3, arguments);
  }
}

static void add_welfare(struct choice *choice)
{
  add(choice, (struct ensemble_indicator){.name = "surplus[all parties]",
                                          .unit = "million USD, present value",
                                          .source = SOURCE_WELFARE,
                                          .headline = true});
  int regions[users_max];
  const int count = choose_users(choice, regions);
  for (int k = 0; k < count; k++)
    add(choice, (struct ensemble_indicator){
                    .name = arena_format(choice->arena, "surplus[users in %s]", id_of(choice, true, regions[k])),
                    .unit = "million USD, present value",
                    .source = SOURCE_USERS,
                    .index = regions[k]});
}

/* ---- those of the scenario ---- */

/* "name[a, b]" into words; NULL where it does not read like that. */
static const char *read_words(const char *text, const char **words, int room, int *count, struct arena *arena)
{
  char *name = arena_copy(arena, text), *open = strchr(name, '['), *close = strrchr(name, ']');
  *count = 0;
  if (open == NULL) return name;
  if (close == NULL || close < open || close[1] != '\0') return NULL;
  *open = *close = '\0';
  char *rest = open + 1;
  for (char *word; (word = strsep(&rest, ",")) != NULL && *count < room;) {
    word += strspn(word, " ");
    if (word[0] != '\0') words[(*count)++] = word;
  }
  return name;
}

static bool add_wanted(struct choice *choice, const struct wanted_indicator *row)
{
  enum { words_max = 8 };
  const char *words[words_max];
  int count;
  const struct place place = row->record.place;
  const char *name = read_words(row->of, words, words_max - 1, &count, choice->arena);
  if (name == NULL)
    return error_set(choice->error, place.file, place.line, "indicators.of", "found '%s', expected name[a, b]",
                     row->of);
  const bool dated = indicator_refusal(name, OF_RUN, count, choice->arena) == NULL;
  const char *refusal = dated ? NULL : indicator_refusal(name, OF_RUN, count + 1, choice->arena);
  if (refusal != NULL)
    return error_set(choice->error, place.file, place.line, "indicators.of", "%s",
                     indicator_refusal(name, OF_RUN, count, choice->arena));
  for (int i = 0; i < (dated ? 1 : choice->periods_count); i++) {
    if (!dated) words[count] = date_of(choice, choice->periods[i]);
    const struct indicator_question question = {.dataset = choice->run->dataset,
                                                .run = choice->asked,
                                                .name = name,
                                                .arguments_count = count + !dated,
                                                .arguments = words};
    const struct indicator_answer answer = indicator_ask(&question, choice->arena);
    if (answer.refusal != NULL && answer.value != 0 && !text_equal(answer.refusal, "nothing of it is there"))
      return error_set(choice->error, place.file, place.line, "indicators.of", "%s", answer.refusal);
    add_question(choice, dated || i + 1 == choice->periods_count, name, count + !dated, words);
  }
  return true;
}

struct ensemble_indicators indicators_of(const struct ensemble_indicator *items, int count, int periods,
                                         struct arena *arena)
{
  bool *concentrated = ARENA_ARRAY(arena, periods, bool);
  struct ensemble_indicators indicators = {count, items, {.concentrated = concentrated}};
  for (int i = 0; i < count; i++) {
    if (items[i].source != SOURCE_ASKED) continue;
    const unsigned parts = indicator_parts(items[i].question);
    const int period = items[i].looked_up.period;
    indicators.wanted.parts |= parts;
    if ((parts & MEASURED_CONCENTRATION) != 0 && period >= 0 && period < periods) concentrated[period] = true;
  }
  return indicators;
}

const struct ensemble_indicators *indicators_choose(const struct run *run, struct arena *arena, struct error *error)
{
  struct choice choice = {.run = run, .arena = arena, .error = error};
  choice.asked = indicator_run_new(run->dataset, run->outcome, run->metrics, arena);
  choose_goods(&choice);
  choose_periods(&choice);
  for (int i = 0; i < run->dataset->indicators_count; i++)
    if (!add_wanted(&choice, &run->dataset->indicators[i])) return NULL;
  if (run->dataset->indicators_count == 0) {
    add_prices(&choice);
    add_quantities(&choice);
    add_dependence(&choice);
    add_payments(&choice);
  }
  add_budget(&choice);
  add_costs(&choice);
  add_effects(&choice);
  add_welfare(&choice);
  struct ensemble_indicators *indicators = ARENA_NEW(arena, struct ensemble_indicators);
  *indicators = indicators_of(choice.items, choice.count, run->outcome->periods_count, arena);
  double *central = ARENA_ARRAY(arena, choice.count, double);
  indicators_measure(indicators, run->outcome, run->metrics, run->metrics->budget.region, central, arena);
  for (int i = 0; i < choice.count; i++) choice.items[i].central = central[i];
  return indicators;
}

/* ---- measuring ---- */

/* Present value of a yearly flow, real, from the horizon's start on; thousand into million. */
static double present_value(const struct outcome *outcome, double (*flow)(const struct welfare *welfare, int region),
                            const struct welfare *welfare, int region)
{
  const struct scenario *scenario = outcome->network->scenario;
  double sum = 0;
  for (int p = 0; p < outcome->periods_count; p++) {
    const struct period period = outcome->periods[p].period;
    const double middle = period.start + period.length / 2 - scenario->periods[0].start;
    sum += flow(&welfare[p], region) * period.length * pow(1 + scenario->discount_rate, -middle);
  }
  return sum / 1e3;
}

static double flow_of_all(const struct welfare *welfare, int region)
{
  (void)region;
  return welfare_total(welfare);
}

static double flow_of_users(const struct welfare *welfare, int region)
{
  return welfare->users[region];
}

static double of_budget(const struct budget *budget, const double *values, int year)
{
  const int y = year - budget->first_year;
  return y >= 0 && y < budget->years_count ? values[y] : 0;
}

static double cost_of(const struct budget *budget, int instrument, int year)
{
  double sum = 0;
  for (int i = 0; i < budget->lines_count; i++)
    if (budget->lines[i].instrument == instrument)
      sum += of_budget(budget, budget->lines[i].outlay_musd, year) -
             of_budget(budget, budget->lines[i].receipt_musd, year);
  return sum;
}

void indicators_measure(const struct ensemble_indicators *indicators, const struct outcome *outcome,
                        const struct metrics *metrics, int budget_region, double *values, struct arena *arena)
{
  const struct dataset *dataset = outcome->network->dataset;
  const struct indicator_run *asked = indicator_run_new(dataset, outcome, metrics, arena);
  struct budget budget = metrics->budget;
  const bool measured = (indicators->wanted.parts & MEASURED_BUDGET) != 0 && budget.region == budget_region;
  if (!measured && budget_region >= 0) budget = budget_compute(outcome, metrics->ledgers, budget_region, arena);
  const bool whole = outcome->periods_count == outcome->network->scenario->periods_count;
  for (int i = 0; i < indicators->count; i++) {
    const struct ensemble_indicator *item = &indicators->items[i];
    values[i] = (double)NAN;
    if (item->source == SOURCE_ASKED) values[i] = indicator_value(&item->looked_up, dataset, asked, arena);
    if (!whole) continue; /* sums over the horizon need all of it */
    if (item->source == SOURCE_OUTLAY) values[i] = of_budget(&budget, budget.outlay_musd, item->index);
    if (item->source == SOURCE_RECEIPT) values[i] = of_budget(&budget, budget.receipt_musd, item->index);
    if (item->source == SOURCE_COST) values[i] = cost_of(&budget, item->index, item->year);
    if (item->source == SOURCE_BUDGET_WORTH) values[i] = budget.present_value_musd;
    if (item->source == SOURCE_WELFARE) values[i] = present_value(outcome, flow_of_all, metrics->welfare, 0);
    if (item->source == SOURCE_USERS) values[i] = present_value(outcome, flow_of_users, metrics->welfare, item->index);
  }
}
