/* metrics/headline.c - one figure at a time is changed in a copy of its table, and the tables are added up again.
 *
 * The range of a guess is that of its columns low and high, else what its note says ("range 10 to 20"; "85 per cent ...
 * range 80 to 92" scales the figure), else 30 % either way. Nothing is solved: what a market would do about a change is
 * not in these effects.
 */
#include "metrics/headline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* ---- oxides and their worth ---- */

static bool is_oxide(const struct base_year *base, int material)
{
  return base->dataset->materials[material].stage == STAGE_OXIDE;
}

static int largest_maker(const struct base_year *base, int material)
{
  int best = 0;
  for (int r = 1; r < base->dataset->regions_count; r++)
    if (base->made[base_place(base, material, r)] > base->made[base_place(base, material, best)]) best = r;
  return best;
}

/* What the largest maker is paid at home, and what leaving it costs in taxes on top, as a factor. */
static double oxide_price(const struct base_year *base, int material)
{
  return base->price[base_place(base, material, largest_maker(base, material))];
}

static double export_factor(const struct base_year *base, int material)
{
  const int region = largest_maker(base, material);
  for (int l = 0; l < base->dataset->links_count; l++) {
    const struct link *link = &base->dataset->links[l];
    if (link->from != region) continue;
    for (int i = 0; i < link->materials.count; i++)
      if (link->materials.indices[i] == material) return (1 + link->vat_not_rebated_rate) * (1 + link->export_tax_rate);
  }
  return 1;
}

static bool takes_scrap(const struct base_year *base, int process)
{
  const struct yield *yield;
  for (int k = 0; (yield = base_yield(base, process, k)) != NULL; k++)
    if (yield->amount < 0 && base->dataset->materials[yield->material].stage == STAGE_SCRAP) return true;
  return false;
}

/* Oxides made of ore and of scrap, [materials] t/y each. */
static void oxides_made(const struct base_year *base, double *ore, double *scrap)
{
  for (int a = 0; a < base->acts_count; a++) {
    const struct base_act *act = &base->acts[a];
    double *made = takes_scrap(base, act->process) ? scrap : ore;
    const struct yield *yield;
    for (int k = 0; (yield = base_yield(base, act->process, k)) != NULL; k++)
      if (yield->amount > 0 && is_oxide(base, yield->material)) made[yield->material] += yield->amount * act->tonnes;
  }
}

static void weigh_oxides(struct headline *headline, const struct base_year *base, struct arena *arena)
{
  double *ore = ARENA_ARRAY(arena, base->dataset->materials_count, double);
  double *scrap = ARENA_ARRAY(arena, base->dataset->materials_count, double);
  oxides_made(base, ore, scrap);
  headline->inside_kusd = headline->scrap_kusd = headline->value[headline_worth] = 0;
  for (int m = 0; m < base->dataset->materials_count; m++) {
    if (ore[m] + scrap[m] == 0) continue;
    const double inside = oxide_price(base, m), outside = inside * export_factor(base, m);
    headline->inside_kusd += inside * ore[m];
    headline->value[headline_worth] += outside * ore[m];
    headline->scrap_kusd += outside * scrap[m];
  }
  if (!(headline->value[headline_worth] > 0)) headline->value[headline_worth] = NAN;
}

/* Worth of a region's oxides, region -1: of all; element -1: of all, else in proportion to its content. */
static double oxides_worth(const struct base_year *base, const struct elements *elements, int element, int region)
{
  double worth = 0;
  for (int m = 0; m < base->dataset->materials_count; m++) {
    if (!is_oxide(base, m) || (element >= 0 && !(elements->total[m] > 0))) continue;
    const double share = element < 0 ? 1 : elements->share[m * elements->count + element] / elements->total[m];
    for (int r = 0; r < base->dataset->regions_count; r++)
      if (region < 0 || r == region) worth += share * base->made[base_place(base, m, r)] * oxide_price(base, m);
  }
  return worth;
}

/* ---- the headline ---- */

static void choose(struct headline *headline, const struct base_year *base, const struct shares *shares)
{
  const struct elements *elements = &shares->elements;
  double most = 0;
  if (headline->mining_stage >= 0)
    headline->region[0] = shares_at(shares, headline->mining_stage, elements->count)->dominant;
  for (int r = 0; r < base->dataset->regions_count; r++) {
    const double worth = oxides_worth(base, elements, -1, r);
    if (worth > most) most = worth, headline->region[1] = r;
  }
  most = 0;
  for (int e = 0; e < elements->count; e++) {
    const double worth = oxides_worth(base, elements, e, -1);
    if (worth > most) most = worth, headline->element = e;
  }
}

