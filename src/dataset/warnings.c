/* dataset/warnings.c - what is allowed but odd: rows that nothing uses, events that never come, totals short of parts.
 *
 * Errors are for checks.c. These texts are collected, never printed here.
 */
#include <math.h>

#include "base/text.h"
#include "dataset/draft.h"

/* ---- rows that nothing uses ---- */

static void warn_of_idle_processes(struct draft *draft, const struct dataset *dataset)
{
  bool *used = ARENA_ARRAY(draft->arena, dataset->processes_count, bool);
  for (int i = 0; i < dataset->facilities_count; i++)
    for (int k = 0; k < dataset->facilities[i].processes.count; k++)
      used[dataset->facilities[i].processes.indices[k]] = true;
  for (int i = 0; i < dataset->processes_count; i++)
    if (!used[i])
      draft_warn(draft, dataset->processes[i].record.place, "processes: no facility runs '%s'",
                 dataset->processes[i].record.id);
}

struct use {
  bool made, taken;
};

static void note_yields(const struct dataset *dataset, struct use *uses)
{
  for (int i = 0; i < dataset->yields_count; i++) {
    struct use *use = &uses[dataset->yields[i].material];
    use->made = use->made || dataset->yields[i].amount > 0;
    use->taken = use->taken || dataset->yields[i].amount < 0;
  }
}

static void note_users(const struct dataset *dataset, struct use *uses)
{
  for (int i = 0; i < dataset->segments_count; i++) {
    uses[dataset->segments[i].material].taken = true;
    if (dataset->segments[i].scrap >= 0) uses[dataset->segments[i].scrap].made = true;
  }
  for (int i = 0; i < dataset->curves_count; i++) {
    struct use *use = &uses[dataset->curves[i].material];
    use->made = use->made || dataset->curves[i].side == CURVE_SUPPLY;
    use->taken = use->taken || dataset->curves[i].side == CURVE_DEMAND;
  }
  for (int i = 0; i < dataset->stocks_count; i++)
    if (dataset->stocks[i].opening_t > 0) uses[dataset->stocks[i].material].made = true;
}

static void warn_of_dead_ends(struct draft *draft, const struct dataset *dataset)
{
  struct use *uses = ARENA_ARRAY(draft->arena, dataset->materials_count, struct use);
  note_yields(dataset, uses);
  note_users(dataset, uses);
  for (int i = 0; i < dataset->materials_count; i++) {
    const struct record *record = &dataset->materials[i].record;
    if (!uses[i].made && !uses[i].taken)
      draft_warn(draft, record->place, "materials: nobody makes or takes '%s'", record->id);
    else if (!uses[i].made)
      draft_warn(draft, record->place, "materials: nobody makes '%s'", record->id);
  }
}

/* ---- events that never come ---- */

static void warn_of_late_events(struct draft *draft, const struct dataset *dataset)
{
  const struct scenario *scenario = dataset->scenario;
  if (scenario == NULL) return;
  const struct period last = scenario->periods[scenario->periods_count - 1];
  for (int i = 0; i < dataset->events_count; i++) {
    const struct event *event = &dataset->events[i];
    if (isinf(event->start)) continue; /* by chance */
    if (event->start >= last.start + last.length || event->end <= scenario->periods[0].start)
      draft_warn(draft, event->record.place, "events: '%s' is outside the horizon", event->record.id);
  }
}

/* ---- totals that stand beside their parts ---- */

static void warn_of_totals(struct draft *draft, const struct dataset *dataset)
{
  double *sum = ARENA_ARRAY(draft->arena, dataset->materials_count, double);
  double *largest = ARENA_ARRAY(draft->arena, dataset->materials_count, double);
  for (int i = 0; i < dataset->contents_count; i++) {
    const struct content *content = &dataset->contents[i];
    sum[content->material] += content->share;
    largest[content->material] = fmax(largest[content->material], content->share);
  }
  for (int i = 0; i < dataset->materials_count; i++) {
    const struct material *material = &dataset->materials[i];
    const bool metallic = material->stage == STAGE_METAL || material->stage == STAGE_ALLOY;
    const double parts = sum[i] - largest[i];
    if (metallic || sum[i] <= 1.05 || parts >= 0.95 * largest[i]) continue;
    draft_warn(draft, material->record.place,
               "contents: '%s' has a total of %.4g whose parts add up to %.4g only, or shares above 1",
               material->record.id, largest[i], parts);
  }
}

void dataset_warn(struct draft *draft, const struct dataset *dataset)
{
  warn_of_idle_processes(draft, dataset);
  warn_of_dead_ends(draft, dataset);
  warn_of_late_events(draft, dataset);
  warn_of_totals(draft, dataset);
}
