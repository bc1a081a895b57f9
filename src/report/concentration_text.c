/* report/concentration_text.c - who makes what and which plants carry it: for data sets and for runs alike. */
#include <math.h>

#include "report/check_data.h"
#include "report/columns.h"
#include "report/highlights.h"

int stages_made(const struct shares *shares, int *stages)
{
  int count = 0;
  for (int stage = 0; stage < STAGE_SCRAP; stage++)
    if (stage != STAGE_COMPOUND && shares_at(shares, stage, shares->elements.count)->world > 0) stages[count++] = stage;
  return count;
}

static const char *element_label(const struct shares *shares, int element)
{
  return element < shares->elements.count ? shares->elements.names[element] : "all";
}

void shares_add_text(struct text *text, const struct dataset *dataset, const struct shares *shares)
{
  struct arena *arena = text->arena;
  int stages[stages_count];
  const int count = stages_made(shares, stages);
  struct columns columns = columns_new(columns_max, arena);
  const int head = columns_add_row(&columns);
  for (int i = 0; i < count; i++) columns_set(&columns, head, 1 + i, stage_name(stages[i]));
  for (int e = 0; e <= shares->elements.count; e++) {
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, element_label(shares, e));
    for (int i = 0; i < count; i++) {
      const struct share *share = shares_at(shares, stages[i], e);
      if (share->dominant >= 0)
        columns_set(&columns, row, 1 + i,
                    arena_format(arena, "%s %s %.2f", region_short(dataset, share->dominant, arena),
                                 figure_share(share->share, arena), share->index));
    }
  }
  columns_print(&columns, text, 2, 2);
}

void exposures_add_text(struct text *text, const struct dataset *dataset, const struct exposures *exposures, int most)
{
  struct arena *arena = text->arena;
  struct columns columns = columns_new(2, arena);
  for (int i = 0; i < exposures->count && i < most; i++) {
    const struct exposure *exposure = &exposures->rows[i];
    const struct facility *facility = &dataset->facilities[exposure->facility];
    const int row = columns_add_row(&columns);
    columns_set(&columns, row, 0, facility->record.id);
    columns_set(&columns, row, 1,
                arena_format(arena, "%s outside %s", dataset->materials[exposure->material].record.id,
                             region_short(dataset, exposure->dominant, arena)));
    columns_set(&columns, row, 2, figure_share(exposure->share, arena));
    columns_set(&columns, row, 3, arena_format(arena, "of %s t/y", figure(exposure->outside, arena)));
  }
  columns_print(&columns, text, 2, 2);
  if (exposures->count > most) text_add(text, "  and %d more (--json)\n", exposures->count - most);
  if (exposures->count == 0) text_add(text, "  none\n");
}

void shares_add_json(struct json_writer *writer, const struct dataset *dataset, const struct shares *shares)
{
  json_list_open(writer, "shares");
  for (int stage = 0; stage < stages_count; stage++)
    for (int e = 0; e <= shares->elements.count; e++) {
      const struct share *share = shares_at(shares, stage, e);
      if (share->dominant < 0) continue;
      json_map_open(writer, NULL);
      json_add_text(writer, "stage", stage_name(stage));
      json_add_text(writer, "element", element_label(shares, e));
      json_add_number(writer, "made_t_per_year", share->world);
      json_add_number(writer, "hhi", share->index);
      json_add_text(writer, "largest_producer", dataset->regions[share->dominant].record.id);
      json_add_number(writer, "largest_share", share->share);
      json_map_close(writer);
    }
  json_list_close(writer);
}

void exposures_add_json(struct json_writer *writer, const struct dataset *dataset, const struct exposures *exposures)
{
  json_list_open(writer, "single_plants");
  for (int i = 0; i < exposures->count; i++) {
    const struct exposure *exposure = &exposures->rows[i];
    json_map_open(writer, NULL);
    json_add_text(writer, "facility", dataset->facilities[exposure->facility].record.id);
    json_add_text(writer, "material", dataset->materials[exposure->material].record.id);
    json_add_text(writer, "outside", dataset->regions[exposure->dominant].record.id);
    json_add_number(writer, "share", exposure->share);
    json_add_number(writer, "made_outside_t_per_year", exposure->outside);
    json_map_close(writer);
  }
  json_list_close(writer);
}
