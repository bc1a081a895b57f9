/* tests/cases/figure.c - reads an expected figure and works it out from an outcome.
 *
 * Quantities are sums over what the selectors match. Surpluses come from the ledger (firms) and from the demand curve
 * in force (consumers), so they check both. It knows nothing of how a problem was solved.
 */
#include "figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/field.h"
#include "base/text.h"
#include "model/instruments.h"

enum what {
  PRICE,
  MULTIPLIER,
  PRODUCTION,
  OUTPUT,
  CONSUMPTION,
  UNSERVED,
  VALUE,
  FLOW,
  SALE,
  PURCHASE,
  TRANSFER,
  RENT,
  CAPACITY_RENT,
  CAPACITY,
  ARC_RENT,
  DISPOSED,
  STOCK,
  ORDER,
  SCRAP,
  PAYMENT,
  DISCRETION,
  RENT_INCOME,
  REVENUE,
  POSTED,
  PROFIT,
  CONSUMER_SURPLUS,
  DEFLATOR,
  SHARE,
  SUM,
  RATIO,
  CLASS,
  NOTE,
  SOLUTIONS
};
static const char what_choices[] =
    "price|multiplier|production|output|consumption|unserved|value|flow|sale|purchase|transfer|rent|capacity_rent|"
    "capacity|arc_rent|disposed|stock|order|scrap|payment|discretion|rent_income|revenue|posted|profit|consumer_"
    "surplus|deflator|"
    "share|sum|ratio|class|note|solutions";

#define AT(member) offsetof(struct figure, member)
static const struct field figure_fields[] = {
    {"what", FIELD_CHOICE, AT(what), "", NULL, 0, 0, what_choices, NULL, "which figure"},
    {"material", FIELD_TEXT, AT(material), "", "", 0, 0, NULL, NULL, "material"},
    {"region", FIELD_TEXT, AT(region), "", "", 0, 0, NULL, NULL, "region"},
    {"from", FIELD_TEXT, AT(from), "", "", 0, 0, NULL, NULL, "exporting region"},
    {"to", FIELD_TEXT, AT(to), "", "", 0, 0, NULL, NULL, "importing region"},
    {"facility", FIELD_TEXT, AT(facility), "", "", 0, 0, NULL, NULL, "facility"},
    {"process", FIELD_TEXT, AT(process), "", "", 0, 0, NULL, NULL, "process"},
    {"owner", FIELD_TEXT, AT(owner), "", "", 0, 0, NULL, NULL, "owner"},
    {"holder", FIELD_TEXT, AT(holder), "", "", 0, 0, NULL, NULL,
     "market, make or bought. Absent: any; of a price, market"},
    {"segment", FIELD_TEXT, AT(segment), "", "", 0, 0, NULL, NULL, "demand segment"},
    {"instrument", FIELD_TEXT, AT(instrument), "", "", 0, 0, NULL, NULL, "instrument"},
    {"reason", FIELD_TEXT, AT(reason), "", "", 0, 0, NULL, NULL, "reason of postings"},
    {"rules", FIELD_LIST, AT(rules), "", "", 0, 0, NULL, NULL, "origin class: complies with these"},
    {"year", FIELD_DATE, AT(date), "", "", 0, 0, NULL, NULL, "a date in the period"},
    {"to_year", FIELD_DATE, AT(last), "", "", 0, 0, NULL, NULL, "sum of the periods up to this date"},
    {"slot", FIELD_INTEGER, AT(slot), "1", "0", 0, 7, NULL, NULL, "which unknown of the instrument"},
    {"times", FIELD_NUMBER, AT(times), "1", "1", 0, 0, NULL, NULL, "factor inside a sum"},
    {"value", FIELD_LIST, AT(values), "", "", 0, 0, NULL, NULL, "expected: a number, a fraction, or a list of them"},
    {"text", FIELD_TEXT, AT(text), "", "", 0, 0, NULL, NULL, "what a note or class must contain"},
    {"tolerance", FIELD_NUMBER, AT(tolerance), "1", "", 0, 1, NULL, NULL, "times max(1, |value|)"},
    {"within", FIELD_NUMBER, AT(within), "", "", 0, 0, NULL, NULL, "absolute, instead of the tolerance"},
    FIELD_END};
