/* metrics/elements.c - the rows of `contents` as a matrix. */
#include "metrics/elements.h"

#include "base/text.h"

const char *stage_name(int stage)
{
  static const char *const names[] = {"ore",   "concentrate", "compound", "oxide", "metal",
                                      "alloy", "magnet",      "product",  "scrap", "other"};
  return names[stage];
}

static int element_row(const char **names, int *count, const char *name)
{
  for (int e = 0; e < *count; e++)
    if (text_equal(names[e], name)) return e;
  names[*count] = name;
  return (*count)++;
}

struct elements elements_of(const struct dataset *dataset, struct arena *arena)
{
  const char **names = ARENA_ARRAY(arena, dataset->contents_count, const char *);
  int *rows = ARENA_ARRAY(arena, dataset->contents_count, int), count = 0;
  for (int c = 0; c < dataset->contents_count; c++) rows[c] = element_row(names, &count, dataset->contents[c].element);
  double *share = ARENA_ARRAY(arena, dataset->materials_count * count, double);
  double *total = ARENA_ARRAY(arena, dataset->materials_count, double);
  for (int c = 0; c < dataset->contents_count; c++) {
    const struct content *content = &dataset->contents[c];
    share[content->material * count + rows[c]] += content->share;
    total[content->material] += content->share;
  }
  return (struct elements){.count = count, .names = names, .share = share, .total = total};
}
