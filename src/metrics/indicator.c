/* metrics/indicator.c - one line an indicator in the table; each is a leaf that reads a finished figure.
 *
 * Ids are looked up in the data set at hand, so a name that another world has is refused in words, not by a crash.
 */
#include "metrics/indicator.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "metrics/cover.h"
#include "metrics/defence.h"

struct asked {
  const struct indicator_question *question;
  const struct indicator_base *base;
  const struct indicator_run *run;
  struct arena *arena;
  size_t member; /* of struct tally */
  struct indicator_looked_up at;
  const char *refusal;
};

/* ---- a quantity or price by material and region ---- */

static const double *base_array(const struct base_year *base, size_t member)
{
  if (member == offsetof(struct tally, production)) return base->made;
  if (member == offsetof(struct tally, use)) return base->taken;
  if (member == offsetof(struct tally, imports)) return base->imported;
  if (member == offsetof(struct tally, exports)) return base->exported;
  assert(member == offsetof(struct tally, price));
  return base->price;
}

static const double *array_of(const struct asked *asked)
{
  if (asked->run == NULL) return base_array(asked->base->base, asked->member);
  const struct tally *tally = &asked->run->metrics->tallies[asked->at.period];
  return *(const double *const *)(const void *)((const char *)tally + asked->member);
}

static double of_place(struct asked *asked)
{
  const int regions = asked->question->dataset->regions_count;
  const double *values = array_of(asked);
  if (asked->at.region >= 0) return values[asked->at.material * regions + asked->at.region];
  double sum = 0;
  for (int r = 0; r < regions; r++) sum += values[asked->at.material * regions + r];
  return sum;
}

static double of_price(struct asked *asked)
{
  if (asked->at.region < 0) {
    asked->refusal = "a price needs a region";
    return (double)NAN;
  }
  return of_place(asked);
}

/* ---- shares ---- */

static const struct shares *shares_asked(struct asked *asked)
{
  if (asked->run == NULL) return &asked->base->shares;
  const struct shares **kept = &asked->run->shares[asked->at.period];
  if (*kept == NULL) {
    struct shares *shares = ARENA_NEW(asked->arena, struct shares);
    *shares = shares_of_period(asked->run->outcome, asked->at.period, asked->run->elements, asked->arena);
    *kept = shares;
  }
  return *kept;
}

static double of_content(struct asked *asked)
{
  const struct shares *shares = shares_asked(asked);
  return asked->at.region < 0 ? shares_at(shares, asked->at.stage, asked->at.element)->world
                              : shares_made(shares, asked->at.stage, asked->at.element, asked->at.region);
}

static double of_share(struct asked *asked)
{
  const struct shares *shares = shares_asked(asked);
  const double made = asked->at.region < 0 ? shares_at(shares, asked->at.stage, asked->at.element)->world
                                           : shares_made(shares, asked->at.stage, asked->at.element, asked->at.region);
  return made / shares_at(shares, asked->at.stage, asked->at.element)->world;
}

static double of_hhi(struct asked *asked)
{
  return shares_at(shares_asked(asked), asked->at.stage, asked->at.element)->index;
}

static double of_refining_worth(struct asked *asked)
{
  const struct headline *headline = &asked->base->headline;
  if (asked->at.region == headline->region[1]) return headline->value[headline_refining];
  asked->refusal = "is known of the largest refiner only";
  return (double)NAN;
}

static double of_oxide_worth(struct asked *asked)
{
  return asked->base->headline.value[headline_worth] / 1e3;
}

static double of_scrap_worth(struct asked *asked)
{
  return asked->base->headline.scrap_kusd / 1e3;
}

/* Sum over materials of a stage of what is made, at the prices where it is made. */
static double of_stage_worth(struct asked *asked)
{
  const struct dataset *dataset = asked->question->dataset;
  double kusd = 0;
  for (int m = 0; m < dataset->materials_count; m++) {
    if (dataset->materials[m].stage != asked->at.stage) continue;
    for (int r = 0; r < dataset->regions_count; r++) {
      const int place = m * dataset->regions_count + r;
      const bool base = asked->run == NULL;
      const struct tally *tally = base ? NULL : &asked->run->metrics->tallies[asked->at.period];
      const double made = base ? asked->base->base->made[place] : tally->production[place];
      const double price = base ? asked->base->base->price[place] : tally->price[place];
      if (made > 0 && !isnan(price)) kusd += made * price;
    }
  }
  return kusd / 1e3;
}

/* ---- dependence ---- */

