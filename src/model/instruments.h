/* model/instruments.h - the one shape that every policy and contract has.
 *
 * A kind is a small file in instruments/ and one line in the table of instruments.c. It reads its terms through a
 * field table, finds its targets in the network, changes figures in force (adjust), adds unknowns and terms (add), and
 * says who paid whom after the solve (settle). Any of these may be NULL.
 */
#ifndef MODEL_INSTRUMENTS_H
#define MODEL_INSTRUMENTS_H
#include "finance/subsidy.h"
#include "model/ledger.h"
#include "model/network.h"
#include "model/outcome.h"
#include "model/window.h"

/* What an instrument applies to, filled by selector_bind from the terms of the same names. */
struct selector {
  struct field_list materials, from, to, facilities, owners, segments, regions;
};

struct bound_instrument {
  const struct instrument *instrument; /* header and raw terms */
  const struct instrument_kind *kind;
  const void *terms; /* the kind's own struct, fields read */
  int arcs_count;    /* targets, as far as the kind has them */
  const int *arcs;
  int activities_count;
  const int *activities;
  int consumers_count;
  const int *consumers;
  int node;        /* index node of a price, or -1 */
  int reads_count; /* nodes whose prices stand in its rows, where there are more */
  const int *reads;
  const void *extra; /* whatever else its bind worked out */
};

/* How much of a sum was paid out, in parts that each flow so much later than by its dates. */
struct tranche {
  double share, years_later;
};
struct drawn {
  double share; /* of all tranches; the rest waits for plants that nobody ordered */
  int tranches_count;
  const struct tranche *tranches;
};

struct elected { /* kUSD a year, real, from the payer */
  double least, most;
};
struct held {
  double tonnes;
  int node;     /* where they lie; -1: nothing can be held */
  bool by_firm; /* they are the firm's, not the agency's */
};

struct instrument_kind {
  const char *name; /* "tariff" */
  const char *help; /* one sentence */
  const struct field *fields;
  size_t terms_size;

  /* Before the network exists: which origin classes and owners with nodes of their own it needs. */
  void (*needs)(const struct dataset *dataset, const void *terms, class_mask *classes, bool *owner_apart);
  /* Finds targets in the finished network; false with error set. */
  bool (*bind)(const struct network *network, struct bound_instrument *instrument, struct arena *arena,
               struct error *error);
  /* Changes the figures in force of block b (blocks[b].instruments[k].share > 0 is given). */
  void (*adjust)(const struct bound_instrument *instrument, int k, struct window *window, int b);
  /* Adds unknowns and terms to block b's rows. Called for every block, in force or not, so that the pattern is the
   * same for all draws; share 0 must then have no effect. */
  void (*add)(const struct bound_instrument *instrument, int k, struct window *window, int b);
  /* Posts the payments of period p. */
  void (*settle)(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                 struct ledger *ledger);
  /* Carries its stock, paid amounts and trigger to the next window. */
  void (*advance)(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p,
                  struct state *state);
  /* Eligibility alone: the class that segment must buy once the rule is in force, 0 where it does not apply. */
  class_mask (*eligible)(const struct dataset *dataset, const void *terms, int segment);
  /* For owners with conduct, at the market price of a sale arc: what the contract adds to T', the slope of the net
   * price received in the market price (a floor below its price: -1; an upside share above its trigger: -s), and the
   * contracted volume V that stands in the sale row (t/y). */
  double (*received_slope)(const struct bound_instrument *instrument, int k, const struct window *window, int b,
                           int arc, double price);
  double (*contract_volume)(const struct bound_instrument *instrument, int k, const struct window *window, int b,
                            int arc, double price);
  /* What the contract pays at that market price: per unit sold (USD/kg), and on its deemed volume (kUSD a year). The
   * search for deviations adds them to the seller's profit. NULL: nothing. */
  double (*received)(const struct bound_instrument *instrument, int k, const struct window *window, int b, int arc,
                     double price);
  double (*contract_cash)(const struct bound_instrument *instrument, int k, const struct window *window, int b, int arc,
                          double price);
  /* What it costs a public budget on the credit basis, USD at its start (finance/subsidy.h); NULL: not credit. */
  struct credit_subsidy (*subsidy)(const struct bound_instrument *instrument, const struct dataset *dataset,
                                   const struct yield_curve *treasury, double premium, struct arena *arena);
  /* How much of a sum promised for plants was paid out; NULL: no such sum. */
  struct drawn (*drawn)(const struct bound_instrument *instrument, const struct outcome *outcome, struct arena *arena);
  /* What period p's payment could be by what the payee alone may elect, at the market's own prices and quantities;
   * NULL: it has nothing to elect. */
  struct elected (*elected)(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p);
  /* What lies in its store at the end of period p; NULL: it has none. */
  struct held (*held)(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p);
  /* What the run so far says of it: false before its trigger has fired, or once its budget is spent. NULL: true. */
  bool (*open)(const struct bound_instrument *instrument, int k, const struct state *state);
  /* What it adds to the worth of a unit of an activity in period p (USD), as it stands in that activity's row; for
   * kinds whose payments to facilities are not simply so much a unit. NULL: what it paid the facility, over its
   * tonnes. */
  double (*worth)(const struct bound_instrument *instrument, int k, const struct outcome *outcome, int p, int activity);
  bool supplies;           /* true: can bring a good into the model (a seller outside) */
  bool pays;               /* its payments can be worked out on any outcome: it may be settled in cash only */
  enum fiscal_basis basis; /* how it stands in a public budget; 0: cash */
};

const struct instrument_kind *const *instrument_kinds(int *count);
const struct instrument_kind *instrument_kind_find(const char *name);

/* Reads all instruments' terms; NULL with error set (unknown kind, unknown or wrong term, with the nearest name). */
[[nodiscard]] struct bound_instrument *instruments_read(const struct dataset *dataset, int *count, struct arena *arena,
                                                        struct error *error);
/* A numeric term at a block: schedules and events applied, divided by the deflator where the contract is nominal and
 * the term is money (field->unit starts with "USD"). name is the field's. */
double instrument_term(const struct bound_instrument *instrument, const struct window *window, int b, const char *name);
#endif