#undef AT

/* ---- reading ---- */

static bool read_parts(const struct yaml *list, struct figure *figure, struct arena *arena, struct error *error)
{
  if (!yaml_expect(list, YAML_LIST, "of", error)) return false;
  struct figure *parts = ARENA_ARRAY(arena, list->count, struct figure);
  for (int i = 0; i < list->count; i++)
    if (!figure_read(list->items[i], 0, &parts[i], arena, error)) return false;
  figure->parts = parts;
  figure->parts_count = list->count;
  return true;
}

bool figure_read(const struct yaml *map, double tolerance, struct figure *figure, struct arena *arena,
                 struct error *error)
{
  if (!yaml_expect(map, YAML_MAP, "expected", error)) return false;
  field_defaults(figure_fields, figure, arena);
  figure->what = -1;
  figure->place = (struct place){map->file, map->line};
  figure->class_given = yaml_get(map, "rules") != NULL;
  for (int i = 0; i < map->count; i++) {
    const struct place place = {map->file, map->keys[i].line};
    if (strcmp(map->keys[i].text, "of") == 0) {
      if (!read_parts(map->items[i], figure, arena, error)) return false;
      continue;
    }
    const struct field *field = field_find(figure_fields, map->keys[i].text);
    if (field == NULL) return error_set(error, place.file, place.line, map->keys[i].text, "is no part of a figure");
    const char *words = NULL;
    if (!yaml_words(map->items[i], field->name, &words, arena, error)) return false;
    if (words != NULL && !field_parse(field, words, figure, place, "expected", arena, error)) return false;
  }
  if (figure->what < 0) return error_set(error, map->file, map->line, "what", "is missing");
  if (isnan(figure->tolerance)) figure->tolerance = tolerance;
  return true;
}

static bool parse_value(const char *text, double *value)
{
  char *rest = NULL;
  *value = strtod(text, &rest);
  if (*rest == '/') *value /= strtod(rest + 1, &rest);
  return *rest == '\0' && rest != text;
}

const char *figure_name(const struct figure *figure, struct arena *arena)
{
  struct text text = text_new(arena);
  int length = 0;
  const char *choice = what_choices;
  for (int i = 0; i < figure->what; i++) choice = strchr(choice, '|') + 1;
  length = (int)strcspn(choice, "|");
  text_add(&text, "%.*s", length, choice);
  const char *const parts[] = {figure->material, figure->region, figure->from,    figure->to,         figure->facility,
                               figure->process,  figure->owner,  figure->segment, figure->instrument, figure->reason};
  for (int i = 0; i < (int)(sizeof parts / sizeof *parts); i++)
    if (parts[i] != NULL) text_add(&text, " %s", parts[i]);
  for (int i = 0; i < figure->rules.count; i++) text_add(&text, " +%s", figure->rules.names[i]);
  if (!isnan(figure->date)) text_add(&text, ", %g", figure->date);
  return text.bytes;
}

/* ---- what the selectors mean ---- */

struct view { /* a figure's selectors as rows; -1: not given, -2: no such row */
  const struct outcome *outcome;
  const struct network *network;
  const struct period_outcome *period;
  const struct ledger *ledger;
  int material, region, from, to, facility, process, owner, segment, instrument;
  class_mask class;
};

static int row_of(const struct dataset *dataset, const char *table, const char *id)
{
  if (id == NULL) return -1;
  const int row = dataset_find(dataset, table, id);
  return row < 0 ? -2 : row;
}