static bool in_a_region(struct asked *asked)
{
  if (asked->at.region < 0) asked->refusal = "needs a region, not the world";
  return asked->at.region >= 0;
}

static double of_dependence(struct asked *asked)
{
  if (!in_a_region(asked)) return (double)NAN;
  const struct concentration *concentration = &asked->run->metrics->concentrations[asked->at.period];
  return concentration->embodied[asked->at.stage * asked->question->dataset->regions_count + asked->at.region];
}

static double of_imports_share(struct asked *asked)
{
  if (!in_a_region(asked)) return (double)NAN;
  const struct concentration *concentration = &asked->run->metrics->concentrations[asked->at.period];
  return concentration->direct[asked->at.stage * asked->question->dataset->regions_count + asked->at.region];
}

/* ---- a stage, and defence ---- */

static double of_stage_production(struct asked *asked)
{
  const struct tally *tally = &asked->run->metrics->tallies[asked->at.period];
  const struct dataset *dataset = asked->question->dataset;
  if (asked->at.region >= 0) return tally_stage_output(tally, dataset, asked->at.stage, asked->at.region);
  double sum = 0;
  for (int r = 0; r < dataset->regions_count; r++) sum += tally_stage_output(tally, dataset, asked->at.stage, r);
  return sum;
}

static double of_defence_met(struct asked *asked)
{
  if (!in_a_region(asked)) return (double)NAN;
  return defence_met(asked->run->outcome, asked->at.period, asked->at.region, asked->at.material);
}

static double of_defence_cover(struct asked *asked)
{
  const int without = asked->run->metrics->concentrations[asked->at.period].stage_dominant[STAGE_OXIDE];
  const double **kept = &asked->run->missing[asked->at.period];
  if (!in_a_region(asked) || without < 0) return (double)NAN;
  if (*kept == NULL) *kept = missing_without(asked->run->outcome, asked->at.period, without, asked->arena);
  return defence_cover(asked->run->outcome, asked->at.period, asked->at.region, asked->at.material, *kept,
                       asked->arena);
}

/* ---- payments of an instrument: by governments and agencies, less what they received ---- */

static bool is_public(enum account_kind kind)
{
  return kind == ACCOUNT_GOVERNMENT || kind == ACCOUNT_AGENCY;
}

static double paid_in(const struct asked *asked, int p)
{
  const struct payments *payments = &asked->run->metrics->payments;
  double kusd = 0;
  for (int i = 0; i < payments->count; i++) {
    const struct payment *row = &payments->rows[i];
    if (row->instrument != asked->at.instrument) continue;
    if (is_public(row->payer)) kusd += row->kusd_per_year[p];
    if (is_public(row->payee)) kusd -= row->kusd_per_year[p];
  }
  return kusd / 1e3;
}

static double of_paid(struct asked *asked)
{
  return paid_in(asked, asked->at.period);
}

static double of_paid_total(struct asked *asked)
{
  double sum = 0;
  for (int p = 0; p < asked->run->metrics->periods_count; p++)
    sum += paid_in(asked, p) * asked->run->outcome->periods[p].period.length;
  return sum;
}

/* ---- plants ---- */

static double of_output(struct asked *asked)
{
  return facility_output(asked->run->outcome, asked->at.period, asked->at.facility);
}

/* ---- public money ---- */

/* Sum of a series of the budget in the fiscal year asked for. */
static double in_fiscal_year(struct asked *asked, const double *values)
{
  const struct budget *budget = &asked->run->metrics->budget;
  const int year = asked->at.fiscal_year - budget->first_year;
  if (budget->region >= 0 && year >= 0 && year < budget->years_count) return values[year];
  asked->refusal = "no such fiscal year in the budget of the run";
  return (double)NAN;
}

static double of_outlays(struct asked *asked)
{
  return in_fiscal_year(asked, asked->run->metrics->budget.outlay_musd);
}

static double of_receipts(struct asked *asked)
{
  return in_fiscal_year(asked, asked->run->metrics->budget.receipt_musd);
}

static double of_outlays_present(struct asked *asked)
{
  const struct budget *budget = &asked->run->metrics->budget;
  return budget->region >= 0 ? budget->support_present_value_musd : 0;
}

static double of_support(struct asked *asked)
{
  return asked->run->metrics->support.total_musd;
}

static double of_support_hhi(struct asked *asked)
{
  const struct support *support = &asked->run->metrics->support;
  return support->largest_owner >= 0 ? support->herfindahl / 1e4 : (double)NAN;
}

