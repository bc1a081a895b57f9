/* metrics/scarcity.h - what a price does not say: what is shut off, who takes less, and what is made along with it.
 *
 * A chain of costs ends at a rent or a cost, whatever made the good scarce. Here stands the rest, for one node and
 * period: routes that a ban closes; who takes the good there, beside the last period before (without such a ban, where
 * there is one); the final users whom it reaches through whatever is made of it; and how its maker's proceeds divide
 * over joint products. Quantities t/y, prices USD/kg real.
 */
#ifndef METRICS_SCARCITY_H
#define METRICS_SCARCITY_H
#include "model/outcome.h"

struct closed_route {
  int arc, instrument;
  bool inward;          /* to the node; else from it */
  double tonnes_before; /* that it carried in period `before` */
};
struct taker {
  const char *name; /* a process, "to japan", a group of users */
  double now, before;
};
struct final_user {
  int consumer;
  double tonnes;      /* of the good that reach it, bound in what it buys */
  double got, wanted; /* of what it buys: taken, and what it would take at its reference price */
  double price, choke;
};
struct joint_output {
  int node;
  double share, surplus; /* of the maker's proceeds; t/y at the node that nobody wants */
};

struct scarcity {
  int node, period, before; /* before: -1 in the first period */
  int routes_count, takers_count, users_count, outputs_count;
  const struct closed_route *routes;
  const struct taker *takers;         /* the largest first */
  const struct final_user *users;     /* the largest first; nobody of whom less than a thousandth of it reaches */
  const struct joint_output *outputs; /* of the maker, in the order of its recipe; none for a single product */
  int maker;                          /* the activity that sets the chain, or -1 */
};

/* t/y at the node that nobody wants; 0 where it is only what the solver left. */
double scarcity_surplus(const struct outcome *outcome, int p, int node);

/* maker: the activity with which the chain of this price ends, or -1. */
[[nodiscard]] const struct scarcity *scarcity_at(const struct outcome *outcome, int p, int node, int maker,
                                                 struct arena *arena);
#endif