static double share_in(const struct shares *shares, int stage, int region)
{
  if (stage < 0 || region < 0) return (double)NAN;
  const double world = shares_at(shares, stage, shares->elements.count)->world;
  return world > 0 ? shares_made(shares, stage, shares->elements.count, region) / world : (double)NAN;
}

static void balance_oxides(struct headline *headline, const struct base_year *base, const struct elements *elements)
{
  headline->made_t = headline->taken_t = 0;
  for (int m = 0; m < base->dataset->materials_count && headline->element >= 0; m++) {
    const double share = elements->share[m * elements->count + headline->element];
    for (int r = 0; r < base->dataset->regions_count && is_oxide(base, m); r++) {
      headline->made_t += share * base->made[base_place(base, m, r)];
      headline->taken_t += share * base->taken[base_place(base, m, r)];
    }
  }
  headline->value[headline_balance] =
      headline->made_t > 0 ? (headline->made_t - headline->taken_t) / headline->made_t : (double)NAN;
}

struct headline headline_of(const struct base_year *base, const struct shares *shares, const struct headline *like,
                            struct arena *arena)
{
  struct headline headline = {.mining_stage = shares_first_stage(shares), .region = {-1, -1}, .element = -1};
  if (like != NULL)
    headline = *like;
  else
    choose(&headline, base, shares);
  headline.value[headline_mining] = share_in(shares, headline.mining_stage, headline.region[0]);
  headline.refining_by_weight = share_in(shares, STAGE_OXIDE, headline.region[1]);
  const double all = oxides_worth(base, &shares->elements, -1, -1);
  headline.value[headline_refining] =
      headline.region[1] >= 0 ? oxides_worth(base, &shares->elements, -1, headline.region[1]) / all : (double)NAN;
  weigh_oxides(&headline, base, arena);
  balance_oxides(&headline, base, &shares->elements);
  return headline;
}

/* ---- ranges ---- */

/* "range A to B" with plain numbers. */
static bool range_in_note(const char *from, double *low, double *high)
{
  char *end;
  *low = strtod(from, &end);
  if (end == from || strncmp(end, " to ", 4) != 0) return false;
  const char *second = end + 4;
  *high = strtod(second, &end);
  return end != second && *low <= *high;
}

/* The figure before the first "per cent" of the note, NAN without one. */
static double percentage_in_note(const char *note)
{
  const char *words = strstr(note, " per cent");
  if (words == NULL) return (double)NAN;
  const char *start = words;
  while (start > note && strchr("0123456789.", start[-1]) != NULL) start--;
  return start < words ? strtod(start, NULL) : (double)NAN;
}

static bool range_of_note(struct weak_figure *figure, const char *note)
{
  double low, high;
  for (const char *at = note; (at = strstr(at, "range ")) != NULL; at++) {
    if (!range_in_note(at + 6, &low, &high)) continue;
    const double percent = percentage_in_note(note), size = fabs(figure->value);
    if (low <= size && size <= high && low < high) {
      figure->low = copysign(low, figure->value), figure->high = copysign(high, figure->value);
      return true;
    }
    if (low <= percent && percent <= high && low < high) {
      figure->low = figure->value * low / percent, figure->high = figure->value * high / percent;
      return true;
    }
  }
  return false;
}

static void find_range(struct weak_figure *figure, double low, double high)
{
  figure->range_stated = !isnan(low) && !isnan(high);
  figure->low = low, figure->high = high;
  if (!figure->range_stated && figure->record->note != NULL)
    figure->range_stated = range_of_note(figure, figure->record->note);
  if (!figure->range_stated) figure->low = 0.7 * figure->value, figure->high = 1.3 * figure->value;
}

/* ---- one figure at a time ---- */

struct trial {
  struct dataset *dataset; /* a copy whose tables may be written */
  struct base_year *base;
  struct elements elements;
  struct headline headline;
  struct arena *arena;
  struct weak_figure *figures;
  int count;
};

static struct headline headline_again(struct trial *trial, bool contents_changed)
{
  const struct arena_mark mark = arena_mark(trial->arena);
  const struct elements elements = contents_changed ? elements_of(trial->dataset, trial->arena) : trial->elements;
  base_year_update(trial->base);
  const struct shares shares = shares_of_base(trial->base, elements, trial->arena);
  const struct headline headline = headline_of(trial->base, &shares, &trial->headline, trial->arena);
  arena_reset(trial->arena, mark);
  return headline;
}