static double of_support_largest(struct asked *asked)
{
  const struct support *support = &asked->run->metrics->support;
  return support->largest_owner >= 0 ? support->largest_share : (double)NAN;
}

static double of_support_stage(struct asked *asked)
{
  return asked->run->metrics->support.by_stage_musd[asked->at.stage];
}

static double of_rent_stage(struct asked *asked)
{
  return asked->run->metrics->support.rent_by_stage_musd[asked->at.stage];
}

/* ---- a run and the one it is compared with ---- */

static const struct gains *gains_asked(struct asked *asked)
{
  const struct indicator_run *with = asked->run, *without = asked->question->against;
  if (!gains_comparable(with->outcome, without->outcome)) {
    asked->refusal = "the two runs have different data";
    return NULL;
  }
  int dominant = -1;
  for (int stage = 0; stage < stages_count && dominant < 0; stage++)
    dominant = without->metrics->concentrations[0].stage_dominant[stage];
  struct gains *gains = ARENA_NEW(asked->arena, struct gains);
  *gains = gains_between(with->outcome, with->metrics, without->outcome, without->metrics, dominant, asked->arena);
  return gains;
}

#define OF_GAINS(name, member)                                                                                         \
  static double name(struct asked *asked)                                                                              \
  {                                                                                                                    \
    const struct gains *gains = gains_asked(asked);                                                                    \
    return gains == NULL ? (double)NAN : gains->member;                                                                \
  }
OF_GAINS(of_gain_supported, supported)
OF_GAINS(of_gain_rivals, rivals)
OF_GAINS(of_gain_dominant, dominant)
OF_GAINS(of_gain_total, total)
OF_GAINS(of_inframarginal, inframarginal)

#define OF_GAINS_IN_A_REGION(name, member)                                                                             \
  static double name(struct asked *asked)                                                                              \
  {                                                                                                                    \
    const struct gains *gains = in_a_region(asked) ? gains_asked(asked) : NULL;                                        \
    return gains == NULL ? (double)NAN : gains->member[asked->at.region];                                              \
  }
OF_GAINS_IN_A_REGION(of_gain_users, users)
OF_GAINS_IN_A_REGION(of_gain_government, governments)

/* ---- the table ---- */

