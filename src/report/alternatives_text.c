/* report/alternatives_text.c - the table of alternatives for the screen, and as a workbook.
 *
 * Names of scenarios stand one word a line above their column; what does not fit the screen follows in further panels,
 * each with the status quo in front.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "io/xlsx.h"
#include "report/alternatives.h"
#include "report/columns.h"
#include "report/highlights.h"

/* Which money, and how futures were drawn. */
static const char *remark_on_ranges(const struct alternatives *table, const struct alternative *policies,
                                    struct arena *arena)
{
  const struct scenario *scenario = policies[0].run->dataset->scenario;
  const char *money = arena_format(
      arena,
      "Money is of %.0f (real) unless it says nominal; present values are at %.3g %% a year, to %.0f. Gains and costs "
      "are "
      "differences from the first column, up to the horizon alone: what plants are worth after it is left out. Loans "
      "stand in outlays at their subsidy, in what the government gains at their cash.",
      scenario->base_year, 100 * scenario->discount_rate, scenario->base_year);
  if (table->futures < 2)
    return arena_format(
        arena, "Ranges: none. Each figure is of one path on which nothing is drawn; --draws adds them. %s", money);
  return arena_format(arena,
                      "Ranges: 5 to 95 %% of %d futures, the same for every policy; of money and gains, of the "
                      "differences from the first column, future by future. The figures above them are of one path on "
                      "which nothing is drawn. Rows without a range were not drawn. %s",
                      table->futures, money);
}

static const char *const remarks[] = {
    "Settled in cash only: what the same contracts would cost on the prices and quantities of the run without them. A "
    "plant that only the policy builds is then paid nothing; what acts by quantities, like a stock, has no such "
    "figure.",
    "Outlays by further kilogram put all outlays on one product at a time; '-' where output rises by less than half a "
    "per cent. Support that bought further output compares each paid plant with itself without the policy.",
    "Not modelled: what security is worth beyond the rows under stress, costs of administration, taxes that raise the "
    "money, learning beyond the plants' own ramps, and pieces of deals that are only recorded (didymium check DEAL).",
    "Sources: didymium check names those of the data; those of instruments, with their quality and the ranges of "
    "guesses, stand in their files and in the workbook (compare -o FILE.xlsx, sheet Instruments). Policies that nobody "
    "has enacted are suppositions.",
};

const char *alternative_remark(const struct alternatives *table, const struct alternative *policies, int remark,
                               struct arena *arena)
{
  if (remark == 0) return remark_on_ranges(table, policies, arena);
  return remark <= (int)(sizeof remarks / sizeof *remarks) ? remarks[remark - 1] : NULL;
}

/* "Alternatives for United States: money over 2024 to 2040, effects in 2035, gains against no-deal" */
static const char *table_title(const struct alternatives *table, const struct alternative *policies,
                               struct arena *arena)
{
  const struct run *quo = policies[0].run;
  const struct outcome *outcome = quo->outcome;
  return arena_format(arena, "Alternatives for %s: money over %s to %s, effects in %d, gains against %s",
                      region_short(quo->dataset, table->region, arena), period_label(outcome->periods[0].period, arena),
                      period_label(outcome->periods[outcome->periods_count - 1].period, arena), table->year,
                      quo->dataset->scenario->id);
}

enum { gap = 2, words_max = 6 };

const char *alternative_dial_text(const struct alternative *policy, struct arena *arena)
{
  if (isnan(policy->dial)) return NULL;
  const char *figure_now = figure(policy->dial, arena), *path = policy->run->dataset->scenario->dial;
  return policy->reached
             ? arena_format(arena, "%s = %s spends what is to be matched, within one per cent", path, figure_now)
             : arena_format(arena, "%s = %s, its highest value, spends less than what is to be matched", path,
                            figure_now);
}

/* Length of the line-th word of a name whose words are parted by hyphens; *word: where it begins. */
static int word_at(const char *name, int line, const char **word)
{
  for (int i = 0; i < line && name != NULL; i++) {
    name = strchr(name, '-');
    if (name != NULL) name++;
  }
  *word = name;
  return name == NULL ? 0 : (int)strcspn(name, "-");
}

static int widest_word(const char *name)
{
  int widest = 0;
  const char *word = name;
  for (int line = 0; word != NULL; line++) {
    const int length = word_at(name, line, &word);
    if (length > widest) widest = length;
  }
  return widest;
}

struct panel { /* the status quo and policies first to last */
  const struct alternative *policies;
  const struct alternatives *table;
  int first, last, lines; /* lines of names */
  struct arena *arena;
};

static void add_cell(const struct panel *panel, struct columns *columns, int row, int column, int run, int r)
{
  const struct alternative_row *measure = &panel->table->rows[r];
  const double value = measure->values[run];
  const bool year = text_equal(measure->unit, "fiscal year") && isfinite(value);
  columns_set(columns, row, column, year ? arena_format(panel->arena, "%.0f", value) : figure(value, panel->arena));
}

