/* report/check_data.c - the sections that `didymium check` prints of a data set, each a function. */
#include "report/check_data.h"

#include <math.h>

#include "report/columns.h"
#include "report/highlights.h"

enum { weakest_shown = 6, exposures_shown = 5, reconciled_shown = 5 };
static const double region_gap_shown = 1e-3; /* of what is made of the element */

const struct data_check *data_check_new(const struct dataset *dataset, struct arena *arena)
{
  struct data_check *check = ARENA_NEW(arena, struct data_check);
  const struct elements elements = elements_of(dataset, arena);
  check->dataset = dataset;
  check->base = base_year_read(dataset, arena);
  check->shares = shares_of_base(check->base, elements, arena);
  if (shares_first_stage(&check->shares) < 0) return NULL;
  check->headline = headline_of(check->base, &check->shares, NULL, arena);
  check->exposures = exposures_of_base(check->base, EXPOSURE_LIMIT, arena);
  check->weakest = headline_weakest(dataset, arena);
  check->reconciled = reconciled_new(dataset, check->base->year, arena);
  return check;
}

/* Of an element at a stage, t/y of content; region -1: everywhere. */
struct content_balance {
  double made, taken, traded;
};

static struct content_balance balance_at(const struct data_check *check, int element, int stage, int region)
{
  const struct base_year *base = check->base;
  const struct elements *elements = &check->shares.elements;
  struct content_balance balance = {0};
  for (int m = 0; m < check->dataset->materials_count; m++) {
    const double share = elements->share[m * elements->count + element];
    if (check->dataset->materials[m].stage != stage || share == 0) continue;
    for (int r = 0; r < check->dataset->regions_count; r++) {
      const int place = base_place(base, m, r);
      if (region >= 0 && r != region) continue;
      balance.made += share * base->made[place];
      balance.taken += share * base->taken[place];
      balance.traded += share * (base->imported[place] - base->exported[place]);
    }
  }
  return balance;
}

static double balance_left(struct content_balance balance)
{
  return balance.made + balance.traded - balance.taken;
}

static void add_heading(struct text *text, const char *heading)
{
  text_add(text, "\n%s\n", heading);
}

/* ---- sections ---- */

static void add_headline_line(struct columns *columns, const char *what, const char *value, const char *detail)
{
  const int row = columns_add_row(columns);
  columns_set(columns, row, 0, what);
  columns_set(columns, row, 1, value);
  columns_set(columns, row, 2, detail);
}

static void add_largest(struct columns *columns, const struct data_check *check, int i, const char *what,
                        const char *detail)
{
  const struct headline *headline = &check->headline;
  struct arena *arena = columns->arena;
  if (headline->region[i] < 0) return;
  add_headline_line(columns, what,
                    arena_format(arena, "%s %.1f %%", region_short(check->dataset, headline->region[i], arena),
                                 100 * headline->value[headline_mining + i]),
                    detail);
}

static double content_made(const struct data_check *check, int stage)
{
  return stage >= 0 ? shares_at(&check->shares, stage, check->shares.elements.count)->world : 0;
}

static void add_headline(struct text *text, const struct data_check *check)
{
  struct arena *arena = text->arena;
  const struct headline *headline = &check->headline;
  struct columns columns = columns_new(3, arena);
  add_largest(&columns, check, 0,
              headline->mining_stage <= STAGE_CONCENTRATE ? "mining, by content" : "first stage, by content",
              arena_format(arena, "of %s t/y", figure(content_made(check, headline->mining_stage), arena)));
  add_largest(&columns, check, 1, "separated oxides, by worth",
              arena_format(arena, "by content %.1f %% of %s t/y", 100 * headline->refining_by_weight,
                           figure(content_made(check, STAGE_OXIDE), arena)));
  if (!isnan(headline->value[headline_worth]))
    add_headline_line(&columns, "worth of oxides from ore",
                      arena_format(arena, "%.2f bn USD a year", headline->value[headline_worth] / 1e6),
                      arena_format(arena, "at export prices; %.2f at prices inside; from scrap %.2f more",
                                   headline->inside_kusd / 1e6, headline->scrap_kusd / 1e6));
  if (!isnan(headline->value[headline_balance]))
    add_headline_line(&columns, arena_format(arena, "%s oxide", check->shares.elements.names[headline->element]),
                      arena_format(arena, "%+.1f %% left", 100 * headline->value[headline_balance]),
                      arena_format(arena, "made %s t/y, scrap included; taken %s", figure(headline->made_t, arena),
                                   figure(headline->taken_t, arena)));
  if (columns.rows == 0) return;
  add_heading(text, isnan(check->base->year)
                        ? "Headline figures of the data"
                        : arena_format(arena, "Headline figures of the data, %.0f", check->base->year));
  columns_print(&columns, text, 2, 2);
}