static const struct row {
  struct indicator indicator;
  double (*compute)(struct asked *asked);
  size_t member;
} rows[] = {
#define TALLY(member) offsetof(struct tally, member)
#define ROW(name, arguments, unit, of, dated, compute, member, help)                                                   \
  {                                                                                                                    \
    {name, arguments, unit, help, of, dated}, compute, member                                                          \
  }
#define BOTH (OF_BASE | OF_RUN)
    ROW("price", "material, region", "USD/kg, real", BOTH, 1, of_price, TALLY(price), "Price of the next tonne there"),
    ROW("price_paid", "material, region", "USD/kg, real", OF_RUN, 1, of_price, TALLY(price_paid),
        "Mean price over all that came in"),
    ROW("production", "material, region", "t/y", BOTH, 1, of_place, TALLY(production), "Made by processes"),
    ROW("use", "material, region", "t/y", BOTH, 1, of_place, TALLY(use),
        "Taken by processes (base year: and by users)"),
    ROW("consumption", "material, region", "t/y", OF_RUN, 1, of_place, TALLY(consumption), "Taken by users"),
    ROW("unserved", "material, region", "t/y", OF_RUN, 1, of_place, TALLY(unserved),
        "What users would have taken at the reference price and did not get"),
    ROW("imports", "material, region", "t/y", BOTH, 1, of_place, TALLY(imports), "From other regions"),
    ROW("exports", "material, region", "t/y", BOTH, 1, of_place, TALLY(exports), "To other regions"),
    ROW("stock", "material, region", "t", OF_RUN, 1, of_place, TALLY(stock), "Private stock at the end of the period"),
    ROW("output", "facility", "t/y of product", OF_RUN, 1, of_output, 0, "Made by one plant"),
    ROW("content", "stage, element, region", "t/y", BOTH, 1, of_content, 0, "Content made at the stage"),
    ROW("share", "stage, element, region", "1", BOTH, 1, of_share, 0,
        "Share of the content that the world makes at the stage"),
    ROW("hhi", "stage, element", "1", BOTH, 1, of_hhi, 0, "Herfindahl-Hirschman index by region, 0 to 1"),
    ROW("stage_worth", "stage", "million USD/y", BOTH, 1, of_stage_worth, 0,
        "What is made of the stage's materials, at prices where it is made"),
    ROW("refining_worth_share", "region", "1", OF_BASE, 0, of_refining_worth, 0,
        "Share of separated oxides by worth, of the largest refiner"),
    ROW("oxide_worth", "", "million USD/y", OF_BASE, 0, of_oxide_worth, 0, "Oxides from ore at export prices"),
    ROW("scrap_oxide_worth", "", "million USD/y", OF_BASE, 0, of_scrap_worth, 0,
        "Oxides from scrap at the same prices"),
    ROW("dependence", "stage, region", "1", OF_RUN, 1, of_dependence, 0,
        "Share of content consumed that passed the dominant region at the stage"),
    ROW("direct_dependence", "stage, region", "1", OF_RUN, 1, of_imports_share, 0,
        "Share of what came in that came from the dominant region"),
    ROW("stage_production", "stage, region", "t/y", OF_RUN, 1, of_stage_production, 0,
        "All materials of the stage made"),
    ROW("defence_met", "material, region", "1", OF_RUN, 1, of_defence_met, 0,
        "Share of what defence users want that they get"),
    ROW("defence_cover", "material, region", "1", OF_RUN, 1, of_defence_cover, 0,
        "Share of what defence users want that two years without the region that makes most oxides leave; nobody "
        "reacts"),
    ROW("paid", "instrument", "million USD/y, real", OF_RUN, 1, of_paid, 0,
        "Public money paid under the instrument, less receipts"),
    ROW("paid_total", "instrument", "million USD, real", OF_RUN, 0, of_paid_total, 0,
        "The same over the whole horizon"),
    ROW("outlays", "fiscal year", "million USD, nominal", OF_RUN, 0, of_outlays, 0,
        "Outlays of the government that pays most, by its fiscal year"),
    ROW("receipts", "fiscal year", "million USD, nominal", OF_RUN, 0, of_receipts, 0, "Its receipts from instruments"),
    ROW("outlays_present_value", "", "million USD, real", OF_RUN, 0, of_outlays_present, 0,
        "Its outlays less receipts of contracts and credits, present value"),
    ROW("support_total", "", "million USD, real", OF_RUN, 0, of_support, 0,
        "Public money to plants of all governments, present value"),
    ROW("support_hhi", "", "1", OF_RUN, 0, of_support_hhi, 0, "Herfindahl-Hirschman index of it by recipient, 0 to 1"),
    ROW("support_largest_share", "", "1", OF_RUN, 0, of_support_largest, 0,
        "Share of it that the largest recipient has"),
    ROW("support_stage", "stage", "million USD, real", OF_RUN, 0, of_support_stage, 0, "The part at a stage"),
    ROW("rent_stage", "stage", "million USD, real", OF_RUN, 0, of_rent_stage, 0,
        "What scarce capacity of the stage earns, present value"),
    ROW("gain_supported", "", "million USD, real", OF_PAIR, 0, of_gain_supported, 0,
        "More that supported plants earn, support included, present value"),
    ROW("gain_rivals", "", "million USD, real", OF_PAIR, 0, of_gain_rivals, 0,
        "More that plants without support earn outside the dominant region"),
    ROW("gain_dominant", "", "million USD, real", OF_PAIR, 0, of_gain_dominant, 0, "The same in the dominant region"),
    ROW("gain_users", "region", "million USD, real", OF_PAIR, 0, of_gain_users, 0, "Users' surplus there"),
    ROW("gain_government", "region", "million USD, real", OF_PAIR, 0, of_gain_government, 0,
        "Taxes and tariffs of the government there"),
    ROW("gain_total", "", "million USD, real", OF_PAIR, 0, of_gain_total, 0,
        "Of all parties: what is created or wasted"),
    ROW("inframarginal", "", "1", OF_PAIR, 0, of_inframarginal, 0,
        "Share of the support that went to output which was there without it"),
#undef ROW
#undef TALLY
#undef BOTH
};
enum { rows_count = sizeof rows / sizeof *rows };

/* ---- asking ---- */

struct indicator_base *indicator_base_new(const struct dataset *dataset, struct arena *arena)
{
  struct indicator_base *base = ARENA_NEW(arena, struct indicator_base);
  const struct elements elements = elements_of(dataset, arena);
  base->base = base_year_read(dataset, arena);
  base->shares = shares_of_base(base->base, elements, arena);
  base->headline = headline_of(base->base, &base->shares, NULL, arena);
  return base;
}