static bool view_of(const struct figure *figure, const struct outcome *outcome, struct view *view)
{
  const struct dataset *dataset = outcome->network->dataset;
  *view = (struct view){.outcome = outcome, .network = outcome->network};
  view->material = row_of(dataset, "materials", figure->material);
  view->region = row_of(dataset, "regions", figure->region);
  view->from = row_of(dataset, "regions", figure->from);
  view->to = row_of(dataset, "regions", figure->to);
  view->facility = row_of(dataset, "facilities", figure->facility);
  view->process = row_of(dataset, "processes", figure->process);
  view->owner = row_of(dataset, "owners", figure->owner);
  view->segment = row_of(dataset, "segments", figure->segment);
  view->instrument = row_of(dataset, "instruments", figure->instrument);
  for (int i = 0; i < figure->rules.count; i++) {
    const int rule = row_of(dataset, "rules", figure->rules.names[i]);
    if (strcmp(figure->rules.names[i], "qualified") == 0)
      view->class |= (class_mask)1 << CLASS_QUALIFIED;
    else if (rule >= 0)
      view->class |= (class_mask)1 << rule;
    else
      return false;
  }
  const int rows[] = {view->material, view->region, view->from,    view->to,        view->facility,
                      view->process,  view->owner,  view->segment, view->instrument};
  for (int i = 0; i < (int)(sizeof rows / sizeof *rows); i++)
    if (rows[i] == -2) return false;
  return true;
}

static bool fits(int wanted, int found)
{
  return wanted < 0 || wanted == found;
}

static bool node_fits(const struct view *view, const struct figure *figure, int n)
{
  const struct node *node = &view->network->nodes[n];
  static const char *const names[] = {"market", "make", "bought"};
  return fits(view->material, node->material) && fits(view->region, node->region) && fits(view->owner, node->owner) &&
         (figure->holder == NULL || strcmp(names[node->holder], figure->holder) == 0) &&
         (!figure->class_given || node->class == view->class);
}

/* The one node of a price: the class without bits unless the figure names one. -1: none, -2: several. */
static int price_node(const struct view *view, const struct figure *figure)
{
  int found = -1;
  for (int n = 0; n < view->network->nodes_count; n++) {
    const struct node *node = &view->network->nodes[n];
    if (!node_fits(view, figure, n) || (!figure->class_given && node->class != 0)) continue;
    if (figure->holder == NULL && node->holder != HOLDER_MARKET) continue;
    if (found >= 0) return -2;
    found = n;
  }
  return found;
}

static double sum_nodes(const struct view *view, const struct figure *figure, const double *values)
{
  double sum = 0;
  for (int n = 0; n < view->network->nodes_count; n++)
    if (node_fits(view, figure, n)) sum += values[n];
  return sum;
}

static bool activity_fits(const struct view *view, const struct figure *figure, int j)
{
  const struct activity *activity = &view->network->activities[j];
  const struct facility *facility = &view->network->dataset->facilities[activity->facility];
  return fits(view->facility, activity->facility) && fits(view->process, activity->process) &&
         fits(view->region, facility->region) && fits(view->owner, facility->owner) &&
         (!figure->class_given || activity->class == view->class);
}

static double sum_production(const struct view *view, const struct figure *figure)
{
  double sum = 0;
  for (int j = 0; j < view->network->activities_count; j++)
    if (activity_fits(view, figure, j)) sum += view->period->activity[j];
  return sum;
}

/* Tonnes of a material that come out of activities. */
static double sum_output(const struct view *view, const struct figure *figure)
{
  double sum = 0;
  for (int j = 0; j < view->network->activities_count; j++) {
    if (!activity_fits(view, figure, j)) continue;
    const struct activity *activity = &view->network->activities[j];
    for (int i = 0; i < activity->io_count; i++)
      if (activity->io[i].amount > 0 && fits(view->material, view->network->nodes[activity->io[i].node].material))
        sum += activity->io[i].amount * view->period->activity[j];
  }
  return sum;
}

