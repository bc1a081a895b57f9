/* metrics/indicator.c - one line an indicator in the table; each is a leaf that reads a finished figure.
 *
 * Ids are looked up in the data set at hand, so a name that another world has is refused in words, not by a crash.
 */
#include "metrics/indicator.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

struct asked {
  const struct indicator_question *question;
  const struct indicator_base *base;
  const struct indicator_run *run;
  struct arena *arena;
  size_t member;                                            /* of struct tally */
  int material, region, stage, element, instrument, period; /* -1: not asked for; region -1: world */
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
  const struct tally *tally = &asked->run->metrics->tallies[asked->period];
  return *(const double *const *)(const void *)((const char *)tally + asked->member);
}

static double of_place(struct asked *asked)
{
  const int regions = asked->question->dataset->regions_count;
  const double *values = array_of(asked);
  if (asked->region >= 0) return values[asked->material * regions + asked->region];
  double sum = 0;
  for (int r = 0; r < regions; r++) sum += values[asked->material * regions + r];
  return sum;
}

static double of_price(struct asked *asked)
{
  if (asked->region < 0) {
    asked->refusal = "a price needs a region";
    return (double)NAN;
  }
  return of_place(asked);
}

/* ---- shares ---- */

static const struct shares *shares_asked(struct asked *asked)
{
  if (asked->run == NULL) return &asked->base->shares;
  const struct shares **kept = &asked->run->shares[asked->period];
  if (*kept == NULL) {
    struct shares *shares = ARENA_NEW(asked->arena, struct shares);
    *shares = shares_of_period(asked->run->outcome, asked->period, asked->run->elements, asked->arena);
    *kept = shares;
  }
  return *kept;
}

static double of_content(struct asked *asked)
{
  const struct shares *shares = shares_asked(asked);
  return asked->region < 0 ? shares_at(shares, asked->stage, asked->element)->world
                           : shares_made(shares, asked->stage, asked->element, asked->region);
}

static double of_share(struct asked *asked)
{
  const struct shares *shares = shares_asked(asked);
  const double made = asked->region < 0 ? shares_at(shares, asked->stage, asked->element)->world
                                        : shares_made(shares, asked->stage, asked->element, asked->region);
  return made / shares_at(shares, asked->stage, asked->element)->world;
}

static double of_hhi(struct asked *asked)
{
  return shares_at(shares_asked(asked), asked->stage, asked->element)->index;
}

static double of_refining_worth(struct asked *asked)
{
  const struct headline *headline = &asked->base->headline;
  if (asked->region == headline->region[1]) return headline->value[headline_refining];
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
    if (dataset->materials[m].stage != asked->stage) continue;
    for (int r = 0; r < dataset->regions_count; r++) {
      const int place = m * dataset->regions_count + r;
      const bool base = asked->run == NULL;
      const struct tally *tally = base ? NULL : &asked->run->metrics->tallies[asked->period];
      const double made = base ? asked->base->base->made[place] : tally->production[place];
      const double price = base ? asked->base->base->price[place] : tally->price[place];
      if (made > 0 && !isnan(price)) kusd += made * price;
    }
  }
  return kusd / 1e3;
}

/* ---- dependence ---- */

static double of_dependence(struct asked *asked)
{
  const struct concentration *concentration = &asked->run->metrics->concentrations[asked->period];
  return concentration->embodied[asked->stage * asked->question->dataset->regions_count + asked->region];
}

static double of_imports_share(struct asked *asked)
{
  const struct concentration *concentration = &asked->run->metrics->concentrations[asked->period];
  return concentration->direct[asked->stage * asked->question->dataset->regions_count + asked->region];
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
    if (row->instrument != asked->instrument) continue;
    if (is_public(row->payer)) kusd += row->kusd_per_year[p];
    if (is_public(row->payee)) kusd -= row->kusd_per_year[p];
  }
  return kusd / 1e3;
}

static double of_paid(struct asked *asked)
{
  return paid_in(asked, asked->period);
}

static double of_paid_total(struct asked *asked)
{
  double sum = 0;
  for (int p = 0; p < asked->run->metrics->periods_count; p++)
    sum += paid_in(asked, p) * asked->run->outcome->periods[p].period.length;
  return sum;
}

/* ---- the table ---- */

#define OF_TALLY(member) offsetof(struct tally, member)