static void add_elements(struct text *text, const struct data_check *check)
{
  struct arena *arena = text->arena;
  const struct elements *elements = &check->shares.elements;
  int stages[stages_count];
  const int count = stages_made(&check->shares, stages);
  struct columns columns = columns_new(1, arena);
  const int head = columns_add_row(&columns);
  for (int i = 0; i < count; i++) {
    columns_set(&columns, head, 1 + 2 * i, stage_name(stages[i]));
    columns_set(&columns, head, 2 + 2 * i, "left");
  }
  for (int e = 0; e < elements->count; e++) {
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, elements->names[e]);
    for (int i = 0; i < count; i++) {
      const struct content_balance balance = balance_at(check, e, stages[i], -1);
      if (!(balance.made > 0) && !(balance.taken > 0)) continue;
      columns_set(&columns, row, 1 + 2 * i, figure(balance.made, arena));
      columns_set(&columns, row, 2 + 2 * i,
                  balance.made > 0
                      ? arena_format(arena, "%+.0f %%", 100 * (balance.made - balance.taken) / balance.made)
                      : "none made");
    }
  }
  add_heading(text,
              "Balance of the world by element and stage: made, t/y of content, and the share left after stated use");
  columns_print(&columns, text, 2, 2);
}

/* Largest gap of a region over its stages, t/y; NAN where it has nothing of the element. */
static double region_gap(const struct data_check *check, int element, const int *stages, int count, int region)
{
  double gap = (double)NAN;
  for (int i = 0; i < count; i++) {
    const struct content_balance balance = balance_at(check, element, stages[i], region);
    if (balance.made + balance.taken + fabs(balance.traded) > 0.5)
      gap = fmax(isnan(gap) ? 0 : gap, fabs(balance_left(balance)));
  }
  return gap;
}

static void add_region(struct columns *columns, const struct data_check *check, const int *stages, int count,
                       int region)
{
  struct arena *arena = columns->arena;
  const int row = columns_add_row(columns);
  columns_set(columns, row, 0, region_short(check->dataset, region, arena));
  for (int i = 0; i < count; i++) {
    const struct content_balance balance = balance_at(check, check->headline.element, stages[i], region);
    const double left = balance_left(balance);
    if (balance.made + balance.taken + fabs(balance.traded) > 0)
      columns_set(columns, row, 1 + i, fabs(left) < 0.5 ? "0" : figure_signed(left, arena));
  }
}

static void add_regions(struct text *text, const struct data_check *check)
{
  struct arena *arena = text->arena;
  const int element = check->headline.element;
  int stages[stages_count], closed = 0;
  const int count = stages_made(&check->shares, stages);
  if (element < 0) return;
  struct columns columns = columns_new(1, arena);
  const int head = columns_add_row(&columns);
  for (int i = 0; i < count; i++) columns_set(&columns, head, 1 + i, stage_name(stages[i]));
  for (int r = 0; r < check->dataset->regions_count; r++) {
    const double gap = region_gap(check, element, stages, count, r);
    if (gap >= region_gap_shown * check->headline.made_t)
      add_region(&columns, check, stages, count, r);
    else
      closed += !isnan(gap);
  }
  add_heading(
      text,
      arena_format(arena, "Balance of %s by region: left (+) or lacking (-) after stated use and trade, t/y of content",
                   check->shares.elements.names[element]));
  columns_print(&columns, text, 2, 2);
  if (closed > 0)
    text_add(text, "  %d more within %s t/y%s; every element, stage and region: --json\n", closed,
             figure(region_gap_shown * check->headline.made_t, arena), columns.rows > 1 ? " at every stage" : "");
  if (check->base->unstated > 0)
    text_add(text, "  %d operating plants state no output and count as 0.\n", check->base->unstated);
}

static void add_weakest(struct text *text, const struct data_check *check)
{
  static const char *const heads[] = {"mined", "separated", "worth", "balance"};
  struct arena *arena = text->arena;
  struct columns columns = columns_new(1, arena);
  const int head = columns_add_row(&columns);
  columns_set(&columns, head, 1, "value");
  columns_set(&columns, head, 2, "low");
  columns_set(&columns, head, 3, "high");
  for (int h = 0; h < headlines_count; h++) columns_set(&columns, head, 4 + h, heads[h]);
  for (int i = 0; i < check->weakest.count && i < weakest_shown; i++) {
    const struct weak_figure *weak = &check->weakest.rows[i];
    if (!(weak->effect > 0)) break;
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, arena_format(arena, "%s.%s.%s", weak->table, weak->record->id, weak->field));
    columns_set(&columns, row, 1, figure(weak->value, arena));
    columns_set(&columns, row, 2, arena_format(arena, "%s%s", figure(weak->low, arena), weak->range_stated ? "" : "*"));
    columns_set(&columns, row, 3,
                arena_format(arena, "%s%s", figure(weak->high, arena), weak->range_stated ? "" : "*"));
    for (int h = 0; h < headlines_count; h++)
      columns_set(&columns, row, 4 + h,
                  fabs(weak->change[h]) < 5e-4 ? "." : arena_format(arena, "%+.1f", 100 * weak->change[h]));
  }
  if (columns.rows < 2) return;
  add_heading(
      text,
      "Weakest figures: guesses (D) by what the ends of their range move: points of shares and balance, % of worth");
  columns_print(&columns, text, 2, 2);
  text_add(text, "  %d guesses tried; * no range stated: 30 %% either way\n", check->weakest.count);
}

