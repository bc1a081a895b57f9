/* metrics/explain.h - why a price is what it is: a tree of lines whose leaves add up to it.
 *
 * Joint products make such a chain ambiguous, so the rule is: at every node, of the suppliers with slack capacity the
 * one that brings most sets the chain; its other outputs are credits at their prices; a node met again, or a
 * minor by-product below the root, is not opened. Where no supplier has slack, the largest is opened all the same and
 * its rent is the scarcity. A supplier who only passes round what comes from here is not chosen while there is another.
 * Every number is in USD/kg of the good at the root. (docs/theory.md, section 10)
 */
#ifndef METRICS_EXPLAIN_H
#define METRICS_EXPLAIN_H
#include "metrics/scarcity.h"
#include "model/ledger.h"
#include "model/outcome.h"

struct explain_line {
  int depth;          /* 0: the price itself; a line's parts stand below it, one deeper */
  bool leaf;          /* counts in the sum */
  const char *text;   /* "ndpr-oxide in china", "freight", "capacity rent of mountain-pass" */
  const char *detail; /* "1.18 kg at 60.2 USD/kg, made by baotou-separation (12,000 t/y)" or "" */
  double usd_per_kg;
};

struct explanation {
  int node, period;
  double price_usd_per_kg, sum_usd_per_kg; /* of the leaves: equal to the price up to the certificate */
  const char *margin;                      /* who or what is at the margin, where the chain ends, in words */
  const struct scarcity *scarcity;         /* routes that are shut, who takes less, what is made along with it */
  int count, capacity;
  struct explain_line *lines;
};

/* The period's price at the node (tally.node for a place) must not be NAN. */
[[nodiscard]] const struct explanation *explain_price(const struct outcome *outcome, int p, const struct ledger *ledger,
                                                      int node, struct arena *arena);

#endif
