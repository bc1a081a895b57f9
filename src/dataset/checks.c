/* dataset/checks.c - what no single field can tell: rows that do not make sense together.
 *
 * One function a table, each row judged on its own with what it refers to. Errors are mistakes that would make a
 * wrong or meaningless market; what is merely odd is for warnings.c.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "dataset/draft.h"

struct check {
  struct draft *draft;
  const struct dataset *dataset;
  struct error *error;
};

/* Blames a field of a row: its own line if it was given. */
static bool blame(const struct check *check, const char *table, const struct record *record, const char *field,
                  const char *message)
{
  const struct row *row = draft_row(draft_table(check->draft, table), record->id);
  const struct cell *cell = row_cell(row, field);
  const struct place place = cell != NULL ? cell->place : record->place;
  return error_set(check->error, place.file, place.line, arena_format(check->draft->arena, "%s.%s", table, field), "%s",
                   message);
}

#define FORMAT(check, ...) arena_format((check)->draft->arena, __VA_ARGS__)

/* ---- every table: sources and quality ---- */

static bool check_sources(const struct check *check, const char *table, const struct record *record)
{
  if (record->source == NULL || check->dataset->sources_count == 0) return true; /* without a table: free text */
  struct draft_table *sources = draft_table(check->draft, "sources");
  char *rest = arena_copy(check->draft->arena, record->source);
  for (char *word; (word = strsep(&rest, " ")) != NULL;) {
    if (word[0] == '\0') continue;
    char *id = strchr(word, ':');
    if (id != NULL) *id = '\0';
    if (id != NULL && field_find(dataset_entity(table)->fields, word) == NULL && !text_equal(table, "instruments"))
      return blame(check, table, record, "source", FORMAT(check, "there is no column '%s' in %s", word, table));
    const char *name = id != NULL ? id + 1 : word;
    if (draft_row(sources, name) == NULL)
      return blame(
          check, table, record, "source",
          FORMAT(check, "there is no '%s' in sources%s", name, draft_hint_rows(name, sources, check->draft->arena)));
  }
  return true;
}

static bool check_record(const struct check *check, const char *table, const struct record *record)
{
  const char *quality = record->quality;
  if (quality != NULL && (strlen(quality) != 1 || strchr("ABCD", quality[0]) == NULL))
    return blame(check, table, record, "quality", FORMAT(check, "found '%s', expected A, B, C or D", quality));
  return check_sources(check, table, record);
}

static bool check_records(const struct check *check)
{
  int count;
  const struct entity *entities = dataset_entities(&count);
  for (int i = 0; i < count; i++) {
    const char *records;
    memcpy(&records, (const char *)check->dataset + entities[i].array, sizeof records);
    for (int k = 0; k < draft_table(check->draft, entities[i].table)->rows_count; k++) {
      const void *record = records + (size_t)k * entities[i].size;
      if (!check_record(check, entities[i].table, record)) return false;
    }
  }
  return true;
}

/* ---- goods and processes ---- */

/* Shares add up to more than one only where a total stands beside its parts, or in a metal counted as oxide. */
static bool check_composition(const struct check *check, int material)
{
  double sum = 0, largest = 0;
  const struct content *last = NULL;
  for (int i = 0; i < check->dataset->contents_count; i++) {
    const struct content *content = &check->dataset->contents[i];
    if (content->material != material) continue;
    sum += content->share;
    largest = fmax(largest, content->share);
    last = content;
  }
  const int stage = check->dataset->materials[material].stage;
  const bool metallic = stage == STAGE_METAL || stage == STAGE_ALLOY;
  if (sum <= (metallic ? 1.6 : 1.05) || sum - largest <= 1.05 * largest) return true;
  return blame(check, "contents", &last->record, "share",
               FORMAT(check, "the shares of '%s' add up to %.4g", check->dataset->materials[material].record.id, sum));
}

