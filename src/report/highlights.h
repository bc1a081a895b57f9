/* report/highlights.h - what to show first: which periods, which prices, which materials. One choice for the screen,
 * for comparisons and for the page, made from the outcome alone.
 */
#ifndef REPORT_HIGHLIGHTS_H
#define REPORT_HIGHLIGHTS_H
#include "run/run.h"

enum { highlight_periods_max = 6, highlight_places_max = 18, highlight_materials_max = 10 };

struct highlight_place {
  int material, region;
};

struct highlights {
  int periods_count;
  int periods[highlight_periods_max]; /* all where they are few; else first, five and ten years on, events, last */
  int places_count;
  struct highlight_place places[highlight_places_max]; /* the dearest markets: largest, and largest outside it */
  int materials_count;
  int materials[highlight_materials_max]; /* with most value made, in the order of the data */
};

[[nodiscard]] struct highlights highlights_choose(const struct run *run, struct arena *arena);

/* "2028", "2028 Q2", "2028-04" */
const char *period_label(struct period period, struct arena *arena);
/* The name of a region or material, else its id. */
const char *region_label(const struct dataset *dataset, int region);
const char *material_label(const struct dataset *dataset, int material);
/* For tables: without what stands in brackets, and cut at 38 columns. */
const char *region_short(const struct dataset *dataset, int region, struct arena *arena);
const char *material_short(const struct dataset *dataset, int material, struct arena *arena);
#endif
