/* model/instruments/quota.h - one limit on what several flows or activities count, with one rent per kilogram counted.
 *
 *     limit - sum count_i z_i >= 0   _|_   rho >= 0          cost of z_i: + count_i weight_i rho            (E47, E48)
 *
 * A limit of zero is a prohibitive cost instead, so that the rent stays bounded; an infinite one fixes the rent at 0.
 */
#ifndef MODEL_INSTRUMENTS_QUOTA_H
#define MODEL_INSTRUMENTS_QUOTA_H
#include "model/instruments/kind.h"

enum rent_holder { RENT_EXPORTER, RENT_BUYER, RENT_STATE };
#define RENT_CHOICES "exporter|buyer|state"

struct quota_target {
  bool arc; /* else an activity */
  int index;
  double count;  /* t counted a unit */
  double weight; /* of the rent in its row, 1 but for strategic firms that share a quota unequally */
};
struct quota {
  int count;
  const struct quota_target *targets;
  enum rent_holder holder; /* of flows: the exporting side's rents belong to the customs value, the buyer's do not */
};

/* From instrument->arcs or ->activities; elements as in content_of. */
[[nodiscard]] struct quota *quota_of_arcs(const struct network *network, const struct bound_instrument *instrument,
                                          const struct field_list *elements, enum rent_holder holder,
                                          struct arena *arena);
[[nodiscard]] struct quota *quota_of_activities(const struct network *network,
                                                const struct bound_instrument *instrument,
                                                const struct field_list *elements, bool feed, struct arena *arena);

/* What the limit is in a period during which the quota is in force for a share: with a reference (what moves without
 * it, NAN: unknown) the mean of both; without one the quota counts from half a period on. INFINITY: no limit. */
double quota_limit(double limit, double reference, double share);

/* The rent is the first unknown of the instrument in the block. */
void quota_add(const struct quota *quota, int k, struct window *window, int b, double limit);
/* Who pays: the trader or the facility; who gets: the government of the exporting region, or the holder of rents. */
void quota_settle(const struct quota *quota, int k, const struct outcome *outcome, int p, struct ledger *ledger);

/* Rents per kg that quotas of period p put into the customs value of an arc. */
double quota_rent_in_value(const struct outcome *outcome, int p, int arc);
/* Adds to `row` the rents that instrument k, a quota, puts into the customs value of an arc, times coefficient. */
void quota_add_value(const struct window *window, int b, int k, int arc, int row, double coefficient);
#endif
