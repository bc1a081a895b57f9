/* metrics/shares.h - who makes how much of each element at each stage: shares and Herfindahl-Hirschman index.
 *
 * What counts at a stage is the content of its materials that a process makes, less what it takes of the same stage, so
 * that cracking a concentrate is not mining it twice. The last element of every stage is the sum of all, by weight.
 */
#ifndef METRICS_SHARES_H
#define METRICS_SHARES_H
#include "metrics/base_year.h"
#include "model/outcome.h"

struct share {
  double world; /* t/y of content made */
  double index; /* HHI by region, 0..1; NAN where nothing is made */
  int dominant; /* region that makes most, -1 none */
  double share; /* its share */
};

struct shares {
  struct elements elements;
  int regions_count;
  double *made;        /* [stages x (elements + 1) x regions] t/y */
  struct share *cells; /* [stages x (elements + 1)] */
};

static inline const struct share *shares_at(const struct shares *shares, int stage, int element)
{
  return &shares->cells[stage * (shares->elements.count + 1) + element];
}
static inline double shares_made(const struct shares *shares, int stage, int element, int region)
{
  return shares->made[(stage * (shares->elements.count + 1) + element) * shares->regions_count + region];
}

[[nodiscard]] struct shares shares_of_base(const struct base_year *base, struct elements elements, struct arena *arena);
[[nodiscard]] struct shares shares_of_period(const struct outcome *outcome, int p, struct elements elements,
                                             struct arena *arena);
/* The first stage at which content is made: mining. -1 where nothing is. */
int shares_first_stage(const struct shares *shares);
#endif