struct indicator_run *indicator_run_new(const struct dataset *dataset, const struct outcome *outcome,
                                        const struct metrics *metrics, struct arena *arena)
{
  struct indicator_run *run = ARENA_NEW(arena, struct indicator_run);
  *run = (struct indicator_run){.outcome = outcome,
                                .metrics = metrics,
                                .elements = elements_of(dataset, arena),
                                .missing = ARENA_ARRAY(arena, metrics->periods_count, const double *),
                                .shares = ARENA_ARRAY(arena, metrics->periods_count, const struct shares *)};
  return run;
}

const char *indicator_date(struct period period, struct arena *arena)
{
  const int year = (int)floor(period.start + 1e-6), month = (int)lround((period.start - year) * 12);
  if (period.length > 1 - 1e-6) return arena_format(arena, "%d", year);
  if (fabs(period.length - 0.25) < 1e-6) return arena_format(arena, "%dQ%d", year, month / 3 + 1);
  return arena_format(arena, "%d-%02d", year, month + 1);
}

static int find_stage(const char *name)
{
  for (int s = 0; s < stages_count; s++)
    if (text_equal(stage_name(s), name)) return s;
  return -1;
}

static int find_element(const struct asked *asked, const char *name)
{
  const struct elements *elements = asked->run != NULL ? &asked->run->elements : &asked->base->shares.elements;
  if (text_equal(name, "all")) return elements->count;
  for (int e = 0; e < elements->count; e++)
    if (text_equal(elements->names[e], name)) return e;
  return -1;
}

/* One argument by its name in the table. False with the refusal set. */
static bool take_argument(struct asked *asked, const char *what, const char *word)
{
  const struct dataset *dataset = asked->question->dataset;
  int *place = NULL, found = -1;
  double year;
  if (text_equal(what, "fiscal year") && parse_number(word, &year)) {
    asked->at.fiscal_year = (int)year;
    return true;
  }
  if (text_equal(what, "fiscal year")) place = &asked->at.fiscal_year;
  if (text_equal(what, "material")) place = &asked->at.material, found = dataset_find(dataset, "materials", word);
  if (text_equal(what, "region")) place = &asked->at.region, found = dataset_find(dataset, "regions", word);
  if (text_equal(what, "instrument")) place = &asked->at.instrument, found = dataset_find(dataset, "instruments", word);
  if (text_equal(what, "facility")) place = &asked->at.facility, found = dataset_find(dataset, "facilities", word);
  if (text_equal(what, "stage")) place = &asked->at.stage, found = find_stage(word);
  if (text_equal(what, "element")) place = &asked->at.element, found = find_element(asked, word);
  assert(place != NULL);
  *place = found;
  if (found >= 0 || (text_equal(what, "region") && text_equal(word, "world"))) return true;
  asked->refusal = arena_format(asked->arena, "there is no %s '%s'", what, word);
  return false;
}

static bool take_date(struct asked *asked, const char *word)
{
  double date;
  if (!parse_date(word, &date)) {
    asked->refusal = arena_format(asked->arena, "found '%s', expected a date like 2030", word);
    return false;
  }
  for (int p = 0; p < asked->run->metrics->periods_count; p++) {
    const struct period period = asked->run->outcome->periods[p].period;
    if (date < period.start - 1e-6 || date >= period.start + period.length - 1e-6) continue;
    asked->at.period = p;
    return true;
  }
  asked->refusal = arena_format(asked->arena, "%s is not in the run", word);
  return false;
}

static int words_count(const char *list)
{
  int count = list[0] != '\0';
  for (const char *c = list; *c != '\0'; c++) count += *c == ',';
  return count;
}

static bool take_arguments(struct asked *asked, const struct indicator *indicator)
{
  const struct indicator_question *question = asked->question;
  const bool dated = question->run != NULL && indicator->dated;
  char *rest = arena_copy(asked->arena, indicator->arguments);
  const char *const *words = question->arguments;
  for (char *what; indicator->arguments[0] != '\0' && (what = strsep(&rest, ",")) != NULL; words++)
    if (!take_argument(asked, what + (what[0] == ' '), *words)) return false;
  return !dated || take_date(asked, *words);
}

static const struct row *find_row(const char *name, int of)
{
  for (int i = 0; i < rows_count; i++)
    if (text_equal(rows[i].indicator.name, name)) return (rows[i].indicator.of & of) != 0 ? &rows[i] : NULL;
  return NULL;
}

static const char *of_words(int of)
{
  return of == OF_BASE ? "base year" : of == OF_RUN ? "run" : "pair of runs";
}