static bool check_process(const struct check *check, int process)
{
  int outputs = 0, rows = 0;
  for (int i = 0; i < check->dataset->yields_count; i++) {
    const struct yield *yield = &check->dataset->yields[i];
    if (yield->process != process) continue;
    if (yield->amount == 0)
      return blame(check, "yields", &yield->record, "amount", "found 0, expected tonnes made or taken");
    outputs += yield->amount > 0;
    rows++;
  }
  const struct record *record = &check->dataset->processes[process].record;
  if (rows == 0)
    return blame(check, "processes", record, "id", FORMAT(check, "'%s' has no rows in yields", record->id));
  if (outputs == 0)
    return blame(check, "processes", record, "id",
                 FORMAT(check, "'%s' makes nothing: all its yields are inputs", record->id));
  return true;
}

static bool check_price(const struct check *check, const struct price *price)
{
  if (price->low > price->price_usd_per_kg || price->high < price->price_usd_per_kg)
    return blame(
        check, "prices", &price->record, "price_usd_per_kg",
        FORMAT(check, "%g is outside its own range %g to %g", price->price_usd_per_kg, price->low, price->high));
  return true;
}

/* ---- facilities ---- */

static bool check_costs(const struct check *check, const struct facility *facility)
{
  const struct record *record = &facility->record;
  if (isnan(facility->supply_elasticity)) return true;
  if (facility->cost_slope_usd_per_kg_per_t > 0)
    return blame(check, "facilities", record, "supply_elasticity",
                 "stands beside cost_slope_usd_per_kg_per_t; expected one of them");
  if (!(facility->output_t_per_year > 0))
    return blame(check, "facilities", record, "supply_elasticity", "needs output_t_per_year, the observed output");
  return true;
}

static bool has_input(const struct dataset *dataset, int process)
{
  for (int i = 0; i < dataset->yields_count; i++)
    if (dataset->yields[i].process == process && dataset->yields[i].amount < 0) return true;
  return false;
}

static bool check_basis(const struct check *check, const struct facility *facility)
{
  if (facility->capacity_basis != BASIS_FEED) return true;
  for (int i = 0; i < facility->processes.count; i++)
    if (!has_input(check->dataset, facility->processes.indices[i]))
      return blame(check, "facilities", &facility->record, "capacity_basis",
                   FORMAT(check, "feed, but process '%s' takes nothing in", facility->processes.names[i]));
  return true;
}

static bool check_facility(const struct check *check, const struct facility *facility)
{
  const struct record *record = &facility->record;
  if (facility->end <= facility->start) return blame(check, "facilities", record, "end", "closes before it starts");
  if (!isnan(facility->staff_now) && isnan(facility->staff_needed))
    return blame(check, "facilities", record, "staff_now", "needs staff_needed, the people at full output");
  if (facility->technology_region < 0 && (facility->technology_delay_years > 0 || facility->royalty_usd_per_kg > 0))
    return blame(check, "facilities", record, "technology_delay_years", "needs technology_region");
  return check_costs(check, facility) && check_basis(check, facility);
}

static bool check_ramp(const struct check *check, const struct ramp *ramp)
{
  for (int i = 0; i < ramp->shares.count; i++) {
    double share;
    if (!parse_number(ramp->shares.names[i], &share) || share < 0 || share > 1)
      return blame(check, "ramps", &ramp->record, "shares",
                   FORMAT(check, "found '%s', expected shares from 0 to 1", ramp->shares.names[i]));
  }
  return true;
}

static bool check_owner(const struct check *check, const struct owner *owner)
{
  if (owner->price_response == RESPONSE_NUMBER && isnan(owner->response_usd_per_kg_per_t))
    return blame(check, "owners", &owner->record, "price_response", "number, but response_usd_per_kg_per_t is missing");
  return true;
}

/* ---- demand ---- */

