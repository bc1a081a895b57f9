/* metrics/headline.h - the figures by which a data set is judged first, computed from its tables, and which of its
 * weakest figures they hang on.
 */
#ifndef METRICS_HEADLINE_H
#define METRICS_HEADLINE_H
#include "metrics/shares.h"

enum { headline_mining, headline_refining, headline_worth, headline_balance, headlines_count };

/* Separated oxides are weighed by worth, at the price of the region that makes most of each: by weight, lanthanum and
 * cerium would hide the rest. The worth of a year is that of oxides from ore, without what scrap gave back, at the
 * export price of that region: with the taxes that its exporters do not get back, as f.o.b. quotations have it. */
struct headline {
  int mining_stage;              /* the first at which content is made; refining is the oxide stage */
  int region[2];                 /* largest in mining (by content), in refining (by worth); -1 none */
  int element;                   /* with most worth as oxides; -1 none */
  double refining_by_weight;     /* that region's share of the content */
  double made_t, taken_t;        /* of the element's oxides, t/y of content */
  double scrap_kusd;             /* oxides from scrap at the same prices */
  double inside_kusd;            /* oxides from ore at the price inside that region */
  double value[headlines_count]; /* share; share; worth, thousand USD; (made - taken) / made. NAN unknown */
};
/* like: take region and element from there instead of looking for the largest; NULL: look. */
[[nodiscard]] struct headline headline_of(const struct base_year *base, const struct shares *shares,
                                          const struct headline *like, struct arena *arena);

struct weak_figure { /* quality D: changed to the ends of its range, everything else as it is */
  const char *table, *field;
  const struct record *record;
  double value, low, high;
  bool range_stated;              /* else 30 % either way */
  double change[headlines_count]; /* the larger of the two changes of each headline, of its own size for the worth and
                                    * in absolute shares for the others */
  double effect;                  /* the largest of them */
};
struct weak_figures {
  int count;                      /* of quality D that the headlines could hang on; the rest moves none of them */
  const struct weak_figure *rows; /* largest effect first */
};
[[nodiscard]] struct weak_figures headline_weakest(const struct dataset *dataset, struct arena *arena);
#endif