static const struct row {
  struct indicator indicator;
  double (*compute)(struct asked *asked);
  size_t member;
} rows[] = {
    {{"price", "material, region", "USD/kg, real", "Price of the next tonne there", 1, 1, 1},
     of_price,
     OF_TALLY(price)},
    {{"price_paid", "material, region", "USD/kg, real", "Mean price over all that came in", 0, 1, 1},
     of_price,
     OF_TALLY(price_paid)},
    {{"production", "material, region", "t/y", "Made by processes", 1, 1, 1}, of_place, OF_TALLY(production)},
    {{"use", "material, region", "t/y", "Taken by processes (base year: and by users)", 1, 1, 1},
     of_place,
     OF_TALLY(use)},
    {{"consumption", "material, region", "t/y", "Taken by users", 0, 1, 1}, of_place, OF_TALLY(consumption)},
    {{"unserved", "material, region", "t/y", "What users would have taken at the reference price and did not get", 0, 1,
      1},
     of_place,
     OF_TALLY(unserved)},
    {{"imports", "material, region", "t/y", "From other regions", 1, 1, 1}, of_place, OF_TALLY(imports)},
    {{"exports", "material, region", "t/y", "To other regions", 1, 1, 1}, of_place, OF_TALLY(exports)},
    {{"stock", "material, region", "t", "Private stock at the end of the period", 0, 1, 1}, of_place, OF_TALLY(stock)},
    {{"content", "stage, element, region", "t/y", "Content made at the stage", 1, 1, 1}, of_content, 0},
    {{"share", "stage, element, region", "1", "Share of the content that the world makes at the stage", 1, 1, 1},
     of_share,
     0},
    {{"hhi", "stage, element", "1", "Herfindahl-Hirschman index by region, 0 to 1", 1, 1, 1}, of_hhi, 0},
    {{"stage_worth", "stage", "million USD/y", "What is made of the stage's materials, at prices where it is made", 1,
      1, 1},
     of_stage_worth,
     0},
    {{"refining_worth_share", "region", "1", "Share of separated oxides by worth, of the largest refiner", 1, 0, 0},
     of_refining_worth,
     0},
    {{"oxide_worth", "", "million USD/y", "Oxides from ore at export prices", 1, 0, 0}, of_oxide_worth, 0},
    {{"scrap_oxide_worth", "", "million USD/y", "Oxides from scrap at the same prices", 1, 0, 0}, of_scrap_worth, 0},
    {{"dependence", "stage, region", "1", "Share of content consumed that passed the dominant region at the stage", 0,
      1, 1},
     of_dependence,
     0},
    {{"direct_dependence", "stage, region", "1", "Share of what came in that came from the dominant region", 0, 1, 1},
     of_imports_share,
     0},
    {{"paid", "instrument", "million USD/y, real", "Public money paid under the instrument, less receipts", 0, 1, 1},
     of_paid,
     0},
    {{"paid_total", "instrument", "million USD, real", "The same over the whole horizon", 0, 1, 0}, of_paid_total, 0},
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
  *run = (struct indicator_run){outcome, metrics, elements_of(dataset, arena),
                                ARENA_ARRAY(arena, metrics->periods_count, const struct shares *)};
  return run;
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
  if (text_equal(what, "material")) place = &asked->material, found = dataset_find(dataset, "materials", word);
  if (text_equal(what, "region")) place = &asked->region, found = dataset_find(dataset, "regions", word);
  if (text_equal(what, "instrument")) place = &asked->instrument, found = dataset_find(dataset, "instruments", word);
  if (text_equal(what, "stage")) place = &asked->stage, found = find_stage(word);
  if (text_equal(what, "element")) place = &asked->element, found = find_element(asked, word);
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
    asked->period = p;
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

static const struct row *find_row(const char *name, bool of_run)
{
  for (int i = 0; i < rows_count; i++)
    if (text_equal(rows[i].indicator.name, name))
      return (of_run ? rows[i].indicator.of_run : rows[i].indicator.of_base) ? &rows[i] : NULL;
  return NULL;
}

static const char *refuse_name(const char *name, bool of_run, struct arena *arena)
{
  const char *names[rows_count];
  int count = 0;
  for (int i = 0; i < rows_count; i++)
    if (of_run ? rows[i].indicator.of_run : rows[i].indicator.of_base) names[count++] = rows[i].indicator.name;
  const char *nearest = text_nearest(name, names, count);
  return arena_format(arena, "there is no indicator '%s' of a %s%s%s%s", name, of_run ? "run" : "base year",
                      nearest != NULL ? "; did you mean '" : "", nearest != NULL ? nearest : "",
                      nearest != NULL ? "'?" : "");
}

const char *indicator_refusal(const char *name, bool of_run, int arguments_count, struct arena *arena)
{
  const struct row *row = find_row(name, of_run);
  if (row == NULL) return refuse_name(name, of_run, arena);
  const bool dated = of_run && row->indicator.dated;
  const int expected = words_count(row->indicator.arguments) + dated;
  if (arguments_count == expected) return NULL;
  return arena_format(arena, "%s takes [%s%s%s]", name, row->indicator.arguments, dated && expected > 1 ? ", " : "",
                      dated ? "date" : "");
}

struct indicator_answer indicator_ask(const struct indicator_question *question, struct arena *arena)
{
  assert((question->base == NULL) != (question->run == NULL));
  const bool of_run = question->run != NULL;
  struct indicator_answer answer = {.value = (double)NAN};
  answer.refusal = indicator_refusal(question->name, of_run, question->arguments_count, arena);
  if (answer.refusal != NULL) return answer;
  const struct row *row = find_row(question->name, of_run);
  struct asked asked = {question, question->base, question->run, arena, row->member, -1, -1, -1, -1, -1, -1, NULL};
  answer.indicator = &row->indicator;
  if (take_arguments(&asked, &row->indicator)) answer.value = row->compute(&asked);
  answer.refusal = asked.refusal != NULL || !isnan(answer.value) ? asked.refusal : "nothing of it is there";
  return answer;
}

const char *indicators_markdown(struct arena *arena)
{
  struct text text = text_new(arena);
  text_add(&text, "| name | arguments | unit | of | meaning |\n|---|---|---|---|---|\n");
  for (int i = 0; i < rows_count; i++) {
    const struct indicator *row = &rows[i].indicator;
    text_add(&text, "| `%s` | %s | %s | %s | %s |\n", row->name, row->arguments, row->unit,
             row->of_base && row->of_run ? "base year, run"
             : row->of_base              ? "base year"
                                         : "run",
             row->help);
  }
  return text.bytes;
}