static void add_names(const struct panel *panel, struct columns *columns)
{
  for (int line = 0; line < panel->lines; line++) {
    const int row = columns_add_row(columns);
    for (int i = 0; i <= 1 + panel->last - panel->first; i++) {
      const int run = i == 0 ? 0 : panel->first + i - 1;
      const char *word;
      const int length = word_at(panel->policies[run].run->dataset->scenario->id, line, &word);
      if (length > 0) columns_set(columns, row, 2 + i, arena_format(panel->arena, "%.*s", length, word));
    }
  }
}

/* The range of a figure below it. */
static void add_bound(const struct panel *panel, struct columns *columns, const char *level, const double *values)
{
  const int row = columns_add_row(columns);
  columns_set(columns, row, 0, arena_format(panel->arena, "    at %s of futures", level));
  for (int i = 0; i <= 1 + panel->last - panel->first; i++) {
    const double value = values[i == 0 ? 0 : panel->first + i - 1];
    columns_set(columns, row, 2 + i, isnan(value) ? NULL : figure(value, panel->arena));
  }
}

static void add_panel(struct text *text, const struct panel *panel)
{
  struct columns columns = columns_new(2, panel->arena);
  add_names(panel, &columns);
  for (int r = 0; r < panel->table->rows_count; r++) {
    const struct alternative_row *measure = &panel->table->rows[r];
    if (r == 0 || measure->section != panel->table->rows[r - 1].section)
      columns_set(&columns, columns_add_row(&columns), 0, alternative_section_title(measure->section));
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, arena_format(panel->arena, "  %s", measure->measure));
    columns_set(&columns, row, 1, measure->unit);
    add_cell(panel, &columns, row, 2, 0, r);
    for (int i = panel->first; i <= panel->last; i++) add_cell(panel, &columns, row, 3 + i - panel->first, i, r);
    if (measure->low == NULL) continue;
    add_bound(panel, &columns, "5 %", measure->low);
    add_bound(panel, &columns, "95 %", measure->high);
  }
  columns_print(&columns, text, 2, gap);
  text_add(text, "\n");
}

/* Columns that measure and unit take. */
static int width_of_labels(const struct alternatives *table)
{
  int measure = 0, unit = 0;
  for (int r = 0; r < table->rows_count; r++) {
    measure = (int)fmax(measure, 2 + (int)strlen(table->rows[r].measure));
    unit = (int)fmax(unit, (int)strlen(table->rows[r].unit));
  }
  return 2 + measure + gap + unit;
}

static void add_panels(struct text *text, const struct alternative *policies, const struct alternatives *table,
                       int width, struct arena *arena)
{
  struct panel panel = {.policies = policies, .table = table, .first = 1, .last = 0, .lines = 1, .arena = arena};
  const char *word;
  for (int i = 0; i < table->runs_count; i++)
    while (panel.lines < words_max && word_at(policies[i].run->dataset->scenario->id, panel.lines, &word) > 0)
      panel.lines++;
  do {
    int used = width_of_labels(table) + gap + (int)fmax(7, widest_word(policies[0].run->dataset->scenario->id));
    panel.last = panel.first - 1;
    while (panel.last + 1 < table->runs_count) {
      used += gap + (int)fmax(7, widest_word(policies[panel.last + 1].run->dataset->scenario->id));
      if (used > width && panel.last >= panel.first) break;
      panel.last++;
    }
    add_panel(text, &panel);
    panel.first = panel.last + 1;
  } while (panel.first < table->runs_count);
}