static bool check_curve_by_intercept(const struct check *check, const struct segment *segment)
{
  const struct record *record = &segment->record;
  if (!isnan(segment->quantity_t_per_year))
    return blame(check, "segments", record, "intercept_usd_per_kg",
                 "stands beside quantity_t_per_year; expected one description of the curve");
  if (isnan(segment->intercept_usd_per_kg) || isnan(segment->slope_usd_per_kg_per_t))
    return blame(check, "segments", record, "intercept_usd_per_kg",
                 "expected intercept_usd_per_kg and slope_usd_per_kg_per_t together");
  if (segment->slope_usd_per_kg_per_t == 0)
    return blame(check, "segments", record, "slope_usd_per_kg_per_t", "found 0, expected a falling curve");
  if (segment->form == DEMAND_ISOELASTIC)
    return blame(check, "segments", record, "form", "an isoelastic curve needs quantity_t_per_year and elasticity");
  return true;
}

static bool check_curve_by_point(const struct check *check, const struct segment *segment)
{
  const struct record *record = &segment->record;
  if (isnan(segment->quantity_t_per_year))
    return blame(
        check, "segments", record, "quantity_t_per_year",
        "missing; expected quantity_t_per_year and elasticity, or intercept_usd_per_kg and slope_usd_per_kg_per_t");
  if (segment->price_usd_per_kg == 0)
    return blame(check, "segments", record, "price_usd_per_kg",
                 "found 0, expected the price at which the quantity is bought");
  if (isnan(segment->elasticity))
    return blame(check, "segments", record, "elasticity", "missing; expected the own-price elasticity of demand");
  if (segment->elasticity == 0 && isnan(segment->choke_usd_per_kg))
    return blame(check, "segments", record, "elasticity", "found 0, which needs choke_usd_per_kg, the most it pays");
  if (segment->choke_usd_per_kg < segment->price_usd_per_kg)
    return blame(check, "segments", record, "choke_usd_per_kg",
                 FORMAT(check, "found %g, expected at least the reference price %g", segment->choke_usd_per_kg,
                        segment->price_usd_per_kg));
  return true;
}

static bool check_segment(const struct check *check, const struct segment *segment)
{
  const bool intercept = !isnan(segment->intercept_usd_per_kg) || !isnan(segment->slope_usd_per_kg_per_t);
  if (intercept ? !check_curve_by_intercept(check, segment) : !check_curve_by_point(check, segment)) return false;
  if (segment->scrap_t_per_t > 0 && segment->scrap < 0)
    return blame(check, "segments", &segment->record, "scrap_t_per_t", "needs scrap, the material that returns");
  return true;
}

static bool check_cohort(const struct check *check, const struct cohort *cohort)
{
  if (check->dataset->segments[cohort->segment].scrap < 0)
    return blame(check, "cohorts", &cohort->record, "segment",
                 FORMAT(check, "segment '%s' has no scrap", check->dataset->segments[cohort->segment].record.id));
  return true;
}

static bool check_link(const struct check *check, const struct link *link)
{
  if (link->from == link->to) return blame(check, "links", &link->record, "to", "leads back to where it starts");
  return true;
}

static bool check_stock(const struct check *check, const struct stock *stock)
{
  if (stock->opening_t > stock->capacity_t)
    return blame(check, "stocks", &stock->record, "opening_t",
                 FORMAT(check, "found %g, more than capacity_t %g", stock->opening_t, stock->capacity_t));
  return true;
}

/* ---- rules, policy and events ---- */

static bool check_stages(const struct check *check, const char *table, const struct record *record,
                         const struct field_list *stages)
{
  const struct field *stage = field_find(dataset_entity("materials")->fields, "stage");
  for (int i = 0; i < stages->count; i++) {
    const char *pattern = FORMAT(check, "|%s|", stages->names[i]);
    if (strstr(FORMAT(check, "|%s|", stage->choices), pattern) == NULL)
      return blame(check, table, record, "stages",
                   FORMAT(check, "found '%s', expected stages: %s", stages->names[i], stage->choices));
  }
  return true;
}

static bool check_observation(const struct check *check, const struct observation *observation)
{
  if (observation->low > observation->high)
    return blame(check, "observations", &observation->record, "low",
                 FORMAT(check, "found %g, above high %g", observation->low, observation->high));
  return check_stages(check, "observations", &observation->record, &observation->stages);
}