const char *data_check_text(const struct data_check *check, struct arena *arena)
{
  struct text text = text_new(arena);
  add_headline(&text, check);
  add_elements(&text, check);
  add_regions(&text, check);
  add_heading(&text, "Who makes it: largest region, its share, Herfindahl index by region (0 to 1); by content");
  shares_add_text(&text, check->dataset, &check->shares);
  add_heading(&text,
              arena_format(arena,
                           "Single plants: at least %.0f %% of what is made outside the largest region passed them",
                           100 * EXPOSURE_LIMIT));
  exposures_add_text(&text, check->dataset, &check->exposures, exposures_shown);
  add_heading(&text, "Reconciled: what moves, and how far, for every balance to close");
  reconciled_add_text(&text, &check->reconciled, reconciled_shown);
  text_add(&text,
           "  Without instruments; `didymium check` of a calibrated scenario also tells prices filled and wedges.\n");
  add_weakest(&text, check);
  return text.bytes;
}

/* ---- JSON ---- */

static void add_headline_json(struct json_writer *writer, const struct data_check *check)
{
  const struct headline *headline = &check->headline;
  const struct dataset *dataset = check->dataset;
  json_map_open(writer, "headline");
  json_add_number(writer, "base_year", check->base->year);
  json_add_text(writer, "mining_largest",
                headline->region[0] >= 0 ? dataset->regions[headline->region[0]].record.id : NULL);
  json_add_number(writer, "mining_share", headline->value[headline_mining]);
  json_add_text(writer, "refining_largest",
                headline->region[1] >= 0 ? dataset->regions[headline->region[1]].record.id : NULL);
  json_add_number(writer, "refining_share", headline->value[headline_refining]);
  json_add_number(writer, "refining_share_by_content", headline->refining_by_weight);
  json_add_number(writer, "oxides_from_ore_kusd", headline->value[headline_worth]);
  json_add_number(writer, "oxides_from_ore_inside_kusd", headline->inside_kusd);
  json_add_number(writer, "oxides_from_scrap_kusd", headline->scrap_kusd);
  json_add_text(writer, "element", headline->element >= 0 ? check->shares.elements.names[headline->element] : NULL);
  json_add_number(writer, "oxide_made_t", headline->made_t);
  json_add_number(writer, "oxide_taken_t", headline->taken_t);
  json_add_number(writer, "oxide_balance", headline->value[headline_balance]);
  json_map_close(writer);
}

static void add_balance_json(struct json_writer *writer, const struct data_check *check)
{
  json_list_open(writer, "balance");
  for (int e = 0; e < check->shares.elements.count; e++)
    for (int stage = 0; stage < stages_count; stage++)
      for (int r = 0; r < check->dataset->regions_count; r++) {
        const struct content_balance balance = balance_at(check, e, stage, r);
        if (balance.made == 0 && balance.taken == 0 && balance.traded == 0) continue;
        json_map_open(writer, NULL);
        json_add_text(writer, "element", check->shares.elements.names[e]);
        json_add_text(writer, "stage", stage_name(stage));
        json_add_text(writer, "region", check->dataset->regions[r].record.id);
        json_add_number(writer, "made_t", balance.made);
        json_add_number(writer, "taken_t", balance.taken);
        json_add_number(writer, "net_imports_t", balance.traded);
        json_add_number(writer, "left_t", balance_left(balance));
        json_map_close(writer);
      }
  json_list_close(writer);
}

static void add_weakest_json(struct json_writer *writer, const struct data_check *check, struct arena *arena)
{
  enum { weakest_most = 200 };
  json_list_open(writer, "weakest");
  for (int i = 0; i < check->weakest.count && i < weakest_most; i++) {
    const struct weak_figure *weak = &check->weakest.rows[i];
    json_map_open(writer, NULL);
    json_add_text(writer, "figure", arena_format(arena, "%s.%s.%s", weak->table, weak->record->id, weak->field));
    json_add_number(writer, "value", weak->value);
    json_add_number(writer, "low", weak->low);
    json_add_number(writer, "high", weak->high);
    json_add_flag(writer, "range_stated", weak->range_stated);
    json_add_number(writer, "mining_share", weak->change[headline_mining]);
    json_add_number(writer, "refining_share", weak->change[headline_refining]);
    json_add_number(writer, "oxides_worth", weak->change[headline_worth]);
    json_add_number(writer, "oxide_balance", weak->change[headline_balance]);
    json_map_close(writer);
  }
  json_list_close(writer);
}

void data_check_json(struct json_writer *writer, const struct data_check *check, struct arena *arena)
{
  add_headline_json(writer, check);
  add_balance_json(writer, check);
  shares_add_json(writer, check->dataset, &check->shares);
  exposures_add_json(writer, check->dataset, &check->exposures);
  reconciled_add_json(writer, &check->reconciled);
  add_weakest_json(writer, check, arena);
}