static bool consumer_fits(const struct view *view, const struct figure *figure, int k)
{
  const struct consumer *consumer = &view->network->consumers[k];
  const struct segment *segment = &view->network->dataset->segments[consumer->segment];
  return fits(view->segment, consumer->segment) && fits(view->material, segment->material) &&
         fits(view->region, segment->region) &&
         (!figure->class_given || view->network->nodes[consumer->node].class == view->class);
}

static double sum_consumers(const struct view *view, const struct figure *figure, const double *values)
{
  double sum = 0;
  for (int k = 0; k < view->network->consumers_count; k++)
    if (consumer_fits(view, figure, k)) sum += values[k];
  return sum;
}

static double sum_arcs(const struct view *view, const struct figure *figure, enum arc_kind kind, const double *values)
{
  double sum = 0;
  for (int a = 0; a < view->network->arcs_count; a++) {
    const struct arc *arc = &view->network->arcs[a];
    const struct node *from = &view->network->nodes[arc->from], *to = &view->network->nodes[arc->to];
    if (arc->kind == kind && fits(view->material, from->material) && fits(view->from, from->region) &&
        fits(view->to, to->region) && fits(view->region, from->region) && fits(view->owner, arc->owner) &&
        (!figure->class_given || to->class == view->class))
      sum += values[a];
  }
  return sum;
}

static double sum_stocks(const struct view *view, const struct figure *figure, const double *values)
{
  double sum = 0;
  for (int s = 0; s < view->network->stores_count; s++)
    if (node_fits(view, figure, view->network->stores[s].node)) sum += values[s];
  return sum;
}

static double sum_facilities(const struct view *view, const double *values)
{
  double sum = 0;
  for (int f = 0; f < view->network->dataset->facilities_count; f++)
    if (fits(view->facility, f) && fits(view->owner, view->network->dataset->facilities[f].owner)) sum += values[f];
  return sum;
}

/* ---- money ---- */

static bool is_public(struct account account)
{
  return account.kind == ACCOUNT_GOVERNMENT || account.kind == ACCOUNT_AGENCY;
}

/* What public accounts paid less what they received under an instrument. */
static double payment(const struct view *view)
{
  double sum = 0;
  for (int i = 0; i < view->ledger->count; i++) {
    const struct posting *posting = &view->ledger->postings[i];
    if (posting->instrument != view->instrument) continue;
    if (is_public(posting->payer)) sum += posting->kusd_per_year;
    if (is_public(posting->payee)) sum -= posting->kusd_per_year;
  }
  return sum;
}

/* Most less least that the payee may elect. */
static double discretion(const struct view *view, const struct outcome *outcome, int p)
{
  const struct bound_instrument *bound = &view->network->instruments[view->instrument];
  if (bound->kind->elected == NULL) return NAN;
  const struct elected elected = bound->kind->elected(bound, view->instrument, outcome, p);
  return elected.most - elected.least;
}

static double posted(const struct view *view, const struct figure *figure)
{
  double sum = 0;
  for (int i = 0; i < view->ledger->count; i++) {
    const struct posting *posting = &view->ledger->postings[i];
    if (fits(view->instrument, posting->instrument) && strcmp(posting->reason, figure->reason) == 0)
      sum += posting->kusd_per_year;
  }
  return sum;
}

static double profit(const struct view *view)
{
  double sum = 0;
  for (int f = 0; f < view->network->dataset->facilities_count; f++)
    if (fits(view->facility, f) && fits(view->owner, view->network->dataset->facilities[f].owner))
      sum += ledger_net(view->ledger, (struct account){ACCOUNT_FACILITY, f});
  for (int a = 0; a < view->network->arcs_count && view->owner >= 0; a++)
    if (view->network->arcs[a].owner == view->owner)
      sum += ledger_net(view->ledger, (struct account){ACCOUNT_TRADER, a});
  return sum;
}

