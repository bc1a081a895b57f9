/* model/classes.c - origin classes as bit masks (docs/theory.md, section 2).
 *
 * Only rules that somebody asks for are traced, and only through materials upstream of those who ask, so that a world
 * without rules has one class and pays nothing for the idea.
 */
#include "model/classes.h"

#include <string.h>

#include "base/text.h"

static bool lists_index(const struct field_list *list, int index)
{
  for (int i = 0; i < list->count; i++)
    if (list->indices != NULL && list->indices[i] == index) return true;
  return false;
}

static const char *stage_name(int stage)
{
  static const char *const names[] = {"ore",   "concentrate", "compound", "oxide", "metal",
                                      "alloy", "magnet",      "product",  "scrap", "other"};
  return names[stage];
}

static bool rule_covers(const struct rule *rule, const struct facility *facility, int stage)
{
  bool at_stage = rule->stages.count == 0;
  for (int i = 0; i < rule->stages.count; i++)
    if (strcmp(rule->stages.names[i], stage_name(stage)) == 0) at_stage = true;
  if (!at_stage) return false;
  return lists_index(&rule->regions, facility->region) ||
         (facility->owner >= 0 && lists_index(&rule->owners, facility->owner));
}

class_mask classes_of_segment(const struct dataset *dataset, const struct segment *segment)
{
  class_mask mask = 0;
  for (int i = 0; i < segment->requires.count; i++) mask |= (class_mask)1 << segment->requires.indices[i];
  if (segment->defence)
    for (int f = 0; f < dataset->facilities_count; f++)
      if (dataset->facilities[f].qualification_years > 0) return mask | (class_mask)1 << CLASS_QUALIFIED;
  return mask;
}

static bool process_makes(const struct dataset *dataset, int process, const bool *wanted)
{
  for (int y = 0; y < dataset->yields_count; y++)
    if (dataset->yields[y].process == process && dataset->yields[y].amount > 0 && wanted[dataset->yields[y].material])
      return true;
  return false;
}

/* Spreads from the materials that are asked for to everything they are made of. */
static void trace_upstream(const struct dataset *dataset, bool *material)
{
  for (bool changed = true; changed;) {
    changed = false;
    for (int y = 0; y < dataset->yields_count; y++) {
      const struct yield *yield = &dataset->yields[y];
      if (yield->amount >= 0 || material[yield->material]) continue;
      if (!process_makes(dataset, yield->process, material)) continue;
      material[yield->material] = true;
      changed = true;
    }
  }
}

struct classes classes_trace(const struct dataset *dataset, class_mask asked, struct arena *arena)
{
  struct classes classes = {.traced = asked};
  bool *material = ARENA_ARRAY(arena, dataset->materials_count, bool);
  for (int k = 0; k < dataset->segments_count; k++) {
    const class_mask mask = classes_of_segment(dataset, &dataset->segments[k]);
    classes.traced |= mask;
    if (mask != 0 || asked != 0) material[dataset->segments[k].material] = true;
  }
  if (classes.traced != 0) trace_upstream(dataset, material);
  classes.material = material;
  return classes;
}

class_mask classes_of_place(const struct dataset *dataset, const struct classes *classes, int facility, int process)
{
  class_mask mask = classes->traced;
  for (int r = 0; r < dataset->rules_count; r++)
    if ((mask >> r & 1) &&
        rule_covers(&dataset->rules[r], &dataset->facilities[facility], dataset->processes[process].stage))
      mask &= ~((class_mask)1 << r);
  return mask;
}

const char *classes_name(const struct dataset *dataset, class_mask class, struct arena *arena)
{
  if (class == 0) return "";
  struct text text = text_new(arena);
  const char *separator = " (";
  for (int r = 0; r <= CLASS_QUALIFIED; r++)
    if (class >> r & 1) {
      text_add(&text, "%s%s", separator, r == CLASS_QUALIFIED ? "qualified" : dataset->rules[r].record.id);
      separator = ", ";
    }
  text_add(&text, ")");
  return text.bytes;
}
