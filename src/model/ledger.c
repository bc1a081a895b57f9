/* model/ledger.c - a growing list of payments. */
#include "model/ledger.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

struct ledger ledger_new(struct arena *arena)
{
  return (struct ledger){.arena = arena};
}

void ledger_reserve(struct ledger *ledger, int capacity)
{
  if (capacity <= ledger->capacity) return;
  ledger->postings =
      arena_grow(ledger->arena, ledger->postings, (size_t)ledger->count, (size_t)capacity, sizeof(struct posting));
  ledger->capacity = capacity;
}

static struct posting *posting_new(struct ledger *ledger)
{
  if (ledger->count == ledger->capacity) ledger_reserve(ledger, ledger->capacity == 0 ? 256 : 2 * ledger->capacity);
  return &ledger->postings[ledger->count++];
}

void ledger_add(struct ledger *ledger, struct account payer, struct account payee, int instrument, double kusd_per_year,
                double quantity_t_per_year, const char *reason)
{
  assert(isfinite(kusd_per_year) && kusd_per_year != 0 && reason != NULL);
  const bool turned = kusd_per_year < 0;
  *posting_new(ledger) = (struct posting){.payer = turned ? payee : payer,
                                          .payee = turned ? payer : payee,
                                          .instrument = instrument,
                                          .kusd_per_year = fabs(kusd_per_year),
                                          .quantity_t_per_year = quantity_t_per_year,
                                          .reason = reason};
}

static bool same(struct account a, struct account b)
{
  return a.kind == b.kind && a.index == b.index;
}

double ledger_net(const struct ledger *ledger, struct account account)
{
  double net = 0;
  for (int i = 0; i < ledger->count; i++) {
    const struct posting *posting = &ledger->postings[i];
    if (same(posting->payee, account)) net += posting->kusd_per_year;
    if (same(posting->payer, account)) net -= posting->kusd_per_year;
  }
  return net;
}