/* Area under the demand curve in force from nothing to what was consumed, less what was paid for it. */
static double consumer_surplus(const struct view *view, int k)
{
  const struct consumer_terms *terms = &view->period->consumer_terms[k];
  const double d = view->period->consumption[k], p = view->period->price[view->network->consumers[k].node];
  if (!(d > 0)) return 0;
  if (terms->form == DEMAND_LINEAR) {
    const double flat = fmax(0, (terms->intercept - terms->choke) / terms->slope);
    const double kinked = fmin(d, flat), rest = d - kinked;
    return kinked * fmin(terms->choke, terms->intercept) +
           rest * (terms->intercept - terms->slope * (flat + rest / 2)) - p * d;
  }
  const double e = terms->elasticity, choke = terms->choke;
  const double top = terms->quantity * pow(choke / terms->price, -e); /* consumed at the choke */
  const double area = fabs(e - 1) < 1e-12 ? terms->price * terms->quantity * log(d / top)
                                          : terms->price * pow(terms->quantity, 1 / e) *
                                                (pow(d, 1 - 1 / e) - pow(top, 1 - 1 / e)) / (1 - 1 / e);
  return choke * fmin(top, d) + (d > top ? area : 0) - p * d;
}

/* ---- one figure in one period ---- */

static double figure_value(const struct figure *figure, const struct view *view);

static double combined(const struct figure *figure, const struct outcome *outcome, const struct period_outcome *period,
                       const struct ledger *ledger)
{
  double sum = 0, first = NAN;
  for (int i = 0; i < figure->parts_count; i++) {
    struct view view;
    if (!view_of(&figure->parts[i], outcome, &view)) return NAN;
    const double date = figure->parts[i].date;
    view.period = period, view.ledger = ledger;
    for (int p = 0; p < outcome->periods_count && !isnan(date); p++)
      if (date >= outcome->periods[p].period.start - 1e-9)
        view.period = &outcome->periods[p], view.ledger = ledger + (&outcome->periods[p] - period);
    const double value = figure->parts[i].times * figure_value(&figure->parts[i], &view);
    if (i == 0) first = value;
    sum += value;
  }
  return figure->what == SUM ? sum : first / (sum - first);
}

static double figure_value(const struct figure *figure, const struct view *view)
{
  const struct period_outcome *period = view->period;
  double sum = 0;
  int n;
  switch ((enum what)figure->what) {
  case PRICE: return (n = price_node(view, figure)) >= 0 ? period->price[n] : (double)NAN;
  case MULTIPLIER: return (n = price_node(view, figure)) >= 0 ? period->multiplier[n] : (double)NAN;
  case PRODUCTION: return sum_production(view, figure);
  case OUTPUT: return sum_output(view, figure);
  case CONSUMPTION: return sum_consumers(view, figure, period->consumption);
  case UNSERVED: return sum_consumers(view, figure, period->unserved);
  case VALUE: return sum_consumers(view, figure, period->value);
  case FLOW: return sum_arcs(view, figure, ARC_TRADE, period->flow);
  case SALE: return sum_arcs(view, figure, ARC_SALE, period->flow);
  case PURCHASE: return sum_arcs(view, figure, ARC_PURCHASE, period->flow);
  case TRANSFER: return sum_arcs(view, figure, ARC_TRANSFER, period->flow);
  case ARC_RENT: return sum_arcs(view, figure, ARC_TRADE, period->arc_rent);
  case RENT: return view->instrument >= 0 ? period->instrument[view->instrument][figure->slot] : (double)NAN;
  case CAPACITY_RENT: return sum_facilities(view, period->capacity_rent);
  case CAPACITY: return sum_facilities(view, period->capacity);
  case ORDER: return sum_facilities(view, period->order);
  case DISPOSED: return sum_nodes(view, figure, period->surplus);
  case SCRAP: return sum_nodes(view, figure, period->scrap);
  case STOCK: return sum_stocks(view, figure, period->stock);
  case PAYMENT: return view->instrument >= 0 ? payment(view) : (double)NAN;
  case DISCRETION:
    return view->instrument >= 0 ? discretion(view, view->outcome, (int)(period - view->outcome->periods))
                                 : (double)NAN;
  case RENT_INCOME: return ledger_net(view->ledger, (struct account){ACCOUNT_RENT, view->instrument});
  case REVENUE: return ledger_net(view->ledger, (struct account){ACCOUNT_GOVERNMENT, view->region});
  case POSTED: return figure->reason != NULL ? posted(view, figure) : (double)NAN;
  case PROFIT: return profit(view);
  case CONSUMER_SURPLUS:
    for (int k = 0; k < view->network->consumers_count; k++)
      if (consumer_fits(view, figure, k)) sum += consumer_surplus(view, k);
    return sum;
  case DEFLATOR: return period->deflator;
  case SHARE: return view->instrument >= 0 ? period->instrument_share[view->instrument] : (double)NAN;
  case SUM:
  case RATIO: return combined(figure, view->outcome, period, view->ledger);
  case SOLUTIONS: return view->outcome->windows[0].solutions;
  case CLASS:
  case NOTE: break;
  }
  return NAN;
}