static const char *refuse_name(const char *name, int of, struct arena *arena)
{
  const char *names[rows_count];
  int count = 0;
  for (int i = 0; i < rows_count; i++)
    if ((rows[i].indicator.of & of) != 0) names[count++] = rows[i].indicator.name;
  const char *nearest = text_nearest(name, names, count);
  return arena_format(arena, "there is no indicator '%s' of a %s%s%s%s", name, of_words(of),
                      nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                      nearest != NULL ? "'?" : "");
}

const char *indicator_refusal(const char *name, int of, int arguments_count, struct arena *arena)
{
  const struct row *row = find_row(name, of);
  if (row == NULL) return refuse_name(name, of, arena);
  const bool dated = of != OF_BASE && row->indicator.dated;
  const int expected = words_count(row->indicator.arguments) + dated;
  if (arguments_count == expected) return NULL;
  return arena_format(arena, "%s takes [%s%s%s]", name, row->indicator.arguments, dated && expected > 1 ? ", " : "",
                      dated ? "date" : "");
}

static struct asked asked_new(const struct indicator_question *question, const struct row *row, struct arena *arena)
{
  return (struct asked){.question = question,
                        .base = question->base,
                        .run = question->run,
                        .arena = arena,
                        .member = row->member,
                        .at = {(int)(row - rows), -1, -1, -1, -1, -1, -1, -1, -1}};
}

struct indicator_answer indicator_ask(const struct indicator_question *question, struct arena *arena)
{
  assert((question->base == NULL) != (question->run == NULL));
  const int of = question->run == NULL ? OF_BASE : question->against == NULL ? OF_RUN : OF_PAIR;
  struct indicator_answer answer = {.value = (double)NAN};
  answer.refusal = indicator_refusal(question->name, of, question->arguments_count, arena);
  if (answer.refusal != NULL) return answer;
  const struct row *row = find_row(question->name, of);
  struct asked asked = asked_new(question, row, arena);
  answer.indicator = &row->indicator;
  if (take_arguments(&asked, &row->indicator)) answer.value = row->compute(&asked);
  answer.refusal = asked.refusal != NULL || !isnan(answer.value) ? asked.refusal : "nothing of it is there";
  return answer;
}

struct indicator_looked_up indicator_look_up(const struct indicator_question *question, struct arena *arena)
{
  assert(question->run != NULL && question->against == NULL);
  const struct indicator_looked_up refused = {.row = -1};
  if (indicator_refusal(question->name, OF_RUN, question->arguments_count, arena) != NULL) return refused;
  const struct row *row = find_row(question->name, OF_RUN);
  struct asked asked = asked_new(question, row, arena);
  return take_arguments(&asked, &row->indicator) ? asked.at : refused;
}

double indicator_value(const struct indicator_looked_up *looked_up, const struct dataset *dataset,
                       const struct indicator_run *run, struct arena *arena)
{
  if (looked_up->row < 0 || looked_up->period >= run->metrics->periods_count) return (double)NAN;
  const struct row *row = &rows[looked_up->row];
  const struct indicator_question question = {.dataset = dataset, .run = run, .name = row->indicator.name};
  struct asked asked = asked_new(&question, row, arena);
  asked.at = *looked_up;
  return row->compute(&asked);
}

unsigned indicator_parts(const char *name)
{
  const struct row *row = find_row(name, OF_RUN);
  if (row == NULL) return MEASURED_ALL;
  double (*const by)(struct asked *) = row->compute;
  if (by == of_dependence || by == of_imports_share || by == of_defence_cover) return MEASURED_CONCENTRATION;
  if (by == of_paid || by == of_paid_total) return MEASURED_PAYMENTS;
  if (by == of_outlays || by == of_receipts || by == of_outlays_present) return MEASURED_BUDGET;
  const bool support = by == of_support || by == of_support_hhi || by == of_support_largest || by == of_support_stage ||
                       by == of_rent_stage;
  return support ? MEASURED_SUPPORT : 0;
}

const char *indicators_markdown(struct arena *arena)
{
  struct text text = text_new(arena);
  text_add(&text, "| name | arguments | unit | of | meaning |\n|---|---|---|---|---|\n");
  for (int i = 0; i < rows_count; i++) {
    const struct indicator *row = &rows[i].indicator;
    text_add(&text, "| `%s` | %s | %s | %s | %s |\n", row->name, row->arguments, row->unit,
             row->of == (OF_BASE | OF_RUN) ? "base year, run" : of_words(row->of), row->help);
  }
  return text.bytes;
}
