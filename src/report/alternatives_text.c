/* report/alternatives_text.c - the table of alternatives for the screen, and as a workbook.
 *
 * Names of scenarios stand one word a line above their column; what does not fit the screen follows in further panels,
 * each with the status quo in front.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "io/xlsx.h"
#include "report/alternatives.h"
#include "report/columns.h"
#include "report/highlights.h"

const char *const alternative_remarks[] = {
    "Ranges: none. Each policy is one path without drawn figures; compare --draws adds paired ranges.",
    "Money is real, of the base year, discounted at the scenario's rate to the base year, unless it says nominal. "
    "Gains "
    "and costs are differences from the first column, up to the horizon alone: what plants are worth after it is left "
    "out. Loans stand in outlays at their subsidy, in what the government gains at their cash.",
    "Settled in cash only: what the same contracts would cost on the prices and quantities of the run without them. A "
    "plant that only the policy builds is then paid nothing; what acts by quantities, like a stock, has no such "
    "figure.",
    "Outlays by further kilogram put all outlays on one product at a time; '-' where output rises by less than half a "
    "per "
    "cent. Support that bought further output compares each paid plant with itself without the policy.",
    "Not modelled: what security is worth beyond the rows under stress, costs of administration, taxes that raise the "
    "money, learning beyond the plants' own ramps, and pieces of deals that are only recorded (didymium check DEAL).",
    "Sources: didymium check names those of the data; those of instruments, with their quality and the ranges of "
    "guesses, "
    "stand in their files and in the workbook (compare -o FILE.xlsx, sheet Instruments). Policies that nobody has "
    "enacted are suppositions.",
};
static_assert(sizeof alternative_remarks / sizeof *alternative_remarks == alternative_remarks_count, "all counted");

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
    int used = width_of_labels(table) + gap + widest_word(policies[0].run->dataset->scenario->id);
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

const char *alternatives_text(const struct alternative *policies, int count, const struct summary_view *view,
                              struct arena *arena)
{
  const struct alternatives table = alternatives_of(policies, count, arena);
  const int width = view->columns > 0 ? view->columns : 100;
  if (table.region < 0) return "";
  struct text text = text_new(arena);
  text_add(&text, view->bold ? "\n\033[1m%s\033[0m\n" : "\n%s\n",
           arena_format(arena, "Alternatives for %s: money over all years, effects in %d, gains against %s",
                        region_short(policies[0].run->dataset, table.region, arena), table.year,
                        policies[0].run->dataset->scenario->id));
  add_panels(&text, policies, &table, width, arena);
  for (int i = 0; i < count; i++) {
    const char *dial = alternative_dial_text(&policies[i], arena);
    if (dial != NULL)
      text_add_folded(&text, arena_format(arena, "%s: %s.", policies[i].run->dataset->scenario->id, dial), 2, width);
  }
  for (int i = 0; i < alternative_remarks_count; i++) text_add_folded(&text, alternative_remarks[i], 2, width);
  return text.bytes;
}

/* ---- workbook ---- */

static struct xlsx_sheet table_sheet(const struct alternative *policies, const struct alternatives *table,
                                     const char *version, struct arena *arena)
{
  enum { head_row = 2 };
  struct xlsx_sheet sheet = xlsx_sheet_new("Alternatives", arena);
  const struct run *quo = policies[0].run;
  sheet.head_rows = head_row + 1, sheet.head_columns = 2;
  xlsx_head(&sheet, 0, 0,
            arena_format(arena, "Alternatives for %s: money over all years, effects in %d, gains against %s",
                         region_short(quo->dataset, table->region, arena), table->year, quo->dataset->scenario->id));
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
  }
  row++;
  for (int i = 0; i < alternative_remarks_count; i++) xlsx_text(&sheet, row++, 0, alternative_remarks[i]);
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

bool alternatives_write(const struct alternative *policies, int count, const char *version, const char *path,
                        struct arena *arena, struct error *error)
{
  const struct alternatives table = alternatives_of(policies, count, arena);
  if (table.region < 0)
    return error_set(error, path, 0, NULL, "none of the runs spends public money: nothing to write");
  const struct xlsx_sheet sheets[] = {table_sheet(policies, &table, version, arena),
                                      scenarios_sheet(policies, count, arena),
                                      instruments_sheet(policies, count, arena)};
  return xlsx_write(sheets, 3, "Alternatives", path, error);
}