static bool check_realisation(const struct check *check, const struct realisation *realisation)
{
  if (realisation->low > realisation->high)
    return blame(check, "outcomes", &realisation->record, "low",
                 FORMAT(check, "found %g, above high %g", realisation->low, realisation->high));
  if (realisation->to.count > 0 && realisation->what != REALISED_FLOW)
    return blame(check, "outcomes", &realisation->record, "to", "only flows have a destination");
  if (realisation->element != NULL && realisation->what <= REALISED_PRICE_PAID)
    return blame(check, "outcomes", &realisation->record, "element", "prices are not counted by content; use group");
  return check_stages(check, "outcomes", &realisation->record, &realisation->stages);
}

static bool check_rule(const struct check *check, const struct rule *rule)
{
  if (!check_stages(check, "rules", &rule->record, &rule->stages)) return false;
  if (rule->regions.count == 0 && rule->owners.count == 0)
    return blame(check, "rules", &rule->record, "regions", "covers neither a region nor an owner");
  return true;
}

static bool check_instrument(const struct check *check, const struct instrument *instrument)
{
  if (instrument->government != NULL && dataset_find(check->dataset, "regions", instrument->government) < 0)
    return blame(check, "instruments", &instrument->record, "government",
                 FORMAT(check, "there is no region '%s'", instrument->government));
  if (instrument->end <= instrument->start)
    return blame(check, "instruments", &instrument->record, "end", "ends before it starts");
  return true;
}

static bool check_event(const struct check *check, const struct event *event)
{
  const struct record *record = &event->record;
  const bool factor = !isnan(event->factor), value = !isnan(event->value);
  if (isfinite(event->start) && event->end <= event->start)
    return blame(check, "events", record, "end", "ends before it starts");
  if (event->change == NULL && event->activates == NULL && event->suspends == NULL)
    return blame(check, "events", record, "change", "does nothing; expected change, activates or suspends");
  if (event->change != NULL && factor == value)
    return blame(check, "events", record, "change", "expected a factor or a value, one of them");
  if (event->change == NULL && (factor || value))
    return blame(check, "events", record, factor ? "factor" : "value", "needs change, the figure that it applies to");
  if (text_equal(event->activates, event->suspends) && event->activates != NULL)
    return blame(check, "events", record, "suspends", "activates and suspends the same instrument");
  return true;
}

/* ---- all ---- */

#define CHECK_ALL(type, name)                                                                                          \
  static bool check_all_##name(const struct check *check)                                                              \
  {                                                                                                                    \
    for (int i = 0; i < check->dataset->name##_count; i++)                                                             \
      if (!check_##type(check, &check->dataset->name[i])) return false;                                                \
    return true;                                                                                                       \
  }
CHECK_ALL(price, prices)
CHECK_ALL(owner, owners)
CHECK_ALL(facility, facilities)
CHECK_ALL(ramp, ramps)
CHECK_ALL(segment, segments)
CHECK_ALL(cohort, cohorts)
CHECK_ALL(link, links)
CHECK_ALL(stock, stocks)
CHECK_ALL(observation, observations)
CHECK_ALL(realisation, outcomes)
CHECK_ALL(rule, rules)
CHECK_ALL(instrument, instruments)
CHECK_ALL(event, events)
#undef CHECK_ALL

bool dataset_check(struct draft *draft, const struct dataset *dataset, struct error *error)
{
  const struct check check = {draft, dataset, error};
  for (int i = 0; i < dataset->processes_count; i++)
    if (!check_process(&check, i)) return false;
  for (int i = 0; i < dataset->materials_count; i++)
    if (!check_composition(&check, i)) return false;
  return check_records(&check) && check_all_prices(&check) && check_all_owners(&check) &&
         check_all_facilities(&check) && check_all_ramps(&check) && check_all_segments(&check) &&
         check_all_cohorts(&check) && check_all_links(&check) && check_all_stocks(&check) &&
         check_all_observations(&check) && check_all_outcomes(&check) && check_all_rules(&check) &&
         check_all_instruments(&check) && check_all_events(&check);
}