const char *alternatives_text(const struct alternative *policies, const struct ensemble *const *futures, int count,
                              const struct summary_view *view, struct arena *arena)
{
  const struct alternatives table = alternatives_of(policies, futures, count, arena);
  const int width = view->columns > 0 ? view->columns : 100;
  if (table.region < 0) return "";
  struct text text = text_new(arena);
  text_add(&text, view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n", table_title(&table, policies, arena));
  add_panels(&text, policies, &table, width, arena);
  for (int i = 0; i < count; i++) {
    const char *dial = alternative_dial_text(&policies[i], arena);
    if (dial != NULL)
      text_add_folded(&text, arena_format(arena, "%s: %s.", policies[i].run->dataset->scenario->id, dial), 2, width);
  }
  const char *remark;
  for (int i = 0; (remark = alternative_remark(&table, policies, i, arena)) != NULL; i++)
    text_add_folded(&text, remark, 2, width);
  return text.bytes;
}

/* ---- workbook ---- */

static void add_bounds(struct xlsx_sheet *sheet, int row, const char *level, const struct alternative_row *measure,
                       const double *values, int count, struct arena *arena)
{
  xlsx_text(sheet, row, 0, arena_format(arena, "%s, at %s of futures", measure->measure, level));
  xlsx_text(sheet, row, 1, measure->unit);
  for (int i = 0; i < count; i++) xlsx_number(sheet, row, 2 + i, values[i]);
}

static struct xlsx_sheet table_sheet(const struct alternative *policies, const struct alternatives *table,
                                     const char *version, struct arena *arena)
{
  enum { head_row = 2 };
  struct xlsx_sheet sheet = xlsx_sheet_new("Alternatives", arena);
  const struct run *quo = policies[0].run;
  sheet.head_rows = head_row + 1, sheet.head_columns = 2;
  xlsx_head(&sheet, 0, 0, table_title(table, policies, arena));
  xlsx_head(&sheet, head_row, 0, "measure"), xlsx_head(&sheet, head_row, 1, "unit");
  for (int i = 0; i < table->runs_count; i++)
    xlsx_head(&sheet, head_row, 2 + i, policies[i].run->dataset->scenario->id);
  int row = head_row + 1;
  for (int r = 0; r < table->rows_count; r++) {
    const struct alternative_row *measure = &table->rows[r];
    if (r == 0 || measure->section != table->rows[r - 1].section)
      xlsx_head(&sheet, row++, 0, alternative_section_title(measure->section));
    xlsx_text(&sheet, row, 0, measure->measure), xlsx_text(&sheet, row, 1, measure->unit);
    for (int i = 0; i < table->runs_count; i++) xlsx_number(&sheet, row, 2 + i, measure->values[i]);
    row++;
    if (measure->low == NULL) continue;
    add_bounds(&sheet, row++, "5 %", measure, measure->low, table->runs_count, arena);
    add_bounds(&sheet, row++, "95 %", measure, measure->high, table->runs_count, arena);
  }
  row++;
  const char *remark;
  for (int i = 0; (remark = alternative_remark(table, policies, i, arena)) != NULL; i++)
    xlsx_text(&sheet, row++, 0, remark);
  xlsx_text(&sheet, row, 0,
            arena_format(arena, "didymium %s; data: %s; base year %.0f; discount rate %.3g a year, real", version,
                         quo->dataset->title, quo->dataset->scenario->base_year,
                         quo->dataset->scenario->discount_rate));
  return sheet;
}

static struct xlsx_sheet scenarios_sheet(const struct alternative *policies, int count, struct arena *arena)
{
  static const char *const heads[] = {"scenario", "title", "question", "dial"};
  struct xlsx_sheet sheet = xlsx_sheet_new("Scenarios", arena);
  sheet.head_rows = 1, sheet.head_columns = 1;
  for (int i = 0; i < 4; i++) xlsx_head(&sheet, 0, i, heads[i]);
  for (int i = 0; i < count; i++) {
    const struct scenario *scenario = policies[i].run->dataset->scenario;
    xlsx_text(&sheet, 1 + i, 0, scenario->id), xlsx_text(&sheet, 1 + i, 1, scenario->title);
    xlsx_text(&sheet, 1 + i, 2, scenario->question);
    xlsx_text(&sheet, 1 + i, 3, alternative_dial_text(&policies[i], arena));
  }
  return sheet;
}

static struct xlsx_sheet instruments_sheet(const struct alternative *policies, int count, struct arena *arena)
{
  static const char *const heads[] = {"scenario", "instrument", "kind", "title", "payer", "source", "quality", "note"};
  struct xlsx_sheet sheet = xlsx_sheet_new("Instruments", arena);
  int row = 1;
  sheet.head_rows = 1, sheet.head_columns = 2;
  for (int i = 0; i < 8; i++) xlsx_head(&sheet, 0, i, heads[i]);
  for (int i = 1; i < count; i++) {
    const struct dataset *dataset = policies[i].run->dataset;
    for (int k = 0; k < dataset->instruments_count; k++) {
      const struct instrument *instrument = &dataset->instruments[k];
      if (!alternative_pays_by(policies[i].run, policies[0].run, k)) continue;
      const char *const cells[] = {dataset->scenario->id,      instrument->record.id,  instrument->kind,
                                   instrument->title,          instrument->payer,      instrument->record.source,
                                   instrument->record.quality, instrument->record.note};
      for (int c = 0; c < 8; c++) xlsx_text(&sheet, row, c, cells[c]);
      row++;
    }
  }
  return sheet;
}

bool alternatives_write(const struct alternative *policies, const struct ensemble *const *futures, int count,
                        const char *version, const char *path, struct arena *arena, struct error *error)
{
  const struct alternatives table = alternatives_of(policies, futures, count, arena);
  if (table.region < 0)
    return error_set(error, path, 0, NULL, "none of the runs spends public money: nothing to write");
  const struct xlsx_sheet sheets[] = {table_sheet(policies, &table, version, arena),
                                      scenarios_sheet(policies, count, arena),
                                      instruments_sheet(policies, count, arena)};
  return xlsx_write(sheets, 3, "Alternatives", path, error);
}
