/* metrics/elements.h - what materials consist of, by element, as one table. */
#ifndef METRICS_ELEMENTS_H
#define METRICS_ELEMENTS_H
#include "dataset/dataset.h"

enum { stages_count = STAGE_OTHER + 1 };
const char *stage_name(int stage);

struct elements {
  int count; /* in the order of first mention in `contents` */
  const char *const *names;
  const double *share; /* [materials x count] t of the element (oxide) in a tonne */
  const double *total; /* [materials] their sum */
};
[[nodiscard]] struct elements elements_of(const struct dataset *dataset, struct arena *arena);
#endif