static void note_change(const struct trial *trial, struct weak_figure *figure, const struct headline *changed)
{
  for (int h = 0; h < headlines_count; h++) {
    double change = changed->value[h] - trial->headline.value[h];
    if (h == headline_worth) change /= trial->headline.value[h];
    if (fabs(change) > fabs(figure->change[h])) figure->change[h] = change;
    figure->effect = fmax(figure->effect, fabs(figure->change[h]));
  }
}

/* number points at the figure as the sums read it. */
static void try_figure(struct trial *trial, const char *table, const char *field, const struct record *record,
                       double *number, double low, double high, bool contents)
{
  if (!text_equal(record->quality, "D") || isnan(*number) || *number == 0) return;
  struct weak_figure *figure = &trial->figures[trial->count++];
  *figure = (struct weak_figure){.table = table, .field = field, .record = record, .value = *number};
  find_range(figure, low, high);
  const double values[] = {figure->low, figure->high};
  for (int i = 0; i < 2; i++) {
    *number = values[i];
    const struct headline changed = headline_again(trial, contents);
    note_change(trial, figure, &changed);
  }
  *number = figure->value;
}

static void try_prices(struct trial *trial)
{
  struct base_year *base = trial->base;
  for (int i = 0; i < trial->dataset->prices_count; i++) {
    const struct price *price = &trial->dataset->prices[i];
    const int place = base_place(base, price->material, price->region);
    if (trial->dataset->materials[price->material].stage != STAGE_OXIDE) continue;
    if (base->price[place] == price->price_usd_per_kg)
      try_figure(trial, "prices", "price_usd_per_kg", &price->record, &base->price[place], price->low, price->high,
                 false);
  }
}

static void try_tables(struct trial *trial)
{
  struct dataset *dataset = trial->dataset;
  for (int i = 0; i < dataset->facilities_count; i++)
    try_figure(trial, "facilities", "output_t_per_year", &dataset->facilities[i].record,
               &dataset->facilities[i].output_t_per_year, NAN, NAN, false);
  for (int i = 0; i < dataset->yields_count; i++)
    try_figure(trial, "yields", "amount", &dataset->yields[i].record, &dataset->yields[i].amount, NAN, NAN, false);
  for (int i = 0; i < dataset->segments_count; i++)
    try_figure(trial, "segments", "quantity_t_per_year", &dataset->segments[i].record,
               &dataset->segments[i].quantity_t_per_year, NAN, NAN, false);
  for (int i = 0; i < dataset->contents_count; i++)
    try_figure(trial, "contents", "share", &dataset->contents[i].record, &dataset->contents[i].share, NAN, NAN, true);
  try_prices(trial);
}

static int effect_compare(const void *left, const void *right)
{
  const struct weak_figure *a = left, *b = right;
  if (a->effect != b->effect) return a->effect < b->effect ? 1 : -1;
  const int tables = strcmp(a->table, b->table);
  return tables != 0 ? tables : strcmp(a->record->id, b->record->id);
}

/* A copy of the data set whose tables may be written without touching the original. */
static struct dataset *writable_copy(const struct dataset *dataset, struct arena *arena)
{
  struct dataset *copy = ARENA_NEW(arena, struct dataset);
  *copy = *dataset;
#define COPY(table)                                                                                                    \
  copy->table = arena_grow(arena, dataset->table, (size_t)dataset->table##_count, (size_t)dataset->table##_count,      \
                           sizeof *dataset->table)
  COPY(facilities);
  COPY(yields);
  COPY(segments);
  COPY(contents);
#undef COPY
  return copy;
}

struct weak_figures headline_weakest(const struct dataset *dataset, struct arena *arena)
{
  struct trial trial = {.dataset = writable_copy(dataset, arena), .arena = arena};
  const int room = dataset->facilities_count + dataset->yields_count + dataset->segments_count +
                   dataset->contents_count + dataset->prices_count;
  trial.figures = ARENA_ARRAY(arena, room, struct weak_figure);
  trial.base = base_year_read(trial.dataset, arena);
  trial.elements = elements_of(trial.dataset, arena);
  const struct shares shares = shares_of_base(trial.base, trial.elements, arena);
  trial.headline = headline_of(trial.base, &shares, NULL, arena);
  try_tables(&trial);
  qsort(trial.figures, (size_t)trial.count, sizeof *trial.figures, effect_compare);
  return (struct weak_figures){trial.count, trial.figures};
}