/* ---- the verdict ---- */

static const char *check_text(const struct figure *figure, const struct outcome *outcome, struct arena *arena)
{
  const char *found = figure->what == CLASS ? class_name(outcome->windows[0].class.class) : outcome->windows[0].note;
  if (figure->text != NULL && found != NULL && strstr(found, figure->text) != NULL) return NULL;
  return arena_format(arena, "%s: expected \"%s\", found \"%s\"", figure_name(figure, arena),
                      figure->text == NULL ? "(text)" : figure->text, found == NULL ? "" : found);
}

static bool near_one(const struct figure *figure, double found, double *distance)
{
  *distance = INFINITY;
  for (int i = 0; i < figure->values.count; i++) {
    double value;
    if (strcmp(figure->values.names[i], "none") == 0) { /* a node without a price */
      if (isnan(found)) *distance = 0;
      continue;
    }
    if (!parse_value(figure->values.names[i], &value)) return false;
    const double off = fabs(found - value);
    *distance = fmin(*distance, isnan(figure->within) ? off / fmax(1, fabs(value)) : off);
  }
  return *distance <= (isnan(figure->within) ? figure->tolerance : figure->within);
}

const char *figure_check(const struct figure *figure, const struct outcome *outcome, const struct ledger *ledgers,
                         double *distance, struct arena *arena)
{
  *distance = 0;
  if (figure->what == CLASS || figure->what == NOTE) return check_text(figure, outcome, arena);
  struct view view;
  if (!view_of(figure, outcome, &view))
    return arena_format(arena, "%s: names something that the model does not have", figure_name(figure, arena));
  const double first = isnan(figure->date) ? outcome->periods[0].period.start : figure->date;
  const double last = isnan(figure->last) ? first : figure->last;
  double found = 0;
  int periods = 0;
  for (int p = 0; p < outcome->periods_count; p++) {
    const struct period *period = &outcome->periods[p].period;
    if (period->start > last + 1e-9 || period->start + period->length <= first + 1e-9) continue;
    view.period = &outcome->periods[p], view.ledger = &ledgers[p];
    found += figure_value(figure, &view);
    periods++;
  }
  if (periods == 0) return arena_format(arena, "%s: no such period", figure_name(figure, arena));
  if (near_one(figure, found, distance)) return NULL;
  struct text expected = text_new(arena);
  for (int i = 0; i < figure->values.count; i++) text_add(&expected, "%s%s", i ? " or " : "", figure->values.names[i]);
  return arena_format(arena, "%s: expected %s, found %.12g (off by %.2g)", figure_name(figure, arena), expected.bytes,
                      found, *distance);
}
